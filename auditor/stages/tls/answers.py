"""What an endpoint answered: each question decided (accepted, refused), or undecided with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import tls_suites as points
from auditor.stages.tls.outcome import Outcome

if TYPE_CHECKING:
    from auditor.stages.tls.probe import Reply


INTERNATIONAL_VERSIONS: Final = {"ssl3": 0x0300, "tls10": 0x0301, "tls11": 0x0302, "tls12": 0x0303, "tls13": 0x0304}
OLD_SUITES: Final = (
    *(code for code in points.INTERNATIONAL if code and code not in points.TLS13 and code not in points.RFC8998),
    0x0000,
)
WHY: Final = {
    Outcome.CLOSED: reasons.CLOSED_WITHOUT_AN_ANSWER,
    Outcome.TIMEOUT: reasons.NO_ANSWER,
    Outcome.GARBAGE: reasons.ANSWER_NOT_UNDERSTOOD,
    Outcome.PARTIAL: reasons.CUT_OFF,
    Outcome.ACCEPTED: reasons.NO_ANSWER,
    Outcome.REFUSED: reasons.NO_ANSWER,
}


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


def yes(holds: object) -> Outcome:
    """Return accepted for what holds."""
    return Outcome.ACCEPTED if holds else Outcome.REFUSED


def suite_of(reply: Reply) -> tuple[int, ...]:
    """Return the suite that a server chose; empty where it chose none."""
    return (reply.hello.suite,) if reply.hello else ()


def chosen(reply: Reply) -> tuple[str, ...]:
    """Return the names of the suite and group that a server chose."""
    hello = reply.hello
    if hello is None:
        return ()
    group = (points.group_name(hello.group),) if hello.group is not None else ()
    return (points.suite_name(hello.suite), *group)
