"""Reading a tree: whatever lies in it is read, left out with a reason, or a gap."""

from __future__ import annotations

import codecs
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.fact import Gap
from auditor.model.record import Exclusion
from auditor.stages.code.facts import CodeMatch, UncoveredLanguage
from auditor.stages.code.tree import (
    DEPTH_LIMIT,
    NOTEBOOK_SIZE_LIMIT_BYTES,
    SIZE_LIMIT_BYTES,
    Source,
    SourceTree,
    _text_of,
    uncovered,
)


def test_a_submodule_that_was_not_fetched_is_named(tmp_path: Path) -> None:
    (tmp_path / ".gitmodules").write_text('[submodule "a"]\n\tpath = libs/a\n[submodule "b"]\n\tpath = b\n')
    (tmp_path / "libs" / "a").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "main.py").write_text("x = 1\n")

    told = [(item.subject, item.reason) for item in read(tmp_path) if isinstance(item, Gap)]

    assert told == [("libs/a", "submodule missing")]


@pytest.mark.parametrize("path", ["../outside", "/etc", "libs/../../outside", "a\0b", "", ".", "x" * 5000])
def test_a_submodule_leads_nowhere_else_and_costs_no_other_file(tmp_path: Path, path: str) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tmp_path / "outside").mkdir()
    (tree / ".gitmodules").write_text(f'[submodule "a"]\n\tpath = {path}\n[submodule "b"]\n\tpath = libs/b\n')
    (tree / "main.py").write_text("x = 1\n")

    items = list(SourceTree(tree, "code=.").read())

    assert "main.py" in {each.path for each in items if isinstance(each, Source)}
    named = [each.subject for each in items if isinstance(each, Gap) and each.reason == "submodule missing"]
    is_a_name_inside = path[0:1] in {"a", "x"}
    assert named == ([path, "libs/b"] if is_a_name_inside else ["libs/b"])


def test_so_many_submodules_are_cut_off(tmp_path: Path) -> None:
    rows = "".join(f"[submodule]\n\tpath = libs/{number}\n" for number in range(1_200))
    (tmp_path / ".gitmodules").write_text(rows)

    gaps = [each for each in SourceTree(tmp_path, "code=.").read() if isinstance(each, Gap)]

    assert len(gaps) == 1_001
    assert gaps[-1].detail == "more than 1,000 submodules; the rest was not read"


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_modules_that_are_no_file_cost_no_other_file(tmp_path: Path, kind: str) -> None:
    place = tmp_path / ".gitmodules"
    if kind == "link":
        place.symlink_to("/etc/passwd")
    elif kind == "folder":
        place.mkdir()
    else:
        os.mkfifo(place)
    (tmp_path / "main.py").write_text("x = 1\n")

    items = list(SourceTree(tmp_path, "code=.").read())

    assert "main.py" in {each.path for each in items if isinstance(each, Source)}
    assert [each for each in items if isinstance(each, Gap) and each.reason == "submodule missing"] == []


def read(root: Path) -> list[Source | Exclusion | Gap]:
    return list(SourceTree(root, "code=x").read())


def sources(root: Path) -> dict[str, Source]:
    return {item.path: item for item in read(root) if isinstance(item, Source)}


def gaps(root: Path) -> dict[str, Gap]:
    return {item.subject: item for item in read(root) if isinstance(item, Gap)}


def left(root: Path) -> list[str]:
    return [item.what for item in read(root) if isinstance(item, Exclusion)]


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/z.py", "b/a.py", "a.py", "中.py"):
        (tmp_path / name).write_text("x = 1\n")

    found = sources(tmp_path)

    assert list(found) == ["a.py", "b/a.py", "b/z.py", "中.py"]
    assert found["a.py"].text == b"x = 1\n"
    assert found["a.py"].language == "python"
    assert gaps(tmp_path) == {}


