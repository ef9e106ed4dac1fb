# ruff: noqa: E501 - tables
"""What the stage makes of tools and documents in trouble: a gap or a clear failure, never silence."""

from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor import reasons
from auditor.errors import ToolError, ToolMissing, ToolTimeout
from auditor.formats import dsse, public_keys, sm2
from auditor.formats.sbom import SIZE_LIMIT_BYTES
from auditor.judging import judge
from auditor.model.artefact import Artefact
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.finding import Verdict
from auditor.model.record import ToolUse
from auditor.model.system import Part, System
from auditor.stages.sbom import documents
from auditor.stages.sbom.checks import checks
from auditor.stages.sbom.facts import Component, Distribution, VexStatement
from auditor.stages.sbom.observe import SbomStage
from tests.unit.stages.image.layouts import good

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "app.cdx.json"
ITEM: dict[str, Any] = {
    "type": "library",
    "bom-ref": "pkg:pypi/tabulator@1.0",
    "name": "tabulator",
    "version": "1.0",
    "purl": "pkg:pypi/tabulator@1.0",
    "supplier": {"name": "Example"},
    "licenses": [{"license": {"id": "MIT"}}],
}
BOM: dict[str, Any] = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {
        "timestamp": "2026-11-02T00:00:00Z",
        "authors": [{"name": "Example"}],
        "component": {
            "type": "application",
            "bom-ref": "root",
            "name": "app",
            "version": "1",
            "supplier": {"name": "Example"},
        },
    },
    "components": [ITEM],
    "dependencies": [{"ref": "root", "dependsOn": ["pkg:pypi/tabulator@1.0"]}],
}
SPDX: dict[str, Any] = {
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "app",
    "documentNamespace": "https://example.invalid/app",
    "creationInfo": {"created": "2026-11-02T00:00:00Z", "creators": ["Organization: Example"]},
    "packages": [
        {
            "SPDXID": "SPDXRef-a",
            "name": "app",
            "versionInfo": "1",
            "supplier": "Organization: Example",
            "downloadLocation": "NOASSERTION",
        },
        {
            "SPDXID": "SPDXRef-b",
            "name": "tabulator",
            "versionInfo": "1.0",
            "downloadLocation": "NOASSERTION",
            "licenseDeclared": "MIT",
            "supplier": "Organization: Example",
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": "pkg:pypi/tabulator@1.0",
                }
            ],
        },
    ],
    "relationships": [
        {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"},
        {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-b"},
    ],
}
CATALOGUE: dict[str, Any] = {
    "schema": {"version": "16.1.10"},
    "descriptor": {"name": "syft", "version": "1.51.0"},
    "source": {"name": "app", "metadata": {}},
    "distro": {"id": "debian", "versionID": "12"},
    "artifacts": [
        {
            "id": "1",
            "name": "tabulator",
            "version": "1.0",
            "type": "python",
            "purl": "pkg:pypi/tabulator@1.0",
            "locations": [{"path": "/x/METADATA"}],
            "licenses": [{"spdxExpression": "MIT"}],
        }
    ],
    "files": [],
    "artifactRelationships": [],
}


class Tool:
    """A syft that says what it is told to."""

    def __init__(self, says: object) -> None:
        self._says = says

    def use(self) -> ToolUse:
        if isinstance(self._says, ToolMissing):
            raise self._says
        return ToolUse(name="syft", version="1.51.0", digest="sha256:" + "0" * 64, is_allowed=True)

    def scan(self, source: str, scratch: Path, **_how: object) -> bytes:
        del source, scratch
        if isinstance(self._says, Exception):
            raise self._says
        return self._says if isinstance(self._says, bytes) else json.dumps(self._says).encode()


@contextmanager
def scratch() -> Iterator[Path]:
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def facts_of(
    sbom: bytes | dict[str, Any] | None,
    folder: Path,
    *,
    tool: object = CATALOGUE,
    has_image: bool = False,
    keys: tuple[public_keys.PublicKey, ...] = (),
    files: dict[str, Any] | None = None,
    **options: Any,  # noqa: ANN401 - of the part
) -> tuple[Facts, System]:
    parts = []
    folder.mkdir(exist_ok=True)
    if sbom is not None:
        (folder / NAME).write_bytes(sbom if isinstance(sbom, bytes) else json.dumps(sbom).encode())
        parts.append(Part(kind="sbom", where=str(folder / NAME), options=options))
    if has_image:
        parts.append(Part(kind="image", where=f"oci:{good(folder / 'image', **(files or {}))}"))
    system = System(name="x", parts=tuple(parts))
    stage = SbomStage(cataloguer=Tool(tool), scratch=scratch, keys=lambda _part: keys)
    seen = [each for each in stage.observe(system, Facts()) if not isinstance(each, Artefact)]
    started = RunStarted(subject="run", origin=Origin(part=parts[0].argument), at="2026-11-28T00:00:00+00:00")
    return Facts([started, *(x for x in seen if isinstance(x, Fact))], [x for x in seen if isinstance(x, Gap)]), system


def found(*given: Any, **how: Any) -> dict[tuple[str, str], Verdict]:  # noqa: ANN401 - as `facts_of`
    facts, system = facts_of(*given, **how)
    return {(each.id, each.subject): each.verdict for each in judge(checks(), facts, system).findings}


@pytest.mark.parametrize(
    "says",
    [
        ToolMissing(reasons.NOT_INSTALLED, "no syft", "syft"),
        ToolTimeout(reasons.TIME_LIMIT, "stopped after 1 s", "syft 1.51.0"),
        ToolError(reasons.FAILED, "exit code -9", "syft 1.51.0"),
        b"",
        b'{"artifacts": [',
        {"schema": {"version": "99.0"}, "artifacts": []},
        {**CATALOGUE, "artifacts": []},
    ],
    ids=["missing", "hangs", "killed", "nothing", "half a JSON", "other schema", "empty"],
)
def test_tool_in_trouble_costs_completeness_its_verdict(says: object, tmp_path: Path) -> None:
    facts, system = facts_of(BOM, tmp_path, tool=says, has_image=True)
    verdicts = {each.id: each.verdict for each in judge(checks(), facts, system).findings}

    assert verdicts["sbom-complete"] in {Verdict.NOT_ASSESSED, Verdict.FAIL}
    assert [gap for gap in facts.gaps if gap.kind == "Catalogue"]
    assert verdicts["sbom-subject"] is Verdict.FAIL


@pytest.mark.parametrize("form", [BOM, SPDX], ids=["CycloneDX", "SPDX"])
def test_good_document_passes_what_needs_no_image(form: dict[str, Any], tmp_path: Path) -> None:
    verdicts = found(form, tmp_path)

    for check in ("sbom-well-formed", "sbom-elements", "sbom-licences"):
        assert verdicts[check, NAME] is Verdict.PASS, check
    for check in ("sbom-complete", "sbom-true", "sbom-subject", "sbom-drift", "sbom-signed"):
        assert verdicts[check, NAME] is Verdict.NOT_ASSESSED, check
    assert verdicts["sbom-vex", NAME] is Verdict.NOTHING_FOUND


@pytest.mark.parametrize(
    "change",
    [
        {"components": [ITEM, ITEM]},
        {"dependencies": [{"ref": "nobody"}]},
        {"dependencies": [{"ref": "root", "dependsOn": ["root"]}]},
        {"components": [{**ITEM, "purl": "rubbish"}]},
        {"components": [{**ITEM, "hashes": [{"alg": "SHA-256", "content": "abc"}]}]},
        {"components": [{"type": "library"}]},
        {"unknown": 1},
        {"version": "one"},
    ],
)
def test_document_that_its_format_forbids_fails(change: dict[str, Any], tmp_path: Path) -> None:
    assert found({**BOM, **change}, tmp_path)["sbom-well-formed", NAME] is Verdict.FAIL


def test_components_that_need_each_other_in_a_circle_are_read(tmp_path: Path) -> None:
    circle = [{"ref": "root", "dependsOn": ["t"]}, {"ref": "t", "dependsOn": ["u"]}, {"ref": "u", "dependsOn": ["t"]}]
    items = [{**ITEM, "bom-ref": "t"}, {**ITEM, "bom-ref": "u", "name": "u", "purl": "pkg:pypi/u@1.0"}]

    verdicts = found({**BOM, "components": items, "dependencies": circle}, tmp_path)

    assert (verdicts["sbom-well-formed", NAME], verdicts["sbom-elements", NAME]) == (Verdict.PASS, Verdict.PASS)


@pytest.mark.parametrize(
    "change",
    [
        {"dataLicense": "MIT"},
        {"documentNamespace": "x#y"},
        {"packages": [*SPDX["packages"], SPDX["packages"][0]]},
        {
            "relationships": [
                {"spdxElementId": "SPDXRef-x", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-a"}
            ]
        },
        {"relationships": []},
        {"creationInfo": {}},
    ],
)
def test_spdx_that_its_format_forbids_fails(change: dict[str, Any], tmp_path: Path) -> None:
    assert found({**SPDX, **change}, tmp_path)["sbom-well-formed", NAME] is Verdict.FAIL


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"[]",
        b"{}",
        b'{"a": 1, "a": 2}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": NaN}',
    ],
)
def test_rubbish_is_not_well_formed_and_nothing_else_is_judged(data: bytes, tmp_path: Path) -> None:
    verdicts = found(data, tmp_path)

    assert verdicts["sbom-well-formed", NAME] is Verdict.FAIL
    assert set(verdicts.values()) == {Verdict.FAIL, Verdict.NOT_ASSESSED}


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6">&b;</bom>'


