"""Our own time and memory over 1,000, 10,000 and 100,000 files with 5,000 matches; the scanners are stand-ins.

What semgrep and bandit take is theirs (`benchmarks.code`); here they answer at once, so that what is left is ours:
reading the tree, copies, cache, judging, every report.
"""

from __future__ import annotations

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

from auditor.cache import ObservationCache
from auditor.conclude import conclude
from auditor.evidence import store
from auditor.gate import GatePolicy
from auditor.model.system import Part, System
from auditor.observe import Assignment, observe
from auditor.report.render import FILES, written_piecemeal
from auditor.rules import Rules
from auditor.stages.code.checks import checks
from auditor.stages.code.commits import Searched
from auditor.stages.code.observe import CodeStage
from auditor.stages.code.reading import Collector, Reading
from auditor.stages.code.rules import RulePack, rule_pack
from auditor.tools.git import Repository
from auditor.tools.process import quick_scratch_folder, scratch_folder
from benchmarks.measure import head, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.model.progress import Progress
    from auditor.stages.code.staging import Copy
    from auditor.stages.code.tree import Source

MATCHES = 5000
MEMORY_LIMIT_MIB = 300
SIZES = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class StandIn:
    """Answers at once: one match in every n-th file."""

    name: str
    every: int
    version: str = "0"
    digest: str = "sha256:0"
    is_allowed: bool = True
    is_whole: bool = False

    def program(self) -> StandIn:
        """Return itself."""
        return self

    def rules_digest(self, pack: RulePack) -> str:
        """Return a constant."""
        return str(len(pack.rules))

    def takes(self, source: Source) -> bool:
        """Take every Python file."""
        return source.language == "python"

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        """Say that the first rule matched the second line."""
        collected = Collector("semgrep 0")
        rule = pack.of("semgrep")[0].id
        for source in copy.sources.values():
            if int(Path(source.path).stem.removeprefix("m")) % self.every == 0:
                collected.match(source, rule, 2, 2, is_secret=False)
        return collected.reading()


class NoCommits:
    """Is never asked: the tree is no repository."""

    def program(self) -> StandIn:
        """Return a stand-in."""
        return StandIn("gitleaks", 1)

    def search(self, root: Path, *, commit: str = "", is_asked: bool, beat: Callable[[float], None]) -> Searched:
        """Return an empty history."""
        del root, commit, is_asked, beat
        return Searched(0, 0, ())


class Nobody:
    """Watches nothing."""

    def started(self, stage: str, system: System) -> None:
        """Do nothing."""

    def progress(self, stage: str, system: System, progress: Progress) -> None:
        """Do nothing."""

    def ended(self, stage: str, system: System, seconds: float, matches: int) -> None:
        """Do nothing."""

    def tick(self) -> None:
        """Do nothing."""


def one(files: int) -> None:
    """Audit a tree of so many files and print seconds, peak memory of the main process, and of its workers."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for number in range(files):
            place = root / "tree" / f"p{number // 500}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"m{number}.py").write_text(f"import os\nvalue_{number} = os.environ\n" + "x = 1\n" * 20)
        os.chdir(root)
        part = Part(kind="code", where="tree")
        stage = CodeStage(
            scanners=(StandIn("semgrep", max(1, files // MATCHES)),),
            pack=rule_pack,
            cache=ObservationCache(root / "observations.db"),
            history=Repository,
            commits=NoCommits(),
            scratch=scratch_folder,
            copies=quick_scratch_folder,
        )
        began = time.monotonic()
        folder = store.RunFolder(root / "out", "x")
        seen = observe(
            Assignment(systems=(System(name="x", parts=(part,)),), stages=(stage,)),
            now=datetime.now(UTC),
            spool=folder.place,
            watcher=Nobody(),
        )
        record = conclude(seen, Rules(checks=checks(rule_pack())), gate=GatePolicy())
        folder.finish(seen, lambda: written_piecemeal(record, FILES))
        seconds = time.monotonic() - began
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(seconds, own, workers, sum(finding.location is not None for finding in record.findings))


def main() -> None:
    """Print the table; each size in a process of its own."""
    head()
    base = 0.0
    for files in SIZES:
        argv = [sys.executable, "-m", "benchmarks.growth", str(files)]
        told = subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split()
        seconds, own, workers = (float(each) for each in told[:3])
        per_file = seconds / files
        base = base or per_file
        row(
            f"{files:,} files, {told[3]} findings: our seconds; peak of main process and of a worker",
            f"{seconds:.1f} s; {own:.0f} and {workers:.0f} MiB",
            f"{MEMORY_LIMIT_MIB} MiB, no worse than linear",
            holds=max(own, workers) <= MEMORY_LIMIT_MIB and per_file <= 1.2 * base,
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        one(int(sys.argv[1]))
    else:
        main()
