"""Where the pods stand in objects that make pods: workloads of Kubernetes, and of add-ons that AI platforms run on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from auditor.stages.kubernetes.questions import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.kubernetes.facts import KubeObject

Path = tuple[str | int, ...]
Lists = tuple[tuple[Path, str], ...]

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

POD_GROUPS: Final = frozenset({"", "apps", "batch", "extensions"})
"""API groups of the kinds of `POD_KINDS`."""

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
    ("apps.kruise.io", "StatefulSet"): Maker("StatefulSet", (_TEMPLATE,)),
    ("apps.openshift.io", "DeploymentConfig"): Maker("Deployment", (_TEMPLATE,)),
    ("", "DeploymentConfig"): Maker("Deployment", (_TEMPLATE,)),
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


@dataclass(frozen=True, slots=True)
class Template:
    """A pod spec in an object.

    Attributes:
        path: Where it stands.
        acts_as: Kind of Kubernetes that its pods live like; empty where an add-on's controller finishes them.
        subject: Under which its verdicts are known: the object, and the place where it holds several.
        lists: Where its containers stand below its path, and of what type they are, where a kind calls them otherwise.
        above: Where what holds for all pods of the object stands; empty if nowhere.
    """

    path: Path
    acts_as: str
    subject: str
    lists: Lists = ()
    above: Path = ()


CONTAINERS: Final[Lists] = (
    (("containers",), "container"),
    (("initContainers",), "init"),
    (("ephemeralContainers",), "ephemeral"),
)
"""Lists of containers of a pod spec, and the type of what stands in them."""

# Argo Workflows has one container or script in a template (https://argo-workflows.readthedocs.io/en/latest/fields/),
# Tekton a list of steps in a Task (https://tekton.dev/docs/pipelines/tasks/).
_OF_WORKFLOW: Final[Lists] = (
    (("container",), "container"),
    (("script",), "container"),
    (("containerSet", "containers"), "container"),
    (("initContainers",), "init"),
    (("sidecars",), "container"),
)
_OF_TASK: Final[Lists] = ((("steps",), "container"), (("sidecars",), "container"))
# What a workflow, and a run of a task, say for all of their pods.
_ABOVE: Final[dict[tuple[str, str], Path]] = {
    ("argoproj.io", "Workflow"): ("spec",),
    ("argoproj.io", "WorkflowTemplate"): ("spec",),
    ("argoproj.io", "ClusterWorkflowTemplate"): ("spec",),
    ("argoproj.io", "CronWorkflow"): ("spec", "workflowSpec"),
    ("tekton.dev", "TaskRun"): ("spec", "podTemplate"),
    ("tekton.dev", "PipelineRun"): ("spec", "taskRunTemplate", "podTemplate"),
}


def makes_pods(fact: KubeObject) -> bool:
    """Tell whether an object is a pod or its controller makes some, or may: nobody here knows every kind."""
    group = group_of(fact.api_version)
    if group in POD_GROUPS:
        return fact.kind in POD_KINDS or (group, fact.kind) in MAKERS or fact.kind == "Template"
    if kinds.is_known_without_pods(group, "*"):
        return False
    return not kinds.is_known_without_pods(group, fact.kind) or any(True for _ in _written(fact.manifest, (), _DEPTH))


def templates(fact: KubeObject) -> list[Template]:
    """Return the pod specs of an object that makes pods; a workload of Kubernetes has one, be it there or not."""
    group = group_of(fact.api_version)
    if fact.kind in POD_KINDS and group in POD_GROUPS:
        return [Template(POD_KINDS[fact.kind], fact.kind, fact.subject)]
    maker = MAKERS.get((group, fact.kind))
    found: list[tuple[Path, str, Lists]]
    if maker:
        found = [(place, maker.acts_as, ()) for path in maker.paths for place in _places(fact.manifest, path)]
    elif kinds.is_operated(fact.kind):
        return []
    else:
        found = list(_written(fact.manifest, (), _DEPTH))
    above = _ABOVE.get((group, fact.kind), ())
    return [
        Template(
            place,
            acts_as,
            fact.subject if len(found) == 1 else f"{fact.subject}:{pointer_of(place)}",
            lists,
            above,
        )
        for place, acts_as, lists in found
    ]


def _written(value: object, above: Path, depth: int) -> Iterator[tuple[Path, str, Lists]]:
    """Yield every place in an object of an unknown kind at which containers with images are written down."""
    if depth == 0 or not isinstance(value, dict | list):
        return
    if isinstance(value, dict):
        if _has_images(value.get("containers")):
            yield above, "", ()
            return
        if any(_has_images([below(value, path)]) for path, _ in _OF_WORKFLOW[:2]) or _has_images(
            below(value, ("containerSet", "containers"))
        ):
            yield above, "Job", _OF_WORKFLOW
            return
        if _has_images(value.get("steps")):
            yield above, "Job", _OF_TASK
            return
    for name, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _written(each, (*above, name), depth - 1)


def _has_images(listed: object) -> bool:
    return isinstance(listed, list) and any(isinstance(c, dict) and isinstance(c.get("image"), str) for c in listed)


def containers(fact: KubeObject, place: Template) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Yield type, place and content of each container of a pod spec."""
    shared = _mapping(below(fact.manifest, (*place.path, "stepTemplate"))) if place.lists is _OF_TASK else {}
    for path, kind in place.lists or CONTAINERS:
        found = below(fact.manifest, (*place.path, *path))
        for index, container in enumerate(found if isinstance(found, list) else [found]):
            if isinstance(container, dict):
                at = (*place.path, *path, index) if isinstance(found, list) else (*place.path, *path)
                yield kind, at, {**shared, **container} if path == ("steps",) else container


def spec_of(fact: KubeObject, place: Template) -> dict[str, Any]:
    """Return what a pod spec says beside its containers, with what the object says for all of its pods."""
    own, whole = below(fact.manifest, place.path), below(fact.manifest, place.above) if place.above else None
    spec = own if isinstance(own, dict) else {}
    if isinstance(whole, dict) and place.path != place.above:
        spec = {**{name: whole[name] for name in _FOR_ALL if name in whole}, **spec}
        volumes = [each for given in (whole, own) if isinstance(given, dict) for each in _list(given.get("volumes"))]
        spec |= {"volumes": volumes} if volumes else {}
    aside = {path[0] for path, _ in (*CONTAINERS, *place.lists)} | ({"stepTemplate"} if place.lists else set())
    return {key: value for key, value in spec.items() if key not in aside}


_FOR_ALL: Final = (
    "automountServiceAccountToken", "hostIPC", "hostNetwork", "hostPID", "hostUsers", "nodeSelector", "os",
    "runtimeClassName", "securityContext", "serviceAccountName", "volumes",
)  # fmt: skip


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


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
