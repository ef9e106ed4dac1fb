"""Sealing in trouble: killed at any moment, interrupted, no room. What is left verifies whole, or does not verify."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from auditor.errors import ConfigError, IntegrityError
from auditor.evidence import bundle
from auditor.evidence.contents import open_contents
from auditor.evidence.verify import Anchors, verify
from tests.e2e.conftest import LIMIT_S
from tests.e2e.test_evidence import POD
from tests.unit.evidence.sealed import NOW

if TYPE_CHECKING:
    from pathlib import Path

RUN = ("run", "kubernetes=deploy/", "--quiet", "--format", "json", "--output", "out", "--bundle", "out.auditor.zip")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one pod."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pod.yaml").write_text(POD, encoding="utf-8")
    return tmp_path


def is_whole(place: Path) -> bool:
    """Tell whether evidence verifies; what is no evidence does not."""
    try:
        return verify(open_contents(place), Anchors(now=NOW)).is_good
    except (ConfigError, IntegrityError):
        return False


SEALER = """
import sys
from pathlib import Path
from auditor.evidence import bundle
from tests.unit.evidence.sealed import sealed_run
folder = Path(sys.argv[1])
print("begin", flush=True)
for number in range(10_000):
    run = folder / f"run{number}"
    run.mkdir()
    for each in range(40):
        (run / f"f{each:03}").write_bytes(bytes(20_000))
    sealed_run(run)
    bundle.write(run, folder / f"run{number}.auditor.zip")
"""


def test_whoever_is_killed_while_sealing_leaves_no_half_evidence_that_verifies(tmp_path: Path) -> None:
    chance = random.Random(17)  # noqa: S311 - moments
    half = 0
    for attempt in range(12):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with subprocess.Popen(
            [sys.executable, "-c", SEALER, str(folder)], stdout=subprocess.PIPE, text=True
        ) as sealing:
            assert sealing.stdout
            assert sealing.stdout.readline() == "begin\n"
            time.sleep(chance.uniform(0.0, 0.15))
            sealing.kill()
        runs = sorted(each for each in folder.iterdir() if each.is_dir())
        bundles = sorted(each for each in folder.iterdir() if each.is_file())
        for run in runs:
            is_sealed = (run / "evidence.json").exists()
            half += not is_sealed
            assert is_whole(run) is is_sealed, run
        for each in bundles:
            is_named = each.name.startswith("run")
            half += not is_named
            assert is_whole(each) or not is_named, each
            if is_whole(each) and not is_named:  # killed between the last byte and its name
                run = folder / each.name.removeprefix(".").partition(".")[0]
                assert each.read_bytes() == bundle.write(run, tmp_path / "again").read_bytes()
    assert half  # at least once something was left half done


FULL = """
import errno, os, sys
from auditor.evidence import bundle, seal
def full(_descriptor):
    raise OSError(errno.ENOSPC, "No space left on device")
{module}.os = type("Os", (), {{**vars(os), "fsync": staticmethod(full)}})
sys.argv = ["auditor", *sys.argv[1:]]
from auditor.__main__ import main
main()
"""


@pytest.mark.parametrize(("module", "is_sealed"), [("seal", False), ("bundle", True)])
def test_a_disk_that_is_full_at_the_last_byte_leaves_no_half_seal_and_no_half_bundle(
    folder: Path, module: str, is_sealed: object
) -> None:
    script = FULL.format(module=module)

    done = subprocess.run(
        [sys.executable, "-c", script, *RUN], cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )

    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert is_whole(folder / "out") is is_sealed
    assert [each.name for each in folder.iterdir() if each.is_file()] == []


INTERRUPTED = """
import os, signal, sys
from auditor.evidence import seal, {module}
whole = {module}.{name}
def interrupted(*given, **named):
    os.kill(os.getpid(), signal.SIGINT)
    return whole(*given, **named)
{module}.{name} = interrupted
sys.argv = ["auditor", *sys.argv[1:]]
from auditor.__main__ import main
main()
"""


@pytest.mark.parametrize(("module", "name"), [("sealing", "seal_run"), ("seal", "write"), ("manifest", "listed")])
def test_ctrl_c_while_sealing_leaves_a_whole_run(folder: Path, module: str, name: str) -> None:
    script = INTERRUPTED.format(module=module, name=name)

    done = subprocess.run(
        [sys.executable, "-c", script, *RUN], cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )

    assert done.returncode in {1, 3}, done.stderr
    assert is_whole(folder / "out")
    assert is_whole(folder / "out.auditor.zip")


def test_ctrl_c_while_the_bundle_is_written_leaves_the_run_whole_and_no_bundle(folder: Path) -> None:
    script = INTERRUPTED.format(module="bundle", name="write").replace("bundle.write = interrupted", BUNDLE)

    done = subprocess.run(
        [sys.executable, "-c", script, *RUN], cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )

    assert done.returncode == -signal.SIGINT
    assert is_whole(folder / "out")
    assert not (folder / "out.auditor.zip").exists()
    assert not any(is_whole(each) for each in folder.iterdir() if each.is_file())


BUNDLE = """
from auditor.formats import stored_zip
whole_zip = stored_zip.write
def half(file, entries):
    def some():
        for number, each in enumerate(entries):
            if number == 3:
                file.flush()
                os.kill(os.getpid(), signal.SIGINT)
            yield each
    return whole_zip(file, some())
stored_zip.write = half
"""


@pytest.mark.parametrize("room", [1_000, 60_000, 400_000, 700_000, 1_000_000, 1_500_000])
def test_without_room_no_run_is_sealed_half_and_the_trouble_is_told(folder: Path, room: int) -> None:
    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = subprocess.run(
        [sys.executable, "-m", "auditor", *RUN],
        cwd=folder,
        env={**os.environ, "AUDITOR_LANG": "en"},
        preexec_fn=no_room,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )

    assert "Traceback" not in done.stderr
    assert (folder / "out" / "evidence.json").exists() is is_whole(folder / "out")
    if (folder / "out.auditor.zip").exists():
        assert is_whole(folder / "out.auditor.zip")
    else:
        assert done.returncode == 2
        assert "cannot be written" in done.stderr
    if not (folder / "out" / "evidence.json").exists():
        assert done.returncode in {2, 3}, done.stderr
