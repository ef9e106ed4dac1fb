"""Reads an SBOM that was given, whatever its form, and says what its format holds against it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import reasons
from auditor.formats import cyclonedx, cyclonedx_xml, dsse, spdx
from auditor.formats.purls import PurlError, parse
from auditor.formats.sbom import SIZE_LIMIT_BYTES, Bom, Fault, Item, SbomFormatError, load_json
from auditor.model.digest import sha256

if TYPE_CHECKING:
    from pathlib import Path

PREDICATES: Final = ("https://cyclonedx.org/bom", "https://spdx.dev/Document")
_DIGEST: Final = re.compile(r"(?:^|[^0-9a-z])(?:sha256|sm3|sha512):([0-9a-f]{64,128})(?![0-9a-f])")
_CONFIGURATION: Final = re.compile(r"(?i)image-?id$|configdigest$|config-digest$")


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document with its envelope.

    Attributes:
        bom: What it says; None if nothing could be read.
        faults: What its format holds against it.
        envelope: The DSSE envelope it came in; None if it came in none.
        statement: The in-toto statement in that.
        problem: Reason and detail why nothing could be read; None if it could.
        digest: SHA-256 of the file.
    """

    bom: Bom | None
    faults: tuple[Fault, ...] = ()
    envelope: dsse.Envelope | None = None
    statement: dsse.Statement | None = None
    problem: tuple[reasons.Reason, str] | None = None
    digest: str = ""


def bytes_of(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        SbomFormatError: It cannot be read, or is too large.
    """
    try:
        if not path.is_file():
            raise SbomFormatError(reasons.NO_SUCH_PATH if not path.exists() else reasons.NO_REGULAR_FILE, str(path))
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as problem:
        raise SbomFormatError(reasons.CANNOT_BE_READ, f"{path}: {problem.strerror}") from problem
    if len(data) > SIZE_LIMIT_BYTES:
        raise SbomFormatError(reasons.TOO_LARGE, f"{path}: more than {SIZE_LIMIT_BYTES} bytes")
    return data


_UNREADABLE_HERE: Final = frozenset(
    {reasons.TOO_LARGE, reasons.UNKNOWN_VERSION, reasons.TOO_MANY_OBJECTS, reasons.DOCUMENT_TYPE}
)
"""Reasons that speak of what is read here, and not of the document: these are gaps."""


def read(data: bytes) -> Document:
    """Read a document; what is wrong with it is told, never raised."""
    digest = sha256(data)
    try:
        return replace(_read(data), digest=digest)
    except SbomFormatError as problem:
        is_ours = problem.reason in _UNREADABLE_HERE
        fault = () if is_ours else (Fault(problem.reason, "", str(problem)[:300]),)
        return Document(bom=None, faults=fault, problem=(problem.reason, str(problem)[:300]), digest=digest)
    except RecursionError:
        problem_ = (reasons.NESTED_TOO_DEEP, "the document nests deeper than any that is valid")
        return Document(bom=None, problem=problem_, digest=digest)


def _read(data: bytes) -> Document:
    if dsse.is_envelope(data):
        return _enveloped(data)
    bom, faults = parsed(data)
    return Document(bom=bom, faults=tuple(faults))


def parsed(data: bytes) -> tuple[Bom, list[Fault]]:
    """Read a bare document.

    Raises:
        SbomFormatError: It is none.
    """
    if spdx.is_tag_value(data):
        bom = spdx.read(spdx.from_tag_value(data))
        return bom, bom.faults
    if cyclonedx_xml.is_xml(data):
        return _of_xml(data)
    value, faults = load_json(data)
    return _of_json(value, faults)


def _of_xml(data: bytes) -> tuple[Bom, list[Fault]]:
    value, unknown = cyclonedx_xml.value_of(data)
    bom = cyclonedx.read(value)
    if unknown:
        bom.unheld = ", ".join(unknown)
        return bom, bom.faults
    return bom, [*cyclonedx.schema_faults(value, bom.version), *bom.faults]


def _of_json(value: object, faults: list[Fault]) -> tuple[Bom, list[Fault]]:
    if not isinstance(value, dict):
        raise SbomFormatError(reasons.UNKNOWN_SCHEMA, "no JSON object")
    if spdx.is_spdx(value):
        bom = spdx.read(value)
    elif spdx.is_spdx3(value):
        bom = spdx.read3(value)
    elif cyclonedx.is_cyclonedx(value):
        bom = cyclonedx.read(value)
        faults = [*faults, *cyclonedx.schema_faults(value, bom.version)]
    else:
        raise SbomFormatError(reasons.UNKNOWN_SCHEMA, "neither CycloneDX nor SPDX")
    return bom, [*faults, *bom.faults]


def _enveloped(data: bytes) -> Document:
    try:
        envelope = dsse.parse(data)
        if envelope.payload_type != dsse.IN_TOTO:
            bom, faults = parsed(envelope.payload)
            return Document(bom=bom, faults=tuple(faults), envelope=envelope)
        statement = dsse.statement(envelope)
    except dsse.DsseError as problem:
        raise SbomFormatError(reasons.MALFORMED, f"envelope: {problem}") from problem
    if not statement.predicate_type.startswith(PREDICATES):
        raise SbomFormatError(reasons.UNKNOWN_SCHEMA, f"predicate {statement.predicate_type[:100]} is no SBOM")
    inner: Any = statement.predicate
    if isinstance(inner, str):
        bom, faults = parsed(inner.encode())
    else:
        # once more from its bytes, so that keys given twice in it are seen
        _value, doubled = load_json(envelope.payload)
        bom, faults = _of_json(orjson.loads(orjson.dumps(inner)), doubled)
    return Document(bom=bom, faults=tuple(faults), envelope=envelope, statement=statement)


def subject_digests(document: Document) -> tuple[frozenset[str], frozenset[str]]:
    """Return the digests by which a document names what it describes: of manifests (or anything), of configurations.

    Digests stand in the version, the hashes or the purl of what is described, or in the statement around it; a tag is
    none, and that of the configuration is kept apart.
    """
    bom = document.bom
    named: set[str] = set()
    configuration: set[str] = set()
    if bom is not None and bom.subject is not None:
        item = bom.subject
        named |= _digests_in(item.version)
        named |= {f"sha256:{digits}" for name, digits in item.hashes if name == "SHA-256"}
        named |= _of_purl(item.purl)
        for name, value in item.properties:
            side = configuration if _CONFIGURATION.search(name) else named
            if "digest" in name.lower() or side is configuration:
                side |= _digests_in(value)
        if item.name.startswith("sha256:") or "@sha256:" in item.name:
            named |= _digests_in(item.name)
    if document.statement:
        # what is signed is the statement: a document inside it that speaks of something else is about neither
        signed = document.statement.digests
        return (frozenset(named) & signed if named - configuration else signed) - configuration, frozenset(
            configuration
        )
    return frozenset(named - configuration), frozenset(configuration)


def _digests_in(text: str) -> set[str]:
    return {f"sha256:{found}" for found in _DIGEST.findall(text) if len(found) == 64}  # noqa: PLR2004 - SHA-256


def _of_purl(purl: str) -> set[str]:
    try:
        found = parse(purl)
    except PurlError:
        return set()
    return _digests_in(found.version) if found.type in {"oci", "docker", "generic"} else set()


def usage_of(item: Item) -> str:
    """Return how a component is used, for the licence policy: what a distribution brings is its base."""
    if item.purl.startswith(("pkg:deb/", "pkg:rpm/", "pkg:apk/", "pkg:alpm/")):
        return "base"
    return "separate" if item.kind == "application" else "linked"
