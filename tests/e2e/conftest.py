"""A folder to audit, the command line as a program of its own, and stand-ins for the wrapped programs."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from auditor.content import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

AUDITOR = (sys.executable, "-m", "auditor")
LIMIT_S = 120.0

_FAKE = """#!{python} -ISB
import json, os, signal, sys, time
if "--version" in sys.argv:
    print({version!r})
    sys.exit(0)
given = [word for word in sys.argv[1:] if word.startswith("/")]
files = sorted(os.path.join(d, n) for root in given for d, _, names in os.walk(root) for n in names) + [
    path for path in given if os.path.isfile(path)
]
out = next(word.partition("=")[2] for word in sys.argv if word.startswith("--output="))
lines = {{path: open(path, "rb").read().split(b"\\n") for path in files}}
found = [(path, n) for path in files for n, line in enumerate(lines[path], 1) if b"pickle.load(" in line]
def write(report):
    with open(out, "w") as file:
        json.dump(report, file)
{body}
"""
_SEMGREP = """
write({"version": "1.182.0", "errors": [], "paths": {"scanned": files, "skipped": []}, "results": [
    {"check_id": "data-pickle-not-loaded", "path": path, "start": {"line": n, "offset": 0},
     "end": {"line": n, "offset": 9}} for path, n in found]})
"""
_BANDIT = """
write({"errors": [], "metrics": {"_totals": {}, **{path: {} for path in files}}, "results": []})
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    exit_code: int
    stdout: bytes
    stderr: str
    record: dict[str, Any]

    @property
    def failures(self) -> list[str]:
        """``file:line`` of each failing finding of the code rules that is not a matter of taste."""
        return [
            f"{row['location']['file']}:{row['location']['line']}"
            for row in self.record["findings"]
            if row["verdict"] == "fail" and row["id"] == "data-pickle-not-loaded"
        ]

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """Subject and reason of each gap but of those that no run of this tree can close."""
        return [(gap["subject"], gap["reason"]) for gap in self.record["gaps"] if gap["class"] != "out_of_reach"]

    @property
    def tallies(self) -> tuple[int, int]:
        """Observations that were reused, and that were made."""
        (stage,) = self.record["run"]["stages"]
        return stage["reused"], stage["observed"]


