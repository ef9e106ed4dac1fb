"""Kubernetes audit events (``audit.k8s.io``), as the API server, GKE and AKS write them."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.formats.logs import times
from auditor.formats.logs.row import ADDRESS, EVENT_TYPE, OBJECT, OUTCOME, TIME, USER, Row
from auditor.formats.logs.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

WRITE_VERBS: Final = frozenset({"create", "update", "patch", "delete", "deletecollection", "apply"})
LONG_RUNNING: Final = frozenset({"exec", "attach", "portforward", "proxy", "log"})
STAGES: Final = {"RequestReceived": 0, "ResponseStarted": 1, "ResponseComplete": 2, "Panic": 3}
_BODIES: Final = frozenset({"Request", "RequestResponse"})
_ROLE_RESOURCES: Final = frozenset({"roles", "rolebindings", "clusterroles", "clusterrolebindings"})
_NO_OBJECT_VERBS: Final = frozenset({"list", "watch", "deletecollection", "create"})
_OK: Final = 400
_DENIED: Final = frozenset({401, 403})


def is_event(value: Mapping[str, Any]) -> bool:
    """Tell an audit event by what it holds: many writers leave ``apiVersion`` out."""
    return value.get("kind", "Event") == "Event" and "auditID" in value and ("verb" in value or "stage" in value)


_NESTED: Final = ("user", "objectRef", "responseStatus", "sourceIPs", "annotations", "impersonatedUser")
_TABLE: Final = {
    "AuditId": "auditID",
    "Stage": "stage",
    "Verb": "verb",
    "Level": "level",
    "RequestUri": "requestURI",
    "User": "user",
    "ImpersonatedUser": "impersonatedUser",
    "SourceIps": "sourceIPs",
    "ObjectRef": "objectRef",
    "ResponseStatus": "responseStatus",
    "RequestReceivedTime": "requestReceivedTimestamp",
    "StageReceivedTime": "stageTimestamp",
    "Annotations": "annotations",
    "RequestObject": "requestObject",
    "ResponseObject": "responseObject",
}
"""Columns of the tables ``AKSAudit`` and ``AKSAuditAdmin`` of Azure Monitor, by the fields of the event."""


def is_table_row(value: Mapping[str, Any]) -> bool:
    """Tell a row of Azure's table of audit events."""
    return "AuditId" in value and "Verb" in value and "Stage" in value


