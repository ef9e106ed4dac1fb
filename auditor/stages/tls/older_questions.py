"""Questions in TLS 1.2 and older, down to SSL 2 (design/sm-tls-and-keys.md §3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire
from auditor.stages.tls.answers import (
    INTERNATIONAL_VERSIONS,
    OLD_SUITES,
    WHY,
    Shown,
    chosen,
    suite_of,
    yes,
)
from auditor.stages.tls.outcome import Outcome
from auditor.stages.tls.probe import Reply, first_flight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.stages.tls.asking import Port

_CHUNK: Final = 128
_SENTINEL: Final = b"DOWNGRD"
_INAPPROPRIATE_FALLBACK: Final = 86


class OlderQuestions:
    """Asks a port in TLS 1.2 and older, and what all versions have in common."""

    def __init__(self, port: Port) -> None:
        """Ask this port."""
        self._port = port

    def tls12(self) -> None:
        """Ask for TLS 1.2 with all suites, and for the compression that nobody should take."""
        hello = self._port.hello12(wire.TLS12, OLD_SUITES)
        hello = wire.Hello(
            version=hello.version,
            suites=hello.suites,
            compressions=b"\x01\x00",
            session_id=hello.session_id,
            extensions=hello.extensions,
        )
        reply = self._port.asker.ask("tls12", hello, first_flight)
        self.tls12_reply = reply
        answer = reply.hello
        if answer and reply.outcome is Outcome.ACCEPTED and answer.chosen_version != wire.TLS12:
            self._port.say("tls12", Outcome.REFUSED, reply.number, values=(points.version_name(answer.chosen_version),))
            return
        if not self._port.decide("tls12", reply, values=chosen(reply), codes=suite_of(reply)) or answer is None:
            return
        self._port.found.speaks.append("TLS 1.2")
        self._port.say(
            "compression", yes(answer.compression), reply.number, count=answer.compression, values=("TLS 1.2",)
        )
        has = [
            name
            for name, kind in (
                ("extended master secret", wire.EXTENDED_MASTER_SECRET),
                ("secure renegotiation", wire.RENEGOTIATION_INFO),
            )
            if kind in answer.extensions
        ]
        self._port.say("tls12 extras", Outcome.ACCEPTED if len(has) == 2 else Outcome.REFUSED, reply.number, values=has)  # noqa: PLR2004
        if self._port.speaks("TLS 1.3"):
            holds = answer.random[24:] == _SENTINEL + b"\x01"
            self._port.say("sentinel", yes(holds), reply.number, values=(answer.random[24:].hex(),))
        self._flight12(reply)

    def _flight12(self, reply: Reply) -> None:
        flight = reply.flight
        body = flight.body(wire.CERTIFICATE)
        if body is not None:
            try:
                chain = wire.certificates(body)
            except wire.WireError:
                chain = ()
            status = flight.body(wire.CERTIFICATE_STATUS) or b""
            if chain:
                self._port.found.shown.append(
                    Shown(protocol="TLS 1.2", certificates=chain, number=reply.number, staple=status[4:])
                )
        if first_flight(flight):
            asks = flight.body(wire.CERTIFICATE_REQUEST) is not None
            self._port.say("tls client certificate", yes(asks), reply.number, values=("TLS 1.2",))
        exchange = flight.body(wire.SERVER_KEY_EXCHANGE)
        if exchange and reply.hello:
            self._port.say(
                "tls12 key exchange", Outcome.ACCEPTED, reply.number, values=key_exchange12(reply.hello.suite, exchange)
            )

    def older(self) -> None:
        """Ask for TLS 1.1, TLS 1.0 and SSL 3."""
        for question in ("tls11", "tls10", "ssl3"):
            version = INTERNATIONAL_VERSIONS[question]
            reply = self._port.asker.ask(question, self._port.hello12(version, OLD_SUITES))
            answer = reply.hello
            if answer and reply.outcome is Outcome.ACCEPTED and answer.chosen_version != version:
                self._port.say(
                    question, Outcome.REFUSED, reply.number, values=(points.version_name(answer.chosen_version),)
                )
                continue
            if self._port.decide(question, reply, values=chosen(reply), codes=suite_of(reply)):
                self._port.found.speaks.append(points.version_name(version))
                if not self._port.speaks("TLS 1.2") and answer:
                    self._flight_of_old(version)

    def _flight_of_old(self, version: int) -> None:
        """Read the certificate once where nothing newer shows it."""
        if any(each.protocol.startswith(("TLS", "SSL")) for each in self._port.found.shown):
            return
        reply = self._port.asker.ask("certificate", self._port.hello12(version, OLD_SUITES), first_flight)
        if reply.outcome is Outcome.ACCEPTED:
            self._flight12(reply)

    def ssl2(self) -> None:
        """Ask in SSL 2.0, which has no alert for a version: hanging up is how it is refused."""
        number, link = self._port.asker.open("ssl2")
        came, ended = b"", "closed"
        try:
            link.send(wire.ssl2_hello())
            while len(came) < 16:  # noqa: PLR2004 - enough of a ServerHello
                octets = link.receive()
                if not octets:
                    break
                came += octets
                if came[0] in {wire.ALERT, wire.HANDSHAKE} and len(came) >= 7:  # noqa: PLR2004 - an alert record
                    break
        except TimeoutError:
            ended = "silence"
        except OSError:
            pass
        finally:
            link.close()
        is_alive = bool(self._port.found.speaks)
        if wire.is_ssl2_server_hello(came):
            self._port.asker.note(number, Outcome.ACCEPTED)
            self._port.say("ssl2", Outcome.ACCEPTED, number)
            self._port.found.speaks.append("SSL 2.0")
        elif came[:1] == b"\x15" or (not came and ended == "closed" and is_alive):
            self._port.asker.note(number, Outcome.REFUSED)
            self._port.say("ssl2", Outcome.REFUSED, number, alert=came[6] if len(came) >= 7 else None)  # noqa: PLR2004
        else:
            outcome = (Outcome.PARTIAL if came else Outcome.TIMEOUT) if ended == "silence" else Outcome.CLOSED
            outcome = Outcome.GARBAGE if came and ended == "closed" else outcome
            self._port.asker.note(number, outcome, None, ended)
            self._port.lose("ssl2", WHY.get(outcome, reasons.NO_ANSWER), "")

    def suites(self) -> None:
        """Enumerate the suites of every version that was accepted."""
        for question in ("tls12", "tls11", "tls10", "ssl3"):
            if not self._port.found.accepts(question):
                continue
            version = INTERNATIONAL_VERSIONS[question]
            whole: list[int] = []
            shows: int | None = None
            is_whole = True
            for chunk in _chunks(OLD_SUITES):
                accepted, number, ended = self._port.enumerate(
                    lambda left, version=version: self._port.hello12(version, left),  # type: ignore[misc]
                    chunk,
                    f"{question} suites",
                )
                whole.extend(accepted)
                shows = number if accepted or shows is None else shows
                is_whole = is_whole and ended
            self._port.say_suites(f"{question} suites", (whole, shows, is_whole))
        if self._port.speaks("TLS 1.3"):
            found = self._port.enumerate(
                lambda left: self._port.hello13(left, points.GROUPS_13), points.TLS13, "tls13 suites"
            )
            self._port.say_suites("tls13 suites", found)

    def hidden_prime(self) -> tuple[int, tuple[int, ...]] | None:
        """Return the newest version with suites of ephemeral Diffie-Hellman, and those; None where a prime was seen."""
        first = self._port.found.answer("tls12 key exchange")
        if first and any(value.startswith("DH ") for value in first.values):
            return None
        for question in ("tls12", "tls11", "tls10", "ssl3"):
            answer = self._port.found.answer(f"{question} suites")
            names = {code: points.INTERNATIONAL.get(code, "") for code in answer.codes} if answer else {}
            suites = tuple(code for code, name in names.items() if name.startswith(("TLS_DHE_", "TLS_DH_anon")))
            if suites:
                return INTERNATIONAL_VERSIONS[question], suites
        return None

    def prime(self) -> None:
        """Ask for the Diffie-Hellman prime where the server's first choice was another key exchange."""
        if (due := self.hidden_prime()) is None:
            return
        reply = self._port.asker.ask("dh prime", self._port.hello12(*due), _has_exchange)
        exchange = reply.flight.body(wire.SERVER_KEY_EXCHANGE)
        said = key_exchange12(reply.hello.suite, exchange) if reply.hello and exchange else ()
        if reply.outcome is Outcome.ACCEPTED and said:
            self._port.say("dh prime", Outcome.ACCEPTED, reply.number, values=said)
        else:
            self._port.lose("dh prime", WHY.get(reply.outcome, reasons.NO_ANSWER), "no prime that can be read")

    def schemes(self) -> None:
        """Enumerate what the server signs its key exchange with in TLS 1.2, each shown by a ServerKeyExchange."""
        suites = self.signing_suites()
        if not suites:
            return
        accepted: list[int] = []
        left = list(points.SCHEMES)
        shows: int | None = None
        while left:
            hello = self._port.hello12(wire.TLS12, suites, schemes=left)
            reply = self._port.asker.ask("tls12 schemes", hello, _has_exchange)
            shows = reply.number if shows is None else shows
            if reply.outcome is Outcome.REFUSED or (accepted and reply.flight.refusal is not None):
                break  # Go says so only after its ServerHello
            exchange = reply.flight.body(wire.SERVER_KEY_EXCHANGE)
            scheme = scheme12(exchange) if reply.outcome is Outcome.ACCEPTED and exchange else None
            if scheme is None:
                self._port.lose(
                    "tls12 schemes", WHY.get(reply.outcome, reasons.NO_ANSWER), "no signature that can be read"
                )
                return
            accepted.append(scheme)
            if scheme not in left:
                break  # it signs with what was not offered, and would do so for ever
            left.remove(scheme)
        if shows is not None and accepted:
            self._port.say(
                "tls12 schemes", Outcome.ACCEPTED, shows, codes=accepted, values=map(points.scheme_name, accepted)
            )
        elif shows is not None:
            self._port.lose("tls12 schemes", reasons.NO_ANSWER, "no scheme was accepted")

    def signing_suites(self) -> tuple[int, ...]:
        """Return the accepted suites of TLS 1.2 whose key exchange is signed."""
        answer = self._port.found.answer("tls12 suites")
        names = {code: points.INTERNATIONAL.get(code, "") for code in answer.codes} if answer else {}
        return tuple(
            code
            for code, name in names.items()
            if name.startswith(("TLS_ECDHE_RSA", "TLS_ECDHE_ECDSA", "TLS_DHE_RSA", "TLS_DHE_DSS"))
        )

    def tls12_manners(self) -> None:
        """Ask what a careful server refuses: a fallback, a renegotiation, what is left of TLS 1.2."""
        versions = [question for question in INTERNATIONAL_VERSIONS if self._port.found.accepts(question)]
        if self.falls_back(versions):
            self._fallback(INTERNATIONAL_VERSIONS[versions[-2]])
        if self._port.speaks("TLS 1.2"):
            number, done = self._port.by_openssl("renegotiation", least=wire.TLS12, most=wire.TLS12, renegotiates=True)
            if done.renegotiated is None:
                self._port.lose("renegotiation", reasons.NO_ANSWER, done.problem or "silence after the second hello")
            else:
                self._port.say("renegotiation", yes(done.renegotiated), number, alert=done.alert)

    @staticmethod
    def falls_back(versions: Sequence[str]) -> bool:
        """Tell whether there is an older version than the newest to fall back to that knows the signal."""
        return len(versions) > 1 and versions[-2] != "ssl3"

    def _fallback(self, version: int) -> None:
        hello = self._port.hello12(version, OLD_SUITES, more=points.FALLBACK_SCSV)
        reply = self._port.asker.ask("fallback", hello)
        if reply.outcome is Outcome.REFUSED:
            self._port.say("fallback", yes(reply.alert == _INAPPROPRIATE_FALLBACK), reply.number, alert=reply.alert)
        elif reply.outcome is Outcome.ACCEPTED:
            self._port.say("fallback", Outcome.REFUSED, reply.number, values=chosen(reply))
        else:
            self._port.lose("fallback", WHY.get(reply.outcome, reasons.NO_ANSWER), "")

    def groups(self) -> None:
        """Enumerate the groups of TLS 1.3, each named by the server in a HelloRetryRequest."""
        if not self._port.speaks("TLS 1.3"):
            return
        accepted: list[int] = []
        left = list(points.GROUPS_13)
        shows: int | None = None
        while left:
            reply = self._port.asker.ask("groups", self._port.hello13(points.TLS13, left))
            group = reply.hello.group if reply.hello else None
            if reply.outcome is not Outcome.ACCEPTED or group not in left:
                if reply.outcome is not Outcome.REFUSED:
                    self._port.lose("groups", WHY.get(reply.outcome, reasons.NO_ANSWER), "")
                break
            accepted.append(group)
            left.remove(group)
            shows = reply.number if shows is None else shows
        if shows is not None:
            self._port.say("groups", Outcome.ACCEPTED, shows, codes=accepted, values=map(points.group_name, accepted))


