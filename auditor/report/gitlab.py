"""GitLab's code quality report, which a merge request shows at the changed lines.

Source: GitLab, "Code Quality", section "Import Code Quality results" (docs.gitlab.com, read 2026-11): a list of objects
with ``description``, ``check_name``, ``fingerprint``, ``severity`` and ``location.path`` with ``location.lines.begin``.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from auditor.model.finding import Severity
from auditor.report.foreign import one_line
from auditor.report.overview import counting, file_below, folded, place, thing
from auditor.report.wording import headline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language
    from auditor.rules import CheckText

_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def render(record: Record, language: Language, checks: Mapping[str, CheckText] = {}) -> bytes:
    """Return the failures that count, worst first.

    Args:
        record: The finished record.
        language: Of all text.
        checks: As for other reports; the format has no room for more than the finding.
    """
    del checks
    whole = folded(counting(record))
    rows = [_row(finding, whole.parts(finding), language) for finding in whole.heads]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"


def _row(finding: Finding, parts: Sequence[Finding], language: Language) -> dict[str, object]:
    at = finding.location
    path = (file_below(finding.target, at.file) or at.file) if at else place(finding)
    about = f" ({one_line(thing(finding))})" if thing(finding) else ""
    below = "".join(f"; + {one_line(headline(each).to(language))}" for each in parts)
    # GitLab drops all but one of equal fingerprints; ours are unique in a part only
    identity = hashlib.sha256(f"{finding.target}\0{finding.fingerprint}".encode("utf-8", "backslashreplace"))
    return {
        "description": f"{one_line(headline(finding).to(language))}{about}{below}",
        "check_name": finding.id,
        "fingerprint": identity.hexdigest(),
        "severity": _LEVELS[finding.severity],
        "location": {"path": one_line(path), "lines": {"begin": (at.line if at else None) or 1}},
    }
