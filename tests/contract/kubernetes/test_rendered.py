from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor.model.fact import Fact, Facts, Gap
from auditor.model.record import ToolUse
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.tools.helm import Helm
from auditor.tools.kustomize import Kustomize
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from auditor.stages.kubernetes.live import Api

pytestmark = [pytest.mark.tool("helm"), pytest.mark.tool("kustomize")]
DEMO = Path(__file__).parents[3] / "auditor" / "demo" / "platform" / "deploy"
CHART = "apiVersion: v2\nname: shop\nversion: 1.0.0\n"
POD = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name | default "web" }}\n  namespace: {{ .Release.Namespace }}\nspec:\n  x: 1\n'  # noqa: E501 - an example


def _no_api(context: str) -> Api:
    raise AssertionError(context)


def _observe(
    where: Path, *, timeout_s: float = 20.0, **options: object
) -> tuple[tuple[KubeObject, ...], list[Gap], set[str]]:
    programs = Programs.here()
    stage = KubernetesStage(
        charts=Helm(lambda: programs.find("helm"), timeout_s),
        builds=Kustomize(lambda: programs.find("kustomize"), timeout_s),
        apis=_no_api,
    )
    target = System(name="t", parts=(Part(kind="kubernetes", where=str(where), options=options),))
    seen = list(stage.observe(target, Facts()))
    gaps = [each for each in seen if isinstance(each, Gap) and each.kind == "KubeObject"]
    facts = Facts(each for each in seen if isinstance(each, Fact))
    return facts.of(KubeObject), gaps, {each.name for each in seen if isinstance(each, ToolUse)}


def _files(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_every_object_of_the_demo_stands_at_its_line_in_a_template() -> None:
    objects, gaps, tools = _observe(DEMO)

    assert (gaps, tools) == ([], {"helm"})
    assert len(objects) >= 30
    for each in objects:
        assert each.origin.file is not None
        lines = (DEMO / each.origin.file).read_text().splitlines()
        assert lines[each.lines["/kind"] - 1] == f"kind: {each.kind}", each.subject
        assert lines[each.lines["/metadata/name"] - 1].strip().startswith("name:"), each.subject


def test_values_release_and_namespace_reach_the_templates(tmp_path: Path) -> None:
    chart = _files(tmp_path / "c", {"Chart.yaml": CHART, "templates/p.yaml": POD, "values.yaml": ""})
    values = _files(tmp_path, {"v.yaml": "name: named\n"}) / "v.yaml"

    objects, gaps, _ = _observe(chart, namespace="prod", release="r", values=[str(values)], kube_version="1.30.0")

    assert [(each.subject, each.origin.file) for each in objects] == [("Pod/prod/named", "templates/p.yaml")]
    assert gaps == []


def test_custom_resource_definitions_and_subcharts_are_objects_too(tmp_path: Path) -> None:
    files = {
        "Chart.yaml": CHART + "dependencies: [{name: below, version: 1.0.0}]\n",
        "crds/d.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: d}\nspec: {}\n",  # noqa: E501 - an example
        "charts/below/Chart.yaml": CHART.replace("shop", "below"),
        "charts/below/templates/p.yaml": POD,
    }

    objects, gaps, _ = _observe(_files(tmp_path, files))

    assert {each.subject: each.origin.file for each in objects} == {
        "CustomResourceDefinition/d": "crds/d.yaml",
        "Pod/default/web": "charts/below/templates/p.yaml",
    }
    assert gaps == []


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ('{{ fail "no" }}', "chart does not render"),
        ("{{ .Values.a.b.c }}", "chart does not render"),
        ('{{ include "missing" . }}', "chart does not render"),
        ('{{ tpl (repeat 5 "{{ tpl . $ }}") . }}', "chart does not render"),
        ('{{- define "loop" }}{{ include "loop" . }}{{ end }}{{ include "loop" . }}', "chart does not render"),
        ("{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}", "time limit, chart does not render"),
        ('a: {{ range until 300000 }}{{ repeat 1000 "x" }}{{ end }}', "output too large, chart does not render, time limit"),  # noqa: E501 - an example
        ("a: [", "not YAML"),
    ],
)  # fmt: skip
def test_a_chart_that_fails_or_never_ends_is_a_gap(tmp_path: Path, template: str, reason: str) -> None:
    chart = _files(tmp_path, {"Chart.yaml": CHART, "templates/p.yaml": template})

    objects, gaps, _ = _observe(chart, timeout_s=6.0)

    assert objects == ()
    assert len(gaps) == 1
    assert gaps[0].reason in reason.split(", ")


