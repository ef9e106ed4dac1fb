"""Joins files of events with an engine and prints what they come to as JSON; run by the Python of an environment."""

from __future__ import annotations

import hashlib
import json
import sys
from functools import partial
from pathlib import Path

from auditor.stages.lineage.engine import LineageEngine
from auditor.tools import sql


def joined(path: Path, master: str) -> dict[str, object]:
    """Return counts of events, runs and edges, and a digest of the sorted edges."""
    events, bad = LineageEngine(partial(sql.opened, sql.Settings(spark_master=master)), 0).events(path, None)
    complete = {(each.run, each.job) for each in events if each.type == "COMPLETE"}
    edges = {
        (one.id, two.id)
        for each in events
        if (each.run, each.job) in complete
        for one in each.inputs
        for two in each.outputs
        if one.id != two.id
    }
    digest = hashlib.sha256()
    for one, two in sorted(edges):
        digest.update(f"{one}\t{two}\n".encode())
    runs = {(each.run, each.job) for each in events}
    return {"events": len(events), "bad": bad, "runs": len(runs), "edges": len(edges), "digest": digest.hexdigest()}


if __name__ == "__main__":
    found = {name: joined(Path(name), sys.argv[1]) for name in sys.argv[2:]}
    print(json.dumps(found))  # noqa: T201 - the answer
