from __future__ import annotations

import subprocess
import sys

import pytest

from auditor.errors import ConfigError
from auditor.report.render import FILES, loading, render_many, written_piecemeal
from tests.unit.report.records import CHECKS, empty, example


def test_every_format_gives_the_file_of_its_name() -> None:
    files = render_many(example(), FILES, "zh", CHECKS)

    assert set(files) == {
        "record.json",
        "report.html",
        "findings.sarif",
        "junit.xml",
        "report.md",
        "github-annotations.txt",
        "gl-code-quality-report.json",
        "report.zh.xlsx",
        "report.zh.docx",
        "report.zh.pdf",
        "findings.csv",
        "results.oscal.json",
        "findings.ocsf.json",
        "findings.openvex.json",
    }
    assert all(files.values())


def test_only_what_is_asked_for_is_rendered() -> None:
    assert list(render_many(example(), ["json", "json"])) == ["record.json"]


def test_formats_can_be_made_ready_before_there_is_a_record() -> None:
    before = render_many(example(), FILES, "en", CHECKS)

    list(loading([*FILES, "xlsx.zh", "sarf"]))

    assert render_many(example(), FILES, "en", CHECKS) == before


def test_an_unknown_format_names_the_nearest_one() -> None:
    with pytest.raises(ConfigError, match="did you mean sarif"):
        render_many(example(), ["json", "sarf"])


def test_a_format_whose_file_tells_its_language_can_be_asked_for_in_one() -> None:
    files = render_many(example(), ["xlsx.zh", "xlsx", "xlsx.en"], "en", CHECKS)

    assert list(files) == ["report.zh.xlsx", "report.en.xlsx"]
    with pytest.raises(ConfigError, match="unknown report format"):
        render_many(example(), ["html.zh"])
    with pytest.raises(ConfigError, match="unknown report format"):
        render_many(example(), ["xlsx.fr"])


def test_a_format_that_has_nothing_to_say_gives_no_file() -> None:
    assert render_many(empty(), ["openvex"]) == {}
    assert list(written_piecemeal(empty(), ["openvex"])) == []


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    heavy = ("jinja2", "rich", "xml", "gzip", "xlsxwriter", "reportlab", "fontTools", "zipfile")
    code = f"import sys, auditor.report.render; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_pieces_are_the_same_files_and_each_is_made_when_it_is_its_turn() -> None:
    whole = render_many(example(), FILES, "zh", CHECKS)

    pieces = written_piecemeal(example(), FILES, "zh", CHECKS)

    assert {name: b"".join(each) for name, each in pieces} == whole
