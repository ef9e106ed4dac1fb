"""Finds out what a log file is written in, and reads it as rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson
from msgspec import Struct

from auditor.formats.logs import application, auditd, kubernetes, lines, nginx, ocsf, postgresql, times, vault
from auditor.formats.logs.row import Foreign, Row, Unreadable

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Item = Row | Unreadable | Foreign

JSON_FORMATS: Final = frozenset({"k8s-audit", "vault", "postgresql-json", "nginx-json", "ocsf", "json"})
_WRAPPED: Final = ("log", "message", "MESSAGE", "body", "line", "jsonPayload", "textPayload", "_source", "event")
_CARRIERS: Final = (
    *("content", "__CONTENT__", "__content__", "LogJson", "LogContent", "log_s", "_raw", "@message", "msg", "payload"),
    *("result", "json", "audit", "kubernetes", "data"),
)
"""Names under which log services (SLS, CLS, LTS, Log Analytics, Splunk, Filebeat) put what they carry; applications use
them, too, so that they are opened only where what lies inside is of a known kind."""
_LISTS: Final = ("items", "logEvents", "Records", "records", "events", "entries")
_ARRIVALS: Final = (
    "__loki_time__",
    "TimeGenerated",
    "__time__",
    "__TIMESTAMP__",
    "ingestionTime",
    "receiveTimestamp",
    "ingested",
    "ingested_at",
    "@timestamp",
    "time",
    "timestamp",
    "date",
    "__REALTIME_TIMESTAMP",
)
_CRI: Final = re.compile(rb"(\d{4}-\d\d-\d\dT\S{8,30}) (?:stdout|stderr) ([FP]) ")
_SYSLOG: Final = re.compile(
    rb"(?:<\d{1,3}>)?(?:\d )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,30}) "
    rb"\S{1,255} [^{]{0,120}?(?=\{)"
)
_BEFORE_JSON: Final = re.compile(rb"(?:\d{4}-\d\d-\d\dT\S{8,30} |[\w.-]{1,100} {1,20}\| )(?=\{\")")
"""The time that ``kubectl logs --timestamps`` writes, and the service that Docker Compose writes, before a line."""
_BEFORE: Final = re.compile(rb"[^{}\"']{1,300}?(?=\{\")")
"""Anything short before an object: the time of an export to S3, a tag, the name of a node."""
_LONE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
_SAMPLE: Final = 40


class Detected(Struct, frozen=True, kw_only=True):
    """What a file is written in.

    Attributes:
        format: One of `auditor.formats.inventory.FORMATS`, or empty.
        layout: ``lines`` or ``values`` (an array, or pretty-printed).
        why: What decided, in a few words.
        encoding: ``utf-16`` where it is that; such a file is refused.
        sample: A record of it, for a guess at a map.
        is_carried: Lines of text stand behind what a container runtime or syslog writes before them.
    """

    format: str
    layout: str = "lines"
    why: str = ""
    encoding: str = ""
    sample: Mapping[str, Any] | None = None
    is_carried: bool = False


def loads(data: bytes) -> Any:  # noqa: ANN401 - any value
    """Return a JSON value; what is not text as Unicode has it is replaced, not refused.

    Raises:
        ValueError: It is no JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if "depth limit" in str(error) or "ecursion" in str(
            error
        ):  # deeper than 1024: what is asked for lies near the top
            return orjson.loads(lines.shallow(data))
    mended = lines.decoded(data).encode()
    if b"\\u" in mended:
        mended = _LONE.sub(b"\\\\ufffd", mended)
    if mended == data:
        message = "no JSON"
        raise ValueError(message)
    return orjson.loads(mended)


def has_lone_surrogate(data: bytes) -> bool:
    """Tell whether JSON spells out half a character: readers differ in what they take it for."""
    return b"\\u" in data and _LONE.search(data) is not None


