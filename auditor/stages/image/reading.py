"""One pass over all layers of an image, top first: every member is seen once, and what no layer above hides is final.

Top first, the final state is known as soon as a member is met, so nothing is kept that a later layer would take away,
and the content of a file is read, digested and looked through once. Nothing is unpacked to disk.

Reference: OCI image specification 1.1, layer.md (whiteouts, opaque folders).
"""

from __future__ import annotations

import errno
import hashlib
import os
import posixpath
import stat
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from auditor import reasons
from auditor.formats.layer_stream import LayerError, LayerStream
from auditor.formats.tar_stream import Member, TarError, TarStream
from auditor.stages.image.layout import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from auditor.stages.image.layout import Image, Layer

WHOLE_BYTES: Final = 256 * 1024
"""Files up to this size are shown to the visitor whole."""
WANTED_BYTES: Final = 64 * 1024 * 1024
"""Files up to this size are shown whole if the visitor wants them; the database of rpm has some 20 MiB."""
HEAD_BYTES: Final = 64 * 1024
ENTRY_LIMIT: Final = 5_000_000
_WHITEOUT: Final = ".wh."
_OPAQUE: Final = ".wh..wh..opq"
_ROOT_WORDS: Final = frozenset({"", ".", "..", "/"})
_NO_SHA256: Final = bytes(32)
_NO_MD5: Final = bytes(16)


class Entry(NamedTuple):
    """A path of the final state.

    Attributes:
        kind: ``file``, ``folder``, ``link``, ``device``, ``fifo``, ``other``.
        mode: Permission bits.
        size: Of a file.
        layer: Number of the layer, from 1; 0 of a root file system.
        digests: SHA-256, MD5 and, if it was asked for, one more, one after the other, zeros for one of the two that was
            not asked for; empty where none could be taken.
        link: Target of a link, as it stands there.
    """

    kind: str
    mode: int
    size: int
    layer: int
    digests: bytes
    link: str

    @property
    def sha256(self) -> str:
        """SHA-256 as hex digits; empty if it was not taken."""
        return self.digests[:32].hex() if self.digests[:32] != _NO_SHA256 else ""

    @property
    def md5(self) -> str:
        """MD5 as hex digits; empty if it was not taken."""
        return self.digests[32:48].hex() if self.digests[32:48] != _NO_MD5 else ""

    @property
    def extra(self) -> str:
        """The digest that was asked for, as hex digits; empty if none was."""
        return self.digests[48:].hex()


class VisitedFile(NamedTuple):
    """A file or other member as it is shown to a visitor.

    Attributes:
        path: Without a leading slash; bytes that are no UTF-8 as lone surrogates.
        member: What the archive says of it.
        layer: Number of its layer.
        is_final: No layer above hides it.
        data: Its content, whole or the beginning.
        is_whole: All of the content is there.
        digest: SHA-256; empty if it was not taken.
    """

    path: str
    member: Member
    layer: int
    is_final: bool
    data: bytes
    is_whole: bool
    digest: bytes


class Visitor(Protocol):
    """Who looks at the files as they go by."""

    def wants(self, path: str) -> bool:
        """Tell whether a file is to be shown whole although it is large."""

    def asks(self, path: str, member: Member, head: bytes) -> bool:
        """Tell whether the SHA-256 of a file is to be taken; digests are half of a pass, and few are needed."""

    def see(self, seen: VisitedFile) -> None:
        """Look at one member."""


