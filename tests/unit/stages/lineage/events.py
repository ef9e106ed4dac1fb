"""Makes OpenLineage events, spans and inventories for tests, in a line each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SPACE = "s3://lake"
TRACE = "5e1f00d0c0ffee0000001000a5a500f1"


def named(name: str, **facets: Any) -> dict[str, Any]:  # noqa: ANN401 - facets
    return {"namespace": SPACE, "name": name, **({"facets": facets} if facets else {})}


def run(
    inputs: Iterable[str | dict[str, Any]],
    outputs: Iterable[str | dict[str, Any]],
    *,
    kind: str = "COMPLETE",
    job: str = "job",
    run_id: str = "",
    at: str = "2026-11-29T10:00:00Z",
    **more: Any,  # noqa: ANN401 - members of an event
) -> dict[str, Any]:
    ins = [named(each) if isinstance(each, str) else each for each in inputs]
    outs = [named(each) if isinstance(each, str) else each for each in outputs]
    return {
        "eventType": kind,
        "eventTime": at,
        "run": {"runId": run_id or f"{job}-{len(ins)}-{len(outs)}"},
        "job": {"namespace": "etl", "name": job},
        "inputs": ins,
        "outputs": outs,
        "producer": "https://example.test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        **more,
    }


def columns(**fields: list[tuple[str, str]] | list[dict[str, Any]]) -> dict[str, Any]:
    """Return the facet: each output field with (data set, field) or whole input fields."""
    made = {
        name: {
            "inputFields": [
                each if isinstance(each, dict) else {"namespace": SPACE, "name": each[0], "field": each[1]}
                for each in given
            ]
        }
        for name, given in fields.items()
    }
    return {"columnLineage": {"fields": made}}


def masked(dataset: str, field: str) -> dict[str, Any]:
    way = {"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True}
    return {"namespace": SPACE, "name": dataset, "field": field, "transformations": [way]}


def span(
    number: int,
    *,
    trace: str = TRACE,
    parent: int = 0,
    service: str = "assistant",
    at: int = 1_795_946_400,
    state: str = "",
    **attributes: Any,  # noqa: ANN401 - values of attributes
) -> dict[str, Any]:
    said = [
        {
            "key": key.replace("__", "."),
            "value": {"stringValue": value if isinstance(value, str) else json.dumps(value)},
        }
        for key, value in attributes.items()
    ]
    one = {
        "traceId": trace,
        "spanId": f"{number:016x}",
        "name": f"span {number}",
        "startTimeUnixNano": str(at * 1_000_000_000),
        "endTimeUnixNano": str(at * 1_000_000_000 + 1000),
        "attributes": said,
        **({"parentSpanId": f"{parent:016x}"} if parent else {}),
        **({"traceState": state} if state else {}),
    }
    resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [one]}]}]}


def whole(trace: str = TRACE, first: int = 1, **changed: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as `span`
    """Return the spans of one whole answer; an attribute that is None is left out."""
    agent = {
        "gen_ai__operation__name": "invoke_agent",
        "user__id": "u-1",
        "session__id": "s-1",
        "gen_ai__input__messages": "[{}]",
        "gen_ai__output__messages": "[{}]",
    }
    search = {
        "gen_ai__operation__name": "retrieval",
        "gen_ai__data_source__id": f"{SPACE}|kb",
        "gen_ai__retrieval__documents": [{"id": "d-1"}],
    }
    chat = {
        "gen_ai__operation__name": "chat",
        "gen_ai__request__model": "m",
        "gen_ai__provider__name": "local",
        "server__address": "llm.agents.svc",
    }
    made = []
    rows: tuple[tuple[int, dict[str, Any]], ...] = ((0, agent), (first, search), (first, chat))
    for number, (parent, given) in enumerate(rows, first):
        said = {key: value for key, value in {**given, **changed}.items() if key in given and value is not None}
        made.append(span(number, trace=trace, parent=parent, **said))
    return made


def write(folder: Path, *, inventory: str = "", events: Iterable[Any] = (), spans: Iterable[Any] = ()) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    if inventory:
        (folder / "inventory.yaml").write_text(inventory, encoding="utf-8")
    for name, rows in (("events.ndjson", list(events)), ("spans.jsonl", list(spans))):
        if rows:
            lines = (each if isinstance(each, str) else json.dumps(each) for each in rows)
            (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
