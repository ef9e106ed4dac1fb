"""The recorded nodes of the demo get the verdicts that their README has worked out by hand, control by control."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

import auditor.demo

if TYPE_CHECKING:
    from collections.abc import Iterator


pytestmark = pytest.mark.tool("opa")
NODES: Final = Path(auditor.demo.__file__).parent / "nodes"
STATES: Final = {"good": "pass", "bad": "fail", "not applicable": "not_applicable", "look at": "not_assessed"}
ORDER: Final = ("fail", "not_assessed", "pass", "not_applicable")
FILES: Final = ("kubeadm-control-plane.json", "kubeadm-worker.json", "k3s-server.json", "rke2-server.json")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """Run all four as targets of one run; worst verdict by target and control."""
    output = tmp_path_factory.mktemp("nodes") / "run"
    targets = [f"node={NODES / name}" for name in FILES]
    command = [sys.executable, "-m", "auditor", "run", *targets, "--format", "json", "--output", str(output)]
    done = subprocess.run(command, env=dict(os.environ), capture_output=True, timeout=300, check=False)
    assert done.returncode == 1, done.stderr.decode()[-2000:]
    found: dict[str, dict[str, str]] = {}
    for each in json.loads((output / "record.json").read_text())["findings"]:
        for control in each["controls"].get("cis-kubernetes", ()):
            of_target = found.setdefault(each["target"], {})
            of_target[control] = min(of_target.get(control, ORDER[-1]), each["verdict"], key=ORDER.index)
    return found


@pytest.mark.parametrize("name", FILES)
def test_recorded_facts_get_the_verdicts_of_their_table(name: str, verdicts: dict[str, dict[str, str]]) -> None:
    expected = dict(_table(name))

    found = verdicts[f"node={NODES / name}"]

    assert {control: found[control] for control in expected} == expected
    assert len(found) == 131


def test_nothing_of_the_cluster_is_judged_by_nodes_alone(verdicts: dict[str, dict[str, str]]) -> None:
    for name, found in verdicts.items():
        told = {control: found[control] for control in found if control.startswith("5.") and control != "5.3.1"}
        assert set(told.values()) == {"not_assessed"}, name


def _table(name: str) -> Iterator[tuple[str, str]]:
    text = (NODES / "README.md").read_text("utf-8").partition(f"### {name}")[2].partition("###")[0]
    for controls, state in re.findall(r"^\| (\d[^|]*) \| ([^|]*) \|", text, re.MULTILINE):
        for each in controls.split(","):
            for control in _range(*[end.strip() for end in each.split(" - ")]):
                yield control, STATES[state.strip()]


def _range(first: str, last: str = "") -> Iterator[str]:
    head, _, start = first.rpartition(".")
    for number in range(int(start), int((last or first).rpartition(".")[2]) + 1):
        yield f"{head}.{number}"
