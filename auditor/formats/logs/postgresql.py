"""PostgreSQL server logs with pgaudit in them: stderr, csvlog, jsonlog."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor.formats.logs import times
from auditor.formats.logs.row import ADDRESS, EVENT_TYPE, OBJECT, OUTCOME, TIME, USER, Row
from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

_CHINESE: Final = {
    "日志": "LOG",
    "信息": "INFO",
    "注意": "NOTICE",
    "警告": "WARNING",
    "错误": "ERROR",
    "致命错误": "FATAL",
    "比致命错误还过分的错误": "PANIC",
    "调试": "DEBUG",
    "详细信息": "DETAIL",
    "描述": "DETAIL",
    "提示": "HINT",
    "语句": "STATEMENT",
    "上下文": "CONTEXT",
    "查询": "QUERY",
    "位置": "LOCATION",
}
"""Words of ``lc_messages = zh_CN`` (PostgreSQL 12 to 17), by those of the source."""
_SEVERITIES: Final = "DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC"
_MORE: Final = "DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION"
START: Final = re.compile(
    r"[<\[(]?\s?"
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: ?(?:[A-Z]{1,6}|[+-]\d\d(?::?\d\d)?))?|\d{10}\.\d{3})"
    rf"(?P<prefix>.{{0,500}}?)\s?\b(?P<severity>{_SEVERITIES}|{_MORE}|{'|'.join(_CHINESE)}):\s{{1,2}}(?P<message>.*)",
    re.DOTALL,
)
TIME_START: Final = re.compile(rb"[<\[(]?\s?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d{10}\.\d{3} ")
CONTINUES: Final = frozenset(_MORE.split("|"))
_PREFIX: Final = re.compile(
    r"(?:^|[\s,;\[(])(user|usr|u|db|database|d|app|client|host|remote|h|r|c|session|line|pid|xid)=([^,\s\])]*)"
)
_SYSLOG: Final = re.compile(
    r"(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,30}) \S{1,255} "
    r"[\w./-]{1,64}\[\d{1,9}\]: "
    r"\[\d{1,12}-(\d{1,6})\] ?"
)
"""What syslog puts before each line; the second number counts the lines of one record."""
_PID: Final = re.compile(r"[\[(](\d{1,9})(?:-(\d{1,9}))?[\])]|(?:^|\s)(\d{2,9})(?=\s|:|$)")
_AT: Final = re.compile(r"(?:^|[\s:|,;(])([\w.$\[\]-]{1,63})@([\w.$\[\]-]{1,63})(?=\s|$|[,;:|>)])")
_HOST: Final = re.compile(
    r"(?:^|[\s|:,;(])((?:\d{1,3}\.){3}\d{1,3}|\[local\]|(?<!\d)[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})"
    r"(?:\(\d+\))?(?=\s|$|[,;:|)])"
)
_WORD: Final = re.compile(r"[A-Za-z_][\w.$-]{0,62}")
_SESSION: Final = re.compile(r"\b([0-9a-f]{6,16}\.[0-9a-f]{1,8})\b")
AUDIT: Final = re.compile(
    r"AUDIT: (SESSION|OBJECT),(\d{1,12}),(\d{1,12}),([A-Z_ ]*),([^,]*),([^,]*),(\"(?:[^\"]|\"\")*\"|[^,]*),(.*)",
    re.DOTALL,
)
_PARAMETER: Final = re.compile(r'parameter "([\w.]+)" (?:changed to "([^"]*)"|removed from configuration file)')
_ALTER: Final = re.compile(
    r"\b(?:ALTER\s+(?:SYSTEM|ROLE|USER|DATABASE)\b.{0,200}?\b(?:RE)?SET|SET(?:\s+(?:LOCAL|SESSION))?)\s+"
    r"[\"']?(pgaudit\.[\w]+|log_\w+|logging_collector|shared_preload_libraries|session_preload_libraries|log_connections|log_disconnections)[\"']?"
    r"(?:\s*(?:=|TO)\s*(.{0,200}))?",
    re.IGNORECASE | re.DOTALL,
)
_RESET: Final = re.compile(
    r"\bALTER\s+(?:SYSTEM|ROLE|USER|DATABASE)\b.{0,200}?\bRESET\s+[\"']?(pgaudit\.\w+|ALL)\b", re.IGNORECASE | re.DOTALL
)
_DISABLES: Final = re.compile(
    r"\b(?:DROP\s+EXTENSION\b.{0,60}?\bpgaudit\b|DISABLE\s+TRIGGER\b.{0,60}audit)", re.IGNORECASE | re.DOTALL
)
_ID_CARD: Final = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
_CSV: Final = [
    "timestamp",
    "user",
    "dbname",
    "pid",
    "connection",
    "session_id",
    "line_num",
    "ps",
    "session_start",
    "vxid",
    "txid",
    "error_severity",
    "state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_position",
    "context",
    "statement",
    "cursor_position",
    "func_name",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
]
_FEWEST_COLUMNS: Final = 22


class Record(Struct, kw_only=True):
    """One log record, before anybody reads meaning into it; `unclear` are fields that may stand in a prefix unread."""

    offset: int
    size: int
    time: object
    user: str = ""
    database: str = ""
    host: str = ""
    session: str = ""
    line: int | None = None
    severity: str = "LOG"
    message: str = ""
    statement: str = ""
    application: str = ""
    state: str = ""
    backend: str = ""
    own_session: bool = True
    unclear: int = 0


_ESCAPES: Final = {
    "a": r"(?P<application>.*?)",
    "u": r"(?P<user>[^\s]*?)",
    "d": r"(?P<database>[^\s]*?)",
    "r": r"(?P<host>\[local\]|[^\s()]*?)(?:\(\d+\))?",
    "h": r"(?P<host>[^\s]*?)",
    "b": r".*?",
    "p": r"(?P<pid>\d*)",
    "P": r"\d*",
    "t": r"\S+ \S+ \S+",
    "m": r"\S+ \S+ \S+",
    "n": r"\d+\.\d+",
    "i": r".*?",
    "e": r"\w{5}",
    "c": r"(?P<session>[0-9a-f]+\.[0-9a-f]+)",
    "l": r"(?P<line>\d*)",
    "s": r"\S+ \S+ \S+",
    "v": r"[\d/]*",
    "x": r"\d*",
    "Q": r"-?\d*",
    "%": "%",
}
"""``log_line_prefix`` of PostgreSQL 17, by what each escape looks like."""


@lru_cache(maxsize=64)
def prefix_of(setting: str) -> re.Pattern[str] | None:
    """Return what reads the prefix of a line by the server's ``log_line_prefix``; None if nobody can."""
    parts, seen = [], set[str]()
    tail = 0
    for text, _padding, escape in re.findall(r"([^%]+)|%(-?\d*)([A-Za-z%])", setting[:300].rstrip()):
        if text:
            parts.append(re.escape(text))
        elif escape == "q":
            parts.append("(?:")  # a process of no session ends its prefix here
            tail += 1
        elif escape in _ESCAPES:
            name = re.match(r"\(\?P<(\w+)>", _ESCAPES[escape])
            if name and name[1] in seen:
                return None
            seen.update([name[1]] if name else [])
            parts.append(r"\s{0,20}" + _ESCAPES[escape] + r"\s{0,20}" if _padding else _ESCAPES[escape])
        else:
            return None
    try:
        return re.compile("".join(parts) + ")?" * tail)
    except re.error:
        return None


