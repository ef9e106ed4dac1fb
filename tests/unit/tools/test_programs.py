from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from auditor.errors import ConfigError, IntegrityError, ToolError, ToolMissing
from auditor.tools import manifest
from auditor.tools.pins import load_pins
from auditor.tools.programs import UNKNOWN_VERSION, Programs, Source, State, Step

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.tools.conftest import Mirror

WORKS = "#!/bin/sh\necho tool 1.2.3\n"
PIN = """
[tool]
version = "1.2.3"
tested = {{from = "1.2.0", below = "1.3.0"}}
way = "file"
url = "{url}"
sha256 = "{sha256}"
{more}
program = "bin/tool"
licence = "MIT"
stages = ["code"]
version_arguments = ["--version"]
version_pattern = '^tool (\\S+)$'
without = {{en = "much", zh = "许多"}}
"""


def programs(
    tmp_path: Path,
    *,
    url: str = "http://127.0.0.1:9/",
    sha256: str = "0" * 64,
    more: str = "",
    **settings: Any,  # noqa: ANN401 - those of Programs
) -> Programs:
    site = tmp_path / "pins.toml"
    site.write_text(PIN.format(url=url, sha256=sha256, more=more))
    given = {"variables": {}, "checkout": None, "cache": tmp_path / "cache", **settings}
    return Programs(pins=load_pins(site), **given)


def from_mirror(tmp_path: Path, mirror: Mirror, **settings: Any) -> Programs:  # noqa: ANN401
    return programs(tmp_path, **{"url": mirror.url, "sha256": mirror.sha256, **settings})


def script(path: Path, text: str = WORKS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def pinned_digest(path: Path) -> str:
    """Return the line of a pin file that lets this very file through."""
    return f'digests = ["{manifest.file_digest(path)}"]'


def silent(_: Step) -> None:
    """Show nothing."""


# -- installing from a mirror ---------------------------------------------------------------------------------------


def test_installed_program_is_found_and_allowed(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)

    (installed,) = ours.install(["tool"], silent)
    found = ours.find("tool")

    assert found == installed
    assert (found.version, found.is_allowed, found.source) == ("1.2.3", True, Source.CACHE)
    assert found.digest == f"sha256:{mirror.sha256}"
    assert found.use().digest == found.digest
    assert subprocess.check_output([found.path]) == b"tool 1.2.3\n"


def test_missing_program_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="auditor tools install tool"):
        programs(tmp_path).find("tool")


def test_nothing_is_installed_twice(tmp_path: Path, mirror: Mirror) -> None:
    steps: list[Step] = []
    ours = from_mirror(tmp_path, mirror)

    first = ours.install(["tool"], silent)
    second = ours.install(["tool"], steps.append)

    assert first == second
    assert [step.phase for step in steps] == ["present"]
    assert len(mirror.asked) == 1


def test_progress_tells_phases_in_order_and_the_time_of_last_time(tmp_path: Path, mirror: Mirror) -> None:
    steps: list[Step] = []
    ours = from_mirror(tmp_path, mirror, more="usual_s = 77")

    ours.install(["tool"], steps.append)

    assert list(dict.fromkeys(step.phase for step in steps)) == ["download", "digest", "check", "done"]
    assert {step.last_seconds for step in steps} == {77.0}
    assert ours.doctor()[-1].seconds < 77


def test_wrong_digest_is_an_integrity_error_and_leaves_nothing(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror, sha256="1" * 64)

    with pytest.raises(IntegrityError, match=f"has SHA-256 {mirror.sha256} .expected 1111"):
        ours.install(["tool"], silent)

    with pytest.raises(ToolMissing):
        ours.find("tool")
    assert list((tmp_path / "cache" / "downloads" / "files").iterdir()) == []


def test_too_large_file_is_not_fetched_to_its_end(tmp_path: Path, mirror: Mirror) -> None:
    mirror.content = b"x" * 3_000_000
    ours = from_mirror(tmp_path, mirror, more="size_limit_bytes = 1000000")

    with pytest.raises(ToolError, match=r"too large: .*more than 1000000 bytes"):
        ours.install(["tool"], silent)

    assert sum(file.stat().st_size for file in (tmp_path / "cache").rglob("*") if file.is_file()) < 1_000_000


