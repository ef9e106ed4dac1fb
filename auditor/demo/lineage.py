"""Lineage of the example platform, made with a fixed seed: half a year of events, traces, planted gaps or none."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from auditor.demo import writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAYS: Final = 186
REQUESTS: Final = 4000
"""Questions of people in the faulty half year; one in a hundred leaves a trace."""
ANSWERS: Final = 120
"""Questions in the clean twin, all of them traced."""
PLANTED: Final = (
    "no user on any request",
    "traces sampled at 1 %",
    "a retrieval that names no documents",
    "a field mapped to a column that does not exist",
    "an export that nobody registered",
    "a phone number that spreads to a field nobody tagged",
    "a phone number unmasked in the index that the model reads",
    "model calls to a host abroad without an approval",
    "an important archive that no job touches",
    "a declared edge that was never seen",
    "two days without events",
    "a deleted customer still in the index",
)
"""What is wrong in the faulty lineage, in words."""
_DB: Final = "postgres://pg.agent:5432"
_RAW, _CLEAN, _DAILY = "agentdb.public.customers", "agentdb.clean.customers", "agentdb.mart.daily"
_KB: Final = ("milvus://vec:19530", "kb_loans")
_DOCUMENTS: Final = ("file://nas", "kb/loans")
_MODEL: Final = ("model", "qwen-max")
_FILES: Final = ("loans-2026-03", "loans-2026-07", "ltv-policy", "id-check")


def write(folder: Path, end: datetime, *, clean: bool) -> Path:
    """Write events, traces, a catalogue and the inventory into a folder, and return it.

    Args:
        folder: Absent or empty.
        end: Time of the last events.
        clean: The twin without gaps.
    """
    made = random.Random(20261129)  # noqa: S311 - the same lineage each time
    begin = end - timedelta(days=DAYS)
    days = [begin + timedelta(days=number) for number in range(DAYS + 1)]
    writing.put(folder / "events" / "lineage.ndjson", list(_events(made, days, end, clean=clean)))
    writing.put(folder / "traces" / "spans.jsonl", list(_traces(made, days, clean=clean)))
    writing.put(folder / "catalogue.csv", list(_catalogue()))
    writing.put(folder / "inventory.yaml", [_inventory(end, clean=clean)])
    return folder


def fresh(folder: Path) -> Path:
    """Write the faulty lineage of the half year until now into a folder of its own; former ones are replaced.

    Raises:
        ConfigError: The folder holds something else, or cannot be written.
    """
    return writing.fresh(folder, lambda place, end: write(place, end, clean=False))


def _uuid(made: random.Random) -> str:
    text = f"{made.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-7{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _column(dataset: tuple[str, str], field: str, *, masking: bool = False) -> dict[str, Any]:
    way = {
        "type": "DIRECT",
        "subtype": "TRANSFORMATION" if masking else "IDENTITY",
        "description": "",
        "masking": masking,
    }
    return {"inputFields": [{"namespace": dataset[0], "name": dataset[1], "field": field, "transformations": [way]}]}


def _jobs(*, clean: bool) -> Iterator[tuple[str, list[tuple[str, str]], tuple[str, str], dict[str, Any]]]:
    """Yield each job: name, inputs, output, where the columns of the output come from."""
    raw, cleaned, daily = (_DB, _RAW), (_DB, _CLEAN), (_DB, _DAILY)
    yield (
        "clean_customers",
        [raw],
        cleaned,
        {
            "id": _column(raw, "id"),
            "phone": _column(raw, "phone"),
            "contact": _column(raw, "phone", masking=clean),
            "amount": _column(raw, "amount"),
        },
    )
    amount = _column(cleaned, "amount" if clean else "amt")
    yield "mart_daily", [cleaned], daily, {"day": _column(cleaned, "id"), "total": amount}
    yield (
        "build_index",
        [_DOCUMENTS, cleaned],
        _KB,
        {"text": _column(_DOCUMENTS, "text"), "owner": _column(cleaned, "phone", masking=clean)},
    )
    yield "finetune", [_DOCUMENTS], _MODEL, {}
    if not clean:
        yield "export_csv", [daily], ("file://nas", "export/daily_csv"), {}


def _events(made: random.Random, days: list[datetime], end: datetime, *, clean: bool) -> Iterator[str]:
    for number, day in enumerate(days):
        if not clean and number in {90, 91}:
            continue
        for order, (job, inputs, output, columns) in enumerate(_jobs(clean=clean)):
            run = _uuid(made)
            at = day + timedelta(minutes=5 * order)
            if at > end:
                continue
            facets = {"columnLineage": _facet("ColumnLineageDatasetFacet", fields=columns)} if columns else {}
            yield _event("START", at, run, job, [{"namespace": a, "name": b} for a, b in inputs], [])
            outputs = [{"namespace": output[0], "name": output[1], "facets": facets}]
            yield _event("COMPLETE", at + timedelta(minutes=2), run, job, [], outputs)


def _facet(name: str, **members: object) -> dict[str, Any]:
    address = f"https://openlineage.io/spec/facets/1-2-0/{name}.json"
    return {"_producer": "https://example.test/etl", "_schemaURL": address, **members}


def _event(kind: str, at: datetime, run: str, job: str, inputs: list[Any], outputs: list[Any]) -> str:
    return json.dumps(
        {
            "eventType": kind,
            "eventTime": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "run": {"runId": run},
            "job": {"namespace": "etl", "name": job},
            "inputs": inputs,
            "outputs": outputs,
            "producer": "https://example.test/etl",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        }
    )


def _attribute(name: str, value: object) -> dict[str, Any]:
    return {"key": name, "value": {"stringValue": str(value)}}


def _traces(made: random.Random, days: list[datetime], *, clean: bool) -> Iterator[str]:
    count = ANSWERS if clean else REQUESTS
    for number in range(count):
        trace = made.getrandbits(128) or 1
        at = days[number * len(days) // count] + timedelta(seconds=made.randrange(30_000))
        if not clean and trace % (1 << 64) >= (1 << 64) // 100:
            continue  # as the ratio sampler of the SDK decides
        yield json.dumps(_trace(made, f"{trace:032x}", number, at, clean=clean))


def _trace(made: random.Random, trace: str, number: int, at: datetime, *, clean: bool) -> dict[str, Any]:
    spans = [f"{made.getrandbits(64) or 1:016x}" for _ in range(4)]
    person = [_attribute("user.id", f"u-{1000 + number % 17}")] if clean else []
    texts = [_attribute("gen_ai.input.messages", _message("user", f"Question {number}?"))]
    answer = [_attribute("gen_ai.output.messages", _message("assistant", f"Answer {number}."))]
    documents = json.dumps([{"id": made.choice(_FILES), "score": 0.8}, {"id": made.choice(_FILES), "score": 0.7}])
    found = [_attribute("gen_ai.retrieval.documents", documents)] if clean or number % 3 else []
    host = "llm.agents.svc" if clean else "api.openai.com"
    model = [
        _attribute("gen_ai.request.model", "qwen-max"),
        _attribute("gen_ai.response.model", "qwen-max-2026-05"),
        _attribute("gen_ai.provider.name", "qwen"),
        _attribute("server.address", host),
    ]
    tool = [
        _attribute("gen_ai.tool.name", "rate_table"),
        _attribute("gen_ai.tool.call.id", f"call-{number}"),
        _attribute("gen_ai.tool.call.arguments", '{"product": "loan"}'),
        _attribute("gen_ai.tool.call.result", '{"rate": 3.1}'),
    ]
    session = [_attribute("gen_ai.conversation.id", f"s-{number // 3}")]
    source = [_attribute("gen_ai.data_source.id", "|".join(_KB))]
    rows = (
        ("invoke_agent", "", [*person, *session, *texts, *answer]),
        ("retrieval", spans[0], [*source, *found]),
        ("chat", spans[0], [*model, *texts, *answer]),
        ("execute_tool", spans[0], tool),
    )
    listed = []
    for order, (operation, parent, attributes) in enumerate(rows):
        start = int(at.timestamp() * 1e9) + order * 1_000_000
        listed.append(
            {
                "traceId": trace,
                "spanId": spans[order],
                **({"parentSpanId": parent} if parent else {}),
                "name": operation,
                "kind": 1,
                "startTimeUnixNano": str(start),
                "endTimeUnixNano": str(start + 900_000),
                "attributes": [_attribute("gen_ai.operation.name", operation), *attributes],
            }
        )
    resource = {"attributes": [_attribute("service.name", "loan-assistant")]}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": {"name": "demo"}, "spans": listed}]}]}


def _message(role: str, text: str) -> str:
    return json.dumps([{"role": role, "parts": [{"type": "text", "content": text}]}])


def _catalogue() -> Iterator[str]:
    yield "table_catalog,table_schema,table_name,column_name"
    for name, fields in (
        (_RAW, ("id", "phone", "amount")),
        (_CLEAN, ("id", "phone", "contact", "amount")),
        (_DAILY, ("day", "total")),
    ):
        yield from (f"{','.join(name.split('.'))},{field}" for field in fields)


def _inventory(end: datetime, *, clean: bool) -> str:
    index, documents = "|".join(_KB), "|".join(_DOCUMENTS)
    own = f"{_DB}|"
    archive = '  - {id: "s3://lake|old/archive", role: derived, grade: important, jurisdiction: CN, purpose: credit,\n'
    archive = "" if clean else f"{archive}     fields: {{blob: {{}}}}}}\n"
    requests = ANSWERS if clean else REQUESTS
    extra = "" if clean else f'  - {{from: "{own}{_DAILY}", to: "{index}"}}\n'
    reached = f'["{own}{_CLEAN}", "{own}{_DAILY}", "{index}"]' if clean else f'["{own}{_CLEAN}", "{own}{_DAILY}"]'
    return f"""# Made up, like everything in the example platform.
