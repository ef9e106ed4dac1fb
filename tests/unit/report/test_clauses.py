from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from auditor.model.finding import Verdict
from auditor.model.text import literal
from auditor.report.clauses import actual, counts, expected, method, remark, rows, strangers
from auditor.report.standing import numbers
from tests.unit.report.clause_records import FRAMEWORK, with_clauses
from tests.unit.report.records import example


def test_every_clause_has_a_row_whether_anything_spoke_of_it_or_not() -> None:
    ((framework, made),) = rows(with_clauses(), [FRAMEWORK])

    assert framework is FRAMEWORK
    assert [row.number for row in made] == ["8.1.4.4 d)", "8.1.9.1.a", "8.1.9.2.a"]
    assert [row.together.conformity for row in made] == ["partly", "not_assessed", "not_assessed"]


def test_a_clause_that_fails_on_one_object_and_conforms_on_another_is_partly_met() -> None:
    ((_framework, made),) = rows(with_clauses(), [FRAMEWORK])

    first = made[0]

    assert first.together.objects == ("loan", "other")
    assert [each.conformity for each in first.by_object] == ["does_not", "conforms"]
    assert first.together.worst is not None
    assert first.together.worst.verdict is Verdict.FAIL
    assert first.together.digests == ("sha256:" + "0" * 64,)
    assert first.together.high_risk


def test_the_numbers_are_those_of_every_other_report() -> None:
    record = with_clauses()
    ((_framework, made),) = rows(record, [FRAMEWORK])

    tally = numbers(record)[FRAMEWORK.id]

    assert {name: getattr(tally, name) for name in counts(made)} == counts(made)


def test_the_words_of_a_row_say_how_it_was_assessed_what_is_due_and_what_was_seen() -> None:
    ((_framework, made),) = rows(with_clauses(), [FRAMEWORK])
    checked, manual, silent = made

    assert method(checked.control).zh == "访谈、测试（部分）"
    assert method(manual.control).en.startswith("interview, examine (")
    assert actual(checked.together).zh.endswith("项）")
    assert "高风险" in remark(checked, checked.together).zh
    assert expected(manual, manual.together).zh.startswith("应由人员提供：执行、审批或登记记录")
    assert actual(manual.together).en == "reason"
    assert actual(silent.together).en == "reason"


def test_what_decided_stands_behind_the_value_that_was_seen_where_it_says_more() -> None:
    ((_framework, made),) = rows(with_clauses(), [FRAMEWORK])
    worst = made[0].together.worst
    assert worst is not None

    def told(detail: str, value: str) -> str:
        finding = replace(worst, verdict=Verdict.FAIL, detail=literal(detail), actual=literal(value))
        return actual(dataclasses.replace(made[0].together, worst=finding)).en

    assert "USER 0 (the image starts as root)" in told("the image starts as root", "USER 0")
    assert "1 of 2; wrong: a" in told("a", "1 of 2; wrong: a")
    assert "(a)" not in told("a", "1 of 2; wrong: a")
    assert "the password is empty" in told("the password is empty", "")


def test_what_a_person_said_stands_in_the_remark() -> None:
    ((_framework, made),) = rows(with_clauses(is_answered=True), [FRAMEWORK])

    assert made[1].together.conformity == "conforms"
    assert "Li Wei 于 2026-11-01 确认" in remark(made[1], made[1].together).zh


def test_a_run_without_its_frameworks_names_what_it_cannot_show() -> None:
    assert list(rows(example(), [])) == []
    assert strangers(example(), []) == ("gbt22239-2019-l3",)
    assert next(rows(replace(example(), outcomes=()), [FRAMEWORK]))[1][0].together.objects == ()


def test_results_are_counted_with_all_that_there_are() -> None:
    ((_framework, made),) = rows(with_clauses(), [FRAMEWORK])

    assert counts(made) == {"conforms": 0, "partly": 1, "does_not": 0, "not_applicable": 0, "not_assessed": 2}
