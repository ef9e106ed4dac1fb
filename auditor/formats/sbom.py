"""The neutral model of an SBOM: what CycloneDX, SPDX and syft's own format all say, in one form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from auditor import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE_LIMIT_BYTES: Final = 256 * 1024 * 1024
COMPONENT_LIMIT: Final = 1_000_000
DEPTH_LIMIT: Final = 64
DIGITS: Final = {"MD5": 32, "SHA-1": 40, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128}
"""Length of a digest by algorithm; others are taken as they come."""


class SbomFormatError(ValueError):
    """These bytes are no SBOM that can be read.

    Attributes:
        reason: A few words, as of a gap.
    """

    def __init__(self, reason: reasons.Reason, detail: str) -> None:
        """Keep the reason apart from the circumstances."""
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a document that its format forbids.

    Attributes:
        what: A few words, the same for the same kind.
        place: JSON pointer, or line.
        detail: Circumstances.
    """

    what: str
    place: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A component.

    Attributes:
        ref: Its id in the document.
        kind: ``library``, ``application``, ``operating-system``, ``container`` … as CycloneDX names them.
        name: With its group or scope (``@acme/x``, ``org.acme:x``).
        version: Empty if unknown.
        purl: Empty if it has none.
        cpes: CPE names.
        licences: Expressions or names; all of them apply.
        supplier: Who supplies it, empty if unknown.
        author: Who wrote it, empty if unknown.
        hashes: Pairs of algorithm and lower-case hex digits.
        scope: ``required``, ``optional``, ``excluded`` or empty.
        properties: Pairs of name and value.
        locations: Paths where it was found, without a leading slash.
        type: As syft names the ecosystem; empty where only the purl tells.
        layer: Digest of the layer that brought it.
        upstream: Source package.
        upstream_version: Its version where it differs.
        files: Digests that the package itself gives of its files: path, algorithm, hex digits.
        supplier_source: Where the supplier is known from.
        description: For people.
    """

    ref: str
    kind: str
    name: str
    version: str
    purl: str = ""
    cpes: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    supplier: str = ""
    author: str = ""
    hashes: tuple[tuple[str, str], ...] = ()
    scope: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    locations: tuple[str, ...] = ()
    type: str = ""
    layer: str = ""
    upstream: str = ""
    upstream_version: str = ""
    files: tuple[tuple[str, str, str], ...] = ()
    supplier_source: str = ""


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that a document lists.

    Attributes:
        path: Without a leading slash.
        hashes: Pairs of algorithm and lower-case hex digits; empty if none is given.
        is_regular: False of a folder or link.
    """

    path: str
    hashes: tuple[tuple[str, str], ...]
    is_regular: bool = True


@dataclass(kw_only=True)
class Bom:
    """A document.

    Attributes:
        format: ``CycloneDX`` or ``SPDX`` (or ``syft`` of a catalogue).
        version: Of the format.
        name: Of the document.
        serial: Serial number or namespace.
        created: As it stands there.
        tools: Name and version.
        authors: People and organisations that made it.
        supplier: Who supplies what it describes.
        phase: Life-cycle phase.
        subject: What it describes.
        items: Components, files left out, nested ones after their parents.
        files: Files.
        dependencies: Refs by ref.
        faults: What the format forbids.
        distribution: Id, version and codename as the document says, empty if nothing is said.
        vulnerabilities: Statements about vulnerabilities, as they stand there.
        signature: The document carries a signature of its own form.
        unheld: Names of parts that nobody held to the schema; empty if all of it was.
    """

    format: str
    version: str
    name: str = ""
    serial: str = ""
    created: str = ""
    tools: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    supplier: str = ""
    phase: str = ""
    subject: Item | None = None
    items: list[Item] = field(default_factory=list)
    files: list[ListedFile] = field(default_factory=list)
    dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    distribution: tuple[str, str, str] = ("", "", "")
    id_like: tuple[str, ...] = ()
    vulnerabilities: list[Mapping[str, Any]] = field(default_factory=list)
    signature: str = ""
    unheld: str = ""


_NO_PACKAGE: Final = ("pkg:oci/", "pkg:docker/", "pkg:generic/", "pkg:github/")


def keep_subject(bom: Bom, described: int) -> None:
    """List what a document describes among its components where it is a package of its own.

    That is so where it describes several packages, each of which is one of its contents, or one and lists nothing
    else: an SBOM of a library. Left out, nobody would look for its vulnerabilities.
    """
    subject = bom.subject
    if subject is None or not subject.purl or subject.purl.startswith(_NO_PACKAGE):
        return
    if described > 1 or not bom.items:
        bom.items.insert(0, subject)


def load_json(data: bytes) -> tuple[Any, list[Fault]]:
    """Read JSON strictly.

    Returns:
        The value, and a fault for each key that stands twice in one object.

    Raises:
        SbomFormatError: It is none, nested too deep, or too large.
    """
    if len(data) > SIZE_LIMIT_BYTES:
        raise SbomFormatError(reasons.TOO_LARGE, f"more than {SIZE_LIMIT_BYTES} bytes")
    faults: list[Fault] = []

    def objects(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs) and len(faults) < 100:  # noqa: PLR2004 - enough to be told
            seen: set[str] = set()
            for key, _value in pairs:
                if key in seen:
                    faults.append(Fault("key twice", "", key[:100]))
                seen.add(key)
        return made

    def constants(text: str) -> object:
        message = f"{text} is no JSON"
        raise ValueError(message)

    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=objects, parse_constant=constants)
    except UnicodeDecodeError as problem:
        raise SbomFormatError(reasons.NOT_UTF_8, f"byte {problem.start} is no UTF-8") from problem
    except RecursionError as problem:
        raise SbomFormatError(reasons.NESTED_TOO_DEEP, "JSON within JSON") from problem
    except ValueError as problem:
        raise SbomFormatError(reasons.NOT_JSON, str(problem)) from problem
    return value, faults


def text(value: object, limit: int = 4000) -> str:
    """Return a text of foreign JSON, bounded and without lone surrogates; empty if it is none."""
    if not isinstance(value, str):
        return ""
    found = value[:limit]
    return found if found.isascii() else found.encode("utf-8", "backslashreplace").decode("utf-8", "replace")


def rows(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list of foreign JSON."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


@lru_cache(maxsize=1000)
def algorithm(name: str) -> str:
    """Return the one spelling of a digest algorithm: ``SHA-256`` for ``sha256``, ``SHA256``."""
    plain = name.upper().replace("_", "-")
    spelled = {"SHA1": "SHA-1", "SHA224": "SHA-224", "SHA256": "SHA-256", "SHA384": "SHA-384", "SHA512": "SHA-512"}
    return spelled.get(plain, plain)
