from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.errors import ConfigError
from auditor.model.finding import Severity
from auditor.stages.policy.metadata import from_folder, package_of, policy_of

if TYPE_CHECKING:
    from pathlib import Path

MODULE = """# METADATA
# title: A claim
# description: What it proves.
# scope: package
# custom:
#   id: house-claim
#   title_zh: 断言
#   why: {en: Because., zh: 因为。}
#   remediation: {en: Mend it., zh: 修复。}
#   severity: low
#   source: house rule 1
#   controls:
#     gbt22239-2019-l3: [8.1.4.2.d]
#   judges: KubeObject
#   needs: ['KubeObject:Pod']
#   asked: pods
#   covers: object
#   automation: partial
#   cwe: [250]
package house.claim

subject contains 1
"""


def test_every_field_is_read() -> None:
    policy = policy_of(MODULE, "claim.rego", {})

    assert (policy.id, policy.package, policy.title.en, policy.title.zh) == (
        "house-claim", "house.claim", "A claim", "断言",
    )  # fmt: skip
    assert policy.severity is Severity.LOW
    assert policy.controls == {"gbt22239-2019-l3": ("8.1.4.2.d",)}
    assert (policy.needs, policy.uses, policy.cwe) == (("KubeObject:Pod",), (), (250,))
    assert (policy.is_batched, policy.is_about_whole, policy.is_partial) == (True, False, True)


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("severity: low", "severity: awful", "'awful' is not a valid Severity"),
        ("#   source: house rule 1\n", "", "custom.source is missing"),
        ("id: house-claim", "id: House", "id is 'House', expected kebab-case"),
        ("judges: KubeObject", "judges: Pod", "judges is 'Pod', expected one of"),
        ("['KubeObject:Pod']", "['a b']", "needs is 'a b'"),
        ("# METADATA", "# Metadata", "has no METADATA"),
        ("package house.claim", "", "has no package"),
        ("title: A claim", "title: [", "is no YAML"),
    ],
)
def test_a_wrong_field_is_named(wrong: str, right: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        policy_of(MODULE.replace(wrong, right), "claim.rego", {})


def test_an_index_entry_of_the_same_text_saves_the_parser() -> None:
    policy = policy_of(MODULE, "claim.rego", {})

    assert policy_of(MODULE, "claim.rego", {"sha256:0": {}}) == policy


def test_modules_of_a_user_without_metadata_are_no_checks(tmp_path: Path) -> None:
    (tmp_path / "claim.rego").write_text(MODULE, encoding="utf-8")
    (tmp_path / "helper.rego").write_text("package house.helper\n", encoding="utf-8")
    (tmp_path / "claim_test.rego").write_text("package house.claim_test\n", encoding="utf-8")

    found = from_folder(tmp_path)

    assert [policy.id for policy in found] == ["house-claim"]
    assert found[0].is_users


def test_a_module_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "claim.rego").write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigError, match=r"claim\.rego cannot be read as UTF-8"):
        from_folder(tmp_path)


def test_the_package_is_the_one_of_the_module() -> None:
    assert package_of("# package a\npackage b.c # d\n") == "b.c"
    assert package_of("x := 1\n") == ""
