"""The worked examples of the design page, and trouble with files."""

from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

import pytest

from auditor.formats.inventory import Action
from auditor.formats.logs import lines
from auditor.stages.auditlog import coverage
from auditor.stages.auditlog.tally import missing_numbers
from tests.unit.stages.auditlog.looking import DATA, look

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAP = "{time: t, user: u, event_type: a, object: o, outcome: r, source_address: ip, seq: n, arrival: got, id: id}"


def record(at: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"t": at.isoformat(), "u": "li.wei", "a": "app.publish", "o": "7", "r": "success", "ip": "10.0.0.1", **more}


def folder(
    tmp_path: Path, records: Iterable[dict[str, Any]], more: str = "", *, top: str = "", name: str = "app.jsonl"
) -> Path:
    (tmp_path / name).write_text("".join(json.dumps(each) + "\n" for each in records))
    (tmp_path / "inventory.yaml").write_text(
        f"{top}\nlog_sources: [{{id: app, format: json, files: '{name}', map: {MAP}{more}}}]\n"
    )
    return tmp_path


START = datetime(2026, 5, 1, tzinfo=UTC)


def test_coverage() -> None:
    risks = ["high"] * 3 + ["medium"] * 2 + ["low"] * 3
    items = [
        coverage.Item(
            action=Action(component="c", action=str(number), risk=risk),
            seen=number in {1, 4, 6},
            configured=number in {1, 2, 4, 5},
            missed=number == 5,
        )
        for number, risk in enumerate(risks, 1)
    ]

    found = coverage.sums(items)

    assert (found.weighted, found.plain) == ((9, 16), (4, 8))
    assert found.missing == ("c: 3", "c: 5", "c: 7", "c: 8")
    without = coverage.sums([coverage.Item(action=e.action, seen=e.seen, configured=e.configured) for e in items])
    assert without.weighted == (11, 16)


def test_capacity_of_the_minimum_of_cis(tmp_path: Path) -> None:
    records = [record(START + timedelta(days=day)) for day in range(185)]
    where = folder(tmp_path, records, ", capacity: {size_mb: 100, backups: 10, mb_per_day: 7128}")

    looked = look(where)

    assert looked.value("capacity") == 0
    assert looked.measure("capacity").items == ("1100 MB at 7128 MB a day: 0.15 days",)
    assert looked.verdict("capacity-reaches-six-months") == "fail"


def test_gap_of_three_days_in_184(tmp_path: Path) -> None:
    days = [day for day in range(184) if not 60 <= day < 63]
    records = [record(START + timedelta(days=day, minutes=10 * step)) for day in days for step in range(144)]
    looked = look(folder(tmp_path, records, ", expect_every: 10m, retention_months: 6"), now="2026-11-01T00:00:00Z")

    assert looked.value("gaps") == 1
    assert looked.measure("gaps").items == ("2026-06-29T23:50:00Z/2026-07-03T00:00:00Z",)
    assert looked.verdict("no-gaps") == "fail"
    assert looked.verdict("kept-six-months") == "fail"


def test_declared_downtime_is_no_gap(tmp_path: Path) -> None:
    days = [day for day in range(190) if not 60 <= day < 63]
    records = [record(START + timedelta(days=day, hours=hour)) for day in days for hour in range(24)]
    more = ", downtime: [{from: '2026-06-29T23:00:00Z', to: '2026-07-03T00:00:00Z'}]"
    looked = look(folder(tmp_path, records, more))

    assert looked.verdict("no-gaps") == "pass"
    assert looked.verdict("kept-six-months") == "pass"


def test_six_months_are_those_of_the_calendar(tmp_path: Path) -> None:
    whole = [record(START + timedelta(days=day)) for day in range(185)]
    looked = look(folder(tmp_path, whole))
    assert looked.value("retention") == (184, 184)
    assert looked.verdict("kept-six-months") == "pass"

    short = look(folder(tmp_path, whole[1:]))
    assert short.verdict("kept-six-months") == "fail"
    assert short.measure("retention").items == ("2026-05-01/2026-05-02",)

    new = look(folder(tmp_path, whole[100:], ", commissioned: 2026-08-09"))
    assert new.verdict("kept-six-months") == "pass"


