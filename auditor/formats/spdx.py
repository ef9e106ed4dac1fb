# ruff: noqa: E501 - tables
"""SPDX 2.2, 2.3 (JSON, tag-value) and 3.0 (JSON-LD): read into the neutral model; 2.3 is written from it.

References: SPDX 2.3 (ISO/IEC 5962:2021 is 2.2.1), clauses 6 to 11; SPDX 3.0.1.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import reasons
from auditor.formats.foreign import list_of
from auditor.formats.licences import is_expression
from auditor.formats.purls import PurlError, parse, type_of
from auditor.formats.sbom import (
    COMPONENT_LIMIT,
    DIGITS,
    Bom,
    Fault,
    Item,
    ListedFile,
    SbomFormatError,
    algorithm,
    keep_subject,
    rows,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSIONS: Final = ("SPDX-2.2", "SPDX-2.3")
WRITTEN: Final = "SPDX-2.3"
NO_ASSERTION: Final = "NOASSERTION"
_NOTHING: Final = frozenset({"", NO_ASSERTION, "NONE"})
_ID: Final = re.compile(r"SPDXRef-[A-Za-z0-9.+-]+")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_CREATOR: Final = re.compile(r"(?:Person|Organization|Tool): \S.*", re.DOTALL)
_ACTOR: Final = re.compile(r"(?:Person|Organization): \S.*|NOASSERTION", re.DOTALL)
_DOWNLOAD: Final = re.compile(
    r"NOASSERTION|NONE|(?:git|hg|svn|bzr|https?|ssh|ftp|sftp|git\+\w+|hg\+\w+|svn\+\w+|bzr\+\w+)(?:://|:\w+://|@)\S+"
)
_REFERENCE: Final = re.compile(r"(?<![\w:.-])LicenseRef-[A-Za-z0-9.-]+")
"""A licence that the document itself has to hold (clause 10.1); one of another document stands behind its name."""
_NAMESPACE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^#\s]+")
_PURPOSES: Final = {
    "CONTAINER": "container",
    "OPERATING-SYSTEM": "operating-system",
    "OPERATING_SYSTEM": "operating-system",
    "APPLICATION": "application",
    "LIBRARY": "library",
    "FRAMEWORK": "framework",
    "DEVICE": "device",
    "FIRMWARE": "firmware",
    "FILE": "file",
    "SOURCE": "library",
    "ARCHIVE": "library",
    "INSTALL": "application",
    "OTHER": "library",
}
_RELATIONSHIPS: Final = frozenset(
    [
        "DESCRIBES",
        "DESCRIBED_BY",
        "CONTAINS",
        "CONTAINED_BY",
        "DEPENDS_ON",
        "DEPENDENCY_OF",
        "DEPENDENCY_MANIFEST_OF",
        "BUILD_DEPENDENCY_OF",
        "DEV_DEPENDENCY_OF",
        "OPTIONAL_DEPENDENCY_OF",
        "PROVIDED_DEPENDENCY_OF",
        "TEST_DEPENDENCY_OF",
        "RUNTIME_DEPENDENCY_OF",
        "EXAMPLE_OF",
        "GENERATES",
        "GENERATED_FROM",
        "ANCESTOR_OF",
        "DESCENDANT_OF",
        "VARIANT_OF",
        "DISTRIBUTION_ARTIFACT",
        "PATCH_FOR",
        "PATCH_APPLIED",
        "COPY_OF",
        "FILE_ADDED",
        "FILE_DELETED",
        "FILE_MODIFIED",
        "EXPANDED_FROM_ARCHIVE",
        "DYNAMIC_LINK",
        "STATIC_LINK",
        "DATA_FILE_OF",
        "TEST_CASE_OF",
        "BUILD_TOOL_OF",
        "DEV_TOOL_OF",
        "TEST_OF",
        "TEST_TOOL_OF",
        "DOCUMENTATION_OF",
        "OPTIONAL_COMPONENT_OF",
        "METAFILE_OF",
        "PACKAGE_OF",
        "AMENDS",
        "PREREQUISITE_FOR",
        "HAS_PREREQUISITE",
        "REQUIREMENT_DESCRIPTION_FOR",
        "SPECIFICATION_FOR",
        "OTHER",
    ]
)
_FORWARD: Final = frozenset({"DEPENDS_ON", "CONTAINS", "DYNAMIC_LINK", "STATIC_LINK", "HAS_PREREQUISITE"})
_BACKWARD: Final = frozenset(
    [
        "DEPENDENCY_OF",
        "CONTAINED_BY",
        "BUILD_DEPENDENCY_OF",
        "DEV_DEPENDENCY_OF",
        "OPTIONAL_DEPENDENCY_OF",
        "PROVIDED_DEPENDENCY_OF",
        "TEST_DEPENDENCY_OF",
        "RUNTIME_DEPENDENCY_OF",
        "PREREQUISITE_FOR",
    ]
)
_OPTIONAL: Final = frozenset(
    {"DEV_DEPENDENCY_OF", "OPTIONAL_DEPENDENCY_OF", "TEST_DEPENDENCY_OF", "BUILD_DEPENDENCY_OF"}
)
_ZERO: Final = re.compile(r"0+")


def is_spdx(value: object) -> bool:
    """Tell whether a document says that it is SPDX 2."""
    return isinstance(value, dict) and "spdxVersion" in value


def is_spdx3(value: object) -> bool:
    """Tell whether a document says that it is SPDX 3."""
    return (
        isinstance(value, dict) and "spdx" in str(value.get("@context", "")) and isinstance(value.get("@graph"), list)
    )


def read(value: dict[str, Any]) -> Bom:
    """Read a document of SPDX 2.

    Raises:
        SbomFormatError: It is none of a known version.
    """
    version = text(value.get("spdxVersion"))
    if version not in VERSIONS:
        raise SbomFormatError(
            reasons.UNKNOWN_VERSION, f"{version[:40] or '?'} (known: {', '.join(VERSIONS)}, SPDX 3.0)"
        )
    return _Reader(value, version).bom


class _Reader:
    """Reads one document of SPDX 2."""

    def __init__(self, value: dict[str, Any], version: str) -> None:
        self.bom = Bom(
            format="SPDX",
            version=version.removeprefix("SPDX-"),
            name=text(value.get("name")),
            serial=text(value.get("documentNamespace")),
        )
        self._ids: dict[str, str] = {}
        self._licences = {text(row.get("licenseId")) for row in rows(value.get("hasExtractedLicensingInfos"))}
        self._head(value)
        described = {text(each) for each in list_of(value.get("documentDescribes")) if isinstance(each, str)}
        relationships = rows(value.get("relationships"))
        described |= _described(relationships)
        scopes = self._relationships_first(relationships)
        for number, row in enumerate(rows(value.get("packages"))):
            self._package(row, f"/packages/{number}", described, scopes)
        for number, row in enumerate(rows(value.get("files"))):
            self._file(row, f"/files/{number}")
        for number, row in enumerate(rows(value.get("snippets"))):
            self._note_id(row, f"/snippets/{number}")
        self._check_relationships(relationships, described)
        keep_subject(self.bom, len(described))
        if not described:
            self._fault("describes nothing", "/documentDescribes", "no package is described")

    def _fault(self, what: str, place: str, detail: str = "") -> None:
        if len(self.bom.faults) < 1000:  # noqa: PLR2004 - enough to be told
            self.bom.faults.append(Fault(what, place, detail[:300]))

    def _head(self, value: dict[str, Any]) -> None:
        bom = self.bom
        info = value.get("creationInfo") if isinstance(value.get("creationInfo"), dict) else {}
        info = info or {}
        bom.created = text(info.get("created"))
        creators = [text(each) for each in list_of(info.get("creators")) if isinstance(each, str)]
        bom.tools = [_tool(each) for each in creators if each.startswith("Tool:")]
        bom.authors = [each.partition(":")[2].strip() for each in creators if not each.startswith("Tool:")]
        said = f"{text(info.get('comment'))} {text(value.get('comment'))}"
        phase = re.search(r"(?i)\b(?:sbom type|lifecycle(?: phase)?|generation context)\s*[:=]\s*([\w-]+)", said)
        bom.phase = phase[1].lower() if phase else ""
        for key, is_good, what in (
            ("SPDXID", value.get("SPDXID") == "SPDXRef-DOCUMENT", "must be SPDXRef-DOCUMENT"),
            ("dataLicense", value.get("dataLicense") == "CC0-1.0", "must be CC0-1.0"),
            ("name", bool(bom.name), "is required"),
            ("documentNamespace", bool(_NAMESPACE.fullmatch(bom.serial)), "must be an absolute URI without #"),
            ("creationInfo/created", bool(_TIME.fullmatch(bom.created)), "must be a time as YYYY-MM-DDThh:mm:ssZ"),
            ("creationInfo/creators", bool(creators), "must name at least one creator"),
        ):
            if not is_good:
                self._fault("field missing or wrong", f"/{key}", f"{key} {what}")
        for number, each in enumerate(creators):
            if not _CREATOR.fullmatch(each):
                self._fault("field missing or wrong", f"/creationInfo/creators/{number}", each)
        self._ids["SPDXRef-DOCUMENT"] = "/SPDXID"

    def _note_id(self, row: dict[str, Any], place: str) -> str:
        found = text(row.get("SPDXID"))
        if not _ID.fullmatch(found):
            self._fault("field missing or wrong", f"{place}/SPDXID", found or "SPDXID is required")
        elif found in self._ids:
            self._fault("SPDXID twice", place, f"{found} (also {self._ids[found]})")
        self._ids.setdefault(found, place)
        return found

    def _package(self, row: dict[str, Any], place: str, described: set[str], scopes: dict[str, str]) -> None:
        if len(self.bom.items) > COMPONENT_LIMIT:
            raise SbomFormatError(reasons.TOO_MANY_OBJECTS, f"more than {COMPONENT_LIMIT} packages")
        ref, name = self._note_id(row, place), text(row.get("name"))
        self._check_package(row, place, name)
        references = rows(row.get("externalRefs"))
        purls = [text(each.get("referenceLocator")) for each in references if each.get("referenceType") == "purl"]
        for purl in purls:
            try:
                parse(purl)
            except PurlError as problem:
                self._fault("purl malformed", f"{place}/externalRefs", str(problem))
        purl = purls[0] if purls else ""
        licences = [text(row.get(key)) for key in ("licenseDeclared", "licenseConcluded")]
        supplier = _actor(row.get("supplier"))
        purpose = text(row.get("primaryPackagePurpose"))
        item = Item(
            ref=ref,
            kind=_PURPOSES.get(purpose, "library"),
            name=name,
            version=text(row.get("versionInfo")),
            purl=purl,
            cpes=tuple(
                text(each.get("referenceLocator"))
                for each in references
                if text(each.get("referenceType")).startswith("cpe2")
            ),
            licences=tuple(dict.fromkeys(each for each in licences if each not in _NOTHING)),
            supplier=supplier,
            author=_actor(row.get("originator")),
            hashes=self._hashes(row, place),
            scope=scopes.get(ref, ""),
            locations=_locations(text(row.get("sourceInfo"))),
            type=type_of(purl),
            properties=(("spdx:packageFileName", text(row.get("packageFileName"))),) if row.get("packageFileName") else (),
        )  # fmt: skip
        if ref in described and self.bom.subject is None:
            self.bom.subject = item
            return
        self.bom.items.append(item)
        if item.kind == "operating-system":
            self.bom.distribution = (name.lower(), item.version, "")

    def _check_package(  # noqa: C901 - one line a clause
        self, row: dict[str, Any], place: str, name: str
    ) -> None:
        if not name:
            self._fault("field missing or wrong", f"{place}/name", "name is required")
        location = row.get("downloadLocation")
        if not isinstance(location, str) or not _DOWNLOAD.fullmatch(location):
            detail = text(location)[:100] or "downloadLocation is required"
            self._fault("field missing or wrong", f"{place}/downloadLocation", detail)
        is_analyzed = row.get("filesAnalyzed", True)
        if is_analyzed is False and row.get("packageVerificationCode"):
            self._fault("contradiction", f"{place}/packageVerificationCode", "files were not analyzed")
        for key in ("supplier", "originator"):
            if key in row and not _ACTOR.fullmatch(text(row[key])):
                self._fault("field missing or wrong", f"{place}/{key}", text(row[key]))
        required = self.bom.version == "2.2"
        for key in ("licenseConcluded", "licenseDeclared", "copyrightText"):
            if required and key not in row:
                self._fault("field missing or wrong", f"{place}/{key}", f"{key} is required in SPDX 2.2")
        for key in ("licenseConcluded", "licenseDeclared"):
            said = text(row.get(key))
            if said not in _NOTHING and not is_expression(said):
                self._fault("licence is no expression", f"{place}/{key}", said)
            self._check_licences(said, f"{place}/{key}")
        for number, each in enumerate(rows(row.get("externalRefs"))):
            if not all(text(each.get(key)) for key in ("referenceCategory", "referenceType", "referenceLocator")):
                detail = "category, type and locator are required"
                self._fault("field missing or wrong", f"{place}/externalRefs/{number}", detail)

    def _check_licences(self, said: str, place: str) -> None:
        for reference in _REFERENCE.findall(said):
            if reference not in self._licences:
                self._fault("ref unresolved", place, reference)

    def _hashes(self, row: dict[str, Any], place: str) -> tuple[tuple[str, str], ...]:
        found = []
        for number, each in enumerate(rows(row.get("checksums"))):
            name, digits = algorithm(text(each.get("algorithm"))), text(each.get("checksumValue")).lower()
            if DIGITS.get(name, len(digits)) != len(digits) or not re.fullmatch(r"[0-9a-f]+", digits):
                self._fault("hash malformed", f"{place}/checksums/{number}", f"{name} {digits[:80]}")
            elif not _ZERO.fullmatch(digits):  # a placeholder that says nothing
                found.append((name, digits))
        return tuple(found)

    def _file(self, row: dict[str, Any], place: str) -> None:
        if len(self.bom.files) > COMPONENT_LIMIT:
            raise SbomFormatError(reasons.TOO_MANY_OBJECTS, f"more than {COMPONENT_LIMIT} files")
        self._note_id(row, place)
        name = text(row.get("fileName"))
        if not name:
            self._fault("field missing or wrong", f"{place}/fileName", "fileName is required")
        if not any(each.get("algorithm") == "SHA1" for each in rows(row.get("checksums"))):
            self._fault("field missing or wrong", f"{place}/checksums", "a file needs a SHA1")
        hashes = self._hashes(row, place)
        self.bom.files.append(ListedFile(name.removeprefix("./").lstrip("/"), hashes, bool(hashes)))

    def _relationships_first(self, relationships: list[dict[str, Any]]) -> dict[str, str]:
        """Return scopes by id: what only development, tests or options need."""
        return {
            text(row.get("spdxElementId")): "optional"
            for row in relationships
            if text(row.get("relationshipType")) in _OPTIONAL
        }

    def _check_relationships(self, relationships: list[dict[str, Any]], described: set[str]) -> None:
        found: dict[str, list[str]] = {}
        for number, row in enumerate(relationships):
            one, other = text(row.get("spdxElementId")), text(row.get("relatedSpdxElement"))
            kind, place = text(row.get("relationshipType")), f"/relationships/{number}"
            if kind not in _RELATIONSHIPS:
                self._fault("relationship unknown", place, kind[:100])
            for name in (one, other):
                if name not in self._ids and name not in _NOTHING and not name.startswith("DocumentRef-"):
                    self._fault("ref unresolved", place, name[:200])
            if kind in _FORWARD:
                found.setdefault(one, []).append(other)
            elif kind in _BACKWARD:
                found.setdefault(other, []).append(one)
        for name in described:
            if name not in self._ids:
                self._fault("ref unresolved", "/documentDescribes", name[:200])
        self.bom.dependencies = {ref: tuple(dict.fromkeys(targets)) for ref, targets in found.items()}


def _described(relationships: list[dict[str, Any]]) -> set[str]:
    found = set()
    for row in relationships:
        kind = row.get("relationshipType")
        if kind == "DESCRIBES" and row.get("spdxElementId") == "SPDXRef-DOCUMENT":
            found.add(text(row.get("relatedSpdxElement")))
        elif kind == "DESCRIBED_BY" and row.get("relatedSpdxElement") == "SPDXRef-DOCUMENT":
            found.add(text(row.get("spdxElementId")))
    return found


def _tool(creator: str) -> str:
    name = creator.partition(":")[2].strip()
    found = re.fullmatch(r"(.+?)[-_ ]v?(\d[\w.+-]*)", name)
    return f"{found[1]} {found[2]}" if found else name


def _actor(value: object) -> str:
    said = text(value)
    return "" if said in _NOTHING else said.partition(":")[2].strip() or said


def _locations(source_info: str) -> tuple[str, ...]:
    """Return the paths that syft writes into ``sourceInfo``."""
    _head, mark, tail = source_info.partition("from the following paths: ")
    return tuple(sorted(each.strip().lstrip("/") for each in tail.split(",") if each.strip())) if mark else ()


# --- tag-value ------------------------------------------------------------------------------------------------------

_TAG: Final = re.compile(r"^([A-Za-z]+):\s?(.*)$")
_DOCUMENT: Final = {
    "SPDXVersion": "spdxVersion",
    "DataLicense": "dataLicense",
    "DocumentName": "name",
    "DocumentNamespace": "documentNamespace",
    "DocumentComment": "comment",
}
_PACKAGE: Final = {
    "PackageVersion": "versionInfo",
    "PackageFileName": "packageFileName",
    "PackageSupplier": "supplier",
    "PackageOriginator": "originator",
    "PackageDownloadLocation": "downloadLocation",
    "PackageLicenseConcluded": "licenseConcluded",
    "PackageLicenseDeclared": "licenseDeclared",
    "PackageCopyrightText": "copyrightText",
    "PackageSourceInfo": "sourceInfo",
    "PrimaryPackagePurpose": "primaryPackagePurpose",
}


def is_tag_value(data: bytes) -> bool:
    """Tell whether bytes begin as a tag-value document does."""
    return bool(re.search(rb"(?m)\A(?:\xef\xbb\xbf)?(?:\s*#[^\n]*\n|\s*\n)*SPDXVersion:", data[:65536]))


def from_tag_value(data: bytes) -> dict[str, Any]:  # noqa: C901, PLR0912, PLR0915 - one line a tag
    """Return the JSON form of a tag-value document.

    Raises:
        SbomFormatError: It is no text, or a line is no tag.
    """
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as problem:
        raise SbomFormatError(reasons.NOT_UTF_8, f"byte {problem.start} is no UTF-8") from problem
    document: dict[str, Any] = {"packages": [], "files": [], "relationships": [], "creationInfo": {"creators": []}}
    current: dict[str, Any] = document
    for number, tag, value in _tags(lines):
        match tag:
            case "PackageName":
                current = {"name": value}
                document["packages"].append(current)
            case "FileName":
                current = {"fileName": value}
                document["files"].append(current)
            case "SnippetSPDXID":
                current = {"SPDXID": value}
                document.setdefault("snippets", []).append(current)
            case "LicenseID":
                current = {"licenseId": value}
                document.setdefault("hasExtractedLicensingInfos", []).append(current)
            case "Reviewer" | "Annotator":
                current = {}
            case "SPDXID":
                current["SPDXID"] = value
            case "Creator":
                document["creationInfo"]["creators"].append(value)
            case "Created":
                document["creationInfo"]["created"] = value
            case "CreatorComment":
                document["creationInfo"]["comment"] = value
            case "Relationship":
                words = value.split()
                if len(words) < 3:  # noqa: PLR2004 - one, type, other
                    raise SbomFormatError(reasons.NOT_A_LIST, f"line {number}: {value[:100]}")
                row = {"spdxElementId": words[0], "relationshipType": words[1], "relatedSpdxElement": words[2]}
                document["relationships"].append(row)
            case "PackageChecksum" | "FileChecksum":
                name, _mark, digits = value.partition(":")
                row = {"algorithm": name.strip(), "checksumValue": digits.strip()}
                current.setdefault("checksums", []).append(row)
            case "ExternalRef":
                words = value.split(None, 2)
                keys = ("referenceCategory", "referenceType", "referenceLocator")
                current.setdefault("externalRefs", []).append(dict(zip(keys, words, strict=False)))
            case "FilesAnalyzed":
                current["filesAnalyzed"] = value.lower() == "true"
            case "PackageVerificationCode":
                current["packageVerificationCode"] = {"packageVerificationCodeValue": value}
            case _ if tag in _DOCUMENT:
                document[_DOCUMENT[tag]] = value
            case _ if tag in _PACKAGE:
                current[_PACKAGE[tag]] = value
    return document


def _tags(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield line number, tag and value; a value in ``<text>`` may go on over lines."""
    at = 0
    while at < len(lines):
        line, start = lines[at], at + 1
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _TAG.match(line)
        if not found:
            raise SbomFormatError(reasons.NOT_A_TAG, f"line {start}: {line[:100]}")
        value = found[2].strip()
        if value.startswith("<text>"):
            parts = [value.removeprefix("<text>")]
            while "</text>" not in parts[-1] and at < len(lines):
                parts.append(lines[at])
                at += 1
            value = "\n".join(parts).partition("</text>")[0]
        yield start, found[1], value