def test_download_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path, mirror: Mirror) -> None:
    mirror.stop_after = 10
    ours = from_mirror(tmp_path, mirror)
    with pytest.raises(ToolError, match=r"cut off: .*10 of 26 bytes; install again to go on"):
        ours.install(["tool"], silent)

    mirror.stop_after = None
    ours.install(["tool"], silent)

    assert mirror.asked == ["", "bytes=10-"]
    assert ours.find("tool").version == "1.2.3"


@pytest.mark.parametrize("status", [404, 500, 416])
def test_refusal_of_the_mirror_is_a_clear_error(tmp_path: Path, mirror: Mirror, status: int) -> None:
    mirror.status = status

    with pytest.raises(ToolError, match=f"cannot be fetched: .*{status}"):
        from_mirror(tmp_path, mirror).install(["tool"], silent)


def test_mirror_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match=r"cannot be fetched: http://127\.0\.0\.1:9/.*refused"):
        programs(tmp_path).install(["tool"], silent)


def test_redirect_to_a_file_of_this_machine_is_not_followed(tmp_path: Path, mirror: Mirror) -> None:
    mirror.redirect = "file:///etc/passwd"

    with pytest.raises(ToolError, match="cannot be fetched"):
        from_mirror(tmp_path, mirror).install(["tool"], silent)


def test_program_is_taken_out_of_an_archive(tmp_path: Path, mirror: Mirror) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo("linux-amd64/tool")
        member.size = len(WORKS)
        tar.addfile(member, io.BytesIO(WORKS.encode()))
    mirror.content = packed.getvalue()

    ours = from_mirror(tmp_path, mirror, more='member = "linux-amd64/tool"')
    ours.install(["tool"], silent)

    assert ours.find("tool").path.read_text() == WORKS


@pytest.mark.parametrize("content", [b"no archive", b"\x1f\x8b\x08\x00garbage"])
def test_broken_archive_is_a_clear_error(tmp_path: Path, mirror: Mirror, content: bytes) -> None:
    mirror.content = content

    with pytest.raises(ToolError, match="cannot be unpacked"):
        from_mirror(tmp_path, mirror, more='member = "tool"').install(["tool"], silent)


def test_installed_program_of_another_version_is_refused(tmp_path: Path, mirror: Mirror) -> None:
    mirror.content = b"#!/bin/sh\necho tool 1.2.4\n"
    ours = from_mirror(tmp_path, mirror)

    with pytest.raises(ToolError, match=r"wrong version: .*calls itself 1\.2\.4 .expected 1\.2\.3"):
        ours.install(["tool"], silent)

    with pytest.raises(ToolMissing):
        ours.find("tool")


def test_killed_installation_is_not_found_and_can_be_repeated(tmp_path: Path, mirror: Mirror) -> None:
    mirror.delay_s, mirror.stop_after = 60.0, 10
    ours = from_mirror(tmp_path, mirror)
    code = f"""
from pathlib import Path
from auditor.tools.pins import load_pins
from auditor.tools.programs import Programs
Programs(Path({str(ours.cache)!r}), load_pins(Path({str(tmp_path / "pins.toml")!r}))).install(["tool"], lambda _: None)
"""
    other = subprocess.Popen([sys.executable, "-c", code])
    end = time.monotonic() + 20
    while not mirror.asked and time.monotonic() < end:
        time.sleep(0.02)
    other.kill()
    other.wait()

    with pytest.raises(ToolMissing):
        ours.find("tool")
    mirror.delay_s, mirror.stop_after = 0.0, None
    ours.install(["tool"], silent)

    assert ours.find("tool").is_allowed


