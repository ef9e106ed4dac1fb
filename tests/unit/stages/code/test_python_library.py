"""Which stubs of Python's own modules are written where a few files are followed anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor.stages.code.python_library import packed, unpack_named

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = {
    "builtins.pyi": b"class str: ...\n",
    "ssl.pyi": b"class SSLContext: ...\n",
    "asyncio/__init__.pyi": b"from .subprocess import *\n",
    "asyncio/subprocess.pyi": "def create_subprocess_shell() -> None: ...  # é\n".encode(),
}


def written(folder: Path) -> dict[str, bytes]:
    below = folder / "stdlib"
    return {file.relative_to(below).as_posix(): file.read_bytes() for file in below.rglob("*.pyi")}


def test_named_packages_are_whole_and_what_nobody_names_is_left_out(tmp_path: Path) -> None:
    texts = [b"import asyncio\n\nasync def run(): ...\n", b"ssl_context = 1\n"]

    assert unpack_named(packed(LIBRARY), texts, tmp_path / "library") == tmp_path / "library"
    assert written(tmp_path / "library") == {path: text for path, text in LIBRARY.items() if path != "ssl.pyi"}
    assert (tmp_path / "library" / "stdlib" / "VERSIONS").read_bytes() == b""


def test_names_are_enough_wherever_they_stand(tmp_path: Path) -> None:
    unpack_named(packed(LIBRARY), [b"load = import_module('ssl')"], tmp_path / "library")

    assert set(written(tmp_path / "library")) == {"builtins.pyi", "ssl.pyi"}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"ssl.pyi": 1}'])
def test_what_is_no_library_is_none(tmp_path: Path, data: bytes) -> None:
    assert unpack_named(data, [b"ssl"], tmp_path / "library") is None


def test_no_path_leaves_the_folder(tmp_path: Path) -> None:
    unpack_named(packed({"ssl/../../../out.pyi": b"", "/ssl.pyi": b""}), [b"ssl"], tmp_path / "deep" / "library")

    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["VERSIONS"]
