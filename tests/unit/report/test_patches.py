"""Patches as files and as text for a reader."""

from __future__ import annotations

import json

import pytest

from auditor.report.patches import INDEX, render, shown
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
