"""A record that was written can be read back, and nothing else can."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.errors import ConfigError
from auditor.evidence.load import load
from auditor.model.record import Record
from auditor.report.json import render
from tests.unit.report.records import empty, example, many
from tests.unit.report.test_schema import VALIDATOR

WHOLE = json.loads(render(example()))


@pytest.mark.parametrize("record", [example(), empty(), many(20)], ids=["example", "empty", "many"])
def test_record_comes_back_as_it_was_written(tmp_path: Path, record: Record) -> None:
    written = render(record)
    (tmp_path / "record.json").write_bytes(written)

    assert render(load(tmp_path)) == written


def test_record_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path)


def test_record_of_another_schema_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "record.json").write_text('{"schema": "auditor-record/2"}')

    with pytest.raises(ConfigError, match=r"schema 'auditor-record/2' is not supported \(expected auditor-record/1\)"):
        load(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"rubbish",
        b"\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"schema": "auditor-record/1"}',
        b"[" * 100_000,
        render(example())[:-900],
    ],
    ids=["empty", "text", "bytes", "list", "null", "object", "schema only", "deep", "cut off"],
)
def test_what_is_no_record_is_an_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "record.json").write_bytes(data)

    with pytest.raises(ConfigError, match=r"record\.json"):
        load(tmp_path)


JSON: st.SearchStrategy[object] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.lists(st.integers(), max_size=2), st.just({})
)


@settings(max_examples=150)
@given(st.data())
def test_any_damage_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    record = json.loads(json.dumps(WHOLE))
    place = record
    for _ in range(data.draw(st.integers(0, 4))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys)) if keys else None
        if key is None or not isinstance(place[key], dict | list) or not place[key]:
            break
        place = place[key]
    if place:
        place[data.draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))] = data.draw(
            JSON
        )
    folder = tmp_path_factory.mktemp("run")
    (folder / "record.json").write_text(json.dumps(record))

    try:
        found = load(folder)
    except ConfigError:
        return

    assert isinstance(found, Record)


def test_a_record_of_before_reads_as_one_of_today(tmp_path: Path) -> None:
    # written by the program of 2026-11-28, when expected and actual were plain text
    old = gzip.decompress((Path(__file__).parents[2] / "data" / "records" / "2026-11-28.json.gz").read_bytes())
    (tmp_path / "record.json").write_bytes(old)

    record = load(tmp_path)

    said = json.loads(old)
    assert len(record.findings) == len(said["findings"])
    assert [finding.verdict.value for finding in record.findings] == [each["verdict"] for each in said["findings"]]
    failure = next(finding for finding in record.findings if finding.id == "k8s-pod-privileged-absent")
    assert failure.actual.en == "privileged true of container c"
    unseen = next(finding for finding in record.findings if finding.gap)
    assert record.gap_of(unseen) is not None
    VALIDATOR.validate(json.loads(render(record)))
