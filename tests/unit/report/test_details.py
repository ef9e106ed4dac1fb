"""Circumstances of gaps in Chinese: the table is held against the sentences that stand in the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import auditor
from auditor.reasons import REASONS
from auditor.report.details import DETAILS, detail

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(auditor.__file__).parent
NAMES = {
    "ToolError",
    "Problem",
    "Unread",
    "Answer",
    "gap",
    "_gap",
    "lost",
    "_lost",
    "lose",
    "missing",
    "_missing",
    "untold",
    "without",
    "_untold",
    "_lose",
    "Missing",
    "unseen",
    "_unseen",
    "Unseen",
    "GivenUp",
}
WORDS = 3
# addresses of an API, and what only whoever installs programs reads
OTHER = re.compile(
    r"(?:GET|LIST|POST) |.*(?:AUDITOR_CACHE|TMPDIR|on PATH|/processes/)"
    r"|empty client certificate|pre-master version|ecdhe without client"  # questions to an endpoint
)


def sentences() -> Iterator[tuple[str, str]]:
    """Yield every literal circumstance of a gap: where it stands, and its wording with ``{}`` for each value."""
    for file in sorted((ROOT / "stages").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for value in given(node):
                text = wording(value)
                if (
                    text not in REASONS
                    and len(re.findall(r"[A-Za-z]{2,}", text.replace("{}", ""))) >= WORDS
                    and " " in text.strip()
                    and not OTHER.match(text)
                ):
                    yield f"{file.relative_to(ROOT)}:{value.lineno}", text


def given(node: ast.AST) -> list[ast.expr]:
    values = [node.value] if isinstance(node, ast.keyword) and node.arg == "detail" else []
    if isinstance(node, ast.Assign) and [getattr(each, "id", "") for each in node.targets] == ["detail"]:
        values.append(node.value)
    if isinstance(node, ast.Call) and (getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in NAMES:
        values += node.args
    return [
        each for value in values for each in ([value.body, value.orelse] if isinstance(value, ast.IfExp) else [value])
    ]


def wording(value: ast.expr) -> str:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in value.values)
    return ""


def test_every_circumstance_in_the_code_is_known_in_chinese() -> None:
    found = dict(sentences())
    assert len(found) > 60

    unknown = {
        place: text for place, text in found.items() if detail(text.replace("{}", "x")).zh == text.replace("{}", "x")
    }

    assert unknown == {}


@pytest.mark.parametrize("english", DETAILS)
def test_both_languages_have_the_same_values(english: str) -> None:
    numbers = [f"<{index}>" for index in range(english.count("{}") + english.count("{w}"))]
    text = english.replace("{w}", "{}").format(*numbers)

    said = detail(text)

    assert said.en == text
    assert re.search(r"[\u4e00-\u9fff]", said.zh) or english.startswith("auditor ")
    assert sorted(re.findall(r"<\d>", said.zh)) == numbers


def test_what_a_program_said_stays_as_it_is() -> None:
    said = detail("panic: runtime error: index out of range [3]")

    assert said.en == said.zh
