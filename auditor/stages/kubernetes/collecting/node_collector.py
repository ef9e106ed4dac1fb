# ruff: noqa: PTH110, PTH112, PTH114, PTH115, PTH116, PTH120, PTH123, PTH208, T201, UP017, UP031
# One file for Python 3.8 and later, run where nothing else is installed: os and os.path, datetime.timezone, print.
"""Collects the facts of one Kubernetes node as ``node-facts/1`` (product.md §7); reads only, changes nothing.

It needs Python 3.8 or later and no packages, so it can be copied to a node:

    sudo python3 node_collector.py > node.json

In a pod with the node's file system at /host and ``hostPID: true``: ``--root /host``. Secrets are masked before they
are written: private keys, tokens, passwords, key material. What cannot be read is left out, never written as empty.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import re
import stat
import sys
from datetime import datetime, timezone
from typing import Any

SCHEMA = "node-facts/1"
CONTENT_LIMIT_BYTES = 1024 * 1024
ENTRIES_LIMIT = 20000
LINKS_LIMIT = 40  # as Linux follows (path_resolution(7))
MASK = "(masked)"
SHORT = 2  # "k3s server": K3s takes its flags out of its own command line

# Programs whose command lines are collected.
PROGRAMS = (
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd",
    "kubelet",
    "kube-proxy",
    "k3s",
    "k3s-server",
    "k3s-agent",
    "rke2",
    "kubelite",
    "k8s-dqlite",
    "hyperkube",
    "machined",
)

# Where files of each role lie, by distribution. A folder ends with "/": itself, and all below it. {data} is the data
# folder of K3s or RKE2. Sources: kubeadm implementation details; docs.k3s.io and docs.rke2.io (CIS self-assessment
# guides); microk8s.io/docs (services and ports); talos.dev (architecture); OpenShift static-pod-resources.
LAYOUTS = {
    "kubeadm": {
        "apiserver_manifest": ["/etc/kubernetes/manifests/kube-apiserver.yaml",
                               "/etc/kubernetes/manifests/kube-apiserver.yml",
                               "/etc/kubernetes/manifests/kube-apiserver.manifest",
                               "/etc/kubernetes/manifests/kube-apiserver.json"],
        "controller_manager_manifest": ["/etc/kubernetes/manifests/kube-controller-manager.*"],
        "scheduler_manifest": ["/etc/kubernetes/manifests/kube-scheduler.*"],
        "etcd_manifest": ["/etc/kubernetes/manifests/etcd.*", "/etc/etcd/etcd.conf", "/etc/etcd.env"],
        "etcd_data_dir": ["/var/lib/etcd"],
        "admin_kubeconfig": ["/etc/kubernetes/admin.conf", "/etc/kubernetes/super-admin.conf"],
        "scheduler_kubeconfig": ["/etc/kubernetes/scheduler.conf"],
        "controller_manager_kubeconfig": ["/etc/kubernetes/controller-manager.conf"],
        "pki_all": ["/etc/kubernetes/pki/"],
        "kubelet_service": ["/usr/lib/systemd/system/kubelet.service", "/lib/systemd/system/kubelet.service",
                            "/etc/systemd/system/kubelet.service", "/usr/lib/systemd/system/kubelet.service.d/*.conf",
                            "/lib/systemd/system/kubelet.service.d/*.conf",
                            "/etc/systemd/system/kubelet.service.d/*.conf"],
        "kubelet_environment": ["/var/lib/kubelet/kubeadm-flags.env", "/etc/default/kubelet", "/etc/sysconfig/kubelet"],
        "kubelet_kubeconfig": ["/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/kubeconfig",
                               "/etc/kubernetes/bootstrap-kubelet.conf"],
        "kubelet_config": ["/var/lib/kubelet/config.yaml", "/etc/kubernetes/kubelet.conf.d/*.conf"],
        "cni_config": ["/etc/cni/net.d/*"],
    },
    "k3s": {
        "admin_kubeconfig": ["/etc/rancher/k3s/k3s.yaml", "{data}/server/cred/admin.kubeconfig"],
        "scheduler_kubeconfig": ["{data}/server/cred/scheduler.kubeconfig"],
        "controller_manager_kubeconfig": ["{data}/server/cred/controller.kubeconfig"],
        "etcd_data_dir": ["{data}/server/db/etcd"],
        "etcd_config": ["{data}/server/db/etcd/config"],
        "pki_all": ["{data}/server/tls/"],
        "certificate_authority": ["{data}/server/tls/client-ca.crt", "{data}/server/tls/etcd/server-ca.crt"],
        "kubelet_kubeconfig": ["{data}/agent/kubelet.kubeconfig"],
        "kubelet_client_ca": ["{data}/agent/client-ca.crt"],
        "kubelet_config": ["{data}/agent/etc/kubelet.conf.d/*.conf"],
        "proxy_kubeconfig": ["{data}/agent/kubeproxy.kubeconfig"],
        "encryption_config": ["{data}/server/cred/encryption-config.json"],
        "distribution_config": ["/etc/rancher/k3s/config.yaml", "/etc/rancher/k3s/config.yaml.d/*.yaml"],
        "distribution_service": ["/etc/systemd/system/k3s.service", "/etc/systemd/system/k3s-agent.service"],
        "cni_config": ["{data}/agent/etc/cni/net.d/*"],
    },
    "rke2": {
        "apiserver_manifest": ["{data}/agent/pod-manifests/kube-apiserver.yaml"],
        "controller_manager_manifest": ["{data}/agent/pod-manifests/kube-controller-manager.yaml"],
        "scheduler_manifest": ["{data}/agent/pod-manifests/kube-scheduler.yaml"],
        "etcd_manifest": ["{data}/agent/pod-manifests/etcd.yaml"],
        "admin_kubeconfig": ["/etc/rancher/rke2/rke2.yaml", "{data}/server/cred/admin.kubeconfig"],
        "scheduler_kubeconfig": ["{data}/server/cred/scheduler.kubeconfig"],
        "controller_manager_kubeconfig": ["{data}/server/cred/controller.kubeconfig"],
        "etcd_data_dir": ["{data}/server/db/etcd"],
        "etcd_config": ["{data}/server/db/etcd/config"],
        "pki_all": ["{data}/server/tls/"],
        "certificate_authority": ["{data}/server/tls/client-ca.crt", "{data}/server/tls/etcd/server-ca.crt"],
        "kubelet_kubeconfig": ["{data}/agent/kubelet.kubeconfig"],
        "kubelet_client_ca": ["{data}/agent/client-ca.crt"],
        "kubelet_config": ["{data}/agent/etc/kubelet.conf.d/*.conf"],
        "proxy_kubeconfig": ["{data}/agent/kubeproxy.kubeconfig"],
        "encryption_config": ["{data}/server/cred/encryption-config.json"],
        "audit_policy": ["/etc/rancher/rke2/audit-policy.yaml"],
        "distribution_config": ["/etc/rancher/rke2/config.yaml", "/etc/rancher/rke2/config.yaml.d/*.yaml"],
        "distribution_service": ["/usr/local/lib/systemd/system/rke2-*.service", "/etc/systemd/system/rke2-*.service"],
        "cni_config": ["/etc/cni/net.d/*"],
    },
    "microk8s": {
        "apiserver_manifest": ["/var/snap/microk8s/current/args/kube-apiserver"],
        "controller_manager_manifest": ["/var/snap/microk8s/current/args/kube-controller-manager"],
        "scheduler_manifest": ["/var/snap/microk8s/current/args/kube-scheduler"],
        "etcd_manifest": ["/var/snap/microk8s/current/args/etcd", "/var/snap/microk8s/current/args/k8s-dqlite"],
        "etcd_data_dir": ["/var/snap/microk8s/current/var/kubernetes/backend"],
        "admin_kubeconfig": ["/var/snap/microk8s/current/credentials/client.config"],
        "scheduler_kubeconfig": ["/var/snap/microk8s/current/credentials/scheduler.config"],
        "controller_manager_kubeconfig": ["/var/snap/microk8s/current/credentials/controller.config"],
        "pki_all": ["/var/snap/microk8s/current/certs/"],
        "kubelet_arguments": ["/var/snap/microk8s/current/args/kubelet"],
        "proxy_arguments": ["/var/snap/microk8s/current/args/kube-proxy"],
        "kubelet_service": ["/etc/systemd/system/snap.microk8s.daemon-kubelite.service"],
        "kubelet_kubeconfig": ["/var/snap/microk8s/current/credentials/kubelet.config"],
        "kubelet_client_ca": ["/var/snap/microk8s/current/certs/ca.crt"],
        "proxy_kubeconfig": ["/var/snap/microk8s/current/credentials/proxy.config"],
        "cni_config": ["/var/snap/microk8s/current/args/cni-network/*"],
    },
    "talos": {
        "apiserver_manifest": ["/etc/kubernetes/manifests/talos-kube-apiserver.yaml"],
        "controller_manager_manifest": ["/etc/kubernetes/manifests/talos-kube-controller-manager.yaml"],
        "scheduler_manifest": ["/etc/kubernetes/manifests/talos-kube-scheduler.yaml"],
        "etcd_data_dir": ["/var/lib/etcd"],
        "pki_all": ["/system/secrets/kubernetes/", "/system/secrets/etcd/"],
        "scheduler_kubeconfig": ["/system/secrets/kubernetes/kube-scheduler/kubeconfig"],
        "controller_manager_kubeconfig": ["/system/secrets/kubernetes/kube-controller-manager/kubeconfig"],
        "kubelet_config": ["/etc/kubernetes/kubelet.yaml"],
        "kubelet_kubeconfig": ["/etc/kubernetes/kubeconfig-kubelet"],
        "kubelet_client_ca": ["/etc/kubernetes/pki/ca.crt"],
        "cni_config": ["/etc/cni/net.d/*"],
    },
    "openshift": {
        "apiserver_manifest": ["/etc/kubernetes/manifests/kube-apiserver-pod.yaml"],
        "controller_manager_manifest": ["/etc/kubernetes/manifests/kube-controller-manager-pod.yaml"],
        "scheduler_manifest": ["/etc/kubernetes/manifests/kube-scheduler-pod.yaml"],
        "etcd_manifest": ["/etc/kubernetes/manifests/etcd-pod.yaml"],
        "etcd_data_dir": ["/var/lib/etcd"],
        "pki_all": ["/etc/kubernetes/static-pod-resources/"],
        "kubelet_service": ["/etc/systemd/system/kubelet.service", "/etc/systemd/system/kubelet.service.d/*.conf"],
        "kubelet_config": ["/etc/kubernetes/kubelet.conf"],
        "kubelet_kubeconfig": ["/var/lib/kubelet/kubeconfig"],
        "kubelet_client_ca": ["/etc/kubernetes/kubelet-ca.crt"],
        "cni_config": ["/etc/kubernetes/cni/net.d/*", "/etc/cni/net.d/*"],
    },
}  # fmt: skip
DATA_FOLDERS = {"k3s": "/var/lib/rancher/k3s", "rke2": "/var/lib/rancher/rke2"}
# What shows a distribution: the first that is there, after the programs that run. RKE2 before K3s: it is built on it.
MARKERS = (
    ("rke2", ("/var/lib/rancher/rke2", "/etc/rancher/rke2")),
    ("k3s", ("/var/lib/rancher/k3s", "/etc/rancher/k3s")),
    ("microk8s", ("/var/snap/microk8s",)),
    ("talos", ("/system/secrets/kubernetes",)),
    ("openshift", ("/etc/kubernetes/static-pod-resources", "/etc/machine-config-daemon")),
    ("kubeadm", ("/etc/kubernetes/manifests", "/etc/kubernetes/kubelet.conf", "/var/lib/kubelet/config.yaml")),
)
# Roles of the files that a program's flags name.
FLAG_ROLES = {
    "kubelet": {"config": "kubelet_config", "kubeconfig": "kubelet_kubeconfig",
                "bootstrap-kubeconfig": "kubelet_kubeconfig",
                "client-ca-file": "kubelet_client_ca"},
    "kube-apiserver": {"encryption-provider-config": "encryption_config", "audit-policy-file": "audit_policy",
                       "authentication-config": "authentication_config", "authorization-config": "authorization_config",
                       "admission-control-config-file": "admission_config", "client-ca-file": "certificate_authority"},
    "kube-controller-manager": {"kubeconfig": "controller_manager_kubeconfig"},
    "kube-scheduler": {"kubeconfig": "scheduler_kubeconfig", "config": "scheduler_config"},
    "kube-proxy": {"kubeconfig": "proxy_kubeconfig", "config": "proxy_config"},
    "etcd": {"data-dir": "etcd_data_dir", "config-file": "etcd_config", "trusted-ca-file": "certificate_authority"},
}  # fmt: skip
# Roles whose content rules read; of kubeconfigs they read whom the certificate names, keys and tokens are masked.
OPEN_ROLES = frozenset((
    "apiserver_manifest", "controller_manager_manifest", "scheduler_manifest", "etcd_manifest", "kubelet_config",
    "kubelet_service", "kubelet_environment", "kubelet_arguments", "proxy_arguments", "encryption_config",
    "audit_policy", "authentication_config", "authorization_config", "admission_config", "scheduler_config",
    "proxy_config", "etcd_config", "distribution_config", "distribution_service", "certificate_authority",
    "admin_kubeconfig", "scheduler_kubeconfig", "controller_manager_kubeconfig", "kubelet_kubeconfig",
    "proxy_kubeconfig",
))  # fmt: skip

_SECRET_FLAG = re.compile(r"^(--?[\w-]*(?:token|password|secret)[\w-]*)(=)(.+)$", re.IGNORECASE)
_HARMLESS = re.compile(
    r"(?:file|path|dir|ttl|url|webhook[\w-]*|lookup|expiration|auth|cache[\w-]*|issuer)$", re.IGNORECASE
)
_MASKS = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), MASK),
    (re.compile(r"(://[^/\s:@]*:)[^/\s@]+@"), r"\1" + MASK + "@"),
    (
        re.compile(
            r"(?im)^(\s*(?:- )?\"?(?:secret|token|agent-token|password|client-key-data"
            r"|id-token|refresh-token|access-token|client-secret"
            r"|etcd-s3-secret-key|etcd-s3-access-key)\"?\s*[:=]\s*)(?!\s*$)\S.*$"
        ),
        r"\1" + MASK,
    ),
    (re.compile(r"(?i)(\"(?:secret|token|password)\"\s*:\s*\")[^\"]*"), r"\1" + MASK),
    (re.compile(r"(?im)^(\s*(?:- )?name:\s*\S*(?:password|secret|token|_key)\S*\s*\n\s*value:\s*).*$"), r"\1" + MASK),
    (re.compile(r"(?i)(--?[\w-]*(?:token|password|secret)=)[^\s'\"]+"), r"\1" + MASK),
)  # fmt: skip


def masked(text: str) -> str:
    """Return a text without secrets."""
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return text


def masked_arguments(arguments: list[str]) -> list[str]:
    """Return a command line without secrets: the value of a telling flag, in its own word or the next."""
    found: list[str] = []
    hide_next = False
    for word in arguments:
        flag = _SECRET_FLAG.match(word)
        if hide_next and not word.startswith("-"):
            found.append(MASK)
        elif flag and not _HARMLESS.search(flag.group(1)):
            found.append(flag.group(1) + "=" + MASK)
        else:
            found.append(masked(word))
        hide_next = bool(re.match(r"^--?[\w-]*(?:token|password|secret)$", word)) and not _HARMLESS.search(word)
    return found


class Node:
    """The node whose file system lies at a root.

    Attributes:
        root: Where its file system is mounted; ``/`` on the node itself.
        proc: Where its processes are.
    """

    def __init__(self, root: str, proc: str) -> None:
        """Look at a file system and at processes; nothing is read yet but the node's users and groups."""
        self.root = root.rstrip("/")
        self.proc = proc
        self.users = self._names("/etc/passwd")
        self.groups = self._names("/etc/group")
        self._files: dict[str, dict[str, Any]] = {}
        self._count = 0

    def _names(self, path: str) -> dict[int, str]:
        """Return names by number out of the node's own user database."""
        names: dict[int, str] = {}
        for line in (self.text(path) or "").splitlines():
            parts = line.split(":")
            number = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - name:password:number
            if number.isdigit():
                names.setdefault(int(number), parts[0])
        return names

    def real(self, path: str) -> str:
        """Return a path of the node with its links followed inside the node's own root."""
        done = ""
        waiting = [part for part in path.split("/") if part not in {"", "."}]
        hops = 0
        while waiting:
            part = waiting.pop(0)
            if part == "..":
                done = done.rpartition("/")[0]
                continue
            here = done + "/" + part
            if hops < LINKS_LIMIT and os.path.islink(self.root + here):
                hops += 1
                target = os.readlink(self.root + here)
                waiting = [each for each in target.split("/") if each not in {"", "."}] + waiting
                done = "" if target.startswith("/") else done
            else:
                done = here
        return done or "/"

    def text(self, path: str) -> str | None:
        """Return the text of a regular file of at most 1 MiB, None if there is none that can be read."""
        return self._text_at(self.root + self.real(path))

    @staticmethod
    def _text_at(real: str) -> str | None:
        try:
            found = os.stat(real)
            if not stat.S_ISREG(found.st_mode) or found.st_size > CONTENT_LIMIT_BYTES:
                return None
            with open(real, "rb") as file:
                data = file.read(CONTENT_LIMIT_BYTES + 1)
        except OSError:
            return None
        return None if b"\0" in data else data.decode("utf-8", "replace")

    def names(self, path: str) -> list[str]:
        """Return what a folder holds, sorted; nothing if it cannot be read."""
        try:
            return sorted(os.listdir(self.root + self.real(path)))
        except OSError:
            return []

    def add(self, path: str, role: str, through: str = "") -> None:
        """Take in one file or folder in a role, if it is there.

        Args:
            path: Where it lies, as the node or the program that names it sees it.
            role: What it is for.
            through: Root of the program that sees it, where the node itself does not (a volume of a pod).
        """
        real = path if through else self.real(path)
        try:
            found = os.stat((through or self.root) + real)
        except OSError:
            return
        entry = self._files.get(path)
        if entry is None:
            if len(self._files) >= ENTRIES_LIMIT:
                return
            entry = self._files[path] = {
                "path": path,
                "roles": [],
                "mode": "%04o" % stat.S_IMODE(found.st_mode),
                "uid": found.st_uid,
                "gid": found.st_gid,
            }
            if found.st_uid in self.users:
                entry["owner"] = self.users[found.st_uid]
            if found.st_gid in self.groups:
                entry["group"] = self.groups[found.st_gid]
            if real != path:
                entry["target"] = real
        if role not in entry["roles"]:
            entry["roles"].append(role)
        if role in OPEN_ROLES and "content" not in entry:
            text = self._text_at(through + path) if through else self.text(path)
            if text is not None:
                entry["content"] = masked(text)

    def add_pattern(self, pattern: str, role: str) -> None:
        """Take in every file that a pattern of the last name matches."""
        folder, _, name = pattern.rpartition("/")
        if "*" not in name:
            self.add(pattern, role)
            return
        for each in self.names(folder):
            if fnmatch.fnmatch(each, name):
                self.add(folder + "/" + each, role)

    def add_tree(self, folder: str) -> None:
        """Take in a folder of certificates and keys, and all below it."""
        folder = folder.rstrip("/")
        self.add(folder, "pki_all")
        for name in self.names(folder):
            path = folder + "/" + name
            if os.path.isdir(self.root + self.real(path)) and not os.path.islink(self.root + path):
                self.add_tree(path)
                continue
            self.add(path, "pki_all")
            if name.endswith((".key", "-key.pem")):
                self.add(path, "pki_key")
            elif name.endswith((".crt", ".pem", ".cert")):
                self.add(path, "pki_cert")

    def files(self) -> list[dict[str, Any]]:
        """Return all files taken in, sorted by path."""
        return [self._files[path] for path in sorted(self._files)]

    def processes(self) -> list[dict[str, Any]] | None:
        """Return the programs of Kubernetes that run, None if processes cannot be seen."""
        try:
            numbers = sorted(int(name) for name in os.listdir(self.proc) if name.isdigit())
        except OSError:
            return None
        if not numbers:
            return None
        found = []
        for number in numbers:
            arguments = self._arguments(number)
            name = program(arguments)
            if name is None:
                continue
            entry: dict[str, Any] = {"name": name, "args": masked_arguments(arguments), "pid": number}
            if name == "etcd":
                environment = self._etcd_environment(number)
                if environment:
                    entry["environment"] = environment
            found.append(entry)
        return found

    def _arguments(self, number: int) -> list[str]:
        try:
            with open("%s/%d/cmdline" % (self.proc, number), "rb") as file:
                data = file.read(CONTENT_LIMIT_BYTES)
        except OSError:
            return []
        words = data.decode("utf-8", "replace").rstrip("\0").split("\0")
        return [word for word in words if word] if words != [""] else []

    def _etcd_environment(self, number: int) -> dict[str, str]:
        """Return the ETCD_* variables of a process without what is secret."""
        try:
            with open("%s/%d/environ" % (self.proc, number), "rb") as file:
                data = file.read(CONTENT_LIMIT_BYTES)
        except OSError:
            return {}
        pairs = (entry.partition("=") for entry in data.decode("utf-8", "replace").split("\0"))
        return {
            name: MASK if re.search("TOKEN|PASSWORD|SECRET", name) else masked(value)
            for name, equals, value in pairs
            if equals and name.startswith("ETCD_")
        }


