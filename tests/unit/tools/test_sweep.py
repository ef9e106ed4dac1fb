"""Copies of a target that a killed run left behind are swept; those in use are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from auditor.tools import process

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

HOLDS = """
import sys, time
from pathlib import Path
from auditor.tools import process
with process.scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "copy.py").write_text("password = 'CANARY'")
    print(folder, flush=True)
    time.sleep(60)
"""


def aged(folder: Path) -> None:
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))


def test_folder_of_a_killed_run_is_swept_and_that_of_a_living_one_is_not(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as holder:
        assert holder.stdout is not None
        folder = tmp_path / holder.stdout.readline().strip().rpartition("/")[2]
        aged(folder)

        assert process.sweep(tmp_path) == 0
        os.killpg(holder.pid, signal.SIGKILL)
        holder.wait()
        aged(folder)

        assert (folder / "copy.py").exists()
        assert process.sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "auditor-scratch-link").symlink_to(tmp_path / "other")
    (tmp_path / "auditor-scratch-fresh").mkdir()
    aged(tmp_path / "other")

    assert process.sweep(tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 3


def test_what_a_killed_run_locked_or_linked_is_swept_and_nothing_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "mine").write_text("mine")
    makers: tuple[Callable[[Path], object], ...] = (
        lambda folder: (folder / "out").symlink_to(tmp_path / "precious"),
        lambda folder: os.mkfifo(folder / "pipe"),
        lambda folder: (folder / "a" / ("deep/" * 60)).mkdir(parents=True),
        lambda folder: (folder / "locked").mkdir(mode=0o500),
        lambda folder: (folder / ("n" * 255)).touch(),
    )
    for number, make in enumerate(makers):
        with subprocess.Popen(
            [sys.executable, "-c", HOLDS, tmp_path], stdout=subprocess.PIPE, text=True, start_new_session=True
        ) as holder:
            assert holder.stdout is not None
            folder = tmp_path / holder.stdout.readline().strip().rpartition("/")[2]
            make(folder)
            os.killpg(holder.pid, signal.SIGKILL)
            holder.wait()
        aged(folder)

        assert process.sweep(tmp_path) == 1, number
        assert not folder.exists(), number
    assert (tmp_path / "precious" / "mine").read_text() == "mine"


def test_quick_folder_lies_in_memory_where_there_is_room_and_is_swept_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory, disk = tmp_path / "memory", tmp_path / "disk"
    for folder in (memory, disk):
        folder.mkdir()
    monkeypatch.setattr(process, "_MEMORY", memory)
    monkeypatch.setattr(tempfile, "tempdir", str(disk))

    with process.quick_scratch_folder(1) as quick:
        assert quick.parent == memory
    process.await_removals()
    assert list(memory.iterdir()) == []
    with process.quick_scratch_folder(1 << 60) as quick:
        assert quick.parent == disk, "no room for so much"

    for root in (memory, disk):
        left = root / "auditor-scratch-left"
        left.mkdir()
        aged(left)
    assert process.sweep() == 2


def test_quick_folder_lies_on_the_disk_where_there_is_no_memory_to_write_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_MEMORY", tmp_path / "absent")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with process.quick_scratch_folder(1) as quick:
        assert quick.parent == tmp_path
