"""Finds images in OCI layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.stage import Finder

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class LayoutFinder(Finder):
    """A folder with an index and the mark of a layout is an image, and nothing below it is anything else."""

    precedence = 0

    def __init__(self) -> None:
        """Begin a search."""
        self.found: list[str] = []

    def folder(self, folder: str, files: Collection[str]) -> bool:
        """Take an OCI layout (image-spec 1.1, image-layout)."""
        is_layout = "oci-layout" in files and "index.json" in files
        if is_layout:
            self.found.append(f"oci:{folder}")
        return is_layout

    def places(self, root: Path) -> list[str]:  # noqa: ARG002
        """Return the layouts."""
        return sorted(self.found)
