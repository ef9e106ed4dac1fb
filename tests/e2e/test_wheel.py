"""A stranger's way: the wheel is built, installed into an empty environment, and audits a repository of somebody else.

Two commands as README has them: one installs, one audits. Programs that a stage needs and that are not there are gaps.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.content import cache_folder

ROOT = Path(__file__).parents[2]
LIMIT_S = 600


def ran(*words: str, folder: Path, limit_s: float = LIMIT_S, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("AUDITOR_", "PYTHON"))},
            "LANG": "C.UTF-8",
            "AUDITOR_CACHE": str(cache_folder()),  # where the wrapped programs are; the Makefile names it, too
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=limit_s,
    )


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it with what it needs, locked by hash, into an empty environment."""
    place = tmp_path_factory.mktemp("wheel")
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert uv, "uv is missing; make dev"
    built = ran(
        uv,
        "build",
        "--wheel",
        "--no-build-isolation",
        "--python",
        sys.executable,
        "--out-dir",
        str(place),
        str(ROOT),
        folder=ROOT,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = place.glob("auditor-*.whl")
    python = place / "environment" / "bin" / "python"
    for words in (
        ("venv", "--python", sys.executable, str(place / "environment")),
        ("pip", "install", "--python", str(python), "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")),
        ("pip", "install", "--python", str(python), "--no-deps", str(wheel)),
    ):
        done = ran(uv, *words, folder=place)
        assert done.returncode == 0, done.stderr
    return place / "environment" / "bin" / "auditor"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("elsewhere")
    (place / "src").mkdir()
    (place / "src" / "load.py").write_text("import pickle\nthing = pickle.load(open('x', 'rb'))\n")
    (place / "deploy").mkdir()
    (place / "deploy" / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec:\n  containers:\n"
        "    - {name: c, image: d, securityContext: {privileged: true}}\n"
    )
    for words in (("init", "-q"), ("add", "."), ("-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "one")):
        assert ran("git", *words, folder=place).returncode == 0
    return place


def test_it_runs_from_the_wheel_alone(program: Path, tmp_path: Path) -> None:
    assert ran(str(program), "--version", folder=tmp_path).stdout.startswith("auditor ")
    listed = json.loads(ran(str(program), "checks", "--json", folder=tmp_path).stdout)

    assert len(listed) > 500
    assert "GB/T 22239-2019" in ran(str(program), "frameworks", folder=tmp_path).stdout


@pytest.mark.tool("semgrep")
@pytest.mark.tool("opa")
def test_a_stranger_gets_to_the_verdict_on_his_own_repository(program: Path, repository: Path) -> None:
    done = ran(str(program), "run", folder=repository)

    assert done.returncode == 1, done.stderr
    assert "src/load.py:2: low: " in done.stdout
    assert "deploy/pod.yaml:" in done.stdout
    assert "[k8s-pod-privileged-absent]" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("failed: exit code 1: ")
    assert "Traceback" not in done.stderr
    (report,) = (repository / ".auditor" / "runs").glob("2*/report.html")
    assert report.stat().st_size > 50_000
    shown = ran("git", "status", "--porcelain", "--untracked-files=all", folder=repository).stdout
    assert shown == "", "what a run leaves behind ignores itself in git"
    verified = ran(str(program), "verify", "latest", folder=repository)
    assert verified.returncode in {0, 3}, verified.stdout + verified.stderr
