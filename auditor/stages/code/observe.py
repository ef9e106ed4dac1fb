"""Runs semgrep and bandit side by side over what is not known yet, and says what neither of them saw."""

from __future__ import annotations

import json
from collections import defaultdict
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.masking.lines import mask
from auditor.model.fact import Fact, Gap, Origin
from auditor.model.progress import Tally
from auditor.model.record import Exclusion
from auditor.stages.code import languages
from auditor.stages.code.context import context_of, is_bundle
from auditor.stages.code.facts import (
    CodeMatch,
    CommitHistory,
    CommittedSecret,
    RuleRun,
    SourceFile,
    UncoveredLanguage,
    UnreadFile,
)
from auditor.stages.code.history import HistorySearch
from auditor.stages.code.nearby import Nearby, WholeRun
from auditor.stages.code.pace import Pace
from auditor.stages.code.project import Project
from auditor.stages.code.reading import Collector, Problem, Reading, load
from auditor.stages.code.scan import Scan, out_of_reach, shortly
from auditor.stages.code.side_by_side import Batches, SideBySide
from auditor.stages.code.texts import say
from auditor.stages.code.tree import STAGE, Source, SourceTree, uncovered
from auditor.stages.code.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from auditor.model.fact import Facts
    from auditor.model.system import Part, System
    from auditor.stages.code.ports import Cache, Commits, History, Observed, Scanner
    from auditor.stages.code.reading import Slice
    from auditor.stages.code.rules import RulePack


BATCH_BYTES: Final = 64 * 1024 * 1024
"""Source text that is held and scanned at once; each start of semgrep costs about 3 s."""


