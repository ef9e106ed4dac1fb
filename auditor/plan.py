"""The one place of wiring: what the user asked for becomes stages with their tools, checks and frameworks."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from auditor.compliance.methods import Methods, merged, spoken
from auditor.content import cache_folder, policies, rules_digest, rulesets
from auditor.errors import ConfigError
from auditor.messages import say
from auditor.model.digest import sha256, writable
from auditor.model.finding import Severity
from auditor.model.record import Configuration, Exclusion, GateUse
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.places import ensure
from auditor.stage import Choice, OpaPlace, SparkPlace
from auditor.stages import STAGE_NAMES, stages, target_kinds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor.check import Check
    from auditor.compliance.decisions import Decisions
    from auditor.compliance.frameworks import Catalogue
    from auditor.compliance.outcomes import EditionNumbers
    from auditor.config import Config, GateSection, OpaServer
    from auditor.gate import FrameworkLimit, GatePolicy
    from auditor.model.control import Framework
    from auditor.model.fact import Fact, Facts
    from auditor.model.record import Record
    from auditor.observe import Assignment, Observed
    from auditor.rules import Rules
    from auditor.stage import Stage
    from auditor.trust import Held

PROFILES: Final = {"gbt39786-2021-l3": "commercial-cryptography"}
"""Profile of rules that a framework asks for."""
COMPLIANCE: Final = "compliance"
"""Owner of the checks of waivers and answers, which no stage observes."""
CONFIG_NAME: Final = "auditor.yaml"
REFUSED: Final = "refused"
"""As in `auditor.observe`, which is imported late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the user asked for on the command line.

    Attributes:
        targets: Arguments, byte for byte.
        config: Configuration file; None to look for ``auditor.yaml`` where no target is given.
        only: Stages to run; empty for all.
        skip: Stages not to run.
        select: Ids of checks to run, or what they begin with; empty for all.
        ignore: Ids of checks not to run, or what they begin with.
        frameworks: Frameworks to assess, added to those of the configuration.
        fail_on: Threshold; None for the configuration's.
        is_cached: Use earlier observations.
        allowed_tools: Programs to run although they would be refused.
        limit_s: Wall limit of a stage on a target.
        arguments: Whole command line, for the record.
        trusts_config: A configuration that is found counts as one that is named.
        gate: Gate policy that beats the configuration's.
        adds_to_config: The targets are audited beside those of the configuration, not in their place.
        token_env: Variable that holds the token of a key store.
        options: Options of targets named on the command line, by kind of target: they win over ``auditor.yaml``.
        files: Files of the working folder, in place of targets: only these are read.
    """

    targets: tuple[str, ...] = ()
    config: Path | None = None
    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    frameworks: tuple[str, ...] = ()
    fail_on: Severity | None = None
    is_cached: bool = True
    allowed_tools: frozenset[str] = frozenset()
    limit_s: float = 3600.0
    arguments: tuple[str, ...] = ()
    trusts_config: bool = False
    gate: Path | None = None
    adds_to_config: bool = False
    token_env: str = ""
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be done.

    Attributes:
        system: Name of the audited system.
        assignment: What is observed.
        rules: What judges.
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
    rules: Rules
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


@dataclass
class _Chosen:
    system: str
    systems: list[System] = field(default_factory=list)
    left: list[Exclusion] = field(default_factory=list)
    detected: bool = False
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def make(request: Request) -> Plan:
    """Turn a request into a plan.

    Raises:
        ConfigError: Something in it is unknown or cannot be.
    """
    from auditor.gate import GatePolicy  # noqa: PLC0415 - `auditor checks` and the like do without
    from auditor.masking import mask_arguments  # noqa: PLC0415
    from auditor.observe import Assignment  # noqa: PLC0415
    from auditor.rules import Rules  # noqa: PLC0415

    _known("stage", request.only | request.skip, STAGE_NAMES)
    limits = _held(request)
    config = limits.config if limits else None
    gate = _gate(request, config)
    chosen = _targets(request, limits)
    named = (*(config.document.frameworks if config else ()), *request.frameworks)
    frameworks = tuple(dict.fromkeys((*named, *sorted(gate.frameworks if gate else ()))))  # a limit asks for it, too
    profiles = frozenset(PROFILES[name] for name in frameworks if name in PROFILES)
    names = [name for name in STAGE_NAMES if (not request.only or name in request.only) and name not in request.skip]
    folders = tuple(config.folder / each for each in config.document.policies) if config else ()
    own = [each for folder in folders for each in _own_rules().checks_of(folder)]
    applying = tuple(each for each in (*all_checks(), *own) if _applies(each, [*names, COMPLIANCE], profiles))
    ignored = _ignored(request, [each.id for each in applying])
    checks = tuple(each for each in applying if each.id not in ignored)
    chosen.left.extend(_left_checks(request, ignored, chosen.system))
    kinds = {part.kind for system in chosen.systems for part in system.parts}
    _look_at_something(names, kinds)
    known = _without(_frameworks(frameworks, {each.id for each in checks if each.part_kinds & kinds}), ignored)
    choice = Choice(
        profiles=profiles,
        is_cached=request.is_cached,
        allowed_tools=request.allowed_tools,
        policy_folders=folders,
        opa=_opa_place(config.document.opa) if config and config.document.opa else None,
        spark=_spark_place(config),
        token_env=request.token_env,
    )
    chosen.left.extend(
        Exclusion(target=chosen.system, what=key, why=say("plan.not_trusted", path=config.path if config else ""))
        for key in (limits.ignored if limits else ())
    )
    fail_on = request.fail_on or Severity(gate.fail_on if gate else "low")
    ensure(chosen.systems)
    stages = tuple(each.make(choice) for each in STAGES if each.name in names and not each.part_kinds.isdisjoint(kinds))
    return Plan(
        system=chosen.system,
        assignment=Assignment(
            systems=tuple(chosen.systems),
            stages=stages,
            limit_s=request.limit_s,
            processes=os.cpu_count() or 2,
        ),
        rules=Rules(
            checks=checks,
            frameworks=known,
            digest=_digest(folders),
            editions=_editions,
            ignored=tuple(sorted(ignored)),
        ),
        gate=_asked_of(gate, request.gate, config, fail_on=fail_on, frameworks=frameworks)
        if gate
        else GatePolicy(fail_on=fail_on, asked_for=frozenset(frameworks)),
        decisions=_decisions(config),
        arguments=tuple(mask_arguments(request.arguments)),
        configuration=_configuration(limits, gate, fail_on) if limits else None,
        gate_use=_gate_use(request, config, gate, fail_on),
        left=tuple(chosen.left),
        detected=chosen.detected,
        notes=(*_of_config(config, request), *_fed(stages, kinds)),
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


def _ignored(request: Request, known: Sequence[str]) -> frozenset[str]:
    """Return the ids of the checks that the user leaves out.

    Raises:
        ConfigError: A word fits no check.
    """
    import difflib  # noqa: PLC0415

    for switch, names in (("select", request.select), ("ignore", request.ignore)):
        for name in sorted(names):
            if not any(each.startswith(name) for each in known):
                near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
                raise ConfigError(
                    say("plan.no_check", switch=switch, name=name, near=near[0] if near else "auditor checks")
                )
    selected, left = tuple(request.select), tuple(request.ignore)
    return frozenset(
        each for each in known if (selected and not each.startswith(selected)) or (left and each.startswith(left))
    )


def _left_checks(request: Request, ignored: AbstractSet[str], system: str) -> Iterable[Exclusion]:
    """Yield what the record says of checks that did not run: each that was ignored, and how many were not selected."""
    named = tuple(request.ignore)
    one_by_one = [each for each in sorted(ignored) if named and each.startswith(named)]
    for each in one_by_one:
        yield Exclusion(target=system, what=each, why=say("plan.ignored"))
    if rest := len(ignored) - len(one_by_one):
        yield Exclusion(target=system, what="--select", why=say("plan.not_selected", count=rest))


def _without(frameworks: Iterable[Framework], ignored: AbstractSet[str]) -> tuple[Framework, ...]:
    """Return frameworks in which a control that lost a check can still fail, but no longer pass by itself."""
    from auditor.model.control import Assessment  # noqa: PLC0415

    if not ignored:
        return tuple(frameworks)
    return tuple(
        structs.replace(
            framework,
            controls=tuple(
                structs.replace(control, assessment=Assessment.PARTIAL)
                if control.assessment is Assessment.AUTOMATED and not ignored.isdisjoint(control.checks)
                else control
                for control in framework.controls
            ),
        )
        for framework in frameworks
    )


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


def _editions(system: System, facts: Facts) -> dict[str, EditionNumbers]:
    """Return the edition that fits the version of what is audited, or that the user names for it."""
    from auditor.compliance.outcomes import EditionNumbers  # noqa: PLC0415

    told = (stage.part_of(stage.version)(facts) for stage in STAGES if stage.version)
    seen = next((version for version in told if version is not None), None)
    if seen is None:
        return {}
    named = next((str(part.options["benchmark"]) for part in system.parts if part.options.get("benchmark")), "")
    found = {}
    for name, catalogue in _catalogues().items():
        version = named or catalogue.edition_for(seen)
        if catalogue.editions and version in catalogue.numbers:
            found[name] = EditionNumbers(version, catalogue.numbers[version])
    return found


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
    _known("framework of parameters", frozenset(named.parameters), sorted(_catalogues()))
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


def _gate(request: Request, config: Config | None) -> GateSection | None:
    """Return the gate that takes effect: the caller's file, else that of the configuration."""
    if request.gate is not None:
        from auditor.config import load_gate  # noqa: PLC0415 - as `load`

        return load_gate(request.gate)
    return config.document.gate if config else None


