"""Makes the node facts of this folder: the collector run over file systems as the installers leave them.

kubeadm 1.34 (https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/), K3s 1.34
(https://docs.k3s.io/security/self-assessment-1.10) and RKE2 1.34 (https://docs.rke2.io/security/cis_self_assessment18)
tell paths, modes and arguments; contents are shortened, keys are made up.

    .venv/bin/python tests/data/node_facts/build.py
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from auditor.stages.kubernetes.collecting import node_collector

HERE = Path(__file__).parent
COLLECTED_AT = "2026-11-22T10:00:00Z"

API_SERVER = [
    "kube-apiserver", "--advertise-address=10.0.0.1", "--allow-privileged=true", "--authorization-mode=Node,RBAC",
    "--client-ca-file=/etc/kubernetes/pki/ca.crt", "--enable-admission-plugins=NodeRestriction",
    "--enable-bootstrap-token-auth=true", "--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt",
    "--etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt",
    "--etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key", "--etcd-servers=https://127.0.0.1:2379",
    "--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt",
    "--kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key",
    "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
    "--requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt", "--secure-port=6443",
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    "--service-account-key-file=/etc/kubernetes/pki/sa.pub",
    "--service-account-signing-key-file=/etc/kubernetes/pki/sa.key", "--service-cluster-ip-range=10.96.0.0/12",
    "--tls-cert-file=/etc/kubernetes/pki/apiserver.crt", "--tls-private-key-file=/etc/kubernetes/pki/apiserver.key",
]  # fmt: skip
CONTROLLER_MANAGER = [
    "kube-controller-manager", "--authentication-kubeconfig=/etc/kubernetes/controller-manager.conf",
    "--authorization-kubeconfig=/etc/kubernetes/controller-manager.conf", "--bind-address=127.0.0.1",
    "--client-ca-file=/etc/kubernetes/pki/ca.crt", "--cluster-name=kubernetes",
    "--cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt", "--cluster-signing-key-file=/etc/kubernetes/pki/ca.key",
    "--controllers=*,bootstrapsigner,tokencleaner", "--kubeconfig=/etc/kubernetes/controller-manager.conf",
    "--leader-elect=true", "--root-ca-file=/etc/kubernetes/pki/ca.crt",
    "--service-account-private-key-file=/etc/kubernetes/pki/sa.key", "--use-service-account-credentials=true",
]  # fmt: skip
SCHEDULER = [
    "kube-scheduler", "--authentication-kubeconfig=/etc/kubernetes/scheduler.conf",
    "--authorization-kubeconfig=/etc/kubernetes/scheduler.conf", "--bind-address=127.0.0.1",
    "--kubeconfig=/etc/kubernetes/scheduler.conf", "--leader-elect=true",
]  # fmt: skip
ETCD = [
    "etcd", "--advertise-client-urls=https://10.0.0.1:2379", "--cert-file=/etc/kubernetes/pki/etcd/server.crt",
    "--client-cert-auth=true", "--data-dir=/var/lib/etcd", "--initial-cluster=cp-1=https://10.0.0.1:2380",
    "--key-file=/etc/kubernetes/pki/etcd/server.key", "--listen-client-urls=https://127.0.0.1:2379",
    "--name=cp-1", "--peer-cert-file=/etc/kubernetes/pki/etcd/peer.crt", "--peer-client-cert-auth=true",
    "--peer-key-file=/etc/kubernetes/pki/etcd/peer.key", "--peer-trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
    "--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt",
]  # fmt: skip
KUBELET = [
    "/usr/bin/kubelet", "--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf",
    "--kubeconfig=/etc/kubernetes/kubelet.conf", "--config=/var/lib/kubelet/config.yaml",
    "--container-runtime-endpoint=unix:///run/containerd/containerd.sock", "--pod-infra-container-image=registry.k8s.io/pause:3.10",
]  # fmt: skip
KUBELET_CONFIG = """apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
"""
UNIT = "[Service]\nEnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env\nExecStart=/usr/bin/kubelet\n"
CALICO = '{"name": "k8s-pod-network", "plugins": [{"type": "calico"}, {"type": "portmap"}]}'
# Made by: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout /dev/null -days 36500
CA = (HERE / "ca.crt").read_text()
ETCD_CA = (HERE / "etcd-ca.crt").read_text()


class Machine:
    """A node's file system and processes below a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.root = folder / "root"
        self.proc = folder / "proc"
        self.proc.mkdir(parents=True)
        self.count = 0
        self.file("/etc/hostname", name + "\n")
        self.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
        self.file("/etc/group", "root:x:0:\n")

    def file(self, path: str, text: str = "", mode: int = 0o600) -> None:
        """Write a file."""
        place = Path(f"{self.root}{path}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        place.chmod(mode)

    def folder(self, path: str, mode: int) -> None:
        """Make a folder."""
        place = Path(f"{self.root}{path}")
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(mode)

    def process(self, arguments: list[str]) -> int:
        """Start a program, so to speak, and return its number."""
        self.count += 1
        folder = self.proc / str(1000 + self.count)
        folder.mkdir()
        (folder / "cmdline").write_bytes("\0".join(arguments).encode() + b"\0")
        (folder / "environ").write_bytes(b"")
        return 1000 + self.count

    def pki(self, folder: str, names: tuple[str, ...]) -> None:
        """Write certificates (0644) and keys (0600)."""
        for name in names:
            self.file(f"{folder}/{name}.crt", ETCD_CA if folder.endswith("etcd") else CA, 0o644)
            self.file(f"{folder}/{name}.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")

    def facts(self) -> dict[str, object]:
        """Collect."""
        found = node_collector.collect(str(self.root), str(self.proc), "")
        found["collected_at"] = COLLECTED_AT
        for file in found["files"]:
            file["owner"], file["group"], file["uid"], file["gid"] = "root", "root", 0, 0
        return found


def static_pod(arguments: list[str], version: str) -> str:
    """Return a manifest as kubeadm writes it."""
    name = arguments[0]
    lines = "".join(f"    - {word}\n" for word in arguments)
    image = f"registry.k8s.io/{name}:{'3.6.5-0' if name == 'etcd' else version}"
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    component: {name}\n    tier: control-plane\n  name: {name}\n"
        f"  namespace: kube-system\nspec:\n  containers:\n  - command:\n{lines}    image: {image}\n    name: {name}\n"
        "    volumeMounts:\n    - mountPath: /etc/kubernetes/pki\n      name: k8s-certs\n      readOnly: true\n"
        "  hostNetwork: true\n  volumes:\n  - hostPath:\n      path: /etc/kubernetes/pki\n    name: k8s-certs\n"
    )


