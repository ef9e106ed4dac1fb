from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from auditor.errors import ToolError, ToolMissing, ToolTimeout
from auditor.tools.process import (
    Completed,
    Confinement,
    Limits,
    confinement_here,
    find_confinement,
    run,
    scratch_folder,
    standard_environment,
    started,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MIB = 1024 * 1024
UNCONFINED = Confinement()
# Starts a grandchild in a session of its own, which writes its pid (as our namespace sees it) and sleeps on.
FAMILY = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    os.execv("/bin/sleep", ["sleep", sys.argv[1]])
time.sleep(float(sys.argv[1]))
"""


@pytest.fixture(params=["namespaces", "watchdog"])
def confinement(request: pytest.FixtureRequest) -> Confinement:
    """Both ways of holding a program; the second is that of a kernel without namespaces."""
    if request.param == "watchdog":
        return UNCONFINED
    found = confinement_here()
    assert found.offline, "this machine gives no namespaces: the first way cannot be tested here"
    return found


def shell(script: str, folder: Path, confinement: Confinement, **bounds: object) -> Completed:
    given: dict[str, object] = {"timeout_s": 20.0, "environment": standard_environment(folder), **bounds}
    return run(["/bin/sh", "-c", script], folder=folder, confinement=confinement, **given)  # type: ignore[arg-type]


def alive(marker: str) -> list[int]:
    """Find the processes whose command line holds this marker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = Path(f"/proc/{entry.name}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if marker.encode() in words:
                found.append(int(entry.name))
    return found


def is_asleep(marker: str) -> bool:
    """Tell whether the family is complete; the programs that confine it hold the marker before they have begun to."""
    commands = []
    for number in alive(marker):
        try:
            commands.append(Path(f"/proc/{number}/cmdline").read_bytes())
        except OSError:
            continue
    return any(command.split(b"\0")[0] == b"sleep" for command in commands)


def eventually(holds: Callable[[], bool], within_s: float = 10.0) -> bool:
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def test_exit_code_and_both_outputs_are_returned(tmp_path: Path, confinement: Confinement) -> None:
    done = shell("echo out; echo err >&2; exit 3", tmp_path, confinement)

    assert (done.exit_code, done.stdout, done.stderr) == (3, b"out\n", b"err\n")


def test_death_by_signal_is_told_as_a_negative_exit_code(tmp_path: Path, confinement: Confinement) -> None:
    done = shell("sh -c 'kill -9 $$'; exec sh -c 'exit 7'", tmp_path, confinement)
    killed = run(
        [sys.executable, "-c", "import ctypes; ctypes.string_at(0)"],
        environment=standard_environment(tmp_path),
        folder=tmp_path,
        timeout_s=20,
        confinement=confinement,
    )

    assert done.exit_code == 7
    assert killed.exit_code == -signal.SIGSEGV


def test_program_that_somebody_killed_is_told_from_one_that_ended(tmp_path: Path, confinement: Confinement) -> None:
    marker = f"6{time.time_ns() % 10**9}.5"

    def kill(_seconds: float) -> None:
        for pid in alive(marker):
            if Path(f"/proc/{pid}/comm").read_text() == "sleep\n":
                os.kill(pid, signal.SIGKILL)

    done = run(
        ["sleep", marker],
        environment=standard_environment(tmp_path),
        folder=tmp_path,
        timeout_s=20,
        on_beat=kill,
        confinement=confinement,
    )

    assert done.exit_code == -signal.SIGKILL


def test_environment_is_exactly_what_was_given(tmp_path: Path, confinement: Confinement) -> None:
    os.environ["AUDITOR_CANARY"] = "must not be inherited"

    done = run(
        ["/usr/bin/env"],
        environment={"LANG": "C.UTF-8", "A": "1"},
        folder=tmp_path,
        timeout_s=20,
        confinement=confinement,
    )

    assert sorted(done.stdout.splitlines()) == [b"A=1", b"LANG=C.UTF-8"]


def test_standard_environment_holds_nothing_of_the_user(tmp_path: Path) -> None:
    environment = standard_environment(tmp_path, {"TOOL_SWITCH": "1"})

    assert set(environment) == {"PATH", "LANG", "HOME", "TMPDIR", "TOOL_SWITCH"}
    assert environment["HOME"] == environment["TMPDIR"] == str(tmp_path)


def test_no_shell_reads_the_arguments(tmp_path: Path, confinement: Confinement) -> None:
    hostile = "$(touch pwned); `touch pwned`; a\nb *"

    done = run(
        ["printf", "%s", hostile],
        environment=standard_environment(tmp_path),
        folder=tmp_path,
        timeout_s=20,
        confinement=confinement,
    )

    assert done.stdout.decode() == hostile
    assert list(tmp_path.iterdir()) == []


def test_stdin_is_what_was_given_or_nothing(tmp_path: Path, confinement: Confinement) -> None:
    assert shell("cat", tmp_path, confinement, stdin=b"given").stdout == b"given"
    assert shell("cat", tmp_path, confinement).stdout == b""


def test_more_than_a_pipe_holds_on_stderr_does_not_hang(tmp_path: Path, confinement: Confinement) -> None:
    done = shell("head -c 3000000 /dev/zero >&2; echo end >&2; echo done", tmp_path, confinement)

    assert done.stdout == b"done\n"
    assert done.stderr.endswith(b"end\n")
    assert len(done.stderr) == 64 * 1024


def test_missing_program_is_named(tmp_path: Path, confinement: Confinement) -> None:
    (tmp_path / "plain").write_text("not executable")

    for name in ("no-such-program", "/no/such/program", str(tmp_path / "plain"), str(tmp_path)):
        with pytest.raises(ToolMissing, match="not installed"):
            run([name], environment={"PATH": "/usr/bin"}, folder=tmp_path, timeout_s=5, confinement=confinement)


def test_file_that_the_kernel_cannot_execute_is_no_answer(tmp_path: Path, confinement: Confinement) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"echo this is no program")
    broken.chmod(0o755)

    with pytest.raises(ToolError, match="could not be started"):
        run([str(broken)], environment={}, folder=tmp_path, timeout_s=5, confinement=confinement)


def test_too_long_argument_list_is_an_error(tmp_path: Path, confinement: Confinement) -> None:
    with pytest.raises(ToolError, match="could not be started"):
        run(["echo", "x" * 4_000_000], environment={"PATH": "/bin"}, folder=tmp_path, timeout_s=5)
    with pytest.raises(ToolError, match="could not be started"):
        run(["echo", "nul\0byte"], environment={"PATH": "/bin"}, folder=tmp_path, timeout_s=5, confinement=confinement)


def test_time_limit_kills_grandchildren_too(tmp_path: Path, confinement: Confinement) -> None:
    marker = f"1{time.time_ns() % 10**9}.5"
    begin = time.monotonic()

    with pytest.raises(ToolTimeout, match="time limit"):
        run(
            [sys.executable, "-c", FAMILY, marker],
            environment=standard_environment(tmp_path),
            folder=tmp_path,
            timeout_s=1.0,
            confinement=confinement,
        )

    assert time.monotonic() - begin < 5
    assert alive(marker) == []


def test_descendants_end_with_the_program(tmp_path: Path, confinement: Confinement) -> None:
    marker = f"2{time.time_ns() % 10**9}.5"

    done = shell(f"setsid sleep {marker} & sleep {marker} & exit 0", tmp_path, confinement)

    assert done.exit_code == 0
    assert eventually(lambda: alive(marker) == [], within_s=2)


def test_exception_in_the_caller_kills_the_program(tmp_path: Path, confinement: Confinement) -> None:
    marker = f"3{time.time_ns() % 10**9}.5"

    for stop in (KeyboardInterrupt, SystemExit, ValueError):

        def beat(_seconds: float, stop: type[BaseException] = stop) -> None:
            assert eventually(lambda: alive(marker) != [], within_s=10)
            raise stop

        with pytest.raises(stop):
            run(
                [sys.executable, "-c", FAMILY, marker],
                environment=standard_environment(tmp_path),
                folder=tmp_path,
                timeout_s=30,
                on_beat=beat,
                confinement=confinement,
            )
        assert alive(marker) == []


@pytest.mark.parametrize("way", ["namespaces", "watchdog"])
def test_sigkill_of_our_process_leaves_no_child(tmp_path: Path, way: str) -> None:
    marker = f"4{time.time_ns() % 10**9}.5"
    ours = f"""
from pathlib import Path
from auditor.tools.process import Confinement, run
run([{sys.executable!r}, "-c", {FAMILY!r}, {marker!r}], environment={{}}, folder=Path({str(tmp_path)!r}), timeout_s=60,
    confinement=None if {way!r} == "namespaces" else Confinement())
"""
    parent = subprocess.Popen([sys.executable, "-c", ours])
    assert eventually(lambda: is_asleep(marker))

    parent.kill()
    parent.wait()

    assert eventually(lambda: alive(marker) == [])


def test_sigkill_before_the_ties_hold_leaves_no_child(tmp_path: Path) -> None:
    """Whoever dies between the start of a program and the moment in which it is tied to us leaves nothing behind."""
    marker = f"5{time.time_ns() % 10**9}.5"
    began = tmp_path / "began"
    slow = tmp_path / "slow"
    slow.write_text(f'#!/bin/sh\ntouch {began}\nsleep 2\nexec "$@"\n')
    slow.chmod(0o700)
    ours = f"""
import dataclasses
from pathlib import Path
from auditor.tools.process import confinement_here, run
held = confinement_here()
late = dataclasses.replace(held, ties=({str(slow)!r}, *held.ties))
run([{sys.executable!r}, "-c", {FAMILY!r}, {marker!r}], environment={{"PATH": "/usr/bin:/bin"}},
    folder=Path({str(tmp_path)!r}), timeout_s=60, confinement=late)
"""
    parent = subprocess.Popen([sys.executable, "-c", ours])
    assert eventually(began.exists)

    parent.kill()
    parent.wait()

    assert eventually(lambda: alive(marker) == [])
    assert not is_asleep(marker)


def test_output_over_the_limit_ends_the_program(tmp_path: Path, confinement: Confinement) -> None:
    begin = time.monotonic()

    for stream in ("", ">&2"):
        with pytest.raises(ToolError, match="output too large"):
            shell(f"yes {stream}", tmp_path, confinement, output_limit_bytes=MIB, file_size_limit_bytes=64 * MIB)

    assert time.monotonic() - begin < 15


def test_output_cut_off_by_the_file_limit_is_never_returned(tmp_path: Path, confinement: Confinement) -> None:
    with pytest.raises(ToolError, match="output too large"):
        shell("head -c 100000 /dev/zero; exit 0", tmp_path, confinement, file_size_limit_bytes=50_000)


def test_file_over_the_limit_cannot_be_written(tmp_path: Path, confinement: Confinement) -> None:
    shell("head -c 9000000 /dev/zero > big", tmp_path, confinement, file_size_limit_bytes=MIB)

    assert (tmp_path / "big").stat().st_size <= MIB


def test_memory_limit_holds(tmp_path: Path, confinement: Confinement) -> None:
    done = run(
        [sys.executable, "-c", "x = bytearray(2_000_000_000)"],
        environment=standard_environment(tmp_path),
        folder=tmp_path,
        timeout_s=30,
        memory_limit_bytes=512 * MIB,
        confinement=confinement,
    )

    assert done.exit_code == 1
    assert b"MemoryError" in done.stderr


def test_program_has_no_network_unless_asked_for(tmp_path: Path) -> None:
    script = "cat /proc/self/net/dev"

    isolated = shell(script, tmp_path, confinement_here())
    connected = shell(script, tmp_path, confinement_here(), network=True)

    assert isolated.was_isolated
    assert not connected.was_isolated
    assert len(isolated.stdout.splitlines()) == 3
    assert len(connected.stdout.splitlines()) >= 3
    assert isolated.stdout != connected.stdout


def test_kernel_without_namespaces_is_told_in_the_answer(tmp_path: Path) -> None:
    done = shell("exit 0", tmp_path, UNCONFINED)

    assert not done.was_isolated


def test_strongest_confinement_that_works_is_taken() -> None:
    tried: list[Sequence[str]] = []

    def refuses_root(argv: Sequence[str]) -> bool:
        tried.append(argv)
        return "--map-current-user" in argv

    assert "--map-current-user" in find_confinement(refuses_root, is_root=True).offline
    assert sum("--pid" in argv for argv in tried) == len(tried) == 3
    assert "--map-current-user" not in find_confinement(lambda _: True, is_root=True).offline
    assert "--net" not in find_confinement(lambda _: True, is_root=False).online
    assert find_confinement(lambda _: False, is_root=True) == UNCONFINED


def test_programs_are_held_where_nothing_tells_who_is_there() -> None:
    found = find_confinement(lambda argv: "--wd" not in argv, is_root=True)

    assert found.offline
    assert found.only_beside(os.getpid(), Path("/")) == ()
    assert "--wd" in find_confinement(lambda _: True, is_root=True).only_beside(os.getpid(), Path("/"))


def test_missing_scratch_folder_is_a_clear_error(tmp_path: Path, confinement: Confinement) -> None:
    with pytest.raises(ToolError, match=r"no scratch file: .*/gone: No such file"):
        shell("exit 0", tmp_path / "gone", confinement, environment={})


def test_no_place_for_scratch_folders_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="set TMPDIR to a folder that can be written"), scratch_folder(tmp_path / "no"):
        pass