def _chunks(suites: Sequence[int]) -> Iterable[Sequence[int]]:
    for at in range(0, len(suites), _CHUNK):
        yield suites[at : at + _CHUNK]


def _has_exchange(flight: wire.Flight) -> bool:
    """Tell whether the signed key exchange came, or the flight ended without one."""
    return flight.body(wire.SERVER_KEY_EXCHANGE) is not None or first_flight(flight)


def scheme12(body: bytes) -> int | None:
    """Return the scheme of a signed ServerKeyExchange of TLS 1.2 (RFC 5246 7.4.3), None where there is none."""
    for read in (_curve_parameters, _prime_parameters):
        octets = wire.Octets(body)
        try:
            read(octets)
            scheme = octets.number(2)
            octets.vector(2)
        except wire.WireError:
            continue
        if not octets.left:
            return scheme
    return None


def _curve_parameters(octets: wire.Octets) -> None:
    octets.take(3)
    octets.vector(1)


def _prime_parameters(octets: wire.Octets) -> None:
    for _each in range(3):
        octets.vector(2)


def key_exchange12(suite: int, body: bytes) -> tuple[str, ...]:
    """Return what a ServerKeyExchange before TLS 1.3 says: the group, or the size of a Diffie-Hellman prime."""
    name = points.INTERNATIONAL.get(suite, "")
    octets = wire.Octets(body)
    try:
        if name.startswith(("TLS_ECDHE_", "TLS_ECDH_anon")) and octets.number(1) == 3:  # noqa: PLR2004 - a named curve
            return (points.group_name(octets.number(2)),)
        if name.startswith(("TLS_DHE_", "TLS_DH_anon")):
            return (f"DH {int.from_bytes(octets.vector(2), 'big').bit_length()} bits",)
    except wire.WireError:
        return ()
    return ()