def program(arguments: list[str]) -> str | None:
    """Return the program of Kubernetes that a command line starts, None if it starts another."""
    for word in arguments[:3]:
        name = word.split(" ")[0].rpartition("/")[2]
        if name in PROGRAMS:
            return next((w for w in arguments[1:2] if w in PROGRAMS), name) if name == "hyperkube" else name
        if name not in {"tini", "dumb-init", "go-runner", "sh", "--", "-c"} and not word.startswith("--"):
            return None
    return None


def flags(arguments: list[str]) -> dict[str, str]:
    """Return the flags of a command line that have a value."""
    found: dict[str, str] = {}
    words = arguments[0].split() if len(arguments) == 1 else arguments
    for index, word in enumerate(words):
        if word.startswith("-"):
            name, equals, value = word.lstrip("-").partition("=")
            following = words[index + 1] if index + 1 < len(words) else "-"
            found[name] = value if equals else "" if following.startswith("-") else following
    return found


def distribution_of(node: Node, processes: list[dict[str, Any]]) -> str:
    """Return the distribution that programs and folders show, empty if none does."""
    running = {process["name"].split("-")[0] for process in processes}
    for name in ("rke2", "k3s", "kubelite", "machined"):
        if name in running:
            return {"kubelite": "microk8s", "machined": "talos"}.get(name, name)
    for name, paths in MARKERS:
        if any(os.path.exists(node.root + path) for path in paths):
            return name
    return ""


