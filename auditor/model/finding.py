"""What was concluded about one subject by one check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from auditor.model.bounds import CheckId, Count, Fingerprint, GapReason, Line, Name
from auditor.model.fact import GapClass, Origin
from auditor.model.text import Text


class Verdict(StrEnum):
    """The five answers, worst first: the order in which they are folded."""

    FAIL = "fail"
    NOT_ASSESSED = "not_assessed"
    NOTHING_FOUND = "nothing_found"
    PASS = "pass"  # noqa: S105 - a verdict
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    """How bad a failure is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    def reaches(self, threshold: Severity) -> bool:
        """Tell whether this is as bad as the threshold or worse."""
        return _RANKS[self] <= _RANKS[threshold]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Confidence(StrEnum):
    """How sure a failure is a real one."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Fold verdicts: fail, not_assessed, nothing_found, pass, not_applicable; None of none."""
    found = set(verdicts)
    return next((verdict for verdict in Verdict if verdict in found), None)


class Location(Struct, frozen=True, kw_only=True, gc=False):
    """A place in a file.

    Attributes:
        file: Path relative to the root of the target.
        line: First line, counted from 1; None where only the file is known.
        end_line: Last line, counted from 1.
        snippet: The lines themselves, secrets masked; empty where they are not kept.
        before: The lines just in front of them, masked the same; empty where there are none or they are not kept.
        after: The lines just behind them.
    """

    file: Name
    line: Line | None = None
    end_line: Line | None = None
    snippet: str = ""
    before: str = ""
    after: str = ""


class Step(Struct, frozen=True, kw_only=True, gc=False):
    """A place that a value passes on its way to a flaw.

    Attributes:
        file: Path relative to the root of the target.
        line: From 1.
        name: Function it is handed to there; of the last step what it ends in.
    """

    file: Name
    line: Line
    name: str


class Suppression(Struct, frozen=True, kw_only=True, gc=False):
    """A comment in the audited code that asks a scanner to be silent. It changes no verdict.

    Attributes:
        comment: The comment as it stands there.
        author: Who wrote it according to git, empty where git does not know.
        date: When, ISO 8601 with zone, empty where git does not know.
    """

    comment: str
    author: str = ""
    date: str = ""


class Waiver(Struct, frozen=True, kw_only=True, gc=False):
    """A decision to live with a failure for a while.

    Attributes:
        id: Identity of the waiver.
        owner: Who asked for it.
        approver: Who agreed; somebody else.
        reason: Why.
        expires: Last day on which it counts, ISO 8601.
    """

    id: str
    owner: str
    approver: str
    reason: str
    expires: str


class Component(Struct, frozen=True, kw_only=True, gc=False):
    """The package that a finding is about (SBOM and vulnerability stages)."""

    name: str
    version: str
    type: str
    purl: str


class Fix(Struct, frozen=True, kw_only=True, gc=False):
    """Whether there is a remedy (``fixed``, ``not-fixed``, ``wont-fix``, ``unknown``), and in which versions."""

    state: str
    versions: tuple[str, ...] = ()


class Vulnerability(Struct, frozen=True, kw_only=True, gc=False):
    """The advisory that a finding is about."""

    id: str
    aliases: tuple[str, ...]
    fix: Fix


class Unseen(Struct, frozen=True, kw_only=True, gc=False):
    """The gap that cost a verdict; the whole of it stands among the gaps of the record.

    Attributes:
        index: Its number among them.
        reason: Why it was not seen.
        subject: What was not seen; empty for everything of its kind.
        gap_class: What kind of loss it is.
        count: How many gaps cost the verdict.
    """

    index: Count
    reason: GapReason
    subject: str
    gap_class: GapClass = field(default=GapClass.LOST, name="class")
    count: int = 1