@pytest.mark.parametrize(
    "data",
    [BOMB, b'{"bomFormat": "CycloneDX", "specVersion": "9.9"}', b'{"spdxVersion": "SPDX-1.0"}'],
    ids=["XML with entities", "CycloneDX 9.9", "SPDX 1.0"],
)
def test_form_that_is_not_read_is_a_gap(data: bytes, tmp_path: Path) -> None:
    assert set(found(data, tmp_path).values()) == {Verdict.NOT_ASSESSED}


XML = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79">
  <metadata>
    <timestamp>2026-11-28T00:00:00Z</timestamp><authors><author><name>Wang</name></author></authors>
    <component type="application" bom-ref="root"><supplier><name>Example</name></supplier><name>app</name><version>1</version></component>
  </metadata>
  <components>
    <component type="library" bom-ref="t">
      <supplier><name>Example</name></supplier><name>tabulator</name><version>1.0</version>
      <licenses><license><id>MIT</id></license></licenses><purl>pkg:pypi/tabulator@1.0</purl>
    </component>
  </components>
  <dependencies><dependency ref="root"><dependency ref="t"/></dependency></dependencies>
</bom>
"""


def test_document_in_xml_is_read_and_judged_like_one_in_json(tmp_path: Path) -> None:
    verdicts = found(XML.encode(), tmp_path)

    checks_of_it = ("sbom-well-formed", "sbom-elements", "sbom-licences")
    assert [verdicts[check, NAME] for check in checks_of_it] == [Verdict.PASS] * 3
    facts, _system = facts_of(XML.encode(), tmp_path)
    assert [each.subject for each in facts.of(Component)] == ["pkg:pypi/tabulator@1.0"]


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ('type="library"', 'type="toy"', Verdict.FAIL),
        ('<dependency ref="t"/>', '<dependency ref="nowhere"/>', Verdict.FAIL),
        ("</components>", "", Verdict.FAIL),
        ("<components>", "<formulation><formula/></formulation><components>", Verdict.NOT_ASSESSED),
    ],
    ids=["against the schema", "reference to nothing", "no XML", "part that is not held to the schema"],
)
def test_faults_of_a_document_in_xml_are_told(old: str, new: str, verdict: Verdict, tmp_path: Path) -> None:
    assert found(XML.replace(old, new).encode(), tmp_path)["sbom-well-formed", NAME] is verdict


def test_document_of_more_than_is_read_here_is_a_gap(tmp_path: Path) -> None:
    with (tmp_path / NAME).open("wb") as file:
        file.write(json.dumps(BOM).encode())
        file.truncate(SIZE_LIMIT_BYTES + 1)  # a hole: it takes no room on disk
    system = System(name="x", parts=(Part(kind="sbom", where=str(tmp_path / NAME)),))

    items = list(SbomStage(cataloguer=Tool(CATALOGUE), scratch=scratch).observe(system, Facts()))

    assert {each.reason for each in items if isinstance(each, Gap)} == {"too large"}


def test_key_given_twice_is_not_well_formed(tmp_path: Path) -> None:
    data = json.dumps(BOM).replace('"version": 1,', '"version": 1, "version": 2,').encode()

    assert found(data, tmp_path)["sbom-well-formed", NAME] is Verdict.FAIL


def test_components_and_distribution_are_facts(tmp_path: Path) -> None:
    system = {"type": "operating-system", "bom-ref": "os", "name": "kylin", "version": "V10"}
    facts, _system = facts_of({**BOM, "components": [ITEM, system]}, tmp_path)

    assert [(each.subject, each.type, each.is_declared) for each in facts.of(Component)] == [
        ("pkg:pypi/tabulator@1.0", "python", True)
    ]
    assert [(each.id, each.version) for each in facts.of(Distribution)] == [("kylin", "V10")]


def test_image_alone_gives_catalogued_components(tmp_path: Path) -> None:
    facts, _system = facts_of(None, tmp_path, has_image=True)

    assert [(each.subject, each.is_declared) for each in facts.of(Component)] == [("pkg:pypi/tabulator@1.0", False)]
    assert [(each.id, each.version) for each in facts.of(Distribution)] == [("debian", "12")]


@pytest.mark.parametrize(
    ("declared", "is_there"),
    [
        ("pkg:pypi/Tabulator@1.0", True),
        ("pkg:pypi/tabulator@1.0?extension=tar.gz", True),
        ("pkg:pypi/tabulator@1.1", False),
        ("pkg:npm/tabulator@1.0", False),
        ("", True),
    ],
)
def test_one_thing_spelled_otherwise_is_the_same_thing(declared: str, is_there: bool, tmp_path: Path) -> None:  # noqa: FBT001
    item = {**ITEM, "purl": declared} if declared else {key: value for key, value in ITEM.items() if key != "purl"}
    verdicts = found({**BOM, "components": [item]}, tmp_path, has_image=True)

    named = {
        subject
        for (check, subject), verdict in verdicts.items()
        if check == "sbom-complete" and verdict is Verdict.FAIL
    }
    assert (declared or "tabulator@1.0") in named or is_there
    assert ("pkg:pypi/tabulator@1.0" in named) is not is_there


@pytest.mark.parametrize(
    ("licences", "verdict"),
    [
        ([{"license": {"id": "MIT"}}], Verdict.PASS),
        ([{"expression": "MIT OR AGPL-3.0-only"}], Verdict.PASS),
        ([{"expression": "MIT AND AGPL-3.0-only"}], Verdict.FAIL),
        ([{"license": {"id": "MIT"}}, {"license": {"id": "SSPL-1.0"}}], Verdict.FAIL),
        ([{"license": {"id": "BUSL-1.1"}}], Verdict.FAIL),
        ([{"license": {"name": "MIT with Commons Clause"}}], Verdict.FAIL),
        ([{"license": {"name": "Something Else"}}], Verdict.FAIL),
        ([{"expression": "GPL-2.0-only WITH Classpath-exception-2.0"}], Verdict.PASS),
        ([{"license": {"id": "GPL-3.0-only"}}], Verdict.FAIL),
        ([], Verdict.FAIL),
    ],
)
def test_licences_by_the_policy(licences: list[Any], verdict: Verdict, tmp_path: Path) -> None:
    verdicts = found({**BOM, "components": [{**ITEM, "licenses": licences}]}, tmp_path)

    subject = NAME if verdict is Verdict.PASS else ITEM["purl"]
    assert verdicts.get(("sbom-licences", subject)) is verdict


def test_missing_element_is_named_with_its_numbers(tmp_path: Path) -> None:
    item = {key: value for key, value in ITEM.items() if key not in {"supplier", "version"}}
    verdicts = found({**BOM, "components": [item]}, tmp_path)

    assert verdicts["sbom-elements", f"{NAME}: ntia-2021 supplier"] is Verdict.FAIL
    assert verdicts["sbom-elements", f"{NAME}: ntia-2021 version"] is Verdict.FAIL
    assert ("sbom-elements", NAME) not in verdicts


SIGNER, OTHER = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()


def public(key: ed25519.Ed25519PrivateKey, name: str = "release.pub") -> public_keys.PublicKey:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return public_keys.load(key.public_key().public_bytes(serialization.Encoding.PEM, form), name)


def enveloped(bom: dict[str, Any], *signers: Any, digest: str = "ab" * 32) -> bytes:  # noqa: ANN401 - functions
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "app", "digest": {"sha256": digest}}],
        "predicateType": "https://cyclonedx.org/bom",
        "predicate": bom,
    }
    payload = json.dumps(statement).encode()
    message = dsse.pae(dsse.IN_TOTO, payload)
    return dsse.envelope(dsse.IN_TOTO, payload, [dsse.Signature("", sign(message)) for sign in signers])


def test_signature_of_a_trusted_key_is_needed(tmp_path: Path) -> None:
    signed = enveloped(BOM, SIGNER.sign)
    trusted, stranger = (public(SIGNER),), (public(OTHER),)

    assert found(signed, tmp_path, keys=trusted)["sbom-signed", NAME] is Verdict.PASS
    assert found(signed, tmp_path, keys=stranger)["sbom-signed", NAME] is Verdict.FAIL
    assert found(signed, tmp_path)["sbom-signed", NAME] is Verdict.NOT_ASSESSED
    assert found(BOM, tmp_path, keys=trusted, signed=True)["sbom-signed", NAME] is Verdict.FAIL
    assert found(BOM, tmp_path)["sbom-signed", NAME] is Verdict.NOT_ASSESSED


def test_one_good_signature_of_two_is_enough_and_one_changed_byte_is_too_much(tmp_path: Path) -> None:
    two = enveloped(BOM, OTHER.sign, SIGNER.sign)
    changed = json.loads(two)
    changed["payload"] = base64.b64encode(base64.b64decode(changed["payload"]).replace(b"Example", b"example")).decode()

    assert found(two, tmp_path, keys=(public(SIGNER),))["sbom-signed", NAME] is Verdict.PASS
    broken = json.dumps(changed).encode()
    assert found(broken, tmp_path, keys=(public(SIGNER),))["sbom-signed", NAME] is Verdict.FAIL


def test_statement_about_another_image_is_not_about_this_one(tmp_path: Path) -> None:
    folder = good(tmp_path / "own")
    manifest = json.loads((folder / "index.json").read_text())["manifests"][0]["digest"]
    inner = {**BOM, "metadata": {**BOM["metadata"], "component": {**BOM["metadata"]["component"], "version": manifest}}}

    def answer(name: str, document: bytes) -> Verdict:
        return found(document, tmp_path / name, has_image=True, keys=(public(SIGNER),))["sbom-subject", NAME]

    assert answer("bare", json.dumps(inner).encode()) is Verdict.PASS
    assert answer("same", enveloped(inner, SIGNER.sign, digest=manifest[7:])) is Verdict.PASS
    assert answer("only outside", enveloped(BOM, SIGNER.sign, digest=manifest[7:])) is Verdict.PASS
    assert answer("other", enveloped(inner, SIGNER.sign)) is Verdict.FAIL


def test_sm2_signs_as_well(tmp_path: Path) -> None:
    secret = sm2.generate_private_key()
    key = public_keys.load(sm2.spki(sm2.public_key(secret)), "sm2.pub")

    signed = enveloped(BOM, lambda message: sm2.sign(secret, message))

    assert found(signed, tmp_path, keys=(key,))["sbom-signed", NAME] is Verdict.PASS


VEX: dict[str, Any] = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "author": "Example",
    "timestamp": "2026-11-20T00:00:00Z",
    "statements": [
        {
            "vulnerability": {"name": "CVE-2099-1"},
            "products": [{"@id": "pkg:pypi/tabulator"}],
            "status": "not_affected",
            "justification": "vulnerable_code_not_present",
        }
    ],
}


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, Verdict.PASS),
        ({"products": [{"@id": "pkg:pypi/other"}]}, Verdict.FAIL),
        ({"products": [{"@id": "pkg:pypi/tabulator@2.0"}]}, Verdict.FAIL),
        ({"products": [{"@id": "pkg:npm/tabulator@1.0"}]}, Verdict.FAIL),
        ({"justification": ""}, Verdict.FAIL),
        ({"status": "trust me"}, Verdict.FAIL),
        ({"timestamp": "2026-01-01T00:00:00Z"}, Verdict.FAIL),
    ],
)
def test_vex_statement_is_held_to_what_makes_it_honest(
    change: dict[str, Any], verdict: Verdict, tmp_path: Path
) -> None:
    document = {**VEX, "statements": [{**VEX["statements"][0], **change}]}
    (tmp_path / "vex.json").write_text(json.dumps(document))

    facts, system = facts_of(BOM, tmp_path, vex=(str(tmp_path / "vex.json"),))

    (statement,) = facts.of(VexStatement)
    verdicts = {each.subject: each.verdict for each in judge(checks(), facts, system).findings if each.id == "sbom-vex"}
    assert verdicts == {NAME if verdict is Verdict.PASS else statement.subject: verdict}


def test_tag_value_says_the_same_as_json(tmp_path: Path) -> None:
    text = """SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: app
