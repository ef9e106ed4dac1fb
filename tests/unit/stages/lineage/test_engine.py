"""The engine and the plain reader come to the same; what the engine cannot take is read plainly."""

from __future__ import annotations

import json
import random
from functools import partial
from typing import TYPE_CHECKING

import pytest

from auditor.model.fact import Facts, Measure
from auditor.model.system import Part, System
from auditor.stages.lineage.engine import LineageEngine
from auditor.stages.lineage.observe import LineageStage
from auditor.tools import sql
from tests.unit.stages.lineage.events import named, run, write
from tests.unit.stages.lineage.looking import SAMPLES

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = LineageEngine(partial(sql.opened, sql.Settings(threads=1)), 0)
NAMES = (
    "events",
    "runs",
    "runs-completed",
    "runs-failed",
    "runs-without-datasets",
    "datasets",
    "edges",
    "zoned",
    "readable",
)


def values(path: Path, engine: LineageEngine | None) -> dict[str, object]:
    part = Part(kind="lineage", where=str(path))
    seen = LineageStage(engine=lambda: engine).observe(System(name="x", parts=(part,)), Facts())
    return {each.id.removeprefix("lineage."): each.value for each in seen if isinstance(each, Measure)}


def test_engine_and_plain_reader_come_to_the_same(tmp_path: Path) -> None:
    made = random.Random(5)  # noqa: S311
    events = []
    for number in range(400):
        ins = [f"t{made.randrange(60)}" for _ in range(made.randrange(3))]
        outs = [f"t{made.randrange(60)}" for _ in range(made.randrange(3))]
        kinds = made.choice((["START", "COMPLETE"], ["START", "FAIL"], ["START"], ["COMPLETE"]))
        for at, kind in enumerate(kinds):
            sides = (ins, []) if at == 0 and len(kinds) > 1 else ([], outs)
            events.append(run(*sides, kind=kind, job=f"j{number % 50}", run_id=f"r{number // 2}"))
    folder = write(tmp_path, events=events)

    plain, by_engine = values(folder, None), values(folder, ENGINE)

    assert {name: by_engine[name] for name in NAMES} == {name: plain[name] for name in NAMES}
    assert ENGINE.scan(folder / "events.ndjson").takes


@pytest.mark.parametrize("name", ["airflow", "cll", "spark-simple"])
def test_engine_joins_the_samples_as_the_plain_reader_does(name: str) -> None:
    path = SAMPLES / "openlineage" / f"{name}.ndjson"
    rows, bad = ENGINE.events(path, None)
    plain = values(path, None)

    runs = {(each.run, each.job) for each in rows}
    complete = {(each.run, each.job) for each in rows if each.type == "COMPLETE"}
    edges = {
        (one.id, two.id)
        for each in rows
        if (each.run, each.job) in complete
        for one in each.inputs
        for two in each.outputs
        if one.id != two.id
    }
    assert bad == 0
    assert (len(rows), len(runs), len(complete)) == (plain["events"], plain["runs"], plain["runs-completed"])
    assert len(edges) == plain["edges"]


def test_events_with_facets_and_broken_lines_are_read_plainly(tmp_path: Path) -> None:
    facets = write(tmp_path / "facets", events=[run(["a"], [named("b", schema={"fields": [{"name": "x"}]})])])
    broken = write(tmp_path / "broken", events=[run(["a"], ["b"]), '{"run": '])

    assert not ENGINE.scan(facets / "events.ndjson").takes
    assert values(broken, ENGINE)["readable"] == (1, 2)
    assert values(facets, ENGINE)["edges"] == 1
    assert json.dumps(values(facets, ENGINE)["columns"]) == "[0, 1]"
