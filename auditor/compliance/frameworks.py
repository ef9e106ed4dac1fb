"""Frameworks out of ``rulesets/controls``: one YAML file each, so that a further framework is data alone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson
from msgspec.structs import replace

from auditor.compliance import methods, quantification
from auditor.errors import ConfigError
from auditor.model.clause import Clause
from auditor.model.control import Assessment, Control, Framework
from auditor.model.text import Text
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from auditor.check import Check
    from auditor.compliance.methods import Methods
    from auditor.compliance.quantification import Quantification

SCHEMA: Final = "auditor-framework/1"
INDEX: Final = "controls.json"
"""Generated: the frameworks as JSON, which is read in a tenth of the time of YAML."""
_VERSION: Final = re.compile(r"(\d+)\.(\d+)")
_TOP: Final = frozenset({"schema", "id", "title", "source", "version", "when", "editions", "sections", "controls"})
_ROW: Final = frozenset(
    {"id", "section", "title", "level", "cis_assessment", "assessment", "checks", "needs", "ids", "clause"}
)
_SECTION: Final = frozenset({"id", "title", "instrument"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a framework that has several, and the versions it is written for of what a stage looks at.

    Attributes:
        version: ``1.11``.
        first: Oldest version, as (major, minor).
        last: Newest one.
    """

    version: str
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """A framework in all of its editions.

    Attributes:
        newest: As it stands today.
        editions: Oldest first; empty if there is only one.
        numbers: By edition: number there of each control, by its number today; those that it lacks are left out.
        sections: Titles by id, in the order of the document.
        instruments: By section, where each is a law or standard of its own: who issued it, from when, remarks.
        source: Where the rows come from.
        is_asked_for: Assessed only where the user asks for it, not in every run that it could say something of.
    """

    newest: Framework
    editions: tuple[Edition, ...]
    numbers: Mapping[str, Mapping[str, str]]
    sections: Mapping[str, Text]
    instruments: Mapping[str, Mapping[str, str]]
    source: str
    is_asked_for: bool = False

    def edition_for(self, seen: str) -> str:
        """Return the newest edition written for a version (``1.31.4``).

        Versions past the last edition take the last, those before the first the first; so does one that is unknown
        take the last.
        """
        found = _VERSION.search(seen)
        if not self.editions or not found:
            return self.editions[-1].version if self.editions else self.newest.version
        version = (int(found[1]), int(found[2]))
        fitting = [edition for edition in self.editions if edition.first <= version <= edition.last]
        nearest = self.editions[0] if version < self.editions[0].first else self.editions[-1]
        return (fitting[-1] if fitting else nearest).version

    def edition(self, version: str) -> Framework:
        """Return the framework with the numbers of one edition, without what that edition lacks.

        Raises:
            ConfigError: There is no such edition.
        """
        if version == self.newest.version or (self.editions and version == self.editions[-1].version):
            return self.newest
        numbers = self.numbers.get(version)
        if numbers is None:
            known = ", ".join(edition.version for edition in self.editions)
            message = f"{self.newest.id} has no edition {version} (known: {known})"
            raise ConfigError(message)
        controls = [
            _renumbered(control, numbers[control.id]) for control in self.newest.controls if control.id in numbers
        ]
        return Framework(
            id=self.newest.id,
            version=version,
            title=self.newest.title,
            controls=tuple(sorted(controls, key=lambda control: _as_numbers(control.id))),
            sections=self.newest.sections,
        )


def catalogues(folder: Path) -> dict[str, Catalogue]:
    """Return every framework of a folder by its id.

    Raises:
        ConfigError: A file is wrong, or two have the same id.
    """
    found: dict[str, Catalogue] = {}
    for file in sorted(folder.glob("*.yaml")):
        catalogue = load(file)
        if catalogue.newest.id in found:
            message = f"{file}: framework {catalogue.newest.id} stands in another file, too"
            raise ConfigError(message)
        found[catalogue.newest.id] = catalogue
    return found


