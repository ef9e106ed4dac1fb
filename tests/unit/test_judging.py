"""The engine of judging: silence is never a pass."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from auditor import reasons
from auditor.check import Check, Judgement, fail, fail_at, not_applicable, ok
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, Read
from auditor.model.finding import (
    Component,
    Confidence,
    Finding,
    Fix,
    Location,
    Severity,
    Step,
    Suppression,
    Verdict,
    Vulnerability,
    Waiver,
)
from auditor.model.system import Part, System
from auditor.model.text import Text

PART = Part(kind="code", where="src/")
TARGET = System(name=PART.argument, parts=(PART,))


class Door(Fact, frozen=True, kw_only=True):
    is_shut: bool = True


class Key(Fact, frozen=True, kw_only=True):
    colour: str = "red"

    @property
    def topic(self) -> str:
        return self.colour


def door(subject: str, *, is_shut: bool = True) -> Door:
    return Door(subject=subject, origin=Origin(part=PART.argument), is_shut=is_shut)


def key(subject: str, colour: str = "red", line: int = 1) -> Key:
    return Key(subject=subject, origin=Origin(part=PART.argument, file="keys", line=line), colour=colour)


def gap(kind: str, subject: str = "", topic: str = "") -> Gap:
    return Gap(
        stage="house",
        target=PART.argument,
        kind=kind,
        subject=subject,
        topic=topic,
        reason=reasons.Reason("dark"),
        detail="no light",
        remedy=Text("light a lamp", "点灯"),
    )


def shut(facts: Facts) -> list[Judgement]:
    return [ok(each) if each.is_shut else fail(each) for each in facts.of(Door)]


def check_of(judge_by: object, *reads: Read) -> Check:
    return Check(
        id="doors-shut",
        stage="house",
        title=Text("Every door is shut", "所有门均已关闭"),
        severity=Severity.HIGH,
        source="house rules",
        reads=reads or (Read("Door"),),
        judge=judge_by,  # type: ignore[arg-type]
        part_kinds=frozenset({"code"}),
    )


def verdicts(check: Check, facts: Facts) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for finding in judge([check], facts, TARGET):
        found.setdefault(finding.subject, []).append(finding.verdict)
    return found


def test_each_subject_gets_its_own_verdict() -> None:
    facts = Facts([door("front"), door("back", is_shut=False)])

    assert verdicts(check_of(shut), facts) == {"front": [Verdict.PASS], "back": [Verdict.FAIL]}


def test_a_gap_costs_its_subject_the_verdict_and_no_other() -> None:
    facts = Facts([door("front"), door("back")], [gap("Door", "front")])

    assert verdicts(check_of(shut), facts) == {"front": [Verdict.NOT_ASSESSED], "back": [Verdict.PASS]}


def test_a_subject_known_only_by_its_gap_is_not_assessed() -> None:
    facts = Facts([door("front")], [gap("Door", "cellar")])

    assert verdicts(check_of(shut), facts)["cellar"] == [Verdict.NOT_ASSESSED]


def test_a_gap_in_a_later_kind_costs_every_subject() -> None:
    facts = Facts([door("front"), door("back")], [gap("Key", "ring")])

    found = verdicts(check_of(shut, Read("Door"), Read("Key")), facts)

    assert found == {"front": [Verdict.NOT_ASSESSED], "back": [Verdict.NOT_ASSESSED]}


def test_a_failure_that_cites_the_missing_kind_stands() -> None:
    facts = Facts([door("front", is_shut=False), door("back", is_shut=False)], [gap("Door", "front"), gap("Key")])
    ring = key("ring")

    def judge_by(facts: Facts) -> list[Judgement]:
        return [structs.replace(fail(each), facts=(each, ring)) for each in facts.of(Door)]

    found = verdicts(check_of(judge_by, Read("Door"), Read("Key")), facts)

    assert found == {"front": [Verdict.FAIL], "back": [Verdict.FAIL]}


def test_a_failure_for_what_was_not_found_does_not_stand_beside_a_gap() -> None:
    ring = key("ring")

    def judge_by(facts: Facts) -> list[Judgement]:
        return [structs.replace(fail(each, ring), by_absence=True) for each in facts.of(Door)]

    check = check_of(judge_by, Read("Door"), Read("Key"))

    assert verdicts(check, Facts([door("front")])) == {"front": [Verdict.FAIL]}
    assert verdicts(check, Facts([door("front")], [gap("Key", "bunch")])) == {"front": [Verdict.NOT_ASSESSED]}


def test_a_gap_of_another_topic_costs_nothing() -> None:
    facts = Facts([door("front")], [gap("Key", topic="blue")])

    found = verdicts(check_of(shut, Read("Door"), Read("Key", frozenset({"red"}))), facts)

    assert found["front"] == [Verdict.PASS]


def test_a_gap_without_topic_costs_every_reader_of_the_kind() -> None:
    facts = Facts([door("front")], [gap("Key")])

    found = verdicts(check_of(shut, Read("Door"), Read("Key", frozenset({"red"}))), facts)

    assert found == {"front": [Verdict.NOT_ASSESSED]}


def test_no_subject_and_no_gap_is_not_applicable() -> None:
    assert list(verdicts(check_of(shut), Facts()).values()) == [[Verdict.NOT_APPLICABLE]]


def test_no_subject_and_a_gap_is_not_assessed() -> None:
    assert list(verdicts(check_of(shut), Facts(gaps=[gap("Door")])).values()) == [[Verdict.NOT_ASSESSED]]


def test_a_check_that_raises_assesses_nothing_and_harms_no_other() -> None:
    def broken(_facts: Facts) -> list[Judgement]:
        message = "oops"
        raise RuntimeError(message)

    facts = Facts([door("front")])

    judged = judge([check_of(broken), replace(check_of(shut), id="other")], facts, TARGET, first_gap=5)

    assert [finding.verdict for finding in judged] == [Verdict.NOT_ASSESSED, Verdict.PASS]
    assert [finding.gap.index for finding in judged if finding.gap] == [5]
    assert "oops" in judged.gaps[0].detail


def test_a_judgement_that_rests_on_no_fact_breaks_its_own_check_only() -> None:
    def groundless(facts: Facts) -> list[Judgement]:
        return [structs.replace(each, facts=()) for each in shut(facts)]

    facts = Facts([door("front"), door("back", is_shut=False)])

    judged = judge([check_of(groundless), replace(check_of(shut), id="other")], facts, TARGET)

    assert [(finding.id, finding.subject, finding.verdict) for finding in judged] == [
        ("doors-shut", "back", Verdict.NOT_ASSESSED),
        ("doors-shut", "front", Verdict.NOT_ASSESSED),
        ("other", "back", Verdict.FAIL),
        ("other", "front", Verdict.PASS),
    ]
    assert {each.reason for each in judged.gaps} == {reasons.CHECK_BROKEN}
    assert "a judgement rests on no fact" in judged.gaps[0].detail


PLACE = Location(file="hall", line=7)
SAID: dict[str, Any] = {
    "detail": Text("locked twice", "已上双锁"),
    "expected": Text("shut", "关闭"),
    "actual": Text("ajar", "半开"),
    "evidence": "the hinge",
    "location": PLACE,
    "suppression": Suppression(comment="nosec"),
    "patch": "shut it",
    "component": Component(name="lock", version="1", type="library", purl="pkg:pypi/lock@1"),
    "vulnerability": Vulnerability(id="CVE-2026-1", aliases=(), fix=Fix(state="unknown")),
    "severity": Severity.LOW,
    "confidence": Confidence.LOW,
    "aliases": ("D-1",),
    "waived": Waiver(id="w", owner="a", approver="b", reason="known", expires="2027-01-01"),
    "context": "test",
    "steps": (Step(file="hall", line=1, name="in"),),
    "controls": {"house": ("1.2",)},
    "part_of": "house-shut",
    "apart": "hook",
    "also_at": ((PLACE, "the other hinge"),),
}
HELD = {"evidence": "moved_fingerprint", "also_at": "places"}
"""What a finding keeps in another form."""
OF_THE_ENGINE = {"verdict", "subject", "within", "facts", "by_absence"}
"""What says of whom a judgement is, and whether it stands."""


def test_every_field_of_a_judgement_is_tried() -> None:
    assert set(SAID) | OF_THE_ENGINE == set(Judgement.__struct_fields__)


@pytest.mark.parametrize("field", SAID)
@pytest.mark.parametrize("is_shut", [True, False])
def test_every_field_of_a_judgement_reaches_the_finding_even_of_a_pass(field: str, *, is_shut: bool) -> None:
    def told(facts: Facts) -> list[Judgement]:
        return [structs.replace(each, **{field: SAID[field]}) for each in shut(facts)]

    facts = Facts([door("front", is_shut=is_shut)])
    kept = HELD.get(field, field)

    (plain,) = judge([check_of(shut)], facts, TARGET)
    (found,) = judge([check_of(told)], facts, TARGET)

    assert found.verdict is plain.verdict
    assert getattr(plain, kept) != getattr(found, kept)
    assert field in HELD or getattr(found, kept) == SAID[field]


def test_two_verdicts_for_one_subject_are_none() -> None:
    facts = Facts([door("front"), door("back")])

    found = verdicts(check_of(lambda facts: [*shut(facts), *shut(facts)]), facts)

    assert found == {"front": [Verdict.NOT_ASSESSED], "back": [Verdict.NOT_ASSESSED]}


def test_a_verdict_on_a_subject_that_is_none_spoils_the_check() -> None:
    facts = Facts([door("front")])

    assert verdicts(check_of(lambda facts: [*shut(facts), ok(key("ring"))]), facts) == {"front": [Verdict.NOT_ASSESSED]}


def test_a_silent_check_assesses_nothing() -> None:
    assert verdicts(check_of(lambda _facts: []), Facts([door("front")])) == {"front": [Verdict.NOT_ASSESSED]}


def test_all_of_nothing_proves_nothing() -> None:
    with pytest.raises(ValueError, match="one subject"):
        ok()


def lost_keys(facts: Facts) -> list[Judgement]:
    found = [fail_at("house", each, evidence=each.colour) for each in facts.of(Key)]
    return found or [ok(each) for each in facts.of(Door)]


def test_every_place_found_bad_is_a_finding_of_its_own() -> None:
    facts = Facts([door("house"), key("hall", line=3), key("hall", line=9), key("yard", "blue")])

    findings = list(judge([check_of(lost_keys, Read("Door"), Read("Key"))], facts, TARGET))

    assert sorted(finding.subject for finding in findings) == ["hall", "hall", "yard"]
    assert len({finding.fingerprint for finding in findings}) == 3


def test_places_found_bad_stand_beside_what_was_not_seen() -> None:
    facts = Facts([door("house"), key("hall")], [gap("Key", "cellar")])

    found = verdicts(check_of(lost_keys, Read("Door"), Read("Key")), facts)

    assert found == {"hall": [Verdict.FAIL], "house": [Verdict.NOT_ASSESSED]}


def test_places_found_bad_survive_although_nothing_names_the_subject() -> None:
    facts = Facts([key("hall")], [gap("Door")])

    found = verdicts(check_of(lost_keys, Read("Door"), Read("Key")), facts)

    assert found == {"hall": [Verdict.FAIL], "house": [Verdict.NOT_ASSESSED]}


def test_a_fingerprint_ignores_line_numbers() -> None:
    check = check_of(lost_keys, Read("Door"), Read("Key"))

    one = [f.fingerprint for f in judge([check], Facts([door("house"), key("hall", line=3)]), TARGET)]
    other = [f.fingerprint for f in judge([check], Facts([door("house"), key("hall", line=300)]), TARGET)]

    assert one == other


def test_a_gap_that_no_check_reads_still_shows() -> None:
    facts = Facts([door("front")], [gap("Window", "attic")])

    found = [(finding.verdict, finding.subject) for finding in judge([check_of(shut)], facts, TARGET)]

    assert found == [(Verdict.PASS, "front"), (Verdict.NOT_ASSESSED, "attic")]


def test_a_gap_that_a_check_reads_does_not_show_twice() -> None:
    (finding,) = judge([check_of(shut)], Facts(gaps=[gap("Door")]), TARGET)

    assert finding.id == "doors-shut"


# -- parts of one system -----------------------------------------------------------------------------------------------

ONE, OTHER = Part(kind="code", where="a"), Part(kind="code", where="b")
TWO = System(name="both", parts=(ONE, OTHER))


def door_of(part: Part, subject: str, *, is_shut: bool = True) -> Door:
    return Door(subject=subject, origin=Origin(part=part.argument), is_shut=is_shut)


def by_part(check: Check, facts: Facts) -> dict[tuple[str, str], Verdict]:
    return {(finding.target, finding.subject): finding.verdict for finding in judge([check], facts, TWO)}


def gap_of(part: Part, kind: str, subject: str = "") -> Gap:
    return structs.replace(gap(kind, subject), target=part.argument)


def test_subjects_of_one_name_in_two_parts_are_two() -> None:
    facts = Facts([door_of(ONE, "front"), door_of(OTHER, "front", is_shut=False)])

    found = by_part(check_of(shut), facts)

    assert found == {("code=a", "front"): Verdict.PASS, ("code=b", "front"): Verdict.FAIL}
    assert [subject for subject, _found in facts.by_subject(Door)] == ["front", "front"]


def test_what_is_missing_in_one_part_costs_the_other_nothing_where_a_check_keeps_to_the_own_part() -> None:
    facts = Facts([door_of(ONE, "front"), door_of(OTHER, "front")], [gap_of(OTHER, "Key")])

    own = by_part(check_of(shut, Read("Door"), Read("Key", is_own=True)), facts)
    shared = by_part(check_of(shut, Read("Door"), Read("Key")), facts)

    assert own == {("code=a", "front"): Verdict.PASS, ("code=b", "front"): Verdict.NOT_ASSESSED}
    assert set(shared.values()) == {Verdict.NOT_ASSESSED}


def test_a_part_of_which_nothing_is_known_is_not_assessed_beside_one_that_is() -> None:
    facts = Facts([door_of(ONE, "front")], [gap_of(OTHER, "Door")])

    found = by_part(check_of(shut, Read("Door", is_own=True)), facts)

    assert found == {("code=a", "front"): Verdict.PASS, ("code=b", "code=b"): Verdict.NOT_ASSESSED}


def test_a_gap_told_of_another_part_costs_the_subject_of_its_name() -> None:
    facts = Facts([door_of(ONE, "front")], [gap_of(OTHER, "Door", "front")])

    assert by_part(check_of(shut), facts) == {("code=a", "front"): Verdict.NOT_ASSESSED}


def test_a_judgement_over_two_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="one subject"):
        ok(door_of(ONE, "front"), door_of(OTHER, "front"))


# -- properties: whatever facts and gaps there are ---------------------------------------------------------------------

subjects = st.sampled_from(["a", "b", "c", "d"])
doors = st.lists(
    st.builds(lambda s, b: door(s, is_shut=b), subjects, st.booleans()), max_size=6, unique_by=lambda d: d.subject
)
keys = st.lists(st.builds(key, subjects, st.sampled_from(["red", "blue"]), st.integers(1, 9)), max_size=6)
gaps = st.lists(
    st.builds(
        gap,
        st.sampled_from(["Door", "Key", "Window"]),
        st.sampled_from(["", "a", "b", "z"]),
        st.sampled_from(["", "red", "blue"]),
    ),
    max_size=4,
)


def nowhere(facts: Facts) -> list[Judgement]:
    return [not_applicable(each, reason=Text("no door here", "此处无门")) for each in facts.of(Door)]


def keys_of_doors(facts: Facts) -> list[Judgement]:
    found = [
        fail_at(each.subject, ring, evidence=ring.colour)
        for each in facts.of(Door)
        for ring in facts.of(Key)
        if ring.subject == each.subject
    ]
    return found or [ok(each) for each in facts.of(Door)]


checks = st.sampled_from(
    [
        check_of(shut, Read("Door"), Read("Key", frozenset({"red"}))),
        check_of(shut),
        check_of(nowhere, Read("Door"), Read("Key")),
        check_of(keys_of_doors, Read("Door"), Read("Key")),
        check_of(lambda facts: [ok(*facts.of(Door)[:1])]),
        check_of(lambda _facts: []),
    ]
)


def _missing(check: Check, facts: Facts, subject: str) -> list[Gap]:
    first, *later = check.reads
    own = [each for each in facts.missing(first) if each.subject in {"", subject}]
    return own + [each for read in later for each in facts.missing(read)]


@given(checks, doors, keys, gaps)
def test_no_combination_gives_a_pass_to_a_subject_with_a_gap(
    check: Check, some_doors: list[Door], some_keys: list[Key], some_gaps: list[Gap]
) -> None:
    facts = Facts([*some_doors, *some_keys], some_gaps)

    for finding in judge([check], facts, TARGET):
        if _missing(check, facts, finding.subject):
            assert finding.verdict in {Verdict.NOT_ASSESSED, Verdict.FAIL}


@given(checks, doors, keys, gaps)
def test_every_subject_is_answered_once_or_at_its_places(
    check: Check, some_doors: list[Door], some_keys: list[Key], some_gaps: list[Gap]
) -> None:
    facts = Facts([*some_doors, *some_keys], some_gaps)

    findings = [finding for finding in judge([check], facts, TARGET) if finding.id == check.id]

    assert findings
    plain = Counter(finding.subject for finding in findings if not finding.moved_fingerprint)
    assert all(count == 1 for count in plain.values())
    placed = {finding.subject for finding in findings if finding.moved_fingerprint}
    due = {each.subject for each in some_doors}
    assert due <= plain.keys() | placed
    passed = {finding.subject for finding in findings if finding.verdict is Verdict.PASS}
    assert passed.isdisjoint(placed)
    assert len({finding.fingerprint for finding in findings}) == len(findings)


@given(checks, doors, keys, gaps, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(
    check: Check, some_doors: list[Door], some_keys: list[Key], some_gaps: list[Gap], random: object
) -> None:
    facts: list[Fact] = [*some_doors, *some_keys]
    shuffled, other_gaps = list(facts), list(some_gaps)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(other_gaps)  # type: ignore[attr-defined]

    def judged(facts: Facts) -> list[Finding]:
        return sorted(judge([check], facts, TARGET), key=lambda finding: finding.fingerprint)

    assert judged(Facts(facts, some_gaps)) == judged(Facts(shuffled, other_gaps))