DocumentNamespace: https://example.invalid/app
Creator: Organization: Example
Created: 2026-11-02T00:00:00Z
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
Relationship: SPDXRef-a DEPENDS_ON SPDXRef-b

PackageName: app
SPDXID: SPDXRef-a
PackageVersion: 1
PackageSupplier: Organization: Example
PackageDownloadLocation: NOASSERTION

PackageName: tabulator
SPDXID: SPDXRef-b
PackageVersion: 1.0
PackageSupplier: Organization: Example
PackageDownloadLocation: NOASSERTION
PackageLicenseDeclared: MIT
PackageComment: <text>over
two lines</text>
ExternalRef: PACKAGE-MANAGER purl pkg:pypi/tabulator@1.0
"""
    one, other = documents.read(text.encode()).bom, documents.read(json.dumps(SPDX).encode()).bom

    assert one is not None
    assert other is not None
    assert (one.items, one.subject, one.dependencies, one.faults) == (
        other.items,
        other.subject,
        other.dependencies,
        [],
    )
    assert found(text.encode(), tmp_path)["sbom-well-formed", NAME] is Verdict.PASS


def test_spdx_3_is_read() -> None:
    graph = [
        {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-11-02T00:00:00Z", "createdBy": ["urn:o"]},
        {"type": "Organization", "spdxId": "urn:o", "name": "Example"},
        {"type": "SpdxDocument", "spdxId": "urn:d", "name": "app", "rootElement": ["urn:a"]},
        {"type": "software_Package", "spdxId": "urn:a", "name": "app"},
        {"type": "software_Package", "spdxId": "urn:b", "name": "tabulator", "software_packageVersion": "1.0",
         "software_packageUrl": "pkg:pypi/tabulator@1.0", "suppliedBy": "urn:o"},
        {"type": "simplelicensing_LicenseExpression", "spdxId": "urn:l", "simplelicensing_licenseExpression": "MIT"},
        {"type": "Relationship", "spdxId": "urn:r", "from": "urn:a", "to": ["urn:b"], "relationshipType": "dependsOn"},
        {"type": "Relationship", "spdxId": "urn:s", "from": "urn:b", "to": ["urn:l"], "relationshipType": "hasDeclaredLicense"},
    ]  # fmt: skip
    value = {"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": graph}

    bom = documents.read(json.dumps(value).encode()).bom

    assert bom is not None
    (item,) = bom.items
    assert (item.purl, item.supplier, item.licences) == ("pkg:pypi/tabulator@1.0", "Example", ("MIT",))
    assert (bom.authors, bom.faults) == (["Example"], [])


def test_model_that_stands_there_as_a_file_is_accounted_for(tmp_path: Path) -> None:
    model = {
        "id": "2",
        "name": "app",
        "version": "UNKNOWN",
        "type": "model",
        "purl": "",
        "locations": [{"path": "/srv/m.gguf"}],
    }
    tool = {**CATALOGUE, "artifacts": [*CATALOGUE["artifacts"], model]}
    file = {"type": "file", "bom-ref": "f", "name": "/srv/m.gguf"}

    listed = found({**BOM, "components": [ITEM, file]}, tmp_path / "a", tool=tool, has_image=True)
    unlisted = found(BOM, tmp_path / "b", tool=tool, has_image=True)

    assert ("sbom-complete", "app@UNKNOWN") not in listed
    assert unlisted["sbom-complete", "app@UNKNOWN"] is Verdict.FAIL


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda each: st.lists(each, max_size=3)
    | st.dictionaries(st.sampled_from([*BOM, *SPDX, *ITEM, "hashes", "licenses", "license", "@graph", "@context"]), each, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    value=JSON,
    head=st.sampled_from([{}, {"bomFormat": "CycloneDX", "specVersion": "1.6"}, {"spdxVersion": "SPDX-2.3"}]),
)
def test_any_document_is_read_or_refused(value: Any, head: dict[str, Any]) -> None:  # noqa: ANN401 - any JSON
    documents.read(json.dumps({**(value if isinstance(value, dict) else {}), **head}).encode())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    documents.read(data)
    documents.read(b"SPDXVersion: SPDX-2.3\n" + data)


@pytest.mark.parametrize("supplier", [None, "NOASSERTION"])
def test_what_is_described_needs_a_supplier_like_each_component(supplier: str | None, tmp_path: Path) -> None:
    root, *others = SPDX["packages"]
    said = {key: value for key, value in {**root, "supplier": supplier}.items() if value is not None}
    facts, system = facts_of({**SPDX, "packages": [said, *others]}, tmp_path)
    found = {each.subject: each for each in judge(checks(), facts, system).findings if each.id == "sbom-elements"}
    assert list(found) == [f"{NAME}: ntia-2021 supplier"]
    assert "app@1" in found[f"{NAME}: ntia-2021 supplier"].detail.en


def test_dependencies_may_name_services(tmp_path: Path) -> None:
    services = [{"bom-ref": "api", "name": "api", "services": [{"bom-ref": "inner", "name": "inner"}]}]
    dependencies = [{"ref": "root", "dependsOn": ["api", "inner", *BOM["dependencies"][0]["dependsOn"]]}]
    for listed, verdict in ((services, Verdict.PASS), ([], Verdict.FAIL)):
        facts, system = facts_of({**BOM, "services": listed, "dependencies": dependencies}, tmp_path)
        found = [each.verdict for each in judge(checks(), facts, system).findings if each.id == "sbom-well-formed"]
        assert found == [verdict]


@pytest.mark.parametrize(
    ("said", "texts", "verdict"),
    [
        ("LicenseRef-own", [{"licenseId": "LicenseRef-own", "extractedText": "x"}], Verdict.PASS),
        ("LicenseRef-own", [], Verdict.FAIL),
        ("MIT OR LicenseRef-own", [], Verdict.FAIL),
        ("DocumentRef-other:LicenseRef-own", [], Verdict.PASS),
    ],
)
def test_licence_of_the_document_has_to_stand_in_it(
    said: str, texts: list[dict[str, str]], verdict: Verdict, tmp_path: Path
) -> None:
    root, item = SPDX["packages"]
    document = {**SPDX, "packages": [root, {**item, "licenseDeclared": said}], "hasExtractedLicensingInfos": texts}
    facts, system = facts_of(document, tmp_path)
    assert [e.verdict for e in judge(checks(), facts, system).findings if e.id == "sbom-well-formed"] == [verdict]


@pytest.mark.parametrize(
    ("path", "location", "is_open"),
    [
        ("srv/app/package-lock.json", "/srv/app/node_modules/left/package.json", False),
        ("srv/app/package-lock.json", "/srv/other/node_modules/left/package.json", True),
        ("srv/app/uv.lock", "/srv/app/node_modules/left/package.json", True),
    ],
)
def test_lock_file_whose_components_were_not_catalogued_leaves_completeness_open(
    path: str, location: str, *, is_open: bool, tmp_path: Path
) -> None:
    said = {"id": "2", "name": "left", "version": "1.0.0", "type": "npm", "purl": "pkg:npm/left@1.0.0"}
    left = {**said, "locations": [{"path": location}]}
    catalogue = {**CATALOGUE, "artifacts": [*CATALOGUE["artifacts"], left]}
    named = {"type": "library", "bom-ref": "left", "name": "left", "version": "1.0.0", "purl": "pkg:npm/left@1.0.0"}
    document = {**BOM, "components": [*BOM["components"], named]}
    facts, system = facts_of(document, tmp_path, tool=catalogue, has_image=True, files={path: "{}"})
    verdicts = [each.verdict for each in judge(checks(), facts, system).findings if each.id == "sbom-complete"]
    reasons = {gap.reason for gap in facts.gaps if gap.topic == "complete"}
    assert ("lock file not read" in reasons) is is_open
    assert (Verdict.PASS in verdicts) is False or not is_open


def test_nothing_beside_nothing_proves_nothing(tmp_path: Path) -> None:
    empty = {**{key: BOM[key] for key in ("bomFormat", "specVersion", "metadata")}, "components": []}
    facts, system = facts_of(empty, tmp_path, tool={**CATALOGUE, "artifacts": []}, has_image=True)
    verdicts = {each.verdict for each in judge(checks(), facts, system).findings if each.id == "sbom-complete"}
    assert Verdict.PASS not in verdicts
    assert "nothing catalogued" in {gap.reason for gap in facts.gaps if gap.topic == "complete"}


@pytest.mark.parametrize("change", [{"documentDescribes": 5}, {"creationInfo": {"creators": 5}}, {"packages": 5}])
def test_field_of_another_type_breaks_nothing(change: dict[str, Any], tmp_path: Path) -> None:
    facts, system = facts_of({**SPDX, **change}, tmp_path)
    verdicts = [each.verdict for each in judge(checks(), facts, system).findings if each.id == "sbom-well-formed"]
    assert verdicts in ([Verdict.FAIL], [Verdict.PASS])