class FurtherPlace(Struct, frozen=True, kw_only=True, gc=False):
    """Another place of a flaw that stands in many.

    Attributes:
        file: Path as reported.
        line: First line, from 1.
        end_line: Last one.
        snippet: The lines, secrets masked.
        fingerprint: The one that a finding of this place alone would have.
    """

    file: str
    fingerprint: Fingerprint
    line: int | None = None
    end_line: int | None = None
    snippet: str = ""


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One check's verdict on one subject.

    Attributes:
        id: Check id.
        stage: Stage that owns the check.
        target: Id of the part that the subject belongs to.
        subject: What was judged.
        verdict: The answer.
        severity: How bad a failure is.
        title: The claim that the check proves: the requirement.
        detail: What decided, in one line.
        expected: What the check wants, if it compares.
        actual: What was seen.
        origins: Where the facts stand that it rests on.
        location: The place in a file, if there is one.
        controls: Control ids by framework.
        cwe: CWE numbers.
        confidence: How sure a failure is a real one.
        fingerprint: Identity across runs in its part: never depends on line numbers, tags or time.
        remediation: How to fix it.
        waived: Waiver that covers it.
        problem: What is wrong, where it fails; None in rules of users that have no words for it.
        aliases: Numbers in the reference tables.
        moved_fingerprint: The same without the name of the file, to follow a file that was moved.
        gap: The gap that cost the verdict, of a finding that is not assessed.
        suppression: Comment in the code that wanted it hidden.
        is_new: False if an earlier run had it already; None where nothing was compared.
        first_seen: Clock of the run that saw it first, as far back as runs were compared (ISO 8601); empty where it is
            new, or nothing was compared, or the comparison knows no time.
        patch: Smallest change that mends it, as text (JSON or YAML), empty if there is none.
        component: Package it is about.
        vulnerability: Advisory it is about.
        context: What the code around it is for where it is none of the running service (``test``, ``example`` …).
        steps: Way of a value from outside to the flaw, where an engine followed it.
        part_of: Check whose failure of the same subject says it, too: lists show it there; empty where it stands alone.
        apart: What sets it apart among the failures of its check (``hook``: it runs once); empty where nothing does.
        places: Where else the same flaw stands.
    """

    id: CheckId
    stage: Name
    target: Name
    subject: str
    verdict: Verdict
    severity: Severity
    title: Text
    detail: Text
    expected: Text
    actual: Text
    origins: tuple[Origin, ...] = field(name="evidence")
    location: Location | None
    controls: Mapping[str, tuple[str, ...]]
    cwe: tuple[int, ...]
    confidence: Confidence
    fingerprint: Fingerprint
    remediation: Text
    waived: Waiver | None
    problem: Text | None = None
    aliases: tuple[str, ...] = ()
    moved_fingerprint: str = ""
    gap: Unseen | None = None
    suppression: Suppression | None = field(default=None, name="suppressed_in_code")
    is_new: bool | None = field(default=None, name="new")
    first_seen: str = ""
    patch: str = ""
    component: Component | None = None
    vulnerability: Vulnerability | None = None
    context: str = ""
    steps: tuple[Step, ...] = ()
    part_of: str = ""
    apart: str = ""
    places: tuple[FurtherPlace, ...] = ()

    @property
    def counts(self) -> bool:
        """Tell whether it is a failure that an exit code looks at: of the service, not waived, new."""
        return self.verdict is Verdict.FAIL and self.waived is None and self.is_new is not False and not self.context


_VERDICTS: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}
_SEVERITIES: Final = {severity: rank for rank, severity in enumerate(Severity)}


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return failures by severity first, then what is not assessed, then the rest; each by check, part and place.

    A key for each of a million findings would take as much memory as they do, so they are put into heaps first; those
    of a check lie in the order of their places already.
    """
    heaps: dict[tuple[int, int, str, str], list[Finding]] = {}
    for each in findings:
        heap = (_VERDICTS[each.verdict], _SEVERITIES[each.severity], each.id, each.target)
        heaps.setdefault(heap, []).append(each)
    found: list[Finding] = []
    for heap in sorted(heaps):
        found += sorted(heaps.pop(heap), key=_place_order)
    return found


def _place_order(finding: Finding) -> tuple[str, int, str, str]:
    place = finding.location
    return (
        place.file if place else "",
        (place.line or 0) if place else 0,
        finding.subject,
        finding.fingerprint,
    )
