"""Five prepared pairs of runs, each with one true cause; and what cannot be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from auditor import reasons
from auditor.difference import Side, difference
from auditor.model.difference import Cause, Change, Inputs, Kind
from auditor.model.fact import Gap, GapClass
from auditor.model.finding import Location, Severity, Unseen, Verdict, Waiver
from auditor.model.record import Coverage, Gate, Ratio, Record, Run, StageRun, ToolUse
from auditor.model.text import NO_TEXT
from tests.unit.compliance.findings import finding

if TYPE_CHECKING:
    from auditor.model.finding import Finding

CODE = "code=src/"
INPUTS = Inputs(things={(CODE, "a.py"): "1", (CODE, "b.py"): "1"}, parts={CODE: "1"}, databases={CODE: "d1"})
RUN = Run(
    id="r1",
    started="2026-11-28T12:00:00+00:00",
    seconds=1.0,
    auditor="0.1.0",
    rules="sha256:01",
    parts=(),
    stages=(StageRun(stage="code", target=CODE, seconds=1.0, reused=0, observed=2),),
    tools=(ToolUse(name="semgrep", version="1", digest="sha256:aa", is_allowed=True),),
    arguments=(),
    system="s",
)
GAP = Gap(
    stage="code",
    target=CODE,
    kind="CodeMatch",
    subject="a.py",
    reason=reasons.TIME_LIMIT,
    detail="10 s",
    remedy=NO_TEXT,
    gap_class=GapClass.LOST,
)
WAIVER = Waiver(id="W-1", owner="a", approver="b", reason="c", expires="2026-12-31")


def record(*findings: Finding, run: Run = RUN, targets: tuple[str, ...] = (CODE,)) -> Record:
    return Record(
        run=run,
        targets=targets,
        left_out=(),
        gaps=(GAP,),
        findings=findings,
        outcomes=(),
        coverage=Coverage(assessed=Ratio(part=1, whole=1), policy={}),
        measures=(),
        gate=Gate(fail_on=Severity.HIGH, exit_code=1, reason=NO_TEXT),
    )


def side(*findings: Finding, run: Run = RUN, inputs: Inputs = INPUTS, checks: tuple[str, ...] = ("code-x",)) -> Side:
    return Side(record=record(*findings, run=run), checks=frozenset(checks), inputs=inputs)


BAD = finding("code-x", "a.py")
GOOD = finding("code-x", "b.py", Verdict.PASS)
LATER = replace(RUN, id="r2")


def only(before: Side, after: Side) -> Change:
    (change,) = difference(before, after).changes
    return change


def test_nothing_differs_between_a_run_and_itself() -> None:
    found = difference(side(BAD, GOOD), side(BAD, GOOD, run=LATER))

    assert found.changes == ()
    assert found.circumstances == ()


def test_another_file_is_the_cause_even_where_the_rules_are_others_too() -> None:
    changed = Inputs(things={**INPUTS.things, (CODE, "a.py"): "2"}, parts={CODE: "2"}, databases=INPUTS.databases)

    change = only(side(GOOD), side(BAD, GOOD, run=replace(LATER, rules="sha256:02"), inputs=changed))

    assert (change.kind, change.cause, change.after) == (Kind.NEW, Cause.CODE, "fail")


def test_the_same_file_under_other_rules_is_the_rules() -> None:
    other_file = Inputs(things={**INPUTS.things, (CODE, "b.py"): "2"}, parts={CODE: "2"}, databases=INPUTS.databases)

    change = only(side(GOOD), side(BAD, GOOD, run=replace(LATER, rules="sha256:02"), inputs=other_file))

    assert (change.kind, change.cause) == (Kind.NEW, Cause.RULES)


def test_a_check_that_there_was_not_is_the_rules() -> None:
    new = finding("code-y", "a.py")
    after = side(BAD, GOOD, new, run=replace(LATER, rules="sha256:02"), checks=("code-x", "code-y"))

    assert only(side(BAD, GOOD), after).cause is Cause.RULES


def test_another_database_is_the_database_before_the_rules() -> None:
    inputs = Inputs(things=INPUTS.things, parts=INPUTS.parts, databases={CODE: "d2"})

    change = only(side(BAD, GOOD), side(GOOD, run=replace(LATER, rules="sha256:02"), inputs=inputs))

    assert (change.kind, change.cause) == (Kind.FIXED, Cause.DATABASE)


def test_a_waiver_changes_what_counts_and_no_verdict() -> None:
    change = only(side(BAD), side(replace(BAD, waived=WAIVER), run=LATER))

    assert (change.kind, change.cause, change.before, change.after) == (Kind.CHANGED, Cause.WAIVERS, "fail", "fail")
    assert "W-1" in change.why.en
    assert "no more" in only(side(replace(BAD, waived=WAIVER)), side(BAD, run=LATER)).why.en


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (replace(LATER, tools=(ToolUse(name="semgrep", version="2", digest="sha256:bb", is_allowed=True),)), "semgrep"),
        (replace(LATER, auditor="0.2.0"), "version of auditor"),
        (replace(LATER, started="2026-12-28T12:00:00+00:00"), "the day"),
    ],
)
def test_other_programs_or_another_day_are_the_environment(run: Run, words: str) -> None:
    change = only(side(GOOD), side(BAD, GOOD, run=run))

    assert change.cause is Cause.ENVIRONMENT
    assert words in change.why.en


def test_what_one_run_could_not_see_is_not_compared() -> None:
    unseen = replace(
        BAD,
        verdict=Verdict.NOT_ASSESSED,
        fingerprint="u",
        gap=Unseen(index=0, reason=reasons.TIME_LIMIT, subject="a.py"),
    )

    lost = only(side(BAD), side(unseen, run=replace(LATER, rules="sha256:02")))
    seen = only(side(unseen), side(BAD, run=LATER))

    assert (lost.kind, lost.cause, lost.after) == (Kind.INCOMPARABLE, Cause.COVERAGE, "not_assessed")
    assert "time limit" in lost.why.en
    assert (seen.kind, seen.before) == (Kind.INCOMPARABLE, "not_assessed")


def test_a_target_that_one_run_did_not_look_at_is_not_compared() -> None:
    without = Side(record=record(run=LATER, targets=()), checks=frozenset({"code-x"}), inputs=Inputs())

    assert only(side(BAD), without).cause is Cause.COVERAGE


def test_a_check_that_did_not_run_under_the_same_rules_is_not_compared() -> None:
    assert only(side(BAD), side(run=LATER, checks=())).cause is Cause.COVERAGE


def test_a_file_that_was_moved_is_the_same_failure() -> None:
    here = replace(BAD, moved_fingerprint="m", location=Location(file="a.py", line=1))
    there = replace(
        finding("code-x", "c.py"), moved_fingerprint="m", fingerprint="f2", location=Location(file="c.py", line=1)
    )

    assert difference(side(here, GOOD), side(there, GOOD, run=LATER)).changes == ()


def test_a_verdict_that_is_no_failure_and_changes_is_told() -> None:
    then = finding("code-x", "b.py", Verdict.NOTHING_FOUND)

    change = only(side(then), side(GOOD, run=replace(LATER, rules="sha256:02")))

    assert (change.kind, change.cause, change.before, change.after) == (
        Kind.CHANGED,
        Cause.RULES,
        "nothing_found",
        "pass",
    )


def test_where_nothing_explains_it_that_is_said() -> None:
    assert only(side(GOOD), side(BAD, GOOD, run=LATER)).cause is Cause.UNKNOWN
