"""Reads an inventory, events, traces, manifests and SQL of a target, and says what they come to."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.formats import inventory as declared
from auditor.formats import inventory_reading
from auditor.formats.lineage import settings
from auditor.formats.lineage.values import clean, short
from auditor.formats.logs import lines, times
from auditor.model.artefact import Reference
from auditor.model.fact import Fact, Facts, Gap, GapClass, Measure, Origin, RunStarted, Threshold
from auditor.model.place import real as real_path
from auditor.model.record import Exclusion
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.lineage import inputs
from auditor.stages.lineage.chain import answers
from auditor.stages.lineage.facts import Dataset, DeclaredEdge, LineageEdge, LineageFile, LineageItem, ServiceTraces
from auditor.stages.lineage.measures import STAGE, Given, iso, measures
from auditor.stages.lineage.picture import picture
from auditor.stages.lineage.reading import Reader
from auditor.stages.lineage.requests import counted
from auditor.stages.lineage.stores import stores
from auditor.stages.lineage.texts import say
from auditor.stages.lineage.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from auditor.model.system import Part, System
    from auditor.stages.lineage.engine import LineageEngine

FACTS: Final = 2000
"""Facts of one kind in a target; the measures count all of them."""


@dataclass(frozen=True)
class LineageStage:
    """Observes lineage.

    Attributes:
        engine: Gives what joins large files of events.
    """

    engine: Callable[[], LineageEngine | None] = lambda: None
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"lineage"})
    reads: tuple[type[Fact], ...] = (RunStarted, KubeObject)
    yields: tuple[type[Fact], ...] = (
        Dataset,
        LineageEdge,
        DeclaredEdge,
        LineageFile,
        ServiceTraces,
        LineageItem,
        Measure,
        Threshold,
    )

    def observe(self, system: System, known: Facts) -> Iterator[object]:
        """Yield what the lineage of each part comes to."""
        started = next(iter(known.of(RunStarted)), None)
        moment = times.instant(started.at) if started else None
        now = int((moment.timestamp() if moment else time.time()) * 1_000_000)
        for part in system.of("lineage"):
            yield from _Part(part, now, known, self.engine()).observe()


class _Part:
    def __init__(self, part: Part, now: int, known: Facts, engine: LineageEngine | None = None) -> None:
        self.engine = engine
        self.part = part
        self.now = now
        self.known = known
        self.inventory: declared.Inventory | None = None
        self.inventory_file = inputs.inventory_of(part.path, part.options, part.base)
        self.inventory_lost = False

    def observe(self) -> Iterator[object]:
        """Yield everything: inventory, files, measures, facts, picture."""
        if self.inventory_file is not None:
            yield from self._read_inventory(self.inventory_file)
        said = self.inventory.lineage if self.inventory else declared.LineageSettings()
        reader = Reader(times.zone_of(said.timezone), said.tool_results, self.engine)
        for each in inputs.inputs(self.part.path, self.part.options, self.part.base):
            if each.path != self.inventory_file:
                reader.read(each)
        known = self._columns(reader)
        reader.finish(str(self.part.options.get("dialect") or said.dialect), known)
        got = reader.got
        for file in got.files:
            yield self._file(file.name, file.digest, file.size, file.form, file.records, file.unreadable)
            yield Reference(part=self.part.argument, path=clean(file.name), digest=file.digest, size_bytes=file.size)
        for name, _count in got.foreign.most_common(200):
            yield Exclusion(target=self.part.argument, what=clean(name), why=say("lineage.not_lineage"))
        world = World(self.inventory, got)
        services = {each.id: each for each in self.inventory.services} if self.inventory else {}
        found = answers(got.traces, services, world.resolve, self.inventory.documents if self.inventory else ())
        given = Given(
            world,
            found,
            self.part.argument,
            self.now,
            inventory_lost=self.inventory_lost,
            settings=list(self._settings()),
            requests=dict(counted(self._root(), self.inventory.requests if self.inventory else ())),
            stores=stores(world, self.known),
        )
        yield Threshold(
            subject=self.part.argument,
            origin=Origin(part=self.part.argument),
            check="lineage-kept-six-months",
            name="min_retention_months",
            value=said.retention_months,
        )
        yield from self._facts(given)
        yield from measures(given)
        yield from picture(given)

    # -- inputs -------------------------------------------------------------------------------------------------

    def _root(self) -> Path:
        return self.inventory_file.parent if self.inventory_file else self.part.path

    def _read_inventory(self, path: Path) -> Iterator[Gap | Exclusion | Reference]:
        try:
            with lines.open_regular(path) as file:
                data = file.read(inventory_reading.SIZE_LIMIT_BYTES + 1)
        except OSError as error:
            self.inventory_lost = True
            yield self._gap(reasons.CANNOT_BE_READ, f"{path.name}: {error.strerror or error}")
            return
        found = inventory_reading.load(data)
        yield Reference(
            part=self.part.argument,
            path=path.name,
            digest=f"sha256:{hashlib.sha256(data).hexdigest()}",
            size_bytes=len(data),
        )
        self.inventory_lost = bool(found.problems or found.unread)
        if found.datasets or found.services or not found.problems:
            self.inventory = found
        for each in found.problems[:200]:
            yield self._gap(reasons.MALFORMED, f"{path.name}:{each.line}: {each.detail}")
        for each in found.unknown[:100]:
            yield Exclusion(
                target=self.part.argument,
                what=clean(f"{path.name}:{each.line}: {each.detail}"),
                why=say("lineage.unknown_key"),
            )

    def _gap(self, reason: reasons.Reason, detail: str) -> Gap:
        return Gap(
            stage=STAGE,
            target=self.part.argument,
            kind="Dataset",
            subject="",
            reason=reason,
            detail=clean(detail),
            remedy=say("lineage.remedy.inventory"),
            gap_class=GapClass.LOST,
        )

    def _columns(self, reader: Reader) -> Mapping[str, list[str]]:
        """Return the columns of tables as far as the inventory, events and catalogues know them, by dotted name."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, fields in reader.got.schemas.items():
            found[short(name)] = list(fields)
        for table, _by, _file in reader.got.declared:
            if table.fields:
                found[short(table.id)] = list(table.fields)
        for each in self.inventory.datasets if self.inventory else ():
            if each.fields is not None:
                names = [one.name for one in each.fields]
                for own in (each.id, *each.aliases):
                    found[short(own)] = names
        for name in list(found):
            parts = name.split(".")
            for start in range(1, len(parts)):
                found.setdefault(".".join(parts[start:]), found[name])
        return found

    def _settings(self) -> Iterator[tuple[str, settings.Setting]]:
        for pattern in self.inventory.lineage.sampling if self.inventory else ():
            root = real_path(self._root())
            path = real_path(root / pattern)
            if not path.is_relative_to(root):
                continue
            try:
                with lines.open_regular(path) as file:
                    data = file.read(4_000_001)
            except OSError:
                continue
            yield from ((clean(pattern), each) for each in settings.in_text(data))
        for each in islice(self.known.of(KubeObject), 20_000):
            yield from ((each.subject, one) for one in settings.in_value(dict(each.manifest)))

    # -- facts --------------------------------------------------------------------------------------------------

    def _file(self, name: str, digest: str, size: int, form: str, records: int, unreadable: int) -> LineageFile:
        return LineageFile(
            subject=clean(name),
            origin=Origin(part=self.part.argument, file=clean(name)),
            digest=digest,
            size_bytes=size,
            form=form,
            records=records,
            unreadable=unreadable,
        )

    def _facts(self, given: Given) -> Iterator[Fact]:
        world, part = given.world, self.part.argument
        personal: dict[str, list[str]] = defaultdict(list)
        for dataset, name in world.tagged:
            personal[dataset].append(name)
        for own in islice(dict.fromkeys((*world.datasets, *world.nodes)), FACTS):
            each = world.datasets.get(own)
            incoming, outgoing = world.degree(own)
            file, offset = world.places.get(own, ("", 0))
            yield Dataset(
                subject=own,
                origin=Origin(part=part, file=file or None, offset=offset if file else None),
                role=each.role if each else "",
                kind=each.kind if each else "",
                jurisdiction=world.jurisdiction(own),
                grade=world.grade(own),
                fields=len(world.fields.get(own) or ()),
                personal=tuple(sorted(personal.get(own, ()))[:100]),
                is_declared=each is not None,
                incoming=incoming,
                outgoing=outgoing,
            )
        for (source, own), seen in islice(sorted(world.edges.items()), FACTS):
            yield LineageEdge(
                subject=own,
                origin=Origin(part=part, file=seen.file, offset=seen.offset),
                source=source,
                runs=seen.runs,
                last=iso(seen.last),
                job=seen.job,
            )
        for (source, own), by in islice(sorted(world.declared.items()), FACTS):
            yield DeclaredEdge(subject=own, origin=Origin(part=part), source=source, by=by)
        yield from self._services(given)

    def _services(self, given: Given) -> Iterator[ServiceTraces]:
        spans: Counter[str] = Counter()
        traces: dict[str, set[str]] = defaultdict(set)
        kinds: dict[str, Counter[str]] = defaultdict(Counter)
        first: dict[str, int] = {}
        last: dict[str, int] = {}
        for placed in given.got.traces.steps():
            step = placed.step
            name = step.service or "service"
            spans[name] += 1
            traces[name].add(step.trace)
            kinds[name][step.operation or step.kind or "other"] += 1
            if step.begin:
                first[name] = min(first.get(name, step.begin), step.begin)
                last[name] = max(last.get(name, step.begin), step.begin)
        own = Counter(each.service or "service" for each in given.answers)
        whole = Counter(each.service or "service" for each in given.answers if each.is_complete)
        for name, count in islice(sorted(spans.items()), FACTS):
            yield ServiceTraces(
                subject=name,
                origin=Origin(part=self.part.argument),
                spans=count,
                traces=len(traces[name]),
                answers=own[name],
                complete=whole[name],
                operations=tuple(sorted(kinds[name].items()))[:100],
                first=iso(first.get(name)),
                last=iso(last.get(name)),
            )
