from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from auditor.model.fact import Facts, Gap
from auditor.model.system import Part, System
from auditor.stages.kubernetes.facts import KubeCluster, KubeComponent, KubeNode, NodeFile
from auditor.stages.kubernetes.observe import KubernetesStage

if TYPE_CHECKING:
    from auditor.model.record import ToolUse
    from auditor.stages.kubernetes.live import Api

MANIFEST = """
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  hostNetwork: true
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.34.2
    command: [kube-apiserver, --anonymous-auth=false, --encryption-provider-config=/enc/config.yaml]
    volumeMounts: [{name: enc, mountPath: /enc}]
  - {name: sidecar, image: x, command: [sleep]}
  volumes: [{name: enc, hostPath: {path: /etc/kubernetes/enc}}]
"""
ENCRYPTION = "kind: EncryptionConfiguration\nresources: [{resources: [secrets], providers: [{aescbc: {keys: [{secret: CANARY}]}}]}]"  # noqa: E501 - an example
API_SERVER = {
    "path": "/etc/kubernetes/manifests/kube-apiserver.yaml",
    "roles": ["apiserver_manifest"],
    "mode": "0600",
    "uid": 0,
    "gid": 0,
    "content": MANIFEST,
}
KUBELET = {"name": "kubelet", "args": ["/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml"]}


def _no_api(context: str) -> Api:
    raise AssertionError(context)


class _NoTool:
    def render(self, *_: object, **__: object) -> tuple[bytes, ToolUse]:
        raise AssertionError

    def build(self, folder: Path) -> tuple[bytes, ToolUse]:
        raise AssertionError(folder)


def _observe(folder: Path, *documents: dict[str, Any] | bytes) -> tuple[Facts, list[Gap]]:
    parts = []
    for number, document in enumerate(documents):
        path = folder / f"node{number}.json"
        is_bytes = isinstance(document, bytes)
        path.write_bytes(
            document if isinstance(document, bytes) else json.dumps({"schema": "node-facts/1", **document}).encode()
        )
        assert is_bytes or path.stat().st_size
        parts.append(Part(kind="node", where=str(path)))
    stage = KubernetesStage(charts=_NoTool(), builds=_NoTool(), apis=_no_api)
    seen = list(stage.observe(System(name="t", parts=tuple(parts)), Facts()))
    gaps = [each for each in seen if isinstance(each, Gap)]
    return Facts((e for e in seen if isinstance(e, (KubeComponent, NodeFile, KubeNode, KubeCluster))), gaps), gaps


def _component(facts: Facts, name: str) -> KubeComponent:
    (found,) = facts.of(KubeComponent, name)
    return found


def _flag(component: KubeComponent, name: str) -> object:
    return component.flags[name][-1].value if name in component.flags else None


def _topics(gaps: list[Gap], kind: str) -> set[str]:
    return {each.topic for each in gaps if each.kind == kind}


def test_a_static_pod_is_its_component_with_the_files_it_mounts(tmp_path: Path) -> None:
    document = {
        "node": "cp-1",
        "files": [API_SERVER, {"path": "/etc/kubernetes/enc/config.yaml", "content": ENCRYPTION}],
    }

    facts, _ = _observe(tmp_path, document)

    found = _component(facts, "kube-apiserver")
    assert (found.subject, found.seen_in, found.version) == ("kube-apiserver@cp-1", "static-pod", "1.34.2")
    assert _flag(found, "anonymous-auth") == "false"
    assert found.flags["anonymous-auth"][0].pointer == "/spec/containers/0/command/1"
    assert "CANARY" not in str(found.files["encryption_config"])
    assert facts.of(KubeCluster)[0].version == "1.34.2"


def test_a_process_and_its_manifest_are_one_component_and_the_process_wins(tmp_path: Path) -> None:
    process = {"name": "kube-apiserver", "args": ["kube-apiserver", "--anonymous-auth=true"]}

    facts, _ = _observe(tmp_path, {"node": "cp-1", "files": [API_SERVER], "processes": [process]})

    found = _component(facts, "kube-apiserver")
    assert (found.seen_in, _flag(found, "anonymous-auth"), found.version) == ("process", "true", "1.34.2")
    assert found.differs == ("anonymous-auth", "encryption-provider-config")


