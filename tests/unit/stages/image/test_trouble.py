# ruff: noqa: E501 - tables
"""Hostile and broken images: each ends in a gap that names the trouble, never in an exception and never in silence."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.formats.layer_stream import LayerError, LayerStream
from auditor.formats.tar_stream import TarError, TarStream
from auditor.model.fact import Facts, Gap
from auditor.model.system import Part, System
from auditor.stages.image import reading as reading_of_layers
from auditor.stages.image.facts import ImageConfig, ImageFile, ImageFiles
from auditor.stages.image.layout import ImageError, open_image, place
from auditor.stages.image.observe import ImageStage
from auditor.stages.image.reading import Reading, read_layers
from tests.unit.stages.image.layouts import (
    GOOD_FILES,
    OCI,
    Entry,
    Layout,
    digest,
    docker_archive,
    hard,
    layout,
    link,
    tar,
)

LAYER = tar(GOOD_FILES)


def seen(where: str, **options: Any) -> list[object]:  # noqa: ANN401 - of a part
    part = Part(kind="image", where=where, options=options)
    return list(ImageStage().observe(System(name="x", parts=(part,)), Facts()))


def gaps(where: str, **options: Any) -> set[tuple[str, str]]:  # noqa: ANN401
    return {(each.kind, each.reason) for each in seen(where, **options) if isinstance(each, Gap)}


def files_gap(where: str) -> set[str]:
    return {reason for kind, reason in gaps(where) if kind == "ImageFiles"}


class Nobody:
    def wants(self, path: str) -> bool:
        del path
        return False

    def asks(self, path: str, member: object, head: bytes) -> bool:
        del path, member, head
        return True

    def see(self, seen: object) -> None:
        pass


def table(folder: Path) -> Reading:
    opened = open_image(place(f"oci:{folder}"))
    reading = Reading()
    list(read_layers(opened.images[0], Nobody(), reading))
    return reading


def raw_layer(folder: Path, data: bytes, *, diff: bytes = b"", media: str = "tar+gzip", said: str = "") -> Path:
    """Write an image with one layer of any bytes."""
    made = Layout(folder)
    row = made.blob(data, f"{OCI}.layer.v1.{media}")
    if said:
        row["digest"] = said
    config = {
        "os": "linux",
        "architecture": "amd64",
        "config": {},
        "rootfs": {"diff_ids": [digest(diff or data)]},
        "history": [{"created_by": "x"}],
    }
    made.manifest(
        {"schemaVersion": 2, "config": made.document(config, f"{OCI}.config.v1+json"), "layers": [row]}, name="app:1"
    )
    return made.close()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(LAYER)[:-30], "cut off"),
        (gzip.compress(LAYER[:-3000]), "digest does not match"),
        (b"\x1f\x8b rubbish", "cannot be unpacked"),
        (b"no tar and no gzip" * 100, "not a tar archive"),
        (zstandard.compress(LAYER)[:-20], "digest does not match"),
        (gzip.compress(bytes(300 * 1024 * 1024)), "unpacks to too much"),
        (zstandard.compress(bytes(300 * 1024 * 1024)), "unpacks to too much"),
    ],
    ids=["gzip cut off", "tar cut off", "broken gzip", "no tar", "zstd cut off", "gzip bomb", "zstd bomb"],
)
def test_broken_layer_is_a_gap(data: bytes, reason: str, tmp_path: Path) -> None:
    found = files_gap(f"oci:{raw_layer(tmp_path, data, diff=LAYER)}")

    assert found & {reason, "not a tar archive", "cut off"}, found


def test_empty_layer_has_no_files(tmp_path: Path) -> None:
    reading = table(raw_layer(tmp_path, b"", media="tar"))

    assert (reading.table, reading.problems) == ({}, [])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bytes])
def test_layer_is_read_by_its_bytes_whatever_its_media_type_says(pack: Any, tmp_path: Path) -> None:  # noqa: ANN401
    reading = table(raw_layer(tmp_path, pack(LAYER), diff=LAYER, media="tar"))

    assert reading.problems == []
    assert "etc/passwd" in reading.table


def test_gzip_of_many_members_is_read_whole_as_estargz_has_them(tmp_path: Path) -> None:
    data = b"".join(gzip.compress(LAYER[at : at + 1000]) for at in range(0, len(LAYER), 1000))

    assert table(raw_layer(tmp_path, data, diff=LAYER)).problems == []


def test_skippable_frames_are_passed_over_as_zstd_chunked_has_them(tmp_path: Path) -> None:
    skip = b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"abcde"
    data = zstandard.compress(LAYER[:2000]) + skip + zstandard.compress(LAYER[2000:]) + skip

    assert table(raw_layer(tmp_path, data, diff=LAYER)).problems == []


def test_wrong_digest_of_a_layer_is_a_gap_and_what_it_holds_still_counts(tmp_path: Path) -> None:
    folder = layout(tmp_path, tar({"usr/bin/su": ("x", 0o4755)}))
    manifest = json.loads((folder / "index.json").read_text())["manifests"][0]["digest"]
    row = json.loads((folder / "blobs/sha256" / manifest[7:]).read_text())["layers"][0]
    blob = folder / "blobs/sha256" / row["digest"][7:]
    blob.write_bytes(gzip.compress(tar({"usr/bin/su": ("x", 0o4755), "more": "x"}), mtime=0))

    found = seen(f"oci:{folder}")

    assert "digest does not match" in {each.reason for each in found if isinstance(each, Gap)}
    assert [each.subject for each in found if isinstance(each, ImageFile)] == ["usr/bin/su"]


@pytest.mark.parametrize("what", ["manifest", "config", "layer"])
def test_missing_blob_is_a_gap(what: str, tmp_path: Path) -> None:
    folder = layout(tmp_path, LAYER)
    manifest = json.loads((folder / "index.json").read_text())["manifests"][0]["digest"]
    said = json.loads((folder / "blobs/sha256" / manifest[7:]).read_text())
    name = {"manifest": manifest, "config": said["config"]["digest"], "layer": said["layers"][0]["digest"]}[what]
    (folder / "blobs/sha256" / name[7:]).unlink()

    assert "blob missing" in {reason for _kind, reason in gaps(f"oci:{folder}")}


@pytest.mark.parametrize("what", ["manifest", "config"])
def test_changed_document_is_a_gap(what: str, tmp_path: Path) -> None:
    folder = layout(tmp_path, LAYER)
    manifest = json.loads((folder / "index.json").read_text())["manifests"][0]["digest"]
    said = json.loads((folder / "blobs/sha256" / manifest[7:]).read_text())
    name = {"manifest": manifest, "config": said["config"]["digest"]}[what]
    path = folder / "blobs/sha256" / name[7:]
    path.write_bytes(path.read_bytes() + b" ")

    assert ("ImageConfig", "digest does not match") in gaps(f"oci:{folder}")


def test_index_that_holds_itself_ends(tmp_path: Path) -> None:
    made = Layout(tmp_path)
    made.image(LAYER)
    # nobody can write an index that names its own digest; a chain that is too long stands for it
    inner = made.rows[0]
    for _depth in range(12):
        value = {"schemaVersion": 2, "mediaType": f"{OCI}.index.v1+json", "manifests": [inner]}
        inner = made.document(value, f"{OCI}.index.v1+json")
    made.rows = [inner]

    assert ("ImageConfig", "nested too deep") in gaps(f"oci:{made.close()}")


def test_foreign_and_encrypted_layers_are_gaps_and_nothing_is_fetched(tmp_path: Path) -> None:
    for media, reason in (("tar+gzip+encrypted", "encrypted"), ("nondistributable.tar+gzip", "lies elsewhere")):
        folder = tmp_path / reason.replace(" ", "")
        made = Layout(folder)
        row = {"mediaType": f"{OCI}.layer.v1.{media}", "digest": digest(b"x"), "size": 1, "urls": ["http://x.invalid/"]}
        config = made.document(
            {"os": "linux", "config": {}, "rootfs": {"diff_ids": [digest(b"y")]}}, f"{OCI}.config.v1+json"
        )
        made.manifest({"schemaVersion": 2, "config": config, "layers": [row]})

        assert reason in files_gap(f"oci:{made.close()}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("../../etc/cron.d/x", "x"),
        ("usr/../../x", "x"),
        ("a", hard("../../etc/shadow")),
        ("a", hard("nothing/there")),
        ("etc/.wh...", ""),
    ],
)
def test_name_that_leads_out_of_the_root_is_a_gap(name: str, value: Any, tmp_path: Path) -> None:  # noqa: ANN401
    found = files_gap(f"oci:{layout(tmp_path, tar([(name, value)]))}")

    assert found & {"name out of the root", "contradiction"}


def test_absolute_names_lie_below_the_root_as_extractors_take_them(tmp_path: Path) -> None:
    reading = table(layout(tmp_path, tar([("/etc/passwd", "x"), ("./usr/bin/y", "y"), ("a//b/./c", "z")])))

    assert {"etc/passwd", "usr/bin/y", "a/b/c"} <= reading.table.keys()


def test_devices_are_counted_and_harm_nothing(tmp_path: Path) -> None:
    reading = table(
        layout(tmp_path, tar([("dev/sda", Entry(kind=tarfile.BLKTYPE)), ("p", Entry(kind=tarfile.FIFOTYPE))]))
    )

    assert reading.oddities == {"device": 1, "fifo": 1}
    assert reading.problems == []


def test_names_that_are_no_utf_8_are_spelled_out(tmp_path: Path) -> None:
    folder = layout(tmp_path, tar([("usr/bin/\udcff", ("x", 0o4755))]))

    found = seen(f"oci:{folder}")

    assert [each.subject for each in found if isinstance(each, ImageFile)] == ["usr/bin/\\xff"]


def test_sparse_member_of_ten_gigabytes_is_not_written_out(tmp_path: Path) -> None:
    header = {
        "GNU.sparse.major": "0",
        "GNU.sparse.minor": "1",
        "GNU.sparse.size": str(10 * 2**30),
        "GNU.sparse.name": "big",
    }
    data = tar([("x", Entry(b"abc", pax=header))])

    tracemalloc.start()
    reading = table(layout(tmp_path, data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert reading.table["big"].size == 10 * 2**30
    assert peak < 50 * 2**20


def test_zip_bomb_in_a_layer_is_never_unpacked(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", bytes(200 * 1024 * 1024))
    files = {"app/x.jar": out.getvalue(), "app/x.pt": out.getvalue(), "app/x.npz": out.getvalue()}

    tracemalloc.start()
    found = seen(f"oci:{layout(tmp_path, tar(files))}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 50 * 2**20
    assert not [each for each in found if isinstance(each, Gap) and each.kind == "ImageFiles"]
    models = [(each.subject, each.what) for each in found if isinstance(each, ImageFile) and each.trait == "model"]
    assert models == [(f"app/x.{suffix}", "pickle (torch archive)") for suffix in ("npz", "pt")]


def test_more_entries_than_any_image_has_are_a_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is five million; a million are read (`benchmarks/image.py`)."""
    monkeypatch.setattr(reading_of_layers, "ENTRY_LIMIT", 1000)

    assert "too many files" in files_gap(f"oci:{layout(tmp_path, tar({f'srv/{n}': 'x' for n in range(1001)}))}")


