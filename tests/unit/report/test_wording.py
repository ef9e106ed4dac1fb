"""Sentences about one finding or gap."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from auditor.messages import say
from auditor.model.fact import Origin
from auditor.model.finding import Location
from auditor.model.text import NO_TEXT, Text, literal
from auditor.report.wording import (
    act,
    api_path,
    cause,
    decided,
    evidence,
    gap_notice,
    gap_reason,
    message,
)
from tests.unit.report.records import CHART, COLLECT, gap, object_finding, object_gap

CLUSTER = say("pipeline.remedy.collect_cluster")


def test_what_decided_is_not_said_twice() -> None:
    finding = object_finding("k8s-host-ipc")

    assert decided(finding) == NO_TEXT
    assert decided(replace(finding, actual=literal("another"))) == finding.detail


def test_in_chinese_what_decided_is_said_where_the_values_are_english() -> None:
    finding = object_finding("k8s-host-ipc")
    chinese = replace(finding, detail=Text(finding.detail.en, "要求关闭；实际开启"))

    assert decided(chinese) == Text("", "要求关闭；实际开启")


def test_what_decided_is_not_said_again_where_the_value_that_was_seen_says_it() -> None:
    finding = replace(object_finding("k8s-host-ipc"), detail=literal("orders.delete"))

    assert decided(finding) == literal("orders.delete")
    assert decided(replace(finding, actual=literal("4 of 5; wrong: orders.delete"))) == NO_TEXT


def test_a_failure_is_told_by_its_problem_and_a_remark_is_added() -> None:
    wrong = Text("A pod shares the host's IPC", "Pod 共享主机 IPC")
    finding = replace(object_finding("k8s-host-ipc"), problem=wrong)
    remark = Text("also found by bandit", "bandit 也发现了")
    place = Location(file="a.py", line=1, snippet="  eval(text)")
    code = replace(finding, location=place, detail=remark, expected=NO_TEXT, actual=NO_TEXT)

    assert evidence(code) == Text("eval(text)", "eval(text)")
    assert message(code).en == f"{wrong.en} (also found by bandit)"
    assert message(replace(code, detail=NO_TEXT)) == wrong


def test_the_circumstances_of_a_gap_are_told_apart_from_what_to_do() -> None:
    lost = object_gap("no flags were seen", CLUSTER)

    assert act(lost) == CLUSTER
    assert cause(lost) == Text("no flags were seen", "原因")
    assert gap_reason(lost) == Text("evidence missing: no flags were seen", "证据不足：原因")


def test_a_remedy_without_circumstances_stays_whole() -> None:
    lost = object_gap()

    assert act(lost) == COLLECT
    assert cause(replace(lost, remedy=CLUSTER)) == Text(lost.detail, "本系统中没有部分能体现 etcd")


def test_a_gap_is_told_in_both_languages_with_its_topic() -> None:
    notice = gap_notice(gap("", "os-shell-not-used", reason="time limit"))

    assert notice.en.startswith("not assessed: time limit: everything of this kind (Line os-shell-not-used")
    assert notice.zh.startswith("未评估：超时：此类全部对象（Line os-shell-not-used")


@pytest.mark.parametrize(
    ("pointer", "file", "path"),
    [
        ("/apis/apps/v1/deployments/3/spec", None, "/apis/apps/v1/deployments/3/spec"),
        ("/25/spec", None, ""),
        ("/api/v1/pods", "templates/api.yaml", ""),
    ],
)
def test_only_what_the_api_showed_has_a_path_of_it(pointer: str, file: str | None, path: str) -> None:
    finding = replace(object_finding("k8s-host-ipc"), origins=(Origin(part=CHART, pointer=pointer, file=file),))

    assert api_path(finding) == path


def test_a_failure_is_told_by_its_problem_where_the_check_has_words_for_it() -> None:
    finding = replace(
        object_finding("k8s-host-ipc"),
        problem=Text("The pod shares the host's IPC", "Pod 共享主机 IPC"),
        detail=NO_TEXT,
    )

    assert message(finding).en == "The pod shares the host's IPC"
    assert message(finding).zh == "Pod 共享主机 IPC"
