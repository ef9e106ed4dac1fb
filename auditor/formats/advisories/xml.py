"""Elements of a large XML document, one by one: no document type, no entities, bounded depth and size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from auditor.formats.advisories import AdvisoryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

MAX_DEPTH: Final = 60
MAX_ELEMENTS: Final = 400_000
"""Elements inside one of the wanted ones."""
_BLOCK: Final = 1 << 16


class _Reader:
    def __init__(self, wanted: frozenset[str]) -> None:
        self.wanted = wanted
        self.ready: list[Element] = []
        self.root = ""
        self.depth = 0
        self.builder: TreeBuilder | None = None
        self.inner = 0
        self.count = 0
        self.parser = expat.ParserCreate(namespace_separator=None)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    @staticmethod
    def _doctype(*_: Any) -> None:  # noqa: ANN401 - as expat calls it
        message = "it declares a document type or an entity, which no feed needs"
        raise AdvisoryError(message)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.root = self.root or name
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"it is nested deeper than {MAX_DEPTH}"
            raise AdvisoryError(message)
        if self.builder is None and name in self.wanted:
            self.builder, self.inner, self.count = TreeBuilder(), self.depth, 0
        if self.builder is not None:
            self.count += 1
            if self.count > MAX_ELEMENTS:
                message = f"one {name} holds more than {MAX_ELEMENTS:,} elements"
                raise AdvisoryError(message)
            self.builder.start(name, {key.rpartition(":")[2]: value for key, value in attributes.items()})

    def _end(self, tag: str) -> None:
        if self.builder is not None:
            self.builder.end(tag.rpartition(":")[2])
            if self.depth == self.inner:
                self.ready.append(self.builder.close())
                self.builder = None
        self.depth -= 1

    def _text(self, text: str) -> None:
        if self.builder is not None:
            self.builder.data(text)


def elements(file: IO[bytes], wanted: frozenset[str], roots: frozenset[str]) -> Iterator[Element]:
    """Yield every element of the wanted names, in order; namespaces are dropped, nesting of wanted ones is not parted.

    Args:
        file: The document.
        wanted: Names of elements.
        roots: Names that the outermost element may have.

    Raises:
        AdvisoryError: It is no such document, or a hostile one.
    """
    reader = _Reader(wanted)
    try:
        while block := file.read(_BLOCK):
            reader.parser.Parse(block, False)  # noqa: FBT003 - expat takes no names
            _check(reader.root, roots)
            yield from reader.ready
            reader.ready.clear()
        reader.parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        message = f"no well-formed XML: {error}"
        raise AdvisoryError(message) from error
    yield from reader.ready
    _check(reader.root, roots)


def _check(root: str, roots: frozenset[str]) -> None:
    if root and root not in roots:
        message = f"its outermost element is {root[:60]!r} (expected {' or '.join(sorted(roots))})"
        raise AdvisoryError(message)


def text_of(element: Element | None) -> str:
    """Return the text of an element, trimmed; empty if there is none."""
    return (element.text or "").strip() if element is not None else ""
