"""Workbooks that come back from people: what they wrote into the columns of answers, and nothing else.

1. Rows are known by their key; a row whose locked cells were changed, as its digest shows, has the whole workbook
   refused, and so has a row that the run did not give, where a run is named.
2. Rows that were added are told and not taken.
3. Formulas are ignored and told. So is what cannot be read in one way only: a day that may be two, merged cells, two
   answers for one clause.
4. What is left is added to the file of answers, if it would count today; what stands there stays byte for byte.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import yaml

from auditor.compliance import answers as answering
from auditor.compliance.entries import EVIDENCE_LIMIT_BYTES, TEXT_LIMIT
from auditor.compliance.texts import say as tell
from auditor.errors import ConfigError
from auditor.formats.workbook import Cell, Sheet, day_of
from auditor.formats.workbook import read as read_workbook
from auditor.model.text import Text, listed
from auditor.report.tables import ANSWERS, VERDICT_WORDS, Tables, row_digest
from auditor.report.texts import TEXTS, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from pathlib import Path

    from auditor.compliance.answers import Answer
    from auditor.model.control import Framework
    from auditor.model.record import Record
    from auditor.model.text import Language

LOCKED: Final = (
    "clause",
    "point",
    "requirement",
    "objects",
    "method",
    "expected",
    "actual",
    "result",
    "risk",
    "digest",
    "remark",
    "key",
)
"""Columns whose cells the row digest covers, in this order."""
_OPEN: Final = tuple(f"answer.{name}" for name in ANSWERS)
_HEADER_ROWS: Final = 50
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
_FILES: Final = re.compile(r"[\n;\uff1b]+")
_MAX_FILES: Final = 20
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {"pass": ("evidence",), "not_applicable": ("reason",)}
"""Columns without which an answer of that verdict counts for nothing, beside who and when."""
_EMPTY: Final = Cell("")


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a row that the person has to know.

    Attributes:
        sheet: Name of the sheet.
        row: Number of the row as programs show it, from 1.
        what: What it is.
        refuses: It has the whole workbook refused.
    """

    sheet: str
    row: int
    what: Text
    refuses: bool = False


@dataclass(slots=True)
class Given:
    """An answer as it stands in a row.

    Attributes:
        sheet: Name of the sheet.
        row: Number of the row, from 1.
        framework: Of the clause.
        control: The clause.
        values: By the name of the column in `ANSWERS`; a day as ISO 8601.
    """

    sheet: str
    row: int
    framework: str
    control: str
    values: dict[str, str]


@dataclass(slots=True)
class Returned:
    """What came back.

    Attributes:
        given: Answers, in the order of the rows.
        notes: What is not taken, and why.
        rows: How many rows of clauses were read.
    """

    given: list[Given] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    rows: int = 0

    @property
    def is_refused(self) -> bool:
        """Tell whether nothing of it is taken."""
        return any(note.refuses for note in self.notes)


def read(path: Path, known: AbstractSet[str] = frozenset()) -> Returned:
    """Read the answers of a workbook.

    Args:
        path: The workbook.
        known: Digests of all rows that the run gives; empty if no run is named.

    Raises:
        ConfigError: It holds no sheet of clauses.
        WorkbookError: It is no workbook, or a hostile one.
    """
    found = Returned()
    sheets = read_workbook(path)
    has_clauses = False
    for sheet in sheets:
        header = _header(sheet)
        if header is not None:
            has_clauses = True
            _read_sheet(sheet, *header, known, found)
    if not has_clauses:
        message = say("returned.no_sheet", path=path).en
        raise ConfigError(message)
    return found


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """Return the row of the titles and the number of each column by its name; None if no clauses stand there."""
    titles = {TEXTS[f"column.{name}"][index]: name for name in (*LOCKED, "row", *_OPEN) for index in (0, 1)}
    for number in sorted(sheet.rows)[:_HEADER_ROWS]:
        columns: dict[str, int] = {}
        for at, cell in sorted(sheet.rows[number].items()):
            name = titles.get(cell.text.strip())
            if name and name not in columns:
                columns[name] = at
        if {*LOCKED, "row", *_OPEN} <= columns.keys():
            return number, columns
    return None