def test_one_layer_five_thousand_times_is_read_once(tmp_path: Path) -> None:
    made = Layout(tmp_path)
    row = made.blob(gzip.compress(LAYER, mtime=0), f"{OCI}.layer.v1.tar+gzip")
    config = {"os": "linux", "config": {}, "rootfs": {"diff_ids": [digest(LAYER)] * 5000}}
    made.manifest(
        {"schemaVersion": 2, "config": made.document(config, f"{OCI}.config.v1+json"), "layers": [row] * 5000}
    )

    reading = table(made.close())

    assert reading.entries == len(GOOD_FILES)


def test_configuration_that_nests_deeply_is_a_gap(tmp_path: Path) -> None:
    made = Layout(tmp_path)
    deep = b'{"config": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    layer = made.blob(tar(GOOD_FILES), f"{OCI}.layer.v1.tar")
    made.manifest({"config": made.blob(deep, f"{OCI}.config.v1+json"), "layers": [layer]})

    assert {kind for kind, _reason in gaps(f"oci:{made.close()}")} >= {"ImageConfig", "ImageHistory"}


def test_configuration_of_many_megabytes_is_a_gap(tmp_path: Path) -> None:
    made = Layout(tmp_path)
    config = made.blob(b'{"x": "' + b"a" * 9_000_000 + b'"}', f"{OCI}.config.v1+json")
    made.manifest({"schemaVersion": 2, "config": config, "layers": []})

    assert ("ImageConfig", "too large") in gaps(f"oci:{made.close()}")


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 5000, "nonsense", "[]", '{"manifests": 5}', '{"manifests": [5]}']
)
def test_rubbish_in_place_of_the_index_is_a_gap(text: str, tmp_path: Path) -> None:
    folder = layout(tmp_path, LAYER)
    (folder / "index.json").write_text(text)

    assert gaps(f"oci:{folder}")


