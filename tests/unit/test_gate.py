"""The gate: when a run may pass, and when a framework closes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

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
        gap=Unseen(index=0, reason="time limit", subject="a", gap_class=lost)
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
    gate = decide([GOOD, finding(Verdict.NOT_ASSESSED, lost=lost)], [], GatePolicy(asked_for=asked))

    assert gate.exit_code == code


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


def test_a_limit_on_another_framework_changes_nothing() -> None:
    assert with_framework_limits(outcomes(Verdict.FAIL), {"other": FrameworkLimit(max_fail=0)}).exit_code == 0


WAIVED = Waiver(id="W-1", owner="a", approver="b", reason="c", expires="2026-12-31")


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

    assert decide([finding(Verdict.PASS)], [], policy, Circumstances(age_days=6.9)).exit_code == 0
    assert decide([finding(Verdict.PASS)], [], policy, Circumstances(age_days=7.1)).exit_code == 3


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
    found = [GOOD, *(finding(Verdict.NOT_ASSESSED, lost=each) for each in open_ones)]

    gate = decide(found, [], policy)

    assert gate.exit_code == 0
    assert "all assessed" not in gate.reason.en
    assert "全部已评估" not in gate.reason.zh
    assert f"1 of {len(found)}" in gate.reason.en
