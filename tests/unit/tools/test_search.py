"""Which patterns occur in which texts."""

from __future__ import annotations

import pytest

from auditor.errors import ToolError
from auditor.tools.search import occurring


def test_each_text_is_told_which_patterns_occur_in_it() -> None:
    found = occurring(["pick.e", r"(?s)a.*z", r"\bx\b"], [b"import pickle", b"a\n\nz x", b"xx", b""])

    assert found == [{0}, {1, 2}, set(), set()]


def test_text_that_is_no_utf_8_is_searched_around_what_is_none() -> None:
    assert occurring(["word"], [b"\xff\xfe word \x00", b"wo\xffrd"]) == [{0}, set()]


def test_quotes_and_parameters_in_a_pattern_are_part_of_it() -> None:
    assert occurring(["it's", r"\$1"], [b"it's", b"$1"]) == [{0}, {1}]


def test_nothing_is_searched_for_nothing() -> None:
    assert occurring([], [b"a", b"b"]) == [set(), set()]
    assert occurring(["a"], []) == []


def test_pattern_that_the_engine_does_not_know_is_an_error_and_no_answer() -> None:
    with pytest.raises(ToolError, match="broken rule"):
        occurring(["(?=a)"], [b"a"])
