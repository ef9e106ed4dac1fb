"""Finds audit logs, and inventories that name logs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.formats.head import head
from auditor.formats.inventory_places import NAMES, places
from auditor.stage import Finder

if TYPE_CHECKING:
    from pathlib import Path

_BYTES: Final = 16_384
_NAME: Final = re.compile(r"\.(?:log(?:[.-]\d+)*|ndjson|jsonl|json|csv)(?:\.gz|\.zst)?$")
_MARK: Final = re.compile(
    rb"auditID|\bmsg=audit\(|AUDIT: (?:SESSION|OBJECT),|class_uid|\btype\W{1,6}(?:request|response)\b"
)
"""What a file of audit records has near its beginning, whatever envelope is around it."""
_FORMATS: Final = frozenset(
    {"k8s-audit", "vault", "auditd", "ocsf", "postgresql-stderr", "postgresql-csv", "postgresql-json"}
)
"""Formats that say by themselves that they are audit logs; access logs and applications need an inventory."""
_PACKED: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
_SOURCES: Final = re.compile(rb"(?m)^[\"']?log_sources[\"']?\s*:")


class LogFinder(Finder):
    """A folder with audit logs, or that of the inventory above it."""

    precedence = 10

    def __init__(self) -> None:
        """Begin a search."""
        self.found: set[str] = set()

    def file(self, path: Path) -> bool:
        """Take a log, or an inventory that names logs."""
        is_log = _is_log(path)
        if is_log:
            self.found.add(str(path.parent))
        return is_log

    def places(self, root: Path) -> list[str]:
        """Return where logs lie."""
        return sorted(places(self.found, root))


def _is_log(path: Path) -> bool:
    if path.name in NAMES:
        return _SOURCES.search(head(path)) is not None
    if _NAME.search(path.name.lower()) is None:
        return False
    start = head(path, _BYTES)
    if not (start.startswith(_PACKED) or _MARK.search(start)):
        return False
    from auditor.formats.logs import lines, ocsf, reading  # noqa: PLC0415 - where a file may be a log only

    try:
        found = reading.detect(lines.head(path)[0])
    except OSError:
        return False
    if found.format == "ocsf" and found.sample is not None and not ocsf.is_action(found.sample):
        return False  # findings of a scanner
    return found.format in _FORMATS
