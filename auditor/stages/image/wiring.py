"""Puts the stage together with what it keeps from earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.cache import ObservationCache
from auditor.content import cache_folder
from auditor.stages.image.keys import keys_of
from auditor.stages.image.observe import ImageStage

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> ImageStage:
    """Return the stage."""
    return ImageStage(
        keys=keys_of, cache=ObservationCache(cache_folder() / "observations.db" if choice.is_cached else None)
    )
