"""Opens images where they lie: OCI layouts (folder or tar), archives of ``docker save``, unpacked root file systems.

Nothing is trusted: every blob is compared with the digest that names it, every number is bounded, no link and no name
leads out of the place, and nothing is ever fetched.

References: OCI image specification 1.1 (image-layout, manifest, image-index); moby/docker-image-spec v1.3.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, Self

import orjson

from auditor import reasons
from auditor.formats.tar_stream import TarError, TarStream

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT_LIMIT_BYTES: Final = 8 * 1024 * 1024
"""Of an index, manifest or configuration; registries stop at 4 MiB."""
DEPTH_LIMIT: Final = 100
"""Nesting of JSON, which the parser leaves to us."""
INDEX_DEPTH_LIMIT: Final = 8
IMAGE_LIMIT: Final = 64
DESCRIPTOR_LIMIT: Final = 4096
LAYER_LIMIT: Final = 10_000
MEMBER_LIMIT: Final = 200_000
"""Of an archive's outer tar, which holds blobs and documents."""
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_INDEXES: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_MANIFESTS: Final = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
_CONFIGS: Final = ("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json")
_SIGNED: Final = {
    "application/vnd.dev.cosign.simplesigning.v1+json": "signature",
    "application/vnd.dsse.envelope.v1+json": "attestation",
    "application/vnd.in-toto+dsse": "attestation",
}
_BUNDLE: Final = "application/vnd.dev.sigstore.bundle"
_REF: Final = "org.opencontainers.image.ref.name"
_CONTAINERD_NAME: Final = "io.containerd.image.name"
_COSIGN_TAG: Final = re.compile(r"(?:.*[:/])?sha256-([0-9a-f]{64})\.(sig|att|sbom)$")
SCHEMES: Final = ("oci", "oci-dir", "oci-archive", "docker-archive", "rootfs", "dir")


class ImageError(ValueError):
    """This place holds no image, or one that cannot be read.

    Attributes:
        reason: A few words, as of a gap.
    """

    def __init__(self, reason: reasons.Reason, detail: str) -> None:
        """Keep the reason apart from the circumstances."""
        super().__init__(detail)
        self.reason = reason


