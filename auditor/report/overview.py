"""What every report shows first: how many failures, which are the worst, and what could not be seen, grouped."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auditor.model.finding import Confidence, Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.model.fact import Gap
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Text

_SEVERITIES = {severity: index for index, severity in enumerate(Severity)}
_CONFIDENCES = {confidence: index for index, confidence in enumerate(Confidence)}
_VERDICTS = {verdict: index for index, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst:
    """A failure shown for its check.

    Attributes:
        finding: The worst of them.
        others: Number of further failures of the same check that are not shown.
    """

    finding: Finding
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapGroup:
    """Gaps of one cause.

    Attributes:
        reason: The cause, a few words.
        tool: Program that was to see it; may be empty.
        remedies: What to do, without repetition.
        gaps: All of them; at least one.
    """

    reason: str
    tool: str
    remedies: tuple[Text, ...]
    gaps: tuple[Gap, ...]


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by verdict (fail first), failures that count before waived and known ones, severity, confidence."""
    return sorted(findings, key=_badness)


def _badness(finding: Finding) -> tuple[int, bool, int, int]:
    return (
        _VERDICTS[finding.verdict],
        not finding.counts,
        _SEVERITIES[finding.severity],
        _CONFIDENCES[finding.confidence],
    )


def failures(record: Record) -> list[Finding]:
    """Return all failures, waived and known ones included, worst first."""
    return worst_first(f for f in record.findings if f.verdict is Verdict.FAIL)


def by_severity(record: Record) -> dict[Severity, int]:
    """Count the failures that an exit code looks at, by severity; every severity is present."""
    counts = Counter(finding.severity for finding in record.findings if finding.counts)
    return {severity: counts[severity] for severity in Severity}


def by_verdict(record: Record) -> dict[Verdict, int]:
    """Count all findings by verdict; every verdict is present."""
    counts = Counter(finding.verdict for finding in record.findings)
    return {verdict: counts[verdict] for verdict in Verdict}


def waived(record: Record) -> int:
    """Count the failures that a waiver covers."""
    return sum(1 for f in record.findings if f.verdict is Verdict.FAIL and f.waived)


def known(record: Record) -> int:
    """Count the failures that an earlier run had already and no waiver covers."""
    return sum(1 for f in record.findings if f.verdict is Verdict.FAIL and f.is_new is False and not f.waived)


def worst(record: Record, limit: int = 5) -> tuple[Worst, ...]:
    """Return the worst failures that count: the worst of each check first, then further ones of the same checks."""
    counting = [finding for finding in failures(record) if finding.counts]
    ranks: Counter[str] = Counter()
    ranked: list[tuple[int, Finding]] = []
    for finding in counting:
        ranked.append((ranks[finding.id], finding))
        ranks[finding.id] += 1
    first = [finding for _rank, finding in sorted(ranked, key=lambda pair: pair[0])[:limit]]
    shown = Counter(finding.id for finding in first)
    chosen = set(map(id, first))
    return tuple(
        Worst(finding=finding, others=ranks[finding.id] - shown[finding.id])
        for finding in counting
        if id(finding) in chosen
    )


def gap_groups(record: Record) -> tuple[GapGroup, ...]:
    """Group gaps by reason and tool, the largest group first."""
    grouped: dict[tuple[str, str], list[Gap]] = defaultdict(list)
    for gap in record.gaps:
        grouped[gap.reason, gap.tool].append(gap)
    groups = (
        GapGroup(
            reason=reason,
            tool=tool,
            remedies=tuple(dict.fromkeys(gap.remedy for gap in gaps if gap.remedy.en)),
            gaps=tuple(gaps),
        )
        for (reason, tool), gaps in grouped.items()
    )
    return tuple(sorted(groups, key=lambda group: (-len(group.gaps), group.reason, group.tool)))


def place(finding: Finding) -> str:
    """Return ``file:line`` of a finding, or its subject, or its target where it has no subject."""
    at = finding.location
    if at is None:
        return finding.subject or finding.target
    return f"{at.file}:{at.line}" if at.line else at.file
