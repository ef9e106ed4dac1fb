"""What a check is, and how facts and gaps become findings."""

from __future__ import annotations

import hashlib
import re
import traceback
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.messages import reason, say
from auditor.model.fact import Fact, Gap, Read
from auditor.model.finding import Confidence, Finding, Location, Severity, Suppression, Verdict
from auditor.model.packed import quick
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor.model.fact import Facts, Origin
    from auditor.model.finding import Component, Vulnerability
    from auditor.model.target import Target

NO_TEXT: Final = Text("", "")


@quick
@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
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
    """

    verdict: Verdict
    subject: str
    within: str | None = None
    facts: tuple[Fact, ...]
    detail: Text = NO_TEXT
    expected: str = ""
    actual: str = ""
    evidence: str = ""
    location: Location | None = None
    suppression: Suppression | None = None
    patch: str = ""
    component: Component | None = None
    vulnerability: Vulnerability | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    aliases: tuple[str, ...] = ()


def ok(*facts: Fact, detail: Text = NO_TEXT, expected: str = "", actual: str = "") -> Judgement:
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


def fail(*facts: Fact, detail: Text = NO_TEXT, expected: str = "", actual: str = "", patch: str = "") -> Judgement:
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


def fail_at(within: str, *facts: Fact, evidence: str, detail: Text = NO_TEXT) -> Judgement:
    """Say that a due subject is bad at a place inside it; each place is a finding of its own.

    Args:
        within: The due subject.
        facts: The first is what was found, and names the place.
        evidence: Normalised text of what was found.
        detail: What decided.

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
    if subject is None or any(fact.subject != subject for fact in facts):
        message = f"a judgement needs facts of one subject, got {sorted({fact.subject for fact in facts})}"
        raise ValueError(message)
    return subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A claim that is proved or refuted for every subject of its first kind of facts.

    Attributes:
        id: Kebab-case, names the good state; never given out twice.
        stage: Stage that owns it.
        title: The same claim as a sentence: the requirement.
        problem: What is wrong where it fails, as one would tell a colleague; both empty in rules that have none yet.
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


def judge(checks: Iterable[Check], facts: Facts, target: Target) -> Iterator[Finding]:
    """Judge one system by every check that has something to say about its parts.

    1. The first kind in ``reads`` names the subjects (facts seen, and gaps of that kind). Each gets one verdict,
       or one failure for each place found bad inside it.
    2. A subject without a verdict is not assessed; if a check contradicts itself or raises, all its subjects are.
    3. A gap costs its subject the verdict (a gap in a later kind: every subject), except a failure that cites a
       fact of the missing kind, which is proven whatever else is missing.
    4. No subjects and no gaps: one not-applicable finding.
    """
    kinds = {part.kind for part in target.parts}
    places: _Places = {}
    for each in checks:
        if each.part_kinds & kinds:
            yield from _findings(each, _judge_one(each, facts, target), places)


def unread(checks: Iterable[Check], facts: Facts, target: Target) -> Iterator[Finding]:
    """Yield a finding for each gap that costs no check its verdict: nobody asked, yet it was not seen.

    Without this a gap of a kind that no check reads would be silence, and silence would be a pass.
    """
    kinds = {part.kind for part in target.parts}
    reads = {read for each in checks if each.part_kinds & kinds for read in each.reads}
    is_read = {
        (kind, topic): any(read.takes(kind, topic) for read in reads)
        for kind, topic in {(gap.kind, gap.topic) for gap in facts.gaps}
    }
    for gap in facts.gaps:
        if not is_read[gap.kind, gap.topic]:
            yield from _findings(EVERYTHING_SEEN, [_unseen(gap.subject, gap.target, gap, 1)], {})


EVERYTHING_SEEN: Final = Check(
    id="pipeline-everything-seen",
    stage="pipeline",
    title=say("pipeline.seen.title"),
    severity=Severity.INFO,
    source="product.md §1: what was not checked and why",
    reads=(),
    judge=lambda _facts: (),
    part_kinds=frozenset(),
    remediation=say("pipeline.seen.remedy"),
)
"""The claim that `unread` leaves open; it is never proven by itself."""


