"""Each check says what it wants and what is wrong where it fails, in both languages, by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from auditor import registry
from auditor.judging import EVERYTHING_SEEN

if TYPE_CHECKING:
    from auditor.check import Check

CHECKS = (*registry.all_checks(), EVERYTHING_SEEN)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_names_what_it_wants_and_what_is_wrong(check: Check) -> None:
    assert check.title.en
    assert CHINESE.search(check.title.zh)
    assert check.problem.en
    assert CHINESE.search(check.problem.zh)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_problem_and_requirement_are_two_sentences(check: Check) -> None:
    wanted, wrong = check.title, check.problem

    assert plain(wanted.en) != plain(wrong.en)
    assert plain(wanted.zh) != plain(wrong.zh)
    # no template: a requirement with something put around it tells a reader nothing new
    assert plain(wanted.en) not in plain(wrong.en)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_titles_are_titles(check: Check) -> None:
    for text in (check.title, check.problem):
        assert not text.en.endswith(".")
        assert not text.zh.endswith("。")


def plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
