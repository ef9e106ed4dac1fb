"""The Python in a Jupyter notebook (nbformat 4 and 3), as one module whose lines can be traced back."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MAGIC: Final = re.compile(r"^(\s*)([%!?]|\w+\s*=\s*[%!])")
_CELL_MAGIC: Final = re.compile(r"^\s*%%(?!(time|timeit|capture|prun)\b)")


@dataclass(frozen=True, slots=True)
class Module:
    """The code cells of a notebook, one after the other.

    Attributes:
        text: Python source; magics and shell lines stand as ``pass``.
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
    language = _dig(notebook, "metadata", "kernelspec", "language")
    if isinstance(language, str) and language.lower() != "python":
        message = f"its language is {language}"
        raise ValueError(message)
    finder = _LineFinder(text)
    source: list[str] = []
    lines: list[int] = []
    for cell in _code_cells(notebook):
        if cell and _CELL_MAGIC.match(cell[0]):
            continue
        for line in cell:
            lines.append(finder.line_of(line))
            source.append(_without_magic(line.rstrip("\n")))
    return Module("\n".join(source) + "\n", tuple(lines))


def _code_cells(notebook: Mapping[str, object]) -> Iterator[list[str]]:
    worksheets = notebook.get("worksheets")
    sheets: Sequence[object] = worksheets if isinstance(worksheets, list) else [notebook]
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        if not isinstance(cells, list):
            message = "it has no list of cells"
            raise ValueError(message)  # noqa: TRY004
        for cell in cells:
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                source = cell.get("source", cell.get("input", []))
                text = "".join(map(str, source)) if isinstance(source, list) else str(source)
                yield text.splitlines(keepends=True)


def _without_magic(line: str) -> str:
    magic = _MAGIC.match(line)
    return f"{magic[1]}pass" if magic else line


def _dig(value: object, *keys: str) -> object:
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


class _LineFinder:
    """Finds the line of the file where a source line stands as a JSON string, going forward only."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def line_of(self, source: str) -> int:
        """Return the line of the next place that holds this source line; the last known line if there is none."""
        for spelling in (json.dumps(source, ensure_ascii=False)[1:-1], json.dumps(source)[1:-1]):
            found = self._text.find(spelling, self._at)
            if found >= 0:
                self._line += self._text.count("\n", self._at, found)
                self._at = found
                return self._line
        return self._line
