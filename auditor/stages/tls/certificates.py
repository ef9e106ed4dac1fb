"""What certificates say together: roles, who signed whom, the way to an anchor, the pair of TLCP, revocation. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import x509
from auditor.stages.tls import facts
from auditor.stages.tls.tlcp.client import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from auditor.model.fact import Fact, Origin

STEPS: Final = 200
"""Signatures that are verified on the way to an anchor; cross-signed authorities may form loops."""
DEPTH: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SightedCertificate:
    """A certificate where it was seen.

    Attributes:
        certificate: It.
        role: ``signing``, ``encryption``, ``server``, ``issuer``, ``root``, ``leaf``.
        protocols: Where it was shown.
        position: In the list, from 0.
        origin: Where it was read.
        staple: OCSP response that came with it.
    """

    certificate: x509.Certificate
    role: str
    protocols: tuple[str, ...]
    position: int
    origin: Origin
    staple: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the user trusts.

    Attributes:
        anchors: Roots, and whatever else was given as such.
        lists: Revocation lists.
    """

    anchors: tuple[x509.Certificate, ...] = ()
    lists: tuple[x509.RevocationList, ...] = ()


@dataclass
class Missing:
    """Facts that could not be had: a kind, a subject, a reason, a detail."""

    kind: type
    subject: str
    reason: reasons.Reason
    detail: str


@dataclass
class Assessed:
    """Facts about certificates, and what is missing."""

    facts: list[Fact] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def iso(moment: datetime | None) -> str:
    """Return a moment as ISO 8601 in UTC, empty for none."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}".rjust(20, "0") if moment else ""


def assess(holder: str, place: str, seen: Sequence[SightedCertificate], trust: Trust) -> Assessed:
    """Return facts about the certificates of one endpoint or file.

    Args:
        holder: Endpoint or file.
        place: ``wire`` or ``file``.
        seen: Each certificate once.
        trust: Anchors and lists.
    """
    found = Assessed()
    subjects = _subjects(holder, seen)
    known = (*(each.certificate for each in seen), *trust.anchors)
    for each, subject in zip(seen, subjects, strict=True):
        found.facts.append(_fact(holder, place, each, subject))
        _signature(found, place, each, subject, known)
        if each.role not in {"issuer", "root"}:
            if place == "wire":
                _path(found, each, subject, known, trust)
            _revocation(found, each, subject, known, trust)
    return found


def _subjects(holder: str, seen: Sequence[SightedCertificate]) -> list[str]:
    names = [f"{holder}: {each.role} certificate {each.certificate.subject_text}" for each in seen]
    count = Counter(names)
    order: Counter[str] = Counter()
    found = []
    for name in names:
        order[name] += 1
        found.append(f"{name} #{order[name]}" if count[name] > 1 else name)
    return found


def _fact(holder: str, place: str, each: SightedCertificate, subject: str) -> facts.Certificate:
    it = each.certificate
    strange = [f"unreadable extension {name}" for name in it.problems]
    strange += [f"unknown critical extension {oid}" for oid in it.strange_critical]
    if it.serial <= 0:
        strange.append("serial number is not positive")
    return facts.Certificate(
        subject=subject,
        origin=each.origin,
        place=place,
        role=each.role,
        protocols=each.protocols,
        holder=holder,
        position=each.position,
        name=it.subject_text,
        issuer=it.issuer_text,
        serial=f"{it.serial:x}"[:80],
        not_before=iso(it.not_before),
        not_after=iso(it.not_after),
        key_kind=it.key.kind,
        key_bits=it.key.bits,
        is_explicit=it.key.is_explicit,
        is_off_curve=it.key.is_off_curve,
        signature_name=it.signature_name,
        signature_hash=it.signature_hash,
        signature_parameters=it.signature_parameters,
        is_consistent=it.is_consistent,
        is_ca=it.is_ca,
        has_usages=it.usages is not None,
        usages=tuple(sorted(it.usages or ())),
        extended_usages=it.extended_usages,
        names=it.names,
        addresses=it.addresses,
        has_revocation=bool(it.crl_urls or it.ocsp_urls),
        sha256=it.sha256,
        sm3=it.sm3,
        spki_sha256=it.key.digest,
        strange=tuple(strange),
    )


def _issuers(it: x509.Certificate, known: Iterable[x509.Certificate]) -> list[x509.Certificate]:
    """Return who may have issued a certificate, by name; the key identifier puts the likelier first."""
    named = list({each.raw: each for each in known if x509.same_name(each.subject, it.issuer)}.values())
    return sorted(named, key=lambda each: bool(it.authority_key and each.subject_key != it.authority_key))[:20]


def _verified(
    it: x509.Certificate, issuers: Iterable[x509.Certificate]
) -> tuple[x509.Signature, x509.Certificate | None]:
    """Return the best that any of the issuers' keys says of a signature, and whose it was."""
    best: tuple[x509.Signature, x509.Certificate | None] = (x509.Signature.UNKNOWN, None)
    order = (x509.Signature.VALID, x509.Signature.EMPTY_ID, x509.Signature.INVALID, x509.Signature.UNKNOWN)
    for issuer in issuers:
        state = x509.issued_by(it, issuer)
        if best[1] is None or order.index(state) < order.index(best[0]):
            best = (state, issuer)
        if state is x509.Signature.VALID:
            break
    return best


