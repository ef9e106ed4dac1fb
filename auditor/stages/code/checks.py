"""One check for each rule of code, and what no rule reads."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import Check, fail_at, not_applicable, nothing_found
from auditor.check_data import check_data, checks_of, judges
from auditor.messages import say as severity_name
from auditor.model.fact import Read
from auditor.model.finding import Confidence, Location, Severity, Step
from auditor.model.text import NO_TEXT, Text, literal
from auditor.stages.code import languages
from auditor.stages.code.alike import PASSWORD, flaw_of_way
from auditor.stages.code.context import ADMINISTRATION, CONTEXTS
from auditor.stages.code.facts import (
    CodeMatch,
    CommitHistory,
    CommittedSecret,
    FlowStep,
    RuleRun,
    UncoveredLanguage,
    UnreadFile,
)
from auditor.stages.code.precision import Evidence, side_of, use_of
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.severity import SHOWN, Ground, Needs, is_believed, severity_of, shown_of, strongest
from auditor.stages.code.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.check import Judgement
    from auditor.model.fact import Facts
    from auditor.stages.code.precision import Precision, Reading
    from auditor.stages.code.rules import Rule, RulePack

STAGE: Final = "code"
PART_KINDS: Final = frozenset({"code"})
KEY_IN_REPOSITORY: Final = "CRT-004"
"""Number of a private key in a repository (design/sm-tls-and-keys.md §7.2)."""


def built_in_checks() -> tuple[Check, ...]:
    """Return the checks of the rules that the auditor brings."""
    return checks(rule_pack())


def checks(pack: RulePack) -> tuple[Check, ...]:
    """Return a check for every rule of a pack, and those written here."""
    overlaps = _Overlaps(frozenset((rule.id, other) for rule in pack.rules.values() for other in rule.outranks))
    aliases = {rule.id: _alias(rule) for rule in pack.rules.values()}
    of_rules = (_check(rule, overlaps, aliases, pack.precision) for rule in pack.rules.values())
    return (*of_rules, *checks_of(STAGE, part_kinds=PART_KINDS, judges=JUDGES))


def _alias(rule: Rule) -> str:
    """Return the row of the reference table (scan-tools.md §2.7), or bandit's test."""
    return str(rule.tag) if rule.tag else rule.test


def _check(rule: Rule, overlaps: _Overlaps, aliases: Mapping[str, str], precision: Precision) -> Check:
    return Check(
        id=rule.id,
        stage=STAGE,
        title=rule.title,
        problem=rule.problem,
        severity=Severity(rule.severity),
        confidence=Confidence(rule.confidence),
        source=", ".join(f"CWE-{number}" for number in rule.cwe),
        reads=(
            Read(RuleRun.__name__, frozenset({rule.id, rule.tool, rule.reading}), is_own=True),
            Read(CodeMatch.__name__, frozenset(_topics(rule)), is_own=True),
        ),
        judge=_judge_of(rule, overlaps, aliases, precision),
        part_kinds=PART_KINDS,
        why=rule.why,
        remediation=rule.remediation,
        controls=rule.controls,
        cwe=rule.cwe,
        aliases=(_alias(rule), *((KEY_IN_REPOSITORY,) if rule.capability == "private-key" else ())),
        is_partial=rule.is_partial,
        profile=rule.profile,
        references=rule.references,
        defined_in=rule.defined_in,
        reach=_reach_and_limits(rule),
        rests_on=_rests_on(rule),
        was_read=was_read(rule, precision),
    )


def reach_of(rule: Rule) -> Text:
    """Return how far a rule sees: which languages, and how far it follows a value."""
    names = sorted(rule.parsed) if rule.parsed else []
    shown = say("code.reach.any") if not names or rule.languages > rule.parsed else literal(", ".join(names))
    return say("code.reach", languages=shown, scope=say(f"code.reach.{rule.scope}"))


def _reach_and_limits(rule: Rule) -> Text:
    """Return how far a rule sees, and the packages into which it does not."""
    reach = reach_of(rule)
    for key, packages in (("code.reach.not_into", rule.not_followed), ("code.reach.not_by", rule.not_brought_in)):
        if packages:
            reach = say(key, reach=reach, packages=", ".join(sorted(packages, key=str.casefold)))
    return reach


