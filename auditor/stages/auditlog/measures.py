"""The measures of one log source, each defined once: from a tally and what the inventory says to numbers and gaps."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from auditor import reasons, shares
from auditor.check_data import check_data
from auditor.formats import inventory as declared
from auditor.formats.logs import times
from auditor.formats.logs.row import DECLARED, FIELDS, GIVEN, UNKNOWN
from auditor.model.fact import Gap, GapClass, Measure, Origin
from auditor.stages.auditlog import policy as policies
from auditor.stages.auditlog.facts import LogDays, LogExample
from auditor.stages.auditlog.people import LISTED_MACHINE, PERSON, UNLISTED_PERSON
from auditor.stages.auditlog.tally import DAY, HOUR, Example, gaps
from auditor.stages.auditlog.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.model.fact import Fact
    from auditor.stages.auditlog.chain import Chain
    from auditor.stages.auditlog.people import People
    from auditor.stages.auditlog.tally import Tally

STAGE: Final = "auditlog"
ITEMS: Final = shares.ITEMS
WINDOW: Final = 30 * DAY
"""Records must span this long before an action that was not seen counts as not logged."""
DATABASES: Final = frozenset({"postgresql-stderr", "postgresql-csv", "postgresql-json"})
_LOGIN_FORMATS: Final = DATABASES | {"auditd", "json", "ocsf", "vault"}
_MACHINES: Final = frozenset({"service", LISTED_MACHINE, "node"})


@dataclass
class SourceReading:
    """What is known of one source when its measures are made.

    Attributes:
        source: As the inventory declares it, or as it was found.
        part: Argument of the part.
        format: What it is written in.
        tally: Its counts.
        people: Tells who is who.
        end: End of the window, microseconds; None if no record has a time.
        is_declared: It stands in an inventory.
        unread: Files that could not be read, with the reason.
        policy: Kubernetes audit policy in force, None if none was given.
        policy_file: Where it stands.
        served: What the cluster serves.
        key_actions: (group, path, verb, namespaced) that a policy must record.
        flags: Command lines of the API servers.
        chain: Result of the check of a hash chain, None if the log has none.
        copies: Records that a copy elsewhere has too: (host, administrator, common, all, what is missing).
        skews: Median offsets to other sources in microseconds, with the number of pairs.
        secrets: What the search for secrets found: kind to examples; None if it did not come to its end.
        searched: Bytes that were searched, and all bytes.
        witnesses: (matched, all, what is missing); None without any.
        rules: Text of the auditd rules in force, None if none was given.
        exports: Proofs of export for this source.
        graded: Names of tables with a grade or personal data.
        digests: Digest of each file, by path.
        worm: The file that proves write-once storage was read.
        is_guess: The map of an application's fields is a guess.
        map_unknown: Names in the map that mean nothing.
        devices: Sources of the same Vault that hold records.
    """

    source: declared.LogSource
    part: str
    format: str
    tally: Tally
    people: People
    end: int | None
    is_declared: bool = True
    unread: list[tuple[str, reasons.Reason]] = field(default_factory=list)
    policy: policies.Policy | None = None
    policy_file: str = ""
    served: policies.Served | None = None
    key_actions: tuple[tuple[str, str, str, bool], ...] = ()
    flags: tuple[tuple[str, ...], ...] = ()
    chain: Chain | None = None
    copies: list[tuple[str, str, int, int, str]] | None = None
    skews: list[tuple[str, int, int]] = field(default_factory=list)
    secrets: Mapping[str, list[Example]] | None = None
    searched: tuple[int, int] = (0, 0)
    witnesses: tuple[int, int, tuple[str, ...]] | None = None
    rules: str | None = None
    exports: tuple[declared.Export, ...] = ()
    graded: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)
    worm: bool = False
    is_guess: bool = False
    map_unknown: tuple[str, ...] = ()
    devices: int = 0
    address_place: str = ""


def measures(seen: SourceReading) -> Iterator[Fact | Gap]:
    """Yield every measure of a source, a gap for each that cannot be told, and the places that show them."""
    maker = _Maker(seen)
    told: set[str] = set()
    for make in (
        maker.counts,
        maker.fields,
        maker.times,
        maker.users,
        maker.retention,
        maker.silences,
        maker.sequences,
        maker.order,
        maker.lag,
        maker.tampering,
        maker.copies,
        maker.kubernetes,
        maker.vault,
        maker.database,
        maker.host,
        maker.recorded,
        maker.models,
        maker.keeping,
        maker.secrets,
        maker.exports,
        maker.witnesses,
    ):
        for each in make():
            if isinstance(each, Measure):
                told.add(each.id.removeprefix(f"{STAGE}."))
            yield each
    yield from maker.hidden(told)


_OF_EVERY_LOG: Final = ("traceable", "fields", "retention")
_HIDDEN: Final = frozenset(
    {
        *("shared", "anonymous-writes", "field.outcome", "address-trusted", "gaps", "zoned", "duplicate-share"),
        *("steps-back", "sequence-missing", "audit-lowered", "secrets", "agents-joined", "model-calls"),
    }
)
"""What records that were not read can make worse."""


class _Maker:
    def __init__(self, seen: SourceReading) -> None:
        self.seen = seen
        self.tally = seen.tally
        self.origin = Origin(part=seen.part)
        self.has_records = bool(seen.tally.records)

    def measure(
        self,
        name: str,
        value: shares.Value,
        items: Iterable[str] = (),
        undetermined: int = 0,
        check: str = "",
        examples: Iterable[Example] = (),
    ) -> Iterator[Fact | Gap]:
        """Yield a measure; where what is undetermined decides on its check, also the gap that says so."""
        named = (clean(each) for each in items)
        yield shares.measured(STAGE, self.seen.part, name, self.seen.source.id, value, named, undetermined)
        for example in list(examples)[:20]:
            yield LogExample(
                subject=self.seen.source.id,
                origin=Origin(part=self.seen.part, file=example.file, offset=example.offset),
                measure=f"auditlog.{name}",
                what=clean(example.what),
            )
        if shares.is_undecided(STAGE, check, value, undetermined):
            detail = shares.undecided(value, undetermined)
            yield self.gap(name, reasons.UNDETERMINED, detail, "auditlog.remedy.undetermined", GapClass.LOST)

    def gap(
        self, name: str, reason: reasons.Reason, detail: str, remedy: str, gap_class: GapClass = GapClass.MISSING
    ) -> Gap:
        """Return a gap of a measure of this source."""
        return shares.unmeasured(
            STAGE, self.seen.part, name, self.seen.source.id, reason, clean(detail), say(remedy), gap_class
        )

    def counts(self) -> Iterator[Fact | Gap]:
        tally = self.tally
        yield from self.measure("lines", tally.lines)
        yield from self.measure("records", tally.records)
        yield from self.measure(
            "unreadable",
            tally.unreadable,
            (f"{file} at {offset}: {why}" for file, offset, _size, why in tally.unread),
        )
        foreign = sum(tally.foreign.values())
        yield from self.measure("foreign", foreign, sorted(f"{what}: {count}" for what, count in tally.foreign.items()))
        whole = max(tally.lines, tally.unreadable + foreign)
        lost = len(self.seen.unread)
        if whole:
            yield from self.measure(
                "readable",
                (whole - tally.unreadable - min(foreign, whole - tally.unreadable), whole),
                [
                    *(f"{file} at {offset}: {why}" for file, offset, _size, why in tally.unread),
                    *(f"{what}: {count}" for what, count in sorted(tally.foreign.items())),
                ],
                undetermined=foreign,
                check="auditlog-sources-readable",
                examples=(Example(file, offset, why) for file, offset, _size, why in tally.unread),
            )
        if lost:
            for file, why in self.seen.unread:
                yield self.gap("readable", why, file, "auditlog.remedy.read", GapClass.LOST)
        elif not whole:
            yield self.gap(
                "readable", reasons.NO_RECORDS, self.seen.source.id, "auditlog.remedy.records", GapClass.LOST
            )
        if not self.has_records:
            return
        yield from self.measure("events", tally.events)
        yield from self.measure("requests", tally.requests)
        yield from self.measure("actions", len(tally.actions), tally.actions)
        if tally.has_ids:
            yield from self.measure("duplicates", tally.duplicates, sorted(tally.duplicate_ids))
            yield from self.measure("duplicate-share", (tally.duplicates, tally.has_ids))
        repeated = tally.notes.get("repeated-key", 0)
        if repeated:
            yield from self.measure("repeated-keys", repeated, (), examples=tally.noted["repeated-key"])

    def hidden(self, told: set[str]) -> Iterator[Gap]:
        """Yield a gap for each measure that is none of the whole log: a file of it was not read, or all are empty."""
        if not self.seen.unread and self.tally.lines:
            return
        file, why = next(iter(self.seen.unread), (self.seen.source.id, reasons.NO_RECORDS))
        remedy = "auditlog.remedy.read" if self.seen.unread else "auditlog.remedy.records"
        for name in sorted({*_OF_EVERY_LOG, *(told & _HIDDEN)}):
            yield self.gap(name, why, file, remedy, GapClass.LOST)

    def fields(self) -> Iterator[Fact | Gap]:
        tally = self.tally
        if not tally.events:
            if self.has_records:
                yield self.gap("fields", reasons.NO_AUDIT_EVENTS, self.seen.source.id, "auditlog.remedy.events")
            return
        lacking = []
        for index, name in enumerate(FIELDS):
            if not tally.applicable[index]:
                continue
            value = (tally.present[index], tally.applicable[index])
            missing = value[1] - value[0] - tally.undetermined[index]
            yield from self.measure(
                f"field.{name}",
                value,
                self._without(index) if value[0] < value[1] else (),
                undetermined=tally.undetermined[index],
            )
            if missing:
                lacking.append(f"{name}: {missing}")
        yield from self.measure(
            "fields",
            (tally.complete, tally.events),
            lacking,
            undetermined=tally.maybe_complete,
            check="auditlog-fields-complete",
        )
        denied = sum(group.count for key, group in tally.groups.items() if key[2] in {"denied", "failure"})
        yield from self.measure("failures", denied)
        outcome = FIELDS.index("outcome")
        if tally.applicable[outcome] and tally.present[outcome] == tally.applicable[outcome] and not denied:
            yield self.gap("failures", reasons.NONE_SEEN, self.seen.source.id, "auditlog.remedy.failures")
        if tally.addresses:
            yield from self._addresses()

    def _without(self, index: int) -> list[str]:
        """Return the actions whose records lack a field, sorted."""
        bare = {key[0]: group.lacking[index] for key, group in self.tally.groups.items() if group.lacking[index]}
        return sorted(f"{action}: {count}" for action, count in list(bare.items())[:200])

    def _addresses(self) -> Iterator[Fact | Gap]:
        tally, source = self.tally, self.seen.source
        total = sum(tally.addresses.values())
        proxied = {address: count for address, count in tally.addresses.items() if address in source.proxies}
        bad = sorted(f"{address}: {count}" for address, count in tally.addresses.items() if not _is_address(address))
        claimed = tally.claimed_addresses
        named = [f"{self.seen.address_place}: a header that the client sets"] if claimed else []
        behind = [f"{address}: a proxy" for address in sorted(proxied)] if not claimed else []
        trusted = total - claimed - (sum(proxied.values()) if not claimed else 0)
        yield from self.measure("address-trusted", (trusted, total), [*named, *behind])
        if bad:
            yield from self.measure("address-odd", len(bad), bad[:100])

    def times(self) -> Iterator[Fact | Gap]:
        tally = self.tally
        if tally.first is not None and tally.last is not None:
            yield from self.measure("first", times.iso(tally.first))
            yield from self.measure("last", times.iso(tally.last))
        elif self.has_records:
            why = reasons.ZONE_UNKNOWN if tally.zones.get(UNKNOWN) else reasons.NO_TIMES
            yield self.gap("first", why, self.seen.source.id, "auditlog.remedy.timezone")
            yield self.gap("last", why, self.seen.source.id, "auditlog.remedy.timezone")
        if tally.implausible:
            yield from self.measure("implausible-times", tally.implausible, examples=tally.implausible_at)
        zoned = tally.zones.get(GIVEN, 0) + tally.zones.get(DECLARED, 0)
        timed = zoned + tally.zones.get(UNKNOWN, 0)
        if timed:
            items = [f"without offset or declared zone: {timed - zoned}"] if timed > zoned else []
            yield from self.measure("zoned", (zoned, timed), items)

    def users(self) -> Iterator[Fact | Gap]:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
        tally = self.tally
        if not tally.names:
            return
        due = traced = open_ = 0
        lacking: dict[str, int] = {}
        shared: dict[str, int] = {}
        shared_at, anonymous_at, agents_at = [], [], []
        anonymous = nobody_writes = unclear = 0
        agents = joined = 0
        agent_names: dict[str, int] = {}
        for (user, who, authenticated, for_whom), named in sorted(tally.names.items()):
            is_machine = who in _MACHINES
            behind = for_whom in {PERSON, UNLISTED_PERSON}
            shown = user or "(nobody)"
            unclear += named.unclear
            if who == "anonymous":
                anonymous += named.writes
                if named.writes:
                    anonymous_at.append(Example(named.file, named.offset, shown))
            elif who == "none":
                nobody_writes += named.writes
            if is_machine and who != "node" and (who == LISTED_MACHINE or "agent" in user.lower()):
                agents += named.count
                if behind or named.with_session == named.count:
                    joined += named.count
                else:
                    agent_names[shown] = agent_names.get(shown, 0) + named.count
                    agents_at.append(Example(named.file, named.offset, shown))
            if who == "shared":
                bare = named.count - named.with_session
                if bare and not (behind and for_whom):
                    shared[shown] = shared.get(shown, 0) + bare
                    shared_at.append(Example(named.file, named.offset, shown))
            if who == LISTED_MACHINE:
                continue  # exempt: the inventory names it
            due += named.count
            open_ += named.unclear
            if who == "none" and named.unclear:
                if named.count > named.unclear:
                    lacking[shown] = lacking.get(shown, 0) + named.count - named.unclear
            elif authenticated and (who == PERSON or behind):
                traced += named.count
            elif authenticated and who == "shared" and named.with_session:
                traced += named.with_session
                lacking[shown] = lacking.get(shown, 0) + named.count - named.with_session
            elif (authenticated and who == UNLISTED_PERSON) or (is_machine and not self.seen.people.has_inventory):
                open_ += named.count
                lacking[shown] = lacking.get(shown, 0) + named.count
            else:
                label = shown if authenticated else f"{shown} (claimed)"
                lacking[label] = lacking.get(label, 0) + named.count
        if due:
            yield from self.measure(
                "traceable",
                (traced, due),
                (f"{name}: {count}" for name, count in sorted(lacking.items()) if count),
                undetermined=open_,
                check="auditlog-users-traceable",
            )
        yield from self.measure(
            "shared",
            sum(shared.values()),
            (f"{name}: {count}" for name, count in sorted(shared.items())),
            examples=shared_at,
        )
        if not shared and (unclear or all(who == "none" for _user, who, _checked, _for in tally.names)):
            yield self.gap(
                "shared",
                reasons.UNDETERMINED if unclear else reasons.NO_USER_NAMED,
                f"{unclear or due} records",
                "auditlog.remedy.undetermined" if unclear else "auditlog.remedy.users",
            )
        yield from self.measure("anonymous-writes", anonymous, (), examples=anonymous_at)
        if unclear and not anonymous and not nobody_writes:
            yield self.gap(
                "anonymous-writes", reasons.UNDETERMINED, f"{unclear} records", "auditlog.remedy.undetermined"
            )
        if nobody_writes and not anonymous:
            yield self.gap(
                "anonymous-writes",
                reasons.NO_USER_NAMED,
                f"{nobody_writes} changes",
                "auditlog.remedy.users",
                GapClass.MISSING,
            )
        if agents:
            yield from self.measure(
                "agents-joined",
                (joined, agents),
                (f"{name}: {count}" for name, count in sorted(agent_names.items())),
                examples=agents_at,
            )

    def retention(self) -> Iterator[Fact | Gap]:
        tally, source, end = self.tally, self.seen.source, self.seen.end
        if tally.first is None or end is None:
            if self.has_records:
                yield self.gap("retention", reasons.NO_TIMES, source.id, "auditlog.remedy.timezone")
            return
        last = _moment(end)
        begin = times.six_months_before(last, source.retention_months)
        commissioned = times.instant(source.commissioned)
        if commissioned and commissioned > begin:
            begin = min(commissioned, last)
        due = max(1, (last.date() - begin.date()).days)
        first = _moment(tally.first)
        # a record of the first day will do: the day is what the law counts
        reached = due if first.date() <= begin.date() else max(0, (last.date() - first.date()).days)
        items = [] if reached >= due else [f"{begin.date().isoformat()}/{first.date().isoformat()}"]
        yield from self.measure("retention", (min(reached, due), due), items)
        yield from self._capacity(tally, source)

    def _capacity(self, tally: Tally, source: declared.LogSource) -> Iterator[Fact | Gap]:
        given = source.capacity or _capacity_of(self.seen.flags)
        if given is None:
            yield self.gap("capacity", reasons.NOT_DECLARED, source.id, "auditlog.remedy.capacity")
            return
        span = max(1.0, ((tally.last or 0) - (tally.first or 0)) / DAY)
        rate = given.mb_per_day if given.mb_per_day is not None else tally.size_bytes / 1e6 / span
        items, days = [], None
        if given.size_mb is not None and given.backups is not None and rate > 0:
            days = (given.backups + 1) * given.size_mb / rate
            items.append(f"{(given.backups + 1) * given.size_mb:g} MB at {rate:.4g} MB a day: {days:.2f} days")
        if given.max_age_days:
            items.append(f"age limit: {given.max_age_days:g} days")
            days = given.max_age_days if days is None else min(days, given.max_age_days)
        if days is None:
            yield self.gap("capacity", reasons.NOT_DECLARED, source.id, "auditlog.remedy.capacity")
            return
        yield from self.measure("capacity", int(days), items)

    def silences(self) -> Iterator[Fact | Gap]:
        tally, source = self.tally, self.seen.source
        if not tally.hours:
            return
        expected = int(source.expect_every_s * 1_000_000) if source.expect_every_s else None
        bucket = max(-(-expected // HOUR) * HOUR, HOUR) if expected else DAY
        threshold = expected * 3 if expected else DAY
        down = []
        for start, end in source.downtime:
            begun, ended = times.instant(start), times.instant(end)
            if begun and ended:
                down.append((_micro(begun), _micro(ended)))
        found = gaps(tally.hours, bucket, threshold, down)
        spelled = [f"{times.iso(start)}/{times.iso(end)}" for start, end in found]
        yield from self.measure("gaps", len(found), spelled)
        if found:
            yield from self.measure("gap-longest-seconds", max(end - start for start, end in found) // 1_000_000)
        if source.silent and not source.heartbeat and found:
            yield self.gap("gaps", reasons.SILENT_BY_NATURE, source.id, "auditlog.remedy.heartbeat")
        days: dict[str, int] = {}
        for hour, (count, _first, _last) in sorted(tally.hours.items()):
            day = times.iso(hour * HOUR)[:10]
            days[day] = days.get(day, 0) + count
        yield from self.measure(
            "days", len(days), (f"{day} {count}" for day, count in sorted(days.items())[-shares.ITEMS :])
        )
        yield LogDays(
            subject=source.id,
            origin=self.origin,
            days=tuple(sorted(days.items()))[-4000:],
            gaps=tuple(spelled)[: shares.ITEMS],
        )

    def sequences(self) -> Iterator[Fact | Gap]:
        tally = self.tally
        if tally.has_stages:
            yield from self.measure("sequence-missing", tally.unanswered_count, tally.unanswered)
        elif tally.sequences:
            if tally.ordered and tally.steps_back * 1000 > tally.ordered:
                yield self.gap(
                    "sequence-missing",
                    reasons.NOT_IN_TIME_ORDER,
                    self.seen.source.id,
                    "auditlog.remedy.order",
                    GapClass.LOST,
                )
            else:
                yield from self.measure("sequence-missing", tally.missing_count, tally.missing)

    def order(self) -> Iterator[Fact | Gap]:
        tally, source = self.tally, self.seen.source
        if not self.has_records or tally.first is None:
            return
        if not tally.order_known:
            yield self.gap(
                "steps-back", reasons.ORDER_UNKNOWN, source.id, "auditlog.remedy.spark", GapClass.OUT_OF_REACH
            )
        else:
            yield from self.measure("steps-back", (tally.steps_back, max(tally.ordered, 1)))
        if tally.durations:
            yield from self.measure("negative-durations", (tally.negative, tally.durations))
        for other, median, pairs in self.seen.skews:
            yield from self.measure("skew-milliseconds", round(median / 1000), (f"{other}: {pairs} pairs",))
            break

    def lag(self) -> Iterator[Fact | Gap]:
        tally = self.tally
        if not tally.lags:
            if self.has_records:
                yield self.gap("lag", reasons.NO_TIME_OF_ARRIVAL, self.seen.source.id, "auditlog.remedy.lag")
            return
        yield from self.measure("lag-p50", _seconds(tally.lag_p50))
        yield from self.measure("lag-p99", _seconds(tally.lag_p99))
        yield from self.measure("lag-max", _seconds(tally.lag_max))
        parameters = check_data(STAGE).parameters("auditlog-delivered-in-time")
        fast = (
            _seconds(tally.lag_p99) <= parameters["p99_seconds"]
            and _seconds(tally.lag_max) <= parameters["max_seconds"]
        )
        yield from self.measure(
            "lag",
            (int(fast), 1),
            (
                f"p50 {_seconds(tally.lag_p50)} s",
                f"p99 {_seconds(tally.lag_p99)} s",
                f"max {_seconds(tally.lag_max)} s",
            ),
        )

    def tampering(self) -> Iterator[Fact | Gap]:
        chain, source = self.seen.chain, self.seen.source
        if chain is None or (chain.problem and not chain.records):
            if self.seen.worm:
                yield from self.measure("integrity", (1, 1), (f"write-once storage: {source.worm}",))
            elif self.has_records:
                why = chain.problem if chain else source.id
                yield self.gap("integrity", reasons.NO_PROOF, why, "auditlog.remedy.integrity")
            return
        count = chain.anchored if chain.anchored is not None else chain.records
        yield from self.measure("integrity", (chain.verified, count), chain.faults)
        if chain.anchored is None and not chain.faults:
            yield self.gap("integrity", reasons.NO_ANCHOR, chain.problem or source.id, "auditlog.remedy.anchor")

    def copies(self) -> Iterator[Fact | Gap]:
        source = self.seen.source
        if not self.seen.copies:
            if self.has_records:
                yield self.gap("copy", reasons.NOT_DECLARED, source.id, "auditlog.remedy.copy")
            return
        best: tuple[int, int] = (0, 1)
        items = []
        for host, administrator, common, whole, missing in self.seen.copies:
            away = bool(host) and bool(source.host) and host != source.host
            other = bool(administrator) and bool(source.administrator) and administrator != source.administrator
            if not away:
                items.append(f"{host or 'a copy'}: not shown to be another host")
            if not other:
                items.append(f"{administrator or host or 'a copy'}: not shown to be another administrator")
            if missing:
                items.append(missing)
            value = (common if away and other else 0, whole)
            best = max(best, value, key=lambda each: (each[0] / max(each[1], 1), each[1]))
        yield from self.measure("copy", best, items)

    def kubernetes(self) -> Iterator[Fact | Gap]:
        seen = self.seen
        if seen.format != "k8s-audit":
            return
        source = seen.source
        if seen.flags:
            lacking = []
            complete = 0
            drops = []
            for number, flags in enumerate(seen.flags, 1):
                given = _flag_values(flags)
                name = f"API server {number}"
                sink = given.get("audit-log-path") or given.get("audit-webhook-config-file")
                if given.get("audit-policy-file") and sink:
                    complete += 1
                else:
                    lacks = "--audit-policy-file" if not given.get("audit-policy-file") else "--audit-log-path"
                    lacking.append(f"{name}: {lacks}")
                drops.extend(_drops(name, given))
            yield from self.measure("kubernetes-policy-set", (complete, len(seen.flags)), lacking)
            yield from self.measure("kubernetes-drops", len(drops), drops)
        else:
            yield self.gap("kubernetes-policy-set", reasons.NOT_DECLARED, source.id, "auditlog.remedy.flags")
            yield self.gap("kubernetes-drops", reasons.NOT_DECLARED, source.id, "auditlog.remedy.flags")
        names = ("kubernetes-key-actions", "kubernetes-exec", "kubernetes-dead-rules")
        bodies = self.tally.notes.get("secret-body", 0)
        if seen.policy is None:
            for name in names:
                yield self.gap(name, reasons.NOT_DECLARED, source.id, "auditlog.remedy.policy")
            if bodies:
                yield from self.measure(
                    "kubernetes-secret-bodies",
                    bodies,
                    ("records with bodies of secrets",),
                    examples=self.tally.noted["secret-body"],
                )
            else:
                yield self.gap("kubernetes-secret-bodies", reasons.NOT_DECLARED, source.id, "auditlog.remedy.policy")
            return
        unrecorded = policies.unrecorded(seen.policy, seen.key_actions)
        yield from self.measure(
            "kubernetes-key-actions", (len(seen.key_actions) - len(unrecorded), len(seen.key_actions)), unrecorded
        )
        verbs = [("", "pods/exec", verb, True) for verb in ("create", "get")]
        missing = policies.unrecorded(seen.policy, verbs)
        yield from self.measure("kubernetes-exec", (2 - len(missing), 2), missing)
        if seen.served is not None:
            none, maybe = policies.dead(seen.policy, seen.served)
            shadowed = [f"rule {number}: an earlier rule takes everything" for number in policies.shadowed(seen.policy)]
            yield from self.measure(
                "kubernetes-dead-rules", len(none) + len(shadowed), [*none, *shadowed], undetermined=len(maybe)
            )
            if maybe and not none and not shadowed:
                yield self.gap(
                    "kubernetes-dead-rules", reasons.UNDETERMINED, ", ".join(maybe), "auditlog.remedy.served"
                )
        found = policies.leaks(seen.policy)
        items = [*found, *([f"records with bodies of secrets: {bodies}"] if bodies else [])]
        yield from self.measure(
            "kubernetes-secret-bodies", len(found) + bodies, items, examples=self.tally.noted.get("secret-body", ())
        )

    def vault(self) -> Iterator[Fact | Gap]:
        seen = self.seen
        if seen.format != "vault":
            return
        if seen.source.devices is not None and seen.source.devices > seen.devices:
            items = [f"declared: {seen.source.devices}, with records: {seen.devices}"]
        else:
            items = []
        yield from self.measure("vault-devices", seen.devices, items)
        if seen.devices < 2 and not seen.is_declared:  # noqa: PLR2004 - said beside it
            yield self.gap("vault-devices", reasons.NOT_DECLARED, seen.source.id, "auditlog.remedy.devices")

    def database(self) -> Iterator[Fact | Gap]:
        seen, tally = self.seen, self.tally
        if seen.format not in DATABASES:
            lowered = tally.notes.get("audit-off", 0)
            if lowered:
                yield from self.measure(
                    "audit-stopped",
                    lowered,
                    sorted({example.what for example in tally.noted["audit-off"] if example.what}),
                    examples=tally.noted["audit-off"],
                )
            return
        wanted = ["ddl", "role", "write", *(["read"] if seen.graded else [])]
        setting = next((value for name, value in seen.source.settings.items() if name.lower() == "pgaudit.log"), None)
        seen_classes = {key[0].partition(" ")[0].lower() for key in tally.groups}
        if setting is not None:
            on = {part.strip().lower() for part in setting.split(",")}
            have = [name for name in wanted if name in on or ("all" in on and f"-{name}" not in on)]
            open_ = 0
        else:
            have = [name for name in wanted if name in seen_classes]
            span = (tally.last or 0) - (tally.first or 0)
            open_ = 0 if span >= WINDOW else len(wanted) - len(have)
        lowered = tally.notes.get("audit-off", 0)
        yield from self.measure(
            "database-classes",
            (len(have), len(wanted)),
            sorted(set(wanted) - set(have)),
            undetermined=open_,
            check="auditlog-database-classes-on",
        )
        yield from self.measure(
            "audit-lowered",
            lowered,
            sorted({example.what for example in tally.noted["audit-off"] if example.what}) if lowered else (),
            examples=tally.noted.get("audit-off", ()),
        )
        if not lowered and not {"ddl", "role"} & seen_classes and setting is None:
            yield self.gap("audit-lowered", reasons.TOO_LITTLE_RECORDED, seen.source.id, "auditlog.remedy.pgaudit")

    def host(self) -> Iterator[Fact | Gap]:
        if self.seen.format != "auditd" or not self.has_records:
            return
        rules = self.seen.rules
        kinds = {
            "logins": (bool(self.tally.topics("login")), True),
            "sudo": (bool(self.tally.topics("sudo")), _rules_watch(rules, ("/sudo", "/etc/sudoers"))),
            "user changes": (bool(self.tally.topics("account")), _rules_watch(rules, ("/etc/passwd", "/etc/shadow"))),
        }
        yield from self._kinds("host-events", kinds, "auditlog-host-login-and-sudo", knows=rules is not None)

    def recorded(self) -> Iterator[Fact | Gap]:
        tally, seen = self.tally, self.seen
        if not tally.events:
            return
        if seen.format in _LOGIN_FORMATS and not seen.is_guess:
            success = sum(g.count for k, g in tally.groups.items() if "login" in g.topics and k[2] == "success")
            failure = sum(
                g.count for k, g in tally.groups.items() if "login" in g.topics and k[2] in {"failure", "denied"}
            )
            settings = seen.source.settings
            on = {name.lower() for name, value in settings.items() if value.lower() in {"on", "true", "1", "all"}}
            is_database = seen.format in DATABASES
            yield from self._kinds(
                "logins",
                {
                    "success": (bool(success), "log_connections" in on),
                    "failure": (bool(failure), is_database),
                    "logout": (bool(tally.topics("logout")), "log_disconnections" in on),
                },
                "auditlog-logins-recorded",
                knows=bool(settings) and is_database,
            )
        if seen.format in {"nginx-combined", "nginx-json"} or seen.is_guess:
            return
        covered: dict[str, bool] = {"account": False, "role": False}
        knows = False
        if seen.format == "k8s-audit" and seen.policy is not None:
            knows = True
            accounts = [("", "serviceaccounts", verb, True) for verb in ("create", "delete")]
            rights = [
                ("rbac.authorization.k8s.io", path, verb, not path.startswith("cluster"))
                for path in ("roles", "rolebindings", "clusterroles", "clusterrolebindings")
                for verb in ("create", "update", "patch", "delete")
            ]
            covered = {
                "account": not policies.unrecorded(seen.policy, accounts),
                "role": not policies.unrecorded(seen.policy, rights),
            }
        if seen.format in DATABASES and (setting := seen.source.settings.get("pgaudit.log")):
            knows = True
            on = {part.strip().lower() for part in setting.split(",")}
            covered = dict.fromkeys(covered, bool({"role", "all"} & on))
        yield from self._kinds(
            "account-changes",
            {
                "accounts": (bool(tally.topics("account")), covered["account"]),
                "rights": (bool(tally.topics("role")), covered["role"]),
            },
            "auditlog-accounts-and-rights-recorded",
            knows=knows,
        )

    def _kinds(
        self, name: str, kinds: Mapping[str, tuple[bool, bool]], check: str, *, knows: bool
    ) -> Iterator[Fact | Gap]:
        """Yield how many kinds of event are seen or configured; a short window proves no absence."""
        span = (self.tally.last or 0) - (self.tally.first or 0)
        lacking = sorted(kind for kind, (seen, configured) in kinds.items() if not seen and not (knows and configured))
        proven = knows or span >= WINDOW
        yield from self.measure(
            name,
            (len(kinds) - len(lacking), len(kinds)),
            lacking,
            undetermined=0 if proven else len(lacking),
            check=check,
        )

    def models(self) -> Iterator[Fact | Gap]:
        tally = self.tally
        if tally.models:
            yield from self.measure(
                "model-calls",
                (tally.models_whole, tally.models),
                (f"{name}: {count}" for name, count in sorted(tally.model_gaps.items())),
            )

    def keeping(self) -> Iterator[Fact | Gap]:
        source = self.seen.source
        if source.long_records is not None:
            short = sorted(f"{name}: {months} months" for name, months in source.long_records.items() if months < 36)  # noqa: PLR2004 - said beside it
            yield from self.measure(
                "long-records", (len(source.long_records) - len(short), len(source.long_records)), short
            )
        elif self.has_records:
            yield self.gap("long-records", reasons.NOT_DECLARED, source.id, "auditlog.remedy.long")
        if not self.has_records:
            return
        if source.stoppable_by is None:
            yield self.gap("writers-protected", reasons.NOT_DECLARED, source.id, "auditlog.remedy.writers")
        else:
            yield from self.measure("writers-protected", len(source.stoppable_by), sorted(source.stoppable_by))
        if source.readers is None or source.deleters is None:
            yield self.gap("readers-separated", reasons.NOT_DECLARED, source.id, "auditlog.remedy.readers")
        else:
            others = sorted(f"reads: {name}" for name in source.readers if name not in source.auditors)
            deleters = sorted(f"deletes: {name}" for name in source.deleters)
            yield from self.measure("readers-separated", len(others) + len(deleters), [*others, *deleters])

    def secrets(self) -> Iterator[Fact | Gap]:
        if not self.has_records:
            return
        found = self.seen.secrets
        if found is None:
            yield self.gap("secrets", reasons.NOT_SEARCHED, self.seen.source.id, "auditlog.remedy.read", GapClass.LOST)
            return
        examples = [
            Example(each.file, each.offset, kind) for kind, places in sorted(found.items()) for each in places[:10]
        ]
        count = sum(len(places) for places in found.values())
        items = [f"{kind}: {len(places)}" for kind, places in sorted(found.items()) if places]
        done, whole = self.seen.searched
        if done < whole:
            items.append(f"searched: {done} of {whole} bytes")
        yield from self.measure("secrets", count, items, examples=examples)

    def exports(self) -> Iterator[Fact | Gap]:
        if not self.has_records:
            return
        if not self.seen.exports:
            yield self.gap("export", reasons.NOT_DECLARED, self.seen.source.id, "auditlog.remedy.export")
            return
        newest = max(self.seen.exports, key=lambda each: times.instant(each.at) or datetime.min.replace(tzinfo=UTC))
        faults = []
        if newest.rows is None or newest.rows[0] != newest.rows[1]:
            faults.append("row counts differ" if newest.rows else "no row counts")
        if newest.digests is None or newest.digests[0] != newest.digests[1]:
            faults.append("digests differ" if newest.digests else "no digests")
        if newest.opened_elsewhere is not True:
            faults.append("not shown to open without the platform")
        yield from self.measure("export", newest.at, faults)

    def witnesses(self) -> Iterator[Fact | Gap]:
        given = self.seen.witnesses
        if given is None:
            if self.has_records:
                yield self.gap("missed", reasons.NO_WITNESS, self.seen.source.id, "auditlog.remedy.witness")
            return
        matched, whole, missing = given
        yield from self.measure("missed", whole - matched, missing)
        if whole >= 20:  # noqa: PLR2004 - said beside it
            yield from self.measure("recall", (matched, whole), missing)
        if not whole:
            yield self.gap("missed", reasons.NO_WITNESS, self.seen.source.id, "auditlog.remedy.witness")


def clean(text: str) -> str:
    """Return text that may stand in a fact: bounded, without control characters or lone surrogates."""
    plain = text.encode("utf-8", "replace").decode()
    return "".join(char if char.isprintable() else "�" for char in plain[:300])


def _is_address(text: str) -> bool:
    host = text.partition("%")[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host or host == "localhost"
    return True


def _seconds(microseconds: int) -> float:
    return round(microseconds / 1_000_000, 3)


def _moment(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _micro(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _flag_values(flags: Iterable[str]) -> dict[str, str]:
    found = {}
    before = ""
    for flag in flags:
        if flag.startswith("-"):
            name, mark, value = flag.lstrip("-").partition("=")
            found[name] = value if mark else "true"
            before = "" if mark else name
        elif before:
            found[before] = flag
            before = ""
    return found


def _drops(name: str, given: Mapping[str, str]) -> list[str]:
    """Return why an API server may lose audit events (a webhook drops batches unless told otherwise)."""
    found = []
    if given.get("audit-log-path") and given.get("audit-log-mode", "blocking") == "batch":
        found.append(f"{name}: --audit-log-mode=batch")
    if (
        given.get("audit-webhook-config-file")
        and given.get("audit-webhook-mode", "batch") == "batch"
        and not given.get("audit-log-path")
    ):
        found.append(f"{name}: --audit-webhook-mode=batch")
    return found


def _capacity_of(flags: Iterable[tuple[str, ...]]) -> declared.Capacity | None:
    for each in flags:
        given = _flag_values(each)
        if "audit-log-maxsize" in given or "audit-log-maxage" in given:
            return declared.Capacity(
                size_mb=_number(given.get("audit-log-maxsize")),
                backups=int(_number(given.get("audit-log-maxbackup")) or 0) if "audit-log-maxbackup" in given else None,
                max_age_days=_number(given.get("audit-log-maxage")),
            )
    return None


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None and len(text) < 20 else None  # noqa: PLR2004 - said beside it
    except ValueError:
        return None


def _rules_watch(rules: str | None, paths: Iterable[str]) -> bool:
    if not rules:
        return False
    lines = [line for line in rules.splitlines() if not line.lstrip().startswith("#")]
    return any(path in line for line in lines for path in paths)
