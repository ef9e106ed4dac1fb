"""What a severity rests on decides it, and nothing else."""

from __future__ import annotations

import pytest

from auditor.model.finding import Severity
from auditor.stages.code.severity import Ground, Needs, brought_by, severity_of, strongest


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
