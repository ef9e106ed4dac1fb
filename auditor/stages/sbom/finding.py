"""Finds SBOMs by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.stage import Finder

if TYPE_CHECKING:
    from pathlib import Path

_NAMES: Final = (".cdx.json", ".cdx.xml", ".spdx.json")


class SbomFinder(Finder):
    """A file with one of the suffixes that CycloneDX and SPDX ask for is an SBOM."""

    precedence = 40

    def __init__(self) -> None:
        """Begin a search."""
        self.found: list[str] = []

    def file(self, path: Path) -> bool:
        """Take an SBOM."""
        is_sbom = path.name.endswith(_NAMES)
        if is_sbom:
            self.found.append(str(path))
        return is_sbom

    def places(self, root: Path) -> list[str]:  # noqa: ARG002
        """Return the SBOMs."""
        return sorted(self.found)
