"""From findings to outcomes: what a run says of each control of a framework."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from auditor.messages import say
from auditor.model.control import Assessment, Outcome
from auditor.model.finding import Verdict, worst
from auditor.model.record import Ratio

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.control import Control, Framework
    from auditor.model.finding import Finding
    from auditor.model.system import System


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
) -> tuple[Outcome, ...]:
    """Return one outcome per framework, control and target, in that order.

    Args:
        frameworks: As they stand today.
        findings: Of all targets.
        targets: All of them.
        editions: By name of target and id of framework, where another edition fits.

    1. The worst verdict among the control's findings (style.md §5, rule 4).
    2. A control without checks is not assessed; a manual one has no verdict.
    3. A partial control can fail, but never passes by itself: it stays open until a person confirms it. So does one
       that rests on a search which found nothing.
    """
    by_check: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_check[finding.id, finding.target].append(finding)
    return tuple(
        _outcome(framework, control, target, by_check, editions.get((target.name, framework.id)))
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
) -> Outcome:
    arguments = [part.argument for part in target.parts]
    found = [
        finding for check in control.checks for argument in arguments for finding in by_check.get((check, argument), ())
    ]
    verdict = worst(finding.verdict for finding in found)
    is_open = control.assessment is not Assessment.AUTOMATED or verdict is Verdict.NOTHING_FOUND
    if control.assessment is Assessment.MANUAL:
        verdict, reason = None, say("outcome.manual")
    elif verdict is None:
        verdict, reason = Verdict.NOT_ASSESSED, say("outcome.no_check")
    elif is_open and verdict is Verdict.PASS:
        reason = say("outcome.partial")
    else:
        reason = say(f"outcome.{verdict.value}", count=sum(finding.verdict is verdict for finding in found))
    return Outcome(
        framework=framework.id,
        control=control.id,
        target=target.name,
        standing=verdict.value if verdict else "manual",
        open=is_open and verdict is not Verdict.FAIL,
        findings=tuple(finding.fingerprint for finding in found if finding.verdict is verdict),
        reason=reason,
        edition=edition.version if edition else "",
        number=edition.numbers.get(control.id, "") if edition else "",
    )


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
