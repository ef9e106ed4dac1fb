"""Everything that one run saw and concluded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.control import Outcome
    from auditor.model.fact import Capture, Facts, Gap
    from auditor.model.finding import Finding, Severity
    from auditor.model.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolUse:
    """A wrapped program that took part.

    Attributes:
        name: Name in the pin file.
        version: What it calls itself.
        digest: SHA-256 over what is installed.
        is_allowed: False if it runs only because the user insisted.
    """

    name: str
    version: str
    digest: str
    is_allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRun:
    """One part of a target and how long it took to observe.

    Attributes:
        kind: Kind of the part.
        where: Where it lies, as given.
        seconds: Wall time of its observations.
    """

    kind: str
    where: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRun:
    """One stage on one target.

    Attributes:
        stage: Name of the stage.
        target: Name of the target.
        seconds: Wall time.
        reused: Items (files, objects) whose earlier observation was used again.
        observed: Items that were observed anew.
        problem: Traceback or cause if the stage broke, empty otherwise.
    """

    stage: str
    target: str
    seconds: float
    reused: int
    observed: int
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The configuration that a run was made with.

    Attributes:
        path: Its file, as the caller named it or as it was found.
        digest: SHA-256 of its bytes.
        trust: ``named`` or ``trusted`` by the caller, or merely ``found``.
        fail_on: Least severity that fails the run, as it took effect.
        max_not_assessed: Findings without a verdict that were tolerated.
        frameworks: What was tolerated in single frameworks, in words.
        judge: A server that judged in place of our own OPA, empty if none did.
        ignored: What in it took no effect, because it was found only.
    """

    path: str
    digest: str
    trust: str
    fail_on: str
    max_not_assessed: int
    frameworks: tuple[str, ...] = ()
    judge: str = ""
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a run was compared with.

    Attributes:
        kind: ``run`` or ``revision``.
        given: As the caller spelled it.
        id: Id of the run, or the commits.
        digest: SHA-256 of the earlier ``record.json``; of a revision empty, as its id is one.
    """

    kind: str
    given: str
    id: str
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The circumstances of a run: all that may differ between two runs on the same input.

    Attributes:
        id: ``<UTC time>-<short digest>``.
        started: ISO 8601, UTC.
        seconds: Wall time of the whole run.
        auditor: Our version.
        rules: Digest over policies and rulesets.
        parts: Every part with its time.
        stages: Every stage on every target.
        tools: Programs that took part.
        arguments: Command line, secrets masked.
        system: Name of the audited system.
        interrupted: Signal that ended it early, empty otherwise.
        compared_with: What ``--new-since`` named, empty otherwise.
        comparison: The same, told apart; None where nothing was compared.
        configuration: The configuration that took effect; None where there was none.
    """

    id: str
    started: str
    seconds: float
    auditor: str
    rules: str
    parts: tuple[PartRun, ...]
    stages: tuple[StageRun, ...]
    tools: tuple[ToolUse, ...]
    arguments: tuple[str, ...]
    system: str
    interrupted: str = ""
    compared_with: str = ""
    comparison: Comparison | None = None
    configuration: Configuration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that a check compares.

    Attributes:
        id: Published id (``lineage.fields``).
        stage: Stage that counted.
        target: Argument of the part.
        subject: What was measured.
        value: A number, a time, a ratio as its two integers, or None (then a gap says why).
        undetermined: Items that are neither in nor out.
        items: What is missing or was found, sorted.
    """

    id: str
    stage: str
    target: str
    subject: str
    value: int | float | str | tuple[int, int] | None
    undetermined: int
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """A figure that is never shown without its two integers.

    Attributes:
        part: Numerator.
        whole: Denominator.
    """

    part: int
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The two headline figures.

    Attributes:
        assessed: Findings with a verdict out of findings due.
        policy: By framework: controls with at least one automated check that ran, out of all its controls.
    """

    assessed: Ratio
    policy: Mapping[str, Ratio]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """May this go live?

    Attributes:
        fail_on: Least severity that fails the run.
        exit_code: 0, 1, 3 or 4 (see `auditor.gate`).
        reason: Why.
    """

    fail_on: Severity
    exit_code: int
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something in a target that was left out on purpose.

    Attributes:
        target: Argument of the part.
        what: Path or name.
        why: Reason.
    """

    target: str
    what: str
    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run. Reports read this and nothing else.

    Attributes:
        run: Circumstances.
        targets: Arguments of all parts.
        left_out: What was not looked at on purpose.
        gaps: What could not be seen.
        findings: Sorted by severity, id, target, place.
        outcomes: One per framework, control and target.
        coverage: Headline figures.
        measures: Numbers that checks compare.
        gate: Exit code and its reason.
        facts: Facts by system name; kept beside the record, not in it.
        captures: Raw bytes by digest; kept beside the record.
    """

    run: Run
    targets: tuple[str, ...]
    left_out: tuple[Left, ...]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage
    measures: tuple[Measure, ...]
    gate: Gate
    facts: Mapping[str, Facts] = field(default_factory=dict)
    captures: Mapping[str, Capture] = field(default_factory=dict)
