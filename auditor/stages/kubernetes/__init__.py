"""Cluster objects, control plane settings and node files, from files, charts, snapshots, nodes and live clusters."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"kubernetes", "node"}))
