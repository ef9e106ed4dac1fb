"""The questions to an endpoint, and the answers as they are decided (design/sm-tls-and-keys.md §1-§3, §7.1).

Nothing here judges. Every question ends in an `Answer` (accepted, refused) or in `Undecided`.
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire
from auditor.stages.tls.outcome import Outcome
from auditor.stages.tls.probe import WITHOUT_TLS, Asker, GivenUp, Reply, first_flight, plain_protocol
from auditor.stages.tls.tlcp.client import LADDER, ONE_WAY, ClientPair, Handshake, Manner, Wish, say_goodbye, shake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

INTERNATIONAL_VERSIONS: Final = {"ssl3": 0x0300, "tls10": 0x0301, "tls11": 0x0302, "tls12": 0x0303, "tls13": 0x0304}
_CHUNK: Final = 128
_UNKNOWN_SUITE: Final = 0xE0FF
_UNKNOWN_EXTENSION: Final = 0x5A5A
_SENTINEL: Final = b"DOWNGRD"
_POINT_FORMATS: Final = (wire.POINT_FORMATS, b"\x01\x00")
_SM_GROUPS: Final = (points.GROUP_SM2, points.GROUP_SM2_HYBRID)
_EARLY_DATA: Final = 42
_LATE_S: Final = 1.0
"""Time that a last handshake takes at most, after the wait for the end of a session."""
_ENCRYPTED_EXTENSIONS: Final = 8
_INAPPROPRIATE_FALLBACK: Final = 86


class OpenSsl(Protocol):
    """Handshakes by OpenSSL; `auditor.tools.openssl4` fits."""

    def shake(self, link: Any, wish: Any, left_s: Callable[[], float]) -> Any:  # noqa: ANN401 - the tool's values
        """Do a handshake on a fresh connection."""

    def wish(self, **fields: object) -> Any:  # noqa: ANN401 - the tool's values
        """Return what is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One decided answer; becomes an `Answer` with its origin.

    Attributes:
        question: Word for it.
        outcome: ``accepted``, ``refused`` or ``closed``.
        number: Of the conversation that shows it.
        alert: Alert.
        codes: Code points.
        values: What was seen.
        count: A number.
    """

    question: str
    outcome: str
    number: int
    alert: int | None = None
    codes: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A question without an answer; becomes a gap.

    Attributes:
        question: Word for it.
        reason: A few words.
        detail: Circumstances.
    """

    question: str
    reason: reasons.Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Certificates that a server showed.

    Attributes:
        protocol: In which protocol.
        certificates: DER, in order.
        number: Of the conversation.
        signing: Position of the signing certificate in TLCP.
        encryption: Position of the encryption certificate in TLCP.
        staple: OCSP response.
    """

    protocol: str
    certificates: tuple[bytes, ...]
    number: int
    signing: int = 0
    encryption: int | None = None
    staple: bytes = b""


@dataclass
class Findings:
    """All that was learnt of one address.

    Attributes:
        said: Answers.
        undecided: Questions without one.
        shown: Certificates.
        speaks: Protocols that were accepted.
    """

    said: list[Said] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    speaks: list[str] = field(default_factory=list)

    def answer(self, question: str) -> Said | None:
        """Return the answer to a question, if it was decided."""
        return next((each for each in self.said if each.question == question), None)

    def accepts(self, question: str) -> bool:
        """Tell whether a question was accepted."""
        found = self.answer(question)
        return found is not None and found.outcome == Outcome.ACCEPTED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How far to go.

    Attributes:
        server_name: For SNI; empty for none.
        pair: Certificates to show in TLCP.
        is_intrusive: Also ask what may be taken for an attack (TLS-034, TLS-041).
        intruder: Makes a pair that nobody issued, for TLS-034.
        session_lifetime_s: After how long a session may not be resumed any more (TLS-038).
    """

    server_name: str = ""
    pair: ClientPair | None = None
    is_intrusive: bool = False
    intruder: Callable[[], ClientPair] | None = None
    session_lifetime_s: int = 7200


SECTIONS: Final = ("tlcp", "tls", "service")
"""What is asked of every port; a section that is not reached leaves gaps for its questions."""
TLCP_QUESTIONS: Final = ("tlcp",)
TLS_QUESTIONS: Final = ("rfc8998", "tls13", "tls12", "tls11", "tls10", "ssl3", "ssl2")
_DUE: Final = {
    ("TLCP",): (
        *("tlcp suites", "tlcp retired", "unknown suite", "unknown extension", "tlcp key exchange", "tlcp finished"),
        *("tlcp client certificate", "tlcp ticket", "tlcp renegotiation"),
    ),
    ("RFC 8998",): ("rfc8998 group", "rfc8998 certificate", "hybrid", "rfc8998 suites"),
    ("TLS 1.3",): ("tls13 handshake", "groups", "early data", "tls client certificate"),
    ("TLS 1.2",): ("compression", "tls12 extras", "renegotiation", "tls client certificate"),
    ("RFC 8998", "TLS 1.3"): ("preference",),
    ("TLS 1.3", "TLS 1.2"): ("sentinel",),
}
"""What a port has to answer for besides, by the protocols that it speaks."""


