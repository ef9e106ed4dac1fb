"""After a few files changed: which part of a program is followed anew, and what of the last whole run still stands.

Data flow over a whole program takes half a minute and more, whatever changed. So where a few files of a program are
new, only they and what is near them by import are followed again. This is less than a whole run, and is told as that: a
flow that a change opens or closes far away from it is seen by the next whole run, which is never more than a day away.

1. What does not touch a changed file, or only functions of it that did not change, stands as the whole run found it.
2. What ends or passes in a changed function is taken from the new run alone; what it does not find again is named.
3. All files on the way of a known flow through a changed file are followed again, however far they are.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

from auditor import reasons
from auditor.model.digest import canonical, digest_of, sha256
from auditor.stages.code.reading import Slice, load
from auditor.stages.code.roots import import_roots

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.stages.code.reading import Match, Problem, Reading
    from auditor.stages.code.tree import Source

CHANGES_LIMIT: Final = 20
"""Files changed since the whole run; with more of them it is made again."""
AGE_LIMIT: Final = timedelta(hours=24)
NEAR_BYTES: Final = 120_000
"""Text that is followed again, the changed files and the ways of flows through them included."""
LEAST_NEAR_BYTES: Final = 60_000
"""What is near these is followed as far as this, however much they are."""
_MOST_BYTES: Final = 1_000_000
"""Where these alone are more, the whole is no slower."""
_STEPS: Final = 2
"""Imports between a changed file and what is near it, in both directions."""
_HOPS: Final = 4
"""Packages that hand on a name of another module, one after the other."""
_FROM: Final = re.compile(
    rb"\n[ \t]*from[ \t]+(\.*)[ \t]*([\w.]*)[ \t]+import[ \t]+(\([^()]{0,20000}\)|(?:[^\n#\\]|\\\n)+)"
)
_IMPORT: Final = re.compile(rb"\n[ \t]*import[ \t]+([\w. \t,]+)")
_REMARK: Final = re.compile(rb"#[^\n]*")


@dataclass(frozen=True, slots=True)
class WholeRun:
    """What following a whole program gave.

    Attributes:
        ended: When.
        files: Digest of each file by its path.
        slices: What was said.
        anchors: Of each line that something was said of, by file: the digest of its function, and which line of it.
    """

    ended: datetime
    files: Mapping[str, str]
    slices: tuple[Slice, ...]
    anchors: Mapping[str, Mapping[int, tuple[str, int]]]

    @classmethod
    def of(cls, sources: Sequence[Source], slices: Iterable[Slice], now: datetime) -> Self:
        """Return what is kept of a run."""
        said = tuple(slices)
        lines: dict[str, set[int]] = defaultdict(set)
        for each in said:
            for match in each.matches:
                for path, line in _places(each.path, match):
                    lines[path].add(line)
        anchors = {each.path: _anchors(each.text, lines[each.path]) for each in sources if each.path in lines}
        return cls(now, {each.path: each.sha256 for each in sources}, said, anchors)

    @property
    def of_tree(self) -> tuple[Problem, ...]:
        """What was not seen of the program as a whole."""
        return tuple(problem for each in self.slices if not each.path for problem in each.problems)

    def dump(self) -> bytes:
        """Return it as bytes."""
        said = [json.loads(each.dump()) for each in self.slices if each.dump()]
        anchors = {path: [[line, *each] for line, each in some.items()] for path, some in self.anchors.items()}
        return canonical(
            {"ended": self.ended.isoformat(), "files": dict(self.files), "slices": said, "anchors": anchors}
        )

    @classmethod
    def load(cls, data: bytes, tool: str) -> Self | None:
        """Return what was dumped; None where it is something else."""
        try:
            kept: dict[str, Any] = json.loads(data)
            ended = datetime.fromisoformat(kept["ended"])
            slices = tuple(load(canonical(each), tool, each["path"]) for each in kept["slices"])
            anchors = {
                str(path): {int(line): (str(digest), int(number)) for line, digest, number in some}
                for path, some in kept["anchors"].items()
            }
            return cls(ended.replace(tzinfo=ended.tzinfo or UTC), kept["files"], slices, anchors)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class Nearby:
    """What is followed anew.

    Attributes:
        whole: The run that the rest is as of.
        changed: Paths of files that are new, changed or gone since then.
        sources: What is followed.
        beside: All other files.
    """

    whole: WholeRun
    changed: frozenset[str]
    sources: tuple[Source, ...]
    beside: tuple[Source, ...]

    @classmethod
    def of(cls, whole: WholeRun, sources: Sequence[Source], now: datetime) -> Self | None:
        """Return what to follow after the files became these; None where the whole is due."""
        if not timedelta(0) <= now - whole.ended <= AGE_LIMIT:
            return None
        present = {each.path: each for each in sources}
        changed = frozenset(
            path
            for path in whole.files.keys() | present.keys()
            if path not in present or whole.files.get(path) != present[path].sha256
        )
        if not 0 < len(changed) <= CHANGES_LIMIT:
            return None
        ways = (
            {step.file for step in match.steps} | {each.path}
            for each in whole.slices
            for match in each.matches
            if _touches(each.path, match, changed)
        )
        due = [path for path in sorted(changed.union(*ways)) if path in present]
        size_bytes = sum(len(present[path].text) for path in due)
        if size_bytes > _MOST_BYTES:
            return None
        limit_bytes = max(NEAR_BYTES, size_bytes + LEAST_NEAR_BYTES)
        chosen = dict.fromkeys(due)
        for path in _around(present, [path for path in changed if path in present]):
            if path not in chosen and size_bytes + len(present[path].text) <= limit_bytes:
                chosen[path] = None
                size_bytes += len(present[path].text)
        near = tuple(each for each in sources if each.path in chosen)
        return cls(whole, changed, near, tuple(each for each in sources if each.path not in chosen))

    @property
    def digest(self) -> str:
        """Digest of the run that the rest is as of."""
        return digest_of("nearby", self.whole.ended.isoformat(), sorted(self.whole.files.items()))

    def merged(self, reading: Reading) -> list[Slice]:
        """Return what stands now."""
        stands: dict[str, dict[tuple[str, int, int], Match]] = defaultdict(dict)
        texts = {each.path: each.text for each in self.sources if each.path in self.changed}
        moved = {path: _moved(text, self.whole.anchors.get(path, {})) for path, text in texts.items()}
        problems = {each.path: each.problems for each in self.whole.slices if each.path not in self.changed}
        problems[""] = self._of_tree(reading.general)
        for each in self.whole.slices:
            for match in each.matches:
                if (still := self._still(each.path, match, moved)) is not None:
                    stands[each.path][still.rule, still.line, still.end_line] = still
        for path, found in reading.slices.items():
            for match in found.matches:
                stands[path].setdefault((match.rule, match.line, match.end_line), match)
            problems[path] = tuple(dict.fromkeys((*problems.get(path, ()), *found.problems)))
        return [
            Slice(
                tool=reading.tool,
                path=path,
                matches=tuple(sorted(stands[path].values(), key=lambda m: (m.line, m.end_line, m.rule))),
                problems=problems.get(path, ()),
            )
            for path in sorted({*stands, *(path for path, some in problems.items() if some)})
        ]

    def _of_tree(self, told: Iterable[Problem]) -> tuple[Problem, ...]:
        """Return what is not seen of the program as a whole: a part of it without a source is no such program."""
        before = {problem.reason for problem in self.whole.of_tree}
        return tuple(each for each in told if each.reason != reasons.NOTHING_TO_FOLLOW or each.reason in before)

    def _still(self, path: str, match: Match, moved: Mapping[str, Mapping[int, int]]) -> Match | None:
        """Return a match at its lines of now; None where a function that it passes is another."""
        now = {
            (file, line): moved.get(file, {}).get(line) if file in self.changed else line
            for file, line in _places(path, match)
        }
        line = now[path, match.line]
        if line is None or None in now.values():
            return None
        return replace(
            match,
            line=line,
            end_line=match.end_line - match.line + line,
            comment_line=match.comment_line and match.comment_line - match.line + line,
            steps=tuple(replace(step, line=now[step.file, step.line] or step.line) for step in match.steps),
        )

    def lost(self, slices: Iterable[Slice]) -> list[str]:
        """Return where the flows through changed files ended that do not stand any more."""
        found = {(each.path, match.rule, match.evidence) for each in slices for match in each.matches}
        return [
            f"{each.path}:{match.line}"
            for each in self.whole.slices
            for match in each.matches
            if _touches(each.path, match, self.changed) and (each.path, match.rule, match.evidence) not in found
        ]


def _places(path: str, match: Match) -> Iterator[tuple[str, int]]:
    """Yield file and line of each place that a match speaks of."""
    yield path, match.line
    for step in match.steps:
        yield step.file, step.line


_DEFINITION: Final = re.compile(rb"(?: {0,4}|\t)(?:async[ \t]+)?(?:def|class)[ \t]")


def _blocks(text: bytes) -> Iterator[tuple[str, list[int]]]:
    """Yield each function and method of a file with what follows it up to the next, as digest and numbers of its lines.

    Empty lines and remarks that are lines of their own do not count; one inside a text changes nothing that flows.
    """
    lines: list[tuple[int, bytes]] = []
    for number, line in enumerate(text.split(b"\n"), 1):
        bare = line.strip()
        if not bare or bare.startswith(b"#"):
            continue
        if lines and _DEFINITION.match(line):
            yield _digest(lines), [each for each, _line in lines]
            lines = []
        lines.append((number, line.rstrip()))
    if lines:
        yield _digest(lines), [each for each, _line in lines]


def _digest(lines: Sequence[tuple[int, bytes]]) -> str:
    return sha256(b"\n".join(line for _number, line in lines))


def _anchors(text: bytes, wanted: set[int]) -> dict[int, tuple[str, int]]:
    found = {}
    for digest, numbers in _blocks(text):
        for place, number in enumerate(numbers):
            if number in wanted:
                found[number] = digest, place
    return found


def _moved(text: bytes, anchors: Mapping[int, tuple[str, int]]) -> dict[int, int]:
    """Return where lines stand now whose function did not change."""
    present: dict[str, list[list[int]]] = defaultdict(list)
    for digest, numbers in _blocks(text):
        present[digest].append(numbers)
    return {
        line: min((numbers[place] for numbers in present[digest]), key=lambda now: abs(now - line))
        for line, (digest, place) in anchors.items()
        if digest in present
    }


def _touches(path: str, match: Match, changed: frozenset[str]) -> bool:
    return path in changed or any(step.file in changed for step in match.steps)


def _around(present: Mapping[str, Source], changed: Sequence[str]) -> Iterator[str]:
    """Yield the files that are near changed ones by import, the nearest and smallest first."""
    imports = _Imports({path: each.text for path, each in present.items()})
    leads: dict[str, set[str]] = defaultdict(set)
    for path in present:
        for other in imports.of(path):
            leads[path].add(other)
            leads[other].add(path)
    seen, last = set(changed), set(changed)
    for _step in range(_STEPS):
        last = {other for path in last for other in leads[path]} - seen
        seen |= last
        yield from sorted(last, key=lambda path: (len(present[path].text), path))


class _Imports:
    """Which files of a tree a file imports, through packages that hand on names of their modules."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._texts = texts
        self._said: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        self._files: dict[str, str] = {}
        for root in (*import_roots(texts, ())[0], ""):
            prefix = f"{root}/" if root else ""
            for path in texts:
                if path.startswith(prefix):
                    name = path[len(prefix) :].rsplit(".", 1)[0].removesuffix("/__init__").replace("/", ".")
                    self._files.setdefault(name, path)

    def of(self, path: str) -> set[str]:
        found: set[str] = set()
        for module, names in self._imports(path):
            if (file := self._files.get(module)) is not None:
                found.add(file)
            for name in names:
                found |= self._bound(module, name, _HOPS)
        return found - {path}

    def _bound(self, module: str, name: str, hops: int) -> set[str]:
        """Return the files that a name of a module leads through."""
        if (file := self._files.get(f"{module}.{name}" if module else name)) is not None:
            return {file}
        package = self._files.get(module)
        if package is None or not package.endswith("__init__.py") or not hops:
            return set()
        for inner, names in self._imports(package):
            if name in names or "*" in names:
                return {package, *filter(None, [self._files.get(inner)]), *self._bound(inner, name, hops - 1)}
        return {package}

    def _imports(self, path: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return each module that a file imports, with the names that it takes from it."""
        if path not in self._said:
            self._said[path] = said = []
            text = b"\n" + self._texts[path]  # as in `imported_in`
            # the package that a file stands in, as its modules are named
            own = path.rsplit(".", 1)[0].split("/")[:-1]
            for found in _FROM.finditer(text):
                module = found[2].decode("ascii", "ignore")
                if found[1]:
                    above = own[: len(own) - len(found[1]) + 1]
                    module = ".".join((*above, *filter(None, [module])))
                names = (
                    word.split() for word in _REMARK.sub(b"", found[3]).strip(b"()").replace(b"\\", b"").split(b",")
                )
                said.append((module, tuple(word[0].decode("ascii", "ignore") for word in names if word)))
            for found in _IMPORT.finditer(text):
                said += [
                    (word.split()[0].decode("ascii", "ignore"), ()) for word in found[1].split(b",") if word.strip()
                ]
        return self._said[path]
