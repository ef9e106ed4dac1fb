"""Worker processes that observe: one that hangs, is killed or runs out of memory costs its own job and nothing else."""

from __future__ import annotations

import atexit
import ctypes
import multiprocessing
import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from auditor import reasons
from auditor.errors import IntegrityError
from auditor.masking import mask_text
from auditor.model.artefact import Artefact
from auditor.model.fact import Fact, Facts, Gap, RunStarted
from auditor.packing import SPOOLED, packed, spooled, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.context import ForkProcess
    from pathlib import Path

    from msgspec import Struct

    from auditor.model.system import System

_SEND_EVERY: Final = 2000
_SEND_AFTER_S: Final = 0.5
_POLL_S: Final = 0.2
_NO_STEP: Final = object()
WAITING: Final = 32
"""Jobs that mostly wait, at once: a hundred endpoints of which twenty never answer within 15 s take 30 s."""
_PR_SET_PDEATHSIG: Final = 1


class Observer(Protocol):
    """What can observe; every stage fits."""

    @property
    def reads(self) -> tuple[type[Fact], ...]:
        """Kinds of facts of other stages that it needs."""

    def observe(self, system: System, known: Facts, /) -> Iterator[Any]:
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
    """One stage on one system.

    Attributes:
        stage: Index of the stage.
        system: What to observe.
        known: Gives the facts of the stages that this one reads; not asked for where a worker has them still.
        after: Numbers of the jobs that these facts are from.
        next: Indexes of the stages that read this one; they may get ready meanwhile.
        waits: It mostly waits for others, and does not count against the cores.
        lane: Jobs of one lane run one after another; empty for none.
        limit_s: Its own wall limit; 0 for that of the pool.
    """

    stage: int
    system: System
    known: Callable[[], Facts] = Facts
    after: tuple[int, ...] = ()
    next: tuple[int, ...] = ()
    waits: bool = False
    lane: str = ""
    limit_s: float = 0.0


def known_to(stage: Observer, seen: Iterable[object]) -> Facts:
    """Return what a stage may know of what others saw: facts of the kinds it reads, every gap, and every artefact."""
    facts: list[Fact] = []
    gaps: list[Gap] = []
    artefacts: list[Artefact] = []
    for each in seen:
        if isinstance(each, Gap):
            gaps.append(each)
        elif isinstance(each, Artefact):
            artefacts.append(each)
        elif isinstance(each, Fact) and (type(each) in stage.reads or isinstance(each, RunStarted)):
            facts.append(each)
    return Facts(facts, gaps, artefacts)


@dataclass(frozen=True, slots=True)
class _Order:
    """A job as it is sent to a worker; without facts if it is to be done with those of the worker's last job."""

    number: int
    stage: int
    system: System
    known: Facts | None
    next: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Yielded:
    """Part of what a job yielded."""

    job: int
    items: Sequence[Struct]


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
    reason: reasons.Reason = reasons.NONE
    problem: str = ""
    integrity: str = ""


Event = Yielded | Started | Ended


@dataclass
class _Worker:
    """A worker process.

    Attributes:
        process: The process.
        pipe: Our end of the pipe to it.
        job: Number of the job it does; None while it is idle.
        since: When it began with it.
        limit_s: How long it may take.
        kept: Number of the job whose facts it has still; None if that did not come to its own end.
    """

    process: ForkProcess
    pipe: Connection
    job: int | None = None
    since: float = 0.0
    limit_s: float = 0.0
    kept: int | None = None


