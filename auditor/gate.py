"""May this go live? What a run that is judged allows itself to say with its exit code.

Nothing here reads the words of a reason: what counts is the verdict of each finding, its severity, the class of the gap
that cost a verdict, and the outcome of each control.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.messages import say
from auditor.model.fact import GapClass
from auditor.model.finding import Severity, Verdict
from auditor.model.record import Gate, StageRun

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from auditor.model.control import Outcome
    from auditor.model.finding import Finding
    from auditor.model.text import Text

INTEGRITY: Final = 4
"""Exit code where our own evidence or a program does not verify (product.md §3)."""


_NOTHING_JUDGED: Final = frozenset({Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE})


class FrameworkLimit(Struct, frozen=True, kw_only=True):
    """What the gate tolerates in one framework; None tolerates any number.

    Attributes:
        max_fail: Outcomes that fail.
        max_not_assessed: Outcomes that are not assessed.
    """

    max_fail: int | None = None
    max_not_assessed: int | None = None


class GatePolicy(Struct, frozen=True, kw_only=True):
    """What may pass.

    Attributes:
        fail_on: Least severity that fails the run.
        max_not_assessed: Findings without a verdict that are tolerated, of those that count (`counts_as_unseen`).
        frameworks: What is tolerated in each framework, by its id.
        asked_for: Frameworks that the user asked for: what they need and nobody gave counts.
        new_only: Failures that the run of ``--new-since`` had already do not count; without it they count as others do.
        sla_days: By severity, the days after which a known failure counts all the same; one of unknown age counts.
        accept_waived: Failures that a waiver covers do not count; without it they count as all others do.
        required_stages: Stages that must have run to their end.
        max_age_days: Older runs do not pass; asked where a finished run is judged.
        rego: A policy of the user's, asked besides: what it denies fails the run.
    """

    fail_on: Severity = Severity.LOW
    max_not_assessed: int = 0
    frameworks: Mapping[str, FrameworkLimit] = field(default_factory=dict)
    asked_for: frozenset[str] = frozenset()
    new_only: bool = True
    sla_days: Mapping[Severity, int] = field(default_factory=dict)
    accept_waived: bool = True
    required_stages: tuple[str, ...] = ()
    max_age_days: int | None = None
    rego: str = ""


class Circumstances(Struct, frozen=True, kw_only=True):
    """What a gate asks of a run besides findings and outcomes.

    Attributes:
        integrity: What does not verify, empty if all does.
        signal: Signal that ended the run early, empty otherwise.
        stages: Every stage on every system; None where that is not known, as in a test of the rest.
        started: Clock of the run; None where that is not known: then it is too old for every limit.
        now: When it is judged.
    """

    integrity: str = ""
    signal: str = ""
    stages: tuple[StageRun, ...] | None = None
    started: datetime | None = None
    now: datetime | None = None

    @property
    def age_days(self) -> float:
        """How old the run is; without a clock it is older than any limit."""
        return days_between(self.started, self.now)


NOTHING_SAID: Final = Circumstances()


def counts_as_unseen(finding: Finding, asked_for: frozenset[str]) -> bool:
    """Tell whether a finding without a verdict closes the gate (product.md §4).

    What was lost always does; what could have been given does where a framework that was asked for needs it; what this
    kind of target can never show does not.
    """
    if finding.verdict is not Verdict.NOT_ASSESSED:
        return False
    match finding.gap.gap_class if finding.gap else GapClass.LOST:
        case GapClass.OUT_OF_REACH:
            return False
        case GapClass.MISSING:
            return not asked_for.isdisjoint(finding.controls)
        case GapClass.LOST:
            return True


def closes(finding: Finding, policy: GatePolicy) -> bool:
    """Tell whether a finding by itself closes the gate: a failure that counts, or a verdict that is missing."""
    if finding.verdict is Verdict.FAIL:
        return _counts(finding, policy) and finding.severity.reaches(policy.fail_on)
    return counts_as_unseen(finding, policy.asked_for)


def decide(
    findings: Sequence[Finding],
    outcomes: Iterable[Outcome],
    policy: GatePolicy,
    circumstances: Circumstances = NOTHING_SAID,
) -> Gate:
    """Return the exit code and its reason (product.md §3): 4 integrity, 1 failures, 3 not fully assessed, 0.

    1. Integrity of our own programs and evidence goes before all else.
    2. Failures at or above the threshold, then known ones that are overdue, then failing controls of a framework with
       a limit: 1 beats 3.
    3. An early end, a required stage that did not run, a run too old, findings without a verdict, nothing judged,
       a framework that was asked for and that nothing speaks to.
    4. Controls without a verdict of a framework with a limit.

    Args:
        findings: Of the whole run, waived and known ones marked.
        outcomes: Of the whole run.
        policy: What may pass.
        circumstances: Of the run.
    """
    fail_on = policy.fail_on
    integrity, signal = circumstances.integrity, circumstances.signal
    counting = [each for each in findings if each.verdict is Verdict.FAIL and each.severity.reaches(fail_on)]
    failed = sum(_counts(finding, policy) for finding in counting)
    overdue = sum(_is_overdue(finding, policy, circumstances.now) for finding in counting)
    unseen = sum(counts_as_unseen(finding, policy.asked_for) for finding in findings)
    if integrity:  # 1
        return Gate(fail_on=fail_on, exit_code=INTEGRITY, reason=say("gate.integrity", problem=integrity))
    severity = say(f"severity.{fail_on.value}")
    if failed:  # 2
        gate = Gate(fail_on=fail_on, exit_code=1, reason=say("gate.failed", count=failed, severity=severity))
    elif overdue:
        gate = Gate(fail_on=fail_on, exit_code=1, reason=say("gate.overdue", count=overdue, severity=severity))
    elif signal:  # 3
        gate = Gate(fail_on=fail_on, exit_code=3, reason=say("gate.interrupted", signal=signal))
    elif lacking := _lacking(policy, circumstances):
        gate = Gate(fail_on=fail_on, exit_code=3, reason=lacking)
    elif unseen > policy.max_not_assessed:
        gate = Gate(fail_on=fail_on, exit_code=3, reason=say("gate.not_assessed", count=unseen))
    elif all(finding.verdict in _NOTHING_JUDGED for finding in findings):
        open_ = sum(finding.verdict is Verdict.NOT_ASSESSED for finding in findings)
        reason = say("gate.nothing.open", count=open_) if open_ else say("gate.nothing")
        gate = Gate(fail_on=fail_on, exit_code=3, reason=reason)
    else:
        gate = Gate(fail_on=fail_on, exit_code=0, reason=_good(findings, unseen, policy.max_not_assessed, severity))
    gate = _with_silent_frameworks(gate, findings, policy.asked_for)  # 3
    return _with_framework_limits(gate, outcomes, policy.frameworks)  # 2, 4


def _counts(finding: Finding, policy: GatePolicy) -> bool:
    """Tell whether a failure closes the gate whatever its age."""
    return _is_open(finding, policy) and not (policy.new_only and finding.is_new is False)


def _is_open(finding: Finding, policy: GatePolicy) -> bool:
    is_accepted = policy.accept_waived and finding.waived is not None
    return finding.verdict is Verdict.FAIL and not finding.context and not is_accepted


def _is_overdue(finding: Finding, policy: GatePolicy, now: datetime | None) -> bool:
    """Tell whether a failure that is known, and would not count for that, is older than the policy allows."""
    limit = policy.sla_days.get(finding.severity)
    if limit is None or not policy.new_only or finding.is_new is not False or not _is_open(finding, policy):
        return False
    try:
        since = datetime.fromisoformat(finding.first_seen)
    except ValueError:
        return True  # nobody knows its age
    return not 0 <= days_between(since, now) <= limit


def days_between(since: datetime | None, now: datetime | None) -> float:
    """Return the days from one time to another; endless where one of them is not known, or the first is the later."""
    if since is None or now is None:
        return math.inf
    days = (_zoned(now) - _zoned(since)).total_seconds() / 86_400
    return days if days >= 0 else math.inf


def _zoned(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _lacking(policy: GatePolicy, circumstances: Circumstances) -> Text | None:
    """Return which required stage did not run to its end, or that the run is too old; None if nothing lacks."""
    if circumstances.stages is not None:
        ran = {each.stage for each in circumstances.stages}
        broken = {each.stage for each in circumstances.stages if each.problem}
        for name in policy.required_stages:
            if name not in ran or name in broken:
                return say("gate.stage_lacking", stage=name)
    if policy.max_age_days is not None and circumstances.age_days > policy.max_age_days:
        return say("gate.too_old", age=_told(circumstances.age_days), limit=policy.max_age_days)
    return None


def _told(days: float) -> str:
    return f"{days:.1f}" if math.isfinite(days) else "?"


def denied(gate: Gate, denials: Sequence[str]) -> Gate:
    """Return the gate after a policy of the user's was asked: what it denies fails a run, and never opens one."""
    if not denials or gate.exit_code in {1, INTEGRITY}:
        return gate
    return replace(gate, exit_code=1, reason=say("gate.denied", count=len(denials), first=denials[0][:500]))


