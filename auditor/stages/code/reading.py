"""What a scanner said about each file, cleared of secrets: the form in which it is cached, captured and traced back."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.masking.lines import LINE_LIMIT, identity, mask, mask_all
from auditor.model.digest import canonical
from auditor.stages.code import languages
from auditor.stages.code.defaults import default_in
from auditor.stages.code.refine import Module
from auditor.stages.code.script_tree import Script
from auditor.stages.code.severity import Ground, strongest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.stages.code.tree import Source

NOT_OF_A_FILE: Final = frozenset(
    {reasons.INTERRUPTED, reasons.DISK_FULL, reasons.NO_SCRATCH_FOLDER, reasons.NO_SCRATCH_FILE, reasons.NOT_INSTALLED}
)
"""Reasons that no file is to blame for."""
SNIPPET_LINES: Final = 5
EVIDENCE_LINES: Final = 20
AROUND_LINES: Final = 2
"""Lines on either side of a match that a reader is shown, so that one line of code stands among five."""
_KEY_BLOCK: Final = b"-----BEGIN "
"""Beside a key that is written out no line is shown: its last ones have no shape of their own."""
CONTEXT_LINES: Final = 12
"""Lines before a match that are looked at to know what its own lines hold: a secret may begin there."""
_CODE: Final = frozenset(
    {languages.PYTHON, languages.NOTEBOOK, languages.TYPESCRIPT, languages.JAVASCRIPT, languages.MARKUP}
)
_SUPPRESSION: Final = re.compile(
    r"(?:#|//|/\*|<!--|--)\s*(?P<comment>(?:nosemgrep|nosec|nosem)\b[^*>]*)", re.IGNORECASE
)


_DEFAULTS: Final = "secret-default-credential-absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that a value passes on its way.

    Attributes:
        file: Path, relative to the root of the tree.
        line: From 1.
        name: Function it is handed to there; at the end what it ends in.
    """

    file: str
    line: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the severity of a match rests on, as far as it was seen.

    Attributes:
        ground: A value of `auditor.stages.code.severity.Ground`.
        steps: Way of a value from outside to the match.
        origin: Kind of what it comes from.
        asks: Bytes of a value that came from a parameter: where from, only the whole program shows.
        is_held: It counts only where a way is seen.
        is_refuted: All that it is made of is known, and a check or a function takes the harm away.
    """

    ground: str = Ground.NONE.value
    steps: tuple[Place, ...] = ()
    origin: str = ""
    asks: tuple[int, int] = (0, 0)
    is_held: bool = False
    is_refuted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that a rule matched.

    Attributes:
        rule: Check id.
        line: First line in the file, from 1.
        end_line: Last line.
        evidence: Its text, blanks folded; a digest where it holds a secret.
        snippet: Its first lines, secrets masked.
        before: Lines in front of it, masked as those that a secret may stand in.
        after: Lines behind it, where the snippet is all of it.
        default: Digest of the default password in it that everybody knows, empty if none.
        comment: Comment on it that asks for silence, empty if none.
        comment_line: Line of that comment, 0 if none.
        ground: What its severity rests on, a value of `auditor.stages.code.severity.Ground`.
        severity: Severity of this one match where it differs from the rule's; empty otherwise.
        confidence: The same for the confidence.
        steps: Way of a value from outside to here, where an engine followed it.
        origin: Kind of what it comes from.
        asks: Bytes of a value whose way only the whole program shows; none where nothing is to be asked.
        is_held: It counts only where such a way is seen.
    """

    rule: str
    line: int
    end_line: int
    evidence: str
    snippet: str
    comment: str
    comment_line: int
    ground: str = Ground.NONE.value
    severity: str = ""
    confidence: str = ""
    steps: tuple[Place, ...] = ()
    origin: str = ""
    before: str = ""
    after: str = ""
    default: str = ""
    asks: tuple[int, int] = (0, 0)
    is_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that a scanner did not see.

    Attributes:
        topic: Whose verdict it costs: a rule, ``<tool>:<language>``, ``<tool>-parse:<language>`` (what parses) or
            ``<tool>-way:<language>`` (what needs a way).
        reason: A few words.
        detail: In one line.
        is_final: The same input would give it again; False for time-outs and the like, which are not cached.
    """

    topic: str
    reason: reasons.Reason
    detail: str
    is_final: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """What one scanner said about one file.

    Attributes:
        tool: Name and version.
        path: File, relative to the root of the tree; empty where it says something of the tree as a whole.
        matches: In the order of their lines.
        problems: What it did not see.
    """

    tool: str
    path: str
    matches: tuple[Match, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_final(self) -> bool:
        """Tell whether the same file would give the same again."""
        return all(problem.is_final for problem in self.problems)

    def dump(self) -> bytes:
        """Return it as canonical JSON; empty where there is nothing to say."""
        if not self.matches and not self.problems:
            return b""
        return canonical(
            {
                "tool": self.tool,
                "path": self.path,
                "matches": [_dumped(match) for match in self.matches],
                "problems": [{name: getattr(p, name) for name in Problem.__slots__} for p in self.problems],
            }
        )


def _dumped(match: Match) -> dict[str, object]:
    """Return a match as a value of JSON; without what it does not have."""
    steps = [{name: getattr(step, name) for name in Place.__slots__} for step in match.steps]
    plain = {
        name: getattr(match, name)
        for name in Match.__slots__
        if name not in {"steps", "origin", "default", "asks", "is_held"}
    }
    plain |= {"default": match.default} if match.default else {}
    plain |= {"asks": match.asks, "is_held": match.is_held} if any(match.asks) else {}
    return plain | ({"steps": steps, "origin": match.origin} if steps else {})


def load(data: bytes, tool: str, path: str) -> Slice:
    """Return a slice that was dumped.

    Args:
        data: What `Slice.dump` gave.
        tool: Name and version, for an empty one.
        path: File, for an empty one.

    Raises:
        ValueError: It is not what was dumped.
    """
    if not data:
        return Slice(tool=tool, path=path)
    try:
        kept = json.loads(data)  # not orjson, which refuses names that are no UTF-8
        return Slice(
            tool=kept["tool"],
            path=path,
            matches=tuple(
                Match(
                    **match
                    | {"steps": tuple(Place(**step) for step in match.get("steps", ()))}
                    | {"asks": tuple(match.get("asks", (0, 0)))}
                )
                for match in kept["matches"]
            ),
            problems=tuple(Problem(**problem) for problem in kept["problems"]),
        )
    except (KeyError, TypeError) as error:
        message = f"not an observation: {error!r}"
        raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run of a scanner said.

    Attributes:
        tool: Name and version.
        slices: By path; a file without a slice gave nothing.
        general: Problems that concern no single file.
    """

    tool: str
    slices: Mapping[str, Slice]
    general: tuple[Problem, ...] = ()

    def of(self, path: str) -> Slice:
        """Return what was said about one file."""
        return self.slices.get(path) or Slice(tool=self.tool, path=path)

    @property
    def of_tree(self) -> Slice:
        """What was said about no single file."""
        return Slice(tool=self.tool, path="", problems=self.general)


