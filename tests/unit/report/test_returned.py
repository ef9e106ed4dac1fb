"""Answers written into a workbook come back without loss, and nothing else does."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import openpyxl
import pytest

from auditor.compliance import answers as answering
from auditor.errors import ConfigError
from auditor.report import xlsx
from auditor.report.returned import digests, merge, read
from tests.unit.report.clause_records import ANSWER, FRAMEWORK, with_clauses
from tests.unit.report.records import CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from auditor.model.text import Language

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SHEET = {"zh": "GB T 22239-2019 第三级", "en": "GB T 22239-2019 level 3"}
FIRST = 14
"""Column of the first answer, from 1."""


def filled(
    tmp_path: Path, edit: Callable[[Worksheet], None], language: Language = "zh", *, is_answered: bool = False
) -> Path:
    """Write a workbook, change it as a person would, and save it with another program."""
    file = tmp_path / "report.xlsx"
    file.write_bytes(xlsx.render(with_clauses(is_answered=is_answered), language, CHECKS, [FRAMEWORK]))
    book = openpyxl.load_workbook(file)
    edit(book[SHEET[language]])
    book.save(file)
    return file


def answer(sheet: Worksheet, row: int, *values: object) -> None:
    for index, value in enumerate(values):
        sheet.cell(row, FIRST + index, value)


def evidence(tmp_path: Path) -> str:
    (tmp_path / "scans").mkdir(exist_ok=True)
    (tmp_path / "scans" / "room.pdf").write_bytes(b"%PDF-1.7 signed")
    return "scans/room.pdf"


@pytest.mark.parametrize(("language", "word"), [("zh", "符合"), ("en", "conforms"), ("zh", "PASS")])
def test_an_answer_comes_back_as_it_was_written(tmp_path: Path, language: Language, word: str) -> None:
    name = evidence(tmp_path)
    file = filled(
        tmp_path,
        lambda sheet: answer(sheet, 6, word, "Li Wei", date(2026, 11, 1), 180, "loan*", name, "-见：门禁\n记录"),
        language,
    )
    into = tmp_path / "answers.yaml"

    done = merge(read(file), into, [FRAMEWORK], NOW)

    assert (len(done.added), done.notes) == (1, [])
    (made,) = answering.read(into, [FRAMEWORK]).answers
    assert (made.framework, made.control, made.target) == (FRAMEWORK.id, "8.1.9.1.a", "loan*")
    assert (made.verdict, made.who, made.when, made.valid_days) == ("pass", "Li Wei", "2026-11-01", 180)
    assert made.evidence == ((name, "sha256:" + hashlib.sha256(b"%PDF-1.7 signed").hexdigest()),)
    assert made.reason == "-见：门禁\n记录"
    assert answering.problem(made, NOW) is None


def test_a_workbook_that_nobody_touched_gives_nothing_and_one_with_the_answers_of_the_run_gives_those(
    tmp_path: Path,
) -> None:
    untouched = read(filled(tmp_path, lambda _sheet: None))
    known = read(filled(tmp_path, lambda _sheet: None, is_answered=True))

    assert (untouched.given, untouched.notes, untouched.rows) == ([], [], 3)
    (given,) = known.given
    assert (given.values["verdict"], given.values["who"], given.values["when"]) == ("pass", ANSWER.who, ANSWER.when)
    assert (given.values["evidence"], given.values["reason"]) == ("scans/room.pdf", ANSWER.reason)


def test_an_answer_that_stands_in_the_file_already_is_not_added_again_and_another_one_stays(tmp_path: Path) -> None:
    name = evidence(tmp_path)
    into = tmp_path / "answers.yaml"
    file = filled(tmp_path, lambda sheet: answer(sheet, 6, "符合", "Li Wei", "2026-11-01", "", "", name, ""))
    merge(read(file), into, [FRAMEWORK], NOW)
    before = into.read_bytes()

    again = merge(read(file), into, [FRAMEWORK], NOW)
    other = filled(tmp_path, lambda sheet: answer(sheet, 6, "不符合", "Wang", "2026-11-02", "", "", "", "no guard"))
    differing = merge(read(other), into, [FRAMEWORK], NOW)

    assert (len(again.same), again.added) == (1, [])
    assert "不一致，保留原答复" in differing.notes[0].what.zh
    assert into.read_bytes() == before


def test_what_people_wrote_into_the_file_before_stays_byte_for_byte(tmp_path: Path) -> None:
    into = tmp_path / "answers.yaml"
    row = "{framework: gbt22239-2019-l3, control: 8.1.9.2.a, verdict: fail, who: Wang, when: 2026-10-01}"
    old = f"# ours\nanswers:\n- {row}\n"
    into.write_text(old, encoding="utf-8")
    file = filled(tmp_path, lambda sheet: answer(sheet, 6, "不适用", "Li", "2026-11-01", "", "", "", "no rooms"))

    merge(read(file), into, [FRAMEWORK], NOW)

    assert into.read_text("utf-8").startswith(old)
    assert [each.verdict for each in answering.read(into, [FRAMEWORK]).answers] == ["fail", "not_applicable"]


@pytest.mark.parametrize("column", [1, 3, 8, 10, 11, 12, 13])
def test_a_locked_cell_that_was_changed_has_the_workbook_refused(tmp_path: Path, column: int) -> None:
    file = filled(tmp_path, lambda sheet: sheet.cell(5, column, "sha256:" + "f" * 64))

    found = read(file)

    assert found.is_refused
    assert [(note.row, note.refuses) for note in found.notes] == [(5, True)]


def test_a_digest_that_was_worked_out_anew_is_found_against_the_run(tmp_path: Path) -> None:
    record = with_clauses()
    file = filled(tmp_path, lambda _sheet: None)
    known = digests(record, [FRAMEWORK])

    assert not read(file, known).is_refused
    assert read(file, frozenset({"0" * 64})).is_refused


def test_a_row_that_was_added_is_told_and_not_taken(tmp_path: Path) -> None:
    def add(sheet: Worksheet) -> None:
        sheet.cell(20, 1, "8.9.9")
        answer(sheet, 20, "符合", "Li", "2026-11-01")

    found = read(filled(tmp_path, add))

    assert (found.given, found.is_refused) == ([], False)
    assert [(note.row, note.what.zh) for note in found.notes] == [(20, "新增行，并非 auditor 生成：未导入")]


def test_formulas_are_ignored_and_told(tmp_path: Path) -> None:
    found = read(filled(tmp_path, lambda sheet: answer(sheet, 6, "符合", '=HYPERLINK("http://x")', "2026-11-01")))

    assert found.given == []
    assert "确认人 含公式" in found.notes[0].what.zh


def test_a_formula_in_a_locked_cell_has_the_workbook_refused(tmp_path: Path) -> None:
    assert read(filled(tmp_path, lambda sheet: sheet.cell(5, 8, '="符合"'))).is_refused


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (date(2026, 11, 1), "2026-11-01"),
        (datetime(2026, 11, 1, 23, 59, 59), "2026-11-01"),  # noqa: DTZ001 - as programs keep it
        ("2026/11/1", "2026-11-01"),
        ("2026年11月1日", "2026-11-01"),
        ("２０２６－１１－０１", "2026-11-01"),
        ("31.10.2026", "2026-10-31"),
        ("10/31/2026", "2026-10-31"),
        ("05/05/2026", "2026-05-05"),
        ("03/04/2026", None),
        ("2026-02-30", None),
        ("gestern", None),
        (46327, "2026-11-01"),
    ],
)
def test_a_day_of_another_locale_is_read_if_it_can_be_one_day_only(
    tmp_path: Path, written: object, day: str | None
) -> None:
    found = read(filled(tmp_path, lambda sheet: answer(sheet, 6, "不符合", "Li", written)))

    assert [given.values["when"] for given in found.given] == ([day] if day else [])
    assert bool(found.notes) == (day is None)


def test_merged_cells_give_no_answer(tmp_path: Path) -> None:
    def merge_rows(sheet: Worksheet) -> None:
        answer(sheet, 5, "不符合", "Li", "2026-11-01")
        sheet.merge_cells(start_row=5, end_row=6, start_column=FIRST, end_column=FIRST)

    found = read(filled(tmp_path, merge_rows))

    assert found.given == []
    assert [note.row for note in found.notes] == [5, 6]


def test_two_rows_for_one_clause_give_no_answer(tmp_path: Path) -> None:
    def copy(sheet: Worksheet) -> None:
        answer(sheet, 6, "不符合", "Li", "2026-11-01")
        for column in range(1, FIRST):
            sheet.cell(12, column, sheet.cell(6, column).value)
        answer(sheet, 12, "不适用", "Wang", "2026-11-01", "", "", "", "no rooms")

    done = merge(read(filled(tmp_path, copy)), tmp_path / "answers.yaml", [FRAMEWORK], NOW)

    assert done.added == []
    assert ["存在两行答复" in note.what.zh for note in done.notes] == [True, True]
    assert not (tmp_path / "answers.yaml").exists()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (("符合", "Li", "2026-11-01", "", "", "", ""), "证据文件 为空"),
        (("符合", "Li", "2026-11-01", "", "", "gone.pdf", ""), "证据文件 gone.pdf"),
        (("符合", "Li", "2026-11-01", "", "", "../../etc/passwd", ""), "证据文件"),
        (("不符合", "", "2026-11-01", "", "", "", ""), "确认人 为空"),
        (("不适用", "Li", "2026-11-01", "", "", "", ""), "说明 为空"),
        (("不符合", "Li", "2027-11-01", "", "", "", ""), "晚于本次运行"),
        (("不符合", "Li", "2026-11-01", "900", "", "", ""), "valid_days"),
    ],
)
def test_an_answer_that_would_not_count_is_told_and_not_written(
    tmp_path: Path, values: tuple[str, ...], why: str
) -> None:
    file = filled(tmp_path, lambda sheet: answer(sheet, 6, *values))

    found = read(file)
    done = merge(found, tmp_path / "answers.yaml", [FRAMEWORK], NOW)

    assert why in [*found.notes, *done.notes][0].what.zh
    assert not (tmp_path / "answers.yaml").exists()


@pytest.mark.parametrize("verdict", ["也许", "maybe", "未评估", ""])
def test_an_answer_with_a_verdict_that_is_none_is_told(tmp_path: Path, verdict: str) -> None:
    found = read(filled(tmp_path, lambda sheet: answer(sheet, 6, verdict, "Li", "2026-11-01")))

    assert found.given == []
    assert "无效" in found.notes[0].what.zh


def test_a_text_of_32768_characters_is_told(tmp_path: Path) -> None:
    found = read(
        filled(tmp_path, lambda sheet: answer(sheet, 6, "不符合", "Li", "2026-11-01", "", "", "", "长" * 32_767))
    )

    assert "超过 10000 字符" in found.notes[0].what.zh


def test_columns_that_were_moved_are_found_by_their_titles(tmp_path: Path) -> None:
    def move(sheet: Worksheet) -> None:
        answer(sheet, 6, "不符合", "Li", "2026-11-01", "", "", "", "no guard")
        sheet.insert_cols(1)
        sheet.insert_rows(1)

    (given,) = read(filled(tmp_path, move)).given

    assert (given.control, given.values["reason"]) == ("8.1.9.1.a", "no guard")


def test_escapes_and_marks_in_an_answer_come_back_as_text(tmp_path: Path) -> None:
    odd = "a\u202eb <b>&amp;\t'=1"
    file = filled(tmp_path, lambda sheet: answer(sheet, 6, "不符合", "Li", "2026-11-01", "", "", "", odd))
    into = tmp_path / "answers.yaml"

    merge(read(file), into, [FRAMEWORK], NOW)

    (made,) = answering.read(into, [FRAMEWORK]).answers
    assert made.reason == odd


def test_a_workbook_of_others_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(file)

    with pytest.raises(ConfigError, match="no workbook that auditor wrote"):
        read(file)
