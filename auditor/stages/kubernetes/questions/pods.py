"""The pods of a system, each workload once, in the shape of ``input.pods``."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from auditor.stages.kubernetes.questions.deliveries import reached
from auditor.stages.kubernetes.questions.kinds import speaks_of_pods
from auditor.stages.kubernetes.questions.shapes import CONTAINER, POD, misfit
from auditor.stages.kubernetes.questions.templates import (
    POD_KINDS,
    below,
    containers,
    group_of,
    makes_pods,
    pointer_of,
    spec_of,
    templates,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from auditor.stages.kubernetes.facts import KubeObject
    from auditor.stages.kubernetes.questions.templates import Template

    Listed = Mapping[tuple[str, str, str], KubeObject]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Workloads:
    """What makes pods.

    Attributes:
        pods: Each pod and each pod template once.
        malformed: Those that no API server would take: what is wrong, by subject.
        unseen: Objects whose controllers make pods, or may, that nothing here shows, by subject.
    """

    pods: list[Json] = field(default_factory=list)
    malformed: dict[str, str] = field(default_factory=dict)
    unseen: dict[str, KubeObject] = field(default_factory=dict)


def _declared_podless(definitions: Sequence[KubeObject]) -> set[tuple[str, str]]:
    """Return groups and kinds whose definitions, where they were seen, say nothing of pods."""
    found: set[tuple[str, str]] = set()
    for each in definitions:
        kind, group = below(each.manifest, ("spec", "names", "kind")), below(each.manifest, ("spec", "group"))
        versions = below(each.manifest, ("spec", "versions"))
        schemas = [
            below(version, ("schema", "openAPIV3Schema", "properties", "spec"))
            for version in (versions if isinstance(versions, list) else ())
        ]
        is_told = bool(schemas) and all(isinstance(schema, dict) and schema.get("properties") for schema in schemas)
        if isinstance(kind, str) and isinstance(group, str) and is_told and not speaks_of_pods(schemas):
            found.add((group, kind))
    return found


def workloads(objects: Mapping[str, Sequence[KubeObject]], *, is_complete: bool) -> Workloads:
    """Return all workloads: a pod whose owner was listed counts with its owner.

    What only the running pod has (ephemeral containers, those that a webhook injected) is judged as part of the owner.

    Args:
        objects: All, by kind.
        is_complete: The pods themselves were listed: what an unknown controller makes is among them.
    """
    found = Workloads()
    podless = _declared_podless(objects.get("CustomResourceDefinition", ()))
    makers = {
        fact.subject: (fact, templates(fact))
        for _, found_of in sorted(objects.items())
        for fact in found_of
        if makes_pods(fact) and (group_of(fact.api_version), fact.kind) not in podless
    }
    # Which of several templates a pod was made from cannot be told: such pods stand for themselves.
    listed = {(f.namespace, f.kind, f.name): f for f, places in makers.values() if len(places) == 1}
    own: list[tuple[KubeObject, Template]] = []
    added: dict[str, dict[object, Json]] = defaultdict(dict)
    for fact, places in makers.values():
        owner = _owner(fact, listed)
        if owner is None:
            own += [(fact, place) for place in places]
            if not places and not is_complete and not reached(fact, objects):
                found.unseen[fact.subject] = fact
        elif fact.kind == "Pod":
            for container in _added(fact, places[0], owner, makers[owner.subject][1][0]):
                alike = (
                    container["type"],
                    container["name"],
                    container.get("image"),
                    str(container.get("securityContext")),
                )
                added[owner.subject].setdefault(alike, container)
    scaled = _scaled(objects)
    for fact, place in sorted(own, key=lambda each: each[1].subject):
        pointer = _misfit(fact, place)
        pod = _pod(fact, place, list(added[fact.subject].values()))
        if pointer is not None:
            found.malformed[place.subject] = f"the value of {pointer} is of another type"
        elif not pod["containers"] and not place.lists:
            found.malformed[place.subject] = "it has no containers"
        else:
            if "ordinals" in pod and (fact.namespace, fact.kind, fact.name) in scaled:
                pod["ordinals"]["replicas"] = None
            found.pods.append(pod)
    return found


def _scaled(objects: Mapping[str, Sequence[KubeObject]]) -> set[tuple[str, str, str]]:
    """Return the workloads whose number of pods something else sets, as (namespace, kind, name)."""
    return {
        (each.namespace, str(target.get("kind", "Deployment")), str(target.get("name")))
        for kind, field in (("HorizontalPodAutoscaler", "scaleTargetRef"), ("ScaledObject", "scaleTargetRef"))
        for each in objects.get(kind, ())
        if isinstance(target := below(each.manifest, ("spec", field)), dict)
    }


def _misfit(fact: KubeObject, place: Template) -> str | None:
    """Return where the first value stands that is not of its type, None if all are."""
    if not place.lists:
        pointer = misfit(below(fact.manifest, place.path), POD)
        return None if pointer is None else pointer_of(place.path) + pointer
    for _kind, path, container in containers(fact, place):
        if (pointer := misfit(container, CONTAINER)) is not None:
            return pointer_of(path) + pointer
    pointer = misfit(spec_of(fact, place), POD)
    return None if pointer is None else pointer_of(place.path) + pointer


def _owner(fact: KubeObject, listed: Listed) -> KubeObject | None:
    """Return the workload at the top of the chain of owners, None if the object itself is at the top."""
    top, seen = fact, {fact.subject}
    while True:
        owners = below(top.manifest, ("metadata", "ownerReferences"))
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


def _pod(fact: KubeObject, place: Template, added: list[Json]) -> Json:
    path = place.path
    template = below(fact.manifest, (*path[:-1], "metadata"))
    template = template if isinstance(template, dict) else {}
    return {
        "subject": place.subject,
        "kind": place.acts_as,
        "namespace": fact.namespace,
        "namespace_given": bool(below(fact.manifest, ("metadata", "namespace"))),
        "name": fact.name,
        "labels": _mapping(template.get("labels")),
        "annotations": _mapping(template.get("annotations")),
        "owner": "",
        "pointer": pointer_of(path),
        "spec": spec_of(fact, place),
        "containers": _containers(fact, place) + added,
    } | _beside(fact, place)


def _beside(fact: KubeObject, place: Template) -> Json:
    """Return what few pods have: where they come from, who finishes them, how many a set makes."""
    said: Json = {}
    metadata = _mapping(fact.manifest.get("metadata"))
    if fact.kind == "Pod" and (fact.origin.file is None or metadata.get("uid") or metadata.get("resourceVersion")):
        said["from_server"] = True
    if fact.kind not in POD_KINDS and place.acts_as != "Job":
        said["finished_elsewhere"] = True
    if fact.kind == "StatefulSet":
        replicas, first = (
            below(fact.manifest, ("spec", "replicas")),
            below(fact.manifest, ("spec", "ordinals", "start")),
        )
        said["ordinals"] = {
            "first": first if isinstance(first, int) else 0,
            "replicas": replicas if isinstance(replicas, int) else 1,
        }
    return said


def _containers(fact: KubeObject, place: Template) -> list[Json]:
    return [
        {**container, "type": kind, "name": str(container.get("name", "")), "pointer": pointer_of(path)}
        for kind, path, container in containers(fact, place)
    ]


def _added(fact: KubeObject, place: Template, owner: KubeObject, of_owner: Template) -> list[Json]:
    """Return the containers of a pod that its owner's template does not have."""
    known = {(c["type"], c["name"]) for c in _containers(owner, of_owner)}
    return [{**c, "from": fact.subject} for c in _containers(fact, place) if (c["type"], c["name"]) not in known]


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}
