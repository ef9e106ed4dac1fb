"""What the demonstration of known vulnerabilities needs: an SBOM, and a database."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError, ToolError

if TYPE_CHECKING:
    from auditor.database.install import Taker

_HERE: Final = Path(__file__).parent / "advisories"
FEED: Final = _HERE / "pypi-osv.jsonl.gz"
"""Advisories of 2024-10-10; where they come from and under which licence: SOURCES.md beside them."""
_SBOM: Final = "chat-worker.cdx.json"
_FRESH: Final = timedelta(days=1)


def fresh(folder: Path) -> Path:
    """Copy the SBOM into a folder, and return the copy.

    Raises:
        ConfigError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(_HERE / _SBOM, folder / _SBOM))
    except OSError as error:
        message = f"cannot copy the example SBOM into {folder}: {error}"
        raise ConfigError(message) from error


def database(folder: Path, tool: Taker) -> None:
    """Build the example database in a folder, and let this run use it; one of today is kept.

    Where grype is not installed there is none, and the run says so.

    Raises:
        ConfigError: The folder cannot be written.
    """
    from auditor.database.build import build  # noqa: PLC0415 - only where it is needed
    from auditor.database.install import import_file, status  # noqa: PLC0415

    now = datetime.now(UTC)
    cache = folder / "cache"
    held = status(cache).contents
    if held is None or abs(now - held.built) > _FRESH:
        made = build((FEED,), folder, built=now)
        try:
            import_file(made.path, cache, tool, now=now, may_go_back=True)
        except ToolError:
            return
    os.environ["AUDITOR_DB"] = str(cache.absolute())
