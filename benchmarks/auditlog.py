"""Kubernetes audit logs: the engine against a hand-written DuckDB script with seven queries and SHA-256, in CPU seconds.

Run: ``python -m benchmarks.auditlog [ten|formats [MB…] [NAME…]|agree [MB]]``. It generates a gigabyte from a fixed seed: users
as a power law has them, each with a few actions of its own. The fixed cost is that of 2 MB and is taken off both sides.
CPU seconds and wall time of the whole process are compared by turns, one pair after the other; the medians count.

- ``ten``: ten files of a gigabyte beside one.
- ``formats``: each other format as typed rows, one file and four files of it, beside the path without an engine.
- ``agree``: DuckDB, Spark in local mode and the path without an engine give the same tallies: a gigabyte of Kubernetes'
  (or so many MB), a tenth of that of each other format.
"""

from __future__ import annotations

import contextlib
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

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
import os, sys, time
from functools import partial
from pathlib import Path
from auditor.stages.auditlog.engine import LogEngine
from auditor.stages.auditlog.people import People
from auditor.tools import sql
paths = [Path(each) for each in sys.argv[1:]]
names = [each.name for each in paths]
cores = max(1, len(os.sched_getaffinity(0)) - 1)
engine = LogEngine(partial(sql.opened, sql.Settings(threads=cores)))
assert engine.tally(paths, names, People(None), int(time.time() * 1e6), "") is not None
"""


STAGE = """
import sys
from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stage import Choice
from auditor.stages.auditlog.observe import AuditlogStage
from auditor.stages.auditlog.wiring import make
stage = AuditlogStage() if "plain" in sys.argv[2:] else make(Choice())
part = Part(kind="auditlog", where=sys.argv[1])
print(sum(1 for _ in stage.observe(System(name="x", parts=(part,)), Facts())), file=sys.stderr)
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


def cost(code: str, *arguments: Path | str) -> tuple[float, float, float]:
    """Return CPU seconds, wall seconds and the largest memory in MB of a run; its own processes are counted, too."""
    measured = (
        "import resource, sys; "
        "own, others = (resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)); "
        "print(sum(each.ru_utime + each.ru_stime for each in (own, others)), "
        "max(own.ru_maxrss, others.ru_maxrss) / 1024)"
    )
    argv = [sys.executable, "-c", f"{code}\n{measured}", *map(str, arguments)]
    begin = time.monotonic()
    done = subprocess.run(argv, check=True, capture_output=True, text=True)  # our own code
    wall = time.monotonic() - begin
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), wall, float(memory)


def ten(folder: Path) -> None:
    """Measure ten files of a gigabyte beside one: seconds in proportion, memory the same."""
    files = [generate(folder / f"ten-{seed}.ndjson", GIGABYTE, 100 + seed) for seed in range(10)]
    for given in (files[:1], files):
        seconds, wall, memory = cost(ENGINE, *given)
        print(f"engine {len(given):3} GB  {seconds:7.2f} CPU s  {wall:7.2f} s  largest {memory:6.0f} MB")


def write_format(name: str, path: Path, size_bytes: int, first: int = 0) -> int:
    """Write lines of a format other than Kubernetes' and return their number."""
    line, pad = FORMATS[name], "x" * 100
    written, number = 0, first
    with path.open("w", buffering=1 << 20) as file:
        while written < size_bytes:
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
    return number - first


