"""SHA-256 and SM3 of bytes and files; SM3 (GB/T 32905) comes from OpenSSL through ``cryptography``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cryptography.hazmat.primitives.hashes import SHA256, SM3, Hash

if TYPE_CHECKING:
    from pathlib import Path

Algorithm = Literal["sha256", "sm3"]


def sm3(data: bytes) -> str:
    """Return the SM3 digest of some bytes as 64 hex digits."""
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize().hex()


def of_file(path: Path, *algorithms: Algorithm) -> tuple[str, ...]:
    """Return digests of a file in one reading, each as 64 hex digits.

    Raises:
        OSError: It cannot be read.
    """
    digests = [Hash(SHA256() if name == "sha256" else SM3()) for name in algorithms]
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            for digest in digests:
                digest.update(block)
    return tuple(digest.finalize().hex() for digest in digests)
