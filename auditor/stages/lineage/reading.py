"""Reads files of lineage into what they come to: runs and their data sets, declared tables, steps of traces."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats.lineage import catalogue, dbt, langfuse, openlineage, otlp, sql
from auditor.formats.lineage.conventions import NO_PATHS
from auditor.formats.lineage.values import FINAL_STATES, Column, Event, Named, Problem, Step, Table, clean, dataset_id
from auditor.formats.logs import lines
from auditor.formats.logs.row import NO_TIME, UNKNOWN
from auditor.formats.logs.row import Unreadable as BadLine
from auditor.stages.lineage.chain import Traces

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from auditor.stages.lineage.engine import LineageEngine
    from auditor.stages.lineage.inputs import Input

WHOLE_LIMIT: Final = 128 << 20
"""A JSON document that is read as one value."""
LISTED: Final = 1000
PAIRS: Final = 200_000
"""Edges of one run."""
_ID: Final = re.compile(rb"[0-9A-Fa-f]{32}")


@dataclass
class Run:
    """A run of a job: all its events together."""

    run: str
    job: str
    file: str
    offset: int
    types: set[str] = field(default_factory=set)
    inputs: dict[str, Named] = field(default_factory=dict)
    outputs: dict[str, list[Named]] = field(default_factory=dict)
    is_streaming: bool = False
    last: int | None = None

    @property
    def counts(self) -> bool:
        """What it says of its data sets was seen: it came to its end, or never ends and runs."""
        return "COMPLETE" in self.types or (self.is_streaming and "RUNNING" in self.types)

    @property
    def is_finished(self) -> bool:
        """It reached a final state, or never ends and runs."""
        return bool(self.types & FINAL_STATES) or self.counts


@dataclass
class FileRead:
    """A file that was read."""

    name: str
    digest: str = ""
    size: int = 0
    form: str = ""
    records: int = 0
    unreadable: int = 0
    problem: reasons.Reason = reasons.NONE


@dataclass
class Collected:
    """What all files of a target come to.

    Attributes:
        files: Files read.
        unread: (file, why) of those that were not, or not to their end.
        bad: (file, offset, why) of records that could not be read.
        bad_count: How many.
        events: Events by kind.
        runs: By run id and job.
        declared: Tables that files declare, with what declares them.
        named: Data sets that events name, with all that events say of their fields.
        zoned: Event times with a zone, all event times.
        days: Events by day.
        traces: Steps.
        ids: Trace ids of lists, by file.
        statements: SQL statements, and how many of them say nothing.
        undetermined: (what, why) of what could not be understood.
        notes: Oddities by kind.
    """

    files: list[FileRead] = field(default_factory=list)
    unread: list[tuple[str, reasons.Reason, str]] = field(default_factory=list)
    bad: list[tuple[str, int, str]] = field(default_factory=list)
    bad_events: int = 0
    bad_spans: int = 0
    foreign: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    runs: dict[tuple[str, str], Run] = field(default_factory=dict)
    declared: list[tuple[Table, str, str]] = field(default_factory=list)
    job_edges: list[tuple[str, str]] = field(default_factory=list)
    schemas: dict[str, dict[str, None]] = field(default_factory=dict)
    tags: set[tuple[str, str, str]] = field(default_factory=set)
    symlinks: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    roots: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    zoned: int = 0
    timed: int = 0
    zoneless: list[tuple[str, int]] = field(default_factory=list)
    first: int | None = None
    last: int | None = None
    days: Counter[int] = field(default_factory=Counter)
    traces: Traces = field(default_factory=Traces)
    ids: dict[str, list[str]] = field(default_factory=dict)
    bad_ids: int = 0
    statements: int = 0
    undetermined: list[tuple[str, str]] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    noted: dict[str, tuple[str, int]] = field(default_factory=dict)
    models: Counter[str] = field(default_factory=Counter)
    manifests: list[tuple[Mapping[str, Any], str]] = field(default_factory=list)
    sql_texts: list[tuple[str, str]] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    dbt: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    paged: int = 0
    steps_back: int = 0

    @property
    def has_events(self) -> bool:
        """Events were given."""
        return bool(self.events)

    def lost(self, kind: str) -> bool:
        """Tell whether something of this kind (``events``, ``traces``) may stand in what was not read."""
        bad = self.bad_events if kind == "events" else self.bad_spans
        return bool(bad) or any(role in {"", kind} for _name, _why, role in self.unread)


_EMBEDDED: Final = re.compile(rb'"(?:eventType|resourceSpans|traceId|trace_id|columnLineage)"\s{0,3}:')
"""Events or spans within lines of text, as a program's own log has them."""


