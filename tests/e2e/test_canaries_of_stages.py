"""Planted secrets in source, images, SBOMs, key stores, logs and lineage: none is in anything that a run leaves.

What is left: the folder of the run with its compressed parts, the cache with its rows, screen and temporary folder;
after success, after tools that fail and repeat their input, after Ctrl-C, and after a kill and the next run.
"""
# ruff: noqa: E501 - inputs are written as other programs write them

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import signal
import sqlite3
import tarfile
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import zstandard

from tests.e2e.conftest import descendants, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.conftest import Bench

CANARY: Final = re.compile(rb"Canary(\d+)!hidden")
CODE: Final = (
    "PASSWORD = '{}'", "connect(password='{}')", "db = create_engine('postgresql://me:{}@db/x')", "数据库密码 = '{}'",
    "headers = {{'Authorization': 'Bearer {}'}}", "os.environ['API_TOKEN'] = '{}'", "app.secret_key = '{}'",
    "subprocess.run('mysql -u root -p{}', shell=True)", "eval(x)  # nosec password={}", "yaml.load('password: {}')",
    "requests.get('https://h/?access_token={}', verify=False)", "hashlib.md5('{}'.encode())  # token",
    "os.system('curl -u me:{} https://h')", "cur.execute('ALTER USER x PASSWORD {}' + name)",
    "# TODO 口令：{}\neval(y)", "pickle.loads(base64.b64decode(token='{}'))", "password = '{}'\ndef x(:",
)  # fmt: skip
FILES: Final = {
    "src/a.js": "const apiKey = '{}';\neval(q);\n",
    "src/.env": "DB_PASSWORD={}\n密码={}\n",
    "src/Dockerfile": "FROM x\nENV DB_PASSWORD={}\nARG API_TOKEN={}\nRUN curl -u me:{} http://x | sh\n",
    "src/docker-compose.yaml": "services:\n  db:\n    image: x\n    environment:\n      MYSQL_ROOT_PASSWORD: {}\n",
    "src/n.ipynb": '{{"cells": [{{"cell_type": "code", "source": ["token = \'{}\'\\n", "eval(x)\\n"], "outputs": [],'
    ' "metadata": {{}}}}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}',
    "src/ci.yml": "jobs:\n  a:\n    env:\n      TOKEN: {}\n",
    "app.cdx.json": '{{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {{"component": {{"type":'
    ' "application", "name": "a", "version": "1"}}, "properties": [{{"name": "password", "value": "{}"}}]}},'
    ' "components": [{{"type": "library", "name": "b", "version": "1", "purl":'
    ' "pkg:pypi/b@1?download_url=https://me:{}@h/x", "externalReferences": [{{"type": "vcs", "url":'
    ' "https://me:{}@git/x"}}], "properties": [{{"name": "令牌", "value": "{}"}}]}}]}}',
    "vault.hcl": 'storage "postgresql" {{\n  connection_url = "postgres://me:{}@db/v"\n}}\nseal "pkcs11" {{\n  pin = "{}"\n}}\n'
    'seal "transit" {{\n  address = "https://u:{}@v"\n  token = "{}"\n}}\nlistener "tcp" {{\n  tls_key_password = "{}"\n}}\n'
    'broken {{ password = "{}"\n',
    "logs/nginx.log": '1.2.3.4 - - [29/Nov/2026:05:35:40 +0000] "GET /?access_token={}&x=1 HTTP/1.1" 200 5'
    ' "https://me:{}@h/" "curl"\n',
    "logs/app.jsonl": '{{"time": "2026-11-29T05:00:00Z", "level": "info", "user": "a", "action": "login", "password": "{}",'
    ' "message": "口令：{}", "headers": {{"Authorization": "Bearer {}"}}}}\n',
    "logs/postgresql.log": "2026-11-29 05:00:00 UTC [1] me@db LOG:  statement: ALTER USER x PASSWORD '{}'\n"
    "2026-11-29 05:00:02 UTC [1] me@db ERROR:  bad password={}\n",
    "logs/audit.log": '{{"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse", "auditID": "1",'
    ' "stage": "ResponseComplete", "requestURI": "/api?token={}", "verb": "create", "user": {{"username": "a"}},'
    ' "requestObject": {{"kind": "Secret", "data": {{"password": "{}"}}}}}}\n',
    "logs/vault.log": '{{"time": "2026-11-29T05:00:00Z", "type": "request", "auth": {{"client_token": "{}"}}, "request":'
    ' {{"id": "1", "operation": "update", "path": "secret/x", "data": {{"password": "{}"}}}}}}\n',
    "logs/auditd.log": 'type=EXECVE msg=audit(1700000000.1:1): argc=2 a0="mysql" a1="-p{}"\n',
    "logs/broken.log": "password={} \0\n",
    "lineage/e.ndjson": '{{"eventType": "COMPLETE", "eventTime": "2026-11-29T05:00:00Z", "run": {{"runId":'
    ' "123e4567-e89b-12d3-a456-426614174000", "facets": {{"errorMessage": {{"message": "password={} is wrong"}}}}}},'
    ' "job": {{"namespace": "postgres://me:{}@db", "name": "j"}}, "inputs": [{{"namespace": "postgres://me:{}@db",'
    ' "name": "t"}}], "outputs": [], "producer": "x", "schemaURL": "y"}}\n',
    "tls/x.pem": "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
}
LAYER: Final = {
    "etc/app.yaml": "password: {}\n", "app/.env": "DB_PASSWORD={}\n", "root/.netrc": "machine h login me password {}\n",
    "etc/shadow": "root:{}:1:2\n", "etc/os-release": "ID=debian\nVERSION_ID=12\n", "etc/令牌.conf": "令牌={}\n",
    "root/.bash_history": "mysql -u root -p{}\n", "root/.pgpass": "h:5432:d:me:{}\n",
    "root/.docker/config.json": '{{"auths": {{"r": {{"auth": "{}"}}}}}}',
    "app/id_rsa": "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n",
}  # fmt: skip
SETTINGS: Final = """{{"architecture": "amd64", "os": "linux", "config": {{"Env": ["DB_PASSWORD={}", "URL=amqp://u:{}@h",
  "口令={}"], "Cmd": ["x", "--token", "{}"], "Entrypoint": ["sh", "-c", "mysql -p{}"], "Labels": {{"api.token": "{}"}},
  "Healthcheck": {{"Test": ["CMD", "curl", "-u", "me:{}"]}}}}, "rootfs": {{"type": "layers", "diff_ids": ["sha256:DIFF"]}},
  "history": [{{"created_by": "ENV DB_PASSWORD={}"}}, {{"created_by": "RUN |1 TOKEN={} /bin/sh -c make"}}]}}"""


