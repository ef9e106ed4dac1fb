"""X.509 certificates, requests and revocation lists as they are, SM2 ones above all: read, named, verified; not judged.

``cryptography`` refuses SM2 public keys and some certificates that exist in the world (negative serial numbers, dates
that cannot be); here everything is read that is DER, and what is odd is a value that a check can see.
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.formats import der, sm2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SIZE_OCTETS: Final = 1 << 17
"""A certificate that is larger is not read."""
_NAMES_LIMIT: Final = 500
_REVOKED_LIMIT: Final = 500_000
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18

OID_RSA: Final = "1.2.840.113549.1.1.1"
OID_RSA_PSS: Final = "1.2.840.113549.1.1.10"
OID_DSA: Final = "1.2.840.10040.4.1"
_CURVES: Final = {
    sm2.OID_CURVE: ("SM2", 256),
    "1.2.840.10045.3.1.7": ("P-256", 256),
    "1.3.132.0.34": ("P-384", 384),
    "1.3.132.0.35": ("P-521", 521),
    "1.3.132.0.10": ("secp256k1", 256),
    "1.3.132.0.33": ("P-224", 224),
    "1.2.840.10045.3.1.1": ("P-192", 192),
    "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 256),
    "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 384),
    "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 512),
}
_OTHER_KEYS: Final = {
    "1.3.101.112": ("Ed25519", 256),
    "1.3.101.113": ("Ed448", 456),
    "1.3.101.110": ("X25519", 256),
    "1.3.101.111": ("X448", 448),
    "2.16.840.1.101.3.4.3.17": ("ML-DSA-44", 0),
    "2.16.840.1.101.3.4.3.18": ("ML-DSA-65", 0),
    "2.16.840.1.101.3.4.3.19": ("ML-DSA-87", 0),
    "1.2.156.10197.1.302": ("SM9", 256),
}
SIGNATURES: Final = {
    sm2.OID_SM2_WITH_SM3: ("SM2-with-SM3", "sm3"),
    "1.2.156.10197.1.502": ("SM2-with-SHA1", "sha1"),
    "1.2.156.10197.1.503": ("SM2-with-SHA256", "sha256"),
    "1.2.156.10197.1.504": ("RSA-with-SM3", "sm3"),
    "1.2.840.113549.1.1.2": ("RSA-with-MD2", "md2"),
    "1.2.840.113549.1.1.3": ("RSA-with-MD4", "md4"),
    "1.2.840.113549.1.1.4": ("RSA-with-MD5", "md5"),
    "1.2.840.113549.1.1.5": ("RSA-with-SHA1", "sha1"),
    "1.3.14.3.2.29": ("RSA-with-SHA1", "sha1"),
    "1.2.840.113549.1.1.10": ("RSA-PSS", ""),
    "1.2.840.113549.1.1.11": ("RSA-with-SHA256", "sha256"),
    "1.2.840.113549.1.1.12": ("RSA-with-SHA384", "sha384"),
    "1.2.840.113549.1.1.13": ("RSA-with-SHA512", "sha512"),
    "1.2.840.113549.1.1.14": ("RSA-with-SHA224", "sha224"),
    "1.2.840.10045.4.1": ("ECDSA-with-SHA1", "sha1"),
    "1.2.840.10045.4.3.1": ("ECDSA-with-SHA224", "sha224"),
    "1.2.840.10045.4.3.2": ("ECDSA-with-SHA256", "sha256"),
    "1.2.840.10045.4.3.3": ("ECDSA-with-SHA384", "sha384"),
    "1.2.840.10045.4.3.4": ("ECDSA-with-SHA512", "sha512"),
    "1.2.840.10040.4.3": ("DSA-with-SHA1", "sha1"),
    "2.16.840.1.101.3.4.3.2": ("DSA-with-SHA256", "sha256"),
    "1.3.101.112": ("Ed25519", "ed25519"),
    "1.3.101.113": ("Ed448", "ed448"),
    "2.16.840.1.101.3.4.3.17": ("ML-DSA-44", ""),
    "2.16.840.1.101.3.4.3.18": ("ML-DSA-65", ""),
    "2.16.840.1.101.3.4.3.19": ("ML-DSA-87", ""),
}
"""Name and hash of signature algorithms (GM/T 0006, RFC 3279, 4055, 5758, 8410, 9881)."""

_EXTENSIONS: Final = {
    "2.5.29.15": "keyUsage",
    "2.5.29.17": "subjectAltName",
    "2.5.29.19": "basicConstraints",
    "2.5.29.30": "nameConstraints",
    "2.5.29.31": "cRLDistributionPoints",
    "2.5.29.32": "certificatePolicies",
    "2.5.29.35": "authorityKeyIdentifier",
    "2.5.29.14": "subjectKeyIdentifier",
    "2.5.29.37": "extKeyUsage",
    "1.3.6.1.5.5.7.1.1": "authorityInfoAccess",
}
_USAGES: Final = (
    *("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"),
    *("keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"),
)
ENCIPHERING: Final = frozenset({"keyEncipherment", "dataEncipherment", "keyAgreement"})
_ATTRIBUTES: Final = {
    "2.5.4.3": "CN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}


class X509Error(ValueError):
    """The octets are no certificate, request or revocation list."""


class Signature(StrEnum):
    """What verifying a signature came to."""

    VALID = "valid"
    EMPTY_ID = "empty user id"
    INVALID = "invalid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key as a SubjectPublicKeyInfo has it.

    Attributes:
        kind: ``SM2``, ``RSA``, ``EC P-256``, ``EC explicit`` …, or the object identifier of what is not known.
        bits: Size, 0 where it is not known.
        curve: Object identifier of the named curve, empty without one.
        is_explicit: The curve is spelled out instead of named.
        point: SM2 point, None if it is none or off the curve.
        is_off_curve: It names the SM2 curve, and the point is not on it.
        spki: The structure itself.
    """

    kind: str
    bits: int
    curve: str = ""
    is_explicit: bool = False
    point: sm2.Point | None = None
    is_off_curve: bool = False
    spki: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, in hex."""
        return hashlib.sha256(self.spki).hexdigest()

    @property
    def identity(self) -> str:
        """`digest` of the same key in its usual spelling: RSA with NULL parameters, a point in full; to compare by."""
        return hashlib.sha256(_usual_spki(self)).hexdigest()


def public_key(spki: bytes) -> PublicKey:
    """Read a SubjectPublicKeyInfo.

    Raises:
        X509Error: It is none.
    """
    try:
        algorithm, bits = der.read(spki).sequence(2)[:2]
        kind, *parameters = algorithm.sequence(1)
        name = kind.oid()
        if name in {OID_RSA, OID_RSA_PSS}:
            modulus = der.read(bits.bits()).sequence(2)[0].integer()
            return PublicKey(kind="RSA", bits=modulus.bit_length(), spki=spki)
        if name == sm2.OID_EC_KEY:
            return _ec_key(parameters, bits, spki)
        if name == OID_DSA:
            prime = parameters[0].sequence(3)[0].integer() if parameters else 0
            return PublicKey(kind="DSA", bits=prime.bit_length(), spki=spki)
    except der.DerError as error:
        message = f"no public key: {error}"
        raise X509Error(message) from error
    other, size = _OTHER_KEYS.get(name, (name, 0))
    return PublicKey(kind=other, bits=size, spki=spki)


def _usual_spki(key: PublicKey) -> bytes:
    """Return a SubjectPublicKeyInfo as most write it: RSA of PSS (RFC 4055 1.2) as plain RSA, points in full."""
    if key.point is not None:
        return sm2.spki(key.point)
    if key.kind == "RSA":
        numbers = der.read(key.spki).sequence(2)[1]
        return der.sequence(der.sequence(der.oid(OID_RSA), b"\x05\x00"), numbers.raw)
    is_curve = key.kind.startswith("EC ") and not key.is_explicit
    return _whole_point(key.spki) if is_curve else key.spki


def _whole_point(spki: bytes) -> bytes:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - few points are compressed
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    try:
        if der.read(spki).sequence(2)[1].bits()[:1] not in {b"\x02", b"\x03"}:
            return spki
        loaded = serialization.load_der_public_key(spki)
        return loaded.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # a DerError is a ValueError
        return spki


def _ec_key(parameters: list[der.Element], bits: der.Element, spki: bytes) -> PublicKey:
    if not parameters or parameters[0].tag != der.OID:
        size = 0
        if parameters and parameters[0].tag == der.SEQUENCE:
            fields = parameters[0].sequence(2)
            field_id = fields[1].sequence(2)
            size = field_id[1].integer().bit_length() if field_id[1].tag == der.INTEGER else 0
        return PublicKey(kind="EC explicit", bits=size, is_explicit=True, spki=spki)
    curve = parameters[0].oid()
    name, size = _CURVES.get(curve, (curve, 0))
    if curve != sm2.OID_CURVE:
        return PublicKey(kind=f"EC {name}", bits=size, curve=curve, spki=spki)
    try:
        point = sm2.point_from_octets(bits.bits())
    except sm2.Sm2Error:
        return PublicKey(kind="SM2", bits=size, curve=curve, is_off_curve=True, spki=spki)
    return PublicKey(kind="SM2", bits=size, curve=curve, point=point, spki=spki)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate.

    Attributes:
        raw: DER.
        tbs: The part that is signed.
        serial: Serial number; may be negative.
        subject: Name as DER.
        issuer: Name as DER.
        subject_text: Name as text, ``CN=…, O=…``.
        issuer_text: Name as text.
        not_before: Start of validity; None where the date cannot be.
        not_after: End of validity; None where the date cannot be.
        key: Public key.
        signature_oid: Algorithm of the signature.
        signature_parameters: ``absent``, ``null`` or ``other``.
        pss_hash: Hash that the parameters of RSASSA-PSS name; empty for every other algorithm.
        signature: Octets.
        is_consistent: The algorithm inside the signed part is the one outside.
        is_ca: basicConstraints says CA.
        path_length: Its limit.
        usages: keyUsage, None if the extension is absent.
        extended_usages: extKeyUsage, None if the extension is absent.
        names: DNS names of the subject alternative name.
        addresses: Its addresses.
        crl_urls: Addresses of revocation lists.
        ocsp_urls: Addresses of OCSP responders.
        permitted: Names below it have to lie in one of these (RFC 5280 4.2.1.10): kind and value.
        excluded: Names below it may lie in none of these.
        authority_key: Key identifier of the issuer, hex.
        subject_key: Key identifier, hex.
        strange_critical: Critical extensions that are not known here.
        problems: What could not be read of it.
    """

    raw: bytes
    tbs: bytes
    serial: int
    subject: bytes
    issuer: bytes
    subject_text: str
    issuer_text: str
    not_before: datetime | None
    not_after: datetime | None
    key: PublicKey
    signature_oid: str
    signature_parameters: str
    signature: bytes
    is_consistent: bool
    pss_hash: str = ""
    is_ca: bool = False
    path_length: int | None = None
    usages: frozenset[str] | None = None
    extended_usages: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    crl_urls: tuple[str, ...] = ()
    ocsp_urls: tuple[str, ...] = ()
    permitted: tuple[tuple[str, str], ...] = ()
    excluded: tuple[tuple[str, str], ...] = ()
    authority_key: str = ""
    subject_key: str = ""
    strange_critical: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Fingerprint, hex."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def sm3(self) -> str:
        """Fingerprint, hex."""
        return sm3(self.raw).hex()

    @property
    def sm2_point(self) -> sm2.Point | None:
        """The public key, if it is an SM2 key on its curve."""
        return self.key.point

    @property
    def signature_name(self) -> str:
        """Name of the signature algorithm, or its object identifier."""
        known = SIGNATURES.get(self.signature_oid, (self.signature_oid, ""))[0]
        return f"{known} with {self.pss_hash.upper()}" if self.pss_hash else known

    @property
    def signature_hash(self) -> str:
        """Hash of the signature algorithm, empty where it is not known."""
        return self.pss_hash or SIGNATURES.get(self.signature_oid, ("", ""))[1]

    @property
    def is_self_issued(self) -> bool:
        """Whether it names itself as its issuer."""
        return same_name(self.subject, self.issuer)

    @property
    def signs(self) -> bool:
        """Whether it may sign; so may one without key usage."""
        return self.usages is None or "digitalSignature" in self.usages

    @property
    def enciphers(self) -> bool:
        """Whether it may encipher; so may one without key usage."""
        return self.usages is None or not ENCIPHERING.isdisjoint(self.usages)

    @property
    def only_signs(self) -> bool:
        """Whether key usage lets it sign and not encipher."""
        return self.usages is not None and self.signs and not self.enciphers

    @property
    def only_enciphers(self) -> bool:
        """Whether key usage lets it encipher and not sign."""
        return self.usages is not None and self.enciphers and not self.signs


