"""Observes endpoints and files: asks, reads, and turns what was learnt into facts with the octets that prove them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import orjson

from auditor import __version__, reasons
from auditor.errors import ConfigError, ToolError
from auditor.formats import pcapng, x509
from auditor.model.artefact import Artefact, Capture
from auditor.model.fact import Fact, Facts, Gap, Origin
from auditor.model.record import ToolUse
from auditor.stages.code.facts import CodeMatch
from auditor.stages.image.facts import ImageFile
from auditor.stages.sbom.facts import Component
from auditor.stages.tls import cbom, certificates, facts
from auditor.stages.tls.asking import Choice
from auditor.stages.tls.files import observe_files
from auditor.stages.tls.gaps import STAGE, expectation, gaps_of, unseen
from auditor.stages.tls.outcome import Deadline
from auditor.stages.tls.probe import Asker
from auditor.stages.tls.questions import Examination
from auditor.stages.tls.settings import Place, Settings, place, settings
from auditor.stages.tls.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from auditor.model.system import Part, System
    from auditor.model.text import Text
    from auditor.stages.tls.answers import Findings
    from auditor.stages.tls.asking import OpenSsl
    from auditor.stages.tls.probe import Conversation, Dial
    from auditor.stages.tls.tlcp.client import ClientPair

_RESOLVE_S: Final = 5.0
_EVIDENCE_OCTETS: Final = 16_384
"""Octets of a connection that are written down, each way."""
_WIRE_KINDS: Final = (
    facts.Endpoint,
    facts.Answer,
    facts.Certificate,
    facts.CertificateSignature,
    facts.CertificatePath,
    facts.CertificatePair,
)


@dataclass(frozen=True)
class TlsStage:
    """Observes endpoints and files.

    Attributes:
        dial: Makes what opens connections, by proxy and protocol before TLS.
        openssl: Handshakes by OpenSSL.
        self_test: Compares our SM2, SM3 and SM4 with other implementations; returns versions and a digest, and raises
            an IntegrityError where they do not agree.
        intruder: Makes a client's pair that nobody issued.
    """

    dial: Callable[[str, str], Dial]
    openssl: OpenSsl
    self_test: Callable[[], tuple[str, str]]
    intruder: Callable[[], ClientPair] | None = None
    name: str = STAGE
    waits: bool = True
    part_kinds: frozenset[str] = frozenset({"tls"})
    reads: tuple[type[Fact], ...] = (CodeMatch, Component, ImageFile)
    yields: tuple[type[Fact], ...] = (
        *_WIRE_KINDS,
        facts.Expectation,
        facts.ProductCertificate,
        facts.Revocation,
        facts.PrivateKey,
        facts.KeyOwner,
        facts.KeyStore,
        facts.RevocationListFile,
        facts.RequestFile,
        facts.EnvelopedKey,
        facts.TrustStore,
    )

    def lane(self, part: Part) -> str:
        """Return host and port of an endpoint: one connection at a time to each."""
        found = place(part.where)
        return found.text if found else ""

    def observe(self, system: System, known: Facts) -> Iterator[Fact | Gap | Capture | Artefact | ToolUse]:
        """Yield what each endpoint answers and each file holds."""
        beside = [*known.of(CodeMatch), *known.of(Component), *known.of(ImageFile)]
        versions, digest = self.self_test()
        yield ToolUse(name="sm-self-test", version=versions, digest=digest, is_allowed=True)
        for part in system.of("tls"):
            try:
                wanted = settings(part)
            except ConfigError as error:
                yield from _lost(part, part.where, reasons.CANNOT_BE_READ, str(error), say("tls.remedy.file"))
                continue
            endpoint = None if part.path.exists() else place(part.where)
            if endpoint is None:
                yield from _inventoried(part, observe_files(part, wanted, _now()), beside)
            else:
                yield from _inventoried(part, self._endpoint(part, endpoint, wanted), beside)

    def _endpoint(self, part: Part, endpoint: Place, wanted: Settings) -> Iterator[Fact | Gap | Capture | Artefact]:
        starttls = endpoint.starttls if wanted.starttls is None else wanted.starttls
        dial = self.dial(wanted.proxy, starttls)
        deadline = Deadline(wanted.deadline_s)
        try:
            addresses = dial.addresses(endpoint.host, endpoint.port, min(_RESOLVE_S, wanted.deadline_s))
        except ToolError as error:
            yield from _lost(part, endpoint.text, error.reason, error.detail, say("tls.remedy.reach"))
            return
        summaries: dict[str, tuple[str, ...]] = {}
        for index, address in enumerate(addresses):
            subject = endpoint.text if len(addresses) == 1 else f"{endpoint.text} at {address}"
            share = Deadline(deadline.left_s / (len(addresses) - index))
            asker = Asker(dial, address, endpoint.port, share)
            name = wanted.server_name or ("" if endpoint.is_address else endpoint.host)
            choice = Choice(
                server_name=name,
                pair=wanted.pair,
                is_intrusive=wanted.is_intrusive,
                intruder=self.intruder,
                session_lifetime_s=wanted.profile.values["ticket_lifetime_s"],
            )
            found = Examination(asker, choice, self.openssl).run()
            summaries[subject] = _summary(found)
            yield from _facts(part, subject, endpoint, address, wanted, found, asker.conversations)
        if len(addresses) > 1:
            yield from _compared(part, endpoint, summaries)


_Item = TypeVar("_Item")


def _inventoried(part: Part, items: Iterator[_Item], beside: Sequence[Fact]) -> Iterator[_Item | Artefact]:
    """Pass on everything that a part yields, and at the end a CBOM of it and of what else is known of its system."""
    seen: list[Fact] = []
    for item in items:
        if isinstance(item, Fact):
            seen.append(item)
        yield item
    if any(isinstance(each, facts.Certificate | facts.Endpoint) for each in seen):
        name = f"tls/{_file_name(part.where)}.cbom.cdx.json"
        media_type = "application/vnd.cyclonedx+json; version=1.6"
        data = cbom.document(part.where, seen, beside)
        yield Artefact(part=part.argument, name=name, media_type=media_type, data=data)


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _lost(part: Part, subject: str, reason: reasons.Reason, detail: str, remedy: Text) -> Iterator[Gap]:
    for kind in _WIRE_KINDS:
        yield unseen(part, kind.__name__, subject, reason, detail, remedy)


def _facts(
    part: Part,
    subject: str,
    endpoint: Place,
    address: str,
    wanted: Settings,
    found: Findings,
    talks: Sequence[Conversation],
) -> Iterator[Fact | Gap | Capture | Artefact]:
    transcript = Capture(
        data=transcript_of(subject, talks), media_type="application/json", tool=f"auditor {__version__}"
    )
    yield transcript
    keylog = [line for talk in talks for line in talk.keylog]
    streams = [
        pcapng.Stream(f"{talk.question}: {talk.outcome}", [(each.is_ours, each.octets) for each in talk.trace])
        for talk in talks
    ]
    yield Artefact(
        part=part.argument,
        name=f"tls/{_file_name(subject)}.pcapng",
        media_type="application/x-pcapng",
        data=pcapng.write(streams, endpoint.port, keylog, f"auditor {__version__}"),
    )

    def origin(number: int) -> Origin:
        return Origin(part=part.argument, capture=transcript.digest, pointer=f"/connections/{number}")

    if not found.speaks and not any(each.question == "service" for each in found.said):
        why = next((each for each in found.undecided if each.question == "service"), None)
        reason, detail = (why.reason, why.detail) if why else (reasons.NO_ANSWER, "")
        yield from _lost(part, subject, reason, detail, say("tls.remedy.reach"))
        return
    yield expectation(part, subject, wanted, (wanted.server_name or endpoint.host,), _now())
    yield facts.Endpoint(
        subject=subject,
        origin=origin(0),
        host=endpoint.host,
        port=endpoint.port,
        address=address,
        speaks=tuple(found.speaks),
        kind=kind_of(found),
        connections=len(talks),
    )
    for each in found.said:
        yield facts.Answer(
            subject=subject,
            origin=origin(each.number),
            question=each.question,
            outcome=each.outcome,
            alert=each.alert,
            codes=each.codes,
            values=each.values,
            number=each.count,
        )
    for lost in found.undecided:
        yield unseen(part, "Answer", subject, lost.reason, lost.detail, say("tls.remedy.answer"), lost.question)
    yield from _certificates(part, subject, wanted, found, origin)
    if wanted.product_certificates:
        yield facts.ProductCertificate(
            subject=subject, origin=Origin(part=part.argument), certificates=wanted.product_certificates
        )
    elif wanted.profile.values["needs_sm"]:
        detail = "product_certificates: in auditor.yaml names none"
        yield unseen(part, "ProductCertificate", subject, reasons.NOT_GIVEN, detail, say("tls.remedy.product"))
    yield from _disk(subject, wanted, found, origin)


def _file_name(subject: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in subject)[:120]


def _certificates(
    part: Part, subject: str, wanted: Settings, found: Findings, origin: Callable[[int], Origin]
) -> Iterator[Fact | Gap]:
    """Yield facts about each certificate once, wherever it was shown, and about the pair of TLCP."""
    seen: dict[bytes, certificates.SightedCertificate] = {}
    for shown in found.shown:
        chain = tuple(x509.read_or_none(each) for each in shown.certificates)
        for position, each in enumerate(chain):
            if each is None:
                yield unseen(
                    part,
                    "Certificate",
                    f"{subject}: {shown.protocol} certificate {position + 1}",
                    reasons.CANNOT_BE_READ,
                    f"{len(shown.certificates[position])} octets that are no certificate",
                    say("tls.remedy.answer"),
                    "wire",
                )
                continue
            before = seen.get(each.raw)
            protocols = (*(before.protocols if before else ()), shown.protocol)
            seen[each.raw] = certificates.SightedCertificate(
                certificate=each,
                role=before.role if before else _role(shown.protocol, position, each, shown.signing, shown.encryption),
                protocols=tuple(dict.fromkeys(protocols)),
                position=before.position if before else position,
                origin=before.origin if before else origin(shown.number),
                staple=(before.staple if before else b"") or (shown.staple if position == 0 else b""),
            )
        if shown.protocol == "TLCP":
            pair = certificates.pair(subject, "wire", chain, shown.signing, shown.encryption, origin(shown.number))
            if pair:
                yield pair
    assessed = certificates.assess(subject, "wire", tuple(seen.values()), wanted.trust)
    yield from assessed.facts
    yield from gaps_of(part, assessed)


def _role(protocol: str, position: int, it: x509.Certificate, signing: int, encryption: int | None) -> str:
    if protocol == "TLCP" and position == signing:
        return "signing"
    if protocol == "TLCP" and position == encryption:
        return "encryption"
    if protocol != "TLCP" and position == 0:
        return "server"
    return "root" if it.is_self_issued else "issuer"


def _disk(subject: str, wanted: Settings, found: Findings, origin: Callable[[int], Origin]) -> Iterator[Fact]:
    """Compare what is shown with what should be (TLS-050)."""
    if not wanted.on_disk or not found.shown:
        return
    leaves = {
        each.sha256
        for shown in found.shown
        for place_of in (shown.signing, shown.encryption)
        if place_of is not None and (each := x509.read_or_none(shown.certificates[place_of]))
    }
    missing = sorted(leaves - set(wanted.on_disk))
    yield facts.Answer(
        subject=subject,
        origin=origin(found.shown[0].number),
        question="on disk",
        outcome="refused" if missing else "accepted",
        values=tuple(missing or sorted(leaves)),
    )


def kind_of(found: Findings) -> str:
    """Return what kind of port it is; ``unknown`` where a refusal that it rests on is missing."""
    sm = [each for each in found.speaks if each in {"TLCP", "RFC 8998"}]
    international = [each for each in found.speaks if each not in {"TLCP", "RFC 8998"}]
    service = found.answer("service")
    if service and service.outcome == "refused":
        return "plaintext"
    if sm and international:
        return "mixed"
    if sm:
        return " and ".join(sm) + " only" if found.answer("tls12") and found.answer("tls13") else "unknown"
    return "international" if international else "unknown"


def _summary(found: Findings) -> tuple[str, ...]:
    leaves = [each.certificates[0].hex()[-16:] for each in found.shown if each.certificates]
    return (*sorted(found.speaks), *sorted(leaves))


def _compared(part: Part, endpoint: Place, summaries: dict[str, tuple[str, ...]]) -> Iterator[Fact]:
    """Say whether all addresses of a name give the same (TLS-049)."""
    first = next(iter(summaries.values()))
    for subject, summary in summaries.items():
        yield facts.Answer(
            subject=subject,
            origin=Origin(part=part.argument),
            question="addresses",
            outcome="accepted" if summary == first else "refused",
            values=(endpoint.host, *(each for each in summary if len(each) < 16)),  # noqa: PLR2004 - protocols, no digests
        )


def transcript_of(subject: str, talks: Sequence[Conversation]) -> bytes:
    """Return all conversations as JSON, octets in hex: the evidence that findings point into."""
    return orjson.dumps(
        {
            "schema": "tls-transcript/1",
            "endpoint": subject,
            "connections": [
                {
                    "question": talk.question,
                    "outcome": talk.outcome,
                    **({"alert": talk.alert} if talk.alert is not None else {}),
                    **({"said": talk.said} if talk.said else {}),
                    "octets": [
                        {"from": "client" if each.is_ours else "server", "hex": each.octets[:_EVIDENCE_OCTETS].hex()}
                        for each in talk.trace
                    ],
                }
                for talk in talks
            ],
        },
        option=orjson.OPT_INDENT_2,
    )
