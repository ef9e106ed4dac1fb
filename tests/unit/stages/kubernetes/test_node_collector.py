from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from auditor.formats import node_facts
from auditor.stages.kubernetes.collecting import node_collector

MANIFEST = "kind: Pod\nspec:\n  containers:\n  - env:\n    - name: DB_PASSWORD\n      value: CANARY\n"
KUBELET = "authentication:\n  x509:\n    clientCAFile: /etc/kubernetes/pki/ca.crt\n"
ENCRYPTION = "resources:\n- providers:\n  - aescbc:\n      keys:\n      - name: k\n        secret: CANARY\n"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----\n"


class Host:
    """A made-up node below a folder."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "host"
        self.proc = folder / "proc"
        self.proc.mkdir(parents=True)
        self.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\netcd:x:998:998::/:/bin/false\n")
        self.file("/etc/group", "root:x:0:\n")
        self.file("/etc/hostname", "node-1\n")

    def file(self, path: str, text: str = "x", mode: int = 0o600) -> None:
        place = Path(f"{self.root}{path}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    def process(self, number: int, *arguments: str, environment: str = "") -> None:
        folder = self.proc / str(number)
        folder.mkdir()
        (folder / "cmdline").write_bytes("\0".join(arguments).encode() + b"\0")
        (folder / "environ").write_bytes(environment.encode())

    def facts(self) -> dict[str, Any]:
        return node_collector.collect(str(self.root), str(self.proc), "")


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def _roles(facts: dict[str, Any]) -> dict[str, list[str]]:
    return {file["path"]: file["roles"] for file in facts["files"]}


def test_a_kubeadm_control_plane_is_collected(host: Host) -> None:
    host.file("/etc/kubernetes/manifests/kube-apiserver.yaml", MANIFEST)
    host.file("/etc/kubernetes/admin.conf", "users:\n- user:\n    client-key-data: CANARY\n    token: CANARY\n")
    host.file("/etc/kubernetes/pki/ca.crt", mode=0o644)
    host.file("/etc/kubernetes/pki/etcd/server.key", KEY)
    host.file("/var/lib/kubelet/config.yaml", KUBELET)
    host.file("/enc.yaml", ENCRYPTION)
    host.file("/etc/cni/net.d/10-calico.conflist", '{"plugins": [{"type": "calico"}, {"type": "portmap"}]}', 0o644)
    host.process(
        7, "/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml", "--kubeconfig", "/etc/kubernetes/kubelet.conf"
    )
    host.process(
        8,
        "kube-apiserver",
        "--encryption-provider-config=/enc.yaml",
        "--token=CANARY",
        "--enable-bootstrap-token-auth=true",
    )
    host.process(9, "etcd", environment="ETCD_CERT_FILE=/a\0ETCD_INITIAL_CLUSTER_TOKEN=CANARY\0HOME=/root")
    host.process(10, "sleep", "kubelet")

    facts = host.facts()

    roles = _roles(facts)
    assert (facts["node"], facts["distribution"]) == ("node-1", "kubeadm")
    assert roles["/etc/kubernetes/manifests/kube-apiserver.yaml"] == ["apiserver_manifest"]
    assert roles["/etc/kubernetes/pki/ca.crt"] == ["kubelet_client_ca", "pki_all", "pki_cert"]
    assert roles["/etc/kubernetes/pki/etcd/server.key"] == ["pki_all", "pki_key"]
    assert roles["/etc/kubernetes/pki/etcd"] == ["pki_all"]
    assert roles["/enc.yaml"] == ["encryption_config"]
    assert [process["name"] for process in facts["processes"]] == ["kubelet", "kube-apiserver", "etcd"]
    assert facts["processes"][1]["args"][2:] == ["--token=(masked)", "--enable-bootstrap-token-auth=true"]
    assert facts["processes"][2]["environment"] == {"ETCD_CERT_FILE": "/a", "ETCD_INITIAL_CLUSTER_TOKEN": "(masked)"}
    assert facts["cni"] == {"plugins": [{"name": "calico"}, {"name": "portmap"}]}
    assert "CANARY" not in json.dumps(facts)


def test_modes_and_owners_are_those_of_the_node(host: Host) -> None:
    host.file("/etc/kubernetes/admin.conf", mode=0o4640)

    (file,) = host.facts()["files"]

    assert (file["mode"], file["owner"], file["group"]) == ("4640", "root", "root")


def test_links_are_followed_inside_the_root(host: Host, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("CANARY")
    host.file("/real/config.yaml", "readOnlyPort: 0", 0o644)
    (host.root / "var/lib/kubelet").mkdir(parents=True)
    (host.root / "var/lib/kubelet/config.yaml").symlink_to("/real/config.yaml")
    (host.root / "etc/kubernetes").mkdir()
    (host.root / "etc/kubernetes/admin.conf").symlink_to("../../../outside")

    (file,) = host.facts()["files"]

    assert (file["path"], file["target"], file["mode"]) == ("/var/lib/kubelet/config.yaml", "/real/config.yaml", "0644")
    assert file["content"] == "readOnlyPort: 0"


def test_k3s_takes_its_flags_out_of_its_unit(host: Host) -> None:
    unit = "[Service]\nExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'--kube-apiserver-arg=profiling=true' \\\n\t--token=CANARY\n"  # noqa: E501 - an example
    host.file("/etc/systemd/system/k3s.service", unit)
    host.file("/var/lib/rancher/k3s/server/cred/admin.kubeconfig")
    host.process(5, "/usr/local/bin/k3s server")

    facts = host.facts()

    assert facts["distribution"] == "k3s"
    assert facts["processes"][0]["args"] == [
        "/usr/local/bin/k3s",
        "server",
        "--kube-apiserver-arg=profiling=true",
        "--token=(masked)",
    ]
    assert _roles(facts)["/var/lib/rancher/k3s/server/cred/admin.kubeconfig"] == ["admin_kubeconfig"]
    assert "CANARY" not in json.dumps(facts)


def test_what_is_absent_is_absent(host: Host) -> None:
    facts = host.facts()

    assert facts["files"] == []
    assert "processes" not in facts
    assert "cni" not in facts


def test_the_facts_are_what_the_reader_takes(host: Host) -> None:
    host.file("/var/lib/kubelet/config.yaml", KUBELET)
    host.process(7, "kubelet", "--config=/var/lib/kubelet/config.yaml")

    facts, problems = node_facts.read(json.dumps(host.facts()).encode())

    assert problems == ()
    assert facts is not None
    assert facts.files is not None
    assert facts.processes is not None


def test_it_runs_alone_on_this_machine(tmp_path: Path) -> None:
    output = tmp_path / "node.json"

    done = subprocess.run(
        [sys.executable, "-I", "-S", node_collector.__file__, "--output", str(output)], check=True, capture_output=True
    )

    facts, problems = node_facts.read(output.read_bytes())
    assert (done.stdout, problems) == (b"", ())
    assert facts is not None
    assert output.stat().st_mode & 0o777 == 0o600
