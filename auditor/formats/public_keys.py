"""Public keys that sign images and SBOMs (Ed25519, ECDSA, RSA, SM2): PEM in, yes or no out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, TypeAlias

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from auditor.formats import der, sm2

SIZE_LIMIT_BYTES: Final = 64 * 1024
RSA_LEAST_BITS: Final = 2048
"""NIST SP 800-131A: shorter ones are disallowed."""
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}
"""The hash that goes with each curve (FIPS 186-5, RFC 5656)."""

_Material: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey | sm2.Point


class KeyFormatError(ValueError):
    """This is no public key that can verify."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that verifies.

    Attributes:
        name: What the user calls it: the name of its file.
        algorithm: ``Ed25519``, ``ECDSA P-256``, ``RSA 3072``, ``SM2``.
        key_id: SHA-256 of its SubjectPublicKeyInfo, hex digits.
        material: The key itself.
        not_before: Of the certificate it stands in, ISO 8601 UTC; empty of a bare key.
        not_after: Of the certificate.
    """

    name: str
    algorithm: str
    key_id: str
    material: _Material
    not_before: str = ""
    not_after: str = ""

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Tell whether a signature over a message is by this key."""
        try:
            self._check(message, signature)
        except (InvalidSignature, ValueError):
            return False
        return True

    def _check(self, message: bytes, signature: bytes) -> None:
        match self.material:
            case ed25519.Ed25519PublicKey() as key:
                key.verify(signature, message)
            case ec.EllipticCurvePublicKey() as key:
                key.verify(signature, message, ec.ECDSA(_HASHES[key.curve.name]))
            case rsa.RSAPublicKey() as key:
                try:  # as cosign signs, else as securesystemslib does
                    key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
                except InvalidSignature:
                    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
                    key.verify(signature, message, pss, hashes.SHA256())
            case point:
                if not sm2.verify(point, message, signature):
                    raise InvalidSignature


def load(data: bytes, name: str) -> PublicKey:
    """Read a public key or certificate.

    Args:
        data: PEM, or DER of a SubjectPublicKeyInfo.
        name: What to call it.

    Raises:
        KeyFormatError: It is none, a private key, of an unknown kind, or too weak.
    """
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"{name}: larger than {SIZE_LIMIT_BYTES} bytes"
        raise KeyFormatError(message)
    if b"PRIVATE KEY" in data:
        message = f"{name}: a private key; give the public half"
        raise KeyFormatError(message)
    if b"-----BEGIN CERTIFICATE-----" in data:
        return _of_certificate(data, name)
    info = _info(data, name)
    algorithm, material = _material(info, name)
    return PublicKey(name, algorithm, hashlib.sha256(info).hexdigest(), material)


def spki(data: bytes, name: str) -> bytes:
    """Return the SubjectPublicKeyInfo (DER) of a public key or certificate.

    Raises:
        KeyFormatError: It is none.
    """
    load(data, name)
    if b"-----BEGIN CERTIFICATE-----" in data:
        return _spki_of(x509.load_pem_x509_certificate(data).tbs_certificate_bytes)
    return _info(data, name)


def _of_certificate(data: bytes, name: str) -> PublicKey:
    try:
        certificate = x509.load_pem_x509_certificate(data)
        info = _spki_of(certificate.tbs_certificate_bytes)
    except (ValueError, UnsupportedAlgorithm) as problem:
        message = f"{name}: not a certificate that can be read"
        raise KeyFormatError(message) from problem
    algorithm, material = _material(info, name)
    return PublicKey(
        name,
        algorithm,
        hashlib.sha256(info).hexdigest(),
        material,
        certificate.not_valid_before_utc.isoformat(),
        certificate.not_valid_after_utc.isoformat(),
    )


def _spki_of(tbs: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a certificate whose key may be one that the library does not know."""
    fields = list(der.read(tbs).children())
    spki = fields[6 if fields[0].tag == 0xA0 else 5]  # noqa: PLR2004 - context tag 0, the version
    return der.tagged(spki.tag, spki.content)


def _info(data: bytes, name: str) -> bytes:
    if b"-----BEGIN " not in data:
        return data
    lines = data.decode("ascii", "replace").splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith("-----BEGIN PUBLIC KEY")), None)
    end = next((at for at, line in enumerate(lines) if line.startswith("-----END PUBLIC KEY")), None)
    if begin is None or end is None:
        message = f"{name}: no PUBLIC KEY in it"
        raise KeyFormatError(message)
    import base64  # noqa: PLC0415
    import binascii  # noqa: PLC0415

    try:
        return base64.b64decode("".join(lines[begin + 1 : end]), validate=True)
    except (binascii.Error, ValueError) as problem:
        message = f"{name}: its base64 is broken"
        raise KeyFormatError(message) from problem


def _material(info: bytes, name: str) -> tuple[str, _Material]:
    try:
        return "SM2", sm2.public_key_from_spki(info)
    except ValueError:
        pass  # another kind of key
    try:
        key = serialization.load_der_public_key(info)
    except (ValueError, UnsupportedAlgorithm) as problem:
        message = f"{name}: not a public key that can be read"
        raise KeyFormatError(message) from problem
    match key:
        case ed25519.Ed25519PublicKey():
            return "Ed25519", key
        case ec.EllipticCurvePublicKey() if key.curve.name in _HASHES:
            return f"ECDSA P-{key.curve.key_size}", key
        case rsa.RSAPublicKey() if key.key_size >= RSA_LEAST_BITS:
            return f"RSA {key.key_size}", key
        case rsa.RSAPublicKey():
            message = f"{name}: RSA of {key.key_size} bits (at least {RSA_LEAST_BITS})"
            raise KeyFormatError(message)
        case _:
            message = f"{name}: keys of this kind are not taken (Ed25519, ECDSA, RSA, SM2)"
            raise KeyFormatError(message)
