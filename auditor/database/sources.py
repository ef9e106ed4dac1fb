"""Files of advisories, whatever their form: found, bounded, and read one record at a time."""

from __future__ import annotations

import bz2
import csv
import gzip
import hashlib
import io
import lzma
import os
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, cast

import orjson
import zstandard

from auditor.errors import ConfigError
from auditor.formats.advisories import Advisory, AdvisoryError, Losses, Release, csaf, osv, oval, updateinfo
from auditor.formats.grype_database import KnownExploited, Probability

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT_LIMIT_BYTES: Final = 64 * 1024 * 1024
"""One JSON document, or one line of a file of lines."""
STREAM_LIMIT_BYTES: Final = 16 * 1024 * 1024 * 1024
FILE_LIMIT: Final = 2_000_000
_READERS: Final[dict[str, Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".zst": zstandard.open}
_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".xml", ".zip", ".csv")


@dataclass
class Read:
    """What was read.

    Attributes:
        advisories: All of them, unsorted.
        exploited: Entries of the catalogue of exploited vulnerabilities.
        probabilities: EPSS.
        scored: Day of these.
        sources: Pairs of name and SHA-256 of each file that was given.
        losses: What could not be used.
    """

    advisories: list[Advisory] = field(default_factory=list)
    exploited: list[KnownExploited] = field(default_factory=list)
    probabilities: list[Probability] = field(default_factory=list)
    scored: str = ""
    sources: list[tuple[str, str]] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)


def read(places: tuple[Path, ...], release: Release | None = None) -> Read:
    """Read files and folders of advisories.

    Args:
        places: As the user gave them.
        release: Release of a distribution, for feeds that do not name it.

    Raises:
        ConfigError: A place is not there, or is none of the forms that are known; it names file and line.
    """
    found = Read()
    for place in places:
        files = sorted(_below(place)) if place.is_dir() else [place]
        if not files:
            message = f"{place} holds no file of advisories ({' '.join(_SUFFIXES)}, packed or not)"
            raise ConfigError(message)
        for file in files:
            name = str(file.relative_to(place.parent)) if place.is_dir() else file.name
            try:
                with file.open("rb") as stream:
                    found.sources.append((name, hashlib.file_digest(stream, "sha256").hexdigest()))
                _file(file, release, found)
            except AdvisoryError as error:
                message = f"{file}: {error}"
                raise ConfigError(message) from error
            except (OSError, EOFError, zipfile.BadZipFile, lzma.LZMAError, zstandard.ZstdError, ValueError) as error:
                message = f"{file} cannot be read: {getattr(error, 'strerror', None) or error}"
                raise ConfigError(message) from error
    return found


def _below(folder: Path) -> Iterator[Path]:
    count = 0
    for at, folders, files in os.walk(folder):
        folders.sort()
        for name in files:
            path = Path(at, name)
            bare = name.lower().removesuffix(path.suffix.lower()) if path.suffix.lower() in _READERS else name.lower()
            if not bare.endswith(_SUFFIXES) or path.is_symlink() or not path.is_file():
                continue
            count += 1
            if count > FILE_LIMIT:
                message = f"{folder} holds more than {FILE_LIMIT:,} files"
                raise ConfigError(message)
            yield path


class _Bounded(io.RawIOBase):
    """A stream that ends with an error where it grows beyond all bounds."""

    def __init__(self, inner: IO[bytes], limit: int) -> None:
        self.inner = inner
        self.left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer
        data = self.inner.read(len(buffer))
        self.left -= len(data)
        if self.left < 0:
            raise AdvisoryError("it is larger than anything that is read here")
        buffer[: len(data)] = data
        return len(data)


def _file(file: Path, release: Release | None, found: Read) -> None:
    name = file.name.lower()
    if name.endswith(".zip"):
        _zip(file, release, found)
        return
    opener = _READERS.get(file.suffix.lower())
    bare = name.removesuffix(file.suffix.lower()) if opener else name
    with cast("IO[bytes]", opener(file, "rb") if opener else file.open("rb")) as stream:
        bounded = io.BufferedReader(_Bounded(stream, STREAM_LIMIT_BYTES), 1 << 20)
        _stream(cast("IO[bytes]", bounded), bare, release, found)


