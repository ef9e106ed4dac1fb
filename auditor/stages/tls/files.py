"""Reads certificates, keys, requests, lists and containers at rest: one file, or a folder of them."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import key_files, x509
from auditor.model.fact import Origin
from auditor.model.place import real
from auditor.stages.tls import certificates, facts
from auditor.stages.tls.gaps import expectation, gaps_of, unseen
from auditor.stages.tls.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Gap
    from auditor.model.system import Part
    from auditor.stages.tls.settings import Settings

FILES_LIMIT: Final = 5_000
_FILE_KINDS: Final = (
    facts.Certificate,
    facts.CertificateSignature,
    facts.CertificatePair,
    facts.PrivateKey,
    facts.KeyOwner,
)
_PLACED: Final = frozenset({facts.Certificate, facts.CertificateSignature, facts.CertificatePair})
"""Kinds that are seen on the wire, too."""
_BACKUPS: Final = (".bak", ".old", ".orig", ".save", ".swp", ".tmp", "~", ".backup", ".core")
_BACKUP_NAMES: Final = ("core", ".bash_history", ".sh_history", ".zsh_history")
_SUFFIXES: Final = frozenset(
    {
        *(".pem", ".crt", ".cer", ".der", ".key", ".p7b", ".p7c", ".p12", ".pfx", ".jks", ".keystore", ".truststore"),
        *(".csr", ".req", ".crl", ".sm2", ".p8", ".pk8", ".env", ".enc"),
    }
)
_SOURCES: Final = frozenset(
    {
        *(".py", ".js", ".ts", ".tsx", ".jsx", ".go", ".java", ".rs", ".c", ".h", ".cpp", ".cs", ".rb", ".php", ".sh"),
        *(".md", ".rst", ".adoc", ".html", ".ipynb", ".pdf", ".png", ".svg", ".log", ".gz", ".zip", ".tar"),
    }
)
"""Programs and papers, which show certificates as examples; the stage that reads source code looks into them."""
_SNIFFED_OCTETS: Final = 64 << 10
_ROOTS_LEAST: Final = 2


@dataclass
class _Read:
    """One file that was read."""

    name: str
    path: Path
    contents: key_files.Contents
    mode: str = ""
    owner: str = ""
    problem: str = ""


@dataclass
class _Folder:
    """Everything that lies together."""

    files: list[_Read] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    is_cut: bool = False


def observe_files(part: Part, wanted: Settings, seen_at: str) -> Iterator[Fact | Gap]:
    """Yield what a file or a folder holds; a gap for what cannot be read."""
    folder = _folder(part)
    for name, reason in folder.unread:
        yield from _lost(part, name, reasons.CANNOT_BE_READ, reason)
    if folder.is_cut:
        yield from _lost(part, part.where, reasons.TOO_MANY_FILES, f"more than {FILES_LIMIT}; the rest was not read")
    if not folder.files and not folder.unread:
        yield from _lost(part, part.where, reasons.NOTHING_TO_READ, "the folder holds no certificate and no key")
    every = [each for file in folder.files for each in file.contents.certificates]
    lists = tuple(each for file in folder.files for each in file.contents.lists)
    pairs = _pairs(folder.files)
    names = (wanted.server_name,) if wanted.server_name else ()
    for file in folder.files:
        origin = Origin(part=part.argument, file=file.name)
        for problem in file.contents.problems:
            yield from _lost(part, file.name, reasons.CANNOT_BE_READ, problem)
        if file.contents.is_empty:
            continue
        yield expectation(part, file.name, wanted, names, seen_at, origin)
        yield from _of_certificates(part, file, wanted, origin, every, lists, pairs)
        yield from _of_keys(part, file, origin, every)
        yield from _of_others(part, file, wanted, origin, every, folder)


def _lost(part: Part, subject: str, reason: reasons.Reason, detail: str) -> Iterator[Gap]:
    for kind in _FILE_KINDS:
        topic = "file" if kind in _PLACED else ""
        yield unseen(part, kind.__name__, subject, reason, detail, say("tls.remedy.file"), topic)


def _closed(part: Part, subject: str, form: str) -> Iterator[Gap]:
    """Yield gaps for what lies in a container that nobody opens."""
    detail = f"{form} under a password: what it holds cannot be seen"
    for kind in _FILE_KINDS:
        topic = "file" if kind in _PLACED else ""
        yield unseen(part, kind.__name__, subject, reasons.ENCRYPTED, detail, say("tls.remedy.store"), topic)


def _folder(part: Part) -> _Folder:
    found = _Folder()
    root = part.path
    if root.is_file():
        _take(found, root, root.name)
        return found
    count = 0
    for folder, folders, files in os.walk(
        root, onerror=lambda error: found.unread.append((str(error.filename), str(error.strerror)))
    ):
        folders.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if not _is_meant(path) and not _holds_pem(path):
                continue
            if path.is_symlink():
                if not _lies_below(path, root):
                    found.unread.append((path.relative_to(root).as_posix(), "it is a link out of the folder"))
                continue  # what lies below is read where it lies
            count += 1
            if count > FILES_LIMIT:
                found.is_cut = True
                return found
            _take(found, path, path.relative_to(root).as_posix())
    return found


def _is_meant(path: Path) -> bool:
    name = path.name.lower()
    return path.suffix.lower() in _SUFFIXES or name.endswith(_BACKUPS) or name in _BACKUP_NAMES or "key" in name


def _holds_pem(path: Path) -> bool:
    """Tell whether a file of another name holds a certificate or key as text: settings, bundles, notes."""
    if path.suffix.lower() in _SOURCES or path.is_symlink():
        return False
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            return key_files.begins(file.read(_SNIFFED_OCTETS))
    except OSError:
        return False


def _lies_below(path: Path, root: Path) -> bool:
    try:
        return real(path, strict=True).is_relative_to(real(root))
    except (OSError, RuntimeError):
        return False  # a broken link, or one that leads to itself


def _take(found: _Folder, path: Path, name: str) -> None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return
        with path.open("rb") as file:
            data = file.read(key_files.SIZE_OCTETS + 1)
    except OSError as error:
        found.unread.append((name, error.strerror or "cannot be opened"))
        return
    contents = key_files.read(data)
    is_named = path.suffix.lower() in _SUFFIXES - {".env", ".enc"}
    is_broken = path.name.lower().endswith(".env") and b"-----BEGIN " in data
    if contents.is_empty and not is_named and not is_broken:
        return  # neither by name nor by content a thing of the trade
    found.files.append(
        _Read(
            name=name,
            path=path,
            contents=contents,
            mode=f"{stat.S_IMODE(status.st_mode):04o}",
            owner=str(status.st_uid),
        )
    )


def _chain(file: _Read) -> list[x509.Certificate]:
    """Return the certificates of a file, each once."""
    return list({each.raw: each for each in file.contents.certificates}.values())


def _pairs(files: list[_Read]) -> dict[str, tuple[str, x509.Certificate] | None]:
    """Find the other half of a pair of TLCP whose halves lie in two files, as most servers want them.

    Returns:
        By file that holds one half alone: for a signing certificate the file and the certificate of the other half (the
        one of the same holder that lasts longest), None for an encryption certificate that stands with its signing one.
    """
    halves: list[tuple[str, x509.Certificate]] = []
    for file in files:
        chain = _chain(file)
        found = certificates.pair_in(chain)
        if found and found[1] is None:
            halves.append((file.name, chain[found[0]]))
    pairs: dict[str, tuple[str, x509.Certificate] | None] = {}
    for name, half in halves:
        if not half.only_signs:
            continue
        others = [
            (file, each) for file, each in halves if each.only_enciphers and x509.same_name(each.subject, half.subject)
        ]
        if others:
            pairs[name] = max(others, key=lambda other: certificates.iso(other[1].not_after))
            pairs.update({file: None for file, _each in others})
    return pairs


def _of_certificates(
    part: Part,
    file: _Read,
    wanted: Settings,
    origin: Origin,
    every: list[x509.Certificate],
    lists: tuple[x509.RevocationList, ...],
    pairs: dict[str, tuple[str, x509.Certificate] | None],
) -> Iterator[Fact | Gap]:
    chain = _chain(file)
    found = certificates.pair_in(chain)
    roles = certificates.roles(chain, found)
    seen = [
        certificates.SightedCertificate(certificate=each, role=role, protocols=(), position=position, origin=origin)
        for position, (each, role) in enumerate(zip(chain, roles, strict=True))
    ]
    trust = certificates.Trust(anchors=(*wanted.trust.anchors, *every), lists=(*wanted.trust.lists, *lists))
    assessed = certificates.assess(file.name, "file", seen, trust)
    yield from assessed.facts
    yield from gaps_of(part, assessed)
    if found:
        yield from _pair_of(file.name, chain, found, pairs, origin)
    anchors = [each for each, role in zip(chain, roles, strict=True) if role == "root"]
    if len(anchors) >= _ROOTS_LEAST and len(anchors) == len(chain):
        allowed = wanted.allowed_anchors
        strangers = [
            each.subject_text
            for each in anchors
            if allowed is not None and allowed.isdisjoint({each.subject_text, each.sha256, each.sm3})
        ]
        yield facts.TrustStore(
            subject=file.name,
            origin=origin,
            anchors=tuple((each.subject_text, each.key.kind) for each in anchors),
            strangers=tuple(strangers),
            has_list=allowed is not None,
        )


def _pair_of(
    name: str,
    chain: list[x509.Certificate],
    found: tuple[int, int | None],
    pairs: dict[str, tuple[str, x509.Certificate] | None],
    origin: Origin,
) -> Iterator[Fact]:
    subject, signing, encryption = name, found[0], found[1]
    if encryption is None and name in pairs:
        other = pairs[name]
        if other is None:
            return  # said at the signing certificate
        subject = f"{name} + {other[0]}"
        chain, signing, encryption = [chain[signing], other[1]], 0, 1
    pair = certificates.pair(subject, "file", chain, signing, encryption, origin)
    if pair:
        yield pair


def _of_keys(part: Part, file: _Read, origin: Origin, every: list[x509.Certificate]) -> Iterator[Fact | Gap]:
    keys = file.contents.keys
    for number, key in enumerate(keys):
        subject = file.name if len(keys) == 1 else f"{file.name}: key {number + 1}"
        yield facts.PrivateKey(
            subject=subject,
            origin=origin,
            form=key.form,
            is_encrypted=key.is_encrypted,
            protection=key.protection,
            rounds=key.rounds,
            is_weak=key.is_weak,
            key_kind=key.kind,
            spki_sha256=key.digest,
            mode=file.mode,
            owner=file.owner,
            is_backup=is_backup(file.name),
        )
        if not key.digest:
            detail = key.protection or f"{key.form} that could not be opened"
            yield unseen(part, facts.KeyOwner.__name__, subject, reasons.ENCRYPTED, detail, say("tls.remedy.password"))
            continue
        holder = next((each for each in every if each.key.identity == key.digest), None)
        yield facts.KeyOwner(
            subject=subject,
            origin=origin,
            matches=holder.sha256 if holder else "",
            certificates_beside=len(file.contents.certificates) or len(every),
            is_of_ca=holder is not None and holder.is_ca,
        )


def is_backup(name: str) -> bool:
    """Tell whether a file is a copy that somebody forgot, by its name."""
    last = name.rsplit("/", 1)[-1].lower()
    return last.endswith(_BACKUPS) or last in _BACKUP_NAMES or last.startswith("core.")


def _of_others(
    part: Part, file: _Read, wanted: Settings, origin: Origin, every: list[x509.Certificate], folder: _Folder
) -> Iterator[Fact | Gap]:
    contents = file.contents
    for number, store in enumerate(contents.stores):
        if store.form == "PKCS#12":
            yield from _closed(part, file.name, store.form)
        password = key_files.opens_with(store) if wanted.tries_passwords else None
        yield facts.KeyStore(
            subject=file.name if len(contents.stores) == 1 else f"{file.name}: store {number + 1}",
            origin=origin,
            form=store.form,
            opens_with="" if password is None else password or "(empty)",
            tried=len(key_files.STOCK_PASSWORDS) if wanted.tries_passwords else 0,
            holds=store.holds,
        )
    for number, listed in enumerate(contents.lists):
        known = (*every, *wanted.trust.anchors)
        states = [listed.signed_by(each) for each in known if x509.same_name(each.subject, listed.issuer)]
        if x509.Signature.VALID in states:
            state = x509.Signature.VALID
        else:
            state = states[0] if states else x509.Signature.UNKNOWN
        subject = file.name if len(contents.lists) == 1 else f"{file.name}: list {number + 1}"
        if state is x509.Signature.UNKNOWN:
            detail = f"signed by {listed.issuer_text}, whose certificate is not there"
            kind = facts.RevocationListFile.__name__
            yield unseen(part, kind, subject, reasons.ISSUER_MISSING, detail, say("tls.remedy.issuer"))
            continue
        yield facts.RevocationListFile(
            subject=subject,
            origin=origin,
            issuer=listed.issuer_text,
            next_update=certificates.iso(listed.next_update),
            state=state.value,
            revoked=len(listed.revoked),
        )
    for number, request in enumerate(contents.requests):
        yield facts.RequestFile(
            subject=file.name if len(contents.requests) == 1 else f"{file.name}: request {number + 1}",
            origin=origin,
            name=request.subject_text,
            key_kind=request.key.kind,
            is_off_curve=request.key.is_off_curve,
            state=request.signature.value,
        )
    private = [(each.name, key) for each in folder.files for key in each.contents.keys]
    for number, envelope in enumerate(contents.envelopes):
        opening = [
            name for name, key in private if key.sm2_key is not None and key_files.unwraps(envelope, key.sm2_key)
        ]
        yield facts.EnvelopedKey(
            subject=file.name if len(contents.envelopes) == 1 else f"{file.name}: envelope {number + 1}",
            origin=origin,
            unwrapping_keys=tuple(opening),
            beside=len(private),
        )