def test_single_file_is_a_tree(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")

    assert list(sources(tmp_path / "a.py")) == ["a.py"]


def test_link_to_a_file_is_a_tree(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "link.py").symlink_to("a.py")

    assert sources(tmp_path / "link.py")["link.py"].text == b"x = 1\n"


@pytest.mark.parametrize(
    ("name", "reason"), [("missing", "no such path"), ("a\0b", "cannot be read"), ("n" * 300, "cannot be read")]
)
def test_place_that_is_not_there_is_a_gap_for_every_rule(tmp_path: Path, name: str, reason: str) -> None:
    (gap,) = read(Path(tmp_path, name))

    assert isinstance(gap, Gap)
    assert (gap.kind, gap.topic, gap.reason) == (CodeMatch.__name__, "", reason)


def test_link_that_leads_to_itself_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert {name: gap.reason for name, gap in gaps(tmp_path).items()} == dict.fromkeys(
        ("loop", "a", "b"), "broken link"
    )


@pytest.mark.parametrize("name", ["pipe.py", "socket.py", "pipe"])
def test_special_file_is_a_gap_and_is_not_opened(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if name.startswith("pipe"):
        os.mkfifo(name)
    else:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(name)

    (gap,) = gaps(tmp_path).values()

    assert (gap.subject, gap.reason) == (name, "special file")


def test_special_file_as_the_whole_tree_is_a_gap(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")

    assert [gap.reason for gap in gaps(tmp_path / "pipe.py").values()] == ["special file"]
    assert [gap.reason for gap in gaps(Path("/dev/null")).values()] == ["special file"]


def test_link_inside_the_tree_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").symlink_to("a.py")
    (tmp_path / "self").symlink_to(".")

    assert list(sources(tmp_path)) == ["a.py"]
    assert gaps(tmp_path) == {}


def test_link_that_makes_code_of_another_file_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x = 1\n")
    (tmp_path / "run.py").symlink_to("a.txt")

    assert {name: gap.topic for name, gap in gaps(tmp_path).items()} == {"run.py": "python"}


def test_link_out_of_the_tree_is_a_gap(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (tmp_path / "tree" / "node_modules").mkdir(parents=True)
    (tmp_path / "tree" / "node_modules" / "m.js").write_text("x\n")
    outside.mkdir()
    (outside / "a.py").write_text("secret = 1\n")
    (tmp_path / "tree" / "a.py").symlink_to(outside / "a.py")
    (tmp_path / "tree" / "folder").symlink_to(outside)
    (tmp_path / "tree" / "m.js").symlink_to("node_modules/m.js")

    found = gaps(tmp_path / "tree")

    assert {name: gap.topic for name, gap in found.items()} == {"a.py": "python", "folder": "", "m.js": "javascript"}
    assert sources(tmp_path / "tree") == {}


def test_link_that_leads_nowhere_is_a_gap_where_code_is_due(tmp_path: Path) -> None:
    (tmp_path / "a.py").symlink_to("missing")
    (tmp_path / "notes").symlink_to("missing")

    assert list(gaps(tmp_path)) == ["a.py"]


def test_sparse_file_of_three_gigabytes_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "big.py").open("wb") as file:
        file.truncate(3 * 1024**3)

    assert [gap.reason for gap in gaps(tmp_path).values()] == ["too large"]


def test_large_text_is_a_gap_and_large_data_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "dump.sql").write_bytes(b"x" * (SIZE_LIMIT_BYTES + 1))
    (tmp_path / "a.bin").write_bytes(b"\0" * (SIZE_LIMIT_BYTES + 1))
    (tmp_path / "Big.java").write_bytes(b"\0" * (SIZE_LIMIT_BYTES + 1))
    (tmp_path / "ok.txt").write_bytes(b"x" * SIZE_LIMIT_BYTES)

    assert sorted(gaps(tmp_path)) == ["Big.java", "dump.sql"]
    assert left(tmp_path) == ["*.bin"]
    assert list(sources(tmp_path)) == ["ok.txt"]


def test_notebook_may_be_larger_for_its_pictures(tmp_path: Path) -> None:
    picture = "x" * (SIZE_LIMIT_BYTES + 1)
    (tmp_path / "a.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "outputs": [picture], "source": ["x = 1"]}]})
    )
    with (tmp_path / "b.ipynb").open("wb") as file:
        file.truncate(NOTEBOOK_SIZE_LIMIT_BYTES + 1)

    assert sources(tmp_path)["a.ipynb"].text == b"x = 1\n"
    assert list(gaps(tmp_path)) == ["b.ipynb"]


def test_odd_names_are_read(tmp_path: Path) -> None:
    names = ["new\nline.py", " blank .py", "中文.py", "-rf.py", "a\\b.py", os.fsdecode(b"\xff\xfe.py")]
    for name in names:
        (tmp_path / name).write_text("x = 1\n")

    assert sorted(sources(tmp_path)) == sorted(names)


def test_folder_nested_too_deep_is_a_gap(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (DEPTH_LIMIT + 1))
    deep.mkdir(parents=True)
    (deep / "a.py").write_text("x\n")

    assert [(gap.reason, gap.topic) for gap in gaps(tmp_path).values()] == [("nested too deep", "")]


def test_excluded_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "web" / "node_modules").mkdir(parents=True)
    (tmp_path / "web" / "node_modules" / "a.js").write_text("x\n")
    (tmp_path / "web" / "a.js").write_text("x\n")

    assert left(tmp_path) == ["web/node_modules/"]
    assert list(sources(tmp_path)) == ["web/a.js"]


def test_files_without_text_are_counted_by_pattern(tmp_path: Path) -> None:
    for name in ("a.png", "b.PNG", "core"):
        (tmp_path / name).write_bytes(b"\x89\0\0")

    assert left(tmp_path) == ["*.png", "core"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("settings.txt", b"a = 1\0\nkey = x\n"),
        ("notes", "Windows Registry Editor\n".encode("utf-16-le")),
        ("query.sql", b"select 1\0;\n"),
        ("key.txt", codecs.BOM_UTF16_LE + b"aws_access_key_id = x\0\n"),
        ("run.go", b"\x89\0\1\2"),
    ],
)
def test_text_with_a_nul_and_a_program_by_its_name_is_a_gap_and_no_picture(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)

    assert {name: gap.reason for name, gap in gaps(tmp_path).items()} == {name: "cannot be read as text"}
    assert left(tmp_path) == []


