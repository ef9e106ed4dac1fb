"""Findings for tests of what people decide about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.model.finding import Confidence, Finding, Severity, Verdict
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING = Text("", "")


def finding(
    check: str,
    subject: str = "a",
    verdict: Verdict = Verdict.FAIL,
    *,
    target: str = "code=src/",
    controls: Mapping[str, tuple[str, ...]] | None = None,
) -> Finding:
    return Finding(
        id=check,
        stage=check.partition("-")[0],
        target=target,
        subject=subject,
        verdict=verdict,
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        title=NOTHING,
        detail=NOTHING,
        expected=NOTHING,
        actual=NOTHING,
        origins=(),
        location=None,
        cwe=(),
        waived=None,
        remediation=NOTHING,
        controls=controls or {},
        fingerprint=f"{check}|{target}|{subject}",
    )
