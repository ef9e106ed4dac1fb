"""Joins large files of OpenLineage events with an SQL engine: DuckDB here, or Spark, by the same expressions.

The engine parses and makes distinct; what it gives goes through the same reader as small files, so that both ways have
one definition. It takes plain lines without the facets that name fields and aliases: those need the whole event.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from auditor import reasons
from auditor.formats.lineage import openlineage
from auditor.formats.lineage.values import Event, Named, dataset_id
from auditor.formats.logs import lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from zoneinfo import ZoneInfo

    import ibis

LARGE_BYTES: Final = 64_000_000
"""Files below this are read plainly: that is faster than to load an engine."""
_FACETS: Final = (b'"columnLineage"', b'"symlinks"', b'"lineage"', b'"schema"', b'"tags"', b'"lifecycleStateChange"')
_OTHER: Final = (b'"resourceSpans"', b'"dataset":', b'"dataset" :')


class Sql(Protocol):
    """An engine that is open."""

    def json_lines(self, paths: list[Path], schema: ibis.Schema) -> ibis.Table:
        """Return JSON lines as a table; a line that is none has only NULLs."""

    def rows(self, table: ibis.Table) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a table."""


@dataclass
class Scan:
    """What one pass over the bytes of a file tells.

    Attributes:
        digest: ``sha256:…``.
        size: Bytes of the file.
        lines: Lines that are not blank.
        takes: The engine may read it.
        problem: Why it was not read to its end.
    """

    digest: str = ""
    size: int = 0
    lines: int = 0
    takes: bool = True
    problem: reasons.Reason = reasons.NONE


@dataclass(frozen=True)
class LineageEngine:
    """Joins with an SQL engine.

    Attributes:
        opened: Opens the engine.
        least_bytes: Smaller files are read plainly.
    """

    opened: Callable[[], AbstractContextManager[Sql]]
    least_bytes: int = LARGE_BYTES

    def scan(self, path: Path) -> Scan:
        """Digest a file, count its lines, and tell whether it holds nothing but plain events without facets.

        Raises:
            OSError: It cannot be read.
        """
        log = lines.LogBytes(path)
        found = Scan()
        for each in lines.lines(log.chunks()):
            found.lines += 1
            if not isinstance(each, tuple):
                found.takes = False
            elif found.takes:
                line = each[1]
                is_run = line[:1] == b"{" and b'"run"' in line
                found.takes = is_run and not any(word in line for word in (*_FACETS, *_OTHER))
        found.digest, found.size, found.problem = log.digest, log.size, log.problem
        return found

    def events(self, path: Path, zone: ZoneInfo | None) -> tuple[list[Event], int]:
        """Return the run events of a file, the data sets at the first of each run, and how many lines are none.

        Raises:
            ToolError: The engine fails.
        """
        with self.opened() as sql:
            table = sql.json_lines([path], _schema())
            heads = list(sql.rows(_heads(table)))
            sides = list(sql.rows(_sides(table)))
        return _joined(heads, sides, zone)


def _schema() -> ibis.Schema:
    import ibis  # noqa: PLC0415 - loaded where an engine is used

    dataset = "array<struct<namespace: string, name: string>>"
    return ibis.schema(
        {
            "eventType": "string",
            "eventTime": "string",
            "schemaURL": "string",
            "run": "struct<runId: string>",
            "job": "struct<namespace: string, name: string, facets: struct<jobType: struct<processingType: string>>>",
            "inputs": dataset,
            "outputs": dataset,
        }
    )


def _named(table: ibis.Table) -> ibis.Table:
    job = table.job
    return table.mutate(
        run_id=table.run.runId, space=job["namespace"], job_name=job["name"], kind=job.facets.jobType.processingType
    )


def _heads(table: ibis.Table) -> ibis.Table:
    """Return a row an event, so that repeated events count as often as they are there."""
    given = _named(table)
    return given.select("run_id", "space", "job_name", "eventType", "eventTime", "schemaURL", "kind")


def _sides(table: ibis.Table) -> ibis.Table:
    """Return each data set of a run once, with the side on which it stands."""
    import ibis  # noqa: PLC0415 - loaded where an engine is used

    given = _named(table)
    sides = []
    for side in ("inputs", "outputs"):
        flat = given.select("run_id", "space", "job_name", one=given[side].unnest())
        sides.append(
            flat.select(
                "run_id",
                "space",
                "job_name",
                side=ibis.literal(side),
                dataset_space=flat.one["namespace"],
                dataset=flat.one["name"],
            )
        )
    return sides[0].union(sides[1]).distinct()


def _joined(
    heads: list[tuple[Any, ...]], sides: list[tuple[Any, ...]], zone: ZoneInfo | None
) -> tuple[list[Event], int]:
    events: list[Event] = []
    first: dict[tuple[str, str], int] = {}
    bad = 0
    for run_id, space, name, kind, at, schema, processing in heads:
        made = openlineage.event(
            {
                "eventType": kind,
                "eventTime": at,
                "schemaURL": schema,
                "run": {"runId": run_id},
                "job": {"namespace": space, "name": name, "facets": {"jobType": {"processingType": processing or ""}}},
            },
            zone,
        )
        if isinstance(made, str) or at is None:
            bad += 1
            continue
        first.setdefault((made.run, made.job), len(events))
        events.append(made)
    ends: dict[int, tuple[dict[str, None], dict[str, None]]] = {}
    for run_id, space, name, side, dataset_space, dataset in sides:
        if dataset is None or run_id is None:
            continue
        at_event = first.get((run_id, dataset_id(space, name)))
        if at_event is not None:
            both = ends.setdefault(at_event, ({}, {}))
            both[0 if side == "inputs" else 1][dataset_id(dataset_space or "", dataset)] = None
    for number, (inputs, outputs) in ends.items():
        one = events[number]
        events[number] = Event(
            one.kind,
            one.type,
            one.at,
            one.zone,
            one.run,
            one.job,
            tuple(Named(each) for each in sorted(inputs)),
            tuple(Named(each) for each in sorted(outputs)),
            one.is_streaming,
            one.notes,
        )
    return events, bad