@dataclass(kw_only=True)
class Reading:
    """What the pass gave.

    Attributes:
        table: The final state by path.
        problems: Reason and detail of what could not be read.
        layer_digests: Digest of each layer, uncompressed, by its number; as the configuration says where it was not
            read.
        entries: Members of all layers.
        extra: Algorithm of one more digest to take of each file (``sha1``, ``sha512``); empty for none.
        has_md5: MD5 is taken of each file.
        oddities: How many devices, members with odd types and the like there were, by word.
    """

    table: dict[str, Entry] = field(default_factory=dict)
    problems: list[tuple[reasons.Reason, str]] = field(default_factory=list)
    layer_digests: dict[int, str] = field(default_factory=dict)
    entries: int = 0
    extra: str = ""
    has_md5: bool = True
    oddities: dict[str, int] = field(default_factory=dict)

    def digest(self, entry: Entry, algorithm: str) -> str:
        """Return a digest of an entry as hex digits; empty if it was not taken."""
        if algorithm == self.extra:
            return entry.extra
        return {"md5": entry.md5, "sha256": entry.sha256}.get(algorithm, "")

    def resolve(self, path: str) -> str:
        """Return the path that a path leads to, links followed within the root; the path itself where they end."""
        done: list[str] = []
        todo = path.split("/")[::-1]
        for _step in range(200):
            if not todo:
                break
            word = todo.pop()
            if word in {"", "."}:
                continue
            if word == "..":
                done[-1:] = []
                continue
            here = "/".join((*done, word))
            entry = self.table.get(here)
            if entry is not None and entry.kind == "link":
                if entry.link.startswith("/"):
                    done = []
                todo.extend(entry.link.split("/")[::-1])
            else:
                done.append(word)
        return "/".join(done)


def read_layers(image: Image, visitor: Visitor, reading: Reading) -> Iterator[int]:
    """Read all layers, top first.

    Yields:
        The number of each layer that is done.
    """
    if image.root is not None:
        _Folder(image.root, visitor, reading).read()
        yield 0
        return
    pass_ = _Pass(visitor, reading)
    done: set[str] = set()
    for number in range(len(image.layers), 0, -1):
        layer = image.layers[number - 1]
        reading.layer_digests[number] = layer.diff_id
        if layer.digest and layer.digest in done:
            continue  # the same once more below itself: everything it holds is hidden already
        done.add(layer.digest)
        if layer.problem:
            reading.problems.append((layer.problem[0], f"layer {number}: {layer.problem[1]}"))
            continue
        try:
            pass_.layer(image, layer, number)
        except (ImageError, LayerError) as problem:
            reading.problems.append((problem.reason, f"layer {number}: {problem}"))
        except TarError as problem:
            reason = reasons.NOT_A_TAR_ARCHIVE
            reading.problems.append((reason, f"layer {number}: {problem}"))
        yield number
    pass_.finish()


GUESS_MEMBERS: Final = 2000
GUESS_BYTES: Final = 16 * 1024 * 1024
_FORMATS: Final = (
    ("dpkg", ("etc/debian_version", "etc/dpkg/", "etc/apt/", "var/lib/dpkg/")),
    ("apk", ("etc/alpine-release", "etc/apk/", "lib/apk/", "usr/lib/apk/")),
    ("rpm", ("etc/rpm/", "etc/yum.repos.d/", "etc/zypp/", "var/lib/rpm/", "usr/lib/rpm/", "usr/lib/sysimage/rpm/")),
)


def package_format(image: Image) -> str:
    """Guess from the first files of the lowest layer whose packages an image has: ``dpkg``, ``apk``, ``rpm`` or none.

    It says which digests a pass had better take. A wrong guess costs a second pass (`more_digests`), never a verdict.
    """
    if image.root is not None:
        return next((name for name, paths in _FORMATS if any((image.root / path).exists() for path in paths)), "")
    layer = image.layers[0] if image.layers else None
    if layer is None or layer.problem:
        return ""
    with suppress(ImageError, LayerError, TarError, OSError), closing(image.store.open(layer.name)) as blob:
        stream = LayerStream(blob)
        for count, member in enumerate(TarStream(stream)):
            path = f"{clean(member.name) or ''}/"
            for name, paths in _FORMATS:
                if path.startswith(paths) or path.rstrip("/") in paths:
                    return name
            if count > GUESS_MEMBERS or stream.unpacked_bytes > GUESS_BYTES:
                break
    return ""


