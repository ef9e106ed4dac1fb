"""How far the scanners of a batch are, and when they should be done."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from auditor.model.digest import digest_of
from auditor.model.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from auditor.stages.code.ports import Cache
    from auditor.stages.code.reading import Reading
    from auditor.stages.code.scan import Scan
    from auditor.stages.code.staging import Readers
    from auditor.stages.code.tree import Source


@dataclass
class Pace:
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
    def of(
        cls, cache: Cache, begun: Sequence[tuple[Scan, Sequence[Source]]], readers: dict[Future[Reading], Readers]
    ) -> Pace:
        """Return the pace of scans that begin now on their files, by what is kept of the last time."""
        scans = [scan for scan, _sources in begun]
        todo = {scan.scanner.name: sources for scan, sources in begun}
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
        return cls(key, files, a_file_s * files, tuple(shares), whole_s, readers)

    def progress(self, pending: Mapping[Future[Reading], tuple[Scan, Sequence[Source]]]) -> Progress:
        """Return how far what is still running is; one of all files together is told by itself once it is alone."""
        names = sorted({scan.scanner.name for scan, _sources in pending.values()})
        done = self.done(pending)  # notes how fast it goes, too
        if not all(scan.scanner.is_whole for scan, _sources in pending.values()):
            return Progress(doing="+".join(names), done=done, total=self.files, left_s=self.left_s())
        opened = sum(min(self.readers[work].count(), len(sources)) for work, (_scan, sources) in pending.items())
        left_s = max(self.whole_s.get(name, 0.0) for name in names) - (monotonic() - self.began)
        total = sum(len(sources) for _scan, sources in pending.values())
        return Progress(doing="+".join(names), done=opened, total=total, left_s=max(0.0, left_s))

    def ended(self, scan: Scan, files: int) -> None:
        """Note that a scan came to its end."""
        if scan.scanner.is_whole and files:
            self.took[scan.scanner.name] = (monotonic() - self.began) / files

    def done(self, pending: Mapping[Future[Reading], tuple[Scan, Sequence[Source]]]) -> int:
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
