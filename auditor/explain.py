"""What a check, a control or a finding means: the claim, why it matters, how to fix it, where it comes from."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.text import Text as Line

from auditor import registry
from auditor.errors import ConfigError
from auditor.evidence import load, store
from auditor.report.controls import all_named, answers, named
from auditor.report.foreign import one_line, visible
from auditor.report.overview import place, thing
from auditor.report.patches import shown
from auditor.report.standing import standings
from auditor.report.texts import say
from auditor.report.wording import act, api_path, decided, gap_reason, labelled
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from auditor.check import Check
    from auditor.model.fact import Gap
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language, Text
    from auditor.report.standing import Row


_SHORTEST = 2


def explain(name: str, run: str, language: Language) -> RenderableType:
    """Explain what a name means.

    Args:
        name: Check id, control (``5.2.1``, ``CIS-5.2.1``, ``cis-kubernetes:5.2.1``), fingerprint of a finding (its
            first 8 digits do), weakness (``CWE-328``), alias, or words of an id or title.
        run: Run to look for a finding in.
        language: Of all text.

    Raises:
        ConfigError: The name means nothing; the nearest known one is named.
    """
    checks = registry.all_checks()
    for check in checks:
        if check.id == name:
            return _check(check, language)
    if controlled := [check for check in checks if answers(check.controls, name, exactly=True)]:
        return _control(name, controlled, run, language)
    if (found := _finding(name, run)) is not None:
        about = next((check for check in checks if check.id == found[0].id), None)
        return _of_finding(*found, about, language)
    if len(hits := [check for check in checks if _is_hit(check, name)]) == 1:
        return _check(hits[0], language)
    if hits:
        return _listed(say("explain.hits", name=name, count=len(hits)).to(language), hits, language)
    near = difflib.get_close_matches(name, [check.id for check in checks], n=3, cutoff=0.4)
    if not near:
        raise ConfigError(say("explain.nothing", name=name))
    raise ConfigError(say("explain.unknown", name=name, near=", ".join(near)))


def _is_hit(check: Check, name: str) -> bool:
    """Tell whether a name is a weakness or an alias of a check, or words of its id, title or problem."""
    wanted = name.casefold().strip()
    if len(wanted) < _SHORTEST:
        return False
    if weakness := re.fullmatch(r"cwe-?(\d+)", wanted):
        return int(weakness[1]) in check.cwe
    if wanted in {alias.casefold() for alias in check.aliases}:
        return True
    texts = (check.id, check.title.en, check.title.zh, check.problem.en, check.problem.zh)
    return any(wanted in text.casefold() for text in texts)


def _finding(name: str, run: str) -> tuple[Finding, Gap | None, tuple[str, ...]] | None:
    if len(name) < 8 or not set(name) <= set("0123456789abcdef"):  # noqa: PLR2004 - the shortest that is unlikely twice
        return None
    try:
        record = load.load(store.find_run(run))
    except ConfigError:
        return None
    found = next((finding for finding in record.findings if finding.fingerprint.startswith(name)), None)
    return (found, record.gap_of(found), _log_lines(found, record)) if found else None


def _log_lines(finding: Finding, record: Record) -> tuple[str, ...]:
    """Return the lines of a log that a finding rests on, from the original files."""
    stage = next((each for each in stages() if each.name == finding.stage), None)
    if stage is None or not stage.examples:
        return ()
    return tuple(stage.part_of(stage.examples)(finding.origins, record.systems))


def _check(check: Check, language: Language) -> Group:
    return Group(*_lines_of_check(check, language))


def _lines_of_check(check: Check, language: Language) -> Iterator[RenderableType]:
    yield Line(check.id, style="bold")
    yield Line(check.title.to(language))
    if check.problem.en:
        yield Line.assemble((labelled(say("explain.fails"), language), "dim"), check.problem.to(language))
    yield Line("")
    facts = [
        ("explain.severity", say(f"severity.{check.severity.value}").to(language)),
        ("explain.rests_on", check.rests_on.to(language)),
        ("explain.was_read", check.was_read.to(language)),
        ("explain.confidence", say(f"confidence.{check.confidence.value}").to(language)),
        ("explain.cwe", ", ".join(f"CWE-{number}" for number in check.cwe)),
        ("explain.source", check.source),
        *(("explain.control", name.to(language)) for name in all_named(check.controls)),
        ("explain.reach", check.reach.to(language)),
        ("explain.aliases", ", ".join(check.aliases)),
        ("explain.defined_in", check.defined_in),
    ]
    for key, value in facts:
        if value:
            yield Line.assemble((labelled(say(key), language), "dim"), value)
    yield from _paragraph("explain.why", check.why.to(language), language)
    yield from _paragraph("explain.remediation", check.remediation.to(language), language)
    if check.is_partial:
        yield from _paragraph("explain.partial", say("explain.partial.text").to(language), language)
    for address in check.references:
        yield Line(f"  {address}", style="dim")


def _paragraph(key: str, text: str, language: Language) -> Iterator[RenderableType]:
    if text:
        yield Line("")
        yield Line(say(key).to(language), style="bold")
        yield Padding(Line(text), (0, 0, 0, 2), expand=False)


def _code(text: str) -> Iterator[RenderableType]:
    """Yield the lines of something to be copied: they are never broken."""
    for line in visible(text).splitlines():
        yield Line(f"  {line}", no_wrap=True, overflow="ignore")


def _control(name: str, checks: Sequence[Check], run: str, language: Language) -> Group:
    meant = {
        (framework, each)
        for check in checks
        for framework, ids in check.controls.items()
        for each in ids
        if answers({framework: (each,)}, name, exactly=True)
    }
    lines: list[RenderableType] = []
    for framework, control in sorted(meant):
        row = _row_of(framework, control, run)
        lines.append(Line(named(framework, control).to(language), style="bold"))
        title = _title_of(framework, control)
        if title:
            lines.append(Line(title.to(language)))
        if row:
            word = say(f"conformity.{row.verdict}").to(language)
            told = say("explain.last_run", verdict=word, reason=row.reason).to(language)
            lines.append(Line(one_line(told), style="dim"))
    return Group(*lines, _listed(say("explain.control_of", count=len(checks)).to(language), checks, language))


def _title_of(framework: str, control: str) -> Text | None:
    catalogue = next((each for each in registry.all_frameworks() if each.id == framework), None)
    return next((each.title for each in catalogue.controls if each.id == control), None) if catalogue else None


def _row_of(framework: str, control: str, run: str) -> Row | None:
    """Return what the run says of a control; None where there is no run, or none that assessed it."""
    try:
        record = load.load(store.find_run(run))
    except ConfigError:
        return None
    found = [each for each in standings(record) if each.id == framework]
    return next((row for each in found for row in each.rows if row.control == control), None)


def _listed(head: str, checks: Sequence[Check], language: Language) -> Group:
    lines: list[RenderableType] = [Line(head)]
    lines.extend(Line(f"  {check.id:58} {check.title.to(language)}") for check in checks)
    return Group(*lines)


def _of_finding(
    finding: Finding, gap: Gap | None, examples: tuple[str, ...], check: Check | None, language: Language
) -> Group:
    lines: list[RenderableType] = [
        Line.assemble((say(f"verdict.{finding.verdict.value}").to(language), "bold"), "  ", one_line(place(finding))),
        Line(one_line(finding.target), style="dim"),
    ]
    if finding.location and finding.location.snippet:
        lines.append(Padding(Line(visible(finding.location.snippet)), (0, 0, 0, 2), expand=False))
    lines.extend(Padding(Line(one_line(each)), (0, 0, 0, 2), expand=False) for each in examples)
    lines.extend(
        Line.assemble((labelled(say(key), language), "dim"), visible(value))
        for key, value in (
            ("report.subject", thing(finding)),
            ("report.api", api_path(finding)),
            ("explain.detail", decided(finding).to(language)),
            ("explain.expected", finding.expected.to(language)),
            ("explain.actual", finding.actual.to(language)),
            ("report.reason", gap_reason(gap).to(language) if gap else ""),
            ("report.remedy", act(gap).to(language) if gap else ""),
        )
        if value
    )
    if finding.suppression:
        told = finding.suppression
        lines.append(
            Line(
                say(
                    "explain.suppressed",
                    comment=one_line(told.comment),
                    author=one_line(told.author) or "?",
                    date=told.date or "?",
                ).to(language)
            )
        )
    if finding.patch:
        lines += [Line(""), Line(say("explain.patch").to(language), style="bold"), *_code(shown(finding.patch))]
    lines.append(Line(""))
    if check:
        lines.extend(_lines_of_check(check, language))
    else:
        lines.extend(
            (Line(finding.id, style="bold"), Line(finding.title.to(language)), Line(finding.remediation.to(language)))
        )
    return Group(*lines)
