"""Stage ``vulnerabilities``: known vulnerabilities of components, and by name what no database speaks of."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({"image", "sbom", "code"}),
    table="tables:table",
    concluded=frozenset({"KnownVulnerability", "Measure", "Searched", "SupportTerm"}),
)