def test_two_installations_at_once_fetch_once(tmp_path: Path, mirror: Mirror) -> None:
    mirror.delay_s = 1.0
    ours = from_mirror(tmp_path, mirror)
    code = f"""
from pathlib import Path
from auditor.tools.pins import load_pins
from auditor.tools.programs import Programs
ours = Programs(Path({str(ours.cache)!r}), load_pins(Path({str(tmp_path / "pins.toml")!r})), variables={{}})
phases = []
ours.install(["tool"], lambda step: phases.append(step.phase))
print(phases[-1])
"""
    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]

    said = sorted(each.communicate(timeout=60)[0].strip() for each in both)

    assert said == ["done", "present"]
    assert len(mirror.asked) == 1


def test_cache_that_cannot_be_written_is_a_clear_error(tmp_path: Path, mirror: Mirror) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")

    with pytest.raises(ToolError, match="AUDITOR_CACHE names the folder to install in"):
        from_mirror(tmp_path, mirror).install(["tool"], silent)


# -- integrity ------------------------------------------------------------------------------------------------------


def test_changed_byte_is_refused_and_installing_again_mends_it(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)
    (program,) = ours.install(["tool"], silent)
    program.path.write_text(WORKS.replace("1.2.3", "1.2.4"))

    with pytest.raises(IntegrityError, match=r"tool in .* .changed: bin/tool\): `auditor tools install tool` makes it"):
        ours.find("tool")
    ours.install(["tool"], silent)

    assert ours.find("tool").digest == program.digest


def test_added_file_is_refused(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)
    (program,) = ours.install(["tool"], silent)
    script(program.path.with_name("helper"))

    with pytest.raises(IntegrityError, match="added: bin/helper"):
        ours.find("tool")


def test_changed_program_that_the_user_insists_on_is_marked(tmp_path: Path, mirror: Mirror) -> None:
    (program,) = from_mirror(tmp_path, mirror).install(["tool"], silent)
    program.path.write_text(WORKS + "# changed\n")

    insisted = from_mirror(tmp_path, mirror, allowed=frozenset({"tool"})).find("tool")

    assert not insisted.is_allowed
    assert insisted.digest != program.digest
    assert not insisted.use().is_allowed


def test_broken_list_of_files_is_refused(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)
    (program,) = ours.install(["tool"], silent)
    program.path.parents[1].with_suffix(".json").write_text("{}")

    with pytest.raises(IntegrityError, match="no list of installed files"):
        ours.find("tool")


def test_touched_program_is_read_again_once(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)
    (program,) = ours.install(["tool"], silent)
    os.utime(program.path, (1, 1))
    listed = program.path.parents[1].with_suffix(".json")
    before = listed.read_text()

    assert ours.find("tool") == program
    after = listed.read_text()
    assert ours.find("tool") == program

    assert before != after == listed.read_text()


def test_program_exchanged_between_two_looks_is_refused(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)
    (program,) = ours.install(["tool"], silent)

    ours.verify(program)
    program.path.write_text(WORKS + "#")

    with pytest.raises(IntegrityError):
        ours.verify(program)


# -- programs from elsewhere ----------------------------------------------------------------------------------------


def test_program_on_path_with_unknown_digest_is_refused(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "tool")

    with pytest.raises(IntegrityError, match=r"stands in no pin file: use ours .* or insist with `--allow-tool tool`"):
        programs(tmp_path, variables={"PATH": str(tmp_path / "bin")}).find("tool")


def test_program_on_path_whose_digest_the_site_lists_is_allowed(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "tool")
    digest = hashlib.sha256(WORKS.encode()).hexdigest()

    found = programs(tmp_path, variables={"PATH": str(tmp_path / "bin")}, more=f'digests = ["{digest}"]').find("tool")

    assert (found.is_allowed, found.source, found.version) == (True, Source.PATH, "1.2.3")


