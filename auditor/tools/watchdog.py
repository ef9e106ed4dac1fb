"""Holds one program where the kernel gives no namespaces: a script that `process` starts; it imports none of ours.

``watchdog.py LIFELINE MEMORY FILE_SIZE PROGRAM [ARGUMENT …]`` runs the program within its limits, and ends it and all
its descendants as soon as the pipe LIFELINE (a file descriptor) is closed at the other end, which the kernel does even
where the other process was killed. It ends as the program ended.
"""

from __future__ import annotations

import ctypes
import os
import resource
import select
import signal
import sys
from pathlib import Path
from typing import NoReturn

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36


def main() -> NoReturn:
    """Start the program, wait for its end or ours, leave nothing behind."""
    lifeline, memory_bytes, file_size_bytes = (int(word) for word in sys.argv[1:4])
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write)
    program = os.fork()
    if program == 0:
        os.close(lifeline)
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        _become(sys.argv[4:], memory_bytes, file_size_bytes)
    status = None
    while status is None:
        ready, _, _ = select.select([lifeline, wake_read], [], [])
        if lifeline in ready:
            break
        os.read(wake_read, 512)
        status = _reap(program)
    _end_descendants()
    _end_like(status)


def _become(argv: list[str], memory_bytes: int, file_size_bytes: int) -> NoReturn:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size_bytes, file_size_bytes))
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    try:
        os.execv(argv[0], argv)  # noqa: S606 - no shell is what is wanted
    except OSError as problem:
        os.write(2, f"watchdog: failed to execute {argv[0]}: {problem.strerror}\n".encode(errors="replace"))
    os._exit(126)


def _reap(program: int) -> int | None:
    """Take leave of every child that has ended; return the status of the program if it was among them."""
    status = None
    while True:
        try:
            child, child_status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return status
        if child == 0:
            return status
        if child == program:
            status = child_status


def _end_descendants() -> None:
    """Kill children until there are none: orphans become ours, for we are their reaper."""
    me = os.getpid()
    while True:
        try:
            children = Path(f"/proc/{me}/task/{me}/children").read_text(encoding="ascii").split()
        except OSError:
            os.killpg(0, signal.SIGKILL)
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _end_like(status: int | None) -> NoReturn:
    code = os.waitstatus_to_exitcode(status) if status is not None else -int(signal.SIGKILL)
    if code < 0:
        if -code not in {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()
