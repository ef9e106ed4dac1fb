"""What must hold of certificates, shown on the wire (TLS-013 to TLS-027) or at rest (CRT-001 to CRT-022)."""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from auditor.check import not_applicable
from auditor.check_data import check_data, judges
from auditor.model.fact import Read
from auditor.model.finding import Severity
from auditor.stages.tls.facts import (
    Certificate,
    CertificatePair,
    CertificatePath,
    CertificateSignature,
    EnvelopedKey,
    Expectation,
    KeyOwner,
    KeyStore,
    PrivateKey,
    RequestFile,
    Revocation,
    RevocationListFile,
    TrustStore,
)
from auditor.stages.tls.judging import FORBIDDEN, REQUIRED, expected, fail, level, moment, ok, parsed
from auditor.stages.tls.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from auditor.check import Judgement
    from auditor.check_data import Judge
    from auditor.model.fact import Fact, Facts

SERVER_AUTH: Final = "1.3.6.1.5.5.7.3.1"
ANY_USE: Final = "2.5.29.37.0"
WEAK_HASHES: Final = frozenset({"md2", "md4", "md5", "sha1"})
_SM_PROTOCOLS: Final = frozenset({"TLCP", "RFC 8998"})
_OTHERS: Final = 0o077


_SIGNATURES: Final = {
    "invalid": "the signature does not hold (SIG_INVALID)",
    "empty user id": "valid under an empty user id only (SIG_EMPTY_ID)",
}
_SPLIT: Final = {
    "KU_MISSING": "the signing certificate has no key usage (KU_MISSING)",
    "KU_SIGN_MISSING": "the signing certificate may not sign (KU_SIGN_MISSING)",
    "KU_NOT_SPLIT": "the signing certificate may encrypt, too (KU_NOT_SPLIT)",
    "KU_CA_ON_LEAF": "the signing certificate may issue certificates (KU_CA_ON_LEAF)",
    "KU_MISSING on the encryption certificate": "the encryption certificate has no key usage (KU_MISSING)",
    "KU_ENC_MISSING": "the encryption certificate may not encrypt (KU_ENC_MISSING)",
    "KU_ENC_SIGNS": "the encryption certificate may sign, too (KU_ENC_SIGNS)",
    "KU_CA_ON_LEAF on the encryption certificate": "the encryption certificate may issue certificates (KU_CA_ON_LEAF)",
}
"""What is wrong with the split of key usage, by the flags of a pair."""
_USES: Final = {
    "1.3.6.1.5.5.7.3.2": "clientAuth",
    "1.3.6.1.5.5.7.3.3": "codeSigning",
    "1.3.6.1.5.5.7.3.4": "emailProtection",
    "1.3.6.1.5.5.7.3.8": "timeStamping",
    "1.3.6.1.5.5.7.3.9": "OCSPSigning",
}
"""Names of extended key usages (RFC 5280 4.2.1.12)."""


def _of(kind: type, place: str) -> Read:
    return Read(kind.__name__, frozenset({place}))


def _graver(judgement: Judgement, severity: Severity) -> Judgement:
    return replace(judgement, severity=severity)


# --- The pair --------------------------------------------------------------------------------------------------------


@judges("tls-tlcp-two-certificates", reads=(_of(CertificatePair, "wire"),))
def two_certificates(facts: Facts) -> Iterator[Judgement]:
    """Fail a TLCP server without an encryption certificate."""
    for each in facts.of(CertificatePair, "wire"):
        if each.has_encryption:
            yield ok(each, actual=each.order)
        else:
            yield fail(each, expected="signing, encryption, chain", actual=each.order)


@judges("tls-tlcp-certificate-order", reads=(_of(CertificatePair, "wire"),))
def certificate_order(facts: Facts) -> Iterator[Judgement]:
    """Fail another order than signing, encryption, chain."""
    for each in facts.of(CertificatePair, "wire"):
        if not each.has_encryption:
            yield not_applicable(each, reason=say("tls.na.no_pair"))
        elif each.is_usual_order:
            yield ok(each, actual=each.order)
        else:
            yield fail(each, expected="signing, encryption, chain", actual=each.order)


