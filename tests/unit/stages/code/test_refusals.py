"""Checks behind an ``or``."""

from __future__ import annotations

import ast

import pytest

from auditor.stages.code.refusals import is_refused, is_refused_in_script


@pytest.mark.parametrize(
    ("condition", "is_one"),
    [
        ("not name or name not in ALLOWED", True),
        ("not name or not is_allowed_name(name)", True),
        ("len(name) > 9 or not NAME.fullmatch(name)", True),
        ("not name or not host_of(name) in ALLOWED", False),
        ("not name or name not in BLOCKED", False),
        ("not name or other not in ALLOWED", False),
        ("not name and name not in ALLOWED", False),
        ("not name", False),
    ],
)
def test_check_behind_an_or_is_one(condition: str, is_one: bool) -> None:  # noqa: FBT001 - a row
    text = f"def f(name, other):\n    if {condition}:\n        raise ValueError\n    return open(name)\n"

    assert is_refused(ast.parse(text), 4, 4) is is_one


def test_check_of_what_was_made_of_it_counts_and_one_that_goes_on_does_not() -> None:
    made = "def f(url):\n    h = host(url)\n    if not h or h not in HOSTS:\n        return None\n    return get(url)\n"
    goes_on = "def f(url):\n    if not url or url not in HOSTS:\n        log(url)\n    return get(url)\n"

    assert is_refused(ast.parse(made), 5, 5)
    assert not is_refused(ast.parse(goes_on), 4, 4)
    assert not is_refused(ast.parse("open(name)\n"), 1, 1)


@pytest.mark.parametrize(
    ("condition", "is_one"),
    [
        ("!name || !ALLOWED.includes(name)", True),
        ("!name || !isSafePath(name)", True),
        ("!name || !/^[a-z]+$/.test(name)", True),
        ("!name || !BLOCKED.has(name)", False),
        ("!name || !ALLOWED.includes(other)", False),
        ("!name || other", False),
    ],
)
def test_check_behind_an_or_is_one_in_scripts(condition: str, is_one: bool) -> None:  # noqa: FBT001 - a row
    lines = ["function f(name) {", f"  if ({condition}) return null", "  return fs.readFileSync(name)", "}"]

    assert is_refused_in_script(lines, 3, 3) is is_one