def _signature(
    found: Assessed, place: str, each: SightedCertificate, subject: str, known: Sequence[x509.Certificate]
) -> None:
    it = each.certificate
    issuers = _issuers(it, known)
    state, issuer = _verified(it, issuers)
    if issuer is None or state is x509.Signature.UNKNOWN:
        detail = f"signed by {it.issuer_text}, whose certificate is not there"
        reason = reasons.ISSUER_MISSING
        if issuer is not None:
            reason, detail = reasons.NOT_SUPPORTED, f"signature {it.signature_name} under a key {issuer.key.kind}"
        found.missing.append(Missing(facts.CertificateSignature, subject, reason, detail))
        return
    found.facts.append(
        facts.CertificateSignature(
            subject=subject,
            origin=each.origin,
            place=place,
            state=state.value,
            issuer=issuer.subject_text,
            is_consistent=it.is_consistent,
        )
    )


# --- The way to an anchor --------------------------------------------------------------------------------------------


def _path(
    found: Assessed, each: SightedCertificate, subject: str, known: Sequence[x509.Certificate], trust: Trust
) -> None:
    if not trust.anchors:
        found.missing.append(Missing(facts.CertificatePath, subject, reasons.NO_TRUST_ANCHORS, "none were given"))
        return
    walk = _Walk(known, {anchor.raw for anchor in trust.anchors})
    walk.leaf = each.certificate
    is_anchored = walk.climb(each.certificate, ())
    end = walk.end or each.certificate
    found.facts.append(
        facts.CertificatePath(
            subject=subject,
            origin=each.origin,
            is_anchored=is_anchored,
            anchor=end.subject_text,
            anchor_kind=end.key.kind,
            problem="" if is_anchored else walk.problem or f"no certificate of {end.issuer_text}",
        )
    )


