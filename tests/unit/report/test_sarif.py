from __future__ import annotations

import gzip
import json
from dataclasses import replace as dataclass_replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft4Validator
from msgspec.structs import replace

from auditor.model.finding import FurtherPlace, Severity, Step
from auditor.model.text import Text
from auditor.report.sarif import GITHUB, render
from tests.unit.report.records import CHECKS, HOSTILE_FILE, PATCH, empty, example, many, objects

if TYPE_CHECKING:
    from auditor.model.record import Record

SCHEMA = json.loads((Path(__file__).parents[2] / "data/schemas/sarif-schema-2.1.0.json").read_text())


def run_of(record: Record, language: str = "en") -> dict[str, Any]:
    log = json.loads(render(record, "zh" if language == "zh" else "en", CHECKS))
    run: dict[str, Any] = log["runs"][0]
    return run


def result_at(run: dict[str, Any], rule: str) -> dict[str, Any]:
    found: dict[str, Any] = next(result for result in run["results"] if result["ruleId"] == rule)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("record", [example(), empty(), many(30)], ids=["everything", "empty", "many"])
def test_it_validates_against_the_oasis_schema(record: Record, language: str) -> None:
    log = json.loads(render(record, "zh" if language == "zh" else "en", CHECKS))

    Draft4Validator(SCHEMA).validate(log)


def test_only_failures_are_results() -> None:
    run = run_of(example())

    assert len(run["results"]) == 8
    assert {result["kind"] for result in run["results"]} == {"fail"}


def test_levels_and_scores_follow_the_severity() -> None:
    run = run_of(example())

    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    scores = {rule["id"]: rule["properties"].get("security-severity") for rule in run["tool"]["driver"]["rules"]}
    assert levels["os-shell-not-used"] == "error"
    assert levels["crypto-md5-not-used"] == "warning"
    assert levels["web-banner-quiet"] == "note"
    assert scores["os-shell-not-used"] == "9.5"
    assert scores["web-banner-quiet"] is None


def test_rules_carry_help_in_the_language_and_only_web_addresses() -> None:
    english, chinese = (run_of(example(), language)["tool"]["driver"]["rules"][0] for language in ("en", "zh"))

    assert english["helpUri"] == "https://cwe.mitre.org/data/definitions/78.html"
    assert "javascript:" not in json.dumps(english)
    assert "whoever controls" in english["help"]["text"]
    assert "控制该文本的人" in chinese["help"]["markdown"]
    assert {"security", "external/cwe/cwe-078", "gbt22239-2019-l3/8.1.4.4.d"} <= set(english["properties"]["tags"])


def test_rule_indexes_point_at_their_rules() -> None:
    run = run_of(example())

    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_fingerprints_are_ours() -> None:
    record = example()

    shown = {result["partialFingerprints"]["auditorFingerprint/v1"] for result in run_of(record)["results"]}
    assert shown <= {finding.fingerprint for finding in record.findings}


