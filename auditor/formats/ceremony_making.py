"""Draws up and signs records of ceremonies; reading and proving them is in `ceremony`."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from auditor.formats import signers, sm2
from auditor.formats.canonical_json import canonical
from auditor.formats.ceremony import SCHEMA, signed_octets
from auditor.formats.hashes import sm3

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography.x509 import Certificate

_PEM: Final = re.compile(
    r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----(?P<body>[\sA-Za-z0-9+/=]+)-----END (?P=kind)-----"
)


def drawn_up(
    kind: str,
    now: str,
    *,
    previous: Mapping[str, Any] | None = None,
    participants: Sequence[Mapping[str, Any]] = (),
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a record to be filled in: everything that can be known before the event, and the fields that are due.

    Args:
        kind: Of the event.
        now: ISO 8601, UTC; begin and end until somebody knows better.
        previous: Record before this one.
        participants: Who takes part.
        known: Values to take over (cluster, product, shares, threshold …).
    """
    made: dict[str, Any] = {
        "schema": SCHEMA,
        "kind": kind,
        "sequence": int(previous.get("sequence", 0)) + 1 if previous else 1,
        "previous_sm3": sm3(canonical(previous)) if previous else None,
        "cluster_id": "",
        "product": "openbao",
        "version": "unknown",
        "seal": "shamir",
        "started": now,
        "ended": now,
        "place": "",
        "participants": [dict(each) for each in participants],
        "attachments": [],
        "signatures": [],
    }
    for name in ("cluster_id", "product", "version", "seal", "shares", "threshold"):
        if previous and name in previous:
            made[name] = previous[name]
    made |= {name: value for name, value in (known or {}).items() if value not in (None, "")}
    if kind in {"init", "rekey"}:
        custodians = [each["id"] for each in participants if each.get("role") == "custodian"]
        made["shares_map"] = [
            {"share_no": number, "custodian_id": who, "wrapped_for_fingerprint": "", "wrapped_share_sm3": ""}
            for number, who in enumerate(custodians, 1)
        ]
    if kind in {"init", "generate_root"}:
        made.setdefault("root_token", {"accessor": "", "revoked_at": None})
    if kind == "restore_drill":
        due = {"sm3": "", "sha256": "", "index": None, "term": None, "restored_to": "", "result": ""}
        made.setdefault("snapshot", due)
    if kind == "module_inventory":
        made.setdefault("module", {"name": "", "level": "", "keys": []})
    return made


def participant(who: str, role: str, organisation: str, certificate: Certificate | None) -> dict[str, Any]:
    """Return somebody who takes part, known by the digest of their certificate."""
    made: dict[str, Any] = {"id": who, "role": role, "organisation": organisation}
    if certificate is not None:
        made["certificate_sm3"] = signers.fingerprint(certificate)
    return made


def signature(record: Mapping[str, Any], who: str, certificate: Certificate, value: bytes) -> dict[str, Any]:
    """Return the entry of a signature that was made over the octets of a record.

    Raises:
        SignerError: It is not one by the key of this certificate over this record.
    """
    key_info = signers.spki(certificate)
    if not signers.verifies(key_info, signed_octets(record), value):
        raise signers.SignerError("the signature is not one over this record by the key of this certificate")
    made: dict[str, Any] = {"participant_id": who, "algorithm": signers.algorithm_of(key_info)}
    if made["algorithm"] == signers.SM2_SM3:
        made["user_id"] = sm2.DEFAULT_ID.decode()
    encoded = signers.encoded(certificate)
    return {
        **made,
        "certificate": base64.b64encode(encoded).decode(),
        "value": base64.b64encode(value).decode(),
    }


def signed_with_key(record: Mapping[str, Any], pem: bytes) -> bytes:
    """Return the signature of a record by a key that lies in a file: for drills and tests.

    Custodians sign with a module or token of their own, and hand in the value.

    Raises:
        SignerError: It is no unencrypted SM2 or Ed25519 key.
    """
    octets = signed_octets(record)
    found = _PEM.search(pem.decode("ascii", "replace"))
    if found is None or "ENCRYPTED" in found["kind"]:
        raise signers.SignerError("no unencrypted private key in PEM")
    try:
        private = sm2.private_key_from_der(base64.b64decode("".join(found["body"].split())))
    except (sm2.Sm2Error, ValueError):
        private = 0
    if private:
        return sm2.sign(private, octets)
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise signers.SignerError("a kind of private key that is not accepted: SM2 and Ed25519 are") from error
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise signers.SignerError("a kind of private key that is not accepted: SM2 and Ed25519 are")
    return key.sign(octets)
