"""Every check with a good, a bad and an undetermined case."""

from __future__ import annotations

from typing import Any

import pytest

from auditor import reasons
from auditor.judging import judge
from auditor.messages import say
from auditor.model.fact import Fact, Facts, Gap, GapClass, Measure, Origin, RunStarted
from auditor.model.system import Part, System
from auditor.stages.auditlog.checks import MEASURES, checks
from auditor.stages.auditlog.facts import LogSource

PART = Part(kind="auditlog", where="logs")
SYSTEM = System(name="auditlog=logs", parts=(PART,))
ORIGIN = Origin(part="auditlog=logs")
Value = Any


def measure(name: str, value: Value, items: tuple[str, ...] = (), undetermined: int = 0) -> Measure:
    return Measure(
        subject="s",
        origin=ORIGIN,
        id=f"auditlog.{name}",
        stage="auditlog",
        value=value,
        items=items,
        undetermined=undetermined,
    )


SOURCE = LogSource(
    subject="s",
    origin=ORIGIN,
    format="json",
    component="s",
    files=1,
    records=9,
    first="2026-05-01T00:00:00Z",
    last="2026-11-28T11:00:00Z",
    expect_every_s=3600.0,
    retention_months=6,
    commissioned="",
    silent=False,
    declared=True,
    why="",
)
STARTED = RunStarted(subject="run", origin=ORIGIN, at="2026-11-28T12:00:00Z")

CASES: dict[str, tuple[Value, Value]] = {
    "sources-present": (("sources", (2, 2)), ("sources", (1, 2))),
    "sources-readable": (("readable", (999, 1000)), ("readable", (998, 1000))),
    "sources-alive": (("last", "2026-11-28T11:00:00Z"), ("last", "2026-11-28T08:00:00Z")),
    "actions-covered": (("coverage", (95, 100)), ("coverage", (94, 100))),
    "no-proven-misses": (("missed", 0), ("missed", 1)),
    "kubernetes-policy-set": (("kubernetes-policy-set", (3, 3)), ("kubernetes-policy-set", (2, 3))),
    "kubernetes-policy-covers-key-actions": (
        ("kubernetes-key-actions", (66, 66)),
        ("kubernetes-key-actions", (65, 66)),
    ),
    "kubernetes-exec-both-verbs": (("kubernetes-exec", (2, 2)), ("kubernetes-exec", (1, 2))),
    "kubernetes-policy-no-dead-rules": (("kubernetes-dead-rules", 0), ("kubernetes-dead-rules", 1)),
    "kubernetes-policy-no-secret-bodies": (("kubernetes-secret-bodies", 0), ("kubernetes-secret-bodies", 1)),
    "kubernetes-no-drops": (("kubernetes-drops", 0), ("kubernetes-drops", 1)),
    "vault-two-devices": (("vault-devices", 2), ("vault-devices", 1)),
    "database-classes-on": (("database-classes", (4, 4)), ("database-classes", (3, 4))),
    "database-never-off": (("audit-lowered", 0), ("audit-lowered", 1)),
    "host-login-and-sudo": (("host-events", (3, 3)), ("host-events", (2, 3))),
    "logins-recorded": (("logins", (3, 3)), ("logins", (2, 3))),
    "accounts-and-rights-recorded": (("account-changes", (2, 2)), ("account-changes", (0, 2))),
    "model-calls-recorded": (("model-calls", (5, 5)), ("model-calls", (4, 5))),
    "personal-data-reads-recorded": (("personal-reads", (2, 2)), ("personal-reads", (1, 2))),
    "fields-complete": (("fields", (99, 100)), ("fields", (98, 100))),
    "outcome-recorded": (("field.outcome", (1000, 1000)), ("field.outcome", (998, 1000))),
    "source-address-trusted": (("address-trusted", (9, 9)), ("address-trusted", (0, 9))),
    "users-traceable": (("traceable", (99, 100)), ("traceable", (98, 100))),
    "no-shared-accounts": (("shared", 0), ("shared", 3)),
    "no-anonymous-writes": (("anonymous-writes", 0), ("anonymous-writes", 1)),
    "agents-act-for-a-user": (("agents-joined", (99, 100)), ("agents-joined", (0, 100))),
    "kept-six-months": (("retention", (184, 184)), ("retention", (183, 184))),
    "capacity-reaches-six-months": (("capacity", 184), ("capacity", 0)),
    "long-records-kept": (("long-records", (1, 1)), ("long-records", (0, 1))),
    "no-gaps": (("gaps", 0), ("gaps", 1)),
    "sequences-unbroken": (("sequence-missing", 0), ("sequence-missing", 2)),
    "no-duplicates": (("duplicate-share", (1, 10_000)), ("duplicate-share", (2, 10_000))),
    "clocks-agree": (("steps-back", (1, 1000)), ("steps-back", (2, 1000))),
    "times-have-zone": (("zoned", (9, 9)), ("zoned", (8, 9))),
    "delivered-in-time": (("lag", (1, 1)), ("lag", (0, 1))),
    "tamper-evident": (("integrity", (24, 24)), ("integrity", (7, 24))),
    "copied-off-host": (("copy", (24, 24)), ("copy", (0, 24))),
    "writers-protected": (("writers-protected", 0), ("writers-protected", 1)),
    "readers-separated": (("readers-separated", 0), ("readers-separated", 2)),
    "no-secrets-or-pii-in-clear": (("secrets", 0), ("secrets", 1)),
    "export-proven": (("export", "2026-08-01"), ("export", "2026-01-01")),
}


