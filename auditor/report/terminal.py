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

from auditor.messages import reason, say
from auditor.model.finding import Severity
from auditor.report.foreign import one_line
from auditor.report.frameworks import progress
from auditor.report.overview import aside, by_severity, gap_groups, known, place, reused, thing, waived, worst
from auditor.report.wording import cause, gate_verdict, message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console, JustifyMethod, OverflowMethod, RenderableType

    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language, Text
    from auditor.report.overview import GapGroup, Worst

_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
_VERDICT_COLOURS: Final[Mapping[int, str]] = {0: "bold green", 1: "bold red", 3: "bold yellow"}
_MAX_GROUPS: Final = 8
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


def summary(record: Record, language: Language, written: Mapping[str, str]) -> Group:
    """Return the summary; print it with markup and highlighting off or on, text from the code is never markup.

    Args:
        record: The finished record.
        language: Language of all text but what comes from the audited code.
        written: Where each file lies, by its name (``report.html``), in the order to show them.
    """
    return Group(
        _counts(record, language),
        *_worst(record, language),
        _assessed(record, language),
        *_gaps(record, language),
        *_files(written, language),
        _exit(record, language),
    )


def _counts(record: Record, language: Language) -> Line:
    line = Line()
    line.append(say("report.failures").to(language).capitalize(), style="bold").append("  ")
    for severity, count in by_severity(record).items():
        style = _COLOURS[severity] if count else "dim"
        line.append(f" {say(f'severity.{severity}').to(language)} {count} ", style=style).append(" ")
    for key, count in (
        ("report.waived", waived(record)),
        ("report.known", known(record)),
        ("report.aside", aside(record)),
    ):
        if count:
            line.append(f"  {say(key, count=count).to(language)}", style="dim")
    return line


def _worst(record: Record, language: Language) -> Iterator[RenderableType]:
    found = worst(record)
    if not found:
        return
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for each in found:
        grid.add_row(*_worst_row(each, language))
    yield Padding(grid, (1, 0, 0, 1))


def _worst_row(each: Worst, language: Language) -> tuple[Line, Line]:
    finding = each.finding
    label = Line(f" {say(f'severity.{finding.severity}').to(language)} ", style=_COLOURS[finding.severity])
    body = _Prose(one_line(place(finding)), style="bold")
    if thing(finding):
        body.append(f"  {one_line(thing(finding))}", style="not bold")
    body.append(f"  {finding.id}", style="not bold dim")
    if each.others:
        body.append(f"  ({say('report.others', count=each.others).to(language)})", style="not bold dim")
    body.append(f"\n{_short(one_line(message(finding).to(language)))}", style="not bold")
    remedy = one_line(finding.remediation.to(language))
    if remedy:
        body.append(f"\n{say('report.fix').to(language)}: ", style="not bold green").append(remedy, style="not bold")
    return label, body


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


def _frameworks(record: Record, language: Language) -> Iterator[Table]:
    """Yield a table with a line for each framework, its figures one under another."""
    found = progress(record)
    if not found:
        return
    grid = Table.grid(padding=(0, 2))
    for each in found:
        covered = say("report.policy.of", part=each.covered.part, whole=each.covered.whole)
        grid.add_row(Line(one_line(each.id), style="bold"), covered.to(language), each.told.to(language))
    yield grid


def _gaps(record: Record, language: Language) -> Iterator[RenderableType]:
    groups = gap_groups(record)
    if not groups:
        return
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for group in groups[:_MAX_GROUPS]:
        grid.add_row(Line(str(len(group.gaps)), style="yellow"), _gap(group, language))
    rest = sum(len(group.gaps) for group in groups[_MAX_GROUPS:])
    if rest:
        grid.add_row(Line(str(rest), style="yellow"), Line(say("report.gap.rest", count=rest).to(language)))
    title = say("report.gaps.title").to(language)
    yield Line(f"{title}:", style="yellow")
    yield Padding(grid, (0, 0, 0, 1))


def _gap(group: GapGroup, language: Language) -> Line:
    line = _Prose(one_line(reason(group.reason).to(language)))
    if group.tool:
        line.append(f" ({one_line(group.tool)})", style="dim")
    names = list(dict.fromkeys(gap.subject or gap.topic or cause(gap).to(language) for gap in group.gaps))
    more = ", \u2026" if len(names) > _MAX_NAMES else ""
    line.append(f"  {_short(one_line(', '.join(names[:_MAX_NAMES])))}{more}", style="dim")
    for remedy in group.remedies[:2]:
        label = say("report.remedy").to(language)
        line.append(f"\n{label}: ", style="green").append(one_line(remedy.to(language)))
    return line


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


def replayed(
    record: Record, gone: Sequence[Finding], come: Sequence[Finding], *, has_same_rules: bool
) -> Iterator[Text]:
    """Yield what judging again came to, a line each.

    Args:
        record: As it is now.
        gone: Findings of then that are not among those of now.
        come: Findings of now that were not among those of then.
        has_same_rules: Everything that judges is what it was.
    """
    yield say("replay.rules.same" if has_same_rules else "replay.rules.other")
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
        yield say("replay.same", count=len(record.findings))
