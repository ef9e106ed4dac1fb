"""A sentence in both languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from auditor.model.packed import Packed

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Text(Packed):
    """The same sentence in English and Chinese."""

    en: str
    zh: str

    def to(self, language: Language) -> str:
        """Return the sentence in one language."""
        return self.zh if language == "zh" else self.en
