"""Linux audit records: all lines with one (node, time, serial) are one event, whatever lies between them."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.formats.logs.lines import decoded
from auditor.formats.logs.row import ADDRESS, ALL, EVENT_TYPE, OBJECT, OUTCOME, TIME, USER, Row
from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER: Final = re.compile(
    rb"(?:node=(?P<node>[^ ]{1,255}) )?type=(?P<type>[A-Z0-9_]{2,40}|UNKNOWN\[\d+\]) "
    rb"msg=audit\((?P<second>\d{1,12})\.(?P<milli>\d{3}):(?P<serial>\d{1,10})\):?"
)
_PAIR: Final = re.compile(r"""([A-Za-z0-9_-]+)=("(?:[^"]*)"|'[^']*'|\S+)""")
OPEN_EVENTS: Final = 2000
"""Events that may be open at a time: records of one may come after the next has begun."""
SERIAL_WRAP: Final = 2**32
_UNSET: Final = frozenset({"4294967295", "-1", "unset", ""})
_NO_ADDRESS: Final = ("DAEMON_", "SERVICE_", "SYSTEM_", "KERNEL", "NETFILTER", "AVC", "CONFIG_CHANGE", "BPF", "LOGIN")
_USER_TYPES: Final = (
    "USER_",
    "CRED_",
    "ADD_",
    "DEL_",
    "GRP_",
    "ACCT_",
    "ROLE_",
    "CHUSER",
    "CHGRP",
    "USYS_",
    "ANOM_LOGIN",
)
_ACCOUNT: Final = frozenset(
    {
        "ADD_USER",
        "DEL_USER",
        "ADD_GROUP",
        "DEL_GROUP",
        "USER_MGMT",
        "GRP_MGMT",
        "USER_CHAUTHTOK",
        "GRP_CHAUTHTOK",
        "ACCT_LOCK",
        "ACCT_UNLOCK",
    }
)
_LOGIN: Final = frozenset({"USER_LOGIN", "USER_AUTH", "LOGIN", "USER_START"})
_LOGOUT: Final = frozenset({"USER_LOGOUT", "USER_END"})
_MAX_FIELDS: Final = 200


@dataclass
class _Event:
    node: str
    at: int
    serial: int
    offset: int
    size: int = 0
    types: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)
    first: str = ""


