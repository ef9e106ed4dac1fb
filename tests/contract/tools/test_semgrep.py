"""The engine of semgrep, started directly, against its command: the same is found, and the same is not seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from auditor.formats.semgrep import Report, read
from auditor.stages.code.rules import as_read_by
from auditor.tools.programs import Programs
from auditor.tools.semgrep import Semgrep

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.tool("semgrep")

RULES: Final[list[dict[str, Any]]] = [
    {"id": "py", "languages": ["python"], "message": "m", "severity": "ERROR", "pattern": "eval(...)"},
    {"id": "ts", "languages": ["ts", "js"], "message": "m", "severity": "ERROR", "pattern": "eval(...)"},
    {"id": "sh", "languages": ["bash"], "message": "m", "severity": "ERROR", "pattern": "eval ..."},
    {"id": "yaml", "languages": ["yaml"], "message": "m", "severity": "ERROR", "pattern": "a: ..."},
    {"id": "any", "languages": ["regex"], "message": "m", "severity": "ERROR", "pattern-regex": "eval"},
    {
        "id": "some",
        "languages": ["regex"],
        "message": "m",
        "severity": "ERROR",
        "pattern-regex": "eval",
        "paths": {"include": ["**/web/**"]},
    },
]
BROKEN: Final = {**RULES[0], "id": "bad", "pattern": "eval(((("}
FILES: Final[Mapping[str, bytes]] = {
    "a.py": b"eval(x)\n",
    "half.py": b"eval(x)\nmatch x\n  print 'x'\n",
    "odd.py": b"x = '\xff'\neval(x)\n",
    "web/a.d.ts": b"eval(x)\n",
    "web/b.jsx": b"eval(x)\n",
    "web/half.ts": b"const a = ;\nfunction f( { eval(x) }\neval(y)\n",
    "\u540d/c d.py": b"eval(x)\n",
    "run.sh": b"eval $1\n",
    "y.yaml": b"a: [\n eval(x)",
    "Dockerfile": b"RUN eval\n",
    "none.txt": b"nothing\n",
}


def scanned(root: Path, rules: list[dict[str, Any]], *, by_command: bool) -> Report:
    tree, scratch = root / "tree", root / "scratch"
    for name, data in FILES.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(data)
    scratch.mkdir()
    programs = Programs.here()
    if by_command:
        own = programs.find("semgrep")
        programs = Programs(
            programs.cache, programs.pins, frozenset({"semgrep"}), {"AUDITOR_SEMGREP": str(own.path)}, checkout=None
        )
    (scratch / "rules.json").write_text(json.dumps({"rules": rules}))
    targets = as_read_by(rules, [tree / name for name in FILES])
    return read(Semgrep(programs).scan(scratch / "rules.json", tree, targets, scratch, jobs=2, timeout_s=300))


def found(report: Report, root: Path) -> set[tuple[str, str, int, int, int, int]]:
    return {
        (each.rule, each.path.removeprefix(str(root)), each.line, each.end_line, each.start, each.end)
        for each in report.results
    }


def test_engine_finds_what_the_command_finds_in_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    ours = scanned(tmp_path / "one", RULES, by_command=False)
    theirs = scanned(tmp_path / "two", RULES, by_command=True)

    assert found(ours, tmp_path / "one") == found(theirs, tmp_path / "two") != set()
    assert {path.removeprefix(str(tmp_path / "one")) for path in ours.scanned} == {
        path.removeprefix(str(tmp_path / "two")) for path in theirs.scanned
    }


def test_engine_does_not_see_what_the_command_does_not_see(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()

    ours = scanned(tmp_path / "one", [*RULES, BROKEN], by_command=False)
    theirs = scanned(tmp_path / "two", [*RULES, BROKEN], by_command=True)

    def told(report: Report, root: Path) -> set[tuple[str, str, str]]:
        return {
            (each.type, each.rule, each.path.removeprefix(str(root)))
            for each in report.problems
            # the command says of each file with an error once more that it was passed over
            if each.type != "skipped"
        }

    assert told(ours, tmp_path / "one") == told(theirs, tmp_path / "two")
    assert ("Rule parse error", "bad", "") in told(ours, tmp_path / "one")
    assert {path for kind, _rule, path in told(ours, tmp_path / "one") if kind != "Rule parse error"} >= {
        "/tree/web/half.ts",
        "/tree/y.yaml",
    }


def test_engine_writes_nothing_but_its_targets(tmp_path: Path) -> None:
    scanned(tmp_path, RULES, by_command=False)

    assert {path.name for path in (tmp_path / "scratch").iterdir()} == {"rules.json", "targets.json"}