class _Answer(NamedTuple):
    """What stands of a check's answers on one subject or place; a finding but for its fingerprint.

    Attributes:
        judgement: What is said.
        part: Argument of the part, where no fact tells.
        gap: The gap that cost the verdict.
        gaps: How many cost it.
    """

    judgement: Judgement
    part: str
    gap: Gap | None = None
    gaps: int = 0


def _judge_one(each: Check, facts: Facts, target: Target) -> Iterator[_Answer]:
    first, *later = each.reads
    seen = tuple(facts.read(first))
    part_of = {fact.subject: fact.origin.part for fact in reversed(seen)}
    own_gaps: dict[str, list[Gap]] = defaultdict(list)
    for gap in facts.missing(first):
        own_gaps[gap.subject].append(gap)
    later_gaps = tuple(gap for read in later for gap in facts.missing(read))
    subjects = _subjects(part_of.keys(), own_gaps.keys(), later_gaps)
    if not subjects:
        nothing = Judgement(verdict=Verdict.NOT_APPLICABLE, subject="", facts=(), detail=say("judge.nothing"))
        yield _Answer(nothing, _default_part(each, target))
        return
    problem, said = _ask(each, facts, subjects)
    if "" in subjects and said:
        # everything of the first kind is missing, so failures tell of subjects that nobody named
        subjects = (subjects - {""}) | said.keys()
    default_part = _default_part(each, target)
    is_whole = not (own_gaps or later_gaps or problem)
    for subject in sorted(subjects):
        if is_whole and len(answers := said.get(subject) or []) == 1:  # what most subjects of most checks come to
            yield _Answer(answers[0], part_of[subject])
            continue
        lost = (*own_gaps.get("", ()), *(own_gaps.get(subject, ()) if subject else ()), *later_gaps)
        part = part_of.get(subject) or (lost[0].target if lost else default_part)
        yield from _verdicts(each, subject, part, said.get(subject, ()), lost, problem)


def _subjects(seen: AbstractSet[str], with_gaps: AbstractSet[str], later_gaps: tuple[Gap, ...]) -> AbstractSet[str]:
    """Return the subjects that are due; the empty one stands for all of them where not even their names are known."""
    named = seen | (with_gaps - {""})
    if named:
        return named
    return {""} if with_gaps or later_gaps else set()


def _verdicts(
    each: Check, subject: str, part: str, said: Sequence[Judgement], lost: tuple[Gap, ...], problem: str
) -> Iterator[_Answer]:
    """Yield what stands of a check's answers on one subject, and "not assessed" for what does not."""
    proven = [judgement for judgement in said if _survives(judgement, lost)]
    for judgement in proven:
        yield _Answer(judgement, part)
    if problem:
        yield _unseen(subject, part, _broken(each, part, subject, problem), 1)
    elif lost and all(judgement.within is not None for judgement in proven):
        yield _unseen(subject, part, lost[0], len(lost))
    elif not proven:
        yield _unseen(subject, part, _broken(each, part, subject, "the check gave no verdict"), 1)


def _ask(each: Check, facts: Facts, subjects: AbstractSet[str]) -> tuple[str, dict[str, list[Judgement]]]:
    """Return what is wrong with the check's answers (empty if nothing), and its answers by due subject."""
    said: dict[str, list[Judgement]] = defaultdict(list)
    try:
        for judgement in each.judge(facts):
            said[judgement.subject if judgement.within is None else judgement.within].append(judgement)
    except Exception:  # noqa: BLE001 - the one place where a check may break (style.md §10)
        return traceback.format_exc(limit=-3), {}
    for subject, judgements in said.items():
        plain = [j for j in judgements if j.within is None]
        if subject not in subjects and "" not in subjects:
            return f"it judged {subject!r}, which is no subject of it", {}
        if len(plain) > 1 or (plain and len(judgements) > 1):
            return f"it gave {len(judgements)} verdicts for {subject!r}", {}
    return "", said


