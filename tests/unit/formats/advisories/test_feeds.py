"""updateinfo.xml, OVAL and CSAF: small documents in the published formats, made for these tests."""

from __future__ import annotations

import io
from typing import Any

import pytest

from auditor.formats.advisories import Advisory, AdvisoryError, Losses, csaf, oval, updateinfo

UPDATEINFO = """<?xml version="1.0"?>
<updates>
 <update from="x" type="security" status="final" version="1">
  <id>openEuler-SA-2099-1001</id><title>openssl security update</title><severity>Important</severity>
  <release>openEuler</release><issued date="2026-10-01 08:00:00"/>
  <references>
   <reference href="https://example.invalid/1" id="CVE-2099-1" title="CVE-2099-1" type="cve"/>
   <reference href="https://example.invalid/2" id="CVE-2099-2" title="CVE-2099-2" type="cve"/>
  </references>
  <description>Made up</description>
  <pkglist><collection short="openEuler-22.03-LTS-SP3"><name>openEuler-22.03-LTS-SP3</name>
   <package arch="x86_64" name="openssl" epoch="1" version="1.1.1m" release="16.oe2203sp3"/>
   <package arch="src" name="openssl" epoch="1" version="1.1.1m" release="16.oe2203sp3"><filename>f</filename></package>
  </collection></pkglist>
 </update>
 <update type="bugfix" status="final"><id>openEuler-BA-1</id></update>
 <update type="security" status="final">
  <id>ANSA-2099:1</id><issued date="2026-10-01"/>
  <pkglist><collection><name>Anolis OS 8</name>
   <module name="nodejs" stream="18" version="8080" context="x" arch="x86_64"/>
   <package arch="x86_64" name="nodejs" version="18.19.0" release="2.module+an8+1"/>
  </collection></pkglist>
 </update>
</updates>"""

OVAL = """<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5"
 xmlns:r="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux">
 <definitions>
  <definition id="oval:x:def:1" class="patch" version="1">
   <metadata><title>ALSA-2099:1</title>
    <affected family="unix"><platform>AlmaLinux 8</platform></affected>
    <reference ref_id="ALSA-2099:1" ref_url="https://example.invalid" source="ALSA"/>
    <reference ref_id="CVE-2099-7" source="CVE"/>
    <description>made up</description>
    <advisory><severity>Moderate</severity><issued date="2026-10-01"/>
     <cve cvss3="7.5/CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N">CVE-2099-7</cve></advisory>
   </metadata>
   <criteria operator="AND"><criterion comment="AlmaLinux 8 is installed" test_ref="t0"/>
    <criterion comment="Module nodejs:18 is enabled" test_ref="t9"/>
    <criteria operator="OR"><criterion comment="earlier" test_ref="t1"/></criteria></criteria>
  </definition>
 </definitions>
 <tests><r:rpminfo_test id="t1"><r:object object_ref="o1"/><r:state state_ref="s1"/></r:rpminfo_test></tests>
 <objects><r:rpminfo_object id="o1"><r:name>nodejs</r:name></r:rpminfo_object></objects>
 <states><r:rpminfo_state id="s1">
  <r:evr datatype="evr_string" operation="less than">1:18.19.0-1.module_el8</r:evr></r:rpminfo_state></states>
</oval_definitions>"""


def of_updateinfo(text: str) -> tuple[list[Advisory], Losses]:
    losses = Losses()
    return list(updateinfo.advisories(io.BytesIO(text.encode()), losses)), losses


def test_updateinfo_gives_one_advisory_a_cve_with_epoch_and_service_pack() -> None:
    found, _losses = of_updateinfo(UPDATEINFO)

    assert [each.id for each in found] == ["CVE-2099-1", "CVE-2099-2", "ANSA-2099:1"]
    affected = found[0].affected[0]
    assert affected.release is not None
    assert (affected.release.id, affected.release.version) == ("openeuler", "22.03-lts-sp3")
    assert affected.ranges[0].constraint == "<1:1.1.1m-16.oe2203sp3"
    assert found[0].severities == (("word", "high"),)


