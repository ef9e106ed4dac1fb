"""Findings as CSV (RFC 4180) for spreadsheets: UTF-8 with a mark, so that Excel reads Chinese; no cell is a formula.

Source: OWASP, CSV Injection: a cell that starts with ``=``, ``+``, ``-``, ``@``, a tab or a carriage return is taken
for a formula, quoted or not; an apostrophe before it makes it text.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from auditor.report.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.record import Record
    from auditor.model.table import Cell
    from auditor.model.text import Language
    from auditor.rules import CheckText

_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r")


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> bytes:
    """Return all findings, the worst first.

    Args:
        record: The finished record.
        language: Of titles and texts.
        checks: Checks by id; may be empty.
    """
    table = Tables(record, language, checks).findings()
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.title for column in table.columns])
    for row in table.rows():
        writer.writerow([_text(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig", "backslashreplace")


def _text(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_ACTIVE) else cell
