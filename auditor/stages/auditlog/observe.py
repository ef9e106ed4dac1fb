"""Reads an inventory and the logs that it names, and says what they come to."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final, Protocol

import yaml

from auditor import reasons, shares
from auditor.content import rulesets
from auditor.errors import ToolError
from auditor.formats import inventory as declared
from auditor.formats.documents import Document, read
from auditor.formats.logs import lines, times
from auditor.formats.logs.reading import Reading, detect
from auditor.model.artefact import Reference
from auditor.model.fact import Fact, Facts, Gap, GapClass, Measure, Origin, RunStarted, Threshold
from auditor.model.place import real as real_path
from auditor.model.record import Exclusion
from auditor.stages.auditlog import chain, coverage, policy, sources, witnesses
from auditor.stages.auditlog.facts import LogDays, LogExample, LogFile, LoggedEvent, LogSource, RequiredEvent
from auditor.stages.auditlog.measures import DATABASES, STAGE, WINDOW, SourceReading, clean, measures
from auditor.stages.auditlog.normalise import Piece
from auditor.stages.auditlog.people import People
from auditor.stages.auditlog.search import Search
from auditor.stages.auditlog.tally import Counting, Tally
from auditor.stages.auditlog.texts import say
from auditor.stages.auditlog.typed import LogPart, pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from auditor.model.system import Part, System
    from auditor.stages.auditlog.engine import Counted
    from auditor.stages.auditlog.typed import Typed

SMALL_BYTES: Final = 48_000_000
"""Inputs below this are read without an engine: that is faster than to load one."""
ROWS_BYTES: Final = 200_000_000
"""Below this, logs that the engine cannot read by itself are read without one: several processes gain nothing yet."""
SEARCH_ALL_BYTES: Final = 64_000_000
SMALL_FILE: Final = 32_000_000
EVENTS: Final = 2000


class Engine(Protocol):
    """Counts large logs."""

    def takes(self, form: str) -> bool:
        """Tell whether it reads a format."""

    def tally(self, files: list[Path], names: list[str], people: People, now: int, zone: str) -> Counted | None:
        """Return what the files come to; None if they have to be read in another way."""

    def count(self, parts: list[LogPart], counting: Counting) -> Typed | None:
        """Return what logs of any format come to; None if they have to be read in another way."""


@dataclass
class _Read:
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
class AuditlogStage:
    """Observes audit logs."""

    engine: Callable[[], Engine | None] = lambda: None
    always_engine: bool = False
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"auditlog"})
    reads: tuple[type[Fact], ...] = (RunStarted,)
    yields: tuple[type[Fact], ...] = (
        LogSource,
        LogFile,
        LoggedEvent,
        RequiredEvent,
        LogDays,
        LogExample,
        Measure,
        Threshold,
    )

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        """Yield what the logs of each part come to."""
        now = _now(known)
        for part in system.of("auditlog"):
            yield from _Part(part, now, self.engine, 0 if self.always_engine else SMALL_BYTES).observe()


def _now(known: Facts) -> int:
    started = next(iter(known.of(RunStarted)), None)
    moment = declared.instant(started.at) if started else None
    return int(moment.timestamp() * 1_000_000) if moment else int(time.time() * 1_000_000)


class _Part:
    def __init__(self, part: Part, now: int, engine: Callable[[], Engine | None], small: int) -> None:
        self.part = part
        self.now = now
        self.engine = engine
        self.small = small
        named = part.options.get("inventory")
        logs = part.options.get("logs")
        self.root, self.inventory_file = sources.root_and_inventory(
            part.path, str(named) if named else None, str(logs) if logs else None
        )
        self.inventory: declared.Inventory | None = None

    def observe(self) -> Iterator[object]:
        """Yield everything: inventory, sources, measures, what must be logged."""
        if self.inventory_file is not None:
            is_usable = True
            for each in self._read_inventory():
                is_usable = is_usable and not isinstance(each, Gap)
                yield each
            if not is_usable and self.inventory is None:
                return
        reads, more = self._sources()
        yield from more
        if not reads:
            yield self._gap("", "", reasons.NO_LOGS, self.part.where, "auditlog.remedy.records")
            return
        people = People(self.inventory)
        for made in reads:
            self._read(made, people)
            yield from made.facts
        seen = self._seen(reads, people)
        for one in seen:
            yield self._fact(one, reads)
            yield Threshold(
                subject=one.source.id,
                origin=Origin(part=self.part.argument),
                check="auditlog-kept-six-months",
                name="min_retention_months",
                value=one.source.retention_months,
            )
            yield from _events(one)
            yield from measures(one)
        yield from self._whole(seen)

    # -- the inventory ------------------------------------------------------------------------------------------

    def _read_inventory(self) -> Iterator[Gap | Exclusion | Reference]:
        path = self.inventory_file
        assert path is not None  # noqa: S101 - for the type checker
        try:
            with lines.open_regular(path) as file:
                data = file.read(declared.SIZE_LIMIT_BYTES + 1)
        except OSError as error:
            yield self._gap(
                "", "", reasons.CANNOT_BE_READ, f"{path.name}: {error.strerror or error}", "auditlog.remedy.inventory"
            )
            return
        found = declared.load(data)
        self.inventory = found
        yield Reference(
            part=self.part.argument,
            path=path.name,
            digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
            size_bytes=len(data),
        )
        for each in found.problems:
            yield self._gap(
                "",
                "",
                reasons.MALFORMED,
                f"{path.name}:{each.line}: {each.detail}",
                "auditlog.remedy.inventory",
                kind="RequiredEvent",
            )
        if found.problems and not found.log_sources:
            self.inventory = None
        for each_unread in found.unread:
            # what an unread source would have added is missing from every denominator
            for topic in ("auditlog.sources", "auditlog.coverage", "auditlog.coverage-high"):
                yield self._gap(
                    "",
                    topic,
                    reasons.CANNOT_BE_READ,
                    f"{path.name}: {each_unread.source}: {each_unread.why}",
                    "auditlog.remedy.unread",
                )
        for each in found.unknown[:100]:
            yield Exclusion(
                target=self.part.argument,
                what=clean(f"{path.name}:{each.line}: {each.detail}"),
                why=say("auditlog.unknown_key"),
            )

    def _gap(
        self,
        subject: str,
        topic: str,
        reason: reasons.Reason,
        detail: str,
        remedy: str,
        gap_class: GapClass = GapClass.LOST,
        kind: str = "Measure",
    ) -> Gap:
        return Gap(
            stage=STAGE,
            target=self.part.argument,
            kind=kind,
            subject=subject,
            topic=topic,
            reason=reason,
            detail=clean(detail),
            remedy=say(remedy),
            gap_class=gap_class,
        )

    # -- which files --------------------------------------------------------------------------------------------

    def _sources(self) -> tuple[list[_Read], list[object]]:
        if self.inventory is not None and self.inventory.log_sources:
            return [self._declared(each) for each in self.inventory.log_sources], []
        more: list[object] = []
        only = self.part.path if self.part.path.is_file() and self.part.path != self.inventory_file else None
        groups, yamls, refused = sources.in_folder(self.root, only)
        found_policy = [path for path in yamls if _policy_in(path) is not None]
        chosen = found_policy[0].relative_to(self.root).as_posix() if len(found_policy) == 1 else ""
        given = str(self.part.options.get("format", ""))
        reads = []
        for name, (form, files) in groups.items():
            source = sources.found_source(clean(name), form, given)
            if form == "k8s-audit" and chosen:
                source = declared.LogSource(id=source.id, format=source.format, policy=chosen)
            anchor = self.part.options.get("anchor")
            if anchor and form == "json":
                source = declared.LogSource(id=source.id, format=source.format, anchor=str(anchor))
            reads.append(_Read(source, files, is_declared=False))
        for each in refused:
            if each.reason in {"no permission", "link out of the tree", "too many files", "UTF-16"}:
                more.append(self._gap(clean(each.name), "", each.reason, each.name, "auditlog.remedy.read"))
            elif each.reason != "empty":
                more.append(Exclusion(target=self.part.argument, what=clean(each.name), why=say("auditlog.not_a_log")))
        return reads, more

    def _declared(self, source: declared.LogSource) -> _Read:
        made = _Read(source, [], is_declared=True)
        if not source.anchor and self.part.options.get("anchor") and source.format == "json":
            made.source = _with(source, anchor=str(self.part.options["anchor"]))
        for pattern in source.files:
            for each in sources.matching(self.root, pattern):
                if isinstance(each, sources.Found):
                    if all(each.path != other.path for other in made.files):
                        made.files.append(each)
                else:
                    made.unread.append((each.name, each.reason))
        anchor = self.root / source.anchor if source.anchor else None
        policies = self.root / source.policy if source.policy else None
        made.files = [
            each for each in sources.ordered(made.files) if each.path not in {anchor, policies, self.inventory_file}
        ]
        return made

    # -- reading ------------------------------------------------------------------------------------------------

    def _read(self, made: _Read, people: People) -> None:
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

    def _by_engine(self, made: _Read, people: People) -> bool:
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

    def _directly(self, engine: Engine, made: _Read, people: People) -> bool:
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

    def _by_rows(self, engine: Engine, made: _Read, people: People) -> bool:
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

    def _opened(self, made: _Read, each: sources.Found) -> tuple[Reading, lines.LogBytes] | None:  # noqa: PLR0911 - each is a reason of its own
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

    def _read_file(self, made: _Read, each: sources.Found, counting: Counting) -> None:
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
        self, made: _Read, name: str, digest: str, size: int, packing: str, count: int, layout: str, changed: str
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

    # -- what belongs to a source -------------------------------------------------------------------------------

    def _seen(self, reads: list[_Read], people: People) -> list[SourceReading]:
        ends = [each.tally.last for each in reads if each.tally.last is not None]
        said = declared.instant(self.inventory.window_end) if self.inventory and self.inventory.window_end else None
        end = int(said.timestamp() * 1_000_000) if said else max(ends, default=None)
        served_data = yaml.load((rulesets() / "auditlog/served.yaml").read_bytes(), Loader=yaml.CSafeLoader)
        served = policy.served_of(served_data)
        key_actions = tuple(
            (group, path, verb, (group, path) not in served.cluster_scoped)
            for group, path, verbs in served_data["key_actions"]
            for verb in verbs
        )
        graded = tuple(
            each.id
            for each in (self.inventory.datasets if self.inventory else ())
            if each.grade not in {"", "general"} or any(part.pii for part in each.fields or ())
        )
        vaults: dict[str, int] = defaultdict(int)
        for each in reads:
            if each.format == "vault" and each.tally.records:
                vaults[each.source.component or "vault"] += 1
        found = []
        for each in reads:
            source = each.source
            exports = [
                one for one in (self.inventory.exports if self.inventory else ()) if one.source in {"", source.id}
            ]
            seen = SourceReading(
                source=source,
                part=self.part.argument,
                format=each.format or source.format,
                tally=each.tally,
                people=people,
                end=end,
                is_declared=each.is_declared,
                unread=each.unread,
                served=served if not source.served else _served(source.served, served),
                key_actions=key_actions,
                flags=source.flags,
                secrets=each.search.found if each.tally.records else None,
                searched=(each.search.seen, max(each.search.seen, each.size)),
                exports=tuple(exports),
                graded=graded,
                digests=each.digests,
                is_guess=each.is_guess,
                map_unknown=each.map_unknown,
                devices=vaults.get(source.component or "vault", 0),
                address_place=each.address_place,
                skews=_skews(each, reads),
            )
            if source.policy:
                seen.policy_file = source.policy
                seen.policy = self._policy(source.policy)
            if source.rules:
                seen.rules = self._small(source.rules)
            if source.worm:
                seen.worm = self._small(source.worm) is not None
            if source.anchor or each.chained:
                seen.chain = self._chain(each)
            if source.copies:
                seen.copies = [self._copy(each, one) for one in source.copies]
            found.append(seen)
        if self.inventory and self.inventory.witnesses:
            self._add_witnesses(found, reads)
        return found

    def _inside(self, name: str) -> Path | None:
        path = self.root / name
        try:
            real = real_path(path, strict=True)
        except (OSError, RuntimeError, ValueError):
            return None
        return path if real.is_relative_to(real_path(self.root)) else None

    def _small(self, name: str) -> str | None:
        """Return the text of a small file of the root; None if it cannot be had."""
        path = self._inside(name)
        if path is None:
            return None
        try:
            with lines.open_regular(path) as file:
                return file.read(SMALL_FILE).decode("utf-8", "replace")
        except OSError:
            return None

    def _policy(self, name: str) -> policy.Policy | None:
        path = self._inside(name)
        return _policy_in(path) if path else None

    def _chain(self, made: _Read) -> chain.Chain:
        anchor: Mapping[str, object] | None = None
        if made.source.anchor:
            text = self._small(made.source.anchor)
            try:
                value = json.loads(text) if text is not None else None
            except (ValueError, RecursionError):
                value = None
            if not isinstance(value, dict):
                failed = chain.Chain(problem="the anchor cannot be read")
                failed.records = 0
                return failed
            anchor = value

        def records() -> Iterator[bytes]:
            for each in made.files:
                try:
                    for found in lines.lines(lines.LogBytes(each.path).chunks()):
                        if isinstance(found, tuple):
                            yield found[1]
                        else:
                            yield b"?"
                except OSError:
                    yield b"?"

        return chain.verify(records(), anchor, made.source.chain)

    def _copy(self, made: _Read, copy: declared.Copy) -> tuple[str, str, int, int, str]:
        files = [
            each
            for pattern in copy.files
            for each in sources.matching(self.root, pattern)
            if isinstance(each, sources.Found)
        ]
        here, there = _line_digests(made.files), _line_digests(files)
        common = len(here & there)
        missing = "" if common == len(here) else f"not in the copy: {len(here) - common} of {len(here)}"
        return copy.host, copy.administrator, common, len(here), missing

    def _add_witnesses(self, found: list[SourceReading], reads: list[_Read]) -> None:  # noqa: C901 - one step for each thing that is looked at
        assert self.inventory is not None  # noqa: S101 - for the type checker
        by_id = {each.source.id: each for each in reads}
        for seen in found:
            own = [each for each in self.inventory.witnesses if each.source == seen.source.id]
            if not own:
                continue
            matched = whole = 0
            missing: list[str] = []
            rows = witnesses.index(self._rows(by_id[seen.source.id]))
            for each in own:
                proofs: list[witnesses.Proof] = []
                if each.from_source in by_id:
                    proofs = list(witnesses.of_rows(self._rows(by_id[each.from_source]), each.map))
                for pattern in each.files:
                    for file in sources.matching(self.root, pattern):
                        if isinstance(file, sources.Found):
                            proofs.extend(
                                witnesses.of_file(
                                    self._small(file.name) or "", each, times.zone_of(seen.source.timezone)
                                )
                            )
                for proof in proofs:
                    if (
                        seen.tally.first is None
                        or not seen.tally.first - witnesses.TOLERANCE
                        <= proof.at
                        <= (seen.tally.last or 0) + witnesses.TOLERANCE
                    ):
                        continue
                    whole += 1
                    if rows.has(proof):
                        matched += 1
                    else:
                        missing.append(proof.name)
            seen.witnesses = (matched, whole, tuple(sorted(missing)))

    def _rows(self, made: _Read) -> Iterator[object]:
        for each in made.files:
            try:
                found = detect(lines.head(each.path)[0])
                form = made.source.format if made.source.format not in {"", "?"} else ""
                reading = Reading(found, form, made.source.map, times.zone_of(made.source.timezone))
                yield from reading.rows(lines.LogBytes(each.path).chunks())
            except OSError:
                continue

    # -- facts --------------------------------------------------------------------------------------------------

    def _fact(self, seen: SourceReading, reads: list[_Read]) -> LogSource:
        source = seen.source
        made = next(each for each in reads if each.source.id == source.id)
        at = Origin(part=self.part.argument, file=made.files[0].name if len(made.files) == 1 else None)
        return LogSource(
            subject=source.id,
            origin=at,
            format=seen.format,
            component=source.component or source.id,
            files=len(made.files),
            records=seen.tally.records,
            first=times.iso(seen.tally.first) if seen.tally.first is not None else "",
            last=times.iso(seen.tally.last) if seen.tally.last is not None else "",
            expect_every_s=source.expect_every_s,
            retention_months=source.retention_months,
            commissioned=source.commissioned,
            silent=source.silent,
            declared=seen.is_declared,
            why=clean(made.why),
        )

    # -- the whole ----------------------------------------------------------------------------------------------

    def _whole(self, seen: list[SourceReading]) -> Iterator[Fact | Gap]:  # noqa: C901 - one step for each thing that is looked at
        """Yield what only all sources together tell: components without a log, required actions."""
        found = self.inventory
        has_log = {each.source.component or each.source.id for each in seen if each.tally.records}
        has_log |= {each.source.id for each in seen if each.tally.records}
        unread = {
            name
            for each in seen
            if not each.tally.records and each.unread
            for name in (each.source.component or each.source.id, each.source.id)
        }
        components: list[str] = []
        if found is not None:
            components = [
                *found.components,
                *(each.component for each in found.actions),
                *(each.component for each in found.services if each.component),
                *(each.source.component or each.source.id for each in seen),
            ]
        components = list(dict.fromkeys(each for each in components if each))
        subject = "system"

        def measure(
            name: str,
            value: shares.Value,
            items: tuple[str, ...] = (),
            undetermined: int = 0,
            check: str = "",
        ) -> Iterator[Fact | Gap]:
            named = (clean(each) for each in items)
            yield shares.measured(STAGE, self.part.argument, name, subject, value, named, undetermined)
            if shares.is_undecided(STAGE, check, value, undetermined):
                detail = shares.undecided(value, undetermined)
                yield self._gap(
                    subject, f"auditlog.{name}", reasons.UNDETERMINED, detail, "auditlog.remedy.undetermined"
                )

        if components:
            lacking = sorted(each for each in components if each not in has_log)
            open_ = [each for each in lacking if each in unread]
            yield from measure(
                "sources",
                (len(components) - len(lacking), len(components)),
                tuple(lacking),
                len(open_),
                "auditlog-sources-present",
            )
        else:
            yield self._gap(
                subject,
                "auditlog.sources",
                reasons.NOT_DECLARED,
                self.part.where,
                "auditlog.remedy.components",
                GapClass.MISSING,
            )
        actions = found.actions if found is not None else ()
        if not actions:
            for name in ("coverage", "personal-reads"):
                yield self._gap(
                    subject,
                    f"auditlog.{name}",
                    reasons.NOT_DECLARED,
                    self.part.where,
                    "auditlog.remedy.actions",
                    GapClass.MISSING,
                )
        else:
            items = [item for action in actions for item in _items(action, seen)]
            for item in items:
                yield RequiredEvent(
                    subject=clean(item.name),
                    origin=Origin(part=self.part.argument),
                    component=item.action.component,
                    action=item.action.action,
                    object=item.action.object,
                    principal=item.principal,
                    risk=item.action.risk,
                    seen=item.seen,
                    configured=item.configured,
                    missed=item.missed,
                    undetermined=item.undetermined,
                )
            states = tuple(f"{item.action.component} | {item.name.partition(': ')[2]} | {item.state}" for item in items)
            yield from measure("required", len(items), states)
            total = coverage.sums(items)
            yield from measure(
                "coverage", total.weighted, total.missing, total.undetermined[0], "auditlog-actions-covered"
            )
            yield from measure("coverage-plain", total.plain, total.missing, total.undetermined[1])
            if total.high[1]:
                lacking_high = tuple(
                    sorted(each.name for each in items if each.action.risk == "high" and not each.covered)
                )
                yield from measure("coverage-high", total.high, lacking_high, total.undetermined[2])
                if total.undetermined[2] and sum(total.high[:1]) + total.undetermined[2] == total.high[1]:
                    yield self._gap(
                        subject,
                        "auditlog.coverage",
                        reasons.UNDETERMINED,
                        "actions of high risk",
                        "auditlog.remedy.undetermined",
                    )
            yield from measure("seen", total.seen)
            yield from measure("configured", total.configured, total.unseen)
            yield from measure("stale-configuration", len(total.stale), total.stale)
            yield from self._personal(items, seen, measure)
        if not any(each.tally.models for each in seen):
            services = [each for each in (found.services if found is not None else ()) if each.models]
            if services:
                yield self._gap(
                    subject,
                    "auditlog.model-calls",
                    reasons.NONE_SEEN,
                    ", ".join(each.id for each in services),
                    "auditlog.remedy.models",
                    GapClass.MISSING,
                )

    def _personal(
        self, items: list[coverage.Item], seen: list[SourceReading], measure: Callable[..., Iterator[Fact | Gap]]
    ) -> Iterator[Fact | Gap]:
        personal = [each for each in items if each.action.personal]
        graded = seen[0].graded if seen else ()
        tables = [each for each in graded if any(other.format in DATABASES for other in seen)]
        if not personal and not tables:
            yield self._gap(
                "system",
                "auditlog.personal-reads",
                reasons.NOT_DECLARED,
                self.part.where,
                "auditlog.remedy.graded",
                GapClass.MISSING,
            )
            return
        covered = [each.name for each in personal if each.covered]
        open_ = [each.name for each in personal if each.undetermined and not each.covered]
        lacking = [each.name for each in personal if not each.covered]
        for table in tables:
            short = table.rpartition("|")[2].split(".")
            name = ".".join(short[-2:])
            logs = [each for each in seen if each.format in DATABASES]
            read = any(
                thing.lower().endswith(name.lower()) and action.startswith("READ")
                for each in logs
                for action, thing in each.tally.objects
            )
            on = any(
                "read" in each.source.settings.get("pgaudit.log", "").lower()
                or "all" in each.source.settings.get("pgaudit.log", "").lower()
                for each in logs
            )
            long = any((each.tally.last or 0) - (each.tally.first or 0) >= WINDOW for each in logs)
            if read or on:
                covered.append(f"read {name}")
            else:
                lacking.append(f"read {name}")
                if not long:
                    open_.append(f"read {name}")
        yield from measure(
            "personal-reads",
            (len(covered), len(covered) + len(lacking)),
            tuple(sorted(lacking)),
            len(open_),
            "auditlog-personal-data-reads-recorded",
        )


def _items(action: declared.Action, seen: list[SourceReading]) -> Iterator[coverage.Item]:
    """Yield an action once for each class of principal, with what the logs of its component tell."""
    own = [each for each in seen if action.component in {each.source.component or each.source.id, each.source.id}]
    for principal in action.principals or ("",):
        hit = any(coverage.was_seen(action, principal, each.tally) for each in own)
        configured = [state for each in own if (state := _configured(action, principal, each)) is not None]
        long_enough = any(
            each.tally.last is not None
            and each.tally.first is not None
            and each.tally.last - each.tally.first >= WINDOW
            for each in own
        )
        lost = any(each.unread or each.tally.foreign or each.is_guess for each in own)
        missed = any(
            each.witnesses
            and any(
                coverage.matches(action.action, name.partition(" at ")[0].rpartition(" ")[0])
                for name in each.witnesses[2]
            )
            for each in own
        )
        yield coverage.Item(
            action=action,
            principal=principal,
            seen=hit,
            configured=any(configured) if configured else None,
            missed=missed,
            undetermined=not hit and bool(own) and (not long_enough or lost) and not (configured and any(configured)),
        )


def _configured(action: declared.Action, principal: str, seen: SourceReading) -> bool | None:
    """Tell whether the settings in force would record an action; None if nobody knows, or nothing is written."""
    if not seen.tally.records:
        return None
    if seen.format == "k8s-audit" and seen.policy is not None:
        verb, _, path = action.action.partition(" ")
        parts = path.split("/")
        group, rest = (
            (parts[0], "/".join(parts[1:]))
            if "." in parts[0] or parts[0] in {"apps", "batch", "policy", "autoscaling"}
            else ("", path)
        )
        if not rest or path.startswith("/"):
            return None
        classes = {
            "person": "person",
            "service": "service account",
            "service-account": "service account",
            "node": "node",
            "anonymous": "anonymous",
        }
        wanted = classes.get(principal, principal)
        who = [
            request
            for name, request in policy.requests_for(group, rest, verb, seen.policy)
            if not principal or name == wanted or (principal == "person" and name == "system:masters")
        ]
        return bool(who) and all(policy.is_recorded(seen.policy, request) for request in who)
    if seen.format in DATABASES and (setting := seen.source.settings.get("pgaudit.log")):
        on = {part.strip().lower() for part in setting.split(",")}
        words = action.action.upper().split()
        kind = {"SELECT": "read", "INSERT": "write", "UPDATE": "write", "DELETE": "write", "TRUNCATE": "write"}.get(
            words[0] if words else "", ""
        )
        kind = kind or (words[0].lower() if words and words[0].lower() in {"read", "write", "ddl", "role"} else "")
        kind = kind or ("role" if "ROLE" in words or "GRANT" in words or "REVOKE" in words else "ddl")
        return kind in on or "all" in on
    return None


def _events(seen: SourceReading) -> Iterator[Fact]:
    ranked = sorted(seen.tally.groups.items(), key=lambda each: (-each[1].count, each[0]))
    for (action, who, outcome, authenticated), group in ranked[:EVENTS]:
        yield LoggedEvent(
            subject=seen.source.id,
            origin=Origin(
                part=seen.part, file=clean(group.file) or None, offset=group.offset, pointer=clean(group.example)
            ),
            action=clean(action),
            principal=who,
            outcome=outcome,
            authenticated=authenticated,
            count=group.count,
            first=times.iso(group.first) if group.first is not None else "",
            last=times.iso(group.last) if group.last is not None else "",
            present=tuple(group.present),
            topics=tuple(sorted(group.topics)),
        )


def _keeps_objects(form: str) -> bool:
    return form in DATABASES or form in {"json", "ocsf"}


def _skews(made: _Read, reads: list[_Read]) -> list[tuple[str, int, int]]:
    """Return the median offsets to other sources by shared ids, the most telling first."""
    found = []
    for other in reads:
        if other is made:
            continue
        offsets = [
            other.tally.traces[trace] - at for trace, at in made.tally.traces.items() if trace in other.tally.traces
        ]
        if len(offsets) >= 3:  # noqa: PLR2004 - said beside it
            found.append((other.source.id, int(median(offsets)), len(offsets)))
    return sorted(found, key=lambda each: -abs(each[1]))


def _policy_in(path: Path) -> policy.Policy | None:
    try:
        with lines.open_regular(path) as file:
            data = file.read(1_000_000)
    except OSError:
        return None
    for each in read(data):
        if isinstance(each, Document) and (found := policy.parse(each.value)) is not None:
            return found
    return None


def _served(given: tuple[str, ...], usual: policy.Served) -> policy.Served:
    resources = dict.fromkeys(
        ((group if mark else "", path) for each in given for path, mark, group in [each.partition(".")]), ()
    )
    return policy.Served(resources=resources, cluster_scoped=usual.cluster_scoped, is_exact=True)


def _line_digests(files: list[sources.Found]) -> set[bytes]:
    found: set[bytes] = set()
    for each in files:
        try:
            for line in lines.lines(lines.LogBytes(each.path).chunks()):
                if isinstance(line, tuple):
                    found.add(hashlib.blake2b(line[1].rstrip(b"\r"), digest_size=12).digest())
        except OSError:
            continue
    return found


def _digest(path: Path) -> str:
    log = lines.LogBytes(path)
    try:
        for _chunk in log.chunks():
            pass
    except OSError:
        return ""
    return log.digest


def _with(source: declared.LogSource, **changes: object) -> declared.LogSource:
    values = {name: getattr(source, name) for name in source.__struct_fields__}
    return declared.LogSource(**{**values, **changes})
