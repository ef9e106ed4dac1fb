"""What people decided, in the record: waivers, answers and claims change what is told, never a verdict."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from msgspec import structs

from auditor.check import Check, fail, ok
from auditor.compliance import answers, claims, waivers
from auditor.compliance.checks import checks as compliance_checks
from auditor.compliance.decisions import NONE, Decisions, load, rendered
from auditor.compliance.outcomes import loosened
from auditor.conclude import conclude
from auditor.gate import GatePolicy
from auditor.model.clause import Clause, HighRisk
from auditor.model.control import Assessment, Control, Framework
from auditor.model.fact import Fact, Facts, Origin, Read, Threshold
from auditor.model.finding import Finding, Severity, Verdict
from auditor.model.system import Part, System
from auditor.model.text import NO_TEXT, Text
from auditor.observe import Observed
from auditor.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auditor.check import Judgement
    from auditor.model.record import Record

STARTED = "2026-11-28T12:00:00+00:00"
PART = Part(kind="lamp", where="hall")


class Lamp(Fact, frozen=True, kw_only=True):
    is_on: bool


def judged(facts: Facts) -> Iterator[Judgement]:
    for each in facts.of(Lamp):
        yield ok(each) if each.is_on else fail(each)


CHECK = Check(
    id="lamp-on",
    stage="lamp",
    title=Text("The lamp is on", "灯亮"),
    severity=Severity.HIGH,
    source="house rule",
    reads=(Read("Lamp"),),
    judge=judged,
    part_kinds=frozenset({"lamp"}),
    controls={"house": ("1.a", "1.b")},
)
CLAUSE = Clause(
    point=NO_TEXT,
    modality="shall",
    confidence="high",
    verification="memory",
    parameters={"min_lumen": 40, "max_age_days": 10, "conform": ["LED"]},
    high_risk=(HighRisk(source="guideline_2025", item="1.1"),),
)


def control(number: str, assessment: Assessment, *checks: str) -> Control:
    return Control(id=number, section="1", title=NO_TEXT, assessment=assessment, checks=checks, clause=CLAUSE)


HOUSE = Framework(
    id="house",
    version="1",
    title=NO_TEXT,
    controls=(
        control("1.a", Assessment.AUTOMATED, "lamp-on"),
        control("1.b", Assessment.PARTIAL, "lamp-on"),
        control("1.c", Assessment.MANUAL),
    ),
)


def recorded(decisions: Decisions = NONE, *, gate: GatePolicy | None = None, **lamps: bool) -> Record:
    origin = Origin(part=PART.argument)
    facts = Facts([Lamp(subject=name, origin=origin, is_on=is_on) for name, is_on in lamps.items()])
    system = System(name="hall", parts=(PART,))
    return conclude(
        Observed(systems=(system,), facts={"hall": facts}, started=STARTED),
        Rules(checks=(CHECK, *compliance_checks()), frameworks=(HOUSE,)),
        gate=gate or GatePolicy(),
        decisions=decisions,
    )


def waived(folder: Path, **changed: object) -> Decisions:
    row: dict[str, Any] = {
        "id": "W-1",
        "scope": {"check": "lamp-on", "subject": "old"},
        "reason": "is replaced",
        "owner": "Li Wei",
        "approver": "Zhang Min",
        "created": "2026-11-01",
        "expires": "2026-12-01",
        **changed,
    }
    file = folder / "waivers.yaml"
    file.write_text(yaml.safe_dump({"waivers": [row]}), encoding="utf-8")
    return Decisions(waivers=waivers.read(file))


def answered(folder: Path, **changed: object) -> Decisions:
    (folder / "visit.txt").write_bytes(b"seen")
    evidence = {"file": "visit.txt", "sha256": hashlib.sha256(b"seen").hexdigest()}
    row = {
        "framework": "house",
        "control": "1.c",
        "verdict": "pass",
        "who": "Zhang Min",
        "when": "2026-11-20",
        "evidence": evidence,
        **changed,
    }
    file = folder / "answers.yaml"
    file.write_text(yaml.safe_dump({"answers": [row]}), encoding="utf-8")
    return Decisions(answers=answers.read(file, (HOUSE,)))


def of(record: Record, check: str) -> list[Finding]:
    return [finding for finding in record.findings if finding.id == check]


def outcomes(record: Record) -> dict[str, tuple[str, str, bool]]:
    return {each.control: (each.standing, each.conformity, each.open) for each in record.outcomes}


def test_a_waived_failure_fails_still_and_closes_no_gate(tmp_path: Path) -> None:
    record = recorded(waived(tmp_path), old=False)

    (finding,) = of(record, "lamp-on")
    assert finding.verdict is Verdict.FAIL
    assert finding.waived
    assert record.gate.exit_code == 0
    assert outcomes(record)["1.a"] == ("fail", "does_not", False)
    assert [each.kind for each in record.decided_by] == ["waivers"]


@pytest.mark.parametrize(
    ("changed", "check"),
    [
        ({"approver": "li wei"}, "waiver-well-formed"),
        ({"expires": "2026-11-27"}, "waiver-in-force"),
        ({"scope": {"check": "lamp-on", "subject": "*"}}, "waiver-narrow"),
        ({"scope": {"check": "lamp-on", "subject": "new"}}, "waiver-needed"),
    ],
)
def test_a_waiver_that_does_not_count_is_a_failure_of_its_own(
    tmp_path: Path, changed: dict[str, object], check: str
) -> None:
    record = recorded(waived(tmp_path, **changed), old=False)

    (lamp,) = of(record, "lamp-on")
    (finding,) = of(record, check)
    assert lamp.waived is None
    assert finding.verdict is Verdict.FAIL
    assert finding.subject == "W-1"
    assert finding.detail.en
    assert record.gate.exit_code == 1


def test_a_good_waiver_passes_every_check_of_waivers(tmp_path: Path) -> None:
    record = recorded(waived(tmp_path), old=False)

    found = {finding.id: finding.verdict for finding in record.findings if finding.stage == "compliance"}
    assert found == dict.fromkeys(
        ("waiver-well-formed", "waiver-in-force", "waiver-narrow", "waiver-needed"), Verdict.PASS
    )


def test_without_answers_what_a_person_decides_is_not_assessed() -> None:
    assert outcomes(recorded(new=True)) == {
        "1.a": ("pass", "conforms", False),
        "1.b": ("pass", "not_assessed", True),
        "1.c": ("manual", "not_assessed", True),
    }


def test_some_that_pass_and_some_that_fail_conform_partly_and_are_a_high_risk() -> None:
    record = recorded(new=True, old=False)

    assert outcomes(record)["1.a"] == ("fail", "partly", False)
    assert [each.high_risk for each in record.outcomes] == [True, True, False]


def test_an_answer_settles_what_is_open(tmp_path: Path) -> None:
    record = recorded(answered(tmp_path), new=True)
    confirmed = recorded(answered(tmp_path, control="1.b"), new=True)

    assert outcomes(record)["1.c"] == ("pass", "conforms", False)
    assert outcomes(confirmed)["1.b"] == ("pass", "conforms", False)
    row = next(each for each in record.outcomes if each.control == "1.c")
    assert row.answer
    assert (row.answer.who, row.answer.until) == ("Zhang Min", "2027-11-20")


def test_an_answer_never_hides_a_failure_and_the_conflict_is_told(tmp_path: Path) -> None:
    record = recorded(answered(tmp_path, control="1.b"), old=False)

    row = next(each for each in record.outcomes if each.control == "1.b")
    assert row.conflict
    assert (row.standing, row.open) == ("fail", True)
    assert "Zhang Min" in row.reason.en


def test_a_scan_never_overwrites_an_answer_of_failure(tmp_path: Path) -> None:
    record = recorded(answered(tmp_path, control="1.a", verdict="fail"), new=True)

    row = next(each for each in record.outcomes if each.control == "1.a")
    assert (row.standing, row.conflict) == ("fail", True)


def test_an_answer_that_has_aged_out_leaves_the_control_open_and_is_a_failure(tmp_path: Path) -> None:
    record = recorded(answered(tmp_path, when="2025-01-01"), new=True)

    assert outcomes(record)["1.c"] == ("manual", "not_assessed", True)
    (finding,) = of(record, "answer-counts")
    assert finding.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("given", "is_loose"),
    [
        ({"min_lumen": 39}, True),
        ({"min_lumen": 40}, False),
        ({"min_lumen": 80}, False),
        ({"max_age_days": 11}, True),
        ({"max_age_days": 5}, False),
        ({"conform": "candle"}, False),
        ({"other": 1}, False),
    ],
)
def test_a_parameter_looser_than_the_clause_fails_it(given: dict[str, object], is_loose: object) -> None:
    assert bool(loosened(HOUSE.controls[0], given)) is is_loose

    record = recorded(Decisions(parameters={"house": given}), new=True)
    assert (outcomes(record)["1.a"][0] == "fail") is is_loose


@pytest.mark.parametrize(
    ("chosen", "is_loose"),
    [
        ({"check": "lamp-on", "value": 39}, True),
        ({"check": "lamp-on", "value": 40}, False),
        ({"check": "other", "value": 1}, False),
        ({"check": "lamp-on", "name": "watts_min", "value": "3", "due": "5"}, True),
    ],
    ids=["looser", "equal", "of-another-check", "looser-than-the-benchmark"],
)
def test_a_clause_fails_where_its_check_judged_by_less_than_it_asks(chosen: dict[str, Any], is_loose: object) -> None:
    origin = Origin(part=PART.argument)
    row: dict[str, Any] = {"subject": "hall", "origin": origin, "name": "min_lumen", **chosen}
    facts = Facts([Lamp(subject="new", origin=origin, is_on=True), Threshold(**row)])
    system = System(name="hall", parts=(PART,))

    record = conclude(
        Observed(systems=(system,), facts={"hall": facts}, started=STARTED),
        Rules(checks=(CHECK,), frameworks=(HOUSE,)),
        gate=GatePolicy(),
    )

    assert (outcomes(record)["1.a"][0] == "fail") is is_loose
    assert ("looser" in record.outcomes[0].reason.en) is is_loose


def test_claims_stand_beside_what_was_observed(tmp_path: Path) -> None:
    file = tmp_path / "claims.yaml"
    row = {"id": "C-1", "statement": "all lamps are on", "by": "Lamps Ltd", "checks": ["lamp-on"]}
    file.write_text(yaml.safe_dump({"claims": [row]}), encoding="utf-8")

    record = recorded(Decisions(claims=claims.read(file, {"lamp-on"})), old=False)

    assert [each.standing for each in record.claims] == ["contradicted"]


def test_without_a_clock_no_waiver_and_no_answer_counts(tmp_path: Path) -> None:
    both = Decisions(waivers=waived(tmp_path).waivers, answers=answered(tmp_path).answers)
    facts = Facts([Lamp(subject="old", origin=Origin(part=PART.argument), is_on=False)])
    record = conclude(
        Observed(systems=(System(name="hall", parts=(PART,)),), facts={"hall": facts}, started=""),
        Rules(checks=(CHECK, *compliance_checks()), frameworks=(HOUSE,)),
        gate=GatePolicy(),
        decisions=both,
    )

    assert of(record, "lamp-on")[0].waived is None
    assert outcomes(record)["1.c"][0] == "manual"
    assert {finding.verdict for finding in record.findings if finding.stage == "compliance"} <= {
        Verdict.NOT_APPLICABLE,
        Verdict.NOT_ASSESSED,
    }


def test_decisions_are_saved_and_read_back_as_they_were(tmp_path: Path) -> None:
    made = Decisions(
        waivers=waived(tmp_path).waivers, answers=answered(tmp_path).answers, parameters={"house": {"min_lumen": 1}}
    )
    (tmp_path / "decisions.json").write_bytes(rendered(made))

    assert load(tmp_path) == made


def test_a_clause_whose_checks_were_left_out_in_part_is_open() -> None:
    """An item of a benchmark has no clause: it is one setting, which either check shows."""
    both = control("1.d", Assessment.AUTOMATED, "lamp-on", "lamp-clean")
    controls = (both, structs.replace(both, id="1.e", clause=None), control("1.f", Assessment.AUTOMATED, "lamp-on"))
    facts = Facts([Lamp(subject="a", origin=Origin(part=PART.argument), is_on=True)])

    record = conclude(
        Observed(systems=(System(name="hall", parts=(PART,)),), facts={"hall": facts}, started=STARTED),
        Rules(checks=(CHECK, *compliance_checks()), frameworks=(structs.replace(HOUSE, controls=controls),)),
        gate=GatePolicy(),
    )

    said = {each.control: each.conformity for each in record.outcomes}
    assert said == {"1.d": "not_assessed", "1.e": "conforms", "1.f": "conforms"}