def same_name(one: bytes, other: bytes) -> bool:
    """Tell whether two names in DER are one (RFC 5280 7.1): types of strings, case and spaces do not count."""
    return one == other or folded_name(one) == folded_name(other)


_TEXTS: Final = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x14: "latin-1", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
"""String types of names, by tag."""


@lru_cache(maxsize=4096)
def folded_name(name: bytes) -> str:
    """Return a name in DER as a text to compare by; its octets where it cannot be read."""
    try:
        return repr(
            [
                sorted(_folded_attribute(attribute) for attribute in relative.expect(der.SET).children())
                for relative in der.read(name).sequence()
            ]
        )
    except der.DerError:
        return name.hex()


def _folded_attribute(attribute: der.Element) -> tuple[str, str]:
    kind, value = attribute.sequence(2)[:2]
    try:
        text = value.content.decode(_TEXTS[value.tag])
    except (KeyError, UnicodeDecodeError):
        return kind.oid(), value.raw.hex()
    return kind.oid(), " ".join(text.casefold().split())


def sm3(octets: bytes) -> bytes:
    """Return the SM3 digest."""
    from cryptography.hazmat.primitives.hashes import SM3, Hash  # noqa: PLC0415 - where it is asked for

    digest = Hash(SM3())
    digest.update(octets)
    return digest.finalize()