@dataclass
class Bench:
    """A place to work in.

    Attributes:
        root: Empty at first; ``tree`` below it is audited.
        environment: Variables beside those of the tests' own environment; None takes one away.
        prefix: Words before the command, for other rights or limits.
    """

    root: Path
    environment: dict[str, str | None] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()

    @property
    def tree(self) -> Path:
        return self.root / "tree"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def write(self, name: str, text: str | bytes = "import pickle\npickle.load(f)\n") -> Path:
        place = self.tree / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    def variables(self) -> dict[str, str]:
        own: dict[str, str | None] = {
            "NO_COLOR": "1",
            "COLUMNS": "200",
            "LANG": "C.UTF-8",
            "CI": "true",
            "AUDITOR_CACHE": str(self.cache),
            **self.environment,
        }
        return {name: value for name, value in {**os.environ, **own}.items() if value is not None}

    def start(self, *words: str, folder: Path | None = None, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
        """Start the command line; the caller waits for it."""
        return subprocess.Popen(
            [*self.prefix, *AUDITOR, *words],
            cwd=folder or self.root,
            env=self.variables(),
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )

    def auditor(self, *words: str, folder: Path | None = None, limit_s: float = LIMIT_S) -> Done:
        """Run the command line to its end."""
        started = self.start(*words, folder=folder)
        return self.ended(started, folder or self.root, limit_s=limit_s)

    def ended(self, started: subprocess.Popen[bytes], folder: Path, limit_s: float = LIMIT_S) -> Done:
        """Wait for a command line, and read the record of the run if it left one."""
        before = time.monotonic()
        try:
            stdout, stderr = started.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            started.kill()
            pytest.fail(f"not done after {time.monotonic() - before:.0f} s")
        told = stderr.decode("utf-8", "backslashreplace")
        assert "Traceback" not in told, told
        return Done(started.returncode, stdout, told, latest(folder))

    def run(self, *words: str, target: str = "code=tree", limit_s: float = LIMIT_S) -> Done:
        """Audit the tree with stage ``code``, record only."""
        return self.auditor("run", "--only", "code", "--format", "json", *words, target, limit_s=limit_s)

    def fake(self, name: str, body: str, version: str = "") -> None:
        """Put a script in the place of a wrapped program, and have the site's pin file allow it."""
        versions = {"semgrep": "1.182.0", "bandit": "bandit 1.9.4"}
        script = self.root / f"fake-{name}"
        script.write_text(_FAKE.format(python=sys.executable, version=version or versions[name], body=body))
        script.chmod(0o755)
        self.environment[f"AUDITOR_{name.upper()}"] = str(script)
        pins = self.root / "pins.toml"
        self.environment["AUDITOR_PINS"] = str(pins)
        pins.write_text(
            "\n".join(
                f'[{path.name.removeprefix("fake-")}]\ndigests = ["{hashlib.sha256(path.read_bytes()).hexdigest()}"]'
                for path in sorted(self.root.glob("fake-*"))
            )
        )

    def fake_semgrep(self, before: str = "") -> None:
        """Put in a semgrep that finds ``pickle.load``; ``before`` runs first."""
        self.fake("semgrep", before + _SEMGREP)

    def fake_bandit(self, before: str = "") -> None:
        """Put in a bandit that finds nothing; ``before`` runs first."""
        self.fake("bandit", before + _BANDIT)


def latest(folder: Path) -> dict[str, Any]:
    """Return the newest record below a folder; an empty one if there is none."""
    runs = sorted((folder / ".auditor" / "runs").glob("2*/record.json"), key=lambda path: path.stat().st_mtime_ns)
    record: dict[str, Any] = json.loads(runs[-1].read_bytes()) if runs else {}
    return record


def programs_of_this_machine(bench: Bench) -> None:
    """Give a bench the wrapped programs that are installed here, and a cache of observations of its own."""
    bench.cache.mkdir()
    # not what is kept of the rules: the bench has a key of its own, and would sign them anew under the feet of others
    kept = cache_folder() / "tools"
    if kept.is_dir():
        (bench.cache / "tools").symlink_to(kept)
    bench.environment |= {
        "AUDITOR_SEMGREP": None,
        "AUDITOR_BANDIT": None,
        "AUDITOR_PINS": None,
        "HOME": str(bench.root),
    }


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Bench]:
    """A bench with the programs of this machine, and a cache of observations of its own."""
    made = Bench(tmp_path)
    made.tree.mkdir()
    programs_of_this_machine(made)
    yield made
    # what a test locked away must not hold up those who clean
    for folder, folders, _files in os.walk(tmp_path):
        for name in folders:
            place = Path(folder, name)
            if not place.is_symlink():
                place.chmod(0o700)


@pytest.fixture
def bench(bare: Bench) -> Bench:
    """The same with both programs faked: a run takes a second."""
    bare.fake_semgrep()
    bare.fake_bandit()
    return bare


def wait_for(condition: Callable[[], bool], limit_s: float = 120.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until, "it did not come to that"
        time.sleep(0.02)


def descendants(pid: int) -> set[int]:
    """Return the processes below one, itself included, that have not ended."""
    parents: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = place.read_text(errors="replace")
        except OSError:
            continue
        state, parent = text.rpartition(") ")[2].split()[:2]
        if state != "Z":
            parents[int(place.parent.name)] = int(parent)
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found & parents.keys()


def alive(pids: Mapping[int, str] | set[int]) -> set[int]:
    """Return those of some processes that still run."""
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(") ")[2].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.add(pid)
    return found


def without_permissions() -> tuple[str, ...]:
    """Return words that start a program that permissions hold for, even where the tests are run by root."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    assert setpriv, "setpriv (util-linux) takes root's rights away"
    rights = "-dac_override,-dac_read_search"
    return (setpriv, f"--bounding-set={rights}", f"--inh-caps={rights}")


SIGNALS = (signal.SIGINT, signal.SIGTERM)
