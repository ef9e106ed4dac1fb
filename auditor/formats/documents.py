"""YAML and JSON text as Kubernetes reads it: the values, the line of each, and the keys given twice.

Documents are parted at lines that start with ``---``, as kubectl does, so that a broken one costs only itself.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson
import yaml

from auditor import reasons
from auditor.formats import scalars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    # PyYAML's stubs know neither the attributes of events nor that these have marks.
    Event = Any
    Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

MAX_DEPTH: Final = 200
MAX_DOCUMENTS: Final = 100_000
# Values of one document after its aliases are followed. A List of 50,000 deployments has about 5 million.
MAX_VALUES: Final = 20_000_000
# Values that aliases alone may add; go-yaml refuses "excessive aliasing" at a like size.
MAX_ALIASED: Final = 1_000_000

_SURROUNDS: Final = {"{": 1, "[": 1, "}": -1, "]": -1}
_SEPARATOR: Final = re.compile(r"^---", re.MULTILINE)
_NEXT_VALUE: Final = re.compile(r"[}\]]\s*[{\[]")
_TEMPLATE: Final = re.compile(r"\{\{[-\s]*[\w.$\"'(/]")
_QUOTED: Final = re.compile(r"""(?:^|[:\-,\[{]\s*)(?:"[^"]*|'[^']*)\Z""")
_EMPTY_CHUNK: Final = re.compile(r"(?:---[ \t]*(?:#[^\n]*)?\r?\n?)?(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?:#[^\n]*)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document.

    Attributes:
        value: Its content as JSON values.
        line: Line of the text on which it starts, from 1.
        end_line: Its last line.
        lines: Line of each JSON pointer that stands at another line than the value it is in.
        repeated: Line of each key that its mapping has already: the last one counts.
    """

    value: Json
    line: int
    end_line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    repeated: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document, or the rest of a text, that cannot be read.

    Attributes:
        line: Line at which reading stopped, from 1.
        reason: A few words, the same for the same cause.
        detail: Circumstances, in one line.
    """

    line: int
    reason: reasons.Reason
    detail: str


def decode(data: bytes) -> str | Unreadable:
    """Return the text of some bytes: UTF-8, or UTF-16 with a byte order mark, as YAML 1.1 §5.2 has it."""
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        return Unreadable(line=line, reason=reasons.NOT_UTF_8, detail=f"byte {problem.start}: {problem.reason}")


def read(data: bytes) -> Iterator[Document | Unreadable]:
    """Read a file: one JSON value after another, or YAML documents.

    Args:
        data: All of it; the caller bounds its size.

    Yields:
        Documents in order (empty ones are left out), and what could not be read.
    """
    text = decode(data)
    if isinstance(text, Unreadable):
        yield text
        return
    nul = text.find("\0")
    if nul >= 0:
        line = text.count("\n", 0, nul) + 1
        yield Unreadable(line=line, reason=reasons.NOT_TEXT, detail="a NUL character")
        return
    if text[:200].lstrip()[:1] in {"{", "["} and not _TEMPLATE.match(text.lstrip()):
        found = _json(text)
        if found is not None:
            yield from found
            return
    yield from _yaml(text)


def _json(text: str) -> list[Document | Unreadable] | None:
    """Return the JSON values that the text is, None if it is not JSON: then it may be YAML in flow style."""
    found: list[Document | Unreadable] = []
    line = 1
    try:
        for segment in _json_values(text):
            value = orjson.loads(segment)
            start = line + (len(segment) - len(segment.lstrip()) and segment[: -len(segment.lstrip())].count("\n"))
            end = line + segment.rstrip().count("\n")
            try:
                lines, repeated = _places(segment, line)
            except _Refused as problem:
                found.append(Unreadable(line=problem.line, reason=problem.reason, detail=problem.detail))
            else:
                found.append(Document(value=value, line=start, end_line=end, lines=lines, repeated=repeated))
            line += segment.count("\n")
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
    return found


def _json_values(text: str) -> Iterator[str]:
    """Part a stream of JSON values, as Go's decoder takes it; most texts are one value."""
    start = depth = 0
    if _NEXT_VALUE.search(text):
        for token in _TOKEN.finditer(text):
            depth += _SURROUNDS.get(token.group(2) or "", 0)
            if depth == 0 and token.group(2) in {"}", "]"}:
                yield text[start : token.end()]
                start = token.end()
    if text[start:].strip():
        yield text[start:]


