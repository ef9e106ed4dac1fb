"""Looks for secrets in what was committed earlier and may be gone from the files of today.

It runs where the tree is the work tree of a repository and the last search took less than `QUICK_S`, else where
``history: true`` asks for it. That a search found nothing counts only where it demonstrably came to the end (taint.md
§7): gitleaks ends with 0 where git stopped at the first object that it could not read.
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from auditor import reasons
from auditor.content import digest_of_files, rulesets
from auditor.errors import ToolError, ToolTimeout
from auditor.formats.gitleaks import Leak, parse
from auditor.masking.lines import MASK, identity, mask
from auditor.masking.text import is_open_value
from auditor.model.digest import digest_of
from auditor.stages.code.refine import may_be_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from auditor.stages.code.scanners import Program

QUICK_S: Final = 10.0
"""A search that takes longer is done where it is asked for only."""
PATIENT_S: Final = 3600.0
END_RULE: Final = "auditor-end-of-history"
NAMED_RULES: Final = frozenset({"named-secret", "assigned-in-environment", "password-in-address"})
"""Rules that know a secret by its name: what they find is weighed by its value, and is less certain."""
INCOMPLETE: Final = reasons.HISTORY_INCOMPLETE
TOO_LONG: Final = reasons.HISTORY_TAKES_LONG
_SHOWN_LINES: Final = 2
_LEAST_KINDS: Final = 2
_SCANNED: Final = re.compile(r"(?m)(\d+) commits scanned\.")
_BAD_LOG: Final = re.compile(r"(?m)\b(?:ERR|FTL|partial scan)\b.*$")
_SECONDS: Final = re.compile(rb"\d{1,6}\.\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A secret that was committed.

    Attributes:
        rule: Of gitleaks.
        path: File that it stood in first.
        line: There, from 1.
        commit: The earliest one with it.
        date: Of that commit, ISO 8601, UTC.
        places: Files and commits that hold it.
        evidence: Stands for the secret, and does not tell it.
        snippet: What the rule matched, the secret hidden.
        is_named: Known by its name only.
    """

    rule: str
    path: str
    line: int
    commit: str
    date: str
    places: int
    evidence: str
    snippet: str
    is_named: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search that came to its end saw.

    Attributes:
        commits: That add or change a line.
        binary: Versions of files that have no lines.
        found: In the order of their dates.
        is_reused: Known from an earlier run.
    """

    commits: int
    binary: int
    found: tuple[Committed, ...]
    is_reused: bool = False


class Output(Protocol):
    """What gitleaks left."""

    @property
    def report(self) -> bytes:
        """Its JSON report."""

    @property
    def log(self) -> str:
        """What it said meanwhile."""


class Told(Protocol):
    """What git tells of."""

    @property
    def commits(self) -> int:
        """Commits that add or change a line, the one of ours among them."""

    @property
    def binary(self) -> int:
        """Versions of files without lines."""


class Laid(Protocol):
    """A history that is laid out for a search."""

    @property
    def end_mark(self) -> str:
        """Text of the last commit."""

    def told(self, timeout_s: float, on_beat: Callable[[float], None]) -> Told:
        """Read it with git alone.

        Raises:
            ToolError: It did not come to its end.
        """

    def searched(self, rules: Path, timeout_s: float, on_beat: Callable[[float], None]) -> Output:
        """Search it.

        Raises:
            ToolError: No report.
        """


class Tips(Protocol):
    """The tips of a repository."""

    @property
    def ids(self) -> tuple[str, ...]:
        """Of what its references name."""

    def laid_out(self) -> AbstractContextManager[Laid]:
        """Lend the history that leads to them, for a search.

        Raises:
            ToolError: It cannot be laid out.
        """


class Searcher(Protocol):
    """What is needed of git and gitleaks."""

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolError: It cannot be had.
        """

    def tips(self, root: Path, commit: str) -> Tips:
        """Return the tips of the repository of a work tree, or the one that is given.

        Raises:
            ToolError: It has none that can be read here.
        """

    @property
    def switches(self) -> tuple[str, ...]:
        """What is fixed in the way it searches; part of the cache key."""


