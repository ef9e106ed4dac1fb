"""Finds configurations of key stores."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from auditor.formats.head import head
from auditor.stage import Finder

_KEY_STORE: Final = re.compile(rb"(?m)^[ \t]*(?:listener|storage|seal)\s+\"\w+\"\s*\{")
"""Configuration of a Vault or OpenBao."""


class KeyStoreFinder(Finder):
    """A folder with a configuration of Vault or OpenBao; one inside another is read with it."""

    precedence = 30

    def __init__(self) -> None:
        """Begin a search."""
        self.found: set[str] = set()

    def file(self, path: Path) -> bool:
        """Take any HCL: what is no key store's is nobody else's either."""
        if path.suffix.lower() != ".hcl":
            return False
        if _KEY_STORE.search(head(path)):
            self.found.add(str(path.parent))
        return True

    def places(self, root: Path) -> list[str]:
        """Return the folders, or the file that was looked at."""
        if root.is_file():
            return [str(root)] if self.found else []
        return sorted(each for each in self.found if not self.found & {str(above) for above in Path(each).parents})
