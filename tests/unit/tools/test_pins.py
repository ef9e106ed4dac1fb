from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from auditor.errors import ConfigError
from auditor.stages import STAGE_NAMES
from auditor.tools.pins import GoModule, MirrorFile, Wheel, load_pins, site_pins

if TYPE_CHECKING:
    from pathlib import Path

SHA = "0" * 64
WHOLE = """
[tool]
version = "1.2.3"
tested = {from = "1.2.3", below = "1.3.0"}
way = "file"
url = "https://mirror.example/tool"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
program = "bin/tool"
licence = "MIT"
stages = ["code"]
version_arguments = ["--version"]
version_pattern = '^tool (\\S+)$'
without = {en = "much", zh = "许多"}
"""


def site(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "pins.toml"
    file.write_text(text)
    return file


def test_our_own_pin_file_is_whole() -> None:
    pins = load_pins()

    assert {"semgrep", "bandit", "opa", "helm", "kustomize", "syft", "grype"} <= pins.by_name.keys()
    for pin in pins.by_name.values():
        assert pin.is_tested(pin.version)
        assert pin.licence
        assert pin.stages
        assert pin.without.en
        assert pin.without.zh
        assert isinstance(pin.recipe, Wheel | GoModule)


def test_every_requirement_of_a_wheel_recipe_is_locked_by_hash() -> None:
    for pin in load_pins().by_name.values():
        if isinstance(pin.recipe, Wheel):
            logical = pin.recipe.requirements.read_text().replace("\\\n", " ").splitlines()
            requirements = [line for line in logical if line.strip() and not line.startswith("#")]
            package = str(pin.program).rsplit("/", 1)[-1]
            assert any(line.startswith(f"{package}=={pin.version} ") for line in requirements)
            assert all("==" in line and "--hash=sha256:" in line for line in requirements)


def test_go_recipe_requires_the_pinned_version() -> None:
    for pin in load_pins().by_name.values():
        if isinstance(pin.recipe, GoModule):
            lines = (pin.recipe.module / "go.mod").read_text().split("\n")
            modules = [line.split()[0] for line in lines if f" v{pin.version}" in line]
            assert any(pin.recipe.package.startswith(module) for module in modules), pin.name
            assert f"tool {pin.recipe.package}" in lines


def test_names_and_stages_mean_programs_in_the_order_of_the_file() -> None:
    pins = load_pins()

    assert [pin.name for pin in pins.named(["policy", "semgrep", "code"])] == [
        "semgrep",
        "bandit",
        "opa",
        "pysa",
        "gitleaks",
    ]


def test_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"semgrepp is neither .* \(did you mean semgrep\?\)"):
        load_pins().named(["semgrepp"])


@pytest.mark.parametrize(
    ("version", "is_tested"),
    [("1.2.3", True), ("1.2.10", True), ("1.2.3.1", True), ("1.3.0", False), ("1.3", False), ("1.2.2", False)]
    + [(odd, False) for odd in ("", "1.2.3-rc1", "v1.2.3", "1.2.x", "unknown", "1.2.\u0663", "9" * 5000)],
)
def test_tested_range_compares_numbers_as_numbers(tmp_path: Path, version: str, *, is_tested: bool) -> None:
    pin = load_pins(site(tmp_path, WHOLE))["tool"]

    assert pin.is_tested(version) is is_tested


def test_site_adds_a_program_and_another_way_for_one_of_ours(tmp_path: Path) -> None:
    file = site(
        tmp_path, WHOLE + f'\n[opa]\nway = "file"\nurl = "http://mirror/opa"\nsha256 = "{SHA}"\ndigests = ["{SHA}"]'
    )

    pins = load_pins(file)

    assert pins["tool"].recipe == MirrorFile(
        url="https://mirror.example/tool", sha256=SHA, member="", size_limit_bytes=512 * 1024 * 1024
    )
    assert isinstance(pins["opa"].recipe, MirrorFile)
    assert pins["opa"].version == load_pins()["opa"].version
    assert pins["opa"].digests == {f"sha256:{SHA}"}


def test_site_brings_its_own_recipe_beside_its_file(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "requirements.txt").write_text("bandit==1.9.5 --hash=sha256:00\n")

    pins = load_pins(site(tmp_path, '[bandit]\nversion = "1.9.5"\nrecipe = "mine"'))

    assert pins["bandit"].recipe == Wheel(requirements=tmp_path / "mine" / "requirements.txt")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("[tool]", "[tool]\nlicense = 'MIT'"), r"unknown key license \(did you mean licence\?\)"),
        (('licence = "MIT"', ""), "licence is missing"),
        (('licence = "MIT"', "licence = 3"), "licence is of the wrong type"),
        (('way = "file"', 'way = "curl"'), "way must be wheel, go or file, not curl"),
        (('way = "file"', 'way = "wheel"'), r"its recipe .*requirements\.txt is missing"),
        (("https://", "ftp://"), "url must begin with http:// or https://"),
        ((SHA, "abc"), "a digest must be 64"),
        (("bin/tool", "/bin/tool"), "program must be a path inside"),
        (("bin/tool", "../../bin/tool"), "program must be a path inside"),
        ((r"(\S+)", r"("), "version_pattern is no regular expression"),
        ((r"(\S+)", r"\S+"), "version_pattern must have one group"),
        (("below", "under"), "tested must be"),
        (("[tool]", "[Tool]"), "must be a table, named in lower case"),
        (('stages = ["code"]', "stages = [1]"), "stages must be a list of strings"),
        (("[tool]", "[tool"), "cannot be read"),
    ],
)
def test_mistake_in_a_site_file_is_named(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    file = site(tmp_path, WHOLE.replace(*change))

    with pytest.raises(ConfigError, match=complaint) as caught:
        load_pins(file)

    assert str(file) in str(caught.value)


def test_site_file_is_found_by_variable_or_in_its_usual_place(tmp_path: Path) -> None:
    usual = tmp_path / ".config" / "auditor" / "pins.toml"

    assert site_pins({"HOME": str(tmp_path)}) is None
    usual.parent.mkdir(parents=True)
    usual.write_text("")
    assert site_pins({"HOME": str(tmp_path)}) == usual
    assert site_pins({"HOME": str(tmp_path), "AUDITOR_PINS": __file__}) != usual
    with pytest.raises(ConfigError, match=r"AUDITOR_PINS=/gone is no file"):
        site_pins({"AUDITOR_PINS": "/gone"})


def test_recipe_digest_changes_with_anything_that_changes_the_installation(tmp_path: Path) -> None:
    first = load_pins(site(tmp_path, WHOLE))["tool"]
    assert isinstance(first.recipe, MirrorFile)

    moved = replace(first, recipe=replace(first.recipe, url="https://elsewhere.example/"))
    other = replace(first, recipe=replace(first.recipe, sha256="1" * 64))

    assert moved.recipe_digest() == first.recipe_digest()
    assert len({first.recipe_digest(), other.recipe_digest(), replace(first, version="1.2.4").recipe_digest()}) == 3


def test_stages_without_a_program_are_no_mistake_where_all_are_meant() -> None:
    """`auditor tools install` without names: most stages wrap nothing."""
    pins = load_pins()

    names = pins.of_stages(STAGE_NAMES)

    assert {"semgrep", "opa"} <= set(names)
    assert pins.of_stages(["tls", "custody"]) == ()
    assert [pin.name for pin in pins.named(names)] == list(names)
