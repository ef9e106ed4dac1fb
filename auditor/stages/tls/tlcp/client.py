"""The client's side of a TLCP handshake: finished where it can be, and every answer of the server proven.

The steps of `_Session.run` (GB/T 38636-2020 6.4, design/sm-tls-and-keys.md §1):

1. ClientHello. 2. ServerHello. 3. The server's certificates. 4. ServerKeyExchange, whose signature is verified.
5. ServerHelloDone. 6. Our certificates, where they are asked for. 7. ClientKeyExchange. 8. CertificateVerify.
9. ChangeCipherSpec and Finished. 10. The server's, which are verified. 11. What was asked for after it.
"""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.formats import sm2, x509
from auditor.formats import tls_wire as wire
from auditor.formats.tls_suites import GROUP_SM2, TLCP_ECDHE, TLCP_SM2
from auditor.stages.tls.outcome import Outcome
from auditor.stages.tls.tlcp import keys

if TYPE_CHECKING:
    from auditor.stages.tls.outcome import Traced

NAMED_CURVE: Final = 3
_SILENCE_S: Final = 0.15
FINISHED_LABELS: Final = (b"client finished", b"server finished")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPair:
    """Certificates and keys that we show as a client; of a test account, never of production.

    Attributes:
        sign_certificate: DER.
        sign_key: Private key.
        enc_certificate: DER.
        enc_key: Private key.
        chain: Further certificates, DER.
    """

    sign_certificate: bytes
    sign_key: int = field(repr=False)
    enc_certificate: bytes
    enc_key: int = field(repr=False)
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How we behave where implementations differ (design §1.11).

    Attributes:
        both_certificates: Show the encryption certificate beside the signing one.
        signs_digest: CertificateVerify signs the SM3 digest of the transcript, not the transcript itself.
        is_prefixed: The ECDHE ClientKeyExchange begins with the length of its point.
        pre_master_version: First octets of the pre-master secret.
    """

    both_certificates: bool = True
    signs_digest: bool = True
    is_prefixed: bool = False
    pre_master_version: int = wire.TLCP


LADDER: Final = (
    Manner(),
    Manner(is_prefixed=True),
    Manner(both_certificates=False),
    Manner(both_certificates=False, signs_digest=False),
    Manner(signs_digest=False, is_prefixed=True),
)
"""Design §1.12, point 4: tried in this order, with a client pair."""
ONE_WAY: Final = Manner()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked of the server.

    Attributes:
        suites: Offered.
        extensions: Of the hello; none by default, as any extension makes GmSSL 3.1 refuse.
        session_id: To resume.
        master: Master secret of the session to resume.
        pair: Certificates to show; an empty list is shown without.
        manner: How to behave.
        stops_early: Ends after ServerHelloDone.
        renegotiates: Sends a second hello after the handshake.
    """

    suites: tuple[int, ...] = TLCP_SM2
    extensions: tuple[tuple[int, bytes], ...] = ()
    session_id: bytes = b""
    master: bytes = field(default=b"", repr=False)
    pair: ClientPair | None = None
    manner: Manner = ONE_WAY
    stops_early: bool = False
    renegotiates: bool = False


@dataclass
class Handshake:
    """What came of it.

    Attributes:
        outcome: ``accepted`` only if both Finished were verified.
        alert: Alert that ended it, if one did.
        reached: Last step of the server that was seen, as ``server_hello_done``.
        hello: Our hello.
        server: The server's hello.
        certificates: As they came.
        chain: The same, as far as they could be read.
        signing: Position of the signing certificate.
        encryption: Position of the encryption certificate, None if there is none.
        key_exchange_verified: The signature of ServerKeyExchange is valid; None if it did not come to that.
        finished_verified: The server's Finished holds; None if it did not come to that.
        asks_client: It sent CertificateRequest.
        has_ticket: It sent NewSessionTicket.
        ticket_lifetime_s: Hint of the ticket.
        is_resumed: It resumed the session.
        curve: Curve id in ServerKeyExchange, in ECDHE.
        renegotiation: What came of the second hello.
        problem: Why it ended before its end.
        master: Master secret of our own session.
    """

    outcome: Outcome = Outcome.PARTIAL
    alert: int | None = None
    reached: str = ""
    hello: wire.Hello | None = None
    server: wire.ServerHello | None = None
    certificates: tuple[bytes, ...] = ()
    chain: tuple[x509.Certificate | None, ...] = ()
    signing: int = 0
    encryption: int | None = None
    key_exchange_verified: bool | None = None
    finished_verified: bool | None = None
    asks_client: bool = False
    has_ticket: bool = False
    ticket_lifetime_s: int | None = None
    is_resumed: bool = False
    curve: int | None = None
    renegotiation: Outcome | None = None
    problem: str = ""
    master: bytes = field(default=b"", repr=False)