def detect(head: bytes) -> Detected:
    """Tell what the first bytes of a file are written in."""
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} or (len(head) > 8 and head[:200].count(b"\0") > len(head[:200]) // 3):  # noqa: PLR2004 - said beside it
        return Detected(format="", why="UTF-16", encoding="utf-16")
    text = head.removeprefix(b"\xef\xbb\xbf")
    stripped = text.lstrip()
    if not stripped:
        return Detected(format="", why="empty")
    whole = text[: text.rfind(b"\n") + 1] or text
    sample = [line for line in whole.split(b"\n") if line.strip()][:_SAMPLE]
    first = _unprefixed(sample[0])[0] if sample else b""
    if first[:1] in b"{[" and first[:1]:
        found = _json_kind(sample, text)
        # a line of text with an object at its end is JSON only if the object is of a known kind
        if (
            found.format != "json"
            or sample[0].lstrip()[:1] in b"{["
            or _CRI.match(sample[0])
            or _SYSLOG.match(sample[0])
            or _BEFORE_JSON.match(sample[0])
        ):
            plain = found if found.format else _text_kind(sample)
            return plain if plain.format else found
    return _text_kind(sample)


def _json_kind(sample: list[bytes], text: bytes) -> Detected:
    found: Counter[str] = Counter()
    first: Mapping[str, Any] | None = None
    objects = list(_objects(_parsed(sample)))
    layout = "lines"
    if not objects or (sample[0].lstrip()[:1] == b"[" and (len(sample) == 1 or _quietly(sample[0]) is None)):
        layout = "values"
        objects = list(
            _objects(
                loaded
                for each in lines.values(iter([text]))
                if not isinstance(each, Unreadable) and isinstance(loaded := _quietly(each[1]), dict)
            )
        )[:_SAMPLE]
        if not objects:
            return Detected(format="", layout=layout, why="begins like JSON, holds no object")
    for value in objects:
        inner, _arrived = unwrap(value)
        if isinstance(inner, str):
            inside = _text_kind([inner.encode()])
            found[inside.format or "json"] += 1
            continue
        kind = _kind(inner)
        found[kind] += 1
        first = first or inner
    # an application's own lines are no better guess than what is known
    ranked = sorted(found.items(), key=lambda each: (each[0] == "json", -each[1]))
    name = ranked[0][0] if ranked and (ranked[0][0] != "json" or len(ranked) == 1) else "json"
    share = found[name]
    if name != "json" and share * 2 < len(objects):
        name = max(found, key=lambda each: found[each])
    return Detected(
        format=name, layout=layout, why=f"{found[name]} of {len(objects)} first records: {_WHY[name]}", sample=first
    )


_WHY: Final = {
    "k8s-audit": "auditID and verb",
    "vault": "type request or response, with request",
    "postgresql-json": "error_severity, session_id, message",
    "postgresql-csv": "csvlog columns",
    "postgresql-stderr": "time, severity word",
    "nginx-json": "remote_addr or request_uri, with status",
    "nginx-combined": "combined access-log line",
    "auditd": "type=… msg=audit(…)",
    "ocsf": "class_uid, metadata",
    "json": "JSON of no known kind",
}
_OWN_FORMAT: Final = (
    "time, quoted request, status: an access log in a format of its own; the user is undetermined without log_format"
)


def _kind(value: Mapping[str, Any]) -> str:
    if "protoPayload" in value:
        return "postgresql-json" if postgresql.is_event(value) else "k8s-audit"
    if kubernetes.is_event(value) or kubernetes.is_table_row(value):
        return "k8s-audit"
    if vault.is_event(value):
        return "vault"
    if postgresql.is_event(value):
        return "postgresql-json"
    if ocsf.is_event(value):
        return "ocsf"
    return "nginx-json" if nginx.is_event(value) else "json"


def _text_kind(sample: list[bytes]) -> Detected:
    found: Counter[str] = Counter()
    other = 0
    for each in sample:
        line = _unsaid(each)[0]
        if line.startswith((b"----", b"time->")):
            continue
        if auditd.HEADER.search(line[:600]):
            found["auditd"] += 1
            continue
        text = postgresql.unlogged(lines.decoded(line).rstrip("\r"))[0]
        if postgresql.TIME_START.match(text[:40].encode()):
            if postgresql.csvlog(text, 0, 0) or (text.count(",") > 20 and re.match(r"[^,]{19,40},\"?[^,]*,", text)):  # noqa: PLR2004 - said beside it
                found["postgresql-csv"] += 1
            elif postgresql.START.match(text):
                found["postgresql-stderr"] += 1
        elif nginx.COMBINED.fullmatch(text[:16384]):
            found["nginx-combined"] += 1
        elif nginx.loose(text, 0, 0, None):
            found["nginx-combined"] += 1
            other += 1
    if not found:
        return Detected(format="", why="no known kind of line")
    name, count = found.most_common(1)[0]
    why = _OWN_FORMAT if name == "nginx-combined" and other * 2 > count else _WHY[name]
    is_carried = any(_unsaid(line)[0] is not line for line in sample)
    return Detected(format=name, why=f"{count} of {len(sample)} first lines: {why}", is_carried=is_carried)


def _parsed(sample: Iterable[bytes]) -> Iterator[Any]:
    partial = b""
    for line in sample:
        data, _arrived, goes_on = _unprefixed(line)
        partial += data
        if goes_on:
            continue
        value = _quietly(partial)
        partial = b""
        if value is not None:
            yield value


def _quietly(data: bytes) -> Any:  # noqa: ANN401 - any value
    try:
        return loads(data)
    except ValueError:
        return None


def _unprefixed(line: bytes) -> tuple[bytes, int | None, bool]:
    """Return a line without what a container runtime or syslog put before it, the time in that, and "goes on"."""
    if line[:1] in b"{[" and line[:1]:
        return line, None, False
    if match := _CRI.match(line):
        return line[match.end() :], times.when(match[1].decode())[0], match[2] == b"P"
    if match := _SYSLOG.match(line):
        return line[match.end() :], None, False
    if not line[:1].isspace() and (match := _BEFORE.match(line)):
        return line[match.end() :], times.when(match[0].split()[0].decode("utf-8", "replace"))[0], False
    return line.lstrip(), None, False


_WEB_SYSLOG: Final = re.compile(
    rb"(?:<\d{1,3}>)?(?:\d )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,30}) \S{1,255} "
    rb"[\w./-]{0,60}(?:nginx|ingress|openresty|tengine|apisix)[\w./-]{0,60}(?:\[\d{1,9}\])?: "
)


def _unsaid(line: bytes) -> tuple[bytes, int | None, bool]:
    """Return a line of text without what was put before it, the time in that, and whether it goes on."""
    if match := _CRI.match(line):
        return line[match.end() :], times.when(match[1].decode())[0], match[2] == b"P"
    if match := _WEB_SYSLOG.match(line):
        return line[match.end() :], None, False
    return line, None, False


def _objects(parsed: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for value in parsed:
        if isinstance(value, list):
            yield from (each for each in value if isinstance(each, dict))
        elif isinstance(value, dict):
            yield from _members(value) or (value,)


def _members(value: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: PLR0911 - one step for each thing that is looked at
    """Return the events of a list of events (``EventList``, CloudWatch, Azure records); empty if it is none."""
    if "auditID" in value or len(value) > 12:  # noqa: PLR2004 - said beside it
        return []
    for name in _LISTS:
        inner = value.get(name)
        if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
            return inner
    rows = value.get("results")
    if isinstance(rows, list) and rows and all(isinstance(each, list) for each in rows):  # CloudWatch Insights
        return [
            {str(cell["field"]): cell.get("value") for cell in each if isinstance(cell, dict) and "field" in cell}
            for each in rows
        ]
    data = value.get("data")
    if isinstance(data, dict) and isinstance(data.get("result"), list):  # Loki: pairs of a time and a line
        return [
            {"__loki_time__": pair[0], "line": pair[1]}
            for stream in data["result"]
            if isinstance(stream, dict) and isinstance(stream.get("values"), list)
            for pair in stream["values"]
            if isinstance(pair, list) and len(pair) > 1
        ]
    resources = value.get("resourceLogs")
    if isinstance(resources, list):
        return _of_opentelemetry(resources)
    hits = value.get("hits")
    if isinstance(hits, dict) and isinstance(hits.get("hits"), list):
        return [each for each in hits["hits"] if isinstance(each, dict)]
    return []


def _of_opentelemetry(resources: list[Any]) -> list[dict[str, Any]]:
    """Return the records of an export of logs (OTLP as JSON), their attributes beside time and body."""
    made = []
    scopes = [each for one in resources if isinstance(one, dict) for each in _list(one.get("scopeLogs"))]
    for record in (each for scope in scopes for each in _list(scope.get("logRecords"))):
        said = {
            str(pair.get("key")): next(iter(pair["value"].values()), None)
            for pair in _list(record.get("attributes"))
            if isinstance(pair.get("value"), dict)
        }
        body = record.get("body")
        text = body.get("stringValue") if isinstance(body, dict) else None
        stamp = record.get("timeUnixNano") or record.get("observedTimeUnixNano")
        made.append({**said, "time": stamp, "body": text if isinstance(text, str) else body})
    return made


def _list(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def unwrap(value: Mapping[str, Any], depth: int = 5) -> tuple[Mapping[str, Any] | str, int | None]:  # noqa: C901, PLR0911 - one step for each thing that is looked at
    """Return what an envelope holds (an object or a line of text), and when it reached the collector."""
    arrived: int | None = None
    was_text = False
    texts = 0
    found: Mapping[str, Any] = value
    for level in range(depth):
        if _kind(found) != "json":
            return found, arrived
        if found.get("_TRANSPORT") == "audit" and (told := _of_journal(found)):
            return told, _arrival(found) or arrived
        if isinstance(identity := found.get("ID"), str) and (told := _of_laurel(found, identity)):
            return told, arrived
        inner = _enclosed(found)
        if inner is None:
            for name in _WRAPPED:
                # an object may be an envelope, or what a shipper says of itself (`log.file`, `event.module`)
                candidate = found.get(name)
                if isinstance(candidate, dict) and candidate:
                    held, came = unwrap(candidate, depth - level - 1)
                    if held is not candidate or _kind(candidate) != "json":
                        return held, came or _arrival(found) or arrived
            return (value if not was_text else found), (arrived if was_text else None)
        arrived = _arrival(found) or arrived
        if isinstance(inner, str):
            if inner.lstrip()[:1] != "{":
                return inner, arrived
            parsed = _quietly(inner.encode("utf-8", "replace")) if texts < _TEXTS else None
            was_text, texts = True, texts + 1
            if not isinstance(parsed, dict):
                return found, None
            found = parsed
        else:
            found = inner
    return found, arrived


def _enclosed(found: Mapping[str, Any]) -> Mapping[str, Any] | str | None:
    """Return the text or event that an envelope carries; None if it is no envelope of a text or a known event."""
    properties = found.get("properties")
    if isinstance(properties, dict):
        if isinstance(log := properties.get("log"), dict | str):
            return log
        if isinstance(text := properties.get("message"), str) and _is_line(text):
            return text
    for name, inside in _SPELLED:
        held = found.get(name)
        if isinstance(held, dict) and isinstance(text := held.get(inside), str) and text.lstrip()[:2] == '{"':
            return text
    for name in (*_WRAPPED, "short_message"):
        candidate = found.get(name)
        if isinstance(candidate, str) and (candidate.lstrip()[:2] == '{"' or _is_line(candidate)):
            return candidate
    return _carried(found)


_SPELLED: Final = (("body", "stringValue"), ("result", "_raw"))
"""Where OpenTelemetry and Splunk put the text of a line; GELF has ``short_message``."""
_LAUREL: Final = re.compile(r"\d{1,12}\.\d{3}:\d{1,10}")
_LAUREL_TYPE: Final = re.compile(r"[A-Z][A-Z0-9_]{2,39}")


def _of_laurel(value: Mapping[str, Any], identity: str) -> str:
    """Return an event of Laurel (auditd as JSON, a key for each type of record) as the lines of auditd."""
    if not _LAUREL.fullmatch(identity):
        return ""
    node = f"node={value['NODE']} " if isinstance(value.get("NODE"), str) else ""
    made = []
    for kind, given in value.items():
        records = given if isinstance(given, list) else [given]
        if not _LAUREL_TYPE.fullmatch(kind) or kind in {"NODE", "ID"}:
            continue
        for record in records[:100]:
            if isinstance(record, dict):
                said = " ".join(f'{name}="{each}"' for name, each in record.items() if isinstance(each, str | int))
                made.append(f"{node}type={kind} msg=audit({identity}): {said}".replace("\n", " "))
    return "\n".join(made)


def _of_journal(value: Mapping[str, Any]) -> str:
    """Return a record that journald took from the kernel's audit as the line that auditd would have written."""
    kind, serial, text = value.get("_AUDIT_TYPE_NAME"), value.get("_AUDIT_ID"), value.get("MESSAGE")
    stamp = value.get("_SOURCE_REALTIME_TIMESTAMP") or value.get("__REALTIME_TIMESTAMP")
    if not all(isinstance(each, str) for each in (kind, serial, text, stamp)):
        return ""
    if auditd.HEADER.search(str(text)[:600].encode("utf-8", "replace")) or not str(stamp).isdecimal():
        return ""
    moment = int(str(stamp)) // 1000
    rest = str(text).removeprefix(str(kind)).removeprefix(":").strip()
    return f"type={kind} msg=audit({moment // 1000}.{moment % 1000:03}:{serial}): {rest}"


_TEXTS: Final = 2
"""JSON within text within JSON, and once more: what a runtime wrote, as a shipper carries it."""


def _carried(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return an event of a known kind that lies under one of the names that log services use."""
    for name in _CARRIERS:
        candidate = value.get(name)
        if isinstance(candidate, str) and candidate.lstrip()[:1] == "{":
            candidate = _quietly(candidate.encode("utf-8", "replace"))
        if isinstance(candidate, dict):
            inner = candidate.get("audit") if name == "kubernetes" else candidate
            if name == "result" and isinstance(candidate.get("_raw"), str):
                inner = _quietly(candidate["_raw"].encode("utf-8", "replace"))
            if isinstance(inner, dict) and _kind(inner) != "json":
                return inner
    return None


def _is_line(text: str) -> bool:
    return bool(
        auditd.HEADER.search(text[:600].encode())
        or postgresql.START.match(text[:600])
        or nginx.COMBINED.fullmatch(text[:16384].rstrip("\n"))
    )


def _arrival(value: Mapping[str, Any]) -> int | None:
    event = value.get("event")
    if isinstance(event, dict) and "ingested" in event:
        return times.when(event["ingested"])[0]
    for name in _ARRIVALS:
        if name in value and (found := times.when(value[name])[0]) is not None:
            return found
    return None


class Reading:
    """Reads one file as rows."""

    def __init__(
        self,
        detected: Detected,
        declared: str,
        mapping: Mapping[str, Any],
        zone: ZoneInfo | None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Decide how to read: as declared, but within a family of formats as the file is written."""
        self._prefix = (settings or {}).get("log_line_prefix", "")
        self._format = nginx.format_of(said) if (said := (settings or {}).get("log_format", "")) else None
        same = declared and detected.format and declared.split("-", maxsplit=1)[0] == detected.format.split("-")[0]
        self.format = detected.format if not declared or same else declared
        self.layout = detected.layout if self.format in JSON_FORMATS else "lines"
        self._zone = zone
        self._mapper = application.mapper(mapping, detected.sample) if self.format == "json" else None
        self._partial = b""
        self._is_carried = detected.is_carried
        self._arrived: int | None = None
        self.count = 0

    @property
    def mapper(self) -> application.Mapper | None:
        """The map of an application's fields, None for other formats."""
        return self._mapper

    def rows(self, chunks: Iterator[bytes], base: int = 0) -> Iterator[Item]:
        """Yield what the file holds from a byte on; `count` has the lines (or JSON values) so far."""
        if self.layout == "values":
            yield from self._each(lines.values(chunks), self._value)
        elif self.format in JSON_FORMATS:
            yield from self._each(lines.lines(chunks, base), self._value)
        elif self.format == "auditd":
            yield from self._auditd(self._bare(lines.lines(chunks, base)))
        elif self.format == "nginx-combined":
            yield from self._each(self._bare(lines.lines(chunks, base)), self._nginx)
        elif self.format == "postgresql-stderr":
            yield from self._stderr(self._bare(lines.lines(chunks, base)))
        elif self.format == "postgresql-csv":
            yield from self._csv(self._bare(lines.lines(chunks, base)))
        else:
            yield from self._each(lines.lines(chunks, base), self._unknown)

    def _bare(self, found: Iterator[tuple[int, bytes] | Unreadable]) -> Iterator[tuple[int, bytes] | Unreadable]:
        """Take off what a container runtime or syslog puts before lines of text, and join what it cut."""
        if not self._is_carried:
            yield from found
            return
        partial, begun = b"", 0
        for each in found:
            if isinstance(each, Unreadable):
                yield each
                continue
            offset, line = each
            data, self._arrived, goes_on = _unsaid(line)
            begun = begun if partial else offset
            partial += data
            if not goes_on or len(partial) > lines.LINE_LIMIT:
                yield begun, partial
                partial = b""
        if partial:
            yield begun, partial

    def _each(self, found: Iterator[tuple[int, bytes] | Unreadable], read: Any) -> Iterator[Item]:  # noqa: ANN401 - any value
        for each in found:
            self.count += 1
            if isinstance(each, Unreadable):
                yield each
            else:
                yield from read(*each)
        if self._partial:
            yield Unreadable(offset=0, size=len(self._partial), why="cut off")

    @staticmethod
    def _unknown(offset: int, line: bytes) -> Iterator[Item]:
        yield Unreadable(offset=offset, size=len(line), why="unknown format")

    def _value(self, offset: int, line: bytes) -> Iterator[Item]:
        size = len(line)
        arrived: int | None = None
        data = line
        if line[:1] != b"{":
            data, arrived, goes_on = _unprefixed(line)
            if goes_on or self._partial:
                self._partial += data
                if goes_on and len(self._partial) < lines.LINE_LIMIT:
                    return
                data, self._partial = self._partial, b""
        try:
            value = loads(data)
        except ValueError:
            yield Unreadable(offset=offset, size=size)
            return
        if isinstance(value, dict):
            members = (
                _members(value) if self.format != "json" or self.layout == "values" or not self._hits(value) else []
            )
            for member in members or (value,):
                yield self._object(member, offset, size, arrived, data if not members else b"")
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            for member in value:
                yield self._object(member, offset, size, arrived, b"")
        else:
            yield Unreadable(offset=offset, size=size, why="no JSON object")

    def _object(self, value: dict[str, Any], offset: int, size: int, arrived: int | None, data: bytes) -> Item:
        made = self._direct(value, offset, size)
        if made is None:
            inner, wrapped = unwrap(value)
            arrived = wrapped or arrived
            if isinstance(inner, str):
                made = self._text(inner, offset, size)
            elif inner is not value:
                made = self._direct(inner, offset, size)
        if made is None:
            if self._mapper:
                made = application.row(value, self._mapper, offset, size, self._zone)
            else:
                return Foreign(offset=offset, what=_described(value))
        if isinstance(made, Row):
            if arrived is not None and made.arrived is None:
                made.arrived = arrived
            if data and may_repeat(data, self.format, value) and _repeats(data):
                made.note = made.note or "repeated-key"
        return made

    def _direct(self, value: Mapping[str, Any], offset: int, size: int) -> Item | None:  # noqa: C901, PLR0911, PLR0912 - one step for each thing that is looked at
        match self.format:
            case "k8s-audit":
                if kubernetes.is_event(value):
                    return kubernetes.row(value, offset, size, self._zone)
                if kubernetes.is_table_row(value):
                    return kubernetes.row(kubernetes.from_table(value), offset, size, self._zone)
                return kubernetes.gke(value, offset, size)
            case "vault":
                return vault.row(value, offset, size) if vault.is_event(value) else None
            case "postgresql-json":
                if postgresql.is_event(value):
                    return postgresql.row(postgresql.jsonlog(value, offset, size), self._zone)
                return None
            case "nginx-json":
                return nginx.row(value, offset, size, self._zone) if nginx.is_event(value) else None
            case "ocsf":
                if not ocsf.is_event(value):
                    return None
                if not ocsf.is_action(value):
                    return Foreign(offset=offset, what=f"OCSF class {value['class_uid']}")
                return ocsf.row(value, offset, size)
            case _:
                if self._mapper is None:
                    return None
                # the fields may stand in the envelope or in what it holds
                if self._hits(value) and not (self._mapper.is_guess and _is_envelope(value)):
                    return application.row(value, self._mapper, offset, size, self._zone)
                return None

    def _hits(self, value: Mapping[str, Any]) -> bool:
        """Tell whether an object of an application has one of the fields that every record has."""
        if self._mapper is None:
            return False
        getters = self._mapper.getters
        return any(
            getters[name](value) is not application._MISSING  # noqa: SLF001 - not public, and needed
            for name in ("time", "event_type", "user")
            if name in getters
        )

    def _text(self, text: str, offset: int, size: int) -> Item | None:
        if self.format == "auditd":
            events = auditd.Events()
            list(events.line(text.encode(), offset) or ())
            return next(events.rest(), None)
        if self.format.startswith("nginx"):
            return nginx.line(text.rstrip("\r\n"), offset, size, self._zone)
        if self.format.startswith("postgresql"):
            record = postgresql.stderr(text, offset, size, self._prefix)
            return postgresql.row(record, self._zone) if record else None
        return None

    def _nginx(self, offset: int, line: bytes) -> Iterator[Item]:
        text = lines.decoded(line).rstrip("\r")
        made: Item | None = nginx.custom(self._format, text, offset, len(line), self._zone) if self._format else None
        made = made or nginx.line(text, offset, len(line), self._zone)
        if made is None and line[:1] != b"{":
            made = nginx.loose(text, offset, len(line), self._zone)
        if made is None and line[:1] == b"{":
            value = _quietly(line)
            if isinstance(value, dict):
                inner, arrived = unwrap(value)
                if isinstance(inner, str):
                    made = nginx.line(inner.rstrip("\r\n"), offset, len(line), self._zone)
                elif nginx.is_event(inner):
                    made = nginx.row(inner, offset, len(line), self._zone)
                if isinstance(made, Row):
                    made.arrived = arrived
        if self._arrived is not None and isinstance(made, Row) and made.arrived is None:
            made.arrived = self._arrived
        yield made or Unreadable(offset=offset, size=len(line))

    def _auditd(self, found: Iterator[tuple[int, bytes] | Unreadable]) -> Iterator[Item]:
        events = auditd.Events()
        for each in found:
            self.count += 1
            if isinstance(each, Unreadable):
                yield each
                continue
            offset, line = each
            if line.startswith((b"----", b"time->")):
                continue  # what `ausearch` puts between events
            data = line
            if line[:1] == b"{":
                value = _quietly(line)
                inner = unwrap(value)[0] if isinstance(value, dict) else ""
                data = inner.encode("utf-8", "replace") if isinstance(inner, str) else line
            for part in data.split(b"\n") if b"\n" in data else (data,):
                completed = events.line(part, offset)
                if completed is None:
                    yield Unreadable(offset=offset, size=len(line))
                    break
                yield from completed
        yield from events.rest()

    def _stderr(self, found: Iterator[tuple[int, bytes] | Unreadable]) -> Iterator[Item]:  # noqa: C901 - one step for each thing that is looked at
        begin, size, parts = 0, 0, list[str]()
        last: postgresql.Record | None = None

        def finish() -> Iterator[Item]:
            nonlocal last
            if not parts:
                return
            record = postgresql.stderr("\n".join(parts), begin, size, self._prefix)
            if record is None:
                yield Unreadable(offset=begin, size=size)
            elif record.severity in postgresql.CONTINUES:
                if last is not None and record.severity == "STATEMENT":
                    last.statement = record.message
            else:
                if last is not None:
                    yield postgresql.row(last, self._zone)
                last = record

        for each in found:
            self.count += 1
            if isinstance(each, Unreadable):
                yield each
                continue
            offset, line = each
            if line[:1] == b"{" and not parts:
                items = list(self._wrapped_text(offset, line))
                yield from items or [Unreadable(offset=offset, size=len(line))]
                continue
            text, goes_on = postgresql.unlogged(lines.decoded(line).rstrip("\r"))
            if line[:1] == b"\t" or goes_on:
                if parts and size < lines.LINE_LIMIT:
                    parts.append(text)
                    size += len(line) + 1
                elif not parts and last is None:
                    yield Unreadable(offset=offset, size=len(line), why="continues nothing")
                continue
            if not postgresql.START.match(text):
                yield from finish()
                parts = []
                yield Unreadable(offset=offset, size=len(line))
                continue
            yield from finish()
            begin, size, parts = offset, len(line), [text]
        yield from finish()
        if last is not None:
            yield postgresql.row(last, self._zone)

    def _wrapped_text(self, offset: int, line: bytes) -> Iterator[Item]:
        value = _quietly(line)
        if not isinstance(value, dict):
            return
        for member in _members(value) or (value,):
            inner, arrived = unwrap(member)
            made = self._text(inner, offset, len(line)) if isinstance(inner, str) else None
            if isinstance(made, Row):
                made.arrived = arrived
                yield made
            else:
                yield Unreadable(offset=offset, size=len(line))

    def _csv(self, found: Iterator[tuple[int, bytes] | Unreadable]) -> Iterator[Item]:
        begin, parts, size, quotes = 0, list[bytes](), 0, 0
        for each in found:
            self.count += 1
            if isinstance(each, Unreadable):
                yield each
                continue
            offset, line = each
            if not parts:
                begin = offset
            parts.append(line)
            size = offset + len(line) - begin
            quotes += line.count(b'"')
            if quotes % 2 and size < lines.LINE_LIMIT:
                continue
            yield self._csv_record(parts, begin, size)
            parts, quotes = [], 0
        if parts:
            yield Unreadable(offset=begin, size=size, why="cut off")

    def _csv_record(self, parts: list[bytes], begin: int, size: int) -> Item:
        record = postgresql.csvlog(lines.decoded(b"\n".join(parts)), begin, size)
        return postgresql.row(record, self._zone) if record else Unreadable(offset=begin, size=size)


def _is_envelope(value: Mapping[str, Any]) -> bool:
    if not any(isinstance(each, dict) or (isinstance(each, str) and "{" in each) for each in value.values()):
        return False
    inner = unwrap(value)[0]
    return inner is not value and not isinstance(inner, str)


def _described(value: Mapping[str, Any]) -> str:
    kind = _kind(value)
    return kind if kind != "json" else "JSON of another kind"


_ONCE: Final[Mapping[str, tuple[bytes, ...]]] = {
    "k8s-audit": (
        b'"auditID":',
        b'"verb":',
        b'"stage":',
        b'"requestURI":',
        b'"user":',
        b'"sourceIPs":',
        b'"objectRef":',
    ),
    "vault": (b'"auth":', b'"type":', b'"time":', b'"operation":', b'"remote_address":'),
}
"""Names that a well-made record has once; where one stands twice, the record is looked at more closely."""


_APART: Final = re.compile(rb'"\s+:')


def may_repeat(data: bytes, name: str, value: Mapping[str, Any]) -> bool:
    """Tell whether a name may stand twice in an object: cheap, and never wrongly no."""
    if name in _ONCE:
        return any(data.count(each) > 1 for each in _ONCE[name])
    if name != "json" or len(data) >= 4096:  # noqa: PLR2004 - said beside it
        return False
    return data.count(b'":') != _names_in(value) or _APART.search(data) is not None


def _names_in(value: object) -> int:
    """Return how many names the objects of a value have."""
    if isinstance(value, dict):
        return len(value) + sum(_names_in(each) for each in value.values() if isinstance(each, dict | list))
    return sum(map(_names_in, value)) if isinstance(value, list) else 0


def _repeats(data: bytes) -> bool:
    """Tell whether an object of a record has a name twice: readers differ in which one they take."""
    found = False

    def pairs(given: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal found
        made = dict(given)
        found = found or len(made) != len(given)
        return made

    try:
        json.loads(data, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return False
    return found
