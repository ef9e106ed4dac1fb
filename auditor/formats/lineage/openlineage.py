"""OpenLineage events (spec 2-0-2, older and newer): run, data set and job events with their facets.

openlineage-python writes events and has no reader (1.54: its classes take no JSON); so the few members that matter are
read here. A facet is read by its name whatever its version: what a newer version adds does no harm.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.lineage.values import Column, Event, Named, clean, dataset_id
from auditor.formats.lineage.words import words
from auditor.formats.logs.times import when

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

KNOWN_MAJOR: Final = 2
TYPES: Final = frozenset({"START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"})
_VERSION: Final = re.compile(r"/spec/(\d{1,4})-\d{1,4}-\d{1,4}/OpenLineage\.json")
_FIELDS: Final = 20_000
_WATCHED: Final = ("columnLineage", "schema", "symlinks", "lineage", "jobType")
_REPEATED: Final = {name: re.compile(rb'"' + name.encode() + rb'"\s*:\s*\{') for name in _WATCHED}


def is_event(value: object) -> bool:
    """Tell whether a JSON value is an OpenLineage event."""
    if not isinstance(value, dict) or "eventTime" not in value:
        return False
    return isinstance(value.get("job"), dict) or isinstance(value.get("dataset"), dict)


def unwrapped(value: object) -> Iterator[Any]:
    """Yield the events in a JSON value: itself, a list, Marquez' ``{"events": […]}``, a captured request or message."""
    if is_event(value):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from unwrapped(each) if isinstance(each, dict) else (each,)
    elif isinstance(value, dict):
        inner = next(
            (
                value[key]
                for key in ("events", "body", "requestBody", "payload", "value", "message", "log", "event")
                if key in value
            ),
            None,
        )
        if isinstance(inner, str):
            inner = _parsed(inner)
        elif isinstance(inner, dict) and not is_event(inner) and "request" not in inner:
            inner = next((inner[key] for key in ("events", "body", "text") if key in inner), inner)
            inner = _parsed(inner) if isinstance(inner, str) else inner
        if isinstance(inner, list):
            yield from inner
        elif inner is None and isinstance(value.get("request"), dict):
            yield from unwrapped({"body": value["request"].get("body", value["request"].get("postData"))})
        else:
            yield inner if is_event(inner) else value
    else:
        yield value


def _parsed(text: str) -> object:
    import orjson  # noqa: PLC0415 - loaded where it is needed

    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def event(value: object, zone: ZoneInfo | None = None, raw: bytes = b"") -> Event | str:  # noqa: C901, PLR0911 - each is a reason why it is none
    """Return the event that a JSON value is, or in a few words why it is none.

    Args:
        value: JSON value.
        zone: Declared zone of times without an offset.
        raw: Its bytes, to see members that stand there twice.
    """
    if not isinstance(value, dict):
        return "no object"
    job, dataset, run = value.get("job"), value.get("dataset"), value.get("run")
    if "eventTime" not in value or not (isinstance(job, dict) or isinstance(dataset, dict)):
        return "no OpenLineage event"
    at, status = when(value["eventTime"], zone)
    notes = list(_notes(value, raw))
    if isinstance(dataset, dict) and not isinstance(job, dict):
        named = _named(dataset)
        if named is None:
            return "a data set without a name"
        return Event("dataset", "OTHER", at, status, "", "", (), (named,), notes=tuple(notes))
    assert isinstance(job, dict)  # noqa: S101 - for the type checker
    if not isinstance(job.get("name"), str) or not isinstance(job.get("namespace"), str):
        return "a job without a name"
    kind = str(value.get("eventType") or "OTHER").upper()
    if kind not in TYPES:
        notes.append(f"event type {clean(kind, 40)}")
        kind = "OTHER"
    identity = run.get("runId") if isinstance(run, dict) else None
    if isinstance(run, dict) and not isinstance(identity, str):
        return "a run without an id"
    sides = []
    for side in ("inputs", "outputs"):
        given = value.get(side)
        if given is not None and not isinstance(given, list):
            return f"{side} is no list"
        found = [_named(each) for each in given or []]
        if any(each is None for each in found):
            notes.append(f"a data set without a name in {side}")
        sides.append([each for each in found if each is not None])
    facets = _facets(job)
    extra_in, extra_out = _job_entries(facets.get("lineage"))
    if isinstance(run, dict):
        more_in, more_out = _job_entries(_facets(run).get("lineage"))
        extra_in, extra_out = [*extra_in, *more_in], [*extra_out, *more_out]
    job_type = facets.get("jobType")
    return Event(
        "run" if identity else "job",
        kind,
        at,
        status,
        clean(identity) if identity else "",
        dataset_id(job["namespace"], job["name"]),
        (*sides[0], *extra_in),
        (*sides[1], *extra_out),
        is_streaming=isinstance(job_type, dict) and str(job_type.get("processingType", "")).upper() == "STREAMING",
        notes=tuple(notes),
    )


def _notes(value: dict[str, Any], raw: bytes) -> Iterator[str]:
    schema = value.get("schemaURL")
    if not isinstance(schema, str) or not schema:
        yield "no schemaURL"
    elif (match := _VERSION.search(schema)) and int(match[1]) > KNOWN_MAJOR:
        yield f"schema version {match[1]}, newer than {KNOWN_MAJOR}"
    if raw:
        for name, pattern in _REPEATED.items():
            if raw.count(name.encode()) > 1 and len(pattern.findall(raw)) > _count(value, name, 0):
                yield f"facet {name} stands there twice"


