"""What cannot be told record by record (identities seen twice, requests, numbers in a row), within bounded memory.

Of each record some numbers are kept; beyond a window they go to a temporary folder, sorted or in parts by their hash,
and are put together at the end. So ten times the log takes the same memory, and the counts stay exact.
"""

from __future__ import annotations

import errno
import shutil
import tempfile
import weakref
from array import array
from bisect import bisect_right
from collections import defaultdict
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from auditor import reasons
from auditor.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WINDOW: Final = 1 << 20
"""Records that are kept in memory: about a hundred megabytes."""
PARTS: Final = 64
NO_TIME: Final = -(1 << 63)
SERIAL_WRAP: Final = 2**32
RESET: Final = 1_000_000
"""A number that falls by more begins a new count (a boot, a wrap)."""
_SPANS: Final = 200_000
_WAITING: Final = 200_000
"""Requests without an answer whose names are kept; all are counted."""
_LISTED: Final = 1000


class Folder:
    """A temporary folder that is made when something is put there, and gone with whoever holds it."""

    def __init__(self) -> None:
        """Make nothing yet."""
        self._path: Path | None = None

    def path(self, name: str) -> Path:
        """Return the place of a file in it."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="auditor-logs-"))
            weakref.finalize(self, shutil.rmtree, self._path, ignore_errors=True)
        return self._path / name


@contextmanager
def _disk() -> Iterator[None]:
    """Say what is wrong with the temporary folder.

    Raises:
        ToolError: Something is.
    """
    try:
        yield
    except OSError as error:
        reason = (
            reasons.DISK_FULL if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG} else reasons.CANNOT_BE_WRITTEN
        )
        raise ToolError(reason, f"temporary folder: {error.strerror}") from error


class Distinct:
    """Tells identities that were seen before; of each only a number of 64 bits is kept, and where it was."""

    def __init__(self, folder: Folder, name: str, window: int = WINDOW) -> None:
        """Begin with none."""
        self._folder, self._name, self._window = folder, name, window
        self._seen: dict[int, int] = {}
        self._runs: list[Path] = []
        self._kept = 0

    def again(self, identity: str, place: int = 0) -> bool:
        """Note an identity, and tell whether it is known to have been seen; `rest` has the others."""
        number = hash(identity)
        if number in self._seen:
            return True
        self._seen[number] = place
        if len(self._seen) >= self._window:
            self._spill()
        return False

    def _spill(self) -> None:
        import numpy as np  # noqa: PLC0415 - only where logs are large

        count = len(self._seen)
        hashes = np.fromiter(self._seen.keys(), dtype=np.int64, count=count)
        places = np.fromiter(self._seen.values(), dtype=np.int64, count=count)
        order = np.argsort(hashes)
        with _disk():
            path = self._folder.path(f"{self._name}-{len(self._runs)}")
            with path.open("wb") as file:
                np.stack([hashes[order], places[order]]).tofile(file)
        self._runs.append(path)
        self._kept += count
        self._seen = {}

    def rest(self, listed: int) -> tuple[int, int, list[int]]:
        """Return how many there are, how many more were seen again, and the places of the first of these."""
        if not self._runs:
            return len(self._seen), 0, []
        import numpy as np  # noqa: PLC0415 - only where logs are large

        if self._seen:
            self._spill()
        runs = [np.memmap(path, dtype=np.int64, mode="r").reshape(2, -1) for path in self._runs]
        edges = [(part << 58) - (1 << 63) for part in range(1, PARTS)]
        cuts = [[0, *np.searchsorted(run[0], np.array(edges, dtype=np.int64)).tolist(), run.shape[1]] for run in runs]
        twice, found = 0, list[int]()
        for part in range(PARTS):
            pieces = [run[:, cut[part] : cut[part + 1]] for run, cut in zip(runs, cuts, strict=True)]
            hashes, places = np.concatenate(pieces, axis=1)
            order = np.lexsort((places, hashes))
            is_again = (
                np.concatenate([[False], np.diff(hashes[order]) == 0]) if hashes.size else np.zeros(0, dtype=bool)
            )
            twice += int(is_again.sum())
            found = sorted([*found, *np.sort(places[order][is_again])[:listed].tolist()])[:listed]
        return self._kept - twice, twice, found


class Requests:
    """Records that belong together: what the last stage of a request says counts, once for each thing it says."""

    def __init__(self, folder: Folder, window: int = WINDOW) -> None:
        """Begin with none."""
        self._folder, self._window = folder, window
        self._columns = (array("q"), array("B"), array("L"), array("q"))
        self._parts: list[Path] = []
        self._waiting: dict[int, str] = {}

    def add(self, request: str, rank: int, kind: int, at: int | None) -> None:
        """Note a record of a request."""
        number = hash(request)
        hashes, ranks, kinds, times = self._columns
        hashes.append(number)
        ranks.append(rank)
        kinds.append(kind)
        times.append(NO_TIME if at is None else at)
        if rank:
            self._waiting.pop(number, None)
        elif len(self._waiting) < _WAITING:
            self._waiting[number] = request
        if len(hashes) >= self._window:
            self._spill()

    def _spill(self) -> None:
        import numpy as np  # noqa: PLC0415 - only where logs are large

        rows = self._rows()
        part = (rows["hash"] >> 58) + PARTS // 2
        order = np.argsort(part, kind="stable")
        rows, part = rows[order], part[order]
        cuts = np.searchsorted(part, np.arange(PARTS + 1))
        with _disk():
            if not self._parts:
                self._parts = [self._folder.path(f"requests-{number}") for number in range(PARTS)]
            for number, path in enumerate(self._parts):
                with path.open("ab") as file:
                    rows[cuts[number] : cuts[number + 1]].tofile(file)
        self._columns = (array("q"), array("B"), array("L"), array("q"))

    def _rows(self) -> Any:  # noqa: ANN401 - an array of numpy
        import numpy as np  # noqa: PLC0415 - only where logs are large

        hashes, ranks, kinds, times = self._columns
        rows = np.empty(len(hashes), dtype=_row_type())
        rows["hash"], rows["rank"], rows["kind"], rows["at"] = hashes, ranks, kinds, times
        return rows

    def finished(self) -> Iterator[Outcome]:
        """Yield what the requests come to, in pieces."""
        if not self._parts:
            yield self._few()
            return
        import numpy as np  # noqa: PLC0415 - only where logs are large

        if len(self._columns[0]):
            self._spill()
        for path in self._parts:
            yield _many(np.fromfile(path, dtype=_row_type()))

    def _few(self) -> Outcome:
        """Put together what is in memory; numpy would take longer to load."""
        best: dict[int, tuple[int, dict[int, int]]] = {}
        for number, rank, kind, at in zip(*self._columns, strict=True):
            held = best.get(number)
            if held is None or rank > held[0]:
                best[number] = (rank, {kind: at})
            elif rank == held[0]:
                held[1][kind] = min(at, held[1][kind]) if held[1].get(kind, NO_TIME) != NO_TIME else at
        made = Outcome(requests=len(best))
        for number, (rank, kinds) in best.items():
            if rank == 0:
                made.unanswered.add(number)
                made.unanswered_count += 1
            for kind, at in kinds.items():
                made.add(kind, 1, at, at)
        return made

    def waiting(self, unanswered: Iterable[int]) -> list[str]:
        """Return the names of requests that nobody answered, as far as they were kept."""
        return [self._waiting[number] for number in unanswered if number in self._waiting]


class Outcome:
    """What some requests come to: by kind of record how many, the first and the last."""

    def __init__(self, requests: int) -> None:
        """Take how many they are."""
        self.requests = requests
        self.unanswered: set[int] = set()
        self.unanswered_count = 0
        self.kinds: dict[int, tuple[int, int | None, int | None]] = {}

    def add(self, kind: int, count: int, first: int, last: int) -> None:
        """Add requests of a kind."""
        counted, low, high = self.kinds.get(kind, (0, None, None))
        if first != NO_TIME:
            low = first if low is None else min(low, first)
        if last != NO_TIME:
            high = last if high is None else max(high, last)
        self.kinds[kind] = (counted + count, low, high)


def _row_type() -> Any:  # noqa: ANN401 - a type of numpy
    import numpy as np  # noqa: PLC0415 - only where logs are large

    return np.dtype([("hash", np.int64), ("at", np.int64), ("kind", np.uint32), ("rank", np.uint8)])


def _many(rows: Any) -> Outcome:  # noqa: ANN401 - an array of numpy
    """Put together the rows of one part."""
    import numpy as np  # noqa: PLC0415 - only where logs are large

    if not rows.size:
        return Outcome(0)
    rows = rows[np.lexsort((rows["at"], rows["kind"], rows["rank"], rows["hash"]))]
    starts = np.flatnonzero(np.concatenate([[True], np.diff(rows["hash"]) != 0]))
    lengths = np.diff(np.concatenate([starts, [rows.size]]))
    tops = rows["rank"][starts + lengths - 1]
    made = Outcome(int(starts.size))
    unanswered = rows["hash"][starts[tops == 0]]
    made.unanswered_count = int(unanswered.size)
    made.unanswered = set(unanswered[: WINDOW // 8].tolist())
    last = rows[rows["rank"] == np.repeat(tops, lengths)]
    # one for each kind of a request; of several times the first counts
    is_first = np.concatenate([[True], (np.diff(last["hash"]) != 0) | (last["kind"][1:] != last["kind"][:-1])])
    last = last[is_first]
    last = last[np.lexsort((last["at"], last["kind"]))]
    begins = np.flatnonzero(np.concatenate([[True], last["kind"][1:] != last["kind"][:-1]]))
    ends = np.concatenate([begins[1:], [last.size]])
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        times = last["at"][begin:end]
        timed = int(np.searchsorted(times, NO_TIME, side="right"))
        first = int(times[timed]) if timed < end - begin else NO_TIME
        made.add(int(last["kind"][begin]), end - begin, first, int(times[-1]))
    return made


class Count:
    """Numbers of one stream: which are missing between the first and the last of each count.

    Records may lie in any order within a window, and a count may begin anew: when the machine was started, and when it
    wraps.
    """

    def __init__(self, window: int = WINDOW, spans: int = _SPANS) -> None:
        """Begin with none; ``spans`` is how many runs of numbers are kept apart."""
        self._window, self._most = window, spans
        self._stamps, self._numbers = array("q"), array("q")
        self._boots: list[int] = []
        self._passed = 0
        self._before: int | None = None
        self._spans: list[list[list[int]]] = [[]]
        self._lost = 0
        self._found: list[int] = []

    def add(self, at: int, number: int, *, is_boot: bool = False) -> None:
        """Note a number and its time."""
        self._stamps.append(at)
        self._numbers.append(min(number, 2**62))
        if is_boot:
            self._boots.append(at)
        if len(self._numbers) >= self._window:
            self._take(self._window // 2)  # what comes late may still belong before the younger half

    def _take(self, count: int) -> None:
        pairs = sorted(zip(self._stamps, self._numbers, strict=True))
        taken, left = pairs[:count], pairs[count:]
        boots = sorted(self._boots)
        passed = self._passed
        for at, number in taken:
            before = self._before
            is_past = passed < len(boots) and at >= boots[passed]
            fall = before - number if before is not None else 0
            if 0 < fall <= SERIAL_WRAP // 2 and (fall > RESET or is_past):  # farther is no fall: it wraps
                self._spans.append([])
            while passed < len(boots) and at >= boots[passed]:
                passed += 1
            self._put(number)
            self._before = number
        self._passed = passed
        self._stamps, self._numbers = array("q", (at for at, _ in left)), array("q", (number for _, number in left))

    def _put(self, number: int) -> None:
        """Put a number into the spans of the count that is open."""
        spans = self._spans[-1]
        if spans and spans[-1][1] + 1 == number:
            spans[-1][1] = number
            return
        at = bisect_right(spans, number, key=lambda span: span[0])
        if at and spans[at - 1][1] >= number:
            return
        joins_low = at > 0 and spans[at - 1][1] + 1 == number
        joins_high = at < len(spans) and spans[at][0] - 1 == number
        if joins_low and joins_high:
            spans[at - 1][1] = spans.pop(at)[1]
        elif joins_low:
            spans[at - 1][1] = number
        elif joins_high:
            spans[at][0] = number
        else:
            spans.insert(at, [number, number])
            if len(spans) > self._most:
                self._close(spans)

    def _close(self, spans: list[list[int]]) -> None:
        """Count the oldest half of very many gaps as what they are, and forget where they were."""
        half = max(2, len(spans) // 2)
        for low, high in pairwise(spans[:half]):
            self._lost += high[0] - low[1] - 1
            if len(self._found) < _LISTED:
                self._found.extend(range(low[1] + 1, min(high[0], low[1] + 1 + _LISTED - len(self._found))))
        spans[:half] = [[spans[0][0], spans[half - 1][1]]]

    def finish(self) -> tuple[int, list[int]]:
        """Return how many numbers are missing, and the first of them."""
        self._take(len(self._numbers))
        total, found = self._lost, self._found
        for spans in self._spans:
            ordered = spans
            if len(spans) > 1 and spans[-1][1] - spans[0][0] > SERIAL_WRAP // 2 and spans[-1][1] < SERIAL_WRAP:
                gap = max(range(len(spans) - 1), key=lambda index: spans[index + 1][0] - spans[index][1])
                over = [[low + SERIAL_WRAP, high + SERIAL_WRAP] for low, high in spans[: gap + 1]]
                ordered = spans[gap + 1 :] + over
            for low, high in pairwise(ordered):
                missing = high[0] - low[1] - 1
                total += missing
                wanted = range(low[1] + 1, min(high[0], low[1] + 1 + _LISTED))
                found.extend(number % SERIAL_WRAP if number >= SERIAL_WRAP else number for number in wanted)
        return total, found[:_LISTED]


class Lags:
    """Differences of times: exact up to a window, to the millisecond beyond."""

    def __init__(self, window: int = 4 * WINDOW) -> None:
        """Begin with none."""
        self._window = window
        self._exact = array("q")
        self._rough: defaultdict[int, int] = defaultdict(int)
        self._count = 0
        self._largest = NO_TIME

    def add(self, lag: int) -> None:
        """Note one, in microseconds."""
        self._exact.append(lag)
        self._largest = max(self._largest, lag)
        if len(self._exact) >= self._window:
            self._round()

    def _round(self) -> None:
        for lag in self._exact:
            self._rough[rounded(lag)] += 1
        self._count += len(self._exact)
        self._exact = array("q")

    def quantiles(self) -> tuple[int, int, int, int]:
        """Return how many there are, the median, the 99th of a hundred, and the largest."""
        if not self._count:
            ordered = sorted(self._exact)
            if not ordered:
                return 0, 0, 0, 0
            return (
                len(ordered),
                ordered[nearest_rank(len(ordered), 50)],
                ordered[nearest_rank(len(ordered), 99)],
                ordered[-1],
            )
        self._round()
        wanted = [nearest_rank(self._count, 50), nearest_rank(self._count, 99)]
        found: list[int] = []
        passed = 0
        for lag in sorted(self._rough):
            passed += self._rough[lag]
            while len(found) < len(wanted) and passed > wanted[len(found)]:
                found.append(lag)
        return self._count, found[0], found[1], self._largest


def rounded(lag: int) -> int:
    """Return a lag to the millisecond, above a hundred seconds to the second."""
    step = 1000 if abs(lag) < 100_000_000 else 1_000_000  # noqa: PLR2004 - said beside it
    return lag // step * step


def nearest_rank(count: int, percent: int) -> int:
    """Return the place of a quantile among so many, by the nearest rank; of the median the lower one."""
    if percent == 50:  # noqa: PLR2004 - the median
        return (count - 1) // 2
    return min(count - 1, -(-count * percent // 100) - 1)
