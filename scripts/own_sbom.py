"""Writes the SBOM of this project's release into ``sbom/``: what an installation holds, by the product itself.

The metadata of the packages that ``requirements/run.txt`` pins, as their wheels carry it, and our own; not their files
lists, which every installer writes differently. The same environment and commit give the same bytes.

Usage: ``python scripts/own_sbom.py``, in the environment of ``make setup``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
AUTHOR = "The auditor authors"


def pinned(lock: str) -> Iterator[Requirement]:
    """Yield the requirements of a lock file in pip's form, for every platform."""
    for line in lock.splitlines():
        if line and not line.startswith((" ", "#", "-")):
            yield Requirement(line.removesuffix("\\").strip())


def main() -> None:
    """Gather metadata, and have it described."""
    lock = (ROOT / "requirements" / "run.txt").read_text()
    names = ["auditor", *(each.name for each in pinned(lock) if each.marker is None or each.marker.evaluate())]
    version = distribution("auditor").version
    when = subprocess.run(
        ["git", "log", "-1", "--format=%cI"],  # noqa: S607 - as make has it
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            _copy(name, Path(folder))
        made = Path(folder, "made")
        generate = [sys.executable, "-m", "auditor", "sbom", "generate", f"code={folder}", "--output", str(made)]
        described = ["--name", "auditor", "--author", AUTHOR, "--supplier", AUTHOR, "--created", when]
        subprocess.run([*generate, *described], check=True)
        place = ROOT / "sbom"
        place.mkdir(exist_ok=True)
        for suffix in (".cdx.json", ".spdx.json"):
            written = shutil.copy(made / f"auditor{suffix}", place / f"auditor-{version}{suffix}")
            Path(written).chmod(0o644)


def _copy(name: str, folder: Path) -> None:
    try:
        found = distribution(name)
    except PackageNotFoundError:
        sys.exit(f"{name} is pinned and not installed: run 'make setup' first")
    place = folder / f"{found.name}-{found.version}.dist-info"
    place.mkdir()
    (place / "METADATA").write_text(found.read_text("METADATA") or "", encoding="utf-8")


if __name__ == "__main__":
    main()
