"""What the report draws of lineage: a graph of data sets, and the seven links behind one answer.

Both are made of measures of the record (`auditor.stages.lineage.picture` writes them). A small graph shows every data
set; a large one shows a box for each namespace, and each namespace by itself beneath. Each has a table behind it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.model.record import MeasureRow, Record

LEGEND: Final = ("root", "derived", "sink", "model", "broken", "ghost", "orphan", "pii", "spread")
"""States of a data set, as the legend lists them."""
LINES: Final = ("seen", "declared", "broken", "pii", "crossing")
"""States of an edge."""
_SINGLE: Final = 60
"""Data sets that are drawn one by one; with more, namespaces are."""
_BOXES: Final = 40
"""Namespaces that are drawn; the smallest others share one box."""
_INSIDE: Final = 120
"""Data sets drawn of one namespace."""
_DRAWN: Final = 20
"""Namespaces whose inside is drawn, those with most to say first; the others have their table."""
_LISTED: Final = 5000
_WIDTH, _HEIGHT, _GAP, _STEP = 190, 24, 70, 34
_LABEL: Final = 23
_LAYERS: Final = 12
_COLUMNS: Final = 5
"""Of a drawing of namespaces."""
_STATES: Final = frozenset({"root", "sink", "model", "broken", "ghost", "orphan", "pii", "spread", "excluded"})
_EDGE_STATES: Final = frozenset({"seen", "declared", "crossing", "pii", "broken"})


@dataclass(frozen=True)
class Node:
    """A data set."""

    id: str
    namespace: str
    name: str
    place: str
    states: tuple[str, ...]

    @property
    def is_telling(self) -> bool:
        """It is drawn in another colour than most."""
        return not {"broken", "ghost", "orphan", "spread"}.isdisjoint(self.states)


@dataclass(frozen=True)
class Box:
    """A box of a drawing.

    Attributes:
        x: Left.
        y: Top.
        width: Of the box.
        height: Of the box.
        label: What stands in it.
        title: All of it.
        states: How it is drawn.
        search: What the search looks in.
    """

    x: int
    y: int
    width: int
    height: int
    label: str
    title: str
    states: str
    search: str


@dataclass(frozen=True)
class Line:
    """An edge of a drawing, as the ``d`` of an SVG path."""

    path: str
    states: str
    title: str


@dataclass(frozen=True)
class Drawing:
    """Boxes and lines, and how large they are together."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Space:
    """A namespace with its data sets, and a drawing of its inside where the whole is collapsed."""

    name: str
    nodes: tuple[Node, ...]
    telling: int
    inside: Drawing | None


@dataclass(frozen=True)
class Graph:
    """The lineage of one target.

    Attributes:
        target: Id of the part.
        total: Data sets, also those that the record has no room for.
        edges: Edges, also those.
        is_collapsed: Boxes are namespaces.
        drawing: What is drawn.
        spaces: Namespaces, those with most to say first.
        rows: (from, to, states) of the table of edges.
    """

    target: str
    total: int
    edges: int
    shown: int
    is_collapsed: bool
    drawing: Drawing
    spaces: tuple[Space, ...]
    rows: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Link:
    """One link of a chain."""

    number: str
    name: str
    state: str
    evidence: str


@dataclass(frozen=True)
class Chain:
    """The links behind one answer."""

    target: str
    service: str
    trace: str
    place: str
    links: tuple[Link, ...]


def chains(record: Record) -> tuple[Chain, ...]:
    """Return the chain of one example answer of each target."""
    found = []
    for measure in record.measures:
        if measure.id != "lineage.chain-example" or not measure.items:
            continue
        head = [*measure.items[0].split(" | "), "", "", ""][:4]
        links = []
        for item in measure.items[1:]:
            parts = item.split(" | ", 3)
            if len(parts) == 4 and parts[2] in {"present", "missing", "not due"}:  # noqa: PLR2004 - number, name, state, evidence
                links.append(Link(parts[0], parts[1], parts[2].replace(" ", "-"), parts[3]))
        found.append(Chain(measure.target, head[0], head[1], f"{head[2]}@{head[3]}" if head[2] else "", tuple(links)))
    return tuple(found)


def graphs(record: Record) -> tuple[Graph, ...]:
    """Return the graph of each target; none where no data set is known."""
    edges = {(each.target, each.subject): each for each in record.measures if each.id == "lineage.graph-edges"}
    return tuple(
        _graph(each, edges.get((each.target, each.subject)))
        for each in record.measures
        if each.id == "lineage.graph-nodes" and each.items
    )


