"""The workbook for assessors: a sheet for each table, clause sheets with columns that people fill in.

Every text is written as text: nothing of the audited system is ever taken for a formula, not even when somebody edits
the cell (`quotePrefix`, ECMA-376 part 1, 18.8.45). The same record gives the same bytes.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from auditor.compliance.texts import say as tell
from auditor.errors import ConfigError
from auditor.report.foreign import one_line
from auditor.report.tables import ANSWERS, MAX_CELL, VERDICT_WORDS, Tables
from auditor.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from auditor.model.control import Framework
    from auditor.model.record import Record
    from auditor.model.table import Cell, Column, Table
    from auditor.model.text import Language
    from auditor.rules import CheckText

HEADER_ROW: Final = 3
"""Row of the titles of columns, from 0; above it the title of the sheet, its run, and what to fill in."""
MAX_ROWS: Final = 1_048_576 - HEADER_ROW - 1
FONT: Final[Mapping[str, str]] = {"zh": "\u5fae\u8f6f\u96c5\u9ed1", "en": "Calibri"}
"""Fonts by name; a workbook holds none, and programs take a like one where it is missing."""
_ACTIVE: Final = frozenset("=+-@\t\r")
_WIDE: Final = re.compile("[\u2e80-\uffff]")
_IN_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\']")
_MAX_SHEET_NAME: Final = 31
_MANY_COLUMNS: Final = 7
_LINE: Final = 13.5
_MAX_LINES: Final = 30
"""Excel takes rows of up to 409 points."""
_COLOURS: Final[Mapping[str, str]] = {
    "does_not": "#F8CBAD",
    "partly": "#FFE699",
    "conforms": "#C6E0B4",
    "not_assessed": "#D9D9D9",
    "not_applicable": "#EDEDED",
}


def render(
    record: Record,
    language: Language,
    checks: Mapping[str, CheckText] = {},
    frameworks: Iterable[Framework] = (),
) -> bytes:
    """Return the workbook.

    Args:
        record: The finished record.
        language: Of all text.
        checks: Checks by id; may be empty.
        frameworks: As they were saved with the run.

    Raises:
        ConfigError: There is no room for it on the disk.
    """
    made = BytesIO()
    book = xlsxwriter.Workbook(  # kept in memory: a table of texts costs 60 MiB and saves a fifth of the time
        made,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    tables = Tables(record, language, checks, frameworks)
    book.set_properties(
        {
            "title": one_line(f"{say('title').to(language)} {record.run.system}")[:250],
            "comments": record.run.id,
            "author": f"auditor {record.run.auditor}",
            "created": _day(record.run.started),
        }
    )
    try:
        writer = _Writer(book, tables)
        for table in tables.all():
            writer.sheet(table)
        book.close()
    except (XlsxWriterException, OSError) as error:
        message = f"the workbook cannot be written: {error}"
        raise ConfigError(message) from error
    return made.getvalue()


def _day(started: str) -> datetime:
    try:
        return datetime.fromisoformat(started).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return datetime(2000, 1, 1)  # noqa: DTZ001 - a property without zone


def _height(cells: Sequence[Cell], widths: Sequence[int]) -> float:
    """Return the height of a row in points: not every program fits rows to wrapped text by itself."""
    lines = 1
    for cell, width in zip(cells, widths, strict=True):
        if isinstance(cell, str) and len(cell) * 2 > width:
            lines = max(lines, _lines(cell, width - 2))  # fonts differ
    return _LINE * min(lines, _MAX_LINES)


@lru_cache(maxsize=20_000)
def _lines(cell: str, width: int) -> int:
    """Return how many lines a text takes in a column; a Chinese character is twice as wide."""
    if cell.isascii():
        return sum(1 + len(line) // width for line in cell.split("\n"))
    return sum(1 + (len(line) + len(_WIDE.findall(line))) // width for line in cell.split("\n"))


class _Writer:
    """Writes tables to sheets, with few formats: each costs its bytes in every file."""

    def __init__(self, book: xlsxwriter.Workbook, tables: Tables) -> None:
        self._book = book
        self._tables = tables
        self._names: set[str] = set()
        font = {"font_name": FONT[tables.language], "font_size": 10}
        cell: dict[str, Any] = {**font, "valign": "top", "text_wrap": True}
        code = {**cell, "font_name": "Consolas", "font_size": 8, "font_color": "#595959"}
        mine = {**cell, "locked": False, "bg_color": "#FFF9DB", "border": 1, "border_color": "#BFBFBF"}
        self._title = book.add_format({**font, "bold": True, "font_size": 14})
        self._note = book.add_format({**font, "font_color": "#7F7F7F", "font_size": 9})
        self._head = book.add_format(
            {**cell, "bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "valign": "vcenter"}
        )
        self._formats: dict[str, Format] = {
            "text": book.add_format(cell),
            "digest": book.add_format(code),
            "number": book.add_format({**cell, "num_format": "#,##0", "align": "right"}),
            "answer": book.add_format(mine),
            "day": book.add_format({**mine, "num_format": "yyyy-mm-dd"}),
        }
        self._active: dict[str, Format] = {
            role: book.add_format({**given, "quote_prefix": True})
            for role, given in (("text", cell), ("digest", code), ("answer", mine), ("day", mine), ("number", cell))
        }
        self._results = {
            tell(f"conformity.{name}").to(tables.language): book.add_format({"bg_color": colour})
            for name, colour in _COLOURS.items()
        }

    def sheet(self, table: Table) -> None:
        """Write one table."""
        sheet = self._book.add_worksheet(self._name(table))
        run = self._tables.record.run
        columns = table.columns
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.freeze_panes(HEADER_ROW + 1, 2 if len(columns) > 2 else 1)  # noqa: PLR2004 - what names a row
        sheet.write_string(0, 0, one_line(f"{table.title} {run.system}")[:200], self._title)
        note = self._tables.said("table.note", run=run.id, rules=run.rules, version=run.auditor)
        sheet.write_string(1, 0, note, self._note)
        if table.has_answers:
            sheet.write_string(2, 0, self._tables.said("table.answers"), self._note)
        sheet.set_row(HEADER_ROW, 30)
        for index, column in enumerate(columns):
            sheet.write_string(HEADER_ROW, index, column.title, self._head)
        last = self._rows(sheet, table)
        sheet.autofilter(HEADER_ROW, 0, max(last, HEADER_ROW + 1), len(columns) - 1)
        self._print(sheet, table, last)
        self._colours(sheet, columns, last)
        if table.has_answers:
            self._protect(sheet, columns, last)

    def _rows(self, sheet: Worksheet, table: Table) -> int:
        """Write the rows, and return the number of the last."""
        formats = [self._formats[column.role] for column in table.columns]
        active = [self._active[column.role] for column in table.columns]
        at = HEADER_ROW
        write, number, cut = sheet.write_string, sheet.write_number, self._tables.cut
        blank = sheet.write_blank if table.has_answers else None
        widths = [column.width for column in table.columns]
        for cells in table.rows():
            at += 1
            height = _height(cells, widths)
            if height > _LINE:
                sheet.set_row(at, height)
            for index, cell in enumerate(cells):
                if isinstance(cell, str):
                    if cell:
                        style = active[index] if cell[0] in _ACTIVE else formats[index]
                        write(at, index, cell if len(cell) <= MAX_CELL else cut(cell), style)
                    elif blank:  # what is open for an answer has to be said
                        blank(at, index, None, formats[index])
                else:
                    number(at, index, cell, formats[index])
            if at >= MAX_ROWS:
                break
        if at == HEADER_ROW:
            sheet.write_string(HEADER_ROW + 1, 0, self._tables.said("table.empty"), self._note)
        return at

    def _print(self, sheet: Worksheet, table: Table, last: int) -> None:
        """Have it printed in landscape, as wide as the paper; of clauses what an assessor files, not what is ticked."""
        sheet.set_landscape()
        sheet.set_paper(8 if len(table.columns) > _MANY_COLUMNS else 9)  # A3, A4
        sheet.fit_to_pages(1, 0)
        if table.has_answers:
            titles = [column.title for column in table.columns]
            sheet.print_area(0, 0, last, titles.index(self._tables.said("column.remark")))
        sheet.repeat_rows(HEADER_ROW)
        sheet.hide_gridlines(0)  # lines are printed, too: borders would cost a format for every empty cell
        sheet.set_footer("&L&A&R&P / &N")
        sheet.set_margins(0.4, 0.4, 0.5, 0.6)

    def _colours(self, sheet: Worksheet, columns: Sequence[Column], last: int) -> None:
        titles = [column.title for column in columns]
        name = self._tables.said("column.result")
        if name in titles and last > HEADER_ROW:
            index = titles.index(name)
            for word, style in self._results.items():
                rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
                sheet.conditional_format(HEADER_ROW + 1, index, last, index, rule)

    def _protect(self, sheet: Worksheet, columns: Sequence[Column], last: int) -> None:
        """Lock everything but the columns of answers; no password: the row digest tells, not the lock."""
        sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
        first = len(columns) - len(ANSWERS)
        words = [tell(f"conformity.{name}").to(self._tables.language) for name in VERDICT_WORDS.values()]
        sheet.data_validation(
            HEADER_ROW + 1, first, max(last, HEADER_ROW + 1), first, {"validate": "list", "source": words}
        )

    def _name(self, table: Table) -> str:
        """Return a name for a sheet: what Excel takes, and none twice."""
        plain = _IN_SHEET_NAME.sub(" ", table.title).strip()[:_MAX_SHEET_NAME] or table.id
        name, number = plain, 1
        while name.casefold() in self._names:
            number += 1
            tail = f" {number}"
            name = plain[: _MAX_SHEET_NAME - len(tail)] + tail
        self._names.add(name.casefold())
        return name
