"""OCSF events: what people and programs did; findings and inventories are no evidence of actions and are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.formats.logs import times
from auditor.formats.logs.row import ADDRESS, EVENT_TYPE, OBJECT, OUTCOME, TIME, USER, Row
from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACTIVITIES: Final[Mapping[int, tuple[str, ...]]] = {
    3001: (
        "Unknown",
        "Create",
        "Enable",
        "Password Change",
        "Password Reset",
        "Disable",
        "Delete",
        "Attach Policy",
        "Detach Policy",
        "Lock",
        "MFA Enable",
        "MFA Disable",
        "Unlock",
    ),
    3002: (
        "Unknown",
        "Logon",
        "Logoff",
        "Authentication Ticket",
        "Service Ticket Request",
        "Service Ticket Renew",
        "Preauth",
        "Account Switch",
    ),
    3003: ("Unknown", "Assign Privileges", "Assign Groups"),
    3004: ("Unknown", "Create", "Read", "Update", "Delete"),
    3005: ("Unknown", "Assign Privileges", "Revoke Privileges", "Delete User", "Add User"),
    3006: ("Unknown", "Assign Privileges", "Revoke Privileges", "Add User", "Remove User", "Delete", "Create"),
    6003: ("Unknown", "Create", "Read", "Update", "Delete"),
    6005: ("Unknown", "Read", "Update", "Connect", "Query", "Write", "Create", "Export", "Share"),
    1001: (
        *(
            "Unknown",
            "Create",
            "Read",
            "Update",
            "Delete",
            "Rename",
            "Set Attributes",
            "Set Security",
            "Get Attributes",
        ),
        *("Get Security", "Encrypt", "Decrypt", "Mount", "Unmount", "Open"),
    ),
    1006: ("Unknown", "Create", "Update", "Delete", "Enable", "Disable", "Start"),
    1007: ("Unknown", "Launch", "Terminate", "Open", "Inject", "Set User ID"),
    4001: ("Unknown", "Open", "Close", "Reset", "Fail", "Refuse", "Traffic", "Listen"),
    4002: ("Unknown", "Connect", "Delete", "Get", "Head", "Options", "Post", "Put", "Trace", "Patch"),
    6001: ("Unknown", "Create", "Read", "Update", "Delete", "Search", "Import", "Export", "Share"),
    6002: ("Unknown", "Install", "Remove", "Start", "Stop", "Restart", "Enable", "Disable", "Update"),
    6004: ("Unknown", "Access Grant", "Access Deny", "Access Revoke", "Access Error"),
    6006: (
        *("Unknown", "Upload", "Download", "Update", "Delete", "Rename", "Copy", "Move", "Restore", "Preview", "Lock"),
        *("Unlock", "Share", "Unshare", "Open", "Sync", "Unsync"),
    ),
}
_CLASSES: Final[Mapping[int, str]] = {
    1001: "File System Activity",
    1006: "Scheduled Job Activity",
    1007: "Process Activity",
    3001: "Account Change",
    3002: "Authentication",
    3003: "Authorize Session",
    3004: "Entity Management",
    3005: "User Access Management",
    3006: "Group Management",
    4001: "Network Activity",
    4002: "HTTP Activity",
    6001: "Web Resources Activity",
    6002: "Application Lifecycle",
    6003: "API Activity",
    6004: "Web Resource Access Activity",
    6005: "Datastore Activity",
    6006: "File Hosting Activity",
}
"""Captions, where a record leaves ``class_name`` out."""
_OBJECTS: Final = (
    *("database", "table", "databucket", "file", "web_resources", "privileges", "group", "entity", "resource", "user"),
    *("job", "process", "app", "http_request", "dst_endpoint"),
)
_SYSTEM: Final = 1
_EVENT_CATEGORIES: Final = frozenset({1, 3, 4, 6})
"""System, identity, network and application activity. 2 is findings, 5 discovery."""


def is_event(value: Mapping[str, Any]) -> bool:
    """Tell an OCSF document by its class and version."""
    return isinstance(value.get("class_uid"), int) and (isinstance(value.get("metadata"), dict) or "type_uid" in value)


def is_action(value: Mapping[str, Any]) -> bool:
    """Tell whether the class says what somebody did."""
    return int(value["class_uid"]) % 100_000 // 1000 in _EVENT_CATEGORIES


def row(value: Mapping[str, Any], offset: int, size: int) -> Row:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    """Return an event as a row."""
    lists = words()
    nothing = lists.says_nothing
    undetermined, applicable = 0, 63
    at, zoned = times.when(value["time"]) if "time" in value else (None, "")
    if at is None and value.get("time") is not None:
        undetermined |= TIME
    cls = int(value["class_uid"])
    activity = value.get("activity_id")
    names = _ACTIVITIES.get(cls, ())
    named = value.get("activity_name")
    said = (
        named
        if isinstance(named, str) and named
        else names[activity]
        if isinstance(activity, int) and 0 <= activity < len(names)
        else str(activity if activity is not None else "")
    )
    api = value.get("api")
    operation = api.get("operation") if isinstance(api, dict) else None
    class_name = value.get("class_name") if isinstance(value.get("class_name"), str) else _CLASSES.get(cls, str(cls))
    action = f"{operation}" if isinstance(operation, str) and operation else f"{class_name}: {said}"
    actor = value.get("actor")
    who = actor.get("user") if isinstance(actor, dict) else None
    if cls in {3001, 3002} and not (isinstance(who, dict) and who):
        who = value.get("user")
    user = ""
    if isinstance(who, dict):
        user = next(
            (
                str(who[key])
                for key in ("name", "uid", "email_addr")
                if isinstance(who.get(key), str | int) and not nothing(str(who[key]))
            ),
            "",
        )
    elif who is not None:
        undetermined |= USER
    thing = ""
    resources = value.get("resources")
    if isinstance(resources, list) and resources and isinstance(resources[0], dict):
        thing = next(
            (str(resources[0][key]) for key in ("uid", "name", "type") if isinstance(resources[0].get(key), str)), ""
        )
    for key in _OBJECTS:
        inner = value.get(key)
        if key == "http_request" and isinstance(inner, dict):
            inner = inner.get("url")
            inner = {"path": inner} if isinstance(inner, str) else inner
        if not thing and isinstance(inner, dict):
            names = ("name", "uid", "path", "cmd_line", "url_string", "hostname")
            thing = next((str(inner[name]) for name in names if isinstance(inner.get(name), str) and inner[name]), "")
        if not thing and isinstance(inner, list) and inner:
            thing = str(inner[0].get("name", "")) if isinstance(inner[0], dict) else str(inner[0])
    status = value.get("status_id")
    outcome = {1: "success", 2: "failure"}.get(status, "unknown") if isinstance(status, int) else "unknown"
    if not isinstance(status, int):  # the id is required since 1.0; some writers give the word alone, or HTTP's
        outcome = {"success": "success", "failure": "failure"}.get(str(value.get("status")).lower(), "unknown")
        response = value.get("http_response")
        code = response.get("code") if isinstance(response, dict) else None
        if outcome == "unknown" and isinstance(code, int) and not isinstance(code, bool):
            outcome = "denied" if code in {401, 403} else "failure" if code >= 400 else "success"  # noqa: PLR2004 - HTTP
    endpoint = value.get("src_endpoint")
    address = endpoint.get("ip") if isinstance(endpoint, dict) else ""
    address = address if isinstance(address, str) else ""
    topics = set(lists.topics(action))
    if cls == 3002:  # noqa: PLR2004 - said beside it
        topics = {"logout"} if activity == 2 else {"login"}  # noqa: PLR2004 - said beside it
    if cls == 3001:  # noqa: PLR2004 - said beside it
        topics |= {"account", "write"}
    if cls in {3003, 3005, 3006}:
        topics |= {"role", "write"}
    if said in {"Create", "Update", "Delete", "Write", "Export"}:
        topics.add("write" if said != "Export" else "export")
    metadata = value.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    uid = metadata.get("uid")
    sequence = metadata.get("sequence")
    logged = metadata.get("logged_time")
    if cls % 100_000 // 1000 == _SYSTEM and not address:
        applicable &= ~ADDRESS  # what happens on a machine itself (files, processes) comes from nowhere else
    present = (
        (TIME if at is not None else 0)
        | (USER if user else 0)
        | (EVENT_TYPE if activity is not None or operation else 0)
        | (OBJECT if thing and not nothing(thing) else 0)
        | (OUTCOME if outcome != "unknown" else 0)
        | (ADDRESS if address and not nothing(address) else 0)
    )
    return Row(
        offset=offset,
        size=size,
        at=at,
        zone=zoned,
        arrived=times.when(logged)[0] if logged is not None else None,
        user=user,
        principal=lists.principal(user) if user else "none",
        action=action[:120],
        topics=frozenset(topics),
        object=thing[:300],
        outcome=outcome,
        address=address,
        present=present,
        applicable=applicable,
        undetermined=undetermined & ~present,
        record=uid if isinstance(uid, str) else "",
        stream="sequence" if isinstance(sequence, int) else "",
        seq=sequence if isinstance(sequence, int) else None,
        trace=str(metadata.get("correlation_uid") or ""),
    )
