# ruff: noqa: E501 - tables
"""What is planted in an image is found by the SBOM of the untouched image, for both forms, by the real syft."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

from auditor.judging import judge
from auditor.model.artefact import Artefact
from auditor.model.fact import Fact, Facts, Gap, Origin, RunStarted
from auditor.model.finding import Verdict
from auditor.model.system import Part, System
from auditor.stages.image.layout import open_image, place
from auditor.stages.sbom.catalogue import catalogued, source_of
from auditor.stages.sbom.checks import checks
from auditor.stages.sbom.making import disagreement, make
from auditor.stages.sbom.observe import SbomStage
from auditor.tools.process import scratch_folder
from auditor.tools.programs import Programs
from auditor.tools.syft import Syft
from tests.unit.stages.image.layouts import GOOD_CONFIG, GOOD_FILES, Layout, link, tar

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.tool("syft")

PROBE = b"\x7fELF probe"
STATUS = """Package: netprobe
Status: install ok installed
Priority: optional
Section: net
Maintainer: Example Packagers <packages@example.invalid>
Architecture: amd64
Version: 2.4-1
Description: probe

"""
WHEEL = "Metadata-Version: 2.1\nName: tabulator\nVersion: 1.0\nAuthor: Example\nLicense: MIT\n"


def jar(name: str, version: str, inner: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    pom = f"groupId=org.example\nartifactId={name}\nversion={version}\n"
    manifest = f"Manifest-Version: 1.0\nImplementation-Title: {name}\nImplementation-Version: {version}\nImplementation-Vendor: Example\n"
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in {
            "META-INF/MANIFEST.MF": manifest.encode(),
            f"META-INF/maven/org.example/{name}/pom.properties": pom.encode(),
            **(inner or {}),
        }.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return out.getvalue()


BASE: dict[str, Any] = {
    **GOOD_FILES,
    "usr/bin/netprobe": (PROBE, 0o755),
    "var/lib/dpkg/status": STATUS,
    "var/lib/dpkg/info/netprobe.list": "/usr\n/usr/bin\n/usr/bin/netprobe\n",
    "var/lib/dpkg/info/netprobe.md5sums": f"{hashlib.md5(PROBE, usedforsecurity=False).hexdigest()}  usr/bin/netprobe\n",
    "app/site-packages/tabulator/__init__.py": "x = 1\n",
    "app/site-packages/tabulator-1.0.dist-info/METADATA": WHEEL,
    "app/site-packages/tabulator-1.0.dist-info/RECORD": "tabulator/__init__.py,,\ntabulator-1.0.dist-info/METADATA,,\n",
    "opt/app/server.jar": jar("server", "1.0"),
}
PLANTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "removed by whiteout": (
        {"app/site-packages/.wh.tabulator-1.0.dist-info": "", "app/site-packages/.wh.tabulator": ""},
        "sbom-complete", "pkg:pypi/tabulator@1.0"),
    "removed by an opaque folder": ({"app/site-packages/.wh..wh..opq": ""}, "sbom-complete", "pkg:pypi/tabulator@1.0"),
    "unowned executable": ({"usr/local/bin/implant": (b"\x7fELF implant", 0o755)}, "sbom-complete", "usr/local/bin/implant"),
    "replaced file": ({"usr/bin/netprobe": (b"\x7fELF evil!", 0o755)}, "sbom-true", "usr/bin/netprobe"),
    "changed module": ({"app/site-packages/tabulator/__init__.py": "x = 2\n"}, "sbom-true",
        "app/site-packages/tabulator/__init__.py"),
    "vendored wheel": (
        {"srv/vendor/evil-9.9.dist-info/METADATA": WHEEL.replace("tabulator", "evil").replace("1.0", "9.9"),
         "srv/vendor/evil-9.9.dist-info/RECORD": "evil-9.9.dist-info/METADATA,,\n"},
        "sbom-complete", "pkg:pypi/evil@9.9"),
    "jar inside a jar": (
        {"opt/app/server.jar": jar("server", "1.0", {"BOOT-INF/lib/evil-2.0.jar": jar("evil", "2.0")})},
        "sbom-complete", "pkg:maven/org.example/evil@2.0"),
    "link over a file": ({"usr/bin/netprobe": link("/tmp/x")}, "sbom-true", "usr/bin/netprobe"),
    "upgraded": ({"var/lib/dpkg/status": STATUS.replace("2.4-1", "2.5-1")}, "sbom-complete",
        "pkg:deb/debian/netprobe@2.5-1?arch=amd64&distro=debian-12"),
}  # fmt: skip


@cache
def syft() -> Syft:
    return Syft(Programs.here())


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    made = Layout(folder / "image")
    made.image(tar(BASE), config=GOOD_CONFIG)
    made.close()
    for name, data in make(
        f"image=oci:{folder / 'image'}", syft(), scratch_folder, authors=("Example",), supplier="Example"
    ):
        (folder / name).write_bytes(data)
    return folder


class Kept:
    """A cache of one test run: each image is catalogued once."""

    def __init__(self) -> None:
        self.items: dict[str, bytes] = {}

    def get_many(self, keys: Any) -> dict[str, bytes]:  # noqa: ANN401 - of the protocol
        return {key: self.items[key] for key in keys if key in self.items}

    def put_many(self, items: dict[str, bytes]) -> None:
        self.items.update(items)


KEPT = Kept()


def verified(sbom: Path, image: Path) -> dict[tuple[str, str], Verdict]:
    system = System(name="x", parts=(Part(kind="sbom", where=str(sbom)), Part(kind="image", where=f"oci:{image}")))
    stage = SbomStage(cataloguer=syft(), scratch=scratch_folder, cache=KEPT)
    seen = [each for each in stage.observe(system, Facts()) if not isinstance(each, Artefact)]
    started = RunStarted(subject="run", origin=Origin(part=f"sbom={sbom}"), at="2026-11-28T00:00:00+00:00")
    facts = Facts([started, *(x for x in seen if isinstance(x, Fact))], [x for x in seen if isinstance(x, Gap)])
    return {(each.id, each.subject): each.verdict for each in judge(checks(), facts, system).findings}


@pytest.mark.parametrize("form", ["cdx", "spdx"])
def test_untouched_pair_passes(form: str, base: Path) -> None:
    sbom = base / f"app.{form}.json"

    found = verified(sbom, base / "image")

    assert [key for key, verdict in found.items() if verdict is Verdict.FAIL and key[0] != "sbom-licences"] == []
    for check in ("sbom-well-formed", "sbom-complete", "sbom-true", "sbom-subject", "sbom-drift", "sbom-elements"):
        assert found[check, sbom.name] is Verdict.PASS, check


@pytest.mark.parametrize("form", ["cdx", "spdx"])
@pytest.mark.parametrize("plant", sorted(PLANTS))
def test_each_plant_is_found_and_named(plant: str, form: str, base: Path, tmp_path: Path) -> None:
    upper, check, subject = PLANTS[plant]
    made = Layout(tmp_path / "image")
    made.image(tar(BASE), tar(upper), config=GOOD_CONFIG)

    found = verified(base / f"app.{form}.json", made.close())

    assert found.get((check, subject)) is Verdict.FAIL, sorted(key for key, v in found.items() if v is Verdict.FAIL)
    assert found["sbom-subject", f"app.{form}.json"] is Verdict.FAIL
    assert found["sbom-drift", f"app.{form}.json"] is Verdict.FAIL


def test_what_is_written_validates_with_the_libraries_of_its_formats(base: Path) -> None:
    cyclonedx = (base / "app.cdx.json").read_text()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(cyclonedx) is None
    assert validate_full_spdx_document(parse_file(str(base / "app.spdx.json"))) == []


def test_what_is_written_has_the_minimum_elements_by_the_checker_of_the_ntia(base: Path) -> None:
    import ntia_conformance_checker as ntia  # noqa: PLC0415 - the oracle, which loads much

    assert ntia.SbomChecker(str(base / "app.spdx.json")).compliant


def test_same_image_gives_the_same_bytes(base: Path) -> None:
    again = make(f"image=oci:{base / 'image'}", syft(), scratch_folder, authors=("Example",), supplier="Example")

    assert dict(again) == {name: (base / name).read_bytes() for name, _data in again}


def test_both_forms_of_one_image_do_not_disagree(base: Path) -> None:
    assert disagreement(base / "app.cdx.json", base / "app.spdx.json") == []


def test_catalogue_of_unpacked_layers_is_that_of_the_image_as_it_lies_there(tmp_path: Path) -> None:
    """Layers are unpacked for syft; it must not see the difference."""
    layout = Layout(tmp_path / "image")
    layout.image(tar(BASE), tar({"opt/app/.wh.server.jar": "", "opt/app/other.jar": jar("other", "2.0")}))
    (image,) = open_image(place(f"oci:{layout.close()}")).images
    cataloguer = Syft(Programs.here())
    for name in ("ours", "bare"):
        (tmp_path / name).mkdir()

    ours = plain(catalogued(cataloguer, image, tmp_path / "ours", "app"))
    bare = plain(cataloguer.scan(f"oci-dir:{tmp_path / 'image'}", tmp_path / "bare", name="app", is_image=True))

    assert (tmp_path / "ours" / "image" / "plain").is_dir(), "the layers were unpacked"
    assert ours == bare


def plain(catalogue: bytes) -> dict[str, Any]:
    """Return a catalogue without its id, which is a hash that no reader takes apart, and without paths of this machine."""
    identity = orjson.loads(catalogue)["source"]["id"]
    value: dict[str, Any] = orjson.loads(catalogue.replace(identity.encode(), b"id"))
    metadata = value["source"]["metadata"]
    del metadata["userInput"], metadata["manifest"], value["descriptor"]["configuration"]
    value["artifactRelationships"].sort(key=orjson.dumps)
    return value


def test_layer_that_is_not_what_its_digests_say_is_given_to_syft_as_it_lies_there(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "image")
    layout.image(tar(BASE))
    (image,) = open_image(place(f"oci:{layout.close()}")).images
    blob = tmp_path / "image" / "blobs" / "sha256" / image.layers[0].digest[7:]
    blob.write_bytes(gzip.compress(tar({**BASE, "more": "x"}), mtime=0))
    (tmp_path / "place").mkdir()

    assert source_of(image, tmp_path / "place") == (f"oci-dir:{tmp_path / 'place'}", image.manifest, {})


DISTROLESS = "Package: {0}\nVersion: 1.0-1\nArchitecture: amd64\nMaintainer: Example\nDescription: x\n"


@pytest.mark.parametrize("prefix", ["", "./"])
@pytest.mark.parametrize("pack", ["gzip", "none"])
def test_packages_of_a_distroless_image_whose_folder_has_no_entry_are_seen(
    tmp_path: Path, prefix: str, pack: str
) -> None:
    files = {f"{prefix}var/lib/dpkg/status.d/{name}": DISTROLESS.format(name) for name in ("libc6", "openssl")}
    layout = Layout(tmp_path / "image")
    layout.image(tar({**GOOD_FILES, **files}), pack=pack)
    (image,) = open_image(place(f"oci:{layout.close()}")).images
    (tmp_path / "work").mkdir()

    catalogue = orjson.loads(catalogued(Syft(Programs.here()), image, tmp_path / "work", "app"))

    found = {each["name"]: each["locations"][0]["layerID"] for each in catalogue["artifacts"] if each["type"] == "deb"}
    assert found.keys() == {"libc6", "openssl"}
    assert set(found.values()) == {image.layers[0].diff_id}
