"""Tables and lines of ``auditor tools``: what is wrapped, how it stands with it, how far an installation is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text as Line

from auditor.report.foreign import one_line
from auditor.report.texts import say
from auditor.tools.pins import GoModule, MirrorFile, Wheel
from auditor.tools.programs import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import RenderableType

    from auditor.model.text import Language
    from auditor.tools.pins import Pin
    from auditor.tools.programs import Row, Step

_COLOURS: Final[Mapping[State, str]] = {State.READY: "green", State.REFUSED: "bold red", State.MISSING: "yellow"}
_DIGEST_DIGITS: Final = 12


def doctor(rows: Iterable[Row], language: Language) -> Group:
    """Return the table of all programs, and below it what is wrong and what to do about it."""
    table = _table("name", "state", "version", "digest", "allowed", "licence", "without", language=language)
    problems: list[RenderableType] = []
    for row in rows:
        table.add_row(*_doctor_row(row, language))
        if row.state is State.REFUSED:
            problems.append(Line(one_line(row.problem), style="red"))
        elif row.state is State.MISSING:
            remedy = say("tools.missing", name=row.pin.name, seconds=round(row.seconds)).to(language)
            problems.append(Line(remedy, style="dim"))
    return Group(table, *problems)


def listing(pins: Iterable[Pin], language: Language) -> Table:
    """Return the table of what is pinned: nothing is looked for, nothing is run."""
    table = _table("name", "pinned", "tested", "how", "licence", "stages", "without", language=language)
    for pin in pins:
        table.add_row(
            pin.name,
            pin.version,
            f"≥ {pin.tested_from}, < {pin.tested_below}",
            say(_how(pin)).to(language),
            pin.licence,
            ", ".join(pin.stages),
            pin.without.to(language),
        )
    return table


def progress(step: Step, language: Language) -> str:
    """Return one line on an installation: what is done, for how long, and how long it took last time."""
    key = "tools.step.nothing" if step.phase == "present" else "tools.step"
    return say(
        key,
        name=step.name,
        phase=say(f"tools.phase.{step.phase}").to(language),
        seconds=round(step.seconds),
        last=round(step.last_seconds),
    ).to(language)


def _doctor_row(row: Row, language: Language) -> tuple[RenderableType, ...]:
    state = Line(say(f"tools.state.{row.state}").to(language), style=_COLOURS[row.state])
    seen: tuple[str, ...] = (f"({row.pin.version})", "", "")
    if program := row.program:
        state.append(f"\n{say(f'tools.source.{program.source}').to(language)}", style="dim")
        digest = program.digest.removeprefix("sha256:")[:_DIGEST_DIGITS]
        allowed = say("tools.allowed" if program.is_allowed else "tools.insisted").to(language)
        seen = (program.version, digest, allowed)
    without = Line(row.pin.without.to(language), style="dim" if row.state is State.READY else "")
    return (Line(row.pin.name, style="bold"), state, *seen, row.pin.licence, without)


def _table(*columns: str, language: Language) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(say(f"tools.column.{column}").to(language), overflow="fold")
    return table


def _how(pin: Pin) -> str:
    match pin.recipe:
        case Wheel():
            return "tools.how.wheel"
        case GoModule():
            return "tools.how.go"
        case MirrorFile():
            return "tools.how.file"