def test_numbers_that_wrap_or_begin_anew_are_no_gaps() -> None:
    assert missing_numbers([1, 2, 3, 4], [2**32 - 2, 2**32 - 1, 0, 1]) == (0, [])
    assert missing_numbers([1, 2, 3, 4], [2**32 - 2, 2**32 - 1, 1, 2]) == (1, [0])
    assert missing_numbers([1, 2, 3], [5_000_000, 5_000_001, 3]) == (0, [])
    assert missing_numbers([1, 2, 3, 4], [10, 11, 1, 2], boots=[3]) == (0, [])
    assert missing_numbers([3, 1, 2], [3, 1, 4]) == (1, [2])


def test_lag_needs_two_times(tmp_path: Path) -> None:
    looked = look(folder(tmp_path, [record(START)]))
    assert looked.verdict("delivered-in-time") == "not_assessed"

    late = [record(START, got=(START + timedelta(seconds=30)).isoformat()) for _ in range(98)]
    late += [record(START, got=(START + timedelta(hours=2)).isoformat()) for _ in range(2)]
    looked = look(folder(tmp_path, late))
    assert (looked.value("lag-p50"), looked.value("lag-p99"), looked.value("lag-max")) == (30.0, 7200.0, 7200.0)
    assert looked.verdict("delivered-in-time") == "fail"


def test_undetermined_is_apart_and_decides(tmp_path: Path) -> None:
    records = [record(START, u="li.wei") for _ in range(97)] + [record(START, u={"name": "li.wei"}) for _ in range(3)]
    looked = look(folder(tmp_path, records))

    assert looked.value("field.user") == (97, 100)
    assert looked.measure("field.user").undetermined == 3
    assert looked.verdict("fields-complete") == "not_assessed"


def test_machines_are_exempt_only_where_the_inventory_names_them(tmp_path: Path) -> None:
    records = [record(START), record(START, u="svc-agent"), record(START, u="root"), record(START, u="anonymous")]

    looked = look(folder(tmp_path, records))
    assert looked.value("traceable") == (1, 4)
    listed = look(folder(tmp_path, records, top="service_accounts: ['svc-*']\npeople: [li.wei]"))
    assert listed.value("traceable") == (1, 3)
    assert listed.measure("traceable").items == ("(nobody): 1", "root: 1") or listed.measure("traceable").items == (
        "anonymous: 1",
        "root: 1",
    )
    assert listed.verdict("no-anonymous-writes") == "fail"
    assert listed.verdict("no-shared-accounts") == "fail"


def test_times_that_cannot_be_are_told_and_left_out(tmp_path: Path) -> None:
    records = [record(START), record(datetime(1970, 1, 1, tzinfo=UTC)), record(datetime(2099, 1, 1, tzinfo=UTC))]
    looked = look(folder(tmp_path, records))

    assert looked.value("first") == looked.value("last") == "2026-05-01T00:00:00Z"
    assert looked.value("implausible-times") == 2
    assert looked.verdict("clocks-agree") == "fail"


def test_steps_back(tmp_path: Path) -> None:
    records = [record(START + timedelta(minutes=minute)) for minute in (0, 1, 2, 0, 3)]
    looked = look(folder(tmp_path, records))

    assert looked.value("steps-back") == (1, 4)
    assert looked.verdict("clocks-agree") == "fail"


def test_sequence_of_an_application(tmp_path: Path) -> None:
    looked = look(folder(tmp_path, [record(START, n=number) for number in (1, 2, 5, 4, 7)]))

    assert looked.value("sequence-missing") == 2
    assert looked.measure("sequence-missing").items == ("3", "6")


def test_chain_with_its_anchor_in_the_inventory(tmp_path: Path) -> None:
    samples = DATA / "samples/hashchain"
    lines = (samples / "good.ndjson").read_text().splitlines(keepends=True)
    (tmp_path / "anchor.json").write_bytes((samples / "good.anchor.json").read_bytes())
    (tmp_path / "inventory.yaml").write_text(
        "log_sources: [{id: app, format: json, files: 'app.ndjson', anchor: anchor.json, "
        "map: {time: time, user: user, event_type: action, object: object, outcome: outcome, source_address: src, "
        "seq: seq}}]\n"
    )
    for kept, wanted in ((24, "pass"), (20, "fail")):
        (tmp_path / "app.ndjson").write_text("".join(lines[:kept]))
        looked = look(tmp_path)
        assert looked.value("integrity") == (kept, 24)
        assert looked.verdict("tamper-evident") == wanted


