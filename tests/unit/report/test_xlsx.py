from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from msgspec.structs import replace

from auditor.errors import ConfigError
from auditor.model.text import Language, Text
from auditor.report import xlsx
from auditor.report.tables import MAX_CELL, Tables
from tests.unit.report.clause_records import FRAMEWORK, with_clauses
from tests.unit.report.records import CHECKS, empty, example, many

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from auditor.model.record import Record


def opened(language: Language = "zh", record: Record | None = None) -> Workbook:
    data = xlsx.render(record or with_clauses(), language, CHECKS, [FRAMEWORK])
    return openpyxl.load_workbook(BytesIO(data))


def texts(sheet: Worksheet) -> list[list[str]]:
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(min_row=xlsx.HEADER_ROW + 1, values_only=True)]


def test_every_table_has_a_sheet_in_both_languages() -> None:
    assert opened("zh").sheetnames == [
        "总览",
        "GB T 22239-2019 第三级",
        "逐对象结果",
        "检查结果",
        "未评估事项",
        "豁免",
        "软件物料清单",
        "漏洞与修复期限",
        "密钥权限矩阵",
        "血缘与日志覆盖",
        "证据索引",
    ]
    assert len(opened("en").sheetnames) == 11


def test_a_clause_sheet_has_a_row_for_every_clause() -> None:
    head, *found = texts(opened()["GB T 22239-2019 第三级"])

    assert head[:11] == [
        "条款",
        "控制点",
        "要求",
        "测评对象",
        "测评方法",
        "预期结果",
        "实际结果",
        "结果判定",
        "高风险",
        "证据摘要",
        "备注",
    ]
    assert [row[0] for row in found] == ["8.1.4.4 d)", "8.1.9.1.a", "8.1.9.2.a"]
    assert [row[7] for row in found] == ["部分符合", "未评估", "未评估"]
    assert [row[9] for row in found] == ["sha256:" + "0" * 64, "无（由人工提供）", "无（由人工提供）"]


def test_the_digest_of_what_a_person_gave_is_the_evidence_of_a_clause_that_people_confirm() -> None:
    _head, *found = texts(opened(record=with_clauses(is_answered=True))["GB T 22239-2019 第三级"])

    assert found[1][9] == "sha256:" + "1" * 64


def test_only_the_columns_of_answers_are_open_in_a_protected_sheet() -> None:
    sheet = opened()["GB T 22239-2019 第三级"]
    (head,) = sheet.iter_rows(min_row=4, max_row=4, values_only=True)

    row = {title: sheet.cell(5, index + 1) for index, title in enumerate(head)}

    assert sheet.protection.sheet
    assert [title for title, cell in row.items() if not cell.protection.locked] == [
        "人工结论",
        "确认人",
        "确认日期",
        "有效天数",
        "适用对象（空：全部）",
        "证据文件",
        "说明",
    ]
    assert sheet.data_validations.dataValidation[0].formula1 == '"符合,不符合,不适用"'


def test_every_sheet_is_frozen_and_filtered() -> None:
    for sheet in opened().worksheets:
        assert sheet.freeze_panes in {"B5", "C5"}
        assert sheet.auto_filter.ref.startswith("A4:")


def test_no_text_of_the_audited_system_is_a_formula_a_link_or_unseen() -> None:
    base = with_clauses()
    finding = replace(
        base.findings[0],
        subject='=cmd|"/c calc"!A1',
        detail=Text("+1+1", "@SUM(1)"),
        actual=Text("-2", "http://evil.example/"),
    )
    data = xlsx.render(replace(base, findings=(finding, *base.findings)), "zh", CHECKS, [FRAMEWORK])

    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheets = "".join(text for name, text in parts.items() if name.startswith(("xl/worksheets/sheet", "xl/shared")))
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets
    assert not any("externalLink" in name or "vba" in name.lower() for name in parts)
    assert "\u202e" not in sheets
    assert "\x1b" not in sheets
    assert "\\u202e" in sheets
    cells = [cell for row in openpyxl.load_workbook(BytesIO(data))["检查结果"].iter_rows(min_row=5) for cell in row]
    active = [cell for cell in cells if str(cell.value or "").startswith(("=", "+", "-", "@"))]
    assert len(active) == 3
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in active)


def test_a_text_longer_than_a_cell_is_cut_and_says_so() -> None:
    base = with_clauses()
    finding = replace(base.findings[0], actual=Text("x" * 32_768, "长" * 32_768))

    sheet = opened(record=replace(base, findings=(finding,)))["检查结果"]

    value = next(
        str(cell) for row in sheet.iter_rows(min_row=5, values_only=True) for cell in row if "长长" in str(cell)
    )
    assert len(value) <= MAX_CELL
    assert re.search(r"另有 201 字符，全文见 record.json）$", value)


def test_the_same_record_gives_the_same_bytes() -> None:
    one, two = (xlsx.render(with_clauses(), "en", CHECKS, [FRAMEWORK]) for _ in range(2))

    assert one == two


def test_an_empty_record_and_one_without_its_frameworks_give_a_workbook_that_says_so() -> None:
    book = opened(record=empty())

    assert "本次运行无此类内容" in [row[0] for row in texts(book["检查结果"])]
    bare = openpyxl.load_workbook(BytesIO(xlsx.render(example(), "zh", CHECKS)))
    assert any("该次运行未保存规则" in row[1] for row in texts(bare["总览"]))


def test_figures_stand_with_both_of_their_integers() -> None:
    rows = dict(row[:2] for row in texts(opened()["总览"]))

    assert rows["GB/T 22239-2019 第三级：部分符合"] == "1 / 3"
    assert rows["GB/T 22239-2019 第三级：高风险"] == "1 (8.1.4.4 d))"
    assert rows["GB/T 22239-2019 第三级：有自动检查的条款"] == "1 / 3"


def test_findings_are_worst_first_and_a_name_that_tries_every_trick_is_shown() -> None:
    head, *found = texts(opened()["检查结果"])

    assert [row[head.index("结论")] for row in found][:2] == ["不符合", "不符合"]
    assert any("模型\\n" in row[head.index("位置")] for row in found)


def test_a_disk_without_room_is_an_error_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent/folder")

    with pytest.raises(ConfigError, match="workbook cannot be written"):
        xlsx.render(with_clauses(), "zh", CHECKS, [FRAMEWORK])


def test_many_findings_are_all_there() -> None:
    assert sum(1 for _ in Tables(many(3_000), "zh").findings().rows()) == 3_030
