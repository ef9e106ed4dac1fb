"""From findings to outcomes: what a run says of each control of a framework."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from auditor.compliance import answers
from auditor.compliance.answers import Book
from auditor.compliance.quantification import quantified
from auditor.compliance.texts import say
from auditor.model.control import Assessment, Outcome
from auditor.model.finding import Verdict, worst
from auditor.model.record import Ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor.compliance.answers import Answer
    from auditor.model.control import Conformity, Control, Framework
    from auditor.model.fact import Threshold
    from auditor.model.finding import Finding
    from auditor.model.system import System
    from auditor.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What people add to what was scanned.

    Attributes:
        answers: Those that count at the time of the run.
        parameters: That the run was given, by framework; they may be tighter than a clause's, not looser.
        thresholds: That its checks judged by, by name of target; the same holds of them.
    """

    answers: Book
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    thresholds: Mapping[str, Sequence[Threshold]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditionNumbers:
    """The edition of a framework that fits a target.

    Attributes:
        version: Its version.
        numbers: Number there of each control, by its id of today; what it lacks is left out.
    """

    version: str
    numbers: Mapping[str, str]


def assess(
    frameworks: Iterable[Framework],
    findings: Iterable[Finding],
    targets: Sequence[System],
    editions: Mapping[tuple[str, str], EditionNumbers] = MappingProxyType({}),
    people: People | None = None,
    ran: AbstractSet[str] | None = None,
) -> tuple[Outcome, ...]:
    """Return one outcome per framework, control and target, in that order.

    Args:
        frameworks: As they stand today.
        findings: Of all targets.
        targets: All of them.
        editions: By name of target and id of framework, where another edition fits.
        people: Answers that count, and parameters that the run was given.
        ran: Ids of the checks that were part of the run; None for all.

    1. The worst verdict among the control's findings (style.md §5, rule 4).
    2. A control without checks is not assessed; a manual one has no verdict.
    3. A partial control can fail, but never passes by itself: it stays open until a person confirms it. So does one
       that rests on a search which found nothing, or whose clause asks for evidence that no check gives, and a clause
       some of whose checks were left out of the run (a benchmark's item is one setting, which either check shows).
    4. A parameter of the run, or a threshold that its checks judged by, that is looser than the clause's fails the
       clause, whatever its checks say.
    5. An answer that counts stands, but it never hides a failure; where person and scan part, both are told and the
       control stays open.
    """
    people = people or People(answers=Book())
    by_check: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_check[finding.id, finding.target].append(finding)
    return tuple(
        _outcome(framework, control, target, by_check, editions.get((target.name, framework.id)), people, ran)
        for framework in frameworks
        for control in framework.controls
        for target in targets
    )


def _outcome(
    framework: Framework,
    control: Control,
    target: System,
    by_check: Mapping[tuple[str, str], Sequence[Finding]],
    edition: EditionNumbers | None,
    people: People,
    ran: AbstractSet[str] | None,
) -> Outcome:
    arguments = [target.argument] if target.argument else [part.argument for part in target.parts]
    found = [
        finding
        for check in control.checks
        for argument in arguments
        for finding in by_check.get((check, argument), ())
        if _is_about(finding, framework, control)
    ]
    said = _scanned(control, found)
    if said.verdict is Verdict.PASS and not said.is_open and control.clause and not ran_whole(control, ran):
        said = _Said(verdict=Verdict.PASS, is_open=True, reason=say("outcome.left_out"))
    loose = loosened(control, people.parameters.get(framework.id, {})) or _loosened_by(
        control, people.thresholds.get(target.name, ())
    )
    if loose:
        said = _Said(verdict=Verdict.FAIL, reason=loose)
    rests_on = tuple(finding.fingerprint for finding in found if finding.verdict is said.verdict)
    answer = people.answers.of(framework.id, control.id, target.name)
    said = _answered(said, answer) if answer else said
    return Outcome(
        framework=framework.id,
        control=control.id,
        target=target.name,
        standing=said.verdict.value if said.verdict else "manual",
        open=said.is_open,
        findings=rests_on,
        reason=said.reason,
        edition=edition.version if edition else "",
        number=edition.numbers.get(control.id, "") if edition else "",
        conformity=_conformity(said, has_pass=any(finding.verdict is Verdict.PASS for finding in found)),
        high_risk=said.verdict is Verdict.FAIL and bool(control.clause and control.clause.high_risk),
        answer=answers.row(answer) if answer else None,
        conflict=said.is_conflict,
        quantified=quantified(control, found),
    )


def ran_whole(control: Control, ran: AbstractSet[str] | None) -> bool:
    """Tell whether every check of a control was part of the run."""
    return ran is None or all(check in ran for check in control.checks)


def _is_about(finding: Finding, framework: Framework, control: Control) -> bool:
    """Tell whether a failure answers a control of its check: one may say that it is about some of them only."""
    return finding.verdict is not Verdict.FAIL or control.id in finding.controls.get(framework.id, (control.id,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What is to be said of a control, so far."""

    verdict: Verdict | None
    is_open: bool = False
    reason: Text
    is_conflict: bool = False


def _scanned(control: Control, found: Sequence[Finding]) -> _Said:
    verdict = worst(finding.verdict for finding in found)
    is_whole = control.assessment is Assessment.AUTOMATED and not control.lacks
    is_open = not is_whole or verdict is Verdict.NOTHING_FOUND
    if control.assessment is Assessment.MANUAL:
        return _Said(verdict=None, is_open=True, reason=say("outcome.manual"))
    if verdict is None:
        return _Said(verdict=Verdict.NOT_ASSESSED, is_open=is_open, reason=say("outcome.no_check"))
    if is_open and verdict is Verdict.PASS:
        return _Said(verdict=verdict, is_open=is_open, reason=say("outcome.partial"))
    reason = say(f"outcome.{verdict.value}", count=sum(finding.verdict is verdict for finding in found))
    return _Said(verdict=verdict, is_open=is_open and verdict is not Verdict.FAIL, reason=reason)


def _answered(said: _Said, answer: Answer) -> _Said:
    verdict = Verdict(answer.verdict)
    word = say(f"verdict.{verdict.value}")
    if said.verdict is verdict or said.verdict not in {Verdict.FAIL, Verdict.PASS}:
        return _Said(verdict=verdict, reason=say("outcome.answered", who=answer.who, when=answer.when, verdict=word))
    scan = say(f"verdict.{said.verdict.value}")
    return _Said(
        verdict=Verdict.FAIL if said.verdict is Verdict.FAIL else verdict,
        is_open=True,
        reason=say("outcome.conflict", who=answer.who, when=answer.when, verdict=word, scan=scan),
        is_conflict=True,
    )


def _conformity(said: _Said, *, has_pass: bool) -> Conformity:
    """Return a verdict in the words of assessors; what is open is not assessed, but for a failure."""
    if said.verdict is Verdict.FAIL:
        return "partly" if has_pass else "does_not"
    if said.is_open or said.verdict in {None, Verdict.NOT_ASSESSED, Verdict.NOTHING_FOUND}:
        return "not_assessed"
    return "conforms" if said.verdict is Verdict.PASS else "not_applicable"


_MUST_NOT_RISE: Final = re.compile(r"(^|_)(max|interval)_")
_MUST_NOT_FALL: Final = re.compile(r"(^|_)min_|_below$")


def loosened(control: Control, given: Mapping[str, object]) -> Text | None:
    """Return the first parameter of a run that is looser than the one of a clause, in words; None if none is.

    Only numbers whose names tell their direction are held against each other: ``min_…`` must not fall, ``max_…`` and
    ``interval_…`` must not rise.
    """
    due = control.clause.parameters if control.clause else {}
    for name, value in sorted(given.items()):
        want = due.get(name)
        if isinstance(want, bool | None) or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if not isinstance(want, int | float):
            continue
        is_loose = (_MUST_NOT_RISE.search(name) and value > want) or (_MUST_NOT_FALL.search(name) and value < want)
        if is_loose:
            return say("outcome.loosened", parameter=name, given=value, due=want)
    return None


def _loosened_by(control: Control, thresholds: Iterable[Threshold]) -> Text | None:
    """Return the first threshold of a check behind a control that is looser than its clause or benchmark, in words."""
    for each in thresholds:
        if each.check not in control.checks:
            continue
        if each.due:
            return say("outcome.loosened", parameter=f"{each.name} ({each.subject})", given=each.value, due=each.due)
        if said := loosened(control, {each.name: each.value}):
            return said
    return None


def policy_coverage(frameworks: Iterable[Framework], findings: Iterable[Finding]) -> dict[str, Ratio]:
    """Return, by framework, the controls with at least one check that ran to a verdict, out of all its controls."""
    ran = {finding.id for finding in findings if finding.verdict is not Verdict.NOT_ASSESSED}
    return {
        framework.id: Ratio(
            part=sum(not ran.isdisjoint(control.checks) for control in framework.controls),
            whole=len(framework.controls),
        )
        for framework in frameworks
    }
