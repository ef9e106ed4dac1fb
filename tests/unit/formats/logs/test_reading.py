from __future__ import annotations

import gzip
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.formats.logs import lines, reading, times
from auditor.formats.logs.row import Foreign, Row, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

EVENT: dict[str, Any] = {
    "kind": "Event",
    "auditID": "a1",
    "stage": "ResponseComplete",
    "verb": "delete",
    "user": {"username": "li.wei"},
    "objectRef": {"resource": "secrets", "namespace": "agents", "name": "key"},
    "responseStatus": {"code": 200},
    "sourceIPs": ["203.0.113.9", "10.0.0.1"],
    "requestReceivedTimestamp": "2026-09-01T02:00:01.000000Z",
}


def read(data: bytes, form: str = "", mapping: Mapping[str, Any] | None = None, zone: str = "") -> list[reading.Item]:
    found = reading.Reading(reading.detect(data[:65536]), form, mapping or {}, times.zone_of(zone))
    return list(found.rows(iter([data[start : start + 50] for start in range(0, len(data), 50)])))


def one(data: bytes, form: str = "", mapping: Mapping[str, Any] | None = None, zone: str = "") -> Row:
    (found,) = read(data, form, mapping, zone)
    assert isinstance(found, Row)
    return found


def line(value: object) -> bytes:
    return json.dumps(value).encode() + b"\n"


WRAPPED = {
    "AKS": {"time": "2026-09-01T02:00:09Z", "category": "kube-audit", "properties": {"log": json.dumps(EVENT)}},
    "Fluent Bit": {"date": 1788228009.0, "log": json.dumps(EVENT)},
    "Filebeat": {"@timestamp": "2026-09-01T02:00:09Z", "message": json.dumps(EVENT), "agent": {"type": "filebeat"}},
    "Vector": {"timestamp": "2026-09-01T02:00:09Z", "message": json.dumps(EVENT), "source_type": "file"},
    "journald": {"__REALTIME_TIMESTAMP": "1788228009000000", "MESSAGE": json.dumps(EVENT)},
    "object": {"timestamp": "2026-09-01T02:00:09Z", "log": EVENT},
    "GKE": {
        "protoPayload": {
            "methodName": "io.k8s.core.v1.secrets.delete",
            "resourceName": "core/v1/namespaces/agents/secrets/key",
            "authenticationInfo": {"principalEmail": "li.wei"},
            "requestMetadata": {"callerIp": "10.0.0.1"},
            "status": {},
        },
        "timestamp": "2026-09-01T02:00:01Z",
        "receiveTimestamp": "2026-09-01T02:00:09Z",
        "insertId": "a1",
    },
}


@pytest.mark.parametrize("wrapper", WRAPPED)
def test_wrapped_event_is_the_same_event(wrapper: str) -> None:
    found = one(line(WRAPPED[wrapper]))

    assert (found.action, found.user, found.outcome, found.address) == (
        "delete secrets",
        "li.wei",
        "success",
        "10.0.0.1",
    )
    assert times.iso(found.at or 0) == "2026-09-01T02:00:01Z"
    assert times.iso(found.arrived or 0) == "2026-09-01T02:00:09Z"


@pytest.mark.parametrize(
    "data",
    [
        line({"kind": "EventList", "items": [EVENT, EVENT]}),
        json.dumps([EVENT, EVENT]).encode(),
        json.dumps([EVENT, EVENT], indent=2).encode(),
        json.dumps(EVENT, indent=2).encode() * 2,
        line({"logEvents": [{"timestamp": 1788228001000, "message": json.dumps(EVENT)}] * 2}),
        b"\xef\xbb\xbf" + line(EVENT) * 2,
        line(EVENT) + b"\r\n\n" + line(EVENT).rstrip(),
        b"2026-09-01T02:00:09.1Z stdout F " + line(EVENT) + b"2026-09-01T02:00:09.1Z stdout F " + line(EVENT),
        b"<13>Sep  1 02:00:09 host kube: " + line(EVENT) + b"<13>Sep  1 02:00:09 host kube: " + line(EVENT),
    ],
)
def test_two_events_in_any_layout(data: bytes) -> None:
    found = read(data)

    assert [type(each) for each in found] == [Row, Row]


