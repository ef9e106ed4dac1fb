"""What the report draws of lineage: nodes and edges with their states, as items of two measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor.formats.lineage.values import clean
from auditor.formats.lineage.words import words
from auditor.model.fact import Measure, Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.lineage.measures import Given
    from auditor.stages.lineage.world import Edge, World

NODES: Final = 4000
EDGES: Final = 8000
_TELLING: Final = frozenset({"ghost", "orphan", "broken", "pii", "spread"})


def picture(given: Given) -> Iterator[Measure]:
    """Yield the nodes, ``flags | place | id``, and the edges between them by their numbers, ``states | from | to``.

    Those with something to say come first where there are more than the report can hold.
    """
    world = given.world
    everything = dict.fromkeys((*world.datasets, *world.nodes, *(end for edge in world.declared for end in edge)))
    if not everything:
        return
    holding = {dataset for dataset, _name in (*world.tagged, *world.spread)}
    spread = {dataset for dataset, _name in world.spread}
    flags = {own: _flags(world, own, holding, spread) for own in everything}
    order = sorted(everything, key=lambda own: -sum(each in _TELLING for each in flags[own]))[:NODES]
    number = {own: at for at, own in enumerate(sorted(order))}
    origin = Origin(part=given.part)
    nodes = tuple(
        f"{','.join(flags[own]) or '-'} | {clean(world.jurisdiction(own) or '-', 40)} | {own}" for own in number
    )
    yield Measure(
        subject="system",
        origin=origin,
        id="lineage.graph-nodes",
        stage="lineage",
        value=len(everything),
        items=nodes,
    )
    edges = dict.fromkeys((*world.edges, *world.declared))
    flowing = set(_flowing(world))
    rows = [
        (-len(states), f"{','.join(states)} | {number[edge[0]]} | {number[edge[1]]}")
        for edge in edges
        if edge[0] in number and edge[1] in number
        for states in [_states(world, edge, flags[edge[0]], is_flowing=edge in flowing)]
    ]
    yield Measure(
        subject="system",
        origin=origin,
        id="lineage.graph-edges",
        stage="lineage",
        value=len(edges),
        items=tuple(row for _rank, row in sorted(rows)[:EDGES]),
    )


def _flags(world: World, own: str, holding: set[str], spread: set[str]) -> list[str]:
    each = world.datasets.get(own)
    said = []
    if each is None:
        if world.datasets:
            said.append("excluded" if own in world.excluded or world.names.is_excluded(own) else "ghost")
    else:
        said.extend(["root"] if own in world.roots else [])
        said.extend(["sink"] if each.role == "sink" else [])
        said.extend(["model"] if each.kind in words().model_kinds else [])
        if world.got.has_events and not sum(world.degree(own)):
            said.append("orphan")
        elif world.got.has_events and not world.is_rooted(own):
            said.append("broken")
    said.extend(["pii"] if own in holding else [])
    said.extend(["spread"] if own in spread else [])
    return said


def _states(world: World, edge: Edge, above: list[str], *, is_flowing: bool) -> list[str]:
    states = ["seen" if edge in world.edges else "declared"]
    one, two = world.jurisdiction(edge[0]), world.jurisdiction(edge[1])
    states.extend(["crossing"] if one and two and one != two else [])
    states.extend(["pii"] if is_flowing else [])
    states.extend(["broken"] if "broken" in above or "ghost" in above else [])
    return states


def _flowing(world: World) -> Iterator[Edge]:
    """Yield the edges over which tagged or reached personal data goes unmasked."""
    for (dataset, _name), inputs in world.columns.items():
        for column in inputs:
            key = (column.dataset, column.source)
            if column.direct and not column.masking and (key in world.tagged or key in world.spread):
                yield column.dataset, dataset
