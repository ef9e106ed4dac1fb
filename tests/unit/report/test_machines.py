"""OSCAL, OCSF, OpenVEX and CSV: by their published schemas, and never more than the record says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.events.findings.detection_finding import DetectionFinding
from trestle.oscal.assessment_results import Model

from auditor.model.finding import Component, Finding, Fix, Verdict, Vulnerability
from auditor.model.text import Text
from auditor.report import csv as csv_report
from auditor.report import ocsf, openvex, oscal
from tests.unit.report.clause_records import FRAMEWORK, with_clauses
from tests.unit.report.records import CHECKS, empty, example

SCHEMAS = Path("tests/data/schemas")


def schema(name: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads((SCHEMAS / name).read_text("utf-8"))


def hostile() -> Finding:
    base = next(finding for finding in example().findings if finding.verdict is Verdict.FAIL)
    return replace(
        base,
        id="vuln-none-known",
        subject='=cmd|"/c"!A1\n\u202e\x00',
        detail=Text("@SUM(1)", "+1"),
        actual=Text("\n", "\n"),
        vulnerability=Vulnerability(id="CVE-2026-1", aliases=("GHSA-1",), fix=Fix(state="fixed", versions=("2.0",))),
        component=Component(name="x", version="1", type="python", purl="pkg:pypi/x@1"),
    )


# -- OSCAL -----------------------------------------------------------------------------------------------------


def assessed(record: Any = None, language: Any = "zh") -> Any:  # noqa: ANN401 - JSON
    data = oscal.render(record or with_clauses(), language, CHECKS, [FRAMEWORK])
    Model.model_validate_json(data)
    return json.loads(data)["assessment-results"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_assessment_results_validate_with_compliance_trestle(language: str) -> None:
    found = assessed(with_clauses(is_answered=True), language)

    assert found["metadata"]["oscal-version"] == "1.2.1"
    assert len(found["results"][0]["observations"]) == len(example().findings)


def test_empty_and_hostile_records_validate_too() -> None:
    base = with_clauses()

    assessed(empty())
    assessed(replace(base, findings=(hostile(), *base.findings), targets=("=1\n\u202e", *base.targets)))
    Model.model_validate_json(oscal.render(example(), "en", CHECKS))


def test_no_control_is_satisfied_unless_it_was_proven() -> None:
    (result,) = assessed()["results"]

    found = {each["props"][1]["value"]: each["target"] for each in result["findings"]}

    assert {number: target["status"]["state"] for number, target in found.items()} == {
        "8.1.4.4 d)": "not-satisfied",
        "8.1.9.1.a": "not-satisfied",
        "8.1.9.2.a": "not-satisfied",
    }
    assert found["8.1.9.2.a"]["status"] == {"state": "not-satisfied", "reason": "other", "remarks": "未评估"}
    assert {found[number]["target-id"] for number in found} == {
        each["control-id"] for each in result["reviewed-controls"]["control-selections"][0]["include-controls"]
    }


def test_a_finding_leads_to_its_observations_and_these_to_the_raw_bytes() -> None:
    (result,) = assessed()["results"]
    by_uuid = {each["uuid"]: each for each in result["observations"]}

    finding = result["findings"][0]
    seen = [by_uuid[each["observation-uuid"]] for each in finding["related-observations"]]

    assert {each["subjects"][0]["type"] for each in seen} == {"component"}
    assert "captures/sha256/00/" + "0" * 64 in {row["href"] for each in seen for row in each["relevant-evidence"]}
    assert "lost: code=src/" in result["remarks"]


def test_the_same_record_gives_the_same_identities() -> None:
    assert oscal.render(with_clauses(), "en", CHECKS, [FRAMEWORK]) == oscal.render(
        with_clauses(), "en", CHECKS, [FRAMEWORK]
    )


# -- OCSF ------------------------------------------------------------------------------------------------------


def events(record: Any = None) -> Any:  # noqa: ANN401 - JSON
    found = json.loads(ocsf.render(record or with_clauses(), "zh", CHECKS, [FRAMEWORK]))
    jsonschema.validate(found, schema("ocsf-1.7.0-findings.json"))
    return found


def test_events_are_as_the_published_schema_of_ocsf_has_them() -> None:
    base = with_clauses()

    found = events(replace(base, findings=(hostile(), *base.findings)))

    assert {each["class_uid"] for each in found} == {2003, 2004}
    for each in found:
        (ComplianceFinding if each["class_uid"] == 2003 else DetectionFinding).model_validate(each)


def test_the_schema_tells_a_wrong_event() -> None:
    (event, *_rest) = events()

    for name, value in (("severity_id", 7), ("class_uid", 2004), ("stranger", 1), ("finding_info", {"title": "x"})):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([{**event, name: value}], schema("ocsf-1.7.0-findings.json"))


def test_a_clause_passes_only_where_it_conforms() -> None:
    found = {
        (each["compliance"]["control"], tuple(row["uid"] for row in each.get("resources", ()))): each["compliance"]
        for each in events()
        if each["class_uid"] == 2003
    }

    assert {key: value["status"] for key, value in found.items()} == {
        ("8.1.4.4 d)", ("loan",)): "Fail",
        ("8.1.4.4 d)", ("other",)): "Pass",
        ("8.1.9.1.a", ()): "Unknown",
        ("8.1.9.2.a", ()): "Unknown",
    }


def test_a_waived_failure_is_suppressed_and_no_alert() -> None:
    found = [each for each in events() if each["class_uid"] == 2004]

    waived = [each for each in found if each["unmapped"]["waiver"]]
    assert [(each["status"], each["is_alert"]) for each in waived] == [("Suppressed", False)]
    assert len(found) == sum(finding.verdict is Verdict.FAIL for finding in example().findings)


def test_a_run_without_failures_and_frameworks_is_an_empty_list() -> None:
    assert json.loads(ocsf.render(empty(), "en")) == []


# -- OpenVEX ---------------------------------------------------------------------------------------------------


def test_statements_are_as_the_schema_of_openvex_has_them() -> None:
    base = example()
    lost = replace(hostile(), verdict=Verdict.NOT_ASSESSED, component=None, subject="模块 x")

    found = json.loads(openvex.render(replace(base, findings=(hostile(), lost, *base.findings)), "zh"))

    jsonschema.validate(found, schema("openvex-0.2.0.json"))
    by_status = {(each["vulnerability"]["name"], each["status"]): each for each in found["statements"]}
    assert by_status["CVE-2026-1", "affected"]["products"] == [
        {"@id": "pkg:pypi/x@1", "identifiers": {"purl": "pkg:pypi/x@1"}}
    ]
    assert by_status["CVE-2026-1", "affected"]["action_statement"] == "请升级至 2.0"
    assert "under_investigation" in {status for _name, status in by_status}


def test_a_waiver_never_makes_a_component_not_affected() -> None:
    waived = replace(hostile(), waived=next(f.waived for f in example().findings if f.waived))

    (statement,) = json.loads(openvex.render(replace(empty(), findings=(waived,)), "en"))["statements"]

    assert statement["status"] == "affected"
    assert "W-1" in statement["status_notes"]


def test_a_run_that_judged_no_vulnerability_states_nothing() -> None:
    assert openvex.render(empty(), "en") == b""


# -- CSV -------------------------------------------------------------------------------------------------------


def test_csv_holds_every_finding_and_no_formula() -> None:
    base = example()
    data = csv_report.render(replace(base, findings=(hostile(), *base.findings)), "zh", CHECKS)

    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))

    assert data.startswith(b"\xef\xbb\xbf")
    assert head[:3] == ["结论", "严重程度", "检查项"]
    assert len(rows) == len(base.findings) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]
    assert any(cell.startswith("'=cmd") for row in rows for cell in row)
