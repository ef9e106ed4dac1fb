"""Reads tar archives as a stream, hostile ones too: ustar, pax (with sparse files and attributes) and GNU.

The standard library's reader makes an object of thirty fields for each member, reads pax headers of any size into
memory, and guesses where a checksum is wrong. This one keeps what an audit asks for, and refuses.

References: POSIX.1-2017 pax; GNU tar manual, "Basic Tar Format" and "Storing Sparse Files".
"""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK: Final = 512
HEADER_LIMIT_BYTES: Final = 1024 * 1024
"""Of a pax header or long name; the kernel's paths end at 4096 bytes, attributes at 64 KiB each."""
CHUNK_BYTES: Final = 256 * 1024
_ZERO: Final = bytes(BLOCK)
_SIZED: Final = frozenset(b"07\0S")
"""Types with content; others may carry a size, which extractors ignore (Go's archive/tar does)."""
_NAMED: Final = {b"1": "hard", b"2": "link", b"3": "device", b"4": "device", b"5": "folder", b"6": "fifo"}
_CAPABILITY: Final = "security.capability"


class TarError(ValueError):
    """The bytes are no tar archive, or one that is cut off."""


class Source(Protocol):
    """Where the bytes come from; one that can jump has ``pass_over(size)``, too."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes; fewer only at the end."""


@dataclass(slots=True)
class Member:
    """One member of an archive.

    Attributes:
        name: As it stands there; bytes that are no UTF-8 as lone surrogates.
        kind: ``file``, ``folder``, ``link``, ``hard``, ``device``, ``fifo``, ``other``.
        size: Bytes of content in the archive.
        mode: Permission bits.
        link: Target of a link.
        is_sparse: Holes are left out of its content.
        real_size: Its size once unpacked.
        capability: The attribute ``security.capability``.
        device: Major and minor number of a device.
    """

    name: str
    kind: str
    size: int
    mode: int
    link: str = ""
    is_sparse: bool = False
    real_size: int = 0
    capability: bytes = b""
    device: tuple[int, int] = (0, 0)


class TarStream:
    """Iterates over the members; the content of each may be read before the next is asked for."""

    def __init__(self, source: Source) -> None:
        """Read from a source that stands at the beginning of the archive."""
        self._source = source
        self._left = 0
        self._padding = 0
        self._global: dict[str, str] = {}
        self._pass: Callable[[int], None] | None = getattr(source, "pass_over", None)

    def __iter__(self) -> Iterator[Member]:
        """Yield members to the end of the archive.

        Raises:
            TarError: A header is wrong, or the archive is cut off.
        """
        own: dict[str, str] = {}
        name = link = ""
        while True:
            self.skip()
            block = self._source.read(BLOCK)
            if not block or block == _ZERO:
                return
            if len(block) < BLOCK:
                message = "cut off within a header"
                raise TarError(message)
            size, kind = _checked(block)
            match kind:
                case b"x":
                    own = _pax(self._header(size))
                case b"g":
                    self._global = _pax(self._header(size))
                case b"L":
                    name = _text(self._header(size).rstrip(b"\0"))
                case b"K":
                    link = _text(self._header(size).rstrip(b"\0"))
                case _:
                    yield self._member(block, kind, size, name, link, {**self._global, **own} if self._global else own)
                    own, name, link = {}, "", ""

    def begin(self, size: int) -> None:
        """Take the next so many bytes of the source for the content of a member; for files that lie in a folder."""
        self._left, self._padding = size, 0

    def content(self) -> bytes:
        """Return all that is left of the content of the current member; the caller has seen its size."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Yield what is left of the content of the current member."""
        while self._left:
            data = self._source.read(min(self._left, CHUNK_BYTES))
            if not data:
                message = "cut off within a file"
                raise TarError(message)
            self._left -= len(data)
            yield data

    def skip(self) -> None:
        """Pass over what is left of the content of the current member."""
        if self._left or self._padding:
            if self._pass is not None:
                self._pass(self._left)
                self._left = 0
            for _chunk in self.chunks():
                pass
            if len(self._source.read(self._padding)) < self._padding:
                message = "cut off behind a file"
                raise TarError(message)
            self._padding = 0

    def _take(self, size: int) -> None:
        self._left = size
        self._padding = -size % BLOCK

    def _header(self, size: int) -> bytes:
        if size > HEADER_LIMIT_BYTES:
            message = f"a header of {size} bytes"
            raise TarError(message)
        self._take(size)
        return self.content()

    def _member(self, block: bytes, kind: bytes, size: int, name: str, link: str, pax: dict[str, str]) -> Member:
        if not name:
            plain = block[:100].partition(b"\0")[0]
            if block[257:263] == b"ustar\0" and block[345]:
                plain = block[345:500].partition(b"\0")[0] + b"/" + plain
            name = _text(plain)
        known = _NAMED.get(kind, "file" if kind in {b"0", b"\0", b"7", b"S"} else "other")
        made = Member(
            name=name,
            kind=known,
            size=size,
            mode=_number(block[100:108]) & 0o7777,
            link=link or (_text(block[157:257].partition(b"\0")[0]) if known in {"link", "hard"} else ""),
        )
        if known == "device":
            made.device = (_number(block[329:337]), _number(block[337:345]))
        if known == "file" and made.name.endswith("/"):
            made.kind = "folder"  # as archives older than ustar have it
        if pax:
            _apply(made, pax)
        if kind == b"S":
            self._old_sparse(made, block)
        if kind[0] not in _SIZED and known != "other":
            made.size = 0
        made.real_size = made.real_size or made.size
        self._take(made.size)
        return made

    def _old_sparse(self, made: Member, block: bytes) -> None:
        made.is_sparse = True
        made.real_size = _number(block[483:495])
        more = block[482]
        count = 0
        while more:
            extension = self._source.read(BLOCK)
            count += 1
            if len(extension) < BLOCK or count > HEADER_LIMIT_BYTES // BLOCK:
                message = "a map of holes that does not end"
                raise TarError(message)
            more = extension[504]


