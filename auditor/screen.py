"""What a person sees on stderr while a run works: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self, TextIO, cast

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text as Line

from auditor.messages import say
from auditor.report.foreign import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from auditor.model.progress import Progress
    from auditor.model.record import Left
    from auditor.model.system import System
    from auditor.model.text import Language

_PLAIN_EVERY_S: Final = 10.0
_REFRESH_EVERY_S: Final = 0.25
_SHOWN: Final = 12
_LEFT_SHOWN: Final = 20


def console(*, quiet: bool = False) -> Console:
    """Return the console for talk: stderr, without colour where the user or a pipe wants none."""
    return Console(
        file=cast("TextIO", _Forgiving(sys.stderr)), quiet=quiet, highlight=False, soft_wrap=not sys.stderr.isatty()
    )


class _Forgiving:
    """A stream to talk to, whose listener may leave or run out of room: a run does not end for that."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.encoding = stream.encoding

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except OSError:
            self._give_up()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._give_up()

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def _give_up(self) -> None:
        """Let everything from now on go nowhere, what is left in buffers too."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())


@dataclass
class _Row:
    stage: str
    target: str
    since: float
    doing: str = ""
    done: int = 0
    total: int = 0


class Screen:
    """Draws the progress of a run; fits `auditor.pipeline.Watcher`.

    It runs no thread of its own: the pipeline calls `tick`, and worker processes may be forked at any time.
    """

    def __init__(self, talk: Console, language: Language) -> None:
        """Draw on a console."""
        self._talk = talk
        self._language = language
        self._rows: dict[tuple[str, str], _Row] = {}
        self._finished = 0
        self._drawn = 0.0
        self._spoken = time.monotonic()
        is_live = talk.is_terminal and not talk.quiet and not os.environ.get("CI")
        self._live = Live(console=talk, auto_refresh=False, transient=True) if is_live else None

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        """Take the table off the screen."""
        if self._live:
            self._live.stop()

    def started(self, stage: str, target: System) -> None:
        """Note that a stage begins on a target."""
        self._rows[stage, target.name] = _Row(stage, target.name, time.monotonic())
        if len(self._rows) + self._finished <= _SHOWN:
            self._say("screen.started", stage=stage, target=target.name)

    def progress(self, stage: str, target: System, progress: Progress) -> None:
        """Note how far it is."""
        row = self._rows.get((stage, target.name))
        if row:
            row.doing, row.done, row.total = progress.doing, progress.done, progress.total

    def ended(self, stage: str, target: System, seconds: float, matches: int) -> None:
        """Note that it is done."""
        self._rows.pop((stage, target.name), None)
        self._finished += 1
        if self._finished <= _SHOWN:
            self._say("screen.ended", stage=stage, target=target.name, seconds=f"{seconds:.1f}", count=matches)

    def tick(self) -> None:
        """Draw, if it is time to."""
        now = time.monotonic()
        if self._live:
            if now - self._drawn >= _REFRESH_EVERY_S:
                self._live.update(self._table(now), refresh=True)
                self._drawn = now
        elif now - self._spoken >= _PLAIN_EVERY_S:
            for row in list(self._rows.values())[:_SHOWN]:
                self._say(
                    "screen.running",
                    stage=row.stage,
                    target=row.target,
                    doing=row.doing,
                    seconds=f"{now - row.since:.0f}",
                )
            self._spoken = now

    def _say(self, key: str, **values: object) -> None:
        if not self._live:
            self._talk.print(Line(one_line(say(key, **values).to(self._language))))

    def _table(self, now: float) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for row in list(self._rows.values())[:_SHOWN]:
            files = say("screen.files", count=row.total).to(self._language) if row.total else ""
            table.add_row(
                Line("▸", style="cyan"), Line(row.stage, style="bold"), Line(one_line(row.target)),
                Line(row.doing, style="dim"),
                Line(files, style="dim"), Line(f"{now - row.since:.0f} s", style="cyan"),
            )  # fmt: skip
        more = len(self._rows) - _SHOWN
        done = say("screen.finished", count=self._finished).to(self._language) if self._finished else ""
        rest = f" +{more}" if more > 0 else ""
        return Group(table, Line(f"{done}{rest}", style="dim"))


class Steps:
    """Shows how far installations are: a line each that changes on a terminal, a line for each phase elsewhere."""

    def __init__(self, talk: Console) -> None:
        """Draw on a console."""
        self._talk = talk
        self._shown: dict[str, tuple[str, float]] = {}
        self._lines: dict[str, str] = {}
        self._live = Live(console=talk, auto_refresh=False, transient=True) if talk.is_terminal else None

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        """Take the line off the screen."""
        if self._live:
            self._live.stop()

    def show(self, name: str, phase: str, text: str) -> None:
        """Show how far a program is; a phase that goes on is repeated only now and then where lines stay.

        Args:
            name: Program; several may be under way.
            phase: What is being done to it.
            text: The line.
        """
        now = time.monotonic()
        if self._live:
            self._lines[name] = text
            self._live.update(Group(*map(Line, self._lines.values())), refresh=True)
            return
        shown, at = self._shown.get(name, ("", 0.0))
        if phase != shown or now - at >= _PLAIN_EVERY_S:
            self._talk.print(Line(text))
            self._shown[name] = (phase, now)


def found(targets: Iterable[System], left: Iterable[Left], language: Language) -> RenderableType:
    """Return what a search found, and what is left out and why."""
    lines = [Line(say("screen.found").to(language), style="bold")]
    lines.extend(Line(f"  {one_line(part.argument)}") for target in targets for part in target.parts)
    outside = list(left)
    if outside:
        lines.append(Line(say("screen.left_out").to(language), style="bold"))
        lines.extend(Line(f"  {one_line(each.what)} - {each.why.to(language)}") for each in outside[:_LEFT_SHOWN])
        if len(outside) > _LEFT_SHOWN:
            lines.append(Line(f"  … +{len(outside) - _LEFT_SHOWN}"))
    return Group(*lines)