class Cache(Protocol):
    """What is needed of the cache."""

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what is kept."""

    def put_many(self, items: Mapping[str, bytes]) -> None:
        """Keep."""


@dataclass(frozen=True, slots=True)
class CommitSearch:
    """Searches the history of a work tree.

    Attributes:
        searcher: git and gitleaks.
        cache: What earlier runs saw and how long they took.
    """

    searcher: Searcher
    cache: Cache

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolError: It cannot be had.
        """
        return self.searcher.program()

    def search(self, root: Path, *, commit: str = "", is_asked: bool, beat: Callable[[float], None]) -> Searched:
        """Search all commits that a reference names.

        Args:
            root: The work tree.
            commit: The only tip that counts; all of them where empty.
            is_asked: True to take as long as it takes.
            beat: Called about twice a second; what it raises ends the search.

        Raises:
            ToolError: It was not searched, or not to its end.
        """
        program = self.searcher.program()
        tips = self.searcher.tips(root, commit)
        rules = rulesets() / "gitleaks" / "gitleaks.toml"
        key = digest_of(
            "history", program.name, program.version, program.digest, _own_digest(), *self.searcher.switches
        )
        key = digest_of(key, list(tips.ids))
        kept = _known(self.cache.get_many([key]).get(key))
        if kept is not None:
            return kept
        pace = digest_of("history pace", str(root.resolve()))
        last = self.cache.get_many([pace]).get(pace, b"")
        if not is_asked and _SECONDS.fullmatch(last) and float(last) >= QUICK_S:
            raise ToolError(TOO_LONG, f"the last search took {float(last):.0f} s or more", program.name)
        began = time.monotonic()
        try:
            searched = self._searched(tips, rules, PATIENT_S if is_asked else QUICK_S, f"{program.name}", beat)
        except ToolTimeout as problem:
            if is_asked:
                raise
            self.cache.put_many({pace: f"{QUICK_S:.3f}".encode()})
            raise ToolError(TOO_LONG, f"stopped after {QUICK_S:.0f} s", program.name) from problem
        seconds = time.monotonic() - began
        self.cache.put_many({pace: f"{seconds:.3f}".encode(), key: _dump(searched)})
        return searched

    def _searched(self, tips: Tips, rules: Path, limit_s: float, tool: str, beat: Callable[[float], None]) -> Searched:
        with tips.laid_out() as laid, ThreadPoolExecutor(1) as pool:
            counting = pool.submit(laid.told, limit_s, beat)
            try:
                output = laid.searched(rules, limit_s, beat)
            finally:
                told = counting.result()  # what git cannot read is the better reason than what gitleaks says of it
            leaks = parse(output.report, tool)
            _demand_end(output.log, leaks, laid.end_mark, told.commits, tool)
        found = [leak for leak in leaks if leak.rule != END_RULE and _is_secret(leak)]
        return Searched(told.commits - 1, told.binary, _grouped(found))


def _demand_end(log: str, leaks: Sequence[Leak], end_mark: str, commits: int, tool: str) -> None:
    """Demand that gitleaks saw every commit that git tells of, and the last one.

    Raises:
        ToolError: It did not, or nobody can tell.
    """
    complaint = _BAD_LOG.search(log)
    if complaint:
        raise ToolError(INCOMPLETE, mask(" ".join(complaint[0].split()), is_code=False), tool)
    scanned = _SCANNED.findall(log)
    if not scanned or int(scanned[-1]) != commits:
        raise ToolError(INCOMPLETE, f"{scanned[-1] if scanned else 'none'} of {commits} commits were searched", tool)
    if not any(leak.rule == END_RULE and leak.secret == end_mark for leak in leaks):
        raise ToolError(INCOMPLETE, "the search did not come to the last commit", tool)


def _is_secret(leak: Leak) -> bool:
    """Tell whether a find may be a secret by its value; a shape of a provider says so by itself."""
    if leak.rule not in NAMED_RULES:
        return True
    value = leak.secret
    if is_open_value(value) or not may_be_secret(value):
        return False
    kinds = sum(bool(re.search(kind, value)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z\d]"))
    return leak.rule == "password-in-address" or (kinds >= _LEAST_KINDS and bool(re.search(r"\d", value)))


def _grouped(leaks: Sequence[Leak]) -> tuple[Committed, ...]:
    """Return each secret once, where it was committed first."""
    of_secret: dict[str, list[Leak]] = defaultdict(list)
    for leak in leaks:
        of_secret[leak.secret].append(leak)
    firsts = []
    for secret, all_of_it in of_secret.items():
        # one text may be known by its shape and by its name
        shaped = [leak for leak in all_of_it if leak.rule not in NAMED_RULES]
        first = min(shaped or all_of_it, key=lambda leak: (leak.date, leak.commit, leak.file, leak.line))
        firsts.append(
            Committed(
                rule=first.rule,
                path=first.file,
                line=first.line,
                commit=first.commit,
                date=first.date,
                places=len({(leak.commit, leak.file) for leak in all_of_it}),
                evidence=identity(secret),
                snippet=_shown(first),
                is_named=not shaped,
            )
        )
    return tuple(sorted(firsts, key=lambda each: (each.date, each.commit, each.path, each.line, each.evidence)))


def _shown(leak: Leak) -> str:
    """Return what was matched without the secret; nothing of a match that does not hold it in one piece."""
    if leak.secret not in leak.match:
        return MASK
    lines = leak.match.strip().replace(leak.secret, MASK).split("\n")[:_SHOWN_LINES]
    return mask("\n".join(lines), is_code=False)


def _dump(searched: Searched) -> bytes:
    return json.dumps(
        {"commits": searched.commits, "binary": searched.binary, "found": [asdict(each) for each in searched.found]}
    ).encode()


def _known(data: bytes | None) -> Searched | None:
    """Return what an earlier run saw; None where there was none, or its words cannot be read."""
    try:
        said = json.loads(data or b"")
        found = tuple(Committed(**each) for each in said["found"])
        return Searched(int(said["commits"]), int(said["binary"]), found, is_reused=True)
    except (ValueError, KeyError, TypeError):
        return None


def _own_digest() -> str:
    """Return a digest of the code and the rules that decide what is kept of a search."""
    here = Path(__file__)
    masking = here.parents[2] / "masking"
    files = [here, here.parents[2] / "formats" / "gitleaks.py", *masking.glob("*.py")]
    return digest_of(
        digest_of_files(here.parents[2], files),
        digest_of_files(rulesets(), [rulesets() / "gitleaks" / "gitleaks.toml"]),
    )
