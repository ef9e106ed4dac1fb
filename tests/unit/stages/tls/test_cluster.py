"""Certificates and keys in a cluster's objects: a good, a bad and an absent one for each check."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from auditor.formats import sm2
from auditor.formats.issuing import ENCIPHERS, SIGNS, Issued, pem
from auditor.formats.kubernetes import without_secrets
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.finding import Finding, Verdict
from auditor.model.system import Part, System
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.stages.tls.checks import checks
from tests.unit.stages.tls.conftest import NOW
from tests.unit.stages.tls.test_endpoints import verdict, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.stages.tls.conftest import Material

STAGE = KubernetesStage(charts=None, builds=None, apis=None)  # type: ignore[arg-type]
"""Plain manifests need none of these."""


def judged(folder: Path, *objects: dict[str, Any]) -> list[Finding]:
    """Write objects as manifests and judge what the stage sees of them by the checks of certificates and keys."""
    folder.mkdir(exist_ok=True)
    for number, each in enumerate(objects):
        (folder / f"{number}.json").write_bytes(orjson.dumps(each))
    part = Part(kind="kubernetes", where=str(folder))
    system = System(name=part.argument, parts=(part,))
    items = list(STAGE.observe(system, Facts()))
    started = RunStarted(subject="run", origin=Origin(part=""), at=NOW.isoformat())
    facts = Facts(
        (started, *(each for each in items if isinstance(each, Fact))),
        (each for each in items if isinstance(each, Gap)),
    )
    return list(judge(checks(), facts, system))


def secret(name: str, certificate: bytes, key: bytes, namespace: str = "gate") -> dict[str, Any]:
    data = {"tls.crt": certificate, "tls.key": key}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "kubernetes.io/tls",
        "metadata": {"name": name, "namespace": namespace},
        "data": {file: base64.b64encode(text).decode() for file, text in data.items()},
    }


def of(name: str, issued: Issued) -> dict[str, Any]:
    return secret(name, issued.certificate_pem, issued.key_pem)


def ingress(*names: str, annotations: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "gate", "namespace": "gate", "annotations": annotations or {}},
        "spec": {"tls": [{"hosts": ["localhost"], "secretName": name} for name in names]},
    }


def config_map(**data: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "app", "namespace": "gate"},
        "data": data,
    }


# --- CRT-004: keys where none belongs ---------------------------------------------------------------------------------


def pod(**container: Any) -> dict[str, Any]:  # noqa: ANN401 - a container of any form
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "app", "namespace": "gate"},
        "spec": {"containers": [{"name": "app", "image": "app:1", **container}]},
    }


@pytest.mark.parametrize("form", ["data", "nested", "binary", "environment", "command line"])
def test_key_in_an_object_that_is_no_secret_fails(form: str, material: Material, tmp_path: Path) -> None:
    text = material.signing.key_pem.decode()
    bad = {
        "data": config_map(tls=text),
        "nested": config_map(**{"app.yaml": "tls:\n  key: |\n    " + text.replace("\n", "\n    ")}),
        "binary": {**config_map(), "binaryData": {"tls": base64.b64encode(text.encode()).decode()}},
        "environment": pod(env=[{"name": "TLS_PEM", "value": text}]),
        "command line": pod(args=["--pem", text]),
    }[form]

    found = judged(tmp_path / "k", bad)

    assert verdict(found, "CRT-004") == "fail"
    (said,) = [each for each in found if "CRT-004" in each.aliases]
    assert text.splitlines()[1] not in repr(said)


def test_key_under_a_password_passes_and_no_key_is_not_applicable(tmp_path: Path) -> None:
    protected = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n"
    protected += "-----END RSA PRIVATE KEY-----\n"

    assert verdict(judged(tmp_path / "a", config_map(key=protected)), "CRT-004") == "pass"
    assert verdict(judged(tmp_path / "b", config_map(key="none")), "CRT-004") == "not_applicable"


def test_key_in_a_part_that_cannot_be_read_is_not_assessed(tmp_path: Path) -> None:
    (tmp_path / "k").mkdir()
    (tmp_path / "k" / "broken.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: [", encoding="utf-8"
    )

    assert verdict(judged(tmp_path / "k", config_map(a="b")), "CRT-004") == "not_assessed"


def test_hidden_key_is_told_again_of_what_was_hidden_before(material: Material) -> None:
    """A snapshot is read as it was written: without the key, and with the word that there was one."""
    once = without_secrets(config_map(tls=material.signing.key_pem.decode()))

    assert once["privateKeys"] == {"/data/tls": ""}
    assert without_secrets(once) == once  # type: ignore[arg-type]


# --- CRT-017: Secrets for TLS -----------------------------------------------------------------------------------------


def test_sound_secret_passes(material: Material, tmp_path: Path) -> None:
    assert verdict(judged(tmp_path / "k", of("gate", material.signing)), "CRT-017") == "pass"


def test_bad_secrets_fail(material: Material, tmp_path: Path) -> None:
    late = material.authority.issue("localhost", *SIGNS, ends=NOW - timedelta(days=2))
    soon = material.authority.issue("localhost", *SIGNS, ends=NOW + timedelta(days=3))
    cases = {
        "another key": secret("a", material.signing.certificate_pem, material.encryption.key_pem),
        "no certificate": secret("a", b"-----BEGIN CERTIFICATE-----\nAAAA\n", material.signing.key_pem),
        "no key": secret("a", material.signing.certificate_pem, pem("PRIVATE KEY", b"0\x03\x02\x01\x00")),
        "expired": of("a", late),
        "soon": of("a", soon),
    }
    for name, each in cases.items():
        assert verdict(judged(tmp_path / name, each), "CRT-017") == "fail", name


def test_secret_whose_key_was_not_given_is_not_assessed_and_an_expired_one_fails_all_the_same(
    material: Material, tmp_path: Path
) -> None:
    late = material.authority.issue("localhost", *SIGNS, ends=NOW - timedelta(days=2))
    for number, key in enumerate((b"", b"<redacted>")):
        given = secret("a", material.signing.certificate_pem, key)
        old = secret("a", late.certificate_pem, key)

        assert verdict(judged(tmp_path / f"n{number}", given), "CRT-017") == "not_assessed"
        assert verdict(judged(tmp_path / f"o{number}", old), "CRT-017") == "fail"
    empty = secret("a", b"", material.signing.key_pem)
    assert verdict(judged(tmp_path / "empty", empty), "CRT-017") == "not_assessed"


def test_no_secret_for_tls_is_not_applicable(tmp_path: Path) -> None:
    assert verdict(judged(tmp_path / "k", config_map(a="b")), "CRT-017") == "not_applicable"


# --- CRT-018: TLCP behind an Ingress ----------------------------------------------------------------------------------


def test_pair_that_the_ingress_names_passes(material: Material, tmp_path: Path) -> None:
    both = of("sign", material.signing), of("enc", material.encryption)
    by_annotation = ingress("sign", annotations={"example.com/tlcp-enc": "gate/enc"})

    assert verdict(judged(tmp_path / "a", *both, ingress("sign", "enc")), "CRT-018") == "pass"
    assert verdict(judged(tmp_path / "b", *both, by_annotation), "CRT-018") == "pass"


def test_half_a_pair_behind_an_ingress_fails(material: Material, tmp_path: Path) -> None:
    sign, enc = of("sign", material.signing), of("enc", material.encryption)
    strange = of("enc", material.authority.issue("elsewhere", *ENCIPHERS))

    assert verdict(judged(tmp_path / "a", sign, ingress("sign")), "CRT-018") == "fail"
    assert verdict(judged(tmp_path / "b", sign, strange, ingress("sign", "enc")), "CRT-018") == "fail"
    assert verdict(judged(tmp_path / "c", sign, enc, ingress("sign")), "CRT-018") == "fail"
    hidden = ingress("sign", annotations={"example.com/enc-secret": "gate/enc"})  # the masker takes it for a secret
    assert verdict(judged(tmp_path / "d", sign, enc, hidden), "CRT-018") == "not_assessed"


def test_secret_that_no_ingress_serves_or_of_another_kind_is_not_applicable(material: Material, tmp_path: Path) -> None:
    other = secret("rsa", (material.folder / "rsa.pem").read_bytes(), (material.folder / "rsa.key").read_bytes())

    assert verdict(judged(tmp_path / "a", of("sign", material.signing)), "CRT-018") == "not_applicable"
    assert verdict(judged(tmp_path / "b", other, ingress("rsa")), "CRT-018") == "not_applicable"


def test_no_secret_value_reaches_a_fact(material: Material, tmp_path: Path) -> None:
    found = judged(tmp_path / "k", of("sign", material.signing), config_map(tls=material.signing.key_pem.decode()))

    text = repr(found)
    assert base64.b64encode(sm2.pkcs8(material.signing.key)).decode()[40:80] not in text
    assert verdicts(found, "CRT-017") == {"pass"}
    assert [each.id for each in found if each.verdict is Verdict.FAIL] == ["crt-key-absent-elsewhere"]


def test_secret_whose_chain_has_expired_fails_and_names_the_certificate(material: Material, tmp_path: Path) -> None:
    late = material.authority.issue("Issuing CA 1", *SIGNS, ends=NOW - timedelta(days=2))
    chain = material.signing.certificate_pem + late.certificate_pem
    good = material.signing.certificate_pem + material.encryption.certificate_pem

    found = judged(tmp_path / "bad", secret("gate", chain, material.signing.key_pem))

    assert verdict(found, "CRT-017") == "fail"
    (said,) = [each for each in found if each.id == "crt-secret-sound"]
    assert "CN=Issuing CA 1" in said.actual.en
    assert "至" in said.actual.zh
    assert verdict(judged(tmp_path / "good", secret("gate", good, material.signing.key_pem)), "CRT-017") == "pass"


@pytest.mark.parametrize(("ahead", "said"), [(timedelta(seconds=5), "pass"), (timedelta(hours=1), "fail")])
def test_certificate_that_a_chart_makes_meanwhile_is_in_time(
    ahead: timedelta, said: str, material: Material, tmp_path: Path
) -> None:
    made = material.authority.issue("localhost", *SIGNS, begins=NOW + ahead, ends=NOW + timedelta(days=365))

    assert verdict(judged(tmp_path / "made", of("made", made)), "CRT-017") == said
