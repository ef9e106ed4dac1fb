"""What this stage says when something cannot be seen, or was left out on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.model.fact import Gap, GapClass
from auditor.model.record import Exclusion

if TYPE_CHECKING:
    from auditor import reasons
    from auditor.model.fact import Fact
    from auditor.model.text import Text

STAGE: Final = "custody"


def gap(
    part: str,
    kind: type[Fact],
    reason: reasons.Reason,
    detail: str,
    remedy: Text,
    *,
    subject: str = "",
    topic: str = "",
    is_missing: bool = False,
    is_out_of_reach: bool = False,
) -> Gap:
    """Return a gap of this stage.

    Args:
        part: Argument of the part.
        kind: Kind of fact that is missing.
        reason: A few words.
        detail: Circumstances.
        remedy: What to do to have it seen.
        subject: Narrows it to one subject.
        topic: Narrows it to one area.
        is_missing: It could have been given or collected.
        is_out_of_reach: This kind of target can never show it.
    """
    return Gap(
        stage=STAGE,
        target=part,
        kind=kind.__name__,
        subject=subject,
        topic=topic,
        reason=reason,
        detail=detail[:600],
        remedy=remedy,
        gap_class=GapClass.OUT_OF_REACH if is_out_of_reach else GapClass.MISSING if is_missing else GapClass.LOST,
    )


def left(part: str, what: str, why: Text) -> Exclusion:
    """Say that something was left out on purpose."""
    return Exclusion(target=part, what=what, why=why)
