"""From what was seen to the record: judge, mark what is new, assess controls, say whether it may pass. Pure.

``run``, ``--new-since`` a revision and ``replay`` are callers of one `conclude`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from auditor import __version__
from auditor.compare import mark_new
from auditor.compliance.answers import Book
from auditor.compliance.claims import weigh
from auditor.compliance.decisions import NONE
from auditor.compliance.outcomes import People, assess, policy_coverage
from auditor.compliance.standing import tallies
from auditor.compliance.waivers import apply
from auditor.gate import Circumstances as GateCircumstances
from auditor.gate import GatePolicy, decide
from auditor.judging import Judged, judge
from auditor.model.fact import Gap, Measure, Threshold
from auditor.model.finding import Finding, Verdict, in_order
from auditor.model.record import ArtefactRow, Coverage, MeasureRow, Ratio, Record, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from auditor.compliance.decisions import Decisions
    from auditor.compliance.waivers import Use
    from auditor.model.fact import Facts
    from auditor.model.record import Comparison, Configuration, GateUse
    from auditor.model.system import System
    from auditor.observe import Observed
    from auditor.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What a run is compared with.

    Attributes:
        comparison: What it is.
        findings: Of then.
        gap: Why they cannot be had, if so: every failure counts then.
        is_gone: Tells of an earlier finding whether its file is there no more.
        started: Its clock; empty where that is not known.
    """

    comparison: Comparison
    findings: tuple[Finding, ...] = ()
    gap: Gap | None = None
    is_gone: Callable[[Finding], bool] = lambda _finding: False
    started: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the record says of a run besides what was seen and concluded.

    Attributes:
        system: Name of the audited system.
        arguments: Command line, secrets masked.
        id: Identity of the run; made of its clock and what was seen where it is empty.
        configuration: The configuration that took effect, if there was one.
        gate: The gate policy that took effect, and what it overruled.
    """

    system: str = ""
    arguments: tuple[str, ...] = ()
    id: str = ""
    configuration: Configuration | None = None
    gate: GateUse | None = None


def conclude(
    observed: Observed,
    rules: Rules,
    *,
    gate: GatePolicy,
    decisions: Decisions = NONE,
    earlier: Earlier | None = None,
    circumstances: Circumstances = Circumstances(),
) -> Record:
    """Return what follows from what was seen; the same input gives the same record.

    1. Judge each system by all checks.
    2. Mark what is new since an earlier run.
    3. Mark what is waived, and judge waivers and answers themselves.
    4. Assess controls, with what people confirmed; hold claims against what was observed.
    5. Say whether it may pass.

    Args:
        observed: What was seen.
        rules: What must hold.
        gate: What may pass.
        decisions: Waivers, answers, claims and parameters of people.
        earlier: What to compare with, if anything.
        circumstances: Of the run.
    """
    findings: list[Finding] = []
    gaps: list[Gap] = []
    for system in observed.systems:
        also = [earlier.gap] if earlier and earlier.gap and not gaps and not findings else []
        judged = judge(rules.checks, observed.facts[system.name], system, len(gaps), also)  # 1
        findings.extend(_as_given(judged.findings, system))
        gaps.extend(_as_given(judged.gaps, system))
    if earlier and not earlier.gap:
        findings = list(mark_new(findings, earlier.findings, earlier.is_gone, earlier.started))  # 2
    now = clock(observed.started)
    findings, judged = _decided(findings, rules, decisions, now, len(gaps))  # 3
    findings.extend(judged.findings)
    gaps.extend(judged.gaps)
    findings = in_order(findings)
    editions = {
        (system.name, framework): edition
        for system in observed.systems
        for framework, edition in rules.editions(system, observed.facts[system.name]).items()
    }
    people = People(
        answers=Book(decisions.answers, now),
        parameters=decisions.parameters,
        thresholds={name: facts.of(Threshold) for name, facts in observed.facts.items()},
    )
    ran = {check.id for check in rules.checks}
    outcomes = assess(rules.frameworks, findings, observed.systems, editions, people, ran)  # 4
    verdict = decide(findings, outcomes, gate, _gate_circumstances(observed, now))  # 5
    return Record(
        run=_run(observed, rules, circumstances, earlier),
        targets=tuple(part.argument for system in observed.systems for part in system.parts),
        left_out=observed.left_out,
        gaps=tuple(gaps),
        findings=tuple(findings),
        outcomes=outcomes,
        coverage=Coverage(
            assessed=assessed(findings),
            policy=policy_coverage(rules.frameworks, findings),
            frameworks=tallies(outcomes, findings),
        ),
        measures=tuple(_measures(observed.facts)),
        gate=verdict,
        systems=observed.systems,
        artefacts=tuple(_artefacts(observed.facts)),
        references=observed.references,
        claims=weigh(decisions.claims, findings) if decisions.claims else (),
        decided_by=decisions.files,
    )


_Told = TypeVar("_Told", Finding, Gap)


def _as_given(told: Iterable[_Told], system: System) -> Iterable[_Told]:
    """Name the argument as it was given, where one argument joins the parts of a system (product.md §3)."""
    return [replace(each, target=system.argument) for each in told] if system.argument else told


def _gate_circumstances(observed: Observed, now: datetime | None) -> GateCircumstances:
    return GateCircumstances(
        integrity=observed.integrity, signal=observed.interrupted, stages=observed.stages, started=now, now=now
    )


def clock(started: str) -> datetime | None:
    """Return the one clock of the run; without one nothing of a certain age counts."""
    try:
        found = datetime.fromisoformat(started)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _decided(
    findings: list[Finding], rules: Rules, decisions: Decisions, now: datetime | None, first_gap: int
) -> tuple[list[Finding], Judged]:
    """Return the findings with their waivers, and what is to be said of waivers and answers themselves."""
    uses: tuple[Use, ...] = ()
    if decisions.waivers and now:
        findings, uses = apply(findings, decisions.waivers, now, lambda found, waiver: replace(found, waived=waiver))
    system = decisions.system
    if system is None:
        return findings, Judged((), ())
    return findings, judge(rules.checks, decisions.facts(uses, now), system, first_gap)


def assessed(findings: Iterable[Finding]) -> Ratio:
    """Return how many findings have a verdict, out of all that are due."""
    count = Counter(finding.verdict for finding in findings)
    whole = sum(count.values())
    return Ratio(part=whole - count[Verdict.NOT_ASSESSED], whole=whole)


def _measures(facts: Mapping[str, Facts]) -> list[MeasureRow]:
    found = [measure for each in facts.values() for measure in each.of(Measure)]
    rows = [
        MeasureRow(
            id=each.id,
            stage=each.stage,
            target=each.origin.part,
            subject=each.subject,
            value=each.value,
            undetermined=each.undetermined,
            items=each.items,
        )
        for each in found
    ]
    return sorted(rows, key=lambda row: (row.id, row.target, row.subject))


def _artefacts(facts: Mapping[str, Facts]) -> Iterator[ArtefactRow]:
    for each in facts.values():
        for file in each.artefacts:
            yield ArtefactRow(
                name=file.name,
                media_type=file.media_type,
                digest=file.digest,
                size_bytes=file.size_bytes,
                target=file.part,
            )


def _run(observed: Observed, rules: Rules, circumstances: Circumstances, earlier: Earlier | None) -> Run:
    return Run(
        id=circumstances.id or run_id(observed.started, repr(observed.systems)),
        started=observed.started,
        seconds=round(observed.seconds, 3),
        auditor=__version__,
        rules=rules.digest,
        parts=observed.parts,
        stages=observed.stages,
        tools=observed.tools,
        arguments=circumstances.arguments,
        system=circumstances.system,
        interrupted=observed.interrupted,
        compared_with=earlier.comparison.given if earlier and not earlier.gap else "",
        comparison=earlier.comparison if earlier else None,
        configuration=circumstances.configuration,
        integrity=observed.integrity,
        gate=circumstances.gate,
    )


def run_id(started: str, salt: str) -> str:
    """Return the identity of a run: ``<UTC time>-<short digest>``."""
    clock = "".join(each for each in started.partition("+")[0] if each.isalnum())
    return f"{clock}Z-{hashlib.sha256(salt.encode()).hexdigest()[:8]}"
