"""Stages: each observes one side of a platform and brings the checks that judge it.

`STAGE_NAMES` is the one place that names them all: what they can be pointed at, their checks and their wiring are found
through the value ``STAGE`` of each package.
"""

from __future__ import annotations

from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.stage import StageDefinition, TargetKind

STAGE_NAMES: Final = (
    "code",
    "image",
    "sbom",
    "vulnerabilities",
    "kubernetes",
    "policy",
    "tls",
    "custody",
    "lineage",
    "auditlog",
)
"""Every stage of this version, a line each, in the order of the pipeline."""


@cache
def stages() -> tuple[StageDefinition, ...]:
    """Return every stage of this version, in the order of the pipeline."""
    return tuple(resolve_name(f"{__name__}.{name}:STAGE") for name in STAGE_NAMES)


@cache
def target_kinds() -> Mapping[str, TargetKind]:
    """Return everything that a run can be pointed at, by name, in the order of the pipeline."""
    return {kind.name: kind for stage in stages() for kind in stage.targets}
