"""Catalogues images, reads SBOMs that were given, and compares the two."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.errors import ConfigError, ToolError, ToolMissing
from auditor.formats import dsse, exploitability, syft
from auditor.formats.exploitability import VexError
from auditor.formats.packages import ORDERS
from auditor.formats.purls import key_of as purl_key
from auditor.formats.purls import parse
from auditor.formats.sbom import Bom, Item, SbomFormatError, load_json
from auditor.model.artefact import Artefact
from auditor.model.digest import digest_of, sha256
from auditor.model.fact import Fact, Facts, Gap, GapClass, Origin
from auditor.model.progress import Progress
from auditor.stages.image.kept import measured
from auditor.stages.image.layout import Image, ImageError, open_image, place
from auditor.stages.image.lists import lists
from auditor.stages.image.packages import Packages, more_digests, read_packages
from auditor.stages.image.reading import Reading, read_layers, shown
from auditor.stages.image.scan import Scan
from auditor.stages.sbom import compare, documents
from auditor.stages.sbom.catalogue import Cataloguer, catalogued
from auditor.stages.sbom.elements import elements, profiles
from auditor.stages.sbom.facts import (
    Catalogue,
    Component,
    Distribution,
    SbomAnswer,
    SbomDifference,
    SbomDocument,
    SbomElement,
    SbomFault,
    VexStatement,
)
from auditor.stages.sbom.generate import document as generated
from auditor.stages.sbom.generate import written
from auditor.stages.sbom.kept import Kept, key_of, packed, unpacked
from auditor.stages.sbom.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from auditor.formats.public_keys import PublicKey
    from auditor.model.system import Part, System
    from auditor.stages.sbom.documents import Document

STAGE: Final = "sbom"
FAULT_LIMIT: Final = 200
DIFFERENCE_LIMIT: Final = 20_000
FORMS: Final = (
    ("cyclonedx", "cdx", "application/vnd.cyclonedx+json"),
    ("spdx", "spdx", "application/spdx+json"),
)
"""Name, suffix and media type of the forms that are written."""
_OF_IMAGE: Final = ("complete", "true", "subject", "drift")
"""Questions that need the image."""


class Cache(Protocol):
    """What this stage needs of a cache."""

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept."""

    def put_many(self, items: dict[str, bytes]) -> None:
        """Keep it."""


@dataclass(kw_only=True)
class _CataloguedImage:
    """An image as it was catalogued and read."""

    part: Part
    image: Image
    bom: Bom | None = None
    raw: bytes = b""
    tool: str = ""
    reading: Reading | None = None
    packages: Packages | None = None
    scan: Scan | None = None
    gaps: list[Gap] = field(default_factory=list)
    key: str = ""
    kept: Kept | None = None

    @property
    def slug(self) -> str:
        """Name of its files; two images of a run may have one name."""
        label = self.image.label
        plain = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{_name(self.image)}-{label}").strip("-.")[:80]
        return f"{plain}-{digest_of(self.part.argument, label)[7:15]}"

    @property
    def artefact(self) -> str:
        """Name of the file that holds the catalogue."""
        return f"sbom/{self.slug}.syft.json"


