"""What is new: told by what a finding is, never by where in a file it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from auditor.check import Judgement, fail_at
from auditor.check import check as make_check
from auditor.compare import mark_new
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Origin
from auditor.model.finding import Finding, FurtherPlace, Severity, Verdict
from auditor.model.system import Part, System
from auditor.model.text import Text

if TYPE_CHECKING:
    from random import Random

Place = tuple[str, int, str]
"""File, line, matched text."""


class Match(Fact, frozen=True, kw_only=True):
    """A match of the one rule."""

    text: str


@make_check(
    "x",
    Text("t", "t"),
    problem=Text("p", "p"),
    stage="code",
    severity=Severity.LOW,
    source="s",
    reads=(Match,),
    part_kinds=frozenset({"code"}),
    remediation=Text("", ""),
)
def rule(facts: Facts) -> list[Judgement]:
    """Fail every match."""
    return [fail_at(match.subject, match, evidence=match.text) for match in facts.of(Match)]


def findings(places: list[Place]) -> list[Finding]:
    facts = [
        Match(subject=file, origin=Origin(part="code=x", file=file, line=line), text=text)
        for file, line, text in places
    ]
    return list(judge([rule], Facts(facts), System(name="t", parts=(Part(kind="code", where="x"),))))


def new(now: list[Place], before: list[Place]) -> list[Place]:
    there = {file for file, _line, _text in now}
    marked = mark_new(
        findings(now), findings(before), lambda finding: bool(finding.location and finding.location.file not in there)
    )
    return sorted(
        (finding.location.file, finding.location.line or 0, "")
        for finding in marked
        if finding.is_new and finding.location
    )


PLACES = st.lists(
    st.tuples(st.sampled_from(["a.py", "b.py", "c.py"]), st.integers(1, 50), st.sampled_from(["f(x)", "g(y)"])),
    max_size=8,
    unique_by=lambda place: place[:2],
)


def test_one_added_fault_is_the_only_new_one() -> None:
    before = [("a.py", 3, "f(x)"), ("b.py", 3, "f(x)")]

    assert new([*before, ("b.py", 9, "g(y)")], before) == [("b.py", 9, "")]


def test_second_copy_of_a_fault_is_new() -> None:
    assert new([("a.py", 3, "f(x)"), ("a.py", 9, "f(x)")], [("a.py", 3, "f(x)")]) == [("a.py", 9, "")]


def test_copied_file_is_new_and_moved_file_is_not() -> None:
    before = [("a.py", 3, "f(x)")]

    assert new([("a.py", 3, "f(x)"), ("c.py", 3, "f(x)")], before) == [("c.py", 3, "")]
    assert new([("c.py", 7, "f(x)")], before) == []


def test_moved_file_answers_for_one_finding_only() -> None:
    assert len(new([("c.py", 3, "f(x)"), ("d.py", 3, "f(x)")], [("a.py", 3, "f(x)")])) == 1


def test_what_was_not_assessed_or_passed_before_is_no_excuse() -> None:
    (finding,) = findings([("a.py", 3, "f(x)")])
    passed = replace(finding, verdict=Verdict.PASS)

    assert [marked.is_new for marked in mark_new([finding], [passed], lambda _finding: False)] == [True]
    assert [marked.is_new for marked in mark_new([passed], [finding], lambda _finding: False)] == [None]


def test_a_known_failure_keeps_the_day_on_which_it_was_first_seen() -> None:
    never, (finding,) = (lambda _finding: False), findings([("a.py", 3, "f(x)")])

    (second,) = mark_new([finding], [finding], never, "2026-11-01T00:00:00+00:00")
    (third,) = mark_new([finding], [second], never, "2026-11-20T00:00:00+00:00")
    (other,) = mark_new(findings([("b.py", 3, "g(y)")]), [second], never, "2026-11-20T00:00:00+00:00")
    (moved,) = mark_new(findings([("c.py", 3, "f(x)")]), [second], lambda _finding: True, "2026-11-20T00:00:00+00:00")
    (of_revision,) = mark_new([finding], [finding], never)

    assert (second.first_seen, third.first_seen) == ("2026-11-01T00:00:00+00:00",) * 2
    assert (other.is_new, other.first_seen) == (True, "")
    assert (moved.is_new, moved.first_seen) == (False, "2026-11-01T00:00:00+00:00")
    assert (of_revision.is_new, of_revision.first_seen) == (False, "")


@given(PLACES)
def test_the_same_again_is_not_new(places: list[Place]) -> None:
    assert new(places, places) == []


@given(PLACES, st.integers(1, 100))
def test_inserted_lines_make_nothing_new(places: list[Place], shift: int) -> None:
    assert new([(file, line + shift, text) for file, line, text in places], places) == []


@given(PLACES, st.randoms(use_true_random=False))
def test_swapped_findings_are_not_new(places: list[Place], random: Random) -> None:
    texts = {file: [text for name, _line, text in places if name == file] for file, _line, _text in places}
    for each in texts.values():
        random.shuffle(each)

    assert new([(file, line, texts[file].pop()) for file, line, _text in places], places) == []


@given(PLACES)
def test_moved_files_make_nothing_new(places: list[Place]) -> None:
    assert new([(f"moved/{file}", line, text) for file, line, text in places], places) == []


@given(PLACES, PLACES)
def test_as_many_are_new_as_were_added(now: list[Place], before: list[Place]) -> None:
    found = new(now, before)

    assert len(now) - len(before) <= len(found) <= len(now)


def grouped(places: list[Place]) -> Finding:
    """One finding of several places."""
    first, *others = findings(places)
    also = [FurtherPlace(file=each.subject, line=1, fingerprint=each.fingerprint) for each in others]
    return replace(first, places=tuple(also))


A, B, C = ("a.py", 1, "x"), ("b.py", 1, "x"), ("c.py", 1, "x")


def test_a_flaw_in_many_places_is_known_where_each_of_them_is() -> None:
    for before in ([grouped([A, B])], findings([A, B]), [grouped([A, B, C])], findings([C, B, A])):
        (marked,) = mark_new([grouped([A, B])], before, lambda _finding: False, then="2026-11-01")
        assert marked.is_new is False
        assert marked.first_seen == "2026-11-01"


def test_a_flaw_with_a_further_place_is_new() -> None:
    for before in ([grouped([A, B])], findings([A, B])):
        (marked,) = mark_new([grouped([A, B, C])], before, lambda _finding: False)
        assert marked.is_new is True


def test_a_place_that_is_left_of_many_is_known() -> None:
    (marked,) = mark_new(findings([B]), [grouped([A, B])], lambda _finding: False)

    assert marked.is_new is False
