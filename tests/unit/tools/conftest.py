"""A mirror on the loopback interface that can be told to misbehave."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Mirror:
    """What it serves, and how; ``asked`` holds the Range of every request."""

    content: bytes = b"#!/bin/sh\necho tool 1.2.3\n"
    stop_after: int | None = None
    delay_s: float = 0.0
    status: int = 200
    redirect: str = ""
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    served = Mirror()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            served.asked.append(wanted)
            if served.redirect:
                self.send_response(302)
                self.send_header("Location", served.redirect)
                self.end_headers()
                return
            if served.status != 200:
                self.send_error(served.status)
                return
            body = served.content[int(wanted.removeprefix("bytes=").removesuffix("-") or 0) :]
            self.send_response(206 if wanted else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: served.stop_after])
            self.wfile.flush()
            time.sleep(served.delay_s)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_port}/tool"
    yield served
    server.shutdown()
    server.server_close()