@dataclass(frozen=True, kw_only=True)
class SbomStage:
    """Observes SBOMs, and images to have them made or verified.

    Attributes:
        cataloguer: Runs syft.
        scratch: Lends a folder.
        keys: Gives the keys that signatures are verified with.
        cache: Keeps catalogues by the digest of the image.
        switches: What a catalogue depends on besides.
    """

    cataloguer: Cataloguer
    scratch: Callable[[], AbstractContextManager[Path]]
    keys: Callable[[Part], tuple[PublicKey, ...]] = lambda _part: ()
    cache: Cache | None = None
    switches: str = ""
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"image", "sbom"})
    reads: tuple[type[Fact], ...] = ()
    yields: tuple[type[Fact], ...] = (
        SbomDocument,
        SbomAnswer,
        SbomFault,
        SbomElement,
        SbomDifference,
        Component,
        Distribution,
        Catalogue,
        VexStatement,
    )

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        """Yield what documents say, what images hold, and where they differ."""
        del known
        read = [(part, _opened(part)) for part in system.of("sbom")]
        files = [file for _part, found in read if found.bom for file in found.bom.files]
        extra = compare.extra_algorithm(files)
        images: list[_CataloguedImage] = []
        for part in system.of("image"):
            for item in self._images(part, extra, is_compared=bool(read)):
                if isinstance(item, _CataloguedImage):
                    images.append(item)
                else:
                    yield item
        for seen in images:
            yield from seen.gaps
            if seen.bom is not None or seen.kept is not None:
                yield from self._catalogued(seen, is_alone=not read)
        for part, found in read:
            yield from self._document(part, found, images, has_image=any(system.of("image")))

    # --- images

    def _images(self, part: Part, extra: str, *, is_compared: bool) -> Iterator[object]:
        try:
            opened = open_image(place(part.where, part.base), str(part.options.get("platform", "")))
        except (ImageError, OSError) as problem:
            reason = problem.reason if isinstance(problem, ImageError) else reasons.CANNOT_BE_READ
            yield _gap(part, Catalogue, part.argument, reason, str(problem), "copy")
            return
        for reason, detail in opened.problems:
            yield _gap(part, Catalogue, "another image", reason, detail, "copy")
        yield from self._tool_use()
        for image in opened.images:
            yield Progress(doing="syft", done=0, total=1)
            yield self._seen(part, image, extra, is_compared=is_compared)

    def _tool_use(self) -> Iterator[object]:
        with suppress(ToolMissing):  # which the scan will say
            yield self.cataloguer.use()

    def _seen(self, part: Part, image: Image, extra: str, *, is_compared: bool) -> _CataloguedImage:
        """Catalogue an image by syft and, where it is to be compared, read it ourselves meanwhile."""
        seen = _CataloguedImage(part=part, image=image)
        with ThreadPoolExecutor(1) as pool:
            catalogue = pool.submit(self._scan, image)
            if is_compared:
                scan, reading = Scan(lists(), has_secrets=False), Reading(extra=extra)
                for _layer in read_layers(image, scan, reading):
                    pass
                seen.reading, seen.scan = reading, scan
                seen.packages = read_packages(scan.kept, reading)
                seen.gaps += [
                    _gap(part, Catalogue, image.label, reason, detail, "copy") for reason, detail in reading.problems
                ]
            try:
                seen.raw, parsed, seen.tool = catalogue.result()
                if not is_compared:
                    self._again(seen)
                seen.bom = syft.read(seen.raw, parsed) if seen.kept is None else None
                del parsed
            except (ToolError, ImageError, SbomFormatError, OSError) as problem:
                reason = getattr(problem, "reason", reasons.CANNOT_BE_READ)
                tool = problem.tool if isinstance(problem, ToolError) else seen.tool
                remedy = "tool" if isinstance(problem, ToolMissing) else "copy"
                seen.gaps.append(_gap(part, Catalogue, image.label, reason, str(problem), remedy, tool=tool))
        if seen.bom is not None and not [item for item in seen.bom.items if item.name]:
            detail = "syft found no component in it"
            seen.gaps.append(
                _gap(part, Catalogue, image.label, reasons.NOTHING_CATALOGUED, detail, "empty", tool=seen.tool)
            )
        return seen

    def _scan(self, image: Image) -> tuple[bytes, object, str]:
        """Return the catalogue of an image, its value where it was parsed just now, and the tool that made it."""
        use = self.cataloguer.use()
        tool = f"{use.name} {use.version}"
        key = ""
        layers = measured(image) if image.manifest and self.cache is not None else None
        if layers is not None and self.cache is not None:
            key = digest_of("syft 2", use.digest, self.switches, image.manifest, list(layers))
            kept = self.cache.get_many([key]).get(key)
            if kept:
                return kept, None, tool
        with self.scratch() as folder:
            data = catalogued(self.cataloguer, image, folder, _name(image))
        data, parsed = syft.without_settings(data)
        if key and self.cache is not None:
            self.cache.put_many({key: data})
        return data, parsed, tool

    def _again(self, seen: _CataloguedImage) -> None:
        """Take what an earlier run made of the same catalogue."""
        if self.cache is not None:
            seen.key = key_of(seen.image, sha256(seen.raw), seen.tool)
            data = self.cache.get_many([seen.key]).get(seen.key)
            seen.kept = unpacked(data, seen.part, seen.artefact) if data else None

    def _catalogued(self, seen: _CataloguedImage, *, is_alone: bool) -> Iterator[object]:
        """Yield what was found; components only where no document speaks for the image."""
        part = seen.part
        yield Artefact(name=seen.artefact, media_type="application/vnd.syft+json", part=part.argument, data=seen.raw)
        if not is_alone and seen.bom is not None:
            yield self._catalogue(seen, seen.bom)
            return
        kept = seen.kept or self._kept(seen)
        for form, suffix, media in FORMS:
            data = kept.documents[form]
            yield Artefact(name=f"sbom/{seen.slug}.{suffix}.json", media_type=media, part=part.argument, data=data)
        yield kept.catalogue
        yield from kept.distributions
        yield from kept.components

    @staticmethod
    def _catalogue(seen: _CataloguedImage, bom: Bom) -> Catalogue:
        return Catalogue(
            subject=seen.image.label,
            origin=Origin(part=seen.part.argument),
            tool=seen.tool,
            artefact=seen.artefact,
            digest=sha256(seen.raw),
            components=len(bom.items),
            files=len(bom.files),
        )

    def _kept(self, seen: _CataloguedImage) -> Kept:
        """Make the documents and facts of an image, and keep them for the next run."""
        assert seen.bom is not None  # noqa: S101 - for the type checker
        made, origin = self.made(seen.image, seen.bom), Origin(part=seen.part.argument)
        kept = Kept(
            documents={form: written(made, form) for form, _suffix, _media in FORMS},
            catalogue=self._catalogue(seen, seen.bom),
            distributions=list(_distribution(seen.bom, origin)),
            components=list(_components(seen.bom, origin, is_declared=False)),
        )
        if seen.key and self.cache is not None and not seen.gaps and (data := packed(kept)):
            self.cache.put_many({seen.key: data})
        return kept

    @staticmethod
    def made(image: Image, bom: Bom) -> Bom:
        """Return the neutral document of an image."""
        labels = image.config.get("config", {}).get("Labels") if isinstance(image.config.get("config"), dict) else None
        vendor = labels.get("org.opencontainers.image.vendor") if isinstance(labels, dict) else ""
        return generated(
            bom,
            name=_name(image),
            digest=image.manifest,
            created=_utc(image.config.get("created")),
            supplier=vendor if isinstance(vendor, str) else "",
            authors=(vendor,) if isinstance(vendor, str) and vendor else (),
        )

    # --- documents

    def _document(
        self, part: Part, found: Document, images: list[_CataloguedImage], *, has_image: bool
    ) -> Iterator[object]:
        name = part.path.name or part.where
        origin = Origin(part=part.argument, file=name)
        yield from _read(part, name, found, origin)
        if found.bom is None:
            reason, detail = found.problem or (reasons.CANNOT_BE_READ, "")
            for kind in (SbomAnswer, Component):
                yield _gap(part, kind, name, reason, detail, "document")
            return
        yield from _distribution(found.bom, origin)
        yield from _components(found.bom, origin, is_declared=True)
        yield from _elements(part, name, found.bom, origin)
        yield from _signed(name, found, self.keys(part), part, origin)
        yield SbomAnswer(
            subject=name, origin=origin, question="licences", counted=len(compare.packages_of(found.bom)),
            compared_with=str(part.options.get("licences", "")),
        )  # fmt: skip
        yield from _vex(part, name, found.bom, origin)
        yield from _with_image(part, name, found, images, origin, has_image=has_image)


