"""Imports a database that was carried in, and says how the one in use stands.

1. Copy, bounded, while its SHA-256 is taken; what is packed is unpacked.
2. The digest and size agree with the signed manifest or the digest that the user names.
3. It is a sound SQLite file of the known schema, with tables and indexes only.
4. It is not older than the one in use, unless the user says so.
5. grype takes it over, and finds what the database says of a few packages, and does not find what it says is fixed.
6. It takes the place of the one in use in one step; until then that one stays as it is.
"""

from __future__ import annotations

import contextlib
import fcntl
import gzip
import hashlib
import lzma
import os
import shutil
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Protocol, cast

import orjson
import zstandard

from auditor import reasons
from auditor.content import cache_folder
from auditor.database.installed import Database
from auditor.database.trial import Trial, trial
from auditor.errors import ConfigError, IntegrityError, ToolError
from auditor.formats import dsse, grype, grype_database
from auditor.formats.grype_database import Contents, DatabaseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.formats.packages import Package

SIZE_LIMIT_BYTES: Final = 16 * 1024**3
MANIFEST_TYPE: Final = "application/vnd.auditor.database+json"
MANIFEST_SCHEMA: Final = "auditor-database/1"
RECORD: Final = "auditor.json"
_NAME: Final = "vulnerability.db"
_BLOCK: Final = 1 << 20


class Taker(Protocol):
    """The part of grype that is needed here."""

    def take_over(self, file: Path, database: Path) -> None:
        """Let it import a file into a folder."""

    def scan(self, sbom: bytes, database: Path) -> bytes:
        """Return its report on an SBOM."""


def database_folder() -> Path:
    """Return where the database lies: ``AUDITOR_DB``, or a folder in the cache."""
    named = os.environ.get("AUDITOR_DB")
    return Path(named) if named else cache_folder() / "db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How a database came here.

    Attributes:
        sha256: Of the file that was given, unpacked.
        source: Its name.
        at: When, ISO 8601.
        signed_by: Fingerprints of the keys whose signature was checked; empty for an unsigned one.
        replaced: Time of build of the newer one that it took the place of, by the user's wish; empty otherwise.
    """

    sha256: str
    source: str
    at: str
    signed_by: tuple[str, ...] = ()
    replaced: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The database in use.

    Attributes:
        folder: Where it lies.
        contents: What it holds data for; None where there is none, or not a sound one.
        problem: What is wrong with it, empty if nothing.
        imported: How it came here; None if nobody knows.
        is_there: There is a file.
    """

    folder: Path
    contents: Contents | None
    problem: str = ""
    imported: Imported | None = None
    is_there: bool = False


def status(folder: Path, *, is_thorough: bool = False) -> Status:
    """Say how the database of a folder stands.

    Args:
        folder: As of `database_folder`.
        is_thorough: Let SQLite look through all of it.
    """
    file = folder / str(grype_database.MODEL) / _NAME
    if not file.is_file():
        return Status(folder=folder, contents=None)
    try:
        grype_database.check(file, quick=is_thorough)
        found = grype_database.contents(file)
    except DatabaseError as error:
        return Status(folder=folder, contents=None, problem=str(error), imported=_record(file), is_there=True)
    return Status(folder=folder, contents=found, imported=_record(file), is_there=True)


def _record(file: Path) -> Imported | None:
    try:
        said = orjson.loads((file.parent / RECORD).read_bytes())
        return Imported(**{**said, "signed_by": tuple(said.get("signed_by", ()))})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def import_file(
    file: Path,
    folder: Path,
    tool: Taker,
    *,
    now: datetime,
    signature: Path | None = None,
    keys: tuple[Path, ...] = (),
    digest: str = "",
    may_go_back: bool = False,
) -> Status:
    """Import a database into a folder.

    Args:
        file: ``vulnerability.db``, or an archive that holds it (``.tar.zst``, ``.tar.gz``, ``.tar.xz``, ``.tar``).
        folder: As of `database_folder`.
        tool: grype.
        now: For the record.
        signature: Signed manifest (a DSSE envelope).
        keys: Public keys that are trusted to sign it.
        digest: ``sha256:…`` of the file, where the user names it.
        may_go_back: Take it although the one in use is newer.

    Raises:
        ConfigError: The user must change something.
        IntegrityError: It does not verify, is damaged, or grype does not find in it what it holds.
        ToolError: grype cannot be had, or refuses it.
    """
    if bool(signature) != bool(keys):
        missing = (
            "--key, the public key that is trusted to sign it" if signature else "--signature, the signed manifest"
        )
        message = f"a signature is checked by both: {missing}, is missing"
        raise ConfigError(message)
    with _locked(folder), _scratch(folder) as scratch:
        copy = scratch / _NAME
        found = _copied(file, copy)  # 1
        signers = _verified(signature, keys, file, found)  # 2
        if digest and digest.removeprefix("sha256:").lower() not in {found.sha256, found.outer}:
            message = f"{file} has SHA-256 {found.outer} (expected {digest})"
            raise IntegrityError(message)
        try:  # 3
            grype_database.check(copy)
            held = grype_database.contents(copy)
        except DatabaseError as error:
            message = f"{file} is refused: {error}"
            raise IntegrityError(message) from error
        earlier = status(folder).contents
        is_older = earlier is not None and held.built < earlier.built
        if is_older and not may_go_back and earlier is not None:  # 4
            message = (
                f"{file} was built {_day(held.built)}, the database in use {_day(earlier.built)}: "
                "--allow-rollback takes it all the same"
            )
            raise ConfigError(message)
        ready = scratch / "ready"
        tool.take_over(copy, ready)  # 5
        _try(tool, ready, trial(copy), file)
        record = Imported(
            sha256=found.sha256,
            source=file.name,
            at=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            signed_by=signers,
            replaced=_day(earlier.built) if is_older and earlier else "",
        )
        made = ready / str(grype_database.MODEL)
        (made / RECORD).write_bytes(
            orjson.dumps({name: getattr(record, name) for name in Imported.__slots__}, option=orjson.OPT_INDENT_2)
        )
        _put(made, folder, found.sha256)  # 6
    return status(folder)


