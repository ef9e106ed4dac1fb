"""The lines around a failure in a manifest: those of its file, and no secret among them."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.kubernetes.excerpts import FILE_LIMIT_BYTES, Files, masked
from auditor.stages.kubernetes.facts import KubeText
from auditor.stages.kubernetes.observe import KubernetesStage

if TYPE_CHECKING:
    from pathlib import Path

POD = """apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:1
      env:
        - name: DB_PASSWORD
          value: Tr4nsfer!2024
        - name: COLOUR
          value: green
      securityContext:
        privileged: true
"""
SECRET = """apiVersion: v1
kind: Secret
metadata:
  name: keys
stringData:
  colour: turquoise
  note: |
    first line
    second line
type: Opaque
"""


def refused(*_given: object, **_named: object) -> tuple[bytes, object]:
    raise AssertionError("nothing is rendered here")


class Nothing:
    render = build = staticmethod(refused)


def kept(where: Path) -> dict[str, KubeText]:
    part = Part(kind="kubernetes", where=str(where))
    stage = KubernetesStage(charts=Nothing(), builds=Nothing(), apis=refused)  # type: ignore[arg-type]
    seen = stage.observe(System(name="s", parts=(part,)), Facts())
    return {each.subject: each for each in seen if isinstance(each, KubeText)}


def test_a_line_stands_among_those_around_it(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POD)

    line, before, after = kept(tmp_path)["web.yaml"].around(15)

    assert line == "        privileged: true"
    assert before.splitlines() == ["          value: green", "      securityContext:"]
    assert after == ""


@pytest.mark.parametrize("line", [None, 0, 17, 400])
def test_where_there_is_no_such_line_nothing_is_shown(line: int | None, tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POD)

    assert kept(tmp_path)["web.yaml"].around(line) == ("", "", "")


def test_no_secret_of_an_object_is_among_the_lines(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POD)

    text = kept(tmp_path)["web.yaml"].text

    assert "Tr4nsfer" not in text
    assert "value: green" in text


def test_no_value_of_a_secret_is_among_the_lines(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(f"{SECRET}---\n{POD}")

    text = kept(tmp_path)["all.yaml"].text

    assert "turquoise" not in text
    assert "first line" not in text
    assert "second line" not in text
    assert text.count("type: Opaque") == 1
    assert "privileged: true" in text


@pytest.mark.parametrize(
    "manifest",
    [
        '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"x": "dHVycXVvaXNl"}}\n',
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {x: dHVycXVvaXNl}\n",
        "{apiVersion: v1, kind: Secret, metadata: {name: a},\n  data: {x: dHVycXVvaXNl}}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  x: >-\n    dHVycXVvaXNl\n",
        'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"data":\n\n  "x": dHVycXVvaXNl\n',
    ],
)
def test_however_a_secret_is_written_none_of_it_is_kept(manifest: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(manifest)

    assert "dHVycXVvaXNl" not in "".join(each.text for each in kept(tmp_path).values())


def test_literals_of_a_generator_are_hidden() -> None:
    text = "secretGenerator:\n- name: a\n  literals:\n    - colour=turquoise\n- name: b\n  literals: [x=turquoise]\n"

    assert "turquoise" not in masked(text)


def test_what_is_too_large_is_not_kept_and_nothing_is_missing(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POD + "#" * FILE_LIMIT_BYTES)

    assert kept(tmp_path) == {}


def test_a_single_file_is_its_own_root(tmp_path: Path) -> None:
    (tmp_path / "web.yaml").write_text(POD)

    assert list(kept(tmp_path / "web.yaml")) == ["web.yaml"]


def test_the_member_of_an_archive_is_read_where_it_lies(tmp_path: Path) -> None:
    data = POD.encode()
    with tarfile.open(tmp_path / "web-1.0.0.tgz", "w:gz") as archive:
        member = tarfile.TarInfo("web/templates/pod.yaml")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))

    assert Files(tmp_path).read("web-1.0.0.tgz!/web/templates/pod.yaml") == data
    assert Files(tmp_path).read("web-1.0.0.tgz!/web/templates/no.yaml") is None
    assert Files(tmp_path).read("../web-1.0.0.tgz") is None
