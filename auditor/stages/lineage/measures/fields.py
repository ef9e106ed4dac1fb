"""Which fields can be traced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats.lineage.values import short
from auditor.stages.lineage.measures.making import Item, Maker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.model.fact import Fact, Gap


class Fields(Maker):
    """Which fields can be traced."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.fields()

    _field_measures: Final = ("fields", "fields-direct-personal", "fields-dangling")

    def fields(self) -> Iterator[Fact | Gap]:
        """Yield which fields can be traced: any, direct, mapped, dangling."""
        world = self.world
        if not self.has_inventory:
            yield from self.no_inventory(self._field_measures)
            return
        if not self.got.has_events:
            yield from self.without(self._field_measures, reasons.NO_EVENTS, self.given.part, "lineage.remedy.events")
            return
        roots = world.roots
        every = [
            (dataset, name)
            for dataset, known in world.fields.items()
            if dataset in world.datasets and dataset not in roots
            for name in known or ()
        ]
        if not every:
            yield from self.without(
                self._field_measures, reasons.NO_FIELDS, "no data set lists its fields", "lineage.remedy.fields"
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


def _rest(total: list[str], good: list[str]) -> list[str]:
    inside = set(good)
    return [each for each in total if each not in inside]
