"""How far each framework was assessed, and what to collect or confirm to have more of it assessed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.model.finding import Verdict
from auditor.model.record import Ratio
from auditor.report.texts import say
from auditor.report.wording import act

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.control import Outcome
    from auditor.model.record import Record
    from auditor.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something to do that has controls assessed.

    Attributes:
        act: What to do.
        controls: What it is for, in the order of the framework; at least one.
    """

    act: Text
    controls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One framework as the record tells it.

    Attributes:
        id: Its identity.
        covered: Controls with a check that ran, out of all.
        assessed: Controls that have, on one target at least, a verdict that waits for no person, out of all.
        by_target: The same count for each target, in the order of the record; empty where there is only one.
        outcomes: In the order of the record.
        undecided: Controls that have outcomes, and none of them a verdict.
        unlisted: Number of controls without any outcome in the record.
        steps: What to do about the controls that are not assessed; what helps most of them first.
    """

    id: str
    covered: Ratio
    assessed: Ratio
    by_target: tuple[tuple[str, int], ...]
    outcomes: tuple[Outcome, ...]
    undecided: tuple[str, ...]
    unlisted: int
    steps: tuple[Step, ...]

    @property
    def told(self) -> Text:
        """The figure in words."""
        key = "report.framework.assessed.any" if self.by_target else "report.framework.assessed"
        return say(key, part=self.assessed.part, whole=self.assessed.whole)


def progress(record: Record) -> tuple[Progress, ...]:
    """Return the frameworks of a record, sorted by id."""
    by_framework: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in record.outcomes:
        by_framework[outcome.framework].append(outcome)
    acts = _acts(record)
    return tuple(
        _progress(name, covered, by_framework[name], acts) for name, covered in sorted(record.coverage.policy.items())
    )


def _progress(name: str, covered: Ratio, outcomes: Sequence[Outcome], acts: Mapping[str, Sequence[Text]]) -> Progress:
    by_control: dict[str, list[Outcome]] = defaultdict(list)
    by_target: dict[str, int] = {}
    for outcome in outcomes:
        by_control[outcome.control].append(outcome)
        by_target[outcome.target] = by_target.get(outcome.target, 0) + _is_assessed(outcome)
    waiting = {control: found for control, found in by_control.items() if not any(map(_is_assessed, found))}
    return Progress(
        id=name,
        covered=covered,
        assessed=Ratio(part=len(by_control) - len(waiting), whole=covered.whole),
        by_target=tuple(by_target.items()) if len(by_target) > 1 else (),
        outcomes=tuple(outcomes),
        undecided=tuple(control for control, found in by_control.items() if not any(map(_has_verdict, found))),
        unlisted=max(0, covered.whole - len(by_control)),
        steps=_steps(name, waiting, acts),
    )


def _has_verdict(outcome: Outcome) -> bool:
    return outcome.verdict not in {None, Verdict.NOT_ASSESSED}


def _is_assessed(outcome: Outcome) -> bool:
    return _has_verdict(outcome) and not outcome.open


def _acts(record: Record) -> dict[str, list[Text]]:
    """Return what would have findings assessed, by their fingerprints."""
    acts: dict[str, list[Text]] = defaultdict(list)
    for finding in record.findings:
        gap = record.gap_of(finding)
        if gap and gap.remedy.en:
            acts[finding.fingerprint].append(act(gap))
    return acts


def _steps(
    framework: str, waiting: Mapping[str, Iterable[Outcome]], acts: Mapping[str, Sequence[Text]]
) -> tuple[Step, ...]:
    controls: dict[Text, list[str]] = defaultdict(list)
    unread = say("report.framework.unread", framework=framework)
    for control, outcomes in waiting.items():
        helping = dict.fromkeys(each for outcome in outcomes for each in _helping(outcome, acts))
        for each in helping or (unread,):
            controls[each].append(control)
    steps = (Step(act=each, controls=tuple(found)) for each, found in controls.items())
    return tuple(sorted(steps, key=lambda step: (-len(step.controls), step.act.en)))


def _helping(outcome: Outcome, acts: Mapping[str, Sequence[Text]]) -> list[Text]:
    if outcome.verdict is Verdict.NOT_ASSESSED:
        return [each for fingerprint in outcome.findings for each in acts.get(fingerprint, ())]
    return [say("judge.remedy.person")]