class _Stop(Exception):  # noqa: N818 - an end, not always an error
    """The handshake ends here."""

    def __init__(self, outcome: Outcome, problem: str = "", alert: int | None = None) -> None:
        super().__init__(problem)
        self.outcome = outcome
        self.problem = problem
        self.alert = alert


def shake(link: Traced, wish: Wish) -> Handshake:
    """Do a handshake on a fresh connection and return what came of it; the connection stays open.

    Never raises for what a server does.
    """
    done = Handshake()
    session = _Session(link, wish, done)
    try:
        session.run()
    except _Stop as stop:
        done.outcome, done.problem, done.alert = stop.outcome, stop.problem, stop.alert
    except (wire.WireError, sm2.Sm2Error) as error:
        done.outcome, done.problem = Outcome.GARBAGE if not done.server else Outcome.PARTIAL, str(error)
    except TimeoutError:
        done.outcome = Outcome.PARTIAL if link.has_answer else Outcome.TIMEOUT
        done.problem = "the server fell silent"
    except OSError as error:
        done.outcome = Outcome.PARTIAL if link.has_answer else Outcome.CLOSED
        done.problem = f"the connection broke: {error.strerror or error}"
    if done.server and done.outcome is Outcome.REFUSED:
        done.outcome = Outcome.PARTIAL  # it had agreed to the hello before it said no
    return done


