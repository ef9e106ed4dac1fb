from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from auditor import reasons
from auditor.errors import ToolError
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.system import Part, System
from auditor.stages.kubernetes.collecting.cluster import collect, role
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeObject
from auditor.stages.kubernetes.observe import KubernetesStage
from auditor.tools.kube import KubeApi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from auditor.model.record import ToolUse
    from auditor.stages.kubernetes import live
    from tests.contract.kubernetes.conftest import Server

pytestmark = [pytest.mark.tool("kube-apiserver"), pytest.mark.tool("kubectl")]
NOW = datetime(2026, 11, 23, tzinfo=UTC)
PODS = 620


class _NoTool:
    def render(self, chart: Path, **_: object) -> tuple[bytes, ToolUse]:
        raise ToolError(reasons.Reason(str(chart)), "")

    def build(self, folder: Path) -> tuple[bytes, ToolUse]:
        raise ToolError(reasons.Reason(str(folder)), "")


def _observe(where: str, kubeconfig: Path) -> tuple[Facts, list[Gap]]:
    def apis(context: str) -> live.Api:
        return KubeApi(context=context, kubeconfig=kubeconfig, pause=lambda _: None)

    stage = KubernetesStage(charts=_NoTool(), builds=_NoTool(), apis=apis)
    target = System(name="t", parts=(Part(kind="kubernetes", where=where),))
    seen = list(stage.observe(target, Facts()))
    gaps = [each for each in seen if isinstance(each, Gap)]
    return Facts((each for each in seen if isinstance(each, Fact)), gaps), gaps


def _topics(gaps: list[Gap]) -> dict[str, str]:
    return {each.topic: each.reason for each in gaps if each.kind == "KubeObject"}


@pytest.fixture(scope="module")
def filled(server: Server) -> Server:
    """A cluster with a namespace, many pods, a Secret, a node, and an API that does not answer."""
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"p{number}", "namespace": "shop"},
            "spec": {"containers": [{"name": "c", "image": "pause", "securityContext": {"privileged": number == 7}}]},
        }
        for number in range(PODS)
    ]
    others = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {x: q}}
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop}
stringData: {password: CANARY}
---
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: shop}
type: kubernetes.io/tls
stringData:
  tls.key: CANARY
  tls.crt: |
