"""Workbooks (ECMA-376, SpreadsheetML) that came back from people, read within bounds: texts, numbers and days.

Formulas are never worked out, and what a program left as their result is not taken either. Macros, links to other
files and everything else of a workbook are not looked at.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import IO, TYPE_CHECKING, Any, Final
from xml.parsers import expat

from auditor.errors import AuditorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAX_FILE: Final = 64 << 20
MAX_PART: Final = 256 << 20
"""Octets of one part, unpacked."""
MAX_ALL: Final = 512 << 20
"""Octets of all parts that are read, unpacked."""
MAX_PARTS: Final = 5_000
MAX_SHEETS: Final = 200
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200
MAX_CELLS: Final = 4_000_000
MAX_TEXT: Final = 40_000
MAX_STRINGS: Final = 2_000_000
MAX_MERGES: Final = 100_000
_DEPTH: Final = 40
_BLOCK: Final = 1 << 16
_LAST_DAY: Final = 2_958_465
"""9999-12-31, the last day that Excel knows."""
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_DAY_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Formats of days that programs know by number (18.8.30, and those of the Chinese edition)."""
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


class WorkbookError(AuditorError):
    """A file is no workbook, or a hostile one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell.

    Attributes:
        text: As a person reads it; a day as ISO 8601.
        is_day: It is a day by its format.
        is_formula: It holds a formula, whose result is not taken.
    """

    text: str
    is_day: bool = False
    is_formula: bool = False


@dataclass(slots=True)
class Sheet:
    """A sheet.

    Attributes:
        name: On its tab.
        rows: Cells by number of the row and of the column, both from 0; empty ones are left out.
        merged: Ranges of merged cells: first row, first column, last row, last column.
    """

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def read(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook in their order.

    Raises:
        WorkbookError: It is none, a hostile one, or beyond the bounds.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            message = f"{path} has more than {MAX_FILE:,} bytes"
            raise WorkbookError(message)
        with zipfile.ZipFile(path) as archive:
            return _Book(archive).sheets()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        message = f"{path} is no workbook (.xlsx): {error}"
        raise WorkbookError(message) from error
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}"
        raise WorkbookError(message) from error


