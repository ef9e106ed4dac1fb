"""Bad input and trouble: each ends in a clear error or a gap, never in a traceback, never in a pass.

No test says so itself: the bench fails any command that shows a traceback.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor.model.digest import writable
from tests.e2e.conftest import alive, descendants, latest, wait_for, without_permissions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.conftest import Bench

GOOD, FAILED, USAGE, OPEN, INTEGRITY, STOPPED = 0, 1, 2, 3, 4, 130


def test_good_tree_passes_so_that_the_rest_means_something(bench: Bench) -> None:
    bench.write("a.py", "x = 1\n")

    done = bench.run()

    assert (done.exit_code, done.gaps) == (GOOD, []), done.stderr


def files(gaps: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the gaps of files; languages of which no file was read, and an unsearched history, stand beside them."""
    return {gap for gap in gaps if gap != ("code=tree", "no file was read whole") and gap[0] != ".git"}


# -- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["missing", "n" * 5000, "tree/a.py/inner"])
def test_place_that_is_not_there_is_an_error(bench: Bench, place: str) -> None:
    bench.write("a.py")

    done = bench.run(target=place)

    assert done.exit_code == USAGE
    assert "no such folder" in done.stderr or "cannot be searched" in done.stderr


def test_target_that_is_not_there_is_an_error_before_anything_runs(bench: Bench) -> None:
    done = bench.run(target="code=missing")

    assert (done.exit_code, done.stdout, done.record) == (USAGE, b"", {})
    assert done.stderr == "error: no such path: missing (code=missing)\n"


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("code=/dev/null", "special file"),
        ("code=tree", "nothing to look at"),
        ("tree", "nothing to look at"),
        ("/dev/null", "special file"),
    ],
)
def test_place_that_holds_nothing_is_not_assessed(bench: Bench, target: str, reason: str) -> None:
    done = bench.run(target=target)

    assert done.exit_code == OPEN
    assert reason in [gap["reason"] for gap in done.record["gaps"]]
    assert "pass" not in {row["verdict"] for row in done.record["findings"]}


@pytest.mark.parametrize("target", ["code=tree", "tree"])
def test_folder_without_permission_is_a_gap_and_the_rest_is_found(bench: Bench, target: str) -> None:
    bench.prefix = without_permissions()
    bench.write("a.py")
    bench.write("closed/b.py").parent.chmod(0)
    bench.write("c.py").chmod(0)

    done = bench.run(target=target)

    assert (done.exit_code, done.failures) == (FAILED, ["a.py:2"])
    assert files(done.gaps) == {("closed", "no permission"), ("c.py", "no permission")}
    assert "pass" not in {row["verdict"] for row in done.record["findings"]}


@pytest.mark.parametrize("target", ["code=tree", "tree", "code=tree/inner"])
def test_whole_folder_without_permission_is_not_assessed(bench: Bench, target: str) -> None:
    bench.prefix = without_permissions()
    bench.write("inner/a.py")
    bench.tree.chmod(0)

    done = bench.run(target=target)

    assert done.exit_code == OPEN
    assert "pass" not in {row["verdict"] for row in done.record["findings"]}


def test_special_files_links_and_huge_files_are_gaps_and_hold_nothing_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write("a.py")
    outside = bench.root / "outside.py"
    outside.write_text("import pickle\npickle.load(f)\n")
    os.mkfifo(bench.tree / "pipe.py")
    monkeypatch.chdir(bench.tree)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
    (bench.tree / "out.py").symlink_to(outside)
    (bench.tree / "loop.py").symlink_to("loop.py")
    (bench.tree / "again").symlink_to(".")
    (bench.tree / "device.py").symlink_to("/dev/zero")
    with (bench.tree / "huge.py").open("wb") as file:
        file.truncate(3 * 1024**3)
    if os.geteuid() == 0:
        os.mknod(bench.tree / "node.py", 0o600 | 0o020000, os.makedev(1, 5))

    done = bench.run(limit_s=60)

    expected = {
        ("pipe.py", "special file"),
        ("socket.py", "special file"),
        ("out.py", "link out of the tree"),
        ("device.py", "link out of the tree"),
        ("loop.py", "broken link"),
        ("huge.py", "too large"),
    }
    assert done.failures == ["a.py:2"]
    assert files(done.gaps) - {("node.py", "special file")} == expected
    own = [gap for gap in done.gaps if gap in files(done.gaps)]
    assert len(own) == len(expected) + (os.geteuid() == 0), "a gap of a file stands there once"


