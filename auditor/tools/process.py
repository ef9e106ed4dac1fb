"""Starts programs: the only module that does.

What holds for every program (style.md §9, scan-tools.md §1): an argv list and no shell; the environment that is
given and nothing else; a session of its own; stdout and stderr in files, never in two pipes read in turn; bounds on
time, output, memory and the size of any file; no network unless asked for. No child outlives its call, whatever ends
it: the time limit, an exception, Ctrl-C, or a SIGKILL of our own process.

A non-zero exit is an answer, not an error: the module of each tool says which codes mean what.
"""

from __future__ import annotations

import atexit
import fcntl
import itertools
import os
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Self
from weakref import WeakSet

from auditor import reasons
from auditor.errors import ToolError, ToolMissing, ToolTimeout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB
STDERR_TAIL_BYTES: Final = 64 * 1024
_BEAT_S: Final = 0.5
_DYING_S: Final = 5.0
_FULL_DISK_BYTES: Final = MIB
SYSTEM_PATH: Final = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_ELF: Final = b"\x7fELF"
# How the helpers that hold a program begin a complaint of their own, and the exit codes they complain with.
_HELPERS: Final = (b"unshare: ", b"prlimit: ", b"setpriv: ", b"nsenter: ", b"watchdog: ")
_HELPER_CODES: Final = frozenset({1, 126, 127})
# util-linux 2.38: unshare cannot end itself by SIGKILL as its program ended, complains, and exits with 1.
_KILLED: Final = b"unshare: sigprocmask unblock failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """A program that ended by itself.

    Attributes:
        exit_code: As the program gave it; minus the signal number where a signal ended it.
        stdout: All of it.
        stderr: Its last 64 KiB.
        seconds: Wall time.
        was_isolated: True if it had no network.
    """

    exit_code: int
    stdout: bytes
    stderr: bytes
    seconds: float
    was_isolated: bool

    @property
    def complaint(self) -> str:
        """Exit code and the last line of stderr, for an error message."""
        lines = self.stderr[-400:].decode("utf-8", "replace").strip().splitlines()
        return f"exit code {self.exit_code}: {lines[-1] if lines else 'it said nothing'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """How this machine lets us hold a program.

    Attributes:
        ties: Words that tie a program's life to ours and set its limits (``setpriv … prlimit``).
        offline: Words that take the network away and end all descendants with the program (``unshare … --``); empty
            where the kernel does not allow it.
        online: The same with the network left as it is.
        witnesses: Where ``nsenter`` and ``env`` are; empty where the kernel does not let them tell who is there.
    """

    ties: tuple[str, ...] = ()
    offline: tuple[str, ...] = ()
    online: tuple[str, ...] = ()
    witnesses: tuple[str, ...] = ()

    def only_beside(self, process: int, folder: Path) -> tuple[str, ...]:
        """Return words behind the ties that go on in a folder only while a process is there.

        The kernel tells no child of a parent that died before the child asked to be told. To enter the folder that the
        parent works in is the one thing that fails without it and needs no rights; ``env`` leads back.
        """
        if not self.witnesses:
            return ()
        nsenter, env = self.witnesses
        return (nsenter, f"--target={process}", "--wd", "--", env, f"--chdir={folder.absolute()}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one program.

    Attributes:
        memory_bytes: Address space of each of its processes (``RLIMIT_AS``); None for no bound. Programs reserve far
            more than they use: semgrep needs 8 GiB (scan-tools.md §1); Go programs have ``GOMEMLIMIT`` instead.
        file_size_bytes: Size of any one file it writes (``RLIMIT_FSIZE``).
    """

    memory_bytes: int | None = None
    file_size_bytes: int = 4 * GIB


DEFAULT_LIMITS: Final = Limits()


