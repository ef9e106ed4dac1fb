"""HCL 1 and JSON as Vault and OpenBao read them: attributes and blocks, each with its line.

Both products read HCL *1*, where blocks may stand on one line, items need no line break between them and nothing is
evaluated. ``python-hcl2`` reads HCL 2 and takes longer to build its grammar than a whole audit of files may last
(ADR 14), so it is the second opinion of the tests.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE_LIMIT_BYTES: Final = 4 << 20
DEPTH_LIMIT: Final = 32
ITEM_LIMIT: Final = 200_000
_LARGE: Final = 2**63
_LAST_CODE: Final = 0x10FFFF

Value: TypeAlias = "str | int | float | bool | list[Value] | Body | None"


class HclError(ValueError):
    """The text is no HCL or JSON, or is larger or deeper than any configuration.

    Attributes:
        line: Where, counted from 1.
    """

    def __init__(self, problem: str, line: int) -> None:
        """Keep the line apart for the place of a gap."""
        super().__init__(f"line {line}: {problem}")
        self.line = line


@dataclass(frozen=True, slots=True)
class Item:
    """One attribute (no labels, any value) or block (its value is a body).

    Attributes:
        name: Word before the ``=`` or the labels.
        labels: ``listener "tcp" {`` has one; an attribute has none.
        value: What is assigned.
        line: First line.
        end_line: Last line.
    """

    name: str
    labels: tuple[str, ...]
    value: Value
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between braces, in the order of the file."""

    items: tuple[Item, ...]

    def value(self, name: str) -> Value:
        """Return what an attribute was set to last, None if it stands nowhere."""
        return next((item.value for item in reversed(self.items) if item.name == name and not item.labels), None)

    def item(self, name: str) -> Item | None:
        """Return the last attribute of a name."""
        return next((item for item in reversed(self.items) if item.name == name and not item.labels), None)

    def blocks(self, name: str) -> Iterator[tuple[tuple[str, ...], Body, Item]]:
        """Iterate over what ``name "label" { … }``, ``name = { label = { … } }`` and their forms in JSON all say.

        Yields:
            The labels, the innermost body, and the item for its line.
        """
        for item in self.items:
            if item.name == name:
                yield from _unlabelled(item.labels, item.value, item)

    def repeated(self) -> Iterator[Item]:
        """Iterate over attributes that contradict an earlier one of the same name."""
        seen: dict[str, Value] = {}
        for item in self.items:
            if item.labels or isinstance(item.value, Body):
                continue
            if item.name in seen and seen[item.name] != item.value:
                yield item
            seen[item.name] = item.value


def _unlabelled(labels: tuple[str, ...], value: Value, item: Item) -> Iterator[tuple[tuple[str, ...], Body, Item]]:
    if isinstance(value, list):
        for each in value:
            yield from _unlabelled(labels, each, item)
    elif isinstance(value, Body):
        yield labels, value, item


def nested(
    labels: tuple[str, ...], body: Body, item: Item, wanted: int
) -> Iterator[tuple[tuple[str, ...], Body, Item]]:
    """Iterate over the bodies below as many labels as a kind of block has; JSON writes labels as keys."""
    if len(labels) >= wanted:
        yield labels, body, item
        return
    for inner in body.items:
        if isinstance(inner.value, Body | list):
            for found, below, _same in _unlabelled((*labels, inner.name, *inner.labels), inner.value, inner):
                yield from nested(found, below, inner if inner.line else item, wanted)


_TOKEN: Final = re.compile(
    r"""(?P<space>[ \t\r\f\ufeff]+)|(?P<newline>\n)|(?P<comment>(?:\#|//)[^\n]*)|(?P<block>/\*)"""
    r"""|(?P<heredoc><<-?(?P<mark>[\w.-]+)[ \t\r]*\n)|(?P<string>")"""
    r"""|(?P<number>-?(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w]))"""
    r"""|(?P<word>[^\W\d][\w.:-]*(?<!:))|(?P<mark_>[{}\[\]=:,])"""
)
_PLAIN: Final = re.compile(r'[^"\\\n$]*"')
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "a": "\a"}


