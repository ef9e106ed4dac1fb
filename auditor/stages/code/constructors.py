"""Constructors that nobody writes: what a dataclass keeps of what it is made with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = re.compile(rb"(?m)^(?P<indent>[ \t]*)class[ \t]+\w+[ \t]*(?:\([^()\n]*\))?[ \t]*:[ \t]*(?:#[^\n]*)?\n")
_DECORATOR: Final = re.compile(rb"@(?:dataclasses\.)?dataclass\b|@(?:attrs?\.)?(?:define|frozen|s)\b")
_FIELD: Final = re.compile(rb"^[ \t]+([A-Za-z_]\w*)[ \t]*:(?!=)[ \t]*(?!(?:typing\.)?ClassVar\b)\S")
_FIELDS_LIMIT: Final = 60
_BODY_LINES: Final = 200


def with_constructors(text: bytes) -> bytes:
    """Return a text of the same lines in which such classes have a constructor that keeps what it is given.

    Pysa follows no value into a field whose constructor is made by a decorator. It is written into an empty
    line of the class, or behind its last one; where there is none the class stays as it is.
    """
    if not _DECORATOR.search(text):
        return text
    lines = text.split(b"\n")
    for number, line in list(_constructors(text, lines)):
        lines[number] = line
    return b"\n".join(lines)


def _constructors(text: bytes, lines: list[bytes]) -> Iterator[tuple[int, bytes]]:
    for head in _HEAD.finditer(text):
        first = text.count(b"\n", 0, head.end())
        decorators = lines[max(0, first - 4) : first - 1]
        if any(map(_DECORATOR.search, _above(decorators))):
            yield from _constructor(lines, first, len(head["indent"]))


def _above(lines: list[bytes]) -> Iterator[bytes]:
    """Yield the decorators that stand right above a class."""
    for line in reversed(lines):
        if not line.strip().startswith((b"@", b")")):
            return
        yield line


def _constructor(lines: list[bytes], first: int, outer: int) -> Iterator[tuple[int, bytes]]:
    """Yield the line that a constructor is written into."""
    fields: list[bytes] = []
    inner = b""
    free = -1
    for number in range(first, min(len(lines), first + _BODY_LINES)):
        line = lines[number]
        if not line.strip():
            free = number if free < 0 and fields and _is_between(lines, first, number, inner) else free
            continue
        indent = line[: len(line) - len(line.lstrip())]
        if len(indent) <= outer:
            break
        inner = inner or indent
        if indent != inner:
            continue
        if b"def __init__(" in line:
            return
        found = _FIELD.match(line)
        if found and free < 0:
            fields.append(found[1])
    if free < 0 or not 0 < len(fields) <= _FIELDS_LIMIT or not inner.isspace():
        return
    given = b", ".join(name + b"=None" for name in fields)
    kept = b"; ".join(b"self." + name + b" = " + name for name in fields)
    yield free, inner + b"def __init__(self, " + given + b"): " + kept


def _is_between(lines: list[bytes], first: int, number: int, inner: bytes) -> bool:
    """Tell whether an empty line stands between two statements of a class, and in no function, call or text."""
    quotes = b"\n".join(lines[first:number])
    if (quotes.count(b'"""') + quotes.count(b"'''")) % 2:
        return False
    after = next((line for line in lines[number:] if line.strip()), b"")
    indent = after[: len(after) - len(after.lstrip())]
    return len(indent) <= len(inner) and not after.lstrip().startswith((b")", b"]", b"}"))
