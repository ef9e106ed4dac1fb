"""The one place of wiring: what the user asked for becomes stages with their tools, checks, frameworks and a gate."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from auditor.content import cache_folder, rules_digest
from auditor.errors import ConfigError, ensure_known
from auditor.gating import gate_of, policy_of, use_of
from auditor.messages import say
from auditor.model.digest import sha256
from auditor.model.finding import Severity
from auditor.model.record import Configuration, Exclusion, GateUse
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.places import ensure
from auditor.registry import (
    COMPLIANCE,
    PROFILES,
    all_checks,
    all_frameworks,
    applies,
    catalogues,
    editions,
    frameworks_of,
    without,
)
from auditor.stage import Choice, OpaPlace, SparkPlace
from auditor.stages import STAGE_NAMES, stages
from auditor.systems import REFUSED, chosen_by, configuration_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from auditor.compliance.decisions import Decisions
    from auditor.config import Config, GateSection, OpaServer
    from auditor.gate import GatePolicy
    from auditor.model.fact import Fact
    from auditor.observe import Assignment, Observed
    from auditor.request import Request
    from auditor.rules import Rules
    from auditor.stage import Stage
    from auditor.trust import Held


STAGES: Final = stages()


@dataclass(frozen=True, kw_only=True)
class Judging:
    """Which rules of this version judge a run.

    They are put together when they are first asked for: a thousand values that no stage needs to look at anything.

    Attributes:
        stages: That take part.
        kinds: Of the parts that are looked at.
        frameworks: Asked for; those that a check speaks to, if none was.
        select: Beginnings of the ids of checks, of which no other counts; empty for all.
        ignore: Beginnings of the ids of checks that are left out.
        left: Ids of checks that were left out then.
        folders: With policies of the user's own.
    """

    stages: AbstractSet[str]
    kinds: AbstractSet[str]
    frameworks: Sequence[str] = ()
    select: AbstractSet[str] = frozenset()
    ignore: AbstractSet[str] = frozenset()
    left: AbstractSet[str] = frozenset()
    folders: Sequence[Path] = ()

    @property
    def profiles(self) -> frozenset[str]:
        """Rules that a framework asks for."""
        return frozenset(PROFILES[name] for name in self.frameworks if name in PROFILES)

    @property
    def is_named(self) -> bool:
        """Whether a person named any of them."""
        return bool(self.frameworks or self.select or self.ignore or self.folders)

    @cached_property
    def rules(self) -> Rules:
        """What judges.

        Raises:
            ConfigError: There is no such framework or check, or a policy of the user's own cannot be read.
        """
        from auditor.rules import Rules  # noqa: PLC0415

        own = [each for folder in self.folders for each in _own_rules().checks_of(folder)]
        named = [*sorted(self.stages), COMPLIANCE]
        applying = [each for each in (*all_checks(), *own) if applies(each, named, self.profiles)]
        ignored = self._ignored([each.id for each in applying])
        checks = tuple(each for each in applying if each.id not in ignored)
        known = frameworks_of(self.frameworks, {each.id for each in checks if each.part_kinds & self.kinds})
        return Rules(
            checks=checks,
            frameworks=without(known, ignored),
            digest=_digest(self.folders),
            editions=editions,
            ignored=tuple(sorted(ignored)),
        )

    def _ignored(self, known: Sequence[str]) -> frozenset[str]:
        """Return the ids of the checks that the user leaves out.

        Raises:
            ConfigError: A word fits no check.
        """
        import difflib  # noqa: PLC0415

        for switch, names in (("select", self.select), ("ignore", self.ignore)):
            for name in sorted(names):
                if not any(each.startswith(name) for each in known):
                    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
                    raise ConfigError(
                        say("plan.no_check", switch=switch, name=name, near=near[0] if near else "auditor checks")
                    )
        selected, left = tuple(self.select), tuple(self.ignore)
        return frozenset(
            each
            for each in known
            if each in self.left or (selected and not each.startswith(selected)) or (left and each.startswith(left))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done.

    Attributes:
        system: Name of the audited system.
        assignment: What is observed.
        judging: What judges.
        gate: What may pass.
        decisions: Waivers, answers and claims of people.
        arguments: Command line, for the record.
        configuration: The one that took effect, for the record.
        gate_use: The gate policy that took effect, and what it overruled, for the record.
        left: What was found and is left out on purpose.
        policies: Policies of the user's own, by path, to be kept with the run.
        detected: True if the targets were found by searching, so that the screen says what was found.
        notes: What is worth a word before the run.
        formats: Reports that the configuration asks for, besides the usual ones.
    """

    system: str
    assignment: Assignment
    judging: Judging
    gate: GatePolicy
    decisions: Decisions
    arguments: tuple[str, ...] = ()
    configuration: Configuration | None = None
    gate_use: GateUse | None = None
    left: tuple[Exclusion, ...] = ()
    policies: Mapping[str, str] = field(default_factory=dict)
    detected: bool = False
    notes: tuple[Text, ...] = ()
    formats: tuple[str, ...] = ()

    @property
    def rules(self) -> Rules:
        """What judges."""
        return self.judging.rules


