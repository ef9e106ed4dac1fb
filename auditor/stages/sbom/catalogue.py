"""Puts an image where syft can read it, alone and under its scheme, without unpacking a layer."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.layer_stream import LayerStream
from auditor.stages.image.layout import FolderStore, ImageError, blob_name

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.stages.image.layout import Image

_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
_LAYER: Final = "application/vnd.oci.image.layer.v1.tar"


def source_of(image: Image, folder: Path) -> str:
    """Return the place of an image with its scheme: a layout that holds this image and no other.

    syft refuses a layout with two manifests, and one with signatures has several.

    Args:
        image: The image.
        folder: Empty folder, which can be written.

    Raises:
        ImageError: A blob is missing or cannot be read.
    """
    if image.root is not None:
        return f"dir:{image.root.resolve()}"
    if image.manifest and isinstance(image.store, FolderStore):
        (folder / "blobs").symlink_to((image.store.root / "blobs").resolve(), target_is_directory=True)
        _index(folder, image.manifest_bytes)
        return f"oci-dir:{folder}"
    (folder / "blobs" / "sha256").mkdir(parents=True)
    if image.manifest:
        _blob(folder, image.manifest_bytes)
        for digest in (image.config_digest, *(layer.digest for layer in image.layers)):
            _copied(image, digest, folder)
        _index(folder, image.manifest_bytes)
        return f"oci-dir:{folder}"
    return f"oci-dir:{_assembled(image, folder)}"


def _copied(image: Image, digest: str, folder: Path) -> None:
    target = folder / blob_name(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        with closing(image.store.open(blob_name(digest))) as source, target.open("wb") as made:
            shutil.copyfileobj(source, made)


def _assembled(image: Image, folder: Path) -> Path:
    """Write a layout for an image of an old archive, which has neither manifest nor blobs."""
    layers: list[dict[str, Any]] = []
    for layer in image.layers:
        if layer.problem:
            raise ImageError(*layer.problem)
        target = folder / "blobs" / "sha256" / "layer"
        digest, size = hashlib.sha256(), 0
        with closing(image.store.open(layer.name)) as blob, target.open("wb") as made:
            stream = LayerStream(blob)
            while data := stream.read(1024 * 1024):
                digest.update(data)
                size += len(data)
                made.write(data)
        target.rename(target.with_name(digest.hexdigest()))
        layers.append({"mediaType": _LAYER, "digest": f"sha256:{digest.hexdigest()}", "size": size})
    config = _blob(folder, json.dumps(image.config, sort_keys=True).encode())
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST,
        "config": {"mediaType": _CONFIG, **config},
        "layers": layers,
    }
    data = json.dumps(manifest, sort_keys=True).encode()
    _blob(folder, data)
    _index(folder, data)
    return folder


def _blob(folder: Path, data: bytes) -> dict[str, Any]:
    digest = hashlib.sha256(data).hexdigest()
    (folder / "blobs" / "sha256" / digest).write_bytes(data)
    return {"digest": f"sha256:{digest}", "size": len(data)}


def _index(folder: Path, manifest: bytes) -> None:
    row = {"mediaType": _MANIFEST, "digest": f"sha256:{hashlib.sha256(manifest).hexdigest()}", "size": len(manifest)}
    said = json.loads(manifest).get("mediaType")
    index = {"schemaVersion": 2, "manifests": [{**row, **({"mediaType": said} if said else {})}]}
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', encoding="utf-8")