def load(file: Path) -> Catalogue:
    """Read one framework, from the index beside the folder where that is as new as the file.

    Raises:
        ConfigError: It cannot be read, or a field is missing, unknown or wrong.
    """
    said = _said(file)
    try:
        return _catalogue(said)
    except KeyError as problem:
        message = f"{file}: {problem.args[0]} is missing"
        raise ConfigError(message) from problem
    except (TypeError, ValueError, AttributeError, msgspec.ValidationError) as problem:
        message = f"{file}: {problem}"
        raise ConfigError(message) from problem


def load_methods(root: Path) -> Methods:
    """Return which checks give which method, out of a folder of rulesets.

    Raises:
        ConfigError: The file cannot be read, has an unknown field, or says two things of a method.
    """
    file = root / "compliance" / methods.FILE
    try:
        found = msgspec.convert(_said(file), methods.Methods)
    except msgspec.ValidationError as problem:
        message = f"{file}: {problem}"
        raise ConfigError(message) from problem
    named = [*found.whole, *found.part, *found.none]
    twins = sorted({each for each in named if named.count(each) > 1})
    if found.schema != methods.SCHEMA or twins:
        why = f"method {twins[0]} stands there twice" if twins else f"schema {found.schema} is not {methods.SCHEMA}"
        message = f"{file}: {why}"
        raise ConfigError(message)
    return found


def load_quantification(root: Path) -> Quantification:
    """Return which checks speak to D, A and K, out of a folder of rulesets.

    Raises:
        ConfigError: The file cannot be read, has an unknown field, or names a check twice.
    """
    file = root / "compliance" / quantification.FILE
    try:
        return quantification.read(_said(file))
    except ValueError as problem:
        message = f"{file}: {problem}"
        raise ConfigError(message) from problem


def _said(file: Path) -> Any:  # noqa: ANN401 - what YAML gives
    try:
        data = file.read_bytes()
        kept = _index(file.parents[1]).get(file.name)
        is_kept = kept is not None and kept["digest"] == hashlib.sha256(data).hexdigest()
        return kept["said"] if kept and is_kept else _parsed(data)
    except (OSError, ValueError) as problem:
        message = f"{file} cannot be read as YAML: {' '.join(str(problem).split())}"
        raise ConfigError(message) from problem


def _parsed(data: bytes) -> Any:  # noqa: ANN401 - what YAML gives
    from auditor.compliance.plain_yaml import read  # noqa: PLC0415 - where the index is older than the file only

    return read(data)


