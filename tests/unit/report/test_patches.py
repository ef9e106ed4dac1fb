"""Patches as files and as text for a reader."""

from __future__ import annotations

import json

import pytest

from auditor.report.patches import INDEX, as_yaml, render, shown
from tests.unit.report.records import PATCH, objects


def test_each_operation_of_a_patch_is_one_line() -> None:
    text = shown(PATCH)

    assert text.splitlines() == ["[", '  {"op": "add", "path": "/spec/hostIPC", "value": false}', "]"]
    assert json.loads(text) == json.loads(PATCH)


@pytest.mark.parametrize("patch", ["", "chmod 0600 /etc/kubernetes/admin.conf", "a: 1\n"])
def test_what_is_no_json_stays_as_it_is(patch: str) -> None:
    assert shown(patch) == patch


def test_an_object_is_indented() -> None:
    assert shown('{"spec":{"hostIPC":false}}').startswith('{\n  "spec": {\n')


def test_each_failure_with_a_patch_has_a_file_and_a_line_in_the_index() -> None:
    files = render(objects(), "en")

    (name,) = files.keys() - {INDEX}
    assert json.loads(files[name]) == json.loads(PATCH)
    assert name in files[INDEX].decode()


@pytest.mark.parametrize(
    ("operations", "written"),
    [
        ([("add", "/spec/hostIPC", False)], "spec:\n  hostIPC: false\n"),
        (
            [("add", "/metadata/labels/pod-security.kubernetes.io~1enforce", "restricted")],
            "metadata:\n  labels:\n    pod-security.kubernetes.io/enforce: restricted\n",
        ),
        (
            [
                ("test", "/spec/containers/1/name", "web"),
                ("add", "/spec/containers/1/securityContext", {"runAsNonRoot": True}),
                ("test", "/spec/containers/0/name", "proxy"),
                ("add", "/spec/containers/0/securityContext/privileged", False),
                ("add", "/spec/containers/1/securityContext/privileged", False),
            ],
            """\
spec:
  containers:
  - name: web
    securityContext:
      runAsNonRoot: true
      privileged: false
  - name: proxy
    securityContext:
      privileged: false
""",
        ),
        ([("add", "/spec/tolerations/-", {"key": "gpu"})], "spec:\n  tolerations:\n  - key: gpu\n"),
        ([("add", "/spec/containers/0/securityContext", {})], ""),
        ([("add", "/spec/a", 1), ("remove", "/spec/b", None)], ""),
        ([("test", "/spec/containers/0/name", "web")], ""),
    ],
)
def test_a_patch_is_shown_as_what_a_person_would_write(operations: list[tuple[str, str, object]], written: str) -> None:
    patch = json.dumps([{"op": op, "path": path, "value": value} for op, path, value in operations])

    assert as_yaml(patch) == written


@pytest.mark.parametrize("patch", ["", "chmod 0600 /f", "{}", "[1]", '[{"op": "add"}]', "null", '"x"'])
def test_what_is_no_patch_is_no_manifest(patch: str) -> None:
    assert as_yaml(patch) == ""
