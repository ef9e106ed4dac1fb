from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from auditor.errors import IntegrityError, ToolError
from auditor.tools import manifest
from auditor.tools.manifest import Manifest, check, digest_of, take

if TYPE_CHECKING:
    from pathlib import Path


def installation(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "lib" / "tool-1.dist-info").mkdir(parents=True)
    (folder / "bin" / "tool").write_text(f"#!{folder}/bin/python\nimport tool\n")
    (folder / "bin" / "python").symlink_to("/usr/bin/python3")
    (folder / "lib" / "tool.py").write_text("x = 1\n")
    (folder / "lib" / "tool.pyc").write_bytes(os.urandom(8))
    (folder / "lib" / "tool-1.dist-info" / "RECORD").write_text(str(folder))
    (folder / "pyvenv.cfg").write_text(f"command = python -m venv {folder}")
    return folder


def taken(folder: Path) -> Manifest:
    return take(folder, name="tool", version="1", seconds=1.0)


def test_unchanged_installation_is_accepted(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)

    assert check(folder, listed) is listed


def test_touched_but_equal_file_is_read_again_and_accepted(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)
    os.utime(folder / "lib" / "tool.py", (1, 1))

    checked = check(folder, listed)

    assert checked != listed
    assert checked.digest == listed.digest
    assert check(folder, checked) is checked


@pytest.mark.parametrize("path", ["lib/tool.py", "lib/tool.pyc", "bin/tool", "lib/tool-1.dist-info/RECORD"])
def test_changed_byte_is_refused_by_name_though_size_and_time_are_kept(tmp_path: Path, path: str) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)
    before = (folder / path).stat()
    content = bytearray((folder / path).read_bytes())
    content[-1] ^= 1
    (folder / path).write_bytes(content)
    os.utime(folder / path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(IntegrityError, match=f"changed: {path}"):
        check(folder, listed)


def test_added_and_missing_files_are_refused_by_name(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)
    (folder / "lib" / "sitecustomize.py").write_text("")
    (folder / "lib" / "tool.py").unlink()

    with pytest.raises(IntegrityError, match=r"added: lib/sitecustomize\.py; missing: lib/tool\.py"):
        check(folder, listed)


def test_link_that_points_elsewhere_is_refused(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to("/tmp/evil")

    with pytest.raises(IntegrityError, match="changed: bin/python"):
        check(folder, listed)


def test_file_that_became_a_link_to_the_same_bytes_is_refused(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)
    (folder / "lib" / "tool.py").rename(tmp_path / "outside.py")
    (folder / "lib" / "tool.py").symlink_to(tmp_path / "outside.py")

    with pytest.raises(IntegrityError, match=r"changed: lib/tool\.py"):
        check(folder, listed)


def test_removed_installation_is_refused(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)
    folder.rename(tmp_path / "b")

    with pytest.raises(IntegrityError, match="cannot be read"):
        check(folder, listed)


def test_many_wrong_files_are_counted(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    listed = taken(folder)
    for number in range(9):
        (folder / f"new{number}").touch()

    with pytest.raises(IntegrityError, match=r"added: new0, new1, new2 and 6 more"):
        check(folder, listed)


def test_pipe_in_an_installation_is_never_read(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    os.mkfifo(folder / "lib" / "pipe")

    with pytest.raises(ToolError, match="neither a file nor a link"):
        taken(folder)


def test_digest_does_not_depend_on_place_or_time(tmp_path: Path) -> None:
    first = taken(installation(tmp_path / "a"))
    time.sleep(0.01)
    second = taken(installation(tmp_path / "longer" / "name"))

    assert first.digest == second.digest
    assert first.files != second.files


def test_digest_changes_with_every_byte_of_code(tmp_path: Path) -> None:
    folder = installation(tmp_path / "a")
    digests = {taken(folder).digest}

    for path in ("lib/tool.py", "bin/tool"):
        with (folder / path).open("a") as file:
            file.write("#")
        digests.add(taken(folder).digest)

    assert len(digests) == 3


def test_digest_of_a_single_file_is_that_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tool").write_bytes(b"abc")

    listed = taken(tmp_path)

    assert listed.digest == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert digest_of(tmp_path, listed.files) == manifest.file_digest(tmp_path / "bin" / "tool")


def test_manifest_survives_being_written_and_read(tmp_path: Path) -> None:
    listed = replace(taken(installation(tmp_path / "a")), seconds=2.5)
    file = tmp_path / "list.json"

    manifest.write(listed, file)

    assert manifest.read(file) == listed
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["list.json"]


def test_absent_manifest_is_none(tmp_path: Path) -> None:
    assert manifest.read(tmp_path / "none.json") is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"schema": "auditor-tool/9"}', b"\xff", b'{"schema": 1'])
def test_garbage_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(content)

    with pytest.raises(IntegrityError, match=r"list\.json"):
        manifest.read(file)
