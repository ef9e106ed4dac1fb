"""What ``--new-since`` means: runs and revisions are spelled apart; nothing in the audited tree is taken for a run."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from auditor import plan, since
from auditor.conclude import conclude
from auditor.errors import ConfigError
from auditor.evidence import store
from auditor.observe import Observed, observe
from auditor.report import json as record_json
from auditor.request import Request

if TYPE_CHECKING:
    from auditor.model.record import Record
    from auditor.plan import Plan


class Quiet:
    """Nobody watches."""

    def started(self, *_: object) -> None:
        """Nothing."""

    progress = ended = tick = started


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=n", "-c", "user.email=n@example.com"]
    program = shutil.which("git") or "git"
    done = subprocess.run([program, *who, "-C", folder, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    (folder / "notes.txt").write_text("hello\n")
    monkeypatch.chdir(folder)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def planned(*targets: str) -> Plan:
    return plan.make(Request(targets=targets or ("kubernetes=.",), is_cached=False))


def looked() -> Observed:
    with TemporaryDirectory() as spool:
        return observe(planned().assignment, now=datetime.now(UTC), spool=Path(spool), watcher=Quiet())


def compared(name: str) -> Record:
    """Return the record of a run that is compared with a revision."""
    earlier = since.found(since.name(name), planned(), Quiet(), lambda: "")
    return conclude(looked(), planned().rules, gate=planned().gate, earlier=earlier)


def run_at(folder: Path) -> None:
    """Write the record of a run that found nothing, as an attacker would."""
    seen = looked()
    record = conclude(seen, planned().rules, gate=planned().gate)
    store.RunFolder(folder, record.run.id).finish(seen, lambda: [("record.json", record_json.pieces(record))])


@pytest.mark.parametrize("branch", ["main", "feature/x", "origin/main"])
def test_folder_with_the_name_of_a_branch_is_no_run(tree: Path, branch: str) -> None:
    if branch != "main":
        git(tree, "branch", branch)
    run_at(tree / branch)

    try:
        earlier = since.name(branch)
        since.check(earlier, planned())
    except ConfigError as error:
        assert "run:" in str(error)  # noqa: PT017 - either is right, taking it for a run is not
    else:
        assert earlier.record is None


def test_run_is_named_by_its_path_or_as_the_latest(tree: Path) -> None:
    run_at(tree / "kept")

    for spelled in ("run:kept", "./kept", "./kept/record.json", f"{tree}/kept"):
        earlier = since.name(spelled)
        since.check(earlier, planned())

        assert earlier.record is not None
        assert earlier.digest.startswith("sha256:")
    with pytest.raises(ConfigError, match="no run"):
        since.name("latest")


@pytest.mark.parametrize("spelled", ["nowhere", "./nowhere", "kept", "--help"])
def test_what_is_neither_is_refused_before_anything_runs(tree: Path, spelled: str) -> None:
    run_at(tree / "kept")

    with pytest.raises(ConfigError, match="no revision"):
        since.check(since.name(spelled), planned())


def test_record_says_what_was_compared(tree: Path) -> None:
    (tree / "a.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    head = git(tree, "rev-parse", "HEAD")

    record = compared("main")

    assert record.run.comparison is not None
    assert (record.run.comparison.kind, record.run.comparison.id) == ("revision", head)


def test_revision_whose_files_are_missing_is_a_gap_and_no_lost_run(tree: Path) -> None:
    for each in (tree / ".git" / "objects").glob("[0-9a-f][0-9a-f]/*"):
        if git(tree, "cat-file", "-t", each.parent.name + each.name) == "blob":
            each.unlink()

    record = compared("main")

    assert "cannot be compared" in [gap.reason for gap in record.gaps]
    assert record.gate.exit_code in {1, 3}
    assert [f for f in record.findings if f.is_new is False] == []
