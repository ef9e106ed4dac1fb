"""``evidence.json``: a manifest in a DSSE envelope, its signatures and time stamps; added to, never changed.

A seal without signatures is no forgery of one: its list is empty, and whoever verifies it says "unsigned".
"""

from __future__ import annotations

import base64
import binascii
import os
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from auditor.errors import IntegrityError
from auditor.evidence import digests, manifest
from auditor.evidence.contents import SEAL
from auditor.formats.dsse import pae

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.evidence.manifest import Manifest
    from auditor.formats.public_keys import PublicKey

SCHEMA: Final = "auditor-evidence/1"
SIZE_LIMIT_BYTES: Final = 384 << 20
SIGNATURES: Final = 64
STAMPS: Final = 16

Hex = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Base64 = Annotated[str, Meta(pattern="^[A-Za-z0-9+/]*={0,2}$")]


class Signer(Protocol):
    """Whatever holds a private key."""

    @property
    def key_id(self) -> str:
        """SHA-256 of the public half (SubjectPublicKeyInfo, DER), hex digits."""

    @property
    def spki(self) -> bytes:
        """The public half, DER."""

    def sign(self, message: bytes, /) -> bytes:
        """Return a signature over a message."""


class Signature(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One signature over the manifest.

    Attributes:
        keyid: SHA-256 of the public key, hex digits.
        sig: Base64.
        key: The public key, base64 of DER: tells whether the bytes are whole, never whom to trust.
    """

    keyid: Hex
    sig: Base64
    key: Base64

    def public_key(self) -> PublicKey:
        """Return the key that it names.

        Raises:
            IntegrityError: It is none, or not the one of `keyid`.
        """
        from auditor.formats.public_keys import KeyFormatError, load  # noqa: PLC0415 - 50 ms that an unsigned run saves

        try:
            found = load(decoded(self.key), f"signature {self.keyid[:12]}")
        except KeyFormatError as problem:
            message = f"{SEAL}: {problem}"
            raise IntegrityError(message) from problem
        if found.key_id != self.keyid:
            message = f"{SEAL}: signature {self.keyid[:12]} brings the key {found.key_id[:12]}"
            raise IntegrityError(message)
        return found


class Stamp(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time stamp of an authority (RFC 3161).

    Attributes:
        covers: It was made over the manifest and so many signatures, from the first.
        token: The time stamp token, base64 of DER.
    """

    covers: Annotated[int, Meta(ge=0, le=SIGNATURES)]
    token: Base64


class Seal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The envelope.

    Attributes:
        schema: Which shape this is.
        payload_type: What the payload is; signed with it.
        payload: The manifest, base64.
        signatures: Any number; none is unsigned.
        timestamps: Any number.
        digest: SHA-256 and SM3 of all of the above: finds damage where nothing is signed; proves nothing.
    """

    schema: str
    payload_type: str = msgspec.field(name="payloadType")
    payload: Base64
    signatures: Annotated[tuple[Signature, ...], Meta(max_length=SIGNATURES)]
    timestamps: Annotated[tuple[Stamp, ...], Meta(max_length=STAMPS)]
    digest: dict[str, Hex]

    @property
    def manifest_bytes(self) -> bytes:
        """The manifest as it was signed."""
        return decoded(self.payload)

    @property
    def signed(self) -> bytes:
        """What the signatures are over (DSSE v1)."""
        return pae(self.payload_type, self.manifest_bytes)

    def stamped(self, covers: int) -> bytes:
        """Return what a time stamp is over: the manifest and the first signatures."""
        rows = [[each.keyid, each.sig] for each in self.signatures[:covers]]
        return pae(self.payload_type, self.manifest_bytes + msgspec.json.encode(rows))


def make(found: Manifest) -> Seal:
    """Return the seal of a manifest, with no signature yet."""
    payload = base64.b64encode(manifest.to_bytes(found)).decode()
    return _closed(
        Seal(
            schema=SCHEMA,
            payload_type=manifest.PAYLOAD_TYPE,
            payload=payload,
            signatures=(),
            timestamps=(),
            digest={},
        )
    )


def signed_by(seal: Seal, signer: Signer) -> Seal:
    """Return the seal with one more signature, which is verified before it is taken.

    Raises:
        IntegrityError: The signer gave something else, or has signed already.
    """
    if any(each.keyid == signer.key_id for each in seal.signatures):
        message = f"key {signer.key_id[:12]} has signed this already"
        raise IntegrityError(message)
    made = Signature(
        keyid=signer.key_id,
        sig=base64.b64encode(signer.sign(seal.signed)).decode(),
        key=base64.b64encode(signer.spki).decode(),
    )
    if not made.public_key().verifies(seal.signed, decoded(made.sig)):
        message = f"what the signer of key {signer.key_id[:12]} gave does not verify with its public key"
        raise IntegrityError(message)
    return _closed(replace(seal, signatures=(*seal.signatures, made)))


def stamped_by(seal: Seal, token: bytes, covers: int) -> Seal:
    """Return the seal with one more time stamp; the caller has verified it."""
    made = Stamp(covers=covers, token=base64.b64encode(token).decode())
    return _closed(replace(seal, timestamps=(*seal.timestamps, made)))


def _closed(seal: Seal) -> Seal:
    made = digests.of_bytes(_spelled({**msgspec.to_builtins(seal), "digest": {}}))
    return replace(seal, digest={"sha256": made.sha256, "sm3": made.sm3})


def _spelled(data: dict[str, Any]) -> bytes:
    members = [msgspec.json.encode(name) + b": " + msgspec.json.encode(value) for name, value in data.items()]
    return b"{\n" + b",\n".join(members) + b"\n}\n"


def to_bytes(seal: Seal) -> bytes:
    """Return ``evidence.json``: one spelling for one seal."""
    return _spelled(msgspec.to_builtins(seal))


def from_bytes(data: bytes) -> Seal:
    """Return the seal that some bytes are.

    Raises:
        IntegrityError: They are none, or were damaged.
    """
    try:
        schema = msgspec.json.decode(data, type=_Schema).schema
        if schema != SCHEMA:
            message = f"{SEAL}: schema {schema!r} (expected {SCHEMA}): made by another version of auditor"
            raise IntegrityError(message)
        found = msgspec.json.decode(data, type=Seal)
    except (msgspec.MsgspecError, ValueError, RecursionError) as problem:
        message = f"{SEAL}: no seal: {problem}"
        raise IntegrityError(message) from problem
    if found.payload_type != manifest.PAYLOAD_TYPE:
        message = f"{SEAL}: payload of type {found.payload_type!r} (expected {manifest.PAYLOAD_TYPE})"
        raise IntegrityError(message)
    if to_bytes(found) != data or _closed(found) != found:
        message = f"{SEAL}: damaged: it does not match the digest that it ends with"
        raise IntegrityError(message)
    return found


class _Schema(Struct):
    schema: str


def decoded(text: str) -> bytes:
    """Return the bytes of strict base64.

    Raises:
        IntegrityError: It is none.
    """
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        message = f"{SEAL}: broken base64"
        raise IntegrityError(message) from problem
    if base64.b64encode(found).decode() != text:
        message = f"{SEAL}: base64 with stray bits"
        raise IntegrityError(message)
    return found


def write(folder: Path, seal: Seal) -> None:
    """Write ``evidence.json``, whole or not at all, and have it on the disk before it has its name.

    Raises:
        OSError: It cannot be written.
    """
    half = folder / f".{SEAL}.{os.getpid()}"
    try:
        with half.open("wb") as file:
            file.write(to_bytes(seal))
            file.flush()
            os.fsync(file.fileno())
        half.replace(folder / SEAL)
    finally:
        half.unlink(missing_ok=True)
