"""Values that cross from worker processes by the hundred thousand, and how they are packed for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Packed:
    """Base of frozen dataclasses with slots; they are pickled and read back twice as fast as by `dataclasses`.

    `dataclasses` asks for the list of fields anew for each value, in Python; here it is asked for once for each class.
    """

    __slots__ = ()

    def __reduce__(self) -> tuple[Callable[..., object], tuple[type, object]]:
        """Return what `pickle` needs to make an equal value."""
        kind: type = type(self)
        return _unpacked, (kind, _values(kind)(self))


@dataclass(frozen=True, slots=True)
class Pack:
    """Values on their way between processes: of each class that is `Packed` only the values of its fields.

    Attributes:
        label: Whose they are.
        rows: Values of the fields of each, by class.
        others: Values of other classes.
    """

    label: int
    rows: Mapping[type, list[tuple[object, ...]]]
    others: tuple[object, ...]

    @classmethod
    def of(cls, label: int, items: Iterable[object]) -> Pack:
        """Pack values; those of one class keep their order."""
        rows: dict[type, list[tuple[object, ...]]] = defaultdict(list)
        others: list[object] = []
        for each in items:
            if isinstance(each, Packed):
                kind: type = type(each)
                rows[kind].append(_values(kind)(each))
            else:
                others.append(each)
        return cls(label, dict(rows), tuple(others))

    def opened(self) -> list[object]:
        """Return equal values, one class after the other."""
        found = list(self.others)
        for kind, rows in self.rows.items():
            setters = _setters(kind)
            for values in rows:
                made: object = object.__new__(kind)
                for put, value in zip(setters, values, strict=True):
                    put(made, value)
                found.append(made)
        return found


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