def read_or_none(data: bytes) -> Certificate | None:
    """Return a certificate, or None where the octets are none."""
    try:
        return read(data)
    except X509Error:
        return None


def read(data: bytes) -> Certificate:
    """Read a certificate in DER.

    Raises:
        X509Error: It is none.
    """
    if len(data) > SIZE_OCTETS:
        message = f"certificate of {len(data)} octets"
        raise X509Error(message)
    try:
        outer = der.read(data).sequence()
        if len(outer) != 3:  # noqa: PLR2004 - tbs, algorithm, signature
            raise X509Error("no certificate: three fields are due")
        tbs, algorithm, signature = outer
        fields = list(tbs.sequence(6))
        if fields[0].tag == 0xA0:  # noqa: PLR2004 - context tag 0, the version
            fields.pop(0)
        if len(fields) < 6:  # noqa: PLR2004 - serial … public key
            raise X509Error("no certificate: fields are missing")
        serial, inner_algorithm, issuer, validity, subject, spki, *rest = fields
        begins, ends = validity.sequence(2)[:2]
        oid, *parameters = algorithm.sequence(1)
        found = _extensions(rest)
        return Certificate(
            raw=data,
            tbs=tbs.raw,
            serial=int.from_bytes(serial.expect(der.INTEGER).content, "big", signed=True),
            subject=subject.raw,
            issuer=issuer.raw,
            subject_text=name_text(subject),
            issuer_text=name_text(issuer),
            not_before=_time(begins),
            not_after=_time(ends),
            key=public_key(spki.raw),
            signature_oid=oid.oid(),
            signature_parameters=_parameters(parameters),
            pss_hash=_pss_hash(parameters) if oid.oid() == OID_RSA_PSS else "",
            signature=signature.bits(),
            is_consistent=inner_algorithm.raw == algorithm.raw,
            **found,  # type: ignore[arg-type]
        )
    except der.DerError as error:
        message = f"no certificate: {error}"
        raise X509Error(message) from error


