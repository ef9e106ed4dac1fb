"""Runs in a chain: each seal names the one before, so that none can go without a hole."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from auditor.errors import IntegrityError
from auditor.evidence import manifest, seal
from auditor.evidence.contents import SEAL
from auditor.evidence.manifest import Link, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
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


def after(folder: Path | None) -> Place:
    """Return the place that follows a run; the first one where there is none, or it is not sealed.

    Raises:
        IntegrityError: Its seal does not verify: what came before cannot be named, and must not be passed over.
    """
    if folder is None or not (folder / SEAL).is_file():
        return Place(position=1, previous=None)
    try:
        before = read(folder)
    except OSError as error:
        message = f"the seal of the run before, {folder}, cannot be read: {error.strerror}"
        raise IntegrityError(message) from error
    except IntegrityError as problem:
        message = f"the run before, {folder}, does not verify: {problem}; move it away to begin another chain"
        raise IntegrityError(message) from problem
    return Place(position=before.manifest.position + 1, previous=before.link)


def head(runs: Path) -> Path | None:
    """Return the last run of the chain in a folder; None where there is none."""
    with contextlib.suppress(OSError, ValueError):
        named = runs / (runs / HEAD).read_text(encoding="utf-8").strip()
        if (named / SEAL).is_file():
            return named
    with contextlib.suppress(OSError):
        latest = (runs / "latest").resolve(strict=True)
        if (latest / SEAL).is_file():
            return latest
    return None


def point(runs: Path, name: str) -> None:
    """Note the last run of the chain; where that cannot be written, the next run follows the latest one."""
    with contextlib.suppress(OSError):
        half = runs / f"{HEAD}.{os.getpid()}"
        half.write_text(name + "\n", encoding="utf-8")
        half.replace(runs / HEAD)


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
