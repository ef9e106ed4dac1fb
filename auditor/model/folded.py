"""A mapping that takes no more room than its bytes until somebody looks into it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Folded(Mapping[str, Any]):
    """A mapping kept as JSON text: a dict of its own each time that somebody looks into it.

    The main process keeps every fact for the record and hardly ever looks into a manifest, which takes ten times its
    bytes as a dict, and is written to the record as it is. What is sent to a worker is a dict again there.
    """

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        """Keep a mapping that `folded` wrote."""
        self._data = data

    @property
    def data(self) -> bytes:
        """The mapping as JSON text."""
        return self._data

    def unfolded(self) -> dict[str, Any]:
        """Return the mapping as a dict, a new one each time."""
        found: dict[str, Any] = orjson.loads(self._data)
        return found

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - JSON values
        """Return one value."""
        return self.unfolded()[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(self.unfolded())

    def __len__(self) -> int:
        """Count the keys."""
        return len(self.unfolded())

    def __repr__(self) -> str:
        """Return what the dict would say: facts of one place are ordered by it."""
        return repr(self.unfolded())

    def __reduce__(self) -> tuple[Callable[[bytes], dict[str, Any]], tuple[bytes]]:
        """Become a dict where it arrives."""
        return _unfold, (self._data,)


def _unfold(data: bytes) -> dict[str, Any]:
    return Folded(data).unfolded()


def folded(mapping: Mapping[str, Any]) -> bytes:
    """Return the JSON text that a `Folded` keeps.

    Raises:
        TypeError: The mapping holds what JSON or our record does not (a lone surrogate, a number of more than 64 bits).
    """
    return mapping.data if isinstance(mapping, Folded) else orjson.dumps(mapping)


def as_json(value: object) -> msgspec.Raw:
    """Return what an encoder of JSON writes in place of a `Folded`; the ``enc_hook`` of all that write facts.

    Raises:
        TypeError: It is something else, which cannot be written.
    """
    if isinstance(value, Folded):
        return msgspec.Raw(value.data)
    message = f"a {type(value).__name__} cannot be written"
    raise TypeError(message)
