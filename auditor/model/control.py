"""Requirements of a framework and what a run says of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditor.model.clause import Clause
    from auditor.model.finding import Verdict
    from auditor.model.text import Text


class Assessment(StrEnum):
    """How far a program can decide a control."""

    AUTOMATED = "automated"
    PARTIAL = "partial"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One requirement.

    Attributes:
        id: Identity in its framework (``1.2.1``, ``8.1.4.1.a``).
        section: Identity of the section it stands in.
        title: Our own wording of it.
        assessment: How far a program can decide it.
        checks: Ids of the checks that speak to it; may be empty.
        needs: Kinds of facts without which it cannot be decided (``node``, ``rbac`` …).
        level: Level or profile of the framework, 0 where it has none.
        clause: What its standard says of it besides; None for a benchmark, whose controls are all alike.
    """

    id: str
    section: str
    title: Text
    assessment: Assessment
    checks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    level: int = 0
    clause: Clause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A catalogue of controls.

    Attributes:
        id: Identity (``cis-kubernetes``).
        version: Version of the source document.
        title: Its name.
        controls: All of them, in the order of the document.
    """

    id: str
    version: str
    title: Text
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run says of one control.

    Attributes:
        framework: Identity of the framework.
        control: Identity of the control.
        target: Argument of the part or name of the system it is about.
        verdict: Worst verdict of its findings; None where only a person can tell.
        open: True while a person still has to confirm it (``partial`` and ``manual`` controls).
        findings: Fingerprints it rests on.
        reason: Why it stands so, in one line.
        edition: Edition of the framework that fits the target, empty where it has only one.
        number: Number of the control in that edition; empty where the edition lacks it, or has no other.
    """

    framework: str
    control: str
    target: str
    verdict: Verdict | None
    open: bool
    findings: tuple[str, ...]
    reason: Text
    edition: str = ""
    number: str = ""
