"""Lists that people keep beside a configuration (waivers, answers, claims): read within bounds, entry by entry.

An entry that is wrong costs itself and is told; only a file that is no list at all is an error of the configuration.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from auditor.compliance.texts import say
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from auditor.model.text import Text

SIZE_LIMIT_BYTES: Final = 16 << 20
VALUES_LIMIT: Final = 500_000
EVIDENCE_LIMIT_BYTES: Final = 1 << 30
TEXT_LIMIT: Final = 10_000
_OFFSET: Final = re.compile(r"([+-])(\d\d):?(\d\d)")
_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(\S.*)?")
_FIXED: Final = {
    "UTC": UTC,
    "Z": UTC,
    "Asia/Shanghai": timezone(timedelta(hours=8)),
    "PRC": timezone(timedelta(hours=8)),
    "Asia/Hong_Kong": timezone(timedelta(hours=8)),
}
"""Zones without summer time that also work on a machine without a table of zones."""


@dataclass
class Entry:
    """One entry while it is read: gives its fields, and gathers what is wrong with it.

    Attributes:
        value: As it stands in the file.
        line: Where.
        problems: So far.
    """

    value: Mapping[str, Any]
    line: int
    problems: list[Text] = field(default_factory=list)

    def only(self, known: AbstractSet[str], inside: str = "") -> None:
        """Note every field that is not known."""
        given = self._at(inside)
        for name in sorted(map(str, given.keys() - known)):
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
            shown = f"{inside}.{name}" if inside else name
            self.problems.append(say("waiver.unknown", field=shown[:100], known=", ".join(near or sorted(known))))

    def text(self, name: str, *, inside: str = "", is_needed: bool = False) -> str:
        """Return a text, empty if it is not there; note what is no text, or is needed and empty."""
        given = self._at(inside).get(name)
        shown = f"{inside}.{name}" if inside else name
        if given is None or (isinstance(given, str) and not _visible(given)):
            if is_needed:
                self.problems.append(say("waiver.missing", field=shown))
            return ""
        if isinstance(given, bool) or not isinstance(given, str | int | float) or len(str(given)) > TEXT_LIMIT:
            self.problems.append(say("waiver.type", field=shown, kind=say("kind.text")))
            return ""
        return str(given).strip()

    def day(self, name: str, *, is_needed: bool) -> tuple[date | None, str]:
        """Return a day, and the zone that stands behind it (``2026-12-31+08:00``), empty where none does."""
        text = self.text(name, is_needed=is_needed)
        if not text:
            return None, ""
        found = _DATE.fullmatch(text)
        try:
            if found:
                return date.fromisoformat(found[1]), (found[2] or "").strip()
        except ValueError:
            pass  # a day that no month has
        self.problems.append(say("waiver.type", field=name, kind=say("kind.date")))
        return None, ""

    def zone(self, *named: str) -> tuple[tzinfo, str]:
        """Return the first zone that is named, UTC where none is; note one that there is not."""
        name = next((each for each in named if each), "UTC")
        made = zone_of(name)
        if made is None:
            self.problems.append(say("waiver.zone", zone=name[:100]))
            return UTC, name
        return made, name

    def mapping(self, name: str) -> Mapping[str, Any]:
        """Return a mapping, empty if it is not there; note what is none."""
        given = self.value.get(name)
        if given is None:
            return {}
        if not isinstance(given, dict):
            self.problems.append(say("waiver.type", field=name, kind=say("kind.mapping")))
            return {}
        return given

    def _at(self, inside: str) -> Mapping[str, Any]:
        return self.mapping(inside) if inside else self.value


def _visible(text: str) -> str:
    """Return a text without blanks and characters that nobody sees."""
    return "".join(each for each in text if not each.isspace() and unicodedata.category(each)[0] != "C")


def zone_of(name: str) -> tzinfo | None:
    """Return a time zone by its name or offset, None if there is none."""
    if name in _FIXED:
        return _FIXED[name]
    if found := _OFFSET.fullmatch(name):
        minutes = int(found[2]) * 60 + int(found[3])
        if minutes > 14 * 60 or int(found[3]) > 59:  # noqa: PLR2004 - no zone is further from UTC
            return None
        return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Listing:
    """A file of entries.

    Attributes:
        path: As given.
        digest: SHA-256 of its bytes, ``sha256:…``.
        zone: Zone of all days in it, empty where it names none.
        entries: In its order.
    """

    path: str
    digest: str
    zone: str
    entries: tuple[Entry, ...]


def read(path: Path, key: str) -> Listing:
    """Read a file that is a mapping with a list under `key`, or the list itself.

    Raises:
        ConfigError: It cannot be read, is no YAML, or no such list.
    """
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if len(data) > SIZE_LIMIT_BYTES:
        message = f"{path} is larger than {SIZE_LIMIT_BYTES:,} bytes"
        raise ConfigError(message)
    from auditor.formats.bounded_yaml import read_yaml  # noqa: PLC0415 - YAML, where somebody wrote such a file

    value, lines = read_yaml(path, data, VALUES_LIMIT)
    place: tuple[object, ...] = ()
    zone = ""
    if isinstance(value, dict):
        if strays := sorted(map(str, value.keys() - {key, "zone", "schema"})):
            message = f"{path}:{lines.get((strays[0],), 1)}: unknown key {strays[0]!r} (known here: {key}, zone)"
            raise ConfigError(message)
        zone = str(value.get("zone") or "")
        place, value = (key,), value.get(key)
    if value is None:
        value = []
    if not isinstance(value, list):
        message = f"{path}:{lines.get(place, 1)}: expected a list of {key}"
        raise ConfigError(message)
    entries = []
    for index, each in enumerate(value):
        line = lines.get((*place, index), 1)
        made = Entry(each if isinstance(each, dict) else {}, line)
        if not isinstance(each, dict):
            made.problems.append(say("waiver.type", field=f"{key}[{index}]", kind=say("kind.mapping")))
        entries.append(made)
    return Listing(str(path), "sha256:" + hashlib.sha256(data).hexdigest(), zone, tuple(entries))


def same_person(one: str, other: str) -> bool:
    """Tell whether two names are of one person: the same but for case, width and blanks, or with the same address."""
    return not _names(one).isdisjoint(_names(other))


def _names(text: str) -> set[str]:
    """Return what a person is known by: name, mail address, and the name in the address."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    address = re.search(r"[^\s<>()\"',;]+@[^\s<>()\"',;]+", plain)
    name = re.sub(r"[<(].*?[>)]", " ", plain)
    found = {_visible(name)}
    if address:
        found |= {address[0], address[0].partition("@")[0]}
    return {each for each in found if each}


