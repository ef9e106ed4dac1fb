"""What a person sees while a run works."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.console import Console

from auditor import screen
from auditor.model.progress import Progress
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.screen import Screen, Steps, found
from auditor.stages.code.texts import say

HOSTILE = "code=\x1b[2J\u202e\n\udcff"
TARGET = System(name=HOSTILE, parts=(Part(kind="code", where=HOSTILE.removeprefix("code=")),))


class Paper(io.StringIO):
    """A terminal, or a file, that can be read again."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.fixture
def paper() -> Paper:
    return Paper(is_terminal=False)


@pytest.fixture
def talk(paper: Paper) -> Console:
    return Console(file=paper, width=120, highlight=False, soft_wrap=True)


def test_a_stage_is_one_line_where_lines_stay(paper: Paper, talk: Console) -> None:
    other = System(name="code=b", parts=(Part(kind="code", where="b"),))
    with Screen(talk, "en") as drawn:
        for target in (TARGET, other):
            drawn.started("code", target)
            drawn.progress("code", target, Progress(doing="semgrep", done=0, total=7))
            drawn.tick()
            drawn.ended("code", target, 2.345, 12)

    assert paper.getvalue().splitlines() == ["code: 2 targets, 24 facts, 4.7 s"]


def test_who_asks_for_it_is_told_what_each_stage_does(paper: Paper, talk: Console) -> None:
    with Screen(talk, "en", is_verbose=True) as drawn:
        drawn.started("code", TARGET)
        drawn.progress("code", TARGET, Progress(doing="semgrep", done=0, total=7))
        drawn.ended("code", TARGET, 2.345, 12)

    assert [line.rpartition(": ")[2] for line in paper.getvalue().splitlines()] == [
        "code=\\x1b[2J\\u202e\\n\\udcff …",
        "semgrep 7 files",
        "12 facts in 2.3 s",
        "1 target, 12 facts, 2.3 s",
    ]


def test_long_work_says_now_and_then_what_runs(paper: Paper, talk: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "_PLAIN_EVERY_S", 0.0)

    with Screen(talk, "zh") as drawn:
        drawn.started("code", TARGET)
        drawn.progress("code", TARGET, Progress(doing="semgrep", done=0, total=7))
        drawn.tick()

    assert "0 秒，semgrep 7 个文件" in paper.getvalue()


@pytest.mark.parametrize(
    ("left_s", "told"), [(0.4, "3 of 7 files …"), (42.0, "3 of 7 files, about 42 s left"), (400, ", about 7 min left")]
)
def test_what_is_done_of_what_is_due_and_how_long_it_should_take(
    paper: Paper, talk: Console, monkeypatch: pytest.MonkeyPatch, left_s: float, told: str
) -> None:
    monkeypatch.setattr(screen, "_PLAIN_EVERY_S", 0.0)

    with Screen(talk, "en") as drawn:
        drawn.started("code", TARGET)
        drawn.progress("code", TARGET, Progress(doing="semgrep", done=3, total=7, left_s=left_s))
        drawn.tick()

    assert told in paper.getvalue()


def test_hundreds_of_targets_do_not_flood_the_screen(paper: Paper, talk: Console) -> None:
    with Screen(talk, "en") as drawn:
        for number in range(300):
            target = System(name=f"code={number}", parts=(Part(kind="code", where=str(number)),))
            drawn.started("code", target)
            drawn.ended("code", target, 0.1, 1)

    assert len(paper.getvalue().splitlines()) < 30


def test_table_on_a_terminal_shows_what_runs_and_nothing_of_the_target_steers_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(screen, "_REFRESH_EVERY_S", 0.0)
    terminal = Paper(is_terminal=True)
    talk = Console(file=terminal, width=120, force_terminal=True, color_system=None)

    with Screen(talk, "en") as drawn:
        drawn.started("code", TARGET)
        drawn.progress("code", TARGET, Progress(doing="semgrep", done=0, total=7))
        drawn.tick()

    assert "semgrep" in terminal.getvalue()
    assert "7 files" in terminal.getvalue()
    assert "\u202e" not in terminal.getvalue()
    assert "code=\x1b[2J" not in terminal.getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_found_and_left_out_is_named(paper: Paper, talk: Console, language: str) -> None:
    left = [Exclusion(target="x", what=f"{number}\x1b/", why=say("code.left.folder")) for number in range(50)]

    talk.print(found([TARGET], left, "zh" if language == "zh" else "en"))

    text = paper.getvalue()
    assert "code=\\x1b[2J" in text
    assert "0\\x1b/" in text
    assert "… +" in text
    assert "\x1b" not in text


def test_steps_are_told_once_for_each_phase(paper: Paper, talk: Console) -> None:
    with Steps(talk) as steps:
        for phase in ("build", "build", "check"):
            steps.show("opa", phase, f"opa {phase}")

    assert paper.getvalue().splitlines() == ["opa build", "opa check"]


def test_listener_that_has_no_room_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stderr", full)
        talk = screen.console()

        for _ in range(3):
            talk.print("x" * 100_000)

    assert full.closed
