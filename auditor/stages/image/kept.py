"""What a pass over the files of an image gave, kept by the bytes of its layers: the second run only digests them.

The key holds the digest of each layer as it was measured just now, never only the one that a manifest names: whoever
changes a layer and leaves the manifest as it is gets another key, and the pass that finds the change. Passes that could
not read everything are not kept.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
from msgspec.structs import replace

from auditor.content import digest_of_files, rulesets
from auditor.model.digest import digest_of
from auditor.model.fact import Fact, Gap
from auditor.stages.image import facts
from auditor.stages.image.layout import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.model.system import Part
    from auditor.stages.image.layout import Image

_BLOCK_BYTES: Final = 1024 * 1024
_PACKAGE: Final = Path(__file__).parents[2]
_READERS: Final = ("formats/layer_stream.py", "formats/tar_stream.py", "formats/rpm_database.py")
_KINDS: Final[dict[str, type[Fact | Gap]]] = {
    kind.__name__: kind
    for kind in (
        facts.ImageFiles,
        facts.ImageFile,
        facts.ImageDistribution,
        facts.ImageAccount,
        facts.ImageGroup,
        facts.ImageOwner,
        Gap,
    )
}


class Cache(Protocol):
    """What keeps observations."""

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept."""

    def put_many(self, items: dict[str, bytes]) -> None:
        """Keep it."""


def measured(image: Image) -> tuple[str, ...] | None:
    """Return the SHA-256 of each layer as it lies there, bottom first; None where one cannot be read."""
    found: dict[str, str] = {}
    for layer in image.layers:
        if layer.problem or image.root is not None:
            return None
        if layer.name in found:
            continue
        digest = hashlib.sha256()
        try:
            with closing(image.store.open(layer.name)) as blob:
                while data := blob.read(_BLOCK_BYTES):
                    digest.update(data)
        except (ImageError, OSError):
            return None
        found[layer.name] = digest.hexdigest()
    return tuple(found[layer.name] for layer in image.layers) if image.root is None else None


@cache
def _reader() -> str:
    """Return the digest of everything that has a say in what a pass gives: our own code and the lists."""
    code = [
        *_PACKAGE.glob("stages/image/*.py"),
        *_PACKAGE.glob("masking/*.py"),
        *(_PACKAGE / each for each in _READERS),
    ]
    lists = rulesets() / "image" / "lists.yaml"
    return digest_of(digest_of_files(_PACKAGE, code), digest_of_files(lists.parent, [lists]))


def key_of(image: Image) -> str:
    """Return the key of a pass over an image; empty where nothing may be kept of it."""
    layers = measured(image)
    if layers is None:
        return ""
    claims = [(layer.digest, layer.size, layer.diff_id) for layer in image.layers]
    return digest_of("image pass", _reader(), image.label, claims, list(layers))


def packed(items: Iterable[object]) -> bytes:
    """Return facts and gaps of a pass as bytes; nothing where one of them cannot be written."""
    by_kind: dict[str, list[object]] = defaultdict(list)
    for each in items:
        by_kind[type(each).__name__].append(each)
    try:
        return msgspec.msgpack.encode(by_kind)
    except UnicodeEncodeError:
        return b""


def unpacked(data: bytes, part: Part) -> list[object]:
    """Return them again, as of another part; nothing if they are of a form that is not known."""
    found: list[object] = []
    try:
        rows: dict[str, list[Any]] = msgspec.msgpack.decode(data, type=dict[str, list[Any]])
        for name, values in rows.items():
            for value in values:
                each = msgspec.convert(value, _KINDS[name])
                if isinstance(each, Gap):
                    found.append(replace(each, target=part.argument))
                elif isinstance(each, Fact):
                    found.append(replace(each, origin=replace(each.origin, part=part.argument)))
    except (msgspec.MsgspecError, KeyError):
        return []
    return found
