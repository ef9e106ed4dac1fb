"""Runs modules of ours in processes of their own, held as foreign programs are: no network, ended with us."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.tools import process

_LIMIT_S: Final = 24 * 3600.0
"""No limit of its own: the job that waits for it has one."""


def call(module: str, given: bytes, folder: Path) -> bytes:
    """Run a module with some input, and return what it says.

    Args:
        module: Full name of a module of ours.
        given: What it reads.
        folder: Where it may write.

    Raises:
        ToolError: It ended without an answer.
    """
    environment = process.standard_environment(folder)
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    environment["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # the default one keeps a hundred megabytes to itself
    done = process.run(
        [sys.executable, "-B", "-m", module],
        environment=environment,
        folder=folder,
        timeout_s=_LIMIT_S,
        stdin=given,
        file_size_limit_bytes=64 * process.GIB,
        tool=module,
    )
    if done.exit_code != 0:
        reason = reasons.DISK_FULL if b"No space left" in done.stderr else reasons.FAILED
        raise ToolError(reason, done.complaint, module)
    return done.stdout
