"""Reports for assessors as a user gets them: written by a run, filled in, taken over, judged with, and shared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest

from auditor.report.render import FILES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Bench

CONTROL = "8.1.1.1.a"
CONFIG = """\
system: {name: loan}
targets: {code: [tree]}
frameworks: [gbt22239-2019-l3]
answers: answers.yaml
formats: [xlsx.zh, docx.zh, oscal]
"""


@pytest.fixture
def audited(bench: Bench) -> Path:
    """Audit a tree with a configuration that asks for reports, and return the folder of the run."""
    bench.write("app.py")
    (bench.root / "auditor.yaml").write_text(CONFIG, encoding="utf-8")
    (bench.root / "answers.yaml").write_text("answers: []\n", encoding="utf-8")
    done = bench.auditor("run", "--config", "auditor.yaml", "--only", "code", "--output", "run")
    assert done.exit_code in {1, 3}, done.stderr
    return bench.root / "run"


def test_a_run_writes_the_reports_that_its_configuration_asks_for(audited: Path) -> None:
    assert {"report.html", "report.zh.xlsx", "report.zh.docx", "results.oscal.json"} <= {
        file.name for file in audited.iterdir()
    }
    assert not (audited / "report.en.xlsx").exists()


def test_an_unknown_format_in_a_configuration_is_told_before_anything_runs(bench: Bench) -> None:
    bench.write("app.py")
    (bench.root / "auditor.yaml").write_text("system: {name: x}\ntargets: {code: [tree]}\nformats: [exel]\n")

    done = bench.auditor("run", "--config", "auditor.yaml", "--output", "run")

    assert done.exit_code == 2
    assert "exel" in done.stderr
    assert not (bench.root / "run").exists()


def test_an_answer_in_the_workbook_is_what_the_next_run_is_judged_with(bench: Bench, audited: Path) -> None:
    (bench.root / "door.pdf").write_bytes(b"%PDF signed")
    file = audited / "report.zh.xlsx"
    book = openpyxl.load_workbook(file)
    sheet = next(each for each in book.worksheets if "22239" in each.title)
    keys = {cell.value: cell.row for (cell,) in sheet.iter_rows(min_col=12, max_col=12)}
    row = keys[f"gbt22239-2019-l3/{CONTROL}"]
    for column, value in enumerate(("符合", "Li Wei", "2026/11/1", "", "", "door.pdf", "门禁记录齐全"), 14):
        sheet.cell(row, column, value)
    filled = bench.root / "filled.xlsx"
    book.save(filled)
    (bench.root / "answers.yaml").unlink()

    taken = bench.auditor("answers", "import", "filled.xlsx", "--into", "answers.yaml", "--run", "run", "--lang", "zh")
    again = bench.auditor("run", "--config", "auditor.yaml", "--only", "code", "--output", "again")

    assert taken.exit_code == 0, taken.stderr
    assert "新增 1 项答复" in taken.stdout.decode()
    record = json.loads((bench.root / "again" / "record.json").read_bytes())
    (outcome,) = [each for each in record["outcomes"] if each["control"] == CONTROL]
    assert (outcome["conformity"], outcome["answer"]["who"]) == ("conforms", "Li Wei"), again.stderr


def test_a_workbook_that_was_tampered_with_is_refused_and_leaves_the_answers_alone(bench: Bench, audited: Path) -> None:
    book = openpyxl.load_workbook(audited / "report.zh.xlsx")
    sheet = next(each for each in book.worksheets if "22239" in each.title)
    sheet.cell(10, 8, "符合")
    book.save(bench.root / "bad.xlsx")

    done = bench.auditor("answers", "import", "bad.xlsx")

    assert done.exit_code == 4
    assert "row 10" in done.stderr
    assert (bench.root / "answers.yaml").read_text() == "answers: []\n"


def test_a_file_that_is_no_workbook_is_one_line(bench: Bench) -> None:
    (bench.root / "x.xlsx").write_bytes(b"PK\x03\x04 no zip")

    done = bench.auditor("answers", "import", "x.xlsx")

    assert done.exit_code == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_reports_of_a_run_of_a_version_that_kept_no_rules_are_written_with_those_of_today(
    bench: Bench, audited: Path
) -> None:
    (audited / "rules.json").unlink()
    (audited / "evidence.json").unlink()

    done = bench.auditor("report", "run", "--format", ",".join(FILES), "--output", "made", "--lang", "zh")

    assert done.exit_code == 0, done.stderr
    sheet = openpyxl.load_workbook(bench.root / "made" / "report.zh.xlsx").worksheets[1]
    assert sum(1 for _ in sheet.iter_rows(min_row=5)) == 257


def test_what_is_shared_verifies_as_a_folder_and_as_a_bundle_and_holds_no_name(bench: Bench, audited: Path) -> None:
    bench.write("host.py", 'URL = "https://canary-db.bank.cn/x"\nimport pickle\npickle.load(f)  # canary-db.bank.cn\n')
    bench.auditor("run", "--config", "auditor.yaml", "--only", "code", "--output", "second")

    done = bench.auditor(
        "report", "second", "--share", "keys/share.key", "--output", "shared", "--format", "html,xlsx,sarif,csv"
    )
    packed = bench.auditor("bundle", "shared", "--output", "shared.auditor.zip")
    verified = bench.auditor("verify", "shared.auditor.zip", "--previous", "second")

    assert (done.exit_code, packed.exit_code, verified.exit_code) == (0, 0, 0), done.stderr + verified.stderr
    left = [file for file in (bench.root / "shared").iterdir() if b"canary-db" in file.read_bytes()]
    assert left == []
    assert "canary-db.bank.cn" in json.loads((bench.root / "keys" / "share.key.names.json").read_bytes()).values()
    assert bench.auditor("report", "run", "--share", "keys/share.key").exit_code == 2
    assert audited.is_dir()