def unit_arguments(text: str) -> list[str]:
    """Return the words of the last ``ExecStart`` of a systemd unit."""
    starts = re.findall(r"^ExecStart=[-@:+!]*(.+)$", text.replace("\\\n", " "), re.MULTILINE)
    words = starts[-1].split() if starts else []
    return [word.strip("'\"") for word in words]


def collect(root: str, proc: str, name: str) -> dict[str, Any]:
    """Return the facts of a node.

    1. Processes; K3s and RKE2 hide their flags, so those come out of the unit.
    2. Files that the flags name, then those of the distribution's layout, then of the plain layout.
    3. CNI plug-ins.
    """
    node = Node(root, proc)
    processes = node.processes()  # 1
    distribution = distribution_of(node, processes or [])
    for process in processes or []:
        if process["name"] in {"k3s", "k3s-server", "k3s-agent", "rke2"} and len(process["args"]) <= SHORT:
            role = process["args"][-1].split(" ")[-1] if process["args"] else "server"
            for unit in ("/etc/systemd/system/%s.service", "/etc/systemd/system/%s-" + role + ".service",
                         "/usr/local/lib/systemd/system/%s-" + role + ".service"):  # fmt: skip
                words = unit_arguments(node.text(unit % process["name"].split("-")[0]) or "")
                if words:
                    process["args"] = masked_arguments(words)
                    break
    add_named(node, processes or [])  # 2
    add_layouts(node, distribution, processes or [])
    facts: dict[str, Any] = {
        "schema": SCHEMA,
        "node": name or node_name(node, processes or []),
        "collected_at": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "files": node.files(),
        "distribution": distribution or None,
    }
    if processes is not None:
        facts["processes"] = [{key: value for key, value in each.items() if key != "pid"} for each in processes]
    plugins = cni_plugins(node)  # 3
    if plugins is not None:
        facts["cni"] = {"plugins": [{"name": plugin} for plugin in plugins]}
    return {key: value for key, value in facts.items() if value is not None}


