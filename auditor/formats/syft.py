"""syft's own JSON (schema 16): what it catalogued, as the neutral model, with what its other formats leave out.

Read by the schema version it was written against; a later major version is refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any, Final

import orjson

from auditor import reasons
from auditor.formats.licences import normal
from auditor.formats.sbom import SIZE_LIMIT_BYTES, Bom, Item, ListedFile, SbomFormatError, algorithm, rows, text

MAJOR: Final = "16"
_REGULAR: Final = "RegularFile"
_MAINTAINER: Final = re.compile(r"\s*<[^>]*>")
VENDORS: Final = {
    "debian": "Debian",
    "ubuntu": "Ubuntu",
    "alpine": "Alpine Linux",
    "wolfi": "Wolfi",
    "fedora": "Fedora Project",
    "centos": "CentOS",
    "rhel": "Red Hat, Inc.",
    "amzn": "Amazon Web Services",
}
"""Who makes a distribution, by the id of os-release."""
_SETTINGS: Final = frozenset({"config", "manifest", "labels", "annotations"})
"""Of an image, beside what was catalogued."""
_REGISTRIES: Final = {"github-action": "GitHub"}


def read(data: bytes, parsed: object = None) -> Bom:
    """Read a catalogue.

    Args:
        data: As syft wrote it.
        parsed: The same as a value, where somebody has parsed it already.

    Raises:
        SbomFormatError: It is none, half of one, or of another major version.
    """
    if len(data) > 4 * SIZE_LIMIT_BYTES:
        raise SbomFormatError(reasons.TOO_LARGE, f"{len(data)} bytes")
    try:
        value: Any = orjson.loads(data) if parsed is None else parsed
    except ValueError as problem:
        raise SbomFormatError(reasons.NOT_JSON, str(problem)) from problem
    schema = value.get("schema") if isinstance(value, dict) else None
    version = text(schema.get("version")) if isinstance(schema, dict) else ""
    if version.partition(".")[0] != MAJOR or not isinstance(value.get("artifacts"), list):
        raise SbomFormatError(reasons.UNKNOWN_SCHEMA, f"syft-json {version or '?'} (expected {MAJOR}.x)")
    descriptor = value.get("descriptor") if isinstance(value.get("descriptor"), dict) else {}
    bom = Bom(format="syft", version=version)
    bom.tools = [f"{text(descriptor.get('name')) or 'syft'} {text(descriptor.get('version'))}".strip()]
    distro = value["distro"] if isinstance(value.get("distro"), dict) else {}
    bom.distribution = (
        text(distro.get("id")).lower(),
        text(distro.get("versionID")),
        text(distro.get("versionCodename")),
    )
    likes = distro.get("idLike")
    bom.id_like = tuple(text(each) for each in likes) if isinstance(likes, list) else ()
    bom.items = [_item(row, bom.distribution[0]) for row in rows(value["artifacts"])]
    bom.files = [file for row in rows(value.get("files")) if (file := _file(row))]
    edges: dict[str, list[str]] = {}
    known = {item.ref for item in bom.items}
    for row in rows(value.get("artifactRelationships")):
        # "dependency-of": the parent is what the child needs
        parent, child = text(row.get("parent")), text(row.get("child"))
        if row.get("type") == "dependency-of" and parent in known and child in known:
            edges.setdefault(child, []).append(parent)
    bom.dependencies = {ref: tuple(sorted(targets)) for ref, targets in edges.items()}
    source = value["source"] if isinstance(value.get("source"), dict) else {}
    metadata = source["metadata"] if isinstance(source.get("metadata"), dict) else {}
    bom.name = text(source.get("name"))
    bom.serial = text(metadata.get("manifestDigest"))
    return bom


def without_settings(data: bytes) -> tuple[bytes, object]:
    """Return a catalogue without the settings of its image, which it repeats in base64, and which hold its variables.

    What is no catalogue comes back as it is, for `read` to say so.

    Returns:
        Its bytes, and the value that they hold; None where they are no JSON.
    """
    try:
        value = orjson.loads(data)
    except ValueError:
        return data, None
    found = value.get("source") if isinstance(value, dict) else None
    source: dict[str, Any] = found if isinstance(found, dict) else {}
    metadata = source.get("metadata")
    if not isinstance(metadata, dict) or not metadata.keys() & _SETTINGS:
        return data, value
    source["metadata"] = {name: each for name, each in metadata.items() if name not in _SETTINGS}
    return orjson.dumps(value), value


def _item(row: dict[str, Any], distribution: str) -> Item:
    metadata = row["metadata"] if isinstance(row.get("metadata"), dict) else {}
    kind, purl = text(row.get("type")), text(row.get("purl"))
    supplier, source = _supplier(kind, metadata, distribution)
    locations = rows(row.get("locations"))
    licences = [
        normal(text(each.get("spdxExpression")) or text(each.get("value"))) for each in rows(row.get("licenses"))
    ]
    upstream = text(metadata.get("source")) or text(metadata.get("originPackage"))
    if kind == "rpm" and (found := re.match(r"(.+)-[^-]+-[^-]+\.src\.rpm$", text(metadata.get("sourceRpm")))):
        upstream = found[1]
    return Item(
        ref=text(row.get("id")),
        kind="application" if kind == "binary" else "library",
        name=text(row.get("name")),
        version=text(row.get("version")),
        purl=purl,
        cpes=tuple(text(each.get("cpe")) for each in rows(row.get("cpes"))),
        # of a text that it does not know syft gives the digest, which names no licence
        licences=tuple(dict.fromkeys(each for each in licences if each and not each.startswith("sha256:"))),
        supplier=supplier,
        supplier_source=source,
        author=_MAINTAINER.sub("", text(metadata.get("author")) or text(metadata.get("maintainer")))[:200],
        hashes=tuple(_integrity(metadata)),
        locations=tuple(sorted({text(each.get("path")).lstrip("/") for each in locations})),
        type=kind,
        layer=next((text(each.get("layerID")) for each in locations if each.get("layerID")), ""),
        upstream=upstream,
        upstream_version=text(metadata.get("sourceVersion")),
        files=tuple(_owned(metadata)),
    )


def _supplier(kind: str, metadata: dict[str, Any], distribution: str) -> tuple[str, str]:
    """Return who supplies a package, and where that is known from; nothing is invented."""
    if kind in {"deb", "rpm", "apk"}:
        vendor = text(metadata.get("vendor"))
        if vendor:
            return vendor, "package database: vendor"
        maintainer = _MAINTAINER.sub("", text(metadata.get("maintainer")))
        if maintainer:
            return maintainer[:200], "package database: maintainer"
        return VENDORS.get(distribution, ""), "os-release of the distribution" if distribution in VENDORS else ""
    for key in ("author", "authorEmail", "maintainer", "vendor"):
        found = text(metadata.get(key))
        plain = _MAINTAINER.sub("", found).strip() or found.strip(" <>")
        if plain:
            return plain[:200], f"package metadata: {key}"
    manifest = metadata.get("manifest")
    main = manifest.get("main") if isinstance(manifest, dict) else None
    for row in rows(main):
        if row.get("key") in {"Implementation-Vendor", "Bundle-Vendor", "Specification-Vendor"} and text(
            row.get("value")
        ):
            return text(row["value"])[:200], f"manifest: {row['key']}"
    return (_REGISTRIES[kind], "registry") if kind in _REGISTRIES else ("", "")


def _integrity(metadata: dict[str, Any]) -> list[tuple[str, str]]:
    """Return digests of the package itself: of a lock file's integrity, of a jar."""
    found: list[tuple[str, str]] = []
    integrity = text(metadata.get("integrity"))
    for word in integrity.split():
        name, mark, value = word.partition("-")
        try:
            digits = base64.b64decode(value, validate=True).hex() if mark else ""
        except (binascii.Error, ValueError):
            digits = ""
        if digits:
            found.append((algorithm(name), digits))
    # Go's h1 is a hash over a list of files: no algorithm of CycloneDX or SPDX
    found.extend(
        (algorithm(text(row.get("algorithm"))), text(row["value"]).lower())
        for row in (*rows(metadata.get("digest")), *rows(metadata.get("hashes")))
        if text(row.get("value"))
    )
    return list(dict.fromkeys(found))