def _day(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one import at a time into a folder; another one waits.

    Raises:
        ConfigError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}; AUDITOR_DB names another folder"
        raise ConfigError(message) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextlib.contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give a folder on the same file system; what earlier imports left that were killed is removed."""
    try:
        for left in folder.glob(".import-*"):
            shutil.rmtree(left, ignore_errors=True)
        scratch = folder / f".import-{os.getpid()}"
        scratch.mkdir(mode=0o700)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}; AUDITOR_DB names another folder"
        raise ConfigError(message) from error
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Copy:
    sha256: str
    outer: str
    size: int


class _Hashing:
    """A stream whose bytes are hashed and bounded as they pass."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner = inner
        self.hash = hashlib.sha256()
        self.size = 0

    def read(self, count: int = -1) -> bytes:
        data = self.inner.read(count if count >= 0 else _BLOCK)
        self.hash.update(data)
        self.size += len(data)
        if self.size > SIZE_LIMIT_BYTES:
            message = f"it is larger than {SIZE_LIMIT_BYTES >> 30} GiB, and no database is"
            raise IntegrityError(message)
        return data


def _copied(file: Path, copy: Path) -> _Copy:
    try:
        with file.open("rb") as raw:
            outer = _Hashing(raw)
            with _unpacked(outer, file.name.lower()) as stream, copy.open("wb") as out:
                inner = _Hashing(stream)
                while data := inner.read(_BLOCK):
                    out.write(data)
            while outer.read(_BLOCK):
                pass
    except (tarfile.TarError, lzma.LZMAError, zstandard.ZstdError, EOFError, gzip.BadGzipFile) as error:
        message = f"{file} is refused: it cannot be unpacked: {error}"
        raise IntegrityError(message) from error
    except OSError as error:
        message = f"{file} cannot be copied: {error.strerror or error}"
        raise ConfigError(message) from error
    return _Copy(inner.hash.hexdigest(), outer.hash.hexdigest(), inner.size)


@contextlib.contextmanager
def _unpacked(stream: _Hashing, name: str) -> Iterator[IO[bytes]]:
    raw = cast("IO[bytes]", stream)
    if ".tar" not in name and not name.endswith((".tgz", ".tzst", ".txz")):
        yield raw
        return
    opened: Any
    if name.endswith("zst"):
        opened = zstandard.ZstdDecompressor(max_window_size=1 << 30).stream_reader(raw)
    elif name.endswith("gz"):
        opened = gzip.GzipFile(fileobj=raw)
    elif name.endswith("xz"):
        opened = lzma.LZMAFile(raw)  # noqa: SIM115 - closed with the stream below it
    else:
        opened = raw
    with tarfile.open(fileobj=opened, mode="r|") as archive:
        for member in archive:
            if member.name.removeprefix("./") == _NAME and member.isfile():
                inner = archive.extractfile(member)
                if inner is not None:
                    yield inner
                    return
    message = f"it holds no {_NAME} at its top"
    raise tarfile.TarError(message)


