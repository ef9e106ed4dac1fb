"""The public samples and the numbers that their SOURCES.md demands."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from auditor.formats.logs import lines, reading, times
from auditor.formats.logs.row import Foreign, Row
from auditor.stages.auditlog import chain, policy
from tests.unit.stages.auditlog.looking import DATA, look

SAMPLES = DATA / "samples"


def rows(name: str, zone: str = "") -> list[Row]:
    path = SAMPLES / name
    found = reading.Reading(reading.detect(lines.head(path)[0]), "", {}, times.zone_of(zone))
    return [each for each in found.rows(lines.LogBytes(path).chunks()) if isinstance(each, Row)]


def test_audit2rbac_demo_is_read_with_its_old_fields() -> None:
    found = rows("k8s/audit2rbac-demo.ndjson")

    assert len(found) == 37
    assert Counter(each.user for each in found) == {"bob": 29, "system:serviceaccount:ns1:sa1": 5, "alice": 3}
    assert {each.acts_for for each in found} == {"system:admin"}
    assert Counter(each.outcome for each in found) == {"success": 26, "denied": 11}
    assert sum(each.action.startswith("get /") for each in found) == 23
    assert all(each.at is not None for each in found)


def test_falco_events_are_recognised_without_api_version() -> None:
    looked = look(SAMPLES / "k8s/falco-rbac-exec.ndjson")
    found = rows("k8s/falco-rbac-exec.ndjson")

    assert looked.value("records") == 20
    assert Counter(each.stage for each in found) == {"ResponseComplete": 18, "ResponseStarted": 2}
    assert Counter(each.user.rpartition(":")[2] for each in found) == {
        "minikube-user": 16,
        "replicaset-controller": 2,
        "anonymous": 1,
        "some-user": 1,
    }
    assert looked.value("duplicates") == 1
    assert looked.value("actions") == 11
    assert looked.value("anonymous-writes") == 1
    assert looked.verdict("no-anonymous-writes") == "fail"


PERSON = policy.PRINCIPALS["person"]


def level(file: str, **said: str) -> str:
    found = policy.parse(yaml.safe_load((SAMPLES / file).read_text()))
    assert found is not None
    user = said.pop("user", PERSON[0])
    return policy.decide(found, policy.Request(user=user, groups=PERSON[1], **said)).level


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"verb": "create", "resource": "pods"}, "RequestResponse"),
        ({"verb": "create", "resource": "pods", "subresource": "exec"}, "Request"),
        ({"verb": "get", "resource": "pods", "subresource": "exec"}, "Request"),
        ({"verb": "create", "group": "apps", "resource": "deployments"}, "Metadata"),
        ({"verb": "get", "resource": "secrets"}, "Metadata"),
        ({"verb": "update", "resource": "configmaps", "name": "controller-leader"}, "None"),
        ({"verb": "get", "url": "/api/v1"}, "None"),
        ({"verb": "create", "resource": "serviceaccounts", "subresource": "token"}, "Request"),
    ],
)
def test_falco_policy_decides_for_a_person(said: dict[str, str], wanted: str) -> None:
    assert level("k8s/policy-falco.yaml", **said) == wanted


def test_dead_resource_of_the_falco_policy_is_named() -> None:
    found = policy.parse(yaml.safe_load((SAMPLES / "k8s/policy-falco.yaml").read_text()))
    assert found is not None
    rules = yaml.safe_load((Path(__file__).parents[4] / "rulesets/auditlog/served.yaml").read_text())

    none, _maybe = policy.dead(found, policy.served_of(rules))

    assert "rule 1: deployments" in none


def test_audit2rbac_policy_records_its_users_only() -> None:
    assert level("k8s/policy-audit2rbac.yaml", user="alice", verb="get", resource="pods") == "Metadata"
    assert level("k8s/policy-audit2rbac.yaml", user="carol", verb="get", resource="pods") == "None"
    found = policy.parse(yaml.safe_load((SAMPLES / "k8s/policy-audit2rbac.yaml").read_text()))
    assert found is not None
    decided = policy.decide(found, policy.Request(user="alice", groups=(), verb="get", resource="pods"))
    assert "ResponseStarted" in decided.omit


@pytest.mark.parametrize(
    ("name", "records", "lost"), [("normal", 5, 0), ("lost_messages", 5, 9), ("out_of_order", 5, 0)]
)
def test_auditd_serials(name: str, records: int, lost: int) -> None:
    looked = look(SAMPLES / f"auditd/{name}.log")

    assert looked.value("records") == records
    assert looked.value("sequence-missing") == lost
    assert looked.measure("sequence-missing").items == (tuple(map(str, range(50, 59))) if lost else ())


def test_auditd_records_out_of_time_order_are_no_gaps() -> None:
    looked = look(SAMPLES / "auditd/audit-rhel7.log")

    assert looked.verdict("sequences-unbroken") == "not_assessed"
    assert looked.gaps("not in time order")


@pytest.mark.parametrize("name", ["log", "csv", "json"])
def test_pgaudit_in_each_of_its_formats(name: str, tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text(
        f"log_sources: [{{id: pg, format: pgaudit, files: 'pg.{name}', timezone: Asia/Shanghai}}]\n"
    )
    (tmp_path / f"pg.{name}").write_bytes((SAMPLES / f"pgaudit/postgresql15-pgaudit17.{name}").read_bytes())
    looked = look(tmp_path)
    found = rows(f"pgaudit/postgresql15-pgaudit17.{name}", "Asia/Shanghai")
    audit = [each for each in found if each.request]

    assert looked.value("records") == 66
    assert len(audit) == 30
    assert len({each.request for each in audit}) == 26
    assert Counter(each.action.split()[0] for each in audit) == {"READ": 10, "ROLE": 7, "DDL": 7, "WRITE": 6}
    assert [each.outcome for each in found if each.outcome == "denied"] == ["denied"]
    assert looked.value("first") == "2026-11-22T10:23:05Z"
    assert looked.verdict("database-never-off") == "fail"
    assert looked.verdict("no-secrets-or-pii-in-clear") == "fail"
    assert looked.verdict("times-have-zone") == "pass"
    if name != "log":
        assert looked.value("sequence-missing") == 0


def test_abbreviated_zones_are_never_read() -> None:
    looked = look(SAMPLES / "pgaudit/postgresql15-pgaudit17.csv")

    assert looked.verdict("times-have-zone") == "fail"
    assert looked.gaps("zone unknown")


@pytest.mark.parametrize("name", ["access.log", "access.json"])
def test_nginx_users_are_claimed(name: str) -> None:
    looked = look(SAMPLES / f"nginx/{name}")
    found = rows(f"nginx/{name}")

    assert looked.value("records") == 9
    assert Counter(each.user for each in found) == {"": 4, "alice": 3, "bob": 2}
    assert looked.value("traceable") == (0, 9)
    assert looked.verdict("users-traceable") == "fail"
    assert looked.verdict("no-secrets-or-pii-in-clear") == "fail"


def test_findings_of_a_scanner_are_no_audit_events() -> None:
    path = SAMPLES / "ocsf/prowler-kubernetes.ocsf.json"
    found = reading.Reading(reading.detect(lines.head(path)[0]), "", {}, None)
    items = list(found.rows(lines.LogBytes(path).chunks()))

    assert len(items) == 6
    assert all(isinstance(each, Foreign) for each in items)
    assert look(path).value("records") == 0


def test_hash_chain_verifies_to_its_anchor() -> None:
    records = (SAMPLES / "hashchain/good.ndjson").read_bytes().splitlines()
    anchor = json.loads((SAMPLES / "hashchain/good.anchor.json").read_text())

    good = chain.verify(records, anchor)
    cut = chain.verify(records[:20], anchor)
    holed = chain.verify(records[:5] + records[6:], anchor)
    forged = chain.verify([*records[:7], records[7].replace(b"10.1.", b"10.9."), *records[8:]], anchor)

    assert (good.verified, good.anchored, good.faults) == (24, 24, [])
    assert cut.faults == ["missing tail of 4"]
    assert holed.faults == ["link 6", "missing 5"]
    assert forged.faults == ["content 7"]
    assert chain.verify(records, None).anchored is None
