"""Puts an image where syft can read it, alone and under its scheme, without unpacking a layer."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from auditor.formats.layer_stream import LayerError, LayerStream
from auditor.stages.image.layout import FolderStore, ImageError, blob_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.model.record import ToolUse
    from auditor.stages.image.layout import Image, Layer

_MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
_CONFIG: Final = "application/vnd.oci.image.config.v1+json"
_LAYER: Final = "application/vnd.oci.image.layer.v1.tar"


class Cataloguer(Protocol):
    """What this stage needs of syft."""

    def use(self) -> ToolUse:
        """Return what the record says of the program.

        Raises:
            ToolMissing: It is not installed.
        """

    def scan(
        self, source: str, scratch: Path, *, name: str, is_image: bool, on_beat: Callable[[float], None] | None = None
    ) -> bytes:
        """Return syft-json.

        Raises:
            ToolError: There is none.
        """


def catalogued(cataloguer: Cataloguer, image: Image, folder: Path, name: str) -> bytes:
    """Return the catalogue of an image.

    Layers packed by gzip are unpacked for syft, which takes four times as long for it as we do: a quarter of its time.
    Only the manifest that names them is another one then; the catalogue comes back with the digest of the image's own.

    Args:
        cataloguer: Runs syft.
        image: The image.
        folder: Empty folder, which can be written.
        name: What to call the image.

    Raises:
        ImageError: A blob is missing or cannot be read.
        ToolError: There is no catalogue.
    """
    (folder / "image").mkdir()
    (folder / "work").mkdir()
    found = source_of(image, folder / "image")
    data = cataloguer.scan(found.place, folder / "work", name=name, is_image=True)
    renamed = dict(found.renamed)
    if found.manifest != image.manifest and image.manifest and found.manifest:
        renamed[found.manifest] = image.manifest
    for ours, own in renamed.items():
        data = data.replace(_hex(ours).encode(), _hex(own).encode())
    return data


class Source(NamedTuple):
    """Where an image lies for syft.

    Attributes:
        place: With its scheme.
        manifest: Digest of its manifest there.
        renamed: Own digest of each layer that was mended, by the one that it has there.
    """

    place: str
    manifest: str
    renamed: dict[str, str]


def _hex(digest: str) -> str:
    return digest.partition(":")[2]


def source_of(image: Image, folder: Path) -> Source:
    """Return the place of an image for syft.

    The place is a layout that holds this image and no other: syft refuses one with two manifests, and one with
    signatures has several.

    Args:
        image: The image.
        folder: Empty folder, which can be written.

    Raises:
        ImageError: A blob is missing or cannot be read.
    """
    if image.root is not None:
        return Source(f"dir:{image.root.resolve()}", "", {})
    if image.manifest:
        plain, renamed = folder / "plain", dict[str, str]()
        manifest = _unpacked(image, plain, renamed)
        if manifest:
            return Source(f"oci-dir:{plain}", manifest, renamed)
    if image.manifest and isinstance(image.store, FolderStore):
        (folder / "blobs").symlink_to((image.store.root / "blobs").resolve(), target_is_directory=True)
        _index(folder, image.manifest_bytes)
        return Source(f"oci-dir:{folder}", image.manifest, {})
    (folder / "blobs" / "sha256").mkdir(parents=True)
    if image.manifest:
        _blob(folder, image.manifest_bytes)
        for digest in (image.config_digest, *(layer.digest for layer in image.layers)):
            _copied(image, digest, folder)
        _index(folder, image.manifest_bytes)
        return Source(f"oci-dir:{folder}", image.manifest, {})
    renamed = {}
    return Source(f"oci-dir:{_assembled(image, folder, renamed)}", "", renamed)


PLAIN_LIMIT_BYTES: Final = 2 * 1024**3
"""Up to here layers are unpacked; what is more is syft's to unpack, within its own limits."""