def read(data: bytes) -> Body:
    """Return the items of a file, HCL or JSON.

    Raises:
        HclError: It is neither, or too large, too deep or too long.
    """
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"more than {SIZE_LIMIT_BYTES >> 20} MiB"
        raise HclError(message, 1)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise HclError("not UTF-8", line) from error
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        _check_json(text)
    return _Reader(text).file()


def _check_json(text: str) -> None:
    try:
        json.loads(text.lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg}"
        raise HclError(message, error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise HclError("nested too deep, or a number too large", 1) from error


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._count = 0
        self._kind = ""
        self._value: str | int | float = ""
        self._next()

    def file(self) -> Body:
        if self._is("{"):
            body = self._object(1)
            self._expect_end()
            return body
        return self._body(0, is_file=True)

    def _expect_end(self) -> None:
        if self._kind != "end":
            raise self._wrong("something stands behind the end")

    def _is(self, mark: str) -> bool:
        return self._kind == "mark" and self._value == mark

    def _wrong(self, problem: str) -> HclError:
        return HclError(problem, self._line)

    def _next(self) -> None:
        """Step to the next token; the kinds are end, mark, word, string and number."""
        text = self._text
        while self._at < len(text):
            found = _TOKEN.match(text, self._at)
            if found is None:
                seen = text[self._at]
                message = f"{seen!r} has no meaning here"
                raise self._wrong(message)
            kind = found.lastgroup
            self._at = found.end()
            if kind == "newline":
                self._line += 1
            elif kind == "block":
                self._comment()
            elif kind == "string":
                self._kind, self._value = "string", self._string()
                return
            elif found["heredoc"] is not None:
                self._kind, self._value = "string", self._heredoc(found["mark"], is_indented=found[0].startswith("<<-"))
                return
            elif kind == "number":
                self._kind, self._value = "number", _number(found[0], self._line)
                return
            elif kind == "word":
                self._kind, self._value = "word", found[0]
                return
            elif kind == "mark_":
                self._kind, self._value = "mark", found[0]
                return
        self._kind, self._value = "end", ""

    def _comment(self) -> None:
        end = self._text.find("*/", self._at)
        if end < 0:
            raise self._wrong("a comment has no end")
        self._line += self._text.count("\n", self._at, end)
        self._at = end + 2

    def _string(self) -> str:
        plain = _PLAIN.match(self._text, self._at)
        if plain is not None:
            self._at = plain.end()
            return plain[0][:-1]
        made: list[str] = []
        text, at, depth = self._text, self._at, 0
        while True:
            if at >= len(text) or (text[at] == "\n" and not depth):
                raise self._wrong("a text has no end")
            sign = text[at]
            if sign == '"' and not depth:
                break
            if sign == "\\":
                part, at = self._escape(at)
                made.append(part)
                continue
            if text.startswith("${", at):
                depth += 1
            elif sign == "}" and depth:
                depth -= 1
            self._line += sign == "\n"
            made.append(sign)
            at += 1
        self._at = at + 1
        return "".join(made).encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _escape(self, at: int) -> tuple[str, int]:
        sign = self._text[at + 1 : at + 2]
        if sign in _ESCAPES and sign:
            return _ESCAPES[sign], at + 2
        size = {"u": 4, "U": 8, "x": 2}.get(sign)
        digits = self._text[at + 2 : at + 2 + size] if size else ""
        if not size or len(digits) != size or not re.fullmatch(r"[0-9a-fA-F]+", digits) or int(digits, 16) > _LAST_CODE:
            raise self._wrong("a backslash stands before something that it has no meaning for")
        return chr(int(digits, 16)), at + 2 + size

    def _heredoc(self, mark: str, *, is_indented: bool) -> str:
        end = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t\r]*$", re.MULTILINE).search(self._text, self._at)
        if end is None:
            message = f"the text that begins with <<{mark} has no end"
            raise self._wrong(message)
        said = self._text[self._at : end.start()]
        self._line += 1 + said.count("\n")
        self._at = end.end()
        if is_indented:
            lines = said.split("\n")
            margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
            said = "\n".join(line[margin:] for line in lines)
        return said

    def _body(self, depth: int, *, is_file: bool) -> Body:
        if depth > DEPTH_LIMIT:
            message = f"nested more than {DEPTH_LIMIT} deep"
            raise self._wrong(message)
        items: list[Item] = []
        while not (self._kind == "end" if is_file else self._is("}")):
            if self._kind not in {"word", "string", "number"}:
                problem = (
                    "a brace is not closed" if self._kind == "end" else f"{self._value!r} stands where a name is due"
                )
                raise self._wrong(problem)
            items.append(self._item(depth))
            self._count += 1
            if self._count > ITEM_LIMIT:
                message = f"more than {ITEM_LIMIT:,} items"
                raise self._wrong(message)
            if self._is(","):
                self._next()
        return Body(tuple(items))

    def _item(self, depth: int) -> Item:
        line, name = self._line, str(self._value)
        self._next()
        labels: list[str] = []
        while self._kind in {"string", "word"} and len(labels) < DEPTH_LIMIT:
            labels.append(str(self._value))
            self._next()
        if self._is("=") or self._is(":"):
            self._next()
            value = self._any(depth + 1)
        elif self._is("{"):
            value = self._object(depth + 1)
        else:
            message = f"{name[:80]!r} is followed by neither = nor {{"
            raise HclError(message, line)
        return Item(name, tuple(labels), value, line, self._end_line)

    _end_line = 1

    def _object(self, depth: int) -> Body:
        self._next()
        body = self._body(depth, is_file=False)
        self._end_line = self._line
        self._next()
        return body

    def _any(self, depth: int) -> Value:
        self._end_line = self._line
        if self._is("{"):
            return self._object(depth)
        if self._is("["):
            return self._list(depth)
        value: Value
        if self._kind == "word":
            words: dict[str, bool | None] = {"true": True, "false": False, "null": None}
            if self._value not in words:
                message = f"{str(self._value)[:80]!r} is no value: texts stand in quotes, and nothing is evaluated here"
                raise self._wrong(message)
            value = words[str(self._value)]
        elif self._kind in {"string", "number"}:
            value = self._value
        else:
            problem = "the value is missing" if self._kind == "end" else f"{self._value!r} is no value"
            raise self._wrong(problem)
        self._next()
        return value

    def _list(self, depth: int) -> list[Value]:
        if depth > DEPTH_LIMIT:
            message = f"nested more than {DEPTH_LIMIT} deep"
            raise self._wrong(message)
        self._next()
        found: list[Value] = []
        while not self._is("]"):
            if self._kind == "end":
                raise self._wrong("a bracket is not closed")
            found.append(self._any(depth + 1))
            self._count += 1
            if self._count > ITEM_LIMIT:
                message = f"more than {ITEM_LIMIT:,} items"
                raise self._wrong(message)
            if self._is(","):
                self._next()
            elif not self._is("]"):
                raise self._wrong("a comma is missing in a list")
        self._end_line = self._line
        self._next()
        return found


def _number(text: str, line: int) -> int | float | str:
    if len(text) > 40:  # noqa: PLR2004 - no setting has as many digits
        raise HclError("a number has too many digits", line)
    if "x" in text.lower():
        number = int(text, 16)
    elif re.search(r"[.eE]", text):
        return float(text)
    else:
        number = int(text)
    return number if abs(number) < _LARGE else text


def plain(value: Value) -> object:
    """Return a value as JSON has it; repeated names become lists of what they say."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, Body):
        return value
    made: dict[str, object] = {}
    for item in value.items:
        said = plain(item.value)
        for label in reversed(item.labels):
            said = {label: said}
        if item.name in made and isinstance(item.value, Body):
            before = made[item.name]
            made[item.name] = [*before, said] if isinstance(before, list) else [before, said]
        else:
            made[item.name] = said
    return made