def _parameters(parameters: list[der.Element]) -> str:
    if not parameters:
        return "absent"
    return "null" if parameters[0].raw == b"\x05\x00" else "other"


_HASHES: Final = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "1.2.156.10197.1.401": "sm3",
}


def _pss_hash(parameters: list[der.Element]) -> str:
    """Return the hash of RSASSA-PSS; where its parameters name none, that is SHA-1 (RFC 4055 3.1)."""
    if not parameters or parameters[0].tag != der.SEQUENCE:
        return "sha1"
    for each in parameters[0].sequence():
        if each.tag == 0xA0:  # noqa: PLR2004 - context tag 0, hashAlgorithm
            oid = der.read(each.content).sequence(1)[0].oid()
            return _HASHES.get(oid, oid)
    return "sha1"


def _time(element: der.Element) -> datetime | None:
    """Return a date, None where it cannot be; RFC 5280 4.1.2.5 has two forms, both in UTC with seconds."""
    text = element.content.decode("ascii", "replace")
    if element.tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif element.tag != _GENERALIZED_TIME:
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def name_text(name: der.Element) -> str:
    """Return a name as text, most specific part first; octets that are no text are shown by their numbers."""
    parts: list[str] = []
    try:
        for relative in name.sequence():
            for attribute in relative.expect(der.SET).children():
                kind, value = attribute.sequence(2)[:2]
                oid = kind.oid()
                parts.append(f"{_ATTRIBUTES.get(oid, oid)}={_text(value)}")
    except der.DerError:
        return f"(unreadable name {name.raw[:32].hex()})"
    return ", ".join(reversed(parts))[:_NAMES_LIMIT]


