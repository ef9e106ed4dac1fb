"""What OPA is asked about: facts of a system as JSON, in the shape of ``policies/schemas/kubernetes.json``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeNode, KubeObject, NodeFile
from auditor.stages.policy.shapes import POD, misfit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.model.fact import Facts

Json = dict[str, Any]

POD_KINDS: Final[dict[str, tuple[str, ...]]] = {
    "Pod": ("spec",),
    "Deployment": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "ReplicationController": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
}
"""Where the pod spec stands in each kind that makes pods (Kubernetes 1.36)."""

_POD_GROUPS: Final = frozenset({"", "apps", "batch", "extensions"})

CONTAINERS: Final = {"containers": "container", "initContainers": "init", "ephemeralContainers": "ephemeral"}

ENGINE_GROUPS: Final = frozenset({
    "admissionregistration.k8s.io", "constraints.gatekeeper.sh", "kyverno.io", "policies.kyverno.io",
    "policies.kubewarden.io", "policy.sigstore.dev", "config.ratify.deislabs.io",
})  # fmt: skip
"""API groups of admission policies: their kinds are free (a Gatekeeper constraint has a kind of its own)."""

_SEEN_BEST_FIRST: Final = ("process", "configz", "static-pod", "pod", "unit", "config")
_KEPT_OF_CONTAINERS: Final = ("type", "name", "image", "ports", "command", "args", "pointer")


@dataclass(frozen=True)
class System:
    """The facts of one system, ready to be put into documents.

    Attributes:
        cluster: ``input.cluster``.
        components: ``input.components``, one per subject.
        node_files: ``input.node_files``.
        nodes: ``input.nodes``.
        pods: Every workload once, ``input.pods``.
        names: Every object by name only, ``input.names``.
        malformed: Workloads that no API server would take: what is wrong, by subject.
    """

    cluster: Json
    components: list[Json]
    node_files: list[Json]
    nodes: list[Json]
    pods: list[Json]
    names: list[Json]
    malformed: Mapping[str, str]
    objects: Mapping[str, Sequence[KubeObject]] = field(default_factory=dict)

    def chosen(self, kinds: Iterable[str], namespaces: frozenset[str] | None = None) -> Json:
        """Return ``input.objects`` with these kinds, and with every object of an admission engine.

        Args:
            kinds: Kinds of objects.
            namespaces: Only these Namespace objects; all of them if not given.
        """
        wanted = {kind for kind in kinds if kind in self.objects} | {
            kind for kind, found in self.objects.items() if _group(found[0].api_version) in ENGINE_GROUPS
        }
        return {
            kind: [
                _object(fact)
                for fact in self.objects[kind]
                if kind != "Namespace" or namespaces is None or fact.name in namespaces
            ]
            for kind in sorted(wanted)
        }


def system_of(facts: Facts) -> System:
    """Put facts into the shape that rules read."""
    objects: dict[str, list[KubeObject]] = defaultdict(list)
    for fact in facts.of(KubeObject):
        objects[fact.kind].append(fact)
    malformed: dict[str, str] = {}
    pods = list(_pods(objects, malformed))
    return System(
        cluster=_cluster(facts.of(KubeCluster)),
        components=[_component(found) for _, found in facts.by_subject(KubeComponent)],
        node_files=[_node_file(fact) for fact in facts.of(NodeFile)],
        nodes=[_node(fact) for fact in facts.of(KubeNode)],
        pods=pods,
        names=[_name(fact) for fact in facts.of(KubeObject)],
        malformed=malformed,
        objects=objects,
    )


def slim(pod: Json) -> Json:
    """Return a pod for rules over the whole cluster: they look at labels, accounts, volumes, images and ports."""
    containers = [{key: c[key] for key in _KEPT_OF_CONTAINERS if key in c} for c in pod["containers"]]
    return {**pod, "containers": containers}


# -- cluster, nodes, components ----------------------------------------------------------------------------------------


def _cluster(found: Sequence[KubeCluster]) -> Json:
    if not found:
        return {"version": "", "distribution": "", "is_managed": False, "is_complete": False, "kinds_listed": []}
    fact = found[0]
    return {
        "version": fact.version,
        "distribution": fact.distribution,
        "is_managed": fact.is_managed,
        "is_complete": fact.is_complete,
        "kinds_listed": list(fact.kinds_listed),
    }


def _node(fact: KubeNode) -> Json:
    return {
        "subject": fact.subject,
        "name": fact.subject,
        "runs": None if fact.runs is None else list(fact.runs),
        "cni": None if fact.cni is None else list(fact.cni),
        "distribution": fact.distribution,
    }


def _node_file(fact: NodeFile) -> Json:
    groups = fact.certificate_groups
    return {
        "subject": fact.subject,
        "node": fact.node,
        "path": fact.path,
        "role": fact.role,
        "mode": fact.mode,
        "uid": fact.uid,
        "gid": fact.gid,
        "owner": fact.owner,
        "group": fact.group,
        "certificate_groups": None if groups is None else list(groups),
    }


def running_form(found: Sequence[KubeComponent]) -> KubeComponent:
    """Return the fact that tells what runs, where a component was seen in several forms."""
    return min(found, key=lambda fact: _SEEN_BEST_FIRST.index(fact.seen_in))


def _component(found: Sequence[KubeComponent]) -> Json:
    fact = running_form(found)
    with_config = fact if fact.config else next((other for other in found if other.config), fact)
    return {
        "subject": fact.subject,
        "component": fact.component,
        "node": fact.node,
        "flags": {
            # Variables first: a flag wins over them (etcd).
            name: [str(s.value) for s in sorted(settings, key=lambda s: s.source != "environment")]
            for name, settings in fact.flags.items()
        },
        "config": {path: setting.value for path, setting in with_config.config.items()},
        "config_file": fact.config_file or with_config.config_file,
        "config_read": with_config.config_read,
        "files": {role: content for other in reversed(found) for role, content in other.files.items()},
        "version": fact.version,
        "distribution": fact.distribution,
    }


# -- objects -----------------------------------------------------------------------------------------------------------


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def _object(fact: KubeObject) -> Json:
    return {
        "subject": fact.subject,
        "namespace": fact.namespace,
        "name": fact.name,
        "api_version": fact.api_version,
        "manifest": fact.manifest,
    }


def _name(fact: KubeObject) -> Json:
    return {
        "subject": fact.subject,
        "kind": fact.kind,
        "namespace": fact.namespace,
        "name": fact.name,
        "namespace_given": bool(_below(fact.manifest, ("metadata", "namespace"))),
    }


# -- pods --------------------------------------------------------------------------------------------------------------


def _pods(objects: Mapping[str, Sequence[KubeObject]], malformed: dict[str, str]) -> Iterator[Json]:
    """Iterate over workloads, each once: a pod whose owner was listed counts with its owner.

    What was added to a running pod alone (ephemeral containers) is judged as part of the owner.

    Args:
        objects: All, by kind.
        malformed: Filled with those that no API server would take.
    """
    workloads = [
        fact for kind in POD_KINDS for fact in objects.get(kind, ()) if _group(fact.api_version) in _POD_GROUPS
    ]
    listed = {(f.namespace, f.kind, f.name): f for f in workloads}
    added: dict[str, list[Json]] = defaultdict(list)
    own: list[KubeObject] = []
    for fact in workloads:
        owner = _owner(fact, listed)
        if owner is None:
            own.append(fact)
        elif fact.kind == "Pod":
            added[owner.subject] += [{**c, "from": fact.subject} for c in _containers(fact) if c["type"] == "ephemeral"]
    for fact in sorted(own, key=lambda each: each.subject):
        spec = _below(fact.manifest, POD_KINDS[fact.kind])
        pointer = misfit(spec, POD)
        pod = _pod(fact, added[fact.subject])
        if pointer is not None:
            malformed[fact.subject] = f"the value of /{'/'.join(POD_KINDS[fact.kind])}{pointer} is of another type"
        elif not pod["containers"]:
            malformed[fact.subject] = "it has no containers"
        else:
            yield pod


def _owner(fact: KubeObject, listed: Mapping[tuple[str, str, str], KubeObject]) -> KubeObject | None:
    """Return the workload at the top of the chain of owners, None if the object itself is at the top."""
    top, seen = fact, {fact.subject}
    while True:
        owners = _below(top.manifest, ("metadata", "ownerReferences"))
        above = next(
            (
                listed[top.namespace, str(o.get("kind")), str(o.get("name"))]
                for o in (owners if isinstance(owners, list) else ())
                if isinstance(o, dict) and (top.namespace, str(o.get("kind")), str(o.get("name"))) in listed
            ),
            None,
        )
        if above is None or above.subject in seen:
            return None if top is fact else top
        seen.add(above.subject)
        top = above


def _pod(fact: KubeObject, added: list[Json]) -> Json:
    path = POD_KINDS[fact.kind]
    template = _below(fact.manifest, (*path[:-1], "metadata"))
    template = template if isinstance(template, dict) else {}
    spec = _below(fact.manifest, path)
    spec = spec if isinstance(spec, dict) else {}
    return {
        "subject": fact.subject,
        "kind": fact.kind,
        "namespace": fact.namespace,
        "namespace_given": bool(_below(fact.manifest, ("metadata", "namespace"))),
        "name": fact.name,
        "labels": _mapping(template.get("labels")),
        "annotations": _mapping(template.get("annotations")),
        "owner": "",
        "pointer": "/" + "/".join(path),
        "spec": {key: value for key, value in spec.items() if key not in CONTAINERS},
        "containers": _containers(fact) + added,
    }


def _containers(fact: KubeObject) -> list[Json]:
    path = POD_KINDS[fact.kind]
    found: list[Json] = []
    for key, kind in CONTAINERS.items():
        listed = _below(fact.manifest, (*path, key))
        for index, container in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(container, dict):
                pointer = "/" + "/".join((*path, key, str(index)))
                found.append({**container, "type": kind, "name": str(container.get("name", "")), "pointer": pointer})
    return found


def _below(value: object, path: Sequence[str]) -> object:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}
