"""What crosses borders, where models are served, and to whom data is given."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats.lineage.words import matches, words
from auditor.formats.logs.times import instant
from auditor.stages.lineage.measures.making import DAY_US, Item, Maker, arrow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap

_LONG_MONTHS: Final = 36


class Borders(Maker):
    """What crosses borders, where models are served, and to whom data is given."""

    def every(self) -> Iterator[Fact | Gap]:
        """Yield all of them."""
        yield from self.places()

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
            yield from self.no_inventory(("cross-border-unapproved",))
            return
        approved: list[Item] = []
        refused: list[Item] = []
        unknown: list[str] = []
        pairs: list[tuple[str, str, str]] = [
            (arrow(edge), world.jurisdiction(edge[0]), world.jurisdiction(edge[1])) for edge in world.edges
        ]
        pairs += [(f"model → {host}", world.home, world.host_jurisdiction(host)) for host in self._model_hosts()]
        for shown, one, two in pairs:
            if not one or not two:
                unknown.append(shown)
            elif one != two:
                (approved if self._is_approved(one, two) else refused).append((shown, f"{one} → {two}"))
        if not pairs:
            yield from self.without(
                ("cross-border-unapproved",),
                reasons.NO_EVENTS,
                "no edge and no model call was seen",
                "lineage.remedy.events",
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
            self.place_edge(shown)
        yield from self.none("cross-border-unapproved", refused, is_proven=True)
        if unknown and not refused:
            yield self.untold(
                "cross-border-unapproved",
                reasons.UNDETERMINED,
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
                yield self.untold(
                    "model-hosts",
                    reasons.NO_ADDRESS,
                    f"{bare} of {calls} model calls name no server.address",
                    "lineage.remedy.hosts",
                )
        elif calls:
            yield self.untold(
                "model-hosts", reasons.NO_ADDRESS, f"{calls} model calls name no server.address", "lineage.remedy.hosts"
            )
        else:
            yield self.untold("model-hosts", reasons.NO_TRACES, "no model call was seen", "lineage.remedy.traces")

    def _sharing(self) -> Iterator[Fact | Gap]:
        world = self.world
        if not self.has_inventory:
            yield from self.no_inventory(("sharing",))
            return
        ends = {edge[1] for edge in (*world.edges, *world.declared)}
        due = {each.party: own for own, each in world.datasets.items() if each.party and own in ends}
        due |= {
            host: host for host in self._model_hosts() if not words().is_local(host) and not self._is_own_host(host)
        }
        recorded = world.inventory.sharing if world.inventory else None
        if recorded is None and not due:
            yield self.untold(
                "sharing", reasons.NOT_DECLARED, "nobody said to whom data is given", "lineage.remedy.sharing"
            )
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
