"""Runs semgrep and bandit side by side over what is not known yet, and says what neither of them saw."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from os.path import lexists
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeAlias

from auditor import reasons
from auditor.content import digest_of_files
from auditor.errors import ToolError
from auditor.masking.lines import mask
from auditor.model.artefact import Capture
from auditor.model.digest import canonical, digest_of
from auditor.model.fact import Fact, Gap, GapClass, Origin
from auditor.model.finding import Suppression
from auditor.model.progress import Progress, Tally
from auditor.model.record import Exclusion, ToolUse
from auditor.model.text import reason_text
from auditor.stages.code import languages
from auditor.stages.code.context import ADMINISTRATION, EXAMPLE, GENERATED, TEST, VENDORED, context_of, is_bundle
from auditor.stages.code.facts import (
    CodeMatch,
    CommitHistory,
    CommittedSecret,
    RuleRun,
    SourceFile,
    UncoveredLanguage,
    UnreadFile,
)
from auditor.stages.code.nearby import Nearby, WholeRun
from auditor.stages.code.project import Project
from auditor.stages.code.reading import NOT_OF_A_FILE, Collector, Problem, Reading, holds_comment, load
from auditor.stages.code.rules import REAL_SECRETS
from auditor.stages.code.scanners import NEWER
from auditor.stages.code.severity import Ground, Needs
from auditor.stages.code.staging import Readers, copy
from auditor.stages.code.texts import say
from auditor.stages.code.tree import STAGE, Source, SourceTree, uncovered
from auditor.stages.code.weight import LOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from auditor.model.fact import Facts
    from auditor.model.system import Part, System
    from auditor.stages.code.commits import Searched
    from auditor.stages.code.reading import Match, Slice
    from auditor.stages.code.rules import Rule, RulePack
    from auditor.stages.code.scanners import Program
    from auditor.stages.code.staging import Copy

    Observed: TypeAlias = Capture | Fact | Gap | Exclusion | Progress | Tally | ToolUse

_NAMED: Final = 3
_DIVISIBLE: Final = frozenset({"semgrep"})
"""Scanners whose batches are halved here; bandit halves its own, and what reads a program whole cannot be divided."""
_MOST_SCANS: Final = 40
_MOST_SCANS_IN_VAIN: Final = 7
"""The whole, its halves and its quarters: where none of them comes to an end, it is hardly for a file."""
BATCH_BYTES: Final = 64 * 1024 * 1024
"""Source text that is held and scanned at once; each start of semgrep costs about 3 s."""


class Scanner(Protocol):
    """What this stage needs of a scanner."""

    @property
    def name(self) -> str:
        """``semgrep``, ``bandit`` or ``pysa``."""

    @property
    def is_whole(self) -> bool:
        """Tell whether what it says of one file depends on the others."""

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolError: It cannot be had.
        """

    def rules_digest(self, pack: RulePack) -> str:
        """Return a digest of all but program and file that decides what it finds."""

    def takes(self, source: Source) -> bool:
        """Tell whether it reads a file."""

    def scan(self, pack: RulePack, copy: Copy, scratch: Path, beat: Callable[[float], None]) -> Reading:
        """Scan a copy.

        Raises:
            ToolError: No usable report.
        """


class Cache(Protocol):
    """What this stage needs of the cache."""

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept."""

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep."""


class Authorship(Protocol):
    """Who wrote a line, and when."""

    @property
    def author(self) -> str:
        """Name as in the commit."""

    @property
    def date(self) -> str:
        """ISO 8601."""

    @property
    def text(self) -> str:
        """The line as it was committed."""


class History(Protocol):
    """What git knows of a folder."""

    def blame(self, path: str, line: int) -> Authorship | None:
        """Return who wrote a line last; None where that is not known."""


