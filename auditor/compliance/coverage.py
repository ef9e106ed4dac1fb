"""How far a framework is decided by checks: counts, and what each control still needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from auditor.compliance.texts import CASES, say
from auditor.model.control import Assessment
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.model.clause import HighRisk
    from auditor.model.control import Control, Framework


class Counts(Struct, frozen=True, kw_only=True):
    """The rows of a framework by how they are decided, and those with checks behind them.

    Attributes:
        total: All rows.
        automated: Rows that the pipeline decides for what it sees.
        partial: Rows for which it gives evidence, and a person concludes.
        manual: Rows for people alone.
        with_checks: Rows with a check at least.
        checks: Different checks behind all rows.
        high_risk: Rows with a case of a guide for high risks.
    """

    total: int
    automated: int
    partial: int
    manual: int
    with_checks: int
    checks: int
    high_risk: int


def counts(framework: Framework) -> Counts:
    """Return the numbers of a framework."""
    by_kind = {kind: sum(c.assessment is kind for c in framework.controls) for kind in Assessment}
    return Counts(
        total=len(framework.controls),
        automated=by_kind[Assessment.AUTOMATED],
        partial=by_kind[Assessment.PARTIAL],
        manual=by_kind[Assessment.MANUAL],
        with_checks=sum(bool(control.checks) for control in framework.controls),
        checks=len({check for control in framework.controls for check in control.checks}),
        high_risk=sum(bool(control.clause and control.clause.high_risk) for control in framework.controls),
    )


def needs(control: Control) -> tuple[Text, ...]:
    """Return what people have to show for a control, and that a check is missing where the pipeline should speak."""
    found = [say(f"need.{code}") for code in control.clause.human_evidence] if control.clause else []
    if control.assessment is not Assessment.MANUAL and not control.checks:
        found.append(say("need.check"))
    elif control.lacks:
        found.append(say("need.methods", methods=", ".join(control.lacks)))
    if control.assessment is Assessment.PARTIAL and not found:
        found.append(say("need.confirmation"))
    return tuple(found)


def method(control: Control) -> Text:
    """Return how a control is decided; for a unit of 密评 D, A and K each."""
    decided = say(f"framework.decided.{control.assessment.value}")
    if not control.clause or not control.clause.quantification:
        return decided
    return say(
        "method.quantified",
        decided=decided,
        **{name: say(f"framework.decided.{kind}") for name, kind in control.clause.quantification.items()},
    )


def risk(case: HighRisk) -> Text:
    """Return a case of a guide in words; the guides are Chinese, so the English is marked as our own."""
    title = Text(CASES.get(case.title, case.title), case.title)
    return say(f"high_risk.{case.source}", item=case.item, title=title)
