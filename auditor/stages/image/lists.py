"""The lists that images are compared with: ``rulesets/image/lists.yaml`` as values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from auditor.content import rulesets
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists.

    Attributes:
        tools: Kind of each program that an image does without, by name.
        package_managers: Names of programs.
        setuid: Paths that may be setuid.
        capabilities: Paths that may have capabilities.
        forbidden_ports: Numbers.
        low_ports: Numbers under 1024 that are allowed.
        labels: Rows of names, one of which must be there.
        chains: Trusted chains of layers, bottom first.
        base_digests: Trusted digests of base images.
        public_variables: Variables whose value is public whatever their name.
        end_of_life: Last day of support by id and version, ISO 8601.
        rolling: Ids of distributions without versions.
    """

    tools: Mapping[str, str]
    package_managers: frozenset[str]
    setuid: frozenset[str]
    capabilities: frozenset[str]
    forbidden_ports: frozenset[int]
    low_ports: frozenset[int]
    labels: tuple[tuple[str, ...], ...]
    chains: tuple[tuple[str, ...], ...]
    base_digests: frozenset[str]
    public_variables: frozenset[str]
    end_of_life: Mapping[str, Mapping[str, str]]
    rolling: frozenset[str]

    def supported_until(self, distribution: str, version: str, pack: str = "") -> str:
        """Return the last day of support, ``rolling``, or nothing where no list says it.

        ``3.20.3`` and ``12.15`` are asked for by their first words, too. Where each service pack has a day of its own
        (openEuler), a release without one has none.

        Args:
            distribution: Id of os-release.
            version: ``VERSION_ID``.
            pack: Service pack, as ``lts-sp3``; empty if nothing is said of any.
        """
        if distribution in self.rolling:
            return "rolling"
        releases = self.end_of_life.get(distribution, {})
        if found := releases.get(f"{version}-{pack}"):
            return found
        words = version.split(".")
        for count in range(len(words), 0, -1):
            found = releases.get(".".join(words[:count]))
            if found:
                return found
        return ""


@cache
def lists() -> Lists:
    """Read the lists.

    Raises:
        ConfigError: The file cannot be read, or a list is missing.
    """
    import yaml  # noqa: PLC0415 - only where an image is judged

    file = rulesets() / "image" / "lists.yaml"
    try:
        said: dict[str, Any] = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
        tools, allowed = said["tools"]["names"], frozenset(said["tools"]["allowed"])
        return Lists(
            tools={name: kind for kind, names in tools.items() for name in names if name not in allowed},
            package_managers=frozenset(said["package_managers"]["names"]),
            setuid=frozenset(said["setuid"]["allowed"]),
            capabilities=frozenset(said["capabilities"]["allowed"]),
            forbidden_ports=frozenset(said["ports"]["forbidden"]),
            low_ports=frozenset(said["ports"]["allowed_below_1024"]),
            labels=tuple(tuple(row) for row in said["labels"]["required"]),
            chains=tuple(tuple(chain) for chain in said["base_images"]["trusted_chains"]),
            base_digests=frozenset(said["base_images"]["trusted_digests"]),
            public_variables=frozenset(said["environment"]["public"]),
            end_of_life={
                name: {version: str(day) for version, day in releases.items()}
                for name, releases in said["end_of_life"]["releases"].items()
            },
            rolling=frozenset(said["end_of_life"]["rolling"]),
        )
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as problem:
        message = f"{file} is not as it should be: {type(problem).__name__} {' '.join(str(problem).split())}"
        raise ConfigError(message) from problem
