"""Bytes of a log file as lines or JSON values with their offsets: unpacked, bounded, never whole in memory."""

from __future__ import annotations

import bz2
import hashlib
import lzma
import os
import re
import stat
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

import orjson
import zstandard

from auditor import reasons
from auditor.formats.logs.row import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

CHUNK: Final = 1 << 20
LINE_LIMIT: Final = 8 << 20
"""Longer lines are unreadable: the longest known audit events (etcd's limit on objects, twice) are 3 MB."""
DEPTH: Final = 512
"""Levels of a record that are kept where it has more than a parser takes."""
HEAD_BYTES: Final = 64 << 10
UNPACKED_LIMIT: Final = 1 << 40
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_PARQUET: Final = b"PAR1"
_XZ: Final = b"\xfd7zX"
_BZIP2: Final = re.compile(rb"BZh[1-9]")
_XZ_MEMORY: Final = 128 << 20
"""What `xz -9` needs for its window, and room beside it; more is refused."""
_ROWS: Final = 1000
_BOM: Final = b"\xef\xbb\xbf"
_TOKEN: Final = re.compile(rb'["{}\[\]]')
_STRING_END: Final = re.compile(rb'["\\]')


@dataclass
class LogBytes:
    """A file that is being read: what went by is counted and digested.

    Attributes:
        path: The file.
        begin: First byte that is read, of a file that is not packed.
        end: The byte after the last one; None for the end of the file.
        packing: ``gzip``, ``zstd``, ``xz``, ``bzip2``, ``parquet`` (then the rows are read as JSON lines) or empty.
        size: Bytes of the file that were read.
        unpacked: Bytes after unpacking.
        problem: Why reading ended before the end of the file; empty if it did not.
        changed: What happened to the file meanwhile: ``grew``, ``rotated``, ``shrank``; empty for nothing.
    """

    path: Path
    begin: int = 0
    end: int | None = None
    packing: str = ""
    size: int = 0
    unpacked: int = 0
    problem: reasons.Reason = reasons.NONE
    changed: str = ""
    _digest: Any = field(default_factory=hashlib.sha256)

    @property
    def digest(self) -> str:
        """Digest of the bytes of the file that were read."""
        return f"sha256:{self._digest.hexdigest()}"

    def chunks(self) -> Iterator[bytes]:
        """Yield unpacked bytes.

        Raises:
            OSError: The file cannot be opened or read at all.
        """
        with open_regular(self.path) as file:
            before = os.fstat(file.fileno())
            head = file.read(4)
            file.seek(self.begin)
            self.packing = packing_of(head)
            raw = self._raw(file, (before.st_size if self.end is None else self.end) - self.begin)
            if self.packing == "parquet":
                yield from self._of_parquet(file, raw)
            elif self.packing:
                yield from self._unpacked(raw)
            else:
                for chunk in raw:
                    self.unpacked += len(chunk)
                    yield chunk
            self._compare(file, before)

    def _raw(self, file: IO[bytes], size: int) -> Iterator[bytes]:
        """Yield the bytes that the file had at the start, and the rest of a line that was half written then."""
        left = size
        last = b""
        while left > 0:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            last = chunk[-1:]
            self.size += len(chunk)
            self._digest.update(chunk)
            yield chunk
        if last not in {b"", b"\n"} and not self.packing and self.end is None:
            rest = file.read(CHUNK)
            rest = rest[: rest.find(b"\n") + 1]
            if rest:
                self.size += len(rest)
                self._digest.update(rest)
                yield rest

    def _unpacked(self, raw: Iterator[bytes]) -> Iterator[bytes]:
        unpack = _UNPACK[self.packing]
        try:
            for chunk in unpack(raw):
                self.unpacked += len(chunk)
                if self.unpacked > UNPACKED_LIMIT:
                    self.problem = reasons.INPUT_TOO_LARGE
                    return
                yield chunk
        except (zlib.error, zstandard.ZstdError, lzma.LZMAError, OSError, EOFError):
            self.problem = reasons.CANNOT_BE_UNPACKED
        for _rest in raw:
            pass  # so that the digest is that of the whole file

    def _of_parquet(self, file: IO[bytes], raw: Iterator[bytes]) -> Iterator[bytes]:
        """Yield the rows as JSON lines, each without what it does not have."""
        for _rest in raw:
            pass  # so that the digest is that of the whole file
        import pyarrow as pa  # noqa: PLC0415 - only where logs are kept so
        from pyarrow import parquet  # noqa: PLC0415 - only where logs are kept so

        try:
            own = os.fdopen(os.dup(file.fileno()), "rb")  # it is closed with the reader
            own.seek(0)
            rows = parquet.ParquetFile(own, pre_buffer=False)
            for batch in rows.iter_batches(batch_size=_ROWS, use_threads=False):
                chunk = b"".join(orjson.dumps(_said(row), default=str) + b"\n" for row in batch.to_pylist())
                self.unpacked += len(chunk)
                if self.unpacked > UNPACKED_LIMIT:
                    self.problem = reasons.INPUT_TOO_LARGE
                    return
                yield chunk
        except (pa.ArrowException, ValueError, TypeError, OverflowError, OSError):
            self.problem = reasons.CANNOT_BE_UNPACKED

    def _compare(self, file: IO[bytes], before: os.stat_result) -> None:
        now = os.fstat(file.fileno())
        try:
            there = self.path.stat()
        except OSError:
            self.changed = "rotated"
            return
        if (there.st_ino, there.st_dev) != (before.st_ino, before.st_dev):
            self.changed = "rotated"
        elif now.st_size < before.st_size:
            self.changed = "shrank"
        elif now.st_size > before.st_size:
            self.changed = "grew"