@judges("tls-tlcp-keys-differ", reads=(_of(CertificatePair, "wire"),))
def keys_differ(facts: Facts) -> Iterator[Judgement]:
    """Fail a pair that holds one key."""
    for each in facts.of(CertificatePair, "wire"):
        if not each.has_encryption:
            yield not_applicable(each, reason=say("tls.na.no_pair"))
        else:
            yield fail(each, actual="both hold the same public key") if each.same_key else ok(each)


@judges("tls-tlcp-usage-split", reads=(_of(CertificatePair, "wire"),))
def usage_split(facts: Facts) -> Iterator[Judgement]:
    """Fail a pair whose key usages are not split."""
    for each in facts.of(CertificatePair, "wire"):
        yield fail(each, actual="; ".join(_SPLIT[one] for one in each.problems)) if each.problems else ok(each)


@judges("tls-tlcp-pair-same-holder", reads=(_of(CertificatePair, "wire"),))
def same_holder(facts: Facts) -> Iterator[Judgement]:
    """Fail a pair that names different holders."""
    for each in facts.of(CertificatePair, "wire"):
        if not each.has_encryption:
            yield not_applicable(each, reason=say("tls.na.no_pair"))
        elif each.same_subject and each.same_names:
            yield ok(each)
        else:
            yield fail(each, actual="subjects differ" if not each.same_subject else "names differ")


@judges("tls-tlcp-pair-same-issuer", reads=(_of(CertificatePair, "wire"),))
def same_issuer(facts: Facts) -> Iterator[Judgement]:
    """Fail a pair from different issuers."""
    for each in facts.of(CertificatePair, "wire"):
        if not each.has_encryption:
            yield not_applicable(each, reason=say("tls.na.no_pair"))
        else:
            yield ok(each) if each.same_issuer else fail(each, actual="issuers differ")


# --- Certificates on the wire ----------------------------------------------------------------------------------------


def _is_sm(each: Certificate) -> bool:
    """Tell whether a certificate is to be an SM2 one: it was shown in an SM protocol, or holds such a key."""
    return not _SM_PROTOCOLS.isdisjoint(each.protocols) or each.key_kind == "SM2"


@judges("tls-certificate-curve", reads=(_of(Certificate, "wire"),))
def curve(facts: Facts) -> Iterator[Judgement]:
    """Fail a key off the SM2 curve, on another curve in an SM protocol, or with explicit parameters."""
    for each in facts.of(Certificate, "wire"):
        if each.is_explicit:
            yield fail(each, actual="explicit parameters")
        elif not _is_sm(each):
            yield not_applicable(each, reason=say("tls.na.not_sm2"))
        elif each.is_off_curve:
            yield fail(each, actual="point off the curve")
        else:
            yield ok(each, actual="SM2") if each.key_kind == "SM2" else fail(each, expected="SM2", actual=each.key_kind)


@judges("tls-certificate-signature-algorithm", reads=(_of(Certificate, "wire"),))
def signature_algorithm(facts: Facts) -> Iterator[Judgement]:
    """Fail other algorithms than SM2-with-SM3 in SM certificates, and weak hashes in all but roots."""
    for each in facts.of(Certificate, "wire"):
        has_null = each.signature_parameters == "null" and _is_sm(each)
        seen = f"{each.signature_name}, NULL parameters" if has_null else each.signature_name
        if not each.is_consistent:
            yield fail(each, actual="the algorithm inside is not the one outside")
        elif each.signature_hash in WEAK_HASHES and each.role != "root":
            yield fail(each, actual=seen)
        elif _is_sm(each) and each.signature_name != "SM2-with-SM3":
            yield fail(each, expected="SM2-with-SM3", actual=seen)
        else:
            yield ok(each, actual=seen)


