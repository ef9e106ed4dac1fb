"""What must hold of lineage; their texts, controls and thresholds stand in ``rulesets/lineage/checks.yaml``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.check import fail, fail_at, not_applicable, nothing_found, ok
from auditor.check_data import Judge, check_data, checks_of, judges
from auditor.measured import counted, number, some, wrong
from auditor.model.fact import Measure, Read
from auditor.model.text import Text
from auditor.shares import beside, is_below, pair
from auditor.stages.lineage.facts import LineageItem
from auditor.stages.lineage.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Check, Judgement
    from auditor.model.fact import Facts

PART_KINDS: Final = frozenset({"lineage"})


def _measure(*names: str) -> Read:
    return Read("Measure", frozenset(f"lineage.{name}" for name in names))


def _limit(limit: int) -> Text:
    return say("lineage.at_most", limit=limit) if limit else say("lineage.none")


def _percent(share: list[int], key: str = "lineage.at_least") -> Text:
    if share[0] == share[1]:
        return say("lineage.all")
    return say(key, percent=f"{share[0] * 100 / share[1]:g}")


def _parameters(check_id: str) -> dict[str, Any]:
    return dict(check_data("lineage").parameters(check_id))


def _share(check_id: str, name: str, graded: str = "", *, due: str = "lineage.none_due") -> Judge:
    """Return a check that a share is large enough; what lies between low and high is the observer's gap.

    Args:
        check_id: Its id.
        name: The measure.
        graded: Measure of graded data, all of which has to be good.
        due: What is said where the denominator is 0.
    """

    def judge(facts: Facts) -> Iterator[Judgement]:
        share = _parameters(check_id)["at_least"]
        for measure in facts.of(Measure, f"lineage.{name}"):
            if not pair(measure)[1]:
                yield not_applicable(measure, reason=say(due))
                continue
            cited: tuple[Measure, ...] = (measure,)
            is_bad = is_below(pair(measure), measure.undetermined, share)
            strict = beside(facts, f"lineage.{graded}", measure) if graded else None
            items = measure.items
            if strict is not None and is_below(pair(strict), strict.undetermined, [1, 1]):
                is_bad, cited, items = True, (measure, strict), strict.items or items
            expected = _percent(share, "lineage.at_least.graded" if graded else "lineage.at_least")
            answer = fail if is_bad else ok
            actual = wrong(measure, items, both) if is_bad else number(measure)
            yield answer(*cited, detail=some(items, both), expected=expected, actual=actual)

    return judges(check_id, reads=(_measure(name), *((_measure(graded),) if graded else ())))(judge)


def _none(check_id: str, name: str, *, searches: bool = False) -> Judge:
    """Return a check that a count is 0; each thing that is counted is a finding of its own."""

    def judge(facts: Facts) -> Iterator[Judgement]:
        limit = _parameters(check_id)["at_most"]
        for measure in facts.of(Measure, f"lineage.{name}"):
            expected = _limit(limit)
            if isinstance(measure.value, int | float) and measure.value - measure.undetermined <= limit:
                answer = nothing_found(measure) if searches else ok(measure, expected=expected, actual=number(measure))
                if not measure.undetermined:
                    yield answer
                continue
            found = [each for each in facts.of(LineageItem, measure.id) if each.origin.part == measure.origin.part]
            for each in found:
                what = say(f"lineage.item.{name}", value=each.what)
                yield fail_at(
                    measure.subject,
                    each,
                    measure,
                    evidence=each.subject,
                    detail=what,
                    expected=expected,
                    actual=what or number(measure),
                )
            if not found:
                actual = wrong(measure, measure.items, both)
                yield fail(measure, detail=some(measure.items, both), expected=expected, actual=actual)

    return judges(check_id, reads=(_measure(name),))(judge)


@judges("lineage-trace-ids-valid", reads=(_measure("trace-ids-invalid"), _measure("parents-missing")))
def trace_ids_valid(facts: Facts) -> Iterator[Judgement]:
    """Fail where a trace id is none, or the parent of a span is nowhere."""
    for measure in facts.of(Measure, "lineage.trace-ids-invalid"):
        parents = beside(facts, "lineage.parents-missing", measure)
        cited = tuple(each for each in (measure, parents) if each is not None and each.value)
        expected = _limit(0)
        if cited:
            items = tuple(item for each in cited for item in each.items)
            total = sum(int(each.value or 0) for each in cited if isinstance(each.value, int))
            seen = Text(str(total), str(total))
            actual = counted(seen, items, both)
            yield fail(*cited, detail=some(items, both), expected=expected, actual=actual)
        else:
            yield ok(measure, expected=expected, actual=Text("0", "0"))


@judges("lineage-traces-unsampled", reads=(_measure("sampling"), _measure("sampled-in")))
def traces_unsampled(facts: Facts) -> Iterator[Judgement]:
    """Fail a service only some of whose traces are kept; ids that show nothing are no proof."""
    for measure in facts.of(Measure, "lineage.sampling"):
        value = measure.value
        expected = say("lineage.unsampled")
        if isinstance(value, str):
            yield fail(
                measure, detail=some(measure.items, both), expected=expected, actual=say("lineage.sampled_by_content")
            )
        elif isinstance(value, int | float) and value < 1:
            yield fail(
                measure,
                detail=some(measure.items, both),
                expected=expected,
                actual=say("lineage.sampled", percent=f"{value * 100:.4g}"),
            )
        elif measure.items == ("no id-based sampling seen",):
            yield nothing_found(measure, detail=say("lineage.no_ids"))
        else:
            yield ok(
                measure,
                detail=some(measure.items, both),
                expected=expected,
                actual=say("lineage.sampled", percent="100"),
            )


@judges("lineage-kept-six-months", reads=(_measure("retention"), _measure("gaps")))
def kept_six_months(facts: Facts) -> Iterator[Judgement]:
    """Fail where lineage does not reach back, or has gaps."""
    months = _parameters("lineage-kept-six-months")["months"]
    for measure in facts.of(Measure, "lineage.retention"):
        part, whole = pair(measure)
        gaps = beside(facts, "lineage.gaps", measure)
        silent = gaps.items if gaps else ()
        days = say("lineage.retention.days", part=part, whole=whole)
        shown = both("; ".join(measure.items))
        actual = say("lineage.retention.actual", items=shown, part=part, whole=whole) if measure.items else days
        expected = say("lineage.retention.expected", months=months)
        cited = (measure, *((gaps,) if gaps and silent else ()))
        if part + measure.undetermined < whole or silent:
            detail = say("lineage.retention.gaps", items=some(silent, both)) if silent else Text("", "")
            yield fail(*cited, detail=detail, expected=expected, actual=actual)
        else:
            yield ok(*cited, expected=expected, actual=actual)


_JUDGES: Final[tuple[Judge, ...]] = (
    _share("lineage-inventory-complete", "inventory"),
    _share("lineage-inventory-fields-known", "fields-known"),
    _share("lineage-events-readable", "readable"),
    _share("lineage-events-timed-with-zone", "zoned"),
    _share("lineage-runs-finish", "runs-finished"),
    _share("lineage-runs-name-datasets", "runs-named"),
    _share("lineage-datasets-seen", "seen"),
    _share("lineage-datasets-have-upstream", "upstream", "upstream-graded"),
    _share("lineage-datasets-rooted", "rooted-graded", due="lineage.no_graded"),
    _none("lineage-no-orphan-datasets", "orphans-graded"),
    _none("lineage-no-ghost-datasets", "ghosts"),
    _none("lineage-no-dead-ends", "dead-ends"),
    _share("lineage-fields-traced", "fields", "fields-graded"),
    _share("lineage-fields-direct", "fields-direct-personal"),
    _none("lineage-no-dangling-fields", "fields-dangling"),
    _none("lineage-pii-tagged", "pii-untagged", searches=True),
    _none("lineage-pii-spread-tagged", "pii-spread"),
    _none("lineage-pii-masked-before-model", "pii-to-model"),
    _none("lineage-purpose-kept", "purpose"),
    _share("lineage-locations-known", "locations"),
    _none("lineage-no-unapproved-crossing", "cross-border-unapproved"),
    _share("lineage-model-hosts-known", "model-hosts"),
    _share("lineage-sharing-recorded", "sharing"),
    _share("lineage-declared-equals-seen", "declared-seen"),
    _share("lineage-edges-fresh", "fresh"),
    _share("lineage-answers-name-user", "link-user"),
    _share("lineage-answers-name-session", "link-session"),
    _share("lineage-answers-keep-prompt", "link-kept"),
    _share("lineage-answers-name-sources", "link-retrieval"),
    _share("lineage-sources-resolve", "link-source"),
    _share("lineage-answers-name-model", "link-model"),
    _share("lineage-tool-calls-recorded", "tool-calls"),
    _share("lineage-chains-complete", "chain"),
    traces_unsampled,
    trace_ids_valid,
    _share("lineage-models-name-data", "models"),
    _share("lineage-deletion-reaches-copies", "deletions"),
    kept_six_months,
)


def checks() -> tuple[Check, ...]:
    """Return the checks of this stage."""
    return checks_of("lineage", part_kinds=PART_KINDS, judges=_JUDGES)
