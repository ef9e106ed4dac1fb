"""JSON lines of an application, read by a declared map of where its fields stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.formats.logs import times
from auditor.formats.logs.row import ADDRESS, ALL, EVENT_TYPE, OBJECT, OUTCOME, TIME, USER, Row
from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

NAMES: Final = ("time", "user", "event_type", "object", "outcome", "source_address")
_SPELLINGS: Final = {
    "event-type": "event_type",
    "action": "event_type",
    "source-address": "source_address",
    "address": "source_address",
    "ip": "source_address",
    "result": "outcome",
    "status": "outcome",
    "resource": "object",
    "target": "object",
    "actor": "user",
    "timestamp": "time",
    "record_id": "id",
    "request_id": "trace",
    "trace_id": "trace",
    "prompt_version": "prompt",
    "session_id": "session",
    "arrived": "arrival",
    "received": "arrival",
    "on_behalf_of": "acts_for",
    "for_user": "acts_for",
}
MORE: Final = (
    "seq",
    "id",
    "stream",
    "trace",
    "arrival",
    "session",
    "model",
    "prompt",
    "acts_for",
    "duration_ms",
    "hash",
    "prev_hash",
)
GUESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "time": (
        *("time", "timestamp", "@timestamp", "ts", "created_at", "createdAt", "event_time", "eventTime", "occurred_at"),
        *("occurredAt", "date", "datetime", "startTime", "op_time", "operate_time", "operation_time", "create_time"),
        *("createTime", "log_time", "logTime", "effective_at", "updated_at", "started_at", "start_time", "TIME"),
        *("ts.$date", "timestamp.$date", "evtTime", "published"),
        *("时间", "操作时间", "发生时间", "请求时间", "创建时间"),
    ),
    "user": (
        "user.audit.name",  # Auditbeat: who logged in; `user.name` is whom they became
        *("user", "username", "user_name", "userName", "user_id", "userId", "actor", "account", "account_id"),
        *("principal", "operator", "operator_name", "operatorName", "changed_by", "author_name", "user_account"),
        *("userAccount", "login_name", "loginName", "accessKey"),
        *("用户", "用户名", "操作人", "操作员", "用户账号", "操作用户"),
        # Elastic Common Schema, CloudTrail, ActionTrail
        *(
            "user.name",
            "user.email",
            "user.id",
            "userIdentity.userName",
            "userIdentity.arn",
            "userIdentity.principalId",
        ),
        # gateways (Kong, APISIX), Keycloak's events of administrators, MySQL's and TiDB's audit, n8n
        *("consumer.username", "consumer.custom_id", "authenticated_entity.consumer_id", "authDetails.username"),
        *("authDetails.userId", "login.user", "account.user", "payload._email", "payload.userId", "USER"),
        # MongoDB, Ranger, Entra ID, Kafka
        *("users[0].user", "reqUser", "identity", "data.authenticationInfo.principal"),
    ),
    "event_type": (
        *("action", "eventName", "event_name", "event_type", "eventType", "event", "op", "operation", "trace_name"),
        *("event.action", "api.name", "verb", "call_type", "type", "method", "change", "event.type"),
        *("general_data.sql_command", "operationType", "request.method", "EVENT"),
        *("操作", "操作类型", "事件类型", "操作名称"),
    ),
    "object": (
        *("object", "resource", "target", "object_id", "resource_id", "resourceId", "resourceName", "resource_name"),
        *("object_name", "entity_path", "api.object", "api.bucket", "path", "request_uri", "url.path", "file.path"),
        *("resourcePath", "request.uri", "TABLES"),
        *("对象", "操作对象", "目标", "资源"),
    ),
    "outcome": (
        *("outcome", "result", "status", "success", "code", "decision", "response_status_code", "responseCode"),
        *("event.outcome", "http.response.status_code", "api.statusCode", "response_code", "response.status"),
        *("结果", "操作结果", "状态"),
    ),
    "source_address": (
        *(
            "source_address",
            "src",
            "ip",
            "client_ip",
            "src_ip",
            "source_ip",
            "remote_addr",
            "remote_address",
            "clientIp",
        ),
        *("created_ip", "ipAddress", "sourceIPAddress", "sourceIpAddress", "requester_ip_address", "IP"),
        *("ip_address", "remotehost", "source.ip", "client.ip", "origin.address", "authDetails.ipAddress", "login.ip"),
        *("downstream_remote_address", "CLIENT_IP"),
        *("IP地址", "来源IP", "客户端IP", "登录IP", "源地址", "来源地址"),
    ),
    "seq": ("seq", "sequence"),
    "id": ("event_id", "record_id", "audit_id", "eventId", "eventID"),
    "trace": ("trace_id", "traceId", "request_id"),
    "session": ("session_id", "conversation_id"),
    "model": ("model",),
    "prompt": ("prompt_version",),
    "acts_for": ("on_behalf_of", "acts_for"),
    "arrival": ("ingested_at", "received_at", "ingested"),
}
"""Usual names of fields; one that holds an object or a list is none, but for a user with a name in it."""
_CORE: Final = frozenset({"time", "user", "event_type", "source_address"})
_NAMES_OF_USERS: Final = ("username", "userName", "email", "name", "id", "uid")
_STEP: Final = re.compile(r"""\.?([^.\[\]"']+)|\[(\d{1,6})\]|\[["']([^"']+)["']\]""")
_MISSING: Final = object()
_CLAIMED: Final = re.compile(r"(?i)x[-_]?forwarded|forwarded[-_]for|x[-_]?real[-_]?ip|\bxff\b|true[-_]client")
_DEPTH: Final = 16


