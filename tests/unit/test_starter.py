"""``auditor init``: what it writes can be read, and names what is there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from auditor.config import load
from auditor.errors import ConfigError
from auditor.starter import CHOICES, write

if TYPE_CHECKING:
    from pathlib import Path

WORDS = {choice: f"of {choice}: {{}}\nand its second line" for choice in CHOICES}


def fill(root: Path) -> None:
    for name, text in (
        ("src/a.py", ""),
        ("deploy/pod.yaml", "apiVersion: v1\nkind: Pod\n"),
        (".hidden/节点 1.json", '{"schema": "node-facts/1"}'),
        ("build/image/oci-layout", "{}"),
        ("build/image/index.json", "{}"),
        ("it's: #1/\u2028🔑.cdx.json", "{}"),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_written_file_names_what_was_found_from_its_own_folder(tmp_path: Path) -> None:
    fill(tmp_path)

    place, found = write(tmp_path, force=False, words=WORDS)

    targets = load(place).document.targets
    assert targets.code == (".",)
    assert targets.kubernetes == (".",)
    assert targets.node == (".hidden/节点 1.json",)
    assert targets.image == ("oci:build/image",)
    assert targets.sbom == ("it's: #1/\u2028🔑.cdx.json",)
    assert len(found) == 5


def test_it_is_the_same_for_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path as Place  # noqa: PLC0415

    fill(tmp_path)
    monkeypatch.chdir(tmp_path)

    place, _found = write(Place(), force=False, words=WORDS)

    config = load(place)
    assert config.document.targets.node == (".hidden/节点 1.json",)
    assert config.document.system.name == tmp_path.name.strip("-")


def test_file_that_is_there_stays_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "auditor.yaml").write_text("mine")

    with pytest.raises(ConfigError, match="--force"):
        write(tmp_path, force=False, words=WORDS)
    assert (tmp_path / "auditor.yaml").read_text() == "mine"

    write(tmp_path, force=True, words=WORDS)
    assert load(tmp_path / "auditor.yaml")


@pytest.mark.parametrize("name", ["missing", "file"])
def test_place_that_is_no_folder_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="is no folder"):
        write(tmp_path / name, force=False, words=WORDS)


def test_name_that_no_yaml_can_hold_is_an_error(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.cdx.json")).write_text("{}")

    with pytest.raises(ConfigError, match="no UTF-8"):
        write(tmp_path, force=False, words=WORDS)
    assert not (tmp_path / "auditor.yaml").exists()


def test_user_is_told_when_the_gate_that_was_written_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor import plan  # noqa: PLC0415
    from auditor.cli.running import init  # noqa: PLC0415
    from auditor.request import Request  # noqa: PLC0415

    fill(tmp_path)
    monkeypatch.chdir(tmp_path)

    init(tmp_path)

    assert f"auditor run --config {tmp_path}/auditor.yaml" in capsys.readouterr().err
    assert plan.make(Request(config=tmp_path / "auditor.yaml")).gate.fail_on == "high"
    assert plan.make(Request(trusts_config=True)).gate.fail_on == "high"
    assert plan.make(Request()).gate.fail_on == "low"


def test_each_choice_is_explained_above_its_line(tmp_path: Path) -> None:
    fill(tmp_path)

    place, _found = write(tmp_path, force=False, words=WORDS)

    lines = place.read_text(encoding="utf-8").splitlines()
    for choice in CHOICES[1:]:
        at = next(index for index, line in enumerate(lines) if line.startswith(f"{choice}:"))
        assert lines[at - 2 : at] == [f"# of {choice}: {{}}", "# and its second line"]
