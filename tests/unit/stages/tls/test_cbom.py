"""The crypto inventory: valid CycloneDX 1.6, SM families by name, what is foreign where SM is due."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from auditor.model.artefact import Artefact
from auditor.model.fact import Facts, Origin
from auditor.model.system import Part, System
from auditor.stages.code.facts import CodeMatch
from auditor.stages.image.facts import ImageFile
from auditor.stages.sbom.facts import Component
from auditor.stages.tls.cbom import algorithms
from tests.unit.stages.tls.test_endpoints import STAGE, observed

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.tools.loopback import Listener
    from tests.unit.stages.tls.conftest import Material


def inventory(where: str, **options: object) -> dict[str, Any]:
    _facts, items, _system = observed(where, **options)
    (found,) = [each for each in items if isinstance(each, Artefact) and each.name.endswith(".cdx.json")]
    text = found.data.decode()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    made: dict[str, Any] = json.loads(text)
    return made


def named(made: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        each["name"]: {one["name"]: one["value"] for one in each.get("properties", ())} for each in made["components"]
    }


def test_sm_endpoint_is_listed_by_its_families(tlcp: Callable[..., Listener], material: Material) -> None:
    found = named(inventory(f"localhost:{tlcp().port}", profile="sm-only", trust=(str(material.folder / "root.pem"),)))

    assert {"SM2", "SM3", "SM4", "SM2-with-SM3", "TLCP 1.1", "CN=localhost"} <= found.keys()
    assert not [name for name, said in found.items() if said.get("auditor:foreign-where-sm-due") == "true"]


def test_hybrid_group_makes_the_key_agreement_ready(rfc8998: Callable[..., Listener]) -> None:
    made = inventory(f"localhost:{rfc8998().port}", profile="sm-only")

    said = {each["name"]: each["value"] for each in made["metadata"]["properties"]}
    assert said == {"auditor:sm-due": "true", "auditor:post-quantum-key-agreement": "hybrid"}
    assert "ML-KEM-768" in named(made)


def test_international_algorithms_are_foreign_where_sm_is_due(international: Callable[..., Listener]) -> None:
    listener = international()

    due = named(inventory(f"localhost:{listener.port}", profile="sm-only"))
    free = named(inventory(f"localhost:{listener.port}", profile="international-modern"))

    assert due["AES-256"]["auditor:foreign-where-sm-due"] == "true"
    assert free["AES-256"]["auditor:foreign-where-sm-due"] == "false"


def test_suites_are_taken_apart() -> None:
    assert [each.name for each in algorithms("ECC_SM4_GCM_SM3")] == ["SM4", "SM3", "SM2"]
    assert [each.name for each in algorithms("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")] == ["AES-256", "SHA-384", "ECDH"]
    assert [each.name for each in algorithms("curveSM2MLKEM768")] == ["SM2", "ML-KEM-768"]


def test_code_and_images_of_the_same_system_are_in_the_inventory(international: Callable[..., Listener]) -> None:
    code, image = Origin(part="code=src", file="a.py", line=7), Origin(part="image=oci:x")
    known = Facts(
        (
            CodeMatch(
                subject="a.py",
                origin=code,
                rule="crypto-md5-not-used",
                tool="semgrep",
                capability="weak-hash",
                evidence="hashlib.md5(data)",
                snippet="",
            ),
            *(
                Component(
                    subject=f"pkg:deb/debian/{name}@3.0",
                    origin=image,
                    name=name,
                    version="3.0",
                    type="deb",
                    purl=f"pkg:deb/debian/{name}@3.0",
                )
                for name in ("openssl", "bash")
            ),
            ImageFile(subject="srv/tls.key", origin=image, image="linux/amd64", trait="secret", what="private key"),
        )
    )
    part = Part(kind="tls", where=f"localhost:{international().port}", options={"profile": "sm-only"})

    items = list(STAGE.observe(System(name="joined", parts=(part,)), known))

    (found,) = [each for each in items if isinstance(each, Artefact) and each.name.endswith(".cdx.json")]
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(found.data.decode()) is None
    made = {each["name"]: each for each in json.loads(found.data)["components"]}
    assert made["MD5"]["evidence"]["occurrences"] == [{"location": "a.py", "line": 7}]
    assert made["openssl"]["version"] == "3.0"
    assert made["private key"]["evidence"]["occurrences"] == [{"location": "srv/tls.key"}]
    assert "bash" not in made
