"""OTLP traces: JSON as the collector's file exporter writes it, and its records of protobuf, plain or zstd."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import TYPE_CHECKING, Any, Final

import zstandard

from auditor import reasons
from auditor.formats.lineage.conventions import NO_PATHS, step, tenant_of
from auditor.formats.lineage.values import Problem, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

RECORD_LIMIT: Final = 64 << 20
UNPACKED_LIMIT: Final = 256 << 20
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_DEPTH: Final = 16
_VALUES: Final = ("stringValue", "intValue", "boolValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue")
_OTHER_VALUES: Final = {
    name: usual
    for usual in _VALUES
    for name in (usual.removesuffix("Value") + "_value", usual[0].upper() + usual[1:])  # protobuf's own names, Go's
}
"""Names of values in JSON that other writers than the collector use, with those of the specification."""


def is_traces(value: object) -> bool:
    """Tell whether a JSON value is a message of traces."""
    return isinstance(value, dict) and isinstance(value.get("resourceSpans", value.get("resource_spans")), list)


def of_tempo(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return an answer of Grafana Tempo as the message of traces that it holds; anything else as it is."""
    if not isinstance(value, dict) or is_traces(value):
        return value
    inner = value.get("trace")
    if is_traces(inner):
        return inner
    batches = value.get("batches")
    is_one = isinstance(batches, list) and any(
        isinstance(each, dict) and any(key in each for key in ("scopeSpans", "instrumentationLibrarySpans"))
        for each in batches[:3]
    )
    return {"resourceSpans": batches} if is_one else value


_SPAN: Final = frozenset(
    {"spanid", "spans", "runtype", "parentobservationid", "spankind", "localendpoint", "operationname"}
)


def is_of_spans(value: object) -> bool:
    """Tell whether a JSON value holds spans in the form of another system (Jaeger, LangSmith, MLflow …)."""
    names: set[str] = set()
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting:
        at, depth = waiting.pop()
        if isinstance(at, list):
            waiting.extend((each, depth) for each in at[:2])
        elif isinstance(at, dict) and depth < 4:  # noqa: PLR2004 - a page, a trace, its spans, a span
            for key, inner in list(at.items())[:100]:
                names.add(str(key).rpartition(".")[2].replace("_", "").lower())  # ``context.trace_id`` is ``traceid``
                waiting.append((inner, depth + 1))
    return "traceid" in names and not names.isdisjoint(_SPAN)


def is_other_signal(value: object) -> bool:
    """Tell whether a JSON value is a message of logs or metrics, which the same exporter writes."""
    return isinstance(value, dict) and any(
        isinstance(value.get(key), list) for key in ("resourceLogs", "resourceMetrics")
    )


def steps(value: Mapping[str, Any], tool_results: Mapping[str, str] = NO_PATHS) -> Iterator[Step]:
    """Yield the spans of one message of traces in JSON; what is malformed is left out and counted by the caller."""
    for resource_spans in _dicts(value.get("resourceSpans", value.get("resource_spans"))):
        resource = resource_spans.get("resource")
        common = _attributes(resource.get("attributes")) if isinstance(resource, dict) else {}
        scopes = resource_spans.get(
            "scopeSpans", resource_spans.get("instrumentationLibrarySpans", resource_spans.get("scope_spans"))
        )
        for scope in _dicts(scopes):
            for span in _dicts(scope.get("spans")):
                yield _step(span, common, tool_results)


def _step(span: Mapping[str, Any], common: Mapping[str, Any], tool_results: Mapping[str, str]) -> Step:
    ids = (
        _hex(span.get("traceId", span.get("trace_id")), 16),
        _hex(span.get("spanId", span.get("span_id")), 8),
        _hex(span.get("parentSpanId", span.get("parent_span_id")), 8),
    )
    return step(
        ids,
        str(span.get("name") or ""),
        str(common.get("service.name") or ""),
        _attributes(span.get("attributes")),
        tenant=tenant_of(common),
        times=(
            _time(span.get("startTimeUnixNano", span.get("start_time_unix_nano"))),
            _time(span.get("endTimeUnixNano", span.get("end_time_unix_nano"))),
        ),
        tracestate=str(span.get("traceState") or span.get("trace_state") or ""),
        events=[
            (str(each.get("name") or ""), _attributes(each.get("attributes"))) for each in _dicts(span.get("events"))
        ],
        tool_results=tool_results,
    )


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def _attributes(given: object) -> dict[str, Any]:
    if isinstance(given, dict):
        return given
    found = {}
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict) and "key" in each:
            value = each.get("value")
            # most values are one text
            if isinstance(value, dict) and len(value) == 1 and "stringValue" in value:
                found[str(each["key"])] = value["stringValue"]
            else:
                found[str(each["key"])] = _value(value, 0)
    return found


