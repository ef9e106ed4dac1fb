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
    from auditor.model.record import Exclusion
    from auditor.model.system import System
    from auditor.model.text import Language

_PLAIN_EVERY_S: Final = 10.0
_REFRESH_EVERY_S: Final = 0.25
_MINUTES_FROM: Final = 3
"""Minutes from which on seconds are no longer told."""
_SHOWN: Final = 12
_LEFT_SHOWN: Final = 20


def console(*, quiet: bool = False) -> Console:
    """Return the console for talk: stderr, without colour where the user or a pipe wants none."""
    is_terminal = sys.stderr.isatty()  # said outright: FORCE_COLOR would put cursor codes into a file
    return Console(
        file=cast("TextIO", _Forgiving(sys.stderr)),
        quiet=quiet,
        highlight=False,
        soft_wrap=not is_terminal,
        force_terminal=is_terminal,
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
    ends: float = 0.0


@dataclass
class _Done:
    targets: int = 0
    facts: int = 0
    seconds: float = 0.0


class Screen:
    """Draws the progress of a run; fits `auditor.pipeline.Watcher`.

    It runs no thread of its own: the pipeline calls `tick`, and worker processes may be forked at any time.
    """

    def __init__(self, talk: Console, language: Language, *, is_verbose: bool = False) -> None:
        """Draw on a console.

        Args:
            talk: Where to.
            language: Of all text.
            is_verbose: Say what each stage does on each target, besides one line for a stage at the end.
        """
        self._talk = talk
        self._language = language
        self._is_verbose = is_verbose
        self._rows: dict[tuple[str, str], _Row] = {}
        self._done: dict[str, _Done] = {}
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
        """Take the table off the screen; where lines stay, say in one line what each stage came to."""
        if self._live:
            self._live.stop()
        for name, done in self._done.items():
            self._say(
                "screen.stage",
                stage=name,
                targets=say("screen.targets", count=done.targets),
                count=done.facts,
                seconds=f"{done.seconds:.1f}",
            )

    def started(self, stage: str, target: System) -> None:
        """Note that a stage begins on a target."""
        self._rows[stage, target.name] = _Row(stage, target.name, time.monotonic())
        self._tell("screen.started", stage=stage, target=target.name)

    def progress(self, stage: str, target: System, progress: Progress) -> None:
        """Note how far it is."""
        row = self._rows.get((stage, target.name))
        if row:
            is_new = progress.doing != row.doing
            row.doing, row.done, row.total = progress.doing, progress.done, progress.total
            row.ends = time.monotonic() + progress.left_s if progress.left_s else 0.0
            if is_new:
                self._tell("screen.doing", stage=stage, target=target.name, doing=self._step(row))

    def ended(self, stage: str, target: System, seconds: float, matches: int) -> None:
        """Note that it is done."""
        self._rows.pop((stage, target.name), None)
        self._finished += 1
        done = self._done.setdefault(stage, _Done())
        done.targets += 1
        done.facts += matches
        done.seconds += seconds
        self._tell("screen.ended", stage=stage, target=target.name, seconds=f"{seconds:.1f}", count=matches)

    def tick(self) -> None:
        """Draw, if it is time to."""
        now = time.monotonic()
        if self._live:
            if now - self._drawn >= _REFRESH_EVERY_S:
                self._live.update(self._table(now), refresh=True)
                self._drawn = now
        elif now - self._spoken >= _PLAIN_EVERY_S and self._rows:
            row = max(self._rows.values(), key=lambda each: now - each.since)
            others = say("screen.others", count=len(self._rows) - 1) if len(self._rows) > 1 else ""
            self._say(
                "screen.running",
                stage=row.stage,
                target=row.target,
                doing=self._step(row),
                seconds=f"{now - row.since:.0f}",
                others=others,
            )
            self._spoken = now

    def _step(self, row: _Row) -> str:
        """Say what is being done, how many files are done of those due, and how long it should go on."""
        files = " ".join(filter(None, (row.doing, self._files(row))))
        return ", ".join(filter(None, (files, self._left(row))))

    def _files(self, row: _Row) -> str:
        if not row.total:
            return ""
        key = "screen.files_done" if row.done else "screen.files"
        return say(key, done=row.done, count=row.total).to(self._language)

    def _left(self, row: _Row) -> str:
        """Say how long it should go on, by the last time; nothing where that is not known, or over."""
        left_s = row.ends - time.monotonic()
        if left_s < 1:
            return ""
        minutes = round(left_s / 60)
        if minutes >= _MINUTES_FROM:
            return say("screen.left.minutes", minutes=minutes).to(self._language)
        return say("screen.left", seconds=f"{left_s:.0f}").to(self._language)

    def _tell(self, key: str, **values: object) -> None:
        """Say what only somebody who asked for it wants to read."""
        if self._is_verbose:
            self._talk.print(Line(one_line(say(key, **values).to(self._language))))

    def _say(self, key: str, **values: object) -> None:
        if not self._live:
            self._talk.print(Line(one_line(say(key, **values).to(self._language))))

    def _table(self, now: float) -> RenderableType:
        table = Table.grid(padding=(0, 2))
        for row in list(self._rows.values())[:_SHOWN]:
            table.add_row(
                Line("▸", style="cyan"), Line(row.stage, style="bold"), Line(one_line(row.target)),
                Line(row.doing, style="dim"),
                Line(self._files(row), style="dim"), Line(f"{now - row.since:.0f} s", style="cyan"),
                Line(self._left(row), style="dim"),
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


def found(targets: Iterable[System], left: Iterable[Exclusion], language: Language) -> RenderableType:
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
