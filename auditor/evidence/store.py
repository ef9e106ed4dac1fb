"""Writes a run to its folder, whole or not at all, and finds earlier ones."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import zstandard

from auditor.errors import ConfigError
from auditor.formats.facts import fact_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from auditor.model.record import Record

RUNS: Final = Path(".auditor", "runs")
LATEST: Final = "latest"
_RECORD: Final = "record.json"
_HALF: Final = ".part-"
_MANY_FACTS: Final = 20_000
"""A process costs 20 ms, and a fact 5 µs."""


def check_output(folder: Path | None) -> None:
    """Make sure, before anything is observed, that a run can be written.

    Args:
        folder: Folder given by ``--output``, to become the folder of the run; None for a new one below `RUNS`.

    Raises:
        ConfigError: It is there and not empty, is no folder, or cannot be made or written.
    """
    named = f"--output {folder}" if folder else f"{RUNS} in this folder"
    try:
        if folder and folder.is_dir():
            if any(folder.iterdir()):
                message = f"{named} is not empty: name a folder that is absent or empty"
                raise ConfigError(message)
        elif folder and os.path.lexists(folder):
            message = f"{named} is no folder: name a folder that is absent or empty"
            raise ConfigError(message)
        wanted = (folder or RUNS).absolute()
        there = next(place for place in (wanted, *wanted.parents) if os.path.lexists(place))
    except OSError as error:
        message = f"{named} cannot be used: {error.strerror}; name another folder with --output"
        raise ConfigError(message) from error
    if not there.is_dir():
        message = f"{named} cannot be made: {there} is no folder; name another folder with --output"
        raise ConfigError(message)
    if not os.access(there, os.W_OK | os.X_OK):
        message = f"{named} cannot be written: no permission in {there}; name another folder with --output"
        raise ConfigError(message)


def write(
    record: Record, render: Callable[[], Mapping[str, bytes]], folder: Path | None
) -> tuple[Path, Mapping[str, bytes]]:
    """Write a run. All of it is written before any of it has its own name, and ``record.json`` gets its name last.

    Args:
        record: What to keep.
        render: Makes the reports, bytes by file name; called while the facts are written.
        folder: The run's own folder, absent or empty; a new one below ``.auditor/runs`` if not given.

    Returns:
        The folder, and the reports.

    Raises:
        ConfigError: The folder cannot be written, or is not empty any more.
    """
    place = folder or RUNS / record.run.id
    is_ours = not place.is_dir()
    half = place / f"{_HALF}{record.run.id}"
    try:
        half.mkdir(parents=True)
        with _writing_facts(record, half):
            _captures(record, half)
            reports = render()
            for name, data in reports.items():
                (half / name).parent.mkdir(parents=True, exist_ok=True)
                (half / name).write_bytes(data)
        _name(half, place)
    except (OSError, ConfigError) as error:
        shutil.rmtree(half, ignore_errors=True)
        if is_ours:
            with contextlib.suppress(OSError):
                place.rmdir()
        if isinstance(error, ConfigError):
            raise
        message = f"the run cannot be written to {place}: {error.strerror or error}; name another folder with --output"
        raise ConfigError(message) from error
    if folder is None:
        _point_latest(place)
    return place, reports


def _name(half: Path, place: Path) -> None:
    """Give what was written its own names; the folder may be the root of a disk, which cannot be exchanged as a whole.

    Raises:
        ConfigError: Another run was written there meanwhile.
    """
    taken = sorted(each.name for each in place.iterdir() if not each.name.startswith(_HALF))
    if taken:
        message = f"{place} is not empty any more: {taken[0]} was written there meanwhile"
        raise ConfigError(message)
    for each in sorted(half.iterdir(), key=lambda each: (each.name == _RECORD, each.name)):
        each.rename(place / each.name)
    half.rmdir()


def _captures(record: Record, folder: Path) -> None:
    place = folder / "captures" / "sha256"
    for digest, capture in record.captures.items():
        name = digest.removeprefix("sha256:")
        inner = place / name[:2]
        inner.mkdir(parents=True, exist_ok=True)
        (inner / name).write_bytes(capture.data)


@contextlib.contextmanager
def _writing_facts(record: Record, folder: Path) -> Iterator[None]:
    """Write the facts, beside what the block does: many by a process of their own, which takes a second otherwise.

    Raises:
        OSError: They cannot be written.
    """
    if sum(len(found) for facts in record.facts.values() for _kind, found in facts.kinds()) < _MANY_FACTS:
        _facts(record, folder)
        yield
        return
    writer = multiprocessing.get_context("fork").Process(target=_facts, args=(record, folder), daemon=True)
    writer.start()
    try:
        yield
        writer.join()
        if writer.exitcode != 0:  # again, to learn from the first hand why
            shutil.rmtree(folder / "facts", ignore_errors=True)
            _facts(record, folder)
    finally:
        writer.kill()
        writer.join()


def _facts(record: Record, folder: Path) -> None:
    place = folder / "facts"
    place.mkdir()
    kinds = sorted({kind for facts in record.facts.values() for kind, _found in facts.kinds()})
    for kind in kinds:
        packer = zstandard.ZstdCompressor()
        with (place / f"{kind}.jsonl.zst").open("wb") as file, packer.stream_writer(file) as stream:
            for system, facts in record.facts.items():
                for line in fact_lines(system, facts.named(kind)):
                    stream.write(line)


def _point_latest(place: Path) -> None:
    link = place.parent / LATEST
    half = place.parent / f".{LATEST}.{os.getpid()}"
    with contextlib.suppress(OSError):
        half.symlink_to(place.name)
        half.replace(link)


def add_reports(folder: Path, reports: Mapping[str, bytes]) -> list[Path]:
    """Write reports beside others; each replaces one of its name at once.

    Raises:
        ConfigError: The folder cannot be written.
    """
    places = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in reports.items():
            half = folder / f".{name}.{os.getpid()}"
            half.write_bytes(data)
            places.append(half.replace(folder / name))
    except OSError as error:
        message = f"reports cannot be written to {folder}: {error.strerror}"
        raise ConfigError(message) from error
    return places


def is_run(name: str) -> bool:
    """Tell whether a path is the folder of a run, or its ``record.json``."""
    place = Path(name)
    with contextlib.suppress(OSError, ValueError):
        return (place / _RECORD).is_file() or (place.name == _RECORD and place.is_file())
    return False


def find_run(name: str) -> Path:
    """Return the folder of an earlier run: a path, a run id, or ``latest``.

    Raises:
        ConfigError: There is no such run.
    """
    for place in (Path(name), RUNS / name):
        with contextlib.suppress(OSError):  # a name may be too long, or a folder closed to us
            if (place / _RECORD).is_file():
                return place
            if place.name == _RECORD and place.is_file():
                return place.parent
    message = (
        f"no run {name[:200]!r}: give the folder of a run (it holds record.json), a run id below {RUNS}, or latest"
    )
    raise ConfigError(message)
