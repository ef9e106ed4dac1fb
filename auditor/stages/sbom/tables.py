"""What reports list of bills of materials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.table import Table
from auditor.stages.sbom.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.table import Cell, Page


def table(page: Page) -> Table:
    """Return what is said of each bill of materials, and the bills that this run wrote."""
    columns = (
        page.column("target", 44),
        page.column("check", 22),
        page.column("verdict", 10),
        page.column("problem", 50),
        page.column("subject", 40),
        page.column("detail", 50),
        page.column("sha256", 40, "digest"),
    )
    return Table(id="sbom", title=page.shown(say("table.sbom")), columns=columns, rows=lambda: _rows(page))


def _rows(page: Page) -> Iterator[tuple[Cell, ...]]:
    for each in page.record.artefacts:
        if "cyclonedx" in each.media_type or "spdx" in each.media_type:
            yield page.shown(each.target), "", "", page.shown(each.name), "", each.media_type, each.digest
    for finding in page.findings_of("sbom"):
        yield (
            page.shown(finding.target),
            finding.id,
            page.verdict(finding),
            page.headline(finding),
            page.shown(finding.subject),
            page.decided(finding),
            "",
        )
