"""Files that hold certificates and keys: what is inside, by form, without ever giving a private key away.

PEM, DER, PKCS#7, PKCS#8, SEC 1, PKCS#12, JKS, requests, revocation lists, CFCA ``.sm2`` files, enveloped keys of
GM/T 0009. What cannot be opened is named, never an exception.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.formats import der, sm2, x509

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZE_OCTETS: Final = 16 << 20
ITEMS: Final = 2000
STOCK_PASSWORDS: Final = ("", "changeit", "changeme", "password", "123456", "12345678", "111111", "secret", "cfca1234")
_PEM: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/=\s]+")
_LEAST_ROUNDS: Final = 10_000
_LEAST_PRIME_BITS: Final = 2048
"""Shorter primes of Diffie-Hellman fall to a precomputation that states can pay (RFC 9325, 4.1)."""
_VERSION: Final = 0xA0
"""Context tag 0: the version of a certificate, the attributes of a request."""

_CIPHERS: Final = {
    "1.2.156.10197.1.104.2": "SM4-CBC",
    "1.2.156.10197.1.104.1": "SM4-ECB",
    "1.2.156.10197.1.104.8": "SM4-GCM",
    "1.2.840.113549.3.7": "3DES-CBC",
    "1.3.14.3.2.7": "DES-CBC",
    "1.2.840.113549.3.2": "RC2-CBC",
    "2.16.840.1.101.3.4.1.2": "AES-128-CBC",
    "2.16.840.1.101.3.4.1.22": "AES-192-CBC",
    "2.16.840.1.101.3.4.1.42": "AES-256-CBC",
    "2.16.840.1.101.3.4.1.6": "AES-128-GCM",
    "2.16.840.1.101.3.4.1.46": "AES-256-GCM",
}
_WEAK_CIPHERS: Final = frozenset({"3DES-CBC", "DES-CBC", "RC2-CBC"})
_PRFS: Final = {
    "1.2.840.113549.2.7": "HMAC-SHA1",
    "1.2.840.113549.2.9": "HMAC-SHA256",
    "1.2.840.113549.2.10": "HMAC-SHA384",
    "1.2.840.113549.2.11": "HMAC-SHA512",
    "1.2.156.10197.1.401.2": "HMAC-SM3",
}
_PBES2: Final = "1.2.840.113549.1.5.13"
_PBKDF2: Final = "1.2.840.113549.1.5.12"
_SCRYPT: Final = "1.3.6.1.4.1.11591.4.11"
_SIGNED_DATA: Final = frozenset({"1.2.840.113549.1.7.2", "1.2.156.10197.6.1.4.2.2"})
_DATA: Final = frozenset({"1.2.840.113549.1.7.1", "1.2.156.10197.6.1.4.2.1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A private key, by what may be said of it.

    Attributes:
        form: ``PKCS#8``, ``SEC 1``, ``PKCS#1``, ``encrypted PKCS#8``, ``encrypted PEM``, ``OpenSSH``.
        is_encrypted: A password protects it.
        protection: How.
        rounds: Of the key derivation.
        is_weak: The protection is weak.
        kind: ``SM2``, ``RSA`` …; empty where it cannot be seen.
        digest: SHA-256 of its public key; empty where it cannot be seen.
        sm2_key: The key itself, if it is SM2 and in the clear; to open an envelope beside it, nothing else.
    """

    form: str
    is_encrypted: bool = False
    protection: str = ""
    rounds: int | None = None
    is_weak: bool = False
    kind: str = ""
    digest: str = ""
    sm2_key: int | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A container under a password.

    Attributes:
        form: ``PKCS#12``, ``JKS``, ``JCEKS``, ``CFCA SM2``.
        octets: It.
        holds: What is seen to be inside without a password.
    """

    form: str
    octets: bytes = field(repr=False)
    holds: tuple[str, ...] = ()


@dataclass
class Contents:
    """What a file holds.

    Attributes:
        certificates: Those that could be read, in order.
        keys: Private keys.
        requests: Signing requests.
        lists: Revocation lists.
        stores: Containers.
        envelopes: Enveloped keys (DER).
        problems: What could not be read, each a few words.
    """

    certificates: list[x509.Certificate] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    requests: list[x509.Request] = field(default_factory=list)
    lists: list[x509.RevocationList] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)
    envelopes: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the trade is in it."""
        return not (self.certificates or self.keys or self.requests or self.lists or self.stores or self.envelopes)


