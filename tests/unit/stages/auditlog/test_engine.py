"""The engine counts what the path without one counts."""

from __future__ import annotations

import json
import random
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from auditor.errors import ToolError
from auditor.formats.logs import lines, reading
from auditor.stages.auditlog.engine import LogEngine
from auditor.stages.auditlog.people import People
from auditor.stages.auditlog.tally import Counting, Tally
from auditor.tools import sql
from tests.unit.stages.auditlog.looking import DATA

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_795_000_000_000_000
ENGINE = LogEngine(partial(sql.opened, sql.Settings(threads=1)))


def plainly(path: Path) -> Tally:
    counting = Counting(People(None).of, NOW)
    found = reading.Reading(reading.detect(lines.head(path)[0]), "k8s-audit", {}, None)
    counting.add(found.rows(lines.LogBytes(path).chunks()), path.name)
    tally = counting.finish()
    tally.lines = found.count
    return tally


def same(one: Tally, other: Tally) -> None:
    names = (
        "lines records events unreadable foreign present applicable undetermined complete maybe_complete hours "
        "first last zones implausible has_ids duplicates requests unanswered unanswered_count durations negative "
        "notes addresses levels steps_back ordered"
    )
    for name in names.split():
        assert getattr(one, name) == getattr(other, name), name
    assert {
        key: (each.count, each.first, each.last, each.present, each.lacking, each.topics)
        for key, each in one.groups.items()
    } == {
        key: (each.count, each.first, each.last, each.present, each.lacking, each.topics)
        for key, each in other.groups.items()
    }
    assert {key: (each.count, each.writes, each.with_session) for key, each in one.names.items()} == {
        key: (each.count, each.writes, each.with_session) for key, each in other.names.items()
    }


