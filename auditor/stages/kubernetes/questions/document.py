"""What OPA is asked about: facts of a system as JSON, in the shape of ``policies/schemas/kubernetes.json``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeNode, KubeObject, NodeFile
from auditor.stages.kubernetes.questions.glimpses import glimpses
from auditor.stages.kubernetes.questions.kinds import ENGINE_GROUPS
from auditor.stages.kubernetes.questions.pods import workloads
from auditor.stages.kubernetes.questions.templates import below, group_of, object_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from auditor.model.fact import Facts

Json = dict[str, Any]

_OF_THEIR_NAMESPACE: Final = frozenset({"CiliumNetworkPolicy", "Ingress", "NetworkPolicy", "Service"})
"""Kinds that select pods of their own namespace only, in every group that has them."""
_SEEN_BEST_FIRST: Final = ("process", "configz", "static-pod", "pod", "unit", "config")


@dataclass(frozen=True)
class ClusterView:
    """The facts of one system, ready to be put into documents.

    Attributes:
        cluster: ``input.cluster``.
        components: ``input.components``, one per subject.
        node_files: ``input.node_files``.
        nodes: ``input.nodes``.
        pods: Every workload once, ``input.pods``.
        names: Every object by name only, ``input.names``.
        malformed: Workloads that no API server would take: what is wrong, by subject.
        unseen: Objects whose controllers make pods that are not among the facts, or may, by subject.
        engine_kinds: Kinds of objects of admission engines.
        glimpses: What is written in unseen ones, as pods of which only failures count.
    """

    cluster: Json
    components: list[Json]
    node_files: list[Json]
    nodes: list[Json]
    pods: list[Json]
    names: list[Json]
    malformed: Mapping[str, str] = field(default_factory=dict)
    unseen: Mapping[str, KubeObject] = field(default_factory=dict)
    engine_kinds: frozenset[str] = frozenset()
    glimpses: list[Json] = field(default_factory=list)
    objects: Mapping[str, Sequence[KubeObject]] = field(default_factory=dict)

    @cached_property
    def namespaces_without_pods(self) -> frozenset[str]:
        """Return the namespaces whose object was seen and none of whose pods was."""
        used = {pod["namespace"] for pod in self.pods}
        return frozenset(fact.name for fact in self.objects.get("Namespace", ()) if fact.name not in used)

    def chosen(self, kinds: Iterable[str], namespaces: frozenset[str] | None = None) -> Json:
        """Return ``input.objects`` with these kinds, and with every object of an admission engine.

        Args:
            kinds: Kinds of objects.
            namespaces: Only these Namespace objects, and what reaches pods of these only; all of it if not given.
        """
        wanted = {kind for kind in kinds if kind in self.objects} | self.engine_kinds
        return {
            kind: [_object(fact) for fact in self.objects[kind] if namespaces is None or _reaches(fact, namespaces)]
            for kind in sorted(wanted)
        }


def system_of(facts: Facts) -> ClusterView:
    """Put facts into the shape that rules read."""
    objects: dict[str, list[KubeObject]] = defaultdict(list)
    for fact in facts.of(KubeObject):
        objects[fact.kind].append(fact)
    cluster = _cluster(facts.of(KubeCluster))
    found = workloads(objects, is_complete=cluster["is_complete"])
    broken = {object_of(subject): why for subject, why in found.malformed.items()}
    return ClusterView(
        cluster=cluster,
        components=[_component(found) for _, found in facts.by_subject(KubeComponent)],
        node_files=[_node_file(fact) for fact in facts.of(NodeFile)],
        nodes=[_node(fact) for fact in facts.of(KubeNode)],
        pods=found.pods,
        names=[_name(fact, broken, is_unseen=fact.subject in found.unseen) for fact in facts.of(KubeObject)],
        malformed=found.malformed,
        unseen=found.unseen,
        engine_kinds=frozenset(
            kind
            for kind, facts_of in objects.items()
            if any(group_of(f.api_version) in ENGINE_GROUPS for f in facts_of)
        ),
        glimpses=[pod for fact in found.unseen.values() for pod in glimpses(fact)],
        objects=objects,
    )


def _reaches(fact: KubeObject, namespaces: frozenset[str]) -> bool:
    """Tell whether an object may matter to pods of some namespaces."""
    if fact.kind == "Namespace":
        return fact.name in namespaces
    return fact.kind not in _OF_THEIR_NAMESPACE or fact.namespace in namespaces


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


def _object(fact: KubeObject) -> Json:
    return {
        "subject": fact.subject,
        "namespace": fact.namespace,
        "name": fact.name,
        "api_version": fact.api_version,
        "manifest": fact.manifest,
    }


def _name(fact: KubeObject, broken: Mapping[str, str], *, is_unseen: bool) -> Json:
    name: Json = {
        "subject": fact.subject,
        "kind": fact.kind,
        "namespace": fact.namespace,
        "name": fact.name,
        "namespace_given": bool(below(fact.manifest, ("metadata", "namespace"))),
    }
    if is_unseen:
        name["pods_unseen"] = True
    if fact.subject in broken:
        name["pods_malformed"] = broken[fact.subject]
    if fact.kind == "Secret" and _is_default_token(fact):
        name["is_default_token"] = True
    return name


def _is_default_token(fact: KubeObject) -> bool:
    """Tell whether a Secret is the token that Kubernetes made for the account ``default`` (up to v1.23)."""
    account = below(fact.manifest, ("metadata", "annotations", "kubernetes.io/service-account.name"))
    return fact.manifest.get("type") == "kubernetes.io/service-account-token" and account == "default"
