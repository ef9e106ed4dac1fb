"""Bandit's report: what is taken from it, and that nothing it could say breaks the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.formats.bandit import Report, Result, read

REPORT: dict[str, Any] = {
    "errors": [{"filename": "/x/b.py", "reason": "syntax error while parsing AST from file"}],
    "generated_at": "2026-01-01T00:00:00Z",
    "metrics": {"_totals": {"loc": 1}, "/x/a.py": {"loc": 1}},
    "results": [
        {
            "code": '1 password = "hunter2"\n',
            "filename": "/x/a.py",
            "issue_confidence": "HIGH",
            "issue_severity": "MEDIUM",
            "issue_text": "Possible hardcoded password: 'hunter2'",
            "line_number": 2,
            "line_range": [2, 3, 4],
            "test_id": "B105",
        }
    ],
}


def test_report_is_read() -> None:
    report = read(json.dumps(REPORT).encode())

    assert report.results == (
        Result(test="B105", path="/x/a.py", line=2, end_line=4, severity="medium", confidence="high"),
    )
    assert report.errors == (("/x/b.py", "syntax error while parsing AST from file"),)
    assert report.scanned == {"/x/a.py"}


def test_code_and_texts_are_not_taken_over() -> None:
    assert "hunter2" not in repr(read(json.dumps(REPORT).encode()))


@pytest.mark.parametrize("missing", ["results", "errors", "metrics"])
def test_report_that_lacks_a_part_is_refused(missing: str) -> None:
    report = {name: value for name, value in REPORT.items() if name != missing}

    with pytest.raises(ValueError, match="shape"):
        read(json.dumps(report).encode())


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"usage: bandit", json.dumps(REPORT).encode()[:-9]])
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(data)


@pytest.mark.parametrize("line", [0, -3, "x", None, []])
def test_place_that_cannot_be_is_refused(line: object) -> None:
    result = {**REPORT["results"][0], "line_number": line}

    with pytest.raises(ValueError, match=r"."):
        read(json.dumps({**REPORT, "results": [result]}).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*REPORT, *REPORT["results"][0], "reason"]), inner, max_size=6)
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(list(REPORT)), JSON).map(lambda changed: REPORT | changed))
def test_any_document_is_read_or_refused(document: object) -> None:
    try:
        report = read(json.dumps(document).encode())
    except ValueError:
        return

    assert isinstance(report, Report)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read(data)
    except ValueError:
        return
