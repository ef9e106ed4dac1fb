"""The measures of lineage, each defined once (design page, §6): from what was seen and declared to numbers and gaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

from auditor.check_data import check_data
from auditor.formats.inventory import instant
from auditor.formats.lineage import sampling
from auditor.formats.lineage.values import SEPARATOR, clean, short
from auditor.formats.lineage.words import matches, words
from auditor.formats.logs import times
from auditor.model.fact import Gap, GapClass, Measure, Origin
from auditor.stages.lineage.chain import LINKS, Answer
from auditor.stages.lineage.facts import LineageItem
from auditor.stages.lineage.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.formats.lineage.settings import Setting
    from auditor.model.fact import Fact
    from auditor.stages.lineage.reading import Collected
    from auditor.stages.lineage.world import Edge, World

STAGE: Final = "lineage"
SUBJECT: Final = "system"
ITEMS: Final = 1000
FOUND: Final = 200
"""Findings of one check at places of their own."""
DAY_US: Final = 86_400_000_000
_LONG_MONTHS: Final = 36


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
        code_calls: Calls of retrieval or models that the code stage saw.
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


def measures(given: Given) -> Iterator[Fact | Gap]:
    """Yield every measure of a target, a gap for each that cannot be told, and the things that show them."""
    maker = _Maker(given)
    for make in (
        maker.reading,
        maker.events,
        maker.graph,
        maker.inventory,
        maker.fields,
        maker.personal,
        maker.places,
        maker.declared,
        maker.models,
        maker.keeping,
        maker.traces,
        maker.chains,
        maker.sampling,
    ):
        yield from make()


def between(check_id: str, value: tuple[int, int], undetermined: int) -> bool:
    """Tell whether what is undetermined decides on a check: not proven good, not proven bad (§1.3)."""
    share = check_data(STAGE).parameters(check_id).get("at_least")
    if not share or not undetermined or not value[1]:
        return False
    part, whole = share
    low, high = value[0], value[0] + undetermined
    return bool(low * whole < part * value[1] <= high * whole)


Item = tuple[str, str]
"""A thing and what is wrong with it."""


class _Maker:
    def __init__(self, given: Given) -> None:
        self.given = given
        self.world = given.world
        self.got = given.got
        self.origin = Origin(part=given.part)
        self.events_lost = self.got.lost("events")
        self.traces_lost = self.got.lost("traces")
        self.has_inventory = self.world.inventory is not None and bool(self.world.datasets)

    # -- making ----------------------------------------------------------------------------------------------

    def measure(
        self,
        name: str,
        value: tuple[int, int] | float | str | None,
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
        listed = tuple(dict.fromkeys(clean(each) for each in (*items, *(one for one, _what in found))))[:ITEMS]
        yield Measure(
            subject=subject,
            origin=self.origin,
            id=f"lineage.{name}",
            stage=STAGE,
            value=value,
            undetermined=undetermined,
            items=listed,
        )
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
        if check and isinstance(value, tuple) and between(check, value, undetermined):
            detail = f"{value[0]} to {value[0] + undetermined} of {value[1]}"
            yield self._gap(name, "undetermined", detail, "lineage.remedy.undetermined", GapClass.LOST, subject)

    def _gap(
        self,
        name: str,
        reason: str,
        detail: str,
        remedy: str,
        gap_class: GapClass = GapClass.MISSING,
        subject: str = SUBJECT,
    ) -> Gap:
        """Return a gap of a measure."""
        return Gap(
            stage=STAGE,
            target=self.given.part,
            kind="Measure",
            subject=subject,
            topic=f"lineage.{name}",
            reason=reason,
            detail=clean(detail),
            remedy=say(remedy),
            gap_class=gap_class,
        )

    def _without(self, names: Iterable[str], reason: str, detail: str, remedy: str) -> Iterator[Gap]:
        """Yield the same gap for several measures."""
        for name in names:
            yield self._gap(name, reason, detail, remedy)

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
            yield self._gap(
                name, "undetermined", f"0 to {len(bad)}: not all events were read", "lineage.remedy.read", GapClass.LOST
            )
            return
        yield from self.measure(name, len(bad), bad=sorted(bad))
        if self.events_lost and not bad:
            yield self._gap(name, "undetermined", "not all events were read", "lineage.remedy.read", GapClass.LOST)

    # -- what was read ---------------------------------------------------------------------------------------

    def reading(self) -> Iterator[Fact | Gap]:
        """Yield what could be read."""
        got = self.got
        records = sum(each.records for each in got.files)
        unreadable = sum(each.unreadable for each in got.files)
        open_ = len(got.undetermined)
        yield from self.measure("records", records)
        yield from self.measure(
            "unreadable", unreadable, (f"{file} at {offset}: {why}" for file, offset, why in got.bad)
        )
        repeated = sum(count for note, count in got.notes.items() if note.endswith("twice"))
        whole = records + unreadable
        if whole:
            doubtful = min(repeated, records)
            yield from self.measure(
                "readable",
                (records - doubtful, whole),
                [
                    *(f"{file} at {offset}: {why}" for file, offset, why in got.bad),
                    *sorted(f"{note}: {count}" for note, count in got.notes.items() if note.endswith("twice")),
                ],
                doubtful,
                "lineage-events-readable",
            )
        elif not got.unread:
            yield self._gap("readable", "no records", self.given.part, "lineage.remedy.inputs")
        for name, why, _role in got.unread[:ITEMS]:
            remedy = "lineage.remedy.place" if why == "no such file" else "lineage.remedy.read"
            yield self._gap("readable", why, name, remedy, GapClass.LOST)
        if got.undetermined or got.statements:
            yield from self.measure("undetermined", open_, sorted(f"{what}: {why}" for what, why in got.undetermined))
        if got.statements:
            silent = sum(1 for what, _why in got.undetermined if ": statement " in what)
            yield from self.measure(
                "statements",
                (got.statements - silent, got.statements),
                sorted(f"{what}: {why}" for what, why in got.undetermined),
                silent,
            )
        if got.notes:
            yield from self.measure(
                "notes",
                sum(got.notes.values()),
                (f"{note}: {count}, first in {self._noted(note)}" for note, count in sorted(got.notes.items())),
            )

    def _noted(self, note: str) -> str:
        file, offset = self.got.noted.get(note, ("", 0))
        return f"{file} at {offset}" if file else "a manifest"

    def events(self) -> Iterator[Fact | Gap]:
        """Yield what events say of runs."""
        got, world = self.got, self.world
        if not got.has_events:
            names = ("runs-finished", "runs-named", "zoned")
            yield from self._without(names, "no events", self.given.part, "lineage.remedy.events")
            return
        yield from self.measure(
            "events", sum(got.events.values()), sorted(f"{kind}: {count}" for kind, count in got.events.items())
        )
        if got.timed:
            bad = [f"{file} at {offset}" for file, offset in got.zoneless]
            yield from self.measure("zoned", (got.zoned, got.timed), bad, check="lineage-events-timed-with-zone")
        runs = list(got.runs.values())
        yield from self.measure("runs", len(runs))
        yield from self.measure("runs-completed", sum("COMPLETE" in each.types for each in runs))
        yield from self.measure(
            "runs-failed", sum(bool(each.types & {"FAIL", "ABORT"}) and "COMPLETE" not in each.types for each in runs)
        )
        open_ = [f"{short(each.job)} {each.run}" for each in runs if not each.is_finished]
        silent = [f"{short(each.job)} {each.run}" for each in runs if not each.inputs and not each.outputs]
        if runs:
            lost = self.events_lost
            yield from self.measure(
                "runs-finished",
                (len(runs) - len(open_), len(runs)),
                sorted(open_),
                len(open_) if lost else 0,
                "lineage-runs-finish",
            )
            yield from self.measure("runs-without-datasets", len(silent), sorted(silent))
            yield from self.measure(
                "runs-named",
                (len(runs) - len(silent), len(runs)),
                sorted(silent),
                len(silent) if lost else 0,
                "lineage-runs-name-datasets",
            )
        else:
            yield from self._without(
                ("runs-finished", "runs-named"), "no runs", "no event of a run", "lineage.remedy.events"
            )
        named = {world.names.of(each) for each in got.names}
        yield from self.measure("datasets", len(named))
        spaces = sorted({each.partition(SEPARATOR)[0] for each in got.names})
        yield from self.measure("namespaces", len(spaces), spaces)
        yield from self.measure("edges", len(world.edges))
        if world.uncounted:
            left = [edge for edge in world.uncounted if edge not in world.edges]
            yield from self.measure("edges-not-counted", len(left), sorted(_arrow(edge) for edge in left))
        if world.loops:
            yield from self.measure("self-edges", len(world.loops), sorted(world.loops))
        if world.too_wide:
            yield from self.measure("runs-too-wide", len(world.too_wide), sorted(world.too_wide))
            yield self._gap(
                "readable",
                "too many edges",
                f"{len(world.too_wide)} runs with more than 200,000 edges each",
                "lineage.remedy.undetermined",
                GapClass.LOST,
            )
        if got.steps_back:
            yield from self.measure("steps-back", got.steps_back)
        written = {world.names.of(name) for each in runs if each.counts for name in each.outputs}
        with_fields = [(name, known) for name in sorted(written) if (known := world.fields.get(name))]
        if with_fields:
            mapped = [
                (name, sum(bool(world.columns.get(world.folded(name, one))) for one in known), len(known))
                for name, known in with_fields
            ]
            yield from self.measure(
                "columns",
                (sum(each[1] for each in mapped), sum(each[2] for each in mapped)),
                (f"{short(name)}: {part}/{whole}" for name, part, whole in mapped),
            )

    # -- the graph -------------------------------------------------------------------------------------------

    _graph_measures: Final = ("seen", "upstream", "rooted-graded", "orphans-graded", "ghosts", "dead-ends")

    def graph(self) -> Iterator[Fact | Gap]:
        """Yield what the graph comes to: seen, upstream, rooted, orphans, ghosts, dead ends."""
        world = self.world
        if not self.has_inventory:
            yield from self._no_inventory(self._graph_measures)
            return
        if not self.got.has_events:
            yield from self._without(self._graph_measures, "no events", self.given.part, "lineage.remedy.events")
            return
        if self.given.inventory_lost:
            yield from (
                self._gap(
                    name,
                    "malformed",
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

    def _no_inventory(self, names: Iterable[str]) -> Iterator[Gap]:
        """Yield why nothing can be compared with an inventory, for several measures."""
        cause = "malformed" if self.given.inventory_lost else "no inventory"
        detail = "nobody said which data sets there are"
        remedy = "lineage.remedy.inventory_missing"
        if self.given.inventory_lost:
            detail, remedy = "the inventory could not be read", "lineage.remedy.inventory"
        yield from self._without(names, cause, detail, remedy)

    def inventory(self) -> Iterator[Fact | Gap]:
        """Yield how whole the inventory is."""
        world = self.world
        if not self.has_inventory:
            yield from self._no_inventory(("inventory", "fields-known", "locations"))
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
            yield self._gap(
                "inventory",
                "nothing to compare with",
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

    # -- fields ----------------------------------------------------------------------------------------------

    _field_measures: Final = ("fields", "fields-direct-personal", "fields-dangling")

    def fields(self) -> Iterator[Fact | Gap]:
        """Yield which fields can be traced: any, direct, mapped, dangling."""
        world = self.world
        if not self.has_inventory:
            yield from self._no_inventory(self._field_measures)
            return
        if not self.got.has_events:
            yield from self._without(self._field_measures, "no events", self.given.part, "lineage.remedy.events")
            return
        roots = world.roots
        every = [
            (dataset, name)
            for dataset, known in world.fields.items()
            if dataset in world.datasets and dataset not in roots
            for name in known or ()
        ]
        if not every:
            yield from self._without(
                self._field_measures, "no fields", "no data set lists its fields", "lineage.remedy.fields"
            )
            return
        traced, direct, unmapped, open_ = [], [], [], set()
        dangling: list[Item] = []
        for dataset, name in every:
            key = world.folded(dataset, name)
            inputs = world.columns.get(key, {})
            shown = f"{dataset}.{name}"
            if not inputs:
                unmapped.append(shown)
                if dataset in world.open_columns:
                    open_.add(shown)
                continue
            known = {
                column: world.knows(column.dataset, column.source)
                if column.source
                else column.dataset in world.datasets
                for column in inputs
            }
            if any(known.values()):
                traced.append(shown)
            elif any(each is None for each in known.values()):
                open_.add(shown)
            else:
                dangling.append((shown, self._why_dangling(known)))
                world.places.setdefault(shown, world.places.get(dataset, ("", 0)))
            if any(is_known and column.direct for column, is_known in known.items()):
                direct.append(shown)
        total = [f"{dataset}.{name}" for dataset, name in every]
        yield from self.ratio("fields", len(traced), _rest(total, traced), "lineage-fields-traced", open_)
        yield from self.measure("fields-mapped", (len(total) - len(unmapped), len(total)))
        yield from self.measure("fields-unmapped", len(unmapped), sorted(unmapped))
        graded = [f"{dataset}.{name}" for dataset, name in every if world.is_graded(dataset)]
        yield from self.ratio("fields-graded", len(set(graded) & set(traced)), _rest(graded, traced), open_=open_)
        yield from self.ratio("fields-direct", len(direct), _rest(total, direct), open_=open_)
        personal = [
            f"{dataset}.{name}"
            for dataset, name in every
            if world.folded(dataset, name) in world.tagged or world.folded(dataset, name) in world.spread
        ]
        yield from self.ratio(
            "fields-direct-personal",
            len(set(personal) & set(direct)),
            _rest(personal, direct),
            "lineage-fields-direct",
            open_,
        )
        yield from self.none("fields-dangling", dangling, is_proven=True)

    def _why_dangling(self, known: Iterable[object]) -> str:
        shown = [f"{short(getattr(each, 'dataset', ''))}.{getattr(each, 'source', '')}" for each in known]
        return "; ".join(shown[:5])

    # -- personal data ---------------------------------------------------------------------------------------

    def personal(self) -> Iterator[Fact | Gap]:
        """Yield where personal data goes."""
        world = self.world
        if not self.has_inventory:
            yield from self._no_inventory(("pii-untagged", "pii-spread", "pii-to-model", "purpose"))
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
            yield self._gap("pii-untagged", "no fields", "no data set lists its fields", "lineage.remedy.fields")
        if not self.got.has_events:
            yield from self._without(
                ("pii-spread", "pii-to-model", "purpose"), "no events", self.given.part, "lineage.remedy.events"
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
                yield from self._without(
                    ("pii-spread",),
                    "no fields",
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
            yield self._gap(
                "pii-spread",
                "undetermined",
                f"no columns are known for {', '.join(_arrow(each) for each in blind[:5])}",
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
            yield self._gap(
                "pii-to-model",
                "undetermined",
                f"no columns are known for {', '.join(_arrow(each) for each in blind[:5])}",
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
            yield self._gap(
                "purpose", "no purposes", "no data set says what it may be used for", "lineage.remedy.purpose"
            )
            return
        bad = [
            (_arrow(edge), f"{bound[edge[0]]} → {bound[edge[1]]}")
            for edge in world.edges
            if edge[0] in bound and edge[1] in bound and bound[edge[0]] != bound[edge[1]]
        ]
        for one, _what in bad:
            self._place_edge(one)
        yield from self.none("purpose", bad, is_proven=True)
        open_ = [_arrow(edge) for edge in world.edges if edge[0] in bound and edge[1] not in bound]
        if open_ and not bad and not self.events_lost:
            yield self._gap(
                "purpose",
                "undetermined",
                f"no purpose is given for the end of {', '.join(open_[:5])}",
                "lineage.remedy.purpose",
            )

    def _place_edge(self, shown: str) -> None:
        edge = next((each for each in self.world.edges if _arrow(each) == shown), None)
        if edge:
            seen = self.world.edges[edge]
            self.world.places[shown] = (seen.file, seen.offset)

    # -- places ----------------------------------------------------------------------------------------------

    def places(self) -> Iterator[Fact | Gap]:
        """Yield what crosses borders, and where models are served."""
        yield from self._crossings()
        yield from self._hosts()
        yield from self._sharing()

    def _model_hosts(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for placed in self.got.traces.steps():
            if placed.step.host:
                found[placed.step.host] += 1
        return found

    def _crossings(self) -> Iterator[Fact | Gap]:
        world = self.world
        if not self.has_inventory:
            yield from self._no_inventory(("cross-border-unapproved",))
            return
        approved: list[Item] = []
        refused: list[Item] = []
        unknown: list[str] = []
        pairs: list[tuple[str, str, str]] = [
            (_arrow(edge), world.jurisdiction(edge[0]), world.jurisdiction(edge[1])) for edge in world.edges
        ]
        pairs += [(f"model → {host}", world.home, world.host_jurisdiction(host)) for host in self._model_hosts()]
        for shown, one, two in pairs:
            if not one or not two:
                unknown.append(shown)
            elif one != two:
                (approved if self._is_approved(one, two) else refused).append((shown, f"{one} → {two}"))
        if not pairs:
            yield from self._without(
                ("cross-border-unapproved",), "no events", "no edge and no model call was seen", "lineage.remedy.events"
            )
            return
        yield from self.measure(
            "cross-border",
            len(approved) + len(refused),
            sorted(f"{shown}: {what}" for shown, what in (*approved, *refused)),
            len(unknown),
        )
        yield from self.measure(
            "cross-border-approved", len(approved), sorted(f"{shown}: {what}" for shown, what in approved)
        )
        yield from self.measure("cross-border-unknown", len(unknown), sorted(unknown))
        for shown, _what in refused:
            self._place_edge(shown)
        yield from self.none("cross-border-unapproved", refused, is_proven=True)
        if unknown and not refused:
            yield self._gap(
                "cross-border-unapproved",
                "undetermined",
                f"nobody says where a side of {'; '.join(sorted(unknown)[:3])} lies",
                "lineage.remedy.jurisdiction",
            )

    def _is_approved(self, one: str, two: str) -> bool:
        for each in self.world.inventory.crossings if self.world.inventory else ():
            until = instant(each.until) if each.until else None
            if (
                each.source == one
                and each.destination == two
                and each.approved
                and (not each.until or (until is not None and until.timestamp() * 1e6 + DAY_US > self.given.now))
            ):
                return True
        return False

    def _hosts(self) -> Iterator[Fact | Gap]:
        hosts = self._model_hosts()
        calls = sum(1 for placed in self.got.traces.steps() if placed.step.kind == "llm")
        bare = sum(1 for placed in self.got.traces.steps() if placed.step.kind == "llm" and not placed.step.host)
        if hosts:
            nowhere = sorted(each for each in hosts if not self.world.host_jurisdiction(each))
            yield from self.measure(
                "model-hosts", (len(hosts) - len(nowhere), len(hosts)), nowhere, check="lineage-model-hosts-known"
            )
            if bare and not nowhere:
                yield self._gap(
                    "model-hosts",
                    "no address",
                    f"{bare} of {calls} model calls name no server.address",
                    "lineage.remedy.hosts",
                )
        elif calls:
            yield self._gap(
                "model-hosts", "no address", f"{calls} model calls name no server.address", "lineage.remedy.hosts"
            )
        else:
            yield self._gap("model-hosts", "no traces", "no model call was seen", "lineage.remedy.traces")

    def _sharing(self) -> Iterator[Fact | Gap]:
        world = self.world
        if not self.has_inventory:
            yield from self._no_inventory(("sharing",))
            return
        ends = {edge[1] for edge in (*world.edges, *world.declared)}
        due = {each.party: own for own, each in world.datasets.items() if each.party and own in ends}
        due |= {
            host: host for host in self._model_hosts() if not words().is_local(host) and not self._is_own_host(host)
        }
        recorded = world.inventory.sharing if world.inventory else None
        if recorded is None and not due:
            yield self._gap("sharing", "not declared", "nobody said to whom data is given", "lineage.remedy.sharing")
            return
        lacking = []
        for party, own in sorted(due.items()):
            found = next(
                (each for each in recorded or () if matches(party, (each.to,)) or world.names.of(each.to) == own), None
            )
            what = (
                ["a record"]
                if found is None
                else [
                    *([] if found.recipient else ["recipient"]),
                    *([] if found.basis else ["basis"]),
                    *([] if (found.retention_months or 0) >= _LONG_MONTHS else ["36 months of keeping"]),
                ]
            )
            if what:
                lacking.append(f"{party}: {', '.join(what)}")
        yield from self.measure(
            "sharing", (len(due) - len(lacking), len(due)), lacking, check="lineage-sharing-recorded"
        )

    def _is_own_host(self, host: str) -> bool:
        return any(
            matches(host, each.hosts) and not each.party
            for each in self.world.datasets.values()
            if each.kind == "model"
        )

    # -- declared and seen -----------------------------------------------------------------------------------

    def declared(self) -> Iterator[Fact | Gap]:
        """Yield how what is declared and what was seen agree, and how fresh it is."""
        world = self.world
        names = ("declared-seen", "fresh")
        if self.got.manifests or self.got.dbt:
            yield from self._manifests()
        if not world.declared:
            yield from self._without(
                names, "nothing declared", "no manifest, SQL or inventory declares an edge", "lineage.remedy.declared"
            )
            return
        yield from self.measure(
            "declared-edges",
            len(world.declared),
            sorted(f"{by}: {count}" for by, count in Counter(world.declared.values()).items()),
        )
        if not self.got.has_events:
            yield from self._without(names, "no events", self.given.part, "lineage.remedy.events")
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
                *(f"declared, not seen: {_arrow(edge)}" for edge in sorted(unseen)),
                *(f"seen, not declared: {_arrow(edge)}" for edge in sorted(undeclared)),
            ],
            undetermined,
            "lineage-declared-equals-seen",
        )
        yield from self.measure("declared-not-seen", len(unseen), sorted(_arrow(edge) for edge in unseen))
        yield from self.measure("seen-not-declared", len(undeclared), sorted(_arrow(edge) for edge in undeclared))
        stale = [edge for edge in world.declared if not self._is_fresh(edge)]
        yield from self.measure(
            "fresh",
            (len(world.declared) - len(stale), len(world.declared)),
            sorted(_arrow(edge) for edge in stale),
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

    # -- models, deletion, keeping ---------------------------------------------------------------------------

    def models(self) -> Iterator[Fact | Gap]:
        """Yield what is known of the models that are served, and whether deletions reach copies."""
        world = self.world
        if world.inventory is None:
            yield from self._no_inventory(("models", "deletions"))
            return
        served = {model for each in world.inventory.services for model in each.models}
        served |= {
            placed.step.model for placed in self.got.traces.steps() if placed.step.kind == "llm" and placed.step.model
        }
        lacking = []
        for model in sorted(served):
            own = next(
                (
                    each
                    for each in world.datasets.values()
                    if each.kind == "model"
                    and (
                        short(each.id) == model
                        or each.id == model
                        or model in each.aliases
                        or world.names.of(model) == each.id
                    )
                ),
                None,
            )
            if own is None:
                lacking.append(f"{model}: no data set of kind model")
                continue
            named = bool(own.of) or world.degree(own.id)[0] > 0
            what = [
                name
                for name, is_there in (("data sets", named), ("commit", own.commit), ("digest", own.digest))
                if not is_there
            ]
            if what:
                lacking.append(f"{model}: {', '.join(what)}")
        if served:
            yield from self.measure(
                "models", (len(served) - len(lacking), len(served)), lacking, check="lineage-models-name-data"
            )
        else:
            yield self._gap(
                "models", "no models", "no service names a model, and no model call was seen", "lineage.remedy.models"
            )
        yield from self._deletions()

    def _deletions(self) -> Iterator[Fact | Gap]:
        world = self.world
        assert world.inventory is not None  # noqa: S101 - asked before
        if world.inventory.deletions is None:
            yield self._gap(
                "deletions", "not declared", "nobody said what was deleted, and where", "lineage.remedy.deletions"
            )
            return
        after: dict[str, set[str]] = defaultdict(set)
        for one, two in (*world.edges, *world.declared):
            after[one].add(two)
        lacking: list[str] = []
        due = 0
        for each in world.inventory.deletions:
            begin = world.names.of(each.dataset)
            seen, waiting = {begin}, [begin]
            while waiting:
                for inner in after.get(waiting.pop(), ()):
                    if inner not in seen:
                        seen.add(inner)
                        waiting.append(inner)
            reached = {world.names.of(one) for one in each.reached}
            copies = sorted(one for one in seen - {begin} if one in world.datasets)
            due += len(copies)
            lacking.extend(
                f"{each.record or 'a record'} of {short(begin)}: still in {one}"
                for one in copies
                if one not in reached and one not in self.got.deleted
            )
        yield from self.measure(
            "deletions", (due - len(lacking), due), lacking, check="lineage-deletion-reaches-copies"
        )

    def keeping(self) -> Iterator[Fact | Gap]:
        """Yield how far back lineage reaches, and where it is silent."""
        got, inventory = self.got, self.world.inventory
        days = dict(got.days)
        for placed in got.traces.steps() if not days else ():
            if placed.step.begin:
                days[placed.step.begin // DAY_US] = days.get(placed.step.begin // DAY_US, 0) + 1
        if not days:
            yield from self._without(
                ("retention", "gaps"), "no times", "no event has a time that can be placed", "lineage.remedy.events"
            )
            return
        ordered = sorted(days)
        last = datetime.fromtimestamp((ordered[-1] + 1) * 86400 - 1, tz=UTC)
        window = instant(inventory.window_end) if inventory and inventory.window_end else None
        end = window or last
        months = inventory.lineage.retention_months if inventory else 6
        begin = _months_before(end, months)
        said = instant(inventory.lineage.commissioned) if inventory and inventory.lineage.commissioned else None
        if said and said > begin:
            begin = said
        due = max(1, (end.date() - begin.date()).days)
        first = datetime.fromtimestamp(ordered[0] * 86400, tz=UTC)
        reached = min(due, max(0, (end.date() - first.date()).days))
        silent = [
            f"{(_day(one) + timedelta(days=1)).date().isoformat()}/{(_day(two) - timedelta(days=1)).date().isoformat()}"
            for one, two in pairwise(ordered)
            if two - one > 2 and _day(two) > begin  # noqa: PLR2004 - more than a day without any
        ]
        yield from self.measure(
            "days", len(days), (f"{_day(day).date().isoformat()}: {count}" for day, count in sorted(days.items()))
        )
        yield from self.measure("gaps", len(silent), silent)
        shown = f"{_day(ordered[0]).date().isoformat()} to {_day(ordered[-1]).date().isoformat()}"
        is_open = self.events_lost or self.traces_lost
        yield from self.measure(
            "retention", (reached, due), [shown], due - reached if is_open else 0, "lineage-kept-six-months"
        )

    # -- traces ----------------------------------------------------------------------------------------------

    def traces(self) -> Iterator[Fact | Gap]:
        """Yield what spans come to before they are joined to answers."""
        found = self.got.traces
        names = ("trace-ids-invalid", "tool-calls")
        if not found.spans:
            if not self.got.ids:
                yield from self._without(names, "no traces", self.given.part, "lineage.remedy.traces")
            return
        steps = [each.step for each in found.steps()]
        yield from self.measure("spans", found.spans)
        yield from self.measure("traces", len(found.by_trace))
        kinds = Counter(each.operation for each in steps if each.operation)
        yield from self.measure(
            "operations", sum(kinds.values()), sorted(f"{name}: {count}" for name, count in kinds.items())
        )
        yield from self.measure("spans-with-user", (sum(bool(each.user) for each in steps), len(steps)))
        yield from self.measure("spans-with-session", (sum(bool(each.session) for each in steps), len(steps)))
        yield from self.measure("sessions", len({each.session for each in steps if each.session}))
        yield from self.measure("retrievals", sum(each.kind == "retrieval" for each in steps))
        if found.repeated:
            yield from self.measure("spans-repeated", found.repeated)
        back = [f"{each.trace}/{each.id}" for each in steps if each.begin and each.end and each.end < each.begin]
        if back:
            yield from self.measure("negative-durations", len(back), sorted(back))
        yield from self.measure(
            "trace-ids-invalid",
            len(found.invalid) + self.got.bad_ids,
            sorted({f"{each.step.trace or '(none)'}: {each.step.problem}" for each in found.invalid}),
        )
        ids = {trace: {each.step.id for each in placed} for trace, placed in found.by_trace.items()}
        orphans = [
            f"{each.trace}/{each.id}: {each.parent}"
            for each in steps
            if each.parent and each.parent not in ids[each.trace]
        ]
        yield from self.measure("parents-missing", len(orphans), sorted(orphans))
        tools = [each for each in steps if each.kind == "tool"]
        if tools:
            lacking = Counter(f"{each.tool or each.name}: {', '.join(each.lacking)}" for each in tools if each.lacking)
            good = sum(not each.lacking for each in tools)
            open_ = len(tools) - good if self.traces_lost else 0
            yield from self.measure(
                "tool-calls",
                (good, len(tools)),
                sorted(f"{what} ({count})" for what, count in lacking.items()),
                open_,
                "lineage-tool-calls-recorded",
            )
        else:
            uses = any(each.uses_tools for each in self.world.inventory.services) if self.world.inventory else False
            if uses:
                yield from self.measure(
                    "tool-calls",
                    (0, 1),
                    ["services use tools, and no call was recorded"],
                    1 if self.traces_lost else 0,
                    "lineage-tool-calls-recorded",
                )
            else:
                yield from self.measure("tool-calls", (0, 0))

    _link_checks: Final = {
        "user": "lineage-answers-name-user",
        "session": "lineage-answers-name-session",
        "kept": "lineage-answers-keep-prompt",
        "retrieval": "lineage-answers-name-sources",
        "source": "lineage-sources-resolve",
        "model": "lineage-answers-name-model",
    }

    def chains(self) -> Iterator[Fact | Gap]:
        """Yield the links of answers, and the chain."""
        answers = self.given.answers
        names = [*(f"link-{name}" for name in self._link_checks), "chain"]
        if not answers:
            cause = "no answers" if self.got.traces.spans else "no traces"
            yield from self._without(names, cause, "no span is an answer to a person", "lineage.remedy.traces")
            return
        yield from self.measure(
            "answers",
            len(answers),
            sorted(
                f"{name or 'service'}: {count}" for name, count in Counter(each.service for each in answers).items()
            ),
        )
        for link in ("user", "session"):
            yield from self._link(link, [(each, bool(each.found[link])) for each in answers])
        yield from self._link("kept", [(each, bool(each.found["prompt"] and each.found["answer"])) for each in answers])
        asked = [each for each in answers if "retrieval" in each.found]
        if asked:
            yield from self._link("retrieval", [(each, bool(each.found["retrieval"])) for each in asked])
            citing = [each for each in asked if each.cited]
            if citing and self.has_inventory:
                yield from self._link(
                    "source",
                    [(each, bool(each.found["source"])) for each in citing],
                    more=sorted({one for each in citing for one in each.unresolved}),
                )
            elif citing:
                yield from self._no_inventory(("link-source",))
            else:
                yield self._gap(
                    "link-source",
                    "nothing cited",
                    "no answer names the documents that it rests on",
                    "lineage.remedy.documents",
                )
        elif self._retrieval_is_known():
            yield from self.measure("link-retrieval", (0, 0))
            yield from self.measure("link-source", (0, 0))
        else:
            yield from self._without(
                ("link-retrieval", "link-source"),
                "not declared",
                "nobody said which services use retrieval",
                "lineage.remedy.services",
            )
        yield from self._link("model", [(each, bool(each.found["model"])) for each in answers])
        yield from self._chain()

    def _retrieval_is_known(self) -> bool:
        declared = {each.id for each in self.world.inventory.services} if self.world.inventory else set()
        return {each.service for each in self.given.answers} <= declared

    def _link(self, name: str, pairs: list[tuple[Answer, bool]], more: Iterable[str] = ()) -> Iterator[Fact | Gap]:
        good = sum(is_there for _answer, is_there in pairs)
        lacking = [f"{each.service or 'service'} {each.trace}" for each, is_there in pairs if not is_there]
        items = [*(f"document {one}" for one in more), *sorted(lacking)]
        yield from self.measure(
            f"link-{name}", (good, len(pairs)), items, len(lacking) if self.traces_lost else 0, self._link_checks[name]
        )

    def _chain(self) -> Iterator[Fact | Gap]:
        answers = self.given.answers
        whole = sum(each.is_complete for each in answers)
        first = Counter(each.first_missing for each in answers if not each.is_complete)
        services = Counter(each.service for each in answers)
        good = Counter(each.service for each in answers if each.is_complete)
        items = [
            *(f"first missing {link}: {count}" for link, count in sorted(first.items())),
            *(f"{name or 'service'}: {good[name]}/{count}" for name, count in sorted(services.items())),
        ]
        yield from self.measure(
            "chain",
            (whole, len(answers)),
            items,
            len(answers) - whole if self.traces_lost else 0,
            "lineage-chains-complete",
        )
        missing = Counter(link for each in answers for link in each.missing)
        yield from self.measure(
            "chain-missing", sum(missing.values()), sorted(f"{link}: {count}" for link, count in missing.items())
        )
        example = min(answers, key=lambda each: (-len(each.missing), each.trace))
        shown = [f"{example.service} | {example.trace} | {example.file} | {example.offset}"]
        for number, name in enumerate(LINKS, 1):
            state = "not due" if name not in example.found else "present" if example.found[name] else "missing"
            shown.append(f"L{number} | {name} | {state} | {example.found.get(name, '')}")
        yield from self.measure("chain-example", len(shown) - 1, shown)

    # -- sampling --------------------------------------------------------------------------------------------

    def sampling(self) -> Iterator[Fact | Gap]:
        """Yield what ids, thresholds, settings and counts tell of sampling, by service."""
        by_service = self._ids_by_service()
        if not by_service and not self.given.settings:
            yield self._gap("sampling", "no traces", self.given.part, "lineage.remedy.traces")
            return
        for service, ids in sorted(by_service.items()):
            yield from self._sampled(service, ids)
        sampled = [
            (f"{setting.what} ({file})", setting)
            for file, setting in self.given.settings
            if setting.probability is None or setting.probability < 1
        ]
        if sampled:
            least = min(
                (setting.probability for _what, setting in sampled if setting.probability is not None), default=None
            )
            yield from self.measure(
                "sampling",
                least if least is not None else "part",
                [what for what, _setting in sampled],
                subject="settings",
            )
        elif self.given.settings and not by_service:
            yield from self.measure(
                "sampling",
                1.0,
                [f"{setting.what} ({file})" for file, setting in self.given.settings],
                subject="settings",
            )

    def _ids_by_service(self) -> dict[str, list[str]]:
        """Return trace ids by the service of the root; those of lists by their file."""
        services = {each.id: each for each in self.world.inventory.services} if self.world.inventory else {}
        found: dict[str, list[str]] = defaultdict(list)
        for trace, placed in self.got.traces.by_trace.items():
            root = next((each.step for each in placed if not each.step.parent), placed[0].step)
            known = services.get(root.service)
            if known is None or known.end_users:
                found[root.service or "service"].append(trace)
        for file, ids in self.got.ids.items():
            found[file].extend(ids)
        return found

    def _sampled(self, service: str, ids: list[str]) -> Iterator[Fact | Gap]:
        said = sampling.estimate(ids)
        limits = {
            each.step.tracestate
            for trace in ids
            for each in self.got.traces.by_trace.get(trace, ())
            if each.step.tracestate
        }
        exact = [sampling.of_threshold(each) for each in limits]
        counted = self.given.requests.get(service)
        settings = [setting for _file, setting in self.given.settings]
        items = []
        kept = 1.0
        if exact and min(exact) < 1:
            kept = min(exact)
            items.append(f"tracestate: {kept:.6g}")
        if said.is_sampled:
            kept = min(kept, said.probability)
            items.append(f"trace ids ({said.count}): {said.probability:.4g}, {said.family}")
        is_counted = isinstance(counted, int) and counted > 0
        if is_counted and isinstance(counted, int):
            part = len(set(ids))
            missing = [] if part >= counted else [f"{counted - part} / {counted}"]
            yield from self.measure("sampled-in", (min(part, counted), counted), missing, subject=service)
            if part * 100 < counted * 95:
                kept = min(kept, part / counted)
                items.append(f"traces / requests: {part} / {counted}")
            own = [each for each in self.given.answers if each.service == service]
            if own:
                whole = sum(each.is_complete for each in own)
                yield from self.measure("end-to-end", (min(whole, counted), counted), subject=service)
        elif isinstance(counted, str):
            yield self._gap(
                "sampled-in", "cannot be counted", counted, "lineage.remedy.requests", GapClass.LOST, service
            )
        proof = is_counted or any(setting.probability == 1 for setting in settings) or bool(exact)
        if kept < 1:
            yield from self.measure("sampling", round(kept, 8), items, subject=service)
        elif said.is_sampled is None and not proof:
            yield self._gap(
                "sampling",
                "undetermined",
                f"{said.why}; no tracestate, setting or count of requests tells either",
                "lineage.remedy.sampling",
                subject=service,
            )
        else:
            yield from self.measure(
                "sampling",
                1.0,
                ["counts or settings show it"] if proof else ["no id-based sampling seen"],
                subject=service,
            )


def _rest(total: list[str], good: list[str]) -> list[str]:
    inside = set(good)
    return [each for each in total if each not in inside]


def _arrow(edge: Edge) -> str:
    return f"{edge[0]} → {edge[1]}"


def _dot(key: tuple[str, str]) -> str:
    return f"{key[0]}.{key[1]}"


def _day(number: int) -> datetime:
    return datetime.fromtimestamp(number * 86400, tz=UTC)


def _months_before(end: datetime, months: int) -> datetime:
    """Return the same day so many months before, clamped to the end of the month (design page, §2)."""
    total = end.year * 12 + end.month - 1 - months
    year, month = divmod(total, 12)
    day = end.day
    while True:
        try:
            return end.replace(year=year, month=month + 1, day=day)
        except ValueError:
            day -= 1


def iso(at: int | None) -> str:
    """Return a time for a fact; empty if there is none."""
    return times.iso(at) if at is not None else ""
