"""What reports list of known vulnerabilities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.table import Table
from auditor.stages.vulnerabilities.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.table import Cell, Page


def table(page: Page) -> Table:
    """Return known vulnerabilities; what is past the time that the policy gives stands first."""
    columns = (
        page.column("verdict", 10),
        page.column("severity", 10),
        page.column(say("column.vulnerability"), 20),
        page.column(say("column.aliases"), 22),
        page.column(say("column.component"), 24),
        page.column("version", 16),
        page.column(say("column.fix"), 12),
        page.column(say("column.fixed"), 20),
        page.column("target", 36),
        page.column("detail", 60),
        page.column("waiver", 14),
        page.column(say("column.purl"), 50),
    )
    title = page.shown(say("table.vulnerabilities"))
    return Table(id="vulnerabilities", title=title, columns=columns, rows=lambda: _rows(page))


def _rows(page: Page) -> Iterator[tuple[Cell, ...]]:
    for finding in sorted(page.findings_of("vulnerabilities"), key=lambda each: each.id != "vuln-fixed-in-time"):
        known, component = finding.vulnerability, finding.component
        yield (
            page.verdict(finding),
            page.severity(finding),
            page.shown(known.id) if known else finding.id,
            page.shown(", ".join(known.aliases)) if known else "",
            page.shown(component.name) if component else page.shown(finding.subject),
            page.shown(component.version) if component else "",
            known.fix.state if known else "",
            page.shown(", ".join(known.fix.versions)) if known else "",
            page.shown(finding.target),
            page.shown(finding.detail) if finding.detail.en else page.headline(finding),
            page.shown(finding.waived.id) if finding.waived else "",
            page.shown(component.purl) if component else "",
        )
