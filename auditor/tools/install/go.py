"""Builds a Go program from a wrapper module whose every dependency is locked by ``go.sum``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolMissing

if TYPE_CHECKING:
    from auditor.tools.install.circumstances import Circumstances
    from auditor.tools.pins import GoModule

_TIME_LIMIT_S: Final = 5400.0


def install(recipe: GoModule, program: str, here: Circumstances) -> None:
    """Build with the Go of this machine (scan-tools.md §5).

    The same sources and the same Go give the same bytes. Modules and compiled packages are kept in the cache folder
    for the next program, which shares many of them; Go itself drops what was not used for five days.

    Raises:
        ToolMissing: There is no Go.
        ToolError: The build failed; an interrupted one goes on from the packages that were compiled.
    """
    go = shutil.which("go", path=here.variables.get("PATH", ""))
    if go is None:
        reason = reasons.NOT_INSTALLED
        detail = f"Go is needed to build {here.name}, and there is none on PATH (https://go.dev/dl)"
        raise ToolMissing(reason, detail, "go")
    module = here.work / "module"
    module.mkdir()
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(recipe.module / name, module / name)
    home = Path(here.variables.get("HOME", "/nonexistent"))
    configuration = Path(here.variables.get("XDG_CONFIG_HOME") or home / ".config")
    here.run(
        "build",
        (
            *(go, "build", "-C", str(module), "-trimpath", "-buildvcs=false", "-modcacherw"),
            *("-ldflags", " ".join(recipe.ldflags), "-o", str(here.folder / program), recipe.package),
        ),
        {
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-mod=readonly",
            "GOWORK": "off",
            "GOSUMDB": "off",  # go.sum is complete, and -mod=readonly refuses what it lacks
            "CGO_ENABLED": "0",
            "GOPATH": str(here.downloads / "go"),
            "GOMODCACHE": str(here.downloads / "go" / "mod"),
            "GOCACHE": str(here.downloads / "go" / "build"),
            "GOENV": here.variables.get("GOENV") or str(configuration / "go" / "env"),
        },
        _TIME_LIMIT_S,
    )
