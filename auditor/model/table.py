"""A table of a report: what workbooks, documents and CSV are made of, and what a stage needs to make one of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Text

Cell = str | int
Role = Literal["text", "digest", "number", "answer", "day"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        title: What stands over it.
        width: In characters.
        role: ``digest`` columns are locked, ``answer`` and ``day`` columns open where a table is protected.
    """

    title: str
    width: int
    role: Role = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a report.

    Attributes:
        id: Its name in the program: ``findings``, ``clauses`` …
        title: Its name for people.
        columns: From left to right.
        rows: From top to bottom; made when they are asked for.
        framework: Of a table of clauses.
        has_answers: People fill in its last columns, and the rest is protected.
        measures: Ids of measures that it shows, so that the table of all measures leaves them out.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[tuple[Cell, ...]]]
    framework: str = ""
    has_answers: bool = False
    measures: frozenset[str] = frozenset()


class Page(Protocol):
    """A record in one language, to be set as tables."""

    record: Record

    def column(self, title: str | Text, width: int, role: Role = "text") -> Column:
        """Return a column by its title; a `str` is the key of a usual one (``target``, ``verdict``, ``subject``)."""

    def findings_of(self, stage: str) -> tuple[Finding, ...]:
        """Return the findings of a stage, the worst first."""

    def shown(self, text: str | Text) -> str:
        """Return a text in the language of the page, harmless whatever it holds."""

    def verdict(self, finding: Finding) -> str:
        """Return the word for a verdict."""

    def severity(self, finding: Finding) -> str:
        """Return the word for how bad a failure is."""

    def headline(self, finding: Finding) -> str:
        """Return the title of the problem of a failure, of what was wanted otherwise."""

    def decided(self, finding: Finding) -> str:
        """Return what decided, in one sentence."""
