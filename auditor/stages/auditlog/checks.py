"""What must hold of audit logs. Every check compares a measure with the threshold of its row in the rulesets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from auditor.check import Check, Judgement, fail, nothing_found, ok
from auditor.check_data import Judge, check_data, checks_of, judges
from auditor.formats.logs.row import FIELDS
from auditor.formats.logs.times import instant
from auditor.measured import number, some, wrong
from auditor.model.fact import Facts, Measure, Read, RunStarted
from auditor.model.text import Text, joined
from auditor.shares import beside, is_below, pair
from auditor.stages.auditlog.facts import LogExample, LogSource
from auditor.stages.auditlog.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterator

PART_KINDS: Final = frozenset({"auditlog"})
_EXAMPLES: Final = 5
"""Records that a finding cites."""
_DAY_SECONDS: Final = 86400
_UNITS: Final = (("days", _DAY_SECONDS), ("hours", 3600), ("minutes", 60))


def _measure(name: str) -> Read:
    return Read("Measure", frozenset({f"auditlog.{name}"}))


def _of(facts: Facts, name: str) -> Iterator[Measure]:
    return iter(facts.of(Measure, f"auditlog.{name}"))


def _examples(facts: Facts, measure: Measure) -> tuple[LogExample, ...]:
    return tuple(
        each
        for each in facts.of(LogExample, measure.id)
        if each.subject == measure.subject and each.origin.part == measure.origin.part
    )[:_EXAMPLES]


def _percent(share: list[int]) -> Text:
    if share[0] == share[1]:
        return say("auditlog.all")
    return say("auditlog.at_least", percent=f"{share[0] * 100 / share[1]:g}")


def _parameters(check_id: str) -> dict[str, Any]:
    return dict(check_data("auditlog").parameters(check_id))


def _share(check_id: str, name: str) -> Judge:
    """Return a check that a share is large enough; what lies between low and high is the observer's gap."""

    def judge(facts: Facts) -> Iterator[Judgement]:
        share = _parameters(check_id)["at_least"]
        for measure in _of(facts, name):
            yield _judged(facts, measure, is_below(pair(measure), measure.undetermined, share), _percent(share))

    return judges(check_id, reads=(_measure(name),))(judge)


def _number(measure: Measure) -> float:
    return float(measure.value) if isinstance(measure.value, int | float) else 0.0


def _judged(facts: Facts, measure: Measure, is_bad: bool, expected: Text) -> Judgement:  # noqa: FBT001 - one step for each thing that is looked at
    detail = some(measure.items, both)
    if is_bad:
        actual = wrong(measure, measure.items, both)
        return fail(measure, *_examples(facts, measure), detail=detail, expected=expected, actual=actual)
    return ok(measure, detail=detail, expected=expected, actual=number(measure))


def _none(check_id: str, name: str, *, searches: bool = False) -> Judge:
    """Return a check that a count is not above its limit."""

    def judge(facts: Facts) -> Iterator[Judgement]:
        limit = _parameters(check_id)["at_most"]
        expected = say("auditlog.at_most", limit=limit) if limit else say("auditlog.none")
        for measure in _of(facts, name):
            made = _judged(facts, measure, _number(measure) > limit, expected)
            is_bad = _number(measure) > limit
            yield nothing_found(measure, detail=some(measure.items, both)) if searches and not is_bad else made

    return judges(check_id, reads=(_measure(name),))(judge)


def _enough(check_id: str, name: str) -> Judge:
    """Return a check that a number is large enough."""

    def judge(facts: Facts) -> Iterator[Judgement]:
        limit = _parameters(check_id)["at_least_number"]
        for measure in _of(facts, name):
            yield _judged(facts, measure, _number(measure) < limit, say(f"auditlog.at_least.{name}", limit=limit))

    return judges(check_id, reads=(_measure(name),))(judge)


def _time(seconds: float) -> Text:
    """Return a length of time in the largest unit that tells it without a fraction."""
    for unit, size in _UNITS:
        if not seconds % size:
            return say(f"auditlog.{unit}", count=f"{seconds / size:g}")
    return say("auditlog.seconds", count=f"{seconds:g}")


def _now(facts: Facts) -> datetime:
    started = next(iter(facts.of(RunStarted)), None)
    return (instant(started.at) if started else None) or datetime.now(tz=UTC)


@judges("auditlog-sources-alive", reads=(_measure("last"),))
def sources_alive(facts: Facts) -> Iterator[Judgement]:
    """Fail a source whose last record is older than three of its intervals."""
    parameters = _parameters("auditlog-sources-alive")
    now = _now(facts)
    sources = {(each.subject, each.origin.part): each for each in facts.of(LogSource)}
    for measure in _of(facts, "last"):
        source = sources.get((measure.subject, measure.origin.part))
        expected = (source.expect_every_s if source else None) or parameters["default_expect_seconds"]
        limit = expected * parameters["intervals"]
        last = instant(str(measure.value))
        silent = (now - last).total_seconds() if last else limit + 1
        answer = fail if silent > limit else ok
        yield answer(
            measure,
            expected=say("auditlog.alive.limit", time=_time(limit)),
            actual=say("auditlog.alive", last=str(measure.value)),
        )