def _stream(stream: IO[bytes], name: str, release: Release | None, found: Read) -> None:
    if name.endswith((".jsonl", ".ndjson")):
        _lines(stream, release, found)
    elif name.endswith(".xml"):
        _xml(stream, release, found)
    elif name.endswith(".csv"):
        _epss(stream, found)
    elif name.endswith(".json"):
        data = stream.read(DOCUMENT_LIMIT_BYTES + 1)
        if len(data) > DOCUMENT_LIMIT_BYTES:
            message = (
                f"one JSON document of more than {DOCUMENT_LIMIT_BYTES >> 20} MiB; give one record a line (.jsonl)"
            )
            raise AdvisoryError(message)
        _document(_json(data), release, found)
    else:
        message = f"no form of advisories that is known here ({' '.join(_SUFFIXES)}, packed or not)"
        raise AdvisoryError(message)


def _json(data: bytes) -> object:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        message = f"no JSON: {error}"
        raise AdvisoryError(message) from error


def _lines(stream: IO[bytes], release: Release | None, found: Read) -> None:
    number = 0
    while line := stream.readline(DOCUMENT_LIMIT_BYTES + 1):
        number += 1
        if len(line) > DOCUMENT_LIMIT_BYTES:
            message = f"line {number} is longer than {DOCUMENT_LIMIT_BYTES >> 20} MiB"
            raise AdvisoryError(message)
        if line.strip():
            try:
                _document(_json(line), release, found)
            except AdvisoryError as error:
                message = f"line {number}: {error}"
                raise AdvisoryError(message) from error


def _document(value: object, release: Release | None, found: Read) -> None:
    if isinstance(value, list):
        for each in value:
            found.advisories.extend(osv.advisories(each, found.losses))
    elif csaf.is_csaf(value):
        found.advisories.extend(csaf.advisories(value, found.losses, release))
    elif isinstance(value, dict) and isinstance(value.get("vulnerabilities"), list) and "catalogVersion" in value:
        _kev(value["vulnerabilities"], found)
    else:
        found.advisories.extend(osv.advisories(value, found.losses))


def _kev(rows: list[Any], found: Read) -> None:
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("cveID"), str):
            found.exploited.append(
                KnownExploited(
                    cve=row["cveID"],
                    added=str(row.get("dateAdded") or ""),
                    due=str(row.get("dueDate") or ""),
                    ransomware=str(row.get("knownRansomwareCampaignUse") or "Unknown"),
                )
            )


def _epss(stream: IO[bytes], found: Read) -> None:
    text = io.TextIOWrapper(cast("Any", stream), encoding="utf-8", newline="")
    first = text.readline(4096)
    if first.startswith("#"):
        found.scored = next(
            (part.partition(":")[2].strip() for part in first.split(",") if part.startswith("score_date")), ""
        )
        first = text.readline(4096)
    names = [name.strip() for name in first.split(",")]
    if names[:3] != ["cve", "epss", "percentile"]:
        raise AdvisoryError("no EPSS table: its columns are not cve,epss,percentile")
    for number, row in enumerate(csv.reader(text), 3):
        try:
            one = Probability(cve=row[0], epss=float(row[1]), percentile=float(row[2]))
        except (IndexError, ValueError) as error:
            message = f"line {number} is no row of an EPSS table"
            raise AdvisoryError(message) from error
        if not (0 <= one.epss <= 1 and 0 <= one.percentile <= 1):
            message = f"line {number}: a probability is not between 0 and 1"
            raise AdvisoryError(message)
        found.probabilities.append(one)


def _xml(stream: IO[bytes], release: Release | None, found: Read) -> None:
    buffered = cast("io.BufferedReader", stream)
    head = buffered.peek(4096)[:4096]
    reader = oval.advisories if b"oval_definitions" in head else updateinfo.advisories
    found.advisories.extend(reader(stream, found.losses, release))


def _zip(file: Path, release: Release | None, found: Read) -> None:
    total = 0
    with zipfile.ZipFile(file) as archive:
        members = sorted(archive.infolist(), key=lambda one: one.filename)
        if len(members) > FILE_LIMIT:
            message = f"it holds more than {FILE_LIMIT:,} members"
            raise AdvisoryError(message)
        for member in members:
            name = member.filename.lower()
            if member.is_dir() or not name.endswith(_SUFFIXES) or name.endswith(".zip"):
                continue
            total += member.file_size
            if total > STREAM_LIMIT_BYTES:
                raise AdvisoryError("its members are larger than anything that is read here")
            try:
                with archive.open(member) as stream:
                    _stream(
                        cast("IO[bytes]", io.BufferedReader(_Bounded(stream, member.file_size + 1), 1 << 16)),
                        name,
                        release,
                        found,
                    )
            except AdvisoryError as error:
                message = f"{member.filename[:200]}: {error}"
                raise AdvisoryError(message) from error
