"""What is made up for the demo is written anew each time, into a folder that holds nothing else."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MARK: Final = "inventory.yaml"
"""Without it a folder is none of ours."""


def fresh(folder: Path, write: Callable[[Path, datetime], Path]) -> Path:
    """Return a folder that was written just now; a former one is replaced.

    Args:
        folder: Of its own.
        write: Writes it, with the end of what is made up.

    Raises:
        ConfigError: The folder holds something else, or cannot be written.
    """
    try:
        if folder.exists():
            if any(folder.iterdir()) and not (folder / _MARK).is_file():
                message = f"{folder} holds something else than what the demo writes there"
                raise ConfigError(message)
            shutil.rmtree(folder)
        return write(folder, datetime.now(tz=UTC))
    except OSError as error:
        message = f"cannot write the example platform into {folder}: {error}"
        raise ConfigError(message) from error


def put(path: Path, lines: list[str]) -> None:
    """Write a file of lines, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