class _Nobody:
    """Looks at nothing."""

    def wants(self, path: str) -> bool:
        """Want no file whole."""
        del path
        return False

    def asks(self, path: str, member: Member, head: bytes) -> bool:
        """Ask for no digest but the one that the pass is made for."""
        del path, member, head
        return False

    def see(self, seen: VisitedFile) -> None:
        """Pass it over."""


def digested(image: Image, algorithm: str) -> Reading:
    """Read an image once more for a digest that a pass does not take by itself.

    Args:
        image: One that was read before.
        algorithm: ``sha1``, ``sha512``, ``md5`` …
    """
    reading = Reading(extra=algorithm, has_md5=False)
    for _layer in read_layers(image, _Nobody(), reading):
        pass
    return reading


class _Pass:
    """Goes through layers from the top and remembers what they hide."""

    def __init__(self, visitor: Visitor, reading: Reading) -> None:
        self._visitor = visitor
        self._reading = reading
        self._table = reading.table
        self._gone: set[str] = set()
        self._opaque: set[str] = set()
        self._links: dict[str, tuple[str, Member, int]] = {}

    def layer(self, image: Image, layer: Layer, number: int) -> None:
        """Read one layer to its end, and hold it to its digests."""
        gone: set[str] = set()
        opaque: set[str] = set()
        try:
            with closing(image.store.open(layer.name)) as blob:
                stream = LayerStream(blob)
                archive = TarStream(stream)
                self._members(archive, number, gone, opaque)
                stream.finish()
        finally:
            self._gone |= gone
            self._opaque |= opaque
        size = layer.size if layer.size >= 0 else stream.packed_bytes
        if layer.digest and (stream.digest != layer.digest or stream.packed_bytes != size):
            detail = f"{layer.digest} names {stream.packed_bytes} bytes with the digest {stream.digest}"
            raise ImageError(reasons.DIGEST_DOES_NOT_MATCH, detail)
        if layer.diff_id and stream.diff_id != layer.diff_id:
            detail = f"the configuration says {layer.diff_id}, it unpacks to {stream.diff_id}"
            raise ImageError(reasons.DIGEST_DOES_NOT_MATCH, detail)
        self._reading.layer_digests[number] = stream.diff_id

    def finish(self) -> None:
        """Settle hard links to files of other layers."""
        for path, (target, member, layer) in self._links.items():
            found = self._table.get(target)
            if found is None or found.kind != "file":
                self._reading.problems.append((reasons.CONTRADICTION, f"{shown(path)}: a hard link to nothing"))
            else:
                entry = found._replace(layer=layer, mode=member.mode or found.mode)
                self._see_alike(member, path, layer, entry, is_final=True)
                self._table[path] = entry

    def _members(self, archive: TarStream, number: int, gone: set[str], opaque: set[str]) -> None:
        hidden: dict[str, bool] = {"": False}
        unseen: dict[str, Entry] = {}
        reading, table = self._reading, self._table
        for member in archive:
            reading.entries += 1
            if reading.entries > ENTRY_LIMIT:
                raise ImageError(reasons.TOO_MANY_FILES, f"more than {ENTRY_LIMIT} members")
            path = clean(member.name)
            if path is None:
                detail = f"layer {number}: {shown(member.name)[:200]}"
                reason = reasons.NAME_OUT_OF_THE_ROOT
                reading.problems.append((reason, detail))
                continue
            if not path:
                continue
            parent, _mark, name = path.rpartition("/")
            if name.startswith(_WHITEOUT):
                self._whiteout(parent, name, number, gone, opaque)
                continue
            known = table.get(path)
            is_final = (known is None or known.layer == number) and not (
                path in self._gone or self._is_hidden(parent, hidden, number)
            )
            entry = self._entry(archive, member, path, number, is_final=is_final, unseen=unseen)
            if entry is None:
                continue
            if is_final:
                table[path] = entry
            elif entry.kind == "file":
                unseen[path] = entry

    def _entry(
        self, archive: TarStream, member: Member, path: str, number: int, *, is_final: bool, unseen: dict[str, Entry]
    ) -> Entry | None:
        match member.kind:
            case "file":
                data, is_whole, digests = _content(archive, member, path, self._visitor, self._reading)
                self._visitor.see(VisitedFile(path, member, number, is_final, data, is_whole, _sha256_of(digests)))
                return Entry("file", member.mode, member.real_size, number, digests, "")
            case "hard":
                return self._hard(member, path, number, is_final=is_final, unseen=unseen)
            case kind:
                if kind not in {"folder", "link"}:
                    self._reading.oddities[kind] = self._reading.oddities.get(kind, 0) + 1
                self._visitor.see(VisitedFile(path, member, number, is_final, b"", is_whole=True, digest=b""))
                return Entry(kind, member.mode, 0, number, b"", member.link)

    def _hard(
        self, member: Member, path: str, number: int, *, is_final: bool, unseen: dict[str, Entry]
    ) -> Entry | None:
        target = clean(member.link)
        if not target:
            detail = f"layer {number}: {shown(path)[:200]} is a hard link to {shown(member.link)[:200]}"
            self._reading.problems.append((reasons.NAME_OUT_OF_THE_ROOT, detail))
            return None
        found = unseen.get(target) or self._table.get(target)
        if found is None or found.layer != number or found.kind not in {"file", "link"}:
            if is_final:
                self._links[path] = (target, member, number)
            return None
        self._links.pop(path, None)
        entry = found._replace(mode=member.mode or found.mode)
        self._see_alike(member, path, number, entry, is_final=is_final)
        return entry

    def _see_alike(self, member: Member, path: str, number: int, entry: Entry, *, is_final: bool) -> None:
        """Show a further name of a file, whose content was shown under its first one."""
        alike = Member(path, entry.kind, entry.size, entry.mode, entry.link)
        alike.real_size, alike.capability = entry.size, member.capability
        self._visitor.see(
            VisitedFile(path, alike, number, is_final, b"", is_whole=False, digest=_sha256_of(entry.digests))
        )

    def _whiteout(self, parent: str, name: str, number: int, gone: set[str], opaque: set[str]) -> None:
        if name == _OPAQUE:
            opaque.add(parent)
        elif name.startswith(".wh..wh."):
            return  # aufs keeps its own books there
        elif name[len(_WHITEOUT) :] in _ROOT_WORDS:
            self._reading.problems.append((reasons.NAME_OUT_OF_THE_ROOT, f"layer {number}: whiteout {shown(name)}"))
        else:
            gone.add(f"{parent}/{name[len(_WHITEOUT) :]}" if parent else name[len(_WHITEOUT) :])

    def _is_hidden(self, folder: str, known: dict[str, bool], number: int) -> bool:
        """Tell whether layers above hide what this layer has below a folder."""
        answer = known.get(folder)
        if answer is not None:
            return answer
        way: list[str] = []
        while (answer := known.get(folder)) is None:
            way.append(folder)
            if folder in self._gone or folder in self._opaque:
                answer = True
                break
            above = self._table.get(folder)
            if above is not None and above.kind != "folder" and above.layer != number:
                answer = True
                break
            folder = folder.rpartition("/")[0]
        if "" in self._opaque:
            answer = True
        for each in way:
            known[each] = answer
        return answer


