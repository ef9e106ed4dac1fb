"""Starts the peers of the demo in a process of their own, and ends them."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_START_S: Final = 20.0
_END_S: Final = 10.0


@contextlib.contextmanager
def running(module: str, folder: Path) -> Iterator[dict[str, int]]:
    """Run a module that serves ports until its input ends; give the ports by name.

    Raises:
        ToolError: It did not start in time.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "PYTHONPATH", "LANG"}},
    )
    if process.stdin is None or process.stdout is None:
        raise ToolError(reasons.COULD_NOT_BE_STARTED, module, "peers")
    try:
        ready, _write, _error = select.select([process.stdout], [], [], _START_S)
        line = process.stdout.readline() if ready else b""
        if not line:
            raise ToolError(
                reasons.COULD_NOT_BE_STARTED, f"{module} did not say its ports in {_START_S:.0f} s", "peers"
            )
        yield json.loads(line)
    finally:
        process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
