"""What a gate policy in Rego sees of a run: verdicts without their texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.model.record import Record


def document(record: Record) -> dict[str, Any]:
    """Return the input of ``package auditor.gate``; public: its fields do not change within a version."""
    return {
        "schema": "auditor-gate-input/1",
        "system": record.run.system,
        "started": record.run.started,
        "targets": list(record.targets),
        "exit_code": record.gate.exit_code,
        "stages": [{"stage": e.stage, "target": e.target, "problem": bool(e.problem)} for e in record.run.stages],
        "assessed": {"part": record.coverage.assessed.part, "whole": record.coverage.assessed.whole},
        "findings": [
            {
                "id": each.id,
                "stage": each.stage,
                "target": each.target,
                "subject": each.subject,
                "verdict": each.verdict.value,
                "severity": each.severity.value,
                "confidence": each.confidence.value,
                "file": each.location.file if each.location else "",
                "controls": {name: list(numbers) for name, numbers in each.controls.items()},
                "waived": each.waived.id if each.waived else "",
                "new": each.is_new,
                "first_seen": each.first_seen,
                "gap": each.gap.gap_class.value if each.gap else "",
            }
            for each in record.findings
        ],
        "outcomes": [
            {
                "framework": each.framework,
                "control": each.control,
                "target": each.target,
                "verdict": each.standing,
                "conformity": each.conformity,
                "open": each.open,
                "high_risk": each.high_risk,
                "conflict": each.conflict,
            }
            for each in record.outcomes
        ],
    }
