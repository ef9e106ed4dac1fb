"""The core alone: so many facts from a worker through one check into the record; time and memory of the main process."""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.check import check, ok
from auditor.conclude import conclude
from auditor.evidence import store
from auditor.gate import GatePolicy
from auditor.model.fact import Fact, Origin
from auditor.model.finding import Severity
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.observe import Assignment, observe
from auditor.report.render import written_piecemeal
from auditor.rules import Rules
from benchmarks.growth import Nobody
from benchmarks.measure import head, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Judgement
    from auditor.model.fact import Facts

SIZES = (100_000, 300_000, 1_000_000)
MEMORY_LIMIT_MIB = 1024
GROWTH_LIMIT = 1.3


class Number(Fact, frozen=True, kw_only=True):
    """A number; ``subject`` is its name."""

    value: int


@dataclass
class Numbers:
    """A stage that sees as many numbers as it is told to."""

    count: int
    name: str = "numbers"
    part_kinds: frozenset[str] = frozenset({"code"})
    reads: tuple[type[Fact], ...] = ()
    yields: tuple[type[Fact], ...] = (Number,)

    def observe(self, system: System, known: Facts) -> Iterator[Fact]:
        """Yield them."""
        del known
        part = system.parts[0].argument
        for number in range(self.count):
            yield Number(
                subject=f"n{number}", origin=Origin(part=part, file=f"f{number // 100}", line=number % 100 + 1), value=1
            )

    def close(self) -> None:
        """Hold nothing."""


@check(
    "core-number-positive",
    Text("A number is positive", "数为正"),
    problem=Text("A number is not positive", "数不为正"),
    stage="numbers",
    severity=Severity.LOW,
    source="this benchmark",
    reads=(Number,),
    part_kinds=frozenset({"code"}),
    remediation=Text("another number", "换一个数"),
)
def positive(facts: Facts) -> Iterator[Judgement]:
    """Pass each."""
    for each in facts.of(Number):
        yield ok(each)


def one(count: int) -> None:
    """Send so many facts through, and print seconds of processor time and the main process's peak memory."""
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        folder = store.RunFolder(Path(scratch, "out"), "x")
        seen = observe(
            Assignment(
                systems=(System(name="x", parts=(Part(kind="code", where="x"),)),), stages=(Numbers(count=count),)
            ),
            now=datetime.now(UTC),
            spool=folder.place,
            watcher=Nobody(),
        )
        record = conclude(seen, Rules(checks=(positive,)), gate=GatePolicy())
        folder.finish(seen, lambda: written_piecemeal(record, ["json"]))
        for worker in multiprocessing.active_children():  # an idle one leaves by itself, and counts once it has
            worker.join()
        own, workers = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        seconds = sum(each.ru_utime + each.ru_stime for each in (own, workers))
        print(seconds, own.ru_maxrss / 1024, workers.ru_maxrss / 1024, len(record.findings))


def main() -> None:
    """Print the table; each size in a process of its own."""
    head()
    base = 0.0
    for count in SIZES:
        began = time.monotonic()
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.core", str(count)], check=True, capture_output=True, text=True
        ).stdout.split()
        seconds, own, workers = (float(each) for each in told[:3])
        per_fact = seconds / count
        base = base or per_fact
        is_whole = int(told[3]) == count
        row(
            f"{count:,} facts, one check",
            f"{seconds:.1f} s of CPU ({per_fact / base:.2f} x a fact), {time.monotonic() - began:.1f} s of wall, "
            f"{own:.0f} MiB and {workers:.0f} MiB of a worker",
            f"{MEMORY_LIMIT_MIB} MiB, {GROWTH_LIMIT} x",
            holds=is_whole and own <= MEMORY_LIMIT_MIB and per_fact <= GROWTH_LIMIT * base,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(int(sys.argv[1]))
    else:
        main()
