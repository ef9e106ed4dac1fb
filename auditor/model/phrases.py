# ruff: noqa: RUF001 - full-width marks are what this is about
"""What was seen, said in Chinese by the phrases that it is made of: names, numbers and code stay as they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_AFTER_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff）])(?P<mark>[:;,])(?: |(?=[\u4e00-\u9fff])|$)")
_BEFORE_CHINESE = re.compile(r"(?P<mark>[:;,]) ?(?=[\u4e00-\u9fff])")
_TIGHT = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9`])|(?<=[A-Za-z0-9`])(?=[\u4e00-\u9fff])")
_LOOSE = re.compile(r"(?<=[\u4e00-\u9fff，。；：]) (?=[\u4e00-\u9fff])")
_FULL = {":": "：", ";": "；", ",": "，"}


class Phrases:
    """Turns what a program says in English into both languages.

    A table of whole words and phrases serves where a value is put together of few parts (``3 suites, none weak``). What
    has no phrase in it is the same in both languages.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        """Take the phrases and their Chinese; where two fit, the longer one counts."""
        self._table = table
        longest = sorted(table, key=len, reverse=True)
        self._any = re.compile(r"(?<![\w./-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w./-])")

    def __call__(self, text: str) -> Text:
        """Return a text in both languages."""
        said = self._any.sub(lambda found: self._table[found[0]], text)
        return Text(text, text) if said == text else Text(text, marked(said))


def marked(text: str) -> str:
    """Return Chinese with full-width marks beside it, and a blank between it and Latin words."""
    for pattern in (_AFTER_CHINESE, _BEFORE_CHINESE):
        text = pattern.sub(lambda found: _FULL[found["mark"]], text)
    return _TIGHT.sub(" ", _LOOSE.sub("", text))