def _rests_on(rule: Rule) -> Text:
    """Return what the severity of a rule's findings rests on; empty where it is low in any case."""
    if Severity(rule.severity) in _UNEARNED:
        return NO_TEXT
    is_shown = rule.rests_on == Needs.TEXT and rule.capability in SHOWN and bool(rule.languages & _PROVEN)
    return say(f"code.rests_on.text.{rule.capability}" if is_shown else f"code.rests_on.{rule.rests_on}")


def was_read(rule: Rule, precision: Precision) -> Text:
    """Return what was read of a rule's findings on real platforms, and where it made them low; empty if nothing was."""
    if Severity(rule.severity) in _UNEARNED:
        return NO_TEXT
    read = precision.of_checks.get(rule.id, {})
    said = [
        _cell(shows, reading, precision.held_against(rule.id, shows))
        for shows, reading in sorted(read.items(), key=str)
    ]
    return reduce(lambda told, also: say("code.flow.also", flow=told, also=also), said) if said else NO_TEXT


def _cell(shows: Evidence, reading: Reading, held_against: Sequence[Reading]) -> Text:
    """Return what was read with one kind of evidence, and what of its like where that made it low."""
    side, shown = say(f"code.side.{shows.side}"), say(f"code.shown.{shows.shown}")
    giver, use = say(f"code.giver.{shows.giver or 'nobody'}"), say(f"code.use.{shows.use or 'none'}")
    counts = {
        "side": side,
        "shown": shown,
        "giver": giver,
        "use": use,
        "are_true": reading.are_true,
        "read": reading.read,
    }
    if is_believed(held_against):
        return say("code.was_read", **counts)
    nearest = held_against[-1]
    if nearest == reading:
        return say("code.was_read.low", **counts)
    like = say(f"code.like.{nearest.common}", are_true=nearest.are_true, read=nearest.read)
    return say("code.was_read.like", **counts, like=like)


_PROVEN: Final = frozenset({languages.TYPESCRIPT, languages.YAML, languages.CONFIGURATION})
"""Of these the syntax tree, or what stands beside a setting, has to show what the lines prove."""


def _topics(rule: Rule) -> Iterator[str]:
    """Yield the topics of gaps that cost a rule its verdict."""
    yield rule.id
    yield rule.tool
    for language in rule.languages:
        yield language
        yield f"{rule.tool}:{language}"
    for language in rule.parsed:
        yield f"{rule.tool}-parse:{language}"
        if rule.asks_for_a_way:
            yield f"{rule.tool}-way:{language}"