def test_the_kubelet_takes_flags_and_configuration_with_drop_ins_in_order(tmp_path: Path) -> None:
    arguments = ["kubelet", "--config", "/c.yaml", "--config-dir=/d", "--anonymous-auth=false"]
    files = [
        {
            "path": "/c.yaml",
            "roles": ["kubelet_config"],
            "content": "readOnlyPort: 10255\nauthorization: {mode: AlwaysAllow}",
        },
        {"path": "/d/20.conf", "roles": ["kubelet_config"], "content": "readOnlyPort: 0"},
        {
            "path": "/d/10.conf",
            "roles": ["kubelet_config"],
            "content": "readOnlyPort: 1\nauthorization: {mode: Webhook}",
        },
        {"path": "/d/30.yaml", "roles": [], "content": "readOnlyPort: 2"},
    ]

    facts, _ = _observe(tmp_path, {"node": "n", "processes": [{"args": arguments}], "files": files})

    found = _component(facts, "kubelet")
    assert found.config_read
    assert (found.config["readOnlyPort"].value, found.config["readOnlyPort"].source) == (0, "drop-in:/d/20.conf")
    assert (found.config["authorization.mode"].value, found.config_file) == ("Webhook", "/c.yaml")
    assert _flag(found, "anonymous-auth") == "false"


def test_a_configuration_that_was_not_collected_is_told(tmp_path: Path) -> None:
    facts, gaps = _observe(tmp_path, {"node": "n", "processes": [KUBELET], "files": []})

    found = _component(facts, "kubelet")
    assert (found.config, found.config_read, found.config_file) == ({}, False, "/var/lib/kubelet/config.yaml")
    assert {"kubelet_config", "kubelet_kubeconfig", "kubelet_service", "kubelet_client_ca"} == _topics(gaps, "NodeFile")


def test_etcd_takes_its_environment_unless_it_has_a_configuration_file(tmp_path: Path) -> None:
    environment = {"ETCD_CLIENT_CERT_AUTH": "true", "HOME": "/"}
    by_flags = {"args": ["etcd", "--cert-file=/a"], "environment": environment}
    by_file = {"args": ["etcd", "--cert-file=/a", "--config-file=/etcd.yaml"], "environment": environment}
    file = {"path": "/etcd.yaml", "content": "client-transport-security: {client-cert-auth: true}"}

    first, _ = _observe(tmp_path, {"node": "n", "processes": [by_flags]})
    second, _ = _observe(tmp_path, {"node": "n", "processes": [by_file], "files": [file]})

    found = _component(first, "etcd")
    assert (_flag(found, "client-cert-auth"), found.flags["client-cert-auth"][0].source) == ("true", "environment")
    found = _component(second, "etcd")
    assert set(found.flags) == {"config-file"}
    assert found.config["client-transport-security.client-cert-auth"].value is True


def test_etcd_and_the_api_server_show_their_authorities(tmp_path: Path) -> None:
    pem = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----"
    processes = [
        {"args": ["etcd", "--trusted-ca-file=/e.crt"]},
        {"args": ["kube-apiserver", "--client-ca-file=/c.crt"]},
    ]
    files = [{"path": path, "content": pem} for path in ("/e.crt", "/c.crt")]

    facts, _ = _observe(tmp_path, {"node": "n", "processes": processes, "files": files})

    assert _component(facts, "etcd").files["trusted_ca"] == _component(facts, "kube-apiserver").files["client_ca"]


