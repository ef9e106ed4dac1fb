"""``--files``: only the named files are read, and what the whole program alone could say is out of reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from auditor import plan, request
from auditor.errors import ConfigError
from auditor.model.fact import Gap
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.tree import Source, SourceTree

if TYPE_CHECKING:
    from pathlib import Path


def test_only_the_named_files_are_read(tmp_path: Path) -> None:
    for name in ("a.py", "b.py", "sub/c.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")

    found = list(SourceTree(tmp_path, "code=.", files=("sub/c.py", "a.py")).read())

    assert [each.path for each in found if isinstance(each, Source)] == ["a.py", "sub/c.py"]


def test_what_is_no_file_of_the_tree_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "tree" / "folder").mkdir(parents=True)
    (tmp_path / "secret.py").write_text("x = 1\n")
    (tmp_path / "tree" / "out.py").symlink_to(tmp_path / "secret.py")

    found = list(SourceTree(tmp_path / "tree", "code=.", files=("folder", "gone.py", "out.py")).read())

    assert [each.subject for each in found if isinstance(each, Gap)] == ["folder", "gone.py", "out.py"]


def test_rules_for_other_languages_are_not_given_to_semgrep() -> None:
    pack = rule_pack()

    given = pack.semgrep_for(frozenset({"shell"}))

    assert len(given) < len(pack.semgrep_for()) / 3
    assert any(rule["languages"] == ["generic"] for rule in given)


def test_file_outside_of_the_working_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError, match="below the working folder"):
        plan.make(request.Request(files=("../a.py",)))
