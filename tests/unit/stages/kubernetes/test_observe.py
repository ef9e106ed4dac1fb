from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor import reasons
from auditor.errors import ToolError
from auditor.model.artefact import Capture
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.record import Exclusion, ToolUse
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeObject, RepeatedKey
from auditor.stages.kubernetes.observe import KubernetesStage

if TYPE_CHECKING:
    from auditor.stages.kubernetes.live import Api

DEPLOYMENT = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  replicas: 1\n"
ROLE = (
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r, namespace: ignored}\nrules: []\n"
)


def _no_api(context: str) -> Api:
    raise AssertionError(context)


class _Charts:
    def __init__(self, output: bytes | ToolError = b"") -> None:
        self.output = output
        self.asked: list[object] = []

    def render(self, chart: Path, **options: object) -> tuple[bytes, ToolUse]:
        self.asked.append((chart, options))
        if isinstance(self.output, ToolError):
            raise self.output
        return self.output, ToolUse(name="helm", version="0", digest="", is_allowed=True)

    def build(self, folder: Path) -> tuple[bytes, ToolUse]:
        return self.render(folder)


class _Observed:
    def __init__(self, seen: list[Capture | Fact | Gap | Exclusion | ToolUse]) -> None:
        self.facts = Facts((e for e in seen if isinstance(e, Fact)), (e for e in seen if isinstance(e, Gap)))
        self.left = {e.what: e.why.en for e in seen if isinstance(e, Exclusion)}
        self.captures = [e for e in seen if isinstance(e, Capture)]

    def subjects(self) -> list[str]:
        return [each.subject for each in self.facts.of(KubeObject)]

    def gaps(self, kind: str = "KubeObject") -> list[tuple[str, str]]:
        return [(each.subject, each.reason) for each in self.facts.gaps if each.kind == kind]


def _observe(*where: Path, charts: _Charts | None = None, **options: object) -> _Observed:
    charts = charts or _Charts()
    parts = tuple(Part(kind="kubernetes", where=str(each), options=options) for each in where)
    return _Observed(
        list(
            KubernetesStage(charts=charts, builds=charts, apis=_no_api).observe(System(name="t", parts=parts), Facts())
        )
    )


def _write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_json", ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_objects_know_their_file_line_and_namespace(tmp_path: Path) -> None:
    seen = _observe(_write(tmp_path, a__web_yaml=f"# web\n---\n{DEPLOYMENT}---\n{ROLE}"))

    role, web = seen.facts.of(KubeObject)
    assert (web.subject, web.namespace, web.origin.file, web.origin.line) == (
        "Deployment/shop/web",
        "shop",
        "a/web.yaml",
        3,
    )
    assert web.lines["/spec/replicas"] == 9
    assert (role.subject, role.namespace, role.origin.line) == ("ClusterRole/r", "", 11)
    assert seen.gaps() == []


def test_the_given_namespace_is_that_of_objects_without_one(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n"

    assert _observe(_write(tmp_path, p_yaml=pod)).subjects() == ["Pod/default/p"]
    assert _observe(tmp_path, namespace="prod").subjects() == ["Pod/prod/p"]


def test_scopes_of_custom_kinds_come_from_their_definitions(tmp_path: Path) -> None:
    definition = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: gadgets.x}\n"
        "spec: {scope: Cluster, names: {kind: Gadget}}\n---\napiVersion: x/v1\nkind: Gadget\nmetadata: {name: g}\n"
    )

    assert "Gadget/g" in _observe(_write(tmp_path, d_yaml=definition)).subjects()


def test_objects_of_one_name_are_told_apart_by_their_files(tmp_path: Path) -> None:
    seen = _observe(_write(tmp_path, a_yaml=DEPLOYMENT, b_yaml=f"{DEPLOYMENT}---\n{DEPLOYMENT}"))

    assert seen.subjects() == [
        "Deployment/shop/web@a.yaml",
        "Deployment/shop/web@b.yaml:1",
        "Deployment/shop/web@b.yaml:9",
    ]


def test_an_empty_folder_is_a_gap(tmp_path: Path) -> None:
    seen = _observe(tmp_path)

    assert seen.gaps() == [("", "nothing found")]


@pytest.mark.parametrize(
    ("where", "reason"), [("missing", "no such path"), ("a\0b", "cannot be read"), ("x" * 5000, "cannot be read")]
)
def test_what_does_not_exist_is_a_gap(tmp_path: Path, where: str, reason: str) -> None:
    part = Part(kind="kubernetes", where=f"{tmp_path}/{where}")

    seen = _Observed(
        list(
            KubernetesStage(charts=_Charts(), builds=_Charts(), apis=_no_api).observe(
                System(name="t", parts=(part,)), Facts()
            )
        )
    )

    assert seen.gaps() == [("", reason)]


