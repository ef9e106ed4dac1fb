"""What is known of the vulnerability database that is installed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.formats.grype_database import Contents


AGE_LIMIT_DAYS: Final = 30
"""Of a database, and of each feed in it (product.md §4)."""
CLOCK_SLACK: Final = timedelta(hours=26)
"""A build in another time zone, or a clock that is a little off, is no build in the future."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """The database that is installed.

    Attributes:
        folder: As grype is told.
        file: The SQLite file.
        contents: What it holds; None where there is none, or not a sound one.
        problem: What is wrong with it.
        digest: Digest of what was imported; empty if nobody knows.
        signed_by: Keys whose signature was checked.
        replaced: Time of build of a newer one that it took the place of.
        source: Name of the file that it came from.
    """

    folder: Path
    file: Path
    contents: Contents | None
    problem: str = ""
    digest: str = ""
    signed_by: tuple[str, ...] = ()
    replaced: str = ""
    source: str = ""
