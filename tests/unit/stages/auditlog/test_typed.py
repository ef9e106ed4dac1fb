"""Typed rows in Parquet come to what the path without an engine comes to, for every format."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import random
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats.logs import lines, reading, times
from auditor.stages.auditlog import files, normalise, observe, typed
from auditor.stages.auditlog.engine import LogEngine
from auditor.stages.auditlog.measures import DATABASES
from auditor.stages.auditlog.observe import AuditlogStage
from auditor.stages.auditlog.people import People
from auditor.stages.auditlog.tally import Counting, Tally
from auditor.tools import apart, sql
from tests.unit.stages.auditlog.looking import DATA, look
from tests.unit.stages.auditlog.test_engine import NOW, generated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def here(_module: str, given: bytes, _folder: Path) -> bytes:
    """Read a piece in this process; another one takes a second to start."""
    return msgspec.json.encode(normalise.normalised(msgspec.json.decode(given, type=normalise.Piece)))


ENGINE = LogEngine(partial(sql.opened, sql.Settings(threads=1)), typed.TypedRows(here, 2))


def made(
    paths: Sequence[Path], form: str = "", mapping: Mapping[str, Any] | None = None, zone: str = ""
) -> list[tuple[typed.LogPart, reading.Reading]]:
    found = []
    for path in paths:
        reader = reading.Reading(reading.detect(lines.head(path)[0]), form, mapping or {}, times.zone_of(zone), {})
        keeps = reader.format in DATABASES or reader.format in {"json", "ocsf"}
        piece = normalise.Piece(
            path="",
            file=0,
            number=0,
            folder="",
            form=form,
            map=dict(mapping or {}),
            timezone=zone,
            now=NOW,
            keeps_objects=keeps,
        )
        found.append((typed.LogPart(path, path.name, reader.format, reader.layout == "lines", piece), reader))
    return found


def plainly(parts: list[tuple[typed.LogPart, reading.Reading]]) -> Tally:
    counting = Counting(People(None).of, NOW)
    count = size = 0
    for part, reader in parts:
        counting.keep_objects = part.piece.keeps_objects
        log = lines.LogBytes(part.path)
        counting.add(reader.rows(log.chunks()), part.name)
        count += reader.count
        size += log.size
    tally = counting.finish()
    tally.lines, tally.size_bytes = count, size
    return tally


def same(one: Tally, other: Tally) -> None:
    left, right = _comparable(one), _comparable(other)
    for name in left:
        assert left[name] == right[name], name


def _comparable(tally: Tally) -> dict[str, Any]:
    found = {name: value for name, value in vars(tally).items() if name not in {"groups", "noted"}}
    found["noted"] = {note: places for note, places in tally.noted.items() if places}
    found["groups"] = {key: vars(group) for key, group in tally.groups.items()}
    return found


def agree(*paths: Path, engine: LogEngine = ENGINE, **how: Any) -> Tally:  # noqa: ANN401 - of `made`
    parts = made(paths, **how)
    counted = engine.count([part for part, _reader in parts], Counting(People(None).of, NOW))
    assert counted is not None
    plain = plainly(parts)
    same(counted.tally, plain)
    return plain


SAMPLES = sorted(
    path
    for folder in ("samples", "cases")
    for path in (DATA / folder).rglob("*")
    if path.is_file() and path.suffix not in {".yaml", ".md"} and "anchor" not in path.name
)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.relative_to(DATA).as_posix())
def test_samples_come_to_the_same(path: Path) -> None:
    zone = "Asia/Shanghai" if "pgaudit" in path.parts else ""

    agree(path, zone=zone)


def test_samples_of_a_format_in_several_files_come_to_the_same() -> None:
    for folder, zone in (("auditd", ""), ("pgaudit", "Asia/Shanghai"), ("k8s", ""), ("nginx", "")):
        agree(*(path for path in SAMPLES if path.parent.name == folder), zone=zone)


ODD_TIMES = ("1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z", 5, "x")


def vault(seed: int, count: int = 300) -> list[str]:
    """Return requests and responses: some without an answer, some twice, some out of order, some broken."""
    given = random.Random(seed)  # noqa: S311 - the same lines each time
    found = []
    for number in range(count):
        at = f"2026-03-{1 + number % 28:02}T{number % 24:02}:00:{number % 60:02}.123456789Z"
        request = {
            "id": f"r-{number}",
            "operation": given.choice(["read", "update", "delete"]),
            "path": given.choice(["secret/data/a", "auth/ldap/login/x", "sys/audit/file", "sys/policies/acl/p"]),
            "remote_address": given.choice(["10.0.0.1", "10.0.0.2", ""]),
        }
        who = {"display_name": given.choice(["ldap-li.wei", "approle", "token"]), "policies": ["p"]}
        base = {"time": at, "auth": who, "request": request}
        found.append(json.dumps({**base, "type": "request"}))
        if given.random() < 0.9:
            error = {"error": "permission denied"} if given.random() < 0.2 else {}
            found.append(json.dumps({**base, "type": "response", "response": {}, **error}))
        if given.random() < 0.05:
            found.append(found[-1])
        if given.random() < 0.03:
            found.append(
                given.choice(['{"time":', "[1]", '{"other": 1}', "\x00", '{"type": "request", "request": {}}'])
            )
        if given.random() < 0.05:
            found.append(json.dumps({**base, "type": "request", "time": given.choice(ODD_TIMES)}))
    given.shuffle(found)
    return found


def postgresql(seed: int, count: int = 300) -> list[str]:
    """Return a CSV log: statements of several sessions, denied ones, records that are missing, settings that change."""
    given = random.Random(seed)  # noqa: S311 - the same lines each time
    counts: dict[int, int] = {}
    found = []
    for number in range(count):
        session = given.randrange(8)
        counts[session] = counts.get(session, 0) + given.choice([1, 1, 1, 1, 2, 5])
        at = f"2026-03-{1 + number % 28:02} {number % 24:02}:00:{number % 60:02}.123 CST"
        message, severity = (
            f'"AUDIT: SESSION,{number // 2},1,READ,SELECT,TABLE,public.t{number % 5},select 1,<none>"',
            "LOG",
        )
        if given.random() < 0.2:
            message, severity = '"permission denied for table customer"', "ERROR"
        if given.random() < 0.05:
            message = '"parameter ""pgaudit.log"" changed to ""none"""'
        if given.random() < 0.05:
            message = '"connection authorized: user=li.wei database=d"'
        found.append(
            f'{at},"{given.choice(["li.wei", "postgres", "app_rw", ""])}","d",{session},"10.0.0.{session}:5000",'
            f's{session}.1,{counts[session]},"SELECT",{at},3/1,0,{severity},00000,{message},,,,,,'
            f'"select {chr(10) if number % 7 == 0 else ""} 1",,,"app","client backend",,0'
        )
    return found


