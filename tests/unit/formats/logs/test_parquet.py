"""Logs that a lake keeps as Parquet (OCSF) are read as the same events as JSON lines."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from auditor.formats.logs import lines, reading
from auditor.formats.logs.row import Row
from tests.unit.stages.auditlog.looking import look

if TYPE_CHECKING:
    from pathlib import Path

EVENTS: list[dict[str, Any]] = [
    {
        "class_uid": 6003,
        "activity_id": 4,
        "time": 1788228000000 + number,
        "time_dt": datetime(2026, 9, 1, 2, tzinfo=UTC),
        "metadata": {"version": "1.4.0", "uid": f"u{number}", "tags": [("a", "1")]},
        "actor": {"user": {"name": "li.wei" if number else None, "uid": None}},
        "api": {"operation": "DeleteCluster"},
        "resources": [{"name": "prod"}],
        "status_id": 1,
        "src_endpoint": {"ip": "10.0.0.3"},
        "raw": b"\xff",
    }
    for number in range(2500)
]
SCHEMA = pa.schema(
    [
        ("class_uid", pa.int32()),
        ("activity_id", pa.int32()),
        ("time", pa.int64()),
        ("time_dt", pa.timestamp("us", "UTC")),
        (
            "metadata",
            pa.struct([("version", pa.string()), ("uid", pa.string()), ("tags", pa.map_(pa.string(), pa.string()))]),
        ),
        ("actor", pa.struct([("user", pa.struct([("name", pa.string()), ("uid", pa.string())]))])),
        ("api", pa.struct([("operation", pa.string())])),
        ("resources", pa.list_(pa.struct([("name", pa.string())]))),
        ("status_id", pa.int32()),
        ("src_endpoint", pa.struct([("ip", pa.string())])),
        ("raw", pa.binary()),
    ]
)


def written(path: Path) -> Path:
    parquet.write_table(pa.Table.from_pylist(EVENTS, SCHEMA), path, compression="zstd", row_group_size=700)
    return path


def test_rows_are_events(tmp_path: Path) -> None:
    path = written(tmp_path / "part-00000-c0ffee.snappy.parquet")
    log = lines.LogBytes(path)
    detected = reading.detect(lines.head(path)[0])

    rows = list(reading.Reading(detected, "", {}, None).rows(log.chunks()))

    assert detected.format == "ocsf"
    assert len(rows) == len(EVENTS)
    first, second = rows[:2]
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert (first.user, second.user, second.action, second.object) == ("", "li.wei", "DeleteCluster", "prod")
    assert (second.at, second.address, second.outcome) == (1_788_228_000_001_000, "10.0.0.3", "success")
    assert not first.undetermined
    assert (log.packing, log.size, log.problem) == ("parquet", path.stat().st_size, "")
    assert log.digest == f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.mark.parametrize("cut", [5, 5000, -9])
def test_broken_file_is_a_gap(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "a.parquet")
    path.write_bytes(path.read_bytes()[:cut])

    looked = look(path)

    assert {each.reason for each in looked.facts.gaps} & {"cannot be unpacked", "unknown format"}
    assert all(each.verdict.value != "pass" for each in looked.findings)


def test_stage_reads_a_folder_of_them(tmp_path: Path) -> None:
    (tmp_path / "dt=2026-09-01").mkdir()
    (tmp_path / "dt=2026-09-02").mkdir()
    written(tmp_path / "dt=2026-09-01/part-00000-c0ffee.parquet")
    written(tmp_path / "dt=2026-09-02/part-00000-beef.parquet")

    looked = look(tmp_path)

    assert looked.value("records") == 2 * len(EVENTS)
    assert looked.value("duplicates") == len(EVENTS)


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08broken", b"\x28\xb5\x2f\xfdbroken", b"PAR1broken"])
@pytest.mark.parametrize("whole", [True, False])
def test_file_that_is_broken_from_the_start_is_never_taken_for_empty(
    tmp_path: Path, data: bytes, *, whole: bool
) -> None:
    (tmp_path / "audit.log.gz").write_bytes(data)

    looked = look(tmp_path if whole else tmp_path / "audit.log.gz")

    assert "cannot be unpacked" in {each.reason for each in looked.facts.gaps}
