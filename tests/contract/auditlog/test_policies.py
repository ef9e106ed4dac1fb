"""The simulation of audit policies agrees with what a real API server logs, request by request."""

from __future__ import annotations

import json
import secrets
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from auditor.stages.auditlog import policy
from scripts.loopback import free_ports
from tests.contract.kubernetes.apiserver import build
from tests.contract.kubernetes.conftest import Server, _await_ready, _running
from tests.unit.stages.auditlog.looking import DATA, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TRICKY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "rules": [
        {"level": "None", "users": ["bob"], "verbs": ["get"]},
        {"level": "Metadata", "userGroups": ["auditors"], "resources": [{"group": "", "resources": ["pods/*"]}]},
        {"level": "None", "resources": [{"group": "", "resources": ["configmaps"], "resourceNames": ["leader"]}]},
        {
            "level": "Request",
            "resources": [{"group": "", "resources": ["*/exec", "secrets"]}],
            "omitStages": ["RequestReceived"],
        },
        {"level": "Metadata", "namespaces": ["kube-system"], "omitStages": ["ResponseComplete"]},
        {"level": "Metadata", "namespaces": [""], "resources": [{"group": ""}]},
        {"level": "RequestResponse", "resources": [{"group": "apps", "resources": ["deployments", "*/scale"]}]},
        {"level": "Metadata", "nonResourceURLs": ["/healthz*", "/version"]},
        {"level": "Metadata", "resources": [{"group": "*", "resources": ["jobs"]}]},
    ],
}
FALCO = yaml.safe_load((DATA / "samples/k8s/policy-falco.yaml").read_text())
USERS = {
    "admin": ("system:masters", "system:authenticated"),
    "alice": ("auditors", "system:authenticated"),
    "bob": ("system:authenticated",),
}
Asked = tuple[str, str, dict[str, str]]
"""HTTP method, address, and the request as the policy sees it."""
REQUESTS: list[Asked] = [
    ("POST", "/api/v1/namespaces/default/pods", {"verb": "create", "resource": "pods", "namespace": "default"}),
    ("GET", "/api/v1/namespaces/default/pods", {"verb": "list", "resource": "pods", "namespace": "default"}),
    (
        "GET",
        "/api/v1/namespaces/default/pods/x",
        {"verb": "get", "resource": "pods", "namespace": "default", "name": "x"},
    ),
    (
        "GET",
        "/api/v1/namespaces/default/pods/x/log",
        {"verb": "get", "resource": "pods", "subresource": "log", "namespace": "default", "name": "x"},
    ),
    (
        "POST",
        "/api/v1/namespaces/default/pods/x/exec?command=ls",
        {"verb": "create", "resource": "pods", "subresource": "exec", "namespace": "default", "name": "x"},
    ),
    (
        "GET",
        "/api/v1/namespaces/default/pods/x/exec?command=ls",
        {"verb": "get", "resource": "pods", "subresource": "exec", "namespace": "default", "name": "x"},
    ),
    ("GET", "/api/v1/namespaces/default/secrets", {"verb": "list", "resource": "secrets", "namespace": "default"}),
    (
        "DELETE",
        "/api/v1/namespaces/default/secrets/x",
        {"verb": "delete", "resource": "secrets", "namespace": "default", "name": "x"},
    ),
    (
        "PUT",
        "/api/v1/namespaces/default/configmaps/leader",
        {"verb": "update", "resource": "configmaps", "namespace": "default", "name": "leader"},
    ),
    (
        "DELETE",
        "/api/v1/namespaces/default/configmaps/controller-leader",
        {"verb": "delete", "resource": "configmaps", "namespace": "default", "name": "controller-leader"},
    ),
    (
        "GET",
        "/api/v1/namespaces/kube-system/configmaps",
        {"verb": "list", "resource": "configmaps", "namespace": "kube-system"},
    ),
    ("GET", "/api/v1/nodes", {"verb": "list", "resource": "nodes"}),
    ("GET", "/api/v1/nodes/x/proxy/", {"verb": "get", "resource": "nodes", "subresource": "proxy", "name": "x"}),
    ("GET", "/api/v1/pods", {"verb": "list", "resource": "pods"}),
    (
        "POST",
        "/apis/apps/v1/namespaces/default/deployments",
        {"verb": "create", "group": "apps", "resource": "deployments", "namespace": "default"},
    ),
    (
        "GET",
        "/apis/apps/v1/namespaces/default/deployments/x/scale",
        {
            "verb": "get",
            "group": "apps",
            "resource": "deployments",
            "subresource": "scale",
            "namespace": "default",
            "name": "x",
        },
    ),
    (
        "GET",
        "/apis/batch/v1/namespaces/default/jobs",
        {"verb": "list", "group": "batch", "resource": "jobs", "namespace": "default"},
    ),
    (
        "POST",
        "/api/v1/namespaces/default/serviceaccounts/x/token",
        {"verb": "create", "resource": "serviceaccounts", "subresource": "token", "namespace": "default", "name": "x"},
    ),
    (
        "DELETE",
        "/apis/rbac.authorization.k8s.io/v1/clusterroles/x",
        {"verb": "delete", "group": "rbac.authorization.k8s.io", "resource": "clusterroles", "name": "x"},
    ),
    ("GET", "/version", {"verb": "get", "url": "/version"}),
    ("GET", "/healthz/ping", {"verb": "get", "url": "/healthz/ping"}),
    ("GET", "/api/v1", {"verb": "get", "url": "/api/v1"}),
    ("GET", "/metrics", {"verb": "get", "url": "/metrics"}),
]


