"""Installs a Python program into a virtual environment of its own, from a list locked by hashes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from auditor.tools.install.circumstances import Circumstances
    from auditor.tools.pins import Wheel

_TIME_LIMIT_S: Final = 1800.0


def install(recipe: Wheel, here: Circumstances) -> None:
    """Make the environment and fill it; only wheels, so that no foreign code runs, and only by hash.

    All modules are compiled now: nothing has to be added to the folder later.

    Raises:
        ToolError: The package index cannot be reached, or serves something else.
    """
    python = here.folder / "bin" / "python"
    here.run("environment", (sys.executable, "-I", "-m", "venv", "--without-pip", str(here.folder)), {}, 120.0)
    here.run(
        "packages",
        (
            *(_pip(here), "-I", "-m", "pip", "--python", str(python), "install"),
            *("--no-input", "--disable-pip-version-check", "--progress-bar=off", "--quiet"),
            *("--require-hashes", "--no-deps", "--only-binary=:all:", "--compile"),
            *("--cache-dir", str(here.downloads / "pip")),
            *("--requirement", str(recipe.requirements)),
        ),
        _user_configuration(here),
        _TIME_LIMIT_S,
    )


def _pip(here: Circumstances) -> str:
    """Return an interpreter that has pip: ours, or (uv makes environments without it) one made for the purpose."""
    if importlib.util.find_spec("pip"):
        return sys.executable
    helper = here.work / "pip"
    here.run("environment", (sys.executable, "-I", "-m", "venv", str(helper)), {}, 300.0)
    return str(helper / "bin" / "python")


def _user_configuration(here: Circumstances) -> dict[str, str]:
    """Point pip, whose HOME is a scratch folder, to the user's own configuration: it may name a mirror."""
    home = Path(here.variables.get("HOME", "/nonexistent"))
    configuration = Path(here.variables.get("XDG_CONFIG_HOME") or home / ".config")
    found = {
        "PIP_CONFIG_FILE": (configuration / "pip" / "pip.conf", home / ".pip" / "pip.conf"),
        "NETRC": (home / ".netrc",),
    }
    return {
        name: str(file)
        for name, files in found.items()
        if name not in here.variables
        for file in files[::-1]
        if file.is_file()
    }
