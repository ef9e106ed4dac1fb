from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.formats.logs import times

SHANGHAI = times.zone_of("Asia/Shanghai")


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("2026-09-01T02:00:01.000000Z", "2026-09-01T02:00:01Z"),
        ("2026-09-01T10:00:01+08:00", "2026-09-01T02:00:01Z"),
        ("2026-09-01 10:00:01+08", "2026-09-01T02:00:01Z"),
        ("2026-09-01T02:00:01,123456789Z", "2026-09-01T02:00:01Z"),
        ("22/Nov/2026:10:24:20 +0000", "2026-11-22T10:24:20Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2026-09-01 02:00:01 UTC", "2026-09-01T02:00:01Z"),
        (1_788_228_001, "2026-09-01T02:00:01Z"),
        (1_788_228_001_000, "2026-09-01T02:00:01Z"),
        (1_788_228_001_000_000, "2026-09-01T02:00:01Z"),
        (1_788_228_001_000_000_000, "2026-09-01T02:00:01Z"),
        ("1788228001.500", "2026-09-01T02:00:01Z"),
    ],
)
def test_time_with_an_offset_is_placed(said: object, wanted: str) -> None:
    at, zone = times.when(said, SHANGHAI)

    assert at is not None
    assert (times.iso(at), zone) == (wanted, "given")


@pytest.mark.parametrize("said", ["2026-09-01 10:00:01.224 CST", "2026-09-01T10:00:01", "01/Sep/2026:10:00:01"])
def test_declared_zone_holds_where_there_is_no_offset(said: str) -> None:
    at, zone = times.when(said, SHANGHAI)

    assert at is not None
    assert (times.iso(at), zone) == ("2026-09-01T02:00:01Z", "declared")
    assert times.when(said, None) == (None, "unknown")


@pytest.mark.parametrize("said", ["", "x", None, True, [], -1, 0, float("nan"), "2026-13-01T00:00:00Z", "9" * 90])
def test_what_is_no_time_has_no_place(said: object) -> None:
    assert times.when(said, SHANGHAI)[0] is None


@given(st.text(max_size=80) | st.integers() | st.floats())
def test_nothing_raises(said: object) -> None:
    at, _zone = times.when(said, SHANGHAI)

    assert at is None or times.iso(at)


@pytest.mark.parametrize(
    ("end", "wanted"),
    [((2026, 8, 31), (2026, 2, 28)), ((2026, 3, 1), (2025, 9, 1)), ((2026, 12, 31), (2026, 6, 30))],
)
def test_six_months_are_calendar_months(end: tuple[int, int, int], wanted: tuple[int, int, int]) -> None:
    assert times.six_months_before(datetime(*end, tzinfo=UTC)) == datetime(*wanted, tzinfo=UTC)
