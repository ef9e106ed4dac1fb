"""Observing and concluding: what one stage does to itself costs nobody else."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from auditor.check import Check, ok
from auditor.conclude import conclude
from auditor.errors import IntegrityError
from auditor.gate import GatePolicy
from auditor.model.fact import Fact, Facts, Gap, Origin, Read
from auditor.model.finding import Severity, Verdict
from auditor.model.progress import Progress, Tally
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.observe import Assignment, Observed, Stage, in_order, observe
from auditor.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.check import Judgement
    from auditor.model.record import Record

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
) -> Observed:
    assignment = Assignment(systems=systems, stages=stages, limit_s=limit_s, processes=2)
    with TemporaryDirectory() as folder:
        return observe(assignment, now=NOW, spool=Path(folder), watcher=Nobody(), stopped=stopped)


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
            reason="dark",
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


def test_a_thousand_small_targets_are_each_judged() -> None:
    record = audit(one_seed, *(f"bed-{number}" for number in range(300)))

    assert len(record.findings) == 600
    assert record.gate.exit_code == 0
