"""What is written in an object whose pods its controller makes: it is judged, while the pods themselves stay unseen.

A glimpse is a pod in which all that nobody wrote is good, so that a rule can only fail it for what stands there. That
it fails for nothing proves nothing: only failures count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from auditor.stages.kubernetes.questions.deliveries import installs
from auditor.stages.kubernetes.questions.shapes import CONTAINER, POD, misfit
from auditor.stages.kubernetes.questions.templates import below, pointer_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.kubernetes.facts import KubeObject
    from auditor.stages.kubernetes.questions.templates import Path

Json = dict[str, Any]

_LISTS: Final = {
    "containers": "container", "extraContainers": "container", "additionalContainers": "container",
    "sidecars": "container", "sidecarContainers": "container", "initContainers": "init",
    "extraInitContainers": "init", "additionalInitContainers": "init",
}  # fmt: skip
"""Names of lists of containers in the custom resources of operators, and the type of what stands in them."""
_VOLUMES: Final = (
    "volumes", "extraVolumes", "additionalVolumes", "podVolumes", "userVolumes", "extraPodVolumes", "customVolumes",
)  # fmt: skip
"""Names of lists of volumes in them."""
_OF_POD: Final = ("hostIPC", "hostNetwork", "hostPID", "hostUsers")
_CONTEXTS: Final = ("securityContext", "podSecurityContext", "containerSecurityContext")
_OF_CONTAINER: Final = frozenset({
    "allowPrivilegeEscalation", "capabilities", "privileged", "procMount", "readOnlyRootFilesystem",
})  # fmt: skip
"""Fields that only the security context of a container has."""
_GOOD_POD: Final = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
_GOOD_CONTAINER: Final = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True}
_GOOD_IMAGE: Final = "unseen@sha256:" + "0" * 64
_DEPTH: Final = 12


def glimpses(fact: KubeObject) -> Iterator[Json]:
    """Yield a pod for each place of an object at which something of its pods is written, as in ``input.pods``.

    What is written for a chart is no pod: an object that installs one gives none.
    """
    if installs(fact):
        return
    found = list(_of_value({k: v for k, v in fact.manifest.items() if k not in {"metadata", "status"}}, (), _DEPTH))
    for path, pod in found:
        pointer = pointer_of(path)
        yield {
            "subject": fact.subject if len(found) == 1 else f"{fact.subject}:{pointer}",
            "kind": "Deployment",
            "namespace": fact.namespace,
            "namespace_given": bool(below(fact.manifest, ("metadata", "namespace"))),
            "name": fact.name,
            "labels": {},
            "annotations": {},
            "owner": "",
            "pointer": pointer,
            "finished_elsewhere": True,
            **pod,
        }


def _of_value(value: object, path: Path, depth: int) -> Iterator[tuple[Path, Json]]:
    if depth == 0 or not isinstance(value, dict | list):
        return
    if isinstance(value, dict) and (pod := _pod(value, path)):
        yield path, pod
    for name, each in value.items() if isinstance(value, dict) else enumerate(value):
        if name not in _LISTS and name not in _CONTEXTS:
            yield from _of_value(each, (*path, name), depth - 1)


def _pod(value: Json, path: Path) -> Json | None:
    """Return what a mapping says of a pod; None if it says nothing, or what no API server would take."""
    told = {key: value[key] for key in _OF_POD if value.get(key) is not None}
    hosts = [name for name in _VOLUMES if any(_mapping(each).get("hostPath") for each in _listed(value.get(name)))]
    if hosts:
        told["volumes"] = [each for name in hosts for each in value[name]]
        told["volumes_at"] = pointer_of((*path, hosts[0]))
    containers = [
        _container(each, kind, (*path, name, index))
        for name, kind in _LISTS.items()
        for index, each in enumerate(_listed(value.get(name)))
        if isinstance(each, dict)
    ]
    context: Json = {}
    for name in _CONTEXTS:
        given = _mapping(value.get(name))
        if given.keys() & _OF_CONTAINER or (given and name == "containerSecurityContext"):
            own = {"securityContext": given, "context": pointer_of((*path, name))}
            containers.append(_container(own, "container", path))
        elif given:
            context |= given
            told["context"] = pointer_of((*path, name))
    if isinstance(value.get("env"), list) or isinstance(value.get("envFrom"), list):
        own = {key: value[key] for key in ("env", "envFrom") if key in value}
        containers.append(_container(own, "container", path))
    if not (told or containers):
        return None
    where: Json = {key: told.pop(key) for key in ("context", "volumes_at") if key in told}
    spec = {**told, "securityContext": {**_GOOD_POD, **{k: v for k, v in context.items() if v is not None}}}
    is_odd = misfit(spec, POD) is not None or any(misfit(each, CONTAINER) is not None for each in containers)
    return None if is_odd else {"spec": spec, "containers": containers, **where}


def _container(given: Json, kind: str, path: Path) -> Json:
    context = {key: each for key, each in _mapping(given.get("securityContext")).items() if each is not None}
    capabilities = _mapping(context.get("capabilities"))
    is_filled = capabilities.get("drop") is None
    image = given.get("image")
    return {
        **given,
        "type": kind,
        "name": str(given.get("name", "")),
        "pointer": pointer_of(path),
        "image": image if isinstance(image, str) else _GOOD_IMAGE,
        "securityContext": {
            **_GOOD_CONTAINER,
            **context,
            "capabilities": {**capabilities, **({"drop": ["ALL"]} if is_filled else {})},
        },
    } | ({"filled": ["drop"]} if is_filled else {})


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}
