"""Real packages for the images of the demo: Debian packages and pinned wheels, as they lie installed on this machine.

That needs neither root nor daemon nor network, and gives real files with real databases: dpkg's status, lists and
md5sums, and the RECORD of wheels that our own lock file pins. A package with a file that is not as its database says is
left out. On a machine that is no Debian the images do with the made-up packages alone.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from packageurl import PackageURL

from auditor.formats.sbom import Item

_DPKG: Final = "var/lib/dpkg"
_DEBIAN: Final = {
    "zlib1g": "Zlib",
    "libexpat1": "MIT",
    "libffi8": "MIT",
    "libyaml-0-2": "MIT",
    "libbz2-1.0": "bzip2-1.0.6",
}
"""Small libraries under permissive licences, as their copyright files say; those that are installed are taken."""
_WHEELS: Final = {"packageurl-python": "MIT", "boolean.py": "BSD-2-Clause", "markupsafe": "BSD-3-Clause"}
_FOLDER: Final = "srv/app/site-packages"
_LARGEST_BYTES: Final = 2 * 1024 * 1024
_RELEASES: Final = ("12", "13")


@dataclass(kw_only=True)
class Installed:
    """What was found.

    Attributes:
        base: Content and mode by path, of Debian packages and their database; without ``status``.
        app: The same of wheels.
        status: Stanzas of dpkg's ``status``.
        os_release: Of this machine; empty if it is no Debian that is known here.
        items: For the SBOM.
    """

    base: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    app: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    status: bytes = b""
    os_release: bytes = b""
    items: list[Item] = field(default_factory=list)


def installed(root: Path = Path("/")) -> Installed:
    """Return what can be taken from a machine.

    Args:
        root: Its root.
    """
    found = Installed()
    try:
        release = (root / "usr/lib/os-release").read_bytes()
        status = (root / _DPKG / "status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        status, release = "", b""
    version = re.search(rb'^VERSION_ID="?(\d+)', release, re.MULTILINE)
    if re.search(rb"^ID=debian$", release, re.MULTILINE) and version and version[1].decode() in _RELEASES:
        found.os_release = release
        stanzas = {each.partition("\n")[0].removeprefix("Package: "): each for each in status.split("\n\n")}
        for name in _DEBIAN:
            if "Status: install ok installed" in stanzas.get(name, ""):
                _debian(root, name, stanzas[name].strip(), version[1].decode(), found)
    for name in _WHEELS:
        _wheel(name, found)
    return found


def _debian(root: Path, name: str, stanza: str, release: str, found: Installed) -> None:
    said = dict(re.findall(r"(?m)^([A-Z][\w-]*): (.*)$", stanza))
    info = root / _DPKG / "info"
    try:
        base = next(
            path for path in (info / f"{name}:{said['Architecture']}", info / name) if _with(path, ".md5sums").exists()
        )
        sums = _with(base, ".md5sums").read_bytes()
        files: dict[str, tuple[bytes, int]] = {}
        for line in sums.decode().splitlines():
            digest, path = line[:32], line[34:]
            if path.startswith(("usr/share/", "usr/lib/.build-id")) or not (root / path).exists():
                continue  # documentation, which a container is often stripped of
            data = (root / path).read_bytes()
            if hashlib.md5(data, usedforsecurity=False).hexdigest() != digest or len(data) > _LARGEST_BYTES:
                return
            files[path] = (data, 0o644)
        files[f"{_DPKG}/info/{base.name}.md5sums"] = (sums, 0o644)
        files[f"{_DPKG}/info/{base.name}.list"] = (_with(base, ".list").read_bytes(), 0o644)
    except (OSError, KeyError, StopIteration, UnicodeDecodeError):
        return
    version, architecture = said["Version"], said["Architecture"]
    qualifiers = {"arch": architecture, "distro": f"debian-{release}"}
    purl = PackageURL("deb", "debian", name, version, qualifiers).to_string()
    found.base |= files
    found.status += stanza.encode() + b"\n\n"
    found.items.append(
        Item(
            ref=purl,
            kind="library",
            name=name,
            version=version,
            purl=purl,
            supplier=said.get("Maintainer", "Debian"),
            licences=(_DEBIAN[name],),
        )
    )


def _with(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)  # `with_suffix` would take "-2.0" of a name for one


def _wheel(name: str, found: Installed) -> None:
    try:
        wheel = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return
    files: dict[str, tuple[bytes, int]] = {}
    for each in wheel.files or ():
        place = os.path.normpath(str(each))
        if place.startswith("..") or place.endswith((".pyc", ".so", "/direct_url.json", "/INSTALLER", "/REQUESTED")):
            continue
        try:
            data = Path(str(each.locate())).read_bytes()
        except OSError:
            return
        if each.hash is not None and each.hash.mode == "sha256" and _encoded(data) != each.hash.value:
            return
        files[f"{_FOLDER}/{place}"] = (data, 0o644)
    if not any(path.endswith(".dist-info/RECORD") for path in files):
        return
    purl = f"pkg:pypi/{name.lower()}@{wheel.version}"
    authors = wheel.metadata.get_all("Author") or ["PyPI"]
    found.app |= files
    found.items.append(
        Item(
            ref=purl,
            kind="library",
            name=name,
            version=wheel.version,
            purl=purl,
            supplier=authors[0],
            licences=(_WHEELS[name],),
        )
    )


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
