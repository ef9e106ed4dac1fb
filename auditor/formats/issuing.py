"""Makes SM2 keys, certificates, requests and lists for demo peers and tests: good ones, and bad ones on request."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from auditor.formats import der, sm2

if TYPE_CHECKING:
    from collections.abc import Sequence

_USAGES: Final = (
    *("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"),
    *("keyAgreement", "keyCertSign", "cRLSign"),
)
SIGNS: Final = ("digitalSignature", "nonRepudiation")
ENCIPHERS: Final = ("keyEncipherment", "dataEncipherment", "keyAgreement")
ISSUES: Final = ("keyCertSign", "cRLSign")
_LATE: Final = 2050


def name(common_name: str) -> bytes:
    """Return a name with a common name alone."""
    attribute = der.sequence(der.oid("2.5.4.3"), der.tagged(der.UTF8, common_name.encode()))
    return der.sequence(der.tagged(der.SET, attribute))


def time(moment: datetime) -> bytes:
    """Return a time as RFC 5280 wants it: UTCTime until 2049, GeneralizedTime after it."""
    if moment.year < _LATE:
        return der.tagged(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return der.tagged(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def usage(*names: str) -> bytes:
    """Return the extension keyUsage, critical."""
    bits = sum(1 << (15 - _USAGES.index(each)) for each in names)
    return extension("2.5.29.15", der.tagged(der.BIT_STRING, b"\x00" + bits.to_bytes(2, "big")[:1]), is_critical=True)


def extension(oid: str, value: bytes, *, is_critical: bool = False) -> bytes:
    """Return one extension."""
    critical = der.tagged(1, b"\xff") if is_critical else b""
    return der.sequence(der.oid(oid), critical, der.octet_string(value))


def authority(*, path_length: int | None = None) -> bytes:
    """Return basicConstraints of a CA, critical."""
    limit = b"" if path_length is None else der.integer(path_length)
    return extension("2.5.29.19", der.sequence(der.tagged(1, b"\xff"), limit), is_critical=True)


def alternative_names(
    names: Sequence[str] = ("localhost",), addresses: Sequence[bytes] = (b"\x7f\x00\x00\x01",)
) -> bytes:
    """Return subjectAltName."""
    return extension(
        "2.5.29.17",
        der.sequence(
            *(der.tagged(0x82, each.encode("ascii")) for each in names),
            *(der.tagged(0x87, each) for each in addresses),
        ),
    )


def extended_usage(*oids: str) -> bytes:
    """Return extKeyUsage."""
    return extension("2.5.29.37", der.sequence(*map(der.oid, oids)))


def revocation_list_at(url: str) -> bytes:
    """Return cRLDistributionPoints with one address."""
    point = der.tagged(0xA0, der.tagged(0xA0, der.tagged(0x86, url.encode("ascii"))))
    return extension("2.5.29.31", der.sequence(der.sequence(point)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a certificate shall say.

    Attributes:
        subject: Name, DER.
        issuer: Name, DER.
        spki: SubjectPublicKeyInfo.
        serial: Serial number.
        begins: Start of validity.
        ends: End of validity.
        extensions: DER, each made by a function of this module.
        user_id: SM2 user id of the signature.
        has_null: The algorithm of the signature has NULL parameters.
    """

    subject: bytes
    issuer: bytes
    spki: bytes
    serial: int = 1
    begins: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    ends: datetime = datetime(2027, 1, 1, tzinfo=UTC)
    extensions: tuple[bytes, ...] = ()
    user_id: bytes = sm2.DEFAULT_ID
    has_null: bool = False


def certificate(order: Order, issuer_key: int) -> bytes:
    """Return a certificate, SM2 with SM3."""
    algorithm = _algorithm(has_null=order.has_null)
    extensions = der.tagged(0xA3, der.sequence(*order.extensions)) if order.extensions else b""
    tbs = der.sequence(
        der.tagged(0xA0, der.integer(2)),
        der.integer(order.serial),
        algorithm,
        order.issuer,
        der.sequence(time(order.begins), time(order.ends)),
        order.subject,
        order.spki,
        extensions,
    )
    return signed(tbs, issuer_key, order.user_id, has_null=order.has_null)