def _signature(facts: Facts, place: str) -> Iterator[Judgement]:
    for each in facts.of(CertificateSignature, place):
        if place == "file" and not each.is_consistent:  # on the wire it has a check of its own
            yield fail(each, actual="the algorithm inside is not the one outside")
        elif each.state == "valid":
            yield ok(each, actual=f"valid under the key of {each.issuer}")
        elif each.state == "empty user id":
            made = fail(
                each, expected="user id 1234567812345678", actual="valid under an empty user id only (SIG_EMPTY_ID)"
            )
            yield _graver(made, Severity.HIGH)
        else:
            yield _graver(fail(each, actual=f"SIG_INVALID under the key of {each.issuer}"), Severity.CRITICAL)


@judges("tls-certificate-signature-valid", reads=(_of(CertificateSignature, "wire"),))
def signature_valid(facts: Facts) -> Iterator[Judgement]:
    """Fail a signature that does not hold, or holds under an empty user id alone."""
    yield from _signature(facts, "wire")


@judges("tls-certificate-path", reads=(CertificatePath, _of(Certificate, "wire")))
def path(facts: Facts) -> Iterator[Judgement]:
    """Fail a leaf that leads to no anchor, or an SM2 leaf that leads to another kind of anchor."""
    kinds = {(each.origin.part, each.subject): each.key_kind for each in facts.of(Certificate, "wire")}
    for each in facts.of(CertificatePath):
        kind = kinds.get((each.origin.part, each.subject), "")
        if not each.is_anchored:
            yield fail(each, actual=each.problem)
        elif kind == "SM2" and each.anchor_kind != "SM2":
            yield fail(each, expected="SM2", actual=f"{each.anchor}: {each.anchor_kind}")
        else:
            yield ok(each, actual=each.anchor)


_MEANWHILE: Final = timedelta(minutes=10)
"""A chart makes its certificate while it is rendered, after the start of the run; clocks differ, too."""


def in_time_of(each: Fact, not_before: str, not_after: str, now: datetime, check_id: str, name: str = "") -> Judgement:
    """Judge the validity of what a fact is about: now, and for the days that the check's parameters say.

    Args:
        each: Fact about a certificate.
        not_before: ISO 8601, empty where the date cannot be.
        not_after: The same.
        now: Start of the run.
        check_id: Whose parameters count.
        name: Whose certificate it is, where it is not the one that the fact is about.
    """
    limits = check_data("tls").parameters(check_id)
    seen = f"{not_before or '?'} to {not_after or '?'}"
    seen = f"{name}: {seen}" if name else seen
    if not not_before or not not_after:
        return fail(each, actual=seen)
    begins, ends = parsed(not_before), parsed(not_after)
    days = (ends - now).days
    if now + _MEANWHILE < begins:
        made = fail(each, detail=say("tls.not_yet", days=(begins - now).days + 1), actual=seen)
        return _graver(made, Severity.CRITICAL)
    if now > ends:
        return _graver(fail(each, detail=say("tls.expired", days=-days - 1), actual=seen), Severity.CRITICAL)
    if ends - now < timedelta(days=limits["soon_days"]):
        made = fail(each, detail=say("tls.expiring", days=days), actual=seen)
        is_near = ends - now < timedelta(days=limits["very_soon_days"])
        return _graver(made, Severity.HIGH if is_near else Severity.MEDIUM)
    return ok(each, actual=seen)


@judges("tls-certificate-in-time", reads=(_of(Certificate, "wire"),))
def in_time(facts: Facts) -> Iterator[Judgement]:
    """Fail a certificate that is not valid now, or not for long."""
    now = moment(facts)
    for each in facts.of(Certificate, "wire"):
        yield in_time_of(each, each.not_before, each.not_after, now, "tls-certificate-in-time")


