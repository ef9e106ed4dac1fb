"""What the commands of this room share: options that recur, completion of names, what goes to stdout."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.cli.texts import say
from auditor.command import LANGUAGE, refuse, telling
from auditor.errors import AuditorError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.model.finding import Severity

told = telling(say)


def known_formats(incomplete: str) -> list[str]:
    """Complete the name of a report format."""
    from auditor.report.render import FILES  # noqa: PLC0415

    return [name for name in FILES if name.startswith(incomplete)]


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
        made = (place for place in RUNS.iterdir() if not place.is_symlink() and (place / "record.json").is_file())
        names = sorted((place.name for place in made), reverse=True)
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


def worded(error: Exception) -> str:
    """Return what an error says, in the language of this run."""
    said = error.to(LANGUAGE) if isinstance(error, AuditorError) else str(error)
    if LANGUAGE == "en":
        return said
    from auditor.cli import chinese  # noqa: PLC0415 - for Chinese only

    return chinese.error(said)
