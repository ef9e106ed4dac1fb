"""Frameworks out of ``rulesets/controls``: one YAML file each, so that a further framework is data alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import yaml

from auditor.errors import ConfigError
from auditor.model.control import Assessment, Control, Framework
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SCHEMA: Final = "auditor-framework/1"
_VERSION: Final = re.compile(r"(\d+)\.(\d+)")
_TOP: Final = frozenset({"schema", "id", "title", "source", "version", "editions", "sections", "controls"})
_ROW: Final = frozenset({"id", "section", "title", "level", "cis_assessment", "assessment", "checks", "needs", "ids"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of a framework that has several, and the Kubernetes versions it is written for.

    Attributes:
        version: ``1.11``.
        first: Oldest version of Kubernetes, as (major, minor).
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
    """

    newest: Framework
    editions: tuple[Edition, ...]
    numbers: Mapping[str, Mapping[str, str]]
    sections: Mapping[str, Text]

    def edition_for(self, kubernetes: str) -> str:
        """Return the newest edition written for a version of Kubernetes (``1.31.4``).

        Versions past the last edition take the last, those before the first the first; so does one that is unknown
        take the last.
        """
        found = _VERSION.search(kubernetes)
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
    """Read one framework.

    Raises:
        ConfigError: It cannot be read, or a field is missing, unknown or wrong.
    """
    try:
        said = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as problem:
        message = f"{file} cannot be read as YAML: {' '.join(str(problem).split())}"
        raise ConfigError(message) from problem
    try:
        return _catalogue(said)
    except KeyError as problem:
        message = f"{file}: {problem.args[0]} is missing"
        raise ConfigError(message) from problem
    except (TypeError, ValueError, AttributeError) as problem:
        message = f"{file}: {problem}"
        raise ConfigError(message) from problem


def _catalogue(said: dict[str, Any]) -> Catalogue:
    if said["schema"] != SCHEMA:
        message = f"schema {said['schema']} is not supported (expected {SCHEMA})"
        raise ValueError(message)
    _known(said, _TOP, "the framework")
    editions = tuple(
        Edition(version=str(e["version"]), first=_pair(e["kubernetes"][0]), last=_pair(e["kubernetes"][1]))
        for e in said.get("editions", ())
    )
    rows = said["controls"]
    controls = tuple(_control(row) for row in rows)
    _no_twins(control.id for control in controls)
    sections = {str(section["id"]): _text(section["title"]) for section in said["sections"]}
    if strays := sorted({control.section for control in controls} - sections.keys()):
        message = f"section {strays[0]} is not listed"
        raise ValueError(message)
    return Catalogue(
        newest=Framework(
            id=str(said["id"]), version=str(said["version"]), title=_text(said["title"]), controls=controls
        ),
        editions=editions,
        numbers={edition.version: _numbers(rows, edition.version) for edition in editions},
        sections=sections,
    )


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
    return Control(
        id=number,
        section=section,
        title=control.title,
        assessment=control.assessment,
        checks=control.checks,
        needs=control.needs,
        level=control.level,
    )


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