def test_partial_lines_of_a_container_runtime_are_joined() -> None:
    text = json.dumps(EVENT).encode()
    data = b"2026-09-01T02:00:09.1Z stdout P " + text[:40] + b"\n2026-09-01T02:00:09.1Z stdout F " + text[40:] + b"\n"

    assert one(data).action == "delete secrets"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_packed_files_are_unpacked(tmp_path: Path, pack: Any) -> None:  # noqa: ANN401 - either
    path = tmp_path / "audit.log"
    path.write_bytes(pack(line(EVENT)) + pack(line(EVENT)))
    log = lines.LogBytes(path)

    found = list(lines.lines(log.chunks()))

    assert [each[0] for each in found if isinstance(each, tuple)] == [0, len(line(EVENT))]
    assert not log.problem
    assert log.size == path.stat().st_size


def test_cut_gzip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "audit.log.gz"
    path.write_bytes(gzip.compress(line(EVENT) * 100)[:-12])
    log = lines.LogBytes(path)

    assert list(lines.lines(log.chunks()))
    assert log.problem == "cannot be unpacked"


def test_line_that_is_too_long_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_LIMIT", 1000)
    data = line(EVENT) + b'{"a":"' + b"x" * 5000 + b'"}\n' + line(EVENT)

    found = read(data)

    assert [type(each) for each in found] == [Row, Unreadable, Row]
    assert isinstance(found[1], Unreadable)
    assert (found[1].offset, found[1].size) == (len(line(EVENT)), 5008)
    assert isinstance(found[2], Row)
    assert found[2].offset == len(line(EVENT)) + 5009


def test_two_hundred_megabytes_in_one_line_cost_their_line_and_no_memory() -> None:
    def chunks() -> Iterator[bytes]:
        yield line(EVENT)
        for _number in range(200):
            yield b"x" * (1 << 20)
        yield b"\n" + line(EVENT)

    tracemalloc.start()
    try:
        found = list(reading.Reading(reading.detect(line(EVENT)), "", {}, None).rows(chunks()))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert [type(each) for each in found] == [Row, Unreadable, Row]
    assert peak < 40_000_000


def test_broken_last_line_is_no_record_with_missing_fields() -> None:
    found = read(line(EVENT) + json.dumps(EVENT).encode()[:80])

    assert [type(each) for each in found] == [Row, Unreadable]


def test_key_that_stands_twice_is_a_sign_of_tampering() -> None:
    text = json.dumps(EVENT)[:-1] + ', "user": {"username": "somebody.else"}}\n'

    assert one(text.encode()).note == "repeated-key"
    assert one(line(EVENT)).note == ""


def test_value_of_an_unexpected_shape_is_undetermined_not_missing() -> None:
    found = one(line({**EVENT, "user": "li.wei", "sourceIPs": "10.0.0.1"}))

    assert found.undetermined & 2
    assert found.undetermined & 32
    assert not found.present & 2


def test_lone_surrogates_and_bad_text_are_replaced() -> None:
    text = json.dumps({**EVENT, "user": {"username": "x\ud800"}}).encode() + b"\n"
    broken = json.dumps({**EVENT, "user": {"username": "QQ"}}).encode().replace(b"QQ", b"\xff\xfe") + b"\n"

    assert one(text).user.encode()
    assert one(broken).user.encode()


