"""Sentences about one finding or gap, the same in every report."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Final

from auditor.messages import say
from auditor.model.finding import Verdict
from auditor.model.text import Text

if TYPE_CHECKING:
    from auditor.model.fact import Gap
    from auditor.model.finding import Finding, Suppression, Waiver
    from auditor.model.record import Gate

NO_TEXT: Final = Text("", "")
_NAMED_EXITS: Final = frozenset({0, 1, 3, 4})


def message(finding: Finding) -> Text:
    """Return what is wrong in one sentence: what decided, or that the claim of the check does not hold."""
    if finding.verdict is not Verdict.FAIL:
        return finding.detail
    title = finding.title
    return Text(
        finding.detail.en or say("report.violated", title=title.en).en,
        finding.detail.zh or say("report.violated", title=title.zh).zh,
    )


def evidence(finding: Finding) -> Text:
    """Return what was seen, in one line: what decided, the actual value, or the first line of the snippet."""
    first = finding.location.snippet.strip().partition("\n")[0] if finding.location else ""
    seen = finding.actual or first
    return Text(finding.detail.en or seen, finding.detail.zh or seen)


def snippet(finding: Finding) -> str:
    """Return the lines of the place without the blanks that all of them begin with; empty where none are kept."""
    return dedent(finding.location.snippet).strip("\n") if finding.location else ""


def waiver(given: Waiver | None) -> Text:
    """Return who decided to live with a failure, why and until when; empty without a waiver."""
    if given is None:
        return NO_TEXT
    return say(
        "report.waiver.by",
        id=given.id,
        reason=given.reason,
        owner=given.owner,
        approver=given.approver,
        expires=given.expires,
    )


def suppression(given: Suppression | None) -> Text:
    """Return the comment that asks to hide a failure, with author and date; empty without one."""
    if given is None:
        return NO_TEXT
    unknown = say("report.suppression.unknown")
    return Text(
        say(
            "report.suppression.by",
            comment=given.comment,
            author=given.author or unknown.en,
            date=given.date or unknown.en,
        ).en,
        say(
            "report.suppression.by",
            comment=given.comment,
            author=given.author or unknown.zh,
            date=given.date or unknown.zh,
        ).zh,
    )


def gap_notice(gap: Gap) -> Text:
    """Return what could not be seen and why, in one sentence."""
    everything = say("report.gap.all")
    return Text(
        say(
            "report.gap.notice",
            reason=gap.reason,
            what=gap.subject or everything.en,
            kind=gap.kind,
            target=gap.target,
            detail=gap.detail,
        ).en,
        say(
            "report.gap.notice",
            reason=gap.reason,
            what=gap.subject or everything.zh,
            kind=gap.kind,
            target=gap.target,
            detail=gap.detail,
        ).zh,
    )


def gate_verdict(gate: Gate) -> Text:
    """Return the word for an exit code."""
    return say(f"report.verdict.{gate.exit_code}" if gate.exit_code in _NAMED_EXITS else "report.verdict.other")