class Running:
    """A program that was started and has not been waited for; made by `started`."""

    def __init__(self, process: subprocess.Popen[bytes], stdout: IO[bytes], stderr: IO[bytes]) -> None:
        """Hold the process and the files it writes to."""
        self.pid = process.pid
        self._process = process
        self._stdout = stdout
        self._stderr = stderr

    def exit_code(self, wait_s: float = 0.0) -> int | None:
        """Return the exit code, or None if the program still runs after this many seconds."""
        _await_end(self._process, wait_s)
        if (code := self._process.poll()) is None:
            return None
        return -signal.SIGKILL if code == 1 and _last_line(self.stderr()).startswith(_KILLED) else code

    def output_bytes(self) -> int:
        """Return how many bytes it has written so far, to stdout or to stderr, whichever is more."""
        return max(os.fstat(self._stdout.fileno()).st_size, os.fstat(self._stderr.fileno()).st_size)

    def stdout(self) -> bytes:
        """Return all of its stdout so far."""
        return os.pread(self._stdout.fileno(), os.fstat(self._stdout.fileno()).st_size, 0)

    def stderr(self) -> bytes:
        """Return the tail of its stderr so far."""
        size_bytes = os.fstat(self._stderr.fileno()).st_size
        return os.pread(self._stderr.fileno(), STDERR_TAIL_BYTES, max(0, size_bytes - STDERR_TAIL_BYTES))


def standard_environment(scratch: Path, switches: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the whole environment of a wrapped program: fixed locale, nothing of the user's.

    Args:
        scratch: Folder that serves as HOME and TMPDIR.
        switches: Variables of the tool itself; they win.
    """
    return {
        "PATH": SYSTEM_PATH,
        "LANG": "C.UTF-8",
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        **(switches or {}),
    }


@contextmanager
def scratch_folder(within: Path | None = None, *, is_removed_later: bool = False) -> Iterator[Path]:
    """Lend an empty folder that is gone afterwards.

    Args:
        within: Folder to make it in; the system's folder for temporary files if not given.
        is_removed_later: It is removed while we go on, and at the latest when this process ends.

    Raises:
        ToolError: No folder can be made: no TMPDIR, a read-only file system, a full disk.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=within))
    except OSError as problem:
        reason = reasons.NO_SCRATCH_FOLDER
        detail = f"set TMPDIR to a folder that can be written ({problem})"
        raise ToolError(reason, detail) from problem
    # the lock lives as long as anybody of ours who may use the folder; `sweep` takes what nobody holds
    held = _held(folder)
    try:
        yield folder
    finally:
        if is_removed_later:
            removing = threading.Thread(target=_remove, args=(folder, held))
            _removing.add(removing)
            removing.start()
        else:
            _remove(folder, held)


_removing: Final[WeakSet[threading.Thread]] = WeakSet()


@atexit.register
def await_removals() -> None:
    """Wait until the folders are gone that were to be removed later."""
    for removing in list(_removing):
        removing.join()


def _remove(folder: Path, held: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if held >= 0:
        os.close(held)


@contextmanager
def quick_scratch_folder(room_bytes: int) -> Iterator[Path]:
    """Lend an empty folder in memory where there is room, and where not, as `scratch_folder` does.

    For a program that writes thousands of small files, which disks are slow at: pyrefly's 7,000 took 0.1 s of system
    time there, and 0.4 to 4 s on a disk that others use (measured).

    Args:
        room_bytes: What will be written; there must be twice as much, for others use that memory, too.

    Raises:
        ToolError: No folder can be made.
    """
    within = _MEMORY if _has_room(_MEMORY, 2 * room_bytes) else None
    with scratch_folder(within, is_removed_later=True) as folder:
        yield folder


def _has_room(folder: Path, room_bytes: int) -> bool:
    try:
        free = os.statvfs(folder)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK) and free.f_bavail * free.f_frsize >= room_bytes


_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, as in any other
"""A file system in memory, where Linux has one (`shm_overview(7)`); containers often give it 64 MiB."""
_SCRATCH: Final = "auditor-scratch-"
_FRESH_S: Final = 30.0
"""A folder younger than this may not be locked yet."""