@pytest.mark.parametrize("data", [b"\0" * 600, b"a/\0\0" + b"\0" * 253 + b"ustar\x0000" + b"\0" * 200 + b"text " * 200])
def test_file_of_zeros_and_an_archive_hold_no_text(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "core").write_bytes(data)

    assert left(tmp_path) == ["core"]


@pytest.mark.parametrize(
    ("data", "language"),
    [
        (b"x = '\0'\n", "python"),
        (b"x = '\xff\xff'\n", "python"),
        (b"\xff\xfe\x00", "python"),
        (b"# coding: utf-7\nx = 1\n", "python"),
        (b"#!/usr/bin/python\n# -*- coding: unicode_escape -*-\n# \\u000aimport os\n", "python"),
        (b"# coding: rot13\n", "python"),
        (b"# coding: no-such-thing\n", "python"),
        (b"# coding: big5\nx = '\xff\xff'\n", "python"),
        (b"a: \xff\xff\n", "yaml"),
        (b"{}", "notebook"),
        (codecs.BOM_UTF32_LE + "x".encode("utf-32-le"), "generic"),
        (codecs.BOM_UTF16_LE + b"aws_access_key_id = x\0\n", "generic"),
        (codecs.BOM_UTF16_BE + "note\n".encode("utf-16-be") + b"API_KEY=a1b2c3d4e5f6", "configuration"),
    ],
)
def test_what_cannot_be_read_as_text_is_refused(data: bytes, language: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        _text_of(data, language)


@pytest.mark.parametrize(
    ("data", "language", "text"),
    [
        ("x = '口令'\n".encode("gbk"), "python", "x = '口令'\n"),
        ("# coding: gbk\nx = '口令'\n".encode("gbk"), "python", "# coding: utf-8\nx = '口令'\n"),
        (
            "#!python\n# -*- coding: cp1252 -*-\nx = 'é'\n".encode("cp1252"),
            "python",
            "#!python\n# -*- coding: utf-8 -*-\nx = 'é'\n",
        ),
        ("# coding: latin-1\nx = 'éa'\n".encode("latin-1"), "python", "# coding: utf-8\nx = 'éa'\n"),
        (b"# coding: utf-8-unix\nx = 1\n", "python", "# coding: utf-8\nx = 1\n"),
        (b"x = 1\n\n# coding: rot13\n", "python", "x = 1\n\n# coding: rot13\n"),
        (codecs.BOM_UTF8 + b"x = 1\n", "python", "x = 1\n"),
        ("x = 1\n".encode("utf-16"), "python", "x = 1\n"),
        ("口令上中下左右的=12\n".encode("utf-16"), "generic", "口令上中下左右的=12\n"),
        (
            codecs.BOM_UTF16_BE + ("中不上下" * 40 + "请上传\n").encode("utf-16-be"),
            "generic",
            "中不上下" * 40 + "请上传\n",
        ),
        (codecs.BOM_UTF16_LE + b"aws_access_key_id = x\n", "generic", "aws_access_key_id = x\n"),
        (codecs.BOM_UTF16_BE + b"KEY = 'x'\n", "python", "KEY = 'x'\n"),
        (b"# note\rimport os\r\nx = 1\n", "python", "# note\nimport os\r\nx = 1\n"),
        ("clé=Straße\n".encode("latin-1"), "configuration", "clé=Straße\n"),
        ("clé = 1\n".encode("latin-1"), "generic", "clé = 1\n"),
    ],
)
def test_text_is_utf_8_with_the_same_lines(data: bytes, language: str, text: str) -> None:
    assert _text_of(data, language) == (text.encode(), ())


@given(st.binary(max_size=60), st.sampled_from(["python", "yaml", "generic", "notebook"]))
def test_any_bytes_are_read_or_refused(data: bytes, language: str) -> None:
    try:
        text, _lines = _text_of(data, language)
    except ValueError:
        return

    assert text.decode("utf-8").encode("utf-8") == text


def test_language_without_rules_is_one_gap() -> None:
    found = list(uncovered({"Go": [("a.go", 3), ("b.go", 4)], "Rust": [("c.rs", 1)]}, "code=x"))

    assert [(gap.kind, gap.subject) for gap in found] == [
        (UncoveredLanguage.__name__, "Go"),
        (UncoveredLanguage.__name__, "Rust"),
    ]
    assert found[0].detail == "files: 2, lines: 7; a.go, b.go"


def test_many_small_files_take_little_of_what_the_kernel_maps(tmp_path: Path) -> None:
    for number in range(500):
        (tmp_path / f"m{number}.py").write_text("x = 1\n")
    held = (
        "import sys\n"
        "from pathlib import Path\n"
        "from auditor.stages.code.tree import SourceTree\n"
        "read = list(SourceTree(Path(sys.argv[1]), 'code=x').read())\n"
        "print(len(read), len(Path('/proc/self/maps').read_text().splitlines()))\n"
    )

    # in a process of its own: this one's allocator has learnt from other tests
    done = subprocess.run([sys.executable, "-c", held, tmp_path], capture_output=True, check=True, text=True)

    count, maps = (int(each) for each in done.stdout.split())
    assert count == 500
    assert maps < 300
