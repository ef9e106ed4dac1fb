from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from auditor.stages.kubernetes import live

if TYPE_CHECKING:
    from pathlib import Path

    from tests.contract.kubernetes.conftest import Server

pytestmark = [pytest.mark.tool("kube-apiserver"), pytest.mark.tool("kubectl"), pytest.mark.tool("opa")]
WORKLOADS = """
apiVersion: v1
kind: Namespace
metadata: {name: bank, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: good, namespace: bank}
spec:
  selector: {matchLabels: {app: good}}
  template:
    metadata: {labels: {app: good}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
      containers:
      - name: c
        image: registry.example.com/good@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        securityContext: {allowPrivilegeEscalation: false, runAsUser: 1000, capabilities: {drop: [ALL]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: bad, namespace: bank}
spec:
  selector: {matchLabels: {app: bad}}
  template:
    metadata: {labels: {app: bad}}
    spec:
      hostNetwork: true
      containers: [{name: c, image: bad, securityContext: {privileged: true}}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: everything}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: bank}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""


def _auditor(server: Server, *arguments: str) -> int:
    environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig())}
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *arguments], env=environment, capture_output=True, timeout=300, check=False
    )
    assert done.returncode in {0, 1, 3}, done.stderr.decode()[-2000:]
    return done.returncode


def _verdicts(server: Server, where: str, output: Path) -> dict[tuple[str, str], str]:
    _auditor(server, "run", f"kubernetes={where}", "--only", "kubernetes", "--only", "policy", "--output", str(output))
    record = json.loads((output / "record.json").read_text())
    # A finding without a subject of its own is about the part, whose name differs by purpose.
    return {
        (each["id"], each["subject"].removeprefix(f"kubernetes={where}")): each["verdict"]
        for each in record["findings"]
    }


def test_live_snapshot_and_export_give_the_same_verdicts(server: Server, tmp_path: Path) -> None:
    server.kubectl("apply", "-f", "-", stdin=WORKLOADS)
    snapshot, dump = tmp_path / "cluster.json.zst", tmp_path / "dump.yaml"
    _auditor(server, "collect", "cluster", "--context", "test", "--output", str(snapshot))
    known = {kind for kinds in live.READ.values() for kind in kinds} | {"Secret"}
    dump.write_text(server.kubectl("get", ",".join(sorted(known)), "-A", "-o", "yaml"))

    from_api = _verdicts(server, "context:test", tmp_path / "live")
    from_snapshot = _verdicts(server, str(snapshot), tmp_path / "snapshot")
    from_dump = _verdicts(server, str(dump), tmp_path / "dump")

    assert from_snapshot == from_api
    assert from_api["k8s-pod-privileged-absent", "Deployment/bank/bad"] == "fail"
    assert from_api["k8s-pod-privileged-absent", "Deployment/bank/good"] == "pass"
    # An export cannot say that it is complete: what needs the whole cluster may stay open, and nothing turns round.
    told = {key: verdict for key, verdict in from_dump.items() if verdict != "not_assessed"}
    assert {key: from_api.get(key) for key in told} == told
    assert len(told) > 100
