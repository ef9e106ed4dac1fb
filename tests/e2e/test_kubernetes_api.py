"""API servers that refuse, break off and lie: nothing passes for it, and no target suffers for another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.tool("opa")
CORE = {"groupVersion": "v1", "resources": [{"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["list"]}]}
POD = {
    "metadata": {"name": "p", "namespace": "shop"},
    "spec": {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": True}}]},
}
KNOWN: dict[str, dict[str, Any]] = {
    "/version": {"gitVersion": "v1.34.2"},
    "/apis": {"groups": []},
    "/api/v1": CORE,
    "/api/v1/pods": {"items": [POD], "metadata": {}},
}
Answer = tuple[int, bytes]


@contextmanager
def _serving(lie: Callable[[str], Answer | None], folder: Path) -> Iterator[Path]:
    """Serve a small cluster that lies where it is told to; yield the kubeconfig."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            lied = lie(path)
            status, body = lied or ((200, json.dumps(KNOWN[path]).encode()) if path in KNOWN else (404, b"{}"))
            self.send_response(status)
            is_broken = body.endswith(b"BREAKS OFF")
            self.send_header("Content-Length", str(len(body) + (100 if is_broken else 0)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = is_broken

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = folder / "kubeconfig"
    cluster = {"name": "c", "cluster": {"server": f"http://127.0.0.1:{server.server_port}"}}
    context = {"name": "lies", "context": {"cluster": "c", "user": "u"}}
    users = [{"name": "u", "user": {"token": "t"}}]
    config.write_text(
        yaml.safe_dump(
            {"apiVersion": "v1", "kind": "Config", "clusters": [cluster], "users": users, "contexts": [context]}
        )
    )
    try:
        yield config
    finally:
        server.shutdown()
        server.server_close()


def _auditor(kubeconfig: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig)}
    command = [sys.executable, "-m", "auditor", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)


def _findings(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "record.json").read_text())["findings"]
    return found


def test_a_cluster_that_tells_the_truth_is_judged_so_that_the_rest_means_something(tmp_path: Path) -> None:
    with _serving(lambda _: None, tmp_path) as config:
        done = _auditor(config, "run", "kubernetes=context:lies", "--format", "json", "--output", str(tmp_path / "run"))

    found = {(each["id"], each["subject"]): each["verdict"] for each in _findings(tmp_path / "run")}
    assert done.returncode == 1, done.stderr
    assert found["k8s-pod-privileged-absent", "Pod/shop/p"] == "fail"


@pytest.mark.parametrize(
    "answer",
    [
        (401, b"{}"),
        (403, b'{"message": "forbidden"}'),
        (410, b"{}"),
        (200, b"<html>not an API</html>"),
        (200, b'{"items": [1, null, {"metadata": 3}], "metadata": {}}'),
        (200, b'{"items": 7}'),
        (200, b"\xff\xfe\x00"),
    ],
    ids=["401", "403", "410", "page", "rubbish", "number", "bytes"],
)
def test_a_list_that_lies_passes_nothing(tmp_path: Path, answer: Answer) -> None:
    with _serving(lambda path: answer if path.endswith("/pods") else None, tmp_path) as config:
        done = _auditor(config, "run", "kubernetes=context:lies", "--format", "json", "--output", str(tmp_path / "run"))

    found = [each for each in _findings(tmp_path / "run") if each["id"] == "k8s-pod-privileged-absent"]
    assert done.returncode in {1, 3}
    assert "Traceback" not in done.stderr
    assert {each["verdict"] for each in found} == {"not_assessed"}


@pytest.mark.parametrize(
    "answer", [(500, b"oops"), (429, b"{}"), (200, b'{"items": [BREAKS OFF')], ids=["500", "429", "half"]
)
def test_a_server_in_trouble_is_given_up_in_time_and_passes_nothing(tmp_path: Path, answer: Answer) -> None:
    with _serving(lambda _: answer, tmp_path) as config:
        done = _auditor(config, "run", "kubernetes=context:lies", "--format", "json", "--output", str(tmp_path / "run"))

    assert done.returncode == 3, done.stderr
    assert {each["verdict"] for each in _findings(tmp_path / "run")} == {"not_assessed"}


def test_a_cluster_that_is_down_costs_the_other_targets_nothing(tmp_path: Path) -> None:
    good = tmp_path / "pod.yaml"
    good.write_text(yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", **POD}))
    with _serving(lambda _: (401, b"{}"), tmp_path) as config:
        targets = ["kubernetes=context:lies", f"kubernetes={good}"]
        _auditor(config, "run", *targets, "--format", "json", "--output", str(tmp_path / "run"))

    found = {(each["target"], each["verdict"]) for each in _findings(tmp_path / "run")}
    assert (f"kubernetes={good}", "fail") in found
    assert {verdict for target, verdict in found if target != f"kubernetes={good}"} == {"not_assessed"}


def test_collecting_nothing_is_no_success_and_writes_no_snapshot(tmp_path: Path) -> None:
    with _serving(lambda _: (403, b'{"message": "forbidden"}'), tmp_path) as config:
        done = _auditor(config, "collect", "cluster", "--context", "lies", "--output", str(tmp_path / "c.zst"))

    assert done.returncode == 3
    assert "no permission" in done.stderr
    assert not (tmp_path / "c.zst").exists()


def test_a_job_collects_one_node_as_the_daemon_set_collects_all(tmp_path: Path) -> None:
    every = list(yaml.safe_load_all(_auditor(tmp_path, "collect", "node", "--print-manifest").stdout))
    one = list(yaml.safe_load_all(_auditor(tmp_path, "collect", "node", "--print-manifest", "--node", "cp-1").stdout))

    daemon, job = (each[2]["spec"]["template"]["spec"] for each in (every, one))
    assert [each["kind"] for each in one] == ["Namespace", "ConfigMap", "Job"]
    assert every[:2] == one[:2]
    assert (job.pop("nodeName"), job.pop("restartPolicy")) == ("cp-1", "Never")
    assert daemon["containers"][0].pop("command") != job["containers"][0].pop("command")
    assert job == daemon
