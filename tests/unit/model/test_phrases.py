"""Sentences are taken whole; what is in no table reads the same in both languages."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import auditor
from auditor.model.phrases import Phrases
from auditor.model.text import Text
from tests.english import prose

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(auditor.__file__).parent
both = Phrases(
    {
        "half are enough": "半数即可",
        "{} of {}": "{0} / {1}",
        "rule {}: {} at {}": "规则 {0}：{1}，级别 {2}",
        "signature by {}: {w}": "{0} 的签名：{1}",
        "empty": "为空",
    }
)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("half are enough", "半数即可"),
        ("t = 2 of n = 4: half are enough", "t = 2 / n = 4：半数即可"),
        ("half are enough; empty", "半数即可；为空"),
        ("a.pem, empty", "a.pem，为空"),
        ("rule 1: create secrets at Metadata", "规则 1：create secrets，级别 Metadata"),
        ("signature by CN=root: empty", "CN=root 的签名：为空"),
        ("a.log: no permission", "a.log：权限不足"),
    ],
)
def test_a_sentence_is_said_whole(english: str, chinese: str) -> None:
    assert both(english) == Text(english, chinese)


@pytest.mark.parametrize("value", ["--profiling=false", "it is half are enough now", "a, b", "k: v", "", "a; b"])
def test_what_is_in_no_table_is_the_same_in_both_languages(value: str) -> None:
    assert both(value) == Text(value, value)


def test_a_value_is_never_taken_for_a_word() -> None:
    assert both("empty of empty").zh == "empty / empty"


def tables() -> Iterator[tuple[str, str, str]]:
    for file in sorted(ROOT.glob("stages/*/texts.py")):
        module = importlib.import_module(".".join(file.relative_to(ROOT.parent).with_suffix("").parts))
        for english, chinese in getattr(module, "PHRASES", {}).items():
            yield file.parent.name, english, chinese


def test_every_value_of_a_sentence_is_said_in_chinese_too() -> None:
    wrong = []
    count = 0
    for room, english, chinese in tables():
        count += 1
        holes = english.count("{}") + english.count("{w}")
        if any(chinese.count(f"{{{number}}}") != 1 for number in range(holes)) or prose(chinese):
            wrong.append((room, english, chinese))

    assert wrong == []
    assert count > 300


def literals() -> Iterator[tuple[str, str]]:
    """Yield where a value is said to need no language, and what of it stands in the code."""
    for file in sorted((ROOT / "stages").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="literal"), args=[given]):
                    parts = [each.value for each in ast.walk(given) if isinstance(each, ast.Constant)]
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", "·".join(map(str, parts))


def test_what_needs_no_language_holds_no_english_sentence() -> None:
    found = dict(literals())

    assert {place: text for place, text in found.items() if prose(text)} == {}
    assert len(found) > 40
