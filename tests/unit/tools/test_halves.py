"""Work in two processes: in order, whole, and done here where the other process does not come to its end."""

from __future__ import annotations

import multiprocessing
import os
from typing import TYPE_CHECKING

import pytest

from auditor.tools.halves import in_two

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_both_halves_come_in_order_and_the_second_from_another_process() -> None:
    def work(numbers: Sequence[int]) -> list[tuple[int, int]]:
        return [(number, os.getpid()) for number in numbers]

    done = list(in_two(work, range(3), range(3, 6)))

    assert [number for number, _ in done] == [0, 1, 2, 3, 4, 5]
    assert {pid for _, pid in done[:3]} == {os.getpid()}
    assert os.getpid() not in {pid for _, pid in done[3:]}


def test_the_half_of_a_process_that_dies_is_done_here() -> None:
    here = os.getpid()

    def work(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != here:
            os._exit(9)
        return list(numbers)

    assert list(in_two(work, range(3), range(3, 6))) == [0, 1, 2, 3, 4, 5]


def test_a_fault_there_says_nothing_on_the_screen_and_shows_here(capfd: pytest.CaptureFixture[str]) -> None:
    def work(numbers: Sequence[int]) -> list[int]:
        if 1 in numbers:
            message = "there"
            raise ValueError(message)
        return list(numbers)

    with pytest.raises(ValueError, match="there"):
        list(in_two(work, [0], [1]))

    assert capfd.readouterr().err == ""


def test_a_fault_here_ends_the_other_process() -> None:
    def work(numbers: Sequence[int]) -> list[int]:
        if 0 in numbers:
            message = "here"
            raise ValueError(message)
        return list(numbers) * 10_000_000

    with pytest.raises(ValueError, match="here"):
        list(in_two(work, [0], [1]))

    assert multiprocessing.active_children() == []
