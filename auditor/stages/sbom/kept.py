"""What was made of a catalogue, kept by its digest: a second run over the same image reads and writes nothing anew."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from auditor import __version__
from auditor.content import digest_of_files
from auditor.model.digest import digest_of
from auditor.stages.sbom.facts import Catalogue, Component, Distribution

if TYPE_CHECKING:
    from auditor.model.system import Part
    from auditor.stages.image.layout import Image

_PACKAGE: Final = Path(__file__).parents[2]


class Kept(Struct, kw_only=True):
    """All that an image gives by itself.

    Attributes:
        documents: Bytes by name of the form.
        catalogue: What was catalogued.
        distributions: Its distribution, if it says one.
        components: One for each purl.
    """

    documents: dict[str, bytes]
    catalogue: Catalogue
    distributions: list[Distribution]
    components: list[Component]


@cache
def _maker() -> str:
    """Return the digest of everything that has a say in what is made of a catalogue: our own code."""
    code = [*_PACKAGE.glob("stages/sbom/*.py"), *_PACKAGE.glob("formats/*.py"), _PACKAGE / "model" / "fact.py"]
    return digest_of(__version__, digest_of_files(_PACKAGE, code))


def key_of(image: Image, catalogue: str, tool: str) -> str:
    """Return the key of what is made of the catalogue with a digest."""
    said = [image.label, image.manifest, image.config_digest, *image.names]
    return digest_of("sbom of an image", _maker(), tool, said, catalogue)


def packed(made: Kept) -> bytes:
    """Return it as bytes; nothing where some text cannot be written."""
    try:
        return msgspec.msgpack.encode(made)
    except UnicodeEncodeError:
        return b""


def unpacked(data: bytes, part: Part, artefact: str) -> Kept | None:
    """Return it again, as of another part; None if it is of a form that is not known."""
    try:
        found = msgspec.msgpack.decode(data, type=Kept)
    except msgspec.MsgspecError:
        return None
    origin = replace(found.catalogue.origin, part=part.argument)
    found.catalogue = replace(found.catalogue, origin=origin, artefact=artefact)
    found.distributions = [replace(each, origin=origin) for each in found.distributions]
    found.components = [replace(each, origin=origin) for each in found.components]
    return found
