"""JSON Schema (2020-12) of ``record.json``, schema ``auditor-record/1``; what `auditor.report.json` writes."""

from __future__ import annotations

from typing import Final

from auditor.model.finding import Confidence, Severity, Verdict
from auditor.report.json import SCHEMA

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_STRING: Final = {"type": "string"}
_NAME: Final = {"type": "string", "minLength": 1}
_BOOLEAN: Final = {"type": "boolean"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_LINE: Final = {"type": ["integer", "null"], "minimum": 1}
_SECONDS: Final = {"type": "number", "minimum": 0}
_TEXT: Final = {"$ref": "#/$defs/text"}
_RATIO: Final = {"$ref": "#/$defs/ratio"}


def record_schema() -> dict[str, object]:
    """Return the schema as plain values; every object in it is closed, so an unknown key is an error."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:auditor:schema:{SCHEMA}",
        "title": f"{SCHEMA}: everything that one run of auditor saw and concluded",
        **_object(
            {
                "schema": {"const": SCHEMA},
                "run": _run(),
                "targets": _list(_NAME),
                "left_out": _list(_object({"target": _NAME, "what": _STRING, "why": _TEXT})),
                "gaps": _list({"$ref": "#/$defs/gap"}),
                "findings": _list({"$ref": "#/$defs/finding"}),
                "outcomes": _list({"$ref": "#/$defs/outcome"}),
                "coverage": _object({"assessed": _RATIO, "policy": _map(_RATIO)}),
                "measures": _list({"$ref": "#/$defs/measure"}),
                "gate": _object({"fail_on": _one_of(*Severity), "exit_code": {"enum": [0, 1, 3, 4]}, "reason": _TEXT}),
            }
        ),
        "$defs": {
            "text": _object({"en": _STRING, "zh": _STRING}),
            "ratio": _object({"part": _COUNT, "whole": _COUNT}),
            "gap": _gap(),
            "finding": _finding(),
            "outcome": _outcome(),
            "measure": _measure(),
        },
    }


def _run() -> dict[str, object]:
    part = _object({"kind": _NAME, "where": _STRING, "seconds": _SECONDS})
    stage = _object(
        {
            "stage": _NAME,
            "target": _STRING,
            "seconds": _SECONDS,
            "reused": _COUNT,
            "observed": _COUNT,
            "problem": _STRING,
        }
    )
    comparison = _object({"kind": _one_of("run", "revision"), "given": _NAME, "id": _STRING, "digest": _STRING})
    configuration = _object(
        {
            "path": _NAME,
            "digest": _STRING,
            "trust": _one_of("named", "trusted", "found"),
            "fail_on": _NAME,
            "max_not_assessed": _COUNT,
            "frameworks": _list(_STRING),
            "judge": _STRING,
            "ignored": _list(_STRING),
        }
    )
    tool = _object({"name": _NAME, "version": _STRING, "digest": _STRING, "allowed": _BOOLEAN})
    return _object(
        {
            "id": _NAME,
            "started": {"type": "string", "format": "date-time"},
            "seconds": _SECONDS,
            "auditor": _NAME,
            "rules": _STRING,
            "system": _STRING,
            "arguments": _list(_STRING),
            "targets": _list(part),
            "stages": _list(stage),
            "tools": _list(tool),
            "interrupted": _STRING,
            "compared_with": _STRING,
        },
        optional={"comparison": _or_null(comparison), "configuration": _or_null(configuration)},
    )


def _gap() -> dict[str, object]:
    return _object(
        {
            "stage": _NAME,
            "target": _STRING,
            "kind": _NAME,
            "subject": _STRING,
            "topic": _STRING,
            "reason": _NAME,
            "detail": _STRING,
            "tool": _STRING,
            "remedy": _TEXT,
        }
    )


def _finding() -> dict[str, object]:
    waiver = _object({"id": _NAME, "owner": _STRING, "approver": _STRING, "reason": _STRING, "expires": _STRING})
    return _object(
        {
            "id": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            "stage": _NAME,
            "target": _NAME,
            "subject": _STRING,
            "verdict": _one_of(*Verdict),
            "severity": _one_of(*Severity),
            "title": _TEXT,
            "detail": _TEXT,
            "expected": _STRING,
            "actual": _STRING,
            "evidence": _list(
                _object(
                    {"capture": _or_null({"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}), "pointer": _STRING}
                )
            ),
            "location": _or_null(_object({"file": _NAME, "line": _LINE, "end_line": _LINE, "snippet": _STRING})),
            "controls": _map(_list(_NAME)),
            "cwe": _list({"type": "integer", "minimum": 1}),
            "confidence": _one_of(*Confidence),
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "remediation": _TEXT,
            "waived": _or_null(waiver),
        },
        optional={
            "aliases": _some(_NAME),
            "moved_fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "gap": _object(
                {
                    "index": _or_null(_COUNT),
                    "reason": _NAME,
                    "subject": _STRING,
                    "count": {"type": "integer", "minimum": 1},
                }
            ),
            "suppressed_in_code": _object({"comment": _NAME, "author": _STRING, "date": _STRING}),
            "new": _BOOLEAN,
            "patch": _NAME,
            "component": _object({"name": _NAME, "version": _STRING, "type": _STRING, "purl": _STRING}),
            "vulnerability": _object(
                {
                    "id": _NAME,
                    "aliases": _list(_NAME),
                    "fix": _object({"state": _STRING, "versions": _list(_NAME)}),
                }
            ),
        },
    )


def _outcome() -> dict[str, object]:
    return _object(
        {
            "framework": _NAME,
            "control": _NAME,
            "target": _STRING,
            "verdict": _one_of(*Verdict, "manual"),
            "open": _BOOLEAN,
            "findings": _list(_NAME),
            "reason": _TEXT,
            "edition": _STRING,
            "number": _STRING,
        }
    )


def _measure() -> dict[str, object]:
    value = {
        "anyOf": [
            {"type": ["number", "string", "null"]},
            {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
        ]
    }
    return _object(
        {
            "id": _NAME,
            "stage": _NAME,
            "target": _STRING,
            "subject": _STRING,
            "value": value,
            "undetermined": _COUNT,
            "items": _list(_STRING),
        }
    )


def _object(required: dict[str, object], *, optional: dict[str, object] | None = None) -> dict[str, object]:
    """Return a closed object."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {**required, **(optional or {})},
    }


def _map(values: object) -> dict[str, object]:
    return {"type": "object", "propertyNames": _NAME, "additionalProperties": values}


def _list(items: object) -> dict[str, object]:
    return {"type": "array", "items": items}


def _some(items: object) -> dict[str, object]:
    return {"type": "array", "items": items, "minItems": 1}


def _or_null(schema: object) -> dict[str, object]:
    return {"anyOf": [schema, {"type": "null"}]}


def _one_of(*values: str) -> dict[str, object]:
    return {"enum": [str(value) for value in values]}
