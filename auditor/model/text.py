"""A sentence in both languages of the product."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Language = Literal["en", "zh"]


class Text(Struct, frozen=True, gc=False):
    """The same sentence in English and Chinese."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.zh if language == "zh" else self.en


NO_TEXT: Final = Text("", "")


def both(text: Text | str) -> Text:
    """Return a text; a plain one needs no language (``--anonymous-auth=true``)."""
    return Text(text, text) if isinstance(text, str) else text