@dataclass
class CodeStage:
    """Observes source trees.

    Attributes:
        scanners: Run side by side.
        pack: Gives all rules for code, loaded when first asked for.
        cache: Earlier observations by content.
        history: Opens the history of a folder.
        commits: Searches the history of a folder for secrets.
        scratch: Lends an empty folder.
        copies: Lends an empty folder for so many bytes, in memory where there is room: thousands of small files.
        profiles: Profiles asked for; rules of other profiles do not run.
        is_whole: Nothing that follows from a whole program is left to an earlier run.
    """

    scanners: tuple[Scanner, ...]
    pack: Callable[[], RulePack]
    cache: Cache
    history: Callable[[Path], History]
    commits: Commits
    scratch: Callable[[], AbstractContextManager[Path]]
    copies: Callable[[int], AbstractContextManager[Path]]
    profiles: frozenset[str] = frozenset()
    is_whole: bool = False
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"code"})
    reads: tuple[type[Fact], ...] = ()
    yields: tuple[type[Fact], ...] = (
        RuleRun,
        CodeMatch,
        SourceFile,
        UncoveredLanguage,
        UnreadFile,
        CommitHistory,
        CommittedSecret,
    )

    def observe(self, target: System, known: Facts) -> Iterator[Observed]:
        """Yield every file read, every match, every rule that ran to its end, and a gap for all the rest.

        Args:
            target: Its ``code`` parts are read.
            known: Not needed.
        """
        del known
        for part in target.of("code"):
            yield from self._part(part)

    def _part(self, part: Part) -> Iterator[Observed]:
        with HistorySearch(self.commits, part.path, part.argument, Wishes.of(part)) as history:
            yield from self._tree(part)
            yield from history.said()

    def _tree(self, part: Part) -> Iterator[Observed]:
        pack = self.pack().chosen(self.profiles)
        root = part.path
        wishes = Wishes.of(part)
        yield from wishes.told(part.argument, pack.rules)
        seen = _TreeCounts()
        scans = [
            Scan(
                scanner,
                pack,
                part.argument,
                self.history(root if root.is_dir() else root.parent),
                wishes,
                seen.contexts,
            )
            for scanner in self.scanners
            # what follows from the whole program cannot be seen in some of its files
            if not (wishes.files and scanner.is_whole)
        ]
        yield from (out_of_reach(each, part.argument) for each in self.scanners if wishes.files and each.is_whole)
        for batch in _batches(SourceTree(root, part.argument, wishes.exclude, wishes.files).read()):
            sources = [item for item in batch if isinstance(item, Source)]
            self._tell_of_program(scans, sources)
            for item in batch:
                if isinstance(item, Gap):
                    for scan in scans:
                        scan.unseen[item.topic].add(item.subject)
                        scan.unread.add(item.subject)
                if not isinstance(item, Source):
                    yield item
            files = (_source_file(source, part.argument, seen.add(source)) for source in sources)
            yield from self._batch(scans, sources, seen, files)
        yield from uncovered(seen.unread(), part.argument)
        yield from seen.left(part.argument)
        if not seen.files:
            yield _nothing_there(part.argument)
        else:
            for scan in scans:
                yield from scan.close(seen.files)
        yield Tally(reused=seen.reused, observed=seen.observed)

    @staticmethod
    def _tell_of_program(scans: Sequence[Scan], sources: Sequence[Source]) -> None:
        project = Project.of(sources)
        for scan in scans:
            scan.project = project

    def _batch(
        self, scans: Sequence[Scan], sources: Sequence[Source], seen: _TreeCounts, files: Iterable[Observed]
    ) -> Iterator[Observed]:
        """Take from the cache what is known; scan the rest, all scanners at the same time.

        Args:
            scans: One for each scanner.
            sources: Of the batch.
            seen: What the tree comes to.
            files: What is said of the files themselves, and counted as it is said: before anything of a scanner.
        """
        known: list[tuple[Scan, list[Slice]]] = []
        told = chain(files, (fact for scan, kept in known for said in kept for fact in scan.facts(said)))
        due: list[tuple[Scan, list[Source]]] = []
        with SideBySide(self.scratch, self.copies, len(scans)) as running:
            # what follows the whole program takes longest, of a few files, too: there it goes first, and has the
            # machine to itself while other programs are looked for and the rest is told
            for scan in sorted(scans, key=lambda scan: not scan.scanner.is_whole):
                yield from scan.open()
                rest = self._look_up(scan, sources, known, seen)
                if rest and scan.nearby is not None:
                    yield from running.start(scan, rest)
                elif rest:
                    due.append((scan, rest))
                elif scan.nearby is not None:
                    yield scan.followed_in_part(scan.nearby, known[-1][1])
            yield from told if running.pending else ()
            for scan, rest in sorted(due, key=lambda each: each[0].scanner.is_whole):
                yield from running.start(scan, rest)
            yield from told
            yield from self._results(running, seen)

    def _look_up(
        self, scan: Scan, sources: Sequence[Source], known: list[tuple[Scan, list[Slice]]], seen: _TreeCounts
    ) -> list[Source]:
        """Add what is known of the files that a scanner takes; return those that it is to be run on."""
        taken = [] if scan.is_lost else [source for source in sources if scan.scanner.takes(source)]
        if not taken:
            return []
        kept, rest = self._kept_of_all(scan, taken) if scan.scanner.is_whole else self._kept_of_each(scan, taken)
        seen.reused += 0 if scan.scanner.is_whole else len(kept)
        known.append((scan, kept))
        return rest

    def _kept_of_each(self, scan: Scan, sources: Sequence[Source]) -> tuple[list[Slice], list[Source]]:
        """Return what is known of each file, and the files of which nothing is known."""
        keys = {scan.key(source): source for source in sources}
        kept = self.cache.get_many(list(keys))
        known = {key: said for key, source in keys.items() if (said := _known(kept.get(key), scan.tool, source.path))}
        return list(known.values()), [source for key, source in keys.items() if key not in known]

    def _kept_of_all(self, scan: Scan, sources: list[Source]) -> tuple[list[Slice], list[Source]]:
        """Return what is known of all files together; one that changed may change what is said of another.

        Where only a few changed, what is near them is to be scanned (`nearby`), if the user does not want the whole.
        """
        key, program = scan.whole_key(sources), scan.program_key()
        known = self.cache.get_many([key, program])
        if (slices := _known_slices(known.get(key), scan.tool)) is not None:
            return slices, []
        if self.is_whole or not scan.wishes.may_be_near or program not in known:
            return [], sources
        whole = WholeRun.load(known[program], scan.tool)
        scan.nearby = Nearby.of(whole, sources, datetime.now(UTC)) if whole else None
        if scan.nearby is None or (scan.nearby.sources and not scan.nearby.beside):  # near it is everything
            scan.nearby = None
            return [], sources
        if not scan.nearby.sources:  # what changed is gone, and nothing is near it
            return scan.nearby.merged(Reading(scan.tool, {}, scan.nearby.whole.of_tree)), []
        near = scan.nearby_key(sources)
        slices = _known_slices(self.cache.get_many([near]).get(near), scan.tool)
        return (slices, []) if slices is not None else ([], list(scan.nearby.sources))

    def _results(self, running: SideBySide, seen: _TreeCounts) -> Iterator[Observed]:
        """Yield how far the programs are, and what each said once it has ended."""
        if not running.pending:
            return
        pace = Pace.of(self.cache, running.begun, running.readers)
        while running.pending:
            done, _running = wait_for(running.pending, timeout=0.5, return_when="FIRST_COMPLETED")
            yield pace.progress(running.pending)
            for work in done:
                scan, sources = running.pending.pop(work)
                pace.ended(scan, len(sources))
                mine = running.batches[scan.scanner.name]
                reading = mine.result(work, scan, sources, running.start_again)
                if reading is not None:
                    seen.observed += 0 if scan.scanner.is_whole else len(sources)
                    yield from self._take(scan, sources, reading)
                if not any(other is scan for other, _sources in running.pending.values()):
                    seen.observed += sum(len(lost) for lost, _problem in mine.lost) if mine.good else 0
                    yield from self._lost(scan, mine)
        if not any(scan.nearby for scan, _sources in running.begun):
            pace.keep(self.cache)  # a few files say nothing of how long the whole takes

    def _lost(self, scan: Scan, batches: Batches) -> Iterator[Observed]:
        """Yield a gap for each file that no scan came to an end with, one for all where none did with any."""
        if batches.lost and not batches.good:
            yield scan.lose(batches.lost[0][1])
            return
        for sources, error in batches.lost:
            collected = Collector(scan.tool)
            for source in sources:
                topic = f"{scan.scanner.name}:{source.language}"
                problem = Problem(topic=topic, reason=error.reason, detail=mask(error.detail), is_final=False)
                collected.problem(source.path, problem)
            yield from self._take(scan, sources, collected.reading())

    def _take(self, scan: Scan, sources: Sequence[Source], reading: Reading) -> Iterator[Observed]:
        said = (
            scan.nearby.merged(reading)
            if scan.nearby
            else [*(reading.of(source.path) for source in sources), reading.of_tree]
        )
        # what concerns no single file may concern every one: of files that are kept one by one nothing is finished
        if scan.scanner.is_whole or not reading.general:
            self._keep(scan, sources, said)
        for each in said:
            yield from scan.facts(each)
        if scan.nearby is not None:
            yield scan.followed_in_part(scan.nearby, said)

    def _keep(self, scan: Scan, sources: Sequence[Source], said: Sequence[Slice]) -> None:
        """Keep what the same files would give again."""
        if not scan.scanner.is_whole:
            keys = {source.path: scan.key(source) for source in sources}
            self.cache.put_many({keys[each.path]: each.dump() for each in said if each.path and each.is_final})
        elif all(each.is_final for each in said):
            if scan.nearby is not None:
                key = scan.nearby_key((*scan.nearby.sources, *scan.nearby.beside))
                self.cache.put_many({key: _dumped(said)})
                return
            kept = {scan.whole_key(sources): _dumped(said)}
            if scan.wishes.may_be_near:
                kept[scan.program_key()] = WholeRun.of(sources, said, datetime.now(UTC)).dump()
            self.cache.put_many(kept)


