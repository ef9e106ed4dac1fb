"""What is known of models, whether deletions reach copies, and how far back lineage reaches."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from auditor import reasons
from auditor.formats.lineage.values import short
from auditor.formats.logs.times import instant
from auditor.model.fact import GapClass
from auditor.stages.lineage.measures.making import DAY_US, Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap


class Models(Maker):
    """What is known of models, whether deletions reach copies, and how far back lineage reaches."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.models()
        yield from self.keeping()

    def models(self) -> Iterator[Fact | Gap]:
        """Yield what is known of the models that are served, and whether deletions reach copies."""
        world = self.world
        if world.inventory is None:
            yield from self.no_inventory(("models", "deletions"))
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
            yield self.untold(
                "models",
                reasons.NO_MODELS,
                "no service names a model, and no model call was seen",
                "lineage.remedy.models",
            )
        yield from self._deletions()

    def _deletions(self) -> Iterator[Fact | Gap]:
        world = self.world
        assert world.inventory is not None  # noqa: S101 - asked before
        if world.inventory.deletions is None:
            yield self.untold(
                "deletions", reasons.NOT_DECLARED, "nobody said what was deleted, and where", "lineage.remedy.deletions"
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
            yield from self.without(
                ("retention", "gaps"),
                reasons.NO_TIMES,
                "no event has a time that can be placed",
                "lineage.remedy.events",
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
        if is_open and reached < due:
            detail = f"{reached} to {due} of {due} days: not all was read"
            yield self.untold("retention", reasons.UNDETERMINED, detail, "lineage.remedy.read", GapClass.LOST)


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
