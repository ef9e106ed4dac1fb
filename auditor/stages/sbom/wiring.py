"""Puts the stage together with syft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cache import ObservationCache
from auditor.content import cache_folder
from auditor.stages.image.keys import keys_of
from auditor.stages.sbom.observe import SbomStage
from auditor.tools.process import scratch_folder
from auditor.tools.programs import Programs
from auditor.tools.syft import SWITCHES, Syft

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> SbomStage:
    """Return the stage."""
    return SbomStage(
        cataloguer=Syft(Programs.here(choice.allowed_tools)),
        scratch=scratch_folder,
        keys=keys_of,
        cache=ObservationCache(cache_folder() / "observations.db" if choice.is_cached else None),
        switches=repr(sorted(SWITCHES.items())),
    )
