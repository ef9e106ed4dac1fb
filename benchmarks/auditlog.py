"""Kubernetes audit logs: the engine against a hand-written DuckDB script with seven queries and SHA-256, in CPU seconds.

Run: ``python -m benchmarks.auditlog [ten]``. It generates a gigabyte (with ``ten`` ten files of one) from a fixed seed: users as
a power law has them, each with a few actions of its own. The fixed cost is that of 2 MB and is taken off both sides. CPU
seconds of the whole process are compared, by turns: they hold on a busy machine, too.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
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
paths = [Path(each) for each in sys.argv[1:]]
names = [each.name for each in paths]
found = LogEngine(partial(sql.opened, sql.Settings())).tally(paths, names, People(None), int(time.time() * 1e6), "")
assert found is not None
"""


GIGABYTE = 1_000_000_000
RESOURCES = (
    *(("pods", ""), ("secrets", ""), ("configmaps", ""), ("events", "")),
    *(
        ("deployments", "apps"),
        ("leases", "coordination.k8s.io"),
        ("roles", "rbac.authorization.k8s.io"),
        ("jobs", "batch"),
    ),
)
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete")
LINE = (
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%s","stage":"ResponseComplete",'
    '"requestURI":"/api/v1/namespaces/%s/%s/thing-%d?timeout=10s","verb":"%s","user":{"username":"%s","uid":"%032x",'
    '"groups":["system:authenticated","team-%d"],"extra":{"authentication.kubernetes.io/credential-id":["JTI=%032x"]}},'
    '"sourceIPs":["10.%d.%d.%d"],"userAgent":"%s","objectRef":{"resource":"%s","namespace":"%s","name":"thing-%d",'
    '"apiGroup":"%s","apiVersion":"v1"},"responseStatus":{"metadata":{},"code":%d},"requestReceivedTimestamp":"%sZ",'
    '"stageTimestamp":"%sZ","annotations":{"authorization.k8s.io/decision":"%s","authorization.k8s.io/reason":"%s"}}\n'
)


def generate(path: Path, size_bytes: int, seed: int = 15) -> Path:
    """Write audit lines of 1.8 KB each; the same for the same seed."""
    made = random.Random(seed)  # noqa: S311 - the same lines each time
    users = [f"user-{n}@bank.cn" for n in range(200)]
    users += [f"system:serviceaccount:ns-{n % 20}:sa-{n}" for n in range(300)]
    agent, reason = "kubectl/v1.31.0 (linux/amd64) kubernetes/abcdef0 " + "x" * 500, "RBAC: allowed " + "y" * 400
    start = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=seed)
    number = written = 0
    with path.open("w", buffering=1 << 20) as file:
        while written < size_bytes:
            at = start + timedelta(milliseconds=37 * number)
            end = at + timedelta(microseconds=made.randrange(900, 90_000))
            who = int(made.paretovariate(1.1)) % len(users)
            doing = (who * 7 + made.randrange(3)) % 56
            (resource_name, group), verb = RESOURCES[doing % 8], VERBS[doing // 8]
            code = made.choice((200, 200, 200, 201)) if made.random() < 0.97 else made.choice((403, 404, 409))  # noqa: PLR2004 - shares of real logs
            space = f"ns-{number % 20}"
            identifier = f"{seed:08x}-0000-4000-8000-{number:012x}"
            line = LINE % (
                *(identifier, space, resource_name, number % 5000, verb, users[who], number, number % 9),
                *(made.getrandbits(120), number % 5, number % 200, number % 250, agent, resource_name, space),
                *(number % 5000, group, code, f"{at:%Y-%m-%dT%H:%M:%S.%f}", f"{end:%Y-%m-%dT%H:%M:%S.%f}"),
                *("forbid" if code == 403 else "allow", reason),  # noqa: PLR2004 - a status
            )
            file.write(line)
            number, written = number + 1, written + len(line)
    return path


def cost(code: str, *paths: Path) -> tuple[float, float]:
    """Return CPU seconds and the largest memory in MB of a run in a process of its own."""
    measured = (
        "import resource, sys; "
        "said = resource.getrusage(resource.RUSAGE_SELF); "
        "print(said.ru_utime + said.ru_stime, said.ru_maxrss / 1024)"
    )
    argv = [sys.executable, "-c", f"{code}\n{measured}", *map(str, paths)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)  # our own code
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), float(memory)


def ten(folder: Path) -> None:
    """Measure ten files of a gigabyte beside one: seconds in proportion, memory the same."""
    files = [generate(folder / f"ten-{seed}.ndjson", GIGABYTE, 100 + seed) for seed in range(10)]
    for given in (files[:1], files):
        seconds, memory = cost(ENGINE, *given)
        print(f"engine {len(given):3} GB  {seconds:7.2f} CPU s  largest {memory:6.0f} MB")


def main(folder: Path) -> None:
    """Measure engine and script on one gigabyte, by turns."""
    large, small = generate(folder / "large.ndjson", GIGABYTE), generate(folder / "small.ndjson", 2_000_000)
    best: dict[tuple[str, Path], tuple[float, float]] = {}
    for name, code in (("script", SCRIPT), ("engine", ENGINE)) * 3:
        for path in (small, large):
            found = cost(code, path)
            best[name, path] = min(best.get((name, path), (1e9, 0.0)), found)
    for (name, path), (seconds, memory) in best.items():
        print(f"{name:7} {path.stat().st_size / 1e6:8.0f} MB  {seconds:6.2f} CPU s  largest {memory:6.0f} MB")
    rate = {name: best[name, large][0] - best[name, small][0] for name in ("script", "engine")}
    fixed = best["engine", small][0] / best["script", small][0]
    print(f"rate {rate['engine'] / rate['script']:.2f} x, fixed {fixed:.1f} x")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        ten(Path(scratch)) if sys.argv[1:] == ["ten"] else main(Path(scratch))
