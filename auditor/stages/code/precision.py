"""What was read on real platforms: how many findings of a check, of a kind of flaw and of a ground were true.

The numbers stand in ``rulesets/code/precision.yaml``, one row for each platform, check and evidence; docs/precision.md
tells of each draw. A finding is held against the nearest cell that says something: of its check with its evidence, of
its kind of flaw, of its ground. A cell of too few findings, or of too few platforms, says nothing by itself: its rows
are read together with their likes in the next one, and so is what nobody has read yet; that few were read and were true
speaks for a finding all the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from auditor.stages.code import languages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


class Side(StrEnum):
    """What a finding stands in."""

    PYTHON = "python"
    SCRIPT = "script"
    SETTING = "setting"


class Shown(StrEnum):
    """What a finding shows: its ground, and of a value how far it came."""

    INSIDE = "inside"
    """A value was followed inside a function."""
    FILE = "file"
    """A value was followed through functions of a file."""
    FILES = "files"
    """A value was followed through files."""
    TEXT = "text"
    """The lines prove it."""
    BRANCH = "branch"
    """The lines prove it, and run only where a condition holds."""
    CONTRAST = "contrast"
    """The program does beside it what is missing."""


class Giver(StrEnum):
    """Who a followed value comes from."""

    CALLER = "caller"
    """Whoever sends a request, an upload, an archive."""
    MODEL = "model"
    """A model, by its answer or by the arguments of a tool."""
    NOBODY = ""
    """None was followed, or it was not seen where it comes from."""


class Use(StrEnum):
    """What is done at a path that a value names."""

    READS = "reads"
    """What lies there is read, listed or sent."""
    CHANGES = "changes"
    """Something is made, written, moved or removed there: mostly in a place of the program's own."""
    NONE = ""
    """The value names no path, or the finding stands in no Python."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding stands in and shows.

    Attributes:
        side: What it stands in.
        shown: What it shows.
        giver: Who a followed value comes from.
        use: What is done at the path that it names.
    """

    side: Side
    shown: Shown
    giver: Giver = Giver.NOBODY
    use: Use = Use.NONE


_SCRIPTS: Final = frozenset({languages.TYPESCRIPT, languages.JAVASCRIPT, languages.MARKUP, languages.TEMPLATE})
_PYTHON: Final = frozenset({languages.PYTHON, languages.NOTEBOOK})
_MODEL: Final = frozenset({"ToolArgument", "ModelReply"})
_STEPS_INSIDE: Final = 2
"""Inside a function a way is where a value comes in, and where it is used."""


def side_of(path: str) -> Side:
    """Return the side of a file, by its name; what is no program is a setting."""
    language = languages.language_of(path)
    if language in _PYTHON:
        return Side.PYTHON
    return Side.SCRIPT if language in _SCRIPTS else Side.SETTING


def reach_of_way(steps: Sequence[tuple[str, int, str]]) -> Shown:
    """Return how far a value came, by the places of its way.

    A way through scripts begins with the call that hands the value on, so that two places of it may lie in two files.
    """
    is_through_files = len({file for file, _line, _name in steps}) > 1
    if len(steps) <= _STEPS_INSIDE and not (is_through_files and side_of(steps[-1][0]) is Side.SCRIPT):
        return Shown.INSIDE
    return Shown.FILES if is_through_files else Shown.FILE


def giver_of(source: str) -> Giver:
    """Return who a value comes from, by the kind of its source; nobody where none is named."""
    if not source:
        return Giver.NOBODY
    return Giver.MODEL if source in _MODEL else Giver.CALLER


_OF_PATHS: Final = frozenset({"path-traversal"})
_CHANGES: Final = re.compile(
    r"\b(?:makedirs|mkdir|rmtree|rmdir|unlink|remove|rename|replace|move|copy\w*|write_\w+|touch|unpack_archive|extract\w*"
    r"|to_csv|dump)\s*\("
    r"|\bopen\([^()]*(?:\([^()]*\)[^()]*)*,\s*(?:mode\s*=\s*)?[\"'][rbt+]*[wax]"
)


def use_of(kind: str, side: Side, lines: str) -> Use:
    """Return what is done at a path that a value names, by the lines that do it; in Python alone.

    Args:
        kind: The word that checks of the same flaw share.
        side: What the finding stands in.
        lines: Those of the finding.
    """
    if kind not in _OF_PATHS or side is not Side.PYTHON:
        return Use.NONE
    return Use.CHANGES if _CHANGES.search(lines) else Use.READS


class Common(StrEnum):
    """What the findings of a cell have in common."""

    CHECK = "check"
    KIND = "kind"
    GROUND = "ground"


Cell: TypeAlias = tuple[str, ...]
"""What findings have in common; first what it is, by `Common`."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What a check is about.

    Attributes:
        kind: The word that checks of the same flaw share.
        runs: What somebody else wrote is run by it: as a command, as code, as a query, as an object.
        is_shape: It is known by its own shape, as a key of a provider is: what was read of others says nothing of it.
    """

    kind: str
    runs: bool = False
    is_shape: bool = False


_RUNS: Final = frozenset({77, 78, 88, 89, 90, 91, 94, 95, 96, 98, 470, 502, 564, 643, 652, 829, 913, 917, 943, 1336})
"""CWE numbers of flaws by which text of others is run."""


