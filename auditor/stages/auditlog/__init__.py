"""Stage ``auditlog``: what is recorded, what should be, and the list of what is missing."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"auditlog"}))