def kubeadm_worker(machine: Machine) -> None:
    """A node that `kubeadm join` made."""
    machine.file("/var/lib/kubelet/config.yaml", KUBELET_CONFIG, 0o644)
    machine.file("/var/lib/kubelet/kubeadm-flags.env", "", 0o644)
    machine.file("/etc/kubernetes/kubelet.conf", "apiVersion: v1\nkind: Config\nusers: []\n")
    machine.file("/usr/lib/systemd/system/kubelet.service", UNIT, 0o644)
    machine.file("/etc/cni/net.d/10-calico.conflist", CALICO, 0o644)
    machine.pki("/etc/kubernetes/pki", ("ca",))
    machine.process(KUBELET)
    number = machine.process(["/usr/local/bin/kube-proxy", "--config=/var/lib/kube-proxy/config.conf"])
    inside = machine.proc / str(number) / "root/var/lib/kube-proxy"
    inside.mkdir(parents=True)
    (inside / "config.conf").write_text(
        'clientConnection:\n  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf\nmetricsBindAddress: ""\n'
    )


def kubeadm_control_plane(machine: Machine) -> None:
    """A node that `kubeadm init` made."""
    kubeadm_worker(machine)
    for arguments in (API_SERVER, CONTROLLER_MANAGER, SCHEDULER, ETCD):
        machine.file(f"/etc/kubernetes/manifests/{arguments[0]}.yaml", static_pod(arguments, "v1.34.2"))
        machine.process(arguments)
    for name in ("admin", "super-admin", "scheduler", "controller-manager"):
        machine.file(f"/etc/kubernetes/{name}.conf", "apiVersion: v1\nkind: Config\nusers: []\n")
    names = ("apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-ca", "front-proxy-client")
    machine.pki("/etc/kubernetes/pki", names)
    machine.pki("/etc/kubernetes/pki/etcd", ("ca", "server", "peer", "healthcheck-client"))
    machine.file("/etc/kubernetes/pki/sa.key")
    machine.file("/etc/kubernetes/pki/sa.pub")
    machine.folder("/var/lib/etcd", 0o700)


