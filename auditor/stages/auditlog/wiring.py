"""Puts the stage together with the engine that counts large logs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from auditor.stages.auditlog.engine import LogEngine
from auditor.stages.auditlog.observe import AuditlogStage
from auditor.tools import sql

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> AuditlogStage:
    """Return the stage; a Spark that the user names counts small logs, too."""
    master = choice.spark.master
    settings = sql.Settings(spark_master=master, spark=choice.spark.settings)
    engine = LogEngine(partial(sql.opened, settings))
    return AuditlogStage(engine=lambda: engine, always_engine=bool(master))
