"""What the policy says: days within which a vulnerability has to be gone, and until when releases are supported."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from auditor.content import rulesets
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.formats.packages import Distribution

_FOLDER: Final = "vulnerabilities"


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a release is supported.

    Attributes:
        ends: Last day, ISO 8601.
        source: Where that is said.
    """

    ends: str
    source: str


@cache
def days() -> Mapping[str, int]:
    """Return the days within which a vulnerability has to be gone, by severity and for exploited ones.

    Raises:
        ConfigError: The table cannot be read.
    """
    value = _table("sla.yaml").get("days")
    if not isinstance(value, dict) or not all(isinstance(count, int) and count >= 0 for count in value.values()):
        message = f"rulesets/{_FOLDER}/sla.yaml: days is no table of whole numbers"
        raise ConfigError(message)
    return {str(name): int(count) for name, count in value.items()}


def support_terms(distribution: Distribution) -> Term | None:
    """Return the term of a release: of its number, or of its major number; None if it is not known."""
    number = distribution.version.removeprefix("v")
    return _terms().get((distribution.id, number)) or _terms().get((distribution.id, number.partition(".")[0]))


@cache
def _terms() -> Mapping[tuple[str, str], Term]:
    rows: Any = _table("end-of-life.yaml").get("releases")
    return {(str(row["id"]), str(row["version"])): Term(str(row["ends"]), str(row["source"])) for row in rows}


def _table(name: str) -> dict[str, Any]:
    from auditor.formats.bounded_yaml import read_yaml  # noqa: PLC0415 - YAML, which most commands do without

    path = rulesets() / _FOLDER / name
    try:
        value, _lines = read_yaml(path, path.read_bytes())
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if not isinstance(value, dict):
        message = f"{path} is no table"
        raise ConfigError(message)
    return value
