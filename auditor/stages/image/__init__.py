"""Stage ``image``: container images judged by their bytes."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition, TargetKind

IMAGE: Final = TargetKind(
    name="image",
    is_path=False,
    schemes=dict.fromkeys(("oci:", "oci-archive:", "docker-archive:", "rootfs:", "dir:", "file:"), ""),
    model=f"{__name__}.targets:ImageTarget",
    paths=("vex",),
    loosening={
        "platform": frozenset(),
        "keys": frozenset(),
        "signed": frozenset({True}),
        "trusted_base": frozenset(),
    },
    finder=f"{__name__}.finding:LayoutFinder",
    ensure=f"{__name__}.keys:ensure",
)
STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({IMAGE.name}), targets=(IMAGE,))
