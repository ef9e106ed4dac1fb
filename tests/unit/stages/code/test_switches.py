from __future__ import annotations

import pytest

from auditor.stages.code.refine import Module
from auditor.stages.code.switches import is_turned_off

METHOD = """class Sender:
    def __init__(self, host, {parameter}):
        self.{name} = {name}

    def send(self):
        if {test}:
            context = {first}
        else:
            context = {other}
"""
OFF = "ssl._create_unverified_context()"
CHECKED = "ssl.create_default_context()"


def told(text: str) -> bool:
    module = Module.of(text.encode())
    assert module is not None
    line = next(number for number, row in enumerate(text.split("\n"), 1) if OFF in row)
    return is_turned_off(module, line)


@pytest.mark.parametrize(
    ("parameter", "test", "is_off_in_else", "expected"),
    [
        ("validate_certs: bool = True", "self.validate_certs", True, True),
        ("validate_certs=True", "not self.validate_certs", False, True),
        ("http_verify_ssl: bool = True", "not self.http_verify_ssl", False, True),
        ("no_verify_ssl: bool = True", "not self.no_verify_ssl", False, False),
        ("validate_certs: bool = True", "self.validate_certs", False, False),
        ("validate_certs: bool = False", "self.validate_certs", True, False),
        ("validate_certs", "self.validate_certs", True, False),
        ("is_fast: bool = True", "self.is_fast", True, False),
    ],
)
def test_a_check_that_is_on_unless_somebody_turns_it_off(
    parameter: str, test: str, *, is_off_in_else: bool, expected: bool
) -> None:
    first, other = (CHECKED, OFF) if is_off_in_else else (OFF, CHECKED)
    name = parameter.replace(":", "=").partition("=")[0]

    assert told(METHOD.format(parameter=parameter, name=name, test=test, first=first, other=other)) is expected


MODES = """def context_of({name}):
    if {name} == "verify-full":
        context = ssl.create_default_context()
    elif {name} in ("require", "prefer"):
        context = ssl._create_unverified_context()
"""


@pytest.mark.parametrize(("name", "expected"), [("sslmode", True), ("ssl_mode", True), ("host", False)])
def test_a_mode_that_is_chosen_by_its_name(name: str, *, expected: bool) -> None:
    assert told(MODES.format(name=name)) is expected


def test_the_environment_says_what_is_on() -> None:
    text = (
        'verify_ssl = os.getenv("VERIFY_SSL", "{default}")\n'
        "if not verify_ssl:\n    c = ssl._create_unverified_context()\n"
    )

    assert told(text.format(default="true"))
    assert not told(text.format(default=""))


def test_a_line_behind_nothing() -> None:
    assert not told("context = ssl._create_unverified_context()\n")


def test_a_person_says_so_on_the_command_line() -> None:
    text = "if not {name}.verify_ssl:\n    c = ssl._create_unverified_context()\n"

    assert told(text.format(name="args"))
    assert not told(text.format(name="settings"))
