"""Puts the stage together with grype, syft and the installed database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cache import ObservationCache
from auditor.content import cache_folder
from auditor.database.install import in_use, one_vulnerable
from auditor.stages.image.keys import keys_of
from auditor.stages.vulnerabilities.observe import VulnerabilityStage
from auditor.tools.grype import Grype
from auditor.tools.process import scratch_folder
from auditor.tools.programs import Programs
from auditor.tools.syft import Syft

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> VulnerabilityStage:
    """Return the stage."""
    programs = Programs.here(choice.allowed_tools)
    return VulnerabilityStage(
        scanner=Grype(programs),
        database=in_use,
        trial=one_vulnerable,
        cataloguer=Syft(programs),
        scratch=scratch_folder,
        keys=keys_of,
        cache=ObservationCache(cache_folder() / "observations.db" if choice.is_cached else None),
    )
