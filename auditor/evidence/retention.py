"""How long runs are kept: which there are, which are held, and a sealed note of those that were removed."""

from __future__ import annotations

import contextlib
import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from auditor import __version__
from auditor.errors import ConfigError, IntegrityError
from auditor.evidence import chain, contents, manifest, seal
from auditor.evidence.chain import Sealed
from auditor.evidence.manifest import Manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from auditor.evidence.chain import Head
    from auditor.evidence.seal import Seal

HOLDS: Final = ".holds"
_UNREADABLE: Final = "the note of its hold cannot be read: {run}"


class Hold(Struct, frozen=True, kw_only=True):
    """A reason to keep a run whatever its age.

    Attributes:
        run: Name of its folder.
        by: Who asked for it.
        reason: Why.
        at: When, ISO 8601.
    """

    run: str
    by: str
    reason: str
    at: str


class Kept(Struct, frozen=True, kw_only=True):
    """A run that is there.

    Attributes:
        name: Its folder.
        sealed: Its seal; None where it has none, or one that does not verify.
        problem: What is wrong with its seal.
        hold: Why it is held.
        size_bytes: Of all its files.
    """

    name: str
    sealed: Sealed | None
    problem: str
    hold: Hold | None
    size_bytes: int


def runs_in(folder: Path) -> list[Kept]:
    """Return every run of a folder, oldest first.

    Raises:
        ConfigError: The folder cannot be read.
    """
    try:
        places = [each for each in folder.iterdir() if each.is_dir() and not each.is_symlink() and each.name[0] != "."]
    except OSError as error:
        message = f"{folder} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    found = [_kept(folder, place) for place in places]
    return sorted(found, key=lambda each: (each.sealed.manifest.started if each.sealed else "", each.name))


def _kept(folder: Path, place: Path) -> Kept:
    sealed, problem = None, ""
    try:
        sealed = chain.read(place)
    except FileNotFoundError:
        problem = "not sealed"
    except (IntegrityError, OSError) as error:
        problem = str(error)
    size = 0
    with contextlib.suppress(OSError):
        size = sum(file.lstat().st_size for file in place.rglob("*"))
    return Kept(name=place.name, sealed=sealed, problem=problem, hold=hold_of(folder, place.name), size_bytes=size)


def hold_of(folder: Path, run: str) -> Hold | None:
    """Return why a run is held, None if it is not.

    A hold that cannot be read holds: what somebody wanted kept is not removed for want of a comma.
    """
    place = folder / HOLDS / f"{run}.json"
    try:
        return msgspec.json.decode(place.read_bytes(), type=Hold)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, ValueError):
        return Hold(run=run, by="", reason=_UNREADABLE.format(run=run), at="")


def hold(folder: Path, run: str, *, by: str, reason: str, now: datetime) -> None:
    """Keep a run whatever its age.

    Raises:
        ConfigError: There is no such run, nobody or nothing is named, or the note cannot be written.
    """
    if not (folder / run).is_dir() or "/" in run:
        message = f"no run {run!r} in {folder}"
        raise ConfigError(message)
    if not by.strip() or not reason.strip():
        message = "a hold names who asked for it (--by) and why (--reason)"
        raise ConfigError(message)
    try:
        (folder / HOLDS).mkdir(mode=0o700, exist_ok=True)
        made = Hold(run=run, by=by, reason=reason, at=now.astimezone(UTC).isoformat(timespec="seconds"))
        (folder / HOLDS / f"{run}.json").write_bytes(msgspec.json.encode(made) + b"\n")
    except OSError as error:
        message = f"{folder / HOLDS} cannot be written: {error.strerror}"
        raise ConfigError(message) from error


def release(folder: Path, run: str) -> None:
    """Let a run go with its age again.

    Raises:
        ConfigError: It is not held.
    """
    try:
        (folder / HOLDS / f"{run}.json").unlink()
    except OSError as error:
        message = f"run {run!r} is not held"
        raise ConfigError(message) from error


def due(runs: Iterable[Kept], head: Head | None, *, keep_days: int, now: datetime) -> list[Kept]:
    """Return the runs that may go: sealed and whole, older than asked, not held, and not the last of the chain.

    A run whose seal does not verify stays: it is evidence of that.
    """
    listed = list(runs)
    before = now - timedelta(days=keep_days)
    return [
        each
        for each in listed
        if each.sealed
        and each.hold is None
        and each.name != (head.name if head else "")
        and each.sealed.manifest.kind == "run"
        and _started(each.sealed) < before
    ]


def _started(sealed: Sealed) -> datetime:
    try:
        made = datetime.fromisoformat(sealed.manifest.started)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return made if made.tzinfo else made.replace(tzinfo=UTC)


def prune(folder: Path, gone: Iterable[Kept], *, head: Head, now: datetime, finish: Callable[[Seal], Seal]) -> Path:
    """Remove runs, after a sealed note of them is on the disk; the note keeps their seals, so the chain has no hole.

    Args:
        folder: Of the runs.
        gone: What to remove.
        head: The last run of the chain, which the note follows.
        now: The time.
        finish: Signs the seal of the note, or returns it as it is.

    Returns:
        The folder of the note.

    Raises:
        ConfigError: Something cannot be written or removed.
        IntegrityError: A seal changed meanwhile, or the head does not verify.
    """
    listed = list(gone)
    name = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{chain.PRUNED}"
    place, half = folder / name, folder / f".part-{name}-{os.getpid()}"
    follows = chain.after(folder, head)
    system = next((each.sealed.manifest.system for each in listed if each.sealed), "")
    try:
        (half / chain.PRUNED).mkdir(parents=True, mode=0o700)
        for each in listed:
            shutil.copyfile(folder / each.name / contents.SEAL, half / chain.PRUNED / f"{each.name}.json")
        made = Manifest(
            kind="pruned",
            run=name,
            started=now.astimezone(UTC).isoformat(timespec="seconds"),
            system=system,
            auditor=__version__,
            rules="",
            exit_code=0,
            position=follows.position,
            previous=follows.previous,
            files=manifest.listed(contents.of_folder(half)),
            pruned=tuple(each.sealed.link for each in listed if each.sealed),
        )
        seal.write(half, finish(seal.make(made)))
        half.rename(place)
        for each in listed:
            shutil.rmtree(folder / each.name)
        chain.point(folder, name)
    except OSError as error:
        shutil.rmtree(half, ignore_errors=True)
        message = f"{folder} cannot be pruned: {error.strerror or error}"
        raise ConfigError(message) from error
    return place