def _held(folder: Path) -> int:
    """Return a descriptor that holds the lock of a folder, -1 where there can be none."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return -1
    return descriptor


def _roots(within: Path | None) -> Iterator[Path]:
    """Yield where scratch folders lie."""
    if within is not None:
        yield within
        return
    with suppress(OSError):  # no folder for temporary files at all: nothing lies there, and who needs one will say so
        yield Path(tempfile.gettempdir())
    yield _MEMORY


def sweep(within: Path | None = None) -> int:
    """Remove scratch folders that a run left that was killed with all that belonged to it; return how many.

    They hold copies of the target, which no masker has seen.
    """
    count = 0
    for folder in itertools.chain.from_iterable(root.glob(f"{_SCRATCH}*") for root in _roots(within)):
        with suppress(OSError):
            state = folder.lstat()
            is_ours = stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid()
            if is_ours and time.time() - state.st_mtime > _FRESH_S and (held := _held(folder)) >= 0:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(held)
                count += 1
    return count


def run(  # noqa: PLR0913 - each is a bound or a circumstance of its own, all named
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    timeout_s: float,
    output_limit_bytes: int = 256 * MIB,
    memory_limit_bytes: int | None = None,
    file_size_limit_bytes: int = DEFAULT_LIMITS.file_size_bytes,
    network: bool = False,
    stdin: bytes | None = None,
    on_beat: Callable[[float], None] | None = None,
    tool: str = "",
    confinement: Confinement | None = None,
) -> Completed:
    """Run a program to its end.

    Args:
        argv: Program (a path, or a name on the PATH of ``environment``) and its arguments.
        environment: All of it.
        folder: Working folder, which can be written; stdout and stderr lie there, unnamed, meanwhile.
        timeout_s: Wall time after which the program and all that it started are killed.
        output_limit_bytes: Bound on stdout and on stderr.
        memory_limit_bytes: See `Limits`.
        file_size_limit_bytes: See `Limits`.
        network: Leave it the network.
        stdin: What it reads; nothing if not given.
        on_beat: Called once the program runs, and about twice a second, with the seconds so far. What it raises ends
            the program, too.
        tool: Name and version for error messages; the program's file name if not given.
        confinement: How to hold it; what this machine allows if not given.

    Raises:
        ToolMissing: There is no such program.
        ToolTimeout: It was stopped at its time limit.
        ToolError: It could not be started, wrote too much, or filled the disk.
    """
    tool = tool or Path(argv[0]).name
    confinement = confinement or confinement_here()
    output_limit_bytes = min(output_limit_bytes, file_size_limit_bytes - 1)
    begin = time.monotonic()
    with started(
        argv,
        environment=environment,
        folder=folder,
        limits=Limits(memory_bytes=memory_limit_bytes, file_size_bytes=file_size_limit_bytes),
        network=network,
        stdin=stdin,
        tool=tool,
        confinement=confinement,
    ) as running:
        if on_beat:
            on_beat(0.0)
        exit_code = None
        while exit_code is None:
            left_s = begin + timeout_s - time.monotonic()
            exit_code = running.exit_code(max(0.0, min(_BEAT_S, left_s)))
            if running.output_bytes() > output_limit_bytes:
                reason = reasons.OUTPUT_TOO_LARGE
                detail = f"more than {output_limit_bytes} bytes on stdout or stderr"
                raise ToolError(reason, detail, tool)
            if exit_code is None and left_s <= 0:
                reason = reasons.TIME_LIMIT
                detail = f"stopped after {timeout_s:g} s"
                raise ToolTimeout(reason, detail, tool)
            if on_beat:
                on_beat(time.monotonic() - begin)
        completed = Completed(
            exit_code=exit_code,
            stdout=running.stdout(),
            stderr=running.stderr(),
            seconds=time.monotonic() - begin,
            was_isolated=bool(confinement.offline) and not network,
        )
    _check_end(completed, folder, tool)
    return completed


@contextmanager
def started(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    limits: Limits = DEFAULT_LIMITS,
    network: bool = False,
    stdin: bytes | None = None,
    tool: str = "",
    confinement: Confinement | None = None,
) -> Iterator[Running]:
    """Start a program, and end it and all that it started when the block is left; for servers.

    The thread that enters must stay alive in the block: the kernel ties the program's life to it. Arguments are those
    of `run`.

    Raises:
        ToolMissing: There is no such program.
        ToolError: It could not be started.
    """
    tool = tool or Path(argv[0]).name
    command = (_located(argv[0], environment, tool), *argv[1:])
    confinement = confinement or confinement_here()
    namespace = confinement.online if network else confinement.offline
    with ExitStack() as held:
        stdin_file = None if stdin is None else held.enter_context(_scratch_file(folder, tool, stdin))
        stdout = held.enter_context(_scratch_file(folder, tool))
        stderr = held.enter_context(_scratch_file(folder, tool))
        lifeline = held.enter_context(_Lifeline())
        try:
            process = subprocess.Popen(
                (
                    *confinement.ties,
                    *_limit_switches(limits),
                    "--",
                    *confinement.only_beside(os.getpid(), folder),
                    *namespace,
                    *command,
                )
                if namespace
                else lifeline.watching(limits, command),
                stdin=stdin_file or subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
                pass_fds=() if namespace else (lifeline.far_end,),
            )
        except (OSError, ValueError) as problem:
            reason = reasons.COULD_NOT_BE_STARTED
            raise ToolError(reason, str(problem), tool) from problem
        try:
            yield Running(process, stdout, stderr)
        finally:
            _end(process, lifeline)


@cache
def confinement_here() -> Confinement:
    """Find out, once, what the kernel allows."""
    return find_confinement(_succeeds, is_root=os.geteuid() == 0)


def find_confinement(succeeds: Callable[[Sequence[str]], bool], *, is_root: bool) -> Confinement:
    """Return the strongest confinement whose try-out succeeds: PID namespace, and network namespace without network.

    Args:
        succeeds: Runs an argv and tells whether it ended with 0.
        is_root: True if we may make namespaces without a user namespace, in which root could not read files of other
            owners.
    """
    setpriv, prlimit, unshare, true = (_system_program(name) for name in ("setpriv", "prlimit", "unshare", "true"))
    if not (setpriv and prlimit and unshare and true):
        return Confinement()
    ties = (setpriv, "--pdeathsig", "KILL", "--no-new-privs", prlimit)
    nsenter, env = _system_program("nsenter"), _system_program("env")
    witnesses = (nsenter, env) if nsenter and env else ()
    for user in ((), ("--map-current-user",)) if is_root else (("--map-current-user",),):
        online = (unshare, *user, "--pid", "--fork", "--kill-child", "--")
        offline = (unshare, "--net", *online[1:])
        found = Confinement(ties=ties, offline=offline, online=online, witnesses=witnesses)
        tied = (*ties, *_limit_switches(DEFAULT_LIMITS), "--")
        if witnesses and succeeds((*tied, *found.only_beside(os.getpid(), Path("/")), *offline, true)):
            return found
        if succeeds((*tied, *offline, true)):
            return replace(found, witnesses=())
    return Confinement()


class _Lifeline:
    """A pipe whose other end is held by ``watchdog.py``: when our end closes, for whatever reason, all is ended."""

    def __init__(self) -> None:
        self.far_end, self._our_end = os.pipe()
        self.is_watched = False

    def watching(self, limits: Limits, command: Sequence[str]) -> tuple[str, ...]:
        """Return the argv of a watchdog that starts the command."""
        self.is_watched = True
        watchdog = Path(__file__).with_name("watchdog.py")
        bounds = (str(limits.memory_bytes or 0), str(limits.file_size_bytes))
        return (sys.executable, "-I", "-S", "-B", str(watchdog), str(self.far_end), *bounds, *command)

    def cut(self) -> None:
        """Close our end."""
        if self._our_end >= 0:
            os.close(self._our_end)
            self._our_end = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        os.close(self.far_end)


def _await_end(process: subprocess.Popen[bytes], wait_s: float) -> None:
    """Wait so long for the end of a program; `subprocess` alone looks for it every twentieth of a second."""
    if process.poll() is not None:
        return
    try:
        ended = os.pidfd_open(process.pid)
    except (OSError, AttributeError):  # Linux before 5.3, and other systems
        with suppress(subprocess.TimeoutExpired):
            process.wait(wait_s)
        return
    try:
        waiting = select.poll()
        waiting.register(ended, select.POLLIN)
        waiting.poll(wait_s * 1000)
    finally:
        os.close(ended)


def _end(process: subprocess.Popen[bytes], lifeline: _Lifeline) -> None:
    """End a program and all that it started; nothing happens if it has ended, for its descendants went with it."""
    lifeline.cut()
    if process.poll() is not None:
        return
    if not lifeline.is_watched:
        _kill_children(process.pid)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_DYING_S)
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _kill_children(unshare: int) -> None:
    """Kill the first process of the namespace: its parent ends only when all of the namespace is gone."""
    children = Path(f"/proc/{unshare}/task/{unshare}/children")
    with suppress(OSError):
        for child in children.read_text(encoding="ascii").split():
            os.kill(int(child), signal.SIGKILL)
            return
    os.killpg(unshare, signal.SIGKILL)


def _limit_switches(limits: Limits) -> tuple[str, ...]:
    memory = () if limits.memory_bytes is None else (f"--as={limits.memory_bytes}",)
    return ("--core=0", f"--fsize={limits.file_size_bytes}", *memory)


def _located(name: str, environment: Mapping[str, str], tool: str) -> str:
    path = shutil.which(name, path=environment.get("PATH", SYSTEM_PATH))
    if path is None:
        reason = reasons.NOT_INSTALLED
        detail = f"{name} is no program that can be executed"
        raise ToolMissing(reason, detail, tool)
    try:
        with Path(path).open("rb") as file:
            start = file.read(len(_ELF))
    except OSError as problem:
        reason = reasons.COULD_NOT_BE_STARTED
        raise ToolError(reason, str(problem), tool) from problem
    if not start.startswith((_ELF, b"#!")):  # what the kernel does not know, util-linux would give to a shell
        reason = reasons.COULD_NOT_BE_STARTED
        detail = f"{path} is neither an ELF file nor a script"
        raise ToolError(reason, detail, tool)
    return str(Path(path).absolute())


@contextmanager
def _scratch_file(folder: Path, tool: str, content: bytes = b"") -> Iterator[IO[bytes]]:
    """Lend an unnamed file that is gone with its last user, even after SIGKILL."""
    try:
        file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by the with below
        file.write(content)
        file.seek(0)
    except OSError as problem:
        reason = reasons.NO_SCRATCH_FILE
        detail = f"{folder}: {problem.strerror or problem}"
        raise ToolError(reason, detail, tool) from problem
    with file:
        yield file


def _check_end(completed: Completed, folder: Path, tool: str) -> None:
    """Raise what the exit code cannot say: it was never executed, or it ran out of disk."""
    last = _last_line(completed.stderr)
    if completed.exit_code in _HELPER_CODES and last.startswith(_HELPERS):
        reason = reasons.COULD_NOT_BE_STARTED
        raise ToolError(reason, last.decode(errors="replace"), tool)
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < _FULL_DISK_BYTES:
        reason = reasons.DISK_FULL
        detail = f"no space left in {folder}: what the program wrote may be cut off"
        raise ToolError(reason, detail, tool)


def _last_line(output: bytes) -> bytes:
    return output.strip().rpartition(b"\n")[2]


def _system_program(name: str) -> str | None:
    return shutil.which(name, path=SYSTEM_PATH)


def _succeeds(argv: Sequence[str]) -> bool:
    try:
        done = subprocess.run(
            argv, check=False, stdin=subprocess.DEVNULL, capture_output=True, timeout=_DYING_S, env={}
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0