def test_copy_on_another_host_under_another_administrator(tmp_path: Path) -> None:
    (tmp_path / "copy.jsonl").write_text("".join(json.dumps(record(START, n=n)) + "\n" for n in range(9)))
    more = ", host: a, administrator: li, copies: [{files: copy.jsonl, host: b, administrator: wang}]"
    whole = folder(tmp_path, [record(START, n=n) for n in range(9)], more)
    assert look(whole).verdict("copied-off-host") == "pass"
    assert look(folder(tmp_path, [record(START, n=n) for n in range(10)], more)).value("copy") == (9, 10)
    same = ", host: a, administrator: li, copies: [{files: copy.jsonl, host: b, administrator: li}]"
    assert look(folder(tmp_path, [record(START, n=n) for n in range(9)], same)).verdict("copied-off-host") == "fail"


def test_witnesses_prove_misses(tmp_path: Path) -> None:
    top = "witnesses: [{source: app, files: rows.csv, map: {time: created_at, action: app.publish}}]"
    (tmp_path / "rows.csv").write_text("id,created_at\n1,2026-05-01T00:00:02Z\n2,2026-05-01T00:30:00Z\n")
    where = folder(tmp_path, [record(START), record(START + timedelta(hours=1))], top=top)
    looked = look(where)

    assert looked.value("missed") == 1
    assert looked.verdict("no-proven-misses") == "fail"


def test_required_actions(tmp_path: Path) -> None:
    top = (
        "actions:\n  - {component: app, action: app.publish, risk: high, principals: [person]}\n"
        "  - {component: app, action: app.delete, risk: high}\n  - {component: other, action: x}\n"
    )
    records = [record(START + timedelta(days=day)) for day in range(40)]
    looked = look(folder(tmp_path, records, top=top))

    assert looked.value("coverage") == (3, 8)
    assert looked.measure("coverage").items == ("app: app.delete", "other: x")
    assert looked.verdict("actions-covered") == "fail"
    assert looked.value("sources") == (1, 2)
    assert looked.verdict("sources-present") == "fail"
    # nine days prove no absence
    short = look(folder(tmp_path, records[:9], top=top))
    assert short.measure("coverage").undetermined == 3


def test_trouble_with_files_is_a_gap_and_ranges(tmp_path: Path) -> None:
    where = folder(tmp_path, [record(START)], name="a.log")
    (where / "inventory.yaml").write_text(
        (where / "inventory.yaml")
        .read_text()
        .replace("'a.log'", "['a.log', 'b.log', 'c.log', 'd.log', '../x', '/etc/passwd', 'none*']")
    )
    os.mkfifo(where / "b.log")
    (where / "c.log").symlink_to("/etc/hostname")
    (where / "d.log").symlink_to("nowhere")
    looked = look(where)

    reasons = {each.reason for each in looked.facts.gaps if each.topic == "auditlog.readable"}
    assert reasons == {"no regular file", "link out of the tree", "broken link", "outside the folder"}
    assert looked.verdict("sources-readable") == "not_assessed"
    assert looked.value("records") == 1


def test_file_without_permission_is_a_gap_and_shares_are_ranges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = folder(tmp_path, [record(START + timedelta(days=number)) for number in range(40)], name="a.log")
    text = (where / "inventory.yaml").read_text().replace("'a.log'", "['a.log', 'closed.log']")
    (where / "inventory.yaml").write_text(f"{text}\nactions: [{{component: app, action: never.seen, risk: high}}]\n")
    (where / "closed.log").write_text("x")
    opened = lines.open_regular

    def refuse(path: Path) -> IO[bytes]:
        if path.name == "closed.log":
            raise PermissionError(errno.EACCES, "Permission denied")
        return opened(path)

    monkeypatch.setattr(lines, "open_regular", refuse)
    looked = look(where)

    assert "no permission" in {each.reason for each in looked.facts.gaps if each.topic == "auditlog.readable"}
    assert looked.verdict("sources-readable") == "not_assessed"
    assert looked.measure("coverage").value == (0, 3)
    assert looked.measure("coverage").undetermined == 3
    assert looked.verdict("actions-covered") == "not_assessed"


