"""Kubernetes audit logs: the engine against a hand-written DuckDB script with seven queries and SHA-256, in CPU seconds.

Run: ``python -m benchmarks.auditlog FILE [SMALL_FILE]``. The fixed cost is that of the small file (2 MB) and is taken
off both sides. CPU seconds of the whole process are compared, by turns: they hold on a busy machine, too.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import hashlib, sys, duckdb, tempfile, os
name = sys.argv[1]
digest = hashlib.sha256()
with open(name, "rb") as file:
    while block := file.read(1 << 20):
        digest.update(block)
con = duckdb.connect()
con.execute("SET memory_limit='1GB'; SET preserve_insertion_order=false; SET TimeZone='UTC'")
out = os.path.join(tempfile.mkdtemp(), "x.parquet")
con.execute(f'''COPY (SELECT auditID, stage, verb, level, "user".username AS who, objectRef.resource AS resource,
 objectRef.apiGroup AS grp, objectRef.subresource AS sub, objectRef.name AS name, responseStatus.code AS code,
 sourceIPs[-1] AS ip, epoch_us(try_cast(requestReceivedTimestamp AS TIMESTAMPTZ)) AS ts,
 epoch_us(try_cast(stageTimestamp AS TIMESTAMPTZ)) AS done
 FROM read_json('{name}', format='newline_delimited', ignore_errors=true, columns={{auditID:'VARCHAR', stage:'VARCHAR',
 verb:'VARCHAR', level:'VARCHAR', "user":'STRUCT(username VARCHAR)', objectRef:'STRUCT(resource VARCHAR, apiGroup VARCHAR,
 subresource VARCHAR, name VARCHAR)', responseStatus:'STRUCT(code VARCHAR)', sourceIPs:'VARCHAR[]',
 requestReceivedTimestamp:'VARCHAR', stageTimestamp:'VARCHAR'}})) TO '{out}' (FORMAT parquet)''')
for query in (
    "SELECT verb, grp, resource, sub, count(*), min(ts), max(ts) FROM t GROUP BY ALL",
    "SELECT count(who), count(verb), count(name), count(code), count(ip), count(ts), count(*) FROM t",
    "SELECT who, count(*) FROM t GROUP BY ALL",
    "SELECT ts // 86400000000, count(*) FROM t GROUP BY ALL",
    "SELECT quantile_cont(done - ts, [0.5, 0.99]), max(done - ts) FROM t",
    "SELECT count(*) - count(DISTINCT auditID || stage) FROM t",
    "SELECT level, resource, count(*) FROM t GROUP BY ALL",
):
    con.execute(query.replace("FROM t", f"FROM '{out}'")).fetchall()
"""
ENGINE = """
import sys, time
from functools import partial
from pathlib import Path
from auditor.stages.auditlog.engine import LogEngine
from auditor.stages.auditlog.people import People
from auditor.tools import sql
path = Path(sys.argv[1])
found = LogEngine(partial(sql.opened, sql.Settings())).tally([path], [path.name], People(None), int(time.time() * 1e6), "")
assert found is not None
"""


def cost(code: str, path: Path) -> tuple[float, float]:
    """Return CPU seconds and the largest memory in MB of a run in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)  # our own code
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


if __name__ == "__main__":
    large, small = Path(sys.argv[1]), Path(sys.argv[2])
    best: dict[tuple[str, Path], tuple[float, float]] = {}
    for name, code in (("script", SCRIPT), ("engine", ENGINE)) * 2:
        for path in (small, large):
            seconds, memory = cost(code, path)
            best[name, path] = min(best.get((name, path), (1e9, 0.0)), (seconds, memory))
    for (name, path), (seconds, memory) in best.items():
        print(f"{name:7} {path.stat().st_size / 1e6:8.0f} MB  {seconds:6.2f} CPU s  largest so far {memory:6.0f} MB")
    rate = {name: best[name, large][0] - best[name, small][0] for name in ("script", "engine")}
    print(
        f"rate {rate['engine'] / rate['script']:.2f} x, fixed {best['engine', small][0] / best['script', small][0]:.1f} x"
    )