@judges("tls-certificate-lifetime", reads=(_of(Certificate, "wire"), Expectation))
def lifetime(facts: Facts) -> Iterator[Judgement]:
    """Fail a leaf that lives longer than the profile allows."""
    for each in facts.of(Certificate, "wire"):
        wanted = expected(facts, each, each.holder)
        if not each.is_leaf or not (each.not_before and each.not_after):
            yield not_applicable(each, reason=say("tls.na.not_leaf"))
            continue
        days = (parsed(each.not_after) - parsed(each.not_before)).days
        limit = wanted.lifetime_days if wanted else 398
        make = fail if days > limit else ok
        yield make(each, expected=f"≤ {limit} d", actual=f"{days} d")


def covers(names: tuple[str, ...], addresses: tuple[str, ...], wanted: str) -> bool:
    """Tell whether a certificate covers a name or an address (RFC 9525 6): a wildcard is the first label alone."""
    try:
        return str(ipaddress.ip_address(wanted)) in addresses
    except ValueError:
        pass
    name = wanted.rstrip(".").lower()
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return False
    first, _dot, rest = name.partition(".")
    for each in names:
        pattern = each.rstrip(".").lower()
        if pattern == name or (pattern.startswith("*.") and first and rest and pattern[2:] == rest and "." in rest):
            return True
    return False


_EVERYWHERE: Final = Read(Certificate.__name__, frozenset({"wire", "file"}))


def _everywhere(facts: Facts) -> Iterator[Certificate]:
    yield from facts.of(Certificate, "wire")
    yield from facts.of(Certificate, "file")


@judges("tls-certificate-name", reads=(_EVERYWHERE, Expectation))
def name(facts: Facts) -> Iterator[Judgement]:
    """Fail a leaf that does not cover the name of the endpoint; of a pair one that does is enough.

    Of a file a name is expected only where the user gives one.
    """
    leaves = [each for each in _everywhere(facts) if each.is_leaf]
    covering: dict[tuple[str, str], bool] = defaultdict(bool)
    for each in leaves:
        wanted = expected(facts, each, each.holder)
        is_covered = wanted is not None and all(covers(each.names, each.addresses, one) for one in wanted.names)
        if each.role in {"signing", "encryption"}:
            covering[each.origin.part, each.holder] |= is_covered
    for each in _everywhere(facts):
        wanted = expected(facts, each, each.holder)
        if not each.is_leaf:
            yield not_applicable(each, reason=say("tls.na.not_leaf"))
            continue
        if wanted is None or not wanted.names:
            yield not_applicable(each, reason=say("tls.na.no_names"))
            continue
        own = all(covers(each.names, each.addresses, one) for one in wanted.names)
        by_pair = each.role in {"signing", "encryption"} and covering[each.origin.part, each.holder]
        due, seen = ", ".join(wanted.names), ", ".join((*each.names, *each.addresses))[:300] or "no names"
        make = ok if own or by_pair else fail
        yield make(each, expected=due, actual=seen)


@judges("tls-certificate-extended-usage", reads=(_of(Certificate, "wire"),))
def extended_usage(facts: Facts) -> Iterator[Judgement]:
    """Fail an extended key usage without serverAuth."""
    for each in facts.of(Certificate, "wire"):
        if not each.is_leaf:
            yield not_applicable(each, reason=say("tls.na.not_leaf"))
        elif each.extended_usages is None:
            yield not_applicable(each, reason=say("tls.na.no_extension"))
        elif {SERVER_AUTH, ANY_USE}.isdisjoint(each.extended_usages):
            yield fail(
                each, expected="serverAuth", actual=", ".join(_USES.get(one, one) for one in each.extended_usages)
            )
        else:
            yield ok(each)


