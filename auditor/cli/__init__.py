"""The command line: arguments in, exit code out; it decides nothing.

Whatever a command needs is imported by the command, so that ``auditor --help`` stays quick.
"""

from __future__ import annotations

import contextlib
import copy
import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

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
from auditor.cli.words import (
    INTEGRITY_ERROR,
    LANGUAGE,
    USAGE_ERROR,
    Lang,
    check_language,
    safe,
    told,
    worded,
)
from auditor.errors import AuditorError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

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
    called = _narrowed(app, sys.argv[1:])
    try:
        if LANGUAGE == "zh":
            sys.exit(_in_chinese(called))
        called()
    except IntegrityError as error:
        typer.echo(told("error", message=safe(worded(error))), err=True)
        sys.exit(INTEGRITY_ERROR)
    except AuditorError as error:
        typer.echo(told("error", message=safe(worded(error))), err=True)
        sys.exit(USAGE_ERROR)
    except BrokenPipeError:
        # whoever read our output has gone (`| head`): nothing is left to say, and nothing to complain about
        _drop_output()
        sys.exit(0)
    except OSError as error:
        _drop_output()
        with contextlib.suppress(OSError):
            typer.echo(told("error", message=safe(worded(error))), err=True)
        sys.exit(USAGE_ERROR)
    sys.exit(0)


def _narrowed(whole: typer.Typer, words: list[str]) -> typer.Typer:
    """Return the command line with the one command that is called: to build all of them takes a third of a start."""
    first = words[0] if words else ""
    commands = [each for each in whole.registered_commands if each.callback and each.callback.__name__ == first]
    groups = [each for each in whole.registered_groups if each.name == first]
    if not (commands or groups):  # help, completion, options in front, a name that is none: all are needed
        return whole
    narrow = copy.copy(whole)
    narrow.registered_commands, narrow.registered_groups = commands, groups
    return narrow


def _in_chinese(called: typer.Typer) -> int:
    """Run the command line with click's own words in Chinese, and return its exit code."""
    from auditor.cli import chinese  # noqa: PLC0415

    command = typer.main.get_command(called)
    _translate(command, chinese.help_page)
    try:
        code = command(standalone_mode=False)
    except typer.Abort:
        typer.echo(chinese.usage("Aborted!"), err=True)
        return 1
    except Exception as error:
        # click's own exceptions, which typer keeps to itself: told by what they can do
        if not (hasattr(error, "format_message") and hasattr(error, "exit_code")):
            raise
        context = getattr(error, "ctx", None)
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(error.format_message(), err=True)
            return int(error.exit_code)
        if context is not None:
            typer.echo(chinese.help_page(context.get_usage()), err=True)
            typer.echo(told("usage.help", command=context.command_path), err=True)
        typer.echo(told("error", message=safe(chinese.usage(error.format_message()))), err=True)
        return int(error.exit_code)
    return code if isinstance(code, int) else 0


def _translate(command: Any, help_page: Callable[[str], str]) -> None:  # noqa: ANN401 - typer keeps click's types
    """Have a command and those below it tell their help in another language."""
    own = command.get_help
    command.get_help = lambda context: help_page(own(context))
    for each in getattr(command, "commands", {}).values():
        _translate(each, help_page)


def _drop_output() -> None:
    """Let what is left in our buffers go nowhere, so that nobody complains at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
