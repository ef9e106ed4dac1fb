"""Signatures and attestations that lie with an image: what each form and each kind of key proves, offline."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from auditor.formats import dsse, public_keys, sm2
from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.image.checks import checks
from auditor.stages.image.facts import ImageSignature
from auditor.stages.image.observe import ImageStage
from tests.unit.stages.image.layouts import GOOD_FILES, OCI, Layout, tar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Signer = Callable[[bytes], bytes]

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json"
ENVELOPE = "application/vnd.dsse.envelope.v1+json"
NOTE = "dev.cosignproject.cosign/signature"
CURVE = ec.SECP256R1()


def pem(key: Any) -> bytes:  # noqa: ANN401 - any kind of key
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form)  # type: ignore[no-any-return]


@cache
def pair(kind: str) -> tuple[public_keys.PublicKey, Signer]:
    """Return a key of a kind, and what signs by it."""
    name = f"{kind}.pub"
    if kind == "SM2":
        secret = sm2.generate_private_key()
        return public_keys.load(sm2.spki(sm2.public_key(secret)), name), lambda message: sm2.sign(secret, message)
    if kind == "Ed25519":
        ed = ed25519.Ed25519PrivateKey.generate()
        return public_keys.load(pem(ed), name), ed.sign
    if kind == "RSA":
        number = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return public_keys.load(pem(number), name), lambda m: number.sign(m, padding.PKCS1v15(), hashes.SHA256())
    curve = ec.generate_private_key(CURVE)
    return public_keys.load(pem(curve), name), lambda m: curve.sign(m, ec.ECDSA(hashes.SHA256()))


def certified(begins: datetime, ends: datetime) -> tuple[public_keys.PublicKey, Signer]:
    """Return a key in a certificate of a time, and what signs by it."""
    key = ec.generate_private_key(CURVE)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "release")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    data = made.public_bytes(serialization.Encoding.PEM)
    return public_keys.load(data, "release.crt"), lambda m: key.sign(m, ec.ECDSA(hashes.SHA256()))


def simple(manifest: str) -> bytes:
    image = {"docker-manifest-digest": manifest}
    kind = "cosign container image signature"
    return json.dumps({"critical": {"identity": {}, "image": image, "type": kind}, "optional": None}).encode()


def attested(manifest: str, *signers: Signer) -> bytes:
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "app", "digest": {"sha256": manifest[7:]}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {},
    }
    payload = json.dumps(statement).encode()
    message = dsse.pae(dsse.IN_TOTO, payload)
    return dsse.envelope(dsse.IN_TOTO, payload, [dsse.Signature("", sign(message)) for sign in signers])


class Signed(Layout):
    """A layout with an image, and what is put beside it."""

    def attach(
        self, manifest: str, payload: bytes, media: str, *, notes: dict[str, str] | None = None, form: str = "tag"
    ) -> None:
        layer = {**self.blob(payload, media), "annotations": notes or {}}
        said: dict[str, Any] = {
            "schemaVersion": 2,
            "config": self.document({}, f"{OCI}.config.v1+json"),
            "layers": [layer],
        }
        if form == "referrer":
            said["subject"] = {"mediaType": f"{OCI}.manifest.v1+json", "digest": manifest, "size": 1}
            self.manifest(said)
        else:
            suffix = "sig" if media == SIMPLE else "att"
            self.manifest(said, name=f"{manifest.replace(':', '-')}.{suffix}")

    def sign(self, manifest: str, signer: Signer, *, about: str = "", form: str = "tag") -> None:
        payload = simple(about or manifest)
        note = {NOTE: base64.b64encode(signer(payload)).decode()}
        self.attach(manifest, payload, SIMPLE, notes=note, form=form)


def made(folder: Path) -> tuple[Signed, str]:
    layout = Signed(folder)
    return layout, layout.image(tar(GOOD_FILES))


def verdict(
    layout: Signed, *keys: public_keys.PublicKey, is_asked: bool = False
) -> tuple[Verdict, list[ImageSignature]]:
    part = Part(kind="image", where=f"oci:{layout.close()}", options={"signed": is_asked})
    system = System(name="x", parts=(part,))
    seen = list(ImageStage(keys=lambda _part: keys).observe(system, Facts()))
    started = RunStarted(subject="run", origin=Origin(part=part.argument), at=NOW.isoformat())
    facts = Facts([started, *(x for x in seen if isinstance(x, Fact))], [x for x in seen if isinstance(x, Gap)])
    (found,) = [each for each in judge(checks(), facts, system).findings if each.id == "image-signed"]
    return found.verdict, list(facts.of(ImageSignature))


KINDS = ("ECDSA P-256", "Ed25519", "RSA", "SM2")
FORMS = ("tag", "referrer")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_signature_of_every_kind_of_key_and_form_is_verified(kind: str, form: str, tmp_path: Path) -> None:
    key, signer = pair(kind)
    layout, manifest = made(tmp_path)
    layout.sign(manifest, signer, form=form)

    found, (signature,) = verdict(layout, key)

    assert found is Verdict.PASS
    assert (signature.state, signature.form, signature.key) == ("verified", form, key.name)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_attestation_of_every_kind_of_key_and_form_is_verified(kind: str, form: str, tmp_path: Path) -> None:
    key, signer = pair(kind)
    layout, manifest = made(tmp_path)
    layout.attach(manifest, attested(manifest, signer), ENVELOPE, form=form)

    found, (signature,) = verdict(layout, key)

    assert found is Verdict.PASS
    assert (signature.kind, signature.predicate) == ("attestation", "https://slsa.dev/provenance/v1")


def test_attestation_in_a_sigstore_bundle_is_verified(tmp_path: Path) -> None:
    key, signer = pair("Ed25519")
    layout, manifest = made(tmp_path)
    bundle = json.dumps({"mediaType": "x", "dsseEnvelope": json.loads(attested(manifest, signer))}).encode()
    layout.attach(manifest, bundle, "application/vnd.dev.sigstore.bundle.v0.3+json", form="referrer")

    assert verdict(layout, key)[0] is Verdict.PASS


@pytest.mark.parametrize("form", FORMS)
def test_signature_over_another_digest_is_worth_nothing(form: str, tmp_path: Path) -> None:
    key, signer = pair("Ed25519")
    layout, manifest = made(tmp_path)
    layout.sign(manifest, signer, about="sha256:" + "0" * 64, form=form)
    layout.attach(manifest, attested("sha256:" + "0" * 64, signer), ENVELOPE, form=form)

    found, signatures = verdict(layout, key)

    assert found is Verdict.FAIL
    assert {each.state for each in signatures} == {"other digest"}


def test_one_good_signature_of_two_is_enough(tmp_path: Path) -> None:
    key, signer = pair("Ed25519")
    _other, stranger = pair("RSA")
    layout, manifest = made(tmp_path)
    layout.sign(manifest, stranger)
    layout.sign(manifest, signer, form="referrer")

    found, signatures = verdict(layout, key)

    assert found is Verdict.PASS
    assert sorted(each.state for each in signatures) == ["invalid", "verified"]


@pytest.mark.parametrize("kind", ["ECDSA P-256", "RSA", "SM2"])
def test_key_of_another_kind_fits_nothing(kind: str, tmp_path: Path) -> None:
    layout, manifest = made(tmp_path)
    layout.sign(manifest, pair("Ed25519")[1])

    assert verdict(layout, pair(kind)[0])[0] is Verdict.FAIL


def test_changed_byte_of_an_attestation_is_found(tmp_path: Path) -> None:
    key, signer = pair("Ed25519")
    layout, manifest = made(tmp_path)
    envelope = json.loads(attested(manifest, signer))
    changed = base64.b64decode(envelope["payload"]).replace(b'"app"', b'"evil"')
    envelope["payload"] = base64.b64encode(changed).decode()
    layout.attach(manifest, json.dumps(envelope).encode(), ENVELOPE)

    assert verdict(layout, key)[0] is Verdict.FAIL


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [(-30, 30, Verdict.PASS), (-60, -30, Verdict.FAIL), (30, 60, Verdict.FAIL)],
    ids=["valid", "expired", "not yet valid"],
)
def test_certificate_counts_only_while_it_is_valid(begins: int, ends: int, expected: Verdict, tmp_path: Path) -> None:
    key, signer = certified(NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    layout, manifest = made(tmp_path)
    layout.sign(manifest, signer)

    assert verdict(layout, key)[0] is expected


def test_unsigned_image_fails_under_a_policy_and_is_not_assessed_without(tmp_path: Path) -> None:
    key, _signer = pair("Ed25519")
    layout, _manifest = made(tmp_path)

    assert verdict(layout, key, is_asked=True)[0] is Verdict.FAIL
    assert verdict(layout, key)[0] is Verdict.NOT_ASSESSED
    assert verdict(layout)[0] is Verdict.NOT_ASSESSED


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b"\xff", b'{"critical": 1}', b"[" * 5000])
def test_rubbish_for_a_signature_is_no_signature(payload: bytes, tmp_path: Path) -> None:
    key, _signer = pair("Ed25519")
    layout, manifest = made(tmp_path)
    layout.attach(manifest, payload, SIMPLE, notes={NOTE: "x"})
    layout.attach(manifest, payload, ENVELOPE)

    found, signatures = verdict(layout, key)

    assert found is Verdict.FAIL
    assert {each.state for each in signatures} == {"unreadable"}


def test_signature_of_another_image_beside_this_one_says_nothing_of_it(tmp_path: Path) -> None:
    key, signer = pair("Ed25519")
    layout, _manifest = made(tmp_path)
    other = "sha256:" + "1" * 64
    layout.sign(other, signer)

    found, signatures = verdict(layout, key, is_asked=True)

    assert (found, signatures) == (Verdict.FAIL, [])
