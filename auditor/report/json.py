"""``record.json``, schema ``auditor-record/1``: the record as data, the source of every other report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import fields

from auditor.packing import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.record import Record

_ENCODER: Final = msgspec.json.Encoder(order=None)
_BATCH: Final = 256


def render(record: Record) -> bytes:
    """Return the record as UTF-8 JSON; byte-identical for the same input but for the ``run`` object.

    A line for each member of its lists, so that `grep` finds whole ones and `diff` compares runs.
    """
    return b"".join(pieces(record))


def pieces(record: Record) -> Iterator[bytes]:
    """Yield what `render` returns, some lines at a time: a record can have hundreds of megabytes."""
    before = b"{\n"
    for each in fields(record):
        value = getattr(record, each.name)
        yield before + _encoded(each.encode_name) + b": "
        yield from _listed(value) if isinstance(value, tuple) else (_encoded(value),)
        before = b",\n"
    yield b"\n}\n"


def _listed(values: tuple[object, ...]) -> Iterator[bytes]:
    for start in range(0, len(values), _BATCH):
        yield b",\n" if start else b"[\n"
        # no line holds a line break of its own: JSON writes one as two characters
        yield _lines(values[start : start + _BATCH]).rstrip(b"\n").replace(b"\n", b",\n")
    yield b"\n]" if values else b"[]"


def _lines(values: tuple[object, ...]) -> bytes:
    try:
        return _ENCODER.encode_lines(values)
    except (UnicodeEncodeError, OverflowError):  # a check may build a text of its own from what it read
        return _ENCODER.encode_lines([clean(value) for value in values])


def _encoded(value: object) -> bytes:
    try:
        return _ENCODER.encode(value)
    except (UnicodeEncodeError, OverflowError):
        return _ENCODER.encode(clean(value))