def _name(image: Image) -> str:
    """Return a name for an image that holds no tag."""
    if image.names:
        last = image.names[0].partition("@")[0].rpartition("/")[2]
        return last.partition(":")[0] or "image"
    return "image"


_CLASSES: Final = {
    reasons.NO_IMAGE_GIVEN: GapClass.MISSING,
    reasons.NO_KEYS_GIVEN: GapClass.MISSING,
    reasons.UNSIGNED: GapClass.MISSING,
    reasons.SEVERAL_PLATFORMS: GapClass.MISSING,
    reasons.NO_MANIFEST: GapClass.OUT_OF_REACH,
}


def _gap(
    part: Part,
    kind: type[Fact],
    subject: str,
    reason: reasons.Reason,
    detail: str,
    remedy: str,
    *,
    topic: str = "",
    tool: str = "",
) -> Gap:
    return Gap(
        stage=STAGE,
        target=part.argument,
        kind=kind.__name__,
        subject=subject,
        topic=topic,
        reason=reason,
        detail=" ".join(shown(detail).split())[:500],
        tool=tool,
        remedy=say(f"sbom.remedy.{remedy}"),
        gap_class=_CLASSES.get(reason, GapClass.LOST),
    )


def _opened(part: Part) -> Document:
    """Read a document; one that cannot be read is told by its problem."""
    try:
        return documents.read(documents.bytes_of(part.path))
    except SbomFormatError as problem:
        return documents.Document(bom=None, problem=(problem.reason, str(problem)))


