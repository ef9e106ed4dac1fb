"""What declares data sets besides manifests: ``information_schema.columns`` as CSV or JSON, and exports of Marquez."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.lineage.values import Column, Table, clean, dataset_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROWS: Final = 2_000_000
_TABLE: Final = ("table_name", "TABLE_NAME", "tableName")
_COLUMN: Final = ("column_name", "COLUMN_NAME", "columnName")
_SCHEMA: Final = ("table_schema", "TABLE_SCHEMA", "tableSchema", "owner", "OWNER")
_DATABASE: Final = ("table_catalog", "TABLE_CATALOG", "tableCatalog")


def is_rows(value: object) -> bool:
    """Tell whether a JSON value is a row of a catalogue of columns."""
    return isinstance(value, dict) and any(key in value for key in _TABLE) and any(key in value for key in _COLUMN)


def is_csv(head: bytes) -> bool:
    """Tell whether a file begins with the header of a catalogue of columns."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace").lower()
    if first.lstrip()[:1] in {"{", "["}:
        return False  # a manifest in one line names both words
    return "," in first and "table_name" in first and "column_name" in first


def from_csv(text: str) -> Iterator[Table]:
    """Yield the tables of a catalogue of columns in CSV."""
    yield from tables(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def tables(rows: Iterable[Mapping[str, Any]]) -> Iterator[Table]:
    """Yield the tables of rows, one for each column; ids have no namespace yet: ``|database.schema.table``."""
    found: dict[str, list[str]] = {}
    for number, row in enumerate(rows):
        if number >= ROWS:
            break
        table, column = _of(row, _TABLE), _of(row, _COLUMN)
        schema = _of(row, _SCHEMA)
        if (
            table
            and column
            and schema.lower() not in {"information_schema", "pg_catalog", "sys", "mysql", "performance_schema"}
        ):
            name = ".".join(each for each in (_of(row, _DATABASE), schema, table) if each and each != "def")
            found.setdefault(name, []).append(column)
    for name, columns in found.items():
        yield Table(id=f"|{name}", fields=tuple(dict.fromkeys(columns)))


def _of(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((clean(row[name]) for name in names if isinstance(row.get(name), str)), "")


def is_marquez(value: object) -> bool:
    """Tell whether a JSON value is an answer of Marquez other than its events: data sets, jobs, or a graph."""
    if not isinstance(value, dict):
        return False
    for key in ("datasets", "jobs", "graph"):
        listed = value.get(key)
        if (
            isinstance(listed, list)
            and listed
            and isinstance(listed[0], dict)
            and ("namespace" in listed[0] or "nodeId" in listed[0] or isinstance(listed[0].get("id"), dict | str))
        ):
            return True
    return False


def marquez(value: Mapping[str, Any]) -> Iterator[Table]:
    """Yield what an export of Marquez declares: data sets with fields and tags, edges of jobs and of the graph."""
    for each in _dicts(value.get("datasets")):
        if isinstance(each.get("name"), str):
            yield _marquez_dataset(each)
    for job in _dicts(value.get("jobs")):
        yield from _marquez_job(job)
    for node in _dicts(value.get("graph")):
        data = node.get("data")
        if isinstance(data, dict) and node.get("type") == "DATASET" and isinstance(data.get("name"), str):
            yield _marquez_dataset(data)
        elif isinstance(data, dict) and node.get("type") == "JOB":
            yield from _marquez_job(data)


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict):
            yield each


def _named(value: object) -> str:
    if isinstance(value, dict):
        inner = value.get("id") if isinstance(value.get("id"), dict) else value
        if isinstance(inner, dict) and isinstance(inner.get("name"), str):
            return dataset_id(inner.get("namespace") or "", inner["name"])
    return ""


def _marquez_dataset(each: Mapping[str, Any]) -> Table:
    own = dataset_id(each.get("namespace") or "", each["name"])
    fields = [one for one in _dicts(each.get("fields")) if isinstance(one.get("name"), str)]
    tags = [("", str(tag)) for tag in each.get("tags") or [] if isinstance(tag, str)]
    tags += [
        (clean(one["name"]), clean(tag)) for one in fields for tag in one.get("tags") or [] if isinstance(tag, str)
    ]
    columns: list[Column] = []
    for one in _dicts(each.get("columnLineage")):
        columns.extend(
            Column(
                clean(one.get("name") or ""),
                dataset_id(inner.get("namespace") or "", inner.get("dataset") or inner.get("datasetName") or ""),
                clean(inner.get("field") or ""),
            )
            for inner in _dicts(one.get("inputFields"))
        )
    return Table(
        id=own, fields=tuple(clean(one["name"]) for one in fields) or None, tags=tuple(tags), columns=tuple(columns)
    )


def _marquez_job(job: Mapping[str, Any]) -> Iterator[Table]:
    inputs = tuple(name for each in _dicts(job.get("inputs")) if (name := _named(each)))
    for each in _dicts(job.get("outputs")):
        if name := _named(each):
            yield Table(id=name, of=inputs)