def _count(value: object, name: str, depth: int) -> int:
    if depth > 60:  # noqa: PLR2004 - deeper than any facet
        return 0
    if isinstance(value, dict):
        own = 1 if isinstance(value.get(name), dict) else 0
        return own + sum(_count(each, name, depth + 1) for each in value.values() if isinstance(each, dict | list))
    if isinstance(value, list):
        return sum(_count(each, name, depth + 1) for each in value if isinstance(each, dict | list))
    return 0


def _facets(value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("facets", "inputFacets", "outputFacets"):
        given = value.get(key)
        if isinstance(given, dict):
            found.update(given)
    return found


def _named(value: object) -> Named | None:
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        return None
    own = dataset_id(value.get("namespace") or "", value["name"])
    facets = _facets(value)
    if not facets:
        return Named(own)
    columns = list(_column_lineage(facets.get("columnLineage")))
    inputs, more = _lineage_facet(facets.get("lineage"))
    change = facets.get("lifecycleStateChange")
    return Named(
        own,
        _schema(facets.get("schema")),
        (*columns, *more)[:_FIELDS],
        tuple(_symlinks(facets.get("symlinks"))),
        tuple(_tags(facets.get("tags"))),
        inputs,
        is_deleted=isinstance(change, dict) and change.get("lifecycleStateChange") == "DROP",
    )


def _schema(facet: object) -> tuple[str, ...] | None:
    given = facet.get("fields") if isinstance(facet, dict) else None
    if not isinstance(given, list):
        return None
    return tuple(_field_names(given, "", 0))[:_FIELDS] or None


def _field_names(given: list[Any], above: str, depth: int) -> Iterator[str]:
    for each in given:
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            name = f"{above}{clean(each['name'])}"
            yield name
            if isinstance(each.get("fields"), list) and depth < 8:  # noqa: PLR2004 - nested no deeper in practice
                yield from _field_names(each["fields"], f"{name}.", depth + 1)


def _column_lineage(facet: object) -> Iterator[Column]:
    if not isinstance(facet, dict):
        return
    fields = facet.get("fields")
    for name, said in fields.items() if isinstance(fields, dict) else ():
        if not isinstance(said, dict):
            continue
        old = str(said.get("transformationType") or "").upper()
        for each in said.get("inputFields") or [] if isinstance(said.get("inputFields"), list) else []:
            yield from _input(clean(name), each, old)
    for each in facet.get("dataset") or [] if isinstance(facet.get("dataset"), list) else []:
        yield from _input("", each, "", is_direct=False)


def _input(field: str, given: object, old: str, *, is_direct: bool = True) -> Iterator[Column]:
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        return
    ways = (
        [each for each in given.get("transformations") or [] if isinstance(each, dict)]
        if isinstance(given.get("transformations"), list)
        else []
    )
    direct = is_direct and (not ways or any(str(each.get("type", "DIRECT")).upper() != "INDIRECT" for each in ways))
    flowing = [each for each in ways if str(each.get("type", "DIRECT")).upper() != "INDIRECT"]
    masking = old in words().masking or (bool(flowing) and all(_masks(each) for each in flowing))
    yield Column(
        field,
        dataset_id(given.get("namespace") or "", given["name"]),
        clean(given["field"]) if isinstance(given.get("field"), str) else "",
        direct,
        masking,
        is_untyped=not ways and not old,
    )


def _masks(way: dict[str, Any]) -> bool:
    return way.get("masking") is True or str(way.get("subtype", "")).upper() in words().masking


def _symlinks(facet: object) -> Iterator[str]:
    given = facet.get("identifiers") if isinstance(facet, dict) else None
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict) and isinstance(each.get("name"), str):
            yield dataset_id(each.get("namespace") or "", each["name"])


def _tags(facet: object) -> Iterator[tuple[str, str]]:
    given = facet.get("tags") if isinstance(facet, dict) else None
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict) and isinstance(each.get("key"), str):
            value = each.get("value")
            text = each["key"] if value in (None, "", True, "true") else f"{each['key']}={value}"
            yield clean(each.get("field") or ""), clean(text)


def _lineage_facet(facet: object) -> tuple[tuple[str, ...] | None, list[Column]]:
    """Return the inputs and columns of the newer ``lineage`` facet of a data set; no inputs at all: a declared root."""
    if not isinstance(facet, dict):
        return None, []
    given = facet.get("inputs")
    inputs = (
        tuple(dataset_id(each.get("namespace") or "", each["name"]) for each in given if _is_dataset(each))
        if isinstance(given, list)
        else None
    )
    columns: list[Column] = []
    fields = facet.get("fields")
    for name, said in fields.items() if isinstance(fields, dict) else ():
        listed = said.get("inputs", said.get("inputFields")) if isinstance(said, dict) else said
        for each in listed if isinstance(listed, list) else ():
            columns.extend(_input(clean(name), each, ""))
    if inputs is not None:
        for each in given if isinstance(given, list) else ():
            if isinstance(each, dict) and isinstance(each.get("field"), str):
                columns.extend(_input("", each, "", is_direct=False))
    return inputs, columns


def _is_dataset(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("name"), str) and value.get("type", "DATASET") == "DATASET"


def _job_entries(facet: object) -> tuple[list[Named], list[Named]]:
    """Return inputs and outputs of the newer ``lineage`` facet of a job."""
    ins: list[Named] = []
    outs: list[Named] = []
    given = facet.get("lineage", facet.get("entries")) if isinstance(facet, dict) else None
    for each in given if isinstance(given, list) else ():
        if not isinstance(each, dict):
            continue
        inputs, columns = _lineage_facet(each)
        if isinstance(each.get("name"), str) and each.get("type", "DATASET") == "DATASET":
            own = dataset_id(each.get("namespace") or "", each["name"])
            outs.append(Named(own, None, tuple(columns), inputs=inputs))
        ins.extend(Named(name) for name in inputs or ())
    return ins, outs
