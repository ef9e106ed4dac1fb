"""`make demo FULL=1`: the real OpenBao is started, audited and stopped; its matrix is what the server itself says."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

import pytest

from scripts.openbao import PEOPLE, Server, furnish, main, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    with running(tmp_path_factory.mktemp("full")) as started:
        yield started, furnish(started)


@pytest.mark.tool("openbao")
def test_matrix_of_the_demo_is_what_the_server_says_line_by_line(server: tuple[Server, str], tmp_path: Path) -> None:
    from auditor.model.fact import Facts  # noqa: PLC0415
    from auditor.model.secret import Secret  # noqa: PLC0415
    from auditor.model.system import Part, System  # noqa: PLC0415
    from auditor.stages.custody.facts import KeyRight  # noqa: PLC0415
    from auditor.stages.custody.observe import CustodyStage  # noqa: PLC0415
    from auditor.tools.vault import VaultApi  # noqa: PLC0415

    del tmp_path
    bao, token = server
    bao.call("POST", "sys/auth/people", {"type": "userpass"})
    accessor = bao.call("GET", "sys/auth")["data"]["people/"]["accessor"]
    tokens = {}
    for who in PEOPLE:
        name = who.replace(".", "-")
        bao.call("POST", f"auth/people/users/{name}", {"password": "for-tests-only"})
        entity = bao.call("GET", f"identity/entity/name/{who}")["data"]["id"]
        alias = {"name": name, "canonical_id": entity, "mount_accessor": accessor}
        bao.call("POST", "identity/entity-alias", alias)
        tokens[who] = bao.call("POST", f"auth/people/login/{name}", {"password": "for-tests-only"})["auth"][
            "client_token"
        ]

    part = Part(kind="custody", where=bao.address)
    stage = CustodyStage(apis=lambda _part: VaultApi(bao.address, Secret(token), ca=str(bao.ca)))
    items = list(stage.observe(System(name=part.argument, parts=(part,)), Facts()))
    rights = [each for each in items if isinstance(each, KeyRight)]

    paths = sorted({right.path for right in rights})
    compared = 0
    for who, held in tokens.items():
        said = bao.call("POST", "sys/capabilities", {"token": held, "paths": paths})["data"]
        for right in rights:
            wanted = {right.capability} | ({"create"} if right.capability == "update" else set())
            able = bool(set(said[right.path]) & (wanted | {"root"}))
            assert any(line.startswith(f"entity {who}:") for line in right.holders) == able, (who, right)
            compared += 1
    assert compared == len(PEOPLE) * len(rights)
    assert len(rights) >= 2 * 7 + 4
    # what the deny of analytics.hcl was meant to stop, and does not
    export = next(r for r in rights if r.path == "transit/export/encryption-key/loan")
    assert "entity li.na: analytics" in export.holders
    assert "entity zhang.wei: analytics via group data-office" in export.holders


@pytest.mark.tool("openbao")
def test_server_is_started_audited_and_stopped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "auditor", "run", "--only", "custody", "-q", "--output", str(tmp_path / "run")]

    code = main(command)

    assert code == 1, capfd.readouterr().err
    said = capfd.readouterr().err
    assert said.rstrip().endswith("OpenBao is stopped")
    record = json.loads((tmp_path / "run/record.json").read_text())
    failed = {f["aliases"][0]: f["subject"] for f in record["findings"] if f["verdict"] == "fail" and f.get("aliases")}
    assert failed["KEY-046"] == "transit/reports"
    assert {"KEY-042", "KEY-043", "KEY-044"} <= set(failed)
    (table,) = (tmp_path / "run/custody").glob("who-can-*.csv")
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert {row["key"] for row in rows} == {"server", "transit/loan", "transit/reports"}
    page = (tmp_path / "run/report.html").read_text()
    assert 'id="who-can"' in page
    assert "entity zhang.wei: analytics via group data-office" in page
    measured = {m["subject"]: m for m in record["measures"] if m["id"] == "custody.who-can"}
    assert set(measured) == {"server", "transit/loan", "transit/reports"}
