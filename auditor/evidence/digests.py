"""SHA-256 and SM3 of the same bytes, read once."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from cryptography.hazmat.primitives.hashes import SM3, Hash

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

SM3_LIMIT_BYTES: Final = 64 << 20
"""Larger files have a SHA-256 alone; SM3 covers the manifest that lists it (product.md §5)."""
CHUNK: Final = 1 << 20
_SIDE_BY_SIDE: Final = 256 << 10
"""From this size the two are worked out by two threads; both let go of the interpreter."""


@dataclass(frozen=True, slots=True)
class Digests:
    """What is known of some bytes.

    Attributes:
        size: How many they are.
        sha256: Hex digits.
        sm3: Hex digits (GB/T 32905); empty for those that are too large.
        crc: CRC-32, for archives.
    """

    size: int
    sha256: str
    sm3: str
    crc: int = 0


def of_bytes(data: bytes, *, is_large: bool = False) -> Digests:
    """Return the digests of bytes in memory."""
    sm3 = "" if is_large else _sm3_of(data)
    return Digests(len(data), hashlib.sha256(data).hexdigest(), sm3, zlib.crc32(data))


def of_file(file: BinaryIO, size: int, pool: ThreadPoolExecutor | None = None) -> Digests:
    """Return the digests of the next octets of a file.

    Args:
        file: Read from where it stands.
        size: How many octets to read; if fewer are there, the digests are of those.
        pool: To work out both side by side.
    """
    if size <= _SIDE_BY_SIDE:
        return of_bytes(file.read(size))
    plain, national = hashlib.sha256(), (Hash(SM3()) if size <= SM3_LIMIT_BYTES else None)
    crc, read = 0, 0
    other: Future[None] | None = None
    while read < size and (chunk := file.read(min(CHUNK, size - read))):
        if other is not None:
            other.result()  # one piece after the other, while the next one is read
        if pool:
            other = pool.submit(plain.update, chunk)
        else:
            plain.update(chunk)
        if national:
            national.update(chunk)
        crc = zlib.crc32(chunk, crc)
        read += len(chunk)
    if other is not None:
        other.result()
    return Digests(read, plain.hexdigest(), national.finalize().hex() if national else "", crc)


def _sm3_of(data: bytes) -> str:
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize().hex()