class _judge_of:  # noqa: N801 - a function that can cross a process border
    """Judge a rule: every place it matched is a failure; in a tree without one nothing was found, which proves nothing.

    1. A match that another covers (same flaw, overlapping lines) is evidence for the latter, not a failure of its own
       (scan-tools.md §2.5): one flaw is one finding.
    2. One flaw that stands in many places (`alike`) is one failure, and all of its places are named.
    3. A rule all of whose matches are covered, or that was given no file of its languages, says nothing.
    """

    def __init__(self, rule: Rule, overlaps: _Overlaps, aliases: Mapping[str, str], precision: Precision) -> None:
        self._rule = rule
        self._overlaps = overlaps
        self._aliases = aliases
        self._precision = precision

    def __call__(self, facts: Facts) -> Iterator[Judgement]:
        merged = facts.derive(self._overlaps)
        failed: set[str] = set()
        seconded: set[str] = set()
        alike: dict[tuple[str, ...], list[CodeMatch]] = defaultdict(list)
        for match in facts.of(CodeMatch, self._rule.id):
            if match in merged.covered:
                seconded.add(match.origin.part)
                continue
            failed.add(match.origin.part)
            seconded_by = merged.seconded.get(match, ())
            ground = strongest(match.ground, *(other.ground for other in seconded_by))
            # whoever asked for silence at one place did not ask for it at the others
            asks = match.suppression is not None
            way = "" if asks else flaw_of_way(_with_way(match, seconded_by).steps, ground, match.subject)
            if flaw := match.flaw or way:
                alike[match.origin.part, flaw, match.context, match.severity, ground].append(match)
            else:
                yield self._failure(match, seconded_by)
        for matches in alike.values():
            # the finding stands at a password, not at the name of the user that is spelled as it is
            first, *others = sorted(matches, key=lambda each: (not _names_secret(each), each.subject, _lines(each)))
            of_all = (other for each in (first, *others) for other in merged.seconded.get(each, ()))
            yield self._failure(first, tuple(dict.fromkeys(of_all)), tuple(others))
        for run in facts.of(RuleRun, self._rule.id):
            if run.subject in failed:
                continue
            if run.subject in seconded:
                yield not_applicable(run, reason=say("code.covered"))
            elif run.files == 0:
                yield not_applicable(run, reason=say("code.no_file"))
            else:
                unseen = "code.no_match.unseen" if run.unseen else "code.no_match"
                found = say(unseen, files=run.files, unseen=run.unseen)
                yield nothing_found(run, detail=say("code.searched", found=found, reach=reach_of(self._rule)))

    def _readings_of(self, match: CodeMatch, ground: str) -> Sequence[Reading]:
        """Return what was read of the like of a match; nothing where it shows nothing, or too little was read."""
        shown = shown_of(ground, match.steps, match.source)
        if shown is None:
            return ()
        side = side_of(match.subject)
        use = use_of(self._rule.capability, side, match.snippet)
        return self._precision.held_against(self._rule.id, Evidence(side, *shown, use))

    def _failure(
        self, match: CodeMatch, seconded: tuple[CodeMatch, ...], alike: tuple[CodeMatch, ...] = ()
    ) -> Judgement:
        others = sorted({other.rule for other in seconded})
        detail = say("code.seconded", checks=", ".join(others)) if others else NO_TEXT
        wanted = Severity(match.severity or self._rule.severity)
        ground = strongest(match.ground, *(other.ground for other in seconded))
        way = _with_way(match, seconded)
        readings = self._readings_of(way, ground)
        is_checked = match.severity == "info" or (ground == Ground.NONE and _is_checked(match, seconded))
        severity = severity_of(Severity.INFO if is_checked else wanted, ground, readings)
        context = match.context or _context_of_ways(match, seconded)
        if context:
            what = say(f"code.context.{context}")
            detail = (
                say("code.context.seconded", what=what, seconded=detail) if others else say("code.context", what=what)
            )
            severity = _lowered(severity)
        match = way
        if match.steps:
            places = " → ".join(f"{file}:{line} {name}" for file, line, name in match.steps[:_SHOWN_STEPS])
            source = say(f"code.source.{match.source}")
            flow = say("code.flow.review" if is_checked else "code.flow", source=source, way=places)
            detail = say("code.flow.also", flow=flow, also=detail) if detail.en else flow
        if alike:
            named = [f"{each.subject}:{each.origin.line}" for each in (match, *alike)]
            shown = ", ".join((*named[:_SHOWN_PLACES], *(["…"] if len(named) > _SHOWN_PLACES else [])))
            kind = PASSWORD if match.flaw.startswith(PASSWORD) else "flaw"
            same = say(f"code.places.{kind}", count=len(named), places=shown)
            detail = say("code.flow.also", flow=same, also=detail) if detail.en else same
        is_said = bool(context) or (bool(match.steps) and ground == Ground.FLOW)
        why = why_seldom(wanted, readings) or (NO_TEXT if is_said else why_severity(wanted, ground))
        if why.en:
            detail = say("code.flow.also", flow=why, also=detail) if detail.en else why
        place = match.origin
        return replace(
            fail_at(place.part, match, *alike, *seconded, *_steps(match), evidence=match.evidence, detail=detail),
            location=_location(match),
            suppression=match.suppression,
            severity=severity if severity.value != self._rule.severity else None,
            confidence=Confidence(match.confidence) if match.confidence else None,
            aliases=tuple(self._aliases[other] for other in others if other in self._aliases),
            context=match.context if match.context in CONTEXTS else "",
            steps=tuple(Step(file=file, line=line, name=name) for file, line, name in match.steps),
            also_at=tuple((_location(each), each.evidence) for each in alike),
        )