def make(request: Request) -> Plan:
    """Turn a request into a plan.

    Raises:
        ConfigError: Something in it is unknown or cannot be.
    """
    from auditor.gate import GatePolicy  # noqa: PLC0415 - `auditor checks` and the like do without
    from auditor.masking import mask_arguments  # noqa: PLC0415
    from auditor.observe import Assignment  # noqa: PLC0415

    ensure_known("stage", request.only | request.skip, STAGE_NAMES)
    limits = configuration_of(request)
    config = limits.config if limits else None
    gate = gate_of(request, config)
    chosen = chosen_by(request, limits)
    named = (*(config.document.frameworks if config else ()), *request.frameworks)
    frameworks = tuple(dict.fromkeys((*named, *sorted(gate.frameworks if gate else ()))))  # a limit asks for it, too
    names = [name for name in STAGE_NAMES if (not request.only or name in request.only) and name not in request.skip]
    folders = tuple(config.folder / each for each in config.document.policies) if config else ()
    kinds = {part.kind for system in chosen.systems for part in system.parts}
    judging = Judging(
        stages=frozenset(names),
        kinds=kinds,
        frameworks=frameworks,
        select=request.select,
        ignore=request.ignore,
        folders=folders,
    )
    if judging.is_named:  # a wrong name is told before anything runs
        chosen.left.extend(_left_checks(request, judging.rules.ignored, chosen.system))
    _look_at_something(names, kinds)
    choice = Choice(
        profiles=judging.profiles,
        is_cached=request.is_cached,
        is_whole=bool(frameworks) or gate is not None or bool(os.environ.get("CI")),
        allowed_tools=request.allowed_tools,
        policy_folders=folders,
        opa=_opa_place(config.document.opa) if config and config.document.opa else None,
        spark=_spark_place(config),
        token_env=request.token_env,
        kinds=frozenset(kinds),
    )
    chosen.left.extend(
        Exclusion(target=chosen.system, what=key, why=say("plan.not_trusted", path=config.path if config else ""))
        for key in (limits.ignored if limits else ())
    )
    fail_on = request.fail_on or Severity(gate.fail_on if gate else "low")
    ensure(chosen.systems)
    observers = tuple(
        each.make(choice) for each in STAGES if each.name in names and not each.part_kinds.isdisjoint(kinds)
    )
    return Plan(
        system=chosen.system,
        assignment=Assignment(
            systems=tuple(chosen.systems),
            stages=observers,
            limit_s=request.limit_s,
            processes=os.cpu_count() or 2,
        ),
        judging=judging,
        gate=policy_of(gate, request.gate, config, fail_on=fail_on, frameworks=frameworks)
        if gate
        else GatePolicy(fail_on=fail_on, asked_for=frozenset(frameworks)),
        decisions=_decisions(config),
        arguments=tuple(mask_arguments(request.arguments)),
        configuration=_configuration(limits, gate, fail_on) if limits else None,
        gate_use=use_of(request, config, gate, fail_on),
        left=tuple(chosen.left),
        detected=chosen.detected,
        notes=(*_of_config(config, request), *_fed(observers, kinds)),
        policies=_texts_of_users(folders),
        formats=config.document.formats if config else (),
    )


