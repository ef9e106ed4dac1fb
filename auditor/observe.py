"""Has stages look at systems, in workers, in the order of what they read; nothing is judged here."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from auditor import reasons
from auditor.masking import mask_text
from auditor.messages import say
from auditor.model.artefact import Artefact, Capture, Reference
from auditor.model.digest import writable
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.progress import Progress, Tally
from auditor.model.record import Exclusion, PartRun, StageRun, ToolUse
from auditor.model.system import System
from auditor.workers import Ended, Job, Started, Workers, Yielded, known_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from auditor.stage import Stage


REFUSED: Final = "refused"
"""Kind of a part that a configuration names and may not name; it is a gap and nothing else."""
NO_TALLY: Final = Tally(reused=0, observed=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one run is to look at.

    Attributes:
        systems: Each is observed by itself.
        stages: Any order.
        limit_s: Wall limit of a stage on a system, where it has none of its own.
        processes: Workers at most, but for stages that wait.
    """

    systems: tuple[System, ...]
    stages: tuple[Stage, ...]
    limit_s: float = 3600.0
    processes: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """Everything that was seen, and how.

    Attributes:
        systems: What was looked at, in order.
        facts: Facts, gaps and artefacts, by name of the system.
        left_out: What was not looked at on purpose.
        references: Inputs that were read where they lie.
        parts: Every part with its time.
        stages: Every stage on every system.
        tools: Programs that took part.
        started: The one clock of the run, ISO 8601, UTC.
        seconds: Wall time.
        integrity: What of our own does not verify, empty if all does.
        interrupted: Signal that ended it early, empty otherwise.
    """

    systems: tuple[System, ...]
    facts: Mapping[str, Facts]
    left_out: tuple[Exclusion, ...] = ()
    references: tuple[Reference, ...] = ()
    parts: tuple[PartRun, ...] = ()
    stages: tuple[StageRun, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    started: str = ""
    seconds: float = 0.0
    integrity: str = ""
    interrupted: str = ""


class Watcher(Protocol):
    """Somebody who watches a run, for a progress display."""

    def started(self, stage: str, system: System) -> None:
        """A stage begins on a system."""

    def progress(self, stage: str, system: System, progress: Progress) -> None:
        """It is so far."""

    def ended(self, stage: str, system: System, seconds: float, matches: int) -> None:
        """It is done."""

    def tick(self) -> None:
        """Time passes."""


@dataclass
class _Observation:
    """What one job gave so far.

    Attributes:
        stage: Who looks.
        system: What its facts belong to.
        view: What it looks at: the system, or one part of it.
    """

    stage: Stage
    system: System
    view: System
    facts: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    left: list[Exclusion] = field(default_factory=list)
    tools: list[ToolUse] = field(default_factory=list)
    artefacts: list[Artefact] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    tally: Tally = NO_TALLY
    ended: Ended | None = None

    def take(self, item: object) -> None:
        """Sort in one item that a stage yielded; what no stage may yield costs the stage its verdicts."""
        match item:
            case Fact():
                self.facts.append(item)
            case Gap():
                self.gaps.append(_masked(item))
            case Capture():
                pass  # it lies in the folder of the run already
            case Artefact():
                self.artefacts.append(item)
            case Reference():
                self.references.append(item)
            case Exclusion():
                self.left.append(item)
            case ToolUse():
                self.tools.append(item)
            case Tally():
                self.tally = Tally(reused=self.tally.reused + item.reused, observed=self.tally.observed + item.observed)
            case _:
                self._lose(reasons.STAGE_BROKEN, f"it yielded a {type(item).__name__}")

    def close(self, ended: Ended) -> None:
        """Note the end; an end that was not its own costs everything the stage could still have said."""
        self.ended = ended = replace(ended, problem=mask_text(ended.problem))
        if ended.reason:
            lines = ended.problem.strip().splitlines()
            self._lose(ended.reason, lines[-1] if lines else ended.reason)

    def _lose(self, reason: reasons.Reason, detail: str) -> None:
        for part in self.view.of(*sorted(self.stage.part_kinds)):
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


def _masked(gap: Gap) -> Gap:
    """Return a gap without what may be a secret in what a tool or a file said (a chart's ``fail``)."""
    detail = mask_text(gap.detail)
    return gap if detail == gap.detail else msgspec.structs.replace(gap, detail=detail)


def observe(
    assignment: Assignment,
    *,
    now: datetime,
    spool: Path,
    watcher: Watcher,
    stopped: Callable[[], str] = lambda: "",
    meanwhile: Iterable[object] = (),
) -> Observed:
    """Have every stage observe every system that has a part for it, as soon as the stages it reads are done.

    Args:
        assignment: What to do.
        now: The one clock of the run, UTC.
        spool: Folder of the run; captures and artefacts are written there as they come.
        watcher: Told what happens.
        stopped: Name of the signal that asks for an early end; empty as long as there is none.
        meanwhile: Work in short steps, for when there is nothing to do but wait.
    """
    began = time.monotonic()
    at = now.isoformat(timespec="seconds")
    started = RunStarted(subject="run", origin=Origin(part=""), at=at)
    jobs = _observe(assignment, spool, started, watcher, stopped, meanwhile)
    of_system: dict[int, list[_Observation]] = defaultdict(list)
    for each in jobs:
        of_system[id(each.system)].append(each)
    facts = {
        system.name: Facts(
            (started, *(fact for job in found for fact in job.facts)),
            (*(gap for job in found for gap in job.gaps), *_unobserved(system, assignment.stages)),
            (artefact for job in found for artefact in job.artefacts),
        )
        for system in assignment.systems
        for found in [of_system[id(system)]]
    }
    tools = {(tool.name, tool.digest): tool for job in jobs for tool in job.tools}
    return Observed(
        systems=assignment.systems,
        facts=facts,
        left_out=tuple(left for job in jobs for left in job.left),
        references=tuple(each for job in jobs for each in job.references),
        parts=_part_runs(assignment, jobs),
        stages=tuple(_stage_run(job) for job in jobs),
        tools=tuple(tools[key] for key in sorted(tools)),
        started=at,
        seconds=time.monotonic() - began,
        integrity=next((job.ended.integrity for job in jobs if job.ended and job.ended.integrity), ""),
        interrupted=stopped(),
    )


def _stage_run(job: _Observation) -> StageRun:
    return StageRun(
        stage=job.stage.name,
        target=job.system.name,
        seconds=round(job.ended.seconds, 3) if job.ended else 0.0,
        reused=job.tally.reused,
        observed=job.tally.observed,
        problem=job.ended.problem if job.ended else "",
    )


def _part_runs(assignment: Assignment, jobs: Sequence[_Observation]) -> tuple[PartRun, ...]:
    spent: dict[str, float] = defaultdict(float)
    for job in jobs:
        parts = list(job.view.of(*job.stage.part_kinds))
        for part in parts:
            spent[part.argument] += (job.ended.seconds if job.ended else 0.0) / len(parts)
    return tuple(
        PartRun(kind=part.kind, where=writable(part.where), seconds=round(spent[part.argument], 3))
        for system in assignment.systems
        for part in system.parts
    )


def _unobserved(system: System, stages: Sequence[Stage]) -> Iterator[Gap]:
    """Yield a gap for each part that no stage of this run looks at."""
    observed = frozenset(kind for stage in stages for kind in stage.part_kinds)
    for part in system.parts:
        if part.kind == REFUSED:
            yield Gap(
                stage="pipeline",
                target=part.argument,
                kind="Part",
                subject=part.argument,
                reason=reasons.CONFIGURATION_NOT_TRUSTED,
                detail=str(part.options.get("why", "")),
                remedy=say("pipeline.remedy.not_trusted"),
            )
        elif part.kind not in observed:
            yield Gap(
                stage="pipeline",
                target=part.argument,
                kind="Part",
                subject=part.argument,
                reason=reasons.NO_STAGE,
                detail=f"no stage of this run looks at {part.kind}",
                remedy=say("pipeline.remedy.no_stage", kind=part.kind),
            )


def _observe(
    assignment: Assignment,
    spool: Path,
    started: RunStarted,
    watcher: Watcher,
    stopped: Callable[[], str],
    meanwhile: Iterable[object],
) -> list[_Observation]:
    """Have every stage observe every system that has a part for it; return all observations, ended in some way."""
    schedule = _Schedule(assignment, started)
    workers = Workers(assignment.stages, assignment.processes, assignment.limit_s, spool, started)
    schedule.hand_over(workers)
    for event in workers.events(lambda: bool(stopped()), meanwhile):
        match event:
            case Started(number):
                watcher.started(schedule.jobs[number].stage.name, schedule.jobs[number].system)
            case Yielded(number, items):
                job = schedule.jobs[number]
                for item in items:
                    if isinstance(item, Progress):
                        watcher.progress(job.stage.name, job.system, item)
                    else:
                        job.take(item)
            case Ended(number):
                job = schedule.jobs[number]
                job.close(event)
                watcher.ended(job.stage.name, job.system, event.seconds, len(job.facts))
                schedule.hand_over(workers, job.system)
            case None:
                watcher.tick()
    schedule.give_up()
    return schedule.jobs


class _Schedule:
    """Jobs that wait for the stages they read."""

    def __init__(self, assignment: Assignment, started: RunStarted) -> None:
        self.jobs: list[_Observation] = []
        self._started = started
        self._stage_number = {id(stage): index for index, stage in enumerate(assignment.stages)}
        self._of_system: dict[int, list[int]] = defaultdict(list)
        for system in assignment.systems:
            for stage in in_order(assignment.stages):
                for view in _views(stage, system):
                    self._of_system[id(system)].append(len(self.jobs))
                    self.jobs.append(_Observation(stage, system, view))
        self._waiting = dict.fromkeys(range(len(self.jobs)))

    def hand_over(self, workers: Workers, system: System | None = None) -> None:
        """Hand over the jobs (of one system, or of all) whose inputs are complete."""
        numbers = self._of_system[id(system)] if system else list(self._waiting)
        for number in numbers:
            if number not in self._waiting:
                continue
            job = self.jobs[number]
            before = [n for n in self._of_system[id(job.system)] if _feeds(self.jobs[n].stage, job.stage)]
            if all(self.jobs[n].ended for n in before):
                del self._waiting[number]
                after = [
                    self.jobs[n].stage for n in self._of_system[id(job.system)] if _feeds(job.stage, self.jobs[n].stage)
                ]
                lane = getattr(job.stage, "lane", None)
                workers.add(
                    number,
                    Job(
                        self._stage_number[id(job.stage)],
                        job.view,
                        partial(self._known, number, tuple(before)),
                        tuple(before),
                        tuple(dict.fromkeys(self._stage_number[id(stage)] for stage in after)),
                        waits=getattr(job.stage, "waits", False),
                        lane=lane(job.view.parts[0]) if lane else "",
                        limit_s=getattr(job.stage, "limit_s", 0.0),
                    ),
                )

    def _known(self, number: int, before: tuple[int, ...]) -> Facts:
        seen = [self.jobs[n] for n in before]
        items = (item for each in seen for item in (*each.facts, *each.gaps, *each.artefacts))
        return known_to(self.jobs[number].stage, (self._started, *items))

    def give_up(self) -> None:
        """Close the jobs that never began, because the run was ended."""
        for number in self._waiting:
            self.jobs[number].close(Ended(number, 0.0, reasons.INTERRUPTED, "the run was interrupted before it began"))


def _views(stage: Stage, system: System) -> Iterator[System]:
    """Yield what one job each looks at: the whole system, or one part of it where the stage waits."""
    if getattr(stage, "waits", False):
        yield from (System(name=system.name, parts=(part,)) for part in system.of(*sorted(stage.part_kinds)))
    elif any(system.of(*stage.part_kinds)):
        yield system


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
