"""Facts as JSON lines: one definition writes and reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from auditor.formats.facts import from_lines, to_lines
from auditor.model.fact import Fact, Origin
from auditor.model.finding import Severity, Suppression


class Seen(Fact, frozen=True, kw_only=True):
    """Holds one value of every kind that a fact may have."""

    names: frozenset[str]
    pairs: tuple[tuple[int, ...], ...]
    options: Mapping[str, Any]
    severity: Severity
    comment: Suppression | None = None


def seen(subject: str = "é\n", number: int = 1) -> Seen:
    return Seen(
        subject=subject,
        origin=Origin(part="code=x", line=3),
        names=frozenset({"b", "a"}),
        pairs=((1, 2),),
        options={"k": ["v"], "n": number},
        severity=Severity.HIGH,
        comment=Suppression(comment="nosec"),
    )


def test_facts_come_back_equal_one_a_line() -> None:
    facts = [seen(), seen("b")]

    data = to_lines(facts)

    assert data.count(b"\n") == 2
    assert list(from_lines(data, Seen)) == facts


def test_what_no_json_can_hold_is_made_writable() -> None:
    (back,) = from_lines(to_lines([seen("\udcff.py", 2**80)]), Seen)

    assert back.subject == "\\udcff.py"
    assert isinstance(back, Seen)
    assert back.options["n"] == f"{2**80:x}"


def test_lines_of_another_kind_are_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        list(from_lines(b'{"subject": 3}\n', Seen))


def test_no_fact_is_no_line() -> None:
    assert to_lines([]) == b""
