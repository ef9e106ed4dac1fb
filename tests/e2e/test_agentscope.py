"""A whole release of agentscope, as ``make demo`` audits it: how its failures are told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.headlines import shown_by_requirement

if TYPE_CHECKING:
    from auditor.model.text import Language

pytestmark = [pytest.mark.tool("semgrep"), pytest.mark.tool("bandit"), pytest.mark.tool("pysa")]

ROOT = Path(__file__).parents[2]
FAILURES_FOUND = 1


def run(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CI": "true", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=1200
    )


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Audit the release, with what is known of it by content (`make demo` leaves that), and return run and stdout."""
    place = run("-m", "scripts.agentscope", folder=ROOT)
    assert place.returncode == 0, place.stderr
    folder = tmp_path_factory.mktemp("agentscope")
    done = run(
        "-m", "auditor", "run", f"code={place.stdout.strip()}", "--fail-on", "info", "--output", "run", folder=folder
    )
    assert done.returncode == FAILURES_FOUND, done.stderr
    return folder / "run", done.stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_failure_of_a_release_of_agentscope_is_shown_by_its_requirement(
    audited: tuple[Path, str], language: Language
) -> None:
    folder, stdout = audited

    assert shown_by_requirement(folder, language, stdout if language == "en" else "") == {}