class Examination:
    """Asks one port everything, the most important first."""

    def __init__(self, asker: Asker, choice: Choice, openssl: OpenSsl) -> None:
        """Begin with nothing known."""
        self._asker = asker
        self._choice = choice
        self._openssl = openssl
        self.found = Findings()
        self._name = wire.server_name(choice.server_name) if choice.server_name else ()
        self._reached: set[str] = set()
        self._ended: GivenUp | None = None

    def run(self) -> Findings:
        """Ask, and return what was learnt; never raises for what a server does."""
        steps = (
            self._tlcp,
            self._modern,
            self._rfc8998,
            self._tls12,
            self._older,
            self._ssl2,
            self._tlcp_suites,
            self._tlcp_manners,
            self._behind_tls13,
            self._rfc8998_strictness,
            self._both,
            self._tls12_manners,
            self._groups,
            self._without_name,
            self._enough_randoms,
            self._suites,
            self._prime,
            self._schemes,
            self._late_resumption,
        )
        for step in steps:
            try:
                step()
            except GivenUp as end:
                self._ended = end
                if end.reason != "cut short":
                    break
            except ToolError as error:
                self._lose(step.__name__.strip("_"), error.reason, error.detail)
        self._close()
        return self.found

    # --- words -------------------------------------------------------------------------------------------------------

    def _say(
        self,
        question: str,
        outcome: Outcome | str,
        number: int,
        *,
        alert: int | None = None,
        codes: Iterable[int] = (),
        values: Iterable[str] = (),
        count: int | None = None,
    ) -> None:
        self.found.said.append(
            Said(
                question=question,
                outcome=str(outcome.value if isinstance(outcome, Outcome) else outcome),
                number=number,
                alert=alert,
                codes=tuple(codes),
                values=tuple(values),
                count=count,
            )
        )

    def _lose(self, question: str, reason: reasons.Reason, detail: str) -> None:
        self.found.undecided.append(Undecided(question=question, reason=reason, detail=detail))

    def _decide(self, question: str, reply: Reply, *, values: Sequence[str] = (), codes: Sequence[int] = ()) -> bool:
        """Write an answer down, or that there is none; tell whether it was accepted."""
        if reply.outcome.decides:
            self._say(question, reply.outcome, reply.number, alert=reply.alert, values=values, codes=codes)
        else:
            self._lose(
                question, _REASONS.get(reply.outcome, reasons.NO_ANSWER), self._asker.conversations[reply.number].said
            )
        return reply.outcome is Outcome.ACCEPTED

    def _close(self) -> None:
        """Say what the whole port is, and make gaps of what was not reached."""
        known = {each.question for each in self.found.said} | {each.question for each in self.found.undecided}
        reason, detail = (self._ended.reason, self._ended.detail) if self._ended else (reasons.NO_ANSWER, "")
        for question in dict.fromkeys((*TLCP_QUESTIONS, *TLS_QUESTIONS, *self._due())):
            if question not in known:
                self._lose(question, reason, detail)
        self._sm()
        self._clients()
        self._service(reason, detail)
        self._repetition()
        self._confusion()

    def _due(self) -> Iterator[str]:
        """Yield the questions that a port which speaks as this one does has to answer; none of them goes in silence."""
        for protocol, questions in _DUE.items():
            if all(map(self._speaks, protocol)):
                yield from questions
        if self._speaks("TLCP"):
            if self._first.outcome is Outcome.ACCEPTED and self._first.server and self._first.server.session_id:
                yield "tlcp resumption"
            suites = self.found.answer("tlcp suites")
            if suites and not points.TLCP_ECDHE.isdisjoint(suites.codes):
                yield "ecdhe without client"
        versions = [question for question in INTERNATIONAL_VERSIONS if self.found.accepts(question)]
        yield from (f"{question} suites" for question in versions)
        if self._signing_suites():
            yield "tls12 schemes"
        if self._hidden_prime():
            yield "dh prime"
        if self._falls_back(versions):
            yield "fallback"
        if self._name and (self._speaks("TLS 1.2") or (self._speaks("TLCP") and not self._tlcp_name())):
            yield "no name"

    def _sm(self) -> None:
        """Say whether any SM protocol was finished (TLS-004); none was only if both were decided."""
        both = [self.found.answer(question) for question in ("tlcp", "rfc8998")]
        good = next((each for each in both if each and each.outcome == Outcome.ACCEPTED.value), None)
        if good:
            self._say("sm", Outcome.ACCEPTED, good.number, values=(_CLIENT_WORDS[good.question], *good.values))
        elif all(both) and self.found.speaks:
            first = next(each for each in both if each)
            values = [f"{_CLIENT_WORDS[each.question]}: {_how(each)}" for each in both if each]
            self._say("sm", Outcome.REFUSED, first.number, values=values)
        else:
            self._lose("sm", reasons.NO_ANSWER, "neither was finished, and not both were refused")

    def _service(self, reason: reasons.Reason, detail: str) -> None:
        """Tell TLS, TLCP, something in the clear, or nothing (TLS-001)."""
        if self.found.speaks:
            shown = next(each for each in self.found.said if each.outcome == Outcome.ACCEPTED.value)
            self._say("service", Outcome.ACCEPTED, shown.number, values=self.found.speaks)
            return
        if reason == WITHOUT_TLS:  # the server's own word, before any hello
            number = self._asker.tell("starttls", Outcome.REFUSED, detail)
            self._say("service", Outcome.REFUSED, number, values=(detail,))
            return
        for number, talk in enumerate(self._asker.conversations):
            came = b"".join(each.octets for each in talk.trace if not each.is_ours)
            plain = plain_protocol(came)
            if plain:
                self._say("service", Outcome.REFUSED, number, values=(plain,))
                return
        self._lose("service", reason, detail or "no protocol was accepted")

    # --- TLCP --------------------------------------------------------------------------------------------------------

    def _shake(self, question: str, wish: Wish) -> tuple[int, Handshake]:
        number, link = self._asker.open(question)
        try:
            done = shake(link, wish)
        finally:
            say_goodbye(link)
        said = "silence" if done.problem == "the server fell silent" else done.problem or done.reached
        self._asker.note(number, done.outcome, done.alert, said)
        self._asker.remember(done.server, wish.session_id)
        return number, done

    def _tlcp(self) -> None:
        """Finish a handshake without extensions; with the name if that is refused; with a pair, by the ladder."""
        pair = self._choice.pair
        manners: tuple[Manner, ...] = LADDER if pair else (ONE_WAY,)
        number, done = self._shake("tlcp", Wish(pair=pair, manner=manners[0]))
        for manner in manners[1:]:
            if done.outcome is Outcome.ACCEPTED or not done.server or not done.asks_client:
                break
            number, done = self._shake("tlcp", Wish(pair=pair, manner=manner))
        if done.outcome in {Outcome.REFUSED, Outcome.CLOSED} and self._name:
            again, second = self._shake("tlcp", Wish(pair=pair, extensions=self._name))
            if second.server:
                number, done = again, second
        self._tlcp_done(number, done)

    def _tlcp_done(self, number: int, done: Handshake) -> None:
        self._first = done
        suite = points.suite_name(done.server.suite) if done.server else ""
        self._tlcp_outcome(number, done, suite)
        if not done.server:
            return
        self.found.speaks.append("TLCP")
        if done.certificates:
            self.found.shown.append(
                Shown(
                    protocol="TLCP",
                    certificates=done.certificates,
                    number=number,
                    signing=done.signing,
                    encryption=done.encryption,
                )
            )
        if done.key_exchange_verified is not None:
            holds = Outcome.ACCEPTED if done.key_exchange_verified else Outcome.REFUSED
            self._say("tlcp key exchange", holds, number, values=(suite,))
        if done.finished_verified is not None:
            holds = Outcome.ACCEPTED if done.finished_verified else Outcome.REFUSED
            self._say("tlcp finished", holds, number)
        self._say("compression", _yes(done.server.compression), number, count=done.server.compression, values=("TLCP",))
        if done.reached in {"server_hello_done", "finished", "new_session_ticket"}:
            self._say("tlcp client certificate", _yes(done.asks_client), number)
        if done.asks_client and not self._choice.pair:
            self._empty_certificate(number, done)

    def _tlcp_outcome(self, number: int, done: Handshake, suite: str) -> None:
        if done.outcome.decides:
            self._say(
                "tlcp",
                done.outcome,
                number,
                alert=done.alert,
                values=(suite,) if suite else (),
                codes=(done.server.suite,) if done.server else (),
            )
        elif done.outcome is Outcome.CLOSED:
            self._say("tlcp", "closed", number)
        elif False in {done.key_exchange_verified, done.finished_verified} or (
            done.reached == "server_hello_done" and done.encryption is None
        ):  # what came proves that it is no good; all else proves nothing
            self._say("tlcp", "partial", number, alert=done.alert, values=(suite, done.problem))
        elif done.server and done.asks_client and not self._choice.pair:
            detail = done.problem or f"alert {done.alert} without one"
            self._lose("tlcp", reasons.CLIENT_CERTIFICATE_NEEDED, detail)
        else:
            self._lose("tlcp", _REASONS.get(done.outcome, reasons.NO_ANSWER), done.problem)

    def _empty_certificate(self, number: int, done: Handshake) -> None:
        """A server that asked was shown an empty list (TLS-033)."""
        if done.outcome is Outcome.ACCEPTED:
            self._say("empty client certificate", Outcome.ACCEPTED, number)
        elif done.alert is not None:
            self._say("empty client certificate", Outcome.REFUSED, number, alert=done.alert)
        else:
            self._lose("empty client certificate", reasons.NO_ANSWER, done.problem)

    def _speaks(self, protocol: str) -> bool:
        return protocol in self.found.speaks

    def _tlcp_suites(self) -> None:
        """Ask for each of the four SM2 suites, and for those that are not to be offered."""
        if not self._speaks("TLCP"):
            return
        accepted, number, is_whole = self._enumerate_tlcp(points.TLCP_SM2, one_by_one=True)
        if is_whole:
            self._say("tlcp suites", Outcome.ACCEPTED if accepted else Outcome.REFUSED, number, codes=accepted)
        else:  # what is missing decides here, and what was not answered for may be there
            self._lose("tlcp suites", reasons.NO_ANSWER, "not every suite was answered for")
        retired, number, is_whole = self._enumerate_tlcp(points.TLCP_RETIRED)
        if is_whole or retired:
            self._say("tlcp retired", Outcome.ACCEPTED if retired else Outcome.REFUSED, number, codes=retired)
        else:
            self._lose("tlcp retired", reasons.NO_ANSWER, "not every suite was answered for")

    def _enumerate_tlcp(self, suites: Sequence[int], *, one_by_one: bool = False) -> tuple[list[int], int, bool]:
        """Return what was accepted, the conversation that shows it, and whether the rest was refused."""
        accepted: list[int] = []
        left = list(suites)
        shows = 0
        while left:
            offered = left[:1] if one_by_one else left
            reply = self._asker.ask(
                "tlcp suites", wire.Hello(version=wire.TLCP, suites=tuple(offered), extensions=self._tlcp_name())
            )
            if reply.outcome is Outcome.ACCEPTED and reply.hello:
                accepted.append(reply.hello.suite)
                left.remove(reply.hello.suite)
                shows = reply.number
            elif reply.outcome is Outcome.REFUSED or (reply.outcome is Outcome.CLOSED and not one_by_one):
                shows = shows or reply.number
                left = left[1:] if one_by_one else []
                if reply.outcome is Outcome.CLOSED:
                    return accepted, shows, False
            else:
                return accepted, shows, False
        return accepted, shows, True

    def _tlcp_name(self) -> tuple[tuple[int, bytes], ...]:
        """The name goes along only where the first handshake needed it."""
        first = self._first.hello
        return first.extensions if first else ()

    def _tlcp_manners(self) -> None:
        if not self._speaks("TLCP"):
            return
        name = self._tlcp_name()
        unknown = self._asker.ask(
            "unknown suite", wire.Hello(version=wire.TLCP, suites=(_UNKNOWN_SUITE,), extensions=name)
        )
        self._manner("unknown suite", unknown)
        strange = self._asker.ask(
            "unknown extension",
            wire.Hello(version=wire.TLCP, suites=points.TLCP_SM2, extensions=(*name, (_UNKNOWN_EXTENSION, b""))),
        )
        self._manner("unknown extension", strange)
        suites = self.found.answer("tlcp suites")
        if suites and not points.TLCP_ECDHE.isdisjoint(suites.codes):
            self._ecdhe_without_client(tuple(each for each in suites.codes if each in points.TLCP_ECDHE))
        if self._first.outcome is Outcome.ACCEPTED:
            self._after_handshake(name)
        if self._choice.is_intrusive:
            self._intrude(name)

    def _manner(self, question: str, reply: Reply) -> None:
        """Being hung up on without an alert is an answer to these two (TLS-042)."""
        if reply.outcome.decides or reply.outcome is Outcome.CLOSED:
            self._say(question, reply.outcome, reply.number, alert=reply.alert)
        else:
            self._lose(question, _REASONS.get(reply.outcome, reasons.NO_ANSWER), "")

    def _ecdhe_without_client(self, suites: tuple[int, ...]) -> None:
        number, done = self._shake("ecdhe without client", Wish(suites=suites, extensions=self._tlcp_name()))
        if done.outcome is Outcome.ACCEPTED:
            self._say("ecdhe without client", Outcome.ACCEPTED, number)
        elif done.alert is not None:
            self._say("ecdhe without client", Outcome.REFUSED, number, alert=done.alert)
        elif done.server and not done.asks_client:
            self._say("ecdhe without client", Outcome.ACCEPTED, number, values=("no CertificateRequest",))
        else:
            self._lose("ecdhe without client", reasons.NO_ANSWER, done.problem)

    def _after_handshake(self, name: tuple[tuple[int, bytes], ...]) -> None:
        """Ask for a ticket, resume the session, and send a second hello inside a third."""
        first, pair = self._first, self._choice.pair
        number, done = self._shake("tlcp ticket", Wish(extensions=(*name, (wire.SESSION_TICKET, b"")), pair=pair))
        if done.outcome is Outcome.ACCEPTED:
            self._say("tlcp ticket", _yes(done.has_ticket), number, count=done.ticket_lifetime_s)
        elif done.outcome is Outcome.REFUSED or (done.outcome is Outcome.CLOSED):
            self._say("tlcp ticket", Outcome.REFUSED, number, alert=done.alert)
        else:
            self._lose("tlcp ticket", _REASONS.get(done.outcome, reasons.NO_ANSWER), done.problem)
        if first.server and first.server.session_id:
            number, done = self._shake(
                "tlcp resumption",
                Wish(
                    suites=(first.server.suite,),
                    extensions=name,
                    session_id=first.server.session_id,
                    master=first.master,
                ),
            )
            if done.outcome is Outcome.ACCEPTED or done.server:
                values = self._other_name() if done.is_resumed and self._name else ()
                self._say("tlcp resumption", _yes(done.is_resumed), number, values=values)
            else:
                self._lose("tlcp resumption", _REASONS.get(done.outcome, reasons.NO_ANSWER), done.problem)
        number, done = self._shake("tlcp renegotiation", Wish(extensions=name, pair=pair, renegotiates=True))
        if done.renegotiation and done.renegotiation.decides:
            self._say("tlcp renegotiation", done.renegotiation, number)
        else:
            self._lose("tlcp renegotiation", reasons.NO_ANSWER, done.problem)

    def _other_name(self) -> tuple[str, ...]:
        """Resume a session of our name under one that is not the server's; only one that heeds names is held to it."""
        pair = self._choice.pair
        _number, first = self._shake("tlcp resumption", Wish(extensions=self._name, pair=pair))
        server = first.server
        if first.outcome is not Outcome.ACCEPTED or not server or wire.SERVER_NAME not in server.extensions:
            return ()
        _number, done = self._shake(
            "tlcp resumption",
            Wish(
                suites=(server.suite,),
                extensions=wire.server_name("other.invalid"),
                session_id=server.session_id,
                master=first.master,
            ),
        )
        return ("under another name",) if done.is_resumed else ()

    def _late_resumption(self) -> None:
        """Resume a session whose time is over (TLS-038); only a profile of seconds has that within the deadline."""
        said = next((each for each in self.found.said if each.question == "tlcp resumption"), None)
        wait_s = self._choice.session_lifetime_s + 1
        if said is None or said.outcome != Outcome.ACCEPTED.value or self._asker.deadline.left_s <= wait_s + _LATE_S:
            return
        _number, first = self._shake("tlcp resumption", Wish(extensions=self._name, pair=self._choice.pair))
        if first.outcome is not Outcome.ACCEPTED or not first.server:
            return
        self._asker.deadline.pause(wait_s)
        number, late = self._shake(
            "tlcp resumption",
            Wish(
                suites=(first.server.suite,),
                extensions=self._name,
                session_id=first.server.session_id,
                master=first.master,
            ),
        )
        if late.is_resumed:
            self.found.said.remove(said)
            self._say("tlcp resumption", Outcome.ACCEPTED, number, values=(*said.values, f"after {wait_s} s"))

    def _intrude(self, name: tuple[tuple[int, bytes], ...]) -> None:
        if self._first.asks_client and self._choice.intruder:
            number, done = self._shake("stranger", Wish(extensions=name, pair=self._choice.intruder()))
            if done.outcome is Outcome.ACCEPTED or done.alert is not None:
                self._say("stranger", _yes(done.outcome is Outcome.ACCEPTED), number, alert=done.alert)
            else:
                self._lose("stranger", reasons.NO_ANSWER, done.problem)
        if self._first.outcome is Outcome.ACCEPTED:
            wrong = Manner(pre_master_version=wire.TLS12)
            number, done = self._shake(
                "pre-master version", Wish(extensions=name, pair=self._choice.pair, manner=wrong)
            )
            if done.outcome is Outcome.ACCEPTED or done.alert is not None:
                self._say("pre-master version", _yes(done.outcome is Outcome.ACCEPTED), number, alert=done.alert)
            else:
                self._lose("pre-master version", reasons.NO_ANSWER, done.problem)

    # --- TLS 1.3 and RFC 8998 ----------------------------------------------------------------------------------------

    def _hello13(self, suites: Sequence[int], groups: Sequence[int], schemes: Sequence[int] = ()) -> wire.Hello:
        """Return a hello of TLS 1.3 without shares: the server names suite and group in a HelloRetryRequest."""
        return wire.Hello(
            version=wire.TLS12,
            suites=tuple(suites),
            session_id=secrets.token_bytes(32),
            extensions=(
                *self._name,
                wire.groups(groups),
                _POINT_FORMATS,
                wire.schemes(tuple(schemes)) if schemes else wire.schemes(),
                (wire.SUPPORTED_VERSIONS, b"\x02\x03\x04"),
                (wire.KEY_SHARE, b"\x00\x00"),
            ),
        )

    def _modern(self) -> None:
        reply = self._asker.ask("tls13", self._hello13(points.TLS13, points.GROUPS_13))
        values = _chosen(reply)
        if self._decide("tls13", reply, values=values, codes=_suite(reply)):
            self.found.speaks.append("TLS 1.3")

    def _rfc8998(self) -> None:
        """Ask in octets, then finish the handshake by OpenSSL: suites, group and scheme of RFC 8998 alone."""
        reply = self._asker.ask("rfc8998 hello", self._hello13(points.RFC8998, _SM_GROUPS, (points.SCHEME_SM2,)))
        if reply.outcome is Outcome.REFUSED:
            self._say("rfc8998", Outcome.REFUSED, reply.number, alert=reply.alert)
            return
        if reply.outcome is Outcome.CLOSED and not (self._speaks("TLS 1.3") or self._speaks("TLCP")):
            self._lose("rfc8998", _REASONS.get(reply.outcome, reasons.NO_ANSWER), "")
            return
        if reply.outcome is Outcome.CLOSED:
            self._say("rfc8998", "closed", reply.number)
            return
        if reply.outcome is not Outcome.ACCEPTED:
            self._lose(
                "rfc8998", _REASONS.get(reply.outcome, reasons.NO_ANSWER), self._asker.conversations[reply.number].said
            )
            return
        number, done = self._by_openssl(
            "rfc8998",
            suites="TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3",
            groups="curveSM2:curveSM2MLKEM768",
            schemes="sm2sig_sm3",
            reads_tickets=True,
        )
        if done.is_finished:
            self._say("rfc8998", Outcome.ACCEPTED, number, values=(done.suite, done.group))
            self.found.speaks.append("RFC 8998")
            self._show13("RFC 8998", number, done)
            self._tickets13("rfc8998 ticket", number, done)
            if scheme := _scheme13(done):
                self._say("rfc8998 schemes", Outcome.ACCEPTED, number, codes=_scheme_codes(done), values=(scheme,))
        elif done.alert is not None and done.body(wire.SERVER_HELLO) is None:
            self._say("rfc8998", Outcome.REFUSED, number, alert=done.alert)
        elif done.alert is not None or done.body(wire.SERVER_HELLO) is not None:
            self._say("rfc8998", "partial", number, alert=done.alert, values=(done.problem,))
        else:
            self._lose("rfc8998", reasons.NO_ANSWER, done.problem)

    def _by_openssl(self, question: str, **fields: object) -> tuple[int, Any]:
        number, link = self._asker.open(question)
        try:
            done = self._openssl.shake(
                link, self._openssl.wish(server_name=self._choice.server_name, **fields), lambda: link.deadline.left_s
            )
        finally:
            link.close()
        self._asker.conversations[number].keylog = tuple(done.keylog)
        self._asker.note(
            number,
            _outcome_of(done, link.has_answer),
            done.alert,
            "silence" if done.problem == "timeout" else done.problem,
        )
        hello = done.body(wire.SERVER_HELLO)
        if hello is not None:
            with contextlib.suppress(wire.WireError):
                read = wire.ServerHello.read(hello)
                self._asker.remember(read, read.session_id)
        return number, done

    def _show13(self, protocol: str, number: int, done: Any) -> None:  # noqa: ANN401 - the tool's values
        body = done.body(wire.CERTIFICATE)
        if body is None:
            return
        try:
            chain, staple = certificates13(body)
        except wire.WireError:
            return
        self.found.shown.append(Shown(protocol=protocol, certificates=chain, number=number, staple=staple))

    def _tickets13(self, question: str, number: int, done: Any) -> list[tuple[int, int]]:  # noqa: ANN401 - as above
        """Say how long the tickets of a finished handshake last, and return them."""
        tickets = [_ticket(each) for each in done.bodies(wire.NEW_SESSION_TICKET)]
        if tickets:
            self._say(question, Outcome.ACCEPTED, number, count=max(lifetime for lifetime, _early in tickets))
        elif done.is_finished:
            self._say(question, Outcome.REFUSED, number)
        else:
            self._lose(question, reasons.NO_ANSWER, done.problem)
        return tickets

    def _behind_tls13(self) -> None:
        """Look behind the encryption of TLS 1.3: certificates, client certificates, tickets, early data."""
        if not self._speaks("TLS 1.3"):
            return
        number, done = self._by_openssl("tls13 handshake", reads_tickets=True)
        if not done.is_finished and done.body(wire.CERTIFICATE) is None:
            self._lose("tls13 handshake", reasons.NO_ANSWER, done.problem)
            return
        self._show13("TLS 1.3", number, done)
        scheme = _scheme13(done)
        self._say(
            "tls13 handshake",
            Outcome.ACCEPTED if done.is_finished else "partial",
            number,
            values=tuple(each for each in (done.suite, done.group, scheme) if each),
        )
        if scheme:
            self._say("tls13 schemes", Outcome.ACCEPTED, number, codes=_scheme_codes(done), values=(scheme,))
        asks = done.body(wire.CERTIFICATE_REQUEST) is not None
        self._say("tls client certificate", _yes(asks), number, values=("TLS 1.3",))
        tickets = self._tickets13("tls13 ticket", number, done)
        allows = max((early for _lifetime, early in tickets), default=0)
        if not allows:
            self._say("early data", Outcome.REFUSED, number)
            return
        number, early = self._by_openssl("early data", early=done.session)
        extensions = early.body(_ENCRYPTED_EXTENSIONS)
        if extensions is None:
            self._lose("early data", reasons.NO_ANSWER, early.problem)
            return
        self._say("early data", _yes(_EARLY_DATA in _extension_types(extensions)), number, count=allows)

    def _rfc8998_strictness(self) -> None:
        """Ask whether C6 and C7 are completed with what does not belong to them (TLS-043 to TLS-045)."""
        if not (self._speaks("RFC 8998") or self._speaks("TLS 1.3")):
            return
        foreign = tuple(each for each in points.GROUPS_13 if each not in _SM_GROUPS)
        reply = self._asker.ask("rfc8998 group", self._hello13(points.RFC8998, foreign))
        if reply.outcome.decides:
            self._say("rfc8998 group", reply.outcome, reply.number, alert=reply.alert, values=_chosen(reply))
        elif self._speaks("RFC 8998"):
            self._lose("rfc8998 group", _REASONS.get(reply.outcome, reasons.NO_ANSWER), "")
        takes_sm = self._speaks("RFC 8998") or reply.outcome is Outcome.ACCEPTED
        if not takes_sm:
            return
        number, done = self._by_openssl(
            "rfc8998 certificate",
            suites="TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3",
            groups="curveSM2:X25519:P-256",
            schemes="ECDSA+SHA256:RSA-PSS+SHA256:ed25519:ECDSA+SHA384:RSA-PSS+SHA384",
        )
        if done.is_finished or done.body(wire.CERTIFICATE) is not None:
            self._say("rfc8998 certificate", Outcome.ACCEPTED, number, values=(_scheme13(done),))
        elif done.alert is not None:
            self._say("rfc8998 certificate", Outcome.REFUSED, number, alert=done.alert)
        else:
            self._lose("rfc8998 certificate", reasons.NO_ANSWER, done.problem)
        hybrid = self._asker.ask(
            "hybrid", self._hello13(points.RFC8998, (points.GROUP_SM2_HYBRID,), (points.SCHEME_SM2,))
        )
        self._decide("hybrid", hybrid, values=_chosen(hybrid))
        suites = self._enumerate(lambda left: self._hello13(left, _SM_GROUPS, (points.SCHEME_SM2,)), points.RFC8998)
        self._say_suites("rfc8998 suites", suites)

    def _both(self) -> None:
        """Offer SM and international suites in one hello, SM first (TLS-008)."""
        if not (self._speaks("RFC 8998") and self._speaks("TLS 1.3")):
            return
        reply = self._asker.ask(
            "preference", self._hello13((*points.RFC8998, *points.TLS13), (*_SM_GROUPS, 0x001D, 0x0017))
        )
        self._decide("preference", reply, values=_chosen(reply), codes=_suite(reply))

    # --- TLS 1.2 and older -------------------------------------------------------------------------------------------

    def _hello12(
        self, version: int, suites: Sequence[int], *, name: bool = True, more: int = 0, schemes: Sequence[int] = ()
    ) -> wire.Hello:
        extensions: tuple[tuple[int, bytes], ...] = (
            *(self._name if name else ()),
            (wire.RENEGOTIATION_INFO, b"\x00"),
            (wire.EXTENDED_MASTER_SECRET, b""),
            (wire.STATUS_REQUEST, b"\x01\x00\x00\x00\x00"),
            wire.groups(tuple(each for each in points.GROUPS if each < 0x1000)),  # noqa: PLR2004 - no hybrid ones
            _POINT_FORMATS,
            *((wire.schemes(schemes) if schemes else wire.schemes(),) if version >= wire.TLS12 else ()),
        )
        return wire.Hello(
            version=version,
            suites=(*suites, *((more,) if more else ())),
            compressions=b"\x00",
            session_id=secrets.token_bytes(32),
            extensions=extensions if version > wire.SSL3 else (),
            record_version=min(version, wire.TLS10),
        )

    def _tls12(self) -> None:
        hello = self._hello12(wire.TLS12, _OLD_SUITES)
        hello = wire.Hello(
            version=hello.version,
            suites=hello.suites,
            compressions=b"\x01\x00",
            session_id=hello.session_id,
            extensions=hello.extensions,
        )
        reply = self._asker.ask("tls12", hello, first_flight)
        self._tls12_reply = reply
        answer = reply.hello
        if answer and reply.outcome is Outcome.ACCEPTED and answer.chosen_version != wire.TLS12:
            self._say("tls12", Outcome.REFUSED, reply.number, values=(points.version_name(answer.chosen_version),))
            return
        if not self._decide("tls12", reply, values=_chosen(reply), codes=_suite(reply)) or answer is None:
            return
        self.found.speaks.append("TLS 1.2")
        self._say("compression", _yes(answer.compression), reply.number, count=answer.compression, values=("TLS 1.2",))
        has = [
            name
            for name, kind in (
                ("extended master secret", wire.EXTENDED_MASTER_SECRET),
                ("secure renegotiation", wire.RENEGOTIATION_INFO),
            )
            if kind in answer.extensions
        ]
        self._say("tls12 extras", Outcome.ACCEPTED if len(has) == 2 else Outcome.REFUSED, reply.number, values=has)  # noqa: PLR2004
        if self._speaks("TLS 1.3"):
            holds = answer.random[24:] == _SENTINEL + b"\x01"
            self._say("sentinel", _yes(holds), reply.number, values=(answer.random[24:].hex(),))
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
                self.found.shown.append(
                    Shown(protocol="TLS 1.2", certificates=chain, number=reply.number, staple=status[4:])
                )
        if first_flight(flight):
            asks = flight.body(wire.CERTIFICATE_REQUEST) is not None
            self._say("tls client certificate", _yes(asks), reply.number, values=("TLS 1.2",))
        exchange = flight.body(wire.SERVER_KEY_EXCHANGE)
        if exchange and reply.hello:
            self._say(
                "tls12 key exchange", Outcome.ACCEPTED, reply.number, values=key_exchange12(reply.hello.suite, exchange)
            )

    def _older(self) -> None:
        for question in ("tls11", "tls10", "ssl3"):
            version = INTERNATIONAL_VERSIONS[question]
            reply = self._asker.ask(question, self._hello12(version, _OLD_SUITES))
            answer = reply.hello
            if answer and reply.outcome is Outcome.ACCEPTED and answer.chosen_version != version:
                self._say(question, Outcome.REFUSED, reply.number, values=(points.version_name(answer.chosen_version),))
                continue
            if self._decide(question, reply, values=_chosen(reply), codes=_suite(reply)):
                self.found.speaks.append(points.version_name(version))
                if not self._speaks("TLS 1.2") and answer:
                    self._flight_of_old(version)

    def _flight_of_old(self, version: int) -> None:
        """Read the certificate once where nothing newer shows it."""
        if any(each.protocol.startswith(("TLS", "SSL")) for each in self.found.shown):
            return
        reply = self._asker.ask("certificate", self._hello12(version, _OLD_SUITES), first_flight)
        if reply.outcome is Outcome.ACCEPTED:
            self._flight12(reply)

    def _ssl2(self) -> None:
        """Ask in SSL 2.0, which has no alert for a version: hanging up is how it is refused."""
        number, link = self._asker.open("ssl2")
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
        is_alive = bool(self.found.speaks)
        if wire.is_ssl2_server_hello(came):
            self._asker.note(number, Outcome.ACCEPTED)
            self._say("ssl2", Outcome.ACCEPTED, number)
            self.found.speaks.append("SSL 2.0")
        elif came[:1] == b"\x15" or (not came and ended == "closed" and is_alive):
            self._asker.note(number, Outcome.REFUSED)
            self._say("ssl2", Outcome.REFUSED, number, alert=came[6] if len(came) >= 7 else None)  # noqa: PLR2004
        else:
            outcome = (Outcome.PARTIAL if came else Outcome.TIMEOUT) if ended == "silence" else Outcome.CLOSED
            outcome = Outcome.GARBAGE if came and ended == "closed" else outcome
            self._asker.note(number, outcome, None, ended)
            self._lose("ssl2", _REASONS.get(outcome, reasons.NO_ANSWER), "")

    def _enumerate(
        self, hello: Callable[[Sequence[int]], wire.Hello], suites: Sequence[int], question: str = "suites"
    ) -> tuple[list[int], int | None, bool]:
        """Offer suites until the rest is refused: what is accepted in the server's order, and whether that is all."""
        accepted: list[int] = []
        left = list(suites)
        shows: int | None = None
        while left:
            reply = self._asker.ask(question, hello(left))
            if reply.outcome is Outcome.ACCEPTED and reply.hello and reply.hello.suite in left:
                accepted.append(reply.hello.suite)
                left.remove(reply.hello.suite)
                shows = reply.number if shows is None else shows
            else:
                shows = reply.number if shows is None else shows
                return accepted, shows, reply.outcome is Outcome.REFUSED
        return accepted, shows, True

    def _say_suites(self, question: str, found: tuple[list[int], int | None, bool]) -> None:
        accepted, number, is_whole = found
        if number is None:
            return
        if accepted or is_whole:
            self._say(question, Outcome.ACCEPTED if accepted else Outcome.REFUSED, number, codes=accepted)
        if not is_whole:
            self._lose(question, reasons.NO_ANSWER, "the rest of the suites was neither accepted nor refused")

    def _suites(self) -> None:
        """Enumerate the suites of every version that was accepted."""
        for question in ("tls12", "tls11", "tls10", "ssl3"):
            if not self.found.accepts(question):
                continue
            version = INTERNATIONAL_VERSIONS[question]
            whole: list[int] = []
            shows: int | None = None
            is_whole = True
            for chunk in _chunks(_OLD_SUITES):
                accepted, number, ended = self._enumerate(
                    lambda left, version=version: self._hello12(version, left),  # type: ignore[misc]
                    chunk,
                    f"{question} suites",
                )
                whole.extend(accepted)
                shows = number if accepted or shows is None else shows
                is_whole = is_whole and ended
            self._say_suites(f"{question} suites", (whole, shows, is_whole))
        if self._speaks("TLS 1.3"):
            found = self._enumerate(lambda left: self._hello13(left, points.GROUPS_13), points.TLS13, "tls13 suites")
            self._say_suites("tls13 suites", found)

    def _hidden_prime(self) -> tuple[int, tuple[int, ...]] | None:
        """Return the newest version with suites of ephemeral Diffie-Hellman, and those; None where a prime was seen."""
        first = self.found.answer("tls12 key exchange")
        if first and any(value.startswith("DH ") for value in first.values):
            return None
        for question in ("tls12", "tls11", "tls10", "ssl3"):
            answer = self.found.answer(f"{question} suites")
            names = {code: points.INTERNATIONAL.get(code, "") for code in answer.codes} if answer else {}
            suites = tuple(code for code, name in names.items() if name.startswith(("TLS_DHE_", "TLS_DH_anon")))
            if suites:
                return INTERNATIONAL_VERSIONS[question], suites
        return None

    def _prime(self) -> None:
        """Ask for the Diffie-Hellman prime where the server's first choice was another key exchange."""
        if (due := self._hidden_prime()) is None:
            return
        reply = self._asker.ask("dh prime", self._hello12(*due), _has_exchange)
        exchange = reply.flight.body(wire.SERVER_KEY_EXCHANGE)
        said = key_exchange12(reply.hello.suite, exchange) if reply.hello and exchange else ()
        if reply.outcome is Outcome.ACCEPTED and said:
            self._say("dh prime", Outcome.ACCEPTED, reply.number, values=said)
        else:
            self._lose("dh prime", _REASONS.get(reply.outcome, reasons.NO_ANSWER), "no prime that can be read")

    def _schemes(self) -> None:
        """Enumerate what the server signs its key exchange with in TLS 1.2, each shown by a ServerKeyExchange."""
        suites = self._signing_suites()
        if not suites:
            return
        accepted: list[int] = []
        left = list(points.SCHEMES)
        shows: int | None = None
        while left:
            hello = self._hello12(wire.TLS12, suites, schemes=left)
            reply = self._asker.ask("tls12 schemes", hello, _has_exchange)
            shows = reply.number if shows is None else shows
            if reply.outcome is Outcome.REFUSED or (accepted and reply.flight.refusal is not None):
                break  # Go says so only after its ServerHello
            exchange = reply.flight.body(wire.SERVER_KEY_EXCHANGE)
            scheme = scheme12(exchange) if reply.outcome is Outcome.ACCEPTED and exchange else None
            if scheme is None:
                self._lose(
                    "tls12 schemes", _REASONS.get(reply.outcome, reasons.NO_ANSWER), "no signature that can be read"
                )
                return
            accepted.append(scheme)
            if scheme not in left:
                break  # it signs with what was not offered, and would do so for ever
            left.remove(scheme)
        if shows is not None and accepted:
            self._say(
                "tls12 schemes", Outcome.ACCEPTED, shows, codes=accepted, values=map(points.scheme_name, accepted)
            )
        elif shows is not None:
            self._lose("tls12 schemes", reasons.NO_ANSWER, "no scheme was accepted")

    def _signing_suites(self) -> tuple[int, ...]:
        """Return the accepted suites of TLS 1.2 whose key exchange is signed."""
        answer = self.found.answer("tls12 suites")
        names = {code: points.INTERNATIONAL.get(code, "") for code in answer.codes} if answer else {}
        return tuple(
            code
            for code, name in names.items()
            if name.startswith(("TLS_ECDHE_RSA", "TLS_ECDHE_ECDSA", "TLS_DHE_RSA", "TLS_DHE_DSS"))
        )

    def _tls12_manners(self) -> None:
        versions = [question for question in INTERNATIONAL_VERSIONS if self.found.accepts(question)]
        if self._falls_back(versions):
            self._fallback(INTERNATIONAL_VERSIONS[versions[-2]])
        if self._speaks("TLS 1.2"):
            number, done = self._by_openssl("renegotiation", least=wire.TLS12, most=wire.TLS12, renegotiates=True)
            if done.renegotiated is None:
                self._lose("renegotiation", reasons.NO_ANSWER, done.problem or "silence after the second hello")
            else:
                self._say("renegotiation", _yes(done.renegotiated), number, alert=done.alert)

    @staticmethod
    def _falls_back(versions: Sequence[str]) -> bool:
        """Tell whether there is an older version than the newest to fall back to that knows the signal."""
        return len(versions) > 1 and versions[-2] != "ssl3"

    def _fallback(self, version: int) -> None:
        hello = self._hello12(version, _OLD_SUITES, more=points.FALLBACK_SCSV)
        reply = self._asker.ask("fallback", hello)
        if reply.outcome is Outcome.REFUSED:
            self._say("fallback", _yes(reply.alert == _INAPPROPRIATE_FALLBACK), reply.number, alert=reply.alert)
        elif reply.outcome is Outcome.ACCEPTED:
            self._say("fallback", Outcome.REFUSED, reply.number, values=_chosen(reply))
        else:
            self._lose("fallback", _REASONS.get(reply.outcome, reasons.NO_ANSWER), "")

    def _groups(self) -> None:
        """Enumerate the groups of TLS 1.3, each named by the server in a HelloRetryRequest."""
        if not self._speaks("TLS 1.3"):
            return
        accepted: list[int] = []
        left = list(points.GROUPS_13)
        shows: int | None = None
        while left:
            reply = self._asker.ask("groups", self._hello13(points.TLS13, left))
            group = reply.hello.group if reply.hello else None
            if reply.outcome is not Outcome.ACCEPTED or group not in left:
                if reply.outcome is not Outcome.REFUSED:
                    self._lose("groups", _REASONS.get(reply.outcome, reasons.NO_ANSWER), "")
                break
            accepted.append(group)
            left.remove(group)
            shows = reply.number if shows is None else shows
        if shows is not None:
            self._say("groups", Outcome.ACCEPTED, shows, codes=accepted, values=map(points.group_name, accepted))

    def _without_name(self) -> None:
        """Compare what is shown without a name to what is shown with it (TLS-048)."""
        if not self._name:
            return
        if self._speaks("TLS 1.2"):
            reply = self._asker.ask("no name", self._hello12(wire.TLS12, _OLD_SUITES, name=False), first_flight)
            with_name = self._tls12_reply.flight.body(wire.CERTIFICATE)
            self._compare("TLS 1.2", reply.number, with_name, reply.flight.body(wire.CERTIFICATE), reply.outcome)
        if self._speaks("TLCP") and not self._tlcp_name():
            number, done = self._shake("no name", Wish(extensions=self._name, stops_early=True))
            shown = [each for each in self.found.shown if each.protocol == "TLCP"]
            if done.certificates and shown:
                same = done.certificates == shown[0].certificates
                self._say("no name", _yes(same), number, values=("TLCP",))

    def _compare(
        self, protocol: str, number: int, named: bytes | None, nameless: bytes | None, outcome: Outcome
    ) -> None:
        if outcome is Outcome.REFUSED:
            self._say("no name", Outcome.REFUSED, number, values=(protocol, "refused without a name"))
        elif named is not None and nameless is not None:
            self._say("no name", _yes(named == nameless), number, values=(protocol,))
        else:
            self._lose("no name", _REASONS.get(outcome, reasons.NO_ANSWER), "")

    def _enough_randoms(self) -> None:
        """Open a few connections more where the others showed fewer random values than a verdict needs."""
        for _each in range(_HANDSHAKES - len(self._asker.randoms)):
            if self._speaks("TLCP"):
                self._asker.ask(
                    "randoms", wire.Hello(version=wire.TLCP, suites=points.TLCP_SM2, extensions=self._tlcp_name())
                )
            elif self._speaks("RFC 8998"):
                self._by_openssl(
                    "randoms", suites="TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3", groups="curveSM2", schemes="sm2sig_sm3"
                )
            elif self._speaks("TLS 1.3"):
                self._by_openssl("randoms")

    # --- what all of it shows ----------------------------------------------------------------------------------------

    def _clients(self) -> None:
        """Say what three clients get: SM alone, international alone, both."""
        found = self.found
        if not found.speaks:
            return
        rows = []
        for client, questions in (
            ("SM only", ("tlcp", "rfc8998")),
            ("international only", ("tls13", "tls12", "tls11", "tls10", "ssl3")),
            ("both", ("preference",)),
        ):
            told = [
                f"{_CLIENT_WORDS.get(each.question, each.question)} {each.outcome}"
                + (f": {', '.join(each.values)}" if each.values else "")
                for each in found.said
                if each.question in questions and each.outcome == Outcome.ACCEPTED.value
            ]
            rows.append(f"{client} → {'; '.join(told) or 'nothing'}")
        shown = next(each for each in found.said if each.outcome in {"accepted", "partial"})
        self._say("clients", Outcome.ACCEPTED, shown.number, values=rows)

    def _repetition(self) -> None:
        """Say whether random values repeat, or count (TLS-030)."""
        randoms = self._asker.randoms
        if len(randoms) < _HANDSHAKES:
            if self.found.speaks:
                self._lose("randoms", reasons.TOO_FEW_HANDSHAKES, f"{len(randoms)} of {_HANDSHAKES}")
            return
        parts = [each[4:] for each in randoms]
        repeats = len(set(parts)) < len(parts) or len(set(self._asker.session_ids)) < len(self._asker.session_ids)
        steps = {
            (int.from_bytes(after, "big") - int.from_bytes(before, "big"))
            for before, after in itertools.pairwise(parts)
        }
        counts = len(steps) == 1 or all(abs(step) < 1 << 32 for step in steps)
        values = ("repeats",) if repeats else ("counts",) if counts else ()
        self._say("randoms", _yes(not (repeats or counts)), 0, count=len(randoms), values=values)

    def _confusion(self) -> None:
        """Say whether a version or suite came that was not offered (TLS-040)."""
        if self._asker.strange:
            number, said = self._asker.strange[0]
            self._say("confusion", Outcome.REFUSED, number, values=(said,))
        elif self.found.speaks:
            self._say("confusion", Outcome.ACCEPTED, 0)


