"""`auditor inventory build` as a person types it, and what an unread source costs an audit of logs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import yaml
from typer.testing import CliRunner

from auditor.cli import app
from auditor.formats.custody_snapshot import Answer, Reading, packed
from tests.unit.stages.auditlog.looking import look

if TYPE_CHECKING:
    from pathlib import Path

API = """
openapi: 3.1.0
info: {title: loan-api, version: "1"}
paths: {/loans: {post: {}}}
"""
MODULE = "@app.delete('/loans/{id}')\ndef gone(): ...\n"
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: loan-api, namespace: loans}
spec:
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}
"""


def test_inventory_is_built_from_several_sources_and_upon_a_file(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(API)
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text(MODULE)
    (tmp_path / "dump.sql").write_text("CREATE TABLE loans (id int);")
    (tmp_path / "old.yaml").write_text("people: [li.wei]\n")
    out = tmp_path / "inventory.yaml"
    sources = [f"openapi={tmp_path}/api.yaml", f"code={tmp_path}/src", f"sql={tmp_path}/dump.sql"]

    done = CliRunner().invoke(
        app, ["inventory", "build", *sources, "-o", str(out), "--onto", str(tmp_path / "old.yaml")]
    )

    assert done.exit_code == 0, done.output
    value = yaml.safe_load(out.read_text())
    assert value["people"] == ["li.wei"]
    assert {each["action"] for each in value["actions"]} >= {"POST /loans", "DELETE /loans/{id}", "WRITE INSERT"}
    assert all(each["origin"] for each in value["actions"])
    assert "unread" not in value


def test_source_that_is_not_read_is_named_and_costs_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text(API)
    out = tmp_path / "inventory.yaml"
    command = ["inventory", "build", f"openapi={tmp_path}/api.yaml", f"sql={tmp_path}/nowhere.sql", "-o", str(out)]

    done = CliRunner().invoke(app, command)
    wrong = CliRunner().invoke(app, ["inventory", "build", "oracle=x", "-o", str(out)])
    secret = CliRunner().invoke(
        app, ["inventory", "build", "postgresql=postgresql://a:geheim@127.0.0.1:1/x", "-o", str(tmp_path / "s.yaml")]
    )

    assert done.exit_code == 3
    unread = yaml.safe_load(out.read_text())["unread"]
    assert [each["source"] for each in unread] == [f"sql={tmp_path}/nowhere.sql"]
    assert wrong.exit_code == 2
    assert secret.exit_code == 3
    assert "PGPASSWORD" in secret.output


def test_objects_of_a_finished_run_are_taken(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/api.yaml").write_text(DEPLOYMENT)
    auditor = [sys.executable, "-m", "auditor"]
    options = ["--only", "kubernetes", "-q", "--output", "run"]
    subprocess.run([*auditor, "run", "kubernetes=deploy", *options], cwd=tmp_path, check=False, capture_output=True)

    done = subprocess.run(
        [*auditor, "inventory", "build", "run=run", "-o", "inventory.yaml"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )

    assert done.returncode in {0, 3}, done.stderr
    value = yaml.safe_load((tmp_path / "inventory.yaml").read_text())
    assert value["components"] == ["kubernetes", "loan-api"]
    assert "patch deployments" in {each["action"] for each in value["actions"]}


EVENT = {
    "eventType": "COMPLETE",
    "eventTime": "2026-11-01T00:00:00Z",
    "producer": "x",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/definitions/RunEvent",
    "run": {"runId": "r"},
    "job": {"namespace": "n", "name": "j"},
    "inputs": [{"namespace": "pg://a", "name": "db.loans"}],
    "outputs": [{"namespace": "milvus://v", "name": "kb"}],
}


def test_data_that_a_finished_run_saw_is_taken(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events/e.jsonl").write_text(json.dumps(EVENT) + "\n")
    auditor = [sys.executable, "-m", "auditor"]
    subprocess.run(
        [*auditor, "run", "lineage=events", "-q", "--format", "json", "--output", "run"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )

    done = subprocess.run(
        [*auditor, "inventory", "build", "run=run", "-o", "inventory.yaml"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )

    assert done.returncode in {0, 3}, done.stderr
    value = yaml.safe_load((tmp_path / "inventory.yaml").read_text())
    assert [each["id"] for each in value["datasets"]] == ["milvus://v|kb", "pg://a|db.loans"]
    assert [(each["from"], each["to"]) for each in value["edges"]] == [("pg://a|db.loans", "milvus://v|kb")]


def test_key_store_that_a_finished_run_saw_is_taken(tmp_path: Path) -> None:
    answers = {
        "GET sys/seal-status": Answer(
            200, {"initialized": True, "sealed": False, "type": "shamir", "version": "2.7.2"}
        ),
        "GET auth/token/lookup-self": Answer(200, {"policies": ["auditor-custody"]}),
        "GET sys/mounts": Answer(200, {"transit/": {"type": "transit"}}),
        "LIST transit/keys": Answer(200, {"keys": ["loan"]}),
        "GET transit/keys/loan": Answer(200, {"type": "aes256-gcm96", "latest_version": 1, "keys": {"1": 1700000000}}),
    }
    reading = Reading(address="https://x", answers=answers, collected_at="2026-11-28T11:00:00Z")
    (tmp_path / "server.json").write_bytes(packed(reading))
    auditor = [sys.executable, "-m", "auditor"]
    subprocess.run(
        [*auditor, "run", "custody=server.json", "-q", "--format", "json", "--output", "run"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )

    done = subprocess.run(
        [*auditor, "inventory", "build", "run=run", "-o", "inventory.yaml"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )

    assert done.returncode == 3, done.stderr  # most of the server was not read
    value = yaml.safe_load((tmp_path / "inventory.yaml").read_text())
    assert value["components"] == ["openbao"]
    assert "transit/decrypt/loan" in {each.get("object") for each in value["actions"]}


def test_schema_of_the_inventory_is_printed() -> None:
    done = CliRunner().invoke(app, ["schema", "inventory"])

    assert done.exit_code == 0
    assert "log_sources" in json.loads(done.stdout)["properties"]


def test_unread_source_is_a_gap_of_every_ratio_that_rests_on_the_inventory(tmp_path: Path) -> None:
    (tmp_path / "app.jsonl").write_text('{"t": "2026-11-01T00:00:00Z", "a": "x", "u": "li.wei"}\n')
    (tmp_path / "inventory.yaml").write_text(
        "log_sources: [{id: app, format: json, files: app.jsonl, map: {time: t, event_type: a, user: u}}]\n"
        "actions: [{component: app, action: x}]\n"
        "unread: [{source: 'sql=dump.sql', why: line 3 cannot be read}]\n"
    )

    seen = look(tmp_path)

    lost = [each for each in seen.gaps() if "dump.sql" in each.detail]
    assert {each.topic for each in lost} == {"auditlog.sources", "auditlog.coverage", "auditlog.coverage-high"}
    assert seen.verdict("sources-present") == "not_assessed"


def test_source_in_which_nothing_was_found_or_not_all_was_read_is_named(tmp_path: Path) -> None:
    """An empty folder gave an inventory of nothing and exit 0; a module over the limit was cut without a word."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.py").write_text(MODULE)
    (tmp_path / "src/large.py").write_text("x = 1\n" * 400_000 + MODULE)
    out = tmp_path / "inventory.yaml"

    done = CliRunner().invoke(
        app, ["inventory", "build", f"code={tmp_path}/empty", f"code={tmp_path}/src", "-o", str(out)]
    )

    assert done.exit_code == 3, done.output
    why = {each["source"]: each["why"] for each in yaml.safe_load(out.read_text())["unread"]}
    assert why == {
        f"code={tmp_path}/empty": "nothing was found in it",
        f"code={tmp_path}/src": "large.py: larger than 2,097,152 bytes",
    }
