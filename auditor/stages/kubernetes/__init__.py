"""Cluster objects, control plane settings and node files, from files, charts, snapshots, nodes and live clusters."""

from __future__ import annotations

from typing import Final

from auditor.stage import StageDefinition, TargetKind

KUBERNETES: Final = TargetKind(
    name="kubernetes",
    schemes={"context:": "a context"},
    model=f"{__name__}.targets:KubernetesTarget",
    paths=("values",),
    loosening={"benchmark": frozenset(), "certificates": frozenset()},
    finder=f"{__name__}.finding:ManifestFinder",
    ensure=f"{__name__}.clusters:ensure",
    switches={
        "values": "--values",
        "namespace": "--namespace",
        "kube_version": "--kube-version",
        "api_versions": "--api-versions",
    },
    from_here=frozenset({"values"}),
)
NODE: Final = TargetKind(name="node", finder=f"{__name__}.finding:NodeFactsFinder")
STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({KUBERNETES.name, NODE.name}),
    targets=(KUBERNETES, NODE),
    version="facts:version_of",
)
