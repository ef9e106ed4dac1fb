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
    """Return the term of a release: of its service pack, its number or the first words of it; None if unknown."""
    version = distribution.version.removeprefix("v")
    words = version.split(".")
    pack = [] if distribution.label is None else [f"{version}-lts-{distribution.label}".removesuffix("-")]
    ways = (*pack, *(".".join(words[:count]) for count in range(len(words), 0, -1)))
    return next((term for way in ways if (term := _terms().get((distribution.id, way)))), None)


@cache
def _terms() -> Mapping[tuple[str, str], Term]:
    said: Any = _table("lists.yaml", folder="image").get("end_of_life")  # the one list of such dates
    return {
        (str(name), str(version)): Term(str(day), f"rulesets/image/lists.yaml ({said['date']})")
        for name, releases in said["releases"].items()
        for version, day in releases.items()
    }


def _table(name: str, folder: str = _FOLDER) -> dict[str, Any]:
    from auditor.formats.bounded_yaml import read_yaml  # noqa: PLC0415 - YAML, which most commands do without

    path = rulesets() / folder / name
    try:
        value, _lines = read_yaml(path, path.read_bytes())
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if not isinstance(value, dict):
        message = f"{path} is no table"
        raise ConfigError(message)
    return value
