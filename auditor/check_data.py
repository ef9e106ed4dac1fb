"""What is said about the checks written in Python: their rows in ``rulesets/<stage>/checks.yaml``.

The functions stand in the stage's ``checks.py``, everything that a person reads or may tune in data beside the other
rules: titles, reasons, remedies, controls, thresholds. `checks_of` puts both together, one to one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.check import Check
from auditor.content import rulesets
from auditor.errors import ConfigError
from auditor.model.fact import Read
from auditor.model.finding import Confidence, Severity
from auditor.model.text import NO_TEXT, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from auditor.check import Judgement
    from auditor.model.fact import Fact, Facts

INDEX: Final = "checks.json"
"""Generated: the rows of every stage as JSON, which is read in a hundredth of the time of YAML."""
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FIELDS: Final = frozenset(
    {
        "id",
        "aliases",
        "severity",
        "confidence",
        "source",
        "title",
        "problem",
        "why",
        "remediation",
        "controls",
        "cwe",
        "parameters",
        "partial",
        "profile",
        "reach",
        "references",
    }
)


@dataclass(frozen=True, slots=True)
class StageData:
    """The rows of one stage.

    Attributes:
        stage: Its name.
        rows: By check id, as they stand in the file.
    """

    stage: str
    rows: Mapping[str, Mapping[str, Any]]

    def parameters(self, check_id: str) -> Mapping[str, Any]:
        """Return the thresholds of a check, empty if it has none.

        Raises:
            ConfigError: The stage has no such check.
        """
        if check_id not in self.rows:
            message = f"rulesets/{self.stage}/checks.yaml has no check {check_id}"
            raise ConfigError(message)
        found: Mapping[str, Any] = self.rows[check_id].get("parameters", {})
        return found


@dataclass(frozen=True, slots=True)
class Judge:
    """A function that judges, and what it reads; made by `judges`.

    Attributes:
        check: Id of its check.
        reads: Kinds of facts; the first names the subjects.
        judge: Pure function from facts to judgements.
        part_kinds: Kinds of parts it can say something about, where they are not those of its stage.
    """

    check: str
    reads: tuple[Read, ...]
    judge: Callable[[Facts], Iterable[Judgement]]
    part_kinds: frozenset[str] = frozenset()

    def __call__(self, facts: Facts) -> Iterable[Judgement]:
        """Judge, as the function does."""
        return self.judge(facts)


def judges(
    check_id: str, *, reads: tuple[type[Fact] | Read, ...], part_kinds: frozenset[str] = frozenset()
) -> Callable[[Callable[[Facts], Iterable[Judgement]]], Judge]:
    """Mark a pure function as the judge of a check whose data stands in ``rulesets/``."""
    found = tuple(each if isinstance(each, Read) else Read(each.__name__) for each in reads)
    return lambda judge: Judge(check_id, found, judge, part_kinds)


def checks_of(stage: str, *, part_kinds: frozenset[str], judges: Iterable[Judge]) -> tuple[Check, ...]:
    """Return the checks of a stage: each function with its row.

    Raises:
        ConfigError: A function has no row, a row no function, or a row lacks something.
    """
    data = check_data(stage)
    given = tuple(judges)
    names = [each.check for each in given]
    strays = sorted(set(names) ^ set(data.rows)) or sorted({name for name in names if names.count(name) > 1})
    if strays:
        message = f"rulesets/{stage}/checks.yaml and the stage's checks.py do not match one to one: {strays[0]}"
        raise ConfigError(message)
    return tuple(_check(stage, part_kinds, each, data.rows[each.check]) for each in given)


def _check(stage: str, part_kinds: frozenset[str], judge: Judge, row: Mapping[str, Any]) -> Check:
    try:
        return Check(
            id=row["id"],
            stage=stage,
            title=_text(row["title"]),
            problem=_text(row["problem"]),
            severity=Severity(row["severity"]),
            confidence=Confidence(row.get("confidence", "high")),
            source=row["source"],
            reads=judge.reads,
            judge=judge.judge,
            part_kinds=judge.part_kinds or part_kinds,
            why=_text(row["why"]),
            remediation=_text(row["remediation"]),
            controls={name: tuple(ids) for name, ids in row.get("controls", {}).items()},
            cwe=tuple(row.get("cwe", ())),
            aliases=tuple(row.get("aliases", ())),
            is_partial=bool(row.get("partial", False)),
            profile=row.get("profile", ""),
            references=tuple(row.get("references", ())),
            reach=_text(row["reach"]) if "reach" in row else NO_TEXT,
            defined_in=f"rulesets/{stage}/checks.yaml",
        )
    except (KeyError, ValueError) as problem:
        message = f"rulesets/{stage}/checks.yaml: {judge.check}: {_problem(problem)}"
        raise ConfigError(message) from problem


@cache
def check_data(stage: str) -> StageData:
    """Return the rows of a stage, from the index where that is as new as the file.

    Raises:
        ConfigError: The file cannot be read, or has an unknown field or an id twice.
    """
    file = rulesets() / stage / "checks.yaml"
    try:
        data = file.read_bytes()
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    kept = _index().get(stage)
    if kept and kept["digest"] == hashlib.sha256(data).hexdigest():
        return StageData(stage, {row["id"]: row for row in kept["checks"]})
    return StageData(stage, {row["id"]: row for row in _parsed(data, file)})


@cache
def _index() -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = orjson.loads((rulesets() / INDEX).read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def _parsed(data: bytes, file: Path) -> list[dict[str, Any]]:
    import yaml  # noqa: PLC0415 - only where the index is older than the file

    try:
        said = yaml.load(data, Loader=yaml.CSafeLoader)
        rows: list[dict[str, Any]] = said["checks"]
        names = [str(row["id"]) for row in rows]
    except (yaml.YAMLError, KeyError, TypeError) as problem:
        message = f"{file} is no list of checks: {' '.join(str(problem).split())}"
        raise ConfigError(message) from problem
    for row, name in zip(rows, names, strict=True):
        strays = sorted(row.keys() - _FIELDS)
        if strays or not _ID.fullmatch(name) or names.count(name) > 1:
            why = f"unknown field {strays[0]}" if strays else "its id stands there twice, or is not kebab-case"
            message = f"{file}: {name}: {why}"
            raise ConfigError(message)
    return rows


def _text(value: Mapping[str, str]) -> Text:
    return Text(value["en"], value["zh"])


def _problem(problem: Exception) -> str:
    return f"{problem.args[0]} is missing" if isinstance(problem, KeyError) else str(problem)


def index_text(root: Path) -> bytes:
    """Return the bytes of the index of all ``checks.yaml`` below a folder of rulesets: a line for each stage."""
    rows = {
        file.parent.name: {
            "digest": hashlib.sha256(file.read_bytes()).hexdigest(),
            "checks": _parsed(file.read_bytes(), file),
        }
        for file in sorted(root.glob("*/checks.yaml"))
    }
    lines = [orjson.dumps(stage) + b": " + orjson.dumps(found) for stage, found in rows.items()]
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


if __name__ == "__main__":
    (rulesets() / INDEX).write_bytes(index_text(rulesets()))
