"""Every rule for code, run by the real semgrep over its own examples: all the bad ones, none of the good ones."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from auditor.content import rulesets
from auditor.stages.code.rules import rule_pack
from auditor.tools import process
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.tool("semgrep")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bool]]:
    """By rule file: each of its parts, and whether it matched what its annotations say."""
    scratch: Path = tmp_path_factory.mktemp("semgrep")
    semgrep = Programs.here().find("semgrep").path
    rules = rulesets() / "semgrep"
    done = subprocess.run(
        [semgrep, "scan", "--test", "--metrics=off", "--disable-version-check", "--json", "--config", rules, rules],
        env=process.standard_environment(
            scratch, {"PATH": f"{semgrep.parent}:{process.SYSTEM_PATH}", "SEMGREP_SEND_METRICS": "off"}
        ),
        cwd=scratch,
        capture_output=True,
        check=False,
        timeout=1800,  # a hang; a minute or two on a machine that does nothing else
    )
    assert done.stdout, done.stderr[-2000:].decode("utf-8", "replace")  # seen empty twice, on a machine at load 9
    results = json.loads(done.stdout)["results"]
    return {
        name.rsplit("/", 1)[-1]: {part: bool(check["passed"]) for part, check in file["checks"].items()}
        for name, file in results.items()
    }


def test_every_rule_file_was_tested(told: dict[str, dict[str, bool]]) -> None:
    assert {f"{rule.id}.yaml" for rule in rule_pack().of("semgrep")} <= told.keys()


def test_each_rule_matches_its_bad_examples_and_none_of_its_good_ones(told: dict[str, dict[str, bool]]) -> None:
    assert [part for parts in told.values() for part, passed in parts.items() if not passed] == []
