"""Where the pods stand in objects that make pods: workloads of Kubernetes, and of add-ons that AI platforms run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.kubernetes.facts import KubeObject

Path = tuple[str | int, ...]

_TEMPLATE: Final[Path] = ("spec", "template", "spec")
POD_KINDS: Final[dict[str, Path]] = {
    "Pod": ("spec",),
    "Deployment": _TEMPLATE,
    "DaemonSet": _TEMPLATE,
    "StatefulSet": _TEMPLATE,
    "ReplicaSet": _TEMPLATE,
    "ReplicationController": _TEMPLATE,
    "Job": _TEMPLATE,
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Where the pod spec stands in each kind that makes pods (Kubernetes 1.36)."""

_POD_GROUPS: Final = frozenset({"", "apps", "batch", "extensions"})

_DEPTH: Final = 12
"""Values inside one another that a pod spec is looked for in: the deepest path of `MAKERS` has 8."""

_RAY: Final = (("headGroupSpec", "template", "spec"), ("workerGroupSpecs", "*", "template", "spec"))


@dataclass(frozen=True, slots=True)
class Maker:
    """A kind of an add-on whose controller makes pods.

    Attributes:
        acts_as: Kind of Kubernetes that its pods live like: a ``Job``'s end.
        paths: Where pod specs stand; ``*`` is every element. Empty where its controller writes them.
    """

    acts_as: str
    paths: tuple[Path, ...] = ()


MAKERS: Final[dict[tuple[str, str], Maker]] = {
    ("", "PodTemplate"): Maker("Deployment", (("template", "spec"),)),
    ("argoproj.io", "Rollout"): Maker("Deployment", (_TEMPLATE,)),
    ("postgresql.cnpg.io", "Cluster"): Maker("Deployment"),
    ("argoproj.io", "Workflow"): Maker("Job"),
    ("argoproj.io", "WorkflowTemplate"): Maker("Job"),
    ("argoproj.io", "ClusterWorkflowTemplate"): Maker("Job"),
    ("argoproj.io", "CronWorkflow"): Maker("Job"),
    ("apps.openshift.io", "DeploymentConfig"): Maker("Deployment", (_TEMPLATE,)),
    ("serving.knative.dev", "Service"): Maker("Deployment", (_TEMPLATE,)),
    ("serving.knative.dev", "Configuration"): Maker("Deployment", (_TEMPLATE,)),
    ("serving.knative.dev", "Revision"): Maker("Deployment", (("spec",),)),
    ("serving.kserve.io", "InferenceService"): Maker(
        "Deployment", (("spec", "predictor"), ("spec", "transformer"), ("spec", "explainer"))
    ),
    ("serving.kserve.io", "ServingRuntime"): Maker("Deployment", (("spec",),)),
    ("serving.kserve.io", "ClusterServingRuntime"): Maker("Deployment", (("spec",),)),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet"): Maker(
        "Deployment",
        (
            ("spec", "leaderWorkerTemplate", "leaderTemplate", "spec"),
            ("spec", "leaderWorkerTemplate", "workerTemplate", "spec"),
        ),
    ),
    ("jobset.x-k8s.io", "JobSet"): Maker(
        "Job", (("spec", "replicatedJobs", "*", "template", "spec", "template", "spec"),)
    ),
    ("ray.io", "RayCluster"): Maker("Deployment", tuple(("spec", *path) for path in _RAY)),
    ("ray.io", "RayService"): Maker("Deployment", tuple(("spec", "rayClusterConfig", *path) for path in _RAY)),
    ("ray.io", "RayJob"): Maker("Job", tuple(("spec", "rayClusterSpec", *path) for path in _RAY)),
    ("agents.x-k8s.io", "Sandbox"): Maker("Deployment", (("spec", "podTemplate", "spec"),)),
    ("extensions.agents.x-k8s.io", "SandboxTemplate"): Maker("Deployment", (("spec", "podTemplate", "spec"),)),
    ("batch.volcano.sh", "Job"): Maker("Job", (("spec", "tasks", "*", "template", "spec"),)),
    ("kubeflow.org", "PyTorchJob"): Maker("Job", (("spec", "pytorchReplicaSpecs", "*", "template", "spec"),)),
    ("kubeflow.org", "TFJob"): Maker("Job", (("spec", "tfReplicaSpecs", "*", "template", "spec"),)),
    ("kubeflow.org", "MPIJob"): Maker("Job", (("spec", "mpiReplicaSpecs", "*", "template", "spec"),)),
}
"""By API group and kind; paths as in the custom resource definitions that the projects publish."""

