"""What this installation knows and its cache does not: a key that authenticates what is kept there.

Whoever can write the cache folder must not be able to put words into the mouth of a scanner. The key lies outside the
cache, in ``$AUDITOR_STATE``, ``$XDG_STATE_HOME/auditor`` or ``~/.local/state/auditor``, readable by its owner alone. A
cache that was filled under another key is no cache: everything is observed anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import stat
from functools import cache
from pathlib import Path
from typing import Final

_KEY_BYTES: Final = 32
TAG_BYTES: Final = 32


def state_folder() -> Path:
    """Return the folder of what this installation knows by itself."""
    said = os.environ.get
    return _state_folder(said("AUDITOR_STATE", ""), said("XDG_STATE_HOME", ""), said("HOME", ""))


@cache
def _state_folder(given: str, state_home: str, _home: str) -> Path:
    if given:
        return Path(given)
    return (Path(state_home) if state_home else Path.home() / ".local" / "state") / "auditor"


def tag(purpose: str, *parts: bytes) -> bytes:
    """Return the authentication code of some bytes, `TAG_BYTES` long.

    Args:
        purpose: What they are kept for; the same bytes mean nothing elsewhere.
        parts: The bytes, in an order of their own each.
    """
    made = hmac.new(_key(state_folder()), purpose.encode(), hashlib.sha256)
    for part in parts:
        made.update(len(part).to_bytes(8) + part)
    return made.digest()


def is_ours(found: bytes, purpose: str, *parts: bytes) -> bool:
    """Tell whether an authentication code is one of this installation."""
    return hmac.compare_digest(found, tag(purpose, *parts))


def is_private(path: Path) -> bool:
    """Tell whether nobody but its owner, who is the user or root, can write to a file or folder."""
    try:
        state = path.lstat()
    except OSError:
        return False
    is_owned = state.st_uid in {os.geteuid(), 0}
    return is_owned and not stat.S_ISLNK(state.st_mode) and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


@cache
def _key(folder: Path) -> bytes:
    """Return the key, made where there is none; one for this process where none can be kept."""
    place = folder / "key"
    for _attempt in range(2):
        with contextlib.suppress(OSError, ValueError):
            if is_private(place):
                found = place.read_bytes()
                if len(found) == _KEY_BYTES:
                    return found
                place.unlink()
        with contextlib.suppress(OSError, ValueError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            half = folder / f".key.{os.urandom(8).hex()}"
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(os.urandom(_KEY_BYTES))
            with contextlib.suppress(FileExistsError):
                os.link(half, place)
            half.unlink()
    return os.urandom(_KEY_BYTES)
