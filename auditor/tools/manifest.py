"""What was installed, file by file: taken after an installation, checked before each use of the program."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor import reasons
from auditor.errors import IntegrityError, ToolError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SCHEMA: Final = "auditor-tool/1"
_SHOWN: Final = 3


class FileState(NamedTuple):
    """One file as it was seen; equal numbers mean that the bytes were not touched.

    The kernel sets ctime by its own clock at every change of content or attributes; only root can move that clock.
    """

    sha256: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @property
    def stamp(self) -> tuple[int, int, int, int]:
        """All but the digest."""
        return self[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One installation.

    Attributes:
        name: Program.
        version: What it called itself when it was installed.
        digest: SHA-256 over what is installed (see `digest_of`).
        seconds: How long the installation took.
        files: What is there, by path relative to the folder.
    """

    name: str
    version: str
    digest: str
    seconds: float
    files: Mapping[str, FileState]


def take(folder: Path, *, name: str, version: str, seconds: float) -> Manifest:
    """Read every file of an installation."""
    files = {path: FileState(_sha256(folder / path), *stamp) for path, stamp in _walk(folder)}
    digest = digest_of(folder, files)
    return Manifest(name=name, version=version, digest=digest, seconds=seconds, files=files)


def check(folder: Path, manifest: Manifest) -> Manifest:
    """Compare an installation with its manifest; a file whose stamp changed is read again.

    Returns:
        The same manifest, with the stamps of today.

    Raises:
        IntegrityError: A file was changed, added or removed.
    """
    try:
        now = dict(_walk(folder))
    except OSError as problem:
        message = f"{manifest.name} in {folder} cannot be read: {problem}"
        raise IntegrityError(message) from problem
    touched = [path for path, stamp in now.items() if path in manifest.files and manifest.files[path].stamp != stamp]
    digests = {path: _sha256(folder / path) for path in touched}
    wrong = {
        "changed": [path for path in touched if digests[path] != manifest.files[path].sha256],
        "added": [path for path in now if path not in manifest.files],
        "missing": [path for path in manifest.files if path not in now],
    }
    told = "; ".join(f"{what}: {_some(paths)}" for what, paths in wrong.items() if paths)
    if told:
        message = f"{manifest.name} in {folder} is not what was installed ({told})"
        raise IntegrityError(message)
    if not touched:
        return manifest
    return replace(
        manifest, files={path: FileState(manifest.files[path].sha256, *stamp) for path, stamp in now.items()}
    )


def digest_of(folder: Path, files: Mapping[str, FileState]) -> str:
    """Return the digest of an installation, the same on every machine as far as can be.

    That of the file, where there is one; else a SHA-256 over the sorted (path, digest) of all, without what holds
    times or the folder's own path: compiled files, ``RECORD``, ``pyvenv.cfg``, links; in scripts the folder's path is
    left out. `check` looks at these files, too.
    """
    if len(files) == 1:
        return "sha256:" + next(iter(files.values())).sha256
    total = hashlib.sha256()
    for path in sorted(files):
        if path.endswith((".pyc", ".dist-info/RECORD", "pyvenv.cfg")) or (folder / path).is_symlink():
            continue
        digest = files[path].sha256
        if path.startswith("bin/"):
            script = (folder / path).read_bytes().replace(os.fsencode(folder), b"")
            digest = hashlib.sha256(script).hexdigest()
        total.update(f"{digest}  {path}\n".encode(errors="surrogateescape"))
    return "sha256:" + total.hexdigest()


def file_digest(path: Path) -> str:
    """Return the digest of one file, as `digest_of` gives it for an installation of one file."""
    return "sha256:" + _sha256(path)


def write(manifest: Manifest, file: Path) -> None:
    """Write a manifest whole or not at all; the installation exists from this moment on."""
    data = {
        "schema": SCHEMA,
        "name": manifest.name,
        "version": manifest.version,
        "digest": manifest.digest,
        "seconds": round(manifest.seconds, 1),
        "files": manifest.files,
    }
    beside = file.with_suffix(f".{os.getpid()}-{time.monotonic_ns()}.tmp")
    try:
        with beside.open("w", encoding="ascii") as out:
            json.dump(data, out)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


def read(file: Path) -> Manifest | None:
    """Read a manifest; None if there is none.

    Raises:
        IntegrityError: It is not one that we wrote.
    """
    try:
        data = json.loads(file.read_bytes())
        if data["schema"] != SCHEMA:
            message = f"{file} has schema {data['schema']} (expected {SCHEMA})"
            raise IntegrityError(message)
        return Manifest(
            name=str(data["name"]),
            version=str(data["version"]),
            digest=str(data["digest"]),
            seconds=float(data["seconds"]),
            files={path: FileState(*seen) for path, seen in data["files"].items()},
        )
    except (FileNotFoundError, NotADirectoryError):
        return None  # a cache folder that cannot be holds nothing
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
        message = f"{file} is no list of installed files ({problem})"
        raise IntegrityError(message) from problem


def _walk(folder: Path) -> Iterator[tuple[str, tuple[int, int, int, int]]]:
    """Iterate over (relative path, stamp) of all that is not a folder, following no link."""
    cut = len(str(folder)) + 1
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    seen = entry.stat(follow_symlinks=False)
                    yield entry.path[cut:], (seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def _sha256(path: Path) -> str:
    """Return the digest of a file's bytes, or of where a link points to; anything else is no part of a program."""
    kind = path.lstat().st_mode
    if stat.S_ISLNK(kind):
        return hashlib.sha256(b"link to " + os.fsencode(path.readlink())).hexdigest()
    if not stat.S_ISREG(kind):
        reason = reasons.CANNOT_BE_READ
        detail = f"{path} is neither a file nor a link"
        raise ToolError(reason, detail)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _some(paths: list[str]) -> str:
    more = len(paths) - _SHOWN
    return ", ".join(sorted(paths)[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
