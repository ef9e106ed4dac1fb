"""Kept observations: they come back whole, and a cache in trouble costs time and nothing else."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.cache import ObservationCache

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cache(tmp_path: Path) -> ObservationCache:
    return ObservationCache(tmp_path / "cache" / "observations.db")


def test_what_was_put_comes_back(cache: ObservationCache) -> None:
    items = {f"k{number}": b"x" * number for number in range(1200)}

    cache.put_many(items)

    assert cache.get_many([*items, "other"]) == items


def test_later_value_wins(cache: ObservationCache) -> None:
    cache.put_many({"k": b"1"})
    cache.put_many({"k": b"2"})

    assert cache.get_many(["k"]) == {"k": b"2"}


def test_no_cache_holds_nothing() -> None:
    none = ObservationCache(None)
    none.put_many({"k": b"1"})
    none.clean()

    assert none.get_many(["k"]) == {}


@settings(max_examples=20)
@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.binary(), max_size=5))
def test_any_value_comes_back(tmp_path_factory: pytest.TempPathFactory, items: dict[str, bytes]) -> None:
    cache = ObservationCache(tmp_path_factory.mktemp("cache") / "o.db")

    cache.put_many(items)

    assert cache.get_many(list(items)) == items


@pytest.mark.parametrize("rubbish", [b"rubbish" * 1000, b"", b"SQLite format 3\0" + b"\xff" * 4096])
def test_damaged_file_is_made_anew(cache: ObservationCache, rubbish: bytes) -> None:
    assert cache.path
    cache.path.parent.mkdir()
    cache.path.write_bytes(rubbish)

    first = cache.get_many(["k"])
    cache.put_many({"k": b"1"})
    cache.put_many({"k": b"1"})

    assert first == {}
    assert cache.get_many(["k"]) == {"k": b"1"}


def test_damaged_page_is_made_anew(cache: ObservationCache) -> None:
    assert cache.path
    cache.put_many({f"k{number}": os.urandom(2000) for number in range(200)})
    data = bytearray(cache.path.read_bytes())
    data[4096 * 2 :] = b"\xa5" * (len(data) - 4096 * 2)
    cache.path.write_bytes(data)

    broken = cache.get_many([f"k{number}" for number in range(200)])
    cache.put_many({"k": b"1"})
    cache.put_many({"k": b"1"})

    assert len(broken) < 200
    assert cache.get_many(["k"]) == {"k": b"1"}


def test_damaged_value_is_absent(cache: ObservationCache) -> None:
    assert cache.path
    cache.put_many({"k": b"1"})
    with sqlite3.connect(cache.path) as database:
        database.execute("UPDATE observation SET value = x'00ff00ff'")
    database.close()

    assert cache.get_many(["k"]) == {}


@pytest.mark.parametrize("place", ["file/observations.db", "folder", "n" * 300, "a\0b"])
def test_place_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    cache = ObservationCache(tmp_path / place)

    cache.put_many({"k": b"1"})
    cache.clean()

    assert cache.get_many(["k"]) == {}


def test_old_observations_are_dropped(cache: ObservationCache) -> None:
    assert cache.path
    cache.put_many({"old": b"1", "new": b"2"})
    with sqlite3.connect(cache.path) as database:
        database.execute("UPDATE observation SET made = ? WHERE key = 'old'", (int(time.time()) - 1000,))
    database.close()

    cache.clean(age_limit_s=500)

    assert cache.get_many(["old", "new"]) == {"new": b"2"}


def test_oldest_observations_are_dropped_where_there_are_too_many(cache: ObservationCache) -> None:
    assert cache.path
    cache.put_many({f"k{number}": os.urandom(1000) for number in range(100)})

    cache.clean(size_limit_bytes=50_000)

    left = cache.get_many([f"k{number}" for number in range(100)])
    assert 0 < len(left) < 60


def test_cleaning_what_is_not_there_makes_nothing(cache: ObservationCache) -> None:
    assert cache.path
    cache.clean()

    assert not cache.path.exists()


def test_two_processes_at_once_lose_nothing(cache: ObservationCache) -> None:
    code = (
        "import sys; from pathlib import Path; from auditor.cache import ObservationCache\n"
        "cache, name = ObservationCache(Path(sys.argv[1])), sys.argv[2]\n"
        "for n in range(30):\n"
        "    cache.put_many({f'{name}{n}': b'x'}); assert cache.get_many([f'{name}{n}'])\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(cache.path), name]) for name in "ab"]

    ended = [process.wait(60) for process in running]

    assert ended == [0, 0]
    assert len(cache.get_many([f"{name}{number}" for name in "ab" for number in range(30)])) == 60


def test_a_database_that_another_process_is_just_making_is_waited_for(cache: ObservationCache) -> None:
    assert cache.path is not None
    cache.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = sqlite3.connect(cache.path, check_same_thread=False, isolation_level=None)
    cache.path.chmod(0o600)
    making.execute("CREATE TABLE half (made)")
    making.execute("BEGIN IMMEDIATE")  # of which SQLite tells whoever sets a journal at once, without waiting
    threading.Timer(0.3, lambda: making.execute("COMMIT")).start()

    cache.put_many({"k": b"said"})

    assert cache.get_many(["k"]) == {"k": b"said"}
    making.close()


@pytest.mark.parametrize("value", [b"", b"{}", b"x" * 100, 5, "text", None])
def test_row_that_somebody_else_wrote_is_not_believed(cache: ObservationCache, value: object) -> None:
    cache.put_many({"k": b"said", "other": b"kept"})
    assert cache.path is not None
    with sqlite3.connect(cache.path) as database, contextlib.suppress(sqlite3.IntegrityError):
        database.execute("UPDATE observation SET value = ? WHERE key = 'k'", (value,))
        if value is not None:
            assert cache.get_many(["k", "other"]).keys() <= {"k", "other"}
    database.close()

    assert cache.get_many(["k", "other"]).get("k") in ({None, b"said"} if value is None else {None})


def test_row_moved_to_another_key_is_not_believed(cache: ObservationCache) -> None:
    cache.put_many({"clean": b"nothing found", "bad": b"a flaw"})
    assert cache.path is not None
    with sqlite3.connect(cache.path) as database:
        (row,) = database.execute("SELECT value FROM observation WHERE key = 'clean'").fetchone()
        database.execute("UPDATE observation SET value = ? WHERE key = 'bad'", (row,))
    database.close()

    assert cache.get_many(["clean", "bad"]) == {"clean": b"nothing found"}


def test_cache_of_another_installation_is_none(
    cache: ObservationCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.put_many({"k": b"said"})
    monkeypatch.setenv("AUDITOR_STATE", str(tmp_path / "elsewhere"))

    assert cache.get_many(["k"]) == {}


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_cache_that_others_can_write_to_is_none(cache: ObservationCache, mode: int) -> None:
    cache.put_many({"k": b"said"})
    assert cache.path is not None
    cache.path.parent.chmod(mode)

    assert cache.get_many(["k"]) == {}
