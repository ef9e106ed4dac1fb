"""A framework row by row: how each control is decided, what that needs, and what a run says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.table import Table
from rich.text import Text as Line

from auditor.compliance.coverage import method, needs, risk
from auditor.compliance.texts import say as by_rule
from auditor.model.finding import Verdict, worst
from auditor.model.text import Text as BothText
from auditor.model.text import listed, literal
from auditor.report.standing import SHOWN, standings
from auditor.report.standing import numbers as numbers_of
from auditor.report.texts import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.control import Control, Framework, Outcome
    from auditor.model.record import Record
    from auditor.model.text import Language, Text

_COLOURS = {
    Verdict.FAIL: "red",
    Verdict.NOT_ASSESSED: "yellow",
    Verdict.NOTHING_FOUND: "cyan",
    Verdict.PASS: "green",
    Verdict.NOT_APPLICABLE: "dim",
}


def table(framework: Framework, numbers: Mapping[str, str], record: Record | None, language: Language) -> Table:
    """Return one row per control, in the order of the document.

    Args:
        framework: What to show.
        numbers: Number to show for a control's id, for another edition; controls that it lacks are left out.
            Empty for the numbers of today.
        record: Run whose outcomes to show; None for none.
        language: Of all text.
    """
    found = _outcomes(framework, record)
    made = Table(box=None, pad_edge=False, header_style="bold")
    for key in ("number", "verdict", "decided", "checks", "title", "needs"):
        made.add_column(say(f"framework.column.{key}").to(language), overflow="fold")
    for control in framework.controls:
        if numbers and control.id not in numbers:
            continue
        made.add_row(
            numbers.get(control.id, control.id),
            _verdict(control, found, language),
            method(control).to(language),
            str(len(control.checks)),
            _title(control, language),
            listed((*map(literal, control.needs), *needs(control))).to(language),
        )
    return made


def chosen(framework: Framework, record: Record | None, verdict: str, chapter: str) -> Framework:
    """Return a framework with the controls that a person asked to see.

    Args:
        framework: All of it.
        record: Run whose verdicts count; None for none, and no control has one then.
        verdict: A value of `auditor.model.control.Conformity`; empty for all.
        chapter: A section, or what numbers begin with; empty for all.
    """
    verdicts = _verdicts(framework, record) if verdict else {}
    return msgspec.structs.replace(
        framework,
        controls=tuple(
            control
            for control in framework.controls
            if (not verdict or verdicts.get(control.id) == verdict)
            and (not chapter or control.section == chapter or f"{control.id}.".startswith(f"{chapter}."))
        ),
    )


def _verdicts(framework: Framework, record: Record | None) -> dict[str, str]:
    found = standings(record) if record else ()
    return {row.control: row.verdict for each in found if each.id == framework.id for row in each.rows}


def summary(framework: Framework, record: Record) -> Text:
    """Return how many controls have which verdict, in one line."""
    count = numbers_of(record).get(framework.id)
    if count is None:
        return say("framework.no_verdict")
    figures = [(say(f"conformity.{verdict}"), getattr(count, verdict)) for verdict in SHOWN]
    whole = say("standing.of", whole=count.whole)
    return BothText(
        ", ".join([*(f"{word.en} {number}" for word, number in figures), whole.en]),
        "\uff0c".join([*(f"{word.zh} {number}" for word, number in figures), whole.zh]),
    )


def _title(control: Control, language: Language) -> Line:
    """Return the requirement, and below it the cases in which its failure is a high risk by itself."""
    line = Line(control.title.to(language))
    for case in control.clause.high_risk if control.clause else ():
        line.append(f"\n! {risk(case).to(language)}", style="red")
    return line


def rows(framework: Framework, numbers: Mapping[str, str], record: Record | None) -> list[dict[str, object]]:
    """Return every control as data, in the order of the document.

    Args:
        framework: What to show.
        numbers: Number to show for a control's id, for another edition; empty for those of today.
        record: Run whose outcomes to show; None for none.
    """
    found = _outcomes(framework, record)
    return [
        {
            "id": numbers.get(control.id, control.id),
            "section": control.section,
            "title": _both(control.title),
            "assessment": control.assessment.value,
            "checks": list(control.checks),
            "needs": [*control.needs, *(control.clause.human_evidence if control.clause else ())],
            "still_needed": [_both(each) for each in needs(control)],
            "clause": msgspec.to_builtins(control.clause) if control.clause else None,
            "outcomes": [
                {
                    "target": outcome.target,
                    "verdict": outcome.verdict.value if outcome.verdict else "manual",
                    "open": outcome.open,
                    "reason": _both(outcome.reason),
                    "conformity": outcome.conformity,
                    "high_risk": outcome.high_risk,
                    "quantified": msgspec.to_builtins(outcome.quantified),
                }
                for outcome in found.get(control.id, ())
            ],
        }
        for control in framework.controls
        if not numbers or control.id in numbers
    ]


def _both(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}


def _outcomes(framework: Framework, record: Record | None) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for outcome in record.outcomes if record else ():
        if outcome.framework == framework.id:
            found.setdefault(outcome.control, []).append(outcome)
    return found


def _verdict(control: Control, found: Mapping[str, list[Outcome]], language: Language) -> Line:
    outcomes = found.get(control.id, [])
    verdict = worst(outcome.verdict for outcome in outcomes if outcome.verdict)
    if verdict is None:
        told = by_rule("framework.decided.manual") if outcomes else say("framework.no_verdict")
        return Line(told.to(language), style="dim")
    is_open = any(outcome.open for outcome in outcomes if outcome.verdict is verdict)
    text = say(f"verdict.{verdict.value}").to(language)
    line = Line(say("framework.open", verdict=text).to(language) if is_open else text, style=_COLOURS[verdict])
    for letter in "DAK" if control.by_letter else "":
        each = worst(
            Verdict(found.standing)
            for outcome in outcomes
            if (found := outcome.quantified.get(letter)) and found.standing != "manual"  # type: ignore[call-overload]
        )
        standing = say(f"verdict.{each.value}" if each else "framework.no_verdict").to(language)
        line.append(f"\n{letter} {standing}", style="dim")
    return line