def _read_sheet(
    sheet: Sheet, header: int, columns: Mapping[str, int], known: AbstractSet[str], found: Returned
) -> None:
    merged = _merged(sheet, {columns[name] for name in _OPEN})
    for number in sorted(sheet.rows):
        cells = sheet.rows[number]
        if number <= header or not any(cell.text.strip() or cell.is_formula for cell in cells.values()):
            continue
        named = {name: cells.get(at, _EMPTY) for name, at in columns.items()}
        key = named["key"].text.strip()
        if not key and not named["row"].text.strip():
            found.notes.append(Note(sheet.name, number + 1, say("returned.new_row")))
            continue
        found.rows += 1
        if wrong := _changed(named, known):
            found.notes.append(Note(sheet.name, number + 1, wrong, refuses=True))
            continue
        answer = {name: named[f"answer.{name}"] for name in ANSWERS}
        given = _given(sheet.name, number + 1, key, answer, is_merged=number in merged)
        if isinstance(given, Given):
            found.given.append(given)
        elif given is not None:
            found.notes.append(Note(sheet.name, number + 1, given))


def _changed(named: Mapping[str, Cell], known: AbstractSet[str]) -> Text | None:
    """Return why a row is not as the run gave it; None if it is."""
    locked = [named[name] for name in LOCKED]
    digest, key = named["row"].text.strip(), named["key"].text.strip()[:100] or "?"
    if any(cell.is_formula for cell in locked) or row_digest([cell.text for cell in locked]) != digest:
        return say("returned.changed", clause=key)
    if known and digest not in known:
        return say("returned.other_run", clause=key)
    return None


def _titles(names: Iterable[str]) -> Text:
    return listed(say(f"column.answer.{name}") for name in names)


def _merged(sheet: Sheet, columns: AbstractSet[int]) -> set[int]:
    """Return the rows in which a cell of an answer is part of merged cells: whose answer it is, nobody can tell."""
    found: set[int] = set()
    for first_row, first, last_row, last in sheet.merged:
        if any(first <= column <= last for column in columns) and last_row - first_row < len(sheet.rows) + 10_000:
            found.update(range(first_row, last_row + 1))
    return found


def _given(sheet: str, row: int, key: str, cells: Mapping[str, Cell], *, is_merged: bool) -> Given | Text | None:
    """Return the answer of a row, what is wrong with it, or None if none was given."""
    formulas = [name for name, cell in cells.items() if cell.is_formula]
    if is_merged or formulas:
        return say("returned.formula" if formulas else "returned.merged", clause=key, columns=_titles(formulas))
    values = {name: unicodedata.normalize("NFC", cell.text).strip() for name, cell in cells.items()}
    return _answer(sheet, row, key, values) if any(values.values()) else None


def _answer(sheet: str, row: int, key: str, values: Mapping[str, str]) -> Given | Text:
    """Return the answer that somebody gave, or what is wrong with it."""
    if too_long := [name for name in ANSWERS if len(values[name]) > TEXT_LIMIT]:
        return say("returned.long", clause=key, columns=_titles(too_long), limit=TEXT_LIMIT)
    verdict = _VERDICTS.get(values["verdict"].casefold())
    if verdict is None:
        return say("returned.verdict", clause=key, given=values["verdict"][:100], known=", ".join(_words()))
    needed = ("who", "when", *_NEEDED.get(verdict, ()))
    if missing := [name for name in ANSWERS if name in needed and not values[name]]:
        return say("returned.empty", clause=key, columns=_titles(missing))
    when = day_of(unicodedata.normalize("NFKC", values["when"]))
    if when is None:
        return say("returned.day", clause=key, given=values["when"][:100])
    framework, _, control = key.partition("/")
    return Given(sheet, row, framework, control, {**values, "verdict": verdict, "when": when.isoformat()})


def _words() -> Iterator[str]:
    for name in VERDICT_WORDS.values():
        text = tell(f"conformity.{name}")
        yield from (text.zh, text.en)


_VERDICTS: Final[Mapping[str, str]] = {
    spelled.casefold(): verdict
    for verdict, name in VERDICT_WORDS.items()
    for spelled in (verdict, verdict.replace("_", " "), tell(f"conformity.{name}").zh, tell(f"conformity.{name}").en)
}


@dataclass(slots=True)
class Merged:
    """What became of the answers of a workbook.

    Attributes:
        added: Answers that stand in the file now.
        same: Answers that stood there already.
        notes: What was not taken, and why.
    """

    added: list[Given] = field(default_factory=list)
    same: list[Given] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def merge(returned: Returned, file: Path, frameworks: Iterable[Framework], now: datetime) -> Merged:
    """Add answers to a file, which is made if it is not there; what stands in it stays byte for byte.

    Args:
        returned: Of a workbook that is not refused.
        file: The file of answers; evidence files are named from its folder.
        frameworks: All that are known.
        now: An answer that would not count today is not taken.

    Raises:
        ConfigError: The file cannot be read or written, or is no list of answers.
    """
    known = tuple(frameworks)
    there = {(each.framework, each.control, each.target): each for each in _answers(file, known)}
    done = Merged()
    twice = _twice(returned.given)
    fresh: list[Given] = []
    for given in returned.given:
        place = (given.framework, given.control, given.values["target"])
        earlier = there.get(place)
        if place in twice:
            done.notes.append(Note(given.sheet, given.row, say("returned.twice", clause=_key(given))))
        elif earlier is None:
            fresh.append(given)
        elif _is_same(given, earlier):
            done.same.append(given)
        else:
            what = say("returned.differs", clause=_key(given), file=file.name, line=earlier.line)
            done.notes.append(Note(given.sheet, given.row, what))
    _append(fresh, file, known, now, done)
    return done


