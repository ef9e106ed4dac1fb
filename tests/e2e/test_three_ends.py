"""A repository with manifests only, audited as a new user does: sound 0, with a fault 1, with a lost tool 3."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import Bench, programs_of_this_machine

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.conftest import Done

pytestmark = [pytest.mark.tool("opa")]

MANIFEST = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: shop}
automountServiceAccountToken: false
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: api, namespace: shop}
automountServiceAccountToken: false
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      serviceAccountName: api
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: api
          image: registry.example.com/shop/api@sha256:2f5cbbb0c9b1b8f6a9d1b2a0a3c3c2c6d5d1e0e5a1f8b7c9d2e4f6a8b0c2d4e6
          readinessProbe: {httpGet: {path: /ready, port: 8080}}
          livenessProbe: {httpGet: {path: /live, port: 8080}}
          resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
          securityContext:
            privileged: false
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
"""


@dataclass(frozen=True)
class End:
    """One of the three runs, and what its reports say."""

    done: Done
    junit: dict[str, int]
    invocation: dict[str, Any]


def audited(bench: Bench) -> End:
    assert bench.auditor("init", folder=bench.tree).exit_code == 0
    done = bench.auditor("run", "--config", "auditor.yaml", folder=bench.tree)
    (place,) = (bench.tree / ".auditor" / "runs").glob("2*")
    suites = ET.parse(place / "junit.xml").getroot()  # noqa: S314 - our own file
    (run,) = json.loads((place / "findings.sarif").read_bytes())["runs"]
    names = ("failures", "errors", "skipped", "tests")
    counts = {name: sum(int(suite.get(name, "0")) for suite in suites) for name in names}
    return End(done, counts, run["invocations"][0])


@pytest.fixture
def repository(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.tree.mkdir()
    programs_of_this_machine(made)
    made.write("deploy/app.yaml", MANIFEST)
    return made


def test_a_sound_repository_ends_with_0_and_its_reports_agree(repository: Bench) -> None:
    end = audited(repository)

    assert end.done.exit_code == 0, end.done.stderr
    assert (end.junit["failures"], end.junit["errors"]) == (0, 0)
    assert end.junit["skipped"] > 100
    assert end.invocation["executionSuccessful"] is True
    assert {note["level"] for note in end.invocation["toolExecutionNotifications"]} == {"note"}
    unseen = {row["gap"]["class"] for row in end.done.record["findings"] if row["verdict"] == "not_assessed"}
    assert unseen == {"out_of_reach", "missing"}


def test_a_fault_ends_with_1_and_its_reports_agree(repository: Bench) -> None:
    repository.write("deploy/app.yaml", MANIFEST.replace("privileged: false", "privileged: true"))

    end = audited(repository)

    assert end.done.exit_code == 1, end.done.stderr
    assert end.junit["failures"] == sum(row["verdict"] == "fail" for row in end.done.record["findings"])
    assert end.junit["errors"] == 0
    assert end.invocation["executionSuccessful"] is True
    assert b"deploy/app.yaml:" in end.done.stdout.splitlines()[0]
    assert b"critical: A container is privileged" in end.done.stdout


def test_a_lost_tool_ends_with_3_and_its_reports_agree(repository: Bench) -> None:
    repository.environment["AUDITOR_OPA"] = "/nonexistent/opa"

    end = audited(repository)

    assert end.done.exit_code == 3, end.done.stderr
    assert end.junit["failures"] == 0
    assert end.junit["errors"] > 20
    assert end.invocation["executionSuccessful"] is False
    assert "error" in {note["level"] for note in end.invocation["toolExecutionNotifications"]}
    assert b"lost: " in end.done.stdout


def test_a_place_that_is_not_there_is_told_in_a_line_and_never_becomes_the_latest_run(repository: Bench) -> None:
    audited(repository)
    for target in ("code=x", "kubernetes=x", "node=x", "custody=x", "lineage=x", "auditlog=x", "image=oci:x", "sbom=x"):
        done = repository.auditor("run", target, folder=repository.tree)

        assert (done.exit_code, done.stdout) == (2, b""), target
        assert done.stderr.startswith("error: no such path: ")
        assert len(done.stderr.splitlines()) == 1
    assert len(list((repository.tree / ".auditor" / "runs").glob("2*"))) == 1


def test_a_report_only_run_ends_with_0_and_the_record_keeps_the_code(repository: Bench) -> None:
    repository.write("deploy/app.yaml", MANIFEST.replace("privileged: false", "privileged: true"))

    done = repository.auditor("run", "kubernetes=deploy", "--exit-zero", "-q", folder=repository.tree)

    assert done.exit_code == 0
    assert done.record["gate"]["exit_code"] == 1
    assert b"exit code 1" in done.stdout.splitlines()[-1]
    assert b"app.yaml" not in done.stdout


def test_an_ignored_check_is_listed_and_no_control_passes_without_it(repository: Bench) -> None:
    done = repository.auditor("run", "kubernetes=deploy", "--ignore", "k8s-pod-privileged", folder=repository.tree)

    assert "k8s-pod-privileged-absent" not in {row["id"] for row in done.record["findings"]}
    assert "k8s-pod-privileged-absent" in {left["what"] for left in done.record["left_out"]}
    (outcome,) = [each for each in done.record["outcomes"] if each["control"] == "5.2.2"]
    assert outcome["conformity"] != "conforms"
    assert repository.auditor("replay", folder=repository.tree).exit_code == 0
    wrong = repository.auditor("run", "kubernetes=deploy", "--ignore", "k8s-pod-privilegd", folder=repository.tree)
    assert (wrong.exit_code, "near: k8s-pod-privileged-absent" in wrong.stderr) == (2, True)


def test_what_a_pipe_gets_is_whole_lines_without_escapes(repository: Bench) -> None:
    repository.write("deploy/app.yaml", MANIFEST.replace("privileged: false", "privileged: true"))
    repository.environment |= {"FORCE_COLOR": "1", "COLUMNS": "40", "NO_COLOR": None, "GITHUB_ACTIONS": "true"}

    done = repository.auditor("run", "kubernetes=deploy", folder=repository.tree)

    assert b"\x1b" not in done.stdout
    assert "\x1b" not in done.stderr
    lines = done.stdout.decode().splitlines()
    assert any(line.startswith("deploy/app.yaml:") and line.endswith("(Deployment/shop/api)") for line in lines)
    assert any(line.startswith("::error title=k8s-pod-privileged-absent") for line in lines)


def test_show_says_that_nothing_fits(bench: Bench) -> None:
    bench.write("README.md", "# Hello\n")
    bench.auditor("run", "--only", "code", "code=tree")

    done = bench.auditor("show", "--severity", "critical")

    assert (done.exit_code, done.stdout) == (0, b"")
    assert "findings fits; --all shows every verdict" in done.stderr
