"""What a person asks to see is what is shown, and what can never fit is refused."""

from __future__ import annotations

import csv
import io
import json

import pytest
from msgspec.structs import replace

from auditor.errors import ConfigError
from auditor.gate import GatePolicy
from auditor.model.finding import Severity, Verdict
from auditor.model.text import Text
from auditor.report import github, gitlab, rows
from auditor.report.overview import place
from auditor.report.selection import Selection, ensure, pick
from tests.unit.report.records import example, objects

POLICY = GatePolicy(fail_on=Severity.HIGH)


def ids(selection: Selection) -> set[str]:
    return {finding.id for finding in pick(example(), selection, POLICY)}


def test_without_a_word_the_failures_that_count_are_shown_worst_first() -> None:
    found = pick(example(), Selection(), POLICY)

    assert found == sorted(found, key=lambda f: list(Severity).index(f.severity))
    assert found
    assert all(finding.counts for finding in found)


def test_each_filter_leaves_what_fits() -> None:
    assert ids(Selection(least=Severity.CRITICAL)) == {"os-shell-not-used", "secret-key-absent"}
    assert ids(Selection(checks=("web-",))) == {"web-banner-quiet"}
    assert ids(Selection(checks=("web-",), everything=True)) == {"web-banner-quiet", "web-debug-off"}
    assert ids(Selection(files=("src/app/.env",))) == {"secret-key-absent"}
    assert {place(f).partition(":")[0] for f in pick(example(), Selection(files=("src/app/*.py",)), POLICY)} == {
        "src/app/main.py",
        "src/app/run.py",
        "src/app/sign.py",
    }
    assert all(place(f).startswith("src/app/") for f in pick(example(), Selection(files=("src/app/",)), POLICY))
    assert {f.verdict for f in pick(example(), Selection(verdicts=(Verdict.NOT_ASSESSED,)), POLICY)} == {
        Verdict.NOT_ASSESSED
    }


def test_what_blocks_is_what_the_gate_counts() -> None:
    found = pick(example(), Selection(only_blocks=True), POLICY)

    assert {f.verdict for f in found} == {Verdict.FAIL, Verdict.NOT_ASSESSED}
    assert all(f.severity.reaches(Severity.HIGH) for f in found if f.verdict is Verdict.FAIL)


@pytest.mark.parametrize(
    "name", ["8.1.4.4.d", "8.1.4.4 d)", "gbt22239-2019-l3:8.1.4.4.d", "GB/T 22239-2019 8.1.4", "8.1"]
)
def test_a_control_is_found_by_any_of_its_names(name: str) -> None:
    assert ids(Selection(controls=(name,))) == ids(Selection())


@pytest.mark.parametrize("name", ["8.1.4.4.e", "4.4.d", "cis-kubernetes:8.1.4.4.d", "8"])
def test_another_control_fits_nothing(name: str) -> None:
    expected = ids(Selection()) if name == "8" else set()

    assert ids(Selection(controls=(name,))) == expected


def test_what_can_never_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="--new-since"):
        ensure(Selection(only_new=True), [], is_compared=False)
    with pytest.raises(ConfigError, match="near: os-shell-not-used"):
        ensure(Selection(checks=("os-shel-not",)), ["os-shell-not-used", "web-debug-off"], is_compared=True)
    ensure(Selection(only_new=True, checks=("os-",)), ["os-shell-not-used"], is_compared=True)


def test_json_is_what_the_record_has() -> None:
    found = pick(example(), Selection(everything=True), POLICY)

    read = json.loads(rows.as_json(found))

    assert [each["fingerprint"] for each in read] == [f.fingerprint for f in found]
    assert json.loads(rows.as_json([])) == []


def test_csv_has_a_row_each_and_no_formula() -> None:
    bad = replace(objects().findings[0], subject="=HYPERLINK(1)", target="@x")

    head, *cells = list(csv.reader(io.StringIO(rows.as_csv([*example().findings, bad], "en").decode())))

    assert tuple(head) == rows.COLUMNS
    assert len(cells) == len(example().findings) + 1
    assert not [cell for row in cells for cell in row if cell[:1] in {"=", "+", "@"}]


def test_github_gets_commands_that_nothing_of_the_code_can_end() -> None:
    lines = github.render(example(), "en").decode().splitlines()

    start = "::error title=os-shell-not-used (critical),file=src/app/run.py,line=12"
    assert any(line.startswith(start) for line in lines)
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    assert all(line.count("::") >= 2 for line in lines)
    assert "exit code 1" in lines[-1]


def test_github_shows_no_more_than_ten_of_a_level() -> None:
    record = example()
    worst = [f for f in record.findings if f.id == "os-shell-not-used" and f.verdict is Verdict.FAIL]
    many = tuple(replace(worst[0], fingerprint=f"{n:032x}") for n in range(60))

    lines = github.render(replace(record, findings=many), "en").decode().splitlines()

    assert len(lines) <= 11
    assert "51 more" in lines[-1]


def test_gitlab_gets_what_its_page_asks_for() -> None:
    found = json.loads(gitlab.render(example(), "zh"))

    assert len({each["fingerprint"] for each in found}) == len(found) == sum(f.counts for f in example().findings)
    for each in found:
        assert set(each) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert each["severity"] in {"blocker", "critical", "major", "minor", "info"}
        assert each["location"]["lines"]["begin"] >= 1


def test_a_failure_is_told_by_its_problem_where_it_has_one() -> None:
    record = example()
    named = replace(next(f for f in record.findings if f.counts), problem=Text("It is broken", "已损坏"))
    record = replace(record, findings=(named,))

    assert "It is broken" in github.render(record, "en").decode()
    assert json.loads(gitlab.render(record, "zh"))[0]["description"] == "已损坏"
    assert "It is broken" in rows.as_csv([named], "en").decode()
