"""The bundled example platform is whole, and its manifest of plants tells the truth."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from auditor import demo
from auditor.config import load
from auditor.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[dict[str, Any]] = yaml.safe_load(demo.planted().read_text(encoding="utf-8"))
GROUPS = {
    "agent": (1, 20),
    "data": (21, 27),
    "crypto": (28, 43),
    "secret": (44, 50),
    "log": (51, 54),
    "os+web": (55, 60),
}


def named(row: dict[str, Any]) -> str:
    return f"{row['rule']}-{row['kind']}-{row['file']}:{row['line']}"


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_plant_stands_where_the_manifest_says(row: dict[str, Any]) -> None:
    lines = (demo.platform() / row["file"]).read_text(encoding="utf-8").splitlines()

    line = lines[row["line"] - 1]

    assert line.strip() == row["text"]


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_row_has_the_published_keys_and_kinds(row: dict[str, Any]) -> None:
    assert set(row) == {"rule", "kind", "file", "line", "text", "note"}
    assert row["kind"] in {"fault", "twin"}
    if isinstance(row["rule"], int):
        assert 1 <= row["rule"] <= 60
    else:
        assert re.fullmatch(r"k8s:(5(\.\d+){2}|[a-z]+(-[a-z]+)*)", row["rule"])


def test_no_line_is_fault_and_twin_of_one_rule() -> None:
    places = [(row["rule"], row["file"], row["line"]) for row in ROWS]

    assert len(places) == len(set(places))


def test_each_fault_of_the_code_has_a_twin() -> None:
    faults = {row["rule"] for row in ROWS if row["kind"] == "fault" and isinstance(row["rule"], int)}
    twins = {row["rule"] for row in ROWS if row["kind"] == "twin"}

    assert len(faults) >= 25
    assert faults - twins <= {46}  # the address of a notice hook: nothing that looks like it is harmless


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_of_rules_has_plants(group: str) -> None:
    first, last = GROUPS[group]

    planted = {row["rule"] for row in ROWS if isinstance(row["rule"], int) and first <= row["rule"] <= last}

    assert len(planted) >= 2


def test_twenty_faults_of_the_chart_are_planted() -> None:
    faults = {row["rule"] for row in ROWS if row["kind"] == "fault" and str(row["rule"]).startswith("k8s:")}

    assert len(faults) >= 20


def test_nothing_in_the_platform_calls_itself_a_fault() -> None:
    words = re.compile(r"planted|\bfault|\btwin\b|vulnerab|insecure|\bunsafe|weakness", re.IGNORECASE)

    telling = [
        f"{path}: {line}"
        for path in sorted(demo.platform().rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
        for line in path.read_text(encoding="utf-8").splitlines()
        if words.search(line)
    ]

    assert telling == []


def test_one_real_fault_is_suppressed_in_the_code() -> None:
    suppressed = [row for row in ROWS if "nosec" in row["text"] or "nosemgrep" in row["text"]]

    assert [row["kind"] for row in suppressed] == ["fault"]


@pytest.mark.parametrize("path", sorted(demo.platform().rglob("*.py")), ids=lambda path: path.name)
def test_python_of_the_platform_parses(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def test_notebook_of_the_platform_is_a_notebook() -> None:
    notebook = json.loads((demo.platform() / "notebooks/evaluate.ipynb").read_text(encoding="utf-8"))

    assert notebook["nbformat"] == 4
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            ast.parse("".join(cell["source"]))


@pytest.mark.parametrize(
    "name", ["auditor.yaml", "docker-compose.yaml", "deploy/chart/Chart.yaml", "deploy/chart/values.yaml"]
)
def test_yaml_of_the_platform_parses(name: str) -> None:
    parsed = yaml.safe_load((demo.platform() / name).read_text(encoding="utf-8"))

    assert isinstance(parsed, dict)


def test_unpack_gives_the_same_tree_without_byte_code(tmp_path: Path) -> None:
    root = demo.unpack(tmp_path / "new" / "platform")

    def tree(top: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(top)): path.read_bytes()
            for path in sorted(top.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts
        }

    assert tree(root) == tree(demo.platform())
    assert not list(root.rglob("__pycache__"))
    assert (root / ".env.example").is_file()


def test_unpack_into_an_empty_folder_is_allowed(tmp_path: Path) -> None:
    assert (demo.unpack(tmp_path) / "auditor.yaml").is_file()


def test_unpack_leaves_a_folder_that_holds_something_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError, match="is not empty"):
        demo.unpack(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_unpack_onto_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot unpack"):
        demo.unpack(tmp_path / "file")


def test_configuration_of_the_platform_is_valid() -> None:
    config = load(demo.platform() / "auditor.yaml")

    assert config.document.system.name == "loan-assistant"
    assert all((config.folder / str(path)).exists() for path in config.document.targets.code)
