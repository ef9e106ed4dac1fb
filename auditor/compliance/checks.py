"""What must hold of waivers and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.check import fail, not_applicable, ok
from auditor.check_data import checks_of, judges
from auditor.compliance.facts import AnswerState, Standing, WaiverUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Check, Judgement
    from auditor.model.fact import Facts

PART_KINDS: Final = frozenset({"waivers", "answers"})


def _standing(facts: Facts, wrong: Standing, *, silent: frozenset[Standing]) -> Iterator[Judgement]:
    """Fail the waivers of one standing; those whose own standing says that this cannot be asked are not judged."""
    for waiver, uses in facts.by_subject(WaiverUse):
        del waiver
        standings = {each.standing for each in uses}
        if wrong in standings:
            yield fail(*uses, detail=next(each.why for each in uses if each.standing is wrong))
        elif standings & silent:
            yield not_applicable(*uses, reason=uses[0].why)
        else:
            yield ok(*uses, detail=uses[0].why)


@judges("waiver-well-formed", reads=(WaiverUse,), part_kinds=frozenset({"waivers"}))
def waiver_well_formed(facts: Facts) -> Iterator[Judgement]:
    """Fail waivers with a field that is missing or wrong."""
    return _standing(facts, Standing.INVALID, silent=frozenset())


@judges("waiver-in-force", reads=(WaiverUse,), part_kinds=frozenset({"waivers"}))
def waiver_in_force(facts: Facts) -> Iterator[Judgement]:
    """Fail waivers whose last day is over."""
    return _standing(facts, Standing.EXPIRED, silent=frozenset({Standing.INVALID}))


@judges("waiver-narrow", reads=(WaiverUse,), part_kinds=frozenset({"waivers"}))
def waiver_narrow(facts: Facts) -> Iterator[Judgement]:
    """Fail waivers that name no one check or nothing that it is for, and those that cover too much."""
    return _standing(facts, Standing.TOO_BROAD, silent=frozenset({Standing.INVALID}))


@judges("waiver-needed", reads=(WaiverUse,), part_kinds=frozenset({"waivers"}))
def waiver_needed(facts: Facts) -> Iterator[Judgement]:
    """Fail waivers that match no failure."""
    silent = frozenset({Standing.INVALID, Standing.EXPIRED, Standing.TOO_BROAD})
    return _standing(facts, Standing.UNUSED, silent=silent)


@judges("answer-counts", reads=(AnswerState,), part_kinds=frozenset({"answers"}))
def answer_counts(facts: Facts) -> Iterator[Judgement]:
    """Fail answers that are incomplete, whose evidence changed, or that are too old."""
    for _subject, states in facts.by_subject(AnswerState):
        bad = next((each for each in states if not each.counts), None)
        yield fail(bad, *(each for each in states if each is not bad), detail=bad.why) if bad else ok(*states)


def checks() -> tuple[Check, ...]:
    """Return the checks of decisions."""
    judging = (waiver_well_formed, waiver_in_force, waiver_narrow, waiver_needed, answer_counts)
    return checks_of("compliance", part_kinds=PART_KINDS, judges=judging)
