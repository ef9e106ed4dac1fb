"""Checks in Python and their rows in rulesets/<stage>/checks.yaml: one to one, or an error that names the stray."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor import check_data
from auditor.check_data import INDEX, checks_of, index_text, judges
from auditor.content import rulesets
from auditor.errors import ConfigError
from auditor.model.fact import Fact, Facts
from auditor.model.finding import Severity
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auditor.check import Judgement

ROW = """
checks:
  - id: lamp-is-on
    aliases: [LAMP-001]
    severity: high
    source: house rule 1
    title: {en: "The lamp is on", zh: "灯已打开"}
    problem: {en: "The lamp is off", zh: "灯未打开"}
    why: {en: "It is dark", zh: "太暗"}
    remediation: {en: "Switch it on", zh: "请打开"}
    controls: {house: ["1.a"]}
    parameters: {minimum_lumen: 30}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "lamp").mkdir()
    (tmp_path / "lamp" / "checks.yaml").write_text(ROW, encoding="utf-8")
    monkeypatch.setattr(check_data, "rulesets", lambda: tmp_path)
    for cached in (check_data.check_data, check_data._index):
        cached.cache_clear()
    yield tmp_path
    for cached in (check_data.check_data, check_data._index):
        cached.cache_clear()


@judges("lamp-is-on", reads=(Fact,))
def lamp_is_on(facts: Facts) -> Iterator[Judgement]:
    del facts
    yield from ()


@pytest.mark.usefixtures("folder")
def test_a_check_is_its_function_and_its_row() -> None:
    (made,) = checks_of("lamp", part_kinds=frozenset({"lamp"}), judges=(lamp_is_on,))

    assert (made.id, made.severity, made.aliases) == ("lamp-is-on", Severity.HIGH, ("LAMP-001",))
    assert made.problem == Text("The lamp is off", "灯未打开")
    assert check_data.check_data("lamp").parameters("lamp-is-on") == {"minimum_lumen": 30}


@pytest.mark.usefixtures("folder")
def test_a_row_without_a_function_is_an_error() -> None:
    with pytest.raises(ConfigError, match="do not match one to one: lamp-is-on"):
        checks_of("lamp", part_kinds=frozenset({"lamp"}), judges=())


@pytest.mark.usefixtures("folder")
def test_a_function_without_a_row_or_given_twice_is_an_error() -> None:
    stray = judges("lamp-is-new", reads=(Fact,))(lambda _facts: ())

    with pytest.raises(ConfigError, match="lamp-is-new"):
        checks_of("lamp", part_kinds=frozenset({"lamp"}), judges=(lamp_is_on, stray))
    with pytest.raises(ConfigError, match="lamp-is-on"):
        checks_of("lamp", part_kinds=frozenset({"lamp"}), judges=(lamp_is_on, lamp_is_on))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("problem:", "trouble:"), "unknown field trouble"),
        (("id: lamp-is-on", "id: Lamp on"), "kebab-case"),
        (("checks:", "rules:"), "is no list of checks"),
    ],
)
def test_a_broken_file_is_an_error_that_names_it(folder: Path, change: tuple[str, str], told: str) -> None:
    (folder / "lamp" / "checks.yaml").write_text(ROW.replace(*change), encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        check_data.check_data("lamp")


def test_a_row_that_lacks_a_field_is_an_error(folder: Path) -> None:
    (folder / "lamp" / "checks.yaml").write_text(ROW.replace("    severity: high\n", ""), encoding="utf-8")

    with pytest.raises(ConfigError, match="severity is missing"):
        checks_of("lamp", part_kinds=frozenset({"lamp"}), judges=(lamp_is_on,))


def test_the_index_gives_what_the_file_gives_and_an_old_one_is_passed_over(folder: Path) -> None:
    (folder / INDEX).write_bytes(index_text(folder))
    from_index = check_data.check_data("lamp").rows
    check_data.check_data.cache_clear()
    (folder / "lamp" / "checks.yaml").write_text(ROW.replace("30", "40"), encoding="utf-8")

    assert from_index["lamp-is-on"]["parameters"] == {"minimum_lumen": 30}
    assert check_data.check_data("lamp").parameters("lamp-is-on") == {"minimum_lumen": 40}


def test_the_index_in_the_repository_is_as_new_as_the_files() -> None:
    assert (rulesets() / INDEX).read_bytes() == index_text(rulesets()), "run python -m auditor.check_data"
