"""Answers of people: what makes one count, and until when."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from auditor import registry
from auditor.compliance.answers import Answers, Book, problem, read
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PROTOCOL = b"visited, all well"
GOOD: dict[str, Any] = {
    "framework": "gbt22239-2019-l3",
    "control": "8.1.1.1.a",
    "verdict": "pass",
    "who": "Zhang Min",
    "when": "2026-11-20",
    "evidence": {"file": "visit.pdf", "sha256": hashlib.sha256(PROTOCOL).hexdigest()},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "visit.pdf").write_bytes(PROTOCOL)
    return tmp_path


def made(folder: Path, *rows: object) -> Answers:
    file = folder / "answers.yaml"
    file.write_text(yaml.safe_dump({"answers": list(rows)}, allow_unicode=True), encoding="utf-8")
    return read(file, registry.all_frameworks())


def but(**changed: object) -> dict[str, object]:
    return {name: value for name, value in {**GOOD, **changed}.items() if value != "LEFT OUT"}


def test_a_good_answer_counts(folder: Path) -> None:
    found = made(folder, GOOD)

    assert problem(found.answers[0], NOW) is None
    book = Book(found, NOW)
    answer = book.of("gbt22239-2019-l3", "8.1.1.1.a", "any system")
    assert answer
    assert answer.who == "Zhang Min"
    assert book.of("gbt22239-2019-l3", "8.1.1.1.b", "any system") is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"framework": "gbt22239"}, "framework gbt22239 is not known"),
        ({"framework": "LEFT OUT"}, "framework is missing"),
        ({"control": "8.1.1.1.z"}, "has no control 8.1.1.1.z"),
        ({"control": "LEFT OUT"}, "control is missing"),
        ({"verdict": "maybe"}, "verdict maybe is not one of"),
        ({"verdict": "LEFT OUT"}, "verdict is missing"),
        ({"who": ""}, "who is missing"),
        ({"when": "LEFT OUT"}, "when is missing"),
        ({"when": "last week"}, "when is not a date"),
        ({"when": "2026-11-30"}, "after this run"),
        ({"when": "2025-11-27"}, "is 366 days old"),
        ({"valid_days": 7}, "is 8 days old; it counts for 7"),
        ({"valid_days": 1000}, "valid_days"),
        ({"valid_days": "soon"}, "valid_days"),
        ({"evidence": "LEFT OUT"}, "evidence is missing"),
        ({"evidence": "visit.pdf"}, "has no sha256"),
        ({"evidence": {"file": "visit.pdf", "sha256": "0" * 64}}, "has changed"),
        ({"evidence": {"file": "gone.pdf", "sha256": "0" * 64}}, "is not there"),
        ({"evidence": {"file": "/etc/hostname", "sha256": "0" * 64}}, "outside"),
        ({"verdict": "not_applicable", "evidence": "LEFT OUT"}, "reason is missing"),
        ({"confirmed": True}, "unknown field confirmed"),
    ],
)
def test_an_answer_that_is_wrong_counts_for_nothing_and_is_told(
    folder: Path, changed: dict[str, object], told: str
) -> None:
    found = made(folder, but(**changed))

    why = problem(found.answers[0], NOW)

    assert why
    assert told in why.en
    assert Book(found, NOW).of("gbt22239-2019-l3", "8.1.1.1.a", "x") is None


def test_the_last_day_still_counts(folder: Path) -> None:
    assert problem(made(folder, but(when="2025-11-28")).answers[0], NOW) is None


def test_the_words_of_assessors_are_taken(folder: Path) -> None:
    assert [each.verdict for each in made(folder, but(verdict="符合"), but(verdict="不符合", target="a")).answers] == [
        "pass",
        "fail",
    ]


def test_two_answers_for_one_control_void_each_other(folder: Path) -> None:
    found = made(folder, GOOD, but(verdict="fail"))

    assert all(problem(each, NOW) for each in found.answers)


def test_an_answer_for_one_system_goes_before_one_for_all(folder: Path) -> None:
    book = Book(made(folder, GOOD, but(verdict="fail", target="loan-*")), NOW)

    one, other = (book.of("gbt22239-2019-l3", "8.1.1.1.a", name) for name in ("loan-assistant", "chat"))

    assert one
    assert other
    assert (one.verdict, other.verdict) == ("fail", "pass")


def test_a_file_that_is_no_list_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("answers: yes\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="expected a list of answers"):
        read(file, ())