def _unpacked(image: Image, folder: Path, renamed: dict[str, str]) -> str:
    """Write a layout whose layers are unpacked; return the digest of its manifest, and note which layers were mended.

    Returns:
        The digest; empty where no layer is packed, one is not what its digests say, or there is too much of them.
    """
    try:
        (folder / "blobs" / "sha256").mkdir(parents=True)
        said = json.loads(image.manifest_bytes)
        left = min(PLAIN_LIMIT_BYTES, shutil.disk_usage(folder).free // 4)
        rows, names, is_packed = said["layers"], dict[str, str](), False
        if len(rows) != len(image.layers):
            return ""
        for row, layer in zip(rows, image.layers, strict=True):
            if layer.problem or not layer.digest.startswith("sha256:"):
                return ""
            if layer.digest not in names:
                names[layer.digest], size, packed = _plain(image, layer, folder, left)
                left -= size
                is_packed |= packed
                if layer.diff_id and names[layer.digest] != layer.diff_id:
                    renamed[names[layer.digest]] = layer.diff_id
            row["digest"] = names[layer.digest]
            row["size"] = (folder / blob_name(row["digest"])).stat().st_size
        if not is_packed:
            return ""
        _copied(image, image.config_digest, folder)
        data = json.dumps(said, sort_keys=True).encode()
        _index(folder, data)
        return f"sha256:{_blob(folder, data)['digest'].partition(':')[2]}"
    except (_NotPlain, tarfile.TarError, LayerError, ImageError, OSError, ValueError, KeyError, TypeError):
        shutil.rmtree(folder, ignore_errors=True)
        return ""


class _NotPlain(Exception):  # noqa: N818 - no error: the layers are given as they are
    """A layer cannot be unpacked here."""


def _plain(image: Image, layer: Layer, folder: Path, left: int) -> tuple[str, int, bool]:
    """Write a layer unpacked; return its digest, its size, and whether it was packed by gzip.

    Raises:
        _NotPlain: It is larger than may be, or not what its digests say.
    """
    half = folder / "blobs" / "half"
    size = 0
    last, is_distroless = b"", False
    with closing(image.store.open(layer.name)) as blob, half.open("wb") as made:
        stream = LayerStream(blob)
        while data := stream.read(_CHUNK_BYTES):
            size += len(data)
            if size > left:
                raise _NotPlain
            made.write(data)
            is_distroless = is_distroless or _DISTROLESS in last + data
            last = data[-len(_DISTROLESS) :]
        stream.finish()
    if stream.digest != layer.digest or (layer.diff_id and stream.diff_id != layer.diff_id):
        raise _NotPlain
    if is_distroless and _named_folder(half):
        digest = f"sha256:{_digest(half)}"
        size = half.stat().st_size
        half.rename(folder / blob_name(digest))
        return digest, size, True
    half.rename(folder / blob_name(stream.diff_id))
    return stream.diff_id, size, stream.compression == "gzip"


_CHUNK_BYTES: Final = 1024 * 1024
_DISTROLESS: Final = b"var/lib/dpkg/status.d/"


def _named_folder(layer: Path) -> bool:
    """Add the folder of a distroless image's packages to an unpacked layer that has its files without it.

    syft looks for the files of a folder by the folder's own entry, and passes over every package without one.

    Returns:
        Whether it was added.
    """
    wanted = _DISTROLESS.decode().rstrip("/")
    prefix, end = "", 0
    with tarfile.open(layer) as archive:
        for member in archive:
            end = member.offset_data + (
                -(-member.size // tarfile.BLOCKSIZE) * tarfile.BLOCKSIZE if member.isreg() else 0
            )
            name = member.name.removeprefix("./")
            if name == wanted:
                return False
            if name.startswith(f"{wanted}/"):
                prefix = member.name[: len(member.name) - len(name)]
    entry = tarfile.TarInfo(f"{prefix}{wanted}")
    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
    with layer.open("r+b") as file:
        file.seek(end)
        file.truncate()
        file.write(entry.tobuf(tarfile.PAX_FORMAT) + b"\0" * 2 * tarfile.BLOCKSIZE)
    return True


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copied(image: Image, digest: str, folder: Path) -> None:
    target = folder / blob_name(digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        with closing(image.store.open(blob_name(digest))) as source, target.open("wb") as made:
            shutil.copyfileobj(source, made)


def _assembled(image: Image, folder: Path, renamed: dict[str, str]) -> Path:
    """Write a layout for an image of an old archive, which has neither manifest nor blobs."""
    layers: list[dict[str, Any]] = []
    for layer in image.layers:
        if layer.problem:
            raise ImageError(*layer.problem)
        target = folder / "blobs" / "sha256" / "layer"
        digest, size = hashlib.sha256(), 0
        with closing(image.store.open(layer.name)) as blob, target.open("wb") as made:
            stream = LayerStream(blob)
            is_distroless, last = False, b""
            while data := stream.read(_CHUNK_BYTES):
                digest.update(data)
                size += len(data)
                made.write(data)
                is_distroless = is_distroless or _DISTROLESS in last + data
                last = data[-len(_DISTROLESS) :]
        name = digest.hexdigest()
        if is_distroless and _named_folder(target):
            own, name, size = name, _digest(target), target.stat().st_size
            renamed[f"sha256:{name}"] = f"sha256:{own}"
        target.rename(target.with_name(name))
        layers.append({"mediaType": _LAYER, "digest": f"sha256:{name}", "size": size})
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
