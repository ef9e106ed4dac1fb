"""Outcomes over every clause, sealing and verifying against plain digests of the same bytes, and judging again.

Run: ``python -m benchmarks.evidence``.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from cryptography.hazmat.primitives.hashes import SM3, Hash

from auditor import plan, registry, rules
from auditor.compliance.outcomes import assess
from auditor.conclude import conclude
from auditor.evidence import contents, manifest, seal, store
from auditor.evidence.manifest import Manifest
from auditor.evidence.verify import Anchors, verify
from auditor.model.finding import Confidence, Finding, Severity, Verdict
from auditor.model.system import Part, System
from auditor.model.text import NO_TEXT
from auditor.observe import observe
from auditor.replay import replay
from auditor.report import json as record_json
from auditor.request import Request
from benchmarks.kubernetes_objects import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")
FINDINGS = 20_000
OBJECTS = 2_000
ASKED = ("ai-regulations", "cis-kubernetes", "gbt22239-2019-l3", "gbt39786-2021-l3")
MIB = 1 << 20


def main() -> None:
    """Print the table."""
    outcomes()
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
        many = Path(folder, "many")
        few = Path(folder, "few")
        _files(many, count=4_000, size=16 << 10)
        _files(few, count=8, size=48 * MIB)
        judging(Path(folder))
        for name, run in (("4,000 files of 16 KiB", many), ("8 files of 48 MiB", few)):
            sealing(name, run)


def outcomes() -> None:
    """Fold 20,000 findings into the outcomes of all frameworks."""
    frameworks = registry.all_frameworks()
    part = Part(kind="code", where="src/")
    checks = [check for check in registry.all_checks() if check.controls]
    findings = [_finding(index, checks[index % len(checks)].id, part) for index in range(FINDINGS)]
    seconds, made = _timed(lambda: assess(frameworks, findings, [System(name="s", parts=(part,))]), times=3)
    print(f"outcomes: {FINDINGS:,} findings over {len(made)} clauses: {seconds:.2f} s (limit 1 s)")


def _finding(index: int, check: str, part: Part) -> Finding:
    return Finding(
        id=check,
        stage=check.partition("-")[0],
        target=part.argument,
        subject=f"s{index}",
        verdict=list(Verdict)[index % 5],
        severity=Severity.HIGH,
        title=NO_TEXT,
        detail=NO_TEXT,
        expected=NO_TEXT,
        actual=NO_TEXT,
        origins=(),
        location=None,
        controls={},
        cwe=(),
        confidence=Confidence.HIGH,
        fingerprint=f"{index:064x}",
        remediation=NO_TEXT,
        waived=None,
    )


def sealing(name: str, run: Path) -> None:
    """Seal and verify a folder, against SHA-256 and SM3 of the same files one after another."""
    size = sum(file.stat().st_size for file in run.rglob("*") if file.is_file()) / MIB
    plain, _none = _timed(lambda: _plain(run), times=3)
    sealed, _done = _timed(lambda: _seal(run), times=3)
    verified, account = _timed(lambda: verify(contents.of_folder(run), Anchors(now=datetime.now(UTC))), times=3)
    if not account.is_good:
        raise SystemExit("the sealed folder does not verify")
    print(
        f"{name}: plain {size / plain:.0f} MiB/s; seal {plain / sealed:.2f} x, verify {plain / verified:.2f} x of it "
        f"(limit 0.6)"
    )
    (run / contents.SEAL).unlink()


def _plain(run: Path) -> None:
    for file in sorted(run.rglob("*")):
        if file.is_file():
            data = file.read_bytes()
            hashlib.sha256(data).hexdigest()
            digest = Hash(SM3())
            digest.update(data)
            digest.finalize()


def _seal(run: Path) -> None:
    made = Manifest(
        run="r",
        started="2026-11-28T10:00:00+00:00",
        system="s",
        auditor="0",
        rules="",
        exit_code=0,
        position=1,
        previous=None,
        files=manifest.listed(contents.of_folder(run)),
    )
    seal.write(run, seal.make(made))


def judging(folder: Path) -> None:
    """Judge a run and judge it again: the same findings out of what lies on the disk."""
    (folder / "deploy").mkdir()
    write(folder / "deploy", OBJECTS)
    planned = plan.make(Request(targets=(f"kubernetes={folder / 'deploy'}",), frameworks=ASKED))
    run = store.RunFolder(folder / "run", "20261128T220000Z-0a1b2c3d")
    seen = observe(planned.assignment, now=datetime.now(UTC), spool=run.place, watcher=Screen())
    asked = sum(stage.seconds for stage in seen.stages if stage.stage == "policy")
    concluded, record = _timed(
        lambda: conclude(seen, planned.rules, gate=planned.gate), times=3, clock=time.process_time
    )
    run.finish(
        seen,
        lambda: [
            ("record.json", record_json.pieces(record)),
            (rules.FILE, [rules.rendered(planned.rules.saved(planned.gate))]),
        ],
    )
    again, done = _timed(lambda: replay(folder / "run"), times=3, clock=time.process_time)
    if not done.is_same:
        raise SystemExit("the run was not judged to the same bytes")
    print(
        f"{OBJECTS:,} objects, {len(record.findings):,} findings, {len(record.outcomes)} outcomes: judged in "
        f"{asked + concluded:.2f} s (OPA {asked:.2f} of wall time, our own {concluded:.2f} of CPU time), again in "
        f"{again:.2f} s of CPU time from the disk (limit {asked + concluded:.2f})"
    )


class Screen:
    """Nobody watches."""

    def started(self, *_: object) -> None:
        """Nothing."""

    progress = ended = tick = started


def _files(folder: Path, *, count: int, size: int) -> None:
    folder.mkdir()
    for number, data in enumerate(_bytes(count, size)):
        (folder / f"f{number:05}").write_bytes(data)
    record = {
        "run": {"id": "r", "started": "2026-11-28T10:00:00+00:00", "rules": ""},
        "gate": {"exit_code": 0},
        "findings": [],
        "outcomes": [],
    }
    (folder / "record.json").write_text(json.dumps(record), encoding="utf-8")


def _bytes(count: int, size: int) -> Iterator[bytes]:
    one = os.urandom(size)
    yield from (one for _each in range(count))


def _timed(act: Callable[[], T], times: int, clock: Callable[[], float] = time.monotonic) -> tuple[float, T]:
    spent = []
    for _each in range(times):
        began = clock()
        made = act()
        spent.append(clock() - began)
    return statistics.median(spent), made


if __name__ == "__main__":
    main()
