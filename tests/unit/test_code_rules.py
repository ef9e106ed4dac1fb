"""Every rule for code says what it must, has a test file, and speaks to a control that there is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from auditor.content import rulesets
from auditor.stages.code.rules import Rule, rule_pack

CONTROLS = {
    name: set(ids)
    for name, ids in json.loads(
        (Path(__file__).parents[1] / "data" / "catalogue" / "controls.json").read_text()
    ).items()
}
PACK = rule_pack()
SEMGREP = PACK.of("semgrep")
ANNOTATION = re.compile(r"(?P<kind>ruleid|ok):\s*(?P<ids>[\w-]+(?:,\s*[\w-]+)*)")
# sub-rules that semgrep's test mode cannot hold, with the reason
UNTESTED = {
    "agent-model-output-html-sanitised--vue-message": "a message file of Vue has no comment to annotate",
    "agent-model-output-html-sanitised--svelte": "semgrep's test mode reads a component as a script",
}


def examples_of(rule: Rule) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"ruleid": set(), "ok": set()}
    folder = (rulesets().parent / rule.defined_in).parent
    for file in folder.glob(f"{rule.id}.*"):
        if file.suffix != ".yaml" or file.name.endswith(".test.yaml"):
            for match in ANNOTATION.finditer(file.read_text(encoding="utf-8")):
                found[match["kind"]] |= {each.strip() for each in match["ids"].split(",")}
    return found


def test_each_of_the_sixty_ideas_has_exactly_one_check() -> None:
    assert sorted(rule.tag for rule in SEMGREP if rule.tag) == list(range(1, 61))


@pytest.mark.parametrize("rule", SEMGREP, ids=lambda rule: rule.id)
def test_a_rule_has_bad_and_good_examples_of_each_of_its_parts(rule: Rule) -> None:
    found = examples_of(rule)
    parts = {str(part["id"]) for part in PACK.semgrep_rules[rule.id]} - UNTESTED.keys()

    assert parts <= found["ruleid"]
    assert parts <= found["ok"]


@pytest.mark.parametrize("rule", PACK.rules.values(), ids=lambda rule: rule.id)
def test_a_rule_speaks_to_controls_that_there_are(rule: Rule) -> None:
    assert rule.controls
    for framework, ids in rule.controls.items():
        assert ids
        assert set(ids) <= CONTROLS[framework]


@pytest.mark.parametrize("rule", PACK.rules.values(), ids=lambda rule: rule.id)
def test_a_rule_says_what_why_and_how_in_both_languages(rule: Rule) -> None:
    for text in (rule.title, rule.why, rule.remediation):
        assert text.en
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
    assert rule.cwe
    assert rule.severity in {"critical", "high", "medium", "low", "info"}
    assert rule.confidence in {"high", "medium", "low"}


def test_no_message_can_carry_what_was_matched() -> None:
    messages = [str(part["message"]) for parts in PACK.semgrep_rules.values() for part in parts]

    assert not [message for message in messages if "$" in message]


def test_no_rule_outranks_itself_by_a_detour() -> None:
    above = {rule.id: set(rule.outranks) for rule in PACK.rules.values()}

    while loose := {name for name, others in above.items() if not others & above.keys()}:
        above = {name: others for name, others in above.items() if name not in loose}
    assert not above


@pytest.mark.parametrize("rule", PACK.rules.values(), ids=lambda rule: rule.id)
def test_a_rule_says_what_is_wrong_where_it_fails(rule: Rule) -> None:
    assert rule.problem.en
    assert rule.problem.en != rule.title.en
    assert re.search(r"[\u4e00-\u9fff]", rule.problem.zh)
