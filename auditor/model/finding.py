"""What was concluded about one subject by one check."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from auditor.model.packed import quick

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from auditor.model.fact import Gap, Origin
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
        order = list(Severity)
        return order.index(self) <= order.index(threshold)


class Confidence(StrEnum):
    """How sure a failure is a real one."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def worst(verdicts: Iterable[Verdict]) -> Verdict | None:
    """Fold verdicts: fail, not_assessed, nothing_found, pass, not_applicable; None of none."""
    found = set(verdicts)
    return next((verdict for verdict in Verdict if verdict in found), None)


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place in a file.

    Attributes:
        file: Path relative to the root of the target.
        line: First line, counted from 1; None where only the file is known.
        end_line: Last line, counted from 1.
        snippet: The lines themselves, secrets masked; empty where they are not kept.
    """

    file: str
    line: int | None = None
    end_line: int | None = None
    snippet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A comment in the audited code that asks a scanner to be silent. It changes no verdict.

    Attributes:
        comment: The comment as it stands there.
        author: Who wrote it according to git, empty where git does not know.
        date: When, ISO 8601 with zone, empty where git does not know.
    """

    comment: str
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """The package that a finding is about (SBOM and vulnerability stages)."""

    name: str
    version: str
    type: str
    purl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """The advisory that a finding is about."""

    id: str
    aliases: tuple[str, ...]
    fix_state: str
    fix_versions: tuple[str, ...]


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's verdict on one subject.

    Attributes:
        id: Check id.
        stage: Stage that owns the check.
        target: Argument of the part that the subject belongs to, byte for byte as given.
        subject: What was judged.
        verdict: The answer.
        severity: How bad a failure is.
        confidence: How sure it is.
        title: The claim that the check proves.
        detail: What decided, in one line; both languages.
        expected: Value that the check wants, if it compares values.
        actual: Value that was seen.
        remediation: How to mend it.
        origins: Where the facts stand that it rests on.
        location: The place in a file, if there is one.
        controls: Control ids by framework.
        cwe: CWE numbers.
        aliases: Numbers in the reference tables.
        fingerprint: Identity across runs: never depends on line numbers, tags or time.
        moved_fingerprint: The same without the name of the file, to follow a file that was moved.
        gap: The gap that cost the verdict, of a finding that is not assessed.
        gaps: How many gaps cost it.
        suppression: Comment in the code that wanted it hidden.
        waived: Waiver that covers it.
        is_new: False if an earlier run had it already; None where nothing was compared.
        patch: Smallest change that mends it, as text (JSON or YAML), empty if there is none.
        component: Package it is about.
        vulnerability: Advisory it is about.
    """

    id: str
    stage: str
    target: str
    subject: str
    verdict: Verdict
    severity: Severity
    confidence: Confidence
    title: Text
    detail: Text
    expected: str = ""
    actual: str = ""
    remediation: Text
    origins: tuple[Origin, ...] = ()
    location: Location | None = None
    controls: Mapping[str, tuple[str, ...]]
    cwe: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    fingerprint: str
    moved_fingerprint: str = ""
    gap: Gap | None = None
    gaps: int = 0
    suppression: Suppression | None = None
    waived: Waiver | None = None
    is_new: bool | None = None
    patch: str = ""
    component: Component | None = None
    vulnerability: Vulnerability | None = None

    @property
    def counts(self) -> bool:
        """Tell whether it is a failure that an exit code looks at: not waived, and new where only new ones count."""
        return self.verdict is Verdict.FAIL and self.waived is None and self.is_new is not False