def _graph(nodes: MeasureRow, edges: MeasureRow | None) -> Graph:
    every = [_node(item) for item in nodes.items]
    pairs = [found for item in (edges.items if edges else ()) if (found := _pair(item, len(every)))]
    by_space: dict[str, list[int]] = defaultdict(list)
    for number, node in enumerate(every):
        by_space[node.namespace].append(number)
    is_collapsed = len(every) > _SINGLE
    order = sorted(by_space, key=lambda name: (-sum(every[each].is_telling for each in by_space[name]), name))
    spaces = tuple(
        _space(
            name, [every[each] for each in by_space[name]], by_space[name], pairs, is_drawn=is_collapsed and at < _DRAWN
        )
        for at, name in enumerate(order)
    )
    return Graph(
        target=nodes.target,
        total=nodes.value if isinstance(nodes.value, int) else len(every),
        edges=edges.value if edges and isinstance(edges.value, int) else len(pairs),
        shown=len(every),
        is_collapsed=is_collapsed,
        drawing=_collapsed(every, by_space, pairs) if is_collapsed else _single(every, pairs),
        spaces=spaces,
        rows=tuple((every[one].id, every[two].id, ", ".join(states)) for one, two, states in pairs[:_LISTED]),
    )


def _node(item: str) -> Node:
    states, _, rest = item.partition(" | ")
    place, _, own = rest.partition(" | ")
    namespace, mark, name = own.partition("|")
    known = tuple(each for each in states.split(",") if each in _STATES)
    return Node(own, namespace if mark else "", name if mark else own, "" if place == "-" else place, known)


def _pair(item: str, count: int) -> tuple[int, int, tuple[str, ...]] | None:
    parts = item.split(" | ")
    if len(parts) != 3 or not parts[1].isdecimal() or not parts[2].isdecimal():  # noqa: PLR2004 - states, from, to
        return None
    one, two = int(parts[1]), int(parts[2])
    states = tuple(each for each in parts[0].split(",") if each in _EDGE_STATES)
    return (one, two, states) if one < count and two < count and states else None


Pair = tuple[int, int, tuple[str, ...]]


def _space(name: str, nodes: list[Node], numbers: list[int], pairs: list[Pair], *, is_drawn: bool) -> Space:
    inside = None
    if is_drawn and len(nodes) > 1:
        chosen = sorted(range(len(nodes)), key=lambda at: (not nodes[at].is_telling, nodes[at].name))[:_INSIDE]
        at = {numbers[each]: place for place, each in enumerate(chosen)}
        own = [(at[one], at[two], states) for one, two, states in pairs if one in at and two in at]
        inside = _single([nodes[each] for each in chosen], own)
    return Space(name, tuple(nodes), sum(each.is_telling for each in nodes), inside)


def _single(nodes: Sequence[Node], pairs: Sequence[Pair]) -> Drawing:
    """Draw every data set as a box of its own."""
    layer = _layers(len(nodes), pairs)
    places = _places(layer, [(node.namespace, node.name) for node in nodes])
    boxes = [
        Box(x, y, _WIDTH, _HEIGHT, _cut(node.name), _title(node), " ".join(node.states) or "derived", node.id.lower())
        for node, (x, y) in zip(nodes, places, strict=True)
    ]
    lines = [_line(boxes[one], boxes[two], states, f"{nodes[one].id} → {nodes[two].id}") for one, two, states in pairs]
    return _drawing(boxes, lines)


def _title(node: Node) -> str:
    more = [node.place, *node.states]
    return f"{node.id} ({', '.join(each for each in more if each)})" if any(more) else node.id