class Events:
    """Joins lines to events and gives each when it can be taken for complete."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: OrderedDict[tuple[bytes, bytes, bytes, bytes], _Event] = OrderedDict()

    def line(self, data: bytes, offset: int, start: int = 0) -> Iterator[Row] | None:
        """Take a line; return the events that it completes, or None if it has no readable header."""
        match = HEADER.search(data, start)
        if not match:
            return None
        key = (match["node"] or b"", match["second"], match["milli"], match["serial"])
        event = self._open.get(key)
        if event is None:
            event = _Event(
                node=(match["node"] or b"").decode("utf-8", "replace"),
                at=int(match["second"]) * 1_000_000 + int(match["milli"]) * 1000,
                serial=int(match["serial"]),
                offset=offset,
            )
            self._open[key] = event
        kind = match["type"].decode()
        event.size += len(data)
        event.types.append(kind)
        if kind != "EOE":
            _add(event, kind, decoded(data[match.end() :]))
        return self._completed()

    def _completed(self) -> Iterator[Row]:
        while len(self._open) > OPEN_EVENTS:
            _key, event = self._open.popitem(last=False)
            yield _row(event)

    def rest(self) -> Iterator[Row]:
        """Give the events that are still open at the end."""
        while self._open:
            _key, event = self._open.popitem(last=False)
            yield _row(event)


def _add(event: _Event, kind: str, text: str) -> None:
    body = text.partition("\x1d")[0] if "\x1d" in text else text
    enriched = text.partition("\x1d")[2]
    for source in (body, enriched):
        for name, raw in _PAIR.findall(source[:16384]):
            value = raw
            if name == "msg" and value[:1] == "'":
                for inner, given in _PAIR.findall(value[1:-1]):
                    event.values.setdefault(inner, given.strip('"'))
                continue
            value = value.strip("\"'")
            if kind == "PATH":
                if name == "name":
                    event.paths.append(value if raw[:1] == '"' else _unhexed(value))
                continue
            if kind == "EXECVE" or (kind == "PROCTITLE" and name != "proctitle"):
                continue
            if len(event.values) < _MAX_FIELDS:
                event.values.setdefault(name, value)


def _unhexed(value: str) -> str:
    try:
        return bytes.fromhex(value).decode("utf-8", "replace") if len(value) % 2 == 0 and len(value) > 2 else value  # noqa: PLR2004 - said beside it
    except ValueError:
        return value


def _row(event: _Event) -> Row:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    lists = words()
    nothing = lists.says_nothing
    values, types = event.values, event.types
    kind = next(
        (each for each in types if each not in {"EOE", "PROCTITLE", "CWD", "PATH", "EXECVE", "SOCKADDR"}), types[0]
    )
    has_head = kind not in {"EOE", "PROCTITLE", "CWD", "PATH", "EXECVE", "SOCKADDR"}
    undetermined, applicable = 0, ALL
    login = values.get("AUID", "") or values.get("auid", "")
    login = "" if nothing(login) or values.get("auid", "") in _UNSET else login
    account = values.get("acct", "")
    account = account if account and not nothing(account) else ""
    is_user_type = kind.startswith(_USER_TYPES) or kind in {"LOGIN", "USER_LOGIN"}
    user = login or (account if is_user_type else "")
    if not has_head:
        undetermined |= USER | EVENT_TYPE | OUTCOME
    if kind.startswith(("DAEMON_", "SYSTEM_", "KERNEL", "NETFILTER_CFG", "BPF", "AVC")) and not login:
        applicable &= ~USER if not (kind.startswith("DAEMON_") and "auid" in values) else ALL
    said = values.get("success", values.get("res", ""))
    outcome = (
        "success"
        if said in {"yes", "success", "1"}
        else "failure"
        if said in {"no", "failed", "0", "fail"}
        else "unknown"
    )
    if has_head and not said:
        applicable &= ~OUTCOME
    terminal = values.get("terminal", "")
    is_cron = "cron" in terminal or values.get("exe", "").endswith(("crond", "cron"))
    address = values.get("addr", "")
    if nothing(address):
        address = values.get("hostname", "")
    if nothing(address):
        address = ""
    if not is_user_type or kind.startswith(_NO_ADDRESS) or is_cron:
        applicable &= ~ADDRESS if not address else ALL
    thing = (
        (event.paths[0] if event.paths else "")
        or values.get("unit", "")
        or values.get("exe", "")
        or account
        or values.get("name", "")
        or values.get("id", "")
    )
    if kind.startswith(("DAEMON_", "SYSTEM_")) and not thing:
        applicable &= ~OBJECT
    operation = values.get("op", "")
    call = values.get("SYSCALL", "") or values.get("syscall", "")
    command = values.get("exe", "") if kind == "SYSCALL" else ""
    detail = operation if is_user_type or kind == "CONFIG_CHANGE" else call
    action = f"{kind} {detail}".strip()
    topics = set()
    if kind in _ACCOUNT:
        topics.add("account")
    if kind in {"ROLE_ASSIGN", "ROLE_REMOVE", "GRP_MGMT", "USER_MGMT", "ADD_GROUP", "DEL_GROUP"}:
        topics.add("role")
    if kind in _LOGIN:
        topics.add("login")
    if kind in _LOGOUT:
        topics.add("logout")
    if kind == "USER_CMD" or command.endswith(("/sudo", "/su")):
        topics.add("sudo")
    key = values.get("key", "")
    if key in {"user-modify", "usergroup_modification", "identity", "actions"}:
        topics.update({"account", "role"})
    note = ""
    if (kind == "CONFIG_CHANGE" and values.get("audit_enabled") == "0") or kind in {"DAEMON_END", "DAEMON_ABORT"}:
        note = "audit-off"
    if kind == "CONFIG_CHANGE" and operation in {"remove_rule", '"remove_rule"', "remove rule"}:
        note = "audit-off"
    if kind == "SERVICE_STOP" and values.get("unit", "").removesuffix(".service") in {"auditd", "audit"}:
        note = "audit-off"
    present = (
        TIME
        | (USER if user and not nothing(user) else 0)
        | (EVENT_TYPE if has_head else 0)
        | (OBJECT if thing and not nothing(thing) else 0)
        | (OUTCOME if outcome != "unknown" else 0)
        | (ADDRESS if address else 0)
    )
    return Row(
        offset=event.offset,
        size=event.size,
        at=event.at,
        zone="given",
        user=user,
        principal="shared" if login in {"0", "root"} else lists.principal(user) if user else "none",
        action=action[:120],
        topics=frozenset(topics),
        object=thing[:300],
        outcome=outcome,
        address=address,
        present=present,
        applicable=applicable,
        undetermined=undetermined & ~present,
        record=f"{event.node}/{event.at}:{event.serial}",
        stream="" if kind.startswith("DAEMON_") else f"node {event.node}",
        seq=None if kind.startswith("DAEMON_") else event.serial,
        stage="boot" if kind == "SYSTEM_BOOT" else "",
        note=note,
    )
