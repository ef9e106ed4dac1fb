"""A pair that nobody issued, to ask whether a server lets anybody in (TLS-034, only where the user says so)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from auditor.formats.issuing import ENCIPHERS, SIGNS, Authority
from auditor.stages.tls.tlcp.client import ClientPair


def pair() -> ClientPair:
    """Return certificates of an authority that is made for this one question and forgotten after it."""
    now = datetime.now(UTC).replace(microsecond=0)
    own = Authority(now - timedelta(days=1), now + timedelta(days=30), "auditor stranger")
    signing, encryption = own.issue("stranger", *SIGNS), own.issue("stranger", *ENCIPHERS)
    return ClientPair(
        sign_certificate=signing.der,
        sign_key=signing.key,
        enc_certificate=encryption.der,
        enc_key=encryption.key,
        chain=(own.issuer.der,),
    )
