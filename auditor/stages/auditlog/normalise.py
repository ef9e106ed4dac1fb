"""Reads a log, or a piece of one, as typed rows in Parquet: the first of two passes, in a process of its own.

The readers are those of small logs. What is said of a record besides times, names and numbers of its own is said once
for all records that say the same (a kind), so that the second pass groups numbers, and each kind goes once through the
same counting as in small logs (`auditor.stages.auditlog.typed`).

``python -m auditor.stages.auditlog.normalise`` takes a `Piece` as JSON and answers a `Normalised`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from auditor import reasons
from auditor.formats.logs import lines, times
from auditor.formats.logs.reading import Reading, detect
from auditor.formats.logs.row import TIME, Foreign, Row, Unreadable
from auditor.stages.auditlog.search import Search
from auditor.stages.auditlog.tally import DAY, EARLIEST, EXAMPLES, lacking, rank_of, told

if TYPE_CHECKING:
    import pyarrow as pa

MODULE: Final = "auditor.stages.auditlog.normalise"
ROWS_BITS: Final = 40
"""A row's number is the number of its piece, and its place in that."""
_BATCH: Final = 1 << 16
_KINDS: Final = 50_000
"""Kinds that are remembered at a time; a kind may be said again."""
_LARGEST: Final = 2**62


class Piece(Struct, kw_only=True):
    """What a process reads.

    Attributes:
        path: The file, its name in hexadecimal digits.
        file: Number of the file in its source.
        number: Number of the piece in its source.
        begin: First byte.
        end: The byte after the last; None for the end of the file.
        folder: Where the rows go, in hexadecimal digits.
        form: Declared format, or empty.
        map: Declared places of fields.
        settings: Of the server that wrote it.
        timezone: Declared zone of times without an offset.
        now: Microseconds; later records come from a clock that is wrong.
        every: One chunk of so many is looked at for secrets.
        keeps_objects: Objects are counted, too.
    """

    path: str
    file: int
    number: int
    folder: str
    begin: int = 0
    end: int | None = None
    form: str = ""
    map: dict[str, Any] = {}
    settings: dict[str, str] = {}
    timezone: str = ""
    now: int = 0
    every: int = 1
    keeps_objects: bool = False


class Normalised(Struct, kw_only=True):
    """What a piece came to, besides its rows."""

    rows: int = 0
    lines: int = 0
    digest: str = ""
    size: int = 0
    packing: str = ""
    changed: str = ""
    problem: reasons.Reason = reasons.NONE
    unreadable: int = 0
    unread: list[tuple[int, int, str]] = []
    foreign: dict[str, int] = {}
    secrets: dict[str, list[int]] = {}
    searched: int = 0


class Kind(Struct, array_like=True, frozen=True):
    """What records say that say the same; the names are those of `auditor.formats.logs.row.Row`."""

    action: str
    user: str
    outcome: str
    present: int
    applicable: int
    principal: str
    acts_for: str
    authenticated: bool
    topics: tuple[str, ...]
    undetermined: int
    note: str
    level: str
    has_session: bool

    def row(self, offset: int) -> Row:
        """Return a record that says so."""
        return Row(
            offset=offset,
            action=self.action,
            user=self.user,
            outcome=self.outcome,
            present=self.present,
            applicable=self.applicable,
            principal=self.principal,
            acts_for=self.acts_for,
            authenticated=self.authenticated,
            topics=frozenset(self.topics),
            undetermined=self.undetermined,
            note=self.note,
            level=self.level,
            session="session" if self.has_session else "",
        )


class More(Struct, array_like=True, frozen=True):
    """What else is counted of records, and is no part of what a request says.

    Attributes:
        zone: How times were placed.
        is_event: Somebody did something.
        claims_address: The address is a header of the client's.
        lacks: What the record of a model call does not say; None for any other record.
    """

    zone: str
    is_event: bool
    claims_address: bool
    lacks: tuple[str, ...] | None


COLUMNS: Final[dict[str, str]] = {
    "row": "int64",
    "file": "int32",
    "offset": "int64",
    "kind": "int64",
    "told": "int64",
    "at": "int64",
    "arrived": "int64",
    "duration": "int64",
    "record": "string",
    "request": "string",
    "rank": "int8",
    "session": "string",
    "ends": "string",
    "stream": "string",
    "seq": "int64",
    "address": "string",
    "trace": "string",
    "action": "string",
    "object": "string",
    "is_event": "boolean",
    "is_boot": "boolean",
    "is_odd": "boolean",
}
"""Typed columns of the rows, one row a record; what a record does not have is NULL.

``ends`` is how a record of a session that is no statement ended, where it says how the statement before it ended;
``action`` stands where there is an `object`.
"""
KIND_COLUMNS: Final[dict[str, str]] = {"kind": "int64", "told": "int64", "said": "string", "more": "string"}


