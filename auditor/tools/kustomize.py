"""Builds kustomizations: no network, no plug-ins, no files from outside but whole bases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.tools import process
from auditor.tools.helm import MEMORY_LIMIT_BYTES, OUTPUT_LIMIT_BYTES, last_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from auditor.model.record import ToolUse
    from auditor.tools.programs import Program

TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Kustomize:
    """The program kustomize.

    Attributes:
        find: Returns the verified program; raises `ToolError` or `IntegrityError` where it cannot be had.
        timeout_s: Time limit of one build.
    """

    find: Callable[[], Program]
    timeout_s: float = TIMEOUT_S

    def build(self, folder: Path) -> tuple[bytes, ToolUse]:
        """Return the objects of a kustomization as YAML, and the program that took part.

        Plug-ins, generators that start programs, charts and files outside of each base stay switched off, as they are
        by default.

        Raises:
            ToolError: kustomize is missing, the folder does not build, or it runs into a limit.
        """
        program = self.find()
        tool = f"{program.name} {program.version}"
        with process.scratch_folder() as scratch:
            done = process.run(
                [str(program.path), "build", str(folder.absolute()), "--load-restrictor=LoadRestrictionsRootOnly"],
                environment=process.standard_environment(scratch, {"GOMEMLIMIT": "2GiB", "GIT_ALLOW_PROTOCOL": "none"}),
                folder=scratch,
                timeout_s=self.timeout_s,
                output_limit_bytes=OUTPUT_LIMIT_BYTES,
                memory_limit_bytes=MEMORY_LIMIT_BYTES,
                tool=tool,
            )
        if done.exit_code:
            reason = reasons.KUSTOMIZATION_DOES_NOT_BUILD
            raise ToolError(reason, cause(last_words(done.stderr), folder), tool)
        return done.stdout, program.use()


_TRIED: Final = re.compile(r"': (?:must build at directory|recursed accumulation of path|must resolve to a file)\b")
_IN_FOLDER: Final = re.compile(
    r"from '([^']*)': '[^']*' must resolve to a file': recursed accumulation of path '[^']*': (.+)\Z"
)
"""A folder is no file, which says nothing; what was wrong in it stands behind."""
_CONFIGURATION: Final = re.compile(r"`[^`]*`:?\s*")
_LINK: Final = re.compile(r"evalsymlink failure on '[^']*' ?: lstat [^:]*: ")


def cause(said: str, folder: Path) -> str:
    """Return why a folder does not build: kustomize tells every way that it tried, from the outside in.

    Args:
        said: Its error, on one line.
        folder: What it built; its files are named from there.
    """
    inner = said.rpartition("accumulation err='")[2]
    if below := _IN_FOLDER.search(inner):
        inner = f"in '{below[1]}': {below[2]}"
    inner = _TRIED.split(inner, maxsplit=1)[0] if inner != said else inner
    inner = _LINK.sub("", _CONFIGURATION.sub("", inner))
    for root in {str(folder.absolute()), str(folder.resolve())}:
        inner = re.sub(rf"{re.escape(root)}/(?=[\w.])", "", inner)
    return inner.strip()
