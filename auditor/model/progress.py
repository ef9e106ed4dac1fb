"""What an observer says about its own work beside what it saw."""

from __future__ import annotations

from msgspec import Struct


class Progress(Struct, frozen=True, kw_only=True):
    """How far an observer is.

    Attributes:
        doing: Program or activity (``semgrep``), a word that needs no translation.
        done: Items finished.
        total: Items in all, 0 if unknown.
        left_s: Seconds that are left, by what the same took the last time; 0 if that is not known.
    """

    doing: str
    done: int
    total: int
    left_s: float = 0.0


class Tally(Struct, frozen=True, kw_only=True):
    """How much of the work was taken from earlier observations.

    Attributes:
        reused: Items whose earlier observation was used again.
        observed: Items observed anew.
    """

    reused: int
    observed: int
