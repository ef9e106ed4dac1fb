"""Each of the 38 checks with a good, a bad and an undetermined case, and where nothing was seen at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor import reasons
from auditor.judging import judge
from auditor.messages import say
from auditor.model.fact import Fact, Facts, Gap, GapClass, Measure, Origin
from auditor.model.system import Part, System
from auditor.stages.lineage.checks import checks
from auditor.stages.lineage.facts import MEASURES, LineageItem

if TYPE_CHECKING:
    from auditor.model.finding import Finding

PART = Part(kind="lineage", where="x")
TARGET = System(name="lineage=x", parts=(PART,))
Value = tuple[int, int] | int | float | str

# check: measure, good, bad
CASES: dict[str, tuple[str, Value, Value]] = {
    "inventory-complete": ("inventory", (5, 5), (4, 5)),
    "inventory-fields-known": ("fields-known", (5, 5), (4, 5)),
    "events-readable": ("readable", (99, 100), (98, 100)),
    "events-timed-with-zone": ("zoned", (5, 5), (4, 5)),
    "runs-finish": ("runs-finished", (99, 100), (98, 100)),
    "runs-name-datasets": ("runs-named", (95, 100), (94, 100)),
    "datasets-seen": ("seen", (5, 5), (4, 5)),
    "datasets-have-upstream": ("upstream", (95, 100), (94, 100)),
    "datasets-rooted": ("rooted-graded", (5, 5), (4, 5)),
    "no-orphan-datasets": ("orphans-graded", 0, 1),
    "no-ghost-datasets": ("ghosts", 0, 1),
    "no-dead-ends": ("dead-ends", 0, 1),
    "fields-traced": ("fields", (80, 100), (79, 100)),
    "fields-direct": ("fields-direct-personal", (5, 5), (4, 5)),
    "no-dangling-fields": ("fields-dangling", 0, 1),
    "pii-tagged": ("pii-untagged", 0, 1),
    "pii-spread-tagged": ("pii-spread", 0, 1),
    "pii-masked-before-model": ("pii-to-model", 0, 1),
    "purpose-kept": ("purpose", 0, 1),
    "locations-known": ("locations", (5, 5), (4, 5)),
    "no-unapproved-crossing": ("cross-border-unapproved", 0, 1),
    "model-hosts-known": ("model-hosts", (5, 5), (4, 5)),
    "sharing-recorded": ("sharing", (5, 5), (4, 5)),
    "declared-equals-seen": ("declared-seen", (5, 5), (4, 5)),
    "edges-fresh": ("fresh", (95, 100), (94, 100)),
    "answers-name-user": ("link-user", (5, 5), (4, 5)),
    "answers-name-session": ("link-session", (5, 5), (4, 5)),
    "answers-keep-prompt": ("link-kept", (5, 5), (4, 5)),
    "answers-name-sources": ("link-retrieval", (5, 5), (4, 5)),
    "sources-resolve": ("link-source", (5, 5), (4, 5)),
    "answers-name-model": ("link-model", (5, 5), (4, 5)),
    "tool-calls-recorded": ("tool-calls", (5, 5), (4, 5)),
    "chains-complete": ("chain", (5, 5), (4, 5)),
    "traces-unsampled": ("sampling", 1.0, 0.01),
    "trace-ids-valid": ("trace-ids-invalid", 0, 1),
    "models-name-data": ("models", (5, 5), (4, 5)),
    "deletion-reaches-copies": ("deletions", (5, 5), (4, 5)),
    "kept-six-months": ("retention", (184, 184), (183, 184)),
}
SEARCHES = frozenset({"pii-tagged"})


def measured(name: str, value: Value | None, undetermined: int = 0, items: tuple[str, ...] = ()) -> Measure:
    return Measure(
        subject="system",
        origin=Origin(part=PART.argument),
        id=f"lineage.{name}",
        stage="lineage",
        value=value,
        undetermined=undetermined,
        items=items,
    )


def gap(name: str, reason: str = "undetermined") -> Gap:
    return Gap(
        stage="lineage",
        target=PART.argument,
        kind="Measure",
        subject="system",
        topic=f"lineage.{name}",
        reason=reasons.Reason(reason),
        detail="as the observer says",
        remedy=say("judge.nothing"),
        gap_class=GapClass.LOST,
    )


def found(check: str, facts: list[Fact], gaps: list[Gap] | None = None) -> list[Finding]:
    made = judge(checks(), Facts(facts, gaps or []), TARGET)
    return [each for each in made if each.id == f"lineage-{check}"]


def test_every_check_has_its_case() -> None:
    assert {each.id.removeprefix("lineage-") for each in checks()} == set(CASES)
    assert len(CASES) == 38
    assert {f"lineage.{name}" for name, _good, _bad in CASES.values()} <= set(MEASURES)


@pytest.mark.parametrize("check", CASES)
def test_good_passes(check: str) -> None:
    name, good, _bad = CASES[check]

    (finding,) = found(check, [measured(name, good)])

    assert finding.verdict.value == ("nothing_found" if check in SEARCHES else "pass")


@pytest.mark.parametrize("check", CASES)
def test_bad_fails_and_names_what_is_missing(check: str) -> None:
    name, _good, bad = CASES[check]
    item = LineageItem(subject="crm.contacts", origin=Origin(part=PART.argument), measure=f"lineage.{name}", what="why")

    (finding,) = found(check, [measured(name, bad, items=("crm.contacts",)), item])

    assert finding.verdict.value == "fail"
    assert "crm.contacts" in f"{finding.detail.en} {finding.subject}" or check == "kept-six-months"
    assert finding.problem is not None
    assert not finding.problem.zh.isascii()


@pytest.mark.parametrize("check", CASES)
def test_undetermined_is_not_assessed(check: str) -> None:
    name, good, bad = CASES[check]
    value: Value = (bad[0], bad[1]) if isinstance(bad, tuple) else good
    open_ = 1 if isinstance(bad, tuple) else 0

    (finding,) = found(check, [measured(name, value, open_)], [gap(name)])

    assert finding.verdict.value == "not_assessed"


@pytest.mark.parametrize("check", CASES)
def test_a_failure_that_is_proven_stays_one_whatever_is_missing(check: str) -> None:
    name, _good, bad = CASES[check]

    (finding,) = found(check, [measured(name, bad)], [gap(name, "no permission")])

    assert finding.verdict.value == "fail"


@pytest.mark.parametrize("check", CASES)
def test_unseen_is_not_assessed(check: str) -> None:
    (finding,) = found(check, [], [gap(CASES[check][0], "no events")])

    assert finding.verdict.value == "not_assessed"


@pytest.mark.parametrize("check", [name for name, case in CASES.items() if isinstance(case[1], tuple)])
def test_a_denominator_of_nothing_is_never_a_pass(check: str) -> None:
    if check == "kept-six-months":
        return  # at least one day is due

    (finding,) = found(check, [measured(CASES[check][0], (0, 0))])

    assert finding.verdict.value == "not_applicable"


@pytest.mark.parametrize(
    ("check", "name", "graded"),
    [("datasets-have-upstream", "upstream", "upstream-graded"), ("fields-traced", "fields", "fields-graded")],
)
def test_all_graded_data_is_needed(check: str, name: str, graded: str) -> None:
    (finding,) = found(check, [measured(name, (100, 100)), measured(graded, (1, 2), items=("g",))])

    assert finding.verdict.value == "fail"
    assert finding.detail.en == "g"


def test_each_thing_that_should_not_be_is_a_finding_of_its_own() -> None:
    items = [
        LineageItem(subject=name, origin=Origin(part=PART.argument, file="e"), measure="lineage.ghosts", what="w")
        for name in ("a", "b")
    ]

    made = found("no-ghost-datasets", [measured("ghosts", 2), *items])

    assert sorted(each.subject for each in made) == ["a", "b"]


def test_sampling_by_content_fails_and_ids_alone_prove_nothing() -> None:
    (by_content,) = found("traces-unsampled", [measured("sampling", "part", items=("tail_sampling: errors",))])
    (by_ids,) = found("traces-unsampled", [measured("sampling", 1.0, items=("no id-based sampling seen",))])

    assert by_content.verdict.value == "fail"
    assert by_ids.verdict.value == "nothing_found"


def test_a_missing_parent_fails_the_ids() -> None:
    (finding,) = found("trace-ids-valid", [measured("trace-ids-invalid", 0), measured("parents-missing", 2)])

    assert finding.verdict.value == "fail"


def test_gaps_fail_the_six_months() -> None:
    facts: list[Fact] = [measured("retention", (184, 184)), measured("gaps", 1, items=("2026-09-01/2026-09-02",))]

    (finding,) = found("kept-six-months", facts)

    assert finding.verdict.value == "fail"
    assert "2026-09-01" in finding.detail.en
