"""What every report shows first: how many failures, which are the worst, and what could not be seen, grouped."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.model.fact import GapClass
from auditor.model.finding import Confidence, Severity, Verdict
from auditor.report.wording import act
from auditor.stages import target_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        gap_class: What kind of loss it is.
        reason: The cause, a few words.
        tool: Program that was to see it; may be empty.
        remedies: What to do, without repetition and without the circumstances of a single gap.
        gaps: All of them; at least one.
    """

    gap_class: GapClass
    reason: str
    tool: str
    remedies: tuple[Text, ...]
    gaps: tuple[Gap, ...]

    @property
    def subjects(self) -> Counter[str]:
        """What was not seen, each with the number of its gaps, in their order; empty for everything of its kind."""
        return Counter(gap.subject for gap in self.gaps)


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


def counting(record: Record) -> list[Finding]:
    """Return the failures that an exit code looks at, worst first."""
    return [finding for finding in failures(record) if finding.counts]


def by_check(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Group findings by check, in the order of the first of each; what is set apart is a group of its own."""
    grouped: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.id, finding.apart].append(finding)
    return list(grouped.values())


@dataclass(frozen=True, slots=True)
class Folded:
    """Findings for a list: what is said by another one of the same subject stands under that one.

    Attributes:
        heads: Findings that stand alone or have others under them, as bad as the worst of these; worst first.
        below: What stands under a finding, by target, check and subject.
    """

    heads: tuple[Finding, ...]
    below: Mapping[tuple[str, str, str], tuple[Finding, ...]]

    def parts(self, finding: Finding) -> tuple[Finding, ...]:
        """Return what stands under a finding."""
        return self.below.get((finding.target, finding.id, finding.subject), ())


def folded(findings: Sequence[Finding]) -> Folded:
    """Put findings under those that they are part of; one whose head is not among them stands alone."""
    heads = {(each.target, each.id, each.subject) for each in findings if not each.part_of}
    below: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    alone: list[Finding] = []
    for each in findings:
        key = (each.target, each.part_of, each.subject)
        (below[key] if each.part_of and key in heads else alone).append(each)
    frozen = {key: tuple(found) for key, found in below.items()}
    raised = [_as_bad_as(each, frozen.get((each.target, each.id, each.subject), ())) for each in alone]
    return Folded(tuple(worst_first(raised)), frozen)


def _as_bad_as(finding: Finding, parts: Sequence[Finding]) -> Finding:
    worst_of_all = min((finding, *parts), key=lambda each: _SEVERITIES[each.severity]).severity
    return finding if worst_of_all is finding.severity else replace(finding, severity=worst_of_all)


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


def aside(record: Record) -> int:
    """Count the failures in tests, examples and other code that is none of the running service."""
    return sum(1 for f in record.findings if f.verdict is Verdict.FAIL and f.context)


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


_LOSSES: Final = {GapClass.LOST: 0, GapClass.MISSING: 1, GapClass.OUT_OF_REACH: 2}


def gap_groups(record: Record) -> tuple[GapGroup, ...]:
    """Group gaps by class, reason and tool: what was lost first, then what is missing; the largest group first."""
    grouped: dict[tuple[GapClass, str, str], list[Gap]] = defaultdict(list)
    for gap in record.gaps:
        grouped[gap.gap_class, gap.reason, gap.tool].append(gap)
    groups = (
        GapGroup(
            gap_class=kind,
            reason=reason,
            tool=tool,
            remedies=tuple(dict.fromkeys(act(gap) for gap in gaps if gap.remedy.en)),
            gaps=tuple(gaps),
        )
        for (kind, reason, tool), gaps in grouped.items()
    )
    return tuple(
        sorted(groups, key=lambda group: (_LOSSES[group.gap_class], -len(group.gaps), group.reason, group.tool))
    )


def unseen(record: Record) -> Counter[GapClass]:
    """Count the findings without a verdict by what kind of loss it is."""
    return Counter(
        finding.gap.gap_class if finding.gap else GapClass.LOST
        for finding in record.findings
        if finding.verdict is Verdict.NOT_ASSESSED
    )


def reused(record: Record) -> tuple[int, int]:
    """Return how many observations were taken from earlier runs, and how many there are in all."""
    again = sum(stage.reused for stage in record.run.stages)
    return again, again + sum(stage.observed for stage in record.run.stages)


def place(finding: Finding) -> str:
    """Return ``file:line`` of a finding, or its subject, or its target where it has no subject.

    A file is named from the folder of the run where its target lies below that, else from the root of its target.
    """
    at = finding.location
    if at is None:
        return finding.subject or finding.target
    file = file_below(finding.target, at.file) or at.file
    return f"{file}:{at.line}" if at.line else file


def thing(finding: Finding) -> str:
    """Return the subject of a finding where its place is a file that does not name it (an object of a manifest)."""
    at = finding.location
    return finding.subject if at and finding.subject not in {at.file, finding.target} else ""


def context(finding: Finding) -> str:
    """Return the target of a finding whose place means nothing without it: a subject (``app``), a file of an image."""
    name, _, where = finding.target.partition("=")
    is_alone = finding.location is None and bool(finding.subject) and where not in finding.subject
    kind = target_kinds().get(name)
    is_packed = kind is not None and not (kind.is_path or kind.is_server)
    return finding.target if is_alone or is_packed else ""


def beside(finding: Finding) -> str:
    """Return what stands beside a place to tell findings of one check apart: object, advisory, target."""
    advisory = finding.vulnerability.id if finding.vulnerability else ""
    return ", ".join(filter(None, (thing(finding), advisory, context(finding))))


# Kinds of parts whose argument is a path on disk, so that a file's place in the repository can be told.
ON_DISK: Final = frozenset(name for name, kind in target_kinds().items() if kind.is_path)
REMOTE: Final = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
# ``node=F@kubernetes=S``: two parts in one argument
_JOINED: Final = re.compile(r"@[a-z]+=")


def file_below(target: str, file: str) -> str:
    """Return a file of a target, or the target itself, as a path from the folder of the run.

    Args:
        target: Argument of the part, ``kind=where``.
        file: Relative to the root of the target; may be empty.

    Returns:
        The path; empty where the target is no single path on disk, or lies outside of the folder of the run.
    """
    kind, _, where = target.partition("=")
    path = posixpath.normpath(where)
    is_inside = not posixpath.isabs(path) and path.split("/")[0] != ".."
    if kind not in ON_DISK or REMOTE.match(where) or _JOINED.search(where) or not is_inside:
        return ""
    # A target that is a single file names that file, not a folder.
    is_file = file == posixpath.basename(path) and "." in file
    return path if is_file else posixpath.normpath(posixpath.join(path, file))
