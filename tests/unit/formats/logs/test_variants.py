"""Logs as servers are set up in the field: prefixes, formats and words that the samples do not have."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from auditor.formats.logs.reading import Reading, detect
from auditor.formats.logs.row import ADDRESS, USER, Row, Unreadable
from auditor.formats.logs.words import words

SHANGHAI = ZoneInfo("Asia/Shanghai")
AUDIT = 'LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.customers,"SELECT * FROM customers",<none>'


def rows(text: str, form: str = "", **settings: str) -> list[Row]:
    data = text.encode()
    items = list(Reading(detect(data), form, {}, SHANGHAI, settings).rows(iter([data])))
    found = [item for item in items if isinstance(item, Row)]
    assert len(found) == len(items), items
    return found


@pytest.mark.parametrize(
    ("prefix", "user", "host"),
    [
        ("2026-03-01 00:00:00.123 UTC [1234] app_rw@agentdb ", "app_rw", ""),
        (
            "2026-03-01 00:00:00 UTC [1234]: [3-1] user=app_rw,db=agentdb,app=[unknown],client=10.0.0.5 ",
            "app_rw",
            "10.0.0.5",
        ),
        ("2026-03-01 00:00:00 UTC:10.0.0.5(53142):app_rw@agentdb:[1234]:", "app_rw", "10.0.0.5"),  # RDS
        ("2026-03-01 00:00:00.123 UTC [1234]: [3-1] db=agentdb,user=app_rw ", "app_rw", ""),  # Cloud SQL
        ("<2026-03-01 00:00:00 UTC:app_rw@agentdb>", "app_rw", ""),
        ("[2026-03-01 00:00:00.123 UTC] app_rw@agentdb 10.0.0.5 ", "app_rw", "10.0.0.5"),
        ("1772323200.123 [1234] app_rw@agentdb ", "app_rw", ""),
        ("2026-03-01 00:00:00 UTC [1234]: [65e1a2b3.4d2-7] app_rw@agentdb,app=psql [00000] ", "app_rw", ""),
        ("Mar  1 00:00:00 db1 postgres[1234]: [5-1] 2026-03-01 00:00:00 UTC [1234] app_rw@agentdb ", "app_rw", ""),
        ("2026-03-01 00:00:00 UTC [1234] app_rw@agentdb fe80::1:2 ", "app_rw", "fe80::1:2"),
    ],
)
def test_prefix_of_postgresql_is_read_by_its_form(prefix: str, user: str, host: str) -> None:
    (row,) = rows(f"{prefix}{AUDIT}\n")

    assert (row.user, row.address, row.action, row.object) == (user, host, "READ SELECT", "public.customers")
    assert row.at is not None


@pytest.mark.parametrize(
    ("prefix", "setting"),
    [
        ("2026-03-01 00:00:00.123 UTC [1234] 65e1a2b3.4d2 app_rw agentdb 10.0.0.5 ", "%m [%p] %c %q%u %d %h "),
        ("2026-03-01 00:00:00.123 UTC|app_rw|agentdb|10.0.0.5(1234)|777|", "%m|%u|%d|%r|%p|"),
        ("2026-03-01 00:00:00 UTC   1234 app_rw agentdb 10.0.0.5(5555) ", "%t %6p %u %d %r "),
    ],
)
def test_bare_words_of_a_prefix_are_undetermined_until_the_setting_is_declared(prefix: str, setting: str) -> None:
    (guessed,) = rows(f"{prefix}{AUDIT}\n")
    (told,) = rows(f"{prefix}{AUDIT}\n", log_line_prefix=setting)

    assert not guessed.present & USER
    assert guessed.undetermined & USER, "a name may stand there: that it is missing would be untrue"
    assert (told.user, told.address) == ("app_rw", "10.0.0.5")
    assert not told.undetermined & (USER | ADDRESS)


def test_prefix_that_names_nobody_leaves_the_user_missing() -> None:
    (row,) = rows(f"2026-03-01 08:00:00.123 CST [1234] {AUDIT}\n")

    assert not (row.present | row.undetermined) & USER


def test_background_process_ends_its_prefix_at_q() -> None:
    line = "2026-03-01 00:00:00.123 UTC [77] LOG:  checkpoint starting: time\n"

    (row,) = rows(line, log_line_prefix="%m [%p] %q%u@%d ")

    assert (row.user, row.is_event) == ("", False)


def test_setting_that_nobody_can_read_is_as_none() -> None:
    (row,) = rows(f"2026-03-01 00:00:00.123 UTC [1] app_rw@agentdb {AUDIT}\n", log_line_prefix="%m %Z %u")

    assert row.user == "app_rw"


def test_postgresql_in_chinese_is_read() -> None:
    head = "2026-03-01 08:00:00.123 CST [1] app_rw@agentdb "

    said = (AUDIT.replace("LOG:", "日志:"), "错误:  对表 secret 权限不够", "语句:  SELECT * FROM secret")
    failed = '致命错误:  用户 "evil" Password 认证失败'

    first, second, third = rows("".join(f"{head}{each}\n" for each in (*said, failed)))

    assert (first.action, first.outcome) == ("READ SELECT", "success")
    assert (second.action, second.outcome) == ("SELECT", "denied")
    assert (third.action, third.outcome) == ("LOGIN", "denied")


def test_record_that_syslog_cut_into_lines_is_one() -> None:
    head = "Mar  1 00:00:00 db1 postgres[1234]: "
    text = f"{head}[5-1] 2026-03-01 00:00:00 UTC [1] a@b {AUDIT}\n{head}[5-2] #011WHERE x\n"

    (row,) = rows(text)

    assert row.user == "a"


def test_record_of_an_operator_is_read() -> None:
    record = {
        "log_time": "2026-03-01 00:00:00.123 UTC",
        "user_name": "app_rw",
        "database_name": "agentdb",
        "process_id": "1234",
        "connection_from": "10.0.0.5:5555",
        "session_id": "65e1a2b3.4d2",
        "session_line_num": "7",
        "error_severity": "LOG",
        "sql_state_code": "00000",
        "message": "",
    }
    audit = {"audit_type": "SESSION", "statement_id": "1", "substatement_id": "1", "class": "READ", "command": "SELECT"}
    audit |= {"object_type": "TABLE", "object_name": "public.customers", "statement": "SELECT 1", "parameter": "<none>"}
    line = {"level": "info", "ts": "2026-03-01T00:00:01Z", "logger": "pgaudit", "record": {**record, "audit": audit}}

    (row,) = rows(json.dumps(line) + "\n")

    assert (row.user, row.address, row.seq, row.action) == ("app_rw", "10.0.0.5", 7, "READ SELECT")
    assert row.object == "public.customers"


COMBINED = '- alice [01/Mar/2026:08:00:00 +0800] "POST /v1/chat HTTP/1.1" 200 5 "-" "curl"'


@pytest.mark.parametrize(
    "line",
    [
        f"10.0.0.1 {COMBINED}",
        f"api.bank.cn 10.0.0.1 {COMBINED}",
        f"api.bank.cn:443 10.0.0.1 {COMBINED}",
        f"10.0.0.1 - [10.0.0.1] {COMBINED}",
        f'10.0.0.1 {COMBINED} "1.2.3.4"',
    ],
)
def test_line_of_an_access_log_names_the_client(line: str) -> None:
    (row,) = rows(line + "\n")

    assert (row.address, row.user, row.action) == ("10.0.0.1", "alice", "POST /v1/chat")


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        (
            "$remote_addr|$remote_user|$time_iso8601|$request|$status|$body_bytes_sent",
            "10.0.0.1|alice|2026-03-01T08:00:00+08:00|POST /v1/chat HTTP/1.1|200|5",
        ),
        (
            "'time=$time_iso8601 addr=$remote_addr user=$remote_user do=$request_method uri=$request_uri code=$status'",
            "time=2026-03-01T00:00:00Z addr=10.0.0.1 user=alice do=POST uri=/v1/chat?q=a code=200",
        ),
        (
            '$http_x_forwarded_for - $remote_addr $remote_user [$time_local] "$request" $status "$http_user_agent"',
            '1.2.3.4, 5.6.7.8 - 10.0.0.1 alice [01/Mar/2026:00:00:00 +0000] "POST /v1/chat HTTP/1.1" 200 "Moz (x) y"',
        ),
    ],
)
def test_format_that_is_declared_is_read(setting: str, line: str) -> None:
    (row,) = rows(line + "\n", "nginx-combined", log_format=setting)

    assert (row.address, row.user, row.action, row.outcome) == ("10.0.0.1", "alice", "POST /v1/chat", "success")
    assert row.at is not None


def test_line_that_does_not_fit_the_declared_format_is_unreadable() -> None:
    data = ("a" * 200 + "|" * 4000 + "\n").encode()

    (item,) = Reading(
        detect(data), "nginx-combined", {}, None, {"log_format": "$remote_addr|$remote_user|$status x"}
    ).rows(iter([data]))

    assert isinstance(item, Unreadable)


def test_what_ausearch_puts_between_events_is_no_broken_line() -> None:
    event = "type=USER_LOGIN msg=audit(1772323200.123:501): pid=1 uid=0 auid=1000 res=success"

    (row,) = rows(f"----\ntime->Sun Mar  1 08:00:00 2026\n{event}\n")

    assert row.user == "1000"


@pytest.mark.parametrize(
    ("action", "topics"),
    [
        ("ConsoleLogin", {"login-success-or-failure"}),
        ("createUser", {"account", "write"}),
        ("删除用户", {"account", "write"}),
        ("导出客户清单", {"export"}),
        ("用户登录", {"login-success-or-failure"}),
        ("退出登录", {"logout"}),
        ("清空日志", {"audit-off"}),
        ("查询客户", set()),
    ],
)
def test_actions_are_understood_in_both_languages_and_however_they_are_spelled(action: str, topics: set[str]) -> None:
    assert words().topics(action) == topics


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("li.wei", "person"),
        ("bob@bank.cn", "person"),
        ("203145678901234567-1698765432", "person"),  # a RAM user in ACK
        ("app_rw", "service"),
        ("langfuse", "service"),
        ("gitlab-runner", "service"),
        ("k3s-cloud-controller-manager", "service"),
        ("kube-apiserver-kubelet-client", "service"),
        ("aksProblemDetector", "service"),
        ("kube:admin", "shared"),
        ("rdsadmin", "shared"),
        ("SYSAUDITOR", "shared"),
        ("管理员", "shared"),
    ],
)
def test_accounts_of_programs_and_of_everybody_are_no_persons(name: str, kind: str) -> None:
    assert words().principal(name) == kind


def test_user_of_a_database_who_is_called_as_it_is_no_person() -> None:
    (own,) = rows(f"2026-03-01 00:00:00 UTC [1] loans@loans {AUDIT}\n")
    (person,) = rows(f"2026-03-01 00:00:00 UTC [1] li.wei@loans {AUDIT}\n")

    assert (own.principal, person.principal) == ("service", "person")


def test_user_that_is_an_object_is_named_by_what_names_a_person() -> None:
    line = {"time": "2026-03-01T00:00:00Z", "user": {"id": "u1", "email": "bob@bank.cn"}, "verb": "POST"}

    (row,) = rows(json.dumps(line) + "\n")

    assert (row.user, row.action) == ("bob@bank.cn", "POST")
