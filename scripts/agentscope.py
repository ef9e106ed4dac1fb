"""Fetches the release that ``make demo`` audits beside the example platform, and prints the folder that holds it.

It is the source distribution of agentscope 2.0.11 as its authors put it on PyPI, taken by digest and unpacked into the
cache folder. pip fetches it, so a mirror named in pip's configuration serves as well.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from auditor.content import cache_folder

NAME = "agentscope-2.0.11"
REQUIREMENT = (
    "agentscope==2.0.11 --hash=sha256:33e816fc022a1e592d3dce9b06951d11cb048bd8f5ea7306453311b850a4fd5c  # the sdist\n"
)
SIZE_LIMIT_BYTES = 64 * 1024 * 1024


def main() -> str:
    """Print the folder; return what went wrong, empty if nothing did."""
    place = cache_folder() / "demo" / NAME
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
            work = Path(scratch)
            print(f"fetching {NAME} (once)", file=sys.stderr)
            if not _fetch(work):
                return (
                    f"{NAME} could not be fetched; without it, audit the bundled platform alone: .venv/bin/auditor demo"
                )
            if problem := _unpack(work / f"{NAME}.tar.gz", work / "unpacked"):
                return f"{NAME}.tar.gz cannot be unpacked: {problem}"
            (work / "unpacked" / NAME).rename(place)
    print(place)
    return ""


def _fetch(folder: Path) -> bool:
    requirement = folder / "requirement.txt"
    requirement.write_text(REQUIREMENT, encoding="ascii")
    argv = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    argv += ["--require-hashes", "--no-deps", "--no-binary", "agentscope", "--dest", str(folder)]
    return subprocess.run([*argv, "--requirement", str(requirement)], check=False, stdout=sys.stderr).returncode == 0


def _unpack(archive: Path, folder: Path) -> str:
    """Write plain files and folders, nothing else, and nothing outside of the folder; return what is wrong."""
    size_bytes = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts or not (member.isfile() or member.isdir()):
                return f"{member.name} is neither a file nor a folder below it"
            size_bytes += member.size
            if size_bytes > SIZE_LIMIT_BYTES:
                return f"more than {SIZE_LIMIT_BYTES:,} bytes"
            inside = folder / path
            if member.isdir():
                inside.mkdir(parents=True, exist_ok=True)
                continue
            inside.parent.mkdir(parents=True, exist_ok=True)
            source = tar.extractfile(member)
            if source is None:
                return f"{member.name} has no content"
            with source, inside.open("wb") as out:
                shutil.copyfileobj(source, out)
    return ""


if __name__ == "__main__":
    sys.exit(main() or None)
