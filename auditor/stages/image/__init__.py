"""Stage ``image``: container images judged by their bytes."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition, Switch, TargetKind

SWITCHES: Final = (
    Switch(option="--platform", key="platform", metavar="OS/ARCH", text="help.platform"),
    Switch(option="--key", key="keys", metavar="FILE", text="help.key", is_many=True),
    Switch(option="--vex", key="vex", metavar="FILE", text="help.vex", is_many=True),
)
"""What may be said of images and of their SBOMs alike."""

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
    switches=SWITCHES,
)
STAGE: Final = StageDefinition(package=__name__, part_kinds=frozenset({IMAGE.name}), targets=(IMAGE,))