def _asked_of(
    said: GateSection, file: Path | None, config: Config | None, *, fail_on: Severity, frameworks: Sequence[str]
) -> GatePolicy:
    """Return a gate as it is asked.

    Args:
        said: As its author wrote it.
        file: Where it stands, if in a file of its own.
        config: Where it stands otherwise.
        fail_on: Least severity that fails the run.
        frameworks: That are assessed; the gate may limit no others.

    Raises:
        ConfigError: It names a stage or framework that there is not, or its Rego cannot be read.
    """
    from auditor.gate import GatePolicy  # noqa: PLC0415

    _known("stage of the gate", said.required_stages, STAGE_NAMES)
    return GatePolicy(
        fail_on=fail_on,
        max_not_assessed=said.max_not_assessed,
        frameworks=_limits(said, frameworks),
        asked_for=frozenset(frameworks),
        new_only=said.new_only,
        sla_days={Severity(name): days for name, days in said.sla_days.items()},
        accept_waived=said.accept_waived,
        required_stages=said.required_stages,
        max_age_days=said.max_age_days,
        rego=_rego(said, file, config),
    )


def usual_gate(fail_on: Severity) -> tuple[str, ...]:
    """Return what `config.gate_in_words` says of a gate that nobody wrote; pydantic is left alone where nobody did."""
    return f"fail_on {fail_on.value}", "max_not_assessed 0"


