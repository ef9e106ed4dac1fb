"""What one reading of a cluster says: objects, gaps, and the kubelets' settings; live or out of a snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.errors import ConfigError, ToolError
from auditor.formats import configuration, snapshot
from auditor.formats.documents import Document
from auditor.formats.kubernetes import Entry, entries
from auditor.model.artefact import Capture
from auditor.model.fact import Origin
from auditor.stages.kubernetes.components import Sighting
from auditor.stages.kubernetes.facts import KubeObject, Setting
from auditor.stages.kubernetes.gaps import gap
from auditor.stages.kubernetes.objects import Found
from auditor.stages.kubernetes.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.formats.snapshot import ClusterReading, Listed
    from auditor.model.fact import Gap
    from auditor.model.system import Part


CONTEXT: Final = "context:"
"""What a cluster that is asked itself is named by."""


def is_snapshot(path: Path) -> bool:
    """Tell whether a file starts as a snapshot does."""
    try:
        with path.open("rb") as file:
            return file.read(len(snapshot.MAGIC)) == snapshot.MAGIC
    except OSError:
        return False


def objects(reading: ClusterReading, part: str) -> Iterator[Found | Gap | Capture]:
    """Yield the objects of a reading, a gap for each list that was refused, and all of it as evidence."""
    capture = Capture(data=snapshot.packed(reading), media_type="application/zstd", tool="Kubernetes API")
    yield capture
    for listed in reading.objects:
        found = _entry(listed)
        if found is not None:
            yield Found(
                entry=found,
                part=part,
                file=None,
                namespace="default",
                capture=capture.digest,
                is_namespaced=listed.is_namespaced,
            )
    for refusal in reading.refusals:
        if refusal.fact == KubeObject.__name__:
            remedy = say(f"kubernetes.remedy.{'rbac' if refusal.reason == reasons.NO_PERMISSION else 'api'}")
            yield gap(
                part, KubeObject, refusal.reason, refusal.detail, remedy, topic=refusal.topic, tool="Kubernetes API"
            )


def _entry(listed: Listed) -> Entry | None:
    document = Document(value=dict(listed.manifest), line=1, end_line=1)
    found = next(iter(entries(document)), None)
    return replace(found, pointer=listed.path) if isinstance(found, Entry) else None


def kubelets(reading: ClusterReading, part: str) -> Iterator[Sighting]:
    """Yield the kubelets whose effective configuration the API showed."""
    for node, config in reading.kubelets.items():
        path = f"/api/v1/nodes/{node}/proxy/configz"
        yield Sighting(
            component="kubelet",
            at=node,
            node=node,
            seen_in="configz",
            flags={},
            origin=Origin(part=part, pointer=path),
            config={
                name: Setting(value=value.value, source="configz", pointer=value.pointer)
                for name, value in configuration.merged([(path, dict(config))]).items()
            },
        )


def ensure(part: Part) -> None:
    """Refuse a file of values that is none, and a context that the kubeconfig does not have.

    Raises:
        ConfigError: It is not there.
    """
    for each in part.options.get("values") or ():
        if not (path := Path(part.base, str(each))).is_file():
            raise ConfigError(say("plan.no_path", path=path, target=part.argument))
    if not part.where.startswith(CONTEXT):
        return
    from auditor.tools.kube import KubeApi  # noqa: PLC0415 - slow to import, and for a live audit only

    try:
        KubeApi(part.where.removeprefix(CONTEXT)).find_context()
    except ToolError as problem:
        raise ConfigError(say("plan.no_context", target=part.argument, detail=both(problem.detail))) from problem