def node_name(node: Node, processes: list[dict[str, Any]]) -> str:
    """Return the name that the node goes by: the kubelet's, else the host's."""
    for process in processes:
        if process["name"] == "kubelet" and flags(process["args"]).get("hostname-override"):
            return flags(process["args"])["hostname-override"]
    return os.environ.get("NODE_NAME") or (node.text("/etc/hostname") or "").strip() or os.uname().nodename


def add_named(node: Node, processes: list[dict[str, Any]]) -> None:
    """Take in the files that command lines name, and those that these files name."""
    for process in processes:
        given = flags(process["args"])
        for flag, role in FLAG_ROLES.get(process["name"], {}).items():
            if given.get(flag, "").startswith("/"):
                add_seen(node, given[flag], role, process["pid"])
        if process["name"] == "kubelet":
            folder = given.get("config-dir", "")
            if folder:
                node.add_pattern(folder.rstrip("/") + "/*.conf", "kubelet_config")
            text = node.text(given.get("config", "")) if given.get("config") else None
            named = re.search(r"clientCAFile\"?\s*:\s*\"?([^\s\",]+)", text or "")
            if named:
                node.add(named.group(1), "kubelet_client_ca")
        if process["name"] == "kube-apiserver":
            for flag in ("tls-cert-file", "client-ca-file", "etcd-cafile"):
                folder = os.path.dirname(given.get(flag, ""))
                if folder.count("/") > 1 and folder not in {"/etc/ssl", "/etc/ssl/certs", "/usr/share"}:
                    node.add_tree(folder)


