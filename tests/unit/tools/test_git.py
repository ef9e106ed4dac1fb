"""Repositories of strangers: nothing of theirs runs, and nothing of theirs costs more than its bound."""

from __future__ import annotations

import os
import subprocess
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from auditor.errors import ToolError
from auditor.tools import git, process
from auditor.tools.git import Repository

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def made(root: Path, *words: str, data: bytes = b"") -> str:
    return subprocess.run(
        ["git", "-C", str(root), *words],  # noqa: S607 - the one of this machine, as the program takes it
        check=True,
        capture_output=True,
        input=data,
        env={**os.environ, **NOBODY},
    ).stdout.decode()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    made(root, "init", "--quiet", "--initial-branch=main")
    (root / "a.py").write_text("eval(x)  # nosec\n")
    made(root, "add", "a.py")
    made(root, "commit", "--quiet", "--message=first")
    return root


def test_line_has_an_author_and_a_date(tree: Path) -> None:
    wrote = Repository(tree).blame("a.py", 1)

    assert wrote is not None
    assert (wrote.author, wrote.text) == ("a", "eval(x)  # nosec")


@pytest.mark.parametrize("time", ["253402300800", "99999999999999", "9223372036854775807", "1" * 40, "-5", "x"])
def test_commit_of_another_age_costs_its_date_only(tree: Path, time: str) -> None:
    blobs = made(tree, "write-tree").strip()
    commit = f"tree {blobs}\nauthor a <a@b> {time} +0000\ncommitter a <a@b> {time} +0000\n\nx\n".encode()
    named = made(tree, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=commit).strip()
    made(tree, "update-ref", "HEAD", named)

    wrote = Repository(tree).blame("a.py", 1)

    assert wrote is None or wrote.author == "a"


HOSTILE = {
    "fsmonitor": "[core]\n\tfsmonitor = {run}\n",
    "pager": "[core]\n\tpager = {run}\n[pager]\n\tblame = {run}\n",
    "ssh": "[core]\n\tsshCommand = {run}\n\tgitProxy = {run}\n",
    "alias": "[alias]\n\tblame = !{run}\n\tcat-file = !{run}\n\trev-parse = !{run}\n",
    "textconv": '[diff "x"]\n\ttextconv = {run}\n\tcommand = {run}\n[core]\n\tattributesFile = {root}/attributes\n',
    "filter": '[filter "x"]\n\tsmudge = {run}\n\tclean = {run}\n\tprocess = {run}\n\trequired = true\n',
    "include": "[include]\n\tpath = {root}/more\n",
    "hooks": "[core]\n\thooksPath = {root}/hooks\n",
    "promisor": "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n"
    '[remote "origin"]\n\tpromisor = true\n\turl = ext::{run} %S\n'
    '[protocol "ext"]\n\tallow = always\n[protocol]\n\tallow = always\n',
    "upload pack": "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n"
    '[remote "origin"]\n\tpromisor = true\n\turl = file://{root}\n\tuploadpack = {run}\n',
    "helper": "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n"
    '[remote "origin"]\n\tpromisor = true\n\turl = https://127.0.0.1:1/x\n[credential]\n\thelper = !{run}\n',
    "askpass": "[core]\n\taskPass = {run}\n\teditor = {run}\n[gpg]\n\tprogram = {run}\n[log]\n\tshowSignature = true\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "objects missing"])
def test_no_setting_of_a_repository_runs_anything(tree: Path, kind: str, *, is_whole: bool) -> None:
    ran = tree.parent / "ran"
    run = tree.parent / "run"
    run.write_text(f"#!/bin/sh\ntouch {ran}\n")
    run.chmod(0o755)
    (tree / "hooks").mkdir()
    (tree / "hooks" / "post-index-change").symlink_to(run)
    (tree / "more").write_text(HOSTILE["fsmonitor"].format(run=run, root=tree))
    for place in (tree / ".gitattributes", tree / "attributes", tree / ".git" / "info" / "attributes"):
        place.write_text("* diff=x filter=x\n")
    with (tree / ".git" / "config").open("a") as file:
        file.write(HOSTILE[kind].format(run=run, root=tree))
    repository = Repository(tree)
    commit = repository.commit("main")
    if not is_whole:
        for blob in (tree / ".git" / "objects").glob("??/*"):
            if not zlib.decompress(blob.read_bytes()).startswith(b"commit"):
                blob.unlink()

    try:
        files = list(repository.files(commit))
        list(repository.contents([blob for _path, blob in files]))
    except ToolError:
        assert not is_whole
    repository.blame("a.py", 1)
    repository.prefix()

    assert not ran.exists()


def test_transports_are_forbidden_to_every_age_of_git(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_SSH_COMMAND", "evil")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    given: list[dict[str, str]] = []
    run = process.run

    def noted(argv: list[str], **named: Any) -> Any:  # noqa: ANN401 - what the real one takes and gives
        given.append(named["environment"])
        return run(argv, **named)

    monkeypatch.setattr(process, "run", noted)

    Repository(tree).commit("main")

    wanted = {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1", "GIT_CONFIG_NOSYSTEM": "1"}
    assert wanted.items() <= given[0].items()
    assert not given[0].keys() & {"GIT_DIR", "GIT_SSH_COMMAND", "GITHUB_TOKEN"}


@pytest.mark.parametrize("place", ["HEAD", "config", "packed-refs", "objects/info/alternates", "refs/heads/main"])
def test_pipe_in_the_repository_stalls_one_question_and_not_the_run(
    tree: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(git, "_BLAME_TIMEOUT_S", 0.3)
    (tree / ".git" / place).unlink(missing_ok=True)
    os.mkfifo(tree / ".git" / place)
    repository = Repository(tree)
    asked: list[str] = []
    run = process.run

    def noted(argv: list[str], **named: Any) -> Any:  # noqa: ANN401 - what the real one takes and gives
        asked.append(argv[-1])
        return run(argv, **named)

    monkeypatch.setattr(process, "run", noted)

    told = [repository.blame("a.py", 1) for _ in range(20)]

    assert len(asked) == 1 or None not in told


def test_time_for_all_questions_of_a_run_is_bounded(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "_BLAME_BUDGET_S", 0.0)

    assert Repository(tree).blame("a.py", 1) is None


@pytest.mark.parametrize("revision", ["--upload-pack=x", "-x", "a b", "$(x)", "main;x", "", "a\nb", ":/x", "a:b"])
def test_revision_is_a_name_and_no_option(tree: Path, revision: str) -> None:
    with pytest.raises(ToolError, match="no name of a revision"):
        Repository(tree).commit(revision)


def test_bomb_of_trees_is_bounded_by_what_it_may_say(tree: Path) -> None:
    """Ten entries a level, each the same: ten levels are ten thousand million files in one kilobyte."""
    blob = made(tree, "hash-object", "-w", "--stdin", data=b"x").strip()
    below = made(tree, "mktree", data="".join(f"100644 blob {blob}\tf{n}\n" for n in range(10)).encode()).strip()
    for _level in range(10):
        below = made(tree, "mktree", data="".join(f"040000 tree {below}\td{n}\n" for n in range(10)).encode()).strip()

    with pytest.raises(ToolError):
        Repository(tree)._git("ls-tree", "-r", "-z", below, output_limit_bytes=1_000_000)
