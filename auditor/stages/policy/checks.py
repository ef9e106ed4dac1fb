"""Turns every Rego package into a check: METADATA says what it claims, OPA's results what it found."""

from __future__ import annotations

from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Final

from auditor.check import Check, Judgement, not_applicable, ok
from auditor.model.fact import Read
from auditor.model.finding import Location, Severity, Verdict
from auditor.model.text import Text
from auditor.stages.policy.answers import STAGE, reads, topics
from auditor.stages.policy.domain import domain_named, domains
from auditor.stages.policy.facts import PolicyResult
from auditor.stages.policy.metadata import built_in
from auditor.stages.policy.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from auditor.model.fact import Fact, Facts
    from auditor.stages.policy.domain import Domain, Policy


def built_in_checks() -> tuple[Check, ...]:
    """Return the checks of the policies that the auditor brings."""
    return checks(built_in())


def checks(policies: Iterable[Policy]) -> tuple[Check, ...]:
    """Return one check per package, in their order."""
    return tuple(_check(policy) for policy in policies)


def _check(policy: Policy) -> Check:
    domain = domain_named(policy.domain)
    return Check(
        id=policy.id,
        stage=STAGE,
        title=policy.title,
        problem=policy.problem,
        severity=policy.severity,
        source=policy.source,
        reads=(Read(PolicyResult.__name__, topics(policy)), *reads(policy)),
        judge=partial(_judge, policy, domain),
        part_kinds=domain.part_kinds if policy.is_about_whole else domain.item_part_kinds,
        why=policy.why,
        remediation=policy.remediation,
        controls=policy.controls,
        cwe=policy.cwe,
        aliases=policy.aliases,
        is_partial=policy.is_partial,
        defined_in=policy.file if policy.is_users else f"policies/{policy.file}",
    )


def _judge(policy: Policy, domain: Domain, facts: Facts) -> Iterator[Judgement]:
    """Pass on what OPA said; a failure rests on the facts that it cites, too."""
    for result in facts.of(PolicyResult, policy.id):
        match result.outcome:
            case "pass":
                yield ok(result, expected=result.expected, actual=result.actual)
            case "not_applicable":
                yield not_applicable(result, reason=result.detail)
            case "fail":
                is_part = policy.part_of and result.subject in facts.derive(_failing(policy.part_of))
                yield Judgement(
                    verdict=Verdict.FAIL,
                    subject=result.subject,
                    facts=(result, *_cited(result, domain, facts)),
                    detail=_why(result.expected, result.actual),
                    expected=result.expected,
                    actual=result.actual,
                    patch=result.patch,
                    by_absence=policy.fails_by_absence,
                    apart=result.apart,
                    location=_shown(result),
                    severity=Severity(result.severity) if result.severity else None,
                    part_of=policy.part_of if is_part else "",
                    controls={domain.benchmark: result.controls} if result.controls else None,
                )


def _shown(result: PolicyResult) -> Location | None:
    """Return the place of a failure with the lines around it, where they are kept."""
    line, before, after = result.excerpt
    at = result.origin
    if not line or at.file is None:
        return None
    return Location(file=at.file, line=at.line, end_line=at.end_line, snippet=line, before=before, after=after)


@cache
def _failing(check: str) -> Callable[[Facts], frozenset[str]]:
    """Return what gives the subjects that a check fails, the same for each of its parts: `Facts.derive` keeps it."""
    return partial(_failed_by, check)


def _failed_by(check: str, facts: Facts) -> frozenset[str]:
    return frozenset(each.subject for each in facts.of(PolicyResult, check) if each.outcome == "fail")


@lru_cache(maxsize=4096)
def _why(wanted: Text, found: Text) -> Text:
    if not (wanted.en or found.en):
        return say("policy.fail.bare")  # a rule of a user that gives no reason
    english = say("judge.fail", expected=wanted.en or "-", actual=found.en or "-")
    chinese = say("judge.fail", expected=wanted.zh or "-", actual=found.zh or "-")
    return Text(english.en, chinese.zh)


def _cited(result: PolicyResult, domain: Domain, facts: Facts) -> Iterator[Fact]:
    known = facts.derive(_BY_KIND_AND_SUBJECT[domain.name])
    return (fact for cite in result.cites if (fact := known.get(cite)))


def _by_kind_and_subject(kinds: frozenset[str], facts: Facts) -> dict[tuple[str, str], Fact]:
    return {(kind, fact.subject): fact for kind, found in facts.kinds() if kind in kinds for fact in found}


_BY_KIND_AND_SUBJECT: Final = {
    domain.name: partial(_by_kind_and_subject, frozenset(kind.__name__ for kind in domain.reads))
    for domain in domains()
}
"""One function for each domain: what `Facts.derive` keeps, it keeps by function."""
