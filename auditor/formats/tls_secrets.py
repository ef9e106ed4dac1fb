"""What a Secret of type ``kubernetes.io/tls`` may show: its certificates, which every client is shown, and no more."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.x509 import Certificate

    from auditor.formats.documents import Json

TYPE: Final = "kubernetes.io/tls"
PUBLIC: Final = frozenset({"tls.crt", "ca.crt"})
KEY: Final = "tls.key"
KEY_STATES: Final = frozenset({"matches", "differs", "encrypted", "unreadable"})
# No field of the API: what the first certificate of tls.crt says, or why nothing is known of it.
FIELD: Final = "certificate"
UNREADABLE: Final = "(unreadable)"
# An API server takes a Secret of 1 MiB at most; a chain has two to four certificates of one or two KiB each.
SIZE_LIMIT_BYTES: Final = 256 * 1024
CERTIFICATES_LIMIT: Final = 32
_BEGIN: Final = b"-----BEGIN CERTIFICATE-----"
_BLOCK: Final = re.compile(_BEGIN + rb"[^-]*-----END CERTIFICATE-----")


def shown(secret: Mapping[str, Json]) -> dict[str, Json]:
    """Return what stays of a TLS Secret besides its metadata. What was returned once is returned again as it is.

    Args:
        secret: The Secret. What it says itself under ``certificate`` counts only as a reason why there is no data.

    Returns:
        ``data`` and ``stringData``, where given: of ``tls.crt`` and ``ca.crt`` the certificates alone, written anew, so
        that nothing else that stands there (a key, of all things) comes along, or ``(unreadable)`` where one of them is
        none; of every other key nothing. And ``certificate``: ``names`` and ``addresses`` that the first of ``tls.crt``
        is for (RFC 9525 §2: the subject alternative name alone; none where there is no certificate), ``not_before``
        and ``not_after`` (ISO 8601), and what ``tls.key`` is to it (``key``: a word of `KEY_STATES`); or
        ``{"unread": reason}``.
    """
    found: dict[str, Json] = {}
    given = secret.get(FIELD)
    said = _reason(given)
    key, key_is_encoded = "", False
    leaf: Certificate | None = None
    for section in ("data", "stringData"):  # the API server lets the second win
        if section not in secret:
            continue
        values = secret[section]
        is_encoded = section == "data"
        kept: dict[str, Json] = {}
        for name, value in values.items() if isinstance(values, dict) else ():
            kept[name] = ""
            if name in PUBLIC:
                certificates = _certificates(value, is_encoded=is_encoded)
                kept[name] = _text(certificates, is_encoded=is_encoded)
                if name == "tls.crt":
                    said, leaf = _said(certificates), certificates[0] if certificates else None
            elif name == KEY and value:
                key = str(value)
                key_is_encoded = is_encoded
        found[section] = kept
    if leaf is not None and said:
        state = _key_state(leaf, key, is_encoded=key_is_encoded) if key else _state_of(given)
        said |= {"key": state} if state else {}
    return found | ({FIELD: said} if said else {})


def _state_of(given: Json) -> str:
    """Return what was said of a key when its Secret was read for the first time; the key itself has gone since."""
    said = given.get("key") if isinstance(given, dict) else None
    return said if isinstance(said, str) and said in KEY_STATES else ""


def _key_state(leaf: Certificate, value: str, *, is_encoded: bool) -> str:
    """Return what a private key is to a certificate, empty for a word that stands in its place; nothing of it stays."""
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as below

    from auditor.formats import key_files, x509  # noqa: PLC0415 - as below

    if len(value) > SIZE_LIMIT_BYTES:
        return "unreadable"
    try:
        data = base64.b64decode("".join(value.split()), validate=True) if is_encoded else value.encode()
        public = x509.read(leaf.public_bytes(Encoding.DER)).key.identity
    except ValueError:  # binascii.Error, UnicodeEncodeError and X509Error are ValueErrors
        return ""
    found = key_files.read(data).keys
    if not found:
        return "unreadable" if b"-----BEGIN" in data else ""
    if any(each.digest == public for each in found):
        return "matches"
    return "differs" if all(each.digest for each in found) else "encrypted"


def _reason(given: Json) -> dict[str, Json]:
    unread = given.get("unread") if isinstance(given, dict) else None
    return {"unread": unread} if isinstance(unread, str) else {}


def _certificates(value: Json, *, is_encoded: bool) -> tuple[Certificate, ...] | None:
    """Return the certificates of a value, in order; none of an empty one, None where something else stands there."""
    from cryptography import x509  # noqa: PLC0415 - 50 ms that only a cluster with such Secrets pays

    if not isinstance(value, str) or len(value) > SIZE_LIMIT_BYTES:
        return None
    try:
        pem = base64.b64decode("".join(value.split()), validate=True) if is_encoded else value.encode()
        blocks = _BLOCK.findall(pem)
        if len(blocks) != pem.count(_BEGIN) or len(blocks) > CERTIFICATES_LIMIT or (pem.strip() and not blocks):
            return None
        return tuple(x509.load_pem_x509_certificate(block) for block in blocks)
    except (ValueError, x509.InvalidVersion):  # binascii.Error and UnicodeEncodeError are ValueErrors
        return None


def _text(certificates: tuple[Certificate, ...] | None, *, is_encoded: bool) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as above

    if certificates is None:
        return UNREADABLE
    pem = b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
    return (base64.b64encode(pem) if is_encoded else pem).decode("ascii")


def _said(certificates: tuple[Certificate, ...] | None) -> dict[str, Json]:
    from cryptography import x509  # noqa: PLC0415 - as above

    if certificates is None:
        return {"unread": "unreadable"}
    if not certificates:
        return {"names": [], "addresses": []}
    leaf = certificates[0]
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        said: dict[str, Json] = {
            "names": list(names.get_values_for_type(x509.DNSName)),
            "addresses": [str(address) for address in names.get_values_for_type(x509.IPAddress)],
        }
    except x509.ExtensionNotFound:
        said = {"names": [], "addresses": []}
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return {"unread": "unreadable"}
    times = {"not_before": leaf.not_valid_before_utc, "not_after": leaf.not_valid_after_utc}
    return said | {name: time.strftime("%Y-%m-%dT%H:%M:%SZ") for name, time in times.items()}