def from_table(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of Azure's table as an event; empty cells are none."""
    return {name: value[column] for column, name in _TABLE.items() if value.get(column) not in (None, "")}


def is_nested_as_text(value: Mapping[str, Any]) -> bool:
    """Tell an event whose objects are texts of JSON, as log services with flat fields (SLS) give them back."""
    return any(isinstance(given := value.get(name), str) and given[:1] in {"{", "["} for name in _NESTED)


def _opened(value: Mapping[str, Any]) -> Mapping[str, Any]:
    made = dict(value)
    for name in _NESTED:
        given = made.get(name)
        if isinstance(given, str) and given[:1] in {"{", "["}:
            with suppress(ValueError):
                made[name] = orjson.loads(given)
    return made


def row(value: Mapping[str, Any], offset: int, size: int, zone: ZoneInfo | None = None) -> Row:  # noqa: C901, PLR0912, PLR0915 - one step for each thing that is looked at
    """Return an event as a row."""
    if isinstance(value.get("user"), str) and is_nested_as_text(value):
        value = _opened(value)
    get = value.get
    undetermined = 0
    applicable = 63
    # time: the first of these that the writer gave (2017 events have the last two only)
    at, zoned = None, ""
    raw = get("requestReceivedTimestamp") or get("stageTimestamp") or get("timestamp")
    if raw is None and isinstance(meta := get("metadata"), dict):
        raw = meta.get("creationTimestamp")
    if raw is not None:
        at, zoned = times.when(raw, zone)
        if at is None:
            undetermined |= TIME
    # user: the one who is acted for, where there is impersonation
    user, acts_for = "", ""
    actor = get("user")
    if isinstance(actor, dict):
        name = actor.get("username")
        user = _text(name)
        if not user and not isinstance(name, str | None):
            undetermined |= USER
    elif actor is not None:
        undetermined |= USER
    session = ""
    extra = actor.get("extra") if isinstance(actor, dict) else None
    if isinstance(extra, dict):
        ids = extra.get("authentication.kubernetes.io/credential-id")
        session = _text(ids[0]) if isinstance(ids, list) and ids else ""
    assumed = get("impersonatedUser")
    if isinstance(assumed, dict) and isinstance(name := assumed.get("username"), str) and name:
        user, acts_for = name, user
    lists = words()
    principal = lists.principal(user)
    # event type and object
    verb = _text(get("verb"))
    reference = get("objectRef")
    topics: frozenset[str]
    resource = sub = ""
    if isinstance(reference, dict):
        resource = _text(reference.get("resource"))
        sub = _text(reference.get("subresource"))
        group = _text(reference.get("apiGroup"))
        name = _text(reference.get("name"))
        path = f"{group}/{resource}" if group else resource
        action = f"{verb} {path}/{sub}" if sub else f"{verb} {path}"
        namespace = _text(reference.get("namespace"))
        thing = f"{namespace}/{name}" if namespace and name else name or namespace
        if not name and (verb in _NO_OBJECT_VERBS or not verb):
            applicable &= ~OBJECT  # a list has no name, and the name of a new object may be the server's to make
        topics = _topics(verb, resource, sub)
        has_object = bool(name)
    else:
        if reference is not None:
            undetermined |= OBJECT
        uri = _text(get("requestURI")).partition("?")[0]
        action = f"{verb} {'/'.join(uri.split('/')[:5])[:120]}" if uri else verb
        thing = uri
        has_object = bool(uri)
        topics = _WRITE if verb in WRITE_VERBS or verb in {"post", "put"} else _NONE
    # outcome
    stage = _text(get("stage"))
    outcome, has_outcome = "unknown", False
    status = get("responseStatus")
    code = status.get("code") if isinstance(status, dict) else None
    if isinstance(code, str) and code.isdecimal() and len(code) < 6:  # noqa: PLR2004 - said beside it
        code = int(code)
    annotations = get("annotations")
    decision = annotations.get("authorization.k8s.io/decision") if isinstance(annotations, dict) else None
    if isinstance(code, int) and not isinstance(code, bool):
        has_outcome = True
        outcome = "denied" if code in _DENIED else "failure" if code >= _OK else "success"
    elif code is not None or (status is not None and not isinstance(status, dict)):
        undetermined |= OUTCOME
    elif stage == "Panic":
        outcome, has_outcome = "failure", True
    elif decision == "forbid":
        outcome, has_outcome = "denied", True
    if stage == "RequestReceived":
        applicable &= ~OUTCOME
    # address: the last hop; the ones before it come from headers
    addresses = get("sourceIPs")
    address = ""
    if isinstance(addresses, list):
        address = _text(addresses[-1]) if addresses else ""
    elif addresses is not None:
        undetermined |= ADDRESS
    note = ""
    if isinstance(annotations, dict) and str(annotations.get("audit.k8s.io/truncated")).lower() == "true":
        note = "truncated"
        undetermined |= OBJECT
    level = _text(get("level"))
    has_body = get("requestObject") is not None or get("responseObject") is not None
    if level in _BODIES and _is_secret(resource, sub) and has_body:
        note = "secret-body"
    nothing = lists.says_nothing
    present = (
        (TIME if at is not None else 0)
        | (USER if user and not nothing(user) else 0)
        | (EVENT_TYPE if verb else 0)
        | (OBJECT if has_object else 0)
        | (OUTCOME if has_outcome else 0)
        | (ADDRESS if address and not nothing(address) else 0)
    )
    audit_id = _text(get("auditID"))
    done = get("stageTimestamp")
    received = get("requestReceivedTimestamp")
    duration = None
    if isinstance(done, str) and isinstance(received, str):
        ended, begun = times.when(done, zone)[0], times.when(received, zone)[0]
        duration = ended - begun if ended is not None and begun is not None else None
    return Row(
        offset=offset,
        size=size,
        at=at,
        zone=zoned,
        user=user,
        principal=principal,
        acts_for=acts_for,
        action=action,
        topics=topics,
        object=thing,
        outcome=outcome,
        address=address,
        present=present & ~undetermined,
        applicable=applicable,
        undetermined=undetermined & ~present,
        record=f"{audit_id}/{stage}" if audit_id else "",
        request=audit_id,
        stage=stage,
        trace=audit_id,
        duration=duration,
        note=note,
        level=level,
        session=session,
    )


def gke(value: Mapping[str, Any], offset: int, size: int) -> Row | None:
    """Return a GKE entry (``protoPayload`` of Cloud Logging) as a row; None if it is none."""
    payload = value.get("protoPayload")
    if not isinstance(payload, dict) or not isinstance(payload.get("methodName"), str):
        return None
    verb, reference = _gke_reference(payload["methodName"], _text(payload.get("resourceName")))
    information = payload.get("authenticationInfo")
    metadata = payload.get("requestMetadata")
    status = payload.get("status")
    code = status.get("code", 0) if isinstance(status, dict) else None
    made = row(
        {
            "auditID": value.get("insertId"),
            "stage": "ResponseComplete",
            "verb": verb,
            "requestReceivedTimestamp": value.get("timestamp"),
            "user": {"username": information.get("principalEmail")} if isinstance(information, dict) else None,
            "objectRef": reference,
            "requestURI": _text(payload.get("resourceName")),
            "responseStatus": {"code": {0: 200, 7: 403, 16: 401}.get(code, 500)} if code is not None else None,
            "sourceIPs": [metadata.get("callerIp")] if isinstance(metadata, dict) else [],
        },
        offset,
        size,
    )
    made.arrived = times.when(value.get("receiveTimestamp"))[0]
    return made


_VERSION: Final = re.compile(r"v\d{1,3}(?:(?:alpha|beta)\d{1,3})?")


def _gke_reference(method: str, place: str) -> tuple[str, dict[str, str] | None]:
    """Return verb and object of a GKE entry.

    The method has the verb last (``io.k8s.core.v1.pods.exec.create``); the place is the path of the request without its
    first word (``core/v1/namespaces/agents/pods/web-0/exec``), and names the group as the API serves it.
    """
    words_ = method.split(".")
    verb, steps = words_[-1], place.split("/")
    if len(steps) < 3 or not _VERSION.fullmatch(steps[1]):  # noqa: PLR2004 - group, version, resource
        resource = words_[-2] if len(words_) > 1 else ""
        return verb, {"resource": resource, "name": steps[-1]} if resource else None
    group, rest = "" if steps[0] == "core" else steps[0], steps[2:]
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in {"status", "finalize"}:  # noqa: PLR2004 - a resource in it
        namespace, rest = rest[1], rest[2:]
    names = [*rest, "", ""]
    return verb, {
        "resource": names[0],
        "apiGroup": group,
        "name": names[1],
        "subresource": "/".join(rest[2:]),
        "namespace": namespace,
    }


_NONE: Final[frozenset[str]] = frozenset()
_WRITE: Final = frozenset({"write"})


def _topics(verb: str, resource: str, sub: str) -> frozenset[str]:
    found = set()
    if verb in WRITE_VERBS or (resource == "pods" and sub in {"exec", "attach", "portforward"}):
        found.add("write")
        if resource in _ROLE_RESOURCES:
            found.add("role")
        if resource in {"serviceaccounts", "users", "certificatesigningrequests"}:
            found.add("account")
    if sub in {"exec", "attach", "portforward", "proxy"}:
        found.add("exec")
    if resource == "tokenreviews" or (resource == "serviceaccounts" and sub == "token"):
        found.add("credential")
    return frozenset(found) if found else _NONE


def _is_secret(resource: str, sub: str) -> bool:
    return resource in {"secrets", "tokenreviews"} or (resource == "serviceaccounts" and sub == "token")


def _text(value: object) -> str:
    """Return a text, or a number as one; engines read numbers so."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
