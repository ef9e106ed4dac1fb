"""Counts large Kubernetes audit logs with an SQL engine: typed Parquet first, then questions to it.

The engine only groups: each distinct kind of record goes once through the same reader as in small logs
(`auditor.formats.logs.kubernetes.row`) and counts as often as the engine says. So both ways have one definition.
"""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats.logs import kubernetes, lines, times
from auditor.formats.logs.reading import Detected, Reading, has_lone_surrogate, loads, may_repeat
from auditor.formats.logs.row import USER, Row
from auditor.formats.logs.words import words
from auditor.stages.auditlog.search import Search
from auditor.stages.auditlog.tally import (
    DAY,
    EARLIEST,
    EXAMPLES,
    FIELD_BITS,
    HOUR,
    SECOND,
    STEP_US,
    USERS,
    Example,
    Group,
    Named,
    Tally,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import ibis

    from auditor.stages.auditlog.people import People
    from auditor.stages.auditlog.tally import Counting
    from auditor.stages.auditlog.typed import LogPart, Sql, Typed, TypedRows

_KINDS_LIMIT: Final = 400_000
"""Distinct kinds of records (user, action, outcome …) that are taken from an engine at most."""
_SAMPLE_BYTES: Final = 4 << 20
_NEWLINE: Final = 10
_LATEST: Final = 253_402_300_799_999_999
"""Last microsecond of the year 9999."""


@dataclass
class FileSeen:
    """What was learnt of a file besides its rows."""

    name: str
    digest: str = ""
    size: int = 0
    packing: str = ""
    lines: int = 0
    changed: str = ""
    problem: reasons.Reason = reasons.NONE
    longest: int = 0


@dataclass
class Counted:
    """What an engine gives."""

    tally: Tally
    files: list[FileSeen] = field(default_factory=list)
    secrets: dict[str, list[Example]] = field(default_factory=dict)
    searched: int = 0


@dataclass(frozen=True)
class LogEngine:
    """Counts with an SQL engine.

    Attributes:
        opened: Opens the engine.
        typed: Reads what the engine cannot read by itself.
    """

    opened: Callable[[], AbstractContextManager[Sql]]
    typed: TypedRows | None = None

    def takes(self, form: str) -> bool:
        """Tell whether it reads a format by itself."""
        return form == "k8s-audit"

    def tally(self, files: list[Path], names: list[str], people: People, now: int, zone: str) -> Counted | None:
        """Return what files of audit events come to; None if they must be read in another way."""
        if any(lines.packing_at(path) not in {"", "gzip", "zstd"} for path in files):
            return None
        with ThreadPoolExecutor(2) as pool, self.opened() as sql:
            search = Search()
            total = sum(path.stat().st_size for path in files)
            search.every = max(1, total // _SAMPLE_BYTES)
            passes = [
                pool.submit(_bytes, path, name, search if index == 0 else None, counts=sql.is_spark)
                for index, (path, name) in enumerate(zip(files, names, strict=True))
            ]
            return _count(sql, files, names, people, now, zone, passes, search)

    def count(self, parts: Sequence[LogPart], counting: Counting) -> Typed | None:
        """Return what logs of any format come to; None if nobody reads them apart.

        Raises:
            ToolError: The engine, or a process that reads, failed.
        """
        if self.typed is None:
            return None
        with self.opened() as sql:
            return self.typed.count(sql, parts, counting)


def _bytes(path: Path, name: str, search: Search | None, *, counts: bool = True) -> FileSeen:
    """Digest a file, look at a sample for secrets, and count its lines where the engine does not, in one pass."""
    seen = FileSeen(name)
    log = lines.LogBytes(path)
    last = b"\n"
    begun = passed = 0
    chunks = search.through(log.chunks(), name) if search else log.chunks()
    try:
        for chunk in chunks:
            end = chunk.find(b"\n")
            if end >= 0:
                seen.longest = max(seen.longest, passed + end - begun)
                begun = passed + chunk.rfind(b"\n") + 1
            passed += len(chunk)
            if counts:
                seen.lines += _newlines(chunk)
                last = chunk[-1:] or last
    except OSError as error:
        seen.problem = reasons.NO_PERMISSION if isinstance(error, PermissionError) else reasons.CANNOT_BE_READ
    seen.longest = max(seen.longest, passed - begun)
    seen.lines += last != b"\n"
    seen.digest, seen.size, seen.packing, seen.changed = log.digest, log.size, log.packing, log.changed
    seen.problem = seen.problem or log.problem
    return seen


def _newlines(chunk: bytes) -> int:
    """Return how many lines end in a chunk; four times as fast as `bytes.count` where lines are short."""
    import numpy as np  # noqa: PLC0415 - comes with the engine

    return int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == _NEWLINE))