def _gate_use(request: Request, config: Config | None, gate: GateSection | None, fail_on: Severity) -> GateUse:
    """Return what the record says of the gate: the one that took effect, and the configuration's that it beat."""
    if gate is None:
        return GateUse(path="", digest="", policy=usual_gate(fail_on))
    from auditor.config import gate_in_words  # noqa: PLC0415 - as `load`

    took = gate_in_words(gate.model_copy(update={"fail_on": fail_on.value}))
    of_configuration = gate_in_words(config.document.gate) if config else ()
    if request.gate:
        return GateUse(
            path=str(request.gate), digest=sha256(request.gate.read_bytes()), policy=took, overruled=of_configuration
        )
    return GateUse(path=str(config.path) if config else "", digest=config.digest if config else "", policy=took)


def regated(record: Record, file: Path) -> Record:
    """Return a record that says of its gate that the one of a file beat it; its answer stays as it is."""
    from auditor.config import gate_in_words, load_gate  # noqa: PLC0415

    before = record.run.gate.policy if record.run.gate else ()
    policy = gate_in_words(load_gate(file))
    use = GateUse(path=str(file), digest=sha256(file.read_bytes()), policy=policy, overruled=before)
    return structs.replace(record, run=structs.replace(record.run, gate=use))


def _rego(gate: GateSection, file: Path | None, config: Config | None) -> str:
    """Return the text of the user's own gate policy, empty if there is none.

    Raises:
        ConfigError: It cannot be read.
    """
    if not gate.rego:
        return ""
    folder = file.parent if file else (config.folder if config else Path())
    try:
        return (folder / gate.rego).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"gate.rego {folder / gate.rego} cannot be read: {error}"
        raise ConfigError(message) from error