def _read(part: Part, name: str, found: Document, origin: Origin) -> Iterator[object]:
    """Yield the document itself, and what its format holds against it."""
    bom = found.bom
    digests, configuration = documents.subject_digests(found)
    subject = bom.subject if bom else None
    if bom is not None or found.faults:
        yield SbomDocument(
            subject=name,
            origin=origin,
            format=bom.format if bom else "",
            version=bom.version if bom else "",
            digest=found.digest,
            serial=bom.serial if bom else "",
            created=bom.created if bom else "",
            tools=tuple(bom.tools) if bom else (),
            authors=tuple(bom.authors) if bom else (),
            phase=bom.phase if bom else "",
            describes=subject.name if subject else "",
            describes_version=subject.version if subject else "",
            describes_digests=tuple(sorted(digests | configuration)),
            components=len(bom.items) if bom else 0,
            files=len(bom.files) if bom else 0,
            lists_files=bool(bom and bom.files),
        )
    else:
        reason, detail = found.problem or (reasons.CANNOT_BE_READ, "")
        yield _gap(part, SbomDocument, name, reason, detail, "document")
    if bom is not None and bom.unheld:
        detail = f"not held to the schema: {bom.unheld}"
        yield _gap(part, SbomFault, name, reasons.FORMAT_NOT_READ, detail, "document")
    for fault in found.faults[:FAULT_LIMIT]:
        yield SbomFault(
            subject=name,
            origin=Origin(part=part.argument, file=name, pointer=fault.place),
            document=name,
            question="well-formed",
            what=fault.what,
            place=fault.place,
            detail=fault.detail,
        )


def _distribution(bom: Bom, origin: Origin) -> Iterator[Distribution]:
    name, version, codename = bom.distribution
    if name:
        yield Distribution(
            subject=f"{name} {version}".strip(),
            origin=origin,
            id=name,
            version=version,
            codename=codename,
            id_like=bom.id_like,
            name=f"{name} {version}".strip(),
        )


