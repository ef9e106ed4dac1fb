"""What the databases of packages say of files: rpm by the real rpm, apk and dpkg by their bytes."""

from __future__ import annotations

import base64
import hashlib
import os
import sqlite3
import struct
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.formats import rpm_database
from auditor.model.finding import Severity, Verdict
from auditor.stages.image.facts import ImageFile
from auditor.stages.image.layout import open_image, place
from auditor.stages.image.lists import lists
from auditor.stages.image.packages import Packages, read_packages
from auditor.stages.image.reading import Reading, read_layers
from auditor.stages.image.scan import Scan
from tests.unit.stages.image.layouts import GOOD_FILES, layout, tar
from tests.unit.stages.image.test_checks import PRIVATE_KEY, observed, verdicts

if TYPE_CHECKING:
    from pathlib import Path

PROBE = b"\x7fELF probe\n"
SPEC = """Name: netprobe
Version: 2.4
Release: 1
Summary: probe
License: MIT
BuildArch: noarch
%description
probe
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/etc
printf '\\177ELF probe\\n' > %{buildroot}/usr/bin/netprobe
echo a=1 > %{buildroot}/etc/netprobe.conf
%files
%attr(755,root,root) /usr/bin/netprobe
%config /etc/netprobe.conf
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a database that the real rpm wrote, of one package that the real rpmbuild made."""
    folder = tmp_path_factory.mktemp("rpm")
    (folder / "netprobe.spec").write_text(SPEC)
    defines = (
        "--define",
        f"_topdir {folder}/top",
        "--define",
        f"_tmppath {folder}",
        "--define",
        "__os_install_post %{nil}",
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}

    def run(*words: str) -> None:
        subprocess.run(words, check=True, capture_output=True, env=environment, cwd=folder)

    run("rpmbuild", *defines, "-bb", "netprobe.spec")
    (package,) = (folder / "top").rglob("*.rpm")
    run("rpm", "--dbpath", str(folder / "db"), "--justdb", "--nodeps", "--noscripts", "-i", str(package))
    return (folder / "db" / "rpmdb.sqlite").read_bytes()


def altered(folder: Path, **files: Any) -> dict[str, Verdict]:  # noqa: ANN401 - contents
    where = layout(folder, tar({**GOOD_FILES, **files}))
    return verdicts(observed(f"oci:{where}")[0], "image-package-files-unaltered")


RPM = {"usr/bin/netprobe": (PROBE, 0o755), "etc/netprobe.conf": "a=1\n"}


@pytest.mark.parametrize("folder", ["var/lib/rpm", "usr/lib/sysimage/rpm"])
def test_file_that_rpm_brought_and_somebody_replaced_is_found(folder: str, database: bytes, tmp_path: Path) -> None:
    files = {f"{folder}/rpmdb.sqlite": database, **RPM}

    assert altered(tmp_path / "a", **files) == {"linux/amd64": Verdict.PASS}
    replaced = {**files, "usr/bin/netprobe": (b"\x7fELF evil!\n", 0o755)}
    assert altered(tmp_path / "b", **replaced) == {"usr/bin/netprobe": Verdict.FAIL}


def test_configuration_may_differ_from_what_rpm_brought(database: bytes, tmp_path: Path) -> None:
    files = {"var/lib/rpm/rpmdb.sqlite": database, **RPM, "etc/netprobe.conf": "a=2\n"}

    assert altered(tmp_path, **files) == {"linux/amd64": Verdict.PASS}


def test_database_of_rpm_is_read_as_rpm_itself_reads_it(database: bytes) -> None:
    found = {each.path: each for each in rpm_database.read(database)}

    assert found["usr/bin/netprobe"] == ("netprobe", "usr/bin/netprobe", "sha256", hashlib.sha256(PROBE).hexdigest())
    assert found["etc/netprobe.conf"].algorithm == ""


