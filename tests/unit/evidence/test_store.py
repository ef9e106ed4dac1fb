"""Folders of runs: whole or not there, never on top of something else."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import zstandard

from auditor.errors import ConfigError
from auditor.evidence import sealing, store
from auditor.evidence.store import RUNS, RunFolder, add_reports, check_output, find_run, named_folder
from auditor.model.artefact import Capture
from auditor.model.fact import Facts, Origin
from auditor.observe import Observed
from auditor.packing import packed
from auditor.stages.code.facts import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REPORTS = {"record.json": b"{}", "report.html": b"<html>"}
CAPTURE = Capture(data=b"said", media_type="text/plain")


RUN_ID = "20261128T220000Z-0a1b2c3d"


@pytest.fixture
def record() -> Observed:
    fact = SourceFile(subject="\udcff.py", origin=Origin(part="code=x"), language="python", size_bytes=1, sha256="s")
    return Observed(systems=(), facts={"x": Facts([fact])})


def write(
    observed: Observed, render: Callable[[], Mapping[str, bytes]], folder: Path | None
) -> tuple[Path, tuple[str, ...]]:
    half = RunFolder(folder, RUN_ID)
    packed([CAPTURE], half.place)
    return half.finish(observed, lambda: [(name, [data]) for name, data in render().items()])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_is_written_with_its_facts_and_captures(record: Observed) -> None:
    place, _ = write(record, lambda: REPORTS, Path("out"))

    digest = CAPTURE.digest.removeprefix("sha256:")
    facts = zstandard.ZstdDecompressor().stream_reader((place / "facts/SourceFile.jsonl.zst").read_bytes()).read()
    assert sorted(path.name for path in place.iterdir()) == ["captures", "facts", "record.json", "report.html"]
    assert (place / "captures/sha256" / digest[:2] / digest).read_bytes() == b"said"
    assert json.loads(facts)["subject"] == "\\udcff.py"


def test_many_facts_are_written_as_few_are() -> None:
    facts = [
        SourceFile(subject=f"{n}.py", origin=Origin(part="code=x"), language="python", size_bytes=1, sha256="s")
        for n in range(20_001)
    ]

    place, reports = write(Observed(systems=(), facts={"x": Facts(facts)}), lambda: REPORTS, Path("out"))

    with zstandard.open(place / "facts/SourceFile.jsonl.zst", "rt", encoding="utf-8") as lines:
        assert len({json.loads(line)["subject"] for line in lines.read().splitlines()}) == 20_001
    assert reports == tuple(REPORTS)


def test_run_without_a_folder_gets_its_own_and_is_the_latest(record: Observed) -> None:
    place, _ = write(record, lambda: REPORTS, None)

    assert place == RUNS / RUN_ID
    assert (RUNS / "latest").resolve() == place.resolve()
    assert find_run("latest") == RUNS / "latest"
    assert find_run(RUN_ID) == place
    assert find_run(str(place / "record.json")) == place


@pytest.mark.parametrize("name", ["out", "deep/er/out", ".", "link", "../sibling"])
def test_absent_or_empty_folder_is_filled(record: Observed, name: str) -> None:
    Path("target").mkdir()
    Path("link").symlink_to("target")
    work = Path("work")
    work.mkdir()
    os.chdir(work)
    if name == "link":
        Path("link").symlink_to("../target")
    folder = Path(name)

    check_output(folder)
    write(record, lambda: REPORTS, folder)

    assert (folder / "record.json").read_bytes() == b"{}"
    assert not [path for path in folder.iterdir() if path.name.startswith(".part-")]


@pytest.mark.parametrize("name", ["full", "file", "file/inner", "dangling", "loop"])
def test_taken_place_is_refused_before_anything_is_observed(name: str) -> None:
    Path("full").mkdir()
    Path("full/mine").write_text("")
    Path("file").write_text("")
    Path("dangling").symlink_to("missing")
    Path("loop").symlink_to("loop")

    with pytest.raises(ConfigError, match=f"--output {name}"):
        check_output(Path(name))


def test_folder_that_was_filled_meanwhile_stays_as_it_is(record: Observed) -> None:
    folder = Path("out")
    folder.mkdir()
    (folder / "mine").write_text("")

    with pytest.raises(ConfigError, match="is not empty any more: mine"):
        write(record, lambda: REPORTS, folder)

    assert [path.name for path in folder.iterdir()] == ["mine"]


def test_run_that_cannot_be_written_leaves_nothing(record: Observed) -> None:
    with pytest.raises(ConfigError, match="name another folder with --output"):
        write(record, lambda: {**REPORTS, "n" * 300: b""}, Path("out"))

    assert not Path("out").exists()


def test_record_gets_its_name_last(record: Observed, monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []
    rename = Path.rename

    def noted(self: Path, target: Path) -> Path:
        named.append(target.name)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", noted)
    write(record, lambda: {**REPORTS, "z.txt": b""}, Path("out"))

    assert named[-1] == "record.json"


def test_a_run_that_is_given_up_leaves_nothing() -> None:
    half = RunFolder(Path("out"), RUN_ID)
    packed([CAPTURE], half.place)

    half.abandon()

    assert not Path("out").exists()


def test_a_folder_behind_one_that_is_not_there_is_found() -> None:
    assert named_folder("nowhere/../x") == Path("x").resolve()
    assert named_folder("x") == Path("x")


def test_reports_are_added_beside_others(here: Path) -> None:
    add_reports(Path("out"), {"a.md": b"1"})
    places = add_reports(Path("out"), {"a.md": b"2", "b.md": b"3"})

    assert places == [Path("out/a.md"), Path("out/b.md")]
    assert sorted(path.name for path in (here / "out").iterdir()) == ["a.md", "b.md"]
    assert Path("out/a.md").read_bytes() == b"2"


def test_reports_that_cannot_be_added_are_an_error() -> None:
    Path("file").write_text("")

    with pytest.raises(ConfigError, match="reports cannot be written to file"):
        add_reports(Path("file"), {"a.md": b""})


@pytest.mark.parametrize("name", ["missing", "latest", "n" * 5000, "..", ""])
def test_run_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(ConfigError, match="no run"):
        find_run(name)


@pytest.mark.parametrize("name", ["report.html", "record.json", ".report.html.1"])
def test_reports_are_never_written_through_a_planted_link(tmp_path: Path, name: str) -> None:
    folder, victim = tmp_path / "run", tmp_path / "victim"
    folder.mkdir()
    victim.write_text("untouched")
    (folder / name).symlink_to(victim)
    for number in range(os.getpid() - 3, os.getpid() + 4):
        (folder / f".report.html.{number}").symlink_to(victim)

    store.add_reports(folder, {"report.html": b"new", "record.json": b"new"})

    assert victim.read_text() == "untouched"
    assert not (folder / "report.html").is_symlink()
    assert (folder / "report.html").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("link", [".auditor", ".auditor/runs"])
def test_linked_folder_of_runs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "repo" / link).parent.mkdir(parents=True)
    (tmp_path / "repo" / link).symlink_to(tmp_path / "elsewhere")
    monkeypatch.chdir(tmp_path / "repo")

    with pytest.raises(ConfigError, match="is a link"):
        store.check_output(None)


def test_record_is_kept_elsewhere_where_its_folder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    place = store.rescued(b"{}", "20261129T000000Z-abcd")

    assert place is not None
    assert place.read_bytes() == b"{}"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert store.rescued(b"{}", "x") is None


def planted_run(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "record.json").write_bytes(b"{}")


def test_folder_that_came_with_the_tree_is_not_the_latest_run(here: Path) -> None:
    planted_run(RUNS / "20200101T000000Z-aa")
    (RUNS / "latest").symlink_to("20200101T000000Z-aa")

    with pytest.raises(ConfigError, match="not the latest run of this installation"):
        find_run("latest")
    assert find_run(".auditor/runs/latest")  # by its path it is the caller's own word
    assert here


@pytest.mark.parametrize("kind", ["folder", "link out", "file", "folder in the tree"])
def test_nothing_that_is_planted_under_that_name_is_believed(here: Path, kind: str) -> None:
    planted_run(here / "elsewhere")
    RUNS.mkdir(parents=True)
    match kind:
        case "folder":
            planted_run(RUNS / "latest")
        case "link out":
            (RUNS / "latest").symlink_to(here / "elsewhere")
        case "file":
            (RUNS / "latest").write_bytes(b"{}")
        case _:
            planted_run(here / "latest")

    with pytest.raises(ConfigError, match="latest"):
        find_run("latest")


def test_latest_run_is_ours_again_after_a_run_of_ours(record: Observed) -> None:
    planted_run(RUNS / "latest")
    place, _ = write(record, lambda: REPORTS, None)

    assert find_run("latest").resolve() == place.resolve()


@pytest.mark.parametrize("change", ["record", "link", "note", "elsewhere"])
def test_what_was_changed_behind_our_back_is_not_ours(record: Observed, here: Path, change: str) -> None:
    place, _ = write(record, lambda: REPORTS, None)
    match change:
        case "record":
            (place / "record.json").write_bytes(b'{"findings": []}')
        case "link":
            planted_run(RUNS / "other")
            (RUNS / "latest").unlink()
            (RUNS / "latest").symlink_to("other")
        case "note":
            (RUNS / ".latest-by").write_bytes(b"\0" * 32)
        case _:
            (here / "copy").mkdir()
            (here / ".auditor").rename(here / "copy" / ".auditor")
            os.chdir(here / "copy")

    with pytest.raises(ConfigError, match="not the latest run"):
        find_run("latest")


def test_file_of_a_run_is_made_and_nothing_is_written_through(record: Observed, here: Path) -> None:
    victim = here / "victim"
    victim.write_text("mine")
    half = RunFolder(Path("out"), RUN_ID)
    (half.place / "record.json").symlink_to(victim)

    with pytest.raises(ConfigError):
        half.finish(record, lambda: [("record.json", [b"{}"])])
    (here / "crash").mkdir()
    left = RunFolder(here / "crash", RUN_ID)
    (here / "crash" / "verdict.json").symlink_to(victim)
    left.leave(b"crashed")

    assert victim.read_text() == "mine"


def test_a_folder_that_holds_the_verdict_of_a_broken_run_alone_can_be_used_again(record: Observed, here: Path) -> None:
    broken = sealing.crashed("", "2026-11-28T22:00:00+00:00", ConfigError("no such file"))
    store.leave(here / "out", broken)
    store.leave(here / "out", broken)

    check_output(Path("out"))
    place, _names = RunFolder(Path("out"), RUN_ID).finish(
        record, lambda: [("record.json", [b"{}"]), ("verdict.json", [b"whole"])]
    )

    assert (place / "verdict.json").read_bytes() == b"whole"


@pytest.mark.parametrize(
    "data", [b"mine", b"{}", b'{"schema": "auditor-verdict/1", "problem": ""}', b'["auditor-verdict/1"]']
)
def test_a_verdict_that_is_not_of_a_broken_run_is_never_replaced(here: Path, data: bytes) -> None:
    (here / "out").mkdir()
    (here / "out" / "verdict.json").write_bytes(data)

    store.leave(here / "out", b"crashed")

    assert (here / "out" / "verdict.json").read_bytes() == data
    with pytest.raises(ConfigError, match="not empty"):
        check_output(Path("out"))


def test_what_a_killed_run_left_is_removed_at_any_moment_and_a_living_one_keeps_its_folder() -> None:
    """Killed before anything was written into it, a half folder had no lock and stayed for ever."""
    gone = RUNS / "20261128T215959Z-0a1b2c3d" / ".part-20261128T215959Z-0a1b2c3d"
    gone.mkdir(parents=True)
    living = RunFolder(None, RUN_ID)

    RunFolder(None, "20261128T220001Z-0a1b2c3d")

    assert not gone.parent.exists()
    assert living.place.is_dir()


def test_half_folder_that_is_swept_before_it_is_locked_is_made_again_and_locked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The run would go on in a folder that nobody holds, and the next run would remove it."""
    flock = fcntl.flock
    times: list[int] = []

    def swept_once(descriptor: int, how: int) -> None:
        if not times:
            times.append(how)
            next(RUNS.glob("*/.part-*")).rmdir()
        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", swept_once)
    living = RunFolder(None, RUN_ID)
    monkeypatch.undo()

    RunFolder(None, "20261128T220001Z-0a1b2c3d")

    assert living.place.is_dir()


def test_run_whose_folder_was_taken_away_does_not_end_whole_in_one_that_was_made_anew(record: Observed) -> None:
    """What had been spooled was lost without a word: a later capture had made the folder again."""
    half = RunFolder(Path("out"), RUN_ID)
    shutil.rmtree("out")
    packed([CAPTURE], half.place)

    with pytest.raises(ConfigError, match="gone"):
        half.finish(record, lambda: [("record.json", [b"{}"])])

    assert not Path("out", "record.json").exists()
