"""The same object twice: what a kustomization or chart builds, and its result in a file, or in another overlay.

An object that is equal to one that was built is that object: it is judged once, where it comes from, and the file is
named. What differs in anything is judged by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from auditor.stages.kubernetes.gaps import left
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.model.record import Exclusion
    from auditor.stages.kubernetes.objects import Found
    from auditor.stages.kubernetes.sources import Source

    Key = tuple[str, str, str, str]


class Built:
    """Objects that were built in one part, and the sources in which they stand once more."""

    def __init__(self, part: str) -> None:
        """Begin with nothing, for the part with this argument."""
        self._part = part
        self._known: dict[Key, list[tuple[str, Mapping[str, object]]]] = defaultdict(list)
        self._all: Counter[str] = Counter()
        self._again: dict[str, Counter[str]] = defaultdict(Counter)

    def add(self, found: Found, source: Source) -> None:
        """Remember an object that was built."""
        self._known[_key(found)].append((source.name, found.entry.manifest))

    def is_again(self, found: Found, source: Source) -> bool:
        """Tell whether another source built an object that is equal in everything, and count it for this one."""
        self._all[source.name] += 1
        others = self._known.get(_key(found), ()) if self._known else ()
        name = next((name for name, manifest in others if name != source.name and manifest == found.entry.manifest), "")
        if name:
            self._again[source.name][name] += 1
        return bool(name)

    def left(self) -> Iterator[Exclusion]:
        """Say of each source how many of its objects were judged elsewhere."""
        for name, counts in sorted(self._again.items()):
            where = ", ".join(sorted(counts))
            again, whole = counts.total(), self._all[name]
            yield left(self._part, name, say("kubernetes.left.again", again=again, all=whole, where=where))


def _key(found: Found) -> Key:
    entry = found.entry
    return entry.api_version, entry.kind, entry.namespace, entry.name
