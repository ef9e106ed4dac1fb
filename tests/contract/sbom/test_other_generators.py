"""SBOMs of other generators (tests/data/sboms) are read, compared with images by the real syft, and judged alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from packageurl import PackageURL

from auditor.formats.purls import key_of
from auditor.model.finding import Verdict
from auditor.stages.sbom import documents
from tests.contract.sbom.test_plants import verified
from tests.unit.stages.image.layouts import GOOD_CONFIG, GOOD_FILES, Layout, tar

pytestmark = pytest.mark.tool("syft")

SBOMS: Final = Path(__file__).parents[2] / "data" / "sboms"
OF_TREES: Final = (
    "cyclonedx-py.cdx.json",
    "cdxgen-py.cdx.json",
    "cyclonedx-npm.cdx.json",
    "cdxgen-js.cdx.json",
    "sbom4python.spdx.json",
    "sbom4python.spdx",
)
"""Those whose packages can be laid into an image file by file; a Go program would have to be built."""
ALL: Final = (*OF_TREES, "cyclonedx-gomod.cdx.json")


def purls(name: str) -> list[PackageURL]:
    """Return the packages of a document, without the thing itself."""
    bom = documents.read((SBOMS / name).read_bytes()).bom
    assert bom is not None, name
    root = key_of(bom.subject.purl) if bom.subject and bom.subject.purl else None
    found = {item.purl.lower() for item in bom.items if item.purl and key_of(item.purl) != root}
    return [PackageURL.from_string(each) for each in sorted(found)]


def installed(purl: PackageURL) -> dict[str, Any]:
    """Return the files that tell that a package is installed."""
    if purl.type == "npm":
        name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
        said = {"name": name, "version": purl.version, "license": "MIT"}
        return {f"srv/app/node_modules/{name}/package.json": json.dumps(said)}
    folder = f"srv/app/site-packages/{purl.name.replace('-', '_')}-{purl.version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {purl.name}\nVersion: {purl.version}\n"
    return {f"{folder}/METADATA": metadata, f"{folder}/RECORD": f"{folder.rpartition('/')[2]}/METADATA,,\n"}


def image(folder: Path, packages: list[PackageURL]) -> Path:
    files: dict[str, Any] = dict(GOOD_FILES)
    for each in packages:
        files |= installed(each)
    files["srv/app/start"] = ("#!/bin/sh\n", 0o644)  # no program that no package owns
    made = Layout(folder)
    made.image(tar(files), config=GOOD_CONFIG)
    return made.close()


def not_there(name: str) -> set[str]:
    """Return the files that a document lists and that no image here holds: bare names of two modules in C."""
    bom = documents.read((SBOMS / name).read_bytes()).bom
    return {file.path for file in bom.files} if bom else set()


def failures(found: dict[tuple[str, str], Verdict], check: str) -> set[str]:
    return {subject for (name, subject), verdict in found.items() if name == check and verdict is Verdict.FAIL}


@pytest.mark.parametrize("name", ALL)
def test_document_is_read_whole(name: str) -> None:
    assert {purl.type for purl in purls(name)} <= {"pypi", "npm", "golang"}
    assert len(purls(name)) >= (1 if "gomod" in name else 3)


@pytest.mark.parametrize("name", OF_TREES)
def test_image_with_those_packages_is_complete_and_its_digest_is_missed(name: str, tmp_path: Path) -> None:
    found = verified(SBOMS / name, image(tmp_path, purls(name)))

    assert failures(found, "sbom-complete") == not_there(name)
    assert not_there(name) or found["sbom-complete", name] is Verdict.PASS
    assert found["sbom-subject", name] is Verdict.FAIL, "none of them says by digest which image it is about"
    assert found["sbom-well-formed", name] is Verdict.PASS


@pytest.mark.parametrize("name", OF_TREES)
def test_package_that_came_later_and_one_that_went_are_named(name: str, tmp_path: Path) -> None:
    *kept, gone = purls(name)
    stranger = PackageURL(gone.type, None, "stranger", "6.6.6")

    found = verified(SBOMS / name, image(tmp_path, [*kept, stranger]))

    assert {key_of(subject) for subject in failures(found, "sbom-complete") - not_there(name)} == {
        key_of(gone.to_string()),
        key_of(stranger.to_string()),
    }
    assert found["sbom-drift", name] is Verdict.FAIL
