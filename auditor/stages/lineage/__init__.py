"""Stage ``lineage``: where data comes from and goes to, which answers lead to their sources, and what is missing."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition, TargetKind

LINEAGE: Final = TargetKind(
    name="lineage",
    model=f"{__name__}.targets:LineageTarget",
    where=("inventory", "events", "dbt", "sql", "catalogue", "trace_ids", "traces"),
    paths=("inventory", "events", "trace_ids", "dbt", "sql", "catalogue", "traces"),
    finder=f"{__name__}.finding:LineageFinder",
)
STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({LINEAGE.name}),
    targets=(LINEAGE,),
    pictures={
        "lineages": "drawing:graphs",
        "chains": "drawing:chains",
        "lineage_states": "drawing:LEGEND",
        "lineage_lines": "drawing:LINES",
    },
    inventory_from="importing:of_place",
    inventory_of="importing:of_run",
)
