"""What a run's evidence consists of: every file by SHA-256 and SM3, the run it came from, and the run before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from auditor.errors import IntegrityError
from auditor.evidence import digests
from auditor.evidence.contents import SEAL
from auditor.formats import stored_zip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.evidence.contents import Contents

SCHEMA: Final = "auditor-manifest/1"
PAYLOAD_TYPE: Final = "application/vnd.auditor.manifest+json"
SIZE_LIMIT_BYTES: Final = 256 << 20

Hex = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Size = Annotated[int, Meta(ge=0)]


class Listed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file.

    Attributes:
        path: Below the folder of the run, with ``/``.
        size: Its bytes.
        sha256: Hex digits.
        sm3: Hex digits (GB/T 32905); None for a file of more than 64 MiB, which SM3 covers by its SHA-256 here.
    """

    path: str
    size: Size
    sha256: Hex
    sm3: Hex | None


class Link(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The evidence that came before.

    Attributes:
        run: Identity of that run.
        sha256: Of its manifest, hex digits.
        sm3: Of its manifest, hex digits.
    """

    run: str
    sha256: Hex
    sm3: Hex


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is signed.

    Attributes:
        schema: Which shape this is.
        kind: A run, a note of runs that were pruned, or what was shared of a run: then the evidence before it is that
            run's own, whose raw bytes stay with its owner.
        run: Identity of the run.
        started: Its clock, ISO 8601, UTC.
        system: Name of the audited system.
        auditor: Version that made it.
        rules: Digest of everything that judged.
        exit_code: What the gate said.
        position: Number of the run in its chain, from 1.
        previous: The evidence before it; None for the first.
        files: Ascending by path.
        pruned: Of a note: what was removed, with the digests of its manifest.
    """

    schema: Literal["auditor-manifest/1"] = SCHEMA
    kind: Literal["run", "pruned", "shared"] = "run"
    run: Annotated[str, Meta(min_length=1, max_length=200)]
    started: str
    system: str
    auditor: str
    rules: str
    exit_code: int
    position: Annotated[int, Meta(ge=1)]
    previous: Link | None
    files: tuple[Listed, ...]
    pruned: tuple[Link, ...] = ()


def listed(contents: Contents) -> tuple[Listed, ...]:
    """Return every file but the seal itself."""
    found = []
    with ThreadPoolExecutor(max_workers=1) as pool:
        for name, size in contents.sizes.items():
            if name == SEAL:
                continue
            with contents.open(name) as file:
                made = digests.of_file(file, size, pool)
            found.append(Listed(path=name, size=made.size, sha256=made.sha256, sm3=made.sm3 or None))
    return tuple(found)


def to_bytes(manifest: Manifest) -> bytes:
    """Return the one spelling of a manifest: a line for each file."""
    head = msgspec.to_builtins(msgspec.structs.replace(manifest, files=()))
    lines = [msgspec.json.encode(each) for each in manifest.files]
    inner = b"[\n" + b",\n".join(lines) + b"\n]" if lines else b"[]"
    members = [
        msgspec.json.encode(name) + b": " + (inner if name == "files" else msgspec.json.encode(value))
        for name, value in head.items()
    ]
    return b"{\n" + b",\n".join(members) + b"\n}\n"


def from_bytes(data: bytes) -> Manifest:
    """Return the manifest that some bytes are.

    Raises:
        IntegrityError: They are none, of a schema that this version does not know, or not in their one spelling.
    """
    try:
        schema = msgspec.json.decode(data, type=_Schema).schema
        if schema != SCHEMA:
            message = f"{SEAL}: manifest of schema {schema!r} (expected {SCHEMA}): made by another version of auditor"
            raise IntegrityError(message)
        made = msgspec.json.decode(data, type=Manifest)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        message = f"{SEAL}: no manifest: {problem}"
        raise IntegrityError(message) from problem
    paths = [each.path for each in made.files]
    for before, path in zip(["", *paths], paths, strict=False):
        if path <= before or stored_zip.name_problem(path) or path == SEAL:
            message = f"{SEAL}: the manifest lists {path!r} twice, out of order, or outside the run"
            raise IntegrityError(message)
    if to_bytes(made) != data:
        message = f"{SEAL}: the manifest is not spelled as auditor spells it"
        raise IntegrityError(message)
    return made


class _Schema(Struct):
    schema: str


def link_to(manifest: Manifest, data: bytes) -> Link:
    """Return what the next run says of this one.

    Args:
        manifest: Of this run.
        data: Its bytes, as they were signed.
    """
    made = digests.of_bytes(data)
    return Link(run=manifest.run, sha256=made.sha256, sm3=made.sm3)


def differences(manifest: Manifest, contents: Contents, found: Mapping[str, Listed]) -> list[tuple[str, str]]:
    """Return (file, what is wrong) for every file that is not as the manifest lists it.

    Args:
        manifest: What must be there.
        contents: What is there.
        found: Digests of it, by path.
    """
    due = {each.path: each for each in manifest.files}
    wrong = [(path, "missing") for path in due if path not in contents.sizes]
    wrong += [(path, "added") for path in contents.sizes if path not in due and path != SEAL]
    wrong += [(path, "changed") for path, each in due.items() if path in found and found[path] != each]
    return sorted(wrong)
