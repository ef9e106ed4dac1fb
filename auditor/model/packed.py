"""Values that cross from worker processes by the hundred thousand, and how they are packed for it."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class Packed:
    """Base of frozen dataclasses with slots; they are pickled and read back twice as fast as by `dataclasses`.

    `dataclasses` asks for the list of fields anew for each value, in Python; here it is asked for once for each class.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., object], tuple[type, object]]:
        """Return what `pickle` needs to make an equal value."""
        kind: type = type(self)
        return _unpacked, (kind, _values(kind)(self))


@cache
def _values(kind: type) -> Callable[[object], Any]:
    names = [each.name for each in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)


@cache
def _setters(kind: type) -> tuple[Callable[[object, object], None], ...]:
    # past the frozen __setattr__ of the class, straight to its slots
    return tuple(getattr(kind, each.name).__set__ for each in fields(kind))


def _unpacked(kind: type, values: tuple[object, ...]) -> object:
    made: object = object.__new__(kind)
    for put, value in zip(_setters(kind), values, strict=True):
        put(made, value)
    return made
