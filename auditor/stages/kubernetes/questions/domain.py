"""What rules below ``policies/kubernetes`` may say in their METADATA, and the facts that they are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor.stages.kubernetes import STAGE
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeNode, KubeObject, KubeText, NodeFile
from auditor.stages.kubernetes.questions.equivalence import PODS, VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.model.fact import Fact, Facts, Threshold
    from auditor.model.system import Part
    from auditor.stages.kubernetes.questions.view import ClusterQuestions


@dataclass(frozen=True, slots=True)
class KubernetesDomain:
    """Clusters, from manifests, snapshots, nodes or their API servers."""

    name: str = STAGE.name
    reads: tuple[type[Fact], ...] = (KubeObject, KubeComponent, NodeFile, KubeNode, KubeCluster, KubeText)
    part_kinds: frozenset[str] = STAGE.part_kinds
    item_part_kinds: frozenset[str] = frozenset({"kubernetes"})
    whole: str = "cluster"
    judges: frozenset[str] = frozenset(kind.__name__ for kind in (KubeComponent, NodeFile, KubeObject, KubeCluster))
    seldom: frozenset[str] = frozenset(kind.__name__ for kind in (KubeComponent, NodeFile))
    collections: frozenset[str] = frozenset({PODS})
    views: frozenset[str] = frozenset(VIEWS)
    benchmark: str = "cis-kubernetes"

    def view(self, facts: Facts) -> ClusterQuestions:
        """Put facts into the shape of ``policies/schemas/kubernetes.json``."""
        from auditor.stages.kubernetes.questions.view import ClusterQuestions  # noqa: PLC0415 - lists of checks go without

        return ClusterQuestions.of(facts)

    def loosened(self, part: Part) -> Iterator[Threshold]:
        """Yield each parameter that a part gives and that is looser than the benchmark's, for each check of it."""
        from auditor.stages.kubernetes.questions.thresholds import loosened  # noqa: PLC0415

        return loosened(part)


DOMAIN: Final = KubernetesDomain()
