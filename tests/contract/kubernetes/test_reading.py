from __future__ import annotations

import json
import subprocess

import pytest

from auditor.formats.documents import Document, read

pytestmark = [pytest.mark.tool("kubectl")]
SCALARS = (
    "yes", "No", "on", "OFF", "y", "n", "true", "TRUE", "tRue", "0600", "0o600", "600", "08", "0x1F", "0b101", "-0b11", "1_000",  # noqa: E501 - an example
    "12:30:45", "2026-01-02", "2026-01-02T03:04:05Z", "1e3", ".5", "1.", "+1", "-1", "~", "null", "Null", "''", "'yes'",
    '"0600"', "!!str 0600", "!!int '7'", "!!float 1", "!!bool 'yes'", "!custom x", "500m", "1Gi", "|-\n    yes", ">-\n    a\n    b",  # noqa: E501 - an example
    "18446744073709551615", "9223372036854775808", "1e400", "0.1", "_1", "1__0", "--1", "0_7", "-0600", "0X1f", "<<", "=",  # noqa: E501 - an example
)  # fmt: skip
KEYS = ("yes", "0600", "1.5", "on", "true", "x y", '"<<"', "1e3")


def _float(value: object) -> object:
    """Beyond 53 bits the JSON of Go and of Python spell the same number differently."""
    is_big = isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53
    return float(value) if is_big and isinstance(value, int) else value


def _kubectl(text: str) -> dict[str, object]:
    """Return an object as kubectl reads it; it asks no server for that."""
    done = subprocess.run(
        ["/usr/bin/env", "kubectl", "label", "--local", "-f", "-", "-o", "json", "seen=yes"],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    value = json.loads(done.stdout)
    assert isinstance(value, dict)
    return value


def test_every_scalar_and_key_means_what_kubectl_takes_it_for() -> None:
    lines = [f"  - {scalar}" for scalar in SCALARS] + ["keys:"] + [f"  {key}: 1" for key in KEYS]
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
    text = f"{head}values:\n" + "\n".join(lines) + "\n"

    (ours,) = read(text.encode())

    theirs = _kubectl(text)
    assert isinstance(ours, Document)
    assert isinstance(ours.value, dict)
    assert [_float(each) for each in ours.value["values"]] == [_float(each) for each in theirs["values"]]  # type: ignore[union-attr,attr-defined]
    assert ours.value["keys"] == theirs["keys"]


def test_anchors_and_merges_mean_what_kubectl_takes_them_for() -> None:
    text = """apiVersion: v1
kind: ConfigMap
metadata: {name: x}
base: &base {a: 1, b: {c: 2}}
first: {<<: *base, a: 3}
second:
  a: 3
  <<: *base
third: {<<: [*base, {d: 4}], e: 5}
again: *base
twice: 1
twice: 2
"""

    (ours,) = read(text.encode())

    assert isinstance(ours, Document)
    assert isinstance(ours.value, dict)
    theirs = _kubectl(text)
    assert {name: ours.value[name] for name in ("base", "first", "second", "third", "again", "twice")} == {
        name: theirs[name] for name in ("base", "first", "second", "third", "again", "twice")
    }
