"""Audit events as clouds and shippers hand them on: the event inside is what counts, wherever it is carried."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.formats.logs.reading import Reading, detect
from auditor.formats.logs.row import ALL, Row

EVENT: dict[str, Any] = {
    "kind": "Event",
    "apiVersion": "audit.k8s.io/v1",
    "level": "Metadata",
    "auditID": "a1",
    "stage": "ResponseComplete",
    "requestURI": "/api/v1/namespaces/x/secrets/s",
    "verb": "get",
    "user": {"username": "alice", "groups": ["system:authenticated"]},
    "sourceIPs": ["10.0.0.1"],
    "objectRef": {"resource": "secrets", "namespace": "x", "name": "s", "apiVersion": "v1"},
    "responseStatus": {"metadata": {}, "code": 200},
    "requestReceivedTimestamp": "2026-03-01T00:00:00.123456Z",
    "stageTimestamp": "2026-03-01T00:00:00.223456Z",
    "annotations": {"authorization.k8s.io/decision": "allow"},
}
TEXT = json.dumps(EVENT)
FLAT = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in EVENT.items()}
TABLE = {
    "TimeGenerated": "2026-03-01T00:00:10Z",
    "AuditId": "a1",
    "Stage": "ResponseComplete",
    "Verb": "get",
    "RequestUri": EVENT["requestURI"],
    "User": FLAT["user"],
    "SourceIps": FLAT["sourceIPs"],
    "ObjectRef": FLAT["objectRef"],
    "ResponseStatus": FLAT["responseStatus"],
    "RequestReceivedTime": EVENT["requestReceivedTimestamp"],
}
CARRIED = {
    "SLS, one field an object": json.dumps({"__time__": "1772323200", "__source__": "10.0.0.9", **FLAT}),
    "SLS, the line as content": json.dumps({"__time__": "1772323200", "content": TEXT}),
    "CLS, the line as content": json.dumps({"__TIMESTAMP__": 1772323200000, "__CONTENT__": TEXT}),
    "CLS, exported": json.dumps({"Time": 1772323200000, "TopicId": "x", "LogJson": TEXT}),
    "LTS": json.dumps({"content": TEXT, "labels": {"clusterId": "x"}, "__time__": 1772323200000}),
    "Azure, records": json.dumps({"records": [{"category": "kube-audit", "properties": {"log": TEXT}}]}),
    "Azure, AzureDiagnostics": json.dumps({"TimeGenerated": "2026-03-01T00:00:10Z", "log_s": TEXT}),
    "Azure, AKSAudit": json.dumps(TABLE),
    "CloudWatch, filtered": json.dumps({"events": [{"timestamp": 1, "message": TEXT, "ingestionTime": 1772323205000}]}),
    "CloudWatch, subscribed": json.dumps({"logEvents": [{"id": "1", "timestamp": 1772323200000, "message": TEXT}]}),
    "CloudWatch, exported to S3": f"2026-03-01T00:00:05.000Z {TEXT}",
    "Splunk": json.dumps({"preview": False, "result": {"_raw": TEXT, "_time": "2026-03-01T00:00:02+00:00"}}),
    "Loki, lines": json.dumps({"labels": {"job": "audit"}, "line": TEXT, "timestamp": "2026-03-01T00:00:02Z"}),
    "Loki, an answer": json.dumps(
        {"status": "success", "data": {"result": [{"stream": {}, "values": [["1772323200000000000", TEXT]]}]}}
    ),
    "Filebeat, taken apart": json.dumps({"@timestamp": "2026-03-01T00:00:05Z", "kubernetes": {"audit": EVENT}}),
    "Filebeat, under json": json.dumps({"@timestamp": "2026-03-01T00:00:05Z", "json": EVENT}),
    "Filebeat over what a runtime wrote": json.dumps({"message": json.dumps({"log": TEXT, "stream": "stdout"})}),
    "Fluentd, a tag before it": f"2026-03-01T00:00:05+00:00\tkube.audit\t{TEXT}",
    "oc adm node-logs": f"master-0 {TEXT}",
    "journal": json.dumps({"__REALTIME_TIMESTAMP": "1772323205000000", "MESSAGE": TEXT}),
    "syslog, RFC 5424": f"<134>1 2026-03-01T00:00:05Z host kube-audit 1 - - {TEXT}",
    "syslog, RFC 3164": f"<134>Mar  1 00:00:05 host kube-audit[1]: {TEXT}",
    "containerd": f"2026-03-01T00:00:05.000000000Z stdout F {TEXT}",
}


def rows(text: str) -> list[object]:
    found = detect(text.encode())
    assert found.format == "k8s-audit", found
    return list(Reading(found, "", {}, None).rows(iter([text.encode()])))


@pytest.mark.parametrize("name", sorted(CARRIED))
def test_event_is_read_wherever_it_is_carried(name: str) -> None:
    (row,) = rows(CARRIED[name] + "\n")

    assert isinstance(row, Row)
    said = (row.user, row.action, row.object, row.outcome, row.address, row.request)
    assert said == ("alice", "get secrets", "x/s", "success", "10.0.0.1", "a1")
    assert row.present == ALL


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(
            {"time": "2026-03-01T00:00:00Z", "user": "bob", "action": "x", "result": {"ok": True}, "data": {"a": 1}}
        ),
        json.dumps({"time": "2026-03-01T00:00:00Z", "user": "bob", "action": "x", "content": '{"role": "user"}'}),
        json.dumps({"time": "2026-03-01T00:00:00Z", "user": "bob", "action": "x", "payload": [1, 2]}),
    ],
)
def test_fields_of_an_application_that_have_such_names_are_left_as_they_are(line: str) -> None:
    found = detect(f"{line}\n".encode())

    (row,) = Reading(found, "", {}, None).rows(iter([f"{line}\n".encode()]))

    assert found.format == "json"
    assert isinstance(row, Row)
    assert (row.user, row.action) == ("bob", "x")


def test_text_with_an_object_at_its_end_is_no_json() -> None:
    assert detect(b'2026-03-01 10:00:00 INFO user logged in {"id":1}\n' * 5).format == ""


def test_event_whose_parts_are_of_a_strange_type_is_undetermined() -> None:
    line = json.dumps({**EVENT, "user": "alice", "objectRef": "x/s", "sourceIPs": "10.0.0.1"})

    (row,) = rows(line + "\n")

    assert isinstance(row, Row)
    assert not row.present & 2
    assert row.undetermined & 2
