"""What only all sources of a part together tell: components without a log, actions that must be logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor import reasons, shares
from auditor.model.fact import Fact, Gap, GapClass, Origin
from auditor.stages.auditlog import coverage, policy
from auditor.stages.auditlog.facts import RequiredEvent
from auditor.stages.auditlog.gaps import gap
from auditor.stages.auditlog.measures import DATABASES, STAGE, WINDOW, SourceReading, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from auditor.formats import inventory as declared
    from auditor.model.system import Part


@dataclass(frozen=True)
class Whole:
    """All sources of a part together.

    Attributes:
        part: The part.
        inventory: What should be there, if anybody says so.
    """

    part: Part
    inventory: declared.Inventory | None

    def of(self, seen: list[SourceReading]) -> Iterator[Fact | Gap]:  # noqa: C901 - one step for each thing that is looked at
        """Yield what only all sources together tell: components without a log, required actions."""
        found = self.inventory
        has_log = {each.source.component or each.source.id for each in seen if each.tally.records}
        has_log |= {each.source.id for each in seen if each.tally.records}
        unread = {
            name
            for each in seen
            if not each.tally.records and each.unread
            for name in (each.source.component or each.source.id, each.source.id)
        }
        components: list[str] = []
        if found is not None:
            components = [
                *found.components,
                *(each.component for each in found.actions),
                *(each.component for each in found.services if each.component),
                *(each.source.component or each.source.id for each in seen),
            ]
        components = list(dict.fromkeys(each for each in components if each))
        subject = "system"

        def measure(
            name: str,
            value: shares.Value,
            items: tuple[str, ...] = (),
            undetermined: int = 0,
            check: str = "",
        ) -> Iterator[Fact | Gap]:
            named = (clean(each) for each in items)
            yield shares.measured(STAGE, self.part.argument, name, subject, value, named, undetermined)
            if shares.is_undecided(STAGE, check, value, undetermined):
                detail = shares.undecided(value, undetermined)
                yield gap(
                    self.part, subject, f"auditlog.{name}", reasons.UNDETERMINED, detail, "auditlog.remedy.undetermined"
                )

        if components:
            lacking = sorted(each for each in components if each not in has_log)
            open_ = [each for each in lacking if each in unread]
            yield from measure(
                "sources",
                (len(components) - len(lacking), len(components)),
                tuple(lacking),
                len(open_),
                "auditlog-sources-present",
            )
        else:
            yield gap(
                self.part,
                subject,
                "auditlog.sources",
                reasons.NOT_DECLARED,
                self.part.where,
                "auditlog.remedy.components",
                GapClass.MISSING,
            )
        actions = found.actions if found is not None else ()
        if not actions:
            for name in ("coverage", "personal-reads"):
                yield gap(
                    self.part,
                    subject,
                    f"auditlog.{name}",
                    reasons.NOT_DECLARED,
                    self.part.where,
                    "auditlog.remedy.actions",
                    GapClass.MISSING,
                )
        else:
            items = [item for action in actions for item in _items(action, seen)]
            for item in items:
                yield RequiredEvent(
                    subject=clean(item.name),
                    origin=Origin(part=self.part.argument),
                    component=item.action.component,
                    action=item.action.action,
                    object=item.action.object,
                    principal=item.principal,
                    risk=item.action.risk,
                    seen=item.seen,
                    configured=item.configured,
                    missed=item.missed,
                    undetermined=item.undetermined,
                )
            states = tuple(f"{item.action.component} | {item.name.partition(': ')[2]} | {item.state}" for item in items)
            yield from measure("required", len(items), states)
            total = coverage.sums(items)
            yield from measure(
                "coverage", total.weighted, total.missing, total.undetermined[0], "auditlog-actions-covered"
            )
            yield from measure("coverage-plain", total.plain, total.missing, total.undetermined[1])
            if total.high[1]:
                lacking_high = tuple(
                    sorted(each.name for each in items if each.action.risk == "high" and not each.covered)
                )
                yield from measure("coverage-high", total.high, lacking_high, total.undetermined[2])
                if total.undetermined[2] and sum(total.high[:1]) + total.undetermined[2] == total.high[1]:
                    yield gap(
                        self.part,
                        subject,
                        "auditlog.coverage",
                        reasons.UNDETERMINED,
                        "actions of high risk",
                        "auditlog.remedy.undetermined",
                    )
            yield from measure("seen", total.seen)
            yield from measure("configured", total.configured, total.unseen)
            yield from measure("stale-configuration", len(total.stale), total.stale)
            yield from self._personal(items, seen, measure)
        if not any(each.tally.models for each in seen):
            services = [each for each in (found.services if found is not None else ()) if each.models]
            if services:
                yield gap(
                    self.part,
                    subject,
                    "auditlog.model-calls",
                    reasons.NONE_SEEN,
                    ", ".join(each.id for each in services),
                    "auditlog.remedy.models",
                    GapClass.MISSING,
                )

    def _personal(
        self, items: list[coverage.Item], seen: list[SourceReading], measure: Callable[..., Iterator[Fact | Gap]]
    ) -> Iterator[Fact | Gap]:
        personal = [each for each in items if each.action.personal]
        graded = seen[0].graded if seen else ()
        tables = [each for each in graded if any(other.format in DATABASES for other in seen)]
        if not personal and not tables:
            yield gap(
                self.part,
                "system",
                "auditlog.personal-reads",
                reasons.NOT_DECLARED,
                self.part.where,
                "auditlog.remedy.graded",
                GapClass.MISSING,
            )
            return
        covered = [each.name for each in personal if each.covered]
        open_ = [each.name for each in personal if each.undetermined and not each.covered]
        lacking = [each.name for each in personal if not each.covered]
        for table in tables:
            short = table.rpartition("|")[2].split(".")
            name = ".".join(short[-2:])
            logs = [each for each in seen if each.format in DATABASES]
            read = any(
                thing.lower().endswith(name.lower()) and action.startswith("READ")
                for each in logs
                for action, thing in each.tally.objects
            )
            on = any(
                "read" in each.source.settings.get("pgaudit.log", "").lower()
                or "all" in each.source.settings.get("pgaudit.log", "").lower()
                for each in logs
            )
            long = any((each.tally.last or 0) - (each.tally.first or 0) >= WINDOW for each in logs)
            if read or on:
                covered.append(f"read {name}")
            else:
                lacking.append(f"read {name}")
                if not long:
                    open_.append(f"read {name}")
        yield from measure(
            "personal-reads",
            (len(covered), len(covered) + len(lacking)),
            tuple(sorted(lacking)),
            len(open_),
            "auditlog-personal-data-reads-recorded",
        )


def _items(action: declared.Action, seen: list[SourceReading]) -> Iterator[coverage.Item]:
    """Yield an action once for each class of principal, with what the logs of its component tell."""
    own = [each for each in seen if action.component in {each.source.component or each.source.id, each.source.id}]
    for principal in action.principals or ("",):
        hit = any(coverage.was_seen(action, principal, each.tally) for each in own)
        configured = [state for each in own if (state := _configured(action, principal, each)) is not None]
        long_enough = any(
            each.tally.last is not None
            and each.tally.first is not None
            and each.tally.last - each.tally.first >= WINDOW
            for each in own
        )
        lost = any(each.unread or each.tally.foreign or each.is_guess for each in own)
        missed = any(
            each.witnesses
            and any(
                coverage.matches(action.action, name.partition(" at ")[0].rpartition(" ")[0])
                for name in each.witnesses[2]
            )
            for each in own
        )
        yield coverage.Item(
            action=action,
            principal=principal,
            seen=hit,
            configured=any(configured) if configured else None,
            missed=missed,
            undetermined=not hit and bool(own) and (not long_enough or lost) and not (configured and any(configured)),
        )


def _configured(action: declared.Action, principal: str, seen: SourceReading) -> bool | None:
    """Tell whether the settings in force would record an action; None if nobody knows, or nothing is written."""
    if not seen.tally.records:
        return None
    if seen.format == "k8s-audit" and seen.policy is not None:
        verb, _, path = action.action.partition(" ")
        parts = path.split("/")
        group, rest = (
            (parts[0], "/".join(parts[1:]))
            if "." in parts[0] or parts[0] in {"apps", "batch", "policy", "autoscaling"}
            else ("", path)
        )
        if not rest or path.startswith("/"):
            return None
        classes = {
            "person": "person",
            "service": "service account",
            "service-account": "service account",
            "node": "node",
            "anonymous": "anonymous",
        }
        wanted = classes.get(principal, principal)
        who = [
            request
            for name, request in policy.requests_for(group, rest, verb, seen.policy)
            if not principal or name == wanted or (principal == "person" and name == "system:masters")
        ]
        return bool(who) and all(policy.is_recorded(seen.policy, request) for request in who)
    if seen.format in DATABASES and (setting := seen.source.settings.get("pgaudit.log")):
        on = {part.strip().lower() for part in setting.split(",")}
        words = action.action.upper().split()
        kind = {"SELECT": "read", "INSERT": "write", "UPDATE": "write", "DELETE": "write", "TRUNCATE": "write"}.get(
            words[0] if words else "", ""
        )
        kind = kind or (words[0].lower() if words and words[0].lower() in {"read", "write", "ddl", "role"} else "")
        kind = kind or ("role" if "ROLE" in words or "GRANT" in words or "REVOKE" in words else "ddl")
        return kind in on or "all" in on
    return None
