"""Databases built of 2,661 and of 250,000 advisories, and what we make of 20,000 matches; CPU seconds of whole processes.

The advisories are those of the demo (as many as it carries) and generated ones in the form of OSV; the matches come from a
double of grype, so that only our own part is measured.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from auditor.__main__ import COLLECT_AFTER
from auditor.database.build import build
from auditor.database.installed import Database
from auditor.demo.components import FEED
from auditor.formats import grype_database
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.stages.vulnerabilities.checks import checks
from auditor.stages.vulnerabilities.observe import VulnerabilityStage
from auditor.tools.process import scratch_folder
from benchmarks.measure import Cost, cost, head, row
from tests.unit.stages.vulnerabilities.test_observe import Grype, Syft, osv, sbom

MIB_LIMIT = 1024
SECONDS = 3
FEW, MANY = 25_000, 250_000
MATCHES = 20_000


def generated(count: int, file: Path) -> None:
    """Write so many advisories about so many packages."""
    with file.open("w", encoding="utf-8") as out:
        for number in range(count):
            more: dict[str, Any] = {
                "aliases": [f"CVE-2099-{number}"],
                "modified": "2026-11-01T00:00:00Z",
                "details": "made up " * 20,
                "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
            }
            line = osv(f"GHSA-{number:08d}", "PyPI", f"package-{number // 3}", f"{number % 40}.{number % 7}", **more)
            out.write(json.dumps(line) + "\n")


def built(source: Path, folder: Path) -> Cost:
    """Measure `auditor db build`."""
    return cost([sys.executable, "-m", "auditor", "db", "build", str(source), "--output", str(folder)])


def matched(folder: Path) -> None:
    """Observe and judge so many matches in this process, and print what that took."""
    purls = [f"pkg:pypi/package-{number}@1.0" for number in range(MATCHES)]
    (folder / "a.jsonl").write_text(json.dumps(osv("PYSEC-2099-1", "PyPI", "kit", "2.0", aliases=["CVE-2099-1"])))
    now = datetime(2026, 11, 28, tzinfo=UTC)
    database = build((folder / "a.jsonl",), folder, built=now).path
    (folder / "app.cdx.json").write_text(json.dumps(sbom(*purls)))
    held = grype_database.contents(database)
    stage = VulnerabilityStage(
        scanner=Grype(found=dict.fromkeys(purls, "PYSEC-2099-1")),
        database=lambda: Database(folder=folder, file=database, contents=held),
        trial=lambda _file: None,
        cataloguer=Syft(),
        scratch=scratch_folder,
    )
    system = System(name="s", parts=(Part(kind="sbom", where=str(folder / "app.cdx.json")),))
    started = RunStarted(subject="run", origin=Origin(part=""), at=now.isoformat())
    gc.set_threshold(*COLLECT_AFTER)  # as the program does
    begin = time.process_time()
    items = list(stage.observe(system, Facts([started])))
    facts = Facts([started, *(i for i in items if isinstance(i, Fact))], [i for i in items if isinstance(i, Gap)])
    found = judge(checks(), facts, system).findings
    failed = sum(each.verdict.value == "fail" for each in found)
    print(time.process_time() - begin, failed, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    """Measure all of it."""
    if sys.argv[1:2] == ["--matches"]:
        with tempfile.TemporaryDirectory() as scratch:
            matched(Path(scratch))
        return
    head()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        demo = built(FEED, place / "demo")
        said = f"{demo.wall_s:.1f} s, {demo.cpu_s:.1f} s CPU, {demo.peak_mib:.0f} MiB"
        row("db build of the demo's PyPI advisories", said, f"{SECONDS} s", holds=demo.cpu_s <= SECONDS)
        costs = {}
        for count in (FEW, MANY):
            generated(count, place / f"{count}.jsonl")
            costs[count] = built(place / f"{count}.jsonl", place / str(count))
            each = costs[count]
            said = f"{each.wall_s:.1f} s, {each.cpu_s:.1f} s CPU, {each.peak_mib:.0f} MiB"
            row(f"db build of {count} generated advisories", said, "1 GiB", holds=each.peak_mib <= MIB_LIMIT)
        ratio = costs[MANY].cpu_s / costs[FEW].cpu_s
        row("ten times the advisories", f"x {ratio:.1f} CPU", "x 12", holds=ratio <= 12)  # noqa: PLR2004
    import subprocess  # noqa: PLC0415

    command = [sys.executable, "-m", "benchmarks.vulnerabilities", "--matches"]
    cpu, failed, peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    said = f"{float(cpu):.1f} s CPU, {failed} failures, {peak} MiB"
    row(f"our part of {MATCHES} matches", said, f"{SECONDS} s", holds=float(cpu) <= SECONDS)


if __name__ == "__main__":
    main()
