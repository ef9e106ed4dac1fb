"""What could be read, and what events say of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor import reasons
from auditor.formats.lineage.values import SEPARATOR, short
from auditor.model.fact import GapClass
from auditor.stages.lineage.measures.making import ITEMS, Maker, arrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap


class Reading(Maker):
    """What could be read, and what events say of runs."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.reading()
        yield from self.events()

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
            yield self.untold("readable", reasons.NO_RECORDS, self.given.part, "lineage.remedy.inputs")
        for name, why, _role in got.unread[:ITEMS]:
            remedy = "lineage.remedy.place" if why == reasons.NO_SUCH_FILE else "lineage.remedy.read"
            yield self.untold("readable", why, name, remedy, GapClass.LOST)
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
            yield from self.without(names, reasons.NO_EVENTS, self.given.part, "lineage.remedy.events")
            return
        yield from self.measure(
            "events", sum(got.events.values()), sorted(f"{kind}: {count}" for kind, count in got.events.items())
        )
        if got.timed:
            bad = [f"{file} at {offset}" for file, offset in got.zoneless]
            yield from self.measure("zoned", (got.zoned, got.timed), bad, check="lineage-events-timed-with-zone")
            yield from self.unless_lost("zoned", is_good=got.zoned == got.timed)
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
            yield from self.unless_lost("runs-finished", is_good=not open_)
            yield from self.measure("runs-without-datasets", len(silent), sorted(silent))
            yield from self.measure(
                "runs-named",
                (len(runs) - len(silent), len(runs)),
                sorted(silent),
                len(silent) if lost else 0,
                "lineage-runs-name-datasets",
            )
            yield from self.unless_lost("runs-named", is_good=not silent)
        else:
            yield from self.without(
                ("runs-finished", "runs-named"), reasons.NO_RUNS, "no event of a run", "lineage.remedy.events"
            )
        named = {world.names.of(each) for each in got.names}
        yield from self.measure("datasets", len(named))
        spaces = sorted({each.partition(SEPARATOR)[0] for each in got.names})
        yield from self.measure("namespaces", len(spaces), spaces)
        yield from self.measure("edges", len(world.edges))
        if world.uncounted:
            left = [edge for edge in world.uncounted if edge not in world.edges]
            yield from self.measure("edges-not-counted", len(left), sorted(arrow(edge) for edge in left))
        if world.loops:
            yield from self.measure("self-edges", len(world.loops), sorted(world.loops))
        if world.too_wide:
            yield from self.measure("runs-too-wide", len(world.too_wide), sorted(world.too_wide))
            yield self.untold(
                "readable",
                reasons.TOO_MANY_EDGES,
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