def _text(value: der.Element) -> str:
    encoding = {0x1E: "utf-16-be", 0x1C: "utf-32-be", 0x14: "latin-1"}.get(value.tag, "utf-8")
    try:
        text = value.content.decode(encoding)
    except UnicodeDecodeError:
        text = value.content.decode("ascii", "backslashreplace")
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text)[:_NAMES_LIMIT]


def _extensions(rest: list[der.Element]) -> dict[str, object]:
    found: dict[str, object] = {}
    problems: list[str] = []
    strange: list[str] = []
    for field in rest:
        if field.tag != 0xA3:  # noqa: PLR2004 - context tag 3, extensions
            continue
        for extension in der.read(field.content).sequence():
            oid, *flags, value = extension.sequence(2)
            name = _EXTENSIONS.get(oid.oid(), "")
            is_critical = bool(flags) and flags[0].content == b"\xff"
            if not name:
                strange.extend([oid.oid()] if is_critical else [])
                continue
            try:
                found.update(_extension(name, der.read(value.expect(der.OCTET_STRING).content)))
            except der.DerError:
                problems.append(name)
    return {**found, "strange_critical": tuple(strange), "problems": tuple(problems)}


def _extension(name: str, value: der.Element) -> dict[str, object]:  # noqa: PLR0911 - one for each kind
    match name:
        case "basicConstraints":
            fields = value.sequence()
            is_ca = bool(fields) and fields[0].tag == 1 and fields[0].content != b"\x00"
            lengths = [each.integer() for each in fields if each.tag == der.INTEGER]
            return {"is_ca": is_ca, "path_length": lengths[0] if lengths else None}
        case "keyUsage":
            unused, *octets = value.expect(der.BIT_STRING).content or b"\x00"
            del unused
            bits = "".join(f"{octet:08b}" for octet in octets)
            return {"usages": frozenset(usage for usage, bit in zip(_USAGES, bits, strict=False) if bit == "1")}
        case "extKeyUsage":
            return {"extended_usages": tuple(each.oid() for each in value.sequence())}
        case "subjectAltName":
            return _alternative_names(value)
        case "nameConstraints":
            return _constraints(value)
        case "cRLDistributionPoints":
            return {"crl_urls": tuple(_urls(value))}
        case "authorityInfoAccess":
            ocsp = [each for each in value.sequence() if each.sequence(2)[0].oid() == "1.3.6.1.5.5.7.48.1"]
            return {"ocsp_urls": tuple(url for each in ocsp for url in _urls(each))}
        case "authorityKeyIdentifier":
            keys = [each.content.hex() for each in value.sequence() if each.tag == 0x80]  # noqa: PLR2004
            return {"authority_key": keys[0] if keys else ""}
        case "subjectKeyIdentifier":
            return {"subject_key": value.expect(der.OCTET_STRING).content.hex()}
    return {}


def _alternative_names(value: der.Element) -> dict[str, object]:
    names, addresses = [], []
    for each in value.sequence():
        if each.tag == 0x82:  # noqa: PLR2004 - context tag 2, dNSName
            names.append(each.content.decode("ascii", "backslashreplace"))
        elif each.tag == 0x87 and len(each.content) in {4, 16}:  # noqa: PLR2004 - context tag 7, iPAddress
            addresses.append(str(ipaddress.ip_address(each.content)))
    return {"names": tuple(names), "addresses": tuple(addresses)}


