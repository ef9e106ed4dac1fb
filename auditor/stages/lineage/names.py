"""One name for each data set: aliases, symlinks and spellings come to the id of the inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.formats.lineage.values import SEPARATOR
from auditor.formats.lineage.words import matches, words

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEPS: Final = 20


class Names:
    """Names of data sets.

    Attributes:
        known: Ids of the inventory.
    """

    def __init__(self, known: Iterable[tuple[str, Iterable[str]]] = (), excluded: Iterable[str] = ()) -> None:
        """Take the ids of the inventory with their aliases, and patterns of what is no data of anybody."""
        self.known: Final[dict[str, None]] = {}
        self._same: dict[str, str] = {}
        self._cache: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = {}
        self._excluded = (*words().excluded, *excluded)
        for own, aliases in known:
            self.known[own] = None
            self._same[_folded(own)] = own
            for alias in aliases:
                self._same.setdefault(_folded(alias), own)
            self._note(own)
            for alias in aliases:
                self._note(alias, own)

    def _note(self, name: str, own: str = "") -> None:
        for tail in _tails(name):
            found = self._by_name.setdefault(tail, [])
            if (own or name) not in found:
                found.append(own or name)

    def same(self, own: str, aliases: Iterable[str]) -> None:
        """Note that an event calls one data set by several names; the inventory's name wins."""
        names = [own, *aliases]
        known = next((found for each in names if (found := self._same.get(_folded(each))) in self.known), None)
        target = known or self._same.get(_folded(own), own)
        for each in names:
            key = _folded(each)
            if key not in self._same and each != target:
                self._same[key] = target
                self._cache.clear()

    def of(self, name: str) -> str:
        """Return the one name of a data set."""
        found = self._cache.get(name)
        if found is None:
            found = name
            for _ in range(_STEPS):  # ten thousand aliases in a ring end here
                after = self._same.get(_folded(found), found)
                if after == found:
                    break
                found = after
            self._cache[name] = found
        return found

    def named(self, dotted: str) -> str:
        """Return the data set, known or seen, whose name ends like a table's; empty if none or several do."""
        folded = dotted.lower()
        found = self._by_name.get(folded, [])
        return self.of(found[0]) if len({self.of(each) for each in found}) == 1 else ""

    def seen(self, name: str) -> None:
        """Note a name of an event, so that tables of SQL and manifests find it."""
        if name not in self._cache:
            self._note(self.of(name))

    def is_excluded(self, name: str) -> bool:
        """Tell whether a data set is no data of anybody; what the inventory names is not."""
        return name not in self.known and matches(name.partition(SEPARATOR)[2], self._excluded)


def _folded(name: str) -> str:
    space, mark, own = name.partition(SEPARATOR)
    scheme = space.partition("://")[0].lower()
    return f"{space.lower()}{mark}{own.lower()}" if scheme in words().folding else name


def _tails(name: str) -> Iterable[str]:
    """Yield the endings of a name that a table may be called by: ``c``, ``b.c``, ``a.b.c``."""
    own = name.partition(SEPARATOR)[2] or name
    parts = own.lower().split(".")
    for start in range(max(0, len(parts) - 3), len(parts)):
        yield ".".join(parts[start:])
    if len(parts) > 3:  # noqa: PLR2004 - a database, a schema, a table
        yield own.lower()