def _sha256_of(digests: bytes) -> bytes:
    return digests[:32] if digests[:32] != _NO_SHA256 else b""


def _content(
    archive: TarStream, member: Member, path: str, visitor: Visitor, reading: Reading
) -> tuple[bytes, bool, bytes]:
    """Return what a visitor is shown of a file, whether that is all of it, and its digests as of `Entry`."""
    if member.is_sparse:
        return b"", False, b""
    is_whole = member.size <= WHOLE_BYTES or (member.size <= WANTED_BYTES and visitor.wants(path))
    chunks = archive.chunks()
    head = archive.content() if is_whole else next(chunks)
    sha256 = hashlib.sha256(head) if visitor.asks(path, member, head) else None
    md5 = _md5(head) if reading.has_md5 else None
    extra = hashlib.new(reading.extra, head, usedforsecurity=False) if reading.extra else None
    if not is_whole:
        hashes = [each for each in (sha256, md5, extra) if each is not None]
        head = head[:HEAD_BYTES]
        for chunk in chunks:
            for each in hashes:
                each.update(chunk)
    digests = (sha256.digest() if sha256 else _NO_SHA256) + (md5.digest() if md5 else _NO_MD5)
    return head, is_whole, digests + extra.digest() if extra else digests


def _md5(data: bytes = b"") -> hashlib._Hash:
    """Return the hash that dpkg keeps of files; it proves nothing by itself, and SHA-256 stands beside it."""
    return hashlib.md5(data, usedforsecurity=False)