def test_line_of_nearly_a_hundred_kilobytes_is_read_and_shown_in_part(bench: Bench) -> None:
    bench.write("a.py", "import pickle; pickle.load(f); x = '" + "\\a'b\"" * 19_000 + "\n")
    bench.write("b.py", "#" * 1_000_001)

    done = bench.run()

    assert done.failures == ["a.py:1"]
    assert ("b.py", "too large") in done.gaps
    assert {subject for subject, _reason in done.gaps} <= {"b.py", "code=tree"}
    assert max(len(row["location"]["snippet"]) for row in done.record["findings"] if row["location"]) < 1000


def test_odd_names_are_audited_and_do_not_steer_the_terminal(bench: Bench) -> None:
    names = [
        "new\nline.py",
        " blank .py",
        "中文.py",
        "-rf.py",
        os.fsdecode(b"\xff\xfe.py"),
        "\x1b[2Jx\u202e.py",
        "a\\b.py",
    ]
    for name in names:
        bench.write(name)

    done = bench.auditor("run", "--only", "code", "tree")

    assert sorted(row["location"]["file"] for row in done.record["findings"] if row["verdict"] == "fail") == sorted(
        writable(name) for name in names
    )
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr
    assert done.gaps == []


def test_finding_in_a_file_with_an_odd_name_is_explained_and_reported_again(bench: Bench) -> None:
    bench.write(os.fsdecode(b"\xff\x1b[2J.py"))
    fingerprint = next(row["fingerprint"] for row in bench.run().record["findings"] if row["verdict"] == "fail")

    explained = bench.auditor("explain", fingerprint)
    reported = bench.auditor("report", "--output", "again")

    assert (explained.exit_code, reported.exit_code) == (GOOD, GOOD), explained.stderr + reported.stderr
    assert b"data-pickle-not-loaded" in explained.stdout
    assert b"\x1b" not in explained.stdout
    assert (bench.root / "again" / "findings.sarif").is_file()


# -- git ---------------------------------------------------------------------------------------------------------------


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["/usr/bin/git", "-c", "user.name=Li Wei", "-c", "user.email=li@example.com", *words],
        cwd=folder,
        env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def repository(bench: Bench) -> None:
    bench.write("a.py", "import pickle\npickle.load(f)  # nosec\n")
    git(bench.tree, "init", "-q", "-b", "main")
    git(bench.tree, "add", ".")
    git(bench.tree, "commit", "-q", "-m", "one")


def test_comment_in_the_code_shows_its_author(bench: Bench) -> None:
    repository(bench)

    done = bench.run()

    (finding,) = [row for row in done.record["findings"] if row["verdict"] == "fail"]
    assert finding["suppressed_in_code"]["author"] == "Li Wei"


def test_comment_that_git_knows_at_another_line_has_no_author(bench: Bench) -> None:
    bench.write("a.py", "import pickle\npickle.load(f)  # nosec\nx = 1\n")
    git(bench.tree, "init", "-q", "-b", "main")
    git(bench.tree, "add", ".")
    git(bench.tree, "commit", "-q", "-m", "one")
    bench.write("a.py", "import pickle\n# mine\npickle.load(f)  # nosec\n")

    done = bench.run()

    (finding,) = [row for row in done.record["findings"] if row["verdict"] == "fail"]
    assert finding["suppressed_in_code"] == {"comment": "nosec", "author": "", "date": ""}


def no_commits(tree: Path) -> None:
    shutil.rmtree(tree / ".git")
    git(tree, "init", "-q", "-b", "main")


def another_owner(tree: Path) -> None:
    """Root gives the repository away; git refuses one that is not ours. Other users cannot, and leave it as it is."""
    for folder, _folders, files in os.walk(tree / ".git"):
        for name in ("", *files):
            os.chown(Path(folder, name), *((12345, 12345) if os.geteuid() == 0 else (-1, -1)))


def no_objects(tree: Path) -> None:
    shutil.rmtree(tree / ".git/objects")