def test_a_place_is_relative_to_the_folder_of_the_run() -> None:
    place = result_at(run_of(example()), "data-pickle-not-loaded")["locations"][0]["physicalLocation"]

    assert place["artifactLocation"] == {"uri": "src/app/load.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 7, "snippet": {"text": "pickle.loads(body)"}}


@pytest.mark.parametrize(
    ("target", "uri", "base"),
    [
        ("code=.", "app/load.py", None),
        ("code=a/../b/", "b/app/load.py", None),
        ("code=/srv/app", "app/load.py", "file:///srv/app/"),
        ("code=../other", "app/load.py", "../other/"),
        ("image=oci:build/app", "app/load.py", ""),
    ],
)
def test_a_target_outside_of_the_folder_is_a_base_of_its_own(target: str, uri: str, base: str | None) -> None:
    record = example()
    findings = tuple(replace(finding, target=target) for finding in record.findings)
    run = run_of(replace(record, findings=findings, targets=(target,)))

    place = result_at(run, "data-pickle-not-loaded")["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == uri
    assert place["uriBaseId"] == ("%SRCROOT%" if base is None else "TARGET0")
    if base is not None:
        assert run["originalUriBaseIds"]["TARGET0"].get("uri", "") == base


def test_hostile_names_are_percent_encoded() -> None:
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run_of(example())["results"]]

    hostile = next(uri for uri in uris if uri.startswith("src/a%20b/"))
    assert hostile.endswith("%FF.py")
    assert "%0A" in hostile
    assert "\n" in HOSTILE_FILE


def test_foreign_text_makes_no_link_and_no_placeholder() -> None:
    record = example()
    text = Text("see [x](http://evil.example) {0}", record.findings[0].title.zh)
    findings = tuple(replace(finding, detail=text) for finding in record.findings)

    message = run_of(replace(record, findings=findings))["results"][0]["message"]["text"]
    assert "](" not in message
    assert "{{0}}" in message


def test_a_comment_in_the_code_asks_and_a_waiver_decides() -> None:
    run = run_of(example())

    [comment] = result_at(run, "secret-key-absent")["suppressions"]
    [waiver] = result_at(run, "data-pickle-not-loaded")["suppressions"]
    assert (comment["kind"], comment["status"]) == ("inSource", "underReview")
    assert "Li Wei" in comment["justification"]
    assert "2026-03-01" in comment["justification"]
    assert (waiver["kind"], waiver["status"]) == ("external", "accepted")


def test_new_and_known_are_told_apart() -> None:
    run = run_of(example())

    assert result_at(run, "os-shell-not-used")["baselineState"] == "new"
    assert result_at(run, "web-debug-off")["baselineState"] == "unchanged"


def test_gaps_are_notifications_and_the_run_no_success() -> None:
    invocation = run_of(example())["invocations"][0]

    notes = invocation["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error", "warning", "warning"]
    assert "time limit" in notes[1]["message"]["text"]
    assert invocation["executionSuccessful"] is False


def test_a_clean_run_is_a_success() -> None:
    assert run_of(empty())["invocations"][0]["executionSuccessful"] is True


def test_too_many_results_keep_the_worst_and_count_the_rest() -> None:
    run = json.loads(render(many(100), "en", CHECKS, dataclass_replace(GITHUB, results=10)))["runs"][0]

    assert [result["level"] for result in run["results"]] == ["error"] * 10
    assert {result["properties"]["severity"] for result in run["results"]} == {Severity.CRITICAL}
    note = next(n for n in run["invocations"][0]["toolExecutionNotifications"] if n["level"] == "error")
    assert "90 of 100" in note["message"]["text"]


def test_too_many_bytes_halve_the_results() -> None:
    data = render(many(1000), "en", CHECKS, dataclass_replace(GITHUB, packed_bytes=12_000))

    assert len(gzip.compress(data)) <= 12_000
    assert 0 < len(json.loads(data)["runs"][0]["results"]) < 1000


def test_many_controls_stay_within_the_limit_of_tags() -> None:
    record = example()
    controls = {"cis-kubernetes": tuple(f"1.2.{number}" for number in range(40))}
    findings = tuple(replace(finding, controls=controls) for finding in record.findings)

    rules = run_of(replace(record, findings=findings))["tool"]["driver"]["rules"]
    assert {len(rule["properties"]["tags"]) for rule in rules} == {20}


def test_rendering_twice_gives_the_same_bytes() -> None:
    assert render(example(), "en", CHECKS) == render(example(), "en", CHECKS)


def test_an_object_is_named_first_and_values_are_not_said_twice() -> None:
    (result,) = run_of(objects())["results"]

    wrong = "No pod shares the host's IPC (expected hostIPC: false; found hostIPC true)"
    text = f"Deployment/loan/api: {wrong}\nfix: Remove hostIPC."
    assert result["message"]["text"] == text
    assert result["properties"]["patch"] == PATCH


def test_gaps_are_told_in_the_language_and_keep_the_english_reason_as_data() -> None:
    notes = run_of(objects(), "zh")["invocations"][0]["toolExecutionNotifications"]

    (note,) = [note for note in notes if note["descriptor"]["id"] == "not-assessed"]
    assert "未评估：未采集：" in note["message"]["text"]
    assert note["properties"]["reason"] == "not collected"


def test_the_way_of_a_value_is_a_code_flow_and_the_context_a_property() -> None:
    record = example()
    steps = (
        Step(file="app/route.py", line=4, name="text of a request"),
        Step(file="app/load.py", line=7, name="pickle.loads"),
    )
    findings = tuple(
        replace(each, steps=steps, context="example") if each.id == "data-pickle-not-loaded" else each
        for each in record.findings
    )

    run = run_of(replace(record, findings=findings))
    result = result_at(run, "data-pickle-not-loaded")

    [flow] = result["codeFlows"]
    places = [step["location"] for step in flow["threadFlows"][0]["locations"]]
    assert [place["physicalLocation"]["artifactLocation"]["uri"] for place in places] == [
        "src/app/route.py",
        "src/app/load.py",
    ]
    assert [place["physicalLocation"]["region"]["startLine"] for place in places] == [4, 7]
    assert [place["message"]["text"] for place in places] == ["text of a request", "pickle.loads"]
    assert result["properties"]["context"] == "example"
    Draft4Validator(SCHEMA).validate(json.loads(render(replace(record, findings=findings), "en", CHECKS)))


def test_a_flaw_in_many_places_names_them_as_related_locations() -> None:
    record = example()
    places = (FurtherPlace(file="app/other.py", line=9, end_line=10, snippet="pickle.loads(x)", fingerprint="0" * 32),)
    findings = tuple(
        replace(each, places=places) if each.id == "data-pickle-not-loaded" else each for each in record.findings
    )

    log = json.loads(render(replace(record, findings=findings), "en", CHECKS))

    [related] = next(each for each in log["runs"][0]["results"] if each.get("relatedLocations"))["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "src/app/other.py"
    assert related["physicalLocation"]["region"]["startLine"] == 9
    assert (related["id"], related["message"]["text"]) == (1, "app/other.py:9")
    Draft4Validator(SCHEMA).validate(log)