class _Session:
    def __init__(self, link: Traced, wish: Wish, done: Handshake) -> None:
        self._link = link
        self._wish = wish
        self._done = done
        self._records = wire.Records()
        self._broken: wire.WireError | None = None
        self._messages = wire.Messages()
        self._queue: list[wire.Message | wire.Record] = []
        self._waiting: list[wire.Record] = []
        self._transcript = b""
        self._flight = b""
        self._sealing: keys.Protection | None = None
        self._opening: keys.Protection | None = None
        self._server_keys: keys.Protection | None = None

    def run(self) -> None:
        """Do the steps of the module's docstring."""
        done, wish = self._done, self._wish
        hello = wire.Hello(
            version=wire.TLCP, suites=wish.suites, session_id=wish.session_id, extensions=wish.extensions
        )
        done.hello = hello
        self._link.send(hello.octets())  # 1
        self._transcript += hello.message()
        server = self._server_hello(hello)  # 2
        if wish.session_id and server.session_id == wish.session_id and wish.master:
            self._resume(hello, server)
            return
        self._certificates()  # 3
        exchange = self._key_exchange(hello, server)  # 4
        wants_names = self._until_done()  # 5
        done.reached = "server_hello_done"
        if wish.stops_early:
            raise _Stop(Outcome.PARTIAL, "stopped after ServerHelloDone, as was wished")
        if done.encryption is None:
            raise _Stop(Outcome.PARTIAL, "there is no encryption certificate")
        if not done.key_exchange_verified:
            self._alert(51)
            raise _Stop(Outcome.PARTIAL, "the signature of ServerKeyExchange does not hold")
        if wants_names:
            self._show_certificates()  # 6
        pre_master = self._client_key_exchange(server.suite, exchange)  # 7
        if wants_names and wish.pair:
            self._certificate_verify(wish.pair)  # 8
        master = keys.master_secret(pre_master, hello.random, server.random)
        done.master = master
        block = keys.KeyBlock.derive(server.suite, master, hello.random, server.random)
        self._server_keys = block.of_server(server.suite)
        self._finish(block.of_client(server.suite), master)  # 9
        self._server_finished(master)  # 10
        done.outcome = Outcome.ACCEPTED
        if wish.renegotiates:
            done.renegotiation = self._renegotiate()  # 11
        else:
            self._part()

    # --- reading -----------------------------------------------------------------------------------------------------

    def _next(self) -> wire.Message | wire.Record:
        """Return the next handshake message, ChangeCipherSpec or data; an alert that says no ends it."""
        while not self._queue:
            while not self._waiting:
                self._read()
            self._take(self._waiting.pop(0))  # opened only now: the keys of what follows come with what was before
        return self._queue.pop(0)

    def _read(self) -> None:
        if self._broken:
            raise self._broken
        octets = self._link.receive()
        if not octets:
            outcome = Outcome.PARTIAL if self._link.has_answer else Outcome.CLOSED
            raise _Stop(outcome, "the server closed the connection")
        try:
            self._waiting.extend(self._records.feed(octets))
        except wire.WireError as problem:
            if not self._waiting:
                raise
            self._broken = problem  # what came whole before it counts first

    def _take(self, each: wire.Record) -> None:
        fragment = each.fragment
        if self._opening:
            fragment = self._opening.open(each.kind, fragment)
        elif each.kind == wire.CHANGE_CIPHER_SPEC and self._server_keys:
            self._opening = self._server_keys
        if each.kind == wire.HANDSHAKE:
            self._queue.extend(self._messages.feed(fragment))
        elif each.kind == wire.ALERT:
            if len(fragment) < 2:  # noqa: PLR2004 - level and description
                raise wire.WireError("alert of less than two octets")
            level, description = fragment[0], fragment[1]
            if description == 0:
                raise _Stop(Outcome.PARTIAL if self._done.server else Outcome.CLOSED, "close_notify", 0)
            if level != 1:
                raise _Stop(Outcome.REFUSED, "", description)
        else:
            self._queue.append(wire.Record(each.kind, each.version, fragment))

    def _message(self, *kinds: int) -> wire.Message:
        found = self._next()
        if not isinstance(found, wire.Message) or found.kind not in kinds:
            text = f"{_name(found)} where {' or '.join(_NAMES[kind] for kind in kinds)} is due"
            raise wire.WireError(text)
        self._done.reached = _NAMES[found.kind]
        return found

    def _server_hello(self, hello: wire.Hello) -> wire.ServerHello:
        found = self._message(wire.SERVER_HELLO)
        server = wire.ServerHello.read(found.body)
        self._transcript += found.raw
        if server.version != wire.TLCP or server.suite not in hello.suites:
            text = f"the answer has version {server.version:04x} and suite {server.suite:04x}, which was not offered"
            raise wire.WireError(text)
        self._done.server = server
        return server

    def _certificates(self) -> None:
        found = self._message(wire.CERTIFICATE)
        self._transcript += found.raw
        done = self._done
        done.certificates = wire.certificates(found.body)
        done.chain = tuple(x509.read_or_none(each) for each in done.certificates)
        if not done.certificates:
            raise wire.WireError("the server shows no certificate")
        done.signing, done.encryption = places(done.chain)

    def _key_exchange(self, hello: wire.Hello, server: wire.ServerHello) -> bytes:
        """Verify the signature (6.4.5.4) and return the server's ephemeral parameters, none in ECC."""
        found = self._message(wire.SERVER_KEY_EXCHANGE)
        self._transcript += found.raw
        octets = wire.Octets(found.body)
        parameters = b""
        if server.suite in TLCP_ECDHE:
            kind, self._done.curve = octets.number(1), octets.number(2)
            point = octets.vector(1)
            parameters = bytes((kind,)) + self._done.curve.to_bytes(2, "big") + wire.vector(1, point)
        self._done.key_exchange_verified = self._is_signed(hello.random + server.random, parameters, octets.vector(2))
        return parameters

    def _is_signed(self, randoms: bytes, parameters: bytes, signature: bytes) -> bool | None:
        """Tell whether the signature holds; None where a lone certificate leaves open what it was to be made over.

        Who signs and what is signed goes by key usage, and, where that does not hold, by the order of the standard.
        """
        done = self._done
        ways = [(done.signing, done.encryption), (0, 1 if len(done.chain) > 1 else None)]
        for signing, encryption in dict.fromkeys(ways):
            signer = done.chain[signing]
            over = done.certificates[encryption if encryption is not None else signing]
            signed = parameters or wire.vector(3, over)
            if signer and signer.sm2_point and sm2.verify(signer.sm2_point, randoms + signed, signature):
                return True
        return None if done.encryption is None and not parameters else False

    def _until_done(self) -> bool:
        wants = False
        while True:
            found = self._message(wire.CERTIFICATE_REQUEST, wire.SERVER_HELLO_DONE, wire.CERTIFICATE_STATUS)
            self._transcript += found.raw
            if found.kind == wire.CERTIFICATE_REQUEST:
                wants = self._done.asks_client = True
            elif found.kind == wire.SERVER_HELLO_DONE:
                return wants

    # --- answering ---------------------------------------------------------------------------------------------------

    def _send(self, kind: int, body: bytes) -> None:
        octets = wire.message(kind, body)
        self._transcript += octets
        if self._sealing:
            octets = self._sealing.seal(wire.HANDSHAKE, octets)
        self._flight += wire.record(wire.HANDSHAKE, wire.TLCP, octets)

    def _flush(self) -> None:
        """Send what was gathered; where the server is gone already, hear why."""
        flight, self._flight = self._flight, b""
        try:
            self._link.send(flight)
        except OSError:
            self._next()
            raise

    def _alert(self, description: int, level: int = 2) -> None:
        octets = bytes((level, description))
        if self._sealing:
            octets = self._sealing.seal(wire.ALERT, octets)
        self._link.send(wire.record(wire.ALERT, wire.TLCP, octets))

    def _show_certificates(self) -> None:
        pair = self._wish.pair
        shown: tuple[bytes, ...] = ()
        if pair:
            both = (pair.enc_certificate,) if self._wish.manner.both_certificates else ()
            shown = (pair.sign_certificate, *both, *pair.chain)
        self._send(wire.CERTIFICATE, wire.vector(3, *(wire.vector(3, each) for each in shown)))

    def _client_key_exchange(self, suite: int, parameters: bytes) -> bytes:
        place = self._done.encryption
        peer = self._done.chain[place] if place is not None else None
        if peer is None or peer.sm2_point is None:
            raise _Stop(Outcome.PARTIAL, "there is no encryption certificate with an SM2 key")
        if suite not in TLCP_ECDHE:
            pre_master = self._wish.manner.pre_master_version.to_bytes(2, "big") + secrets.token_bytes(46)
            ciphertext = sm2.encrypt(peer.sm2_point, pre_master).to_der()
            self._send(wire.CLIENT_KEY_EXCHANGE, wire.vector(2, ciphertext))
            return pre_master
        pair = self._wish.pair
        if pair is None:
            if not self._done.asks_client:
                raise _Stop(Outcome.PARTIAL, "an ECDHE suite needs certificates of the client, which were not given")
            return self._ephemeral_only(peer.sm2_point, parameters)
        ephemeral = sm2.generate_private_key()
        shared = sm2.exchange(
            sm2.OwnHalf(pair.enc_key, ephemeral),
            sm2.PeerHalf(peer.sm2_point, sm2.point_from_octets(parameters[4:])),
            keys.MASTER_OCTETS,
            is_initiator=False,
        )
        self._send_point(ephemeral)
        return shared

    def _ephemeral_only(self, peer: sm2.Point, parameters: bytes) -> bytes:
        """Go on without certificates, as a client that the server should turn away (TLS-035)."""
        ephemeral = sm2.generate_private_key()
        shared = sm2.exchange(
            sm2.OwnHalf(sm2.generate_private_key(), ephemeral),
            sm2.PeerHalf(peer, sm2.point_from_octets(parameters[4:])),
            keys.MASTER_OCTETS,
            is_initiator=False,
        )
        self._send_point(ephemeral)
        return shared

    def _send_point(self, ephemeral: int) -> None:
        point = sm2.point_to_octets(sm2.public_key(ephemeral))
        body = bytes((NAMED_CURVE,)) + GROUP_SM2.to_bytes(2, "big") + wire.vector(1, point)
        self._send(wire.CLIENT_KEY_EXCHANGE, wire.vector(2, body) if self._wish.manner.is_prefixed else body)

    def _certificate_verify(self, pair: ClientPair) -> None:
        signed = keys.sm3(self._transcript) if self._wish.manner.signs_digest else self._transcript
        self._send(wire.CERTIFICATE_VERIFY, wire.vector(2, sm2.sign(pair.sign_key, signed)))

    def _finish(self, sealing: keys.Protection, master: bytes) -> None:
        self._flight += wire.record(wire.CHANGE_CIPHER_SPEC, wire.TLCP, b"\x01")
        self._sealing = sealing
        self._send(wire.FINISHED, keys.verify_data(master, FINISHED_LABELS[0], self._transcript))
        self._flush()

    def _server_finished(self, master: bytes) -> None:
        found = self._next()
        if isinstance(found, wire.Message) and found.kind == wire.NEW_SESSION_TICKET:
            self._transcript += found.raw
            self._done.has_ticket = True
            self._done.ticket_lifetime_s = wire.Octets(found.body).number(4)
            found = self._next()
        if not isinstance(found, wire.Record) or found.kind != wire.CHANGE_CIPHER_SPEC:
            text = f"{_name(found)} where change_cipher_spec is due"
            raise wire.WireError(text)
        finished = self._message(wire.FINISHED)
        due = keys.verify_data(master, FINISHED_LABELS[1], self._transcript)
        self._done.finished_verified = finished.body == due
        self._transcript += finished.raw
        if finished.body != due:
            self._alert(51)
            raise _Stop(Outcome.PARTIAL, "the Finished of the server does not hold")

    # --- after it ----------------------------------------------------------------------------------------------------

    def _resume(self, hello: wire.Hello, server: wire.ServerHello) -> None:
        """Finish an abbreviated handshake (6.4.2): the server's Finished comes first."""
        master = self._wish.master
        block = keys.KeyBlock.derive(server.suite, master, hello.random, server.random)
        self._server_keys = block.of_server(server.suite)
        self._server_finished(master)
        self._done.is_resumed = True
        self._finish(block.of_client(server.suite), master)
        self._done.master = master
        self._done.outcome = Outcome.ACCEPTED
        self._part()

    def _part(self) -> None:
        """Say close_notify: without it a server may take the end for an attack and forget the session."""
        with contextlib.suppress(OSError):
            self._alert(0, 1)

    def _renegotiate(self) -> Outcome:
        """Send a second hello, then close_notify: a server that reads on to the second has passed over the first."""
        hello = wire.Hello(version=wire.TLCP, suites=self._wish.suites)
        try:
            self._send(wire.CLIENT_HELLO, hello.message()[4:])
            self._flush()
            while True:
                found = self._next_after_hello()
                if found is not None:
                    return found
        except _Stop as stop:
            ended = stop.alert is not None or stop.problem == "the server closed the connection"
            return Outcome.REFUSED if ended else stop.outcome
        except TimeoutError:
            return Outcome.TIMEOUT
        except (OSError, wire.WireError):
            return Outcome.GARBAGE

    def _next_after_hello(self) -> Outcome | None:
        if not (self._queue or self._waiting):
            try:
                octets = self._link.receive(_SILENCE_S)
            except TimeoutError:
                self._alert(0, 1)
                octets = self._link.receive(2.0)
            if not octets:
                return Outcome.REFUSED
            self._waiting.extend(self._records.feed(octets))
            return None
        if self._waiting and not self._queue:
            self._take(self._waiting.pop(0))
            return None
        found = self._queue.pop(0)
        is_answer = isinstance(found, wire.Message) and found.kind == wire.SERVER_HELLO
        return Outcome.ACCEPTED if is_answer else None


