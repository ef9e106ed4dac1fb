"""Two imports at once, and one that is killed half-way: the database in use is always a whole one."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from auditor.database.install import import_file, status
from tests.unit.database.test_install import NOW, Grype, made

if TYPE_CHECKING:
    from pathlib import Path

FORK = multiprocessing.get_context("fork")


class Slow(Grype):
    """Takes its time, so that another import comes in between."""

    def take_over(self, file: Path, database: Path) -> None:
        time.sleep(0.3)
        super().take_over(file, database)


class Killed(Grype):
    """Ends as `kill -9` ends a program, at one of two steps."""

    def __init__(self, *, is_late: bool) -> None:
        super().__init__()
        self.is_late = is_late

    def take_over(self, file: Path, database: Path) -> None:
        if self.is_late:
            super().take_over(file, database)
        else:
            (database / "6").mkdir(parents=True)
            (database / "6" / "vulnerability.db").write_bytes(file.read_bytes()[:1000])
        os.kill(os.getpid(), signal.SIGKILL)


def imported(file: Path, folder: Path, tool: Grype) -> None:
    import_file(file, folder, tool, now=NOW)


def test_two_imports_at_once_leave_the_newer_one_whole(tmp_path: Path) -> None:
    older, newer = made(tmp_path / "1", NOW - timedelta(days=1)), made(tmp_path / "2", NOW)
    target = tmp_path / "db"

    both = [FORK.Process(target=imported, args=(file, target, Slow())) for file in (newer, older)]
    for each in both:
        each.start()
        time.sleep(0.05)
    for each in both:
        each.join(30)

    found = status(target, is_thorough=True)
    assert found.contents is not None
    assert found.contents.built == NOW
    assert sorted(str(each.exitcode) for each in both) == ["0", "1"], "the older one is told that it is older"
    assert list(target.glob(".import-*")) == []


def test_import_killed_half_way_leaves_the_old_one_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    older, newer = made(tmp_path / "1", NOW - timedelta(days=1)), made(tmp_path / "2", NOW)
    target = tmp_path / "db"
    imported(older, target, Grype())

    for is_late in (False, True):
        victim = FORK.Process(target=imported, args=(newer, target, Killed(is_late=is_late)))
        victim.start()
        victim.join(30)

        assert victim.exitcode == -signal.SIGKILL
        found = status(target, is_thorough=True)
        assert (found.problem, found.contents and found.contents.built) == ("", NOW - timedelta(days=1))

    imported(newer, target, Grype())
    found = status(target, is_thorough=True)
    assert found.contents is not None
    assert found.contents.built == NOW
    assert list(target.glob(".import-*")) == []


def test_import_killed_before_anything_was_there_leaves_nothing_that_passes_for_one(tmp_path: Path) -> None:
    target = tmp_path / "db"
    victim = FORK.Process(target=imported, args=(made(tmp_path / "1", NOW), target, Killed(is_late=True)))
    victim.start()
    victim.join(30)

    assert status(target).contents is None
