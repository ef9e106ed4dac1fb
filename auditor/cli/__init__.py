"""The command line: arguments in, exit code out; it decides nothing.

Whatever a command needs is imported by the command, so that ``auditor --help`` stays quick.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Annotated, NoReturn

import typer

from auditor import __version__
from auditor.cli import (
    answers,
    catalogue,
    collecting,
    custody,
    database,
    evidence,
    inventory,
    policies,
    programs,
    results,
    running,
    sboms,
)
from auditor.cli.words import INTEGRITY_ERROR, LANGUAGE, USAGE_ERROR, Lang, check_language, safe, told
from auditor.errors import AuditorError, IntegrityError

app = typer.Typer(
    name="auditor",
    help=told("help.auditor"),
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:  # noqa: FBT001 - the shape that typer asks for
    if value:
        typer.echo(f"auditor {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    lang: Lang = "",
    version: Annotated[
        bool, typer.Option("--version", "-V", help=told("help.version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version
    check_language(lang)


for part in (
    running,
    results,
    catalogue,
    evidence,
    answers,
    programs,
    collecting,
    custody,
    inventory,
    policies,
    sboms,
    database,
):
    part.add_to(app)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except IntegrityError as error:
        typer.echo(told("error", message=safe(error.to(LANGUAGE))), err=True)
        sys.exit(INTEGRITY_ERROR)
    except AuditorError as error:
        typer.echo(told("error", message=safe(error.to(LANGUAGE))), err=True)
        sys.exit(USAGE_ERROR)
    except BrokenPipeError:
        # whoever read our output has gone (`| head`): nothing is left to say, and nothing to complain about
        _drop_output()
        sys.exit(0)
    except OSError as error:
        _drop_output()
        with contextlib.suppress(OSError):
            typer.echo(told("error", message=safe(str(error))), err=True)
        sys.exit(USAGE_ERROR)
    sys.exit(0)


def _drop_output() -> None:
    """Let what is left in our buffers go nowhere, so that nobody complains at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