def test_k3s_holds_its_components_with_its_defaults_its_configuration_and_its_flags(tmp_path: Path) -> None:
    arguments = [
        "/usr/local/bin/k3s",
        "server",
        "--kube-apiserver-arg=audit-log-path=/a",
        "--kubelet-arg",
        "pod-max-pids=100",
    ]
    config = {
        "path": "/etc/rancher/k3s/config.yaml",
        "content": "secrets-encryption: true\nkube-apiserver-arg: [profiling=true, audit-log-maxage=30]\nprotect-kernel-defaults: true",  # noqa: E501 - an example
    }
    more = {"path": "/etc/rancher/k3s/config.yaml.d/10.yaml", "content": "kube-scheduler-arg+: [bind-address=0.0.0.0]"}

    facts, gaps = _observe(tmp_path, {"node": "k", "processes": [{"args": arguments}], "files": [config, more]})

    api = _component(facts, "kube-apiserver")
    assert (api.seen_in, api.distribution, api.subject) == ("process", "k3s", "kube-apiserver@k")
    assert (_flag(api, "anonymous-auth"), api.flags["anonymous-auth"][0].source) == ("false", "distribution")
    assert (_flag(api, "profiling"), api.flags["profiling"][0].source) == ("true", "file:/etc/rancher/k3s/config.yaml")
    assert (_flag(api, "audit-log-path"), _flag(api, "audit-log-maxage")) == ("/a", "30")
    assert _flag(api, "encryption-provider-config") == "/var/lib/rancher/k3s/server/cred/encryption-config.json"
    assert _flag(_component(facts, "kube-scheduler"), "bind-address") == "0.0.0.0"  # noqa: S104
    kubelet = _component(facts, "kubelet")
    assert (_flag(kubelet, "pod-max-pids"), _flag(kubelet, "protect-kernel-defaults")) == ("100", "true")
    assert facts.of(KubeComponent, "etcd") == ()
    assert "etcd" not in _topics(gaps, "KubeComponent")
    assert not {"apiserver_manifest", "kubelet_service"} & _topics(gaps, "NodeFile")


def test_a_k3s_server_with_a_database_speaks_to_kine_and_one_with_an_etcd_shows_its_certificates(
    tmp_path: Path,
) -> None:
    sql, _ = _observe(tmp_path, {"node": "k", "processes": [{"args": ["k3s", "server"]}]})
    arguments = ["k3s", "server", "--datastore-endpoint=https://e:2379", "--datastore-certfile=/a"]
    etcd, _ = _observe(tmp_path, {"node": "k", "processes": [{"args": arguments}]})

    assert _flag(_component(sql, "kube-apiserver"), "etcd-servers") == "unix://kine.sock"
    assert _flag(_component(etcd, "kube-apiserver"), "etcd-certfile") == "/a"


def test_microk8s_with_dqlite_has_no_etcd_although_its_arguments_lie_there(tmp_path: Path) -> None:
    folder = "/var/snap/microk8s/current/args"
    files = [
        {"path": f"{folder}/etcd", "content": "--data-dir=/a"},
        {"path": f"{folder}/kube-apiserver", "content": '--etcd-servers="unix:///var/kine.sock:12379"'},
    ]

    facts, gaps = _observe(tmp_path, {"node": "m", "processes": [{"args": ["/snap/kubelite"]}], "files": files})

    assert facts.of(KubeComponent, "etcd") == ()
    assert "etcd" not in _topics(gaps, "KubeComponent")


def test_a_k3s_server_with_an_etcd_of_its_own_elsewhere_leaves_that_open(tmp_path: Path) -> None:
    arguments = ["k3s", "server", "--datastore-endpoint=https://etcd:2379"]

    _, gaps = _observe(tmp_path, {"node": "k", "processes": [{"args": arguments}]})

    assert "etcd" in _topics(gaps, "KubeComponent")


def test_a_k3s_agent_runs_no_control_plane(tmp_path: Path) -> None:
    facts, gaps = _observe(tmp_path, {"node": "k", "processes": [{"args": ["k3s", "agent"]}]})

    assert {each.component for each in facts.of(KubeComponent)} == {"kubelet", "kube-proxy"}
    assert {"kube-apiserver", "etcd"} <= _topics(gaps, "KubeComponent")