POLICIES: Final = "policies"
"""Folder of a run that holds the policies of the user's own by which it was judged, so that it can be judged again."""


def _texts_of_users(folders: Sequence[Path]) -> Mapping[str, str]:
    if not folders:
        return {}
    found: Mapping[str, str] = _own_rules().texts_of(folders)
    return found


def _digest(folders: Sequence[Path]) -> str:
    """Return the digest over everything that judges, policies of the user's own included."""
    texts = _texts_of_users(folders)
    if not texts:
        return rules_digest()
    told = "".join(f"{sha256(text.encode())} {path}\n" for path, text in sorted(texts.items()))
    return sha256(f"{rules_digest()}\n{told}".encode())


def policy_folders(run: Path) -> tuple[Path, ...]:
    """Return the folders of the user's own policies that a run was judged by and holds."""
    place = run / POLICIES
    return tuple(sorted(each for each in place.iterdir() if each.is_dir())) if place.is_dir() else ()


def _left_checks(request: Request, ignored: Collection[str], system: str) -> Iterable[Exclusion]:
    """Yield what the record says of checks that did not run: each that was ignored, and how many were not selected."""
    named = tuple(request.ignore)
    one_by_one = [each for each in sorted(ignored) if named and each.startswith(named)]
    for each in one_by_one:
        yield Exclusion(target=system, what=each, why=say("plan.ignored"))
    if rest := len(ignored) - len(one_by_one):
        yield Exclusion(target=system, what="--select", why=say("plan.not_selected", count=rest))


def _look_at_something(names: Sequence[str], kinds: AbstractSet[str]) -> None:
    """Refuse a choice of stages that looks at none of the targets: nothing would be assessed.

    Raises:
        ConfigError: It is one.
    """
    fitting = {kind: [stage.name for stage in STAGES if kind in stage.part_kinds] for kind in sorted(kinds)}
    if REFUSED in kinds or any(not set(names).isdisjoint(stages) for stages in fitting.values()):
        return
    told = [say("plan.goes_with", kind=kind, stages=", ".join(stages)) for kind, stages in fitting.items()]
    joined = Text("; ".join(each.en for each in told), "\uff1b".join(each.zh for each in told))
    raise ConfigError(say("plan.narrow", stages=", ".join(names), kinds=joined))


def _of_config(config: Config | None, request: Request) -> Iterable[Text]:
    """Yield which configuration was found, where nobody named it."""
    if config and request.config is None:
        yield say("plan.config", path=config.path)


def _fed(stages: Sequence[Stage], kinds: AbstractSet[str]) -> Iterable[Text]:
    """Yield what is worth a word before the run: a stage without the one whose facts it judges."""
    seen = {kind for stage in stages for kind in stage.yields}
    for stage in stages:
        lacking = {_maker(kind) for kind in stage.reads if kind not in seen}
        lacking -= {each.name for each in stages}
        others = sorted(one.name for one in STAGES if one.name in lacking and one.part_kinds & kinds)
        if others:
            yield say("plan.fed_by", stage=stage.name, feeding=", ".join(others))


def _maker(kind: type[Fact]) -> str:
    """Return the stage that sees a kind of facts: they stand in its ``facts.py``."""
    return kind.__module__.removesuffix(".facts").rpartition(".")[2]


def _own_rules() -> Any:  # noqa: ANN401 - a module, see `StageDefinition.own_rules`
    """Return what reads rules of the user's own."""
    return next(stage.part_of(stage.own_rules) for stage in STAGES if stage.own_rules)


def _opa_place(named: OpaServer) -> OpaPlace:
    return OpaPlace(host=named.host, port=named.port, token_env=named.token_env or "", tls=named.tls)