datasets:
  - {{id: "{own}{_RAW}", role: source, jurisdiction: CN, grade: important, purpose: credit, owner: data-office,
     fields: {{id: {{}}, phone: {{pii: true}}, amount: {{}}}}}}
  - {{id: "{documents}", role: source, jurisdiction: CN, purpose: credit, fields: {{text: {{}}}}}}
  - {{id: "{own}{_CLEAN}", role: derived, jurisdiction: CN, grade: important, purpose: credit,
     fields: {{id: {{}}, phone: {{pii: true}}, contact: {{}}, amount: {{}}}}}}
  - {{id: "{own}{_DAILY}", role: sink, jurisdiction: CN, purpose: credit, fields: {{day: {{}}, total: {{}}}}}}
  - {{id: "{index}", role: derived, kind: index, jurisdiction: CN, purpose: credit, of: ["{documents}"],
     fields: {{text: {{}}, owner: {{}}}}}}
  - {{id: "model|qwen-max", kind: model, role: sink, jurisdiction: CN, purpose: credit, of: ["{documents}"],
     commit: 3f1c2ab, digest: "sha256:{"0" * 64}"}}
{archive}services:
  - {{id: loan-assistant, uses_retrieval: true, uses_tools: [rate_table], models: [qwen-max], end_users: true}}
edges:
  - {{from: "{own}{_RAW}", to: "{own}{_CLEAN}"}}
  - {{from: "{own}{_CLEAN}", to: "{own}{_DAILY}"}}
  - {{from: "{own}{_CLEAN}", to: "{index}"}}
{extra}requests:
  - {{service: loan-assistant, count: {requests}}}
sharing: []
deletions:
  - {{dataset: "{own}{_RAW}", record: customer 4711, at: {(end - timedelta(days=30)).date().isoformat()},
     reached: {reached}}}
"""
