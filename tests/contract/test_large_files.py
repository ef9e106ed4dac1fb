"""The largest file that is accepted is read to its last line, by every scanner and in every language."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from auditor.cache import ObservationCache
from auditor.model.fact import Facts, Gap
from auditor.model.record import Exclusion
from auditor.model.system import Part, System
from auditor.stages.code.facts import CodeMatch
from auditor.stages.code.observe import CodeStage
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.scanners import BanditScanner, SemgrepScanner
from auditor.stages.code.tree import SIZE_LIMIT_BYTES
from auditor.tools import bandit, process, semgrep
from auditor.tools.programs import Programs
from auditor.tools.search import occurring
from tests.unit.stages.code.fakes import FakeCommits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.tool("semgrep"), pytest.mark.tool("bandit")]

KEY: Final = "ghp_" + "a1B2" * 9
FLAWS: Final = {
    "large.py": ("# " + "x" * 76 + "\n", "eval(input())\n"),
    "large.ts": ("// " + "x" * 76 + "\n", "const h = require('crypto').createHash('md5');\n"),
    "large.js": ("// " + "x" * 76 + "\n", "const h = require('crypto').createHash('md5');\n"),
    "large.yaml": ("# " + "x" * 76 + "\n", "verify_ssl: false\n"),
    "Dockerfile": (" " * 78 + "\n", "ENV POSTGRES_PASSWORD=postgres\n"),
    "large.env": (" " * 78 + "\n", f"GITHUB_TOKEN={KEY}\n"),
    "large.go": (" " * 78 + "\n", f'var token = "{KEY}"\n'),
    "notes": (" " * 78 + "\n", f"token {KEY}\n"),
}


OVER: Final = ("large.py", "Dockerfile")
OVER_DATA: Final = "notes"
"""A large text that is nobody's code: listed as left out."""


def filled(filler: str, flaw: str, size: int = SIZE_LIMIT_BYTES) -> str:
    """Return text of exactly this size whose last line is the flaw."""
    room = size - len(flaw)
    text = filler * (room // len(filler))
    return text + filler[: room - len(text) - 1] + "\n" + flaw if room > len(text) else text + flaw


@contextmanager
def _scratch() -> Iterator[Path]:
    with process.scratch_folder() as folder:
        yield folder


def stage() -> CodeStage:
    programs = Programs.here()
    return CodeStage(
        scanners=(
            SemgrepScanner(semgrep.Semgrep(programs), semgrep.SWITCHES, occurring),
            BanditScanner(bandit.Bandit(programs), bandit.SWITCHES),
        ),
        pack=rule_pack,
        cache=ObservationCache(None),
        history=lambda _folder: _NoHistory(),
        commits=FakeCommits(),
        scratch=_scratch,
        copies=process.quick_scratch_folder,
    )


class _NoHistory:
    def blame(self, path: str, line: int) -> None:
        """Nobody wrote it."""
        del path, line


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[object]:
    root = tmp_path_factory.mktemp("large")
    for name, (filler, flaw) in FLAWS.items():
        (root / name).write_text(filled(filler, flaw))
        if name in {*OVER, OVER_DATA}:
            (root / "over").mkdir(exist_ok=True)
            (root / "over" / name).write_text(filled(filler, flaw, SIZE_LIMIT_BYTES + 1))
    for name, size in (("large.ipynb", SIZE_LIMIT_BYTES), ("over.ipynb", SIZE_LIMIT_BYTES + 1)):
        lines = filled(*FLAWS["large.py"], size).splitlines(keepends=True)
        (root / name).write_text(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": lines}]}))
    part = Part(kind="code", where=str(root))
    return list(stage().observe(System(name="x", parts=(part,)), Facts()))


@pytest.mark.parametrize("name", [*FLAWS, "large.ipynb"])
def test_flaw_in_the_last_line_of_the_largest_file_is_seen(seen: list[object], name: str) -> None:
    assert {match.subject for match in seen if isinstance(match, CodeMatch)} >= {name}
    assert [gap for gap in seen if isinstance(gap, Gap) and gap.subject == name] == []


def test_bandit_sees_it_too(seen: list[object]) -> None:
    by_bandit = {match.subject for match in seen if isinstance(match, CodeMatch) and match.tool == "bandit"}

    assert by_bandit >= {"large.py", "large.ipynb"}


@pytest.mark.parametrize("name", [*(f"over/{name}" for name in OVER), "over.ipynb"])
def test_one_byte_more_is_a_gap(seen: list[object], name: str) -> None:
    assert [gap.reason for gap in seen if isinstance(gap, Gap) and gap.subject == name] == ["too large"]


def test_large_text_that_is_no_code_is_listed_as_left_out(seen: list[object]) -> None:
    left = [each.what for each in seen if isinstance(each, Exclusion)]

    assert [what for what in left if OVER_DATA in what] == [f"over/{OVER_DATA}"]
