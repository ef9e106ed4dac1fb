"""The demo's lineage: every planted gap is found with the list of what is missing; the clean twin passes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from auditor.demo import lineage
from auditor.errors import ConfigError
from tests.unit.stages.lineage.looking import NOW, Looked, look

if TYPE_CHECKING:
    from pathlib import Path

END = datetime.fromisoformat(NOW)
# check, and a word of the list of what is missing, in the order of `PLANTED`
FOUND = (
    ("answers-name-user", "loan-assistant"),
    ("traces-unsampled", "38 / 4000"),
    ("answers-name-sources", "loan-assistant"),
    ("no-dangling-fields", "mart.daily.total"),
    ("no-ghost-datasets", "export/daily_csv"),
    ("pii-spread-tagged", "customers.contact"),
    ("pii-masked-before-model", "kb_loans.owner"),
    ("no-unapproved-crossing", "api.openai.com"),
    ("no-orphan-datasets", "old/archive"),
    ("declared-equals-seen", "declared, not seen"),
    ("kept-six-months", "2026-08-25"),
    ("deletion-reaches-copies", "kb_loans"),
)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return look(lineage.write(tmp_path_factory.mktemp("faulty"), END, clean=False))


def test_each_planted_gap_has_its_check() -> None:
    assert len(FOUND) == len(lineage.PLANTED)


@pytest.mark.parametrize(("check", "word"), FOUND)
def test_planted_gap_is_found(faulty: Looked, check: str, word: str) -> None:
    made = [each for each in faulty.findings if each.id == f"lineage-{check}" and each.verdict.value == "fail"]

    assert any(word in f"{each.subject} {each.detail.en} {each.actual.en}" for each in made), made


def test_clean_twin_passes(tmp_path: Path) -> None:
    looked = look(lineage.write(tmp_path / "clean", END, clean=True))

    left = {each.id: each.verdict.value for each in looked.findings if each.verdict.value != "pass"}
    assert left == {"lineage-pii-tagged": "nothing_found", "lineage-sharing-recorded": "not_applicable"}
    assert looked.facts.gaps == ()


def test_two_runs_of_the_generator_are_the_same(tmp_path: Path) -> None:
    one = lineage.write(tmp_path / "one", END, clean=False)
    two = lineage.write(tmp_path / "two", END, clean=False)

    for file in ("events/lineage.ndjson", "traces/spans.jsonl", "inventory.yaml", "catalogue.csv"):
        assert (one / file).read_bytes() == (two / file).read_bytes()


def test_a_folder_with_something_else_is_kept(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")

    with pytest.raises(ConfigError):
        lineage.fresh(tmp_path)