@dataclass
class Workers:
    """A pool of forked processes; jobs are fed to them as they become ready.

    Attributes:
        stages: Known to every worker.
        count: Processes at most, but for jobs that wait.
        limit_s: Wall limit of a job.
        spool: Folder of the run, to which captures and artefacts are written.
        started: The clock of the run, known to every stage.
        waiting: Processes at most for jobs that wait.
    """

    stages: Sequence[Observer]
    count: int
    limit_s: float
    spool: Path
    started: RunStarted
    waiting: int = WAITING
    _queue: dict[int, Job] = field(default_factory=dict)
    _running: dict[int, Job] = field(default_factory=dict)
    _after: dict[tuple[int, ...], int] = field(default_factory=dict)
    _pool: list[_Worker] = field(default_factory=list)

    def add(self, number: int, job: Job) -> None:
        """Queue a job under a number of the caller's."""
        self._queue[number] = job
        self._after[job.after] = number

    def events(self, stopped: Callable[[], bool], meanwhile: Iterable[object] = ()) -> Iterator[Event | None]:
        """Yield what happens until no job is left; None at least five times a second, for those who draw.

        Args:
            stopped: True from the moment on when the user wants to stop; running jobs are then ended.
            meanwhile: Work in short steps, each taken when there is nothing else to do; what is left at the end stays
                undone.
        """
        steps = iter(meanwhile)
        has_steps = True
        try:
            while self._queue or any(worker.job is not None for worker in self._pool):
                if stopped():
                    yield from self._stop()
                    return
                yield from self._hand_out()
                ready = wait([worker.pipe for worker in self._pool], timeout=0 if has_steps else _POLL_S)
                for worker in [worker for worker in self._pool if worker.pipe in ready]:
                    yield from self._received(worker)
                yield from self._overdue()
                yield None
                if has_steps and not ready:
                    has_steps = next(steps, _NO_STEP) is not _NO_STEP
        finally:
            self.close()

    def close(self) -> None:
        """End all workers and what they started; one that is idle leaves by itself while the main process judges."""
        for worker in self._pool:
            if worker.job is None:
                worker.pipe.close()
                atexit.register(_end, worker)
            else:
                _end(worker)
        self._pool.clear()

    def _hand_out(self) -> Iterator[Event]:
        while (number := self._startable()) is not None:
            idle = [worker for worker in self._pool if worker.job is None]
            free = next((worker for worker in idle if self._following(worker) is not None), None)
            free = free or (idle[0] if idle else self._fork())
            following = self._following(free)
            number = number if following is None else following
            job = self._queue.pop(number)
            known = None if job.after and job.after == (free.kept,) else job.known()
            free.job, free.since, free.kept = number, time.monotonic(), None
            free.limit_s = job.limit_s or self.limit_s
            try:
                free.pipe.send(_Order(number, job.stage, job.system, known, job.next))
            except OSError:
                # it died while idle: take another one
                self.add(number, job)
                free.job = None
                self._remove(free)
                continue
            self._running[number] = job
            yield Started(number)

    def _startable(self) -> int | None:
        """Return the first job for which there is room, and whose lane is free."""
        waiting = sum(job.waits for job in self._running.values())
        working = len(self._running) - waiting
        lanes = {job.lane for job in self._running.values() if job.lane}
        for number, job in self._queue.items():
            has_room = waiting < self.waiting if job.waits else working < self.count
            if has_room and job.lane not in lanes:
                return number
        return None

    def _following(self, worker: _Worker) -> int | None:
        """Return the waiting job that reads just what a worker has still."""
        number = self._after.get((worker.kept,)) if worker.kept is not None else None
        return number if number in self._queue else None

    def _fork(self) -> _Worker:
        # fork, not spawn: the main process runs no threads, and a worker is ready in milliseconds, its stages loaded
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        others = [worker.pipe for worker in self._pool] + [ours]
        process = context.Process(target=_work, args=(theirs, self, others, os.getpid()))
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._pool.append(worker)
        return worker

    def _received(self, worker: _Worker) -> Iterator[Event]:
        try:
            event = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(5)
            code = worker.process.exitcode
            self._remove(worker)
            if worker.job is not None:
                self._running.pop(worker.job, None)
                cause = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
                yield Ended(
                    worker.job, time.monotonic() - worker.since, reasons.STAGE_KILLED, f"its process ended: {cause}"
                )
            return
        if isinstance(event, Ended):
            self._running.pop(event.job, None)
            worker.job = None
            worker.kept = None if event.reason else event.job
            yield event
        else:
            number, pack = event
            yield Yielded(number, unpacked(pack))

    def _overdue(self) -> Iterator[Event]:
        for worker in list(self._pool):
            seconds = time.monotonic() - worker.since
            if worker.job is not None and seconds > worker.limit_s:
                self._remove(worker)
                self._running.pop(worker.job, None)
                yield Ended(worker.job, seconds, reasons.TIME_LIMIT, f"not done after {worker.limit_s:g} s")

    def _stop(self) -> Iterator[Event]:
        for worker in self._pool:
            if worker.job is not None:
                yield Ended(worker.job, time.monotonic() - worker.since, reasons.INTERRUPTED, "the run was interrupted")
        for number in self._queue:
            yield Ended(number, 0.0, reasons.INTERRUPTED, "the run was interrupted before it began")
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


