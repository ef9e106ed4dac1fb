"""Bandit's JSON report (1.8, 1.9) as values; texts and code, which may hold a secret, are not taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A match.

    Attributes:
        test: Test id (``B301``).
        path: Path as bandit was given it.
        line: First line, from 1.
        end_line: Last line, from 1.
        severity: ``low``, ``medium`` or ``high``.
        confidence: ``low``, ``medium`` or ``high``.
    """

    test: str
    path: str
    line: int
    end_line: int
    severity: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of bandit says.

    Attributes:
        results: Matches.
        errors: (path, reason) of each file that was not looked at.
        scanned: Paths that it has counted lines for.
    """

    results: tuple[Result, ...]
    errors: tuple[tuple[str, str], ...]
    scanned: frozenset[str]


def read(data: bytes) -> Report:
    """Read a report.

    Raises:
        ValueError: It is no JSON, or lacks what such a report has.
    """
    try:
        report: dict[str, Any] = orjson.loads(data)
        return Report(
            results=tuple(_result(row) for row in report["results"]),
            errors=tuple((str(row["filename"]), str(row["reason"])[:300]) for row in report["errors"]),
            scanned=frozenset(str(path) for path in report["metrics"] if path != "_totals"),
        )
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        message = f"the report is not of the expected shape: {error!r}"
        raise ValueError(message) from error


def _result(row: dict[str, Any]) -> Result:
    line = int(row["line_number"])
    if line < 1:
        message = f"a match in line {line}"
        raise ValueError(message)
    return Result(
        test=str(row["test_id"]),
        path=str(row["filename"]),
        line=line,
        end_line=max([line, *map(int, row.get("line_range", ()))]),
        severity=str(row["issue_severity"]).lower(),
        confidence=str(row["issue_confidence"]).lower(),
    )
