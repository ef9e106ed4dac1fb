"""How facts and gaps become findings: what checks say is asked for, held against what was not seen, and numbered."""

from __future__ import annotations

import hashlib
import re
import traceback
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from auditor import reasons
from auditor.check import Check, Judgement
from auditor.messages import say
from auditor.model.fact import Gap, Read
from auditor.model.finding import (
    Finding,
    FurtherPlace,
    Location,
    Severity,
    Unseen,
    Verdict,
)
from auditor.model.text import NO_TEXT, reason_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor.model.fact import Facts, Origin
    from auditor.model.system import System


@dataclass(frozen=True, slots=True)
class Judged:
    """What was concluded of one system.

    Attributes:
        findings: Unordered; where a gap cost a verdict, it is named by its number.
        gaps: Those of the facts, in their order, and then those that broken checks left.
    """

    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]

    def __iter__(self) -> Iterator[Finding]:
        """Iterate over the findings."""
        return iter(self.findings)


Key = tuple[str, str]
"""A subject: the id of its part and its name there."""


def judge(
    checks: Iterable[Check], facts: Facts, system: System, first_gap: int = 0, also: Sequence[Gap] = ()
) -> Judged:
    """Judge one system by every check that has something to say about its parts.

    1. The first kind in ``reads`` names the subjects (facts seen, and gaps of that kind), each in its part. Each gets
       one verdict, or one failure for each place found bad inside it.
    2. A subject without a verdict is not assessed; if a check contradicts itself or raises, all its subjects are.
    3. A gap costs its subject the verdict (a gap in a later kind: every subject), except a failure that cites a
       fact of the missing kind, which is proven whatever else is missing.
    4. No subjects and no gaps: one not-applicable finding.
    5. A gap that costs no check its verdict, because none reads its kind, is a finding of its own: without this it
       would be silence, and silence would be a pass.

    Args:
        checks: All that may apply.
        facts: What is known of the system.
        system: Whose parts say which checks apply.
        first_gap: Number that the first gap of this system will have in the record.
        also: Gaps of the run itself, which no check reads.
    """
    kinds = {part.kind for part in system.parts}
    applying = [each for each in checks if each.part_kinds & kinds]
    findings = _Findings(facts.gaps, first_gap)
    for each in applying:
        findings.add(each, _judge_one(each, facts, system))
    reads = {read for each in applying for read in each.reads}
    is_read = {
        (kind, topic): any(read.takes(kind, topic) for read in reads)
        for kind, topic in {(gap.kind, gap.topic) for gap in facts.gaps}
    }
    for gap in (*facts.gaps, *also):
        if not is_read.get((gap.kind, gap.topic)):  # 5
            findings.add(EVERYTHING_SEEN, [_unseen(gap.subject, gap.target, gap, 1)])
    return Judged(tuple(findings.made), tuple(findings.gaps))


EVERYTHING_SEEN: Final = Check(
    id="pipeline-everything-seen",
    stage="pipeline",
    title=say("pipeline.seen.title"),
    problem=say("pipeline.seen.problem"),
    severity=Severity.INFO,
    source="product.md §1: what was not checked and why",
    reads=(),
    judge=lambda _facts: (),
    part_kinds=frozenset(),
    remediation=say("pipeline.seen.remedy"),
)
"""The claim that rule 5 leaves open; it is never proven by itself."""


class _Answer(Struct, frozen=True, gc=False):
    """What stands of a check's answers on one subject or place; a finding but for its fingerprint.

    Attributes:
        judgement: What is said.
        part: Id of the part, where no fact tells.
        gap: The gap that cost the verdict.
        gaps: How many cost it.
    """

    judgement: Judgement
    part: str
    gap: Gap | None = None
    gaps: int = 0