_HANDSHAKES: Final = 5
_OLD_SUITES: Final = (
    *(code for code in points.INTERNATIONAL if code and code not in points.TLS13 and code not in points.RFC8998),
    0x0000,
)
_CLIENT_WORDS: Final = {
    "tlcp": "TLCP",
    "rfc8998": "RFC 8998",
    "tls13": "TLS 1.3",
    "tls12": "TLS 1.2",
    "tls11": "TLS 1.1",
    "tls10": "TLS 1.0",
    "ssl3": "SSL 3.0",
    "preference": "TLS 1.3",
}
_REASONS: Final = {
    Outcome.CLOSED: reasons.CLOSED_WITHOUT_AN_ANSWER,
    Outcome.TIMEOUT: reasons.NO_ANSWER,
    Outcome.GARBAGE: reasons.ANSWER_NOT_UNDERSTOOD,
    Outcome.PARTIAL: reasons.CUT_OFF,
    Outcome.ACCEPTED: reasons.NO_ANSWER,
    Outcome.REFUSED: reasons.NO_ANSWER,
}


def _yes(holds: object) -> Outcome:
    return Outcome.ACCEPTED if holds else Outcome.REFUSED


def _how(each: Said) -> str:
    if each.alert is not None:
        return f"alert {points.alert_name(each.alert)}"
    return ", ".join((each.outcome, *each.values))


def _suite(reply: Reply) -> tuple[int, ...]:
    return (reply.hello.suite,) if reply.hello else ()


def _chosen(reply: Reply) -> tuple[str, ...]:
    hello = reply.hello
    if hello is None:
        return ()
    group = (points.group_name(hello.group),) if hello.group is not None else ()
    return (points.suite_name(hello.suite), *group)


def _chunks(suites: Sequence[int]) -> Iterable[Sequence[int]]:
    for at in range(0, len(suites), _CHUNK):
        yield suites[at : at + _CHUNK]


def _outcome_of(done: Any, has_answer: bool) -> Outcome:  # noqa: ANN401, FBT001 - the tool's values
    if done.is_finished:
        return Outcome.ACCEPTED
    if done.alert is not None:
        return Outcome.REFUSED
    if done.problem == "timeout":
        return Outcome.PARTIAL if has_answer else Outcome.TIMEOUT
    if done.problem == "closed":
        return Outcome.PARTIAL if has_answer else Outcome.CLOSED
    return Outcome.GARBAGE


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
