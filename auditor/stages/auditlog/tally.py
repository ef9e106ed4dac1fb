"""What a log comes to: counts, times, fields and examples, whichever way its records were read.

The engine and the path without one fill the same `Tally`; every measure is made of that, so it is defined once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from auditor.formats.logs.row import FIELDS, TIME, USER, Foreign, Row, Unreadable
from auditor.stages.auditlog.spill import WINDOW, Count, Distinct, Folder, Lags, Requests

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
    """What was done under one name; of `unclear` records a name stands where it could not be read."""

    count: int = 0
    unclear: int = 0
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


KINDS: Final = 100_000
"""Distinct kinds of records (user, action, outcome …) that are told apart; more are those of somebody else."""
SESSIONS: Final = 50_000
"""Sessions that may be open at a time; the one that was silent for longest is taken for ended."""


@dataclass(slots=True)
class Kind:
    """Records that are alike in everything that is counted, but for their time."""

    row: Row
    who: str
    file: str
    count: int = 0
    first: int | None = None
    last: int | None = None

    def add(self, at: int | None) -> None:
        """Count one more."""
        self.count += 1
        if at is not None:
            self.first = at if self.first is None or at < self.first else self.first
            self.last = at if self.last is None or at > self.last else self.last


class Counting:
    """Counts rows of one source without an engine, within bounded memory.

    Attributes:
        classify: Returns the class of a name, given what it looks like.
        now: Microseconds; later records come from a clock that is wrong.
        tally: What was counted so far; whole after `finish`.
        keep_objects: Objects are counted, too.
    """

    def __init__(self, classify: Callable[[str, str], str], now: int, window: int = WINDOW) -> None:
        """Begin with nothing; ``window`` is how many records are kept in memory."""
        self.classify, self.now = classify, now
        self.tally = Tally()
        self.keep_objects = False
        self._window = window
        self._folder = Folder()
        self._records = Distinct(self._folder, "records", window)
        self._statements = Distinct(self._folder, "statements", window)
        self._staged = Requests(self._folder, window)
        self._lags = Lags(4 * window)
        self._streams: dict[str, Count] = {}
        self._stream_count = 0
        self._sessions: dict[str, tuple[Row, str]] = {}
        self._last: dict[str, int] = {}
        self._files: list[str] = []
        # kinds of records that stand alone; kinds of requests, by a number; kinds of fields
        self._alone: dict[tuple[object, ...], Kind] = {}
        self._kinds: dict[tuple[object, ...], int] = {}
        self._of_requests: list[Kind] = []
        self._bits: Counter[tuple[int, int, int]] = Counter()

    def add(self, items: Iterable[Item], file: str) -> None:
        """Count what a file holds.

        Raises:
            ToolError: The temporary folder cannot be written.
        """
        tally = self.tally
        self._last = {}
        self._files.append(file)
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
            if self._records.again(row.record, (len(self._files) - 1) << _OFFSET_BITS | row.offset):
                tally.duplicates += 1
                if len(tally.duplicate_ids) < EXAMPLES:
                    tally.duplicate_ids.append(row.record)
        if row.note:
            tally.notes[row.note] += 1
            if len(tally.noted[row.note]) < EXAMPLES:
                tally.noted[row.note].append(Example(file, row.offset, row.action))
        if row.seq is not None:
            self._number(row, at or 0)
        if row.duration is not None:
            tally.durations += 1
            tally.negative += row.duration < -SECOND
        if row.arrived is not None and at is not None:
            self._lags.add(row.arrived - at - max(row.duration or 0, 0))
        if row.level:
            tally.levels[row.level] += 1
        if not row.is_event:
            return
        tally.events += 1
        self._bits[row.applicable, row.present, row.undetermined] += 1
        if "model" in row.topics:
            self._model(row)
        if row.address:
            known = row.address in tally.addresses or len(tally.addresses) < USERS
            tally.addresses[row.address if known else OTHER] += 1
            tally.claimed_addresses += row.address_claimed
        if row.trace and at is not None and len(tally.traces) < TRACES:
            tally.traces.setdefault(row.trace, at)
        if row.stage in {"", "boot"}:
            if row.session and (row.request or row.stream.startswith("session")):
                self._in_session(row, file)
            else:
                self._fold(row, file)
            if row.request:
                self._statements.again(row.request)
            else:
                tally.requests += 1
            return
        tally.has_stages = True
        if row.request:
            self._staged.add(row.request, rank_of(row.stage), self._kind(row, file), at)
        else:
            self._fold(row, file)
            tally.requests += 1

    def _number(self, row: Row, at: int) -> None:
        """Note the number of a record in its stream."""
        if not row.stream.startswith("session"):
            stream = self._streams.get(row.stream)
            if stream is None:
                stream = self._streams[row.stream] = Count(self._window)
                self._stream_count += 1
        else:
            # sessions come and go: the one that was silent for longest is done with
            stream = self._streams.pop(row.stream, None)
            if stream is None:
                stream = Count(max(16, self._window >> 10), spans=100)
                self._stream_count += 1
                if len(self._streams) >= SESSIONS:
                    oldest = next((name for name in self._streams if name.startswith("session")), "")
                    if oldest:
                        self._end(oldest, self._streams.pop(oldest))
            self._streams[row.stream] = stream
        stream.add(at, row.seq or 0, is_boot=row.stage == "boot")

    def _time(self, row: Row, at: int) -> None:
        tally = self.tally
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

    def _model(self, row: Row) -> None:
        tally = self.tally
        tally.models += 1
        lacks = lacking(row)
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
            if len(self._sessions) > SESSIONS:
                self._fold(*self._sessions.pop(next(iter(self._sessions))))
        else:
            self._fold(row, file)

    def _fold(self, row: Row, file: str) -> None:
        """Count a row that stands for a request of its own."""
        if self.keep_objects and row.object:
            thing = (row.action, row.object)
            if len(self.tally.objects) < GROUPS or thing in self.tally.objects:
                self.tally.objects[thing] += 1
        key = told(row)
        kind = self._alone.get(key)
        if kind is None:
            if len(self._alone) >= KINDS:
                self._count_all()
            kind = self._alone[key] = Kind(row, self.classify(row.user, row.principal), file)
        kind.add(row.at)

    def _kind(self, row: Row, file: str) -> int:
        """Return the number of the kind of a record that belongs to a request."""
        key = told(row)
        number = self._kinds.get(key)
        if number is None:
            who = self.classify(row.user, row.principal)
            if len(self._kinds) >= KINDS:
                row.user, row.acts_for = OTHER, ""
                key = (*told(row), who)
                number = self._kinds.get(key)
                if number is not None:
                    return number
            number = self._kinds[key] = len(self._of_requests)
            self._of_requests.append(Kind(row, who, file))
        return number

    def _count_all(self) -> None:
        """Put the kinds that were counted into the tally."""
        for kind in self._alone.values():
            self.count(kind)
        self._alone = {}

    def count(self, kind: Kind) -> None:
        """Put records that are alike into the tally."""
        tally = self.tally
        row, count = kind.row, kind.count
        key = (row.action, kind.who, row.outcome, row.authenticated)
        group = tally.groups.get(key)
        if group is None:
            if len(tally.groups) >= GROUPS:
                key = (OTHER, kind.who, row.outcome, row.authenticated)
            group = tally.groups.setdefault(key, Group(topics=row.topics, file=kind.file, offset=row.offset))
        group.count += count
        group.topics |= row.topics
        if kind.first is not None:
            group.first = kind.first if group.first is None else min(group.first, kind.first)
        if kind.last is not None:
            group.last = kind.last if group.last is None else max(group.last, kind.last)
        for index, bit in enumerate(FIELD_BITS):
            group.present[index] += count * bool(row.present & bit)
            group.lacking[index] += count * bool(row.applicable & ~row.present & bit)
        if not row.applicable & 2:
            return
        for_whom = self.classify(row.acts_for, _looks_like(row.acts_for)) if row.acts_for else ""
        name: NameKey = (row.user, kind.who, row.authenticated, for_whom)
        named = tally.names.get(name)
        if named is None:
            if len(tally.names) >= USERS:
                name = (OTHER, kind.who, row.authenticated, for_whom)
            named = tally.names.setdefault(name, Named(file=kind.file, offset=row.offset))
        named.count += count
        named.unclear += count * bool(row.undetermined & ~row.present & USER)
        named.writes += count * ("write" in row.topics and row.outcome == "success")
        named.with_session += count * leads_on(row)

    def finish(self) -> Tally:
        """Return the tally, with what can only be told at the end.

        Raises:
            ToolError: The temporary folder cannot be written or read.
        """
        tally = self.tally
        for row, file in self._sessions.values():
            self._fold(row, file)
        self._sessions = {}
        self._count_all()
        self._requests()
        tally.requests += self._statements.rest(0)[0]
        _count, more, places = self._records.rest(EXAMPLES)
        tally.duplicates += more
        for place in places[: EXAMPLES - len(tally.duplicate_ids)]:
            tally.duplicate_ids.append(f"{self._files[place >> _OFFSET_BITS]}@{place & _OFFSETS}")
        for (applicable, present, undetermined), count in self._bits.items():
            self.fields(applicable, present, undetermined, count)
        if tally.hours:
            tally.first = min(first for _count, first, _last in tally.hours.values())
            tally.last = max(last for _count, _first, last in tally.hours.values())
        tally.sequences = bool(self._stream_count)
        for name, stream in sorted(self._streams.items()):
            self._end(name, stream)
        self._streams = {}
        tally.lags, tally.lag_p50, tally.lag_p99, tally.lag_max = self._lags.quantiles()
        return tally

    def _requests(self) -> None:
        tally = self.tally
        for outcome in self._staged.finished():
            tally.requests += outcome.requests
            tally.unanswered_count += outcome.unanswered_count
            left = EXAMPLES * 20 - len(tally.unanswered)
            tally.unanswered.extend(sorted(self._staged.waiting(outcome.unanswered))[:left])
            for number, (count, first, last) in outcome.kinds.items():
                kind = self._of_requests[number]
                kind.count += count
                if first is not None:
                    kind.first = first if kind.first is None else min(kind.first, first)
                if last is not None:
                    kind.last = last if kind.last is None else max(kind.last, last)
        tally.unanswered.sort()
        for kind in self._of_requests:
            if kind.count:
                self.count(kind)

    def fields(self, applicable: int, present: int, undetermined: int, count: int) -> None:
        """Count which fields so many records have."""
        tally = self.tally
        for index, bit in enumerate(FIELD_BITS):
            if applicable & bit:
                tally.applicable[index] += count
                if present & bit:
                    tally.present[index] += count
                elif undetermined & bit:
                    tally.undetermined[index] += count
        missing = applicable & ~present
        if not missing:
            tally.complete += count
        elif not missing & ~undetermined:
            tally.maybe_complete += count

    def _end(self, name: str, stream: Count) -> None:
        """Note what is missing in a stream that has ended."""
        self.missing(name, *stream.finish(), self._stream_count)

    def missing(self, name: str, count: int, missing: Iterable[int], streams: int) -> None:
        """Note what is missing in one of several streams."""
        tally = self.tally
        tally.missing_count += count
        label = "" if name.startswith("node") or streams < 2 else name.partition(" ")[2]  # noqa: PLR2004 - said beside it
        for number in islice(missing, EXAMPLES * 20 - len(tally.missing)):
            tally.missing.append(f"{label}/{number}" if label else str(number))


_OFFSET_BITS: Final = 44
"""16 TiB; the number of the file stands above."""
_OFFSETS: Final = (1 << _OFFSET_BITS) - 1


def lacking(row: Row) -> list[str]:
    """Return what the record of a model call does not say."""
    return [
        name
        for name, there in (
            ("time", row.present & TIME),
            ("caller", bool(row.user) or bool(row.acts_for)),
            ("model", row.model),
            ("prompt version", row.prompt),
            ("result", row.outcome != "unknown"),
        )
        if not there
    ]


def rank_of(stage: str) -> int:
    """Return how late in a request a stage comes; what the last one says counts."""
    return {
        "RequestReceived": 0,
        "request": 0,
        "ResponseStarted": 1,
        "ResponseComplete": 2,
        "response": 2,
        "Panic": 3,
    }.get(stage, 1)


def told(row: Row) -> tuple[object, ...]:
    """Return what a record tells but for its time; two with one id and one stage that tell the same are one."""
    return (
        row.action,
        row.user,
        row.outcome,
        row.present,
        row.applicable,
        row.principal,
        row.acts_for,
        row.authenticated,
        row.topics,
        row.undetermined,
        row.note,
        row.level,
        leads_on(row),
    )


def leads_on(row: Row) -> bool:
    """Tell whether the session of a record leads to whoever used a shared account."""
    return row.session != "" and row.session_tells


def _looks_like(name: str) -> str:
    from auditor.formats.logs.words import words  # noqa: PLC0415 - loaded where it is needed

    return words().principal(name)


def missing_numbers(stamps: Iterable[int], numbers: Iterable[int], boots: Iterable[int] = ()) -> tuple[int, list[int]]:
    """Return how many numbers are missing inside a count, and the first of them; see `Count`."""
    count = Count()
    restarts = set(boots)
    for at, number in zip(stamps, numbers, strict=True):
        count.add(at, number, is_boot=at in restarts)
    return count.finish()


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
