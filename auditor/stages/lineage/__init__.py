"""Stage ``lineage``: where data comes from and goes to, which answers lead to their sources, and what is missing."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"lineage"}))
