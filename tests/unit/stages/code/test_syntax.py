"""Newer syntax is told from wrong syntax."""

from __future__ import annotations

import pytest

from auditor.stages.code.syntax import is_right_or_newer
from tests.unit.stages.code.fakes import source


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "type Pair[T] = tuple[T, T]\n",
        "def first[T](rows: list[T]) -> T: ...\n",
        "class Box[T]:\n    x: T\n",
        'query = t"select {name}"\n',
        "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n",
        'x = f"{row["name"]}"\n',
    ],
)
def test_right_or_newer_python(text: str) -> None:
    assert is_right_or_newer(source(text=text))


@pytest.mark.parametrize(
    "text",
    [
        "def f(:\n",
        'print "x"\n',
        "try:\n    pass\nexcept ValueError, error:\n    pass\n",
        "<<<<<<< HEAD\nx = 1\n",
        "{{ cookiecutter.name }} = 1\nimport {{ x }}\n",
        "x = 1\0",
        "(" * 100_000,
    ],
)
def test_wrong_python(text: str) -> None:
    assert not is_right_or_newer(source(text=text))


@pytest.mark.parametrize(
    ("text", "is_newer"),
    [
        ("const x = { a: 1 } satisfies Config;\n", True),
        ('import data from "./x.json" with { type: "json" };\n', True),
        ("await using file = open();\n", True),
        ("class A { accessor #x = 1; }\n", True),
        ("const x = = 1;\n", False),
        ("function f( {\n", False),
    ],
)
def test_scripts(text: str, *, is_newer: bool) -> None:
    assert is_right_or_newer(source("a.ts", text, "typescript")) is is_newer
