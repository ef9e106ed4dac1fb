"""A sentence in both languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from auditor.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in English and Chinese.

    A dataclass, which `msgspec` reads and writes like its own: the command line says texts at every start, and does
    without `msgspec`, which costs more to import than all else that it says.
    """

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.zh if language == "zh" else self.en


NO_TEXT: Final = Text("", "")


def literal(value: str) -> Text:
    """Return a value that reads the same in every language: a path, a flag, a number, a name, a quotation."""
    return Text(value, value) if value else NO_TEXT


def reason_text(reason: str) -> Text:
    """Return the reason of a gap for a person; one that is not in the list (words of a scanner) is its own text."""
    return Text(reason, REASONS.get(reason, reason))


def joined(texts: Iterable[Text], en: str = "; ", zh: str = "\uff1b") -> Text:
    """Return several sentences as one."""
    given = tuple(texts)
    return Text(en.join(each.en for each in given), zh.join(each.zh for each in given))


def listed(texts: Iterable[Text]) -> Text:
    """Return several things as a list in a sentence."""
    return joined(texts, ", ", "\u3001")
