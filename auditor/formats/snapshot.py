"""A cluster in one file, ``cluster-snapshot/1``: what was listed, what could not be, who collected it and when.

The file is zstd over JSON: ``{"schema", "sha256", "cluster"}``; the digest is that of ``cluster`` in canonical form.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import zstandard

from auditor import reasons

if TYPE_CHECKING:
    from collections.abc import Mapping


SCHEMA: Final = "cluster-snapshot/1"
MAGIC: Final = b"\x28\xb5\x2f\xfd"
SIZE_LIMIT_BYTES: Final = 2 * 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An object as an API server gave it, without what is secret.

    Attributes:
        manifest: The object; of kinds that no rule reads only its metadata.
        path: Path of the API that answers it.
        is_namespaced: Its kind has namespaces.
    """

    manifest: Mapping[str, Any]
    path: str
    is_namespaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Something that was asked for and not given.

    Attributes:
        fact: Name of the kind of fact that is missing.
        topic: Kind of object or component; empty for all.
        reason: A few words.
        detail: Circumstances.
    """

    fact: str
    topic: str
    reason: reasons.Reason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterReading:
    """All that one reading of a cluster gave.

    Attributes:
        version: ``gitVersion`` of the server, empty if it did not say.
        kinds_listed: Kinds that were listed completely.
        objects: In a fixed order.
        refusals: What is missing.
        kubelets: Effective configuration by node (``configz``).
        collected_at: ISO 8601, empty for a live reading.
        collected_by: Who collected it (user and host), empty for a live reading.
    """

    version: str
    kinds_listed: tuple[str, ...]
    objects: tuple[Listed, ...]
    refusals: tuple[Refusal, ...]
    kubelets: Mapping[str, Mapping[str, Any]]
    collected_at: str = ""
    collected_by: str = ""


def packed(reading: ClusterReading) -> bytes:
    """Return the file of a reading."""
    cluster = {
        "version": reading.version,
        "kinds_listed": list(reading.kinds_listed),
        "objects": [[each.path, each.is_namespaced, each.manifest] for each in reading.objects],
        "refusals": [[each.fact, each.topic, each.reason, each.detail] for each in reading.refusals],
        "kubelets": reading.kubelets,
        "collected_at": reading.collected_at,
        "collected_by": reading.collected_by,
    }
    body = orjson.dumps(cluster, option=orjson.OPT_SORT_KEYS)
    head = orjson.dumps({"schema": SCHEMA, "sha256": hashlib.sha256(body).hexdigest()})
    return zstandard.ZstdCompressor(level=6, write_checksum=True).compress(head[:-1] + b',"cluster":' + body + b"}")


def unpacked(data: bytes) -> ClusterReading:
    """Return the reading of a file.

    Raises:
        ValueError: It is none, it was changed, or it is of another schema; the message says which.
    """
    try:
        with zstandard.ZstdDecompressor().stream_reader(data) as reader:
            text = reader.read(SIZE_LIMIT_BYTES + 1)
        value = orjson.loads(text) if len(text) <= SIZE_LIMIT_BYTES else None
    except (zstandard.ZstdError, orjson.JSONDecodeError) as problem:
        message = f"not a snapshot: {problem}"
        raise ValueError(message) from problem
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        said = value.get("schema") if isinstance(value, dict) else None
        message = f"unknown schema {str(said)[:60]!r} (expected {SCHEMA!r})"
        raise ValueError(message)
    cluster = value.get("cluster")
    body = orjson.dumps(cluster, option=orjson.OPT_SORT_KEYS)
    if hashlib.sha256(body).hexdigest() != value.get("sha256"):
        message = "it was changed after it was collected: its digest does not match"
        raise ValueError(message)
    try:
        return _reading(cluster)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        message = f"not as the schema has it: {problem!r}"
        raise ValueError(message) from problem


def _reading(cluster: Any) -> ClusterReading:  # noqa: ANN401 - JSON that is taken apart here
    return ClusterReading(
        version=str(cluster["version"]),
        kinds_listed=tuple(str(kind) for kind in cluster["kinds_listed"]),
        objects=tuple(
            Listed(path=str(path), is_namespaced=bool(is_namespaced), manifest=dict(manifest))
            for path, is_namespaced, manifest in cluster["objects"]
        ),
        refusals=tuple(
            Refusal(fact=str(fact), topic=str(topic), reason=reasons.Reason(str(reason)), detail=str(detail))
            for fact, topic, reason, detail in cluster["refusals"]
        ),
        kubelets={str(node): dict(config) for node, config in cluster["kubelets"].items()},
        collected_at=str(cluster["collected_at"]),
        collected_by=str(cluster["collected_by"]),
    )
