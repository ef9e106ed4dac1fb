"""Stage ``code`` on a real release against the bare tools, started side by side with the same rules, files and jobs.

Usage: ``python -m benchmarks.code PATH`` with an unpacked source distribution of agentscope 2.0.11.
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
from benchmarks.measure import Cost, cost, head, row

_AUDITOR = str(Path(sys.executable).with_name("auditor"))
COLD_LIMIT = 1.1
OWN_CPU_LIMIT = 0.10
WARM_LIMIT_S = 2.0
ONE_FILE_LIMIT_S = 6.0


def main() -> None:
    """Print the table."""
    tree = Path(sys.argv[1]).resolve()
    head()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        copy = work / "tree"
        shutil.copytree(tree, copy, symlinks=True)
        bare = _bare(copy, work)
        ours = _audit(copy, work, "cold")
        row(
            "cold run / bare semgrep and bandit side by side, wall",
            f"{ours.wall_s:.1f} s / {bare.wall_s:.1f} s = {ours.wall_s / bare.wall_s:.2f}",
            f"{COLD_LIMIT}",
            holds=ours.wall_s <= COLD_LIMIT * bare.wall_s,
        )
        share = (ours.cpu_s - bare.cpu_s) / ours.cpu_s
        row("our own share of CPU", f"{share:.1%}", f"{OWN_CPU_LIMIT:.0%}", holds=share <= OWN_CPU_LIMIT)
        warm = _audit(copy, work, "warm")
        row("warm, unchanged, wall", f"{warm.wall_s:.2f} s", f"{WARM_LIMIT_S} s", holds=warm.wall_s <= WARM_LIMIT_S)
        changed = next(copy.rglob("_agent.py"))
        changed.write_text(changed.read_text() + "\n# one more line\n")
        one = _audit(copy, work, "one")
        row(
            "one changed file, wall",
            f"{one.wall_s:.2f} s",
            f"{ONE_FILE_LIMIT_S} s",
            holds=one.wall_s <= ONE_FILE_LIMIT_S,
        )


def _audit(tree: Path, work: Path, name: str) -> Cost:
    environment = {**os.environ, "AUDITOR_CACHE": str(_cache(work))}
    return cost(
        [_AUDITOR, "run", f"code={tree}", "--output", str(work / name), "--quiet"], environment=environment, folder=work
    )


def _cache(work: Path) -> Path:
    """Return a cache that holds the installed programs of this machine and nothing else."""
    place = work / "cache"
    if not place.exists():
        place.mkdir()
        (place / "tools").symlink_to(Programs.here().cache / "tools")
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
    jobs = max(1, (os.cpu_count() or 2) - 1)
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
