"""CycloneDX in XML is the same document as in JSON: held against a writer of others, which writes both."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType, Pedigree
from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence
from cyclonedx.model.contact import OrganizationalContact, OrganizationalEntity
from cyclonedx.model.impact_analysis import ImpactAnalysisJustification, ImpactAnalysisState
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.model.tool import Tool
from cyclonedx.model.vulnerability import (
    BomTarget,
    Vulnerability,
    VulnerabilityAnalysis,
    VulnerabilityRating,
    VulnerabilitySource,
)
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from auditor.formats import cyclonedx, cyclonedx_xml
from auditor.formats.sbom import SbomFormatError

if TYPE_CHECKING:
    from typing import Any

HEAD = '<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">'


def written(version: SchemaVersion) -> tuple[dict[str, Any], bytes]:
    """Return one document in both forms, by the library of the publisher of the format."""
    inner = Component(name="inner", version="3", type=ComponentType.LIBRARY, bom_ref="inner")
    kit = Component(
        name="kit",
        version="1.0",
        group="org.example",
        bom_ref="kit",
        description=" two  words ",
        purl=PackageURL("maven", "org.example", "kit", "1.0"),
        cpe="cpe:2.3:a:example:kit:1.0:*:*:*:*:*:*:*",
        supplier=OrganizationalEntity(
            name="Example", urls=[XsUri("https://a.invalid"), XsUri("https://b.invalid")],
            contacts=[OrganizationalContact(name="Li", email="li@example.invalid")],
        ),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content="ab" * 32)],
        licenses=[DisjunctiveLicense(id="MIT")],
        external_references=[ExternalReference(type=ExternalReferenceType.VCS, url=XsUri("https://git.invalid"))],
        properties=[Property(name="syft:package:type", value="java-archive"), Property(name="empty", value="")],
        pedigree=Pedigree(ancestors=[Component(name="old", version="0.9")], notes="a fork"),
        evidence=ComponentEvidence(occurrences=[Occurrence(location="/opt/kit.jar")]),
        components=[inner],
    )  # fmt: skip
    other = Component(name="other", version="2", bom_ref="other", licenses=[LicenseExpression("MIT OR Apache-2.0")])
    bom = Bom(
        components=[kit, other],
        vulnerabilities=[
            Vulnerability(
                id="CVE-2099-1",
                bom_ref="v",
                source=VulnerabilitySource(name="NVD", url=XsUri("https://nvd.invalid")),
                ratings=[
                    VulnerabilityRating(score=Decimal("9.8"), vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
                ],
                cwes=[79],
                affects=[BomTarget(ref="kit")],
                analysis=VulnerabilityAnalysis(
                    state=ImpactAnalysisState.NOT_AFFECTED,
                    justification=ImpactAnalysisJustification.CODE_NOT_REACHABLE,
                    detail="never called",
                ),
            )
        ],
    )
    bom.metadata.timestamp = datetime(2026, 11, 28, tzinfo=UTC)
    bom.metadata.component = Component(name="app", type=ComponentType.APPLICATION, bom_ref="app")
    bom.metadata.authors = [OrganizationalContact(name="Wang")]
    bom.metadata.tools.tools.add(Tool(vendor="Example", name="maker", version="1"))
    bom.register_dependency(bom.metadata.component, [kit, other])
    bom.register_dependency(kit, [inner])
    in_json = make_outputter(bom, OutputFormat.JSON, version).output_as_string()
    in_xml = make_outputter(bom, OutputFormat.XML, version).output_as_string()
    value: dict[str, Any] = json.loads(in_json)
    return value, in_xml.encode()


VERSIONS = [each for each in SchemaVersion if each >= SchemaVersion.V1_2]


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.name)
def test_both_forms_of_a_document_are_one_value(version: SchemaVersion) -> None:
    in_json, in_xml = written(version)

    value, unknown = cyclonedx_xml.value_of(in_xml)

    in_json.pop("$schema")
    for row in in_json.get("vulnerabilities", ()):  # the library writes a text where the schema asks for a number
        row["ratings"][0]["score"] = float(row["ratings"][0]["score"])
    assert value == in_json
    assert unknown == ()
    assert cyclonedx.schema_faults(value, version.to_version()) == []


def test_what_the_schema_forbids_is_told_of_xml_too() -> None:
    value, unknown = cyclonedx_xml.value_of(
        f'{HEAD}<components><component type="toy"><name>x</name></component></components></bom>'.encode()
    )

    assert unknown == ()
    assert [fault.place for fault in cyclonedx.schema_faults(value, "1.6")] == ["/components/0/type"]


def test_element_of_another_form_is_named() -> None:
    data = f'{HEAD}<formulation><formula bom-ref="x"><workflows/></formula></formulation></bom>'.encode()

    assert "formulation" in cyclonedx_xml.value_of(data)[1]


def test_extension_of_another_namespace_is_passed_over() -> None:
    data = f'{HEAD}<x:note xmlns:x="urn:x">y</x:note></bom>'.encode()

    value, unknown = cyclonedx_xml.value_of(data)

    assert (sorted(value), unknown) == (["bomFormat", "specVersion", "version"], ())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<bom", "not XML"),
        (b"<bom/>", "unknown schema"),
        (b"<html></html>", "unknown schema"),
        (b'<?xml version="1.0" encoding="nothing"?><bom/>', "not XML"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><bom>&b;</bom>', "document type"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><bom/>', "document type"),
        (f"{HEAD}{'<components><component>' * 300}".encode(), "nested too deep"),
        (HEAD.replace('version="1">', 'version="one"></bom>').encode(), "malformed"),
        (b"<?xml version='1.0'?>", "not XML"),
        (b"<\xff\xfe", "not XML"),
    ],
)
def test_hostile_or_foreign_xml_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(SbomFormatError) as caught:
        cyclonedx_xml.value_of(data)

    assert caught.value.reason == reason
