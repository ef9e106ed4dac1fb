"""Shares as two integers with what is undetermined counted apart: when they decide, and how they stand in the facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.check_data import check_data
from auditor.model.fact import Gap, GapClass, Measure, Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor import reasons
    from auditor.model.fact import Fact, Facts
    from auditor.model.text import Text

ITEMS: Final = 1000
"""Items of a measure that are listed."""
Value = tuple[int, int] | float | str | None
"""A number, a time, a ratio as its two integers, or nothing."""


def is_below(value: tuple[int, int], undetermined: int, share: Sequence[int]) -> bool:
    """Tell whether even with all that is undetermined a share is not reached."""
    return (value[0] + undetermined) * share[1] < share[0] * value[1]


def is_undecided(stage: str, check_id: str, value: Value, undetermined: int) -> bool:
    """Tell whether what is undetermined decides on a check: not proven good, not proven bad (§1.3)."""
    share = check_data(stage).parameters(check_id).get("at_least") if check_id else None
    if not share or not undetermined or not isinstance(value, tuple) or not value[1]:
        return False
    return value[0] * share[1] < share[0] * value[1] and not is_below(value, undetermined, share)


def undecided(value: Value, undetermined: int) -> str:
    """Return the range of a share as words of a gap."""
    part, whole = value if isinstance(value, tuple) else (0, 0)
    return f"{part} to {part + undetermined} of {whole}"


def measured(
    stage: str, part: str, name: str, subject: str, value: Value, items: Iterable[str] = (), undetermined: int = 0
) -> Measure:
    """Return a measure.

    Args:
        stage: Its stage.
        part: Argument of the part.
        name: Its id without the stage.
        subject: What it is about.
        value: What was counted.
        items: What is missing or was found, fit to be shown; each is listed once, to a bound.
        undetermined: Items that are neither in nor out.
    """
    return Measure(
        subject=subject,
        origin=Origin(part=part),
        id=f"{stage}.{name}",
        stage=stage,
        value=value,
        undetermined=undetermined,
        items=tuple(dict.fromkeys(items))[:ITEMS],
    )


def unmeasured(
    stage: str,
    part: str,
    name: str,
    subject: str,
    reason: reasons.Reason,
    detail: str,
    remedy: Text,
    gap_class: GapClass,
) -> Gap:
    """Return the gap of a measure that cannot be told; names as for `measured`."""
    return Gap(
        stage=stage,
        target=part,
        kind=Measure.__name__,
        subject=subject,
        topic=f"{stage}.{name}",
        reason=reason,
        detail=detail,
        remedy=remedy,
        gap_class=gap_class,
    )


def beside(facts: Facts, id_: str, like: Fact) -> Measure | None:
    """Return the measure of an id about the same subject of the same part, None if there is none."""
    return next(
        (
            each
            for each in facts.of(Measure, id_)
            if each.subject == like.subject and each.origin.part == like.origin.part
        ),
        None,
    )


def pair(measure: Measure) -> tuple[int, int]:
    """Return the two integers of a measure; a plain number is so many of one."""
    return measure.value if isinstance(measure.value, tuple) else (int(measure.value or 0), 1)
