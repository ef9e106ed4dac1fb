"""What a stage is to everything else: one value, `STAGE` in its package, and behind it what observes and what judges.

A package of a stage costs nothing to import; its wiring, its checks and its facts are loaded by whoever asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import TypeVar

    from auditor.check import Check
    from auditor.model.fact import Fact, Facts
    from auditor.model.system import System
    from auditor.model.text import Text

    F = TypeVar("F", bound=Fact)


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


class Seen(Protocol):
    """What a finished run saw."""

    def __call__(self, kind: type[F], /) -> list[F]:
        """Return the facts of a kind, of all systems."""


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
        is_whole: No earlier run stands for a part: somebody decides by this one (a framework, a gate, CI).
        allowed_tools: Programs to run although they would be refused.
        policy_folders: Folders with Rego checks of the user's own.
        opa: Server to ask in place of one of our own.
        spark: Counts logs and lineage in place of DuckDB, if it names a master.
        token_env: Variable that holds the token of key stores; empty for that of the target or the usual one.
        kinds: Of all parts that the run looks at.
    """

    profiles: frozenset[str] = frozenset()
    is_cached: bool = False
    is_whole: bool = False
    allowed_tools: frozenset[str] = frozenset()
    policy_folders: tuple[Path, ...] = ()
    opa: OpaPlace | None = None
    spark: SparkPlace = SparkPlace()
    token_env: str = ""
    kinds: frozenset[str] = frozenset()