def auditd(seed: int, count: int = 300) -> list[str]:
    """Return events of one to three lines that interleave, with missing serials, a boot, steps back, two nodes."""
    given = random.Random(seed)  # noqa: S311 - the same lines each time
    found: list[str] = []
    serial = 100
    for number in range(count):
        serial += given.choice([1, 1, 1, 1, 3])
        if number == count // 2:
            serial = 1
            found.append(
                f"type=SYSTEM_BOOT msg=audit({1_788_000_000 + number * 50}.000:{serial}): pid=1 uid=0 auid=4294967295"
            )
            serial += 1
        second = 1_788_000_000 + number * 50 - (given.random() < 0.05) * 4000
        node = given.choice(["", "", "node=db1 "])
        head = f"msg=audit({second}.{number % 1000:03}:{serial})"
        kind = given.choice(["USER_LOGIN", "USER_CMD", "SYSCALL", "CONFIG_CHANGE", "DAEMON_START"])
        if kind == "SYSCALL":
            lines_ = [
                f'{node}type=SYSCALL {head}: syscall=257 success=yes auid=1000 uid=0 exe="/usr/bin/vi" key="identity"'
            ]
            lines_.append(f'{node}type=PATH {head}: item=0 name="/etc/passwd"')
            lines_.append(f"{node}type=EOE {head}: ")
        else:
            said = f"pid=1 uid=0 auid={given.choice([0, 1000, 4294967295])} ses=2"
            ended = f"addr={given.choice(['10.0.0.1', '?'])} res={given.choice(['success', 'failed'])}"
            lines_ = [f"{node}type={kind} {head}: {said} msg='op=login acct=\"li\" {ended}'"]
        for each in lines_:
            found.insert(max(0, len(found) - given.randrange(3)), each)
        if given.random() < 0.02:
            found.append("type=BROKEN")
    return found


