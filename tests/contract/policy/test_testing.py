"""``auditor policies test``: a user's folder, its tests, its mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.errors import ConfigError
from auditor.stages.policy.testing import tested as run_tests

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.tools.opa import Opa

pytestmark = pytest.mark.tool("opa")
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
#   judges: KubeObject
#   needs: []
package house.team

import data.lib.pods

subject contains pod.subject if some pod in input.pods

compliant contains pod.subject if {
	some pod in input.pods
	pod.labels.team
	not pods.is_windows(pod)
}
"""
TEST = """package house.team_test

import data.house.team

test_good if team.compliant == {"p"} with input as {"pods": [{"subject": "p", "labels": {"team": "a"}, "spec": {}}]}
"""
FAILING = '\ntest_wrong if team.compliant == {"p"} with input as {"pods": []}\n'


def folder(root: Path, **files: str) -> Path:
    for name, text in files.items():
        (root / f"{name}.rego").write_text(text, encoding="utf-8")
    return root


def test_a_good_folder_passes_and_may_use_our_library(opa: Opa, tmp_path: Path) -> None:
    run = run_tests(folder(tmp_path, team=RULE, team_test=TEST), opa)

    assert run.is_good
    assert run.passed == ("house.team_test.test_good",)


def test_a_failing_test_is_named_with_its_line(opa: Opa, tmp_path: Path) -> None:
    run = run_tests(folder(tmp_path, team=RULE, team_test=TEST + FAILING), opa)

    assert not run.is_good
    assert len(run.failed) == 1
    assert "team_test.rego:7: house.team_test.test_wrong" in run.failed[0]


def test_a_syntax_error_is_told_with_file_and_line(opa: Opa, tmp_path: Path) -> None:
    run = run_tests(folder(tmp_path, team=RULE + "\nx := [\n", team_test=TEST), opa)

    assert not run.is_good
    assert any("team.rego:" in error for error in run.errors)


def test_missing_metadata_is_told(opa: Opa, tmp_path: Path) -> None:
    run = run_tests(folder(tmp_path, team=RULE.replace("#   severity: low\n", ""), team_test=TEST), opa)

    assert not run.is_good
    assert "METADATA of team.rego: custom.severity is missing" in run.errors


def test_an_id_or_package_that_is_taken_is_told(opa: Opa, tmp_path: Path) -> None:
    ours = RULE.replace("house-team", "k8s-pod-non-root").replace("package house.team", "package lib.team")

    run = run_tests(folder(tmp_path, team=ours), opa)

    assert "team.rego: id k8s-pod-non-root is taken" in run.errors
    assert "team.rego: package lib.team is reserved" in run.errors


def test_a_folder_without_tests_has_not_passed(opa: Opa, tmp_path: Path) -> None:
    run = run_tests(folder(tmp_path, team=RULE), opa)

    assert not run.is_good
    assert "holds no test" in run.errors[0]


def test_a_folder_that_is_not_there_is_an_error(opa: Opa, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no folder of Rego policies"):
        run_tests(tmp_path / "gone", opa)