def gate_policy(file: Path) -> GatePolicy:
    """Return the gate policy of a file.

    Raises:
        ConfigError: It cannot be read, or something in it is unknown.
    """
    from auditor.config import load_gate  # noqa: PLC0415

    found = load_gate(file)
    made = _asked_of(found, file, None, fail_on=Severity(found.fail_on), frameworks=sorted(_catalogues()))
    return structs.replace(made, asked_for=frozenset(found.frameworks))


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


def ask_gate(record: Record, policy: GatePolicy) -> Record:
    """Return the record after the user's own gate policy was asked; the same where there is none."""
    from msgspec.structs import replace as changed  # noqa: PLC0415

    from auditor.errors import ToolError  # noqa: PLC0415
    from auditor.gate import denied, unanswered  # noqa: PLC0415
    from auditor.report.gate_input import document  # noqa: PLC0415
    from auditor.tools.opa import Opa  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    if not policy.rego:
        return record
    opa = Opa(programs=Programs.here(frozenset()), policies=policies())
    try:
        said = opa.evaluate(policy.rego, "gate.rego", document(record), "data.auditor.gate.deny")
    except ToolError as problem:
        return changed(record, gate=unanswered(record.gate, f"{problem.reason}: {problem.detail}"))
    if not isinstance(said, list):
        return changed(record, gate=unanswered(record.gate, "data.auditor.gate.deny is no set"))
    return changed(record, gate=denied(record.gate, sorted(map(str, said))))


def _limits(gate: GateSection, assessed: Sequence[str]) -> dict[str, FrameworkLimit]:
    """Return what the gate tolerates in each framework that it names.

    Raises:
        ConfigError: It names a framework that it does not assess.
    """
    from auditor.gate import FrameworkLimit  # noqa: PLC0415

    limits = gate.frameworks
    _known("framework of the gate", frozenset(limits), assessed)
    return {
        name: FrameworkLimit(max_fail=limit.max_fail, max_not_assessed=limit.max_not_assessed)
        for name, limit in limits.items()
    }


STAGES: Final = stages()
_OBSERVED: Final = frozenset(kind for stage in STAGES for kind in stage.part_kinds)


def all_checks(*, with_methods: bool = True) -> tuple[Check, ...]:
    """Return every check of this version.

    Args:
        with_methods: Name the clauses that a check speaks to by a method, besides those that it names itself.
    """
    from auditor.compliance.checks import checks as compliance_checks  # noqa: PLC0415

    made = (*(check for stage in STAGES for check in stage.all_checks()), *compliance_checks())
    if not with_methods:
        return made
    more = _by_method()
    return tuple(
        replace(each, controls=merged(each.controls, more[each.id])) if each.id in more else each for each in made
    )


