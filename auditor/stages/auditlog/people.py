"""Who acts under a name: a person, a machine, several people, or nobody; the inventory has the last word."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from auditor.formats.inventory import Inventory

PERSON: Final = "person"
LISTED_MACHINE: Final = "listed-machine"
"""A machine that the inventory names: its own actions need lead to nobody."""
UNLISTED_PERSON: Final = "unlisted-person"


class People:
    """Tells the class of a name."""

    def __init__(self, inventory: Inventory | None) -> None:
        """Take the accounts that an inventory lists."""
        self.people = frozenset(name.lower() for name in inventory.people) if inventory and inventory.people else None
        self.shared = frozenset(name.lower() for name in inventory.shared_accounts) if inventory else frozenset()
        self._machines = _patterns(inventory.service_accounts if inventory else ())
        self.has_inventory = inventory is not None
        self.of: Callable[[str, str], str] = lru_cache(maxsize=65536)(self._of)

    def _of(self, name: str, principal: str) -> str:
        """Return the class of a name, given what it looks like by itself."""
        text = name.strip().lower()
        if not text or words().says_nothing(text):
            return "anonymous" if principal == "anonymous" else "none"
        if text in self.shared:
            return "shared"
        if self.people is not None and text in self.people:
            return PERSON
        if self._machines and self._machines.fullmatch(text):
            return LISTED_MACHINE
        if principal == PERSON and self.people is not None:
            return UNLISTED_PERSON
        return principal


def _patterns(names: Iterable[str]) -> re.Pattern[str] | None:
    made = ["".join(".*" if char == "*" else re.escape(char) for char in name.lower()[:300]) for name in names if name]
    return re.compile("|".join(made)) if made else None
