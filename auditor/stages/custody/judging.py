"""What the checks of this stage share: how they read settings, times and lists, and how they answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from auditor.check import Judgement, fail, ok
from auditor.check_data import check_data
from auditor.formats.stamps import time_of
from auditor.model.fact import Facts, Read, RunStarted
from auditor.model.finding import Verdict
from auditor.stages.custody.facts import CeremonyRecord, CustodySetting
from auditor.stages.custody.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.fact import Fact
    from auditor.model.finding import Severity

STAGE: Final = "custody"


def areas(*names: str) -> Read:
    """Read settings of these areas; what another part of the system does not show costs nothing."""
    return Read(CustodySetting.__name__, frozenset(names), is_own=True)


def parameters(check_id: str) -> Mapping[str, Any]:
    """Return the thresholds of a check."""
    return check_data(STAGE).parameters(check_id)


def of(facts: Facts, area: str) -> tuple[CustodySetting, ...]:
    """Return the settings of an area."""
    return facts.of(CustodySetting, area)


def verdict(fact: Fact, *problems: str, expected: str = "", actual: str = "") -> Judgement:
    """Say that a subject is good if nothing is wrong with it, else what is.

    Args:
        fact: Its fact.
        problems: Each in a few words that need no language (`tls_disable = true`), empty ones left out.
        expected: Value that is wanted.
        actual: Value seen of a good one; of a bad one the problems say it.
    """
    wrong = "; ".join(each for each in problems if each)
    if wrong:
        return fail(fact, expected=both(expected), actual=both(wrong))
    return ok(fact, expected=both(expected), actual=both(actual))


def worse(fact: Fact, severity: Severity, actual: str, expected: str = "") -> Judgement:
    """Say that a subject is bad, with a severity of its own."""
    given = fail(fact, expected=both(expected), actual=both(actual))
    return Judgement(
        verdict=Verdict.FAIL,
        subject=given.subject,
        facts=given.facts,
        expected=given.expected,
        actual=given.actual,
        severity=severity,
    )


def at(
    within: Fact, fact: Fact, evidence: str, *, actual: str = "", expected: str = "", severity: Severity | None = None
) -> Judgement:
    """Say that a subject is bad at a place inside it."""
    given = fail(fact, expected=both(expected), actual=both(actual or evidence))
    return Judgement(
        verdict=Verdict.FAIL,
        subject=given.subject,
        within=within.subject,
        facts=given.facts,
        evidence=evidence,
        expected=given.expected,
        actual=given.actual,
        detail=say("custody.why.list", what=both(actual or evidence)),
        severity=severity,
    )


def now(facts: Facts) -> datetime:
    """Return the one clock of ages: when the run began."""
    return facts.derive(_now)


def _now(facts: Facts) -> datetime:
    started = facts.of(RunStarted)
    found = time_of(started[0].at) if started else None
    if found is None:
        raise ValueError("the run does not say when it began")
    return found


def age_days(facts: Facts, moment: datetime) -> float:
    """Return how many days ago something was; negative for the future."""
    return (now(facts) - moment) / timedelta(days=1)


def records(facts: Facts, *kinds: str) -> list[CeremonyRecord]:
    """Return the records of some kinds of events, the newest last."""
    found = [each for each in facts.of(CeremonyRecord) if not kinds or each.kind in kinds]
    return sorted(found, key=lambda each: each.sequence)


def is_proven(record: CeremonyRecord) -> bool:
    """Tell whether nothing is wrong with the signatures of a record."""
    return not any(code in UNPROVEN for code, _detail in record.problems)


UNPROVEN: Final = frozenset(
    {"schema", "signature", "stranger", "certificate", "chain", "algorithm", "quorum", "witness", "dates"}
)
LINKS: Final = frozenset({"link", "sequence", "replay"})


def ended(record: CeremonyRecord) -> datetime | None:
    """Return when an event was over."""
    return time_of(record.record.get("ended"))


def people(record: CeremonyRecord, *roles: str) -> list[Mapping[str, Any]]:
    """Return who took part, in these roles."""
    said = record.record.get("participants")
    found = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
    return [each for each in found if not roles or each.get("role") in roles]


def named(items: Iterable[object], limit: int = 10) -> str:
    """Return a list as one line, cut where it is long."""
    found = [str(each) for each in items]
    return ", ".join(found[:limit]) + (f" … ({len(found)})" if len(found) > limit else "")


def listed(sentences: Iterable[str], limit: int = 8) -> str:
    """Return what is wrong, sentence by sentence, cut where it is long; each may hold commas."""
    found = list(sentences)
    return "; ".join(found[:limit]) + (f"; … ({len(found)})" if len(found) > limit else "")


def texts(value: object) -> Sequence[str]:
    """Return a list of texts from a setting that may hold one or several."""
    if isinstance(value, str):
        return [each.strip() for each in value.split(",") if each.strip()]
    return [str(each) for each in value] if isinstance(value, list | tuple) else []