def generated(seed: int, count: int = 400) -> list[str]:
    """Return lines with everything that goes wrong in real logs."""
    made = random.Random(seed)  # noqa: S311 - the same lines each time
    found: list[str] = []
    for number in range(count):
        at = f"2026-03-{1 + number % 28:02}T{number % 24:02}:00:{number % 60:02}"
        event: dict[str, Any] = {
            "kind": "Event",
            "auditID": f"id-{number}",
            "stage": "ResponseComplete",
            "level": made.choice(["Metadata", "Request"]),
            "verb": made.choice(["get", "create", "delete", "list"]),
            "requestURI": "/api/v1/x?y=1",
            "user": {"username": made.choice(["li.wei", "system:node:n1", "kubernetes-admin", "system:anonymous", ""])},
            "sourceIPs": made.choice([["10.0.0.1"], ["1.1.1.1", "10.0.0.2"], [], None]),
            "requestReceivedTimestamp": f"{at}.123456Z",
            "stageTimestamp": f"{at}.323456Z",
        }
        if made.random() < 0.8:
            event["objectRef"] = {"resource": made.choice(["pods", "secrets"]), "namespace": "a", "name": "b"}
        if made.random() < 0.9:
            event["responseStatus"] = {"code": made.choice([200, 403, "404"])}
        if made.random() < 0.1:
            event["impersonatedUser"] = {"username": "wang.fang"}
        if made.random() < 0.1:
            event["requestObject"] = {"data": {}}
        first = {**event, "stage": "RequestReceived", "stageTimestamp": event["requestReceivedTimestamp"]}
        first.pop("responseStatus", None)
        found.append(json.dumps(first))
        if made.random() < 0.9:
            found.append(json.dumps(event))
        if made.random() < 0.05:
            found.append(found[-1])
        if made.random() < 0.02:
            found.append(made.choice(['{"auditID":', "[1]", '"x"', "null", '{"other": 1}']))
        if made.random() < 0.02:
            found.append(
                json.dumps({**event, "auditID": f"odd-{number}", "requestReceivedTimestamp": "1970-01-01T00:00:00Z"})
            )
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_engine_agrees_on_broken_duplicate_and_staged_records(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "audit.log"
    path.write_text("\n".join(generated(seed)) + "\n")

    found = ENGINE.tally([path], [path.name], People(None), NOW, "")

    assert found is not None
    same(found.tally, plainly(path))


def test_engine_agrees_on_the_samples() -> None:
    path = DATA / "samples/k8s/falco-rbac-exec.ndjson"

    found = ENGINE.tally([path], [path.name], People(None), NOW, "")

    assert found is not None
    same(found.tally, plainly(path))
    case = DATA / "cases/log-01-k8s-stages/in/k8s/audit.log"
    counted = ENGINE.tally([case], [case.name], People(None), NOW, "")
    assert counted is not None
    same(counted.tally, plainly(case))


def test_engine_agrees_on_events_of_2017() -> None:
    path = DATA / "samples/k8s/audit2rbac-demo.ndjson"

    found = ENGINE.tally([path], [path.name], People(None), NOW, "")

    assert found is not None
    same(found.tally, plainly(path))


ODD = {
    "user": "li.wei",
    "objectRef": '{"resource":"pods","namespace":"a","name":"b"}',
    "responseStatus": "200",
    "sourceIPs": "10.0.0.1",
    "annotations": ["allow"],
}


@pytest.mark.parametrize("name", sorted(ODD))
def test_part_of_another_type_is_never_counted_as_missing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "audit.log"
    rows = generated(5)
    event = {**json.loads(rows[0]), "auditID": "odd", "stage": "ResponseComplete", "requestURI": "/api/v1/pods"}
    rows.append(json.dumps({**event, name: ODD[name]}))
    path.write_text("\n".join(rows) + "\n")

    found = ENGINE.tally([path], [path.name], People(None), NOW, "")

    if found is not None:  # else every record is looked at
        same(found.tally, plainly(path))


EVENT: dict[str, Any] = {
    "kind": "Event",
    "auditID": "odd",
    "level": "RequestResponse",
    "stage": "ResponseComplete",
    "verb": "get",
    "requestURI": "/api/v1/namespaces/a/pods/b",
    "user": {"username": "li.wei"},
    "sourceIPs": ["10.0.0.1"],
    "objectRef": {"resource": "pods", "namespace": "a", "name": "b"},
    "responseStatus": {"code": 200},
    "requestReceivedTimestamp": "2026-03-01T00:00:00.123456Z",
    "stageTimestamp": "2026-03-01T00:00:00.323456Z",
}
LINE = json.dumps(EVENT)


def line(**change: Any) -> bytes:  # noqa: ANN401 - any value of JSON
    return json.dumps({**EVENT, **change}).encode()


OBSTACLES: dict[str, bytes] = {
    "NUL in a text": LINE.replace("li.wei", "li\0wei").encode(),
    "line of NUL": b"\0\0\0\n" + line(),
    "NUL spelled out": line(user={"username": "li\0wei"}),
    "no UTF-8": LINE.replace("li.wei", "li\xffwei").encode("latin-1"),
    "lone surrogate": LINE.replace("li.wei", "li\\ud800wei").encode(),
    "deep body": LINE.replace('"level"', f'"requestObject": {"[" * 600}{"]" * 600}, "level"').encode(),
    "blank lines": b"\n   \n\t\n" + line(),
    "carriage returns": line() + b"\r\n" + line(auditID="other") + b"\r",
    "spaces before it": b"   " + line(),
    "garbage behind it": line() + b" garbage",
    "two on a line": line() + line(auditID="other"),
    "list on a line": b"[" + line() + b"," + line(auditID="other") + b"]",
    "list of events": json.dumps({"kind": "EventList", "items": [EVENT, {**EVENT, "auditID": "other"}]}).encode(),
    "leap second": line(requestReceivedTimestamp="2026-06-30T23:59:60Z"),
    "no zone": line(requestReceivedTimestamp="2026-06-30T23:59:50"),
    "zone as a word": line(requestReceivedTimestamp="2026-03-01T00:00:00 CST"),
    "far future": line(requestReceivedTimestamp="9999-12-31T23:59:59Z"),
    "year of five digits": line(requestReceivedTimestamp="10000-12-31T23:59:59Z"),
    "1970": line(requestReceivedTimestamp="1970-01-01T00:00:00Z"),
    "time in nanoseconds and an offset": line(requestReceivedTimestamp="2026-03-01T08:00:00.123456789+08:00"),
    "time as a number": line(requestReceivedTimestamp=1772323200),
    "time that is none": line(requestReceivedTimestamp="yesterday"),
    "empty time": line(requestReceivedTimestamp=""),
    "a day only": line(requestReceivedTimestamp="2026-03-01"),
    "cut off": line()[:100],
    "code as a fraction": line(responseStatus={"code": 200.0}),
    "code of thirty digits": line(responseStatus={"code": 10**30}),
    "code as a truth": line(responseStatus={"code": True}),
    "no code": line(responseStatus={"code": None}),
    "name as a number": line(user={"username": 5}),
    "name as an object": line(user={"username": {"a": 1}}),
    "name of spaces": line(user={"username": "  "}),
    "verb as a number": line(verb=5),
    "id as a number": line(auditID=12345),
    "empty id": line(auditID=""),
    "no id": line(auditID=None),
    "no stage": json.dumps({name: value for name, value in EVENT.items() if name != "stage"}).encode(),
    "neither verb nor stage": line(verb=None, stage=None),
    "addresses as numbers": line(sourceIPs=[1, 2]),
    "addresses in lists": line(sourceIPs=[["a"], {"b": 1}]),
    "address that says nothing": line(sourceIPs=["-"]),
    "object without a name": line(objectRef={"resource": "pods", "name": "", "namespace": ""}),
    "object named by a number": line(objectRef={"resource": "pods", "name": 5}),
    "cut event": line(annotations={"audit.k8s.io/truncated": "true"}),
    "cut event, as a truth": line(annotations={"audit.k8s.io/truncated": True}),
    "forbidden without a status": line(responseStatus=None, annotations={"authorization.k8s.io/decision": "forbid"}),
    "panic": line(stage="Panic", responseStatus=None),
    "stage that is none": line(stage="Weird"),
    "body of a secret": line(objectRef={"resource": "secrets", "name": "s"}, responseObject={"kind": "Secret"}),
    "body that is null": line(objectRef={"resource": "secrets", "name": "s"}, responseObject=None),
    "credential as a text": line(
        user={"username": "li.wei", "extra": {"authentication.kubernetes.io/credential-id": "JTI=1"}}
    ),
    "very deep body": LINE.replace('"level"', f'"requestObject": {"[" * 9000}{"]" * 9000}, "level"').encode(),
    "very deep objects": LINE.replace('"level"', '"a": ' + '{"]": ' * 3000 + "1" + "}" * 3000 + ', "level"').encode(),
    "deep and broken": LINE.replace('"level"', f'"requestObject": {"[" * 9000}, "level"').encode(),
    "a verb twice": LINE.replace('"verb"', '"verb": "delete", "verb"').encode(),
    "a user twice": LINE.replace('"user"', '"user": {"username": "wang.fang"}, "user"').encode(),
    "a name within a user twice": LINE.replace('"username"', '"username": "wang.fang", "username"').encode(),
    "a verb twice, once escaped": LINE.replace('"verb"', '"v\\u0065rb": "delete", "verb"').encode(),
    "a verb twice beside a broken line": LINE.replace('"verb"', '"verb": "delete", "verb"').encode() + b"\n{",
    "line of nine megabytes": line(requestObject={"x": "x" * 9_000_000}),
    "line of nine megabytes at the end": line() + b"\n" + line(requestObject={"x": "x" * 9_000_000}),
    "id in another case": LINE.replace("auditID", "AuditID").encode(),
    "verb in another case": LINE.replace('"verb"', '"Verb"').encode(),
    "user in another case": LINE.replace('"user"', '"User"').encode(),
    "name in another case": LINE.replace('"username"', '"userName"').encode(),
    "row of Azure's table": json.dumps({"AuditId": "a", "Verb": "get", "Stage": "ResponseComplete"}).encode(),
    "impersonation of nobody": line(impersonatedUser={"username": ""}),
}


@pytest.mark.parametrize("name", sorted(OBSTACLES))
def test_engine_agrees_on_each_obstacle_or_hands_the_log_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / "audit.log"
    path.write_bytes("\n".join([*generated(7, 40), ""]).encode() + OBSTACLES[name] + b"\n")

    found = ENGINE.tally([path], [path.name], People(None), NOW, "")

    if found is not None:  # else every record is looked at
        same(found.tally, plainly(path))


def test_mark_of_byte_order_costs_no_record(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_bytes(b"\xef\xbb\xbf" + "\n".join([*generated(7, 40), ""]).encode())

    found = ENGINE.tally([path], [path.name], People(None), NOW, "")

    assert found is not None
    same(found.tally, plainly(path))


def test_lines_of_each_file_are_told(tmp_path: Path) -> None:
    paths = [tmp_path / "audit.log", tmp_path / "it's audit.log.1"]
    for path, count in zip(paths, (30, 50), strict=True):
        path.write_text("\n\n".join(generated(8, count)) + "\n")

    found = ENGINE.tally(paths, [path.name for path in paths], People(None), NOW, "")

    assert found is not None
    assert [each.lines for each in found.files] == [len(generated(8, count)) for count in (30, 50)]
    assert found.tally.lines == sum(each.lines for each in found.files)


def test_event_in_an_envelope_among_plain_ones_is_no_foreign_record(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    rows = generated(6)
    path.write_text("\n".join([*rows, json.dumps({"log": json.dumps({**json.loads(rows[0]), "auditID": "w"})})]) + "\n")

    assert ENGINE.tally([path], [path.name], People(None), NOW, "") is None


def test_full_disk_is_told(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_text("\n".join(generated(4)) + "\n")

    with sql.opened(sql.Settings(threads=1)) as opened:
        for number in range(1, 5):
            (opened.folder / f"kept_{number}.parquet").symlink_to("/dev/full")
        with pytest.raises(ToolError) as caught:
            opened.kept(opened.json_lines([path], __import__("ibis").schema({"auditID": "string"})))

    assert caught.value.reason == "disk full"


def test_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "audit.log"
    path.write_text("\n".join(generated(4)) + "\n")

    with sql.opened(sql.Settings(threads=1)) as opened:
        opened.folder = tmp_path / "not there"
        with pytest.raises(ToolError):
            opened.kept(opened.json_lines([path], __import__("ibis").schema({"auditID": "string"})))


def test_spark_master_that_does_not_answer_is_told_in_seconds() -> None:
    pytest.importorskip("ibis")
    with pytest.raises(ToolError) as caught, sql.opened(sql.Settings(spark_master="spark://127.0.0.1:9")):
        pass

    assert caught.value.reason in {"cannot be reached", "could not be started"}
