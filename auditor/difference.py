"""Why two runs differ: each change with its one cause, and what cannot be compared said to be so. Pure.

A cause is never guessed from what changed elsewhere in the run. What was looked at is asked first, subject by subject:
only where it is the same can rules, the database, programs or the day be the cause.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.messages import say
from auditor.model.difference import Cause, Change, Difference, Kind
from auditor.model.finding import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from auditor.model.difference import Inputs
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Text

COMPLIANCE: Final = "compliance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two runs.

    Attributes:
        record: What it concluded.
        checks: Ids of the checks that it was judged by; empty if they were not saved.
        inputs: What it looked at.
    """

    record: Record
    checks: AbstractSet[str]
    inputs: Inputs


class _Known:
    """A side, ready to be asked."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.record = side.record
        self.failures = Counter(_key(each) for each in side.record.findings if each.verdict is Verdict.FAIL)
        self.by_check: dict[tuple[str, str], list[Finding]] = defaultdict(list)
        for each in side.record.findings:
            self.by_check[each.id, each.target].append(each)
        self.stages = {(each.stage, each.target) for each in side.record.run.stages}

    def unseen(self, finding: Finding) -> Finding | None:
        """Return a finding that says that what another found could not be assessed here."""
        places = {finding.subject, finding.location.file if finding.location else finding.subject}
        return next(
            (
                each
                for each in self.by_check.get((finding.id, finding.target), ())
                if each.verdict is Verdict.NOT_ASSESSED
                and (each.subject in {*places, "", finding.target} or (each.gap and not each.gap.subject))
            ),
            None,
        )

    def of_subject(self, finding: Finding) -> list[Finding]:
        return [each for each in self.by_check.get((finding.id, finding.target), ()) if each.subject == finding.subject]


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.id, finding.target, finding.fingerprint


def difference(before: Side, after: Side) -> Difference:
    """Return what differs.

    1. Failures that only one of the two has; one whose file was moved is the same.
    2. Failures of both that are waived in one, or more severe.
    3. Other verdicts of a subject that differ.
    4. Controls on which a person's answer differs.
    """
    old, new = _Known(before), _Known(after)
    changes = [*_failures(old, new), *_waived(old, new), *_others(old, new), *_answers(old, new)]
    order = {severity: rank for rank, severity in enumerate(Severity)}
    severity = {each.id: each.severity for side in (before, after) for each in side.record.findings}
    changes.sort(
        key=lambda each: (
            list(Kind).index(each.kind),
            order.get(severity.get(each.check, Severity.INFO), 9),
            each.check,
            each.target,
            each.file,
            each.subject,
            each.fingerprint,
        )
    )
    return Difference(
        before=before.record.run.id,
        after=after.record.run.id,
        circumstances=tuple(_circumstances(before, after)),
        changes=tuple(changes),
    )


def _failures(old: _Known, new: _Known) -> Iterator[Change]:
    gone = list(_only_in(old, new))
    come = list(_only_in(new, old))
    moved = Counter(each.moved_fingerprint for each in gone if each.moved_fingerprint)
    moved &= Counter(each.moved_fingerprint for each in come if each.moved_fingerprint)
    for found, here, there, kind in ((come, new, old, Kind.NEW), (gone, old, new, Kind.FIXED)):
        left = Counter(moved)
        for finding in found:
            if left[finding.moved_fingerprint] > 0:
                left[finding.moved_fingerprint] -= 1
                continue
            cause, why = _cause(finding, here, there)
            yield _change(
                Kind.INCOMPARABLE if cause is Cause.COVERAGE else kind,
                cause,
                why,
                finding,
                before=_verdict_of(finding, old if kind is Kind.NEW else None),
                after=_verdict_of(finding, new if kind is Kind.FIXED else None),
            )


def _only_in(here: _Known, there: _Known) -> Iterator[Finding]:
    left = here.failures - there.failures
    for finding in here.record.findings:
        if finding.verdict is Verdict.FAIL and left[_key(finding)] > 0:
            left[_key(finding)] -= 1
            yield finding


def _verdict_of(finding: Finding, other: _Known | None) -> str:
    """Return the verdict of a finding itself, or what the other side says of its subject; empty if that is nothing."""
    if other is None:
        return finding.verdict.value
    found = other.unseen(finding) or next(iter(other.of_subject(finding)), None)
    return found.verdict.value if found else ""


def _waived(old: _Known, new: _Known) -> Iterator[Change]:
    then = {_key(each): each for each in old.record.findings if each.verdict is Verdict.FAIL}
    for finding in new.record.findings:
        before = then.get(_key(finding))
        if before is None or finding.verdict is not Verdict.FAIL:
            continue
        if (before.waived is None) != (finding.waived is None):
            waiver = finding.waived or before.waived
            key = "diff.waived" if finding.waived else "diff.unwaived"
            why = say(key, waiver=waiver.id if waiver else "")
            yield _change(Kind.CHANGED, Cause.WAIVERS, why, finding, before="fail", after="fail")
        elif before.severity is not finding.severity:
            cause, why = _cause(finding, new, old)
            yield _change(Kind.CHANGED, cause, why, finding, before="fail", after="fail")


def _others(old: _Known, new: _Known) -> Iterator[Change]:
    """Yield changes between verdicts none of which is a failure."""
    for key, found in new.by_check.items():
        before = {each.subject: each for each in old.by_check.get(key, ())}
        for finding in found:
            then = before.get(finding.subject)
            if then is None or then.verdict is finding.verdict or Verdict.FAIL in {then.verdict, finding.verdict}:
                continue
            if Verdict.NOT_ASSESSED in {then.verdict, finding.verdict}:
                lost = finding if finding.verdict is Verdict.NOT_ASSESSED else then
                cause, why = Cause.COVERAGE, _told_unseen(lost, new if lost is finding else old)
            else:
                cause, why = _cause(finding, new, old)
            kind = Kind.INCOMPARABLE if cause is Cause.COVERAGE else Kind.CHANGED
            yield _change(kind, cause, why, finding, before=then.verdict.value, after=finding.verdict.value)


def _answers(old: _Known, new: _Known) -> Iterator[Change]:
    then = {(each.framework, each.control, each.target): each for each in old.record.outcomes}
    for outcome in new.record.outcomes:
        before = then.get((outcome.framework, outcome.control, outcome.target))
        if before is None or before.answer == outcome.answer:
            continue
        yield Change(
            kind=Kind.CHANGED,
            cause=Cause.ANSWERS,
            why=outcome.reason,
            check=f"{outcome.framework} {outcome.control}",
            target=outcome.target,
            subject="",
            file="",
            before=before.standing,
            after=outcome.standing,
            fingerprint="",
        )


def _cause(finding: Finding, here: _Known, there: _Known) -> tuple[Cause, Text]:
    """Return why a finding of one side is not on the other.

    1. The other could not see it, or had no such check: not compared, or other rules.
    2. What was looked at is another.
    3. It is the same: the database, the rules, the programs, the day, in this order of what each can change.
    """
    if finding.stage == COMPLIANCE:
        return _cause_of_decision(here, there)
    if told := _cause_of_silence(finding, here, there):  # 1
        return told
    one, other = here.side.inputs, there.side.inputs
    if _is_other(finding, one, other):  # 2
        place = finding.location.file if finding.location else finding.subject
        return Cause.CODE, say("diff.code", place=place)
    if one.databases.get(finding.target) != other.databases.get(finding.target):  # 3
        return Cause.DATABASE, say("diff.database")
    if here.record.run.rules != there.record.run.rules:
        return Cause.RULES, say("diff.rules")
    return _cause_of_circumstances(here.record, there.record)


def _cause_of_silence(finding: Finding, here: _Known, there: _Known) -> tuple[Cause, Text] | None:
    """Return why the other side says nothing of it at all; None if it could have."""
    run = there.record.run.id
    if unseen := there.unseen(finding):
        return Cause.COVERAGE, _told_unseen(unseen, there)
    if finding.target not in there.record.targets:
        return Cause.COVERAGE, say("diff.no_target", target=finding.target, run=run)
    is_known = not there.side.checks or finding.id in there.side.checks
    if not is_known and here.record.run.rules != there.record.run.rules:
        return Cause.RULES, say("diff.no_check", check=finding.id, run=run)
    if not is_known or (finding.id, finding.target) not in there.by_check:
        return Cause.COVERAGE, say("diff.not_run", check=finding.id, run=run)
    return None


def _cause_of_circumstances(one: Record, other: Record) -> tuple[Cause, Text]:
    if tools := _tools(one, other):
        return Cause.ENVIRONMENT, say("diff.tools", tools=", ".join(tools))
    if one.run.auditor != other.run.auditor:
        return Cause.ENVIRONMENT, say("diff.auditor")
    if one.run.started[:10] != other.run.started[:10]:
        return Cause.ENVIRONMENT, say("diff.day")
    return Cause.UNKNOWN, say("diff.unknown")


def _cause_of_decision(here: _Known, there: _Known) -> tuple[Cause, Text]:
    if here.record.decided_by != there.record.decided_by:
        return Cause.WAIVERS, say("diff.decisions")
    return Cause.ENVIRONMENT, say("diff.day")


def _is_other(finding: Finding, here: Inputs, there: Inputs) -> bool:
    """Tell whether what a finding is about is another on both sides; where nothing is known of it, its whole part."""
    places = [finding.subject, *([finding.location.file] if finding.location else [])]
    keys = [(finding.target, place) for place in places]
    known = [key for key in keys if key in here.things or key in there.things]
    if not known:
        return here.parts.get(finding.target) != there.parts.get(finding.target)
    return any(here.things.get(key) != there.things.get(key) for key in known)


def _told_unseen(finding: Finding, side: _Known) -> Text:
    gap = side.record.gap_of(finding)
    return say(
        "diff.unseen", run=side.record.run.id, reason=gap.reason if gap else "", detail=gap.detail if gap else ""
    )


def _tools(one: Record, other: Record) -> list[str]:
    first = {each.name: (each.version, each.digest) for each in one.run.tools}
    second = {each.name: (each.version, each.digest) for each in other.run.tools}
    return sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))


def _circumstances(before: Side, after: Side) -> Iterator[Text]:
    one, other = before.record, after.record
    if one.run.rules != other.run.rules:
        yield say("diff.what.rules")
    if one.run.auditor != other.run.auditor:
        yield say("diff.what.auditor", before=one.run.auditor, after=other.run.auditor)
    if tools := _tools(one, other):
        yield say("diff.what.tools", tools=", ".join(tools))
    if before.inputs.databases != after.inputs.databases:
        yield say("diff.what.database")
    if one.decided_by != other.decided_by:
        yield say("diff.what.decisions")
    for target in sorted(set(one.targets) ^ set(other.targets)):
        yield say("diff.what.target", target=target)
    if one.gate.exit_code != other.gate.exit_code:
        yield say("diff.what.gate", before=one.gate.exit_code, after=other.gate.exit_code)


def _change(kind: Kind, cause: Cause, why: Text, finding: Finding, *, before: str, after: str) -> Change:
    return Change(
        kind=kind,
        cause=cause,
        why=why,
        check=finding.id,
        target=finding.target,
        subject=finding.subject,
        file=finding.location.file if finding.location else "",
        before=before,
        after=after,
        fingerprint=finding.fingerprint,
    )