class _Book:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        names = archive.namelist()
        if len(names) > MAX_PARTS or len(set(names)) != len(names):
            message = f"it has more than {MAX_PARTS:,} parts, or one twice"
            raise WorkbookError(message)
        self._archive = archive
        self._names = {name.lower(): name for name in names}
        self._left = MAX_ALL
        self._strings: list[str] = []
        self._days: list[bool] = []
        self._cells = MAX_CELLS
        self._first = date(1899, 12, 30)

    def sheets(self) -> list[Sheet]:
        """Read the parts that the workbook names, in order: strings and styles before the sheets that use them."""
        kinds = self._relations("xl/_rels/workbook.xml.rels")
        named: list[tuple[str, str]] = []

        def start(name: str, given: dict[str, str]) -> None:
            if name == "sheet" and len(named) < MAX_SHEETS:
                named.append((given.get("name", "")[:100], given.get("id", "")))
            elif name == "workbookPr" and given.get("date1904") in {"1", "true"}:
                self._first = date(1904, 1, 1)

        self._parse("xl/workbook.xml", start)
        for part in (target for kind, target in kinds.values() if kind == "sharedStrings"):
            self._strings = self._shared(part)
        for part in (target for kind, target in kinds.values() if kind == "styles"):
            self._days = self._styles(part)
        return [
            self._sheet(name, kinds[key][1])
            for name, key in named
            if key in kinds and kinds[key][0] == "worksheet" and self._has(kinds[key][1])
        ]

    def _has(self, part: str) -> bool:
        return part.lower() in self._names

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and part of each relation by its id; one that leads out of the file is left out."""
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, given: dict[str, str]) -> None:
            if name == "Relationship" and given.get("TargetMode") != "External" and len(found) < MAX_PARTS:
                target = given.get("Target", "")
                place = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], place)

        self._parse(part, start)
        return found

    def _shared(self, part: str) -> list[str]:
        found: list[str] = []
        pieces: list[str] = []
        reading = _Reading()

        def start(name: str, _given: dict[str, str]) -> None:
            if name == "si":
                pieces.clear()
            reading.enter(name)

        def end(name: str) -> None:
            reading.leave(name)
            if name == "si":
                if len(found) >= MAX_STRINGS:
                    message = f"it has more than {MAX_STRINGS:,} texts"
                    raise WorkbookError(message)
                found.append(_plain("".join(pieces)))

        def text(data: str) -> None:
            if reading.is_text:
                pieces.append(data)

        self._parse(part, start, end, text)
        return found

    def _styles(self, part: str) -> list[bool]:
        """Return for each format of cells whether it shows a day."""
        custom: dict[str, bool] = {}
        found: list[bool] = []
        inside = [""]

        def start(name: str, given: dict[str, str]) -> None:
            if name in {"cellXfs", "cellStyleXfs", "dxfs"}:
                inside[0] = name
            elif name == "numFmt":
                custom[given.get("numFmtId", "")] = _shows_day(given.get("formatCode", ""))
            elif name == "xf" and inside[0] == "cellXfs" and len(found) < MAX_STRINGS:
                number = given.get("numFmtId", "0")
                found.append(custom.get(number, number.isdecimal() and int(number) in _DAY_FORMATS))

        self._parse(part, start)
        return found

    def _sheet(self, name: str, part: str) -> Sheet:
        sheet = Sheet(name=name)
        state = _SheetState(sheet, self._cell)
        self._parse(part, state.start, state.end, state.text)
        return sheet

    def _cell(self, kind: str, style: str, raw: str, *, is_formula: bool) -> Cell | None:
        """Return a cell by its type (18.18.11) and style; None for an empty one."""
        self._cells -= 1
        if self._cells < 0:
            message = f"it has more than {MAX_CELLS:,} cells"
            raise WorkbookError(message)
        if is_formula:
            return Cell("", is_formula=True)
        if kind == "s":
            index = int(raw) if raw.isascii() and raw.isdecimal() else -1
            raw = self._strings[index] if 0 <= index < len(self._strings) else ""
        if not raw:
            return None
        if kind in {"s", "inlineStr", "str", "e", "b"}:
            return Cell(raw if kind == "s" else _plain(raw))
        if kind == "d":
            return Cell(raw[:10], is_day=True)
        index = int(style) if style.isascii() and style.isdecimal() else 0
        day = self._day(raw) if index < len(self._days) and self._days[index] else ""
        return Cell(day, is_day=True) if day else Cell(_number(raw))

    def _day(self, raw: str) -> str:
        try:
            number = int(float(raw))
        except (ValueError, OverflowError):
            return ""
        return (self._first + timedelta(days=number)).isoformat() if 0 < number < _LAST_DAY else ""

    def _parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Parse one part; names come without their namespace.

        Raises:
            WorkbookError: It is not there, too large, too deep, not well-formed, or declares a document type.
        """
        name = self._names.get(part.lower())
        if name is None:
            message = f"it has no part {part[:200]}"
            raise WorkbookError(message)
        parser = expat.ParserCreate()
        parser.buffer_text = True
        depth = [0]

        def refuse(*_: Any) -> None:  # noqa: ANN401 - as expat calls it
            message = f"{part} declares a document type or an entity, which no workbook needs"
            raise WorkbookError(message)

        def opened(tag: str, given: dict[str, str]) -> None:
            depth[0] += 1
            if depth[0] > _DEPTH:
                message = f"{part} is nested deeper than {_DEPTH}"
                raise WorkbookError(message)
            start(tag.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in given.items()})

        def closed(tag: str) -> None:
            depth[0] -= 1
            if end:
                end(tag.rpartition(":")[2])

        parser.StartDoctypeDeclHandler = refuse
        parser.EntityDeclHandler = refuse
        parser.StartElementHandler = opened
        parser.EndElementHandler = closed
        if text:
            parser.CharacterDataHandler = text
        try:
            with self._archive.open(name) as file:
                for block in self._blocks(file, part):
                    parser.Parse(block, False)  # noqa: FBT003 - expat takes no names
                parser.Parse(b"", True)  # noqa: FBT003
        except expat.ExpatError as error:
            message = f"{part} is no well-formed XML: {error}"
            raise WorkbookError(message) from error

    def _blocks(self, file: IO[bytes], part: str) -> Iterator[bytes]:
        """Yield what is unpacked as long as it is within bounds, whatever the archive says of its size."""
        size = 0
        while block := file.read(_BLOCK):
            size += len(block)
            self._left -= len(block)
            if size > MAX_PART or self._left < 0:
                message = f"{part} unpacks to more than {min(MAX_PART, MAX_ALL):,} bytes"
                raise WorkbookError(message)
            yield block


