"""What ``auditor.yaml`` may say of audit logs."""

from __future__ import annotations

from auditor.target import Name, Target


class AuditlogTarget(Target):
    """What must be logged and where the logs lie."""

    inventory: Name | None = None
    logs: Name | None = None
    format: Name | None = None
    anchor: Name | None = None