class _Walk:
    """Looks for a way to an anchor, depth first, each certificate once on a way, within bounds."""

    def __init__(self, known: Sequence[x509.Certificate], anchors: set[bytes]) -> None:
        self._known = known
        self._anchors = anchors
        self._steps = 0
        self.leaf: x509.Certificate | None = None
        self.end: x509.Certificate | None = None
        self.problem = ""

    def climb(self, it: x509.Certificate, below: tuple[bytes, ...]) -> bool:
        if it.raw in self._anchors:
            self.end, self.problem = it, ""
            return True
        if self.end is None or len(below) > 0:
            self.end = it
        if len(below) > DEPTH:
            self.problem = f"more than {DEPTH} certificates on the way"
            return False
        for issuer in _issuers(it, self._known):
            if issuer.raw == it.raw or issuer.raw in below:
                continue
            self._steps += 1
            if self._steps > STEPS:
                self.problem = f"no anchor within {STEPS} signatures"
                return False
            problem = self._problem(it, issuer, len(below))
            if problem:
                self.problem = problem
            elif self.climb(issuer, (*below, it.raw)):
                return True
        return False

    def _problem(self, it: x509.Certificate, issuer: x509.Certificate, depth: int) -> str:
        """Return what speaks against a step (RFC 5280 6.1), empty if nothing does."""
        name = issuer.subject_text
        if not issuer.is_ca and issuer.raw not in self._anchors:
            return f"{name} is no authority"
        if issuer.usages is not None and "keyCertSign" not in issuer.usages:
            return f"{name} may not sign certificates"
        if limit := self._limit(it, issuer, depth):
            return f"{name} {limit}"
        if it.not_before and issuer.not_after and it.not_before > issuer.not_after:
            return f"{name} had expired before it was issued"
        state = x509.issued_by(it, issuer)
        return "" if state is x509.Signature.VALID else f"signature by {name}: {state.value}"

    def _limit(self, it: x509.Certificate, issuer: x509.Certificate, depth: int) -> str:
        """Return what an authority says itself against what stands below it: depth, names, what nobody knows here."""
        if issuer.path_length is not None and depth > issuer.path_length:
            return f"allows {issuer.path_length} authorities below it"
        if issuer.strange_critical:
            return "has an unknown critical extension"
        leaf = self.leaf or it
        stray = x509.outside(leaf.names, leaf.addresses, issuer)
        return f"may not issue for {stray}" if stray else ""


# --- Revocation ------------------------------------------------------------------------------------------------------


def _revocation(
    found: Assessed, each: SightedCertificate, subject: str, known: Sequence[x509.Certificate], trust: Trust
) -> None:
    it = each.certificate
    for listed in trust.lists:
        if not x509.same_name(listed.issuer, it.issuer):
            continue
        signers = [issuer for issuer in _issuers(it, known) if listed.signed_by(issuer) is x509.Signature.VALID]
        state = "unsigned" if not signers else "revoked" if it.serial in listed.revoked else "good"
        source = f"CRL of {listed.issuer_text}, next update {iso(listed.next_update) or 'not said'}"
        found.facts.append(
            facts.Revocation(
                subject=subject, origin=each.origin, state=state, source=source, next_update=iso(listed.next_update)
            )
        )
        return
    if each.staple and (stapled := _stapled(each.staple, it, known)):
        state, due = stapled
        found.facts.append(
            facts.Revocation(
                subject=subject, origin=each.origin, state=state, source="stapled OCSP response", next_update=iso(due)
            )
        )


def _stapled(
    octets: bytes, it: x509.Certificate, known: Sequence[x509.Certificate]
) -> tuple[str, datetime | None] | None:
    """Return what a stapled OCSP response says of a certificate, None where it is none or about another."""
    from cryptography.x509 import ocsp  # noqa: PLC0415 - few servers staple

    try:
        response = ocsp.load_der_ocsp_response(octets)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL or response.serial_number != it.serial:
            return None
        signed, signature = response.tbs_response_bytes, response.signature
        oid = response.signature_algorithm_oid.dotted_string
        status, due = response.certificate_status, response.next_update_utc
    except (ValueError, TypeError):
        return None
    is_signed = any(
        x509.verify(signed, signature, oid, issuer.key) is x509.Signature.VALID for issuer in _issuers(it, known)
    )
    if status is ocsp.OCSPCertStatus.REVOKED:
        return "revoked", due
    return ("good" if is_signed and status is ocsp.OCSPCertStatus.GOOD else "unsigned"), due


# --- The pair of TLCP ------------------------------------------------------------------------------------------------


