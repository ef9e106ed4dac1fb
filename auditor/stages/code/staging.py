"""A copy of the files to be scanned, so that a scanner sees exactly what we read, and nothing that steers it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from auditor.stages.code.tree import Source

_PLAIN: Final = re.compile(r"^(?!-)[^\x00-\x1f\x7f\\]+$")
_NAME_LIMIT_BYTES: Final = 200
_STEERING: Final = frozenset({".semgrepignore", ".bandit", ".semgrep.yml", ".gitignore"})
"""Files that a scanner would read as orders to itself; they are scanned under another name."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A folder with a copy of each source.

    Attributes:
        root: The folder.
        sources: Source by the path of its copy.
    """

    root: Path
    sources: Mapping[Path, Source]


def copy(sources: Iterable[Source], root: Path) -> Copy:
    """Write the text of each source below an empty folder, under its own path wherever a scanner can take it.

    Raises:
        OSError: The disk is full, or the folder cannot be written.
    """
    placed: dict[Path, Source] = {}
    for number, source in enumerate(sources):
        place = root / _name(source, number)
        if place in placed:
            place = root / f"odd-{number}" / place.name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(source.text)
        placed[place] = source
    return Copy(root, placed)


def _name(source: Source, number: int) -> str:
    """Return the path of the copy; its suffix tells the scanner the language."""
    parts = source.path.split("/")
    is_plain = all(
        _PLAIN.match(part) and len(part.encode("utf-8", "surrogateescape")) < _NAME_LIMIT_BYTES and _encodes(part)
        for part in parts
    )
    path = source.path if is_plain and parts[-1] not in _STEERING else f"odd-{number}/{_ascii(parts[-1])}"
    if source.language == languages.NOTEBOOK or (source.language == languages.PYTHON and not _is_python(path)):
        return f"{path}.py"
    if source.language == languages.TEMPLATE:
        return f"{path}.template"
    return path


def _encodes(part: str) -> bool:
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _ascii(name: str) -> str:
    return re.sub(r"[^\w.]+", "_", name, flags=re.ASCII)[-80:] or "_"


def _is_python(path: str) -> bool:
    return path.lower().endswith((".py", ".pyi", ".pyw"))
