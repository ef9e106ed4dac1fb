"""Worker processes that observe: one that hangs, is killed or runs out of memory costs its own job and nothing else."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from auditor.errors import IntegrityError
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.packed import Pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.context import ForkProcess

    from auditor.model.target import Target

_SEND_EVERY: Final = 2000
_SEND_AFTER_S: Final = 0.5
_POLL_S: Final = 0.2
_PR_SET_PDEATHSIG: Final = 1


class Observer(Protocol):
    """What can observe; every stage fits."""

    @property
    def reads(self) -> tuple[type[Fact], ...]:
        """Kinds of facts of other stages that it needs."""

    def observe(self, target: Target, known: Facts) -> Iterator[object]:
        """Yield everything seen."""


@runtime_checkable
class Prepares(Protocol):
    """A stage that takes a while before it can begin (it starts a server)."""

    def prepare(self) -> None:
        """Begin to get ready, and return at once."""

    def close(self) -> None:
        """End what was started, and give back what it lay in."""


@dataclass(frozen=True, slots=True)
class Job:
    """One stage on one target.

    Attributes:
        stage: Index of the stage.
        target: What to observe.
        known: Gives the facts of the stages that this one reads; not asked for where a worker has them still.
        after: Numbers of the jobs that these facts are from.
        next: Indexes of the stages that read this one; they may get ready meanwhile.
    """

    stage: int
    target: Target
    known: Callable[[], Facts] = Facts
    after: tuple[int, ...] = ()
    next: tuple[int, ...] = ()


def known_to(stage: Observer, seen: Iterable[object]) -> Facts:
    """Return what a stage may know of what others saw: facts of the kinds it reads, and every gap."""
    facts: list[Fact] = []
    gaps: list[Gap] = []
    for each in seen:
        if isinstance(each, Gap):
            gaps.append(each)
        elif isinstance(each, Fact) and type(each) in stage.reads:
            facts.append(each)
    return Facts(facts, gaps)


@dataclass(frozen=True, slots=True)
class _Order:
    """A job as it is sent to a worker; without facts if it is to be done with those of the worker's last job."""

    number: int
    stage: int
    target: Target
    known: Facts | None
    next: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Part of what a job yielded."""

    job: int
    items: Sequence[object]


@dataclass(frozen=True, slots=True)
class Started:
    """A job was handed to a worker."""

    job: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A job ended.

    Attributes:
        job: Which.
        seconds: Wall time.
        reason: Empty if it came to its own end, else ``stage broken``, ``stage killed``, ``time limit``,
            ``interrupted``.
        problem: Traceback or cause.
        integrity: Message of an `IntegrityError`, which is fatal to the run.
    """

    job: int
    seconds: float
    reason: str = ""
    problem: str = ""
    integrity: str = ""


Event = Seen | Started | Ended


@dataclass
class _Worker:
    """A worker process.

    Attributes:
        process: The process.
        pipe: Our end of the pipe to it.
        job: Number of the job it does; None while it is idle.
        since: When it began with it.
        kept: Number of the job whose facts it has still; None if that did not come to its own end.
    """

    process: ForkProcess
    pipe: Connection
    job: int | None = None
    since: float = 0.0
    kept: int | None = None


