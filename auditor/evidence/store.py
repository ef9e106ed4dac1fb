"""Writes a run to its folder, whole or not at all, and finds earlier ones."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import zstandard

from auditor.errors import ConfigError
from auditor.formats.facts import fact_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.record import Record

RUNS: Final = Path(".auditor", "runs")
LATEST: Final = "latest"


def check_output(folder: Path) -> None:
    """Make sure that a folder given by ``--output`` can become the folder of a run.

    Raises:
        ConfigError: It is there and not empty, or is no folder.
    """
    if folder.is_dir():
        if any(folder.iterdir()):
            message = f"--output {folder} is not empty: name a folder that is absent or empty"
            raise ConfigError(message)
    elif folder.exists() or folder.is_symlink():
        message = f"--output {folder} is no folder: name a folder that is absent or empty"
        raise ConfigError(message)


def write(record: Record, reports: Mapping[str, bytes], folder: Path | None) -> Path:
    """Write a run.

    Args:
        record: What to keep.
        reports: Bytes by file name.
        folder: The run's own folder; a new one below ``.auditor/runs`` if not given.

    Returns:
        The folder.

    Raises:
        ConfigError: The folder cannot be written.
    """
    place = folder or RUNS / record.run.id
    half = place.with_name(f".{place.name}.part")
    try:
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        _captures(record, half)
        _facts(record, half)
        for name, data in reports.items():
            (half / name).parent.mkdir(parents=True, exist_ok=True)
            (half / name).write_bytes(data)
        if place.is_dir():
            place.rmdir()
        half.replace(place)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        message = f"the run cannot be written to {place}: {error.strerror or error}; name another folder with --output"
        raise ConfigError(message) from error
    if folder is None:
        _point_latest(place)
    return place


def _captures(record: Record, folder: Path) -> None:
    place = folder / "captures" / "sha256"
    for digest, capture in record.captures.items():
        name = digest.removeprefix("sha256:")
        inner = place / name[:2]
        inner.mkdir(parents=True, exist_ok=True)
        (inner / name).write_bytes(capture.data)


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


def find_run(name: str) -> Path:
    """Return the folder of an earlier run: a path, a run id, or ``latest``.

    Raises:
        ConfigError: There is no such run.
    """
    for place in (Path(name), RUNS / name):
        if (place / "record.json").is_file():
            return place
        if place.name == "record.json" and place.is_file():
            return place.parent
    message = f"no run {name!r}: give the folder of a run (it holds record.json), a run id below {RUNS}, or latest"
    raise ConfigError(message)
