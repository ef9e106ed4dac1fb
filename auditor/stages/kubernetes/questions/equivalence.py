"""Which pods are alike in all that a rule sees, so that OPA is asked about one of them.

The workloads of a cluster are written by few hands: most have the security context of their chart, or none. A rule
says in its METADATA which view of a pod it sees; OPA gets that view and nothing else, so a rule cannot see more than it
said, and pods of a namespace that are equal in it get one answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Json = dict[str, Any]

PODS: Final = "pods"
"""The one collection: every workload once."""
_OF_PODS: Final = ("kind", "namespace", "namespace_given", "pointer", "owner", "from_server", "finished_elsewhere")
_OF_CONTAINERS: Final = ("type", "name", "pointer", "from")
_OF_PEERS: Final = (*_OF_PODS, "subject", "name", "labels", "annotations", "ordinals")
_OF_IMAGES: Final = ("subject", "kind", "namespace", "name")
_OF_SPEC: Final = ("hostNetwork", "serviceAccountName", "serviceAccount", "automountServiceAccountToken", "os")
_OF_PROGRAMS: Final = ("type", "name", "image", "command", "args", "env")
_PROBES: Final = ("readinessProbe", "livenessProbe")
_WAYS_TO_ASK: Final = frozenset({"exec", "grpc", "httpGet", "tcpSocket"})
_SYSTEM_LABEL: Final = "kubernetes.io/os"


@dataclass(frozen=True, slots=True)
class Equivalents:
    """Pods as a rule sees them, those that are equal once.

    Attributes:
        pods: One of each kind.
        subjects: All pods that are like it, itself among them, by the subject of the first; those not named here have
            no like.
    """

    pods: Sequence[Json]
    subjects: Mapping[str, Sequence[str]]


def grouped(pods: Iterable[Json], view: str) -> Equivalents:
    """Return what a view leaves of pods, equal ones once.

    Args:
        pods: As in ``input.pods``.
        view: A name of `VIEWS`.
    """
    seen_as = VIEWS[view]
    if seen_as is None:
        return Equivalents(list(pods), {})
    firsts: dict[bytes, Json] = {}
    subjects: dict[str, list[str]] = {}
    for pod in pods:
        seen = seen_as(pod)
        key = _spelled(seen)
        if key not in firsts:
            firsts[key] = pod | _NOTHING | seen
            subjects[pod["subject"]] = []
        subjects[firsts[key]["subject"]].append(pod["subject"])
    return Equivalents(list(firsts.values()), subjects)


def shown(pods: Sequence[Json], view: str) -> list[Json]:
    """Return what a rule over the whole cluster sees of its pods, each by itself."""
    from auditor.stages.kubernetes.questions.slim import slim  # noqa: PLC0415 - lists of checks go without

    if view == "none":
        return []
    of_containers = [slim(pod) for pod in pods] if view in {"all", "programs"} else pods
    seen_as = VIEWS[view]
    return list(of_containers) if seen_as is None else [seen_as(pod) for pod in of_containers]


def _spelled(seen: Json) -> bytes:
    try:
        return orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half a surrogate pair, a number of more than 64 bits
        return repr(seen).encode("utf-8", "surrogatepass")


def _security(pod: Json) -> Json:
    """Return what a pod may do to its node: contexts, name spaces, folders and ports of the host."""
    spec = pod["spec"]
    system = _mapping(spec.get("nodeSelector")).get(_SYSTEM_LABEL)
    volumes = _only(spec.get("volumes"), ("hostPath",))
    return _seen(
        pod,
        _chosen(spec, ("securityContext", "hostPID", "hostIPC", "hostNetwork", "os"))
        | ({} if system is None else {"nodeSelector": {_SYSTEM_LABEL: system}})
        | ({"volumes": volumes} if volumes else {}),
        lambda c: _chosen(c, ("securityContext",)) | _ports_of_host(c),
    )


def _supplies(pod: Json) -> Json:
    """Return what a pod is given and how it is watched: limits, and of its probes the way they ask."""
    return _seen(
        pod,
        _chosen(pod["spec"], ("resources", "restartPolicy")),
        lambda c: _chosen(c, ("resources",)) | {probe: _asking(c[probe]) for probe in _PROBES if probe in c},
    )


def _asking(probe: object) -> object:
    if not isinstance(probe, dict):
        return probe
    return {way: {} if isinstance(how, dict) else how for way, how in probe.items() if way in _WAYS_TO_ASK}


def _account(pod: Json) -> Json:
    """Return the account that a pod runs as, and what it says of tokens."""
    volumes = _only(pod["spec"].get("volumes"), ("projected",))
    return _seen(
        pod,
        _chosen(pod["spec"], ("serviceAccountName", "serviceAccount", "automountServiceAccountToken"))
        | ({"volumes": volumes} if volumes else {}),
    )


def _peers(pod: Json) -> Json:
    """Return what others have to do with a pod: its labels, its network, its account, what it mounts of others."""
    spec = pod["spec"]
    system = _mapping(spec.get("nodeSelector")).get(_SYSTEM_LABEL)
    volumes = _only(spec.get("volumes"), ("projected", "csi"))
    return _chosen(pod, _OF_PEERS) | {
        "spec": _chosen(spec, _OF_SPEC)
        | ({} if system is None else {"nodeSelector": {_SYSTEM_LABEL: system}})
        | ({"volumes": volumes} if volumes else {}),
        "containers": [],
    }


def _programs(pod: Json) -> Json:
    """Return the same, and which programs run in it."""
    return _peers(pod) | {"containers": [_chosen(c, _OF_PROGRAMS) | _ports_of_host(c) for c in pod["containers"]]}


def _images(pod: Json) -> Json:
    """Return what kind of workload a pod is, and what it starts."""
    return _chosen(pod, _OF_IMAGES) | {
        "spec": {},
        "containers": [_chosen(container, ("image", "command", "args")) for container in pod["containers"]],
    }


def _seen(pod: Json, spec: Json, of_container: Callable[[Json], Json] | None = None) -> Json:
    """Return a pod with this spec, and with what is seen of its containers; without them if nothing is."""
    containers = [_chosen(c, _OF_CONTAINERS) | of_container(c) for c in pod["containers"]] if of_container else []
    return _chosen(pod, _OF_PODS) | {"spec": spec, "containers": containers}


def _ports_of_host(container: Json) -> Json:
    ports = _only(container.get("ports"), ("hostPort",))
    return {"ports": ports} if ports else {}


def _only(listed: object, keys: tuple[str, ...]) -> list[object]:
    """Return the elements of a list with these keys, so that each keeps its number; empty if none has any of them."""
    if not isinstance(listed, list):
        return []
    kept = [_chosen(_mapping(each), keys) for each in listed]
    return list(kept) if any(kept) else []


def _chosen(value: Json, keys: tuple[str, ...]) -> Json:
    return {key: value[key] for key in keys if key in value}


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


_NOTHING: Final[Json] = {"name": "", "labels": {}, "annotations": {}}
"""What no view but the whole pod shows: it is another one in every pod."""

OF_PEERS: Final = frozenset({"images", "peers", "programs"})
"""Views in which no two pods are alike."""
VIEWS: Final[Mapping[str, Callable[[Json], Json] | None]] = {
    "account": _account,
    "all": None,
    "images": _images,
    "none": lambda _pod: {},
    "peers": _peers,
    "programs": _programs,
    "security": _security,
    "supplies": _supplies,
}
"""What a rule may say in ``custom.sees``; for ``all`` no two pods are alike, and for ``none`` there are no pods."""