def _checked(block: bytes) -> tuple[int, bytes]:
    """Return size and type of a header whose checksum holds."""
    said = _number(block[148:156])
    # the lower half of Adler-32 is 1 and all octets summed up, modulo 65521 (RFC 1950 8.2), at the speed of C
    if zlib.adler32(block) & 0xFFFF != (said - 256 + (zlib.adler32(block[148:156]) & 0xFFFF)) % 65521:
        message = "the checksum of a header does not hold"
        raise TarError(message)
    return _number(block[124:136]), block[156:157]


def _number(field: bytes) -> int:
    """Read a number: octal digits, or (first bit set) base 256."""
    first = field[0]
    if first & 0x80:
        value = int.from_bytes(field[1:], "big")
        if first == 0xFF or value >= 1 << 62:  # noqa: PLR2004 - a negative number
            message = "a number that cannot be"
            raise TarError(message)
        return value
    digits = field.partition(b"\0")[0].strip()
    if not digits:
        return 0
    try:
        value = int(digits, 8)
    except ValueError as problem:
        message = "a number that cannot be read"
        raise TarError(message) from problem
    if value < 0:
        message = "a number that cannot be"
        raise TarError(message)
    return value


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _pax(data: bytes) -> dict[str, str]:
    """Read the records of a pax header: length, blank, key, equals sign, value, line feed."""
    found: dict[str, str] = {}
    at = 0
    while at < len(data):
        blank = data.find(b" ", at, at + 20)
        digits = data[at:blank]
        if blank < 0 or not digits.isdigit():
            message = "a pax header that cannot be read"
            raise TarError(message)
        end = at + int(digits)
        key, mark, value = data[blank + 1 : end - 1].partition(b"=")
        if not mark or end > len(data) or end <= blank or data[end - 1 : end] != b"\n":
            message = "a pax header that cannot be read"
            raise TarError(message)
        found[_text(key)] = _text(value)
        at = end
    return found


def _apply(made: Member, pax: dict[str, str]) -> None:
    try:
        if "size" in pax:
            made.size = _decimal(pax["size"])
        if "GNU.sparse.realsize" in pax or "GNU.sparse.size" in pax:
            made.is_sparse = True
            made.real_size = _decimal(pax.get("GNU.sparse.realsize") or pax["GNU.sparse.size"])
    except ValueError as problem:
        message = "a number of a pax header that cannot be read"
        raise TarError(message) from problem
    made.name = pax.get("GNU.sparse.name") or pax.get("path") or made.name
    if made.kind in {"link", "hard"}:
        made.link = pax.get("linkpath") or made.link
    if (value := pax.get(f"SCHILY.xattr.{_CAPABILITY}")) is not None:
        made.capability = value.encode("utf-8", "surrogateescape")
    elif (text := pax.get(f"LIBARCHIVE.xattr.{_CAPABILITY}")) is not None:
        try:
            made.capability = base64.b64decode(text.rstrip("=") + "==")
        except (binascii.Error, ValueError):
            made.capability = b"\xff"  # there is one, whatever it says


def _decimal(text: str) -> int:
    value = int(text) if text.isascii() and text.isdigit() else -1
    if not 0 <= value < 1 << 62:
        raise ValueError(text[:40])
    return value