def test_updateinfo_keeps_the_module_stream() -> None:
    assert of_updateinfo(UPDATEINFO)[0][2].affected[0].module == "nodejs:18"


def test_oval_gives_package_stream_and_score() -> None:
    (found,) = oval.advisories(io.BytesIO(OVAL.encode()), Losses())

    assert (found.id, found.aliases) == ("CVE-2099-7", ("ALSA-2099:1",))
    assert found.affected[0].module == "nodejs:18"
    assert found.affected[0].ranges[0].fixed == "1:18.19.0-1.module_el8"
    assert found.severities[0][0] == "CVSS_V3"


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><updates><update><id>&b;</id></update></updates>'


@pytest.mark.parametrize(
    "text",
    [BOMB, "<updates><update>", "no xml", "<other/>", "<updates>" + "<a>" * 100 + "</a>" * 100 + "</updates>"],
)
@pytest.mark.parametrize("reader", [updateinfo.advisories, oval.advisories])
def test_hostile_xml_is_refused(text: str, reader: Any) -> None:  # noqa: ANN401
    with pytest.raises(AdvisoryError):
        list(reader(io.BytesIO(text.encode()), Losses()))


def document(**changed: object) -> dict[str, Any]:
    value: dict[str, Any] = {
        "document": {
            "csaf_version": "2.0",
            "category": "csaf_security_advisory",
            "title": "made up",
            "publisher": {"name": "openEuler"},
            "aggregate_severity": {"text": "Important"},
            "tracking": {
                "id": "openEuler-SA-2099-2",
                "initial_release_date": "2026-10-01T00:00:00Z",
                "current_release_date": "2026-10-02T00:00:00Z",
            },
        },
        "product_tree": {
            "branches": [
                {
                    "category": "vendor",
                    "name": "openEuler",
                    "branches": [
                        {
                            "category": "product_name",
                            "name": "openEuler-22.03-LTS-SP3",
                            "product": {"product_id": "OS", "name": "openEuler-22.03-LTS-SP3"},
                        },
                        {
                            "category": "product_version",
                            "name": "openssl-1.1.1m-16.oe2203sp3.x86_64.rpm",
                            "product": {
                                "product_id": "P1",
                                "name": "openssl-1.1.1m-16.oe2203sp3.x86_64.rpm",
                                "product_identification_helper": {
                                    "purl": "pkg:rpm/openeuler/openssl@1.1.1m-16.oe2203sp3?arch=x86_64&epoch=1"
                                },
                            },
                        },
                    ],
                }
            ],
            "relationships": [
                {
                    "category": "default_component_of",
                    "product_reference": "P1",
                    "relates_to_product_reference": "OS",
                    "full_product_name": {"product_id": "OS:P1", "name": "openssl of openEuler"},
                }
            ],
        },
        "vulnerabilities": [
            {
                "cve": "CVE-2099-3",
                "product_status": {"fixed": ["OS:P1"]},
                "scores": [
                    {"products": ["OS:P1"], "cvss_v3": {"vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}
                ],
            }
        ],
    }
    return value | changed


def test_csaf_gives_the_fixed_package_of_the_platform() -> None:
    (found,) = csaf.advisories(document(), Losses())

    affected = found.affected[0]
    assert affected.release is not None
    assert (found.id, found.aliases, affected.name) == ("CVE-2099-3", ("openEuler-SA-2099-2",), "openssl")
    assert affected.release.version == "22.03-lts-sp3"
    assert affected.ranges[0].constraint == "<1:1.1.1m-16.oe2203sp3"


def test_csaf_product_that_the_document_does_not_explain_is_told_of() -> None:
    losses = Losses()

    found = csaf.advisories(
        document(vulnerabilities=[{"cve": "CVE-2099-3", "product_status": {"fixed": ["nobody"]}}]), losses
    )

    assert found == []
    assert losses.counts["a product id that the document does not explain"] == 1


@pytest.mark.parametrize(
    "value", [{}, [], {"document": {"csaf_version": "1.0"}}, {"document": {"csaf_version": "2.0"}}]
)
def test_what_is_no_csaf_is_refused(value: object) -> None:
    with pytest.raises(AdvisoryError):
        csaf.advisories(value, Losses())
