"""The server's side of TLCP, for demo peers and tests: right by default, and wrong in one named way on request."""

from __future__ import annotations

import math
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.formats import sm2
from auditor.formats import tls_wire as wire
from auditor.formats.tls_suites import TLCP_ECDHE, TLCP_SM2
from auditor.stages.tls.tlcp import keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.formats.issuing import Issued
    from auditor.stages.tls.outcome import Wire

FAULTS: Final = (
    "forged key exchange",
    "bad finished",
    "bad record",
    "one certificate",
    "swapped pair",
    "encryption last",
    "close after hello",
    "close after certificate",
    "close after done",
    "close after client",
    "silent after hello",
    "empty records",
    "one flight",
    "tiny records",
    "fixed random",
    "compression",
    "wrong version",
    "wrong suite",
    "many certificates",
    "huge certificate",
    "huge message",
    "renegotiates",
    "alert flood",
    "lax pre-master",
    "no certificate request",
    "tickets",
    "resumes anyone",
    "resumes for a second",
    "silent refusals",
    "other certificate without name",
    "answers tls",
)
"""What a server may do wrong, or merely differently (``empty records``, ``one flight``, ``tiny records``)."""

STATES: Final = (
    *("connected", "client_hello", "server_hello", "certificate", "server_key_exchange", "certificate_request"),
    *("server_hello_done", "client_finished", "change_cipher_spec", "finished"),
)
"""Where a handshake can be broken off, in order; each is reached when everything before it was sent or heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPair:
    """What the server shows.

    Attributes:
        signing: Signing certificate and key.
        encryption: Encryption certificate and key.
        chain: Further certificates, DER.
    """

    signing: Issued
    encryption: Issued
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How the server behaves.

    Attributes:
        suites: Its suites, best first.
        faults: Of `FAULTS`.
        asks_client: It sends CertificateRequest.
        needs_client: It turns away who shows no certificate.
        known_clients: It turns away who shows another certificate than one of these, DER; empty for no such list.
        greeting: Application data that it sends at the end.
        interrupt: Told each of `STATES` as it is reached, with the connection; what it raises ends the conversation.
    """

    suites: tuple[int, ...] = TLCP_SM2
    faults: frozenset[str] = frozenset()
    asks_client: bool = False
    needs_client: bool = False
    known_clients: frozenset[bytes] = frozenset()
    greeting: bytes = b""
    interrupt: Callable[[str, Wire], None] | None = None


class _Ended(Exception):  # noqa: N818 - the end of a conversation
    pass


class Server:
    """Serves one connection after another with the same certificates."""

    def __init__(self, pair: ServerPair, manners: Manners) -> None:
        """Take certificates and manners."""
        self._pair = pair
        self._manners = manners
        self._sessions: dict[bytes, tuple[bytes, float]] = {}

    def serve(self, link: Wire) -> str:
        """Serve one connection to its end and say how it ended."""
        try:
            return _Conversation(link, self._pair, self._manners, self._sessions).run()
        except (_Ended, wire.WireError, sm2.Sm2Error, OSError) as end:
            return f"{type(end).__name__}: {end}"
        finally:
            link.close()


