"""Orders stages by what they read, has them observe in workers, judges what they saw: targets in, record out."""

from __future__ import annotations

import secrets
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from auditor import __version__
from auditor.check import judge, unread
from auditor.compliance.outcomes import assess, policy_coverage
from auditor.messages import say
from auditor.model.fact import Capture, Fact, Facts, Gap
from auditor.model.finding import Finding, Severity, Verdict
from auditor.model.progress import Progress, Tally
from auditor.model.record import (
    Coverage,
    Gate,
    Left,
    Measure,
    PartRun,
    Ratio,
    Record,
    Run,
    StageRun,
    ToolUse,
)
from auditor.workers import Ended, Job, Seen, Started, Workers, known_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from auditor.check import Check
    from auditor.compliance.outcomes import EditionNumbers
    from auditor.model.control import Framework, Outcome
    from auditor.model.record import Configuration
    from auditor.model.target import Target


NO_TALLY: Final = Tally(reused=0, observed=0)
REFUSED: Final = "refused"
"""Kind of a part that a configuration names and may not name; it is a gap and nothing else."""
INTEGRITY: Final = 4
"""Exit code where our own evidence or a program does not verify (product.md §3)."""


class Stage(Protocol):
    """A stage of the pipeline; ``stages/<name>/observe.py`` holds it."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def part_kinds(self) -> frozenset[str]:
        """Kinds of parts it looks at; a target without one is not its business."""

    @property
    def reads(self) -> tuple[type[Fact], ...]:
        """Kinds of facts of other stages that it needs."""

    @property
    def yields(self) -> tuple[type[Fact], ...]:
        """Kinds of facts that it makes."""

    def observe(self, target: Target, known: Facts) -> Iterator[object]:
        """Yield everything seen, and a gap for everything looked for and not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkLimit:
    """What the gate tolerates in one framework; None tolerates any number.

    Attributes:
        max_fail: Outcomes that fail.
        max_not_assessed: Outcomes that are not assessed.
    """

    max_fail: int | None = None
    max_not_assessed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one run is to do.

    Attributes:
        system: Name of the audited system.
        targets: Each is observed and judged by itself.
        stages: Any order.
        checks: All that may apply.
        frameworks: To assess.
        fail_on: Least severity that fails the run.
        max_not_assessed: Findings without a verdict that are tolerated.
        framework_limits: What is tolerated in each framework, by its id.
        editions: Tells from the facts of a target which edition of each framework fits it, by framework id.
        limit_s: Wall limit of a stage on a target.
        processes: Workers at most.
        rules: Digest over policies and rulesets.
        arguments: Command line, for the record.
        configuration: The configuration that took effect, for the record.
    """

    system: str
    targets: tuple[Target, ...]
    stages: tuple[Stage, ...]
    checks: tuple[Check, ...]
    frameworks: tuple[Framework, ...] = ()
    fail_on: Severity = Severity.LOW
    max_not_assessed: int = 0
    framework_limits: Mapping[str, FrameworkLimit] = field(default_factory=dict)
    editions: Callable[[Target, Facts], Mapping[str, EditionNumbers]] = lambda _target, _facts: {}
    limit_s: float = 3600.0
    processes: int = 2
    rules: str = ""
    arguments: tuple[str, ...] = ()
    configuration: Configuration | None = None


class Watcher(Protocol):
    """Somebody who watches a run, for a progress display."""

    def started(self, stage: str, target: Target) -> None:
        """A stage begins on a target."""

    def progress(self, stage: str, target: Target, progress: Progress) -> None:
        """It is so far."""

    def ended(self, stage: str, target: Target, seconds: float, matches: int) -> None:
        """It is done."""

    def tick(self) -> None:
        """Time passes."""


@dataclass
class _Observation:
    """What one job gave so far."""

    stage: Stage
    target: Target
    facts: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    tools: list[ToolUse] = field(default_factory=list)
    captures: dict[str, Capture] = field(default_factory=dict)
    measures: list[Measure] = field(default_factory=list)
    tally: Tally = NO_TALLY
    ended: Ended | None = None

    def take(self, item: object) -> None:
        """Sort in one item that a stage yielded; what no stage may yield costs the stage its verdicts."""
        match item:
            case Fact():
                self.facts.append(item)
            case Gap():
                self.gaps.append(item)
            case Capture():
                self.captures[item.digest] = item
            case Left():
                self.left.append(item)
            case ToolUse():
                self.tools.append(item)
            case Measure():
                self.measures.append(item)
            case Tally():
                self.tally = item
            case _:
                self._lose("stage broken", f"it yielded a {type(item).__name__}")

    def close(self, ended: Ended) -> None:
        """Note the end; an end that was not its own costs everything the stage could still have said."""
        self.ended = ended
        if ended.reason:
            lines = ended.problem.strip().splitlines()
            self._lose(ended.reason, lines[-1] if lines else ended.reason)

    def _lose(self, reason: str, detail: str) -> None:
        for part in self.target.of(*sorted(self.stage.part_kinds)):
            for kind in self.stage.yields:
                self.gaps.append(
                    Gap(
                        stage=self.stage.name,
                        target=part.argument,
                        kind=kind.__name__,
                        subject="",
                        reason=reason,
                        detail=detail,
                        remedy=say(f"pipeline.remedy.{reason.replace(' ', '_')}"),
                    )
                )


def run(
    assignment: Assignment,
    *,
    now: datetime,
    watcher: Watcher,
    stopped: Callable[[], str] = lambda: "",
) -> Record:
    """Audit every target and return what was seen and concluded.

    1. Observe: each stage on each target that has a part for it, as soon as the stages it reads are done.
    2. Judge each target by all checks.
    3. Assess controls.
    4. Say whether it may pass.

    Args:
        assignment: What to do.
        now: The one clock of the run, UTC.
        watcher: Told what happens.
        stopped: Name of the signal that asks for an early end; empty as long as there is none.
    """
    began = time.monotonic()
    observations = _observe(assignment, watcher, stopped)  # 1
    facts_of = {
        index: Facts(
            (fact for each in observations if each.target is target for fact in each.facts),
            (
                *(gap for each in observations if each.target is target for gap in each.gaps),
                *_unobserved(target, assignment.stages),
            ),
        )
        for index, target in enumerate(assignment.targets)
    }
    findings: list[Finding] = []
    for index, target in enumerate(assignment.targets):
        findings.extend(judge(assignment.checks, facts_of[index], target))  # 2
        findings.extend(unread(assignment.checks, facts_of[index], target))
        watcher.tick()
    findings.sort(key=finding_order)
    gaps = tuple(gap for facts in facts_of.values() for gap in dict.fromkeys(facts.gaps))
    integrity = next((each.ended.integrity for each in observations if each.ended and each.ended.integrity), "")
    signal = stopped()
    editions = {
        (target.name, framework): edition
        for index, target in enumerate(assignment.targets)
        for framework, edition in assignment.editions(target, facts_of[index]).items()
    }
    outcomes = assess(assignment.frameworks, findings, assignment.targets, editions)  # 3
    verdict = gate(findings, assignment.fail_on, assignment.max_not_assessed, integrity=integrity, signal=signal)  # 4
    return Record(
        run=_run(assignment, observations, now, time.monotonic() - began, signal),
        targets=tuple(part.argument for target in assignment.targets for part in target.parts),
        left_out=tuple(left for each in observations for left in each.left),
        gaps=gaps,
        findings=tuple(findings),
        outcomes=outcomes,
        coverage=Coverage(assessed=assessed(findings), policy=policy_coverage(assignment.frameworks, findings)),
        measures=tuple(
            sorted((m for each in observations for m in each.measures), key=lambda m: (m.id, m.target, m.subject))
        ),
        gate=with_framework_limits(verdict, outcomes, assignment.framework_limits),
        facts={target.name: facts_of[index] for index, target in enumerate(assignment.targets)},
        captures={digest: capture for each in observations for digest, capture in each.captures.items()},
    )


def _unobserved(target: Target, stages: Sequence[Stage]) -> Iterator[Gap]:
    """Yield a gap for each part that no stage of this run looks at."""
    observed = frozenset(kind for stage in stages for kind in stage.part_kinds)
    for part in target.parts:
        if part.kind == REFUSED:
            yield Gap(
                stage="pipeline",
                target=part.argument,
                kind="Part",
                subject=part.argument,
                reason="configuration not trusted",
                detail=str(part.options.get("why", "")),
                remedy=say("pipeline.remedy.not_trusted"),
            )
        elif part.kind not in observed:
            yield Gap(
                stage="pipeline",
                target=part.argument,
                kind="Part",
                subject=part.argument,
                reason="no stage",
                detail=f"no stage of this run looks at {part.kind}",
                remedy=say("pipeline.remedy.no_stage", kind=part.kind),
            )


def with_left_out(record: Record, left: Iterable[Left]) -> Record:
    """Return the record with more that was left out on purpose."""
    return replace(record, left_out=(*left, *record.left_out))


def _observe(assignment: Assignment, watcher: Watcher, stopped: Callable[[], str]) -> list[_Observation]:
    """Have every stage observe every target that has a part for it; return all observations, ended in some way."""
    line = _Line(
        assignment,
        [
            _Observation(stage, target)
            for target in assignment.targets
            for stage in in_order(assignment.stages)
            if any(target.of(*stage.part_kinds))
        ],
    )
    workers = Workers(assignment.stages, assignment.processes, assignment.limit_s)
    line.feed(workers)
    for event in workers.events(lambda: bool(stopped())):
        match event:
            case Started(number):
                watcher.started(line.jobs[number].stage.name, line.jobs[number].target)
            case Seen(number, items):
                job = line.jobs[number]
                for item in items:
                    if isinstance(item, Progress):
                        watcher.progress(job.stage.name, job.target, item)
                    else:
                        job.take(item)
            case Ended(number):
                job = line.jobs[number]
                job.close(event)
                watcher.ended(job.stage.name, job.target, event.seconds, len(job.facts))
                line.feed(workers, job.target)
            case None:
                watcher.tick()
    line.give_up()
    return line.jobs


class _Line:
    """Jobs that wait for the stages they read."""

    def __init__(self, assignment: Assignment, jobs: list[_Observation]) -> None:
        self.jobs = jobs
        self._stage_number = {id(stage): index for index, stage in enumerate(assignment.stages)}
        self._waiting = dict.fromkeys(range(len(jobs)))
        self._of_target: dict[int, list[int]] = defaultdict(list)
        for number, each in enumerate(jobs):
            self._of_target[id(each.target)].append(number)

    def feed(self, workers: Workers, target: Target | None = None) -> None:
        """Hand over the jobs (of one target, or of all) whose inputs are complete."""
        numbers = self._of_target[id(target)] if target else list(self._waiting)
        for number in numbers:
            if number not in self._waiting:
                continue
            job = self.jobs[number]
            before = [n for n in self._of_target[id(job.target)] if _feeds(self.jobs[n].stage, job.stage)]
            if all(self.jobs[n].ended for n in before):
                del self._waiting[number]
                after = [
                    self.jobs[n].stage for n in self._of_target[id(job.target)] if _feeds(job.stage, self.jobs[n].stage)
                ]
                follow = tuple(self._stage_number[id(stage)] for stage in after)
                known = partial(self._known, number, tuple(before))
                place = self._stage_number[id(job.stage)]
                workers.add(number, Job(place, job.target, known, tuple(before), follow))

    def _known(self, number: int, before: tuple[int, ...]) -> Facts:
        seen = [self.jobs[n] for n in before]
        return known_to(self.jobs[number].stage, (item for each in seen for item in (*each.facts, *each.gaps)))

    def give_up(self) -> None:
        """Close the jobs that never began, because the run was ended."""
        for number in self._waiting:
            self.jobs[number].close(Ended(number, 0.0, "interrupted", "the run was interrupted before it began"))


def _feeds(one: Stage, other: Stage) -> bool:
    return one is not other and not set(one.yields).isdisjoint(other.reads)


def in_order(stages: Sequence[Stage]) -> list[Stage]:
    """Return stages so that each comes after those whose facts it reads; otherwise in the order given.

    Raises:
        ValueError: Two stages read each other.
    """
    left = list(stages)
    ordered: list[Stage] = []
    while left:
        ready = next((one for one in left if not any(_feeds(other, one) for other in left if other is not one)), None)
        if ready is None:
            message = f"stages read each other: {', '.join(stage.name for stage in left)}"
            raise ValueError(message)
        ordered.append(ready)
        left.remove(ready)
    return ordered


_VERDICTS: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}
_SEVERITIES: Final = {severity: rank for rank, severity in enumerate(Severity)}


def finding_order(finding: Finding) -> tuple[object, ...]:
    """Sort failures by severity first, then what is not assessed, then the rest; each by check and place."""
    place = finding.location
    return (
        _VERDICTS[finding.verdict],
        _SEVERITIES[finding.severity],
        finding.id,
        finding.target,
        place.file if place else "",
        (place.line or 0) if place else 0,
        finding.subject,
        finding.fingerprint,
    )


def assessed(findings: Iterable[Finding]) -> Ratio:
    """Return how many findings have a verdict, out of all that are due."""
    count = Counter(finding.verdict for finding in findings)
    whole = sum(count.values())
    return Ratio(part=whole - count[Verdict.NOT_ASSESSED], whole=whole)


def gate(
    findings: Sequence[Finding],
    fail_on: Severity,
    max_not_assessed: int,
    *,
    integrity: str = "",
    signal: str = "",
) -> Gate:
    """Return the exit code and its reason (product.md §3): 4 integrity, 1 failures, 3 not fully assessed, 0."""
    failed = sum(finding.counts and finding.severity.reaches(fail_on) for finding in findings)
    open_findings = sum(finding.verdict is Verdict.NOT_ASSESSED for finding in findings)
    if integrity:
        code, reason = INTEGRITY, say("gate.integrity", problem=integrity)
    elif failed:
        code, reason = 1, say("gate.failed", count=failed, severity=say(f"severity.{fail_on.value}"))
    elif signal:
        code, reason = 3, say("gate.interrupted", signal=signal)
    elif open_findings > max_not_assessed:
        code, reason = 3, say("gate.not_assessed", count=open_findings)
    elif not findings:
        code, reason = 3, say("gate.nothing")
    elif open_findings:
        severity = say(f"severity.{fail_on.value}")
        assessed = len(findings) - open_findings
        counts = {"count": open_findings, "assessed": assessed, "due": len(findings), "limit": max_not_assessed}
        code, reason = 0, say("gate.tolerated", severity=severity, **counts)
    else:
        code, reason = 0, say("gate.good", severity=say(f"severity.{fail_on.value}"))
    return Gate(fail_on=fail_on, exit_code=code, reason=reason)


def with_framework_limits(gate: Gate, outcomes: Iterable[Outcome], limits: Mapping[str, FrameworkLimit]) -> Gate:
    """Return the gate, closed where a framework has more bad outcomes than its limit; 1 still beats 3."""
    count = Counter((outcome.framework, outcome.verdict) for outcome in outcomes)
    for name, limit in sorted(limits.items()):
        failed, unseen = count[name, Verdict.FAIL], count[name, Verdict.NOT_ASSESSED]
        if limit.max_fail is not None and failed > limit.max_fail and gate.exit_code in {0, 3}:
            gate = replace(
                gate, exit_code=1, reason=say("gate.framework_failed", name=name, count=failed, limit=limit.max_fail)
            )
        if limit.max_not_assessed is not None and unseen > limit.max_not_assessed and gate.exit_code == 0:
            reason = say("gate.framework_not_assessed", name=name, count=unseen, limit=limit.max_not_assessed)
            gate = replace(gate, exit_code=3, reason=reason)
    return gate


def _run(
    assignment: Assignment, observations: Sequence[_Observation], now: datetime, seconds: float, signal: str
) -> Run:
    spent: dict[tuple[str, str], float] = defaultdict(float)
    for target in assignment.targets:
        for part in target.parts:
            spent[part.kind, part.where] += 0.0
    for each in observations:
        parts = list(each.target.of(*each.stage.part_kinds))
        for part in parts:
            spent[part.kind, part.where] += (each.ended.seconds if each.ended else 0.0) / len(parts)
    tools: Mapping[tuple[str, str], ToolUse] = {
        (tool.name, tool.digest): tool for each in observations for tool in each.tools
    }
    return Run(
        id=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}",
        started=now.isoformat(timespec="seconds"),
        seconds=round(seconds, 3),
        auditor=__version__,
        rules=assignment.rules,
        parts=tuple(PartRun(kind=kind, where=where, seconds=round(s, 3)) for (kind, where), s in spent.items()),
        stages=tuple(
            StageRun(
                stage=each.stage.name,
                target=each.target.name,
                seconds=round(each.ended.seconds, 3) if each.ended else 0.0,
                reused=each.tally.reused,
                observed=each.tally.observed,
                problem=each.ended.problem if each.ended else "",
            )
            for each in observations
        ),
        tools=tuple(tools[key] for key in sorted(tools)),
        arguments=assignment.arguments,
        system=assignment.system,
        interrupted=signal,
    )
