"""The files of a run, in its folder or in a bundle: names, sizes, bytes; nothing is trusted yet."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from auditor.errors import ConfigError, IntegrityError
from auditor.formats import stored_zip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

SEAL: Final = "evidence.json"
LATER: Final = "later"
"""Folder for reports that are written after a run was sealed; no part of the evidence."""
SUFFIX: Final = ".auditor.zip"


class Contents(Protocol):
    """Files by name."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Size of each file, by its name, ascending."""

    def open(self, name: str, /) -> AbstractContextManager[BinaryIO]:
        """Open a file to be read once, from its first octet."""


@dataclass(frozen=True)
class Folder:
    """The files below a folder."""

    root: Path
    sizes: Mapping[str, int]

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open a file; never through a link."""
        descriptor = os.open(self.root / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            yield file


@dataclass(frozen=True)
class Archive:
    """The files of a bundle."""

    path: Path
    sizes: Mapping[str, int]
    entries: Mapping[str, stored_zip.Entry]

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Open the archive where the file starts; the reader stops after its size."""
        with self.path.open("rb", buffering=0) as file:
            file.seek(self.entries[name].data)
            yield file


def open_contents(place: Path) -> Folder | Archive:
    """Return the files of a run's folder or of a bundle.

    Raises:
        ConfigError: There is no such thing, or it cannot be read.
        IntegrityError: It holds what no run does: links, devices, names that leave it; or is no bundle as we write it.
    """
    try:
        return of_folder(place) if place.is_dir() else _archive(place)
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}"
        raise ConfigError(message) from error


def of_folder(root: Path) -> Folder:
    """Return the files of a run's folder, without those that were written later.

    Raises:
        IntegrityError: It holds what no run does.
    """
    sizes: dict[str, int] = {}
    pending = [(root, "")]
    while pending:
        folder, before = pending.pop()
        with os.scandir(folder) as found:
            for entry in found:
                name = before + entry.name
                if name == LATER:
                    continue
                mode = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(mode.st_mode):
                    pending.append((folder / entry.name, name + "/"))
                elif stat.S_ISREG(mode.st_mode) and not stored_zip.name_problem(name):
                    sizes[name] = mode.st_size
                else:
                    message = f"{root}: {name!r}: neither a file nor a folder that a run makes"
                    raise IntegrityError(message)
    return Folder(root, dict(sorted(sizes.items())))


def _archive(path: Path) -> Archive:
    with path.open("rb") as file:
        try:
            entries = stored_zip.read(file)
        except stored_zip.ZipError as problem:
            message = f"{path}: {problem}"
            raise IntegrityError(message) from problem
    return Archive(path, {entry.name: entry.size for entry in entries}, {entry.name: entry for entry in entries})


def read(contents: Contents, name: str, limit: int) -> bytes:
    """Return the bytes of one file.

    Raises:
        IntegrityError: It is not there, or larger than the limit.
    """
    size = contents.sizes.get(name)
    if size is None or size > limit:
        message = f"{name}: {'is missing' if size is None else f'has more than {limit:,} bytes'}"
        raise IntegrityError(message)
    with contents.open(name) as file:
        data = b""
        while len(data) < size and (chunk := file.read(size - len(data))):
            data += chunk
    return data
