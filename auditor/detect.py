"""Finds out what a folder holds: the parts that stages can look at, and what no stage of this version takes."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError
from auditor.messages import say
from auditor.model.record import Exclusion
from auditor.model.system import Part
from auditor.stages import target_kinds

if TYPE_CHECKING:
    from auditor.stage import Finder

KINDS: Final = tuple(target_kinds())
"""Kinds of parts that an argument may name (product.md §3)."""

_FOLDER_LIMIT: Final = 20_000
_SKIPPED: Final = frozenset({".git", "node_modules", ".venv", "__pycache__", ".auditor"})


@dataclass
class Detected:
    """What lies in a folder.

    Attributes:
        parts: Parts that can be audited.
        left: What was seen and is left out, with the reason.
    """

    parts: list[Part] = field(default_factory=list)
    left: list[Exclusion] = field(default_factory=list)


def parse(argument: str, options: dict[str, object] | None = None) -> tuple[Part, ...]:
    """Return the parts that an argument names: ``kind=where``, or two joined by ``@`` (``node=F@kubernetes=S``).

    Raises:
        ConfigError: It names no known kind.
    """
    pieces = re.split(rf"@(?=(?:{'|'.join(KINDS)})=)", argument)
    parts = []
    for piece in pieces:
        kind, mark, where = piece.partition("=")
        if not mark or kind not in KINDS or not where:
            message = f"target {argument!r} is neither a folder nor kind=where; kinds: {', '.join(KINDS)}"
            raise ConfigError(message)
        parts.append(Part(kind=kind, where=where, options=options or {}))
    return tuple(parts)


def is_bare(argument: str) -> bool:
    """Tell whether an argument is a path rather than ``kind=where``."""
    return not re.match(rf"^(?:{'|'.join(KINDS)})=", argument)


def detect(folder: str) -> Detected:
    """Search a bare folder or file for parts.

    Args:
        folder: As the user gave it.

    Raises:
        ConfigError: There is no such place.
    """
    root = Path(folder)
    try:
        root.stat()
    except FileNotFoundError as error:
        message = f"no such folder: {folder}; give a folder, or kind=where with a kind of {', '.join(KINDS)}"
        raise ConfigError(message) from error
    except OSError as error:
        message = f"{folder[:200]} cannot be searched: {error.strerror}"
        raise ConfigError(message) from error
    found = Detected()
    seen = _Search().walk(root)
    for kind, finder in seen.finders.items():
        found.parts.extend(Part(kind=kind, where=_as_given(each, root, folder)) for each in finder.places(root))
    for name, count in sorted(seen.skipped.items()):
        found.left.append(Exclusion(target=folder, what=name + "/", why=say("detect.skipped", count=count)))
    for name in seen.unread:
        found.left.append(Exclusion(target=folder, what=name + "/", why=say("detect.unread")))
    if seen.is_cut:
        found.left.append(Exclusion(target=folder, what="…", why=say("detect.cut", limit=_FOLDER_LIMIT)))
    if not found.parts:
        # an unknown folder is still looked at: what cannot be assessed will be said
        found.parts.append(Part(kind=next(iter(seen.finders)), where=folder))
    return found


def _as_given(where: str, root: Path, folder: str) -> str:
    """Return a place; the folder that was searched as the user wrote it."""
    return folder if where == str(root) else where


def _finders() -> dict[str, Finder]:
    return {name: resolve_name(kind.finder)() for name, kind in target_kinds().items() if kind.finder}


@dataclass
class _Search:
    finders: dict[str, Finder] = field(default_factory=_finders)
    skipped: Counter[str] = field(default_factory=Counter)
    unread: list[str] = field(default_factory=list)
    is_cut: bool = False

    def __post_init__(self) -> None:
        self._asked = sorted(self.finders.values(), key=lambda finder: finder.precedence)

    def walk(self, root: Path) -> _Search:
        if root.is_file():
            if not self._is_taken(root):
                self._missed(is_cut=False)
            return self
        for number, (folder, folders, files) in enumerate(os.walk(root, onerror=self._cannot)):
            if number >= _FOLDER_LIMIT:
                self.is_cut = True
                self._missed(is_cut=True)  # whatever comes behind may be anything
                break
            for name in _SKIPPED.intersection(folders):
                self.skipped[name] += 1
            folders[:] = sorted(set(folders) - _SKIPPED)
            if any(finder.folder(folder, files) for finder in self._asked):
                folders[:] = []
                continue
            for name in files:
                self._is_taken(Path(folder, name))
        return self

    def _is_taken(self, path: Path) -> bool:
        return any(finder.file(path) for finder in self._asked)

    def _missed(self, *, is_cut: bool) -> None:
        for finder in self._asked:
            finder.missed(is_cut=is_cut)

    def _cannot(self, error: OSError) -> None:
        """Note a folder that cannot be read."""
        self.unread.append(str(error.filename))
        self._missed(is_cut=False)
