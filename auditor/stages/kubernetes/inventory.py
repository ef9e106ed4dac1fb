"""An inventory from what a run saw of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.formats.inventory_imports import Imported, of_objects
from auditor.stages.kubernetes.facts import KubeObject

if TYPE_CHECKING:
    from auditor.stage import Seen


def of_run(seen: Seen, origin: str) -> Imported:
    """Return workloads as components and their changes as actions."""
    objects = [(each.kind, each.namespace, each.name, each.origin.file or "") for each in seen(KubeObject)]
    return of_objects(objects, origin) if objects else Imported()