_BUNDLED: Final = "JavaScript of a bundler"


@dataclass
class _TreeCounts:
    """Counts over one tree."""

    files: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    uncovered: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    contexts: dict[str, str] = field(default_factory=dict)
    bundles: list[tuple[str, int]] = field(default_factory=list)
    reused: int = 0
    observed: int = 0

    def left(self, argument: str) -> Iterator[Exclusion]:
        """Say which scripts nobody wrote and so nobody parsed."""
        if self.bundles:
            named = shortly([path for path, _lines in self.bundles])
            yield Exclusion(target=argument, what=named, why=say("code.left.bundles", count=len(self.bundles)))

    def unread(self) -> dict[str, list[tuple[str, int]]]:
        """Return what no rule for code reads, by language: bundles too, where there is no other script."""
        scripts = self.files.get(languages.JAVASCRIPT, 0) + self.files.get(languages.TYPESCRIPT, 0)
        bundled = [each for each in self.bundles if not each[0].lower().endswith(".css")]
        return {**self.uncovered, **({_BUNDLED: bundled} if bundled and len(bundled) == scripts else {})}

    def add(self, source: Source) -> str:
        """Count a file, and return what it is for."""
        self.files[source.language] += 1
        context = context_of(source.path, source.text)
        if context:
            self.contexts[source.path] = context
        if is_bundle(source.path, source.text):
            self.bundles.append((source.path, len(source.text.splitlines())))
        if source.language in {languages.GENERIC, languages.CONFIGURATION} and source.text.strip():
            language = languages.uncovered_language_of(source.path, source.text[: languages.HEAD_BYTES])
            if language:
                self.uncovered[language].append((source.path, len(source.text.splitlines())))
        return context


