"""``auditor tools``: the wrapped programs."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from auditor.cli.results import paper
from auditor.cli.words import told
from auditor.command import INTEGRITY_ERROR, LANGUAGE, Lang, check_language


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    about_tools = typer.Typer(help=told("help.tools"), no_args_is_help=True)
    about_tools.command("list", help=told("help.tools.list"))(tools_list)
    about_tools.command("doctor", help=told("help.tools.doctor"))(tools_doctor)
    about_tools.command("install", help=told("help.tools.install"))(tools_install)
    app.add_typer(about_tools, name="tools")


def tools_list(*, lang: Lang = "") -> None:
    """List what is wrapped."""
    from auditor.report.tools_table import listing  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    check_language(lang)
    paper().print(listing(Programs.here().pins.by_name.values(), LANGUAGE))


def tools_doctor(
    *,
    crypto: Annotated[bool, typer.Option("--crypto", help=told("help.tools.doctor.crypto"))] = False,
    lang: Lang = "",
) -> None:
    """Say how it stands with every wrapped program, or with the SM algorithms."""
    from auditor.report.tools_table import doctor  # noqa: PLC0415
    from auditor.tools.programs import Programs, State  # noqa: PLC0415

    check_language(lang)
    if crypto:
        _crypto()
    rows = Programs.here().doctor()
    paper().print(doctor(rows, LANGUAGE))
    states = {row.state for row in rows}
    raise typer.Exit(INTEGRITY_ERROR if State.REFUSED in states else 3 if State.MISSING in states else 0)


def _crypto() -> NoReturn:
    """Say which implementations give the known answers of SM2, SM3 and SM4; 4 where one does not."""
    from auditor.tools import sm_selftest  # noqa: PLC0415

    found = sm_selftest.answers()
    for algorithm, by in found.items():
        for who, holds in by.items():
            word = told("doctor.crypto.holds" if holds else "doctor.crypto.wrong")
            typer.echo(f"{algorithm}  {who:8}  {word}")
    typer.echo(sm_selftest.versions())
    raise typer.Exit(0 if all(holds for by in found.values() for holds in by.values()) else INTEGRITY_ERROR)


def tools_install(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help=told("help.tools.install.names"))
    ] = None,
    *,
    lang: Lang = "",
) -> None:
    """Install wrapped programs."""
    from auditor import screen  # noqa: PLC0415
    from auditor.report.tools_table import progress  # noqa: PLC0415
    from auditor.stages import STAGE_NAMES  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    check_language(lang)
    talk = screen.console()
    programs = Programs.here()
    with screen.Steps(talk) as steps:
        done = programs.install(
            names or programs.pins.of_stages(STAGE_NAMES),
            lambda step: steps.show(step.name, step.phase, progress(step, LANGUAGE)),
        )
    for program in done:
        talk.print(f"{program.name} {program.version}  {program.path}")
