"""CycloneDX 1.2 to 1.7 in JSON: read into the neutral model, written from it as 1.6.

Reference: ECMA-424, CycloneDX 1.6; https://cyclonedx.org/docs/1.6/json/.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import reasons
from auditor.formats.json_schema import Schema, pointer
from auditor.formats.purls import PurlError, parse, type_of
from auditor.formats.sbom import (
    COMPONENT_LIMIT,
    DEPTH_LIMIT,
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

VERSIONS: Final = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
WRITTEN: Final = "1.6"
_LINK: Final = re.compile(r"^syft:location:\d+:path$")


def read(value: Any) -> Bom:  # noqa: ANN401 - foreign JSON
    """Read a document.

    Raises:
        SbomFormatError: It is none of a known version.
    """
    version = text(value.get("specVersion"))
    if version not in VERSIONS:
        raise SbomFormatError(
            reasons.UNKNOWN_VERSION, f"CycloneDX {version[:20] or '?'} (known: {VERSIONS[0]} to {VERSIONS[-1]})"
        )
    return _Reader(value, version).bom


class _Reader:
    """Reads one document."""

    def __init__(self, value: dict[str, Any], version: str) -> None:
        self.bom = Bom(format="CycloneDX", version=version, serial=text(value.get("serialNumber")))
        self._refs: dict[str, str] = {}
        metadata = value.get("metadata") if isinstance(value.get("metadata"), dict) else {}
        self._metadata(metadata or {})
        self._components(value.get("components"), "/components")
        keep_subject(self.bom, 1)
        self._services(value.get("services"))
        self._dependencies(value.get("dependencies"))
        self.bom.vulnerabilities = [*rows(value.get("vulnerabilities"))]
        if isinstance(value.get("signature"), dict):
            self.bom.signature = "JSF"

    def _metadata(self, said: dict[str, Any]) -> None:
        bom = self.bom
        bom.created = text(said.get("timestamp"))
        bom.authors = [
            name for row in rows(said.get("authors")) if (name := text(row.get("name")) or text(row.get("email")))
        ]
        for key in ("manufacture", "manufacturer"):
            if isinstance(said.get(key), dict) and text(said[key].get("name")):
                bom.authors.append(text(said[key]["name"]))
        bom.supplier = _organisation(said.get("supplier"))
        tools = said.get("tools")
        listed = rows(tools) if isinstance(tools, list) else []
        if isinstance(tools, dict):
            listed = [*rows(tools.get("components")), *rows(tools.get("services"))]
        bom.tools = [" ".join(filter(None, (text(row.get("name")), text(row.get("version"))))) for row in listed]
        phases = [text(row.get("phase")) or text(row.get("name")) for row in rows(said.get("lifecycles"))]
        bom.phase = ", ".join(filter(None, phases))
        component = said.get("component")
        if isinstance(component, dict):
            bom.subject = self._item(component, "/metadata/component")
            bom.name = bom.subject.name
            self._components(component.get("components"), "/metadata/component/components")

    def _components(self, value: object, place: str) -> None:
        """Read components, nested ones too, without recursion."""
        todo = [(value, place, 0)]
        while todo:
            listed, where, depth = todo.pop()
            if depth > DEPTH_LIMIT:
                raise SbomFormatError(reasons.NESTED_TOO_DEEP, f"components within components at {where[:200]}")
            for number, row in enumerate(rows(listed)):
                at = f"{where}/{number}"
                if len(self.bom.items) + len(self.bom.files) > COMPONENT_LIMIT:
                    raise SbomFormatError(reasons.TOO_MANY_OBJECTS, f"more than {COMPONENT_LIMIT} components")
                if row.get("type") == "file":
                    self._file(row, at)
                else:
                    item = self._item(row, at)
                    self.bom.items.append(item)
                    if item.kind == "operating-system":
                        self._distribution(item)
                if row.get("components"):
                    todo.append((row["components"], f"{at}/components", depth + 1))

    def _services(self, value: object) -> None:
        """Note the refs of services, nested ones too: dependencies may name them."""
        todo = [(value, "/services", 0)]
        while todo:
            listed, where, depth = todo.pop()
            if depth > DEPTH_LIMIT:
                raise SbomFormatError(reasons.NESTED_TOO_DEEP, f"services within services at {where[:200]}")
            for number, row in enumerate(rows(listed)):
                self._note_ref(text(row.get("bom-ref")), f"{where}/{number}")
                if row.get("services"):
                    todo.append((row["services"], f"{where}/{number}/services", depth + 1))

    def _distribution(self, item: Item) -> None:
        said = dict(item.properties)
        name = said.get("syft:distro:id") or item.name
        version = said.get("syft:distro:versionID") or item.version
        self.bom.distribution = (name.lower(), version, said.get("syft:distro:versionCodename", ""))
        self.bom.id_like = tuple(
            sorted(value for key, value in item.properties if key.startswith("syft:distro:idLike"))
        )

    def _file(self, row: dict[str, Any], place: str) -> None:
        self._note_ref(text(row.get("bom-ref")), place)
        name = text(row.get("name"))
        self.bom.files.append(ListedFile(name.removeprefix("./").lstrip("/"), self._hashes(row, place)))

    def _item(self, row: dict[str, Any], place: str) -> Item:
        ref = text(row.get("bom-ref"))
        self._note_ref(ref, place)
        purl, kind = text(row.get("purl")), text(row.get("type"))
        if purl:
            try:
                parse(purl)
            except PurlError as problem:
                self.bom.faults.append(Fault("purl malformed", f"{place}/purl", str(problem)[:300]))
        name, group = text(row.get("name")), text(row.get("group"))
        properties = tuple((text(each.get("name")), text(each.get("value"))) for each in rows(row.get("properties")))
        said = dict(properties)
        evidence = row["evidence"] if isinstance(row.get("evidence"), dict) else {}
        places = [text(each.get("location")) for each in rows(evidence.get("occurrences"))]
        places += [value for key, value in properties if _LINK.match(key)]
        cpes = [text(row.get("cpe")), *(value for key, value in properties if key == "syft:cpe23")]
        return Item(
            ref=ref,
            kind=kind,
            name=_full_name(group, name, purl),
            version=text(row.get("version")),
            purl=purl,
            cpes=tuple(filter(None, cpes)),
            licences=tuple(_licences(row.get("licenses"))),
            supplier=_organisation(row.get("supplier")),
            author=text(row.get("author"))
            or text(row.get("publisher"))
            or _organisation(row.get("manufacturer"))
            or next((text(each.get("name")) for each in rows(row.get("authors"))), ""),
            hashes=self._hashes(row, place),
            scope=text(row.get("scope")),
            properties=properties,
            locations=tuple(sorted({each.lstrip("/") for each in places if each})),
            type=said.get("syft:package:type") or said.get("aquasecurity:trivy:PkgType", "") or type_of(purl),
        )

    def _hashes(self, row: dict[str, Any], place: str) -> tuple[tuple[str, str], ...]:
        found = []
        for number, each in enumerate(rows(row.get("hashes"))):
            name, digits = algorithm(text(each.get("alg"))), text(each.get("content")).lower()
            if DIGITS.get(name, len(digits)) != len(digits):
                self.bom.faults.append(Fault("hash malformed", f"{place}/hashes/{number}", f"{name} {digits[:80]}"))
            found.append((name, digits))
        return tuple(found)

    def _note_ref(self, ref: str, place: str) -> None:
        if ref and ref in self._refs:
            self.bom.faults.append(Fault("bom-ref twice", place, f"{ref[:200]} (also {self._refs[ref]})"))
        elif ref:
            self._refs[ref] = place

    def _dependencies(self, value: object) -> None:
        known, bom = self._refs, self.bom
        for number, row in enumerate(rows(value)):
            ref = text(row.get("ref"))
            listed = row.get("dependsOn")
            targets = tuple(text(each) for each in listed) if isinstance(listed, list) else ()
            if ref in bom.dependencies:
                bom.faults.append(Fault("dependency twice", f"/dependencies/{number}", ref[:200]))
            bom.dependencies[ref] = (*bom.dependencies.get(ref, ()), *targets)
            for name in (ref, *targets):
                if name not in known:
                    bom.faults.append(Fault("ref unresolved", f"/dependencies/{number}", name[:200]))
            if ref in targets:
                bom.faults.append(Fault("depends on itself", f"/dependencies/{number}", ref[:200]))


def _full_name(group: str, name: str, purl: str) -> str:
    if not group:
        return name
    return f"{group}:{name}" if purl.startswith("pkg:maven/") else f"{group}/{name}"


def _organisation(value: object) -> str:
    return text(value.get("name")) if isinstance(value, dict) else ""


def _licences(value: object) -> Iterator[str]:
    """Yield licences; those of a list all apply (CycloneDX 1.6, licenseChoice: "EITHER" says how they are written)."""
    for row in rows(value):
        licence = row.get("license")
        if isinstance(licence, dict):
            found = text(licence.get("id")) or text(licence.get("name"))
        else:
            found = text(row.get("expression"))
        if found:
            yield found


@cache
def schema(version: str) -> Schema:
    """Return the schema of a version, strict where there are two; it comes with ``cyclonedx-python-lib``."""
    folder = files("cyclonedx.schema") / "_res"
    strict = "-strict" if version in {"1.2", "1.3"} else ""
    names = {
        "": f"bom-{version}{strict}",
        "spdx.schema.json": "spdx",
        "spdx.SNAPSHOT.schema.json": "spdx",
        "jsf-0.82.schema.json": "jsf-0.82",
        "jsf-0.82.SNAPSHOT.schema.json": "jsf-0.82",
        "cryptography-defs.schema.json": "cryptography-defs",
        "cryptography-defs.SNAPSHOT.schema.json": "cryptography-defs",
    }
    return Schema(
        {name: orjson.loads((folder / f"{file}.SNAPSHOT.schema.json").read_bytes()) for name, file in names.items()}
    )


def schema_faults(value: object, version: str) -> list[Fault]:
    """Return what the published schema of a version says against a document."""
    return [Fault("against the schema", pointer(steps), what[:300]) for steps, what in schema(version).errors(value)]


def is_cyclonedx(value: object) -> bool:
    """Tell whether a document says that it is CycloneDX."""
    return isinstance(value, dict) and (value.get("bomFormat") == "CycloneDX" or "specVersion" in value)


def write(bom: Bom, *, tool: str, tool_version: str) -> bytes:
    """Return a document; the same model gives the same bytes, and its serial number follows from them."""
    subject = bom.subject
    components = [_component(item) for item in sorted(bom.items, key=lambda item: (item.purl, item.name, item.ref))]
    components += [
        {
            "type": "file",
            "bom-ref": f"file:{file.path}",
            "name": f"/{file.path}",
            "hashes": [{"alg": name, "content": digits} for name, digits in file.hashes],
        }
        for file in sorted(bom.files, key=lambda file: file.path)
        if file.is_regular
    ]
    metadata: dict[str, Any] = {}
    if bom.created:
        metadata["timestamp"] = bom.created
    if bom.phase:
        metadata["lifecycles"] = [{"phase": bom.phase}]
    metadata["tools"] = {"components": [_tool(each) for each in (*bom.tools, f"{tool} {tool_version}")]}
    if bom.authors:
        metadata["authors"] = [{"name": name} for name in bom.authors]
    if subject:
        metadata["component"] = _component(subject)
    if bom.supplier:
        metadata["supplier"] = {"name": bom.supplier}
    refs = {item.ref for item in bom.items} | ({subject.ref} if subject else set())
    made: dict[str, Any] = {
        "$schema": f"http://cyclonedx.org/schema/bom-{WRITTEN}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": WRITTEN,
        "version": 1,
        "metadata": metadata,
        "components": components,
        "dependencies": [
            {"ref": ref, "dependsOn": sorted(set(targets) & refs - {ref})}
            for ref, targets in sorted(bom.dependencies.items())
            if ref in refs
        ],
        "compositions": [{"aggregate": "incomplete_first_party_only" if bom.phase == "build" else "unknown"}],
    }
    body = orjson.dumps(made, option=orjson.OPT_SORT_KEYS)
    made["serialNumber"] = f"urn:uuid:{uuid.UUID(bytes=hashlib.sha256(body).digest()[:16], version=5)}"
    return orjson.dumps(made, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"


def _tool(named: str) -> dict[str, str]:
    name, _blank, version = named.rpartition(" ")
    return {"type": "application", "name": name or version, **({"version": version} if name else {})}


def _component(item: Item) -> dict[str, Any]:
    made: dict[str, Any] = {"type": item.kind or "library", "bom-ref": item.ref, "name": item.name}
    plain = (("version", item.version), ("purl", item.purl), ("scope", item.scope), ("author", item.author))
    made.update({key: value for key, value in plain if value})
    if item.cpes:
        made["cpe"] = item.cpes[0]
    if item.supplier:
        made["supplier"] = {"name": item.supplier}
    if item.hashes:
        made["hashes"] = [{"alg": name, "content": digits} for name, digits in item.hashes]
    licences = list(_written_licences(item.licences))
    if licences:
        made["licenses"] = licences
    if item.properties:
        made["properties"] = [{"name": name, "value": value} for name, value in item.properties]
    if item.locations:
        made["evidence"] = {"occurrences": [{"location": f"/{path}"} for path in item.locations]}
    return made


def _written_licences(licences: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Yield licences as the format wants them: one expression alone, else ids and names."""
    from auditor.formats.licences import is_expression, is_listed  # noqa: PLC0415 - heavy, and only for writing

    given = tuple(licences)
    if len(given) > 1 and all(is_expression(each) for each in given):
        joined = " AND ".join(f"({each})" if " OR " in each or " WITH " in each else each for each in given)
        yield {"expression": joined}
        return
    for each in given:
        if len(given) == 1 and not is_listed(each) and is_expression(each):
            yield {"expression": each}
        elif is_listed(each):
            yield {"license": {"id": each}}
        else:
            yield {"license": {"name": each}}
