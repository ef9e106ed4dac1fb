"""What can be known of endpoints, certificates, keys and lists."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.fact import Fact


class Endpoint(Fact, frozen=True, kw_only=True):
    """A port at one address and what it speaks; ``subject`` is ``host:port``, with the address if there are several.

    Attributes:
        host: As given.
        port: As given.
        address: That was asked.
        speaks: Protocols that were accepted: ``TLCP``, ``RFC 8998``, ``TLS 1.2`` …
        kind: ``sm-only``, ``mixed``, ``international``, ``plaintext``, ``unknown``.
        connections: How many were opened.
    """

    host: str
    port: int
    address: str
    speaks: tuple[str, ...]
    kind: str
    connections: int


class Answer(Fact, frozen=True, kw_only=True):
    """What a server said to one question; only what was decided is a fact, all else is a gap.

    Attributes:
        question: Word for what was asked (``ssl3``, ``tlcp suites``).
        outcome: ``accepted`` or ``refused``; ``closed`` where the question says that closing is an answer.
        alert: Number of the alert, None without one.
        codes: Code points that were accepted.
        values: What was seen, in words that need no language.
        number: A number that was seen.
    """

    question: str
    outcome: str
    alert: int | None = None
    codes: tuple[int, ...] = ()
    values: tuple[str, ...] = ()
    number: int | None = None

    @property
    def topic(self) -> str:
        """The question."""
        return self.question

    @property
    def is_accepted(self) -> bool:
        """Whether the server went along."""
        return self.outcome == "accepted"


class Expectation(Fact, frozen=True, kw_only=True):
    """What a profile asks of an endpoint or a file; ``subject`` is theirs.

    Attributes:
        profile: Its name.
        needs_sm: At least one SM protocol or an SM2 certificate is due.
        versions: Level by protocol: ``required``, ``allowed``, ``forbidden``.
        suites: Level by pattern over names.
        groups: Level by pattern over names.
        schemes: Level by pattern over names.
        certificates: Level by kind of key.
        prefers_sm: SM is to be chosen where both are offered.
        client: Level of client certificates.
        forward_secrecy: Level of suites with forward secrecy.
        names: Names that the certificate must cover.
        lifetime_days: Longest lifetime of a leaf.
        ticket_lifetime_s: Longest lifetime of a session ticket.
        seen_at: When it was looked at, ISO 8601 UTC.
        has_trust: Trust anchors were given.
    """

    profile: str
    needs_sm: bool
    versions: Mapping[str, str]
    suites: Mapping[str, str]
    groups: Mapping[str, str]
    schemes: Mapping[str, str]
    certificates: Mapping[str, str]
    prefers_sm: bool
    client: str
    forward_secrecy: str
    names: tuple[str, ...]
    lifetime_days: int
    ticket_lifetime_s: int
    seen_at: str
    has_trust: bool


class ProductCertificate(Fact, frozen=True, kw_only=True):
    """A product certificate of the gateway or module in front of an endpoint, as the user names it.

    Attributes:
        certificates: Name and last day (ISO 8601) of each.
    """

    certificates: tuple[tuple[str, str], ...]


class Certificate(Fact, frozen=True, kw_only=True):
    """A certificate that was shown on the wire or lies in a file.

    Attributes:
        place: ``wire`` or ``file``.
        role: ``signing``, ``encryption``, ``server``, ``issuer``, ``root``, ``leaf``.
        protocols: Where it was shown.
        holder: Endpoint or file.
        position: In the list that was shown or the file, from 0.
        name: Subject as text.
        issuer: Issuer as text.
        serial: Serial number, hex with sign.
        not_before: ISO 8601, empty where the date cannot be.
        not_after: ISO 8601, empty where the date cannot be.
        key_kind: ``SM2``, ``RSA``, ``EC P-256`` …
        key_bits: Size.
        is_explicit: Curve parameters are spelled out.
        is_off_curve: The point is not on the SM2 curve.
        signature_name: Algorithm of the signature.
        signature_hash: Its hash.
        signature_parameters: ``absent``, ``null``, ``other``.
        is_consistent: The algorithm inside is the one outside.
        is_ca: basicConstraints says CA.
        has_usages: keyUsage is there.
        usages: keyUsage, sorted.
        extended_usages: extKeyUsage, or None.
        names: DNS names.
        addresses: Addresses.
        has_revocation: It says where revocation can be asked.
        sha256: Fingerprint.
        sm3: Fingerprint.
        spki_sha256: Digest of the public key.
        strange: Negative serial number, unreadable extensions, unknown critical ones.
    """

    place: str
    role: str
    protocols: tuple[str, ...]
    holder: str
    position: int
    name: str
    issuer: str
    serial: str
    not_before: str
    not_after: str
    key_kind: str
    key_bits: int
    is_explicit: bool
    is_off_curve: bool
    signature_name: str
    signature_hash: str
    signature_parameters: str
    is_consistent: bool
    is_ca: bool
    has_usages: bool
    usages: tuple[str, ...]
    extended_usages: tuple[str, ...] | None
    names: tuple[str, ...]
    addresses: tuple[str, ...]
    has_revocation: bool
    sha256: str
    sm3: str
    spki_sha256: str
    strange: tuple[str, ...] = ()

    @property
    def topic(self) -> str:
        """Where it is."""
        return self.place

    @property
    def is_leaf(self) -> bool:
        """Whether it is for a server rather than for issuing."""
        return self.role in {"signing", "encryption", "server", "leaf"}


class CertificateSignature(Fact, frozen=True, kw_only=True):
    """What verifying the signature of a certificate came to; ``subject`` is the certificate's.

    Attributes:
        place: ``wire`` or ``file``.
        state: ``valid``, ``empty user id``, ``invalid``.
        issuer: Whose key it was verified with.
        is_consistent: The algorithm inside the signed part is the one outside (RFC 5280 4.1.1.2).
    """

    place: str
    state: str
    issuer: str
    is_consistent: bool = True

    @property
    def topic(self) -> str:
        """Where it is."""
        return self.place


class CertificatePath(Fact, frozen=True, kw_only=True):
    """The way from a leaf to a trust anchor; ``subject`` is the leaf's.

    Attributes:
        is_anchored: It ends at one.
        anchor: Name of the anchor, or where it ended.
        anchor_kind: Kind of the anchor's key.
        problem: What is wrong with it, empty if nothing is.
    """

    is_anchored: bool
    anchor: str
    anchor_kind: str
    problem: str


class Revocation(Fact, frozen=True, kw_only=True):
    """Whether a leaf is revoked, by a list that was given or a stapled answer; ``subject`` is the leaf's.

    Attributes:
        state: ``revoked``, ``good``, ``stale``, ``unsigned``.
        source: Issuer of the list and its next update.
        next_update: When the next is due, ISO 8601; empty where it is not said.
    """

    state: str
    source: str
    next_update: str


class CertificatePair(Fact, frozen=True, kw_only=True):
    """The signing and the encryption certificate of a TLCP server, on the wire or in a file.

    Attributes:
        place: ``wire`` or ``file``.
        has_encryption: There is an encryption certificate.
        order: ``signing, encryption, chain``, or what it is.
        is_usual_order: Whether it is that of the standard.
        same_key: Both hold one key.
        same_subject: Both name one holder.
        same_names: Both cover the same names.
        same_issuer: Both come from one issuer.
        problems: What is wrong with the split of usages, each a few words.
        signing: Fingerprint.
        encryption: Fingerprint, empty if there is none.
    """

    place: str
    has_encryption: bool
    order: str
    is_usual_order: bool
    same_key: bool
    same_subject: bool
    same_names: bool
    same_issuer: bool
    problems: tuple[str, ...]
    signing: str
    encryption: str

    @property
    def topic(self) -> str:
        """Where it is."""
        return self.place


class PrivateKey(Fact, frozen=True, kw_only=True):
    """A private key in a file; never the key itself.

    Attributes:
        form: ``PKCS#8``, ``SEC 1``, ``encrypted PKCS#8``, ``PKCS#12``, ``JKS``, ``CFCA SM2``, ``GM/T 0009`` …
        is_encrypted: Whether a password or another key protects it.
        protection: How, as ``PBES2 PBKDF2 10000 rounds, SM4-CBC``; empty if not.
        rounds: Of the key derivation, None where there is none.
        is_weak: PBES1, DES, RC2 or few rounds.
        key_kind: ``SM2``, ``RSA`` …; empty where it cannot be seen.
        spki_sha256: Digest of its public key; empty where it cannot be seen.
        mode: Permissions, octal digits; empty where there are none (inside an image, a repository).
        owner: Who owns the file.
        is_backup: The name of the file says it is a copy.
    """

    form: str
    is_encrypted: bool
    protection: str
    rounds: int | None
    is_weak: bool
    key_kind: str
    spki_sha256: str
    mode: str
    owner: str
    is_backup: bool


class KeyOwner(Fact, frozen=True, kw_only=True):
    """Whose a private key is, where its public key can be seen; ``subject`` is that of the key.

    Attributes:
        matches: Certificate beside it that it belongs to, fingerprint; empty if none does.
        certificates_beside: How many certificates lie beside it.
        is_of_ca: It belongs to a certificate of an authority.
    """

    matches: str
    certificates_beside: int
    is_of_ca: bool


class KeyStore(Fact, frozen=True, kw_only=True):
    """A container that holds keys under a password.

    Attributes:
        form: ``PKCS#12``, ``JKS``, ``JCEKS``.
        opens_with: Stock password that opens it; empty if none of the list does.
        tried: How many were tried.
        holds: What is seen to be inside.
    """

    form: str
    opens_with: str
    tried: int
    holds: tuple[str, ...]


class RevocationListFile(Fact, frozen=True, kw_only=True):
    """A revocation list in a file.

    Attributes:
        issuer: Name as text.
        next_update: ISO 8601, empty where it does not say.
        state: ``valid``, ``empty user id``, ``invalid``.
        revoked: How many serial numbers.
    """

    issuer: str
    next_update: str
    state: str
    revoked: int


class RequestFile(Fact, frozen=True, kw_only=True):
    """A certificate signing request in a file.

    Attributes:
        name: Subject as text.
        key_kind: Kind of its key.
        is_off_curve: Its point is not on the SM2 curve.
        state: ``valid``, ``empty user id``, ``invalid``, ``unknown``.
    """

    name: str
    key_kind: str
    is_off_curve: bool
    state: str


class EnvelopedKey(Fact, frozen=True, kw_only=True):
    """An encryption key pair as an authority delivers it (GM/T 0009 7.4).

    Attributes:
        unwrapping_keys: Files beside it whose key opens it.
        beside: How many private keys lie beside it.
    """

    unwrapping_keys: tuple[str, ...]
    beside: int


class TrustStore(Fact, frozen=True, kw_only=True):
    """A file with several authorities and no leaf: a store of trust.

    Attributes:
        anchors: Name and kind of key of each.
        strangers: Names that the allow list does not have.
        has_list: An allow list was given.
    """

    anchors: tuple[tuple[str, str], ...]
    strangers: tuple[str, ...]
    has_list: bool
