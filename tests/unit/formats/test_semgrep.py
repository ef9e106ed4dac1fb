"""Semgrep's report: what is taken from it, and that nothing it could say breaks the reader."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.formats.semgrep import Problem, Report, Result, read

REPORT: dict[str, Any] = {
    "version": "1.182.0",
    "results": [
        {
            "check_id": "data-load",
            "path": "/x/a.py",
            "start": {"line": 2, "col": 1, "offset": 14},
            "end": {"line": 3, "col": 9, "offset": 30},
            "extra": {"lines": 'password = "hunter2"', "metavars": {"$X": {"abstract_content": "hunter2"}}},
        }
    ],
    "errors": [
        {"type": ["PartialParsing", []], "level": "warn", "path": "/x/a.py", "message": "Syntax error\n at line 1"},
        {"type": "Timeout", "rule_id": "data-load", "path": "/x/b.py", "message": "m"},
    ],
    "paths": {
        "scanned": ["/x/a.py"],
        "skipped": [{"path": "/x/c.py", "reason": "exceeded_size_limit"}],
    },
    "time": {"fixpoint_timeouts": [{"rule_id": "data-load", "location": {"path": "/x/d.py"}, "message": "gave up"}]},
}


def test_report_is_read() -> None:
    report = read(json.dumps(REPORT).encode())

    assert report.results == (Result(rule="data-load", path="/x/a.py", line=2, end_line=3, start=14, end=30),)
    assert report.problems == (
        Problem(type="PartialParsing", rule="", path="/x/a.py", message="Syntax error at line 1"),
        Problem(type="Timeout", rule="data-load", path="/x/b.py", message="m"),
        Problem(type="skipped", rule="", path="/x/c.py", message="exceeded_size_limit"),
        Problem(type="Fixpoint timeout", rule="data-load", path="/x/d.py", message="gave up"),
    )
    assert report.scanned == {"/x/a.py"}


ENGINE: dict[str, Any] = {
    **{name: value for name, value in REPORT.items() if name not in {"errors", "paths"}},
    "errors": [
        {
            "error_type": ["PartialParsing", []],
            "severity": "warn",
            "message": "`=` was\n unexpected",
            "location": {"path": "/x/a.py", "start": {"line": 1}},
        },
        {"error_type": "Timeout", "rule_id": "data-load", "message": "", "location": {"path": "/x/b.py"}},
        {"error_type": "Rule parse error", "rule_id": "bad", "message": "m", "location": {"path": "/s/rules.json"}},
        {"error_type": "Fatal error", "message": "killed"},
    ],
    "paths": {"scanned": ["/x/a.py", "/x/a.py"]},
}


def test_report_of_the_engine_is_read_as_that_of_the_command() -> None:
    report = read(json.dumps(ENGINE).encode())

    assert report.results == read(json.dumps(REPORT).encode()).results
    assert report.problems == (
        Problem(type="PartialParsing", rule="", path="/x/a.py", message="`=` was unexpected"),
        Problem(type="Timeout", rule="data-load", path="/x/b.py", message="Timeout when running data-load on /x/b.py"),
        # the file with the rules is no file of the target
        Problem(type="Rule parse error", rule="bad", path="", message="m"),
        Problem(type="Fatal error", rule="", path="", message="killed"),
        Problem(type="Fixpoint timeout", rule="data-load", path="/x/d.py", message="gave up"),
    )
    assert report.scanned == {"/x/a.py"}


def test_source_text_that_is_no_unicode_costs_no_report() -> None:
    data = json.dumps(ENGINE).encode().replace(b"hunter2", b"\xff\xfe")

    assert read(data) == read(json.dumps(ENGINE).encode())


def test_code_and_metavariables_are_not_taken_over() -> None:
    assert "hunter2" not in repr(read(json.dumps(REPORT).encode()))


@pytest.mark.parametrize("missing", ["results", "errors", "paths"])
def test_report_that_lacks_a_part_is_refused(missing: str) -> None:
    report = {name: value for name, value in REPORT.items() if name != missing}

    with pytest.raises(ValueError, match="shape"):
        read(json.dumps(report).encode())


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"Traceback (most recent call last):", json.dumps(REPORT).encode()[:-50], b'{"results": 1e999}'],
    ids=["empty", "null", "traceback", "cut off", "infinite"],
)
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(data)


@pytest.mark.parametrize(("line", "end_line"), [(0, 1), (-1, 1), (3, 2), ("x", 1), (None, 1)])
def test_place_that_cannot_be_is_refused(line: object, end_line: object) -> None:
    result = {**REPORT["results"][0], "start": {"line": line, "offset": 0}, "end": {"line": end_line, "offset": 0}}

    with pytest.raises(ValueError, match=r"."):
        read(json.dumps({**REPORT, "results": [result]}).encode())


KEYS = [
    *("results", "errors", "paths", "scanned", "skipped", "path", "reason", "check_id", "start", "end", "line"),
    *("offset", "type", "message", "rule_id", "time", "fixpoint_timeouts", "location"),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from([*REPORT, "results", "errors"]), JSON).map(lambda changed: REPORT | changed))
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