@pytest.mark.parametrize(
    ("text", "complaint", "version"),
    [
        (
            "#!/bin/sh\necho tool 1.3.0\n",
            r"is version 1\.3\.0 .tested: 1\.2\.0 up to, but not including, 1\.3\.0",
            "1.3.0",
        ),
        ("#!/bin/sh\nhead -c 1000 /dev/urandom\n", "does not tell its version", UNKNOWN_VERSION),
        ("#!/bin/sh\nexit 3\n", "does not tell its version .unknown version: exit code 3", UNKNOWN_VERSION),
        ("#!/bin/sh\nyes\n", "does not tell its version .output too large", UNKNOWN_VERSION),
        ("no program\n", "does not tell its version .could not be started", UNKNOWN_VERSION),
    ],
)
def test_other_version_or_garbage_is_refused_unless_insisted_on(
    tmp_path: Path, text: str, complaint: str, version: str
) -> None:
    pinned = pinned_digest(script(tmp_path / "bin" / "tool", text))
    variables = {"PATH": str(tmp_path / "bin")}

    with pytest.raises(IntegrityError, match=complaint):
        programs(tmp_path, variables=variables, more=pinned).find("tool")
    insisted = programs(tmp_path, variables=variables, allowed=frozenset({"tool"})).find("tool")

    assert (insisted.is_allowed, insisted.version) == (False, version)


def test_program_that_hangs_when_asked_for_its_version_is_refused(tmp_path: Path) -> None:
    pinned = pinned_digest(script(tmp_path / "bin" / "tool", "#!/bin/sh\nsleep 60\n"))

    with pytest.raises(IntegrityError, match=r"does not tell its version .time limit"):
        programs(tmp_path, variables={"PATH": str(tmp_path / "bin")}, version_limit_s=0.5, more=pinned).find("tool")


@pytest.mark.parametrize("way", ["PATH", "AUDITOR_TOOL"])
def test_unknown_program_is_not_run_even_for_its_version(tmp_path: Path, way: str) -> None:
    tool = script(tmp_path / "bin" / "tool", f"#!/bin/sh\ntouch {tmp_path}/ran\necho tool 1.2.5\n")

    with pytest.raises(IntegrityError, match="stands in no pin file"):
        programs(tmp_path, variables={way: str(tool.parent if way == "PATH" else tool)}).find("tool")

    assert not (tmp_path / "ran").exists()


def test_installation_that_is_exchanged_together_with_its_list_is_refused(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)
    (installed,) = ours.install(["tool"], silent)
    installed.path.write_text("#!/bin/sh\necho tool 1.2.3 and more\n")
    home = next(place for place in installed.path.parents if (place.parent / f"{place.name}.json").is_file())
    forged = manifest.take(home, name="tool", version="1.2.3", seconds=1)
    manifest.write(forged, home.parent / f"{home.name}.json")

    with pytest.raises(IntegrityError, match="exchanged together with its list"):
        ours.find("tool")


def test_program_that_cannot_be_asked_for_want_of_disk_is_not_accused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = pinned_digest(script(tmp_path / "bin" / "tool", "#!/bin/sh\necho tool 1.2.5\n"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))

    with pytest.raises(ToolError, match="no scratch folder"):
        programs(tmp_path, variables={"PATH": str(tmp_path / "bin")}, more=pinned).find("tool")


def test_search_goes_from_variable_to_checkout_to_cache_to_path(tmp_path: Path, mirror: Mirror) -> None:
    allowed = frozenset({"tool"})
    variables = {
        "AUDITOR_TOOL": str(script(tmp_path / "named" / "tool")),
        "PATH": str(script(tmp_path / "bin" / "tool").parent),
    }
    beside = script(tmp_path / "checkout" / ".tools" / "bin" / "tool")
    settings = {"variables": variables, "checkout": tmp_path / "checkout", "allowed": allowed}
    ours = from_mirror(tmp_path, mirror, **settings)
    ours.install(["tool"], silent)
    seen = []

    for forget in (
        lambda: variables.pop("AUDITOR_TOOL"),
        beside.unlink,
        lambda: (tmp_path / "cache").rename(tmp_path / "gone"),
    ):
        seen.append(ours.find("tool").source)
        forget()
    seen.append(ours.find("tool").source)

    assert seen == [Source.VARIABLE, Source.CHECKOUT, Source.CACHE, Source.PATH]


