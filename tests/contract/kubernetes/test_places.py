"""Where findings of packed, renamed and broken charts and of patched and generated objects stand: in real files."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor.model.fact import Fact, Facts, Gap
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeObject
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.tools.helm import Helm
from auditor.tools.kustomize import Kustomize
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from auditor.stages.kubernetes.live import Api

pytestmark = [pytest.mark.tool("helm"), pytest.mark.tool("kustomize")]
POD = (
    "# {{ .Values.note }}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\n"
    "spec:\n  {{- if .Values.pid }}\n  hostPID: true\n  {{- end }}\n  containers: [{name: c, image: i}]\n"
)
PID_LINE = 8


class Seen:
    """What is seen of a folder."""

    def __init__(self, where: Path) -> None:
        programs = Programs.here()
        stage = KubernetesStage(
            charts=Helm(lambda: programs.find("helm")),
            builds=Kustomize(lambda: programs.find("kustomize")),
            apis=_no_api,
        )
        target = System(name="t", parts=(Part(kind="kubernetes", where=str(where)),))
        seen = list(stage.observe(target, Facts()))
        self.gaps = {
            each.subject: (each.reason, each.detail)
            for each in seen
            if isinstance(each, Gap) and each.kind == "KubeObject"
        }
        self.left = [(each.what, each.why.en) for each in seen if isinstance(each, Exclusion)]
        self.all = Facts(e for e in seen if isinstance(e, Fact)).of(KubeObject)
        self.objects = {each.name: each for each in self.all}

    def place(self, name: str, pointer: str) -> tuple[str | None, int | None]:
        """Return file and line of a pointer of an object, or of what it is in."""
        found = self.objects[name]
        if pointer in found.places:
            return found.places[pointer]
        while pointer and pointer not in found.lines:
            pointer = pointer.rpartition("/")[0]
        return found.origin.file, found.lines.get(pointer, found.origin.line)


def _no_api(context: str) -> Api:
    raise AssertionError(context)


def write(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def pack(path: Path, texts: dict[str, bytes | str]) -> bytes:
    """Write a packed chart, as helm packs it; return its bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as archive:
        for name, text in texts.items():
            data = text.encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path.read_bytes()


def subchart(name: str, version: str = "1.0.0", values: str = "pid: true\nnote: x\n") -> dict[str, bytes | str]:
    return {
        f"{name}/Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\n",
        f"{name}/values.yaml": values,
        f"{name}/templates/pod.yaml": POD,
    }


def test_packed_dependency_is_named_with_the_line_inside_its_template(tmp_path: Path) -> None:
    write(tmp_path, {"Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\n"})
    pack(tmp_path / "charts" / "queue-1.0.0.tgz", subchart("queue"))

    seen = Seen(tmp_path)

    assert seen.gaps == {}
    assert seen.place("release-queue", "/spec/hostPID") == (
        "charts/queue-1.0.0.tgz!/queue/templates/pod.yaml",
        PID_LINE,
    )


def test_packed_chart_with_a_packed_chart_in_it_is_read_like_a_folder(tmp_path: Path) -> None:
    inner = pack(tmp_path / "tmp.tgz", subchart("store", "2.1.0"))
    (tmp_path / "tmp.tgz").unlink()
    outer: dict[str, bytes | str] = {**subchart("platform"), "platform/charts/store-2.1.0.tgz": inner}
    outer |= {"platform/templates/none.yaml": "{{- if .Values.more }}\nx\n{{- end }}\n"}
    outer |= {
        "platform/extra/beside.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: beside}\nspec: {hostPID: true}\n"
    }
    pack(tmp_path / "platform-1.0.0.tgz", outer)

    seen = Seen(tmp_path)

    top = "platform-1.0.0.tgz!/platform"
    assert seen.place("release-platform", "/spec/hostPID") == (f"{top}/templates/pod.yaml", PID_LINE)
    assert seen.place("release-store", "/spec/hostPID") == (
        f"{top}/charts/store-2.1.0.tgz!/store/templates/pod.yaml",
        PID_LINE,
    )
    assert seen.place("beside", "/spec/hostPID") == (f"{top}/extra/beside.yaml", 1 + 3)
    assert any(
        f"1 of 3 templates made no object with the chart's own values: {top}/templates/none.yaml" in why
        for _, why in seen.left
    )