class Commits(Protocol):
    """What this stage needs to look for secrets in a history."""

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolError: It cannot be had.
        """

    def search(self, root: Path, *, commit: str = "", is_asked: bool, beat: Callable[[float], None]) -> Searched:
        """Search it to its end.

        Raises:
            ToolError: It was not searched, or not to its end.
        """


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
        profiles: Profiles asked for; rules of other profiles do not run.
        is_whole: Nothing that follows from a whole program is left to an earlier run.
    """

    scanners: tuple[Scanner, ...]
    pack: Callable[[], RulePack]
    cache: Cache
    history: Callable[[Path], History]
    commits: Commits
    scratch: Callable[[], AbstractContextManager[Path]]
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
        with _HistorySearch(self.commits, part.path, part.argument, _Wishes.of(part)) as history:
            yield from self._tree(part)
            yield from history.said()

    def _tree(self, part: Part) -> Iterator[Observed]:
        pack = self.pack().chosen(self.profiles)
        root = part.path
        wishes = _Wishes.of(part)
        yield from wishes.told(part.argument, pack.rules)
        seen = _TreeCounts()
        scans = [
            _Scan(
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
        yield from (_out_of_reach(each, part.argument) for each in self.scanners if wishes.files and each.is_whole)
        for scan in scans:
            yield from scan.open()
        for batch in _batches(SourceTree(root, part.argument, wishes.exclude, wishes.files).read()):
            sources = [item for item in batch if isinstance(item, Source)]
            self._tell_of_program(scans, sources)
            for source in sources:
                context = seen.add(source)
                yield _source_file(source, part.argument, context)
            for item in batch:
                if isinstance(item, Gap):
                    for scan in scans:
                        scan.unseen[item.topic].add(item.subject)
                if not isinstance(item, Source):
                    yield item
            yield from self._batch(scans, sources, seen)
        yield from uncovered(seen.unread(), part.argument)
        yield from seen.left(part.argument)
        if not seen.files:
            yield _nothing_there(part.argument)
        else:
            for scan in scans:
                yield from scan.close(seen.files)
        yield Tally(reused=seen.reused, observed=seen.observed)

    @staticmethod
    def _tell_of_program(scans: Sequence[_Scan], sources: Sequence[Source]) -> None:
        project = Project.of(sources)
        for scan in scans:
            scan.project = project

    def _batch(self, scans: Sequence[_Scan], sources: Sequence[Source], seen: _TreeCounts) -> Iterator[Observed]:
        """Take from the cache what is known; scan the rest, all scanners at the same time."""
        todo: dict[str, list[Source]] = {}
        known: list[tuple[_Scan, list[Slice]]] = []
        for scan in scans:
            taken = [] if scan.is_lost else [source for source in sources if scan.scanner.takes(source)]
            if not taken:
                continue
            kept, rest = self._kept_of_all(scan, taken) if scan.scanner.is_whole else self._kept_of_each(scan, taken)
            seen.reused += 0 if scan.scanner.is_whole else len(kept)
            known.append((scan, kept))
            if scan.nearby is not None and not rest:
                yield scan.followed_in_part(scan.nearby, kept)
            if rest:
                todo[scan.scanner.name] = rest
        told = (fact for scan, kept in known for said in kept for fact in scan.facts(said))
        if todo:
            yield from self._scan([scan for scan in scans if scan.scanner.name in todo], todo, seen, told)
        yield from told

    def _kept_of_each(self, scan: _Scan, sources: Sequence[Source]) -> tuple[list[Slice], list[Source]]:
        """Return what is known of each file, and the files of which nothing is known."""
        keys = {scan.key(source): source for source in sources}
        kept = self.cache.get_many(list(keys))
        known = {key: said for key, source in keys.items() if (said := _known(kept.get(key), scan.tool, source.path))}
        return list(known.values()), [source for key, source in keys.items() if key not in known]

    def _kept_of_all(self, scan: _Scan, sources: list[Source]) -> tuple[list[Slice], list[Source]]:
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
        if scan.nearby is None:
            return [], sources
        if not scan.nearby.sources:  # what changed is gone, and nothing is near it
            return scan.nearby.merged(Reading(scan.tool, {})), []
        near = scan.nearby_key(sources)
        slices = _known_slices(self.cache.get_many([near]).get(near), scan.tool)
        return (slices, []) if slices is not None else ([], list(scan.nearby.sources))

    def _scan(
        self,
        scans: Sequence[_Scan],
        todo: Mapping[str, list[Source]],
        seen: _TreeCounts,
        meanwhile: Iterable[Observed],
    ) -> Iterator[Observed]:
        """Scan; what is known already is told once the programs run, for that takes its time, too."""
        is_over = Event()
        pace = _Pace.of(self.cache, scans, todo)
        with ExitStack() as stack, ThreadPoolExecutor(len(scans)) as pool, ExitStack() as last:
            # whatever ends this block early ends the programs too, so that their folders are given back
            last.callback(is_over.set)
            pending: dict[Future[Reading], tuple[_Scan, Sequence[Source]]] = {}
            batches = {scan.scanner.name: _Batches() for scan in scans}

            def start(scan: _Scan, sources: Sequence[Source]) -> ToolError | None:
                try:
                    folder = stack.enter_context(self.scratch())
                    (folder / "scratch").mkdir()
                    staged = copy(sources, folder / "tree", scan.nearby.beside if scan.nearby else ())
                except (OSError, ToolError) as error:
                    return _as_tool_error(error, scan.tool)
                work = pool.submit(scan.scanner.scan, scan.pack, staged, folder / "scratch", _beat(is_over))
                pending[work] = scan, sources
                pace.readers[work] = Readers(folder / "tree")
                return None

            for scan in scans:
                if (problem := start(scan, todo[scan.scanner.name])) is not None:
                    yield scan.lose(problem)
            yield from meanwhile
            while pending:
                done, _running = wait_for(pending, timeout=0.5, return_when="FIRST_COMPLETED")
                yield pace.progress(pending)
                for work in done:
                    scan, sources = pending.pop(work)
                    pace.ended(scan, len(sources))
                    mine = batches[scan.scanner.name]
                    reading = mine.result(work, scan, sources, start)
                    if reading is not None:
                        seen.observed += 0 if scan.scanner.is_whole else len(sources)
                        yield from self._take(scan, sources, reading)
                    if not any(other is scan for other, _sources in pending.values()):
                        seen.observed += sum(len(lost) for lost, _problem in mine.lost) if mine.good else 0
                        yield from self._lost(scan, mine)
        pace.keep(self.cache)

    def _lost(self, scan: _Scan, batches: _Batches) -> Iterator[Observed]:
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

    def _take(self, scan: _Scan, sources: Sequence[Source], reading: Reading) -> Iterator[Observed]:
        said = scan.nearby.merged(reading) if scan.nearby else [reading.of(source.path) for source in sources]
        if not reading.general:  # what concerns no single file may concern every one: nothing of it is finished
            self._keep(scan, sources, said)
        for each in said:
            yield from scan.facts(each)
        for problem in reading.general:
            yield scan.gap("", problem.topic, problem.reason, problem.detail)
        if scan.nearby is not None:
            yield scan.followed_in_part(scan.nearby, said)

    def _keep(self, scan: _Scan, sources: Sequence[Source], said: Sequence[Slice]) -> None:
        """Keep what the same files would give again."""
        if not scan.scanner.is_whole:
            keys = {source.path: scan.key(source) for source in sources}
            self.cache.put_many({keys[each.path]: each.dump() for each in said if each.is_final})
        elif all(each.is_final for each in said):
            if scan.nearby is not None:
                key = scan.nearby_key((*scan.nearby.sources, *scan.nearby.beside))
                self.cache.put_many({key: _dumped(said)})
                return
            kept = {scan.whole_key(sources): _dumped(said)}
            if scan.wishes.may_be_near:
                kept[scan.program_key()] = WholeRun.of(sources, said, datetime.now(UTC)).dump()
            self.cache.put_many(kept)


@dataclass
class _Pace:
    """How far the scanners of a batch are, and how long they took the last time.

    Attributes:
        key: Of what is kept of the last time: the same scanners on the same place.
        files: That are due.
        expected_s: Seconds that they should take; 0 where there was no last time.
        shares: Which share of the last time was over when a tenth, two tenths … of the files were opened; 0 if unknown.
        whole_s: Seconds that each scanner should take that looks at all files together, by its name, where there was a
            last time.
        readers: Count the opened copies of each scan.
        began: When this batch did.
        reached: Seconds after which each tenth of the files was opened.
        took: Seconds a file that each scanner took that looks at all files together, by its name.
    """

    key: str
    files: int
    expected_s: float
    shares: tuple[float, ...] = ()
    whole_s: Mapping[str, float] = field(default_factory=dict)
    readers: dict[Future[Reading], Readers] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)
    reached: dict[int, float] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, cache: Cache, scans: Sequence[_Scan], todo: Mapping[str, list[Source]]) -> _Pace:
        key = digest_of("pace", str(Path.cwd()), scans[0].argument, sorted(scan.tool for scan in scans))
        files = max(len(sources) for sources in todo.values())
        whole = [scan.scanner.name for scan in scans if scan.scanner.is_whole]
        kept = cache.get_many([key, *(_of_whole(key, name) for name in whole)])
        last = kept.get(key, b"")
        a_file_s, *shares = map(float, last.split()) if _NUMBERS.fullmatch(last) else (0.0,)
        whole_s = {
            name: float(said) * len(todo[name])
            for name in whole
            if _NUMBERS.fullmatch(said := kept.get(_of_whole(key, name), b""))
        }
        return cls(key, files, a_file_s * files, tuple(shares), whole_s)

    def progress(self, pending: Mapping[Future[Reading], tuple[_Scan, Sequence[Source]]]) -> Progress:
        """Return how far what is still running is; one of all files together is told by itself once it is alone."""
        names = sorted({scan.scanner.name for scan, _sources in pending.values()})
        done = self.done(pending)  # notes how fast it goes, too
        if not all(scan.scanner.is_whole for scan, _sources in pending.values()):
            return Progress(doing="+".join(names), done=done, total=self.files, left_s=self.left_s())
        opened = sum(min(self.readers[work].count(), len(sources)) for work, (_scan, sources) in pending.items())
        left_s = max(self.whole_s.get(name, 0.0) for name in names) - (monotonic() - self.began)
        total = sum(len(sources) for _scan, sources in pending.values())
        return Progress(doing="+".join(names), done=opened, total=total, left_s=max(0.0, left_s))

    def ended(self, scan: _Scan, files: int) -> None:
        """Note that a scan came to its end."""
        if scan.scanner.is_whole and files:
            self.took[scan.scanner.name] = (monotonic() - self.began) / files

    def done(self, pending: Mapping[Future[Reading], tuple[_Scan, Sequence[Source]]]) -> int:
        """Return how many files the slowest scan has opened that reads them one by one; 0 where that cannot be told."""
        counts = [self.readers[work].count() for work, (scan, _sources) in pending.items() if not scan.scanner.is_whole]
        count = min(*counts, self.files) if counts else 0
        for tenth in range(1, 10 * count // self.files + 1 if self.files else 1):
            self.reached.setdefault(tenth, monotonic() - self.began)
        return count

    def left_s(self) -> float:
        """Return how long it should go on: by the last time, and by how this time compares with it so far."""
        expected_s = self.expected_s
        for tenth, seconds in self.reached.items():
            if tenth <= len(self.shares) and self.shares[tenth - 1]:
                expected_s = seconds / self.shares[tenth - 1]
        return max(0.0, expected_s - (monotonic() - self.began))

    def keep(self, cache: Cache) -> None:
        """Keep what a file took, where there were enough of them to tell."""
        if self.files >= _LEAST_FILES:
            whole_s = monotonic() - self.began
            shares = (f"{self.reached.get(tenth, 0.0) / whole_s:.6f}" for tenth in range(1, 11))
            took = {_of_whole(self.key, name): f"{a_file_s:.6f}".encode() for name, a_file_s in self.took.items()}
            cache.put_many({self.key: " ".join((f"{whole_s / self.files:.6f}", *shares)).encode()} | took)


def _of_whole(key: str, name: str) -> str:
    return digest_of("pace of a scanner", key, name)


_LEAST_FILES: Final = 20
_NUMBERS: Final = re.compile(rb"\d{1,6}\.\d{6}(?: \d\.\d{6}){0,10}")


@dataclass
class _Batches:
    """How far a scanner came with the files of a tree: a batch that fails is halved until the culprit is alone.

    Attributes:
        started: Scans that were started.
        good: Scans that came to their end.
        lost: What none came to its end with, and why the last one did not.
    """

    started: int = 1
    good: int = 0
    lost: list[tuple[Sequence[Source], ToolError]] = field(default_factory=list)

    def result(
        self,
        work: Future[Reading],
        scan: _Scan,
        sources: Sequence[Source],
        start: Callable[[_Scan, Sequence[Source]], ToolError | None],
    ) -> Reading | None:
        """Return what a scan gave; None where it failed, and its halves are started where that may help."""
        try:
            reading = work.result()
        except (OSError, ToolError) as error:
            for half in self.halves(scan, sources, _as_tool_error(error, scan.tool)):
                if (problem := start(scan, half)) is not None:
                    self.lost.append((half, problem))
            return None
        self.good += 1
        return reading

    def halves(self, scan: _Scan, sources: Sequence[Source], error: ToolError) -> tuple[Sequence[Source], ...]:
        """Return what is scanned again; nothing where no file is to blame, or too much was tried."""
        is_hopeless = self.started >= (_MOST_SCANS if self.good else _MOST_SCANS_IN_VAIN)
        is_of_a_file = error.reason not in {*NOT_OF_A_FILE, reasons.TIME_LIMIT} and scan.scanner.name in _DIVISIBLE
        if len(sources) == 1 or is_hopeless or not is_of_a_file:
            self.lost.append((sources, error))
            return ()
        self.started += 2
        middle = len(sources) // 2
        return sources[:middle], sources[middle:]


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
            named = ", ".join(path for path, _lines in self.bundles[:_NAMED]) + (
                " …" if len(self.bundles) > _NAMED else ""
            )
            yield Exclusion(target=argument, what=named, why=say("code.left.bundles", count=len(self.bundles)))

    def unread(self) -> dict[str, list[tuple[str, int]]]:
        """Return what no rule for code reads, by language: bundles too, where there is no other script."""
        scripts = self.files.get(languages.JAVASCRIPT, 0) + self.files.get(languages.TYPESCRIPT, 0)
        is_alone = bool(self.bundles) and len(self.bundles) == scripts
        return {**self.uncovered, **({_BUNDLED: self.bundles} if is_alone else {})}

    def add(self, source: Source) -> str:
        """Count a file, and return what it is for."""
        self.files[source.language] += 1
        context = context_of(source.path, source.text)
        if context:
            self.contexts[source.path] = context
        if is_bundle(source.path, source.text):
            self.bundles.append((source.path, len(source.text.splitlines())))
        if source.language in {languages.GENERIC, languages.CONFIGURATION} and source.text.strip():
            language = languages.uncovered_language_of(source.path, source.text[:200])
            if language:
                self.uncovered[language].append((source.path, len(source.text.splitlines())))
        return context


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What the user's ``auditor.yaml`` says of a source tree; all of it is listed in the report.

    Attributes:
        tests: ``judge``, ``lower`` or ``skip`` what is found in tests and examples.
        exclude: Patterns of paths that are not read.
        severities: Severity of a rule by its id.
        history: Whether the history of the repository was asked for; None where nothing was said.
        files: Only these are read (``--files``); everything where empty.
        revision: Work tree and commit that the files are of, where they are of an earlier one.
        flow: ``whole`` where every change has the whole program followed anew.
    """

    tests: str = "lower"
    exclude: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    history: bool | None = None
    files: tuple[str, ...] = ()
    revision: tuple[str, str] | None = None
    flow: str = ""

    @property
    def may_be_near(self) -> bool:
        """Tell whether an earlier run may stand for what is far from a change."""
        return self.flow != "whole" and not self.files and self.revision is None

    @classmethod
    def of(cls, part: Part) -> _Wishes:
        options = part.options
        exclude = options.get("exclude") or ()
        severities = options.get("severities") or {}
        return cls(
            tests=str(options.get("tests") or "lower"),
            exclude=tuple(map(str, exclude)) if isinstance(exclude, (list, tuple)) else (),
            severities={str(k): str(v) for k, v in severities.items()} if isinstance(severities, dict) else {},
            history=options["history"] if isinstance(options.get("history"), bool) else None,
            files=tuple(map(str, options.get("files") or ())),
            revision=options.get("revision"),
            flow=str(options.get("flow") or ""),
        )

    def left_history(self, argument: str) -> Iterator[Exclusion]:
        """Say why nothing searches the history of a repository, where that was wished."""
        if self.files:
            yield Exclusion(target=argument, what=".git", why=say("code.left.files"))
        elif self.history is False:
            yield Exclusion(target=argument, what=".git", why=say("code.left.history"))

    def told(self, argument: str, rules: Mapping[str, Rule]) -> Iterator[Exclusion]:
        if self.tests == "skip":
            yield Exclusion(target=argument, what="tests, examples", why=say("code.left.tests"))
        for pattern in self.exclude:
            yield Exclusion(target=argument, what=pattern, why=say("code.left.excluded"))
        for rule, severity in sorted(self.severities.items()):
            why = say("code.left.severity" if rule in rules else "code.left.no_rule")
            yield Exclusion(target=argument, what=f"{rule}: {severity}", why=why)


@dataclass
class _HistorySearch:
    """The search through the history of a repository, beside that through its files."""

    commits: Commits
    root: Path
    argument: str
    wishes: _Wishes
    _is_over: Event = field(default_factory=Event)
    _began: float = field(default_factory=monotonic)
    _pool: ThreadPoolExecutor | None = None
    _work: Future[Searched] | None = None

    def __enter__(self) -> Self:
        root, commit = self.wishes.revision or (str(self.root), "")
        if lexists(Path(root, ".git")) and not any(self.wishes.left_history(self.argument)):
            self._pool = ThreadPoolExecutor(1)
            self._work = self._pool.submit(
                self.commits.search,
                Path(root),
                commit=commit,
                is_asked=self.wishes.history is True,
                beat=_beat(self._is_over),
            )
        return self

    def __exit__(self, *_raised: object) -> None:
        self._is_over.set()
        if self._pool:
            self._pool.shutdown()

    def said(self) -> Iterator[Observed]:
        """Yield the search and what it found; a gap where it was not one, and nothing where there is no history."""
        if lexists(self.root / ".git"):
            yield from self.wishes.left_history(self.argument)
        if self._work is None:
            return
        while not self._work.done():
            yield Progress(doing="gitleaks", done=0, total=0)
            wait_for([self._work], timeout=0.5)
        try:
            searched = self._work.result()
            program = self.commits.program()
        except (OSError, ToolError) as error:
            yield self._gap(_as_tool_error(error, "gitleaks"))
            return
        yield ToolUse(name=program.name, version=program.version, digest=program.digest, is_allowed=program.is_allowed)
        origin = Origin(part=self.argument)
        yield CommitHistory(subject=self.argument, origin=origin, commits=searched.commits, binary=searched.binary)
        if searched.binary:
            yield Exclusion(target=self.argument, what=".git", why=say("code.left.binary", count=searched.binary))
        if searched.found:
            yield from self._secrets(searched)

    def _secrets(self, searched: Searched) -> Iterator[Observed]:
        found = [asdict(each) for each in searched.found]
        capture = Capture(data=canonical(found), media_type="application/json", tool="gitleaks")
        yield capture
        for number, each in enumerate(searched.found):
            context = context_of(each.path, b"") if each.is_named and self.wishes.tests != "judge" else ""
            if self.wishes.tests == "skip" and context in {TEST, EXAMPLE}:
                continue
            yield CommittedSecret(
                subject=each.path,
                origin=Origin(
                    part=self.argument, capture=capture.digest, pointer=f"/{number}", file=each.path, line=each.line
                ),
                rule=each.rule,
                commit=each.commit,
                date=each.date,
                places=each.places,
                evidence=each.evidence,
                snippet=each.snippet,
                is_named=each.is_named,
                context=context,
            )

    def _gap(self, problem: ToolError) -> Gap:
        return Gap(
            stage=STAGE,
            target=self.argument,
            kind=CommitHistory.__name__,
            subject=".git",
            reason=problem.reason,
            detail=mask(problem.detail, is_code=False),
            tool=problem.tool or "gitleaks",
            remedy=say(_HISTORY_REMEDY.get(problem.reason, "code.history.remedy.tool")),
            gap_class=GapClass.MISSING if problem.reason in _ELSEWHERE and not self.wishes.history else GapClass.LOST,
        )


_ELSEWHERE: Final = frozenset(
    {reasons.HISTORY_TAKES_LONG, reasons.HISTORY_CUT_OFF, reasons.HISTORY_LIES_ELSEWHERE, reasons.NO_COMMIT_YET}
)
"""What is not here or was not waited for: lost only to whoever asked. A tool that is missing or fails is lost."""
_HISTORY_REMEDY: Final = {
    reasons.HISTORY_TAKES_LONG: "code.history.remedy.long",
    reasons.HISTORY_CUT_OFF: "code.history.remedy.whole",
    reasons.HISTORY_INCOMPLETE: "code.history.remedy.whole",
    reasons.HISTORY_LIES_ELSEWHERE: "code.history.remedy.elsewhere",
    reasons.NO_COMMIT_YET: "code.history.remedy.empty",
    reasons.CANNOT_BE_READ: "code.remedy.unreadable",
    reasons.TIME_LIMIT: "code.remedy.time",
}


@dataclass
class _Scan:
    """One scanner on one tree."""

    scanner: Scanner
    pack: RulePack
    argument: str
    history: History
    wishes: _Wishes = field(default_factory=_Wishes)
    contexts: Mapping[str, str] = field(default_factory=dict)
    project: Project = field(default_factory=Project)
    unseen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    tool: str = ""
    is_lost: bool = False
    nearby: Nearby | None = None
    _base: str = ""

    def open(self) -> Iterator[Observed]:
        """Find the program; without it every rule of it is lost, and that is all."""
        self.tool = self.scanner.name
        try:
            program = self.scanner.program()
        except (OSError, ToolError) as error:
            yield self.lose(_as_tool_error(error, self.tool))
            return
        self.tool = f"{program.name} {program.version}"
        self._base = digest_of(self.tool, program.digest, self.scanner.rules_digest(self.pack), _own_digest())
        yield ToolUse(name=program.name, version=program.version, digest=program.digest, is_allowed=program.is_allowed)

    def key(self, source: Source) -> str:
        return digest_of(self._base, source.path, source.sha256, source.language)

    def whole_key(self, sources: Sequence[Source]) -> str:
        """Return the key of what is known of all these files together."""
        return digest_of(self._base, sorted([source.path, source.sha256] for source in sources))

    def program_key(self) -> str:
        """Return the key of what is known of the last whole run over this program."""
        return digest_of(self._base, "whole program", str(Path.cwd()), self.argument)

    def nearby_key(self, sources: Sequence[Source]) -> str:
        """Return the key of what is known of these files as far as they were followed anew."""
        return digest_of(self.whole_key(sources), self.nearby.digest if self.nearby else "")

    def followed_in_part(self, nearby: Nearby, said: Sequence[Slice]) -> Gap:
        """Say that the program as a whole was not followed anew."""
        what = f"{len(nearby.changed)} ({_listed(sorted(nearby.changed))})"
        since, near, others = nearby.whole.ended, len(nearby.sources), len(nearby.beside)
        lost = nearby.lost(said)
        detail = (
            f"since {since:%Y-%m-%dT%H:%MZ} changed: {what}; followed anew: {near}; as of then: {others}"
            if not lost
            else f"since {since:%Y-%m-%dT%H:%MZ} changed: {what}; followed anew: {near}; as of then: {others}; "
            f"known flows not found again: {len(lost)} ({_listed(lost)})"
        )
        return Gap(
            stage=STAGE,
            target=self.argument,
            kind=RuleRun.__name__,
            subject=self.argument,
            topic=self.scanner.name,
            reason=reasons.FOLLOWED_IN_PART,
            detail=detail,
            tool=self.tool,
            remedy=say("code.nearby.remedy"),
            gap_class=GapClass.MISSING,
        )

    def close(self, files: Mapping[str, int]) -> Iterator[Observed]:
        """Yield every rule of this scanner as run, if it was."""
        if self.is_lost:
            return
        blind: dict[str, str] = {}
        for rule in self.pack.of(self.scanner.name):
            count = sum(number for language, number in files.items() if language in rule.languages)
            unseen = len(self._unseen_by(rule))
            if 0 < count <= unseen:
                blind[rule.reading] = f"{unseen} of {count} files"
                continue
            yield RuleRun(
                subject=self.argument,
                origin=Origin(part=self.argument),
                rule=rule.id,
                tool=self.scanner.name,
                files=count,
                unseen=unseen,
            )
        for reading, detail in blind.items():
            # a rule that saw no file has not searched
            yield Gap(
                stage=STAGE,
                target=self.argument,
                kind=RuleRun.__name__,
                subject=self.argument,
                topic=reading,
                reason=reasons.NO_FILE_WAS_READ_WHOLE,
                detail=detail,
                tool=self.tool,
                remedy=say("code.remedy.unreadable"),
            )

    def _unseen_by(self, rule: Rule) -> set[str]:
        """Return the files that a rule did not see, or not all of them."""
        name = self.scanner.name
        topics = [*rule.languages, *(f"{name}:{each}" for each in rule.languages)]
        topics += [f"{name}-parse:{each}" for each in rule.parsed]
        return set().union(*(self.unseen[topic] for topic in topics if topic in self.unseen))

    def lose(self, error: ToolError) -> Gap:
        """Give up this scanner for the rest of the tree."""
        self.is_lost = True
        return Gap(
            stage=STAGE,
            target=self.argument,
            kind=RuleRun.__name__,
            subject=self.argument,
            topic=self.scanner.name,
            reason=error.reason,
            detail=mask(error.detail),
            tool=error.tool or self.tool,
            remedy=say("code.remedy.tool", tool=self.scanner.name),
        )

    def gap(self, path: str, topic: str, reason: reasons.Reason, detail: str) -> Gap:
        # what a rule did not see in a file costs the rule; a file that no rule saw costs the file
        is_of_file = bool(path) and topic not in self.pack.rules
        return Gap(
            stage=STAGE,
            target=self.argument,
            kind=UnreadFile.__name__ if is_of_file else CodeMatch.__name__,
            subject=path or self.argument,
            topic=topic,
            reason=reason,
            detail=detail,
            tool=self.tool,
            remedy=say(_REMEDY_OF.get(reason, "code.remedy.unreadable")),
        )

    def facts(self, said: Slice) -> Iterator[Observed]:
        """Yield what a scanner said about one file, and the capture it stands in."""
        data = said.dump()
        if not data:
            return
        capture = Capture(data=data, media_type="application/json", tool=said.tool)
        yield capture
        context = "" if self.wishes.tests == "judge" else self.contexts.get(said.path, "")
        for number, match in enumerate(said.matches):
            rule = self.pack.rules.get(match.rule)
            if rule is None or (self.wishes.tests == "skip" and context in {TEST, EXAMPLE}):
                continue
            of_program = _OF_THE_PROGRAM.get(rule.capability, ())
            if any(takes_back(self.project, said.path, match.line) for takes_back in of_program):
                continue
            steps = match.steps
            if rule.capability in _THROUGH_HELPERS:
                steps = self.project.flows.way_to(said.path, match.line, match.end_line)
                if not steps:
                    continue
            first = (steps[0].file, steps[0].line) if steps else (said.path, match.line)
            is_set = rule.id in self.wishes.severities
            if not context and rule.capability in _REACHED and self.project.is_for_administrators(*first):
                of_match = ADMINISTRATION
            else:
                of_match = "" if rule.capability in REAL_SECRETS else context
            yield CodeMatch(
                subject=said.path,
                origin=Origin(
                    part=self.argument,
                    capture=capture.digest,
                    pointer=f"/matches/{number}",
                    file=said.path,
                    line=match.line,
                    end_line=match.end_line,
                ),
                rule=match.rule,
                tool=self.scanner.name,
                capability=rule.capability,
                evidence=match.evidence,
                snippet=match.snippet,
                default=match.default,
                ground=Ground.SETTING.value if is_set else self._ground(rule, match, said.path),
                before=match.before,
                after=match.after,
                suppression=self._suppression(said.path, match.comment, match.comment_line),
                severity=self.wishes.severities.get(
                    rule.id, match.severity or self._weight(rule, said.path, match.line)
                ),
                confidence=match.confidence,
                context=of_match,
                steps=tuple((step.file, step.line, step.name) for step in steps),
                source=match.origin or (_OF_CALLER if steps else ""),
            )
        foreign = self.contexts.get(said.path) in {GENERATED, VENDORED}
        for problem in said.problems:
            self.unseen[problem.topic].add(said.path)
            if foreign:
                why = say("code.left.foreign", reason=reason_text(problem.reason))
                yield Exclusion(target=self.argument, what=said.path, why=why)
            else:
                yield self.gap(said.path, problem.topic, problem.reason, problem.detail)

    def _ground(self, rule: Rule, match: Match, path: str) -> str:
        """Return what the severity of a match rests on, by its file or by the program as a whole."""
        is_beside = _BESIDE.get(rule.capability) if rule.rests_on == Needs.CONTRAST else None
        if is_beside is not None and is_beside(self.project, path, match.line):
            return Ground.CONTRAST.value
        return match.ground

    def _weight(self, rule: Rule, path: str, line: int) -> str:
        """Return a severity where the program as a whole shows that a match counts for less."""
        if rule.capability == "path-traversal" and self.project.is_path_confined(path, line):
            return "info"  # seen, and nothing to mend
        takes_weight = _WEIGHED_BY_PROGRAM.get(rule.capability)
        return LOW if takes_weight is not None and takes_weight(self.project, path, line) else ""

    def _suppression(self, path: str, comment: str, line: int) -> Suppression | None:
        if not comment:
            return None
        wrote = self.history.blame(path, line)
        if wrote is None or not holds_comment(wrote.text, comment):
            # not committed, or moved since by lines that are not: whoever wrote that line did not write this one
            return Suppression(comment=comment)
        return Suppression(comment=comment, author=wrote.author, date=wrote.date)


def _out_of_reach(scanner: Scanner, argument: str) -> Gap:
    """Return what is said of a scanner that reads whole programs, where only some files were to be read."""
    return Gap(
        stage=STAGE,
        target=argument,
        kind=RuleRun.__name__,
        subject=argument,
        topic=scanner.name,
        reason=reasons.SOME_FILES_ONLY,
        detail="the flow through the whole program was not followed",
        tool=scanner.name,
        remedy=say("code.files.remedy"),
        gap_class=GapClass.OUT_OF_REACH,
    )


_OF_THE_PROGRAM: Final[Mapping[str, tuple[Callable[[Project, str, int], bool], ...]]] = {
    "missing-authentication": (Project.is_told_above, Project.is_guarded),
    "missing-audit": (Project.is_told_above, Project.is_audited),
}
"""What one file cannot tell: matches that something elsewhere in the program takes back."""
_WEIGHED_BY_PROGRAM: Final[Mapping[str, Callable[[Project, str, int], bool]]] = {
    # nothing in the program asks it: nobody is let in by it
    "jwt-verification": Project.is_uncalled,
    "missing-authentication": Project.only_reads,
    "open-redirect": Project.redirects_inside,
    "path-traversal": Project.is_path_checked,
}
"""What the whole program shows to count for less."""
_BESIDE: Final[Mapping[str, Callable[[Project, str, int], bool]]] = {
    "missing-authentication": Project.is_asked_beside,
}
"""What a match lacks, and the program has beside it."""
_OF_CALLER: Final = "Caller"
"""Where a flow through helpers begins: a request, or an argument of a tool."""
_THROUGH_HELPERS: Final = frozenset({"path-through-helper", "address-through-helper"})
"""Flaws of a function that count only where a request gets to it."""
_REACHED: Final = frozenset(
    {
        "server-side-request",
        "path-traversal",
        "code-execution",
        "command-execution",
        "sql-injection",
        "template-injection",
    }
)
"""Flaws that count for less where only an administrator gets to them."""
_REMEDY_OF: Final = {
    reasons.TIME_LIMIT: "code.remedy.time",
    reasons.TIME_LIMIT_OF_THE_DATA_FLOW_ANALYSIS: "code.remedy.time",
    reasons.MEMORY_LIMIT: "code.remedy.memory",
    reasons.SYNTAX_ERROR: "code.remedy.syntax",
    reasons.PARSED_IN_PART_ONLY: "code.remedy.parsed",
    NEWER: "code.remedy.newer",
}


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


def _beat(is_over: Event) -> Callable[[float], None]:
    def beat(seconds: float) -> None:
        if is_over.is_set():
            reason = reasons.INTERRUPTED
            raise ToolError(reason, f"stopped after {seconds:.0f} s")

    return beat


def _known(data: bytes | None, tool: str, path: str) -> Slice | None:
    """Return what the cache holds; None where it holds nothing, or something that cannot be read any more."""
    try:
        return None if data is None else load(data, tool, path)
    except ValueError:
        return None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _dumped(said: Iterable[Slice]) -> bytes:
    """Return what was said of some files, a line each."""
    return b"\n".join(data for each in said if (data := each.dump()))


def _known_slices(data: bytes | None, tool: str) -> list[Slice] | None:
    """Return what the cache holds of a whole tree; None where it holds nothing that can be read."""
    try:
        return None if data is None else [load(row, tool, json.loads(row)["path"]) for row in data.split(b"\n") if row]
    except (ValueError, KeyError):
        return None


@cache
def _own_digest() -> str:
    """Return a digest of the code that decides what is kept of a scanner's report, and what of it is hidden."""
    stage = Path(__file__).parent
    formats = stage.parents[1] / "formats"
    return digest_of_files(
        stage.parents[1], [*stage.glob("*.py"), formats / "semgrep.py", formats / "bandit.py", formats / "pysa.py"]
    )


def _as_tool_error(error: OSError | ToolError, tool: str) -> ToolError:
    if isinstance(error, ToolError):
        return error
    return ToolError(reasons.NO_ROOM_TO_WORK, error.strerror or str(error), tool)
