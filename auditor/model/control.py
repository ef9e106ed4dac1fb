"""Requirements of a framework and what a run says of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct, field

from auditor.model.clause import Clause, Letter
from auditor.model.decision import Answered
from auditor.model.finding import Verdict
from auditor.model.text import Text

Conformity = Literal["conforms", "partly", "does_not", "not_applicable", "not_assessed"]


class Assessment(StrEnum):
    """How far a program can decide a control."""

    AUTOMATED = "automated"
    PARTIAL = "partial"
    MANUAL = "manual"


class Control(Struct, frozen=True, kw_only=True):
    """One requirement.

    Attributes:
        id: Identity in its framework (``1.2.1``, ``8.1.4.1.a``).
        section: Identity of the section it stands in.
        title: Our own wording of it.
        assessment: How far a program can decide it.
        checks: Ids of the checks that speak to it; may be empty.
        needs: Kinds of facts without which it cannot be decided (``node``, ``rbac`` …).
        level: Level or profile of the framework, 0 where it has none.
        by_letter: Checks behind D, A and K, of a unit of 密评.
        lacks: Methods of its clause that no check gives in whole: it stays open for a person.
        clause: What its standard says of it besides; None for a benchmark, whose controls are all alike.
    """

    id: str
    section: str
    title: Text
    assessment: Assessment
    checks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    level: int = 0
    by_letter: Mapping[Letter, tuple[str, ...]] = {}
    lacks: tuple[str, ...] = ()
    clause: Clause | None = None


class Framework(Struct, frozen=True, kw_only=True):
    """A catalogue of controls.

    Attributes:
        id: Identity (``cis-kubernetes``).
        version: Version of the source document.
        title: Its name.
        controls: All of them, in the order of the document.
        sections: Titles of its chapters by id, in the order of the document; empty in runs older than this field.
    """

    id: str
    version: str
    title: Text
    controls: tuple[Control, ...]
    sections: Mapping[str, Text] = {}


Standing = Literal["fail", "not_assessed", "nothing_found", "pass", "not_applicable", "manual"]


class Quantified(Struct, frozen=True, kw_only=True):
    """How it is with D, A or K of a unit of 密评.

    Attributes:
        standing: Worst verdict of the checks that speak to it; ``manual`` where only a person can tell.
        open: True while a person, for K a product certificate, still has to confirm it.
    """

    standing: Standing = field(name="verdict")
    open: bool


class Outcome(Struct, frozen=True, kw_only=True):
    """What a run says of one control.

    Attributes:
        framework: Identity of the framework.
        control: Identity of the control.
        target: Argument of the part or name of the system it is about.
        standing: Worst verdict of its findings; ``manual`` where only a person can tell.
        open: True while a person still has to confirm it (``partial`` and ``manual`` controls).
        findings: Fingerprints it rests on.
        reason: Why it stands so, in one line.
        edition: Edition of the framework that fits the target, empty where it has only one.
        number: Number of the control in that edition; empty where the edition lacks it, or has no other.
        conformity: In the words of assessors: 符合, 部分符合, 不符合, 不适用, 未评估.
        high_risk: It fails, and a guide names such a failure a high risk by itself.
        answer: What a person confirmed of it.
        conflict: The person and the scan part.
        quantified: D, A and K of a technical unit of 密评.
    """

    framework: str
    control: str
    target: str
    standing: Standing = field(name="verdict")
    open: bool
    findings: tuple[str, ...]
    reason: Text
    edition: str = ""
    number: str = ""
    conformity: Conformity = "not_assessed"
    high_risk: bool = False
    answer: Answered | None = None
    conflict: bool = False
    quantified: Mapping[Letter, Quantified] = {}

    @property
    def verdict(self) -> Verdict | None:
        """Worst verdict of its findings; None where only a person can tell."""
        return None if self.standing == "manual" else Verdict(self.standing)