def test_alias_and_folder_of_another_name_lead_to_the_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies:\n"
            "- {name: queue, version: 1.0.0, alias: fast}\n- {name: queue, version: 2.0.0, alias: slow}\n",
            "charts/odd/Chart.yaml": "apiVersion: v2\nname: store\nversion: 1.0.0\n",
            "charts/odd/values.yaml": "pid: true\nnote: x\n",
            "charts/odd/templates/pod.yaml": POD,
        },
    )
    pack(tmp_path / "charts" / "queue-1.0.0.tgz", subchart("queue"))
    pack(
        tmp_path / "charts" / "queue-2.0.0.tgz", {**subchart("queue", "2.0.0"), "queue/templates/pod.yaml": "\n" + POD}
    )

    seen = Seen(tmp_path)

    assert seen.gaps == {}
    assert seen.place("release-store", "/spec/hostPID") == ("charts/odd/templates/pod.yaml", PID_LINE)
    assert seen.place("release-fast", "/spec/hostPID") == ("charts/queue-1.0.0.tgz!/queue/templates/pod.yaml", PID_LINE)
    assert seen.place("release-slow", "/spec/hostPID") == (
        "charts/queue-2.0.0.tgz!/queue/templates/pod.yaml",
        PID_LINE + 1,
    )


def test_broken_template_of_a_packed_dependency_costs_itself(tmp_path: Path) -> None:
    write(tmp_path, {"Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\n"})
    broken: dict[str, bytes | str] = {**subchart("queue"), "queue/templates/b.yaml": "\n{{ .Values.a.b.c }}\n"}
    pack(tmp_path / "charts" / "queue-1.0.0.tgz", broken)

    seen = Seen(tmp_path)

    assert list(seen.gaps) == ["charts/queue-1.0.0.tgz!/queue/templates/b.yaml:2"]
    assert "release-queue" in seen.objects


@pytest.mark.parametrize("hostile", ["../../evil.yaml", "/evil.yaml", "queue/../../evil.yaml"])
def test_member_that_leads_elsewhere_is_not_written(tmp_path: Path, hostile: str) -> None:
    (tmp_path / "in").mkdir()
    pack(tmp_path / "in" / "queue-1.0.0.tgz", {**subchart("queue"), hostile: "apiVersion: v1\nkind: Pod\n"})

    Seen(tmp_path / "in")

    assert not list(tmp_path.glob("**/evil.yaml"))
    assert not Path("/evil.yaml").exists()


def test_what_is_no_yaml_is_told_by_template_and_line_and_the_rest_is_judged(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\n",
            "templates/two.yaml": "{{- /* some\n   words */}}\napiVersion: v1\nkind: Pod\nmetadata: {name: good}\n"
            "spec: {}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n"
            "data:\n  a: b\n  {{- if true }}\n   c: d: e\n"
            "  {{- end }}\n",
            "templates/pod.yaml": POD.replace("{{ .Values.note }}", ""),
        },
    )

    seen = Seen(tmp_path)

    assert {subject: reason for subject, (reason, _) in seen.gaps.items()} == {"templates/two.yaml:15": "not YAML"}
    assert seen.objects.keys() == {"good", "release-top"}


def test_what_helm_alone_refuses_is_a_gap_of_its_template(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "Chart.yaml": "apiVersion: v2\nname: top\nversion: 1.0.0\n",
            "templates/list.yaml": "- apiVersion: v1\n  kind: Pod\n  metadata: {name: x}\n",
            "templates/pod.yaml": POD.replace("{{ .Values.note }}", ""),
        },
    )

    seen = Seen(tmp_path)

    assert list(seen.gaps) == ["templates/list.yaml"]
    assert "release-top" in seen.objects


DEPLOYMENT = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n"
    "      - name: app\n        image: registry.example/app:1\n"
)
INLINE = """resources: [web.yaml]
namePrefix: dev-
patches:
- target: {kind: Deployment, name: w.*}
  patch: |-
    - op: add
      path: /spec/template/spec/hostPID
      value: true
    - op: add
      path: /spec/template/spec/containers/0/securityContext
      value:
        privileged: true
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          hostNetwork: true
- target: {kind: StatefulSet}
  patch: '[{"op": "add", "path": "/spec/template/spec/hostIPC", "value": true}]'
- target: {kind: Deployment}
  patch: '[{"op": "add", "path": "/spec/template/spec/hostIPC", "value": true}]'
images:
- name: registry.example/app
  newName: mirror.example/app
  newTag: latest
configMapGenerator:
- name: settings
  literals:
  - color=red
  - mode=fast
  files: [app.conf]
  envs: [more.env]
secretGenerator:
- name: keys
  literals: [token=x]
"""


