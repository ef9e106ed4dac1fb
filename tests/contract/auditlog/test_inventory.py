"""The catalogue of a real PostgreSQL becomes data sets and actions of an inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from typer.testing import CliRunner

from auditor.cli import app
from tests.contract.auditlog.conftest import postgres

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.tool("postgresql")
def test_tables_of_a_live_server(tmp_path: Path) -> None:
    out = tmp_path / "inventory.yaml"
    with postgres("stderr") as server:
        server.sql("CREATE TABLE customers (id int, phone text)")
        server.sql("INSERT INTO customers VALUES (1, '13800138000')")
        where = f"host={server.folder}/run port={server.port} dbname=postgres user=postgres"
        build = ["inventory", "build", "-o", str(out), "--namespace", "postgres://pg.agent:5432|agentdb"]
        done = CliRunner().invoke(app, [*build, f"postgresql={where}"])
        text = out.read_text()
        stranger = CliRunner().invoke(app, [*build, f"postgresql={where.replace('user=postgres', 'user=nobody_here')}"])

    assert done.exit_code == 0, done.output
    assert stranger.exit_code == 3
    assert "nobody_here" in stranger.output
    value = yaml.safe_load(text)
    assert "13800138000" not in text
    (found,) = [each for each in value["datasets"] if each["id"].endswith("public.customers")]
    assert found["id"] == "postgres://pg.agent:5432|agentdb.public.customers"
    assert list(found["fields"]) == ["id", "phone"]
    expected = {"component": "agentdb", "action": "WRITE DELETE", "object": "public.customers", "risk": "high"}
    assert {**expected, "origin": where} in value["actions"]
    assert yaml.safe_load(out.read_text())["unread"][0]["source"].startswith("postgresql=")
