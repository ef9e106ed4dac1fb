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
# Rooms below the stages, which the import contract keeps from them: what reads there like the name of one (`image`,
# `policy`, `node`) is a word of a format or of a program. So it is where in-toto statements are written.
WORDS_OF_FORMATS = ("formats/", "tools/", "masking/", "database/", "model/", "messages.py", "evidence/statement.py")


def named(path: Path) -> set[str]:
    """Return the stages and kinds of targets that a module imports or has as a literal."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module), names=names):
                found |= set(re.findall(r"^auditor\.stages\.(\w+)", module))
                if module == "auditor.stages":
                    found |= {each.name for each in names} & NAMES
            case ast.Import(names=names):
                found |= {name for each in names for name in re.findall(r"^auditor\.stages\.(\w+)", each.name)}
            case ast.Constant(value=str(text)):
                found |= {text.removesuffix("=")} & NAMES
                found |= set(re.findall(r"^auditor\.stages\.(\w+)", text))
            case ast.keyword(arg=str(name)) if name not in {
                "code",
                "policy",
                "tls",
            }:  # of an exit, a gate, a connection
                found |= {name} & NAMES
    return found


def test_no_other_room_names_a_stage() -> None:
    rooms = (
        path
        for path in sorted(ROOT.rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(("stages/", "demo/", *WORDS_OF_FORMATS))
    )

    assert {path.relative_to(ROOT).as_posix(): found for path in rooms if (found := named(path))} == {}


@pytest.mark.parametrize("stage", stages(), ids=lambda stage: stage.name)
def test_a_stage_has_all_that_its_value_refers_to(stage: auditor.stage.StageDefinition) -> None:
    for reference in (
        *(stage.version, stage.commit, stage.examples, "wiring:make", stage.checks),
        *(stage.inventory_from, stage.inventory_of, stage.table, *(each.add for each in stage.commands)),
    ):
        assert not reference or callable(stage.part_of(reference)), reference
    for reference in stage.pictures.values():
        assert stage.part_of(reference)
    for kind in stage.targets:
        assert kind.name in stage.part_kinds


def test_the_stages_are_all_there_are() -> None:
    folders = {path.parent.name for path in (ROOT / "stages").glob("*/__init__.py")}

    assert folders == set(STAGE_NAMES)
