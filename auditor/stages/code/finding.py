"""Finds source trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.stage import Finder
from auditor.stages.code.languages import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CODE: Final = SUFFIXES - {".yaml", ".yml", ".json", ".xml", ".toml", ".ini", ".cfg", ".conf", ".properties"}
"""Suffixes that make a folder a source tree; those left out stand in other folders as well, and are read there too."""


class SourceFinder(Finder):
    """The folder that is searched is a source tree as soon as one file is source code."""

    precedence = 20

    def __init__(self) -> None:
        """Begin a search."""
        self.found = False

    def file(self, path: Path) -> bool:
        """Take files of any programming language."""
        is_code = path.suffix.lower() in _CODE or path.name.startswith(("Dockerfile", "Containerfile", ".env"))
        self.found = self.found or is_code
        return is_code

    def missed(self, *, is_cut: bool) -> None:  # noqa: ARG002
        """Whatever was not looked at may be code, so that the stage shall look and say what it misses."""
        self.found = True

    def places(self, root: Path) -> Iterator[str]:
        """Yield the folder that was searched."""
        if self.found:
            yield str(root)