def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern in which ``*`` is any text and ``?`` any character; everything else is itself."""
    parts = [".*" if each == "*" else "." if each == "?" else re.escape(each) for each in re.sub(r"\*+", "*", text)]
    return re.compile("".join(parts), re.DOTALL)


def is_everything(text: str) -> bool:
    """Tell whether a pattern names nothing: no letter or digit stands in it."""
    return not any(each.isalnum() for each in text)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that somebody names as evidence.

    Attributes:
        file: As named, relative to the file that names it.
        sha256: Hex digits that were written down.
        problem: What is wrong with it; None if it is there, unchanged.
    """

    file: str
    sha256: str
    problem: Text | None


def evidence(folder: Path, given: object, entry: Entry, name: str = "evidence") -> tuple[Evidence, ...]:
    """Return the evidence files that an entry names, each held against its digest; what is wrong is noted.

    Args:
        folder: Of the file that names them; none may lie outside.
        given: A path, a mapping with file and sha256, or a list of them; None for none.
        entry: Where to note what is wrong.
        name: Of the field.
    """
    rows = given if isinstance(given, list) else [] if given is None else [given]
    found = []
    for row in rows:
        if isinstance(row, str) and row.strip():
            file, digest = row.strip(), ""
        elif isinstance(row, dict) and set(row) <= {"file", "sha256", "place"} and isinstance(row.get("file"), str):
            file, digest = row["file"].strip(), str(row.get("sha256") or "")
        else:
            entry.problems.append(say("waiver.type", field=name, kind=say("kind.mapping")))
            continue
        digest = digest.removeprefix("sha256:").strip().lower()
        problem = _evidence_problem(folder, file, digest)
        if problem:
            entry.problems.append(say("waiver.evidence", file=file[:200], why=problem))
        found.append(Evidence(file, digest, problem))
    return tuple(found)


def _evidence_problem(folder: Path, file: str, digest: str) -> Text | None:
    if not re.fullmatch("[0-9a-f]{64}", digest):
        return say("file.no_digest")
    try:
        place = (folder / file).resolve()
        if not place.is_relative_to(folder.resolve()):
            return say("file.outside")
        if not place.is_file():
            return say("file.gone")
        if place.stat().st_size > EVIDENCE_LIMIT_BYTES:
            return say("file.large", limit=f"{EVIDENCE_LIMIT_BYTES:,}")
        with place.open("rb") as opened:
            is_same = hashlib.file_digest(opened, "sha256").hexdigest() == digest
    except (OSError, ValueError, RuntimeError):
        return say("file.gone")
    return None if is_same else say("file.changed")


def today(now: datetime, zone: tzinfo) -> date:
    """Return the day that it is in a zone."""
    return now.astimezone(zone).date()


def twins(ids: list[str]) -> Iterator[int]:
    """Yield the places of all ids that stand there more than once."""
    count = Counter(ids)
    yield from (index for index, each in enumerate(ids) if each and count[each] > 1)
