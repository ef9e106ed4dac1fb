"""Values that there are by the hundred thousand: how they are made, and how they cross between processes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import MISSING, dataclass, fields
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


T = TypeVar("T")


def quick(kind: type[T]) -> type[T]:
    """Give a frozen dataclass with slots an ``__init__`` that goes straight to its slots, in half the time.

    The one that `dataclasses` writes looks up and calls ``object.__setattr__`` for each field. Takes classes whose
    fields are given by name (``kw_only``) and have no default factory.

    Raises:
        TypeError: The class is another one.
    """
    known: dict[str, object] = {}
    parameters, body = [], []
    for each in fields(kind):  # type: ignore[arg-type]
        if not each.kw_only or each.default_factory is not MISSING:
            message = f"{kind.__name__}.{each.name} is not given by name, or has a default factory"
            raise TypeError(message)
        known[f"put_{each.name}"] = getattr(kind, each.name).__set__
        known[f"default_{each.name}"] = each.default
        parameters.append(each.name if each.default is MISSING else f"{each.name}=default_{each.name}")
        body.append(f"    put_{each.name}(self, {each.name})")
    source = "\n".join([f"def __init__(self, *, {', '.join(parameters)}):", *body])
    exec(source, known)  # noqa: S102 - as `dataclasses` does; made of the names of our own fields
    kind.__init__ = known["__init__"]  # type: ignore[assignment]
    return kind


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
