"""Access logs of nginx: combined, ingress, JSON. The user is what the client claims, never what somebody checked."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.logs import times
from auditor.formats.logs.row import ADDRESS, EVENT_TYPE, OBJECT, OUTCOME, TIME, USER, Row
from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

COMBINED: Final = re.compile(
    r"(?P<address>\S+) (?:(?P<second>\S+) )?- ?(?:\[[^\]\s]{2,45}\] - )?(?P<user>.*?) \[(?P<time>[^\]]{11,40})\] "
    r'"(?P<request>(?:[^"\\]|\\.)*)" (?P<status>\d{3}|-) '
    r'(?P<bytes>\d+|-)(?: "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<agent>(?:[^"\\]|\\.)*)")?(?P<rest>.*)'
)
_ADDRESS: Final = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}")
_VARIABLES: Final[Mapping[str, str]] = {
    "time_local": "time",
    "time_iso8601": "time",
    "msec": "time",
    "remote_user": "user",
    "request_method": "method",
    "request_uri": "uri",
    "uri": "uri",
    "request": "request",
    "status": "status",
    "remote_addr": "address",
    "http_x_forwarded_for": "forwarded",
    "request_id": "id",
    "req_id": "id",
    "http_traceparent": "trace",
}
_REQUEST_ID: Final = re.compile(r"(?:^|\s)([0-9a-f]{32})(?:\s|$)")
_REQUEST: Final = re.compile(r"([A-Z]{3,20}) (\S+)(?: HTTP/[\d.]+)?")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": (
        *("time_iso8601", "msec", "ts", "time_local", "StartUTC", "start_time", "time", "timestamp", "@timestamp"),
        "date",
    ),
    "user": ("remote_user", "ClientUsername", "user"),
    "method": ("request_method", "method", "verb", "RequestMethod"),
    "uri": ("request_uri", "uri", "path", "url", "RequestPath"),
    "request": ("request",),
    "status": ("status", "code", "response_code", "DownstreamStatus"),
    "address": (
        *("remote_addr", "client", "client_ip", "remote_ip", "ClientHost", "downstream_remote_address"),
        "downstream_direct_remote_address",
    ),
    "forwarded": ("http_x_forwarded_for", "xff", "x_forwarded_for", "x-forwarded-for"),
    "id": ("request_id", "req_id", "http_x_request_id"),
    "trace": ("traceparent", "http_traceparent", "trace_id"),
}
_CALLS: Final = frozenset({"model", "tool"})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND"})
_ERROR: Final = 400
_DENIED: Final = frozenset({401, 403, 407})
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def line(text: str, offset: int, size: int, zone: ZoneInfo | None) -> Row | None:
    """Return a line of the combined or ingress format as a row; None if it is none."""
    match = COMBINED.fullmatch(text)
    if not match:
        return None
    request = _REQUEST.fullmatch(match["request"])
    found = _REQUEST_ID.search(match["rest"]) if len(match["rest"]) >= 32 else None  # noqa: PLR2004 - digits of one
    address = match["address"]
    if match["second"] and not _ADDRESS.fullmatch(address) and _ADDRESS.fullmatch(match["second"]):
        address = match["second"]  # the name of the virtual host stands first (vhost_combined)
    return _row(
        {
            "time": match["time"],
            "user": match["user"],
            "method": request[1] if request else "",
            "uri": request[2] if request else "",
            "status": match["status"],
            "address": address,
            "id": found[1] if found else "",
        },
        offset,
        size,
        zone,
    )


_ASKED: Final = re.compile(
    r'"(?P<request>[A-Z]{3,20} \S{1,8000}(?: HTTP/[\d.]{1,3})?)"\s?[^"]{0,60}?\b(?P<status>[1-5]\d\d)\b'
)
_WHEN: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
    r"|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d(?: [+-]\d{4})?"
)
_HOST: Final = re.compile(r"(?<![\w.:])(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){3,7})(?![\w.])")


def loose(text: str, offset: int, size: int, zone: ZoneInfo | None) -> Row | None:
    """Return a line of a format of somebody's own as a row: a quoted request, a status behind it, a time, anywhere.

    Whoever it was may be any bare word before or behind, so that the user is undetermined; so is the address where
    several stand there. ``log_format`` in the settings of the source makes both plain.
    """
    text = text[:16384]
    asked = _ASKED.search(text)
    stamp = _WHEN.search(text)
    if not asked or not stamp:
        return None
    method, _, rest = asked["request"].partition(" ")
    behind = text[asked.end() :].partition('"')[0]
    around = f"{text[: asked.start()]} {behind}".replace(stamp[0], " ")
    hosts = {match[0] for match in _HOST.finditer(around)}
    made = _row(
        {
            **dict.fromkeys(_NAMES, ""),
            "time": stamp[0],
            "method": method,
            "uri": rest.partition(" ")[0],
            "status": asked["status"],
            "address": next(iter(hosts)) if len(hosts) == 1 else "",
        },
        offset,
        size,
        zone,
    )
    made.undetermined |= USER | (0 if len(hosts) == 1 else ADDRESS)
    return made


@lru_cache(maxsize=64)
def format_of(setting: str) -> re.Pattern[str] | None:
    """Return what reads a line by ``log_format`` of nginx; None if the setting names none of the fields."""
    seen = set[str]()
    pieces = re.split(r"\$\{?(\w+)\}?", setting.strip().strip("'\"")[:4000])
    parts = [re.escape(pieces[0])]
    for index in range(1, len(pieces), 2):
        name, text = _VARIABLES.get(pieces[index], ""), re.escape(pieces[index + 1])
        value = "(.*?)" if not name or name in seen else f"(?P<{name}>.*?)"
        # a variable ends where the text behind it stands first; atomic, so that no line takes long
        parts.append(f"(?>{value}{text})" if text else value.replace(".*?", ".*"))
        seen.add(name)
    return re.compile("".join(parts) + r"\s*") if seen & {"time", "status", "request", "uri"} else None


def custom(pattern: re.Pattern[str], text: str, offset: int, size: int, zone: ZoneInfo | None) -> Row | None:
    """Return a line of a declared ``log_format`` as a row; None if it is none."""
    match = pattern.fullmatch(text[:16384])
    if not match:
        return None
    found = {name: value or "" for name, value in match.groupdict().items()}
    if request := _REQUEST.fullmatch(found.get("request", "")):
        found = {"method": request[1], "uri": request[2], **found}
    return _row({**dict.fromkeys(_NAMES, ""), **found}, offset, size, zone)


_TELLING: Final = (
    *("remote_addr", "request_uri", "request_method", "remote_user"),
    *("downstream_remote_address", "RequestMethod"),  # Envoy and Istio, Traefik
)
_WITH_PORT: Final = re.compile(r"((?:\d{1,3}\.){3}\d{1,3}):\d{1,5}|\[([0-9a-fA-F:.]+)\]:\d{1,5}")


def is_event(value: Mapping[str, Any]) -> bool:
    """Tell a JSON access log by its names."""
    return (
        any(name in value for name in _TELLING)
        and any(name in value for name in _NAMES["status"])
        and (any(name in value for name in _NAMES["uri"]) or "request" in value)
    )


def row(value: Mapping[str, Any], offset: int, size: int, zone: ZoneInfo | None) -> Row:
    """Return an object of a JSON access log as a row."""
    found = {
        key: next((value[name] for name in names if value.get(name) not in (None, "")), "")
        for key, names in _NAMES.items()
    }
    if found["request"] and not found["method"] and (match := _REQUEST.fullmatch(str(found["request"]))):
        found["method"], found["uri"] = match[1], match[2]
    return _row(found, offset, size, zone)


def _row(found: Mapping[str, Any], offset: int, size: int, zone: ZoneInfo | None) -> Row:
    lists = words()
    nothing = lists.says_nothing
    undetermined = 0
    at, zoned = times.when(found["time"], zone) if found["time"] != "" else (None, "")
    if found["time"] != "" and at is None:
        undetermined |= TIME
    user = found["user"] if isinstance(found["user"], str) else ""
    user = "" if nothing(user) else user
    method, uri = str(found["method"]), str(found["uri"])
    path = uri.partition("?")[0]
    status = str(found["status"])
    code = int(status) if status.isdecimal() and len(status) < 6 else None  # noqa: PLR2004 - said beside it
    outcome = "unknown" if code is None else "denied" if code in _DENIED else "failure" if code >= _ERROR else "success"
    address = str(found["address"])
    if ":" in address and (with_port := _WITH_PORT.fullmatch(address)):
        address = with_port[1] or with_port[2]
    trace = str(found.get("trace", ""))
    match = _TRACEPARENT.fullmatch(trace) if trace else None
    present = (
        (TIME if at is not None else 0)
        | (USER if user else 0)
        | (EVENT_TYPE if method else 0)
        | (OBJECT if path and not nothing(path) else 0)
        | (OUTCOME if code is not None else 0)
        | (ADDRESS if address and not nothing(address) else 0)
    )
    template = path_template(path)
    # that a model was asked can be seen here, but a record of the call is another thing: this one cannot name the model
    topics = lists.topics(template) - _CALLS
    writes = method not in _SAFE and bool(method)
    return Row(
        offset=offset,
        size=size,
        at=at,
        zone=zoned,
        user=user,
        authenticated=False,
        principal=lists.principal(user) if user else "none",
        action=f"{method} {template}" if method else "",
        topics=(topics | {"write"}) if writes else (topics - {"write"}),
        object=path[:300],
        outcome=outcome,
        address=address,
        present=present,
        undetermined=undetermined & ~present,
        # access logs have no number of their own: only a request id tells two alike requests apart
        record=str(found.get("id", "")),
        trace=match[1] if match else trace,
    )


_SEGMENT: Final = re.compile(
    r"\d+|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F-]{14,27}|[0-9a-fA-F]{16,}|(?=[^/]*\d)[\w.~%+=-]{20,}|[^/]*@[^/]*"
)


_SHORTEST_WORD: Final = 16
"""A longer word may be all hexadecimal digits that are letters."""


@lru_cache(maxsize=65536)
def path_template(path: str) -> str:
    """Return a path with its identifiers replaced by ``{id}``, so that like requests are one action."""
    parts = path.split("/")[:12]
    return "/".join(
        part
        if len(part) < _SHORTEST_WORD and (part.isalpha() or not part)  # most are plain words
        else "{id}"
        if _SEGMENT.fullmatch(part[:200])
        else part[:60]
        for part in parts
    )