def _value(given: object, depth: int) -> Any:  # noqa: ANN401 - any value
    if not isinstance(given, dict) or depth > _DEPTH:
        return given if not isinstance(given, dict) else None
    if isinstance(given.get("Value"), dict):  # as encoding/json of Go writes a oneof
        return _value(given["Value"], depth + 1)
    given = {_OTHER_VALUES.get(name, name): value for name, value in given.items()}
    for name in _VALUES:
        if name in given:
            found = given[name]
            if name == "arrayValue":
                values = found.get("values") if isinstance(found, dict) else None
                return [_value(each, depth + 1) for each in values or []]
            if name == "kvlistValue":
                pairs = found.get("values") if isinstance(found, dict) else None
                return {str(each.get("key")): _value(each.get("value"), depth + 1) for each in _dicts(pairs)}
            return found
    return None


def _hex(given: object, octets: int) -> str:
    """Return an id in lower-case hexadecimal digits; base64 by accident of protobuf's own JSON is taken, too."""
    if not isinstance(given, str) or not given:
        return ""
    if len(given) == -(-octets // 3) * 4 and given.endswith("=" * (-octets % 3)):
        try:
            return base64.b64decode(given, validate=True).hex()
        except (binascii.Error, ValueError):
            return given.lower()[:64]
    return given.lower()[:64]


def _time(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        return 0
    try:
        return max(0, min(int(given), 1 << 63)) // 1000
    except ValueError:
        return 0


def is_proto(head: bytes) -> bool:
    """Tell whether a file begins like records of protobuf: a length, and a field 1 of bytes or a zstd frame."""
    if len(head) < 6:  # noqa: PLR2004 - a length and the first octets
        return False
    size = struct.unpack(">I", head[:4])[0]
    return 2 <= size <= RECORD_LIMIT and (head[4] == 0x0A or head[4:8] == _ZSTD)  # noqa: PLR2004 - field 1, length-delimited


def proto_records(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes] | Problem]:
    """Yield (offset, message) of each record: four octets of length, big endian, and the message, plain or zstd."""
    data, base = b"", 0
    for chunk in chunks:
        data += chunk
        at = 0
        while len(data) - at >= 4:  # noqa: PLR2004 - the length
            size = struct.unpack_from(">I", data, at)[0]
            if not 0 < size <= RECORD_LIMIT:
                yield Problem(base + at, f"a record of {size} octets")
                return
            if len(data) - at - 4 < size:
                break
            record = data[at + 4 : at + 4 + size]
            if record.startswith(_ZSTD):
                try:
                    record = zstandard.ZstdDecompressor().decompress(record, max_output_size=UNPACKED_LIMIT)
                except zstandard.ZstdError as error:
                    yield Problem(base + at, f"zstd: {str(error)[:100]}")
                    record = b""
            if record:
                yield base + at, record
            at += 4 + size
        data, base = data[at:], base + at
    if data:
        yield Problem(base, reasons.CUT_OFF)


def proto_steps(message: bytes, tool_results: Mapping[str, str] = NO_PATHS) -> Iterator[Step]:
    """Yield the spans of one message of protobuf.

    Raises:
        ValueError: It is none.
    """
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # noqa: PLC0415 - where there is one
    from opentelemetry.proto.trace.v1.trace_pb2 import TracesData  # noqa: PLC0415

    try:
        found = TracesData.FromString(message)
    except DecodeError as error:
        message_text = "no message of traces"
        raise ValueError(message_text) from error
    if not found.resource_spans:
        message_text = "no spans"
        raise ValueError(message_text)
    for resource_spans in found.resource_spans:
        common = {each.key: _plain(each.value, 0) for each in resource_spans.resource.attributes}
        for scope in resource_spans.scope_spans:
            for span in scope.spans:
                yield step(
                    (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()),
                    span.name,
                    str(common.get("service.name") or ""),
                    {each.key: _plain(each.value, 0) for each in span.attributes},
                    tenant=tenant_of(common),
                    times=(span.start_time_unix_nano // 1000, span.end_time_unix_nano // 1000),
                    tracestate=span.trace_state,
                    events=[
                        (each.name, {one.key: _plain(one.value, 0) for one in each.attributes}) for each in span.events
                    ],
                    tool_results=tool_results,
                )


def _plain(value: Any, depth: int) -> Any:  # noqa: ANN401 - a message of a generated class
    which = value.WhichOneof("value")
    if which is None or depth > _DEPTH:
        return None
    found = getattr(value, which)
    if which == "array_value":
        return [_plain(each, depth + 1) for each in found.values]
    if which == "kvlist_value":
        return {each.key: _plain(each.value, depth + 1) for each in found.values}
    return found.decode("utf-8", "replace") if which == "bytes_value" else found
