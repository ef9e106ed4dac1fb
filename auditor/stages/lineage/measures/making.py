"""How the measures of lineage are made: numbers with what is missing, and gaps where they cannot be told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor import reasons, shares
from auditor.formats.lineage.values import clean
from auditor.model.fact import Gap, GapClass, Origin
from auditor.stages.lineage.facts import LineageItem
from auditor.stages.lineage.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.formats.lineage.settings import Setting
    from auditor.model.fact import Fact
    from auditor.stages.lineage.chain import Answer
    from auditor.stages.lineage.reading import Collected
    from auditor.stages.lineage.world import Edge, World

STAGE: Final = "lineage"
SUBJECT: Final = "system"
ITEMS: Final = shares.ITEMS
FOUND: Final = 200
"""Findings of one check at places of their own."""
DAY_US: Final = 86_400_000_000
Item = tuple[str, str]
"""A thing and what is wrong with it."""


@dataclass
class Given:
    """What the measures of a target are made of.

    Attributes:
        world: Inventory and everything read, joined.
        answers: Of services that speak to people.
        part: Id of the part.
        now: Microseconds since 1970.
        inventory_lost: The inventory could not be read, or not all of it.
        settings: Settings that sample traces, with the file of each.
        requests: Requests of each service as counted elsewhere: how many, or why nobody knows.
        stores: Stores that schema, cluster and code name, with where.
    """

    world: World
    answers: list[Answer]
    part: str
    now: int
    inventory_lost: bool = False
    settings: list[tuple[str, Setting]] = field(default_factory=list)
    requests: dict[str, int | str] = field(default_factory=dict)
    stores: dict[str, str] = field(default_factory=dict)

    @property
    def got(self) -> Collected:
        """Everything read."""
        return self.world.got


class Maker:
    """Makes the measures of one target; each room is a kind of it."""

    def __init__(self, given: Given) -> None:
        """Take what was read."""
        self.given = given
        self.world = given.world
        self.got = given.got
        self.events_lost = self.got.lost("events")
        self.traces_lost = self.got.lost("traces")
        self.has_inventory = self.world.inventory is not None and bool(self.world.datasets)

    def measure(
        self,
        name: str,
        value: shares.Value,
        items: Iterable[str] = (),
        undetermined: int = 0,
        check: str = "",
        bad: Iterable[Item] = (),
        subject: str = SUBJECT,
    ) -> Iterator[Fact | Gap]:
        """Yield a measure; where what is undetermined decides on its check, also the gap that says so.

        Args:
            name: Its id without the stage.
            value: A number, or a ratio as its two integers.
            items: What is missing or was found.
            undetermined: Items that are neither in nor out.
            check: Check that compares it.
            bad: Things that are findings of their own.
            subject: What it is about.
        """
        found = list(bad)
        named = (clean(each) for each in (*items, *(one for one, _what in found)))
        yield shares.measured(STAGE, self.given.part, name, subject, value, named, undetermined)
        for one, what in list(dict.fromkeys(found))[:FOUND]:
            file, offset = self.world.places.get(
                one.rpartition(".")[0] if one not in self.world.places else one, ("", 0)
            )
            yield LineageItem(
                subject=clean(one),
                origin=Origin(part=self.given.part, file=file or None, offset=offset if file else None),
                measure=f"lineage.{name}",
                what=clean(what),
            )
        if shares.is_undecided(STAGE, check, value, undetermined):
            detail = shares.undecided(value, undetermined)
            yield self.untold(name, reasons.UNDETERMINED, detail, "lineage.remedy.undetermined", GapClass.LOST, subject)

    def untold(
        self,
        name: str,
        reason: reasons.Reason,
        detail: str,
        remedy: str,
        gap_class: GapClass = GapClass.MISSING,
        subject: str = SUBJECT,
    ) -> Gap:
        """Return a gap of a measure."""
        return shares.unmeasured(STAGE, self.given.part, name, subject, reason, clean(detail), say(remedy), gap_class)

    def without(self, names: Iterable[str], reason: reasons.Reason, detail: str, remedy: str) -> Iterator[Gap]:
        """Yield the same gap for several measures."""
        for name in names:
            yield self.untold(name, reason, detail, remedy)

    def unless_lost(self, name: str, *, is_good: bool) -> Iterator[Gap]:
        """Yield a gap where all events that were read are good and not all were read: a lost one may be bad."""
        if is_good and self.events_lost:
            detail = "all that was read is good; not all events were read"
            yield self.untold(name, reasons.UNDETERMINED, detail, "lineage.remedy.read", GapClass.LOST)

    def ratio(
        self, name: str, good: int, missing: list[str], check: str = "", open_: Iterable[str] = ()
    ) -> Iterator[Fact | Gap]:
        """Yield a ratio over data sets; what is not covered is undetermined where events were lost."""
        undetermined = len(missing) if self.events_lost else len(set(open_) & set(missing))
        yield from self.measure(name, (good, good + len(missing)), sorted(missing), undetermined, check)

    def none(self, name: str, bad: list[Item], *, is_proven: bool) -> Iterator[Fact | Gap]:
        """Yield a count of what should not be; with lost events what only absence shows is not proven."""
        if not is_proven and self.events_lost:
            yield from self.measure(name, len(bad), [one for one, _what in bad], len(bad))
            yield self.untold(
                name,
                reasons.UNDETERMINED,
                f"0 to {len(bad)}: not all events were read",
                "lineage.remedy.read",
                GapClass.LOST,
            )
            return
        yield from self.measure(name, len(bad), bad=sorted(bad))
        if self.events_lost and not bad:
            yield self.untold(
                name, reasons.UNDETERMINED, "not all events were read", "lineage.remedy.read", GapClass.LOST
            )

    def no_inventory(self, names: Iterable[str]) -> Iterator[Gap]:
        """Yield why nothing can be compared with an inventory, for several measures."""
        cause = reasons.MALFORMED if self.given.inventory_lost else reasons.NO_INVENTORY
        detail = "nobody said which data sets there are"
        remedy = "lineage.remedy.inventory_missing"
        if self.given.inventory_lost:
            detail, remedy = "the inventory could not be read", "lineage.remedy.inventory"
        yield from self.without(names, cause, detail, remedy)

    def place_edge(self, shown: str) -> None:
        """Note where an edge was seen, for the finding that shows it."""
        edge = next((each for each in self.world.edges if arrow(each) == shown), None)
        if edge:
            seen = self.world.edges[edge]
            self.world.places[shown] = (seen.file, seen.offset)


def arrow(edge: Edge) -> str:
    """Return an edge as it is shown."""
    return f"{edge[0]} → {edge[1]}"