def signed(tbs: bytes, key: int, user_id: bytes = sm2.DEFAULT_ID, *, has_null: bool = False) -> bytes:
    """Return a signed structure: what is signed, algorithm, signature."""
    return der.sequence(tbs, _algorithm(has_null=has_null), der.bit_string(sm2.sign(key, tbs, user_id)))


def _algorithm(*, has_null: bool) -> bytes:
    return der.sequence(der.oid(sm2.OID_SM2_WITH_SM3), b"\x05\x00" if has_null else b"")


def request(subject: bytes, key: int, user_id: bytes = sm2.DEFAULT_ID) -> bytes:
    """Return a certificate signing request."""
    info = der.sequence(der.integer(0), subject, sm2.spki(sm2.public_key(key)), der.tagged(0xA0))
    return signed(info, key, user_id)


def revocation_list(
    issuer: bytes, key: int, serials: Sequence[int], made: datetime, due: datetime, user_id: bytes = sm2.DEFAULT_ID
) -> bytes:
    """Return a revocation list."""
    entries = der.sequence(*(der.sequence(der.integer(each), time(made)) for each in serials)) if serials else b""
    tbs = der.sequence(der.integer(1), _algorithm(has_null=False), issuer, time(made), time(due), entries)
    return signed(tbs, key, user_id)


def pem(label: str, octets: bytes) -> bytes:
    """Return a PEM block."""
    return f"-----BEGIN {label}-----\n".encode() + base64.encodebytes(octets) + f"-----END {label}-----\n".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A certificate with its key.

    Attributes:
        der: The certificate.
        key: Private key.
    """

    der: bytes
    key: int

    @property
    def certificate_pem(self) -> bytes:
        """The certificate in PEM."""
        return pem("CERTIFICATE", self.der)

    @property
    def key_pem(self) -> bytes:
        """The key in PEM, PKCS#8, not encrypted."""
        return pem("PRIVATE KEY", sm2.pkcs8(self.key))


class Authority:
    """A root with one intermediate that issues pairs."""

    def __init__(self, begins: datetime, ends: datetime, label: str = "Demo SM2") -> None:
        """Make root and intermediate."""
        self.begins, self.ends = begins, ends
        self.root_name, self.issuer_name = name(f"{label} Root"), name(f"{label} CA")
        root_key, issuer_key = sm2.generate_private_key(), sm2.generate_private_key()
        spki = sm2.spki(sm2.public_key(root_key))
        parts = (authority(), usage(*ISSUES))
        self.root = Issued(
            der=certificate(self.order(self.root_name, self.root_name, spki, parts, serial=1), root_key), key=root_key
        )
        self.issuer = Issued(
            der=certificate(
                self.order(
                    self.issuer_name,
                    self.root_name,
                    sm2.spki(sm2.public_key(issuer_key)),
                    (authority(path_length=0), usage(*ISSUES)),
                    serial=2,
                ),
                root_key,
            ),
            key=issuer_key,
        )
        self._serial = 2

    def order(self, subject: bytes, issuer: bytes, spki: bytes, extensions: tuple[bytes, ...], *, serial: int) -> Order:
        """Return an order with the validity of this authority."""
        return Order(
            subject=subject,
            issuer=issuer,
            spki=spki,
            serial=serial,
            begins=self.begins,
            ends=self.ends,
            extensions=extensions,
        )

    def issue(
        self,
        common_name: str,
        *usages: str,
        key: int | None = None,
        begins: datetime | None = None,
        ends: datetime | None = None,
        extensions: tuple[bytes, ...] | None = None,
        user_id: bytes = sm2.DEFAULT_ID,
        has_null: bool = False,
        spki: bytes | None = None,
    ) -> Issued:
        """Issue a leaf; names and usages as given unless the extensions are given whole."""
        self._serial += 1
        key = sm2.generate_private_key() if key is None else key
        url = revocation_list_at("http://crl.invalid/ca.crl")
        made = (alternative_names(), url, *((usage(*usages),) if usages else ()))
        order = Order(
            subject=name(common_name),
            issuer=self.issuer_name,
            spki=spki or sm2.spki(sm2.public_key(key)),
            serial=1000 + self._serial,
            begins=begins or self.begins,
            ends=ends or self.ends,
            extensions=made if extensions is None else extensions,
            user_id=user_id,
            has_null=has_null,
        )
        return Issued(der=certificate(order, self.issuer.key), key=key)
