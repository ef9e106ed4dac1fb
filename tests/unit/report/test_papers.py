"""The self-assessment report, as Word file and as PDF."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from docx import Document
from msgspec.structs import replace

from auditor.model.finding import Verdict, Waiver
from auditor.model.record import Exclusion
from auditor.model.text import Language, Text
from auditor.report import docx, fonts, pdf
from auditor.report.assessment import Cover, Grid, Heading, Paragraph, blocks
from tests.unit.report.clause_records import FRAMEWORK, with_clauses
from tests.unit.report.records import CHECKS, empty, example

if TYPE_CHECKING:
    from auditor.model.record import Record

LONG = "长" * 40_000
HOSTILE = "=1\n\u202e\x00\x1b[31m<w:t>&amp;]]></w:t>\udcff" + "\n" * 500


def hostile() -> Record:
    base = with_clauses()
    waiver = Waiver(id=LONG, owner=HOSTILE, approver=LONG, reason=LONG, expires="2027-01-01")
    nasty = [
        replace(
            finding,
            subject=HOSTILE,
            actual=Text(LONG, LONG),
            detail=Text(HOSTILE, HOSTILE),
            problem=Text(LONG, HOSTILE),
            remediation=Text(LONG, LONG),
            waived=waiver if index % 2 else None,
        )
        for index, finding in enumerate(base.findings)
    ]
    left = tuple(Exclusion(target=HOSTILE, what=LONG, why=Text(LONG, LONG)) for _ in range(3))
    run = replace(base.run, system=HOSTILE)
    return replace(base, run=run, findings=tuple(nasty), left_out=left, targets=(HOSTILE, LONG, *base.targets))


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


# -- what is in it ---------------------------------------------------------------------------------------------


def test_chapters_stand_in_the_order_in_which_assessors_read() -> None:
    made = blocks(with_clauses(), "zh", CHECKS, [FRAMEWORK])

    assert isinstance(made[0], Cover)
    assert [block.text for block in made if isinstance(block, Heading) and block.level == 1] == [
        "评估范围与对象",
        "评估方法与工具",
        "总体结果",
        "分层结果：GB/T 22239-2019 第三级",
        "未评估事项及原因",
        "整改计划",
        "证据索引",
        "签署",
    ]


def test_a_row_that_is_open_although_all_that_was_seen_passes_says_why() -> None:
    base = with_clauses()
    passing = tuple(
        replace(finding, verdict=Verdict.PASS, actual=Text("4 of 4", "4 项中有 4 项")) for finding in base.findings
    )
    why = Text("a person has to confirm it", "仍需人工确认")
    outcomes = tuple(
        replace(outcome, open=True, conformity="not_assessed", standing=Verdict.PASS, reason=why)
        for outcome in base.outcomes
    )

    made = blocks(replace(base, findings=passing, outcomes=outcomes), "zh", CHECKS, [FRAMEWORK])
    rows = [row for block in made if isinstance(block, Grid) for row in block.rows]

    assert any("均为符合" in cell and "仍需人工确认" in cell for row in rows for cell in row)


def test_what_is_signed_by_hand_stays_on_one_page() -> None:
    document = Document(io.BytesIO(docx.render(with_clauses(), "en", CHECKS, [FRAMEWORK])))
    *rows, last = document.tables[-1].rows

    assert [row.cells[0].text for row in (*rows, last)] == ["role", "prepared by", "reviewed by", "approved by"]
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for row in rows for cell in row.cells)
    assert not last.cells[0].paragraphs[0].paragraph_format.keep_with_next


def test_parts_that_are_one_system_are_one_object_and_none_counts_zero() -> None:
    base = with_clauses()
    bill, image = "sbom=app.cdx.json", "image=oci:app"
    joined = tuple(replace(finding, target=f"{bill}@{image}") for finding in base.findings)

    told = grid_after("测评对象", record=replace(base, findings=joined, targets=(bill, image)))

    assert told.rows == (("1", f"{bill}@{image}", str(len(joined)), told.rows[0][3]),)


def grid_after(title: str, language: Language = "zh", record: Record | None = None) -> Grid:
    made = blocks(record or with_clauses(), language, CHECKS, [FRAMEWORK])
    at = next(index for index, block in enumerate(made) if isinstance(block, Heading) and title in block.text)
    return next(block for block in made[at:] if isinstance(block, Grid))


def test_high_risks_stand_before_everything_else() -> None:
    ((clause, requirement, _actual, case),) = grid_after("高风险项").rows

    assert (clause, requirement) == ("GB/T 22239-2019 第三级 8.1.4.4 d)", "校验输入数据")
    assert "判例 6.3.1" in case


def test_every_clause_stands_in_its_layer_with_its_result_and_the_digest_of_its_evidence() -> None:
    made = blocks(with_clauses(), "zh", CHECKS, [FRAMEWORK])

    rows = [row for block in made if isinstance(block, Grid) and "结果判定" in block.titles for row in block.rows]

    assert [(row[0], row[2]) for row in rows] == [
        ("8.1.4.4 d)", "部分符合\n高风险"),
        ("8.1.9.1 a)", "未评估"),
        ("8.1.9.2 a)", "未评估"),
    ]
    assert rows[0][4] == "0" * 16
    assert any(isinstance(block, Heading) and block.text == "安全计算环境（8.1.4）" for block in made)


def test_what_was_not_assessed_is_told_with_its_cause_and_what_people_have_to_show() -> None:
    gaps = grid_after("未能观测的内容").rows
    waiting = grid_after("待人工确认的条款").rows

    assert ("采集失败", "超时") in [row[:2] for row in gaps]
    assert [row[0] for row in waiting] == ["8.1.9.1 a)", "8.1.9.2 a)"]
    assert waiting[0][3] == "执行、审批或登记记录、访谈"


def test_the_plan_leaves_owner_and_day_open_and_holds_no_waived_failure() -> None:
    plan = grid_after("整改计划")

    assert plan.titles[-2:] == ("责任人", "计划完成日期")
    assert {row[-2:] for row in plan.rows} == {("", "")}
    assert [row[1] for row in plan.rows] == sorted((row[1] for row in plan.rows), key="严重高中低提示".find)
    assert not [row for row in plan.rows if "load.py" in row[3]]
    assert "W-1" in {row[0] for row in grid_after("已豁免项").rows}


def test_a_run_that_found_nothing_says_so_in_each_chapter() -> None:
    said = [block.text for block in blocks(empty(), "en") if isinstance(block, Paragraph)]

    assert "no failure is open" in said
    assert "everything that was looked for was seen" in said
    assert any(
        "the run does not hold its rules" in text
        for text in (p.text for p in blocks(example(), "en") if isinstance(p, Paragraph))
    )


# -- Word ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_another_program_reads_the_word_file(language: Language) -> None:
    document = Document(io.BytesIO(docx.render(with_clauses(), language, CHECKS, [FRAMEWORK])))

    headings = [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"]
    assert len(headings) == 8
    assert headings[0] == {"zh": "一、评估范围与对象", "en": "1 Scope and objects"}[language]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "8.1.9.2 a)" in cells
    assert [row.cells[0].text for row in document.tables[-1].rows][1:] == {
        "zh": ["编制", "审核", "批准"],
        "en": ["prepared by", "reviewed by", "approved by"],
    }[language]


def test_chinese_text_names_the_fonts_of_official_documents_and_titles_of_tables_are_repeated() -> None:
    with zipfile.ZipFile(io.BytesIO(docx.render(with_clauses(), "zh", CHECKS, [FRAMEWORK]))) as archive:
        styles, body = archive.read("word/styles.xml").decode(), archive.read("word/document.xml").decode()

    assert 'w:eastAsia="宋体"' in styles
    assert 'w:eastAsia="黑体"' in styles
    assert body.count("<w:tblHeader/>") == body.count('<w:tblStyle w:val="Lines"/>')


def test_hostile_text_is_text_in_the_word_file() -> None:
    data = docx.render(hostile(), "zh", CHECKS, [FRAMEWORK])

    document = Document(io.BytesIO(data))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml").decode()
    assert "\u202e" not in body
    assert any("\\u202e" in cell.text for table in document.tables for row in table.rows for cell in row.cells)


def test_chapters_are_numbered_in_chinese_beyond_ten() -> None:
    made = [Heading(1, "x") for _ in range(21)]

    numbers = [number for _block, number in docx.numbered(made, "zh")]

    assert (numbers[0], numbers[9], numbers[10], numbers[19], numbers[20]) == (
        "一、",
        "十、",
        "十一、",
        "二十、",
        "二十一、",
    )


# -- PDF -------------------------------------------------------------------------------------------------------


def test_the_pdf_holds_its_font_and_all_chapters() -> None:
    data = pdf.render(with_clauses(), "zh", CHECKS, [FRAMEWORK])

    text = text_of(data)

    assert b"/FontFile2" in data
    for part in ("合规自评估报告", "一、评估范围与对象", "整改计划", "8.1.9.2 a)", "批准", "目录"):
        assert part in text
    image = pypdfium2.PdfDocument(data)[0].render(scale=1).to_pil().convert("L")
    assert image.getextrema() < (200, 256)


def test_a_second_pdf_of_a_process_holds_its_own_characters() -> None:
    first, second = (text_of(pdf.render(with_clauses(), language, CHECKS, [FRAMEWORK])) for language in ("en", "zh"))

    assert "Compliance self-assessment" in first
    assert "合规自评估报告" in second


def test_a_machine_without_a_chinese_font_still_gives_a_pdf_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "folders", lambda: (Path("/nonexistent"),))

    data = pdf.render(with_clauses(), "zh", CHECKS, [FRAMEWORK])

    assert b"STSong-Light" in data
    assert b"/FontFile2" not in data
    assert pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize("content", [b"", b"no font", b"ttcf" + b"\xff" * 64, b"\x00\x01\x00\x00" + b"\xff" * 200])
def test_a_broken_font_is_none(tmp_path: Path, content: bytes) -> None:
    for name in ("simhei.ttf", "simsun.ttc"):
        (tmp_path / name).write_bytes(content)

        assert fonts.cut_down(tmp_path / name, "a文") is None
    assert fonts.found([tmp_path]) == tmp_path / "simsun.ttc"


def test_characters_that_the_font_lacks_are_shown_as_boxes() -> None:
    base = with_clauses()

    data = pdf.render(replace(base, run=replace(base.run, system="a\U0010fffcb")), "zh", CHECKS, [FRAMEWORK])

    assert "a□b" in text_of(data)


def test_no_row_is_higher_than_a_page_whatever_the_text() -> None:
    for language in ("zh", "en"):
        assert len(pypdfium2.PdfDocument(pdf.render(hostile(), language, CHECKS, [FRAMEWORK]))) > 5


def test_the_same_record_gives_the_same_papers() -> None:
    for made in (docx, pdf):
        one, two = (made.render(with_clauses(), "zh", CHECKS, [FRAMEWORK]) for _ in range(2))

        assert one == two


def test_an_empty_record_gives_papers() -> None:
    assert len(pypdfium2.PdfDocument(pdf.render(empty(), "en"))) >= 3
    assert Document(io.BytesIO(docx.render(empty(), "en"))).paragraphs
