"""What package databases of an image say of files: who owns a path, and which digest it must have."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.formats import rpm_database
from auditor.stages.image.reading import digested

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from auditor.stages.image.layout import Image
    from auditor.stages.image.reading import Reading

_MD5SUMS: Final = re.compile(r"^var/lib/dpkg/(?:info|status\.d)/([^/]+?)(?::[\w-]+)?\.md5sums$")
_LIST: Final = re.compile(r"^var/lib/dpkg/info/([^/]+?)(?::[\w-]+)?\.list$")
_RECORD: Final = re.compile(r"^(.*/)?([^/]+)\.dist-info/RECORD$")
_LINE: Final = re.compile(r"([0-9a-f]{32})[ *]+(.+)")


class Promise(NamedTuple):
    """What a package says of one of its files.

    Attributes:
        package: ``dpkg name``, ``rpm name``, ``apk name`` or ``python name-version``.
        path: Where it lies, diversions and merged folders followed.
        algorithm: ``md5``, ``sha256``, ``sha1`` …
        digest: Hex digits.
    """

    package: str
    path: str
    algorithm: str
    digest: str


@dataclass(kw_only=True)
class Packages:
    """What all databases say.

    Attributes:
        promises: Files with a digest.
        owners: Package by path, of files with or without digest.
        removed: Names of dpkg packages that are no longer installed but leave files of configuration.
        has_dpkg: There is a database of dpkg.
        unread: Databases that are there and not read here.
    """

    promises: list[Promise] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    has_dpkg: bool = False
    unread: list[str] = field(default_factory=list)


def read_packages(kept: Mapping[str, bytes], reading: Reading) -> Packages:
    """Read the databases among the files that were kept.

    Args:
        kept: Contents by path.
        reading: The final state, to follow merged folders (``/bin`` → ``usr/bin``).
    """
    found = Packages()
    diversions = tuple(_diversions(kept.get("var/lib/dpkg/diversions", b"")))
    found.has_dpkg = "var/lib/dpkg/status" in kept or any(path.startswith("var/lib/dpkg/status.d/") for path in kept)
    found.removed = set(_removed(kept.get("var/lib/dpkg/status", b"")))
    for path, data in kept.items():
        if match := _MD5SUMS.match(path):
            _dpkg(match[1], data, _diverted(diversions, match[1]), reading, found)
        elif match := _LIST.match(path):
            diverted = _diverted(diversions, match[1])
            for line in data.decode("utf-8", "surrogateescape").splitlines():
                _own(found, reading, diverted, line.strip("/"), f"dpkg {match[1]}")
        elif match := _RECORD.match(path):
            _record(match[1] or "", match[2], data, reading, found)
        elif path.endswith("lib/apk/db/installed"):
            _apk(data, reading, found)
    for folder in ("var/lib/rpm", "usr/lib/sysimage/rpm"):
        _rpm(folder, kept, reading, found)
    return found


_RPM_OLD: Final = ("Packages", "Packages.db")
_SQLITE: Final = "rpmdb.sqlite"


def _rpm(folder: str, kept: Mapping[str, bytes], reading: Reading, found: Packages) -> None:
    """Read the database of rpm; one of a form that is not read, or with changes beside it, is told."""
    if any(f"{folder}/{name}" in reading.table for name in _RPM_OLD):
        found.unread.append(folder)
    data = kept.get(f"{folder}/{_SQLITE}")
    log = reading.table.get(f"{folder}/{_SQLITE}-wal")
    if data is None or (log is not None and log.size):
        if f"{folder}/{_SQLITE}" in reading.table:
            found.unread.append(folder)
        return
    try:
        for each in rpm_database.read(data):
            path = _own(found, reading, {}, each.path, f"rpm {each.package}")
            if each.algorithm:
                found.promises.append(Promise(f"rpm {each.package}", path, each.algorithm, each.digest))
    except rpm_database.RpmDatabaseError:
        found.unread.append(folder)


def _own(found: Packages, reading: Reading, diversions: Mapping[str, str], name: str, package: str) -> str:
    path = diversions.get(name, name)
    if path not in reading.table:
        path = _real(path, reading)
    if path:
        found.owners.setdefault(path, package)
    return path


def _real(path: str, reading: Reading) -> str:
    """Follow links in the folders of a path: packages still say ``/bin/ls`` where ``/bin`` is ``usr/bin``."""
    folder, mark, name = path.rpartition("/")
    if not mark:
        return path
    real = reading.resolve(folder)
    return f"{real}/{name}" if real else name


def _dpkg(package: str, data: bytes, diversions: Mapping[str, str], reading: Reading, found: Packages) -> None:
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        match = _LINE.match(line)
        if match:
            path = _own(found, reading, diversions, match[2].strip("/").removeprefix("./"), f"dpkg {package}")
            found.promises.append(Promise(f"dpkg {package}", path, "md5", match[1]))


def _diversions(data: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield path, where files of that path go, and the package whose own file stays (``:`` for none)."""
    lines = data.decode("utf-8", "surrogateescape").splitlines()
    for at in range(0, len(lines) - 2, 3):
        yield lines[at].strip("/"), lines[at + 1].strip("/"), lines[at + 2].strip()