def add_seen(node: Node, path: str, role: str, pid: int) -> None:
    """Take in a file that a process names: at that place on the node as a rule, else as the process sees it.

    A kubeconfig inside a pod comes out of a ConfigMap or is the pod's own; it is no file of the node.
    """
    if os.path.exists(node.root + node.real(path)):
        node.add(path, role)
    elif role in OPEN_ROLES and not role.endswith("_kubeconfig"):
        node.add(path, role, "%s/%d/root" % (node.proc, pid))


def add_passed_on(node: Node, texts: list[str]) -> None:
    """Take in the files that K3s or RKE2 is told to pass on: ``audit-policy-file=/path`` in its own settings."""
    for flag, role in FLAG_ROLES["kube-apiserver"].items():
        for text in texts:
            for path in re.findall(r"\b" + flag + r"=(/[^\s'\"\],]+)", text):
                node.add(path, role)


def add_layouts(node: Node, distribution: str, processes: list[dict[str, Any]]) -> None:
    """Take in what lies where the distribution and plain Kubernetes keep their files."""
    data = DATA_FOLDERS.get(distribution, "")
    for process in processes:
        if process["name"].split("-")[0] == distribution:
            data = flags(process["args"]).get("data-dir") or data
    for layout in dict.fromkeys((distribution, "kubeadm")):
        for role, patterns in LAYOUTS.get(layout, {}).items():
            for pattern in patterns:
                place = pattern.replace("{data}", data)
                if place.endswith("/"):
                    node.add_tree(place) if os.path.isdir(node.root + node.real(place)) else None
                else:
                    node.add_pattern(place, role)
    texts = [file["content"] for file in node.files() if "distribution_config" in file["roles"] and "content" in file]
    add_passed_on(node, [*texts, *(" ".join(process["args"]) for process in processes)])


