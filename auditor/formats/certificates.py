"""Who an X.509 certificate speaks for, read out of its DER without any library; nothing is verified here."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_PEM: Final = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE: Final = 0x30
_SET: Final = 0x31
_VERSION: Final = 0xA0
_LONG: Final = 0x80
# X.520 organizationName, which Kubernetes takes for a group (RFC 5280 §4.1.2.6; Kubernetes "X509 client certificates").
_ORGANIZATION: Final = bytes((0x55, 0x04, 0x0A))


def groups(pem: str) -> tuple[str, ...] | None:
    """Return the groups that the first certificate of a PEM text puts its holder in, None if there is none to read."""
    found = _PEM.search(pem)
    if found is None:
        return None
    try:
        return _organizations(base64.b64decode("".join(found.group(1).split()), validate=True))
    except (binascii.Error, IndexError, ValueError):
        return None


def kubeconfig_groups(value: object) -> tuple[str, ...] | None:
    """Return the groups of all client certificates in a kubeconfig.

    Returns:
        Groups, sorted; none where its users have no certificate; None where one cannot be read or lies elsewhere.
    """
    users = value.get("users") if isinstance(value, dict) else None
    if not isinstance(users, list):
        return None
    found: set[str] = set()
    for entry in users:
        user = entry.get("user") if isinstance(entry, dict) else None
        if not isinstance(user, dict) or "client-certificate" in user:
            return None
        if (data := user.get("client-certificate-data")) is None:
            continue
        try:
            pem = base64.b64decode(str(data), validate=True).decode("ascii")
        except (binascii.Error, ValueError):
            return None
        if (of_user := groups(pem)) is None:
            return None
        found.update(of_user)
    return tuple(sorted(found))


def _organizations(der: bytes) -> tuple[str, ...]:
    """Walk to the subject: Certificate, tbsCertificate, then its sixth field, or fifth without a version."""
    ((_, certificate),) = _values(der)
    (_, body), *_ = _values(certificate)
    fields = list(_values(body))
    subject = fields[5 if fields[0][0] == _VERSION else 4][1]
    names = []
    for tag, relative in _values(subject):
        for inner, attribute in _values(relative) if tag == _SET else ():
            (_, kind), (_, text) = _values(attribute) if inner == _SEQUENCE else ((0, b""), (0, b""))
            if kind == _ORGANIZATION:
                names.append(text.decode("utf-8", "replace"))
    return tuple(names)


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (tag, content) of each DER value in some bytes.

    Raises:
        ValueError: A value is longer than what holds it.
    """
    at = 0
    while at < len(data):
        tag, size = data[at], data[at + 1]
        at += 2
        if size >= _LONG:
            count = size - _LONG
            size = int.from_bytes(data[at : at + count], "big")
            at += count
        if at + size > len(data):
            message = "a value is longer than what holds it"
            raise ValueError(message)
        yield tag, data[at : at + size]
        at += size
