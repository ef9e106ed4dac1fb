"""Stage ``code`` on a real release against the bare tools, started side by side with the same rules, files and jobs.

Usage: ``python -m benchmarks.code PATH [MORE …]`` with an unpacked source distribution of agentscope 2.0.11, and further
trees of Python of 370,000 lines together (open-webui, langflow-base and crewai, say), which are audited in one run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from auditor.stages.code.rules import rule_pack
from auditor.stages.code.tree import Source, SourceTree
from auditor.tools import bandit, semgrep
from auditor.tools.programs import Programs
from benchmarks.measure import Cost, cost, head, row, with_bytecode

_AUDITOR = str(Path(sys.executable).with_name("auditor"))
WITHOUT_FLOW_LIMIT = 0.6
WITH_FLOW_LIMIT = 1.0
WARM_LIMIT_S = 2.0
ONE_FILE_LIMIT_S = 3.0
FILES_LIMIT_S = 2.0
LARGE_LIMIT_S = 120.0
WITHOUT_FLOW = ("semgrep", "bandit")
EVERYTHING = (*WITHOUT_FLOW, "pysa", "gitleaks")


def main() -> None:
    """Print the table."""
    tree, *more = (Path(each).resolve() for each in sys.argv[1:])
    head()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        copy = work / "tree"
        shutil.copytree(tree, copy, symlinks=True)
        bare = _bare(copy, work)
        plain = _audit(work, "plain", WITHOUT_FLOW, f"code={copy}")
        _ratio("cold run without data flow over the program", plain, bare, WITHOUT_FLOW_LIMIT)
        ours = _audit(work, "cold", EVERYTHING, f"code={copy}")
        _ratio("cold run with everything", ours, bare, WITH_FLOW_LIMIT)
        warm = _audit(work, "warm", EVERYTHING, f"code={copy}")
        _seconds("warm, unchanged", warm, WARM_LIMIT_S)
        changed = next(copy.rglob("_agent.py"))
        changed.write_text(changed.read_text() + "\n\ndef read_more(path: str) -> str:\n    return open(path).read()\n")
        _seconds("one changed file", _audit(work, "one", EVERYTHING, f"code={copy}"), ONE_FILE_LIMIT_S)
        changed.write_text(changed.read_text() + "\n# and another\n")
        named = _audit(work, "files", EVERYTHING, "--files", str(changed.relative_to(copy)), folder=copy)
        _seconds("--files with one file", named, FILES_LIMIT_S)
        if more:
            lines = sum(each.read_bytes().count(b"\n") for root in more for each in root.rglob("*.py"))
            large = _audit(work, "large", EVERYTHING, *(f"code={each}" for each in more))
            _seconds(f"{lines:,} lines of Python cold, with everything", large, LARGE_LIMIT_S)


def _ratio(what: str, ours: Cost, bare: Cost, limit: float) -> None:
    wall, cpu = ours.wall_s / bare.wall_s, ours.cpu_s / bare.cpu_s
    row(
        f"{what} / bare semgrep and bandit side by side, wall (CPU)",
        f"{ours.wall_s:.1f} s / {bare.wall_s:.1f} s = {wall:.2f} ({ours.cpu_s:.1f} / {bare.cpu_s:.1f} = {cpu:.2f})",
        f"{limit}",
        holds=wall <= limit,
    )


def _seconds(what: str, cost: Cost, limit_s: float) -> None:
    row(
        f"{what}, wall (CPU)", f"{cost.wall_s:.2f} s ({cost.cpu_s:.2f} s)", f"{limit_s} s", holds=cost.wall_s <= limit_s
    )


def _audit(work: Path, name: str, programs: tuple[str, ...], *arguments: str, folder: Path | None = None) -> Cost:
    environment = {**with_bytecode(str(work / "bytecode")), "AUDITOR_CACHE": str(_cache(work, programs))}
    return cost(
        [_AUDITOR, "run", *arguments, "--output", str(work / name), "--quiet"],
        environment=environment,
        folder=folder or work,
    )


def _cache(work: Path, programs: tuple[str, ...]) -> Path:
    """Return a cache that holds some installed programs of this machine and nothing else."""
    place = work / f"cache-{len(programs)}"
    if not place.exists():
        (place / "tools").mkdir(parents=True)
        for each in programs:
            (place / "tools" / each).symlink_to(Programs.here().cache / "tools" / each)
    return place


def _bare(tree: Path, work: Path) -> Cost:
    """Start both tools at once, by hand, on the same files."""
    programs, pack = Programs.here(), rule_pack().chosen(frozenset())
    rules = work / "rules.yaml"
    rules.write_bytes(pack.semgrep_file())
    (work / "own.ini").write_text("[bandit]\n")
    (work / "own.yaml").write_text(f"skips: [{', '.join(sorted(pack.skipped_tests))}]\n")
    python = [
        str(tree / each.path)
        for each in SourceTree(tree, "code").read()
        if isinstance(each, Source) and each.language == "python" and each.text.strip()
    ]
    jobs = max(1, os.cpu_count() or 2)
    excluded = ["--exclude=.git", "--exclude=node_modules", "--exclude=.venv"]
    commands = [
        [str(programs.find("semgrep").path), "scan", *semgrep.SWITCHES, f"--jobs={jobs}", *excluded, f"--config={rules}", f"--output={work / 's.json'}", str(tree)],
        [str(programs.find("bandit").path), *bandit.SWITCHES, f"--ini={work / 'own.ini'}", f"--configfile={work / 'own.yaml'}", f"--output={work / 'b.json'}", *python],
    ]  # fmt: skip
    environment = {**os.environ, "SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0", "HOME": str(work)}
    began = time.monotonic()
    children = [
        subprocess.Popen(argv, env=environment, cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for argv in commands
    ]
    cpu_s = peak_mib = 0.0
    for child in children:
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        cpu_s += used.ru_utime + used.ru_stime
        peak_mib = max(peak_mib, used.ru_maxrss / 1024)
    return Cost(time.monotonic() - began, cpu_s, peak_mib, 0)


if __name__ == "__main__":
    main()
