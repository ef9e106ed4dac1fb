"""Cluster objects, control plane settings and node files, from files, charts, snapshots, nodes and live clusters."""

from __future__ import annotations

from typing import Final

from auditor.stage import Commands, StageDefinition, Switch, TargetKind

KUBERNETES: Final = TargetKind(
    name="kubernetes",
    schemes={"context:": "a context"},
    model=f"{__name__}.targets:KubernetesTarget",
    paths=("values",),
    loosening={"benchmark": frozenset(), "certificates": frozenset()},
    finder=f"{__name__}.finding:ManifestFinder",
    ensure=f"{__name__}.clusters:ensure",
    switches=(
        Switch(option="--values", key="values", metavar="FILE", text="help.values", is_many=True, needs_target=True),
        Switch(option="--namespace", key="namespace", metavar="NAME", text="help.namespace", needs_target=True),
        Switch(
            option="--kube-version", key="kube_version", metavar="VERSION", text="help.kube_version", needs_target=True
        ),
        Switch(
            option="--api-versions",
            key="api_versions",
            metavar="VERSION",
            text="help.api_versions",
            is_many=True,
            needs_target=True,
        ),
    ),
    from_here=frozenset({"values"}),
)
NODE: Final = TargetKind(name="node", finder=f"{__name__}.finding:NodeFactsFinder")
STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({KUBERNETES.name, NODE.name}),
    targets=(KUBERNETES, NODE),
    version="facts:version_of",
    inventory_of="inventory:of_run",
    commands=(
        Commands(word="collect", add="commands:collect_cluster", precedence=10),
        Commands(word="collect", add="commands:collect_node", precedence=12),
    ),
)
