"""Makes documents of a target, and compares two documents, without a run."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ConfigError
from auditor.formats import syft
from auditor.formats.sbom import SbomFormatError
from auditor.stages.image.layout import ImageError, open_image, place
from auditor.stages.sbom import compare, documents
from auditor.stages.sbom.catalogue import catalogued
from auditor.stages.sbom.generate import document, written
from auditor.stages.sbom.observe import FORMS, SbomStage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from auditor.formats.sbom import Bom
    from auditor.stages.sbom.catalogue import Cataloguer


_NO_PACKAGES: Final = frozenset({"file", "operating-system"})
"""Kinds of components that say nothing of what software is inside."""


def make(
    target: str,
    cataloguer: Cataloguer,
    scratch: Callable[[], AbstractContextManager[Path]],
    *,
    name: str = "",
    authors: tuple[str, ...] = (),
    supplier: str = "",
    created: str = "",
    platform: str = "",
    without_packages: Callable[[str], None] = lambda _name: None,
) -> list[tuple[str, bytes]]:
    """Return the documents of a target: file name and bytes.

    Args:
        target: ``image=…`` or ``code=…``; a bare folder or file is looked at.
        cataloguer: Runs syft.
        scratch: Lends a folder.
        name: What to call it; its own name if empty.
        authors: Who answers for the document.
        supplier: Who supplies what is described.
        created: Time for the document, ISO 8601, in UTC where it has no offset; the build time of an image if empty.
            The clock has no say: the same input gives the same bytes.
        platform: Take only this one of an image.
        without_packages: Told the name of each document that names no package.

    Raises:
        ConfigError: There is no such target, nothing could be catalogued, or ``created`` is no time.
    """
    when = _moment(created)
    made: list[tuple[str, bytes]] = []
    for bom, own_name in _boms(target, cataloguer, scratch, platform):
        if not any(item.kind not in _NO_PACKAGES for item in bom.items):
            without_packages(own_name)
        subject = bom.subject
        if name and subject:
            bom.subject, bom.name = replace(subject, name=name), name
        bom.authors = list(authors) or bom.authors
        bom.supplier = supplier or bom.supplier
        if supplier and bom.subject:
            bom.subject = replace(bom.subject, supplier=supplier)
        bom.created = when or bom.created
        slug = re.sub(r"[^A-Za-z0-9.-]+", "-", name or own_name).strip("-.") or "sbom"
        made += [(f"{slug}.{suffix}.json", written(bom, form)) for form, suffix, _media in FORMS]
    return made


def _moment(text: str) -> str:
    """Return a time as both forms take it: UTC, whole seconds, ``Z`` (SPDX 2.3 6.9 allows no other); empty for none."""
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"--created {text!r} is no time (expected 2026-11-28T00:00:00Z)"
        raise ConfigError(message) from error
    return found.isoformat(timespec="seconds").replace("+00:00", "Z")


def _boms(
    target: str, cataloguer: Cataloguer, scratch: Callable[[], AbstractContextManager[Path]], platform: str
) -> Iterator[tuple[Bom, str]]:
    kind, mark, where = target.partition("=")
    if not mark or kind not in {"image", "code"}:
        kind, where = ("image" if _is_image(target) else "code"), target
    if kind == "code":
        folder = Path(where)
        if not folder.is_dir():
            message = f"no such folder: {where}"
            raise ConfigError(message)
        with scratch() as work:
            data = cataloguer.scan(
                f"dir:{folder.resolve()}", work, name=folder.resolve().name or "tree", is_image=False
            )
        own = folder.resolve().name or "tree"
        yield document(syft.read(data), name=own, is_image=False), own
        return
    try:
        opened = open_image(place(where), platform)
    except ImageError as problem:
        message = f"{where}: {problem.reason}: {problem}"
        raise ConfigError(message) from problem
    for image in opened.images:
        try:
            with scratch() as folder:
                data = catalogued(cataloguer, image, folder, image.label)
        except ImageError as problem:
            message = f"{where}: {problem.reason}: {problem}"
            raise ConfigError(message) from problem
        bom = SbomStage.made(image, syft.read(data))
        several = len(opened.images) > 1
        yield bom, f"{bom.name}-{image.label}" if several else bom.name


def _is_image(target: str) -> bool:
    with suppress(OSError):
        found = place(target)
        return bool(found.scheme) or (found.path / "oci-layout").exists() or found.path.is_file()
    return False


def disagreement(one: Path, other: Path) -> list[tuple[str, str]]:
    """Return where two documents disagree about their components, sorted: kind and component.

    Raises:
        ConfigError: One of them cannot be read.
    """
    boms = []
    for path in (one, other):
        try:
            found = documents.read(documents.bytes_of(path))
        except SbomFormatError as problem:
            message = f"{path}: {problem.reason}: {problem}"
            raise ConfigError(message) from problem
        if found.bom is None:
            reason, detail = found.problem or (reasons.CANNOT_BE_READ, "")
            message = f"{path}: {reason}: {detail}"
            raise ConfigError(message)
        boms.append(found.bom)
    names = {"component-missing": f"only in {other.name}", "component-extra": f"only in {one.name}"}
    return sorted((names[each.kind], each.subject) for each in compare.pairs(*boms))
