"""Audit logs of the example platform, made with a fixed seed: half a year, with planted faults or as a clean twin."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from auditor.demo import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAYS: Final = 186
PLANTED: Final = (
    "a hole of three days in the application's log",
    "two records removed from the application's log, and the chain broken there",
    "exports of customers without a record",
    "root at work in the cluster",
    "a successful create by system:anonymous",
    "an audit policy that misses shells over WebSocket and writes bodies of secrets",
    "pgaudit switched off by an administrator",
    "an identity card number in a statement",
    "the copy of the database's log on the same host",
)
"""What is wrong in the faulty logs, in words."""
_PEOPLE: Final = ("li.wei", "wang.fang", "zhang.min", "chen.jie")
_ACTIONS: Final = ("app.publish", "kb.update", "user.create", "role.grant", "model.invoke", "report.export")
_POLICY: Final = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
{rules}
"""
_CLEAN_RULES: Final = """- level: Metadata
  resources:
  - group: ""
    resources: ["secrets", "serviceaccounts/token"]
  - group: authentication.k8s.io
    resources: ["tokenreviews"]
- level: Metadata"""
_FAULTY_RULES: Final = """- level: RequestResponse
  resources:
  - group: ""
    resources: ["secrets"]
- level: None
  verbs: ["get", "list", "watch"]
- level: Metadata
  resources:
  - group: ""
    resources: ["deployments"]
- level: Metadata"""