class Store(Protocol):
    """Where documents and blobs lie."""

    def names(self) -> Iterator[str]:
        """Yield the names of all files, for those that are looked for by name."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file by its name.

        Raises:
            ImageError: There is none, or it cannot be read.
        """

    def size(self, name: str) -> int:
        """Return the size of a file, -1 if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer as the manifest names it.

    Attributes:
        name: Name of its blob in the store; empty where it lies elsewhere.
        digest: Digest of the blob; empty where nothing says it.
        size: Size of the blob; -1 where nothing says it.
        media_type: As the manifest says.
        diff_id: Digest of what it unpacks to; empty where nothing says it.
        problem: Reason and detail why it cannot be read; empty if it can.
    """

    name: str
    digest: str
    size: int
    media_type: str
    diff_id: str
    problem: tuple[reasons.Reason, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of one platform.

    Attributes:
        label: Its platform, told apart where two are alike.
        manifest: Digest of the manifest; empty where the form of archive has none.
        manifest_bytes: The manifest.
        config_digest: Digest of the configuration.
        config: The configuration.
        layers: Bottom first.
        names: References given with it, sorted.
        store: Where its layers lie.
        root: Folder of an unpacked root file system.
        problems: Reason and detail of each thing that is wrong.
    """

    label: str
    manifest: str
    manifest_bytes: bytes
    config_digest: str
    config: dict[str, Any]
    layers: tuple[Layer, ...]
    names: tuple[str, ...]
    store: Store
    root: Path | None = None
    problems: tuple[tuple[reasons.Reason, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something that was put beside an image about it.

    Attributes:
        about: Digest of the manifest that it says it is about.
        kind: ``signature`` or ``attestation``.
        form: ``tag`` or ``referrer``.
        payload: Bytes of the layer.
        annotations: Of the layer: cosign keeps signature and certificate there.
    """

    about: str
    kind: str
    form: str
    payload: bytes
    annotations: dict[str, str]


@dataclass(kw_only=True)
class Opened:
    """All that a place holds.

    Attributes:
        form: ``oci``, ``docker-archive`` or ``rootfs``.
        images: One for each platform.
        attachments: Signatures and attestations.
        problems: Reason and detail of what could not be read.
    """

    form: str
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[tuple[reasons.Reason, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """What an argument names.

    Attributes:
        scheme: One of `SCHEMES`, or empty: to be found out.
        path: Where it lies.
        reference: Tag or digest behind the path; empty for all images.
    """

    scheme: str
    path: Path
    reference: str


def place(where: str, base: str = "") -> Place:
    """Take ``oci:DIR``, ``oci:DIR:TAG``, ``docker-archive:FILE``, ``rootfs:DIR`` or a bare path apart."""
    head, mark, tail = where.partition(":")
    scheme, text = (head, tail) if mark and head in SCHEMES else ("", where)
    path, reference = Path(base, text), ""
    if not path.exists():
        for separator in ("@", ":"):
            front, found, back = text.partition("@") if separator == "@" else text.rpartition(":")
            if found and front and Path(base, front).exists():
                path, reference = Path(base, front), back
                break
    return Place(scheme, path, reference)


def open_image(where: Place, platform: str = "") -> Opened:
    """Open what lies in a place.

    Args:
        where: The place.
        platform: Take only this one (``linux/arm64``); all of them if empty.

    Raises:
        ImageError: There is no image.
    """
    path = where.path
    if path.is_dir():
        if where.scheme in {"rootfs", "dir"} or not ((path / "index.json").is_file() or (path / "oci-layout").exists()):
            if where.scheme.startswith("oci"):
                raise ImageError(reasons.NO_IMAGE, f"{path} holds no oci-layout")
            return _rootfs(path)
        store: Store = FolderStore(path)
        opened = _oci(store, where.reference)
    else:
        store = TarStore(path)
        if store.size("index.json") >= 0 and store.size("oci-layout") >= 0:
            opened = _oci(store, where.reference)
        elif store.size("manifest.json") >= 0:
            opened = _docker(store, where.reference)
        else:
            raise ImageError(reasons.NO_IMAGE, "the archive holds neither oci-layout and index.json nor manifest.json")
    return _of_platform(opened, platform)


def _of_platform(opened: Opened, platform: str) -> Opened:
    if platform:
        chosen = [image for image in opened.images if f"{image.label}/".startswith(f"{platform}/")]
        if not chosen:
            there = ", ".join(image.label for image in opened.images) or "none"
            raise ImageError(reasons.NO_SUCH_PLATFORM, f"{platform} is not among its platforms: {there}")
        opened.images = chosen
    if not opened.images and not opened.problems:
        raise ImageError(reasons.NO_IMAGE, "the index names no image")
    labels = [image.label for image in opened.images]
    opened.images = [
        image if labels.count(image.label) == 1 else _told_apart(image, number)
        for number, image in enumerate(opened.images, 1)
    ]
    return opened


def _told_apart(image: Image, number: int) -> Image:
    return replace(image, label=f"{image.label} {(image.manifest or image.config_digest)[:19] or number}")


@dataclass(frozen=True)
class FolderStore:
    """Files of a folder; links and odd files are refused.

    Attributes:
        root: The folder.
    """

    root: Path

    def names(self) -> Iterator[str]:
        """Yield the names of the files at the top."""
        yield from sorted(entry.name for entry in os.scandir(self.root) if entry.is_file(follow_symlinks=False))

    def open(self, name: str) -> IO[bytes]:
        """Open a regular file."""
        try:
            handle = os.open(self.root / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as problem:
            raise ImageError(reasons.BLOB_MISSING, name) from problem
        except (OSError, ValueError) as problem:
            raise ImageError(reasons.CANNOT_BE_READ, f"{name}: {getattr(problem, 'strerror', problem)}") from problem
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise ImageError(reasons.NO_REGULAR_FILE, name)
        return os.fdopen(handle, "rb", buffering=0)

    def size(self, name: str) -> int:
        """Return the size of a regular file, -1 if there is none."""
        try:
            found = (self.root / name).lstat()
        except (OSError, ValueError):
            return -1
        return found.st_size if stat.S_ISREG(found.st_mode) else -1


class TarStore:
    """Members of an uncompressed tar, by name."""

    def __init__(self, path: Path) -> None:
        """List the members.

        Raises:
            ImageError: It is no tar that can be read.
        """
        self._path = path
        self._at: dict[str, tuple[int, int]] = {}
        links: dict[str, str] = {}
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise ImageError(reasons.NO_REGULAR_FILE, path.name)
            with path.open("rb") as file:
                if file.read(2) == b"\x1f\x8b":
                    raise ImageError(
                        reasons.NO_IMAGE, f"{path.name} is compressed; unpack it (gunzip) and give the tar"
                    )
                file.seek(0)
                self._list(file, links)
        except FileNotFoundError as problem:
            raise ImageError(reasons.NO_SUCH_PATH, str(path)) from problem
        except (TarError, OSError) as problem:
            raise ImageError(reasons.CANNOT_BE_READ, f"{path.name}: {problem}") from problem
        for name, target in links.items():  # archives of old name a layer that they hold already by a link
            resolved = os.path.normpath(PurePosixPath(name).parent / target)
            if resolved in self._at and name not in self._at:
                self._at[name] = self._at[resolved]

    def _list(self, file: IO[bytes], links: dict[str, str]) -> None:
        source = _Seekable(file)
        for count, member in enumerate(TarStream(source)):
            if count > MEMBER_LIMIT:
                raise ImageError(reasons.TOO_MANY_FILES, f"more than {MEMBER_LIMIT} members")
            name = os.path.normpath(member.name).lstrip("/")
            if member.kind == "file" and not member.is_sparse:
                self._at[name] = (source.at, member.size)
            elif member.kind in {"link", "hard"}:
                links[name] = member.link if member.kind == "link" else "/" + member.link

    def names(self) -> Iterator[str]:
        """Yield the names of all members."""
        yield from sorted(self._at)

    def open(self, name: str) -> IO[bytes]:
        """Open a member."""
        if name not in self._at:
            raise ImageError(reasons.BLOB_MISSING, name)
        start, size = self._at[name]
        try:
            file = self._path.open("rb", buffering=0)
        except OSError as problem:
            raise ImageError(reasons.CANNOT_BE_READ, f"{name}: {problem.strerror}") from problem
        return _Window(file, start, size)  # type: ignore[return-value] # all of the reading half

    def size(self, name: str) -> int:
        """Return the size of a member, -1 if there is none."""
        return self._at[name][1] if name in self._at else -1


class _Seekable:
    """A file that a `TarStream` reads and jumps in."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.at = 0

    def read(self, size: int, /) -> bytes:
        data = self._file.read(size)
        self.at += len(data)
        return data

    def pass_over(self, size: int) -> None:
        self.at = self._file.seek(size, os.SEEK_CUR)


class _Window:
    """A part of a file."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        file.seek(start)
        self._file = file
        self._left = size

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _read(store: Store, name: str) -> bytes:
    if store.size(name) > DOCUMENT_LIMIT_BYTES:
        raise ImageError(reasons.TOO_LARGE, f"{name}: more than {DOCUMENT_LIMIT_BYTES} bytes")
    with store.open(name) as file:
        return file.read(DOCUMENT_LIMIT_BYTES + 1)


def _json(data: bytes, name: str) -> Any:  # noqa: ANN401 - foreign JSON
    if _is_deep(data):
        raise ImageError(reasons.NESTED_TOO_DEEP, name)
    try:
        return orjson.loads(data)
    except ValueError as problem:
        raise ImageError(reasons.NOT_JSON, f"{name}: {problem}") from problem


def _object(data: bytes, name: str) -> dict[str, Any]:
    value = _json(data, name)
    if not isinstance(value, dict):
        raise ImageError(reasons.MALFORMED, f"{name} is no object")
    return value


def _is_deep(data: bytes) -> bool:
    """Tell whether brackets nest deeper than any document here needs; brackets in texts count as well, harmlessly."""
    if data.count(b"[") + data.count(b"{") <= DEPTH_LIMIT:
        return False
    depth = 0
    for mark in re.finditer(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', data):
        first = mark[0][:1]
        depth += first in b"[{"
        depth -= first in b"]}"
        if depth > DEPTH_LIMIT:
            return True
    return False


def blob_name(digest: str) -> str:
    """Return the name of a blob in a layout.

    Raises:
        ImageError: It is no digest.
    """
    if not _DIGEST.fullmatch(digest):
        raise ImageError(reasons.MALFORMED, f"{digest[:100]!r} is no digest")
    return "blobs/" + digest.replace(":", "/")


def _document(store: Store, digest: object, size: object = -1) -> bytes:
    """Read a document by its digest and hold it to that."""
    text = digest if isinstance(digest, str) else ""
    data = _read(store, blob_name(text))
    actual = hashlib.new(text.partition(":")[0], data).hexdigest()
    if actual != text.partition(":")[2]:
        raise ImageError(reasons.DIGEST_DOES_NOT_MATCH, f"{text} names bytes whose digest is {actual}")
    if isinstance(size, int) and size >= 0 and size != len(data):
        raise ImageError(reasons.DIGEST_DOES_NOT_MATCH, f"{text} is {len(data)} bytes, not {size}")
    return data


def _oci(store: Store, reference: str) -> Opened:
    """Open a layout."""
    opened = Opened(form="oci")
    version = _json(_read(store, "oci-layout"), "oci-layout")
    if not isinstance(version, dict) or not str(version.get("imageLayoutVersion", "")).startswith("1."):
        raise ImageError(reasons.UNKNOWN_VERSION, "oci-layout: imageLayoutVersion is not 1.x")
    index = _json(_read(store, "index.json"), "index.json")
    _Index(store, opened, reference).walk(index, (), ())
    return opened


class _Index:
    """Walks an index and those inside it."""

    def __init__(self, store: Store, opened: Opened, reference: str) -> None:
        self._store = store
        self._opened = opened
        self._reference = reference
        self._seen: dict[str, int] = {}
        self._count = 0

    def walk(self, index: object, way: tuple[str, ...], names: tuple[str, ...]) -> None:
        """Take every descriptor of an index.

        Args:
            index: The index.
            way: Digests of the indexes that led here.
            names: References that they were given.
        """
        rows = index.get("manifests") if isinstance(index, dict) else None
        if not isinstance(rows, list):
            raise ImageError(reasons.MALFORMED, "an index without manifests")
        for row in rows:
            self._count += 1
            if self._count > DESCRIPTOR_LIMIT:
                raise ImageError(reasons.TOO_MANY_IMAGES, f"more than {DESCRIPTOR_LIMIT} descriptors")
            if not isinstance(row, dict):
                self._opened.problems.append((reasons.MALFORMED, "a descriptor that is no object"))
                continue
            try:
                self._descriptor(row, way, names)
            except ImageError as problem:
                about = str(row.get("digest", ""))[:80]
                self._opened.problems.append((problem.reason, f"{about}: {problem}"))

    def _descriptor(self, row: dict[str, Any], way: tuple[str, ...], names: tuple[str, ...]) -> None:
        annotations = row["annotations"] if isinstance(row.get("annotations"), dict) else {}
        own = tuple(str(annotations[key]) for key in (_CONTAINERD_NAME, _REF) if annotations.get(key))
        digest = str(row.get("digest", ""))
        if not way and self._reference and not self._is_meant(digest, own):
            return
        if annotations.get("vnd.docker.reference.type") == "attestation-manifest":
            return  # BuildKit's unsigned provenance
        if digest in way:
            raise ImageError(reasons.CONTRADICTION, "an index that holds itself")
        if len(way) > INDEX_DEPTH_LIMIT:
            raise ImageError(reasons.NESTED_TOO_DEEP, "indexes within indexes")
        data = _document(self._store, digest, row.get("size"))
        value = _json(data, digest)
        if not isinstance(value, dict):
            raise ImageError(reasons.MALFORMED, "a manifest that is no object")
        media = str(value.get("mediaType") or row.get("mediaType") or "")
        if media in _INDEXES or (not media and "manifests" in value):
            self.walk(value, (*way, digest), own or names)
        elif _is_attachment(value):
            self._attachment(value, own, annotations)
        elif media in _MANIFESTS or "layers" in value:
            self._image(row, value, data, own or names)
        else:
            raise ImageError(reasons.UNKNOWN_SCHEMA, f"media type {media or 'none'}")

    def _is_meant(self, digest: str, names: tuple[str, ...]) -> bool:
        wanted = self._reference
        return (
            digest == wanted
            or any(name == wanted or name.endswith(f":{wanted}") for name in names)
            or any(_COSIGN_TAG.match(name) for name in names)
        )

    def _image(self, row: dict[str, Any], manifest: dict[str, Any], data: bytes, names: tuple[str, ...]) -> None:
        digest = str(row["digest"])
        if digest in self._seen:  # a second tag of the same image
            at = self._seen[digest]
            known = self._opened.images[at]
            self._opened.images[at] = replace(known, names=tuple(sorted({*known.names, *names})))
            return
        if len(self._opened.images) >= IMAGE_LIMIT:
            raise ImageError(reasons.TOO_MANY_IMAGES, f"more than {IMAGE_LIMIT}")
        given = row.get("platform")
        if isinstance(given, dict) and given.get("os") == "unknown":
            return
        reference = manifest.get("config")
        if not isinstance(reference, dict):
            raise ImageError(reasons.MALFORMED, "a manifest without config")
        if (media := reference.get("mediaType")) not in _CONFIGS:
            raise ImageError(reasons.UNKNOWN_SCHEMA, f"configuration of media type {media}: no image for a container")
        problems: list[tuple[reasons.Reason, str]] = []
        config: dict[str, Any] = {}
        try:
            config = _object(_document(self._store, reference.get("digest"), reference.get("size")), "config")
        except ImageError as problem:
            problems.append((problem.reason, f"configuration: {problem}"))
        self._seen[digest] = len(self._opened.images)
        self._opened.images.append(
            Image(
                label=_platform(config, given),
                manifest=digest,
                manifest_bytes=data,
                config_digest=str(reference.get("digest", "")),
                config=config,
                layers=_layers(self._store, manifest.get("layers"), _diff_ids(config)),
                names=tuple(sorted(set(names))),
                store=self._store,
                problems=tuple(problems),
            )
        )

    def _attachment(self, manifest: dict[str, Any], names: tuple[str, ...], annotations: dict[str, Any]) -> None:
        subject = manifest.get("subject")
        form, about = "referrer", ""
        if isinstance(subject, dict):
            about = str(subject.get("digest", ""))
        else:
            form = "tag"
            found = next((match for name in names if (match := _COSIGN_TAG.match(name))), None)
            about = f"sha256:{found[1]}" if found else ""
            if not about and annotations.get("kind") and names:
                about = names[0].rpartition("@")[2] if "@sha256:" in names[0] else ""
        for row in _rows(manifest.get("layers")):
            media = str(row.get("mediaType", ""))
            kind = _SIGNED.get(media) or ("attestation" if media.startswith(_BUNDLE) else "")
            if kind:
                payload = _document(self._store, row.get("digest"), row.get("size"))
                notes = row["annotations"] if isinstance(row.get("annotations"), dict) else {}
                texts = {str(key): text for key, text in notes.items() if isinstance(text, str)}
                self._opened.attachments.append(
                    Attachment(about=about, kind=kind, form=form, payload=payload, annotations=texts)
                )


def _rows(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list of foreign JSON."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _is_attachment(manifest: dict[str, Any]) -> bool:
    media = [str(row.get("mediaType", "")) for row in _rows(manifest.get("layers"))]
    return isinstance(manifest.get("subject"), dict) or any(
        each in _SIGNED or each.startswith(_BUNDLE) for each in media
    )


def _platform(config: dict[str, Any], given: object) -> str:
    told = given if isinstance(given, dict) else {}
    words = [config.get(key) or told.get(key) for key in ("os", "architecture", "variant")]
    clean = [re.sub(r"[^\w.-]", "?", word)[:40] for word in words if isinstance(word, str) and word]
    return "/".join(clean) or "image"


def _diff_ids(config: dict[str, Any]) -> list[str]:
    rootfs = config.get("rootfs")
    found = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
    return [str(each) for each in found] if isinstance(found, list) else []


def _layers(store: Store, rows: object, diff_ids: list[str]) -> tuple[Layer, ...]:
    if not isinstance(rows, list):
        raise ImageError(reasons.MALFORMED, "a manifest without layers")
    if len(rows) > LAYER_LIMIT:
        raise ImageError(reasons.TOO_MANY_LAYERS, f"more than {LAYER_LIMIT}")
    made = []
    for number, row in enumerate(rows):
        given = row if isinstance(row, dict) else {}
        digest, media = str(given.get("digest", "")), str(given.get("mediaType", ""))
        size = given.get("size")
        problem: tuple[reasons.Reason, str] | None = None
        name = ""
        try:
            name = blob_name(digest)
        except ImageError as wrong:
            problem = (wrong.reason, str(wrong))
        if problem is None and media.endswith("+encrypted"):
            reason = reasons.ENCRYPTED
            problem = (reason, media)
        elif problem is None and store.size(name) < 0:
            is_foreign = bool(given.get("urls")) or "foreign" in media or "nondistributable" in media
            reason = reasons.LIES_ELSEWHERE if is_foreign else reasons.BLOB_MISSING
            problem = (reason, digest)
        made.append(
            Layer(
                name=name,
                digest=digest,
                size=size if isinstance(size, int) and size >= 0 else -1,
                media_type=media,
                diff_id=diff_ids[number] if number < len(diff_ids) else "",
                problem=problem,
            )
        )
    return tuple(made)


def _docker(store: Store, reference: str) -> Opened:
    """Open an archive of ``docker save`` as it was before Docker 25: ``manifest.json`` names files of the archive."""
    opened = Opened(form="docker-archive")
    rows = _json(_read(store, "manifest.json"), "manifest.json")
    if not isinstance(rows, list) or not rows:
        raise ImageError(reasons.MALFORMED, "manifest.json is no list of images")
    if len(rows) > IMAGE_LIMIT:
        raise ImageError(reasons.TOO_MANY_IMAGES, f"more than {IMAGE_LIMIT}")
    for row in rows:
        try:
            names = _tags(row)
            if reference and not any(name == reference or name.endswith(f":{reference}") for name in names):
                continue
            opened.images.append(_docker_image(store, row, names))
        except ImageError as problem:
            opened.problems.append((problem.reason, f"manifest.json: {problem}"))
    return opened


def _tags(row: object) -> tuple[str, ...]:
    if not isinstance(row, dict) or not isinstance(row.get("Config"), str):
        raise ImageError(reasons.MALFORMED, "an image without Config")
    tags = row.get("RepoTags")
    return tuple(sorted(str(tag) for tag in tags)) if isinstance(tags, list) else ()


def _docker_image(store: Store, row: dict[str, Any], names: tuple[str, ...]) -> Image:
    data = _read(store, os.path.normpath(row["Config"]))
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    problems: list[tuple[reasons.Reason, str]] = []
    said = re.search(r"([0-9a-f]{64})(?:\.json)?$", row["Config"])
    if said and f"sha256:{said[1]}" != digest:
        problems.append((reasons.DIGEST_DOES_NOT_MATCH, f"configuration {said[1]} has the digest {digest}"))
    config = _object(data, "config")
    files = row.get("Layers")
    if not isinstance(files, list):
        raise ImageError(reasons.MALFORMED, "an image without Layers")
    if len(files) > LAYER_LIMIT:
        raise ImageError(reasons.TOO_MANY_LAYERS, f"more than {LAYER_LIMIT}")
    diff_ids = _diff_ids(config)
    layers = []
    for number, file in enumerate(files):
        name = os.path.normpath(str(file))
        said = re.fullmatch(r"blobs/sha256/([0-9a-f]{64})", name)
        layers.append(
            Layer(
                name=name,
                digest=f"sha256:{said[1]}" if said else "",
                size=-1,
                media_type="",
                diff_id=diff_ids[number] if number < len(diff_ids) else "",
                problem=(reasons.BLOB_MISSING, name[:200]) if store.size(name) < 0 else None,
            )
        )
    return Image(
        label=_platform(config, None),
        manifest="",
        manifest_bytes=b"",
        config_digest=digest,
        config=config,
        layers=tuple(layers),
        names=names,
        store=store,
        problems=tuple(problems),
    )


def _rootfs(path: Path) -> Opened:
    image = Image(
        label="rootfs",
        manifest="",
        manifest_bytes=b"",
        config_digest="",
        config={},
        layers=(),
        names=(),
        store=FolderStore(path),
        root=path,
    )
    return Opened(form="rootfs", images=[image])
