"""One check for each rule of code, and what no rule reads."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from auditor.check import Check, check, fail_at, not_applicable, ok
from auditor.messages import say
from auditor.model.fact import Read
from auditor.model.finding import Confidence, Location, Severity
from auditor.stages.code.facts import CodeMatch, RuleRun, UncoveredLanguage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.check import Judgement
    from auditor.model.fact import Facts
    from auditor.stages.code.rules import Rule, RulePack

PART_KINDS: Final = frozenset({"code"})


def checks(pack: RulePack) -> tuple[Check, ...]:
    """Return a check for every rule of a pack, and those written here."""
    return (*(_check(rule) for rule in pack.rules.values()), languages_covered)


def _check(rule: Rule) -> Check:
    return Check(
        id=rule.id,
        stage="code",
        title=rule.title,
        severity=Severity(rule.severity),
        confidence=Confidence(rule.confidence),
        source=", ".join(f"CWE-{number}" for number in rule.cwe),
        reads=(
            Read(RuleRun.__name__, frozenset({rule.id, rule.tool})),
            Read(CodeMatch.__name__, frozenset(_topics(rule))),
        ),
        judge=_judge_of(rule),
        part_kinds=PART_KINDS,
        why=rule.why,
        remediation=rule.remediation,
        controls=rule.controls,
        cwe=rule.cwe,
        aliases=(str(rule.tag),) if rule.tag else (rule.test,),
        is_partial=rule.is_partial,
        profile=rule.profile,
        references=rule.references,
        defined_in=rule.defined_in,
    )


def _topics(rule: Rule) -> Iterator[str]:
    """Yield the topics of gaps that cost a rule its verdict."""
    yield rule.id
    yield rule.tool
    for language in rule.languages:
        yield language
        yield f"{rule.tool}:{language}"
    for language in rule.parsed:
        yield f"{rule.tool}-parse:{language}"


class _judge_of:  # noqa: N801 - a function that can cross a process border
    """Judge a rule: every place it matched is a failure; a tree without one is good if the rule saw all of it.

    1. A match of bandit that one of semgrep covers (same flaw, overlapping lines) is evidence for the latter, not a
       failure of its own (scan-tools.md §2.5).
    2. A rule that was given no file of its languages says nothing.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def __call__(self, facts: Facts) -> Iterator[Judgement]:
        merged = facts.derive(_merged)
        failed: set[str] = set()
        seconded: set[str] = set()
        for match in facts.of(CodeMatch, self._rule.id):
            if match in merged.covered:
                seconded.add(match.origin.part)
            else:
                failed.add(match.origin.part)
                yield _failure(match, merged.seconded.get(match, ()))
        for run in facts.of(RuleRun, self._rule.id):
            if run.subject in failed:
                continue
            if run.subject in seconded:
                yield ok(run, detail=say("code.covered"))
            elif run.files == 0:
                yield not_applicable(run, reason=say("code.no_file"))
            else:
                yield ok(run, detail=say("code.no_match", files=run.files))


def _failure(match: CodeMatch, seconded: tuple[CodeMatch, ...]) -> Judgement:
    judgement = fail_at(match.origin.part, match, *seconded, evidence=match.evidence)
    place = match.origin
    return replace(
        judgement,
        location=Location(file=match.subject, line=place.line, end_line=place.end_line, snippet=match.snippet),
        suppression=match.suppression,
    )


class _Merge:
    """Which matches of bandit are covered by one of semgrep."""

    def __init__(self, covered: frozenset[CodeMatch], seconded: Mapping[CodeMatch, tuple[CodeMatch, ...]]) -> None:
        self.covered = covered
        self.seconded = seconded


def _merged(facts: Facts) -> _Merge:
    places: dict[tuple[str, str, str], list[CodeMatch]] = defaultdict(list)
    for match in facts.of(CodeMatch):
        if match.tool == "semgrep":
            places[match.origin.part, match.subject, match.capability].append(match)
    covered: set[CodeMatch] = set()
    seconded: dict[CodeMatch, list[CodeMatch]] = defaultdict(list)
    for match in facts.of(CodeMatch):
        if match.tool != "bandit":
            continue
        for other in places.get((match.origin.part, match.subject, match.capability), ()):
            if _overlap(match, other):
                covered.add(match)
                seconded[other].append(match)
    return _Merge(frozenset(covered), {match: tuple(others) for match, others in seconded.items()})


def _overlap(one: CodeMatch, other: CodeMatch) -> bool:
    a, b = one.origin, other.origin
    return (a.line or 0) <= (b.end_line or b.line or 0) and (b.line or 0) <= (a.end_line or a.line or 0)


@check(
    "code-languages-covered",
    say("code.languages.title"),
    stage="code",
    severity=Severity.INFO,
    source="product.md: what could not be seen is shown",
    reads=(UncoveredLanguage,),
    part_kinds=PART_KINDS,
    remediation=say("code.languages.remedy"),
)
def languages_covered(facts: Facts) -> Iterator[Judgement]:
    """Prove nothing: a language without rules is known by its gap, and so is not assessed."""
    del facts
    yield from ()
