"""Stage ``auditlog``: what is recorded, what should be, and the list of what is missing."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition, TargetKind

AUDITLOG: Final = TargetKind(
    name="auditlog",
    model=f"{__name__}.targets:AuditlogTarget",
    where=("inventory", "logs"),
    paths=("inventory", "logs", "anchor"),
    loosening={"anchor": frozenset()},
    finder=f"{__name__}.finding:LogFinder",
)
STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({AUDITLOG.name}),
    targets=(AUDITLOG,),
    examples="show:example_lines",
    pictures={"covered": "pictures:coverage", "logged": "pictures:calendar", "states": "pictures:STATES"},
)
