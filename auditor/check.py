"""What a check is, and what it may say; how facts and gaps become findings stands in `judging`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from auditor.model.fact import Fact, Read
from auditor.model.finding import (
    Component,
    Confidence,
    Location,
    Severity,
    Step,
    Suppression,
    Verdict,
    Vulnerability,
    Waiver,
)
from auditor.model.text import NO_TEXT, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from auditor.model.fact import Facts


class Judgement(Struct, frozen=True, kw_only=True, gc=False):
    """What a check says of one subject; made by `ok`, `fail`, `fail_at`, `nothing_found` and `not_applicable`.

    Attributes:
        verdict: The answer; never "not assessed", which is the engine's to say.
        subject: What is judged.
        within: Subject that is due, where the failure was found at a place inside it.
        facts: Facts it rests on; at least one.
        detail: What decided.
        expected: Value that the check wants.
        actual: Value that was seen.
        evidence: Normalised text that tells this failure from another of the same subject; no line numbers.
        location: Place in a file.
        suppression: Comment in the code that wanted it hidden.
        patch: Smallest change that mends it.
        component: Package it is about.
        vulnerability: Advisory it is about.
        severity: Severity of this one failure where it differs from the check's.
        confidence: Confidence of this one failure where it differs from the check's.
        aliases: Numbers in the reference tables that this one failure answers besides the check's.
        waived: Statement of the supplier (VEX) that covers it; it stays a failure.
        context: What the code around it is for, where it is none of the running service.
        steps: Way of a value from outside to it.
        controls: Control ids that this one failure answers, by framework, where they are fewer than the check's.
        by_absence: It fails for what was not found: a gap of what is read costs it, as it costs a pass.
        part_of: Check whose failure of the same subject says it, too.
        apart: What sets it apart among the failures of its check.
        also_at: Where else the same flaw stands, each with its evidence; in the order of files and lines.
    """

    verdict: Verdict
    subject: str
    within: str | None = None
    facts: tuple[Fact, ...]
    detail: Text = NO_TEXT
    expected: Text = NO_TEXT
    actual: Text = NO_TEXT
    evidence: str = ""
    location: Location | None = None
    suppression: Suppression | None = None
    patch: str = ""
    component: Component | None = None
    vulnerability: Vulnerability | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    aliases: tuple[str, ...] = ()
    waived: Waiver | None = None
    context: str = ""
    steps: tuple[Step, ...] = ()
    controls: Mapping[str, tuple[str, ...]] | None = None
    by_absence: bool = False
    part_of: str = ""
    apart: str = ""
    also_at: tuple[tuple[Location, str], ...] = ()


def ok(*facts: Fact, detail: Text = NO_TEXT, expected: Text = NO_TEXT, actual: Text = NO_TEXT) -> Judgement:
    """Say that the subject of these facts is good.

    Raises:
        ValueError: No fact was given: "all of nothing" proves nothing.
    """
    return Judgement(
        verdict=Verdict.PASS,
        subject=_subject(facts),
        facts=facts,
        detail=detail,
        expected=expected,
        actual=actual,
    )


def fail(
    *facts: Fact, detail: Text = NO_TEXT, expected: Text = NO_TEXT, actual: Text = NO_TEXT, patch: str = ""
) -> Judgement:
    """Say that the subject of the first fact is bad.

    Raises:
        ValueError: No fact was given.
    """
    return Judgement(
        verdict=Verdict.FAIL,
        subject=_subject(facts[:1]),
        facts=facts,
        detail=detail,
        expected=expected,
        actual=actual,
        patch=patch,
    )


def fail_at(
    within: str,
    *facts: Fact,
    evidence: str,
    detail: Text = NO_TEXT,
    expected: Text = NO_TEXT,
    actual: Text = NO_TEXT,
) -> Judgement:
    """Say that a due subject is bad at a place inside it; each place is a finding of its own.

    Args:
        within: The due subject, of the part where the first fact was read.
        facts: The first is what was found, and names the place.
        evidence: Normalised text of what was found.
        detail: What decided.
        expected: What is wanted, if values are compared.
        actual: What was seen.

    Raises:
        ValueError: No fact was given.
    """
    return Judgement(
        verdict=Verdict.FAIL,
        subject=_subject(facts[:1]),
        within=within,
        facts=facts,
        evidence=evidence,
        detail=detail,
        expected=expected,
        actual=actual,
    )


def nothing_found(*facts: Fact, detail: Text = NO_TEXT) -> Judgement:
    """Say that a search came to its end and matched nothing in the subject: no failure, and no proof either."""
    return Judgement(verdict=Verdict.NOTHING_FOUND, subject=_subject(facts), facts=facts, detail=detail)


def not_applicable(*facts: Fact, reason: Text) -> Judgement:
    """Say that the claim has no meaning for the subject, and why."""
    return Judgement(verdict=Verdict.NOT_APPLICABLE, subject=_subject(facts), facts=facts, detail=reason)


def _subject(facts: tuple[Fact, ...]) -> str:
    if len(facts) == 1:
        return facts[0].subject
    subject = facts[0].subject if facts else None
    if subject is None or any(fact.subject != subject or fact.origin.part != facts[0].origin.part for fact in facts):
        given = sorted({(fact.origin.part, fact.subject) for fact in facts})
        message = f"a judgement needs facts of one subject, got {given}"
        raise ValueError(message)
    return subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A claim that is proved or refuted for every subject of its first kind of facts.

    Attributes:
        id: Kebab-case, names the good state; never given out twice.
        stage: Stage that owns it.
        title: The same claim as a sentence: the requirement.
        problem: What is wrong where it fails, as one would tell a colleague; empty only in rules of users.
        severity: How bad a failure is.
        confidence: How sure a failure is a real one.
        source: Clause, RFC or document that asks for it.
        reads: Kinds of facts; the first names the subjects.
        judge: Pure function from facts to judgements.
        part_kinds: Kinds of parts it can say something about; a system without such a part is not its business.
        why: Why it matters.
        remediation: How to mend a failure.
        controls: Control ids by framework.
        cwe: CWE numbers.
        aliases: Numbers in the reference tables.
        is_partial: Absence of a failure proves nothing by itself.
        profile: Runs only where this is asked for (``commercial-cryptography``); empty for always.
        references: Addresses of further reading.
        reach: How far it sees, where it searches; empty where it does not.
        rests_on: What the severity of its failures rests on, where it has to be earned; empty where not.
        was_read: What was read of its failures on real platforms; empty where nothing was.
        defined_in: Path of the rule in this project, for those who want to read it.
    """

    id: str
    stage: str
    title: Text
    severity: Severity
    source: str
    reads: tuple[Read, ...]
    judge: Callable[[Facts], Iterable[Judgement]]
    part_kinds: frozenset[str]
    problem: Text = NO_TEXT
    confidence: Confidence = Confidence.HIGH
    why: Text = NO_TEXT
    remediation: Text = NO_TEXT
    controls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cwe: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    is_partial: bool = False
    profile: str = ""
    references: tuple[str, ...] = ()
    reach: Text = NO_TEXT
    rests_on: Text = NO_TEXT
    was_read: Text = NO_TEXT
    defined_in: str = ""


def check(  # noqa: PLR0913 - the fields of a check, all but one by name
    check_id: str,
    title: Text,
    *,
    stage: str,
    severity: Severity,
    source: str,
    reads: tuple[type[Fact] | Read, ...],
    part_kinds: frozenset[str],
    problem: Text,
    remediation: Text,
    why: Text = NO_TEXT,
    controls: Mapping[str, tuple[str, ...]] | None = None,
    cwe: tuple[int, ...] = (),
) -> Callable[[Callable[[Facts], Iterable[Judgement]]], Check]:
    """Turn a pure function from facts to judgements into a `Check`."""

    def make(judge: Callable[[Facts], Iterable[Judgement]]) -> Check:
        return Check(
            id=check_id,
            stage=stage,
            title=title,
            problem=problem,
            severity=severity,
            source=source,
            reads=tuple(r if isinstance(r, Read) else Read(r.__name__) for r in reads),
            judge=judge,
            part_kinds=part_kinds,
            why=why,
            remediation=remediation,
            controls=controls or {},
            cwe=cwe,
            defined_in=judge.__module__,
        )

    return make
