"""Shapes of other platforms' exports: each holds one event whose fields are known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.formats.logs import reading
from auditor.formats.logs.row import ADDRESS, TIME, USER, Row
from auditor.formats.logs.words import words
from tests.unit.formats.logs.test_reading import EVENT, line, one, read

TEXT = json.dumps(EVENT)
ENVELOPES: dict[str, Any] = {
    # a shipper says of itself what file it read, under names that elsewhere carry the event
    "Filebeat with log.file": {
        "@timestamp": "2026-09-01T02:00:09Z",
        "message": TEXT,
        "log": {"file": {"path": "/var/log/kubernetes/audit.log"}, "offset": 12},
        "host": {"name": "m1"},
    },
    "Filebeat module kubernetes": {
        "@timestamp": "2026-09-01T02:00:09Z",
        "kubernetes": {"audit": EVENT},
        "event": {"module": "kubernetes", "dataset": "kubernetes.audit_logs"},
    },
    "Elasticsearch hit": {
        "_index": "a",
        "_source": {"message": TEXT, "log": {"offset": 1}, "event": {"kind": "event"}},
    },
    "CloudWatch Insights": {
        "results": [[{"field": "@timestamp", "value": "2026-09-01 02:00:09"}, {"field": "@message", "value": TEXT}]]
    },
}


@pytest.mark.parametrize("name", sorted(ENVELOPES))
def test_event_in_an_envelope_that_says_more_of_itself(name: str) -> None:
    row = one(line(ENVELOPES[name]))

    assert (row.user, row.action, row.address) == ("li.wei", "delete secrets", "10.0.0.1")


def entry(method: str, place: str) -> bytes:
    said = {"methodName": method, "resourceName": place, "authenticationInfo": {"principalEmail": "li.si@corp.cn"}}
    return line({"protoPayload": {**said, "status": {}}, "insertId": "i", "timestamp": "2026-09-01T02:00:00Z"})


@pytest.mark.parametrize(
    ("method", "place", "action", "thing"),
    [
        (
            "io.k8s.core.v1.pods.exec.create",
            "core/v1/namespaces/prod/pods/web-0/exec",
            "create pods/exec",
            "prod/web-0",
        ),
        (
            "io.k8s.apps.v1.deployments.patch",
            "apps/v1/namespaces/prod/deployments/web",
            "patch apps/deployments",
            "prod/web",
        ),
        (
            "io.k8s.authorization.rbac.v1.clusterrolebindings.create",
            "rbac.authorization.k8s.io/v1/clusterrolebindings/boss",
            "create rbac.authorization.k8s.io/clusterrolebindings",
            "boss",
        ),
        ("io.k8s.core.v1.namespaces.delete", "core/v1/namespaces/prod", "delete namespaces", "prod"),
        ("io.k8s.core.v1.secrets.list", "core/v1/namespaces/prod/secrets", "list secrets", "prod"),
        (
            "google.container.v1.ClusterManager.UpdateCluster",
            "projects/p/zones/z/clusters/c",
            "UpdateCluster ClusterManager",
            "c",
        ),
    ],
)
def test_entry_of_gke_names_what_the_api_serves(method: str, place: str, action: str, thing: str) -> None:
    row = one(entry(method, place))

    assert (row.action, row.object) == (action, thing)


def test_shell_in_a_pod_on_gke_is_a_shell() -> None:
    row = one(entry("io.k8s.core.v1.pods.exec.create", "core/v1/namespaces/prod/pods/web-0/exec"))

    assert "exec" in row.topics


def test_journal_of_the_kernels_audit_is_read_as_auditd() -> None:
    said = "USER_LOGIN pid=12 uid=0 auid=1001 ses=3 msg='op=login exe=\"/usr/sbin/sshd\" addr=10.0.0.5 res=failed'"
    entry = {"_TRANSPORT": "audit", "_AUDIT_TYPE_NAME": "USER_LOGIN", "_AUDIT_ID": "977", "MESSAGE": said}

    row = one(
        line({**entry, "_SOURCE_REALTIME_TIMESTAMP": "1788228001123456", "__REALTIME_TIMESTAMP": "1788228002000000"})
    )

    assert (row.user, row.action, row.outcome, row.address) == ("1001", "USER_LOGIN login", "failure", "10.0.0.5")
    assert (row.at, row.seq) == (1_788_228_001_123_000, 977)


NESTED: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "Elastic Common Schema": (
        {
            "@timestamp": "2026-09-01T02:00:00Z",
            "event": {"action": "user-login", "outcome": "success"},
            "user": {"name": "li.wei", "id": "3"},
            "source": {"ip": "10.0.0.3"},
        },
        ("li.wei", "user-login", "10.0.0.3"),
    ),
    "CloudTrail": (
        {
            "eventTime": "2026-09-01T02:00:00Z",
            "eventName": "DeleteCluster",
            "eventType": "AwsApiCall",
            "userIdentity": {"type": "IAMUser", "userName": "li.wei"},
            "sourceIPAddress": "10.0.0.3",
        },
        ("li.wei", "DeleteCluster", "10.0.0.3"),
    ),
    "ActionTrail": (
        {
            "event": {
                "eventTime": "2026-09-01T02:00:00Z",
                "eventName": "CreateUser",
                "eventType": "ApiCall",
                "userIdentity": {"type": "ram-user", "userName": "li.wei"},
                "sourceIpAddress": "10.0.0.3",
            }
        },
        ("li.wei", "CreateUser", "10.0.0.3"),
    ),
    "Cloud Trace Service": (
        {
            "time": 1788228000000,
            "user": {"name": "li.wei", "domain": {"name": "corp"}},
            "trace_name": "deleteCluster",
            "source_ip": "10.0.0.3",
        },
        ("li.wei", "deleteCluster", "10.0.0.3"),
    ),
    "Auditbeat": (
        {
            "@timestamp": "2026-09-01T02:00:00Z",
            "event": {"module": "auditd", "action": "opened-file"},
            "user": {"name": "root", "audit": {"name": "li.wei"}},
            "source": {"ip": "10.0.0.3"},
        },
        ("li.wei", "opened-file", "10.0.0.3"),
    ),
    "Elasticsearch": (
        {
            "type": "audit",
            "timestamp": "2026-09-01T10:00:00,000+0800",
            "event.action": "access_granted",
            "user.name": "li.wei",
            "origin.address": "10.0.0.3",
        },
        ("li.wei", "access_granted", "10.0.0.3"),
    ),
    "MinIO": (
        {
            "time": "2026-09-01T02:00:00Z",
            "event": "",
            "api": {"name": "PutObject", "bucket": "loans", "object": "a.csv", "statusCode": 200},
            "remotehost": "10.0.0.3",
            "accessKey": "li.wei",
        },
        ("li.wei", "PutObject", "10.0.0.3"),
    ),
    "Harbor": (
        {"op_time": "2026-09-01T02:00:00Z", "operation": "delete", "username": "li.wei", "ip": "10.0.0.3"},
        ("li.wei", "delete", "10.0.0.3"),
    ),
    "Chinese names": (
        {"操作时间": "2026-09-01 10:00:00+08:00", "操作人": "李伟", "操作类型": "删除用户", "IP地址": "10.0.0.3"},
        ("李伟", "删除用户", "10.0.0.3"),
    ),
}


@pytest.mark.parametrize("name", sorted(NESTED))
def test_guess_finds_fields_of_platforms(name: str) -> None:
    record, said = NESTED[name]

    row = one(line(record))

    assert (row.user, row.action, row.address) == said
    assert row.at == 1_788_228_000_000_000


def test_records_of_cloudtrail_in_one_document_are_records() -> None:
    record = NESTED["CloudTrail"][0]

    rows = read(line({"Records": [record, record]}))

    assert [each.user for each in rows if isinstance(each, Row)] == ["li.wei", "li.wei"]


def test_guess_by_one_record_condemns_no_other() -> None:
    rows = read(
        line({"time": "2026-09-01T02:00:00Z", "user": "li.wei", "action": "x"})
        + line({"time": "2026-09-01T02:00:01Z", "actor": "wang.fang", "action": "y"})
        + line({"time": "2026-09-01T02:00:02Z", "action": "z"})
    )

    named, otherwise, missing = (each for each in rows if isinstance(each, Row))
    assert named.present & USER
    assert otherwise.undetermined & USER
    assert not missing.undetermined & USER


@pytest.mark.parametrize(
    "text",
    [
        '2026-09-01T10:00:00+08:00 10.0.0.9 zhang.san "POST /api/loans/12 HTTP/1.1" 201 512 0.012 "curl/8"',
        'site=loans time=[01/Sep/2026:10:00:00 +0800] ip=10.0.0.9 rid=7 "POST /api/loans/12 HTTP/1.1" 201 "10.0.0.2"',
        '10.0.0.9|zhang.san|2026-09-01T02:00:00Z|"POST /api/loans/12 HTTP/1.1"|201|512',
    ],
)
def test_access_log_in_a_format_of_its_own_leaves_the_user_open(text: str) -> None:
    row = one(text.encode() + b"\n")

    assert (row.action, row.object, row.outcome, row.address) == (
        "POST /api/loans/{id}",
        "/api/loans/12",
        "success",
        "10.0.0.9",
    )
    assert row.at == 1_788_228_000_000_000
    assert row.undetermined == USER


def test_format_of_its_own_with_two_addresses_leaves_the_address_open() -> None:
    row = one(b'10.0.0.9 203.0.113.4 2026-09-01T02:00:00Z "GET /x HTTP/1.1" 200\n')

    assert row.undetermined == USER | ADDRESS
    assert row.present & TIME


def test_text_that_only_quotes_a_request_is_no_access_log() -> None:
    assert reading.detect(b'2026-09-01T02:00:00Z INFO asked "GET it done" 200 times\n').format == ""


@pytest.mark.parametrize(
    ("said", "action", "thing", "outcome"),
    [
        (
            {"class_uid": 1007, "activity_id": 1, "process": {"name": "bash"}},
            "Process Activity: Launch",
            "bash",
            "success",
        ),
        (
            {
                "class_uid": 4002,
                "activity_id": 6,
                "http_request": {"url": {"path": "/x"}},
                "http_response": {"code": 403},
            },
            "HTTP Activity: Post",
            "/x",
            "denied",
        ),
        (
            {"class_uid": 6006, "activity_id": 2, "file": {"name": "a.csv"}},
            "File Hosting Activity: Download",
            "a.csv",
            "success",
        ),
    ],
)
def test_classes_of_ocsf_say_what_was_done_to_what(said: dict[str, Any], action: str, thing: str, outcome: str) -> None:
    more = {} if "http_response" in said else {"status_id": 1}

    row = one(line({"metadata": {"version": "1.4.0"}, "time": 1788228000000, **said, **more}))

    assert (row.action, row.object, row.outcome) == (action, thing, outcome)


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ('{"time":"2026-09-01T02:00:00Z","user":"a","user":"b"}', True),
        ('{"time":"2026-09-01T02:00:00Z","user":"a","user" :"b"}', True),
        ('{"time":"2026-09-01T02:00:00Z","user":"a","x":{"y":1,"z":[{"y":1,"y":2}]}}', True),
        ('{"time":"2026-09-01T02:00:00Z","user":"a","x":"\\"user\\": b","y":[{"user":1},{"user":2}]}', False),
        ('{"time" : "2026-09-01T02:00:00Z", "user" : "a"}', False),
    ],
)
def test_key_that_stands_twice_is_noted(text: str, *, repeats: bool) -> None:
    assert (one(text.encode() + b"\n").note == "repeated-key") is repeats


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/api/loans/deadbeefdeadbeef/x", "/api/loans/{id}/x"),
        ("/api/users/me", "/api/users/me"),
        ("/贷款/12/审批", "/贷款/{id}/审批"),
        ("//a//", "//a//"),
    ],
)
def test_identifiers_of_paths_are_left_out(path: str, template: str) -> None:
    row = one(f'10.0.0.9 - - [01/Sep/2026:10:00:00 +0800] "GET {path} HTTP/1.1" 200 5 "-" "-"\n'.encode())

    assert row.action == f"GET {template}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("arn:aws:iam::123456789012:root", "shared"),
        ("arn:aws:sts::123456789012:assumed-role/Admin/zhang.san@corp.cn", "person"),
        ("arn:aws:sts::123456789012:assumed-role/nodes/i-0a1b2c3d4e5f60718", "service"),
        ("arn:aws:iam::123456789012:user/li.si", "person"),
        ("my-app@project.iam.gserviceaccount.com", "service"),
        ("github-actions[bot]", "service"),
        ("admin@corp.cn", "shared"),
        ("root@pam", "shared"),
        ("ci-bot@corp.cn", "service"),
        ("min.ro@corp.cn", "person"),
        ("kubernetes-admin@cluster", "shared"),
        ("CORP\\zhang.san", "person"),
        ("CORP\\Administrator", "shared"),
        ("CORP\\svc-backup", "service"),
        ("HOST01$", "service"),
        ("NT AUTHORITY\\SYSTEM", "service"),
        ("CN=zhang.san,OU=it,O=corp", "person"),
        ("uid=admin,ou=people,dc=corp", "shared"),
        ("oidc:li.si", "person"),
        ("oidc:admin", "shared"),
        ("front-proxy-client", "service"),
        ("cilium-operator", "service"),
        ("app_user", "service"),
        ("系统", "service"),
        ("匿名用户", "anonymous"),
        ("张三", "person"),
        ("system:serviceaccount:prod:admin", "service"),
    ],
)
def test_names_as_directories_write_them(name: str, kind: str) -> None:
    assert words().principal(name) == kind


WEB = '10.0.0.9 - li.wei [01/Sep/2026:10:00:00 +0800] "GET /x HTTP/1.1" 200 5 "-" "-"'
DATABASE = (
    "2026-09-01 02:00:00.000 UTC [7] li.wei@loans 10.0.0.9 LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.t,s,<none>"
)
HOST = (
    "type=USER_LOGIN msg=audit(1788228000.000:7): auid=1000 msg='op=login addr=10.0.0.9 res=success'\x1dAUID=\"li.wei\""
)


@pytest.mark.parametrize("text", [WEB, DATABASE, HOST], ids=["nginx", "PostgreSQL", "auditd"])
@pytest.mark.parametrize("mark", ["2026-09-01T02:00:03.000000000Z stdout F ", "2026-09-01T10:00:03.0+08:00 stderr F "])
def test_line_of_text_from_a_container_is_read(text: str, mark: str) -> None:
    row = one(f"{mark}{text}\n".encode())

    assert (row.user, row.address, row.at) == ("li.wei", "10.0.0.9", 1_788_228_000_000_000)
    assert not row.undetermined


def test_line_of_text_that_a_container_runtime_cut_is_joined() -> None:
    mark = "2026-09-01T02:00:03Z stdout"

    rows = read(f"{mark} P {WEB[:30]}\n{mark} F {WEB[30:]}\n{mark} F {WEB}\n".encode())

    assert [each.user for each in rows if isinstance(each, Row)] == ["li.wei", "li.wei"]
    assert rows[1].arrived == 1_788_228_003_000_000 if isinstance(rows[1], Row) else False


def test_access_log_over_syslog_names_its_user() -> None:
    row = one(f"<190>Sep  1 10:00:03 web1 nginx: {WEB}\n".encode())

    assert (row.user, row.address) == ("li.wei", "10.0.0.9")


def test_event_of_laurel_is_an_event_of_auditd() -> None:
    event = {
        "ID": "1788228000.100:501",
        "NODE": "db1",
        "SYSCALL": {"syscall": 257, "success": "yes", "auid": 1000, "SYSCALL": "openat", "AUID": "li.wei"},
        "PATH": [{"item": 0, "name": "/etc/shadow"}],
    }

    row = one(line(event))

    assert (row.user, row.action, row.object, row.outcome) == ("li.wei", "SYSCALL openat", "/etc/shadow", "success")
    assert (row.at, row.seq, row.stream) == (1_788_228_000_100_000, 501, "node db1")


def test_entry_of_cloud_sql_is_what_pgaudit_said() -> None:
    said = {
        "auditClass": "READ",
        "auditType": "SESSION",
        "command": "SELECT",
        "objectType": "TABLE",
        "object": "public.t",
    }
    request = {
        "@type": "type.googleapis.com/google.cloud.sql.audit.v1.PgAuditEntry",
        **said,
        "statementId": 2,
        "substatementId": 1,
        "statement": "select 1",
        "user": "li.wei",
        "databaseSessionId": 7,
    }
    payload = {"methodName": "cloudsql.instances.query", "request": request, "serviceName": "cloudsql.googleapis.com"}

    row = one(line({"protoPayload": payload, "timestamp": "2026-09-01T02:00:00Z", "insertId": "i"}))

    assert (row.user, row.action, row.object) == ("li.wei", "READ SELECT", "public.t")


def test_records_of_azures_database_are_read() -> None:
    record = {"category": "PostgreSQLLogs", "properties": {"message": DATABASE}, "time": "2026-09-01T02:00:03Z"}

    rows = read(line({"records": [record, record]}))

    assert [each.user for each in rows if isinstance(each, Row)] == ["li.wei", "li.wei"]


@pytest.mark.parametrize(
    ("said", "user"),
    [
        (
            {
                "start_time": "2026-09-01T02:00:00Z",
                "method": "GET",
                "path": "/x",
                "response_code": 200,
                "downstream_remote_address": "10.0.0.9:5000",
            },
            "",
        ),
        (
            {
                "StartUTC": "2026-09-01T02:00:00Z",
                "RequestMethod": "GET",
                "RequestPath": "/x",
                "DownstreamStatus": 200,
                "ClientHost": "10.0.0.9",
                "ClientUsername": "li.wei",
            },
            "li.wei",
        ),
    ],
    ids=["Envoy", "Traefik"],
)
def test_access_logs_of_other_proxies(said: dict[str, Any], user: str) -> None:
    row = one(line(said))

    assert (row.action, row.user, row.address, row.authenticated) == ("GET /x", user, "10.0.0.9", False)
    assert row.at == 1_788_228_000_000_000


def test_access_log_of_a_model_is_no_record_of_its_calls() -> None:
    row = one(b'10.0.0.9 - li [01/Sep/2026:10:00:00 +0800] "POST /v1/chat/completions HTTP/1.1" 200 5 "-" "-"\n')

    assert row.topics == {"write"}


def test_what_happens_on_a_machine_has_no_source_address() -> None:
    said = {"class_uid": 1007, "activity_id": 1, "process": {"name": "bash"}, "actor": {"user": {"name": "li.wei"}}}

    row = one(line({"metadata": {"version": "1.4.0"}, "time": 1788228000000, "status_id": 1, **said}))

    assert row.applicable == row.present


def test_login_that_fails_names_who_claimed_to_come() -> None:
    request = {"id": "r", "operation": "update", "path": "auth/ldap/login/li.wei", "remote_address": "10.0.0.3"}

    row = one(line({"type": "response", "time": "2026-09-01T02:00:00Z", "error": "invalid", "request": request}))

    assert (row.user, row.authenticated, row.outcome) == ("li.wei", False, "failure")


def test_service_of_auditd_that_is_stopped_is_told() -> None:
    said = "pid=1 uid=0 auid=4294967295 msg='unit=auditd comm=\"systemd\" hostname=? addr=? res=success'"

    assert one(f"type=SERVICE_STOP msg=audit(1788228000.000:7): {said}\n".encode()).note == "audit-off"
    other = said.replace("unit=auditd", "unit=cups")
    assert one(f"type=SERVICE_STOP msg=audit(1788228000.000:7): {other}\n".encode()).note == ""