@judges("tls-certificate-not-revoked", reads=(_EVERYWHERE, Revocation))
def not_revoked(facts: Facts) -> Iterator[Judgement]:
    """Fail a leaf that is revoked, whose list is stale or not signed, or whose revocation nobody can look up.

    Of a file it is asked where a list of its issuer was given, or lies beside it.
    """
    now = moment(facts)
    said = {(each.origin.part, each.subject): each for each in facts.of(Revocation)}
    for each in _everywhere(facts):
        revocation = said.get((each.origin.part, each.subject))
        if not each.is_leaf:
            yield not_applicable(each, reason=say("tls.na.not_leaf"))
        elif revocation is None and each.place == "file":
            yield not_applicable(each, reason=say("tls.na.no_crl"))
        elif revocation is None:
            yield (
                ok(each) if each.has_revocation else fail(each, actual="no CRL or OCSP address, and no list was given")
            )
        elif revocation.state == "revoked":
            yield _graver(fail(each, revocation, actual=f"revoked: {revocation.source}"), Severity.CRITICAL)
        elif revocation.state == "unsigned":
            yield fail(each, revocation, actual=f"not signed by the issuer: {revocation.source}")
        elif revocation.next_update and parsed(revocation.next_update) < now:
            yield fail(each, revocation, actual=f"stale: {revocation.source}")
        else:
            yield ok(each, revocation, actual=revocation.source)


@judges("tls-certificates-as-profiled", reads=(_of(Certificate, "wire"), Expectation))
def certificates_as_profiled(facts: Facts) -> Iterator[Judgement]:
    """Fail a leaf with a weak key, or a kind that the profile forbids in a protocol that it does not forbid."""
    for each in facts.of(Certificate, "wire"):
        wanted = expected(facts, each, each.holder)
        if not each.is_leaf or wanted is None:
            yield not_applicable(each, reason=say("tls.na.not_leaf"))
            continue
        protocols = [_PROTOCOLS.get(one, one) for one in each.protocols]
        is_judged = any(wanted.versions.get(one) != FORBIDDEN for one in protocols)
        weak = _weak_key(each, "crt-algorithms")
        seen = f"{each.key_kind} {each.key_bits}"
        if weak:
            yield fail(each, actual=weak)
        elif is_judged and level(each.key_kind, wanted.certificates) == FORBIDDEN:
            yield fail(each, expected=_kinds(wanted), actual=seen)
        else:
            yield ok(each, actual=seen)


_PROTOCOLS: Final = {
    "TLCP": "tlcp",
    "RFC 8998": "rfc8998",
    "TLS 1.3": "tls13",
    "TLS 1.2": "tls12",
    "TLS 1.1": "tls11",
    "TLS 1.0": "tls10",
    "SSL 3.0": "ssl3",
}


def _kinds(wanted: Expectation) -> str:
    return ", ".join(kind for kind, said in wanted.certificates.items() if said != FORBIDDEN)


@judges("tls-certificate-well-formed", reads=(_of(Certificate, "wire"),))
def well_formed(facts: Facts) -> Iterator[Judgement]:
    """Fail a certificate with something strange in it."""
    for each in facts.of(Certificate, "wire"):
        yield fail(each, actual="; ".join(each.strange)) if each.strange else ok(each)


# --- Certificates at rest --------------------------------------------------------------------------------------------


@judges("crt-inventory", reads=(_of(Certificate, "file"),))
def inventory(facts: Facts) -> Iterator[Judgement]:
    """Pass every certificate with its fingerprints: what this check proves is that it is listed."""
    for each in facts.of(Certificate, "file"):
        yield ok(each, actual=f"{each.key_kind}, sm3 {each.sm3}, sha256 {each.sha256}, spki {each.spki_sha256}")


_ENCIPHERING: Final = frozenset({"keyEncipherment", "dataEncipherment", "keyAgreement"})


