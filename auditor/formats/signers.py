"""Who signed: certificates, their keys, and signatures over octets, SM2 among them.

``cryptography`` reads an SM2 certificate but neither its key nor its signature (design/sm-tls-and-keys.md §5), so
both go through our own SM2.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from auditor.formats import der, sm2
from auditor.formats.hashes import sm3

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

SM2_SM3: Final = "SM2-SM3"
ED25519: Final = "Ed25519"
ECDSA: Final = "ECDSA-SHA256"
RSA: Final = "RSA-SHA256"
ALGORITHMS: Final = (SM2_SM3, ED25519, ECDSA, RSA)
SIZE_LIMIT: Final = 1 << 20
CHAIN_LIMIT: Final = 8
_PLAIN: Final = 64


class SignerError(ValueError):
    """Something is no certificate, key or encoding of octets."""


def octets(text: str) -> bytes:
    """Return what base64, base64url or hex stands for.

    Raises:
        SignerError: It is none of them.
    """
    bare = "".join(text.split())
    if len(bare) > SIZE_LIMIT:
        raise SignerError("too long")
    if re.fullmatch(r"(?:[0-9a-fA-F]{2})+", bare):
        return bytes.fromhex(bare)
    try:
        return base64.b64decode(bare.replace("-", "+").replace("_", "/") + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignerError("neither base64 nor hex") from error


def certificate(text: str | bytes) -> x509.Certificate:
    """Return a certificate from PEM, DER, or DER in base64 or hex.

    Raises:
        SignerError: It is none.
    """
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    try:
        if b"-----BEGIN" in data:
            return x509.load_pem_x509_certificate(data)
        if data[:1] == b"\x30" and isinstance(text, bytes):
            return x509.load_der_x509_certificate(data)
        return x509.load_der_x509_certificate(octets(data.decode("ascii", "replace")))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignerError("no certificate") from error


def certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    """Return all certificates of a PEM or DER file.

    Raises:
        SignerError: There is none.
    """
    if b"-----BEGIN" not in data:
        return (certificate(data),)
    try:
        return tuple(x509.load_pem_x509_certificates(data))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SignerError("no certificate") from error


def encoded(given: x509.Certificate) -> bytes:
    """Return a certificate as DER."""
    return given.public_bytes(Encoding.DER)


def fingerprint(given: x509.Certificate) -> str:
    """Return the SM3 digest of a certificate as 64 hex digits."""
    return sm3(encoded(given))


def spki(given: x509.Certificate) -> bytes:
    """Return the SubjectPublicKeyInfo of a certificate, whatever kind of key it holds.

    Raises:
        SignerError: It is damaged.
    """
    try:
        fields = list(der.read(given.tbs_certificate_bytes).sequence(6))
        place = 6 if fields[0].tag == 0xA0 else 5  # noqa: PLR2004 - RFC 5280 4.1: version, serial, algorithm, issuer, validity, subject
        return fields[place].raw
    except (der.DerError, IndexError) as error:
        raise SignerError("a damaged certificate") from error


def algorithm_of(key_info: bytes) -> str:
    """Return the algorithm that a key signs with, empty if it is none of ours."""
    try:
        sm2.public_key_from_spki(key_info)
    except sm2.Sm2Error:
        pass
    else:
        return SM2_SM3
    try:
        key = load_der_public_key(key_info)
    except (ValueError, UnsupportedAlgorithm):
        return ""
    kinds = ((ed25519.Ed25519PublicKey, ED25519), (ec.EllipticCurvePublicKey, ECDSA), (rsa.RSAPublicKey, RSA))
    return next((name for kind, name in kinds if isinstance(key, kind)), "")


def verifies(key_info: bytes, message: bytes, signature: bytes, user_id: bytes = sm2.DEFAULT_ID) -> bool:
    """Tell whether a signature over octets is that of a key; the key decides on the algorithm.

    Args:
        key_info: SubjectPublicKeyInfo.
        message: What was signed.
        signature: For SM2 and ECDSA DER, or r and s side by side as modules give them (PKCS#11 v3.1, 6.3.1); plain
            otherwise.
        user_id: Of SM2.
    """
    algorithm = algorithm_of(key_info)
    if algorithm == SM2_SM3:
        try:
            if len(signature) == _PLAIN:  # r and s side by side, as modules give them
                r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
                signature = sm2.signature_to_der(r, s)
            return sm2.verify(sm2.public_key_from_spki(key_info), message, signature, user_id)
        except sm2.Sm2Error:
            return False
    if not algorithm:
        return False
    key = load_der_public_key(key_info)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, message)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            size = (key.curve.key_size + 7) // 8
            if len(signature) == 2 * size and not _is_der(signature):
                halves = (int.from_bytes(each, "big") for each in (signature[:size], signature[size:]))
                signature = encode_dss_signature(*halves)
            key.verify(signature, message, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _is_der(signature: bytes) -> bool:
    try:
        decode_dss_signature(signature)
    except ValueError:
        return False
    return True


def is_issued_by(given: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether one certificate was issued by another: name and signature."""
    if given.issuer != issuer.subject:
        return False
    key_info = spki(issuer)
    if algorithm_of(key_info) == SM2_SM3:
        return given.signature_algorithm_oid.dotted_string == sm2.OID_SM2_WITH_SM3 and verifies(
            key_info, given.tbs_certificate_bytes, given.signature
        )
    try:
        given.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def chains(
    given: x509.Certificate, roots: Iterable[x509.Certificate], others: Iterable[x509.Certificate], at: datetime
) -> bool:
    """Tell whether a certificate chains to a trusted root at a time.

    Args:
        given: The leaf.
        roots: Trusted.
        others: Intermediates that may stand between.
        at: With zone.
    """
    trusted, between = tuple(roots), tuple(others)
    current = given
    for _each in range(CHAIN_LIMIT):
        for root in trusted:
            if encoded(root) == encoded(current) or (was_valid(root, at) and is_issued_by(current, root)):
                return True
        found = next((each for each in between if _may_issue(each, at) and is_issued_by(current, each)), None)
        if found is None or encoded(found) == encoded(current):
            return False
        current = found
    return False


def _may_issue(given: x509.Certificate, at: datetime) -> bool:
    try:
        constraints = given.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return constraints.ca and was_valid(given, at)


def was_valid(given: x509.Certificate, at: datetime) -> bool:
    """Tell whether a time lies within a certificate's validity."""
    return given.not_valid_before_utc <= at <= given.not_valid_after_utc