def _diverted(diversions: Sequence[tuple[str, str, str]], package: str) -> dict[str, str]:
    """Return where files of a package go (dpkg-divert(1)): the package that diverts keeps its place."""
    return {path: to for path, to, by in diversions if by != package}


def _removed(data: bytes) -> Iterator[str]:
    for stanza in data.decode("utf-8", "replace").split("\n\n"):
        name = re.search(r"(?m)^Package:\s*(\S+)", stanza)
        status = re.search(r"(?m)^Status:\s*\S+\s+\S+\s+(\S+)", stanza)
        if name and status and status[1] in {"config-files", "not-installed"}:
            yield name[1]


def _record(folder: str, package: str, data: bytes, reading: Reading, found: Packages) -> None:
    """Read a RECORD of a wheel (packaging.python.org, recording installed projects)."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error:
        return
    for row in rows:
        if len(row) < 2 or not row[0] or row[0].startswith("/"):  # noqa: PLR2004 - path and digest
            continue
        path = _joined(folder, row[0], reading)
        if not path:
            continue
        found.owners.setdefault(path, f"python {package}")
        algorithm, mark, value = row[1].partition("=")
        if mark and algorithm == "sha256":
            try:
                digest = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).hex()
            except (binascii.Error, ValueError):
                continue
            found.promises.append(Promise(f"python {package}", path, "sha256", digest))


def _joined(folder: str, name: str, reading: Reading) -> str:
    words = folder.strip("/").split("/") if folder else []
    for word in name.split("/"):
        if word == "..":
            if not words:
                return ""
            words.pop()
        elif word not in {"", "."}:
            words.append(word)
    path = "/".join(words)
    return path if path in reading.table else _real(path, reading)


def _apk(data: bytes, reading: Reading, found: Packages) -> None:
    """Read Alpine's database (apk-v2, "installed"): who owns which path, and the SHA-1 of its content.

    What lies below ``etc`` is configuration, which apk itself protects from being replaced.
    """
    package = folder = path = ""
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        mark, value = line[:2], line[2:]
        if mark == "P:":
            package, path = value, ""
        elif mark == "F:":
            folder, path = value, ""
        elif mark == "R:":
            path = f"{folder}/{value}" if folder else value
            path = path if path in reading.table else _real(path, reading)
            found.owners.setdefault(path, f"apk {package}")
        elif mark == "Z:" and path and value.startswith("Q1") and not path.startswith("etc/"):
            try:
                digest = base64.b64decode(value[2:], validate=True).hex()
            except (binascii.Error, ValueError):
                continue
            found.promises.append(Promise(f"apk {package}", path, "sha1", digest))


def more_digests(packages: Packages, image: Image, reading: Reading) -> dict[str, Reading]:
    """Return what promises are held to, by algorithm: the reading, or a second pass for what it did not digest."""
    known: dict[str, Reading] = {}
    for promise in packages.promises:
        name, entry = promise.algorithm, reading.table.get(promise.path)
        if name not in _KNOWN or entry is None or not entry.digests:
            continue
        if known.setdefault(name, reading) is reading and not reading.digest(entry, name):
            known[name] = digested(image, name)
    return known


_KNOWN: Final = frozenset({"md5", "sha1", "sha256", "sha384", "sha512"})


def actual(promise: Promise, known: Mapping[str, Reading]) -> str:
    """Return the digest that a file has in place of the promised one; empty if it is not there or was not read."""
    reading = known.get(promise.algorithm)
    entry = reading.table.get(promise.path) if reading is not None else None
    if reading is None or entry is None or entry.kind != "file" or not entry.digests:
        return ""
    return reading.digest(entry, promise.algorithm)


def altered(packages: Packages, known: Mapping[str, Reading]) -> Iterator[tuple[Promise, str]]:
    """Yield each promise that a file there breaks, with the digest that it has; those that are gone break none."""
    for promise in packages.promises:
        found = actual(promise, known)
        if found and found != promise.digest:
            yield promise, found