def verdicts(check: str, *facts: Fact, gaps: tuple[Gap, ...] = ()) -> set[str]:
    own = [each for each in checks() if each.id == f"auditlog-{check}"]
    found = judge(own, Facts([SOURCE, STARTED, *facts], gaps), SYSTEM)
    return {each.verdict.value for each in found.findings}


def test_all_checks_of_the_reference_table_are_there() -> None:
    assert len(checks()) == 41
    assert {each.id.removeprefix("auditlog-") for each in checks()} == CASES.keys()
    assert [alias for each in checks() for alias in each.aliases] == [f"LOG-{number:02}" for number in range(1, 42)]


@pytest.mark.parametrize("check", CASES)
def test_good(check: str) -> None:
    (name, value), _bad = CASES[check]

    wanted = "nothing_found" if check == "no-secrets-or-pii-in-clear" else "pass"
    assert verdicts(check, measure(name, value)) == {wanted}


@pytest.mark.parametrize("check", CASES)
def test_bad(check: str) -> None:
    _good, (name, value) = CASES[check]

    assert verdicts(check, measure(name, value, ("orders.delete",))) == {"fail"}


@pytest.mark.parametrize("check", CASES)
def test_undetermined_is_never_a_pass(check: str) -> None:
    (name, value), _bad = CASES[check]
    gap = Gap(
        stage="auditlog",
        target="auditlog=logs",
        kind="Measure",
        subject="s",
        topic=f"auditlog.{name}",
        reason=reasons.UNDETERMINED,
        detail="",
        remedy=say("judge.broken.remedy"),
        gap_class=GapClass.LOST,
    )

    assert verdicts(check, measure(name, value), gaps=(gap,)) == {"not_assessed"}
    assert verdicts(check, gaps=(gap,)) == {"not_assessed"}


@pytest.mark.parametrize("check", CASES)
def test_absent_is_not_applicable(check: str) -> None:
    assert verdicts(check) == {"not_applicable"}


def test_one_field_that_is_often_missing_fails() -> None:
    found = verdicts("fields-complete", measure("fields", (995, 1000)), measure("field.user", (998, 1000)))

    assert found == {"fail"}


def test_high_risk_needs_all() -> None:
    found = verdicts("actions-covered", measure("coverage", (97, 100)), measure("coverage-high", (9, 10)))

    assert found == {"fail"}


def test_gap_inside_the_six_months_fails_however_long_the_log_is() -> None:
    gap = measure("gaps", 1, ("2026-08-01T00:00:00Z/2026-08-04T00:00:00Z",))

    assert verdicts("kept-six-months", measure("retention", (184, 184)), gap) == {"fail"}


def test_gap_before_the_six_months_is_no_matter_of_retention() -> None:
    gap = measure("gaps", 1, ("2026-05-02T00:00:00Z/2026-05-05T00:00:00Z",))

    assert verdicts("kept-six-months", measure("retention", (184, 184)), gap) == {"pass"}


@pytest.mark.parametrize(
    "other",
    [measure("negative-durations", (1, 9)), measure("skew-milliseconds", -1500), measure("implausible-times", 1)],
)
def test_clocks(other: Measure) -> None:
    assert verdicts("clocks-agree", measure("steps-back", (0, 10)), other) == {"fail"}


def test_export_with_other_counts_proves_nothing() -> None:
    assert verdicts("export-proven", measure("export", "2026-11-01", ("row counts differ",))) == {"fail"}


def test_texts_stand_in_both_languages() -> None:
    for each in checks():
        for text in (each.title, each.problem, each.why, each.remediation):
            assert text.en
            assert any("\u4e00" <= char <= "\u9fff" for char in text.zh), each.id


def test_measures_that_checks_compare_are_published() -> None:
    assert "auditlog.traceable" in MEASURES
    assert all(each.startswith("auditlog.") for each in MEASURES)


def test_a_number_that_is_bad_names_what_is_wrong_beside_it() -> None:
    def said(check: str, made: Measure) -> tuple[str, str, str]:
        found = next(each for each in judge(checks(), Facts([made, SOURCE, STARTED]), SYSTEM) if each.id == check)
        return found.expected.en, found.actual.en, found.actual.zh

    share = measure("sources", (3, 8), ("a", "b", "c", "d", "e"))
    assert said("auditlog-sources-present", share) == (
        "all of them",
        "3 of 8; wrong: a; b; c; and 2 more",
        "8 项中有 3 项；问题：a；b；c；另有 2 项",
    )
    count = measure("missed", 2, ("orders.delete",))
    assert said("auditlog-no-proven-misses", count) == ("none", "2 (orders.delete)", "2（orders.delete）")
    assert said("auditlog-vault-two-devices", measure("vault-devices", 1))[:2] == (
        "at least 2 audit devices",
        "1 in all",
    )
    assert said("auditlog-sources-alive", measure("last", "2026-11-28T08:00:00Z"))[0] == "a record within 3 h"