def _other_half(facts: Facts, half: CertificatePair) -> CertificatePair | None:
    """Return the other half of a pair where the two are parts of one system, each a file of its own."""
    known = {each.sha256: each for each in facts.of(Certificate, "file")}
    own = known.get(half.signing)
    for each in facts.of(CertificatePair, "file"):
        its = known.get(each.signing)
        if own is None or its is None or each.has_encryption or each.origin.part == half.origin.part:
            continue
        usages = [frozenset(one.usages) for one in (own, its)]
        signs = ["digitalSignature" in one for one in usages]
        enciphers = [not _ENCIPHERING.isdisjoint(one) for one in usages]
        is_split = signs == [not one for one in enciphers] and signs[0] != signs[1]
        if is_split and its.name == own.name and its.spki_sha256 != own.spki_sha256:
            return each
    return None


@judges("crt-pair-complete", reads=(_of(CertificatePair, "file"), _of(Certificate, "file"), Expectation))
def pair_complete(facts: Facts) -> Iterator[Judgement]:
    """Fail a pair whose usages are not split, or half a pair where SM is due."""
    for each in facts.of(CertificatePair, "file"):
        wanted = expected(facts, each)
        if each.has_encryption:
            wrong = [_SPLIT[one] for one in each.problems]
            wrong += ["subjects differ"] if not each.same_subject else [] if each.same_names else ["names differ"]
            yield fail(each, actual="; ".join(wrong)) if wrong else ok(each, actual=each.order)
        elif "KU_SIGN_MISSING" not in each.problems and not {"KU_NOT_SPLIT", "KU_MISSING"}.isdisjoint(each.problems):
            yield not_applicable(each, reason=say("tls.na.single"))
        elif other := _other_half(facts, each):
            yield ok(each, actual=f"{each.subject} + {other.subject}")
        elif wanted and wanted.needs_sm and wanted.versions.get("tlcp") != FORBIDDEN:
            yield fail(each, detail=say("tls.half"), actual=each.order)
        else:
            yield not_applicable(each, reason=say("tls.na.single"))


@judges("crt-keys-distinct", reads=(_of(Certificate, "file"),))
def keys_distinct(facts: Facts) -> Iterator[Judgement]:
    """Fail a key that several certificates share."""
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in facts.of(Certificate, "file"):
        if each.is_leaf:
            holders[each.origin.part, each.spki_sha256].add(each.sha256)
    for each in facts.of(Certificate, "file"):
        shared = holders.get((each.origin.part, each.spki_sha256), set())
        if not each.is_leaf:
            yield not_applicable(each, reason=say("tls.na.not_leaf"))
        elif len(shared) > 1:
            yield fail(each, actual=f"spki {each.spki_sha256} in {len(shared)} certificates")
        else:
            yield ok(each)


def _weak_key(each: Certificate, check_id: str) -> str:
    limits = check_data("tls").parameters(check_id)
    if each.key_kind in {"RSA", "DSA"} and 0 < each.key_bits < limits["least_rsa_bits"]:
        return f"{each.key_kind} {each.key_bits}"
    if each.key_kind.startswith("EC ") and 0 < each.key_bits < limits["least_ec_bits"]:
        return f"{each.key_kind} {each.key_bits}"
    return ""


@judges("crt-algorithms", reads=(_of(Certificate, "file"), Expectation))
def algorithms(facts: Facts) -> Iterator[Judgement]:
    """Fail weak keys and hashes, SM2 keys without an SM2 signature, and all but SM2 where the profile asks for it.

    Nobody relies on the signature of a root under its own key: of a root the key alone is judged. A certificate of a
    server that signs itself says that it is an authority, too; its names give it away.
    """
    for each in facts.of(Certificate, "file"):
        wanted = expected(facts, each, each.holder)
        seen = f"{each.key_kind} {each.key_bits}, {each.signature_name}"
        is_sm_due = wanted is not None and level(each.key_kind, wanted.certificates) == FORBIDDEN
        is_anchor = each.role == "root" and not (each.names or each.addresses)
        if weak := _weak_key(each, "crt-algorithms"):
            yield fail(each, actual=weak)
        elif each.signature_hash in WEAK_HASHES and not is_anchor:
            yield fail(each, actual=each.signature_name)
        elif each.key_kind == "SM2" and each.signature_name != "SM2-with-SM3" and not is_anchor:
            yield fail(each, expected="SM2-with-SM3", actual=seen)
        elif wanted and is_sm_due:
            yield fail(each, expected=_kinds(wanted), actual=seen)
        else:
            yield ok(each, actual=seen)


