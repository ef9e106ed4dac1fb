"""The workbook and the Word file in LibreOffice: opened, turned into pages, and the workbook saved again by it."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pypdfium2
import pytest

from auditor.report import docx, xlsx
from auditor.report.returned import read
from tests.unit.report.clause_records import FRAMEWORK, with_clauses
from tests.unit.report.records import CHECKS

if TYPE_CHECKING:
    from collections.abc import Callable

OFFICE = Path("/usr/bin/soffice")


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], tuple[Path, str]]:
    """Return what turns a file into another kind, and what LibreOffice said of it."""
    profile = tmp_path_factory.mktemp("profile")

    def converted(file: Path, kind: str) -> tuple[Path, str]:
        out = file.parent / "made"
        done = subprocess.run(
            [
                str(OFFICE),
                "--headless",
                f"-env:UserInstallation=file://{profile}",
                "--convert-to",
                kind,
                "--outdir",
                str(out),
                str(file),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=240,
        )
        return out / f"{file.stem}.{kind.partition(':')[0]}", done.stdout + done.stderr

    return converted


def said_of_it(told: str) -> list[str]:
    """Return what was said but for the line that names the result, and for Java, which is not needed."""
    lines = [line for line in told.splitlines() if line.strip()]
    return [line for line in lines if not line.startswith("convert ") and "javaldx" not in line]


@pytest.mark.parametrize(("name", "title"), [("report.xlsx", "总览"), ("report.docx", "合规自评估报告")])
def test_it_opens_without_a_warning_and_gives_pages(
    tmp_path: Path, convert: Callable[[Path, str], tuple[Path, str]], name: str, title: str
) -> None:
    file = tmp_path / name
    made = xlsx if name.endswith("xlsx") else docx
    file.write_bytes(made.render(with_clauses(), "zh", CHECKS, [FRAMEWORK]))

    pages, told = convert(file, "pdf")

    document = pypdfium2.PdfDocument(pages)
    assert said_of_it(told) == []
    assert title in document[0].get_textpage().get_text_bounded()
    number = "8.1.9.2.a" if made is xlsx else "8.1.9.2 a)"  # a key in a workbook, as the standard prints it on paper
    assert any(number in page.get_textpage().get_text_bounded() for page in document)


def test_a_workbook_that_it_saved_comes_back_with_its_answers(
    tmp_path: Path, convert: Callable[[Path, str], tuple[Path, str]]
) -> None:
    file = tmp_path / "report.xlsx"
    file.write_bytes(xlsx.render(with_clauses(is_answered=True), "zh", CHECKS, [FRAMEWORK]))
    before = read(file)

    saved, _told = convert(file, "xlsx")
    after = read(saved)

    assert saved.read_bytes() != file.read_bytes()
    assert (after.notes, after.rows) == ([], 3)
    assert [given.values for given in after.given] == [given.values for given in before.given]
    (given,) = after.given
    assert (given.control, given.values["who"], given.values["when"]) == ("8.1.9.1.a", "Li Wei", "2026-11-01")
    sheet = openpyxl.load_workbook(saved)["GB T 22239-2019 第三级"]
    assert sheet.protection.sheet


def test_a_workbook_whose_locked_cell_was_changed_is_refused_after_it_saved_it_too(
    tmp_path: Path, convert: Callable[[Path, str], tuple[Path, str]]
) -> None:
    file = tmp_path / "report.xlsx"
    file.write_bytes(xlsx.render(with_clauses(), "zh", CHECKS, [FRAMEWORK]))
    book = openpyxl.load_workbook(file)
    book["GB T 22239-2019 第三级"]["H5"] = "符合"
    book.save(file)

    saved, _told = convert(file, "xlsx")

    assert read(saved).is_refused
