"""What objects of GitOps install: a chart, a kustomization or a folder, which may lie in the same repository."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.stages.kubernetes.facts import KubeObject

INSTALLERS: Final = frozenset({
    ("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet"), ("helm.cattle.io", "HelmChart"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"), ("kustomize.toolkit.fluxcd.io", "Kustomization"),
    ("fleet.cattle.io", "Bundle"), ("fleet.cattle.io", "GitRepo"), ("k3s.cattle.io", "Addon"),
    ("apps.kubermatic.k8c.io", "ApplicationInstallation"), ("core.oam.dev", "Application"),
    ("helm.crossplane.io", "Release"), ("kubernetes.crossplane.io", "Object"),
})  # fmt: skip
"""Kinds that install what stands elsewhere, by API group."""


def installs(fact: KubeObject) -> bool:
    """Tell whether an object installs what stands elsewhere."""
    return (fact.api_version.rpartition("/")[0], fact.kind) in INSTALLERS


def reached(fact: KubeObject, objects: Mapping[str, Sequence[KubeObject]]) -> bool:
    """Tell whether all that an object installs was read at its own place, as it installs it.

    Its paths have to hold objects that were read, and it may not add values of its own: a chart was rendered without
    them.

    Args:
        fact: An object of `INSTALLERS`; any other reaches nothing.
        objects: All, by kind.
    """
    if not installs(fact):
        return False
    paths = list(_paths(fact.manifest.get("spec")))
    if not paths or None in paths:
        return False
    files = [
        each.origin.file
        for found in objects.values()
        for each in found
        if each is not fact and each.origin.file and each.origin.part == fact.origin.part
    ]
    return all(any(not path or file == path or file.startswith(f"{path}/") for file in files) for path in paths)


def _paths(spec: object) -> Iterator[str | None]:
    """Yield each path inside a repository that is installed; None for what comes from elsewhere, or is changed."""
    if not isinstance(spec, dict):
        return
    named = [spec.get("source"), *_list(spec.get("sources"))]  # Argo CD
    for source in (each for each in named if isinstance(each, dict)):
        helm = source.get("helm")
        is_changed = isinstance(helm, dict) and bool(helm.keys() - {"releaseName", "version"})
        path = source.get("path")
        yield None if is_changed or source.get("chart") or not isinstance(path, str) else _inside(path)
    if isinstance(path := spec.get("path"), str):  # Flux
        is_changed = any(spec.get(name) for name in ("patches", "components", "postBuild", "images"))
        yield None if is_changed else _inside(path)
    chart = spec.get("chart")
    if isinstance(chart, dict) and isinstance(chart.get("spec"), dict):
        name = chart["spec"].get("chart")
        is_changed = any(spec.get(field) for field in ("values", "valuesFrom", "postRenderers"))
        yield _inside(name) if isinstance(name, str) and name.startswith((".", "/")) and not is_changed else None
    elif chart is not None or spec.get("chartContent"):
        yield None


def _inside(path: str) -> str:
    """Return a path from the root of its repository as parts write it, empty for the root itself."""
    return posixpath.normpath("/" + path.lstrip("/")).strip("/")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