def _spark_place(config: Config | None) -> SparkPlace:
    named = config.document.engine.spark if config and config.document.engine else None
    return SparkPlace(master=named.master, settings=named.settings) if named else SparkPlace()


def _decisions(config: Config | None) -> Decisions:
    """Read what people decided.

    Raises:
        ConfigError: A file cannot be read, is no list, or parameters are given for a framework that there is not.
    """
    from auditor.compliance import answers, claims, waivers  # noqa: PLC0415 - YAML
    from auditor.compliance.decisions import NONE, Decisions  # noqa: PLC0415

    if config is None:
        return NONE
    named = config.document
    ensure_known("framework of parameters", frozenset(named.parameters), sorted(catalogues()))
    return Decisions(
        waivers=waivers.read(config.folder / named.waivers) if named.waivers else None,
        answers=answers.read(config.folder / named.answers, all_frameworks()) if named.answers else None,
        claims=claims.read(config.folder / named.claims, {each.id for each in all_checks()}) if named.claims else None,
        parameters=named.parameters,
    )


def _configuration(limits: Held, gate: GateSection | None, fail_on: Severity) -> Configuration:
    """Return what the record says of the configuration."""
    config, opa = limits.config, limits.config.document.opa
    return Configuration(
        path=str(config.path),
        digest=config.digest,
        trust=config.trust.value,
        fail_on=fail_on.value,
        max_not_assessed=gate.max_not_assessed if gate else 0,
        frameworks=tuple(
            f"{name}: {key} {value}"
            for name, limit in sorted((gate.frameworks if gate else {}).items())
            for key, value in (("max_fail", limit.max_fail), ("max_not_assessed", limit.max_not_assessed))
            if value is not None
        ),
        judge=f"opa at {opa.host}:{opa.port}" if opa else "",
        ignored=(*limits.ignored, *(f"{kind}={where}" for kind, where, _why in limits.refused)),
        level=config.document.system.level,
        owner=config.document.system.owner or "",
    )


def commits(plan: Plan, observed: Observed) -> dict[str, str]:
    """Return the commit of each source tree that is, file by file, what was looked at; by id of its part.

    A tree with changes that are not committed has none: nobody could check what it was.
    """
    return {
        part.argument: commit
        for stage in STAGES
        if stage.commit
        for system in plan.assignment.systems
        for part in system.of(*(kind.name for kind in stage.targets))
        if (commit := stage.part_of(stage.commit)(part, observed.facts[system.name]))
    }


def replaying(stages: AbstractSet[str], folders: tuple[Path, ...] = ()) -> tuple[Stage, ...]:
    """Return those of some stages that see nothing but facts of others, ready to look again.

    Args:
        stages: That took part.
        folders: With policies of the user's own.
    """
    return tuple(each.make(Choice(policy_folders=folders)) for each in STAGES if each.name in stages and each.replays)


def tidy(plan: Plan) -> None:
    """Drop what is old from the cache of observations, after a run that could write to it."""
    if any(hasattr(stage, "cache") for stage in plan.assignment.stages):
        from auditor.cache import ObservationCache  # noqa: PLC0415

        ObservationCache(cache_folder() / "observations.db").clean()


def at_revision(plan: Plan, folders: dict[str, Path], commits: dict[str, str]) -> Plan:
    """Return the same plan over other folders, for a comparison with an earlier revision.

    Args:
        plan: The plan of this run.
        folders: Folder that holds the earlier files, by argument of the part.
        commits: The commit that they are of; a stage that reads the history finds it, and where it lies, in the option
            ``revision``.
    """
    systems = tuple(
        System(
            name=system.name,
            parts=tuple(
                Part(
                    kind=part.kind,
                    where=str(folders[part.argument]),
                    options={**part.options, "revision": (str(part.path.absolute()), commits[part.argument])},
                    named=part.argument,
                )
                for part in system.parts
                if part.argument in folders
            ),
        )
        for system in plan.assignment.systems
        if any(part.argument in folders for part in system.parts)
    )
    return replace(plan, assignment=replace(plan.assignment, systems=systems))
