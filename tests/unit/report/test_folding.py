"""What is said by another failure of the same subject stands under it in every list, and hooks are called so."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.model.finding import Severity
from auditor.model.text import literal
from auditor.report import csv as csv_report
from auditor.report import github, gitlab, markdown, sarif
from tests.unit.report.records import CHECKS, example, object_finding

if TYPE_CHECKING:
    from auditor.model.record import Record

HEAD, PART = "k8s-pod-security-context", "k8s-pod-non-root"


def _record(*, is_waived: bool = False, apart: str = "") -> Record:
    head = replace(
        object_finding(HEAD), severity=Severity.LOW, problem=literal("A container is not confined"), apart=apart
    )
    part = replace(
        object_finding(PART),
        severity=Severity.HIGH,
        problem=literal("A container may run as root"),
        part_of=HEAD,
        fingerprint="f-part",
    )
    if is_waived:
        waived = next(each.waived for each in example().findings if each.waived)
        head = replace(head, waived=waived)
    return replace(example(), findings=(head, part))


def test_sarif_has_one_result_as_bad_as_the_worst_with_the_others_named() -> None:
    (run,) = json.loads(sarif.render(_record(), "en", CHECKS))["runs"]

    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == (HEAD, "error")
    assert f"+ A container may run as root ({PART})" in result["message"]["text"]
    assert result["properties"]["parts"] == [{"ruleId": PART, "fingerprint": "f-part"}]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [HEAD]


def test_sarif_hides_nothing_that_counts_under_what_is_waived() -> None:
    (run,) = json.loads(sarif.render(_record(is_waived=True), "en", CHECKS))["runs"]

    assert {each["ruleId"]: bool(each.get("suppressions")) for each in run["results"]} == {HEAD: True, PART: False}


def test_gitlab_has_one_row_with_the_others_in_its_text() -> None:
    (row,) = json.loads(gitlab.render(_record(), "en"))

    assert (row["check_name"], row["severity"]) == (HEAD, "critical")
    assert row["description"].endswith("; + A container may run as root")


def test_github_has_one_annotation_with_the_others_in_its_text() -> None:
    first, verdict = github.render(_record(), "en").decode().splitlines()

    assert first.startswith("::error ")
    assert "%0A+ A container may run as root" in first
    assert "auditor:" in verdict


def test_a_table_keeps_every_row_and_names_what_says_it_too() -> None:
    rows = list(csv.DictReader(io.StringIO(csv_report.render(_record(), "en", CHECKS).decode("utf-8-sig"))))

    assert {row["check"]: row["said by"] for row in rows} == {HEAD: "", PART: HEAD}


def test_hooks_are_called_so_everywhere() -> None:
    record = _record(apart="hook")

    told = "A container is not confined (Helm hook)"
    (run,) = json.loads(sarif.render(record, "en", CHECKS))["runs"]
    assert told in run["results"][0]["message"]["text"]
    assert run["results"][0]["properties"]["apart"] == "hook"
    assert told in json.loads(gitlab.render(record, "en"))[0]["description"]
    assert told in github.render(record, "en").decode()
    assert told in csv_report.render(record, "en", CHECKS).decode("utf-8-sig")
    assert "A container is not confined" in markdown.render(record, "en", CHECKS).decode()
    assert "Helm hook" in markdown.render(record, "en", CHECKS).decode()
