"""What runs once and serves nobody weighs one less."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.stages.kubernetes.questions.view import hook_of
from tests.unit.stages.kubernetes.questions.test_pods import SPEC, thing


def annotated(kind: str, annotations: dict[str, Any]) -> str:
    made = thing("v1" if kind == "Pod" else "batch/v1", kind, {"spec": SPEC})
    made.manifest["metadata"]["annotations"] = annotations
    return hook_of(made)


@pytest.mark.parametrize("hook", ["test", "test-success", "pre-install,pre-upgrade", "post-delete"])
def test_a_hook_of_helm_is_told(hook: str) -> None:
    assert annotated("Pod", {"helm.sh/hook": hook}) == hook
    assert annotated("Job", {"helm.sh/hook": hook}) == hook


def test_a_workload_is_no_hook() -> None:
    assert annotated("Pod", {}) == ""
    assert annotated("Pod", {"helm.sh/hook": None}) == ""
    assert annotated("Deployment", {"helm.sh/hook": "test"}) == ""
    assert hook_of(None) == ""
