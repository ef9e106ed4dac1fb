"""The wrapped programs of this machine: finds, checks and installs them.

A program is looked for in the variable ``AUDITOR_<NAME>``, in ``.tools/bin`` of a checkout, among our own installations
in the cache folder, and on PATH; the first that is there decides. Ours were made from locked recipes, and every file is
compared with the list that was taken then. A program from anywhere else must be of a tested version, and its digest
must stand in a pin file. What does not hold is refused; ``allowed`` names the programs that the user insists on: their
`Program.is_allowed` is False, so that the record tells.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.content import cache_folder
from auditor.errors import ConfigError, IntegrityError, ToolError, ToolMissing
from auditor.installation import state_folder
from auditor.model.record import ToolUse
from auditor.tools import manifest, process
from auditor.tools.install.circumstances import Circumstances
from auditor.tools.pins import GoModule, MirrorFile, Pin, Pins, Wheel, load_pins, site_pins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

_VERSION_OUTPUT_BYTES: Final = 1024 * 1024
_BEAT_S: Final = 0.5
UNKNOWN_VERSION: Final = "unknown"


class Source(StrEnum):
    """Where a program was found, in the order of search."""

    VARIABLE = "variable"
    CHECKOUT = "checkout"
    CACHE = "cache"
    PATH = "path"


class State(StrEnum):
    """How it stands with a program."""

    READY = "ready"
    REFUSED = "refused"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that may be started.

    Attributes:
        name: Name in the pin file.
        version: What it calls itself.
        path: The program.
        digest: SHA-256 over what is installed (``sha256:…``); of the one file where it is not our installation.
        is_allowed: False if it may be started only because the user insists.
        source: Where it was found.
        python: Its interpreter, of a Python program that we installed.
    """

    name: str
    version: str
    path: Path
    digest: str
    is_allowed: bool
    source: Source
    python: Path | None = None

    def use(self) -> ToolUse:
        """Return what the record says of it."""
        return ToolUse(name=self.name, version=self.version, digest=self.digest, is_allowed=self.is_allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of ``auditor tools doctor``.

    Attributes:
        pin: What is pinned.
        state: How it stands.
        program: The program, if it is ready.
        problem: Why it is not, empty otherwise.
        seconds: How long the last installation took, or usually takes.
    """

    pin: Pin
    state: State
    program: Program | None
    problem: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far an installation is.

    Attributes:
        name: Program.
        phase: ``waiting`` (for another installation of the same), ``environment``, ``packages``, ``build``,
            ``download``, ``digest``, ``check``, ``done``; ``present`` where nothing had to be done.
        seconds: Since its beginning.
        last_seconds: How long it took last time, or usually takes.
    """

    name: str
    phase: str
    seconds: float
    last_seconds: float


def _checkout() -> Path | None:
    root = Path(__file__).parents[2]
    return root if (root / "pyproject.toml").is_file() else None


@dataclass(frozen=True, slots=True)
class Programs:
    """Finds, checks and installs wrapped programs.

    Attributes:
        cache: Folder for installations and downloads.
        pins: What is pinned.
        allowed: Names of programs to start although they would be refused.
        variables: The user's environment.
        checkout: Root of our own source tree, if we run from one.
        version_limit_s: Time in which a program must tell its version.
    """

    cache: Path
    pins: Pins
    allowed: frozenset[str] = frozenset()
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    checkout: Path | None = field(default_factory=_checkout)
    version_limit_s: float = 30.0

    def __post_init__(self) -> None:
        """Refuse to allow what nobody knows.

        Raises:
            ConfigError: A name in ``allowed`` is not pinned.
        """
        if unknown := sorted(self.allowed - self.pins.by_name.keys()):
            message = f"no such wrapped program: {', '.join(unknown)} (known: {', '.join(self.pins.by_name)})"
            raise ConfigError(message)

    @classmethod
    def here(cls, allowed: Iterable[str] = ()) -> Programs:
        """Return the programs of this machine: the usual cache folder, our pin file and that of the site.

        Raises:
            ConfigError: A pin file is wrong.
        """
        return cls(cache_folder(), load_pins(site_pins()), frozenset(allowed))

    def find(self, name: str) -> Program:
        """Return a program that was checked just now.

        Raises:
            ToolMissing: It is not there.
            IntegrityError: It is there, and is not what it should be.
            ConfigError: No such program is pinned.
        """
        pin = self.pins[name]
        if given := self.variables.get(pin.variable):
            if not _can_execute(Path(given)):
                reason = reasons.NOT_INSTALLED
                detail = f"{pin.variable}={given} is no program"
                raise ToolMissing(reason, detail, name)
            return self._foreign(pin, Path(given), Source.VARIABLE)
        if self.checkout and _can_execute(beside := self.checkout / ".tools" / "bin" / name):
            return self._foreign(pin, beside, Source.CHECKOUT)
        if own := self._own(pin):
            return own
        if on_path := shutil.which(name, path=self.variables.get("PATH", "")):
            return self._foreign(pin, Path(on_path), Source.PATH)
        reason = reasons.NOT_INSTALLED
        detail = f"auditor tools install {name}"
        raise ToolMissing(reason, detail, name)

    def verify(self, program: Program) -> None:
        """Check a program once more, where time has passed since `find`.

        Raises:
            ToolMissing: It is gone.
            IntegrityError: It is not what it was.
        """
        now = self.find(program.name)
        if now.digest != program.digest or now.path != program.path:
            message = f"{program.name}: {program.path} was exchanged while it was in use"
            raise IntegrityError(message)

    def doctor(self) -> tuple[Row, ...]:
        """Return how it stands with every pinned program, in the order of the pin file."""
        return tuple(self._examined(pin) for pin in self.pins.by_name.values())

    def install(self, words: Iterable[str], progress: Callable[[Step], None]) -> tuple[Program, ...]:
        """Install programs, by their names or by those of the stages that need them, into the cache folder.

        What is installed already is checked, and made anew only if it was changed. Two installations of the same
        program wait for each other. Nothing is visible to `find` before it is complete.

        Raises:
            ConfigError: A word is neither a program nor a stage.
            ToolMissing: A tool for the installation is not there (Go).
            ToolError: An installation failed; those before it stay.
            IntegrityError: A mirror serves something else than was pinned.
        """
        pins = tuple(self.pins.named(words))
        built = [pin for pin in pins if isinstance(pin.recipe, GoModule)]
        fetched = [pin for pin in pins if not isinstance(pin.recipe, GoModule)]
        # a compiler keeps the processors busy, a download the network: side by side they take the time of one
        lanes = [lane for lane in (built, fetched) if lane]
        made: dict[str, Program] = {}
        stop, one_at_a_time = Event(), Lock()

        def tell(step: Step) -> None:
            with one_at_a_time:
                if stop.is_set():
                    raise _Stopped
                progress(step)

        def go_along(lane: Sequence[Pin]) -> None:
            for pin in lane:
                made[pin.name] = self._installed(pin, tell)

        with ThreadPoolExecutor(max(1, len(lanes))) as pool:
            work = [pool.submit(go_along, lane) for lane in lanes]
            try:
                for each in as_completed(work):
                    each.result()
            except BaseException:
                stop.set()
                raise
        return tuple(made[pin.name] for pin in pins)

    # -- what is there -----------------------------------------------------------------------------------------------

    def _home(self, pin: Pin) -> Path:
        return self.cache / "tools" / pin.name

    def _own(self, pin: Pin) -> Program | None:
        """Return our own installation; None if there is none.

        Raises:
            IntegrityError: It is not what was installed.
        """
        recipe = pin.recipe_digest()
        folder, list_file = self._home(pin) / recipe, self._home(pin) / f"{recipe}.json"
        is_allowed = True
        try:
            listed = manifest.read(list_file)
            if listed is None:
                return None
            _hold_known(folder, listed)
            checked = manifest.check(folder, listed)
        except IntegrityError as problem:
            if pin.name not in self.allowed:
                message = f"{problem}: `auditor tools install {pin.name}` makes it anew"
                raise IntegrityError(message) from problem
            is_allowed = False
            checked = manifest.take(folder, name=pin.name, version=pin.version, seconds=0)
        else:
            if checked is not listed:
                with suppress(OSError):  # a cache that cannot be written is only slower
                    manifest.write(checked, list_file)
        python = folder / "bin" / "python"
        return Program(
            name=pin.name,
            version=checked.version,
            path=folder / pin.program,
            digest=checked.digest,
            is_allowed=is_allowed,
            source=Source.CACHE,
            python=python if isinstance(pin.recipe, Wheel) else None,
        )

    def _foreign(self, pin: Pin, path: Path, source: Source) -> Program:
        """Return a program that we did not install.

        Raises:
            IntegrityError: Its version was not tested, or its digest is not in a pin file.
            ToolError: It could not be asked, for want of disk: that says nothing of the program.
        """
        path = path.absolute()
        digest = manifest.file_digest(path.resolve())
        problem = f"has digest {digest}, which stands in no pin file"
        if digest not in pin.digests and pin.name not in self.allowed:  # before it is run even once
            message = (
                f"{pin.name}: {path} {problem}: use ours (`auditor tools install {pin.name}`"
                f"{_first_remove(pin, path, source)}), or insist with `--allow-tool {pin.name}`"
            )
            raise IntegrityError(message)
        problem = ""
        try:
            version = _told_version(pin, path, self.version_limit_s)
        except ToolError as silence:
            if silence.reason in _NO_DISK:
                raise
            version, problem = UNKNOWN_VERSION, f"does not tell its version ({silence.reason}: {silence.detail})"
        else:
            if not pin.is_tested(version):
                problem = (
                    f"is version {version} (tested: {pin.tested_from} up to, but not including, {pin.tested_below})"
                )
            elif digest not in pin.digests:
                problem = f"has digest {digest}, which stands in no pin file"
        if problem and pin.name not in self.allowed:
            message = (
                f"{pin.name}: {path} {problem}: use ours (`auditor tools install {pin.name}`"
                f"{_first_remove(pin, path, source)}), or insist with `--allow-tool {pin.name}`"
            )
            raise IntegrityError(message)
        return Program(
            name=pin.name,
            version=version,
            path=path,
            digest=digest,
            is_allowed=not problem,
            source=source,
        )

    def _examined(self, pin: Pin) -> Row:
        state, program, problem = State.READY, None, ""
        try:
            program = self.find(pin.name)
        except ToolMissing as missing:
            state, problem = State.MISSING, missing.detail
        except (IntegrityError, ToolError) as refused:
            state, problem = State.REFUSED, str(refused)
        return Row(pin=pin, state=state, program=program, problem=problem, seconds=self._last_seconds(pin))

    # -- installation ------------------------------------------------------------------------------------------------

    def _installed(self, pin: Pin, progress: Callable[[Step], None]) -> Program:
        begin, last = time.monotonic(), self._last_seconds(pin)

        def tell(phase: str) -> None:
            progress(Step(name=pin.name, phase=phase, seconds=time.monotonic() - begin, last_seconds=last))

        home = self._home(pin)
        try:
            home.mkdir(parents=True, exist_ok=True)
            with _locked(home / "lock", lambda: tell("waiting")):
                if own := self._intact(pin):
                    tell("present")
                    return own
                self._make(pin, tell)
                own = self._own(pin)
        except OSError as problem:
            reason = reasons.CANNOT_BE_INSTALLED
            detail = f"{problem}; AUDITOR_CACHE names the folder to install in (now {self.cache})"
            raise ToolError(reason, detail, pin.name) from problem
        if own is None:
            reason = reasons.CANNOT_BE_INSTALLED
            detail = f"{home} was emptied meanwhile"
            raise ToolError(reason, detail, pin.name)
        tell("done")
        return own

    def _intact(self, pin: Pin) -> Program | None:
        try:
            own = self._own(pin)
        except IntegrityError:
            return None
        return own if own and own.is_allowed else None

    def _make(self, pin: Pin, tell: Callable[[str], None]) -> None:
        """Fill the folder; it counts only from the moment when the list of its files is written, the last thing.

        A virtual environment cannot be moved, so everything is made in its final place.
        """
        begin = time.monotonic()
        home, recipe = self._home(pin), pin.recipe_digest()
        folder, work, list_file = home / recipe, home / "work", home / f"{recipe}.json"
        list_file.unlink(missing_ok=True)
        for each in (folder, work):
            shutil.rmtree(each, ignore_errors=True)
            each.mkdir()
        here = Circumstances(
            name=pin.name,
            folder=folder,
            work=work,
            downloads=self.cache / "downloads",
            variables=self.variables,
            tell=tell,
        )
        try:
            _carry_out(pin, here)
            tell("check")
            version = _told_version(pin, folder / pin.program, self.version_limit_s)
            if version != pin.version:
                reason = reasons.WRONG_VERSION
                detail = f"what was installed calls itself {version} (expected {pin.version})"
                raise ToolError(reason, detail, pin.name)
            seconds = time.monotonic() - begin
            taken = manifest.take(folder, name=pin.name, version=version, seconds=seconds)
            _note(folder, taken.digest)
            manifest.write(taken, list_file)
            (home / "seconds").write_text(f"{seconds:.1f}\n", encoding="ascii")
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _last_seconds(self, pin: Pin) -> float:
        try:
            return float((self._home(pin) / "seconds").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return pin.usual_s


_NO_DISK: Final = frozenset({reasons.DISK_FULL, reasons.NO_SCRATCH_FOLDER, reasons.NO_SCRATCH_FILE})


class _Stopped(Exception):  # noqa: N818 - no error: another installation failed, or the user wants to stop
    """Ends an installation at its next sign of life."""


def _carry_out(pin: Pin, here: Circumstances) -> None:
    """Follow the recipe; each way is imported only where it is gone."""
    match pin.recipe:
        case Wheel() as recipe:
            from auditor.tools.install import wheel  # noqa: PLC0415

            wheel.install(recipe, here)
        case GoModule() as recipe:
            from auditor.tools.install import go  # noqa: PLC0415

            go.install(recipe, pin.program, here)
        case MirrorFile() as recipe:
            from auditor.tools.install import mirror  # noqa: PLC0415

            mirror.install(recipe, pin.program, here)


def _hold_known(folder: Path, listed: manifest.Manifest) -> None:
    """Hold an installation against what this one knows outside the cache: it is not replaced together with its list.

    The first time that an installation is seen it is noted; after that its digest does not change.

    Raises:
        IntegrityError: It is another one.
    """
    place = _noted(folder)
    try:
        known = place.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        known = ""
    if known and known != listed.digest:
        message = f"{listed.name} in {folder} was exchanged together with its list: {listed.digest} is not {known}"
        raise IntegrityError(message)
    if not known:
        _note(folder, listed.digest)


def _noted(folder: Path) -> Path:
    name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:32]
    return state_folder() / "programs" / name


def _note(folder: Path, digest: str) -> None:
    """Note the digest of an installation that we made or see for the first time."""
    place = _noted(folder)
    with suppress(OSError):  # where nothing can be kept, nothing is known
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(digest + "\n")
        half.replace(place)


def _told_version(pin: Pin, path: Path, timeout_s: float) -> str:
    """Return what a program says of its version.

    Raises:
        ToolError: It cannot be started, hangs, or says nothing that the pin's pattern knows.
    """
    with process.scratch_folder() as scratch:
        done = process.run(
            [str(path), *pin.version_arguments],
            environment=process.standard_environment(scratch, {"PYTHONDONTWRITEBYTECODE": "1"}),
            folder=scratch,
            timeout_s=timeout_s,
            output_limit_bytes=_VERSION_OUTPUT_BYTES,
            tool=pin.name,
        )
    for line in (done.stdout + b"\n" + done.stderr).decode(errors="replace").splitlines():
        if found := re.search(pin.version_pattern, line.strip()):
            return found[1]
    reason = reasons.UNKNOWN_VERSION
    detail = f"exit code {done.exit_code}, no line matches {pin.version_pattern}"
    raise ToolError(reason, detail, pin.name)


def _can_execute(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _first_remove(pin: Pin, path: Path, source: Source) -> str:
    match source:
        case Source.VARIABLE:
            return f" and unset {pin.variable}"
        case Source.CHECKOUT:
            return f" and remove {path}"
        case _:
            return ""


@contextmanager
def _locked(file: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock that ends with its holder, however that ends."""
    with file.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                waiting()
                time.sleep(_BEAT_S)
        yield
