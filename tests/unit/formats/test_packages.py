"""Packages of an SBOM as advisories name them: odd spellings that generators write, and forms of documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from auditor.formats.packages import NOWHERE, Distribution, package_of, read


def package(purl: str, version: str = "") -> Any:  # noqa: ANN401 - a package, or None
    return package_of(ref="", name="", version=version, purl=purl, kind="", distribution=NOWHERE)


@pytest.mark.parametrize(
    ("version", "read_as"),
    [
        ("1.22rc1", "1.22.0-rc.1"),
        ("go1.22beta2", "1.22.0-beta.2"),
        ("go1.21.4", "1.21.4"),
        ("1.22", "1.22"),
        ("go1.20.12%20X%3Astrictfipsruntime", "1.20.12"),
        ("devel%20go1.23-abc", "devel go1.23-abc"),
    ],
)
def test_release_of_go_is_read_as_its_advisories_write_it(version: str, read_as: str) -> None:
    assert package(f"pkg:golang/stdlib@{version}").version == read_as


@pytest.mark.parametrize(
    ("purl", "name"),
    [
        ("pkg:npm/%40acme/gadget@1", "@acme/gadget"),
        ("pkg:npm/@acme/gadget@1", "@acme/gadget"),
        ("pkg:npm/%40acme%2Fgadget@1", "@acme/gadget"),
        ("pkg:npm/%2540acme/gadget@1", "@acme/gadget"),
        ("pkg:maven/org.ex/art@1", "org.ex:art"),
        ("pkg:pypi/Zope_Kit.x@1", "zope-kit-x"),
    ],
)
def test_names_are_brought_to_one_spelling(purl: str, name: str) -> None:
    assert package(purl).name == name


@pytest.mark.parametrize(
    ("purl", "distribution"),
    [
        ("pkg:deb/ubuntu/x@1?distro=jammy", ("ubuntu", "22.04")),
        ("pkg:deb/debian/x@1?distro=bookworm", ("debian", "12")),
        ("pkg:deb/debian/x@1", ("debian", "")),
        ("pkg:apk/alpine/x@1?distro=3.20.1", ("alpine", "3.20.1")),
    ],
)
def test_distribution_may_be_named_by_its_code_name(purl: str, distribution: tuple[str, str]) -> None:
    found: Distribution = package(purl).distribution
    assert (found.id, found.version) == distribution


KIT = {"type": "library", "bom-ref": "kit", "name": "kit", "version": "1.0", "purl": "pkg:pypi/kit@1.0"}


def names(document: object) -> list[str]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return sorted(each.subject for each in read(data).packages)


@pytest.mark.parametrize(
    ("root", "found"),
    [
        ({**KIT, "name": "app", "purl": "pkg:pypi/app@1"}, ["pkg:pypi/app@1", "pkg:pypi/kit@1.0"]),
        ({"type": "container", "name": "app", "purl": "pkg:oci/app@1"}, ["pkg:pypi/kit@1.0"]),
        ({"type": "application", "name": "app", "purl": "pkg:generic/app@1"}, ["pkg:pypi/kit@1.0"]),
    ],
)
def test_what_is_described_is_a_package_where_a_registry_has_it(root: dict[str, Any], found: list[str]) -> None:
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": root}, "components": [KIT]}
    assert names(document) == found


@pytest.mark.parametrize("kind", ["file", "machine-learning-model", "application", "framework", "platform"])
def test_package_is_one_whatever_kind_of_component_it_is_called(kind: str) -> None:
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{**KIT, "type": kind}]}
    assert names(document) == ["pkg:pypi/kit@1.0"]


TAGS = b"""SPDXVersion: SPDX-2.3
SPDXID: SPDXRef-DOCUMENT
DocumentName: kit

PackageName: kit
SPDXID: SPDXRef-kit
PackageVersion: 1.0
ExternalRef: PACKAGE-MANAGER purl pkg:pypi/kit@1.0
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-kit
"""
GRAPH: list[dict[str, Any]] = [
    {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-11-02T00:00:00Z"},
    {"type": "SpdxDocument", "spdxId": "https://e/d", "name": "d", "rootElement": ["https://e/app"]},
    {"type": "software_Package", "spdxId": "https://e/app", "name": "app"},
    {"type": "software_Package", "spdxId": "https://e/kit", "name": "kit", "software_packageVersion": "1.0",
     "software_packageUrl": "pkg:pypi/kit@1.0"},
]  # fmt: skip


@pytest.mark.parametrize(
    "document", [TAGS, {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": GRAPH}]
)
def test_spdx_is_read_in_all_its_forms(document: object) -> None:
    assert names(document) == ["pkg:pypi/kit@1.0"]
