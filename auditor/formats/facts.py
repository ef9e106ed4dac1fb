"""Facts as JSON lines, the form in which a run keeps them: one definition of each kind writes and reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from auditor.model.folded import as_json
from auditor.packing import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from auditor.model.fact import Fact, Gap

_ENCODER: Final = msgspec.json.Encoder(enc_hook=as_json)
SUFFIX: Final = ".jsonl"
T = TypeVar("T")


def to_lines(facts: Sequence[Fact | Gap]) -> bytes:
    """Return facts or gaps as UTF-8 JSON, one a line."""
    try:
        return _ENCODER.encode_lines(facts)
    except (UnicodeEncodeError, OverflowError):
        return _ENCODER.encode_lines([clean(fact) for fact in facts])


def from_lines(data: bytes, kind: type[T]) -> list[T]:
    """Return facts of a kind out of lines of JSON.

    Raises:
        msgspec.MsgspecError: They are not of that kind.
    """
    return msgspec.json.Decoder(kind).decode_lines(data)
