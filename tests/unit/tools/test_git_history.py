"""Histories of strangers: read to the end or refused, never read from elsewhere, and nothing of theirs runs."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from auditor.errors import ToolError
from auditor.tools import git_history
from auditor.tools.git_history import END_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOBODY = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def made(root: Path, *words: str, data: bytes = b"", **variables: str) -> str:
    return subprocess.run(
        ["git", "-C", str(root), *words],  # noqa: S607 - the one of this machine, as the program takes it
        check=True,
        capture_output=True,
        input=data,
        env={**os.environ, **NOBODY, **variables},
    ).stdout.decode()


def committed(root: Path, name: str, data: bytes) -> str:
    (root / name).write_bytes(data)
    made(root, "add", "--force", name)
    made(root, "commit", "--quiet", "--message=x")
    return made(root, "rev-parse", "HEAD").strip()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    root.mkdir()
    made(root, "init", "--quiet", "--initial-branch=main")
    committed(root, "a.py", b"x = 1\n")
    return root


def told(root: Path, work: Path) -> git_history.Told:
    layout = git_history.lay_out(git_history.tips(root), work / "history.git")
    (work / "scratch").mkdir()
    return git_history.told(layout, work / "scratch", 60.0)


def test_every_commit_that_a_reference_leads_to_is_told(tree: Path, tmp_path: Path) -> None:
    made(tree, "checkout", "--quiet", "-b", "side")
    committed(tree, "b.py", b"y = 2\n")
    made(tree, "stash", "push") if committed(tree, "c.py", b"z\n") is None else None
    made(tree, "checkout", "--quiet", "--detach")
    committed(tree, "d.py", b"detached\n")
    made(tree, "rm", "--quiet", "d.py")
    made(tree, "commit", "--quiet", "--message=only removes")

    assert told(tree, tmp_path) == git_history.Told(commits=5, binary=0)  # four of theirs that add, and ours


def test_what_has_no_lines_is_counted(tree: Path, tmp_path: Path) -> None:
    committed(tree, "logo.png", b"\x89PNG\0\0")
    committed(tree, "empty", b"")

    assert told(tree, tmp_path) == git_history.Told(commits=2, binary=1)


def test_file_of_more_than_64_mib_is_counted_as_one_without_lines(tree: Path, tmp_path: Path) -> None:
    committed(tree, "huge.txt", b"a line of text\n" * (5 * 1024 * 1024))

    assert told(tree, tmp_path) == git_history.Told(commits=2, binary=1)


def test_attributes_of_the_tree_hide_no_line(tree: Path, tmp_path: Path) -> None:
    committed(tree, ".gitattributes", b"* -diff binary\n")
    (tree / ".git" / "info").mkdir(exist_ok=True)
    (tree / ".git" / "info" / "attributes").write_text("* -diff\n")
    committed(tree, "secret.py", b"key = 1\n")

    assert told(tree, tmp_path) == git_history.Told(commits=4, binary=0)


def test_references_that_look_like_options_and_hidden_ones_are_told(tree: Path, tmp_path: Path) -> None:
    first = committed(tree, "b.py", b"y = 2\n")
    second = committed(tree, "c.py", b"z = 3\n")
    made(tree, "reset", "--quiet", "--hard", "HEAD~2")
    (tree / ".git" / "refs" / "heads" / "--output=x").write_text(f"{first}\n")
    made(tree, "update-ref", "refs/hidden/y", second)
    made(tree, "config", "transfer.hideRefs", "refs/hidden")

    assert told(tree, tmp_path).commits == 4
    assert not list(tmp_path.glob("**/x"))


def test_commit_of_a_merge_counts_by_its_parents(tree: Path, tmp_path: Path) -> None:
    made(tree, "checkout", "--quiet", "-b", "side")
    committed(tree, "b.py", b"y = 2\n")
    made(tree, "checkout", "--quiet", "main")
    committed(tree, "c.py", b"z = 3\n")
    made(tree, "merge", "--quiet", "--no-ff", "side")

    assert told(tree, tmp_path).commits == 4


def test_one_tip_is_as_far_as_it_leads(tree: Path, tmp_path: Path) -> None:
    first = made(tree, "rev-parse", "HEAD").strip()
    committed(tree, "b.py", b"y = 2\n")
    layout = git_history.lay_out(git_history.tips(tree, first), tmp_path / "history.git")
    (tmp_path / "scratch").mkdir()

    assert git_history.told(layout, tmp_path / "scratch", 60.0).commits == 2


def test_names_by_sha256(tmp_path: Path) -> None:
    root = tmp_path / "other"
    root.mkdir()
    made(root, "init", "--quiet", "--object-format=sha256")
    committed(root, "a.py", b"x = 1\n")

    assert told(root, tmp_path).commits == 2


def test_work_tree_beside_its_repository(tree: Path, tmp_path: Path) -> None:
    made(tree, "worktree", "add", "--quiet", str(tmp_path / "linked"))
    committed(tmp_path / "linked", "b.py", b"y = 2\n")

    assert told(tmp_path / "linked", tmp_path).commits == 3


def borrowed(root: Path, other: Path) -> None:
    (root / ".git" / "objects" / "info").mkdir(exist_ok=True)
    (root / ".git" / "objects" / "info" / "alternates").write_text(f"{other}/.git/objects\n")


def linked_pack(root: Path, other: Path) -> None:
    (root / ".git" / "objects" / "pack" / "pack-1.pack").symlink_to(other / ".git" / "HEAD")


def linked_objects(root: Path, other: Path) -> None:
    (root / ".git" / "objects").rename(root / "gone")
    (root / ".git" / "objects").symlink_to(other / ".git" / "objects")


def pointed(root: Path, other: Path) -> None:
    (root / ".git").rename(root / "gone")
    (root / ".git").write_text(f"gitdir: {other}/.git\n")


def linked(root: Path, other: Path) -> None:
    (root / ".git").rename(root / "gone")
    (root / ".git").symlink_to(other / ".git")


def shared(root: Path, other: Path) -> None:
    (root / ".git" / "commondir").write_text(f"{other}/.git\n")


def shallow(root: Path, other: Path) -> None:
    (root / ".git" / "shallow").write_text(made(other, "rev-parse", "HEAD"))


def without_commit(root: Path, _other: Path) -> None:
    (root / ".git" / "refs" / "heads" / "main").unlink()


def broken_reference(root: Path, _other: Path) -> None:
    (root / ".git" / "refs" / "heads" / "broken").write_text("not an id\n")


def lost_reference(root: Path, _other: Path) -> None:
    (root / ".git" / "refs" / "heads" / "lost").write_text("1" * 40 + "\n")


def emptied(root: Path, _other: Path) -> None:
    (root / ".git").rename(root / "gone")
    (root / ".git").mkdir()


def rubbish(root: Path, _other: Path) -> None:
    (root / ".git").rename(root / "gone")
    (root / ".git").write_bytes(b"\xff\xfe" * 5000)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (borrowed, "history lies elsewhere"),
        (linked_pack, "history lies elsewhere"),
        (linked_objects, "history lies elsewhere"),
        (pointed, "history lies elsewhere"),
        (linked, "history lies elsewhere"),
        (shared, "history lies elsewhere"),
        (shallow, "history cut off"),
        (without_commit, "no commit yet"),
        (broken_reference, "history incomplete"),
        (lost_reference, "history incomplete"),
        (emptied, "cannot be read"),
        (rubbish, "cannot be read"),
    ],
)
def test_history_that_is_not_all_here_is_refused(
    tree: Path, tmp_path: Path, spoil: Callable[[Path, Path], None], reason: str
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    made(other, "init", "--quiet")
    committed(other, "theirs.py", b"key = 1\n")
    spoil(tree, other)

    with pytest.raises(ToolError) as raised:
        git_history.tips(tree)

    assert raised.value.reason == reason


def test_no_repository_above_is_read_instead(tree: Path) -> None:
    (tree / "sub" / ".git").mkdir(parents=True)

    with pytest.raises(ToolError):
        git_history.tips(tree / "sub")


def test_object_that_cannot_be_read_ends_it(tree: Path, tmp_path: Path) -> None:
    committed(tree, "b.py", b"y = 2\n")
    blob = made(tree, "rev-parse", "HEAD~1:a.py").strip()
    place = tree / ".git" / "objects" / blob[:2] / blob[2:]
    place.unlink()

    with pytest.raises(ToolError) as raised:
        told(tree, tmp_path)

    assert raised.value.reason == "history incomplete"


def test_commit_older_than_ours_is_no_end(tree: Path, tmp_path: Path) -> None:
    blobs = made(tree, "rev-parse", "HEAD^{tree}").strip()
    early = made(
        tree, "commit-tree", "-m", "x", blobs, GIT_COMMITTER_DATE="@0 +0000", GIT_AUTHOR_DATE="@0 +0000"
    ).strip()
    later = made(tree, "commit-tree", "-m", "y", "-p", early, blobs, GIT_COMMITTER_DATE="@0 +0000").strip()
    made(tree, "update-ref", "refs/heads/zzz", later)

    with pytest.raises(ToolError) as raised:
        told(tree, tmp_path)

    assert raised.value.reason == "history incomplete"


HOSTILE = {
    "fsmonitor": "[core]\n\tfsmonitor = {run}\n",
    "pager": "[core]\n\tpager = {run}\n[pager]\n\tlog = {run}\n\tfor-each-ref = {run}\n",
    "ssh": "[core]\n\tsshCommand = {run}\n\tgitProxy = {run}\n\talternateRefsCommand = {run}\n",
    "textconv": '[diff "x"]\n\ttextconv = {run}\n\tcommand = {run}\n[diff]\n\texternal = {run}\n',
    "hooks": "[core]\n\thooksPath = {root}/hooks\n",
    "alias": "[alias]\n\tlog = !{run}\n\tfor-each-ref = !{run}\n",
    "promisor": "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n"
    '[remote "origin"]\n\tpromisor = true\n\turl = ext::{run} %S\n[protocol]\n\tallow = always\n',
    "pack hook": "[uploadpack]\n\tpackObjectsHook = {run}\n",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_of_the_repository_runs(tree: Path, tmp_path: Path, kind: str) -> None:
    run = tmp_path / "run"
    run.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-here\n")
    run.chmod(0o700)
    hooks = tree / ".git" / "hooks"
    for folder in (hooks, tree / "hooks"):
        folder.mkdir(exist_ok=True)
        for name in ("reference-transaction", "post-checkout", "pre-commit", "fsmonitor-watchman"):
            (folder / name).write_bytes(run.read_bytes())
            (folder / name).chmod(0o700)
    committed(tree, ".gitattributes", b"* diff=x\n")
    (tmp_path / "was-here").unlink(missing_ok=True)
    with (tree / ".git" / "config").open("a") as file:
        file.write(HOSTILE[kind].format(run=run, root=tree))

    assert told(tree, tmp_path).commits == 3
    assert not (tmp_path / "was-here").exists()


def test_a_graft_and_a_replacement_hide_no_commit(tree: Path, tmp_path: Path) -> None:
    newest = committed(tree, "b.py", b"y = 2\n")
    (tree / ".git" / "info").mkdir(exist_ok=True)
    (tree / ".git" / "info" / "grafts").write_text(f"{newest}\n")
    made(tree, "replace", "--graft", newest)

    # the replacement is a commit of its own, with all files
    assert told(tree, tmp_path).commits == 4


def test_our_commit_is_the_last_one(tree: Path, tmp_path: Path) -> None:
    layout = git_history.lay_out(git_history.tips(tree), tmp_path / "history.git")

    shown = made(layout.folder, "log", *git_history.LOG_OPTIONS, "-p", "-U0")

    assert shown.rstrip().endswith(f"+{layout.end_mark}")
    assert END_FILE in shown
