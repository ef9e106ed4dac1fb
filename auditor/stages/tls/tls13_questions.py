"""Questions in TLS 1.3 and RFC 8998 (design/sm-tls-and-keys.md §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor import reasons
from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire
from auditor.stages.tls.answers import (
    WHY,
    Shown,
    chosen,
    suite_of,
    yes,
)
from auditor.stages.tls.outcome import Outcome

if TYPE_CHECKING:
    from auditor.stages.tls.asking import Port


_SM_GROUPS: Final = (points.GROUP_SM2, points.GROUP_SM2_HYBRID)
_EARLY_DATA: Final = 42
_ENCRYPTED_EXTENSIONS: Final = 8


class Tls13Questions:
    """Asks a port in TLS 1.3, with the suites of RFC 8998 and without."""

    def __init__(self, port: Port) -> None:
        """Ask this port."""
        self._port = port

    def modern(self) -> None:
        """Ask for TLS 1.3 with its own suites and groups."""
        reply = self._port.asker.ask("tls13", self._port.hello13(points.TLS13, points.GROUPS_13))
        values = chosen(reply)
        if self._port.decide("tls13", reply, values=values, codes=suite_of(reply)):
            self._port.found.speaks.append("TLS 1.3")

    def rfc8998(self) -> None:
        """Ask in octets, then finish the handshake by OpenSSL: suites, group and scheme of RFC 8998 alone."""
        reply = self._port.asker.ask(
            "rfc8998 hello", self._port.hello13(points.RFC8998, _SM_GROUPS, (points.SCHEME_SM2,))
        )
        if reply.outcome is Outcome.REFUSED:
            self._port.say("rfc8998", Outcome.REFUSED, reply.number, alert=reply.alert)
            return
        if reply.outcome is Outcome.CLOSED and not (self._port.speaks("TLS 1.3") or self._port.speaks("TLCP")):
            self._port.lose("rfc8998", WHY.get(reply.outcome, reasons.NO_ANSWER), "")
            return
        if reply.outcome is Outcome.CLOSED:
            self._port.say("rfc8998", "closed", reply.number)
            return
        if reply.outcome is not Outcome.ACCEPTED:
            self._port.lose(
                "rfc8998",
                WHY.get(reply.outcome, reasons.NO_ANSWER),
                self._port.asker.conversations[reply.number].said,
            )
            return
        number, done = self._port.by_openssl(
            "rfc8998",
            suites="TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3",
            groups="curveSM2:curveSM2MLKEM768",
            schemes="sm2sig_sm3",
            reads_tickets=True,
        )
        if done.is_finished:
            self._port.say("rfc8998", Outcome.ACCEPTED, number, values=(done.suite, done.group))
            self._port.found.speaks.append("RFC 8998")
            self._show13("RFC 8998", number, done)
            self._tickets13("rfc8998 ticket", number, done)
            if scheme := _scheme13(done):
                self._port.say("rfc8998 schemes", Outcome.ACCEPTED, number, codes=_scheme_codes(done), values=(scheme,))
        elif done.alert is not None and done.body(wire.SERVER_HELLO) is None:
            self._port.say("rfc8998", Outcome.REFUSED, number, alert=done.alert)
        elif done.alert is not None or done.body(wire.SERVER_HELLO) is not None:
            self._port.say("rfc8998", "partial", number, alert=done.alert, values=(done.problem,))
        else:
            self._port.lose("rfc8998", reasons.NO_ANSWER, done.problem)

    def _show13(self, protocol: str, number: int, done: Any) -> None:  # noqa: ANN401 - the tool's values
        body = done.body(wire.CERTIFICATE)
        if body is None:
            return
        try:
            chain, staple = certificates13(body)
        except wire.WireError:
            return
        self._port.found.shown.append(Shown(protocol=protocol, certificates=chain, number=number, staple=staple))

    def _tickets13(self, question: str, number: int, done: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - as above
        """Say how long the tickets of a finished handshake last, and return them."""
        tickets = [_ticket(each) for each in done.bodies(wire.NEW_SESSION_TICKET)]
        if tickets:
            self._port.say(question, Outcome.ACCEPTED, number, count=max(lifetime for lifetime, _early in tickets))
        elif done.is_finished:
            self._port.say(question, Outcome.REFUSED, number)
        else:
            self._port.lose(question, reasons.NO_ANSWER, done.problem)
        return tickets

    def behind_tls13(self) -> None:
        """Look behind the encryption of TLS 1.3: certificates, client certificates, tickets, early data."""
        if not self._port.speaks("TLS 1.3"):
            return
        number, done = self._port.by_openssl("tls13 handshake", reads_tickets=True)
        if not done.is_finished and done.body(wire.CERTIFICATE) is None:
            self._port.lose("tls13 handshake", reasons.NO_ANSWER, done.problem)
            return
        self._show13("TLS 1.3", number, done)
        scheme = _scheme13(done)
        self._port.say(
            "tls13 handshake",
            Outcome.ACCEPTED if done.is_finished else "partial",
            number,
            values=tuple(each for each in (done.suite, done.group, scheme) if each),
        )
        if scheme:
            self._port.say("tls13 schemes", Outcome.ACCEPTED, number, codes=_scheme_codes(done), values=(scheme,))
        asks = done.body(wire.CERTIFICATE_REQUEST) is not None
        self._port.say("tls client certificate", yes(asks), number, values=("TLS 1.3",))
        tickets = self._tickets13("tls13 ticket", number, done)
        allows = max((early for _lifetime, early in tickets), default=0)
        if not allows:
            self._port.say("early data", Outcome.REFUSED, number)
            return
        number, early = self._port.by_openssl("early data", early=done.session)
        extensions = early.body(_ENCRYPTED_EXTENSIONS)
        if extensions is None:
            self._port.lose("early data", reasons.NO_ANSWER, early.problem)
            return
        self._port.say("early data", yes(_EARLY_DATA in _extension_types(extensions)), number, count=allows)

    def rfc8998_strictness(self) -> None:
        """Ask whether C6 and C7 are completed with what does not belong to them (TLS-043 to TLS-045)."""
        if not (self._port.speaks("RFC 8998") or self._port.speaks("TLS 1.3")):
            return
        foreign = tuple(each for each in points.GROUPS_13 if each not in _SM_GROUPS)
        reply = self._port.asker.ask("rfc8998 group", self._port.hello13(points.RFC8998, foreign))
        if reply.outcome.decides:
            self._port.say("rfc8998 group", reply.outcome, reply.number, alert=reply.alert, values=chosen(reply))
        elif self._port.speaks("RFC 8998"):
            self._port.lose("rfc8998 group", WHY.get(reply.outcome, reasons.NO_ANSWER), "")
        takes_sm = self._port.speaks("RFC 8998") or reply.outcome is Outcome.ACCEPTED
        if not takes_sm:
            return
        number, done = self._port.by_openssl(
            "rfc8998 certificate",
            suites="TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3",
            groups="curveSM2:X25519:P-256",
            schemes="ECDSA+SHA256:RSA-PSS+SHA256:ed25519:ECDSA+SHA384:RSA-PSS+SHA384",
        )
        if done.is_finished or done.body(wire.CERTIFICATE) is not None:
            self._port.say("rfc8998 certificate", Outcome.ACCEPTED, number, values=(_scheme13(done),))
        elif done.alert is not None:
            self._port.say("rfc8998 certificate", Outcome.REFUSED, number, alert=done.alert)
        else:
            self._port.lose("rfc8998 certificate", reasons.NO_ANSWER, done.problem)
        hybrid = self._port.asker.ask(
            "hybrid", self._port.hello13(points.RFC8998, (points.GROUP_SM2_HYBRID,), (points.SCHEME_SM2,))
        )
        self._port.decide("hybrid", hybrid, values=chosen(hybrid))
        suites = self._port.enumerate(
            lambda left: self._port.hello13(left, _SM_GROUPS, (points.SCHEME_SM2,)), points.RFC8998
        )
        self._port.say_suites("rfc8998 suites", suites)

    def both(self) -> None:
        """Offer SM and international suites in one hello, SM first (TLS-008)."""
        if not (self._port.speaks("RFC 8998") and self._port.speaks("TLS 1.3")):
            return
        reply = self._port.asker.ask(
            "preference", self._port.hello13((*points.RFC8998, *points.TLS13), (*_SM_GROUPS, 0x001D, 0x0017))
        )
        self._port.decide("preference", reply, values=chosen(reply), codes=suite_of(reply))


def certificates13(body: bytes) -> tuple[tuple[bytes, ...], bytes]:
    """Return the certificates of a Certificate message of TLS 1.3, and the stapled OCSP response.

    Raises:
        WireError: It is none.
    """
    octets = wire.Octets(body)
    octets.vector(1)
    inner = wire.Octets(octets.vector(3))
    chain: list[bytes] = []
    staple = b""
    while inner.left:
        chain.append(inner.vector(3))
        extensions = wire.Octets(inner.vector(2))
        while extensions.left:
            kind, content = extensions.number(2), extensions.vector(2)
            if kind == wire.STATUS_REQUEST and len(chain) == 1:
                staple = content[4:]
        if len(chain) > wire.CERTIFICATES:
            raise wire.WireError("too many certificates")
    return tuple(chain), staple


def _scheme13(done: Any) -> str:  # noqa: ANN401 - the tool's values
    body = done.body(wire.CERTIFICATE_VERIFY)
    return points.scheme_name(int.from_bytes(body[:2], "big")) if body else ""


def _scheme_codes(done: Any) -> tuple[int, ...]:  # noqa: ANN401 - the tool's values
    body = done.body(wire.CERTIFICATE_VERIFY)
    return (int.from_bytes(body[:2], "big"),) if body else ()


def _ticket(body: bytes) -> tuple[int, int]:
    """Return lifetime and octets of early data of a NewSessionTicket of TLS 1.3."""
    octets = wire.Octets(body)
    try:
        lifetime = octets.number(4)
        octets.number(4)
        octets.vector(1)
        octets.vector(2)
        inner = wire.Octets(octets.vector(2))
        while inner.left:
            kind, content = inner.number(2), inner.vector(2)
            if kind == _EARLY_DATA:
                return lifetime, int.from_bytes(content, "big")
    except wire.WireError:
        return 0, 0
    return lifetime, 0


def _extension_types(body: bytes) -> frozenset[int]:
    octets = wire.Octets(body)
    found: set[int] = set()
    try:
        inner = wire.Octets(octets.vector(2))
        while inner.left:
            found.add(inner.number(2))
            inner.vector(2)
    except wire.WireError:
        return frozenset()
    return frozenset(found)
