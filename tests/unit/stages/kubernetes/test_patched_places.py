"""What a patch of kustomize brought stands in the patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.kustomizations import _fits
from tests.unit.stages.kubernetes.test_observe import _Charts, _observe

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: site}\nspec:\n  template:\n    spec:\n"
BASE = HEAD + "      containers:\n      - {name: log, image: l}\n      - {name: app, image: a}\n"
BUILT = (
    HEAD.replace("site", "pre-site")
    + "      hostPID: true\n      containers:\n      - {name: log, image: l}\n"
    + "      - {name: app, image: a, securityContext: {privileged: true}}\n"
)
MERGE = HEAD + (
    "      hostPID: true\n      containers:\n      - name: app\n        securityContext:\n          privileged: true\n"
)
STEPS = (
    "- op: add\n  path: /spec/template/spec/hostPID\n  value: true\n"
    "- op: add\n  path: /spec/template/spec/containers/1/securityContext/privileged\n  value: true\n"
)
PRIVILEGED = "/spec/template/spec/containers/1/securityContext/privileged"


@pytest.mark.parametrize(
    ("patch", "pid", "privileged"), [(MERGE, 7, 11), (STEPS, 3, 6)], ids=["strategic merge", "RFC 6902"]
)
def test_a_value_that_a_patch_brought_stands_in_the_patch(
    tmp_path: Path, patch: str, pid: int, privileged: int
) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [site.yaml]\npatches:\n- path: fix.yaml\n")
    (tmp_path / "site.yaml").write_text(BASE)
    (tmp_path / "fix.yaml").write_text(patch)

    (site,) = _observe(tmp_path, charts=_Charts(BUILT.encode())).facts.of(KubeObject)

    assert site.origin.file == "site.yaml"
    assert site.places["/spec/template/spec/hostPID"] == ("fix.yaml", pid)
    assert site.places[PRIVILEGED] == ("fix.yaml", privileged)
    assert "/spec/template/spec/containers/1/image" not in site.places


def test_a_patch_of_another_object_brings_nothing(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [site.yaml]\npatches:\n- path: fix.yaml\n")
    (tmp_path / "site.yaml").write_text(BASE)
    (tmp_path / "fix.yaml").write_text(MERGE.replace("name: site", "name: other"))

    (site,) = _observe(tmp_path, charts=_Charts(BUILT.encode())).facts.of(KubeObject)

    assert site.places == {}


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("web", "web", True),
        ("web", "web-1", False),
        ("web.*", "web-1", True),
        (".*-api", "loan-api", True),
        ("a.*b.*c", "a1b2c", True),
        ("a.*a", "a", False),
        ("^(web|api)$", "api", True),
        ("^(web|api)$", "db", False),
        ("", "x", True),
        (5, "x", True),
        ("(a+)+" * 20, "a" * 200 + "!", True),
    ],
)
def test_selector_of_a_patch_is_looked_at_without_its_traps(pattern: object, value: str, *, fits: bool) -> None:
    assert _fits(pattern, value) is fits
