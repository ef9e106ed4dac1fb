"""Raft snapshots of Vault and OpenBao: what can be known of one without its keys.

A gzip tar of ``meta.json``, ``state.bin`` (encrypted by the barrier) and ``SHA256SUMS``; from a live server also
``SHA256SUMS.sealed``. ``state.bin`` is hashed and never kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from auditor.formats.hashes import of_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAGIC: Final = b"\x1f\x8b"
SIZE_LIMIT_BYTES: Final = 64 << 30
"""Of all members together, so that no bomb is unpacked to its end."""
MEMBER_LIMIT: Final = 64
SM3_LIMIT_BYTES: Final = 256 << 20
"""Larger files get no SM3, which takes 4 s a gigabyte."""
_SMALL: Final = 4 << 20
_LINE: Final = re.compile(r"^([0-9a-fA-F]{64})[ \t]+\*?(\S+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class RaftSnapshot:
    """What a snapshot file shows.

    Attributes:
        index: Of the last entry in it, None if it does not say.
        term: Of that entry.
        peers: Ids of the members of the cluster.
        problems: What is wrong with it; empty for a whole one.
        is_sealed: It holds ``SHA256SUMS.sealed``, which a live server adds.
        size_bytes: Of the file.
        sha256: Of the file.
        sm3: Of the file, empty where it is large.
    """

    index: int | None
    term: int | None
    peers: tuple[str, ...]
    problems: tuple[str, ...]
    is_sealed: bool
    size_bytes: int
    sha256: str
    sm3: str = ""


@dataclass
class _Parts:
    digests: dict[str, str] = field(default_factory=dict)
    small: dict[str, bytes] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def is_one(head: bytes) -> bool:
    """Tell whether a file may be a snapshot, by its first bytes."""
    return head.startswith(MAGIC)


def read(path: Path) -> RaftSnapshot | None:
    """Read a snapshot; None where the file is a gzip tar of something else, or none.

    Raises:
        OSError: It cannot be read.
    """
    size = path.stat().st_size
    seen = _members(path)
    if not seen.digests.keys() & {"meta.json", "state.bin", "SHA256SUMS"}:
        return None
    meta = _json(seen.small.get("meta.json", b""))
    if meta is None:
        seen.problems.append("meta.json is missing or no JSON")
        meta = {}
    _compare(seen)
    digests = of_file(path, "sha256", "sm3") if size <= SM3_LIMIT_BYTES else of_file(path, "sha256")
    return RaftSnapshot(
        index=_whole(meta.get("Index")),
        term=_whole(meta.get("Term")),
        peers=_peers(meta),
        problems=tuple(seen.problems),
        is_sealed="SHA256SUMS.sealed" in seen.digests,
        size_bytes=size,
        sha256=digests[0],
        sm3=digests[1] if len(digests) > 1 else "",
    )


def _members(path: Path) -> _Parts:
    seen = _Parts()
    total = 0
    try:
        with tarfile.open(path, "r|gz") as archive:
            for member in archive:
                total += member.size
                if total > SIZE_LIMIT_BYTES or len(seen.digests) >= MEMBER_LIMIT:
                    seen.problems.append("more than any snapshot holds")
                    break
                name = member.name.removeprefix("./")
                stream = archive.extractfile(member) if member.isfile() else None
                if stream is None or "/" in name or name in seen.digests:
                    seen.problems.append(f"{name[:80]!r} has no place in a snapshot")
                    continue
                digest = hashlib.sha256()
                kept = bytearray()
                while block := stream.read(1 << 20):
                    digest.update(block)
                    if member.size <= _SMALL:
                        kept += block
                seen.digests[name] = digest.hexdigest()
                if member.size <= _SMALL and name != "state.bin":
                    seen.small[name] = bytes(kept)
    except (tarfile.TarError, EOFError, zlib.error, ValueError, RecursionError) as error:
        seen.problems.append(f"cut off or damaged: {' '.join(str(error).split())[:100]}")
    return seen


def _compare(seen: _Parts) -> None:
    said: dict[str, str] = {}
    for line in seen.small.get("SHA256SUMS", b"").decode("utf-8", "replace").splitlines():
        if match := _LINE.match(line.strip()):
            said[match[2]] = match[1].lower()
    if not said:
        seen.problems.append("SHA256SUMS is missing or empty")
        return
    for name in ("meta.json", "state.bin"):
        if name not in seen.digests:
            seen.problems.append(f"{name} is missing")
        elif name not in said:
            seen.problems.append(f"SHA256SUMS does not list {name}")
    for name, digest in said.items():
        if name in seen.digests and seen.digests[name] != digest:
            seen.problems.append(f"{name} is not what SHA256SUMS says")


def _json(data: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def _peers(meta: Mapping[str, Any]) -> tuple[str, ...]:
    configuration = meta.get("Configuration")
    servers = configuration.get("Servers") if isinstance(configuration, dict) else None
    found = [each.get("ID") for each in servers if isinstance(each, dict)] if isinstance(servers, list) else []
    return tuple(sorted(str(each)[:200] for each in found[:1000] if each))