@pytest.mark.parametrize(
    "text", ["", "a: [", "log_sources: 3", "log_sources: [{id: x, format: nonsense, files: a}]", "[]", "\x00"]
)
def test_inventory_that_cannot_be_used_is_a_gap_never_a_pass(tmp_path: Path, text: str) -> None:
    (tmp_path / "inventory.yaml").write_text(text)
    looked = look(tmp_path)

    assert looked.facts.gaps
    assert all(each.verdict.value != "pass" for each in looked.findings if each.id != "auditlog-sources-present")


def test_empty_folder_is_not_assessed(tmp_path: Path) -> None:
    looked = look(tmp_path)

    assert {each.verdict.value for each in looked.findings} == {"not_assessed"}


def test_escapes_and_formulas_never_reach_a_fact(tmp_path: Path) -> None:
    looked = look(folder(tmp_path, [record(START, u="\x1b[31mred", a="<b>\u202e"), record(START, u="x\ud800")]))

    text = repr(list(looked.facts.kinds()))
    assert "\\x1b" not in text
    assert "\x1b" not in text


def test_every_measure_is_published(tmp_path: Path) -> None:
    from auditor.model.fact import Measure  # noqa: PLC0415
    from auditor.stages.auditlog.facts import MEASURES  # noqa: PLC0415

    where = folder(tmp_path, [record(START + timedelta(days=day), n=day, id=str(day)) for day in range(40)])
    seen = {each.id for place in (where, *(DATA / "samples").iterdir()) for each in look(place).facts.of(Measure)}

    assert seen <= set(MEASURES)
    assert len(seen) > 30


WRITE = "LOG:  AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,public.t,x,<none>"
BARE = "2026-05-{day:02} 10:00:00.123 UTC 12 app_rw agentdb 10.0.0.5 " + WRITE


def test_name_that_stands_unread_in_a_prefix_is_never_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / "postgresql.log").write_text("".join(f"{BARE.format(day=day)}\n" for day in range(1, 31)))

    looked = look(tmp_path)

    measure = looked.measure("traceable")
    assert (measure.value, measure.undetermined) == ((0, 30), 30)
    for check in ("users-traceable", "no-shared-accounts", "no-anonymous-writes", "fields-complete"):
        assert looked.verdict(check) == "not_assessed", check


def test_declared_prefix_names_the_user(tmp_path: Path) -> None:
    (tmp_path / "postgresql.log").write_text("".join(f"{BARE.format(day=day)}\n" for day in range(1, 31)))
    (tmp_path / "inventory.yaml").write_text(
        "people: [app_rw]\nlog_sources:\n"
        '- {id: db, format: postgresql-stderr, files: postgresql.log, settings: {log_line_prefix: "%m %p %u %d %h "}}\n'
    )

    looked = look(tmp_path)

    assert looked.value("traceable", "db") == (30, 30)
    assert looked.value("field.user", "db") == (30, 30)
    assert looked.verdict("no-shared-accounts", "db") == "pass"


def test_declared_format_of_nginx_is_read(tmp_path: Path) -> None:
    line = "10.0.0.1|alice|2026-05-{day:02}T08:00:00+08:00|POST /v1/chat HTTP/1.1|200"
    (tmp_path / "access.log").write_text("".join(f"{line.format(day=day)}\n" for day in range(1, 31)))
    (tmp_path / "inventory.yaml").write_text(
        "log_sources:\n- {id: web, format: nginx-combined, files: access.log, "
        'settings: {log_format: "$remote_addr|$remote_user|$time_iso8601|$request|$status"}}\n'
    )

    looked = look(tmp_path)

    assert looked.value("records", "web") == 30
    assert looked.value("field.source-address", "web") == (30, 30)


def test_log_that_names_nobody_proves_nothing_about_shared_accounts(tmp_path: Path) -> None:
    text = BARE.replace(" app_rw agentdb 10.0.0.5", "")
    (tmp_path / "postgresql.log").write_text("".join(f"{text.format(day=day)}\n" for day in range(1, 31)))

    looked = look(tmp_path)

    assert looked.verdict("users-traceable") == "fail"
    assert looked.verdict("no-shared-accounts") == "not_assessed"


def test_page_on_audit_logs_is_that_of_the_code() -> None:
    from docs import build_audit_logs  # noqa: PLC0415

    text = build_audit_logs.PAGE.read_text("utf-8")

    assert build_audit_logs.page(text) == text
