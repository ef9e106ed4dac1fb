"""Zip archives that hold files as they are: one spelling for the same files, and a reader that takes no other.

Nothing is compressed, so the bytes depend on no library, an archive cannot swell when it is read, and every byte of it
is either a byte of a file or follows from the files (APPNOTE 6.3.10). A reader that builds the same structure again and
compares finds any change, and what no writer of ours makes: links, twins, paths that climb, extra fields, comments.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILES_LIMIT: Final = 1_000_000
NAME_OCTETS: Final = 1024
CHUNK: Final = 1 << 20

_LOCAL: Final = b"PK\x03\x04"
_CENTRAL: Final = b"PK\x01\x02"
_END_64: Final = b"PK\x06\x06"
_LOCATOR_64: Final = b"PK\x06\x07"
_END: Final = b"PK\x05\x06"
_UTF8_NAMES: Final = 1 << 11
_VERSION, _VERSION_64 = 20, 45
_TIME, _DATE = 0, 1 << 5 | 1
"""Midnight of 1 January 1980, where the format's clock starts."""
_MODE: Final = 0o100644 << 16
_MADE_BY_UNIX: Final = 3 << 8
_MAX_32: Final = 0xFFFFFFFF
_MAX_16: Final = 0xFFFF
_HEADER: Final = struct.Struct("<4sHHHHHIIIHH")
_ROW: Final = struct.Struct("<4sHHHHHHIIIHHHHHII")


