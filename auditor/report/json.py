"""``record.json``, schema ``auditor-record/1``: the record as data, the source of every other report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.control import Outcome
    from auditor.model.fact import Gap
    from auditor.model.finding import Finding
    from auditor.model.record import Measure, Ratio, Record, Run
    from auditor.model.text import Text

SCHEMA: Final = "auditor-record/1"


def render(record: Record) -> bytes:
    """Return the record as UTF-8 JSON; byte-identical for the same input but for the ``run`` object."""
    data = to_data(record)
    try:
        return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        # a name that is no UTF-8 stands in it as lone surrogates, which only the standard library can spell
        text = json.dumps(data, ensure_ascii=False, indent=2)
        return text.encode("utf-8", "backslashreplace") + b"\n"


def to_data(record: Record) -> dict[str, object]:
    """Return the record as plain values, in the shape of the published schema."""
    number = {gap: index for index, gap in enumerate(record.gaps)}
    return {
        "schema": SCHEMA,
        "run": _run(record.run),
        "targets": list(record.targets),
        "left_out": [{"target": left.target, "what": left.what, "why": _text(left.why)} for left in record.left_out],
        "gaps": [gap_to_data(gap) for gap in record.gaps],
        "findings": [finding_to_data(finding, number) for finding in record.findings],
        "outcomes": [_outcome(outcome) for outcome in record.outcomes],
        "coverage": {
            "assessed": _ratio(record.coverage.assessed),
            "policy": {name: _ratio(r) for name, r in sorted(record.coverage.policy.items())},
        },
        "measures": [_measure(measure) for measure in record.measures],
        "gate": {
            "fail_on": record.gate.fail_on.value,
            "exit_code": record.gate.exit_code,
            "reason": _text(record.gate.reason),
        },
    }


def gap_to_data(gap: Gap) -> dict[str, object]:
    """Return one gap in the shape of the published schema."""
    return {
        "stage": gap.stage,
        "target": gap.target,
        "kind": gap.kind,
        "subject": gap.subject,
        "topic": gap.topic,
        "reason": gap.reason,
        "detail": gap.detail,
        "tool": gap.tool,
        "remedy": _text(gap.remedy),
    }


def finding_to_data(finding: Finding, gap_number: Mapping[Gap, int]) -> dict[str, object]:
    """Return one finding in the shape of the published schema; optional fields only where they say something.

    Args:
        finding: The finding.
        gap_number: Index of each gap in ``gaps``.
    """
    data: dict[str, object] = {
        "id": finding.id,
        "stage": finding.stage,
        "target": finding.target,
        "subject": finding.subject,
        "verdict": finding.verdict.value,
        "severity": finding.severity.value,
        "title": _text(finding.title),
        "detail": _text(finding.detail),
        "expected": finding.expected,
        "actual": finding.actual,
        "evidence": [
            {"capture": origin.capture, "pointer": origin.pointer}
            for origin in finding.origins
            if origin.capture or origin.pointer
        ],
        "location": None,
        "controls": {name: list(ids) for name, ids in sorted(finding.controls.items())},
        "cwe": list(finding.cwe),
        "confidence": finding.confidence.value,
        "fingerprint": finding.fingerprint,
        "remediation": _text(finding.remediation),
        "waived": None,
    }
    if finding.location:
        place = finding.location
        data["location"] = {
            "file": place.file,
            "line": place.line,
            "end_line": place.end_line,
            "snippet": place.snippet,
        }
    if finding.waived:
        waiver = finding.waived
        data["waived"] = {
            "id": waiver.id,
            "owner": waiver.owner,
            "approver": waiver.approver,
            "reason": waiver.reason,
            "expires": waiver.expires,
        }
    data.update(_optional(finding, gap_number))
    return data


def _optional(finding: Finding, gap_number: Mapping[Gap, int]) -> dict[str, object]:
    data: dict[str, object] = {}
    if finding.aliases:
        data["aliases"] = list(finding.aliases)
    if finding.moved_fingerprint:
        data["moved_fingerprint"] = finding.moved_fingerprint
    if finding.gap:
        data["gap"] = {
            "index": gap_number.get(finding.gap),
            "reason": finding.gap.reason,
            "subject": finding.gap.subject,
            "count": finding.gaps,
        }
    if finding.suppression:
        comment = finding.suppression
        data["suppressed_in_code"] = {
            "comment": comment.comment,
            "author": comment.author,
            "date": comment.date,
        }
    if finding.is_new is not None:
        data["new"] = finding.is_new
    if finding.patch:
        data["patch"] = finding.patch
    if finding.component:
        part = finding.component
        data["component"] = {
            "name": part.name,
            "version": part.version,
            "type": part.type,
            "purl": part.purl,
        }
    if finding.vulnerability:
        flaw = finding.vulnerability
        data["vulnerability"] = {
            "id": flaw.id,
            "aliases": list(flaw.aliases),
            "fix": {"state": flaw.fix_state, "versions": list(flaw.fix_versions)},
        }
    return data


def _run(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "started": run.started,
        "seconds": run.seconds,
        "auditor": run.auditor,
        "rules": run.rules,
        "system": run.system,
        "arguments": list(run.arguments),
        "targets": [{"kind": part.kind, "where": part.where, "seconds": part.seconds} for part in run.parts],
        "stages": [
            {
                "stage": stage.stage,
                "target": stage.target,
                "seconds": stage.seconds,
                "reused": stage.reused,
                "observed": stage.observed,
                "problem": stage.problem,
            }
            for stage in run.stages
        ],
        "tools": [
            {
                "name": tool.name,
                "version": tool.version,
                "digest": tool.digest,
                "allowed": tool.is_allowed,
            }
            for tool in run.tools
        ],
        "interrupted": run.interrupted,
        "compared_with": run.compared_with,
    }


def _outcome(outcome: Outcome) -> dict[str, object]:
    return {
        "framework": outcome.framework,
        "control": outcome.control,
        "target": outcome.target,
        "verdict": outcome.verdict.value if outcome.verdict else "manual",
        "open": outcome.open,
        "findings": list(outcome.findings),
        "reason": _text(outcome.reason),
        "edition": outcome.edition,
        "number": outcome.number,
    }


def _measure(measure: Measure) -> dict[str, object]:
    value = measure.value
    return {
        "id": measure.id,
        "stage": measure.stage,
        "target": measure.target,
        "subject": measure.subject,
        "value": list(value) if isinstance(value, tuple) else value,
        "undetermined": measure.undetermined,
        "items": list(measure.items),
    }


def _ratio(ratio: Ratio) -> dict[str, int]:
    return {"part": ratio.part, "whole": ratio.whole}


def _text(text: Text) -> dict[str, str]:
    return {"en": text.en, "zh": text.zh}
