"""Lineage: graph measures against DuckDB's recursive reachability in the same run; spans; a small run. In CPU seconds.

Run: ``python -m benchmarks.lineage``. A million edges between 500,000 data sets, some of them in cycles; 100,000 spans; a
run of the demo. CPU seconds of whole processes are compared, by turns: they hold on a busy machine, too.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

EDGES = """
import random
made = random.Random(1)
n, edges = 500_000, []
while len(edges) < 1_000_000:
    a, b = made.randrange(n), made.randrange(n)
    if a != b:
        edges.append((min(a, b), max(a, b)) if made.random() < 0.999 else (a, b))
roots = range(100_000)
"""
GRAPH = (
    EDGES  # noqa: S608 - our own text
    + """
import sys, time
spent = 0.0
if sys.argv[1] == "graph":
    from auditor.stages.lineage.graph import shape
    begin = time.process_time()
    found = shape(n, edges, roots)
    spent = time.process_time() - begin
    assert len(found.incoming) == n and found.unrooted
elif sys.argv[1] == "duckdb":
    import duckdb, pyarrow
    given = pyarrow.table({"a": [e[0] for e in edges], "b": [e[1] for e in edges]})
    con = duckdb.connect()
    con.execute("SET memory_limit='1GB'; SET threads=2")
    con.execute("CREATE TABLE e AS SELECT * FROM given")
    begin = time.process_time()
    con.execute('''WITH RECURSIVE r(n) AS (SELECT range FROM range(0, 100000) UNION SELECT e.b FROM r JOIN e ON e.a = r.n)
                   SELECT count(*) FROM r''').fetchall()
    spent = time.process_time() - begin
print(spent)
"""
)
RUN = """
import sys
from pathlib import Path
from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.lineage.observe import LineageStage
part = Part(kind="lineage", where=sys.argv[1])
print(sum(1 for _ in LineageStage().observe(System(name="x", parts=(part,)), Facts())), file=sys.stderr)
"""


def cost(code: str, argument: str) -> tuple[float, float]:
    """Return CPU seconds (of the part that the code times, else of all) and the largest memory in MB of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        sys.executable,
        "-c",
        f"{code}\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)",
        argument,
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # our own code
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = done.stdout.split()
    return float(said[0]) if len(said) > 1 else seconds, int(said[-1]) / 1024


def spans(folder: Path) -> Path:
    """Write 25,000 answers of four spans each, as the demo has them."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    from auditor.demo import lineage  # noqa: PLC0415

    lineage.ANSWERS = 25_000  # type: ignore[misc] # more of the same
    end = datetime(2026, 11, 29, tzinfo=UTC)
    days = [end - timedelta(days=number) for number in range(186, -1, -1)]
    import random  # noqa: PLC0415

    rows = lineage._traces(random.Random(1), days, clean=True)  # noqa: S311, SLF001 - the demo's own spans
    (folder / "spans.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


if __name__ == "__main__":
    best: dict[str, tuple[float, float]] = {}
    for name in ("graph", "duckdb") * 2:
        seconds, memory = cost(GRAPH, name)
        best[name] = min(best.get(name, (1e9, 0.0)), (seconds, memory))
    for name, (seconds, memory) in best.items():
        print(f"{name:7} {seconds:6.2f} CPU s  {memory:6.0f} MB")
    graph, duckdb = (best[name][0] for name in ("graph", "duckdb"))
    print(f"graph measures {graph:.2f} CPU s, DuckDB's reachability {duckdb:.2f} CPU s: {graph / duckdb:.1f} x")
    with tempfile.TemporaryDirectory() as place:
        folder = spans(Path(place))
        seconds, memory = cost(RUN, str(folder))
        print(
            f"100,000 spans ({(folder / 'spans.jsonl').stat().st_size / 1e6:.0f} MB): {seconds:.2f} CPU s, {memory:.0f} MB"
        )
    small = Path("tests/data/lineage/cases/lineage-01-start-only-inputs/in")
    print(f"a small run: {cost(RUN, str(small))[0]:.2f} CPU s", json.dumps(str(small)))
