"""DuckDB and Spark, by the same expressions, come to the same: on all samples, and on a generated million edges."""

from __future__ import annotations

import json
import os
import random
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.contract.lineage.environments import ROOT, environment
from tests.contract.lineage.join import joined

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = sorted((ROOT / "tests" / "data" / "lineage" / "samples" / "openlineage").glob("*.ndjson"))


def million(path: Path) -> Path:
    """Write 1,000 runs with 32 inputs and 32 outputs each: a million edges, fewer where two runs share one."""
    made = random.Random(11)  # noqa: S311 - the same each time
    with path.open("w", encoding="utf-8") as file:
        for number in range(1_000):
            sides = [
                [{"namespace": "s3://lake", "name": f"t{made.randrange(500_000)}"} for _ in range(32)] for _ in range(2)
            ]
            head = {"run": {"runId": f"r{number}"}, "job": {"namespace": "etl", "name": f"j{number % 300}"}}
            both = (
                {"eventType": "START", "inputs": sides[0], "outputs": []},
                {"eventType": "COMPLETE", "inputs": [], "outputs": sides[1]},
            )
            for at, part in enumerate(both):
                row = {**head, **part, "eventTime": f"2026-11-29T10:00:0{at}Z", "producer": "x", "schemaURL": "y"}
                file.write(json.dumps(row) + "\n")
    return path


@pytest.mark.tool("java")
def test_duckdb_and_spark_agree_on_the_samples_and_a_million_edges(tmp_path: Path) -> None:
    files = [*map(str, SAMPLES), str(million(tmp_path / "million.ndjson"))]

    by_duckdb = joined(files, "")
    command = [str(environment("spark") / "python"), "-m", "tests.contract.lineage.join", "local[1]", *files]
    done = subprocess.run(
        command,
        cwd=ROOT,
        # a short life: the second compiler and the parallel collector cost more than they bring
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == by_duckdb
    assert by_duckdb[files[-1]]["edges"] > 999_000  # type: ignore[operator] # a number
    assert [by_duckdb[name]["edges"] for name in files[:3]] == [12, 2, 1]
