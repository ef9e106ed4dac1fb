"""Digests of bytes and of structured values, and text that every format can hold."""

from __future__ import annotations

import hashlib
import json


def sha256(data: bytes) -> str:
    """Return the digest of some bytes as ``sha256:<64 hex digits>``."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def canonical(value: object) -> bytes:
    """Return the one JSON spelling of a value: sorted keys, no blanks, UTF-8.

    Args:
        value: What ``json`` can write; lone surrogates (names that are no UTF-8) are escaped.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii")


def digest_of(*parts: object) -> str:
    """Return the digest of several values taken together, each kept apart from the next."""
    return sha256(canonical(list(parts)))


def writable(text: str) -> str:
    r"""Return a name as UTF-8 can hold it: a byte that is none (in Python a lone surrogate) is spelled ``\udcff``."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
