"""The Python in a Jupyter notebook (nbformat 4 and 3), as one module whose lines can be traced back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    _Path: TypeAlias = tuple[str | int, ...]

_MAGIC: Final = re.compile(
    r"^(?P<indent>\s*)(?:%{1,2}[A-Za-z]|!(?!=)|\?|\w+\s*=\s*(?:%[A-Za-z]|!(?!=))|[\w.]+\?{1,2}\s*$)"
)
"""Lines that IPython reads before Python does; a continuation line such as ``% names`` is none of them."""
_OTHER_CELL: Final = re.compile(r"^\s*%%(?!(?:time|timeit|capture|prun)\b)")
"""First line of a cell in another language, or of a cell that is written to a file."""
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Module:
    """The code cells of a notebook, one after the other.

    Attributes:
        text: Python source; magics, shell lines and cells of other languages stand as comments, so that rules for any
            text still see them.
        lines: For each line of it, the line (from 1) of the notebook file it came from.
    """

    text: str
    lines: tuple[int, ...]


def to_module(text: str) -> Module:
    """Return the code cells of a notebook as one Python module.

    Args:
        text: The ``.ipynb`` file.

    Raises:
        ValueError: It is no notebook, or of a language other than Python.
    """
    try:
        notebook = json.loads(text)
    except RecursionError as error:
        message = "nested too deep"
        raise ValueError(message) from error
    if not isinstance(notebook, dict):
        message = "the top of a notebook is an object"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for one kind of bad input
    language = _dig(notebook, "metadata", "kernelspec", "language") or _dig(
        notebook, "metadata", "language_info", "name"
    )
    if isinstance(language, str) and language.lower() not in {"python", "ipython"}:
        message = f"its language is {language}"
        raise ValueError(message)
    if not _has_cells(notebook):
        message = "it has no list of cells"
        raise ValueError(message)
    source: list[str] = []
    lines: list[int] = []
    for cell in _code_cells(notebook, _Strings(text)):
        is_python = not (cell and _OTHER_CELL.match(cell[0][0]))
        for line, number in cell:
            source.append(_without_magic(line) if is_python else f"# {line}")
            lines.append(number)
    return Module("\n".join(source) + "\n", tuple(lines))


def _has_cells(notebook: Mapping[str, object]) -> bool:
    sheets = notebook.get("worksheets")
    holders = sheets if isinstance(sheets, list) else [notebook]
    return all(isinstance(holder, dict) and isinstance(holder.get("cells"), list) for holder in holders)


def _code_cells(notebook: Mapping[str, object], strings: _Strings) -> Iterator[list[tuple[str, int]]]:
    """Yield the lines of each code cell with their lines in the file."""
    sheets = notebook.get("worksheets")
    holders: list[tuple[_Path, object]] = (
        [(("worksheets", index), sheet) for index, sheet in enumerate(sheets)]
        if isinstance(sheets, list)
        else [((), notebook)]
    )
    for place, holder in holders:
        for index, cell in enumerate(holder["cells"]):  # type: ignore[index]
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                key = "source" if "source" in cell else "input"
                yield _lines_of(cell.get(key), (*place, "cells", index, key), strings)


def _lines_of(source: object, place: _Path, strings: _Strings) -> list[tuple[str, int]]:
    """Return the lines of a source, which is one string or a list of pieces that need not end with their lines."""
    pieces = (
        [(str(piece), strings.line_of((*place, index))) for index, piece in enumerate(source)]
        if isinstance(source, list)
        else [(source, strings.line_of(place))]
        if isinstance(source, str)
        else []
    )
    found: list[tuple[str, int]] = []
    is_open = False
    for piece, number in pieces:
        for index, part in enumerate(_NEWLINE.split(piece)):
            if index == 0 and is_open:
                found[-1] = (found[-1][0] + part, found[-1][1])
            else:
                found.append((part, number))
            is_open = True
        if piece.endswith(("\n", "\r")):
            found.pop()
            is_open = False
    return found


def _without_magic(line: str) -> str:
    magic = _MAGIC.match(line)
    return f"{magic['indent']}pass  # {line.lstrip()}" if magic else line


def _dig(value: object, *keys: str) -> object:
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


class _Strings:
    """Knows the line of the file on which each string stands, by its path in the document."""

    def __init__(self, text: str) -> None:
        """Walk the document once; it is known to be JSON."""
        self._lines: dict[_Path, int] = {}
        path: list[str | int] = []
        expects_key: list[bool] = []
        line, at = 1, 0
        for token in _TOKEN.finditer(text):
            mark = token[0][0]
            if mark == '"':
                line, at = line + text.count("\n", at, token.start()), token.start()
                if expects_key and expects_key[-1]:
                    path[-1] = json.loads(token[0])
                elif _is_source(path):
                    self._lines[tuple(path)] = line
            elif mark in "{[":
                path.append("" if mark == "{" else 0)
                expects_key.append(mark == "{")
            elif mark in "}]":
                path.pop()
                expects_key.pop()
            elif mark == ":":
                expects_key[-1] = False
            elif mark == ",":
                is_object = isinstance(path[-1], str)
                expects_key[-1] = is_object
                path[-1] = path[-1] if is_object else int(path[-1]) + 1

    def line_of(self, path: _Path) -> int:
        """Return the line of a string, 1 if there is none at the path."""
        return self._lines.get(path, 1)


def _is_source(path: list[str | int]) -> bool:
    return path[-1] in {"source", "input"} or (len(path) > 1 and path[-2] in {"source", "input"})
