"""What people decided, as the record of a run tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from auditor.model.text import Text

ClaimStanding = Literal["holds", "contradicted", "not_observed", "undocumented", "invalid"]


class Answered(Struct, frozen=True, kw_only=True):
    """What a person confirmed of a control.

    Attributes:
        verdict: What was confirmed.
        who: Whose word it is.
        when: The day.
        until: Last day on which it counts.
        evidence: Files by name, with their digests.
        reason: In the person's words.
    """

    verdict: Literal["pass", "fail", "not_applicable"]
    who: str
    when: str
    until: str
    evidence: tuple[tuple[str, str], ...]
    reason: str = ""


class ClaimRow(Struct, frozen=True, kw_only=True):
    """A claim and what a run says of it.

    Attributes:
        id: Its id.
        claimed: What is promised.
        by: Who promises it.
        documented: Where it is written; empty where no document shows it.
        observed: Worst verdict of its checks; ``not_assessed`` where one of them did not speak.
        findings: How many findings there are of each verdict.
        standing: Where it stands.
        parts: Where claim, document and observation part, in words; empty where they agree.
    """

    id: str
    claimed: Text
    by: str
    documented: str
    observed: str
    findings: Mapping[str, int]
    standing: ClaimStanding
    parts: tuple[Text, ...]


class DecisionFile(Struct, frozen=True, kw_only=True):
    """A file of decisions that a run was judged with.

    Attributes:
        kind: waivers, answers, claims or gate.
        path: As named.
        digest: ``sha256:…`` of its bytes.
    """

    kind: Literal["waivers", "answers", "claims", "gate"]
    path: str
    digest: str
