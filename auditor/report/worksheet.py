"""The worksheet of 密评: every clause of GB/T 39786 on every target, with D, A, K and what a certificate settles."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from auditor.compliance.texts import say as tell
from auditor.report.texts import say

if TYPE_CHECKING:
    from auditor.model.clause import Letter
    from auditor.model.control import Control, Framework, Outcome
    from auditor.model.record import Record
    from auditor.model.text import Language

FRAMEWORK: Final = "gbt39786-2021-l3"
COLUMNS: Final = (
    "unit",
    "clause",
    "layer",
    "requirement",
    "modality",
    "target",
    "D",
    "A",
    "K",
    "conformity",
    "risk",
    "certificate",
)
_LETTERS: Final[tuple[Letter, ...]] = ("D", "A", "K")


def heads(language: Language) -> tuple[str, ...]:
    """Return the heads of the columns."""
    return tuple(tell(f"worksheet.{name}").to(language) for name in COLUMNS)


def rows(framework: Framework, layers: dict[str, str], record: Record, language: Language) -> list[tuple[str, ...]]:
    """Return a row for each clause and target, in the order of the standard; one without a target where none was asked.

    Args:
        framework: GB/T 39786, with the checks behind its clauses.
        layers: Titles of its sections.
        record: The run.
        language: Of all text.
    """
    found: dict[str, list[Outcome | None]] = {}
    none: list[Outcome | None] = [None]
    for outcome in record.outcomes:
        if outcome.framework == framework.id:
            found.setdefault(outcome.control, []).append(outcome)
    return [
        _row(control, layers.get(control.section, ""), outcome, language)
        for control in framework.controls
        for outcome in found.get(control.id, none)
    ]


def _row(control: Control, layer: str, outcome: Outcome | None, language: Language) -> tuple[str, ...]:
    clause = control.clause
    modality = tell(f"modality.{clause.modality}").to(language) if clause else ""
    return (
        clause.unit if clause else "",
        control.id,
        layer,
        control.title.to(language),
        modality,
        outcome.target if outcome else "",
        *(_letter(control, letter, outcome, language) for letter in _LETTERS),
        tell(f"conformity.{outcome.conformity if outcome else 'not_assessed'}").to(language),
        tell("high_risk").to(language) if outcome and outcome.high_risk else "",
        _certificate(control, outcome, language),
    )


def _letter(control: Control, letter: Letter, outcome: Outcome | None, language: Language) -> str:
    """Return how it is with one of the three; empty for a clause that is not quantified."""
    if not control.clause or not control.clause.quantification:
        return ""
    found = outcome.quantified.get(letter) if outcome else None
    if found is None or found.standing == "not_assessed":
        return tell("conformity.not_assessed").to(language)
    if found.standing == "manual":
        return tell("framework.decided.manual").to(language)
    verdict = say(f"verdict.{found.standing}").to(language)
    return say("framework.open", verdict=verdict).to(language) if found.open else verdict


def _certificate(control: Control, outcome: Outcome | None, language: Language) -> str:
    """Return what a product certificate alone can settle of a clause, and who confirmed it."""
    if not control.clause or "product_cert" not in control.clause.human_evidence:
        return ""
    key = "worksheet.certificate.K" if control.clause.quantification else "worksheet.certificate.all"
    told = tell(key).to(language)
    if outcome and outcome.answer:
        answer = outcome.answer
        word = say(f"verdict.{answer.verdict}").to(language)
        told = f"{told} {tell('outcome.answered', who=answer.who, when=answer.when, verdict=word).to(language)}"
    return told


def as_csv(framework: Framework, layers: dict[str, str], record: Record, language: Language) -> str:
    """Return the worksheet as CSV with a mark that has spreadsheets read it as UTF-8.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(heads(language))
    for row in rows(framework, layers, record, language):
        writer.writerow([f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell for cell in row])
    return "\ufeff" + text.getvalue()
