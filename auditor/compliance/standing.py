"""How a framework stands over all targets of a run: one verdict a control, and how many there are of each."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from auditor.model.fact import GapClass
from auditor.model.finding import Verdict
from auditor.model.record import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.control import Conformity, Outcome
    from auditor.model.finding import Finding


def out_of_reach(findings: Iterable[Finding]) -> frozenset[str]:
    """Return the fingerprints of what a target of its kind can never show."""
    reachable: set[str] = set()
    beyond: set[str] = set()
    for finding in findings:
        if finding.verdict is Verdict.NOT_ASSESSED:
            is_beyond = finding.gap is not None and finding.gap.gap_class is GapClass.OUT_OF_REACH
            (beyond if is_beyond else reachable).add(finding.fingerprint)
    return frozenset(beyond - reachable)


def folded(outcomes: Sequence[Outcome], beyond: frozenset[str]) -> Conformity:
    """Return the verdict of one control over all targets.

    1. A failure anywhere: it does not conform, or partly where an object of any target passes.
    2. A target that can never show it, or that no check of the run looks at, says nothing where another one does.
    3. What is open at one of the others is open.

    Args:
        outcomes: Of the control, one for each target.
        beyond: What is out of reach (`out_of_reach`).
    """
    said = {outcome.conformity for outcome in outcomes}
    if not said.isdisjoint({"partly", "does_not"}):  # 1
        has_pass = any(outcome.standing == "pass" for outcome in outcomes)
        return "partly" if has_pass or "partly" in said else "does_not"
    telling = [outcome for outcome in outcomes if not _says_nothing(outcome, beyond)]  # 2
    said = {outcome.conformity for outcome in telling or outcomes}
    if "not_assessed" in said or not said:  # 3
        return "not_assessed"
    return "conforms" if "conforms" in said else "not_applicable"


def _says_nothing(outcome: Outcome, beyond: frozenset[str]) -> bool:
    return outcome.standing == "not_assessed" and beyond.issuperset(outcome.findings)


def by_control(outcomes: Iterable[Outcome]) -> dict[str, dict[str, list[Outcome]]]:
    """Return outcomes by framework and control, in their order."""
    found: dict[str, dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for outcome in outcomes:
        found[outcome.framework][outcome.control].append(outcome)
    return found


def tally(verdicts: Iterable[Conformity]) -> Tally:
    """Count verdicts."""
    count = Counter(verdicts)
    return Tally(**{name: count[name] for name in Tally.__struct_fields__})  # type: ignore[index]


def tallies(outcomes: Iterable[Outcome], findings: Iterable[Finding]) -> Mapping[str, Tally]:
    """Return, by framework, how many controls have which verdict."""
    beyond = out_of_reach(findings)
    return {
        name: tally(folded(found, beyond) for found in controls.values())
        for name, controls in by_control(outcomes).items()
    }