@cache
def _methods() -> Methods:
    from auditor.compliance.frameworks import load_methods  # noqa: PLC0415

    return load_methods(rulesets())


@cache
def _by_method() -> dict[str, dict[str, tuple[str, ...]]]:
    return spoken(_methods(), (each.newest for each in _catalogues().values()))


def fact_kinds() -> dict[str, type[Fact]]:
    """Return every kind of fact of this version by its name."""
    from auditor.model.fact import Fact  # noqa: PLC0415

    measures()
    found: dict[str, type[Fact]] = {}
    waiting: list[type[Fact]] = [Fact]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found[kind.__name__] = kind
            waiting.append(kind)
    return found


def measures() -> dict[str, Text]:
    """Return the published ids of measures and what each counts: `MEASURES` in the ``facts.py`` of each stage."""
    return {name: text for stage in STAGES for name, text in stage.load_facts().items()}


def rules_for(
    stages: AbstractSet[str],
    asked_for: Sequence[str],
    kinds: AbstractSet[str],
    ignored: AbstractSet[str] = frozenset(),
    folders: Sequence[Path] = (),
) -> Rules:
    """Return the rules of this version for a run of then.

    Args:
        stages: That took part.
        asked_for: Frameworks that were asked for; those that a check speaks to, if none was.
        kinds: Of the parts that were looked at.
        ignored: Ids of checks that the user left out.
        folders: With policies of the user's own.
    """
    from auditor.rules import Rules  # noqa: PLC0415

    profiles = frozenset(PROFILES[name] for name in asked_for if name in PROFILES)
    own = [each for folder in folders for each in _own_rules().checks_of(folder)]
    named = [*sorted(stages), COMPLIANCE]
    checks = tuple(each for each in (*all_checks(), *own) if _applies(each, named, profiles) and each.id not in ignored)
    known = _frameworks(asked_for, {each.id for each in checks if each.part_kinds & kinds})
    return Rules(
        checks=checks,
        frameworks=_without(known, ignored),
        digest=_digest(folders),
        editions=_editions,
        ignored=tuple(sorted(ignored)),
    )


def replaying(stages: AbstractSet[str], folders: tuple[Path, ...] = ()) -> tuple[Stage, ...]:
    """Return those of some stages that see nothing but facts of others, ready to look again.

    Args:
        stages: That took part.
        folders: With policies of the user's own.
    """
    return tuple(each.make(Choice(policy_folders=folders)) for each in STAGES if each.name in stages and each.replays)


def all_frameworks() -> tuple[Framework, ...]:
    """Return every framework of this version, as it stands today, with the checks behind each control."""
    from auditor.compliance.frameworks import load_quantification, with_checks  # noqa: PLC0415

    checks, letters = all_checks(), load_quantification(rulesets())
    return tuple(with_checks(catalogue.newest, checks, _methods(), letters) for catalogue in _catalogues().values())


def framework_with_sections(name: str) -> tuple[Framework, Mapping[str, Text]]:
    """Return a framework of this version with the titles of its sections."""
    (found,) = (each for each in all_frameworks() if each.id == name)
    return found, _catalogues()[name].sections


@cache
def _catalogues() -> dict[str, Catalogue]:
    from auditor.compliance.frameworks import catalogues  # noqa: PLC0415 - YAML, which most commands do without

    return catalogues(rulesets() / "controls")


def _applies(each: Check, names: Sequence[str], profiles: frozenset[str]) -> bool:
    return each.stage in names and (not each.profile or each.profile in profiles)


