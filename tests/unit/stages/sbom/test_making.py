"""Documents that `auditor sbom generate` writes: their time is one that both forms allow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from auditor.errors import ConfigError
from auditor.stages.sbom.making import make
from tests.unit.stages.image.layouts import GOOD_FILES, good, layout, tar
from tests.unit.stages.sbom.test_observe import CATALOGUE, Tool, scratch

if TYPE_CHECKING:
    from pathlib import Path


def times(folder: Path, created: str) -> set[str]:
    made = {
        name: json.loads(data) for name, data in make(f"image=oci:{folder}", Tool(CATALOGUE), scratch, created=created)
    }
    return {
        made["app.cdx.json"]["metadata"].get("timestamp", ""),
        made["app.spdx.json"]["creationInfo"]["created"],
    }


@pytest.mark.parametrize(
    ("created", "written"),
    [
        ("", "2026-11-01T00:00:00Z"),
        ("2026-11-29T07:00:00+08:00", "2026-11-28T23:00:00Z"),
        ("2026-11-29T07:00:00.123Z", "2026-11-29T07:00:00Z"),
        ("2026-11-29T07:00:00", "2026-11-29T07:00:00Z"),
    ],
)
def test_time_is_written_in_utc(created: str, written: str, tmp_path: Path) -> None:
    assert times(good(tmp_path / "image"), created) == {written}


@pytest.mark.parametrize(
    ("built", "written"),
    [
        ("2026-11-29T07:00:00.123456789+08:00", {"2026-11-28T23:00:00Z"}),
        ("rubbish", {"", "1970-01-01T00:00:00Z"}),
        ("0001-01-01T00:00:00+08:00", {"", "1970-01-01T00:00:00Z"}),
    ],
)
def test_time_of_the_image_is_written_in_utc(built: str, written: set[str], tmp_path: Path) -> None:
    assert times(layout(tmp_path / "image", tar(GOOD_FILES), created=built), "") <= written


def test_what_is_no_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is no time"):
        times(good(tmp_path / "image"), "yesterday")


def test_document_that_names_no_package_is_told_and_one_that_does_is_not(tmp_path: Path) -> None:
    """`auditor sbom generate` of an empty folder wrote an SBOM of nothing, and said nothing."""
    (tmp_path / "tree").mkdir()
    nothing = {**CATALOGUE, "artifacts": []}
    told: list[str] = []

    make(f"code={tmp_path}/tree", Tool(nothing), scratch, without_packages=told.append)
    make(f"image=oci:{good(tmp_path / 'image')}", Tool(CATALOGUE), scratch, without_packages=told.append)

    assert told == ["tree"]
