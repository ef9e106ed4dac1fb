"""Semgrep's JSON report (1.150 to 1.185) as values; what may hold a secret (lines, metavariables) is not taken over.

Its command and its engine write nearly the same: the engine puts path and kind of an error elsewhere, and names of
skipped files none, for each has its error already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A match.

    Attributes:
        rule: Rule id.
        path: Path as semgrep was given it.
        line: First line, from 1.
        end_line: Last line, from 1.
        start: Offset of the first character.
        end: Offset behind the last character.
    """

    rule: str
    path: str
    line: int
    end_line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that was not looked at.

    Attributes:
        type: ``Timeout``, ``Out of memory``, ``PartialParsing``, ``Syntax error``, ``Rule parse error`` …
        rule: Rule it concerns, empty for all.
        path: File it concerns, empty for all.
        message: What semgrep says, in one line.
    """

    type: str
    rule: str
    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run of semgrep says.

    Attributes:
        results: Matches.
        problems: Errors, warnings, skipped files, and taint analyses given up.
        scanned: Paths of the files that it looked at.
    """

    results: tuple[Result, ...]
    problems: tuple[Problem, ...]
    scanned: frozenset[str]


def read(data: bytes) -> Report:
    """Read a report.

    Raises:
        ValueError: It is no JSON, or lacks what such a report has.
    """
    try:
        report: dict[str, Any] = orjson.loads(_unicode(data))
        return Report(
            results=tuple(_result(row) for row in report["results"]),
            problems=(
                *(_problem(row) for row in report["errors"]),
                *(_skipped(row) for row in report["paths"].get("skipped") or ()),
                *(_given_up(row) for row in report.get("time", {}).get("fixpoint_timeouts", ())),
            ),
            scanned=frozenset(str(path) for path in report["paths"]["scanned"]),
        )
    except (KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        message = f"the report is not of the expected shape: {error!r}"
        raise ValueError(message) from error


def _unicode(data: bytes) -> bytes:
    """Return a report without bytes that are no UTF-8: the engine quotes source text as it is."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace").encode()
    return data


def _result(row: dict[str, Any]) -> Result:
    line, end_line = int(row["start"]["line"]), int(row["end"]["line"])
    if not 1 <= line <= end_line:
        message = f"a match from line {line} to line {end_line}"
        raise ValueError(message)
    return Result(
        rule=str(row["check_id"]),
        path=str(row["path"]),
        line=line,
        end_line=end_line,
        start=int(row["start"]["offset"]),
        end=int(row["end"]["offset"]),
    )


def _problem(row: dict[str, Any]) -> Problem:
    is_of_engine = "error_type" in row
    kind = row["error_type" if is_of_engine else "type"]
    name = str(kind[0] if isinstance(kind, list) else kind)
    rule = str(row.get("rule_id") or "")
    message = row.get("message", "")
    path = (row.get("location") or {}).get("path") if is_of_engine else row.get("path")
    if is_of_engine and name in _OF_A_RULE:
        path = ""  # the file with the rules
    if is_of_engine and not message:
        message = f"{name} {f'when running {rule} ' if rule else ''}{f'on {path}' if path else ''}"
    return Problem(type=name, rule=rule, path=str(path or ""), message=_one_line(message))


_OF_A_RULE: Final = frozenset({"Rule parse error", "Pattern parse error", "PatternParseError", "Incompatible rule"})


def _skipped(row: dict[str, Any]) -> Problem:
    return Problem(
        type="skipped", rule=str(row.get("rule_id") or ""), path=str(row["path"]), message=str(row["reason"])
    )


def _given_up(row: dict[str, Any]) -> Problem:
    place = row.get("location") or {}
    return Problem(
        type="Fixpoint timeout",
        rule=str(row.get("rule_id") or ""),
        path=str(place.get("path") or ""),
        message=_one_line(row.get("message", "the taint analysis of a function was given up")),
    )


def _one_line(message: object) -> str:
    return " ".join(str(message).split())[:300]
