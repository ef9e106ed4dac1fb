"""The public samples give the numbers that their SOURCES.md demands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.stages.lineage.looking import SAMPLES, look

if TYPE_CHECKING:
    from pathlib import Path

AGENTS = """
datasets:
  - {id: "file://nas|policies", role: source, jurisdiction: CN}
services:
  - {id: agentscope-demo, uses_retrieval: true, uses_tools: [search_knowledge_base], models: [mock-model],
     end_users: true}
"""


def test_airflow() -> None:
    looked = look(SAMPLES / "openlineage" / "airflow.ndjson")

    assert looked.value("events") == 32
    assert looked.value("runs") == looked.value("runs-completed") == 16
    assert looked.value("runs-without-datasets") == 4
    assert looked.value("datasets") == 13
    assert looked.value("edges") == 12
    assert looked.measure("namespaces").items == ("bigquery", "file", "gs://mock-bucket")


def test_column_lineage() -> None:
    looked = look(SAMPLES / "openlineage" / "cll.ndjson")

    assert [looked.value(name) for name in ("events", "runs", "datasets", "edges")] == [9, 4, 3, 2]
    assert "/tmp/cll_test/tbl1: 3/3" in looked.measure("columns").items


def test_spark_simple() -> None:
    looked = look(SAMPLES / "openlineage" / "spark-simple.ndjson")

    assert [looked.value(name) for name in ("events", "runs", "datasets", "edges")] == [4, 1, 2, 1]


@pytest.mark.parametrize(
    ("name", "kind", "zoned"),
    [
        ("event_dataset_event", "dataset", (1, 1)),
        ("event_job_event", "job", (1, 1)),
        ("event_required_nanoseconds", "run", (1, 1)),
        ("event_required_no_timezone", "run", (0, 1)),
        ("event_required_only", "run", (1, 1)),
        ("event_unicode", "run", (1, 1)),
        ("event_without_schema_url", "run", (1, 1)),
    ],
)
def test_edge_events_are_read(name: str, kind: str, zoned: tuple[int, int]) -> None:
    looked = look(SAMPLES / "openlineage" / "edge" / f"{name}.json")

    assert looked.measure("events").items == (f"{kind}: 1",)
    assert looked.value("zoned") == zoned
    assert looked.value("readable") == (1, 1)


def test_job_and_dataset_events_declare_and_are_not_seen() -> None:
    looked = look(SAMPLES / "openlineage" / "edge" / "event_job_event.json")

    assert looked.value("edges") == 0
    assert looked.value("declared-edges") == 1


def test_dbt_manifest_and_events() -> None:
    looked = look(SAMPLES / "dbt")

    assert looked.value("dbt-models") == 5
    assert looked.value("dbt-compiled") == (5, 5)
    assert looked.value("dbt-seeds") == 3
    assert looked.value("dbt-tests") == 20
    assert looked.value("events") == 72
    assert looked.value("runs") == looked.value("runs-completed") == 36
    assert looked.value("datasets") == looked.value("edges") == 8
    assert looked.value("declared-seen") == (8, 8)
    assert looked.verdict("declared-equals-seen") == "pass"


@pytest.mark.parametrize(
    ("name", "user", "session"),
    [
        ("llamaindex-2025-06-05", (1, 1), (1, 1)),
        ("langgraph-python-2025-08-22", (0, 1), (0, 1)),
        ("openai-agents-2025-09-30", (0, 1), (0, 1)),
    ],
)
def test_langfuse_exports(name: str, user: tuple[int, int], session: tuple[int, int]) -> None:
    looked = look(SAMPLES / "langfuse-export" / f"{name}.trace.json")

    assert looked.value("answers") == 1
    assert looked.value("link-user") == user
    assert looked.value("link-session") == session
    assert looked.value("retrievals") == 0
    assert looked.value("link-model") == (1, 1)


def _agents(tmp_path: Path, traces: str, more: str = "") -> Path:
    (tmp_path / "inventory.yaml").write_text(AGENTS + more, encoding="utf-8")
    (tmp_path / traces).write_bytes((SAMPLES / "otlp" / traces).read_bytes())
    return tmp_path


@pytest.mark.parametrize("name", ["agentscope-2.0.10.otlp.jsonl", "agentscope-2.0.10.otlp.pb"])
def test_agentscope_in_json_and_proto(tmp_path: Path, name: str) -> None:
    looked = look(_agents(tmp_path, name))

    assert looked.value("spans") == 8
    assert looked.value("traces") == 2
    assert looked.measure("operations").items == ("chat: 4", "execute_tool: 2", "invoke_agent: 2")
    assert looked.value("spans-with-user") == (0, 8)
    assert looked.value("spans-with-session") == (8, 8)
    assert looked.value("sessions") == 2
    assert looked.value("link-kept") == (2, 2)
    assert looked.value("retrievals") == 0
    assert looked.value("chain") == (0, 2)
    assert "first missing L1: 2" in looked.measure("chain").items
    assert looked.measure("chain-missing").items[:2] == ("L1: 2", "L4: 2")
    assert looked.verdict("answers-name-model") == "fail"
    assert looked.verdict("tool-calls-recorded") == "pass"


def test_document_ids_in_tool_results_count_only_where_their_place_is_declared(tmp_path: Path) -> None:
    declared = """
lineage: {tool_results: {search_knowledge_base: "$[*].doc_id"}}
documents: [{pattern: "policy-*", dataset: "file://nas|policies"}]
"""
    looked = look(_agents(tmp_path, "agentscope-2.0.10.otlp.jsonl", declared))

    assert looked.value("link-retrieval") == (2, 2)
    assert looked.value("link-source") == (2, 2)
    assert looked.verdict("sources-resolve") == "pass"


def test_the_protocol_s_own_example_has_no_answer() -> None:
    looked = look(SAMPLES / "otlp" / "opentelemetry-proto-trace.json")

    assert looked.value("spans") == 1
    assert looked.value("trace-ids-invalid") == 0
    assert not looked.has("answers")
    assert looked.verdict("chains-complete") == "not_assessed"


def test_sampling_from_ids() -> None:
    sampled = look(SAMPLES / "sampling" / "python-sdk-1pct.txt")
    whole = look(SAMPLES / "sampling" / "no-sampling.txt")

    assert sampled.value("sampling") == pytest.approx(0.010, rel=0.03)
    assert sampled.verdict("traces-unsampled") == "fail"
    assert whole.value("sampling") == 1.0
    assert whole.verdict("traces-unsampled") == "nothing_found"
