"""Time stamps of RFC 3161: requests, replies, and what a token proves; the little of CMS (RFC 5652) that they need.

``cryptography`` reads certificates and verifies signatures, but knows no time stamps and no CMS with content.
"""

from __future__ import annotations

import secrets
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID

from auditor.formats import der, sm2

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SIZE_LIMIT_BYTES: Final = 1 << 20
CHAIN_LIMIT: Final = 6
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_HASHES: Final[Mapping[str, Callable[[], hashes.HashAlgorithm]]] = {
    _SHA256: hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
    "1.2.156.10197.1.401": hashes.SM3,
}
"""SHA-1 and older are not among them."""
_GENERALIZED_TIME: Final = 0x18
_CONTEXT_0: Final = 0xA0
_GRANTED: Final = frozenset({0, 1})


class StampError(ValueError):
    """The bytes are no time stamp that proves anything of what it is held against."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who is trusted to tell the time.

    Attributes:
        name: What the user calls it: the name of its file.
        certificate: Its own, or one that its own leads to.
    """

    name: str
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a time stamp says.

    Attributes:
        at: The time, UTC.
        authority: Subject of the certificate that signed.
        is_trusted: Whether that certificate leads to a trusted one.
    """

    at: datetime
    authority: str
    is_trusted: bool


def load_authorities(data: bytes, name: str) -> tuple[Authority, ...]:
    """Read trusted certificates.

    Raises:
        StampError: There is none, or one cannot be read.
    """
    try:
        found = x509.load_pem_x509_certificates(data)
    except ValueError as problem:
        message = f"{name}: no certificates in PEM"
        raise StampError(message) from problem
    return tuple(Authority(name, certificate) for certificate in found)


def request(message: bytes) -> tuple[bytes, int]:
    """Return a request for a time stamp over a message (RFC 3161 2.4.1), and its nonce."""
    nonce = secrets.randbits(63) | 1
    algorithm = der.sequence(der.oid(_SHA256), der.tagged(der.NULL))
    imprint = der.sequence(algorithm, der.octet_string(_digest(hashes.SHA256(), message)))
    yes = der.tagged(0x01, b"\xff")
    return der.sequence(der.integer(1), imprint, der.integer(nonce), yes), nonce


def token_of(reply: bytes, message: bytes, nonce: int) -> bytes:
    """Return the token of a reply, which must be over this message and for this request.

    Raises:
        StampError: The authority refused, or answered something else.
    """
    if len(reply) > SIZE_LIMIT_BYTES:
        raise StampError("the reply is larger than any time stamp")
    try:
        status, *rest = der.read(reply).sequence(1)
        code = status.sequence(1)[0].integer()
        if code not in _GRANTED or not rest:
            text = f"the authority refused: status {code}"
            raise StampError(text)
        token = rest[0].raw
        info = _Token.read(token).info
    except der.DerError as problem:
        text = f"the reply is no time stamp: {problem}"
        raise StampError(text) from problem
    if info.nonce != nonce:
        raise StampError("the reply is for another request: its nonce differs")
    verify(token, message, ())
    return token


@dataclass(frozen=True, slots=True)
class _Info:
    """TSTInfo (RFC 3161 2.4.2)."""

    raw: bytes
    algorithm: str
    imprint: bytes
    at: datetime
    nonce: int | None

    @classmethod
    def read(cls, raw: bytes) -> _Info:
        version, _policy, imprint, _serial, clock, *rest = der.read(raw).sequence(5)
        if version.integer() != 1:
            raise StampError("TSTInfo of a version that is not known")
        algorithm, digest = imprint.sequence(2)[:2]
        nonce = next((each.integer() for each in rest if each.tag == der.INTEGER), None)
        return cls(raw, algorithm.sequence(1)[0].oid(), digest.expect(der.OCTET_STRING).content, _time(clock), nonce)


@dataclass(frozen=True, slots=True)
class _Token:
    """A time stamp token: CMS SignedData with one signer."""

    info: _Info
    certificates: tuple[x509.Certificate, ...]
    issuer_and_serial: tuple[bytes, int]
    digest_algorithm: str
    attributes: Mapping[str, der.Element]
    signed: bytes
    signature: bytes

    @classmethod
    def read(cls, data: bytes) -> _Token:
        if len(data) > SIZE_LIMIT_BYTES:
            raise StampError("larger than any time stamp")
        kind, outer = der.read(data).sequence(2)[:2]
        if kind.oid() != _SIGNED_DATA:
            raise StampError("no signed data")
        fields = der.read(outer.expect(_CONTEXT_0).content).sequence(4)
        content_type, content = fields[2].sequence(2)[:2]
        if content_type.oid() != _TST_INFO:
            raise StampError("signed data that is no time stamp")
        info = der.read(content.expect(_CONTEXT_0).content).expect(der.OCTET_STRING).content
        certificates = [
            _certificate(each.raw) for field in fields[3:-1] if field.tag == _CONTEXT_0 for each in field.children()
        ]
        signers = fields[-1].expect(der.SET).children()
        if len(signers) != 1:
            message = f"{len(signers)} signers where one is due"
            raise StampError(message)
        return cls._signed_by(signers[0], _Info.read(info), tuple(certificates))

    @classmethod
    def _signed_by(cls, signer: der.Element, info: _Info, certificates: tuple[x509.Certificate, ...]) -> _Token:
        _version, name, algorithm, attributes, _scheme, signature, *_unsigned = signer.sequence(6)
        issuer, serial = name.sequence(2)[:2]
        attributes.expect(_CONTEXT_0)
        found: dict[str, der.Element] = {}
        for each in attributes.children():
            kind, values = each.sequence(2)[:2]
            (value,) = values.expect(der.SET).children()[:1] or (None,)
            if value is None or kind.oid() in found:
                raise StampError("a signed attribute is empty, or stands there twice")
            found[kind.oid()] = value
        return cls(
            info=info,
            certificates=certificates,
            issuer_and_serial=(issuer.raw, serial.integer()),
            digest_algorithm=algorithm.sequence(1)[0].oid(),
            attributes=found,
            signed=der.tagged(der.SET, attributes.content),
            signature=signature.expect(der.OCTET_STRING).content,
        )


def verify(token: bytes, message: bytes, authorities: Sequence[Authority]) -> Stamped:
    """Check a time stamp token over a message.

    1. It is over this message, by a hash that holds.
    2. What is signed is this TSTInfo.
    3. The signature is by the certificate that it names, which its signed attributes hold, too.
    4. That certificate is for time stamps alone, and was good at that time.
    5. It leads to a trusted one, whose certificates were good at that time. Left out where nobody is trusted.

    Args:
        token: DER.
        message: What it must be over.
        authorities: Trusted; none to learn only what it says of itself.

    Raises:
        StampError: A step fails.
    """
    try:
        found = _Token.read(token)
        info = found.info
        if _digest(_hash(info.algorithm), message) != info.imprint:  # 1
            raise StampError("it is over something else")
        _check_attributes(found)  # 2
        signer = _signer(found)  # 3
        _check_signature(signer, found)
        _check_purpose(signer, info.at)  # 4
    except (der.DerError, ValueError, LookupError, UnsupportedAlgorithm, x509.DuplicateExtension) as problem:
        if isinstance(problem, StampError):
            raise
        text = f"no time stamp that can be read: {problem}"
        raise StampError(text) from problem
    name = signer.subject.rfc4514_string()
    if not authorities:
        return Stamped(info.at, name, is_trusted=False)
    _check_chain(signer, found.certificates, authorities, info.at)  # 5
    return Stamped(info.at, name, is_trusted=True)


def _check_attributes(found: _Token) -> None:
    kind, digest = found.attributes.get(_CONTENT_TYPE), found.attributes.get(_MESSAGE_DIGEST)
    if kind is None or digest is None or kind.oid() != _TST_INFO:
        raise StampError("what is signed is no TSTInfo")
    if digest.expect(der.OCTET_STRING).content != _digest(_hash(found.digest_algorithm), found.info.raw):
        raise StampError("what is signed is another TSTInfo")


def _signer(found: _Token) -> x509.Certificate:
    """Return the certificate that signed, by name and number and by the digest in the signed attributes (RFC 5816)."""
    issuer, serial = found.issuer_and_serial
    signer = next(
        (c for c in found.certificates if c.serial_number == serial and c.issuer.public_bytes() == issuer), None
    )
    if signer is None:
        raise StampError("it does not bring the certificate that signed it")
    raw = der.read(_der(signer)).raw
    first = found.attributes.get(_SIGNING_CERTIFICATE_V2)
    if first is not None:
        fields = first.sequence(1)[0].sequence(1)[0].sequence(1)
        named = fields[0].sequence(1)[0].oid() if fields[0].tag == der.SEQUENCE else _SHA256
        digest = next((each.content for each in fields if each.tag == der.OCTET_STRING), b"")
        is_same = digest == _digest(_hash(named), raw)
    elif (old := found.attributes.get(_SIGNING_CERTIFICATE)) is not None:
        digest = old.sequence(1)[0].sequence(1)[0].sequence(1)[0].expect(der.OCTET_STRING).content
        is_same = digest == _digest(hashes.SHA1(), raw)  # noqa: S303 - the old attribute knows no other; step 3 does not rest on it
    else:
        raise StampError("its signed attributes name no certificate")
    if not is_same:
        raise StampError("its signed attributes name another certificate")
    return signer


def _check_signature(signer: x509.Certificate, found: _Token) -> None:
    algorithm = _hash(found.digest_algorithm)
    try:
        point = sm2.public_key_from_spki(_spki(signer))
    except ValueError:
        point = None
    try:
        if point is not None:
            is_good = sm2.verify(point, found.signed, found.signature)
        else:
            _by_library(signer, found, algorithm)
            is_good = True
    except InvalidSignature:
        is_good = False
    if not is_good:
        raise StampError("its signature does not verify")


def _by_library(signer: x509.Certificate, found: _Token, algorithm: hashes.HashAlgorithm) -> None:
    match signer.public_key():
        case rsa.RSAPublicKey() as key:
            key.verify(found.signature, found.signed, padding.PKCS1v15(), algorithm)
        case ec.EllipticCurvePublicKey() as key:
            key.verify(found.signature, found.signed, ec.ECDSA(algorithm))
        case ed25519.Ed25519PublicKey() as key:
            key.verify(found.signature, found.signed)
        case _:
            raise StampError("its key is of a kind that is not known")


def _check_purpose(signer: x509.Certificate, at: datetime) -> None:
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        raise StampError("the certificate that signed is not for time stamps") from None
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING] or not usage.critical:  # RFC 3161 2.3
        raise StampError("the certificate that signed is not for time stamps alone")
    if not signer.not_valid_before_utc <= at <= signer.not_valid_after_utc:
        raise StampError("the certificate that signed was not good at that time")


def _check_chain(
    signer: x509.Certificate, brought: Sequence[x509.Certificate], authorities: Sequence[Authority], at: datetime
) -> None:
    current = signer
    for _step in range(CHAIN_LIMIT):
        if any(each.certificate == current for each in authorities):
            return
        trusted = [each.certificate for each in authorities]
        above = next((each for each in (*trusted, *brought) if each != current and _issued(current, each, at)), None)
        if above is None:
            break
        current = above
    raise StampError("it is by an authority that is not trusted here")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    if certificate.issuer != issuer.subject or not issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc:
        return False
    try:
        if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
    except x509.ExtensionNotFound:
        return False
    try:
        point = sm2.public_key_from_spki(_spki(issuer))
    except ValueError:
        point = None
    try:
        if point is not None:
            return sm2.verify(point, certificate.tbs_certificate_bytes, certificate.signature)
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _certificate(raw: bytes) -> x509.Certificate:
    """Return a certificate that is as RFC 5280 has it: what is read with a warning today (serial below 1) is refused.

    Raises:
        ValueError: It is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", CryptographyDeprecationWarning)
        try:
            return x509.load_der_x509_certificate(raw)
        except (CryptographyDeprecationWarning, x509.InvalidVersion) as problem:
            raise ValueError(str(problem)) from problem


def _der(certificate: x509.Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return certificate.public_bytes(Encoding.DER)


def _spki(certificate: x509.Certificate) -> bytes:
    fields = der.read(certificate.tbs_certificate_bytes).sequence(6)
    return fields[6 if fields[0].tag == _CONTEXT_0 else 5].raw


def _hash(oid: str) -> hashes.HashAlgorithm:
    if oid not in _HASHES:
        message = f"hash {oid} is too weak or not known"
        raise StampError(message)
    return _HASHES[oid]()


def _digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    made = hashes.Hash(algorithm)
    made.update(data)
    return made.finalize()


def _time(element: der.Element) -> datetime:
    """Return a GeneralizedTime: ``YYYYMMDDhhmmss[.fff]Z`` (RFC 3161 2.4.2)."""
    text = element.expect(_GENERALIZED_TIME).content.decode("ascii", "replace")
    whole, _point, fraction = text.removesuffix("Z").partition(".")
    if not text.endswith("Z") or not whole.isdecimal() or (fraction and not fraction.isdecimal()):
        raise StampError("its time cannot be read")
    try:
        made = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as problem:
        raise StampError("its time cannot be read") from problem
    return made.replace(microsecond=int(fraction[:6].ljust(6, "0")) if fraction else 0)