def say_goodbye(link: Traced) -> None:
    """Hang up; nothing that goes wrong here matters."""
    try:
        link.close()
    except OSError:
        return


def places(chain: tuple[x509.Certificate | None, ...]) -> tuple[int, int | None]:
    """Return the positions of the signing and the encryption certificate; None where there is no second leaf.

    By the order of the standard, signing then encryption, unless key usage says otherwise: TASSL sends the encryption
    certificate last (Tongsuo-Project/Tongsuo#203), and a swapped pair is to be found out, not to be repaired, so the
    first certificate stays the signing one unless it can only encrypt and the second can sign.
    """
    leaves = [place for place, each in enumerate(chain) if each is not None and not each.is_ca]
    if not leaves:
        return 0, None
    if len(leaves) == 1:
        return leaves[0], None
    first, *others = leaves
    signs = chain[first]
    if signs and signs.only_enciphers and any((each := chain[place]) and each.only_signs for place in others):
        second = next(place for place in others if (each := chain[place]) and each.only_signs)
        return second, first
    chosen = next((place for place in others if (each := chain[place]) and each.enciphers), others[0])
    return first, chosen


_NAMES: Final = {
    wire.CLIENT_HELLO: "client_hello",
    wire.SERVER_HELLO: "server_hello",
    wire.NEW_SESSION_TICKET: "new_session_ticket",
    wire.CERTIFICATE: "certificate",
    wire.SERVER_KEY_EXCHANGE: "server_key_exchange",
    wire.CERTIFICATE_REQUEST: "certificate_request",
    wire.SERVER_HELLO_DONE: "server_hello_done",
    wire.CERTIFICATE_VERIFY: "certificate_verify",
    wire.CLIENT_KEY_EXCHANGE: "client_key_exchange",
    wire.FINISHED: "finished",
    wire.CERTIFICATE_STATUS: "certificate_status",
}


def _name(found: wire.Message | wire.Record) -> str:
    if isinstance(found, wire.Message):
        return _NAMES.get(found.kind, f"handshake message {found.kind}")
    return {20: "change_cipher_spec", 23: "application data"}.get(found.kind, f"record {found.kind}")
