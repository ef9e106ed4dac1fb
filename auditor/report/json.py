"""``record.json``, schema ``auditor-record/1``: the record as data, the source of every other report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import fields

from auditor.packing import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.record import Record

_ENCODER: Final = msgspec.json.Encoder(order=None)


def render(record: Record) -> bytes:
    """Return the record as UTF-8 JSON; byte-identical for the same input but for the ``run`` object.

    A line for each member of its lists, so that `grep` finds whole ones and `diff` compares runs.
    """
    return b"".join(pieces(record))


def pieces(record: Record) -> Iterator[bytes]:
    """Yield what `render` returns, a line at a time: a record can have hundreds of megabytes."""
    before = b"{\n"
    for each in fields(record):
        value = getattr(record, each.name)
        yield before + _encoded(each.encode_name) + b": "
        yield from _listed(value) if isinstance(value, tuple) else (_encoded(value),)
        before = b",\n"
    yield b"\n}\n"


def _listed(values: Iterable[object]) -> Iterator[bytes]:
    before = b"[\n"
    for value in values:
        yield before
        yield _encoded(value)
        before = b",\n"
    yield b"[]" if before == b"[\n" else b"\n]"


def _encoded(value: object) -> bytes:
    try:
        return _ENCODER.encode(value)
    except (UnicodeEncodeError, OverflowError):  # a check may build a text of its own from what it read
        return _ENCODER.encode(clean(value))
