from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from rich.console import Console

from auditor.model.text import Language
from auditor.report.tools_table import doctor, listing, progress
from auditor.tools.pins import load_pins
from auditor.tools.programs import Program, Row, Source, State, Step

if TYPE_CHECKING:
    from rich.console import RenderableType

PINS = load_pins()
LANGUAGES = get_args(Language)


def shown(what: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=200, markup=False, highlight=False)
    console.print(what)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def ready(*, is_allowed: bool = True) -> Row:
    program = Program(
        name="opa",
        version="1.19.0",
        path=Path("/cache/opa"),
        digest="sha256:" + "ab" * 32,
        is_allowed=is_allowed,
        source=Source.CACHE,
    )
    return Row(pin=PINS["opa"], state=State.READY, program=program, problem="", seconds=3.0)


def absent(state: State, problem: str) -> Row:
    return Row(pin=PINS["semgrep"], state=state, program=None, problem=problem, seconds=27.4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_doctor_tells_version_digest_licence_and_what_is_lost(language: Language) -> None:
    table = shown(doctor([ready(), absent(State.MISSING, "not there")], language))

    for text in ("1.19.0", "abababababab", "Apache-2.0", PINS["opa"].without.to(language)):
        assert text in table
    assert "auditor tools install semgrep" in table
    assert "27" in table


def test_doctor_says_why_a_program_is_refused() -> None:
    table = shown(doctor([absent(State.REFUSED, "semgrep in /x\x1b[31m is not what was installed")], "en"))

    assert "refused" in table
    assert "is not what was installed" in table
    assert "\x1b" not in table


def test_doctor_marks_what_the_user_insists_on() -> None:
    assert "insisted on" in shown(doctor([ready(is_allowed=False)], "en"))
    assert "insisted on" not in shown(doctor([ready()], "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_list_names_every_pinned_program(language: Language) -> None:
    table = shown(listing(PINS.by_name.values(), language))

    assert all(pin.name in table and pin.version in table and pin.licence in table for pin in PINS.by_name.values())


@pytest.mark.parametrize(
    "phase", ["waiting", "environment", "packages", "build", "download", "digest", "check", "done", "present"]
)
def test_every_phase_has_a_line_in_both_languages(phase: str) -> None:
    step = Step(name="opa", phase=phase, seconds=12.3, last_seconds=89.0)

    lines = {progress(step, language) for language in LANGUAGES}

    assert len(lines) == 2
    assert all(("89" in line) is (phase != "present") for line in lines)
