"""Rows of each distribution that a feed can bring are found again, and silence about one is never a pass."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.contract.vulnerabilities.test_against_grype import auditor

pytestmark = [pytest.mark.tool("grype")]

FEEDS: Final = (
    ("Debian:12", "deb/debian", "debian-12"),
    ("Ubuntu:22.04:LTS", "deb/ubuntu", "jammy"),
    ("Ubuntu:25.10", "deb/ubuntu", "ubuntu-25.10"),
    ("Alpine:v3.21", "apk/alpine", "alpine-3.21.0"),
    ("AlmaLinux:9", "rpm/almalinux", "almalinux-9.4"),
    ("Rocky Linux:8", "rpm/rocky", "rocky-8.10"),
    ("Red Hat:enterprise_linux:8::appstream", "rpm/redhat", "rhel-8.10"),
    ("Photon OS:4.0", "rpm/photon", "photon-4.0"),
    ("SUSE:Linux Enterprise Server 15 SP5", "rpm/suse", "sles-15.5"),
    ("SUSE:Linux Enterprise Module for Basesystem 15 SP5", "rpm/suse", "sles-15.5"),
    ("openSUSE:Leap 15.5", "rpm/opensuse", "opensuse-leap-15.5"),
    ("Mageia:9", "rpm/mageia", "mageia-9"),
    ("openEuler:24.03-LTS", "rpm/openeuler", "openEuler-24.03"),
    ("Wolfi", "apk/wolfi", "wolfi-20230201"),
    ("Chainguard", "apk/chainguard", "chainguard-20230201"),
)
"""Ecosystem of OSV, start of the package URL, and the distribution as generators of SBOMs name it."""
VERSIONS: Final = {"deb": ("1.0-1", "2.0-1"), "apk": ("1.0-r0", "2.0-r0"), "rpm": ("1.0-1", "2.0-1")}


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Package URLs that fail, of one SBOM for each distribution with an old and a mended package."""
    folder = tmp_path_factory.mktemp("distributions")
    rows, names = [], []
    for number, (ecosystem, start, distribution) in enumerate(FEEDS):
        old, mended = VERSIONS[start[:3]]
        affected = {
            "package": {"ecosystem": ecosystem, "name": f"kit{number}"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": mended}]}],
        }
        rows.append({"id": f"CVE-2099-{number:04d}", "modified": "2026-11-01T00:00:00Z", "affected": [affected]})
        purls = [f"pkg:{start}/kit{number}@{version}?distro={distribution}" for version in (old, mended)]
        listed = [{"type": "library", "name": f"kit{number}", "purl": purl} for purl in purls]
        document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": listed}
        names.append(f"{number}.cdx.json")
        (folder / names[-1]).write_text(json.dumps(document))
    (folder / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    built = auditor("db", "build", "feed.jsonl", "--built", now, "--output", "db", folder=folder)
    assert built.returncode == 0, built.stderr
    imported = auditor("db", "import", "db/vulnerability.db", folder=folder)
    assert imported.returncode == 0, imported.stderr
    targets = [f"sbom={name}" for name in names]
    run = auditor("run", *targets, "--only", "vulnerabilities", "--output", "run", folder=folder)
    assert run.returncode == 1, run.stderr
    record = json.loads(Path(folder, "run", "record.json").read_bytes())
    return {row["subject"] for row in record["findings"] if (row["id"], row["verdict"]) == ("vuln-none-known", "fail")}


@pytest.mark.parametrize("number", range(len(FEEDS)), ids=[ecosystem for ecosystem, _start, _name in FEEDS])
def test_old_package_is_found_and_the_mended_one_is_not(number: int, findings: set[str]) -> None:
    _ecosystem, start, distribution = FEEDS[number]
    found = {subject for subject in findings if f"/kit{number}@" in subject}
    assert found == {f"pkg:{start}/kit{number}@{VERSIONS[start[:3]][0]}?distro={distribution}"}
