"""Images of this machine's own Debian packages and of tiny files; SBOMs of 5,000 and 50,000 components; beside bare syft.

The image of 270 MB holds the packages of this machine in the order of their names until there are so many bytes (packages
of more than 20 MB left out), with dpkg's own lists, digests and status. CPU seconds are of the program and of what it started;
others may work on the machine, so what is compared is run in turns, and the least of three counts. With a folder as its argument (an OCI layout) that image is
measured in its place.
"""

from __future__ import annotations

import gc
import io
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.__main__ import COLLECT_AFTER
from auditor.database.build import build
from auditor.database.install import import_file
from auditor.demo.components import FEED
from auditor.model.fact import Facts
from auditor.model.system import Part, System
from auditor.stages.image.observe import ImageStage
from auditor.tools.grype import SWITCHES as GRYPE
from auditor.tools.grype import Grype
from auditor.tools.programs import Programs
from auditor.tools.syft import SWITCHES as SYFT
from auditor.tools.syft import Syft
from benchmarks.measure import head, row, with_bytecode
from tests.unit.stages.image.layouts import Layout

if TYPE_CHECKING:
    from collections.abc import Callable

MIB_LIMIT = 1024
BYTECODE = Path(tempfile.gettempdir(), f"auditor-bytecode-{os.getuid()}")
"""Where the bytecode of all measured programs is kept; what pip installs has it beside its sources."""


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


_IMAGE_BYTES = 270_000_000
_PACKAGE_BYTES = 20_000_000
_INFO = Path("/var/lib/dpkg/info")


def machine() -> bytes:
    """Return a layer of packages of this machine."""
    stanzas = Path("/var/lib/dpkg/status").read_text(encoding="utf-8").split("\n\n")
    status = {each.partition("\n")[0].removeprefix("Package: "): each for each in stanzas}
    out, seen, taken, size = io.BytesIO(), set[str](), [], 0
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:

        def add(path: str) -> int:
            name = path.lstrip("/")
            if not name or name in seen or not os.path.lexists(path):
                return 0
            seen.add(name)
            info = archive.gettarinfo(path, arcname=name)
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            info.mtime = 0
            if info.isreg():
                with Path(path).open("rb") as file:
                    archive.addfile(info, file)
            else:
                archive.addfile(info)
            return info.size if info.isreg() else 0

        for file in sorted(_INFO.glob("*.list")):
            paths = file.read_text(encoding="utf-8").splitlines()
            if sum(os.path.getsize(path) for path in paths if os.path.isfile(path)) > _PACKAGE_BYTES:  # noqa: PTH113, PTH202
                continue
            size += sum(add(path) for path in paths) + add(str(file)) + add(str(file.with_suffix(".md5sums")))
            taken.append(file.stem.partition(":")[0])
            if size > _IMAGE_BYTES:
                break
        for path in ("/etc/os-release", "/usr/lib/os-release", "/etc/passwd", "/etc/group"):
            add(path)
        data = "\n\n".join(status[name] for name in taken if name in status).encode() + b"\n\n"
        info = tarfile.TarInfo("var/lib/dpkg/status")
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def started(*argument: str, home: Path, cache: Path) -> tuple[float, float, int]:
    """Run a program; return wall seconds, CPU seconds of it and all it started, and the peak of the largest in MiB."""
    code = (
        "import resource, subprocess, sys, time\nbegin = time.monotonic()\n"
        "subprocess.run(sys.argv[1:], capture_output=True)\nused = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(time.monotonic() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)"
    )
    by_hand = {name: value for name, value in {**SYFT, **GRYPE}.items() if name.startswith(("SYFT_", "GRYPE_"))}
    environment = {**with_bytecode(str(BYTECODE)), "HOME": str(home), "AUDITOR_STATE": str(home), **by_hand}
    environment |= {
        "XDG_CACHE_HOME": str(cache),
        "AUDITOR_DB": str(home / "db"),
        "GRYPE_DB_CACHE_DIR": str(home / "db"),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, *argument], check=True, capture_output=True, text=True, env=environment
    )
    wall, cpu, peak = done.stdout.split()
    return float(wall), float(cpu), int(peak)


ROUNDS = 3


