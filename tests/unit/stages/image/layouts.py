"""Writes tiny images as OCI layouts and docker archives, byte for byte the same every time."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

OCI = "application/vnd.oci.image"
CREATED = "2026-11-01T00:00:00Z"
PASSWD = "root:x:0:0:root:/root:/usr/sbin/nologin\napp:x:10001:10001::/nonexistent:/usr/sbin/nologin\n"
LABELS = {
    "org.opencontainers.image.version": "1.0",
    "org.opencontainers.image.revision": "abc",
    "org.opencontainers.image.source": "https://example.invalid/app",
    "org.opencontainers.image.licenses": "Apache-2.0",
    "org.opencontainers.image.vendor": "Example",
}
GOOD_CONFIG: dict[str, Any] = {
    "User": "10001:10001",
    "Entrypoint": ["/srv/app/start"],
    "Env": ["PATH=/usr/bin:/bin"],
    "Healthcheck": {"Test": ["CMD", "/srv/app/start", "--check"]},
    "ExposedPorts": {"8080/tcp": {}},
    "Labels": LABELS,
    "StopSignal": "SIGTERM",
}
OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'
GOOD_FILES: dict[str, Any] = {
    "etc/passwd": PASSWD,
    "etc/group": "root:x:0:\napp:x:10001:\n",
    "etc/shadow": "root:*:19000:0:99999:7:::\napp:!:19000:0:99999:7:::\n",
    "etc/os-release": OS_RELEASE,
    "srv/app/start": ("#!/bin/sh\nexec true\n", 0o755),
}


@dataclass
class Entry:
    """A member that a plain value cannot say."""

    data: bytes = b""
    mode: int = 0o644
    kind: bytes = tarfile.REGTYPE
    link: str = ""
    pax: dict[str, str] = field(default_factory=dict)


def entry(value: Any) -> Entry:  # noqa: ANN401 - any of the short forms
    match value:
        case Entry():
            return value
        case (data, int(mode)):
            return Entry(data.encode() if isinstance(data, str) else data, mode)
        case str():
            return Entry(value.encode())
        case bytes():
            return Entry(value)
        case None:
            return Entry(kind=tarfile.DIRTYPE, mode=0o755)
    raise TypeError(value)


def link(target: str) -> Entry:
    return Entry(kind=tarfile.SYMTYPE, link=target, mode=0o777)


def hard(target: str) -> Entry:
    return Entry(kind=tarfile.LNKTYPE, link=target)


def tar(files: dict[str, Any] | list[tuple[str, Any]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, value in files.items() if isinstance(files, dict) else files:
            one = entry(value)
            info = tarfile.TarInfo(name)
            info.mode, info.type, info.linkname, info.size = one.mode, one.kind, one.link, len(one.data)
            info.pax_headers = one.pax
            archive.addfile(info, io.BytesIO(one.data))
    return out.getvalue()


def digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


@dataclass
class Layout:
    """A layout that is being written."""

    folder: Path
    rows: list[dict[str, Any]] = field(default_factory=list)

    def blob(self, data: bytes, media: str) -> dict[str, Any]:
        (self.folder / "blobs" / "sha256").mkdir(parents=True, exist_ok=True)
        (self.folder / "blobs" / "sha256" / digest(data)[7:]).write_bytes(data)
        return {"mediaType": media, "digest": digest(data), "size": len(data)}

    def document(self, value: object, media: str) -> dict[str, Any]:
        return self.blob(json.dumps(value, sort_keys=True).encode(), media)

    def image(
        self,
        *layers: bytes,
        config: dict[str, Any] | None = None,
        history: list[dict[str, Any]] | None = None,
        name: str = "app:1.0",
        architecture: str = "amd64",
        created: str | None = CREATED,
        pack: str = "gzip",
        annotations: dict[str, str] | None = None,
    ) -> str:
        """Add an image and return the digest of its manifest."""
        said = {
            "architecture": architecture,
            "os": "linux",
            "config": GOOD_CONFIG if config is None else config,
            "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
            "history": [{"created_by": "COPY . / # buildkit"}] if history is None else history,
        }
        if created is not None:
            said["created"] = created
        packed = [gzip.compress(layer, mtime=0) if pack == "gzip" else layer for layer in layers]
        media = f"{OCI}.layer.v1.tar+gzip" if pack == "gzip" else f"{OCI}.layer.v1.tar"
        manifest = {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": self.document(said, f"{OCI}.config.v1+json"),
            "layers": [self.blob(layer, media) for layer in packed],
        }
        return self.manifest(manifest, name=name, annotations=annotations)

    def manifest(self, manifest: dict[str, Any], *, name: str = "", annotations: dict[str, str] | None = None) -> str:
        row = self.document(manifest, f"{OCI}.manifest.v1+json")
        notes = {**({"org.opencontainers.image.ref.name": name} if name else {}), **(annotations or {})}
        self.rows.append({**row, **({"annotations": notes} if notes else {})})
        return str(row["digest"])

    def close(self) -> Path:
        index = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": self.rows}
        (self.folder / "index.json").write_text(json.dumps(index))
        (self.folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
        return self.folder


def layout(folder: Path, *layers: bytes, **how: Any) -> Path:  # noqa: ANN401 - as `Layout.image`
    made = Layout(folder)
    made.image(*layers, **how)
    return made.close()


def good(folder: Path, **files: Any) -> Path:  # noqa: ANN401 - contents
    """Write an image that passes every check of its files and configuration."""
    return layout(folder, tar({**GOOD_FILES, **files}))


def docker_archive(
    file: Path, *layers: bytes, config: dict[str, Any] | None = None, tags: list[str] | None = None
) -> Path:
    said = {
        "architecture": "amd64",
        "os": "linux",
        "created": CREATED,
        "config": config or GOOD_CONFIG,
        "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
        "history": [{"created_by": "COPY . /"}],
    }
    data = json.dumps(said).encode()
    name = hashlib.sha256(data).hexdigest() + ".json"
    names = [f"{number}/layer.tar" for number, _layer in enumerate(layers)]
    manifest = [{"Config": name, "RepoTags": tags or ["app:1.0"], "Layers": names}]
    members: dict[str, Any] = dict(zip(names, layers, strict=True))
    file.write_bytes(tar({name: data, **members, "manifest.json": json.dumps(manifest)}))
    return file
