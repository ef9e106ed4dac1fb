"""All that a run is judged by, as one value: checks, frameworks and their texts; saved with the run.

An old run is reported with the words of its day: what a report needs to know of a check (`CheckText`) is written beside
the record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from auditor.errors import ConfigError
from auditor.gate import GatePolicy
from auditor.model.control import Framework
from auditor.model.finding import Confidence, Severity
from auditor.model.text import NO_TEXT, Text

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.check import Check
    from auditor.compliance.outcomes import EditionNumbers
    from auditor.model.fact import Facts
    from auditor.model.system import System

FILE: Final = "rules.json"
Editions = Callable[["System", "Facts"], Mapping[str, "EditionNumbers"]]


class CheckText(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is said of a check; the same fields as in `Check`, without what judges."""

    id: str
    stage: str
    title: Text
    severity: Severity
    source: str
    problem: Text = NO_TEXT
    confidence: Confidence = Confidence.HIGH
    why: Text = NO_TEXT
    remediation: Text = NO_TEXT
    controls: Mapping[str, tuple[str, ...]] = {}
    cwe: tuple[int, ...] = ()
    aliases: tuple[str, ...] = ()
    is_partial: bool = False
    profile: str = ""
    references: tuple[str, ...] = ()
    defined_in: str = ""


class Known(dict[str, CheckText]):
    """Checks by their ids, and beside them frameworks and gate: all that a report needs besides the record."""

    frameworks: tuple[Framework, ...] = ()
    gate: GatePolicy = GatePolicy()


def frameworks_of(checks: Mapping[str, CheckText]) -> tuple[Framework, ...]:
    """Return the frameworks beside checks; none beside a plain mapping."""
    return checks.frameworks if isinstance(checks, Known) else ()


def gate_of(checks: Mapping[str, CheckText]) -> GatePolicy:
    """Return the gate policy beside checks; the strictest usual one beside a plain mapping."""
    return checks.gate if isinstance(checks, Known) else GatePolicy()


class SavedRules(Struct, frozen=True, kw_only=True):
    """The rules of a run, as they are kept beside its record.

    Attributes:
        digest: Over everything that judges (`auditor.content.rules_digest`).
        checks: Every check that applied, by id.
        frameworks: Every framework that was assessed.
        gate: What was allowed to pass.
        ignored: Ids of checks that the user left out.
    """

    digest: str
    checks: tuple[CheckText, ...]
    frameworks: tuple[Framework, ...]
    gate: GatePolicy = GatePolicy()
    ignored: tuple[str, ...] = ()

    @property
    def by_id(self) -> Known:
        """Checks by their ids."""
        known = Known({check.id: check for check in self.checks})
        known.frameworks, known.gate = self.frameworks, self.gate
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What judges.

    Attributes:
        checks: All that may apply.
        frameworks: To assess.
        digest: Over everything that judges.
        editions: Tells from the facts of a system which edition of each framework fits it, by framework id.
        ignored: Ids of checks that the user left out.
    """

    checks: tuple[Check, ...]
    frameworks: tuple[Framework, ...] = ()
    digest: str = ""
    editions: Editions = lambda _system, _facts: {}
    ignored: tuple[str, ...] = ()

    def saved(self, gate: GatePolicy = GatePolicy()) -> SavedRules:  # noqa: B008 - frozen
        """Return what is kept of them, and of the gate of a run."""
        checks = tuple(
            CheckText(**{name: getattr(check, name) for name in CheckText.__struct_fields__}) for check in self.checks
        )
        return SavedRules(
            digest=self.digest, checks=checks, frameworks=self.frameworks, gate=gate, ignored=self.ignored
        )


def rendered(saved: SavedRules) -> bytes:
    """Return saved rules as UTF-8 JSON, the same bytes for the same rules."""
    return msgspec.json.encode(saved, order="sorted") + b"\n"


def load(folder: Path) -> SavedRules | None:
    """Return the rules that a run was judged by; None where it is older than that they are kept.

    Raises:
        ConfigError: The file cannot be read, or is not what we write.
    """
    place = folder / FILE
    if not place.is_file():
        return None
    try:
        return msgspec.json.decode(place.read_bytes(), type=SavedRules)
    except OSError as error:
        message = f"{place} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    except msgspec.MsgspecError as error:
        message = f"{place} is not as auditor writes it: {error}"
        raise ConfigError(message) from error
