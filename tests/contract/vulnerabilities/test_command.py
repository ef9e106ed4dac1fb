"""The command as a user has it: the way in for a database, a byte wrong at each step, and what nobody covers."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.contract.vulnerabilities.test_against_grype import FEED, auditor
from tests.unit.formats.advisories.test_feeds import UPDATEINFO

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.tool("grype")

NOT_FULLY_ASSESSED = 3
INTEGRITY = 4


def document(*purls: str, system: tuple[str, str] | None = None) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"type": "library", "bom-ref": each, "name": each.split("/")[-1].split("@")[0], "purl": each} for each in purls
    ]
    if system:
        rows.append({"type": "operating-system", "bom-ref": "os", "name": system[0], "version": system[1]})
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": rows}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that was built, signed and imported by the command, and how that was done."""
    folder = tmp_path_factory.mktemp("command")
    with gzip.open(FEED, "rt", encoding="utf-8") as feed:
        rows = [line for line in feed if '"name":"jinja2"' in line.replace(" ", "").lower()]
    (folder / "feed.jsonl").write_text("".join(rows), encoding="utf-8")
    (folder / "updateinfo.xml").write_text(UPDATEINFO)
    key = ed25519.Ed25519PrivateKey.generate()
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    (folder / "release.key").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    (folder / "release.key").chmod(0o600)
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    (folder / "release.pem").write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, info))
    built = auditor("db", "build", "feed.jsonl", "updateinfo.xml", "--fetched", "now", "--output", "new", folder=folder)
    assert built.returncode == 0, built.stderr
    made = auditor("db", "manifest", "new/vulnerability.db", "--sign", "release.key", folder=folder)
    assert made.returncode == 0, made.stderr
    (folder / "manifest.dsse.json").write_text(made.stdout)
    imported = auditor(*IMPORT, folder=folder)
    assert imported.returncode == 0, imported.stderr
    return folder


IMPORT = ("db", "import", "new/vulnerability.db", "--signature", "manifest.dsse.json", "--key", "release.pem")


def test_database_that_was_carried_in_is_in_use_and_signed(place: Path) -> None:
    found = auditor("db", "status", "--json", folder=place)

    assert found.returncode == 0, found.stdout
    assert json.loads(found.stdout)["imported"]["signed_by"]


@pytest.mark.parametrize("name", ["new/vulnerability.db", "manifest.dsse.json", "release.pem"])
def test_flipped_byte_of_what_is_carried_is_refused(name: str, place: Path, tmp_path: Path) -> None:
    for each in ("new", "manifest.dsse.json", "release.pem"):
        (shutil.copytree if (place / each).is_dir() else shutil.copy)(place / each, tmp_path / each)
    data = bytearray((tmp_path / name).read_bytes())
    at = data.index(b"payload") + 20 if name.endswith(".json") else len(data) // 2
    data[at] ^= 1
    (tmp_path / name).write_bytes(data)

    refused = auditor(*IMPORT, folder=tmp_path)

    assert refused.returncode in {2, INTEGRITY}, refused.stdout
    assert "Traceback" not in refused.stderr
    assert auditor("db", "status", folder=tmp_path).returncode != 0, "nothing was imported"


CASES: dict[str, tuple[str, tuple[str, str] | None]] = {
    "kylin": ("pkg:rpm/kylin/openssl@1.1.1f-4.p12.ky10?arch=x86_64", ("kylin", "V10")),
    "openEuler": ("pkg:rpm/openeuler/openssl@1.1.1m-1.oe2403?arch=x86_64", ("openEuler", "24.03")),
    "anolis": ("pkg:rpm/anolis/openssl@3.0.12-1.an23?arch=x86_64", ("anolis", "23")),
    "uos": ("pkg:deb/uos/openssl@1.1.1d-1?arch=amd64", ("uos", "20")),
    "deepin": ("pkg:deb/deepin/openssl@1.1.1d-1?arch=amd64", ("deepin", "23")),
    "debian": ("pkg:deb/debian/openssl@3.0.11-1~deb12u1?arch=amd64&distro=debian-12", ("debian", "12")),
    "unknown ecosystem": ("pkg:hackage/aeson@2.0", None),
}


