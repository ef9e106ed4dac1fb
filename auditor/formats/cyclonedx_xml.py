"""CycloneDX in XML, turned into the value that the same document is in JSON; entities and document types are refused.

The two forms say the same in other words: a wrapper with rows is an array, an attribute is a member, a text beside
attributes has a name of its own. What this table does not know is told, so that nobody holds the result to the schema.

Reference: https://cyclonedx.org/docs/1.6/xml/, ECMA-424.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from xml.parsers import expat

from auditor import reasons
from auditor.formats.sbom import DEPTH_LIMIT, SbomFormatError

ELEMENT_LIMIT: Final = 6_000_000
_NAMESPACE: Final = re.compile(r"https?://cyclonedx\.org/schema/bom/(\d\.\d)")
_SEPARATOR: Final = " "
_ROWS: Final = {
    "components": "component",
    "services": "service",
    "hashes": "hash",
    "licenses": "",  # license or expression
    "externalReferences": "reference",
    "dependencies": "dependency",
    "properties": "property",
    "authors": "author",
    "lifecycles": "lifecycle",
    "vulnerabilities": "vulnerability",
    "ratings": "rating",
    "references": "reference",
    "advisories": "advisory",
    "cwes": "cwe",
    "affects": "target",
    "versions": "version",
    "responses": "response",
    "occurrences": "occurrence",
    "compositions": "composition",
    "assemblies": "assembly",
    "ancestors": "component",
    "descendants": "component",
    "variants": "component",
    "commits": "commit",
    "tags": "tag",
    "organizations": "organization",
    "individuals": "individual",
}
"""Wrappers, and what each row of them is called."""
_OBJECTS: Final = frozenset(
    {
        "metadata", "component", "supplier", "manufacturer", "manufacture", "contact", "source", "analysis", "evidence",
        "pedigree", "tools", "credits", "address", "licensing",
    }
)  # fmt: skip
"""What has members of its own; an empty one is an empty object, where any other empty element is an empty text."""
_NAMED_TEXTS: Final = {
    "hash": {"": "content"},
    "property": {"": "value"},
    "text": {"": "content", "content-type": "contentType"},
    "assembly": {},
    "dependency": {},
    "provides": {},
}
"""What the text (and attributes that are called otherwise) of elements with attributes are in JSON."""
_ORGANISATIONS: Final = frozenset({"supplier", "manufacturer", "manufacture", "organization"})
_NUMBERS: Final = {"cwe": int, "line": int, "offset": int, "score": float}
_BARE: Final = frozenset({"response", "cwe", "tag"})


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list)
    text: str = ""


def is_xml(data: bytes) -> bool:
    """Tell whether a document is XML."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def value_of(data: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a document as the value that it is in JSON.

    Returns:
        The value, and the names of elements whose form in JSON is not known here, sorted.

    Raises:
        SbomFormatError: It is not well-formed, no CycloneDX, hostile, or too large.
    """
    root = _Parser().parse(data)
    namespace, _blank, name = root.tag.rpartition(_SEPARATOR)
    found = _NAMESPACE.fullmatch(namespace)
    if name != "bom" or not found:
        raise SbomFormatError(
            reasons.UNKNOWN_SCHEMA, f"XML whose outermost element is {root.tag[:100]!r}, which is no bom"
        )
    converter = _Converter(namespace)
    value = converter.object(root)
    number = value.get("version", "1")
    value |= {"bomFormat": "CycloneDX", "specVersion": found[1], "version": _number("version", number, int)}
    return value, tuple(sorted(converter.unknown))


class _Parser:
    """Builds a tree of bounded size; every declaration of a document type ends it."""

    def __init__(self) -> None:
        self._open: list[_Element] = []
        self._root: _Element | None = None
        self._count = 0
        self._parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def parse(self, data: bytes) -> _Element:
        try:
            self._parser.Parse(data, True)  # noqa: FBT003 - expat takes no names
        except expat.ExpatError as problem:
            raise SbomFormatError(reasons.NOT_XML, str(problem)) from problem
        except (ValueError, LookupError) as problem:  # an encoding that there is not
            if isinstance(problem, SbomFormatError):
                raise
            raise SbomFormatError(reasons.NOT_XML, str(problem)) from problem
        if self._root is None:
            raise SbomFormatError(reasons.NOT_XML, "it holds no element")
        return self._root

    @staticmethod
    def _refuse(*_: Any) -> None:  # noqa: ANN401 - as expat calls it
        raise SbomFormatError(reasons.DOCUMENT_TYPE, "it declares a document type or an entity, which no SBOM needs")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > ELEMENT_LIMIT:
            raise SbomFormatError(reasons.TOO_MANY_OBJECTS, f"more than {ELEMENT_LIMIT:,} elements")
        if len(self._open) > 4 * DEPTH_LIMIT:
            raise SbomFormatError(reasons.NESTED_TOO_DEEP, f"elements within elements at {tag[-100:]}")
        made = _Element(tag, {key.rpartition(_SEPARATOR)[2]: value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(made)
        else:
            self._root = made
        self._open.append(made)

    def _end(self, _tag: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if not self._open[-1].children:
            self._open[-1].text += text


@dataclass
class _Converter:
    """Turns elements into values.

    Attributes:
        namespace: Elements of another are extensions, which JSON has no place for.
        unknown: Names of elements whose form in JSON is not known here.
    """

    namespace: str
    unknown: set[str] = field(default_factory=set)

    def object(self, element: _Element) -> dict[str, Any]:
        """Return an element with members as an object."""
        tag = element.tag.rpartition(_SEPARATOR)[2]
        made: dict[str, Any] = {_ATTRIBUTES.get(key, key): value for key, value in element.attributes.items()}
        if tag == "tools" and any(self._name(each) == "tool" for each in element.children):
            self.unknown.add("tools")  # asked for as an object, which only rows of tools are not
        for child in element.children:
            name = self._name(child)
            if not name:
                continue
            if name in made and not (tag in _ORGANISATIONS and name in {"url", "contact"}):
                if name == "dependency":
                    continue
                self.unknown.add(f"{tag}/{name} twice")
                continue
            if tag in _ORGANISATIONS and name in {"url", "contact"}:
                made.setdefault(name, []).append(self.value(child))
            else:
                made[name] = self.value(child)
        return made

    def value(self, element: _Element) -> Any:  # noqa: ANN401 - foreign document
        """Return an element as a value."""
        tag = self._name(element)
        if tag == "tools" and any(self._name(each) == "tool" for each in element.children):
            return [self.object(each) for each in element.children if self._name(each)]
        if tag in _ROWS:
            return list(self._rows(element, _ROWS[tag]))
        if tag in _NAMED_TEXTS:
            return self._named(element, tag)
        if element.children or (tag in _OBJECTS and (element.attributes or not element.text.strip())):
            if tag not in _OBJECTS:
                self.unknown.add(tag)
            return self.object(element)
        if element.attributes:
            self.unknown.add(tag)
        text = element.text.strip() if tag != "description" else element.text
        if tag in _NUMBERS:
            return _number(tag, text, _NUMBERS[tag])
        return {"true": True, "false": False}.get(text, text) if tag == "modified" else text

    def _rows(self, element: _Element, row: str) -> Any:  # noqa: ANN401 - values
        for child in element.children:
            name = self._name(child)
            if not name:
                continue
            if row and name != row:
                self.unknown.add(f"{self._name(element)}/{name}")
                continue
            if name == "dependency":
                yield self._dependency(child)
            elif name == "license":
                yield {"license": self.object(child)}
            elif name == "expression":
                yield {"expression": child.text.strip()} | child.attributes
            elif name == "assembly":
                yield child.attributes.get("ref", "")
            elif name == "version":  # of what a vulnerability affects
                yield self.object(child)
            elif name in _BARE or name in _NAMED_TEXTS:
                yield self.value(child)
            else:
                yield self.object(child)

    def _dependency(self, element: _Element) -> dict[str, Any]:
        made: dict[str, Any] = {"ref": element.attributes.get("ref", "")}
        for child in element.children:
            key = {"dependency": "dependsOn", "provides": "provides"}.get(self._name(child))
            if key:
                made.setdefault(key, []).append(child.attributes.get("ref", ""))
        return made

    def _named(self, element: _Element, tag: str) -> dict[str, Any]:
        names = _NAMED_TEXTS[tag]
        made = {names.get(key, key): value for key, value in element.attributes.items()}
        text = element.text.strip() if tag == "hash" else element.text
        return made | ({names[""]: text} if "" in names else {})

    def _name(self, element: _Element) -> str:
        """Return the name of an element of the document's own namespace; empty of an extension."""
        namespace, _blank, name = element.tag.rpartition(_SEPARATOR)
        return name if namespace == self.namespace else ""


_ATTRIBUTES: Final = {"content-type": "contentType"}


def _number(tag: str, text: Any, kind: type) -> Any:  # noqa: ANN401 - foreign document
    try:
        return kind(text)
    except ValueError as problem:
        raise SbomFormatError(reasons.MALFORMED, f"{tag} {str(text)[:40]!r} is no number") from problem
