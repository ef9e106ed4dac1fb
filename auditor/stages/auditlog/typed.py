"""Counts logs of any format by typed rows in Parquet: the second of two passes.

Pieces of the files are read by the readers of small logs in processes of their own
(`auditor.stages.auditlog.normalise`); an engine puts together what cannot be told record by record. It answers numbers
of kinds, and each kind goes through the counting of small logs (`auditor.stages.auditlog.tally`), so that a measure has
one definition. Rows are numbered, so that Spark knows their order, too.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats.logs import lines
from auditor.stages.auditlog.normalise import COLUMNS, KIND_COLUMNS, MODULE, Kind, More, Normalised, Piece
from auditor.stages.auditlog.spill import RESET, SERIAL_WRAP, WINDOW, Count, nearest_rank, rounded
from auditor.stages.auditlog.tally import (
    EXAMPLES,
    GROUPS,
    HOUR,
    OTHER,
    SECOND,
    STEP_US,
    TRACES,
    USERS,
    Counting,
    Example,
)
from auditor.stages.auditlog.tally import Kind as Counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import ibis

    from auditor.stages.auditlog.tally import Tally

PIECE_BYTES: Final = 64 << 20
_ONE_BY_ONE: Final = frozenset(
    {"k8s-audit", "vault", "postgresql-json", "nginx-json", "nginx-combined", "ocsf", "json"}
)
"""Formats whose lines are read each by itself; the others are cut at the ends of files only."""
_LOOK: Final = 1 << 20
_AT_THE_END: Final = 1 << 62
_GOES_ON: Final = (b" stdout P ", b" stderr P ")


class Sql(Protocol):
    """An engine that is open."""

    @property
    def is_spark(self) -> bool:
        """It is Spark, which keeps no order of records."""

    @property
    def folder(self) -> Path:
        """A folder of its own, gone when it is closed."""

    def json_lines(self, paths: list[Path], schema: ibis.Schema, *, strict: bool = False) -> ibis.Table:
        """Return JSON lines as a table; ``strict``: fail over whatever is not as the schema says."""

    def parquet(self, paths: list[Path], schema: ibis.Schema) -> ibis.Table:
        """Return Parquet files as a table."""

    def microseconds(self, moment: ibis.Value) -> ibis.Value:
        """Return a time with a zone as microseconds since 1970."""

    def kept(self, table: ibis.Table) -> ibis.Table:
        """Work a table out once."""

    def rows(self, table: ibis.Table) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a small table."""


@dataclass(frozen=True)
class LogPart:
    """A file of a source, and how it is read.

    Attributes:
        path: Where it lies.
        name: How reports name it.
        format: What it is written in.
        is_lines: A line is a record, or part of one.
        piece: How a process is told to read it; files and pieces are numbered here.
    """

    path: Path
    name: str
    format: str
    is_lines: bool
    piece: Piece


@dataclass
class FileCount:
    """What was learnt of a file besides its rows."""

    part: LogPart
    said: Normalised = field(default_factory=Normalised)
    unread: str = ""


@dataclass
class Typed:
    """What the files come to."""

    tally: Tally
    files: list[FileCount]
    secrets: dict[str, list[Example]]
    searched: int


