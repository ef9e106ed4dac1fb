"""Where targets lie: places that have keys of their own, addresses, and what is refused before a run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from auditor import plan
from auditor.errors import ConfigError
from auditor.request import Request

if TYPE_CHECKING:
    from pathlib import Path


def planned(folder: Path, targets: str) -> plan.Plan:
    config = folder / "auditor.yaml"
    config.write_text(f"system: {{name: x}}\ntargets: {targets}\n", encoding="utf-8")
    return plan.make(Request(config=config))


def test_a_target_whose_place_is_a_mapping_is_planned_and_its_options_are_plain(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text("{}")

    made = planned(tmp_path, "{lineage: [{traces: {path: t.json, format: otlp}}]}")

    (part,) = made.assignment.systems[0].parts
    assert (part.where, part.options["traces"]) == ("t.json", {"path": "t.json", "format": "otlp"})


def test_a_run_over_such_a_target_ends_with_a_record(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"resourceSpans": []}')
    (tmp_path / "auditor.yaml").write_text(
        "system: {name: x}\ntargets: {lineage: [{traces: {path: t.json, format: otlp}}]}\n"
    )

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "auditor",
            "run",
            "--config",
            "auditor.yaml",
            "--output",
            "run",
            "--format",
            "json",
            "-q",
        ],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 3, done.stderr
    assert json.loads((tmp_path / "run" / "record.json").read_text(encoding="utf-8"))["systems"]


@pytest.mark.parametrize(
    "targets",
    [
        "{lineage: [{traces: {path: gone.json}}]}",
        "{lineage: [{traces: gone.json}]}",
        "{auditlog: [{logs: gone}]}",
        "{custody: [{records: gone}]}",
        "{sbom: [gone.cdx.json]}",
        "{kubernetes: [{where: ., values: [gone.yaml]}]}",
    ],
)
def test_a_place_that_is_not_there_is_refused(tmp_path: Path, targets: str) -> None:
    with pytest.raises(ConfigError, match="no such path"):
        planned(tmp_path, targets)


@pytest.mark.parametrize("targets", ["{auditlog: ['s3a://logs/2026']}", "{lineage: ['hdfs://store/events']}"])
def test_an_address_is_no_path_that_has_to_be_there(tmp_path: Path, targets: str) -> None:
    assert planned(tmp_path, targets).assignment.systems