def unanswered(gate: Gate, problem: str) -> Gate:
    """Return the gate where the policy of the user's could not be asked: silence is never a pass."""
    if gate.exit_code:
        return gate
    return replace(gate, exit_code=3, reason=say("gate.unanswered", problem=problem[:500]))


def _good(findings: Sequence[Finding], tolerated: int, limit: int, severity: Text) -> Text:
    """Say what a 0 rests on: how many verdicts there are, and how many are open without closing the gate."""
    count = sum(finding.verdict is Verdict.NOT_ASSESSED for finding in findings)
    if not count:
        return say("gate.good", severity=severity)
    figures = {"assessed": len(findings) - count, "due": len(findings)}
    if tolerated:
        return say("gate.tolerated", severity=severity, count=count, limit=limit, **figures)
    return say("gate.open", severity=severity, count=count, **figures)


def _with_silent_frameworks(gate: Gate, findings: Iterable[Finding], asked_for: Iterable[str]) -> Gate:
    """Return the gate, closed where a framework was asked for of which nothing was judged: silence is never a pass."""
    if gate.exit_code:
        return gate
    spoken = {name for finding in findings if finding.verdict not in _NOTHING_JUDGED for name in finding.controls}
    if not (silent := sorted(set(asked_for) - spoken)):
        return gate
    return replace(gate, exit_code=3, reason=say("gate.framework_silent", name=", ".join(silent)))


def _with_framework_limits(gate: Gate, outcomes: Iterable[Outcome], limits: Mapping[str, FrameworkLimit]) -> Gate:
    """Return the gate, closed where a framework has more bad outcomes than its limit; 1 still beats 3."""
    count = Counter((outcome.framework, outcome.verdict) for outcome in outcomes)
    assessed = {framework for framework, _verdict in count}
    for name, limit in sorted(limits.items()):
        if name not in assessed and gate.exit_code == 0:
            gate = replace(gate, exit_code=3, reason=say("gate.framework_unasked", name=name))
        failed, unseen = count[name, Verdict.FAIL], count[name, Verdict.NOT_ASSESSED]
        if limit.max_fail is not None and failed > limit.max_fail and gate.exit_code in {0, 3}:
            gate = replace(
                gate, exit_code=1, reason=say("gate.framework_failed", name=name, count=failed, limit=limit.max_fail)
            )
        if limit.max_not_assessed is not None and unseen > limit.max_not_assessed and gate.exit_code == 0:
            reason = say("gate.framework_not_assessed", name=name, count=unseen, limit=limit.max_not_assessed)
            gate = replace(gate, exit_code=3, reason=reason)
    return gate