class Finder:
    """Looks for targets of a kind in a folder; made anew for each search. What a finder does not say is no."""

    precedence: int = 100
    """Of several finders the one with the least is asked first; whoever takes a file has it."""

    def folder(self, folder: str, files: Collection[str]) -> bool:  # noqa: ARG002 - for those that look
        """Look at the names in a folder; true takes it whole, with all below."""
        return False

    def file(self, path: Path) -> bool:  # noqa: ARG002
        """Look at a file; true takes it."""
        return False

    def missed(self, *, is_cut: bool) -> None:
        """Learn of a folder that cannot be read, or (``is_cut``) that the search ended before its end."""

    def places(self, root: Path) -> Iterable[str]:  # noqa: ARG002
        """Return where targets are, as ``kind=where`` has it; ``root`` is the folder or file that was searched."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """An option of ``auditor run`` that sets a key of all targets of a kind; kinds that share one have equal values.

    Attributes:
        option: ``--values``.
        key: Of the target.
        metavar: What stands for its value in help.
        text: Key of what help says of it, in ``texts.py`` of the stage.
        is_many: It may be given several times.
        needs_target: It is refused where there is no target of the kind.
    """

    option: str
    key: str
    metavar: str
    text: str
    is_many: bool = False
    needs_target: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """What a stage adds to the command line.

    Attributes:
        word: The first word: ``custody``; several stages may add to one (``collect``).
        add: Reference to a function that adds the commands to a `typer.Typer`, below the package.
        precedence: Those with the least are listed first.
    """

    word: str
    add: str
    precedence: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetKind:
    """What a stage can be pointed at: ``name=where`` as an argument, ``targets: {name: …}`` in ``auditor.yaml``.

    References are ``module:name``; what they name is loaded where it is needed.

    Attributes:
        name: Of the kind.
        is_path: Where it is is a path, unless it begins with one of ``schemes``.
        schemes: Beginnings of ``where`` that are no part of a path, with what each reaches; empty for the disk.
        is_server: It is a server, which a configuration that was merely found may not name.
        model: Reference to the model of a target that says more than where it is; empty if none does.
        where: Keys of the model that may say where it is; the first that does.
        paths: Further keys that are paths, which have to be there.
        loosening: Keys that hide, excuse or vouch for what it holds, with the values that are as strict as none.
        finder: Reference to what finds such targets in a folder; empty if nothing does.
        expand: Reference to a function that takes a target apart (a list of endpoints); empty if it stays one.
        ensure: Reference to a function that refuses a target before anything runs; its paths are looked at anyway.
        switches: Options of ``auditor run`` that say more of its targets.
        takes_files: Single files of it can be named (``--files``); its key ``files`` has them.
        from_here: Keys that are paths: on the command line they start at the working folder.
    """

    name: str
    is_path: bool = True
    schemes: Mapping[str, str] = field(default_factory=dict)
    is_server: bool = False
    model: str = ""
    where: tuple[str, ...] = ("where",)
    paths: tuple[str, ...] = ()
    loosening: Mapping[str, frozenset[object]] = field(default_factory=dict)
    finder: str = ""
    expand: str = ""
    ensure: str = ""
    switches: tuple[Switch, ...] = ()
    takes_files: bool = False
    from_here: frozenset[str] = frozenset()

    def is_elsewhere(self, where: str) -> bool:
        """Tell whether a place is no path on disk: an address, or what one of the kind's own beginnings reaches."""
        return (
            not self.is_path
            or "://" in where
            or any(what and where.startswith(scheme) for scheme, what in self.schemes.items())
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDefinition:
    """A stage of this version; its package exports one, called ``STAGE``.

    In the package lie ``wiring.py`` with ``make(choice)``, which puts the stage together with its tools, ``facts.py``
    with all kinds of facts that it makes, and what ``checks`` names.

    Attributes:
        package: Where all of it lies (``auditor.stages.tls``).
        part_kinds: Kinds of parts it looks at.
        targets: Kinds of targets that are its own; others may look at them, too.
        checks: What returns its checks (``module:function``), below the package.
        version: Reference to a function from facts to the version of what is audited, by which editions of a framework
            go; None where the facts hold none. Empty if it knows of none.
        commit: Reference to a function from a part and facts to the commit that the part is, file by file.
        own_rules: Reference to a module with ``checks_of(folder)`` and ``texts_of(folders)``: rules of the user's own.
        examples: Reference to a function from origins and systems to lines of the original files that show a finding.
        concluded: Kinds of its facts that rules, a database or the clock made, and no input of the run; with
            ``Measure``, its measures, too.
        inventory_from: Reference to a function from a place and the name of a component to what an inventory can take
            from a target of the stage (`auditor.formats.inventory_imports.Imported`, one or several).
        inventory_of: Reference to a function from what a finished run saw (facts of a kind) and its name to the same.
        table: Reference to a function from a page (`auditor.model.table.Page`) to a table of its own in workbooks.
        pictures: What the page of a run draws of its measures: by the name in its template, a reference to a function
            of the record, or to a constant.
        commands: What it adds to the command line.
        replays: It sees nothing but facts of other stages, so it can look again when a run is replayed.
    """

    package: str
    part_kinds: frozenset[str]
    targets: tuple[TargetKind, ...] = ()
    checks: str = "checks:checks"
    version: str = ""
    commit: str = ""
    own_rules: str = ""
    examples: str = ""
    concluded: frozenset[str] = frozenset()
    inventory_from: str = ""
    inventory_of: str = ""
    table: str = ""
    pictures: Mapping[str, str] = field(default_factory=dict)
    commands: tuple[Commands, ...] = ()
    replays: bool = False

    @property
    def name(self) -> str:
        """The name of the stage."""
        return self.package.rpartition(".")[2]

    def make(self, choice: Choice) -> Stage:
        """Put it together with its tools."""
        made: Stage = self.part_of("wiring:make")(choice)
        return made

    def all_checks(self) -> tuple[Check, ...]:
        """Return its checks."""
        found: Iterable[Check] = self.part_of(self.checks)()
        return tuple(found)

    def part_of(self, reference: str) -> Any:  # noqa: ANN401 - each reference says what it is
        """Return what a reference below the package names."""
        return resolve_name(f"{self.package}.{reference}")

    def load_facts(self) -> Mapping[str, Text]:
        """Import all kinds of facts that it makes; return the ids of its measures and what each counts."""
        found: Mapping[str, Text] = getattr(import_module(f"{self.package}.facts"), "MEASURES", {})
        return found
