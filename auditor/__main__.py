"""Where ``auditor`` and ``python -m auditor`` begin: settles streams and signals before anything else is imported."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    # until a run takes over the signal, Ctrl-C ends us as it ends any program: at once, without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _open_streams()

    from auditor.cli import main as begin  # noqa: PLC0415 - see above

    begin()


def _open_streams() -> None:
    """Put the null device in the place of closed streams (``>&-``), and let any name be shown in any locale."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    main()
