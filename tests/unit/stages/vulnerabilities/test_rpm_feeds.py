"""Feeds in the published formats for distributions of rpm: epoch, release and module stream decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from auditor.database.build import build
from auditor.formats.advisories import release_of
from auditor.model.fact import Gap
from auditor.model.finding import Verdict
from auditor.stages.vulnerabilities.facts import KnownVulnerability, Searched
from tests.unit.formats.advisories.test_feeds import UPDATEINFO
from tests.unit.stages.vulnerabilities.test_observe import NOW, named, observed, sbom

if TYPE_CHECKING:
    from pathlib import Path

ANOLIS = """<updates><update type="security" status="final">
  <id>ANSA-2099:1</id><issued date="2026-10-01"/>
  <references><reference id="CVE-2099-9" type="cve" href="https://example.invalid"/></references>
  <pkglist><collection><name>Anolis OS 8</name>
   <module name="nodejs" stream="{stream}" version="8080" context="x" arch="x86_64"/>
   <package arch="x86_64" name="nodejs" version="18.19.0" release="2.module+an8+1"/>
  </collection></pkglist>
 </update></updates>"""


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("feeds")
    (folder / "updateinfo.xml").write_text(UPDATEINFO)
    (folder / "anolis.xml").write_text(ANOLIS.format(stream="18"))
    return build((folder / "updateinfo.xml", folder / "anolis.xml"), folder, built=NOW).path


OPENEULER = ("openEuler", "22.03 (LTS-SP3)")
PREFIX = "pkg:rpm/openeuler/openssl@"
DISTRO = "distro=openeuler-22.03-LTS-SP3"


@pytest.mark.parametrize(
    ("version", "epoch", "is_found"),
    [
        ("1.1.1m-15.oe2203sp3", "1", True),
        ("1.1.1m-16.oe2203sp3", "1", False),
        ("1.1.1m-17.oe2203sp3", "1", False),
        ("1.1.1m-9.oe2203sp3", "1", True),
        ("1.1.1m-99.oe2203sp3", "", True),
        ("1.0.2-1.oe2203sp3", "2", False),
        ("1.1.1m~rc1-99.oe2203sp3", "1", True),
    ],
    ids=["one before", "fixed", "one after", "nine before sixteen", "no epoch", "higher epoch", "release candidate"],
)
def test_epoch_and_release_decide(feeds: Path, version: str, epoch: str, *, is_found: bool, tmp_path: Path) -> None:
    purl = f"{PREFIX}{version}?arch=x86_64{f'&epoch={epoch}' if epoch else ''}&{DISTRO}"

    items = observed(tmp_path, sbom(purl, system=OPENEULER), feeds)

    found = {each.id for each in items if isinstance(each, KnownVulnerability)}
    assert found == ({"CVE-2099-1", "CVE-2099-2"} if is_found else set())
    assert [each for each in items if isinstance(each, Searched)]


@pytest.mark.parametrize(
    ("module", "is_found"),
    [("nodejs:18:8080:x", True), ("nodejs:20:8080:x", False), ("", False)],
    ids=["its stream", "another stream", "no stream"],
)
def test_module_stream_decides(feeds: Path, module: str, *, is_found: bool, tmp_path: Path) -> None:
    mark = f"&rpmmod={module}" if module else ""
    purl = f"pkg:rpm/anolis/nodejs@18.18.0-1.module+an8+1?arch=x86_64{mark}&distro=anolis-8.8"

    items = observed(tmp_path, sbom(purl, system=("anolis", "8.8")), feeds)

    assert bool([each for each in items if isinstance(each, KnownVulnerability)]) is is_found
    told = [each.subject for each in items if isinstance(each, Gap) and each.kind == "Searched"]
    assert told == ([] if module else [purl]), "which stream it is of cannot be told, and that is told"


def test_package_of_a_release_without_rows_is_named_beside_one_with_rows(feeds: Path, tmp_path: Path) -> None:
    purl = f"{PREFIX}1.1.1m-15.oe2203sp1?arch=x86_64&epoch=1&distro=openeuler-22.03-LTS-SP1"

    items = observed(tmp_path, sbom(purl, system=("openEuler", "22.03 (LTS-SP1)")), feeds)

    assert [each.reason for each in items if isinstance(each, Gap) and each.kind == "Searched"] == [
        "no advisories for it"
    ]
    assert named(items, Verdict.PASS) == named(items, Verdict.NOTHING_FOUND) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("openEuler-24.03-LTS-SP1", "openeuler"), ("Kylin Linux Advanced Server V10", "kylin"), ("Anolis OS 8", "anolis")],
)
def test_names_of_releases_are_read(name: str, expected: str) -> None:
    found: Any = release_of(name)

    assert found is not None
    assert found.id == expected