_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([\[\]{},:\n])')


def _places(  # noqa: C901, PLR0912 - one branch for each token of JSON
    text: str, first_line: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Return the lines of the pointers of a JSON text that is known to be well formed, and its repeated keys."""
    lines: dict[str, int] = {}
    repeated: dict[str, int] = {}
    line, pointer, above = first_line, "", first_line
    # What encloses the present place: (pointer, its line, next index or -1 for an object, keys seen).
    stack: list[tuple[str, int, int, set[str]]] = []
    is_key = False
    for token in _TOKEN.finditer(text):
        mark = token.group(2)
        if mark == "\n":
            line += 1
            continue
        if stack and stack[-1][2] >= 0 and mark not in {"]", ",", ":"} and pointer == stack[-1][0]:
            pointer = f"{stack[-1][0]}/{stack[-1][2]}"
            if line != above:
                lines[pointer] = line
        match mark:
            case None if is_key:
                name = token.group(1)
                name = json.loads(f'"{name}"') if "\\" in name else name
                outer, _, _, keys = stack[-1]
                pointer = f"{outer}/{escaped(name)}"
                if name in keys:
                    repeated[pointer] = line
                keys.add(name)
                if line != above:
                    lines[pointer] = line
                is_key = False
            case "{" | "[":
                if len(stack) >= MAX_DEPTH:
                    raise _Refused(line, reasons.TOO_LARGE, f"more than {MAX_DEPTH} levels")
                above = line if not stack else above
                stack.append((pointer, lines.get(pointer, above), 0 if mark == "[" else -1, set()))
                above, is_key = stack[-1][1], mark == "{"
            case "}" | "]":
                pointer = stack.pop()[0]
                above, is_key = (stack[-1][1] if stack else line), False
            case ",":
                outer, outer_line, index, keys = stack[-1]
                pointer, is_key = outer, index < 0
                if index >= 0:
                    stack[-1] = (outer, outer_line, index + 1, keys)
            case _:
                pass
    return lines, repeated


def escaped(name: str) -> str:
    """Return a name as a reference token of a JSON pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1") if "~" in name or "/" in name else name


def _yaml(text: str) -> Iterator[Document | Unreadable]:
    count = 0
    for line, chunk in _chunks(text):
        if _EMPTY_CHUNK.match(chunk):
            continue
        count += 1
        if count > MAX_DOCUMENTS:
            yield Unreadable(line=line, reason=reasons.TOO_MANY_DOCUMENTS, detail=f"more than {MAX_DOCUMENTS}")
            return
        try:
            yield from _composed(chunk, line)
        except (yaml.YAMLError, _Refused) as problem:
            yield _unreadable(problem, chunk, line)


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """Part a text before each line that starts with ``---``; directives before it stay with it."""
    starts = [0, *(found.start() for found in _SEPARATOR.finditer(text) if found.start())]
    line, held = 1, 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        chunk = text[start:end]
        if chunk.startswith("%") and end < len(text):
            held = len(chunk)
            continue
        chunk = text[start - held : end]
        held = 0
        yield line, chunk
        line += chunk.count("\n")


def _unreadable(problem: yaml.YAMLError | _Refused, chunk: str, line: int) -> Unreadable:
    """Say why a chunk cannot be read; a template that nobody rendered is the usual cause."""
    if template := _unrendered(chunk, _broken_at(problem, line) - line):
        at = line + chunk.count("\n", 0, template.start())
        detail = f"{chunk[template.start() : template.start() + 40].splitlines()[0]} … is a template"
        return Unreadable(line=at, reason=reasons.TEMPLATE_NOT_RENDERED, detail=detail)
    if isinstance(problem, _Refused):
        return Unreadable(line=problem.line, reason=problem.reason, detail=problem.detail)
    mark = getattr(problem, "problem_mark", None)
    said = getattr(problem, "problem", None) or getattr(problem, "reason", None) or type(problem).__name__
    return Unreadable(
        line=line + (mark.line if mark else 0), reason=reasons.NOT_YAML, detail=" ".join(str(said).split())[:200]
    )


def _broken_at(problem: yaml.YAMLError | _Refused, line: int) -> int:
    mark = getattr(problem, "problem_mark", None)
    return problem.line if isinstance(problem, _Refused) else line + (mark.line if mark else 0)


def _unrendered(chunk: str, broken_at: int) -> re.Match[str] | None:
    """Return the template at which reading a chunk stopped, or the last bare one before, or the first of all.

    One in quotes is a text to YAML: it breaks nothing.

    Args:
        chunk: The text.
        broken_at: Line of it, from 0, at which reading stopped.
    """
    found = list(_TEMPLATE.finditer(chunk))
    bare = [each for each in found if not _QUOTED.search(chunk[chunk.rfind("\n", 0, each.start()) + 1 : each.start()])]
    before = [each for each in bare if chunk.count("\n", 0, each.start()) <= broken_at]
    chosen = before[-1:] or bare[:1] or found[:1]
    return chosen[0] if chosen else None


class _Refused(Exception):  # noqa: N818 - reads as a state
    """A document that is well-formed YAML but that Kubernetes or we refuse."""

    def __init__(self, line: int, reason: reasons.Reason, detail: str) -> None:
        super().__init__(reason)
        self.line, self.reason, self.detail = line, reason, detail


def _composed(chunk: str, first_line: int) -> Iterator[Document]:
    """Compose the documents of a chunk: one, but for those parted by ``...`` only."""
    get: Callable[[], Event] = yaml.CBaseLoader(chunk).get_event
    get()  # stream start
    while True:
        event = get()
        if isinstance(event, yaml.StreamEndEvent):
            return
        composer = _Composer(get, first_line)
        content = get()
        value = composer.value(content, "", -1, 0)
        end = get()
        start = first_line + content.start_mark.line
        last = first_line + max(content.start_mark.line, end.start_mark.line - (end.start_mark.column == 0))
        if value is not None:
            yield Document(value=value, line=start, end_line=last, lines=composer.lines, repeated=composer.repeated)


_SCALAR: Final = yaml.ScalarEvent
_MAPPING_END: Final = yaml.MappingEndEvent
_SEQUENCE_END: Final = yaml.SequenceEndEvent


class _Composer:
    """Builds the value of one document out of libyaml's events; PyYAML's own composer knows no bound on depth."""

    __slots__ = ("_aliased", "_anchors", "_count", "_first_line", "_get", "lines", "repeated")

    def __init__(self, get: Callable[[], Event], first_line: int) -> None:
        """Take the source of events, and the line on which line 0 of the parser stands."""
        self._get = get
        self._first_line = first_line
        self._anchors: dict[str, tuple[Json, int]] = {}
        self._count = 0
        self._aliased = 0
        self.lines: dict[str, int] = {}
        self.repeated: dict[str, int] = {}

    def value(self, event: Event, pointer: str, above: int, depth: int) -> Json:
        """Return the value that starts with this event.

        Args:
            event: First event of the value.
            pointer: Where the value stands.
            above: Line (from 0) of the value it is in.
            depth: How many values it is in.
        """
        self._count += 1
        kind = event.__class__
        if kind is _SCALAR:
            scalar = _scalar(event, self._first_line)
            if event.anchor:
                self._anchors[event.anchor] = (scalar, 1)
            return scalar
        if kind is yaml.AliasEvent:
            return self._alias(event)
        if depth >= MAX_DEPTH or self._count > MAX_VALUES:
            raise self._refused(event, reasons.TOO_LARGE, f"more than {MAX_DEPTH} levels or {MAX_VALUES} values")
        before = self._count
        if event.anchor:
            self._anchors[event.anchor] = (None, 0)
        composed = (
            self._mapping(event, pointer, above, depth)
            if kind is yaml.MappingStartEvent
            else self._sequence(event, pointer, above, depth)
        )
        if event.anchor:
            self._anchors[event.anchor] = (composed, self._count - before + 1)
        return composed

    def _mapping(self, start: Event, pointer: str, above: int, depth: int) -> Json:
        """Return a mapping; the innermost loop of a cluster, hence what is most common is written out."""
        get, lines, first_line, names, plain = self._get, self.lines, self._first_line, _NAMES, _PLAIN
        above = above if above >= 0 else start.start_mark.line
        found: dict[str, Json] = {}
        merged: set[str] = set()
        while (event := get()).__class__ is not _MAPPING_END:
            line = event.start_mark.line
            is_common = event.__class__ is _SCALAR and event.anchor is None and event.implicit[0]
            name = names[event.value] if is_common and event.value in names else self._key(event)
            if name is None:
                own = found.keys() - merged
                self._merge(event, found, self.value(get(), pointer, line, depth + 1))
                merged = found.keys() - own
                continue
            at = f"{pointer}/{escaped(name) if '/' in name or '~' in name else name}"
            if line != above:
                lines[at] = first_line + line
            if name in found and name not in merged:
                self.repeated[at] = first_line + line
            merged.discard(name)
            event = get()
            if event.__class__ is _SCALAR and event.anchor is None and event.implicit[0] and event.value in plain:
                self._count += 1
                found[name] = plain[event.value]
            else:
                found[name] = self.value(event, at, line, depth + 1)
        return found

    def _key(self, event: Event) -> str | None:
        """Return the name that a key becomes; None for the merge key ``<<``."""
        if event.__class__ is yaml.AliasEvent:
            value = self._alias(event)
        elif event.__class__ is yaml.ScalarEvent:
            if event.implicit[0] and event.value == "<<":
                return None
            value = _scalar(event, self._first_line)
            if event.anchor:
                self._anchors[event.anchor] = (value, 1)
        else:
            value = {}
        name = None if isinstance(value, dict | list) else scalars.key(value)
        if name is None:
            raise self._refused(event, reasons.NOT_YAML, "a key that is null, a mapping or a list")
        if event.__class__ is yaml.ScalarEvent and event.implicit[0] and len(_NAMES) < _PLAIN_BOUND and len(name) < 64:  # noqa: PLR2004 - as below
            _NAMES[event.value] = name
        return name

    def _merge(self, start: Event, found: dict[str, Json], source: Json) -> None:
        """Merge what stands behind ``<<`` into what the mapping has so far.

        As go-yaml v2 does, and unlike https://yaml.org/type/merge.html: keys before it lose, keys behind it win; of
        several maps the first wins.
        """
        for each in reversed(source) if isinstance(source, list) else [source]:
            if not isinstance(each, dict):
                raise self._refused(start, reasons.NOT_YAML, "map merge requires map or sequence of maps as the value")
            found.update(each)

    def _sequence(self, start: Event, pointer: str, above: int, depth: int) -> Json:
        get, lines, first_line = self._get, self.lines, self._first_line
        above = above if above >= 0 else start.start_mark.line
        items: list[Json] = []
        while (event := get()).__class__ is not _SEQUENCE_END:
            line = event.start_mark.line
            at = f"{pointer}/{len(items)}"
            if line != above:
                lines[at] = first_line + line
            items.append(self.value(event, at, line, depth + 1))
        return items

    def _alias(self, event: Event) -> Json:
        if event.anchor not in self._anchors:
            raise self._refused(event, reasons.NOT_YAML, f"unknown anchor {event.anchor[:40]!r}")
        value, size = self._anchors[event.anchor]
        if not size:
            raise self._refused(event, reasons.NOT_YAML, f"anchor {event.anchor[:40]!r} value contains itself")
        self._count += size
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            raise self._refused(event, reasons.TOO_LARGE, "document contains excessive aliasing")
        return value

    def _refused(self, event: Event, reason: reasons.Reason, detail: str) -> _Refused:
        return _Refused(self._first_line + event.start_mark.line, reason, detail)


# What texts without quotes and tags mean as a value, and as a key: the same few come by the hundred thousand.
_PLAIN: Final[dict[str, scalars.Scalar]] = {}
_NAMES: Final[dict[str, str]] = {}
_PLAIN_BOUND: Final = 50_000


def _scalar(event: Event, first_line: int) -> scalars.Scalar:
    text: str = event.value
    if event.implicit[0]:
        if text in _PLAIN:
            return _PLAIN[text]
        value = scalars.plain(text)
        if isinstance(value, float) and not math.isfinite(value):
            raise _Refused(first_line + event.start_mark.line, reasons.NOT_YAML, f"{text} has no spelling in JSON")
        if len(_PLAIN) < _PLAIN_BOUND and len(text) < 64:  # noqa: PLR2004 - longer texts seldom come twice
            _PLAIN[text] = value
        return value
    if event.tag is None or event.tag == "!":
        return text
    try:
        return scalars.tagged(event.tag, text)
    except ValueError as problem:
        raise _Refused(first_line + event.start_mark.line, reasons.NOT_YAML, str(problem)) from problem
