"""How what is declared and what was seen agree."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from auditor import reasons
from auditor.formats.logs.times import instant
from auditor.stages.lineage.measures.making import DAY_US, Maker, arrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap
    from auditor.stages.lineage.world import Edge


class Declarations(Maker):
    """How what is declared and what was seen agree."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.declared()

    def declared(self) -> Iterator[Fact | Gap]:
        """Yield how what is declared and what was seen agree, and how fresh it is."""
        world = self.world
        names = ("declared-seen", "fresh")
        if self.got.manifests or self.got.dbt:
            yield from self._manifests()
        if not world.declared:
            yield from self.without(
                names,
                reasons.NOTHING_DECLARED,
                "no manifest, SQL or inventory declares an edge",
                "lineage.remedy.declared",
            )
            return
        yield from self.measure(
            "declared-edges",
            len(world.declared),
            sorted(f"{by}: {count}" for by, count in Counter(world.declared.values()).items()),
        )
        if not self.got.has_events:
            yield from self.without(names, reasons.NO_EVENTS, self.given.part, "lineage.remedy.events")
            return
        unseen = [edge for edge in world.declared if edge not in world.edges]
        undeclared = [
            edge
            for edge in world.edges
            if edge not in world.declared and not any(world.names.is_excluded(each) for each in edge)
        ]
        whole = len(world.declared) + len(undeclared)
        open_ = [table for table in self.got.undetermined if ": statement " in table[0]]
        undetermined = len(unseen) if self.events_lost else 0
        if open_:
            undetermined = max(undetermined, len(undeclared))
        yield from self.measure(
            "declared-seen",
            (len(world.declared) - len(unseen), whole),
            [
                *(f"declared, not seen: {arrow(edge)}" for edge in sorted(unseen)),
                *(f"seen, not declared: {arrow(edge)}" for edge in sorted(undeclared)),
            ],
            undetermined,
            "lineage-declared-equals-seen",
        )
        yield from self.measure("declared-not-seen", len(unseen), sorted(arrow(edge) for edge in unseen))
        yield from self.measure("seen-not-declared", len(undeclared), sorted(arrow(edge) for edge in undeclared))
        stale = [edge for edge in world.declared if not self._is_fresh(edge)]
        yield from self.measure(
            "fresh",
            (len(world.declared) - len(stale), len(world.declared)),
            sorted(arrow(edge) for edge in stale),
            len(stale) if self.events_lost else 0,
            "lineage-edges-fresh",
        )

    def _end(self) -> int:
        inventory = self.world.inventory
        said = instant(inventory.window_end) if inventory and inventory.window_end else None
        return int(said.timestamp() * 1e6) if said else self.given.now

    def _is_fresh(self, edge: Edge) -> bool:
        seen = self.world.edges.get(edge)
        if seen is None or seen.last is None:
            return False
        at = sorted(seen.times)
        steps = [two - one for one, two in pairwise(at) if two > one]
        limit = max(2 * median(steps) if steps else 0, 35 * DAY_US)
        return self._end() - seen.last <= limit

    def _manifests(self) -> Iterator[Fact | Gap]:
        found = self.got.dbt
        yield from self.measure("dbt-models", found["model"])
        yield from self.measure("dbt-seeds", found["seed"])
        yield from self.measure("dbt-tests", found["test"])
        yield from self.measure("dbt-compiled", (found["compiled"], found["model"]))