@judges("crt-in-time", reads=(_of(Certificate, "file"),))
def rest_in_time(facts: Facts) -> Iterator[Judgement]:
    """Fail a certificate at rest that is not valid now, or not for long."""
    now = moment(facts)
    for each in facts.of(Certificate, "file"):
        yield in_time_of(each, each.not_before, each.not_after, now, "crt-in-time")


@judges("crt-signature-valid", reads=(_of(CertificateSignature, "file"),))
def rest_signature_valid(facts: Facts) -> Iterator[Judgement]:
    """Fail a signature at rest that does not hold, or holds under an empty user id alone."""
    yield from _signature(facts, "file")


@judges("crt-named-curve", reads=(_of(Certificate, "file"),))
def named_curve(facts: Facts) -> Iterator[Judgement]:
    """Fail a key with explicit parameters or off its curve."""
    for each in facts.of(Certificate, "file"):
        if each.is_explicit or each.is_off_curve:
            yield fail(each, actual="explicit parameters" if each.is_explicit else "point off the curve")
        elif each.key_kind == "SM2" or each.key_kind.startswith("EC"):
            yield ok(each, actual=each.key_kind)
        else:
            yield not_applicable(each, reason=say("tls.na.no_curve"))


# --- Keys ------------------------------------------------------------------------------------------------------------


@judges("crt-key-permissions", reads=(PrivateKey,))
def key_permissions(facts: Facts) -> Iterator[Judgement]:
    """Fail a key file that group or others can read or change."""
    for each in facts.of(PrivateKey):
        if not each.mode:
            yield not_applicable(each, reason=say("tls.na.no_mode"))
        elif int(each.mode, 8) & _OTHERS:
            yield fail(each, expected="0600", actual=f"{each.mode}, uid {each.owner}")
        else:
            yield ok(each, actual=f"{each.mode}, uid {each.owner}")


@judges("crt-key-matches", reads=(KeyOwner,))
def key_matches(facts: Facts) -> Iterator[Judgement]:
    """Fail a key that belongs to none of the certificates beside it."""
    for each in facts.of(KeyOwner):
        if not each.certificates_beside:
            yield not_applicable(each, reason=say("tls.na.alone"))
        elif each.matches:
            yield ok(each, actual=f"sha256 {each.matches}")
        else:
            yield fail(each, actual=f"none of {each.certificates_beside} certificates")


@judges("crt-key-encrypted", reads=(PrivateKey,))
def key_encrypted(facts: Facts) -> Iterator[Judgement]:
    """Fail a key file in the clear, or under a weak protection."""
    for each in facts.of(PrivateKey):
        if not each.is_encrypted:
            yield fail(each, actual=f"{each.form}, not encrypted")
        elif each.is_weak:
            yield fail(each, actual=each.protection)
        else:
            yield ok(each, actual=each.protection)


@judges("crt-store-password", reads=(KeyStore,))
def store_password(facts: Facts) -> Iterator[Judgement]:
    """Fail a store that opens with a stock password; only where they may be tried."""
    for each in facts.of(KeyStore):
        if not each.tried:
            yield not_applicable(each, reason=say("tls.na.no_passwords"))
        elif each.opens_with:
            yield fail(each, actual=f"{each.form}: opened")
        else:
            yield ok(each, actual=f"{each.tried} stock passwords do not open it")