class Planter:
    """Writes canaries, each with a number of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.count = 0

    def filled(self, form: str) -> str:
        """Return a form with a canary in each of its places."""
        names = []
        for _ in range(len(re.findall(r"(?<!\{)\{\}(?!\})", form))):
            self.count += 1
            names.append(f"Canary{self.count + 100}!hidden-Zq9")
        return form.format(*names)

    def write(self, name: str, data: bytes) -> None:
        place = self.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def tar_of(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def planted(root: Path) -> int:
    """Write all inputs; return how many canaries they hold."""
    planter = Planter(root)
    for number, form in enumerate(CODE):
        planter.write(f"src/f{number}.py", f"import os, yaml\n{planter.filled(form)}\n".encode())
    for name, form in FILES.items():
        planter.write(name, planter.filled(form).encode())
    layer = tar_of({name: planter.filled(form).encode() for name, form in LAYER.items()})
    settings = planter.filled(SETTINGS).replace("DIFF", hashlib.sha256(layer).hexdigest()).encode()
    named = f"{hashlib.sha256(settings).hexdigest()}.json"
    manifest = json.dumps([{"Config": named, "RepoTags": ["x:1"], "Layers": ["l/layer.tar"]}]).encode()
    planter.write("app.tar", tar_of({named: settings, "l/layer.tar": layer, "manifest.json": manifest}))
    return planter.count


def layers_of(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield bytes, and what is packed in them: zstd, zip, base64."""
    yield data
    if depth > 2:
        return
    if data[:4] == b"\x28\xb5\x2f\xfd":
        yield from layers_of(zstandard.ZstdDecompressor().decompressobj().decompress(data), depth + 1)
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for name in packed.namelist():
                yield from layers_of(packed.read(name), depth + 1)
    for run in re.findall(rb"[A-Za-z0-9+/]{200,}={0,2}", data):
        with suppress(ValueError):
            yield base64.b64decode(run + b"=" * (-len(run) % 4))


def rows_of(place: Path) -> Iterator[bytes]:
    """Yield what a cache holds, with and without the tag before each value."""
    with sqlite3.connect(f"file:{place}?mode=ro", uri=True) as kept:
        for (table,) in kept.execute("select name from sqlite_master where type = 'table'").fetchall():
            for row in kept.execute(f'select * from "{table}"'):  # noqa: S608 - the names of our own tables
                for value in row:
                    if isinstance(value, bytes):
                        yield from (value, value[32:])


