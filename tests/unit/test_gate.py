"""The gate: when a run may pass, and when a framework closes it."""

from __future__ import annotations

from auditor.model.control import Outcome
from auditor.model.finding import Severity, Verdict
from auditor.model.record import Gate
from auditor.model.text import Text
from auditor.pipeline import FrameworkLimit, with_framework_limits

OPEN = Gate(fail_on=Severity.HIGH, exit_code=0, reason=Text("good", "好"))


def outcomes(*verdicts: Verdict) -> list[Outcome]:
    return [
        Outcome(
            framework="cis",
            control=str(number),
            target="t",
            verdict=verdict,
            open=False,
            findings=(),
            reason=Text("", ""),
        )
        for number, verdict in enumerate(verdicts)
    ]


def test_more_failures_than_the_framework_may_have_close_the_gate() -> None:
    gate = with_framework_limits(OPEN, outcomes(Verdict.FAIL, Verdict.PASS), {"cis": FrameworkLimit(max_fail=0)})

    assert gate.exit_code == 1
    assert "cis: 1" in gate.reason.en


def test_as_many_as_tolerated_leave_it_open() -> None:
    limits = {"cis": FrameworkLimit(max_fail=1, max_not_assessed=1)}

    gate = with_framework_limits(OPEN, outcomes(Verdict.FAIL, Verdict.NOT_ASSESSED), limits)

    assert gate.exit_code == 0


def test_outcomes_without_verdict_close_it_with_3_and_a_failure_beats_that() -> None:
    limits = {"cis": FrameworkLimit(max_fail=0, max_not_assessed=0)}

    unseen = with_framework_limits(OPEN, outcomes(Verdict.NOT_ASSESSED), limits)
    both = with_framework_limits(OPEN, outcomes(Verdict.NOT_ASSESSED, Verdict.FAIL), limits)

    assert (unseen.exit_code, both.exit_code) == (3, 1)


def test_a_limit_on_another_framework_changes_nothing() -> None:
    assert with_framework_limits(OPEN, outcomes(Verdict.FAIL), {"other": FrameworkLimit(max_fail=0)}) == OPEN