def flaw_of(kind: str, cwe: Iterable[int], *, is_shape: bool = False) -> Flaw:
    """Return what a check is about.

    Args:
        kind: The word that checks of the same flaw share.
        cwe: Its CWE numbers.
        is_shape: It is known by its own shape.
    """
    return Flaw(kind, runs=not _RUNS.isdisjoint(cwe), is_shape=is_shape)


def _cells_of(check: str, flaw: Flaw, shows: Evidence) -> tuple[Cell, ...]:
    """Return the cells of a finding, the nearest first.

    What is run and what is not are read apart: that addresses and paths seldom come to harm says nothing of commands.
    """
    side, shown, giver, use, kind = shows.side, shows.shown, shows.giver, shows.use, flaw.kind
    return (
        (Common.CHECK, check, side, shown, giver, use),
        (Common.KIND, kind, side, shown, giver, use),
        (Common.KIND, kind, side, giver, use),
        (Common.KIND, kind, side, use),
        (Common.GROUND, "runs" if flaw.runs else "", side, shown, giver),
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """How many findings were read, and how many of them were true.

    Attributes:
        read: Findings that a person read.
        are_true: Those that whoever owns the platform should mend.
        platforms: How many platforms they stand on.
        common: What they have in common.
    """

    read: int
    are_true: int
    platforms: int
    common: Common = Common.CHECK

    @property
    def share(self) -> float:
        """The share of true ones."""
        return self.are_true / self.read


@dataclass(frozen=True, slots=True)
class Row:
    """What was read of one check, with one kind of evidence, on one platform."""

    draw: str
    platform: str
    check: str
    shows: Evidence
    read: int
    are_true: int


@dataclass(frozen=True, slots=True)
class Precision:
    """All readings, and what they say of a finding that nobody has read.

    Attributes:
        cells: The cells that say something.
        of_checks: What was read of each check with each evidence, whether it says something or not.
        flaws: What each check is about, by its id.
    """

    cells: Mapping[Cell, Reading] = field(default_factory=dict)
    of_checks: Mapping[str, Mapping[Evidence, Reading]] = field(default_factory=dict)
    flaws: Mapping[str, Flaw] = field(default_factory=dict)

    def held_against(self, check: str, shows: Evidence) -> tuple[Reading, ...]:
        """Return what says something of a finding: its own cell, or its own few readings and the nearest of its like.

        Args:
            check: Id of its check.
            shows: Its evidence.
        """
        flaw = self.flaws.get(check, Flaw(""))
        own, *likes = _cells_of(check, flaw, shows)
        if own in self.cells:
            return (self.cells[own],)
        if flaw.is_shape:
            return ()
        like = next((self.cells[cell] for cell in likes if cell in self.cells), None)
        few = self.of_checks.get(check, {}).get(shows)
        return tuple(each for each in (few, like) if each is not None) if like is not None else ()


def precision_of(rows: Iterable[Row], flaws: Mapping[str, Flaw], *, least_read: int, least_platforms: int) -> Precision:
    """Return what rows say.

    Args:
        rows: What was read, on each platform.
        flaws: What each check is about, by its id.
        least_read: A cell of fewer findings says nothing by itself.
        least_platforms: Nor does one of fewer platforms: what one author does is no kind.
    """
    left = list(rows)
    of_checks: dict[str, dict[Evidence, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in left:
        of_checks[row.check][row.shows].append(row)
    cells: dict[Cell, Reading] = {}
    for level in range(len(_cells_of("", Flaw(""), Evidence(Side.PYTHON, Shown.TEXT)))):
        found: dict[Cell, list[Row]] = defaultdict(list)
        for row in left:
            found[_cells_of(row.check, flaws[row.check], row.shows)[level]].append(row)
        left = []
        for cell, own in found.items():
            reading = _together(own, Common(cell[0]))
            if reading.read >= least_read and reading.platforms >= least_platforms:
                cells[cell] = reading
            else:
                left.extend(own)
    told = {
        check: {shows: _together(own, Common.CHECK) for shows, own in each.items()} for check, each in of_checks.items()
    }
    return Precision(cells, told, flaws)


def _together(rows: Sequence[Row], common: Common) -> Reading:
    read, are_true = sum(row.read for row in rows), sum(row.are_true for row in rows)
    return Reading(read, are_true, platforms=len({row.platform for row in rows}), common=common)


def rows_of(content: Mapping[str, Any], checks: Iterable[str]) -> tuple[Row, ...]:
    """Return the rows of the file.

    Args:
        content: The file.
        checks: The ids that there are.

    Raises:
        KeyError, TypeError, ValueError: A field is missing, or is wrong.
    """
    rows = tuple(_rows(content))
    known, draws = frozenset(checks), frozenset(content["draws"])
    told: set[tuple[str, str, Evidence]] = set()
    for row in rows:
        place = (row.platform, row.check, row.shows)
        is_counted = 0 <= row.are_true <= row.read and row.read
        if row.draw not in draws or row.check not in known or not is_counted or place in told:
            message = (
                f"{row.platform}, {row.check}: no such draw or check, told twice, or more true ones than were read"
            )
            raise ValueError(message)
        told.add(place)
    return rows


def _rows(content: Mapping[str, Any]) -> Iterator[Row]:
    for platform in content["readings"]:
        for cell in platform["findings"]:
            yield Row(
                draw=str(platform["draw"]),
                platform=str(platform["platform"]),
                check=str(cell["check"]),
                shows=Evidence(
                    Side(cell["side"]), Shown(cell["shows"]), Giver(cell.get("from", "")), Use(cell.get("does", ""))
                ),
                read=int(cell["read"]),
                are_true=int(cell["are_true"]),
            )
