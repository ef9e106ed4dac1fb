"""What an API server would refuse of a pod: a text where a boolean is due is neither true nor false."""

from __future__ import annotations

from typing import Final

_CONTAINER: Final = {
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
    "containers": [_CONTAINER],
    "ephemeralContainers": [_CONTAINER],
    "hostIPC": bool,
    "hostNetwork": bool,
    "hostPID": bool,
    "hostUsers": bool,
    "initContainers": [_CONTAINER],
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


def misfit(value: object, shape: object, pointer: str = "") -> str | None:
    """Return the pointer of the first value that is not of its type, None if all are; null is as good as absent.

    Args:
        value: JSON.
        shape: A type, a list of one shape, or shapes by key.
        pointer: Where the value stands.
    """
    if value is None:
        return None
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return pointer
        found = (misfit(value[key], below, f"{pointer}/{key}") for key, below in shape.items() if key in value)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            return pointer
        found = (misfit(each, shape[0], f"{pointer}/{index}") for index, each in enumerate(value))
    else:
        return None if type(value) is shape else pointer
    return next((each for each in found if each is not None), None)
