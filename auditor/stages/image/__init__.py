"""Stage ``image``: container images judged by their bytes."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition

STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({"image"}))