def left_by(root: Path, inputs: str = "tree") -> Iterator[tuple[str, bytes]]:
    """Yield every byte that a run left below a folder, but for the programs and the folder of the inputs."""
    for place in root.rglob("*"):
        inside = place.relative_to(root)
        if place.is_symlink() or not place.is_file() or inside.parts[0] == inputs or "tools" in inside.parts:
            continue
        for data in layers_of(place.read_bytes()):
            yield str(inside), data
        if place.suffix == ".db":
            for row in rows_of(place):
                for data in layers_of(row):
                    yield f"{inside} row", data


def found_in(root: Path, *said: bytes) -> set[tuple[str, str]]:
    everything = [*left_by(root), *(("screen", text) for text in said)]
    return {(number.decode(), where) for where, data in everything for number in CANARY.findall(data)}


@pytest.fixture
def site(bench: Bench) -> Bench:
    (bench.root / "tmp").mkdir()
    bench.environment |= {"TMPDIR": str(bench.root / "tmp"), "AUDITOR_STATE": str(bench.root / "state")}
    assert planted(bench.tree) >= 60
    return bench


@pytest.mark.tool("semgrep")
@pytest.mark.tool("bandit")
@pytest.mark.tool("syft")
def test_no_canary_is_left_by_a_run_of_every_stage_that_reads_files(site: Bench) -> None:
    site.environment |= {"AUDITOR_SEMGREP": None, "AUDITOR_BANDIT": None, "AUDITOR_PINS": None}

    done = site.auditor(
        "run", "code=tree/src", "image=docker-archive:tree/app.tar", "sbom=tree/app.cdx.json", "custody=tree/vault.hcl",
        "auditlog=tree/logs", "lineage=tree/lineage", "tls=tree/tls", limit_s=400,
    )  # fmt: skip

    assert {each["stage"] for each in done.record["run"]["stages"]} >= {
        "code", "image", "sbom", "custody", "auditlog", "lineage", "tls",
    }  # fmt: skip
    assert found_in(site.root, done.stdout, done.stderr.encode()) == set()


REPEATS: Final = """
for path in files:
    sys.stderr.buffer.write(open(path, "rb").read())
    sys.stdout.buffer.write(open(path, "rb").read())
"""


def test_no_canary_is_left_where_tools_fail_and_repeat_what_they_read(site: Bench) -> None:
    site.fake_semgrep(f"{REPEATS}sys.exit(2)\n")
    site.fake_bandit(f"{REPEATS}sys.exit(1)\n")

    done = site.run(target="code=tree/src")

    assert done.exit_code == 3
    assert found_in(site.root, done.stdout, done.stderr.encode()) == set()


def copies_in(*roots: Path) -> set[Path]:
    """Return the scratch folders that hold a copy of the planted tree."""
    return {
        folder
        for root in roots
        for folder in root.glob("auditor-scratch-*")
        for path in folder.rglob("f0.py")
        if "Canary" in path.read_text("utf-8", "replace")
    }


@pytest.mark.parametrize("end", ["interrupt", "kill"])
def test_no_canary_is_left_by_a_run_that_was_ended_over_its_copy_of_the_tree(site: Bench, end: str) -> None:
    site.fake_semgrep("time.sleep(60)\n")
    site.fake_bandit()
    roots = (site.root / "tmp", Path("/dev/shm"))  # copies lie in memory where there is room
    before = copies_in(*roots)
    began = site.start("run", "--only", "code", "code=tree/src", start_new_session=True)
    wait_for(lambda: bool(copies_in(*roots) - before))
    copies = copies_in(*roots) - before
    below = descendants(began.pid)

    if end == "interrupt":
        began.send_signal(signal.SIGINT)
    else:
        os.killpg(began.pid, signal.SIGKILL)
    said = began.communicate(timeout=60)

    if end == "kill":  # the next run sweeps what nobody holds any more
        wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in below))  # noqa: PTH110
        for place in (*(site.root / "tmp").iterdir(), *copies):
            os.utime(place, (time.time() - 3600,) * 2)
        site.fake_semgrep()
        site.tree.joinpath("empty").mkdir()
        site.write("empty/a.py", "x = 1\n")
        site.run(target="code=tree/empty")
    assert found_in(site.root, *said) == set()
    assert not any(each.exists() for each in copies)
