"""Audit devices of Vault and OpenBao: a line for each request and one for its response."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.logs import times
from auditor.formats.logs.row import ADDRESS, EVENT_TYPE, OBJECT, OUTCOME, TIME, USER, Row
from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

UNRECORDED: Final = ("sys/init", "sys/seal-status", "sys/seal", "sys/unseal", "sys/leader", "sys/health")
"""Paths that no audit device ever records: outside every coverage."""
_PROBE: Final = "sys/audit/test"
"""What a new device writes to see that it can: a request that nobody made, without a response (OpenBao 2.7.2)."""
_WRITES: Final = frozenset({"create", "update", "delete", "patch", "rollback", "revoke"})
_LOGIN_NAME: Final = re.compile(r"auth/[^/]{1,200}(?:/[^/]{1,200}){0,4}/login/([^/]{1,200})")
_MACHINE_METHODS: Final = ("approle", "kubernetes-", "aws-", "gcp-", "azure-", "jwt-", "cert-", "token-svc")


def is_event(value: Mapping[str, Any]) -> bool:
    """Tell a line of an audit device by what it holds."""
    kind = value.get("type")
    return isinstance(kind, str) and kind in {"request", "response"} and isinstance(value.get("request"), dict)


def row(value: Mapping[str, Any], offset: int, size: int) -> Row:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    """Return a line as a row."""
    lists = words()
    nothing = lists.says_nothing
    kind = value["type"]
    request: Mapping[str, Any] = value["request"]
    auth = value.get("auth")
    auth = auth if isinstance(auth, dict) else {}
    undetermined, applicable = 0, 63
    raw = value.get("time")
    at, zoned = times.when(raw) if raw is not None else (None, "")
    if raw is not None and at is None:
        undetermined |= TIME
    path = _text(request.get("path"))
    operation = _text(request.get("operation"))
    is_login = path.startswith("auth/") and "/login" in path
    user = _text(auth.get("display_name"))
    metadata = auth.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("username"), str) and metadata["username"]:
        user = metadata["username"] if not metadata["username"].startswith("hmac-") else user
    is_claimed = False
    if not user and (named := _LOGIN_NAME.fullmatch(path)):
        user, is_claimed = named[1], True  # methods whose path names who logs in (userpass, ldap, okta, radius)
    entity = _text(auth.get("entity_id"))
    if not user and (is_login or not auth.get("client_token")) and kind == "request" and not auth:
        applicable &= ~USER  # nobody has a name before the login is answered
    error = _text(value.get("error"))
    results = auth.get("policy_results")
    allowed = results.get("allowed") if isinstance(results, dict) else None
    outcome = "unknown"
    if kind == "request":
        if error or allowed is False:
            outcome = "denied"
        else:
            applicable &= ~OUTCOME
    else:
        outcome = "denied" if "permission denied" in error else "failure" if error else "success"
    address = _text(request.get("remote_address"))
    principal = lists.principal(user)
    if principal == "person" and user.startswith(_MACHINE_METHODS):
        principal = "service"
    if user.startswith("hmac-") or (principal == "person" and not entity and user.startswith("token")):
        principal = "none" if user.startswith("hmac-") else "shared"
    topics = set(lists.topics("") if not operation else ())
    if operation in _WRITES:
        topics.add("write")
    if is_login:
        topics.add("login")
    if path.startswith("auth/token/revoke"):
        topics.add("logout")
    if path.startswith("identity/") or ("/users/" in path and path.startswith("auth/")):
        topics.add("account")
    if path.startswith(("sys/policy", "sys/policies", "auth/approle/role")) or "/role/" in path:
        topics.add("role")
    note = ""
    if path.startswith("sys/audit") and operation == "delete":
        note = "audit-off"
    request_id = _text(request.get("id"))
    present = (
        (TIME if at is not None else 0)
        | (USER if user and not nothing(user) else 0)
        | (EVENT_TYPE if operation else 0)
        | (OBJECT if path else 0)
        | (OUTCOME if outcome != "unknown" else 0)
        | (ADDRESS if address and not nothing(address) else 0)
    )
    return Row(
        offset=offset,
        size=size,
        at=at,
        zone=zoned,
        user=user,
        authenticated=not is_claimed,
        principal=principal,
        action=f"{operation} {_template(path)}",
        topics=frozenset(topics),
        object=path,
        outcome=outcome,
        address=address,
        present=present,
        applicable=applicable,
        undetermined=undetermined & ~present,
        record=f"{request_id}/{kind}" if request_id else "",
        request="" if path == _PROBE else request_id,
        stage="" if path == _PROBE else kind,
        is_event=path != _PROBE,
        trace=request_id,
        note=note,
        level=_text(value.get("namespace", {}).get("path")) if isinstance(value.get("namespace"), dict) else "",
    )


def _template(path: str) -> str:
    """Return a path without the names in it: mount and kind of thing."""
    parts = path.split("/")
    return "/".join(parts[:2] if parts[0] != "auth" else parts[:3])[:120]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