@judges("auditlog-actions-covered", reads=(_measure("coverage"),))
def actions_covered(facts: Facts) -> Iterator[Judgement]:
    """Fail where an action of high risk is not covered, or less than the share of all."""
    share = _parameters("auditlog-actions-covered")["at_least"]
    for measure in _of(facts, "coverage"):
        high = beside(facts, "auditlog.coverage-high", measure)
        is_bad = is_below(pair(measure), measure.undetermined, share)
        if high is not None:
            is_bad = is_bad or is_below(pair(high), high.undetermined, [1, 1])
        yield _judged(facts, measure, is_bad, _percent(share))


@judges("auditlog-fields-complete", reads=(_measure("fields"),))
def fields_complete(facts: Facts) -> Iterator[Judgement]:
    """Fail a source whose records are not complete, or lack one field too often."""
    parameters = _parameters("auditlog-fields-complete")
    for measure in _of(facts, "fields"):
        lacking = []
        for name in FIELDS:
            field = beside(facts, f"auditlog.field.{name}", measure)
            if field is not None and is_below(pair(field), field.undetermined, parameters["each_at_least"]):
                lacking.append(f"{name}: {pair(field)[0]}/{pair(field)[1]}")
        is_bad = bool(lacking) or is_below(pair(measure), measure.undetermined, parameters["at_least"])
        items = tuple(lacking) or measure.items
        detail, expected = some(items, both), _percent(parameters["at_least"])
        actual = wrong(measure, items, both) if is_bad else number(measure)
        answer = fail if is_bad else ok
        yield answer(measure, detail=detail, expected=expected, actual=actual)


@judges("auditlog-outcome-recorded", reads=(_measure("field.outcome"), _measure("failures")))
def outcome_recorded(facts: Facts) -> Iterator[Judgement]:
    """Fail a source whose records do not say how things ended."""
    share = _parameters("auditlog-outcome-recorded")["at_least"]
    for measure in _of(facts, "field.outcome"):
        yield _judged(facts, measure, is_below(pair(measure), measure.undetermined, share), _percent(share))


@judges("auditlog-kept-six-months", reads=(_measure("retention"), _measure("gaps")))
def kept_six_months(facts: Facts) -> Iterator[Judgement]:
    """Fail a source that does not reach back, or that has gaps in the months that it must cover."""
    sources = {(each.subject, each.origin.part): each for each in facts.of(LogSource)}
    for measure in _of(facts, "retention"):
        part, whole = pair(measure)
        gaps = beside(facts, "auditlog.gaps", measure)
        inside = _inside(gaps.items if gaps else (), measure, sources)
        source = sources.get((measure.subject, measure.origin.part))
        months = source.retention_months if source else 6
        actual = say(
            "auditlog.retention.actual",
            first=source.first[:10] if source else "",
            last=source.last[:10] if source else "",
            part=part,
            whole=whole,
        )
        detail = say("auditlog.retention.gaps", items=some(inside, both)) if inside else some(measure.items, both)
        expected = say("auditlog.retention.expected", months=months)
        cited = (measure, *((gaps,) if gaps else ()))
        if part < whole or inside:
            yield fail(*cited, detail=detail, expected=expected, actual=actual)
        else:
            yield ok(*cited, expected=expected, actual=actual)


def _inside(items: tuple[str, ...], measure: Measure, sources: dict[tuple[str, str], LogSource]) -> tuple[str, ...]:
    """Return the gaps that reach into the days that must be covered."""
    source = sources.get((measure.subject, measure.origin.part))
    last = instant(source.last) if source and source.last else None
    if last is None:
        return items
    begin = last.timestamp() - pair(measure)[1] * _DAY_SECONDS
    found = []
    for item in items:
        end = instant(item.partition("/")[2])
        start = instant(item.partition("/")[0])
        if end and start and end.timestamp() > begin and (end - start).total_seconds() > _DAY_SECONDS:
            found.append(item)
    return tuple(found)


@judges("auditlog-no-duplicates", reads=(_measure("duplicate-share"),))
def no_duplicates(facts: Facts) -> Iterator[Judgement]:
    """Fail a source with more than one record in ten thousand there twice."""
    part, whole = _parameters("auditlog-no-duplicates")["at_most_share"]
    for measure in _of(facts, "duplicate-share"):
        twice, all_ = pair(measure)
        duplicates = beside(facts, "auditlog.duplicates", measure)
        detail = some(duplicates.items if duplicates else (), both)
        expected, actual = say("auditlog.at_most", limit=f"{part / whole * 100:.2f} %"), number(measure)
        answer = fail if twice * whole > part * all_ else ok
        yield answer(measure, detail=detail, expected=expected, actual=actual)


