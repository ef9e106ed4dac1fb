"""Walks over the 71 checks: each has a good, a bad and an absent case, and it is said on what they rest."""

from __future__ import annotations

from auditor.stages.custody.checks import checks
from tests.contract.custody import grounds
from tests.unit.stages.custody.test_checks import CASES, RECORDS

ALL = {f"KEY-{number:03}" for number in range(1, 72)}


def test_each_check_rests_on_something_and_on_one_thing_that_is_no_server() -> None:
    others = (grounds.FILES, grounds.HOST, grounds.SNAPSHOTS, grounds.RECORDS, grounds.PEER, grounds.PACKAGE)
    recorded = frozenset(grounds.RECORDED)

    assert grounds.REAL_BAD | recorded | frozenset[str]().union(*others) == ALL
    assert sum(map(len, (grounds.REAL_BAD, recorded, *others))) == len(ALL)
    assert grounds.REAL_GOOD <= ALL
    # what a server fails, a server passes elsewhere; but for what only a server can be without
    never = {"KEY-003", "KEY-007", "KEY-009", "KEY-060"}
    assert not grounds.REAL_BAD - grounds.REAL_GOOD - grounds.DRIFT - never


def test_each_check_has_a_good_and_a_bad_case_by_hand_too() -> None:
    by_hand = {f"KEY-{number}" for number in CASES}

    assert by_hand | {f"KEY-{number}" for number in RECORDS} == ALL
    assert all(good and bad and all(bad) for good, bad in CASES.values())


def test_absent_is_walked_for_each_check() -> None:
    """`test_checks.test_what_nobody_showed_is_never_a_pass` takes every check that there is."""
    assert [each.aliases[0] for each in checks()] == sorted(ALL)


def test_page_on_key_custody_is_that_of_the_code() -> None:
    from docs.build_custody import PAGE, page  # noqa: PLC0415

    text = PAGE.read_text("utf-8")
    assert page(text) == text, "run python -m docs.build_custody"