@contextmanager
def audited(folder: Path, said: dict[str, Any]) -> Iterator[tuple[Server, dict[str, str], Path]]:
    """Run an API server with an audit policy."""
    programs = build.programs()
    client, peer, port = free_ports(3)
    tokens = {name: secrets.token_hex(16) for name in USERS}
    (folder / "tokens.csv").write_text(
        "".join(
            f'{tokens[name]},{name},{name},"{",".join(each for each in groups if each != "system:authenticated")}"\n'
            for name, groups in USERS.items()
        )
    )
    (folder / "audit.yaml").write_text(yaml.safe_dump(said))
    subprocess.run(
        ["/usr/bin/openssl", "genpkey", "-algorithm", "RSA", "-out", str(folder / "sa.key")],
        check=True,
        capture_output=True,
    )
    etcd = [
        str(programs / "etcd"),
        f"--data-dir={folder}/etcd",
        f"--listen-client-urls=http://127.0.0.1:{client}",
        f"--advertise-client-urls=http://127.0.0.1:{client}",
        f"--listen-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-advertise-peer-urls=http://127.0.0.1:{peer}",
        f"--initial-cluster=default=http://127.0.0.1:{peer}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]
    apiserver = [
        str(programs / "kube-apiserver"),
        f"--etcd-servers=http://127.0.0.1:{client}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        f"--cert-dir={folder}/certs",
        "--service-cluster-ip-range=10.0.0.0/24",
        f"--service-account-key-file={folder}/sa.key",
        f"--service-account-signing-key-file={folder}/sa.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--authorization-mode=Node,RBAC",
        f"--token-auth-file={folder}/tokens.csv",
        "--disable-admission-plugins=ServiceAccount",
        "--endpoint-reconciler-type=none",
        f"--audit-policy-file={folder}/audit.yaml",
        f"--audit-log-path={folder}/audit.log",
    ]
    server = Server(f"https://127.0.0.1:{port}", tokens["admin"], folder / "certs" / "apiserver.crt", folder)
    with _running(etcd, folder, "etcd"), _running(apiserver, folder, "kube-apiserver") as process:
        _await_ready(server, process)
        yield server, tokens, folder / "audit.log"


def ask(server: Server, token: str, method: str, path: str, audit_id: str) -> None:
    context = ssl.create_default_context(cafile=str(server.authority))
    request = urllib.request.Request(  # noqa: S310 - our own server
        server.address + path,
        method=method,
        data=b"{}" if method in {"POST", "PUT"} else None,
        headers={"Authorization": f"Bearer {token}", "Audit-ID": audit_id, "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, context=context, timeout=20) as answer:  # noqa: S310
            answer.read()
    except urllib.error.HTTPError as error:
        error.read()


@pytest.mark.parametrize("said", [FALCO, TRICKY], ids=["falco", "tricky"])
def test_simulation_agrees_with_a_real_api_server(tmp_path: Path, said: dict[str, Any]) -> None:
    simulated = policy.parse(said)
    assert simulated is not None
    with audited(tmp_path, said) as (server, tokens, log):
        asked = {}
        for name, groups in USERS.items():
            for number, (method, path, seen) in enumerate(REQUESTS):
                audit_id = f"{name}-{number}"
                ask(server, tokens[name], method, path, audit_id)
                asked[audit_id] = policy.Request(user=name, groups=groups, **seen)
        time.sleep(1)
        lines = [json.loads(line) for line in log.read_text().splitlines()]

    wrong = []
    for audit_id, request in asked.items():
        events = [line for line in lines if line["auditID"] == audit_id]
        decision = policy.decide(simulated, request)
        levels = {event["level"] for event in events}
        stages = {event["stage"] for event in events}
        if levels != (set() if decision.level == "None" else {decision.level}) and not (
            decision.level != "None" and not stages and not set(policy.STAGES) - decision.omit
        ):
            wrong.append((audit_id, request, decision, levels))
        if policy.is_recorded(simulated, request) is not bool(stages & {"ResponseComplete", "ResponseStarted"}):
            wrong.append((audit_id, request, decision, stages))
        if stages & decision.omit:
            wrong.append((audit_id, request, decision, stages))
    assert wrong == []


def test_log_of_a_real_api_server_is_read_whole(tmp_path: Path) -> None:
    said = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": [{"level": "Metadata"}]}
    with audited(tmp_path, said) as (server, tokens, log):
        for number in range(20):
            ask(server, tokens["alice"], "GET", "/api/v1/namespaces/default/secrets", f"r-{number}")
        time.sleep(1)
        made = tmp_path / "look"
        made.mkdir()
        (made / "audit.log").write_bytes(log.read_bytes())
        (made / "policy.yaml").write_text(yaml.safe_dump(said))
        (made / "inventory.yaml").write_text(
            "log_sources: [{id: k8s, format: k8s-audit, files: audit.log, policy: policy.yaml, "
            'flags: ["--audit-policy-file=a", "--audit-log-path=b"]}]\n'
        )

    looked = look(made, now="2099-01-01T00:00:00Z")

    assert looked.value("unreadable") == 0
    assert looked.value("foreign") == 0
    assert looked.verdict("fields-complete") == "pass"
    assert looked.verdict("kubernetes-policy-covers-key-actions") == "pass"
    assert looked.verdict("kubernetes-exec-both-verbs") == "pass"
    assert looked.verdict("kubernetes-policy-set") == "pass"
    assert looked.verdict("kubernetes-no-drops") == "pass"
    assert looked.verdict("kubernetes-policy-no-secret-bodies") == "pass"