def clean(name: str) -> str | None:
    """Return a name relative to the root, as extractors take it; empty for the root itself, None where it leads out."""
    if "\0" in name:
        return None
    if ".." in name or "//" in name or "./" in name or name.endswith("/."):
        name = posixpath.normpath("/".join(word for word in name.split("/") if word) or ".")
        if name == ".." or name.startswith("../"):
            return None
    found = name.strip("/")
    return "" if found == "." else found


def shown(path: str) -> str:
    """Return a path as text that can be written: what is no UTF-8 is spelled out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class _Folder:
    """Walks an unpacked root file system without ever following a link out of it."""

    def __init__(self, root: Path, visitor: Visitor, reading: Reading) -> None:
        self._root = root
        self._visitor = visitor
        self._reading = reading

    def read(self) -> None:
        """Read all of it."""
        device = self._root.stat().st_dev
        todo = [""]
        while todo:
            folder = todo.pop()
            try:
                entries = sorted(os.scandir(self._root / folder), key=lambda entry: entry.name, reverse=True)
            except OSError as problem:
                self._lose(folder, problem)
                continue
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                self._reading.entries += 1
                if self._reading.entries > ENTRY_LIMIT:
                    self._reading.problems.append((reasons.TOO_MANY_FILES, f"more than {ENTRY_LIMIT} members"))
                    return
                try:
                    found = entry.stat(follow_symlinks=False)
                    if stat.S_ISDIR(found.st_mode) and found.st_dev == device:
                        todo.append(path)
                    self._one(path, found)
                except OSError as problem:
                    self._lose(path, problem)

    def _lose(self, path: str, problem: OSError) -> None:
        reason = reasons.NO_PERMISSION if problem.errno in {errno.EACCES, errno.EPERM} else reasons.CANNOT_BE_READ
        self._reading.problems.append((reason, f"{shown(path)}: {problem.strerror}"))

    def _one(self, path: str, found: os.stat_result) -> None:
        mode = stat.S_IMODE(found.st_mode)
        kind = next((name for name, test in _KINDS if test(found.st_mode)), "other")
        size = found.st_size if kind == "file" else 0
        member = Member(path, kind, size, mode, real_size=size)
        data, is_whole, digests = b"", True, b""
        if kind == "link":
            member.link = str((self._root / path).readlink())
        elif kind == "file":
            handle = os.open(self._root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(handle, "rb", buffering=0) as file:
                with suppress(OSError):
                    member.capability = os.getxattr(handle, "security.capability")
                archive = TarStream(file)
                archive.begin(size)
                data, is_whole, digests = _content(archive, member, path, self._visitor, self._reading)
        elif kind != "folder":
            self._reading.oddities[kind] = self._reading.oddities.get(kind, 0) + 1
        self._visitor.see(
            VisitedFile(path, member, 0, is_final=True, data=data, is_whole=is_whole, digest=_sha256_of(digests))
        )
        self._reading.table[path] = Entry(kind, mode, size, 0, digests, member.link)


_KINDS: Final = (
    ("file", stat.S_ISREG),
    ("folder", stat.S_ISDIR),
    ("link", stat.S_ISLNK),
    ("fifo", stat.S_ISFIFO),
    ("device", lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode)),
)