def _batches(items: Iterable[Source | Exclusion | Gap]) -> Iterator[list[Source | Exclusion | Gap]]:
    """Group what a tree yields so that no more than `BATCH_BYTES` of text are held at a time."""
    batch: list[Source | Exclusion | Gap] = []
    size_bytes = 0
    for item in items:
        batch.append(item)
        size_bytes += len(item.text) if isinstance(item, Source) else 0
        if size_bytes >= BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    yield batch


def _source_file(source: Source, argument: str, context: str) -> SourceFile:
    return SourceFile(
        subject=source.path,
        origin=Origin(part=argument, file=source.path),
        language=source.language,
        size_bytes=source.size_bytes,
        sha256=source.sha256,
        context=context,
    )


def _nothing_there(argument: str) -> Gap:
    return Gap(
        stage=STAGE,
        target=argument,
        kind=RuleRun.__name__,
        subject=argument,
        reason=reasons.NOTHING_TO_LOOK_AT,
        detail="no file that could be read",
        remedy=say("code.remedy.empty"),
    )


def _known(data: bytes | None, tool: str, path: str) -> Slice | None:
    """Return what the cache holds; None where it holds nothing, or something that cannot be read any more."""
    try:
        return None if data is None else load(data, tool, path)
    except ValueError:
        return None


def _dumped(said: Iterable[Slice]) -> bytes:
    """Return what was said of some files, a line each."""
    return b"\n".join(data for each in said if (data := each.dump()))


def _known_slices(data: bytes | None, tool: str) -> list[Slice] | None:
    """Return what the cache holds of a whole tree; None where it holds nothing that can be read."""
    try:
        return None if data is None else [load(row, tool, json.loads(row)["path"]) for row in data.split(b"\n") if row]
    except (ValueError, KeyError):
        return None
