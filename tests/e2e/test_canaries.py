"""Sixty planted secrets, and every byte that a run leaves: none stands there, after success, failure, Ctrl-C, kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

from auditor.content import cache_folder
from tests.e2e.test_canaries_of_stages import left_by

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.tool("opa"), pytest.mark.tool("helm"), pytest.mark.tool("kustomize")]


def canary(number: int) -> str:
    return f"Canary{number:02}!hidden-Zq9"


FORMS: Final = (
    "args: [--password, '{c}']", "args: ['--db-password={c}']", "args: ['-p{c}']", "command: [sh, -c, 'mysql -p{c}']",
    "command: [curl, -u, 'me:{c}']", "command: [redis-cli, -a, '{c}']", "command: [sh, -c, 'export TOKEN={c}']",
    "env: [{{name: DB_PASSWORD, value: '{c}'}}]", "env: [{{name: 数据库口令, value: '{c}'}}]",
    "env: [{{name: URL, value: 'postgres://me:{c}@db/x'}}]", "env: [{{name: apiKey, value: '{c}'}}]",
    "env: [{{name: X, value: 'Authorization: Bearer {c}'}}]", "env: [{{name: JSON, value: '{{\"secret\": \"{c}\"}}'}}]",
    "livenessProbe: {{httpGet: {{port: 1, httpHeaders: [{{name: Authorization, value: '{c}'}}]}}}}",
    "livenessProbe: {{exec: {{command: [curl, -H, 'X-Api-Key: {c}']}}}}",
    "lifecycle: {{preStop: {{exec: {{command: [sh, -c, 'login --token {c}']}}}}}}",
)  # fmt: skip
DATA: Final = (
    "password: '{c}'", "密码: '{c}'", "a.yaml: 'password: {c}'", "a.ini: 'db_password={c}'", "b.txt: '口令：{c}'",
    "a.json: '{{\"token\": \"{c}\"}}'", "访问密钥: '{c}'", "c: 'mysql -u root -p{c}'",
    "d: 'amqp://u:{c}@h'", "clientSecret: '{c}'",
    "e: 'the password is {c}'", "f: '?access_token={c}&x=1'", "g: '<password>{c}</password>'", "h: 'ENV DB_PASSWD {c}'",
    "i: 'redis-cli -a {c} ping'", "j: 'machine h login me password {c}'", "k: 'Server=x;Password={c};'",
    "l: 'password:\\n- {c}'", "m: 'Cookie: session={c}'",
)  # fmt: skip


def planted(root: Path) -> int:
    """Write all inputs; return how many canaries they hold."""
    number = 0
    for form in FORMS:
        text = form.format(c=canary(number))
        name = "mysql" if "-p" in form else "c"
        (root / f"pod{number}.yaml").write_text(
            f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}}}\nspec:\n  containers:\n"
            f"  - name: {name}\n    image: {name}:1\n    {text}\n"
        )
        number += 1
    for form in DATA:
        text = form.format(c=canary(number))
        (root / f"map{number}.yaml").write_text(
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{number}}}\ndata:\n  {text}\n"
        )
        number += 1
    for key in ("credentials", "adminPassword", "令牌", "secretKey"):
        (root / f"custom{number}.yaml").write_text(
            f"apiVersion: example.com/v1\nkind: Shop\n"
            f"metadata: {{name: s{number}, annotations: {{example.com/token: '{canary(number)}'}}}}\n"
            f"spec: {{{key}: {{value: '{canary(number + 1)}'}}, list: ['--{key}={canary(number + 2)}']}}\n"
        )
        number += 3
    for kind in ("data", "stringData"):
        (root / f"secret{number}.yaml").write_text(
            f"apiVersion: v1\nkind: Secret\nmetadata: {{name: x{number}}}\n{kind}: {{a: '{canary(number)}'}}\n"
        )
        number += 1
    (root / "chart" / "templates").mkdir(parents=True)
    (root / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")
    (root / "chart" / "templates" / "x.yaml").write_text(
        f'{{{{ fail "the password={canary(number)} is too short" }}}}\n'
    )
    number += 1
    lines = [f"--token={canary(number)}", "--client-secret", canary(number + 1)]
    contents = [f"token: {canary(number + n)}" for n in range(2, 6)]
    contents += [f"users:\n- user:\n    password: {canary(number + n)}" for n in range(6, 10)]
    (root / "node.json").write_text(
        json.dumps(
            {
                "schema": "node-facts/1",
                "node": "n",
                "files": [
                    {"path": f"/etc/x{i}", "roles": ["kubelet_config"], "content": text}
                    for i, text in enumerate(contents)
                ],
                "processes": [
                    {
                        "name": "kubelet",
                        "args": ["/usr/bin/kubelet", *lines],
                        "environment": {"A_TOKEN": canary(number + 10)},
                    }
                ],
                "cni": {"plugins": [{"name": "x", "token": canary(number + 11)}]},
            }
        )
    )
    return number + 12


@pytest.mark.parametrize("end", ["success", "interrupt", "kill"])
def test_no_canary_is_left_anywhere(tmp_path: Path, end: str) -> None:
    for name in ("in", "out", "tmp", "state", "cache"):
        (tmp_path / name).mkdir()
    (tmp_path / "cache" / "tools").symlink_to(cache_folder() / "tools")
    count = planted(tmp_path / "in")
    variables = {
        **os.environ,
        "TMPDIR": str(tmp_path / "tmp"),
        "AUDITOR_STATE": str(tmp_path / "state"),
        "AUDITOR_CACHE": str(tmp_path / "cache"),
        "LC_ALL": "C.UTF-8",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "auditor", "run", f"kubernetes={tmp_path}/in", f"node={tmp_path}/in/node.json"],
        cwd=tmp_path / "out", env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    ) as running:  # fmt: skip
        if end != "success":
            time.sleep(3)
            if end == "interrupt":
                running.send_signal(signal.SIGINT)
            else:
                os.killpg(running.pid, signal.SIGKILL)
        said = running.communicate(timeout=300)[0]

    assert count >= 60
    places = [(tmp_path / "screen", said), *left_by(tmp_path, "in")]
    found = {(number, str(path)) for path, data in places for number in range(count) if canary(number).encode() in data}
    assert found == set()
    for path in (tmp_path / "out").rglob("*"):
        assert path.is_symlink() or path.stat().st_mode & 0o077 == 0, path
    if end == "success":
        assert list((tmp_path / "out").rglob("record.json"))
