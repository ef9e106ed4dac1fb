"""How far a framework was assessed, and what would raise that."""

from __future__ import annotations

from auditor.messages import say
from auditor.model.control import Assessment, Control, Framework
from auditor.model.finding import Verdict
from auditor.model.record import Ratio
from auditor.model.text import NO_TEXT
from auditor.report.framework_table import chosen, summary
from auditor.report.frameworks import Progress, progress
from tests.unit.report.records import COLLECT, NODE, assessed, empty, object_finding, object_gap, outcome

UNSEEN = object_finding("k8s-etcd", Verdict.NOT_ASSESSED, lost=object_gap())
UNPROVEN = object_finding(
    "k8s-bound", Verdict.NOT_ASSESSED, lost=object_gap("no flags were seen", say("judge.remedy.person")), index=1
)
GAPS = (object_gap(), object_gap("no flags were seen", say("judge.remedy.person")))


def only(found: tuple[Progress, ...]) -> Progress:
    (one,) = found
    return one


def test_a_control_with_a_verdict_is_assessed() -> None:
    verdicts = (Verdict.FAIL, Verdict.PASS, Verdict.NOT_APPLICABLE)

    one = only(progress(assessed(outcome(f"1.{index}", verdict) for index, verdict in enumerate(verdicts))))

    assert (one.assessed, one.covered, one.unlisted) == (Ratio(part=3, whole=10), Ratio(part=4, whole=10), 7)
    assert one.steps == ()


def test_a_pass_that_a_person_has_to_confirm_is_not_assessed_yet() -> None:
    one = only(progress(assessed([outcome("1.1", Verdict.PASS, is_open=True), outcome("1.2", None, is_open=True)])))

    assert one.assessed.part == 0
    assert [(step.act, step.controls) for step in one.steps] == [(say("judge.remedy.person"), ("1.1", "1.2"))]


def test_controls_are_grouped_by_what_has_them_assessed_most_helpful_first() -> None:
    record = assessed(
        [
            outcome("5.1", Verdict.NOT_ASSESSED, UNPROVEN),
            outcome("1.1", Verdict.NOT_ASSESSED, UNSEEN),
            outcome("1.2", Verdict.NOT_ASSESSED, UNSEEN),
        ],
        [UNSEEN, UNPROVEN],
        gaps=GAPS,
    )

    steps = only(progress(record)).steps

    assert [(step.act, step.controls) for step in steps] == [
        (COLLECT, ("1.1", "1.2")),
        (say("judge.remedy.person"), ("5.1",)),
    ]


def test_a_control_that_no_check_of_the_run_read_says_where_to_look() -> None:
    (step,) = only(progress(assessed([outcome("1.1", Verdict.NOT_ASSESSED)]))).steps

    assert "auditor frameworks show cis" in step.act.en
    assert "auditor frameworks show cis" in step.act.zh


def test_with_several_targets_one_verdict_is_enough_and_that_is_said() -> None:
    record = assessed(
        [outcome("1.1", Verdict.NOT_ASSESSED, UNSEEN), outcome("1.1", Verdict.PASS, target=NODE)], [UNSEEN], gaps=GAPS
    )

    one = only(progress(record))

    assert one.assessed.part == 1
    assert one.by_target == (("kubernetes=deploy/chart", 0), (NODE, 1))
    assert one.told.en == "controls assessed on one target at least 1 of 10"


def test_with_one_target_the_figure_is_plain() -> None:
    one = only(progress(assessed([outcome("1.1", Verdict.PASS)])))

    assert (one.told.en, one.told.zh) == ("controls assessed 1 of 10", "已评估控制项 1 / 10")
    assert one.by_target == ()


def test_a_run_without_frameworks_has_none() -> None:
    assert progress(empty()) == ()


def test_controls_of_a_verdict_or_a_chapter_are_chosen_and_the_summary_counts_all() -> None:
    controls = tuple(
        Control(id=each, section=each.rpartition(".")[0], title=NO_TEXT, assessment=Assessment.AUTOMATED)
        for each in ("1.1", "1.2", "10.1")
    )
    framework = Framework(id="cis", version="1", title=NO_TEXT, controls=controls)
    record = assessed([outcome("1.1", Verdict.PASS), outcome("1.2", Verdict.FAIL), outcome("10.1", Verdict.FAIL)])

    assert [c.id for c in chosen(framework, record, "does_not", "").controls] == ["1.2", "10.1"]
    assert [c.id for c in chosen(framework, record, "does_not", "1").controls] == ["1.2"]
    assert [c.id for c in chosen(framework, None, "", "1").controls] == ["1.1", "1.2"]
    assert chosen(framework, None, "does_not", "").controls == ()
    assert summary(framework, record).en == "pass 1, partly 0, fail 2, open 0, not applicable 0, of 3 controls"
