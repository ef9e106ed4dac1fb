# ruff: noqa: E501 - tables
"""Which statement on exploitability silences which finding: kinds that people reported of other scanners."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from auditor.formats import exploitability
from auditor.formats.packages import NOWHERE, package_of
from auditor.model.fact import Origin
from auditor.stages.vulnerabilities.facts import KnownVulnerability
from auditor.stages.vulnerabilities.vex import Document, apply

PURL, CVE = "pkg:pypi/yarnkit@1.0", "CVE-2099-1001"
DIGEST = "c" * 64
SERIAL = "11111111-2222-3333-4444-555555555555"
PRODUCTS = (f"pkg:oci/app@sha256%3A{DIGEST}", "root", f"sha256:{DIGEST}", f"urn:uuid:{SERIAL}")
NOW = datetime(2026, 11, 28, tzinfo=UTC)
WORD = "vulnerable_code_not_in_execute_path"


def silenced(document: object) -> bool:
    """Tell whether a document silences the one vulnerability that was found."""
    package = package_of(ref="ref-1", name="yarnkit", version="1.0", purl=PURL, kind="", distribution=NOWHERE)
    assert package is not None
    found = KnownVulnerability(
        subject=PURL, origin=Origin(part="sbom=app"), kind="python", name="yarnkit", version="1.0", type="python",
        purl=PURL, id="GHSA-aaaa-bbbb-cccc", aliases=(CVE,),
    )  # fmt: skip
    vex = Document(name="vex.json", vex=exploitability.read(json.dumps(document).encode()), is_trusted=True)
    (done,) = apply([vex], [found], {PURL: package}, PRODUCTS, "sbom=app", NOW).vulnerabilities
    return done.is_silenced


def openvex(*statements: dict[str, Any]) -> dict[str, Any]:
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://e/1", "author": "Team", "version": 1}
    return {**head, "timestamp": "2026-11-20T00:00:00Z", "statements": list(statements)}


def said(**how: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    plain = {
        "vulnerability": {"name": CVE},
        "products": [{"@id": PURL}],
        "status": "not_affected",
        "justification": WORD,
    }
    return {name: value for name, value in {**plain, **how}.items() if value is not None}


def cyclonedx(*affects: dict[str, Any], state: str = "not_affected") -> dict[str, Any]:
    row = {"id": CVE, "analysis": {"state": state, "justification": "code_not_reachable"}, "affects": list(affects)}
    metadata = {"timestamp": "2026-11-20T00:00:00Z", "authors": [{"name": "Team"}]}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": metadata, "vulnerabilities": [row]}


@pytest.mark.parametrize(
    ("statements", "is_silent"),
    [
        # the moment counts, not the text of it
        ([said(timestamp="2026-11-10T10:00:00+08:00", status="affected"), said(timestamp="2026-11-10T03:00:00Z")], True),
        ([said(timestamp="2026-11-10T10:00:00+08:00"), said(timestamp="2026-11-10T03:00:00Z", status="affected")], False),
        ([said(), said(timestamp="2026-11-10T00:00:00Z", status="affected")], True),
        ([said(vulnerability={"name": CVE.lower()})], True),
        # what the format does not know is no reason; prose may be one
        ([said(justification="because")], False),
        ([said(justification="because", impact_statement="the module is not built in")], True),
        ([said(status="not affected")], False),
    ],
)  # fmt: skip
def test_openvex(statements: list[dict[str, Any]], *, is_silent: bool) -> None:
    assert silenced(openvex(*statements)) is is_silent


def versions(*rows: dict[str, str]) -> dict[str, Any]:
    return {"ref": "pkg:pypi/yarnkit", "versions": list(rows)}


@pytest.mark.parametrize(
    ("affects", "state", "is_silent"),
    [
        ({"ref": f"urn:cdx:{SERIAL}/1#ref-1"}, "not_affected", True),
        ({"ref": f"urn:cdx:{SERIAL}/1#pkg%3Apypi%2Fyarnkit%401.0"}, "not_affected", True),
        ({"ref": "urn:cdx:99999999-2222-3333-4444-555555555555/1#ref-1"}, "not_affected", False),
        (versions({"range": "vers:pypi/>=2.0|<3.0", "status": "unaffected"}), "not_affected", False),
        (versions({"range": "vers:pypi/>=0.5|<3.0", "status": "unaffected"}), "not_affected", True),
        (versions({"range": "vers:pypi/rubbish", "status": "unaffected"}), "not_affected", False),
        (versions({"version": "1.0", "status": "affected"}), "not_affected", False),
        (versions({"version": "1.0", "status": "unknown"}), "not_affected", False),
        (versions({"version": "1.0", "status": "unaffected"}), "not_affected", True),
        (versions({"version": "2.0"}), "not_affected", False),
        ({"ref": "ref-1", "versions": [{"version": "2.0", "status": "unaffected"}]}, "not_affected", False),
        ({"ref": "root"}, "not_affected", True),
        ({"ref": "ref-1"}, "in_triage", False),
    ],
)  # fmt: skip
def test_cyclonedx(affects: dict[str, Any], state: str, *, is_silent: bool) -> None:
    assert silenced(cyclonedx(affects, state=state)) is is_silent


def test_version_of_a_scoped_package_is_put_behind_its_whole_name() -> None:
    row = {"ref": "pkg:npm/%40acme/w", "versions": [{"version": "1.0.0", "status": "unaffected"}]}
    (statement,) = exploitability.read(json.dumps(cyclonedx(row)).encode()).statements
    assert [(each.id, each.versions) for each in statement.products] == [("pkg:npm/%40acme/w", ("1.0.0",))]


PACKAGE = {"name": "yarnkit 1.0", "product_id": "P1", "product_identification_helper": {"purl": PURL}}


def csaf(whole: dict[str, Any] | None = None, **vulnerability: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    tree: dict[str, Any] = {
        "full_product_names": [PACKAGE],
        "product_groups": [{"group_id": "G1", "product_ids": ["P1", "P2"]}],
    }
    if whole:
        tree["full_product_names"].append({"product_id": "W1", **whole})
        tree["relationships"] = [
            {
                "category": "default_component_of", "product_reference": "P1", "relates_to_product_reference": "W1",
                "full_product_name": {"name": "the one in the other", "product_id": "R1"},
            }
        ]  # fmt: skip
    tracking = {"id": "V-1", "current_release_date": "2026-11-20T00:00:00Z"}
    head = {"csaf_version": "2.0", "publisher": {"name": "Team"}, "tracking": tracking}
    return {"document": head, "product_tree": tree, "vulnerabilities": [{"cve": CVE, **vulnerability}]}


@pytest.mark.parametrize(
    ("whole", "is_silent"),
    [
        ({"name": "app", "product_identification_helper": {"purl": f"pkg:oci/app@sha256%3A{DIGEST}"}}, True),
        ({"name": "app", "product_identification_helper": {"purl": f"pkg:oci/app@sha256%3A{'d' * 64}"}}, False),
        ({"name": "Argo CD"}, False),
        ({"name": "openEuler-22.03-LTS-SP3"}, True),
    ],
)
def test_package_inside_a_product_of_csaf(whole: dict[str, Any], *, is_silent: bool) -> None:
    flags = [{"label": "vulnerable_code_not_present", "product_ids": ["R1"]}]
    document = csaf(whole, product_status={"known_not_affected": ["R1"]}, flags=flags)
    assert silenced(document) is is_silent


def test_flag_of_a_group_of_products_counts_for_each() -> None:
    flags = [{"label": "vulnerable_code_not_present", "group_ids": ["G1"]}]
    assert silenced(csaf(product_status={"known_not_affected": ["P1"]}, flags=flags))
    assert not silenced(csaf(product_status={"known_not_affected": ["P1"]}))