def broken_index(tree: Path) -> None:
    (tree / ".git/index").write_bytes(b"rubbish")


def empty_index(tree: Path) -> None:
    git(tree, "rm", "-q", "--cached", "a.py")


def broken_configuration(tree: Path) -> None:
    (tree / ".git/config").write_bytes(b"[core\n\xff")


@pytest.mark.parametrize(
    "trouble", [broken_index, empty_index, no_commits, another_owner, no_objects, broken_configuration]
)
def test_repository_in_trouble_hides_no_file(bench: Bench, trouble: Callable[[Path], None]) -> None:
    repository(bench)
    trouble(bench.tree)

    done = bench.run()

    assert (done.exit_code, done.failures, files(done.gaps)) == (FAILED, ["a.py:2"], set())


@pytest.mark.parametrize("revision", ["no-such-revision", "--help", "HEAD~99", "tree", "HEAD; true"])
def test_unknown_revision_is_an_error_before_anything_is_scanned(bench: Bench, revision: str) -> None:
    repository(bench)

    done = bench.run(f"--new-since={revision}")

    assert done.exit_code == USAGE
    assert done.record == {}
    assert revision in done.stderr


def test_revision_of_what_is_no_repository_is_an_error(bench: Bench) -> None:
    bench.write("a.py")
    bench.environment["GIT_CEILING_DIRECTORIES"] = str(bench.root)

    assert bench.run("--new-since", "HEAD").exit_code == USAGE


# -- programs ----------------------------------------------------------------------------------------------------------


def not_assessed(bench: Bench, reason: str, *words: str, limit_s: float = 60) -> None:
    """The rules of semgrep are open for a reason, those of bandit are not; where it reported, a second time too."""
    bench.write("a.py")
    for _ in range(2 if reason in {"not scanned", "unreadable report"} else 1):
        done = bench.run(*words, limit_s=limit_s)

        assert done.exit_code == OPEN, done.stderr
        reasons = [reason for _subject, reason in done.gaps]
        # of one file that was not scanned, each group of rules that reads it says so too
        assert [each for each in reasons if each != "no file was read whole"] == [reason]
        verdicts = {row["verdict"] for row in done.record["findings"] if row["id"] == "data-pickle-not-loaded"}
        assert verdicts == {"not_assessed"}
        assert "nothing_found" in {row["verdict"] for row in done.record["findings"] if row["id"].startswith("bandit-")}


def test_missing_semgrep_is_a_gap(bench: Bench) -> None:
    bench.environment["AUDITOR_SEMGREP"] = str(bench.root / "no-such-program")

    not_assessed(bench, "not installed")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("os.abort()", "failed"),
        ("open(out, 'w').write('{\"results\": [')\nsys.exit(0)", "unreadable report"),
        ("sys.exit('Traceback (most recent call last): cannot write to HOME')", "failed"),
        ("sys.exit(0)", "failed"),
        ("open(out, 'wb').write(os.urandom(100_000))", "unreadable report"),
        ("open(out, 'w').write('')", "unreadable report"),
        ("open(out, 'w').write('[' * 1_000_000)", "unreadable report"),
        ("write({'version': '1', 'results': [], 'errors': [], 'paths': {'scanned': []}})", "not scanned"),
        ("os.write(1, b'x' * 1000)\nos.write(2, b'\\x1b[2J\\xff' * 100_000)\nsys.exit(2)", "failed"),
    ],
    ids=["aborted", "half a report", "crash", "no report", "garbage", "empty", "deep", "nothing seen", "noise"],
)
def test_semgrep_in_trouble_is_a_gap(bench: Bench, body: str, reason: str) -> None:
    bench.fake("semgrep", body)

    not_assessed(bench, reason)