def _schema() -> ibis.Schema:
    """Return the leaves that are read, each as text: engines differ in what they make of other types."""
    import ibis  # noqa: PLC0415 - loaded where it is needed
    import ibis.expr.datatypes as kinds  # noqa: PLC0415 - loaded where it is needed

    text, texts = kinds.string, kinds.Array(kinds.string)

    def struct(*names: str) -> kinds.Struct:
        return kinds.Struct(dict.fromkeys(names, text))

    return ibis.schema(
        {
            "auditID": text,
            "stage": text,
            "verb": text,
            "level": text,
            "requestURI": text,
            "user": kinds.Struct({"username": text, "extra": struct("authentication.kubernetes.io/credential-id")}),
            "impersonatedUser": struct("username"),
            "sourceIPs": texts,
            "objectRef": struct("resource", "namespace", "name", "apiGroup", "subresource"),
            "responseStatus": struct("code"),
            "requestReceivedTimestamp": text,
            "stageTimestamp": text,
            "timestamp": text,
            "metadata": struct("creationTimestamp"),
            "annotations": struct("authorization.k8s.io/decision", "audit.k8s.io/truncated"),
            "requestObject": text,
            "responseObject": text,
        }
    )


_KEY: Final = (
    "stage",
    "verb",
    "level",
    "uri",
    "username",
    "impersonated",
    "resource",
    "api_group",
    "subresource",
    "code",
    "flags",
)
_FLAGS: Final = {"name": 1, "space": 2, "address": 4, "time": 8, "body": 16, "credential": 32, "forbid": 64, "cut": 128}
"""What is only asked whether it is so: one number is kept and grouped by much faster than eight columns."""


def _typed(sql: Sql, raw: ibis.Table) -> ibis.Table:
    """Return one row a record with typed columns; `_derived` adds what follows from them."""
    import ibis  # noqa: PLC0415 - loaded where it is needed

    def micro(text: ibis.Value) -> ibis.Value:
        # without an offset it would be taken for UTC
        has_offset = text.re_search(r"T.*[+-]\d\d:?\d\d$")  # asked only of what does not end in Z
        column = ibis.cases((text.endswith("Z"), text), (has_offset, text), else_=ibis.null("string"))
        return sql.microseconds(column.try_cast("timestamp('UTC', 6)"))

    ref, user = raw.objectRef, raw.user
    ips = raw.sourceIPs
    credential = user["extra"]["authentication.kubernetes.io/credential-id"]
    received = raw.requestReceivedTimestamp
    instead = ibis.coalesce(raw.stageTimestamp, raw.timestamp, raw.metadata["creationTimestamp"])
    address = ibis.cases((ips.length() > 0, ips[ibis.greatest(ips.length() - 1, 0)]), else_=ibis.null("string"))
    is_there = {
        "name": ref["name"] != "",
        "space": ref["namespace"] != "",
        "address": address != "",
        "time": received.notnull() | instead.notnull(),
        "body": raw.requestObject.notnull() | raw.responseObject.notnull(),
        # a list, read as its text: a list of texts costs twice as much
        "credential": credential.startswith("[") & (credential != "[]"),
        "forbid": raw.annotations["authorization.k8s.io/decision"] == "forbid",
        "cut": raw.annotations["audit.k8s.io/truncated"].lower() == "true",
    }
    flags = reduce(add, (ibis.cases((is_there[name], bit), else_=0) for name, bit in _FLAGS.items()))
    return raw.select(
        audit_id=raw.auditID,
        stage=raw.stage,
        verb=raw.verb,
        level=raw.level,
        uri=ibis.cases(
            (ref["resource"].isnull(), raw.requestURI.re_extract("^[^?]*", 0).left(400)), else_=ibis.null("string")
        ),
        username=user["username"],
        impersonated=raw.impersonatedUser["username"],
        resource=ref["resource"],
        api_group=ref["apiGroup"],
        subresource=ref["subresource"],
        code=raw.responseStatus["code"],
        flags=flags.cast("int16"),
        address=address,
        begun=micro(received),
        instead=ibis.cases((received.isnull(), micro(instead)), else_=ibis.null("int64")),
        done=micro(raw.stageTimestamp),
        **({"log_file": raw.log_file} if "log_file" in raw.columns else {}),
    )


