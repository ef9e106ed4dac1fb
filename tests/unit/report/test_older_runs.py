"""Records that older versions wrote are told in every format."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from auditor import registry
from auditor.evidence.load import record_of
from auditor.report.render import FILES, render_many
from auditor.rules import Rules

RECORDS = sorted(Path("tests/data/records").glob("*.json.gz"))


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.name)
def test_a_record_of_an_older_version_gives_every_report(file: Path) -> None:
    record = record_of(gzip.decompress(file.read_bytes()), str(file))
    saved = Rules(checks=registry.all_checks(), frameworks=registry.all_frameworks()).saved()

    for language in ("en", "zh"):
        made = render_many(record, FILES, language, saved.by_id, saved.frameworks)

        assert len(made) >= len(FILES) - 1  # OpenVEX has nothing to say where no vulnerability was judged


def test_there_are_records_of_older_versions() -> None:
    assert RECORDS
