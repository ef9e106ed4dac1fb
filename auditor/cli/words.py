"""What all commands share: the language, the options that recur, and how to refuse."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from auditor.cli.texts import say
from auditor.errors import AuditorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.model.finding import Severity
    from auditor.model.text import Language

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


def told(key: str, **values: object) -> str:
    """Return a sentence of the command line in the language of this run."""
    return say(key, **values).to(LANGUAGE)


def known_formats(incomplete: str) -> list[str]:
    """Complete the name of a report format."""
    from auditor.report.render import FILES  # noqa: PLC0415

    return [name for name in FILES if name.startswith(incomplete)]


Lang = Annotated[str, typer.Option("--lang", help=told("help.lang"), metavar="zh|en")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help=told("help.quiet"))]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help=told("help.verbose"))]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        "-f",
        help=told("help.format"),
        metavar="NAME",
        autocompletion=known_formats,
    ),
]
Output = Annotated[str | None, typer.Option("--output", "-o", help=told("help.output"), metavar="DIR")]


def known_checks(incomplete: str) -> list[str]:
    """Complete the id of a check."""
    from auditor import registry  # noqa: PLC0415

    return [check.id for check in registry.all_checks() if check.id.startswith(incomplete)]


def known_frameworks(incomplete: str) -> list[str]:
    """Complete the id of a framework."""
    from auditor.content import rulesets  # noqa: PLC0415

    names = sorted(file.stem for file in (rulesets() / "controls").glob("*.yaml"))
    return [name for name in names if name.startswith(incomplete)]


def known_runs(incomplete: str) -> list[str]:
    """Complete the name of a run."""
    from auditor.evidence.store import RUNS  # noqa: PLC0415

    try:
        names = sorted((place.name for place in RUNS.iterdir() if (place / "record.json").is_file()), reverse=True)
    except OSError:
        names = []
    return [name for name in ("latest", *names) if name.startswith(incomplete)]


def known_stages(incomplete: str) -> list[str]:
    """Complete the name of a stage."""
    from auditor.stages import STAGE_NAMES  # noqa: PLC0415

    return [name for name in STAGE_NAMES if name.startswith(incomplete)]


def known_targets(incomplete: str) -> list[str]:
    """Complete the kind of a target; what comes after it is a path, which the shell completes."""
    from auditor.stages import target_kinds  # noqa: PLC0415

    return [f"{kind}=" for kind in target_kinds() if f"{kind}=".startswith(incomplete)]


def severity(given: str | None) -> Severity | None:
    """Return a severity; None where none is given. One that there is not is refused."""
    from auditor.model.finding import Severity  # noqa: PLC0415

    if given is None:
        return None
    if given not in set(Severity):
        refuse(told("severity.unknown", name=given, known=", ".join(Severity)))
    return Severity(given)


def emit(reports: Iterable[bytes]) -> None:
    """Write to stdout; whoever reads it may leave early (`| head`) without changing the exit code."""
    try:
        for data in reports:
            sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def words(given: list[str] | None) -> frozenset[str]:
    """Return names that were given one by one or with commas between them."""
    return frozenset(word for item in given or () for word in item.split(",") if word)


def formats_of(given: list[str] | None, *, is_stream: bool, further: Sequence[str] = ()) -> list[str]:
    """Return the formats asked for; the usual ones and further ones where none is, but exactly one for a stream."""
    from auditor.report.render import DEFAULT, FILES, told_apart  # noqa: PLC0415

    names = [word for item in given or () for word in item.split(",") if word]
    if unknown := [name for name in (*names, *further) if told_apart(name, LANGUAGE) is None]:
        refuse(told("report.format.unknown", format=unknown[0], known=", ".join(FILES), nearest="json"))
    if is_stream and len(names) != 1:
        refuse(told("format.stream"))
    return names or [*DEFAULT, *further]


def check_language(given: str) -> None:
    """Refuse a language that there is not; which one it is was decided before anything was imported."""
    if given not in {"", "en", "zh"}:
        refuse(told("lang.unknown", name=given))


def safe(message: str) -> str:
    """Return a message that may hold words of the target as a terminal may be given it: no escapes, no secrets."""
    from auditor.masking import mask_text  # noqa: PLC0415 - `auditor --help` has nothing to hide
    from auditor.masking.lines import visible  # noqa: PLC0415

    return visible(mask_text(message))


def worded(error: Exception) -> str:
    """Return what an error says, in the language of this run."""
    said = error.to(LANGUAGE) if isinstance(error, AuditorError) else str(error)
    if LANGUAGE == "en":
        return said
    from auditor.cli import chinese  # noqa: PLC0415 - for Chinese only

    return chinese.error(said)


def refuse(message: str) -> NoReturn:
    """Say what is wrong and leave with exit code 2."""
    typer.echo(told("error", message=safe(message)), err=True)
    raise typer.Exit(USAGE_ERROR)
