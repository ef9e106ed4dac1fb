"""Decisions to live with a failure for a while: four eyes, a day on which they end, a narrow scope (product.md §6).

A waiver never changes a verdict. One that is wrong, expired or too broad covers nothing; each of these is told, and so
is one that matches nothing.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor.compliance import entries
from auditor.compliance.facts import Standing
from auditor.compliance.texts import say
from auditor.errors import ConfigError
from auditor.model.finding import Verdict, Waiver
from auditor.model.text import Text

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from auditor.compliance.entries import Entry, Listing
    from auditor.model.finding import Finding

LONGEST_DAYS: Final = 365
MOST_FAILURES: Final = 100
"""A waiver that covers more failures than a person can have looked at is told as too broad."""
FIELDS: Final = frozenset(
    {
        "id",
        "scope",
        "reason",
        "owner",
        "approver",
        "ticket",
        "created",
        "expires",
        "zone",
        "compensating",
        "evidence",
    }
)
SCOPE: Final = frozenset({"check", "subject", "target", "framework", "control"})


class Scope(Struct, frozen=True, kw_only=True):
    """What a waiver is for; patterns know ``*`` and ``?``.

    Attributes:
        check: Id of the one check.
        subject: Pattern of subjects; empty for all, which needs a target.
        target: Pattern of targets; empty for all.
        framework: Only failures that speak to this framework; empty for all.
        control: Only failures that speak to this control of it; empty for all.
    """

    check: str
    subject: str = ""
    target: str = ""
    framework: str = ""
    control: str = ""


class WaiverEntry(Struct, frozen=True, kw_only=True):
    """One entry of the file as it was read; whether it counts depends on the day.

    Attributes:
        id: Its id; its place in the list where it has none.
        line: Line in the file.
        scope: What it is for.
        reason: Why.
        owner: Who asked for it.
        approver: Who agreed.
        ticket: Where it was discussed.
        created: ISO 8601 day; empty if it is missing or wrong.
        expires: Last day on which it counts.
        zone: Zone of both days.
        compensating: What lowers the risk meanwhile.
        problems: What is wrong with it whatever the day.
        broad: Why its scope is too broad; None if it is not.
    """

    id: str
    line: int
    scope: Scope
    reason: str
    owner: str
    approver: str
    ticket: str
    created: str
    expires: str
    zone: str
    compensating: str
    problems: tuple[Text, ...]
    broad: Text | None


class Waivers(Struct, frozen=True, kw_only=True):
    """A file of waivers.

    Attributes:
        path: As given.
        digest: ``sha256:…`` of its bytes.
        entries: In its order.
    """

    path: str
    digest: str
    entries: tuple[WaiverEntry, ...]


class Use(Struct, frozen=True, kw_only=True):
    """What became of a waiver in a run.

    Attributes:
        entry: The waiver.
        standing: How it is with it.
        covers: Failures it covers.
        why: In words.
    """

    entry: WaiverEntry
    standing: Standing
    covers: int
    why: Text


def read(path: Path) -> Waivers:
    """Read waivers and hold their evidence files against the digests.

    Raises:
        ConfigError: The file cannot be read, or is no list of waivers.
    """
    listing = entries.read(path, "waivers")
    made = [_entry(each, index, listing, path.parent) for index, each in enumerate(listing.entries)]
    for index in entries.twins([each.id for each in made]):
        made[index] = _with_problem(made[index], say("waiver.twice", id=made[index].id))
    return Waivers(path=listing.path, digest=listing.digest, entries=tuple(made))


def add(path: Path, row: Mapping[str, object], now: datetime) -> Text | None:
    """Add a waiver to a file, which is made if it is not there; the rest of it stays byte for byte.

    Returns:
        Why it was not added: it would not count. None if it was.

    Raises:
        ConfigError: The file cannot be read or written, or is no list of waivers.
    """
    old = path.read_text(encoding="utf-8") if path.is_file() else "waivers:\n"
    known = read(path).entries if path.is_file() else ()
    if any(each.id == row.get("id") for each in known):
        return say("waiver.twice", id=row["id"])
    import yaml  # noqa: PLC0415 - where a waiver is written

    lines = yaml.safe_dump([dict(row)], allow_unicode=True, sort_keys=False, width=10_000).splitlines()
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_text("\n".join([old.rstrip("\n"), *lines, ""]), encoding="utf-8")
        made = read(half).entries
        off = standing(made[-1], now) if made and made[-1].id == row.get("id") else None
        if len(made) != len(known) + 1:
            return say("waiver.type", field="waivers", kind=say("kind.list"))
        if off:
            return off[1]
        half.replace(path)
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}"
        raise ConfigError(message) from error
    finally:
        half.unlink(missing_ok=True)
    return None


def _with_problem(entry: WaiverEntry, problem: Text) -> WaiverEntry:
    from msgspec.structs import replace  # noqa: PLC0415

    return replace(entry, problems=(*entry.problems, problem))


def _entry(entry: Entry, index: int, listing: Listing, folder: Path) -> WaiverEntry:
    entry.only(FIELDS)
    scope = _scope(entry)
    name = entry.text("id", is_needed=True)
    reason = entry.text("reason", is_needed=True)
    owner, approver = entry.text("owner", is_needed=True), entry.text("approver", is_needed=True)
    ticket, compensating = entry.text("ticket"), entry.text("compensating")
    created, created_zone = entry.day("created", is_needed=True)
    expires, expires_zone = entry.day("expires", is_needed=True)
    _zone, zone = entry.zone(expires_zone, created_zone, entry.text("zone"), listing.zone)
    if owner and approver and entries.same_person(owner, approver):
        entry.problems.append(say("waiver.one_person"))
    if created and expires:
        _check_term(entry, created, expires)
    _evidence(entry, folder)
    return WaiverEntry(
        id=name or f"#{index + 1}",
        line=entry.line,
        scope=scope,
        reason=reason,
        owner=owner,
        approver=approver,
        ticket=ticket,
        created=created.isoformat() if created else "",
        expires=expires.isoformat() if expires else "",
        zone=zone,
        compensating=compensating,
        problems=tuple(entry.problems),
        broad=_breadth(scope),
    )


def _evidence(entry: Entry, folder: Path) -> None:
    """Take a ticket or address as it is; hold a file that comes with a digest against it."""
    given: Any = entry.value.get("evidence")
    rows = given if isinstance(given, list) else [given]
    if all(isinstance(row, str) for row in rows):
        return
    if given is not None:
        entries.evidence(folder, given, entry)


def _check_term(entry: Entry, created: date, expires: date) -> None:
    days = (expires - created).days
    if days < 0:
        entry.problems.append(say("waiver.backwards"))
    elif days > LONGEST_DAYS:
        entry.problems.append(say("waiver.long", days=days, limit=LONGEST_DAYS))


def _scope(entry: Entry) -> Scope:
    if "scope" not in entry.value:
        entry.problems.append(say("waiver.missing", field="scope"))
        return Scope(check="")
    entry.only(SCOPE, "scope")
    if not entry.mapping("scope"):
        entry.problems.append(say("waiver.missing", field="scope.check"))
        return Scope(check="")
    return Scope(
        check=entry.text("check", inside="scope", is_needed=True),
        subject=entry.text("subject", inside="scope"),
        target=entry.text("target", inside="scope"),
        framework=entry.text("framework", inside="scope"),
        control=entry.text("control", inside="scope"),
    )


def _breadth(scope: Scope) -> Text | None:
    """Return why a scope is too broad: it must name one check, and a subject or a target."""
    if scope.check and any(each in scope.check for each in "*?,"):
        return say("broad.check")
    where = scope.target.partition("=")[2] if "=" in scope.target else scope.target  # of `code=*` the kind says nothing
    if entries.is_everything(scope.subject) and entries.is_everything(where):
        return say("broad.subject")
    return None


def standing(entry: WaiverEntry, now: datetime) -> tuple[Standing, Text] | None:
    """Return why a waiver covers nothing at this time, and None if it counts.

    Its last day counts to its end, in its zone. One from the future covers nothing: either its day is wrong or the
    clock is, and with a clock set back every waiver would live on.
    """
    if entry.problems:
        return Standing.INVALID, _joined(entry.problems)
    if entry.broad:
        return Standing.TOO_BROAD, say("waiver.too_broad", why=entry.broad)
    zone = entries.zone_of(entry.zone)
    if zone is None:
        return Standing.INVALID, say("waiver.zone", zone=entry.zone)
    day = entries.today(now, zone).isoformat()
    if day < entry.created:
        return Standing.INVALID, say("waiver.future", created=entry.created, today=day, zone=entry.zone)
    if day > entry.expires:
        return Standing.EXPIRED, say("waiver.expired", expires=entry.expires, zone=entry.zone)
    return None


def _joined(problems: Iterable[Text]) -> Text:
    found = tuple(problems)
    joined = found[0]
    for each in found[1:]:
        joined = say("and", first=joined, second=each)
    return joined


@dataclass(frozen=True, slots=True)
class _Active:
    """A waiver that counts, ready to be held against findings."""

    entry: WaiverEntry
    subject: re.Pattern[str] | None
    target: re.Pattern[str] | None

    def covers(self, finding: Finding) -> bool:
        scope = self.entry.scope
        subjects = (finding.subject, *(place.file for place in finding.places))
        if self.subject and not all(map(self.subject.fullmatch, subjects)):
            return False  # what stands in many places is waived where all of them are
        if self.target and not self.target.fullmatch(finding.target):
            return False
        if scope.framework and scope.framework not in finding.controls:
            return False
        if not scope.control:
            return True
        numbers = finding.controls.get(scope.framework, ()) if scope.framework else sum(finding.controls.values(), ())
        return scope.control in numbers


def apply(
    findings: Sequence[Finding], waivers: Waivers, now: datetime, mark: Callable[[Finding, Waiver], Finding]
) -> tuple[list[Finding], tuple[Use, ...]]:
    """Mark every failure that a waiver covers, and say what became of each waiver.

    Args:
        findings: Of the run; verdicts stay as they are.
        waivers: All of them.
        now: The clock of the run.
        mark: Returns a finding with its waiver.

    Returns:
        The findings in their order, and one use for each waiver, in the order of the file.
    """
    off = {index: found for index, each in enumerate(waivers.entries) if (found := standing(each, now))}
    active: dict[str, list[tuple[int, _Active]]] = {}
    for index, each in enumerate(waivers.entries):
        if index not in off:
            scope = each.scope
            made = _Active(each, _compiled(scope.subject), _compiled(scope.target))
            active.setdefault(scope.check, []).append((index, made))
    count: Counter[int] = Counter()
    marked = []
    for finding in findings:
        covering = (
            [(index, each) for index, each in active.get(finding.id, ()) if each.covers(finding)]
            if finding.verdict is Verdict.FAIL
            else []
        )
        count.update(index for index, _each in covering)
        if covering and finding.waived is None:
            entry = covering[0][1].entry
            waiver = Waiver(
                id=entry.id, owner=entry.owner, approver=entry.approver, reason=entry.reason, expires=entry.expires
            )
            marked.append(mark(finding, waiver))
        else:
            marked.append(finding)
    return marked, tuple(_use(each, off.get(index), count[index]) for index, each in enumerate(waivers.entries))


def _compiled(text: str) -> re.Pattern[str] | None:
    return entries.pattern(text) if text else None


def _use(entry: WaiverEntry, off: tuple[Standing, Text] | None, count: int) -> Use:
    if off:
        return Use(entry=entry, standing=off[0], covers=0, why=off[1])
    if not count:
        return Use(entry=entry, standing=Standing.UNUSED, covers=0, why=say("waiver.unused"))
    if count > MOST_FAILURES:
        why = say("waiver.too_broad", why=say("broad.count", count=count, limit=MOST_FAILURES))
        return Use(entry=entry, standing=Standing.TOO_BROAD, covers=count, why=why)
    why = say("waiver.ok", count=count, until=entry.expires, zone=entry.zone)
    return Use(entry=entry, standing=Standing.USED, covers=count, why=why)


def to_data(entry: Mapping[str, object]) -> dict[str, object]:
    """Return an entry as it is written to a file: without what was not given."""
    return {name: value for name, value in entry.items() if value not in ("", None, {})}
