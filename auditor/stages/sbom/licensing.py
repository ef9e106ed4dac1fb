"""Judges licences by a policy: allowed, refused, or for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from auditor.content import rulesets
from auditor.errors import ConfigError
from auditor.stages.image.keys import keys_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.system import Part

ORDER: Final = ("allow", "review", "unknown", "deny")
"""Best first."""


@dataclass(frozen=True)
class Policy:
    """A licence policy.

    Attributes:
        name: Name of its file.
        rules: Patterns by verdict and usage.
        words: Words of a name that refuse it.
    """

    name: str
    rules: Mapping[str, Mapping[str, tuple[str, ...]]]
    words: tuple[str, ...]

    def __hash__(self) -> int:
        """Stand for itself."""
        return id(self)

    @lru_cache(maxsize=50_000)  # noqa: B019 - policies live as long as the process
    def judge(self, licences: tuple[str, ...], usage: str) -> tuple[str, str]:
        """Return the verdict on what a component says of its licences, and the licence that decides.

        Args:
            licences: Expressions or names, all of which apply.
            usage: ``linked``, ``separate`` or ``base``.
        """
        if not licences:
            return "unknown", ""
        judged = [self._one(licence, usage) for licence in licences]
        return max(judged, key=lambda row: ORDER.index(row[0]))

    def _one(self, licence: str, usage: str) -> tuple[str, str]:
        from auditor.formats.licences import choices, normal  # noqa: PLC0415 - loads the list of licences

        ways = choices(licence)
        if ways is None:
            lowered = licence.lower()
            is_refused = any(word in lowered for word in self.words)
            return ("deny" if is_refused else "unknown"), licence
        best = min(
            (max(((self._id(each, usage), each) for each in way), key=lambda row: ORDER.index(row[0])) for way in ways),
            key=lambda row: ORDER.index(row[0]),
        )
        return best[0], normal(best[1])

    def _id(self, licence: str, usage: str) -> str:
        for verdict in ("deny", "allow", "review"):
            rules = self.rules.get(verdict, {})
            if any(fnmatchcase(licence, pattern) for kind in (usage, "any") for pattern in rules.get(kind, ())):
                return verdict
        return "unknown"


def ensure(part: Part) -> None:
    """Refuse keys that are none, and a licence policy that is none.

    Raises:
        ConfigError: A file cannot be read, or is not what it should be.
    """
    keys_of(part)
    if part.options.get("licences"):
        policy(str(Path(part.base, part.options["licences"])))


@cache
def policy(file: str = "") -> Policy:
    """Return a policy; the product's own if no file is named.

    Raises:
        ConfigError: It cannot be read, or is no policy.
    """
    import yaml  # noqa: PLC0415 - only where an SBOM is judged

    path = Path(file) if file else rulesets() / "licences" / "default.yaml"
    try:
        said: Any = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        rules = {
            verdict: {usage: tuple(str(each) for each in names) for usage, names in said.get(verdict, {}).items()}
            for verdict in ("allow", "deny", "review")
        }
        words = tuple(str(word).lower() for word in said.get("deny_words", ()))
    except (OSError, yaml.YAMLError, AttributeError, TypeError) as problem:
        message = f"{path} is no licence policy: {' '.join(str(problem).split())}"
        raise ConfigError(message) from problem
    return Policy(path.name, rules, words)