@dataclass
class Mapper:
    """A map, ready for use.

    Attributes:
        getters: By the name of a field.
        success: Outcomes that are good, as text; empty where the usual words decide.
        failure: Outcomes that are bad.
        is_guess: Nobody declared it: usual names were taken.
        claims_address: The address is taken from a header of the client's.
        unknown: Names in the map that mean nothing here.
    """

    getters: dict[str, Callable[[Mapping[str, Any]], object]]
    success: frozenset[str] = frozenset()
    failure: frozenset[str] = frozenset()
    is_guess: bool = False
    claims_address: bool = False
    unknown: tuple[str, ...] = ()
    places: dict[str, str] = field(default_factory=dict)


def mapper(said: Mapping[str, Any], sample: Mapping[str, Any] | None = None) -> Mapper:
    """Return a map that was declared, or a guess by the names in a sample record."""
    if not said:
        found = guess(sample or {})
        return Mapper({name: _getter(place) for name, place in found.items()}, is_guess=True, places=found)
    getters: dict[str, Callable[[Mapping[str, Any]], object]] = {}
    success: frozenset[str] = frozenset()
    failure: frozenset[str] = frozenset()
    unknown, places = [], {}
    for key, value in said.items():
        name = _SPELLINGS.get(str(key), str(key))
        at: object = value
        if isinstance(value, dict):
            at = value.get("field", value.get("path"))
            if name == "outcome":
                success = _texts(value.get("success"))
                failure = _texts(value.get("failure"))
        if name not in NAMES and name not in MORE:
            unknown.append(str(key))
            continue
        if isinstance(at, str) and at:
            getters[name] = _getter(at)
            places[name] = at
        else:
            unknown.append(str(key))
    return Mapper(
        getters,
        success,
        failure,
        claims_address=bool(_CLAIMED.search(places.get("source_address", ""))),
        unknown=tuple(unknown),
        places=places,
    )


def guess(sample: Mapping[str, Any]) -> dict[str, str]:
    """Return where fields seem to stand: in the record itself, or in the one object of it that says more."""
    found = _guess_at(sample, "")
    if "loggerName" in sample:
        found.pop("seq", None)  # a Java server counts all of its messages, of which an audit log holds some
    for key, inner in sample.items():
        if isinstance(inner, dict) and key.isidentifier():
            inside = _guess_at(inner, f"{key}.")
            if len(inside.keys() & _CORE) > max(1, len(found.keys() & _CORE)):
                found = inside
    return found


def _guess_at(sample: Mapping[str, Any], prefix: str) -> dict[str, str]:
    return {
        name: prefix + place
        for name, places in GUESSES.items()
        if (place := next((each for each in places if _says(sample, each, name)), ""))
    }


def _says(sample: Mapping[str, Any], place: str, name: str) -> bool:
    """Tell whether a place of a record may be the one of a field: an object that stands there is another thing."""
    found = _getter(place)(sample)
    if isinstance(found, dict):
        return name == "user" and any(isinstance(found.get(each), str) for each in _NAMES_OF_USERS)
    if isinstance(found, list):
        return len(found) == 1 and not isinstance(found[0], dict | list)
    return found is not _MISSING and found != ""


