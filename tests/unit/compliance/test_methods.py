"""Which checks give the evidence of clauses, and which of D, A and K of 密评 they speak to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from auditor import registry
from auditor.compliance.frameworks import load_methods, load_quantification
from auditor.compliance.methods import Methods, merged, spoken
from auditor.compliance.outcomes import assess
from auditor.content import rulesets
from auditor.errors import ConfigError
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from tests.unit.compliance.findings import finding

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.control import Framework, Outcome
    from auditor.model.finding import Finding

PART = Part(kind="tls", where="gw:443")
SYSTEM = System(name=PART.argument, parts=(PART,))


def framework(name: str) -> Framework:
    (found,) = (each for each in registry.all_frameworks() if each.id == name)
    return found


def test_every_method_of_every_clause_is_decided_once_and_no_other() -> None:
    given = load_methods(rulesets())
    named = {
        method.id
        for each in registry.all_frameworks()
        for control in each.controls
        for method in (control.clause.methods if control.clause else ())
    }

    assert {*given.whole, *given.part, *given.none} == named


def test_methods_name_checks_that_there_are() -> None:
    given, known = load_methods(rulesets()), {check.id for check in registry.all_checks()}

    assert {check for found in (given.whole, given.part) for ids in found.values() for check in ids} <= known
    assert all(given.whole.values())
    assert all(given.part.values())


def test_each_exception_is_the_beginning_of_a_clause() -> None:
    for name, beginnings in load_methods(rulesets()).not_by_method.items():
        ids = [control.id for control in framework(name).controls]
        assert [each for each in beginnings if not any(one.startswith(each) for one in ids)] == []


def test_a_check_speaks_to_every_clause_of_its_method_but_the_exceptions() -> None:
    name = "ai-regulations"
    methods = Methods(
        schema="auditor-methods/1",
        not_by_method={name: ("EUAIA-19",)},
        whole={"audit_log.retention-6m": ("a",)},
        part={"audit_log.tamper-evidence": ("a", "b")},
        none=(),
    )

    found = spoken(methods, [framework(name)])

    assert {"EUAIA-26.6", "CSL-23.3"} <= set(found["a"][name])
    assert "EUAIA-19.1" not in found["a"][name]
    assert set(found["b"][name]) < set(found["a"][name])
    assert merged({"x": ("1",), name: ("EUAIA-26.6", "own")}, found["b"])[name][:2] == ("EUAIA-26.6", "own")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": "auditor-methods/2"}, "auditor-methods/2"),
        ({"part": {"m": ["a"]}, "none": ["m"]}, "m stands there twice"),
        ({"nonw": []}, "nonw"),
        ({"whole": {"m": "a"}}, "whole"),
    ],
)
def test_a_file_of_methods_that_is_wrong_is_refused(tmp_path: Path, change: dict[str, object], told: str) -> None:
    said = {"schema": "auditor-methods/1", "not_by_method": {}, "whole": {}, "part": {}, "none": []}
    (tmp_path / "compliance").mkdir()
    (tmp_path / "compliance" / "methods.yaml").write_text(yaml.safe_dump({**said, **change}), encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        load_methods(tmp_path)


def outcome(name: str, control: str, *findings: Finding) -> Outcome:
    (found,) = (each for each in assess([framework(name)], findings, [SYSTEM]) if each.control == control)
    return found


def said(check: str, verdict: Verdict) -> Finding:
    return finding(check, verdict=verdict, target=PART.argument)


def test_an_automated_clause_stays_open_where_a_method_of_its_is_given_in_part() -> None:
    name = "ai-regulations"
    given = {control.id: control for control in framework(name).controls}
    whole, part = given["EUAIA-19.1"], given["EUAIA-26.6"]

    passed = [said(check, Verdict.PASS) for control in (whole, part) for check in control.checks]

    assert whole.assessment.value == part.assessment.value == "automated"
    assert (whole.lacks, part.lacks) == ((), ("audit_log.central-collection",))
    assert not outcome(name, whole.id, *passed).open
    assert outcome(name, part.id, *passed).open
    assert outcome(name, part.id, *passed).conformity == "not_assessed"
    assert outcome(name, part.id, said(part.checks[0], Verdict.FAIL)).conformity == "does_not"


def test_every_check_behind_a_technical_unit_speaks_to_one_of_d_a_and_k() -> None:
    letters = load_quantification(rulesets())
    listed = [*letters.effect, *letters.algorithms, *letters.keys]
    units = [control for control in framework("gbt39786-2021-l3").controls if control.by_letter]

    assert len(units) == 22
    assert {check for unit in units for check in unit.checks} == set(listed)
    for unit in units:
        assert {check for ids in unit.by_letter.values() for check in ids} == set(unit.checks)


def test_d_a_and_k_of_a_unit_are_told_apart_and_k_is_never_closed_by_checks() -> None:
    name, unit = "gbt39786-2021-l3", "39786-8.2.c"

    found = outcome(
        name,
        unit,
        said("tls-port-protected", Verdict.PASS),
        said("tls-sm-protocol-offered", Verdict.FAIL),
        said("tls-tlcp-keys-differ", Verdict.PASS),
    )

    assert {letter: (each.standing, each.open) for letter, each in found.quantified.items()} == {
        "D": ("pass", True),  # what no check sees of it (data stores, ports) is left to a person
        "A": ("fail", False),
        "K": ("pass", True),
    }
    assert found.conformity == "partly"


def test_what_no_check_showed_of_a_unit_is_not_assessed_and_doors_are_for_people() -> None:
    name = "gbt39786-2021-l3"

    silent, doors = outcome(name, "39786-8.2.c"), outcome(name, "39786-8.1.a")

    assert {each.standing for each in silent.quantified.values()} == {"not_assessed"}
    assert {each.standing for each in doors.quantified.values()} == {"manual"}
    assert all(each.open for found in (silent, doors) for each in found.quantified.values())
    assert outcome(name, "39786-8.5.a").quantified == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{schema: auditor-quantification/1, D: [a], A: [a], K: []}", "a stands there twice"),
        ("{schema: auditor-quantification/9, D: [], A: [], K: []}", "auditor-quantification/9"),
        ("{schema: auditor-quantification/1, D: [], A: [], K: [], X: []}", "X"),
    ],
)
def test_a_file_of_letters_that_is_wrong_is_refused(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "compliance").mkdir()
    (tmp_path / "compliance" / "quantification.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=told):
        load_quantification(tmp_path)
