"""Asks OPA about Kubernetes facts."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(
    package=__name__, part_kinds=frozenset({"kubernetes", "node"}), checks="checks:built_in_checks", replays=True
)