def _judge_one(each: Check, facts: Facts, system: System) -> Iterator[_Answer]:
    first, *later = each.reads
    seen = {(fact.origin.part, fact.subject) for fact in facts.read(first)}
    own = _OwnGaps(first, facts.missing(first), seen)
    later_gaps = tuple((read.is_own, gap) for read in later for gap in facts.missing(read))
    subjects = seen | own.named.keys() | own.unnamed(seen)
    if not subjects and later_gaps:
        parts = {gap.target for is_own, gap in later_gaps if is_own} or {later_gaps[0][1].target}
        subjects = {(part, "") for part in parts}
    if not subjects:
        nothing = Judgement(verdict=Verdict.NOT_APPLICABLE, subject="", facts=(), detail=say("judge.nothing"))
        yield _Answer(nothing, _default_part(each, system))
        return
    problem, said = _ask(each, facts)
    if not (own.gaps or later_gaps or problem) and _is_plain(said, subjects):  # what nearly all checks come to
        del seen, subjects
        said.reverse()
        while said:  # taken one by one: a million answers and their findings do not lie side by side
            judgement = said.pop()
            yield _Answer(judgement, judgement.facts[0].origin.part)
        return
    by_subject = _by_subject(said)
    problem = problem or _contradiction(by_subject, subjects)
    if problem:
        by_subject.clear()
    if by_subject and (blind := {key for key in subjects if not key[1]}):
        # everything of the first kind is missing, so failures tell of subjects that nobody named
        named = {part for part, _subject in by_subject}
        subjects = (subjects - {key for key in blind if key[0] in named or not first.is_own}) | by_subject.keys()
    for key in sorted(subjects):
        part, subject = key
        lost = (*own.of(key), *(gap for is_own, gap in later_gaps if not is_own or gap.target == part))
        yield from _verdicts(each, subject, part, by_subject.pop(key, ()), lost, problem)


def _is_plain(said: Sequence[Judgement], subjects: AbstractSet[Key]) -> bool:
    """Tell whether there is one answer for each due subject, and nothing else."""
    return (
        len(said) == len(subjects)
        and all(judgement.within is None for judgement in said)
        and {(judgement.facts[0].origin.part, judgement.subject) for judgement in said} == subjects
    )


class _OwnGaps:
    """Gaps of the kind that names the subjects: by subject, and those of everything in a part.

    Where a check does not keep to the subject's own part, what is missing in one part of a system may be about a
    subject that was seen in another.
    """

    def __init__(self, first: Read, gaps: tuple[Gap, ...], seen: AbstractSet[Key]) -> None:
        self.gaps = gaps
        self.named: dict[Key, list[Gap]] = defaultdict(list)
        self._whole: list[Gap] = []
        self._is_own = first.is_own
        parts_of: dict[str, list[str]] = defaultdict(list)
        if gaps and not first.is_own:
            for part, subject in seen:
                parts_of[subject].append(part)
        for gap in gaps:
            if not gap.subject:
                self._whole.append(gap)
            elif first.is_own or (gap.target, gap.subject) in seen or gap.subject not in parts_of:
                self.named[gap.target, gap.subject].append(gap)
            else:
                for part in parts_of[gap.subject]:
                    self.named[part, gap.subject].append(gap)

    def unnamed(self, seen: AbstractSet[Key]) -> set[Key]:
        """Return what stands for the subjects of parts where not even their names are known."""
        if self._is_own:
            with_names = {part for part, _subject in seen | self.named.keys()}
            return {(gap.target, "") for gap in self._whole if gap.target not in with_names}
        return {(self._whole[0].target, "")} if self._whole and not seen and not self.named else set()

    def of(self, key: Key) -> Iterator[Gap]:
        """Iterate over the gaps that cost a subject its verdict."""
        yield from (gap for gap in self._whole if not self._is_own or gap.target == key[0])
        if key[1]:
            yield from self.named.get(key, ())


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


def _ask(each: Check, facts: Facts) -> tuple[str, list[Judgement]]:
    """Return how the check broke (empty if it did not), and its answers."""
    try:
        return "", _answers(each, facts)
    except Exception:  # noqa: BLE001 - the one place where a check may break (style.md §10)
        from auditor.masking import mask_text  # noqa: PLC0415 - only where a check breaks

        return mask_text(traceback.format_exc(limit=-3)), []


def _answers(each: Check, facts: Facts) -> list[Judgement]:
    """Return what a check says.

    Raises:
        ValueError: A judgement rests on no fact.
    """
    said = list(each.judge(facts))
    if not all(judgement.facts for judgement in said):
        message = "a judgement rests on no fact"
        raise ValueError(message)
    return said


def _by_subject(said: Iterable[Judgement]) -> dict[Key, list[Judgement]]:
    found: dict[Key, list[Judgement]] = defaultdict(list)
    for judgement in said:
        subject = judgement.subject if judgement.within is None else judgement.within
        found[judgement.facts[0].origin.part, subject].append(judgement)
    return found


