"""Where things lie that an inventory speaks of: an inventory is read with all that lies below it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

NAMES: Final = ("inventory.yaml", "inventory.yml")


def places(folders: AbstractSet[str], root: Path) -> set[str]:
    """Return the folders with the inventory above some folders, or these themselves; none that lies inside another.

    Args:
        folders: Folders below ``root``.
        root: Where the search began; where it is a file, that file is the place.
    """
    if root.is_file():
        return {str(root)} if folders else set()
    found = set()
    for each in folders:
        above = [Path(each), *Path(each).parents]
        inside = [one for one in above if one == root or root in one.parents]
        with_inventory = (one for one in inside if any((one / name).is_file() for name in NAMES))
        found.add(str(next(with_inventory, Path(each))))
    return {each for each in found if not found & {str(one) for one in Path(each).parents}}
