"""Reads an inventory and the logs that it names, and says what they come to."""

from __future__ import annotations

import hashlib
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

import yaml

from auditor import reasons
from auditor.content import rulesets
from auditor.formats import inventory as declared
from auditor.formats import inventory_reading
from auditor.formats.documents import Document, read
from auditor.formats.logs import lines, times
from auditor.formats.logs.reading import Reading, detect
from auditor.model.artefact import Reference
from auditor.model.fact import Fact, Facts, Gap, Measure, Origin, RunStarted, Threshold
from auditor.model.place import real as real_path
from auditor.model.record import Exclusion
from auditor.stages.auditlog import chain, policy, sources, witnesses
from auditor.stages.auditlog.facts import LogDays, LogExample, LogFile, LoggedEvent, LogSource, RequiredEvent
from auditor.stages.auditlog.files import Engine, SourceRead, SourceReader
from auditor.stages.auditlog.gaps import gap
from auditor.stages.auditlog.measures import STAGE, SourceReading, clean, measures
from auditor.stages.auditlog.people import People
from auditor.stages.auditlog.texts import say
from auditor.stages.auditlog.whole import Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from auditor.model.system import Part, System

SMALL_BYTES: Final = 48_000_000
"""Inputs below this are read without an engine: that is faster than to load one."""
SMALL_FILE: Final = 32_000_000
EVENTS: Final = 2000


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
    moment = times.instant(started.at) if started else None
    return int(moment.timestamp() * 1_000_000) if moment else int(time.time() * 1_000_000)


class _Part:
    def __init__(self, part: Part, now: int, engine: Callable[[], Engine | None], small: int) -> None:
        self.part = part
        self.reader = SourceReader(part, now, engine, small)
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
            yield gap(self.part, "", "", reasons.NO_LOGS, self.part.where, "auditlog.remedy.records")
            return
        people = People(self.inventory)
        for made in reads:
            self.reader.read(made, people)
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
        yield from Whole(self.part, self.inventory).of(seen)

    # -- the inventory ------------------------------------------------------------------------------------------

    def _read_inventory(self) -> Iterator[Gap | Exclusion | Reference]:
        path = self.inventory_file
        assert path is not None  # noqa: S101 - for the type checker
        try:
            with lines.open_regular(path) as file:
                data = file.read(inventory_reading.SIZE_LIMIT_BYTES + 1)
        except OSError as error:
            yield gap(
                self.part,
                "",
                "",
                reasons.CANNOT_BE_READ,
                f"{path.name}: {error.strerror or error}",
                "auditlog.remedy.inventory",
            )
            return
        found = inventory_reading.load(data)
        self.inventory = found
        yield Reference(
            part=self.part.argument,
            path=path.name,
            digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
            size_bytes=len(data),
        )
        for each in found.problems:
            yield gap(
                self.part,
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
                yield gap(
                    self.part,
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

    # -- which files --------------------------------------------------------------------------------------------

    def _sources(self) -> tuple[list[SourceRead], list[object]]:
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
            reads.append(SourceRead(source, files, is_declared=False))
        for each in refused:
            if each.is_log or each.reason in {
                reasons.NO_PERMISSION,
                reasons.LINK_OUT_OF_THE_TREE,
                reasons.TOO_MANY_FILES,
            }:
                remedy = "auditlog.remedy.format" if each.reason == reasons.UNKNOWN_FORMAT else "auditlog.remedy.read"
                more.append(gap(self.part, clean(each.name), "", each.reason, each.name, remedy))
            elif each.reason != "empty":
                more.append(Exclusion(target=self.part.argument, what=clean(each.name), why=say("auditlog.not_a_log")))
        return reads, more

    def _declared(self, source: declared.LogSource) -> SourceRead:
        made = SourceRead(source, [], is_declared=True)
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

    # -- what belongs to a source -------------------------------------------------------------------------------

    def _seen(self, reads: list[SourceRead], people: People) -> list[SourceReading]:
        ends = [each.tally.last for each in reads if each.tally.last is not None]
        said = times.instant(self.inventory.window_end) if self.inventory and self.inventory.window_end else None
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

    def _chain(self, made: SourceRead) -> chain.Chain:
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

    def _copy(self, made: SourceRead, copy: declared.Copy) -> tuple[str, str, int, int, str]:
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

    def _add_witnesses(self, found: list[SourceReading], reads: list[SourceRead]) -> None:  # noqa: C901 - one step for each thing that is looked at
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

    def _rows(self, made: SourceRead) -> Iterator[object]:
        for each in made.files:
            try:
                found = detect(lines.head(each.path)[0])
                form = made.source.format if made.source.format not in {"", "?"} else ""
                reading = Reading(found, form, made.source.map, times.zone_of(made.source.timezone))
                yield from reading.rows(lines.LogBytes(each.path).chunks())
            except OSError:
                continue

    # -- facts --------------------------------------------------------------------------------------------------

    def _fact(self, seen: SourceReading, reads: list[SourceRead]) -> LogSource:
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


def _skews(made: SourceRead, reads: list[SourceRead]) -> list[tuple[str, int, int]]:
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


def _with(source: declared.LogSource, **changes: object) -> declared.LogSource:
    values = {name: getattr(source, name) for name in source.__struct_fields__}
    return declared.LogSource(**{**values, **changes})
