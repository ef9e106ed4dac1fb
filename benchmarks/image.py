"""Our own pass over an image of 100,000 and 1,000,000 tiny files, and SBOMs of 5,000 and 50,000 components without an image.

The archives are made here, byte for byte; syft has no part in it. With a folder as its argument (an OCI layout) the
program also measures our pass over that image.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.image.observe import ImageStage
from benchmarks.measure import head, row
from tests.unit.stages.image.layouts import Layout

MIB_LIMIT = 1024


def tiny_files(count: int) -> bytes:
    """Return a layer of so many files of ten bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number in range(count):
            info = tarfile.TarInfo(f"srv/{number // 1000}/{number}.txt")
            info.size = 10
            archive.addfile(info, io.BytesIO(b"0123456789"))
    return out.getvalue()


def components(count: int) -> dict[str, Any]:
    """Return a document of so many components."""
    rows = [
        {
            "type": "library",
            "bom-ref": f"pkg:npm/x{number}@1.0.{number}",
            "name": f"x{number}",
            "version": f"1.0.{number}",
            "purl": f"pkg:npm/x{number}@1.0.{number}",
            "supplier": {"name": "Example"},
            "licenses": [{"license": {"id": "MIT"}}],
        }
        for number in range(count)
    ]
    subject = {"type": "application", "bom-ref": "root", "name": "app", "version": "1"}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": "2026-11-28T00:00:00Z", "authors": [{"name": "x"}], "component": subject},
        "components": rows,
        "dependencies": [{"ref": "root", "dependsOn": [each["bom-ref"] for each in rows]}],
    }


def measured(*argument: str) -> tuple[float, float, int]:
    """Run this program anew for one measurement: wall seconds, CPU seconds, peak MiB."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.image", *argument], check=True, capture_output=True, text=True
    )
    wall, cpu, peak = done.stdout.split()
    return float(wall), float(cpu), int(peak)


def one(folder: str) -> None:
    """Measure our pass over the image in a folder, in this process."""
    begin = time.monotonic()
    part = Part(kind="image", where=f"oci:{folder}")
    for _each in ImageStage().observe(System(name="x", parts=(part,)), Facts()):
        pass
    _print(begin, resource.RUSAGE_SELF)


def verify(file: str) -> None:
    """Measure `auditor sbom verify` of a file."""
    begin = time.monotonic()
    subprocess.run([sys.executable, "-m", "auditor", "sbom", "verify", file], check=False, capture_output=True)
    _print(begin, resource.RUSAGE_CHILDREN)


def _print(begin: float, who: int) -> None:
    used = resource.getrusage(who)
    print(time.monotonic() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def main() -> None:
    """Measure all of it."""
    if sys.argv[1:2] == ["--pass"]:
        one(sys.argv[2])
        return
    if sys.argv[1:2] == ["--verify"]:
        verify(sys.argv[2])
        return
    head()
    with tempfile.TemporaryDirectory() as scratch:
        for count in (100_000, 1_000_000):
            made = Layout(Path(scratch, str(count)))
            made.image(tiny_files(count))
            wall, cpu, peak = measured("--pass", str(made.close()))
            said = f"{wall:.1f} s, {cpu:.1f} s CPU, {peak} MiB"
            row(f"{count} tiny files, our pass", said, "1 GiB", holds=peak <= MIB_LIMIT)
        for count in (5_000, 50_000):
            file = Path(scratch, f"{count}.cdx.json")
            file.write_text(json.dumps(components(count)))
            wall, cpu, peak = measured("--verify", str(file))
            said, limit_s = f"{wall:.1f} s, {cpu:.1f} s CPU, {peak} MiB", count / 5000
            is_held = cpu <= limit_s and peak <= MIB_LIMIT
            row(f"sbom verify of {count} components", said, f"{limit_s:g} s, 1 GiB", holds=is_held)
    if len(sys.argv) > 1:
        wall, cpu, peak = measured("--pass", sys.argv[1])
        said = f"{wall:.1f} s, {cpu:.1f} s CPU, {peak} MiB"
        row("our pass over the image given", said, "2 s CPU, 200 MiB", holds=cpu <= 2 and peak <= 200)  # noqa: PLR2004


if __name__ == "__main__":
    main()