def packing_of(head: bytes) -> str:
    """Return how a file is packed by its first four bytes, as `LogBytes.packing` says it; empty if it is not."""
    if head[:2] == _GZIP:
        return "gzip"
    return "bzip2" if _BZIP2.match(head) else {_ZSTD: "zstd", _PARQUET: "parquet", _XZ: "xz"}.get(head[:4], "")


def packing_at(path: Path) -> str:
    """Return how a file is packed.

    Raises:
        OSError: It cannot be opened or read.
    """
    with open_regular(path) as file:
        return packing_of(file.read(4))


def _said(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    """Return a value without columns that are NULL; a map is a list of pairs."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        if value and all(isinstance(each, tuple) and len(each) == 2 for each in value):  # noqa: PLR2004 - a pair
            return {str(name): _said(each) for name, each in value if each is not None}
        return [_said(each) for each in value]
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file for reading.

    Raises:
        OSError: It cannot be opened, or is none (opening a pipe would wait for ever).
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            message = "no regular file"
            raise OSError(0, message)  # noqa: TRY301 - one step for each thing that is looked at
        return os.fdopen(handle, "rb", buffering=0)
    except BaseException:
        os.close(handle)
        raise


def _gunzip(raw: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(31)
    for chunk in raw:
        data = chunk
        while data:
            if unpacker.eof:  # several members, as `cat a.gz b.gz` makes them
                data = data.lstrip(b"\0")
                if not data:
                    break
                unpacker = zlib.decompressobj(31)
            yield unpacker.decompress(data, CHUNK)
            while unpacker.unconsumed_tail:
                yield unpacker.decompress(unpacker.unconsumed_tail, CHUNK)
            data = unpacker.unused_data if unpacker.eof else b""
    yield unpacker.flush()
    if not unpacker.eof:
        raise EOFError


def _unzstd(raw: Iterator[bytes]) -> Iterator[bytes]:
    class _File:
        def __init__(self) -> None:
            self.rest = b""

        def read(self, size: int) -> bytes:
            if not self.rest:
                self.rest = next(raw, b"")
            found, self.rest = self.rest[:size], self.rest[size:]
            return found

    reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
        _File(),  # type: ignore[arg-type] # a file that can only be read
        read_across_frames=True,
    )
    while chunk := reader.read(CHUNK):
        yield chunk


def _streams(raw: Iterator[bytes], make: Callable[[], Any]) -> Iterator[bytes]:
    """Unpack streams, one behind another, as `cat a.xz b.xz` makes them; a piece at a time."""
    unpacker = make()
    for chunk in raw:
        data = chunk
        while data:
            if unpacker.eof:
                data = data.lstrip(b"\0")
                if not data:
                    break
                unpacker = make()
            yield unpacker.decompress(data, CHUNK)
            while not unpacker.eof and not unpacker.needs_input:
                yield unpacker.decompress(b"", CHUNK)
            data = unpacker.unused_data if unpacker.eof else b""
    if not unpacker.eof:
        raise EOFError


_UNPACK: Final[Mapping[str, Callable[[Iterator[bytes]], Iterator[bytes]]]] = {
    "gzip": _gunzip,
    "zstd": _unzstd,
    "xz": lambda raw: _streams(raw, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)),
    "bzip2": lambda raw: _streams(raw, bz2.BZ2Decompressor),
}


def head(path: Path) -> tuple[bytes, reasons.Reason]:
    """Return the first unpacked bytes of a file, and why there are none.

    Raises:
        OSError: The file cannot be opened or read.
    """
    log = LogBytes(path)
    found = b""
    with_problem = reasons.NONE
    chunks = log.chunks()
    for chunk in chunks:
        found += chunk
        if len(found) >= HEAD_BYTES:
            break
    else:
        with_problem = log.problem
    chunks.close()  # type: ignore[attr-defined] # a generator
    return found[: HEAD_BYTES * 4], with_problem


_CHINESE: Final = re.compile("[\u3000-\u303f\u4e00-\u9fa5\uff01-\uff5e\u2014\u2018-\u201d\u2026\u00b7\u0000-\u007f]*")
"""What Chinese text is written in; a line of other bytes comes out of GB 18030 as rare characters."""


def decoded(line: bytes) -> str:
    """Return a line as text: UTF-8, or GB 18030 (GBK) where it is Chinese in that; else what is no text is replaced."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        try:
            chinese = line.decode("gb18030")
        except UnicodeDecodeError:
            chinese = ""
        return chinese if chinese and _CHINESE.fullmatch(chinese) else line.decode("utf-8", "replace")


def lines(chunks: Iterator[bytes], base: int = 0) -> Iterator[tuple[int, bytes] | Unreadable]:  # noqa: C901 - one step for each thing that is looked at
    """Yield (offset, line) without line ends; blank lines and a byte order mark are left out.

    Args:
        chunks: Bytes of a file.
        base: Where in the file they begin, at the head of a line.
    """
    offset, start, rest = base, base, b""
    is_first, skipping = base == 0, False
    for each in chunks:
        chunk = each
        if is_first and chunk:
            is_first = False
            if chunk.startswith(_BOM):
                chunk = chunk[3:]
                offset = start = 3
        if skipping:
            end = chunk.find(b"\n")
            if end < 0:
                offset += len(chunk)
                continue
            yield Unreadable(offset=start, size=offset + end - start, why="line too long")
            chunk = chunk[end + 1 :]
            offset = start = offset + end + 1
            skipping = False
        data = rest + chunk if rest else chunk
        pieces = data.split(b"\n")
        rest = pieces.pop()
        for piece in pieces:
            if len(piece) > LINE_LIMIT:
                yield Unreadable(offset=start, size=len(piece), why="line too long")
            elif piece and not piece.isspace():
                yield start, piece
            start += len(piece) + 1
        offset = start + len(rest)
        if len(rest) > LINE_LIMIT:
            rest, skipping = b"", True
    if skipping:
        yield Unreadable(offset=start, size=offset - start, why="line too long")
    elif rest and not rest.isspace():
        yield start, rest


def shallow(data: bytes) -> bytes:
    """Return JSON with ``null`` in place of what lies deeper than `DEPTH`; brackets within texts are none."""
    made, kept, depth = [], 0, 0
    in_string = False
    at = 0
    while match := (_STRING_END if in_string else _TOKEN).search(data, at):
        at = match.end()
        token = match[0]
        if in_string:
            if token == b"\\":
                at += 1
            else:
                in_string = False
        elif token == b'"':
            in_string = True
        elif token in b"{[":
            depth += 1
            if depth == DEPTH + 1:
                made.append(data[kept : match.start()] + b"null")
        else:
            depth -= 1
            if depth == DEPTH:
                kept = at
    return b"".join([*made, data[kept:]]) if depth <= 0 else data


def values(chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes] | Unreadable]:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    """Yield (offset, bytes) of each JSON object: concatenated, pretty-printed, or in one array."""
    depth, begin, in_string, base = 0, -1, False, 0
    is_array, is_first = False, True
    data, at = b"", 0
    stray = -1
    for each in chunks:
        chunk = each
        if is_first and chunk:
            is_first = False
            if chunk.startswith(_BOM):
                chunk, base = chunk[3:], 3
        # what was before the value that is open is done with
        keep = begin if begin >= 0 else at
        base += keep
        at -= keep
        begin = 0 if begin >= 0 else -1
        data = data[keep:] + chunk
        if len(data) > LINE_LIMIT * 8 and begin >= 0:
            yield Unreadable(offset=base, size=len(data), why="value too large")
            return
        while True:
            match = (_STRING_END if in_string else _TOKEN).search(data, at)
            if not match:
                at = len(data)
                break
            token = match[0]
            if in_string:
                if token == b"\\":
                    if match.end() >= len(data):
                        at = match.start()
                        break
                    at = match.end() + 1
                    continue
                in_string = False
            elif token == b'"':
                in_string = True
                if depth == (1 if is_array else 0) and stray < 0 and not is_array:
                    stray = base + match.start()
            elif token in b"{[":
                if token == b"[" and depth == 0 and begin < 0 and not is_array:
                    is_array = True
                elif begin < 0:
                    begin = match.start()
                depth += 1
            else:
                depth -= 1
                if begin >= 0 and depth == (1 if is_array else 0):
                    yield base + begin, data[begin : match.end()]
                    begin = -1
                elif depth <= 0:
                    depth, is_array = 0, False
            at = match.end()
    if begin >= 0:
        yield Unreadable(offset=base + begin, size=len(data) - begin, why="cut off")
