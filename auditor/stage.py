"""What a stage is to everything else: one value, `STAGE` in its package, and behind it what observes and what judges.

A package of a stage costs nothing to import; its wiring, its checks and its facts are loaded by whoever asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from auditor.check import Check
    from auditor.model.fact import Fact, Facts
    from auditor.model.system import System
    from auditor.model.text import Text


class Stage(Protocol):
    """A stage of the pipeline; ``stages/<name>/observe.py`` holds it.

    It may have besides: ``waits: bool`` (it mostly waits for others, so more of its jobs run at once than there are
    cores, one for each part), ``lane(part) -> str`` (jobs of one lane run one after another: a host) and
    ``limit_s: float`` (its own wall limit for a job).
    """

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def part_kinds(self) -> frozenset[str]:
        """Kinds of parts it looks at; a system without one is not its business."""

    @property
    def reads(self) -> tuple[type[Fact], ...]:
        """Kinds of facts of other stages that it needs."""

    @property
    def yields(self) -> tuple[type[Fact], ...]:
        """Kinds of facts that it makes."""

    def observe(self, system: System, known: Facts, /) -> Iterator[Any]:
        """Yield everything seen, and a gap for everything looked for and not seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpaPlace:
    """An OPA server of the user's, asked in place of one of our own; ``token_env`` names a variable."""

    host: str
    port: int
    token_env: str = ""
    tls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SparkPlace:
    """A Spark that counts what outgrows one machine, in place of DuckDB."""

    master: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the user chose that stages are made by.

    Attributes:
        profiles: Profiles of rules that the frameworks ask for.
        is_cached: Use earlier observations.
        allowed_tools: Programs to run although they would be refused.
        policy_folders: Folders with Rego checks of the user's own.
        opa: Server to ask in place of one of our own.
        spark: Counts logs and lineage in place of DuckDB, if it names a master.
        token_env: Variable that holds the token of key stores; empty for that of the target or the usual one.
    """

    profiles: frozenset[str] = frozenset()
    is_cached: bool = False
    allowed_tools: frozenset[str] = frozenset()
    policy_folders: tuple[Path, ...] = ()
    opa: OpaPlace | None = None
    spark: SparkPlace = SparkPlace()
    token_env: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDefinition:
    """A stage of this version; its package exports one, called ``STAGE``.

    In the package lie ``wiring.py`` with ``make(choice)``, which puts the stage together with its tools, ``facts.py``
    with all kinds of facts that it makes, and what ``checks`` names.

    Attributes:
        package: Where all of it lies (``auditor.stages.tls``).
        part_kinds: Kinds of parts it looks at.
        checks: What returns its checks (``module:function``), below the package.
        replays: It sees nothing but facts of other stages, so it can look again when a run is replayed.
    """

    package: str
    part_kinds: frozenset[str]
    checks: str = "checks:checks"
    replays: bool = False

    @property
    def name(self) -> str:
        """The name of the stage."""
        return self.package.rpartition(".")[2]

    def make(self, choice: Choice) -> Stage:
        """Put it together with its tools."""
        made: Stage = resolve_name(f"{self.package}.wiring:make")(choice)
        return made

    def all_checks(self) -> tuple[Check, ...]:
        """Return its checks."""
        found: Iterable[Check] = resolve_name(f"{self.package}.{self.checks}")()
        return tuple(found)

    def load_facts(self) -> Mapping[str, Text]:
        """Import all kinds of facts that it makes; return the ids of its measures and what each counts."""
        found: Mapping[str, Text] = getattr(import_module(f"{self.package}.facts"), "MEASURES", {})
        return found
