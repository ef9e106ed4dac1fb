"""Closing summary of a run on a terminal, for a tired person: what failed, what to do, what was not seen, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from unicodedata import category

from rich.cells import cell_len
from rich.console import Group
from rich.containers import Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from auditor.model.fact import GapClass
from auditor.model.finding import Severity, Verdict
from auditor.model.text import NO_TEXT, Text, joined, listed, literal, reason_text
from auditor.report.controls import standard
from auditor.report.foreign import one_line
from auditor.report.overview import (
    Folded,
    aside,
    beside,
    by_check,
    by_severity,
    counting,
    folded,
    gap_groups,
    known,
    place,
    reused,
    thing,
    unseen,
    waived,
)
from auditor.report.standing import SHOWN, is_blind, numbers, widths
from auditor.report.texts import say
from auditor.report.wording import cause, decided, gate_verdict, headline, labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, JustifyMethod, OverflowMethod, RenderableType

    from auditor.model.finding import Finding
    from auditor.model.record import Record, Tally
    from auditor.model.replayed import Replayed
    from auditor.model.text import Language
    from auditor.report.overview import GapGroup

_CLASSES: Final[Mapping[GapClass, str]] = {
    GapClass.LOST: "bold red",
    GapClass.MISSING: "yellow",
    GapClass.OUT_OF_REACH: "dim",
}
_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_VERDICT_COLOURS: Final[Mapping[int, str]] = {0: "bold green", 1: "bold red", 3: "bold yellow"}
_CONFORMITIES: Final[Mapping[str, str]] = {
    "does_not": "red",
    "partly": "yellow",
    "conforms": "green",
    "not_assessed": "bright_black",
    "not_applicable": "dim",
}
_MAX_GROUPS: Final = 8
_WITH_REMEDY: Final = 5
_PLACES: Final = 5
_COUNTED: Final = 8
_BAR: Final = 24
_MAX_DETAIL: Final = 200
_MAX_NAMES: Final = 3


# Unicode categories of marks that begin no line (closing, other) and end no line (opening); after UAX #14, LB13-LB15.
_NOT_FIRST: Final = frozenset({"Pe", "Pf", "Po"})
_NOT_LAST: Final = frozenset({"Ps", "Pi"})


class _Prose(Line):
    """Text whose lines may also break between Chinese characters; rich breaks at blanks only."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """Return lines of at most `width` cells; none of them ends with a blank."""
        if no_wrap:
            return super().wrap(console, width, justify=justify, overflow=overflow, tab_size=tab_size, no_wrap=no_wrap)
        lines = Lines()
        for paragraph in self.split(allow_blank=True):
            for line in paragraph.divide(_breaks(paragraph.plain, width)):
                line.rstrip()
                lines.append(line)
        return lines


def _breaks(text: str, width: int) -> list[int]:
    """Return the offsets at which lines of `width` cells begin: after a blank, or around a Chinese character."""
    offsets = []
    start = used = 0
    last = 0
    for index, char in enumerate(text):
        if index and _may_break(text[index - 1], char):
            last = index
        if used + cell_len(char) > width and not char.isspace() and index > start:
            start = last if last > start else index
            offsets.append(start)
            used = cell_len(text[start:index])
        used += cell_len(char)
    return offsets


def _may_break(before: str, after: str) -> bool:
    if before == " ":
        return True
    is_wide = cell_len(before) > 1 or cell_len(after) > 1
    return is_wide and after != " " and category(before) not in _NOT_LAST and category(after) not in _NOT_FIRST


def summary(
    record: Record,
    language: Language,
    written: Mapping[str, str],
    *,
    chosen: Sequence[Finding] | None = None,
    run: str = "latest",
) -> Group:
    """Return the summary; print it with markup and highlighting off or on, text from the code is never markup.

    Args:
        record: The finished record.
        language: Language of all text but what comes from the audited code.
        written: Where each file lies, by its name (``report.html``), in the order to show them.
        chosen: Findings that a person asked to see; None for the failures that count.
        run: How commands name the run.
    """
    return Group(
        _counts(record, language),
        *_failures(record, chosen, run, language),
        _assessed(record, language),
        *_gaps(record, language),
        *_files(written, language),
        _exit(record, language),
    )


def closing(record: Record, language: Language) -> Group:
    """Return the closing lines alone: counts, frameworks, verdict."""
    return Group(_counts(record, language), *_frameworks(record, language), _exit(record, language))


def _counts(record: Record, language: Language) -> Line:
    line = Line()
    line.append(say("report.failures").to(language).capitalize(), style="bold").append("  ")
    for severity, count in by_severity(record).items():
        style = _COLOURS[severity] if count else "dim"
        line.append(f" {say(f'severity.{severity}').to(language)} {count} ", style=style).append(" ")
    for text in _set_aside(record):
        line.append(f"  {text.to(language)}", style="dim")
    return line


def _set_aside(record: Record) -> Iterator[Text]:
    """Yield how many failures do not count, and why."""
    for key, count in (
        ("report.waived", waived(record)),
        ("report.known", known(record)),
        ("report.aside", aside(record)),
    ):
        if count:
            yield say(key, count=count)


def _failures(
    record: Record, chosen: Sequence[Finding] | None, run: str, language: Language
) -> Iterator[RenderableType]:
    """Yield the findings by check, worst first; of a whole run the critical and high ones, and the rest counted."""
    whole = folded(counting(record)) if chosen is None else Folded(tuple(chosen), {})
    shown = by_check(whole.heads)
    grave = [each for each in shown if chosen is not None or each[0].severity.reaches(Severity.HIGH)]
    rest = [each for each in shown if each not in grave]
    if grave:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        grid.add_column(ratio=1, overflow="fold")
        for rank, group in enumerate(grave):
            body = _group(group, whole, run, language, has_remedy=rank < _WITH_REMEDY)
            grid.add_row(_label(group[0], language), body)
        yield Padding(grid, (1, 0, 0, 1))
    if rest:
        grid = Table.grid(padding=(0, 1))
        for column in ("left", "right", "left"):
            grid.add_column(no_wrap=column != "left" or None, justify=column)  # type: ignore[arg-type]
        for group in rest[:_COUNTED]:
            name = _Prose(one_line(headline(group[0]).to(language))).append(f"  {group[0].id}", style="dim")
            grid.add_row(_label(group[0], language), str(len(group)), name)
        yield Padding(grid, (1, 0, 0, 1))
        more = sum(map(len, rest[_COUNTED:]))
        if more:
            yield Line(f"  {say('terminal.more', count=more, run=run).to(language)}", style="dim")


def _label(finding: Finding, language: Language) -> Line:
    if finding.verdict is Verdict.FAIL:
        return Line(f" {say(f'severity.{finding.severity}').to(language)} ", style=_COLOURS[finding.severity])
    return Line(f" {say(f'verdict.{finding.verdict}').to(language)} ", style="yellow")


def _parts(finding: Finding, whole: Folded, language: Language) -> str:
    """Return the checks that say the same of a subject in part, empty if none does."""
    names = ", ".join(dict.fromkeys(each.id for each in whole.parts(finding)))
    return say("terminal.parts", names=names).to(language) if names else ""


def _group(group: Sequence[Finding], whole: Folded, run: str, language: Language, *, has_remedy: bool) -> Line:
    first = group[0]
    body = _Prose(one_line(headline(first).to(language)), style="bold").append(f"  {first.id}", style="not bold dim")
    for finding in group[:_PLACES]:
        body.append(f"\n{one_line(place(finding))}", style="not bold cyan")
        if thing(finding):
            body.append(f"  {one_line(thing(finding))}", style="not bold")
        said = decided(finding).to(language)
        if said:
            body.append(f"  {_short(one_line(said))}", style="not bold dim")
        if below := _parts(finding, whole, language):
            body.append(f"\n  {below}", style="not bold dim")
    if len(group) > _PLACES:
        more = say("terminal.more_of_check", count=len(group) - _PLACES, run=run, check=first.id)
        body.append(f"\n{more.to(language)}", style="not bold dim")
    remedy = one_line(first.remediation.to(language)) if has_remedy else ""
    if remedy:
        body.append(f"\n{labelled(say('report.fix'), language)}", style="not bold green").append(
            remedy, style="not bold"
        )
    return body


def _short(text: str) -> str:
    return text if len(text) <= _MAX_DETAIL else f"{text[: _MAX_DETAIL - 1]}\u2026"


def _assessed(record: Record, language: Language) -> Padding:
    ratio = record.coverage.assessed
    text = say("report.assessed.of", part=ratio.part, whole=ratio.whole).to(language)
    line = Line(text, style="bold" if ratio.part == ratio.whole else "bold yellow")
    if not record.gaps:
        line.append(f"  {say('report.gaps.none').to(language)}", style="not bold dim")
    again, observed = reused(record)
    if observed:
        text = say("report.reused", count=again, all=observed).to(language)
        line.append(f"\n{text}", style="not bold dim")
    return Padding(Group(line, *_frameworks(record, language)), (1, 0, 0, 0))


def _frameworks(record: Record, language: Language) -> Iterator[RenderableType]:
    """Yield a row for each framework: a bar, how many controls have which verdict, and how far checks reach."""
    found = numbers(record)
    if not found:
        return
    grid = Table.grid(padding=(0, 2))
    for name, count in sorted(found.items()):
        line = Line()
        for verdict in SHOWN:
            number = getattr(count, verdict)
            style = _CONFORMITIES[verdict] if number else "dim"
            line.append(f"{say(f'conformity.{verdict}').to(language)} {number}  ", style=style)
        line.append(say("standing.of", whole=count.whole).to(language), style="dim")
        grid.add_row(Line(one_line(standard(name).to(language)), style="bold"), _bar(count), line)
    yield grid
    for name, count in sorted(found.items()):
        if is_blind(count):
            text = say("standing.blind", name=standard(name), whole=count.whole).to(language)
            yield _Prose(one_line(text), style="bold yellow")


def _bar(count: Tally) -> Line:
    """Return the verdicts of a framework as a bar; whatever is there has a cell at least."""
    line = Line()
    for verdict, width in zip(SHOWN, widths([getattr(count, each) for each in SHOWN], _BAR), strict=True):
        line.append("\u2588" * width, style=_CONFORMITIES[verdict])
    return line


def _gaps(record: Record, language: Language) -> Iterator[RenderableType]:
    groups = gap_groups(record)
    if not groups:
        return
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for group in groups[:_MAX_GROUPS]:
        grid.add_row(Line(str(len(group.gaps)), style=_CLASSES[group.gap_class]), _gap(group, language))
    rest = sum(len(group.gaps) for group in groups[_MAX_GROUPS:])
    if rest:
        grid.add_row(Line(str(rest), style="yellow"), Line(say("report.gap.rest", count=rest).to(language)))
    yield _Prose(_unseen(record).to(language), style="yellow")
    yield Padding(grid, (0, 0, 0, 1))


def _unseen(record: Record) -> Text:
    """Say how many findings have no verdict, by what kind of loss it is."""
    count = unseen(record)
    return say(
        "terminal.unseen",
        lost=count[GapClass.LOST],
        missing=count[GapClass.MISSING],
        beyond=count[GapClass.OUT_OF_REACH],
    )


def _gap(group: GapGroup, language: Language) -> Line:
    line = _Prose(one_line(reason_text(group.reason).to(language)))
    if group.tool:
        line.append(f" ({one_line(group.tool)})", style="dim")
    line.append(f"  {_names(group, language)}", style="dim")
    for remedy in group.remedies[:2]:
        line.append(f"\n{labelled(say('report.remedy'), language)}", style="green").append(
            one_line(remedy.to(language))
        )
    return line


def _names(group: GapGroup, language: Language) -> str:
    """Return what was not seen, as far as a line holds it."""
    names = list(dict.fromkeys(gap.subject or gap.topic or cause(gap).to(language) for gap in group.gaps))
    shown = listed(literal(each) for each in names[:_MAX_NAMES])
    more = Text(", \u2026", " \u7b49") if len(names) > _MAX_NAMES else NO_TEXT
    return f"{_short(one_line(shown.to(language)))}{more.to(language)}"


def _files(written: Mapping[str, str], language: Language) -> Iterator[RenderableType]:
    if not written:
        return
    line = Line(say("report.files").to(language).capitalize(), style="bold")
    for name, where in written.items():
        line.append(f"\n  {name}  ", style="not bold").append(one_line(where), style="not bold cyan")
    yield Padding(line, (1, 0, 0, 0))


def _exit(record: Record, language: Language) -> Padding:
    gate = record.gate
    style = _VERDICT_COLOURS.get(gate.exit_code, "bold white on red")
    line = _Prose(gate_verdict(gate).to(language).capitalize(), style=style)
    threshold = say("report.threshold", severity=say(f"severity.{gate.fail_on}").to(language)).to(language)
    code = say("report.exit", code=gate.exit_code).to(language)
    line.append(f"  {code}: {one_line(gate.reason.to(language))} ({threshold})", style="not bold default on default")
    if record.run.interrupted:
        text = say("report.interrupted", signal=record.run.interrupted).to(language)
        line.append(f"\n{text}", style="bold yellow on default")
    return Padding(line, (1, 0, 0, 0))


def table(found: Sequence[Finding], whole: int, language: Language) -> Group:
    """Return findings as a table, and how many there are out of all.

    Args:
        found: In the order to show them.
        whole: All findings of the run.
        language: Of all text but what comes from the audited code.
    """
    grid = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1))
    grid.add_column(say("report.severity").to(language), no_wrap=True)
    grid.add_column(say("report.where").to(language), overflow="fold", ratio=1)
    grid.add_column(say("terminal.problem").to(language), overflow="fold", ratio=1)
    for finding in found:
        about = f"\n{one_line(beside(finding))}" if beside(finding) else ""
        where = Line(one_line(place(finding)), style="cyan").append(about, style="not bold dim")
        what = _Prose(one_line(headline(finding).to(language))).append(f"\n{finding.id}", style="dim")
        grid.add_row(_label(finding, language), where, what)
    count = say("select.count", count=len(found), all=whole).to(language)
    return Group(grid, Line(count, style="dim")) if found else Group(Line(say("select.none").to(language)))


def lines(
    record: Record, language: Language, written: Mapping[str, str], chosen: Sequence[Finding] | None = None
) -> Iterator[str]:
    """Yield what `summary` says for a file or another program: a line a finding, ``path:line`` first, never broken.

    Args:
        record: The finished record.
        language: Language of all text but what comes from the audited code.
        written: Where each file lies, by its name.
        chosen: Findings that a person asked to see; None for the failures that count.
    """
    whole = folded(counting(record)) if chosen is None else Folded(tuple(chosen), {})
    for finding in whole.heads:
        below = _parts(finding, whole, language)
        yield line_of(finding, language) + (f" {below}" if below else "")
    yield from _unseen_lines(record, language)
    yield from written.values()
    yield from closing_lines(record, language)


def line_of(finding: Finding, language: Language) -> str:
    """Return one finding on one line: place, severity or verdict, what is wrong, check, object."""
    is_failure = finding.verdict is Verdict.FAIL
    word = say(f"severity.{finding.severity}") if is_failure else say(f"verdict.{finding.verdict}")
    about = f" ({one_line(beside(finding))})" if beside(finding) else ""
    said = f"{word.to(language)}: {one_line(headline(finding).to(language))}"
    return f"{one_line(place(finding))}: {said} [{finding.id}]{about}"


def _unseen_lines(record: Record, language: Language) -> Iterator[str]:
    groups = gap_groups(record)
    if groups:
        yield _unseen(record).to(language)
    for group in groups:
        tool = f" ({one_line(group.tool)})" if group.tool else ""
        remedies = one_line(joined(group.remedies[:2]).to(language))
        kind = say(f"class.{group.gap_class}").to(language)
        why = f"{one_line(reason_text(group.reason).to(language))}{tool}"
        why = f"{why}\uff08{len(group.gaps)} \u5904\uff09" if language == "zh" else f"{why} ({len(group.gaps)})"
        mark = "\uff1a" if language == "zh" else ": "
        yield mark.join((kind, why, _names(group, language)))
        if remedies:
            yield f"  {labelled(say('report.remedy'), language)}{remedies}"


def closing_lines(record: Record, language: Language) -> Iterator[str]:
    """Yield counts, frameworks and verdict, a line each, the verdict last."""
    ratio = record.coverage.assessed
    yield say("report.assessed.of", part=ratio.part, whole=ratio.whole).to(language)
    for name, count in sorted(numbers(record).items()):
        figures = listed(_figure(say(f"conformity.{each}"), getattr(count, each)) for each in SHOWN)
        counted = joined((figures, say("standing.of", whole=count.whole)), ", ", "\uff0c")
        yield f"{labelled(standard(name), language)}{counted.to(language)}"
        if is_blind(count):
            yield say("standing.blind", name=standard(name), whole=count.whole).to(language)
    severities = listed(_figure(say(f"severity.{each}"), count) for each, count in by_severity(record).items())
    failed = joined((severities, *_set_aside(record)), ", ", "\uff0c")
    yield f"{labelled(say('report.failures'), language)}{failed.to(language)}"
    gate = record.gate
    if record.run.interrupted:
        yield say("report.interrupted", signal=record.run.interrupted).to(language)
    code = say("report.exit", code=gate.exit_code).to(language)
    mark = "\uff1a" if language == "zh" else ": "
    yield mark.join((gate_verdict(gate).to(language), code, one_line(gate.reason.to(language))))


def _figure(what: Text, count: int) -> Text:
    return Text(f"{what.en} {count}", f"{what.zh} {count}")


def replayed(done: Replayed) -> Iterator[Text]:
    """Yield what judging again came to, a line each."""
    yield say("replay.rules.same" if done.has_same_rules else "replay.rules.other")
    for tool, then, now in done.tools:
        yield say("replay.tool", tool=tool, then=then, now=now)
    gone, come = done.gone, done.come
    told = sorted(
        [*((each, "replay.gone") for each in gone), *((each, "replay.come") for each in come)],
        key=lambda pair: (pair[0].id, pair[0].target, pair[0].subject, pair[1] == "replay.come"),
    )
    for each, key in told:
        verdict = say(f"verdict.{each.verdict.value}")
        yield say(
            key,
            verdict=verdict,
            id=each.id,
            target=one_line(each.target),
            subject=one_line(each.subject or each.target),
        )
    if told:
        yield say("replay.differs", count=max(len(gone), len(come)))
    else:
        yield say("replay.same", count=len(done.after.findings))
    for outcome in done.outcomes:
        yield say("replay.outcome", framework=outcome.framework, control=outcome.control, reason=outcome.reason)
    if done.before.gate != done.after.gate:
        yield say("replay.gate", then=done.before.gate.reason, now=done.after.gate.reason)