def _frameworks(names: Sequence[str], checks: AbstractSet[str]) -> tuple[Framework, ...]:
    """Return the frameworks of these names; where none is asked for, those that a check of this run speaks to.

    Args:
        names: Asked for.
        checks: Ids of the checks of this run.

    Raises:
        ConfigError: There is no such framework.
    """
    known = {framework.id: framework for framework in all_frameworks()}
    if not names:
        unasked = (known[name] for name, catalogue in _catalogues().items() if not catalogue.is_asked_for)
        return tuple(each for each in unasked if any(not checks.isdisjoint(c.checks) for c in each.controls))
    _known("framework", frozenset(names), sorted(known))
    return tuple(known[name] for name in names)


def _known(what: str, names: Iterable[str], known: Sequence[str]) -> None:
    import difflib  # noqa: PLC0415

    for name in sorted(names):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            message = f"unknown {what} {name!r}: {hint}"
            raise ConfigError(message)


def _held(request: Request) -> Held | None:
    found = None if request.config or request.targets else found_config()
    if request.config is None and found is None:
        return None
    from auditor.config import Trust, load  # noqa: PLC0415 - pydantic and YAML only where there is a configuration
    from auditor.trust import held  # noqa: PLC0415

    if request.config is not None:
        return held(load(request.config))
    return held(load(found or Path(CONFIG_NAME), Trust.TRUSTED if request.trusts_config else Trust.FOUND))


def found_config() -> Path | None:
    """Return ``auditor.yaml`` of this folder, or of the nearest one above it up to the root of its git repository."""
    here = Path().absolute()
    above = [here, *here.parents]
    root = next((index for index, folder in enumerate(above) if (folder / ".git").exists()), 0)
    for index, folder in enumerate(above[: root + 1]):
        if (folder / CONFIG_NAME).is_file():
            return Path(*[".."] * index, CONFIG_NAME)
    return None


def _targets(request: Request, limits: Held | None) -> _Chosen:
    config = limits.config if limits else None
    chosen = _Chosen(config.document.system.name if config else "", options=request.options)
    if request.files:
        by_file = next(kind.name for kind in target_kinds().values() if "files" in kind.switches)
        chosen.options = {**request.options, by_file: {"files": _below_here(request.files)}}
        _add(f"{by_file}=.", chosen)
    elif request.targets:
        if config and request.adds_to_config:
            chosen.systems.extend(_configured(config, request.options))
        for argument in request.targets:
            _add(argument, chosen)
    elif config:
        chosen.systems.extend(_configured(config, request.options))
        for kind, where, why in limits.refused if limits else ():
            part = Part(kind=REFUSED, where=where, options={"why": why}, named=f"{kind}={where}")
            chosen.systems.append(System(name=part.argument, parts=(part,)))
    else:
        _add(".", chosen)
    chosen.system = chosen.system or chosen.systems[0].name
    _ensure_options_are_for_something(chosen)
    ids = [part.argument for system in chosen.systems for part in system.parts]
    if double := next((each for index, each in enumerate(ids) if each in ids[:index]), ""):
        message = f"target {double!r} is given twice"
        raise ConfigError(message)
    return chosen


def _below_here(files: Iterable[str]) -> tuple[str, ...]:
    """Return paths of files relative to the working folder.

    Raises:
        ConfigError: One stands outside of it.
    """
    here = Path.cwd()
    found: list[str] = []
    for file in files:
        place = Path(os.path.normpath(here / file))
        if not place.is_relative_to(here) or place == here:
            raise ConfigError(say("plan.outside", file=file))
        found.append(place.relative_to(here).as_posix())
    return tuple(dict.fromkeys(found))


def _ensure_options_are_for_something(chosen: _Chosen) -> None:
    """Refuse options of the command line for a kind of targets of which there is none.

    Raises:
        ConfigError: They would be for nothing.
    """
    given = {part.kind for system in chosen.systems for part in system.parts}
    for name, options in chosen.options.items():
        switches = [found for each in options if (found := target_kinds()[name].switches.get(each))]
        if switches and name not in given:
            raise ConfigError(say("plan.no_target_of_kind", options=", ".join(switches), kind=name))


