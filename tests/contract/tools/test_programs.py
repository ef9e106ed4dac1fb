from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auditor.tools import process
from auditor.tools.pins import load_pins
from auditor.tools.programs import Programs, Source

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.tools.process import Completed
    from auditor.tools.programs import Program

NEEDED = [
    pytest.param(name, marks=pytest.mark.tool(name))
    for name in ("semgrep", "bandit", "opa", "helm", "kustomize", "gitleaks")
]
RULE = """
rules:
  - {id: no-eval, languages: [python], message: no, severity: ERROR, pattern: eval(...)}
"""


@pytest.fixture(scope="module")
def programs() -> Programs:
    """The programs of this machine, as `make tools` installs them."""
    return Programs.here()


def run(program: Program, *arguments: str, folder: Path) -> Completed:
    done = process.run(
        [str(program.path), *arguments],
        environment=process.standard_environment(folder, {"PYTHONDONTWRITEBYTECODE": "1"}),
        folder=folder,
        timeout_s=120,
    )
    assert done.was_isolated
    return done


@pytest.mark.parametrize("name", NEEDED)
def test_pinned_program_is_installed_and_allowed(programs: Programs, name: str) -> None:
    program = programs.find(name)

    assert program.version == load_pins()[name].version
    assert program.is_allowed
    assert program.source is Source.CACHE
    assert program.digest.startswith("sha256:")


@pytest.mark.tool("semgrep")
def test_semgrep_scans_without_network_and_leaves_its_installation_unchanged(
    programs: Programs, tmp_path: Path
) -> None:
    program = programs.find("semgrep")
    (tmp_path / "rule.yaml").write_text(RULE)
    (tmp_path / "bad.py").write_text("eval(input())\n")

    done = run(
        program,
        *("scan", "--metrics=off", "--disable-version-check", "--oss-only", "--json", "--no-git-ignore"),
        *("--config", "rule.yaml", "bad.py"),
        folder=tmp_path,
    )

    assert done.exit_code == 0, done.stderr
    assert [found["start"]["line"] for found in json.loads(done.stdout)["results"]] == [1]
    programs.verify(program)


@pytest.mark.tool("bandit")
def test_bandit_scans_without_network_and_leaves_its_installation_unchanged(programs: Programs, tmp_path: Path) -> None:
    program = programs.find("bandit")
    (tmp_path / "bad.py").write_text("eval(input())\n")

    done = run(program, "-q", "-f", "json", "bad.py", folder=tmp_path)

    assert done.exit_code == 1, done.stderr
    assert [found["test_id"] for found in json.loads(done.stdout)["results"]] == ["B307"]
    programs.verify(program)


@pytest.mark.tool("opa")
def test_opa_evaluates_rego(programs: Programs, tmp_path: Path) -> None:
    done = run(programs.find("opa"), "eval", "--format=raw", "1 + 1", folder=tmp_path)

    assert (done.exit_code, done.stdout.strip()) == (0, b"2")


@pytest.mark.tool("helm")
def test_helm_renders_a_chart_for_a_present_day_cluster(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "chart" / "templates").mkdir(parents=True)
    (tmp_path / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 1.0.0\nkubeVersion: '>=1.30'\n")
    (tmp_path / "chart" / "templates" / "a.yaml").write_text("kind: ConfigMap\nname: {{ .Release.Name }}\n")

    done = run(programs.find("helm"), "template", "here", "chart", folder=tmp_path)

    assert done.exit_code == 0, done.stderr
    assert b"name: here" in done.stdout


@pytest.mark.tool("kustomize")
def test_kustomize_renders_an_overlay(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("namePrefix: blue-\nresources: [a.yaml]\n")
    (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")

    done = run(programs.find("kustomize"), "build", ".", folder=tmp_path)

    assert done.exit_code == 0, done.stderr
    assert b"name: blue-a" in done.stdout
