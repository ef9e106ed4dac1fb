"""The real gitleaks over real histories: what it finds, what cannot silence it, and that it tells where it stops."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from auditor.cache import ObservationCache
from auditor.errors import ToolError
from auditor.model.fact import Facts, Gap
from auditor.model.system import Part, System
from auditor.stage import Choice
from auditor.stages.code.commits import CommitSearch, Searched
from auditor.stages.code.facts import CommitHistory, CommittedSecret
from auditor.stages.code.wiring import HistorySearcher, make
from auditor.tools.gitleaks import Gitleaks
from auditor.tools.programs import Programs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.tool("gitleaks")

NOBODY = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "li.wei@example.cn", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip
# made up, and put together here so that nobody's scanner stumbles over this file
PAT = "ghp_" + "x7Kq2ZpW9aLm4RtY8vBn3CdF6gHj1sQeU5iO"
PASSWORD = "Winter" + "-2031-Rain"


def made(root: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *words],  # noqa: S607 - the one of this machine
        check=True,
        capture_output=True,
        env={**os.environ, **NOBODY},
    ).stdout.decode()


def committed(root: Path, name: str, text: str, message: str = "x") -> str:
    place = root / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    made(root, "add", "--force", ".")
    made(root, "commit", "--quiet", f"--message={message}")
    return made(root, "rev-parse", "HEAD").strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    made(root, "init", "--quiet", "--initial-branch=main")
    committed(root, "README.md", "# nothing here\n")
    return root


def searched(root: Path) -> Searched:
    search = CommitSearch(HistorySearcher(Gitleaks(Programs.here())), ObservationCache(None))
    return search.search(root, is_asked=True, beat=lambda _seconds: None)


def test_secret_that_is_gone_from_the_tree_is_found(tree: Path) -> None:
    commit = committed(tree, "app/settings.py", f'x = 1\nGITHUB = "{PAT}"\n', message=f"use {PAT}")
    committed(tree, "app/settings.py", "x = 1\n")

    seen = searched(tree)

    (found,) = seen.found
    assert (found.rule, found.path, found.line, found.commit) == ("github-pat", "app/settings.py", 2, commit)
    assert seen.commits == 3
    assert PAT not in repr(seen)
    assert "li.wei" not in repr(seen)


def test_history_without_secrets_has_none(tree: Path) -> None:
    committed(tree, "app/settings.py", 'import os\n\npassword = os.environ["DB_PASSWORD"]\nTOKEN = "<your-token>"\n')

    assert searched(tree).found == ()


@pytest.mark.parametrize(
    "line",
    [
        f'db_password = "{PASSWORD}"',
        f"DB_PASSWORD={PASSWORD}",
        f"url: postgres://app:{PASSWORD}@db:5432/loans",
        "key = 'sk-" + "9f31c77b20aa4be5a18d02c64e77f1b3'",
        "id = 'AKID" + "z8krbsJ5yKBZQpn74WFkmLPx3EXAMPLa'",
        "hook = 'https://oapi.dingtalk.com/robot/send?access_token=" + "9f31c77b20aa4be5a18d02c64e77f1b3" * 2 + "'",
        "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA1c7Rz9kQ2Wm4Xy8\n" * 5 + "-----END RSA PRIVATE KEY-----",
    ],
)
def test_kinds_of_secrets(tree: Path, line: str) -> None:
    committed(tree, "app/settings.txt", f"a: 1\n{line}\nb: 2\n")
    committed(tree, "app/settings.txt", "a: 1\n")

    (found,) = searched(tree).found

    assert PASSWORD not in repr(found)
    assert "9f31c77b" not in repr(found)


@pytest.mark.parametrize(
    "line",
    [
        'db_password = "changeme-please-1"',
        "DB_PASSWORD=${DB_PASSWORD}",
        "url: postgres://app:password@db:5432/loans",
        "url: postgres://app:${PASSWORD}@db:5432/loans",
        'token_key = "settings.model.token_key"',
        'password_label = "Enter-the-password"',
    ],
)
def test_what_stands_for_a_secret_is_none(tree: Path, line: str) -> None:
    committed(tree, "app/settings.txt", f"{line}\n")

    assert searched(tree).found == ()


def test_nothing_in_the_repository_silences_it(tree: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-here\n")
    run.chmod(0o700)
    (tree / ".gitleaks.toml").write_text('title = "x"\n[allowlist]\npaths = [".*"]\n')
    (tree / ".gitleaksignore").write_text("*\n")
    (tree / ".gitattributes").write_text("* -diff diff=x\n")
    (tree / ".git" / "info").mkdir(exist_ok=True)
    (tree / ".git" / "info" / "attributes").write_text("* -diff diff=x\n")
    committed(tree, "app/settings.py", f'GITHUB = "{PAT}"  # gitleaks:allow\n')
    with (tree / ".git" / "config").open("a") as file:
        file.write(f'[diff "x"]\n\ttextconv = {run}\n[diff]\n\texternal = {run}\n[log]\n\tshowRoot = false\n')

    assert [each.rule for each in searched(tree).found] == ["github-pat"]
    assert not (tmp_path / "was-here").exists()


def test_message_and_names_that_look_like_patches_end_nothing(tree: Path) -> None:
    committed(tree, "a b/\N{SNOWMAN}\t.py", "x = 1\n", message="commit 1234\n\ndiff --git a/x b/x\n@@ -1 +1 @@\n")
    committed(tree, "diff --git a", "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+y\ncommit 12\n")
    committed(tree, "app/settings.py", f'GITHUB = "{PAT}"\n')

    seen = searched(tree)

    assert [each.rule for each in seen.found] == ["github-pat"]
    assert seen.commits == 4


def test_object_that_is_missing_is_no_clean_history(tree: Path) -> None:
    blob = (
        committed(tree, "app/settings.py", f'GITHUB = "{PAT}"\n') and made(tree, "rev-parse", "HEAD:README.md").strip()
    )
    committed(tree, "README.md", "# other\n")
    (tree / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    with pytest.raises(ToolError) as raised:
        searched(tree)

    assert raised.value.reason == "history incomplete"


def test_shallow_clone_is_no_clean_history(tree: Path, tmp_path: Path) -> None:
    committed(tree, "app/settings.py", f'GITHUB = "{PAT}"\n')
    committed(tree, "app/settings.py", "x = 1\n")
    made(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tree}", "clone")

    with pytest.raises(ToolError) as raised:
        searched(tmp_path / "clone")

    assert raised.value.reason == "history cut off"


@pytest.mark.tool("semgrep")
def test_stage_tells_of_it(tree: Path) -> None:
    committed(tree, "app/settings.py", f'GITHUB = "{PAT}"\n')
    committed(tree, "app/settings.py", "x = 1\n")
    part = Part(kind="code", where=str(tree))

    items = list(make(Choice(is_cached=False)).observe(System(name="t", parts=(part,)), Facts()))

    assert [item.commits for item in items if isinstance(item, CommitHistory)] == [3]
    assert [item.subject for item in items if isinstance(item, CommittedSecret)] == ["app/settings.py"]
    assert not [item for item in items if isinstance(item, Gap) and item.kind == "CommitHistory"]