class _Rows:
    """Rows on their way to Parquet."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._number = folder, number
        self._waiting: list[tuple[object, ...]] = []
        self._kinds: dict[tuple[object, ...], tuple[int, int]] = {}
        self._new: list[tuple[int, int, str, str]] = []
        self._writers: dict[str, Any] = {}
        self.count = 0

    def kind(self, row: Row) -> tuple[int, int]:
        """Return the number of the kind of a record, and that of what its request says."""
        says = told(row)
        lacks = tuple(lacking(row)) if row.is_event and "model" in row.topics else None
        key = (says, row.zone, row.is_event, row.address_claimed and row.address != "", lacks)
        found = self._kinds.get(key)
        if found is None:
            if len(self._kinds) >= _KINDS:
                self._kinds = {}
            *rest, has_session = says
            rest[8] = tuple(sorted(row.topics))
            said = msgspec.json.encode([*rest, has_session])
            more = msgspec.json.encode(More(row.zone, row.is_event, row.address_claimed and row.address != "", lacks))
            found = self._kinds[key] = (_number(said + more), _number(said))
            self._new.append((*found, said.decode(), more.decode()))
        return found

    def add(self, cells: tuple[object, ...]) -> None:
        """Take a row."""
        self._waiting.append(cells)
        self.count += 1
        if len(self._waiting) >= _BATCH:
            self._write()

    def _write(self) -> None:
        if self._waiting:
            self._put("rows", COLUMNS, self._waiting)
            self._waiting = []
        if self._new:
            self._put("kinds", KIND_COLUMNS, self._new)
            self._new = []

    def _put(self, name: str, columns: dict[str, str], rows: list[Any]) -> None:
        import pyarrow as pa  # noqa: PLC0415 - loaded where it is needed
        from pyarrow import parquet  # noqa: PLC0415 - loaded where it is needed

        schema = _schema(columns)
        writer = self._writers.get(name)
        if writer is None:
            path = self._folder / f"{name}-{self._number:06}.parquet"
            writer = self._writers[name] = parquet.ParquetWriter(path, schema, compression="snappy")
        arrays = [pa.array(column, kind.type) for column, kind in zip(zip(*rows, strict=True), schema, strict=True)]
        writer.write_table(pa.Table.from_arrays(arrays, schema=schema))

    def close(self) -> None:
        """Write what waits."""
        self._write()
        for writer in self._writers.values():
            writer.close()


def _schema(columns: dict[str, str]) -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415 - loaded where it is needed

    kinds = {"int64": pa.int64(), "int32": pa.int32(), "int8": pa.int8(), "string": pa.string(), "boolean": pa.bool_()}
    return pa.schema([(name, kinds[kind]) for name, kind in columns.items()])


def _number(said: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big", signed=True)


def normalised(piece: Piece) -> Normalised:
    """Read a piece, and write its rows.

    Raises:
        OSError: The file cannot be read, or the folder cannot be written.
    """
    path = Path(os.fsdecode(bytes.fromhex(piece.path)))
    head, _problem = lines.head(path)
    reading = Reading(detect(head), piece.form, piece.map, times.zone_of(piece.timezone), piece.settings)
    log = lines.LogBytes(path, piece.begin, piece.end)
    search = Search(every=piece.every)
    rows = _Rows(Path(os.fsdecode(bytes.fromhex(piece.folder))), piece.number)
    made = Normalised()
    number = piece.number << ROWS_BITS
    latest = piece.now + DAY
    for item in reading.rows(search.through(log.chunks(), "", piece.begin), piece.begin):
        if isinstance(item, Row):
            rows.add(_cells(item, rows, piece, number, latest))
            number += 1
        elif isinstance(item, Unreadable):
            made.unreadable += 1
            if len(made.unread) < EXAMPLES:
                made.unread.append((item.offset, item.size, item.why))
        elif isinstance(item, Foreign):
            made.foreign[item.what] = made.foreign.get(item.what, 0) + 1
    rows.close()
    made.rows, made.lines = rows.count, reading.count
    made.digest, made.size, made.packing = log.digest, log.size, log.packing
    made.changed, made.problem = log.changed, log.problem
    made.secrets = {kind: [each.offset or 0 for each in found] for kind, found in search.found.items() if found}
    made.searched = search.seen
    return made


def _cells(row: Row, rows: _Rows, piece: Piece, number: int, latest: int) -> tuple[object, ...]:
    at = row.at
    is_odd = at is not None and not EARLIEST <= at <= latest
    if is_odd:
        row.present &= ~TIME
        row.undetermined |= TIME
        at = row.at = None
    kind, says = rows.kind(row)
    is_alone = row.stage in {"", "boot"}
    session = ends = None
    if is_alone and row.is_event and row.session and (row.request or row.stream.startswith("session")):
        session = row.session
        ends = row.outcome if not row.request and row.outcome in {"failure", "denied"} else None
    thing = row.object if piece.keeps_objects and row.is_event and (is_alone or not row.request) else ""
    return (
        number,
        piece.file,
        row.offset,
        kind,
        says,
        at,
        row.arrived,
        row.duration,
        row.record or None,
        row.request or None,
        None if is_alone else rank_of(row.stage),
        session,
        ends,
        row.stream or None,
        None if row.seq is None else min(row.seq, _LARGEST),
        (row.address or None) if row.is_event else None,
        (row.trace or None) if row.is_event else None,
        row.action if thing else None,
        thing or None,
        row.is_event,
        row.stage == "boot",
        is_odd,
    )


class _WithoutPandas:
    """Says that there is no pandas: Arrow would load it to ask of each list whether it is one of pandas'."""

    def find_spec(self, name: str, _path: object, _target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


def main() -> None:
    """Take a piece from the input, and say what it came to."""
    sys.meta_path.insert(0, _WithoutPandas())
    piece = msgspec.json.decode(sys.stdin.buffer.read(), type=Piece)
    sys.stdout.buffer.write(msgspec.json.encode(normalised(piece)))


if __name__ == "__main__":
    main()
