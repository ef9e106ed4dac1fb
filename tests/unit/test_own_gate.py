"""The project's own gate on its own SBOM, as CI runs it: well formed, and no licence that the policy denies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import __version__

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("form", ["cdx", "spdx"])
def test_own_sbom_passes_the_gate(form: str, tmp_path: Path) -> None:
    target = f"sbom={ROOT / 'sbom' / f'auditor-{__version__}.{form}.json'}"
    command = [sys.executable, "-m", "auditor", "run", target, "--only", "sbom", "--fail-on", "high"]

    done = subprocess.run(
        [*command, "--format", "json", "--output", str(tmp_path / "run")],
        cwd=tmp_path,
        env={**os.environ, "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "run" / "record.json").read_bytes())
    verdicts = {row["id"]: row["verdict"] for row in record["findings"] if row["verdict"] in {"pass", "fail"}}
    assert verdicts["sbom-well-formed"] == "pass"