def pieces(part: LogPart) -> list[tuple[int, int | None]]:
    """Return where a file is cut, so that several processes can read it: at ends of lines, where each is by itself."""
    if not part.is_lines or part.format not in _ONE_BY_ONE:
        return [(0, None)]
    cuts = []
    try:
        with lines.open_regular(part.path) as file:
            size = os.fstat(file.fileno()).st_size
            if size < 2 * PIECE_BYTES or lines.packing_of(file.read(4)):
                return [(0, None)]
            for wanted in range(PIECE_BYTES, size - PIECE_BYTES // 2, PIECE_BYTES):
                file.seek(wanted)
                head = file.read(_LOOK)
                # what a container runtime cut goes on in the next line
                at = next((end for begin, end in _lines(head) if not _goes_on(head[begin:end])), 0)
                if at:
                    cuts.append(wanted + at)
    except OSError:
        return [(0, None)]
    return list(zip([0, *cuts], [*cuts, None], strict=True))


def _lines(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each whole line, but for the first, which may have begun before."""
    begin = data.find(b"\n") + 1
    while begin and (end := data.find(b"\n", begin) + 1):
        yield begin, end
        begin = end


def _goes_on(line: bytes) -> bool:
    return any(mark in line[:60] for mark in _GOES_ON)


@dataclass(frozen=True)
class TypedRows:
    """Counts by typed rows.

    Attributes:
        call: Runs a module in a process of its own, with its input, and returns the output.
        workers: Processes at a time.
    """

    call: Callable[[str, bytes, Path], bytes]
    workers: int

    def count(self, sql: Sql, parts: Sequence[LogPart], counting: Counting) -> Typed:
        """Return what the files come to.

        Raises:
            ToolError: A process ended without an answer, or the engine failed.
        """
        folder = Path(tempfile.mkdtemp(prefix="rows-", dir=sql.folder))
        told = [FileCount(part) for part in parts]
        secrets: dict[str, list[Example]] = defaultdict(list)
        searched = 0
        with ThreadPoolExecutor(self.workers) as pool, ThreadPoolExecutor(1) as digests:
            jobs: list[tuple[FileCount, Future[Normalised]]] = []
            whole: list[tuple[FileCount, Future[lines.LogBytes]]] = []
            for number, each in enumerate(told):
                cuts = pieces(each.part)
                if len(cuts) > 1:
                    whole.append((each, digests.submit(_digested, each.part.path)))
                for begin, end in cuts:
                    piece = msgspec.structs.replace(
                        each.part.piece,
                        path=os.fsencode(each.part.path).hex(),
                        file=number,
                        number=len(jobs),
                        begin=begin,
                        end=end,
                        folder=os.fsencode(folder).hex(),
                    )
                    jobs.append((each, pool.submit(self._ask, piece, folder)))
            for each, job in jobs:
                _add(each, job.result(), counting.tally, secrets)
                searched += job.result().searched
            for each, digest in whole:
                log = digest.result()
                each.said.digest, each.said.size, each.said.changed = log.digest, log.size, log.changed
        tally = counting.tally
        tally.lines = sum(each.said.lines for each in told)
        tally.size_bytes = sum(each.said.size for each in told)
        if any(job.result().rows for _each, job in jobs):
            _Questions(sql, folder, [each.part.name for each in told], counting).ask()
        return Typed(tally, told, {kind: found[:1000] for kind, found in secrets.items()}, searched)

    def _ask(self, piece: Piece, folder: Path) -> Normalised:
        answer = self.call(MODULE, msgspec.json.encode(piece), folder)
        try:
            return msgspec.json.decode(answer, type=Normalised)
        except msgspec.MsgspecError as error:
            raise ToolError(reasons.FAILED, f"{MODULE}: {error}") from error


def _digested(path: Path) -> lines.LogBytes:
    log = lines.LogBytes(path)
    for _chunk in log.chunks():
        pass
    return log


def _add(each: FileCount, said: Normalised, tally: Tally, secrets: dict[str, list[Example]]) -> None:
    """Put what a piece came to beside what the pieces before it did."""
    name, whole = each.part.name, each.said
    whole.lines += said.lines
    whole.size += said.size
    whole.digest, whole.packing = said.digest, said.packing
    whole.changed, whole.problem = whole.changed or said.changed, whole.problem or said.problem
    tally.unreadable += said.unreadable
    for offset, size, why in said.unread:
        if len(tally.unread) < EXAMPLES:
            tally.unread.append((name, offset, size, why))
    for what, count in said.foreign.items():
        tally.foreign[what] += count
    for kind, offsets in said.secrets.items():
        secrets[kind].extend(Example(name, offset, kind) for offset in offsets)


class _Questions:
    """What is asked of the rows, one question after the other."""

    def __init__(self, sql: Sql, folder: Path, names: list[str], counting: Counting) -> None:
        import ibis  # noqa: PLC0415 - loaded where it is needed

        self._sql, self._names, self._counting = sql, names, counting
        self._tally = counting.tally
        self._rows = sql.parquet(sorted(folder.glob("rows-*.parquet")), ibis.schema(COLUMNS))
        self._kinds = sql.parquet(sorted(folder.glob("kinds-*.parquet")), ibis.schema(KIND_COLUMNS)).distinct()

    def ask(self) -> None:
        """Put the answers into the tally."""
        rows, tally = self._rows, self._tally
        is_staged = rows["rank"].notnull()
        lasted = rows["duration"]
        ((whole, ids, distinct, statements, alone, staged, durations, negative, odd, numbered, lags, sessions),) = (
            self._sql.rows(
                rows.aggregate(
                    whole=rows.count(),
                    ids=rows["record"].notnull().sum(),
                    distinct=rows["record"].nunique(),
                    statements=self._only(rows["request"], rows["is_event"] & ~is_staged).nunique(),
                    alone=(rows["is_event"] & rows["request"].isnull()).sum(),
                    staged=(rows["is_event"] & is_staged).sum(),
                    durations=lasted.notnull().sum(),
                    negative=(lasted < -SECOND).sum(),
                    odd=rows["is_odd"].sum(),
                    numbered=rows["seq"].notnull().sum(),
                    lags=(rows["arrived"].notnull() & rows["at"].notnull()).sum(),
                    sessions=rows["session"].notnull().sum(),
                )
            )
        )
        tally.records, tally.has_ids, tally.duplicates = int(whole), int(ids), int(ids) - int(distinct)
        tally.requests = int(statements) + int(alone)
        tally.durations, tally.negative, tally.implausible = int(durations), int(negative or 0), int(odd)
        tally.has_stages = bool(staged)
        self._each_kind()
        self._alone(has_sessions=bool(sessions))
        if staged:
            self._staged()
        self._times()
        if numbered:
            self._numbers()
        if lags:
            self._lags(int(lags))
        self._names_and_places(is_odd=bool(odd))

    def _only(self, value: ibis.Value, condition: ibis.Value) -> ibis.Value:
        import ibis  # noqa: PLC0415 - loaded where it is needed

        return ibis.cases((condition, value), else_=ibis.null(value.type()))

    def _each_kind(self) -> None:
        """Count what every record says by itself."""
        tally, rows = self._tally, self._rows
        counts = rows.group_by("kind").aggregate(count=rows.count())
        joined = counts.join(self._kinds, "kind").select("kind", "said", "more", "count")
        noted: dict[int, tuple[str, str]] = {}
        for number, said, told, count in self._sql.rows(joined):
            kind, more = _kind(said), msgspec.json.decode(told, type=More)
            tally.zones[more.zone] += count
            if kind.note:
                tally.notes[kind.note] += count
                noted[number] = (kind.note, kind.action)
            if kind.level:
                tally.levels[kind.level] += count
            if not more.is_event:
                continue
            tally.events += count
            self._counting.fields(kind.applicable, kind.present, kind.undetermined, count)
            if more.claims_address:
                tally.claimed_addresses += count
            if more.lacks is not None:
                tally.models += count
                tally.models_whole += count * (not more.lacks)
                tally.model_gaps.update(dict.fromkeys(more.lacks, count))
        for note in sorted({note for note, _action in noted.values()}):
            numbers = [number for number, (other, _action) in noted.items() if other == note]
            for number, file, offset in self._first(rows["kind"].isin(numbers), "kind"):
                tally.noted[note].append(Example(self._names[file], offset, noted[number][1]))

    def _first(self, condition: ibis.Value, *more: str) -> Iterator[tuple[Any, ...]]:
        """Yield where the first records lie that meet a condition."""
        found = self._rows.filter(condition).select("row", *more, "file", "offset").order_by("row").limit(EXAMPLES)
        for each in self._sql.rows(found):
            yield each[1:]

    def _counted(self, grouped: ibis.Table) -> None:
        """Put groups of records that say the same into the tally, in the order of the first of each."""
        says = self._kinds.select("told", "said").distinct()
        columns = ("said", "ended", "count", "first", "last", "file", "offset")
        for said, ended, count, first, last, file, offset in self._sql.rows(
            grouped.join(says, "told").order_by("row").select(*columns)
        ):
            row = _kind(said).row(int(offset))
            row.outcome = ended or row.outcome
            who = self._counting.classify(row.user, row.principal)
            self._counting.count(
                Counted(
                    row,
                    who,
                    self._names[file],
                    int(count),
                    None if first is None else int(first),
                    None if last is None else int(last),
                )
            )

    def _alone(self, *, has_sessions: bool) -> None:
        """Count records that stand alone, and statements by how the next of their session ended."""
        import ibis  # noqa: PLC0415 - loaded where it is needed

        rows = self._rows
        stands = rows.filter(rows["is_event"] & (rows["rank"].isnull() | rows["request"].isnull()))
        columns = ("told", "ended", "at", "turn", "file", "offset")
        own = stands["row"] * 2 + 1
        folded = stands.mutate(ended=ibis.null("string"), turn=own).select(*columns)
        if has_sessions:
            # a statement is counted when the next record of its session tells how it ended, or at the end
            of_session = {"group_by": stands["session"], "order_by": stands["row"]}
            is_open = stands["session"].notnull() & stands["request"].notnull()
            closed = (stands["row"].lead().over(**of_session) * 2).coalesce(stands["row"] + _AT_THE_END)
            folded = stands.mutate(
                ended=self._only(stands["ends"].lead().over(**of_session), is_open),
                turn=ibis.cases((is_open, closed), else_=own),
            ).select(*columns)
        grouped = folded.group_by(["told", "ended"]).aggregate(
            count=folded.count(),
            first=folded["at"].min(),
            last=folded["at"].max(),
            file=folded["file"].argmin(folded["turn"]),
            offset=folded["offset"].argmin(folded["turn"]),
            row=folded["turn"].min(),
        )
        self._counted(grouped)

    def _staged(self) -> None:
        """Count requests of several records: what the last stage says counts, once for each thing it says."""
        import ibis  # noqa: PLC0415 - loaded where it is needed

        rows, tally = self._rows, self._tally
        staged = rows.filter(rows["is_event"] & rows["rank"].notnull() & rows["request"].notnull())
        top = self._sql.kept(staged.group_by("request").aggregate(top=staged["rank"].max()))
        ((requests, waiting),) = self._sql.rows(top.aggregate(requests=top.count(), waiting=(top["top"] == 0).sum()))
        tally.requests += int(requests)
        tally.unanswered_count = int(waiting or 0)
        if tally.unanswered_count:
            listed = top.filter(top["top"] == 0).select("request").order_by("request").limit(EXAMPLES * 20)
            tally.unanswered = [str(request) for (request,) in self._sql.rows(listed)]
        joined = staged.join(top, "request")
        once = (
            joined.filter(joined["rank"] == joined["top"])
            .group_by(["request", "told"])
            .aggregate(at=lambda each: each["at"].min())
        )
        counts = once.group_by("told").aggregate(count=once.count(), first=once["at"].min(), last=once["at"].max())
        places = staged.group_by("told").aggregate(
            file=staged["file"].argmin(staged["row"]),
            offset=staged["offset"].argmin(staged["row"]),
            row=staged["row"].min(),
        )
        self._counted(counts.join(places, "told").mutate(ended=ibis.null("string")))

    def _times(self) -> None:
        """Count hours, and steps back in the order of the files."""
        import ibis  # noqa: PLC0415 - loaded where it is needed

        rows, tally = self._rows, self._tally
        timed = rows.filter(rows["at"].notnull())
        hour = (timed["at"] / HOUR).floor().cast("int64")
        grouped = timed.group_by(hour=hour).aggregate(
            count=timed.count(), first=timed["at"].min(), last=timed["at"].max()
        )
        for number, count, first, last in self._sql.rows(grouped):
            tally.hours[int(number)] = (int(count), int(first), int(last))
        if tally.hours:
            tally.first = min(first for _count, first, _last in tally.hours.values())
            tally.last = max(last for _count, _first, last in tally.hours.values())
        written = timed["at"] + ibis.greatest(timed["duration"].coalesce(0), 0)
        node = self._only(timed["stream"], timed["stream"].startswith("node"))
        placed = timed.select(file=timed["file"], node=node, row=timed["row"], written=written)
        before = placed["written"].lag().over(group_by=[placed["file"], placed["node"]], order_by=placed["row"])
        steps = placed.mutate(back=before - placed["written"])
        ((ordered, back),) = self._sql.rows(
            steps.aggregate(n=steps["back"].notnull().sum(), back=(steps["back"] > STEP_US).sum())
        )
        tally.ordered, tally.steps_back = int(ordered or 0), int(back or 0)

    def _numbers(self) -> None:
        """Find the numbers that are missing in streams; those that began anew are counted as small logs are."""
        rows, tally = self._rows, self._tally
        numbered = rows.filter(rows["seq"].notnull())
        numbered = numbered.select(
            stream=numbered["stream"].coalesce(""),
            at=numbered["at"].coalesce(0),
            seq=numbered["seq"],
            is_boot=numbered["is_boot"],
        )
        before = numbered["seq"].lag().over(group_by=numbered["stream"], order_by=[numbered["at"], numbered["seq"]])
        fallen = numbered.mutate(fall=before - numbered["seq"])
        streams = self._sql.kept(
            fallen.group_by("stream").aggregate(
                low=fallen["seq"].min(),
                high=fallen["seq"].max(),
                distinct=fallen["seq"].nunique(),
                anew=(fallen["is_boot"] | (fallen["fall"] > RESET)).sum(),
            )
        )
        is_simple = (streams["anew"] == 0) & (streams["high"] - streams["low"] <= SERIAL_WRAP // 2)
        counted = streams.mutate(
            is_simple=is_simple, missing=streams["high"] - streams["low"] + 1 - streams["distinct"]
        )
        ((count, missing),) = self._sql.rows(
            counted.aggregate(count=counted.count(), missing=self._only(counted["missing"], counted["is_simple"]).sum())
        )
        tally.sequences = True
        listed: dict[str, list[int]] = {}
        if missing:
            listed = self._listed(numbered, counted.filter(counted["is_simple"] & (counted["missing"] > 0)))
        anew = counted.filter(~counted["is_simple"]).select("stream")
        ordered = numbered.join(anew, "stream").order_by(["stream", "at", "seq"])
        others: dict[str, Count] = {}
        if self._has(anew):
            for stream, at, number, is_boot in self._sql.rows(ordered.select("stream", "at", "seq", "is_boot")):
                if stream not in others:
                    others[stream] = Count()
                others[stream].add(int(at), int(number), is_boot=bool(is_boot))
        listed_count = sum(map(len, listed.values()))
        for name in sorted({*listed, *others}):
            if name in others:
                self._counting.missing(name, *others[name].finish(), int(count))
            else:
                self._counting.missing(name, len(listed[name]), listed[name], int(count))
        tally.missing_count += int(missing or 0) - listed_count

    def _has(self, table: ibis.Table) -> bool:
        return next(iter(self._sql.rows(table.limit(1))), None) is not None

    def _listed(self, numbered: ibis.Table, streams: ibis.Table) -> dict[str, list[int]]:
        """Return the first missing numbers by stream."""
        distinct = numbered.join(streams.select("stream"), "stream").select("stream", "seq").distinct()
        after = distinct["seq"].lead().over(group_by=distinct["stream"], order_by=distinct["seq"])
        holes = distinct.mutate(after=after)
        holes = holes.filter(holes["after"] - holes["seq"] > 1).order_by(["stream", "seq"]).limit(EXAMPLES * 20)
        found: dict[str, list[int]] = defaultdict(list)
        left = EXAMPLES * 20
        for stream, number, following in self._sql.rows(holes.select("stream", "seq", "after")):
            some = range(int(number) + 1, min(int(following), int(number) + 1 + left))
            found[stream].extend(some)
            left -= len(some)
        return found

    def _lags(self, count: int) -> None:
        """Take the quantiles of arrival less event time, by the nearest rank."""
        import ibis  # noqa: PLC0415 - loaded where it is needed

        rows, tally = self._rows, self._tally
        lags = rows.filter(rows["arrived"].notnull() & rows["at"].notnull())
        lag = lags["arrived"] - lags["at"] - ibis.greatest(lags["duration"].coalesce(0), 0)
        lags = lags.select(lag=lag)
        ordered = lags.mutate(n=ibis.row_number().over(order_by=lags["lag"]))
        places = (nearest_rank(count, 50), nearest_rank(count, 99), count - 1)
        listed = ordered.filter(ordered["n"].isin(sorted(set(places)))).select("n", "lag")
        found = {int(number): int(value) for number, value in self._sql.rows(listed)}
        p50, p99, largest = (found[place] for place in places)
        if count >= 4 * WINDOW:  # as in small logs
            p50, p99 = rounded(p50), rounded(p99)
        tally.lags, tally.lag_p50, tally.lag_p99, tally.lag_max = count, p50, p99, largest

    def _names_and_places(self, *, is_odd: bool) -> None:
        """Count addresses, objects and shared ids, and list what is there twice or at no time that can be."""
        import ibis  # noqa: PLC0415 - loaded where it is needed

        rows, tally = self._rows, self._tally
        if is_odd:
            tally.implausible_at = [Example(self._names[file], offset) for file, offset in self._first(rows["is_odd"])]
        hosts = rows.filter(rows["address"].notnull())
        ranked = hosts.group_by("address").aggregate(count=hosts.count(), row=hosts["row"].min())
        whole = 0
        for address, count in self._sql.rows(ranked.order_by("row").limit(USERS).select("address", "count")):
            tally.addresses[address] = int(count)
            whole += int(count)
        if len(tally.addresses) >= USERS:
            ((every,),) = self._sql.rows(hosts.aggregate(n=hosts.count()))
            if int(every) > whole:
                tally.addresses[OTHER] += int(every) - whole
        things = rows.filter(rows["object"].notnull())
        named = things.group_by(["action", "object"]).aggregate(count=things.count(), row=things["row"].min())
        for action, thing, count in self._sql.rows(
            named.order_by("row").limit(GROUPS).select("action", "object", "count")
        ):
            tally.objects[action, thing] = int(count)
        shared = rows.filter(rows["trace"].notnull() & rows["at"].notnull())
        first = shared.group_by("trace").aggregate(at=shared["at"].argmin(shared["row"]), row=shared["row"].min())
        for trace, at in self._sql.rows(first.order_by("row").limit(TRACES).select("trace", "at")):
            tally.traces[trace] = int(at)
        if tally.duplicates:
            same = rows.filter(rows["record"].notnull())
            again = same.mutate(n=ibis.row_number().over(group_by=same["record"], order_by=same["row"]))
            listed = again.filter(again["n"] > 0).order_by("row").limit(EXAMPLES).select("record")
            tally.duplicate_ids = [record for (record,) in self._sql.rows(listed)]


def _kind(said: str) -> Kind:
    return msgspec.json.decode(said, type=Kind)
