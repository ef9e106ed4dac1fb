"""``auditor answers``: what people wrote into a workbook, taken over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.words import told
from auditor.command import INTEGRITY_ERROR, LANGUAGE, Lang, check_language, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from auditor.report.returned import Note

SOME_LEFT = 1
ANSWERS = Path("answers.yaml")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    answers = typer.Typer(help=told("help.answers"), no_args_is_help=True)
    answers.callback()(lambda: None)  # one command below a name of its own
    answers.command("import", help=told("help.answers.import"))(take_over)
    app.add_typer(answers, name="answers")


def take_over(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=told("help.answers.file"))],
    *,
    into: Annotated[Path, typer.Option("--into", help=told("help.answers.into"), metavar="FILE")] = ANSWERS,
    run_name: Annotated[str, typer.Option("--run", help=told("help.answers.run"), metavar="RUN")] = "",
    lang: Lang = "",
) -> None:
    """Take over the answers of a workbook."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from auditor import registry, rules  # noqa: PLC0415
    from auditor.evidence import load, store  # noqa: PLC0415
    from auditor.report import returned  # noqa: PLC0415
    from auditor.report.texts import say  # noqa: PLC0415

    check_language(lang)
    known: frozenset[str] = frozenset()
    if run_name:
        place = store.find_run(run_name)
        saved = rules.load(place)
        frameworks = saved.frameworks if saved else registry.all_frameworks()
        known = returned.digests(load.load(place), frameworks)
    found = returned.read(file, known)
    if found.is_refused:
        _tell(found.notes)
        typer.echo(say("returned.refused", path=safe(str(file))).to(LANGUAGE), err=True)
        raise typer.Exit(INTEGRITY_ERROR)
    done = returned.merge(found, into, registry.all_frameworks(), datetime.now(UTC))
    _tell(sorted((*found.notes, *done.notes), key=lambda note: (note.sheet, note.row)))
    left = len(found.notes) + len(done.notes)
    told_done = say("returned.done", added=len(done.added), same=len(done.same), left=left, file=into)
    typer.echo(told_done.to(LANGUAGE))
    if done.added:
        typer.echo(told("file.named", name="answers", file=into), err=True)
    raise typer.Exit(SOME_LEFT if left else 0)


def _tell(notes: Iterable[Note]) -> None:
    from auditor.report.texts import say  # noqa: PLC0415

    for note in notes:
        line = say("returned.at", sheet=note.sheet, row=note.row, what=note.what).to(LANGUAGE)
        typer.echo(safe(line), err=True)
