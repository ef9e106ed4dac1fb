"""What the report draws of audit logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from msgspec.structs import replace

from auditor.compare import open_failures
from auditor.model.finding import Severity, Verdict
from auditor.model.record import Comparison, MeasureRow, Record
from auditor.report.trend import trend
from auditor.stages.auditlog.pictures import calendar, coverage
from auditor.stages.custody.pictures import who_can
from tests.unit.report.records import example


@dataclass
class Measured:
    measures: tuple[MeasureRow, ...]


def record(*rows: tuple[str, tuple[str, ...]]) -> Record:
    made = [
        MeasureRow(
            id=name, stage="auditlog", target="auditlog=logs", subject="app", value=1, undetermined=0, items=items
        )
        for name, items in rows
    ]
    return cast("Record", cast("Any", Measured(tuple(made))))


def test_calendar_shows_days_with_and_without_records() -> None:
    (found,) = calendar(
        record(
            ("auditlog.days", ("2026-05-01 24", "2026-05-02 24", "2026-05-05 1", "no day")),
            ("auditlog.gaps", ("2026-05-02T23:00:00Z/2026-05-05T00:00:00Z",)),
        )
    )

    assert [(run.first, run.last, run.x, run.width, run.filled) for run in found.runs] == [
        ("2026-05-01", "2026-05-02", 0, 2, True),
        ("2026-05-03", "2026-05-04", 2, 2, False),
        ("2026-05-05", "2026-05-05", 4, 1, True),
    ]
    assert (found.first, found.last, found.days, found.width) == ("2026-05-01", "2026-05-05", 3, 5)
    assert found.gaps


def test_coverage_is_a_row_a_component() -> None:
    found = coverage(
        record(
            ("auditlog.required", ("app | publish | the app | covered", "app | delete | missing", "db | drop | odd"))
        )
    )

    assert [(row.name, [(cell.action, cell.state) for cell in row.cells]) for row in found] == [
        ("app", [("publish | the app", "covered"), ("delete", "missing")])
    ]


def test_without_measures_nothing_is_drawn() -> None:
    assert calendar(record()) == ()
    assert coverage(record()) == ()
    assert who_can(record()) == ()


def test_the_trend_counts_what_is_open_then_and_now() -> None:
    then = dict.fromkeys(Severity, 3)
    compared = Comparison(kind="run", given="latest", id="x", started="2026-11-01T00:00:00+00:00", failures=then)
    given = example()

    found = trend(replace(given, run=replace(given.run, comparison=compared)))

    assert found is not None
    assert found.then == then
    assert found.now == open_failures(given.findings)
    assert sum(found.now.values()) == sum(f.verdict is Verdict.FAIL and f.waived is None for f in given.findings)
    assert found.new[Severity.LOW] == 0
    assert found.now[Severity.LOW] == 1
    assert found.most == 15


@pytest.mark.parametrize("comparison", [None, Comparison(kind="revision", given="main", id="x")])
def test_without_an_earlier_run_there_is_no_trend(comparison: Comparison | None) -> None:
    given = example()

    assert trend(replace(given, run=replace(given.run, comparison=comparison))) is None


def test_who_can_is_a_row_a_right_with_its_holders() -> None:
    items = (
        "use (sign) | transit/sign/a | 12 | entity one: p",
        "use (sign) | transit/sign/a | 12 | entity two: q via group g",
        "destroy | transit/keys/a | 0 | ",
        "odd | x | many | y",
        "cut off",
    )

    (key,) = who_can(record(("custody.who-can", items)))

    assert [(right.name.en, right.name.zh, right.count, right.holders) for right in key.rights] == [
        ("use (sign)", "使用 (sign)", 12, ("entity one: p", "entity two: q via group g")),
        ("destroy", "销毁", 0, ()),
        ("odd", "odd", 1, ("y",)),
        ("cut off", "cut off", 0, ()),
    ]
