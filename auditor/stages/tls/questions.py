"""All questions to a port in their order, and what they show together (design/sm-tls-and-keys.md §1-§3, §7.1).

Nothing here judges. Every question ends in an answer (accepted, refused) or is undecided.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats import tls_suites as points
from auditor.formats import tls_wire as wire
from auditor.stages.tls.answers import (
    INTERNATIONAL_VERSIONS,
    OLD_SUITES,
    WHY,
    Findings,
    Said,
    yes,
)
from auditor.stages.tls.asking import Choice, OpenSsl, Port
from auditor.stages.tls.older_questions import OlderQuestions
from auditor.stages.tls.outcome import Outcome
from auditor.stages.tls.probe import WITHOUT_TLS, Asker, GivenUp, first_flight, plain_protocol
from auditor.stages.tls.tlcp.client import Wish
from auditor.stages.tls.tlcp_questions import TlcpQuestions
from auditor.stages.tls.tls13_questions import Tls13Questions

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_HANDSHAKES: Final = 5
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


class Examination:
    """Asks one port everything, the most important first."""

    def __init__(self, asker: Asker, choice: Choice, openssl: OpenSsl) -> None:
        """Begin with nothing known."""
        self._port = Port(asker, choice, openssl)
        self._tlcp = TlcpQuestions(self._port)
        self._modern = Tls13Questions(self._port)
        self._older = OlderQuestions(self._port)
        self._ended: GivenUp | None = None

    def run(self) -> Findings:
        """Ask, and return what was learnt; never raises for what a server does."""
        steps = (
            self._tlcp.tlcp,
            self._modern.modern,
            self._modern.rfc8998,
            self._older.tls12,
            self._older.older,
            self._older.ssl2,
            self._tlcp.tlcp_suites,
            self._tlcp.tlcp_manners,
            self._modern.behind_tls13,
            self._modern.rfc8998_strictness,
            self._modern.both,
            self._older.tls12_manners,
            self._older.groups,
            self._without_name,
            self._enough_randoms,
            self._older.suites,
            self._older.prime,
            self._older.schemes,
            self._tlcp.late_resumption,
        )
        for step in steps:
            try:
                step()
            except GivenUp as end:
                self._ended = end
                if end.reason != "cut short":
                    break
            except ToolError as error:
                self._port.lose(step.__name__.strip("_"), error.reason, error.detail)
        self._close()
        return self._port.found

    def _close(self) -> None:
        """Say what the whole port is, and make gaps of what was not reached."""
        known = {each.question for each in self._port.found.said} | {
            each.question for each in self._port.found.undecided
        }
        reason, detail = (self._ended.reason, self._ended.detail) if self._ended else (reasons.NO_ANSWER, "")
        for question in dict.fromkeys((*TLCP_QUESTIONS, *TLS_QUESTIONS, *self._due())):
            if question not in known:
                self._port.lose(question, reason, detail)
        self._sm()
        self._clients()
        self._service(reason, detail)
        self._repetition()
        self._confusion()

    def _due(self) -> Iterator[str]:
        """Yield the questions that a port which speaks as this one does has to answer; none of them goes in silence."""
        for protocol, questions in _DUE.items():
            if all(map(self._port.speaks, protocol)):
                yield from questions
        if self._port.speaks("TLCP"):
            if (
                self._tlcp.first.outcome is Outcome.ACCEPTED
                and self._tlcp.first.server
                and self._tlcp.first.server.session_id
            ):
                yield "tlcp resumption"
            suites = self._port.found.answer("tlcp suites")
            if suites and not points.TLCP_ECDHE.isdisjoint(suites.codes):
                yield "ecdhe without client"
        versions = [question for question in INTERNATIONAL_VERSIONS if self._port.found.accepts(question)]
        yield from (f"{question} suites" for question in versions)
        if self._older.signing_suites():
            yield "tls12 schemes"
        if self._older.hidden_prime():
            yield "dh prime"
        if self._older.falls_back(versions):
            yield "fallback"
        if self._port.server_name and (
            self._port.speaks("TLS 1.2") or (self._port.speaks("TLCP") and not self._tlcp.tlcp_name())
        ):
            yield "no name"

    def _sm(self) -> None:
        """Say whether any SM protocol was finished (TLS-004); none was only if both were decided."""
        both = [self._port.found.answer(question) for question in ("tlcp", "rfc8998")]
        good = next((each for each in both if each and each.outcome == Outcome.ACCEPTED.value), None)
        if good:
            self._port.say("sm", Outcome.ACCEPTED, good.number, values=(_CLIENT_WORDS[good.question], *good.values))
        elif all(both) and self._port.found.speaks:
            first = next(each for each in both if each)
            values = [f"{_CLIENT_WORDS[each.question]}: {_how(each)}" for each in both if each]
            self._port.say("sm", Outcome.REFUSED, first.number, values=values)
        else:
            self._port.lose("sm", reasons.NO_ANSWER, "neither was finished, and not both were refused")

    def _service(self, reason: reasons.Reason, detail: str) -> None:
        """Tell TLS, TLCP, something in the clear, or nothing (TLS-001)."""
        if self._port.found.speaks:
            shown = next(each for each in self._port.found.said if each.outcome == Outcome.ACCEPTED.value)
            self._port.say("service", Outcome.ACCEPTED, shown.number, values=self._port.found.speaks)
            return
        if reason == WITHOUT_TLS:  # the server's own word, before any hello
            number = self._port.asker.tell("starttls", Outcome.REFUSED, detail)
            self._port.say("service", Outcome.REFUSED, number, values=(detail,))
            return
        for number, talk in enumerate(self._port.asker.conversations):
            came = b"".join(each.octets for each in talk.trace if not each.is_ours)
            plain = plain_protocol(came)
            if plain:
                self._port.say("service", Outcome.REFUSED, number, values=(plain,))
                return
        self._port.lose("service", reason, detail or "no protocol was accepted")

    def _without_name(self) -> None:
        """Compare what is shown without a name to what is shown with it (TLS-048)."""
        if not self._port.server_name:
            return
        if self._port.speaks("TLS 1.2"):
            reply = self._port.asker.ask(
                "no name", self._port.hello12(wire.TLS12, OLD_SUITES, name=False), first_flight
            )
            with_name = self._older.tls12_reply.flight.body(wire.CERTIFICATE)
            self._compare("TLS 1.2", reply.number, with_name, reply.flight.body(wire.CERTIFICATE), reply.outcome)
        if self._port.speaks("TLCP") and not self._tlcp.tlcp_name():
            number, done = self._port.shake("no name", Wish(extensions=self._port.server_name, stops_early=True))
            shown = [each for each in self._port.found.shown if each.protocol == "TLCP"]
            if done.certificates and shown:
                same = done.certificates == shown[0].certificates
                self._port.say("no name", yes(same), number, values=("TLCP",))

    def _compare(
        self, protocol: str, number: int, named: bytes | None, nameless: bytes | None, outcome: Outcome
    ) -> None:
        if outcome is Outcome.REFUSED:
            self._port.say("no name", Outcome.REFUSED, number, values=(protocol, "refused without a name"))
        elif named is not None and nameless is not None:
            self._port.say("no name", yes(named == nameless), number, values=(protocol,))
        else:
            self._port.lose("no name", WHY.get(outcome, reasons.NO_ANSWER), "")

    def _enough_randoms(self) -> None:
        """Open a few connections more where the others showed fewer random values than a verdict needs."""
        for _each in range(_HANDSHAKES - len(self._port.asker.randoms)):
            if self._port.speaks("TLCP"):
                self._port.asker.ask(
                    "randoms", wire.Hello(version=wire.TLCP, suites=points.TLCP_SM2, extensions=self._tlcp.tlcp_name())
                )
            elif self._port.speaks("RFC 8998"):
                self._port.by_openssl(
                    "randoms", suites="TLS_SM4_GCM_SM3:TLS_SM4_CCM_SM3", groups="curveSM2", schemes="sm2sig_sm3"
                )
            elif self._port.speaks("TLS 1.3"):
                self._port.by_openssl("randoms")

    def _clients(self) -> None:
        """Say what three clients get: SM alone, international alone, both."""
        found = self._port.found
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
        self._port.say("clients", Outcome.ACCEPTED, shown.number, values=rows)

    def _repetition(self) -> None:
        """Say whether random values repeat, or count (TLS-030)."""
        randoms = self._port.asker.randoms
        if len(randoms) < _HANDSHAKES:
            if self._port.found.speaks:
                self._port.lose("randoms", reasons.TOO_FEW_HANDSHAKES, f"{len(randoms)} of {_HANDSHAKES}")
            return
        parts = [each[4:] for each in randoms]
        repeats = len(set(parts)) < len(parts) or len(set(self._port.asker.session_ids)) < len(
            self._port.asker.session_ids
        )
        steps = {
            (int.from_bytes(after, "big") - int.from_bytes(before, "big"))
            for before, after in itertools.pairwise(parts)
        }
        counts = len(steps) == 1 or all(abs(step) < 1 << 32 for step in steps)
        values = ("repeats",) if repeats else ("counts",) if counts else ()
        self._port.say("randoms", yes(not (repeats or counts)), 0, count=len(randoms), values=values)

    def _confusion(self) -> None:
        """Say whether a version or suite came that was not offered (TLS-040)."""
        if self._port.asker.strange:
            number, said = self._port.asker.strange[0]
            self._port.say("confusion", Outcome.REFUSED, number, values=(said,))
        elif self._port.found.speaks:
            self._port.say("confusion", Outcome.ACCEPTED, 0)


def _how(each: Said) -> str:
    if each.alert is not None:
        return f"alert {points.alert_name(each.alert)}"
    return ", ".join((each.outcome, *each.values))
