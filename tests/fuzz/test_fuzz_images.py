"""Whatever stands in a layout, archive, layer, SBOM or VEX document: it is read or refused, and no pass comes of it.

The seeds lie in ``corpus/`` and in ``tests/data/images/corpus`` and ``tests/data/sboms``.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from auditor.formats import exploitability
from auditor.formats.layer_stream import LayerError, LayerStream
from auditor.formats.tar_stream import TarError, TarStream
from auditor.model.fact import Fact, Facts, Gap
from auditor.model.system import Part, System
from auditor.stages.image.facts import ImageFiles
from auditor.stages.image.layout import ImageError, open_image, place
from auditor.stages.image.observe import ImageStage
from auditor.stages.sbom import documents
from tests.fuzz.test_fuzz import CORPUS, bounded, mutated
from tests.unit.stages.image.layouts import Layout, digest, tar

LAYERS: Final = Path(__file__).parents[1] / "data" / "images" / "corpus"
SBOMS: Final = Path(__file__).parents[1] / "data" / "sboms"
LAYER: Final = tar({"no": "seed"})


@st.composite
def changed(draw: st.DrawFn, folder: Path) -> bytes:
    """Return a binary seed with bytes changed, cut out and repeated."""
    name = draw(st.sampled_from(sorted(path.name for path in folder.iterdir() if path.suffix != ".md")))
    data = bytearray((folder / name).read_bytes())
    for _change in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(("byte", "cut", "repeat", "insert"))):
            case "byte" if data:
                data[at] = draw(st.integers(0, 255))
            case "cut":
                del data[at : at + draw(st.integers(1, 600))]
            case "repeat":
                data[at:at] = data[max(0, at - 512) : at] * draw(st.integers(1, 4))
            case _:
                data[at:at] = draw(st.binary(max_size=20))
    return bytes(data)


@bounded
@given(data=changed(LAYERS))
def test_layers(data: bytes) -> None:
    try:
        for _member in (archive := TarStream(LayerStream(io.BytesIO(data)))):
            archive.content()
    except (TarError, LayerError):
        return


@bounded
@given(data=changed(LAYERS))
def test_layer_in_an_image_is_read_whole_or_costs_the_verdict(tmp_path: Path, data: bytes) -> None:
    made = Layout(tmp_path / digest(data)[7:20])
    layer = made.blob(data, "application/vnd.oci.image.layer.v1.tar")
    config = {"rootfs": {"diff_ids": [digest(LAYER)]}, "config": {}}  # which this layer never is
    made.manifest({"config": made.document(config, "application/vnd.oci.image.config.v1+json"), "layers": [layer]})

    items = observed(f"oci:{made.close()}")

    assert [item for item in items if isinstance(item, Gap) and item.kind == ImageFiles.__name__]


def observed(where: str) -> list[object]:
    system = System(name="x", parts=(Part(kind="image", where=where),))
    return [each for each in ImageStage().observe(system, Facts()) if isinstance(each, Fact | Gap)]


@bounded
@given(name=st.sampled_from(("index.json", "manifest.json", "image-config.json")), data=st.data())
def test_documents_of_a_layout(tmp_path: Path, name: str, data: st.DataObject) -> None:
    made = Layout(tmp_path / "layout")
    layer = made.blob(LAYER, "application/vnd.oci.image.layer.v1.tar")
    bad = data.draw(mutated(name))
    if name == "image-config.json":
        config = made.blob(bad, "application/vnd.oci.image.config.v1+json")
        made.rows = []
        made.manifest({"config": config, "layers": [layer]})
    elif name == "manifest.json":
        made.rows = [made.blob(bad, "application/vnd.oci.image.manifest.v1+json")]
    folder = made.close()
    if name == "index.json":
        (folder / name).write_bytes(bad)

    assert observed(f"oci:{folder}") or b'"manifests"' in bad


@bounded
@given(bad=mutated("docker-manifest.json"))
def test_manifest_of_a_docker_archive(tmp_path: Path, bad: bytes) -> None:
    config = json.dumps({"rootfs": {"diff_ids": [digest(LAYER)]}, "config": {}})
    file = tmp_path / "image.tar"
    file.write_bytes(tar({"config.json": config, "0/layer.tar": LAYER, "manifest.json": bad}))

    try:
        open_image(place(f"docker-archive:{file}"))
    except ImageError:
        return


@bounded
@given(
    name=st.sampled_from(("sbom.cdx.json", "sbom.cdx.xml", "sbom.spdx.json", "sbom.spdx", "envelope.json")),
    data=st.data(),
)
def test_documents_about_components(name: str, data: st.DataObject) -> None:
    found = documents.read(data.draw(mutated(name)))

    assert found.bom is not None or found.problem is not None


@bounded
@given(data=changed(SBOMS))
def test_documents_of_other_generators(data: bytes) -> None:
    found = documents.read(data)

    assert found.bom is not None or found.problem is not None


@bounded
@given(data=mutated("openvex.json"))
def test_statements_about_vulnerabilities(data: bytes) -> None:
    try:
        statements: Any = exploitability.read(data)
    except exploitability.VexError:
        return
    assert statements is not None


def test_seeds_are_all_used() -> None:
    used = {"index.json", "manifest.json", "image-config.json", "docker-manifest.json", "openvex.json", "envelope.json"}
    assert {path.name for path in CORPUS.iterdir()} >= used | {"sbom.cdx.json", "sbom.spdx.json", "sbom.spdx"}
