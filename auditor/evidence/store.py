"""Writes a run to its folder, whole or not at all, and finds earlier ones."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import hmac
import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import zstandard

from auditor import installation
from auditor.errors import AuditorError, ConfigError
from auditor.evidence import chain, sealing
from auditor.formats.facts import SUFFIX, to_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from auditor.observe import Observed

RUNS: Final = Path(".auditor", "runs")
LATEST: Final = "latest"
_NOTE: Final = ".latest-by"
"""Holds the tag of the latest run, which nobody but this installation can make."""
_RECORD: Final = "record.json"
_HALF: Final = ".part-"
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW
_LINES_AT_ONCE: Final = 2_000
GAPS: Final = "Gap"
"""Gaps lie beside the facts: what was observed, before anything was concluded from it."""


def named_folder(given: str) -> Path:
    """Return the folder that ``--output`` names; ``..`` is resolved: a folder before it may not be there."""
    folder = Path(given)
    return folder.resolve() if ".." in folder.parts else folder


def check_output(folder: Path | None) -> None:
    """Make sure, before anything is observed, that a run can be written.

    Args:
        folder: Folder given by ``--output``, to become the folder of the run; None for a new one below `RUNS`.

    Raises:
        ConfigError: It is there and not empty, is no folder, or cannot be made or written.
    """
    named = f"--output {folder}" if folder else f"{RUNS} in this folder"
    for place in () if folder else (RUNS.parent, RUNS):
        if place.is_symlink():  # planted in the audited folder, it would have us write elsewhere
            message = f"{place} is a link, which is not followed: remove it, or name another folder with --output"
            raise ConfigError(message)
    try:
        if folder and folder.is_dir():
            if not all(sealing.is_of_broken_run(each) for each in folder.iterdir()):
                message = f"{named} is not empty: name a folder that is absent or empty"
                raise ConfigError(message)
        elif folder and os.path.lexists(folder):
            message = f"{named} is no folder: name a folder that is absent or empty"
            raise ConfigError(message)
        wanted = (folder or RUNS).absolute()
        there = next(place for place in (wanted, *wanted.parents) if os.path.lexists(place))
    except OSError as error:
        message = f"{named} cannot be used: {error.strerror}; name another folder with --output"
        raise ConfigError(message) from error
    if not there.is_dir():
        message = f"{named} cannot be made: {there} is no folder; name another folder with --output"
        raise ConfigError(message)
    if not os.access(there, os.W_OK | os.X_OK):
        message = f"{named} cannot be written: no permission in {there}; name another folder with --output"
        raise ConfigError(message)


class RunFolder:
    """The folder of a run while it is made: all of it is written before any of it has its own name.

    What is observed is spooled here as it comes (`place`); `finish` writes the rest, and gives ``record.json`` its name
    last. A run that ends otherwise leaves nothing but the half folder, which `abandon` removes.
    """

    def __init__(self, folder: Path | None, run_id: str) -> None:
        """Make the half folder.

        Args:
            folder: The run's own folder, absent or empty; a new one below ``.auditor/runs`` if not given.
            run_id: Identity of the run.

        Raises:
            ConfigError: It cannot be made.
        """
        _sweep()
        self._given = folder
        self._folder = folder or RUNS / run_id
        self._is_ours = not self._folder.is_dir()
        self.place = self._folder.absolute() / f"{_HALF}{run_id}"
        try:
            self._lock = _made_and_locked(self.place)
        except OSError as error:
            message = (
                f"the run cannot be written to {self._folder}: {error.strerror}; name another folder with --output"
            )
            raise ConfigError(message) from error
        if folder is None:
            _ignore_in_git(RUNS.parent)

    def finish(
        self,
        observed: Observed,
        files: Callable[[], Iterable[tuple[str, Iterable[bytes]]]],
        seal: Callable[[Path], None] = lambda _folder: None,
    ) -> tuple[Path, tuple[str, ...]]:
        """Write facts and reports, seal them, and give everything its name.

        Args:
            observed: Whose facts are kept.
            files: Makes the reports and what else is a file of the run: names with their content in pieces.
            seal: Seals the folder, once everything else is in it.

        Returns:
            The folder, and the names of the files.

        Raises:
            ConfigError: The folder cannot be written, or is not empty any more.
        """
        try:
            if not _is_held(self._lock, self.place):
                raise FileNotFoundError(errno.ENOENT, "what was spooled there is gone")
            _write_facts(observed, self.place)
            made = []
            for name, pieces in files():
                _write(self.place / name, pieces)
                made.append(name)
            seal(self.place)
            _name(self.place, self._folder)
        except (OSError, AuditorError) as error:
            self.abandon()
            if isinstance(error, AuditorError):
                raise
            why = error.strerror or error
            message = f"the run cannot be written to {self._folder}: {why}; name another folder with --output"
            raise ConfigError(message) from error
        os.close(self._lock)
        if self._given is None:
            _point_latest(self._folder)
            chain.point(RUNS, self._folder.name)
        return self._folder, tuple(made)

    def leave(self, data: bytes) -> None:
        """Leave a verdict in the place of a run that broke off, if that can be."""
        leave(self._folder, data)

    def abandon(self) -> None:
        """Remove what was written."""
        with contextlib.suppress(OSError):
            os.close(self._lock)
        shutil.rmtree(self.place, ignore_errors=True)
        if self._is_ours:
            with contextlib.suppress(OSError):
                self._folder.rmdir()


def _ignore_in_git(folder: Path) -> None:
    """Have git pass over what runs leave in an audited repository; a file that is there already is the user's."""
    with contextlib.suppress(OSError):
        file = os.open(folder / ".gitignore", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(file, "w", encoding="ascii") as ignored:
            ignored.write("# what auditor keeps of its runs\n*\n")


def leave(folder: Path, verdict: bytes) -> None:
    """Leave the verdict of a run that broke off in the folder that it was to have, if that can be."""
    place = folder / sealing.VERDICT
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sealing.is_of_broken_run(place):
            place.unlink()
        _write(place, [verdict])


def _made_and_locked(half: Path) -> int:
    """Make a half folder, and return the descriptor that locks it: the folder itself is the lock.

    A run beside us may sweep it between the two; what we hold then is no folder any more, and it is made again.

    Raises:
        OSError: It cannot be made.
    """
    while True:
        half.mkdir(parents=True, mode=0o700)
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(half, _FOLDER)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_held(lock, half):
                return lock
            os.close(lock)


def _is_held(lock: int, half: Path) -> bool:
    """Tell whether what we hold still has its name; a folder that was taken away is made anew by the next capture."""
    with contextlib.suppress(OSError):
        return os.path.samestat(os.fstat(lock), half.stat())
    return False


def _sweep() -> None:
    """Remove what runs below `RUNS` left half done whose process is gone (killed): its lock is free."""
    for half in RUNS.glob(f"*/{_HALF}*"):
        with contextlib.suppress(OSError):
            lock = os.open(half, _FOLDER)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(half)
                half.parent.rmdir()
            finally:
                os.close(lock)


def _name(half: Path, place: Path) -> None:
    """Give what was written its own names; the folder may be the root of a disk, which cannot be exchanged as a whole.

    Raises:
        ConfigError: Another run was written there meanwhile.
    """
    others = (each for each in place.iterdir() if not each.name.startswith(_HALF))
    taken = sorted(each.name for each in others if not sealing.is_of_broken_run(each))
    if taken:
        message = f"{place} is not empty any more: {taken[0]} was written there meanwhile"
        raise ConfigError(message)
    for each in sorted(half.iterdir(), key=lambda each: (each.name == _RECORD, each.name)):
        each.rename(place / each.name)
    half.rmdir()


def _write(place: Path, pieces: Iterable[bytes]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    # made, never followed: whoever planted a link there steers nothing
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(pieces)


def _write_facts(observed: Observed, folder: Path) -> None:
    place = folder / "facts"
    place.mkdir()
    kinds = sorted({kind for facts in observed.facts.values() for kind, _found in facts.kinds()})
    for kind in kinds:
        packer = zstandard.ZstdCompressor(threads=1)  # in a thread of its own, while the next lines are made
        with (place / f"{kind}{SUFFIX}.zst").open("wb") as file, packer.stream_writer(file) as stream:
            for facts in observed.facts.values():
                found = facts.named(kind)
                for start in range(0, len(found), _LINES_AT_ONCE):
                    stream.write(to_lines(found[start : start + _LINES_AT_ONCE]))
    gaps = [gap for facts in observed.facts.values() for gap in facts.gaps]
    (place / f"{GAPS}{SUFFIX}.zst").write_bytes(zstandard.ZstdCompressor().compress(to_lines(gaps)))


def _point_latest(place: Path) -> None:
    link, note = place.parent / LATEST, place.parent / _NOTE
    with contextlib.suppress(OSError):
        if link.is_dir() and not link.is_symlink():  # planted: a name of ours that leads to a folder of somebody else
            link.rename(place.parent / f"{LATEST}.{secrets.token_hex(8)}")
        half = place.parent / f".{LATEST}.{secrets.token_hex(8)}"
        half.symlink_to(place.name)
        half.replace(link)
        half = place.parent / f"{_NOTE}.{secrets.token_hex(8)}"
        _write(half, [_tag(place)])
        half.replace(note)


def _tag(run: Path) -> bytes:
    """Return what proves that this installation wrote a run in this place."""
    with (run / _RECORD).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    return installation.tag("latest run", os.fsencode(run.parent.resolve()), os.fsencode(run.name), digest)


def _latest() -> Path:
    """Return the latest run that this installation wrote here.

    Raises:
        ConfigError: There is none, or what is there was written by somebody else: ``.auditor`` may be a part of what is
            audited, and whoever wrote that must not be able to say what was known before.
    """
    link = RUNS / LATEST
    try:
        note = RUNS / _NOTE
        run = RUNS / link.readlink()
        if not note.is_symlink() and hmac.compare_digest(note.read_bytes()[: installation.TAG_BYTES + 1], _tag(run)):
            return link
    except (OSError, ValueError):
        if not os.path.lexists(link):
            raise ConfigError(_none(LATEST)) from None
    message = (
        f"{link} is not the latest run of this installation here (it came with the folder, was changed, or was written"
        f" under another AUDITOR_STATE): name the run by its path, as in run:{RUNS}/<id>, if you trust whoever wrote it"
    )
    raise ConfigError(message)


def _none(name: str) -> str:
    return f"no run {name[:200]!r}: give the folder of a run (it holds record.json), a run id below {RUNS}, or latest"


def add_reports(folder: Path, reports: Mapping[str, bytes]) -> list[Path]:
    """Write reports beside others; each replaces one of its name at once.

    Raises:
        ConfigError: The folder cannot be written.
    """
    places = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in reports.items():
            # a name that nobody can guess, made and not followed: whoever planted a link there steers nothing
            half = folder / f".{secrets.token_hex(12)}"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _write(half, [data])
            places.append(half.replace(folder / name))
    except OSError as error:
        message = f"reports cannot be written to {folder}: {error.strerror}"
        raise ConfigError(message) from error
    return places


def rescued(record: bytes, run_id: str) -> Path | None:
    """Write the record of a run elsewhere whose folder cannot be written any more; None where there is no place at all.

    Args:
        record: Bytes of ``record.json``.
        run_id: Identity of the run.
    """
    with contextlib.suppress(OSError):
        folder = Path(tempfile.mkdtemp(prefix=f"auditor-run-{run_id}-"))
        place = folder / _RECORD
        _write(place, [record])
        return place
    return None


def is_run(name: str) -> bool:
    """Tell whether a path is the folder of a run, or its ``record.json``."""
    place = Path(name)
    with contextlib.suppress(OSError, ValueError):
        return (place / _RECORD).is_file() or (place.name == _RECORD and place.is_file())
    return False


def find_run(name: str) -> Path:
    """Return the folder of an earlier run: a path, a run id, or ``latest``.

    Raises:
        ConfigError: There is no such run.
    """
    if name == LATEST:
        return _latest()
    for place in (Path(name), RUNS / name):
        with contextlib.suppress(OSError):  # a name may be too long, or a folder closed to us
            if (place / _RECORD).is_file():
                return place
            if place.name == _RECORD and place.is_file():
                return place.parent
    raise ConfigError(_none(name))
