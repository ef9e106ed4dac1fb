"""Frameworks clause by clause, as an assessor writes them down: requirement, objects, method, expected, actual, result.

Nothing is judged here: rows are put together of the outcomes and findings of a record and the frameworks that were
saved with it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.compliance.coverage import method as decided_by
from auditor.compliance.coverage import needs, risk
from auditor.compliance.standing import folded, out_of_reach
from auditor.compliance.texts import say as tell
from auditor.model.fact import GapClass
from auditor.model.finding import Severity, Verdict
from auditor.model.text import NO_TEXT, Text, joined, listed
from auditor.report.overview import place
from auditor.report.texts import say
from auditor.report.wording import decided, headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.model.control import Conformity, Control, Framework, Outcome
    from auditor.model.decision import Answered
    from auditor.model.finding import Finding
    from auditor.model.record import Record

_VERDICTS: Final = {verdict: index for index, verdict in enumerate(Verdict)}
_SEVERITIES: Final = {severity: index for index, severity in enumerate(Severity)}
_EXAMINED: Final = frozenset(
    {
        "policy_doc",
        "record",
        "topology",
        "device_config",
        "test_report",
        "contract",
        "product_cert",
        "drill_record",
        "training_record",
        "design_doc",
        "site_visit",
    }
)
"""Evidence that people examine; the rest is asked for (interview) or tried (functional_test)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a run says of one clause for one object, or for all of them together.

    Attributes:
        objects: Names of the systems that it is about; empty where none shows anything of it.
        conformity: In the words of assessors.
        high_risk: It fails, and a guide names such a failure a high risk by itself.
        worst: The finding that tells most; None where people alone can tell.
        evidence: The findings that decide.
        digests: Of raw evidence, ``sha256:…``, without repetition, ascending.
        reason: Why it stands so.
        answers: What people confirmed, without repetition.
        is_open: A person has to confirm it.
        is_conflict: A person and the scan part.
    """

    objects: tuple[str, ...]
    conformity: Conformity
    high_risk: bool
    worst: Finding | None
    evidence: tuple[Finding, ...]
    digests: tuple[str, ...]
    reason: Text
    answers: tuple[Answered, ...]
    is_open: bool
    is_conflict: bool

    @property
    def counted(self) -> int:
        """How many findings decide."""
        return len(self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A clause with what the run says of it.

    Attributes:
        framework: Identity of the framework.
        control: The clause.
        together: Over all objects.
        by_object: One for each object that shows something of it, in the order of the record.
    """

    framework: str
    control: Control
    together: Spoken
    by_object: tuple[Spoken, ...]

    @property
    def number(self) -> str:
        """How the clause is cited."""
        return (self.control.clause.number if self.control.clause else "") or self.control.id

    @property
    def key(self) -> str:
        """What an answer is filed under: framework and clause."""
        return f"{self.framework}/{self.control.id}"


def rows(record: Record, frameworks: Iterable[Framework]) -> Iterator[tuple[Framework, tuple[Row, ...]]]:
    """Yield each framework that the record has outcomes of, with a row for every one of its clauses.

    Args:
        record: The finished record.
        frameworks: As they were saved with the run; one that is not among them is left out, see `strangers`.
    """
    evidence = _Evidence(record)
    outcomes: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in record.outcomes:
        outcomes[outcome.framework, outcome.control].append(outcome)
    asked = {name for name, _control in outcomes} | set(record.coverage.policy)
    for framework in frameworks:
        if framework.id in asked:
            made = (
                _row(framework.id, each, outcomes.get((framework.id, each.id), ()), evidence)
                for each in framework.controls
            )
            yield framework, tuple(made)


def strangers(record: Record, frameworks: Iterable[Framework]) -> tuple[str, ...]:
    """Return the frameworks of a record whose clauses are not known: the run is older than that they are kept."""
    known = {framework.id for framework in frameworks}
    return tuple(sorted(set(record.coverage.policy) - known))


def _row(framework: str, control: Control, outcomes: Sequence[Outcome], evidence: _Evidence) -> Row:
    single = [(outcome, evidence.of(outcome)) for outcome in outcomes]
    telling = [(outcome, found) for outcome, found in single if found or outcome.answer]
    within = [(outcome, found) for outcome, found in telling if outcome.answer or not _is_out_of_reach(found)]
    shown = within or telling
    return Row(
        framework=framework,
        control=control,
        together=_spoken(folded(outcomes, evidence.beyond), shown, outcomes, evidence),
        by_object=tuple(_spoken(each[0].conformity, [each], [each[0]], evidence) for each in shown),
    )


def _is_out_of_reach(found: Sequence[Finding]) -> bool:
    """Tell whether this kind of object can never show what is asked."""
    return all(each.gap is not None and each.gap.gap_class is GapClass.OUT_OF_REACH for each in found)


