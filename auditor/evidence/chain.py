"""Runs in a chain: each seal names the one before, so that none can go without a hole."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from auditor import installation
from auditor.errors import IntegrityError
from auditor.evidence import manifest, seal
from auditor.evidence.contents import SEAL
from auditor.evidence.manifest import Link, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path


PRUNED: Final = "pruned"
HEAD: Final = ".head"


class Place(Struct, frozen=True, kw_only=True):
    """Where a run goes in its chain.

    Attributes:
        position: Its number, from 1.
        previous: The seal before it; None for the first.
    """

    position: int
    previous: Link | None


class Sealed(Struct, frozen=True, kw_only=True):
    """A seal that was read.

    Attributes:
        name: Folder or file it came from.
        manifest: What it seals.
        link: What the next one must say of it.
        signatures: How many it has.
        stamps: How many it has.
    """

    name: str
    manifest: Manifest
    link: Link
    signatures: int
    stamps: int


def read(folder: Path) -> Sealed:
    """Return the seal of a run.

    Raises:
        IntegrityError: It is not whole.
        OSError: It cannot be read.
    """
    return of_bytes((folder / SEAL).read_bytes(), folder.name)


def of_bytes(data: bytes, name: str) -> Sealed:
    """Return the seal that some bytes are.

    Raises:
        IntegrityError: They are none.
    """
    found = seal.from_bytes(data)
    payload = found.manifest_bytes
    made = manifest.from_bytes(payload)
    return Sealed(
        name=name,
        manifest=made,
        link=manifest.link_to(made, payload),
        signatures=len(found.signatures),
        stamps=len(found.timestamps),
    )


class Head(Struct, frozen=True, kw_only=True):
    """The last run of a chain, as this installation noted it, or somebody whose keys sign this run, too.

    Attributes:
        name: Its folder.
        position: Its number.
        link: What the next run must say of it.
    """

    name: str
    position: int
    link: Link


class _Note(Struct, frozen=True, kw_only=True):
    head: Head
    tag: str


def after(runs: Path, head: Head | None) -> Place:
    """Return the place that follows a run; the first one where there is none.

    A run that is gone is followed all the same: its digests were noted, and whoever looks finds the hole.

    Raises:
        IntegrityError: Its seal does not verify, or is another than was noted: what came before is not passed over.
    """
    if head is None:
        return Place(position=1, previous=None)
    folder = runs / head.name
    if folder.is_dir():
        try:
            before = read(folder)
        except OSError as error:
            message = f"the seal of the run before, {folder}, cannot be read: {error.strerror}"
            raise IntegrityError(message) from error
        except IntegrityError as problem:
            message = f"the run before, {folder}, does not verify: {problem}; move it away to go on without it"
            raise IntegrityError(message) from problem
        if before.link != head.link:
            message = f"the run before, {folder}, is not as it was sealed; move it away to go on without it"
            raise IntegrityError(message)
    return Place(position=head.position + 1, previous=head.link)


def head(runs: Path, keys: AbstractSet[str] = frozenset()) -> Head | None:
    """Return the last run of the chain in a folder; None where there is none, or it is somebody else's.

    A folder of runs can come with what is audited. So only that is followed which this installation noted, or which
    somebody signed whose keys sign this run, too.

    Args:
        runs: The folder.
        keys: Ids of the keys that sign this run.
    """
    try:
        data = (runs / HEAD).read_bytes() if not (runs / HEAD).is_symlink() else b""
        note = msgspec.json.decode(data, type=_Note)
        tag = bytes.fromhex(note.tag)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    if hmac.compare_digest(tag, _tag(runs, note.head)) or _is_signed(runs, note.head, keys):
        return note.head
    return None


def _is_signed(runs: Path, noted: Head, keys: AbstractSet[str]) -> bool:
    """Tell whether the run that a note names is sealed as noted, with a good signature by one of some keys."""
    if not keys or "/" in noted.name:
        return False
    try:
        found = seal.from_bytes((runs / noted.name / SEAL).read_bytes())
        payload = found.manifest_bytes
        made = manifest.from_bytes(payload)
        signing = [each for each in found.signatures if each.keyid in keys]
        is_good = any(each.public_key().verifies(found.signed, seal.decoded(each.sig)) for each in signing)
    except (OSError, IntegrityError):
        return False
    return is_good and (made.position, manifest.link_to(made, payload)) == (noted.position, noted.link)


def strangers(runs: Path, noted: Head | None) -> tuple[str, ...]:
    """Return the sealed runs of a folder that nobody noted whom we know, so that no chain goes on from them."""
    if noted is not None:
        return ()
    with contextlib.suppress(OSError):
        return tuple(sorted(each.name for each in runs.iterdir() if not each.is_symlink() and (each / SEAL).is_file()))
    return ()


def point(runs: Path, name: str) -> None:
    """Note the last run of the chain, if it is sealed; where that cannot be written, the next run begins a chain."""
    with contextlib.suppress(OSError, IntegrityError):
        found = read(runs / name)
        noted = Head(name=name, position=found.manifest.position, link=found.link)
        half = runs / f"{HEAD}.{secrets.token_hex(8)}"
        with half.open("xb") as file:
            file.write(msgspec.json.encode(_Note(head=noted, tag=_tag(runs, noted).hex())) + b"\n")
        half.replace(runs / HEAD)


def _tag(runs: Path, noted: Head) -> bytes:
    """Return what proves that this installation noted a head in this place."""
    return installation.tag("head of a chain", os.fsencode(runs.resolve()), msgspec.json.encode(noted))


def in_folder(runs: Path) -> tuple[list[Sealed], list[str]]:
    """Return the seals of all runs in a folder and of those that were pruned from it, and what is wrong with the rest.

    Raises:
        OSError: The folder cannot be read.
    """
    found: dict[str, Sealed] = {}
    problems = []
    for place in sorted(runs.iterdir()):
        if place.is_symlink() or not (place / SEAL).is_file():
            continue
        files = [place / SEAL, *sorted((place / PRUNED).glob("*.json"))]
        for file in files:
            name = place.name if file.name == SEAL else file.stem
            try:
                made = of_bytes(file.read_bytes(), name)
            except (IntegrityError, OSError) as problem:
                problems.append(f"{file.relative_to(runs)}: {problem}")
            else:
                found.setdefault(made.link.sha256, made)
    return sorted(found.values(), key=lambda each: (each.manifest.position, each.manifest.run)), problems


def holes(seals: Iterable[Sealed]) -> Iterator[str]:
    """Yield what keeps seals from being one chain: one that is missing, two at one place, an order that is none."""
    listed = list(seals)
    by_digest = {each.link.sha256: each for each in listed}
    for each in listed:
        link = each.manifest.previous
        if link is None:
            continue
        before = by_digest.get(link.sha256)
        if before is None:
            yield f"{each.name}: the run before it, {link.run}, is not here (manifest SHA-256 {link.sha256})"
        elif before.link != link or before.manifest.position + 1 != each.manifest.position:
            yield f"{each.name}: it does not follow {before.name} by number and digests"
    count = Counter(each.manifest.position for each in listed)
    yield from (f"{number} runs have the number {place}" for place, number in sorted(count.items()) if number > 1)