def _loaded(sql: Sql, files: list[Path]) -> tuple[ibis.Table, bool] | None:
    """Return typed records, and whether each line was as it should be; None if one says a thing twice."""
    if not sql.is_spark:
        try:
            return _derived(sql.kept(_typed(sql, sql.json_lines(files, _schema(), strict=True)))), True
        except ToolError as error:
            if error.reason != reasons.FAILED:
                raise
            if "has duplicate key" in error.detail:
                return None  # readers differ in which one they take: each record has to be looked at
    return _derived(sql.kept(_typed(sql, sql.json_lines(files, _schema())))), False


def _derived(kept: ibis.Table) -> ibis.Table:
    """Return typed records with what costs less to work out for each question than to write down."""
    import ibis  # noqa: PLC0415 - loaded where it is needed

    return kept.mutate(at=ibis.coalesce(kept.begun, kept.instead))


def _count(  # noqa: C901, PLR0911, PLR0912, PLR0915 - the questions, one after the other
    sql: Sql,
    files: list[Path],
    names: list[str],
    people: People,
    now: int,
    zone: str,
    passes: list[Future[FileSeen]],
    search: Search,
) -> Counted | None:
    import ibis  # noqa: PLC0415 - loaded where it is needed

    nothing = words().says_nothing
    loaded = _loaded(sql, files)
    if loaded is None:
        return None
    typed, is_clean = loaded
    # a line that is no audit event (broken, or another kind of JSON) is a row of NULLs
    is_row = typed.audit_id.notnull() & (typed.verb.notnull() | typed.stage.notnull())
    lasted = typed.done - typed.begun
    (whole, rows, ids, timed, lost_times, unnamed, durations, negative), *_ = sql.rows(
        typed.aggregate(
            whole=typed.count(),
            rows=is_row.sum(),
            ids=ibis.cases((is_row, typed.audit_id), else_=ibis.null("string")).nunique(),
            timed=(is_row & typed.at.notnull()).sum(),
            lost=(is_row & (typed.flags & _FLAGS["time"] > 0) & (typed.at.isnull() | (typed.at > _LATEST))).sum(),
            unnamed=(typed.audit_id == "").sum(),
            durations=(is_row & lasted.notnull()).sum(),
            negative=(is_row & (lasted < -SECOND)).sum(),
        )
    )
    if not rows or lost_times or unnamed:
        return None  # times without a zone, or of another shape, no id: each has to be looked at
    table = typed.filter(is_row)
    plausible = (table.at >= EARLIEST) & (table.at <= now + DAY)
    good_at = ibis.cases((plausible, table.at), else_=ibis.null("int64"))
    tally = Tally(records=int(rows), events=int(rows), requests=int(ids), has_stages=True, has_ids=int(rows))
    # 1. kinds of records
    is_single = ids == rows
    kinds = table.mutate(good=good_at, implausible=(~plausible).cast("int64"))
    grouped = kinds.group_by([kinds[name] for name in _KEY]).aggregate(
        count=kinds.count(),
        first=kinds.good.min(),
        last=kinds.good.max(),
        odd=kinds.implausible.sum(),
        example=kinds.audit_id.min() if sql.is_spark else kinds.audit_id.argmin(kinds.at),
    )
    found = list(sql.rows(grouped.limit(_KINDS_LIMIT + 1)))
    if len(found) > _KINDS_LIMIT:
        return None
    if _is_doubtful(found) and _is_spelled_otherwise(files):
        return None  # NULL may stand for a value of another type: undetermined, not missing
    made = [
        _kind(dict(zip((*_KEY, "count", "first", "last", "odd", "example"), each, strict=True)), zone) for each in found
    ]
    for each in made:
        _add_record(tally, each)
    # 2. requests of several records: the last stage tells
    if is_single:
        for each in made:
            _add_request(tally, each, people)
        waiting = [each for each in made if each.row.stage == "RequestReceived"]
        tally.unanswered_count = sum(each.count for each in waiting)
        if tally.unanswered_count:
            _list_unanswered(sql, table, tally)
    else:
        for each in _merged(sql, table, zone, now, tally):
            _add_request(tally, each, people)
    # 3. time
    timed_rows = table.filter(plausible)
    hour = (timed_rows.at / HOUR).floor().cast("int64")
    hours = timed_rows.group_by(hour=hour).aggregate(
        count=timed_rows.count(), first=timed_rows.at.min(), last=timed_rows.at.max()
    )
    for number, count, first, last in sql.rows(hours):
        tally.hours[int(number)] = (int(count), int(first), int(last))
    if tally.hours:
        tally.first = min(first for _count, first, _last in tally.hours.values())
        tally.last = max(last for _count, _first, last in tally.hours.values())
    tally.zones["given"] = int(timed)
    if rows > timed:
        tally.zones[""] = int(rows - timed)
    tally.durations, tally.negative = int(durations or 0), int(negative or 0)
    # 4. addresses
    hosts = (
        table.filter(table.flags & _FLAGS["address"] > 0).group_by("address").aggregate(count=lambda each: each.count())
    )
    for address, count in sql.rows(hosts.order_by(ibis.desc("count")).limit(USERS)):
        if nothing(address) or address[:1] in {"{", "["}:
            return None
        tally.addresses[address] = int(count)
    # 5. what the bytes tell
    seen = [each.result() for each in passes]
    if any(each.longest > lines.LINE_LIMIT for each in seen):
        return None
    if not sql.is_spark and len(seen) == 1:
        seen[0].lines = int(whole)
    elif not sql.is_spark:
        lines_of = dict(sql.rows(typed.group_by("log_file").aggregate(count=lambda each: each.count())))
        for path, file in zip(files, seen, strict=True):
            file.lines = int(lines_of.get(str(path), 0))
    tally.lines = sum(each.lines for each in seen)
    tally.size_bytes = sum(each.size for each in seen)
    tally.order_known = not sql.is_spark
    if not sql.is_spark:
        written = ibis.coalesce(ibis.greatest(timed_rows.done, timed_rows.at), timed_rows.at)
        # without an order of its own the window takes the rows as they lie in the files
        step = timed_rows.mutate(back=written.lag().over(ibis.window()) - written)
        ((ordered, back),) = sql.rows(step.aggregate(n=step.back.notnull().sum(), back=(step.back > STEP_US).sum()))
        tally.ordered, tally.steps_back = int(ordered or 0), int(back or 0)
    is_whole = is_clean and int(whole) == int(rows) == tally.lines
    if not is_whole and not _bad_lines(files, names, tally, int(rows)):
        return None
    _locate(names, tally)
    return Counted(tally, seen, search.found, search.seen)