def _components(bom: Bom, origin: Origin, *, is_declared: bool) -> Iterator[Component]:
    """Yield components, one for each purl."""
    together: dict[str, list[Item]] = {}
    for item in bom.items:
        if item.kind in compare.PACKAGES and item.name:
            together.setdefault(compare.name_of(item), []).append(item)
    for subject, items in together.items():
        first = items[0]
        yield Component(
            subject=subject,
            origin=origin,
            name=first.name,
            version=first.version,
            type=first.type,
            purl=first.purl,
            cpes=first.cpes,
            licences=tuple(dict.fromkeys(licence for item in items for licence in item.licences)),
            supplier=first.supplier,
            hashes=tuple(dict.fromkeys(pair for item in items for pair in item.hashes)),
            locations=tuple(sorted({path for item in items for path in item.locations})),
            layer=first.layer,
            upstream=first.upstream or _upstream(first),
            upstream_version=first.upstream_version,
            ref=first.ref,
            scope=first.scope,
            usage=documents.usage_of(first),
            is_declared=is_declared,
        )


def _upstream(item: Item) -> str:
    """Return the source package that a purl names by its qualifier."""
    key = purl_key(item.purl) if item.purl else None
    return next((value for name, value in parse(item.purl).qualifiers if name == "upstream"), "") if key else ""


def _elements(part: Part, name: str, bom: Bom, origin: Origin) -> Iterator[object]:
    asked = part.options.get("profiles")
    wanted = [str(each) for each in asked] if isinstance(asked, list | tuple) else list(profiles()["default"])
    counted = agreed = 0
    for profile in wanted:
        try:
            rows = list(elements(bom, profile))
        except ConfigError as problem:
            yield _gap(part, SbomAnswer, name, reasons.NOT_FOUND, str(problem), "document", topic="elements")
            return
        for element, have, due, missing in rows:
            counted += 1
            agreed += have >= due
            yield SbomElement(
                subject=f"{name}: {profile} {element}",
                origin=origin,
                document=name,
                profile=profile,
                element=element,
                have=have,
                due=due,
                missing=missing,
            )
    yield SbomAnswer(
        subject=name,
        origin=origin,
        question="elements",
        compared_with=", ".join(wanted),
        counted=counted,
        agreed=agreed,
    )


def _signed(name: str, found: Document, keys: tuple[PublicKey, ...], part: Part, origin: Origin) -> Iterator[object]:
    """Yield whose signature holds; a gap where nothing says whom to trust."""
    is_asked = bool(part.options.get("signed"))
    if found.envelope is None and not is_asked:
        yield _gap(part, SbomAnswer, name, reasons.UNSIGNED, "no policy asks for a signature", "keys", topic="signed")
        return
    if not keys and not is_asked:
        yield _gap(part, SbomAnswer, name, reasons.NO_KEYS_GIVEN, "it is signed", "keys", topic="signed")
        return
    state, by = "unsigned", ""
    if found.envelope is not None:
        signatures = [each.signature for each in found.envelope.signatures]
        fitting = [key for key in keys if any(key.verifies(found.envelope.signed, each) for each in signatures)]
        state = "verified" if fitting else "invalid"
        by = ", ".join(f"{key.name} ({key.algorithm})" for key in fitting)
        if fitting and all(key.not_after for key in fitting):
            by += f" {min(key.not_before for key in fitting)} {max(key.not_after for key in fitting)}"
            state = "certificate"
    yield SbomAnswer(
        subject=name,
        origin=origin,
        question="signed",
        compared_with=", ".join(sorted(key.name for key in keys)),
        counted=len(found.envelope.signatures) if found.envelope else 0,
        agreed=int(state in {"verified", "certificate"}),
        detail=f"{state} {by}".strip(),
    )


