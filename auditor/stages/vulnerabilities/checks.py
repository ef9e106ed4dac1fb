"""What must hold of known vulnerabilities."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import fail, fail_at, not_applicable, nothing_found, ok
from auditor.check_data import checks_of, judges
from auditor.model.fact import RunStarted
from auditor.model.finding import Component, Confidence, Fix, Severity, Vulnerability, Waiver
from auditor.model.text import Text, literal
from auditor.stages.vulnerabilities.facts import Exploitability, KnownVulnerability, Searched, SupportTerm
from auditor.stages.vulnerabilities.policy import days
from auditor.stages.vulnerabilities.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Check, Judgement
    from auditor.model.fact import Facts

PART_KINDS: Final = frozenset({"image", "sbom", "code"})
_SEVERITIES: Final = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
_NAMED: Final = 10


@judges("vuln-none-known", reads=(Searched, KnownVulnerability))
def none_known(facts: Facts) -> Iterator[Judgement]:
    """Fail each package that an advisory speaks of, within its kind; a kind without matches is searched, not proven."""
    today = _today(facts)
    hit: set[tuple[str, str]] = set()
    for each in facts.of(KnownVulnerability):
        hit.add((each.origin.part, each.kind))
        yield replace(
            fail_at(each.kind, each, evidence=each.id, detail=_detail(each, today)),
            component=Component(name=each.name, version=each.version, type=each.type, purl=each.purl),
            vulnerability=Vulnerability(
                id=each.id, aliases=each.aliases, fix=Fix(state=each.fix_state, versions=each.fix_versions)
            ),
            severity=_SEVERITIES.get(each.severity, Severity.MEDIUM),
            confidence=Confidence(each.confidence),
            waived=_waiver(each),
        )
    for searched in facts.of(Searched):
        if (searched.origin.part, searched.subject) not in hit:
            detail = say("vuln.none", count=searched.packages, day=searched.built[:10])
            if searched.said:
                detail = _and(detail, say("vuln.none.said", feeds=", ".join(searched.said)))
            yield nothing_found(searched, detail=detail)


def _waiver(each: KnownVulnerability) -> Waiver | None:
    if not each.is_silenced:
        return None
    return Waiver(
        id=f"VEX {each.vex_place}",
        owner=each.vex_author,
        approver=each.vex_author,
        reason=f"{each.vex_status}: {each.vex_reason or '-'} ({each.vex_date})",
        expires="",
    )


def _detail(each: KnownVulnerability, today: date | None) -> Text:
    more = Text("", "")
    if each.exploited_since:
        more = _and(more, say("vuln.more.exploited", day=each.exploited_since[:10]))
    if each.epss:
        more = _and(more, say("vuln.more.epss", epss=each.epss))
    more = _and(more, say("vuln.more.score", score=each.score) if each.score else _unscored(each))
    if late := _late(each, today):
        more = _and(more, say("vuln.more.late", days=late))
    if each.how:
        more = _and(more, say(f"vuln.more.{each.how}"))
    if each.upstream:
        more = _and(more, say("vuln.more.upstream", name=each.upstream))
    if each.is_development:
        more = _and(more, say("vuln.more.development"))
    if each.paths:
        more = _and(more, say("vuln.more.paths", paths=", ".join(each.paths[:3])))
    if each.vex_status:
        said = {"status": each.vex_status, "reason": each.vex_reason or "-", "author": each.vex_author}
        more = _and(more, say("vuln.more.vex", date=each.vex_date, **said))
    return say(
        "vuln.found",
        id=each.id,
        aliases=f" ({', '.join(each.aliases)})" if each.aliases else "",
        name=each.name,
        version=each.version,
        fix=say(
            f"vuln.fix.{each.fix_state if each.fix_state in _STATES else 'unknown'}",
            versions=", ".join(each.fix_versions),
        ),
        since=each.known_since or say("vuln.since.unknown"),
        more=more,
    )


_STATES: Final = frozenset({"fixed", "not-fixed", "wont-fix", "unknown"})


def _unscored(each: KnownVulnerability) -> Text:
    return say("vuln.more.unscored") if each.severity == "unknown" else Text("", "")


def _and(first: Text, second: Text) -> Text:
    return Text(first.en + second.en, first.zh + second.zh)


def _today(facts: Facts) -> date | None:
    started = next(iter(facts.of(RunStarted)), None)
    return date.fromisoformat(started.at[:10]) if started else None


def _late(each: KnownVulnerability, today: date | None) -> int:
    """Return by how many days a vulnerability with a fix is past its time; 0 if it is not."""
    if today is None or each.fix_state != "fixed" or not each.known_since:
        return 0
    table = days()
    limit = table["exploited"] if each.exploited_since else table.get(each.severity, table["unknown"])
    try:
        due = date.fromisoformat(each.known_since) + timedelta(days=limit)
    except (ValueError, OverflowError):
        return 0
    return max(0, (today - due).days)


@judges("vuln-fixed-in-time", reads=(Searched, KnownVulnerability, RunStarted))
def fixed_in_time(facts: Facts) -> Iterator[Judgement]:
    """Fail a kind of packages of which vulnerabilities with a fix are older than the policy allows."""
    today = _today(facts)
    of_kind: dict[tuple[str, str], list[KnownVulnerability]] = defaultdict(list)
    for each in facts.of(KnownVulnerability):
        if each.fix_state == "fixed" and not each.is_silenced:
            of_kind[each.origin.part, each.kind].append(each)
    table = days()
    searched = {(each.origin.part, each.subject): each for each in facts.of(Searched)}
    for place, kind in sorted(searched.items()):
        rows = of_kind.get(place, [])
        late = sorted(
            (row for row in rows if _late(row, today)), key=lambda row: (-_late(row, today), row.id, row.name)
        )
        if not rows:
            yield nothing_found(kind, detail=say("vuln.no_fixable"))
        elif late:
            names = ", ".join(f"{row.id} {row.name} (+{_late(row, today)} d)" for row in late[:_NAMED])
            names += " …" if len(late) > _NAMED else ""
            yield fail(
                kind,
                *late[:_NAMED],
                detail=say("vuln.late", count=len(late), names=names),
                expected=say("vuln.late.expected", **table),
            )
        else:
            yield ok(kind, detail=say("vuln.in_time", count=len(rows)))


@judges("vuln-distribution-supported", reads=(SupportTerm, RunStarted), part_kinds=frozenset({"sbom"}))
def distribution_supported(facts: Facts) -> Iterator[Judgement]:
    """Fail a distribution whose last day is past."""
    today = _today(facts)
    for each in facts.of(SupportTerm):
        if today is not None and date.fromisoformat(each.ends) < today:
            yield fail(each, detail=say("vuln.unsupported", day=each.ends), actual=literal(each.ends))
        elif today is not None:
            yield ok(each, detail=say("vuln.supported", day=each.ends), actual=literal(each.ends))


@judges("vuln-vex-fits", reads=(Exploitability,), part_kinds=frozenset({"image", "sbom"}))
def vex_fits(facts: Facts) -> Iterator[Judgement]:
    """Fail a statement that was not applied, fits nothing, or covers more versions than one without naming any."""
    for each in facts.of(Exploitability):
        values = {
            "status": each.status or "?",
            "ids": ", ".join(each.vulnerabilities) or "?",
            "products": ", ".join(each.products[:3]) or "?",
        }
        if each.answered_by:
            yield not_applicable(each, reason=say("vuln.vex.elsewhere", check=each.answered_by))
        elif each.fault:
            yield fail(each, detail=say("vuln.vex.fault", fault=say(f"vuln.vex.fault.{each.fault}"), **values))
        elif not each.matched:
            yield fail(each, detail=say("vuln.vex.nothing", **values))
        elif each.is_broad and each.versions > 1:
            yield fail(each, detail=say("vuln.vex.broad", count=each.versions, **values))
        else:
            yield ok(each, detail=say("vuln.vex.fits", count=each.matched, **values))


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return checks_of(
        "vulnerabilities",
        part_kinds=PART_KINDS,
        judges=(none_known, fixed_in_time, distribution_supported, vex_fits),
    )