def k3s_server(machine: Machine) -> None:
    """A K3s server with embedded etcd and secrets encryption, hardened in part as its guide says."""
    data = "/var/lib/rancher/k3s"
    unit = "[Service]\nType=notify\nExecStart=/usr/local/bin/k3s \\\n    server \\\n\t'--cluster-init' \\\n\t'--token=K10c0ffee' \\\n\n"
    machine.file("/etc/systemd/system/k3s.service", unit, 0o644)
    config = (
        "protect-kernel-defaults: true\nsecrets-encryption: true\nkube-apiserver-arg:\n"
        "- audit-log-path=/var/lib/rancher/k3s/server/logs/audit.log\n"
        "- audit-policy-file=/var/lib/rancher/k3s/server/audit.yaml\n- audit-log-maxage=30\n- audit-log-maxbackup=10\n"
        "- audit-log-maxsize=100\nkube-controller-manager-arg:\n- terminated-pod-gc-threshold=10\nkubelet-arg:\n"
        "- streaming-connection-idle-timeout=5m\n"
    )
    machine.file("/etc/rancher/k3s/config.yaml", config)
    machine.file("/etc/rancher/k3s/k3s.yaml", "apiVersion: v1\nkind: Config\nusers: []\n")
    _rancher(machine, data)
    machine.file(f"{data}/agent/etc/cni/net.d/10-flannel.conflist", '{"plugins": [{"type": "flannel"}]}')
    machine.process(["/usr/local/bin/k3s server"])