class Reader:
    """Reads files one after the other into one `Collected`."""

    def __init__(
        self,
        zone: ZoneInfo | None = None,
        tool_results: Mapping[str, str] = NO_PATHS,
        engine: LineageEngine | None = None,
    ) -> None:
        """Take the declared zone of event times, the declared places of document ids, and what joins large files."""
        self.engine = engine
        self.zone = zone
        self.tool_results = tool_results
        self.got = Collected()

    def read(self, given: Input) -> None:
        """Read a file; whatever is wrong with it is noted, never raised."""
        self.got.given.add(given.role)
        made = FileRead(given.name)
        if given.problem:
            self.got.unread.append((given.name, given.problem, given.role))
            return
        if self._by_engine(given, made):
            return
        log = lines.LogBytes(given.path)
        try:
            head, problem = lines.head(given.path)
            if problem:
                self.got.unread.append((given.name, problem, given.role))
                return
            self._contents(given, head, log, made)
        except PermissionError:
            self.got.unread.append((given.name, reasons.NO_PERMISSION, given.role))
            return
        except OSError as error:
            self.got.unread.append(
                (given.name, reasons.NO_REGULAR_FILE if not error.errno else reasons.CANNOT_BE_READ, given.role)
            )
            return
        if log.problem:
            self.got.unread.append((given.name, log.problem, given.role))
        elif log.changed in {"shrank", "rotated"}:
            reason = reasons.FILE_CHANGED
            self.got.unread.append((given.name, reason, given.role))
        made.digest, made.size = log.digest, log.size
        self.got.files.append(made)

    def _by_engine(self, given: Input, made: FileRead) -> bool:
        """Join a large file of plain events with the engine; False where it has to be read in another way."""
        if self.engine is None or given.role not in {"", "events"}:
            return False
        try:
            if given.path.stat().st_size < self.engine.least_bytes or otlp.is_proto(lines.head(given.path)[0]):
                return False
            scan = self.engine.scan(given.path)
            if not scan.takes or scan.problem or not scan.lines:
                return False
            events, bad = self.engine.events(given.path, self.zone)
        except (OSError, ToolError):
            return False  # read plainly it takes longer, and what is wrong is said there
        if len(events) + bad != scan.lines:
            return False
        for each in events:
            self._event(each, given.name, 0)
        for _ in range(bad):
            self._bad(given, made, 0, "no OpenLineage event")
        made.form, made.records, made.digest, made.size = "openlineage", len(events), scan.digest, scan.size
        self.got.files.append(made)
        return True

    def _contents(self, given: Input, head: bytes, log: lines.LogBytes, made: FileRead) -> None:
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            self._drain(log)
            self.got.unread.append((given.name, reasons.UTF_16, given.role))
            return
        if otlp.is_proto(head):
            self._proto(given, log, made)
            return
        stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if given.role == "sql" or given.path.name.lower().removesuffix(".gz").endswith((".sql", ".ddl")):
            self._sql(given, log, made)
        elif given.role == "trace_ids" or _ID.fullmatch(stripped.split(b"\n", 1)[0].strip()):
            self._ids(given, log, made)
        elif catalogue.is_csv(head):
            made.form = "catalogue"
            text = self._text(log, given)
            for table in catalogue.from_csv(text):
                made.records += 1
                self.got.declared.append((table, "catalogue", given.name))
        elif stripped[:1] in {b"{", b"["}:
            self._json(given, stripped, log, made)
        else:
            self._drain(log)
            if not stripped:
                made.form = "empty"
            elif given.role or _EMBEDDED.search(head):
                self.got.unread.append((given.name, reasons.UNKNOWN_FORMAT, given.role))
            else:
                self.got.foreign[given.name] += 1

    def _drain(self, log: lines.LogBytes) -> None:
        for _chunk in log.chunks():
            pass

    def _text(self, log: lines.LogBytes, given: Input) -> str:
        data = b""
        for chunk in log.chunks():
            data += chunk
            if len(data) > WHOLE_LIMIT:
                self.got.unread.append((given.name, reasons.TOO_LARGE, given.role))
                break
        return data[:WHOLE_LIMIT].decode("utf-8", "replace")

    # -- JSON ---------------------------------------------------------------------------------------------------

    def _json(self, given: Input, stripped: bytes, log: lines.LogBytes, made: FileRead) -> None:
        first, mark, _rest = stripped.partition(b"\n")
        is_lines = bool(mark) and _parses(first.strip())
        if not is_lines and (not mark or given.path.name.endswith((".json", ".json.gz"))):
            data = bytearray()
            whole = True
            for chunk in log.chunks():
                if len(data) <= WHOLE_LIMIT:
                    data += chunk
                else:
                    whole = False
            try:
                value = orjson.loads(bytes(data).removeprefix(b"\xef\xbb\xbf")) if whole else None
            except orjson.JSONDecodeError:
                value = None
            if value is not None:
                self._value(value, given, 0, made, bytes(data) if len(data) < 1 << 20 else b"")
                return
            self._values(given, lines.values(iter([bytes(data)])), made)
            return
        found = lines.lines(log.chunks()) if is_lines else lines.values(log.chunks())
        self._values(given, found, made)

    def _values(self, given: Input, found: Iterator[tuple[int, bytes] | BadLine], made: FileRead) -> None:
        for each in found:
            if isinstance(each, BadLine):
                self._bad(given, made, each.offset, each.why)
                continue
            offset, raw = each
            try:
                value = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                self._bad(given, made, offset, f"no JSON: {str(error)[:80]}")
                continue
            self._value(value, given, offset, made, raw)

    def _bad(self, given: Input, made: FileRead, offset: int, why: str) -> None:
        made.unreadable += 1
        if given.role == "traces" or made.form in {"otlp-json", "otlp-proto", "langfuse"}:
            self.got.bad_spans += 1
        elif given.role == "events" or made.form == "openlineage":
            self.got.bad_events += 1
        else:
            self.got.bad_events += 1
            self.got.bad_spans += 1
        if len(self.got.bad) < LISTED:
            self.got.bad.append((given.name, offset, why))

    def _value(self, value: Any, given: Input, offset: int, made: FileRead, raw: bytes) -> None:  # noqa: ANN401, C901, PLR0912 - one step for each kind of document
        value = otlp.of_tempo(value)
        if otlp.is_traces(value):
            self._form(made, "otlp-json")
            for step in otlp.steps(value, self.tool_results):
                made.records += 1
                self.got.traces.add(step, given.name, offset)
        elif otlp.is_other_signal(value):
            self.got.foreign[f"{given.name}: logs or metrics"] += 1
        elif dbt.is_manifest(value):
            self._form(made, "dbt")
            made.records += len(value["nodes"])
            self.got.manifests.append((value, given.name))
        elif langfuse.is_export(value):
            self._form(made, "langfuse")
            self._page(value, given.name)
            for trace in langfuse.traces(value):
                for step in langfuse.steps(trace, self.tool_results):
                    made.records += 1
                    self.got.traces.add(step, given.name, offset)
        elif catalogue.is_marquez(value):
            self._form(made, "marquez")
            for table in catalogue.marquez(value):
                made.records += 1
                self.got.declared.append((table, "marquez", given.name))
        elif isinstance(value, list) and value and catalogue.is_rows(value[0]):
            self._form(made, "catalogue")
            for table in catalogue.tables(each for each in value if isinstance(each, dict)):
                made.records += 1
                self.got.declared.append((table, "catalogue", given.name))
        elif isinstance(value, list) and any(otlp.is_traces(each) or langfuse.is_export(each) for each in value[:3]):
            for each in value:
                self._value(each, given, offset, made, b"")
        else:
            self._events(value, given, offset, made, raw)

    def _page(self, value: Any, file: str) -> None:  # noqa: ANN401 - JSON
        """Count the traces of a page of Langfuse's API against those that it says there are."""
        meta = value.get("meta") if isinstance(value, dict) else None
        total = meta.get("totalItems") if isinstance(meta, dict) else None
        if isinstance(total, int) and isinstance(value.get("data"), list):
            self.got.pages[file] += len(value["data"])
            self.got.paged = max(self.got.paged, total)

    def _form(self, made: FileRead, form: str) -> None:
        made.form = made.form or form

    def _events(self, value: Any, given: Input, offset: int, made: FileRead, raw: bytes) -> None:  # noqa: ANN401 - JSON
        for each in openlineage.unwrapped(value):
            found = openlineage.event(each, self.zone, raw if each is value else b"")
            if isinstance(found, str):
                if (
                    given.role in {"", "dbt", "catalogue"}
                    and found == "no OpenLineage event"
                    and made.form != "openlineage"
                ):
                    self._foreign(each, given)
                else:
                    self._bad(given, made, offset, found)
                continue
            self._form(made, "openlineage")
            made.records += 1
            self._event(found, given.name, offset)

    def _foreign(self, value: object, given: Input) -> None:
        """Note a document that is none of lineage; spans in a form that nobody reads here are traces that are lost."""
        if otlp.is_of_spans(value):
            if all(name != given.name for name, _why, _role in self.got.unread):
                self.got.unread.append((given.name, reasons.FORMAT_NOT_READ, "traces"))
        else:
            self.got.foreign[given.name] += 1

    def _event(self, event: Event, file: str, offset: int) -> None:  # noqa: C901 - one step for each thing that is counted
        got = self.got
        got.events[event.kind] += 1
        for note in event.notes:
            got.notes[note] += 1
            got.noted.setdefault(note, (file, offset))
        if event.zone != NO_TIME:
            got.timed += 1
            if event.zone == UNKNOWN:
                if len(got.zoneless) < LISTED:
                    got.zoneless.append((file, offset))
            else:
                got.zoned += 1
        elif event.at is None:
            got.timed += 1
            if len(got.zoneless) < LISTED:
                got.zoneless.append((file, offset))
        if event.at is not None:
            got.first = event.at if got.first is None else min(got.first, event.at)
            got.last = event.at if got.last is None else max(got.last, event.at)
            got.days[event.at // 86_400_000_000] += 1
        for named in (*event.inputs, *event.outputs):
            self._named(named, is_declared=event.kind != "run")
        if event.kind == "job":
            got.job_edges.extend((one.id, two.id) for one in event.inputs for two in event.outputs)
        if event.kind == "run":
            self._run(event, file, offset)

    def _named(self, named: Named, *, is_declared: bool) -> None:
        got = self.got
        got.names.setdefault(named.id)
        if named.fields:
            known = got.schemas.setdefault(named.id, {})
            known.update(dict.fromkeys(named.fields))
        if named.aliases:
            got.symlinks.append((named.id, named.aliases))
        got.tags.update((named.id, name, tag) for name, tag in named.tags)
        if named.inputs is not None and not named.inputs:
            got.roots.add(named.id)
        if named.is_deleted:
            got.deleted.add(named.id)
        if is_declared and named.inputs:
            got.job_edges.extend((each, named.id) for each in named.inputs)

    def _run(self, event: Event, file: str, offset: int) -> None:
        key = (event.run, event.job)
        run = self.got.runs.get(key)
        if run is None:
            run = self.got.runs[key] = Run(event.run, event.job, file, offset)
        run.types.add(event.type)
        run.is_streaming = run.is_streaming or event.is_streaming
        for each in event.inputs:
            run.inputs.setdefault(each.id, each)
        for each in event.outputs:
            said = run.outputs.setdefault(each.id, [])
            if each not in said:
                said.append(each)
        if event.at is not None:
            if run.last is not None and event.at < run.last and event.type in FINAL_STATES:
                self.got.steps_back += 1
            run.last = event.at if run.last is None else max(run.last, event.at)

    # -- others -------------------------------------------------------------------------------------------------

    def _proto(self, given: Input, log: lines.LogBytes, made: FileRead) -> None:
        made.form = "otlp-proto"
        for each in otlp.proto_records(log.chunks()):
            if isinstance(each, Problem):
                self._bad(given, made, each.offset, each.why)
                continue
            offset, message = each
            try:
                found: list[Step]
                if message[:1] == b"{":
                    value = orjson.loads(message)
                    found = list(otlp.steps(value, self.tool_results)) if otlp.is_traces(value) else []
                else:
                    found = list(otlp.proto_steps(message, self.tool_results))
            except ValueError as error:
                self._bad(given, made, offset, str(error)[:80])
                continue
            for step in found:
                made.records += 1
                self.got.traces.add(step, given.name, offset)

    def _ids(self, given: Input, log: lines.LogBytes, made: FileRead) -> None:
        made.form = "trace-ids"
        found = self.got.ids.setdefault(given.name, [])
        for each in lines.lines(log.chunks()):
            if isinstance(each, BadLine):
                self._bad(given, made, each.offset, each.why)
                continue
            text = each[1].strip()
            made.records += 1
            if _ID.fullmatch(text) and text.strip(b"0"):
                found.append(text.decode().lower())
            else:
                self.got.bad_ids += 1
                made.unreadable += 1

    def _sql(self, given: Input, log: lines.LogBytes, made: FileRead) -> None:
        made.form = "sql"
        made.records = 1
        self.got.sql_texts.append((self._text(log, given), given.name))

    # -- what needs names ----------------------------------------------------------------------------------------

    def finish(self, dialect: str, named: Mapping[str, Sequence[str]]) -> None:
        """Read manifests and SQL, which need to know the columns of tables; then the rest of them is done.

        Args:
            dialect: Engine of SQL files.
            named: Columns by dotted table.
        """
        if self.got.pages and self.got.pages.total() < self.got.paged:
            self.got.unread.append((min(self.got.pages), reasons.PAGES_MISSING, "traces"))
        for value, file in self.got.manifests:
            self._manifest(value, file, named)
        for text, file in self.got.sql_texts:
            match = re.match(r"\s*--\s*(?:dialect|engine)\s*[:=]\s*([^\s]{1,40})", text)
            engine = match[1] if match else dialect
            for number, each in enumerate(sql.statements(text, engine, named)):
                self.got.statements += 1
                place = f"{file}: statement {number + 1}"
                if each.undetermined:
                    self.got.undetermined.append((place, each.undetermined))
                if each.writes:
                    own = dataset_id("", each.writes)
                    columns = tuple(
                        Column(one.field, f"|{one.dataset}", one.source, one.direct, one.masking)
                        for one in each.columns
                    )
                    of = tuple(f"|{name}" for name in each.reads)
                    table = Table(
                        id=own,
                        of=of,
                        columns=columns,
                        fields=each.outputs or None,
                        undetermined=each.undetermined,
                        place=place,
                    )
                    self.got.declared.append((table, "sql", file))
        self.got.manifests.clear()
        self.got.sql_texts.clear()

    def _manifest(self, value: Mapping[str, Any], file: str, named: Mapping[str, Sequence[str]]) -> None:
        found = dbt.manifest(value, named)
        got = self.got
        if found.version and found.version not in dbt.KNOWN:
            got.notes[f"dbt manifest v{found.version}"] += 1
        for node in value["nodes"].values():
            if isinstance(node, dict):
                got.dbt[str(node.get("resource_type"))] += 1
                if node.get("resource_type") == "model" and isinstance(
                    node.get("compiled_code", node.get("compiled_sql")), str
                ):
                    got.dbt["compiled"] += 1
        for why in found.problems:
            got.undetermined.append((file, why))
        for table in found.tables:
            if table.undetermined:
                got.undetermined.append((clean(table.place), table.undetermined))
            got.declared.append((table, "dbt", file))


def _parses(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict | list)
    except orjson.JSONDecodeError:
        return False
