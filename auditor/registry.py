"""What this version knows: its checks, frameworks, kinds of facts and measures, and which of them a run is about."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from msgspec import structs

from auditor.compliance.methods import Methods, merged, spoken
from auditor.content import rulesets
from auditor.errors import ensure_known
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from auditor.check import Check
    from auditor.compliance.frameworks import Catalogue
    from auditor.compliance.outcomes import EditionNumbers
    from auditor.model.control import Framework
    from auditor.model.fact import Fact, Facts
    from auditor.model.system import System
    from auditor.model.text import Text

PROFILES: Final = {"gbt39786-2021-l3": "commercial-cryptography"}
"""Profile of rules that a framework asks for."""
COMPLIANCE: Final = "compliance"
"""Owner of the checks of waivers and answers, which no stage observes."""


@cache
def all_checks(*, with_methods: bool = True) -> tuple[Check, ...]:
    """Return every check of this version; put together once, for it is asked for by checks and by frameworks.

    Args:
        with_methods: Name the clauses that a check speaks to by a method, besides those that it names itself.
    """
    from auditor.compliance.checks import checks as compliance_checks  # noqa: PLC0415

    made = (*(check for stage in stages() for check in _checks_of(stage.name)), *compliance_checks())
    if not with_methods:
        return made
    more = _by_method()
    return tuple(
        replace(each, controls=merged(each.controls, more[each.id])) if each.id in more else each for each in made
    )


def loading() -> Iterator[None]:
    """Put all checks together, a stage a step, for when there is nothing else to do."""
    for stage in stages():
        _checks_of(stage.name)
        yield
    _by_method()
    yield
    all_checks()
    yield


@cache
def _checks_of(stage: str) -> tuple[Check, ...]:
    return next(each for each in stages() if each.name == stage).all_checks()


@cache
def _methods() -> Methods:
    from auditor.compliance.frameworks import load_methods  # noqa: PLC0415

    return load_methods(rulesets())


@cache
def _by_method() -> dict[str, dict[str, tuple[str, ...]]]:
    return spoken(_methods(), (each.newest for each in catalogues().values()))


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
    return {name: text for stage in stages() for name, text in stage.load_facts().items()}


def all_frameworks() -> tuple[Framework, ...]:
    """Return every framework of this version, as it stands today, with the checks behind each control."""
    from auditor.compliance.frameworks import load_quantification, with_checks  # noqa: PLC0415

    checks, letters = all_checks(), load_quantification(rulesets())
    return tuple(with_checks(catalogue.newest, checks, _methods(), letters) for catalogue in catalogues().values())


def framework_with_sections(name: str) -> tuple[Framework, Mapping[str, Text]]:
    """Return a framework of this version with the titles of its sections."""
    (found,) = (each for each in all_frameworks() if each.id == name)
    return found, catalogues()[name].sections


@cache
def catalogues() -> dict[str, Catalogue]:
    """Return the catalogue of every framework of this version, by its id."""
    from auditor.compliance.frameworks import catalogues as read  # noqa: PLC0415 - YAML, which most commands do without

    return read(rulesets() / "controls")


def frameworks_of(names: Sequence[str], checks: AbstractSet[str]) -> tuple[Framework, ...]:
    """Return the frameworks of these names; where none is asked for, those that a check of this run speaks to.

    Args:
        names: Asked for.
        checks: Ids of the checks of this run.

    Raises:
        ConfigError: There is no such framework.
    """
    known = {framework.id: framework for framework in all_frameworks()}
    if not names:
        unasked = (known[name] for name, catalogue in catalogues().items() if not catalogue.is_asked_for)
        return tuple(each for each in unasked if any(not checks.isdisjoint(c.checks) for c in each.controls))
    ensure_known("framework", frozenset(names), sorted(known))
    return tuple(known[name] for name in names)


def without(frameworks: Iterable[Framework], ignored: AbstractSet[str]) -> tuple[Framework, ...]:
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


def editions(system: System, facts: Facts) -> dict[str, EditionNumbers]:
    """Return the edition that fits the version of what is audited, or that the user names for it."""
    from auditor.compliance.outcomes import EditionNumbers  # noqa: PLC0415

    told = (stage.part_of(stage.version)(facts) for stage in stages() if stage.version)
    seen = next((version for version in told if version is not None), None)
    if seen is None:
        return {}
    named = next((str(part.options["benchmark"]) for part in system.parts if part.options.get("benchmark")), "")
    found = {}
    for name, catalogue in catalogues().items():
        version = named or catalogue.edition_for(seen)
        if catalogue.editions and version in catalogue.numbers:
            found[name] = EditionNumbers(version, catalogue.numbers[version])
    return found


def applies(each: Check, names: Sequence[str], profiles: frozenset[str]) -> bool:
    """Tell whether a check is one of these stages, and of a profile that is asked for if it has one."""
    return each.stage in names and (not each.profile or each.profile in profiles)