def _owned(metadata: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what the package database says of its files."""
    found = []
    for row in rows(metadata.get("files")):
        digest = row.get("digest")
        is_held = not set(text(row.get("flags"))) & set("cg")  # rpm: configuration and ghosts are held to nothing
        if is_held and isinstance(digest, dict) and text(digest.get("value")):
            path, name = text(row.get("path")).lstrip("/"), algorithm(text(digest.get("algorithm")))
            found.append((path, name, text(digest["value"])))
        elif text(row.get("path")):
            found.append((text(row["path"]).lstrip("/"), "", ""))
    return found


def _file(row: dict[str, Any]) -> ListedFile | None:
    location = row["location"] if isinstance(row.get("location"), dict) else {}
    metadata = row["metadata"] if isinstance(row.get("metadata"), dict) else {}
    path = text(location.get("path")).lstrip("/")
    if not path or text(metadata.get("type")) not in {"", _REGULAR}:
        return None
    hashes = tuple(
        (algorithm(each["algorithm"]), each["value"].lower())
        for each in rows(row.get("digests"))
        if _is_short(each.get("algorithm")) and _is_short(each.get("value"))
    )
    return ListedFile(path, hashes) if hashes or not metadata else ListedFile(path, (), is_regular=True)


def _is_short(value: object) -> bool:
    """Tell whether a value is a text as digests have it; every file of an image is asked twice."""
    return isinstance(value, str) and len(value) <= 128 and value.isascii()  # noqa: PLR2004 - digits of SHA-512
