"""Exports of other systems, texts that were withheld, sessions of others: none of them is a pass by silence."""

from __future__ import annotations

import gzip
import json
import lzma
from typing import TYPE_CHECKING, Any

import pytest

from auditor.formats.lineage.otlp import is_of_spans
from tests.unit.stages.lineage.events import TRACE, run, span, write
from tests.unit.stages.lineage.looking import look

if TYPE_CHECKING:
    from pathlib import Path

INVENTORY = """
datasets:
  - {id: "s3://lake|kb", role: derived, kind: index, jurisdiction: CN, of: ["s3://lake|docs"]}
  - {id: "s3://lake|docs", role: source, jurisdiction: CN}
services: [{id: assistant, uses_retrieval: true, end_users: true, models: [m]}]
"""
OTHER = "6e1f00d0c0ffee0000001000a5a500f2"
TEXT = json.dumps([{"role": "user", "parts": [{"type": "text", "content": "hello"}]}])


def answer(trace: str = TRACE, service: str = "assistant", **changed: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as `span`
    agent = {"user__id": "u-1", "session__id": "s-1", "gen_ai__input__messages": TEXT, "gen_ai__output__messages": TEXT}
    said = {key: value for key, value in {**agent, **changed}.items() if value is not None}
    search: dict[str, Any] = {
        "gen_ai__data_source__id": "s3://lake|kb",
        "gen_ai__retrieval__documents": [{"id": "d-1"}],
    }
    return [
        span(1, trace=trace, service=service, gen_ai__operation__name="invoke_agent", **said),
        span(2, trace=trace, service=service, parent=1, gen_ai__operation__name="retrieval", **search),
        span(3, trace=trace, service=service, parent=1, gen_ai__operation__name="chat", gen_ai__request__model="m"),
    ]


SPANS: dict[str, Any] = {
    "jaeger": {"data": [{"traceID": TRACE, "spans": [{"spanID": "1", "operationName": "chat", "tags": []}]}]},
    "zipkin": [{"traceId": TRACE, "id": "1", "name": "chat", "localEndpoint": {"serviceName": "a"}}],
    "langsmith": [{"id": "a", "trace_id": "a", "run_type": "llm", "inputs": {}, "outputs": {}}],
    "mlflow": {"info": {"trace_id": "tr-1"}, "data": {"spans": [{"span_id": "y", "attributes": {}}]}},
    "phoenix": [{"span_kind": "LLM", "context.trace_id": TRACE, "attributes.llm.model_name": "m"}],
    "langfuse": [{"id": "o", "traceId": "t", "type": "GENERATION", "parentObservationId": None}],
}


@pytest.mark.parametrize("name", SPANS)
def test_spans_in_a_form_that_is_not_read_are_traces_lost(tmp_path: Path, name: str) -> None:
    write(tmp_path, inventory=INVENTORY, spans=answer())
    assert look(tmp_path).verdict("chains-complete") == "pass"
    (tmp_path / "export.json").write_text(json.dumps(SPANS[name]))

    looked = look(tmp_path)

    assert [each.detail for each in looked.gaps("format not read")] == ["export.json"]
    assert looked.verdict("chains-complete") == "not_assessed"


def test_other_documents_beside_traces_are_no_spans() -> None:
    assert not is_of_spans({"time": "2026-11-29T10:00:00Z", "user": "u", "trace_id": TRACE})
    assert not is_of_spans({"name": "x", "spans": 3})
    assert not is_of_spans([1, "a", None])


@pytest.mark.parametrize("wrap", ["batches", "trace"])
def test_traces_of_tempo(tmp_path: Path, wrap: str) -> None:
    resources = [each["resourceSpans"][0] for each in answer()]
    write(tmp_path, inventory=INVENTORY)
    (tmp_path / "tempo.json").write_text(
        json.dumps({"batches": resources} if wrap == "batches" else {"trace": {"resourceSpans": resources}})
    )

    assert look(tmp_path).value("chain") == (1, 1)


WITHHELD = ["__REDACTED__", "<redacted>", "[MASKED]", "***", "(hidden)", "已脱敏", "[REDACTED]", '""']


@pytest.mark.parametrize("mark", WITHHELD)
def test_a_prompt_that_was_withheld_is_not_kept(tmp_path: Path, mark: str) -> None:
    spans = answer(gen_ai__input__messages=mark)

    assert look(write(tmp_path, inventory=INVENTORY, spans=spans)).verdict("answers-keep-prompt") == "fail"


def test_the_role_of_a_message_is_no_prompt(tmp_path: Path) -> None:
    bare: dict[str, Any] = {"gen_ai__input__messages": None, "llm__input_messages__0__message__role": "user"}
    hidden: dict[str, Any] = {**bare, "llm__input_messages__0__message__content": "__REDACTED__"}
    kept: dict[str, Any] = {**bare, "llm__input_messages__0__message__content": "hello"}

    verdicts = [
        look(write(tmp_path / str(number), inventory=INVENTORY, spans=answer(**each))).verdict("answers-keep-prompt")
        for number, each in enumerate((bare, hidden, kept))
    ]

    assert verdicts == ["fail", "fail", "pass"]


@pytest.mark.parametrize("name", ["10.1.2.3", "default_user_id", "未登录", "no-user"])
def test_what_names_nobody_is_no_user(tmp_path: Path, name: str) -> None:
    spans = answer(user__id=name)

    assert look(write(tmp_path, inventory=INVENTORY, spans=spans)).verdict("answers-name-user") == "fail"


LONG = "9f1c2d3e-4b5a"


@pytest.mark.parametrize(
    ("session", "service", "tenants", "verdict"),
    [
        ("1", "assistant", ("a", "a"), "pass"),
        ("1", "assistant", ("a", "b"), "fail"),
        ("1", "web", ("a", "a"), "fail"),
        (LONG, "web", ("a", "a"), "pass"),
        (LONG, "web", ("a", "b"), "fail"),
    ],
)
def test_a_user_is_taken_only_from_the_same_session(
    tmp_path: Path, session: str, service: str, tenants: tuple[str, str], verdict: str
) -> None:
    named = answer(service=service, session__id=session, tenant__id=tenants[0])
    nameless = answer(OTHER, session__id=session, user__id=None, tenant__id=tenants[1])

    looked = look(write(tmp_path, inventory=INVENTORY, spans=[*named, *nameless]))

    assert looked.verdict("answers-name-user") == verdict


def page(number: int, total: int) -> dict[str, Any]:
    trace = {
        "id": f"t{number}",
        "name": "assistant",
        "userId": "u",
        "sessionId": "s",
        "input": "q",
        "output": "a",
        "observations": [{"id": f"o{number}", "type": "GENERATION", "name": "chat", "model": "m"}],
    }
    return {"data": [trace], "meta": {"page": number, "limit": 1, "totalItems": total, "totalPages": total}}


def test_pages_that_are_missing_are_traces_lost(tmp_path: Path) -> None:
    write(tmp_path, inventory=INVENTORY.replace("uses_retrieval: true", "uses_retrieval: false"))
    (tmp_path / "p1.json").write_text(json.dumps(page(1, 2)))
    one = look(tmp_path)
    (tmp_path / "p2.json").write_text(json.dumps(page(2, 2)))
    both = look(tmp_path)

    assert one.gaps("pages missing")
    assert one.verdict("chains-complete") == "not_assessed"
    assert not both.gaps("pages missing")
    assert both.verdict("chains-complete") == "pass"


EVENTS = 'datasets: [{id: "s3://lake|a", role: source}, {id: "s3://lake|b", role: sink, grade: important}]'


def test_events_that_were_lost_cost_what_they_may_break(tmp_path: Path) -> None:
    write(tmp_path, inventory=EVENTS, events=[run(["a"], ["b"])])
    whole = look(tmp_path)
    (tmp_path / "more.ndjson.gz").write_bytes(gzip.compress(json.dumps(run(["a"], ["b"])).encode() * 50)[:-12])
    lost = look(tmp_path)

    for check in ("datasets-rooted", "runs-finish", "runs-name-datasets", "events-timed-with-zone"):
        assert whole.verdict(check) == "pass"
        assert lost.verdict(check) == "not_assessed"


def test_packed_events_are_read_and_archives_are_gaps(tmp_path: Path) -> None:
    write(tmp_path, inventory=EVENTS)
    (tmp_path / "events.ndjson.xz").write_bytes(lzma.compress(json.dumps(run(["a"], ["b"])).encode() + b"\n"))
    assert look(tmp_path).value("edges") == 1
    (tmp_path / "october.zip").write_bytes(b"PK\x03\x04")
    (tmp_path / "marquez.log").write_text(f"2026-11-29T10:00:00Z INFO {json.dumps(run(['a'], ['b']))}\n")

    looked = look(tmp_path)

    assert [each.detail for each in looked.gaps("format not read")] == ["october.zip"]
    assert [each.detail for each in looked.gaps("unknown format")] == ["marquez.log"]
