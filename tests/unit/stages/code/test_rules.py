"""Rules as data: what a rule file must hold, and the form in which they are kept."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from auditor import content
from auditor.content import rulesets
from auditor.errors import IntegrityError
from auditor.model.finding import Confidence, Severity
from auditor.stages.code import rules
from auditor.stages.code.checks import checks
from auditor.stages.code.precision import Evidence, Giver, Reading, Shown, Side
from auditor.stages.code.rules import as_read_by, rule_pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.stages.code.fakes import Json

SAID: dict[str, Any] = {
    "title": {"en": "T", "zh": "题"},
    "why": {"en": "W", "zh": "由"},
    "remediation": {"en": "R", "zh": "改"},
    "severity": "high",
    "cwe": [502],
    "capability": "unsafe-load",
    "rests_on": "source",
}


def semgrep_file(**changed: Json) -> dict[str, Any]:
    one = {"id": "data-load", "languages": ["python"], "pattern": "x", "metadata": {**SAID, "tag": 21}}
    return {"rules": [one | changed]}


def bandit_file(**changed: Json) -> dict[str, Any]:
    row = {"id": "B301", "check": "bandit-load", **SAID} | changed
    return {"tool": "bandit", "skip": [{"id": "B101", "reason": {"en": "asserts", "zh": "断言"}}], "tests": [row]}


def precision_file(**changed: Json) -> dict[str, Any]:
    cell = {
        "check": "data-load",
        "side": "python",
        "shows": "file",
        "from": "model",
        "read": 9,
        "are_true": 8,
    } | changed
    draw = changed.get("draw", "python-1")
    reading = {"draw": draw, "platform": "p", "findings": [cell]}
    return {"least_read": 8, "least_platforms": 1, "draws": {"python-1": "First draw"}, "readings": [reading]}


def test_what_was_read_of_the_findings_of_a_rule_comes_with_the_pack() -> None:
    pack = rules._pack({"a.yaml": semgrep_file(), "code/precision.yaml": precision_file()})
    shows = Evidence(Side.PYTHON, Shown.FILE, Giver.MODEL)

    assert pack.precision.held_against("data-load", shows) == (Reading(read=9, are_true=8, platforms=1),)
    assert pack.chosen(frozenset()).precision is pack.precision


def test_rule_files_become_a_pack() -> None:
    pack = rules._pack({"a.yaml": semgrep_file(), "bandit.yaml": bandit_file()})

    assert list(pack.rules) == ["data-load", "bandit-load"]
    assert [rule.id for rule in pack.of("bandit")] == ["bandit-load"]
    assert pack.rules["data-load"].tag == 21
    assert pack.rules["data-load"].defined_in == "a.yaml"
    assert pack.skipped_tests == {"B101": "asserts"}


def test_semgrep_is_given_rules_without_our_metadata() -> None:
    pack = rules._pack({"a.yaml": semgrep_file(), "bandit.yaml": bandit_file()})

    assert json.loads(pack.semgrep_file()) == {"rules": [{"id": "data-load", "languages": ["python"], "pattern": "x"}]}


def test_rule_of_a_profile_runs_only_where_it_is_asked_for() -> None:
    meta = {**SAID, "tag": 31, "profile": "commercial-cryptography"}
    pack = rules._pack({"a.yaml": semgrep_file(metadata=meta), "bandit.yaml": bandit_file()})

    assert list(pack.chosen(frozenset()).semgrep_rules) == []
    assert list(pack.chosen(frozenset({"commercial-cryptography"})).semgrep_rules) == ["data-load"]


@pytest.mark.parametrize(
    "broken",
    [
        {"a.yaml": {}},
        {"a.yaml": {"rules": []}},
        {"a.yaml": semgrep_file(metadata={**SAID})},
        {"a.yaml": semgrep_file(metadata={**SAID, "tag": 1, "title": {"en": "T"}})},
        {"a.yaml": semgrep_file(metadata={**SAID, "tag": 1, "severity": "dreadful"})},
        {"a.yaml": semgrep_file(languages=["cobol"])},
        {"a.yaml": semgrep_file(), "b.yaml": semgrep_file()},
        {"a.yaml": {"rules": [semgrep_file()["rules"][0], semgrep_file(id="stray")["rules"][0]]}},
        {"a.yaml": semgrep_file(), "bandit.yaml": bandit_file(check="data-load")},
        {"a.yaml": semgrep_file(metadata={**SAID, "tag": 1, "outranks": ["gone"]})},
        {"a.yaml": semgrep_file(), "bandit.yaml": bandit_file(least="dreadful")},
        {"a.yaml": semgrep_file(), "b.yaml": precision_file(check="gone")},
        {"a.yaml": semgrep_file(), "b.yaml": precision_file(draw="python-2")},
        {"a.yaml": semgrep_file(), "b.yaml": precision_file(are_true=10)},
        {"a.yaml": semgrep_file(), "b.yaml": precision_file(read=0, are_true=0)},
        {"a.yaml": semgrep_file(), "b.yaml": precision_file(shows="nothing")},
        {"a.yaml": semgrep_file(), "b.yaml": precision_file() | {"least_read": "many"}},
        {"a.yaml": semgrep_file(), "b.yaml": {"readings": []}},
    ],
    ids=[
        "empty",
        "no rule",
        "no tag",
        "one language",
        "severity",
        "unknown language",
        "twice",
        "stray",
        "twice in two",
        "outranks none",
        "least",
        "read of no rule",
        "read in no draw",
        "more true than read",
        "nothing read",
        "shows nothing",
        "no number",
        "readings alone",
    ],
)
def test_broken_rule_file_is_named(broken: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=r"rule file (a|b|bandit)\.yaml"):
        rules._pack(broken)


def test_our_own_rules_are_whole() -> None:
    pack = rule_pack()

    for rule in pack.rules.values():
        assert rule.id == rule.id.lower()
        assert Severity(rule.severity)
        assert Confidence(rule.confidence)
        assert rule.languages >= rule.parsed
    assert {rule.tag for rule in pack.of("semgrep")} == set(range(61))
    assert pack.skipped_tests.keys() >= {"B101", "B404", "B603", "B607"}


@pytest.fixture
def own_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Another checkout's content and an empty cache."""
    root = tmp_path / "content"
    (root / "rulesets" / "semgrep").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    (root / "rulesets" / "semgrep" / "a.yaml").write_text(json.dumps(semgrep_file()))
    (root / "rulesets" / "bandit.yaml").write_text(json.dumps(bandit_file()))
    (root / "rulesets" / "pysa").mkdir()
    (root / "rulesets" / "pysa" / "rules.yaml").write_text(json.dumps({"tool": "pysa", "tests": []}))
    (root / "rulesets" / "code").mkdir()
    (root / "rulesets" / "code" / "precision.yaml").write_text(json.dumps(precision_file() | {"readings": []}))
    monkeypatch.setenv("AUDITOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(content, "_PACKAGE", root / "auditor")
    content.content_root.cache_clear()
    rule_pack.cache_clear()
    yield root / "rulesets"
    content.content_root.cache_clear()
    rule_pack.cache_clear()


def test_parsed_rules_are_kept_and_made_anew_when_they_change(own_content: Path, tmp_path: Path) -> None:
    first = rule_pack()
    (kept,) = (tmp_path / "cache" / "rules").iterdir()
    rule_pack.cache_clear()
    second = rule_pack()
    (own_content / "semgrep" / "a.yaml").write_text(json.dumps(semgrep_file(id="data-load-2")))
    rule_pack.cache_clear()
    third = rule_pack()

    assert first == second
    assert kept.stat().st_size
    assert "data-load-2" in third.rules


@pytest.mark.parametrize("rubbish", [b"", b"\xff", b"sha256:0\n{}", b"{}"])
def test_kept_rules_that_were_damaged_are_made_anew(own_content: Path, tmp_path: Path, rubbish: bytes) -> None:
    assert own_content
    rule_pack()
    (kept,) = (tmp_path / "cache" / "rules").iterdir()
    kept.write_bytes(rubbish)
    rule_pack.cache_clear()

    assert "data-load" in rule_pack().rules


def test_cache_that_cannot_be_written_costs_nothing_but_time(own_content: Path, tmp_path: Path) -> None:
    assert own_content
    (tmp_path / "cache").write_text("a file stands in its way")

    assert "data-load" in rule_pack().rules


@pytest.mark.parametrize("text", ["a: [", "- list", "\x00", "!!python/object:os.system x"])
def test_rule_file_that_is_no_mapping_is_named(own_content: Path, text: str) -> None:
    (own_content / "semgrep" / "a.yaml").write_text(text)

    with pytest.raises(IntegrityError, match=r"a\.yaml"):
        rule_pack()


def test_missing_table_of_bandit_is_named(own_content: Path) -> None:
    (own_content / "bandit.yaml").unlink()

    with pytest.raises(IntegrityError, match=r"bandit\.yaml"):
        rule_pack()


def test_missing_rules_of_semgrep_are_no_pack(own_content: Path) -> None:
    shutil.rmtree(own_content / "semgrep")

    with pytest.raises(IntegrityError, match="semgrep"):
        rule_pack()


def test_every_rule_says_how_far_it_sees() -> None:
    scopes = {rule.id: rule.scope for rule in rule_pack().rules.values()}

    assert scopes["web-request-paths-confined"] == "function"
    assert scopes["flow-paths-confined"] == "program"
    assert scopes["data-pickle-not-loaded"] in {"place", "function"}
    assert {rule.reach.en.split("; ")[1] for rule in checks(rule_pack()) if rule.id in scopes} == {
        "one statement at a time",
        "values inside one function",
        "values through the functions and files of the program, as far as calls can be resolved",
    }
    assert all(rule.reach.zh for rule in checks(rule_pack()) if rule.id in scopes)
    limits = next(rule.reach.en.split("; ")[2] for rule in checks(rule_pack()) if rule.id == "flow-templates-fixed")
    assert limits.startswith("not into ")
    assert "chevron" in limits


def test_no_package_is_followed_and_not_followed() -> None:
    known = {each.name for each in (rulesets() / "pysa" / "stubs").iterdir()}

    listed = {rule.id: rule.not_followed for rule in rule_pack().of("pysa")}

    assert all(listed.values())
    assert {name for names in listed.values() for name in names} & known == set()


def test_semgrep_reads_a_file_once_in_each_language_of_its_name() -> None:
    rules = [{"languages": ["ts", "typescript", "python"]}, {"languages": ["regex"]}, {"languages": ["js"]}]
    places = [Path("a/x.d.ts"), Path("a/x.py"), Path("Dockerfile")]

    assert as_read_by(rules, places) == [
        (places[0], "regex"),
        (places[0], "typescript"),
        (places[1], "python"),
        (places[1], "regex"),
        (places[2], "regex"),
    ]