def application(seed: int, count: int = 300) -> list[str]:
    """Return an application's lines: holes in numbers, model calls, repeated keys, arrivals, objects, ids twice."""
    given = random.Random(seed)  # noqa: S311 - the same lines each time
    found = []
    number = 0
    for index in range(count):
        number += given.choice([1, 1, 1, 2, 40])
        at = f"2026-03-{1 + index % 28:02}T{index % 24:02}:00:{index % 60:02}Z"
        record: dict[str, Any] = {
            "time": at,
            "user": given.choice(["li.wei", "svc-agent", None, "-", {"id": 1}]),
            "action": given.choice(["loan.approve", "model.invoke", "user.login", "audit.disable"]),
            "object": given.choice([f"loan-{index % 9}", None]),
            "outcome": given.choice(["success", "denied", "?"]),
            "ip": given.choice(["10.0.0.1", "1.1.1.1, 10.0.0.2", None]),
            "seq": number,
            "stream": given.choice(["a", "b"]),
            "id": f"e{index - (given.random() < 0.05)}",
            "trace": f"t{index % 50}",
            "arrival": at.replace("00Z", "03Z"),
            "model": given.choice(["qwen", None]),
            "prompt": given.choice(["v1", None]),
            "session": given.choice(["s1", None]),
            "duration_ms": given.choice([5, -5000, None]),
        }
        text = json.dumps({name: value for name, value in record.items() if value is not None})
        found.append(text if given.random() > 0.03 else text[:-1] + ', "user": "other"}')
        if given.random() < 0.02:
            found.append(given.choice(["{", '"x"', '{"nothing": 1}']))
    return found


