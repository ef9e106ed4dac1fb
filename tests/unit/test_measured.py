"""How a check tells its number: a part of a whole or a count, and what of it is wrong."""

from __future__ import annotations

import pytest

from auditor.measured import counted, number, some, wrong
from auditor.model.fact import Measure, Origin
from auditor.model.text import NO_TEXT, Text, literal


def measure(value: tuple[int, int] | int, undetermined: int = 0) -> Measure:
    origin = Origin(part="lineage=x")
    return Measure(subject="x", origin=origin, id="m", stage="lineage", value=value, undetermined=undetermined)


@pytest.mark.parametrize(
    ("value", "undetermined", "told"),
    [
        ((3, 4), 0, Text("3 of 4", "4 项中有 3 项")),
        ((3, 4), 1, Text("3 of 4, 1 undetermined", "4 项中有 3 项，另有 1 项无法判定")),
        (7, 0, Text("7", "7")),
    ],
)
def test_number_of_a_measure(value: tuple[int, int] | int, undetermined: int, told: Text) -> None:
    assert number(measure(value, undetermined)) == told


def test_items_are_named_as_far_as_there_is_room() -> None:
    assert some((), literal) == NO_TEXT
    assert some(("a", "b"), literal).en == "a; b"
    assert some(("a", "b", "c"), literal, most=2).en == "a; b; and 1 more"


def test_what_is_wrong_stands_beside_the_number() -> None:
    assert wrong(measure((3, 4)), ("a",), literal).en == "3 of 4; wrong: a"
    assert wrong(measure((3, 4)), (), literal).en == "3 of 4"
    assert wrong(measure(1), ("a",), literal).en == "1 (a)"
    assert wrong(measure(1), (), literal).en == "1 in all"
    assert counted(Text("2", "2"), ("a", "b", "c", "d"), literal).en == "2 (a; b; c; and 1 more)"
