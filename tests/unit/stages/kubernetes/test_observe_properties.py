from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.model.fact import Fact, Facts, Gap
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeCluster
from auditor.stages.kubernetes.observe import KubernetesStage

if TYPE_CHECKING:
    from auditor.model.record import ToolUse
    from auditor.stages.kubernetes.live import Api

WORDS = st.sampled_from(
    ["kubelet", "kube-apiserver", "etcd", "k3s", "server", "--config=/c", "--config-dir", "/c", "--kube-apiserver-arg=a=b",  # noqa: E501 - an example
     "--kube-apiserver-arg", "-x", "sh", "-c", "", "--=", "--encryption-provider-config=/c", "--data-dir=/d", "rke2", "x\ny"]  # noqa: E501 - an example
)  # fmt: skip
TEXTS = st.sampled_from(
    ["", "a: b", "[", "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: [{command: [etcd, 1]}]}", "plugins: [1, {path: /c}]",  # noqa: E501 - an example
     "users: [{user: {client-certificate-data: AAAA}}]", "client-transport-security: {trusted-ca-file: 7}", "ExecStart=/usr/bin/kubelet $X"]  # noqa: E501 - an example
)  # fmt: skip
ROLES = st.lists(
    st.sampled_from(["apiserver_manifest", "kubelet_config", "kubelet_service", "admin_kubeconfig", "distribution_config", "x", ""]),  # noqa: E501 - an example
    max_size=3,
)  # fmt: skip
PATHS = st.sampled_from(
    [
        "/c",
        "/d/a.conf",
        "",
        "/etc/rancher/k3s/config.yaml",
        "/var/lib/rancher/k3s/server/db/etcd",
        "/x/args/etcd",
        "relative",
    ]
)
FILES = st.lists(
    st.fixed_dictionaries({"path": PATHS, "roles": ROLES}, optional={"content": TEXTS, "mode": st.text(max_size=4)}),
    max_size=5,
)
NODES = st.fixed_dictionaries(
    {"schema": st.just("node-facts/1")},
    optional={
        "files": FILES,
        "processes": st.lists(st.fixed_dictionaries({"args": st.lists(WORDS, max_size=5)}), max_size=4),
        "node": st.text(max_size=3),
        "cni": st.just({"plugins": [{"name": "x"}]}),
    },
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["containers", "command", "args", "env", "name", "value", "volumes", "hostPath", "configMap", "path",  # noqa: E501 - an example
                         "volumeMounts", "mountPath", "items", "key", "template", "spec", "labels", "annotations"]),
        inner,
        max_size=4,
    ),
    max_leaves=15,
)  # fmt: skip
OBJECTS = st.lists(
    st.fixed_dictionaries(
        {
            "apiVersion": st.sampled_from(["v1", "apps/v1"]),
            "kind": st.sampled_from(
                ["Pod", "DaemonSet", "ConfigMap", "Node", "Secret", "CustomResourceDefinition", "List"]
            ),
            "metadata": st.fixed_dictionaries({"name": WORDS}, optional={"labels": VALUES, "ownerReferences": VALUES}),
        },
        optional={"spec": VALUES, "data": VALUES, "status": VALUES, "items": VALUES},
    ),
    max_size=4,
)


class _NoTool:
    def render(self, chart: Path, **_: object) -> tuple[bytes, ToolUse]:
        raise AssertionError(chart)

    def build(self, folder: Path) -> tuple[bytes, ToolUse]:
        raise AssertionError(folder)


def _no_api(context: str) -> Api:
    raise AssertionError(context)


@settings(max_examples=150, deadline=None)
@given(OBJECTS, NODES)
def test_whatever_stands_in_files_nothing_raises_and_no_fact_is_lost_in_silence(
    objects: list[dict[str, object]], node: dict[str, object]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "o.yaml").write_text("\n---\n".join(json.dumps(each) for each in objects))
        (Path(folder) / "n.json").write_text(json.dumps(node))
        parts = (Part(kind="kubernetes", where=f"{folder}/o.yaml"), Part(kind="node", where=f"{folder}/n.json"))
        stage = KubernetesStage(charts=_NoTool(), builds=_NoTool(), apis=_no_api)

        seen = list(stage.observe(System(name="t", parts=parts), Facts()))

    facts = [each for each in seen if isinstance(each, Fact)]
    places = {(type(each).__name__, each.subject, each.topic) for each in facts}
    assert len(places) == len(facts)
    assert sum(isinstance(each, KubeCluster) for each in facts) == 1
    assert all(each.remedy.en and each.remedy.zh for each in seen if isinstance(each, Gap))
