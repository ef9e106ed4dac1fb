"""Reads ``record.json`` back into a `Record`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from auditor.errors import ConfigError
from auditor.model.control import Outcome
from auditor.model.fact import Gap, Origin
from auditor.model.finding import (
    Component,
    Confidence,
    Finding,
    Location,
    Severity,
    Suppression,
    Verdict,
    Vulnerability,
    Waiver,
)
from auditor.model.record import (
    Comparison,
    Configuration,
    Coverage,
    Gate,
    Left,
    Measure,
    PartRun,
    Ratio,
    Record,
    Run,
    StageRun,
    ToolUse,
)
from auditor.model.text import Text

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "auditor-record/1"


def load(folder: Path) -> Record:
    """Return the record of a run; its facts and captures stay on the disk.

    Raises:
        ConfigError: It cannot be read, or is of a schema that this version does not know.
    """
    place = folder / "record.json"
    try:
        data = json.loads(place.read_bytes())  # not orjson, which refuses names that are no UTF-8
        if data["schema"] != SCHEMA:
            message = f"{place} is of schema {data['schema']!r} (expected {SCHEMA})"
            raise ConfigError(message)
        return _record(data)
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        message = f"{place} is no record of a run: {error!r}"
        raise ConfigError(message) from error


def _record(data: dict[str, Any]) -> Record:
    gaps = tuple(_gap(row) for row in data["gaps"])
    return Record(
        run=_run(data["run"]),
        targets=tuple(data["targets"]),
        left_out=tuple(Left(target=row["target"], what=row["what"], why=_text(row["why"])) for row in data["left_out"]),
        gaps=gaps,
        findings=tuple(_finding(row, gaps) for row in data["findings"]),
        outcomes=tuple(_outcome(row) for row in data["outcomes"]),
        coverage=Coverage(
            assessed=Ratio(**data["coverage"]["assessed"]),
            policy={name: Ratio(**ratio) for name, ratio in data["coverage"]["policy"].items()},
        ),
        measures=tuple(_measure(row) for row in data["measures"]),
        gate=Gate(
            fail_on=Severity(data["gate"]["fail_on"]),
            exit_code=data["gate"]["exit_code"],
            reason=_text(data["gate"]["reason"]),
        ),
    )


def _run(data: dict[str, Any]) -> Run:
    return Run(
        id=data["id"],
        started=data["started"],
        seconds=data["seconds"],
        auditor=data["auditor"],
        rules=data["rules"],
        system=data["system"],
        arguments=tuple(data["arguments"]),
        parts=tuple(PartRun(**row) for row in data["targets"]),
        stages=tuple(StageRun(**row) for row in data["stages"]),
        tools=tuple(
            ToolUse(name=row["name"], version=row["version"], digest=row["digest"], is_allowed=row["allowed"])
            for row in data["tools"]
        ),
        interrupted=data["interrupted"],
        compared_with=data["compared_with"],
        comparison=Comparison(**data["comparison"]) if data.get("comparison") else None,
        configuration=_configuration(data.get("configuration")),
    )


def _configuration(data: dict[str, Any] | None) -> Configuration | None:
    if not data:
        return None
    return Configuration(**{**data, "frameworks": tuple(data["frameworks"]), "ignored": tuple(data["ignored"])})


def _gap(data: dict[str, Any]) -> Gap:
    return Gap(**{**data, "remedy": _text(data["remedy"])})


def _finding(data: dict[str, Any], gaps: tuple[Gap, ...]) -> Finding:
    place, gap, flaw = data["location"], data.get("gap"), data.get("vulnerability")
    comment, waived, part = data.get("suppressed_in_code"), data["waived"], data.get("component")
    return Finding(
        id=data["id"],
        stage=data["stage"],
        target=data["target"],
        subject=data["subject"],
        verdict=Verdict(data["verdict"]),
        severity=Severity(data["severity"]),
        confidence=Confidence(data["confidence"]),
        title=_text(data["title"]),
        detail=_text(data["detail"]),
        expected=data["expected"],
        actual=data["actual"],
        remediation=_text(data["remediation"]),
        origins=tuple(
            Origin(part=data["target"], capture=row["capture"], pointer=row["pointer"]) for row in data["evidence"]
        ),
        location=Location(**place) if place else None,
        controls={name: tuple(ids) for name, ids in data["controls"].items()},
        cwe=tuple(data["cwe"]),
        aliases=tuple(data.get("aliases", ())),
        fingerprint=data["fingerprint"],
        moved_fingerprint=data.get("moved_fingerprint", ""),
        gap=gaps[gap["index"]] if gap and gap["index"] is not None else None,
        gaps=gap["count"] if gap else 0,
        suppression=Suppression(**comment) if comment else None,
        waived=Waiver(**waived) if waived else None,
        is_new=data.get("new"),
        patch=data.get("patch", ""),
        component=Component(**part) if part else None,
        vulnerability=Vulnerability(
            id=flaw["id"],
            aliases=tuple(flaw["aliases"]),
            fix_state=flaw["fix"]["state"],
            fix_versions=tuple(flaw["fix"]["versions"]),
        )
        if flaw
        else None,
    )


def _outcome(data: dict[str, Any]) -> Outcome:
    return Outcome(
        framework=data["framework"],
        control=data["control"],
        target=data["target"],
        verdict=None if data["verdict"] == "manual" else Verdict(data["verdict"]),
        open=data["open"],
        findings=tuple(data["findings"]),
        reason=_text(data["reason"]),
        edition=data["edition"],
        number=data["number"],
    )


def _measure(data: dict[str, Any]) -> Measure:
    value = data["value"]
    return Measure(
        **{**data, "value": tuple(value) if isinstance(value, list) else value, "items": tuple(data["items"])}
    )


def _text(data: dict[str, str]) -> Text:
    return Text(data["en"], data["zh"])