def _spoken(
    conformity: Conformity,
    shown: Sequence[tuple[Outcome, Sequence[Finding]]],
    outcomes: Sequence[Outcome],
    evidence: _Evidence,
) -> Spoken:
    deciding = [pair for pair in shown if _decides(pair[0].conformity, conformity)]
    found = [finding for _outcome, group in deciding for finding in group]
    worst = min(found, key=lambda each: (_VERDICTS[each.verdict], _SEVERITIES[each.severity]), default=None)
    first = next((outcome for outcome, group in deciding if any(each is worst for each in group)), None)
    first = first or next((outcome for outcome, _group in deciding), None) or next(iter(outcomes), None)
    answers = dict.fromkeys(outcome.answer for outcome, _found in shown if outcome.answer)
    return Spoken(
        objects=tuple(outcome.target for outcome, _found in shown),
        conformity=conformity,
        high_risk=any(outcome.high_risk for outcome, _found in shown),
        worst=worst,
        evidence=tuple(found),
        digests=tuple(sorted({digest for finding in found for digest in evidence.digests(finding)})),
        reason=first.reason if first else NO_TEXT,
        answers=tuple(answers),
        is_open=any(outcome.open for outcome, _found in deciding) if shown else any(each.open for each in outcomes),
        is_conflict=any(outcome.conflict for outcome, _found in shown),
    )


def _decides(one: Conformity, all_together: Conformity) -> bool:
    return one == all_together or (all_together == "partly" and one == "does_not")


class _Evidence:
    """Findings of outcomes, and the digests of what they rest on."""

    def __init__(self, record: Record) -> None:
        self.beyond = out_of_reach(record.findings)
        self._findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in record.findings:
            self._findings[finding.fingerprint].append(finding)
        self._parts = {
            system.name: {part.argument for part in system.parts} | {system.argument} for system in record.systems
        }
        self._references: dict[str, dict[str, str]] = defaultdict(dict)
        for each in record.references:
            self._references[each.part][each.path] = each.digest

    def of(self, outcome: Outcome) -> list[Finding]:
        """Return the findings that an outcome rests on; a fingerprint names one finding of each target."""
        parts = self._parts.get(outcome.target)
        found = [finding for each in outcome.findings for finding in self._findings.get(each, ())]
        own = [finding for finding in found if parts is None or finding.target in parts]
        return own or found

    def digests(self, finding: Finding) -> Iterator[str]:
        """Yield the digests of the captures behind a finding, and of the inputs that were read where they lie."""
        for origin in finding.origins:
            if origin.capture:
                yield origin.capture
            elif origin.file is not None and (digest := self._references.get(origin.part, {}).get(origin.file)):
                yield digest


def method(control: Control) -> Text:
    """Return how a clause is assessed, in the three words of assessors (访谈 核查 测试), and who decides it."""
    human = frozenset(control.clause.human_evidence) if control.clause else frozenset()
    words = []
    if "interview" in human:
        words.append(say("method.interview"))
    if human & _EXAMINED or (not control.checks and not human):
        words.append(say("method.examine"))
    if control.checks or "functional_test" in human:
        words.append(say("method.test"))
    return say("method", words=listed(words), decided=decided_by(control))


def expected(row: Row, spoken: Spoken) -> Text:
    """Return what has to be there: what the check wants, else what people have to show."""
    if spoken.worst is not None:
        return spoken.worst.expected if spoken.worst.expected.en else spoken.worst.title
    due = needs(row.control)
    return say("expected.shown", what=listed(due)) if due else row.control.title


def _seen(finding: Finding) -> Text:
    """Return the value that was seen, with what decided where that says more than the value alone."""
    told, value = decided(finding), finding.actual
    if not value.en or value.en in told.en:
        return told if told.en else value
    return say("actual.told", value=value, told=told) if told.en else value


def actual(spoken: Spoken) -> Text:
    """Return what was seen, in one or two sentences."""
    finding = spoken.worst
    if finding is None:
        return spoken.reason
    seen = _seen(finding)
    match finding.verdict:
        case Verdict.FAIL:
            told = say("actual.fail", problem=headline(finding), place=place(finding))
        case Verdict.PASS:
            told = say("actual.pass", count=spoken.counted)
        case _ if seen.en:  # the detail opens with the word for the verdict
            return seen
        case _:
            told = tell_verdict(finding.verdict)
    told = say("actual.seen", told=told, seen=seen) if seen.en else told
    others = spoken.counted - 1
    return say("actual.others", told=told, count=others) if others and finding.verdict is not Verdict.PASS else told


def remark(row: Row, spoken: Spoken) -> Text:
    """Return what else has to be known of a row: high risks, what is open, what people said, what waivers cover."""
    notes: list[Text] = []
    if spoken.high_risk and row.control.clause:
        notes += [say("remark.high_risk", case=risk(case)) for case in row.control.clause.high_risk]
    if spoken.is_conflict or (spoken.is_open and spoken.worst is not None):
        notes.append(spoken.reason)
    for answer in spoken.answers:
        notes.append(say("remark.answer", who=answer.who, when=answer.when, until=answer.until))
    if spoken.worst is not None and spoken.worst.waived:
        notes.append(say("remark.waived", id=spoken.worst.waived.id, until=spoken.worst.waived.expires))
    if row.control.clause and row.control.clause.modality in {"should", "may"}:
        notes.append(tell(f"modality.{row.control.clause.modality}"))
    return joined(notes)


def tell_verdict(verdict: Verdict) -> Text:
    """Return the word for a verdict."""
    return say(f"verdict.{verdict.value}")


def conformity(spoken: Spoken) -> Text:
    """Return the result in the words of assessors."""
    return tell(f"conformity.{spoken.conformity}")


def counts(made: Iterable[Row]) -> Mapping[Conformity, int]:
    """Count clauses by result; every result is there."""
    found: dict[Conformity, int] = dict.fromkeys(
        ("conforms", "partly", "does_not", "not_applicable", "not_assessed"), 0
    )
    for row in made:
        found[row.together.conformity] += 1
    return found