def manifest(path: Path, sm3: str = "") -> bytes:
    """Return what is signed before a database is carried in: digest, size, schema, time of build, feeds.

    Raises:
        DatabaseError: It is no sound database.
    """
    grype_database.check(path)
    held = grype_database.contents(path)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    value: dict[str, Any] = {
        "schema": MANIFEST_SCHEMA,
        "sha256": sha256,
        "size": path.stat().st_size,
        "database_schema": held.schema,
        "built": _day(held.built),
        "providers": {each.name: each.captured for each in held.providers},
    }
    if sm3:
        value["sm3"] = sm3
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _verified(signature: Path | None, keys: tuple[Path, ...], file: Path, found: _Copy) -> tuple[str, ...]:
    """Check the signed manifest against what was copied, and return who signed it.

    Raises:
        ConfigError: A key or the manifest cannot be read.
        IntegrityError: It is not signed by a trusted key, or speaks of other bytes.
    """
    if signature is None:
        return ()
    from auditor.formats import public_keys  # noqa: PLC0415 - X.509 is much to load, and runs only ask what is installed

    try:
        trusted = [public_keys.load(path.read_bytes(), path.name) for path in keys]
        data = signature.read_bytes()
    except OSError as error:
        message = f"{error.filename} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    except public_keys.KeyFormatError as error:
        raise ConfigError(str(error)) from error
    try:
        envelope = dsse.parse(data)
        said = orjson.loads(envelope.payload)
    except (dsse.DsseError, ValueError) as error:
        message = f"{signature} is no signed manifest: {error}"
        raise IntegrityError(message) from error
    good = sorted(
        key.key_id
        for key in trusted
        if any(key.verifies(envelope.signed, each.signature) for each in envelope.signatures)
    )
    if envelope.payload_type != MANIFEST_TYPE or not good:
        message = f"{signature} is not signed by a trusted key"
        raise IntegrityError(message)
    if not isinstance(said, dict) or said.get("schema") != MANIFEST_SCHEMA:
        message = f"{signature} is no manifest of the form {MANIFEST_SCHEMA}"
        raise IntegrityError(message)
    is_inner = said.get("sha256") == found.sha256 and said.get("size") == found.size
    if not is_inner and said.get("sha256") != found.outer:
        message = f"{file} is not what was signed: SHA-256 {found.sha256} (signed {str(said.get('sha256'))[:64]})"
        raise IntegrityError(message)
    return tuple(good)


def _try(tool: Taker, ready: Path, packages: Trial, file: Path) -> None:
    """Let grype look for a few packages that the database speaks of (scan-tools.md §4.5).

    Raises:
        IntegrityError: It does not find what is there, or finds what is fixed.
    """
    if not packages.expected and not packages.forbidden:
        return
    try:
        report = grype.read(tool.scan(packages.sbom, ready))
    except ValueError as error:
        message = f"{file} is refused: grype's report on the self-test cannot be read: {error}"
        raise IntegrityError(message) from error
    except ToolError as error:
        if error.reason != reasons.FAILED:
            raise
        message = f"{file} is refused: grype fails on it: {error.detail}"
        raise IntegrityError(message) from error
    seen = {(match.package, match.id) for match in report.matches}
    for place in packages.expected:
        if place not in seen:
            message = f"{file} is refused: in the self-test grype does not find {place[1]} in {place[0]}"
            raise IntegrityError(message)
    for place in packages.forbidden:
        if place in seen:
            message = f"{file} is refused: in the self-test grype finds {place[1]} in {place[0]}, where it is fixed"
            raise IntegrityError(message)


def _put(made: Path, folder: Path, sha256: str) -> None:
    """Put the new database in its place in one step: the name that grype opens is a link that is exchanged."""
    place = folder / str(grype_database.MODEL)
    store = folder / "installed"
    try:
        store.mkdir(exist_ok=True, mode=0o700)
        home = store / f"{sha256[:32]}-{os.getpid()}-{os.urandom(4).hex()}"
        made.rename(home)
        link = folder / ".link"
        link.unlink(missing_ok=True)
        link.symlink_to(home.relative_to(folder), target_is_directory=True)
        if place.is_dir() and not place.is_symlink():
            place.rename(store / f"by-hand-{os.urandom(4).hex()}")
        link.replace(place)
        for other in store.iterdir():
            if other != home:
                shutil.rmtree(other, ignore_errors=True)
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise ConfigError(message) from error


def in_use() -> Database:
    """Return the database that runs use, as the stage wants it."""
    found = status(database_folder())
    record = found.imported
    file = found.folder / str(grype_database.MODEL) / _NAME
    return Database(
        folder=found.folder,
        file=file,
        contents=found.contents,
        problem=found.problem,
        digest=record.sha256 if record else "",
        signed_by=record.signed_by if record else (),
        replaced=record.replaced if record else "",
        source=record.source if record else "",
    )


def one_vulnerable(file: Path) -> tuple[Package, str] | None:
    """Return a package that a database calls vulnerable, and by which advisory; None if it has none that is simple."""
    return next(iter(trial(file).vulnerable), None)