class _Reading:
    """Tells whether text belongs to a string: it stands in ``t``, not in how it is read aloud (``rPh``)."""

    def __init__(self) -> None:
        self._in_text = 0
        self._in_sound = 0

    def enter(self, name: str) -> None:
        self._in_text += name == "t"
        self._in_sound += name == "rPh"

    def leave(self, name: str) -> None:
        self._in_text -= name == "t"
        self._in_sound -= name == "rPh"

    @property
    def is_text(self) -> bool:
        return self._in_text > 0 and self._in_sound == 0


class _SheetState:
    """Puts a sheet together out of the events of its part."""

    def __init__(self, sheet: Sheet, make: Callable[..., Cell | None]) -> None:
        self._sheet = sheet
        self._make = make
        self._row = -1
        self._column = -1
        self._given: dict[str, str] = {}
        self._pieces: list[str] = []
        self._is_formula = False
        self._in_value = 0
        self._reading = _Reading()

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "row":
            number = given.get("r", "")
            self._row = int(number) - 1 if number.isascii() and number.isdecimal() else self._row + 1
            self._column = -1
            if self._row >= MAX_ROWS + 10 or len(self._sheet.rows) > MAX_ROWS:
                message = f"sheet {self._sheet.name!r} has more than {MAX_ROWS:,} rows"
                raise WorkbookError(message)
        elif name == "c":
            self._given, self._is_formula = given, False
            self._pieces.clear()
            found = _REFERENCE.fullmatch(given.get("r", ""))
            self._column = _column(found[1]) if found else self._column + 1
        elif name == "f":
            self._is_formula = True
        elif name == "v":
            self._in_value += 1
        elif name == "mergeCell":
            self._merge(given.get("ref", ""))
        else:
            self._reading.enter(name)

    def end(self, name: str) -> None:
        if name == "v":
            self._in_value -= 1
        elif name == "c":
            if self._column >= MAX_COLUMNS:
                return
            raw = "".join(self._pieces)
            kind, style = self._given.get("t", "n"), self._given.get("s", "0")
            cell = self._make(kind, style, raw, is_formula=self._is_formula)
            if cell is not None:
                self._sheet.rows.setdefault(self._row, {})[self._column] = cell
        else:
            self._reading.leave(name)

    def text(self, data: str) -> None:
        if self._in_value or self._reading.is_text:
            self._pieces.append(data)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        ends = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
        if ends[0] and ends[1] and len(self._sheet.merged) < MAX_MERGES:
            self._sheet.merged.append(
                (int(ends[0][2]) - 1, _column(ends[0][1]), int(ends[1][2]) - 1, _column(ends[1][1]))
            )


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")


def _plain(text: str) -> str:
    r"""Return a text as it was typed: ``_x000D_`` is a character that XML cannot hold (18.18, ``ST_Xstring``)."""
    text = _ESCAPED.sub(_character, text) if "_x" in text else text
    return text.replace("\r\n", "\n").replace("\r", "\n")[:MAX_TEXT]


def _character(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return found[0] if "\ud800" <= character <= "\udfff" else character


def _number(raw: str) -> str:
    """Return a number as a person writes it: ``365``, not ``365.0``."""
    try:
        value = float(raw)
    except ValueError:
        return _plain(raw)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else raw  # noqa: PLR2004 - digits of a double


def _shows_day(code: str) -> bool:
    plain = _QUOTED.sub("", code).lower()
    return "y" in plain or "d" in plain


def day_of(text: str) -> date | None:
    """Return the day that a person wrote, in the order year, month, day; None if it may be another one.

    ``2026-12-31``, ``2026/12/31``, ``2026年12月31日``; ``31.12.2026`` and ``12/31/2026`` only since no month has the
    number 31: ``03/04/2026`` is two days.
    """
    if found := re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ].*)?", text):
        return _date(found[1], found[2], found[3])
    if found := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text):
        one, two, year = found[1], found[2], found[3]
        fitting = {each for each in (_date(year, one, two), _date(year, two, one)) if each}
        return fitting.pop() if len(fitting) == 1 else None
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
