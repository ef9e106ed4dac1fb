"""Shows the lines that a finding rests on, read from the original file and masked: the record itself holds no lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.formats.logs import lines
from auditor.masking import MASK, mask_text
from auditor.model.place import real as real_path
from auditor.stages.auditlog import sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from auditor.model.fact import Origin
    from auditor.model.system import System

SHOWN: Final = 5
_LONGEST: Final = 2000
_PERSONAL: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)"
)


def example_lines(origins: Iterable[Origin], systems: Iterable[System]) -> Iterator[str]:
    """Yield the lines at the places of a finding, each with its place; where a file has changed, what is there now."""
    parts = {part.argument: part for system in systems for part in system.parts}
    count = 0
    for origin in origins:
        part = parts.get(origin.part)
        if part is None or origin.file is None or origin.offset is None or count >= SHOWN:
            continue
        count += 1
        named, logs = part.options.get("inventory"), part.options.get("logs")
        root, _inventory = sources.root_and_inventory(
            part.path, str(named) if named else None, str(logs) if logs else None
        )
        yield f"{origin.file} @ {origin.offset}: {masked(_line(root / origin.file, root, origin.offset))}"


def masked(text: str) -> str:
    """Return a line without secrets and personal data."""
    return mask_text(_PERSONAL.sub(MASK, text))


def _line(path: Path, root: Path, offset: int) -> str:
    try:
        if not real_path(path, strict=True).is_relative_to(real_path(root)):
            return "?"
        chunks = lines.LogBytes(path).chunks()
        at, found = 0, b""
        for chunk in chunks:
            if at + len(chunk) > offset:
                found += chunk[max(0, offset - at) :]
                if b"\n" in found or len(found) > _LONGEST:
                    break
            at += len(chunk)
    except (OSError, RuntimeError):
        return "?"
    return found.partition(b"\n")[0][:_LONGEST].decode("utf-8", "replace")