OPERATED: Final = frozenset({
    "Alertmanager", "ClickHouseInstallation", "Elasticsearch", "FlinkDeployment", "InnoDBCluster", "Kafka",
    "KafkaConnect", "Milvus", "MilvusCluster", "MongoDBCommunity", "OpenSearchCluster", "OpenTelemetryCollector",
    "PerconaServerMongoDB", "PerconaXtraDBCluster", "PostgresCluster", "Prometheus", "QdrantCluster",
    "RabbitmqCluster", "RedisCluster",
    "RedisFailover", "RedisReplication", "SparkApplication", "Tenant", "WeaviateCluster", "postgresql",
})  # fmt: skip
"""Kinds of operators that write the pods themselves, whatever their group."""

ENGINE_GROUPS: Final = frozenset({
    "admissionregistration.k8s.io", "constraints.gatekeeper.sh", "kyverno.io", "policies.kyverno.io",
    "policies.kubewarden.io", "policy.sigstore.dev", "config.ratify.deislabs.io",
})  # fmt: skip
"""API groups of admission policies: their kinds are free (a Gatekeeper constraint has a kind of its own)."""


@dataclass(frozen=True, slots=True)
class Template:
    """A pod spec in an object.

    Attributes:
        path: Where it stands.
        acts_as: Kind of Kubernetes that its pods live like.
        subject: Under which its verdicts are known: the object, and the place where it holds several.
    """

    path: Path
    acts_as: str
    subject: str


def makes_pods(fact: KubeObject) -> bool:
    """Tell whether an object is a pod or its controller makes some; an unknown kind does if it lists containers."""
    group = group_of(fact.api_version)
    if fact.kind in POD_KINDS and group in _POD_GROUPS:
        return True
    if (group, fact.kind) in MAKERS:
        return True
    is_foreign = "." in group and group not in ENGINE_GROUPS
    return is_foreign and (fact.kind in OPERATED or _lists_containers(fact.manifest, _DEPTH))


def _lists_containers(value: object, depth: int) -> bool:
    """Tell whether somewhere in a value stands what a pod spec has: ``containers`` with images."""
    if depth == 0 or not isinstance(value, dict | list):
        return False
    if isinstance(value, dict):
        listed = value.get("containers")
        if isinstance(listed, list) and any(isinstance(c, dict) and isinstance(c.get("image"), str) for c in listed):
            return True
    return any(_lists_containers(each, depth - 1) for each in (value.values() if isinstance(value, dict) else value))


def templates(fact: KubeObject) -> list[Template]:
    """Return the pod specs of an object that makes pods; a workload of Kubernetes has one, be it there or not."""
    group = group_of(fact.api_version)
    if fact.kind in POD_KINDS and group in _POD_GROUPS:
        return [Template(POD_KINDS[fact.kind], fact.kind, fact.subject)]
    maker = MAKERS.get((group, fact.kind))
    found = [place for path in maker.paths for place in _places(fact.manifest, path)] if maker else []
    return [
        Template(
            place,
            maker.acts_as if maker else "",
            fact.subject if len(found) == 1 else f"{fact.subject}:{pointer_of(place)}",
        )
        for place in found
    ]


def object_of(subject: str) -> str:
    """Return the object of a subject that may name a place in it."""
    return subject.partition(":/")[0]


def _places(value: object, path: Path, above: Path = ()) -> Iterator[Path]:
    """Yield the places that a path leads to and at which containers are written down."""
    if not path:
        if isinstance(value, dict) and "containers" in value:
            yield above
        return
    key, *rest = path
    if key != "*":
        if isinstance(value, dict) and key in value:
            yield from _places(value[key], tuple(rest), (*above, key))
    elif isinstance(value, dict | list):
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(each, tuple(rest), (*above, name))


def pointer_of(path: Path) -> str:
    """Return a path as a JSON pointer (RFC 6901)."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in path)


def below(value: object, path: Path) -> object:
    """Return what stands at a path; None where nothing does."""
    for key in path:
        if isinstance(key, int):
            value = value[key] if isinstance(value, list) and key < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return value


def group_of(api_version: str) -> str:
    """Return the API group of a version, empty for the core."""
    return api_version.rpartition("/")[0]
