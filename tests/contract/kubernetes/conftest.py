"""A real kube-apiserver and etcd on loopback (design/test-servers.md §2), built once and kept outside of the project."""  # noqa: E501 - an example

from __future__ import annotations

import secrets
import ssl
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import yaml

from scripts.loopback import free_ports
from tests.contract.kubernetes.apiserver import build

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = "v1.36.3"
_MINUTES = 60


@dataclass(frozen=True)
class Server:
    """A running API server.

    Attributes:
        address: ``https://127.0.0.1:PORT``.
        token: Of a member of ``system:masters``.
        authority: Certificate to trust.
        folder: For files of the tests.
    """

    address: str
    token: str
    authority: Path
    folder: Path

    def kubeconfig(self, token: str = "", *, authority: Path | None = None, address: str = "") -> Path:
        """Write a kubeconfig with the context ``test``."""
        path = self.folder / f"kubeconfig-{secrets.token_hex(4)}"
        cluster = {"server": address or self.address, "certificate-authority": str(authority or self.authority)}
        content = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "c", "cluster": cluster}],
            "users": [{"name": "u", "user": {"token": token or self.token}}],
            "contexts": [{"name": "test", "context": {"cluster": "c", "user": "u"}}],
        }
        path.write_text(yaml.safe_dump(content))
        return path

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl as administrator."""
        done = subprocess.run(
            ["/usr/bin/env", "kubectl", "--kubeconfig", str(self.kubeconfig()), *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_MINUTES * 2,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def _running(argv: list[str], folder: Path, name: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            argv, cwd=folder, env={"HOME": str(folder), "PATH": "/usr/bin:/bin"}, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _MINUTES
    while time.monotonic() < until:
        assert process.poll() is None, (server.folder / "kube-apiserver.log").read_text()[-2000:]
        try:
            context = ssl.create_default_context(cafile=str(server.authority))
            request = urllib.request.Request(  # noqa: S310 - our own server
                f"{server.address}/readyz", headers={"Authorization": f"Bearer {server.token}"}
            )
            with urllib.request.urlopen(request, context=context, timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    pytest.fail((server.folder / "kube-apiserver.log").read_text()[-2000:])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run an API server with nothing in it but what it makes itself."""
    programs = build.programs()
    folder = tmp_path_factory.mktemp("apiserver")
    client, peer, port = free_ports(3)
    token = secrets.token_hex(16)
    (folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n')
    subprocess.run(
        [
            "/usr/bin/env",
            "openssl",
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            str(folder / "sa.key"),
        ],
        check=True,
        capture_output=True,
    )
    etcd = [
        str(programs / "etcd"),
        f"--data-dir={folder}/etcd",
        f"--listen-client-urls=http://127.0.0.1:{client}",
        f"--advertise-client-urls=http://127.0.0.1:{client}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-cluster=default=http://127.0.0.1:{peer}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]
    apiserver = [
        str(programs / "kube-apiserver"),
        f"--etcd-servers=http://127.0.0.1:{client}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={folder}/certs",
        "--service-cluster-ip-range=10.0.0.0/24",
        f"--service-account-key-file={folder}/sa.key",
        f"--service-account-signing-key-file={folder}/sa.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--authorization-mode=Node,RBAC",
        f"--token-auth-file={folder}/tokens.csv",
        "--allow-privileged=true",
        "--disable-admission-plugins=ServiceAccount",
        "--endpoint-reconciler-type=none",
    ]
    started = Server(f"https://127.0.0.1:{port}", token, folder / "certs" / "apiserver.crt", folder)
    with _running(etcd, folder, "etcd"), _running(apiserver, folder, "kube-apiserver") as process:
        _await_ready(started, process)
        yield started
