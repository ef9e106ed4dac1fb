"""Which stores schema, manifests, SQL, traces, cluster and code name: what the inventory is compared with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.kubernetes.facts import KubeObject

if TYPE_CHECKING:
    from auditor.model.fact import Facts
    from auditor.stages.lineage.world import World

_IMAGES: Final = re.compile(
    r"(?:^|[/_-])(postgres(?:ql)?|pgvector|mysql|mariadb|percona|mongo(?:db)?|redis|valkey|milvus|qdrant|weaviate|chroma|elasticsearch|opensearch|"
    r"clickhouse|minio|kafka|neo4j|oceanbase|tidb|doris|starrocks|kingbase|opengauss|dm8?|infinity)(?=[:@_/-]|$)"
)
_KINDS: Final = frozenset({"StatefulSet", "Deployment", "DaemonSet", "Pod"})


def stores(world: World, known: Facts) -> dict[str, str]:
    """Return the stores that something else than the inventory and the events names, with where."""
    found: dict[str, str] = {}
    for table, by, _file in world.got.declared:
        own = world.table(table.id)
        if not world.names.is_excluded(own) and own not in world.excluded and "exposure." not in own:
            found.setdefault(own, by)
            for each in table.of:
                found.setdefault(world.table(each), by)
    for placed in world.got.traces.steps():
        for name in placed.step.sources:
            found.setdefault(world.resolve(name) or name, "traces")
    for item in known.of(KubeObject):
        if item.kind in _KINDS and any(_IMAGES.search(image) for image in _images(dict(item.manifest), 0)):
            found.setdefault(item.name, f"cluster, {item.kind}")
    return found


def _images(value: object, depth: int) -> list[str]:
    if depth > 12:  # noqa: PLR2004 - a pod template is no deeper
        return []
    if isinstance(value, dict):
        own = [value["image"]] if isinstance(value.get("image"), str) else []
        return own + [one for each in value.values() for one in _images(each, depth + 1)]
    if isinstance(value, list):
        return [one for each in value for one in _images(each, depth + 1)]
    return []
