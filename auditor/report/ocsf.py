"""OCSF 1.7: a Compliance Finding (class 2003) for each clause and object, a Detection Finding (2004) for each failure.

Events are a JSON array with one event a line. Times are milliseconds since 1970 (``timestamp_t``); the same record
gives the same bytes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from auditor.compliance.texts import say as tell
from auditor.model.finding import Confidence, Severity
from auditor.report import clauses
from auditor.report.foreign import visible
from auditor.report.overview import failures, place
from auditor.report.wording import decided, headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from auditor.model.control import Conformity, Framework
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language, Text
    from auditor.rules import CheckText

VERSION: Final = "1.7.0"
_COMPLIANCE: Final = 2003
_DETECTION: Final = 2004
_CREATE: Final = 1
_SEVERITIES: Final[Mapping[Severity, tuple[int, str]]] = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_CONFIDENCES: Final[Mapping[Confidence, tuple[int, str]]] = {
    Confidence.LOW: (1, "Low"),
    Confidence.MEDIUM: (2, "Medium"),
    Confidence.HIGH: (3, "High"),
}
# compliance.status_id: 1 Pass, 2 Warning, 3 Fail, 0 Unknown, 99 Other
_STATES: Final[Mapping[Conformity, tuple[int, str]]] = {
    "conforms": (1, "Pass"),
    "partly": (3, "Fail"),
    "does_not": (3, "Fail"),
    "not_assessed": (0, "Unknown"),
    "not_applicable": (99, "Not Applicable"),
}


def render(
    record: Record,
    language: Language,
    checks: Mapping[str, CheckText] = {},
    frameworks: Iterable[Framework] = (),
) -> bytes:
    """Return all events as UTF-8 JSON.

    Args:
        record: The finished record.
        language: Of titles and descriptions.
        checks: Checks by id; may be empty.
        frameworks: As they were saved with the run; without them there are detections only.
    """
    events = _Events(record, language, checks)
    lines = [msgspec.json.encode(each) for each in (*events.of_clauses(frameworks), *events.of_failures())]
    return b"[\n" + b",\n".join(lines) + b"\n]\n" if lines else b"[]\n"


class _Events:
    def __init__(self, record: Record, language: Language, checks: Mapping[str, CheckText]) -> None:
        self._record = record
        self._language: Language = language
        self._checks = checks
        self._time = _milliseconds(record.run.started)
        self._metadata = {
            "version": VERSION,
            "product": {"name": "auditor", "vendor_name": "auditor", "version": record.run.auditor},
            "log_name": "record.json",
            "original_time": record.run.started,
            "correlation_uid": record.run.id,
        }

    def of_clauses(self, frameworks: Iterable[Framework]) -> Iterator[dict[str, Any]]:
        """Yield an event for each clause and object that shows something of it, or for the clause alone."""
        for framework, rows in clauses.rows(self._record, frameworks):
            for row in rows:
                for spoken in row.by_object or (row.together,):
                    yield self._clause(framework, row, spoken)

    def of_failures(self) -> Iterator[dict[str, Any]]:
        """Yield an event for each failure, waived and known ones, too."""
        return (self._failure(finding) for finding in failures(self._record))

    def _clause(self, framework: Framework, row: clauses.Row, spoken: clauses.Spoken) -> dict[str, Any]:
        worst = spoken.worst
        severity = worst.severity if worst and spoken.conformity in {"partly", "does_not"} else Severity.INFO
        status, word = _STATES[spoken.conformity]
        objects = [visible(name) for name in spoken.objects]
        event = self._event(_COMPLIANCE, "Compliance Finding", severity)
        event["message"] = f"{row.number} {self._to(row.control.title)}: {self._to(clauses.conformity(spoken))}"
        event["finding_info"] = {
            "uid": "/".join(("auditor", row.key, *objects)),
            "title": self._to(row.control.title),
            "desc": self._to(clauses.actual(spoken)),
            "created_time": self._time,
            "types": ["clause"],
        }
        event["compliance"] = {
            "standards": [f"{framework.id} {framework.version}"],
            "control": row.number,
            "requirements": [self._to(row.control.title)],
            "status_id": status,
            "status": word,
            "status_detail": tell(f"conformity.{spoken.conformity}").to(self._language),
            "desc": self._to(clauses.expected(row, spoken)),
        }
        if objects:
            event["resources"] = [_resource(name) for name in objects]
        if spoken.digests:
            event["evidences"] = [{"data": {"sha256": list(spoken.digests)}}]
        event["unmapped"] = {"high_risk": spoken.high_risk, "open": spoken.is_open, "conformity": spoken.conformity}
        return event

    def _failure(self, finding: Finding) -> dict[str, Any]:
        confidence, word = _CONFIDENCES[finding.confidence]
        check = self._checks.get(finding.id)
        event = self._event(_DETECTION, "Detection Finding", finding.severity)
        title = self._to(headline(finding))
        event["message"] = f"{title} [{visible(place(finding))}]"
        event["confidence_id"], event["confidence"] = confidence, word
        event["finding_info"] = {
            "uid": f"{visible(finding.target)}/{finding.fingerprint}",
            "title": title,
            "desc": self._to(decided(finding)) or self._to(finding.actual) or title,
            "created_time": self._time,
            "types": [finding.stage],
            "analytic": {"uid": finding.id, "name": self._to(finding.title), "type_id": 1, "type": "Rule"},
        }
        event["resources"] = [_resource(visible(finding.target))]
        evidence = {
            "place": visible(place(finding)),
            "subject": visible(finding.subject),
            "expected": self._to(finding.expected),
            "actual": self._to(finding.actual),
            "sha256": [origin.capture for origin in finding.origins if origin.capture],
        }
        event["evidences"] = [{"data": {name: value for name, value in evidence.items() if value}}]
        if remedy := self._to(finding.remediation):
            event["remediation"] = {"desc": remedy, "references": list(check.references) if check else []}
        event["is_alert"] = finding.counts
        event["status_id"], event["status"] = (3, "Suppressed") if finding.waived else (1, "New")
        event["unmapped"] = {
            "controls": {name: list(ids) for name, ids in finding.controls.items()},
            "cwe": list(finding.cwe),
            "waiver": visible(finding.waived.id) if finding.waived else None,
        }
        return event

    def _event(self, number: int, name: str, severity: Severity) -> dict[str, Any]:
        level, word = _SEVERITIES[severity]
        return {
            "category_uid": 2,
            "category_name": "Findings",
            "class_uid": number,
            "class_name": name,
            "activity_id": _CREATE,
            "activity_name": "Create",
            "type_uid": number * 100 + _CREATE,
            "type_name": f"{name}: Create",
            "time": self._time,
            "severity_id": level,
            "severity": word,
            "metadata": self._metadata,
        }

    def _to(self, text: Text) -> str:
        return visible(text.to(self._language))


def _resource(name: str) -> dict[str, str]:
    return {"uid": name, "name": name, "type": name.partition("=")[0]}


def _milliseconds(started: str) -> int:
    try:
        return int(datetime.fromisoformat(started).timestamp() * 1000)
    except ValueError:
        return 0
