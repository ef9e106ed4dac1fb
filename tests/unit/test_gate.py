"""The gate: when a run may pass, and when a framework closes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from auditor import reasons
from auditor.gate import Circumstances, FrameworkLimit, GatePolicy, decide, denied, unanswered
from auditor.model.control import Outcome
from auditor.model.fact import GapClass
from auditor.model.finding import Confidence, Finding, Severity, Unseen, Verdict, Waiver
from auditor.model.record import StageRun
from auditor.model.text import NO_TEXT, Text

if TYPE_CHECKING:
    from auditor.model.record import Gate


def finding(verdict: Verdict, severity: Severity = Severity.HIGH, lost: GapClass = GapClass.LOST) -> Finding:
    return Finding(
        id="x",
        stage="s",
        target="code=.",
        subject="a",
        verdict=verdict,
        severity=severity,
        title=NO_TEXT,
        detail=NO_TEXT,
        expected=NO_TEXT,
        actual=NO_TEXT,
        origins=(),
        location=None,
        controls={"cis": ("1",)},
        cwe=(),
        confidence=Confidence.HIGH,
        fingerprint="0" * 32,
        remediation=NO_TEXT,
        waived=None,
        gap=Unseen(index=0, reason=reasons.TIME_LIMIT, subject="a", gap_class=lost)
        if verdict is Verdict.NOT_ASSESSED
        else None,
    )


GOOD = finding(Verdict.PASS)


def with_framework_limits(found: list[Outcome], limits: dict[str, FrameworkLimit]) -> Gate:
    return decide([GOOD], found, GatePolicy(frameworks=limits))


def test_nothing_judged_is_no_pass() -> None:
    assert decide([], [], GatePolicy()).exit_code == 3
    assert decide([finding(Verdict.NOT_APPLICABLE)], [], GatePolicy()).exit_code == 3


@pytest.mark.parametrize(
    ("lost", "asked", "code"),
    [
        (GapClass.LOST, frozenset[str](), 3),
        (GapClass.MISSING, frozenset[str](), 0),
        (GapClass.MISSING, frozenset({"cis"}), 3),
        (GapClass.MISSING, frozenset({"other"}), 0),
        (GapClass.OUT_OF_REACH, frozenset({"cis"}), 0),
    ],
)
def test_what_is_not_assessed_counts_by_its_class_and_what_was_asked_for(
    lost: GapClass, asked: frozenset[str], code: int
) -> None:
    good = replace(GOOD, controls={"cis": ("1",), "other": ("2",)})

    gate = decide([good, finding(Verdict.NOT_ASSESSED, lost=lost)], [], GatePolicy(asked_for=asked))

    assert gate.exit_code == code


def test_a_framework_that_was_asked_for_and_that_nothing_speaks_to_is_no_pass() -> None:
    silent = decide([GOOD], [], GatePolicy(asked_for=frozenset({"cis", "gbt"})))
    empty = replace(finding(Verdict.NOT_APPLICABLE), controls={"gbt": ("1",)})
    searched = replace(finding(Verdict.NOTHING_FOUND), controls={"gbt": ("1",)})

    assert (silent.exit_code, "gbt" in silent.reason.en, "cis" in silent.reason.en) == (3, True, False)
    assert decide([GOOD, empty], [], GatePolicy(asked_for=frozenset({"gbt"}))).exit_code == 3
    assert decide([GOOD, searched], [], GatePolicy(asked_for=frozenset({"gbt"}))).exit_code == 0
    assert decide([finding(Verdict.FAIL)], [], GatePolicy(asked_for=frozenset({"gbt"}))).exit_code == 1


def test_failures_at_the_threshold_beat_what_is_not_assessed_and_integrity_beats_both() -> None:
    found = [finding(Verdict.FAIL), finding(Verdict.NOT_ASSESSED)]

    assert decide(found, [], GatePolicy(fail_on=Severity.HIGH)).exit_code == 1
    assert decide(found, [], GatePolicy(fail_on=Severity.CRITICAL)).exit_code == 3
    assert decide(found, [], GatePolicy(), circumstances=Circumstances(integrity="opa was changed")).exit_code == 4


def test_checks_that_apply_and_saw_nothing_are_not_said_not_to_apply() -> None:
    """Found on an empty folder given as lineage: 38 checks not assessed, and "no check applies"."""
    gate = decide([finding(Verdict.NOT_ASSESSED, lost=GapClass.MISSING)] * 38, (), GatePolicy())

    assert gate.exit_code == 3
    assert gate.reason.en == "nothing was assessed: not assessed in all: 38"
    assert "没有适用" not in gate.reason.zh


def test_a_search_that_found_nothing_does_not_close_the_gate() -> None:
    assert decide([finding(Verdict.NOTHING_FOUND)], [], GatePolicy()).exit_code == 0


def outcomes(*verdicts: Verdict) -> list[Outcome]:
    return [
        Outcome(
            framework="cis",
            control=str(number),
            target="t",
            standing=verdict.value,
            open=False,
            findings=(),
            reason=Text("", ""),
        )
        for number, verdict in enumerate(verdicts)
    ]


def test_more_failures_than_the_framework_may_have_close_the_gate() -> None:
    gate = with_framework_limits(outcomes(Verdict.FAIL, Verdict.PASS), {"cis": FrameworkLimit(max_fail=0)})

    assert gate.exit_code == 1
    assert "cis: 1" in gate.reason.en


def test_as_many_as_tolerated_leave_it_open() -> None:
    limits = {"cis": FrameworkLimit(max_fail=1, max_not_assessed=1)}

    gate = with_framework_limits(outcomes(Verdict.FAIL, Verdict.NOT_ASSESSED), limits)

    assert gate.exit_code == 0


def test_outcomes_without_verdict_close_it_with_3_and_a_failure_beats_that() -> None:
    limits = {"cis": FrameworkLimit(max_fail=0, max_not_assessed=0)}

    unseen = with_framework_limits(outcomes(Verdict.NOT_ASSESSED), limits)
    both = with_framework_limits(outcomes(Verdict.NOT_ASSESSED, Verdict.FAIL), limits)

    assert (unseen.exit_code, both.exit_code) == (3, 1)


def test_a_limit_on_a_framework_that_was_not_assessed_is_no_pass() -> None:
    gate = with_framework_limits(outcomes(Verdict.FAIL), {"other": FrameworkLimit(max_fail=0)})

    assert gate.exit_code == 3
    assert "other" in gate.reason.en


NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WAIVED = Waiver(id="W-1", owner="a", approver="b", reason="c", expires="2026-12-31")


def judged_after(days: float) -> Circumstances:
    return Circumstances(started=NOW - timedelta(days=days), now=NOW)


def stage(name: str, problem: str = "") -> StageRun:
    return StageRun(stage=name, target="code=.", seconds=1.0, reused=0, observed=1, problem=problem)


def test_waived_failures_count_where_the_policy_does_not_accept_them() -> None:
    found = [replace(finding(Verdict.FAIL), waived=WAIVED), finding(Verdict.PASS)]

    assert decide(found, [], GatePolicy()).exit_code == 0
    assert decide(found, [], GatePolicy(accept_waived=False)).exit_code == 1


def test_a_failure_known_before_stays_known_even_if_waivers_are_not_accepted() -> None:
    known = replace(finding(Verdict.FAIL), waived=WAIVED, is_new=False)

    assert decide([known, finding(Verdict.PASS)], [], GatePolicy(accept_waived=False)).exit_code == 0


@pytest.mark.parametrize(
    ("stages", "exit_code"),
    [
        ((stage("code"), stage("sbom")), 0),
        ((stage("code"),), 3),
        ((stage("code"), stage("sbom", problem="Traceback")), 3),
        ((), 3),
    ],
)
def test_a_required_stage_must_have_run_to_its_end(stages: tuple[StageRun, ...], exit_code: int) -> None:
    policy = GatePolicy(required_stages=("code", "sbom"))

    assert decide([finding(Verdict.PASS)], [], policy, Circumstances(stages=stages)).exit_code == exit_code


def test_a_run_that_is_too_old_does_not_pass() -> None:
    policy = GatePolicy(max_age_days=7)

    assert decide([finding(Verdict.PASS)], [], policy, judged_after(6.9)).exit_code == 0
    assert decide([finding(Verdict.PASS)], [], policy, judged_after(7.1)).exit_code == 3


@pytest.mark.parametrize("days", [-0.1, -400])
def test_a_run_from_the_future_is_too_old_whatever_its_age_since_a_clock_is_wrong(days: float) -> None:
    gate = decide([finding(Verdict.PASS)], [], GatePolicy(max_age_days=7), judged_after(days))

    assert gate.exit_code == 3


def test_a_run_without_a_clock_is_too_old() -> None:
    assert decide([finding(Verdict.PASS)], [], GatePolicy(max_age_days=7), Circumstances()).exit_code == 3


def known(severity: Severity, first_seen: str) -> Finding:
    return replace(finding(Verdict.FAIL, severity), is_new=False, first_seen=first_seen)


SLA = GatePolicy(fail_on=Severity.LOW, sla_days={Severity.CRITICAL: 7, Severity.HIGH: 30})


@pytest.mark.parametrize(
    ("severity", "first_seen", "exit_code"),
    [
        (Severity.CRITICAL, "2026-11-23T12:00:00+00:00", 0),
        (Severity.CRITICAL, "2026-11-22T12:00:00+00:00", 0),
        (Severity.CRITICAL, "2026-11-22T11:59:59+00:00", 1),
        (Severity.CRITICAL, "2026-11-22T20:00:00+08:00", 0),
        (Severity.HIGH, "2026-11-22T11:59:59", 0),
        (Severity.HIGH, "2026-10-01T00:00:00+00:00", 1),
        (Severity.MEDIUM, "2020-01-01T00:00:00+00:00", 0),
        (Severity.HIGH, "", 1),
        (Severity.HIGH, "yesterday", 1),
        (Severity.HIGH, "2027-01-01T00:00:00+00:00", 1),
    ],
    ids=[
        "young",
        "last-moment",
        "over",
        "other-zone",
        "no-zone",
        "high-over",
        "no-limit",
        "unknown",
        "rubbish",
        "future",
    ],
)
def test_a_known_failure_counts_once_its_days_are_over(severity: Severity, first_seen: str, exit_code: int) -> None:
    gate = decide([known(severity, first_seen), finding(Verdict.PASS)], [], SLA, judged_after(0))

    assert gate.exit_code == exit_code
    assert ("past the days" in gate.reason.en) is (exit_code == 1)


def test_overdue_failures_below_the_threshold_or_waived_or_in_tests_do_not_count() -> None:
    old = known(Severity.HIGH, "2026-01-01T00:00:00+00:00")
    policy = replace(SLA, fail_on=Severity.CRITICAL)

    assert decide([old, finding(Verdict.PASS)], [], policy, judged_after(0)).exit_code == 0
    for each in (replace(old, waived=WAIVED), replace(old, context="test")):
        assert decide([each, finding(Verdict.PASS)], [], SLA, judged_after(0)).exit_code == 0


def test_known_failures_count_where_the_policy_wants_more_than_new_ones() -> None:
    old = [known(Severity.LOW, "2026-11-29T00:00:00+00:00"), finding(Verdict.PASS)]

    assert decide(old, [], GatePolicy(), judged_after(0)).exit_code == 0
    assert decide(old, [], GatePolicy(new_only=False), judged_after(0)).exit_code == 1


def test_a_policy_of_the_user_closes_a_gate_and_never_opens_one() -> None:
    good, bad = decide([finding(Verdict.PASS)], [], GatePolicy()), decide([finding(Verdict.FAIL)], [], GatePolicy())
    broken = decide([], [], GatePolicy(), Circumstances(integrity="x"))

    assert denied(good, ["too many"]).exit_code == 1
    assert "too many" in denied(good, ["too many"]).reason.en
    assert denied(good, []) == good
    assert denied(bad, ["too many"]) == bad
    assert denied(broken, ["too many"]).exit_code == 4


def test_a_policy_that_gives_no_answer_is_no_pass() -> None:
    good, bad = decide([finding(Verdict.PASS)], [], GatePolicy()), decide([finding(Verdict.FAIL)], [], GatePolicy())

    assert unanswered(good, "does not compile").exit_code == 3
    assert unanswered(bad, "does not compile") == bad


def test_a_failure_in_tests_or_examples_does_not_close_the_gate() -> None:
    aside = replace(finding(Verdict.FAIL), context="test")

    assert decide([aside, finding(Verdict.PASS)], [], GatePolicy()).exit_code == 0
    assert decide([aside, finding(Verdict.FAIL)], [], GatePolicy()).exit_code == 1
    waived = replace(aside, waived=WAIVED)
    assert decide([waived, finding(Verdict.PASS)], [], GatePolicy(accept_waived=False)).exit_code == 0


@pytest.mark.parametrize(
    ("open_ones", "policy"),
    [
        ([GapClass.LOST], GatePolicy(max_not_assessed=1)),
        ([GapClass.LOST, GapClass.OUT_OF_REACH, GapClass.MISSING], GatePolicy(max_not_assessed=5)),
        ([GapClass.OUT_OF_REACH], GatePolicy()),
        ([GapClass.MISSING] * 2, GatePolicy(asked_for=frozenset({"other"}))),
        ([GapClass.MISSING], GatePolicy(max_not_assessed=1, asked_for=frozenset({"cis"}))),
    ],
)
def test_all_assessed_is_said_of_no_run_that_leaves_anything_open(
    open_ones: list[GapClass], policy: GatePolicy
) -> None:
    good = replace(GOOD, controls={"cis": ("1",), "other": ("2",)})
    found = [good, *(finding(Verdict.NOT_ASSESSED, lost=each) for each in open_ones)]

    gate = decide(found, [], policy)

    assert gate.exit_code == 0
    assert "all assessed" not in gate.reason.en
    assert "全部已评估" not in gate.reason.zh
    assert f"1 of {len(found)}" in gate.reason.en
