"""Certificates and keys in API objects: those of TLS Secrets, and private keys where none belongs."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor import reasons
from auditor.formats import tls_secrets
from auditor.formats.kubernetes import KEYS_FIELD
from auditor.model.fact import GapClass
from auditor.stages.kubernetes.facts import KubePrivateKey, TlsSecret
from auditor.stages.kubernetes.gaps import gap
from auditor.stages.kubernetes.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Gap
    from auditor.stages.kubernetes.facts import KubeObject

_BLOCKS: Final = re.compile("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)


def keys_in(each: KubeObject) -> Iterator[KubePrivateKey | TlsSecret | Gap]:
    """Yield the private keys of an object that is no Secret, and what a TLS Secret holds, or a gap for that."""
    said = each.manifest.get(KEYS_FIELD)
    for pointer, protection in said.items() if isinstance(said, dict) and each.kind != "Secret" else ():
        line = each.lines.get(pointer, each.origin.line)
        origin = replace(each.origin, pointer=each.origin.pointer + pointer, line=line, end_line=line)
        yield KubePrivateKey(subject=each.subject, origin=origin, pointer=pointer, protection=str(protection))
    if each.kind == "Secret" and each.manifest.get("type") == tls_secrets.TYPE:
        yield from _tls_secret(each)


def _tls_secret(each: KubeObject) -> Iterator[TlsSecret | Gap]:
    said = each.manifest.get(tls_secrets.FIELD)
    said = said if isinstance(said, dict) else {"unread": reasons.NOT_GIVEN}
    unread = reasons.Reason(str(said.get("unread", "")))
    certificate, *chain = _certificates(each) if not unread else [""]
    key = str(said.get("key", ""))
    if (unread and unread != "unreadable") or not (unread or (certificate and key)):
        yield gap(
            each.origin.part,
            TlsSecret,
            unread or reasons.NOT_GIVEN,
            f"{each.subject}: {'tls.key' if certificate else 'tls.crt'}",
            say("kubernetes.remedy.secret"),
            subject=each.subject,
            gap_class=GapClass.MISSING,
        )
    if not (certificate or unread == "unreadable"):
        return
    yield TlsSecret(
        subject=each.subject,
        origin=each.origin,
        namespace=each.namespace,
        name=each.name,
        unread=unread,
        key=key,
        names=tuple(map(str, said.get("names", ()))),
        addresses=tuple(map(str, said.get("addresses", ()))),
        not_before=str(said.get("not_before", "")),
        not_after=str(said.get("not_after", "")),
        certificate=certificate,
        chain=tuple(_dated(bytes.fromhex(other)) for other in chain),
    )


def _dated(octets: bytes) -> tuple[str, str, str]:
    """Return whose a certificate is and when it is valid."""
    from auditor.formats import x509  # noqa: PLC0415 - where a Secret holds a chain

    it = x509.read_or_none(octets)
    if it is None:
        return "?", "", ""
    begins, ends = (f"{at:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0") if at else "" for at in (it.not_before, it.not_after))
    return it.subject_text, begins, ends


def _certificates(each: KubeObject) -> list[str]:
    """Return the certificates of ``tls.crt``, DER in hex, as `tls_secrets.shown` wrote them; ``stringData`` wins."""
    for section in ("stringData", "data"):  # as an API server has it
        values = each.manifest.get(section)
        text = values.get("tls.crt") if isinstance(values, dict) else None
        if isinstance(text, str) and text:
            pem = text if section == "stringData" else base64.b64decode(text).decode("ascii")
            found = [base64.b64decode("".join(body.split())).hex() for body in _BLOCKS.findall(pem)]
            return found or [""]
    return [""]
