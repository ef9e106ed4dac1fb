"""Logs as platforms, gateways and databases write them: who acted, what cannot be read, what stands there in clear."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from typing import TYPE_CHECKING, Any

import pytest

from auditor.formats.logs import times
from auditor.formats.logs.lines import decoded
from auditor.formats.logs.words import words
from tests.unit.stages.auditlog.looking import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.stages.auditlog.looking import Looked

PEOPLE = ("li.wei", "wang.fang", "chen.jie")
COUNT = 12


def minute(number: int) -> str:
    return f"2026-11-28T02:{number:02}:00Z"


def record(number: int, **more: object) -> dict[str, Any]:
    return {
        "time": minute(number),
        "user": PEOPLE[number % 3],
        "action": "app.update",
        "object": f"app/{number}",
        "outcome": "success",
        "ip": "10.1.2.3",
        "event_id": f"e{number}",
        **more,
    }


def lines_of(make: Callable[[int], object]) -> str:
    return "".join(json.dumps(make(number), ensure_ascii=False) + "\n" for number in range(COUNT))


def looked(folder: Path, **files: str | bytes) -> Looked:
    for name, data in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return look(folder)


PLATFORMS: dict[str, Callable[[int, str], dict[str, Any]]] = {
    "kong": lambda at, who: {
        "request": {"method": "POST", "uri": "/v1/chat"},
        "response": {"status": 200},
        "client_ip": "10.1.2.3",
        "started_at": 1795831200000 + at,
        "consumer": {"username": who},
    },
    "apisix": lambda at, who: {
        "start_time": 1795831200000 + at,
        "request": {"method": "GET", "uri": "/v1/models"},
        "response": {"status": 200},
        "client_ip": "10.1.2.3",
        "consumer": {"username": who},
    },
    "keycloak": lambda at, who: {
        "time": 1795831200000 + at,
        "authDetails": {"userId": who, "ipAddress": "10.1.2.3"},
        "operationType": "UPDATE",
        "resourcePath": "users/7",
    },
    "mysql": lambda at, who: {
        "timestamp": minute(at),
        "event": "status",
        "account": {"user": who, "host": "10.1.2.3"},
        "login": {"user": who, "ip": "10.1.2.3"},
    },
    "tidb": lambda at, who: {"TIME": minute(at), "USER": who, "EVENT": ["QUERY"], "CLIENT_IP": "10.1.2.3"},
    "n8n": lambda at, who: {"ts": minute(at), "eventName": "n8n.audit.user.login", "payload": {"_email": who}},
    "mongodb": lambda at, who: {
        "atype": "dropCollection",
        "ts": {"$date": minute(at)},
        "remote": {"ip": "10.1.2.3"},
        "users": [{"user": who, "db": "admin"}],
    },
    "ranger": lambda at, who: {"evtTime": minute(at), "reqUser": who, "access": "select", "cliIP": "10.1.2.3"},
    "kafka": lambda at, who: {
        "time": minute(at),
        "type": "authorization",
        "data": {"authenticationInfo": {"principal": f"User:{who}" if who else ""}},
    },
    "jumpserver": lambda at, who: {"datetime": minute(at), "user": f"{who}({who})" if who else "", "action": "Delete"},
    "cts": lambda at, who: {
        "time": 1795831200000 + at,
        "trace_name": "deleteServer",
        "source_ip": "10.1.2.3",
        "user": json.dumps({"id": "u", "name": who}),
    },
}


@pytest.mark.parametrize("name", PLATFORMS)
def test_persons_are_found_where_a_platform_writes_them(tmp_path: Path, name: str) -> None:
    seen = looked(tmp_path, audit__log=lines_of(lambda at: PLATFORMS[name](at, PEOPLE[at % 3])))

    assert seen.value("traceable") == (COUNT, COUNT)
    assert seen.verdict("users-traceable") == "pass"


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_shared_account_of_a_platform_is_no_person(tmp_path: Path, name: str) -> None:
    seen = looked(tmp_path, audit__log=lines_of(lambda at: PLATFORMS[name](at, "admin")))

    assert seen.verdict("users-traceable") == "fail"
    assert seen.verdict("no-shared-accounts") == "fail"


@pytest.mark.parametrize("name", PLATFORMS)
def test_a_platform_that_names_nobody_is_no_pass(tmp_path: Path, name: str) -> None:
    seen = looked(tmp_path, audit__log=lines_of(lambda at: PLATFORMS[name](at, "")))

    assert seen.verdict("users-traceable") != "pass"


NOBODY = ["-", "N/A", "nil", "<nil>", "UNKNOWN_USER", "not-logged-in", "(unknown)", "未登录", "无", "10.1.2.3", "::1"]
NOBODY += ["default_user_id", "true", "sk-a1b2c3d4", "Bearer abc"]
SHARED = ["litellm-proxy-master-key", "admin1", "guest01", "运维", "公共账号", "shared_ops", "user"]
PERSONS = ["li.wei", "李伟", "E00123", "wangadmin", "CORP\\li.wei", "无忌", "sk-wang", "pk.chen", "testa"]


@pytest.mark.parametrize("name", NOBODY)
def test_what_stands_for_nobody_fails(tmp_path: Path, name: str) -> None:
    seen = looked(tmp_path, audit__log=lines_of(lambda at: record(at, user=name)))

    assert seen.verdict("users-traceable") == "fail"


def test_names_of_persons_and_of_many() -> None:
    assert {name: words().principal(name) for name in PERSONS} == dict.fromkeys(PERSONS, "person")
    assert {name: words().principal(name) for name in SHARED} == dict.fromkeys(SHARED, "shared")


def test_a_chat_says_not_who_used_a_shared_account(tmp_path: Path) -> None:
    seen = looked(tmp_path, audit__log=lines_of(lambda at: record(at, user="admin", session_id=f"s{at}")))

    assert seen.verdict("no-shared-accounts") == "fail"


def test_sessions_of_a_host_and_of_a_database_say_not_who_used_a_shared_account(tmp_path: Path) -> None:
    host = "".join(
        f"type=USER_CMD msg=audit(179583120{at % 10}.123:{at}): pid=1 uid=0 auid=0 ses=5 msg='cmd=\"rm\" res=success'\n"
        for at in range(10)
    )
    base = "".join(
        f"2026-11-28 02:{at:02}:00.000 UTC [7] user=postgres,db=agents,host=10.1.2.3 LOG:  AUDIT: SESSION,{at},1,DDL,"
        f"DROP TABLE,TABLE,public.t,drop table t,<none>\n"
        for at in range(10)
    )
    seen = looked(tmp_path, host__log=host, base__log=base)

    assert seen.verdict("users-traceable", "host.log") == "fail"
    assert seen.verdict("users-traceable", "base.log") == "fail"


def test_numbers_of_a_server_that_counts_all_its_messages_are_no_sequence(tmp_path: Path) -> None:
    seen = looked(
        tmp_path, audit__log=lines_of(lambda at: record(at, sequence=at * 7, loggerName="org.keycloak.events"))
    )
    other = looked(tmp_path, audit__log=lines_of(lambda at: record(at, sequence=at * 7)))

    assert "fail" not in {each.verdict.value for each in seen.findings if each.id == "auditlog-sequences-unbroken"}
    assert other.verdict("sequences-unbroken") == "fail"


UNREAD = {
    "audit.log": '<134>1 2026-11-28T02:00:00Z gw app 1 AUDIT [a@1 user="li.wei"] deleted\n',
    "auth.log": "Nov 28 02:00:00 host sshd[1]: Accepted publickey for li.wei from 10.1.2.3\n",
    "export.csv": "时间,用户,操作\n2026-11-28 02:00:00,li.wei,删除应用\n2026-11-28 02:01:00,li.wei,删除应用\n",
    "siem.cef": "CEF:0|Corp|Gateway|1.0|100|delete|5|suser=li.wei\n",
    "messages": "Nov 28 02:00:00 host sudo: li.wei : COMMAND=/bin/rm\n",
    "server_audit.log": "20261128 02:00:00,db1,li.wei,10.1.2.3,12,1,QUERY,agents,'SELECT 1',0\n",
    "october.zip": "PK\x03\x04",
    "system.journal": "LPKSHHRH",
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_log_that_is_of_no_known_kind_is_a_gap_beside_one_that_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(UNREAD[name] * 3)
    seen = looked(tmp_path, app__log=lines_of(record))

    assert [each.reason for each in seen.facts.gaps if each.subject == name]


def test_documents_beside_logs_are_no_gap(tmp_path: Path) -> None:
    (tmp_path / "NOTES.txt").write_text("What these logs are.\nThey were taken in May.\n")
    (tmp_path / "README.md").write_text("# Logs\n")
    seen = looked(tmp_path, app__log=lines_of(record))

    assert not [each for each in seen.facts.gaps if each.subject in {"NOTES.txt", "README.md"}]


@pytest.mark.parametrize("suffix", ["xz", "bz2", "gz"])
def test_packed_logs(tmp_path: Path, suffix: str) -> None:
    packers: dict[str, Callable[[bytes], bytes]] = {"xz": lzma.compress, "bz2": bz2.compress, "gz": gzip.compress}
    pack = packers[suffix]
    data = pack(lines_of(record).encode()) + pack(lines_of(lambda at: record(at + COUNT)).encode())
    (tmp_path / f"audit.log.1.{suffix}").write_bytes(data)
    whole = look(tmp_path)
    (tmp_path / f"audit.log.1.{suffix}").write_bytes(data[:-9])
    cut = look(tmp_path)

    assert whole.value("records") == 2 * COUNT
    assert not whole.gaps("cannot be unpacked")
    assert cut.gaps("cannot be unpacked")
    assert cut.verdict("users-traceable") != "pass"


def test_an_array_with_an_object_a_line(tmp_path: Path) -> None:
    text = "[\n" + ",\n".join(json.dumps(record(at)) for at in range(COUNT)) + "\n]\n"
    seen = looked(tmp_path, audit__log=text)

    assert seen.value("records") == COUNT
    assert seen.value("unreadable") == 0


def test_chinese_in_gb_18030_is_read_and_other_bytes_are_no_name(tmp_path: Path) -> None:
    said = lines_of(lambda at: {"时间": minute(at), "用户": ("李伟", "管理员")[at % 2], "操作": "删除应用"})
    chinese = looked(tmp_path, audit__log=said.encode("gb18030"))
    broken = looked(tmp_path, audit__log=lines_of(lambda at: record(at, user="Jos\u00e9")).encode("latin-1"))

    assert chinese.value("traceable") == (COUNT // 2, COUNT)
    assert broken.verdict("users-traceable") != "pass"
    assert decoded("删除“应用”".encode("gb18030")) == "删除“应用”"
    assert decoded(b"\xff\xfeab") == "\ufffd\ufffdab"


def _wrapped(number: int) -> str:
    return json.dumps(record(number))


WRAPPERS: dict[str, Callable[[int], str]] = {
    "otlp": lambda at: json.dumps(
        {"timeUnixNano": f"{1795831200 + at}000000000", "body": {"stringValue": _wrapped(at)}}
    ),
    "gelf": lambda at: json.dumps(
        {"version": "1.1", "host": "h", "short_message": _wrapped(at), "timestamp": 1795831200}
    ),
    "splunk": lambda at: json.dumps({"preview": False, "result": {"_raw": _wrapped(at), "_time": minute(at)}}),
    "kubectl": lambda at: f"{minute(at)} {_wrapped(at)}",
    "compose": lambda at: f"agent-1  | {_wrapped(at)}",
}


@pytest.mark.parametrize("name", WRAPPERS)
def test_envelopes_of_an_applications_lines(tmp_path: Path, name: str) -> None:
    seen = looked(tmp_path, audit__log="".join(WRAPPERS[name](at) + "\n" for at in range(COUNT)))

    assert seen.value("records") == COUNT
    assert seen.verdict("users-traceable") == "pass"


def test_an_export_of_opentelemetry(tmp_path: Path) -> None:
    records = [
        {
            "timeUnixNano": f"{1795831200 + at}000000000",
            "body": {"stringValue": "app.delete"},
            "attributes": [{"key": "user", "value": {"stringValue": PEOPLE[at % 3]}}],
        }
        for at in range(COUNT)
    ]
    seen = looked(tmp_path, logs__json=json.dumps({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}))

    assert seen.value("records") == COUNT
    assert seen.verdict("users-traceable") == "pass"


INSTANTS = [
    "2026/11/28 02:00:00 +00:00",
    "20261128T020000Z",
    "Sat, 28 Nov 2026 02:00:00 GMT",
    "28 Nov 2026 10:00:00 +0800",
]
LOCAL = ["2026/11/28 02:00:00", "2026年11月28日 02:00:00"]


def test_spellings_of_times() -> None:
    wanted = 1795831200000000

    assert {text: times.when(text) for text in INSTANTS} == dict.fromkeys(INSTANTS, (wanted, "given"))
    assert {text: times.when(text)[1] for text in LOCAL} == dict.fromkeys(LOCAL, "unknown")
    assert {times.when(text, times.zone_of("UTC"))[0] for text in LOCAL} == {wanted}
    assert times.when("2026/13/41 02:00:00")[0] is None


CLEAR = [
    "postgresql://dify:Xk29vLq8pZ@pg:5432/dify",
    "redis://:Xk29vLq8pZ@redis:6379/0",
    "glpat-xYz12AbC9kLmNoPqRsTu",
    "Authorization: Bearer 7c9e6679f4a14d0b9c1d2e3f4a5b6c7d",
    "Authorization: Basic bGl3ZWk6WGsyOXZMcThwWg==",
    "Cookie: session=7c9e6679f4a14d0b9c1d2e3f4a5b6c7d; path=/",
    "X-API-Key: 7c9e6679f4a14d0b9c1d2e3f4a5b6c7d",
    '"accessToken":"7c9e6679f4a14d0b9c1d2e3f4a5b6c7d"',
    "密码：Xk29vLq8pZ",
    "app-aB3dE5gH7jK9mN1pQ3sT5vW7",
    "hf_aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1bC3d",
    "手机号：13812345678",
    "银行卡 6222021234567890128",
    "CREATE USER 'li'@'%' IDENTIFIED BY 'Xk29vLq8pZ'",
    "client_token s.Jk3mN8pQ7wErTyUiOpAsDfGh",
]
HIDDEN = [
    "password=••••••",
    "password=MASKED",
    "postgresql://dify:***@pg:5432/dify",
    "Authorization: Bearer ******",
    "X-API-Key: 7c9e****6c7d",
    "prompt_tokens=123 total_tokens=456",
    "next_page_token=7c9e6679f4a14d0b9c1d2e3f4a5b6c7d",
    "token: hmac-sha256:" + "ab" * 32,
    "密码：******",
    "银行卡 6222021234567890129",
    "手机号：138****5678",
    "IDENTIFIED BY '***'",
    "http://pg:5432/x@y",
    "basic authentication is off",
]


@pytest.mark.parametrize("text", CLEAR)
def test_secrets_and_personal_data_in_clear(tmp_path: Path, text: str) -> None:
    seen = looked(tmp_path, audit__log=lines_of(lambda at: record(at, detail=text)))

    assert seen.verdict("no-secrets-or-pii-in-clear") == "fail"


@pytest.mark.parametrize("text", HIDDEN)
def test_what_is_masked_or_no_secret(tmp_path: Path, text: str) -> None:
    seen = looked(tmp_path, audit__log=lines_of(lambda at: record(at, detail=text)))

    assert seen.verdict("no-secrets-or-pii-in-clear") == "nothing_found"


def test_the_digest_that_litellm_logs_for_a_key_is_no_key(tmp_path: Path) -> None:
    digest = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b"
    spent = looked(tmp_path, audit__log=lines_of(lambda at: record(at, api_key=digest, spend=0.1)))
    bare = looked(tmp_path, audit__log=lines_of(lambda at: record(at, api_key=digest)))

    assert spent.verdict("no-secrets-or-pii-in-clear") == "nothing_found"
    assert bare.verdict("no-secrets-or-pii-in-clear") == "fail"