def _vex(part: Part, name: str, bom: Bom, origin: Origin) -> Iterator[object]:
    """Yield the statements about vulnerabilities that a document holds, or that were given with it."""
    statements: list[tuple[str, exploitability.Statement]] = []
    if bom.vulnerabilities:
        metadata = {"timestamp": bom.created, "authors": [{"name": each} for each in (*bom.authors, bom.supplier)]}
        own = {"vulnerabilities": bom.vulnerabilities, "metadata": metadata}
        try:
            statements += [(name, each) for each in exploitability.of_cyclonedx(own).statements]
        except VexError as problem:
            yield _gap(part, SbomAnswer, name, reasons.TOO_MANY_OBJECTS, str(problem), "vex", topic="vex")
    given = part.options.get("vex")
    for file in given if isinstance(given, list | tuple) else ():
        path = Path(part.base, str(file))
        try:
            statements += [(path.name, each) for each in _vex_statements(documents.bytes_of(path))]
        except SbomFormatError as problem:
            yield _gap(part, SbomAnswer, name, problem.reason, f"{path.name}: {problem}", "vex", topic="vex")
    taken: dict[str, int] = {}
    for file_name, each in statements:
        products = [product.id for product in each.products]
        vulnerability = each.vulnerabilities[0] if each.vulnerabilities else ""
        subject = f"{vulnerability} {', '.join(products)}"[:300]
        taken[subject] = taken.get(subject, 0) + 1
        yield VexStatement(
            subject=subject + (f" #{taken[subject]}" if taken[subject] > 1 else ""),
            origin=Origin(part=part.argument, file=file_name),
            document=name,
            vulnerability=vulnerability,
            aliases=each.vulnerabilities[1:],
            products=tuple(products),
            status=each.status,
            justification=each.justification,
            author=each.author,
            timestamp=each.date,
            matches=_matches(each, bom),
            faults=tuple(_vex_faults(each, bom)),
        )
    yield SbomAnswer(subject=name, origin=origin, question="vex", counted=len(statements))


def _vex_statements(data: bytes) -> tuple[exploitability.Statement, ...]:
    """Return the statements of a document, which may lie in an envelope.

    Raises:
        SbomFormatError: It is none of the forms, or names a key twice.
    """
    try:
        if dsse.is_envelope(data):
            data = dsse.inner(dsse.parse(data))
        _value, faults = load_json(data)
        if faults:
            raise SbomFormatError(reasons.KEY_GIVEN_TWICE, faults[0].detail)
        return exploitability.read(data).statements
    except (VexError, dsse.DsseError) as problem:
        raise SbomFormatError(reasons.UNKNOWN_SCHEMA, str(problem)) from problem


def _matches(statement: exploitability.Statement, bom: Bom) -> tuple[str, ...]:
    """Return the components that a statement is about: by ref, purl (a version left out means all), or digest."""
    found: set[str] = set()
    root = bom.subject
    own = (root.purl, root.ref, root.version, bom.serial) if root is not None else (bom.serial,)
    products = tuple(each for each in own if each)
    for product in statement.products:
        is_root = root is not None and (
            exploitability.is_product(product.id, products)
            or _fits(product.id, root)
            or _names_digest(product.id, root)
        )
        wanted = product.parts if product.parts and is_root else () if product.parts else (product.id,)
        names = [name for each in wanted if (name := exploitability.linked(each, products))]
        for item in bom.items:
            order = ORDERS.get(item.type, "")
            if any(each == item.ref or _fits(each, item) for each in names) and exploitability.holds(
                product.versions, item.version, order
            ):
                found.add(compare.name_of(item))
        if is_root and not product.parts and root is not None:
            found.add(compare.name_of(root))
    return tuple(sorted(found))


def _fits(product: str, item: Item) -> bool:
    key, other = purl_key(product), purl_key(item.purl) if item.purl else None
    return key is not None and other is not None and key[:2] == other[:2] and key[2] in {"", other[2]}


def _names_digest(product: str, item: Item) -> bool:
    return bool(item.version) and item.version.startswith("sha256:") and item.version in product


def _vex_faults(each: exploitability.Statement, bom: Bom) -> Iterator[str]:
    is_harmless = each.status == "not_affected"
    if each.status not in exploitability.STATUSES:
        yield "status unknown"
    if not each.vulnerabilities:
        yield "no vulnerability"
    if is_harmless and not each.justification:
        yield "no justification"
    if is_harmless and each.label and each.label not in exploitability.JUSTIFICATIONS:
        yield "justification unknown"
    if not each.author:
        yield "no author"
    if not each.date:
        yield "no time"
    elif bom.created and each.date[:10] < bom.created[:10]:
        yield "older than the SBOM"
    if not _matches(each, bom):
        yield "about nothing here"


