"""Files of a run: raw bytes that facts rest on, results that are files, and inputs that are read where they lie."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import force_setattr

from auditor.model.digest import sha256


class Capture(Struct, frozen=True, kw_only=True, gc=False):
    """Raw bytes that a tool returned or an input held, with secrets masked already.

    A worker writes them to the folder of the run and passes on the rest, so that they are never in memory twice.

    Attributes:
        data: The bytes; never holds a secret. Empty once they lie in the folder of the run.
        media_type: What the bytes are, as ``application/json``.
        tool: Name and version of the program that gave them, empty for an input.
        digest: Digest under which they are kept, ``sha256:…``; worked out here.
    """

    data: bytes
    media_type: str
    tool: str = ""
    digest: str = ""

    def __post_init__(self) -> None:
        """Work out the digest, once."""
        if not self.digest:
            force_setattr(self, "digest", sha256(self.data))


class Artefact(Struct, frozen=True, kw_only=True, gc=False):
    """A result that is a file of the run: an SBOM, a CBOM, a packet capture, a table of an image's files.

    A stage gives `data` or `file`; the worker moves it to the folder of the run and passes on where it lies (`file`),
    its `digest` and its size. A stage that reads it opens `file`.

    Attributes:
        name: Path below the folder of the run, as ``sbom/agent-api.cdx.json``.
        media_type: What it is.
        data: Its bytes; empty once it lies in the folder of the run.
        file: Where it lies; empty if it is given as bytes.
        digest: ``sha256:…``; empty until it lies in the folder of the run.
        size_bytes: Its size; 0 until then.
        part: Id of the part that it is about.
    """

    name: str
    media_type: str
    part: str
    data: bytes = b""
    file: str = ""
    digest: str = ""
    size_bytes: int = 0


class Reference(Struct, frozen=True, kw_only=True, gc=False):
    """An input that is read where it lies and not copied; its digest says later whether it is still the same.

    Attributes:
        part: Id of the part that it belongs to.
        path: Relative to the root of the part, or as given.
        digest: ``sha256:…`` of what was read.
        size_bytes: How much was read.
    """

    part: str
    path: str
    digest: str
    size_bytes: int
