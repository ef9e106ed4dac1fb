from __future__ import annotations

import hashlib

import orjson
import pytest
import zstandard

from auditor import reasons
from auditor.formats.snapshot import ClusterReading, Listed, Refusal, packed, unpacked

READING = ClusterReading(
    version="v1.34.2",
    kinds_listed=("Pod",),
    objects=(Listed(manifest={"kind": "Pod", "metadata": {"name": "名"}}, path="/api/v1/x", is_namespaced=True),),
    refusals=(Refusal(fact="KubeObject", topic="Secret", reason=reasons.NO_PERMISSION, detail="403"),),
    kubelets={"n": {"readOnlyPort": 0}},
    collected_at="2026-11-23T00:00:00Z",
    collected_by="me@here",
)


def test_what_was_packed_comes_out_again() -> None:
    assert unpacked(packed(READING)) == READING


def test_the_same_reading_gives_the_same_bytes() -> None:
    assert packed(READING) == packed(READING)


def _changed(find: bytes, replacement: bytes) -> bytes:
    text = zstandard.ZstdDecompressor().stream_reader(packed(READING)).read()
    assert find in text
    return zstandard.ZstdCompressor().compress(text.replace(find, replacement))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not a snapshot"),
        (b"\x28\xb5\x2f\xfd", "not a snapshot"),
        (packed(READING)[:-9], "not a snapshot"),
        (zstandard.ZstdCompressor().compress(b"[]"), "unknown schema"),
        (_changed(b"cluster-snapshot/1", b"cluster-snapshot/9"), "unknown schema"),
        (_changed(b"readOnlyPort", b"readOnlyXort"), "does not match"),
        (_changed(b'"no permission"', b'"not asked for"'), "does not match"),
    ],
)
def test_what_is_no_snapshot_or_was_changed_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        unpacked(data)


def test_a_snapshot_of_the_wrong_shape_is_refused() -> None:
    body = orjson.dumps({"version": 1})
    text = orjson.dumps(
        {"schema": "cluster-snapshot/1", "sha256": hashlib.sha256(body).hexdigest(), "cluster": {"version": 1}}
    )

    with pytest.raises(ValueError, match="not as the schema"):
        unpacked(zstandard.ZstdCompressor().compress(text))
