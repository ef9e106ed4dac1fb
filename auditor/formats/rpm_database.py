"""Reads the package database of rpm where it is SQLite (``rpmdb.sqlite``): names, files, and their digests.

The older databases (Berkeley DB, ndb) are not read. Headers are big-endian: two counts, index entries of sixteen bytes
(tag, type, offset, number), then the data.

References: rpm docs/manual/format_header.md and tags.md; lib/rpmfiles.h (flags); RFC 4880 9.4 (digest numbers).
"""

from __future__ import annotations

import sqlite3
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME: Final = 1000
_VERSION: Final = 1001
_RELEASE: Final = 1002
_FILE_DIGESTS: Final = 1035
_FILE_FLAGS: Final = 1037
_DIR_INDEXES: Final = 1116
_BASE_NAMES: Final = 1117
_DIR_NAMES: Final = 1118
_DIGEST_ALGORITHM: Final = 5011
_INT32: Final = 4
_STRINGS: Final = frozenset({6, 8, 9})
_NOT_HELD: Final = 1 | 64
"""Files of configuration, which their owner may change, and ghosts, which the package does not bring."""
_ALGORITHMS: Final = {0: "md5", 1: "md5", 2: "sha1", 8: "sha256", 9: "sha384", 10: "sha512"}
_ENTRY_LIMIT: Final = 100_000
_FILE_LIMIT: Final = 1_000_000
_PACKAGE_LIMIT: Final = 100_000
_STEPS: Final = 200_000_000
"""Instructions of SQLite, at most: a database that is all joins and views ends here."""
_WAL: Final = b"\x02\x02"
_ROLLBACK: Final = b"\x01\x01"


class RpmDatabaseError(ValueError):
    """The database cannot be read."""


class RpmFile(NamedTuple):
    """A file of a package.

    Attributes:
        package: Name of the package.
        path: Without a leading slash.
        algorithm: ``sha256``, ``md5`` …; empty where the package holds it to no digest.
        digest: Hex digits.
    """

    package: str
    path: str
    algorithm: str
    digest: str


def read(data: bytes) -> Iterator[RpmFile]:
    """Yield the files of all packages.

    Args:
        data: The whole of ``rpmdb.sqlite``.

    Raises:
        RpmDatabaseError: It is damaged, or of another form.
    """
    if not data.startswith(b"SQLite format 3\0"):
        message = "no SQLite database"
        raise RpmDatabaseError(message)
    if (
        data[18:20] == _WAL
    ):  # a database in memory has no log beside it; what rpm wrote is in the file once it closed it
        data = data[:18] + _ROLLBACK + data[20:]
    database = sqlite3.connect(":memory:")
    try:
        database.deserialize(data)
        database.execute("PRAGMA trusted_schema = OFF")
        database.set_progress_handler(lambda: 1, _STEPS)
        kind = database.execute("SELECT type FROM sqlite_master WHERE name = 'Packages'").fetchone()
        if kind != ("table",):
            message = "it has no table of packages"
            raise RpmDatabaseError(message)
        for number, (blob,) in enumerate(database.execute("SELECT blob FROM Packages")):
            if number >= _PACKAGE_LIMIT:
                message = f"more than {_PACKAGE_LIMIT} packages"
                raise RpmDatabaseError(message)
            if not isinstance(blob, bytes):
                message = "a package that is no header"
                raise RpmDatabaseError(message)
            yield from _files(blob)
    except (sqlite3.Error, struct.error, UnicodeDecodeError, IndexError, OverflowError, MemoryError) as problem:
        raise RpmDatabaseError(str(problem)) from problem
    finally:
        database.close()


def _files(blob: bytes) -> Iterator[RpmFile]:
    said = _header(blob)
    name = next(iter(_texts(said, blob, _NAME, 1)), "")
    bases = _texts(said, blob, _BASE_NAMES, _FILE_LIMIT)
    folders = _texts(said, blob, _DIR_NAMES, _FILE_LIMIT)
    indexes, flags = _numbers(said, blob, _DIR_INDEXES), _numbers(said, blob, _FILE_FLAGS)
    digests = _texts(said, blob, _FILE_DIGESTS, _FILE_LIMIT)
    algorithm = _ALGORITHMS.get(next(iter(_numbers(said, blob, _DIGEST_ALGORITHM)), 1), "")
    if len(indexes) != len(bases):
        message = f"{name}: {len(bases)} files in {len(indexes)} folders"
        raise RpmDatabaseError(message)
    for number, base in enumerate(bases):
        path = (folders[indexes[number]] + base).lstrip("/")
        is_held = number < len(digests) and digests[number] and not (number < len(flags) and flags[number] & _NOT_HELD)
        yield RpmFile(name, path, algorithm if is_held else "", digests[number].lower() if is_held else "")


def _header(blob: bytes) -> dict[int, tuple[int, int, int]]:
    """Return type, place and number of values by tag."""
    entries, size = struct.unpack_from(">II", blob)
    base = 8 + 16 * entries
    if entries > _ENTRY_LIMIT or base + size > len(blob):
        message = "a header that is cut off"
        raise RpmDatabaseError(message)
    found: dict[int, tuple[int, int, int]] = {}
    for number in range(entries):
        tag, kind, offset, count = struct.unpack_from(">IIII", blob, 8 + 16 * number)
        found.setdefault(tag, (kind, base + offset, count))
    return found


def _texts(said: dict[int, tuple[int, int, int]], blob: bytes, tag: int, most: int) -> list[str]:
    kind, at, count = said.get(tag, (0, 0, 0))
    if kind not in _STRINGS:
        return []
    if count > most:
        message = f"{count} values of one tag"
        raise RpmDatabaseError(message)
    found = []
    for _each in range(count):
        end = blob.index(b"\0", at)
        found.append(blob[at:end].decode("utf-8", "surrogateescape"))
        at = end + 1
    return found


def _numbers(said: dict[int, tuple[int, int, int]], blob: bytes, tag: int) -> tuple[int, ...]:
    kind, at, count = said.get(tag, (0, 0, 0))
    if kind != _INT32:
        return ()
    if count > _FILE_LIMIT or at + 4 * count > len(blob):
        message = "a header that is cut off"
        raise RpmDatabaseError(message)
    return struct.unpack_from(f">{count}I", blob, at)
