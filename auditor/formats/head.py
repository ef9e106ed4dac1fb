"""The beginning of a file: what kind of file it is stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_BYTES: Final = 1_000_000
"""Of a file that may be a manifest: a long comment may stand before it."""


def head(path: Path, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return how a regular file begins; empty where it is none, a link, or cannot be read."""
    try:
        if not path.is_file() or path.is_symlink():
            return b""
        with path.open("rb") as file:
            return file.read(limit_bytes)
    except OSError:
        return b""