def _constraints(value: der.Element) -> dict[str, object]:
    """Return the names that may and may not stand below; those of other kinds than DNS names and addresses are told."""
    sides: dict[int, list[tuple[str, str]]] = {0xA0: [], 0xA1: []}
    for side in value.sequence():
        for subtree in der.elements(side.content):
            base = subtree.sequence(1)[0]
            if base.tag == 0x82:  # noqa: PLR2004 - dNSName
                found = ("DNS", base.content.decode("ascii", "backslashreplace").lower())
            elif base.tag == 0x87 and len(base.content) in {8, 32}:  # noqa: PLR2004 - iPAddress with its mask
                half = len(base.content) // 2
                mask = int.from_bytes(base.content[half:], "big").bit_count()
                found = ("IP", f"{ipaddress.ip_address(base.content[:half])}/{mask}")
            else:
                found = (f"tag {base.tag:02x}", base.content.hex()[:100])
            sides.setdefault(side.tag, []).append(found)
    return {"permitted": tuple(sides[0xA0]), "excluded": tuple(sides[0xA1])}


def outside(names: Iterable[str], addresses: Iterable[str], issuer: Certificate) -> str:
    """Return the first name of a leaf that the constraints of an authority do not allow, empty where there is none."""
    for kind, given in (("DNS", names), ("IP", addresses)):
        allowed = [value for of, value in issuer.permitted if of == kind]
        denied = [value for of, value in issuer.excluded if of == kind]
        for each in given:
            if any(_lies_in(each, value, kind) for value in denied):
                return each
            if allowed and not any(_lies_in(each, value, kind) for value in allowed):
                return each
    return ""


def _lies_in(name: str, space: str, kind: str) -> bool:
    if kind == "DNS":
        own, base = name.lower().rstrip("."), space.removeprefix(".")
        return not base or own == base or own.endswith(f".{base}")
    try:
        return ipaddress.ip_address(name) in ipaddress.ip_network(space, strict=False)
    except ValueError:
        return False


def _urls(element: der.Element, depth: int = 0) -> Iterable[str]:
    """Yield the addresses anywhere inside: context tag 6, uniformResourceIdentifier."""
    if element.tag == 0x86:  # noqa: PLR2004
        yield element.content.decode("ascii", "backslashreplace")
    elif element.tag & 0x20 and depth < 8:  # noqa: PLR2004 - constructed; no deeper than the standard has it
        for each in element.children():
            yield from _urls(each, depth + 1)


# --- Verifying -------------------------------------------------------------------------------------------------------


def verify(signed: bytes, signature: bytes, oid: str, key: PublicKey, pss_hash: str = "") -> Signature:
    """Verify a signature of a certificate, request or list under a key.

    An SM2 signature that holds under an empty user id says so: ``openssl`` 3.0 makes such where no id is given.
    """
    if oid == sm2.OID_SM2_WITH_SM3:
        if key.point is None:
            return _sm2_over_another_curve(signed, signature, key)
        if sm2.verify(key.point, signed, signature):
            return Signature.VALID
        return Signature.EMPTY_ID if sm2.verify(key.point, signed, signature, b"") else Signature.INVALID
    return _international(signed, signature, oid, key, pss_hash)


def _sm2_over_another_curve(signed: bytes, signature: bytes, key: PublicKey) -> Signature:
    """Nothing verifies here but SM2 on its own curve; such a signature says nothing good."""
    del signed, signature, key
    return Signature.UNKNOWN


