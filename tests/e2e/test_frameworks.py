"""Frameworks as a compliance officer asks for them: every row, the worksheet of 密评, a threshold that was lowered."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.test_evidence import POD, auditor

if TYPE_CHECKING:
    from pathlib import Path

ROWS = {"gbt22239-2019-l3": 257, "gbt39786-2021-l3": 62, "cis-kubernetes": 131, "ai-regulations": 167}
LINE = '{"time": "2026-11-28T10:00:00Z", "user": "li", "action": "login", "result": "ok"}\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over a pod and a log whose inventory asks for three months only."""
    folder = tmp_path_factory.mktemp("frameworks")
    (folder / "deploy").mkdir()
    (folder / "deploy" / "pod.yaml").write_text(POD, encoding="utf-8")
    (folder / "logs").mkdir()
    (folder / "logs" / "app.ndjson").write_text(LINE, encoding="utf-8")
    (folder / "logs" / "inventory.yaml").write_text(
        "log_sources:\n- {id: app, format: json, path: app.ndjson, retention_months: 3}\n", encoding="utf-8"
    )
    asked = [word for name in ROWS for word in ("--framework", name)]
    given = ("kubernetes=deploy/", "auditlog=logs/", "--output", "out", "--bundle", "out.auditor.zip")
    done = auditor(folder, "run", *given, *asked, "--quiet", "--format", "json")
    assert done.returncode == 1, done.stderr
    return folder


def shown(folder: Path, name: str) -> list[dict[str, Any]]:
    done = auditor(folder, "frameworks", "show", name, "--run", "out.auditor.zip", "--json")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", ROWS)
def test_every_row_has_a_verdict_a_method_and_what_is_still_needed(folder: Path, name: str) -> None:
    rows = shown(folder, name)

    assert len(rows) == ROWS[name]
    for row in rows:
        assert row["outcomes"], row["id"]
        assert row["assessment"] in {"automated", "partial", "manual"}
        is_settled = row["assessment"] == "automated" and row["checks"]
        assert row["still_needed"] or is_settled, row["id"]
        assert all(each["zh"] and each["en"] for each in row["still_needed"])


def test_a_clause_whose_retention_the_inventory_lowered_fails_whatever_the_log_holds(folder: Path) -> None:
    rows = {row["id"]: row for row in shown(folder, "ai-regulations")}

    for clause in ("CSL-23.3", "EUAIA-19.1", "EUAIA-26.6"):
        (found,) = (each for each in rows[clause]["outcomes"] if each["target"] == "auditlog=logs/")
        assert found["verdict"] == "fail"
        assert "min_retention_months of 3 is looser than the clause's 6" in found["reason"]["en"]
    long = {each["target"]: each["reason"]["en"] for each in rows["PIPL-56"]["outcomes"]}
    assert "looser" not in long["auditlog=logs/"]  # what is kept for three years is another record


@pytest.mark.parametrize(
    ("language", "head", "open_"),
    [("en", "unit (GB/T 43206)", "not assessed"), ("zh", "测评单元（GB/T 43206）", "未评估")],
)
def test_the_worksheet_has_d_a_and_k_of_each_unit_and_what_a_certificate_settles(
    folder: Path, language: str, head: str, open_: str
) -> None:
    done = auditor(folder, "frameworks", "worksheet", "--run", "out", "--csv", "--lang", language)

    heads, *rows = list(csv.reader(io.StringIO(done.stdout.removeprefix("\ufeff"))))
    units = {row[0] for row in rows if row[0]}
    technical = [row for row in rows if row[6] and row[0]]
    assert heads[0] == head
    assert len({row[1] for row in rows}) == 62
    assert len(units) == 41
    assert len({row[0] for row in technical}) == 22
    assert all(row[11] for row in technical)
    assert {row[8] for row in technical if row[5] == "auditlog=logs/" and not row[0].startswith("6.1")} == {open_}


def test_a_run_that_did_not_ask_has_no_worksheet(folder: Path) -> None:
    auditor(folder, "run", "kubernetes=deploy/", "--output", "plain", "--quiet", "--format", "json")

    done = auditor(folder, "frameworks", "worksheet", "--run", "plain")

    assert done.returncode == 2
    assert "--framework gbt39786-2021-l3" in done.stderr
