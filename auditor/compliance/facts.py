"""What is known of the decisions that people keep beside an audit."""

from __future__ import annotations

from enum import StrEnum

from auditor.model.fact import Fact
from auditor.model.text import Text


class Standing(StrEnum):
    """How it is with a waiver at a given time."""

    USED = "used"
    UNUSED = "unused"
    EXPIRED = "expired"
    TOO_BROAD = "too_broad"
    INVALID = "invalid"


class WaiverUse(Fact, frozen=True, kw_only=True):
    """What became of a waiver; ``subject`` is its id.

    Attributes:
        standing: How it is with it.
        covers: Failures that it covers.
        why: In words.
    """

    standing: Standing
    covers: int
    why: Text


class AnswerState(Fact, frozen=True, kw_only=True):
    """How it is with an answer of a person; ``subject`` is framework, control and target.

    Attributes:
        counts: Whether it counts at the time of the run.
        why: Until when, or why not.
    """

    counts: bool
    why: Text
