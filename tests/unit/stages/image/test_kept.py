"""A pass over an image is kept by the bytes of its layers, and never hides that they have changed."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from auditor.model.fact import Fact, Facts, Gap
from auditor.model.progress import Tally
from auditor.model.system import Part, System
from auditor.stages.image.observe import ImageStage
from tests.unit.stages.image.layouts import docker_archive, good, layout, tar

if TYPE_CHECKING:
    from pathlib import Path


class Kept:
    """A cache of one test."""

    def __init__(self) -> None:
        self.items: dict[str, bytes] = {}

    def get_many(self, keys: Any) -> dict[str, bytes]:  # noqa: ANN401 - of the protocol
        return {key: self.items[key] for key in keys if key in self.items}

    def put_many(self, items: dict[str, bytes]) -> None:
        self.items.update(items)


FILES = {
    "etc/apt/sources.list": "deb [trusted=yes] http://x.invalid/ ./\n",
    "usr/bin/su": ("\x7fELF", 0o4755),
    "srv/a b/ü.pkl": b"\x80\x04\x95" + b"\0" * 8 + b"N.",
}


def seen(where: str, cache: Kept) -> tuple[list[object], Tally]:
    system = System(name="x", parts=(Part(kind="image", where=where),))
    items = list(ImageStage(cache=cache).observe(system, Facts()))
    (tally,) = [each for each in items if isinstance(each, Tally)]
    return [each for each in items if isinstance(each, Fact | Gap)], tally


def as_set(items: list[object]) -> set[str]:
    return {repr(each) for each in items}


def layer_of(folder: Path) -> Path:
    manifest = json.loads((folder / "index.json").read_text())["manifests"][0]["digest"]
    digest = json.loads((folder / "blobs/sha256" / manifest[7:]).read_text())["layers"][0]["digest"]
    return folder / "blobs/sha256" / str(digest)[7:]


def test_second_pass_gives_the_same_without_reading(tmp_path: Path) -> None:
    cache, where = Kept(), f"oci:{good(tmp_path / 'a', **FILES)}"

    first, observed = seen(where, cache)
    second, reused = seen(where, cache)

    assert (observed, reused) == (Tally(reused=0, observed=1), Tally(reused=1, observed=0))
    assert as_set(first) == as_set(second)


def test_docker_archive_is_kept_too(tmp_path: Path) -> None:
    cache, file = Kept(), docker_archive(tmp_path / "a.tar", tar(FILES))

    first, _observed = seen(f"docker-archive:{file}", cache)
    second, reused = seen(f"docker-archive:{file}", cache)

    assert reused.reused == 1
    assert as_set(first) == as_set(second)


def test_same_image_in_another_place_has_that_place_as_its_origin(tmp_path: Path) -> None:
    cache = Kept()
    seen(f"oci:{good(tmp_path / 'a', **FILES)}", cache)

    facts, reused = seen(f"oci:{good(tmp_path / 'b', **FILES)}", cache)

    assert reused.reused == 1
    assert {each.origin.part for each in facts if isinstance(each, Fact)} == {f"image=oci:{tmp_path / 'b'}"}


def test_changed_layer_under_an_unchanged_manifest_is_found(tmp_path: Path) -> None:
    cache, folder = Kept(), good(tmp_path / "a")
    seen(f"oci:{folder}", cache)
    layer_of(folder).write_bytes(gzip.compress(tar({"usr/bin/evil": ("\x7fELF", 0o4755)}), mtime=0))

    items, tally = seen(f"oci:{folder}", cache)

    assert tally.reused == 0
    assert "digest does not match" in {each.reason for each in items if isinstance(each, Gap)}
    assert len(cache.items) == 1, "a pass that met trouble is not kept"


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\x81\xa4Nope\x90"])
def test_what_is_kept_and_cannot_be_read_is_observed_anew(data: bytes, tmp_path: Path) -> None:
    cache, where = Kept(), f"oci:{good(tmp_path / 'a', **FILES)}"
    first, _tally = seen(where, cache)
    cache.items = dict.fromkeys(cache.items, data)

    again, tally = seen(where, cache)

    assert tally.reused == 0
    assert as_set(first) == as_set(again)


def test_layer_that_is_gone_is_not_taken_from_the_cache(tmp_path: Path) -> None:
    cache, folder = Kept(), layout(tmp_path / "a", tar(FILES))
    seen(f"oci:{folder}", cache)
    layer_of(folder).unlink()

    items, tally = seen(f"oci:{folder}", cache)

    assert tally.reused == 0
    assert [each for each in items if isinstance(each, Gap) and each.kind == "ImageFiles"]
