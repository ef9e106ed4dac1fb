"""An image that manifests run and that nobody gave is a gap that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from auditor.judging import judge
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.image.checks import checks
from auditor.stages.image.observe import ImageStage
from auditor.stages.kubernetes.observe import KubernetesStage
from tests.fuzz.test_fuzz import NoTool
from tests.unit.stages.image.layouts import GOOD_FILES, Layout, tar

if TYPE_CHECKING:
    from pathlib import Path

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {{name: api}}
spec:
  selector: {{matchLabels: {{a: b}}}}
  template:
    metadata: {{labels: {{a: b}}}}
    spec:
      initContainers: [{{name: i, image: {init}}}]
      containers: [{{name: c, image: {image}}}]
"""
CRON = """apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 1 * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: c, image: "registry.invalid/batch:3"}]}
"""


def told(folder: Path, *, name: str, init: str, image: str) -> tuple[list[Gap], dict[str, Any]]:
    """Observe an image beside manifests, and return the gaps of images nobody gave, and the verdicts by subject."""
    layout = Layout(folder / "image")
    manifest = layout.image(tar(GOOD_FILES), name=name)
    layout.close()
    (folder / "deploy").mkdir()
    text = DEPLOYMENT.format(init=init, image=image.replace("(digest)", manifest))
    (folder / "deploy" / "api.yaml").write_text(text)
    (folder / "deploy" / "cron.yaml").write_text(CRON)
    parts = (
        Part(kind="image", where=f"oci:{folder / 'image'}"),
        Part(kind="kubernetes", where=str(folder / "deploy")),
    )
    system = System(name="x", parts=parts)
    cluster = KubernetesStage(charts=NoTool(), builds=NoTool(), apis=NoTool().api).observe(system, Facts())
    known = Facts([each for each in cluster if isinstance(each, Fact)])
    seen = list(ImageStage().observe(system, known))
    facts = Facts([x for x in seen if isinstance(x, Fact)], [x for x in seen if isinstance(x, Gap)])
    found = {
        each.subject: each.verdict
        for each in judge(checks(), facts, system).findings
        if each.id == "image-volumes-safe"
    }
    return [gap for gap in facts.gaps if gap.reason == "image not given"], found


def test_images_of_all_kinds_of_containers_are_named(tmp_path: Path) -> None:
    gaps, verdicts = told(
        tmp_path, name="app:1.0", init="registry.invalid/init:2", image="registry.invalid/team/app:1.0"
    )

    assert sorted(gap.subject for gap in gaps) == ["registry.invalid/batch:3", "registry.invalid/init:2"]
    assert {gap.target for gap in gaps} == {f"kubernetes={tmp_path / 'deploy'}"}
    assert verdicts["registry.invalid/init:2"] is Verdict.NOT_ASSESSED
    assert verdicts["linux/amd64"] is Verdict.PASS


@pytest.mark.parametrize(
    ("image", "is_given"),
    [
        ("registry.invalid/app@(digest)", True),
        ("registry.invalid/app:1.0@sha256:" + "0" * 64, False),
        ("app:1.1", False),
        ("app", False),
    ],
)
def test_image_is_known_again_by_digest_and_by_tag(image: str, is_given: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a row of a table
    gaps, _verdicts = told(tmp_path, name="app:1.0", init="app:1.0", image=f'"{image}"')

    assert (len(gaps) == 1) is is_given
