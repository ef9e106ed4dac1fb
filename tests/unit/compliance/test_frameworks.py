"""Frameworks are data: 131 controls in six editions, and errors that name the field."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from auditor.compliance.coverage import risk
from auditor.compliance.frameworks import Catalogue, catalogues, load
from auditor.compliance.texts import CASES
from auditor.content import rulesets
from auditor.errors import ConfigError
from auditor.model.control import Assessment
from auditor.stages.policy.metadata import built_in

ORIGINAL = Path(__file__).parents[2] / "data" / "cis-kubernetes" / "catalogue.yaml"


@pytest.fixture(scope="module")
def cis() -> Catalogue:
    return catalogues(rulesets() / "controls")["cis-kubernetes"]


@pytest.fixture(scope="module")
def original() -> list[dict[str, object]]:
    rows = yaml.safe_load(ORIGINAL.read_text(encoding="utf-8"))
    assert isinstance(rows, list)
    return rows


def test_every_control_of_the_catalogue_is_there_once(cis: Catalogue, original: list[dict[str, object]]) -> None:
    ids = [control.id for control in cis.newest.controls]

    assert len(ids) == 131
    assert ids == [row["id"] for row in original]


def test_section_level_and_automation_are_those_of_the_catalogue(
    cis: Catalogue, original: list[dict[str, object]]
) -> None:
    told = [(c.id, c.section, c.level, c.assessment) for c in cis.newest.controls]

    words = {"full": Assessment.AUTOMATED, "partial": Assessment.PARTIAL}
    assert told == [(r["id"], r["section"], r["level"], words[str(r["automation"])]) for r in original]
    assert sum(assessment is Assessment.PARTIAL for *_, assessment in told) == 15


def test_every_control_has_a_check_that_names_it(cis: Catalogue) -> None:
    policies = {policy.id: policy for policy in built_in()}

    for control in cis.newest.controls:
        assert control.checks
        for check in control.checks:
            assert control.id in policies[check].controls["cis-kubernetes"]


def test_every_check_that_names_a_control_is_listed_by_it(cis: Catalogue) -> None:
    listed = {(control.id, check) for control in cis.newest.controls for check in control.checks}

    named = {(number, p.id) for p in built_in() for number in p.controls.get("cis-kubernetes", ())}
    assert named == listed


def test_partial_controls_and_partial_checks_are_the_same(cis: Catalogue) -> None:
    partial = {policy.id for policy in built_in() if policy.is_partial}

    assert partial == {check for c in cis.newest.controls if c.assessment is Assessment.PARTIAL for check in c.checks}


@pytest.mark.parametrize(
    ("kubernetes", "edition"),
    [
        ("1.26.3", "1.8"),
        ("1.27.0", "1.9"),
        ("1.29.4", "1.11"),
        ("1.32.1", "1.12"),
        ("1.34.2", "2.0"),
        ("v1.36.0", "2.0"),
        ("1.20.0", "1.8"),
        ("1.9.1", "1.8"),
        ("", "2.0"),
    ],
)
def test_the_edition_follows_the_version_of_the_cluster(cis: Catalogue, kubernetes: str, edition: str) -> None:
    assert cis.edition_for(kubernetes) == edition


@pytest.mark.parametrize("edition", ["1.8", "1.9", "1.10", "1.11", "1.12", "2.0"])
def test_numbers_of_an_edition_are_those_of_the_catalogue(
    cis: Catalogue, original: list[dict[str, object]], edition: str
) -> None:
    framework = cis.edition(edition)

    by_check = {control.checks: control.id for control in framework.controls}
    for control, row in zip(cis.newest.controls, original, strict=True):
        ids = row["ids"]
        assert isinstance(ids, dict)
        assert by_check.get(control.checks) == ids[edition]


def test_an_older_edition_lacks_what_is_newer(cis: Catalogue) -> None:
    old = {check for control in cis.edition("1.8").controls for check in control.checks}

    assert "k8s-kubelet-seccomp-default" not in old
    assert cis.edition("1.10").controls[-1].section == "5.7"


def test_an_unknown_edition_is_refused(cis: Catalogue) -> None:
    with pytest.raises(ConfigError, match=r"no edition 3\.0"):
        cis.edition("3.0")


ROW = {"id": "1", "section": "s", "title": {"en": "a", "zh": "b"}, "assessment": "automated"}


def written(folder: Path, **changes: object) -> Path:
    document = {
        "schema": "auditor-framework/1",
        "id": "f",
        "title": {"en": "a", "zh": "b"},
        "version": "1",
        "sections": [{"id": "s", "title": {"en": "a", "zh": "b"}}],
        "controls": [ROW],
    } | changes
    file = folder / "f.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return file


def test_a_framework_without_editions_is_one(tmp_path: Path) -> None:
    catalogue = load(written(tmp_path))

    assert catalogue.edition_for("1.30") == "1"
    assert catalogue.edition("1").controls[0].id == "1"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"schema": "auditor-framework/2"}, "schema auditor-framework/2 is not supported"),
        ({"controls": [{**ROW, "colour": "red"}]}, "unknown field colour"),
        ({"controls": [ROW, ROW]}, "control 1 stands there twice"),
        ({"controls": [{**ROW, "section": "t"}]}, "section t is not listed"),
        ({"controls": [{k: v for k, v in ROW.items() if k != "title"}]}, "title is missing"),
        ({"controls": [{**ROW, "assessment": "maybe"}]}, "maybe"),
        ({"editions": [{"version": "1", "kubernetes": ["a", "b"]}]}, "a is no version"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    file = written(tmp_path, **changes)

    with pytest.raises(ConfigError, match=message):
        load(file)


def test_broken_yaml_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "f.yaml"
    file.write_text("a: [", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"f\.yaml cannot be read as YAML"):
        load(file)


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path)
    (tmp_path / "g.yaml").write_bytes(file.read_bytes())

    with pytest.raises(ConfigError, match="stands in another file, too"):
        catalogues(tmp_path)


def clauses(folder: Path, **changed: object) -> Path:
    clause = {
        "point": {"en": "Lamps", "zh": "灯"},
        "modality": "shall",
        "confidence": "high",
        "verification": "memory",
        **changed,
    }
    row = {
        "id": "1.a",
        "section": "1",
        "title": {"en": "The lamp is on", "zh": "灯已打开"},
        "assessment": "manual",
        "clause": clause,
    }
    file = folder / "lamps.yaml"
    said = {
        "schema": "auditor-framework/1",
        "id": "lamps",
        "title": {"en": "Lamps", "zh": "灯"},
        "version": "1",
        "sections": [{"id": "1", "title": {"en": "All", "zh": "全部"}}],
        "controls": [row],
    }
    file.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return file


def test_a_clause_with_an_unknown_field_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"control 1\.a: .*brightness"):
        load(clauses(tmp_path, brightness=3))


def test_a_clause_with_an_unknown_modality_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"control 1\.a: .*modality"):
        load(clauses(tmp_path, modality="ought"))


def test_a_key_that_stands_there_twice_is_refused(tmp_path: Path) -> None:
    file = clauses(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + "version: '2'\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="version stands there twice"):
        load(file)


def test_every_case_of_a_guide_for_high_risks_is_told_in_english_and_marked_as_our_translation() -> None:
    cases = {
        (case.source, case.title): risk(case)
        for framework in catalogues(rulesets() / "controls").values()
        for control in framework.newest.controls
        if control.clause
        for case in control.clause.high_risk
    }

    titled = [text for (_source, title), text in cases.items() if title]
    assert len(titled) > 100
    assert [text.en for text in cases.values() if re.search("[\u4e00-\u9fff]", text.en)] == []
    assert all(text.en.endswith("(unofficial translation)") for text in titled)
    assert {title for _source, title in cases} - {""} == CASES.keys()