def unlogged(line: str) -> tuple[str, bool]:
    """Return a line without what syslog put before it, and whether it goes on with the record before."""
    match = _SYSLOG.match(line)
    if not match:
        return line, False
    rest = line[match.end() :]
    return rest.replace("#011", "\t"), int(match[1]) > 1


def stderr(text: str, offset: int, size: int, setting: str = "") -> Record | None:
    """Return a record of the server's plain log; None if the text has no head that can be read.

    Args:
        text: The lines of the record.
        offset: Of the first byte.
        size: In bytes.
        setting: ``log_line_prefix`` of the server, where somebody declares it.
    """
    match = START.match(text)
    if not match:
        return None
    made = Record(
        offset=offset,
        size=size,
        time=match["time"],
        severity=_CHINESE.get(match["severity"], match["severity"]),
        message=match["message"],
    )
    if (
        setting
        and (pattern := prefix_of(setting))
        and (found := pattern.fullmatch(text[: match.start("severity")].rstrip()))
    ):
        said = {name: value for name, value in found.groupdict().items() if value}
        made.user, made.database = said.get("user", ""), said.get("database", "")
        made.host = said.get("host", "")
        made.session = said.get("session") or said.get("pid", "")
        made.own_session = "session" in said
        made.line = int(said["line"]) if said.get("line") else None
        return made
    _guess(made, match["prefix"])
    return made


