"""Runs grype over an SBOM or lets it take over a database; never online, parses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.tools import process
from auditor.tools.wrapped import Wrapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


TIMEOUT_S: Final = 600.0
_MEMORY_BYTES: Final = 8 * process.GIB
_REPORT_LIMIT_BYTES: Final = 2 * process.GIB
SWITCHES: Final = {
    "GRYPE_DB_AUTO_UPDATE": "false",
    "GRYPE_DB_VALIDATE_AGE": "true",
    "GRYPE_DB_MAX_ALLOWED_BUILT_AGE": "876000h",  # how old is too old is judged by the stage, which can say why
    "GRYPE_DB_VALIDATE_BY_HASH_ON_START": "true",
    "GRYPE_DB_REQUIRE_UPDATE_CHECK": "false",
    "GRYPE_CHECK_FOR_APP_UPDATE": "false",
    "GRYPE_EXTERNAL_SOURCES_ENABLE": "false",
    "GOMEMLIMIT": "3GiB",
}
"""Part of the cache key."""


@dataclass(frozen=True, slots=True)
class Grype(Wrapped):
    """The grype of this machine.

    Attributes:
        timeout_s: Time limit of one call.
    """

    name = "grype"

    timeout_s: float = TIMEOUT_S

    def version(self) -> str:
        """Return name and version.

        Raises:
            ToolMissing: It is not installed.
            IntegrityError: It is not what was installed, or of an untested version.
        """
        program = self.program()
        return f"{program.name} {program.version}"

    def scan(self, sbom: bytes, database: Path, *, on_beat: Callable[[float], None] | None = None) -> bytes:
        """Return grype's JSON report on an SBOM.

        Args:
            sbom: syft-json.
            database: Folder that holds ``6/vulnerability.db``.
            on_beat: Called about twice a second.

        Raises:
            ToolMissing: It is not installed.
            ToolTimeout: It was stopped at the time limit.
            ToolError: It gave no report, or ended with any other code than 0.
        """
        tool = self.version()
        with process.scratch_folder() as scratch:
            given, report = scratch / "sbom.json", scratch / "report.json"
            given.write_bytes(sbom)
            done = self._run([f"sbom:{given}", "-q", "-o", f"json={report}"], scratch, database, tool, on_beat)
            if done.exit_code or not report.is_file():
                raise ToolError(reasons.FAILED, done.complaint, tool)
            return report.read_bytes()

    def take_over(self, file: Path, database: Path) -> None:
        """Let grype import a database into a folder: it builds indexes and notes the hash.

        Raises:
            ToolMissing: It is not installed.
            ToolTimeout: It was stopped at the time limit.
            ToolError: It refused the file.
        """
        tool = self.version()
        with process.scratch_folder() as scratch:
            done = self._run(["db", "import", "-q", str(file.absolute())], scratch, database, tool, None)
            if done.exit_code:
                raise ToolError(reasons.FAILED, done.complaint, tool)

    def _run(
        self,
        arguments: list[str],
        scratch: Path,
        database: Path,
        tool: str,
        on_beat: Callable[[float], None] | None,
    ) -> process.Completed:
        return process.run(
            [str(self.program().path), *arguments],
            environment=process.standard_environment(
                scratch, {**SWITCHES, "GRYPE_DB_CACHE_DIR": str(database.absolute())}
            ),
            folder=scratch,
            timeout_s=self.timeout_s,
            memory_limit_bytes=_MEMORY_BYTES,
            file_size_limit_bytes=_REPORT_LIMIT_BYTES,
            on_beat=on_beat,
            tool=tool,
        )
