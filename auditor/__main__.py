"""Where ``auditor`` and ``python -m auditor`` begin: settles streams and signals before anything else is imported."""

from __future__ import annotations

import atexit
import contextlib
import gc
import io
import os
import signal
import sys
from typing import Final, NoReturn

COLLECT_AFTER: Final = (2_000_000, 50, 50)
"""Objects made before the garbage collector looks for cycles: we make millions of values that live as long as the run
and hold none, and to walk them all again and again took half of the CPU time of a large one."""


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    # until a run takes over the signal, Ctrl-C ends us as it ends any program: at once, without a traceback
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(*COLLECT_AFTER)
    os.umask(0o077)  # runs, captures, facts, caches and copies are the owner's alone
    _open_streams()

    from auditor.cli import main as begin  # noqa: PLC0415 - see above

    try:
        begin()
    except SystemExit as end:
        _leave(end)


def _leave(end: SystemExit) -> NoReturn:
    """End at once: to free a million values one by one before the process goes takes longer than to judge them."""
    if isinstance(end.code, str):
        raise end
    atexit._run_exitfuncs()  # noqa: SLF001 - as the interpreter does; temporary folders go by it
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(end.code or 0)


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