class ZipError(ValueError):
    """The bytes are no archive as written here.

    Attributes:
        name: The file at fault; empty where it is the directory of the archive or the archive itself.
    """

    def __init__(self, name: str, why: str) -> None:
        """Keep the file apart from what is wrong with it."""
        super().__init__(f"{name or 'archive'}: {why}")
        self.name = name
        self.why = why


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive.

    Attributes:
        name: Relative path with ``/``.
        start: Offset of its header.
        size: Its octets.
        crc: CRC-32 of them, as the archive has it.
    """

    name: str
    start: int
    size: int
    crc: int

    @property
    def data(self) -> int:
        """Offset of its first octet."""
        return self.start + len(_local(self))


def name_problem(name: str) -> str:
    """Return what is wrong with the name of a file, empty if nothing is."""
    parts = name.split("/")
    if not name or len(name.encode("utf-8", "surrogatepass")) > NAME_OCTETS:
        return "its name is empty or too long"
    if any(part in {"", ".", ".."} for part in parts) or "\\" in name or ":" in parts[0]:
        return "its name leaves the folder"
    if not name.isprintable():
        return "its name cannot be printed"
    return ""


def write(out: BinaryIO, files: Iterable[tuple[str, Callable[[], BinaryIO]]]) -> None:
    """Write an archive.

    Args:
        out: Can seek.
        files: Names, ascending, and what opens each.

    Raises:
        ZipError: A name is no plain relative path, or they are not in order.
    """
    entries: list[Entry] = []
    for name, opened in files:
        if problem := name_problem(name):
            raise ZipError(name, problem)
        if entries and name <= entries[-1].name:
            raise ZipError(name, "the names are not in order")
        start = out.tell()
        with opened() as file:
            file.seek(0, 2)
            size = file.tell()
            file.seek(0)
            out.write(_local(Entry(name, start, size, 0)))
            crc, left = 0, size
            while left:
                chunk = file.read(min(CHUNK, left))
                if not chunk:
                    raise ZipError(name, "it became shorter while it was read")
                crc = zlib.crc32(chunk, crc)
                left -= len(chunk)
                out.write(chunk)
        entry = Entry(name, start, size, crc)
        end = out.tell()
        out.seek(start)
        out.write(_local(entry))
        out.seek(end)
        entries.append(entry)
    out.write(_directory(entries, out.tell()))


def read(file: BinaryIO) -> list[Entry]:
    """Return the files of an archive, none of them read yet.

    Args:
        file: Can seek.

    Raises:
        ZipError: It is not, octet for octet, what `write` makes of these files.
    """
    file.seek(0, 2)
    whole = file.tell()
    entries: list[Entry] = []
    at = 0
    while (entry := _next(file, at, whole, entries[-1].name if entries else "")) is not None:
        entries.append(entry)
        if len(entries) > FILES_LIMIT:
            raise ZipError("", f"more than {FILES_LIMIT:,} files")
        at = entry.data + entry.size
    expected = _directory(entries, at)
    if whole - at != len(expected):
        raise ZipError("", f"its directory has {whole - at} octets where {len(expected)} are due")
    file.seek(at)
    if file.read(len(expected)) != expected:
        raise ZipError(_differing(file, at, entries), "the directory of the archive says something else of it")
    return entries


def _next(file: BinaryIO, at: int, whole: int, before: str) -> Entry | None:
    file.seek(at)
    head = file.read(_HEADER.size)
    if head[:4] in {_CENTRAL, _END} and len(head) >= 4:  # noqa: PLR2004 - a signature
        return None
    if len(head) < _HEADER.size or head[:4] != _LOCAL:
        where = f"no header of a file at octet {at}" + (f", behind {before}" if before else "")
        raise ZipError(before, where) if before else ZipError("", f"this is no archive as auditor writes it: {where}")
    *_fixed, crc, _packed, size, name_size, extra_size = _HEADER.unpack(head)
    raw = file.read(name_size)
    extra = file.read(extra_size)
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ZipError(repr(raw)[:200], "its name is not UTF-8") from error
    if problem := name_problem(name):
        raise ZipError(repr(name)[:200], problem)
    if name <= before:
        raise ZipError(name, "it stands there twice, or not in order")
    if size == _MAX_32 and len(extra) >= 12:  # noqa: PLR2004 - the extra field of zip64
        size = int.from_bytes(extra[4:12], "little")
    entry = Entry(name, at, size, crc)
    if head + raw + extra != _local(entry):
        raise ZipError(
            name, "its header is not as auditor writes it (compressed, encrypted, dated or with extra fields)"
        )
    if entry.data + size > whole:
        raise ZipError(name, "the archive ends inside it")
    return entry


def _differing(file: BinaryIO, at: int, entries: Iterable[Entry]) -> str:
    """Return the name of the first file whose row of the directory differs; empty if it is the end of it."""
    file.seek(at)
    for entry in entries:
        row = _row(entry)
        if file.read(len(row)) != row:
            return entry.name
    return ""


def _local(entry: Entry) -> bytes:
    is_long = entry.size >= _MAX_32
    size = _MAX_32 if is_long else entry.size
    extra = struct.pack("<HHQQ", 1, 16, entry.size, entry.size) if is_long else b""
    name = entry.name.encode()
    version = _VERSION_64 if is_long else _VERSION
    head = (_LOCAL, version, _UTF8_NAMES, 0, _TIME, _DATE, entry.crc, size, size, len(name), len(extra))
    return _HEADER.pack(*head) + name + extra


def _row(entry: Entry) -> bytes:
    is_long, is_far = entry.size >= _MAX_32, entry.start >= _MAX_32
    size, start = (_MAX_32 if is_long else entry.size), (_MAX_32 if is_far else entry.start)
    values = [entry.size, entry.size] * is_long + [entry.start] * is_far
    extra = struct.pack(f"<HH{len(values)}Q", 1, 8 * len(values), *values) if values else b""
    name = entry.name.encode()
    version = _VERSION_64 if values else _VERSION
    made_by = _MADE_BY_UNIX | version
    head = (_CENTRAL, made_by, version, _UTF8_NAMES, 0, _TIME, _DATE, entry.crc, size, size, len(name), len(extra))
    return _ROW.pack(*head, 0, 0, 0, _MODE, start) + name + extra


def _directory(entries: list[Entry], start: int) -> bytes:
    rows = b"".join(map(_row, entries))
    count, size = len(entries), len(rows)
    wide = b""
    if count >= _MAX_16 or size >= _MAX_32 or start >= _MAX_32:
        made_by = _MADE_BY_UNIX | _VERSION_64
        record = struct.pack("<4sQHHIIQQQQ", _END_64, 44, made_by, _VERSION_64, 0, 0, count, count, size, start)
        wide = record + struct.pack("<4sIQI", _LOCATOR_64, 0, start + size, 1)
    few, short, near = min(count, _MAX_16), min(size, _MAX_32), min(start, _MAX_32)
    return rows + wide + struct.pack("<4sHHHHIIH", _END, 0, 0, few, few, short, near, 0)
