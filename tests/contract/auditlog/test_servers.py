"""Logs that real servers write during the test."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING

import hvac
import pytest

from tests.contract.auditlog.conftest import Bao, Nginx, postgres
from tests.unit.stages.auditlog.looking import look

if TYPE_CHECKING:
    from pathlib import Path

LATER = "2099-01-01T00:00:00Z"
"""A clock that no record of now is ahead of."""


def _wait_for(log: Path, pattern: bytes) -> None:
    """Wait until a server has written a line: its collector of logs does so in its own time."""
    until = time.monotonic() + 20
    while not (log.is_file() and re.search(pattern, log.read_bytes())):
        assert time.monotonic() < until, f"{log} never held {pattern!r}"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("destination", "name"),
    [("stderr", "postgresql.log"), ("csvlog", "postgresql.csv"), ("jsonlog", "postgresql.json")],
)
def test_pgaudit(tmp_path: Path, destination: str, name: str) -> None:
    with postgres(destination) as server:
        server.sql("CREATE ROLE app_rw LOGIN")
        server.sql("CREATE TABLE customers (id int, phone text)")
        server.sql("GRANT INSERT ON customers TO app_rw")
        server.sql("INSERT INTO customers\n VALUES (1, 'x')", "app_rw")
        server.sql("SELECT * FROM customers", "app_rw", fails=True)
        server.sql("SELECT 1", "nobody_knows", fails=True)
        _wait_for(server.logs / name, rb"nobody_knows\W+does not exist")
        before = look(_inventory(tmp_path, server.logs / name), now=LATER)
        server.sql("ALTER SYSTEM SET pgaudit.log = 'none'")
        server.sql("SELECT pg_reload_conf()")
        time.sleep(1)
        server.sql("DROP TABLE customers")
        looked = look(_inventory(tmp_path, server.logs / name), now=LATER)

    assert before.verdict("database-classes-on") == "pass"
    assert before.value("unreadable") == 0
    assert before.value("field.user") == before.value("field.time")
    assert before.value("logins") == (3, 3)
    assert before.verdict("logins-recorded") == "pass"
    assert before.verdict("accounts-and-rights-recorded") == "pass"
    assert before.verdict("database-never-off") == "pass"
    assert looked.verdict("database-never-off") == "fail"
    assert "DDL DROP TABLE" not in looked.measure("actions").items
    if destination != "stderr":
        assert looked.value("sequence-missing") == 0


def _inventory(folder: Path, log: Path) -> Path:
    made = folder / "look"
    made.mkdir(exist_ok=True)
    (made / "pg.log").write_bytes(log.read_bytes())
    (made / "inventory.yaml").write_text(
        "log_sources: [{id: pg, format: pgaudit, files: pg.log, timezone: Asia/Shanghai, component: db}]\n"
    )
    return made


def test_nginx(nginx: Nginx) -> None:
    assert nginx.get("/v1/datasets/3", "DELETE", "bob") == 200
    assert nginx.get("/closed/x") == 403
    assert nginx.get("/v1/search?phone=13800000000") == 200
    time.sleep(0.3)

    for name in ("access.log", "access.json"):
        looked = look(nginx.logs / name, now=LATER)
        assert looked.value("records") == 3
        assert looked.value("unreadable") == 0
        assert looked.measure("actions").items == ("DELETE /v1/datasets/{id}", "GET /closed/x", "GET /v1/search")
        # a wrong password, and still 200: the name is the client's claim
        assert looked.value("traceable") == (0, 3)
        assert looked.verdict("no-secrets-or-pii-in-clear") == "fail"


def test_openbao(bao: Bao) -> None:
    client = hvac.Client(url=bao.address)
    made = client.sys.initialize(1, 1)
    client.sys.submit_unseal_key(made["keys"][0])
    client.token = made["root_token"]
    until = time.monotonic() + 20
    while time.monotonic() < until and client.sys.is_sealed():
        time.sleep(0.2)
    client.sys.create_or_update_policy("reader", 'path "secret/*" { capabilities = ["read"] }')
    token = client.auth.token.create(policies=["reader"], display_name="li.wei")["auth"]["client_token"]
    reader = hvac.Client(url=bao.address, token=token)
    with pytest.raises(hvac.exceptions.Forbidden):
        reader.sys.list_policies()
    (bao.folder / "inventory.yaml").write_text(
        "log_sources:\n"
        "  - {id: first, format: vault, files: first/audit.log, component: bao}\n"
        "  - {id: second, format: vault, files: second/audit.log, component: bao}\n"
    )

    looked = look(bao.folder, now=LATER)

    assert looked.value("unreadable", "first") == 0
    assert looked.value("sequence-missing", "first") == 0
    assert looked.value("vault-devices", "first") == 2
    assert looked.verdict("vault-two-devices") == "pass"
    assert int(looked.value("failures", "first")) >= 1  # type: ignore[call-overload]
    lines = (bao.folder / "first" / "audit.log").read_text().splitlines()
    assert all(json.loads(line)["type"] in {"request", "response"} for line in lines)
    assert looked.value("records", "first") == len(lines)
    assert any(
        action.startswith(("create auth/token", "update auth/token"))
        for action in looked.measure("actions", "first").items
    )
