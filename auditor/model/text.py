"""A sentence in both languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

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


def both(text: Text | str) -> Text:
    """Return a text; a plain one needs no language (``--anonymous-auth=true``)."""
    return Text(text, text) if isinstance(text, str) else text
