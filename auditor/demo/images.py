# ruff: noqa: E501 - contents of files
"""Two images made at demo time without root, daemon or network: one with planted faults, and its clean twin.

Every one of the thirty checks of images has its fault in the first. The twin is signed by a key of its own, stands on a
trusted base, and has a signed SBOM. Both hold Debian packages and pinned wheels as they lie on this machine
(`auditor.demo.installed`); what is planted, its package, the keys and the secrets are made up.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import struct
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from auditor.demo.installed import installed
from auditor.errors import ConfigError
from auditor.formats import cyclonedx, dsse
from auditor.formats.sbom import Bom, Item, ListedFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from auditor.demo.installed import Installed

_File: TypeAlias = tuple[bytes, int]
_OCI: Final = "application/vnd.oci.image"
_PROBE: Final = b"\x7fELF netprobe of the demo\n"
_MODULE: Final = b"def tabulate(rows):\n    return rows\n"
_METADATA: Final = b"Metadata-Version: 2.1\nName: tabulator\nVersion: 1.0\nAuthor: Example\nLicense: MIT\n"
_STATUS: Final = (
    b"Package: netprobe\nStatus: install ok installed\nPriority: optional\nSection: net\n"
    b"Maintainer: Example Packagers <packages@example.invalid>\nArchitecture: amd64\nVersion: 2.4-1\nDescription: probe\n\n"
)
_RELEASE: Final = b'ID=debian\nVERSION_ID="%s"\nVERSION_CODENAME=%s\nPRETTY_NAME="Debian GNU/Linux %s"\n'
_PASSWD: Final = b"root:x:0:0:root:/root:/usr/sbin/nologin\napp:x:10001:10001::/nonexistent:/usr/sbin/nologin\n"
_SHADOW: Final = b"root:*:19000:0:99999:7:::\napp:!:19000:0:99999:7:::\n"
_BASE: Final[Mapping[str, tuple[bytes, int]]] = {
    "etc/os-release": (_RELEASE % (b"12", b"bookworm", b"12 (bookworm)"), 0o644),
    "etc/passwd": (_PASSWD, 0o644),
    "etc/shadow": (_SHADOW, 0o640),
    "etc/group": (b"root:x:0:\napp:x:10001:\n", 0o644),
    "etc/apt/sources.list": (b"deb https://deb.debian.org/debian bookworm main\n", 0o644),
    "usr/bin/netprobe": (_PROBE, 0o755),
    "var/lib/dpkg/status": (_STATUS, 0o644),
    "var/lib/dpkg/info/netprobe.list": (b"/usr\n/usr/bin\n/usr/bin/netprobe\n", 0o644),
    "var/lib/dpkg/info/netprobe.md5sums": (
        f"{hashlib.md5(_PROBE, usedforsecurity=False).hexdigest()}  usr/bin/netprobe\n".encode(),
        0o644,
    ),
}
_HASH: Final = base64.urlsafe_b64encode(hashlib.sha256(_MODULE).digest()).rstrip(b"=")
_APP: Final[Mapping[str, tuple[bytes, int]]] = {
    "srv/app/start": (b"#!/bin/sh\nexec true\n", 0o755),
    "srv/app/site-packages/tabulator/__init__.py": (_MODULE, 0o644),
    "srv/app/site-packages/tabulator-1.0.dist-info/METADATA": (_METADATA, 0o644),
    "srv/app/site-packages/tabulator-1.0.dist-info/RECORD": (
        b"tabulator/__init__.py,sha256=%s,%d\ntabulator-1.0.dist-info/METADATA,,\n" % (_HASH, len(_MODULE)),
        0o644,
    ),
    "srv/app/model.safetensors": (struct.pack("<Q", 2) + b"{}", 0o644),
}
_KEY: Final = (
    b"-----BEGIN " + b"PRIVATE KEY-----\n" + base64.b64encode(b"made up " * 6) + b"\n-----END PRIVATE KEY-----\n"
)
_FAULTS: Final[Mapping[str, tuple[bytes, int]]] = {
    "etc/os-release": (_RELEASE % (b"9", b"stretch", b"9 (stretch)"), 0o644),
    "etc/passwd": (_PASSWD + b"toor:x:0:0::/root:/bin/bash\n", 0o644),
    "etc/shadow": (_SHADOW + b"toor::19000:0:99999:7:::\n", 0o640),
    "etc/apt/sources.list": (b"deb [trusted=yes] http://mirror.invalid/debian stretch main\n", 0o644),
    "usr/bin/netprobe": (b"\x7fELF replaced\n", 0o755),
    "usr/bin/gcc-12": (b"\x7fELF gcc\n", 0o755),
    "usr/bin/apt-get": (b"\x7fELF apt\n", 0o755),
    "usr/bin/sudo": (b"\x7fELF sudo\n", 0o4755),
    "usr/bin/ping": (b"\x7fELF ping\n", 0o755),
    "var/lib/apt/lists/mirror.invalid_debian_InRelease": (b"x\n", 0o644),
    "srv/app/.git/config": (b"[core]\n", 0o644),
    "srv/app/upload.sh": (b"#!/bin/sh\n", 0o777),
    "srv/app/scorer.pkl": (b"\x80\x04\x95" + bytes(8) + b"N.", 0o644),
    "srv/app/deploy_key": (_KEY, 0o600),
}
_LABELS: Final = {
    f"org.opencontainers.image.{name}": value
    for name, value in (
        ("version", "1.0"),
        ("revision", "demo"),
        ("source", "https://example.invalid/loan-assistant"),
        ("licenses", "Apache-2.0"),
        ("vendor", "Example Bank"),
    )
}
_GOOD: Final[Mapping[str, Any]] = {
    "User": "10001:10001",
    "Entrypoint": ["/srv/app/start"],
    "Env": ["PATH=/usr/bin:/bin"],
    "Healthcheck": {"Test": ["CMD", "/srv/app/start", "--check"]},
    "ExposedPorts": {"8080/tcp": {}},
    "Labels": _LABELS,
    "StopSignal": "SIGTERM",
}
_BAD: Final[Mapping[str, Any]] = {
    "User": "toor",
    "Entrypoint": ["/bin/sh", "-c", "start $MODE"],
    "Env": ["PATH=/usr/bin:/bin", "DB_PASSWORD=made-up-Tr0ub4dor-3"],
    "ExposedPorts": {"22/tcp": {}},
    "Volumes": {"/etc": {}},
    "Labels": {},
}
_BAD_HISTORY: Final = (
    "/bin/sh -c #(nop) COPY dir:base in /",
    "RUN apt-get update",
    "ADD https://example.invalid/tool.bin /usr/bin/tool # buildkit",
    "RUN |1 PIP_PASSWORD=made-up-Tr0ub4dor-3 /bin/sh -c pip install -r requirements.txt",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """The images of the demo.

    Attributes:
        targets: Arguments for a run.
        options: What is expected of them.
    """

    targets: tuple[str, ...]
    options: Mapping[str, object]


def fresh(folder: Path, now: datetime) -> Images:
    """Write both images, the SBOM of the clean one, and the public key of both signatures.

    Args:
        folder: Where to; what a former demo left there is replaced.
        now: Time of the build of the clean one.

    Raises:
        ConfigError: The folder cannot be written.
    """
    key = ed25519.Ed25519PrivateKey.generate()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "release.pub").write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form))
        real = installed()
        base_files, app_files = _with(_BASE, real.base, real), {**real.app, **_APP}
        base, app = _tar(base_files), _tar(app_files)
        clean = _Layout(folder / "clean")
        manifest = clean.image([base, app], _GOOD, ("COPY base / # buildkit", "COPY app / # buildkit"), f"{now:%Y-%m-%dT%H:%M:%SZ}", "loan-assistant:1.0")  # fmt: skip
        clean.sign(manifest, key)
        clean.close()
        planted = _Layout(folder / "planted")
        upper = _tar({"srv/app/.wh.deploy_key": (b"", 0o644)})
        layers = [_tar({**base_files, **app_files, **_FAULTS}), upper]
        planted.image(layers, _BAD, _BAD_HISTORY, "2019-06-01T00:00:00Z", "registry.invalid/loan-assistant:latest")
        planted.close()
        sbom = folder / "loan-assistant.cdx.json"
        sbom.write_bytes(
            _signed_sbom(manifest, f"{now:%Y-%m-%dT%H:%M:%SZ}", key, {**base_files, **app_files}, real.items)
        )
    except OSError as error:
        message = f"cannot write the images of the demo into {folder}: {error}"
        raise ConfigError(message) from error
    return Images(
        targets=(f"image=oci:{folder / 'planted'}", f"sbom={sbom}@image=oci:{folder / 'clean'}"),
        options={
            "keys": (str(folder / "release.pub"),),
            "signed": True,
            "trusted_base": (_digest(base), "sha256:" + "0" * 64),
        },
    )


def _with(made_up: Mapping[str, _File], files: Mapping[str, _File], real: Installed) -> dict[str, _File]:
    """Return the files of the base with real packages among them."""
    found = {**files, **made_up}
    if real.os_release:
        found["etc/os-release"] = (real.os_release, 0o644)
        found["var/lib/dpkg/status"] = (real.status + _STATUS, 0o644)
    return found


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _tar(files: Mapping[str, tuple[bytes, int]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, (data, mode) in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), mode
            if name == "usr/bin/ping":
                attribute = struct.pack("<IIIII", 0x02000001, 1 << 13, 0, 0, 0)  # cap_net_raw
                info.pax_headers = {"SCHILY.xattr.security.capability": attribute.decode()}
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


class _Layout:
    """An OCI layout that is being written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[dict[str, Any]] = []
        (folder / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)

    def _blob(self, data: bytes, media: str) -> dict[str, Any]:
        (self._folder / "blobs" / "sha256" / _digest(data)[7:]).write_bytes(data)
        return {"mediaType": media, "digest": _digest(data), "size": len(data)}

    def _document(self, value: object, media: str) -> dict[str, Any]:
        return self._blob(json.dumps(value, sort_keys=True).encode(), media)

    def _manifest(self, value: Mapping[str, Any], name: str) -> str:
        row = self._document(value, f"{_OCI}.manifest.v1+json")
        self._rows.append({**row, "annotations": {"org.opencontainers.image.ref.name": name}})
        return str(row["digest"])

    def image(
        self, layers: list[bytes], config: Mapping[str, Any], history: tuple[str, ...], created: str, name: str
    ) -> str:
        """Add an image and return the digest of its manifest."""
        said = {
            "architecture": "amd64",
            "os": "linux",
            "created": created,
            "config": config,
            "rootfs": {"type": "layers", "diff_ids": [_digest(layer) for layer in layers]},
            "history": [{"created": created, "created_by": line} for line in history],
        }
        packed = [self._blob(gzip.compress(layer, mtime=0), f"{_OCI}.layer.v1.tar+gzip") for layer in layers]
        configuration = self._document(said, f"{_OCI}.config.v1+json")
        return self._manifest({"schemaVersion": 2, "config": configuration, "layers": packed}, name)

    def sign(self, manifest: str, key: ed25519.Ed25519PrivateKey) -> None:
        """Put a signature beside an image, as cosign does."""
        said = {"critical": {"identity": {"docker-reference": ""}, "image": {"docker-manifest-digest": manifest}, "type": "cosign container image signature"}, "optional": None}  # fmt: skip
        payload = json.dumps(said, sort_keys=True).encode()
        layer = self._blob(payload, "application/vnd.dev.cosign.simplesigning.v1+json")
        layer["annotations"] = {"dev.cosignproject.cosign/signature": base64.b64encode(key.sign(payload)).decode()}
        config = self._document({"rootfs": {"diff_ids": [_digest(payload)]}}, f"{_OCI}.config.v1+json")
        value = {"schemaVersion": 2, "config": config, "layers": [layer]}
        self._manifest(value, f"{manifest.replace(':', '-')}.sig")

    def close(self) -> None:
        """Write the index."""
        (self._folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": self._rows}))
        (self._folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def _signed_sbom(
    manifest: str, created: str, key: ed25519.Ed25519PrivateKey, files: Mapping[str, _File], real: list[Item]
) -> bytes:
    """Return the SBOM of the clean image in a signed envelope."""
    items = [
        *real,
        _item("netprobe", "2.4-1", "pkg:deb/debian/netprobe@2.4-1?arch=amd64&distro=debian-12", "Example Packagers"),
        _item("tabulator", "1.0", "pkg:pypi/tabulator@1.0", "Example"),
    ]
    bom = Bom(
        format="CycloneDX",
        version=cyclonedx.WRITTEN,
        created=created,
        authors=["Example Bank"],
        supplier="Example Bank",
        phase="build",
        subject=Item(ref="root", kind="container", name="loan-assistant", version=manifest),
        items=items,
        files=[
            ListedFile(path, (("SHA-256", hashlib.sha256(data).hexdigest()),)) for path, (data, _mode) in files.items()
        ],
        dependencies={"root": tuple(item.ref for item in items)},
    )
    statement = {
        "_type": dsse.STATEMENTS[0],
        "subject": [{"name": "loan-assistant", "digest": {"sha256": manifest.removeprefix("sha256:")}}],
        "predicateType": "https://cyclonedx.org/bom",
        "predicate": json.loads(cyclonedx.write(bom, tool="auditor-demo", tool_version="1")),
    }
    payload = json.dumps(statement, sort_keys=True).encode()
    signature = dsse.Signature("demo", key.sign(dsse.pae(dsse.IN_TOTO, payload)))
    return dsse.envelope(dsse.IN_TOTO, payload, [signature])


def _item(name: str, version: str, purl: str, supplier: str) -> Item:
    return Item(ref=purl, kind="library", name=name, version=version, purl=purl, supplier=supplier, licences=("MIT",))
