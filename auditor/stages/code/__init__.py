"""Source trees, read by semgrep with our own rules and by bandit."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition, TargetKind

CODE: Final = TargetKind(
    name="code",
    model=f"{__name__}.targets:CodeTarget",
    loosening={
        "exclude": frozenset(),
        "tests": frozenset({"judge"}),
        "severities": frozenset(),
        "history": frozenset(),
        "flow": frozenset({"whole"}),
    },
    finder=f"{__name__}.finding:SourceFinder",
    takes_files=True,
)
STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({CODE.name}),
    targets=(CODE,),
    checks="checks:built_in_checks",
    concluded=frozenset({"CodeMatch", "RuleRun", "UncoveredLanguage"}),
    commit="provenance:commit_of",
    inventory_from="inventory:of_modules",
)
