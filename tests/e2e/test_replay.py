"""Judging sealed facts again with policies of the user's own: of the bundle, newer ones, none; and another OPA."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.e2e.test_evidence import auditor

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {team: blue}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.bank.cn/web:1.0"}]}
"""
RULE = """# METADATA
# title: Every workload has a team
# description: Label team.
# scope: package
# custom:
#   id: house-team
#   title_zh: 每个工作负载都有负责团队
#   why: {en: Somebody must answer for it., zh: 必须有人负责。}
#   remediation: {en: Add the label., zh: 添加标签。}
#   severity: low
#   source: house rule 7
#   controls: {}
#   judges: KubeObject
#   needs: ['KubeObject:Deployment']
#   covers: object
package house.team

subject contains pod.subject if some pod in input.pods

compliant contains pod.subject if {
	some pod in input.pods
	pod.labels.LABEL
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run judged by a policy of the user's own, as a bundle in a folder where nothing of it is left."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "deploy").mkdir()
    (folder / "deploy" / "web.yaml").write_text(DEPLOYMENT, encoding="utf-8")
    rules(folder / "mine", "app")
    config: dict[str, Any] = {"system": {"name": "shop"}, "targets": {"kubernetes": ["deploy/"]}, "policies": ["mine"]}
    (folder / "auditor.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    done = auditor(
        folder,
        *("run", "--config", "auditor.yaml", "--quiet", "--format", "json"),
        *("--output", "out", "--bundle", "out.auditor.zip"),
    )
    assert done.returncode == 1, done.stderr
    for name in ("mine", "deploy", "auditor.yaml"):
        (folder / name).rename(folder / f"gone-{name}")
    return folder


def rules(folder: Path, label: str) -> None:
    (folder / "labels").mkdir(parents=True)
    (folder / "labels" / "team.rego").write_text(RULE.replace("LABEL", label), encoding="utf-8")


def test_the_bundle_holds_the_policies_and_gives_the_same_bytes_with_nothing_else(folder: Path) -> None:
    done = auditor(folder, "replay", "out.auditor.zip")
    asked = auditor(folder, "replay", "out.auditor.zip", "--afresh")

    assert (folder / "out" / "policies" / "mine" / "labels" / "team.rego").is_file()
    for each in (done, asked):
        assert each.returncode == 0, each.stdout
        assert "rules: those of the run" in each.stdout
        assert "to the byte" in each.stdout


def test_a_newer_policy_shows_the_finding_that_it_changes_and_no_other(folder: Path, tmp_path: Path) -> None:
    rules(tmp_path / "mine", "team")

    done = auditor(folder, "replay", "out.auditor.zip", "--policies", str(tmp_path / "mine"))

    told = [line for line in done.stdout.splitlines() if "house-team" in line]
    assert done.returncode == 1
    assert len(told) == 2
    assert not [line for line in done.stdout.splitlines() if "k8s-" in line]


def test_a_policy_that_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "out", tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "policies")
    (tmp_path / "run" / "evidence.json").unlink()  # as of a version that did not keep them

    done = auditor(tmp_path, "replay", "run")

    assert done.returncode == 2
    assert "house-team (labels/team.rego)" in done.stderr
    assert "--policies" in done.stderr


def test_a_policy_of_the_bundle_that_was_changed_does_not_verify(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder / "out", tmp_path / "run")
    rule = tmp_path / "run" / "policies" / "mine" / "labels" / "team.rego"
    rule.write_text(RULE.replace("LABEL", "team"), encoding="utf-8")

    done = auditor(tmp_path, "replay", "run")

    assert done.returncode == 4
    assert "policies/mine/labels/team.rego" in done.stderr


def test_another_version_of_opa_is_told_and_its_answers_are_compared(folder: Path, tmp_path: Path) -> None:
    record = json.loads((folder / "out" / "record.json").read_bytes())
    for tool in record["run"]["tools"]:
        tool["version"] = "0.1.0" if tool["name"] == "opa" else tool["version"]
    shutil.copytree(folder / "out", tmp_path / "run")
    (tmp_path / "run" / "evidence.json").unlink()
    (tmp_path / "run" / "record.json").write_text(json.dumps(record), encoding="utf-8")

    done = auditor(tmp_path, "replay", "run", "--afresh")

    assert "opa: asked now in version" in done.stdout
    assert "the run had 0.1.0" in done.stdout
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("record.json", b'"auditor-record/1"', b'"auditor-record/2"', "auditor-record/2"),
        ("rules.json", b'"checks"', b'"chekcs"', "rules.json is not as auditor writes it"),
        ("decisions.json", b"{}", b"[]", "decisions.json is not as auditor writes it"),
    ],
)
def test_a_newer_schema_is_told_as_one(
    folder: Path, tmp_path: Path, name: str, old: bytes, new: bytes, told: str
) -> None:
    shutil.copytree(folder / "out", tmp_path / "run")
    (tmp_path / "run" / "evidence.json").unlink()
    place = tmp_path / "run" / name
    place.write_bytes(place.read_bytes().replace(old, new, 1))

    done = auditor(tmp_path, "replay", "run")

    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_replay_under_the_rules_of_the_run_needs_no_program(folder: Path) -> None:
    path = {"PATH": "/nonexistent", "AUDITOR_CACHE": str(folder / "empty"), "AUDITOR_OPA": "/nonexistent/opa"}

    done = auditor(folder, "replay", "out.auditor.zip", **path)

    assert done.returncode == 0, done.stderr
