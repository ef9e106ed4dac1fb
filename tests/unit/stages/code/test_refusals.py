"""Checks behind an ``or``."""

from __future__ import annotations

import ast

import pytest

from auditor.stages.code.refusals import is_refused, is_refused_in_script, refuses_separators


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


@pytest.mark.parametrize(
    ("condition", "is_one"),
    [
        ('"/" in name or "\\\\" in name or ".." in name', True),
        ('".." in name', False),
        ('"/" in other or ".." in other', False),
    ],
)
def test_name_without_separators_leads_nowhere_else(condition: str, is_one: bool) -> None:  # noqa: FBT001 - a row
    text = f"def f(name, other):\n    if {condition}:\n        raise ValueError\n    return open('/srv/' + name)\n"

    assert refuses_separators(ast.parse(text), 4, 4) is is_one


MODEL = """
class Source(BaseModel):
    url: str

    @field_validator("url")
    @classmethod
    def check(cls, value):
        if %s:
            raise ValueError
        return value

def add(body: Source):
    return get(body.url)
"""


@pytest.mark.parametrize(
    ("condition", "is_one"),
    [
        ("urlsplit(value).hostname not in ALLOWED_HOSTS", True),
        ("ip_address(value).is_private", True),
        ("not is_allowed_host(value)", True),
        ("not value.startswith('http')", False),
        ("len(value) > 9", False),
    ],
)
def test_validator_of_a_field_refuses_for_whoever_uses_it(condition: str, is_one: bool) -> None:  # noqa: FBT001 - a row
    assert is_refused(ast.parse(MODEL % condition), 13, 13) is is_one


def test_check_of_the_same_expression_is_one() -> None:
    text = "def f():\n    assert_public(request.json['url'])\n    return get(request.json['url'])\n"
    other = "def f():\n    assert_public(request.json['name'])\n    return get(request.json['url'])\n"
    script = ["await assertPublic(req.body.url)", "const page = await fetch(req.body.url)"]

    assert is_refused(ast.parse(text), 3, 3)
    assert not is_refused(ast.parse(other), 3, 3)
    assert is_refused_in_script(script, 2, 2)
    assert not is_refused_in_script(["await assertPublic(req.body.name)", script[1]], 2, 2)


@pytest.mark.parametrize(
    ("condition", "is_one"),
    [
        ("not any(place.startswith(root + os.sep) or place == root for root in roots)", True),
        ("not any(place.is_relative_to(root) for root in roots)", True),
        ("any(place.startswith(root) for root in roots)", False),
        ("not any(other.startswith(root) for root in roots)", False),
    ],
)
def test_a_path_below_one_of_some_roots_is_checked(condition: str, is_one: bool) -> None:  # noqa: FBT001 - a row
    text = f"def f(place, other, roots):\n    if {condition}:\n        raise ValueError\n    return open(place)\n"

    assert is_refused(ast.parse(text), 4, 4) is is_one
