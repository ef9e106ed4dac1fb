"""Listens on 127.0.0.1 for the peers of the demo and of tests, one thread for each connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

from auditor.tools.dial import SocketWire

if TYPE_CHECKING:
    from collections.abc import Callable

_BACKLOG = 128


class Listener:
    """A port on loopback whose connections are handed to a function."""

    def __init__(self, serve: Callable[[SocketWire], object], host: str = "127.0.0.1", port: int = 0) -> None:
        """Bind a port and begin to serve.

        Args:
            serve: Takes a connection and serves it to its end, in a thread of its own.
            host: Address to listen at.
            port: Port to bind; a free one if it is 0 or taken.
        """
        self._serve = serve
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            self._socket = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except OSError:
            self._socket = socket.create_server((host, 0), family=family, backlog=_BACKLOG)
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self.open = 0
        self.most_at_once = 0
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _peer = self._socket.accept()
            except OSError:
                return  # closed
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self.open += 1
                self.most_at_once = max(self.most_at_once, self.open)
            threading.Thread(target=self._one, args=(SocketWire(connection),), daemon=True).start()

    def _one(self, wire: SocketWire) -> None:
        try:
            with contextlib.suppress(OSError):  # the client went away
                self._serve(wire)
        finally:
            with self._lock:
                self.open -= 1
            wire.close()

    def close(self) -> None:
        """Stop listening."""
        with contextlib.suppress(OSError):  # not connected is what a listening socket is
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(2.0)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_ended: object) -> None:
        """Stop listening."""
        self.close()