def test_with_manifests_only_every_component_and_node_is_a_gap(tmp_path: Path) -> None:
    seen = _observe(_write(tmp_path, a_yaml=DEPLOYMENT))

    topics = {each.topic for each in seen.facts.gaps if each.kind == "KubeComponent"}
    assert topics == {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kubelet", "kube-proxy"}
    assert all("auditor collect node" in each.remedy.en for each in seen.facts.gaps)
    assert seen.gaps("NodeFile") == [("", "not collected")]
    assert not seen.facts.of(KubeCluster)[0].is_complete


def test_broken_documents_are_gaps_that_name_file_and_line(tmp_path: Path) -> None:
    template = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.x }}\n"

    seen = _observe(
        _write(tmp_path, a_yaml=f"{DEPLOYMENT}---\n{template}", b_yaml="apiVersion: v1\nkind: Pod\nmetadata: {}\n")
    )

    assert seen.subjects() == ["Deployment/shop/web"]
    assert seen.gaps() == [("a.yaml:12", "template not rendered"), ("b.yaml:1", "not a Kubernetes object")]


def test_files_of_other_trades_are_left_out_and_named(tmp_path: Path) -> None:
    _write(tmp_path, values_yaml="image: x\n", compose_yaml="services: {}\n", package_json="{}", a_yaml=DEPLOYMENT)
    _write(tmp_path, kubeconfig_yaml="apiVersion: v1\nkind: Config\nusers: []\n", broken_yaml="{{ x }}: [")

    seen = _observe(tmp_path)

    assert set(seen.left) == {"values.yaml", "compose.yaml", "package.json", "kubeconfig.yaml", "broken.yaml"}
    assert "credentials" in seen.left["kubeconfig.yaml"]
    assert seen.gaps() == []


def test_a_file_that_was_named_and_holds_no_object_is_a_gap(tmp_path: Path) -> None:
    _write(tmp_path, values_yaml="image: x\n")

    assert _observe(tmp_path / "values.yaml").gaps() == [("values.yaml:1", "not a Kubernetes object")]


def test_a_file_that_was_named_may_hold_other_documents_beside_its_objects(tmp_path: Path) -> None:
    config = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
    _write(tmp_path, all_yaml=f"{config}---\n{DEPLOYMENT}")

    seen = _observe(tmp_path / "all.yaml")

    assert (seen.subjects(), seen.gaps(), set(seen.left)) == (["Deployment/shop/web"], [], {"all.yaml"})


def test_a_huge_file_that_was_named_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(2**30)

    assert _observe(tmp_path / "huge.yaml").gaps() == [("huge.yaml", "too large")]


def test_links_pipes_and_huge_files_do_not_lead_astray(tmp_path: Path) -> None:
    inside = _write(tmp_path / "in", a_yaml=DEPLOYMENT)
    _write(tmp_path / "out", secret_yaml=DEPLOYMENT)
    (inside / "b.yaml").symlink_to(inside / "a.yaml")
    (inside / "c.yaml").symlink_to(tmp_path / "out" / "secret.yaml")
    (inside / "d").symlink_to(tmp_path / "out")
    (inside / "loop").symlink_to(inside)
    os.mkfifo(inside / "pipe.yaml")
    with (inside / "huge.yaml").open("wb") as file:
        file.truncate(2**30)

    seen = _observe(inside)

    assert seen.subjects() == ["Deployment/shop/web"]
    assert dict(seen.gaps()) == {
        "c.yaml": "link",
        "d": "link",
        "pipe.yaml": "no regular file",
        "huge.yaml": "too large",
    }
    assert set(seen.left) == {"b.yaml", "loop"}


def test_a_chart_is_rendered_and_its_templates_are_not_read_as_they_are(tmp_path: Path) -> None:
    chart = _write(
        tmp_path,
        chart__Chart_yaml="apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        chart__values_yaml="name: web\n",
        chart__templates__web_yaml="# chart\napiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\nspec:\n  x: 1\n",  # noqa: E501 - an example
        other_yaml=DEPLOYMENT,
    )
    output = b"---\n# Source: shop/templates/web.yaml\n# chart\napiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  x: 1\n"  # noqa: E501 - an example
    charts = _Charts(output)

    seen = _observe(chart, charts=charts, namespace="prod", release="r", values=["v.yaml"], kube_version="1.34")

    pod = seen.facts.of(KubeObject)[1]
    assert (pod.subject, pod.origin.file, pod.origin.line) == ("Pod/prod/web", "chart/templates/web.yaml", 2)
    assert pod.lines == {"/kind": 3, "/metadata": 4, "/metadata/name": 5, "/spec": 6, "/spec/x": 7}
    assert seen.subjects() == ["Deployment/shop/web", "Pod/prod/web"]
    assert charts.asked == [
        (
            chart / "chart",
            {
                "release": "r",
                "namespace": "prod",
                "values": (Path("v.yaml"),),
                "kube_version": "1.34",
                "api_versions": (),
            },
        )
    ]
    assert pod.origin.capture in {each.digest for each in seen.captures}


