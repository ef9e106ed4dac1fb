"""What the graph of data sets comes to, and how whole the inventory is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats.lineage.words import words
from auditor.model.fact import GapClass
from auditor.stages.lineage.measures.making import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap


class Graph(Maker):
    """What the graph of data sets comes to, and how whole the inventory is."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.graph()
        yield from self.inventory()

    _graph_measures: Final = ("seen", "upstream", "rooted-graded", "orphans-graded", "ghosts", "dead-ends")

    def graph(self) -> Iterator[Fact | Gap]:
        """Yield what the graph comes to: seen, upstream, rooted, orphans, ghosts, dead ends."""
        world = self.world
        if not self.has_inventory:
            yield from self.no_inventory(self._graph_measures)
            return
        if not self.got.has_events:
            yield from self.without(self._graph_measures, reasons.NO_EVENTS, self.given.part, "lineage.remedy.events")
            return
        if self.given.inventory_lost:
            yield from (
                self.untold(
                    name,
                    reasons.MALFORMED,
                    "the inventory was not read to its end",
                    "lineage.remedy.inventory",
                    GapClass.LOST,
                )
                for name in self._graph_measures
            )
        everything = list(world.datasets)
        roots = world.roots
        graded = [each for each in everything if world.is_graded(each)]
        unseen = [each for each in everything if sum(world.degree(each)) == 0]
        yield from self.ratio("seen", len(everything) - len(unseen), unseen, "lineage-datasets-seen")
        above = [each for each in everything if each not in roots and not world.degree(each)[0]]
        yield from self.ratio("upstream", len(everything) - len(above), above, "lineage-datasets-have-upstream")
        yield from self.ratio(
            "upstream-graded",
            len(graded) - len(set(graded) & set(above)),
            [each for each in above if each in set(graded)],
        )
        unrooted = [each for each in everything if not world.is_rooted(each)]
        yield from self.ratio("rooted", len(everything) - len(unrooted), unrooted)
        yield from self.ratio(
            "rooted-graded",
            len(graded) - len(set(graded) & set(unrooted)),
            [each for each in unrooted if each in set(graded)],
            "lineage-datasets-rooted",
        )
        if graded:
            yield from self.unless_lost("rooted-graded", is_good=not set(graded) & set(unrooted))
        if world.shape.cycles:
            yield from self.measure("cycles", world.shape.cycles)
        yield from self.measure("orphans", len(unseen), unseen)
        yield from self.none(
            "orphans-graded",
            [(each, world.grade(each) or "personal data") for each in unseen if world.is_graded(each)],
            is_proven=False,
        )
        inside = {*world.datasets, *world.excluded}
        strangers = [each for each in world.nodes if each not in inside]
        ghosts = [each for each in strangers if not world.names.is_excluded(each)]
        left = [*world.excluded, *(each for each in strangers if world.names.is_excluded(each))]
        if left:
            yield from self.measure("excluded", len(left), sorted(left))
        yield from self.none("ghosts", [(each, "") for each in ghosts], is_proven=True)
        ends = [
            each
            for each, said in world.datasets.items()
            if world.degree(each)[0]
            and not world.degree(each)[1]
            and said.role != "sink"
            and said.kind not in words().model_kinds
            and not said.expires
        ]
        yield from self.none("dead-ends", [(each, "") for each in ends], is_proven=False)

    def inventory(self) -> Iterator[Fact | Gap]:
        """Yield how whole the inventory is."""
        world = self.world
        if not self.has_inventory:
            yield from self.no_inventory(("inventory", "fields-known", "locations"))
            return
        if self.given.stores:
            lacking = {name: where for name, where in self.given.stores.items() if not self._has_store(name)}
            whole = len(self.given.stores)
            yield from self.measure(
                "inventory",
                (whole - len(lacking), whole),
                sorted(f"{name} ({where})" for name, where in lacking.items()),
                check="lineage-inventory-complete",
            )
        else:
            yield self.untold(
                "inventory",
                reasons.NOTHING_TO_COMPARE_WITH,
                "no schema, manifest, SQL, cluster or code names a store",
                "lineage.remedy.stores",
            )
        due = [own for own, each in world.datasets.items() if own not in world.roots and each.kind != "model"]
        bare = [each for each in due if not world.fields.get(each)]
        yield from self.measure(
            "fields-known", (len(due) - len(bare), len(due)), sorted(bare), check="lineage-inventory-fields-known"
        )
        nowhere = [each for each in world.datasets if not world.jurisdiction(each)]
        yield from self.measure(
            "locations",
            (len(world.datasets) - len(nowhere), len(world.datasets)),
            sorted(nowhere),
            check="lineage-locations-known",
        )

    def _has_store(self, name: str) -> bool:
        return (
            name in self.world.datasets
            or name in self.world.excluded
            or bool(self.world.resolve(name))
            or any(name.lower() in each.lower() for each in self.world.datasets if "|" not in name)
        )