def read(data: bytes) -> Contents:
    """Read a file of any of the forms; never raises."""
    found = Contents()
    if len(data) > SIZE_OCTETS:
        found.problems.append(f"larger than {SIZE_OCTETS} octets")
        return found
    if data[:4] in _JAVA:
        _java(data, found)
        return found
    data = _narrow(data)
    blocks = _PEM.findall(data)
    if b"-----BEGIN " in data:
        begun = data.count(b"-----BEGIN ")
        if begun > len(blocks):
            found.problems.append(f"{begun - len(blocks)} PEM blocks without an end")
        for label, body in blocks[:ITEMS]:
            _block(label.decode("ascii"), body, found)
        return found
    if not _der(data, found):
        decoded = _base64(data)
        if not (decoded and _der(decoded, found)):
            found.problems.append("no certificate, key, request or list in a known form")
    return found


def _narrow(data: bytes) -> bytes:
    """Return a text of UTF-16, as editors on Windows save it, in single octets; anything else as it is."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace").encode("utf-8")
    if b"-\0-\0-\0-\0-\0B\0E\0G\0I\0N" in data[:4096]:
        return data.replace(b"\0", b"")
    return data


def begins(data: bytes) -> bool:
    """Tell whether a certificate, a key or the like begins in some octets, in UTF-8 or UTF-16."""
    return b"-----BEGIN " in data or b"-\0-\0-\0B\0E\0G\0I\0N" in data


def _base64(data: bytes) -> bytes:
    text = data.strip()
    if not text or not _BASE64.fullmatch(text):
        return b""
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        return b""


def _block(label: str, body: bytes, found: Contents) -> None:  # noqa: C901 - a branch for each kind of block
    body = body.replace(b"\\r", b"").replace(b"\\n", b"\n")  # as variables and JSON hold it in one line
    if b"ENCRYPTED" in body.split(b"\n\n")[0] and b"DEK-Info" in body:
        cipher = re.search(rb"DEK-Info:\s*([A-Z0-9-]+)", body)
        name = cipher.group(1).decode("ascii") if cipher else "unknown"
        found.keys.append(
            Key(
                form="encrypted PEM",
                is_encrypted=True,
                protection=f"{name}, MD5 in one round",
                rounds=1,
                is_weak=True,
                kind=next((kind for kind in ("RSA", "DSA") if label.startswith(kind)), ""),
            )
        )
        return
    try:
        octets = base64.b64decode(b"".join(body.split()), validate=True)
    except binascii.Error:
        found.problems.append(f"PEM block {label} is no base64")
        return
    match label:
        case "CERTIFICATE" | "X509 CERTIFICATE":
            _certificate(octets, found)
        case "TRUSTED CERTIFICATE":
            try:
                _certificate(der.read_first(octets).raw, found)
            except der.DerError as error:
                found.problems.append(f"PEM block {label}: {error}")
        case "EC PARAMETERS" | "DSA PARAMETERS":
            pass
        case "DH PARAMETERS" | "X9.42 DH PARAMETERS":
            bits = _prime_bits(octets)
            if 0 < bits < _LEAST_PRIME_BITS:
                found.problems.append(f"DH parameters of {bits} bits: servers that use them are to be asked")
        case "OPENSSH PRIVATE KEY":
            is_encrypted = b"none" not in octets[:40]
            found.keys.append(
                Key(form="OpenSSH", is_encrypted=is_encrypted, protection="bcrypt" if is_encrypted else "")
            )
        case _:
            if not _der(octets, found):
                found.problems.append(f"PEM block {label} could not be read")


def _prime_bits(octets: bytes) -> int:
    """Return the length of the prime of Diffie-Hellman parameters (PKCS #3), 0 if it cannot be read."""
    try:
        prime = der.read(octets).sequence()[0]
        return int.from_bytes(prime.content, "big").bit_length() if prime.tag == der.INTEGER else 0
    except (der.DerError, IndexError):
        return 0


def _certificate(octets: bytes, found: Contents) -> None:
    try:
        found.certificates.append(x509.read(octets))
    except x509.X509Error as error:
        found.problems.append(str(error))


def _der(octets: bytes, found: Contents) -> bool:
    """Read one DER structure of any known kind; tell whether it was one."""
    try:
        fields = der.read(octets).sequence()
    except der.DerError:
        return False
    try:
        return any(take(octets, fields, found) for take in _KINDS)
    except (der.DerError, sm2.Sm2Error, x509.X509Error, ValueError):
        return False


def _as_certificate(octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    if len(fields) != 3 or fields[0].tag != der.SEQUENCE or fields[2].tag != der.BIT_STRING:  # noqa: PLR2004
        return False
    tags = [each.tag for each in fields[0].children()]
    if tags[:1] == [_VERSION] or tags[:4] == [der.INTEGER, der.SEQUENCE, der.SEQUENCE, der.SEQUENCE]:
        _certificate(octets, found)
    elif tags[:3] == [der.INTEGER, der.SEQUENCE, der.SEQUENCE] and tags[3:4] in ([], [_VERSION]):
        found.requests.append(x509.read_request(octets))
    else:
        found.lists.append(x509.read_list(octets))
    return True


def _as_private_key(octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    if fields[0].tag != der.INTEGER:
        return False
    if len(fields) >= 3 and fields[1].tag == der.SEQUENCE and fields[2].tag == der.OCTET_STRING:  # noqa: PLR2004
        found.keys.append(_plain_key("PKCS#8", octets))
        return True
    if fields[0].content == b"\x01" and len(fields) >= 2 and fields[1].tag == der.OCTET_STRING:  # noqa: PLR2004
        found.keys.append(_plain_key("SEC 1", octets))
        return True
    if len(fields) >= 9 and all(each.tag == der.INTEGER for each in fields[:9]):  # noqa: PLR2004
        found.keys.append(_plain_key("PKCS#1", octets))
        return True
    return False


def _plain_key(form: str, octets: bytes) -> Key:
    try:
        private = sm2.private_key_from_der(octets)
        spki = sm2.spki(sm2.public_key(private))
        return Key(form=form, kind="SM2", digest=hashlib.sha256(spki).hexdigest(), sm2_key=private)
    except sm2.Sm2Error:
        pass
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - where there is another key
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    try:
        loaded = serialization.load_der_private_key(octets, None)
        public = loaded.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return Key(form=form)
    kind = x509.public_key(public)
    return Key(form=form, kind=kind.kind, digest=kind.digest)


def _as_public_key(_octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    """SubjectPublicKeyInfo, or PKCS#1 of an RSA key: public, so that there is nothing to say of it."""
    del found
    tags = [each.tag for each in fields]
    return tags in ([der.SEQUENCE, der.BIT_STRING], [der.INTEGER, der.INTEGER])


def _as_encrypted_key(_octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    if len(fields) != 2 or fields[0].tag != der.SEQUENCE or fields[1].tag != der.OCTET_STRING:  # noqa: PLR2004
        return False
    found.keys.append(_protection(fields[0]))
    return True


def _protection(algorithm: der.Element) -> Key:
    """Return how a password protects a key (PKCS#5, PKCS#12)."""
    oid, *parameters = algorithm.sequence(1)
    name = oid.oid()
    if name != _PBES2:
        rounds = parameters[0].sequence()[-1].integer() if parameters else None
        kind = "PBES1" if name.startswith("1.2.840.113549.1.5.") else "PKCS#12 PBE"
        return Key(
            form="encrypted PKCS#8",
            is_encrypted=True,
            protection=f"{kind} ({name}), {rounds} rounds",
            rounds=rounds,
            is_weak=True,
        )
    derivation, cipher = parameters[0].sequence(2)[:2]
    cipher_name = _CIPHERS.get(code := cipher.sequence(1)[0].oid(), code)
    kind_of, values = derivation.sequence(2)[:2]
    if kind_of.oid() == _SCRYPT:
        cost = values.sequence(2)[1].integer()
        words, rounds, is_weak = f"PBES2 scrypt N={cost}", None, cost < 1 << 14
    elif kind_of.oid() == _PBKDF2:
        fields = values.sequence(2)
        rounds = fields[1].integer()
        prf = next((each.sequence(1)[0].oid() for each in fields[2:] if each.tag == der.SEQUENCE), "1.2.840.113549.2.7")
        words, is_weak = f"PBES2 PBKDF2 {_PRFS.get(prf, prf)} {rounds} rounds", rounds < _LEAST_ROUNDS
    else:
        words, rounds, is_weak = f"PBES2 {kind_of.oid()}", None, False
    return Key(
        form="encrypted PKCS#8",
        is_encrypted=True,
        protection=f"{words}, {cipher_name}",
        rounds=rounds,
        is_weak=is_weak or cipher_name in _WEAK_CIPHERS,
    )


def _as_signed_data(_octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    """PKCS#7 and GM/T 0010: certificates stand in context tag 0, lists in 1."""
    if fields[0].tag != der.OID or fields[0].oid() not in _SIGNED_DATA or len(fields) < 2:  # noqa: PLR2004
        return False
    for each in der.read(fields[1].content).sequence():
        if each.tag == 0xA0:  # noqa: PLR2004
            for inner in list(der.elements(each.content))[:ITEMS]:
                _certificate(inner.raw, found)
        elif each.tag == 0xA1:  # noqa: PLR2004
            found.lists.extend(x509.read_list(inner.raw) for inner in list(der.elements(each.content))[:ITEMS])
    return True


def _as_envelope(octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    """GM/T 0009 7.4: SM4 algorithm, the key of the envelope under SM2, public key, private key under SM4."""
    if [each.tag for each in fields] != [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING, der.BIT_STRING]:
        return False
    if not fields[0].sequence(1)[0].oid().startswith("1.2.156.10197.1.104"):
        return False
    found.envelopes.append(octets)
    return True


def _as_pkcs12(octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    if fields[0].tag != der.INTEGER or fields[0].content != b"\x03" or len(fields) < 2 or fields[1].tag != der.SEQUENCE:  # noqa: PLR2004
        return False
    kind = fields[1].sequence(1)[0]
    if kind.tag != der.OID or kind.oid() not in _DATA | _SIGNED_DATA:
        return False
    holds = ("SM2 key",) if bytes.fromhex("2a811ccf5501822d") in octets else ()
    found.stores.append(Store(form="PKCS#12", octets=octets, holds=holds))
    return True


def _as_cfca(octets: bytes, fields: Sequence[der.Element], found: Contents) -> bool:
    """A CFCA file: version, SM4-wrapped key, certificate; each in a SEQUENCE with the object identifier of data."""
    if fields[0].tag != der.INTEGER or len(fields) < 3 or any(each.tag != der.SEQUENCE for each in fields[1:3]):  # noqa: PLR2004
        return False
    kinds = [each.sequence(1)[0] for each in fields[1:3]]
    if any(each.tag != der.OID or each.oid() not in _DATA for each in kinds):
        return False
    holds = ["SM4-wrapped SM2 key"]
    for each in _octet_strings(fields[2], 0):
        certificate = x509.read_or_none(each)
        if certificate:
            found.certificates.append(certificate)
            holds.append(f"certificate {certificate.subject_text}")
    found.stores.append(Store(form="CFCA SM2", octets=octets, holds=tuple(holds)))
    return True


def _octet_strings(element: der.Element, depth: int) -> Iterator[bytes]:
    if element.tag == der.OCTET_STRING:
        yield element.content
    elif element.tag & 0x20 and depth < 4:  # noqa: PLR2004 - constructed
        for each in element.children():
            yield from _octet_strings(each, depth + 1)


_KINDS: Final = (
    _as_certificate,
    _as_pkcs12,
    _as_cfca,
    _as_private_key,
    _as_encrypted_key,
    _as_public_key,
    _as_signed_data,
    _as_envelope,
)


# --- Java ------------------------------------------------------------------------------------------------------------

_JAVA: Final = {b"\xfe\xed\xfe\xed": "JKS", b"\xce\xce\xce\xce": "JCEKS"}
_APHRODITE: Final = b"Mighty Aphrodite"
"""What Java hashes between the password and a JKS to protect it (sun.security.provider.JavaKeyStore)."""


def _java(data: bytes, found: Contents) -> None:
    form = _JAVA[data[:4]]
    holds: list[str] = []
    try:
        reader = _Java(data)
        for kind, certificates in reader.entries():
            holds.append(kind)
            for each in certificates:
                _certificate(each, found)
    except (IndexError, ValueError, OverflowError):
        found.problems.append(f"{form} is cut off or of an unknown kind")
    found.stores.append(Store(form=form, octets=data, holds=tuple(sorted(set(holds)))))


class _Java:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 4

    def _number(self, size: int) -> int:
        return int.from_bytes(self._take(size), "big")

    def _take(self, size: int) -> bytes:
        end = self._at + size
        if end > len(self._data):
            raise ValueError("cut off")
        found, self._at = self._data[self._at : end], end
        return found

    def entries(self) -> Iterator[tuple[str, list[bytes]]]:
        """Yield the kind of each entry and its certificates (JKS version 2)."""
        self._number(4)
        for _each in range(min(self._number(4), ITEMS)):
            tag = self._number(4)
            self._take(self._number(2))
            self._take(8)
            if tag == 1:
                self._take(self._number(4))
                yield "private key", [self._certificate() for _one in range(min(self._number(4), 100))]
            elif tag == 2:  # noqa: PLR2004 - a certificate that is trusted
                yield "trusted certificate", [self._certificate()]
            else:
                raise ValueError("another kind of entry")

    def _certificate(self) -> bytes:
        self._take(self._number(2))
        return self._take(self._number(4))


def opens_with(store: Store, passwords: Sequence[str] = STOCK_PASSWORDS) -> str | None:
    """Return the stock password that opens a container, None if none of them does."""
    for password in passwords:
        if store.form == "JKS" and _opens_java(store.octets, password):
            return password
        if store.form == "PKCS#12" and _opens_pkcs12(store.octets, password):
            return password
    return None


def _opens_java(data: bytes, password: str) -> bool:
    digest = hashlib.sha1(password.encode("utf-16-be") + _APHRODITE + data[:-20]).digest()  # noqa: S324 - Java's own
    return hmac.compare_digest(digest, data[-20:])


def _opens_pkcs12(data: bytes, password: str) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    try:
        pkcs12.load_key_and_certificates(data, password.encode())
    except UnsupportedAlgorithm:
        return True  # it was opened, and holds a key that cryptography does not know (SM2)
    except (ValueError, TypeError):
        return False
    return True


def unwraps(envelope: bytes, private_key: int) -> bool:
    """Tell whether an SM2 key opens an enveloped key."""
    try:
        _algorithm, wrapped, *_rest = der.read(envelope).sequence(4)
        sm2.decrypt(private_key, sm2.Ciphertext.from_der(wrapped.raw))
    except (der.DerError, sm2.Sm2Error):
        return False
    return True
