"""Times with their zone, digests, and what stands for an accessor, as documents write them."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

_HEX: Final = re.compile(r"^(?:sm3:|sha256:)?([0-9a-fA-F]{64})$")


def time_of(value: object) -> datetime | None:
    """Return a time with its zone, None if it is none."""
    if not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004 - no time is longer
        return None
    try:
        found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def digest_of(value: object) -> str:
    """Return a digest as 64 small hex digits, empty if it is none."""
    match = _HEX.match(value) if isinstance(value, str) else None
    return match[1].lower() if match else ""


def hidden(accessor: str) -> str:
    """Return what stands for an accessor, with which a token can be revoked."""
    return hashlib.sha256(accessor.encode("utf-8", "replace")).hexdigest()[:16]