def _contradiction(said: Mapping[Key, Sequence[Judgement]], subjects: AbstractSet[Key]) -> str:
    """Return what is wrong with the answers of a check, empty if nothing."""
    is_blind = any(not subject for _part, subject in subjects)
    for key, judgements in said.items():
        if key not in subjects and not is_blind:
            return f"it judged {key[1]!r}, which is no subject of it in {key[0]}"
        if len(judgements) == 1:
            continue
        plain = [j for j in judgements if j.within is None]
        if len(plain) > 1 or (plain and len(judgements) > 1):
            return f"it gave {len(judgements)} verdicts for {key[1]!r}"
    return ""


def _survives(judgement: Judgement, lost: tuple[Gap, ...]) -> bool:
    if not lost:
        return True
    if judgement.verdict is not Verdict.FAIL or judgement.by_absence:
        return False
    cited = {type(fact).__name__ for fact in judgement.facts}
    return judgement.within is not None or all(gap.kind in cited for gap in lost)


def _default_part(each: Check, system: System) -> str:
    return next(part.argument for part in system.parts if part.kind in each.part_kinds)


def _broken(each: Check, part: str, subject: str, problem: str) -> Gap:
    return Gap(
        stage=each.stage,
        target=part,
        kind=each.reads[0].kind,
        subject=subject,
        reason=reasons.CHECK_BROKEN,
        detail=f"{each.id}: {problem}",
        remedy=say("judge.broken.remedy"),
    )


def _unseen(subject: str, part: str, gap: Gap, count: int) -> _Answer:
    judgement = Judgement(
        verdict=Verdict.NOT_ASSESSED,
        subject=subject or part,
        facts=(),
        detail=say("judge.gap", count=count, reason=reason_text(gap.reason), what=gap.subject or gap.target),
    )
    return _Answer(judgement, part, gap, count)


def _blank(each: Check) -> Finding:
    """Return what all findings of a check have in common; to fill in a copy takes a seventh of making each anew."""
    return Finding(
        id=each.id,
        stage=each.stage,
        target="",
        subject="",
        verdict=Verdict.NOT_ASSESSED,
        severity=each.severity,
        title=each.title,
        detail=NO_TEXT,
        expected=NO_TEXT,
        actual=NO_TEXT,
        origins=(),
        location=None,
        controls=dict(sorted(each.controls.items())),
        cwe=each.cwe,
        confidence=each.confidence,
        fingerprint="",
        remediation=each.remediation,
        waived=None,
        aliases=each.aliases,
    )


def _says_more(judgement: Judgement) -> bool:
    """Tell whether a judgement may say more than a subject, a verdict, and what decided: a pass rarely does."""
    return bool(
        judgement.verdict is not Verdict.PASS
        or judgement.evidence
        or judgement.severity
        or judgement.component
        or judgement.context
        or judgement.controls
        or judgement.confidence
        or judgement.waived
        or judgement.aliases
        or judgement.suppression
        or judgement.patch
        or judgement.vulnerability
        or judgement.steps
        or judgement.part_of
        or judgement.apart
    )


def _said_more(found: Finding, each: Check, judgement: Judgement, gap: Unseen | None) -> Finding:
    """Return a finding with all else that a judgement says."""
    evidence = _plain(judgement.evidence)
    return replace(
        found,
        severity=judgement.severity or each.severity,
        controls=found.controls if judgement.controls is None else {**found.controls, **judgement.controls},
        confidence=judgement.confidence or each.confidence,
        waived=judgement.waived,
        problem=each.problem if judgement.verdict is Verdict.FAIL and each.problem.en else None,
        aliases=(*each.aliases, *judgement.aliases),
        moved_fingerprint=_hash(each.id, evidence) if evidence else "",
        gap=gap,
        suppression=judgement.suppression,
        patch=judgement.patch,
        component=judgement.component,
        vulnerability=judgement.vulnerability,
        context=judgement.context,
        steps=judgement.steps,
        part_of=judgement.part_of,
        apart=judgement.apart,
    )


