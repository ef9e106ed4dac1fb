"""What a run looked at, by digest: read from its facts as they lie, whatever version wrote them."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

import orjson
import zstandard

from auditor.errors import ConfigError
from auditor.model.difference import Inputs
from auditor.model.fact import Measure
from auditor.stages import stages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OURS: Final = frozenset({"Gap", "RunStarted"})
_DATABASE: Final = re.compile("Database")
_SUFFIX: Final = ".jsonl.zst"
_LIMIT_BYTES: Final = 8 << 30


def of_run(folder: Path) -> Inputs:
    """Return what the facts of a run say of its inputs.

    Raises:
        ConfigError: A file of facts cannot be read.
    """
    things: dict[tuple[str, str], list[bytes]] = defaultdict(list)
    parts: dict[str, list[bytes]] = defaultdict(list)
    databases: dict[str, list[bytes]] = defaultdict(list)
    concluded = _OURS.union(*(stage.concluded for stage in stages()))
    measured = {stage.name for stage in stages() if Measure.__name__ in stage.concluded}
    for file in sorted((folder / "facts").glob(f"*{_SUFFIX}")):
        kind = file.name.removesuffix(_SUFFIX)
        if kind in concluded - {Measure.__name__}:
            continue
        for line, fact in _facts(file):
            if fact.get("stage") in measured:
                continue
            origin = fact.get("origin") or {}
            part = str(origin.get("part", ""))
            digest = hashlib.sha256(kind.encode() + b"\0" + line).digest()
            if _DATABASE.search(kind):
                databases[part].append(digest)
                continue
            parts[part].append(digest)
            for name in {str(fact.get("subject", "")), str(origin.get("file") or "")} - {""}:
                things[part, name].append(digest)
    return Inputs(
        things={key: _folded(found) for key, found in things.items()},
        parts={key: _folded(found) for key, found in parts.items()},
        databases={key: _folded(found) for key, found in databases.items()},
    )


def _folded(found: list[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(found))).hexdigest()


def _facts(file: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    try:
        with file.open("rb") as stream:
            data = zstandard.ZstdDecompressor().stream_reader(stream).read(_LIMIT_BYTES + 1)
        if len(data) > _LIMIT_BYTES:
            message = f"{file} unpacks to more than {_LIMIT_BYTES:,} bytes"
            raise ConfigError(message)
        for line in data.splitlines():
            yield line, orjson.loads(line)
    except (OSError, zstandard.ZstdError, ValueError) as error:
        message = f"{file} cannot be read: {error}"
        raise ConfigError(message) from error
