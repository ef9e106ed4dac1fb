"""Scanners that run side by side, each on a copy of its own of the files that it is due."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Final, Self

from auditor import reasons
from auditor.errors import ToolError
from auditor.stages.code.history import beat_until
from auditor.stages.code.reading import NOT_OF_A_FILE, Reading
from auditor.stages.code.scan import as_tool_error
from auditor.stages.code.staging import Readers, copy, room_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from auditor.model.fact import Gap
    from auditor.stages.code.scan import Scan
    from auditor.stages.code.tree import Source

_DIVISIBLE: Final = frozenset({"semgrep"})
"""Scanners whose batches are halved here; bandit halves its own, and what reads a program whole cannot be divided."""
_MOST_SCANS: Final = 40
_MOST_SCANS_IN_VAIN: Final = 7
"""The whole, its halves and its quarters: where none of them comes to an end, it is hardly for a file."""
_HEAD_START_S: Final = 2.0
"""Longest that others wait until a program runs: where all share one interpreter, each takes time from the other."""


class SideBySide:
    """Programs that run; all end, and give their folders back, when the block is left.

    Attributes:
        begun: What was started at first, with its files.
        pending: What runs.
        readers: Count the opened copies of each scan that runs.
        batches: How far each scanner came, by its name.
    """

    def __init__(
        self,
        scratch: Callable[[], AbstractContextManager[Path]],
        copies: Callable[[int], AbstractContextManager[Path]],
        most: int,
    ) -> None:
        """Take who lends folders, and how many scanners there are."""
        self.begun: list[tuple[Scan, Sequence[Source]]] = []
        self.pending: dict[Future[Reading], tuple[Scan, Sequence[Source]]] = {}
        self.readers: dict[Future[Reading], Readers] = {}
        self.batches: defaultdict[str, Batches] = defaultdict(Batches)
        self._scratch = scratch
        self._copies = copies
        self._is_over = Event()
        self._pool = ThreadPoolExecutor(max(1, most))
        self._folders = ExitStack()

    def __enter__(self) -> Self:
        """Begin with nothing started."""
        return self

    def __exit__(self, *_: object) -> None:
        """End what runs."""
        self._is_over.set()
        with self._folders:
            self._pool.shutdown()

    def start(self, scan: Scan, sources: Sequence[Source]) -> Iterator[Gap]:
        """Start a scan; yield a gap where it cannot be started."""
        self.begun.append((scan, sources))
        if (problem := self.start_again(scan, sources)) is not None:
            yield scan.lose(problem)

    def start_again(self, scan: Scan, sources: Sequence[Source]) -> ToolError | None:
        """Start a scan of some of its files; return why it cannot be."""
        try:
            scratch = self._folders.enter_context(self._scratch())
            folder = self._folders.enter_context(self._copies(room_bytes(sources)))
            staged = copy(sources, folder, scan.nearby.beside if scan.nearby else ())
        except (OSError, ToolError) as error:
            return as_tool_error(error, scan.tool)
        is_running = Event()
        beat = beat_until(self._is_over, is_running)
        work = self._pool.submit(scan.scanner.scan, scan.pack, staged, scratch, beat)
        work.add_done_callback(lambda _work: is_running.set())
        self.pending[work] = scan, sources
        self.readers[work] = Readers(folder)
        if scan.nearby is not None:
            is_running.wait(_HEAD_START_S)
        return None


@dataclass
class Batches:
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
        scan: Scan,
        sources: Sequence[Source],
        start: Callable[[Scan, Sequence[Source]], ToolError | None],
    ) -> Reading | None:
        """Return what a scan gave; None where it failed, and its halves are started where that may help."""
        try:
            reading = work.result()
        except (OSError, ToolError) as error:
            for half in self.halves(scan, sources, as_tool_error(error, scan.tool)):
                if (problem := start(scan, half)) is not None:
                    self.lost.append((half, problem))
            return None
        self.good += 1
        return reading

    def halves(self, scan: Scan, sources: Sequence[Source], error: ToolError) -> tuple[Sequence[Source], ...]:
        """Return what is scanned again; nothing where no file is to blame, or too much was tried."""
        is_hopeless = self.started >= (_MOST_SCANS if self.good else _MOST_SCANS_IN_VAIN)
        is_of_a_file = error.reason not in {*NOT_OF_A_FILE, reasons.TIME_LIMIT} and scan.scanner.name in _DIVISIBLE
        if len(sources) == 1 or is_hopeless or not is_of_a_file:
            self.lost.append((sources, error))
            return ()
        self.started += 2
        middle = len(sources) // 2
        return sources[:middle], sources[middle:]
