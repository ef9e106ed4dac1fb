"""Private keys in files: PKCS#8, encrypted by PBES2 (RFC 8018) or plain; Ed25519, ECDSA and SM2."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7

from auditor.formats import der, sm2

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE_LIMIT_BYTES: Final = 64 << 10
ROUNDS_LIMIT: Final = 10_000_000
_PBES2: Final = "1.2.840.113549.1.5.13"
_PBKDF2: Final = "1.2.840.113549.1.5.12"
_SHA1: Final = "1.2.840.113549.2.7"
_PRFS: Final[dict[str, Callable[[], hashes.HashAlgorithm]]] = {
    _SHA1: hashes.SHA1,  # what a file says that it was derived with; nothing is signed by it
    "1.2.840.113549.2.9": hashes.SHA256,
    "1.2.840.113549.2.10": hashes.SHA384,
    "1.2.840.113549.2.11": hashes.SHA512,
    "1.2.156.10197.1.401.2": hashes.SM3,  # as GmSSL has it
}
_CIPHERS: Final[dict[str, tuple[Any, int]]] = {
    "2.16.840.1.101.3.4.1.2": (algorithms.AES, 16),
    "2.16.840.1.101.3.4.1.22": (algorithms.AES, 24),
    "2.16.840.1.101.3.4.1.42": (algorithms.AES, 32),
    "1.2.156.10197.1.104.2": (algorithms.SM4, 16),
}
_CURVES: Final[dict[str, hashes.HashAlgorithm]] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}

_Material: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | int


class KeyFileError(ValueError):
    """The file holds no private key that can sign here, or the password is wrong."""


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A key that signs; its `repr` shows nothing of it.

    Attributes:
        algorithm: ``Ed25519``, ``ECDSA P-256``, ``SM2``.
        spki: Its public half, DER.
        was_encrypted: Whether the file was.
    """

    algorithm: str
    spki: bytes
    was_encrypted: bool
    _material: _Material

    def __repr__(self) -> str:
        """Show the public half alone."""
        return f"<{self.algorithm} key {self.key_id}>"

    @property
    def key_id(self) -> str:
        """SHA-256 of the public half, hex digits."""
        return hashlib.sha256(self.spki).hexdigest()

    def sign(self, message: bytes) -> bytes:
        """Return a signature over a message: SM2 with SM3, ECDSA with the hash of the curve, or Ed25519."""
        match self._material:
            case ed25519.Ed25519PrivateKey() as key:
                return key.sign(message)
            case ec.EllipticCurvePrivateKey() as key:
                return key.sign(message, ec.ECDSA(_CURVES[key.curve.name]))
            case number:
                return sm2.sign(number, message)


def load(data: bytes, password: bytes) -> PrivateKey:
    """Read a private key.

    Args:
        data: PEM or DER of PKCS#8 (SEC 1 for SM2, too).
        password: Empty for a key that is not encrypted.

    Raises:
        KeyFileError: It holds none, or the password is wrong.
    """
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"larger than {SIZE_LIMIT_BYTES} bytes"
        raise KeyFileError(message)
    try:
        octets = _octets(data)
        fields = der.read(octets).sequence(2)
        is_encrypted = fields[0].tag == der.SEQUENCE
        if is_encrypted:
            octets = _decrypted(fields[0], fields[1].expect(der.OCTET_STRING).content, password)
        return _key(octets, was_encrypted=is_encrypted)
    except der.DerError as problem:
        message = f"no PKCS#8 private key: {problem}"
        raise KeyFileError(message) from problem


def _octets(data: bytes) -> bytes:
    if b"-----BEGIN " not in data:
        return data
    lines = data.decode("ascii", "replace").splitlines()
    begin = next(
        (at for at, line in enumerate(lines) if line.startswith("-----BEGIN ") and "PRIVATE KEY" in line), None
    )
    if begin is None:
        raise KeyFileError("no PRIVATE KEY in it")
    end = next((at for at in range(begin, len(lines)) if lines[at].startswith("-----END ")), len(lines))
    try:
        return base64.b64decode("".join(lines[begin + 1 : end]), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise KeyFileError("its base64 is broken") from problem


def _decrypted(algorithm: der.Element, sealed: bytes, password: bytes) -> bytes:
    """Undo PBES2 (RFC 8018 A.4).

    Raises:
        KeyFileError: Another scheme was used, or the password is wrong.
    """
    if not password:
        raise KeyFileError("it is encrypted, and no password was given")
    scheme, parameters = algorithm.sequence(2)[:2]
    if scheme.oid() != _PBES2:
        message = f"encrypted by {scheme.oid()} (expected PBES2)"
        raise KeyFileError(message)
    derivation, cipher = (each.sequence(2) for each in parameters.sequence(2)[:2])
    kind, size = _CIPHERS.get(cipher[0].oid(), (None, 0))
    if derivation[0].oid() != _PBKDF2 or kind is None:
        message = f"encrypted by {derivation[0].oid()} with {cipher[0].oid()} (expected PBKDF2 with AES-CBC or SM4-CBC)"
        raise KeyFileError(message)
    key = _derived(derivation[1].sequence(2), password, size)
    vector = cipher[1].expect(der.OCTET_STRING).content
    try:
        opener = Cipher(kind(key), modes.CBC(vector)).decryptor()
        plain = opener.update(sealed) + opener.finalize()
        blocks = PKCS7(128).unpadder()
        return blocks.update(plain) + blocks.finalize()
    except ValueError as problem:
        raise KeyFileError("the password is wrong") from problem


def _derived(fields: tuple[der.Element, ...], password: bytes, size: int) -> bytes:
    salt, rounds = fields[0].expect(der.OCTET_STRING).content, fields[1].integer()
    prf = next((each.sequence(1)[0].oid() for each in fields[2:] if each.tag == der.SEQUENCE), _SHA1)
    if not 0 < rounds <= ROUNDS_LIMIT or prf not in _PRFS:
        message = f"derived by {rounds} rounds of {prf}"
        raise KeyFileError(message)
    return PBKDF2HMAC(_PRFS[prf](), size, salt, rounds).derive(password)


def _key(octets: bytes, *, was_encrypted: bool) -> PrivateKey:
    try:
        number = sm2.private_key_from_der(octets)
    except ValueError:
        pass  # another kind of key
    else:
        return PrivateKey("SM2", sm2.spki(sm2.public_key(number)), was_encrypted, number)
    try:
        key = serialization.load_der_private_key(octets, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as problem:
        raise KeyFileError(
            "the password is wrong, or it is no private key" if was_encrypted else "no private key"
        ) from problem
    match key:
        case ed25519.Ed25519PrivateKey():
            return PrivateKey("Ed25519", _spki(key), was_encrypted, key)
        case ec.EllipticCurvePrivateKey() if key.curve.name in _CURVES:
            return PrivateKey(f"ECDSA P-{key.curve.key_size}", _spki(key), was_encrypted, key)
        case _:
            raise KeyFileError("keys of this kind do not sign here (Ed25519, ECDSA P-256/384/521, SM2)")


def _spki(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.DER, form)
