"""Collects a Vault or OpenBao into one file that can be carried out of its zone, and says what rights that takes."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.formats import custody_snapshot
from auditor.stages.custody import reading as readings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from auditor.formats.custody_snapshot import Reading


FORBIDDEN: Final = 403


def collect(
    api: readings.Api,
    output: Path,
    now: datetime,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> Reading:
    """Read a server and write its snapshot, for the owner's eyes only; of nothing no snapshot is written.

    Args:
        api: Of the server.
        output: File to write.
        now: The one clock of the run, UTC.
        progress: Told what is read, how many are done and of how many.

    Returns:
        What was written; where it has a problem and no answer, nothing was.

    Raises:
        OSError: The file cannot be written.
    """
    by = f"{getpass.getuser()}@{os.uname().nodename}"
    found = replace(readings.read(api, now.strftime("%Y-%m-%dT%H:%M:%SZ"), progress), collected_by=by)
    if not found.get("sys/seal-status").is_good:
        return found
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(custody_snapshot.packed(found))
    return found


def refused(reading: Reading) -> list[str]:
    """Return the requests that were refused for want of a capability, each once, in order."""
    return sorted(
        name for name, answer in reading.answers.items() if answer.status == FORBIDDEN and not name.startswith("OPEN")
    )
