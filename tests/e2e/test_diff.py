"""Five pairs of runs that differ in one thing each: ``diff`` names it as the cause of every change, and no other."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.contract.vulnerabilities.test_against_grype import FEED
from tests.e2e.test_evidence import POD, auditor
from tests.e2e.test_replay import DEPLOYMENT, rules

if TYPE_CHECKING:
    from pathlib import Path

SAID = ("--quiet", "--format", "json")


def run(folder: Path, name: str, *words: str, **variables: str) -> None:
    done = auditor(folder, "run", *words, *SAID, "--output", name, **variables)
    assert (folder / name / "record.json").is_file(), done.stderr


def causes(folder: Path) -> dict[str, set[str]]:
    """Return by cause the checks that changed between the two runs."""
    done = auditor(folder, "diff", "one", "two", "--json")
    assert done.returncode == 1, done.stderr
    found: dict[str, set[str]] = {}
    for change in json.loads(done.stdout)["changes"]:
        assert change["why"]["en"]
        assert not change["why"]["zh"].isascii()
        found.setdefault(change["cause"], set()).add(change["check"])
    return found


def manifest(folder: Path, text: str) -> None:
    (folder / "deploy").mkdir(exist_ok=True)
    (folder / "deploy" / "app.yaml").write_text(text, encoding="utf-8")


def test_another_manifest_is_the_code(tmp_path: Path) -> None:
    manifest(tmp_path, POD)
    run(tmp_path, "one", "kubernetes=deploy/")
    manifest(tmp_path, POD.replace("privileged: true", "privileged: false"))
    run(tmp_path, "two", "kubernetes=deploy/")

    found = causes(tmp_path)

    assert found.keys() == {"code"}
    assert "k8s-pod-privileged-absent" in found["code"]


def test_another_policy_is_the_rules(tmp_path: Path) -> None:
    manifest(tmp_path, DEPLOYMENT)
    config: dict[str, Any] = {"system": {"name": "shop"}, "targets": {"kubernetes": ["deploy/"]}, "policies": ["mine"]}
    (tmp_path / "auditor.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    rules(tmp_path / "mine", "team")
    run(tmp_path, "one", "--config", "auditor.yaml")
    shutil.rmtree(tmp_path / "mine")
    rules(tmp_path / "mine", "app")
    run(tmp_path, "two", "--config", "auditor.yaml")

    assert causes(tmp_path) == {"rules": {"house-team"}}


@pytest.mark.tool("grype")
def test_another_database_is_the_database(tmp_path: Path) -> None:
    with gzip.open(FEED, "rt", encoding="utf-8") as feed:
        lines = list(feed)
    about = [line for line in lines if '"name":"jinja2"' in line.replace(" ", "").lower()]
    other = [line for line in lines if '"name":"requests"' in line.replace(" ", "").lower()]
    component = {"type": "library", "name": "jinja2", "version": "2.10", "purl": "pkg:pypi/jinja2@2.10"}
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [component]}
    (tmp_path / "app.cdx.json").write_text(json.dumps(document), encoding="utf-8")
    for name, rows in (("one", about[:1] + other), ("two", about + other)):
        (tmp_path / f"{name}.jsonl").write_text("".join(rows), encoding="utf-8")
        place = {"AUDITOR_DB": str(tmp_path / f"{name}-installed")}
        built = auditor(tmp_path, "db", "build", f"{name}.jsonl", "--fetched", "now", "--output", f"{name}-db")
        assert built.returncode == 0, built.stderr
        taken = auditor(tmp_path, "db", "import", f"{name}-db/vulnerability.db", **place)
        assert taken.returncode == 0, taken.stderr
        run(tmp_path, name, "sbom=app.cdx.json", "--only", "vulnerabilities", **place)

    found = causes(tmp_path)

    assert found.keys() == {"database"}
    assert "vuln-none-known" in found["database"]


def test_a_waiver_is_the_waivers(tmp_path: Path) -> None:
    manifest(tmp_path, POD)
    config: dict[str, Any] = {"system": {"name": "shop"}, "targets": {"kubernetes": ["deploy/"]}}
    (tmp_path / "auditor.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    run(tmp_path, "one", "--config", "auditor.yaml")
    added = auditor(
        tmp_path,
        *("waive", "add", "--check", "k8s-pod-privileged-absent", "--target", "kubernetes=deploy/", "--id", "W-1"),
        *("--reason", "r", "--owner", "li", "--approver", "zhang", "--expires", "2099-01-01"),
    )
    assert added.returncode == 2  # longer than a year
    added = auditor(
        tmp_path,
        *("waive", "add", "--check", "k8s-pod-privileged-absent", "--target", "kubernetes=deploy/", "--id", "W-1"),
        *("--reason", "r", "--owner", "li", "--approver", "zhang", "--expires", in_a_month()),
    )
    assert added.returncode == 0, added.stderr
    config["waivers"] = "waivers.yaml"
    (tmp_path / "auditor.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    run(tmp_path, "two", "--config", "auditor.yaml")

    found = causes(tmp_path)

    assert found.keys() == {"waivers"}
    assert "k8s-pod-privileged-absent" in found["waivers"]


def in_a_month() -> str:
    return (datetime.now(UTC) + timedelta(days=30)).date().isoformat()


def test_another_program_is_the_environment(tmp_path: Path) -> None:
    manifest(tmp_path, POD)
    run(tmp_path, "one", "kubernetes=deploy/")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    (tmp_path / "two" / "evidence.json").unlink()
    record = json.loads((tmp_path / "two" / "record.json").read_bytes())
    (opa,) = (tool for tool in record["run"]["tools"] if tool["name"] == "opa")
    opa["version"], opa["digest"] = "1.20.0", "sha256:" + "0" * 64
    for finding in record["findings"]:  # what another version answered otherwise of the same objects
        if finding["id"] == "k8s-pod-privileged-absent":
            finding["verdict"] = "pass"
    (tmp_path / "two" / "record.json").write_text(json.dumps(record), encoding="utf-8")

    assert causes(tmp_path) == {"environment": {"k8s-pod-privileged-absent"}}


def test_what_one_run_did_not_look_at_is_not_compared(tmp_path: Path) -> None:
    manifest(tmp_path, POD)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "app.yaml").write_text(POD, encoding="utf-8")
    run(tmp_path, "one", "kubernetes=deploy/")
    run(tmp_path, "two", "kubernetes=deploy/", "kubernetes=more/")

    assert causes(tmp_path).keys() == {"coverage"}