def _international(signed: bytes, signature: bytes, oid: str, key: PublicKey, pss_hash: str) -> Signature:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - as `sm3`
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa  # noqa: PLC0415

    algorithms: dict[str, Callable[[], hashes.HashAlgorithm]] = {
        "md5": hashes.MD5,
        "sha1": hashes.SHA1,
        "sha224": hashes.SHA224,
        "sha256": hashes.SHA256,
        "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
        "sm3": hashes.SM3,
    }
    make = algorithms.get(SIGNATURES.get(oid, ("", ""))[1])
    try:
        loaded = serialization.load_der_public_key(key.spki)
        if isinstance(loaded, rsa.RSAPublicKey) and oid == OID_RSA_PSS:
            return _pss(loaded, signed, signature, pss_hash)
        if isinstance(loaded, rsa.RSAPublicKey) and make:
            loaded.verify(signature, signed, padding=padding.PKCS1v15(), algorithm=make())
        elif isinstance(loaded, ec.EllipticCurvePublicKey) and make:
            loaded.verify(signature, signed, ec.ECDSA(make()))
        elif isinstance(loaded, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            loaded.verify(signature, signed)
        else:
            return Signature.UNKNOWN
    except InvalidSignature:
        return Signature.INVALID
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return Signature.UNKNOWN
    return Signature.VALID


def _pss(loaded: object, signed: bytes, signature: bytes, named: str) -> Signature:
    """Verify with the hash that the parameters name; where they are not known, try those in use: only one can hold."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    for make in (hashes.SHA256, hashes.SHA384, hashes.SHA512, hashes.SHA1):
        if named and named != make.name:
            continue
        try:
            loaded.verify(  # type: ignore[attr-defined]
                signature, signed, padding.PSS(mgf=padding.MGF1(make()), salt_length=padding.PSS.AUTO), make()
            )
        except InvalidSignature:
            continue
        return Signature.VALID
    return Signature.INVALID


def issued_by(certificate: Certificate, issuer: Certificate) -> Signature:
    """Verify the signature of a certificate under the key of another."""
    return verify(certificate.tbs, certificate.signature, certificate.signature_oid, issuer.key, certificate.pss_hash)


# --- Requests and revocation lists -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A certificate signing request (PKCS#10).

    Attributes:
        raw: DER.
        subject_text: Name as text.
        key: Public key.
        signature_oid: Algorithm of the signature.
        signature: What verifying it under its own key came to.
    """

    raw: bytes
    subject_text: str
    key: PublicKey
    signature_oid: str
    signature: Signature


def read_request(data: bytes) -> Request:
    """Read a request in DER and verify it under its own key.

    Raises:
        X509Error: It is none.
    """
    if len(data) > SIZE_OCTETS:
        raise X509Error("request is too large")
    try:
        info, algorithm, bits = der.read(data).sequence(3)[:3]
        _version, subject, spki = info.sequence(3)[:3]
        key = public_key(spki.raw)
        oid = algorithm.sequence(1)[0].oid()
        return Request(
            raw=data,
            subject_text=name_text(subject),
            key=key,
            signature_oid=oid,
            signature=verify(info.raw, bits.bits(), oid, key),
        )
    except der.DerError as error:
        message = f"no request: {error}"
        raise X509Error(message) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """A certificate revocation list.

    Attributes:
        raw: DER.
        tbs: The part that is signed.
        issuer: Name as DER.
        issuer_text: Name as text.
        this_update: When it was made.
        next_update: When the next is due; None where it does not say.
        revoked: Serial numbers.
        signature_oid: Algorithm of the signature.
        signature: Octets.
    """

    raw: bytes
    tbs: bytes
    issuer: bytes
    issuer_text: str
    this_update: datetime | None
    next_update: datetime | None
    revoked: frozenset[int]
    signature_oid: str
    signature: bytes

    def signed_by(self, issuer: Certificate) -> Signature:
        """Verify the signature under the key of a certificate."""
        return verify(self.tbs, self.signature, self.signature_oid, issuer.key)


def read_list(data: bytes) -> RevocationList:
    """Read a revocation list in DER.

    Raises:
        X509Error: It is none.
    """
    try:
        tbs, algorithm, signature = der.read(data).sequence(3)[:3]
        fields = list(tbs.sequence(3))
        if fields[0].tag == der.INTEGER:
            fields.pop(0)
        _inner, issuer, updated, *rest = fields
        following = rest.pop(0) if rest and rest[0].tag in {_UTC_TIME, _GENERALIZED_TIME} else None
        entries = rest[0].children(_REVOKED_LIMIT) if rest and rest[0].tag == der.SEQUENCE else ()
        return RevocationList(
            raw=data,
            tbs=tbs.raw,
            issuer=issuer.raw,
            issuer_text=name_text(issuer),
            this_update=_time(updated),
            next_update=_time(following) if following else None,
            revoked=frozenset(
                int.from_bytes(each.sequence(2)[0].expect(der.INTEGER).content, "big", signed=True) for each in entries
            ),
            signature_oid=algorithm.sequence(1)[0].oid(),
            signature=signature.bits(),
        )
    except (der.DerError, ValueError) as error:
        message = f"no revocation list: {error}"
        raise X509Error(message) from error