def _work(pipe: Connection, pool: Workers, others: Sequence[Connection], parent: int) -> None:
    """Do jobs until the main process is gone; the body of a worker."""
    for other in others:
        other.close()
    _die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    sys.setrecursionlimit(5000)
    try:
        _work_on(pipe, pool)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # we are leaving already
        for each in pool.stages:
            if isinstance(each, Prepares):
                each.close()


def _work_on(pipe: Connection, pool: Workers) -> None:
    kept: list[Struct] = []
    while True:
        try:
            order = pipe.recv()
        except (EOFError, OSError):
            return
        began = time.monotonic()
        stage = pool.stages[order.stage]
        known = known_to(stage, (pool.started, *kept)) if order.known is None else order.known
        kept = []
        for each in (pool.stages[index] for index in order.next):
            if isinstance(each, Prepares):
                each.prepare()
        out = _Outlet(pipe, order.number, pool.spool, kept if order.next else None)
        ended = _do(out, stage, order, known, began)
        try:
            pipe.send(ended)
        except OSError:
            return


@dataclass
class _Outlet:
    """Sends what a job yields as it comes, in batches; keeps it for the next job if one will read it."""

    pipe: Connection
    number: int
    spool: Path
    kept: list[Struct] | None
    _batch: list[Struct] = field(default_factory=list)
    _sent: float = field(default_factory=time.monotonic)

    def put(self, item: Struct) -> None:
        """Take one item."""
        self._batch.append(item if item.__class__ not in SPOOLED else spooled(item, self.spool))
        if len(self._batch) >= _SEND_EVERY or time.monotonic() - self._sent > _SEND_AFTER_S:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self._batch:
            self.pipe.send((self.number, packed(self._batch, self.spool)))
            if self.kept is not None:
                self.kept += self._batch
            self._batch = []
        self._sent = time.monotonic()


def _do(out: _Outlet, stage: Observer, order: _Order, known: Facts, began: float) -> Ended:
    """Do a job; whatever it comes to, what it yielded before has been sent."""
    reason, problem, integrity = reasons.NONE, "", ""
    try:
        for item in stage.observe(order.system, known):
            out.put(item)
        out.flush()
    except IntegrityError as error:
        reason, problem, integrity = reasons.INTEGRITY, str(error), str(error)
    except MemoryError:
        reason, problem = reasons.MEMORY_LIMIT, "it ran out of memory"
    except Exception:  # noqa: BLE001 - the one place where a stage may break (style.md §10)
        reason, problem = reasons.STAGE_BROKEN, mask_text(traceback.format_exc(limit=-6))
    if reason:
        with suppress(Exception):  # what cannot be sent is what broke it
            out.flush()
    return Ended(order.number, time.monotonic() - began, reason, problem, integrity)


def _leave(_number: int, _frame: object) -> None:
    raise SystemExit(143)


def _die_with_parent(parent: int) -> None:
    """Ask the kernel (Linux) to end this process with its parent, also when that one is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit(143)