@dataclass
class Workers:
    """A pool of forked processes; jobs are fed to them as they become ready.

    Attributes:
        stages: Known to every worker.
        count: Processes at most.
        limit_s: Wall limit of a job.
    """

    stages: Sequence[Observer]
    count: int
    limit_s: float
    _queue: dict[int, Job] = field(default_factory=dict)
    _after: dict[tuple[int, ...], int] = field(default_factory=dict)
    _pool: list[_Worker] = field(default_factory=list)

    def add(self, number: int, job: Job) -> None:
        """Queue a job under a number of the caller's."""
        self._queue[number] = job
        self._after[job.after] = number

    def events(self, stopped: Callable[[], bool]) -> Iterator[Event | None]:
        """Yield what happens until no job is left; None about five times a second, for those who draw.

        Args:
            stopped: True from the moment on when the user wants to stop; running jobs are then ended.
        """
        try:
            while self._queue or any(worker.job is not None for worker in self._pool):
                if stopped():
                    yield from self._stop()
                    return
                yield from self._feed()
                ready = wait([worker.pipe for worker in self._pool], timeout=_POLL_S)
                for worker in [worker for worker in self._pool if worker.pipe in ready]:
                    yield from self._hear(worker)
                yield from self._overdue()
                yield None
        finally:
            self.close()

    def close(self) -> None:
        """End all workers and what they started."""
        for worker in self._pool:
            _end(worker)
        self._pool.clear()

    def _feed(self) -> Iterator[Event]:
        while self._queue:
            idle = [worker for worker in self._pool if worker.job is None]
            if not idle and len(self._pool) >= self.count:
                return
            free = next((worker for worker in idle if self._following(worker) is not None), None)
            free = free or (idle[0] if idle else self._fork())
            number = self._following(free)
            number = next(iter(self._queue)) if number is None else number
            job = self._queue.pop(number)
            known = None if job.after and job.after == (free.kept,) else job.known()
            free.job, free.since, free.kept = number, time.monotonic(), None
            try:
                free.pipe.send(_Order(number, job.stage, job.target, known, job.next))
            except OSError:
                # it died while idle: take another one
                self.add(number, job)
                free.job = None
                self._remove(free)
                continue
            yield Started(number)

    def _following(self, worker: _Worker) -> int | None:
        """Return the waiting job that reads just what a worker has still."""
        number = self._after.get((worker.kept,)) if worker.kept is not None else None
        return number if number in self._queue else None

    def _fork(self) -> _Worker:
        # fork, not spawn: the main process runs no threads, and a worker is ready in milliseconds with all rules loaded
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        others = [worker.pipe for worker in self._pool] + [ours]
        process = context.Process(target=_work, args=(theirs, self.stages, others, os.getpid()))
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._pool.append(worker)
        return worker

    def _hear(self, worker: _Worker) -> Iterator[Event]:
        try:
            event = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            code = worker.process.exitcode
            self._remove(worker)
            if worker.job is not None:
                cause = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
                yield Ended(worker.job, time.monotonic() - worker.since, "stage killed", f"its process ended: {cause}")
            return
        if isinstance(event, Ended):
            worker.job = None
            worker.kept = None if event.reason else event.job
        elif isinstance(event, Pack):
            event = Seen(event.label, event.opened())
        yield event

    def _overdue(self) -> Iterator[Event]:
        for worker in list(self._pool):
            seconds = time.monotonic() - worker.since
            if worker.job is not None and seconds > self.limit_s:
                self._remove(worker)
                yield Ended(worker.job, seconds, "time limit", f"not done after {self.limit_s:g} s")

    def _stop(self) -> Iterator[Event]:
        for worker in self._pool:
            if worker.job is not None:
                yield Ended(worker.job, time.monotonic() - worker.since, "interrupted", "the run was interrupted")
        for number in self._queue:
            yield Ended(number, 0.0, "interrupted", "the run was interrupted before it began")
        self._queue.clear()

    def _remove(self, worker: _Worker) -> None:
        _end(worker)
        self._pool.remove(worker)


def _end(worker: _Worker) -> None:
    worker.pipe.close()
    if worker.job is None:
        worker.process.join(0.5)
    if worker.process.is_alive():
        # SIGTERM lets `tools.process` end what it started; whatever is left dies with its parent
        worker.process.terminate()
        worker.process.join(3)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _work(pipe: Connection, stages: Sequence[Observer], others: Sequence[Connection], parent: int) -> None:
    """Do jobs until the main process is gone; the body of a worker."""
    for other in others:
        other.close()
    _die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    sys.setrecursionlimit(5000)
    try:
        _work_on(pipe, stages)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # we are leaving already
        for each in stages:
            if isinstance(each, Prepares):
                each.close()


def _work_on(pipe: Connection, stages: Sequence[Observer]) -> None:
    kept: list[object] = []
    while True:
        try:
            order = pipe.recv()
        except (EOFError, OSError):
            return
        began = time.monotonic()
        stage = stages[order.stage]
        known = known_to(stage, kept) if order.known is None else order.known
        kept = []
        for each in (stages[index] for index in order.next):
            if isinstance(each, Prepares):
                each.prepare()
        ended = _do(pipe, stage, order, known, kept if order.next else None, began)
        try:
            pipe.send(ended)
        except OSError:
            return


def _do(
    pipe: Connection, stage: Observer, order: _Order, known: Facts, kept: list[object] | None, began: float
) -> Ended:
    """Do a job; send what it yields as it comes, and keep it for the next job if one will read it."""
    batch: list[object] = []
    sent = time.monotonic()
    reason = problem = integrity = ""
    try:
        for item in stage.observe(order.target, known):
            batch.append(item)
            if len(batch) >= _SEND_EVERY or time.monotonic() - sent > _SEND_AFTER_S:
                pipe.send(Pack.of(order.number, batch))
                if kept is not None:
                    kept += batch
                batch, sent = [], time.monotonic()
    except IntegrityError as error:
        reason, problem, integrity = "integrity", str(error), str(error)
    except MemoryError:
        reason, problem = "memory limit", "it ran out of memory"
    except Exception:  # noqa: BLE001 - the one place where a stage may break (style.md §10)
        reason, problem = "stage broken", traceback.format_exc(limit=-6)
    if batch:
        pipe.send(Pack.of(order.number, batch))
        if kept is not None:
            kept += batch
    return Ended(order.number, time.monotonic() - began, reason, problem, integrity)


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(143)


def _die_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) to end this process with its parent, also when that one is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(143)