def _context_of_ways(match: CodeMatch, seconded: tuple[CodeMatch, ...]) -> str:
    """Return that only administrators get to a match, where all ways that its severity rests on begin with them."""
    ways = [each for each in seconded if each.ground == Ground.FLOW and each.steps]
    is_theirs = match.ground == Ground.NONE and ways and all(each.context == ADMINISTRATION for each in ways)
    return ADMINISTRATION if is_theirs else ""


def _location(match: CodeMatch) -> Location:
    return Location(
        file=match.subject,
        line=match.origin.line,
        end_line=match.origin.end_line,
        snippet=match.snippet,
        before=match.before,
        after=match.after,
    )


def why_severity(wanted: Severity, ground: str) -> Text:
    """Return what the severity of a finding rests on, in words; empty where it was none to be earned."""
    if wanted in _UNEARNED:
        return NO_TEXT
    return say(f"code.ground.{ground}", severity=severity_name(f"severity.{wanted.value}"))


def why_seldom(wanted: Severity, readings: Sequence[Reading]) -> Text | None:
    """Return that the like of a finding was true too seldom to be more than low, in words; none where it was not."""
    if is_believed(readings) or wanted in _UNEARNED:
        return None
    reading = readings[-1]
    severity = severity_name(f"severity.{wanted.value}")
    return say(f"code.seldom.{reading.common}", are_true=reading.are_true, read=reading.read, severity=severity)


def _is_checked(match: CodeMatch, seconded: Sequence[CodeMatch]) -> bool:
    """Tell whether a match shows nothing itself, and what looks like a check stands on all ways known to lead to it."""
    ways = [each for each in seconded if each.steps]
    return not match.steps and bool(ways) and all(each.severity == "info" for each in ways)


def _with_way(match: CodeMatch, seconded: tuple[CodeMatch, ...]) -> CodeMatch:
    """Return a match with the way that another engine followed to the same place."""
    longest = max((match, *seconded), key=lambda each: len(each.steps))
    return replace(match, steps=longest.steps, source=longest.source)


def _steps(match: CodeMatch) -> Iterator[FlowStep]:
    """Yield the places that a value passes on its way, for the reports."""
    for file, line, name in match.steps:
        origin = replace(match.origin, file=file, line=line, end_line=line)
        yield FlowStep(subject=file, origin=origin, name=name)


_UNEARNED: Final = frozenset({Severity.LOW, Severity.INFO})
"""Severities that need no evidence of their own."""
_SHOWN_STEPS: Final = 12
_SHOWN_PLACES: Final = 40
_WORD: Final = re.compile(r"[\w.-]+")
_TOOLS: Final = ("semgrep", "pysa", "bandit")
"""Of two tools that see one flaw the first one tells it, and the other is its second evidence."""
_STEPS: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW, Severity.INFO)
_CONTEXT_STEPS: Final = 2


def _lowered(severity: Severity) -> Severity:
    """Return the severity of a flaw that stands in no code of the running service."""
    return _STEPS[min(_STEPS.index(severity) + _CONTEXT_STEPS, len(_STEPS) - 1)]


@dataclass(frozen=True, slots=True)
class _Merge:
    """Which matches are covered by others.

    Attributes:
        covered: Those that another covers.
        seconded: By match that nothing covers: those it covers, and those that they would.
    """

    covered: frozenset[CodeMatch]
    seconded: Mapping[CodeMatch, tuple[CodeMatch, ...]]


@dataclass(frozen=True, slots=True)
class _Overlaps:
    """Finds the matches that tell of one flaw.

    Attributes:
        outranked: (check, the one that yields to it); free of circles.
    """

    outranked: frozenset[tuple[str, str]]

    def __call__(self, facts: Facts) -> _Merge:
        files: dict[tuple[str, str], list[CodeMatch]] = defaultdict(list)
        for match in facts.of(CodeMatch):
            files[match.origin.part, match.subject].append(match)
        above: dict[CodeMatch, list[CodeMatch]] = defaultdict(list)
        for matches in files.values():
            for one, other in _overlapping(matches):
                if self._covers(one, other):
                    above[other].append(one)
                elif self._covers(other, one):
                    above[one].append(other)
        seconded: dict[CodeMatch, dict[CodeMatch, None]] = defaultdict(dict)
        for match in above:
            for top in _tops(match, above):
                seconded[top][match] = None
        return _Merge(frozenset(above), {match: tuple(others) for match, others in seconded.items()})

    def _covers(self, one: CodeMatch, other: CodeMatch) -> bool:
        if one.severity == Severity.INFO.value and other.severity != Severity.INFO.value:
            return False  # a hint to review does not take the place of a finding
        if (one.rule, other.rule) in self.outranked:
            return True
        if one.rule == other.rule:
            return _lines(one) != _lines(other) and _is_inside(other, one)
        if one.capability != other.capability:
            return False
        return _TOOLS.index(one.tool) < _TOOLS.index(other.tool)


