"""Puts the stage together with Helm, Kustomize and clients of API servers."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.tools import apart
from auditor.tools.helm import Helm
from auditor.tools.kube import KubeApi
from auditor.tools.kustomize import Kustomize
from auditor.tools.process import scratch_folder
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from auditor.stage import Choice


def make(choice: Choice) -> KubernetesStage:
    """Return the stage; programs are looked for when a chart or kustomization is met."""
    programs = Programs.here(choice.allowed_tools)
    return KubernetesStage(
        charts=Helm(partial(programs.find, "helm")),
        builds=Kustomize(partial(programs.find, "kustomize")),
        apis=KubeApi,
        apart=_apart if len(os.sched_getaffinity(0)) > 1 else None,
    )


def _apart(module: str, given: bytes) -> bytes:
    with scratch_folder() as folder:
        return apart.call(module, given, folder)
