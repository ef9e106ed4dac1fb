"""Nothing outside of a stage's own room names it: the one list is in `auditor.stages`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import auditor
import auditor.stage
from auditor.stages import STAGE_NAMES, stages, target_kinds

ROOT = Path(auditor.__file__).parent
NAMES = frozenset(STAGE_NAMES) | frozenset(target_kinds())
# Rooms whose words are those of formats, and of programs that are wrapped: `node`, `policy`, `image` are words there.
WORDS_OF_FORMATS = ("formats/", "tools/", "masking/", "database/", "model/", "messages.py", "evidence/statement.py")
# What a person does with one stage has to name it: its commands, its collectors, its sheets and pictures, the example.
ABOUT_ONE_STAGE = {
    "compliance/frameworks.py": {"kubernetes"},
    "evidence/inputs.py": {"vulnerabilities"},
    "report/docx_styles.py": {"code"},
    "report/pdf.py": {"code"},
    "report/tables.py": {"auditlog", "custody", "lineage", "sbom", "vulnerabilities"},
}
# The way of a fact: none of these may know any stage.
PIPELINE = (
    *(
        "check.py",
        "check_data.py",
        "compare.py",
        "conclude.py",
        "config.py",
        "content.py",
        "detect.py",
        "difference.py",
    ),
    *(
        "explain.py",
        "gate.py",
        "gating.py",
        "observe.py",
        "packing.py",
        "places.py",
        "plan.py",
        "registry.py",
        "replay.py",
        "request.py",
        "rules.py",
        "screen.py",
    ),
    *("sharing.py", "since.py", "stage.py", "starter.py", "systems.py", "target.py", "trust.py", "workers.py"),
)


def named(path: Path) -> set[str]:
    """Return the stages and kinds of targets that a module imports or has as a literal."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                found |= set(re.findall(r"^auditor\.stages\.(\w+)", module))
                if module == "auditor.stages":
                    found |= {each.name for each in names} & NAMES
            case ast.Constant(value=str(text)) if text.removesuffix("=") in NAMES:
                found.add(text.removesuffix("="))
    return found


def test_the_pipeline_knows_no_stage() -> None:
    assert {name: found for name in PIPELINE if (found := named(ROOT / name))} == {}


def test_other_rooms_name_only_the_stage_that_they_are_about() -> None:
    wrong = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("stages/", "demo/", *WORDS_OF_FORMATS)):
            continue
        if more := named(path) - ABOUT_ONE_STAGE.get(name, set()):
            wrong[name] = more
    assert wrong == {}
    assert {name for name in ABOUT_ONE_STAGE if not named(ROOT / name)} == set()


@pytest.mark.parametrize("stage", stages(), ids=lambda stage: stage.name)
def test_a_stage_has_all_that_its_value_refers_to(stage: auditor.stage.StageDefinition) -> None:
    for reference in (stage.version, stage.commit, stage.examples, "wiring:make", stage.checks):
        assert not reference or callable(stage.part_of(reference)), reference
    for kind in stage.targets:
        assert kind.name in stage.part_kinds


def test_the_stages_are_all_there_are() -> None:
    folders = {path.parent.name for path in (ROOT / "stages").glob("*/__init__.py")}

    assert folders == set(STAGE_NAMES)
