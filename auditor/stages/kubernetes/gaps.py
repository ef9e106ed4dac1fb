"""What this stage says when something cannot be seen, or was left out on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.model.fact import Gap, GapClass
from auditor.model.record import Exclusion

if TYPE_CHECKING:
    from auditor import reasons
    from auditor.model.fact import Fact
    from auditor.model.text import Text

STAGE: Final = "kubernetes"


def gap(
    part: str,
    kind: type[Fact],
    reason: reasons.Reason,
    detail: str,
    remedy: Text,
    *,
    subject: str = "",
    topic: str = "",
    tool: str = "",
    gap_class: GapClass = GapClass.LOST,
) -> Gap:
    """Return a gap of this stage; names as in `Gap`."""
    return Gap(
        stage=STAGE,
        target=part,
        kind=kind.__name__,
        subject=subject,
        topic=topic,
        reason=reason,
        detail=detail,
        tool=tool,
        remedy=remedy,
        gap_class=gap_class,
    )


def left(part: str, what: str, why: Text) -> Exclusion:
    """Say that something was left out on purpose."""
    return Exclusion(target=part, what=what, why=why)
