"""What people confirmed of controls that no program decides alone: who, when, on which evidence.

A scan never overwrites an answer, and an answer never hides a scan's failure: where they part, both are shown and the
control stays open for a person. Answers age: one that is too old counts for nothing and is told.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from auditor.compliance import entries
from auditor.compliance.texts import say
from auditor.model.decision import Answered
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from auditor.compliance.entries import Entry, Listing
    from auditor.model.control import Framework

AnswerVerdict = Literal["pass", "fail", "not_applicable"]

COUNTS_DAYS: Final = 365
FIELDS: Final = frozenset(
    {"framework", "control", "target", "verdict", "who", "when", "zone", "valid_days", "evidence", "reason"}
)
_VERDICTS: Final[Mapping[str, AnswerVerdict]] = {
    "pass": "pass",
    "fail": "fail",
    "not_applicable": "not_applicable",
    "符合": "pass",
    "不符合": "fail",
    "不适用": "not_applicable",
}


class Answer(Struct, frozen=True, kw_only=True):
    """One entry of the file.

    Attributes:
        framework: Id of the framework.
        control: Id of the control in it.
        target: Pattern of the systems it is about; empty for all.
        verdict: What was confirmed.
        who: Whose word it is.
        when: The day, ISO 8601; empty if it is missing or wrong.
        zone: Zone of the day.
        valid_days: So long it counts.
        evidence: Files that were there and unchanged: name and ``sha256:…``.
        reason: In the person's words.
        line: Line in the file.
        problems: What is wrong with it whatever the day; then it counts for nothing.
    """

    framework: str
    control: str
    target: str
    verdict: AnswerVerdict
    who: str
    when: str
    zone: str
    valid_days: int
    evidence: tuple[tuple[str, str], ...]
    reason: str
    line: int
    problems: tuple[Text, ...]

    @property
    def name(self) -> str:
        """What it is called in findings."""
        return f"{self.framework}/{self.control}" + (f"@{self.target}" if self.target else "")


class Answers(Struct, frozen=True, kw_only=True):
    """A file of answers.

    Attributes:
        path: As given.
        digest: ``sha256:…`` of its bytes.
        answers: In its order.
    """

    path: str
    digest: str
    answers: tuple[Answer, ...]


def read(path: Path, frameworks: Iterable[Framework]) -> Answers:
    """Read answers and hold their evidence files against the digests.

    Args:
        path: The file.
        frameworks: All that are known, to tell an answer for a control that there is not.

    Raises:
        ConfigError: The file cannot be read, or is no list of answers.
    """
    listing = entries.read(path, "answers")
    known = {each.id: frozenset(control.id for control in each.controls) for each in frameworks}
    made = [_answer(each, listing, path.parent, known) for each in listing.entries]
    for index in entries.twins([each.name if each.control else "" for each in made]):
        made[index] = replace(made[index], problems=(*made[index].problems, say("answer.twice")))
    return Answers(path=listing.path, digest=listing.digest, answers=tuple(made))


def _answer(entry: Entry, listing: Listing, folder: Path, known: Mapping[str, frozenset[str]]) -> Answer:
    entry.only(FIELDS)
    framework, control = entry.text("framework", is_needed=True), entry.text("control", is_needed=True)
    if framework and framework not in known:
        entry.problems.append(say("answer.no_framework", framework=framework))
    elif framework and control and control not in known[framework]:
        entry.problems.append(say("answer.no_control", framework=framework, control=control))
    said = entry.text("verdict", is_needed=True)
    if said and said not in _VERDICTS:
        entry.problems.append(say("answer.verdict", verdict=said[:100], known=", ".join(_VERDICTS)))
    verdict = _VERDICTS.get(said, "fail")
    when, zone_behind = entry.day("when", is_needed=True)
    _zone, zone = entry.zone(zone_behind, entry.text("zone"), listing.zone)
    reason = entry.text("reason", is_needed=verdict == "not_applicable")
    if verdict == "pass" and entry.value.get("evidence") in (None, "", []):
        entry.problems.append(say("waiver.missing", field="evidence"))
    found = entries.evidence(folder, entry.value.get("evidence"), entry)
    return Answer(
        framework=framework,
        control=control,
        target=entry.text("target"),
        verdict=verdict,
        who=entry.text("who", is_needed=True),
        when=when.isoformat() if when else "",
        zone=zone,
        valid_days=_days(entry),
        evidence=tuple((each.file, f"sha256:{each.sha256}") for each in found),
        reason=reason,
        line=entry.line,
        problems=tuple(entry.problems),
    )


def _days(entry: Entry) -> int:
    given = entry.value.get("valid_days", COUNTS_DAYS)
    if isinstance(given, bool) or not isinstance(given, int) or not 0 < given <= COUNTS_DAYS:
        entry.problems.append(say("answer.days", limit=COUNTS_DAYS))
        return COUNTS_DAYS
    return given


def problem(answer: Answer, now: datetime) -> Text | None:
    """Return why an answer counts for nothing at this time; None if it counts."""
    if answer.problems:
        joined = answer.problems[0]
        for each in answer.problems[1:]:
            joined = say("and", first=joined, second=each)
        return joined
    zone = entries.zone_of(answer.zone)
    if zone is None:
        return say("waiver.zone", zone=answer.zone)
    today, when = entries.today(now, zone), date.fromisoformat(answer.when)
    if when > today:
        return say("answer.future", when=answer.when)
    if today > when + timedelta(days=answer.valid_days):
        return say("answer.aged", days=(today - when).days, limit=answer.valid_days)
    return None


def until(answer: Answer) -> str:
    """Return the last day on which an answer counts."""
    return (date.fromisoformat(answer.when) + timedelta(days=answer.valid_days)).isoformat()


def row(answer: Answer) -> Answered:
    """Return what the record says of an answer that counts."""
    return Answered(
        verdict=answer.verdict,
        who=answer.who,
        when=answer.when,
        until=until(answer),
        evidence=answer.evidence,
        reason=answer.reason,
    )


class Book:
    """The answers that count at one time, to be asked by framework, control and system."""

    def __init__(self, answers: Answers | None = None, now: datetime | None = None) -> None:
        """Sort out those that count.

        Args:
            answers: All of them; None for none.
            now: The clock of the run; without it none counts.
        """
        self._by_control: dict[tuple[str, str], list[Answer]] = {}
        for each in answers.answers if answers and now else ():
            if now and problem(each, now) is None:
                self._by_control.setdefault((each.framework, each.control), []).append(each)

    def of(self, framework: str, control: str, system: str) -> Answer | None:
        """Return the answer about a control of a system: one for this system goes before one for all."""
        found = self._by_control.get((framework, control), ())
        fitting = [each for each in found if not each.target or entries.pattern(each.target).fullmatch(system)]
        return max(fitting, key=lambda each: (bool(each.target), each.when), default=None)
