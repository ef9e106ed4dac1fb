"""What a severity rests on decides it, and nothing else."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.stages.code.precision import Giver, Reading, Shown
from auditor.stages.code.severity import Ground, Needs, brought_by, severity_of, shown_of, strongest


@pytest.mark.parametrize("ground", [Ground.FLOW, Ground.TEXT, Ground.CONTRAST, Ground.SETTING])
@pytest.mark.parametrize("wanted", list(Severity))
def test_with_a_ground_a_match_has_the_severity_that_its_rule_wants(wanted: Severity, ground: Ground) -> None:
    assert severity_of(wanted, ground) is wanted


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (Severity.CRITICAL, Severity.LOW),
        (Severity.HIGH, Severity.LOW),
        (Severity.MEDIUM, Severity.LOW),
        (Severity.LOW, Severity.LOW),
        (Severity.INFO, Severity.INFO),
    ],
)
def test_without_one_it_is_low_and_a_hint_stays_a_hint(wanted: Severity, given: Severity) -> None:
    assert severity_of(wanted, Ground.NONE) is given


def test_of_two_engines_the_better_ground_counts() -> None:
    assert strongest("none", "flow") is Ground.FLOW
    assert strongest("text", "contrast", "none") is Ground.TEXT
    assert strongest() is Ground.NONE


def test_a_rule_brings_what_its_matches_prove_and_not_what_they_need() -> None:
    assert {each: brought_by(each) for each in Needs} == {
        Needs.FLOW: Ground.FLOW,
        Needs.WAY: Ground.NONE,
        Needs.TEXT: Ground.TEXT,
        Needs.CONTRAST: Ground.NONE,
        Needs.SOURCE: Ground.NONE,
    }


@pytest.mark.parametrize(
    ("read", "are_true", "given"),
    [
        (20, 12, Severity.HIGH),
        (20, 11, Severity.LOW),
        (100, 59, Severity.LOW),
        (8, 0, Severity.LOW),
        (8, 8, Severity.HIGH),
    ],
)
@pytest.mark.parametrize("ground", [Ground.FLOW, Ground.TEXT, Ground.CONTRAST])
def test_what_was_true_too_seldom_is_low(ground: Ground, read: int, are_true: int, given: Severity) -> None:
    assert severity_of(Severity.HIGH, ground, [Reading(read, are_true, platforms=9)]) is given


def test_what_a_person_set_stands_whatever_was_read() -> None:
    assert severity_of(Severity.CRITICAL, Ground.SETTING, [Reading(8, 0, platforms=9)]) is Severity.CRITICAL


def test_a_hint_stays_a_hint_whatever_was_read() -> None:
    assert severity_of(Severity.INFO, Ground.TEXT, [Reading(8, 0, platforms=9)]) is Severity.INFO


def test_a_match_shows_its_ground_and_of_a_value_how_far_it_came_and_from_whom() -> None:
    way = (("a.py", 1, "ToolArgument"), ("b.py", 2, "run"), ("b.py", 3, "exec"))

    assert shown_of("flow", way, "ToolArgument") == (Shown.FILES, Giver.MODEL)
    assert shown_of("flow", (), "") == (Shown.INSIDE, Giver.NOBODY)
    assert shown_of("text", way, "ToolArgument") == (Shown.TEXT, Giver.NOBODY)
    assert shown_of("contrast", (), "") == (Shown.CONTRAST, Giver.NOBODY)
    assert shown_of("none", way, "Request") is None
    assert shown_of("setting", way, "Request") is None


def test_few_readings_of_its_own_that_were_true_speak_for_a_match_whose_like_was_not() -> None:
    few, like = Reading(1, 1, platforms=1), Reading(20, 2, platforms=9)

    assert severity_of(Severity.HIGH, Ground.TEXT, [few, like]) is Severity.HIGH
    assert severity_of(Severity.HIGH, Ground.TEXT, [Reading(2, 1, platforms=2), like]) is Severity.LOW
