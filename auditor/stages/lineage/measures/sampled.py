"""What is known of sampling, by service."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from auditor import reasons
from auditor.formats.lineage import sampling
from auditor.model.fact import GapClass
from auditor.stages.lineage.measures.making import Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap


class Sampled(Maker):
    """What is known of sampling, by service."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.sampling()

    def sampling(self) -> Iterator[Fact | Gap]:
        """Yield what ids, thresholds, settings and counts tell of sampling, by service."""
        by_service = self._ids_by_service()
        if not by_service and not self.given.settings:
            yield self.untold("sampling", reasons.NO_TRACES, self.given.part, "lineage.remedy.traces")
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
            yield self.untold(
                "sampled-in", reasons.CANNOT_BE_COUNTED, counted, "lineage.remedy.requests", GapClass.LOST, service
            )
        proof = is_counted or any(setting.probability == 1 for setting in settings) or bool(exact)
        if kept < 1:
            yield from self.measure("sampling", round(kept, 8), items, subject=service)
        elif said.is_sampled is None and not proof:
            yield self.untold(
                "sampling",
                reasons.UNDETERMINED,
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
