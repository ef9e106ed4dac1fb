"""What reports list of keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.model.table import Table
from auditor.stages.custody.pictures import who_can
from auditor.stages.custody.texts import MEASURES, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.table import Cell, Page

_MAX_HOLDERS: Final = 20


def table(page: Page) -> Table:
    """Return who can use, take out, rotate and destroy each key."""
    columns = (
        page.column("target", 36),
        page.column(say("column.key.name"), 24),
        page.column(say("column.action"), 20),
        page.column(say("column.path"), 36),
        page.column(say("column.count"), 8, "number"),
        page.column(say("column.holders"), 70),
    )
    title = page.shown(say("table.custody"))
    return Table(id="custody", title=title, columns=columns, rows=lambda: _rows(page), measures=frozenset(MEASURES))


def _rows(page: Page) -> Iterator[tuple[Cell, ...]]:
    for key in who_can(page.record):
        for right in key.rights:
            yield (
                page.shown(key.target),
                page.shown(key.name),
                page.shown(right.name),
                page.shown(right.path),
                right.count,
                page.shown("\n".join(right.holders[:_MAX_HOLDERS])),
            )