# --- documents and images


def _utc(created: object) -> str:
    """Return the time that an image says it was built, as documents take it; empty if it says none that can be read."""
    plain = re.sub(r"(\.\d{6})\d+", r"\1", str(created or ""))
    try:
        found = datetime.fromisoformat(plain)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return found.isoformat(timespec="seconds").replace("+00:00", "Z")


def _with_image(
    part: Part, name: str, found: Document, images: list[_CataloguedImage], origin: Origin, *, has_image: bool
) -> Iterator[object]:
    if not images:
        reason = reasons.NO_SUCH_IMAGE if has_image else reasons.NO_IMAGE_GIVEN
        for question in _OF_IMAGE:
            yield _gap(part, SbomAnswer, name, reason, "it was compared with nothing", "image", topic=question)
        return
    digests, configuration = documents.subject_digests(found)
    fitting = [seen for seen in images if seen.image.manifest in digests or seen.image.config_digest in configuration]
    if not fitting and len(images) > 1:
        for question in _OF_IMAGE:
            detail = ", ".join(seen.image.label for seen in images)
            yield _gap(part, SbomAnswer, name, reasons.SEVERAL_PLATFORMS, detail, "platform", topic=question)
        return
    seen = fitting[0] if fitting else images[0]
    yield from _subject(part, name, seen, digests, configuration, origin)
    yield from _contents(part, name, found, seen, origin)


def _subject(
    part: Part,
    name: str,
    seen: _CataloguedImage,
    digests: frozenset[str],
    configuration: frozenset[str],
    origin: Origin,
) -> Iterator[object]:
    image = seen.image
    if not image.manifest:
        detail = "this form of archive keeps no manifest"
        yield _gap(part, SbomAnswer, name, reasons.NO_MANIFEST, detail, "copy", topic="subject")
        return
    state = "equal" if image.manifest in digests else "other"
    if state == "other" and (image.config_digest in digests | configuration):
        state = "configuration"
    elif not digests and not configuration:
        state = "none"
    yield SbomAnswer(
        subject=name,
        origin=origin,
        question="subject",
        compared_with=image.manifest,
        counted=1,
        agreed=int(state == "equal"),
        detail=f"{state} {', '.join(sorted(digests | configuration))}".strip(),
    )


def _contents(part: Part, name: str, found: Document, seen: _CataloguedImage, origin: Origin) -> Iterator[object]:
    """Compare components and files."""
    bom, reading, packages = found.bom, seen.reading, seen.packages
    assert bom is not None  # noqa: S101 - for the type checker
    assert reading is not None  # noqa: S101
    assert packages is not None  # noqa: S101
    lost = [gap for gap in seen.gaps if gap.reason != reasons.NOTHING_CATALOGUED]
    owners = {**compare.catalogued_owners(seen.bom), **packages.owners}
    in_files, in_truth = compare.files(bom, reading, owners, compare.declared_owners(bom, owners.values()))
    promised = compare.promises(packages, seen.bom, reading, more_digests(packages, seen.image, reading))
    in_components = compare.Compared()
    if seen.bom is not None:
        in_components = compare.components(bom, seen.bom, compare.by_digest(reading), frozenset(packages.removed))
    locks = list(_lock_files(part, seen))
    yield from locks
    for gap in locks:  # what it names may be there, and then it is missing in the document
        yield _gap(part, SbomAnswer, name, gap.reason, gap.detail, "lock", topic="complete")
    if seen.bom is not None and not (
        any(item.name for item in seen.bom.items) or compare.packages_of(bom) or bom.files
    ):
        detail = "neither the document nor the catalogue of the image names a component"
        yield _gap(part, SbomAnswer, name, reasons.NOTHING_CATALOGUED, detail, "empty", topic="complete")
    complete = [*in_components.differences, *in_files.differences]
    truth = {each.subject: each for each in (*promised.differences, *in_truth.differences)}
    changes = compare.drift(in_components) + in_files.differences + in_truth.differences
    for question, differences in (("complete", complete), ("true", list(truth.values())), ("drift", changes)):
        yield from _differences(part, name, question, differences, origin)
    for question, counted, wrong, open_ in (
        ("complete", in_components.counted + in_files.counted, len(complete),
         len(in_components.undetermined) + len(in_files.undetermined)),
        ("true", in_truth.counted + promised.counted, len(truth), len(in_truth.undetermined)),
        ("drift", in_components.counted + in_files.counted, len(changes), 0),
    ):  # fmt: skip
        yield SbomAnswer(
            subject=name,
            origin=origin,
            question=question,
            compared_with=seen.image.manifest or seen.image.label,
            counted=counted,
            agreed=max(0, counted - wrong),
            undetermined=open_,
        )
        needs = question != "true" or any(item.files for item in (seen.bom.items if seen.bom else ()))
        for gap in lost:
            if needs or gap.tool == "":
                yield _gap(part, SbomAnswer, name, gap.reason, gap.detail, "copy", topic=question, tool=gap.tool)
        if seen.bom is None and not lost:
            yield _gap(part, SbomAnswer, name, reasons.NOTHING_CATALOGUED, "", "empty", topic=question)