@pytest.mark.parametrize("entries", [{"x": "y"}, {"repositories": "{}"}])
def test_archive_without_manifest_is_a_gap(entries: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "app.tar"
    file.write_bytes(tar(entries))

    assert ("ImageConfig", "no image") in gaps(f"docker-archive:{file}")


def test_old_docker_archive_with_two_images_and_a_shared_layer(tmp_path: Path) -> None:
    file = docker_archive(tmp_path / "app.tar", LAYER, tar({"x": "y"}))

    found = seen(f"docker-archive:{file}")

    (config,) = [each for each in found if isinstance(each, ImageConfig)]
    assert (config.names, config.manifest) == (("app:1.0",), "")
    assert ("ImageTrust", "no manifest") in {(each.kind, each.reason) for each in found if isinstance(each, Gap)}
    (files,) = [each for each in found if isinstance(each, ImageFiles)]
    assert files.layers == 2


def test_layout_in_a_tar_is_as_one_in_a_folder(tmp_path: Path) -> None:
    folder = layout(tmp_path / "image", LAYER)
    file = tmp_path / "image.tar"
    with tarfile.open(file, "w") as archive:
        archive.add(folder, ".")

    def facts(where: str) -> list[ImageConfig]:
        return [each for each in seen(where) if isinstance(each, ImageConfig)]

    assert facts(f"oci-archive:{file}")[0].manifest == facts(f"oci:{folder}")[0].manifest


def test_each_platform_is_judged_and_one_can_be_chosen(tmp_path: Path) -> None:
    made = Layout(tmp_path)
    for architecture in ("amd64", "arm64"):
        made.image(LAYER, architecture=architecture)
    where = f"oci:{made.close()}"

    def labels(**options: str) -> list[str]:
        return [each.subject for each in seen(where, **options) if isinstance(each, ImageConfig)]

    assert labels() == ["linux/amd64", "linux/arm64"]
    assert labels(platform="linux/arm64") == ["linux/arm64"]
    assert ("ImageConfig", "no such platform") in gaps(where, platform="linux/s390x")


def test_two_tags_of_one_image_are_one_image(tmp_path: Path) -> None:
    made = Layout(tmp_path)
    made.image(LAYER, name="app:1")
    made.image(LAYER, name="app:2")

    (config,) = [each for each in seen(f"oci:{made.close()}") if isinstance(each, ImageConfig)]

    assert config.names == ("app:1", "app:2")


def test_two_tags_in_one_docker_archive_are_one_image(tmp_path: Path) -> None:
    file = docker_archive(tmp_path / "app.tar", LAYER, tags=["app:1", "app:2"])

    (config,) = [each for each in seen(f"docker-archive:{file}") if isinstance(each, ImageConfig)]

    assert config.names == ("app:1", "app:2")


def test_root_file_system_has_files_and_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/sudo").write_bytes(b"\x7fELF")
    (tmp_path / "usr/bin/sudo").chmod(0o4755)
    (tmp_path / "out").symlink_to("/etc")

    found = seen(f"rootfs:{tmp_path}")

    assert {each.trait for each in found if isinstance(each, ImageFile)} == {"setuid", "sudo"}
    assert ("ImageConfig", "no configuration") in {(each.kind, each.reason) for each in found if isinstance(each, Gap)}
    assert not [each for each in found if isinstance(each, ImageFile) and each.subject.startswith("out/")]


def test_whiteout_hides_what_lies_below_and_not_beside(tmp_path: Path) -> None:
    lower = tar({"a/x": "1", "a/y/z": "2", "b/x": "3", "c": "4"})
    upper = tar({"a/.wh.y": "", "b/.wh..wh..opq": "", "b/new": "5", ".wh.c": "", "d": link("b")})

    reading = table(layout(tmp_path, lower, upper))

    assert set(reading.table) == {"a/x", "b/new", "d"}
    assert reading.resolve("d/new") == "b/new"


def test_store_refuses_links_and_odd_files(tmp_path: Path) -> None:
    folder = layout(tmp_path / "image", LAYER)
    (folder / "index.json").rename(tmp_path / "elsewhere.json")
    (folder / "index.json").symlink_to(tmp_path / "elsewhere.json")

    with pytest.raises(ImageError):
        open_image(place(f"oci:{folder}"))


CORPUS = sorted(Path(__file__).parents[3].joinpath("data", "images", "corpus").glob("*"))


@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.name)
def test_corpus_of_layers_is_read_or_refused(file: Path) -> None:
    _read(file.read_bytes())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_change_of_a_layer_is_read_or_refused(data: st.DataObject) -> None:
    good = bytearray(LAYER[:6000])
    for _change in range(data.draw(st.integers(1, 6))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))

    _read(bytes(good))
    _read(gzip.compress(bytes(good))[: data.draw(st.integers(0, 3000))])


def _read(data: bytes) -> None:
    try:
        archive = TarStream(LayerStream(io.BytesIO(data)))
        for _member in archive:
            archive.content()
    except (TarError, LayerError):
        return


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(["mediaType", "manifests", "layers", "config", "digest", "size", "platform", "annotations", "subject"]), each, max_size=5), max_leaves=12))  # fmt: skip
def test_any_index_is_opened_or_refused(value: object, tmp_path: Path) -> None:
    (tmp_path / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (tmp_path / "index.json").write_text(json.dumps(value))

    try:
        open_image(place(f"oci:{tmp_path}"))
    except ImageError:
        return
