from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from auditor.model.finding import Location
from auditor.model.text import literal
from auditor.report.markdown import MAX_CHARACTERS, render
from auditor.report.patches import as_yaml
from tests.unit.report.records import CHECKS, HOSTILE_FILE, PATCH, empty, example, many, object_finding, objects


def text_of(count: int) -> str:
    return render(many(count), "en", CHECKS).decode()


@pytest.mark.parametrize("count", [1, 500, 5000])
def test_a_comment_fits(count: int) -> None:
    assert len(text_of(count).encode("utf-16-le")) // 2 <= MAX_CHARACTERS


def test_huge_foreign_text_still_fits() -> None:
    record = many(300)
    huge = Location(file="x" * 5000, line=1, snippet="`\n" * 20_000)
    findings = tuple(
        replace(finding, location=huge, actual=literal("\U0001f600" * 9000)) for finding in record.findings
    )

    page = render(replace(record, findings=findings), "zh", CHECKS).decode()

    assert len(page.encode("utf-16-le")) // 2 <= MAX_CHARACTERS


def test_what_does_not_fit_is_counted() -> None:
    page = text_of(5000)

    rows = len(re.findall(r"^\| (?:critical|high|medium|low|info) \|", page, re.MULTILINE))
    assert rows > 10
    assert f"{5000 - rows} more are not shown here" in page


@pytest.mark.parametrize("count", [1, 500, 5000])
def test_no_more_than_sixty_lines_are_open(count: int) -> None:
    page = re.sub(r"<details>.*?</details>", "<details/>", text_of(count), flags=re.DOTALL)

    assert len([line for line in page.splitlines() if line.strip() and line != "<details/>"]) <= 60
    assert len(re.findall(r"^\| (?:critical|high|medium|low|info) \|", page, re.MULTILINE)) == min(count, 10)


def test_gaps_are_shown_however_many_failures_there_are() -> None:
    page = text_of(5000)

    assert "<summary>Not assessed (30)</summary>" in page
    assert "| 30 | `time limit` | `semgrep 1.182.0` |" in page


def test_new_failures_come_before_waived_and_known_ones() -> None:
    page = render(example(), "en", CHECKS).decode()

    assert page.index("New failures (6)") < page.index("Known before / Waived (2)")
    assert page.index("app/run.py:12") < page.index("app/load.py:7")


def test_headline_figures_carry_their_integers() -> None:
    page = render(example(), "en", CHECKS).decode()

    assert "assessed 10 of 13" in page
    assert "fail **1**" in page


def test_foreign_text_stands_in_code_only() -> None:
    page = render(example(), "en", CHECKS).decode()
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(page)

    outside = re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
    for trace in ("alert", "evil.example", "@root", "@admin", "模型", "\x1b"):
        assert trace not in outside
    assert "<script" not in html
    assert "<img" not in html
    assert "<a " not in html


def test_every_fold_is_closed() -> None:
    for page in (text_of(5000), render(example(), "zh", CHECKS).decode()):
        assert page.count("<details>") == page.count("</details>")


def test_a_clean_run_is_short_and_says_so() -> None:
    page = render(empty(), "zh").decode()

    assert "通过" in page
    assert len(page) < 500


def test_the_hostile_name_is_really_in_the_example() -> None:
    assert any(finding.location and finding.location.file == HOSTILE_FILE for finding in example().findings)


def test_an_object_its_patch_and_what_to_collect_are_told() -> None:
    page = render(objects(), "en").decode()

    assert "`deploy/chart/templates/api.yaml:20`<br>`Deployment/loan/api`" in page
    assert f"```yaml\n{as_yaml(PATCH)}```" in page
    assert "- `cis`: pass **0** · partly **0** · fail **1** · open **1** · not applicable **0** (of 2 controls)" in page
    assert "- `cis`: collect the nodes (for 1 control)" in page


def test_reasons_of_gaps_are_chinese_in_chinese() -> None:
    page = render(objects(), "zh").decode()

    assert "| `未采集` |" in page
    assert "not collected" not in page


def test_parts_of_a_failure_stand_in_its_row() -> None:
    head = object_finding("k8s-pod-security-context")
    part = replace(object_finding("k8s-pod-non-root"), part_of=head.id, problem=literal("A container may run as root"))
    record = replace(example(), findings=(head, part))

    page = render(record, "en").decode()

    (row,) = (line for line in page.splitlines() if "A container may run as root" in line and line.startswith("|"))
    assert "<br>+ A container may run as root" in row
