"""Puts the stage together with the engine that counts large logs."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from auditor.stages.auditlog.engine import LogEngine
from auditor.stages.auditlog.observe import AuditlogStage
from auditor.stages.auditlog.typed import TypedRows
from auditor.tools import apart, sql

if TYPE_CHECKING:
    from auditor.stage import Choice


_MOST_PROCESSES: Final = 8
"""Each takes a hundred megabytes."""


def make(choice: Choice) -> AuditlogStage:
    """Return the stage; a Spark that the user names counts small logs, too."""
    master = choice.spark.master
    count = len(os.sched_getaffinity(0))
    # the digests of the files take a core beside the engine
    settings = sql.Settings(spark_master=master, spark=choice.spark.settings, threads=max(1, count - 1))
    # on one core, several processes gain nothing
    typed = TypedRows(apart.call, min(count, _MOST_PROCESSES)) if count > 1 or master else None
    engine = LogEngine(partial(sql.opened, settings), typed)
    return AuditlogStage(engine=lambda: engine, always_engine=bool(master))
