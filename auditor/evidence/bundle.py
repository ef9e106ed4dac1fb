"""A run as one file, ``….auditor.zip``: the same run gives the same bytes on every machine."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from auditor.errors import ConfigError
from auditor.evidence import contents
from auditor.formats import stored_zip

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.evidence.contents import Archive


def check(place: Path) -> None:
    """Make sure, before anything runs, that a bundle can be written.

    Raises:
        ConfigError: It cannot.
    """
    there = next(each for each in place.absolute().parents if os.path.lexists(each))
    if place.is_dir() or not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        message = f"the bundle {place} cannot be written: {there} cannot be written to, or a folder has its name"
        raise ConfigError(message)


def write(run: Path, place: Path) -> Path:
    """Write the bundle of a sealed run; it has its name only when all of it is on the disk.

    Args:
        run: Folder of the run.
        place: The file, replaced if it is there.

    Returns:
        The file.

    Raises:
        ConfigError: The run is not sealed, or the file cannot be written.
        IntegrityError: The folder holds what no run does.
    """
    found = contents.of_folder(run)
    if contents.SEAL not in found.sizes:
        message = f"{run} is not sealed: it has no {contents.SEAL}"
        raise ConfigError(message)
    half = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with half.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            stored_zip.write(file, ((name, partial(_opened, run / name)) for name in found.sizes))
            file.flush()
            os.fsync(file.fileno())
        half.replace(place)
    except OSError as error:
        message = f"the bundle {place} cannot be written: {error.strerror or error}"
        raise ConfigError(message) from error
    except stored_zip.ZipError as problem:
        raise ConfigError(str(problem)) from problem
    finally:
        half.unlink(missing_ok=True)
    return place


def unpack(files: Archive, place: Path) -> None:
    """Write the files of a bundle to a folder, which is made; the caller has verified them.

    Raises:
        ConfigError: They cannot be written.
    """
    try:
        for name, size in files.sizes.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with files.open(name) as opened, path.open("xb") as file:
                left = size
                while left and (chunk := opened.read(min(left, stored_zip.CHUNK))):
                    left -= len(chunk)
                    file.write(chunk)
    except OSError as error:
        message = f"the bundle cannot be unpacked to {place}: {error.strerror or error}"
        raise ConfigError(message) from error


def _opened(place: Path) -> BinaryIO:
    return place.open("rb")