def test_rke2_components_are_those_that_run(tmp_path: Path) -> None:
    processes = [
        {"args": ["/usr/local/bin/rke2", "server"]},
        {"args": ["kubelet", "--anonymous-auth=false"]},
        {"args": ["kube-apiserver", "--anonymous-auth=false", "--profiling=false"]},
    ]

    facts, _ = _observe(tmp_path, {"node": "r", "processes": processes})

    api = _component(facts, "kube-apiserver")
    assert set(api.flags) == {"anonymous-auth", "profiling"}
    assert facts.of(KubeNode)[0].distribution == "rke2"


def test_microk8s_reads_its_files_of_flags(tmp_path: Path) -> None:
    file = {
        "path": "/var/snap/microk8s/current/args/kube-apiserver",
        "roles": ["apiserver_manifest"],
        "content": "--anonymous-auth=false\n--profiling\n",
    }

    facts, _ = _observe(
        tmp_path, {"node": "m", "processes": [{"args": ["/snap/microk8s/1/kubelite"]}], "files": [file]}
    )

    found = _component(facts, "kube-apiserver")
    assert (_flag(found, "profiling"), found.distribution) == ("true", "microk8s")


def test_without_processes_the_unit_tells_how_the_kubelet_starts(tmp_path: Path) -> None:
    unit = (
        '[Service]\nEnvironment="KUBELET_CONFIG_ARGS=--config=/c.yaml"\nEnvironmentFile=-/env\n'
        "ExecStart=\nExecStart=/usr/bin/kubelet $KUBELET_CONFIG_ARGS $EXTRA\n"
    )
    files = [
        {"path": "/u", "roles": ["kubelet_service"], "content": unit},
        {"path": "/env", "content": 'EXTRA="--read-only-port=0"'},
    ]

    facts, gaps = _observe(tmp_path, {"node": "n", "files": files})

    found = _component(facts, "kubelet")
    assert (found.seen_in, found.config_file, _flag(found, "read-only-port")) == ("unit", "/c.yaml", "0")
    assert "kubelet" not in _topics(gaps, "KubeComponent")


def test_a_configuration_without_a_command_line_is_not_enough(tmp_path: Path) -> None:
    file = {"path": "/var/lib/kubelet/config.yaml", "roles": ["kubelet_config"], "content": "readOnlyPort: 0"}

    facts, gaps = _observe(tmp_path, {"node": "n", "files": [file]})

    assert _component(facts, "kubelet").seen_in == "config"
    assert any(each.subject == "kubelet@n" and each.kind == "KubeComponent" for each in gaps)


def test_files_are_facts_by_role_with_modes_as_numbers(tmp_path: Path) -> None:
    file = {
        "path": "/etc/kubernetes/pki/ca.crt",
        "roles": ["pki_all", "pki_cert"],
        "mode": "0644",
        "uid": 0,
        "owner": "root",
    }

    facts, _ = _observe(tmp_path, {"node": "n", "files": [file]})

    found = facts.of(NodeFile)
    assert [(each.subject, each.topic, each.mode, each.gid) for each in found] == [
        ("/etc/kubernetes/pki/ca.crt@n", "pki_all", 0o644, None),
        ("/etc/kubernetes/pki/ca.crt@n", "pki_cert", 0o644, None),
    ]


def test_a_worker_is_not_asked_for_files_of_the_control_plane(tmp_path: Path) -> None:
    _, gaps = _observe(tmp_path, {"node": "w", "processes": [{"args": ["kubelet", "--config=/c"]}], "files": []})

    assert not {"apiserver_manifest", "etcd_data_dir", "pki_cert", "admin_kubeconfig", "cni_config"} & _topics(
        gaps, "NodeFile"
    )
    assert {"kube-apiserver", "etcd"} <= _topics(gaps, "KubeComponent")


def test_kube_proxy_is_missed_only_where_the_processes_are_not_known(tmp_path: Path) -> None:
    _, known = _observe(tmp_path, {"node": "w", "processes": [{"args": ["kubelet"]}]})
    _, unknown = _observe(tmp_path, {"node": "w", "files": []})

    assert "kube-proxy" not in _topics(known, "KubeComponent")
    assert "kube-proxy" in _topics(unknown, "KubeComponent")