def pair(
    subject: str,
    place: str,
    chain: Sequence[x509.Certificate | None],
    signing: int,
    encryption: int | None,
    origin: Origin,
) -> facts.CertificatePair | None:
    """Return what the two certificates of TLCP are together; None where the signing one cannot be read."""
    first = chain[signing] if signing < len(chain) else None
    second = chain[encryption] if encryption is not None else None
    if first is None:
        return None
    order = ", ".join(_word(number, each, signing, encryption) for number, each in enumerate(chain))
    return facts.CertificatePair(
        subject=subject,
        origin=origin,
        place=place,
        has_encryption=second is not None,
        order=order,
        is_usual_order=signing == 0 and encryption == 1,
        same_key=second is not None and first.key.identity == second.key.identity,
        same_subject=second is None or x509.same_name(first.subject, second.subject),
        same_names=second is None
        or (set(first.names), set(first.addresses)) == (set(second.names), set(second.addresses)),
        same_issuer=second is None or x509.same_name(first.issuer, second.issuer),
        problems=split_problems(first, second),
        signing=first.sha256,
        encryption=second.sha256 if second else "",
    )


def _word(number: int, each: x509.Certificate | None, signing: int, encryption: int | None) -> str:
    if number == signing:
        return "signing"
    if number == encryption:
        return "encryption"
    return "unreadable" if each is None else "chain"


def split_problems(signing: x509.Certificate, encryption: x509.Certificate | None) -> tuple[str, ...]:
    """Return what is wrong with the split of key usage (GB/T 20518, GB/T 38636 6.4.5.3), as flags."""
    found = []
    if signing.usages is None:
        found.append("KU_MISSING")
    else:
        if not signing.signs:
            found.append("KU_SIGN_MISSING")
        if signing.enciphers:
            found.append("KU_NOT_SPLIT")
        if "keyCertSign" in signing.usages:
            found.append("KU_CA_ON_LEAF")
    if encryption is not None:
        if encryption.usages is None:
            found.append("KU_MISSING on the encryption certificate")
        else:
            if not encryption.enciphers:
                found.append("KU_ENC_MISSING")
            if encryption.signs:
                found.append("KU_ENC_SIGNS")
            if "keyCertSign" in encryption.usages:
                found.append("KU_CA_ON_LEAF on the encryption certificate")
    return tuple(found)


def pair_in(chain: Sequence[x509.Certificate]) -> tuple[int, int | None] | None:
    """Return the places of a pair in a file, found by key usage rather than by place; None if it holds no SM2 leaf."""
    leaves = [number for number, each in enumerate(chain) if not each.is_ca and each.key.kind == "SM2"]
    if not leaves:
        return None
    if len(leaves) == 1:
        return leaves[0], None
    only_signing = [number for number in leaves if chain[number].only_signs]
    only_enciphering = [number for number in leaves if chain[number].only_enciphers]
    if only_signing and only_enciphering:
        return only_signing[0], only_enciphering[0]
    if only_signing:
        return only_signing[0], next(number for number in leaves if number != only_signing[0])
    if only_enciphering:
        return next(number for number in leaves if number != only_enciphering[0]), only_enciphering[0]
    return leaves[0], leaves[1]


def roles(chain: Sequence[x509.Certificate], found: tuple[int, int | None] | None) -> list[str]:
    """Return the role of each certificate of a file."""
    signing, encryption = found or (None, None)
    is_pair = encryption is not None
    words = []
    for number, each in enumerate(chain):
        if number == signing and is_pair:
            words.append("signing")
        elif number == encryption:
            words.append("encryption")
        elif each.is_ca:
            words.append("root" if each.is_self_issued else "issuer")
        else:
            words.append("leaf")
    return words


__all__ = [
    "DEPTH",
    "STEPS",
    "Assessed",
    "Missing",
    "SightedCertificate",
    "Trust",
    "assess",
    "iso",
    "pair",
    "pair_in",
    "places",
    "roles",
]
