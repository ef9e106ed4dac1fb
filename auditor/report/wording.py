"""Sentences about one finding or gap, the same in every report."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING, Final

from auditor.model.finding import Verdict
from auditor.model.text import Text, reason_text
from auditor.report.details import detail
from auditor.report.texts import say

if TYPE_CHECKING:
    from auditor.model.fact import Gap
    from auditor.model.finding import Finding, Suppression, Waiver
    from auditor.model.record import Gate
    from auditor.model.text import Language

NO_TEXT: Final = Text("", "")
_NAMED_EXITS: Final = frozenset({0, 1, 3, 4})


def message(finding: Finding) -> Text:
    """Return what is wrong in one sentence, and what decided where there is more to be said."""
    said = finding.detail
    if finding.verdict is not Verdict.FAIL:
        return said
    wrong = headline(finding)
    return Text(f"{wrong.en} ({said.en})", f"{wrong.zh}\uff08{said.zh}\uff09") if said.en else wrong


def labelled(label: Text, language: Language) -> str:
    """Return a label with the colon of its language, to be followed by what it names."""
    return f"{label.zh}\uff1a" if language == "zh" else f"{label.en}: "


def headline(finding: Finding) -> Text:
    """Return what a finding is shown by: a failure by its problem, where the check has words for it; else the claim.

    What is set apart from others of its check says so.
    """
    told = finding.problem or finding.title
    return say(f"apart.{finding.apart}", what=told) if finding.apart else told


def evidence(finding: Finding) -> Text:
    """Return what was seen, in one line: the line itself, or what decided where values were compared."""
    first = snippet(finding).partition("\n")[0]
    if first and not finding.actual.en:
        return Text(first, first)
    said, actual = finding.detail, finding.actual
    if not said.en or said.en in actual.en:  # the value names what decided, and how much of how much it is
        return actual
    return said


def api_path(finding: Finding) -> str:
    """Return where a Kubernetes API showed what decided; empty for what was read from files."""
    for origin in finding.origins:
        if origin.file is None and origin.pointer.startswith(("/api/", "/apis/")):
            return origin.pointer
    return ""


def snippet(finding: Finding) -> str:
    """Return the lines of the place without the blanks that all of them begin with; empty where none are kept."""
    return dedent(finding.location.snippet).strip("\n") if finding.location else ""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code as a reader is shown it.

    Attributes:
        number: In its file; None where that is not known.
        text: Without the blanks that all lines shown begin with.
        is_marked: It is of the place itself, not beside it.
    """

    number: int | None
    text: str
    is_marked: bool


def code_lines(finding: Finding) -> tuple[CodeLine, ...]:
    """Return the lines of the place among those around it; empty where none are kept."""
    at = finding.location
    if at is None or not at.snippet.strip():
        return ()
    parts = [part.split("\n") if part else [] for part in (at.before, at.snippet, at.after)]
    texts = dedent("\n".join(line for part in parts for line in part)).split("\n")
    first = at.line - len(parts[0]) if at.line else None
    place = range(len(parts[0]), len(parts[0]) + len(parts[1]))
    return tuple(
        CodeLine(None if first is None else first + index, text, index in place) for index, text in enumerate(texts)
    )


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
    return say(
        "report.suppression.by",
        comment=given.comment,
        author=given.author or unknown,
        date=given.date or unknown,
    )


def gap_notice(gap: Gap) -> Text:
    """Return what could not be seen and why, in one sentence."""
    return say(
        "report.gap.notice",
        reason=reason_text(gap.reason),
        what=gap.subject or say("report.gap.all"),
        kind=f"{gap.kind} {gap.topic}".rstrip(),
        target=gap.target,
        detail=cause(gap),
    )


# What policies name after the circumstances of a gap (`policy.undecided`: "why; remedy").
_ACTS: Final = tuple(
    say(key)
    for key in (
        "pipeline.remedy.collect_cluster",
        "pipeline.remedy.collect_node",
        "pipeline.remedy.collect_control_plane",
        "judge.remedy.person",
    )
)


def act(gap: Gap) -> Text:
    """Return what to do to have it seen, the same for all gaps that it mends: without the circumstances of this one."""
    return next((each for each in _ACTS if gap.remedy.en.endswith(each.en)), gap.remedy)


def cause(gap: Gap) -> Text:
    """Return the circumstances of a gap, in Chinese too where its remedy opens with them."""
    told = gap.remedy.zh.removesuffix(act(gap).zh).rstrip("\uff1b")
    return Text(gap.detail, told) if told else detail(gap.detail)


def gap_reason(gap: Gap) -> Text:
    """Return why something could not be seen, with the circumstances."""
    short, long = reason_text(gap.reason), cause(gap)
    return Text(f"{short.en}: {long.en}", f"{short.zh}\uff1a{long.zh}") if gap.detail else short


def decided(finding: Finding) -> Text:
    """Return what decided; empty where that only repeats the expected or the actual value, which stand beside it."""
    repeated, said, actual = values(finding), finding.detail, finding.actual
    en = "" if said.en == repeated.en or said.en in actual.en else said.en
    return Text(en, "" if said.zh == repeated.zh or said.zh in actual.zh else said.zh)


def values(finding: Finding) -> Text:
    """Return the expected and the actual value in one sentence."""
    expected, actual = (Text(each.en or "-", each.zh or "-") for each in (finding.expected, finding.actual))
    return say("judge.fail", expected=expected, actual=actual)


def gate_verdict(gate: Gate) -> Text:
    """Return the word for an exit code."""
    return say(f"report.verdict.{gate.exit_code}" if gate.exit_code in _NAMED_EXITS else "report.verdict.other")
