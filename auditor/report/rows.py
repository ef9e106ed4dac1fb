"""Findings as rows for other programs: JSON as the record has them, and CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

import msgspec

from auditor.packing import clean
from auditor.report.foreign import one_line
from auditor.report.overview import place
from auditor.report.wording import headline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.model.finding import Finding
    from auditor.model.text import Language

COLUMNS: Final = (
    "place",
    "verdict",
    "severity",
    "check",
    "title",
    "target",
    "subject",
    "controls",
    "new",
    "waived",
    "fingerprint",
)


def as_json(findings: Iterable[Finding]) -> bytes:
    """Return a JSON list, a finding a line, each as ``record.json`` has it."""
    lines = [msgspec.json.encode(clean(finding)) for finding in findings]
    return b"[\n" + b",\n".join(lines) + (b"\n]\n" if lines else b"]\n")


def as_csv(findings: Iterable[Finding], language: Language) -> bytes:
    """Return CSV (RFC 4180) with a header; a cell that a spreadsheet would take for a formula begins with ``'``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in findings:
        controls = "; ".join(f"{name}:{each}" for name, ids in sorted(finding.controls.items()) for each in ids)
        cells = (
            place(finding),
            finding.verdict.value,
            finding.severity.value,
            finding.id,
            headline(finding).to(language),
            finding.target,
            finding.subject,
            controls,
            "" if finding.is_new is None else str(finding.is_new).lower(),
            finding.waived.id if finding.waived else "",
            finding.fingerprint,
        )
        writer.writerow([_cell(each) for each in cells])
    return out.getvalue().encode("utf-8")


def _cell(text: str) -> str:
    plain = one_line(text)
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) else plain