@judges("crt-ca-key-absent", reads=(KeyOwner,))
def ca_key_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail the key of an authority."""
    for each in facts.of(KeyOwner):
        yield fail(each, actual=f"key of the authority sha256 {each.matches}") if each.is_of_ca else ok(each)


@judges("crt-key-copies-absent", reads=(PrivateKey,))
def key_copies_absent(facts: Facts) -> Iterator[Judgement]:
    """Fail a forgotten copy with a key."""
    for each in facts.of(PrivateKey):
        yield fail(each, actual=f"private key in {each.form}") if each.is_backup else ok(each)


# --- Stores, lists, requests, envelopes ------------------------------------------------------------------------------


@judges("crt-trust-store", reads=(TrustStore, Expectation))
def trust_store(facts: Facts) -> Iterator[Judgement]:
    """Fail a store with strangers, or with anything but SM2 where SM alone is due."""
    for each in facts.of(TrustStore):
        wanted = expected(facts, each)
        foreign = [
            f"{anchor}: {kind}"
            for anchor, kind in each.anchors
            if wanted and level(kind, wanted.certificates) == FORBIDDEN
        ]
        bad = [*each.strangers, *foreign]
        if bad:
            yield fail(each, actual="; ".join(f"not allowed: {one}" for one in bad[:20]))
        elif each.has_list or (wanted and REQUIRED in wanted.certificates.values()):
            yield ok(each, actual=f"{len(each.anchors)} anchors")
        else:
            yield not_applicable(each, reason=say("tls.na.no_list"))


@judges("crt-crl-current", reads=(RevocationListFile,))
def crl_current(facts: Facts) -> Iterator[Judgement]:
    """Fail a list that is past its next update, or whose signature does not hold."""
    now = moment(facts)
    for each in facts.of(RevocationListFile):
        seen = f"{each.issuer}, next update {each.next_update or 'not said'}, {each.revoked} revoked"
        if each.state in {"invalid", "empty user id"}:
            yield fail(each, actual=_SIGNATURES[each.state])
        elif not each.next_update or parsed(each.next_update) < now:
            yield fail(each, actual=seen)
        else:
            yield ok(each, actual=seen)


@judges("crt-request-valid", reads=(RequestFile, Expectation))
def request_valid(facts: Facts) -> Iterator[Judgement]:
    """Fail a request that does not hold under its own key, or is on another curve than is due."""
    for each in facts.of(RequestFile):
        wanted = expected(facts, each)
        if each.is_off_curve:
            yield fail(each, actual="point off the curve")
        elif each.state != "valid":
            yield fail(each, actual=_SIGNATURES.get(each.state, each.state))
        elif wanted and level(each.key_kind, wanted.certificates) == FORBIDDEN:
            yield fail(each, expected=_kinds(wanted), actual=each.key_kind)
        else:
            yield ok(each, actual=each.key_kind)


@judges("crt-envelope-apart", reads=(EnvelopedKey,))
def envelope_apart(facts: Facts) -> Iterator[Judgement]:
    """Fail an envelope beside the key that opens it."""
    for each in facts.of(EnvelopedKey):
        if each.unwrapping_keys:
            yield fail(each, actual=f"opened by {', '.join(each.unwrapping_keys)}")
        else:
            yield ok(each, actual=f"{each.beside} keys beside it, none opens it")


JUDGES: Final[tuple[Judge, ...]] = (
    two_certificates,
    certificate_order,
    keys_differ,
    usage_split,
    same_holder,
    same_issuer,
    curve,
    signature_algorithm,
    signature_valid,
    path,
    in_time,
    lifetime,
    name,
    extended_usage,
    not_revoked,
    certificates_as_profiled,
    well_formed,
    inventory,
    key_permissions,
    key_matches,
    pair_complete,
    keys_distinct,
    algorithms,
    rest_in_time,
    rest_signature_valid,
    named_curve,
    key_encrypted,
    store_password,
    ca_key_absent,
    trust_store,
    crl_current,
    request_valid,
    envelope_apart,
    key_copies_absent,
)
