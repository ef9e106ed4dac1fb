"""The gate as whoever runs it meets it: whose policy counts, what is late, and a verdict file in every case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import LIMIT_S
from tests.e2e.test_evidence import POD, auditor

ROOT = Path(__file__).parents[2]
TARGET = "kubernetes=deploy/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one pod that fails much."""
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "pod.yaml").write_text(POD, encoding="utf-8")
    return tmp_path


def verdict(folder: Path, run: str = "out") -> dict[str, Any]:
    found = json.loads((folder / run / "verdict.json").read_bytes())
    assert isinstance(found, dict)
    return found


def record(folder: Path, run: str = "out") -> dict[str, Any]:
    found = json.loads((folder / run / "record.json").read_bytes())
    assert isinstance(found, dict)
    return found


def test_a_gate_of_the_caller_beats_that_of_the_repository_and_the_record_shows_both(folder: Path) -> None:
    loose = {"fail_on": "critical", "max_not_assessed": 9000, "frameworks": {"cis-kubernetes": {"max_fail": 500}}}
    config = {"system": {"name": "app"}, "targets": {"kubernetes": ["deploy/"]}, "gate": loose}
    (folder / "auditor.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "gate.yaml").write_text("{fail_on: low, sla_days: {high: 30}}", encoding="utf-8")

    common = ("run", "--config", "auditor.yaml", "--quiet", "--format", "json")
    auditor(folder, *common, "--output", "theirs")
    done = auditor(folder, *common, "--output", "out", "--gate", "gate.yaml")

    theirs, ours = record(folder, "theirs")["run"]["gate"], record(folder)["run"]["gate"]
    words = ["fail_on critical", "frameworks.cis-kubernetes.max_fail 500", "max_not_assessed 9000"]
    assert done.returncode == 1
    assert (theirs["path"], theirs["policy"], theirs.get("overruled", [])) == ("auditor.yaml", words, [])
    assert (ours["path"], ours["overruled"]) == ("gate.yaml", words)
    assert ours["policy"] == ["fail_on low", "max_not_assessed 0", "sla_days high 30"]
    assert len(ours["digest"]) == len("sha256:") + 64
    assert verdict(folder)["gate"] == ours


def test_a_gate_without_a_configuration_is_in_the_record_too(folder: Path) -> None:
    auditor(folder, "run", TARGET, "--quiet", "--format", "json", "--output", "out")
    asked = auditor(folder, "gate", "out", "--gate", "strict.yaml", "--json")
    (folder / "strict.yaml").write_text("max_not_assessed: 3", encoding="utf-8")
    strict = auditor(folder, "gate", "out", "--gate", "strict.yaml", "--json")

    assert asked.returncode == 2
    assert record(folder)["run"]["gate"]["policy"] == ["fail_on low", "max_not_assessed 0"]
    assert json.loads(strict.stdout)["gate"]["policy"] == ["fail_on low", "max_not_assessed 3"]
    assert json.loads(strict.stdout)["gate"]["overruled"] == ["fail_on low", "max_not_assessed 0"]


def test_known_failures_close_the_gate_once_their_days_are_over(folder: Path) -> None:
    (folder / "sla.yaml").write_text("{max_not_assessed: 9000, sla_days: {critical: 30, high: 30}}", encoding="utf-8")
    (folder / "all.yaml").write_text("{max_not_assessed: 9000, new_only: false}", encoding="utf-8")
    common = ("run", TARGET, "--quiet", "--format", "json")
    auditor(folder, *common, "--output", "first")

    young = auditor(folder, *common, "--output", "young", "--new-since", "run:first", "--gate", "sla.yaml")
    every = auditor(folder, "gate", "young", "--gate", "all.yaml")
    began = (datetime.now(UTC) - timedelta(days=31)).isoformat(timespec="seconds")
    path = folder / "first" / "record.json"
    path.write_text(path.read_text(encoding="utf-8").replace(record(folder, "first")["run"]["started"], began), "utf-8")
    late = auditor(folder, *common, "--output", "late", "--new-since", "run:first", "--gate", "sla.yaml")
    later = auditor(folder, *common, "--output", "later", "--new-since", "run:late", "--gate", "sla.yaml")

    assert young.returncode in {0, 3}, young.stderr  # nothing of it fails; what a lone pod cannot show stays open
    assert every.returncode == 1
    assert late.returncode == later.returncode == 1
    assert "past the days" in verdict(folder, "late")["reason"]["en"]
    assert {row["first_seen"] for row in record(folder, "later")["findings"] if row.get("new") is False} == {began}


@pytest.mark.parametrize(
    ("words", "code", "word"),
    [
        (("--gate", "nowhere.yaml"), 2, "usage"),
        (("--framework", "no-such"), 2, "usage"),
        (("--new-since", "no-such"), 2, "usage"),
        (("--bundle", "deploy"), 2, "usage"),
        (("--sign", "nowhere.pem"), 2, "usage"),
    ],
    ids=["gate", "framework", "revision", "bundle", "key"],
)
def test_a_run_that_cannot_begin_leaves_a_verdict_and_the_next_one_takes_its_place(
    folder: Path, words: tuple[str, ...], code: int, word: str
) -> None:
    done = auditor(folder, "run", TARGET, "--quiet", "--format", "json", "--output", "out", *words)

    assert (done.returncode, verdict(folder)["exit_code"], verdict(folder)["verdict"]) == (code, code, word)
    assert sorted(each.name for each in (folder / "out").iterdir()) == ["verdict.json"]
    again = auditor(folder, "run", TARGET, "--quiet", "--format", "json", "--output", "out")
    assert (again.returncode, verdict(folder)["verdict"]) == (1, "fail")


@pytest.mark.parametrize(
    ("where", "raised", "code"),
    [
        ("auditor.conclude.conclude", "RuntimeError('planted')", 3),
        ("auditor.observe.observe", "MemoryError()", 3),
        ("auditor.evidence.sealing.seal_run", "OSError(28, 'No space left on device')", 2),
        ("auditor.evidence.sealing.seal_run", "IntegrityError('planted')", 4),
    ],
)
def test_a_crash_leaves_a_verdict_with_the_exit_code_of_the_program(
    folder: Path, where: str, raised: str, code: int
) -> None:
    module, _dot, name = where.rpartition(".")
    script = f"""
import sys, {module}
from auditor.errors import IntegrityError
def broken(*_given, **_named): raise {raised}
{module}.{name} = broken
sys.argv = ["auditor", "run", "{TARGET}", "--quiet", "--format", "json", "--output", "out"]
from auditor.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )

    assert (done.returncode, verdict(folder)["exit_code"]) == (code, code), done.stderr
    assert verdict(folder)["problem"]
    assert not (folder / "out" / "evidence.json").exists()


def shell(folder: Path, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "AUDITOR_LANG": "en", "PATH": path, **variables}
    return subprocess.run(
        ["/bin/bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def recipes(language: str) -> list[str]:
    """Return the blocks of the pages between the heading of the recipes and the next one."""
    text = (ROOT / "docs" / f"evidence{language}.md").read_text(encoding="utf-8")
    section = text.partition("## In CI" if not language else "## 接入 CI")[2].partition("\n## ")[0]
    return [each.partition("\n")[2] for each in section.split("```")[1::2]]


def test_the_action_runs_as_github_would_run_it(folder: Path) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    (step,) = action["runs"]["steps"]
    (folder / "gate.yaml").write_text("max_not_assessed: 9000\nfail_on: critical\n", encoding="utf-8")
    given = {name: row.get("default", "") for name, row in action["inputs"].items()}
    given |= {"targets": TARGET, "gate": "gate.yaml"}
    variables = {name: given[value[len("${{ inputs.") : -len(" }}")]] for name, value in step["env"].items()}

    done = shell(folder, step["run"], GITHUB_OUTPUT=str(folder / "outputs"), **variables)
    broken = shell(
        folder, step["run"], GITHUB_OUTPUT=str(folder / "other"), **{**variables, "GATE": "no.yaml", "OUTPUT": "b"}
    )

    assert done.returncode == 1, done.stderr
    assert (folder / "outputs").read_text(encoding="utf-8") == "verdict=fail\n"
    assert (folder / "auditor-run.auditor.zip").is_file()
    assert broken.returncode == 2
    assert (folder / "other").read_text(encoding="utf-8") == "verdict=usage\n"


@pytest.mark.parametrize("language", ["", ".zh"])
def test_the_commands_of_the_recipes_run(folder: Path, language: str) -> None:
    github, gitlab, jenkins, hook = recipes(language)
    (folder / "src").mkdir()
    (folder / "src" / "app.py").write_text("x = 1\n", encoding="utf-8")
    (folder / ".ci").mkdir()
    (folder / ".ci" / "gate.yaml").write_text("max_not_assessed: 9000\n", encoding="utf-8")
    shell(folder, "git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm one")
    job = yaml.safe_load(gitlab)["audit"]
    line = next(line for line in jenkins.splitlines() if " sh '" in line)
    (entry,) = yaml.safe_load(hook)["repos"][0]["hooks"]
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]

    done = shell(folder, job["script"], CI_PROJECT_DIR=str(folder))
    assert done.returncode == 0, done.stderr
    made = [*job["artifacts"]["paths"], job["artifacts"]["reports"]["junit"]]
    assert all((folder / each).exists() for each in made)
    shell(folder, "rm -r audit audit.auditor.zip")
    done = shell(folder, line.split("'")[1])
    assert done.returncode == 0, done.stderr
    assert all(name in jenkins for name in made[1:])
    shell(folder, "rm -r audit audit.auditor.zip")
    done = shell(folder, entry["entry"])
    assert done.returncode in {0, 3}, done.stderr  # nothing new fails
    assert set(yaml.safe_load(github)[0]["with"]) <= set(inputs)
