"""Facts as JSON lines, the form in which a run keeps them: one definition of each kind writes and reads them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec

from auditor.packing import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.model.fact import Fact

_ENCODER: Final = msgspec.json.Encoder()
SUFFIX: Final = ".jsonl"


def to_lines(facts: Sequence[Fact]) -> bytes:
    """Return facts as UTF-8 JSON, one a line."""
    try:
        return _ENCODER.encode_lines(facts)
    except (UnicodeEncodeError, OverflowError):
        return _ENCODER.encode_lines([clean(fact) for fact in facts])


def from_lines(data: bytes, kind: type[Fact]) -> Iterable[Fact]:
    """Return facts of a kind out of lines of JSON.

    Raises:
        msgspec.MsgspecError: They are not of that kind.
    """
    return _decoder(kind).decode_lines(data)


@cache
def _decoder(kind: type[Fact]) -> msgspec.json.Decoder[Fact]:
    return msgspec.json.Decoder(kind)
