"""DSSE envelopes (secure-systems-lab/dsse v1.0.2) and in-toto statements (v1): bytes in, values out."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Sequence

IN_TOTO: Final = "application/vnd.in-toto+json"
"""Payload type of an in-toto statement."""
STATEMENTS: Final = ("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1")
SIZE_LIMIT_BYTES: Final = 256 * 1024 * 1024
SIGNATURE_LIMIT: Final = 64
"""Signatures of one envelope; each may cost a verification."""


class DsseError(ValueError):
    """These bytes are no envelope, or no statement."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of an envelope.

    Attributes:
        key_id: Hint of the signer; proves nothing.
        signature: The bytes.
    """

    key_id: str
    signature: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its signatures.

    Attributes:
        payload_type: What the payload is; it is signed with it.
        payload: The bytes.
        signatures: At least one.
    """

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        """What the signatures are over."""
        return pae(self.payload_type, self.payload)


@dataclass(frozen=True, slots=True)
class Statement:
    """An in-toto statement.

    Attributes:
        subjects: Name and digests (algorithm, lower-case hex digits) of each thing it speaks of.
        predicate_type: What it says of them.
        predicate: The value itself.
    """

    subjects: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    predicate_type: str
    predicate: Any

    @property
    def digests(self) -> frozenset[str]:
        """Digests of all subjects, as ``sha256:…``."""
        return frozenset(f"{name}:{value}" for _subject, digests in self.subjects for name, value in digests)


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding: what is signed, with the lengths that keep its fields apart."""
    kind = payload_type.encode()
    return b" ".join((b"DSSEv1", str(len(kind)).encode(), kind, str(len(payload)).encode(), payload))


def envelope(payload_type: str, payload: bytes, signatures: Sequence[Signature]) -> bytes:
    """Return the envelope as JSON."""
    return orjson.dumps(
        {
            "payloadType": payload_type,
            "payload": base64.b64encode(payload).decode(),
            "signatures": [
                {"keyid": each.key_id, "sig": base64.b64encode(each.signature).decode()} for each in signatures
            ],
        }
    )


def parse(data: bytes) -> Envelope:
    """Read an envelope.

    Raises:
        DsseError: It is none, or one without signatures.
    """
    value = _object(data)
    payload_type, rows = value.get("payloadType"), value.get("signatures")
    if not isinstance(payload_type, str) or not payload_type:
        message = "an envelope needs a payloadType"
        raise DsseError(message)
    if not isinstance(rows, list) or not rows:
        message = "an envelope needs at least one signature"
        raise DsseError(message)
    if len(rows) > SIGNATURE_LIMIT:
        message = f"more than {SIGNATURE_LIMIT} signatures"
        raise DsseError(message)
    return Envelope(payload_type, _decoded(value.get("payload"), "payload"), tuple(_signature(row) for row in rows))


def is_envelope(data: bytes) -> bool:
    """Tell whether bytes want to be an envelope, well formed or not."""
    if b'"payloadType"' not in data or data.lstrip()[:1] != b"{":
        return False
    try:
        value = _object(data)
    except DsseError:
        return False
    return "payloadType" in value and "signatures" in value


def statement(found: Envelope) -> Statement:
    """Read the statement that an envelope holds.

    Raises:
        DsseError: It holds none.
    """
    if found.payload_type != IN_TOTO:
        message = f"payload type {found.payload_type!r} is no in-toto statement ({IN_TOTO})"
        raise DsseError(message)
    value = _object(found.payload)
    if value.get("_type") not in STATEMENTS:
        message = f"statement of type {value.get('_type')!r} is not known (expected {STATEMENTS[0]})"
        raise DsseError(message)
    subjects, predicate_type = value.get("subject"), value.get("predicateType")
    if not isinstance(subjects, list) or not subjects or not isinstance(predicate_type, str):
        message = "a statement needs subjects and a predicateType"
        raise DsseError(message)
    return Statement(tuple(_subject(row) for row in subjects), predicate_type, value.get("predicate"))


def inner(found: Envelope) -> bytes:
    """Return the document that an envelope holds: the predicate of a statement, else the payload as it is.

    Raises:
        DsseError: The payload is no JSON.
    """
    try:
        value = orjson.loads(found.payload)
    except orjson.JSONDecodeError as problem:
        message = f"the signed payload is no JSON: {problem}"
        raise DsseError(message) from problem
    predicate = value.get("predicate") if isinstance(value, dict) else None
    return orjson.dumps(predicate) if isinstance(predicate, dict) else found.payload


def _subject(row: object) -> tuple[str, tuple[tuple[str, str], ...]]:
    digests = row.get("digest") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(digests, dict) or not digests:
        message = "each subject of a statement needs a digest"
        raise DsseError(message)
    if not all(isinstance(text, str) for text in digests.values()):
        message = "digests of a statement are texts"
        raise DsseError(message)
    found = tuple(sorted((str(name).lower(), text.lower()) for name, text in digests.items()))
    return str(row.get("name") or ""), found


def _signature(row: object) -> Signature:
    if not isinstance(row, dict):
        message = "a signature is an object with sig"
        raise DsseError(message)
    key_id = row.get("keyid")
    return Signature(key_id if isinstance(key_id, str) else "", _decoded(row.get("sig"), "sig"))


def _decoded(text: object, name: str) -> bytes:
    """Take both alphabets of base64, as the protocol asks of readers."""
    if not isinstance(text, str) or (not text and name == "sig"):
        message = f"{name} is no base64 text"
        raise DsseError(message)
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as problem:
        message = f"{name} is no base64 text"
        raise DsseError(message) from problem


def _object(data: bytes) -> dict[str, Any]:
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"larger than {SIZE_LIMIT_BYTES} bytes"
        raise DsseError(message)
    try:
        value = orjson.loads(data)
    except ValueError as problem:
        message = "not JSON"
        raise DsseError(message) from problem
    if not isinstance(value, dict):
        message = "no JSON object"
        raise DsseError(message)
    return value
