"""An inventory from lineage: data sets and ways of manifests, catalogues, Marquez and events; services of traces."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.formats.inventory import DataField, Dataset, Service
from auditor.formats.inventory_imports import Imported, joined
from auditor.stages.lineage import facts
from auditor.stages.lineage.inputs import inputs
from auditor.stages.lineage.reading import Reader
from auditor.stages.lineage.world import PERSONAL, World

if TYPE_CHECKING:
    from auditor.stage import Seen
    from auditor.stages.lineage.reading import Collected

LIMIT: Final = 20_000


def of_run(seen: Seen, origin: str) -> Imported:
    """Return data sets, edges and services that a run saw."""
    edges = [(each.source, each.subject) for each in seen(facts.LineageEdge)]
    edges += [(each.source, each.subject) for each in seen(facts.DeclaredEdge)]
    services = [
        Service(id=each.subject, uses_retrieval="retrieval" in dict(each.operations), end_users=True)
        for each in seen(facts.ServiceTraces)
    ]
    return Imported(
        datasets=tuple(Dataset(id=each.subject, role=each.role, origin=origin) for each in seen(facts.Dataset)),
        edges=tuple(dict.fromkeys(edges)),
        services=joined(services),
    )


def of_place(where: str, _component: str) -> tuple[Imported]:
    """Return what a place names (`of_lineage`)."""
    return (of_lineage(Path(where), where),)


def of_lineage(path: Path, origin: str) -> Imported:
    """Return what the files of a folder, or one file, name.

    Fields are those of manifests, catalogues and schemas; a field that is tagged there as personal is so here. A data
    set that nothing was seen to flow into, and that a manifest calls a source, is a root; every other role is a
    person's to say.
    """
    reader = Reader()
    for each in inputs(path, {}, ""):
        reader.read(each)
    reader.finish("", {})
    world = World(None, reader.got)
    return Imported(
        datasets=tuple(_datasets(world, origin))[:LIMIT],
        services=tuple(_services(reader.got))[:LIMIT],
        edges=tuple(world.declared)[:LIMIT],
        problems=tuple(_problems(reader.got)),
    )


def _datasets(world: World, origin: str) -> list[Dataset]:
    got = world.got
    roles = {world.table(table.id): table.role for table, _by, _file in got.declared if table.role}
    names = dict.fromkeys(world.names.of(each) for each in got.names)
    for table, by, _file in got.declared:
        if by != "sql":
            names[world.table(table.id)] = None
    tagged: dict[str, set[str]] = defaultdict(set)
    for dataset, name, tag in got.tags:
        if tag.lower().partition("=")[0] in PERSONAL:
            tagged[world.names.of(dataset)].add(name)
    for table, _by, _file in got.declared:
        tagged[world.table(table.id)].update(name for name, tag in table.tags if tag.lower() in PERSONAL)
    written = {two for _one, two in (*world.edges, *world.declared)}
    return [
        Dataset(
            id=own,
            role=roles.get(own, "") if roles.get(own) != "source" or own not in written else "",
            fields=None
            if (known := world.fields.get(own)) is None
            else tuple(DataField(name=each, pii=each in tagged[own]) for each in known),
            origin=origin,
        )
        for own in sorted(names)
        if not world.names.is_excluded(own)
    ]


def _services(got: Collected) -> list[Service]:
    """Return the services of traces; whether they answer people is for a person to take back."""
    tools: dict[str, set[str]] = defaultdict(set)
    models: dict[str, set[str]] = defaultdict(set)
    retrieval: dict[str, bool] = {}
    for placed in got.traces.steps():
        step = placed.step
        if not step.service:
            continue
        retrieval[step.service] = retrieval.get(step.service, False) or step.kind in {"retrieval", "rerank"}
        tools[step.service].update([step.tool] if step.tool else [])
        models[step.service].update([step.model] if step.kind == "llm" and step.model else [])
    return [
        Service(
            id=name,
            uses_retrieval=uses,
            uses_tools=tuple(sorted(tools[name])),
            models=tuple(sorted(models[name])),
            end_users=True,
        )
        for name, uses in sorted(retrieval.items())
    ]


def _problems(got: Collected) -> list[str]:
    found = [f"{name}: {why}" for name, why, _role in got.unread]
    found += [f"{file} at {offset}: {why}" for file, offset, why in got.bad]
    if not got.files:
        found.append("nothing of lineage in it")
    return found
