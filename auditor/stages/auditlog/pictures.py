"""What reports draw of audit logs: actions that must be logged, and the days of each source.

Both are made of the measures of the record; each has a table of the same content behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.record import MeasureRow, Record

STATES: Final = ("covered", "undetermined", "missing", "missed")
"""States of an action, the best first (`auditor.stages.auditlog.whole` writes them)."""
_DAYS: Final = 400
_ROWS: Final = 60
_CELLS: Final = 60


@dataclass(frozen=True)
class Cell:
    """One action of a component."""

    action: str
    state: str


@dataclass(frozen=True)
class Component:
    """A row of the map: a component and its actions."""

    target: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Run:
    """Days that follow one another, with records or without; ``x`` and ``width`` count from the first day shown."""

    first: str
    last: str
    x: int
    width: int
    filled: bool


@dataclass(frozen=True)
class Source:
    """A row of the calendar."""

    target: str
    name: str
    first: str
    last: str
    days: int
    width: int
    runs: tuple[Run, ...]
    gaps: tuple[str, ...]


def coverage(record: Record) -> tuple[Component, ...]:
    """Return the map of components and the actions that must be logged; empty if nobody declared any."""
    found: dict[tuple[str, str], list[Cell]] = {}
    for measure in record.measures:
        if measure.id != "auditlog.required":
            continue
        for item in measure.items:
            name, _, rest = item.partition(" | ")
            action, _, state = rest.rpartition(" | ")
            if state in STATES:
                found.setdefault((measure.target, name), []).append(Cell(action, state))
    rows = (Component(target, name, tuple(cells[:_CELLS])) for (target, name), cells in sorted(found.items()))
    return tuple(rows)[:_ROWS]


def calendar(record: Record) -> tuple[Source, ...]:
    """Return the days of each log source, up to its last `_DAYS`."""
    gaps = {(each.target, each.subject): each.items for each in record.measures if each.id == "auditlog.gaps"}
    rows = (
        _source(each, gaps.get((each.target, each.subject), ()))
        for each in record.measures
        if each.id == "auditlog.days"
    )
    return tuple(row for row in rows if row is not None)[:_ROWS]


def _source(measure: MeasureRow, gaps: tuple[str, ...]) -> Source | None:
    days = sorted({found for item in measure.items if (found := _day(item)) is not None})
    if not days:
        return None
    begin = max(days[0], days[-1] - timedelta(days=_DAYS - 1))
    runs = tuple(_runs([day for day in days if day >= begin], begin))
    return Source(
        target=measure.target,
        name=measure.subject,
        first=days[0].isoformat(),
        last=days[-1].isoformat(),
        days=len(days),
        width=(days[-1] - begin).days + 1,
        runs=runs,
        gaps=tuple(gaps)[:20],
    )


def _day(item: str) -> date | None:
    try:
        return date.fromisoformat(item[:10])
    except ValueError:
        return None


def _runs(days: list[date], begin: date) -> Iterator[Run]:
    """Yield runs of days with records, and between them those without."""
    start = before = days[0]
    for day in [*days[1:], None]:
        if day is not None and (day - before).days == 1:
            before = day
            continue
        yield _run(start, before, begin, filled=True)
        if day is not None:
            yield _run(before + timedelta(days=1), day - timedelta(days=1), begin, filled=False)
            start = before = day


def _run(first: date, last: date, begin: date, *, filled: bool) -> Run:
    return Run(first.isoformat(), last.isoformat(), (first - begin).days, (last - first).days + 1, filled)
