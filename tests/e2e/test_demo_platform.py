"""The whole program on the bundled platform: every planted fault of the code is found, no twin is reported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import yaml

from auditor import content, demo
from tests.e2e.headlines import shown_by_requirement

if TYPE_CHECKING:
    from auditor.model.text import Language

pytestmark = [pytest.mark.tool("semgrep"), pytest.mark.tool("bandit")]

PLANTS: list[dict[str, Any]] = [
    row for row in yaml.safe_load(demo.planted().read_text(encoding="utf-8")) if isinstance(row["rule"], int)
]
FAULTS = [row for row in PLANTS if row["kind"] == "fault"]
TWINS = [row for row in PLANTS if row["kind"] == "twin"]
FAILURES_FOUND = 1


def named(row: dict[str, Any]) -> str:
    return f"{row['rule']}-{Path(row['file']).name}:{row['line']}"


def tag_of_rule() -> dict[str, int]:
    """The number in scan-tools.md §2.7 of each code rule."""
    return {
        rule["id"]: rule["metadata"]["tag"]
        for path in (content.rulesets() / "semgrep").glob("*/*.yaml")
        if not path.name.endswith(".test.yaml")
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
        if "tag" in rule["metadata"]
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One run over a fresh copy of the platform."""

    exit_code: int
    stdout: str
    stderr: str
    record: dict[str, Any]
    failures: dict[int, list[dict[str, Any]]]
    folder: Path

    def at(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Failures of a plant's rule that cover its line."""
        return [
            finding
            for finding in self.failures.get(row["rule"], [])
            if finding["location"]["file"] == row["file"]
            and finding["location"]["line"] <= row["line"] <= (finding["location"]["end_line"] or row["line"])
        ]


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Audit:
    folder = demo.unpack(tmp_path_factory.mktemp("demo") / "platform")
    output = tmp_path_factory.mktemp("runs") / "run"
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "run", "--only", "code", "--no-cache", "--output", str(output)],
        cwd=folder,
        env={**os.environ, "CI": "true", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    record = output / "record.json"
    assert record.is_file(), done.stderr
    data: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
    tags = tag_of_rule()
    failures: dict[int, list[dict[str, Any]]] = {}
    for finding in data["findings"]:
        if finding["verdict"] == "fail" and finding["location"] and finding["id"] in tags:
            failures.setdefault(tags[finding["id"]], []).append(finding)
    return Audit(
        exit_code=done.returncode, stdout=done.stdout, stderr=done.stderr, record=data, failures=failures, folder=output
    )


def test_run_ends_with_failures_and_says_no_traceback(audit: Audit) -> None:
    assert audit.exit_code == FAILURES_FOUND, audit.stderr
    assert "Traceback" not in audit.stderr


def test_every_report_is_written_and_the_workbook_has_a_row_for_every_clause(audit: Audit) -> None:
    names = {file.name for file in audit.folder.iterdir()}
    book = openpyxl.load_workbook(audit.folder / "report.zh.xlsx")

    assert {"report.html", "report.en.xlsx", "report.zh.docx", "report.en.docx", "report.zh.pdf"} <= names
    assert {"findings.csv", "results.oscal.json", "findings.ocsf.json"} <= names
    rows = {each.title: list(each.iter_rows(min_row=5, values_only=True)) for each in book.worksheets[1:4]}
    assert [len(found) for found in rows.values()] == [131, 257, 62]
    # clause, requirement, method, expected, actual, result, digest (or that people have to show it)
    assert all(row[at] for found in rows.values() for row in found for at in (0, 2, 4, 5, 6, 7, 9))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_failure_is_shown_by_its_requirement(audit: Audit, language: Language) -> None:
    assert shown_by_requirement(audit.folder, language, audit.stdout if language == "en" else "") == {}


@pytest.mark.parametrize("row", FAULTS, ids=named)
def test_planted_fault_is_found_at_its_line(audit: Audit, row: dict[str, Any]) -> None:
    found = audit.at(row)

    assert row["line"] in {finding["location"]["line"] for finding in found}, row["text"]


@pytest.mark.parametrize("row", TWINS, ids=named)
def test_correct_twin_is_not_reported(audit: Audit, row: dict[str, Any]) -> None:
    found = audit.at(row)

    assert found == [], row["text"]


def test_suppressed_fault_is_found_and_shows_its_comment(audit: Audit) -> None:
    (row,) = [row for row in FAULTS if "nosec" in row["text"]]

    (finding,) = audit.at(row)

    assert "nosec" in finding["suppressed_in_code"]["comment"]


def test_planted_secrets_do_not_leave_the_platform(audit: Audit) -> None:
    secrets = [
        "Export#2024-Loan",
        "rrk-c0ffee5eedba5eba11f00dfacade4b1d",
        "f00dfeed-0b5c-4a1e-9d3c-2b7a1c0ffee0",
        "MDECAQEEIGxvYW4tYXNzaXN0YW50",
    ]

    written = {path: path.read_bytes() for path in audit.folder.rglob("*") if path.is_file()}

    assert written
    assert [(path, secret) for path, text in written.items() for secret in secrets if secret.encode() in text] == []
