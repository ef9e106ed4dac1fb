"""``auditor replay``: judges the stored facts of a run again, and says what differs; no target is needed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from auditor import gating, plan, registry, rules
from auditor.compliance import decisions
from auditor.conclude import Circumstances, Earlier, conclude
from auditor.errors import ConfigError
from auditor.evidence import load, read
from auditor.gate import GatePolicy
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.record import ToolUse
from auditor.model.replayed import Replayed
from auditor.stages import stages
from auditor.workers import known_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.system import System
    from auditor.observe import Observed
    from auditor.rules import CheckText, Rules, SavedRules
    from auditor.stage import Stage


def replay(folder: Path, own: tuple[Path, ...] | None = None, *, afresh: bool = False) -> Replayed:
    """Judge the stored facts of a run again.

    1. Read record, facts and rules of the run, and the user's own policies that it holds.
    2. What was concluded from facts by a program of ours (OPA) is asked again where the rules are others now.
    3. Conclude, by the gate and with the earlier run of then; ask the gate's own policy.
    4. Compare findings, outcomes and gate byte for byte.

    Args:
        folder: Of the run.
        own: Folders with policies of the user's own, in the place of those that the run holds.
        afresh: Ask the program again even if the rules are what they were.

    Raises:
        ConfigError: The folder is no whole run, or a policy is missing by which it was judged.
    """
    record = load.load(folder)  # 1
    saved = rules.load(folder)
    seen = read.observed(folder, record, registry.fact_kinds())
    stages = frozenset(stage.stage for stage in record.run.stages)
    asked_for = tuple(sorted(saved.gate.asked_for)) if saved else ()
    # a stage that had nothing of its own to look at judges what others saw all the same
    judged_by = stages | {check.stage for check in saved.checks} if saved else stages
    folders = plan.policy_folders(folder) if own is None else own
    kinds = {part.kind for system in record.systems for part in system.parts}
    left = frozenset(saved.ignored if saved else ())
    judging = plan.Judging(stages=judged_by, kinds=kinds, frameworks=asked_for, left=left, folders=folders).rules
    if saved and own is None:
        _check_policies(saved, judging)
    has_same_rules = judging.digest == record.run.rules
    if afresh or not has_same_rules:
        seen = _asked_again(seen, plan.replaying(stages, folders))  # 2
    gate = saved.gate if saved else GatePolicy(fail_on=record.gate.fail_on)
    after = conclude(  # 3
        seen,
        judging,
        gate=gate,
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
    after = gating.ask_gate(after, gate)
    gone, come = _differences(record.findings, after.findings)  # 4
    return Replayed(
        before=record,
        after=after,
        gone=gone,
        come=come,
        has_same_rules=has_same_rules,
        tools=tuple(_other_tools(record.run.tools, after.run.tools)),
    )


def _check_policies(saved: SavedRules, judging: Rules) -> None:
    """Make sure that every policy of the user's by which a run was judged is there.

    Raises:
        ConfigError: One is not: its findings would be gone without a word.
    """
    known = {check.id for check in judging.checks}
    missing = [check for check in saved.checks if check.id not in known and _is_users(check)]
    if missing:
        first = missing[0]
        message = (
            f"the run was judged by the policy {first.id} ({first.defined_in}), which it does not hold"
            f" (missing in all: {len(missing)}): name the folder with --policies"
        )
        raise ConfigError(message)


def _is_users(check: CheckText) -> bool:
    with_own = {stage.name for stage in stages() if stage.own_rules}
    return check.stage in with_own and not check.defined_in.startswith("policies/")


def _other_tools(then: Iterable[ToolUse], now: Iterable[ToolUse]) -> Iterator[tuple[str, str, str]]:
    """Yield the programs whose version is another now."""
    before = {each.name: each.version for each in then}
    for each in now:
        if each.name in before and before[each.name] != each.version:
            yield each.name, before[each.name], each.version


def _asked_again(seen: Observed, stages: tuple[Stage, ...]) -> Observed:
    """Return what was observed with what some stages make of the facts of others now."""
    tools = {each.name: each for each in seen.tools}
    for stage in stages:
        made = {kind.__name__ for kind in stage.yields}
        facts = {}
        for system in seen.systems:
            items = list(_looks(stage, seen, system.name))
            tools |= {each.name: each for each in items if isinstance(each, ToolUse)}
            facts[system.name] = _with(seen.facts[system.name], stage, system, made, items)
        seen = replace(seen, facts=facts)
    return replace(seen, tools=tuple(tools[name] for name in sorted(tools)))


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
    if msgspec.json.encode(before) == msgspec.json.encode(after):
        return (), ()
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