def _key(given: Given) -> str:
    return f"{given.framework}/{given.control}"


def _twice(given: Iterable[Given]) -> set[tuple[str, str, str]]:
    seen: set[tuple[str, str, str]] = set()
    found: set[tuple[str, str, str]] = set()
    for each in given:
        place = (each.framework, each.control, each.values["target"])
        (found if place in seen else seen).add(place)
    return found


def _is_same(given: Given, there: Answer) -> bool:
    """Tell whether an answer is the one that the file holds already; a workbook shows no digests of files."""
    values = given.values
    return (values["verdict"], values["who"], values["when"], values["reason"], _named(values["evidence"])) == (
        there.verdict,
        there.who,
        there.when,
        there.reason,
        [name for name, _digest in there.evidence],
    )


def _named(files: str) -> list[str]:
    return [name.strip() for name in _FILES.split(files) if name.strip()]


def _answers(file: Path, frameworks: tuple[Framework, ...]) -> tuple[Answer, ...]:
    return answering.read(file, frameworks).answers if file.exists() else ()


def _append(fresh: list[Given], file: Path, known: tuple[Framework, ...], now: datetime, done: Merged) -> None:
    """Try all new answers in a copy first; only those that count are written."""
    if not fresh:
        return
    try:
        old = file.read_text(encoding="utf-8") if file.exists() else "answers:\n"
        rows = [_row(each, file.parent) for each in fresh]
        before = len(_answers(file, known))
        tried = _written(file, old, rows, known)
        good: list[int] = []
        for index, (given, answer) in enumerate(zip(fresh, tried[before:], strict=True)):
            wrong = answering.problem(answer, now)
            if wrong:
                done.notes.append(Note(given.sheet, given.row, say("returned.wrong", clause=_key(given), why=wrong)))
            else:
                good.append(index)
        if good:
            _written(file, old, [rows[index] for index in good], known, keep=True)
            done.added += [fresh[index] for index in good]
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}"
        raise ConfigError(message) from error


def _written(
    file: Path, old: str, rows: list[dict[str, object]], known: tuple[Framework, ...], *, keep: bool = False
) -> tuple[Answer, ...]:
    """Write old text and new rows beside the file, read them back, and give them its name if they are to be kept."""
    lines = yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=10_000).splitlines()
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        half.write_text("\n".join([old.rstrip("\n"), *lines, ""]), encoding="utf-8")
        made = answering.read(half, known).answers
        if keep:
            half.replace(file)
        return made
    finally:
        half.unlink(missing_ok=True)


def _row(given: Given, folder: Path) -> dict[str, object]:
    values = given.values
    row: dict[str, object] = {
        "framework": given.framework,
        "control": given.control,
        "target": values["target"],
        "verdict": values["verdict"],
        "who": values["who"],
        "when": values["when"],
        "valid_days": int(values["days"]) if values["days"].isdecimal() else values["days"],
        "evidence": [
            {"file": name, "sha256": _digest(folder, name)} for name in _named(values["evidence"])[:_MAX_FILES]
        ],
        "reason": values["reason"],
    }
    return {name: value for name, value in row.items() if value not in ("", [])}


def _digest(folder: Path, name: str) -> str:
    """Return the digest of a file that is there, below the folder; else none, which the reading of answers tells."""
    try:
        place = (folder / name).resolve()
        if not place.is_relative_to(folder.resolve()) or place.stat().st_size > EVIDENCE_LIMIT_BYTES:
            return ""
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def digests(record: Record, frameworks: Iterable[Framework]) -> frozenset[str]:
    """Return the digests of all rows of clauses that a run gives, in both languages."""
    given = tuple(frameworks)
    at = len(LOCKED)
    made: set[str] = set()
    for language in LANGUAGES:
        tables = Tables(record, language, {}, given)
        made.update(
            str(cells[at])
            for framework, rows in tables.by_clause
            for cells in tables.clause_table(framework, rows).rows()
        )
    return frozenset(made)