def _parsed(text: str) -> object:
    """Return the object that a text spells out, or the text."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _texts(value: object) -> frozenset[str]:
    given = value if isinstance(value, list) else [] if value is None else [value]
    return frozenset(_spelled(each) for each in given)


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip().lower()


def _getter(place: str) -> Callable[[Mapping[str, Any]], object]:
    """Return what takes a value from a record: ``ts``, ``$.ctx.uid``, ``a.b[0]``, ``$["a.b"]``, ``/a/b``."""
    if place.startswith("/"):
        steps: list[str | int] = [part.replace("~1", "/").replace("~0", "~") for part in place[1:].split("/")]
    else:
        text = place.removeprefix("$")
        steps = [name or quoted or int(index) for name, index, quoted in _STEP.findall(text)]
    whole = place.removeprefix("$.")

    def get(record: Mapping[str, Any]) -> object:
        if whole in record:
            return record[whole]
        found: object = record
        for step in steps[:_DEPTH]:
            if isinstance(found, dict) and step in found:
                found = found[step]
                continue
            place_in_list = step if isinstance(step, int) else -1
            if not isinstance(found, list) or not 0 <= place_in_list < len(found):
                return _MISSING
            found = found[place_in_list]
        return found

    return get


def _is_a_chat(mapped: Mapper, user: str) -> bool:
    """Tell whether a session says nothing of who used a shared account: one that nobody declared may be any chat."""
    return mapped.is_guess and words().principal(user) == "shared"


def row(value: Mapping[str, Any], mapped: Mapper, offset: int, size: int, zone: ZoneInfo | None) -> Row:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    """Return a record as a row."""
    lists = words()
    nothing = lists.says_nothing
    getters = mapped.getters
    undetermined, present = 0, 0

    def raw(name: str) -> object:
        getter = getters.get(name)
        return getter(value) if getter else _MISSING

    def text(name: str, bit: int = 0) -> str:
        nonlocal undetermined, present
        found = raw(name)
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if name == "user" and isinstance(found, str) and found[:2] == '{"':
            found = _parsed(found)  # Huawei CTS
        if isinstance(found, dict) and name == "user" and (mapped.is_guess or isinstance(raw(name), str)):
            found = next((found[each] for each in _NAMES_OF_USERS if isinstance(found.get(each), str)), found)
        if found is _MISSING or found is None:
            return ""
        if isinstance(found, dict | list):
            undetermined |= bit
            return ""
        said = _spelled(found) if isinstance(found, bool) else str(found)
        if bit and not nothing(said):
            present |= bit
        return said

    at, zoned = None, ""
    stamp = raw("time")
    if stamp is not _MISSING and stamp not in (None, ""):
        at, zoned = times.when(stamp, zone)
        if at is None:
            undetermined |= TIME
        else:
            present |= TIME
    user = text("user", USER)
    if "\ufffd" in user:  # bytes of another encoding: several names may have become one
        user, present, undetermined = "", present & ~USER, undetermined | USER
    action = text("event_type", EVENT_TYPE)
    thing = text("object", OBJECT)
    said = text("outcome", OUTCOME).strip().lower()
    address = text("source_address", ADDRESS)
    outcome = "unknown"
    if present & OUTCOME:
        if mapped.success or mapped.failure:
            if said in mapped.success:
                outcome = "success"
            elif said in mapped.failure or not mapped.failure:
                outcome = "failure"
        elif said in lists.success:
            outcome = "success"
        elif said in lists.failure:
            outcome = "failure"
        elif said.isdecimal() and len(said) == 3:  # noqa: PLR2004 - said beside it
            outcome = "failure" if int(said) >= 400 else "success"  # noqa: PLR2004 - said beside it
        if said in {"denied", "deny", "forbidden", "refused", "401", "403", "拒绝"} and outcome != "success":
            outcome = "denied"
    if "," in address:
        address = address.rpartition(",")[2].strip()
    if mapped.is_guess:
        # a field that nobody declared may stand under another name
        for bit, name in zip((TIME, USER, EVENT_TYPE, OBJECT, OUTCOME, ADDRESS), NAMES, strict=True):
            at_hand = mapped.places.get(name)
            if at_hand is None or (
                not present & bit and any(each != at_hand and _says(value, each, name) for each in GUESSES[name])
            ):
                undetermined |= bit
    topics = set(lists.topics(action)) if action else set()
    if "login-success-or-failure" in topics:
        topics.discard("login-success-or-failure")
        topics.add("login")
        topics.discard("write")
    sequence = raw("seq")
    if isinstance(sequence, str) and sequence.isdecimal() and len(sequence) < 20:  # noqa: PLR2004 - said beside it
        sequence = int(sequence)
    arrival = raw("arrival")
    acts_for = text("acts_for")
    model = text("model")
    took = raw("duration_ms")
    if model and not nothing(model):
        topics.add("model") if not topics & {"model", "tool"} else None
    return Row(
        offset=offset,
        size=size,
        at=at,
        zone=zoned,
        arrived=times.when(arrival, zone)[0] if arrival is not _MISSING else None,
        user="" if nothing(user) and lists.principal(user) != "anonymous" else user,
        principal=lists.principal(user) if user else "none",
        acts_for="" if nothing(acts_for) else acts_for,
        action=action[:120],
        topics=frozenset(topics),
        object=thing[:300],
        outcome=outcome,
        address=address,
        address_claimed=mapped.claims_address,
        present=present,
        applicable=ALL,
        undetermined=undetermined & ~present,
        record=text("id"),
        stream=f"seq {text('stream')}".strip() if isinstance(sequence, int) else "",
        seq=sequence if isinstance(sequence, int) and not isinstance(sequence, bool) else None,
        trace=text("trace"),
        duration=round(took * 1000) if isinstance(took, int | float) and not isinstance(took, bool) else None,
        note="audit-off" if "audit-off" in topics and outcome == "success" else "",
        model="" if nothing(model) else model,
        prompt="" if nothing(said_prompt := text("prompt")) else said_prompt,
        session="" if nothing(said_session := text("session")) or _is_a_chat(mapped, user) else said_session,
    )
