"""Packages of this machine for the images of the demo: whole ones only, and none on a machine that is no Debian."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from auditor.demo.installed import installed

if TYPE_CHECKING:
    from pathlib import Path

LIBRARY = b"\x7fELF zlib"
MD5 = hashlib.md5(LIBRARY, usedforsecurity=False).hexdigest()
STATUS = b"Package: zlib1g\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: M <m@x>\nVersion: 1:1.2-1\n"


def machine(root: Path, *, release: str = "ID=debian\nVERSION_ID=12\n", library: bytes = LIBRARY) -> Path:
    files = {
        "usr/lib/os-release": release.encode(),
        "usr/lib/libz.so.1": library,
        "var/lib/dpkg/status": STATUS,
        "var/lib/dpkg/info/zlib1g:amd64.list": b"/usr\n/usr/lib\n/usr/lib/libz.so.1\n",
        "var/lib/dpkg/info/zlib1g:amd64.md5sums": f"{MD5}  usr/lib/libz.so.1\n".encode(),
    }
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def test_debian_package_is_taken_with_its_database(tmp_path: Path) -> None:
    found = installed(machine(tmp_path))

    assert found.base["usr/lib/libz.so.1"] == (LIBRARY, 0o644)
    assert found.base.keys() >= {"var/lib/dpkg/info/zlib1g:amd64.md5sums", "var/lib/dpkg/info/zlib1g:amd64.list"}
    assert found.items[0].purl == "pkg:deb/debian/zlib1g@1:1.2-1?arch=amd64&distro=debian-12"
    assert found.status.startswith(b"Package: zlib1g\n")


def test_package_with_a_changed_file_is_left_out(tmp_path: Path) -> None:
    assert installed(machine(tmp_path, library=b"changed")).base == {}


def test_machine_that_is_no_debian_gives_no_debian_packages(tmp_path: Path) -> None:
    found = installed(machine(tmp_path, release='ID="openEuler"\nVERSION_ID="24.03"\n'))

    assert (found.base, found.os_release) == ({}, b"")
    assert installed(tmp_path / "nothing").base == {}


def test_wheels_of_the_lock_file_are_taken_with_their_record(tmp_path: Path) -> None:
    found = installed(tmp_path)

    assert "pkg:pypi/packageurl-python" in {item.purl.partition("@")[0] for item in found.items}
    assert [path for path in found.app if path.endswith(".dist-info/RECORD")]
    assert not [path for path in found.app if path.endswith(".pyc")]
