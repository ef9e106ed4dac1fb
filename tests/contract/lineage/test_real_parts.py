"""Real senders: agentscope with the OpenTelemetry SDK, the SDK's ratio sampler, dbt with DuckDB, openlineage-python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.contract.lineage.environments import environment
from tests.unit.stages.lineage.looking import look

DATA = Path(__file__).parents[2] / "data" / "lineage"
AGENTS = """
datasets: [{id: "file://nas|policies", role: source, jurisdiction: CN}]
services:
  - {id: loan-assistant, uses_retrieval: true, uses_tools: [search_knowledge_base], models: [stub-model],
     end_users: true}
lineage: {tool_results: {search_knowledge_base: "$[*].doc_id"}}
documents: [{pattern: "policy-*", dataset: "file://nas|policies"}]
"""
SAMPLED = """
import sys
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
tracer = TracerProvider(sampler=ParentBased(TraceIdRatioBased(0.05))).get_tracer("t")
for _ in range(20000):
    span = tracer.start_span("s")
    if span.get_span_context().trace_flags.sampled:
        print(f"{span.get_span_context().trace_id:032x}")
"""
MODELS = {
    "raw_customers": "{{ config(materialized='table') }} select 1 as id, '13800000000' as phone, 5 as amount",
    "clean_customers": "select id, md5(phone) as phone_hash, amount from {{ ref('raw_customers') }}",
    "daily": "select count(*) as customers, sum(amount) as total from {{ ref('clean_customers') }}",
}


@pytest.fixture(scope="module")
def agents() -> Path:
    return environment("agentscope")


def test_agentscope_itself_has_no_user_and_its_tools_name_the_documents(agents: Path, tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text(AGENTS, encoding="utf-8")
    command = [str(agents / "python"), str(DATA / "ask_agentscope.py"), str(tmp_path / "spans.jsonl")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)

    looked = look(tmp_path)

    assert looked.value("answers") == 2
    assert looked.value("trace-ids-invalid") == 0
    assert looked.value("link-user") == (0, 2)
    assert looked.value("link-session") == (2, 2)
    assert looked.value("link-kept") == (2, 2)
    assert looked.value("link-retrieval") == (2, 2)
    assert looked.value("link-source") == (2, 2)
    assert "first missing L1: 2" in looked.measure("chain").items
    assert looked.verdict("tool-calls-recorded") == "pass"


def test_the_sampler_of_the_sdk_is_found_out_by_its_ids(agents: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [str(agents / "python"), "-c", SAMPLED], check=True, capture_output=True, text=True, timeout=300
    )
    (tmp_path / "ids.txt").write_text(done.stdout, encoding="utf-8")

    looked = look(tmp_path)

    assert looked.value("sampling") == pytest.approx(0.05, rel=0.03)
    assert looked.verdict("traces-unsampled") == "fail"


def test_dbt_with_duckdb_declares_what_its_events_show(tmp_path: Path) -> None:
    programs = environment("dbt")
    project = tmp_path / "project"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text('name: shop\nversion: "1.0"\nprofile: shop\n')
    profile = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}\n"
    (project / "profiles.yml").write_text(profile)
    for name, text in MODELS.items():
        (project / "models" / f"{name}.sql").write_text(text)
    given = tmp_path / "given"
    given.mkdir()
    settings = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "OPENLINEAGE__TRANSPORT__TYPE": "file",
        "OPENLINEAGE__TRANSPORT__LOG_FILE_PATH": str(given / "events.ndjson"),
        "OPENLINEAGE__TRANSPORT__APPEND": "true",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "HOME": str(tmp_path),
    }
    command = [str(programs / "dbt-ol"), "run", "--profiles-dir", "."]
    subprocess.run(command, cwd=project, env=settings, check=True, capture_output=True, timeout=600)
    (given / "manifest.json").write_bytes((project / "target" / "manifest.json").read_bytes())
    inventory = """
datasets:
  - {id: "duckdb://shop.duckdb|shop.main.raw_customers", role: source, fields: {id: {}, phone: {pii: true}, amount: {}}}
  - {id: "duckdb://shop.duckdb|shop.main.clean_customers", fields: {id: {}, phone_hash: {}, amount: {}}}
  - {id: "duckdb://shop.duckdb|shop.main.daily", role: sink, fields: {customers: {}, total: {}}}
"""
    (given / "inventory.yaml").write_text(inventory)

    looked = look(given)

    assert looked.value("dbt-compiled") == (3, 3)
    assert looked.value("runs") == looked.value("runs-completed") == 4
    assert looked.value("edges") == 2
    assert looked.value("declared-seen") == (2, 2)
    assert looked.value("rooted") == (3, 3)
    assert looked.value("pii-spread") == 0, "md5 hides the number"
    assert looked.measure("fields-unmapped").items in ((), ("duckdb://shop.duckdb|shop.main.daily.customers",))