def test_the_namespace_of_a_release_that_nobody_named_is_no_namespace(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {}\n  namespace: {}\n"
    chart = _write(
        tmp_path,
        Chart_yaml="apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        templates__told_yaml=pod.format("told", "default"),
        templates__left_yaml=pod.format("left", "{{ .Release.Namespace | quote }}"),
    )
    output = "".join(
        f"---\n# Source: shop/templates/{name}.yaml\n{pod.format(name, 'default')}" for name in ("told", "left")
    ).encode()

    assumed = _observe(chart, charts=_Charts(output)).facts.of(KubeObject)
    named = _observe(chart, charts=_Charts(output), namespace="default").facts.of(KubeObject)

    assert [each.subject for each in assumed] == [each.subject for each in named]
    assert {each.name: each.manifest["metadata"] for each in assumed} == {
        "told": {"name": "told", "namespace": "default"},
        "left": {"name": "left"},
    }
    assert all(each.manifest["metadata"] == {"name": each.name, "namespace": "default"} for each in named)


def test_a_chart_that_does_not_render_is_a_gap(tmp_path: Path) -> None:
    _write(tmp_path, Chart_yaml="apiVersion: v2\nname: shop\nversion: 1.0.0\n", a_yaml=DEPLOYMENT)

    seen = _observe(tmp_path, charts=_Charts(ToolError(reasons.CHART_DOES_NOT_RENDER, "because", "helm 0")))

    assert seen.gaps() == [(".", "chart does not render")]


def test_a_chart_with_a_link_that_leads_out_is_not_rendered(tmp_path: Path) -> None:
    chart = _write(tmp_path / "c", Chart_yaml="apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    (chart / "x").symlink_to("/etc/passwd")
    charts = _Charts(DEPLOYMENT.encode())

    seen = _observe(chart, charts=charts)

    assert (charts.asked, seen.gaps()) == ([], [(".", "link")])


def test_a_kustomization_is_built_once_with_its_bases(tmp_path: Path) -> None:
    folder = _write(
        tmp_path,
        base__kustomization_yaml="resources: [web.yaml]\n",
        base__web_yaml=DEPLOYMENT,
        prod__kustomization_yaml="resources: [../base]\nnamePrefix: prod-\n",
        loose_yaml=ROLE,
    )
    charts = _Charts(DEPLOYMENT.replace("name: web", "name: prod-web").encode())

    seen = _observe(folder, charts=charts)

    assert charts.asked == [(folder / "prod", {})]
    web = seen.facts.of(KubeObject)[1]
    assert (web.subject, web.origin.file, web.origin.line) == ("Deployment/shop/prod-web", "base/web.yaml", 1)
    assert seen.left == {"base": "built as part of another kustomization"}


def test_a_remote_base_is_a_gap_and_nothing_is_built(tmp_path: Path) -> None:
    _write(tmp_path, kustomization_yaml="resources: ['https://github.com/x/y?ref=main']\n")
    charts = _Charts()

    seen = _observe(tmp_path, charts=charts)

    assert (charts.asked, seen.gaps()) == ([], [(".", "remote base")])


def test_kustomizations_that_build_upon_each_other_are_still_built(tmp_path: Path) -> None:
    _write(tmp_path, a__kustomization_yaml="resources: [../b]\n", b__kustomization_yaml="resources: [../a]\n")
    charts = _Charts(ToolError(reasons.KUSTOMIZATION_DOES_NOT_BUILD, "cycle", "kustomize 0"))

    assert dict(_observe(tmp_path, charts=charts).gaps()) == {
        "a": "kustomization does not build",
        "b": "kustomization does not build",
    }


def _pod(name: str, command: list[str], **more: object) -> str:
    metadata = {"name": name, "namespace": more.pop("namespace", "kube-system")}
    containers = [{"name": "x", "image": "pause"}, {"name": "c", "command": command[:1], "args": command[1:]}]
    return json.dumps(
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers, **more}}
    )


