"""What was seen, said in Chinese by whole sentences: names, numbers and code stay as they are (ADR 20)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.model.text import Text, literal
from auditor.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOLE: Final = re.compile(r"\{w?\}")
_NARROW: Final = r"((?:(?!; |: ).)+?)"
_WIDE: Final = "(.+?)"
_KEPT: Final = 4096
"""Texts whose Chinese is kept: a check says the same of many subjects."""


class Phrases:
    """Says in both languages what a stage knows in English words: facts, measures, circumstances.

    A text is one sentence of the table or the reason of a gap, or several behind each other with ``; `` or ``, ``
    between them, or a name and a sentence with ``: `` between them. A sentence is only ever taken as a whole; what is
    in no table reads the same in every language.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        """Take sentences: ``{}`` for a value, ``{w}`` for one that is a sentence or word itself; in Chinese ``{0}`` ….

        Args:
            table: English and Chinese; where two fit, the one with more words counts.
        """
        self._table = table
        self._known: dict[str, Text] = {}

    def __call__(self, text: str) -> Text:
        """Return a text in both languages."""
        found = self._known.get(text)
        if found is None:
            chinese = self._chinese(text)
            found = literal(text) if chinese == text else Text(text, chinese)
            if len(self._known) < _KEPT:
                self._known[text] = found
        return found

    def _chinese(self, text: str) -> str:
        known = self._table.get(text) or REASONS.get(text) or self._sentence(text, _NARROW)
        if known:
            return known
        if "; " in text:
            several = text.split("; ")
            found = [self(each).zh for each in several]
            return text if found == several else "\uff1b".join(found)
        name, mark, rest = text.partition(": ")
        if mark and (self(name).zh, self(rest).zh) != (name, rest):
            return f"{self(name).zh}\uff1a{self(rest).zh}"
        words = text.split(", ")
        said = [self(each).zh for each in words] if len(words) > 1 else words
        if said != words:
            return "\uff0c".join(said)
        return self._sentence(text, _WIDE) or text

    def _sentence(self, text: str, hole: str) -> str:
        for pattern, words, chinese in self._patterns[hole]:
            if found := pattern.fullmatch(text):
                pairs = zip(found.groups(), words, strict=True)
                return chinese.format(*(self(value).zh if is_word else value for value, is_word in pairs))
        return ""

    @cached_property
    def _patterns(self) -> dict[str, list[tuple[re.Pattern[str], tuple[bool, ...], str]]]:
        longest = sorted(filter(_HOLE.search, self._table), key=lambda each: (-len(_HOLE.sub("", each)), each))
        return {
            hole: [
                (
                    re.compile(hole.join(map(re.escape, _HOLE.split(english))), re.DOTALL),
                    tuple(each == "{w}" for each in _HOLE.findall(english)),
                    self._table[english],
                )
                for english in longest
            ]
            for hole in (_NARROW, _WIDE)
        }
