"""Definitions of patches in OVAL 5 (``oval_definitions``), for distributions of rpm and deb."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

from auditor.formats import versions
from auditor.formats.advisories import (
    LONGEST_TEXT,
    Advisory,
    Affected,
    Losses,
    Range,
    Release,
    cves,
    is_id,
    release_of,
    release_of_package,
)
from auditor.formats.advisories.updateinfo import _SEVERITIES
from auditor.formats.advisories.xml import elements, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_KINDS: Final = {"rpminfo": ("rpm", "rpm"), "dpkginfo": ("deb", "dpkg")}
_PARTS: Final = frozenset(f"{kind}_{part}" for kind in _KINDS for part in ("test", "object", "state"))
_STREAM: Final = re.compile(r"[Mm]odule ([\w.+-]+:[\w.+-]+) is enabled")
MAX_CRITERIA: Final = 100_000


@dataclass
class _Tables:
    tests: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    definitions: list[Element] = field(default_factory=list)

    def take(self, element: Element) -> None:
        kind, _mark, part = element.tag.partition("_")
        name = element.get("id", "")
        if element.tag == "definition":
            self.definitions.append(element)
        elif part == "test":
            inner, state = element.find("object"), element.find("state")
            if inner is not None and state is not None:
                self.tests[name] = (kind, inner.get("object_ref", ""), state.get("state_ref", ""))
        elif part == "object":
            self.objects[name] = text_of(element.find("name"))
        else:
            evr = element.find("evr")
            if evr is not None:
                self.states[name] = (evr.get("operation", "equals"), text_of(evr))


def advisories(file: IO[bytes], losses: Losses, release: Release | None = None) -> Iterator[Advisory]:
    """Yield an advisory for each CVE of each definition of a patch or vulnerability.

    Raises:
        AdvisoryError: It is no such document, or a hostile one.
    """
    tables = _Tables()
    for element in elements(file, _PARTS | {"definition"}, frozenset({"oval_definitions"})):
        tables.take(element)
    for definition in tables.definitions:
        if definition.get("class") in {"patch", "vulnerability"}:
            yield from _definition(definition, tables, losses, release)


def _definition(definition: Element, tables: _Tables, losses: Losses, given: Release | None) -> Iterator[Advisory]:
    metadata = definition.find("metadata")
    if metadata is None:
        losses.add("a definition without metadata", definition.get("id", "?"))
        return
    references = metadata.findall("reference")
    title = text_of(metadata.find("title"))
    notices = [r for row in references if is_id(r := row.get("ref_id", "")) and not cves(r)]
    name = (notices or [definition.get("id", "")])[0]
    place = given or next(
        (found for row in metadata.findall("./affected/platform") if (found := release_of(text_of(row)))), None
    )
    affected = _packages(definition, tables, place, name, losses, is_given=given is not None)
    if not affected:
        losses.add("no package that can be matched", name)
        return
    advisory = metadata.find("advisory")
    rows = advisory.findall("cve") if advisory is not None else []
    named = cves(*(row.get("ref_id", "") for row in references), *(text_of(row) for row in rows), title)
    word = _SEVERITIES.get(text_of(advisory.find("severity")).lower(), "") if advisory is not None else ""
    is_withdrawn = definition.get("deprecated", "").lower() == "true"
    common: dict[str, Any] = {
        "source": next(each.release.id for each in affected if each.release),
        "published": _date(advisory, "issued"),
        "modified": _date(advisory, "updated") or _date(advisory, "issued"),
        "withdrawn": "1970-01-01T00:00:00Z" if is_withdrawn else "",
        "description": (text_of(metadata.find("description")) or title)[:LONGEST_TEXT],
        "urls": tuple(url[:500] for row in references[:50] if (url := row.get("ref_url", ""))),
        "affected": affected,
    }
    scores = {known[0]: row.get("cvss3", "") for row in rows if (known := cves(text_of(row)))}
    for each in named or (name,):
        vector = re.search(r"CVSS:3\.\d/\S+", scores.get(each, ""))
        severities = ((("CVSS_V3", vector[0]),) if vector else ()) + ((("word", word),) if word else ())
        yield Advisory(id=each, aliases=() if each == name else (name,), severities=severities, **common)


def _date(advisory: Element | None, tag: str) -> str:
    element = advisory.find(tag) if advisory is not None else None
    return element.get("date", "").strip() if element is not None else ""


def _packages(
    definition: Element, tables: _Tables, place: Release | None, name: str, losses: Losses, *, is_given: bool
) -> tuple[Affected, ...]:
    found: dict[tuple[str, Release, str, str], str] = {}
    for module, test in _criteria(definition):
        kind, about, state = tables.tests.get(test, ("", "", ""))
        operation, evr = tables.states.get(state, ("", ""))
        called = tables.objects.get(about, "")
        if operation != "less than" or not called or kind not in _KINDS:
            continue  # "is installed", "is signed with": they tell which system is meant
        order = _KINDS[kind][1]
        if not versions.is_ordered(order, evr):
            losses.add("a version that cannot be ordered", name)
            continue
        marked = release_of_package(evr.partition("-")[2]) if kind == "rpminfo" and not is_given else None
        is_finer = place and marked and place.id == marked.id and marked.version.startswith(place.version)
        release = marked if is_finer else place or marked
        if release is None:
            losses.add("a definition that names no distribution (give --distribution)", name)
            continue
        key = (kind, release, called, module)
        if key not in found or versions.compare(order, evr, found[key]) > 0:
            found[key] = evr
    return tuple(
        Affected(
            ecosystem=_KINDS[kind][0],
            name=called,
            order=_KINDS[kind][1],
            ranges=(Range(constraint=f"<{evr}", fixed=evr),),
            release=release,
            module=module,
        )
        for (kind, release, called, module), evr in sorted(found.items())
    )


def _criteria(definition: Element) -> Iterator[tuple[str, str]]:
    """Yield (module stream, id of a test) for every criterion that is not negated."""
    pending = [(element, "") for element in definition.findall("criteria")]
    count = 0
    while pending and count < MAX_CRITERIA:
        element, module = pending.pop()
        count += 1
        if element.get("negate", "").lower() == "true":
            continue
        if element.get("operator", "AND").upper() == "AND":
            streams = (_STREAM.search(row.get("comment", "")) for row in element.findall("criterion"))
            module = next((found[1] for found in streams if found), module)
        for row in element.findall("criterion"):
            if row.get("negate", "").lower() != "true":
                yield module, row.get("test_ref", "")
        pending.extend((inner, module) for inner in element.findall("criteria"))
