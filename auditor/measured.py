"""How a check tells the number that it judges: a part of a whole or a count, and what of it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.messages import say
from auditor.model.text import NO_TEXT, Text, joined

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.model.fact import Measure

SHOWN: Final = 10
"""Items that a detail names."""
_SHOWN_BESIDE: Final = 3
"""Items that stand beside a number; the detail tells more of them."""


def number(measure: Measure) -> Text:
    """Return the value of a measure, with what is neither in nor out."""
    value = measure.value
    if not isinstance(value, tuple):
        return Text(str(value), str(value))
    part, whole = value
    if measure.undetermined:
        return say("measured.of.undetermined", part=part, whole=whole, undetermined=measure.undetermined)
    return say("measured.of", part=part, whole=whole)


def some(items: tuple[str, ...], told: Callable[[str], Text], most: int = SHOWN) -> Text:
    """Return the first of some items, and how many more there are.

    Args:
        items: As the measure names them.
        told: Says one of them in both languages.
        most: How many are named.
    """
    if not items:
        return NO_TEXT
    shown = joined(map(told, items[:most]))
    return say("measured.more", items=shown, count=len(items) - most) if len(items) > most else shown


def counted(count: Text, items: tuple[str, ...], told: Callable[[str], Text]) -> Text:
    """Return a number with a few of the items behind it; the number alone where there are none."""
    return say("measured.counted", count=count, items=some(items, told, _SHOWN_BESIDE)) if items else count


def wrong(measure: Measure, items: tuple[str, ...], told: Callable[[str], Text]) -> Text:
    """Return what was seen where that is bad: the number, and what it is that is wrong."""
    seen = number(measure)
    is_share = isinstance(measure.value, tuple)
    if not items:
        return seen if is_share else say("measured.count", number=seen)
    if is_share:
        return say("measured.of.wrong", seen=seen, items=some(items, told, _SHOWN_BESIDE))
    return counted(seen, items, told)
