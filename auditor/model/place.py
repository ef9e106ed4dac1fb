"""Where a path leads, for those who must not be led out of a folder."""

from __future__ import annotations

import os
from pathlib import Path


def real(path: Path, *, strict: bool = False) -> Path:
    """Return a path without links; `Path.resolve` of Python 3.11 raises a `RuntimeError` for one that leads to itself.

    Args:
        path: Any path.
        strict: Something has to be there.

    Raises:
        OSError: It is ``strict``, and the path leads nowhere or in a circle.
    """
    return Path(os.path.realpath(path, strict=strict))