@pytest.mark.parametrize(
    "data", [b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n", b"[" * 100_000, b"\x00" * 4096, b'{"a": NaN}\n']
)
def test_hostile_bytes_never_raise(data: bytes) -> None:
    assert all(not isinstance(each, Row) for each in read(data, "k8s-audit"))


def test_utf_16_is_refused() -> None:
    assert reading.detect("type=SYSCALL".encode("utf-16")).encoding == "utf-16"


def test_mixed_formats_are_told_apart() -> None:
    found = read(line(EVENT) * 3 + line({"other": 1}) + b"plain words\n")

    assert [type(each) for each in found] == [Row, Row, Row, Foreign, Unreadable]


MAP = {
    "time": "ts",
    "user": "$.ctx.uid",
    "event_type": "op",
    "object": "$.target.id",
    "outcome": {"field": "code", "success": [0, 200]},
    "source_address": "ip",
    "seq": "n",
}
APP = {
    "ts": "2026-09-01 10:00:01",
    "ctx": {"uid": "li.wei"},
    "op": "app.publish",
    "target": {"id": 7},
    "code": 0,
    "ip": "10.1.1.1",
    "n": 4,
}


def test_application_log_by_its_map() -> None:
    found = one(line(APP), "json", MAP, "Asia/Shanghai")

    assert (found.user, found.action, found.object, found.outcome, found.seq) == (
        "li.wei",
        "app.publish",
        "7",
        "success",
        4,
    )
    assert times.iso(found.at or 0) == "2026-09-01T02:00:01Z"
    assert found.present == 63


@pytest.mark.parametrize("nothing", ["", "-", " N/A ", "unknown", "Anonymous", None])
def test_placeholder_is_no_user(nothing: object) -> None:
    found = one(line({**APP, "ctx": {"uid": nothing}}), "json", MAP, "Asia/Shanghai")

    assert not found.present & 2


def test_outcome_that_is_not_in_the_list_is_a_failure() -> None:
    assert one(line({**APP, "code": 500}), "json", MAP).outcome == "failure"


def test_address_from_a_header_is_claimed() -> None:
    found = one(line({**APP, "xff": "1.2.3.4"}), "json", {**MAP, "source_address": "headers.x-forwarded-for"})

    assert found.address_claimed


def test_vault_request_and_response() -> None:
    base = {
        "time": "2026-09-01T02:00:01.123456789Z",
        "auth": {"display_name": "ldap-li.wei", "entity_id": "e1", "policy_results": {"allowed": True}},
        "request": {"id": "r1", "operation": "update", "path": "transit/encrypt/k", "remote_address": "10.0.0.1"},
    }
    request, response = read(line({**base, "type": "request"}) + line({**base, "type": "response"}))

    assert isinstance(request, Row)
    assert isinstance(response, Row)
    assert (request.stage, response.stage, response.outcome) == ("request", "response", "success")
    assert request.request == response.request == "r1"
    assert not request.applicable & 16


def test_ingress_line_has_a_request_id() -> None:
    text = (
        b'10.0.0.1 - alice [22/Nov/2026:10:24:20 +0000] "DELETE /v1/apps/12345 HTTP/1.1" 204 0 "-" "curl" 120 0.004 '
        b"[agents-api-80] [] 10.1.1.1:8080 0 0.004 204 4987fbd5a84f7a3f7306f83fbac725ea\n"
    )
    found = one(text)

    assert (found.action, found.outcome, found.record) == (
        "DELETE /v1/apps/{id}",
        "success",
        "4987fbd5a84f7a3f7306f83fbac725ea",
    )
    assert not found.authenticated


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            "k8s-audit",
            "vault",
            "postgresql-stderr",
            "postgresql-csv",
            "nginx-combined",
            "nginx-json",
            "auditd",
            "ocsf",
            "json",
        ]
    ),
)
def test_no_bytes_raise(data: bytes, form: str) -> None:
    read(data, form)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *EVENT,
                    "type",
                    "request",
                    "auth",
                    "time",
                    "class_uid",
                    "metadata",
                    "log",
                    "message",
                    "error_severity",
                    "session_id",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON, st.sampled_from(["", "k8s-audit", "vault", "postgresql-json", "nginx-json", "ocsf", "json"]))
def test_no_shape_of_json_raises(value: object, form: str) -> None:
    read(line(value), form)


@pytest.mark.parametrize("how", ["grew", "shrank", "rotated", "removed", ""])
def test_file_that_changes_while_it_is_read_says_so(how: str, tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_bytes(b"one\n" * 1000)
    log = lines.LogBytes(path)
    chunks = log.chunks()

    read = next(chunks)
    if how == "grew":
        with path.open("ab") as file:
            file.write(b"two\n")
    elif how == "shrank":
        path.write_bytes(b"one\n")
    elif how == "rotated":
        path.rename(tmp_path / "a.log.1")
        path.write_bytes(b"two\n")
    elif how == "removed":
        path.unlink()
    read += b"".join(chunks)

    assert log.changed == ("rotated" if how == "removed" else how)
    assert b"two" not in read  # what the file had when it was opened, and its digest is of that


@pytest.mark.parametrize("deep", ["[" * 3000 + "]" * 3000, '{"]": ' * 3000 + '"}\\""' + "}" * 3000])
def test_deep_record_is_read_as_far_as_it_matters(deep: str) -> None:
    row = one(line(EVENT).replace(b'"kind"', f'"requestObject": {deep}, "kind"'.encode()))

    assert (row.user, row.action) == ("li.wei", "delete secrets")


def test_deep_record_that_is_cut_off_is_unreadable() -> None:
    (found,) = read(b'{"auditID": "a", "verb": "get", "requestObject": ' + b"[" * 3000 + b"\n")

    assert isinstance(found, Unreadable)


def test_line_just_over_the_limit_is_unreadable_wherever_chunks_end() -> None:
    data = line(EVENT) + b'{"x": "' + b"y" * lines.LINE_LIMIT + b'"}\n' + line(EVENT)

    for size in (1 << 20, 3_000_000, len(data)):
        chunks = (data[start : start + size] for start in range(0, len(data), size))
        kinds = [type(each).__name__ for each in lines.lines(chunks)]
        assert kinds == ["tuple", "Unreadable", "tuple"]
