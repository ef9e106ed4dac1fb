"""What goes to the disk beyond a window comes to what it comes to in memory, and memory stays bounded."""

from __future__ import annotations

import random
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from auditor.errors import ToolError
from auditor.formats.logs.row import Row
from auditor.stages.auditlog import spill
from auditor.stages.auditlog.people import People
from auditor.stages.auditlog.tally import Counting, Tally
from tests.unit.stages.auditlog.test_engine import NOW, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

START = 1_772_323_200_000_000


def rows(count: int, seed: int = 15) -> Iterator[Row]:
    """Yield requests with their answers, some twice, some never answered, some before they were asked."""
    made = random.Random(seed)  # noqa: S311 - the same rows each time
    late: list[Row] = []
    for number in range(count):
        at = START + number * 1_000_000
        who = f"user-{int(made.paretovariate(1)) % 50}"
        name = f"r-{number}" if made.random() > 0.01 else f"r-{made.randrange(number + 1)}"
        stages = [("request", "unknown"), ("response", made.choice(["success", "success", "denied"]))]
        if made.random() < 0.02:
            stages.pop()
        if made.random() < 0.05:
            stages.reverse()
        for stage, outcome in stages:
            row = Row(
                offset=number * 100,
                at=at if made.random() > 0.01 else None,
                user=who,
                principal="person",
                action=f"update path/{number % 7}",
                topics=frozenset({"write"}),
                outcome=outcome,
                present=63 if stage == "response" else 47,
                applicable=63 if stage == "response" else 47,
                record=f"{name}/{stage}",
                request=name,
                stage=stage,
                arrived=at + made.randrange(5_000_000),
                stream="seq",
                seq=number * 2 + (stage == "response") if made.random() > 0.01 else None,
            )
            if made.random() < 0.02:
                late.append(row)
                continue
            yield row
            if made.random() < 0.01:
                yield row
        if len(late) > 30:
            yield from late
            late = []
    yield from late


def counted(items: Iterable[Row], window: int) -> Tally:
    counting = Counting(People(None).of, NOW, window)
    counting.add(items, "a.log")
    return counting.finish()


@pytest.mark.parametrize("window", [50, 333, 4000])
def test_small_window_gives_what_a_large_one_gives(window: int) -> None:
    small, large = counted(rows(6000), window), counted(rows(6000), 1 << 20)

    same(small, large)
    assert small.duplicates > 50
    assert small.unanswered_count > 50
    assert set(small.unanswered) <= set(large.unanswered)
    assert (small.missing_count, small.missing) == (large.missing_count, large.missing)
    assert small.missing_count > 50
    assert (small.lags, small.lag_max) == (large.lags, large.lag_max)
    assert abs(small.lag_p99 - large.lag_p99) <= 1000


def test_copy_of_a_whole_log_is_found_however_far_away_it_lies() -> None:
    counting = Counting(People(None).of, NOW, 500)
    lines = list({row.record: row for row in rows(3000)}.values())
    once = counted(lines, 1 << 20)

    for name in ("a.log", "copy-of-a.log"):
        counting.add(lines, name)
    tally = counting.finish()

    assert tally.requests == once.requests
    assert tally.duplicates == once.duplicates + once.records
    assert {key: each.count for key, each in tally.groups.items()} == {
        key: each.count for key, each in once.groups.items()
    }
    assert any(each.startswith("copy-of-a.log@") for each in tally.duplicate_ids)


def test_memory_does_not_grow_with_the_log() -> None:
    peaks = []
    for count in (10_000, 40_000):
        tracemalloc.start()
        counted(rows(count), 2000)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.5


def test_sessions_without_end_do_not_fill_the_memory() -> None:
    def statements(count: int) -> Iterator[Row]:
        for number in range(count):
            name = f"session-{number}"
            yield Row(
                offset=0,
                at=START + number,
                user="app",
                action="READ SELECT",
                request=f"{name}/1",
                session=name,
                stream=f"session {name}",
                seq=1,
                outcome="success",
            )

    tracemalloc.start()
    tally = counted(statements(60_000), 2000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert tally.requests == 60_000
    assert sum(each.count for each in tally.groups.values()) == 60_000
    assert peak < 100 * 2**20


def test_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/proc/nowhere")

    with pytest.raises(ToolError, match="temporary folder"):
        counted(rows(500), 50)


def test_quantiles_beyond_the_window_are_those_of_all() -> None:
    exact, rough = spill.Lags(10_000), spill.Lags(100)
    for number in range(5000):
        for each in (exact, rough):
            each.add(number * 997)

    assert exact.quantiles()[0] == rough.quantiles()[0]
    assert all(abs(a - b) < 1000 for a, b in zip(exact.quantiles(), rough.quantiles(), strict=True))


def test_very_many_gaps_are_counted_and_the_first_are_named() -> None:
    few, many = spill.Count(50, spans=10), spill.Count()
    for number in range(0, 3000, 3):
        few.add(START + number, number)
        many.add(START + number, number)

    assert few.finish() == many.finish()


def test_numbers_that_come_late_fill_their_gaps() -> None:
    numbers = list(range(5000))
    random.Random(1).shuffle(block := numbers[1000:1400])  # noqa: S311 - the same order each time
    numbers[1000:1400] = block
    count = spill.Count(2000)
    for number in numbers:
        if number not in {17, 1200}:
            count.add(START + number // 500, number)

    assert count.finish() == (2, [17, 1200])
