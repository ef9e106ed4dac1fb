"""What is declared and what was seen, under one name for each thing: the ground that the measures stand on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from auditor.formats.lineage.values import SEPARATOR, Column
from auditor.formats.lineage.words import matches, words
from auditor.stages.lineage import graph
from auditor.stages.lineage.names import Names
from auditor.stages.lineage.reading import PAIRS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.formats import inventory as declared
    from auditor.formats.lineage.values import Named, Table
    from auditor.stages.lineage.reading import Collected, Run

Edge = tuple[str, str]
Field = tuple[str, str]
PERSONAL: Final = ("pii", "personal", "sensitive", "personal_data", "gdpr", "个人信息")


@dataclass
class EdgeUse:
    """What events say of an edge."""

    runs: int = 0
    last: int | None = None
    job: str = ""
    file: str = ""
    offset: int = 0
    times: list[int] = field(default_factory=list)


class World:
    """Inventory and everything read, joined."""

    def __init__(self, inventory: declared.Inventory | None, got: Collected) -> None:
        """Join them; `Names` gives every data set its one name."""
        self.inventory = inventory
        self.got = got
        given = inventory.datasets if inventory else ()
        more = inventory.lineage.excluded if inventory else ()
        self.names = Names(((each.id, each.aliases) for each in given), more)
        for own, aliases in got.symlinks:
            self.names.same(own, aliases)
        for own in got.names:
            self.names.seen(own)
        self.datasets: dict[str, declared.Dataset] = {each.id: each for each in given if not each.excluded}
        self.excluded: dict[str, None] = {each.id: None for each in given if each.excluded}
        self.fields: dict[str, list[str] | None] = {}
        self.edges: dict[Edge, EdgeUse] = {}
        self.uncounted: dict[Edge, None] = {}
        self.loops: dict[str, None] = {}
        self.declared: dict[Edge, str] = {}
        self.columns: dict[Field, dict[Column, None]] = defaultdict(dict)
        self.open_columns: dict[str, str] = {}
        self.too_wide: list[str] = []
        self.places: dict[str, tuple[str, int]] = {}
        self.tagged: dict[Field, None] = {}
        self._fields()
        self._edges()
        self._declared()
        self._typed()
        self._tags()

    # -- building -----------------------------------------------------------------------------------------------

    @property
    def roots(self) -> set[str]:
        """Declared roots among the data sets in scope."""
        said = {own for own, each in self.datasets.items() if each.role == "source"}
        return said | {self.names.of(each) for each in self.got.roots} & self.datasets.keys()

    def folded(self, dataset: str, name: str) -> Field:
        """Return a field under the name that its engine compares by."""
        scheme = dataset.partition(SEPARATOR)[0].partition("://")[0].lower()
        return dataset, name.lower() if scheme in words().folding else name

    def _fields(self) -> None:
        for own, each in self.datasets.items():
            self.fields[own] = None if each.fields is None else [one.name for one in each.fields]
        for name, known in self.got.schemas.items():
            own = self.names.of(name)
            if self.fields.get(own) is None:
                self.fields[own] = list(dict.fromkeys([*(self.fields.get(own) or ()), *known]))

    def table(self, name: str) -> str:
        """Return the one name of a table that gives no namespace, or that of its adapter."""
        space, _, dotted = name.partition(SEPARATOR)
        found = self.names.of(name)
        if found != name or found in self.datasets or "://" in space:
            return found
        by_tail = self.names.named(dotted)
        if by_tail:
            return by_tail
        default = self.inventory.lineage.namespace if self.inventory else ""
        return self.names.of(f"{default or space or 'sql'}{SEPARATOR}{dotted}")

    def _runs(self) -> Iterator[tuple[Run, dict[str, None], dict[str, list[Named]]]]:
        for run in self.got.runs.values():
            inputs = dict.fromkeys(self.names.of(each) for each in run.inputs)
            outputs: dict[str, list[Named]] = defaultdict(list)
            for name, said in run.outputs.items():
                outputs[self.names.of(name)].extend(said)
            yield run, inputs, outputs

    def _edges(self) -> None:
        for run, inputs, outputs in self._runs():
            if len(inputs) * len(outputs) > PAIRS:
                self.too_wide.append(run.job)
                continue
            for output, said in outputs.items():
                self.places.setdefault(output, (run.file, run.offset))
                exact = [one.inputs for one in said if one.inputs is not None]
                above = dict.fromkeys(self.names.of(each) for given in exact for each in given) if exact else inputs
                for source in above:
                    self.places.setdefault(source, (run.file, run.offset))
                    self._edge(source, output, run)
                if run.counts:
                    self._columns(said, output)

    def _edge(self, source: str, output: str, run: Run) -> None:
        if source == output:
            self.loops[source] = None
        elif not run.counts:
            self.uncounted[source, output] = None
        else:
            seen = self.edges.get((source, output))
            if seen is None:
                seen = self.edges[source, output] = EdgeUse(file=run.file, offset=run.offset)
            seen.runs += 1
            if run.last is not None:
                if len(seen.times) < 1000:  # noqa: PLR2004 - enough for an interval
                    seen.times.append(run.last)
                if seen.last is None or run.last >= seen.last:
                    seen.last, seen.job = run.last, run.job

    def _columns(self, said: Sequence[Named], output: str) -> None:
        for one in said:
            for column in one.columns:
                self.columns[self.folded(output, column.field)][
                    self._canonical(column, self.names.of(column.dataset))
                ] = None

    def _canonical(self, column: Column, dataset: str) -> Column:
        return Column(
            column.field,
            dataset,
            self.folded(dataset, column.source)[1],
            column.direct,
            column.masking,
            column.is_untyped,
        )

    def _declared(self) -> None:
        for table, by, _file in self.got.declared:
            own = self.table(table.id)
            if table.fields and self.fields.get(own) is None and (by != "sql" or own in self.datasets):
                self.fields[own] = list(table.fields)
            for each in table.of:
                source = self.table(each)
                if source != own:
                    self.declared.setdefault((source, own), by)
            self._traced(table, own)
        for source, output in self.got.job_edges:
            one, two = self.names.of(source), self.names.of(output)
            if one != two:
                self.declared.setdefault((one, two), "job event")
        for own, said in self.datasets.items():
            for name in said.of:
                self.declared.setdefault((self.names.of(name), own), "inventory")
        for edge in (self.inventory.edges if self.inventory else None) or ():
            self.declared.setdefault((self.names.of(edge.source), self.names.of(edge.destination)), "inventory")

    def _traced(self, table: Table, own: str) -> None:
        """Take the columns of a query whose tables were seen to be read for it; else they are only declared."""
        if table.undetermined and any((self.table(each), own) in self.edges for each in table.of):
            self.open_columns[own] = table.undetermined
        for column in table.columns:
            source = self.table(column.dataset)
            if (source, own) in self.edges and column.field:
                self.columns[self.folded(own, column.field)][self._canonical(column, source)] = None

    def _typed(self) -> None:
        """Let the query that hides a value go before an event that does not say how the value goes."""
        for inputs in self.columns.values():
            hidden = {(each.dataset, each.source) for each in inputs if each.masking}
            for each in [each for each in inputs if each.is_untyped and (each.dataset, each.source) in hidden]:
                del inputs[each]

    def _tags(self) -> None:
        for own, each in self.datasets.items():
            for one in each.fields or ():
                if one.pii or one.sensitive:
                    self.tagged[self.folded(own, one.name)] = None
        for dataset, name, tag in self.got.tags:
            if name and tag.lower().partition("=")[0] in PERSONAL:
                self.tagged[self.folded(self.names.of(dataset), name)] = None
        for table, _by, _file in self.got.declared:
            for name, tag in table.tags:
                if name and tag.lower() in PERSONAL:
                    self.tagged[self.folded(self.table(table.id), name)] = None

    # -- questions ----------------------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> dict[str, int]:
        """Every data set in scope or in an edge, with its number."""
        found = dict.fromkeys(self.datasets)
        for one, two in self.edges:
            found[one] = found[two] = None
        return {name: number for number, name in enumerate(found)}

    @cached_property
    def numbered(self) -> list[tuple[int, int]]:
        """Edges seen, in numbers."""
        return [(self.nodes[one], self.nodes[two]) for one, two in self.edges]

    @cached_property
    def shape(self) -> graph.Shape:
        """The graph of edges seen."""
        return graph.shape(len(self.nodes), self.numbered, [self.nodes[each] for each in self.roots])

    def degree(self, name: str) -> tuple[int, int]:
        """Return how many edges end in a data set and begin there."""
        number = self.nodes.get(name)
        return (0, 0) if number is None else (self.shape.incoming[number], self.shape.outgoing[number])

    def is_rooted(self, name: str) -> bool:
        """Tell whether every maximal upstream path ends in a root."""
        number = self.nodes.get(name)
        return number is not None and number not in self.shape.unrooted

    def jurisdiction(self, name: str) -> str:
        """Return where a data set lies; an index lies where what it is made of lies. Empty if nobody says."""
        seen: set[str] = set()
        waiting = [name]
        found: set[str] = set()
        while waiting and len(seen) < 1000:  # noqa: PLR2004 - a ring ends before
            each = self.datasets.get(self.names.of(waiting.pop()))
            if each is None or each.id in seen:
                continue
            seen.add(each.id)
            if each.jurisdiction:
                found.add(each.jurisdiction)
            else:
                waiting.extend(each.of)
        return found.pop() if len(found) == 1 else ""

    def grade(self, name: str) -> str:
        """Return the grade of a data set; an index has the highest of what it is made of."""
        each = self.datasets.get(name)
        if each is None:
            return ""
        if each.grade:
            return each.grade
        above = [inner.grade for of in each.of if (inner := self.datasets.get(self.names.of(of))) and inner.grade]
        return next((one for one in ("core", "important") if one in above), above[0] if above else "")

    def is_graded(self, name: str) -> bool:
        """Tell whether a data set is important, core, or holds personal data."""
        return self.grade(name) not in {"", "general", "public"} or name in self.personal_sets

    @cached_property
    def personal_sets(self) -> set[str]:
        """Data sets with a tagged field."""
        return {dataset for dataset, _name in self.tagged}

    def resolve(self, name: str) -> str:
        """Return the data set of the inventory that a name means; empty if there is none."""
        found = self.names.of(name)
        if found in self.datasets:
            return found
        by_tail = self.names.named(name)
        return by_tail if by_tail in self.datasets else ""

    def knows(self, dataset: str, name: str) -> bool | None:
        """Tell whether a field of a data set is known; None if the fields of that data set are not."""
        if dataset not in self.datasets and self.inventory is not None:
            return False
        fields = self.fields.get(dataset)
        if fields is None:
            return None if dataset in self.datasets or self.inventory is None else False
        return name in {self.folded(dataset, each)[1] for each in fields}

    @cached_property
    def spread(self) -> dict[Field, Field]:
        """Fields that tagged fields reach over ways that hide nothing, each with the field before it."""
        after: dict[Field, list[Field]] = defaultdict(list)
        for (dataset, name), inputs in self.columns.items():
            for column in inputs:
                if column.direct and not column.masking and column.source and name:
                    after[column.dataset, column.source].append((dataset, name))
        found: dict[Field, Field] = {}
        waiting = list(self.tagged)
        seen = set(waiting)
        while waiting:
            one = waiting.pop()
            for two in after.get(one, ()):
                if two not in seen:
                    seen.add(two)
                    found[two] = one
                    waiting.append(two)
        return found

    def host_jurisdiction(self, host: str) -> str:
        """Return where a host lies: by the inventory, by the list of known providers; empty if nobody says."""
        name = host.lower().rstrip(".")
        own = [(each.host.lower(), each.jurisdiction) for each in (self.inventory.hosts if self.inventory else ())]
        for pattern, where in (*own, *words().hosts):
            if matches(name, (pattern,)):
                return where
        return self.home if words().is_local(name) else ""

    @cached_property
    def home(self) -> str:
        """Where the services lie: the one place where all roots lie; empty if they lie in several."""
        found = {self.jurisdiction(each) for each in self.roots or self.datasets} - {""}
        return found.pop() if len(found) == 1 else ""
