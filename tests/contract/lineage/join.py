"""Joins files of events with an engine and prints what they come to as JSON; run by the Python of an environment."""

from __future__ import annotations

import hashlib
import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.stages.lineage.engine import LineageEngine
from auditor.tools import sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.formats.lineage.values import Event


def joined(paths: Iterable[str], master: str) -> dict[str, dict[str, object]]:
    """Return counts of events, runs and edges of each file, and a digest of the sorted edges, by one open engine."""
    with sql.opened(sql.Settings(spark_master=master)) as opened:
        engine = LineageEngine(lambda: nullcontext(opened), 0)  # a start of Spark takes longer than a sample
        return {name: _counted(*engine.events(Path(name), None)) for name in paths}


def _counted(events: list[Event], bad: int) -> dict[str, object]:
    complete = {(each.run, each.job) for each in events if each.type == "COMPLETE"}
    edges = {
        (one.id, two.id)
        for each in events
        if (each.run, each.job) in complete
        for one in each.inputs
        for two in each.outputs
        if one.id != two.id
    }
    # a sum of digests is the same in any order: to sort a million edges takes longer than to join them
    parts = (hashlib.blake2b(f"{one}\t{two}".encode(), digest_size=32).digest() for one, two in edges)
    digest = sum(int.from_bytes(each, "big") for each in parts) % (1 << 256)
    runs = {(each.run, each.job) for each in events}
    return {"events": len(events), "bad": bad, "runs": len(runs), "edges": len(edges), "digest": f"{digest:064x}"}


if __name__ == "__main__":
    print(json.dumps(joined(sys.argv[2:], sys.argv[1])))  # noqa: T201 - the answer