CERTIFICATE
---
apiVersion: v1
kind: Secret
metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
type: bootstrap.kubernetes.io/token
stringData: {token-id: abcdef, token-secret: canary7canary7ca, usage-bootstrap-authentication: "true"}
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver-n1, namespace: kube-system}
spec:
  nodeName: n1
  hostNetwork: true
  containers:
  - {name: a, image: "registry.k8s.io/kube-apiserver:v1.36.3", command: [kube-apiserver, --anonymous-auth=false]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {password: CANARY}
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.broken.example.com}
spec:
  group: broken.example.com
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: nowhere, namespace: shop}
"""
    server.kubectl(
        "apply", "-f", "-", stdin=others.replace("CERTIFICATE", indent(server.authority.read_text(), "    "))
    )
    server.kubectl("create", "-f", "-", stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": pods}))
    return server


def test_a_cluster_is_read_page_by_page_without_any_secret(filled: Server) -> None:
    facts, gaps = _observe("context:test", filled.kubeconfig())

    cluster = facts.of(KubeCluster)[0]
    assert (cluster.version, cluster.is_complete) == ("1.36.3", True)
    assert len([each for each in facts.of(KubeObject, "Pod") if each.namespace == "shop"]) == PODS
    assert {each.subject: each.manifest.get("type") for each in facts.of(KubeObject, "Secret")} == {
        "Secret/kube-system/bootstrap-token-abcdef": "bootstrap.kubernetes.io/token",
        "Secret/shop/s": "Opaque",
        "Secret/shop/web": "kubernetes.io/tls",
    }
    assert "canary" not in repr(facts.of(KubeObject)).lower()
    assert [each.subject for each in facts.of(KubeComponent)] == ["kube-apiserver@n1"]
    assert facts.of(KubeObject, "ClusterRole")
    others = [(each.reason, each.detail) for each in gaps if each.kind == "KubeObject"]
    assert [reason for reason, _ in others] == ["server error"], others


def test_the_certificate_of_a_tls_secret_is_read_unless_that_is_refused(filled: Server, tmp_path: Path) -> None:
    kubeconfig = filled.kubeconfig()
    collect(KubeApi("test", kubeconfig), tmp_path / "s", NOW, with_certificates=False)

    asked, _ = _observe("context:test", kubeconfig)
    unasked, _ = _observe(str(tmp_path / "s"), kubeconfig)

    read = _manifest(asked, "Secret/shop/web")
    # what an API server writes for itself: its own name, and those that clients inside of the cluster use
    assert {"kubernetes.default.svc", "localhost"} & set(read["certificate"]["names"])
    assert "127.0.0.1" in read["certificate"]["addresses"]
    assert read["data"].keys() == {"tls.crt", "tls.key"}
    assert read["data"]["tls.key"] == ""
    assert _manifest(unasked, "Secret/shop/web")["certificate"] == {"unread": "not asked for"}


def _manifest(facts: Facts, subject: str) -> Mapping[str, Any]:
    return next(each.manifest for each in facts.of(KubeObject, "Secret") if each.subject == subject)


def test_a_snapshot_gives_the_facts_of_the_cluster(filled: Server, tmp_path: Path) -> None:
    kubeconfig = filled.kubeconfig()
    file = tmp_path / "cluster.json.zst"
    collect(KubeApi(context="test", kubeconfig=kubeconfig), file, NOW)

    from_file, file_gaps = _observe(str(file), kubeconfig)
    from_api, api_gaps = _observe("context:test", kubeconfig)

    assert file.stat().st_mode & 0o777 == 0o600
    assert _bare(from_file) == _bare(from_api)
    assert [replace(each, target="") for each in file_gaps] == [replace(each, target="") for each in api_gaps]


def _bare(facts: Facts) -> list[Fact]:
    """All facts without what differs by purpose: the part, and the time that stands in the snapshot."""
    found = [fact for _, kind in facts.kinds() for fact in kind]
    return [replace(fact, origin=replace(fact.origin, part="", capture=None)) for fact in found]


def test_exported_yaml_gives_the_same_objects(filled: Server, tmp_path: Path) -> None:
    kinds = "pods,secrets,namespaces,nodes,clusterroles,clusterrolebindings,roles,rolebindings,serviceaccounts,services"
    (tmp_path / "dump.yaml").write_text(filled.kubectl("get", kinds, "-A", "-o", "yaml"))

    exported, gaps = _observe(str(tmp_path), filled.kubeconfig())
    read, _ = _observe("context:test", filled.kubeconfig())

    assert [each for each in gaps if each.kind == "KubeObject"] == []
    assert _manifest(exported, "Secret/shop/web") == _manifest(read, "Secret/shop/web")
    for kind in ("Pod", "Namespace", "Node", "ClusterRole", "RoleBinding", "Role", "Service"):
        of_file = {each.subject: each.manifest for each in exported.of(KubeObject, kind)}
        of_api = {each.subject: each.manifest for each in read.of(KubeObject, kind)}
        assert of_file == of_api


def _limited(server: Server, name: str, rules: str) -> Path:
    """Make a service account with some rights, and a kubeconfig with its token."""
    server.kubectl("create", "serviceaccount", name, "-n", "default")
    server.kubectl("apply", "-f", "-", stdin=rules)
    server.kubectl("create", "clusterrolebinding", name, f"--clusterrole={name}", f"--serviceaccount=default:{name}")
    return server.kubeconfig(server.kubectl("create", "token", name, "-n", "default").strip())


def test_each_list_that_is_forbidden_is_a_gap_of_its_kind(filled: Server) -> None:
    rules = (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: limited}\n"
        'rules: [{apiGroups: [""], resources: [pods, namespaces], verbs: [list]}]\n'
    )

    facts, gaps = _observe("context:test", _limited(filled, "limited", rules))

    topics = _topics(gaps)
    assert len(facts.of(KubeObject, "Pod")) == PODS + 1
    assert topics["Secret"] == topics["ClusterRole"] == topics["NetworkPolicy"] == "no permission"
    assert "Pod" not in topics
    assert not facts.of(KubeCluster)[0].is_complete


def test_the_shipped_role_is_enough(filled: Server) -> None:
    shipped = role().replace("name: auditor\n", "name: shipped\n")

    facts, gaps = _observe("context:test", _limited(filled, "shipped", shipped))

    assert facts.of(KubeCluster)[0].is_complete
    assert {topic for topic, reason in _topics(gaps).items() if reason == "no permission"} <= {"other"}


@pytest.mark.parametrize("case", ["token", "authority", "address", "context"])
def test_a_cluster_that_cannot_be_reached_is_a_gap_of_all_objects(filled: Server, case: str) -> None:
    kubeconfig = filled.kubeconfig(
        token="wrong" if case == "token" else "",
        authority=Path("/etc/ssl/certs/ca-certificates.crt") if case == "authority" else None,
        address="https://127.0.0.1:1" if case == "address" else "",
    )

    facts, gaps = _observe("context:elsewhere" if case == "context" else "context:test", kubeconfig)

    reason = {
        "token": "not authenticated",
        "authority": "not trusted",
        "address": "no answer",
        "context": "no such context",
    }
    assert _topics(gaps) == {"": reason[case]}
    assert facts.of(KubeObject) == ()
