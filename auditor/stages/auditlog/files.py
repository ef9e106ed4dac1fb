"""Reads the files of a source: with the engine where they are large, line by line where they are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.errors import ToolError
from auditor.formats.logs import lines, times
from auditor.formats.logs.reading import Reading, detect
from auditor.model.artefact import Reference
from auditor.model.fact import Fact, Origin
from auditor.stages.auditlog import chain, sources
from auditor.stages.auditlog.facts import LogFile
from auditor.stages.auditlog.measures import DATABASES, clean
from auditor.stages.auditlog.normalise import Piece
from auditor.stages.auditlog.search import Search
from auditor.stages.auditlog.tally import Counting, Tally
from auditor.stages.auditlog.typed import LogPart, pieces

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.formats import inventory as declared
    from auditor.model.system import Part
    from auditor.stages.auditlog.engine import Counted
    from auditor.stages.auditlog.people import People
    from auditor.stages.auditlog.typed import Typed

ROWS_BYTES: Final = 200_000_000
"""Below this, logs that the engine cannot read by itself are read without one: several processes gain nothing yet."""
SEARCH_ALL_BYTES: Final = 64_000_000


class Engine(Protocol):
    """Counts large logs."""

    def takes(self, form: str) -> bool:
        """Tell whether it reads a format."""

    def tally(self, files: list[Path], names: list[str], people: People, now: int, zone: str) -> Counted | None:
        """Return what the files come to; None if they have to be read in another way."""

    def count(self, parts: list[LogPart], counting: Counting) -> Typed | None:
        """Return what logs of any format come to; None if they have to be read in another way."""


@dataclass
class SourceRead:
    """A source while it is read."""

    source: declared.LogSource
    files: list[sources.Found]
    is_declared: bool
    format: str = ""
    why: str = ""
    tally: Tally = field(default_factory=Tally)
    facts: list[Fact | Reference] = field(default_factory=list)
    unread: list[tuple[str, reasons.Reason]] = field(default_factory=list)
    search: Search = field(default_factory=Search)
    digests: dict[str, str] = field(default_factory=dict)
    is_guess: bool = False
    map_unknown: tuple[str, ...] = ()
    address_place: str = ""
    chained: str = ""
    size: int = 0


@dataclass(frozen=True)
class SourceReader:
    """Reads the files of the sources of a part.

    Attributes:
        part: The part.
        now: Clock of the run, in microseconds.
        engine: What counts large logs, if there is one.
        small: Below so many bytes a source is read without it.
    """

    part: Part
    now: int
    engine: Callable[[], Engine | None]
    small: int

    def read(self, made: SourceRead, people: People) -> None:
        """Read the files of a source into what is made of it; what cannot be read is noted there."""
        total = 0
        for each in made.files:
            try:
                total += each.path.stat().st_size
            except OSError:
                continue
        made.size = total
        made.search.every = max(2, total // 16_000_000) if total > SEARCH_ALL_BYTES else 1
        counting = Counting(people.of, self.now)
        if total >= self.small and self._by_engine(made, people):
            return
        try:
            for each in made.files:
                self._read_file(made, each, counting)
            made.tally = counting.finish()
        except ToolError as error:
            made.unread.append((f"{made.source.id}: {error.detail}", error.reason))
            return
        made.tally.lines = sum(fact.lines for fact in made.facts if isinstance(fact, LogFile))
        made.tally.size_bytes = sum(fact.size_bytes for fact in made.facts if isinstance(fact, LogFile))

    def _by_engine(self, made: SourceRead, people: People) -> bool:
        """Count with the engine where it can; say so in the facts of the files."""
        engine = self.engine()
        if engine is None:
            return False
        before = [*made.unread], [*made.facts], {**made.digests}
        try:
            if self._directly(engine, made, people) or self._by_rows(engine, made, people):
                return True
        except ToolError as error:
            if not self.small:
                made.unread.append((f"{made.source.id}: {error.detail}", error.reason))
                return True
        # without an engine it may take longer, and comes to the same
        made.unread, made.facts, made.digests = before
        return False

    def _directly(self, engine: Engine, made: SourceRead, people: People) -> bool:
        """Count what the engine reads by itself."""
        forms = []
        for each in made.files:
            try:
                forms.append(detect(lines.head(each.path)[0]))
            except OSError:
                return False
        names = {form.format for form in forms}
        if len(names) != 1 or any(form.layout != "lines" for form in forms):
            return False
        name = names.pop()
        if (made.source.format and made.source.format != name) or not engine.takes(name):
            return False
        found = engine.tally(
            [each.path for each in made.files],
            [each.name for each in made.files],
            people,
            self.now,
            made.source.timezone,
        )
        if found is None:
            return False
        made.format, made.tally = name, found.tally
        made.why = forms[0].why
        for one in found.files:
            self._note_file(made, one.name, one.digest, one.size, one.packing, one.lines, "lines", one.changed)
            if one.problem:
                made.unread.append((one.name, one.problem))
        made.search.found, made.search.seen = found.secrets, found.searched
        return True

    def _by_rows(self, engine: Engine, made: SourceRead, people: People) -> bool:
        """Count rows that processes of their own read, where there is work for several."""
        if self.small and made.size < ROWS_BYTES:
            return False
        parts, layouts = [], {}
        for each in made.files:
            opened = self._opened(made, each)
            if opened is None:
                continue
            reading, _log = opened
            layouts[each.name] = reading.layout
            piece = Piece(
                path="",
                file=0,
                number=0,
                folder="",
                form=made.source.format if made.source.format not in {"", "?"} else "",
                map=dict(made.source.map),
                settings=dict(made.source.settings),
                timezone=made.source.timezone,
                now=self.now,
                every=made.search.every,
                keeps_objects=_keeps_objects(reading.format),
            )
            parts.append(LogPart(each.path, each.name, reading.format, reading.layout == "lines", piece))
        if self.small and sum(len(pieces(part)) for part in parts) < 2:  # noqa: PLR2004 - one works no faster apart
            return False
        counting = Counting(people.of, self.now)
        found = engine.count(parts, counting) if parts else None
        if found is None:
            return not parts
        made.tally = found.tally
        for one in found.files:
            said = one.said
            self._note_file(
                made,
                one.part.name,
                said.digest,
                said.size,
                said.packing,
                said.lines,
                layouts[one.part.name],
                said.changed,
            )
            if said.problem:
                made.unread.append((one.part.name, said.problem))
        made.search.found.update(found.secrets)
        made.search.seen = found.searched
        return True

    def _opened(self, made: SourceRead, each: sources.Found) -> tuple[Reading, lines.LogBytes] | None:  # noqa: PLR0911 - each is a reason of its own
        """Return what reads a file; None if nobody can, which is noted."""
        try:
            head, problem = lines.head(each.path)
        except PermissionError:
            reason = reasons.NO_PERMISSION
            made.unread.append((each.name, reason))
            return None
        except OSError as error:
            reason = reasons.NO_REGULAR_FILE if not error.errno else reasons.CANNOT_BE_READ
            made.unread.append((each.name, reason))
            return None
        if problem and not head:
            made.unread.append((each.name, problem))
            return None
        found = detect(head)
        if found.encoding:
            reason = reasons.UTF_16
            made.unread.append((each.name, reason))
            return None
        form = made.source.format if made.source.format not in {"", "?"} else ""
        zone = times.zone_of(made.source.timezone)
        reading = Reading(found, form, made.source.map, zone, made.source.settings)
        if not reading.format:
            if found.why == "empty":
                self._note_file(made, each.name, _digest(each.path), 0, "", 0, found.layout, "")
                return None
            reason = reasons.UNKNOWN_FORMAT
            made.unread.append((each.name, reason))
            return None
        made.format = made.format or reading.format
        made.why = made.why or (f"declared; {found.why}" if form else found.why)
        if reading.mapper:
            made.is_guess = reading.mapper.is_guess
            made.map_unknown = reading.mapper.unknown
            made.address_place = reading.mapper.places.get("source_address", "")
            if not made.chained and found.sample and (chain.is_chained(found.sample) or made.source.chain):
                made.chained = each.name
        return reading, lines.LogBytes(each.path)

    def _read_file(self, made: SourceRead, each: sources.Found, counting: Counting) -> None:
        opened = self._opened(made, each)
        if opened is None:
            return
        reading, log = opened
        counting.keep_objects = _keeps_objects(reading.format)
        try:
            counting.add(reading.rows(made.search.through(log.chunks(), each.name)), each.name)
        except OSError as error:
            reason = reasons.NO_REGULAR_FILE if not error.errno else reasons.CANNOT_BE_READ
            made.unread.append((each.name, reason))
            return
        if log.problem:
            made.unread.append((each.name, log.problem))
        self._note_file(made, each.name, log.digest, log.size, log.packing, reading.count, reading.layout, log.changed)

    def _note_file(
        self, made: SourceRead, name: str, digest: str, size: int, packing: str, count: int, layout: str, changed: str
    ) -> None:
        made.digests[name] = digest
        made.facts.append(
            LogFile(
                subject=made.source.id,
                origin=Origin(part=self.part.argument, file=clean(name)),
                digest=digest,
                size_bytes=size,
                packing=packing,
                lines=count,
                format=made.format,
                layout=layout,
                why=made.why,
                changed=changed,
            )
        )
        made.facts.append(Reference(part=self.part.argument, path=clean(name), digest=digest, size_bytes=size))


def _keeps_objects(form: str) -> bool:
    return form in DATABASES or form in {"json", "ocsf"}


def _digest(path: Path) -> str:
    log = lines.LogBytes(path)
    try:
        for _chunk in log.chunks():
            pass
    except OSError:
        return ""
    return log.digest