def _differences(
    part: Part, name: str, question: str, differences: list[compare.Difference], origin: Origin
) -> Iterator[object]:
    taken: set[str] = set()
    for each in sorted(differences)[:DIFFERENCE_LIMIT]:
        subject = shown(each.subject)
        if subject in taken:
            continue
        taken.add(subject)
        yield SbomDifference(
            subject=subject,
            origin=Origin(part=part.argument, file=subject if each.kind.startswith("file") else origin.file),
            document=name,
            question=question,
            kind=each.kind,
            expected=each.expected,
            actual=each.actual,
            layer=each.layer,
            is_executable=each.is_executable,
            component=each.component,
        )
    if len(differences) > DIFFERENCE_LIMIT:
        detail = f"{len(differences)} differences, {DIFFERENCE_LIMIT} are listed"
        yield _gap(part, SbomAnswer, name, reasons.TOO_MANY_OBJECTS, detail, "copy", topic=question)


_WORLDS: Final = {
    **dict.fromkeys(("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"), "npm"),
    **dict.fromkeys(("go.sum", "go.mod"), "go-module"),
    "Cargo.lock": "rust-crate",
    "Gemfile.lock": "gem",
    "composer.lock": "php-composer",
    "gradle.lockfile": "java-archive",
    "packages.lock.json": "dotnet",
    "mix.lock": "hex",
    "pubspec.lock": "dart-pub",
}
"""Type of the components that a lock file names; the others are of Python."""


def _lock_files(part: Part, seen: _CataloguedImage) -> Iterator[Gap]:
    """Yield a gap for each lock file of an image that gave no component."""
    if seen.scan is None or seen.bom is None:
        return
    folders = {path.rpartition("/")[0] for item in seen.bom.items for path in item.locations}
    said = {path for item in seen.bom.items for path in item.locations}
    worlds: dict[str, set[str]] = {}
    for item in seen.bom.items:
        worlds.setdefault(item.type, set()).update(item.locations)
    for lock in sorted(seen.scan.locks):
        folder, _mark, file = lock.rpartition("/")
        world = _WORLDS.get(file, "python")
        below = f"{folder}/" if folder else ""  # node_modules, .venv, vendor: what it names is installed there
        if any(path.startswith(below) for path in worlds.get(world, ())):
            continue
        if lock not in said and folder not in folders:
            detail = f"{shown(lock)} names components, and none was catalogued from it"
            yield _gap(part, Catalogue, shown(lock), reasons.LOCK_FILE_NOT_READ, detail, "lock")
