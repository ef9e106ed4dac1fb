"""Values, namespace and versions of charts on the command line of ``run``: they reach the templates, or are refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.tool("opa"), pytest.mark.tool("helm")]
CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\nkubeVersion: ">=1.35.0"\n'
POD = """
{{- if .Capabilities.APIVersions.Has "vendor.example/v1" }}
apiVersion: v1
kind: Pod
metadata: {name: "{{ required "name it" .Values.name }}", namespace: "{{ .Release.Namespace }}"}
spec: {hostPID: {{ .Values.pid }}, containers: [{name: c, image: i}]}
{{- end }}
"""


def _run(folder: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    command = [sys.executable, "-m", "auditor", "run", *arguments, "--format", "json", "--output", "out"]
    done = subprocess.run(command, cwd=folder, env=dict(os.environ), capture_output=True, timeout=300, check=False)
    assert b"Traceback" not in done.stderr
    place = folder / "out" / "record.json"
    return done.returncode, json.loads(place.read_text()) if place.exists() else {}, done.stderr.decode()


def _verdict(record: dict[str, Any], subject: str) -> str:
    (found,) = (f for f in record["findings"] if f["id"] == "k8s-pod-host-pid-absent" and f["subject"] == subject)
    return str(found["verdict"])


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "Chart.yaml").write_text(CHART)
    (tmp_path / "shop" / "templates" / "pod.yaml").write_text(POD)
    (tmp_path / "first.yaml").write_text("name: web\npid: true\n")
    (tmp_path / "second.yaml").write_text("pid: false\n")
    return tmp_path


SWITCHES = ("--kube-version", "1.36.0", "--api-versions", "vendor.example/v1", "--namespace", "prod")


def test_switches_reach_the_templates_and_later_values_win(chart: Path) -> None:
    _, bad, _ = _run(chart, "kubernetes=shop", *SWITCHES, "--values", "first.yaml")
    (chart / "out").rename(chart / "bad")
    _, good, _ = _run(chart, "kubernetes=shop", *SWITCHES, "--values", "first.yaml", "--values", "second.yaml")

    assert _verdict(bad, "Pod/prod/web") == "fail"
    assert _verdict(good, "Pod/prod/web") == "pass"


def test_what_is_missing_is_named_with_the_switch_that_gives_it(chart: Path) -> None:
    code, record, _ = _run(chart, "kubernetes=shop", "--kube-version", "1.34.0")

    (gap,) = (g for g in record["gaps"] if g["kind"] == "KubeObject")
    assert code == 3
    assert "kubeVersion" in gap["detail"]
    assert "--kube-version" in gap["remedy"]["en"]
    assert "--kube-version" in gap["remedy"]["zh"]


def test_switches_win_over_the_configuration_and_stand_from_here(chart: Path) -> None:
    (chart / "auditor.yaml").write_text(
        "system: {name: shop}\ntargets:\n  kubernetes:\n  - {where: shop, values: [first.yaml], namespace: test, "
        "kube_version: 1.36.0, api_versions: [vendor.example/v1]}\n"
    )
    below = chart / "below"
    below.mkdir()
    (below / "mine.yaml").write_text("name: mine\npid: false\n")

    _, configured, _ = _run(below, "--config", "../auditor.yaml")
    (below / "out").rename(below / "configured")
    _, switched, _ = _run(below, "--config", "../auditor.yaml", "--namespace", "prod", "--values", "mine.yaml")

    assert _verdict(configured, "Pod/test/web") == "fail"
    assert _verdict(switched, "Pod/prod/mine") == "pass"


def test_options_of_charts_beside_manifests_are_said_to_have_no_effect(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x}]}\n"
    (tmp_path / "pod.yaml").write_text(pod)
    (tmp_path / "values.yaml").write_text("a: 1\n")

    _code, record, _error = _run(tmp_path, "kubernetes=pod.yaml", "--values", "values.yaml", "--namespace", "x")

    assert [(each["what"], each["why"]["en"]) for each in record["left_out"]] == [
        ("values", "set for this target and without effect: it holds no chart")
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kubernetes=shop", "--values", "gone.yaml"), "gone.yaml"),
        (("kubernetes=shop", "--values", "shop"), "shop"),
        (("code=shop", "--values", "first.yaml", "--namespace", "x"), "--values, --namespace"),
    ],
)
def test_switches_for_nothing_are_refused_before_anything_runs(
    chart: Path, arguments: tuple[str, ...], said: str
) -> None:
    code, record, error = _run(chart, *arguments)

    assert (code, record) == (2, {})
    assert said in error