# --- SPDX 3 ---------------------------------------------------------------------------------------------------------


def read3(value: dict[str, Any]) -> Bom:
    """Read a document of SPDX 3 in JSON-LD.

    Raises:
        SbomFormatError: It is of another major version.
    """
    return _Reader3(rows(value["@graph"])).bom


class _Reader3:
    """Reads the graph of one document of SPDX 3."""

    def __init__(self, graph: list[dict[str, Any]]) -> None:
        self._by_id: dict[str, dict[str, Any]] = {}
        info = next((row for row in graph if row.get("type") == "CreationInfo"), {})
        version = text(info.get("specVersion"))
        if not version.startswith("3."):
            raise SbomFormatError(reasons.UNKNOWN_VERSION, f"SPDX {version[:20] or '?'} (known: 2.2, 2.3, 3.x)")
        self.bom = Bom(format="SPDX", version=version, created=text(info.get("created")))
        for number, row in enumerate(graph):
            ref = _ref(row)
            if ref and ref in self._by_id:
                self.bom.faults.append(Fault("SPDXID twice", f"/@graph/{number}", ref[:200]))
            if ref:
                self._by_id[ref] = row
        self.bom.authors = [self._name(each) for each in _many(info.get("createdBy"))]
        self.bom.tools = [self._name(each) for each in _many(info.get("createdUsing"))]
        document = next((row for row in graph if row.get("type") == "SpdxDocument"), {})
        self.bom.name, self.bom.serial = text(document.get("name")), _ref(document)
        licences = self._relationships(graph)
        roots = self._roots(graph, document)
        for row in graph:
            self._element(row, roots, licences)
        keep_subject(self.bom, sum(self._by_id.get(each, {}).get("type") == "software_Package" for each in roots))

    def _name(self, ref: str) -> str:
        return text(self._by_id.get(ref, {}).get("name")) or ref

    def _roots(self, graph: list[dict[str, Any]], document: dict[str, Any]) -> set[str]:
        boms = [row for row in graph if row.get("type") == "software_Sbom"]
        found = {each for row in (document, *boms) for each in _many(row.get("rootElement"))}
        return {each for each in found if self._by_id.get(each, {}).get("type") == "software_Package"}

    def _relationships(self, graph: list[dict[str, Any]]) -> dict[str, list[str]]:
        licences: dict[str, list[str]] = {}
        for number, row in enumerate(graph):
            if not str(row.get("type", "")).endswith("Relationship"):
                continue
            one, others, kind = text(row.get("from")), _many(row.get("to")), text(row.get("relationshipType"))
            for name in (one, *others):
                if name not in self._by_id and not name.startswith("https://spdx.org/"):
                    self.bom.faults.append(Fault("ref unresolved", f"/@graph/{number}", name[:200]))
            if kind in {"dependsOn", "contains"}:
                self.bom.dependencies[one] = (*self.bom.dependencies.get(one, ()), *others)
            elif kind in {"hasDeclaredLicense", "hasConcludedLicense"}:
                for name in others:
                    said = self._by_id.get(name, {})
                    found = text(said.get("simplelicensing_licenseExpression")) or name.rpartition("/")[2]
                    licences.setdefault(one, []).append(found)
        return licences

    def _element(self, row: dict[str, Any], roots: set[str], licences: dict[str, list[str]]) -> None:
        kind, ref = row.get("type"), _ref(row)
        hashes = tuple(
            (algorithm(text(each.get("algorithm"))), text(each.get("hashValue")).lower())
            for each in rows(row.get("verifiedUsing"))
            if each.get("hashValue")
        )
        if kind == "software_File":
            name = text(row.get("name")).removeprefix("./").lstrip("/")
            self.bom.files.append(ListedFile(name, hashes, text(row.get("software_fileKind")) != "directory"))
        if kind != "software_Package":
            return
        purl = text(row.get("software_packageUrl"))
        identifiers = rows(row.get("externalIdentifier"))
        for each in identifiers:
            if each.get("externalIdentifierType") in {"packageUrl", "purl"}:
                purl = purl or text(each.get("identifier"))
        if purl:
            try:
                parse(purl)
            except PurlError as problem:
                self.bom.faults.append(Fault("purl malformed", ref[:200], str(problem)[:300]))
        item = Item(
            ref=ref,
            kind=_PURPOSES.get(text(row.get("software_primaryPurpose")).upper(), "library"),
            name=text(row.get("name")),
            version=text(row.get("software_packageVersion")),
            purl=purl,
            cpes=tuple(
                text(each.get("identifier"))
                for each in identifiers
                if text(each.get("externalIdentifierType")).startswith("cpe")
            ),
            licences=tuple(dict.fromkeys(each for each in licences.get(ref, ()) if each not in _NOTHING)),
            supplier=self._name(text(row.get("suppliedBy"))) if row.get("suppliedBy") else "",
            hashes=hashes,
            type=type_of(purl),
        )
        if ref in roots and self.bom.subject is None:
            self.bom.subject = item
        else:
            self.bom.items.append(item)