def _collapsed(every: list[Node], by_space: Mapping[str, list[int]], pairs: Sequence[Pair]) -> Drawing:
    """Draw a box for each namespace, with how many data sets it holds and how many of them have a fault."""
    order = sorted(by_space, key=lambda name: (-len(by_space[name]), name))
    group = {name: min(at, _BOXES - 1) for at, name in enumerate(order)}
    members: dict[int, list[str]] = defaultdict(list)
    for name in order:
        members[group[name]].append(name)
    of = {number: group[node.namespace] for number, node in enumerate(every)}
    between: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for begin, end, said in pairs:
        if of[begin] != of[end]:
            between[of[begin], of[end]].update((*said, "all"))
    merged = [(one, two, _strongest(count)) for (one, two), count in between.items()]
    depth = _layers(len(members), merged)
    rank = {number: at for at, number in enumerate(sorted(members, key=lambda each: (depth[each], each)))}
    columns = min(_COLUMNS, max(depth, default=0) + 1)
    places = _places(
        [rank[each] * columns // len(members) for each in range(len(members))],
        [("", members[each][0]) for each in range(len(members))],
    )
    merged = _drawn(merged, {pair: count["all"] for pair, count in between.items()})
    boxes = []
    for at, (x, y) in enumerate(places):
        inside = [number for name in members[at] for number in by_space[name]]
        bad = sum(every[number].is_telling for number in inside)
        name = members[at][0] if len(members[at]) == 1 else f"+ {len(members[at])}"
        faults = sorted(
            {each for number in inside for each in every[number].states} & {"broken", "ghost", "pii", "spread"}
        )
        title = "; ".join(members[at][:20])
        label = f"{_cut(name, 20)} · {len(inside)}" + (f" / {bad} ✗" if bad else "")
        boxes.append(
            Box(x, y, _WIDTH, _HEIGHT, label, f"{title}: {len(inside)}", " ".join(["space", *faults]), title.lower())
        )
    lines = [
        _line(boxes[one], boxes[two], states, f"{boxes[one].title} → {boxes[two].title}: {between[one, two]['all']}")
        for one, two, states in merged
    ]
    return _drawing(boxes, lines)


def _drawn(merged: list[Pair], counts: Mapping[tuple[int, int], int]) -> list[Pair]:
    """Keep the edges between namespaces that can be told apart: crossings, and the strongest of each namespace."""
    if len(merged) <= _BOXES * 2:
        return merged
    kept = {(one, two) for one, two, states in merged if "crossing" in states}
    for begin in {one for one, _two, _states in merged}:
        own = sorted((pair for pair in counts if pair[0] == begin), key=lambda pair: (-counts[pair], pair))
        kept.update(own[:2])
    return [each for each in merged if each[:2] in kept]


def _strongest(count: Counter[str]) -> tuple[str, ...]:
    return tuple(each for each in LINES if count[each] and (each != "declared" or not count["seen"]))


def _layers(count: int, pairs: Iterable[tuple[int, int, object]]) -> list[int]:
    """Return a column for each node: behind all that it comes from; an edge that would close a cycle does not count."""
    above: dict[int, list[int]] = defaultdict(list)
    for one, two, _states in pairs:
        if one != two:
            above[two].append(one)
    layer = [-1] * count
    for first in range(count):
        stack: list[tuple[int, Iterator[int]]] = [(first, iter(above[first]))] if layer[first] < 0 else []
        open_ = {first}
        while stack:
            node, rest = stack[-1]
            after = next((each for each in rest if layer[each] < 0 and each not in open_), None)
            if after is not None:
                open_.add(after)
                stack.append((after, iter(above[after])))
                continue
            stack.pop()
            open_.discard(node)
            layer[node] = 1 + max((layer[each] for each in above[node]), default=-1)
    return [min(each, _LAYERS) for each in layer]


def _places(layer: list[int], names: list[tuple[str, str]]) -> list[tuple[int, int]]:
    """Place each node in its column; nodes of one column that have no edges at all wrap into several."""
    rows: dict[int, int] = defaultdict(int)
    places = [(0, 0)] * len(layer)
    tallest = max(12, round(len(layer) ** 0.5) * 2)
    columns: dict[int, list[int]] = defaultdict(list)
    for number in sorted(range(len(layer)), key=lambda each: names[each]):
        columns[layer[number]].append(number)
    x = 0
    for each in sorted(columns):
        for at, number in enumerate(columns[each]):
            places[number] = (x + at // tallest * (_WIDTH + 12), 4 + at % tallest * _STEP)
            rows[x] = max(rows[x], at % tallest)
        x += ((len(columns[each]) - 1) // tallest) * (_WIDTH + 12) + _WIDTH + _GAP
    return places


def _cut(text: str, limit: int = _LABEL) -> str:
    """Return the end of a name, which tells more than its beginning."""
    return text if len(text) <= limit else f"…{text[-limit + 1 :]}"


def _line(one: Box, two: Box, states: tuple[str, ...], title: str) -> Line:
    x1, y1, x2, y2 = one.x + one.width, one.y + one.height // 2, two.x, two.y + two.height // 2
    if x2 <= one.x:  # back, below both
        path = f"M{x1} {y1}C{x1 + 60} {y1 + 40} {x2 - 60} {y2 + 40} {x2} {y2}"
    else:
        bend = max(24, (x2 - x1) // 2)
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    return Line(path, " ".join(states), title)


def _drawing(boxes: list[Box], lines: list[Line]) -> Drawing:
    width = max((each.x + each.width for each in boxes), default=0) + 4
    height = max((each.y + each.height for each in boxes), default=0) + 8
    return Drawing(width, height, tuple(boxes), tuple(lines))
