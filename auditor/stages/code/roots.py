"""From which folders of a tree its programs import: ``backend/`` where its files say ``from app.db import Row``.

A repository often keeps its program below its root, or several of them side by side. Who looks for modules at the root
alone finds none of them, and follows no flow from one file to the next, in silence.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ROOTS_LIMIT: Final = 100
_IMPORT: Final = re.compile(rb"\n[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+import\b|import[ \t]+([A-Za-z_]\w*))")


@lru_cache(maxsize=10_000)
def imported_in(text: bytes) -> frozenset[str]:
    """Return the first part of each name that a file imports; asked more than once of the same files.

    Lines are found by what ends the one before: a third of the time of ``(?m)^``, which is tried at every character.
    """
    return frozenset((found[1] or found[2]).decode("ascii", "ignore") for found in _IMPORT.finditer(b"\n" + text))


def import_roots(texts: Mapping[str, bytes], foreign: Collection[str]) -> list[str]:
    """Return the folders below the root of a tree from which its files import, the deepest first.

    A folder counts where a file below it imports a module of it that the root of the tree has not. A package is none:
    what stands in it is imported by its name. Nor do names of the standard library and of known packages make one: a
    file ``backend/app/redis.py`` is no reason to take it for the package.

    Args:
        texts: Each Python file of the tree by its path, with ``/`` between its parts.
        foreign: Names of packages that are known otherwise.
    """
    folders = {""}
    packages: set[str] = set()
    modules: set[str] = set()
    for path in texts:
        parts = path.split("/")
        folders |= {"/".join(parts[:count]) for count in range(1, len(parts))}
        modules.add(path.removesuffix(".py"))
        if parts[-1] == "__init__.py":
            packages.add("/".join(parts[:-1]))
    known = modules | folders
    used: Counter[str] = Counter()
    for path, text in texts.items():
        parents = path.split("/")[:-1]
        above = ["/".join(parents[:count]) for count in range(len(parents), 0, -1)]
        for name in imported_in(text):
            if name in known or name in foreign or name in sys.stdlib_module_names:
                continue
            root = next((each for each in above if each not in packages and f"{each}/{name}" in known), None)
            if root is not None:
                used[root] += 1
    most = [root for root, _count in used.most_common(ROOTS_LIMIT)]
    return sorted(most, key=lambda root: (-root.count("/"), root))