def test_what_inline_patches_and_generators_bring_stands_there(tmp_path: Path) -> None:
    write(
        tmp_path, {"kustomization.yaml": INLINE, "web.yaml": DEPLOYMENT, "app.conf": "a\n", "more.env": "# c\nSIZE=1\n"}
    )

    seen = Seen(tmp_path)

    assert seen.gaps == {}
    web = {pointer: seen.place("dev-web", f"/spec/template/spec{pointer}") for pointer in (
        "/hostPID", "/containers/0/securityContext/privileged", "/hostNetwork", "/hostIPC", "/containers/0/image"
    )}  # fmt: skip
    assert web == {
        "/hostPID": ("kustomization.yaml", 8),
        "/containers/0/securityContext/privileged": ("kustomization.yaml", 12),
        "/hostNetwork": ("kustomization.yaml", 20),
        "/hostIPC": ("kustomization.yaml", 24),
        "/containers/0/image": ("kustomization.yaml", 26),
    }
    settings = next(name for name in seen.objects if name.startswith("dev-settings"))
    assert {key: seen.place(settings, f"/data/{key}") for key in ("color", "mode", "app.conf", "SIZE")} == {
        "color": ("kustomization.yaml", 32),
        "mode": ("kustomization.yaml", 33),
        "app.conf": ("app.conf", 1),
        "SIZE": ("more.env", 2),
    }
    keys = next(each for name, each in seen.objects.items() if name.startswith("dev-keys"))
    assert (keys.origin.file, keys.origin.line) == ("kustomization.yaml", 37)


def test_overlay_wins_over_base_and_a_component_is_a_folder_of_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [web.yaml]\npatches:\n- path: pid.yaml\n",
            "base/web.yaml": DEPLOYMENT,
            "base/pid.yaml": DEPLOYMENT.partition("      containers")[0] + "      hostPID: true\n",
            "extra/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n"
            "- target: {kind: Deployment}\n  patch: |\n    - {op: add, path: /spec/template/spec/hostIPC, "
            "value: true}\n",
            "aa/prod/kustomization.yaml": "resources: [../../base]\ncomponents: [../../extra]\npatches:\n"
            "- path: pid.yaml\n",
            "aa/prod/pid.yaml": "# same\n" + DEPLOYMENT.partition("      containers")[0] + "      hostPID: true\n",
        },
    )

    seen = Seen(tmp_path)

    assert seen.place("web", "/spec/template/spec/hostPID") == ("aa/prod/pid.yaml", 9)
    assert seen.place("web", "/spec/template/spec/hostIPC") == ("extra/kustomization.yaml", 6)


def test_remote_base_is_named_and_the_rest_is_built_without_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [web.yaml, 'https://github.com/x/crds?ref=v1']\n",
            "base/web.yaml": DEPLOYMENT,
            "prod/kustomization.yaml": "namespace: prod\nresources: [../base]\n",
        },
    )

    seen = Seen(tmp_path)

    assert seen.gaps == {"prod": ("remote base", "builds upon https://github.com/x/crds?ref=v1")}
    assert seen.objects["web"].namespace == "prod"
    assert seen.place("web", "/spec/template/spec/containers/0/name") == ("base/web.yaml", 9)


def test_build_result_beside_its_kustomization_is_judged_once_but_for_what_differs(tmp_path: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector: {app: web}\n"
    drifted = DEPLOYMENT.replace("    spec:\n", "    spec:\n      hostPID: true\n")
    write(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [web.yaml, service.yaml]\n",
            "base/web.yaml": DEPLOYMENT,
            "base/service.yaml": service,
            "install.yaml": f"{DEPLOYMENT}---\n{service}",
            "old.yaml": f"{drifted}---\n{service}",
        },
    )

    seen = Seen(tmp_path)

    assert sorted((each.kind, each.origin.file) for each in seen.all) == [
        ("Deployment", "base/web.yaml"),
        ("Deployment", "old.yaml"),
        ("Service", "base/service.yaml"),
    ]
    assert ("install.yaml", "also built by base, equal in everything, and judged there: 2 of 2") in seen.left
    assert ("old.yaml", "also built by base, equal in everything, and judged there: 1 of 2") in seen.left


def test_overlays_that_build_the_same_object_are_judged_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "base/kustomization.yaml": "resources: [web.yaml]\n",
            "base/web.yaml": DEPLOYMENT,
            "a/kustomization.yaml": "resources: [../base]\n",
            "b/kustomization.yaml": "resources: [../base]\n",
            "c/kustomization.yaml": "resources: [../base]\nnamespace: prod\n",
        },
    )

    seen = Seen(tmp_path)

    assert sorted((each.namespace, each.origin.file) for each in seen.all) == [
        ("default", "base/web.yaml"),
        ("prod", "base/web.yaml"),
    ]
    assert ("b", "also built by a, equal in everything, and judged there: 1 of 1") in seen.left


def test_two_files_with_one_object_are_judged_each(tmp_path: Path) -> None:
    write(tmp_path, {"a.yaml": DEPLOYMENT, "b.yaml": DEPLOYMENT})

    assert sorted(str(each.origin.file) for each in Seen(tmp_path).all) == ["a.yaml", "b.yaml"]