@cache
def _index(root: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = orjson.loads((root / INDEX).read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def index_text(root: Path) -> bytes:
    """Return the bytes of the index of all frameworks and methods below a folder of rulesets: a line for each file."""
    beside = (root / "compliance" / name for name in (methods.FILE, quantification.FILE))
    files = (*sorted((root / "controls").glob("*.yaml")), *beside)
    rows = {
        file.name: {"digest": hashlib.sha256(file.read_bytes()).hexdigest(), "said": _parsed(file.read_bytes())}
        for file in files
    }
    lines = [orjson.dumps(name) + b": " + orjson.dumps(found) for name, found in rows.items()]
    return b"{\n" + b",\n".join(lines) + b"\n}\n"


def _catalogue(said: dict[str, Any]) -> Catalogue:
    if said["schema"] != SCHEMA:
        message = f"schema {said['schema']} is not supported (expected {SCHEMA})"
        raise ValueError(message)
    _known(said, _TOP, "the framework")
    editions = tuple(
        Edition(version=str(each["version"]), first=_pair(each[by][0]), last=_pair(each[by][1]))
        for each in said.get("editions", ())
        for by in each.keys() & {stage.name for stage in stages() if stage.version}
    )
    rows = said["controls"]
    controls = tuple(_control(row) for row in rows)
    _no_twins(control.id for control in controls)
    sections = {str(section["id"]): _text(section["title"]) for section in said["sections"]}
    for section in said["sections"]:
        _known(section, _SECTION, f"section {section['id']}")
    if strays := sorted({control.section for control in controls} - sections.keys()):
        message = f"section {strays[0]} is not listed"
        raise ValueError(message)
    return Catalogue(
        newest=Framework(
            id=str(said["id"]),
            version=str(said["version"]),
            title=_text(said["title"]),
            controls=controls,
            sections=sections,
        ),
        editions=editions,
        numbers={edition.version: _numbers(rows, edition.version) for edition in editions},
        sections=sections,
        instruments={str(s["id"]): dict(s["instrument"]) for s in said["sections"] if "instrument" in s},
        source=str(said.get("source", "")),
        is_asked_for=_is_asked_for(said.get("when", "always")),
    )


def _is_asked_for(when: object) -> bool:
    if when not in {"always", "asked"}:
        message = f"when is {when} (expected always or asked)"
        raise ValueError(message)
    return when == "asked"


def _control(row: dict[str, Any]) -> Control:
    _known(row, _ROW, f"control {row.get('id')}")
    return Control(
        id=str(row["id"]),
        section=str(row["section"]),
        title=_text(row["title"]),
        assessment=Assessment(row["assessment"]),
        checks=tuple(map(str, row.get("checks", ()))),
        needs=tuple(map(str, row.get("needs", ()))),
        level=int(row.get("level", 0)),
        clause=_clause(row) if "clause" in row else None,
    )


def _clause(row: Mapping[str, Any]) -> Clause:
    try:
        return msgspec.convert(row["clause"], Clause)
    except msgspec.ValidationError as problem:
        message = f"control {row['id']}: {problem}"
        raise ValueError(message) from problem


def with_checks(
    framework: Framework,
    checks: Iterable[Check],
    by: Methods,
    letters: Quantification,
) -> Framework:
    """Return the framework with every check behind each of its controls, and what no check shows of it.

    A check says itself which controls it speaks to, or does so by a method; rows of a benchmark that has one check for
    each control may name theirs, too.

    Args:
        framework: As its file has it.
        checks: All that there are; the order in which a control lists them is theirs.
        by: Which methods they give.
        letters: Which of D, A and K they speak to.
    """
    found: dict[str, dict[str, None]] = {control.id: dict.fromkeys(control.checks) for control in framework.controls}
    for check in checks:
        for number in check.controls.get(framework.id, ()):
            if number in found:
                found[number][check.id] = None
    rows = (
        replace(control, checks=tuple(found[control.id]), lacks=by.lacking(control)) for control in framework.controls
    )
    return replace(framework, controls=tuple(replace(row, by_letter=letters.by_letter(row)) for row in rows))


def strays(frameworks: Iterable[Framework], checks: Iterable[Check]) -> list[str]:
    """Return, sorted, each ``check: framework control`` that leads nowhere."""
    known = {framework.id: {control.id for control in framework.controls} for framework in frameworks}
    return sorted(
        f"{check.id}: {name} {number}"
        for check in checks
        for name, numbers in check.controls.items()
        for number in numbers
        if number not in known.get(name, frozenset())
    )


def _numbers(rows: Iterable[dict[str, Any]], edition: str) -> dict[str, str]:
    found = {}
    for row in rows:
        number = row["ids"][edition] if "ids" in row else row["id"]
        if number is not None:
            found[str(row["id"])] = str(number)
    return found


def _renumbered(control: Control, number: str) -> Control:
    section = number.rpartition(".")[0] if number != control.id else control.section
    return replace(control, id=number, section=section)


def _known(given: Mapping[str, object], known: frozenset[str], where: str) -> None:
    if strays := sorted(given.keys() - known):
        message = f"{where} has an unknown field {strays[0]} (known: {', '.join(sorted(known))})"
        raise ValueError(message)


def _no_twins(ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            message = f"control {each} stands there twice"
            raise ValueError(message)
        seen.add(each)


def _text(value: dict[str, str]) -> Text:
    return Text(value["en"], value["zh"])


def _pair(version: object) -> tuple[int, int]:
    found = _VERSION.fullmatch(str(version))
    if found is None:
        message = f"{version} is no version (expected 1.34)"
        raise ValueError(message)
    return int(found[1]), int(found[2])


def _as_numbers(number: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in number.split("."))


if __name__ == "__main__":
    from auditor.content import rulesets

    (rulesets() / INDEX).write_bytes(index_text(rulesets()))
