from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from auditor.model.finding import Severity, Verdict
from auditor.model.record import Tally
from auditor.model.text import Text
from auditor.report.foreign import one_line
from auditor.report.overview import place
from auditor.report.terminal import _Prose, lines, summary
from tests.unit.report.records import assessed, empty, example, gap, many, object_finding, objects, outcome

if TYPE_CHECKING:
    from auditor.model.record import Record
    from auditor.model.text import Language


def shown(record: Record, language: Language = "en", *, width: int = 100, colour: bool = False) -> str:
    out = StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None)
    console.print(summary(record, language, {"report.html": ".auditor/runs/latest/report.html"}))
    return out.getvalue()


def test_it_says_what_failed_where_and_how_to_mend_it() -> None:
    text = shown(example())

    assert "critical 4" in text
    assert "app/run.py:12" in text
    assert "fix: Pass a list of arguments" in text


def test_it_says_what_was_not_assessed_and_how_to_have_it_assessed() -> None:
    text = shown(example())

    assert "assessed 10 of 13" in text
    assert "2 time limit (semgrep 1.182.0)" in text
    assert "how to have it assessed: raise stages.code.rule_seconds" in text


def test_it_ends_with_the_exit_code_and_why() -> None:
    text = shown(example()).rstrip().splitlines()[-1]

    assert "exit code 1: 4 failures at or above high" in text


def test_it_says_where_the_files_are() -> None:
    assert ".auditor/runs/latest/report.html" in shown(example())


def test_it_speaks_chinese() -> None:
    text = shown(example(), "zh")

    for part in ("不符合项", "已评估 10 / 13", "整改", "退出码 1", "处理办法"):
        assert part in text


def test_text_from_the_code_is_no_markup_and_no_escape() -> None:
    text = shown(example(), width=200)

    assert "\\x1b[31m" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_only_our_own_escapes_reach_a_colour_terminal() -> None:
    assert "\\x1b[31m\\u202e" in shown(example(), width=250, colour=True)


def test_a_clean_run_is_a_few_lines() -> None:
    text = shown(empty())

    assert "assessed 0 of 0" in text
    assert "passed" in text.lower()
    assert len(text.splitlines()) < 12


def test_many_causes_are_cut_and_counted() -> None:
    gaps = tuple(gap(f"f{index}", "os-shell-not-used", reason=f"cause {index:02}") for index in range(20))

    text = shown(replace(empty(), gaps=gaps))

    assert "12 more gaps" in text


def test_thousands_of_failures_stay_one_screen() -> None:
    assert len(shown(many(5000)).splitlines()) < 40


def test_chinese_lines_fill_the_width_and_begin_with_no_closing_mark() -> None:
    remedy = "以参数列表启动固定的程序，程序名取自白名单；确需命令行时使用shlex.quote，或放入隔离的容器中执行。" * 2
    record = example()
    findings = tuple(replace(f, remediation=Text(f.remediation.en, remedy)) for f in record.findings)

    lines = shown(replace(record, findings=findings), "zh", width=60).splitlines()

    first = next(line for line in lines if "整改：" in line)
    assert "程序名" in first
    assert max(cell_len(line.rstrip()) for line in lines) <= 60
    assert not [line for line in lines if line.strip()[:1] in "，。；、）" and line.strip()]


@pytest.mark.parametrize("width", [1, 2, 7, 30, 200])
def test_breaking_lines_loses_nothing(width: int) -> None:
    text = "a quite long（中文）word，再来 x" * 5
    console = Console(width=width)

    lines = _Prose(text).wrap(console, width)

    assert "".join(line.plain for line in lines).replace(" ", "") == text.replace(" ", "")


def test_it_says_how_much_was_reused() -> None:
    assert "reused 3 of 15 observations" in shown(example())
    assert "复用 3 / 15 项观测结果" in shown(example(), "zh")


