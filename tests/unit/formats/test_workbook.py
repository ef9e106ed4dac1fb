from __future__ import annotations

import contextlib
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.formats import workbook
from auditor.formats.workbook import Cell, WorkbookError, read

if TYPE_CHECKING:
    from pathlib import Path

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>'


def packed(**parts: str) -> bytes:
    """Return a small workbook with some of its parts replaced; names have ``__`` for ``/`` and ``_dot_`` for dots."""
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    made = BytesIO()
    book.save(made)
    out = BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            key = name.replace("/", "__").replace(".", "_dot_")
            archive.writestr(name, parts.get(key, source.read(name)))
    return out.getvalue()


def of_sheet(tmp_path: Path, rows: str, after: str = "") -> workbook.Sheet:
    file = tmp_path / "a.xlsx"
    file.write_bytes(packed(xl__worksheets__sheet1_dot_xml=SHEET.format(rows, after)))
    return read(file)[0]


def test_cells_without_places_stand_one_after_the_other(tmp_path: Path) -> None:
    sheet = of_sheet(tmp_path, '<row><c t="str"><v>a</v></c><c><v>365.0</v></c></row><row><c t="b"><v>1</v></c></row>')

    assert sheet.rows == {0: {0: Cell("a"), 1: Cell("365")}, 1: {0: Cell("1")}}


def test_rich_text_is_joined_and_how_it_is_read_aloud_left_out(tmp_path: Path) -> None:
    rich = "<is><r><t>符</t></r><r><t>合</t></r><rPh sb='0' eb='1'><t>fuhe</t></rPh></is>"

    assert of_sheet(tmp_path, f'<row r="3"><c r="B3" t="inlineStr">{rich}</c></row>').rows == {2: {1: Cell("符合")}}


def test_characters_that_xml_cannot_hold_are_read_as_they_are_spelled(tmp_path: Path) -> None:
    spelled = "a_x0009_b _x005F_x0041_ _xD800_"

    assert of_sheet(tmp_path, f'<row><c t="str"><v>{spelled}</v></c></row>').rows == {
        0: {0: Cell("a\tb _x0041_ _xD800_")}
    }


def test_a_formula_gives_nothing_whatever_its_result(tmp_path: Path) -> None:
    sheet = of_sheet(tmp_path, '<row r="1"><c r="A1" t="str"><f>1+1</f><v>符合</v></c></row>')

    assert sheet.rows == {0: {0: Cell("", is_formula=True)}}


def test_days_are_known_by_their_format_in_both_systems_of_counting(tmp_path: Path) -> None:
    styles = (
        '<styleSheet xmlns="x"><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="165" formatCode="0.0 &quot;days&quot; [Red]"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="31"/></cellXfs></styleSheet>'
    )
    rows = "".join(f'<c s="{style}"><v>46357</v></c>' for style in range(4))
    file = tmp_path / "a.xlsx"
    parts = {"xl__worksheets__sheet1_dot_xml": SHEET.format(f"<row>{rows}</row>", ""), "xl__styles_dot_xml": styles}
    file.write_bytes(packed(**parts))

    (sheet,) = read(file)

    assert [cell.text for cell in sheet.rows[0].values()] == ["46357", "2026-12-01", "46357", "2026-12-01"]


def test_merged_ranges_are_told(tmp_path: Path) -> None:
    after = '<mergeCells><mergeCell ref="B2:C4"/><mergeCell ref="nonsense"/></mergeCells>'

    assert of_sheet(tmp_path, "", after).merged == [(1, 1, 3, 2)]


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><worksheet/>',
        "<worksheet>" * 100,
        "<worksheet",
        "",
    ],
)
def test_a_hostile_part_is_refused(tmp_path: Path, document: str) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(packed(xl__worksheets__sheet1_dot_xml=document))

    with pytest.raises(WorkbookError):
        read(file)


def test_a_bomb_is_refused_by_what_it_unpacks_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_PART", 1 << 20)
    file = tmp_path / "a.xlsx"
    file.write_bytes(packed(xl__worksheets__sheet1_dot_xml="<worksheet>" + " " * (2 << 20) + "</worksheet>"))

    with pytest.raises(WorkbookError, match="unpacks to more than"):
        read(file)
    assert file.stat().st_size < 100_000


@pytest.mark.parametrize(
    ("name", "limit", "rows"),
    [
        ("MAX_CELLS", 5, "<row>" + "<c><v>1</v></c>" * 9 + "</row>"),
        ("MAX_ROWS", 5, '<row r="999999"><c><v>1</v></c></row>'),
    ],
)
def test_a_sheet_beyond_the_bounds_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, limit: int, rows: str
) -> None:
    monkeypatch.setattr(workbook, name, limit)

    with pytest.raises(WorkbookError, match="more than"):
        of_sheet(tmp_path, rows)


def test_parts_twice_and_files_that_are_none_are_refused(tmp_path: Path) -> None:
    twice = tmp_path / "twice.xlsx"
    with zipfile.ZipFile(twice, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/workbook.xml", "<workbook/>")
    text = tmp_path / "text.xlsx"
    text.write_text("=1")

    for file in (twice, text, tmp_path / "gone.xlsx", tmp_path):
        with pytest.raises(WorkbookError):
            read(file)


def test_a_relation_that_leads_out_of_the_file_is_not_followed(tmp_path: Path) -> None:
    relations = (
        '<Relationships xmlns="x"><Relationship Id="rId1" Type="http://x/worksheet" '
        'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    file = tmp_path / "a.xlsx"
    file.write_bytes(packed(xl___rels__workbook_dot_xml_dot_rels=relations))

    assert read(file) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=6))
def test_bytes_that_were_changed_are_read_or_refused(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    made = bytearray(packed())
    for place, value in changes:
        made[place % len(made)] = value
    file = tmp_path / "a.xlsx"
    file.write_bytes(bytes(made))

    with contextlib.suppress(WorkbookError):
        read(file)
