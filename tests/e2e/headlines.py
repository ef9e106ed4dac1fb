"""By which words failures are shown: every format of a finished run is read, in both languages."""

from __future__ import annotations

import html
import io
import json
import re
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pypdfium2

from auditor import rules
from auditor.evidence import load
from auditor.model.finding import Verdict
from auditor.report.patches import render as patched
from auditor.report.render import FILES, render_many

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from auditor.model.finding import Finding
    from auditor.model.text import Language, Text

PLAIN = ("report.md", FILES["github"], FILES["gitlab"], "findings.csv", "findings.openvex.json")
"""Files that show failures and lists of numbers, but no requirement that is not a control's."""


def shown_by_requirement(folder: Path, language: Language, stdout: str = "") -> dict[str, set[str]]:
    """Return, by format, the requirement titles of failing checks where a failure should be told by its problem.

    Args:
        folder: Of the run.
        language: In which all reports are made.
        stdout: What the run printed, if it was in this language.
    """
    record, saved = load.load(folder), rules.load(folder)
    assert saved
    failing = [finding for finding in record.findings if finding.verdict is Verdict.FAIL]
    assert failing
    assert all(finding.problem for finding in failing)
    titles = _titles(record.findings, language)
    made = render_many(record, tuple(FILES), language, saved.by_id, saved.frameworks)
    assert len(made) >= len(FILES) - 1  # openvex is silent where there is nothing to say
    places = {
        "terminal": stdout,
        **{name: made[name].decode() for name in PLAIN if name in made},
        **{name: _text_of(name, data) for name, data in made.items() if name.endswith((".docx", ".pdf"))},
        "patches": patched(record, language)["README.md"].decode(),
        "html": "\n".join(
            html.unescape(row)
            for row in made["report.html"].decode().split('<details class="row ')
            if row.startswith("fail")
        ),
        "junit": "\n".join(_failures_of_junit(made["junit.xml"].decode())),
        "sarif": "\n".join(
            result["message"]["text"] for result in json.loads(made["findings.sarif"])["runs"][0]["results"]
        ),
        "ocsf": "\n".join(_titles_of_ocsf(json.loads(made["findings.ocsf.json"]))),
        "oscal": made["results.oscal.json"].decode(),
        **{name: "\n".join(_problems_of_sheets(data)) for name, data in made.items() if name.endswith(".xlsx")},
    }
    assert places["html"]
    assert places["junit"]
    assert places["sarif"]
    return {name: found for name, text in places.items() if (found := {title for title in titles if title in text})}


def _titles(findings: Iterable[Finding], language: Language) -> set[str]:
    """Return titles that failing checks alone have, and that are no part of another sentence."""
    known = list(findings)

    def told(text: Text | None) -> str:
        return text.to(language) if text else ""

    others = {told(finding.title) for finding in known if finding.verdict is not Verdict.FAIL}
    only = {told(finding.title) for finding in known} - others
    sentences = others | {
        told(text)
        for finding in known
        for text in (finding.problem, finding.remediation, finding.actual, finding.detail)
    }
    return {title for title in only if not any(title in sentence for sentence in sentences)}


def _text_of(name: str, data: bytes) -> str:
    if name.endswith(".pdf"):
        return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    document = docx.Document(io.BytesIO(data))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _failures_of_junit(text: str) -> list[str]:
    cases = re.findall(r'<testcase[^>]*? name="([^"]*)"[^>]*><failure message="([^"]*)"', text)
    return [html.unescape(part) for pair in cases for part in pair]


def _titles_of_ocsf(events: Iterable[Mapping[str, Any]]) -> list[str]:
    failing = [event for event in events if event.get("status") == "New" or event.get("finding_info")]
    return [
        text
        for event in failing
        if event["class_uid"] != COMPLIANCE
        for text in (event["message"], event["finding_info"]["title"])
    ]


COMPLIANCE = 2003
"""Class of OCSF for a control; its title is that of the control."""


def _problems_of_sheets(data: bytes) -> list[str]:
    """Return the column of problems of the sheet of findings."""
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    sheet = next(each for each in book.worksheets if each.title in {"Findings", "检查结果"})
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    column = [str(cell) for cell in rows[0]].index("what" if "what" in rows[0] else "问题或要求")
    return [str(row[column]) for row in rows[1:]]