def rke2_server(machine: Machine) -> None:
    """An RKE2 server: the kubelet is a process, the control plane are static pods."""
    data = "/var/lib/rancher/rke2"
    machine.file("/etc/rancher/rke2/config.yaml", "profile: cis\ntoken: K10c0ffee\n")
    machine.file("/etc/rancher/rke2/rke2.yaml", "apiVersion: v1\nkind: Config\nusers: []\n")
    machine.file("/etc/cni/net.d/10-canal.conflist", '{"plugins": [{"type": "calico"}, {"type": "portmap"}]}')
    _rancher(machine, data)
    tls = f"{data}/server/tls"
    arguments = {
        "kube-apiserver": [
            "--anonymous-auth=false", "--authorization-mode=Node,RBAC", "--profiling=false",
            f"--client-ca-file={tls}/client-ca.crt", "--enable-admission-plugins=NodeRestriction",
            f"--encryption-provider-config={data}/server/cred/encryption-config.json",
            "--audit-policy-file=/etc/rancher/rke2/audit-policy.yaml", f"--audit-log-path={data}/server/logs/audit.log",
            "--audit-log-maxage=30", "--audit-log-maxbackup=10", "--audit-log-maxsize=100",
            f"--etcd-cafile={tls}/etcd/server-ca.crt", f"--etcd-certfile={tls}/etcd/client.crt",
            f"--etcd-keyfile={tls}/etcd/client.key", f"--kubelet-certificate-authority={tls}/server-ca.crt",
            f"--kubelet-client-certificate={tls}/client-kube-apiserver.crt",
            f"--kubelet-client-key={tls}/client-kube-apiserver.key", f"--service-account-key-file={tls}/service.key",
            f"--tls-cert-file={tls}/serving-kube-apiserver.crt",
            f"--tls-private-key-file={tls}/serving-kube-apiserver.key",
        ],
        "kube-controller-manager": [
            "--bind-address=127.0.0.1", "--profiling=false", f"--root-ca-file={tls}/server-ca.crt",
            f"--service-account-private-key-file={tls}/service.current.key", "--terminated-pod-gc-threshold=1000",
            "--use-service-account-credentials=true",
        ],
        "kube-scheduler": ["--bind-address=127.0.0.1", "--profiling=false"],
        "etcd": [f"--config-file={data}/server/db/etcd/config"],
    }  # fmt: skip
    for name, given in arguments.items():
        machine.file(f"{data}/agent/pod-manifests/{name}.yaml", static_pod([name, *given], "v1.34.2-rke2r1"))
        machine.process([name, *given])
    machine.file(
        "/etc/rancher/rke2/audit-policy.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n"
    )
    machine.process(["/usr/local/bin/rke2", "server"])
    machine.process([
        "kubelet", "--anonymous-auth=false", "--authorization-mode=Webhook", f"--client-ca-file={data}/agent/client-ca.crt",
        f"--kubeconfig={data}/agent/kubelet.kubeconfig", "--protect-kernel-defaults=true", "--read-only-port=0",
        f"--tls-cert-file={data}/agent/serving-kubelet.crt", f"--tls-private-key-file={data}/agent/serving-kubelet.key",
    ])  # fmt: skip
    machine.process(
        ["kube-proxy", f"--kubeconfig={data}/agent/kubeproxy.kubeconfig", "--healthz-bind-address=127.0.0.1"]
    )


def _rancher(machine: Machine, data: str) -> None:
    """What K3s and RKE2 keep alike."""
    for name in ("admin", "scheduler", "controller"):
        machine.file(f"{data}/server/cred/{name}.kubeconfig", "apiVersion: v1\nkind: Config\nusers: []\n")
    encryption = '{"kind":"EncryptionConfiguration","resources":[{"resources":["secrets"],"providers":[{"aescbc":{"keys":[{"name":"k","secret":"c2VjcmV0"}]}},{"identity":{}}]}]}'
    machine.file(f"{data}/server/cred/encryption-config.json", encryption)
    machine.file(f"{data}/server/audit.yaml", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n")
    machine.pki(f"{data}/server/tls", ("client-ca", "server-ca", "serving-kube-apiserver", "client-kube-apiserver"))
    machine.pki(f"{data}/server/tls/etcd", ("server-ca", "client", "peer-ca"))
    machine.folder(f"{data}/server/db/etcd", 0o700)
    etcd = (
        "client-transport-security:\n  cert-file: /a\n  client-cert-auth: true\n  key-file: /b\n"
        f"  trusted-ca-file: {data}/server/tls/etcd/server-ca.crt\npeer-transport-security:\n  cert-file: /c\n"
        f"  client-cert-auth: true\n  key-file: /d\n  trusted-ca-file: {data}/server/tls/etcd/peer-ca.crt\n"
    )
    machine.file(f"{data}/server/db/etcd/config", etcd)
    machine.pki(f"{data}/agent", ("client-ca", "serving-kubelet"))
    machine.file(f"{data}/agent/kubelet.kubeconfig")
    machine.file(f"{data}/agent/kubeproxy.kubeconfig")


MACHINES = {
    "kubeadm-control-plane": kubeadm_control_plane,
    "kubeadm-worker": kubeadm_worker,
    "k3s-server": k3s_server,
    "rke2-server": rke2_server,
}


def built(name: str) -> str:
    """Return the facts of one machine as they stand in this folder."""
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), name)
        MACHINES[name](machine)
        return json.dumps(machine.facts(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    for each in MACHINES:
        (HERE / f"{each}.json").write_text(built(each))
