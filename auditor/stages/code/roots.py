"""From which folders of a tree its programs import: ``backend/`` where its files say ``from app.db import Row``.

A repository often keeps its program below its root, or several of them side by side. Who looks for modules at the root
alone finds none of them, and follows no flow from one file to the next, in silence.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from functools import lru_cache
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

ROOTS_LIMIT: Final = 400
"""Folders in which modules are looked for; which ones are left out is said."""
_IMPORT: Final = re.compile(
    rb"\n[ \t]*(?:from[ \t]+([A-Za-z_]\w*)[\w.]*[ \t]+import\b|import[ \t]+([A-Za-z_][\w., \t]*))"
)


@lru_cache(maxsize=10_000)
def imported_in(text: bytes) -> frozenset[str]:
    """Return the first part of each name that a file imports; asked more than once of the same files.

    Lines are found by what ends the one before: a third of the time of ``(?m)^``, which is tried at every character.
    """
    names: set[bytes] = set()
    for found in _IMPORT.finditer(b"\n" + text):
        if found[1]:
            names.add(found[1])
        else:
            names |= {part.strip().split(b".")[0].split(b" ")[0] for part in found[2].split(b",")}
    return frozenset(name.decode("ascii", "ignore") for name in names - {b""})


def import_roots(texts: Mapping[str, bytes], foreign: Collection[str]) -> tuple[list[str], list[str]]:
    """Return the folders below the root of a tree from which its files import, the deepest first; those left out last.

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
    kept = sorted((root for root, _count in used.most_common(ROOTS_LIMIT)), key=lambda root: (-root.count("/"), root))
    return kept, sorted(used.keys() - set(kept))


def strayed(texts: Mapping[str, bytes], roots: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return which imports of a file would be taken for those of another program: by file, the name and its folder.

    Two services of one tree have modules of one name, ``app`` or ``utils``. Whoever looks along the roots finds the
    first one for both, and follows no flow of the second. The name of what a file imports relative to itself is ``.``.

    Args:
        texts: Each Python file of the tree by its path.
        roots: Folders from which its files import, in the order in which they are searched.
    """
    holders: dict[str, list[str]] = defaultdict(list)
    for root in roots:
        for name in _modules_below(texts, root):
            holders[name].append(root)
    several = {name: found for name, found in holders.items() if len(found) > 1}
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path, text in texts.items():
        for name in imported_in(text) & several.keys():
            own = next((root for root in several[name] if path.startswith(f"{root}/") or not root), None)
            if own and own != several[name][0]:
                found[path][name] = own
        home = next((root for root in roots if root and path.startswith(f"{root}/")), "")
        top, *below = path[len(home) + 1 :].split("/")
        if home and below and several.get(top, [home])[0] != home:
            found[path]["."] = path.rsplit("/", 1)[0]
    return dict(found)


def importable(folders: Collection[str], texts: Mapping[str, bytes], foreign: Collection[str] = ()) -> dict[str, str]:
    """Return folders whose name no import can say, each with one that it can: ``user-service`` as ``user_service``.

    Args:
        folders: Those that are to be imported from, with ``/`` between their parts.
        texts: Each Python file of the tree by its path; a name that one of its folders or modules has is not given.
        foreign: Names of packages that are known otherwise, for which an import would be taken.
    """
    names: dict[str, str] = {}
    taken = {path.removesuffix(".py") for path in texts}
    taken |= {
        "/".join(parts[:count]) for path in texts for parts in [path.split("/")] for count in range(1, len(parts))
    }
    for folder in sorted(folders):
        parts = folder.split("/")
        for count, part in enumerate(parts):
            old = "/".join(parts[: count + 1])
            if old in names or (is_name(part) and old not in foreign):
                continue
            name = re.sub(r"\W", "_", part, flags=re.ASCII)
            name = name if is_name(name) and name not in foreign else f"_{name}"
            while "/".join((*parts[:count], name)) in taken:
                name += "_"
            names[old] = name
            taken.add("/".join((*parts[:count], name)))
    return names


def is_name(part: str) -> bool:
    """Tell whether an import can say a name."""
    return part.isidentifier() and part.isascii() and not iskeyword(part)


def renamed(path: str, names: Mapping[str, str]) -> str:
    """Return a path below folders that have other names, see `importable`."""
    parts = path.split("/")
    return "/".join(names.get("/".join(parts[: count + 1]), part) for count, part in enumerate(parts))


def _modules_below(texts: Mapping[str, bytes], root: str) -> set[str]:
    """Return the modules and packages that a folder holds."""
    inside = root and f"{root}/"
    return {path[len(inside) :].split("/")[0].removesuffix(".py") for path in texts if path.startswith(inside)}
