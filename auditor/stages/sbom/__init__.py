"""Stage ``sbom``: what images and trees are made of, and whether an SBOM says so."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"image", "sbom"}))