@pytest.mark.parametrize(
    "files",
    [
        {"var/lib/rpm/Packages": b"\0" * 12 + struct.pack("<I", 0x00061561)},
        {"var/lib/rpm/rpmdb.sqlite": b"SQLite format 3\0" + b"\xff" * 200},
        {"var/lib/rpm/rpmdb.sqlite": b""},
    ],
    ids=["Berkeley DB", "damaged", "empty"],
)
def test_database_of_rpm_that_cannot_be_read_is_a_gap_and_never_a_pass(files: dict[str, Any], tmp_path: Path) -> None:
    assert set(altered(tmp_path, **files).values()) == {Verdict.NOT_ASSESSED}


def test_database_of_rpm_with_changes_beside_it_is_a_gap(database: bytes, tmp_path: Path) -> None:
    files = {"var/lib/rpm/rpmdb.sqlite": database, "var/lib/rpm/rpmdb.sqlite-wal": b"x", **RPM}

    assert set(altered(tmp_path, **files).values()) == {Verdict.NOT_ASSESSED}


def test_view_in_place_of_the_table_is_refused(tmp_path: Path) -> None:
    made = sqlite3.connect(tmp_path / "x.sqlite")
    made.execute(
        "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT x'00' UNION ALL SELECT blob FROM n) SELECT * FROM n"
    )
    made.commit()
    made.close()

    with pytest.raises(rpm_database.RpmDatabaseError):
        list(rpm_database.read((tmp_path / "x.sqlite").read_bytes()))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_change_of_a_database_is_read_or_refused(database: bytes, data: st.DataObject) -> None:
    bad = bytearray(database)
    for _change in range(data.draw(st.integers(1, 8))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))

    try:
        list(rpm_database.read(bytes(bad)))
    except rpm_database.RpmDatabaseError:
        return


@pytest.mark.parametrize(
    ("brought", "severity"),
    [(PRIVATE_KEY, Severity.LOW), ("another key", Severity.CRITICAL), (None, Severity.CRITICAL)],
    ids=["as packaged", "changed", "of no package"],
)
def test_key_that_a_package_published_is_no_secret_of_the_image(
    brought: str | None, severity: Severity, tmp_path: Path
) -> None:
    files: dict[str, Any] = {"usr/share/kit/signing.pem": PRIVATE_KEY}
    if brought is not None:
        digest = hashlib.md5(brought.encode(), usedforsecurity=False).hexdigest()
        files |= {"var/lib/dpkg/status": "", "var/lib/dpkg/info/kit.md5sums": f"{digest}  usr/share/kit/signing.pem\n"}

    findings, _facts = observed(f"oci:{layout(tmp_path, tar({**GOOD_FILES, **files}))}")

    (found,) = [each for each in findings if each.id == "image-files-secret-absent"]
    assert (found.subject, found.verdict, found.severity) == ("usr/share/kit/signing.pem", Verdict.FAIL, severity)


def apk(content: bytes) -> str:
    digest = base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    files = f"F:usr/bin\nR:netprobe\na:0:0:755\nZ:Q1{digest}\nF:etc\nR:passwd\nZ:Q1{digest}\n"
    return f"C:Q1x=\nP:netprobe\nV:2.4-r0\n{files}\n"


@pytest.mark.parametrize("folder", ["lib/apk/db", "usr/lib/apk/db"])
def test_file_that_apk_brought_and_somebody_replaced_is_found(folder: str, tmp_path: Path) -> None:
    files = {f"{folder}/installed": apk(PROBE), "usr/bin/netprobe": (PROBE, 0o755)}

    assert altered(tmp_path / "a", **files) == {"linux/amd64": Verdict.PASS}, "etc/passwd is configuration"
    replaced = {**files, "usr/bin/netprobe": (b"evil", 0o755)}
    assert altered(tmp_path / "b", **replaced) == {"usr/bin/netprobe": Verdict.FAIL}


DEBIAN = {"etc/debian_version": "12.15\n"}
ALPINE = {"etc/alpine-release": "3.20.3\n"}
FEDORA = {"etc/yum.repos.d/x.repo": ""}