def _ref(row: dict[str, Any]) -> str:
    return text(row.get("spdxId")) or text(row.get("@id"))


def _many(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


# --- writing --------------------------------------------------------------------------------------------------------


def write(bom: Bom, *, tool: str, tool_version: str) -> bytes:
    """Return a document of SPDX 2.3; the same model gives the same bytes, and its namespace follows from them."""
    subject = bom.subject or Item(ref="root", kind="application", name=bom.name or "unknown", version="")
    ids = _Ids()
    root = ids.of("Root", subject.ref)
    items = sorted(bom.items, key=lambda item: (item.purl, item.name, item.ref))
    names = {item.ref: ids.of("Package", item.ref) for item in items}
    names[subject.ref] = root
    custom: dict[str, str] = {}
    packages = [_package(subject, root, custom), *(_package(item, names[item.ref], custom) for item in items)]
    files = [
        _file(file, ids.of("File", file.path)) for file in sorted(bom.files, key=lambda file: file.path) if file.is_regular
    ]  # fmt: skip
    edges = {(names[ref], "DEPENDS_ON", names[each]) for ref, targets in bom.dependencies.items() if ref in names for each in targets if each in names and each != ref}  # fmt: skip
    edges |= {(root, "CONTAINS", names[item.ref]) for item in items}
    sums = [_sha1(file) for file in files]
    if files and all(sums):  # clause 7.9: what contains files gives one digest over theirs
        code = hashlib.sha1("".join(sorted(sums)).encode(), usedforsecurity=False).hexdigest()
        packages[0]["filesAnalyzed"] = True
        packages[0]["packageVerificationCode"] = {"packageVerificationCodeValue": code}
        packages[0]["licenseInfoFromFiles"] = [NO_ASSERTION]
        edges |= {(root, "CONTAINS", str(file["SPDXID"])) for file in files}
    made: dict[str, Any] = {
        "spdxVersion": WRITTEN,
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": bom.name or subject.name,
        "creationInfo": {
            "created": bom.created or "1970-01-01T00:00:00Z",
            "creators": [
                *(f"Organization: {name}" for name in bom.authors),
                *(f"Tool: {'-'.join(each.rsplit(' ', 1))}" for each in (*bom.tools, f"{tool} {tool_version}")),
            ],
            **({"comment": f"SBOM type: {bom.phase}"} if bom.phase else {}),
        },
        "packages": packages,
        **({"files": files} if files else {}),
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": root},
            *(
                {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}
                for one, kind, other in sorted(edges)
            ),
        ],
    }
    if custom:
        made["hasExtractedLicensingInfos"] = [
            {"licenseId": ref, "extractedText": name, "name": name} for name, ref in sorted(custom.items())
        ]
    digest = hashlib.sha256(orjson.dumps(made, option=orjson.OPT_SORT_KEYS)).hexdigest()
    made["documentNamespace"] = f"https://auditor.invalid/spdx/{digest}"
    return orjson.dumps(made, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"


class _Ids:
    """Gives ids that follow from what they stand for."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, kind: str, name: str) -> str:
        plain = re.sub(r"[^A-Za-z0-9.-]+", "-", name)[-60:].strip("-.")
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        found = f"SPDXRef-{kind}-{plain}-{digest}"
        while found in self._taken:
            found += "-x"
        self._taken.add(found)
        return found


_ALGORITHMS: Final = {
    "MD5": "MD5",
    "SHA-1": "SHA1",
    "SHA-224": "SHA224",
    "SHA-256": "SHA256",
    "SHA-384": "SHA384",
    "SHA-512": "SHA512",
    "SHA3-256": "SHA3-256",
    "SHA3-512": "SHA3-512",
}


def _checksums(hashes: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"algorithm": _ALGORITHMS[name], "checksumValue": digits} for name, digits in hashes if name in _ALGORITHMS]


def _package(item: Item, ref: str, custom: dict[str, str]) -> dict[str, Any]:
    declared = _expression(item.licences, custom)
    made: dict[str, Any] = {
        "SPDXID": ref,
        "name": item.name or "unknown",
        "downloadLocation": NO_ASSERTION,
        "filesAnalyzed": False,
        "supplier": f"Organization: {item.supplier}" if item.supplier else NO_ASSERTION,
        "licenseConcluded": NO_ASSERTION,
        "licenseDeclared": declared or NO_ASSERTION,
        "copyrightText": NO_ASSERTION,
    }
    if item.version:
        made["versionInfo"] = item.version
    if item.author:
        made["originator"] = f"Person: {item.author}"
    if item.hashes:
        made["checksums"] = _checksums(item.hashes)
    if item.locations:
        made["sourceInfo"] = "acquired package info from the following paths: " + ", ".join(
            f"/{path}" for path in item.locations
        )
    purpose = next((key for key, kind in _PURPOSES.items() if kind == item.kind), "LIBRARY")
    made["primaryPackagePurpose"] = purpose
    references = [("PACKAGE-MANAGER", "purl", item.purl)] if item.purl else []
    references += [("SECURITY", "cpe23Type", cpe) for cpe in item.cpes if cpe.startswith("cpe:2.3:")]
    if references:
        made["externalRefs"] = [
            {"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}
            for category, kind, locator in references
        ]
    return made


def _expression(licences: Iterable[str], custom: dict[str, str]) -> str:
    """Return one expression; a name that is none becomes a ``LicenseRef`` with the name as its text."""
    parts = []
    for each in licences:
        if is_expression(each):
            custom.update((name, name) for name in _REFERENCE.findall(each))  # the document has to hold their texts
            parts.append(f"({each})" if " OR " in each else each)
        else:
            plain = re.sub(r"[^A-Za-z0-9.-]+", "-", each)[:60].strip("-.") or "unnamed"
            digest = hashlib.sha256(each.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            custom[each] = f"LicenseRef-{plain}-{digest}"
            parts.append(custom[each])
    return parts[0].strip("()") if len(parts) == 1 and parts[0].count("(") == 1 else " AND ".join(parts)


def _sha1(file: dict[str, Any]) -> str:
    return next((row["checksumValue"] for row in file["checksums"] if row["algorithm"] == "SHA1"), "")


def _file(file: ListedFile, ref: str) -> dict[str, Any]:
    checksums = _checksums(file.hashes)
    return {
        "SPDXID": ref,
        "fileName": f"./{file.path}",
        "checksums": checksums,
        "licenseConcluded": NO_ASSERTION,
        "licenseInfoInFiles": [NO_ASSERTION],
        "copyrightText": NO_ASSERTION,
    }
