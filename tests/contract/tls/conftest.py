"""Starts TLCP servers that others wrote; certificates are made as for the unit tests."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from auditor.formats.issuing import ENCIPHERS, SIGNS
from tests.contract.tls import build
from tests.unit.stages.tls.conftest import listening, material, tlcp  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.unit.stages.tls.conftest import Material


@pytest.fixture
def gmsm(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., int]]:  # noqa: F811
    """Give a function that starts gmsm's server and returns its port."""
    started: list[subprocess.Popen[bytes]] = []
    folder = tmp_path_factory.mktemp("gmsm")
    for file in material.folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    with (folder / "sign.pem").open("ab") as chain:
        chain.write(material.authority.issuer.certificate_pem)
    with (folder / "gmsm.log").open("wb") as log:

        def start(mode: str, *suites: str) -> int:
            process = subprocess.Popen(
                [str(build.gmsm()), str(folder), mode, *suites],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
            started.append(process)
            assert process.stdout is not None
            return int(process.stdout.readline())

        yield start
        for process in started:
            with process:
                assert process.stdin is not None
                process.stdin.close()
                process.wait(10)


class GmSsl:
    """GmSSL's command, with a server's keys that it made itself: it opens no others."""

    def __init__(self, made: Material, folder: Path) -> None:
        self._folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        signing = made.authority.issue("localhost", *SIGNS, spki=self._key("sign"))
        encryption = made.authority.issue("localhost", *ENCIPHERS, spki=self._key("enc"))
        chain = signing.certificate_pem + encryption.certificate_pem + made.authority.issuer.certificate_pem
        (folder / "chain.pem").write_bytes(chain)
        self.anchors = made.folder / "ca.pem"

    def run(self, *arguments: str, sent: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, "HOME": str(self._folder)}
        argv = [str(build.gmssl()), *arguments]
        return subprocess.run(  # noqa: PLW1510 - who calls looks at the exit code
            argv, cwd=self._folder, env=environment, input=sent, capture_output=True, timeout=20
        )

    def _key(self, name: str) -> bytes:
        done = self.run("sm2keygen", "-pass", "P", "-out", f"{name}.key", "-pubout", f"{name}.pub")
        assert done.returncode == 0, done.stderr
        return base64.b64decode((self._folder / f"{name}.pub").read_text().split("-----")[2])

    def serve(self, *, is_mutual: bool = False) -> int:
        """Start a server; it serves one client after another and ends at the first whose certificate it refuses."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port: int = free.getsockname()[1]
        argv = [str(build.gmssl()), "tlcp_server", "-port", str(port), "-cert", "chain.pem"]
        argv += ["-key", "sign.key", "-pass", "P", "-ex_key", "enc.key", "-ex_pass", "P"]
        argv += ["-cacert", str(self.anchors)] if is_mutual else []
        with (self._folder / "server.log").open("ab") as log:
            process = subprocess.Popen(argv, cwd=self._folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._started.append(process)
        until = time.monotonic() + 10
        while not self._listens(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        return port

    @staticmethod
    def _listens(port: int) -> bool:
        """Tell whether something listens, without a connection: the server would take it for its client."""
        with open("/proc/net/tcp", encoding="ascii") as table:  # noqa: PTH123 - no file of ours
            return any(f":{port:04X} 00000000:0000 0A" in line for line in table)

    def close(self) -> None:
        for process in self._started:
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)


@pytest.fixture
def gmssl(material: Material, tmp_path: Path) -> Iterator[GmSsl]:  # noqa: F811 - the fixture
    """Give GmSSL's command."""
    found = GmSsl(material, tmp_path)
    yield found
    found.close()