class _Findings:
    """Turns answers into findings, each with its fingerprint and the number of the gap that cost its verdict."""

    def __init__(self, gaps: Sequence[Gap], first_gap: int) -> None:
        self.made: list[Finding] = []
        self.gaps = list(gaps)
        self._first = first_gap
        self._number = {id(gap): number for number, gap in enumerate(gaps)}
        self._places: _Places = {}
        self._unseen: dict[tuple[int, int], Unseen] = {}

    def add(self, each: Check, answers: Iterable[_Answer]) -> None:
        """Add what one check says.

        The fingerprint is made of rule, subject, normalised evidence, and the number among its equals in its part.
        Equals are numbered in the order of their lines, so two of them swapped keep the same set of fingerprints.
        """
        # by part, then by subject and, where there is more, what tells them apart: no key of its own for each pass
        seen: dict[str, dict[str | tuple[str, str], int]] = defaultdict(dict)

        def numbered(target: str, subject: str, evidence: str) -> str:
            key = (subject, evidence) if evidence else subject
            number = seen[target].get(key, 0)
            seen[target][key] = number + 1
            return _hash(each.id, subject, evidence, str(number))

        blank = _blank(each)
        placed = list(_in_line(answers, self._places))
        placed.sort()  # without keys, which would take as much memory again
        placed.reverse()
        while placed:  # taken one by one: a million answers and their findings do not lie side by side
            target, _file, _line, _subject, _number, answer, origins, location = placed.pop()
            judgement = answer.judgement
            evidence = _plain(judgement.evidence)
            found = replace(
                blank,
                target=target,
                subject=judgement.subject,
                verdict=judgement.verdict,
                detail=judgement.detail,
                expected=judgement.expected,
                actual=judgement.actual,
                origins=origins,
                location=location,
                fingerprint=numbered(target, judgement.subject, evidence),
            )
            if answer.gap or _says_more(judgement):
                found = _said_more(found, each, judgement, self._told(answer.gap, answer.gaps) if answer.gap else None)
            if judgement.also_at:
                places = [
                    FurtherPlace(
                        file=also.file,
                        line=also.line,
                        end_line=also.end_line,
                        snippet=also.snippet,
                        fingerprint=numbered(target, also.file, _plain(text)),
                    )
                    for also, text in judgement.also_at
                ]
                found = replace(found, places=tuple(places))
            self.made.append(found)

    def _told(self, gap: Gap, count: int) -> Unseen:
        if id(gap) not in self._number:
            self._number[id(gap)] = len(self.gaps)
            self.gaps.append(gap)  # kept, so that its identity stays its own
        key = (self._number[id(gap)], count)
        if key not in self._unseen:
            self._unseen[key] = Unseen(
                index=self._first + key[0],
                reason=gap.reason,
                subject=gap.subject,
                gap_class=gap.gap_class,
                count=count,
            )
        return self._unseen[key]


_Place = tuple[str, str, int, "tuple[Origin, ...]", Location | None]
"""Part, file and line; the origins; the place in the file."""
_Places = dict[tuple[int, int, int], _Place]
"""Where answers stand, by the identities of the origins that they rest on: many checks rest on the same ones."""
_Placed = tuple[str, str, int, str, int, _Answer, "tuple[Origin, ...]", Location | None]
"""An answer as it is sorted: part, file, line, subject, then a number of its own, so that nothing else is compared."""


def _in_line(answers: Iterable[_Answer], places: _Places) -> Iterator[_Placed]:
    for number, answer in enumerate(answers):
        part, file, line, origins, location = _place_of(answer, places)
        yield part, file, line, answer.judgement.subject, number, answer, origins, location


_PLACES_KEPT: Final = 200_000
"""280 bytes each (measured): with more subjects than that they take more than they save."""


def _place_of(answer: _Answer, places: _Places) -> _Place:
    """Return the part that an answer belongs to, the origins it rests on, and its place in a file."""
    facts, location = answer.judgement.facts, answer.judgement.location
    if not facts:
        return _placed(answer.part, (), location)
    # two at most, as nearly always; a tuple of all of them would be as right and take twice as long
    key = (id(facts[0].origin), id(facts[-1].origin), len(facts))
    found = places.get(key)
    if found is None or len(facts) > 2:  # noqa: PLR2004
        if len(places) > _PLACES_KEPT:
            places.clear()
        origins = (facts[0].origin,) if len(facts) == 1 else tuple(dict.fromkeys([fact.origin for fact in facts]))
        found = places[key] = _placed(origins[0].part, origins, _place(origins))
    return found if location is None else _placed(found[0], found[3], location)


def _placed(part: str, origins: tuple[Origin, ...], place: Location | None) -> _Place:
    return (part, place.file, place.line or 0, origins, place) if place else (part, "", 0, origins, place)


def _place(origins: tuple[Origin, ...]) -> Location | None:
    for origin in origins:
        if origin.file is not None:
            return Location(file=origin.file, line=origin.line, end_line=origin.end_line)
    return None


_BLANKS: Final = re.compile(r"\s+")


def _plain(evidence: str) -> str:
    return _BLANKS.sub(" ", evidence).strip() if evidence else ""


def _hash(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]