@judges("auditlog-clocks-agree", reads=(_measure("steps-back"),))
def clocks_agree(facts: Facts) -> Iterator[Judgement]:
    """Fail a source whose clock runs back, gives negative durations, or is off that of another source."""
    parameters = _parameters("auditlog-clocks-agree")
    for measure in _of(facts, "steps-back"):
        back, ordered = pair(measure)
        part, whole = parameters["steps_at_most"]
        found: list[tuple[Measure, Text]] = []
        if back * whole > part * ordered:
            found.append((measure, say("auditlog.clock.steps", part=back, whole=ordered)))
        negative = beside(facts, "auditlog.negative-durations", measure)
        if negative is not None and pair(negative)[0]:
            part, whole = pair(negative)
            found.append((negative, say("auditlog.clock.negative", part=part, whole=whole)))
        skew = beside(facts, "auditlog.skew-milliseconds", measure)
        if skew is not None and abs(_number(skew)) > parameters["skew_milliseconds"]:
            found.append((skew, say("auditlog.clock.skew", milliseconds=skew.value)))
        odd = beside(facts, "auditlog.implausible-times", measure)
        if odd is not None and _number(odd):
            found.append((odd, say("auditlog.clock.implausible", count=odd.value)))
        expected = say("auditlog.clock.expected")
        if found:
            actual = joined(text for _, text in found)
            cited = tuple(dict.fromkeys((measure, *(each for each, _ in found))))
            examples = _examples(facts, odd) if odd is not None else ()
            yield fail(*cited, *examples, expected=expected, actual=actual)
        else:
            yield ok(measure, expected=expected, actual=say("auditlog.clock.good"))


@judges("auditlog-export-proven", reads=(_measure("export"),))
def export_proven(facts: Facts) -> Iterator[Judgement]:
    """Fail a source whose last proof of export is old, or does not hold."""
    days = _parameters("auditlog-export-proven")["max_days"]
    for measure in _of(facts, "export"):
        at = instant(str(measure.value))
        age = (_now(facts) - at).days if at else days + 1
        detail = some(measure.items, both)
        expected, actual = (
            say("auditlog.export.expected", days=days),
            say("auditlog.export.old", at=str(measure.value), days=age),
        )
        answer = fail if age > days or age < -1 or measure.items else ok
        yield answer(measure, detail=detail, expected=expected, actual=actual)


_JUDGES: Final[tuple[Judge, ...]] = (
    _share("auditlog-sources-present", "sources"),
    _share("auditlog-sources-readable", "readable"),
    sources_alive,
    actions_covered,
    _none("auditlog-no-proven-misses", "missed"),
    _share("auditlog-kubernetes-policy-set", "kubernetes-policy-set"),
    _share("auditlog-kubernetes-policy-covers-key-actions", "kubernetes-key-actions"),
    _share("auditlog-kubernetes-exec-both-verbs", "kubernetes-exec"),
    _none("auditlog-kubernetes-policy-no-dead-rules", "kubernetes-dead-rules"),
    _none("auditlog-kubernetes-policy-no-secret-bodies", "kubernetes-secret-bodies"),
    _none("auditlog-kubernetes-no-drops", "kubernetes-drops"),
    _enough("auditlog-vault-two-devices", "vault-devices"),
    _share("auditlog-database-classes-on", "database-classes"),
    _none("auditlog-database-never-off", "audit-lowered"),
    _share("auditlog-host-login-and-sudo", "host-events"),
    _share("auditlog-logins-recorded", "logins"),
    _share("auditlog-accounts-and-rights-recorded", "account-changes"),
    _share("auditlog-model-calls-recorded", "model-calls"),
    _share("auditlog-personal-data-reads-recorded", "personal-reads"),
    fields_complete,
    outcome_recorded,
    _share("auditlog-source-address-trusted", "address-trusted"),
    _share("auditlog-users-traceable", "traceable"),
    _none("auditlog-no-shared-accounts", "shared"),
    _none("auditlog-no-anonymous-writes", "anonymous-writes"),
    _share("auditlog-agents-act-for-a-user", "agents-joined"),
    kept_six_months,
    _enough("auditlog-capacity-reaches-six-months", "capacity"),
    _share("auditlog-long-records-kept", "long-records"),
    _none("auditlog-no-gaps", "gaps"),
    _none("auditlog-sequences-unbroken", "sequence-missing"),
    no_duplicates,
    clocks_agree,
    _share("auditlog-times-have-zone", "zoned"),
    _share("auditlog-delivered-in-time", "lag"),
    _share("auditlog-tamper-evident", "integrity"),
    _share("auditlog-copied-off-host", "copy"),
    _none("auditlog-writers-protected", "writers-protected"),
    _none("auditlog-readers-separated", "readers-separated"),
    _none("auditlog-no-secrets-or-pii-in-clear", "secrets", searches=True),
    export_proven,
)


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return checks_of("auditlog", part_kinds=PART_KINDS, judges=_JUDGES)


MEASURES: Final = tuple(sorted({topic for judge in _JUDGES for read in judge.reads for topic in read.topics}))
"""Ids of the measures that a check compares."""
