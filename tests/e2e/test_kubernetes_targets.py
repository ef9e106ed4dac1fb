"""Many targets in one run: each a system of its own, named byte for byte; joined only where the user says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.tool("opa")
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{name: c, image: i}]}\n"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n---\n"
DEFAULTS = """
apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: PodSecurity
  configuration: {kind: PodSecurityConfiguration, defaults: {enforce: restricted}}
"""


def _run(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "auditor", "run", *arguments, "--format", "json", "--output", "out"]
    done = subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, timeout=300, check=False)
    assert b"Traceback" not in done.stderr
    record: dict[str, Any] = json.loads((folder / "out" / "record.json").read_text())
    return done.returncode, record


def _node(folder: Path, name: str = "n.json") -> None:
    facts = {
        "schema": "node-facts/1",
        "node": "cp",
        "processes": [{"name": "kube-apiserver", "args": ["kube-apiserver", "--admission-control-config-file=/a"]}],
        "files": [{"path": "/a", "content": DEFAULTS}],
    }
    (folder / name).write_text(json.dumps(facts))


def _verdicts(record: dict[str, Any], check: str) -> dict[tuple[str, str], str]:
    return {(each["target"], each["subject"]): each["verdict"] for each in record["findings"] if each["id"] == check}


def test_each_target_is_named_byte_for_byte_and_judged_by_itself(tmp_path: Path) -> None:
    names = ["a.yaml", "./b.yaml", "sub/../c d.yaml", "./sub//ü@x.yaml", "e=f.yaml"]
    (tmp_path / "sub").mkdir()
    for name in names:
        (tmp_path / name).write_text(POD)
    _node(tmp_path)
    targets = [f"kubernetes={name}" for name in names] + ["node=./n.json"]

    _, record = _run(tmp_path, *targets)

    assert {each["target"] for each in record["findings"]} == set(targets)
    assert [f"{each['kind']}={each['where']}" for each in record["run"]["targets"]] == targets
    found = _verdicts(record, "k8s-pod-non-root")
    assert {key[0]: verdict for key, verdict in found.items() if key[1] == "Pod/shop/p"} == {
        f"kubernetes={name}": "fail" for name in names
    }


def test_an_argument_joins_a_node_with_its_cluster(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(NAMESPACE + POD)
    _node(tmp_path)

    _, apart = _run(tmp_path, "node=n.json", "kubernetes=shop.yaml")
    (tmp_path / "out").rename(tmp_path / "apart")
    _, joined = _run(tmp_path, "node=n.json@kubernetes=shop.yaml")

    check = "k8s-namespace-pod-security-enforced"
    assert _verdicts(apart, check)["kubernetes=shop.yaml", "Namespace/shop"] == "fail"
    assert {verdict for (_, name), verdict in _verdicts(joined, check).items() if name == "Namespace/shop"} == {"pass"}


def test_a_configuration_joins_the_parts_of_a_system(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(NAMESPACE + POD)
    _node(tmp_path)
    (tmp_path / "auditor.yaml").write_text(
        "system: {name: shop}\ntargets:\n  kubernetes: [shop.yaml]\n  node: [n.json]\n"
        "join: [[kubernetes=shop.yaml, node=n.json]]\n"
    )

    _, record = _run(tmp_path)

    found = _verdicts(record, "k8s-namespace-pod-security-enforced")
    assert {verdict for (_, name), verdict in found.items() if name == "Namespace/shop"} == {"pass"}


def test_a_target_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(POD)
    (tmp_path / "broken.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: p\n")
    (tmp_path / "node.json").write_text("{")
    targets = ["kubernetes=good.yaml", "kubernetes=broken.yaml", "node=node.json"]

    code, record = _run(tmp_path, *targets)

    verdicts = {target: {e["verdict"] for e in record["findings"] if e["target"] == target} for target in targets}
    assert code == 1
    assert "fail" in verdicts["kubernetes=good.yaml"]
    for target in targets[1:]:
        assert verdicts[target] <= {"not_assessed", "not_applicable"}, target


def test_two_hundred_targets_give_two_hundred_answers(tmp_path: Path) -> None:
    targets = []
    for number in range(200):
        (tmp_path / f"{number}.yaml").write_text(POD.replace("name: p", f"name: p{number}"))
        targets.append(f"kubernetes={number}.yaml")

    _, record = _run(tmp_path, *targets)

    found = _verdicts(record, "k8s-pod-non-root")
    assert {(target, f"Pod/shop/p{number}") for number, target in enumerate(targets)} <= found.keys()


@pytest.mark.parametrize("is_killed", [False, True])
def test_nothing_is_left_of_the_policy_engine_whatever_ends_the_run(tmp_path: Path, *, is_killed: bool) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (tmp_path / "a.yaml").write_text(POD)
    command = [sys.executable, "-m", "auditor", "run", "kubernetes=a.yaml", "--quiet", "--output", "out"]
    environment = {**os.environ, "TMPDIR": str(temporary)}

    with subprocess.Popen(command, cwd=tmp_path, env=environment) as running:
        if is_killed:
            _await(lambda: any(temporary.glob("auditor-*/modules")))
            running.kill()
        running.wait(120)

    assert running.returncode == (-signal.SIGKILL if is_killed else 1)
    _await(lambda: not any(temporary.iterdir()))


def _await(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)