def test_variable_that_names_no_program_is_not_passed_over(tmp_path: Path) -> None:
    script(tmp_path / "bin" / "tool")
    variables = {"AUDITOR_TOOL": str(tmp_path / "gone"), "PATH": str(tmp_path / "bin")}

    with pytest.raises(ToolMissing, match=r"AUDITOR_TOOL=.*gone is no program"):
        programs(tmp_path, variables=variables, allowed=frozenset({"tool"})).find("tool")


def test_allowing_an_unknown_program_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such wrapped program: semgrepp"):
        programs(tmp_path, allowed=frozenset({"semgrepp"}))


def test_doctor_tells_ready_refused_and_missing(tmp_path: Path, mirror: Mirror) -> None:
    ours = from_mirror(tmp_path, mirror)

    before = ours.doctor()[-1]
    (program,) = ours.install(["tool"], silent)
    ready = ours.doctor()[-1]
    program.path.write_text("changed")
    refused = ours.doctor()[-1]

    assert [row.state for row in (before, ready, refused)] == [State.MISSING, State.READY, State.REFUSED]
    assert ready.program == program
    assert "changed: bin/tool" in refused.problem
    assert len(ours.doctor()) == len(ours.pins.by_name)


# -- Python programs ------------------------------------------------------------------------------------------------


def wheel(folder: Path) -> Path:
    """Write a wheel with one module and one console script."""
    folder.mkdir()
    file = folder / "tool-1.2.3-py3-none-any.whl"
    info = "tool-1.2.3.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("tool.py", "def main():\n    print('tool 1.2.3')\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tool\nVersion: 1.2.3\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/entry_points.txt", "[console_scripts]\ntool = tool:main\n")
        archive.writestr(f"{info}/RECORD", "".join(f"{name},,\n" for name in archive.namelist()))
    return file


def from_index(tmp_path: Path, hashed: str) -> Programs:
    """Return programs whose package index is a folder."""
    recipe = tmp_path / "recipe"
    recipe.mkdir(exist_ok=True)
    (recipe / "requirements.txt").write_text(f"tool==1.2.3 --hash=sha256:{hashed}\n")
    variables = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path / "wheels")}
    ours = programs(tmp_path, variables=variables)
    site = tmp_path / "pins.toml"
    site.write_text(site.read_text().replace('way = "file"', 'way = "wheel"\nrecipe = "recipe"'))
    return Programs(cache=ours.cache, pins=load_pins(site), variables=variables, checkout=None)


def test_python_program_gets_an_environment_of_its_own(tmp_path: Path) -> None:
    file = wheel(tmp_path / "wheels")
    ours = from_index(tmp_path, hashlib.sha256(file.read_bytes()).hexdigest())

    (program,) = ours.install(["tool"], silent)
    said = subprocess.check_output([program.path], env={"PATH": "/usr/bin:/bin"})
    again = ours.find("tool")

    assert said == b"tool 1.2.3\n"
    assert again == program  # nothing was added by using it, not even compiled files
    assert program.python is not None
    assert program.python.is_file()
    assert program.python.parent == program.path.parent


def test_package_with_another_hash_is_not_installed(tmp_path: Path) -> None:
    wheel(tmp_path / "wheels")
    ours = from_index(tmp_path, "0" * 64)

    with pytest.raises(ToolError, match=r"installation of tool: packages failed: .*(?i:hash)"):
        ours.install(["tool"], silent)

    with pytest.raises(ToolMissing):
        ours.find("tool")


def test_go_program_without_go_says_what_is_needed(tmp_path: Path) -> None:
    recipe = tmp_path / "recipe"
    recipe.mkdir()
    (recipe / "go.mod").write_text("module m\n")
    (recipe / "go.sum").write_text("")
    ours = programs(tmp_path, variables={"PATH": str(tmp_path)})
    site = tmp_path / "pins.toml"
    site.write_text(site.read_text().replace('way = "file"', 'way = "go"\nrecipe = "recipe"\npackage = "m"'))
    ours = Programs(cache=ours.cache, pins=load_pins(site), variables={"PATH": str(tmp_path)}, checkout=None)

    with pytest.raises(ToolMissing, match="Go is needed to build tool"):
        ours.install(["tool"], silent)
