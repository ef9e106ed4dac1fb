"""Free ports of loopback, for the servers that the demonstration and the tests start."""

from __future__ import annotations

import contextlib
import socket


def free_ports(count: int) -> list[int]:
    """Return ports of loopback that nobody holds, no two the same.

    All are held until the last is known: the kernel may give a port that was let go to the very next who asks.
    """
    with contextlib.ExitStack() as held:
        listeners = [held.enter_context(socket.socket()) for _each in range(count)]
        for listener in listeners:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in listeners]


def free_port() -> int:
    """Return one port of loopback that nobody holds."""
    return free_ports(1)[0]