MAP = {
    name: name
    for name in (
        "time",
        "user",
        "object",
        "seq",
        "stream",
        "id",
        "trace",
        "arrival",
        "model",
        "prompt",
        "session",
        "duration_ms",
    )
} | {"action": "action", "outcome": "outcome", "ip": "ip"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_vault_comes_to_the_same(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "vault.log"
    path.write_text("\n".join(vault(seed)) + "\n")

    tally = agree(path)

    assert tally.unanswered_count
    assert tally.duplicates
    assert tally.implausible
    assert tally.unreadable


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_postgresql_comes_to_the_same(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "postgresql.csv"
    path.write_text("\n".join(postgresql(seed)) + "\n")

    tally = agree(path, zone="Asia/Shanghai")

    assert tally.missing_count
    assert tally.notes["audit-off"]
    assert {outcome for _action, _who, outcome, _sure in tally.groups} >= {"success", "denied"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_auditd_comes_to_the_same(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "audit.log"
    path.write_text("\n".join(auditd(seed)) + "\n")

    tally = agree(path)

    assert tally.missing_count
    assert tally.steps_back


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_application_comes_to_the_same(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "app.jsonl"
    path.write_text("\n".join(application(seed)) + "\n")

    tally = agree(path, form="json", mapping=MAP)

    assert tally.missing_count
    assert tally.models
    assert tally.lags
    assert tally.notes["repeated-key"]
    assert tally.duplicates


@pytest.mark.parametrize("seed", [1, 2])
def test_kubernetes_in_envelopes_comes_to_the_same(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "audit.log"
    rows = [json.dumps({"@timestamp": "2026-03-01T00:00:00Z", "message": each}) for each in generated(seed)]
    path.write_text("\n".join(rows) + "\n")

    agree(path)


def test_counts_that_begin_anew_and_wrap_come_to_the_same(tmp_path: Path) -> None:
    paths = [tmp_path / "wraps.log", tmp_path / "falls.log"]
    serials = [[2**32 - 3, 2**32 - 1, 0, 1, 4], [5_000_000, 5_000_001, 3, 4, 7]]
    for path, numbers in zip(paths, serials, strict=True):
        path.write_text(
            "".join(
                f"type=USER_LOGIN msg=audit({1_788_000_000 + index}.000:{number}): auid=1000 msg='op=login'\n"
                for index, number in enumerate(numbers)
            )
        )
        assert agree(path).missing_count == {"wraps.log": 3, "falls.log": 2}[path.name]


def test_packed_file_and_empty_file_come_to_the_same(tmp_path: Path) -> None:
    packed, plain, empty = tmp_path / "a.log.gz", tmp_path / "b.log", tmp_path / "c.log"
    packed.write_bytes(gzip.compress("\n".join(vault(4)).encode()))
    plain.write_text("\n".join(vault(5)) + "\n")
    empty.write_text("\n")

    agree(packed, plain)


def test_large_file_is_read_in_pieces_at_ends_of_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "vault.log"
    path.write_text("\n".join(vault(6, 600)) + "\n")
    monkeypatch.setattr(typed, "PIECE_BYTES", 20_000)
    ((part, _reader),) = made([path])

    cuts = typed.pieces(part)

    assert len(cuts) > 5
    assert cuts[0][0] == 0
    assert cuts[-1][1] is None
    assert all(one[1] == other[0] for one, other in itertools.pairwise(cuts))
    data = path.read_bytes()
    assert all(data[begin - 1 : begin] == b"\n" for begin, _end in cuts[1:])
    agree(path)


def test_line_that_a_runtime_cut_is_not_cut_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "audit.log"
    head = "2026-03-01T00:00:00.000000000Z stdout"
    with path.open("w") as file:
        for each in generated(2, 200):
            half = len(each) // 2
            file.write(f"{head} P {each[:half]}\n{head} F {each[half:]}\n")
    monkeypatch.setattr(typed, "PIECE_BYTES", 10_000)

    agree(path)


@pytest.mark.parametrize("form", ["auditd", "postgresql"])
def test_records_of_several_lines_are_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    path = tmp_path / "a.log"
    path.write_text("\n".join(auditd(1) if form == "auditd" else postgresql(1)) + "\n")
    monkeypatch.setattr(typed, "PIECE_BYTES", 1000)

    agree(path, zone="Asia/Shanghai")


def test_process_of_its_own_comes_to_the_same(tmp_path: Path) -> None:
    path = tmp_path / "va\udcffult.log"
    path.write_text("\n".join(vault(7)) + "\n")
    engine = LogEngine(partial(sql.opened, sql.Settings(threads=1)), typed.TypedRows(apart.call, 2))

    agree(path, engine=engine)


def test_process_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(ToolError):
        apart.call(normalise.MODULE, b"no JSON", tmp_path)


def test_secrets_and_places_of_pieces_are_those_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "app.jsonl"
    rows = [
        json.dumps({"time": "2026-03-01T00:00:00Z", "user": "li.wei", "action": f"a{number}"}) for number in range(400)
    ]
    rows[333] = json.dumps(
        {"time": "2026-03-01T00:00:00Z", "user": "li.wei", "action": "x", "password": "hunter2hunter2"}
    )
    path.write_text("\n".join(rows) + "\n")
    monkeypatch.setattr(typed, "PIECE_BYTES", 4_000)
    ((part, _reader),) = made([path])

    found = ENGINE.count([part], Counting(People(None).of, NOW))

    assert found is not None
    ((kind, (place,)),) = ((kind, places) for kind, places in found.secrets.items())
    assert (kind, place.file, place.offset) == ("password", "app.jsonl", len("\n".join(rows[:333])) + 1)
    assert found.searched == path.stat().st_size
    assert found.files[0].said.digest == lines_digest(path)


def lines_digest(path: Path) -> str:
    log = lines.LogBytes(path)
    for _chunk in log.chunks():
        pass
    return log.digest


def test_stage_says_the_same_of_a_folder_either_way(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/audit.log").write_text("\n".join(vault(8)) + "\n")
    (tmp_path / "db").mkdir()
    (tmp_path / "db/postgresql.csv").write_text("\n".join(postgresql(8)) + "\n")
    (tmp_path / "host").mkdir()
    (tmp_path / "host/audit.log").write_text("\n".join(auditd(8)) + "\n")
    (tmp_path / "odd.log").write_bytes(b"\xff\xfea\x00")
    closed = tmp_path / "host/audit.log.1"
    closed.write_text("\n".join(auditd(9)) + "\n")
    if os.geteuid():
        closed.chmod(0)

    plain = look(tmp_path)
    rows = look(tmp_path, AuditlogStage(engine=lambda: ENGINE, always_engine=True))

    assert [each for each in rows.items if each not in plain.items] == []
    assert [each for each in plain.items if each not in rows.items] == []


def full(_module: str, _given: bytes, _folder: Path) -> bytes:
    reason = "disk full"
    raise ToolError(reasons.Reason(reason), "No space left on device", "normalise")


FULL = LogEngine(partial(sql.opened, sql.Settings(threads=1)), typed.TypedRows(full, 2))


def test_full_disk_is_told_where_nothing_else_may_read_the_log(tmp_path: Path) -> None:
    (tmp_path / "vault.log").write_text("\n".join(vault(3)) + "\n")

    looked = look(tmp_path, AuditlogStage(engine=lambda: FULL, always_engine=True))

    assert "disk full" in {each.reason for each in looked.facts.gaps}
    assert looked.verdict("sources-readable") == "not_assessed"


def test_full_disk_costs_nothing_where_the_log_is_read_without_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vault.log").write_text("\n".join(vault(3)) + "\n")
    (tmp_path / "gone.log").symlink_to("nowhere")
    (tmp_path / "inventory.yaml").write_text("log_sources: [{id: v, format: vault, files: ['vault.log', 'gone.log']}]")
    monkeypatch.setattr(observe, "SMALL_BYTES", 1000)
    monkeypatch.setattr(files, "ROWS_BYTES", 1000)
    monkeypatch.setattr(typed, "PIECE_BYTES", 20_000)
    asked: list[str] = []

    def failing(module: str, given: bytes, folder: Path) -> bytes:
        asked.append(module)
        return full(module, given, folder)

    engine = LogEngine(FULL.opened, typed.TypedRows(failing, 2))
    looked = look(tmp_path, AuditlogStage(engine=lambda: engine))

    assert asked
    assert "disk full" not in {each.reason for each in looked.facts.gaps}
    assert "broken link" in {each.reason for each in looked.facts.gaps}
    assert looked.items == look(tmp_path).items


def test_one_file_that_cannot_be_cut_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "audit.log").write_text("\n".join(auditd(3)) + "\n")
    monkeypatch.setattr(observe, "SMALL_BYTES", 1000)
    monkeypatch.setattr(files, "ROWS_BYTES", 1000)
    monkeypatch.setattr(typed, "PIECE_BYTES", 1000)

    looked = look(tmp_path, AuditlogStage(engine=lambda: FULL))

    assert looked.items == look(tmp_path).items


def test_process_that_finds_the_disk_full_says_so(tmp_path: Path) -> None:
    path = tmp_path / "vault.log"
    path.write_text("\n".join(vault(3)) + "\n")
    folder = tmp_path / "rows"
    folder.mkdir()
    (folder / "rows-000000.parquet").symlink_to("/dev/full")
    ((part, _reader),) = made([path])
    piece = msgspec.structs.replace(part.piece, path=bytes(path).hex(), folder=bytes(folder).hex())

    with pytest.raises(ToolError) as caught:
        apart.call(normalise.MODULE, msgspec.json.encode(piece), folder)

    assert caught.value.reason == "disk full"
