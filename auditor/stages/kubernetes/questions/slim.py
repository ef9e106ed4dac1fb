"""Pods without what no rule over the whole cluster reads: probes, mounts, resources, most of the environment."""

from __future__ import annotations

from typing import Any, Final

from auditor.masking import MASK
from auditor.stages.kubernetes.literals import is_identifier

Json = dict[str, Any]

_KEPT_OF_CONTAINERS: Final = (
    "type", "name", "pointer", "from", "image", "ports", "command", "args", "securityContext",
)  # fmt: skip


def slim(pod: Json) -> Json:
    """Return a pod for rules over the whole cluster: without probes, mounts, resources, and most of the environment."""
    return {**pod, "containers": [_slim_container(container) for container in pod["containers"]]}


def _slim_container(container: Json) -> Json:
    kept: Json = {key: container[key] for key in _KEPT_OF_CONTAINERS if key in container}
    for key, tells in (("env", _tells), ("envFrom", _is_secret)):
        listed = container.get(key)
        variables = [each if isinstance(each, dict) and tells(each) else {} for each in listed] if listed else ()
        if any(variables):
            kept[key] = variables  # each keeps its number
    return kept


def _tells(variable: Json) -> bool:
    """Tell whether a variable is taken from a Secret, holds the key of a model server, or has a secret written out."""
    source, name, value = variable.get("valueFrom"), str(variable.get("name", "")), variable.get("value")
    is_written = isinstance(value, str) and MASK in value and not is_identifier(name, value)
    return (isinstance(source, dict) and "secretKeyRef" in source) or name.endswith("API_KEY") or is_written


def _is_secret(variable: Json) -> bool:
    return "secretRef" in variable
