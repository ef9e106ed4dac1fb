"""Nothing hides a manifest: decoy charts, kustomizations that misuse it, bases outside, escaped names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.model.fact import Facts, Gap
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.stage import Choice
from auditor.stages import kubernetes
from auditor.stages.kubernetes.facts import KubeObject
from tests.english import prose

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.tool("helm"), pytest.mark.tool("kustomize")]

CHART = "apiVersion: v2\nname: decoy\nversion: 0.1.0\n"
POD = """apiVersion: v1
kind: Pod
metadata: {name: evil}
spec: {containers: [{name: c, image: "x", securityContext: {privileged: true}}]}
"""
GOOD = "apiVersion: v1\nkind: Namespace\nmetadata: {name: good}\n"


def seen(root: Path, files: dict[str, str]) -> tuple[set[str], list[Gap], list[Exclusion]]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    stage = kubernetes.STAGE.make(Choice())
    part = Part(kind="kubernetes", where=str(root))
    items = list(stage.observe(System(name="t", parts=(part,)), Facts()))
    return (
        {item.name for item in items if isinstance(item, KubeObject)},
        [item for item in items if isinstance(item, Gap)],
        [item for item in items if isinstance(item, Exclusion)],
    )


@pytest.mark.parametrize(
    "files",
    [
        {"Chart.yaml": CHART, "pod.yaml": POD},
        {"Chart.yaml": CHART, "deploy/pod.yaml": POD},
        {"Chart.yaml": CHART, "templates/ns.yaml": GOOD, "manifests/pod.json": POD},
        {"Chart.yaml": CHART, "charts/pod.yaml": POD},
        {"Chart.yaml": CHART, "charts/sub/pod.yaml": POD},
        {"Chart.yaml": CHART, "templates/pod.yaml": POD, ".helmignore": "templates/pod.yaml\n"},
        {"Chart.yaml": CHART, "templates/_pod.yaml": POD},
        {"Chart.yaml": CHART, "ns/Chart.yaml": CHART, "ns/deploy/pod.yaml": POD},
        {"Chart.yaml": CHART, "templates/broken.yaml": "{{ fail 1 }}", "templates/pod.yaml": POD},
        {"kustomization.yaml": "resources: [ns.yaml]\nconfigurations: [pod.yaml]\n", "ns.yaml": GOOD, "pod.yaml": POD},
        {"kustomization.yaml": "resources: [ns.yaml]\ncrds: [pod.yaml]\n", "ns.yaml": GOOD, "pod.yaml": POD},
        {
            "kustomization.yaml": "resources: [ns.yaml]\npatches: [{path: pod.yaml, target: {kind: Nothing}}]\n",
            "ns.yaml": GOOD,
            "pod.yaml": POD,
        },
        {
            "kustomization.yaml": "resources: [ns.yaml]\npatchesStrategicMerge: [pod.yaml]\n",
            "ns.yaml": GOOD,
            "pod.yaml": POD,
        },
        {"kustomization.yaml": "resources: [ns.yaml]\ntransformers: [pod.yaml]\n", "ns.yaml": GOOD, "pod.yaml": POD},
        {"pod.yaml": POD.replace("apiVersion", '"apiVersio\\u006e"')},
        {"pod.yaml": POD.replace("apiVersion", '"api\\x56ersion"').replace("kind", '"\\x6bind"')},
        {"pod.yaml": "# " + "x" * 70 + "\n" + "# y\n" * 2000 + POD},
    ],
)  # fmt: skip
def test_hidden_manifest_is_seen(tmp_path: Path, files: dict[str, str]) -> None:
    names, _gaps, _left = seen(tmp_path, files)

    assert "evil" in names


@pytest.mark.parametrize("folder", ["venv", ".github", "node_modules", ".venv", ".tox", ".auditor"])
def test_folder_that_is_left_out_is_listed(tmp_path: Path, folder: str) -> None:
    _names, _gaps, left = seen(tmp_path, {f"{folder}/pod.yaml": POD, "ns.yaml": GOOD})

    assert folder in [each.what for each in left]


@pytest.mark.parametrize("base", ["../outside", "link", "../outside/../outside"])
def test_base_outside_is_refused_and_a_gap(tmp_path: Path, base: str) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kustomization.yaml").write_text("resources: [pod.yaml]\n")
    (tmp_path / "outside" / "pod.yaml").write_text(POD)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "link").symlink_to(tmp_path / "outside")

    names, gaps, _left = seen(tmp_path / "root", {"kustomization.yaml": f"resources: ['{base}']\n"})

    assert "evil" not in names
    assert "base outside" in [gap.reason for gap in gaps]


def test_ordinary_patch_is_no_object(tmp_path: Path) -> None:
    patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: evil}\nspec: {hostPID: true}\n"

    names, gaps, _left = seen(
        tmp_path,
        {"kustomization.yaml": "resources: [pod.yaml]\npatches: [{path: p.yaml}]\n", "pod.yaml": POD, "p.yaml": patch},
    )

    assert names == {"evil"}
    assert {gap.reason for gap in gaps} == {"not collected"}


def test_link_in_a_circle_costs_its_chart_only(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "loop").symlink_to("loop")

    names, gaps, _left = seen(tmp_path, {"c/Chart.yaml": CHART, "pod.yaml": POD})

    assert "evil" in names
    assert "link" in [gap.reason for gap in gaps]


@pytest.mark.parametrize("number", ["9" * 5000, "0x" + "f" * 5000, "-" + "1" * 4301, "1" * 5000 + ".5"])
def test_number_without_end_costs_its_document_only(tmp_path: Path, number: str) -> None:
    names, _gaps, _left = seen(tmp_path, {"a.yaml": f"{GOOD}x: {number}\n", "pod.yaml": POD})

    assert "evil" in names


@pytest.mark.parametrize(
    ("name", "is_due"),
    [
        ("web.yaml.bak", False),
        ("web.yml.disabled", False),
        ("web.yaml.ytt", False),
        ("web.json.orig", False),
        ("web.yaml~", False),
        ("web.yaml.j2", True),
        ("web.libsonnet", True),
        ("web.yaml.erb", True),
    ],
)
def test_manifest_under_another_suffix_is_named(tmp_path: Path, name: str, *, is_due: bool) -> None:
    _, gaps, left = seen(tmp_path, {name: POD, "other.yaml": POD.replace("name: p", "name: other")})

    assert [each.subject for each in gaps if each.kind == "KubeObject"] == ([name] if is_due else [])
    assert [each.what for each in left] == ([] if is_due else [name])


@pytest.mark.parametrize(
    ("text", "is_due"),
    [
        ('resource "kubernetes_manifest" "p" {\n  manifest = {}\n}\n', True),
        ('resource "helm_release" "p" {\n  chart = "x"\n}\n', True),
        ('resource "aws_s3_bucket" "p" {}\n', False),
    ],
)
def test_terraform_that_makes_objects_is_a_gap(tmp_path: Path, text: str, *, is_due: bool) -> None:
    _, gaps, _ = seen(tmp_path, {"main.tf": text, "other.yaml": POD})

    assert [each.subject for each in gaps if each.kind == "KubeObject"] == (["main.tf"] if is_due else [])


def test_library_chart_is_left_out(tmp_path: Path) -> None:
    library = "apiVersion: v2\nname: common\nversion: 1.0.0\ntype: library\n"
    _, gaps, left = seen(tmp_path, {"common/Chart.yaml": library, "common/templates/_x.tpl": "x", "other.yaml": POD})

    assert [each for each in gaps if each.kind == "KubeObject"] == []
    assert [each.what for each in left] == ["common"]


def test_file_that_a_generator_takes_in_is_data_unless_it_is_a_whole_object(tmp_path: Path) -> None:
    settings = "apiVersion: config.example/v1\nkind: ManagerConfiguration\nleader: {elect: true}\n"
    files = {
        "kustomization.yaml": "resources: [good.yaml]\nconfigMapGenerator:\n"
        "- {name: a, files: [manager.yaml, x=evil.yaml]}\n",
        "good.yaml": GOOD,
        "manager.yaml": settings,
        "evil.yaml": POD,
    }

    names, gaps, _ = seen(tmp_path, files)

    assert [each for each in gaps if each.kind == "KubeObject"] == []
    assert {"good", "evil"} <= names


def test_why_something_was_left_out_is_told_in_chinese_too(tmp_path: Path) -> None:
    files = {
        ".venv/pod.yaml": POD,
        "ns.yaml": GOOD,
        "trade.yaml": "title: a\n",
        "kubeconfig.yaml": "apiVersion: v1\nkind: Config\nusers: []\n",
        "list.yaml": "- apiVersion: v1\n",
    }
    (tmp_path / "link.yaml").symlink_to("ns.yaml")

    _names, _gaps, left = seen(tmp_path, files)

    assert {each.what for each in left} >= {".venv", "trade.yaml", "kubeconfig.yaml", "list.yaml", "link.yaml"}
    assert [each.why.zh for each in left if prose(each.why.zh)] == []