@dataclass
class Collector:
    """Gathers matches and problems by file while a report is read.

    Attributes:
        tool: Name and version.
        knows_secrets: It names the places of secrets, too, so that lines without one may be shown beside a match.
    """

    tool: str
    knows_secrets: bool = False
    _matches: dict[str, dict[tuple[str, int, int], Match]] = field(default_factory=lambda: defaultdict(dict))
    _problems: dict[str, list[Problem]] = field(default_factory=lambda: defaultdict(list))
    _general: list[Problem] = field(default_factory=list)
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _modules: dict[str, Module | None] = field(default_factory=dict)
    _scripts: dict[str, Script | None] = field(default_factory=dict)
    _spans: dict[str, dict[tuple[str, int, int], _Span]] = field(default_factory=lambda: defaultdict(dict))
    _named: dict[bytes, dict[bytes, list[Source]]] = field(default_factory=dict)

    def named(self, sources: Iterable[Source], found_by: re.Pattern[bytes]) -> Mapping[bytes, Sequence[Source]]:
        """Return which files hold what a pattern finds, by its first group; they are read once for each pattern.

        Args:
            sources: All files of one program, the same ones each time.
            found_by: Finds a name.
        """
        if found_by.pattern not in self._named:
            files: dict[bytes, list[Source]] = defaultdict(list)
            for source in sources:
                for name in set(found_by.findall(source.text)):
                    files[name].append(source)
            self._named[found_by.pattern] = files
        return self._named[found_by.pattern]

    def module(self, source: Source) -> Module | None:
        """Return the syntax tree of a Python file; None where there is none."""
        if source.language not in {languages.PYTHON, languages.NOTEBOOK}:
            return None
        if source.path not in self._modules:
            self._modules[source.path] = Module.of(source.text)
        return self._modules[source.path]

    def script(self, source: Source) -> Script | None:
        """Return the syntax tree of a script, that of the last one asked for; None where there is none."""
        if source.path not in self._scripts:
            self._scripts = {source.path: Script.of(source.path, source.text)}
        return self._scripts[source.path]

    def lines(self, source: Source) -> list[str]:
        """Return the lines of a file."""
        view = f"{len(source.lines)}:{source.path}"
        if view not in self._lines:
            self._lines[view] = source.text.decode("utf-8", "replace").split("\n")
        return self._lines[view]

    def match(
        self,
        source: Source,
        rule: str,
        line: int,
        end_line: int,
        *,
        is_secret: bool,
        severity: str = "",
        confidence: str = "",
        seen: Seen | None = None,
    ) -> None:
        """Add a match, in lines of the copy; a rule that matches one place twice counts once, for its better ground."""
        place = (rule, in_file(source, line), in_file(source, end_line))
        seen = seen or Seen()
        known = self._matches[source.path].get(place)
        if known is not None:
            is_better = strongest(known.ground, seen.ground) != known.ground
            if is_better or (known.ground == seen.ground and known.severity == "info" != severity):
                self._matches[source.path][place] = replace(
                    known,
                    severity=severity,
                    confidence=confidence,
                    ground=seen.ground,
                    steps=seen.steps,
                    origin=seen.origin,
                    asks=seen.asks,
                    is_held=seen.is_held,
                )
            elif known.is_held and not seen.is_held:
                self._matches[source.path][place] = replace(known, is_held=False)
            return
        lines = self.lines(source)
        matched = lines[line - 1 : min(end_line, line + EVIDENCE_LINES - 1)]
        is_code = source.language in _CODE
        if is_secret:
            snippet = mask_all("\n".join(matched[:SNIPPET_LINES]))
            evidence = identity("\n".join(matched))
        else:
            before = lines[max(0, line - 1 - CONTEXT_LINES) : line - 1]
            masked = mask("\n".join((*before, *matched)), is_code=is_code).split("\n")[len(before) :]
            snippet = "\n".join(masked[:SNIPPET_LINES])
            evidence = " ".join(" ".join(masked).split())
            if any(len(each) > LINE_LIMIT for each in matched):
                evidence += f" {identity(chr(10).join(matched))}"
        comment, at = _suppression(lines, line, end_line)
        self._spans[source.path][place] = _Span(source, line, end_line, is_secret)
        self._matches[source.path][place] = Match(
            rule=rule,
            line=in_file(source, line),
            end_line=in_file(source, end_line),
            evidence=evidence,
            snippet=snippet,
            comment=mask(comment, is_code=False),
            comment_line=in_file(source, at) if at else 0,
            severity=severity,
            confidence=confidence,
            steps=seen.steps,
            origin=seen.origin,
            ground=seen.ground,
            asks=seen.asks,
            is_held=seen.is_held,
            default=default_in("\n".join(matched)) if rule == _DEFAULTS else "",
        )

    def problem(self, path: str, problem: Problem) -> None:
        """Add a problem of one file; of no file if the path is empty."""
        known = self._problems[path] if path else self._general
        if problem not in known:
            known.append(problem)

    def reading(self) -> Reading:
        """Return all that was gathered."""
        slices = {
            path: Slice(
                tool=self.tool,
                path=path,
                matches=tuple(sorted(self._told(path), key=lambda m: (m.line, m.end_line, m.rule))),
                problems=tuple(sorted(self._problems.get(path, ()), key=lambda p: (p.topic, p.reason, p.detail))),
            )
            for path in _paths(self._matches, self._problems)
        }
        return Reading(self.tool, slices, tuple(self._general))

    def _told(self, path: str) -> Iterator[Match]:
        """Yield the matches of a file with the lines around them.

        Another place of the file may be known to hold a secret that no shape gives away, and then its lines are shown
        beside no match; where nobody looked for such places, no literal is.
        """
        spans = self._spans.get(path, {})
        is_known = self.knows_secrets and path not in self._problems and not self._general
        held = {number for span in spans.values() if span.is_secret for number in range(span.line, span.end_line + 1)}
        for place, match in self._matches.get(path, {}).items():
            span = spans[place]
            before = range(max(1, span.line - AROUND_LINES), span.line)
            is_whole = span.end_line - span.line < SNIPPET_LINES
            after = range(span.end_line + 1, span.end_line + 1 + AROUND_LINES) if is_whole else range(0)
            yield replace(
                match,
                before=self._around(span, before, held, is_known=is_known),
                after=self._around(span, after, held, is_known=is_known),
            )

    def _around(self, span: _Span, wanted: range, held: set[int], *, is_known: bool) -> str:
        """Return some lines beside a match, secrets masked; empty where they are no neighbours in the file itself."""
        lines = self.lines(span.source)
        count = len(lines) - (not lines[-1])
        numbers = [number for number in wanted if number <= count]
        if not numbers or not _are_neighbours(span, numbers) or _KEY_BLOCK in span.source.text:
            return ""
        first, last = numbers[0], numbers[-1]
        if span.is_secret or not is_known or not held.isdisjoint(numbers):
            return mask_all("\n".join(lines[first - 1 : last]))
        earlier = lines[max(0, first - 1 - CONTEXT_LINES) : first - 1]
        is_code = span.source.language in _CODE
        masked = mask("\n".join((*earlier, *lines[first - 1 : last])), is_code=is_code)
        return "\n".join(masked.split("\n")[len(earlier) :])


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a match stands in the copy of its file."""

    source: Source
    line: int
    end_line: int
    is_secret: bool


def _are_neighbours(span: _Span, numbers: Sequence[int]) -> bool:
    """Tell whether lines of the copy follow one another in the file as well: cells of a notebook do not."""
    first, last = min(span.line, numbers[0]), max(span.end_line, numbers[-1])
    return in_file(span.source, last) - in_file(span.source, first) == last - first


def _paths(*tables: Mapping[str, object]) -> Iterable[str]:
    return dict.fromkeys(path for table in tables for path in table)


def in_file(source: Source, line: int) -> int:
    """Return the line in the file itself of a line of its copy."""
    if not source.lines:
        return line
    return source.lines[min(line, len(source.lines)) - 1]


def holds_comment(line: str, comment: str) -> bool:
    """Tell whether a line holds a comment that was kept, masked as it is."""
    found = _SUPPRESSION.search(line)
    if found is None:
        return False
    return any(mask(found["comment"], is_code=is_code).startswith(comment) for is_code in (True, False))


def _suppression(lines: list[str], line: int, end_line: int) -> tuple[str, int]:
    """Return the comment and its line, on the match itself or on the line before it."""
    for number in (*range(line, min(end_line, line + EVIDENCE_LINES) + 1), line - 1):
        if 0 < number <= len(lines):
            found = _SUPPRESSION.search(lines[number - 1])
            if found and (number >= line or not lines[number - 1][: found.start()].strip()):
                return found["comment"].strip()[:200], number
    return "", 0