class _Conversation:
    def __init__(
        self, link: Wire, pair: ServerPair, manners: Manners, sessions: dict[bytes, tuple[bytes, float]]
    ) -> None:
        self._sessions = sessions
        self._session = b""
        self._has_name = False
        self._link = link
        self._pair = pair
        self._manners = manners
        self._records = wire.Records()
        self._messages = wire.Messages()
        self._queue: list[wire.Message | wire.Record] = []
        self._waiting: list[wire.Record] = []
        self._transcript = b""
        self._flight: list[bytes] = []
        self._opening: keys.Protection | None = None
        self._next_opening: keys.Protection | None = None

    def run(self) -> str:
        self._reached("connected")
        random, offered = self._client_hello()
        suite = next((each for each in self._manners.suites if each in offered), 0)
        if not suite and "answers tls" in self._manners.faults:
            suite = self._manners.suites[0]
        if not suite:
            self._refuse(40)
        self._reached("client_hello")
        before, until = self._sessions.get(self._session, (b"", 0.0))
        before = before if time.monotonic() < until else b""
        session = self._session if before else secrets.token_bytes(32)
        own = self._hello(suite, session)
        if before:
            return self._resumed(suite, before, random, own)
        ephemeral, asks = self._certificates(suite, random, own)
        client = self._client_certificates() if asks else ()
        pre_master = self._pre_master(suite, client, ephemeral)
        if client:
            self._certificate_verify(client[0])
        master = keys.master_secret(pre_master, random, own)
        for fault, seconds in (("resumes anyone", math.inf), ("resumes for a second", 1.0)):
            if fault in self._manners.faults:
                self._sessions[session] = master, time.monotonic() + seconds
        block = keys.KeyBlock.derive(suite, master, random, own)
        self._next_opening = block.of_client(suite)
        self._finished(master)
        return self._end(block.of_server(suite), master)

    def _hello(self, suite: int, session: bytes) -> bytes:
        """Say ServerHello and return its random."""
        faults = self._manners.faults
        own = bytes(32) if "fixed random" in faults else secrets.token_bytes(32)
        version = 0x0303 if "wrong version" in faults else wire.TLCP
        chosen = 0xE0FF if "wrong suite" in faults else suite
        heeds = wire.vector(2, wire.SERVER_NAME.to_bytes(2, "big") + b"\x00\x00") if self._has_name else b""
        self._say(
            wire.SERVER_HELLO,
            version.to_bytes(2, "big")
            + own
            + wire.vector(1, session)
            + chosen.to_bytes(2, "big")
            + (b"\x01" if "compression" in faults else b"\x00")
            + (heeds if "resumes anyone" in faults else b""),
        )
        return own

    def _certificates(self, suite: int, random: bytes, own: bytes) -> tuple[int, bool]:
        """Say the rest of the first flight; return the ephemeral key, and whether certificates were asked for."""
        faults, pair = self._manners.faults, self._pair
        self._reached("server_hello")
        self._stop_if("close after hello")
        if "silent after hello" in faults:
            self._flush()
            self._receive(60.0)
        self._say(wire.CERTIFICATE, wire.vector(3, *(wire.vector(3, each) for each in self._shown())))
        self._reached("certificate")
        self._stop_if("close after certificate")
        ephemeral = sm2.generate_private_key()
        parameters = b"\x03\x00\x29" + wire.vector(1, sm2.point_to_octets(sm2.public_key(ephemeral)))
        signed = parameters if suite in TLCP_ECDHE else wire.vector(3, pair.encryption.der)
        signer = sm2.generate_private_key() if "forged key exchange" in faults else pair.signing.key
        body = wire.vector(2, sm2.sign(signer, random + own + signed))
        self._say(wire.SERVER_KEY_EXCHANGE, parameters + body if suite in TLCP_ECDHE else body)
        self._reached("server_key_exchange")
        asks = self._manners.asks_client or (suite in TLCP_ECDHE and "no certificate request" not in faults)
        if asks:
            self._say(wire.CERTIFICATE_REQUEST, b"\x01\x40" + wire.vector(2))
            self._reached("certificate_request")
        self._say(wire.SERVER_HELLO_DONE, b"")
        self._flush()
        self._reached("server_hello_done")
        self._stop_if("close after done")
        return ephemeral, asks

    def _end(self, sealing: keys.Protection, master: bytes) -> str:
        """Say ChangeCipherSpec and Finished, and go on to data."""
        faults = self._manners.faults
        self._reached("client_finished")
        self._stop_if("close after client")
        if "tickets" in faults:
            self._say(wire.NEW_SESSION_TICKET, (7200).to_bytes(4, "big") + wire.vector(2, secrets.token_bytes(48)))
            self._flush()
        self._link.send(wire.record(wire.CHANGE_CIPHER_SPEC, wire.TLCP, b"\x01"))
        self._reached("change_cipher_spec")
        verify = keys.verify_data(master, b"server finished", self._transcript)
        if "bad finished" in faults:
            verify = bytes(12)
        fragment = sealing.seal(wire.HANDSHAKE, wire.message(wire.FINISHED, verify))
        if "bad record" in faults:
            fragment = fragment[:-1] + bytes((fragment[-1] ^ 1,))
        self._link.send(wire.record(wire.HANDSHAKE, wire.TLCP, fragment))
        self._reached("finished")
        return self._talk(sealing)

    def _reached(self, state: str) -> None:
        """Let somebody break off here, after all that was said so far was sent."""
        if self._manners.interrupt:
            self._flush()
            self._manners.interrupt(state, self._link)

    def _resumed(self, suite: int, master: bytes, random: bytes, own: bytes) -> str:
        """Finish an abbreviated handshake (6.4.2): the server's Finished comes first."""
        block = keys.KeyBlock.derive(suite, master, random, own)
        self._next_opening = block.of_client(suite)
        self._flush()
        sealing = block.of_server(suite)
        self._link.send(wire.record(wire.CHANGE_CIPHER_SPEC, wire.TLCP, b"\x01"))
        finished = wire.message(wire.FINISHED, keys.verify_data(master, b"server finished", self._transcript))
        self._transcript += finished
        self._link.send(wire.record(wire.HANDSHAKE, wire.TLCP, sealing.seal(wire.HANDSHAKE, finished)))
        self._finished(master)
        return self._talk(sealing)

    def _talk(self, sealing: keys.Protection) -> str:
        for text in (b"", self._manners.greeting) if self._manners.greeting else ():
            self._link.send(wire.record(wire.DATA, wire.TLCP, sealing.seal(wire.DATA, text)))
        while True:
            found = self._next()
            if isinstance(found, wire.Message) and "renegotiates" in self._manners.faults:
                answer = wire.message(wire.SERVER_HELLO, b"\x01\x01" + bytes(32) + b"\x00\xe0\x53\x00")
                self._link.send(wire.record(wire.HANDSHAKE, wire.TLCP, sealing.seal(wire.HANDSHAKE, answer)))
            elif isinstance(found, wire.Record) and found.kind == wire.ALERT:
                self._link.send(wire.record(wire.ALERT, wire.TLCP, sealing.seal(wire.ALERT, b"\x01\x00")))
                return "finished"

    # --- saying ------------------------------------------------------------------------------------------------------

    def _say(self, kind: int, body: bytes) -> None:
        octets = wire.message(kind, body)
        self._transcript += octets
        self._flight.append(octets)

    def _flush(self) -> None:
        faults = self._manners.faults
        pieces = [b"".join(self._flight)] if "one flight" in faults else self._flight
        if "tiny records" in faults:
            whole = b"".join(self._flight)
            pieces = [whole[at : at + 7] for at in range(0, len(whole), 7)]
        for piece in pieces:
            if "empty records" in faults:
                self._link.send(wire.record(wire.HANDSHAKE, wire.TLCP, b""))
            for at in range(0, len(piece), 1 << 14):
                self._link.send(wire.record(wire.HANDSHAKE, wire.TLCP, piece[at : at + (1 << 14)]))
        self._flight = []
        if "alert flood" in faults:
            self._link.send(wire.record(wire.ALERT, wire.TLCP, b"\x01\x5a") * 5000)

    def _stop_if(self, fault: str) -> None:
        if fault in self._manners.faults:
            self._flush()
            raise _Ended(fault)

    def _refuse(self, alert: int) -> None:
        if "silent refusals" in self._manners.faults:
            raise _Ended("silent refusal")
        self._link.send(wire.record(wire.ALERT, wire.TLCP, bytes((2, alert))))
        text = f"alert {alert}"
        raise _Ended(text)

    def _shown(self) -> tuple[bytes, ...]:
        signing, encryption = self._pair.signing.der, self._pair.encryption.der
        chain = self._pair.chain
        if "other certificate without name" in self._manners.faults and not self._has_name:
            chain = (*chain, signing)
        wrong = {
            "one certificate": (signing, *chain),
            "swapped pair": (encryption, signing, *chain),
            "encryption last": (signing, *chain, encryption),
            "many certificates": (signing, encryption) * 500,
            "huge certificate": (signing, bytes(200_000)),
            "huge message": (bytes((1 << 24) - 100),),
        }
        shown = next((wrong[each] for each in sorted(self._manners.faults) if each in wrong), None)
        return shown or (signing, encryption, *chain)

    # --- hearing -----------------------------------------------------------------------------------------------------

    def _receive(self, wait_s: float = 10.0) -> bytes:
        octets = self._link.receive(wait_s)
        if not octets:
            raise _Ended("the client hung up")
        return octets

    def _next(self) -> wire.Message | wire.Record:
        while not self._queue:
            while not self._waiting:
                self._waiting.extend(self._records.feed(self._receive()))
            each = self._waiting.pop(0)  # opened only now: the keys of what follows come with what was before
            fragment = self._opening.open(each.kind, each.fragment) if self._opening else each.fragment
            if each.kind == wire.HANDSHAKE:
                self._queue.extend(self._messages.feed(fragment))
                continue
            if each.kind == wire.CHANGE_CIPHER_SPEC:
                self._opening = self._next_opening
            self._queue.append(wire.Record(each.kind, each.version, fragment))
        return self._queue.pop(0)

    def _hear(self, kind: int) -> bytes:
        found = self._next()
        if not isinstance(found, wire.Message) or found.kind != kind:
            text = f"{found} where message {kind} is due"
            raise _Ended(text[:100])
        self._transcript += found.raw
        return found.body

    def _client_hello(self) -> tuple[bytes, frozenset[int]]:
        for each in self._records.feed(self._receive()):
            is_strange = each.version != wire.TLCP and "answers tls" not in self._manners.faults
            if is_strange or each.kind != wire.HANDSHAKE:
                self._refuse(70)
            self._queue.extend(self._messages.feed(each.fragment))
        octets = wire.Octets(self._hear(wire.CLIENT_HELLO))
        if octets.number(2) != wire.TLCP and "answers tls" not in self._manners.faults:
            self._refuse(70)
        random = octets.take(32)
        self._session = octets.vector(1)
        suites = octets.vector(2)
        octets.vector(1)
        self._has_name = octets.left > 0 and octets.vector(2)[:2] == b"\x00\x00"
        return random, frozenset(int.from_bytes(suites[at : at + 2], "big") for at in range(0, len(suites), 2))

    def _client_certificates(self) -> tuple[bytes, ...]:
        shown = wire.certificates(self._hear(wire.CERTIFICATE))
        if not shown and self._manners.needs_client:
            self._refuse(40)
        if shown and self._manners.known_clients and shown[0] not in self._manners.known_clients:
            self._refuse(46)
        return shown

    def _pre_master(self, suite: int, client: tuple[bytes, ...], ephemeral: int) -> bytes:
        from auditor.formats import x509  # noqa: PLC0415 - a server without mutual suites reads no certificate

        body = self._hear(wire.CLIENT_KEY_EXCHANGE)
        if suite not in TLCP_ECDHE:
            ciphertext = sm2.Ciphertext.from_der(wire.Octets(body).vector(2))
            opened = sm2.decrypt(self._pair.encryption.key, ciphertext)
            if opened[:2] != wire.TLCP.to_bytes(2, "big") and "lax pre-master" not in self._manners.faults:
                self._refuse(47)
            return opened
        if suite in TLCP_ECDHE and "no certificate request" in self._manners.faults:
            raise _Ended("nothing to agree on a key with")
        if len(client) < 2:  # noqa: PLR2004 - signing and encryption
            self._refuse(40)
        point = x509.read(client[1]).sm2_point
        if point is None:
            self._refuse(43)
        return sm2.exchange(
            sm2.OwnHalf(self._pair.encryption.key, ephemeral),
            sm2.PeerHalf(point or sm2.G, sm2.point_from_octets(body[-65:])),
            keys.MASTER_OCTETS,
            is_initiator=True,
        )

    def _certificate_verify(self, certificate: bytes) -> None:
        from auditor.formats import x509  # noqa: PLC0415 - as above

        signed = keys.sm3(self._transcript)
        signature = wire.Octets(self._hear(wire.CERTIFICATE_VERIFY)).vector(2)
        point = x509.read(certificate).sm2_point
        if point is None or not sm2.verify(point, signed, signature):
            self._refuse(51)

    def _finished(self, master: bytes) -> None:
        found = self._next()
        if not isinstance(found, wire.Record) or found.kind != wire.CHANGE_CIPHER_SPEC:
            raise _Ended("no change_cipher_spec")
        due = keys.verify_data(master, b"client finished", self._transcript)
        if self._hear(wire.FINISHED) != due:
            self._refuse(51)