def _command_line(pid: int) -> list[bytes]:
    """Return the words of a process; none if it ended meanwhile."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return []


def test_semgrep_that_is_killed_half_way_is_a_gap(bench: Bench) -> None:
    bench.write("a.py")
    mark = bench.root / "half"
    bench.fake_semgrep(f"open(out, 'w').write('{{\"results\": [')\nopen({str(mark)!r}, 'w')\ntime.sleep(600)\n")

    started = bench.start("run", "--only", "code", "--format", "json", "code=tree")
    wait_for(mark.exists)
    for pid in descendants(started.pid):
        words = _command_line(pid)
        if words[1:2] == [b"-ISB"] and words[2].endswith(b"fake-semgrep"):
            os.kill(pid, signal.SIGKILL)
    done = bench.ended(started, bench.root, limit_s=30)

    assert done.exit_code == OPEN
    assert done.gaps == [("code=tree", "failed")]


def test_semgrep_that_loses_a_file_is_a_gap(bench: Bench) -> None:
    bench.write("b.py", "x = 1\n")
    bench.fake_semgrep("files.pop()\n")

    done = bench.run()

    assert files(done.gaps) == {("b.py", "not scanned")}


def test_semgrep_that_speaks_of_other_files_is_not_believed(bench: Bench) -> None:
    bench.fake_semgrep("found.append(('/etc/passwd', 1))\n")

    not_assessed(bench, "unreadable report")


def test_semgrep_that_hangs_ends_at_the_limit_and_what_the_other_found_is_kept(bench: Bench) -> None:
    bench.fake_semgrep("time.sleep(600)\n")
    bench.write("a.py")

    done = bench.run("--stage-limit", "6", limit_s=60)
    bench.fake_semgrep()
    again = bench.run()

    assert done.exit_code == OPEN
    assert {reason for _subject, reason in done.gaps} == {"time limit"}
    assert "pass" not in {row["verdict"] for row in done.record["findings"] if row["id"].startswith("data-")}
    assert (again.tallies, again.failures) == ((1, 1), ["a.py:2"])


def test_semgrep_that_fills_the_disk_is_a_gap_and_the_disk_is_given_back(bench: Bench) -> None:
    small = bench.root / "small"
    small.mkdir()
    user = () if os.geteuid() == 0 else ("--map-root-user",)
    mount = f'mount -t tmpfs -o size=4m tmpfs "{small}" && "$@"; code=$?; ls -A "{small}" >&2; exit $code'
    bench.prefix = ("unshare", *user, "--mount", "sh", "-c", mount, "sh")
    bench.environment["TMPDIR"] = str(small)
    bench.write("a.py")
    bench.fake_semgrep("open(os.path.join(os.path.dirname(out), 'log'), 'wb').write(bytes(100_000_000))\n")

    done = bench.run("--quiet")

    assert done.exit_code == OPEN
    assert done.gaps[0][0] == "code=tree"
    assert "auditor-" not in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda bench: bench.fake("semgrep", "", version="9.9.9"), "is version 9.9.9 (tested: "),
        (lambda bench: bench.fake("semgrep", "", version="semgrep is not for you"), "does not tell its version"),
        (lambda bench: Path(bench.environment["AUDITOR_SEMGREP"]).open("a").write("#"), "has digest"),  # noqa: SIM115
    ],
    ids=["version", "no version", "changed on disk"],
)
def test_semgrep_that_is_not_ours_is_refused_and_the_user_told_what_to_do(bench: Bench, change, said: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    bench.write("a.py")
    change(bench)

    done = bench.run()

    assert done.exit_code == INTEGRITY
    assert done.record["gate"]["exit_code"] == INTEGRITY
    told = " ".join(done.stdout.decode().split())
    assert said in told
    assert "--allow-tool semgrep" in told
    assert "pass" not in {row["verdict"] for row in done.record["findings"]}


def test_user_may_insist_on_a_program_and_the_record_says_so(bench: Bench) -> None:
    bench.write("a.py")
    bench.environment["AUDITOR_PINS"] = None

    done = bench.run("--allow-tool", "semgrep,bandit")

    assert done.failures == ["a.py:2"]
    allowed = {tool["name"]: tool["allowed"] for tool in done.record["run"]["tools"]}
    assert (allowed["semgrep"], allowed["bandit"]) == (False, False)


# -- room to work ------------------------------------------------------------------------------------------------------


def test_home_that_cannot_be_written_costs_nothing(bench: Bench) -> None:
    home = bench.root / "home"
    home.mkdir(mode=0o500)
    bench.prefix = without_permissions()
    bench.environment |= {"HOME": str(home), "AUDITOR_CACHE": None, "XDG_CACHE_HOME": None}
    bench.write("a.py")

    done = bench.run()

    # without a cache folder there is no installed pysa; the two others are scripts of this test
    others = [gap for gap in done.gaps if gap != ("code=tree", "not installed")]
    assert (done.failures, others, done.tallies) == (["a.py:2"], [], (0, 2))
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("place", ["missing", "file"])
def test_cache_that_cannot_be_made_costs_nothing(bench: Bench, place: str) -> None:
    (bench.root / "file").write_text("")
    bench.environment["AUDITOR_CACHE"] = str(bench.root / "file" / place)
    bench.write("a.py")

    done = bench.run()

    # semgrep and bandit are the bench's own; the program for data flows would lie in the cache
    assert (done.failures, done.gaps) == (["a.py:2"], [("code=tree", "not installed")])


def test_missing_folder_for_temporary_files_costs_nothing(bench: Bench) -> None:
    bench.environment["TMPDIR"] = str(bench.root / "missing")
    bench.write("a.py")

    done = bench.run()

    assert (done.failures, done.gaps) == (["a.py:2"], [])


def test_no_folder_for_temporary_files_at_all_is_a_gap(bench: Bench) -> None:
    work = bench.root / "work"
    work.mkdir()
    user = () if os.geteuid() == 0 else ("--map-root-user",)
    rights = " ".join(without_permissions())
    # what lies there stays visible: the interpreter may, where the checkout does
    close = 'mount --bind "$each" "$each" && mount -o remount,bind,ro "$each"'
    closed = f'for each in /tmp /var/tmp; do {close} || exit 99; done; cd "$0" && exec {rights} "$@"'
    # the bench itself lies below /tmp, so it is mounted elsewhere first
    move = f'mount --bind "{bench.root}" /mnt && export TMPDIR=/tmp && {closed}'
    bench.prefix = ("unshare", *user, "--mount", "sh", "-c", move, "/mnt/tree")
    bench.write("a.py")
    inside = {name: str(value).replace(str(bench.root), "/mnt") for name, value in bench.environment.items() if value}
    bench.environment |= {**inside, "AUDITOR_CACHE": "/mnt/cache"}
    bench.tree.chmod(0o555)

    done = bench.run("--output", "/mnt/run", target="code=/mnt/tree")

    assert done.exit_code in {OPEN, INTEGRITY}, done.stderr
    assert b"no scratch folder" in done.stdout


@pytest.mark.parametrize("words", [(), ("--output", "closed/run"), ("--output", "closed/../closed")])
def test_run_that_cannot_be_written_is_an_error_before_anything_is_scanned(
    bench: Bench, words: tuple[str, ...]
) -> None:
    bench.prefix = without_permissions()
    bench.write("a.py")
    folder = bench.root / "closed"
    folder.mkdir(mode=0o555)
    bench.fake_semgrep("time.sleep(600)\n")

    done = bench.auditor("run", *words, f"code={bench.tree}", folder=folder if not words else bench.root, limit_s=60)

    assert done.exit_code == USAGE
    assert "name another folder with --output" in done.stderr


@pytest.mark.parametrize("place", ["tree", "tree/a.py", "tree/a.py/run", "loop"])
def test_output_that_is_taken_is_an_error(bench: Bench, place: str) -> None:
    bench.write("a.py")
    (bench.root / "loop").symlink_to("loop")

    done = bench.run("--output", place)

    assert done.exit_code == USAGE
    assert list(bench.tree.iterdir()) == [bench.tree / "a.py"]


def test_empty_folder_is_filled_even_where_its_parent_is_closed(bench: Bench) -> None:
    bench.prefix = without_permissions()
    bench.write("a.py", "x = 1\n")
    place = bench.root / "parent" / "out"
    place.mkdir(parents=True)
    place.parent.chmod(0o555)

    done = bench.run("--output", str(place))

    assert done.exit_code == GOOD, done.stderr
    assert (
        sorted(path.name for path in place.iterdir()) == ["captures", "facts", "record.json"]
        or (place / "record.json").is_file()
    )


def test_disk_that_is_full_at_the_end_is_an_error_and_nothing_half_done_is_left(bench: Bench) -> None:
    bench.prefix = ("prlimit", "--fsize=50000:")
    bench.write("a.py")

    done = bench.auditor("run", "--only", "code", "--format", "json", "--output", "out", "code=tree")

    assert done.exit_code == USAGE
    assert "cannot be written to out" in done.stderr
    # a verdict is written in every case (product.md §3)
    assert [path.name for path in (bench.root / "out").iterdir()] == ["verdict.json"]


# -- configuration -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "system: {name: x}\ntargets: {code: [tree]}\ngaet: {}\n",
            "auditor.yaml:3: unknown key 'gaet': did you mean 'gate'?",
        ),
        ("system: {name: x}\ntargets: {code: 7}\n", "auditor.yaml:2: 'targets.code'"),
        ("a: &a [*a, *a]\n", "nested more than 32 deep"),
        ("[" * 100_000, "nested more than 32 deep"),
        ("a: [\n", "not YAML"),
        ("\0", "not YAML"),
    ],
)
def test_configuration_in_trouble_is_an_error_with_its_line(bench: Bench, text: str, said: str) -> None:
    (bench.root / "auditor.yaml").write_text(text)

    done = bench.auditor("run")

    assert done.exit_code == USAGE
    assert said in done.stderr


def test_configuration_without_targets_is_not_a_pass(bench: Bench) -> None:
    (bench.root / "auditor.yaml").write_text("system: {name: x}\ntargets: {}\n")

    assert bench.auditor("run", "--format", "json").exit_code in {USAGE, OPEN}


# -- interruptions -----------------------------------------------------------------------------------------------------


def test_two_runs_at_once_in_one_folder_both_end_well(bench: Bench) -> None:
    for number in range(20):
        bench.write(f"{number}.py")
    bench.fake_semgrep("time.sleep(1)\n")

    started = [bench.start("run", "--only", "code", "--format", "json", "code=tree") for _ in range(2)]
    ended = [bench.ended(each, bench.root) for each in started]

    assert [done.exit_code for done in ended] == [FAILED, FAILED]
    runs = list((bench.root / ".auditor" / "runs").glob("2*/record.json"))
    assert len(runs) == 2
    assert bench.run().tallies == (40, 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_a_run_early_with_a_record_and_the_next_goes_on(bench: Bench, number: signal.Signals) -> None:
    bench.write("a.py")
    mark = bench.root / "scanning"
    bench.fake_semgrep(f"open({str(mark)!r}, 'w')\ntime.sleep(600)\n")
    bench.environment["TMPDIR"] = str(bench.root / "scratch")
    (bench.root / "scratch").mkdir()

    started = bench.start("run", "--only", "code", "--format", "json", "code=tree")
    wait_for(mark.exists)
    wait_for((bench.cache / "observations.db").exists)
    time.sleep(1)  # bandit, which does not hang, is done and its observation kept
    pids = descendants(started.pid)
    started.send_signal(number)
    done = bench.ended(started, bench.root, limit_s=30)
    bench.fake_semgrep()
    again = bench.run()

    assert done.exit_code == OPEN
    assert done.record["run"]["interrupted"] == number.name
    assert {reason for _subject, reason in done.gaps} == {"interrupted"}
    assert alive(pids) == set()
    assert list((bench.root / "scratch").iterdir()) == []
    assert (again.tallies, again.failures) == ((1, 1), ["a.py:2"])


def test_second_signal_ends_a_run_at_once(bench: Bench) -> None:
    bench.write("a.py")
    mark = bench.root / "scanning"
    bench.fake_semgrep(f"open({str(mark)!r}, 'w')\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(600)\n")

    started = bench.start("run", "--only", "code", "code=tree")
    wait_for(mark.exists)
    pids = descendants(started.pid)
    began = time.monotonic()
    started.send_signal(signal.SIGINT)
    time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    done = bench.ended(started, bench.root, limit_s=30)

    assert done.exit_code in {STOPPED, OPEN}
    assert time.monotonic() - began < 15
    wait_for(lambda: not alive(pids))


@pytest.mark.parametrize("after_s", [0.1, 0.25, 0.4, 0.7, 1.0, 1.5, 2.5])
def test_signal_at_any_time_shows_no_traceback_and_leaves_no_half_run(bench: Bench, after_s: float) -> None:
    bench.write("a.py")

    started = bench.start("run", "--only", "code", "code=tree")
    time.sleep(after_s)
    with contextlib.suppress(ProcessLookupError):
        started.send_signal(signal.SIGINT)
    done = bench.ended(started, bench.root, limit_s=60)

    assert done.exit_code in {FAILED, OPEN, STOPPED, -signal.SIGINT}, done.stderr
    assert bool(done.record) or done.exit_code in {STOPPED, -signal.SIGINT}
    assert not list((bench.root / ".auditor").rglob(".part-*"))


def test_kill_at_any_moment_leaves_no_process_and_loses_no_finished_observation(bench: Bench) -> None:
    # 1. A whole run, so that it is known what there is to observe. 2. Killed at twenty moments, no process stays; what
    # was observed before is reused. 3. The next run has no half folder beside it.
    for number in range(6):
        bench.write(f"m{number}.py")
    bench.environment["TMPDIR"] = str(bench.root / "scratch")
    (bench.root / "scratch").mkdir()
    moment = random.Random(20261128)  # noqa: S311 - moments of a test

    reused = 0
    for _ in range(20):
        started = bench.start("run", "--only", "code", "--format", "json", "code=tree")
        time.sleep(moment.uniform(0.2, 4.0))
        pids = descendants(started.pid)
        started.kill()
        started.communicate()
        wait_for(lambda pids=pids: not alive(pids))  # type: ignore[misc]
        before, reused = reused, observations(bench)
        assert reused >= before

    again = bench.auditor("run", "--only", "code", "--format", "json", "code=tree")

    assert again.record["run"]["stages"][0]["reused"] >= reused
    assert not list((bench.root / ".auditor").rglob(".part-*"))


def observations(bench: Bench) -> int:
    """Return how many files have been observed by every scanner, so that a run reuses them."""
    place = bench.root / "cache" / "observations.db"
    if not place.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True)) as database:
        try:
            return int(database.execute("SELECT count(*) FROM observation").fetchone()[0]) // 2
        except sqlite3.OperationalError:
            return 0


def test_kill_of_the_whole_run_leaves_no_process_and_the_next_goes_on(bench: Bench) -> None:
    bench.write("a.py")
    mark = bench.root / "scanning"
    bench.fake_semgrep(f"open({str(mark)!r}, 'w')\ntime.sleep(600)\n")
    bench.environment["TMPDIR"] = str(bench.root / "scratch")
    (bench.root / "scratch").mkdir()

    started = bench.start("run", "--only", "code", "--format", "json", "code=tree")
    wait_for(mark.exists)
    time.sleep(1)
    pids = descendants(started.pid)
    started.kill()
    started.communicate()
    wait_for(lambda: not alive(pids))
    bench.fake_semgrep()
    again = bench.run()

    assert len(pids) > 2
    assert (again.exit_code, again.tallies, again.failures) == (FAILED, (1, 1), ["a.py:2"])
    wait_for(lambda: not list((bench.root / "scratch").iterdir()))


def test_kill_of_a_worker_costs_its_stage_and_nothing_else(bench: Bench) -> None:
    bench.write("a.py")
    mark = bench.root / "scanning"
    bench.fake_semgrep(f"open({str(mark)!r}, 'w')\ntime.sleep(600)\n")

    started = bench.start("run", "--only", "code", "--format", "json", "code=tree")
    wait_for(mark.exists)
    children = Path(f"/proc/{started.pid}/task/{started.pid}/children").read_text().split()
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    done = bench.ended(started, bench.root, limit_s=30)

    assert done.exit_code == OPEN
    assert {reason for _subject, reason in done.gaps} == {"stage killed"}


# -- output ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        "checks | head -1",
        "schema | head -c 1",
        "run --quiet --only code --format sarif --output - code=tree | head -c 1",
        "run --quiet --only code --format sarif --output - code=tree >&-",
        "checks >&-",
        "run --only code code=tree 2>&-",
        "run --only code code=tree 2>/dev/full",
        "checks >/dev/full",
    ],
)
def test_reader_that_leaves_early_sees_no_traceback(bench: Bench, command: str) -> None:
    bench.write("a.py")
    words = command.partition(" ")

    done = subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", f'"$0" -m auditor {words[0]} {words[2]}', sys.executable],
        cwd=bench.root,
        env=bench.variables(),
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    if command.startswith("run"):
        assert done.returncode == FAILED
        assert latest(bench.root)["gate"]["exit_code"] == FAILED
