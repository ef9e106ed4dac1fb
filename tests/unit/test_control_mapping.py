"""Checks and controls: every check speaks to a control or says why not, and no mapping leads nowhere."""

from __future__ import annotations

from functools import cache

import yaml

from auditor import registry
from auditor.compliance.coverage import counts
from auditor.compliance.frameworks import INDEX, catalogues, index_text, strays
from auditor.content import rulesets
from auditor.model.control import Assessment

COUNTS = {  # total, automated, partial, manual, rows with a high-risk case: as the catalogue has them
    "ai-regulations": (167, 25, 126, 16, 0),
    "cis-docker": (46, 5, 14, 27, 0),
    "cis-kubernetes": (131, 116, 15, 0, 0),
    "gbt22239-2019-l3": (257, 32, 141, 84, 77),
    "gbt39786-2021-l3": (62, 4, 41, 17, 16),
}
BY_SECTION = {
    "gbt22239-2019-l3": {
        "8.1.1": 22, "8.1.2": 8, "8.1.3": 20, "8.1.4": 34, "8.1.5": 12, "8.1.6": 7, "8.1.7": 14, "8.1.8": 12,
        "8.1.9": 34, "8.1.10": 48, "8.2.1": 1, "8.2.2": 5, "8.2.3": 8, "8.2.4": 19, "8.2.5": 4, "8.2.6": 8, "8.2.7": 1,
    },
    "gbt39786-2021-l3": {
        "5": 3, "8.1": 5, "8.2": 7, "8.3": 8, "8.4": 10, "8.5": 6, "8.6": 5, "8.7": 5, "8.8": 3, "B": 10,
    },
    "ai-regulations": {
        "CSL": 9, "DSL": 7, "NDSR": 4, "PIPL": 18, "XBDF": 2, "GAI": 13, "DSP": 2, "LBL": 7, "GB45438": 8,
        "GBT45654": 17, "EUAIA": 15, "SOC2": 14, "ISO27001": 51,
    },
}  # fmt: skip


@cache
def unmapped() -> dict[str, dict[str, str]]:
    rows = yaml.safe_load((rulesets() / "compliance" / "unmapped.yaml").read_text(encoding="utf-8"))["unmapped"]
    return {row["check"]: row["reason"] for row in rows}


def test_counts_are_those_of_the_catalogue() -> None:
    made = {each.id: counts(each) for each in registry.all_frameworks()}

    assert {
        name: (each.total, each.automated, each.partial, each.manual, each.high_risk) for name, each in made.items()
    } == COUNTS


def test_every_section_has_as_many_rows_as_the_catalogue() -> None:
    frameworks = {each.id: each for each in registry.all_frameworks()}

    for name, sections in BY_SECTION.items():
        rows = [control.section for control in frameworks[name].controls]
        assert {section: rows.count(section) for section in sections} == sections


def test_no_check_names_a_control_that_there_is_not() -> None:
    assert strays(registry.all_frameworks(), registry.all_checks()) == []


def test_no_row_names_a_check_that_there_is_not() -> None:
    known = {check.id for check in registry.all_checks()}

    assert [
        check for each in registry.all_frameworks() for c in each.controls for check in c.checks if check not in known
    ] == []


def test_every_check_speaks_to_a_control_or_says_why_not() -> None:
    silent = {check.id for check in registry.all_checks() if not any(check.controls.values())}

    assert silent == set(unmapped()), "give the check `controls`, or a reason in rulesets/compliance/unmapped.yaml"
    assert [name for name, reason in unmapped().items() if not reason["en"] or reason["zh"].isascii()] == []


def test_no_check_and_no_control_has_an_id_twice() -> None:
    checks = [check.id for check in registry.all_checks()]
    controls = [control.id for each in registry.all_frameworks() for control in each.controls]

    assert len(checks) == len(set(checks))
    assert len(controls) == len(set(controls))


def test_a_manual_row_asks_people_and_no_program() -> None:
    for framework in registry.all_frameworks():
        for control in framework.controls:
            if control.clause and control.assessment is Assessment.MANUAL:
                assert control.clause.human_evidence, control.id
                assert not control.clause.methods, control.id


def test_a_clause_of_chinese_cryptography_has_d_a_and_k_where_it_is_a_technical_unit() -> None:
    (framework,) = (each for each in registry.all_frameworks() if each.id == "gbt39786-2021-l3")

    quantified = [control for control in framework.controls if control.clause and control.clause.quantification]

    assert len(quantified) == 22
    assert all(set(control.clause.quantification) == set("DAK") for control in quantified if control.clause)
    assert all(control.clause.quantification["K"] != "automated" for control in quantified if control.clause)


def test_index_is_what_the_files_give() -> None:
    assert (rulesets() / INDEX).read_bytes() == index_text(rulesets()), "run: python -m auditor.compliance.frameworks"


def test_frameworks_of_clauses_are_assessed_only_where_they_are_asked_for() -> None:
    asked = {name for name, catalogue in catalogues(rulesets() / "controls").items() if catalogue.is_asked_for}

    assert asked == {"gbt22239-2019-l3", "gbt39786-2021-l3", "ai-regulations"}