@dataclass
class _Kind:
    row: Row
    count: int
    first: int | None
    last: int | None
    odd: int
    example: str
    credential: bool


def _kind(said: dict[str, Any], zone: str) -> _Kind:
    """Return a representative of a kind of records, read by the reader of small logs."""
    there = {name: bool(int(said["flags"]) & bit) for name, bit in _FLAGS.items()}
    event: dict[str, Any] = {
        "auditID": said["example"],
        "stage": said["stage"],
        "verb": said["verb"],
        "level": said["level"],
        "requestURI": said["uri"],
        "user": {"username": said["username"]},
        "impersonatedUser": {"username": said["impersonated"]} if said["impersonated"] else None,
        "sourceIPs": ["192.0.2.1"] if there["address"] else [],
        "annotations": {
            "authorization.k8s.io/decision": "forbid" if there["forbid"] else None,
            "audit.k8s.io/truncated": "true" if there["cut"] else None,
        },
    }
    if said["resource"] is not None:
        event["objectRef"] = {
            "resource": said["resource"],
            "apiGroup": said["api_group"],
            "subresource": said["subresource"],
            "name": "x" if there["name"] else None,
            "namespace": "y" if there["space"] else None,
        }
    if said["code"] is not None:
        event["responseStatus"] = {"code": said["code"]}
    if there["time"]:
        event["timestamp"] = "2026-01-01T00:00:00Z"
    if there["body"]:
        event["requestObject"] = {}
    row = kubernetes.row(event, 0, 0, times.zone_of(zone))
    if there["credential"]:
        row.session = "credential"
    return _Kind(
        row,
        int(said["count"]),
        None if said["first"] is None else int(said["first"]),
        None if said["last"] is None else int(said["last"]),
        int(said.get("odd") or 0),
        str(said["example"] or ""),
        there["credential"],
    )


