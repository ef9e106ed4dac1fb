"""Observes a cluster: manifests, charts, kustomizations, snapshots, the live API, and the facts of its nodes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from msgspec.structs import replace

from auditor import reasons
from auditor.formats import snapshot
from auditor.formats.flags import COMPONENTS
from auditor.model.artefact import Capture
from auditor.model.digest import canonical
from auditor.model.fact import Fact, Gap, GapClass, Origin
from auditor.stages.kubernetes import (
    charts,
    clusters,
    distribution,
    excerpts,
    files,
    halving,
    kustomizations,
    live,
    nodes,
    pods,
)
from auditor.stages.kubernetes.components import components
from auditor.stages.kubernetes.facts import (
    KubeCluster,
    KubeComponent,
    KubeNode,
    KubeObject,
    KubePrivateKey,
    KubeText,
    LiteralSecret,
    NodeFile,
    RepeatedKey,
    TlsSecret,
)
from auditor.stages.kubernetes.gaps import STAGE, gap, left
from auditor.stages.kubernetes.keys import keys_in
from auditor.stages.kubernetes.literals import literals
from auditor.stages.kubernetes.objects import Found, facts
from auditor.stages.kubernetes.sources import ChartFolder, Kustomization, PlainFile, Source, Unread, sources
from auditor.stages.kubernetes.texts import say
from auditor.stages.kubernetes.twins import Built
from auditor.stages.kubernetes.unrendered import Unrendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from auditor.model.fact import Facts
    from auditor.model.record import Exclusion, ToolUse
    from auditor.model.system import Part, System
    from auditor.stages.kubernetes.components import Sighting
    from auditor.stages.kubernetes.rendered import Renderer

_SERVER = "kube-apiserver"
CONTROL_PLANE = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")
_CONTEXT = "context:"
_REMEDIES = {
    reasons.TEMPLATE_NOT_RENDERED: "rendered_first",
    reasons.LINK: "links",
    reasons.BASE_OUTSIDE: "links",
    reasons.TOO_LARGE: "limit",
    reasons.TOO_MANY_FILES: "limit",
}


class Charts(Protocol):
    """What this stage needs of helm."""

    def render(
        self,
        chart: Path,
        *,
        release: str,
        namespace: str,
        values: Sequence[Path],
        kube_version: str,
        api_versions: Sequence[str],
    ) -> tuple[bytes, ToolUse]:
        """Return YAML with ``# Source:`` comments, and the program that took part.

        Raises:
            ToolError: The chart cannot be rendered.
        """


class Builds(Protocol):
    """What this stage needs of kustomize."""

    def build(self, folder: Path) -> tuple[bytes, ToolUse]:
        """Return YAML, and the program that took part.

        Raises:
            ToolError: The folder cannot be built.
        """


_OF_CHARTS: Final = ("values", "kube_version", "api_versions", "release")
"""Options of a target that only the rendering of a chart uses."""


@dataclass
class _SystemReadings:
    """What the parts of one system gave so far.

    Attributes:
        found: Objects.
        readings: Node facts.
        version: Of the cluster, empty if unknown.
        listed: Kinds that an API server listed completely.
        kubelets: Components that the API itself showed.
        refused: Why the API did not show a component, by its name.
    """

    found: list[Found] = field(default_factory=list)
    readings: list[nodes.NodeReading] = field(default_factory=list)
    version: str = ""
    listed: set[str] = field(default_factory=set)
    kubelets: list[Sighting] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


@dataclass
class KubernetesStage:
    """Observes Kubernetes.

    Attributes:
        charts: Renders charts.
        builds: Builds kustomizations.
        apis: Opens the API of a context; nothing is asked before the first request.
        apart: Runs a module with some input in a process of its own; None where there is one core.
    """

    charts: Charts
    builds: Builds
    apis: Callable[[str], live.Api]
    apart: Callable[[str, bytes], bytes] | None = None
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"kubernetes", "node"})
    reads: tuple[type[Fact], ...] = ()
    yields: tuple[type[Fact], ...] = (
        *(
            KubeObject,
            RepeatedKey,
            LiteralSecret,
            KubePrivateKey,
            TlsSecret,
            KubeComponent,
            NodeFile,
            KubeNode,
            KubeCluster,
            KubeText,
        ),
    )

    def observe(self, target: System, known: Facts) -> Iterator[Capture | Fact | Gap | Exclusion | ToolUse]:
        """Yield every object, component, node and file seen, and a gap for each that was looked for and not seen.

        1. Read the parts.
        2. Objects, once all are known: names and scopes depend on each other.
        3. Components: what runs, as processes and pods show it together.
        4. The cluster as a whole.
        5. What nobody collected.

        Args:
            target: Its ``kubernetes`` and ``node`` parts are one cluster.
            known: Not needed.
        """
        del known
        seen = _SystemReadings()
        for part in target.of("kubernetes"):  # 1
            yield from self._kubernetes(part, seen)
        for part in target.of("node"):
            yield from _nodes(part, seen)
        objects = tuple(facts(seen.found))  # 2
        yield from objects
        for each in objects:
            yield from _repeated(each)
            yield from literals(each)
            yield from keys_in(each)
        for part in target.of("kubernetes"):
            if not part.where.startswith(_CONTEXT):
                yield from excerpts.texts(part.path, part.argument, objects)
        sightings: list[Sighting] = [each for reading in seen.readings for each in reading.sightings]  # 3
        sightings += [*seen.kubelets, *pods.sightings(objects)]
        texts = {reading.node: reading.texts for reading in seen.readings}
        running = tuple(components(sightings, texts))
        yield from running
        cluster = _cluster(target, seen, objects, running)  # 4
        yield cluster
        yield from _not_collected(target, seen, {each.component for each in running}, cluster)  # 5

    def _kubernetes(self, part: Part, seen: _SystemReadings) -> Iterator[Capture | Gap | Exclusion | ToolUse]:
        count = len(seen.found)
        has_gap = False
        context = part.where.removeprefix(_CONTEXT) if part.where.startswith(_CONTEXT) else None
        items = self._files(part, seen) if context is None else self._live(context, part, seen)
        for item in items:
            if isinstance(item, Found):
                seen.found.append(item)
            else:
                has_gap = has_gap or isinstance(item, Gap)
                yield item
        if len(seen.found) == count and not has_gap:
            detail = f"{part.where} holds no Kubernetes object"
            yield gap(part.argument, KubeObject, reasons.NOTHING_FOUND, detail, say("kubernetes.remedy.nothing"))

    def _live(self, context: str, part: Part, seen: _SystemReadings) -> Iterator[Found | Capture | Gap]:
        reading = live.read(self.apis(context), with_certificates=part.options.get("certificates") is not False)
        yield from _cluster_of(reading, part, seen)

    def _files(self, part: Part, seen: _SystemReadings) -> Iterator[Found | Capture | Gap | Exclusion | ToolUse]:
        root = part.path
        try:
            root.stat()
        except FileNotFoundError:
            yield gap(part.argument, KubeObject, reasons.NO_SUCH_PATH, str(root), say("remedy.path"))
            return
        except (OSError, ValueError) as problem:  # ValueError: a NUL in the path
            said = getattr(problem, "strerror", None) or "no path"
            detail, remedy = f"{part.where[:200]!r}: {said}", say("kubernetes.remedy.nothing")
            yield gap(part.argument, KubeObject, reasons.CANNOT_BE_READ, detail, remedy)
            return
        if root.is_file() and clusters.is_snapshot(root):
            yield from _snapshot(root, part, seen)
            return
        inputs: list[files.Input] = []
        for item in self._sources(part, list(sources(root)), is_only=root.is_file()):
            if isinstance(item, files.Input):
                inputs.append(item)
            else:
                yield item
        if inputs:
            data = canonical([[each.name, each.digest] for each in inputs])
            yield Capture(data=data, media_type="application/json")

    def _sources(
        self, part: Part, found: Sequence[Source], *, is_only: bool
    ) -> Iterator[Found | Capture | Gap | Exclusion | ToolUse | files.Input]:
        """Read all sources: what has to be rendered first, then plain files, each in order; equal objects once."""
        built = Built(part.argument)
        unrendered = Unrendered()
        for source, item in self._items(part, found, is_only=is_only):
            if isinstance(item, Gap) and unrendered.takes(item):
                continue
            if isinstance(item, Found):
                if built.is_again(item, source):
                    continue
                if not isinstance(source, PlainFile):
                    built.add(item, source)
            yield item
        yield from unrendered.gaps()
        yield from built.left()
        unused = [name for name in _OF_CHARTS if part.options.get(name)]
        if unused and not any(isinstance(source, ChartFolder) for source in found):
            yield left(part.argument, ", ".join(unused), say("kubernetes.left.no_chart"))

    def _items(
        self, part: Part, found: Sequence[Source], *, is_only: bool
    ) -> Iterator[tuple[Source, Found | Capture | Gap | Exclusion | ToolUse | files.Input]]:
        """Yield what sources hold, each thing with its source: what has to be rendered first, then plain files."""
        plain = [source for source in found if isinstance(source, PlainFile)]
        for source in found:
            if not isinstance(source, PlainFile):
                for item in self._source(part, source):
                    yield source, item
        namespace = _text(part, "namespace") or "default"
        if not is_only:
            yield from halving.read(plain, part.argument, namespace, self.apart)
            return
        for each in plain:
            for read in files.plain(each, part.argument, namespace, is_only=True):
                yield each, read

    def _source(
        self, part: Part, source: Source
    ) -> Iterator[Found | Capture | Gap | Exclusion | ToolUse | files.Input]:
        namespace = _text(part, "namespace") or "default"
        match source:
            case ChartFolder():
                render = self._renderer(part, namespace)
                is_assumed = not _text(part, "namespace")
                values = _values(part)
                version = _text(part, "kube_version")
                yield from charts.chart(
                    source, part.argument, namespace, render, is_assumed=is_assumed, values=values, version=version
                )
            case Kustomization():
                yield from kustomizations.kustomization(source, part.argument, namespace, self.builds.build)
            case Unread(is_due=True):
                key = f"kubernetes.remedy.{_REMEDIES.get(source.reason, 'access')}"
                remedy = say(key)
                yield gap(part.argument, KubeObject, source.reason, source.detail, remedy, subject=source.name)
            case Unread():
                key = f"kubernetes.left.{source.reason}"
                why = say(key, what=source.detail)
                yield left(part.argument, source.name, why)

    def _renderer(self, part: Part, namespace: str) -> Renderer:
        values = _values(part)

        def render(folder: Path) -> tuple[bytes, ToolUse]:
            return self.charts.render(
                folder,
                release=_text(part, "release") or "release",
                namespace=namespace,
                values=values,
                kube_version=_text(part, "kube_version"),
                api_versions=_texts(part, "api_versions"),
            )

        return render


def _snapshot(path: Path, part: Part, seen: _SystemReadings) -> Iterator[Found | Capture | Gap]:
    try:
        reading = snapshot.unpacked(path.read_bytes())
    except (OSError, ValueError, MemoryError) as problem:
        remedy = say("pipeline.remedy.collect_cluster")
        yield gap(part.argument, KubeObject, reasons.SNAPSHOT_CANNOT_BE_USED, str(problem)[:300], remedy)
        return
    yield from _cluster_of(reading, part, seen)


def _cluster_of(reading: snapshot.ClusterReading, part: Part, seen: _SystemReadings) -> Iterator[Found | Capture | Gap]:
    """Take in a cluster; live or out of a snapshot makes no difference from here on."""
    seen.version = seen.version or reading.version
    seen.listed |= set(reading.kinds_listed)
    seen.kubelets += clusters.kubelets(reading, part.argument)
    seen.refused |= {each.topic: each.detail for each in reading.refusals if each.fact == KubeComponent.__name__}
    yield from clusters.objects(reading, part.argument)


def _text(part: Part, option: str) -> str:
    value = part.options.get(option)
    return str(value) if isinstance(value, str | int | float) else ""


def _values(part: Part) -> tuple[Path, ...]:
    """Return the files of values of a part; like its place, they stand relative to its configuration."""
    return tuple(Path(part.base, each) for each in _texts(part, "values"))


def _texts(part: Part, option: str) -> tuple[str, ...]:
    value = part.options.get(option)
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _nodes(part: Part, seen: _SystemReadings) -> Iterator[Fact | Gap | Capture]:
    """Read one file of node facts, or every ``.json`` file of a folder."""
    where = part.path
    found = sorted(where.glob("*.json")) if "\0" not in part.where and os.path.isdir(where) else [where]  # noqa: PTH112 - says no where Path raises
    if not found:
        detail = f"{part.where} holds no .json file"
        yield gap(part.argument, KubeNode, reasons.NOTHING_FOUND, detail, say("kubernetes.remedy.node"))
    for path in found:
        reading = nodes.NodeReading()
        yield from nodes.read(path, part.argument, reading, {each.node for each in seen.readings})
        seen.readings.append(reading)


def _repeated(each: KubeObject) -> Iterator[RepeatedKey]:
    for pointer, line in each.repeated.items():
        origin = replace(each.origin, pointer=each.origin.pointer + pointer, line=line, end_line=line)
        yield RepeatedKey(subject=each.subject, origin=origin, pointer=pointer)


def _cluster(
    target: System, seen: _SystemReadings, objects: Sequence[KubeObject], running: Sequence[KubeComponent]
) -> KubeCluster:
    machines = [each.manifest for each in objects if each.kind == "Node"]
    versions = [
        seen.version,
        *(_text(part, "kube_version") for part in target.of("kubernetes")),
        *(each.version for each in running if each.component == "kube-apiserver"),
        *(each.version for each in running if each.component != "etcd"),
        *(_at(machine, "status", "nodeInfo", "kubeletVersion") for machine in machines),
    ]
    version = next((each for each in versions if each), "")
    name = distribution.of_cluster(
        " ".join(each for each in versions if each),
        [label for machine in machines for label in _names(machine)],
        [_at(machine, "spec", "providerID") for machine in machines],
    )
    name = name or next((each.distribution for each in running if each.distribution), "")
    kind = distribution.known().get(name)
    part = next(target.of("kubernetes", "node"))
    return KubeCluster(
        subject="cluster",
        origin=Origin(part=part.argument),
        version=version.removeprefix("v").partition("-")[0].partition("+")[0],
        distribution=name,
        is_managed=kind is not None and kind.managed,
        is_complete=all(kind in seen.listed for kinds in live.READ.values() for kind in kinds),
        kinds_listed=tuple(sorted(seen.listed)),
    )


def _at(manifest: object, *names: str) -> str:
    value = manifest
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _names(machine: object) -> Iterator[str]:
    metadata = machine.get("metadata") if isinstance(machine, dict) else None
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    yield from labels if isinstance(labels, dict) else ()


def _not_collected(target: System, seen: _SystemReadings, running: set[str], cluster: KubeCluster) -> Iterator[Gap]:
    """Say what no part of the system was to show."""
    part = next(target.of("kubernetes", "node")).argument
    has_nodes = any(reading.node for reading in seen.readings)
    # manifests can never show what runs on nodes; of a cluster that was asked, or of nodes, more could have been given
    is_live = bool(cluster.kinds_listed) or has_nodes or any(True for _ in target.of("node"))
    unseen = GapClass.MISSING if is_live else GapClass.OUT_OF_REACH
    for component in COMPONENTS:
        if component in running or (cluster.is_managed and component in CONTROL_PLANE):
            continue
        if component == "etcd" and _has_no_etcd(seen):
            continue
        if component == "kube-proxy" and seen.readings and all(each.has_processes for each in seen.readings):
            continue  # every node that was looked at does without
        where = "control_plane" if component in CONTROL_PLANE else "node"
        remedy = say(f"pipeline.remedy.collect_{where}")
        detail = seen.refused.get(component) or f"no part of this system shows {component}"
        yield gap(part, KubeComponent, reasons.NOT_COLLECTED, detail, remedy, topic=component, gap_class=unseen)
    if not has_nodes and not any(True for _ in target.of("node")):
        for kind in (NodeFile, KubeNode):
            detail = "no part of this system holds node facts"
            yield gap(part, kind, reasons.NOT_COLLECTED, detail, say("pipeline.remedy.collect_node"), gap_class=unseen)
    if not any(True for _ in target.of("kubernetes")):
        detail = "no part of this system holds objects of the cluster"
        remedy = say("pipeline.remedy.collect_cluster")
        yield gap(part, KubeObject, reasons.NOT_COLLECTED, detail, remedy, gap_class=GapClass.MISSING)


def _has_no_etcd(seen: _SystemReadings) -> bool:
    """Tell whether all API servers speak to kine or dqlite over a local socket: then there is no etcd to judge."""
    servers = [s.flags.get("etcd-servers", ()) for r in seen.readings for s in r.sightings if s.component == _SERVER]
    return bool(servers) and all(
        given and all(str(each.value).strip("\"' ").startswith("unix://") for each in given) for given in servers
    )
