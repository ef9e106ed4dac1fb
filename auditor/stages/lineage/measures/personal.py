"""Where personal data goes, and what it may be used for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from auditor import reasons
from auditor.formats.lineage.words import words
from auditor.stages.lineage.measures.making import Item, Maker, arrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap
    from auditor.stages.lineage.world import Edge


class Personal(Maker):
    """Where personal data goes, and what it may be used for."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.personal()

    def personal(self) -> Iterator[Fact | Gap]:
        """Yield where personal data goes."""
        world = self.world
        if not self.has_inventory:
            yield from self.no_inventory(("pii-untagged", "pii-spread", "pii-to-model", "purpose"))
            return
        untagged = [
            (f"{dataset}.{name}", kind)
            for dataset, known in world.fields.items()
            if dataset in world.datasets
            for name in known or ()
            if (kind := words().personal(name)) and world.folded(dataset, name) not in world.tagged
        ]
        fields = sum(len(known or ()) for dataset, known in world.fields.items() if dataset in world.datasets)
        if fields:
            yield from self.measure("pii-untagged", len(untagged), bad=sorted(untagged))
        else:
            yield self.untold(
                "pii-untagged", reasons.NO_FIELDS, "no data set lists its fields", "lineage.remedy.fields"
            )
        if not self.got.has_events:
            yield from self.without(
                ("pii-spread", "pii-to-model", "purpose"), reasons.NO_EVENTS, self.given.part, "lineage.remedy.events"
            )
            return
        yield from self._flows()
        yield from self._purposes()

    def _flows(self) -> Iterator[Fact | Gap]:
        world = self.world
        spread = world.spread
        every = [*world.tagged, *spread]
        if not every:
            if self._knows_all_fields():
                yield from self.measure("pii", (0, 0))
                yield from self.measure("pii-spread", 0)
            else:
                yield from self.without(
                    ("pii-spread",),
                    reasons.NO_FIELDS,
                    "no field is tagged, and not all data sets list their fields",
                    "lineage.remedy.fields",
                )
        else:
            good = [each for each in world.tagged if each[0] in world.roots or self._is_traced(each)]
            yield from self.ratio(
                "pii",
                len(good),
                [_dot(each) for each in every if each not in set(good)],
                open_=[_dot(each) for each in every if each[0] in world.open_columns],
            )
            found = [(self._shown(two), _dot(one)) for two, one in spread.items()]
            yield from self._spread(found)
        yield from self._to_models()

    def _spread(self, found: list[Item]) -> Iterator[Fact | Gap]:
        yield from self.none("pii-spread", found, is_proven=True)
        blind = self._blind()
        if blind and not found and not self.events_lost:
            yield self.untold(
                "pii-spread",
                reasons.UNDETERMINED,
                f"no columns are known for {', '.join(arrow(each) for each in blind[:5])}",
                "lineage.remedy.columns",
            )

    def _shown(self, key: tuple[str, str]) -> str:
        """Return a field as its data set spells it."""
        dataset, name = key
        spelled = next(
            (one for one in self.world.fields.get(dataset) or () if self.world.folded(dataset, one)[1] == name), name
        )
        self.world.places.setdefault(f"{dataset}.{spelled}", self.world.places.get(dataset, ("", 0)))
        return f"{dataset}.{spelled}"

    def _knows_all_fields(self) -> bool:
        return all(self.world.fields.get(each) for each in self.world.datasets)

    def _is_traced(self, key: tuple[str, str]) -> bool:
        return any(
            self.world.knows(column.dataset, column.source)
            for column in self.world.columns.get(key, ())
            if column.source
        )

    def _blind(self) -> list[Edge]:
        """Return the edges out of data sets with personal data over which no column is known to go."""
        world = self.world
        holding = {dataset for dataset, _name in (*world.tagged, *world.spread)}
        mapped = {(column.dataset, dataset) for (dataset, _name), inputs in world.columns.items() for column in inputs}
        return sorted(edge for edge in world.edges if edge[0] in holding and edge not in mapped)

    def _to_models(self) -> Iterator[Fact | Gap]:
        world = self.world
        kinds = words().model_kinds
        reading = {own for own, each in world.datasets.items() if each.kind in kinds}
        bad: list[Item] = []
        for dataset, name in (*world.spread, *(each for each in world.tagged if each[0] not in world.roots)):
            if dataset in reading and ((dataset, name) in world.spread or self._is_traced((dataset, name))):
                if self._is_masked((dataset, name)):
                    continue
                bad.append((self._shown((dataset, name)), world.datasets[dataset].kind))
        in_clear: Counter[tuple[str, str]] = Counter()
        where: dict[tuple[str, str], tuple[str, int]] = {}
        for placed in self.got.traces.steps():
            for kind in placed.step.personal:
                in_clear[placed.step.service, kind] += 1
                where.setdefault((placed.step.service, kind), (placed.file, placed.offset))
        for (service, kind), count in sorted(in_clear.items()):
            shown = f"{service or 'service'}: {kind}"
            world.places[shown] = where[service, kind]
            bad.append((shown, f"prompts: {count}"))
        blind = [edge for edge in self._blind() if edge[1] in reading]
        yield from self.none("pii-to-model", bad, is_proven=True)
        if blind and not bad and not self.events_lost:
            yield self.untold(
                "pii-to-model",
                reasons.UNDETERMINED,
                f"no columns are known for {', '.join(arrow(each) for each in blind[:5])}",
                "lineage.remedy.columns",
            )

    def _is_masked(self, key: tuple[str, str]) -> bool:
        """Tell whether every way by which values come into a field hides them."""
        inputs = [column for column in self.world.columns.get(key, ()) if column.direct]
        return bool(inputs) and all(column.masking for column in inputs)

    def _purposes(self) -> Iterator[Fact | Gap]:
        world = self.world
        bound = {own: each.purpose for own, each in world.datasets.items() if each.purpose}
        if not bound:
            yield self.untold(
                "purpose", reasons.NO_PURPOSES, "no data set says what it may be used for", "lineage.remedy.purpose"
            )
            return
        bad = [
            (arrow(edge), f"{bound[edge[0]]} → {bound[edge[1]]}")
            for edge in world.edges
            if edge[0] in bound and edge[1] in bound and bound[edge[0]] != bound[edge[1]]
        ]
        for one, _what in bad:
            self.place_edge(one)
        yield from self.none("purpose", bad, is_proven=True)
        open_ = [arrow(edge) for edge in world.edges if edge[0] in bound and edge[1] not in bound]
        if open_ and not bad and not self.events_lost:
            yield self.untold(
                "purpose",
                reasons.UNDETERMINED,
                f"no purpose is given for the end of {', '.join(open_[:5])}",
                "lineage.remedy.purpose",
            )


def _dot(key: tuple[str, str]) -> str:
    return f"{key[0]}.{key[1]}"