def test_scratch_folder_is_gone_afterwards() -> None:
    with scratch_folder() as folder:
        (folder / "file").write_text("x")

    assert not folder.exists()


def test_full_disk_is_never_taken_for_an_answer(tmp_path: Path) -> None:
    script = """
from pathlib import Path
from auditor.errors import ToolError
from auditor.tools.process import run
try:
    run(["/bin/sh", "-c", "head -c 9000000 /dev/zero > big; exit 0"], environment={"PATH": "/bin:/usr/bin"},
        folder=Path("small"), timeout_s=20)
except ToolError as problem:
    print(problem.reason)
"""
    (tmp_path / "small").mkdir()

    done = subprocess.run(
        [
            *("unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=2M none small && exec "$@"', "sh"),
            *(sys.executable, "-c", script),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == "disk full\n", done.stderr


def test_beat_tells_the_seconds_so_far(tmp_path: Path, confinement: Confinement) -> None:
    beats: list[float] = []

    shell("sleep 1.2", tmp_path, confinement, on_beat=beats.append)

    assert len(beats) >= 3
    assert beats == sorted(beats)
    assert beats[0] == 0.0, "the first one says that the program runs"


def test_server_ends_when_the_block_is_left(tmp_path: Path, confinement: Confinement) -> None:
    marker = f"5{time.time_ns() % 10**9}.5"

    with started(
        ["sh", "-c", f"echo ready; sleep {marker}"],
        environment=standard_environment(tmp_path),
        folder=tmp_path,
        limits=Limits(),
        confinement=confinement,
    ) as server:
        assert eventually(lambda: server.stdout() == b"ready\n")
        assert server.exit_code() is None

    assert alive(marker) == []


def test_open_files_do_not_leak(tmp_path: Path, confinement: Confinement) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))

    for _ in range(3):
        shell("exit 0", tmp_path, confinement)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
