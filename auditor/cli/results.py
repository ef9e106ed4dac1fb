"""What a run came to, on stdout: ``auditor show``, and what ``auditor run`` prints at its end."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.words import emit, known_checks, known_runs, told
from auditor.cli.words import severity as as_severity
from auditor.command import LANGUAGE, Lang, check_language, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console, RenderableType

    from auditor.model.finding import Finding, Verdict
    from auditor.model.record import Record
    from auditor.report.selection import Selection


_ENDLESS = 1_000
"""Cells of a line that nothing breaks."""
SEVERITIES = ("critical", "high", "medium", "low", "info")
VERDICTS = ("fail", "not_assessed", "nothing_found", "pass", "not_applicable")

Least = Annotated[
    str | None,
    typer.Option("--severity", help=told("help.severity"), metavar="SEVERITY", autocompletion=lambda: SEVERITIES),
]
OfCheck = Annotated[
    list[str] | None,
    typer.Option("--check", help=told("help.check"), metavar="ID", autocompletion=known_checks),
]
OfControl = Annotated[list[str] | None, typer.Option("--control", help=told("help.control"), metavar="ID")]
OfFile = Annotated[list[str] | None, typer.Option("--file", help=told("help.file"), metavar="PATH")]
OfVerdict = Annotated[
    list[str] | None,
    typer.Option("--verdict", help=told("help.verdict"), metavar="VERDICT", autocompletion=lambda: VERDICTS),
]
OnlyNew = Annotated[bool, typer.Option("--new", help=told("help.new"))]
OnlyBlocks = Annotated[bool, typer.Option("--blocks", help=told("help.blocks"))]
Everything = Annotated[bool, typer.Option("--all", help=told("help.all"))]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=told("help.show"))(show)


def selection(
    *,
    severity: str | None = None,
    check: list[str] | None = None,
    control: list[str] | None = None,
    file: list[str] | None = None,
    verdict: list[str] | None = None,
    new: bool = False,
    blocks: bool = False,
    everything: bool = False,
) -> Selection | None:
    """Return what the filters choose; None where there is none of them."""
    if not (severity or check or control or file or verdict or new or blocks or everything):
        return None
    from auditor.report.selection import Selection  # noqa: PLC0415

    return Selection(
        least=as_severity(severity),
        checks=_words(check),
        controls=tuple(control or ()),
        files=tuple(file or ()),
        verdicts=tuple(_verdict(name) for name in _words(verdict)),
        only_new=new,
        only_blocks=blocks,
        everything=everything,
    )


def _words(given: list[str] | None) -> tuple[str, ...]:
    return tuple(word for item in given or () for word in item.split(",") if word)


def _verdict(name: str) -> Verdict:
    from auditor.model.finding import Verdict  # noqa: PLC0415

    if name.replace("-", "_") not in VERDICTS:
        refuse(told("verdict.unknown", name=name, known=", ".join(VERDICTS)))
    return Verdict(name.replace("-", "_"))


def show(  # noqa: PLR0913 - one parameter for each filter
    run_name: Annotated[
        str, typer.Argument(metavar="[RUN]", help=told("help.report.run"), autocompletion=known_runs)
    ] = "latest",
    *,
    severity: Least = None,
    check: OfCheck = None,
    control: OfControl = None,
    file: OfFile = None,
    verdict: OfVerdict = None,
    new: OnlyNew = False,
    blocks: OnlyBlocks = False,
    everything: Everything = False,
    as_json: Annotated[bool, typer.Option("--json", help=told("help.json"))] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=told("help.csv"))] = False,
    lang: Lang = "",
) -> None:
    """Show the findings of a finished run."""
    from auditor import rules  # noqa: PLC0415
    from auditor.cli.evidence import opened  # noqa: PLC0415
    from auditor.evidence import load  # noqa: PLC0415
    from auditor.gate import GatePolicy  # noqa: PLC0415
    from auditor.report.selection import Selection, ensure, pick  # noqa: PLC0415
    from auditor.report.terminal import line_of, table  # noqa: PLC0415

    check_language(lang)
    if as_json and as_csv:
        refuse(told("show.one_form"))
    chosen = selection(
        severity=severity,
        check=check,
        control=control,
        file=file,
        verdict=verdict,
        new=new,
        blocks=blocks,
        everything=everything,
    )
    with opened(run_name) as folder:
        record = load.load(folder)
        saved = rules.load(folder)
    policy = saved.gate if saved else GatePolicy(fail_on=record.gate.fail_on)
    known = {*(saved.by_id if saved else ()), *(finding.id for finding in record.findings)}
    ensure(chosen or Selection(), known, is_compared=record.run.comparison is not None)
    found = pick(record, chosen or Selection(), policy)
    if as_json or as_csv:
        from auditor.report import rows  # noqa: PLC0415

        emit((rows.as_json(found) if as_json else rows.as_csv(found, LANGUAGE),))
        return
    if sys.stdout.isatty():
        to_stdout([table(found, len(record.findings), LANGUAGE)], [])
    else:
        to_stdout([], (line_of(finding, LANGUAGE) for finding in found))
    if not found and not sys.stdout.isatty():  # a table says so itself
        to_stdout([], [told("show.none", count=len(record.findings))], is_aside=True)


def closing(
    record: Record,
    written: Mapping[str, str],
    *,
    chosen: Sequence[Finding] | None,
    run: str,
    quiet: bool,
    stream_is_taken: bool,
) -> None:
    """Print what a run came to.

    Args:
        record: The finished record.
        written: Where each file lies, by its name.
        chosen: Findings that a person asked to see; None for the failures that count.
        run: How commands name the run.
        quiet: Only the closing lines.
        stream_is_taken: A report goes to stdout, so this goes to stderr.
    """
    from auditor.report import terminal  # noqa: PLC0415

    if (sys.stderr if stream_is_taken else sys.stdout).isatty():
        if quiet:
            shown: RenderableType = terminal.closing(record, LANGUAGE)
        else:
            shown = terminal.summary(record, LANGUAGE, written, chosen=chosen, run=run)
        to_stdout([shown], [], is_aside=stream_is_taken)
        return
    told_lines = (
        terminal.closing_lines(record, LANGUAGE) if quiet else terminal.lines(record, LANGUAGE, written, chosen)
    )
    to_stdout([], told_lines, is_aside=stream_is_taken)


def to_stdout(shown: Sequence[RenderableType], lines: Iterable[str], *, is_aside: bool = False) -> None:
    """Print to stdout; whoever reads it may leave early (`| head`), or its disk be full, and no exit code changes.

    Args:
        shown: For a terminal.
        lines: For a file or another program.
        is_aside: To stderr.
    """
    if is_aside:
        from auditor import screen  # noqa: PLC0415

        talk = screen.console()
        for each in shown:
            talk.print(each, soft_wrap=False)
        for line in lines:
            talk.print(line, markup=False, soft_wrap=True)
        return
    if shown:
        console = paper()
        for each in shown:
            console.print(each)
    emit(f"{line}\n".encode("utf-8", "backslashreplace") for line in lines)


def put(table: RenderableType) -> None:
    """Print a table to stdout; where it is no terminal, without the blanks that fill its last column."""
    console = paper()
    if console.is_terminal:
        console.print(table)
        return
    with console.capture() as lines:
        console.print(table)
    typer.echo("\n".join(line.rstrip() for line in lines.get().splitlines()))


def paper() -> Console:
    """Return the console for what is asked for: stdout; where it is no terminal, no colours and no broken lines."""
    from rich.console import Console  # noqa: PLC0415

    is_terminal = sys.stdout.isatty()
    width = None if is_terminal or "COLUMNS" in os.environ else _ENDLESS
    return Console(highlight=False, markup=False, force_terminal=is_terminal, width=width)
