"""What this stage says when something cannot be seen, and what a profile asks of what is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.model.fact import Gap, GapClass, Origin
from auditor.stages.tls import certificates, facts
from auditor.stages.tls.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.system import Part
    from auditor.model.text import Text
    from auditor.stages.tls.settings import Settings

STAGE: Final = "tls"
_COULD_BE_GIVEN: Final = frozenset(
    {
        reasons.NO_TRUST_ANCHORS,
        reasons.ISSUER_MISSING,
        reasons.CLIENT_CERTIFICATE_NEEDED,
        reasons.ENCRYPTED,
        reasons.NOT_GIVEN,
    }
)
"""Reasons for which the user could have given what is missing."""


def unseen(
    part: Part, kind: str, subject: str, reason: reasons.Reason, detail: str, remedy: Text, topic: str = ""
) -> Gap:
    """Return a gap of this stage; names as in `Gap`."""
    return Gap(
        stage=STAGE,
        target=part.argument,
        kind=kind,
        subject=subject,
        topic=topic,
        reason=reason,
        detail=" ".join(detail.split())[:500],
        remedy=remedy,
        gap_class=GapClass.MISSING if reason in _COULD_BE_GIVEN else GapClass.LOST,
    )


def expectation(
    part: Part, subject: str, wanted: Settings, names: tuple[str, ...], seen_at: str, origin: Origin | None = None
) -> facts.Expectation:
    """Return what a profile asks of an endpoint or file."""
    values = wanted.profile.values
    return facts.Expectation(
        subject=subject,
        origin=origin or Origin(part=part.argument),
        profile=wanted.profile.name,
        needs_sm=values["needs_sm"],
        versions=values["versions"],
        suites=values["suites"],
        groups=values["groups"],
        schemes=values["schemes"],
        certificates=values["certificates"],
        prefers_sm=values["prefers_sm"],
        client=values["client"],
        forward_secrecy=values["forward_secrecy"],
        names=names,
        lifetime_days=values["lifetime_days"],
        ticket_lifetime_s=values["ticket_lifetime_s"],
        seen_at=seen_at,
        has_trust=wanted.has_trust,
    )


def gaps_of(part: Part, assessed: certificates.Assessed) -> Iterator[Gap]:
    """Yield a gap for each fact about certificates that is missing."""
    for lost in assessed.missing:
        remedy = say("tls.remedy.trust") if lost.kind is facts.CertificatePath else say("tls.remedy.issuer")
        yield unseen(part, lost.kind.__name__, lost.subject, lost.reason, lost.detail, remedy)