def _overlapping(matches: list[CodeMatch]) -> Iterator[tuple[CodeMatch, CodeMatch]]:
    """Yield each pair of matches of one file that share a line."""
    in_order = sorted(matches, key=_lines)
    for number, one in enumerate(in_order):
        _first, last = _lines(one)
        for other in in_order[number + 1 :]:
            if _lines(other)[0] > last:
                break
            yield one, other


def _names_secret(match: CodeMatch) -> bool:
    """Tell whether the line of a match names a password or its like."""
    from auditor.masking.names import is_secret_name  # noqa: PLC0415 - lists of checks go without

    return any(map(is_secret_name, _WORD.findall(match.snippet)))


def _lines(match: CodeMatch) -> tuple[int, int]:
    first = match.origin.line or 0
    return first, match.origin.end_line or first


def _is_inside(match: CodeMatch, other: CodeMatch) -> bool:
    """Tell whether the lines of a match are some of those of another."""
    (first, last), (outer_first, outer_last) = _lines(match), _lines(other)
    return outer_first <= first and last <= outer_last


def _tops(match: CodeMatch, above: Mapping[CodeMatch, list[CodeMatch]]) -> Iterator[CodeMatch]:
    """Yield the matches over one that nothing covers."""
    if match not in above:
        yield match
        return
    for other in above[match]:
        yield from _tops(other, above)


@judges("code-languages-covered", reads=(UncoveredLanguage,))
def languages_covered(facts: Facts) -> Iterator[Judgement]:
    """Prove nothing: a language without rules is known by its gap, and so is not assessed."""
    del facts
    yield from ()


@judges("code-files-read", reads=(UnreadFile,))
def files_read(facts: Facts) -> Iterator[Judgement]:
    """Prove nothing: a file that was not read is known by its gap, and so is not assessed."""
    del facts
    yield from ()


_HISTORY_CHECK: Final = "secret-absent-from-history"


def _reach_in_history() -> Text:
    said = check_data(STAGE).rows[_HISTORY_CHECK]["reach"]
    return Text(said["en"], said["zh"])


@judges(_HISTORY_CHECK, reads=(CommitHistory, CommittedSecret))
def history_without_secrets(facts: Facts) -> Iterator[Judgement]:
    """Fail each secret in a history; a search that came to its end without one proves nothing."""
    failed: set[str] = set()
    for secret in facts.of(CommittedSecret):
        failed.add(secret.origin.part)
        what = say(f"code.history.{'named' if secret.is_named else 'shaped'}", rule=secret.rule)
        told = say(
            "code.history.committed", what=what, commit=secret.commit[:12], date=secret.date[:10], places=secret.places
        )
        severity = Severity.MEDIUM if secret.is_named else Severity.HIGH
        if secret.context:
            told = say("code.history.context", told=told, what=say(f"code.context.{secret.context}"))
            severity = _lowered(severity)
        yield replace(
            fail_at(secret.origin.part, secret, evidence=secret.evidence, detail=told),
            location=Location(file=secret.subject, line=secret.origin.line, snippet=secret.snippet),
            severity=severity,
            confidence=Confidence.LOW if secret.is_named else None,
            context=secret.context if secret.context in CONTEXTS else "",
        )
    for history in facts.of(CommitHistory):
        if history.subject not in failed:
            yield nothing_found(
                history,
                detail=say("code.history.searched", commits=history.commits, reach=_reach_in_history()),
            )


JUDGES: Final = (languages_covered, files_read, history_without_secrets)
"""What stands in ``rulesets/code/checks.yaml`` and in no rule."""