def test_a_missing_dependency_is_a_gap_and_is_never_fetched(tmp_path: Path) -> None:
    dependency = "dependencies: [{name: redis, version: 1.0.0, repository: 'https://charts.example.com'}]\n"

    _, gaps, _ = _observe(_files(tmp_path, {"Chart.yaml": CHART + dependency, "templates/p.yaml": POD}))

    assert [each.reason for each in gaps] == ["chart dependency missing"]
    assert "redis" in gaps[0].detail


def test_a_lookup_finds_nothing(tmp_path: Path) -> None:
    template = POD + '  found: {{ (lookup "v1" "Secret" "a" "b") | len }}\n'

    objects, _, _ = _observe(_files(tmp_path, {"Chart.yaml": CHART, "templates/p.yaml": template}))

    assert objects[0].manifest["spec"] == {"x": 1, "found": 0}


def test_a_kustomization_places_its_objects_in_their_resources(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  x: 1\n"
    files = {
        "base/kustomization.yaml": "resources: [pod.yaml]\n",
        "base/pod.yaml": f"# a pod\n{pod}",
        "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\nnamespace: shop\n"
        "configMapGenerator: [{name: settings, literals: [a=b]}]\n",
    }

    objects, gaps, tools = _observe(_files(tmp_path, files))

    settings, web = objects
    assert (gaps, tools) == ([], {"kustomize"})
    assert (web.subject, web.origin.file, web.origin.line) == ("Pod/shop/prod-web", "base/pod.yaml", 2)
    assert web.lines["/spec/x"] == 7
    assert (settings.kind, settings.origin.file) == ("ConfigMap", "prod/kustomization.yaml")


@pytest.mark.parametrize(
    "files",
    [
        {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"},
        {"kustomization.yaml": "resources: [missing.yaml]\n"},
        {"kustomization.yaml": "resources: [/etc/passwd]\n"},
        {"kustomization.yaml": "helmCharts: [{name: x, repo: 'https://example.com', version: '1'}]\n"},
        {"kustomization.yaml": "generators: [g.yaml]\n", "g.yaml": "apiVersion: x/v1\nkind: Exec\nmetadata:\n  name: g\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: /bin/true}\n"},  # noqa: E501 - an example
        {"kustomization.yaml": "resources: ['git::https://example.com/x']\n"},
        {"kustomization.yaml": "["},
    ],
)  # fmt: skip
def test_a_kustomization_that_cannot_or_may_not_be_built_is_a_gap(tmp_path: Path, files: dict[str, str]) -> None:
    _, gaps, _ = _observe(_files(tmp_path, files))

    assert gaps
    assert {each.reason for each in gaps} <= {"kustomization does not build", "remote base"}


@pytest.mark.parametrize(
    ("archive", "content"),
    [("cache-1.0.0.tgz", b"no archive"), ("queue-2.0.0.tar.gz", b"\x1f\x8b\x08\x00cut off"), ("db-3.1.0.tgz", b"")],
)
def test_a_packed_dependency_that_cannot_be_unpacked_costs_itself_only(
    tmp_path: Path, archive: str, content: bytes
) -> None:
    name, version = archive.removesuffix(".tgz").removesuffix(".tar.gz").split("-")
    listed = f"dependencies: [{{name: {name}, version: {version}, repository: 'https://charts.example'}}]\n"
    _files(tmp_path, {"Chart.yaml": CHART + listed, "templates/pod.yaml": POD})
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / archive).write_bytes(content)

    objects, gaps, _ = _observe(tmp_path)

    assert [(each.name, each.origin.file) for each in objects] == [("web", "templates/pod.yaml")]
    assert [(each.reason, each.subject) for each in gaps] == [("cannot be read", f"charts/{archive}")]
