from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from auditor.formats import snapshot as snapshots
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
CANARY = b"CANARY-OF-THE-SECRET"
CERTIFIED = """
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: bank}
type: kubernetes.io/tls
stringData:
  tls.key: KEY
  other: CANARY-OF-THE-SECRET
  tls.crt: |
CERTIFICATE
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: covered, namespace: bank}
spec:
  tls: [{hosts: [a.example, x.b.example], secretName: web}]
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: uncovered, namespace: bank}
spec:
  tls: [{hosts: [x.y.b.example], secretName: web}]
  defaultBackend: {service: {name: web, port: {number: 80}}}
"""


def _auditor(server: Server, *arguments: str) -> int:
    environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig())}
    done = subprocess.run(
        [sys.executable, "-m", "auditor", *arguments], env=environment, capture_output=True, timeout=300, check=False
    )
    assert done.returncode in {0, 1, 3}, done.stderr.decode()[-2000:]
    assert CANARY not in done.stdout + done.stderr
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
    # A role that nobody in view holds is told of there; the whole cluster shows that nobody holds it.
    unbound = {key for key in from_dump if key[1] == "ClusterRole/everything" and key not in from_api}
    told = {k: verdict for k, verdict in from_dump.items() if verdict != "not_assessed" and k not in unbound}
    assert len(unbound) > 5
    assert {key: from_api.get(key) for key in told} == told
    assert len(told) > 100


@pytest.fixture
def private(server: Server, tmp_path: Path) -> bytes:
    """Put a certificate and two Ingresses into the cluster; return the number that must stay private."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    names = "subjectAltName=DNS:a.example,DNS:*.b.example"
    made += ["-subj", "/CN=web", "-addext", names, "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    both = indent(certificate.read_text() + key.read_text(), "    ")
    certified = CERTIFIED.replace("KEY", json.dumps(key.read_text())).replace("CERTIFICATE", both)
    server.kubectl("apply", "-f", "-", stdin=f"{WORKLOADS}---{certified}")
    loaded = load_pem_private_key(key.read_bytes(), None)
    assert isinstance(loaded, EllipticCurvePrivateKey)
    return loaded.private_numbers().private_value.to_bytes(32, "big")


def test_certificates_decide_and_private_keys_are_nowhere(server: Server, private: bytes, tmp_path: Path) -> None:
    snapshot, dump = tmp_path / "cluster.json.zst", tmp_path / "dump.yaml"
    _auditor(server, "collect", "cluster", "--context", "test", "--output", str(snapshot))
    dump.write_text(server.kubectl("get", "ingresses,secrets", "-n", "bank", "-o", "yaml"))
    runs = {"live": "context:test", "snapshot": str(snapshot), "dump": str(dump)}

    verdicts = {name: _verdicts(server, where, tmp_path / name) for name, where in runs.items()}

    for found in verdicts.values():
        assert found["k8s-ingress-certificate-covers-host", "Ingress/bank/covered"] == "pass"
        assert found["k8s-ingress-certificate-covers-host", "Ingress/bank/uncovered"] == "fail"
    assert _traces(dump, private) == [dump.name]
    assert [trace for name in (*runs, snapshot.name) for trace in _traces(tmp_path / name, private)] == []


def _traces(place: Path, private: bytes) -> list[str]:
    """Return the files that hold the canary or the key: as bytes, in PEM, in base64, or in base64 of PEM."""
    words = {private, *_encoded(private), CANARY, *_encoded(CANARY), *_encoded(b"PRIVATE KEY-----")}
    # a line of PEM ends behind the first twelve bytes
    words |= {again for word in _encoded(private[:12]) for again in _encoded(word)}
    words = {word for word in words if len(word) >= 8}
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in _content(path) for word in words)]


def _encoded(word: bytes) -> list[bytes]:
    """Return what base64 makes of some bytes, wherever in a longer text they begin; without the ragged ends."""
    return [base64.b64encode(b"\0" * before + word)[4:-4] for before in range(3)]


def _content(path: Path) -> bytes:
    """Return what a file holds, on one line."""
    data = path.read_bytes()
    if data.startswith(snapshots.MAGIC):
        data = zstandard.ZstdDecompressor().stream_reader(data).read()
    return data.replace(b"\\n", b"").replace(b"\n", b"")
