"""Charts as they were fetched: without their dependencies, with templates that do not render."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from auditor import reasons
from auditor.errors import ToolError
from auditor.model.fact import Facts
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.stages.kubernetes import staging
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.observe import KubernetesStage
from tests.unit.stages.kubernetes.test_observe import _Charts, _no_api, _observe

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.model.record import ToolUse

CHART = "apiVersion: v2\nname: c\nversion: 0.1.0\ndependencies:\n"
DEPENDENCIES = (
    "- {name: redis, version: 1.0.0, repository: 'https://r.example', condition: 'redis.enabled'}\n"
    "- {name: postgres, version: 1.0.0, repository: 'https://r.example', condition: 'pg.deploy, postgres.enabled'}\n"
    "- {name: tika, version: 1.0.0, repository: 'https://r.example', tags: [search]}\n"
)
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n"


def chart(folder: Path) -> Path:
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text(CHART + DEPENDENCIES)
    (folder / "values.yaml").write_text("redis: {enabled: false}\npostgres: {enabled: true}\ntags: {search: false}\n")
    (folder / "templates" / "a.yaml").write_text("{{ .Values.x }}\n")
    (folder / "templates" / "p.yaml").write_text(POD + "# {{ .Values.y }}\n")
    (folder / "templates" / "off.yaml").write_text("{{ if .Values.z }}{{ end }}\n")
    return folder


class Helm(_Charts):
    """Says what helm says, until nothing stops it."""

    def render(self, chart: Path, **options: object) -> tuple[bytes, ToolUse]:
        if "dependencies: []" not in (chart / "Chart.yaml").read_text():
            missing = "found in Chart.yaml, but missing in charts/ directory: redis, postgres, tika"
            raise ToolError(reasons.CHART_DEPENDENCY_MISSING, f"An error occurred. {missing}", "helm")
        if (chart / "templates" / "a.yaml").read_text():
            raise ToolError(
                reasons.CHART_DOES_NOT_RENDER, "template: c/templates/a.yaml:7:3: executing …: nil pointer", "helm"
            )
        return super().render(chart, **options)


def test_what_stops_a_chart_is_named_and_the_rest_is_judged(tmp_path: Path) -> None:
    output = f"---\n# Source: c/templates/p.yaml\n{POD}".encode()

    seen = _observe(chart(tmp_path / "c").parent, charts=Helm(output))

    assert seen.subjects() == ["Pod/default/p"]
    assert seen.gaps() == [
        ("c/charts/postgres", "chart dependency missing"),
        ("c/templates/a.yaml:7", "chart does not render"),
    ]
    assert "redis.enabled" in seen.left["c/charts/redis"]
    assert "search" in seen.left["c/charts/tika"]
    assert (tmp_path / "c" / "templates" / "a.yaml").read_text(), "the chart itself is not touched"


def test_templates_that_made_nothing_and_what_is_switched_off_are_named(tmp_path: Path) -> None:
    output = f"---\n# Source: c/templates/p.yaml\n{POD}".encode()
    folder = chart(tmp_path / "c")
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: c\nversion: 0.1.0\n")

    left = [each.why.en for each in _lefts(tmp_path, _Charts(output)) if each.what == "c"]

    assert left[0].startswith("2 of 3 templates made no object with the chart's own values: ")
    assert "c/templates/off.yaml" in left[0]
    assert left[1].startswith("switched off with the chart's own values: redis.enabled")


def _lefts(folder: Path, charts: _Charts) -> list[Exclusion]:
    stage = KubernetesStage(charts=charts, builds=charts, apis=_no_api)
    target = System(name="t", parts=(Part(kind="kubernetes", where=str(folder)),))
    return [each for each in stage.observe(target, Facts()) if isinstance(each, Exclusion)]


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("template: c/templates/a.yaml:4:2: executing", ("templates/a.yaml", 4)),
        ("execution error at (c/templates/v.yaml:107:8): not found", ("templates/v.yaml", 107)),
        ("template: c/templates/d.yaml:3:1: … template: c/templates/cm.yaml:9:2: … template: c/templates/_h.tpl:2",
         ("templates/cm.yaml", 9)),
        ("template: c/charts/sub/templates/x.yaml:1:1: …", ("charts/sub/templates/x.yaml", 1)),
        ("YAML parse error on c/templates/b.yaml: error converting", ("templates/b.yaml", 0)),
        ("no space left", None),
        ("template: ../../etc/passwd:1", None),
    ],
)  # fmt: skip
def test_the_template_that_helm_stopped_at_is_found(said: str, at: tuple[str, int] | None) -> None:
    assert staging.failing_template(said) == at


def test_a_template_outside_of_the_copy_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "x.yaml").write_text("a")

    assert not staging.without_template(tmp_path / "c", "../x.yaml")
    assert (tmp_path / "x.yaml").read_text() == "a"


def packed(path: Path, **files: str) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("_yaml", ".yaml"))
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return path


def test_a_packed_chart_in_a_folder_is_read_and_another_archive_is_left_out(tmp_path: Path) -> None:
    packed(tmp_path / "c-0.1.0.tgz", c__Chart_yaml="apiVersion: v2\nname: c\nversion: 0.1.0\n")
    packed(tmp_path / "data.tar.gz", data__x_yaml="a: b\n")
    (tmp_path / "broken.tgz").write_bytes(b"\x1f\x8bnothing")
    output = f"---\n# Source: c/templates/p.yaml\n{POD}".encode()

    seen = _observe(tmp_path, charts=_Charts(output))

    assert seen.subjects() == ["Pod/default/p"]
    assert {name for name, why in seen.left.items() if "archive" in why} == {"data.tar.gz", "broken.tgz"}


def test_a_packed_dependency_is_part_of_its_chart(tmp_path: Path) -> None:
    folder = chart(tmp_path / "c")
    (folder / "charts").mkdir()
    packed(folder / "charts" / "redis-1.0.0.tgz", redis__Chart_yaml="apiVersion: v2\nname: redis\nversion: 1.0.0\n")
    charts = _Charts(f"---\n# Source: c/templates/p.yaml\n{POD}".encode())

    _observe(tmp_path, charts=charts)

    assert len(charts.asked) == 1


@pytest.mark.parametrize("name", ["d.yaml.j2", "d.yaml.tmpl", "d.jsonnet", "d.cue", "sub/d.yml.erb"])
def test_a_manifest_in_another_language_is_a_gap(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: '{{ name }}'}\n")
    (tmp_path / "notes.tmpl").write_text("hello\n")
    (tmp_path / "p.yaml").write_text(POD)

    seen = _observe(tmp_path)

    assert seen.subjects() == ["Pod/default/p"]
    assert seen.gaps() == [(name, "template not rendered")]


def test_a_rendered_document_that_is_no_object_is_named_by_its_template(tmp_path: Path) -> None:
    folder = chart(tmp_path / "c")
    (folder / "templates" / "bare.yaml").write_text("# a\napiVersion: apps/v1\nkind: Deployment\n")
    bare = "---\n# Source: c/templates/bare.yaml\napiVersion: apps/v1\nkind: Deployment\n"
    output = f"{bare}---\n# Source: c/templates/p.yaml\n"

    seen = _observe(tmp_path, charts=_Charts((output + POD).encode()))

    assert ("c/templates/bare.yaml:2", "not a Kubernetes object") in seen.gaps()


def test_an_alias_is_no_folder(tmp_path: Path) -> None:
    folder = chart(tmp_path / "c")
    (folder / "Chart.yaml").write_text(f"{CHART}- {{name: engine, alias: second, version: 1.0.0}}\n")
    (folder / "charts" / "engine" / "templates").mkdir(parents=True)
    (folder / "charts" / "engine" / "Chart.yaml").write_text("apiVersion: v2\nname: engine\nversion: 1.0.0\n")
    (folder / "charts" / "engine" / "templates" / "p.yaml").write_text("# one pod\n" + POD)
    output = f"---\n# Source: c/charts/second/templates/p.yaml\n{POD}".encode()

    (pod,) = _observe(tmp_path, charts=_Charts(output)).facts.of(KubeObject)

    assert (pod.origin.file, pod.origin.line) == ("c/charts/engine/templates/p.yaml", 2)
