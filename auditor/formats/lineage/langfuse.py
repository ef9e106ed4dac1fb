"""Langfuse exports: one trace with its observations, lists of traces, pages of the API."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from auditor.formats.lineage.conventions import NO_PATHS, step
from auditor.formats.logs.times import when

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.formats.lineage.values import Step


def traces(value: object) -> Iterator[dict[str, Any]]:
    """Yield the traces in a JSON value: ``{trace, observations}``, a trace that holds its observations, or a list."""
    if isinstance(value, list):
        for each in value:
            yield from traces(each)
    elif isinstance(value, dict):
        inner = value.get("trace")
        if isinstance(inner, dict):
            given = value.get("observations", inner.get("observations"))
            yield {**inner, "observations": given}
        elif isinstance(value.get("observations"), list) and "id" in value:
            yield value
        elif isinstance(value.get("data"), list):
            yield from traces(value["data"])


def is_export(value: object) -> bool:
    """Tell whether a JSON value holds a trace of Langfuse with its observations."""
    return any(isinstance(each.get("observations"), list) and "id" in each for each in traces(value))


def steps(trace: Mapping[str, Any], tool_results: Mapping[str, str] = NO_PATHS) -> Iterator[Step]:
    """Yield a trace as its root step and its observations as those below; user and session stand at the trace."""
    identity = _trace_id(trace.get("id"))
    attributes = {
        "openinference.span.kind": "AGENT",
        "user.id": trace.get("userId"),
        "session.id": trace.get("sessionId"),
        "input.value": trace.get("input"),
        "output.value": trace.get("output"),
    }
    root = _span_id(f"trace {trace.get('id')}")
    begin, _ = when(trace.get("timestamp"))
    service = _service(trace)
    yield step((identity, root, ""), str(trace.get("name") or ""), service, attributes, times=(begin or 0, 0))
    for each in trace.get("observations") or []:
        if isinstance(each, dict):
            yield _observation(each, identity, root, service, tool_results)


def _observation(each: Mapping[str, Any], trace: str, root: str, service: str, tool_results: Mapping[str, str]) -> Step:
    kind = str(each.get("type") or "")
    parent = each.get("parentObservationId")
    metadata = _parsed(each.get("metadata"))
    said = metadata.get("attributes") if isinstance(metadata.get("attributes"), dict) else {}
    attributes: dict[str, Any] = {**(said or {})}
    attributes.update(
        {
            "langfuse.observation.type": kind,
            "langfuse.observation.input": _text(each.get("input")),
            "langfuse.observation.output": _text(each.get("output")),
            "langfuse.observation.model.name": each.get("model"),
        }
    )
    attributes.pop("gen_ai.operation.name", None)
    attributes.pop("openinference.span.kind", None)
    if each.get("promptVersion"):
        attributes["langfuse.observation.prompt.version"] = str(each["promptVersion"])
    if kind == "TOOL":
        attributes.setdefault("tool.name", each.get("name"))
        attributes.setdefault("tool.id", each.get("id"))
        attributes.setdefault("input.value", attributes["langfuse.observation.input"])
        attributes.setdefault("output.value", attributes["langfuse.observation.output"])
    begin, _ = when(each.get("startTime"))
    end, _ = when(each.get("endTime"))
    own = _span_id(each.get("id"))
    above = _span_id(parent) if parent else root
    return step(
        (trace, own, above),
        str(each.get("name") or ""),
        service,
        attributes,
        times=(begin or 0, end or 0),
        tool_results=tool_results,
    )


def _service(trace: Mapping[str, Any]) -> str:
    metadata = _parsed(trace.get("metadata"))
    resource = metadata.get("resourceAttributes")
    named = resource.get("service.name") if isinstance(resource, dict) else None
    return str(named) if named and named != "unknown_service" else str(trace.get("name") or "")


def _parsed(value: object) -> dict[str, Any]:
    if isinstance(value, str):
        import orjson  # noqa: PLC0415 - loaded where it is needed

        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}
    return value if isinstance(value, dict) else {}


def _text(value: object) -> object:
    if value is None or isinstance(value, str):
        return value
    import orjson  # noqa: PLC0415 - loaded where it is needed

    return orjson.dumps(value).decode()


def _trace_id(given: object) -> str:
    """Return a trace id; those of older versions are UUIDs or words of the user's own, which Langfuse takes."""
    text = str(given or "").lower().replace("-", "")
    if len(text) == 32 and not set(text) - set("0123456789abcdef"):  # noqa: PLR2004 - W3C trace context
        return text
    return hashlib.sha256(f"langfuse {given}".encode()).hexdigest()[:32] if text else ""


def _span_id(given: object) -> str:
    text = str(given or "").lower()
    if len(text) == 16 and not set(text) - set("0123456789abcdef"):  # noqa: PLR2004 - W3C trace context
        return text
    return hashlib.sha256(text.encode()).hexdigest()[:16]
