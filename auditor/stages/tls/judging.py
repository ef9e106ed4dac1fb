"""What the checks of this stage share: the moment they judge at, profiles by subject, patterns, words."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from auditor.check import fail as judged_bad
from auditor.check import ok as judged_good
from auditor.model.fact import Read, RunStarted
from auditor.model.text import NO_TEXT, Text
from auditor.stages.tls.facts import Answer, Expectation
from auditor.stages.tls.texts import both, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.check import Judgement
    from auditor.model.fact import Fact, Facts

FORBIDDEN: Final = "forbidden"
REQUIRED: Final = "required"


def fail(*facts: Fact, detail: Text = NO_TEXT, expected: str = "", actual: str = "") -> Judgement:
    """Say that the subject of the first fact is bad, with what was found in so many words."""
    wanted, found = both(expected), both(actual)
    if not detail.en and actual:
        detail = say("judge.fail", expected=wanted, actual=found) if expected else say("tls.found", actual=found)
    return judged_bad(*facts, detail=detail, expected=wanted, actual=found)


def ok(*facts: Fact, detail: Text = NO_TEXT, expected: str = "", actual: str = "") -> Judgement:
    """Say that the subject of these facts is good."""
    return judged_good(*facts, detail=detail, expected=both(expected), actual=both(actual))


def asked(*questions: str) -> Read:
    """Return what a check reads that rests on these questions."""
    return Read(Answer.__name__, frozenset(questions))


def answers(facts: Facts, *questions: str) -> Iterator[tuple[str, dict[str, Answer]]]:
    """Yield (subject, its answers by question) for every endpoint that was asked any of them."""
    found: dict[str, dict[str, Answer]] = {}
    for question in questions:
        for each in facts.of(Answer, question):
            found.setdefault(each.subject, {})[question] = each
    yield from sorted(found.items())


def every(facts: Facts, question: str) -> Iterator[tuple[str, list[Answer]]]:
    """Yield (subject, all answers to a question that may have several)."""
    for subject, found in facts.by_subject(Answer, question):
        yield subject, list(found)


def expected(facts: Facts, of: Fact, holder: str = "") -> Expectation | None:
    """Return what is expected of a subject, or of the endpoint or file that it belongs to."""
    named = facts.derive(_expectations)
    return named.get((of.origin.part, holder or of.subject)) or named.get((of.origin.part, ""))


def _expectations(facts: Facts) -> dict[tuple[str, str], Expectation]:
    found: dict[tuple[str, str], Expectation] = {}
    for each in facts.of(Expectation):
        found[each.origin.part, each.subject] = each
        found.setdefault((each.origin.part, ""), each)
    return found


def moment(facts: Facts) -> datetime:
    """Return the start of the run, or when the first subject was looked at where that is not known."""
    started = next(iter(facts.of(RunStarted)), None)
    seen = [each.seen_at for each in facts.of(Expectation)]
    return parsed(started.at if started else min(seen, default="1970-01-01T00:00:00Z"))


def parsed(text: str) -> datetime:
    """Return a moment of ISO 8601."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def level(name: str, levels: Mapping[str, str]) -> str:
    """Return the level of a name: of the pattern that is the name, else of the longest that matches; else allowed."""
    bare = name.partition(" (")[0]
    matching = [pattern for pattern in levels if fnmatchcase(bare, pattern)]
    if not matching:
        return "allowed"
    return levels[max(matching, key=lambda pattern: (pattern == bare, len(pattern)))]
