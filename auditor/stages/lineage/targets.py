"""What ``auditor.yaml`` may say of lineage."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from auditor.target import Name, Strict, Target


class LineageTraces(Strict):
    """Where traces lie and how they are written; the format is found out where nobody says it."""

    path: Name
    format: Literal["otlp", "langfuse"] | None = None


class LineageTarget(Target):
    """Where lineage is declared and where it was seen."""

    inventory: Name | None = None
    events: Name | None = None
    traces: LineageTraces | Name | None = None
    trace_ids: Name | None = None
    dbt: Name | None = None
    sql: Name | None = None
    catalogue: Annotated[Name, Field(description="columns of databases, as information_schema has them")] | None = None
    dialect: Annotated[Name, Field(description="engine of the SQL: postgres, oracle, 达梦 …")] | None = None