def _add_record(tally: Tally, each: _Kind) -> None:
    row, count = each.row, each.count
    odd = each.odd
    tally.implausible += odd
    missing = row.applicable & ~row.present
    for index, bit in enumerate(FIELD_BITS):
        if row.applicable & bit:
            tally.applicable[index] += count
            if row.present & bit:
                tally.present[index] += count - (odd if index == 0 else 0)
                tally.undetermined[index] += odd if index == 0 else 0
            elif row.undetermined & bit:
                tally.undetermined[index] += count
    if not missing:
        tally.complete += count - odd
        tally.maybe_complete += odd
    elif not missing & ~row.undetermined:
        tally.maybe_complete += count
    if row.note:
        tally.notes[row.note] += count
        if len(tally.noted[row.note]) < EXAMPLES:
            tally.noted[row.note].append(Example("", None, row.action))
    if row.level:
        tally.levels[row.level] += count


def _add_request(tally: Tally, each: _Kind, people: People) -> None:
    row, count = each.row, each.count
    who = people.of(row.user, row.principal)
    key = (row.action, who, row.outcome, row.authenticated)
    group = tally.groups.get(key)
    if group is None:
        group = tally.groups.setdefault(key, Group(topics=row.topics, example=each.example, first=each.first))
    if each.first is not None and (group.first is None or each.first <= group.first):
        group.first, group.example = each.first, each.example
    if each.last is not None:
        group.last = each.last if group.last is None else max(group.last, each.last)
    group.count += count
    group.topics |= row.topics
    for index, bit in enumerate(FIELD_BITS):
        odd = each.odd if index == 0 else 0
        group.present[index] += (count - odd) * bool(row.present & bit)
        group.lacking[index] += count * bool(row.applicable & ~row.present & bit) + odd
    if not row.applicable & 2:
        return
    for_whom = people.of(row.acts_for, words().principal(row.acts_for)) if row.acts_for else ""
    named = tally.names.setdefault((row.user, who, row.authenticated, for_whom), Named())
    named.count += count
    named.unclear += count * bool(row.undetermined & ~row.present & USER)
    named.writes += count * ("write" in row.topics and row.outcome == "success")
    named.with_session += count * each.credential


def _merged(sql: Sql, table: ibis.Table, zone: str, now: int, tally: Tally) -> Iterator[_Kind]:
    """Yield kinds of requests that have several records: what their last stage says counts."""
    import ibis  # noqa: PLC0415 - loaded where it is needed

    rank = ibis.cases(
        (table.stage == "RequestReceived", 0),
        (table.stage == "ResponseStarted", 1),
        (table.stage == "ResponseComplete", 2),
        (table.stage == "Panic", 3),
        else_=1,
    )
    plausible = (table.at >= EARLIEST) & (table.at <= now + DAY)
    ranked = table.mutate(
        rank=rank,
        good=ibis.cases((plausible, table.at), else_=ibis.null("int64")),
        implausible=(~plausible).cast("int64"),
    )
    # duplicates: the same request at the same stage
    pairs = ranked.group_by(["audit_id", "stage"]).aggregate(count=ranked.count())
    twice = pairs.filter(pairs["count"] > 1)
    ((duplicates,),) = sql.rows(twice.aggregate(n=(twice["count"] - 1).sum()))
    tally.duplicates = int(duplicates or 0)
    if tally.duplicates:
        listed = twice.select("audit_id", "stage").order_by(["audit_id", "stage"]).limit(EXAMPLES)
        tally.duplicate_ids = [f"{audit_id}/{stage}" for audit_id, stage in sql.rows(listed)]
    top = ranked.group_by("audit_id").aggregate(top=ranked["rank"].max())
    joined = ranked.join(top, "audit_id")
    tops = joined.filter(joined["rank"] == joined.top)
    last = sql.kept(tops.group_by(["audit_id", "top", *_KEY]).aggregate(at=tops.good.min(), odd=tops.implausible.max()))
    waiting = last.filter(last.top == 0)
    ((count,),) = sql.rows(waiting.aggregate(n=waiting.count()))
    tally.unanswered_count = int(count)
    listed_ids = waiting.select("audit_id").order_by("audit_id").limit(EXAMPLES * 20)
    tally.unanswered = [str(audit_id) for (audit_id,) in sql.rows(listed_ids)]
    grouped = last.group_by([last[name] for name in _KEY]).aggregate(
        count=last.count(), first=last.at.min(), last=last.at.max(), odd=last.odd.sum(), example=last.audit_id.min()
    )
    for each in sql.rows(grouped):
        yield _kind(dict(zip((*_KEY, "count", "first", "last", "odd", "example"), each, strict=True)), zone)


