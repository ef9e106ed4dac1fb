"""Verifies what was put beside an image about it: cosign's signatures, DSSE attestations, Sigstore bundles; offline.

1. The payload names the digest of the manifest it is about; another digest makes the signature worthless here.
2. The signature over the exact bytes is by one of the keys that are trusted; nothing in it chooses the key.
3. A key out of a certificate counts only while the certificate is valid: its time goes with the fact, and the check,
   which knows the clock of the run, compares.

References: sigstore/cosign specs/SIGNATURE_SPEC.md and ATTESTATION_SPEC.md; DSSE v1.0.2; in-toto statement v1.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.formats import dsse
from auditor.model.fact import Origin
from auditor.stages.image.facts import ImageSignature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from auditor.formats.public_keys import PublicKey
    from auditor.stages.image.layout import Attachment, Image

SIGNATURE_NOTE: Final = "dev.cosignproject.cosign/signature"


def signatures(
    image: Image, attachments: Iterable[Attachment], keys: Sequence[PublicKey], part: str
) -> Iterator[ImageSignature]:
    """Yield what each signature and attestation that is about an image proves."""
    for each in attachments:
        if each.about and each.about != image.manifest:
            continue
        try:
            state, key, predicate, detail = _judged(each, image.manifest, keys)
        except (dsse.DsseError, ValueError, KeyError, TypeError, binascii.Error) as problem:
            state, key, predicate, detail = "unreadable", None, "", " ".join(str(problem).split())[:200]
        yield ImageSignature(
            subject=image.label,
            origin=Origin(part=part, pointer=f"/{each.form}/{each.kind}"),
            kind=each.kind,
            form=each.form,
            state=state,
            key=key.name if key else "",
            algorithm=key.algorithm if key else "",
            predicate=predicate[:200],
            detail=detail,
            not_before=key.not_before if key else "",
            not_after=key.not_after if key else "",
        )


def _judged(each: Attachment, manifest: str, keys: Sequence[PublicKey]) -> tuple[str, PublicKey | None, str, str]:
    if each.kind == "signature":
        return _simple(each, manifest, keys)
    envelope = dsse.parse(_enveloped(each.payload))
    predicate = ""
    if envelope.payload_type == dsse.IN_TOTO:
        said = dsse.statement(envelope)
        predicate = said.predicate_type
        if manifest not in said.digests:
            return "other digest", None, predicate, ", ".join(sorted(said.digests))[:200]
    else:
        return "unreadable", None, "", f"payload type {envelope.payload_type[:100]}"
    return *_by_key(keys, envelope.signed, [found.signature for found in envelope.signatures]), predicate, ""


def _simple(each: Attachment, manifest: str, keys: Sequence[PublicKey]) -> tuple[str, PublicKey | None, str, str]:
    """Judge a signature of cosign: the payload is JSON, the signature an annotation."""
    text = each.annotations.get(SIGNATURE_NOTE, "")
    if not text:
        return "unreadable", None, "", "the annotation with the signature is missing"
    said: Any = orjson.loads(each.payload)
    digest = said["critical"]["image"]["docker-manifest-digest"]
    if digest != manifest:
        return "other digest", None, "", str(digest)[:100]
    return *_by_key(keys, each.payload, [base64.b64decode(text, validate=True)]), "", ""


def _enveloped(payload: bytes) -> bytes:
    """Return the DSSE envelope, which a Sigstore bundle wraps once more."""
    value: Any = orjson.loads(payload)
    if isinstance(value, dict) and "dsseEnvelope" in value:
        return orjson.dumps(value["dsseEnvelope"])
    return payload


def _by_key(keys: Sequence[PublicKey], message: bytes, found: Sequence[bytes]) -> tuple[str, PublicKey | None]:
    if not keys:
        return "no key fits", None
    for key in keys:
        if any(key.verifies(message, signature) for signature in found):
            return "verified", key
    return "invalid", None