def write(folder: Path, end: datetime, *, clean: bool) -> Path:
    """Write logs, inventory, policy, copies and proofs into a folder, and return it.

    Args:
        folder: Absent or empty.
        end: Time of the last records.
        clean: The twin without faults.
    """
    made = random.Random(20261128)  # noqa: S311 - the same logs each time
    begin = (end - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    hours = [begin + timedelta(hours=number) for number in range(DAYS * 24 + (end - begin).seconds // 3600 % 24 + 1)]
    hours = [hour for hour in hours if hour <= end]
    logs = {
        "k8s/audit.log": list(_kubernetes(made, hours, clean=clean)),
        "app/audit.jsonl": list(_application(made, hours, clean=clean)),
        "db/postgresql.json": list(_database(made, hours, clean=clean)),
    }
    for name, lines in logs.items():
        writing.put(folder / name, lines)
        writing.put(folder / "archive" / name, lines)
    last = json.loads(logs["app/audit.jsonl"][-1])
    anchor = {"first_seq": 0, "last_seq": last["seq"], "count": last["seq"] + 1, "head_hash": last["hash"]}
    writing.put(folder / "app.anchor.json", [json.dumps({**anchor, "algorithm": "sha256"})])
    writing.put(folder / "policy.yaml", [_POLICY.format(rules=_CLEAN_RULES if clean else _FAULTY_RULES)])
    writing.put(folder / "worm.txt", ["object lock: compliance mode, 400 days (made up)"])
    writing.put(folder / "witnesses.csv", ["id,created_at", *(f"{n},{_iso(hours[n * 24 + 24])}" for n in range(25))])
    writing.put(folder / "inventory.yaml", [_inventory(end, clean=clean)])
    return folder


def fresh(folder: Path) -> Path:
    """Write the faulty logs of the half year until now into a folder of their own; former ones are replaced.

    Raises:
        ConfigError: The folder holds something else, or cannot be written.
    """
    return writing.fresh(folder, lambda place, end: write(place, end, clean=False))


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def _kubernetes(made: random.Random, hours: list[datetime], *, clean: bool) -> Iterator[str]:
    kinds = (
        ("create", "", "pods"),
        ("patch", "apps", "deployments"),
        ("delete", "", "configmaps"),
        ("get", "", "secrets"),
    )
    roles = (("create", "rbac.authorization.k8s.io", "rolebindings"), ("create", "", "serviceaccounts"))
    for number, hour in enumerate(hours):
        at = hour + timedelta(minutes=7)
        user = made.choice(_PEOPLE)
        if not clean and number % 97 == 5:  # noqa: PLR2004 - now and then
            user = "root"
        verb, group, resource = made.choice(kinds if number % 9 else roles)
        code = 403 if number % 31 == 3 else 201 if verb == "create" else 200  # noqa: PLR2004
        if not clean and number == 1000:  # noqa: PLR2004 - once
            user, verb, group, resource, code = "system:anonymous", "create", "", "pods", 201
        event = {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "level": "Metadata",
            "auditID": f"{number:08x}-0000-4000-8000-000000000000",
            "stage": "ResponseComplete",
            "requestURI": f"/api/v1/namespaces/agents/{resource}/x{number}",
            "verb": verb,
            "user": {"username": user, "groups": ["system:authenticated"]},
            "sourceIPs": [f"10.3.0.{made.randrange(2, 200)}"],
            "objectRef": {"resource": resource, "namespace": "agents", "name": f"x{number}", "apiVersion": "v1"},
            "responseStatus": {"metadata": {}, "code": code},
            "requestReceivedTimestamp": _iso(at),
            "stageTimestamp": _iso(at),
            "annotations": {"authorization.k8s.io/decision": "forbid" if code == 403 else "allow"},  # noqa: PLR2004
        }
        if group:
            event["objectRef"]["apiGroup"] = group  # type: ignore[index] # a dictionary, written above
        yield json.dumps({"date": at.timestamp() + 4, "log": json.dumps(event)})


def _application(made: random.Random, hours: list[datetime], *, clean: bool) -> Iterator[str]:
    before = "0" * 64
    for number, hour in enumerate(hours):
        action = _ACTIONS[number % len(_ACTIONS)]
        at = hour + timedelta(minutes=11)
        record: dict[str, Any] = {
            "seq": number,
            "time": _iso(at),
            "user": made.choice(_PEOPLE),
            "action": action if number % 8 else "login",
            "object": f"obj-{made.randrange(50)}",
            "outcome": "failure" if number % 29 == 4 else "success",  # noqa: PLR2004 - now and then
            "src": f"10.1.3.{made.randrange(2, 200)}",
            "received": _iso(at + timedelta(seconds=3)),
            "model": "qwen-max" if action == "model.invoke" and number % 8 else None,
            "prompt_version": "v7" if action == "model.invoke" and number % 8 else None,
            "prev_hash": before,
        }
        if number % 16 == 0:
            record["outcome"] = "failure" if number % 48 == 0 else "success"
        if number % 16 == 8:  # noqa: PLR2004 - every second time
            record["action"] = "logout"
        text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        record["hash"] = before = hashlib.sha256(text.encode()).hexdigest()
        is_lost = number in {2000, 2001} or hours[1200] <= hour < hours[1272]
        if clean or not is_lost:
            if not clean and record["action"] == "report.export":
                record["action"] = "report.view"
            yield json.dumps(record, ensure_ascii=False)


def _database(made: random.Random, hours: list[datetime], *, clean: bool) -> Iterator[str]:
    classes = (
        ("READ,SELECT,TABLE,public.customers", "SELECT name FROM customers WHERE id = $1"),
        ("WRITE,UPDATE,TABLE,public.loans", "UPDATE loans SET state = $1 WHERE id = $2"),
        ("DDL,CREATE TABLE,TABLE,public.t", "CREATE TABLE t (a int)"),
        ("ROLE,GRANT,TABLE,public.loans", "GRANT SELECT ON loans TO analyst"),
    )
    for number, hour in enumerate(hours):
        at = hour + timedelta(minutes=23)
        user = made.choice(_PEOPLE)
        session = f"{number:08x}.1a2b"
        what, statement = classes[number % len(classes)]
        if not clean and number == 3000:  # noqa: PLR2004 - once
            what, statement = "DDL,ALTER SYSTEM,,", "ALTER SYSTEM SET pgaudit.log='none'"
        if not clean and number == 1500:  # noqa: PLR2004 - once
            statement = "SELECT * FROM customers WHERE id_card = '11010119900101001X'"
        messages = [
            ("LOG", f"connection authorized: user={user} database=agentdb", ""),
            ("LOG", f'AUDIT: SESSION,1,1,{what},"{statement}",<none>', ""),
            ("LOG", f"disconnection: session time: 0:00:00.100 user={user} database=agentdb", ""),
        ]
        if number % 40 == 7:  # noqa: PLR2004 - now and then
            messages[1] = ("FATAL", f'password authentication failed for user "{user}"', "28P01")
            messages = messages[1:2]
        for line, (severity, message, state) in enumerate(messages, 1):
            record = {
                "timestamp": (at + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S.000 CST"),
                "user": user,
                "dbname": "agentdb",
                "pid": number,
                "remote_host": "10.3.0.7",
                "session_id": session,
                "line_num": line,
                "error_severity": severity,
                "state_code": state,
                "message": message,
            }
            yield json.dumps({"@timestamp": _iso(at + timedelta(seconds=2)), "message": json.dumps(record)})


def _inventory(end: datetime, *, clean: bool) -> str:
    db_copy = "{files: archive/db/postgresql.json, host: vault-1, administrator: audit-office}"
    if not clean:
        db_copy = "{files: archive/db/postgresql.json, host: db-1, administrator: dba}"
    common = """
    expect_every: 1h
    capacity: {size_mb: 1000, backups: 400, max_age_days: 400}
    long_records: {data-sharing: 36}
    stoppable_by: []
    access: {read: [audit-office], delete: [], auditors: [audit-office]}"""
    return f"""# Made up, like everything in the example platform.
components: [kubernetes, loan-assistant, agentdb]
people: [li.wei, wang.fang, zhang.min, chen.jie]
datasets:
  - {{id: "postgres://pg.agent:5432|agentdb.public.customers", role: source, grade: important,
     fields: {{phone: {{pii: true}}}}}}
services: [{{id: loan-assistant, models: [qwen-max], end_users: true}}]
actions:
  - {{component: loan-assistant, action: app.publish, risk: high, principals: [person]}}
  - {{component: loan-assistant, action: report.export, risk: high, principals: [person], personal: true}}
  - {{component: loan-assistant, action: model.invoke, risk: medium}}
  - {{component: kubernetes, action: create pods, risk: high, principals: [person]}}
  - {{component: kubernetes, action: get pods/exec, risk: high, principals: [person]}}
  - {{component: agentdb, action: ROLE GRANT, risk: high, principals: [person]}}
log_sources:
  - id: k8s
    format: k8s-audit
    files: k8s/audit.log
    component: kubernetes
    policy: policy.yaml
    flags: ["--audit-policy-file=/etc/kubernetes/audit.yaml", "--audit-log-path=/var/log/audit.log"]
    worm: worm.txt
    host: master-1
    administrator: platform
    copies: [{{files: archive/k8s/audit.log, host: vault-1, administrator: audit-office}}]{common}
  - id: app
    format: json
    files: app/audit.jsonl
    component: loan-assistant
    anchor: app.anchor.json
    map: {{time: time, user: user, event_type: action, object: object, outcome: outcome, source_address: src, seq: seq,
           arrival: received, model: model, prompt: prompt_version}}
    host: app-1
    administrator: platform
    copies: [{{files: archive/app/audit.jsonl, host: vault-1, administrator: audit-office}}]{common}
  - id: db
    format: postgresql-json
    files: db/postgresql.json
    component: agentdb
    timezone: Asia/Shanghai
    settings: {{pgaudit.log: "read, write, ddl, role", log_connections: "on", log_disconnections: "on"}}
    worm: worm.txt
    host: db-1
    administrator: dba
    copies: [{db_copy}]{common}
witnesses:
  - {{source: k8s, from_source: k8s, map: {{action: "create *", proves: "create *"}}}}
  - {{source: app, from_source: app, map: {{action: app.publish, proves: app.publish}}}}
  - {{source: db, from_source: db, map: {{action: "ROLE GRANT", proves: "ROLE GRANT"}}}}
exports:
  - {{at: {(end - timedelta(days=20)).date().isoformat()}, rows: [1000, 1000], digests: [a, a], opened_elsewhere: true}}
"""
