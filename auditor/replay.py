"""``auditor replay``: judges the stored facts of a run again, and says what differs; no target is needed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec

from auditor import plan, rules
from auditor.compliance import decisions
from auditor.conclude import Circumstances, Earlier, conclude
from auditor.evidence import load, read
from auditor.gate import GatePolicy
from auditor.model.fact import Fact, Facts, Gap
from auditor.workers import known_to

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.system import System
    from auditor.observe import Observed, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of judging again.

    Attributes:
        before: The record as it was.
        after: The record as it is now.
        gone: Findings of then that are not among those of now, to the byte.
        come: Findings of now that were not among those of then.
        has_same_rules: Everything that judges is what it was.
    """

    before: Record
    after: Record
    gone: tuple[Finding, ...]
    come: tuple[Finding, ...]
    has_same_rules: bool

    @property
    def is_same(self) -> bool:
        """Tell whether every finding is what it was, byte for byte."""
        return not (self.gone or self.come)


def replay(folder: Path) -> Replayed:
    """Judge the stored facts of a run again.

    1. Read record, facts and rules of the run.
    2. What was concluded from facts by a program of ours (OPA) is asked again where the rules are others now.
    3. Conclude, by the gate and with the earlier run of then.
    4. Compare the findings byte for byte.

    Raises:
        ConfigError: The folder is no whole run.
    """
    record = load.load(folder)  # 1
    saved = rules.load(folder)
    seen = read.observed(folder, record, plan.fact_kinds())
    stages = frozenset(stage.stage for stage in record.run.stages)
    asked_for = tuple(sorted(saved.gate.asked_for)) if saved else ()
    # a stage that had nothing of its own to look at judges what others saw all the same
    judged_by = stages | {check.stage for check in saved.checks} if saved else stages
    judging = plan.rules_for(
        judged_by,
        asked_for,
        {part.kind for system in record.systems for part in system.parts},
        frozenset(saved.ignored if saved else ()),
    )
    has_same_rules = judging.digest == record.run.rules
    if not has_same_rules:
        seen = _asked_again(seen, stages)  # 2
    after = conclude(  # 3
        seen,
        judging,
        gate=saved.gate if saved else GatePolicy(fail_on=record.gate.fail_on),
        decisions=decisions.load(folder),
        earlier=_earlier(record),
        circumstances=Circumstances(
            system=record.run.system,
            arguments=record.run.arguments,
            id=record.run.id,
            configuration=record.run.configuration,
            gate=record.run.gate,
        ),
    )
    gone, come = _differences(record.findings, after.findings)  # 4
    return Replayed(before=record, after=after, gone=gone, come=come, has_same_rules=has_same_rules)


def _asked_again(seen: Observed, stages: frozenset[str]) -> Observed:
    for stage in plan.replaying(stages):
        made = {kind.__name__ for kind in stage.yields}
        facts = {
            system.name: _with(seen.facts[system.name], stage, system, made, list(_looks(stage, seen, system.name)))
            for system in seen.systems
        }
        seen = replace(seen, facts=facts)
    return seen


def _looks(stage: Stage, seen: Observed, name: str) -> list[object]:
    system = next(each for each in seen.systems if each.name == name)
    if not any(system.of(*stage.part_kinds)):
        return []
    known = seen.facts[name]
    others = [fact for _kind, found in known.kinds() for fact in found]
    gaps = [gap for gap in known.gaps if gap.stage != stage.name]
    return [*stage.observe(system, known_to(stage, [*others, *gaps, *known.artefacts]))]


def _with(known: Facts, stage: Stage, system: System, made: set[str], items: list[object]) -> Facts:
    """Return the facts with what a stage sees now in the place of what it saw then; other stages may make its kinds."""
    parts = {part.argument for part in system.of(*stage.part_kinds)}
    kept = [
        fact for kind, found in known.kinds() for fact in found if kind not in made or fact.origin.part not in parts
    ]
    return Facts(
        [*kept, *(item for item in items if isinstance(item, Fact))],
        [
            *(gap for gap in known.gaps if gap.stage != stage.name),
            *(item for item in items if isinstance(item, Gap)),
        ],
        known.artefacts,
    )


def _earlier(record: Record) -> Earlier | None:
    """Return a run of then that makes new what was new, and known what was known."""
    if record.run.comparison is None or not any(finding.is_new is not None for finding in record.findings):
        return None
    known = tuple(finding for finding in record.findings if finding.is_new is False)
    return Earlier(comparison=record.run.comparison, findings=known)


def _differences(
    before: tuple[Finding, ...], after: tuple[Finding, ...]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    spelled = (
        [(msgspec.json.encode(each), each) for each in before],
        [(msgspec.json.encode(each), each) for each in after],
    )
    counts = [Counter(data for data, _finding in each) for each in spelled]
    gone, come = counts[0] - counts[1], counts[1] - counts[0]
    return _some(spelled[0], gone), _some(spelled[1], come)


def _some(spelled: list[tuple[bytes, Finding]], wanted: Counter[bytes]) -> tuple[Finding, ...]:
    found = []
    for data, finding in spelled:
        if wanted[data] > 0:
            wanted[data] -= 1
            found.append(finding)
    return tuple(found)
