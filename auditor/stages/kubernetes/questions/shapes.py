"""What an API server would refuse of a pod: a text where a boolean is due is neither true nor false."""

from __future__ import annotations

from typing import Any, Final

import msgspec

CONTAINER: Final = {
    "name": str,
    "image": str,
    "env": [{"name": str, "valueFrom": {"secretKeyRef": {}}}],
    "envFrom": [{"secretRef": {}}],
    "ports": [{"containerPort": int, "hostPort": int}],
    "resources": {"limits": {}, "requests": {}},
    "securityContext": {
        "allowPrivilegeEscalation": bool,
        "capabilities": {"add": [str], "drop": [str]},
        "privileged": bool,
        "readOnlyRootFilesystem": bool,
        "runAsNonRoot": bool,
        "runAsUser": int,
        "seccompProfile": {"type": str},
        "windowsOptions": {"hostProcess": bool},
    },
    "volumeMounts": [{"name": str, "mountPath": str}],
}
POD: Final = {
    "automountServiceAccountToken": bool,
    "containers": [CONTAINER],
    "ephemeralContainers": [CONTAINER],
    "hostIPC": bool,
    "hostNetwork": bool,
    "hostPID": bool,
    "hostUsers": bool,
    "initContainers": [CONTAINER],
    "nodeSelector": {},
    "os": {"name": str},
    "runtimeClassName": str,
    "securityContext": {
        "runAsNonRoot": bool,
        "runAsUser": int,
        "seccompProfile": {"type": str},
        "windowsOptions": {"hostProcess": bool},
    },
    "serviceAccountName": str,
    "volumes": [{"name": str, "hostPath": {"path": str}, "projected": {"sources": [{}]}}],
}
"""Types of the fields of a pod that rules read (Kubernetes API reference v1.36, PodSpec and Container)."""


def _type_of(shape: object, name: str = "Shape") -> Any:  # noqa: ANN401 - a type that is put together
    """Return a shape as a type that ``msgspec`` checks values against; null is as good as absent."""
    if isinstance(shape, list):
        return list[_type_of(shape[0], name)] | None  # type: ignore[misc]
    if not isinstance(shape, dict):
        return shape | None  # type: ignore[operator]
    if not shape:
        return dict[Any, Any] | None
    return msgspec.defstruct(name, [(key, _type_of(below, key.title()), None) for key, below in shape.items()]) | None


_TYPES: Final = {id(shape): _type_of(shape) for shape in (CONTAINER, POD)}


def misfit(value: object, shape: object) -> str | None:
    """Return the pointer of the first value that is not of its type, None if all are; null is as good as absent.

    Args:
        value: JSON.
        shape: `CONTAINER` or `POD`.
    """
    try:
        msgspec.convert(value, _TYPES[id(shape)])
    except msgspec.ValidationError:
        return _first_misfit(value, shape)
    return None


def _first_misfit(value: object, shape: object) -> str | None:
    """Return the same, seldom and slowly, with the place."""
    if value is None:
        return None
    if not isinstance(shape, dict | list):
        return None if type(value) is shape else ""
    if not isinstance(value, type(shape)):
        return ""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        below = shape.get(key) if isinstance(shape, dict) else shape[0]
        if below is not None and (found := _first_misfit(each, below)) is not None:
            return f"/{key}{found}"
    return None
