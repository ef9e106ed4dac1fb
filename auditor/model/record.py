"""Everything that one run saw and concluded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct, field

from auditor.model.artefact import Reference
from auditor.model.bounds import Count, Name, Seconds
from auditor.model.control import Outcome
from auditor.model.decision import ClaimRow, DecisionFile
from auditor.model.fact import Gap
from auditor.model.finding import Finding, Severity
from auditor.model.system import System
from auditor.model.text import Text

SCHEMA: Final = "auditor-record/1"


class ToolUse(Struct, frozen=True, kw_only=True):
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
    is_allowed: bool = field(name="allowed")


class PartRun(Struct, frozen=True, kw_only=True):
    """One part of a target and how long it took to observe.

    Attributes:
        kind: Kind of the part.
        where: Where it lies, as given.
        seconds: Wall time of its observations.
    """

    kind: str
    where: str
    seconds: Seconds


class StageRun(Struct, frozen=True, kw_only=True):
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
    seconds: Seconds
    reused: Count
    observed: Count
    problem: str = ""


class Configuration(Struct, frozen=True, kw_only=True):
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
        level: Level of the system (等保), as it says; None where it says none.
        owner: Who answers for the system, as it says.
    """

    path: str
    digest: str
    trust: Literal["named", "trusted", "found"]
    fail_on: str
    max_not_assessed: int
    frameworks: tuple[str, ...] = ()
    judge: str = ""
    ignored: tuple[str, ...] = ()
    level: int | None = None
    owner: str = ""


class Comparison(Struct, frozen=True, kw_only=True):
    """What a run was compared with.

    Attributes:
        kind: ``run`` or ``revision``.
        given: As the caller spelled it.
        id: Id of the run, or the commits.
        digest: SHA-256 of the earlier ``record.json``; of a revision empty, as its id is one.
        started: Clock of the earlier run; empty for a revision.
        failures: Failures of then that were open, by severity, worst first; empty for a revision.
    """

    kind: Literal["run", "revision"]
    given: str
    id: str
    digest: str = ""
    started: str = ""
    failures: Mapping[Severity, int] = {}


class GateUse(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which gate policy took effect, and which one it overruled.

    Attributes:
        path: Its file: that of ``--gate``, else the configuration; empty where neither said anything.
        digest: SHA-256 of the bytes of that file.
        policy: Every rule of it, in words, as it took effect.
        overruled: Rules of the configuration's gate that took no effect, since ``--gate`` beats it.
    """

    path: str = ""
    digest: str = ""
    policy: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()


class Run(Struct, frozen=True, kw_only=True):
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
        integrity: What of our own does not verify, empty if all does.
        gate: The gate policy that took effect; None in records of older versions.
    """

    id: str
    started: str
    seconds: Seconds
    auditor: str
    rules: str
    parts: tuple[PartRun, ...] = field(name="targets")
    stages: tuple[StageRun, ...]
    tools: tuple[ToolUse, ...]
    arguments: tuple[str, ...]
    system: str
    interrupted: str = ""
    compared_with: str = ""
    comparison: Comparison | None = None
    configuration: Configuration | None = None
    integrity: str = ""
    gate: GateUse | None = None


class MeasureRow(Struct, frozen=True, kw_only=True):
    """A number that a check compares, as the record lists it (`auditor.model.fact.Measure` is the fact)."""

    id: str
    stage: str
    target: str
    subject: str
    value: tuple[int, int] | int | float | str | None
    undetermined: int
    items: tuple[str, ...]


class ArtefactRow(Struct, frozen=True, kw_only=True):
    """A result that is a file of the run.

    Attributes:
        name: Path below the folder of the run.
        media_type: What it is.
        digest: ``sha256:…``.
        size_bytes: Its size.
        target: Id of the part that it is about.
    """

    name: str
    media_type: str
    digest: str
    size_bytes: int
    target: str


class Ratio(Struct, frozen=True, kw_only=True):
    """A figure that is never shown without its two integers.

    Attributes:
        part: Numerator.
        whole: Denominator.
    """

    part: Count
    whole: Count


class Tally(Struct, frozen=True, kw_only=True):
    """Controls of a framework by their verdict over all targets (`auditor.compliance.standing`).

    Attributes:
        conforms: Everything that was judged conforms.
        partly: Some of it conforms, some does not.
        does_not: None of it does.
        not_applicable: There is nothing to judge.
        not_assessed: Open: not seen, not searched to a proof, or waiting for a person.
    """

    conforms: Count
    partly: Count
    does_not: Count
    not_applicable: Count
    not_assessed: Count

    @property
    def whole(self) -> int:
        """All controls."""
        return self.conforms + self.partly + self.does_not + self.not_applicable + self.not_assessed


class Coverage(Struct, frozen=True, kw_only=True):
    """The headline figures.

    Attributes:
        assessed: Findings with a verdict out of findings due.
        policy: By framework: controls with at least one automated check that ran, out of all its controls.
        frameworks: By framework: its controls by their verdict; empty in records older than this field.
    """

    assessed: Ratio
    policy: Mapping[str, Ratio]
    frameworks: Mapping[str, Tally] = {}


class Gate(Struct, frozen=True, kw_only=True):
    """May this go live?

    Attributes:
        fail_on: Least severity that fails the run.
        exit_code: 0, 1, 3 or 4 (`auditor.gate`).
        reason: Why.
    """

    fail_on: Severity
    exit_code: Literal[0, 1, 3, 4]
    reason: Text


class Exclusion(Struct, frozen=True, kw_only=True):
    """Something in a target that was left out on purpose.

    Attributes:
        target: Argument of the part.
        what: Path or name.
        why: Reason.
    """

    target: str
    what: str
    why: Text


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run. Reports read this and nothing else.

    Attributes:
        schema: Which shape this is.
        run: Circumstances.
        targets: Ids of all parts.
        left_out: What was not looked at on purpose.
        gaps: What could not be seen, system by system.
        findings: Sorted by verdict, severity, id, target, place.
        outcomes: One per framework, control and system.
        coverage: Headline figures.
        measures: Numbers that checks compare.
        gate: Exit code and its reason.
        systems: What was judged together, with the options of each part.
        artefacts: Results that are files of the run.
        references: Inputs that were read where they lie.
        claims: What was promised, held against what was observed.
        decided_by: Files of waivers, answers and claims that it was judged with.
    """

    schema: Literal["auditor-record/1"] = SCHEMA
    run: Run
    targets: tuple[Name, ...]
    left_out: tuple[Exclusion, ...]
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    coverage: Coverage
    measures: tuple[MeasureRow, ...]
    gate: Gate
    systems: tuple[System, ...] = ()
    artefacts: tuple[ArtefactRow, ...] = ()
    references: tuple[Reference, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    decided_by: tuple[DecisionFile, ...] = ()

    def gap_of(self, finding: Finding) -> Gap | None:
        """Return the gap that cost a finding its verdict, None where it has one."""
        return self.gaps[finding.gap.index] if finding.gap else None
