"""What was looked for in logs and not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.fact import Gap, GapClass
from auditor.stages.auditlog.measures import STAGE, clean
from auditor.stages.auditlog.texts import say

if TYPE_CHECKING:
    from auditor import reasons
    from auditor.model.system import Part


def gap(
    part: Part,
    subject: str,
    topic: str,
    reason: reasons.Reason,
    detail: str,
    remedy: str,
    gap_class: GapClass = GapClass.LOST,
    kind: str = "Measure",
) -> Gap:
    """Return what was looked for in a part and not seen; the remedy is the key of a sentence."""
    return Gap(
        stage=STAGE,
        target=part.argument,
        kind=kind,
        subject=subject,
        topic=topic,
        reason=reason,
        detail=clean(detail),
        remedy=say(remedy),
        gap_class=gap_class,
    )