def _parts(part: Part, options: Mapping[str, Mapping[str, object]]) -> tuple[Part, ...]:
    """Return a target with the options of the command line, which win, taken apart if it stands for several."""
    kind = target_kinds()[part.kind]
    given = dict(options.get(part.kind, {}))
    for name in kind.from_here & given.keys():
        paths = given[name]
        listed = paths if isinstance(paths, list | tuple) else (paths,)
        given[name] = tuple(os.path.relpath(str(each), part.base or ".") for each in listed)
    whole = structs.replace(part, options={**part.options, **given}) if given else part
    taken: tuple[Part, ...] = resolve_name(kind.expand)(whole) if kind.expand else (whole,)
    return taken


def _add(argument: str, chosen: _Chosen) -> None:
    from auditor.detect import detect, is_bare, parse  # noqa: PLC0415

    if not is_bare(argument):
        named = parse(argument)
        parts = tuple(each for part in named for each in _parts(part, chosen.options))
        if len(named) == 1 and len(parts) > 1:  # a file of endpoints, each of which is a system of its own
            chosen.systems.extend(System(name=part.argument, parts=(part,)) for part in parts)
        else:
            chosen.systems.append(System(name=writable(argument), parts=parts))
        return
    found = detect(argument)
    chosen.detected = True
    chosen.left.extend(found.left)
    for part in found.parts:
        if part.kind in _OBSERVED:
            chosen.systems.extend(System(name=each.argument, parts=(each,)) for each in _parts(part, chosen.options))
        else:
            chosen.left.append(Exclusion(target=argument, what=part.argument, why=say("plan.no_stage", kind=part.kind)))
    if not chosen.systems:
        part = Part(kind=next(iter(target_kinds())), where=argument)
        chosen.systems.append(System(name=part.argument, parts=(part,)))


def _configured(config: Config, options: Mapping[str, Mapping[str, object]]) -> Iterable[System]:
    """Yield the systems of a configuration: the parts that ``join`` names in one, every other part by itself.

    Raises:
        ConfigError: ``join`` names a part that is no target, or one twice.
    """
    base = "" if str(config.folder) == "." else str(config.folder)
    named = [_part(kind, entry, base) for kind in target_kinds() for entry in getattr(config.document.targets, kind)]
    parts = [each for part in named for each in _parts(part, options)]
    by_id = {part.argument: part for part in parts}
    group_of: dict[str, int] = {}
    for number, group in enumerate(config.document.join):
        _known("target of join", group, sorted(by_id))
        for each in group:
            if group_of.setdefault(each, number) != number or group.count(each) > 1:
                message = f"join names {each!r} twice"
                raise ConfigError(message)
    for group in config.document.join:
        name = config.document.system.name if len(config.document.join) == 1 else group[0]
        yield System(name=name, parts=tuple(by_id[each] for each in group))
    for part in parts:
        if part.argument not in group_of:
            yield System(name=part.argument, parts=(part,))


def _part(kind: str, entry: object, base: str) -> Part:
    if isinstance(entry, str):
        return Part(kind=kind, where=entry, base=base)
    options = {name: _plain(value) for name, value in vars(entry).items() if value not in (None, ())}
    said = (options[name] for name in target_kinds()[kind].where if name in options)
    where = next((text for each in said if (text := _place_of(each))), "")
    if not where:
        message = f"a target of kind {kind} names no place to look at"
        raise ConfigError(message)
    return Part(kind=kind, where=where, options=options, base=base)


def _plain(value: object) -> object:
    """Return a value of a target as the record keeps it: a mapping for what has keys of its own."""
    return value.model_dump(exclude_none=True) if hasattr(value, "model_dump") else value


def _place_of(value: object) -> str:
    """Return where something lies: a path, or a mapping that has one."""
    return str(value.get("path") or "") if isinstance(value, dict) else str(value)


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
