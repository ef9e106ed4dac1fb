"""Kubernetes audit logs: the engine against a hand-written DuckDB script with seven queries and SHA-256, in CPU seconds.

Run: ``python -m benchmarks.auditlog [ten|formats [NAME…]]``. It generates a gigabyte (with ``ten`` ten files of one, with ``formats``
100 MB and a gigabyte of each format that is read without an engine) from a fixed seed: users as a power law has them, each with a few actions of its own. The fixed cost is that of 2 MB and is taken off both sides. CPU
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


PLAIN = """
import sys
from pathlib import Path
from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.auditlog.observe import AuditlogStage
part = Part(kind="auditlog", where=sys.argv[1])
print(sum(1 for _ in AuditlogStage().observe(System(name="x", parts=(part,)), Facts())), file=sys.stderr)
"""
FORMATS = {
    "nginx-combined": '10.0.{a}.{b} - user{u} [{clf}] "GET /loans/{n}?x=1 HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11) {pad}"',
    "vault": '{{"time":"{at}Z","type":"{kind}","auth":{{"display_name":"ldap-user{u}","entity_id":"e{u}","policies":["default"],'
    '"token_type":"service"}},"request":{{"id":"r-{half:012x}","operation":"update","path":"transit/encrypt/k{b}",'
    '"remote_address":"10.0.{a}.{b}","namespace":{{"id":"root"}}}},"response":{{}},"pad":"{pad}"}}',
    "postgresql-csv": '{sql}.123 UTC,"user{u}","agentdb",{n},"10.0.{a}.{b}:5000",s{u}.1,{n},"SELECT",{sql} UTC,3/1,0,LOG,00000,'
    '"AUDIT: SESSION,{n},1,READ,SELECT,TABLE,public.t{b},""SELECT {pad}"",<none>",,,,,,,,,"app","client backend",,0',
    "auditd": 'type=USER_LOGIN msg=audit({epoch}.123:{n}): pid={n} uid=0 auid=10{u} ses={u} msg=\'op=login acct="user{u}" '
    'exe="/usr/sbin/sshd" hostname=h addr=10.0.{a}.{b} terminal=ssh res=success\'',
    "ocsf": '{{"class_uid":6003,"class_name":"API Activity","activity_id":2,"time":{epoch}123,"metadata":{{"version":"1.3.0","uid":"u{n}"}},'
    '"actor":{{"user":{{"name":"user{u}","uid":"{u}"}}}},"api":{{"operation":"ReadObject"}},"resources":[{{"name":"o{b}"}}],'
    '"status_id":1,"src_endpoint":{{"ip":"10.0.{a}.{b}"}},"message":"{pad}"}}',
    "json": '{{"time":"{at}Z","event":"loan.approve","user":"user{u}","object":"loan-{n}","result":"success","ip":"10.0.{a}.{b}","x":"{pad}"}}',
}
"""One line of each; Vault's come in pairs of request and response."""
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


def formats(folder: Path) -> None:
    """Measure the formats that are read without an engine, at two sizes: seconds and memory in proportion."""
    pad = "x" * 100
    wanted = sys.argv[2:]
    for name, line in FORMATS.items():
        if wanted and name not in wanted:
            continue
        for size in (100_000_000, GIGABYTE):
            place = folder / f"{name}-{size}"
            place.mkdir()
            written = number = 0
            with (place / "a.log").open("w", buffering=1 << 20) as file:
                while written < size:
                    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(milliseconds=37 * number)
                    text = line.format(
                        u=number % 97,
                        n=number,
                        half=number // 2,
                        a=number % 5,
                        b=number % 200,
                        kind="response" if number % 2 else "request",
                        pad=pad,
                        epoch=int(at.timestamp()),
                        at=f"{at:%Y-%m-%dT%H:%M:%S.%f}",
                        sql=f"{at:%Y-%m-%d %H:%M:%S}",
                        clf=f"{at:%d/%b/%Y:%H:%M:%S +0000}",
                    )
                    file.write(f"{text}\n")
                    number, written = number + 1, written + len(text) + 1
            seconds, memory = cost(PLAIN, place)
            print(
                f"{name:15} {size / 1e6:4.0f} MB {number:9} records {seconds:7.2f} CPU s  largest {memory:6.0f} MB",
                flush=True,
            )
            (place / "a.log").unlink()


def main(folder: Path) -> None:
    """Measure engine and script on one gigabyte, by turns."""
    large, small = generate(folder / "large.ndjson", GIGABYTE), generate(folder / "small.ndjson", 2_000_000)
    best: dict[tuple[str, Path], tuple[float, float]] = {}
    for name, code in (("script", SCRIPT), ("engine", ENGINE)) * 5:
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
        {"ten": ten, "formats": formats}.get((sys.argv[1:2] or [""])[0], main)(Path(scratch))
