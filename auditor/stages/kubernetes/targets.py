"""What ``auditor.yaml`` may say of manifests, a chart, a snapshot or a context."""

from __future__ import annotations

from typing import Any

from auditor.target import Name, Target


class KubernetesTarget(Target):
    """Manifests, a chart, a snapshot or a context, with what rendering needs."""

    where: Name
    namespace: Name | None = None
    release: Name | None = None
    values: tuple[Name, ...] = ()
    kube_version: Name | None = None
    api_versions: tuple[Name, ...] = ()
    benchmark: Name | None = None
    parameters: dict[str, Any] | None = None
    certificates: bool | None = None
    """Of a context: read the certificates of TLS Secrets (the default), or no data of any of them."""
