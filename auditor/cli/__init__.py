"""The command line: arguments in, exit code out; it decides nothing.

A command is loaded when it is called, and whatever it needs is imported by the command, so that a start stays quick. A
stage brings its own commands (`auditor.stage.Commands`).
"""

from __future__ import annotations

import contextlib
import copy
import os
import sys
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from auditor import __version__
from auditor.cli.words import told, worded
from auditor.command import INTEGRITY_ERROR, LANGUAGE, USAGE_ERROR, Lang, check_language, safe
from auditor.errors import AuditorError, IntegrityError
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from typer.models import CommandInfo

OWN: Final = (
    (0, "running", ("run", "demo", "init", "report", "replay")),
    (1, "results", ("show",)),
    (2, "catalogue", ("checks", "explain", "schema", "frameworks")),
    (3, "evidence", ("verify", "bundle", "sign", "diff", "gate", "evidence", "waive")),
    (4, "answers", ("answers",)),
    (5, "programs", ("tools",)),
    (30, "inventory", ("inventory",)),
    (60, "database", ("db",)),
)
"""Modules of this room and the commands that each adds; listed by the number (`Commands.precedence`)."""

_WHOLE_PAGE: Final = ((), ("--help",), ("-h",))


def _version(value: bool) -> None:  # noqa: FBT001 - the shape that typer asks for
    if value:
        typer.echo(f"auditor {__version__}")
        raise typer.Exit


def _main(
    *,
    lang: Lang = "",
    version: Annotated[
        bool, typer.Option("--version", "-V", help=told("help.version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    del version
    check_language(lang)


def built(words: Sequence[str] | None = None) -> typer.Typer:
    """Return the command line.

    Args:
        words: Arguments, if it is to be called with them: where the first is a command, nothing but that command is
            loaded and built, and where the page of the whole is asked for, no options of commands.
    """
    app = typer.Typer(
        name="auditor",
        help=told("help.auditor"),
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_main)
    adding = sorted(_commands(), key=lambda each: each[0])
    first = words[0] if words else ""
    called = [each for each in adding if first in each[2]]
    for _precedence, reference, _words in (
        called or adding
    ):  # help, options in front, a name that is none: all are needed
        resolve_name(reference)(app)
    if called:
        return _narrowed(app, first)
    return _listed(app) if words is not None and tuple(words) in _WHOLE_PAGE else app


def _commands() -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Yield what adds commands: where they are listed, the reference, the first words of the commands."""
    for precedence, module, words in OWN:
        yield precedence, f"{__name__}.{module}:add_to", words
    for stage in stages():
        for each in stage.commands:
            yield each.precedence, f"{stage.package}.{each.add}", (each.word,)


def _narrowed(whole: typer.Typer, first: str) -> typer.Typer:
    """Return the command line with the one command that is called: to build all of them takes a third of a start."""
    narrow = copy.copy(whole)
    narrow.registered_commands = [
        each for each in whole.registered_commands if each.callback and each.callback.__name__ == first
    ]
    narrow.registered_groups = [each for each in whole.registered_groups if each.name == first]
    return narrow


def _listed(whole: typer.Typer) -> typer.Typer:
    """Return the command line as its page lists it, names and what each is for: options take half of a start."""
    listed = copy.copy(whole)
    listed.registered_commands = [_named(each) for each in whole.registered_commands]
    listed.registered_groups = [copy.copy(each) for each in whole.registered_groups]
    for each in listed.registered_groups:
        each.typer_instance = copy.copy(each.typer_instance)
        if each.typer_instance is not None:
            each.typer_instance.registered_commands, each.typer_instance.registered_groups = [], []
            each.typer_instance.registered_callback = None
    return listed


def _named(command: CommandInfo) -> CommandInfo:
    def called() -> None:
        """Do nothing."""

    called.__name__ = command.callback.__name__ if command.callback else ""
    named = copy.copy(command)
    named.callback = called
    return named


def __getattr__(name: str) -> typer.Typer:
    """Return ``app``, the whole command line, which is built where somebody asks for it."""
    if name == "app":
        return built()
    raise AttributeError(name)


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    called = built(sys.argv[1:])
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