def _guess(made: Record, prefix: str) -> None:
    """Read a prefix by the forms that are common; what is left over may be a user, or an application's name."""
    named = {name[:1]: value for name, value in _PREFIX.findall(prefix)}
    left = _PREFIX.sub(" ", prefix)
    user, database = named.get("u", ""), named.get("d", "")
    if not user and (at := _AT.search(prefix)):
        user, database = at[1], at[2]
        left = left.replace(f"{user}@{database}", " ")
    host = named.get("c") or named.get("h") or named.get("r") or ""
    if not host and (found := _HOST.search(prefix)):
        host = found[1]
    session = _SESSION.search(prefix)
    if session:
        left = left.replace(session[1], " ")
    if host:
        left = left.replace(host, " ")
    pid = _PID.search(prefix)
    made.user, made.database, made.host = user, database, host.partition("(")[0]
    made.session = session[1] if session else (pid[1] or pid[3]) if pid else ""
    made.line = int(pid[2]) if pid and pid[2] else None
    made.own_session = session is not None
    if _WORD.search(left):
        made.unclear = (USER if not user else 0) | (ADDRESS if not host else 0)


def csvlog(text: str, offset: int, size: int) -> Record | None:
    """Return a record of csvlog; None if it has too few columns."""
    try:
        found = next(csv.reader(io.StringIO(text), strict=True), [])
    except csv.Error:
        return None
    if len(found) < _FEWEST_COLUMNS or (not found[11].isupper() and found[11][:5] != "DEBUG"):
        return None
    named = dict(zip(_CSV, found, strict=False))
    host, _, port = named["connection"].rpartition(":")
    return Record(
        offset=offset,
        size=size,
        time=named["timestamp"],
        user=named["user"],
        database=named["dbname"],
        host=host if port.isdecimal() else named["connection"],
        session=named["session_id"],
        line=int(named["line_num"]) if named["line_num"].isdecimal() else None,
        severity=named["error_severity"],
        message=named["message"],
        statement=named["statement"],
        state=named["state_code"],
        backend=named.get("backend_type", ""),
    )


_SPELLINGS: Final = {
    "log_time": "timestamp",
    "user_name": "user",
    "database_name": "dbname",
    "process_id": "pid",
    "session_line_num": "line_num",
    "sql_state_code": "state_code",
    "connection_from": "connection",
}
"""Columns as PostgreSQL's own table for csvlog calls them, which operators (CloudNativePG) write as JSON."""


def is_event(value: Mapping[str, Any]) -> bool:
    """Tell a line of jsonlog by what it holds."""
    if isinstance(inner := value.get("record"), dict) and "logger" in value:
        value = inner
    if _cloud_entry(value) is not None:
        return True
    return "error_severity" in value and "message" in value and "session_id" in value


