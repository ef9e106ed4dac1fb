"""What lies in a folder: every part is found, and what is left out is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from auditor.detect import Detected, _Search, detect, is_bare, parse
from auditor.errors import ConfigError


def arguments(found: Detected, root: Path) -> list[str]:
    return [part.argument.replace(str(root), "ROOT") for part in found.parts]


def write(root: Path, name: str, text: str = "") -> None:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)


@pytest.mark.parametrize(
    "name",
    [
        "a.py",
        "A.PY",
        "src/a.ts",
        "a.ipynb",
        "Dockerfile.prod",
        "main.go",
        "Main.java",
        "deploy/.env",
        ".env.prod",
        "a.sh",
    ],
)
def test_file_of_any_programming_language_makes_a_source_tree(tmp_path: Path, name: str) -> None:
    write(tmp_path, name)
    write(tmp_path, "deploy.yaml", "apiVersion: v1\nkind: Pod\n")

    assert arguments(detect(str(tmp_path)), tmp_path) == ["code=ROOT", "kubernetes=ROOT"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pod.yaml", "apiVersion: v1\nkind: Pod\n"),
        ("pod.json", '{"apiVersion": "v1",\n"kind": "Pod"}'),
        ("pods.json", '{"kind":"List","apiVersion":"v1","items":[]}'),
        ("pod.yml", "# a comment\n---\nkind: Pod\napiVersion: v1\n"),
        ("chart/Chart.yaml", "name: x\n"),
        ("base/kustomization.yaml", "resources: []\n"),
    ],
)
def test_objects_charts_and_kustomizations_are_kubernetes(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, name, text)

    assert arguments(detect(str(tmp_path)), tmp_path) == ["kubernetes=ROOT"]


def test_every_other_part_is_found_by_its_own_place(tmp_path: Path) -> None:
    write(tmp_path, "nodes/n1.json", '{"schema": "node-facts/1"}')
    write(tmp_path, "sbom/app.cdx.json", "{}")
    write(tmp_path, "image/oci-layout", "{}")
    write(tmp_path, "image/index.json", "{}")
    write(tmp_path, "image/blobs/a.py", "")

    assert arguments(detect(str(tmp_path)), tmp_path) == [
        "image=oci:ROOT/image",
        "sbom=ROOT/sbom/app.cdx.json",
        "node=ROOT/nodes/n1.json",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("audit.log", '{"kind":"Event","level":"Metadata","auditID":"a","stage":"ResponseComplete","verb":"get"}\n'),
        ("audit.log", '{"date": 1, "log": "{\\"kind\\":\\"Event\\",\\"auditID\\":\\"a\\",\\"verb\\":\\"get\\"}"}\n'),
        ("audit.log.3", '{"kind":"Event","auditID":"a","verb":"get"}\n'),
        ("vault.log", '{"time":"x","type":"request","auth":{},"request":{"operation":"read"}}\n'),
        ("audit.log", "type=USER_LOGIN msg=audit(1700000000.123:2): pid=1 uid=0\n"),
        ("postgresql.log", "2026-01-01 00:00:00 CST [1] user=a,db=b LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,x,<none>\n"),
        ("events.json", '[{"class_uid": 3002, "activity_id": 1, "time": 1, "metadata": {"version": "1.1.0"}}]'),
    ],
)
def test_records_of_audit_logs_are_found_by_how_they_begin(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, f"var/{name}", text)

    assert arguments(detect(str(tmp_path)), tmp_path) == ["auditlog=ROOT/var"]
    assert arguments(detect(str(tmp_path / "var" / name)), tmp_path) == [f"auditlog=ROOT/var/{name}"]


def test_logs_belong_to_the_inventory_above_them(tmp_path: Path) -> None:
    write(tmp_path, "logs/inventory.yaml", "log_sources: [{id: k8s, files: k8s/audit.log}]\n")
    write(tmp_path, "logs/k8s/audit.log", '{"kind":"Event","auditID":"a","verb":"get"}\n')
    write(tmp_path, "logs/app/app.jsonl", '{"any": "thing"}\n')

    assert arguments(detect(str(tmp_path)), tmp_path) == ["auditlog=ROOT/logs"]


@pytest.mark.parametrize(
    "text", ['{"class_uid": 2003, "activity_id": 1, "metadata": {}}', '{"a": 1}', "GET / 200\n", ""]
)
def test_reports_and_other_logs_are_no_audit_logs(tmp_path: Path, text: str) -> None:
    write(tmp_path, "a.py")
    write(tmp_path, "out.json", text)
    write(tmp_path, "app.log", text)

    assert arguments(detect(str(tmp_path)), tmp_path) == ["code=ROOT"]


def test_folder_that_says_nothing_is_looked_at_as_code(tmp_path: Path) -> None:
    assert arguments(detect(str(tmp_path)), tmp_path) == ["code=ROOT"]


def test_single_file_is_a_part(tmp_path: Path) -> None:
    write(tmp_path, "serve", "#!/usr/bin/python3\n")

    assert arguments(detect(str(tmp_path / "serve")), tmp_path) == ["code=ROOT/serve"]


def test_folders_without_sources_are_left_out_and_counted(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    for name in ("x/node_modules/a.js", "y/node_modules/b.js", ".git/config"):
        write(tmp_path, name)

    found = detect(str(tmp_path))

    assert [(left.what, left.why.en) for left in found.left] == [
        (".git/", "1 folder of this name holds no source"),
        ("node_modules/", "2 folders of this name hold no source"),
    ]


def test_folder_that_cannot_be_read_is_named_and_left_to_the_code_stage() -> None:
    search = _Search()

    search._cannot(PermissionError(13, "Permission denied", "src/closed"))

    assert search.unread == ["src/closed"]
    assert list(search.finders["code"].places(Path("src"))) == ["src"]


@pytest.mark.parametrize("name", ["missing", "n" * 5000, "missing/inner"])
def test_place_that_is_not_there_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r"no such folder|cannot be searched"):
        detect(str(tmp_path / name))


def test_special_files_and_loops_do_not_hold_the_search(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "loop.json").symlink_to("loop.json")

    assert arguments(detect(str(tmp_path)), tmp_path) == ["code=ROOT"]


def test_names_that_are_no_utf_8_are_found(tmp_path: Path) -> None:
    write(tmp_path, os.fsdecode(b"\xff.cdx.json"))

    assert arguments(detect(str(tmp_path)), tmp_path) == ["sbom=ROOT/\\udcff.cdx.json"]


@pytest.mark.parametrize(
    ("argument", "parts"),
    [
        ("code=src/", [("code", "src/")]),
        ("code=a=b", [("code", "a=b")]),
        ("kubernetes=context:prod", [("kubernetes", "context:prod")]),
        ("node=n.json@kubernetes=deploy@v1", [("node", "n.json"), ("kubernetes", "deploy@v1")]),
        ("custody=https://me@vault:8200", [("custody", "https://me@vault:8200")]),
    ],
)
def test_argument_names_its_parts(argument: str, parts: list[tuple[str, str]]) -> None:
    found = parse(argument)

    assert [(part.kind, part.where) for part in found] == parts
    assert [part.argument for part in found] == [f"{kind}={where}" for kind, where in parts]


@pytest.mark.parametrize("argument", ["cod=src", "code=", "code", "=src"])
def test_argument_of_no_kind_is_an_error(argument: str) -> None:
    with pytest.raises(ConfigError, match="kinds: code, image"):
        parse(argument)


def test_path_is_told_from_an_argument() -> None:
    assert is_bare("src")
    assert is_bare("a=b")
    assert not is_bare("code=src")
