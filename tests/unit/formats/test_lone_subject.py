"""What a document describes is one of its components where it is a package of its own."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.formats import cyclonedx, spdx

KIT = "pkg:pypi/kit@1.0"


def cdx(purl: str, *more: dict[str, Any]) -> dict[str, Any]:
    root = {"type": "library", "bom-ref": "root", "name": "kit", "version": "1.0", **({"purl": purl} if purl else {})}
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"component": root}, "components": [*more]}


def package(name: str) -> dict[str, Any]:
    reference = {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl"}
    return {
        "SPDXID": f"SPDXRef-{name}",
        "name": name,
        "versionInfo": "1.0",
        "externalRefs": [{**reference, "referenceLocator": f"pkg:pypi/{name}@1.0"}],
    }


def spdx2(described: int, *names: str) -> dict[str, Any]:
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "documentDescribes": [f"SPDXRef-{name}" for name in names[:described]],
        "packages": [package(name) for name in names],
    }


def spdx3(roots: int, *names: str) -> dict[str, Any]:
    graph: list[dict[str, Any]] = [
        {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1"},
        {"type": "SpdxDocument", "spdxId": "urn:d", "rootElement": [f"urn:{name}" for name in names[:roots]]},
    ]
    for name in names:
        row = {"type": "software_Package", "spdxId": f"urn:{name}", "name": name, "software_packageVersion": "1.0"}
        graph.append({**row, "software_packageUrl": f"pkg:pypi/{name}@1.0"})
    return {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}


def test_a_library_that_is_described_alone_is_a_component() -> None:
    assert [each.purl for each in cyclonedx.read(cdx(KIT)).items] == [KIT]
    assert [each.name for each in spdx.read(spdx2(1, "kit")).items] == ["kit"]
    assert [each.name for each in spdx.read3(spdx3(1, "kit")).items] == ["kit"]


@pytest.mark.parametrize("purl", ["", "pkg:oci/app@sha256:00", "pkg:docker/app@1", "pkg:generic/app@1"])
def test_an_image_or_a_nameless_thing_is_none(purl: str) -> None:
    assert not cyclonedx.read(cdx(purl)).items


def test_an_application_with_components_is_not_among_them() -> None:
    other = {"type": "library", "bom-ref": "a", "name": "other", "version": "2", "purl": "pkg:pypi/other@2"}

    assert [each.name for each in cyclonedx.read(cdx(KIT, other)).items] == ["other"]
    assert [each.name for each in spdx.read(spdx2(1, "kit", "other")).items] == ["other"]
    assert [each.name for each in spdx.read3(spdx3(1, "kit", "other")).items] == ["other"]


def test_of_several_that_are_described_none_is_left_out() -> None:
    assert {each.name for each in spdx.read(spdx2(3, "one", "two", "three")).items} == {"one", "two", "three"}
    assert {each.name for each in spdx.read3(spdx3(3, "one", "two", "three")).items} == {"one", "two", "three"}
