"""The policies themselves, by the real OPA: strict, formatted, their tests pass, their METADATA is complete."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from auditor.content import policies
from auditor.stages.policy import metadata
from auditor.tools import process
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.tools.process import Completed

pytestmark = pytest.mark.tool("opa")
ROOT = policies()
LOADED = (str(ROOT / "lib"), str(ROOT / "kubernetes"), f"parameters:{ROOT / 'parameters' / 'data.yaml'}")
FOLDERS = sorted(folder.name for folder in (ROOT / "kubernetes").iterdir() if folder.is_dir())
LEAST_COVERAGE = 100


@pytest.fixture(scope="module")
def program() -> Path:
    return Programs.here().find("opa").path


def opa(program: Path, *words: str) -> Completed:
    with process.scratch_folder() as scratch:
        return process.run(
            [str(program), *words],
            environment=process.standard_environment(scratch),
            folder=scratch,
            timeout_s=120,
        )


def test_everything_compiles_strictly_against_the_schema(program: Path) -> None:
    done = opa(program, "check", "--strict", "--schema", str(ROOT / "schemas"), *LOADED[:2])

    assert done.exit_code == 0, (done.stdout + done.stderr).decode()


def test_everything_is_formatted(program: Path) -> None:
    done = opa(program, "fmt", "--list", *LOADED[:2])

    assert done.stdout.decode() == ""


def test_all_tests_of_the_rules_pass_and_reach_every_line(program: Path) -> None:
    told = orjson.loads(opa(program, "test", "--timeout=60s", "--format=json", *LOADED).stdout)
    covered = orjson.loads(opa(program, "test", "--timeout=60s", "--format=json", "--coverage", *LOADED).stdout)

    assert [test["name"] for test in told if test.get("fail")] == []
    assert covered["coverage"] >= LEAST_COVERAGE


@pytest.fixture(scope="module")
def inspected(program: Path) -> dict[str, dict[str, Any]]:
    told = orjson.loads(opa(program, "inspect", "--annotations", "--format=json", str(ROOT)).stdout)
    return {
        note["location"]["file"].rpartition("/")[2].removesuffix(".rego"): note["annotations"]
        for note in told["annotations"]
        if note["annotations"]["scope"] == "package"
    }


def test_our_reading_of_metadata_equals_that_of_opa(inspected: dict[str, dict[str, Any]]) -> None:
    ours = {policy.package.rpartition(".")[2]: policy for policy in metadata.built_in()}

    assert sorted(ours) == FOLDERS
    for name, policy in ours.items():
        said = inspected[name]
        custom = said["custom"]
        assert (policy.id, policy.title.en, policy.title.zh) == (custom["id"], said["title"], custom["title_zh"])
        assert (policy.why.en, policy.remediation.zh) == (custom["why"]["en"], custom["remediation"]["zh"])
        assert policy.controls == {key: tuple(ids) for key, ids in custom["controls"].items()}
        assert (policy.needs, policy.cwe) == (tuple(custom["needs"]), tuple(custom["cwe"]))


@pytest.mark.parametrize("folder", FOLDERS)
def test_metadata_is_complete(inspected: dict[str, dict[str, Any]], folder: str) -> None:
    said = inspected[folder]
    custom = said["custom"]

    assert said["title"]
    assert said["description"]
    assert said["schemas"] == [{"path": "input", "schema": "schema.kubernetes"}] or said["schemas"]
    assert custom["id"] == "k8s-" + folder.replace("_", "-")
    for text in (custom["why"], custom["remediation"]):
        assert text["en"].endswith((".", ")"))
        assert re.search(r"[\u4e00-\u9fff]", text["zh"])
    assert custom["controls"]
    assert custom["source"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_check_is_a_folder_with_a_rule_and_its_test(folder: str) -> None:
    names = sorted(path.name for path in (ROOT / "kubernetes" / folder).iterdir())

    assert names == [f"{folder}.rego", f"{folder}_test.rego"]
    rule, test = ((ROOT / "kubernetes" / folder / name).read_text(encoding="utf-8") for name in names)
    assert f"\npackage kubernetes.{folder}\n" in rule
    assert test.startswith(f"package kubernetes.{folder}_test\n")
    claims = re.findall(r"^test_(\w+) if", test, re.MULTILINE)
    assert any("good" in claim or "covered" in claim for claim in claims)
    assert any("bad" in claim for claim in claims)
    assert any("absent" in claim or "without" in claim for claim in claims)
    assert max(Counter(claims).values()) == 1


def test_the_index_holds_every_block_as_it_stands() -> None:
    written = (ROOT / metadata.INDEX).read_bytes()

    assert written == metadata.index_text(ROOT), "run `python -m auditor.stages.policy.metadata`"
