"""Facts as JSON lines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.formats.facts import fact_lines
from auditor.model.fact import Fact, Origin
from auditor.model.finding import Severity, Suppression

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Fact):
    """Holds one value of every kind that a fact may have."""

    names: frozenset[str]
    pairs: tuple[tuple[int, ...], ...]
    options: Mapping[str, object]
    severity: Severity
    comment: Suppression | None = None


def test_fact_is_one_line_with_its_system() -> None:
    fact = Seen(
        subject="é\n\udcff",
        origin=Origin(part="code=x", line=3),
        names=frozenset({"b", "a"}),
        pairs=((1, 2),),
        options={"k": ("v",)},
        severity=Severity.HIGH,
        comment=Suppression(comment="nosec"),
    )

    (line,) = fact_lines("loan", [fact])

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert json.loads(line) == {
        "system": "loan",
        "subject": "é\n\udcff",
        "origin": {"part": "code=x", "capture": None, "pointer": "", "file": None, "line": 3, "end_line": None},
        "names": ["a", "b"],
        "pairs": [[1, 2]],
        "options": {"k": ["v"]},
        "severity": "high",
        "comment": {"comment": "nosec", "author": "", "date": ""},
    }


def test_no_fact_is_no_line() -> None:
    assert list(fact_lines("loan", [])) == []
