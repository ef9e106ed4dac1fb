"""What a log comes to: counts, times, fields and examples, whichever way its records were read.

The engine and the path without one fill the same `Tally`; every measure is made of that, so it is defined once.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from auditor.formats.logs.row import FIELDS, TIME, Foreign, Row, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from auditor.formats.logs.reading import Item

HOUR: Final = 3_600_000_000
EXAMPLES: Final = 50
GROUPS: Final = 5000
USERS: Final = 20_000
TRACES: Final = 50_000
STEP_US: Final = 60_000_000
"""A step back in time of more than a minute is no matter of buffering."""
SECOND: Final = 1_000_000
EARLIEST: Final = 946_684_800_000_000
"""The year 2000: an earlier record comes from a clock that was not set."""
DAY: Final = 24 * HOUR
FIELD_BITS: Final = tuple(1 << bit for bit in range(len(FIELDS)))
SERIAL_WRAP: Final = 2**32
_RESET: Final = 1_000_000
"""A number that falls by more begins a new count (a boot, a wrap)."""
OTHER: Final = "…"


@dataclass
class Group:
    """Records of one action by one class of principal with one class of outcome."""

    count: int = 0
    first: int | None = None
    last: int | None = None
    present: list[int] = field(default_factory=lambda: [0] * len(FIELDS))
    lacking: list[int] = field(default_factory=lambda: [0] * len(FIELDS))
    topics: frozenset[str] = frozenset()
    file: str = ""
    offset: int | None = None
    example: str = ""


@dataclass
class Named:
    """What was done under one name."""

    count: int = 0
    writes: int = 0
    with_session: int = 0
    file: str = ""
    offset: int | None = None


@dataclass
class Example:
    """A place in a file."""

    file: str
    offset: int | None
    what: str = ""


GroupKey = tuple[str, str, str, bool]
"""Action, class of principal, outcome, authenticated."""
NameKey = tuple[str, str, bool, str]
"""Name, class, authenticated, class of the one acted for (empty for nobody)."""


@dataclass
class Tally:
    """Everything that is counted of one log source."""

    lines: int = 0
    records: int = 0
    events: int = 0
    unreadable: int = 0
    unread: list[tuple[str, int, int, str]] = field(default_factory=list)
    foreign: Counter[str] = field(default_factory=Counter)
    groups: dict[GroupKey, Group] = field(default_factory=dict)
    names: dict[NameKey, Named] = field(default_factory=dict)
    present: list[int] = field(default_factory=lambda: [0] * len(FIELDS))
    applicable: list[int] = field(default_factory=lambda: [0] * len(FIELDS))
    undetermined: list[int] = field(default_factory=lambda: [0] * len(FIELDS))
    complete: int = 0
    maybe_complete: int = 0
    hours: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    first: int | None = None
    last: int | None = None
    zones: Counter[str] = field(default_factory=Counter)
    implausible: int = 0
    implausible_at: list[Example] = field(default_factory=list)
    has_ids: int = 0
    duplicates: int = 0
    duplicate_ids: list[str] = field(default_factory=list)
    requests: int = 0
    has_stages: bool = False
    unanswered: list[str] = field(default_factory=list)
    unanswered_count: int = 0
    sequences: bool = False
    missing_count: int = 0
    missing: list[str] = field(default_factory=list)
    ordered: int = 0
    steps_back: int = 0
    order_known: bool = True
    negative: int = 0
    durations: int = 0
    lags: int = 0
    lag_p50: int = 0
    lag_p99: int = 0
    lag_max: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    noted: dict[str, list[Example]] = field(default_factory=lambda: defaultdict(list))
    traces: dict[str, int] = field(default_factory=dict)
    models: int = 0
    models_whole: int = 0
    model_gaps: Counter[str] = field(default_factory=Counter)
    claimed_addresses: int = 0
    addresses: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    objects: Counter[tuple[str, str]] = field(default_factory=Counter)
    settings: dict[str, str] = field(default_factory=dict)
    size_bytes: int = 0

    @property
    def actions(self) -> tuple[str, ...]:
        """Distinct actions, sorted."""
        return tuple(sorted({key[0] for key in self.groups if key[0]}))

    def topics(self, topic: str, outcome: str = "") -> int:
        """Return how many requests are about a topic (and ended so)."""
        return sum(
            group.count
            for key, group in self.groups.items()
            if topic in group.topics and (not outcome or key[2] == outcome)
        )


@dataclass
class Counting:
    """Counts rows of one source without an engine.

    Attributes:
        classify: Returns the class of a name, given what it looks like.
        now: Microseconds; later records come from a clock that is wrong.
    """

    classify: Callable[[str, str], str]
    now: int
    tally: Tally = field(default_factory=Tally)
    keep_objects: bool = False
    # of ids only a number of 64 bits: ten million texts would take two gigabytes
    _ids: set[int] = field(default_factory=set)
    _open: dict[str, list[tuple[Row, str]]] = field(default_factory=dict)
    _requests: set[int] = field(default_factory=set)
    _sessions: dict[str, tuple[Row, str]] = field(default_factory=dict)
    _numbers: dict[str, tuple[array[int], array[int]]] = field(default_factory=dict)
    _boots: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _last: dict[str, int] = field(default_factory=dict)
    _lags: array[int] = field(default_factory=lambda: array("q"))

    def add(self, items: Iterable[Item], file: str) -> None:
        """Count what a file holds."""
        tally = self.tally
        self._last = {}
        for item in items:
            if isinstance(item, Row):
                self._row(item, file)
            elif isinstance(item, Unreadable):
                tally.unreadable += 1
                if len(tally.unread) < EXAMPLES:
                    tally.unread.append((file, item.offset, item.size, item.why))
            elif isinstance(item, Foreign):
                tally.foreign[item.what] += 1

    def _row(self, row: Row, file: str) -> None:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
        tally = self.tally
        tally.records += 1
        at = row.at
        if at is not None and not EARLIEST <= at <= self.now + DAY:
            tally.implausible += 1
            if len(tally.implausible_at) < EXAMPLES:
                tally.implausible_at.append(Example(file, row.offset))
            row.present &= ~TIME
            row.undetermined |= TIME
            at = row.at = None
        tally.zones[row.zone] += 1
        if at is not None:
            self._time(row, at)
        if row.record:
            tally.has_ids += 1
            record = hash(row.record)
            if record in self._ids:
                tally.duplicates += 1
                if len(tally.duplicate_ids) < EXAMPLES:
                    tally.duplicate_ids.append(row.record)
            else:
                self._ids.add(record)
        if row.note:
            tally.notes[row.note] += 1
            if len(tally.noted[row.note]) < EXAMPLES:
                tally.noted[row.note].append(Example(file, row.offset, row.action))
        if row.seq is not None:
            stamps, numbers = self._numbers.setdefault(row.stream, (array("q"), array("q")))
            numbers.append(min(row.seq, 2**62))
            stamps.append(at or 0)
            if row.stage == "boot":
                self._boots[row.stream].append(at or 0)
        if row.duration is not None:
            tally.durations += 1
            tally.negative += row.duration < -SECOND
        if row.arrived is not None and at is not None:
            self._lags.append(row.arrived - at - max(row.duration or 0, 0))
        if row.level:
            tally.levels[row.level] += 1
        if not row.is_event:
            return
        tally.events += 1
        self._fields(row)
        if row.address:
            tally.addresses[row.address if len(tally.addresses) < USERS else OTHER] += 1
            tally.claimed_addresses += row.address_claimed
        if row.trace and at is not None and len(tally.traces) < TRACES:
            tally.traces.setdefault(row.trace, at)
        if row.stage in {"", "boot"}:
            if (row.session and row.stream.startswith("session")) or (row.request and row.session):
                self._in_session(row, file)
            else:
                self._fold(row, file)
            if row.request:
                self._requests.add(hash(row.request))
            else:
                tally.requests += 1
            return
        tally.has_stages = True
        held = self._open.get(row.request) if row.request else None
        if not row.request:
            self._fold(row, file)
            tally.requests += 1
        elif held is None or _rank(row.stage) > _rank(held[0][0].stage):
            self._open[row.request] = [(row, file)]
        elif (
            row.stage == held[0][0].stage
            and len(held) < EXAMPLES
            and all(_told(row) != _told(each) for each, _ in held)
        ):
            held.append((row, file))  # one id for two requests: both happened

    def _time(self, row: Row, at: int) -> None:
        tally = self.tally
        tally.first = at if tally.first is None or at < tally.first else tally.first
        tally.last = at if tally.last is None or at > tally.last else tally.last
        hour = at // HOUR
        count, first, last = tally.hours.get(hour, (0, at, at))
        tally.hours[hour] = (count + 1, min(first, at), max(last, at))
        # a record is written when it is done; a watch that lasted an hour is no step back
        written = at + max(row.duration or 0, 0)
        stream = row.stream if row.stream.startswith("node") else ""
        before = self._last.get(stream)
        if before is not None:
            tally.ordered += 1
            tally.steps_back += before - written > STEP_US
        self._last[stream] = written

    def _fields(self, row: Row) -> None:
        tally = self.tally
        applicable, present, undetermined = row.applicable, row.present, row.undetermined
        for index, bit in enumerate(FIELD_BITS):
            if applicable & bit:
                tally.applicable[index] += 1
                if present & bit:
                    tally.present[index] += 1
                elif undetermined & bit:
                    tally.undetermined[index] += 1
        missing = applicable & ~present
        if not missing:
            tally.complete += 1
        elif not missing & ~undetermined:
            tally.maybe_complete += 1
        if "model" in row.topics:
            tally.models += 1
            lacks = [
                name
                for name, there in (
                    ("time", present & TIME),
                    ("caller", bool(row.user) or bool(row.acts_for)),
                    ("model", row.model),
                    ("prompt version", row.prompt),
                    ("result", row.outcome != "unknown"),
                )
                if not there
            ]
            tally.models_whole += not lacks
            tally.model_gaps.update(lacks)

    def _in_session(self, row: Row, file: str) -> None:
        """Fold a statement when the next record of its session tells how it ended."""
        before = self._sessions.pop(row.session, None)
        if before is not None:
            if row.outcome in {"failure", "denied"} and not row.request:
                before[0].outcome = row.outcome
            self._fold(*before)
        if row.request:
            self._sessions[row.session] = (row, file)
        else:
            self._fold(row, file)

    def _fold(self, row: Row, file: str) -> None:
        tally = self.tally
        who = self.classify(row.user, row.principal)
        action = row.action
        key = (action, who, row.outcome, row.authenticated)
        group = tally.groups.get(key)
        if group is None:
            if len(tally.groups) >= GROUPS:
                key = (OTHER, who, row.outcome, row.authenticated)
            group = tally.groups.setdefault(key, Group(topics=row.topics, file=file, offset=row.offset))
        group.count += 1
        if self.keep_objects and row.object and (len(tally.objects) < GROUPS or (action, row.object) in tally.objects):
            tally.objects[action, row.object] += 1
        if row.topics - group.topics:
            group.topics |= row.topics
        if row.at is not None:
            group.first = row.at if group.first is None else min(group.first, row.at)
            group.last = row.at if group.last is None else max(group.last, row.at)
        for index, bit in enumerate(FIELD_BITS):
            group.present[index] += bool(row.present & bit)
            group.lacking[index] += bool(row.applicable & ~row.present & bit)
        if not row.applicable & 2:
            return
        for_whom = self.classify(row.acts_for, _looks_like(row.acts_for)) if row.acts_for else ""
        name: NameKey = (row.user, who, row.authenticated, for_whom)
        named = tally.names.get(name)
        if named is None:
            if len(tally.names) >= USERS:
                name = (OTHER, who, row.authenticated, for_whom)
            named = tally.names.setdefault(name, Named(file=file, offset=row.offset))
        named.count += 1
        named.writes += "write" in row.topics and row.outcome == "success"
        named.with_session += bool(row.session)

    def finish(self) -> Tally:
        """Return the tally, with what can only be told at the end."""
        tally = self.tally
        for held in self._open.values():
            for row, file in held:
                self._fold(row, file)
            row = held[0][0]
            if row.stage in {"RequestReceived", "request"}:
                tally.unanswered_count += 1
                if len(tally.unanswered) < EXAMPLES * 20:
                    tally.unanswered.append(row.request)
        tally.requests += len(self._open) + len(self._requests)
        for row, file in self._sessions.values():
            self._fold(row, file)
        tally.unanswered.sort()
        self._open, self._sessions = {}, {}
        self._sequences()
        if self._lags:
            ordered = sorted(self._lags)
            tally.lags = len(ordered)
            tally.lag_p50 = ordered[(len(ordered) - 1) // 2]
            tally.lag_p99 = ordered[min(len(ordered) - 1, -(-len(ordered) * 99 // 100) - 1)]
            tally.lag_max = ordered[-1]
        return tally

    def _sequences(self) -> None:
        tally = self.tally
        tally.sequences = bool(self._numbers)
        several = [name for name in self._numbers if not name.startswith("node")]
        for stream, (stamps, numbers) in sorted(self._numbers.items()):
            count, missing = missing_numbers(stamps, numbers, self._boots.get(stream, ()))
            tally.missing_count += count
            label = "" if stream.startswith("node") or len(several) < 2 else stream.partition(" ")[2]  # noqa: PLR2004 - said beside it
            for number in missing[: EXAMPLES * 20 - len(tally.missing)]:
                tally.missing.append(f"{label}/{number}" if label else str(number))


def _rank(stage: str) -> int:
    return {
        "RequestReceived": 0,
        "request": 0,
        "ResponseStarted": 1,
        "ResponseComplete": 2,
        "response": 2,
        "Panic": 3,
    }.get(stage, 1)


def _told(row: Row) -> tuple[object, ...]:
    """Return what a record tells; two with one id and one stage that tell the same are one."""
    return (
        row.user,
        row.acts_for,
        row.action,
        row.outcome,
        row.present,
        row.applicable,
        row.note,
        row.level,
        row.session,
    )


def _looks_like(name: str) -> str:
    from auditor.formats.logs.words import words  # noqa: PLC0415 - loaded where it is needed

    return words().principal(name)


def missing_numbers(
    stamps: Iterable[int], numbers: Iterable[int], boots: Iterable[int] = (), wrap: int = SERIAL_WRAP
) -> tuple[int, list[int]]:
    """Return how many numbers are missing inside a count, and the first of them.

    Records may lie in any order, and a count may begin anew: when the machine was started, and when it wraps.
    """
    pairs = sorted(zip(stamps, numbers, strict=True))
    restarts = sorted(boots)
    counts: list[set[int]] = [set()]
    before: int | None = None
    begun = 0
    for at, number in pairs:
        passed = begun < len(restarts) and at >= restarts[begun]
        if before is not None and number < before:
            if before - number > wrap // 2:
                pass  # the count wraps: the two ends meet
            elif before - number > _RESET or passed:
                counts.append(set())
        while begun < len(restarts) and at >= restarts[begun]:
            begun += 1
        counts[-1].add(number)
        before = number
    total = 0
    found: list[int] = []
    for each in counts:
        ordered = sorted(each)
        if len(ordered) > 1 and ordered[-1] - ordered[0] > wrap // 2 and ordered[-1] < wrap:
            split = max(range(len(ordered) - 1), key=lambda index: ordered[index + 1] - ordered[index])
            ordered = ordered[split + 1 :] + [number + wrap for number in ordered[: split + 1]]
        for low, high in pairwise(ordered):
            if high - low > 1:
                total += high - low - 1
                found.extend(
                    number % wrap if number >= wrap else number for number in range(low + 1, min(high, low + 1001))
                )
    return total, found[:1000]


def gaps(
    hours: Mapping[int, tuple[int, int, int]], bucket: int, threshold: int, downtime: Iterable[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Return silences, in microseconds ``(from, to)``: runs of empty buckets between the first record and the last.

    Args:
        hours: By hour since 1970: records, the first, the last.
        bucket: Length of a bucket; whole hours.
        threshold: A silence of this length at most is none.
        downtime: Declared: silence in there is expected.
    """
    found = []
    before: int | None = None
    for hour in sorted(hours):
        _count, first, last = hours[hour]
        if before is not None and first // bucket - before // bucket > 1 and first - before > threshold:
            inside = sum(max(0, min(first, end) - max(before, start)) for start, end in downtime)
            if first - before - inside > threshold:
                found.append((before, first))
        before = last
    return found
