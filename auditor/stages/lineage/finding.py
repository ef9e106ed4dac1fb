"""Finds events, traces and manifests that tell of lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.formats.head import head
from auditor.formats.inventory_places import places
from auditor.stage import Finder

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIXES: Final = frozenset({".json", ".ndjson", ".jsonl"})


class LineageFinder(Finder):
    """A folder with OpenLineage events, OTLP traces or a manifest of dbt; or that of the inventory above it."""

    precedence = 50

    def __init__(self) -> None:
        """Begin a search."""
        self.found: set[str] = set()

    def file(self, path: Path) -> bool:
        """Take a file that begins as such files do."""
        if path.suffix.lower() not in _SUFFIXES or not _is_lineage(head(path)):
            return False
        self.found.add(str(path.parent))
        return True

    def places(self, root: Path) -> list[str]:
        """Return where lineage lies."""
        return sorted(places(self.found, root))


def _is_lineage(start: bytes) -> bool:
    """Tell whether a file begins like OpenLineage events, OTLP traces, or a manifest of dbt."""
    if b'"resourceSpans"' in start or b'"dbt_schema_version"' in start:
        return True
    return b'"eventTime"' in start and b'"producer"' in start and (b'"job"' in start or b'"dataset"' in start)