def test_it_says_nothing_of_reuse_where_no_stage_counts() -> None:
    record = example()
    stages = tuple(replace(stage, reused=0, observed=0) for stage in record.run.stages)

    assert "reused" not in shown(replace(record, run=replace(record.run, stages=stages)))


def test_frameworks_stand_one_under_another_with_all_verdicts() -> None:
    record = objects()
    count = Tally(conforms=3, partly=2, does_not=1, not_applicable=0, not_assessed=251)
    frameworks = {**record.coverage.frameworks, "gbt22239-2019-l3": count}

    text = shown(replace(record, coverage=replace(record.coverage, frameworks=frameworks)), width=140)

    first, second = (line for line in text.splitlines() if " controls" in line)
    assert "pass 0  partly 0  fail 1  open 1  not applicable 0  of 2 controls" in first
    assert "pass 3  partly 2  fail 1  open 251  not applicable 0  of 257 controls" in second
    assert first.index("pass") == second.index("pass")


def test_a_framework_that_nothing_speaks_to_is_named() -> None:
    record = assessed([outcome("1.1", Verdict.NOT_ASSESSED), outcome("1.2", None)])

    assert "cis: nothing that was looked at speaks to it; all 2 controls are open" in shown(record, width=140)


def test_an_object_is_named_beside_its_place() -> None:
    assert "deploy/chart/templates/api.yaml:20  Deployment/loan/api" in shown(objects(), width=120)


def test_every_critical_and_high_failure_is_shown_and_the_rest_is_counted() -> None:
    lines = [line.strip() for line in shown(example(), width=160).splitlines()]

    counted = [f for f in example().findings if f.counts]
    grave = [f for f in counted if f.severity in {Severity.CRITICAL, Severity.HIGH}]
    assert len(grave) == 4
    assert all(any(line.startswith(one_line(place(f))) for line in lines) for f in grave)
    assert any(line.split()[:2] == ["info", "1"] and "web-banner-quiet" in line for line in lines)


def test_a_pipe_gets_a_line_a_failure_with_its_place_first() -> None:
    told = list(lines(example(), "en", {}))

    counted = [f for f in example().findings if f.counts]
    assert any(line.startswith("src/app/run.py:12: critical: ") and "[os-shell-not-used]" in line for line in told)
    assert sum("[" in line for line in told) == len(counted)
    assert not any("\n" in line or "\x1b" in line for line in told)
    assert told[-1].startswith("failed: exit code 1: ")


def test_what_a_person_chose_is_what_is_printed() -> None:
    chosen = [f for f in example().findings if f.id == "web-banner-quiet"]

    told = [line for line in lines(example(), "en", {}, chosen) if "[" in line]

    assert len(told) == 1
    assert "web-banner-quiet" in told[0]


def test_reasons_of_gaps_are_chinese_in_chinese() -> None:
    text = shown(objects(), "zh")

    assert "未采集  etcd" in text
    assert "not collected" not in text


def test_a_long_sentence_is_cut_visibly() -> None:
    record = objects()
    findings = tuple(replace(finding, detail=Text("x" * 900, "x" * 900)) for finding in record.findings)

    assert "x\u2026" in shown(replace(record, findings=findings)).replace("\n", "").replace(" ", "")


def test_parts_of_a_failure_stand_on_its_line_and_hooks_are_told() -> None:
    head = object_finding("k8s-pod-security-context")
    part = replace(object_finding("k8s-pod-non-root"), part_of=head.id)
    hook = replace(object_finding("k8s-pod-probes"), apart="hook", subject="Pod/loan/test")
    record = replace(example(), findings=(head, part, hook))

    told = [line for line in lines(record, "en", {}) if "k8s-" in line]

    assert [line.count("k8s-pod-non-root") for line in told] == [1, 0]
    assert told[0].endswith("+ k8s-pod-non-root")
    assert "(Helm hook)" in told[1]
    assert "k8s-pod-non-root" in shown(record, width=200)
    assert "Helm 钩子" in shown(record, "zh", width=200)
