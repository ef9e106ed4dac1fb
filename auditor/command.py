"""What every command has, whichever room brings it: the language of this run, options that recur, how to refuse."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from auditor.messages import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from auditor.messages import Sentences
    from auditor.model.text import Language

    class Told(Protocol):
        """Says a sentence of a room in the language of this run."""

        def __call__(self, key: str, /, **values: object) -> str:
            """Return the sentence with its values filled in."""


USAGE_ERROR = 2
NOT_ASSESSED = 3
INTEGRITY_ERROR = 4


def language(arguments: Sequence[str]) -> Language:
    """Return the language of all text: ``--lang``, else ``AUDITOR_LANG``, else the locale."""
    given = ""
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            given = arguments[index + 1]
        elif argument.startswith("--lang="):
            given = argument.removeprefix("--lang=")
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    given = given or os.environ.get("AUDITOR_LANG", "") or ("zh" if locale.startswith("zh") else "en")
    return cast("Language", given) if given in {"en", "zh"} else "en"


LANGUAGE: Language = language(sys.argv[1:])


def telling(sentences: Sentences) -> Told:
    """Return what says the sentences of a room in the language of this run."""

    def told(key: str, /, **values: object) -> str:
        return sentences(key, **values).to(LANGUAGE)

    return told


told = telling(say)

Lang = Annotated[str, typer.Option("--lang", help=told("help.lang"), metavar="zh|en")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=told("help.quiet"))]


def group(app: typer.Typer, word: str, text: str) -> typer.Typer:
    """Return the group of commands behind a word, which several rooms may add to; it is made where it is not there."""
    for each in app.registered_groups:
        if each.name == word and each.typer_instance is not None:
            return each.typer_instance
    made = typer.Typer(help=text, no_args_is_help=True)
    app.add_typer(made, name=word)
    return made


def check_language(given: str) -> None:
    """Refuse a language that there is not; which one it is was decided before anything was imported."""
    if given not in {"", "en", "zh"}:
        refuse(told("lang.unknown", name=given))


def safe(message: str) -> str:
    """Return a message that may hold words of the target as a terminal may be given it: no escapes, no secrets."""
    from auditor.masking import mask_text  # noqa: PLC0415 - `auditor --help` has nothing to hide
    from auditor.masking.lines import visible  # noqa: PLC0415

    return visible(mask_text(message))


def refuse(message: str) -> NoReturn:
    """Say what is wrong and leave with exit code 2."""
    typer.echo(told("error", message=safe(message)), err=True)
    raise typer.Exit(USAGE_ERROR)