def beside_syft(folder: Path, scratch: Path) -> None:
    """Measure runs over an image, cold and warm, beside syft and grype by hand with the same settings, in turns."""
    programs = Programs.here()
    syft, grype = str(Syft(programs).program().path), str(Grype(programs).program().path)
    tools = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "auditor", "tools")
    home = scratch / "home"
    home.mkdir()
    now = datetime.now(UTC)
    import_file(build((FEED,), scratch, built=now).path, home / "db", Grype(programs), now=now)
    empty = iter(range(1000))

    def fresh() -> Path:
        cache = scratch / f"cache-{next(empty)}"
        (cache / "auditor").mkdir(parents=True)
        (cache / "auditor" / "tools").symlink_to(tools)
        return cache

    def run(cache: Path, stages: str) -> tuple[float, float, int]:
        place = scratch / f"run-{next(empty)}"
        words = ("-m", "auditor", "run", f"image=oci:{folder}", "--only", stages, "--quiet", "--format", "json")
        return started(sys.executable, *words, "--output", str(place), home=home, cache=cache)

    def bare(*argument: str) -> tuple[float, float, int]:
        return started(*argument, home=home, cache=tools.parent.parent)

    one_form = (syft, "scan", f"oci-dir:{folder}", "-q", "-o", f"syft-json={scratch / 's.json'}")
    forms = ("-o", f"cyclonedx-json@1.6={scratch / 'c.json'}", "-o", f"spdx-json@2.3={scratch / 'p.json'}")
    match = (grype, f"sbom:{scratch / 's.json'}", "-q", "-o", f"json={scratch / 'g.json'}")
    made = fresh()
    run(made, "image,sbom,vulnerabilities")  # fills the bytecode, and the memory of the disk
    generated = next(scratch.glob("run-*/sbom/*.cdx.json"))
    verification = ("-m", "auditor", "sbom", "verify", str(generated), "--image", f"oci:{folder}")
    taken: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for _round in range(ROUNDS):
        taken["syft"].append(bare(*one_form))
        taken["verify"].append(started(sys.executable, *verification, home=home, cache=fresh()))
        taken["forms"].append(bare(*one_form, *forms))
        cache = fresh()
        taken["run"].append(run(cache, "image,sbom"))
        taken["warm"].append(run(cache, "image,sbom"))
        taken["grype"].append(bare(*match))
        cache = fresh()
        taken["all"].append(run(cache, "image,sbom,vulnerabilities"))
        taken["all warm"].append(run(cache, "image,sbom,vulnerabilities"))
    found = {name: (min(row[0] for row in rows), min(row[1] for row in rows)) for name, rows in taken.items()}
    both = (found["forms"][0] + found["grype"][0], found["forms"][1] + found["grype"][1])
    _ratio("run image=, beside syft by hand, the same three forms", found["run"], found["forms"], 1.15)
    _warm("the same once more", found["warm"])
    _ratio("sbom verify with the image, beside one syft run", found["verify"], found["syft"], 1.2)
    _ratio("run image= with vulnerabilities, beside syft and grype by hand", found["all"], both, 1.15)
    _warm("the same once more", found["all warm"])


def _ratio(what: str, ours: tuple[float, float], bare: tuple[float, float], limit: float) -> None:
    wall, cpu = ours[0] / bare[0], ours[1] / bare[1]
    said = f"{ours[0]:.1f} s, by hand {bare[0]:.1f} s: x {wall:.2f}; CPU {ours[1]:.1f} s, {bare[1]:.1f} s: x {cpu:.2f}"
    row(what, said, f"x {limit:g}", holds=wall <= limit)


def _warm(what: str, ours: tuple[float, float]) -> None:
    row(what, f"{ours[0]:.1f} s, {ours[1]:.2f} s CPU", "1 s", holds=ours[1] <= 1)


def measured(*argument: str, times: int = 1) -> tuple[float, float, int]:
    """Run this program anew for one measurement: wall seconds, CPU seconds, peak MiB; the last of so many times counts."""
    command, environment = [sys.executable, "-m", "benchmarks.image", *argument], with_bytecode(str(BYTECODE))
    for _time in range(times):
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    wall, cpu, peak = done.stdout.split()
    return float(wall), float(cpu), int(peak)


def one(folder: str) -> None:
    """Measure our pass over the image in a folder, in this process."""
    gc.set_threshold(*COLLECT_AFTER)  # as the program does
    begin, before = time.monotonic(), time.process_time()
    part = Part(kind="image", where=f"oci:{folder}")
    for _each in ImageStage().observe(System(name="x", parts=(part,)), Facts()):
        pass
    _print(begin, resource.RUSAGE_SELF, before)


def verify(file: str) -> None:
    """Measure `auditor sbom verify` of a file."""
    begin = time.monotonic()
    subprocess.run([sys.executable, "-m", "auditor", "sbom", "verify", file], check=False, capture_output=True)
    _print(begin, resource.RUSAGE_CHILDREN)


def _print(begin: float, who: int, before: float = 0.0) -> None:
    used = resource.getrusage(who)
    peak = used.ru_maxrss // 1024
    if (
        who == resource.RUSAGE_SELF
    ):  # the peak of the kernel's accounting is that of whoever forked us, where it was larger
        status = Path("/proc/self/status").read_text(encoding="ascii")
        peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    print(time.monotonic() - begin, used.ru_utime + used.ru_stime - before, peak)


def made(folder: Path, layer: Callable[[], bytes]) -> Path:
    """Write a layout with one layer, in a process of its own, so that this one stays small."""

    def write() -> None:
        layout = Layout(folder)
        layout.image(layer())
        layout.close()

    process = multiprocessing.get_context("fork").Process(target=write)
    process.start()
    process.join()
    return folder


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
            place = made(Path(scratch, str(count)), partial(tiny_files, count))
            wall, cpu, peak = measured("--pass", str(place))
            said = f"{wall:.1f} s, {cpu:.1f} s CPU, {peak} MiB"
            row(f"{count} tiny files, our pass", said, "1 GiB", holds=peak <= MIB_LIMIT)
        for count in (5_000, 50_000):
            file = Path(scratch, f"{count}.cdx.json")
            file.write_text(json.dumps(components(count)))
            wall, cpu, peak = measured("--verify", str(file), times=2)  # after the first there is bytecode
            said, limit_s = f"{wall:.1f} s, {cpu:.1f} s CPU, {peak} MiB", count / 5000
            is_held = cpu <= limit_s and peak <= MIB_LIMIT
            row(f"sbom verify of {count} components", said, f"{limit_s:g} s, 1 GiB", holds=is_held)
        place = Path(sys.argv[1]) if len(sys.argv) > 1 else made(Path(scratch, "machine"), machine)
        wall, cpu, peak = measured("--pass", str(place), times=2)
        said = f"{wall:.1f} s, {cpu:.1f} s CPU, {peak} MiB"
        row("our pass over an image of 270 MB", said, "2 s CPU, 200 MiB", holds=cpu <= 2 and peak <= 200)  # noqa: PLR2004
        beside_syft(place, Path(scratch))


if __name__ == "__main__":
    main()