def cni_plugins(node: Node) -> list[str] | None:
    """Return the types of the CNI plug-ins that are configured, None if no configuration can be read."""
    found: set[str] = set()
    seen = False
    for entry in node.files():
        if "cni_config" not in entry["roles"] or not entry["path"].endswith((".conf", ".conflist", ".json")):
            continue
        try:
            value = json.loads(node.text(entry["path"]) or "")
        except ValueError:
            continue
        if isinstance(value, dict):
            seen = True
            plugins: Any = value.get("plugins", [value])
            found.update(
                each["type"]
                for each in (plugins if isinstance(plugins, list) else [])
                if isinstance(each, dict) and isinstance(each.get("type"), str)
            )
    return sorted(found) if seen else None


def main(arguments: list[str] | None = None) -> int:
    """Write the facts of this node."""
    parser = argparse.ArgumentParser(description="Collect the facts of this Kubernetes node (node-facts/1).")
    parser.add_argument("--root", default="/", help="where the node's file system is mounted (default: /)")
    parser.add_argument("--proc", default="", help="where the node's processes are (default: /proc)")
    parser.add_argument("--node", default="", help="name of the node (default: as the kubelet or the host says)")
    parser.add_argument("--output", default="-", help="file to write, - for standard output")
    given = parser.parse_args(arguments)
    facts = collect(given.root, given.proc or "/proc", given.node)
    text = json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=True) + "\n"
    if given.output == "-":
        sys.stdout.write(text)
    else:
        descriptor = os.open(given.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
    if hasattr(os, "geteuid") and os.geteuid() != 0:
        print("not root: files and processes of other users are missing from the facts", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
