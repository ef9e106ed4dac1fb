"""CONTRIBUTING.md does what it says: a stranger adds a check, a rule and a stage by following it to the letter."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = [text for kind, text in BLOCKS if kind in {"python", "yaml"}]
PATCHES = [text for kind, text in BLOCKS if kind == "diff"]
APPENDED = " (at the end)"
SEMGREP = pytest.mark.tool("semgrep")

AUDITED = {
    "app.py": "import tempfile\n\nPLACE = tempfile.mktemp()\n",
    "large.py": f"# {'a word ' * 1000}\n" * 80,
}


CONFIGURATION = """
system: {{name: shop}}
targets:
  code: [{audited}]
  release: [{{where: {audited}, holds: [LICENSE, app.py]}}]
"""


@dataclass(frozen=True)
class Clone:
    """A copy of the package with everything that CONTRIBUTING.md adds, and a tree to audit with it."""

    root: Path
    audited: Path
    added: tuple[Path, ...]

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, *arguments]
        return subprocess.run(argv, cwd=self.root, capture_output=True, text=True, check=False, timeout=600)


@dataclass(frozen=True)
class Audit:
    exit_code: int
    stderr: str
    findings: list[dict[str, Any]]
    sheets: list[str]

    def of(self, check: str) -> list[dict[str, Any]]:
        return [finding for finding in self.findings if finding["id"] == check]


def write_file(root: Path, block: str) -> Path:
    """Write a block whose first line names its file."""
    head, _newline, body = block.partition("\n")
    name = head.removeprefix("# ")
    place = root / name.removesuffix(APPENDED)
    place.parent.mkdir(parents=True, exist_ok=True)
    before = place.read_text(encoding="utf-8") + "\n\n" if name.endswith(APPENDED) else ""
    place.write_text(before + body, encoding="utf-8")
    return place


def apply_patch(root: Path, block: str) -> None:
    """Apply a diff without line numbers: what precedes an addition stands once in its file."""
    for part in re.split(r"^--- ", block, flags=re.MULTILINE)[1:]:
        name, _newline, body = part.partition("\n")
        place = root / name
        text = place.read_text(encoding="utf-8")
        for old, new in re.findall(r"((?:^[ -].*\n)+)((?:^\+.*\n)+)", body, re.MULTILINE):
            kept = re.sub(r"^[ -]", "", old, flags=re.MULTILINE)
            stays = "".join(line[1:] + "\n" for line in old.splitlines() if line.startswith(" "))
            assert text.count(kept) == 1, f"{name} does not hold this once:\n{kept}"
            text = text.replace(kept, stays + re.sub(r"^\+", "", new, flags=re.MULTILINE))
        place.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    root = tmp_path_factory.mktemp("clone")
    for folder in ("auditor", "rulesets", "policies"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    added = tuple(write_file(root, block) for block in FILES)
    for block in PATCHES:
        apply_patch(root, block)
    audited = tmp_path_factory.mktemp("audited")
    for name, text in AUDITED.items():
        (audited / name).write_text(text, encoding="utf-8")
    return Clone(root, audited, added)


@pytest.fixture(scope="module")
def audit(clone: Clone, tmp_path_factory: pytest.TempPathFactory) -> Audit:
    output = tmp_path_factory.mktemp("runs") / "run"
    config = clone.audited.parent / "auditor.yaml"
    config.write_text(CONFIGURATION.format(audited=clone.audited), encoding="utf-8")
    done = clone.python(
        *("-m", "auditor", "run", "--config", str(config), "--format", "json,xlsx", "--output", str(output))
    )
    record = output / "record.json"
    assert record.is_file(), done.stderr
    with zipfile.ZipFile(output / "report.en.xlsx") as book:
        sheets = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    return Audit(done.returncode, done.stderr, json.loads(record.read_text(encoding="utf-8"))["findings"], sheets)


def test_page_adds_a_check_a_rule_and_a_stage(clone: Clone) -> None:
    names = {path.relative_to(clone.root).as_posix() for path in clone.added}

    assert "auditor/stages/code/checks.py" in names
    assert "rulesets/semgrep/os/os-temporary-file-atomic.yaml" in names
    assert {
        f"auditor/stages/release/{part}.py" for part in ("facts", "observe", "checks", "targets", "tables", "commands")
    } <= names
    assert "rulesets/release/checks.yaml" in names


def test_stage_with_its_own_target_is_its_folder_its_rules_and_one_line(clone: Clone) -> None:
    stage = [path for path in clone.added if "release" in path.as_posix() and "tests" not in path.parts]
    (line,) = [patch for patch in PATCHES if "release" in patch]

    assert {path.parent.relative_to(clone.root).as_posix() for path in stage} == {
        "auditor/stages/release",
        "rulesets/release",
    }
    assert [each for each in line.splitlines() if each.startswith("+")] == ['+    "release",']


@SEMGREP
def test_added_check_fails_the_large_file_only(audit: Audit) -> None:
    found = {finding["subject"]: finding["verdict"] for finding in audit.of("code-files-reviewable")}

    assert found == {"app.py": "pass", "large.py": "fail"}


@SEMGREP
def test_added_rule_finds_its_line(audit: Audit) -> None:
    (found,) = audit.of("os-temporary-file-atomic")

    assert found["verdict"] == "fail"
    assert (found["location"]["file"], found["location"]["line"]) == ("app.py", 3)


@SEMGREP
def test_added_stage_runs_on_its_own_target_and_its_checks_judge_it(audit: Audit) -> None:
    (found,) = audit.of("release-complete")

    assert (found["verdict"], found["actual"]["en"]) == ("fail", "missing: LICENSE")
    assert [finding["verdict"] for finding in audit.of("release-commit-known")] == ["not_assessed"]
    assert audit.exit_code == 1, audit.stderr


@SEMGREP
def test_added_stage_has_its_sheet_in_the_workbook(audit: Audit) -> None:
    assert "Releases" in audit.sheets


def test_added_command_is_listed_and_loaded_by_its_word(clone: Clone) -> None:
    assert "  release " in clone.python("-m", "auditor", "--help").stdout
    assert clone.python("-m", "auditor", "release", "list", str(clone.audited)).stdout.split() == ["app.py", "large.py"]


def test_added_target_is_part_of_schema_completion_and_errors(clone: Clone, tmp_path: Path) -> None:
    schema = clone.python("-m", "auditor", "schema", "config").stdout
    wrong = tmp_path / "auditor.yaml"
    wrong.write_text("system: {name: x}\ntargets: {release: [{where: ., hold: [LICENSE]}]}\n", encoding="utf-8")

    done = clone.python("-m", "auditor", "run", "--config", str(wrong))

    assert "release" in json.loads(schema)["$defs"]["Targets"]["properties"]
    assert "release" in clone.python("-m", "auditor", "run", "--help").stdout
    assert (done.returncode, "did you mean 'holds'?" in done.stderr) == (2, True), done.stderr


def test_a_configuration_that_was_found_cannot_loosen_the_added_target(clone: Clone, tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from auditor.config import Trust, load; from auditor.trust import held;"
        "print(held(load(Path('auditor.yaml'), Trust.FOUND)).ignored)"
    )
    (tmp_path / "auditor.yaml").write_text(
        "system: {name: x}\ntargets: {release: [{where: ., holds: [LICENSE]}]}\n", encoding="utf-8"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(clone.root)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "targets.release.holds" in done.stdout


@pytest.mark.parametrize("name", ["code-files-reviewable", "os-temporary-file-atomic", "release-complete"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_added_is_explained_in_both_languages(clone: Clone, name: str, language: str) -> None:
    done = clone.python("-m", "auditor", "explain", name, "--lang", language)

    assert done.returncode == 0, done.stderr
    assert name in done.stdout


def test_tests_on_the_page_pass(clone: Clone) -> None:
    done = clone.python("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")

    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


@SEMGREP
def test_rule_on_the_page_holds_its_examples(clone: Clone, tmp_path: Path) -> None:
    from auditor.tools import process  # noqa: PLC0415 - only this test starts the program
    from auditor.tools.programs import Programs  # noqa: PLC0415

    rules = [str(path) for path in clone.added if "rulesets" in path.parts]

    done = process.run(
        [
            str(Programs.here().find("semgrep").path),
            *("scan", "--test", "--metrics=off", "--disable-version-check"),
            *("--config", rules[0], rules[1]),
        ],
        environment=process.standard_environment(tmp_path, {"PYTHONDONTWRITEBYTECODE": "1"}),
        folder=tmp_path,
        timeout_s=120,
    )

    assert done.exit_code == 0, done.stdout + done.stderr


def test_code_on_the_page_is_clean(clone: Clone) -> None:
    places = [str(path) for path in clone.added if path.suffix == ".py" and "rulesets" not in path.parts]

    for check in (["check", "--no-cache"], ["format", "--check", "--no-cache"]):
        done = clone.python("-m", "ruff", *check, *places)

        assert done.returncode == 0, done.stdout + done.stderr
