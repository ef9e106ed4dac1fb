"""Puts the stage together with the engine that counts large graphs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from auditor.stages.lineage.engine import LARGE_BYTES, LineageEngine
from auditor.stages.lineage.observe import LineageStage
from auditor.tools import sql

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> LineageStage:
    """Return the stage; a Spark that the user names counts small graphs, too."""
    master = choice.spark.master
    settings = sql.Settings(spark_master=master, spark=choice.spark.settings)
    engine = LineageEngine(partial(sql.opened, settings), 0 if master else LARGE_BYTES)
    return LineageStage(engine=lambda: engine)