def formats(folder: Path) -> None:
    """Measure formats other than Kubernetes': without an engine, and as typed rows of one file and of four."""
    given = sys.argv[2:]
    sizes = [int(each) * 1_000_000 for each in given if each.isdecimal()] or [100_000_000, GIGABYTE]
    for name in [each for each in given if not each.isdecimal()] or FORMATS:
        for size in sizes:
            one, four = folder / f"{name}-{size}-one", folder / f"{name}-{size}-four"
            one.mkdir()
            four.mkdir()
            count = write_format(name, one / "a.log", size)
            for quarter in range(4):
                write_format(name, four / f"a.log.{quarter + 1}", size // 4, first=quarter * count // 4)
            ways = [("plain", one, "plain"), ("rows", one, ""), ("rows, 4 files", four, "")]
            for way, place, how in ways:
                seconds, wall, memory = cost(STAGE, place, how)
                print(
                    f"{name:15} {size / 1e6:4.0f} MB {count:9} records  {way:13} {seconds:7.2f} CPU s {wall:7.2f} s"
                    f"  largest {memory:6.0f} MB",
                    flush=True,
                )
            for place in (one, four):
                for path in place.iterdir():
                    path.unlink()


def agree(folder: Path) -> None:
    """Compare the tallies of DuckDB, Spark and the path without an engine."""
    from auditor.formats.logs import lines, reading  # noqa: PLC0415 - of this mode only
    from auditor.stages.auditlog.engine import LogEngine  # noqa: PLC0415 - of this mode only
    from auditor.stages.auditlog.measures import DATABASES  # noqa: PLC0415 - of this mode only
    from auditor.stages.auditlog.normalise import Piece  # noqa: PLC0415 - of this mode only
    from auditor.stages.auditlog.people import People  # noqa: PLC0415 - of this mode only
    from auditor.stages.auditlog.tally import Counting, Tally  # noqa: PLC0415 - of this mode only
    from auditor.stages.auditlog.typed import LogPart, TypedRows  # noqa: PLC0415 - of this mode only
    from auditor.tools import apart, sql  # noqa: PLC0415 - of this mode only

    now, people = 1_795_000_000_000_000, People(None)
    typed = TypedRows(apart.call, 2)
    settings = sql.Settings(spark_master="local[2]", spark={"spark.driver.memory": "2g", "spark.log.level": "ERROR"})

    def plainly(path: Path, keeps: bool) -> Tally:  # noqa: FBT001 - one thing to say
        counting = Counting(people.of, now)
        counting.keep_objects = keeps
        found = reading.Reading(reading.detect(lines.head(path)[0]), "", {}, None)
        counting.add(found.rows(lines.LogBytes(path).chunks()), path.name)
        tally = counting.finish()
        tally.lines = found.count
        return tally

    def told(tally: Tally, leave: tuple[str, ...]) -> dict[str, Any]:
        found = {name: value for name, value in vars(tally).items() if name not in {*leave, "size_bytes", "noted"}}
        found["groups"] = {
            key: (each.count, each.first, each.last, each.present, each.lacking) for key, each in tally.groups.items()
        }
        found["names"] = {key: (each.count, each.writes, each.with_session) for key, each in tally.names.items()}
        return found

    with sql.opened(settings) as session:
        engines = {
            "DuckDB": LogEngine(partial(sql.opened, sql.Settings()), typed),
            "Spark": LogEngine(lambda: contextlib.nullcontext(session), typed),
        }
        size = int(sys.argv[2]) * 1_000_000 if sys.argv[2:] else GIGABYTE
        log = generate(folder / "audit.log", size)
        reference = plainly(log, keeps=False)
        for name, engine in engines.items():
            begin = time.monotonic()
            counted = engine.tally([log], [log.name], people, now, "")
            assert counted is not None  # noqa: S101 - a benchmark
            # Spark keeps no order of lines; ids of examples are listed by readers of lines only
            leave = ("traces", "order_known", "ordered", "steps_back") if name == "Spark" else ("traces",)
            same = told(counted.tally, leave) == told(reference, leave)
            print(
                f"k8s-audit {size / 1e6:.0f} MB {reference.records} records: {name} {time.monotonic() - begin:.1f} s, "
                f"{'the same' if same else 'OTHERWISE'}",
                flush=True,
            )
        log.unlink()
        for form in FORMATS:
            path = folder / f"{form}.log"
            write_format(form, path, size // 10)
            found = reading.Reading(reading.detect(lines.head(path)[0]), "", {}, None)
            keeps = found.format in DATABASES or found.format in {"json", "ocsf"}
            reference = plainly(path, keeps)
            piece = Piece(path="", file=0, number=0, folder="", now=now, keeps_objects=keeps)
            for name, engine in engines.items():
                begin = time.monotonic()
                counting = Counting(people.of, now)
                engine.count([LogPart(path, path.name, found.format, True, piece)], counting)  # noqa: FBT003 - lines
                same = told(counting.tally, ()) == told(reference, ())
                print(
                    f"{form} {size / 1e7:.0f} MB {reference.records} records: {name} {time.monotonic() - begin:.1f} s, "
                    f"{'the same' if same else 'OTHERWISE'}",
                    flush=True,
                )
            path.unlink()
    print(f"largest {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB of ours")


def main(folder: Path) -> None:
    """Measure engine and script on one gigabyte, by turns."""
    large, small = generate(folder / "large.ndjson", GIGABYTE), generate(folder / "small.ndjson", 2_000_000)
    rates: dict[str, list[float]] = {"CPU": [], "wall": []}
    fixed: list[float] = []
    memory = 0.0
    for _turn in range(7):
        found = {
            (name, path): cost(code, path)
            for name, code in (("script", SCRIPT), ("engine", ENGINE))
            for path in (small, large)
        }
        for index, way in enumerate(rates):
            engine, script = (found[name, large][index] - found[name, small][index] for name in ("engine", "script"))
            rates[way].append(engine / script)
        fixed.append(found["engine", small][0] / found["script", small][0])
        memory = max(memory, found["engine", large][2])
        print(
            *(
                f"{name} {path.stat().st_size / 1e6:.0f} MB {found[name, path][0]:.2f} CPU s {found[name, path][1]:.2f} s;"
                for name, path in found
            ),
            f"rate {rates['CPU'][-1]:.2f} CPU {rates['wall'][-1]:.2f} wall",
            flush=True,
        )
    for way, each in rates.items():
        print(f"rate, {way}: {statistics.median(each):.2f} x ({min(each):.2f} to {max(each):.2f})")
    print(f"fixed {statistics.median(fixed):.1f} x, largest {memory:.0f} MB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        {"ten": ten, "formats": formats, "agree": agree}.get((sys.argv[1:2] or [""])[0], main)(Path(scratch))
