"""A framework control by control over all targets: what each comes to, what decides, and sub-totals by chapter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.compliance.standing import by_control, folded, out_of_reach, tallies, tally
from auditor.compliance.texts import say as counted
from auditor.model.text import NO_TEXT, Text
from auditor.report.controls import named, number
from auditor.report.controls import standard as called

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.control import Conformity, Control, Framework, Outcome
    from auditor.model.finding import Finding
    from auditor.model.record import Ratio, Record, Tally

ORDER: Final[tuple[Conformity, ...]] = ("does_not", "partly", "not_assessed", "conforms", "not_applicable")
"""Verdicts, worst first."""
SHOWN: Final[tuple[Conformity, ...]] = ("conforms", "partly", "does_not", "not_assessed", "not_applicable")
"""Verdicts in the order in which reports give their numbers."""


def numbers(record: Record) -> Mapping[str, Tally]:
    """Return, by framework, how many controls have which verdict; worked out where an older record lacks it."""
    return record.coverage.frameworks or tallies(record.outcomes, record.findings)


def is_blind(count: Tally) -> bool:
    """Tell whether no control has a verdict: nothing that was looked at speaks to this framework."""
    return count.not_assessed + count.not_applicable == count.whole


def widths(numbers: Sequence[int], width: int) -> list[int]:
    """Return how wide each part of a bar is; whatever is there has a cell at least, and all together fill the width."""
    whole = sum(numbers)
    if not whole:
        return [0 for _ in numbers]
    cells = [max(1, number * width // whole) if number else 0 for number in numbers]
    cells[numbers.index(max(numbers))] += width - sum(cells)
    return cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One control.

    Attributes:
        control: Its id.
        number: As the standard prints it.
        name: Standard and number.
        title: Our wording of it; empty where the run knew none.
        section: Id of its chapter.
        verdict: Over all targets.
        outcomes: One for each target that says something of it.
        reason: What decides, of the worst target.
        findings: Those that decide.
        is_open: A person still has to confirm it.
    """

    control: str
    number: str
    name: Text
    title: Text
    section: str
    verdict: Conformity
    outcomes: tuple[Outcome, ...]
    reason: Text
    findings: tuple[Finding, ...]
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of a framework with the sub-total of its controls."""

    section: str
    title: Text
    tally: Tally
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A framework as a run found it.

    Attributes:
        id: Its identity.
        name: What people call it.
        title: Its whole name.
        version: Of its document.
        tally: Of all controls.
        covered: Controls with a check that ran, out of all.
        chapters: In the order of the document.
    """

    id: str
    name: Text
    title: Text
    version: str
    tally: Tally
    covered: Ratio
    chapters: tuple[Chapter, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All controls."""
        return tuple(row for chapter in self.chapters for row in chapter.rows)


def standings(record: Record, frameworks: Iterable[Framework] = ()) -> tuple[Standing, ...]:
    """Return the frameworks of a record, sorted by id.

    Args:
        record: The finished record.
        frameworks: With the titles of controls and chapters; a framework that is not among them has none.
    """
    known = {framework.id: framework for framework in frameworks}
    beyond = out_of_reach(record.findings)
    findings: dict[tuple[str, str], Finding] = {}
    for finding in record.findings:
        findings[finding.target, finding.fingerprint] = finding
        findings.setdefault(("", finding.fingerprint), finding)
    found = by_control(record.outcomes)
    return tuple(
        _standing(name, covered, found.get(name, {}), known.get(name), beyond, findings)
        for name, covered in sorted(record.coverage.policy.items())
    )


def _standing(
    name: str,
    covered: Ratio,
    controls: Mapping[str, Sequence[Outcome]],
    framework: Framework | None,
    beyond: frozenset[str],
    findings: Mapping[tuple[str, str], Finding],
) -> Standing:
    titles = {control.id: control for control in framework.controls} if framework else {}
    rows = [_row(name, control, found, titles.get(control), beyond, findings) for control, found in controls.items()]
    by_section: dict[str, list[Row]] = {}
    for row in rows:
        by_section.setdefault(row.section, []).append(row)
    chapters = tuple(
        Chapter(
            section=section,
            title=(framework.sections.get(section, NO_TEXT) if framework else NO_TEXT),
            tally=tally(row.verdict for row in found),
            rows=tuple(found),
        )
        for section, found in by_section.items()
    )
    return Standing(
        id=name,
        name=called(name),
        title=framework.title if framework else called(name),
        version=framework.version if framework else "",
        tally=tally(row.verdict for row in rows),
        covered=covered,
        chapters=chapters,
    )


def _reason(worst: Outcome, alike: Sequence[Outcome]) -> Text:
    """Return what decides; where that is a number of findings, the number over all targets that stand the same."""
    key = f"outcome.{worst.standing}"
    is_number = key in counted and worst.reason == counted(key, count=len(worst.findings))
    return counted(key, count=sum(len(each.findings) for each in alike)) if is_number else worst.reason


def _row(
    framework: str,
    control: str,
    outcomes: Sequence[Outcome],
    about: Control | None,
    beyond: frozenset[str],
    findings: Mapping[tuple[str, str], Finding],
) -> Row:
    telling = [each for each in outcomes if each.standing != "not_assessed" or not beyond.issuperset(each.findings)]
    verdict = folded(outcomes, beyond)
    worst = min(telling or outcomes, key=lambda outcome: ORDER.index(outcome.conformity))
    deciding = dict.fromkeys(
        (outcome.target, each)
        for outcome in outcomes
        if outcome.standing == worst.standing
        for each in outcome.findings
    )
    # of a system of joined parts the outcome names the system, and the findings their parts
    found = [findings.get((target, each)) or findings.get(("", each)) for target, each in deciding]
    return Row(
        control=control,
        number=number(control),
        name=named(framework, control),
        title=about.title if about else NO_TEXT,
        section=about.section if about else control.rpartition(".")[0],
        verdict=verdict,
        outcomes=tuple(telling),
        reason=_reason(worst, [each for each in telling if each.standing == worst.standing]),
        findings=tuple({id(each): each for each in found if each is not None}.values()),
        is_open=any(outcome.open for outcome in outcomes),
    )