def _survives(judgement: Judgement, lost: tuple[Gap, ...]) -> bool:
    if not lost:
        return True
    if judgement.verdict is not Verdict.FAIL:
        return False
    cited = {type(fact).__name__ for fact in judgement.facts}
    return judgement.within is not None or all(gap.kind in cited for gap in lost)


def _default_part(each: Check, target: Target) -> str:
    return next(part.argument for part in target.parts if part.kind in each.part_kinds)


def _broken(each: Check, part: str, subject: str, problem: str) -> Gap:
    return Gap(
        stage=each.stage,
        target=part,
        kind=each.reads[0].kind,
        subject=subject,
        reason="check broken",
        detail=f"{each.id}: {problem}",
        remedy=say("judge.broken.remedy"),
    )


def _unseen(subject: str, part: str, gap: Gap, count: int) -> _Answer:
    judgement = Judgement(
        verdict=Verdict.NOT_ASSESSED,
        subject=subject or part,
        facts=(),
        detail=say("judge.gap", count=count, reason=reason(gap.reason), what=gap.subject or gap.target),
    )
    return _Answer(judgement, part, gap, count)


def _findings(each: Check, answers: Iterable[_Answer], places: _Places) -> Iterator[Finding]:
    """Turn answers into findings, each with its fingerprint.

    The fingerprint is made of rule, subject, normalised evidence, and the number among its equals. Equals are numbered
    in the order of their lines, so two of them swapped keep the same set of fingerprints.
    """
    seen: Counter[tuple[str, str]] = Counter()
    placed = [(_place_of(answer, places), answer) for answer in answers]
    for (target, origins, location), answer in sorted(placed, key=_line):
        judgement = answer.judgement
        evidence = _BLANKS.sub(" ", judgement.evidence).strip() if judgement.evidence else ""
        key = (judgement.subject, evidence)
        number = seen[key]
        seen[key] += 1
        yield Finding(
            id=each.id,
            stage=each.stage,
            target=target,
            subject=judgement.subject,
            verdict=judgement.verdict,
            severity=judgement.severity or each.severity,
            confidence=judgement.confidence or each.confidence,
            title=each.title,
            detail=judgement.detail,
            expected=judgement.expected,
            actual=judgement.actual,
            remediation=each.remediation,
            origins=origins,
            location=location,
            controls=each.controls,
            cwe=each.cwe,
            aliases=(*each.aliases, *judgement.aliases) if judgement.aliases else each.aliases,
            fingerprint=_hash(each.id, judgement.subject, evidence, str(number)),
            moved_fingerprint=_hash(each.id, evidence) if evidence else "",
            gap=answer.gap,
            gaps=answer.gaps,
            suppression=judgement.suppression,
            patch=judgement.patch,
            component=judgement.component,
            vulnerability=judgement.vulnerability,
        )


_Place = tuple[str, "tuple[Origin, ...]", Location | None]
_Places = dict[tuple[int, int, int], _Place]
"""Where answers stand, by the identities of the origins that they rest on: many checks rest on the same ones."""


def _place_of(answer: _Answer, places: _Places) -> _Place:
    """Return the part that an answer belongs to, the origins it rests on, and its place in a file."""
    facts, location = answer.judgement.facts, answer.judgement.location
    if not facts:
        return answer.part, (), location
    # two at most, as nearly always; a tuple of all of them would be as right and take twice as long
    key = (id(facts[0].origin), id(facts[-1].origin), len(facts))
    if key not in places or len(facts) > 2:  # noqa: PLR2004
        origins = tuple(dict.fromkeys(fact.origin for fact in facts))
        places[key] = (origins[0].part, origins, _place(origins))
    found = places[key]
    return found if location is None else (*found[:2], location)


def _place(origins: tuple[Origin, ...]) -> Location | None:
    for origin in origins:
        if origin.file is not None:
            return Location(file=origin.file, line=origin.line, end_line=origin.end_line)
    return None


_BLANKS: Final = re.compile(r"\s+")


def _line(placed: tuple[_Place, _Answer]) -> tuple[str, str, int, str]:
    (target, _origins, place), answer = placed
    return (target, place.file if place else "", (place.line or 0) if place else 0, answer.judgement.subject)


def _hash(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]
