from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.formats import dsse, public_keys, sm2

STATEMENT = {
    "_type": "https://in-toto.io/Statement/v1",
    "subject": [{"name": "app", "digest": {"sha256": "AB" * 32}}],
    "predicateType": "https://cyclonedx.org/bom",
    "predicate": {"bomFormat": "CycloneDX"},
}


def pem(key: object) -> bytes:
    kind, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(kind, form)  # type: ignore[attr-defined, no-any-return]


def test_encoding_is_that_of_the_specification() -> None:
    # the example of the DSSE specification, protocol.md
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_envelope_is_read_back() -> None:
    made = dsse.envelope(dsse.IN_TOTO, json.dumps(STATEMENT).encode(), [dsse.Signature("k", b"sig")])

    found = dsse.parse(made)

    assert found.signatures == (dsse.Signature("k", b"sig"),)
    assert dsse.statement(found).digests == {"sha256:" + "ab" * 32}
    assert dsse.statement(found).predicate_type == "https://cyclonedx.org/bom"
    assert dsse.is_envelope(made)


def test_both_alphabets_of_base64_are_taken() -> None:
    payload = bytes(range(256))
    value = {
        "payloadType": "x",
        "payload": base64.urlsafe_b64encode(payload).decode(),
        "signatures": [{"sig": base64.urlsafe_b64encode(b"\xff\xfe").decode().rstrip("=")}],
    }

    assert dsse.parse(json.dumps(value).encode()).payload == payload


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"[]",
        b"{",
        b'{"payloadType": "x", "payload": "", "signatures": []}',
        b'{"payloadType": "", "payload": "", "signatures": [{"sig": "eA=="}]}',
        b'{"payloadType": "x", "payload": 5, "signatures": [{"sig": "eA=="}]}',
        b'{"payloadType": "x", "payload": "!!", "signatures": [{"sig": "eA=="}]}',
        b'{"payloadType": "x", "payload": "", "signatures": [{"sig": ""}]}',
        b'{"payloadType": "x", "payload": "", "signatures": ["eA=="]}',
    ],
)
def test_broken_envelope_is_refused(broken: bytes) -> None:
    with pytest.raises(dsse.DsseError):
        dsse.parse(broken)


@pytest.mark.parametrize(
    "change",
    [
        {"_type": "https://in-toto.io/Statement/v9"},
        {"subject": []},
        {"subject": [{"name": "app"}]},
        {"subject": [{"name": "app", "digest": {"sha256": 5}}]},
        {"predicateType": None},
    ],
)
def test_broken_statement_is_refused(change: dict[str, object]) -> None:
    payload = json.dumps({**STATEMENT, **change}).encode()

    with pytest.raises(dsse.DsseError):
        dsse.statement(dsse.Envelope(dsse.IN_TOTO, payload, ()))


def test_other_payload_type_is_no_statement() -> None:
    with pytest.raises(dsse.DsseError):
        dsse.statement(dsse.Envelope("application/json", json.dumps(STATEMENT).encode(), ()))


def _signers() -> list[tuple[str, bytes, object]]:
    secret = sm2.generate_private_key()
    point = sm2.public_key(secret)
    sm2_pem = b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(sm2.spki(point)) + b"\n-----END PUBLIC KEY-----\n"
    edwards, curve = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    factors = rsa.generate_private_key(65537, 2048)
    return [
        ("Ed25519", pem(edwards), edwards.sign),
        ("ECDSA P-256", pem(curve), lambda message: curve.sign(message, ec.ECDSA(hashes.SHA256()))),
        ("RSA 2048", pem(factors), lambda message: factors.sign(message, padding.PKCS1v15(), hashes.SHA256())),
        ("SM2", sm2_pem, lambda message: sm2.sign(secret, message)),
    ]


SIGNERS = _signers()


@pytest.mark.parametrize(("algorithm", "public", "sign"), SIGNERS, ids=[row[0] for row in SIGNERS])
def test_each_kind_of_key_verifies_its_own_signature_and_no_other(algorithm: str, public: bytes, sign: object) -> None:
    key = public_keys.load(public, "release.pub")
    message = dsse.pae(dsse.IN_TOTO, b"payload")
    signature = sign(message)  # type: ignore[operator]

    assert key.algorithm == algorithm
    assert key.verifies(message, signature)
    assert not key.verifies(message + b" ", signature)
    assert not key.verifies(message, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not key.verifies(message, b"")
    others = [public_keys.load(other, "other") for name, other, _sign in SIGNERS if name != algorithm]
    assert not any(other.verifies(message, signature) for other in others)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN " + b"PRIVATE KEY-----\nAAAA\n",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"x" * 100_000,
    ],
)
def test_what_is_no_public_key_is_refused(data: bytes) -> None:
    with pytest.raises(public_keys.KeyFormatError):
        public_keys.load(data, "x.pub")


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: f'{{"payload": "{text}"'.encode())))
def test_any_bytes_are_an_envelope_or_refused(data: bytes) -> None:
    try:
        dsse.parse(data)
    except dsse.DsseError:
        return