def _cloud_entry(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what pgaudit said in an entry of Cloud SQL or AlloyDB (``PgAuditEntry`` in Google's audit log)."""
    payload = value.get("protoPayload")
    request = payload.get("request") if isinstance(payload, dict) else None
    if isinstance(request, dict) and str(request.get("@type")).endswith("PgAuditEntry"):
        return request
    return None


_CLOUD_NAMES: Final = {
    "auditType": "audit_type",
    "statementId": "statement_id",
    "substatementId": "substatement_id",
    "auditClass": "class",
    "command": "command",
    "objectType": "object_type",
    "object": "object_name",
    "statement": "statement",
    "parameter": "parameter",
}


def jsonlog(value: Mapping[str, Any], offset: int, size: int) -> Record:
    """Return a record of jsonlog, or of csvlog as an operator writes it in JSON."""
    if isinstance(inner := value.get("record"), dict) and "logger" in value:
        value = inner
    if (entry := _cloud_entry(value)) is not None:
        value = {
            "timestamp": value.get("timestamp"),
            "user": entry.get("user"),
            "dbname": entry.get("database"),
            "session_id": str(entry.get("databaseSessionId", "")),
            "error_severity": "LOG",
            "audit": {name: str(entry.get(given, "")) for given, name in _CLOUD_NAMES.items()},
        }
    if "log_time" in value:
        value = {_SPELLINGS.get(name, name): given for name, given in value.items()}

    def text(name: str) -> str:
        found = value.get(name)
        return found if isinstance(found, str) else ""

    number = value.get("line_num")
    if isinstance(number, str) and number.isdecimal() and len(number) < 16:  # noqa: PLR2004 - digits of a number that fits
        number = int(number)
    message = text("message")
    if not message and isinstance(audit := value.get("audit"), dict):
        message = _audited(audit)
    host, _, port = text("connection").rpartition(":")
    return Record(
        offset=offset,
        size=size,
        time=value.get("timestamp"),
        user=text("user"),
        database=text("dbname"),
        host=text("remote_host") or (host if port.isdecimal() else text("connection")),
        session=text("session_id"),
        line=number if isinstance(number, int) else None,
        severity=text("error_severity"),
        message=message,
        statement=text("statement"),
        state=text("state_code"),
        backend=text("backend_type"),
    )


def _audited(audit: Mapping[str, Any]) -> str:
    """Return pgaudit's own line for what an operator took apart."""

    def text(name: str) -> str:
        found = audit.get(name)
        return str(found) if isinstance(found, str | int) else ""

    head = [text(name) for name in ("audit_type", "statement_id", "substatement_id", "class", "command", "object_type")]
    thing = text("object_name").replace('"', '""')
    return f'AUDIT: {",".join(head)},"{thing}",{text("statement")},{text("parameter")}'


_CLASS_TOPICS: Final = {"WRITE": {"write"}, "DDL": {"write"}, "ROLE": {"write", "account", "role"}}


def row(record: Record, zone: ZoneInfo | None) -> Row:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    """Return a record as a row."""
    lists = words()
    nothing = lists.says_nothing
    undetermined, applicable = record.unclear, 63
    at, zoned = times.when(record.time, zone) if record.time is not None else (None, "")
    if at is None and record.time:
        undetermined |= TIME
    message = record.message
    user = "" if nothing(record.user) else record.user
    host = "" if nothing(record.host) else record.host
    action, thing, outcome, note = "", "", "unknown", ""
    is_event, has_object = True, False
    topics: set[str] = set()
    request = ""
    if message.startswith("AUDIT: ") and (match := AUDIT.fullmatch(message)):
        _kind, statement_id, sub_id, cls, command, what, name, rest = match.groups()
        action = f"{cls} {command}".strip()
        thing = name.strip('"') or ""
        has_object = bool(thing)
        if not has_object and cls in {"READ", "WRITE", "FUNCTION", "MISC", "MISC_SET"}:
            applicable &= ~OBJECT  # utility commands and statements on no relation
        topics |= _CLASS_TOPICS.get(cls, set())
        if command == "COPY" or command.startswith("COPY"):
            topics.add("export")
        if cls == "READ":
            topics.add("read")
        outcome = "success"
        request = f"{record.session}/{statement_id}"
        note = _audit_change(rest) if cls in {"DDL", "MISC", "MISC_SET", "ROLE"} or "pgaudit" in rest else ""
        if not note and _ID_CARD.search(rest):
            note = "personal-data"
        del what, sub_id
    elif record.severity in {"ERROR", "FATAL", "PANIC"}:
        first = record.statement.split(None, 1)[0].upper()[:20] if record.statement.strip() else ""
        outcome = (
            "denied"
            if record.state in {"42501", "28000", "28P01"}
            or any(each in message for each in ("denied", "authentication failed", "权限不够", "认证失败"))
            else "failure"
        )
        if record.severity == "FATAL" and (
            any(each in message for each in ("authentication", "no pg_hba.conf", "role", "认证", "角色"))
        ):
            action = "LOGIN"
            topics.add("login")
            if not user and (found := re.search(r'user "([^"]{1,63})"', message)):
                user = found[1]
        else:
            action = first or record.severity
        applicable &= ~OBJECT
        if "permission denied for" in message:
            thing = message.rpartition(" ")[2]
        if record.severity != "ERROR" and not user:
            is_event = action == "LOGIN"
    elif message.startswith("connection authorized"):
        action, outcome = "LOGIN", "success"
        topics.add("login")
        applicable &= ~OBJECT
    elif message.startswith("disconnection"):
        action, outcome = "LOGOUT", "success"
        topics.add("logout")
        applicable &= ~OBJECT
    else:
        is_event = False
        if (found := _PARAMETER.search(message)) and _lowers(found[1], found[2]):
            note = "audit-off"
        if message.startswith(("statement:", "execute ")):
            is_event = True
            outcome = "success"
            text = message.partition(": ")[2]
            action = f"STATEMENT {text.split(None, 1)[0].upper()[:20]}" if text.strip() else "STATEMENT"
            note = _audit_change(text)
    present = (
        (TIME if at is not None else 0)
        | (USER if user else 0)
        | (EVENT_TYPE if action else 0)
        | (OBJECT if has_object else 0)
        | (OUTCOME if outcome != "unknown" else 0)
        | (ADDRESS if host else 0)
    )
    return Row(
        offset=record.offset,
        size=record.size,
        at=at,
        zone=zoned,
        user=user,
        principal=_principal(user, record.database),
        action=action[:120],
        topics=frozenset(topics),
        object=thing[:300],
        outcome=outcome,
        address=host,
        present=present,
        applicable=applicable,
        undetermined=undetermined & ~present,
        record=f"{record.session}/{record.line}" if record.line is not None and record.own_session else "",
        request=request,
        stream=f"session {record.session}" if record.line is not None and record.own_session else "",
        seq=record.line if record.own_session else None,
        is_event=is_event,
        note=note,
        session=record.session,
        session_tells=False,
    )


def _principal(user: str, database: str) -> str:
    """Return the class of a user; one who is called as the database is belongs to an application."""
    if not user:
        return "none"
    found = words().principal(user)
    return "service" if found == "person" and user == database else found


def _audit_change(statement: str) -> str:
    for match in _ALTER.finditer(statement[:20_000]):
        value = (match[2] or "").strip().strip("'\";,<> ")
        if _lowers(match[1].lower(), value):
            return "audit-off"
    if _RESET.search(statement[:20_000]) or _DISABLES.search(statement[:20_000]):
        return "audit-off"
    return ""


_OFF: Final = frozenset({"none", "off", "false", "0", "no", ""})


def _lowers(name: str, value: str | None) -> bool:  # noqa: PLR0911 - one step for each thing that is looked at
    """Tell whether a setting's new value records less than an auditor wants."""
    text = (value or "").lower().partition(",<")[0].strip().strip("'\";")
    classes = {part.strip().strip("'\"") for part in text.split(",")}
    if name == "pgaudit.log":
        if "all" in classes and not any(each.startswith("-") for each in classes):
            return False
        return not {"write", "ddl", "role"} <= classes
    if name in {"pgaudit.log_catalog", "pgaudit.log_relation", "pgaudit.log_parameter", "pgaudit.log_statement"}:
        return False
    if name in {"log_connections", "log_disconnections", "logging_collector"}:
        return text in _OFF
    if name in {"shared_preload_libraries", "session_preload_libraries"}:
        return "pgaudit" not in text
    if name in {"log_min_messages", "log_min_error_statement"}:
        return text in {"fatal", "panic"}
    if name == "log_destination":
        return text in _OFF
    return False