def test_a_node_without_processes_or_files_is_a_gap(tmp_path: Path) -> None:
    facts, gaps = _observe(tmp_path, {"node": "n"})

    assert facts.of(KubeNode)[0].runs is None
    assert {"kubelet", "kube-apiserver"} <= _topics(gaps, "KubeComponent")
    assert any(each.kind == "NodeFile" and each.subject == "n" for each in gaps)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"schema": "node-facts/9"}', b"\xff", b"not json", b"[" * 100_000])
def test_other_files_are_gaps_of_every_kind(tmp_path: Path, data: bytes) -> None:
    facts, gaps = _observe(tmp_path, data)

    assert facts.of(KubeNode) == ()
    assert {each.kind for each in gaps} >= {"NodeFile", "KubeComponent", "KubeNode", "KubeObject"}


def test_a_huge_file_is_a_gap_and_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(2**30)
    stage = KubernetesStage(charts=_NoTool(), builds=_NoTool(), apis=_no_api)

    seen = list(stage.observe(System(name="t", parts=(Part(kind="node", where=str(path)),)), Facts()))

    assert any(isinstance(each, Gap) and each.reason == "too large" for each in seen)


def test_an_impossible_mode_costs_the_role_of_that_file(tmp_path: Path) -> None:
    file = {"path": "/a", "roles": ["kubelet_config"], "mode": "0999"}

    facts, gaps = _observe(tmp_path, {"node": "n", "processes": [], "files": [file]})

    assert facts.of(NodeFile) == ()
    assert [(each.subject, each.topic, each.reason) for each in gaps if each.kind == "NodeFile"] == [
        ("/a@n", "kubelet_config", "impossible value")
    ]


def test_two_of_a_kind_on_one_node_are_told_apart(tmp_path: Path) -> None:
    processes = [{"args": ["etcd", "--name=main"]}, {"args": ["etcd", "--name=events"]}]

    facts, _ = _observe(tmp_path, {"node": "n", "processes": processes})

    assert [each.subject for each in facts.of(KubeComponent, "etcd")] == ["etcd@n", "etcd@n#2"]


RECORDED = Path(__file__).parents[3] / "data" / "node_facts"


@pytest.mark.parametrize(
    ("name", "distribution", "runs"),
    [
        ("kubeadm-control-plane", "kubeadm", 6),
        ("kubeadm-worker", "kubeadm", 2),
        ("k3s-server", "k3s", 6),
        ("rke2-server", "rke2", 6),
    ],
)
def test_recorded_facts_of_each_distribution_leave_no_gap_of_their_own(name: str, distribution: str, runs: int) -> None:
    stage = KubernetesStage(charts=_NoTool(), builds=_NoTool(), apis=_no_api)
    part = Part(kind="node", where=str(RECORDED / f"{name}.json"))

    seen = list(stage.observe(System(name="t", parts=(part,)), Facts()))

    components = [each for each in seen if isinstance(each, KubeComponent)]
    assert (len(components), {each.distribution for each in components}) == (runs, {distribution})
    assert all(each.config_read for each in components)
    gaps = [each for each in seen if isinstance(each, Gap) and each.kind != "KubeObject"]
    assert len(gaps) == 6 - runs
    assert all(each.kind == "KubeComponent" for each in gaps)


def test_recorded_facts_are_what_the_collector_makes_today() -> None:
    spec = importlib.util.spec_from_file_location("build", RECORDED / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)

    for name in build.MACHINES:
        assert (RECORDED / f"{name}.json").read_text() == build.built(name)


def test_two_documents_of_one_node_are_told_apart(tmp_path: Path) -> None:
    facts, _ = _observe(tmp_path, {"node": "n", "processes": [KUBELET]}, {"node": "n", "processes": [KUBELET]})

    assert [each.subject for each in facts.of(KubeNode)] == ["n", "n#2"]
    assert [each.subject for each in facts.of(KubeComponent)] == ["kubelet@n", "kubelet@n#2"]