def run(place: Path, name: str, document_: dict[str, Any], **environment: str) -> tuple[int, dict[str, Any], str]:
    (place / f"{name}.cdx.json").write_text(json.dumps(document_))
    output = f"run-{name}"
    done = auditor(
        *("run", f"sbom={name}.cdx.json", "--only", "vulnerabilities", "--format", "json", "--output", output),
        folder=place,
        **environment,
    )
    return done.returncode, json.loads((place / output / "record.json").read_bytes()), done.stderr


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_no_row_speaks_of_is_named_and_exit_3(name: str, place: Path) -> None:
    purl, system = CASES[name]

    code, record, said = run(place, name.replace(" ", "-"), document(purl, "pkg:pypi/six@1.16.0", system=system))

    assert code == NOT_FULLY_ASSESSED, said
    gaps = [row for row in record["gaps"] if row["kind"] == "Searched"]
    assert any(purl.split("/")[1].split("@")[0].lower() in row["detail"].lower() for row in gaps), gaps
    verdicts = {row["verdict"] for row in record["findings"] if row["id"] == "vuln-none-known"}
    assert verdicts == {"not_assessed", "nothing_found"}, "the Python package was searched for, the other was not"


@pytest.mark.parametrize(("days", "reason"), [(-40, "database too old"), (40, "database from the future")])
def test_database_of_another_time_gives_exit_3(days: int, reason: str, place: Path) -> None:
    built = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
    folder = f"at{days}"
    assert auditor("db", "build", "feed.jsonl", "--built", built, "--output", folder, folder=place).returncode == 0
    where = {"AUDITOR_DB": str(place / f"{folder}-cache")}
    imported = auditor("db", "import", f"{folder}/vulnerability.db", folder=place, **where)
    assert imported.returncode == 0, imported.stderr

    code, record, said = run(place, folder, document("pkg:pypi/six@1.16.0"), **where)

    assert code == NOT_FULLY_ASSESSED, said
    assert reason in {row["reason"] for row in record["gaps"]}
    assert {row["verdict"] for row in record["findings"] if row["id"] == "vuln-none-known"} == {"not_assessed"}


def test_feed_that_was_fetched_long_before_the_build_is_old(place: Path) -> None:
    fetched = (datetime.now(UTC) - timedelta(days=90)).isoformat(timespec="seconds")
    made = auditor("db", "build", "feed.jsonl", "--fetched", fetched, "--output", "fetched", folder=place)
    assert made.returncode == 0, made.stderr
    where = {"AUDITOR_DB": str(place / "fetched-cache")}
    assert auditor("db", "import", "fetched/vulnerability.db", folder=place, **where).returncode == 0

    code, record, _said = run(place, "fetched", document("pkg:pypi/six@1.16.0"), **where)

    assert code == NOT_FULLY_ASSESSED
    assert "database too old" in {row["reason"] for row in record["gaps"]}


def test_old_feed_that_is_packed_today_is_old(place: Path) -> None:
    assert auditor("db", "build", "feed.jsonl", "--output", "packed", folder=place).returncode == 0
    where = {"AUDITOR_DB": str(place / "packed-cache")}
    assert auditor("db", "import", "packed/vulnerability.db", folder=place, **where).returncode == 0

    code, record, _said = run(place, "packed", document("pkg:pypi/six@1.16.0"), **where)

    assert code == NOT_FULLY_ASSESSED
    assert "database too old" in {row["reason"] for row in record["gaps"]}


def test_openeuler_with_its_own_feed_gets_its_matches(place: Path) -> None:
    purl = "pkg:rpm/openeuler/openssl@1.1.1m-15.oe2203sp3?arch=x86_64&epoch=1&distro=openeuler-22.03-LTS-SP3"

    code, record, said = run(place, "own-feed", document(purl, system=("openEuler", "22.03 (LTS-SP3)")))

    failed = [row for row in record["findings"] if row["id"] == "vuln-none-known" and row["verdict"] == "fail"]
    assert code == 1, said
    assert {(row["vulnerability"]["id"], row["subject"]) for row in failed} == {
        ("CVE-2099-1", purl),
        ("CVE-2099-2", purl),
    }