@pytest.mark.parametrize("first", [{}, DEBIAN, ALPINE, FEDORA], ids=["nothing", "dpkg", "apk", "rpm"])
@pytest.mark.parametrize("form", ["dpkg", "apk", "wheel"])
def test_replaced_file_is_found_whatever_the_first_files_of_an_image_promise(
    form: str, first: dict[str, Any], tmp_path: Path
) -> None:
    """Which digests a pass takes is guessed from the first files; a wrong guess costs neither verdict nor digest."""
    sha256 = base64.urlsafe_b64encode(hashlib.sha256(PROBE).digest()).decode().rstrip("=")
    md5 = hashlib.md5(PROBE, usedforsecurity=False).hexdigest()
    databases: dict[str, dict[str, Any]] = {
        "dpkg": {"var/lib/dpkg/status": "", "var/lib/dpkg/info/x.md5sums": f"{md5}  usr/bin/netprobe\n"},
        "apk": {"lib/apk/db/installed": apk(PROBE)},
        "wheel": {"usr/lib/python3/site-packages/x-1.dist-info/RECORD": f"../../../bin/netprobe,sha256={sha256},12\n"},
    }
    files = {**first, **databases[form], "usr/bin/netprobe": (PROBE, 0o755)}

    assert altered(tmp_path / "a", **files) == {"linux/amd64": Verdict.PASS}
    where = layout(tmp_path / "b", tar({**first, **GOOD_FILES, **files, "usr/bin/netprobe": (b"evil", 0o755)}))
    findings, facts = observed(f"oci:{where}")
    assert verdicts(findings, "image-package-files-unaltered") == {"usr/bin/netprobe": Verdict.FAIL}
    (fact,) = [each for each in facts.of(ImageFile) if each.trait == "altered"]
    assert fact.digest == f"sha256:{hashlib.sha256(b'evil').hexdigest()}"


def test_file_that_a_check_shows_has_its_digest_where_few_are_taken(tmp_path: Path) -> None:
    large = b"\x7fELF" + bytes(300 * 1024)
    files = {**DEBIAN, "usr/bin/su": (large, 0o4755), "usr/bin/gcc": (large, 0o755), "usr/lib/x/m.gguf": large}

    _findings, facts = observed(f"oci:{layout(tmp_path, tar({**DEBIAN, **GOOD_FILES, **files}))}")

    shown = {each.subject: each.digest for each in facts.of(ImageFile)}
    digest = f"sha256:{hashlib.sha256(large).hexdigest()}"
    assert [shown[path] for path in ("usr/bin/su", "usr/bin/gcc", "usr/lib/x/m.gguf")] == [digest] * 3


@pytest.mark.parametrize(("by", "owner"), [("bb", "dpkg bb"), (":", ""), ("cc", "")])
def test_package_that_diverts_a_file_keeps_its_own(by: str, owner: str, tmp_path: Path) -> None:
    files = {
        **GOOD_FILES,
        "usr/bin/tool": ("mine", 0o755),
        "usr/bin/tool.orig": ("theirs", 0o755),
        "var/lib/dpkg/status": "",
        "var/lib/dpkg/diversions": f"/usr/bin/tool\n/usr/bin/tool.orig\n{by}\n",
        "var/lib/dpkg/info/aa.list": "/usr/bin/tool\n",
        "var/lib/dpkg/info/aa.md5sums": f"{_md5('theirs')}  usr/bin/tool\n",
        "var/lib/dpkg/info/bb.list": "/usr/bin/tool\n",
        "var/lib/dpkg/info/bb.md5sums": f"{_md5('mine')}  usr/bin/tool\n",
    }
    image = layout(tmp_path / "image", tar(files))
    found = read(image)
    assert found.owners.get("usr/bin/tool", "") == owner
    assert found.owners["usr/bin/tool.orig"] == "dpkg aa"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def read(folder: Path) -> Packages:
    (image,) = open_image(place(f"oci:{folder}")).images
    scan, reading = Scan(lists()), Reading()
    for _layer in read_layers(image, scan, reading):
        pass
    return read_packages(scan.kept, reading)
