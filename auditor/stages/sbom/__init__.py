"""Stage ``sbom``: what images and trees are made of, and whether an SBOM says so."""

from __future__ import annotations

from typing import Final

from auditor.stage import Commands, StageDefinition, TargetKind
from auditor.stages.image import SWITCHES

SBOM: Final = TargetKind(
    name="sbom",
    model=f"{__name__}.targets:SbomTarget",
    paths=("vex",),
    loosening={
        "keys": frozenset(),
        "signed": frozenset({True}),
        "profiles": frozenset(),
        "licences": frozenset(),
        "vex": frozenset(),
    },
    finder=f"{__name__}.finding:SbomFinder",
    ensure=f"{__name__}.licensing:ensure",
    switches=SWITCHES,
)
STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({"image", SBOM.name}),
    targets=(SBOM,),
    table="tables:table",
    commands=(Commands(word="sbom", add="commands:add_to", precedence=50),),
)
