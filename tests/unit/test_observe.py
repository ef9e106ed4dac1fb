"""Observing and concluding: what one stage does to itself costs nobody else."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from auditor import reasons
from auditor.check import Check, ok
from auditor.conclude import conclude
from auditor.errors import IntegrityError
from auditor.gate import GatePolicy
from auditor.model.artefact import Artefact, Reference
from auditor.model.fact import Fact, Facts, Gap, Measure, Origin, Read, RunStarted
from auditor.model.finding import Severity, Verdict
from auditor.model.progress import Progress, Tally
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.observe import Assignment, Observed, in_order, observe
from auditor.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from auditor.check import Judgement
    from auditor.model.record import Record
    from auditor.stage import Stage

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Seed(Fact, frozen=True, kw_only=True):
    pass


class Plant(Fact, frozen=True, kw_only=True):
    pass


Behaviour = "Callable[[Part], Iterator[object]]"


@dataclass
class Sowing:
    """Sees seeds, in the way it is told to."""

    behave: Callable[[Part], Iterator[object]]
    name: str = "sowing"
    part_kinds: frozenset[str] = frozenset({"code"})
    reads: tuple[type[Fact], ...] = ()
    yields: tuple[type[Fact], ...] = (Seed,)

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        for part in system.of("code"):
            yield from self.behave(part)


@dataclass
class Growing:
    """Sees a plant for every seed."""

    name: str = "growing"
    part_kinds: frozenset[str] = frozenset({"code"})
    reads: tuple[type[Fact], ...] = (Seed,)
    yields: tuple[type[Fact], ...] = (Plant,)

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        for seed in known.of(Seed):
            yield Plant(subject=seed.subject, origin=seed.origin)


class Nobody:
    """Watches nothing."""

    def started(self, stage: str, system: System) -> None: ...
    def progress(self, stage: str, system: System, progress: Progress) -> None: ...
    def ended(self, stage: str, system: System, seconds: float, matches: int) -> None: ...
    def tick(self) -> None: ...


def seed(part: Part, subject: str = "bean") -> Seed:
    return Seed(subject=subject, origin=Origin(part=part.argument))


def one_seed(part: Part) -> Iterator[object]:
    yield seed(part)
    yield Tally(reused=1, observed=2)


def checks() -> tuple[Check, ...]:
    def every(kind: type[Fact]) -> Callable[[Facts], list[Judgement]]:
        return lambda facts: [ok(each) for each in facts.of(kind)]

    return tuple(
        Check(
            id=f"{kind.__name__.lower()}-there",
            stage="garden",
            title=Text("It is there", "存在"),
            severity=Severity.HIGH,
            source="garden book",
            reads=(Read(kind.__name__),),
            judge=every(kind),
            part_kinds=frozenset({"code"}),
        )
        for kind in (Seed, Plant)
    )


def target(where: str) -> System:
    part = Part(kind="code", where=where)
    return System(name=part.argument, parts=(part,))


def audit(
    behave: Callable[[Part], Iterator[object]],
    *where: str,
    limit_s: float = 30.0,
    stopped: Callable[[], str] = lambda: "",
    kinds: tuple[str, ...] = ("code",),
) -> Record:
    systems = tuple(target(each) for each in where or ("bed",))
    if kinds != ("code",):
        parts = tuple(Part(kind=kind, where="x") for kind in kinds)
        systems = tuple(System(name=part.argument, parts=(part,)) for part in parts)
    seen = look((Growing(), Sowing(behave)), systems, limit_s=limit_s, stopped=stopped)
    return conclude(seen, Rules(checks=checks()), gate=GatePolicy())


def look(
    stages: tuple[Stage, ...],
    systems: tuple[System, ...],
    limit_s: float = 30.0,
    stopped: Callable[[], str] = lambda: "",
    meanwhile: Iterable[object] = (),
) -> Observed:
    assignment = Assignment(systems=systems, stages=stages, limit_s=limit_s, processes=2)
    with TemporaryDirectory() as folder:
        return observe(assignment, now=NOW, spool=Path(folder), watcher=Nobody(), stopped=stopped, meanwhile=meanwhile)


def verdicts(record: Record) -> dict[tuple[str, str], str]:
    return {(finding.id, finding.target): finding.verdict.value for finding in record.findings}


def test_stages_run_in_the_order_of_what_they_read() -> None:
    record = audit(one_seed)

    assert verdicts(record) == {("seed-there", "code=bed"): "pass", ("plant-there", "code=bed"): "pass"}
    assert record.gate.exit_code == 0
    assert [stage.stage for stage in record.run.stages] == ["sowing", "growing"]
    assert (record.run.stages[0].reused, record.run.stages[0].observed) == (1, 2)


def test_stages_that_read_each_other_are_refused() -> None:
    circle: tuple[Stage, ...] = (Growing(), Growing(name="back", reads=(Plant,), yields=(Seed,)))

    with pytest.raises(ValueError, match="read each other"):
        in_order(circle)


def test_two_runs_give_the_same_but_for_the_circumstances() -> None:
    one, other = audit(one_seed, "a", "b"), audit(one_seed, "a", "b")

    assert (one.findings, one.gaps, one.gate, one.coverage) == (other.findings, other.gaps, other.gate, other.coverage)


def raising(part: Part) -> Iterator[object]:
    yield seed(part)
    message = f"no water in {part.where}"
    raise RuntimeError(message)


def test_a_stage_that_raises_costs_its_own_verdicts_and_keeps_what_it_saw() -> None:
    record = audit(lambda part: raising(part) if part.where == "dry" else one_seed(part), "dry", "wet")

    assert verdicts(record)["seed-there", "code=dry"] == "not_assessed"
    assert verdicts(record)["seed-there", "code=wet"] == "pass"
    assert record.gate.exit_code == 3
    assert any("no water in dry" in stage.problem for stage in record.run.stages)
    assert any(gap.reason == "stage broken" and "no water" in gap.detail for gap in record.gaps)


def killed(part: Part) -> Iterator[object]:
    yield seed(part)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_stage_that_is_killed_costs_its_own_verdicts_only() -> None:
    record = audit(lambda part: killed(part) if part.where == "dry" else one_seed(part), "dry", "wet", "moist")

    assert verdicts(record)["seed-there", "code=dry"] == "not_assessed"
    assert verdicts(record)["seed-there", "code=wet"] == "pass"
    assert verdicts(record)["plant-there", "code=moist"] == "pass"
    assert {gap.reason for gap in record.gaps} == {"stage killed"}


def hanging(part: Part) -> Iterator[object]:
    yield seed(part)
    time.sleep(600)  # longer than any test; the limit must end it


def test_a_stage_that_hangs_is_ended_at_its_limit() -> None:
    record = audit(lambda part: hanging(part) if part.where == "dry" else one_seed(part), "dry", "wet", limit_s=1.0)

    assert verdicts(record)["seed-there", "code=dry"] == "not_assessed"
    assert verdicts(record)["seed-there", "code=wet"] == "pass"
    assert any(gap.reason == "time limit" for gap in record.gaps)


def out_of_memory(part: Part) -> Iterator[object]:
    yield seed(part)
    raise MemoryError


def test_a_stage_out_of_memory_is_a_gap() -> None:
    record = audit(out_of_memory)

    assert verdicts(record)["seed-there", "code=bed"] == "not_assessed"
    assert {gap.reason for gap in record.gaps} == {"memory limit"}


def test_a_program_that_does_not_verify_ends_in_exit_code_4_with_a_record() -> None:
    def refusing(part: Part) -> Iterator[object]:
        yield seed(part)
        message = "semgrep: a file was changed"
        raise IntegrityError(message)

    record = audit(refusing)

    assert record.gate.exit_code == 4
    assert "semgrep: a file was changed" in record.gate.reason.en
    assert verdicts(record)["seed-there", "code=bed"] == "not_assessed"


def test_what_no_stage_may_yield_is_a_broken_stage() -> None:
    def rubbish(part: Part) -> Iterator[object]:
        yield seed(part)
        yield "a string"

    record = audit(rubbish)

    assert record.gate.exit_code == 3
    assert any(gap.reason == "stage broken" for gap in record.gaps)


def test_a_part_that_no_stage_looks_at_is_not_assessed() -> None:
    record = audit(one_seed, kinds=("tls",))

    assert [(finding.verdict, finding.target) for finding in record.findings] == [(Verdict.NOT_ASSESSED, "tls=x")]
    assert record.gate.exit_code == 3


def test_a_gap_of_a_kind_that_no_check_reads_fails_the_gate() -> None:
    def with_odd_gap(part: Part) -> Iterator[object]:
        yield seed(part)
        yield Gap(
            stage="sowing",
            target=part.argument,
            kind="Weed",
            subject="nettle",
            reason=reasons.Reason("dark"),
            detail="",
            remedy=Text("", ""),
        )

    record = audit(with_odd_gap)

    assert record.gate.exit_code == 3
    assert ("pipeline-everything-seen", "code=bed") in verdicts(record)


def test_an_interrupted_run_keeps_what_it_has_and_says_so() -> None:
    began = time.monotonic()

    record = audit(
        lambda part: hanging(part) if part.where == "dry" else one_seed(part),
        "wet",
        "dry",
        "never",
        stopped=lambda: "SIGINT" if time.monotonic() - began > 1.5 else "",
    )

    assert verdicts(record)["seed-there", "code=wet"] == "pass"
    assert verdicts(record)["seed-there", "code=dry"] == "not_assessed"
    assert record.run.interrupted == "SIGINT"
    assert record.gate.exit_code == 3
    assert "SIGINT" in record.gate.reason.en


def test_what_a_stage_saw_before_it_broke_is_kept() -> None:
    seen = look((Sowing(raising),), (target("dry"),))

    assert [fact.subject for fact in seen.facts["code=dry"].of(Seed)] == ["bean"]


@dataclass
class Waiting:
    """Waits for each part of its own, as one waits for servers."""

    pause_s: float
    lanes: Callable[[Part], str] = lambda _part: ""
    name: str = "waiting"
    waits: bool = True
    limit_s: float = 0.0
    part_kinds: frozenset[str] = frozenset({"code"})
    reads: tuple[type[Fact], ...] = ()
    yields: tuple[type[Fact], ...] = (Seed,)

    def lane(self, part: Part) -> str:
        return self.lanes(part)

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        (part,) = system.parts
        began = time.monotonic()
        time.sleep(600 if part.where.startswith("tarpit") else self.pause_s)
        yield seed(part, f"{began} {time.monotonic()}")


def test_jobs_that_wait_run_at_once_a_job_for_each_part() -> None:
    began = time.monotonic()
    parts = tuple(Part(kind="code", where=f"host-{number}") for number in range(24))

    seen = look((Waiting(0.5),), (System(name="all", parts=parts),))

    assert len(seen.facts["all"].of(Seed)) == 24
    assert time.monotonic() - began < 24 * 0.5  # far from one after another; no claim about speed


def test_jobs_of_one_lane_run_one_after_another() -> None:
    parts = tuple(Part(kind="code", where=f"{host}:{port}") for host in "ab" for port in (1, 2, 3))

    seen = look((Waiting(0.1, lanes=lambda part: part.where.partition(":")[0]),), (System(name="all", parts=parts),))

    for host in "ab":
        found = [fact for fact in seen.facts["all"].of(Seed) if fact.origin.part.startswith(f"code={host}")]
        times = sorted(tuple(map(float, fact.subject.split())) for fact in found)
        assert len(times) == 3
        assert all(end <= start for (_, end), (start, _) in itertools.pairwise(times))


def test_a_stage_has_its_own_time_limit_and_loses_the_part_that_hung_only() -> None:
    parts = (Part(kind="code", where="tarpit"), Part(kind="code", where="host"))

    seen = look((Waiting(0.1, limit_s=1.0),), (System(name="all", parts=parts),), limit_s=600)

    assert [(gap.target, gap.reason) for gap in seen.facts["all"].gaps] == [("code=tarpit", "time limit")]
    assert [fact.origin.part for fact in seen.facts["all"].of(Seed)] == ["code=host"]


def test_every_stage_and_check_has_the_clock_of_the_run() -> None:
    at: list[str] = []

    def aged(facts: Facts) -> list[Judgement]:
        at.extend(fact.at for fact in facts.of(RunStarted))
        return [ok(each) for each in facts.of(Seed)]

    @dataclass
    class Ageing(Growing):
        def observe(self, system: System, known: Facts) -> Iterator[object]:
            (clock,) = known.of(RunStarted)
            yield Plant(subject=clock.at, origin=Origin(part=system.parts[0].argument))

    seen = look((Sowing(one_seed), Ageing()), (target("bed"),))
    conclude(seen, Rules(checks=(replace(checks()[0], judge=aged),)), gate=GatePolicy())

    assert at == ["2026-11-23T00:00:00+00:00"]
    assert [fact.subject for fact in seen.facts["code=bed"].of(Plant)] == at


def test_measures_and_artefacts_stand_in_the_record_and_reach_the_next_stage() -> None:
    def measuring(part: Part) -> Iterator[object]:
        yield seed(part)
        yield Measure(
            subject="bed",
            origin=Origin(part=part.argument),
            id="garden.sown",
            stage="sowing",
            value=(2, 3),
            items=("c",),
        )
        yield Artefact(name="lists/seeds.txt", media_type="text/plain", part=part.argument, data=b"a\nb\n")
        yield Reference(part=part.argument, path="big.log", digest="sha256:" + "0" * 64, size_bytes=10)

    @dataclass
    class Reading(Growing):
        def observe(self, system: System, known: Facts) -> Iterator[object]:
            (table,) = known.artefacts
            for line in Path(table.file).read_text().split():
                yield Plant(subject=line, origin=Origin(part=table.part))

    seen = look((Sowing(measuring), Reading()), (target("bed"),))
    record = conclude(seen, Rules(checks=checks()), gate=GatePolicy())

    assert [fact.subject for fact in seen.facts["code=bed"].of(Plant)] == ["a", "b"]
    assert [(row.id, row.target, row.value, row.items) for row in record.measures] == [
        ("garden.sown", "code=bed", (2, 3), ("c",))
    ]
    assert [(row.name, row.size_bytes, row.target) for row in record.artefacts] == [("lists/seeds.txt", 4, "code=bed")]
    assert [each.path for each in record.references] == ["big.log"]


def test_a_thousand_small_targets_are_each_judged() -> None:
    record = audit(one_seed, *(f"bed-{number}" for number in range(300)))

    assert len(record.findings) == 600
    assert record.gate.exit_code == 0


def slow_seed(part: Part) -> Iterator[object]:
    time.sleep(1.5)
    yield seed(part)


def test_what_can_be_done_meanwhile_is_done_in_steps_while_stages_look() -> None:
    done: list[float] = []

    def steps() -> Iterator[object]:
        for _step in range(3):
            done.append(time.monotonic())
            yield None

    seen = look((Sowing(slow_seed),), (target("bed"),), meanwhile=steps())

    assert len(done) == 3
    assert time.monotonic() - done[-1] > 0.5
    assert seen.facts["code=bed"].of(Seed)


def test_steps_that_take_too_long_hold_up_no_stage() -> None:
    done: list[int] = []

    def steps() -> Iterator[object]:
        for step in range(1_000_000):
            done.append(step)
            time.sleep(0.01)
            yield None

    seen = look((Sowing(slow_seed),), (target("bed"),), meanwhile=steps())

    assert 0 < len(done) < 10_000
    assert seen.facts["code=bed"].of(Seed)


@dataclass
class Lingering(Sowing):
    """Takes a second to close what it holds, as a server does."""

    def prepare(self) -> None:
        """Hold nothing yet."""

    def close(self) -> None:
        """Close it."""
        time.sleep(1)


def test_idle_workers_leave_by_themselves_while_what_was_seen_is_judged() -> None:
    before = set(multiprocessing.active_children())
    seen = look((Lingering(one_seed),), (target("bed"),))

    left = [each for each in multiprocessing.active_children() if each not in before]
    assert len(left) == 1, "nobody waits for it"
    assert seen.facts
    left[0].join(10)
    assert left[0].exitcode is not None