def test_components_are_found_in_pods_of_any_namespace_with_any_number_of_containers(tmp_path: Path) -> None:
    pod = _pod("api", ["/usr/bin/kube-apiserver", "--anonymous-auth", "--profiling=false"], namespace="hosted")

    seen = _observe(_write(tmp_path, p_json=pod))

    (found,) = seen.facts.of(KubeComponent)
    assert (found.subject, found.seen_in, found.origin.file) == ("kube-apiserver@api", "pod", "p.json")
    assert found.flags["profiling"][0].value == "false"
    assert found.flags["profiling"][0].pointer == "/spec/containers/1/args/1"


def test_names_of_the_wrong_type_cost_no_stage(tmp_path: Path) -> None:
    wrong = {
        "volumes": [{"name": "v", "configMap": {"name": "m", "items": [{"key": ["a"], "path": {}}]}}],
        "containers": [
            {
                "command": ["kube-proxy"],
                "volumeMounts": [{"name": ["v"], "mountPath": "/a"}],
                "env": [{"name": [], "valueFrom": {"configMapKeyRef": {"name": {}, "key": []}}}],
                "envFrom": [{"configMapRef": {"name": []}}],
            }
        ],
    }
    metadata = {"name": "p", "namespace": "kube-system", "ownerReferences": [{"kind": "Node", "name": ["x"]}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": wrong}

    (found,) = _observe(_write(tmp_path, p_json=json.dumps(pod))).facts.of(KubeComponent)

    assert found.subject == "kube-proxy@p"


def test_an_application_with_its_own_etcd_is_not_the_cluster(tmp_path: Path) -> None:
    workload = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "milvus-etcd", "namespace": "ai"},
        "spec": {"template": {"spec": {"containers": [{"name": "e", "command": ["etcd"]}]}}},
    }

    assert _observe(_write(tmp_path, w_json=json.dumps(workload))).facts.of(KubeComponent) == ()


def test_kube_proxy_reads_its_config_map(tmp_path: Path) -> None:
    daemon = {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
        "spec": {
            "template": {
                "spec": {
                    "containers": [
                        {
                            "name": "p",
                            "image": "registry.k8s.io/kube-proxy:v1.34.1",
                            "command": ["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf"],
                            "volumeMounts": [{"name": "v", "mountPath": "/var/lib/kube-proxy"}],
                        }
                    ],
                    "volumes": [{"name": "v", "configMap": {"name": "kube-proxy"}}],
                }
            }
        },
    }
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-proxy, namespace: kube-system}\ndata:\n  config.conf: |-\n    metricsBindAddress: 0.0.0.0\n"  # noqa: E501 - an example

    seen = _observe(_write(tmp_path, d_json=json.dumps(daemon), c_yaml=config))

    (found,) = seen.facts.of(KubeComponent)
    assert found.config["metricsBindAddress"].value == "0.0.0.0"  # noqa: S104
    assert (found.config_read, found.version) == (True, "1.34.1")


def test_a_managed_control_plane_is_recognised_and_not_asked_for(tmp_path: Path) -> None:
    node = {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": "n", "labels": {"alibabacloud.com/nodepool-id": "np"}},
        "status": {"nodeInfo": {"kubeletVersion": "v1.34.1-aliyun.1"}},
    }

    seen = _observe(_write(tmp_path, n_json=json.dumps(node)))

    (cluster,) = seen.facts.of(KubeCluster)
    assert (cluster.distribution, cluster.is_managed, cluster.version) == ("ack", True, "1.34.1")
    assert {each.topic for each in seen.facts.gaps if each.kind == "KubeComponent"} == {"kubelet", "kube-proxy"}


def test_keys_given_twice_are_told(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  hostPID: true\n  hostPID: false\n"

    (pod,) = _observe(_write(tmp_path, p_yaml=text)).facts.of(KubeObject)

    assert pod.repeated == {"/spec/hostPID": 6}


@pytest.mark.parametrize(
    ("second", "count"),
    [
        ("{<<: *first, name: b, tty: false}", 0),
        ("{name: b, <<: *first}", 0),
        ("{<<: [*first, *first], image: r/b}", 0),
        ("{<<: *first, name: b, name: c}", 1),
        ("{name: b, image: x, image: y, <<: *first}", 1),
    ],
)
def test_what_a_merge_key_brings_may_be_overridden_and_nothing_else_twice(
    tmp_path: Path, second: str, count: int
) -> None:
    (tmp_path / "p.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
        f"  - &first {{name: a, image: r/a}}\n  - {second}\n"
    )

    assert len(_observe(tmp_path).facts.of(RepeatedKey)) == count