def _list_unanswered(sql: Sql, table: ibis.Table, tally: Tally) -> None:
    waiting = (
        table.filter(table.stage == "RequestReceived").select("audit_id").order_by("audit_id").limit(EXAMPLES * 20)
    )
    tally.unanswered = [str(audit_id) for (audit_id,) in sql.rows(waiting)]


_RESOURCE_URI: Final = re.compile(r"/api/v1/[a-z]|/apis/[^/]+/[^/]+/[a-z]")
_OTHERWISE: Final = re.compile(
    rb'"(?:username|verb|resource|code|stage)"\s{0,4}:\s{0,4}[\[{]'
    rb'|"(?:user|objectRef|impersonatedUser|responseStatus|annotations)"\s{0,4}:\s{0,4}["\[0-9tf]'
    rb'|"sourceIPs"\s{0,4}:\s{0,4}["{0-9tf]'
)


def _is_doubtful(found: list[tuple[Any, ...]]) -> bool:
    """Tell whether kinds of records lack what nearly every event has: it may be there in another shape."""
    for each in found:
        said = dict(zip(_KEY, each, strict=False))
        if any(str(said[name] or "")[:1] in {"{", "["} for name in ("username", "verb", "resource", "code", "stage")):
            return True
        is_done = said["stage"] == "ResponseComplete"
        uri = str(said["uri"] or "")
        if said["username"] is None or not said["flags"] & _FLAGS["address"] or (is_done and said["code"] is None):
            return True
        if said["resource"] is None and _RESOURCE_URI.match(uri):
            return True
    return False


def _is_spelled_otherwise(files: list[Path]) -> bool:
    """Tell whether objects of events are texts or lists in the files, as some log services write them."""
    for path in files:
        rest = b""
        for chunk in lines.LogBytes(path).chunks():
            if _OTHERWISE.search(rest + chunk):
                return True
            rest = chunk[-64:]
    return False


def _bad_lines(files: list[Path], names: list[str], tally: Tally, rows: int) -> bool:  # noqa: C901 - one step for each kind of line
    """Find the lines that are no audit events, with their offsets: an engine only tells that there are some.

    Returns:
        False if an event lies in an envelope, says a thing twice, or was not seen by the engine: then each record has
        to be looked at.
    """
    events = 0
    tally.lines = 0
    tally.foreign = Counter()
    reader = Reading(Detected(format="k8s-audit"), "", {}, None)
    for path, name in zip(files, names, strict=True):
        for each in lines.lines(lines.LogBytes(path).chunks()):
            tally.lines += 1
            if not isinstance(each, tuple):
                tally.unreadable += 1
                tally.unread.append((name, each.offset, each.size, each.why))
                continue
            offset, line = each
            try:
                value = loads(line)
            except ValueError:
                value = None
            if not isinstance(value, dict):
                if any(isinstance(item, Row) for item in reader.rows(iter([line + b"\n"]))):
                    return False  # a list of events, two on a line, text that can be mended
                tally.unreadable += 1
                if len(tally.unread) < EXAMPLES:
                    tally.unread.append((name, offset, len(line), "malformed"))
            elif kubernetes.is_event(value):
                events += 1
                if value.get("auditID") is None or (value.get("verb") is None and value.get("stage") is None):
                    return False
                if may_repeat(line, "k8s-audit", value) or has_lone_surrogate(line):
                    return False
            else:
                if any(isinstance(item, Row) for item in reader.rows(iter([line + b"\n"]))):
                    return False
                tally.foreign["JSON of another kind"] += 1
    return events == rows


def _locate(names: list[str], tally: Tally) -> None:
    """Name the file of the groups where there is one only; the id of an example leads to its line."""
    if len(names) == 1:
        for group in tally.groups.values():
            group.file = names[0]
